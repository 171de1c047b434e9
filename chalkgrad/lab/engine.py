"""An engine in forty lines: the one that chapter 4 builds, of + and × alone.

Its numbers are those of :class:`autograd.Value`. The engines of :mod:`chalkgrad.lab.broken` are
this one with one thing wrong each.

>>> a, b = Node(2.0), Node(3.0)
>>> y = a * b + a
>>> backward(y)
>>> y.data, a.grad, b.grad
(8.0, 4.0, 2.0)
"""

from __future__ import annotations

Partial = tuple["Node", float]  # an operand, and the partial with respect to it


class Node:
    """A number that remembers which operation made it, and from what.

    >>> (Node(2.0) + 3.0).data
    5.0
    """

    def __init__(self, data: float, op: str = "", parents: tuple[Node, ...] = ()) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.op = op
        self.parents = parents
        self.partials = _partials(op, *(parent.data for parent in parents))

    def __add__(self, other: Node | float) -> Node:
        return Node(self.data + _node(other).data, "+", (self, _node(other)))

    def __mul__(self, other: Node | float) -> Node:
        return Node(self.data * _node(other).data, "×", (self, _node(other)))


def backward(root: Node) -> None:
    """Add ∂root/∂leaf to the gradient of every leaf; those of inner nodes are set anew.

    >>> a = Node(3.0)
    >>> backward(a * a)  # two edges to one node
    >>> a.grad
    6.0
    """
    order = in_order(root)
    for node in order:
        if node.parents:
            node.grad = 0.0
    root.grad += 1.0
    for node in reversed(order):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial


def in_order(root: Node) -> list[Node]:
    """Root and all that it was made from, each once, operands before what they are used in.

    >>> a = Node(1.0)
    >>> b = a + a
    >>> [node is a for node in in_order(a * b)]
    [True, False, False]
    """
    order: list[Node] = []
    seen: set[Node] = set()
    todo = [(root, False)]
    while todo:
        node, is_done = todo.pop()
        if is_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            todo += [(node, True), *((parent, False) for parent in node.parents)]
    return order


def _partials(op: str, x: float = 0.0, y: float = 0.0) -> tuple[float, ...]:
    if op == "+":
        return (1.0, 1.0)
    return (y, x) if op == "×" else ()


def _node(x: Node | float) -> Node:
    return x if isinstance(x, Node) else Node(x)
