"""The likely cause of a wrong derivative: what simple mistake would give these very numbers?

A cause is named only if it was verified: it has to give what is claimed at all the wrong points
whose estimate is sharp, at three of them or more. Otherwise there is "no simple pattern".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from autograd.check.branches import branches
from autograd.check.elsewhere import (
    constant_claim,
    itself,
    other_orders,
    swapped_arguments,
    swapped_partials,
    taken_elsewhere,
    zero_claim,
)
from autograd.check.evidence import Cause, Evidence, fits
from autograd.check.judge import Finding
from autograd.check.mutants import mutants
from autograd.check.ratios import (
    constant_factors,
    off_by_a_constant,
    off_by_a_factor,
    power_factors,
    power_terms,
    unit_factors,
)

NONE = Cause("")
AFTER_FACTORS: tuple[Callable[[Evidence], Iterator[Cause]], ...] = (
    constant_claim,
    unit_factors,
    swapped_arguments,
    taken_elsewhere,
    other_orders,
    off_by_a_factor,
    branches,
    off_by_a_constant,
    power_factors,
    itself,
    power_terms,
)


def diagnose(evidence: Evidence, wrong: list[Finding]) -> Cause:
    """The first simple mistake that explains all wrong claims, or one without a text."""
    if not evidence.sharp:
        return _without_slopes(wrong)
    for zero in zero_claim(evidence):
        return zero
    factor = first(constant_factors, evidence)
    edge = first(mutants, evidence)
    swapped = first(swapped_partials, evidence)
    if swapped is not None and not (factor and _in_all_arguments(evidence, factor)):
        return swapped
    branch = first(branches, evidence) if factor is None else None
    if branch is not None and edge is not None and not edge.text.endswith("is left out"):
        return branch
    if factor is not None and (edge is None or factor.text == "sign flipped"):
        return factor
    if edge is not None:
        if edge.text.startswith(("the local", "the inner", "the adjoint")):
            factor = factor or first(unit_factors, evidence)
        said = factor.text.partition(":")[0] + ": " if factor is not None else ""
        return Cause(said + edge.text, edge.predicts)
    for find in AFTER_FACTORS:
        if (cause := first(find, evidence)) is not None:
            return cause
    return NONE


def first(find: Callable[[Evidence], Iterator[Cause]], evidence: Evidence) -> Cause | None:
    """The first cause of a kind; none where the numbers overflow on the way."""
    try:
        return next(find(evidence), None)
    except (ArithmeticError, ValueError):
        return None


def _without_slopes(wrong: list[Finding]) -> Cause:
    strange = [f for f in wrong if not math.isfinite(f.claimed)]
    if strange and all(f.found.kind == "kink" for f in strange):
        return Cause("not finite at a kink")
    if strange:
        return Cause("not finite where the derivative is")
    if any(f.found.kind == "kink" for f in wrong):
        return Cause("outside the one-sided slopes at a kink")
    return NONE


def _in_all_arguments(evidence: Evidence, factor: Cause) -> bool:
    """Whether one factor explains the claims for all arguments."""
    for f in evidence.sharp[:3]:
        for j, claim in enumerate(evidence.target.claim(*f.point)):
            found = evidence.slope(f, f.point[j], j)
            if found is None or factor.predicts is None:
                return False
            if not fits(Finding(f.point, j, claim, found, "mismatch"), factor.predicts):
                return False
    return True


def explains_the_rest(cause: Cause, right: list[Finding]) -> bool:
    """Whether a cause holds at the right points too, where it happens to change nothing."""
    if cause.predicts is None:
        return False
    flat = [f for f in right if f.claimed == f.found.value == 0]
    if len(flat) > max(2, len(right) / 3):  # a region of its own, where there is no slope
        return False
    told = 0
    for f in right:
        if f.found.kind not in {"smooth", "edge"}:
            continue
        try:
            said = cause.predicts(f)
        except (ArithmeticError, ValueError):
            continue
        if said is None:
            continue
        value, bar = said
        slack = 8 * max(bar, f.found.bar) + 1e-6 * max(abs(value), abs(f.claimed))
        if not abs(f.claimed - value) <= slack:
            return False
        told += 1
    return told > 0


def tolerance_hint(failures: list[Finding]) -> str:
    """What to pass if all gaps are tiny, as those of an iterative solver are; or ""."""
    if len(failures) < 3 or any(f.found.kind == "kink" for f in failures):
        return ""
    gaps = [abs(f.claimed - f.found.value) for f in failures]
    sizes = [max(abs(f.claimed), abs(f.found.value)) for f in failures]
    if not all(map(math.isfinite, gaps)):
        return ""
    relative = sorted(g / s for g, s in zip(gaps, sizes, strict=True))
    alike = relative[-1] <= 1e-4 and relative[-1] <= 100 * relative[len(relative) // 2]
    if relative[-1] <= 1e-5 or alike:
        return f"solver tolerance? pass rtol={_above(relative[-1])}"
    gaps.sort()
    if gaps[-1] <= 1e-4 * max(sizes) and gaps[-1] <= 100 * gaps[len(gaps) // 2]:
        return f"solver tolerance? pass atol={_above(gaps[-1])}"
    return ""


def _above(x: float) -> str:
    """A power of ten well above x.

    >>> _above(3e-6)
    '1e-05'
    """
    return f"{10.0 ** math.ceil(math.log10(3 * x)):g}"
