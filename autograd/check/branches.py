"""Causes at a bound: a branch of the function that the claim has not, or the other way round."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograd.check.bounds import shown
from autograd.check.evidence import Cause, Evidence


def branches(evidence: Evidence) -> Iterator[Cause]:
    """At the region's bound the claim goes on and the function changes, or the other way round.

    Eight right claims on one side are extended beyond it by a polynomial.
    """
    if evidence.region.crossing is None or not evidence.sharp or evidence.tied:
        return
    bad, good = evidence.region.crossing
    for k in range(evidence.target.n):
        for side in (1, -1):
            near = side * max(1e-3 * max(abs(good[k]), 0.1), 3 * abs(good[k] - bad[k]))
            steps = [(*good[:k], good[k] + s * near, *good[k + 1 :]) for s in (1, -1)]
            if [evidence.seen.is_wrong(p) for p in steps] == [True, False]:
                yield from _branch(evidence, bad, k, side)
                return


def _branch(evidence: Evidence, start: tuple[float, ...], k: int, side: int) -> Iterator[Cause]:
    target, i, edge = evidence.target, evidence.index, start[k]
    low, high = target.domain[k]
    width = min(0.08 * max(abs(edge), 0.5), (high - edge) / 2, (edge - low) / 2)

    def at(t: float) -> tuple[float, ...]:
        return (*start[:k], edge + side * width * t, *start[k + 1 :])

    nodes = [-1.02 + math.cos(math.pi * (j + 0.5) / 8) * 0.96 for j in range(8)]
    if width <= 0 or any(evidence.seen.is_wrong(at(t)) for t in nodes[::3]):
        return
    claims = [target.claim(*at(t))[i] for t in nodes]
    claim_goes_on = slope_goes_on = True
    for t in (0.15, 0.25, 0.35):
        found = evidence.seen.at(at(t))
        if found is None or found.verdict != "mismatch":
            return
        extended = _extended(nodes, claims, t)
        size = max(abs(extended), *map(abs, claims))
        gap = abs(found.claimed - found.found.value)
        if not gap > 1e3 * (found.found.bar + 1e-7 * size):
            return
        claim_goes_on &= abs(found.claimed - extended) <= 1e-6 * size + 1e-3 * gap
        slope_goes_on &= abs(found.found.value - extended) <= 1e-6 * size + 1e-3 * gap
    bound = evidence.region.bound
    where = f"at {target.names[k]} = {shown(bound)}" if target.n == 1 else "there"
    if claim_goes_on:
        yield Cause(f"wrong branch: the function changes {where}, the claim goes on as before")
    elif slope_goes_on:
        yield Cause(f"wrong branch: the claim changes {where}, the function goes on as before")


def _extended(nodes: list[float], values: list[float], t: float) -> float:
    total = 0.0
    for j, (a, v) in enumerate(zip(nodes, values, strict=True)):
        others = [b for m, b in enumerate(nodes) if m != j]
        total += v * math.prod((t - b) / (a - b) for b in others)
    return total
