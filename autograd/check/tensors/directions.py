"""The check of a function of arrays: random directions first, then the elements.

A random direction d and a random cotangent u turn the function into t ↦ uᵀ·f(x + t·d), and what is
claimed for it is (uᵀ·J)·d: one pull and one estimate, however many numbers there are. A wrong
Jacobian passes only if the error is orthogonal to both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.check.estimate import Estimate
from autograd.check.judge import Tolerance
from autograd.check.tensors.elements import cause_of, confirm, localise, not_finite
from autograd.check.tensors.position import Bounds, Position
from autograd.check.tensors.probes import cotangent, forward_mode, not_linear, probe, scales
from autograd.check.tensors.result import ElementFinding, TensorReport
from autograd.check.tensors.subject import Subject
from autograd.errors import ArgumentError
from autograd.maths import number

MANY = 100_000  # above, fewer directions are tried: each costs 150 values


def check_subject(
    subject: Subject,
    tolerance: Tolerance,
    *,
    samples: int = 2,
    seed: int = 0,
    domain: Any = None,
    nondet_tol: float = 0.0,
) -> TensorReport:
    """Check a function at its point and at up to two near it.

    Raises:
        ArgumentError: when there is nothing to be checked, or the function raises.
    """
    report = TensorReport(subject.name)
    rng = np.random.default_rng(seed)
    if not subject.parts:
        raise ArgumentError("gradcheck: there is no array of floats among the inputs.")
    subject.prepare()
    bounds = _bounds(subject, domain)
    report.notes = subject.notes
    if not len(subject.x) or not sum(p.size for p in subject.outputs):
        report.warnings.append("there are no numbers in the arrays: nothing to be wrong")
        return report
    report.problem = probe(subject, nondet_tol, rng)
    if not report.problem:
        for k, x in enumerate(_points(subject, bounds, rng, samples)):
            _look(subject, x, tolerance, bounds, rng, report, exact=k == 0)
            if report.failures:
                break
        else:
            report.problem = not_linear(subject, rng) or forward_mode(subject, x, rng)
    report.evaluations = subject.evaluations
    if not report.problem and not report.failures and not report.conclusive:
        report.problem = (
            "nothing could be concluded: the values of the function give no derivative at these "
            "inputs. Give others, or a domain."
        )
    report.ok = not (report.problem or report.failures)
    return report


def _bounds(subject: Subject, domain: Any) -> Bounds:
    """The least and the largest that each number may be."""
    n = len(subject.x)
    low, high = np.full(n, -math.inf), np.full(n, math.inf)
    if domain is None:
        return low, high
    given = list(domain)
    if len(given) == 2 and not isinstance(given[0], (tuple, list)):
        given = [tuple(given)] * len(subject.parts)
    if len(given) == 1:
        given *= len(subject.parts)
    if len(given) != len(subject.parts):
        raise ArgumentError(
            f"gradcheck: got {len(given)} intervals for {len(subject.parts)} arrays."
        )
    for (a, b), part in zip(given, subject.parts, strict=True):
        least, most = number(a, "domain"), number(b, "domain")
        if not least < most:
            raise ArgumentError(f"gradcheck: the domain has an empty interval, ({a}, {b}).")
        low[part.start : part.stop], high[part.start : part.stop] = least, most
    if not np.all((low <= subject.x) & (subject.x <= high)):
        raise ArgumentError("gradcheck: the inputs are outside the domain.")
    return low, high


def _points(subject: Subject, bounds: Bounds, rng: Any, samples: int) -> Iterator[Any]:
    """The given point, and up to two near it where the function is as finite as there."""
    x = subject.x
    yield x
    finite = np.isfinite(subject.values(x))
    scale = scales(subject)
    count = min(samples, 1 if len(x) > MANY else 2)
    for k in range(count):
        size = (0.02, 0.2)[k]
        noise = rng.uniform(-1, 1, len(x))
        for near in (
            x + size * scale * noise,
            x * (1 + size * noise) + 0.01 * scale * np.abs(noise),
            x * (1 + 0.01 * size * noise),
        ):
            inside = np.clip(near, *bounds)
            try:
                there = subject.values(inside)
            except Exception:  # noqa: BLE001, S112 - it need not take any point but the given
                continue
            if there.shape == finite.shape and np.isfinite(there[finite]).all():
                yield inside
                break


def _look(
    subject: Subject,
    x: Any,
    tolerance: Tolerance,
    bounds: Bounds,
    rng: Any,
    report: TensorReport,
    *,
    exact: bool,
) -> None:
    """Judge directions at one point; go on to elements where one is wrong."""
    here = subject.values(x)
    u = cotangent(here, rng)
    try:
        at = Position(subject, x, u, tolerance, bounds, rng, exact=exact)
    except Exception:
        if exact:
            raise
        return  # the backward need not take any point but the given
    usable = np.isfinite(at.claims)
    report.point = x
    if not usable.all() and not_finite(at, report):
        report.cause = cause_of(at, report)
        return
    scale = scales(subject)
    doubtful = 0
    for group in _groups(subject, rng, exact=exact):
        where = _unknown(group[usable[group]], report, subject)
        if not len(where):
            continue
        d = _direction(at, where, scale, rng)
        claimed, found, said = at.along(where, d)
        if said == "mismatch":
            if localise(at, where, d, report):
                continue
            if not exact and _again(at, where, scale, rng):
                report.failures.append(_of_many(at, where, claimed, found))
                report.counts[said] += 1
                continue
            doubtful += 1
            said = "inconclusive"
        report.counts[said] += 1
    if not report.failures:
        _spots(at, usable, rng, report)
    if report.failures:
        report.cause = cause_of(at, report)
    elif doubtful:
        report.warnings.append(
            "at the given point itself some directions could not be judged: kinks (zeros, ties)? "
            "Points near it were."
        )


def _unknown(where: Any, report: TensorReport, subject: Subject) -> Any:
    """Those of some numbers whose array is not known to be wrong already."""
    for part in subject.parts:
        if part.name in report.wrong:
            where = where[(where < part.start) | (where >= part.stop)]
    return where


def _of_many(at: Position, where: Any, claimed: float, found: Estimate) -> ElementFinding:
    """A direction that is wrong although no element is, as far as one can see."""
    names = {at.subject.part_of(int(where[k])).name for k in (0, -1)}
    name = " and ".join(sorted(names)) + ", in a random direction: no element stands out"
    return ElementFinding((0.0,), 0, claimed, found, "mismatch", where=name)


def _groups(subject: Subject, rng: Any, *, exact: bool) -> Iterator[Any]:
    """Which numbers move together: each array alone if there are few, and all of them."""
    parts = [p for p in subject.parts if p.size]
    n = len(subject.x)
    most = (8 if exact else 3) if n <= MANY else (3 if exact else 0)
    if 1 < len(parts) <= most:
        for part in parts:
            yield np.arange(part.start, part.stop)
    elif len(parts) > most > 0 and exact:
        for k in range(most):
            chosen = parts[k::most]
            yield np.concatenate([np.arange(p.start, p.stop) for p in chosen])
    for _ in range(2 if n <= MANY else 1):
        yield np.arange(n)


def _direction(at: Position, where: Any, scale: Any, rng: Any) -> Any:
    """A random direction on the scale of each array, inwards at the ends of the domain."""
    d = rng.choice((-1.0, 1.0), len(where)) * rng.uniform(0.5, 1.5, len(where)) * scale[where]
    low, high = at.bounds[0][where], at.bounds[1][where]
    d = np.where(at.x[where] - low < 1e-3 * np.abs(d), np.abs(d), d)
    return np.where(high - at.x[where] < 1e-3 * np.abs(d), -np.abs(d), d)


def _again(at: Position, where: Any, scale: Any, rng: Any) -> bool:
    """Whether another direction is wrong too, and clearly."""
    claimed, found, said = at.along(where, _direction(at, where, scale, rng))
    gap = abs(claimed - found.value)
    return said == "mismatch" and found.kind == "smooth" and gap > 20 * found.bar


def _spots(at: Position, usable: Any, rng: Any, report: TensorReport) -> None:
    """Some elements by themselves: of each array the one with the largest claim, and any other."""
    n = len(at.x)
    left = 0 if n > MANY or not at.exact else 4
    for part in at.subject.parts:
        inside = part.start + np.flatnonzero(usable[part.start : part.stop])
        if len(inside) < 2:
            continue
        for i in {int(inside[np.argmax(np.abs(at.claims[inside]))]), int(rng.choice(inside))}:
            if left <= 0:
                return
            left -= 1
            _, said = at.element(i)
            finding = confirm(at, i) if said == "mismatch" else None
            if finding is not None:
                report.failures.append(finding)
                report.wrong[part.name] = 1, part.size, False
            elif said == "mismatch":
                said = "inconclusive"
            report.counts[said] += 1
