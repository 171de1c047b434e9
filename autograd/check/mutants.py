"""Causes derived from the graph of f: one edge of the sweep changed, and compared with the claim.

Where f can be read with Values, and the gradient of that graph is what f's values say, each edge of
the graph is a place for a mistake. The sweep is linear in an edge, so changing one costs nothing:
if z = g(a, ...) has the adjoint A, the partial d = ∂z/∂a, and a the tangent T = ∂a/∂x, then d' for d
moves the gradient by A·(d' - d)·T.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from autograd.backward import topological_order
from autograd.check.evidence import Cause, Evidence
from autograd.check.judge import Finding
from autograd.check.target import Target
from autograd.maths import read
from autograd.value import Value

MOST = 200  # nodes of a graph that is looked at
SHORT = 36  # characters of an expression
INFIX = {"add": " + ", "sub": " - ", "mul": "·", "div": "/"}

Ref = tuple[str, int]  # ("x", argument), ("z", node) or ("c", 0), a constant
Change = Callable[["Graph"], float]  # by what a mistake moves the gradient


@dataclass
class Graph:
    """A graph at one point, swept for one argument.

    Attributes:
        adjoints: ∂output/∂node.
        tangents: ∂node/∂argument, and those of ``refs`` by :meth:`tangent`.
        gradient: ∂output/∂argument.
        size: the sum of the sizes of what the gradient is the sum of.
    """

    nodes: list[Any]
    refs: list[list[Ref]]
    index: int
    partials: list[tuple[float, ...]]
    adjoints: list[float] = field(default_factory=list)
    tangents: list[float] = field(default_factory=list)
    gradient: float = 0.0
    size: float = 0.0

    def tangent(self, ref: Ref) -> float:
        """∂ref/∂argument."""
        kind, k = ref
        return self.tangents[k] if kind == "z" else float(kind == "x" and k == self.index)

    @property
    def signature(self) -> list[tuple[str, list[Ref]]]:
        """The form of the graph, without its numbers."""
        return [(str(n.op), refs) for n, refs in zip(self.nodes, self.refs, strict=True)]

    def sweep(self) -> None:
        """Forward for the tangents, backward for the adjoints."""
        for partials, refs in zip(self.partials, self.refs, strict=True):
            terms = [d * self.tangent(r) for d, r in zip(partials, refs, strict=True) if d]
            self.tangents.append(math.fsum(terms))
        self.adjoints = [0.0] * len(self.nodes)
        self.adjoints[-1] = 1.0
        terms = []
        for n in reversed(range(len(self.nodes))):
            for d, (kind, k) in zip(self.partials[n], self.refs[n], strict=True):
                if kind == "z":
                    self.adjoints[k] += d * self.adjoints[n]
                elif (kind, k) == ("x", self.index):
                    terms.append(d * self.adjoints[n])
        self.gradient, self.size = math.fsum(terms), math.fsum(map(abs, terms))


def graph_of(target: Target, finding: Finding) -> Graph | None:
    """The graph of f at a point; None if f is not to be read with Values, or has another slope."""
    if target.traced is None:
        return None
    variables = [Value(x) for x in finding.point]
    try:
        root = target.traced(variables)
        if not isinstance(root, Value):
            return None
        order = topological_order(root)
        if not 0 < len(order) <= MOST:
            return None
        places = {id(v): ("x", k) for k, v in enumerate(variables)}
        places |= {id(v): ("z", k) for k, v in enumerate(order)}
        refs = [[places.get(id(p), ("c", 0)) for p in node.parents] for node in order]
        graph = Graph(order, refs, finding.index, [node.partials for node in order])
        graph.sweep()
    except Exception:  # noqa: BLE001 - f was written for floats, and may do anything
        return None
    here = target.value(*finding.point)
    slope, bar = finding.found.value, finding.found.bar
    right = math.isclose(root.data, here, rel_tol=1e-9, abs_tol=1e-300)
    return graph if right and abs(graph.gradient - slope) <= 8 * bar + 1e-7 * abs(slope) else None


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
    for text, change in _changes(first, _Words(first, evidence.target.names)):

        def predicts(f: Finding, change: Change = change) -> tuple[float, float] | None:
            graph = graphs[f.point]
            moved = change(graph)
            return graph.gradient + moved, 1e-10 * (graph.size + abs(moved))

        if evidence.explained(predicts):
            yield Cause(text)
    for text, share in _shares(first, _Words(first, evidence.target.names)):
        if (times := _share(evidence, graphs, share)) is not None:
            yield Cause(f"{text} counts {times:.6g} times")


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


def _shares(graph: Graph, words: _Words) -> Iterator[tuple[str, Change]]:
    """Parts of the gradient: what flows through a node, or through one use of something."""
    reached = _reached(graph)
    for n in reached[1:]:
        yield f"the path through {words.node(n)}", lambda g, n=n: g.adjoints[n] * g.tangents[n]
    for n in reached:
        for j in _operands(graph, n, reached):
            yield (
                f"the use of {words.of(n, j)} in {words.node(n)}",
                lambda g, n=n, j=j: g.adjoints[n] * g.partials[n][j] * g.tangent(g.refs[n][j]),
            )


def _operands(graph: Graph, n: int, reached: list[int]) -> list[int]:
    inner = set(reached)
    return [
        j for j, (kind, k) in enumerate(graph.refs[n])
        if (kind == "z" and k in inner) or (kind, k) == ("x", graph.index)
    ]  # fmt: skip


def _changes(graph: Graph, words: _Words) -> Iterator[tuple[str, Change]]:
    reached = _reached(graph)
    edges = [(n, j) for n in reached for j in _operands(graph, n, reached)]
    x = words.names[graph.index]
    for text, share in _shares(graph, words):
        yield f"{text} is left out", lambda g, share=share: -share(g)
    for n in reached:
        yield (
            f"the inner derivative ∂{words.factor(n)}/∂{x} is left out",
            lambda g, n=n: g.adjoints[n] * (1 - g.tangents[n]),
        )
    for n, j in edges:
        yield (
            f"the local factor {words.edge(n, j)} is left out",
            _edge_change(n, j, lambda g, n=n, j=j: 1.0),
        )
    for text, share in _shares(graph, words):
        yield f"the sign of {text} is flipped", lambda g, share=share: -2 * share(g)
    for n in reached[1:]:
        yield (
            f"the adjoint of {words.node(n)} is left out: all outside of it",
            lambda g, n=n: (1 - g.adjoints[n]) * g.tangents[n],
        )
    yield from _other_partials(graph, words, edges)
    yield from _single_uses(graph, words, edges)


def _edge_change(n: int, j: int, other: Callable[[Graph], float]) -> Change:
    """Another number for one local partial."""
    return lambda g: (
        g.adjoints[n] * (other(g) - g.partials[n][j]) * g.tangent(g.refs[n][j])
    )  # fmt: skip


def _other_partials(
    graph: Graph, words: _Words, edges: list[tuple[int, int]]
) -> Iterator[tuple[str, Change]]:
    for n, j in edges:
        name, operands = words.edge(n, j), range(len(graph.refs[n]))
        for k in operands:
            yield (
                f"{name} is taken at the output {words.node(n)} for {words.of(n, k)}",
                _edge_change(n, j, lambda g, n=n, j=j, k=k: _partial(g, n, j, k)),
            )
            if k != j:
                yield (
                    f"{name} is that of the other operand, {words.of(n, k)}",
                    _edge_change(n, j, lambda g, n=n, k=k: g.partials[n][k]),
                )
        yield (
            f"the local factor {name} is there twice",
            _edge_change(n, j, lambda g, n=n, j=j: g.partials[n][j] ** 2),
        )
        yield (
            f"the local factor {name} divides instead of multiplying",
            _edge_change(n, j, lambda g, n=n, j=j: 1 / g.partials[n][j]),
        )


def _partial(g: Graph, n: int, j: int, k: int) -> float:
    """The local partial j, with the result's number in the place of operand k's."""
    node = g.nodes[n]
    numbers = list(node.numbers)
    numbers[k] = node.data
    z = read(node.op.forward, *node.op.arguments(numbers))
    return float(read(node.op.partials, z, *node.op.arguments(numbers))[j])


def _single_uses(
    graph: Graph, words: _Words, edges: list[tuple[int, int]]
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
            others = [p for p in places if p != kept]

            def change(g: Graph, others: list[tuple[int, int]] = others) -> float:
                return -math.fsum(
                    g.adjoints[n] * g.partials[n][j] * g.tangent(g.refs[n][j]) for n, j in others
                )

            yield f"of the {len(places)} uses of {name}, one counts: = for +=", change


class _Words:
    """Nodes as people write them, by their labels where they have some."""

    def __init__(self, graph: Graph, names: tuple[str, ...]) -> None:
        self.graph, self.names = graph, names

    def node(self, n: int) -> str:
        node = self.graph.nodes[n]
        return node.label or _shortened(self._written(n))

    def of(self, n: int, j: int) -> str:
        """An operand of a node."""
        kind, k = self.graph.refs[n][j]
        if kind == "z":
            return self.node(k)
        return self.names[k] if kind == "x" else f"{self.graph.nodes[n].numbers[j]:.6g}"

    def factor(self, n: int) -> str:
        return _in_brackets(self.node(n))

    def edge(self, n: int, j: int) -> str:
        return f"∂{self.factor(n)}/∂{_in_brackets(self.of(n, j))}"

    def _written(self, n: int) -> str:
        node, name = self.graph.nodes[n], str(self.graph.nodes[n].op)
        parts = [self.of(n, j) for j in range(len(self.graph.refs[n]))]
        if name in INFIX and len(parts) == 2:
            tight = name in {"mul", "div"}
            return INFIX[name].join(_in_brackets(p) if tight else p for p in parts)
        if name == "neg":
            return f"-{_in_brackets(parts[0])}"
        if name in {"powc", "pow"}:
            power = f"{node.op.values[0]:g}" if name == "powc" else _in_brackets(parts[1])
            return f"{_in_brackets(parts[0])}^{power}"
        return f"{name}({', '.join(parts)})"


def _in_brackets(text: str) -> str:
    """An expression as an operand: in brackets if it has an operator outside of all brackets."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0 and (c in "·/^" or (c in "+-" and (k == 0 or text[k - 1] == " "))):
            return f"({text})"
    return text


def _shortened(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
