"""The verdict on one claimed partial at one point."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from autograd.check.estimate import Estimate, estimate
from autograd.check.target import Point, Target


@dataclass(frozen=True)
class Tolerance:
    """How far a claim may be off, beyond the estimate's own bar."""

    rtol: float = 1e-7
    atol: float = 0.0
    eps: float | None = None


@dataclass(frozen=True)
class Finding:
    """One claim, judged.

    Attributes:
        verdict: "ok", "mismatch", "kink", "jump", "edge" or "inconclusive". Only "mismatch" is a
            failure; only "ok" and "kink" (a claim between the one-sided slopes) confirm the claim.
    """

    point: Point
    index: int
    claimed: float
    found: Estimate
    verdict: str


def judge(
    target: Target, point: Point, index: int, claimed: float, tolerance: Tolerance
) -> Finding:
    """Compare a claim with what the function's values say."""
    low, high = target.domain[index]
    found = estimate(target.along(point, index), point[index], low, high, tolerance.eps)
    return Finding(point, index, claimed, found, verdict(claimed, found, tolerance, target.n))


def verdict(claimed: float, found: Estimate, tolerance: Tolerance, n: int = 1) -> str:
    """What an estimate says about a claim."""
    if found.kind == "jump":
        return "jump"
    if found.kind == "infinite":
        return "edge"
    if found.kind == "unknown" or not math.isfinite(found.bar):
        return "edge" if found.kind == "edge" else "inconclusive"
    size = max(abs(claimed), abs(found.value))
    slack = 4 * found.bar + tolerance.rtol * size + tolerance.atol
    if 0 < size < 1e-304:
        return "inconclusive"  # subnormal numbers have few digits, in the claim and in the estimate
    if not math.isfinite(claimed):
        clear = found.bar < 1e-3 * max(abs(found.value), found.scale)
        return "mismatch" if clear and (found.kind != "edge" or n == 1) else "edge"
    if found.kind == "kink":
        low, high = sorted((found.left, found.right))
        return "kink" if low - slack <= claimed <= high + slack else "mismatch"
    if abs(claimed - found.value) <= slack:
        vague = found.bar > 1e-2 * max(size, 1e-6 * found.scale)
        return "inconclusive" if vague else "ok"
    if found.kind == "edge":
        return "mismatch" if n == 1 else "edge"
    if found.rounded and (claimed == 0 or abs(claimed - found.value) < 0.05 * size):
        return "inconclusive"  # 0 is the slope of a rounded function within each step
    return "mismatch"


def settle(finding: Finding, reference: Any, tolerance: Tolerance) -> Finding:
    """What high precision says where floats say nothing."""
    import mpmath

    def along(t: Any) -> Any:
        point = [mpmath.mpf(x) for x in finding.point]
        point[finding.index] = t
        return reference(*point)

    with mpmath.workdps(60):
        try:
            slope = float(mpmath.diff(along, mpmath.mpf(finding.point[finding.index])))
        except (ArithmeticError, ValueError, TypeError):
            return finding
    found = replace(finding.found, kind="smooth", value=slope, bar=1e-14 * abs(slope))
    return replace(finding, found=found, verdict=verdict(finding.claimed, found, tolerance))
