"""Where a claim is wrong, in plain words: x < 0, x = y, |x| > 3, 3 ≤ x ≤ 3.2, everywhere.

A region is a guess that separates the wrong points from the right ones, the simplest first: a bound
of one argument, a tie, a bound of |x|, an interval, a bound of x·y or |x - y|, a box. A guess is
tried on points that nobody has looked at yet, and one that fails is dropped. Its bounds are found
by bisection, and snapped to a simple number nearby.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.check.bounds import between, exact_number, full, outward, shown
from autograd.check.guesses import Guess, Side, guesses
from autograd.check.target import Point
from autograd.check.witnesses import EVERYWHERE, MOST, Region, Witnesses

ROUNDS = 8  # guesses that are tried
TRIES = 12  # points that each is tried on
SHARES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)  # of the way to the end
FAR_OUT = 1e6  # beyond it nobody looks for more
DIGITS = (4, 6, 9, 12, 17)  # of a bound, as many as it takes


def region_of(seen: Witnesses) -> Region:
    """Where the claim is wrong."""
    rng = random.Random(0)
    told = [f.point for f in seen.right if not seen.says_little(f)]
    wrong, right = [f.point for f in seen.wrong], []
    beyond = _explored(seen, wrong)
    wrong += [p for p in beyond if seen.is_wrong(p)]
    more = [p for p in beyond if seen.is_wrong(p) is False]
    for right in ([f.point for f in seen.right] + more, told + more):
        for _ in range(ROUNDS):
            guess = next(guesses(seen.target.names, wrong, right), None) if right else None
            if guess is None:
                break
            counter = _counterexample(seen, guess, wrong, right, rng)
            if counter is None:
                if (region := _told(seen, guess, wrong, right)) is not None:
                    return region
                break
            (wrong if seen.is_wrong(counter) else right).append(counter)
    isolated = [p for p in right if _is_isolated(seen, p)]
    if len(isolated) >= 0.9 * len(right) or len(seen.wrong) > 9 * len(right):
        most = _everywhere(seen)
        if most is not None:
            return most if len(isolated) == len(right) else Region(MOST)
    return _some(seen, wrong)


def _explored(seen: Witnesses, wrong: list[Point]) -> list[Point]:
    """Points along each argument beyond the wrong ones: it may be right again out there."""
    found = []
    n = seen.target.n
    for k in range(min(n, 6)):
        for side in (1, -1):
            start = max(wrong, key=lambda p: side * p[k])
            if abs(start[k]) > FAR_OUT:
                continue
            end = _end(seen, start, k, side)
            for share in SHARES if n == 1 else SHARES[::3]:
                x = start[k] + share * (end - start[k])
                point = (*start[:k], x, *start[k + 1 :])
                if x != start[k] and seen.is_wrong(point) is not None:
                    found.append(point)
    return found


def _end(seen: Witnesses, start: Point, k: int, side: int) -> float:
    """How far to look from a point: to the end of the domain, or where the function ends."""
    x = start[k]
    low, high = seen.target.domain[k]
    end = min(max(x + side * 10 * max(abs(x), 1.0), low), high)
    if seen.target.n == 1:
        beyond = [f.point[0] for f in seen.right if side * f.point[0] > side * x]
        end = min((*beyond, end), key=lambda v: side * v)
    inside = x
    for _ in range(30):
        if math.isfinite(seen.target.value(*start[:k], end, *start[k + 1 :])):
            break
        middle = (inside + end) / 2
        finite = math.isfinite(seen.target.value(*start[:k], middle, *start[k + 1 :]))
        inside, end = (middle, end) if finite else (inside, middle)
    else:
        end = inside
    return end


def _everywhere(seen: Witnesses) -> Region | None:
    """Everywhere, but for single samples; None if a sample is right and what is near it too."""
    samples = {f.point for f in seen.right if f.point in seen.target.samples}
    if not samples:
        return Region(EVERYWHERE)
    if len(samples) > 2 or not all(_is_isolated(seen, p) for p in samples):
        return None
    names = seen.target.names
    told = [", ".join(f"{n} = {full(x)}" for n, x in zip(names, p, strict=True)) for p in samples]
    return Region(f"{EVERYWHERE} but at {' and '.join(sorted(told))}")


def _some(seen: Witnesses, wrong: list[Point]) -> Region:
    """From where to where some points are wrong."""
    k = seen.index
    name, xs = seen.target.names[k], [p[k] for p in wrong]
    low, high = outward(min(xs), -1), outward(max(xs), 1)
    if low == high:
        return Region(f"at some points with {name} = {low}")
    return Region(f"at some points from {name} = {low} to {name} = {high}")


def _is_isolated(seen: Witnesses, point: Point) -> bool:
    """Whether all around a right point it is wrong."""
    for k, x in enumerate(point):
        for step in (1e-3, -1e-3):
            near = (*point[:k], x + step * max(abs(x), 1e-3), *point[k + 1 :])
            if seen.is_wrong(near) is False:
                return False
    return not seen.late()


def _counterexample(
    seen: Witnesses, guess: Guess, wrong: list[Point], right: list[Point], rng: random.Random
) -> Point | None:
    """A new point where the guess is not what the judge says."""
    for _ in range(TRIES):
        a, b = rng.choice(wrong), rng.choice(wrong + right[-len(wrong) :])
        t = rng.choice((0.0, 1.0, rng.random()))
        if seen.target.n > 1 and rng.random() < 0.7:  # coordinates of both
            point = tuple([rng.choice(pair) for pair in zip(a, b, strict=True)])
        else:
            point = tuple([x + t * (y - x) for x, y in zip(a, b, strict=True)])
        if guess.is_open(point):
            continue  # in the gap between the right points and the wrong ones, where the bound is
        said = seen.is_wrong(point)
        if said is not None and said != guess.holds(point):
            return point
    return None


def _told(seen: Witnesses, guess: Guess, wrong: list[Point], right: list[Point]) -> Region | None:
    if guess.text:
        return Region(guess.text)
    sides = [_side(seen, guess, k, wrong, right) for k in range(len(guess.sides))]
    if guess.exact:
        return _exact(seen, guess, sides, wrong, right)
    if _almost_all(seen, guess, sides, wrong) and (region := _everywhere(seen)) is not None:
        return region
    return _with_bound(seen, guess, sides, wrong, right)


def _with_bound(
    seen: Witnesses, guess: Guess, sides: list[Bracket], wrong: list[Point], right: list[Point]
) -> Region | None:
    """In as few digits as keep all points that are known on their sides; None if none do."""
    samples = [f.point for f in seen.right if f.point in seen.target.samples]
    _, bad, good = sides[0]
    for digits in (0, *DIGITS):
        bounds = [_bound_of(s, side, digits) for s, side in zip(guess.sides, sides, strict=True)]
        ends = [
            _End(s, bound, _is_within(seen, s, bound, side[1], wrong))
            for s, bound, side in zip(guess.sides, bounds, sides, strict=True)
        ]
        for some in ([ends[1]], ends) if _is_thick(ends) else (ends,):
            combined = any if guess.outside else all

            def holds(p: Point, some: list[_End] = some, combined: Any = combined) -> bool:
                return bool(combined(end.holds(p) for end in some))

            if all(map(holds, wrong)) and not any(map(holds, (*right, *samples))):
                bound = -bounds[0] if ends[0].side.absolute and bad[ends[0].k] < 0 else bounds[0]
                return Region(_joined(guess, some), (bad, good), bound)
    return None


def _bound_of(side: Side, bracket: Bracket, digits: int) -> float:
    """The bound of a side: a simple number, or so many digits of the first right point's."""
    bound, bad, good = bracket
    if not digits:
        return bound
    return float(f"{(side.u(bad) + side.u(good)) / 2:.{digits}g}")


