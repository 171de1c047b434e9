"""Probes: what is wrong before any number is compared."""

from __future__ import annotations

import math

from autograd.check.target import Point, Target


def probe(target: Target, samples: list[Point], nondet_tol: float) -> str:
    """What is wrong before any comparison: not repeatable, or dependent on earlier calls."""

    def same(a: float, b: float) -> bool:
        return a == b or (a != a and b != b) or abs(a - b) <= nondet_tol

    for point in samples[:3]:
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
            if other == point:
                continue
            target.value(*other)
            if not all(map(same, claims, target.claim(*point))):
                return (
                    f"the derivative at {point} is another after a forward at {other}: it keeps "
                    "state from the last forward. Compute it from its own operands."
                )
        if target.seeded is not None and all(map(math.isfinite, claims)):
            nothing, doubled = target.seeded(0.0, *point), target.seeded(2.0, *point)
            if any(nothing):
                return f"the backward of 0 is {nothing} at {point}; it must be 0."
            pairs = zip(doubled, claims, strict=True)
            if not all(math.isclose(d, 2 * c, rel_tol=1e-12) for d, c in pairs):
                return (
                    f"the backward is not linear: of 2 it is {doubled} at {point}, of 1 {claims}."
                )
        whole = tuple([float(round(x)) for x in point])
        if all(a <= x <= b for x, (a, b) in zip(whole, target.domain, strict=True)):
            as_ints = target.value(*[int(x) for x in whole])
            if not same(target.value(*whole), as_ints):
                return f"f({whole}) is another number for ints, {as_ints!r}, than for floats."
    return ""
