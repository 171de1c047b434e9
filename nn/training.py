"""A training loop over mini-batches; the steps are those of :mod:`nn.optimisers`."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import autograd
from autograd import (
    AnomalyError,
    ArgumentError,
    MissingDependencyError,
    OperandError,
    Value,
    no_grad,
)
from nn.losses import half_squared_error
from nn.module import Module
from nn.notebook import history_html
from nn.optimisers import SGD, Optimizer  # noqa: F401 - SGD was once here


@dataclass(frozen=True, repr=False)
class History:
    """What a training run gave. Shown, it is a summary, and in a notebook a curve.

    Attributes:
        losses: the mean loss over the examples, epoch by epoch, as they were met.
        converged: whether it met the goal or ran out of patience.
        seconds: how long it took.

    >>> History([0.5, 0.125, 0.25], converged=False)
    <History of 3 epochs: loss 0.5 to 0.25, best 0.125 in epoch 2>
    """

    losses: list[float]
    converged: bool
    seconds: float = field(default=0.0, compare=False)

    def __repr__(self) -> str:
        losses = self.losses
        said = [f"<History of {len(losses)} epoch{'s' * (len(losses) != 1)}"]
        if losses:
            best = min(range(len(losses)), key=lambda i: (math.isnan(losses[i]), losses[i]))
            span = f": loss {losses[0]:.4g} to {losses[-1]:.4g}"
            said = [said[0] + span, f"best {losses[best]:.4g} in epoch {best + 1}"]
        said += ["converged"] * self.converged
        said += [f"{self.seconds:.3g} s"] * (self.seconds > 0)
        return f"{', '.join(said)}>"

    def _repr_html_(self) -> str | None:
        return history_html(self)


def train(
    model: Module,
    inputs: Sequence[Sequence[float]],
    targets: Sequence[Sequence[float]],
    *,
    optimizer: Optimizer,
    epochs: int,
    loss: Callable[[Any, Any], Value] = half_squared_error,
    batch_size: int | None = None,
    goal: float = 0.0,
    patience: int | None = None,
    seed: Any = 0,
    compile: bool = False,
    progress: bool = False,
    title: str = "training",
    each_epoch: Callable[[list[float]], object] | None = None,
) -> History:
    """Train by mini-batches until converged, or for ``epochs`` passes over the examples.

    Each step takes the mean of the gradients of a batch: every example's graph is swept and freed
    before the next is built. Parameters stay leaves (see :meth:`Optimizer.step`), so that no graph
    grows from step to step. Examples are shuffled in every epoch.

    Args:
        model: called with an example's inputs.
        inputs: one entry per example.
        targets: as many.
        optimizer: makes the steps, by its ``step(closure)``.
        epochs: how many passes at the most.
        loss: ``loss(outputs, target)``.
        batch_size: examples per step; None for all of them.
        goal: converged when the mean loss of an epoch is at most this.
        patience: converged when the best loss has not fallen by a thousandth in this many epochs;
            None for never.
        seed: of the shuffling.
        compile: record model and loss once by :func:`autograd.compile` and replay them over whole
            batches: the same steps to rounding, some twenty times as fast.
        progress: show a bar; needs ``pip install "chalkgrad[progress]"``.
        title: the text before the bar.
        each_epoch: called after every epoch with the losses so far, to look at the model.

    Raises:
        ArgumentError: for numbers and lengths that don't fit, before anything is changed; for an
            example whose size does not fit the model, when it is met.
        AnomalyError: when a loss or a gradient is not finite; parameters are then those of the
            last good step.

    >>> from nn import MLP
    >>> model = MLP(1, [1], output="identity", seed=0)
    >>> line = [[0.0], [1.0], [2.0]]
    >>> sgd = SGD(model.parameters(), lr=0.2)
    >>> train(model, line, line, optimizer=sgd, epochs=500, goal=1e-8).converged
    True
    """
    size = _checked(inputs, targets, epochs, batch_size)
    if patience is not None and patience < 1:
        raise ArgumentError(f"train: patience is {patience}; it must be at least 1, or None.")
    goal = Value(goal).data
    losses_of = (_compiled if compile else _one_by_one)(model, loss, inputs, targets)
    order = list(range(len(inputs)))
    shuffle = random.Random(seed).shuffle
    losses: list[float] = []
    best, best_epoch = math.inf, 0
    begun = perf_counter()
    with _bar(epochs, title, wanted=progress) as bar:
        for epoch in range(epochs):
            shuffle(order)
            total = 0.0
            for start in range(0, len(order), size):
                batch = order[start : start + size]
                total += _step(optimizer, losses_of, batch, epoch)
            losses.append(total / len(order))
            if each_epoch is not None:
                each_epoch(losses.copy())
            bar.update(1)
            bar.set_postfix_str(f"loss {losses[-1]:.3g}", refresh=False)
            if losses[-1] < best * 0.999:
                best, best_epoch = losses[-1], epoch
            if losses[-1] <= goal or (patience is not None and epoch - best_epoch >= patience):
                return History(losses, converged=True, seconds=perf_counter() - begun)
    return History(losses, converged=False, seconds=perf_counter() - begun)


LossesOf = Callable[[list[int]], Iterable[float]]


def _step(optimizer: Optimizer, losses_of: LossesOf, batch: list[int], epoch: int) -> float:
    """One step, or with L-BFGS some; the sum of the losses of the batch as it was met."""

    def closure() -> float:
        optimizer.zero_grad()
        total = 0.0
        for i, value in zip(batch, losses_of(batch), strict=True):
            if not math.isfinite(value):
                raise AnomalyError(
                    f"train: the loss of example {i} in epoch {epoch + 1} is {value}; "
                    "a smaller learning rate may help, detect_anomaly() finds the place."
                )
            total += value
        return total / len(batch)

    met: float = optimizer.step(closure) * len(batch)
    return met


def _one_by_one(model: Any, loss: Any, inputs: Any, targets: Any) -> LossesOf:
    """The losses of the examples of a batch; their mean gradients are added to the parameters'."""

    def losses_of(batch: list[int]) -> Iterable[float]:
        for i in batch:
            value = loss(model(inputs[i]), targets[i])
            if not isinstance(value, Value):
                raise OperandError(f"train: the loss gave {value!r}, no Value.")
            if math.isfinite(value.data):
                value.backward(1.0 / len(batch))
            yield value.data

    return losses_of


