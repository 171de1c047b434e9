"""Guesses of where a claim is wrong: bounds that separate the wrong points from the right ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from autograd.check.target import Point

Quantity = Callable[[Point], float]


@dataclass(frozen=True)
class Side:
    """A bound: side·u(point) <= side·bound where it is wrong."""

    name: str
    u: Quantity
    bound: float
    side: int
    argument: int = -1
    absolute: bool = False

    def holds(self, point: Point) -> bool:
        """Whether a point is within."""
        return self.side * self.u(point) <= self.side * self.bound


@dataclass(frozen=True)
class Guess:
    """Bounds, all of which hold where it is wrong.

    Attributes:
        reach: for each side the quantity of the right point next beyond it: the gap between is
            open.
        outside: one of the bounds holds, instead of all.
        exact: one value, and the text for it.
    """

    sides: tuple[Side, ...]
    reach: tuple[float, ...]
    outside: bool = False
    exact: bool = False
    text: str = ""

    def holds(self, point: Point) -> bool:
        """Whether it should be wrong there."""
        return (any if self.outside else all)(side.holds(point) for side in self.sides)

    def is_open(self, point: Point) -> bool:
        """Whether a point lies between the right points and the wrong ones."""
        if self.exact:
            return False
        return any(
            side.side * side.bound < side.side * side.u(point) < side.side * reach
            for side, reach in zip(self.sides, self.reach, strict=True)
        )


@dataclass(frozen=True)
class _Quantity:
    name: str
    u: Quantity
    argument: int = -1
    absolute: bool = False


def guesses(names: tuple[str, ...], wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    """The guesses that fit, the simplest first."""
    first = list(range(len(names) if len(names) <= 8 else 0))
    pairs = list(combinations(first, 2)) if len(names) <= 5 else []
    plain = [_Quantity(names[k], _argument(k), k) for k in first]
    sizes = [_Quantity(f"|{names[k]}|", _size(_argument(k)), k, True) for k in first]
    differences = [_Quantity(f"{names[i]} - {names[j]}", _difference(i, j)) for i, j in pairs]
    for q in plain:
        yield from _one_value(q, wrong, right)
    for q in plain:
        yield from _bound(q, wrong, right)
    for q in differences:
        yield from _exactly(q, q.name.replace(" - ", " = "), wrong, right)
    if len(names) > 1 and all(p == wrong[0] for p in wrong):
        yield from _box(plain, wrong, right)
    for q in (*differences, *sizes):
        yield from _bound(q, wrong, right)
    for q in plain:
        yield from _interval(q, wrong, right)
    for q in _of_two(names, pairs):
        yield from _bound(q, wrong, right)
    for q in sizes:
        yield from _interval(q, wrong, right)
    for q in plain:
        yield from _outside(q, wrong, right)
    if len(set(wrong)) > 2:
        for k in first:
            text = f"{names[k]} is a whole number"
            yield from _exactly(_Quantity("", _fraction(k), k), text, wrong, right)
    yield from _box(plain, wrong, right)


def _of_two(names: tuple[str, ...], pairs: list[tuple[int, int]]) -> Iterator[_Quantity]:
    for i, j in pairs:
        x, y = names[i], names[j]
        yield _Quantity(f"{x}·{y}", _product(i, j))
        yield _Quantity(f"|{x} - {y}|", _size(_difference(i, j)))
    if 1 < len(names) <= 4:
        yield _Quantity(f"|({', '.join(names)})|", lambda p: math.hypot(*p))


def _argument(k: int) -> Quantity:
    return lambda p: p[k]


def _fraction(k: int) -> Quantity:
    return lambda p: p[k] - round(p[k])


def _size(u: Quantity) -> Quantity:
    return lambda p: abs(u(p))


def _difference(i: int, j: int) -> Quantity:
    return lambda p: p[i] - p[j]


def _product(i: int, j: int) -> Quantity:
    return lambda p: p[i] * p[j]


def _one_value(q: _Quantity, wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    x = q.u(wrong[0])
    if all(q.u(p) == x for p in wrong) and all(q.u(p) != x for p in right):
        sides = tuple([Side(q.name, q.u, x, side, q.argument) for side in (-1, 1)])
        yield Guess(sides, (x, x), exact=True)


def _exactly(q: _Quantity, text: str, wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    """Where a quantity is 0."""
    if all(q.u(p) == 0 for p in wrong) and all(q.u(p) != 0 for p in right):
        sides = (Side(q.name, lambda p: abs(q.u(p)), 0.0, 1),)
        yield Guess(sides, (0.0,), exact=True, text=text)


def _bound(q: _Quantity, wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    bad, good = [q.u(p) for p in wrong], [q.u(p) for p in right]
    for side in (-1, 1):
        bound = side * max(side * v for v in bad)
        reach = side * min(side * v for v in good)
        if side * bound < side * reach:
            yield Guess((Side(q.name, q.u, bound, side, q.argument, q.absolute),), (reach,))


def _interval(q: _Quantity, wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    bad, good = [q.u(p) for p in wrong], [q.u(p) for p in right]
    low, high = min(bad), max(bad)
    below, above = [v for v in good if v < low], [v for v in good if v > high]
    if len(below) + len(above) == len(good) and below and above:
        sides = (
            Side(q.name, q.u, low, -1, q.argument, q.absolute),
            Side(q.name, q.u, high, 1, q.argument, q.absolute),
        )
        yield Guess(sides, (max(below), min(above)))


def _outside(q: _Quantity, wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    bad, good = [q.u(p) for p in wrong], [q.u(p) for p in right]
    low, high = min(good), max(good)
    below, above = [v for v in bad if v < low], [v for v in bad if v > high]
    if len(below) + len(above) == len(bad) and below and above and low < high:
        sides = (
            Side(q.name, q.u, max(below), 1, q.argument),
            Side(q.name, q.u, min(above), -1, q.argument),
        )
        yield Guess(sides, (low, high), outside=True)


def _box(plain: list[_Quantity], wrong: list[Point], right: list[Point]) -> Iterator[Guess]:
    """The bounds around the wrong points that no right one keeps, as few as will do."""
    sides = [
        Side(q.name, q.u, side * max(side * q.u(p) for p in wrong), side, q.argument)
        for q in plain
        for side in (-1, 1)
    ]
    if len(plain) < 2 or any(all(s.holds(p) for s in sides) for p in right):
        return
    same = all(p == wrong[0] for p in wrong)
    for side in list(sides):
        fewer = [s for s in sides if s is not side]
        if not same and not any(all(s.holds(p) for s in fewer) for p in right):
            sides = fewer
    reach = []
    for s in sides:
        others = [o for o in sides if o is not s]
        kept = [s.side * s.u(p) for p in right if all(o.holds(p) for o in others)]
        reach.append(s.side * min((v for v in kept if v > s.side * s.bound), default=math.inf))
    yield Guess(tuple(sides), tuple(reach), exact=same)
