"""Classes or numbers: how many outputs a network needs, by which loss, and what they say."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd import ArgumentError, sigmoid, softmax
from nn.command.commands import CLASSES, NUMBERS
from nn.data import Examples
from nn.metrics import METRICS


class Task(NamedTuple):
    """What is to be learnt.

    Attributes:
        loss: its name, as ``fit`` takes it.
        classes: the names of the classes; None for numbers.

    >>> Task("cross_entropy", ["cat", "dog"]).probabilities([0.0, 0.0])
    [0.5, 0.5]
    >>> Task("mse", None).outputs
    1
    """

    loss: str
    classes: list[str] | None

    @property
    def outputs(self) -> int:
        """How many the network has."""
        return len(self.classes or []) if self.loss == "cross_entropy" else 1

    @property
    def activation(self) -> str:
        """Of its last layer: two classes are told by the probability of the second."""
        logits = self.loss in {"cross_entropy", "binary_cross_entropy_with_logits"}
        return "identity" if logits or self.classes is None else "sigmoid"

    @property
    def metric(self) -> str:
        """What is measured beside the loss."""
        return "r2" if self.classes is None else "accuracy"

    def targets(self, y: list[Any]) -> list[Any]:
        """As the loss takes them: numbers of classes, or floats."""
        return y if self.loss == "cross_entropy" else [float(target) for target in y]

    def probabilities(self, row: list[Any]) -> list[Any]:
        """What the network's outputs say of each class."""
        if self.loss == "cross_entropy":
            return softmax(row)
        p = sigmoid(row[0]) if self.loss == "binary_cross_entropy_with_logits" else row[0]
        return [1.0 - p, p]

    def score(self, rows: list[list[float]], y: list[Any]) -> float:
        """The accuracy of outputs, or R²."""
        if self.classes is not None and self.outputs == 1:
            rows = [self.probabilities(row) for row in rows]
        return float(METRICS[self.metric](rows, y))


def task_of(loss: str | None, examples: Examples) -> tuple[Task, Examples]:
    """The task by this loss, and the examples for it: classes may be meant as numbers.

    Raises:
        ArgumentError: when the loss is not one for such a target.
    """
    classes = examples.classes
    loss = loss or (CLASSES if classes else NUMBERS)[0]
    if classes is None and loss in CLASSES:
        raise ArgumentError(
            f"{loss} is of classes, and {examples.target!r:.60} is a number; there are "
            f"{', '.join(NUMBERS)}."
        )
    if classes is not None and len(classes) > 2 and loss != CLASSES[0]:
        if loss in NUMBERS and classes == [str(k) for k in range(len(classes))]:
            floats = [float(target) for target in examples.y]
            return Task(loss, None), examples._replace(y=floats, classes=None)
        raise ArgumentError(
            f"{loss} is of two classes, and {examples.target!r:.60} has {len(classes)}; there is "
            f"{CLASSES[0]}."
        )
    return Task(loss, classes), examples