def _compiled(model: Any, loss: Any, inputs: Any, targets: Any) -> LossesOf:
    """The same by one program for a batch."""
    try:
        import numpy as np
    except ImportError:
        raise MissingDependencyError("train: compile=True needs NumPy: pip install numpy") from None
    xs, ys = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
    parameters = list(model.named_parameters())

    def example(model: Any, x: Any, y: Any) -> Any:
        value = loss(model(x), y)
        if not isinstance(value, Value):
            raise OperandError(f"train: the loss gave {value!r}, no Value.")
        return value

    step = autograd.compile(autograd.value_and_grad(example), in_axes=(None, 0, 0), reduce="mean")

    def losses_of(batch: list[int]) -> Iterable[float]:
        value, slopes = step(model, xs[batch], ys[batch])
        if not math.isfinite(value):
            with no_grad():  # which of them is it?
                return [example(model, xs[i], ys[i]).data for i in batch]
        for name, parameter in parameters:
            parameter.grad = slopes[name]
        return [value] * len(batch)

    return losses_of


def _checked(
    inputs: Sequence[Any], targets: Sequence[Any], epochs: int, batch_size: int | None
) -> int:
    if len(inputs) != len(targets):
        raise ArgumentError(f"train: got {len(targets)} targets for {len(inputs)} inputs.")
    if not len(inputs):
        raise ArgumentError("train: there is no example.")
    for name, count in (("epochs", epochs), ("batch_size", batch_size)):
        if count is not None and not isinstance(count, int):
            raise ArgumentError(f"train: {name} is {count!r}; it must be a whole number.")
    if epochs < 1:
        raise ArgumentError(f"train: epochs is {epochs}; it must be at least 1.")
    size = len(inputs) if batch_size is None else batch_size
    if size < 1:
        raise ArgumentError(f"train: batch_size is {batch_size}; it must be at least 1.")
    return size


class _NoBar(nullcontext["_NoBar"]):
    def __init__(self) -> None:
        super().__init__(self)

    def update(self, n: int) -> None:
        pass

    def set_postfix_str(self, text: str, *, refresh: bool) -> None:
        pass


def _bar(epochs: int, title: str, *, wanted: bool) -> Any:
    if not wanted:
        return _NoBar()
    try:
        with warnings.catch_warnings():  # of a notebook without ipywidgets, which has a bar of text
            warnings.simplefilter("ignore")
            from tqdm import auto
    except ImportError:
        raise MissingDependencyError(
            'train: progress=True needs tqdm: pip install "chalkgrad[progress]"'
        ) from None
    return auto.tqdm(total=epochs, desc=title, unit=" epochs", mininterval=0.5)
