"""Causes that are another derivative: of other arguments, at another place, of another order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations
from typing import Any

from autograd.check.estimate import estimate
from autograd.check.evidence import Cause, Evidence, Prediction
from autograd.check.judge import Finding

MOST = 4  # points that are looked at for all arguments
GAUSS = (  # the 5-point rule on [-1, 1]
    (0.0, 0.5688888888888889),
    (0.5384693101056831, 0.47862867049936647),
    (0.906179845938664, 0.23692688505618908),
)


def swapped_partials(evidence: Evidence) -> Iterator[Cause]:
    """The partials are right, and of other arguments."""
    target, n = evidence.target, evidence.target.n
    if not 1 < n <= 12 or evidence.tied or len(evidence.sharp) < 2:
        return
    options: list[set[int]] = [set(range(n)) for _ in range(n)]
    differ = False
    for f in evidence.sharp[: max(MOST, 24 // n)]:
        claims = target.claim(*f.point)
        slopes = [evidence.slope(f, f.point[j], j) for j in range(n)]
        if any(s is None for s in slopes):
            return
        true = [(s.value, s.bar) for s in slopes if s is not None]
        for j, claim in enumerate(claims):
            options[j] &= {
                k for k, (v, b) in enumerate(true) if abs(claim - v) <= 8 * b + 1e-7 * abs(v)
            }
        differ = differ or len({round(v, 6) for v, _ in true}) > 1
    if not differ or evidence.index in options[evidence.index]:
        return
    order = _bijection(options)
    if order is None:
        return
    moved = [j for j in range(n) if order[j] != j]
    names = target.names

    def predicts(f: Finding) -> tuple[float, float] | None:
        k = order[evidence.index]
        found = evidence.slope(f, f.point[k], k)
        return None if found is None else (found.value, found.bar)

    yield Cause(_permutation(names, order, moved), predicts)


def _bijection(options: list[set[int]]) -> list[int] | None:
    """One k of each set, all different; j itself where it may be."""
    order: list[int] = [-1] * len(options)
    for j, some in sorted(enumerate(options), key=lambda o: (len(o[1]), o[0] not in o[1])):
        free = [k for k in some if k not in order]
        if not free:
            return None
        order[j] = j if j in free else min(free)
    return order


def _permutation(names: tuple[str, ...], order: list[int], moved: list[int]) -> str:
    if len(names) == 2:
        return "partials swapped"
    entry = re.compile(r"(.*)\[(\d+)(?:\]\[|, )(\d+)\]$")
    found = [entry.match(name) for name in names]
    if all(found):
        flipped = [(m[1], m[3], m[2]) for m in found if m]
        straight = [(m[1], m[2], m[3]) for m in found if m]
        if [flipped[j] for j in range(len(names))] == [
            straight[order[j]] for j in range(len(names))
        ]:
            return f"partials swapped: the matrix {straight[0][0]} is transposed"
    if len(moved) == 2:
        return f"partials swapped: those of {names[moved[0]]} and {names[moved[1]]}"
    told = ", ".join(f"{names[j]} has that of {names[order[j]]}" for j in moved[:4])
    return f"partials swapped: {told}" + (" ..." if len(moved) > 4 else "")


def swapped_arguments(evidence: Evidence) -> Iterator[Cause]:
    """The partials at a point with the arguments in another order."""
    n, i = evidence.target.n, evidence.index
    if not 1 < n <= 4 or evidence.tied:
        return
    names = evidence.target.names

    def at(arrange: Callable[[list[float]], Any]) -> Prediction:
        return lambda f: _slope_at(evidence, tuple(arrange(list(f.point))), i)

    for j, k in permutations(range(n), 2):
        replaced = at(partial(_replaced, j, k))
        if evidence.explained(replaced) and _matters(evidence, j, partial(_number, k)):
            text = f"arguments mixed up: it is the partial with {names[k]} for {names[j]}"
            yield Cause(text, replaced)
    for j, k in combinations(range(n), 2):
        exchanged = at(partial(_exchanged, j, k))
        if evidence.explained(exchanged) and _matters(evidence, j, partial(_number, k)):
            text = f"it is the partial with {names[j]} and {names[k]} exchanged"
            yield Cause(f"arguments swapped: {text}", exchanged)
    for turn in range(1, n) if n > 2 else ():
        turned = at(partial(_turned, turn))
        if evidence.explained(turned):
            where = ", ".join(names[turn:] + names[:turn])
            yield Cause(f"arguments rotated: it is the partial at ({where})", turned)


def _number(k: int, f: Finding) -> float:
    return f.point[k]


def _replaced(j: int, k: int, xs: list[float]) -> list[float]:
    return [*xs[:j], xs[k], *xs[j + 1 :]]


def _exchanged(j: int, k: int, xs: list[float]) -> list[float]:
    xs[j], xs[k] = xs[k], xs[j]
    return xs


def _turned(turn: int, xs: list[float]) -> list[float]:
    return xs[turn:] + xs[:turn]


def _slope_at(evidence: Evidence, point: tuple[float, ...], i: int) -> tuple[float, float] | None:
    domain = evidence.target.domain
    if evidence.seen.late():
        return None
    if not all(low <= x <= high for x, (low, high) in zip(point, domain, strict=True)):
        return None
    found = estimate(evidence.target.along(point, i), point[i], *domain[i])
    return (found.value, found.bar) if found.kind in {"smooth", "edge"} else None


def taken_elsewhere(evidence: Evidence) -> Iterator[Cause]:
    """The derivative at another place."""
    i, name = evidence.index, evidence.name
    if evidence.tied:
        return

    def output(f: Finding) -> float:
        return evidence.target.value(*f.point)

    def moved(change: Callable[[float], float]) -> Callable[[Finding], float]:
        return lambda f: change(f.point[i])

    places: list[tuple[str, Callable[[Finding], float]]] = [
        ("taken at the output instead of the input", output),
        *[
            (f"taken at {text} instead of {name}", moved(change))
            for text, change in (
                (f"-{name}", lambda x: -x),
                (f"{name} - 1", lambda x: x - 1),
                (f"{name} + 1", lambda x: x + 1),
                (f"1/{name}", lambda x: 1 / x),
                (f"{name}²", lambda x: x * x),
                (f"2{name}", lambda x: 2 * x),
                (f"{name}/2", lambda x: x / 2),
                (f"π/180·{name}", math.radians),
                (f"180/π·{name}", math.degrees),
            )
        ],
    ]
    for text, place in places:

        def predicts(
            f: Finding, place: Callable[[Finding], float] = place
        ) -> tuple[float, float] | None:
            x = place(f)
            return _slope_at(evidence, (*f.point[:i], x, *f.point[i + 1 :]), i)

        # Somewhere it may lie outside the domain: then the other points say it.
        inside = [f for f in evidence.sharp if _inside(evidence, place, f)]
        if 2 * len(inside) < len(evidence.sharp):
            continue
        some = replace(evidence, sharp=inside)
        if some.explained(predicts) and _varies(some) and _matters(some, i, place):
            yield Cause(text, predicts if len(inside) == len(evidence.sharp) else None)


def _matters(evidence: Evidence, j: int, place: Callable[[Finding], float]) -> bool:
    """Whether the slope depends on where argument j is, so that it tells one place from others."""
    told = 0
    for f in evidence.sharp:
        x = place(f)
        for factor in (1.03, 0.97):
            found = _slope_at(evidence, (*f.point[:j], factor * x, *f.point[j + 1 :]), f.index)
            if found is not None:
                told += abs(found[0] - f.claimed) > 100 * found[1] + 1e-7 * abs(f.claimed)
                break
    return 2 * told > len(evidence.sharp)


def _varies(evidence: Evidence) -> bool:
    claims = [f.claimed for f in evidence.sharp]
    return bool(claims) and max(claims) - min(claims) > 1e-6 * max(map(abs, claims))


def _inside(evidence: Evidence, place: Callable[[Finding], float], f: Finding) -> bool:
    low, high = evidence.target.domain[evidence.index]
    try:
        x = place(f)
    except (ArithmeticError, ValueError):
        return False
    return math.isfinite(x) and low <= x <= high


def itself(evidence: Evidence) -> Iterator[Cause]:
    """f for f'."""
    if evidence.tied or not _varies(evidence):
        return
    for sign, minus in ((1, ""), (-1, "minus ")):
        same = partial(_value, evidence, sign)
        if evidence.explained(same):
            yield Cause(f"{minus}the function itself instead of its derivative", same)


