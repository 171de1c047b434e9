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
from autograd.copying import links
from autograd.errors import GraphError
from autograd.modes import (
    Level,
    Mode,
    adopters,
    current,
    cut,
    entered,
    in_order,
    levels,
    number_system,
)
from autograd.primitives import CONSTANT, LEAF
from autograd.reverse import recorded_partials
from autograd.table import TABLE
from autograd.value import Value, record

COPY = TABLE["copy"]


class RunAgainError(BaseException):
    """Inside jvp: its function has to be run again, recorded. No error: ``except`` lets it pass."""


class ValueWithTangents(Value):
    """A Value with tangents."""

    __slots__ = ("tangents",)

    tangents: dict[Forward, Any]

    def backward(self, adjoint: Any = 1.0, *, create_graph: bool = False) -> None:
        """As that of any Value; while jvp is at work, with ``create_graph`` only."""
        at_work = [mode for mode in self.tangents if mode.open]
        if at_work and not create_graph:
            raise GraphError(
                "backward inside jvp: its gradients would have no tangents. Use grad there, which "
                "nests with jvp, or backward(create_graph=True)."
            )
        if not all([mode.recorded for mode in at_work]):
            raise RunAgainError  # with a graph
        super().backward(adjoint, create_graph=create_graph)


class Without(Mode):
    """Around this mode, and not inside it: where its tangents are computed."""

    def __init__(self, mode: Forward) -> None:
        self.mode = mode


def _without(outer: tuple[Mode, ...]) -> list[Mode]:
    """The forward modes of this thread that are not among the outer ones, as what to do without."""
    inner = [mode for mode in current() if mode not in outer]
    return [
        mode if isinstance(mode, Without) else Without(mode)
        for mode in inner
        if isinstance(mode, (Without, Forward))
    ]


class Forward(Level):
    """A forward mode at work.

    Args:
        recorded: whether tangents are Values, for a mode around this one or for the user; else
            they are floats, and no graph is kept.
        captures: whether Values from outside may take part, as constants: under ``no_grad()``.
    """

    def __init__(self, *, recorded: bool, captures: bool = False) -> None:
        super().__init__()
        self.recorded = recorded
        self.captures = captures
        self.open = False
        self.modes = self.inside()
        self.own: set[int] = set()  # nodes of this run without tangents; alive as long as it runs
        self.kept: list[Any] = []

    def made(self, node: Value, outer: tuple[Mode, ...]) -> Value:
        """Give a node its tangent if any of its operands has one."""
        parents = node.parents
        moving = {
            i: p.tangents[self]
            for i, p in enumerate(parents)
            if isinstance(p, ValueWithTangents) and self in p.tangents
        }
        if not self.recorded and not self.captures and len(moving) < len(parents):
            self._look_for_captured(node, parents)
        if not moving:
            return node
        if self.recorded:
            with entered(*outer, *_without(outer)):
                m = number_system()
                slopes = recorded_partials(node, parents, m)
                tangent = m.dot([slopes[i] for i in moving], moving.values())
            return with_tangent(node, self, tangent)
        slopes = node.partials
        tangent = sum([slopes[i] * t for i, t in moving.items()])
        check_tangent(str(node.op), tangent)
        node = with_tangent(node, self, tangent)
        return cut(node) if levels()[-1] is self else node  # an inner mode needs the graph

    def _look_for_captured(self, node: Any, parents: tuple[Any, ...]) -> None:
        """A Value from outside makes the result one: then all has to be recorded."""
        moves = False
        for p in parents:
            if isinstance(p, ValueWithTangents) and self in p.tangents:
                moves = True
            elif p._x is not None:
                if id(p) not in self.own:
                    raise RunAgainError
            elif p.op is LEAF and p._a < self.since:
                raise RunAgainError
        if not moves:
            self.own.add(id(node))
            self.kept.append(node)

    def __enter__(self) -> None:
        self.open = True
        self._entered = entered(*self.modes)
        self._entered.__enter__()
        adopters.append(_adopted)

    def __exit__(self, *error: object) -> None:
        adopters.remove(_adopted)
        self._entered.__exit__(*error)
        self.open = False
        self.own.clear()
        self.kept.clear()


def _adopted(node: Any, modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """The modes of this thread and those whose tangents the operands carry, from whatever thread."""
    missing: tuple[Mode, ...] = ()
    for p in node.parents:
        if isinstance(p, ValueWithTangents):
            for level in p.tangents:
                if not level.open or level in modes or len(level.modes) <= len(missing):
                    continue
                if not any([isinstance(m, Without) and m.mode is level for m in modes]):
                    missing = level.modes
    if not missing:
        return modes
    return in_order((*missing, *[mode for mode in modes if mode not in missing]))


def _link(node: Any) -> Any:
    """A copy that has the tangents too, while a forward mode is at work."""
    if isinstance(node, ValueWithTangents) and any([level.open for level in node.tangents]):
        return record(COPY, node)
    return None


links.append(_link)


def with_tangent(node: Value, mode: Forward, tangent: Any) -> ValueWithTangents:
    """The same node, as one with tangents."""
    if not isinstance(node, ValueWithTangents):
        dual = ValueWithTangents(node._number)
        dual.op, dual.note = node.op, node.note
        dual._x, dual._y = node._x, node._y
        if node.op is not CONSTANT:
            dual._a = node._a
        if node._y is not None:
            dual._b = node._b
        dual.tangents = {}
        node = dual
    node.tangents = {**node.tangents, mode: tangent}
    return node
