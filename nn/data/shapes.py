"""Small made problems: points in the plane with their classes, and a curve with its heights."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from autograd import ArgumentError, OperandError, Value
from nn.activations import counted
from nn.init import generator_of

Points = tuple[list[list[float]], list[int]]


def moons(n: int = 200, noise: float = 0.1, seed: Any = 0) -> Points:
    """Two half circles that reach into each other.

    Args:
        n: the number of examples. Here and below, classes take turns, and each example is drawn on
            its own: so any slice of them is a sample, as the first ones for training.
        noise: the standard deviation of what is added to each coordinate.
        seed: a number, or a generator of ``numpy.random`` or ``random``; None for other examples
            each time.

    Returns:
        ``(X, y)``: n lists of two floats, and n classes: 0 above, around the origin, 1 below.

    Raises:
        ArgumentError: for an n that is no positive whole number, a noise that is negative or not
            finite, or a seed that is none.

    >>> X, y = moons(4, noise=0.0)
    >>> y, all(math.isclose(math.hypot(*x), 1.0) for x in X[::2])
    ([0, 1, 0, 1], True)
    """

    def place(k: int, draw: Any) -> list[float]:
        t = math.pi * float(draw.random())
        x, y = math.cos(t), math.sin(t)
        return [1.0 - x, 0.5 - y] if k else [x, y]

    return _points("moons", n, 2, noise, seed, place)


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, seed: Any = 0) -> Points:
    """A circle within a circle.

    Args:
        n, noise, seed: see :func:`moons`.
        factor: the radius of the inner one, class 1; the outer one, class 0, has radius 1.

    Returns:
        ``(X, y)`` as :func:`moons` gives them.

    Raises:
        ArgumentError: as :func:`moons`, and for a factor that is not between 0 and 1.

    >>> X, y = circles(4, noise=0.0)
    >>> [round(math.hypot(*x), 6) for x in X], y
    ([1.0, 0.5, 1.0, 0.5], [0, 1, 0, 1])
    """
    factor = _number("circles: factor", factor)
    if not 0.0 < factor < 1.0:
        raise ArgumentError(f"circles: factor is {factor:g}; it must be between 0 and 1.")

    def place(k: int, draw: Any) -> list[float]:
        return _polar(factor if k else 1.0, 2.0 * math.pi * float(draw.random()))

    return _points("circles", n, 2, noise, seed, place)


def spirals(
    n: int = 300, classes: int = 3, noise: float = 0.03, turns: float = 0.75, seed: Any = 0
) -> Points:
    """Arms that wind around the origin, from radius 0.1 to 1.

    Args:
        n, noise, seed: see :func:`moons`.
        classes: the number of arms.
        turns: how often each goes round; more is harder.

    Returns:
        ``(X, y)``: n lists of two floats, and n classes, from 0.

    Raises:
        ArgumentError: as :func:`moons`, and for fewer than two classes.

    >>> X, y = spirals(5, classes=2)
    >>> len(X), len(X[0]), y
    (5, 2, [0, 1, 0, 1, 0])
    """
    turns = _number("spirals: turns", turns)

    def place(k: int, draw: Any) -> list[float]:
        along = float(draw.random())
        return _polar(0.1 + 0.9 * along, 2.0 * math.pi * (k / classes + turns * along))

    return _points("spirals", n, classes, noise, seed, place)


def blobs(
    n: int = 300,
    classes: int = 3,
    spread: float = 1.0,
    centres: Sequence[Sequence[float]] | None = None,
    seed: Any = 0,
) -> Points:
    """Clouds of points, each normally distributed around its centre.

    Args:
        n, seed: see :func:`moons`.
        classes: the number of clouds, if ``centres`` is not given.
        spread: the standard deviation in each direction.
        centres: where they are, in as many dimensions as wanted; by default on a circle of radius
            4 around the origin.

    Returns:
        ``(X, y)``: n lists of floats, and n classes, from 0.

    Raises:
        ArgumentError: as :func:`moons`, for fewer than two clouds, and for centres that are not of
            the same length.

    >>> X, y = blobs(4, centres=[[0.0, 0.0, 0.0], [5.0, 5.0, 5.0]], spread=0.0)
    >>> X[:2], y
    ([[0.0, 0.0, 0.0], [5.0, 5.0, 5.0]], [0, 1, 0, 1])
    """
    if centres is None:
        classes = counted(classes, "blobs: classes")
        places = [_polar(4.0, 2.0 * math.pi * k / classes) for k in range(classes)]
    else:
        places = [[_number(f"blobs: centre {i}", x) for x in c] for i, c in enumerate(centres)]
    sizes = {len(place) for place in places}
    if len(sizes) > 1 or 0 in sizes:
        raise ArgumentError(f"blobs: the centres have {sorted(sizes)} numbers; all need as many.")
    return _points("blobs", n, len(places), spread, seed, lambda k, draw: list(places[k]), "spread")


def xor(n: int = 200, noise: float = 0.1, seed: Any = 0) -> Points:
    """The corners of a square: class 1 where one input is 1, class 0 where both are or none is.

    Args:
        n, noise, seed: see :func:`moons`; the corners take turns.

    Returns:
        ``(X, y)`` as :func:`moons` gives them.

    >>> xor(4, noise=0.0)
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    X, which = _points("xor", n, 4, noise, seed, lambda k, draw: list(corners[k]))
    return X, [int(k in {1, 2}) for k in which]


