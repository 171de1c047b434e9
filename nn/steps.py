"""The steps of training, example by example or compiled: the same steps, but for rounding.

Both have

    step(batch, place)              one step of the optimiser; the sum of the losses as it met them.
                                    In the end Ctrl-C is held, until the step has been counted
    measured(examples, whole)       the mean loss, and all outputs if ``whole`` is true
    weights_now()                   the numbers of the optimiser's parameters
    settle()                        give the Values what the steps have in arrays
    look()                          take what somebody may have changed of the Values
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import AnomalyError, ArgumentError, OperandError, Value, no_grad
from nn.batches import Examples
from nn.clipping import clip_grad_norm_, clip_grad_value_
from nn.descent import Optimizer
from nn.generators import generators, set_states, states
from nn.metrics import rows_of
from nn.module import Module
from nn.stopping import Interrupts

Loss = Callable[[Any, Any], Any]
REMEDY = (
    "Parameters are those of the last good step. A smaller learning rate, clip_norm=1.0 or inputs "
    "of size 1 may help; detect_anomaly() finds the operation."
)


class Task:
    """What is to be trained, with what.

    Attributes:
        who: what errors begin with.
        modules: the model and all in it.
        sources: the generators of random numbers.
        interrupts: see :class:`Interrupts`; entered while training runs.
    """

    def __init__(
        self, who: str, model: Any, loss: Loss, optimizer: Optimizer, clip: Clip, data: Examples
    ) -> None:
        self.who, self.model, self.loss = who, model, loss
        self.optimizer, self.clip, self.data = optimizer, clip, data
        self.interrupts = Interrupts()
        self.sources = generators(model)
        self.modules = [*model.modules()] if isinstance(model, Module) else []

    def loss_of(self, outputs: Any, target: Any) -> Any:
        """The loss of one example, a Value."""
        value = self.loss(outputs, target)
        if not isinstance(value, Value):
            raise OperandError(f"{self.who}: the loss gave {value!r}, no Value.")
        return value

    def anomaly(self, i: int, value: float, place: str) -> AnomalyError:
        """What is raised for a loss that is not finite."""
        return AnomalyError(
            f"{self.who}: the loss of {self.data.name(i)} in {place} is {value}. {REMEDY}"
        )

    def placed(self, error: AnomalyError, place: str) -> AnomalyError:
        """An error that says where it was met; one of the optimiser does not know."""
        if str(error).startswith(f"{self.who}: "):
            return error
        return AnomalyError(f"{self.who}: in {place}: {error} {REMEDY}")

    def refused(self, error: Exception, i: int, place: str) -> Exception:
        """What the model or the loss has raised in the midst of training, with its place."""
        text = str(error).removeprefix(f"{self.who}: ")
        where = f"{self.who}: {self.data.name(i)} in {place}"
        return type(error)(f"{where}: {text} Parameters are those of the last good step.")

    def overflow(self, place: str) -> AnomalyError:
        """And for their sum, where each is finite."""
        return AnomalyError(
            f"{self.who}: the losses in {place} are finite, and not their sum. {REMEDY}"
        )


class Clip:
    """Gradients made smaller before a step, by their norm, by their size, or not."""

    def __init__(self, norm: float | None, value: float | None) -> None:
        self.norm, self.value = norm, value
        self.is_on = norm is not None or value is not None

    def __call__(self, parameters: list[Value]) -> None:
        """Change the gradients of the parameters."""
        if self.norm is not None:
            clip_grad_norm_(parameters, self.norm)
        if self.value is not None:
            clip_grad_value_(parameters, self.value)

    def array(self, slopes: Any) -> Any:
        """The same of an array."""
        import numpy as np

        if self.norm is not None:
            largest = np.abs(slopes).max(initial=0.0)
            scaled = slopes / largest if 0.0 < largest < math.inf else slopes
            norm = largest * math.sqrt(scaled @ scaled) if scaled is not slopes else largest
            factor = self.norm / (norm + 1e-6)
            if not factor >= 1.0:
                slopes = slopes * factor
        if self.value is not None:
            slopes = np.clip(slopes, -self.value, self.value)
        return slopes


class Eager:
    """Every example's graph is swept and freed before the next is built."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.parameters = task.optimizer.parameters
        self.draws, self.has_drawn = True, False  # whether a step draws; the first one tells

    def step(self, batch: list[int], place: str) -> float:
        """One step, or with L-BFGS some."""
        task = self.task
        inputs, targets, model = task.data.inputs, task.data.targets, task.model
        share = 1.0 / len(batch)

        first = True

        def closure() -> float:
            nonlocal first
            if first:  # later calls are L-BFGS's, in the midst of a step
                task.interrupts.release()
            task.optimizer.zero_grad()
            total = 0.0
            for i in batch:
                try:
                    value = task.loss_of(model(inputs[i]), targets[i])
                except (ArgumentError, OperandError) as error:
                    raise task.refused(error, i, place) from error
                if not math.isfinite(value.data):
                    raise task.anomaly(i, value.data, place)
                value.backward(share)
                total += value.data
            if not math.isfinite(total):
                raise task.overflow(place)
            task.clip(self.parameters)
            task.interrupts.hold()
            first = False
            return total * share

        before = states(task.sources) if self.draws else {}
        try:
            met: float = task.optimizer.step(closure) * len(batch)
        except KeyboardInterrupt:  # what was drawn for this step is drawn again when it is made
            set_states(task.sources, before)
            raise
        if self.draws and not self.has_drawn:
            self.draws = self.has_drawn = states(task.sources) != before
        return met

    def measured(self, examples: Examples, *, whole: bool) -> tuple[float, Any]:
        """The mean loss, in eval mode, and the outputs."""
        total, found = 0.0, []
        with no_grad():
            for x, y in zip(examples.inputs, examples.targets, strict=True):
                outputs = self.task.model(x)
                total += self.task.loss_of(outputs, y).data
                if whole:
                    found.append(rows_of(outputs))
        return total / len(examples), found

    def weights_now(self) -> list[float]:
        """The numbers of the optimiser's parameters."""
        return [w.data for w in self.parameters]

    def settle(self) -> None:
        """The Values have all."""

    def look(self) -> None:
        """And are asked at every step."""
