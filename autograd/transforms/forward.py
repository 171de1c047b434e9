"""Forward mode: every number carries its tangent along, ż = Σ ∂z/∂x · ẋ.

A local derivative is the same number forwards and backwards, so there is no second set of rules.
While :func:`autograd.jvp` runs a function, each node that is made becomes a
:class:`ValueWithTangents`: a Value with a tangent for each forward mode at work. Nested modes each
have their own tangent and are never confused. An inner mode computes its tangent while the outer
modes are at work, so that tangent has tangents too.
"""

from __future__ import annotations

from typing import Any

from autograd.anomaly import check_tangent
from autograd.backward import rehearsals
from autograd.errors import GraphError
from autograd.modes import Level, Mode, cut, entered, levels, number_system
from autograd.reverse import recorded_partials
from autograd.value import Value


def _refuse_without_graph(root: Any, order: list[Any], adjoint: float) -> None:
    if isinstance(root, ValueWithTangents) and root._x is None:
        raise GraphError(
            "backward inside jvp: jvp keeps no graph. Use grad there, which nests with jvp."
        )


rehearsals.append(_refuse_without_graph)


class ValueWithTangents(Value):
    """A Value with tangents."""

    __slots__ = ("tangents",)

    tangents: dict[Level, Any]


class Forward(Level):
    """A forward mode at work.

    Args:
        recorded: whether tangents are Values, for a mode around this one or for the user; else
            they are floats, and no graph is kept.
    """

    def __init__(self, *, recorded: bool) -> None:
        self.recorded = recorded

    def made(self, node: Value, outer: tuple[Mode, ...]) -> Value:
        """Give a node its tangent if any of its operands has one."""
        parents = node.parents
        moving = {
            i: p.tangents[self]
            for i, p in enumerate(parents)
            if isinstance(p, ValueWithTangents) and self in p.tangents
        }
        if not moving:
            return node
        if self.recorded:
            with entered(*outer):
                m = number_system()
                slopes = recorded_partials(node, parents, m)
                tangent = m.dot([slopes[i] for i in moving], moving.values())
            return with_tangent(node, self, tangent)
        slopes = node.partials
        tangent = sum([slopes[i] * t for i, t in moving.items()])
        check_tangent(str(node.op), tangent)
        node = with_tangent(node, self, tangent)
        return cut(node) if levels()[-1] is self else node  # an inner mode needs the graph


def with_tangent(node: Value, mode: Forward, tangent: Any) -> ValueWithTangents:
    """The same node, as a ValueWithTangents."""
    if not isinstance(node, ValueWithTangents):
        dual = ValueWithTangents(node._number)
        dual.op, dual.note = node.op, node.note
        dual._x, dual._y = node._x, node._y
        if node._x is not None:
            dual._a = node._a
            if node._y is not None:
                dual._b = node._b
        dual.tangents = {}
        node = dual
    node.tangents = {**node.tangents, mode: tangent}
    return node