def curve(
    n: int = 100,
    f: Callable[[float], float] = math.sin,
    low: float = -math.pi,
    high: float = math.pi,
    noise: float = 0.1,
    seed: Any = 0,
) -> tuple[list[list[float]], list[float]]:
    """Points near the curve of a function of one number: a problem of regression.

    Args:
        n, seed: see :func:`moons`; the x are drawn evenly from between ``low`` and ``high``.
        f: of plain numbers, or one of autograd's functions.
        noise: the standard deviation of what is added to each height.

    Returns:
        ``(X, y)``: n lists of one float, and n floats.

    Raises:
        ArgumentError: as :func:`moons`, when low is not below high, and where f is not finite.

    >>> X, y = curve(3, lambda x: x * x, low=0.0, high=2.0, noise=0.0)
    >>> [x[0] ** 2 for x in X] == y
    True
    """
    n, noise = counted(n, "curve: n"), _deviation("curve: noise", noise)
    low, high = _number("curve: low", low), _number("curve: high", high)
    if not low < high:
        raise ArgumentError(f"curve: low is {low:g} and high is {high:g}; low must be below high.")
    draw = generator_of(seed, "curve: seed")
    X, y = [], []
    for _ in range(n):
        x = low + (high - low) * float(draw.random())
        height = Value(f(x)).data
        if not math.isfinite(height):
            raise ArgumentError(f"curve: f is {height:g} at {x:g}; it must be finite there.")
        X.append([x])
        y.append(height + noise * _normal(draw))
    return X, y


def _points(
    who: str,
    n: int,
    classes: int,
    noise: float,
    seed: Any,
    place: Callable[[int, Any], list[float]],
    called: str = "noise",
) -> Points:
    """n points of classes that take turns, each at its place but for the noise."""
    n, classes = counted(n, f"{who}: n"), counted(classes, f"{who}: classes")
    if classes < 2:
        raise ArgumentError(f"{who}: there is {classes} class; there must be at least 2.")
    noise = _deviation(f"{who}: {called}", noise)
    draw = generator_of(seed, f"{who}: seed")
    y = [i % classes for i in range(n)]
    return [[x + noise * _normal(draw) for x in place(k, draw)] for k in y], y


def _polar(radius: float, angle: float) -> list[float]:
    return [radius * math.cos(angle), radius * math.sin(angle)]


def _normal(draw: Any) -> float:
    """A number from the normal distribution, of either kind of generator."""
    return float(draw.gauss(0.0, 1.0) if isinstance(draw, random.Random) else draw.normal())


def _deviation(what: str, x: Any) -> float:
    number = _number(what, x)
    if number < 0.0:
        raise ArgumentError(f"{what} is {number:g}; it must be at least 0.")
    return number


def _number(what: str, x: Any) -> float:
    """A finite float; the error says what it is."""
    try:
        number = Value(x).data
    except OperandError as error:
        raise OperandError(f"{what}: {error}") from None
    if not math.isfinite(number):
        raise ArgumentError(f"{what} is {number}; it must be finite.")
    return number
