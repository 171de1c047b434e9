"""``train``, the older name of :func:`nn.fit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value
from nn.descent import Optimizer
from nn.fitting import fit
from nn.history import History  # it was once here, and so was SGD
from nn.losses import half_squared_error
from nn.module import Module
from nn.optimisers import SGD  # noqa: F401


def train(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    optimizer: Optimizer,
    epochs: int,
    loss: str | Callable[[Any, Any], Value] = half_squared_error,
    goal: float = 0.0,
    progress: bool = False,
    **options: Any,
) -> History:
    """:func:`nn.fit` by its older name: the loss may be left out, and no progress is shown.

    >>> from nn import MLP
    >>> model = MLP(1, [1], output="identity", seed=0)
    >>> line = [[0.0], [1.0], [2.0]]
    >>> sgd = SGD(model.parameters(), lr=0.2)
    >>> train(model, line, line, optimizer=sgd, epochs=500, goal=1e-8).converged
    True
    """
    return fit(
        model, inputs, targets, loss=loss, optimizer=optimizer, epochs=epochs, goal=goal,
        progress=progress, **options,
    )  # fmt: skip
