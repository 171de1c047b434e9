"""What a network says of examples, all at once."""

from __future__ import annotations

from typing import Any

import autograd
from autograd.command.names import RefusedError
from nn.command.runs import MODEL, Settings
from nn.command.tasks import Task
from nn.mlp import MLP
from nn.saving import Saved, load


def outputs_of(model: Any, X: list[list[float]]) -> list[list[float]]:
    """The outputs of a network for each example."""
    import numpy as np

    columns = autograd.compile(model, in_axes=0, backend="numpy")(np.array(X))
    return np.array(columns, dtype=float).reshape(-1, len(X)).T.tolist()


def saved_in(folder: Any, settings: Settings) -> Saved:
    """The network of a run, with its optimiser.

    Raises:
        AutogradError: when the file is damaged, or not of this run.
    """
    saved = load(folder / MODEL)
    model, task = saved.model, Task(settings.loss, settings.classes)
    if not isinstance(model, MLP):
        raise RefusedError(f"its {MODEL} has no MLP but another model", str(folder))
    sizes = [len(model.layers[0].neurons[0].weights), len(model.layers[-1].neurons)]
    if sizes != [len(settings.inputs), task.outputs]:
        raise RefusedError(f"its {MODEL} and run.json are of different runs", str(folder))
    return saved
