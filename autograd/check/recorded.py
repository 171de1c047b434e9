"""Causes in a function of Values: a number without history, or an operation whose rule is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from autograd.check.estimate import estimate
from autograd.check.evidence import Cause, Evidence
from autograd.check.graphs import Graph, traced
from autograd.check.judge import Finding
from autograd.check.locate import locate
from autograd.check.target import Target, targets

MOST = 60  # nodes of a graph whose operations are checked one by one


def detached(evidence: Evidence) -> Iterator[Cause]:
    """A constant of the graph that changes with the argument: .data, float(...) or detach()."""
    evidence = replace(evidence, sharp=evidence.sharp[:6])  # each costs 150 graphs
    graphs = [traced(evidence.target, f.point, f.index) for f in evidence.sharp]
    known = [g for g in graphs if g is not None]
    if len(known) < 3 or any(g.signature != known[0].signature for g in known):
        return
    first = known[0]
    for n, refs in enumerate(first.refs):
        for j, ref in enumerate(refs):
            if ref[0] != "c" or len({g.nodes[n].numbers[j] for g in known}) == 1:
                continue
            if evidence.explained(partial(_without, evidence, n, j)):
                node = first.nodes[n]
                where = f" [{node.label}]" if node.label else ""
                yield Cause(
                    f"operand {j + 1} of {node.op}{where} depends on {evidence.name}, and has no "
                    "history: .data, float(...) or detach()"
                )


def _without(evidence: Evidence, n: int, j: int, f: Finding) -> tuple[float, float] | None:
    """The true slope without the path through a constant."""
    target, i = evidence.target, f.index
    graph = traced(target, f.point, i)
    if graph is None or evidence.seen.late():
        return None

    def constant(t: float) -> float:
        moved: Graph | None = traced(target, (*f.point[:i], t, *f.point[i + 1 :]), i)
        return float("nan") if moved is None else float(moved.nodes[n].numbers[j])

    slope = estimate(constant, f.point[i], *target.interval(i, f.point[i]))
    weight = graph.adjoints[n] * graph.partials[n][j]
    return f.found.value - weight * slope.value, f.found.bar + abs(weight) * slope.bar


def blamed(evidence: Evidence) -> tuple[Target, list[Finding]] | None:
    """The operation whose rule is wrong, and what it claims at the numbers it was recorded with."""
    found: list[Finding] = []
    row = None
    for f in evidence.sharp[:8]:
        graph = traced(evidence.target, f.point, f.index)
        if graph is None or len(graph.nodes) > MOST or evidence.seen.late():
            break
        suspects = [s for s in locate(graph.nodes[-1]) if s.what == "partial"]
        if not suspects:
            continue
        first = suspects[0]
        row = row or first.node.op
        same = first.node.op.name == row.name and (not found or first.index == found[0].index)
        if same:
            numbers = tuple(first.node.numbers)
            found.append(Finding(numbers, first.index, first.claimed, first.found, "mismatch"))
    if row is None or len(found) < 3:
        return None
    return targets(row, found[0].point, None, None)[0], found
