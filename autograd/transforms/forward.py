"""Forward mode, ``jvp``: every number carries its tangent along, ż = Σ ∂z/∂x · ẋ.

A local derivative is the same number forwards and backwards, so there is no second set of rules.
While :func:`autograd.jvp` runs a function, each node that is made becomes a
:class:`ValueWithTangents`: a Value with a tangent for each forward mode at work. Nested modes each
have their own tangent and are never confused. An inner mode computes its tangent while the outer
modes are at work, so that tangent has tangents too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import reverse
from autograd.anomaly import check_tangent
from autograd.copying import links
from autograd.errors import ArgumentError, GraphError
from autograd.maths import number
from autograd.modes import (
    Level,
    Mode,
    adopters,
    clock,
    current,
    cut,
    in_order,
    is_grad_enabled,
    levels,
    number_system,
    within,
)
from autograd.primitives import CONSTANT, LEAF
from autograd.scalar import NOT_RUN
from autograd.table import TABLE
from autograd.transforms.calls import (
    checked_function,
    numbers_of,
    settled,
    values_of,
    with_aux,
)
from autograd.transforms.run import open_variables
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value, record

COPY = TABLE["copy"]
_new = object.__new__


class RunAgainError(BaseException):
    """Inside jvp: its function has to be run again, recorded. No error: ``except`` lets it pass."""


class ValueWithTangents(Value):
    """A Value with tangents."""

    __slots__ = ("tangents",)

    tangents: dict[Forward, Any]

    def backward(
        self, adjoint: Any = 1.0, *, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """As that of any Value; while jvp is at work, with ``create_graph`` only."""
        at_work = [mode for mode in self.tangents if mode.open]
        if at_work and not create_graph:
            raise GraphError(
                "backward inside jvp: its gradients would have no tangents. Use grad there, which "
                "nests with jvp, or backward(create_graph=True)."
            )
        run_again_if_moving([self])
        super().backward(adjoint, create_graph=create_graph, inputs=inputs)


def is_moving(node: Any) -> bool:
    """Whether a forward mode is at work that has a tangent of this node."""
    return isinstance(node, ValueWithTangents) and any([mode.open for mode in node.tangents])


def run_again_if_moving(nodes: Sequence[Any]) -> None:
    """If derivatives of these are asked for in a run that keeps no graph, run again with one."""
    for node in nodes:
        for mode in getattr(node, "tangents", None) or ():
            if mode.open and not mode.recorded:
                raise RunAgainError


class Without(Mode):
    """Around this mode, and not inside it: where its tangents are computed."""

    def __init__(self, mode: Forward, hides: tuple[Mode, ...]) -> None:
        self.mode = mode
        self.hides = hides


def _without(outer: tuple[Mode, ...]) -> list[Mode]:
    """The forward modes of this thread that are not among the outer ones, as what to do without."""
    inner = [mode for mode in current() if mode not in outer]
    hides = tuple([hidden for mode in inner for hidden in mode.hides])
    return [
        mode if isinstance(mode, Without) else Without(mode, hides)
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
        self.looks = not recorded and not captures
        self.open = False
        self.modes = self.inside()
        self.own: set[int] = set()  # nodes of this run without tangents; alive as long as it runs
        self.kept: list[Any] = []

    def made(self, node: Value, outer: tuple[Mode, ...]) -> Value:
        """Give a node its tangent if any of its operands has one."""
        parents = node.parents
        moving = {}
        still = False
        for i, p in enumerate(parents):
            if isinstance(p, ValueWithTangents) and self in p.tangents:
                moving[i] = p.tangents[self]
            else:
                still = True
        if still and self.looks:
            self._look_for_captured(node, parents, moves=bool(moving))
        if not moving:
            return node
        if self.recorded:
            modes = (*outer, *_without(outer))
            return with_tangent(node, self, within(modes, _tangent, node, parents, moving))
        slopes = node.partials
        tangent = sum([slopes[i] * t for i, t in moving.items()])
        check_tangent(str(node.op), tangent)
        node = with_tangent(node, self, tangent)
        # An inner mode needs the graph, and so does an inner run, which may be another thread's.
        return cut(node) if levels()[-1] is self and not open_variables else node

    def _look_for_captured(self, node: Any, parents: tuple[Any, ...], *, moves: bool) -> None:
        """A Value from outside makes the result one: then all has to be recorded."""
        for p in parents:
            if isinstance(p, ValueWithTangents):  # of a mode around this one, in another thread?
                if any([mode.open and mode.since < self.since for mode in p.tangents]):
                    raise RunAgainError
            elif p._x is not None:
                if id(p) not in self.own:
                    raise RunAgainError
            elif p.op is LEAF and p._a < self.since:
                raise RunAgainError
        if not moves:
            self.own.add(id(node))
            self.kept.append(node)

    def call(self, do: Callable[..., Any], *args: Any) -> Any:
        """do(*args), with this mode at work: see :func:`autograd.modes.within`."""
        self.open = True
        adopters[:0] = (_adopted,)
        try:
            return within(self.modes, do, *args)
        finally:
            del adopters[-1]
            self.open, self.ended = False, True
            self.own, self.kept = set(), []


def _tangent(node: Value, parents: tuple[Any, ...], moving: dict[int, Any]) -> Any:
    """ż = Σ ∂z/∂x · ẋ, recorded."""
    m = number_system()
    slopes = reverse.recorded_partials(node, parents, m)
    return m.dot([slopes[i] for i in moving], moving.values())


def _adopted(node: Any, modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """The modes of this thread, and those whose tangents the operands bring from another one."""
    x = node._x
    for p in x if type(x) is tuple else (x, node._y):
        if isinstance(p, ValueWithTangents):
            for mode in p.tangents:
                if mode not in modes and mode.open:
                    return _with_missing(node, modes)
    return modes


def _with_missing(node: Any, modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    done_without = [m.mode for m in modes if isinstance(m, Without)]
    tangents = [p.tangents for p in node.parents if isinstance(p, ValueWithTangents)]
    missing = {m for ts in tangents for m in ts if m.open and m not in (*modes, *done_without)}
    if not missing:
        return modes
    found = dict.fromkeys((*modes, *[mode for m in missing for mode in m.modes]))
    known = [mode for mode in found if mode not in done_without]
    return in_order(tuple(sorted(known, key=lambda mode: mode.since)))


def _link(node: Any) -> Any:
    """A copy that has the tangents too, while a forward mode is at work."""
    return record(COPY, node) if is_moving(node) else None


links.append(_link)


def with_tangent(node: Value, mode: Forward, tangent: Any) -> ValueWithTangents:
    """The same node, as one with tangents."""
    if isinstance(node, ValueWithTangents):
        node.tangents = {**node.tangents, mode: tangent}
        return node
    dual = _new(ValueWithTangents)
    dual._number = node._number
    dual.op = node.op
    dual.note = node.note
    dual._x = node._x
    dual._y = node._y
    dual._a = clock[0] if node.op is CONSTANT else node._a
    if node._y is not None:
        dual._b = node._b
    dual._grad = NOT_RUN
    dual._mark = None
    dual.tangents = {mode: tangent}
    return dual


def jvp(
    f: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
    **kwargs: Any,
) -> Any:
    """The output f(*primals) and its tangent J·ẋ, in forward mode.

    Each number carries its tangent along, so no graph is kept: memory does not grow with the length
    of the computation. Costs about 5 plain forward passes. Where Values from outside take part, or
    ``backward(create_graph=True)`` is called, the function is run again with a graph.

    Args:
        f: the function.
        primals: its arguments.
        tangents: their tangents, of the same structure; 0.0 for what does not move.
        has_aux: ``f`` returns a pair; its second comes last, and has no tangent.
        kwargs: passed on.

    Raises:
        ArgumentError: when primals and tangents don't match.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ArgumentError("jvp: primals and tangents are tuples, one entry per argument.")
    return pushed("jvp", f, tuple(primals), tuple(tangents), kwargs, has_aux=has_aux)


