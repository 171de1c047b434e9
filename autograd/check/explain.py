"""How a failure is explained: the simplest counterexample, the region, the cause, the place."""

from __future__ import annotations

import math
import random

from autograd.check.diagnose import diagnose, explains_the_rest, tolerance_hint
from autograd.check.evidence import Cause, Evidence, gather
from autograd.check.judge import Finding, Tolerance, judge
from autograd.check.locate import place_of
from autograd.check.recorded import blamed, detached
from autograd.check.regions import region_of
from autograd.check.report import Report
from autograd.check.search import points
from autograd.check.target import Target
from autograd.check.witnesses import EVERYWHERE, Region, Witnesses

COARSE = 1e-9  # steps as high as that, relative to the function, are not those of doubles
FAR_OUT = 1e8
EVALUATIONS = 50_000  # for an explanation, or as many as the budget


def explain(
    target: Target,
    failures: list[Finding],
    tolerance: Tolerance,
    report: Report,
    most: int = EVALUATIONS,
) -> None:
    """Find the simplest failure, the region, and the likely cause, in so many evaluations."""
    failures = [f for f in failures if tie_of(target, f, tolerance) is None] or failures
    index = min(f.index for f in failures)
    wrong = [f for f in failures if f.index == index]
    wrong.sort(key=lambda f: (f.found.kind != "smooth", sum(map(_complexity, f.point))))
    report.tie = tie_of(target, wrong[0], tolerance)
    limit = target.evaluations + most // 2
    right = [f for f in report.scanned if f.index == index and f.verdict in {"ok", "kink"}]
    simplest = wrong[0] if report.tie else _shrunk(target, wrong[0], tolerance)
    known = wrong if simplest in wrong else [*wrong, simplest]
    seen = Witnesses(target, index, tolerance, known, right, limit)
    if report.tie:
        names = target.names
        region = Region(" = ".join(names[k] for k in report.tie))
        tied = [f for f in wrong if tie_of(target, f, tolerance) == report.tie]
        evidence = gather(target, index, tied, seen, region)
        evidence.sharp = [f for f in evidence.sharp if f in tied]
        evidence.tied = True
    else:
        region = region_of(seen)
        seen.limit = max(limit, target.evaluations + most // 4)
        evidence = gather(target, index, wrong, seen, region)
    cause = diagnose(evidence, wrong)
    if target.what == "function" and not cause.text:
        cause = _in_the_graph(evidence, tolerance, most)
    asked = any(f.point in target.samples for f in right)
    if region.local and not report.tie and not asked and explains_the_rest(cause, right):
        region = Region(EVERYWHERE)
    report.region = region.text
    report.cause = cause.text
    if not cause.text and (tolerance_hint(wrong) or not region.local):
        report.cause = tolerance_hint([*failures, *_others(target, seen)])
    if cause.text == "zero" and region.local and not report.tie:
        report.cause = _zero(region)
    others = [f for f in failures if f is not wrong[0]]
    report.failures = [simplest, *others]
    if target.what == "function":
        report.place = place_of(target, simplest)


def _in_the_graph(evidence: Evidence, tolerance: Tolerance, most: int) -> Cause:
    """The cause in a function of Values: of the operation that is wrong, or of a lost path."""
    evidence.seen.limit = evidence.target.evaluations + most // 4
    for cause in detached(evidence):
        return cause
    inner = blamed(evidence)
    if inner is None:
        return Cause("")
    target, findings = inner
    limit = target.evaluations + most // 4
    seen = Witnesses(target, findings[0].index, tolerance, findings, [], limit)
    cause = diagnose(
        gather(target, findings[0].index, findings, seen, Region(EVERYWHERE)), findings
    )
    return Cause(f"in {target.name}: {cause.text}" if cause.text else "")


def _others(target: Target, seen: Witnesses) -> list[Finding]:
    """The wrong claims that a search would meet if it did not stop at many: a hint is for all."""
    samples = list(target.samples) or [seen.wrong[0].point]
    found = [f for f in seen.seen.values() if f is not None and f.verdict == "mismatch"]
    seen.limit = max(seen.limit, target.evaluations + EVALUATIONS // 4)
    for point in points(target, samples, random.Random(0), 40):
        if seen.late():
            break
        f = seen.at(point) if max(map(abs, point)) < FAR_OUT else None
        if f is not None and f.verdict == "mismatch":
            found.append(f)
    return found


def is_coarse(scanned: list[Finding]) -> bool:
    """Whether many values are rounded far more coarsely than floats, as in single precision.

    By a few ulp plain code is too, 1 + erf x for one, and that is nobody's concern.
    """
    high = [f for f in scanned if f.found.rounded and f.found.noise >= COARSE * f.found.size]
    return len(high) > len(scanned) / 4


def _zero(region: Region) -> str:
    if region.is_a_point:
        return f"zero {region.text.replace('only', 'at')}"
    if region.text.startswith("at some"):
        return "zero"
    return f"zero where {region.text}: a branch was forgotten"


def tie_of(target: Target, f: Finding, tolerance: Tolerance) -> tuple[int, ...] | None:
    """The equal arguments, if the claim is the sum of their partials; else None."""
    if f.tied:
        return f.tied
    i = f.index
    ties = [j for j, x in enumerate(f.point) if j != i and x == f.point[i]]
    if not ties:
        return None
    claims = target.claim(*f.point)
    for j in ties:
        if claims[i] + claims[j] == f.claimed and (
            f.claimed != claims[i]
            or judge(target, f.point, i, f.claimed, tolerance).verdict != "mismatch"
        ):
            return i, j
    return None


def _complexity(x: float) -> float:
    return len(repr(x)) + abs(math.log10(abs(x))) if x else 0.0


def _shrunk(target: Target, failure: Finding, tolerance: Tolerance) -> Finding:
    """The same failure at simpler numbers."""
    best = failure
    for _ in range(2):
        for i, x in enumerate(best.point):
            for simple in (
                0.0,
                1.0,
                -1.0,
                2.0,
                -2.0,
                0.5,
                float(round(x)),
                float(f"{x:.1g}"),
                float(f"{x:.2g}"),
            ):
                low, high = target.domain[i]
                if _complexity(simple) >= _complexity(x) or not low <= simple <= high:
                    continue
                point = (*best.point[:i], simple, *best.point[i + 1 :])
                if not math.isfinite(target.value(*point)):
                    continue
                found = judge(
                    target, point, best.index, target.claim(*point)[best.index], tolerance
                )
                if found.verdict == "mismatch" and found.found.kind == "smooth":
                    best = found
                    break
    return best
