"""Whether a function moves in steps, and what can be said of its slope then.

Values that are rounded somewhere on their way, in single precision, by a converter, by 1 - cos x,
make a staircase; times something smooth its treads are tilted. On one tread all small differences
agree with each other and say nothing about the slope. What gives a staircase away is a jump between
neighbouring floats, and more jumps after it: a smooth function, however fast it turns, has none.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

EPS = 2.0**-52
SAMPLES = 65  # values of a fit
WIDTHS = 12  # of fits, each a quarter of the one before
Function = Callable[[float], float]
Side = list[tuple[float, float]]  # (step, value), coarse to fine

# Spread unevenly, so that no lattice of rounded values is met in step.
_PLACES = [math.sin(math.pi * (k / (SAMPLES - 1) - 0.5)) for k in range(SAMPLES)]


class Step(NamedTuple):
    """A jump of a function between two neighbouring floats.

    Attributes:
        height: how far it jumps; 0 where there is none.
        distance: from the point that was looked at.
        many: whether more follow it, so that it is a staircase; else it is a seam.
    """

    height: float = 0.0
    distance: float = math.inf
    many: bool = False


NO_STEP = Step()


def first_step(
    f: Function,
    x: float,
    here: float,
    sign: int,
    side: Side,
    slope: float,
    allowed: Callable[[float], float],
) -> Step:
    """The first step of f on one side of x.

    ``slope`` is what the finest rungs say, ``allowed`` how far a value may be off at a distance.
    From the finest rung on, the values are followed along the line of that slope, then along
    parabolas. Where they leave it at once, the place is bisected down to two neighbouring floats.
    """

    def beside(h: float, value: float) -> float:
        return abs(value - here - slope * (sign * h))

    def jump(near: float, far: float, off: Callable[[float, float], float], most: float) -> Step:
        gap = off(far, f(x + sign * far))
        left = lambda h, v: off(h, v) > most  # noqa: E731
        step = _jump(f, x, sign, near, far, side[0][0], left, gap)
        if not step.height > 8 * allowed(0.0):
            return NO_STEP
        beyond = [beside(h, v) for h, v in side if h > 8 * step.distance]
        tilted = beyond and min(beyond) > 4 * step.height and step.distance < 1e-3 * side[0][0]
        return step._replace(many=True) if tilted else step

    near = 0.0
    for h, value in reversed(side):
        gap = beside(h, value)
        if gap > 8 * allowed(h) or (gap > allowed(h) and not near):
            return jump(near, h, beside, allowed(h))
        if gap > allowed(h):
            break  # it bends away little by little: that is a curve
        near = h
    return _off_the_curve(here, side, 16 * allowed(0.0), jump)


def _off_the_curve(here: float, side: Side, base: float, jump: Callable[..., Step]) -> Step:
    before = math.inf
    rungs = side[::-1]
    for (g, u), (h, v), (far, w) in zip(rungs, rungs[1:], rungs[2:], strict=False):

        def off(
            t: float, value: float, g: float = g, u: float = u, h: float = h, v: float = v
        ) -> float:
            first, second = (u - here) / g, (v - here) / h
            return abs(value - here - t * (first + (t - g) * (second - first) / (h - g)))

        gap = off(far, w)
        if gap > 32 * max(before, base):  # 8 is usual: the third derivative
            return jump(h, far, off, gap / 8)
        before = gap
    return NO_STEP


def _jump(
    f: Function,
    x: float,
    sign: int,
    near: float,
    far: float,
    top: float,
    left: Callable[[float, float], bool],
    gap: float,
) -> Step:
    """The first step between two distances from x."""
    a, b = x + sign * near, x + sign * far
    while abs(b - a) > 1e-20 * far:  # near 0 there would be a thousand halves more
        middle = a + (b - a) / 2
        if middle in (a, b):
            break
        value = f(middle)
        if math.isnan(value):
            return NO_STEP
        if left(abs(middle - x), value):
            b = middle
        else:
            a = middle
    height = abs(f(b) - f(a))
    apart = max(math.ulp(b), abs(b - a))
    if not height > 256 * (apart * gap / far + EPS * abs(f(b))) + 1e-300:
        return NO_STEP
    width = abs(b - x) or abs(b - a)
    return Step(height, width, _goes_on(f, b, sign, width, top, height))


def _goes_on(f: Function, start: float, sign: int, width: float, top: float, height: float) -> bool:
    """Whether more steps follow: what is left of values after their smooth part."""
    reach = width
    while reach < top:
        reach = min(16 * reach, top)
        step = reach / 24
        values = [f(start + sign * step * (k + 0.381966)) for k in range(25)]
        if not all(map(math.isfinite, values)):
            return False
        for _ in range(6):
            values = [b - a for a, b in pairwise(values)]
        rest = sorted([abs(v) / 30.4 for v in values])  # sqrt(924): noise of sixth differences
        if rest[-8] > height / 16:  # one more step would show in seven of them
            return True
    return False


def walk_out(f: Function, x: float, here: float, low: float, high: float, top: float) -> Step:
    """The first step on the way out from x, where f is flat all around it.

    It tells a function that has been rounded away, such as 1 + erf x left of -6, from one that is
    flat, such as max(x, 0) left of 0.
    """
    found = NO_STEP
    for sign in (1, -1):
        near = top
        for k in range(1, 7):
            far = top * 2.0**k
            end = min(max(x + sign * far, low), high)
            far = abs(end - x)
            if far <= near:
                break
            value = f(end)
            if not math.isfinite(value):
                break
            if value != here:
                gap = abs(value - here)
                step = _jump(f, x, sign, near, far, far, lambda h, v: v != here, gap)
                found = max(found, step)
                break
            near = far
    return found


def fitted(
    f: Function, x: float, low: float, high: float, top: float, quantum: float
) -> tuple[float, float]:
    """The slope of a staircase and its bar: polynomials through many values, at several widths."""
    try:
        import numpy as np
    except ImportError:
        return math.nan, math.inf
    places = np.array(_PLACES)
    found: list[tuple[float, float]] = []
    width = 4 * top
    while width > 64 * math.ulp(x) and len(found) < WIDTHS:
        a, b = max(x - width, low), min(x + width, high)
        middle, half = (a + b) / 2, (b - a) / 2
        width /= 4
        if not half > 0:
            continue
        values = np.array([f(t) for t in (middle + half * places).tolist()])
        if not np.isfinite(values).all():
            continue
        slopes = []
        for degree in (3, 5):
            basis, inverse = _polynomials(degree)
            powers = np.polynomial.legendre.legder(np.eye(degree + 1))
            row = np.polynomial.legendre.legval((x - middle) / half, powers) @ inverse
            rest = np.sqrt(np.mean((basis @ (inverse @ values) - values) ** 2))
            bar = np.linalg.norm(row) * max(rest, quantum / 4) / half
            slopes.append((float(row @ values) / half, float(bar)))
        (cubic, wide), (quintic, bar) = slopes
        found.append((2 * max(bar, wide) + abs(cubic - quintic), quintic))
        if found[-1][0] > 200 * min(found)[0]:
            break
    for bar, value in sorted(found):  # narrower fits know less, and must not contradict
        narrower = found[found.index((bar, value)) + 1 :]
        if all(abs(value - v) <= 4 * bar + 16 * b for b, v in narrower):
            return value, bar
    return math.nan, math.inf


@functools.cache
def _polynomials(degree: int) -> Any:
    import numpy as np

    basis = np.polynomial.legendre.legvander(np.array(_PLACES), degree)
    return basis, np.linalg.pinv(basis)
