"""Second derivatives and forward mode, by the same estimator on the claimed partials."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograd.check.report import Report
from autograd.check.survey import Options, survey
from autograd.check.target import Point, Target, row_of, targets
from autograd.errors import GraphError
from autograd.transforms.forward import jvp
from autograd.transforms.second import HessianProducts
from autograd.trees import leaves, rebuilt
from autograd.value import record


def check_second(
    func: Any,
    rows: list[tuple[Any, ...]],
    report: Report,
    domain: Any,
    options: Options,
    tick: Callable[[], Any] | None = None,
) -> Report:
    """Check Hessians and tangents against the first partials; returns the report on both."""
    row = row_of(func)
    function = func if row is None else lambda *xs: record(row, *xs)
    point = rows[0]
    first = targets(func, point, None, domain)[0]
    flat = [tuple(map(float, leaves(p))) for p in rows]

    def hessian_row(i: int) -> Any:
        def claim(*xs: float) -> list[float]:
            args = rebuilt(point, iter(xs))
            return HessianProducts(function, args).product({i: 1.0})

        return claim

    def partial(i: int) -> Any:
        return lambda *xs: first.claim(*xs)[i]

    for p in flat[:5]:
        problem = _forward_mode(function, rebuilt(point, iter(p)), first, p)
        if problem:
            report.ok, report.problem = False, problem
            return report
    for i in range(first.n):
        name = f"the derivative of {first.name}'s partial {i + 1}"
        target = Target(name, first.n, partial(i), hessian_row(i), first.domain, "second")
        target.names, target.structure = first.names, first.structure
        target.source, target.usual_domain = first.source, first.usual_domain
        try:
            target.tick = tick
            share = replace(options, budget=max(options.budget // first.n, 1))
            second = survey(target, flat, share)
        except GraphError as error:
            report.ok, report.problem = False, str(error)
            return report
        report.counts += Counter({f"second {v}": n for v, n in second.counts.items()})
        report.evaluations += second.evaluations
        if not second.ok and second.failures:
            if not second.cause:
                second.cause = "wrong only in the second derivative"
            else:
                second.cause += " (wrong only in the second derivative)"
            second.counts = report.counts
            return second
    return report


def _forward_mode(function: Any, args: Any, first: Target, p: Point) -> str:
    """Forward mode against reverse: both read the same rules, so they agree to rounding."""
    claims = first.claim(*p)
    for i in range(first.n):
        unit = rebuilt(args, (float(i == j) for j in range(first.n)))
        tangent = leaves((jvp(function, args, unit)[1],))[0]
        if math.isfinite(tangent) and not math.isclose(
            tangent, claims[i], rel_tol=1e-9, abs_tol=1e-12
        ):
            return (
                f"forward mode gives {tangent!r} for partial {i + 1} at {p}, reverse {claims[i]!r}."
            )
    return ""
