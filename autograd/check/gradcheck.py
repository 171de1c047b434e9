"""gradcheck: is this derivative right, everywhere it claims to be, and if not, what is wrong?"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from autograd.check.estimate import estimate
from autograd.check.explain import explain
from autograd.check.higher import check_second
from autograd.check.inputs import plain, samples_of, without_values
from autograd.check.judge import Finding, Tolerance, judge, settle, verdict
from autograd.check.probe import probe
from autograd.check.report import GradcheckError, Report
from autograd.check.search import panel_gap, panels, points
from autograd.check.target import Point, Target, row_of, targets
from autograd.check.tensors import check_arrays
from autograd.errors import ArgumentError
from autograd.maths import number
from autograd.trees import leaves

BUDGET = 2.4  # seconds of searching
MOST_PANELS = 1500


def gradcheck(
    func: Any,
    inputs: Any = None,
    *,
    grad: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    eps: float | None = None,
    atol: float = 0.0,
    rtol: float = 1e-7,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    order: int = 1,
    domain: Any = None,
    samples: int = 40,
    seed: int = 0,
    reference: Callable[..., Any] | None = None,
) -> Report:
    """Check derivatives against values of the function, at ``inputs`` and all over the domain.

    Args:
        func: a function of Values that returns one Value or several; an operation made with
            ``primitive``, or a row of the table; with ``grad``, any function of plain numbers; a
            function of torch tensors or JAX arrays, if the inputs are; with ``grad`` or ``vjp``,
            a function of NumPy arrays.
        inputs: a number, or a tuple with the arguments, each of any structure; or a list of such
            tuples, for several samples. An operation has samples of its own.
        grad: the claimed derivative of a function of plain numbers: one number, or one per
            argument; of a function of arrays that returns one number, an array per argument.
        vjp: of a function of NumPy arrays: ``vjp(*inputs)`` returns (value, pullback), as that
            of ``autograd.vjp`` does, and ``pullback(cotangent)`` an array per argument.
        eps: a fixed step, instead of the ladder.
        atol: how far a claim may be off, besides four times the estimate's bar.
        rtol: the same, relative to the larger of claim and estimate.
        raise_exception: raise if something is wrong; else the report is false.
        nondet_tol: by how much two calls with the same numbers may differ.
        order: 2 to check the second derivatives too (of functions of Values and of operations).
        domain: (low, high), or one such interval per argument: where to search. By default that of
            the operation; for a function, all numbers where ``func`` is finite.
        samples: how many random points.
        seed: for drawing them.
        reference: the function in high precision (mpmath), to settle what is inconclusive.

    Returns:
        a report, true if nothing is wrong; it prints what was found.

    Raises:
        GradcheckError: when a derivative is wrong, or nothing could be concluded.
        ArgumentError: when inputs, grad and domain don't fit each other.

    About 1 ms per point and argument for a plain function; at most 3 s in all. The report says what
    was left out for lack of time. Sources: Ridders (1982) for the extrapolation, Moré and Wild
    (2011) for the noise, Piessens and others (1983) for the quadrature.

    >>> import math
    >>> assert gradcheck(math.sin, 1.0, grad=math.cos)
    >>> print(gradcheck(math.sin, 1.0, grad=lambda x: -math.cos(x), raise_exception=False).cause)
    sign flipped
    """
    tolerance = Tolerance(number(rtol, "rtol"), number(atol, "atol"), eps)
    if order not in {1, 2}:
        raise ArgumentError(f"gradcheck: order is {order!r}; it must be 1 or 2.")
    started = time.perf_counter()
    options = {"samples": samples, "seed": seed, "domain": domain, "nondet_tol": nondet_tol}
    options["reference"] = reference
    arrays = check_arrays(func, inputs, grad, vjp, tolerance, order, options)
    if arrays is not None:
        arrays.seconds = time.perf_counter() - started
        if raise_exception and not arrays.ok:
            raise GradcheckError(arrays)
        return arrays
    rows = [without_values(row) for row in samples_of(func, inputs)]
    by_length: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_length.setdefault(len(leaves(row)), []).append(row)
    if len(by_length) > 1 and getattr(row_of(func), "arity", 0) is not None:
        raise ArgumentError("gradcheck: the samples have different numbers of arguments.")
    work = [
        (target, group)
        for group in by_length.values()
        for target in targets(func, group[0], grad, domain)
    ]
    report = Report("")
    for k, (target, group) in enumerate(work, start=1):
        if grad is not None:
            target.what = "plain"
        flat = [tuple([plain(x) for x in leaves(row)]) for row in group]
        deadline = started + BUDGET * k / len(work)
        report = _check(target, flat, tolerance, nondet_tol, samples, seed, reference, deadline)
        if not report.ok:
            break
    if report.ok and order == 2:
        rows = max(by_length.values(), key=len)
        report = check_second(
            func, rows, report, domain, partial(check_target, tolerance=tolerance, seed=seed)
        )
    report.seconds = time.perf_counter() - started
    if raise_exception and not report.ok:
        raise GradcheckError(report)
    return report


def gradgradcheck(func: Any, inputs: Any = None, **options: Any) -> Report:
    """:func:`gradcheck` with the second derivatives.

    >>> from autograd import sin
    >>> assert gradgradcheck(sin, 1.0)
    """
    return gradcheck(func, inputs, order=2, **options)


def check_target(target: Target, flat: list[Point], *, tolerance: Tolerance, seed: int) -> Report:
    """Check one target at its samples and, more sparsely, over its domain."""
    deadline = time.perf_counter() + BUDGET / 4
    return _check(target, flat, tolerance, 0.0, 10, seed, None, deadline)


def _check(
    target: Target,
    samples: list[Point],
    tolerance: Tolerance,
    nondet_tol: float,
    count: int,
    seed: int,
    reference: Any,
    deadline: float,
) -> Report:
    report = Report(target.name, target=target)
    rng = random.Random(seed)
    report.problem = probe(target, samples, nondet_tol)
    if report.problem:
        report.ok = False
        return report
    failures: list[Finding] = []
    for point in _until(
        deadline, _all_points(target, samples, rng, count), report, at_least=len(samples)
    ):
        failures += _judge_point(target, point, tolerance, report, reference)
        if len(failures) > 30:
            break
    if not failures and tolerance.eps is None:
        failures += _judge_panels(target, samples, tolerance, report, reference, deadline)
    failures = _beyond_rounding(failures, report)
    if failures:
        report.ok = False
        explain(target, failures, tolerance, report)
    elif not report.conclusive:
        report.ok = False
        report.problem = (
            "nothing could be concluded: at no point do the values of the function give a "
            "derivative. Give other inputs, a domain, or reference=, the function in mpmath."
        )
    if any(f.found.rounded for f in report.scanned):
        report.warnings.append(
            "the function's values are rounded more coarsely than floats are (float32, or round?); "
            "the derivative could only be checked as finely as that."
        )
    report.evaluations = target.evaluations
    return report


def _beyond_rounding(failures: list[Finding], report: Report) -> list[Finding]:
    """The failures that the function's rounding, seen at other points, can't explain."""
    quantum = max([f.found.noise for f in report.scanned if f.found.rounded], default=0.0)

    def beyond(f: Finding) -> bool:
        reach = max(abs(f.point[f.index]), 1.0)
        return not abs(f.claimed - f.found.value) * reach <= 32 * quantum

    kept = [f for f in failures if beyond(f)]
    report.counts["mismatch"] -= len(failures) - len(kept)
    report.counts["inconclusive"] += len(failures) - len(kept)
    return kept


def _until(
    deadline: float, points: Iterator[Point], report: Report, at_least: int
) -> Iterator[Point]:
    for k, point in enumerate(points):
        if k >= at_least and time.perf_counter() > deadline:
            left = sum(1 for _ in points) + 1
            report.left_out = f"{left} of {left + k} points, and the panels between them"
            return
        yield point


def _all_points(
    target: Target, samples: list[Point], rng: random.Random, count: int
) -> Iterator[Point]:
    seen = set()
    for point in (*samples, *points(target, samples, rng, count)):
        key = tuple(map(repr, point))
        if key not in seen:
            seen.add(key)
            yield point


def _judge_point(
    target: Target, point: Point, tolerance: Tolerance, report: Report, reference: Any
) -> list[Finding]:
    if not math.isfinite(target.value(*point)):
        return []
    claims = target.claim(*point)
    failures = []
    for i, claimed in enumerate(claims):
        finding = judge(target, point, i, claimed, tolerance)
        if finding.verdict == "inconclusive" and reference is not None:
            finding = settle(finding, reference, tolerance)
        report.counts[finding.verdict] += 1
        report.scanned.append(finding)
        if finding.verdict == "mismatch":
            failures.append(finding)
    if not failures and target.n > 1:
        failures += _ties(target, point, claims, tolerance)
        report.counts["mismatch"] += len(failures)
    return failures


def _ties(target: Target, point: Point, claims: Point, tolerance: Tolerance) -> list[Finding]:
    """The slope of f(t, t) is the sum of both partials: all that can be checked of max(x, x)."""
    found = []
    for i in range(target.n):
        for j in range(i + 1, target.n):
            if point[i] != point[j]:
                continue

            def along(t: float, sign: float, i: int = i, j: int = j) -> float:
                moved = {i: t, j: point[j] + sign * (t - point[i])}
                return target.value(*[moved.get(k, x) for k, x in enumerate(point)])

            (a, b), (c, d) = target.domain[i], target.domain[j]
            slope = estimate(partial(along, sign=1.0), point[i], max(a, c), min(b, d))
            total = claims[i] + claims[j]
            if slope.kind != "smooth" or verdict(total, slope, tolerance) != "mismatch":
                continue
            # If f(t, -t) contradicts the partials too, f is not differentiable here at all.
            across = estimate(partial(along, sign=-1.0), point[i])
            if verdict(claims[i] - claims[j], across, tolerance) != "mismatch":
                found.append(Finding(point, i, total, slope, "mismatch"))
    return found


def _judge_panels(
    target: Target,
    samples: list[Point],
    tolerance: Tolerance,
    report: Report,
    reference: Any,
    deadline: float,
) -> list[Finding]:
    confirmed = looked = 0
    for point, i, a, b in panels(target, samples, 128 if target.n == 1 else 32):
        if time.perf_counter() > deadline:
            report.left_out = report.left_out or "some panels between the points"
            return []
        stack = [(a, b, 0)]
        while stack and confirmed < 60 and time.perf_counter() < deadline:
            low, high, depth = stack.pop()
            looked += 1
            if looked > MOST_PANELS:
                report.left_out = report.left_out or "panels that would have to be halved on"
                return []
            gap = panel_gap(target, point, i, low, high)
            if gap is None or gap[0] <= 1e-9 * gap[1] + tolerance.rtol * 0.1 * gap[1]:
                continue
            if depth < 12:
                middle = (low + high) / 2
                stack += [(low, middle, depth + 1), (middle, high, depth + 1)]
                continue
            confirmed += 1
            x = low + (high - low) * 0.4142135623730951
            suspect = (*point[:i], x, *point[i + 1 :])
            failures = _judge_point(target, suspect, tolerance, report, reference)
            if failures:
                return failures
    return []
