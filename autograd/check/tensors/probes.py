"""Probes: what is wrong before any number is compared, and forward mode against reverse."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.check.tensors.subject import DOUBLE, Subject
from autograd.errors import ArgumentError

SIZES = (-1.5, -1.25, -0.75, -0.5, 0.5, 0.75, 1.25, 1.5)  # of cotangents: exact in half precision


def cotangent(here: Any, rng: Any) -> Any:
    """Random weights of the outputs, none of them 1 or 0; 0 for those that are not finite."""
    return np.where(np.isfinite(here), rng.choice(SIZES, len(here)), 0.0)


def scales(subject: Subject) -> Any:
    """For each number the size of those of its array; 1 where all are 0."""
    scale = np.ones(len(subject.x))
    for part in subject.parts:
        piece = subject.x[part.start : part.stop]
        size = float(np.sqrt(np.mean(piece**2))) if part.size else 0.0
        if size > 0 and math.isfinite(size):
            scale[part.start : part.stop] = size
    return scale


def probe(subject: Subject, nondet_tol: float, rng: Any) -> str:
    """What is wrong before any comparison."""
    x = subject.x
    here = again = subject.values(x) if not subject.changed else np.zeros(1)
    if not subject.changed:
        again = subject.values(x)
    if subject.changed:
        return (
            f"the forward changes {subject.changed}, in place. Let it work on a copy: the caller's "
            "array and what backward saved are lost."
        )
    if not _same(here, again, 1000 * (DOUBLE if subject.doubled else subject.eps), nondet_tol):
        k = int(np.nanargmax(np.abs(here - again))) if here.shape == again.shape else 0
        pair = " and ".join(repr(float(y[k])) for y in (here, again))
        return (
            f"the forward is not repeatable: two calls with the same inputs give {pair}. Random "
            "numbers (dropout)? Set their seed inside the function."
        )
    if not np.isfinite(here).any():
        return "nothing could be concluded: the function is not finite at these inputs."
    u = cotangent(here, rng)
    try:
        claims = subject.pull(x, u)
        subject.changed = ""
        claims_again = subject.pull(x, u)
        other = x * 0.875 + 0.0625
        stale = subject.pull(x, u, between=lambda: _quiet(subject, other))
    except ArgumentError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a backward raises is what is wrong
        return f"the backward raises {type(error).__name__}: {error}"
    if subject.changed:
        return f"the backward changes {subject.changed}, in place: others add to the same array."
    fine = 1000 * subject.eps
    if not _same(claims, claims_again, fine, nondet_tol):
        return "the derivative is not repeatable: two calls with the same inputs differ."
    if not _same(claims, stale, fine, nondet_tol):
        return (
            "the derivative is another after a forward with other inputs: it keeps state from the "
            "last forward. Compute it from its own arguments."
        )
    return ""


def not_linear(subject: Subject, rng: Any) -> str:
    """What is wrong with a backward that is right for some upstream gradients only."""
    here = subject.values(subject.x)
    u = cotangent(here, rng)
    if linear(subject, subject.x, u, here):
        return ""
    return (
        "the backward is not linear in the upstream gradient: of its negative, of 0 or of the sum "
        "of two it is not the negative, 0 or the sum."
    )


def linear(subject: Subject, x: Any, u: Any, here: Any) -> bool:
    """Whether the claims for -u, 0, and two parts of u are what those for u say."""
    claims = subject.pull(x, u)
    even = np.where(np.arange(len(u)) % 2 == 0, 0.5 * u, 1.5 * u)
    parts = subject.pull(x, even), subject.pull(x, u - even)
    pairs = [(subject.pull(x, -u), -claims), (subject.pull(x, 0.0 * u), 0.0 * claims)]
    pairs.append((parts[0] + parts[1], claims))
    finite = np.isfinite(claims) & np.isfinite(parts[0]) & np.isfinite(parts[1])
    size = max([np.abs(c[finite]).max(initial=0.0) for c in (claims, *parts)])
    size = max(size, np.abs(np.where(u != 0, here, 0.0) * u).max(initial=0.0))  # 0 but for rounding
    slack = max(1000 * subject.eps, 1e-6) * size  # f may compute in single precision inside
    # A nan where the claim is finite is wrong too; 0 * inf is not, where it is not.
    return all(bool(np.all(np.abs(a[finite] - b[finite]) <= slack)) for a, b in pairs)


def _quiet(subject: Subject, x: Any) -> None:
    try:
        subject.values(x)
    except Exception:  # noqa: BLE001 - this point was not given: the function need not take it
        return


def _same(a: Any, b: Any, fine: float, nondet_tol: float) -> bool:
    if a.shape != b.shape:
        return False
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return False
    size = np.abs(a[finite]).max(initial=0.0)
    return bool(np.abs(a[finite] - b[finite]).max(initial=0.0) <= fine * size + nondet_tol)


def forward_mode(subject: Subject, x: Any, rng: Any) -> str:
    """Forward mode against reverse: uᵀ·(J·d) is (uᵀ·J)·d."""
    here = subject.values(x)
    if not np.isfinite(here).all():
        return ""
    u = cotangent(here, rng)
    d = rng.choice(SIZES, len(subject.x)) * scales(subject)
    tangent = subject.push(x, d)
    if tangent is None or tangent.shape != u.shape:
        return ""
    claims = subject.pull(x, u)
    forward, reverse = float(np.dot(u, tangent)), float(np.dot(claims, d))
    if not math.isfinite(forward + reverse):
        return ""
    size = math.sqrt(float(np.sum((u * tangent) ** 2)))
    size += math.sqrt(float(np.sum((claims * d) ** 2))) + math.sqrt(float(np.sum((u * here) ** 2)))
    size += math.sqrt(float(np.sum(u**2)))
    slack = max(1e-5, 1000 * subject.eps) * size  # a function may compute in float32 by itself
    if abs(forward - reverse) > slack:
        return (
            f"forward mode gives {forward:.10g} in a random direction, reverse mode {reverse:.10g}."
        )
    return ""