def _is_within(seen: Witnesses, side: Side, bound: float, bad: Point, wrong: list[Point]) -> bool:
    """Whether it is wrong at the bound itself."""
    k = side.argument
    if k >= 0:
        x = math.copysign(bound, bad[k]) if side.absolute else bound
        said = seen.is_wrong((*bad[:k], x, *bad[k + 1 :]))
        if said is not None:
            return said
    return any(side.u(p) == bound for p in wrong)


@dataclass(frozen=True)
class _End:
    """A bound as it is told, and whether it is itself within."""

    side: Side
    bound: float
    within: bool

    @property
    def k(self) -> int:
        return self.side.argument

    def holds(self, point: Point) -> bool:
        u, sign = self.side.u(point), self.side.side
        exact = exact_number(self.bound)
        return sign * u < sign * exact or (self.within and u == exact)


def _is_thick(ends: list[_End]) -> bool:
    """Whether the bounds of |x| leave out a small part in the middle only."""
    low, high = ends[0], ends[-1]
    return low.side.absolute and len(ends) == 2 and low.bound <= 0.05 * high.bound


Bracket = tuple[float, Point, Point]  # the bound, and the points on either side of it


def _side(seen: Witnesses, guess: Guess, k: int, wrong: list[Point], right: list[Point]) -> Bracket:
    """Bisection between the outermost wrong point and the right one next beyond it."""
    u, bound, side = guess.sides[k].u, guess.sides[k].bound, guess.sides[k].side
    bad = max((p for p in wrong if guess.sides[k].holds(p)), key=lambda p: side * u(p))
    beyond = sorted((q for q in right if side * u(q) > side * bound), key=lambda q: side * u(q))
    good = beyond[0] if beyond else bad
    i = guess.sides[k].argument
    for q in beyond[:6] if i >= 0 else ():  # along this argument only
        x = math.copysign(q[i], bad[i]) if guess.sides[k].absolute else q[i]
        other = (*bad[:i], x, *bad[i + 1 :])
        if seen.is_wrong(other) is False:
            good = other
            break
    samples = [abs(u(p)) for p in seen.target.samples]
    width = min(max(abs(u(p)) for p in wrong), max(1.0, *samples, 0.0))
    # Next to the bound often nobody can say: so the last wrong point and the first right one.
    last = _bisected(seen, bad, good, lambda p: seen.is_wrong(p) is True)[0]
    first = _bisected(seen, last, good, lambda p: seen.is_wrong(p) is not False)[1]
    return between(u(last), u(first), width), last, first


