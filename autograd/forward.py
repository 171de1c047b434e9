"""Forward mode: every number carries its tangent along, ż = Σ ∂z/∂x · ẋ.

A local derivative is the same number forwards and backwards, so there is no second set of rules.
While :func:`autograd.jvp` runs a function, each node that is made becomes a :class:`Dual`: a Value
with a tangent for each forward mode at work. Nested modes each have a tangent of their own, so they
are never confused; the tangent of an inner mode is computed with the outer ones at work, which is
how it gets tangents itself.
"""

from __future__ import annotations

from typing import Any

from autograd import backward as graph
from autograd.modes import Level, Modes, check_tangent, switched
from autograd.value import Value


class Dual(Value):
    """A Value with tangents."""

    __slots__ = ("tangents",)

    tangents: dict[Level, Any]


class Forward(Level):
    """A forward mode at work.

    Args:
        m: the number system of Values.
        recorded: whether tangents are Values, for a mode around this one or for the user; else
            they are floats, and no graph is kept.
    """

    def __init__(self, m: Any, *, recorded: bool) -> None:
        self.m = m
        self.recorded = self.keeps_graph = recorded

    def made(self, node: Value, outer: Modes) -> Value:
        """Give a node its tangent if any of its operands has one."""
        parents = node.parents
        moving = {
            i: p.tangents[self]
            for i, p in enumerate(parents)
            if isinstance(p, Dual) and self in p.tangents
        }
        if not moving:
            return node
        if self.recorded:
            with switched(outer):
                slopes = graph.recorded_partials(node, parents, self.m)
                tangent = self.m.dot([slopes[i] for i in moving], moving.values())
        else:
            slopes = graph.partials(node)
            tangent = sum([slopes[i] * t for i, t in moving.items()])
            check_tangent(str(node.op), tangent)
        return with_tangent(node, self, tangent)


def with_tangent(node: Value, level: Level, tangent: Any) -> Dual:
    """The same node, as a Dual."""
    if not isinstance(node, Dual):
        dual = Dual(node._data)
        dual.op, dual.note = node.op, node.note
        dual._x, dual._y = node._x, node._y
        if node._x is not None:
            dual._a = node._a
            if node._y is not None:
                dual._b = node._b
        dual.tangents = {}
        node = dual
    node.tangents = {**node.tangents, level: tangent}
    return node
