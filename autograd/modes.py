"""Modes: ``no_grad()`` and ``detect_anomaly()``.

A mode holds in the thread (or asyncio task) that entered it and nowhere else. Looking that up costs
more than half an operation does, so operators first ask ``open_modes``, which is empty while no
thread at all is in a mode.
"""

from __future__ import annotations

import linecache
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.backward import backward, numbers, operands, partials, topological_order
from autograd.errors import AnomalyError, GraphError
from autograd.primitives import LEAF

if TYPE_CHECKING:
    from autograd.value import Value

PACKAGES = ("autograd", "nn", "viz")


class Level:
    """A transform at work: reverse mode as it stands, which only needs its place among others."""

    keeps_graph = True
    records: Any = (
        None  # what an n-ary operation is recorded by, where that is not Value's business
    )

    def made(self, node: Value, outer: Modes) -> Value:
        """What becomes of a node made at this level; ``outer`` is what holds around it."""
        return node


class Modes(NamedTuple):
    """What is switched on in this thread."""

    recording: bool = True
    anomaly: bool = False
    lines: bool = False
    levels: tuple[Level, ...] = ()  # the transforms that are at work, outermost first


open_modes: list[Modes] = []  # one entry for every mode that is open, in whatever thread
_current: ContextVar[Modes] = ContextVar("modes", default=Modes())  # noqa: B039 - a tuple


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing: results are leaves, without operands. Also a decorator.

    Forward costs less memory, and what is computed inside gets no gradient. Other threads go on
    recording.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    with switched(_current.get()._replace(recording=False)):
        yield


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise at the first nan or infinity that an operation makes, forward or backward.

    The error names the operation, its operands, its label and the line of your source. Taking the
    line costs more than the operation: for finding a fault, not for training.

    Raises:
        AnomalyError: at the operation, or in ``backward()`` at the partial or the adjoint.

    >>> from autograd import Value, log
    >>> with detect_anomaly():
    ...     log(Value(0.0, label="p"))
    Traceback (most recent call last):
    autograd.errors.AnomalyError: log made -inf from p=0.0
    """
    with switched(_current.get()._replace(anomaly=True)):
        yield


@contextmanager
def source_lines() -> Iterator[None]:
    """Note on every node the line of source that made it."""
    with switched(_current.get()._replace(lines=True)):
        yield


def levels() -> tuple[Level, ...]:
    """The transforms at work in this thread."""
    return _current.get().levels


def looks_for_anomalies() -> bool:
    """Whether this thread is inside ``detect_anomaly()``."""
    return _current.get().anomaly


def recorder() -> Any:
    """The recording that :func:`autograd.compile` is making in this thread, or None."""
    levels = _current.get().levels
    return levels[0].records if levels else None


def enter_level(level: Level) -> Token[Modes]:
    """Begin a transform that need not see each node; give the token to :func:`leave_level`."""
    modes = _current.get()
    return _current.set(modes._replace(levels=(*modes.levels, level), recording=True))


def leave_level(token: Token[Modes]) -> None:
    """End it."""
    _current.reset(token)


@contextmanager
def at_level(level: Level) -> Iterator[None]:
    """A transform at work that sees every node that is made."""
    modes = _current.get()
    with switched(modes._replace(levels=(*modes.levels, level), recording=True)):
        yield


@contextmanager
def switched(modes: Modes) -> Iterator[None]:
    """These modes and no others, in this thread."""
    token = _current.set(modes)
    open_modes.append(modes)
    try:
        yield
    finally:
        open_modes.remove(modes)
        _current.reset(token)


def in_mode(node: Value) -> Value:
    """What becomes of a node just made, while some thread is in a mode."""
    modes = _current.get()
    if modes.lines or modes.anomaly:
        node.note = node.note._replace(line=_source_line())
    if modes.anomaly and not math.isfinite(node._data) and recorder() is None:
        raise AnomalyError(_forward_message(node))
    if not modes.recording:
        return node.detach()
    for i, level in enumerate(modes.levels):
        node = level.made(node, modes._replace(levels=modes.levels[:i]))
    if hasattr(node, "tangents") and not any(level.keeps_graph for level in modes.levels):
        node._x, node._y, node.op = None, None, LEAF
    return node


def backward_in_mode(root: Value, seed: float) -> None:
    """``backward``, checked at every step if this thread is looking for anomalies."""
    if hasattr(root, "tangents") and root._x is None:
        raise GraphError(
            "backward inside jvp: jvp keeps no graph. Use grad there, which nests with jvp."
        )
    check_backward(root, seed)
    backward(root, seed)


def check_backward(root: Value, seed: float) -> None:
    """Raise at the first nan or infinity of the backward pass, if this thread looks for them."""
    if _current.get().anomaly:
        _check_backward(root, seed)


def check_tangent(what: str, tangent: float) -> None:
    """Raise if a tangent is not finite and this thread looks for that."""
    if _current.get().anomaly and not math.isfinite(tangent):
        raise AnomalyError(f"{what} made the tangent {tangent}")


def _check_backward(root: Value, seed: float) -> None:
    # A rehearsal with its own adjoints, so that an anomaly leaves every grad as it was.
    if not math.isfinite(seed):
        raise AnomalyError(f"backward: the seed is {seed}")
    order = topological_order(root)
    adjoints = dict.fromkeys(order, 0.0)
    adjoints[root] = seed
    for node in reversed(order):
        for index, (operand, partial) in enumerate(
            zip(operands(node), partials(node), strict=True)
        ):
            share = partial * adjoints[node]
            total = adjoints.get(operand, operand.grad if operand._x is None else 0.0) + share
            if not math.isfinite(total):
                raise AnomalyError(_backward_message(node, index, partial, adjoints[node], total))
            adjoints[operand] = total


def _forward_message(node: Value) -> str:
    return f"{node.op} made {node._data} from {_named_numbers(node)}{_place(node)}"


def _backward_message(node: Value, index: int, partial: float, adjoint: float, total: float) -> str:
    return (
        f"backward through {node.op} made {total}: the partial for operand {index + 1} is "
        f"{partial:g} and the adjoint of {node.op} is {adjoint:g}, at {_named_numbers(node)}"
        f"{_place(node)}"
    )


def _named_numbers(node: Value) -> str:
    shown = [
        f"{operand.label or f'operand {index}'}={number!r}"
        for index, (operand, number) in enumerate(
            zip(operands(node), numbers(node), strict=True), start=1
        )
    ]
    if len(shown) > 8:
        shown[8:] = [f"... ({len(shown)} operands)"]
    return ", ".join(shown)


def _place(node: Value) -> str:
    label = f" [{node.label}]" if node.label else ""
    return f"{label}, {node.note.line}" if node.note.line else label


def _source_line() -> str:
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in PACKAGES:
        if frame.f_back is None:
            return ""
        frame = frame.f_back
    path, line = frame.f_code.co_filename, frame.f_lineno
    return f'at {path}:{line}: "{linecache.getline(path, line).strip()}"'
