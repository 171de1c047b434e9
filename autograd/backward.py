"""Backpropagation: the nodes of a graph, their order, and one sweep of the chain rule over them.

    adjoint of the output = 1                     a node's adjoint is ∂output/∂node
    for every node z, results before operands:    z = f(x, y)
        adjoint of x += ∂z/∂x · adjoint of z
        adjoint of y += ∂z/∂y · adjoint of z

This is :func:`sweep`. ``grad`` holds the adjoint; in a leaf, the sum of those of all sweeps so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.maths import PYTHON_RAISES, floats, read, read_ieee
from autograd.primitives import Primitive
from autograd.rehearsals import rehearsed, walking


class Node:
    """A number in a graph: which operation made it, and from which operands.

    The operands' numbers are kept too: if a leaf gets new data between forward and backward, the
    gradient is still that of the graph as it was recorded. One operand or two, the usual case, are
    kept in slots of their own: a tuple for them would take half as much memory as the node.
    """

    __slots__ = ("__weakref__", "_a", "_b", "_grad", "_mark", "_number", "_x", "_y", "note", "op")

    op: Primitive  # the operation that made this node
    _grad: Any  # its adjoint: a float; a Value after backward(create_graph=True)
    _number: float  # its number
    _x: Any  # None on a leaf; the operand, or the first of two; a tuple of all for any other row
    _y: Any  # the second of two operands, else None
    _a: Any  # the number that _x had when this node was made; a tuple where _x is one
    _b: Any  # the same for _y
    _mark: Any  # an object that tells which walk came here last

    @property
    def parents(self) -> tuple[Any, ...]:
        """The operands in order, one entry for each use: ``(x * x).parents`` has two."""
        x, y = self._x, self._y
        if x is None or type(x) is tuple:
            return x or ()
        return (x,) if y is None else (x, y)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that the operands had when this node was made."""
        if self._x is None or type(self._x) is tuple:
            return self._a if self._x else ()
        return (self._a,) if self._y is None else (self._a, self._b)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivatives ∂self/∂operand, in the order of ``parents``.

        >>> from autograd import Value
        >>> (Value(2.0) * Value(5.0)).partials
        (5.0, 2.0)
        """
        return read(self.op.partials, self._number, *self.op.arguments(self.numbers))


def topological_order(root: Node, done_already: Iterable[Node] = ()) -> list[Any]:
    """All inner nodes that ``root`` depends on, operands before results, ``root`` last.

    From a node, go on to an operand that is not in the order yet; if there is none, append the
    node. Leaves are left out: they have no operands to pass anything to. No recursion, so a chain
    of a million nodes is fine; O(edges), about 0.2 µs a node. Not beyond what is ``done_already``.
    """
    order: list[Any] = []
    done = object()  # the mark of this walk; a mark left by an earlier one is another object
    for node in done_already:
        node._mark = done
    if root._x is None or root._mark is done:
        return order
    unfinished: list[Any] = []
    node = root
    while True:
        x, y = node._x, node._y
        if type(x) is tuple:
            waiting = [p for p in x if p._x is not None and p._mark is not done]
            if waiting:
                unfinished.append(node)
                unfinished += waiting
                node = unfinished.pop()
                continue
        elif x._x is not None and x._mark is not done:
            unfinished.append(node)
            node = x
            continue
        elif y is not None and y._x is not None and y._mark is not done:
            unfinished.append(node)
            node = y
            continue
        if node._mark is not done:  # a shared operand can be in ``unfinished`` twice
            node._mark = done
            order.append(node)
        if not unfinished:
            return order
        node = unfinished.pop()


def backward(root: Node, adjoint: float = 1.0) -> None:
    """Add ∂root/∂leaf · adjoint to every leaf's ``grad``; overwrite the ``grad`` of inner nodes."""
    with walking:
        order = topological_order(root)
        rehearsed(sweep, root, order, adjoint)(root, order, adjoint)


def sweep(root: Node, order: list[Any], adjoint: float) -> None:
    """The chain rule, from ``root`` back through the nodes of ``order``."""
    for node in order:
        node._grad = 0.0
    root._grad += adjoint  # added, for root may be a leaf
    for node in reversed(order):
        # adjoint of operand += ∂node/∂operand · adjoint of node. One operand and two have code of
        # their own, twice as fast as the loop for all other nodes.
        x, y, adjoint = node._x, node._y, node._grad
        if y is not None:
            try:
                dz_dx, dz_dy = node.op.partials(floats, node._number, node._a, node._b)
            except PYTHON_RAISES:  # such as 1 / 0, which is inf in IEEE 754
                dz_dx, dz_dy = read_ieee(node.op.partials, node._number, node._a, node._b)
            x._grad += dz_dx * adjoint
            y._grad += dz_dy * adjoint
        elif type(x) is not tuple:
            try:
                (dz_dx,) = node.op.partials(floats, node._number, node._a)
            except PYTHON_RAISES:
                (dz_dx,) = read_ieee(node.op.partials, node._number, node._a)
            x._grad += dz_dx * adjoint
        else:
            rule, z, a = node.op.partials, node._number, node._a
            try:
                partials = rule(floats, z, a) if node.op.arity is None else rule(floats, z, *a)
            except PYTHON_RAISES:
                partials = read_ieee(rule, z, *node.op.arguments(a))
            for operand, partial in zip(x, partials, strict=True):
                operand._grad += partial * adjoint