def _bisected(
    seen: Witnesses, a: Point, b: Point, is_a: Callable[[Point], bool]
) -> tuple[Point, Point]:
    """Two points next to each other: up to the first ``is_a`` holds, from the second on not."""
    for _ in range(45):
        middle = tuple([(x + y) / 2 for x, y in zip(a, b, strict=True)])
        if seen.late() or middle in {a, b}:
            break
        a, b = (middle, b) if is_a(middle) else (a, middle)
    return a, b


def _exact(
    seen: Witnesses, guess: Guess, sides: list[Bracket], wrong: list[Point], right: list[Point]
) -> Region | None:
    """One value of an argument, or a tie; unless the points next to it are wrong too."""
    first, last = guess.sides[0], guess.sides[-1]
    low, high = sides[0][0], sides[-1][0]
    if len(guess.sides) > 2:
        return Region(" and ".join(f"{s.name} = {full(s.bound)}" for s in guess.sides[::2]))
    wide = abs(sides[-1][1][last.argument] - sides[0][1][first.argument])
    if wide > 1e-6 * max(abs(high), abs(low), 1e-6):
        return _with_bound(seen, guess, sides, wrong, right)
    alone = len(seen.right) > 5
    return Region(f"{'only' if alone else 'at'} {first.name} = {full(first.bound)}")


def _almost_all(seen: Witnesses, guess: Guess, sides: list[Bracket], wrong: list[Point]) -> bool:
    """Whether it is right in a tiny part only, where the error goes to 0 by and by."""
    bounds = [bound for bound, _, _ in sides]
    u = guess.sides[0].u
    usual = [abs(u(p)) for p in seen.target.samples]
    reach = min(max(u(p) for p in wrong) - min(u(p) for p in wrong), 2 * max(10.0, *usual, 0.0))
    small = guess.sides[0].side < 0 and len(bounds) == 1 and abs(bounds[0]) < 0.02 * reach
    if guess.outside:
        small = bounds[1] - bounds[0] < 0.02 * reach
    return small and all(_fades(seen, bad) for _, bad, _ in sides)


def _fades(seen: Witnesses, bad: Point) -> bool:
    """Whether the last wrong claim before a bound is wrong by far less than others are."""
    near = seen.at(bad)
    return near is not None and seen.gap(near) < 1e-2 * seen.typical


def _joined(guess: Guess, ends: list[_End]) -> str:
    if guess.outside:
        return " or ".join(map(_bounded, ends))
    if len(ends) == 2 and ends[0].side.name == ends[1].side.name:
        low, high = ends
        name = low.side.name
        signs = ["≤" if end.within else "<" for end in ends]
        if low.bound == -high.bound and signs[0] == signs[1]:
            return f"|{name}| {signs[0]} {shown(high.bound)}"
        return f"{shown(low.bound)} {signs[0]} {name} {signs[1]} {shown(high.bound)}"
    return " and ".join(map(_bounded, ends))


def _bounded(end: _End) -> str:
    name, bound = end.side.name, end.bound
    sign = ("≤" if end.within else "<") if end.side.side > 0 else ("≥" if end.within else ">")
    if " - " in name and not name.startswith("|"):  # x > y, and not x - y > 0
        x, y = name.split(" - ")
        more = f" {'+' if bound > 0 else '-'} {shown(abs(bound))}" if bound else ""
        return f"{x} {sign} {y}{more}"
    return f"{name} {sign} {shown(bound)}"