def pushed(
    who: str,
    f: Any,
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    has_aux: bool = False,
    warn: bool = True,
) -> Any:
    """``jvp`` under another transform's name."""
    checked_function(f, who)
    xs, ts = leaves(primals), matched(tangents, primals, f"{who}: tangents")
    ts = [t if isinstance(t, Value) else number(t, f"{who}: tangent") for t in ts]
    recorded = bool(levels()) or any(isinstance(x, Value) for x in (*xs, *ts))
    mode = Forward(recorded=recorded, captures=not is_grad_enabled())
    again = False
    try:
        found = mode.call(_forwards, who, mode, f, primals, xs, ts, kwargs)
    except RunAgainError:
        again = True
        mode = Forward(recorded=True)
        found = mode.call(_forwards, who, mode, f, primals, xs, ts, kwargs)
    output, aux = with_aux(found, f, who, wanted=has_aux)
    values = values_of(f, numbers_of(output), who, warn=warn)
    slopes: list[Any] = [
        v.tangents.get(mode, 0.0) if isinstance(v, ValueWithTangents) else 0.0 for v in values
    ]
    outs: list[Any] = values
    if not recorded and not again:  # an output may be a Value from outside, as it is
        recorded = is_grad_enabled() and reverse.from_outside(values, mode.since)
    if mode.recorded or recorded:
        slopes = reverse.owned(slopes)
    if again:
        recorded = is_grad_enabled() and reverse.from_outside([*values, *slopes], mode.since)
    if not recorded:
        outs, slopes = ([getattr(x, "_number", x) for x in xs] for xs in (outs, slopes))
    result = rebuilt(output, iter(outs), plain_array), rebuilt(output, iter(slopes), plain_array)
    return (*result, settled(aux, recorded=recorded, since=mode.since)) if has_aux else result


def _forwards(
    who: str,
    mode: Forward,
    f: Any,
    primals: tuple[Any, ...],
    xs: list[Any],
    ts: list[Any],
    kwargs: Any,
) -> Any:
    moved = []
    for x, t in zip(xs, ts, strict=True):
        variable = record(COPY, x) if isinstance(x, Value) else Value(number(x, who))
        still = type(t) is float and t == 0.0  # 0.0 times an infinite slope would be nan
        moved.append(variable if still else with_tangent(variable, mode, t))
    return f(*rebuilt(primals, iter(moved)), **kwargs)
