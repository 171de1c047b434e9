"""The steps of training by one compiled program, with all weights in one array."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import autograd
from autograd import (
    ArgumentError,
    GraphError,
    MissingDependencyError,
    OperandError,
    no_grad,
    value_and_grad,
)
from nn import masks as dropping
from nn.batches import Examples
from nn.generators import states
from nn.module import Module
from nn.rehearsal import mode
from nn.search import is_frozen, leaves
from nn.steps import Task
from nn.stopping import Interrupts

OUTPUTS = "outputs"


class Compiled:
    """Model and loss recorded once, and replayed over whole batches.

    Args:
        task: what is to be trained; its examples are all of one size.
        drops: what Dropouts draw for an example.
        idle: the places of parameters that the loss does not depend on.
        measures: what :meth:`measured` will be asked for: "outputs", "loss", or "" for nothing.
        watched: whether callbacks may change what model and loss read.

    Raises:
        ArgumentError: when the optimiser has a parameter that is not the model's.
        GraphError: when the model can't be recorded, or what is recorded would be another thing
            than training example by example.
        MissingDependencyError: without NumPy.
    """

    def __init__(
        self, task: Task, drops: dropping.Drops, idle: list[int], *, measures: str, watched: bool
    ) -> None:
        try:
            import numpy as np
        except ImportError:
            raise MissingDependencyError(
                f"{task.who}: compile=True needs NumPy: pip install numpy"
            ) from None
        if not isinstance(task.model, Module):
            raise OperandError(
                f"{task.who}: compile=True needs an nn.Module, got {type(task.model).__name__}."
            )
        self.numpy, self.task, self.drops, self.idle = np, task, drops, idle
        self.parameters = task.optimizer.parameters
        self._check_parameters()
        self.inputs, self.targets = task.data.arrays(task.who)
        self.arrays: dict[int, tuple[Any, Any]] = {}
        self.measures = measures
        self.weights: Any = None
        self.program: Any = None
        self.by_array = _takes_arrays(task.optimizer)
        self.asked, self.watched = 0, False
        self.frozen: list[bool] = []
        self.look()
        self._record()
        self.watched = watched and self._has_changed()  # which it has not: it is asked once

    def step(self, batch: list[int], place: str) -> float:
        """One step of the optimiser over a batch."""
        task, whole = self.task, len(batch) == len(self.inputs)
        task.interrupts.hold()
        args = [self.inputs, self.targets]
        if not whole or self.drops:  # else it is no matter in which order they are
            args = [self.inputs[batch], self.targets[batch]]
        if self.drops:
            args.append(self.numpy.array(dropping.draws(self.drops, len(batch))))

        def slopes_at(weights: Any) -> tuple[float, Any]:
            with self.numpy.errstate(all="ignore"):  # what overflows is named below
                value, slopes = self.program(weights, *args)
            if not math.isfinite(value):
                self._explain(weights, args, range(len(self.inputs)) if whole else batch, place)
            if task.clip.is_on:
                slopes = task.clip.array(slopes)
            return value, slopes

        if self.by_array:
            met, weights = task.optimizer.step_array(self.weights, slopes_at)
            if self.idle:  # one by one, weight decay does not reach them
                weights[self.idle] = self.weights[self.idle]
            self.weights = weights
        else:
            met = task.optimizer.step(lambda: self._closure(slopes_at))
            self.weights = self.numpy.array([w.data for w in self.parameters])
        return float(met) * len(batch)

    def measured(self, examples: Examples, *, whole: bool) -> tuple[float, Any]:
        """The mean loss, in eval mode, and the outputs."""
        found = self.arrays.get(id(examples))
        if found is None:
            found = self.arrays[id(examples)] = examples.arrays(self.task.who)
        if not whole:
            return float(self.mean(self.weights, *found)), []
        losses, outputs = self.outputs(self.weights, *found)
        rows = self.numpy.column_stack(outputs)
        return float(sum(losses.tolist()) / len(examples)), rows

    def weights_now(self) -> list[float]:
        """The numbers of the optimiser's parameters."""
        if not self.by_array:
            return [w.data for w in self.parameters]
        found: list[float] = self.weights.tolist()
        return found

    def settle(self) -> None:
        """Give the Values the weights."""
        if self.by_array:
            for w, x in zip(self.parameters, self.weights.tolist(), strict=True):
                w.data = x

    def look(self) -> None:
        """Take the weights from the Values; record anew if model or loss have changed."""
        self.weights = self.numpy.array([w.data for w in self.parameters])
        frozen = [is_frozen(w) for w in self.parameters]
        if self.program is not None and (
            frozen != self.frozen or (self.watched and self._has_changed())
        ):
            self._check_parameters()
            self._record()
        self.frozen = frozen

    def _check_parameters(self) -> None:
        known = {id(w) for w in leaves(self.task.model, with_frozen=True)}
        stranger = next((w for w in self.parameters if id(w) not in known), None)
        if stranger is not None:
            raise ArgumentError(
                f"{self.task.who}: {stranger!r} is a parameter of the optimizer and not of the "
                "model, which compile=True would not train. Make it an attribute of the model."
            )

    def _has_changed(self) -> bool:
        """Whether a callback has changed what model and loss read: then ``compile`` asks again."""
        before = self.asked
        with mode(self.task.modules, training=True):
            self.watch(_hashed(self.task.model), _hashed(self.task.loss), *self.one)
        return self.asked != before

    def _lost(self, model: Any, loss: Any, x: Any, y: Any, masks: Any = ()) -> Any:
        """The loss of an example, of these alone, so that all they read is compared."""
        self.asked += 1
        with dropping.given(self.drops, masks):
            return loss(model(self._as_given(x, 0)), self._as_given(y, 1))

    def _as_given(self, part: Any, k: int) -> Any:
        """An input or a target as the model gets it without ``compile``."""
        column = (self.task.data.inputs, self.task.data.targets)[k]
        as_list = not hasattr(column, "dtype") and hasattr(part, "tolist")
        return part.tolist() if as_list else part

    def _closure(self, slopes_at: Any) -> float:
        """For an optimiser that changes the Values itself."""
        self.weights = self.numpy.array([w.data for w in self.parameters])
        self.task.optimizer.zero_grad()
        value, slopes = slopes_at(self.weights)
        idle = set(self.idle)
        for k, (w, slope) in enumerate(zip(self.parameters, slopes.tolist(), strict=True)):
            if k not in idle:
                w.grad = slope
        return float(value)

    def _record(self) -> None:
        task, numpy = self.task, self.numpy
        place = {id(w): k for k, w in enumerate(self.parameters)}
        own = [place.get(id(w), w) for w in task.model.parameters()]

        def run(weights: Any, x: Any, y: Any, masks: Any = ()) -> tuple[Any, Any]:
            x, y = self._as_given(x, 0), self._as_given(y, 1)
            given = weights.tolist()
            model = task.model.with_parameters([given[k] if isinstance(k, int) else k for k in own])
            with dropping.given(self.drops, masks) if task.model.training else nullcontext():
                outputs = model(x)
            for old, new in zip(task.model.named_buffers(), model.named_buffers(), strict=True):
                if old[1] is not new[1]:
                    raise GraphError(
                        f"{task.who}: the model sets its buffer {old[0]!r} when it is called, and "
                        "compile=True would do it only once. Train without compile."
                    )
            return task.loss_of(outputs, y), outputs

        def loss(*args: Any) -> Any:
            return run(*args)[0]

        def both(*args: Any) -> Any:
            value, outputs = run(*args)
            many = isinstance(outputs, (list, tuple)) or hasattr(outputs, "tolist")
            return value, list(outputs) if many else [outputs]

        one = [self.inputs[:1], self.targets[:1]]
        axes: tuple[int | None, ...] = (None, 0, 0)
        self.mean = autograd.compile(loss, in_axes=axes, reduce="mean")
        self.outputs = autograd.compile(both, in_axes=axes)
        if self.measures:
            with mode(task.modules, training=False):
                (self.outputs if self.measures == OUTPUTS else self.mean)(self.weights, *one)
        if self.drops:
            axes = (*axes, 0)
            one.append(numpy.ones((1, sum([count for _, count in self.drops]))))
        self.program = autograd.compile(value_and_grad(loss), in_axes=axes, reduce="mean")
        self.each = autograd.compile(loss, in_axes=axes)
        self.one = one
        self.watch = autograd.compile(
            self._lost, in_axes=(None, None, *axes[1:]), static_argnums=(0, 1)
        )
        before = states(task.sources)
        with mode(task.modules, training=True):
            found = self.program(self.weights, *one)
            example = [column[0] for column in one]
            with no_grad():
                again = [self._lost(task.model, task.loss, *example).data for _ in range(2)]
        if states(task.sources) != before:
            raise GraphError(
                f"{task.who}: the model draws random numbers, and compile=True would repeat one "
                "draw for ever. Train without compile, or draw by nn.Dropout alone."
            )
        if not numpy.array_equal(again[:1], again[1:], equal_nan=True):
            raise GraphError(
                f"{task.who}: called twice with the same example the model gives the losses "
                f"{again[0]:g} and {again[1]:g}: something in it changes when it is called, and "
                "compile=True would do that only once. Train without compile."
            )
        self._check_reach(one, found)

    def _check_reach(self, one: list[Any], found: Any) -> None:
        """Refuse a loss that takes parameters past the model: their slopes would be missing."""
        free = [w for w in self.parameters if not is_frozen(w)]
        before = [w.data for w in free]
        with Interrupts() as ours:  # those of the task are heard after a callback only
            both = ours, self.task.interrupts
            for interrupts in both:
                interrupts.hold()
            try:
                for w in free:
                    w.data = math.nan
                again = self.program(self.weights, *one)
            finally:
                for w, x in zip(free, before, strict=True):
                    w.data = x
                for interrupts in both:
                    interrupts.release()
        same = self.numpy.array_equal
        if not (same([found[0]], [again[0]], True) and same(found[1], again[1], True)):
            raise GraphError(
                f"{self.task.who}: the loss takes parameters of the model from outside of it, and "
                "compile=True would miss their slopes. Let the model return what the loss needs, "
                "use weight_decay of the optimizer, or train without compile."
            )

    def _explain(self, weights: Any, args: list[Any], batch: Iterable[int], place: str) -> None:
        """Which of them is it?"""
        losses = self.each(weights, *args).tolist()
        for i, value in zip(batch, losses, strict=True):
            if not math.isfinite(value):
                raise self.task.anomaly(i, value, place)
        raise self.task.overflow(place)


def _hashed(f: Any) -> Any:
    """What is called, by its bound method if it has no hash: a dataclass has none."""
    try:
        hash(f)
    except TypeError:
        return f.__call__
    return f


def _takes_arrays(optimizer: Any) -> bool:
    """Whether it makes steps of arrays, and not by a ``step`` of a subclass alone."""
    ways = {"step", "step_array"}
    first = next(kind for kind in type(optimizer).__mro__ if ways & vars(kind).keys())
    return "step_array" in vars(first)
