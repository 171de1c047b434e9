"""Causes derived from the graph of f: one edge of the sweep changed, and compared with the claim.

Where f can be read with Values, and the gradient of that graph is what f's values say, each edge of
the graph is a place for a mistake. The sweep is linear in an edge, so changing one costs nothing:
if z = g(a, ...) has the adjoint A, the partial d = ∂z/∂a, and a the tangent T = ∂a/∂x, then d' for
d moves the gradient by A·(d' - d)·T.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from autograd.check.evidence import Cause, Evidence, Prediction
from autograd.check.graphs import Graph, Ref, Words, graph_of
from autograd.check.judge import Finding
from autograd.maths import read

FLAT = {"round", "floor", "ceil", "trunc", "sign", "floordiv"}  # their partials are 0: no factors
Change = Callable[[Graph], float]  # by what a mistake moves the gradient


def mutants(evidence: Evidence) -> Iterator[Cause]:
    """The changes of one edge or node that explain all claims, the simplest first."""
    if evidence.tied:
        return
    graphs: dict[tuple[float, ...], Graph] = {}
    for f in evidence.sharp:
        graph = graph_of(evidence.target, f)
        if graph is None or evidence.seen.late():
            return
        graphs[f.point] = graph
    if not graphs:
        return
    first = next(iter(graphs.values()))
    if any(g.signature != first.signature for g in graphs.values()):
        return
    for text, change in _changes(first, Words(first, evidence.target.names)):
        predicts = _prediction(evidence, graphs, first, change)
        if evidence.explained(predicts):
            yield Cause(text, predicts)
    for text, share in _shares(first, Words(first, evidence.target.names)):
        if (times := _share(evidence, graphs, share)) is not None:
            yield Cause(f"{text} counts {times:.6g} times")


def _prediction(
    evidence: Evidence, graphs: dict[Any, Graph], first: Graph, change: Change
) -> Prediction:
    """The gradient with a change; at a right point the graph may have another form."""

    def predicts(f: Finding) -> tuple[float, float] | None:
        graph = graphs.get(f.point) or graph_of(evidence.target, f)
        if graph is None:
            return None
        if f.point not in graphs and graph.signature != first.signature:
            return math.nan, 0.0
        moved = change(graph)
        return graph.gradient + moved, 1e-10 * (graph.size + abs(moved))

    return predicts


def _share(evidence: Evidence, graphs: dict[Any, Graph], share: Change) -> float | None:
    """By how much a part of the gradient is multiplied, if it is the same at all points."""
    best = max(evidence.sharp, key=lambda f: abs(share(graphs[f.point])))
    graph = graphs[best.point]
    part = share(graph)
    if not abs(part) > 1e-6 * graph.size or abs(part - graph.gradient) < 1e-9 * graph.size:
        return None
    times = 1 + (best.claimed - graph.gradient) / part
    simple = round(12 * times) / 12
    if not math.isclose(times, simple, rel_tol=1e-9):
        return None

    def predicts(f: Finding) -> tuple[float, float]:
        graph = graphs[f.point]
        return graph.gradient + (simple - 1) * share(graph), 1e-10 * graph.size

    return simple if evidence.explained(predicts) else None


def _reached(graph: Graph) -> list[int]:
    """The nodes that depend on the argument, those nearest to the output first."""
    found: set[int] = set()
    for n, refs in enumerate(graph.refs):
        if any(r == ("x", graph.index) or (r[0] == "z" and r[1] in found) for r in refs):
            found.add(n)
    return sorted(found, reverse=True)


def _shares(graph: Graph, words: Words) -> Iterator[tuple[str, Change]]:
    """Parts of the gradient: what flows through a node, or through one use of something."""
    reached = _reached(graph)
    for n in reached[1:]:
        yield f"the path through {words.node(n)}", _through_node(n)
    for n in reached:
        for j in _operands(graph, n, reached):
            yield f"the use of {words.of(n, j)} in {words.node(n)}", _through_edge(n, j)


def _through_node(n: int) -> Change:
    return lambda g: g.adjoints[n] * g.tangents[n]


def _through_edge(n: int, j: int) -> Change:
    return lambda g: g.adjoints[n] * g.partials[n][j] * g.tangent(g.refs[n][j])


def _scaled(share: Change, factor: float) -> Change:
    return lambda g: factor * share(g)


def _inner(n: int) -> Change:
    """1 for ∂node/∂argument."""
    return lambda g: g.adjoints[n] * (1 - g.tangents[n])


def _outer(n: int) -> Change:
    """1 for ∂output/∂node."""
    return lambda g: (1 - g.adjoints[n]) * g.tangents[n]


def _local(n: int, j: int, other: Change) -> Change:
    """Another number for one local partial."""
    return lambda g: (
        g.adjoints[n] * (other(g) - g.partials[n][j]) * g.tangent(g.refs[n][j])
    )  # fmt: skip


def _power(n: int, j: int, k: int) -> Change:
    """A local partial to a power."""
    return lambda g: g.partials[n][j] ** k


def _operands(graph: Graph, n: int, reached: list[int]) -> list[int]:
    inner = set(reached)
    return [
        j for j, (kind, k) in enumerate(graph.refs[n])
        if (kind == "z" and k in inner) or (kind, k) == ("x", graph.index)
    ]  # fmt: skip


def _changes(graph: Graph, words: Words) -> Iterator[tuple[str, Change]]:
    reached = _reached(graph)
    edges = [(n, j) for n in reached for j in _operands(graph, n, reached)]
    x = words.names[graph.index]
    for text, share in _shares(graph, words):
        yield f"{text} is left out", _scaled(share, -1)
    for n in reached[1:]:
        if str(graph.nodes[n].op) not in FLAT:
            yield f"the inner derivative ∂{words.factor(n)}/∂{x} is left out", _inner(n)
    for n, j in edges if len(edges) > 1 else ():  # of one edge that would be: constant 1
        if str(graph.nodes[n].op) not in FLAT:
            yield f"the local factor {words.edge(n, j)} is left out", _local(n, j, _power(n, j, 0))
    for text, share in _shares(graph, words):
        yield f"the sign of {text} is flipped", _scaled(share, -2)
    for n in reached[1:]:
        yield f"the adjoint of {words.node(n)} is left out: all outside of it", _outer(n)
    for n, j in edges:
        yield from _other_partials(graph, words, n, j)
    yield from _single_uses(graph, words, edges)


def _other_partials(graph: Graph, words: Words, n: int, j: int) -> Iterator[tuple[str, Change]]:
    name = words.edge(n, j)
    for k in range(len(graph.refs[n])):
        text = f"{name} is taken at the output {words.node(n)} for {words.of(n, k)}"
        if len(graph.nodes) == 1 and k == j:
            text = "taken at the output instead of the input"
        yield text, _local(n, j, _partial(n, j, k))
        if k != j:
            other = f"{name} is that of the other operand, {words.of(n, k)}"
            yield other, _local(n, j, _power(n, k, 1))
    yield f"the local factor {name} is there twice", _local(n, j, _power(n, j, 2))
    text = f"the local factor {name} divides instead of multiplying"
    yield text, _local(n, j, _power(n, j, -1))


def _partial(n: int, j: int, k: int) -> Change:
    """The local partial j, with the result's number in the place of operand k's."""

    def other(g: Graph) -> float:
        node = g.nodes[n]
        numbers = list(node.numbers)
        numbers[k] = node.data
        z = read(node.op.forward, *node.op.arguments(numbers))
        return float(read(node.op.partials, z, *node.op.arguments(numbers))[j])

    return other


def _single_uses(
    graph: Graph, words: Words, edges: list[tuple[int, int]]
) -> Iterator[tuple[str, Change]]:
    """= for +=: of all uses of something, only one counts."""
    uses: dict[Ref, list[tuple[int, int]]] = {}
    for n, j in edges:
        uses.setdefault(graph.refs[n][j], []).append((n, j))
    for (kind, k), places in uses.items():
        if len(places) < 2:
            continue
        name = words.node(k) if kind == "z" else words.names[k]
        for kept in places:
            others = [_through_edge(*p) for p in places if p != kept]
            yield f"of the {len(places)} uses of {name}, one counts: = for +=", _without(others)


def _without(shares: list[Change]) -> Change:
    return lambda g: -math.fsum(share(g) for share in shares)
