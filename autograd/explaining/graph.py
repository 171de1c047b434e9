"""A graph as it is explained: its order, its numbers, its partials, its adjoints, its names.

Everything is the engine's own: the order of the reverse sweep, the numbers recorded in the nodes,
and the partials of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd.backward import topological_order
from autograd.explaining.formulas import Term, named, term
from autograd.explaining.names import latex_of, names_of
from autograd.explaining.system import RESULT, applied
from autograd.explaining.writing import ATOM, LATEX, Piece, Text
from autograd.primitives import CONSTANT
from autograd.rehearsals import walking

MOST = 40  # names and numbers of a formula in one line; beyond, parts are called by their names


class Edge(NamedTuple):
    """A use of an operand, in the reverse sweep.

    Attributes:
        result: the node that uses it.
        place: which of the result's operands it is.
        operand: the operand.
        above: the adjoint of the result.
        slope: the partial.
        share: their product, which is added to the operand's adjoint.
        total: the operand's adjoint so far, with this share.
        first: whether it is the operand's first share.
    """

    result: Any
    place: int
    operand: Any
    above: float
    slope: float
    share: float
    total: float
    first: bool


class Graph:
    """What a value was computed from.

    Attributes:
        root: the value.
        order: the inner nodes, operands before results, the first operand first.
        names: what each node is called.
        style: how formulas are written.
        used: the leaves, with the number that each had when it was first used.
        leaves: those of them that have a gradient, in the order in which they were used.
        plain: plain numbers that have a label.
        adjoints: ∂root/∂node.
    """

    def __init__(self, root: Any, style: Text) -> None:
        self.root, self.style = root, style
        with walking:
            self._swept = topological_order(root)
        self.order = reading_order(root)
        self.names = names_of(root, self.order, style)
        self.used: dict[Any, float] = {}
        for node in self.order:
            for x, number in zip(node.parents, node.numbers, strict=True):
                if x.is_leaf:
                    self.used.setdefault(x, number)
        self.leaves = [x for x in self.used if x.op is not CONSTANT]
        self.plain = [x for x in self.used if x.op is CONSTANT and x in self.names]
        self._adjoints: dict[Any, float] = {}

    @property
    def adjoints(self) -> dict[Any, float]:
        """∂root/∂node for every node."""
        if not self._adjoints:
            for _ in self.edges():
                pass
        return self._adjoints

    def edges(self) -> Iterator[Edge]:
        """Every use of an operand, in the reverse sweep's order; plain numbers are left out."""
        adjoints: dict[Any, float] = {self.root: 1.0}
        for node in reversed(self._swept):
            above = adjoints[node]
            for i, (operand, slope) in enumerate(zip(node.parents, node.partials, strict=True)):
                first = operand not in adjoints
                share = slope * above
                adjoints[operand] = total = adjoints.get(operand, 0.0) + share
                if operand.op is not CONSTANT:
                    yield Edge(node, i, operand, above, slope, share, total, first)
        self._adjoints = adjoints

    def put_names(self, node: Any, *, latex: bool = False) -> Any:
        """What writes the names 0, 1, ... of the formulas of a row."""
        parents = node.parents

        def put(i: Any) -> Piece:
            x = node if i == RESULT else parents[i]
            if x in self.names:
                return (latex_of(self.names[x]) if latex else self.names[x]), ATOM
            number = node.numbers[i]
            return (LATEX if latex else self.style).constant(number)

        return put

    def put_numbers(self, node: Any, *, latex: bool = False) -> Any:
        """What writes the numbers in place of the names."""
        numbers = node.numbers
        style = LATEX if latex else self.style

        def put(i: Any) -> Piece:
            return style.constant(node._number if i == RESULT else numbers[i])

        return put

    def operation(self, node: Any) -> Term:
        """The node's operation, on operands named 0, 1, ..."""
        return applied(node.op, tuple([named(i) for i in range(len(node.parents))]))

    def expanded(self, most: int = MOST) -> dict[Any, Term]:
        """Every node by its formula in leaves and in what has a label, or by its name if long."""
        found: dict[Any, Term] = {}
        for node in self.order:
            pairs = zip(node.parents, node.numbers, strict=True)
            parts = tuple([self.part(x, n, found, most) for x, n in pairs])
            found[node] = applied(node.op, parts)
        return found

    def part(self, x: Any, number: float, found: dict[Any, Term], most: int) -> Term:
        """An operand in a formula: its number, its own formula, or its name."""
        if x not in self.names:
            return term(number)
        if x in found and not x.label.strip() and found[x].size <= most:
            return found[x]
        return named(x)

    def put_nodes(self, *, latex: bool = False) -> Any:
        """What writes the names of :meth:`expanded`."""

        def put(x: Any) -> Piece:
            return (latex_of(self.names[x]) if latex else self.names[x]), ATOM

        return put

    def changed(self) -> list[tuple[Any, float]]:
        """Leaves whose number is another one now than when it was used, with that."""
        found: dict[Any, float] = {}
        for node in self.order:
            for x, used in zip(node.parents, node.numbers, strict=True):
                if (
                    x.is_leaf
                    and x._number != used
                    and not (x._number != x._number and used != used)
                ):
                    found.setdefault(x, used)
        return list(found.items())


def reading_order(root: Any) -> list[Any]:
    """The inner nodes as one computes them by hand: operands before results, from left to right."""
    order: list[Any] = []
    done: set[Any] = set()
    waiting = [(root, iter(root.parents))]
    while waiting:
        node, operands = waiting[-1]
        for x in operands:
            if not x.is_leaf and x not in done:
                done.add(x)
                waiting.append((x, iter(x.parents)))
                break
        else:
            order.append(node)
            waiting.pop()
    return order
