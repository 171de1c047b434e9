"""Before the first step: does the model take the examples, and the loss the targets?

What differs from example to example is tried once, without a change of anything: an input or a
target of another size, and every class.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd import ArgumentError, OperandError, Value, no_grad
from nn.batches import Examples
from nn.fresh import check_fresh, computed, lasting
from nn.generators import kept
from nn.masks import Drops, counting
from nn.metrics import Metric, rows_of
from nn.search import is_frozen
from nn.steps import Task

MOST = 1000  # targets that are tried; of more the first, and those with the extremes


@contextmanager
def mode(modules: list[Any], *, training: bool) -> Iterator[None]:
    """The modules in training or not; afterwards as they were."""
    before = [(x, x.training) for x in modules if x.training is not training]
    for module, _ in before:
        module.training = training
    try:
        yield
    finally:
        for module, was in before:
            module.training = was


def rehearse(
    task: Task, others: list[Examples], measures: dict[str, Metric]
) -> tuple[Drops, list[int]]:
    """Try model and loss on every kind of example, and the metrics on one.

    Returns:
        What Dropouts draw for an example, and which of the optimiser's parameters, by their places,
        the loss does not depend on.

    Raises:
        ArgumentError, OperandError: what the model or the loss raises, with the example's name;
            and when the loss depends on no parameter of the optimiser.
    """
    drops: Drops = []
    with kept(task.sources), mode(task.modules, training=False):
        with no_grad():
            for examples in [task.data, *others]:
                _try(task, examples)
        task.optimizer.zero_grad()
        held = computed(task.model)
        with counting(drops):
            outputs = task.model(task.data.inputs[0])
        loss = task.loss_of(outputs, task.data.targets[0])
        check_fresh(task, loss, held)
        loss.backward()
        for name, measure in measures.items():
            for targets in [part.targets for part in (task.data, *others)]:
                few = targets if name == "accuracy" else targets[:1]  # which is quick
                measure([rows_of(outputs)] * len(few), few)
        parameters = task.optimizer.parameters
        idle = [k for k, w in enumerate(parameters) if not w.has_grad and not is_frozen(w)]
        task.optimizer.zero_grad()
    if len(idle) == sum([not is_frozen(w) for w in parameters]):
        frozen = " All are frozen." * (not idle)
        raise ArgumentError(
            f"{task.who}: the loss depends on no parameter of the optimizer; was it made with "
            f"model.parameters() of this model?{frozen}"
        )
    return drops, idle


def _try(task: Task, examples: Examples) -> None:
    outputs: dict[Hashable, Any] = {}
    for i in _chosen(examples):
        x, y = examples.inputs[i], examples.targets[i]
        shape = _shape(x)
        try:
            if shape not in outputs:
                outputs[shape] = lasting(task.model(x))
            task.loss_of(outputs[shape], y)
        except (ArgumentError, OperandError) as error:
            text = str(error).removeprefix(f"{task.who}: ")
            raise type(error)(f"{task.who}: {examples.name(i)}: {text}") from None


def _chosen(examples: Examples) -> list[int]:
    """Those that are tried: of one size and one target only the first."""
    inputs, targets = examples.inputs, examples.targets
    plain = getattr(getattr(inputs, "dtype", None), "kind", "O") != "O"
    found: dict[Hashable, int] = {}
    sizes: dict[int, int] = {}
    least = most = (0.0, 0)
    for i in range(len(examples)):
        y = _frozen(targets[i])
        key = y if plain else (_shape(inputs[i]), y)
        if key not in found:
            found[key] = i
            sizes.setdefault(len(y) if isinstance(y, tuple) else 0, i)
            numbers = [x for x in _flat(y) if isinstance(x, (int, float))]
            for x in numbers:
                least, most = min(least, (x, i)), max(most, (x, i))
    chosen = [*found.values()]
    extremes = [i for _, i in (least, most)] + [*sizes.values()] if len(chosen) > MOST else []
    return sorted({*chosen[:MOST], *extremes, 0})


def _frozen(y: Any) -> Hashable:
    """The target as something that a set can hold."""
    if hasattr(y, "tolist"):
        y = y.tolist()
    if isinstance(y, (list, tuple)):
        return tuple([_frozen(part) for part in y])
    return y.data if isinstance(y, Value) else y if isinstance(y, (int, float)) else id(y)


def _flat(y: Any) -> Iterator[Any]:
    for part in y if isinstance(y, tuple) else [y]:
        yield from _flat(part) if isinstance(part, tuple) else [part]


def _shape(x: Any) -> Hashable:
    shape = getattr(x, "shape", None)
    if shape is not None:
        return tuple(shape)
    if isinstance(x, (list, tuple)):
        if {*map(type, x)} <= {float, int}:
            return (len(x), ())
        inner = tuple([_shape(part) for part in x])
        return (len(x), inner if any(inner) else ())
    return ()
