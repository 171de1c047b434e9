"""The check of one function: at its samples, all over its domain, and on the panels between.

What it may cost is counted in evaluations, of the function and of the claimed derivative, so a
verdict does not depend on how fast the machine is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.check.estimate import Estimate, estimate
from autograd.check.explain import EVALUATIONS, explain, is_coarse
from autograd.check.judge import Finding, Tolerance, judge, settle, verdict
from autograd.check.probe import probe
from autograd.check.report import Report
from autograd.check.search import panel_gap, panels, points
from autograd.check.stairs import EPS
from autograd.check.target import Point, Target

FAILURES = 30  # enough to tell what is wrong
HALVINGS = 12
MOST_PARTS, MOST_DOUBTS = 80, 4  # of a panel: an oscillation can't be integrated


@dataclass(frozen=True)
class Options:
    """How to check.

    Attributes:
        budget: how many evaluations.
        samples: how many random points.
        reference: the function in high precision, or None.
        ints: whether the function is tried with ints too.
    """

    tolerance: Tolerance
    budget: int
    nondet_tol: float = 0.0
    samples: int = 40
    seed: int = 0
    reference: Any = None
    ints: bool = True


def survey(target: Target, samples: list[Point], options: Options) -> Report:
    """Check one target; its evaluations are those of the report."""
    report = Report(target.name, target=target)
    report.problem = probe(target, samples, options)
    if report.problem:
        report.ok = False
        return report
    limit = target.evaluations + options.budget
    failures = _at_points(target, samples, options, report, limit)
    if not failures and options.tolerance.eps is None:
        failures = _on_panels(target, samples, options, report, limit)
    if failures:
        report.ok = False
        most = min(EVALUATIONS, options.budget)
        explain(target, failures, options.tolerance, report, most)
    elif not report.conclusive:
        report.ok = False
        report.problem = (
            "nothing could be concluded: at no point do the values of the function give a "
            "derivative. Give other inputs, a domain, or reference=, the function in mpmath."
        )
    if is_coarse(report.scanned):
        report.warnings.append(
            "the function's values are rounded more coarsely than floats are (float32, or round?); "
            "the derivative could only be checked as finely as that."
        )
    report.evaluations = target.evaluations
    return report


def _at_points(
    target: Target, samples: list[Point], options: Options, report: Report, limit: int
) -> list[Finding]:
    """The claims that are wrong at the samples and at the points of the search."""
    failures: list[Finding] = []
    limit -= int(0.3 * options.budget)  # for the panels
    everything = list(_all_points(target, samples, options))
    for k, point in enumerate(everything):
        if k >= len(samples) and target.evaluations > limit:
            report.left_out = (
                f"{len(everything) - k} of {len(everything)} points, and panels between them"
            )
            break
        failures += judge_point(target, point, options, report, sample=k < len(samples))
        if len(failures) > FAILURES:
            break
    return failures


def _all_points(target: Target, samples: list[Point], options: Options) -> Iterator[Point]:
    rng = random.Random(options.seed)
    seen = set()
    for point in (*samples, *points(target, samples, rng, options.samples)):
        key = tuple(map(repr, point))
        if key not in seen:
            seen.add(key)
            yield point


def judge_point(
    target: Target, point: Point, options: Options, report: Report, *, sample: bool = True
) -> list[Finding]:
    """Judge all claims at a point, note them, and return those that are wrong."""
    if not math.isfinite(target.value(*point)):
        return []
    claims = target.claim(*point)
    found = []
    for i, claimed in enumerate(claims):
        finding = judge(target, point, i, claimed, options.tolerance)
        if finding.verdict in {"inconclusive", "mismatch"} and options.reference is not None:
            finding = settle(finding, options.reference, options.tolerance)
        found.append(finding)
    found = _at_ties(target, point, claims, found, options.tolerance)
    for k, finding in enumerate(found):
        if finding.verdict == "mismatch" and not (sample or _fair(finding)):
            found[k] = replace(finding, verdict="inconclusive")
        report.counts[found[k].verdict] += 1
        report.scanned.append(found[k])
    return [f for f in found if f.verdict == "mismatch"]


FAR_OUT = 1e8


def _fair(finding: Finding) -> bool:
    """Whether a claim may be called wrong: not where nobody goes, unless all numbers are clear."""
    if max(map(abs, finding.point)) < FAR_OUT:
        return True
    found = finding.found  # out there squares overflow, and x - floor(x) is 0
    return math.isfinite(finding.claimed) and found.bar < 1e-3 * abs(found.value)


def _at_ties(
    target: Target, point: Point, claims: Point, found: list[Finding], tolerance: Tolerance
) -> list[Finding]:
    """Judge again where arguments are equal: there the slope of f(t, t) is the sum of partials.

    For max(x, x) that is all that can be said. And where the slopes along single axes don't add up
    to it, as for a median, f is not differentiable and single claims can't be judged.
    """
    groups: dict[float, list[int]] = {}
    for i, x in enumerate(point):
        groups.setdefault(x, []).append(i)
    for tied in groups.values():
        if len(tied) < 2:
            continue
        slope = _along(target, point, tied, [1.0] * len(tied))
        if slope.kind not in {"smooth", "edge", "kink"}:
            continue
        parts = [claims[i] for i in tied]
        total = math.fsum(parts)
        rounding = 16 * EPS * math.fsum(map(abs, parts))
        fits = verdict(total, slope, tolerance.wider(rounding)) != "mismatch"
        wrong = [i for i in tied if found[i].verdict == "mismatch"]
        adds_up = _adds_up(slope, [found[i].found for i in tied])
        if wrong and fits and not adds_up:
            for i in wrong:
                if _is_near(target, point, i, claims[i]):
                    found[i] = replace(found[i], verdict="kink")
        elif not wrong and not fits and slope.kind == "smooth":
            # If f(t, -t) contradicts the partials too, f is not differentiable here at all.
            across = _along(target, point, tied, [1.0, -1.0]) if len(tied) == 2 else None
            difference = claims[tied[0]] - claims[tied[1]]
            if across is None or verdict(difference, across, tolerance) != "mismatch":
                found = [*found, Finding(point, tied[0], total, slope, "mismatch", tuple(tied))]
    return found


def _is_near(target: Target, point: Point, i: int, claimed: float) -> bool:
    """Whether a claim lies between slopes close by: a generalized gradient is a limit of such."""
    rng = random.Random(0)
    slopes = []
    for _ in range(12):
        beside = tuple([x + rng.uniform(-1, 1) * 1e-3 * max(abs(x), 1.0) for x in point])
        found = estimate(target.along(beside, i), beside[i], *target.domain[i], None, target.size)
        if math.isfinite(found.bar):
            slopes.append(found)
    slack = 1e-2 * max([abs(s.value) for s in slopes], default=0.0)
    return (
        len(slopes) > 3
        and min(s.value for s in slopes) - slack <= claimed <= max(s.value for s in slopes) + slack
    )


def _adds_up(slope: Estimate, parts: list[Estimate]) -> bool:
    if slope.kind != "smooth" or any(p.kind != "smooth" for p in parts):
        return False
    gap = abs(slope.value - math.fsum(p.value for p in parts))
    bars = slope.bar + math.fsum(p.bar for p in parts)
    return gap <= 8 * bars + 1e-9 * max(abs(p.value) for p in [slope, *parts])


def _along(target: Target, point: Point, tied: list[int], signs: list[float]) -> Estimate:
    """The slope of f when several arguments that are equal move together."""
    start = point[tied[0]]
    sign_of = dict(zip(tied, signs, strict=True))

    def moved(t: float) -> float:
        step = t - start
        return target.value(
            *[t if sign_of.get(k, 0) > 0 else x - step if k in sign_of else x
              for k, x in enumerate(point)]
        )  # fmt: skip

    low = max(target.domain[i][0] for i in tied)
    high = min(target.domain[i][1] for i in tied)
    if not all(s > 0 for s in signs) or not low <= start <= high:
        low, high = -math.inf, math.inf
    return estimate(moved, start, low, high)


def _on_panels(
    target: Target, samples: list[Point], options: Options, report: Report, limit: int
) -> list[Finding]:
    """Wrong claims where the integral of the claimed derivative is not the gain of the function."""
    for point, i, a, b in panels(target, samples, 128 if target.n == 1 else 32):
        stack, looked, doubtful = [(a, b, 0)], 0, 0
        while stack and looked < MOST_PARTS and doubtful < MOST_DOUBTS:
            if target.evaluations > limit:
                report.left_out = report.left_out or "panels between the points"
                return []
            low, high, depth = stack.pop()
            looked += 1
            gap = panel_gap(target, point, i, low, high)
            if gap is None or gap[0] <= (1e-9 + 0.1 * options.tolerance.rtol) * gap[1]:
                continue
            if depth < HALVINGS:
                middle = low + (high - low) / 2
                stack += [(low, middle, depth + 1), (middle, high, depth + 1)]
                continue
            doubtful += 1
            x = low + (high - low) * 0.4142135623730951
            suspect = (*point[:i], x, *point[i + 1 :])
            failures = judge_point(target, suspect, options, report, sample=False)
            if failures:
                return failures
        report.panels += 1
        report.doubtful += bool(stack)
    return []
