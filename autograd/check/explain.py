"""How a failure is explained: the simplest counterexample, the region, the cause, the place."""

from __future__ import annotations

import math

from autograd.check.diagnose import diagnose
from autograd.check.judge import Finding, Tolerance, judge
from autograd.check.locate import place_of
from autograd.check.report import Report, letters
from autograd.check.target import Target


def explain(target: Target, failures: list[Finding], tolerance: Tolerance, report: Report) -> None:
    """Find the simplest failure, the region, and the likely cause."""
    index = min(f.index for f in failures)
    wrong = [f for f in failures if f.index == index]
    wrong.sort(key=lambda f: (f.found.kind != "smooth", sum(map(_complexity, f.point))))
    simplest = _shrunk(target, wrong[0], tolerance)
    right = [f for f in report.scanned if f.index == index and f.verdict in {"ok", "kink"}]
    report.region = _region(target, simplest, wrong, right, tolerance)
    report.cause = diagnose(target, wrong, right, report.region)
    others = [f for f in failures if f is not wrong[0]]
    report.failures = [simplest, *others]
    if target.what == "function":
        report.place = place_of(target, simplest)


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


def _region(
    target: Target,
    simplest: Finding,
    wrong: list[Finding],
    right: list[Finding],
    tolerance: Tolerance,
) -> str:
    """Where along one argument it is wrong, by bisection between right and wrong points."""
    if not right:
        return "everywhere"
    for k in [simplest.index, *[j for j in range(target.n) if j != simplest.index]]:
        name = letters(target.n)[k]
        bad = sorted(f.point[k] for f in wrong)
        good = sorted(f.point[k] for f in right)
        if len(set(bad)) == 1 and bad[0] not in good:
            return f"only {name} = {bad[0]:g}" if len(good) > 5 else f"at {name} = {bad[0]:g}"
        if good[-1] < bad[0]:
            return f"{name} > {_edge(target, simplest, k, good[-1], bad[0], tolerance):g}"
        if bad[-1] < good[0]:
            return f"{name} < {_edge(target, simplest, k, good[0], bad[-1], tolerance):g}"
        inside = [x for x in good if bad[0] <= x <= bad[-1]]
        if not inside:
            below = max(x for x in good if x < bad[0])
            above = min(x for x in good if x > bad[-1])
            a = _edge(target, simplest, k, below, bad[0], tolerance)
            b = _edge(target, simplest, k, above, bad[-1], tolerance)
            return f"{a:g} < {name} < {b:g}"
    share = len(wrong) / (len(wrong) + len(right))
    return "everywhere" if share > 0.8 else f"at {share:.0%} of the points"


def _edge(
    target: Target, simplest: Finding, k: int, good: float, bad: float, tolerance: Tolerance
) -> float:
    for _ in range(30):
        middle = (good + bad) / 2
        point = (*simplest.point[:k], middle, *simplest.point[k + 1 :])
        if not math.isfinite(target.value(*point)):
            break
        claimed = target.claim(*point)[simplest.index]
        if judge(target, point, simplest.index, claimed, tolerance).verdict == "mismatch":
            bad = middle
        else:
            good = middle
    return float(f"{(good + bad) / 2:.4g}")
