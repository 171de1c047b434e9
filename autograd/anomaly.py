"""``detect_anomaly()``: the first nan or infinity, where it was made and from what."""

from __future__ import annotations

import math
import sys
from typing import Any

from autograd.backward import Node
from autograd.errors import AnomalyError
from autograd.modes import Mode, current
from autograd.rehearsals import rehearsals, unlocked
from autograd.switches import Switch

PACKAGES = ("autograd", "nn", "viz", "chalkgrad")


class SourceLines(Mode):
    """Every node is noted with the line of source that made it."""

    rank = 1

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """The same node, with its line."""
        node.note = node.note._replace(line=_source_line())
        return node


class Anomalies(SourceLines):
    """And a number that is not finite is refused."""

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """The same node, or an error."""
        node = super().made(node, outer)
        if node.recording is None and not math.isfinite(node._number):
            raise AnomalyError(
                f"{node.op} made {node._number} from {_named_numbers(node)}{_place(node)}"
            )
        return node


class detect_anomaly(Switch):  # noqa: N801 - used as a function
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

    def mode(self) -> Mode:
        """A mode that watches."""
        return Anomalies()


class source_lines(Switch):  # noqa: N801 - used as a function
    """Note on every node the line of source that made it."""

    def mode(self) -> Mode:
        """A mode that notes."""
        return SourceLines()


def looks_for_anomalies() -> bool:
    """Whether this thread is inside ``detect_anomaly()``."""
    return any([isinstance(mode, Anomalies) for mode in current()])


def check_tangent(what: str, tangent: float) -> None:
    """Raise if a tangent is not finite and this thread looks for that."""
    if not math.isfinite(tangent) and looks_for_anomalies():
        raise AnomalyError(f"{what} made the tangent {tangent}")


def check_backward(root: Node, order: list[Any], adjoint: float) -> None:
    """Raise at the first nan or infinity of a sweep, if this thread looks for them."""
    if not current() or not looks_for_anomalies():
        return
    unlocked(lambda: _look_through(root, order, adjoint))


def _look_through(root: Node, order: list[Any], adjoint: float) -> None:
    # With adjoints of its own, so that an anomaly leaves every grad as it was.
    if not math.isfinite(adjoint):
        raise AnomalyError(f"backward: the adjoint of the output is {adjoint}")
    adjoints: dict[Any, float] = {root: adjoint}
    for node in reversed(order):
        adjoint = adjoints.get(node, 0.0)
        for index, (operand, partial) in enumerate(zip(node.parents, node.partials, strict=True)):
            already = 0.0 if operand.parents else operand._grad
            total = adjoints.get(operand, already) + partial * adjoint
            if not math.isfinite(total):
                raise AnomalyError(_backward_message(node, index, partial, adjoint, total))
            adjoints[operand] = total


rehearsals.append(check_backward)


def _backward_message(node: Any, index: int, partial: float, adjoint: float, total: float) -> str:
    return (
        f"backward through {node.op} made {total}: the partial for operand {index + 1} is "
        f"{partial:g} and the adjoint of {node.op} is {adjoint:g}, at {_named_numbers(node)}"
        f"{_place(node)}"
    )


def _named_numbers(node: Any) -> str:
    shown = [
        f"{operand.label or f'operand {index}'}={number!r}"
        for index, (operand, number) in enumerate(
            zip(node.parents, node.numbers, strict=True), start=1
        )
    ]
    if len(shown) > 8:
        shown[8:] = [f"... ({len(shown)} operands)"]
    return ", ".join(shown)


def _place(node: Any) -> str:
    label = f" [{node.label}]" if node.label else ""
    return f"{label}, {node.note.line}" if node.note.line else label


def _source_line() -> str:
    import linecache

    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in PACKAGES:
        if frame.f_back is None:
            return ""
        frame = frame.f_back
    path, line = frame.f_code.co_filename, frame.f_lineno
    return f'at {path}:{line}: "{linecache.getline(path, line).strip()}"'
