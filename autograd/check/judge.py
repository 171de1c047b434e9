"""The verdict on one claimed partial at one point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.check.estimate import Estimate, estimate
from autograd.check.stairs import EPS, Function, fitted
from autograd.check.target import Point, Target


@dataclass(frozen=True)
class Tolerance:
    """How far a claim may be off, beyond the estimate's own bar."""

    rtol: float = 1e-7
    atol: float = 0.0
    eps: float | None = None

    def wider(self, slack: float) -> Tolerance:
        """This one and so much more."""
        return replace(self, atol=self.atol + slack)


@dataclass(frozen=True)
class Finding:
    """One claim, judged.

    Attributes:
        verdict: "ok", "mismatch", "kink", "jump", "edge" or "inconclusive". Only "mismatch" is a
            failure; only "ok" and "kink" (a claim between the one-sided slopes) confirm the claim.
        tied: the arguments that were moved together, where they are equal: then ``claimed`` is the
            sum of their partials.
    """

    point: Point
    index: int
    claimed: float
    found: Estimate
    verdict: str
    tied: tuple[int, ...] = ()


def judge(
    target: Target, point: Point, index: int, claimed: float, tolerance: Tolerance
) -> Finding:
    """Compare a claim with what the function's values say."""
    x, along = point[index], target.along(point, index)
    low, high = target.interval(index, x)
    found = estimate(along, x, low, high, tolerance.eps, target.size)
    said = verdict(claimed, found, tolerance)
    if said == "mismatch" and math.isfinite(claimed):
        blur = _rounding(target, point, index, found)
        if verdict(claimed, found, tolerance.wider(blur)) != "mismatch":
            return Finding(point, index, claimed, found, "inconclusive")
    open_end = target.what == "operation" and target.n > 1 and found.kind == "edge"
    if said == "mismatch" and open_end and not math.isfinite(claimed):
        said = "edge"  # positive numbers, says the row: 0 is where they end
    if said == "mismatch" and found.rounded and math.isfinite(claimed):
        right, left = (
            fitted(along, x, *within, max(abs(x), 1.0) / 4, found.noise)
            for within in ((x, high), (low, x))
        )
        (r, rbar), (s, sbar) = right, left
        if abs(r - s) > 4 * (rbar + sbar):
            bent = replace(found, kind="kink", left=s, right=r, bar=rbar + sbar)
            said = verdict(claimed, bent, tolerance)
            found = bent if said == "kink" else found
    if said == "mismatch" and found.kind == "edge" and math.isfinite(claimed):
        beyond = _beyond(along, x)
        if beyond is not None and beyond.kind == "kink":
            said = verdict(claimed, beyond, tolerance)
            found = beyond if said == "kink" else found
    return Finding(point, index, claimed, found, said)


def _rounding(target: Target, point: Point, index: int, found: Estimate) -> float:
    """How far a claim may be off by rounding: that of the numbers in it, and its own scatter.

    1 - tanh² is 0 at 20 and cannot be less wrong; 1/x² - 1/sinh² scatters near 0.
    """
    x = point[index]
    blur = 32 * EPS * found.size / (abs(x) or 1.0)
    steps = [17 * math.ulp(x), 1e-10 * abs(x)]
    if abs(x) > 1e6:  # floats are far apart there: of 1e12 + sin x the ladder sees 1e12
        steps += [6.1803e-4 * abs(x), 2.7183e-5 * abs(x)]
    for step in steps:
        near = [x + step * k for k in range(-6, 7)]
        low, high = target.interval(index, x)
        if not step or not all(low <= t <= high for t in near):
            continue
        claims = [target.claim(*point[:index], t, *point[index + 1 :])[index] for t in near]
        third = sorted(abs(a - 3 * b + 3 * c - d) / 4.5 for a, b, c, d in windows(claims))
        if math.isfinite(third[-1]):
            blur = max(blur, 8 * third[len(third) // 2])
    return blur


def windows(v: list[float]) -> Iterator[tuple[float, float, float, float]]:
    """Each four neighbours."""
    return zip(v, v[1:], v[2:], v[3:], strict=False)


def _beyond(along: Function, x: float) -> Estimate | None:
    """The estimate across the end of a domain, for a kink may lie there; None if f ends there."""
    try:
        return estimate(along, x)
    except Exception:  # noqa: BLE001 - out there f may do what it likes
        return None


def verdict(claimed: float, found: Estimate, tolerance: Tolerance) -> str:
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
        clear = clear or found.value == found.scale == 0  # flat all around
        return "mismatch" if clear else "edge"
    if found.kind == "kink":
        low, high = sorted((found.left, found.right))
        return "kink" if low - slack <= claimed <= high + slack else "mismatch"
    if abs(claimed - found.value) <= slack:
        part = 0.1 if found.rounded else 1e-2
        vague = found.bar > part * max(size, 1e-6 * found.scale)
        return "inconclusive" if vague else "ok"
    slope, bar = found.tread
    if claimed == slope == 0:  # it is flat here, and sloped as a whole: made of steps, or rounded
        return "ok" if found.rounded and found.noise > 1e-4 * found.size else "inconclusive"
    if found.rounded and abs(claimed - slope) <= 4 * bar + tolerance.rtol * abs(slope):
        return "ok" if bar < 1e-6 * abs(slope) else "inconclusive"  # where it is smooth, it is that
    if found.rounded and abs(claimed - found.value) <= 16 * found.bar:
        return "inconclusive"
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
