"""Save a model with its optimiser and the state of its training in one file, and load it again.

values          plain data as JSON and arrays
architecture    what a model is built of
state           what is saved of a model, an optimiser, a schedule; all of it comes back, or nothing
file            the .npz: written whole or not at all, read with care
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import autograd
from autograd import ArgumentError, MissingDependencyError, OperandError
from nn.descent import Optimizer
from nn.module import Module
from nn.saving import architecture, file, state, values
from nn.schedules import Schedule
from nn.state import numbered

FORMAT = 1
_GIVE = "make its model and give it: nn.load(path, model)"
_SAME = "give a model, an optimizer and a schedule like those that were saved"


@dataclass(frozen=True, repr=False)
class Saved:
    """What was in a file.

    Attributes:
        model: the one that was given, or a new one.
        optimizer, schedule: likewise; None if none was saved, or if it is of a class of one's own
            and was not given.
        training: what ``save`` was given under this name.
        version: chalkgrad's that wrote the file.

    >>> from nn import MLP
    >>> Saved(MLP(2, [1], seed=0), None, None, {"epoch": 3}, "0.1.0")
    <Saved MLP of 3 parameters; training: epoch>
    """

    model: Any
    optimizer: Any
    schedule: Any
    training: dict[str, Any] | None
    version: str

    def __repr__(self) -> str:
        parts = [f"{type(self.model).__name__} of {len(numbered(self.model))} parameters"]
        parts += [type(x).__name__ for x in (self.optimizer, self.schedule) if x is not None]
        parts += [f"training: {', '.join(self.training)}"] if self.training else []
        return f"<Saved {'; '.join(parts)}>"


def save(
    path: Any,
    model: Module,
    optimizer: Optimizer | None = None,
    schedule: Schedule | None = None,
    training: dict[str, Any] | None = None,
) -> None:
    """Write a model, and what its training needs to go on, to one ``.npz``.

    The file holds every parameter and buffer, which modules are frozen and in training, the random
    generators that modules have as attributes (as Dropout has), the optimiser's options and
    memory, the schedule's place, and the architecture. It comes whole or not at all: whenever the
    process ends, there is the file from before or the new one. The same content gives the same
    bytes.

    Args:
        path: of the file, which is replaced if there is one.
        model: of any class; :func:`load` builds those of nn anew.
        optimizer: of the model's parameters.
        schedule: of this optimiser.
        training: a dict of plain data: None, bool, int, float (also nan), str, lists, tuples, dicts
            and NumPy's arrays. It comes back equal to the bit.

    Raises:
        ArgumentError: when something can't be saved, or a parameter is nan.
        OperandError: when something is of the wrong type.
        OSError: when the file can't be written. What was there stays, in each case.

    >>> import nn, tempfile, pathlib
    >>> model = nn.MLP(2, [3, 1], "tanh", seed=0)
    >>> adam = nn.Adam(model.parameters())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "model.npz"
    ...     nn.save(path, model, adam, training={"losses": [0.5, 0.25]})
    ...     nn.load(path)
    <Saved MLP of 13 parameters; Adam; training: losses>
    """
    name = file.checked_path("nn.save", path)
    file.write_whole(name, packed(model, optimizer, schedule, training))


def packed(model: Any, optimizer: Any, schedule: Any, training: Any) -> bytes:
    """The bytes that :func:`save` writes; it raises what that raises."""
    _check("nn.save", model, optimizer, schedule)
    if not isinstance(model, Module):
        raise OperandError(f"nn.save: takes a path and a model, got {model!r}.")
    if training is not None and type(training) is not dict:
        raise OperandError(f"nn.save: training is {training!r}; it must be a dict.")
    tree = {
        "format": FORMAT,
        "chalkgrad": autograd.__version__,
        "architecture": architecture.described(model),
        "model": state.of_model(model),
        "optimizer": None if optimizer is None else state.of_optimizer(optimizer, model),
        "schedule": None if schedule is None else state.of_schedule(schedule),
        "training": training,
    }
    return file.written(*values.packed(tree))


def load(
    path: Any,
    model: Module | None = None,
    optimizer: Optimizer | None = None,
    schedule: Schedule | None = None,
) -> Saved:
    """Read what :func:`save` wrote; what is given takes it on, all of it or nothing.

    Nothing in a file is run or imported. What is not given is made anew if its class is one of nn;
    its parameters then have the labels that the class gives.

    Args:
        path: of the file.
        model: of the same architecture; needed if it has a class or an activation of one's own.
        optimizer: of the same rule, over the same parameters of ``model``.
        schedule: of the same rule and options, of this optimiser.

    Raises:
        ArgumentError: when the file is damaged, of a newer version or not one of :func:`save`'s, or
            does not fit what is given. That is unchanged then.
        OperandError: when something is of the wrong type.
        OSError: when the file can't be read.

    >>> import nn, tempfile, pathlib
    >>> model, other = nn.MLP(2, [1], seed=0), nn.MLP(2, [1], seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "model.npz"
    ...     nn.save(path, model)
    ...     nn.load(path, other).model is other
    True
    >>> other.state_dict() == model.state_dict()
    True
    """
    name = file.checked_path("nn.load", path)
    _check("nn.load", model, optimizer, schedule)
    if model is None and optimizer is not None:
        raise ArgumentError("nn.load: an optimizer is of a model; give its model, too.")
    tree = _read(name)
    for what, given in (("optimizer", optimizer), ("schedule", schedule)):
        if given is not None and tree[what] is None:
            raise file.refused(name, f"was saved without {what}", f"load it without {what}=")
    try:
        made = _built(tree) if model is None else _alike(tree, model)
        restore = state.kept(made, optimizer, schedule)
        try:
            return _restored(tree, made, optimizer, schedule)
        except BaseException:
            restore()
            raise
    except Exception as error:
        if isinstance(error, architecture.UnbuildableError):
            raise file.refused(name, f"can't be built anew: it {error}", _GIVE) from None
        if not isinstance(error, autograd.AutogradError):
            raise file.refused(
                name, f"has other content than nn.save writes ({error!r})"
            ) from error
        why = str(error).removeprefix("load_state_dict: ").removesuffix(" Nothing was changed.")
        raise file.refused(name, f"can't be used: {why.rstrip('.')}", _SAME) from None


def _check(who: str, model: Any, optimizer: Any, schedule: Any) -> None:
    for what, given, kind in (
        ("model", model, Module),
        ("optimizer", optimizer, Optimizer),
        ("schedule", schedule, Schedule),
    ):
        if given is not None and not isinstance(given, kind):
            raise OperandError(f"{who}: {what} is {given!r}; it must be a {kind.__name__}.")
    if schedule is not None and schedule.optimizer is not optimizer:
        raise ArgumentError(f"{who}: the schedule is of another optimizer; give its own, too.")
    try:
        import numpy as np  # noqa: F401
    except ModuleNotFoundError:
        raise MissingDependencyError(f"{who} needs NumPy: pip install numpy") from None


def _read(name: str) -> Any:
    """The tree, of a version that is known."""
    text, arrays = file.read(name)
    try:
        tree = values.unpacked(text, arrays)
        version = tree["format"], tree["chalkgrad"]
        if type(version[0]) is not int or type(version[1]) is not str:
            raise TypeError("no version")
    except Exception as error:  # noqa: BLE001 - of what is in a file anything can be wrong
        raise file.refused(name, f"has other content than nn.save writes ({error!r})") from None
    if version[0] != FORMAT:
        raise file.refused(
            name,
            f"was written by chalkgrad {version[1]} in format {version[0]}, and chalkgrad "
            f"{autograd.__version__} reads format {FORMAT}",
            "update chalkgrad: pip install -U chalkgrad",
        )
    return tree


def _built(tree: Any) -> Module:
    described = tree["architecture"]
    count = architecture.parameters_of(described)
    if count is not None and count != len(tree["model"]["names"]):  # asked before there are any
        raise ArgumentError("the architecture has another number of parameters")
    return architecture.built(described)


def _alike(tree: Any, model: Module) -> Module:
    difference = architecture.difference(tree["architecture"], architecture.described(model))
    if difference:
        raise ArgumentError(difference)
    return model


def _restored(tree: Any, model: Module, optimizer: Any, schedule: Any) -> Saved:
    saved = tree["optimizer"]
    if saved is not None and optimizer is None and saved["custom"] is False:
        parameters = [*numbered(model).values()]
        groups = [{"params": [parameters[k] for k in group]} for group in state.groups_of(saved)]
        optimizer = state.RULES[saved["rule"]](groups)
    planned = tree["schedule"]
    if planned is not None and schedule is None and optimizer and planned["custom"] is False:
        schedule = state.RULES[planned["rule"]](optimizer, **planned["options"])
    if schedule is not None:
        state.to_schedule(schedule, planned)
    if optimizer is not None:  # last, for a schedule has set its rates
        state.to_optimizer(optimizer, saved, model)
    if schedule is not None and any(["initial_lr" not in g for g in optimizer.param_groups]):
        raise ArgumentError("the optimizer's groups have no first rate for the schedule")
    state.to_model(model, tree["model"])
    return Saved(model, optimizer, schedule, tree["training"], tree["chalkgrad"])
