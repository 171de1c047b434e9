"""Where a claim is wrong, in plain words: x < 0, x = y, |x| > 3, 3 ≤ x ≤ 3.2, everywhere.

A region is a guess that separates the wrong points from the right ones, the simplest first: a bound
of one argument, a tie, a bound of |x|, an interval, a bound of x·y or |x - y|, a box. A guess is
tried on points that nobody has looked at yet, and one that fails is dropped. Its bounds are found
by bisection, and snapped to a simple number nearby.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

from autograd.check.guesses import Guess, guesses
from autograd.check.target import Point
from autograd.check.witnesses import EVERYWHERE, Region, Witnesses

ROUNDS = 8  # guesses that are tried
TRIES = 12  # points that each is tried on


def region_of(seen: Witnesses) -> Region:
    """Where the claim is wrong."""
    rng = random.Random(0)
    told = [f.point for f in seen.right if not seen.says_little(f)]
    wrong, right = [f.point for f in seen.wrong], []
    for right in ([f.point for f in seen.right], told):
        for _ in range(ROUNDS):
            guess = next(guesses(seen.target.names, wrong, right), None) if right else None
            if guess is None:
                break
            counter = _counterexample(seen, guess, wrong, right, rng)
            if counter is None:
                return _told(seen, guess, wrong, right)
            (wrong if seen.is_wrong(counter) else right).append(counter)
    isolated = [p for p in right if _is_isolated(seen, p)]
    if len(isolated) >= 0.9 * len(right) or len(seen.wrong) > 9 * len(right):
        return Region(EVERYWHERE)
    k = seen.index
    name, xs = seen.target.names[k], [f.point[k] for f in seen.wrong]
    return Region(f"at some points from {name} = {min(xs):.3g} to {name} = {max(xs):.3g}")


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


def _told(seen: Witnesses, guess: Guess, wrong: list[Point], right: list[Point]) -> Region:
    if guess.text:
        return Region(guess.text)
    sides = [_side(seen, guess, k, wrong, right) for k in range(len(guess.sides))]
    if guess.exact:
        return _exact(seen, guess, sides)
    if _almost_all(seen, guess, sides, wrong):
        return Region(EVERYWHERE)
    return _with_bound(seen, guess, sides)


def _with_bound(seen: Witnesses, guess: Guess, sides: list[Bracket]) -> Region:
    text = _joined(seen, guess, list(_words(guess, sides)))
    bound, bad, good = sides[0]
    if guess.sides[0].absolute and bad[guess.sides[0].argument] < 0:
        bound = -bound
    return Region(text, (bad, good), bound)


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
    width = max(abs(u(p)) for p in wrong)
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


def _words(guess: Guess, sides: list[Bracket]) -> Iterator[tuple[str, float, int]]:
    for side, (bound, _, _) in zip(guess.sides, sides, strict=True):
        yield side.name, bound, side.side


def _exact(seen: Witnesses, guess: Guess, sides: list[Bracket]) -> Region:
    """One value of an argument, or a tie; unless the points next to it are wrong too."""
    first, last = guess.sides[0], guess.sides[-1]
    low, high = sides[0][0], sides[-1][0]
    if len(guess.sides) > 2:
        return Region(" and ".join(f"{s.name} = {s.bound:g}" for s in guess.sides[::2]))
    wide = abs(sides[-1][1][last.argument] - sides[0][1][first.argument])
    if wide > 1e-6 * max(abs(high), abs(low), 1e-6):
        return _with_bound(seen, guess, sides)
    alone = len(seen.right) > 5
    return Region(f"{'only' if alone else 'at'} {first.name} = {first.bound:g}")


def _almost_all(seen: Witnesses, guess: Guess, sides: list[Bracket], wrong: list[Point]) -> bool:
    """Whether it is right in a tiny part only, where the error goes to 0 by and by."""
    bounds = [bound for bound, _, _ in sides]
    u = guess.sides[0].u
    reach = max(u(p) for p in wrong) - min(u(p) for p in wrong)
    outer = guess.outside or guess.sides[0].absolute
    small = guess.sides[0].side < 0 and len(bounds) == 1 and abs(bounds[0]) < 0.02 * reach
    if guess.outside:
        small = bounds[1] - bounds[0] < 0.02 * reach
    if not small:
        return False
    near = seen.at(sides[0][1])
    if near is None or near.verdict != "mismatch":
        return outer
    return outer or seen.gap(near) < 1e-2 * seen.typical


def _joined(seen: Witnesses, guess: Guess, told: list[tuple[str, float, int]]) -> str:
    if guess.outside:
        return " or ".join(_bounded(*part) for part in told)
    if len(told) == 2 and told[0][0] == told[1][0]:
        (name, low, _), (_, high, _) = told
        if guess.sides[0].absolute and low <= 0.05 * high:
            return f"{name} < {shown(high)}"
        signs = ["<", "<"]
        k = guess.sides[0].argument
        if not guess.sides[0].absolute:
            p = max(seen.wrong, key=lambda f: f.found.kind == "smooth").point
            for j, end in enumerate((low, high)):
                if k >= 0 and seen.is_wrong((*p[:k], end, *p[k + 1 :])):
                    signs[j] = "≤"
        if low == -high and signs[0] == signs[1]:
            return f"|{name}| {signs[0]} {shown(high)}"
        return f"{shown(low)} {signs[0]} {name} {signs[1]} {shown(high)}"
    return " and ".join(_bounded(*part) for part in told)


def _bounded(name: str, bound: float, side: int) -> str:
    sign = "<" if side > 0 else ">"
    if " - " in name and not name.startswith("|"):  # x > y, and not x - y > 0
        x, y = name.split(" - ")
        more = f" {'+' if bound > 0 else '-'} {shown(abs(bound))}" if bound else ""
        return f"{x} {sign} {y}{more}"
    return f"{name} {sign} {shown(bound)}"


def between(low: float, high: float, width: float = 1.0) -> float:
    """The simplest number between two, or next to them: 0 if they are small against ``width``.

    >>> between(3.0000021, 3.0000019), between(1.57082, 1.57079), between(-4e-9, 0.0)
    (3.0, 1.571, 0.0)
    """
    low, high = sorted((low, high))
    middle = (low + high) / 2
    slack = (high - low) / 2
    if abs(middle) <= 1e-6 * width + slack:
        return 0.0
    for digits in (1, 2, 3):
        simple = float(f"{middle:.{digits}g}")
        if abs(simple - middle) <= 1e-4 * abs(middle) + slack:
            return simple
    return float(f"{middle:.4g}")


def shown(bound: float) -> str:
    """A bound as it is written.

    >>> shown(1.571), shown(3.2)
    ('π/2', '3.2')
    """
    for text, part in (("2π", 2.0), ("π", 1.0), ("π/2", 0.5), ("π/4", 0.25)):
        if float(f"{part * math.pi:.4g}") == abs(bound):
            return f"{'-' * (bound < 0)}{text}"
    return f"{bound:g}"
