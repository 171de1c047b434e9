"""Backpropagation: the nodes of a graph, their order, and one sweep of the chain rule over them.

    adjoint of the output = 1
    for every node z, users before operands:      z = f(x, y)
        adjoint of x += ∂z/∂x · adjoint of z
        adjoint of y += ∂z/∂y · adjoint of z

and that is :func:`sweep`, line by line. After it, a node's ``grad`` is its adjoint ∂output/∂node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.maths import PYTHON_RAISES, floats, read, read_ieee
from autograd.primitives import Primitive


class Node:
    """A number in a graph: which operation made it, and from which operands.

    The operands' numbers are kept too, for a leaf may get new data between forward and backward:
    the gradient is still that of the graph as it was recorded. A node with one or two operands, as
    nearly all have, keeps them in slots of its own: a tuple would cost half as much as the node.
    """

    __slots__ = ("__weakref__", "_a", "_b", "_data", "_mark", "_x", "_y", "grad", "note", "op")

    op: Primitive  # the operation that made this node
    grad: Any  # its adjoint: a float; a Value after backward(create_graph=True)
    _data: float  # its number
    _x: Any  # its operand, or the first of two, or the tuple of more; None on a leaf
    _y: Any  # the second of two operands
    _a: Any  # the number that _x had when this node was made, or the tuple of theirs
    _b: Any  # and that of _y
    _mark: Any  # of the last walk that came by

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
        return read(self.op.partials, self._data, *self.op.arguments(self.numbers))


def topological_order(root: Node) -> list[Any]:
    """All inner nodes that ``root`` depends on, operands before users, ``root`` last.

    Walks down to an operand that is not in the order yet; when there is none, the node itself is
    next. Leaves are left out: they have no operands to pass anything to. Iterative, so a chain of
    a million nodes is no trouble; O(edges), about 0.2 µs a node.
    """
    order: list[Any] = []
    if root._x is None:
        return order
    done = object()  # this walk's mark: marks of earlier walks mean nothing
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
        if node._mark is not done:  # an operand of two waiting nodes waits twice
            node._mark = done
            order.append(node)
        if not unfinished:
            return order
        node = unfinished.pop()


# What looks before a sweep, and may raise while nothing is changed yet: see autograd.anomaly.
rehearsals: list[Callable[[Node, list[Any], float], None]] = []


def backward(root: Node, adjoint: float = 1.0) -> None:
    """Add ∂root/∂leaf · adjoint to every leaf's ``grad``; overwrite the ``grad`` of inner nodes."""
    order = topological_order(root)
    for rehearse in rehearsals:
        rehearse(root, order, adjoint)
    sweep(root, order, adjoint)


def sweep(root: Node, order: list[Any], adjoint: float) -> None:
    """The chain rule, from ``root`` back through the nodes of ``order``."""
    for node in order:
        node.grad = 0.0
    root.grad += adjoint
    for node in reversed(order):
        # adjoint of operand += ∂node/∂operand · adjoint of node. One operand and two are written
        # out: twice as fast as a loop over operands, which the rest is.
        x, y, adjoint = node._x, node._y, node.grad
        if y is not None:
            try:
                dx, dy = node.op.partials(floats, node._data, node._a, node._b)
            except PYTHON_RAISES:
                dx, dy = read_ieee(node.op.partials, node._data, node._a, node._b)
            x.grad += dx * adjoint
            y.grad += dy * adjoint
        elif type(x) is not tuple:
            try:
                (dx,) = node.op.partials(floats, node._data, node._a)
            except PYTHON_RAISES:
                (dx,) = read_ieee(node.op.partials, node._data, node._a)
            x.grad += dx * adjoint
        else:
            rule, z, a = node.op.partials, node._data, node._a
            try:
                slopes = rule(floats, z, a) if node.op.arity is None else rule(floats, z, *a)
            except PYTHON_RAISES:
                slopes = node.partials
            for operand, slope in zip(x, slopes, strict=True):
                operand.grad += slope * adjoint