def _value(evidence: Evidence, sign: int, f: Finding) -> tuple[float, float]:
    return sign * evidence.target.value(*f.point), 0.0


def other_orders(evidence: Evidence) -> Iterator[Cause]:
    """The second derivative, or an antiderivative."""
    claims = [abs(f.claimed) for f in evidence.sharp]
    if evidence.tied or not claims or max(claims) - min(claims) < 0.1 * max(claims):
        return
    sharp = evidence.sharp[:6]
    if len([f for f in sharp if evidence.target.value(*f.point)]) < 3:
        return

    for holds, text in (
        (_is_antiderivative, "the antiderivative instead of the derivative"),
        (_is_second, "the second derivative instead of the first"),
    ):
        if not evidence.seen.late() and all(_safely(holds, evidence, f) for f in sharp):
            yield Cause(text)


def _claim(evidence: Evidence, f: Finding, x: float) -> float:
    i = evidence.index
    return evidence.target.claim(*f.point[:i], x, *f.point[i + 1 :])[i]


def _is_antiderivative(evidence: Evidence, f: Finding) -> bool:
    """Whether the claim's own slope is f."""
    i = evidence.index
    claim = partial(_claim, evidence, f)
    found = estimate(claim, f.point[i], *evidence.target.domain[i])
    y = evidence.target.value(*f.point)
    close = abs(found.value - y) <= 8 * found.bar + 1e-7 * abs(y)
    clear = found.bar < 1e-3 * max(abs(found.value), abs(f.claimed))
    return found.kind == "smooth" and close and clear


