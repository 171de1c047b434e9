"""Which graph exposes which engine: every graph of + and × with up to two leaves, tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, count, islice, product

from chalkgrad.lab.broken import BROKEN
from chalkgrad.lab.engine import Node

LEAVES = {"a": 3.0, "b": 5.0}


@dataclass(frozen=True)
class Graph:
    """A program of + and × over up to two leaves; each line names two that are above it.

    >>> print(Graph(1, (("+", 0, 0), ("×", 1, 0))))
    c=a+a; L=c*a
    """

    leaves: int
    lines: tuple[tuple[str, int, int], ...]

    def build(self, numbers: Iterable[float] = LEAVES.values()) -> tuple[Node, list[Node]]:
        """The result and the leaves, as nodes."""
        leaves = [Node(x) for x in islice(numbers, self.leaves)]
        nodes = leaves.copy()
        for op, i, j in self.lines:
            nodes.append(nodes[i] + nodes[j] if op == "+" else nodes[i] * nodes[j])
        return nodes[-1], leaves

    def exposes(self, name: str) -> bool:
        """Whether the broken engine of that name gives other numbers than one that is right."""
        engine = BROKEN[name]
        root, leaves = self.build()
        engine.right(root, leaves)
        return engine.numbers(*self.build()) != [(leaf.data, leaf.grad) for leaf in leaves]

    def __str__(self) -> str:
        names = [*"ab"[: self.leaves], *"cdefgh"[: len(self.lines) - 1], "L"]
        return "; ".join(
            f"{names[self.leaves + k]}={names[i]}{'+' if op == '+' else '*'}{names[j]}"
            for k, (op, i, j) in enumerate(self.lines)
        )


#: The graphs that lessons on backpropagation are shown with.
CLASSIC = {
    "a·b": Graph(2, (("×", 0, 1),)),
    "a + a": Graph(1, (("+", 0, 0),)),
    "a·a": Graph(1, (("×", 0, 0),)),
    "a·b + a": Graph(2, (("×", 0, 1), ("+", 2, 0))),
    "(a + b)·b": Graph(2, (("+", 0, 1), ("×", 2, 1))),
    "a diamond: (a·b)·(a + b)": Graph(2, (("×", 0, 1), ("+", 0, 1), ("×", 2, 3))),
    "a chain: ((a·a)·a)·a": Graph(1, (("×", 0, 0), ("×", 1, 0), ("×", 2, 0))),
    "c=a+a; d=a+c; e=c+d; L=e*c": Graph(1, (("+", 0, 0), ("+", 0, 1), ("+", 1, 2), ("×", 3, 1))),
}


def graphs(operations: int, leaves: int) -> Iterator[Graph]:
    """Every graph of that size in which each leaf and each line is used.

    Operands are not told apart by their order, for + and × are commutative.

    >>> sum(1 for _ in graphs(2, 1))
    8
    """
    choices = [
        list(product("+×", combinations_with_replacement(range(n), 2)))
        for n in range(leaves, leaves + operations)
    ]
    for lines in product(*choices):
        used = {i for _, pair in lines for i in pair}
        if len(used) == leaves + operations - 1:
            yield Graph(leaves, tuple((op, i, j) for op, (i, j) in lines))


@cache
def smallest(name: str) -> Graph:
    """The first graph that exposes the engine, of those with the fewest operations and leaves.

    >>> print(smallest("assigns"))
    L=a+a
    """
    return next(
        graph
        for operations in count(1)
        for leaves in (1, 2)
        for graph in graphs(operations, leaves)
        if graph.exposes(name)
    )


def exposing(names: list[str], operations: int, leaves: int) -> list[Graph]:
    """The graphs of that size that expose all of these engines."""
    return [g for g in graphs(operations, leaves) if all(g.exposes(name) for name in names)]
