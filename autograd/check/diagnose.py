"""The likely cause of a wrong derivative: what simple mistake would give these very numbers?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

from autograd.check.estimate import estimate
from autograd.check.judge import Finding
from autograd.check.target import Target

# The claim divided by the true derivative, where that is the same number at every point.
CONSTANTS = (
    (-1.0, "sign flipped"),
    (2.0, "factor 2"),
    (0.5, "factor 1/2"),
    (-2.0, "factor -2"),
    (-0.5, "factor -1/2"),
    (math.log(10.0), "factor ln 10"),
    (1 / math.log(10.0), "factor 1/ln 10"),
    (math.log(2.0), "factor ln 2"),
    (1 / math.log(2.0), "factor 1/ln 2"),
    (math.pi, "factor π"),
    (1 / math.pi, "factor 1/π"),
    (180 / math.pi, "factor 180/π: degrees"),
    (math.pi / 180, "factor π/180: degrees"),
    (math.sqrt(2.0), "factor √2"),
    (1 / math.sqrt(2.0), "factor 1/√2"),
    (3.0, "factor 3"),
    (1 / 3, "factor 1/3"),
)


def diagnose(target: Target, wrong: list[Finding], right: list[Finding], region: str) -> str:
    """The first simple mistake that explains all wrong claims, or ""."""
    clear = [
        f for f in wrong
        if f.found.kind in {"smooth", "edge"} and math.isfinite(f.claimed)
        and f.found.bar < 1e-5 * max(abs(f.found.value), abs(f.claimed))
    ]  # fmt: skip
    if not clear:
        if any(not math.isfinite(f.claimed) for f in wrong):
            return "not finite where the derivative is"
        if any(f.found.kind == "kink" for f in wrong):
            return "outside the one-sided slopes at a kink"
        return ""
    local = region not in {"", "everywhere"} and "%" not in region
    claims = [f.claimed for f in clear]
    truths = [f.found.value for f in clear]
    if all(c == 0 for c in claims):
        return "zero" if not local else f"zero where {region}: a branch was forgotten"
    sharp = [f for f in clear if f.found.bar < 1e-6 * abs(f.found.value)]
    ratios = [f.claimed / f.found.value for f in sharp]
    for constant, name in CONSTANTS:
        if ratios and all(abs(r / constant - 1) < 1e-6 for r in ratios):
            return name
    for swapped in _swapped(target, clear):
        return swapped
    for name, factor in _factors(target):
        if len(sharp) > 1 and _fits(sharp, factor, ratios):
            return name
    if _at_the_output(target, clear):
        return "taken at the output instead of the input"
    if len(clear) > 2 and max(claims) - min(claims) <= 1e-12 * abs(claims[0]) < abs(
        max(truths) - min(truths)
    ):
        return f"constant {claims[0]:.6g}"
    gaps = [f.claimed - f.found.value for f in clear]
    if len(gaps) > 2 and max(gaps) - min(gaps) < 1e-4 * abs(gaps[0]):
        return f"off by a constant, {gaps[0]:.6g}"
    if ratios and max(ratios) - min(ratios) < 1e-4 and len(ratios) > 2:
        return f"off by a factor of {ratios[0]:.10g}"
    if local and right:
        return "wrong branch"
    if len(gaps) > 2:
        return "a missing term" if not local else ""
    return ""


def _factors(target: Target) -> Iterator[tuple[str, Callable[[Finding], float]]]:
    """Ratios that change with the point."""

    def output(f: Finding) -> float:
        return target.value(*f.point)

    def own(f: Finding) -> float:
        return f.point[f.index]

    yield "factor x: the argument itself", own
    yield "factor 1/x: one over the argument", lambda f: 1 / own(f)
    yield "factor x²", lambda f: own(f) ** 2
    yield "factor 1/x²", lambda f: 1 / own(f) ** 2
    yield "factor y: the output", output
    yield "factor 1/y: one over the output", lambda f: 1 / output(f)
    yield "factor 1-y: one less the output", lambda f: 1 - output(f)
    yield "factor 1/(1-y): one over one less the output", lambda f: 1 / (1 - output(f))
    yield "factor y²: the output squared", lambda f: output(f) ** 2
    for j in range(target.n):
        yield f"factor of the other argument, number {j + 1}", partial(_argument, j)
        yield f"factor 1 over the other argument, number {j + 1}", partial(_over_argument, j)


def _argument(j: int, f: Finding) -> float:
    return f.point[j]


def _over_argument(j: int, f: Finding) -> float:
    return 1 / f.point[j]


def _fits(clear: list[Finding], factor: Callable[[Finding], float], ratios: list[float]) -> bool:
    try:
        expected = [factor(f) for f in clear]
    except (ArithmeticError, ValueError):
        return False
    if not expected or max(expected) - min(expected) < 1e-9:
        return False
    for sign in (1, -1):
        if all(abs(r - sign * e) <= 1e-5 * abs(e) for r, e in zip(ratios, expected, strict=True)):
            return True
    return False


def _swapped(target: Target, clear: list[Finding]) -> Iterator[str]:
    for j in range(target.n):
        hits = []
        for f in clear[:6]:
            if j == f.index:
                break
            other = estimate(target.along(f.point, j), f.point[j], *target.domain[j])
            hits.append(abs(f.claimed - other.value) <= 8 * other.bar + 1e-6 * abs(f.claimed))
            back = target.claim(*f.point)[j]
            hits.append(abs(back - f.found.value) <= 8 * f.found.bar + 1e-6 * abs(back))
        if hits and all(hits):
            yield (
                "partials swapped" if target.n == 2 else f"partials swapped: it is that of {j + 1}"
            )


def _at_the_output(target: Target, clear: list[Finding]) -> bool:
    hits = []
    for f in clear[:6]:
        y = target.value(*f.point)
        low, high = target.domain[f.index]
        if not low <= y <= high:
            continue
        there = estimate(target.along(f.point, f.index), y, low, high)
        if there.kind == "smooth":
            hits.append(abs(f.claimed - there.value) <= 8 * there.bar + 1e-5 * abs(f.claimed))
    return len(hits) > 1 and all(hits)