def _is_second(evidence: Evidence, f: Finding) -> bool:
    """Whether the claim's integral is the rise of the slope."""
    x = f.point[evidence.index]
    half = 0.05 * max(abs(x), 0.1)
    there = evidence.slope(f, x + 2 * half)
    if there is None:
        return False
    total = 0.0
    for node, weight in GAUSS:
        for t in {node, -node}:
            total += weight * half * _claim(evidence, f, x + half + half * t)
    rise, bar = there.value - f.found.value, there.bar + f.found.bar
    return abs(total - rise) <= 8 * bar + 1e-7 * abs(rise) and bar < 1e-4 * abs(rise)


def _safely(holds: Callable[[Evidence, Finding], bool], evidence: Evidence, f: Finding) -> bool:
    try:
        return holds(evidence, f)
    except (ArithmeticError, ValueError):
        return False


def constant_claim(evidence: Evidence) -> Iterator[Cause]:
    """One number everywhere, for a slope that is not."""
    claims = [f.claimed for f in evidence.sharp]
    true = [f.found.value for f in evidence.sharp]
    if (
        len(claims) > 2
        and max(claims) == min(claims)
        and max(true) - min(true) > 1e-6 * max(map(abs, true))
    ):
        yield Cause(f"constant {claims[0]:.6g}")


def zero_claim(evidence: Evidence) -> Iterator[Cause]:
    """Nothing flows."""
    if evidence.sharp and all(f.claimed == 0 for f in evidence.sharp):
        yield Cause("zero")
