"""From a direction that is wrong to the elements that are, and to the likely cause."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.check.estimate import Estimate
from autograd.check.ratios import CONSTANTS
from autograd.check.tensors.position import Position
from autograd.check.tensors.probes import linear
from autograd.check.tensors.result import ElementFinding, TensorReport
from autograd.check.tensors.subject import Part, Subject

SMALL = 2000  # up to so many numbers the wrong ones are counted
ENOUGH = 32  # of more, so many are looked for
SHOWN = 4  # of each argument


def wrong_elements(at: Position, where: Any, d: Any, most: int) -> tuple[list[int], bool]:
    """The elements that a quick look finds wrong, by bisection; whether these are all.

    A half that agrees is right: that errors cancel along random numbers is not to be expected.
    """
    counting = len(at.x) <= SMALL
    found: list[int] = []
    looks = 0
    stack = [(0, len(where))]
    while stack:
        a, b = stack.pop()
        looks += 1
        if looks > most or (not counting and len(found) >= ENOUGH):
            return found, False
        differs = at.differs(where[a:b], d[a:b])
        if b - a == 1:
            if differs:
                found.append(int(where[a]))
        elif differs is not False:
            middle = (a + b) // 2
            stack += [(middle, b), (a, middle)]
    return found, True


def localise(at: Position, where: Any, d: Any, report: TensorReport) -> bool:
    """Find wrong elements among those that a wrong direction moved, and report them."""
    confirmed = False
    for part in at.subject.parts:
        inside = (where >= part.start) & (where < part.stop)
        if not inside.any() or part.name in report.wrong:
            continue
        most = 2 * SMALL + 200 if len(at.x) <= SMALL else 400
        wrong, every = wrong_elements(at, where[inside], d[inside], most)
        confirmed |= _confirm(at, part, wrong, every, report)
    return confirmed


def not_finite(at: Position, report: TensorReport) -> bool:
    """Claims that are nan or infinite where the function has a slope."""
    confirmed = False
    for part in at.subject.parts:
        bad = ~np.isfinite(at.claims[part.start : part.stop])
        if bad.any():
            wrong = [int(i) + part.start for i in np.flatnonzero(bad)]
            confirmed |= _confirm(at, part, wrong, True, report)
    return confirmed


def _confirm(at: Position, part: Part, wrong: list[int], every: bool, report: TensorReport) -> bool:
    """Judge some suspected elements honestly, and report those that are wrong."""
    confirmed = refuted = 0
    for i in wrong:
        if confirmed >= SHOWN or refuted >= 8:
            break
        finding = confirm(at, i)
        if finding is None:
            refuted += 1
            report.counts["inconclusive"] += 1
            continue
        confirmed += 1
        report.counts["mismatch"] += 1
        report.failures.append(finding)
    if confirmed:
        known = len(wrong) if not refuted else confirmed
        report.wrong[part.name] = known, part.size, every and not refuted
    return confirmed > 0


def confirm(at: Position, i: int) -> ElementFinding | None:
    """A wrong element, with the output whose derivative is wrong; None if it is not."""
    found, said = at.element(i)
    if said != "mismatch" or _convention(at, i):
        return None
    subject = at.subject
    where = subject.part_of(i).place(i)
    point = (float(at.x[i]),)
    j = _output(at, i)
    unit = np.zeros(len(at.u))
    unit[j] = 1.0
    claimed = float(subject.pull(at.x, unit)[i])

    def alone(x: Any) -> float:
        try:
            return float(subject.values(x)[j])
        except Exception:  # noqa: BLE001 - a point next to the given one
            return math.nan

    one, verdict = at.partial(i, alone, claimed)
    output = output_name(subject, j)
    if verdict == "mismatch":
        return ElementFinding(point, 0, claimed, one, "mismatch", where=where, output=output)
    if at.exact and len(at.u) > 1 and linear(at.subject, at.x, at.u, at.here):
        return None  # each output is right: kinks of several outputs at the same number
    value = float(at.claims[i])
    upstream = f"for an upstream gradient of {at.u[j]:g}" if len(at.u) == 1 else (
        "for an upstream gradient other than 1"
    )  # fmt: skip
    return ElementFinding(point, 0, value, found, "mismatch", where=where, upstream=upstream)


def _convention(at: Position, i: int) -> bool:
    """Whether the claim is right a little beside the point: a tie or a kink just there."""
    if not at.exact or not math.isfinite(at.claims[i]):
        return False
    try:
        near = at.nearby()
    except Exception:  # noqa: BLE001 - a point that was not given
        return False
    there = near.element(i)[1]
    return there != "mismatch" or not near.differs(np.array([i]), np.ones(1))


def _output(at: Position, i: int) -> int:
    """The output whose derivative with respect to element i is most wrong, by bisection."""
    moved = at.x.copy()
    sides = []
    for sign in (1, -1):
        moved[i] = at.x[i] + sign * at.step
        try:
            sides.append(at.subject.values(moved))
        except Exception:  # noqa: BLE001 - a point next to the given one
            sides.append(at.here)
    column = np.nan_to_num((sides[0] - sides[1]) / (2 * at.step)) * at.u
    if not math.isfinite(at.claims[i]):
        return int(np.argmax(np.abs(column)))
    inside = np.flatnonzero(at.live)
    while len(inside) > 1:
        halves = inside[: len(inside) // 2], inside[len(inside) // 2 :]
        gaps = []
        for half in halves:
            seed = np.zeros(len(at.u))
            seed[half] = at.u[half]
            claimed = float(at.subject.pull(at.x, seed)[i])
            gap = abs(claimed - float(np.sum(column[half])))
            gaps.append(gap if math.isfinite(gap) else math.inf)
        inside = halves[0] if gaps[0] >= gaps[1] else halves[1]
    return int(inside[0]) if len(inside) else 0


def output_name(subject: Subject, j: int) -> str:
    """What messages call an output."""
    if len(subject.outputs) == 1 and not subject.outputs[0].shape:
        return ""
    for part in subject.outputs:
        if part.start <= j < part.stop:
            return part.place(j).removeprefix("element ")
    return str(j)


def cause_of(at: Position, report: TensorReport) -> str:
    """The simple mistake that gives all the wrong claims found, or ""."""
    findings = [f for f in report.failures if isinstance(f, ElementFinding)]
    sharp = [f for f in findings if f.found.kind == "smooth" and math.isfinite(f.claimed)]
    if not sharp:
        return "not finite where the derivative is" if findings else ""
    plain = [f for f in sharp if not f.upstream]
    if not linear(at.subject, at.x, at.u, at.here):
        wrong = [p for p in at.subject.parts if p.name in report.wrong]
        where = np.concatenate([np.arange(p.start, p.stop) for p in wrong])
        same = at.subject.pull(at.x, 2 * at.u)[where]
        ignored = np.allclose(same, at.claims[where], rtol=1e-6, equal_nan=True)
        return (
            "the upstream gradient is ignored: the backward gives the same for 2 as for 1"
            if ignored
            else "the backward is not linear in the upstream gradient"
        )
    if all(f.claimed == 0 for f in plain) and plain:
        cut = ": the result has left the graph (detach, no_grad, .data?)"
        return "zero" + (cut if at.subject.detached else "")
    fine = max(1e-5, 8 * at.subject.eps)
    ratios = [f.claimed / f.found.value for f in plain if _sharp(f.found, fine)]
    if all(abs(r - 1) < fine for r in ratios):
        return _transposed(at, report)  # off by so little that no factor can be told
    if len(ratios) == len(plain):
        for constant, name in CONSTANTS if len(ratios) > 1 and fine < 1e-2 else CONSTANTS[:3]:
            for sign, minus in ((1.0, ""), (-1.0, "-")):
                near = all(abs(sign * r / constant - 1) < fine for r in ratios)
                if near and not _sized(at, ratios[0]):
                    return f"factor {minus}{name}" if name else "sign flipped"
        if all(abs(r - ratios[0]) <= fine * abs(ratios[0]) for r in ratios):
            size = _sized(at, ratios[0])
            if size:
                return size
            if len(ratios) > 1:
                return f"off by a factor of {ratios[0]:.6g}"
    return _transposed(at, report)


def _sharp(found: Estimate, fine: float) -> bool:
    return found.value != 0 and found.bar < fine * abs(found.value)


def _sized(at: Position, ratio: float) -> str:
    """A factor that is the length of an axis, or one over it."""
    arrays = [*at.subject.parts, *at.subject.outputs]
    for size in sorted({n for part in arrays for n in part.shape if n > 2}):
        for power, word in ((1.0, "a sum where a mean"), (-1.0, "a mean where a sum")):
            if abs(ratio / size**power - 1) < max(1e-5, 64 * at.subject.eps):
                return f"factor {size if power > 0 else f'1/{size}'}, a length: {word} belongs?"
    return ""


def _transposed(at: Position, report: TensorReport) -> str:
    for part in at.subject.parts:
        if part.name not in report.wrong or len(part.shape) != 2 or part.size > 400:
            continue
        claims = at.claims[part.start : part.stop]
        numeric, off = np.empty(part.size), 0.0
        for k in range(part.size):
            numeric[k], bar = at.quick(np.array([part.start + k]), np.ones(1))
            off = max(off, bar)
        slack = 4 * off + max(1e-6, 64 * at.subject.eps) * np.abs(numeric).max()
        turned = claims.reshape(part.shape[::-1]).T.ravel()
        if np.all(np.abs(turned - numeric) <= slack):
            return f"transposed: the gradient of {part.name}"
    return ""
