"""The graph of a function, traced and swept once more, and how its nodes are written."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from autograd.backward import topological_order
from autograd.check.judge import Finding
from autograd.check.target import Point, Target
from autograd.value import Value

MOST = 200  # nodes of a graph that is looked at
SHORT = 36  # characters of an expression
INFIX = {"add": " + ", "sub": " - ", "mul": "·", "div": "/"}

Ref = tuple[str, int]  # ("x", argument), ("z", node) or ("c", 0), a constant


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


def traced(target: Target, point: Point, index: int) -> Graph | None:
    """The graph of f at a point, swept; None if f is not to be read with Values."""
    if target.traced is None:
        return None
    variables = [Value(x) for x in point]
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
        graph = Graph(order, refs, index, [node.partials for node in order])
        graph.sweep()
    except Exception:  # noqa: BLE001 - f was written for floats, and may do anything
        return None
    right = math.isclose(root.data, target.value(*point), rel_tol=1e-9, abs_tol=1e-300)
    return graph if right else None


def graph_of(target: Target, finding: Finding) -> Graph | None:
    """The graph of f at a point, if its gradient is what f's values say."""
    graph = traced(target, finding.point, finding.index)
    slope, bar = finding.found.value, finding.found.bar
    if graph is None or abs(graph.gradient - slope) > 8 * bar + 1e-7 * abs(slope):
        return None
    return graph


class Words:
    """Nodes as people write them, by their labels where they have some."""

    def __init__(self, graph: Graph, names: tuple[str, ...]) -> None:
        self.graph, self.names = graph, names

    def node(self, n: int) -> str:
        """A node as an expression."""
        node = self.graph.nodes[n]
        return node.label or _shortened(self._written(n))

    def of(self, n: int, j: int) -> str:
        """An operand of a node."""
        kind, k = self.graph.refs[n][j]
        if kind == "z":
            return self.node(k)
        if kind == "x":
            return self.names[k]
        constant = self.graph.nodes[n].numbers[j]
        return "π" if constant == math.pi else f"{constant:.6g}"

    def factor(self, n: int) -> str:
        """The same as an operand."""
        return _in_brackets(self.node(n))

    def edge(self, n: int, j: int) -> str:
        """A local partial."""
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
