"""The data that is meant, and what is held back and scaled of it."""

from __future__ import annotations

import argparse
import hashlib
import json
from typing import Any, NamedTuple

from autograd import ArgumentError
from autograd.command.names import RefusedError
from nn import data
from nn.command.commands import KNOWN, MADE
from nn.command.tasks import Task, task_of
from nn.data import Examples, Scaling, train_test_split
from nn.data.reading import table_in
from nn.data.tables import read

Pair = tuple[list[list[float]], list[Any]]


class Problem(NamedTuple):
    """What a network is to learn.

    Attributes:
        examples: all, as they came.
        task: classes or numbers.
        learnt, held: those to learn from and those held back, as they came; None for none held.
        scaling, target_scaling: of the inputs and of targets that are numbers, learnt from
            ``learnt``; None for none.
    """

    examples: Examples
    task: Task
    learnt: Pair
    held: Pair | None
    scaling: Scaling | None
    target_scaling: Scaling | None

    def given(self, pair: Pair) -> Pair:
        """Examples as the network is given them."""
        X, y = pair
        if self.scaling is not None:
            X = self.scaling(X)
        if self.target_scaling is not None:
            y = [target for [target] in self.target_scaling([[target] for target in y])]
        return X, self.task.targets(y)

    def digest(self) -> str:
        """What tells these examples from all others."""
        return hashlib.sha256(json.dumps(self.examples).encode()).hexdigest()


def problem_of(options: argparse.Namespace) -> Problem:
    """The data of the options of train, made or read.

    Raises:
        AutogradError, OSError: when it can't be, or there is too little of it.
    """
    task, examples = task_of(options.loss, examples_of(options))
    pair: Pair = (examples.X, examples.y)
    learnt, held = pair, None
    if options.validation:
        if len(pair[0]) < 2:
            raise ArgumentError("there is 1 example: none can be held back; see --validation 0.")
        X, X_held, y, y_held = train_test_split(
            *pair, test_size=options.validation, seed=options.seed
        )
        learnt, held = (X, y), (X_held, y_held)
    scaling = target_scaling = None
    if options.scale:
        scaling = Scaling.of(learnt[0])
        if task.classes is None:
            target_scaling = Scaling.of([[target] for target in learnt[1]])
    return Problem(examples, task, learnt, held, scaling, target_scaling)


def examples_of(options: argparse.Namespace) -> Examples:
    """The examples of ``--data``."""
    name = options.data
    made = {"--n": options.n, "--noise": options.noise}
    file = {
        "--target": options.target, "--inputs": options.inputs, "--header": options.header,
        "--delimiter": options.delimiter, "--encoding": options.encoding,
    }  # fmt: skip
    for option, value in (file if name in MADE + KNOWN else made).items():
        if value is not None:
            whose = "a file" if option in file else "made data"
            raise RefusedError(f"{option} is for {whose}; --data is not", name)
    if name in MADE:
        return _made(name, options)
    if name in KNOWN:
        return getattr(data, name)()
    table = table_of(options)
    target: Any = -1 if options.target is None else _column(options.target, table.names)
    inputs = options.inputs and [_column(name, table.names) for name in options.inputs]
    return read(table, target, inputs, None, skip_missing=options.skip_missing)


def table_of(options: argparse.Namespace) -> Any:
    """The cells of the file of ``--data``."""
    if not options.data or "\0" in options.data:
        raise RefusedError("this is no path of a file", options.data)
    delimiter = {"tab": "\t", "\\t": "\t", "": None}.get(options.delimiter, options.delimiter)
    try:
        return table_in(
            options.data,
            header=options.header,
            delimiter=delimiter,
            decimal=options.decimal,
            encoding=options.encoding,
        )
    except FileNotFoundError:
        names = ", ".join(MADE + KNOWN)
        raise RefusedError(
            f"there is no such file, and the names are {names}", options.data
        ) from None


def _made(name: str, options: argparse.Namespace) -> Examples:
    given = {"n": options.n, "noise": options.noise}
    if name == "blobs":
        given["spread"] = given.pop("noise")
    chosen = {key: value for key, value in given.items() if value is not None}
    X, y = getattr(data, name)(**chosen, seed=options.seed)
    inputs = [f"x{i + 1}" for i in range(len(X[0]))]
    if name == "curve":
        return Examples(X, y, inputs, "y", None)
    classes = [str(k) for k in range(max(y) + 1)]
    return Examples(X, y, inputs, "class", classes)


def _column(text: str, names: list[str]) -> Any:
    """A column by its name, or else by its number."""
    text = text.strip()
    plain = text.removeprefix("-")
    if text not in names and plain.isascii() and plain.isdigit() and len(plain) < 10:
        return int(text)
    return text
