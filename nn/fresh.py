"""Is what the model computes computed anew in every call? What is not is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd import OperandError, Value
from nn.search import Searched, walk
from nn.steps import Task


def computed(model: Any) -> list[tuple[str, Value]]:
    """The results that a module holds, which are no parameters, with their paths."""
    if not isinstance(model, Searched):
        return []
    return [(path, x) for path, x in walk(model) if isinstance(x, Value) and not x.is_leaf]


def check_fresh(task: Task, loss: Value, held: list[tuple[str, Value]]) -> None:
    """Refuse what was computed from parameters before the call, and is in the loss.

    Its number would stay what it was, and the parameters would be moved for nothing.

    Raises:
        OperandError: it names the attribute.
    """
    used = {id(node) for node in _below(loss)} if held else set()
    trained = {id(w) for w in task.optimizer.parameters}
    for path, value in held:
        if id(value) in used and any([id(node) in trained for node in _below(value)]):
            raise OperandError(
                f"{task.who}: {type(task.model).__name__}.{path} was computed from parameters "
                "before the model was called, and keeps its number when they change. Compute it "
                "in forward."
            )


def lasting(outputs: Any) -> Any:
    """The outputs, if they can be read twice: by the loss and by a metric.

    Raises:
        OperandError: for a generator and the like.
    """
    if isinstance(outputs, Iterator):
        raise OperandError(
            f"the model gave a {type(outputs).__name__}, which can be read only once; let it "
            "return a list."
        )
    return outputs


def _below(root: Value) -> list[Value]:
    """The Value and all that it was computed from."""
    found, stack = {id(root): root}, [root]
    while stack:
        for parent in stack.pop().parents:
            if id(parent) not in found:
                found[id(parent)] = parent
                stack.append(parent)
    return list(found.values())
