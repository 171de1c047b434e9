"""Probes: what is wrong before any number is compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd.check.target import Point, Target

if TYPE_CHECKING:
    from autograd.check.survey import Options

SEEDS = (0.0, 2.0, -0.75)  # adjoints of the output besides 1


def probe(target: Target, samples: list[Point], options: Options) -> str:
    """What is wrong before any comparison: not repeatable, or dependent on earlier calls."""

    def same(a: float, b: float) -> bool:
        return a == b or (a != a and b != b) or abs(a - b) <= options.nondet_tol

    for point in samples[:3]:
        if (changed := target.mutation(point)) is not None:
            return (
                f"{target.name} changes its argument at {point}: {changed}. What its derivative is "
                "computed from is lost; let it work on a copy."
            )
        first, second = target.value(*point), target.value(*point)
        if not same(first, second):
            return (
                f"the forward is not repeatable: two calls at {point} give {first!r} "
                f"and {second!r}."
            )
        claims = target.claim(*point)
        again = target.claim(*point)
        if not all(map(same, claims, again)):
            return (
                f"the derivative is not repeatable: two calls at {point} give {claims} and {again}."
            )
        for other in (
            *samples[:3],
            tuple([x * 0.5 + 0.25 for x in point]),
            tuple([x + 1e-3 * max(abs(x), 1.0) for x in point]),
        ):
            if other == point or not _inside(target, other, samples):
                continue
            target.value(*other)
            if not all(map(same, claims, target.claim(*point))):
                return (
                    f"the derivative at {point} is another after a forward at {other}: it keeps "
                    "state from the last forward. Compute it from its own operands."
                )
        if problem := _seeded(target, point, claims):
            return problem
        if options.ints and (problem := _of_ints(target, point, options.nondet_tol)):
            return problem
    return ""


def _inside(target: Target, point: Point, samples: list[Point]) -> bool:
    inside = all(a <= x <= b for x, (a, b) in zip(point, target.domain, strict=True))
    return inside or point in samples


def _seeded(target: Target, point: Point, claims: Point) -> str:
    """Whether the backward multiplies by the adjoint it is given, whatever that is."""
    if target.seeded is None or not all(map(math.isfinite, claims)):
        return ""
    for seed in SEEDS:
        scaled = target.seeded(seed, *point)
        if any(scaled) and not seed:
            return f"the backward of 0 is {scaled} at {point}; it must be 0."
        if not all(
            math.isclose(s, seed * c, rel_tol=1e-12) for s, c in zip(scaled, claims, strict=True)
        ):
            return (
                f"the backward is not linear: of {seed:g} it is {scaled} at {point}, of 1 {claims}."
            )
    return ""


def _of_ints(target: Target, point: Point, tolerance: float) -> str:
    """Whether f gives the same for 2 as for 2.0, within rounding."""
    whole = tuple([float(round(x)) for x in point])
    if not _inside(target, whole, []):
        return ""
    for_floats, for_ints = target.value(*whole), target.value(*[int(x) for x in whole])
    if math.isclose(for_floats, for_ints, rel_tol=1e-6, abs_tol=tolerance):
        return ""
    if for_floats != for_floats and for_ints != for_ints:
        return ""
    return (
        f"f({whole}) is another number for ints, {for_ints!r}, than for floats, {for_floats!r}. "
        "If that is meant, pass ints=False."
    )
