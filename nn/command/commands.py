"""The commands: what each does, examples of it, its options; and the page of help."""

from __future__ import annotations

import argparse
import math
from typing import Any

from autograd.command.commands import Command, examples, number, whole

MADE = ("moons", "circles", "spirals", "blobs", "xor", "curve")
KNOWN = ("iris", "digits", "breast_cancer")
MOST = 10**9
Group = Any  # argparse's groups have a class without a public name
# The learning rate of each, where none is given. PyTorch's of Adam and its like is 0.001: for
# networks as small as these, ten times as much is learnt from just as safely.
RATES = {"adam": 0.01, "adamw": 0.01, "sgd": 0.1, "rmsprop": 0.01, "adagrad": 0.1, "lbfgs": 1.0}
CLASSES = ("cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits")
NUMBERS = ("mse", "l1", "huber", "half_squared_error")


def page(prog: str) -> str:
    """The page that --help shows."""
    parts = ["Train a network on examples, go on with it, and ask it.", ""]
    for name, command in COMMANDS.items():
        first = command._replace(examples=command.examples[:1])
        parts += [examples(first, name, prog), f"      {command.does}", ""]
    return "\n".join([*parts, WORDS.replace("PROG", prog)])


WORDS = f"""\
Data is made ({", ".join(MADE)}),
or scikit-learn's ({", ".join(KNOWN)}), or a file of values with a column for each input
and one for the target: its classes, or a number.

A run is a folder: run.json (how it was trained), model.npz (the network), history.csv, and plots
where matplotlib is installed. Ctrl-C ends a training early; resume goes on.

Each command has a page of its own: PROG train --help
The version: PROG --version
The exit code is 0, or 2 where something is refused, or 130 after Ctrl-C."""


def _train(parser: argparse.ArgumentParser) -> None:
    _data(parser.add_argument_group("data"))
    _network(parser.add_argument_group("network"))
    _training(parser.add_argument_group("training"))
    _run(parser.add_argument_group("run"))


def _data(group: Group) -> None:
    group.add_argument("--data", metavar="NAME|FILE", required=True, help="examples to learn from")
    group.add_argument("--n", type=whole(2, 10**7), help="how many to make, of made data")
    group.add_argument("--noise", type=_positive(zero=True), help="how much is added to made data")
    group.add_argument(
        "--target", metavar="COLUMN", help="of a file: by name or number; the last if not given"
    )
    group.add_argument(
        "--inputs", metavar="COLUMN", nargs="+", help="of a file; all others if not given"
    )
    group.add_argument(
        "--skip-missing", action="store_true", help="leave out lines with missing cells"
    )
    _reading(group)
    group.add_argument(
        "--scale",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="inputs, and targets that are numbers, to mean 0 and deviation 1: yes",
    )
    group.add_argument(
        "--validation",
        metavar="PART",
        type=_part,
        default=0.2,
        help="held back to test on: 0.2; 0 for nothing",
    )


def _reading(group: Group) -> None:
    group.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="the first line of a file has names; guessed if not given",
    )
    group.add_argument("--delimiter", metavar="SIGN", help="between cells; guessed if not given")
    group.add_argument("--decimal", metavar="SIGN", default=".", help="before the decimals: a dot")
    group.add_argument("--encoding", metavar="NAME", help="of a file: UTF-8")


def _network(group: Group) -> None:
    group.add_argument(
        "--layers",
        metavar="N",
        nargs="*",
        type=whole(1, 10_000),
        default=[16, 16],
        help="neurons of each hidden layer: 16 16",
    )
    group.add_argument("--activation", metavar="NAME", default="tanh", help="theirs: tanh")


def _training(group: Group) -> None:
    group.add_argument(
        "--loss",
        metavar="NAME",
        choices=(*CLASSES, *NUMBERS),
        help=f"of classes {', '.join(CLASSES)}; of numbers, or two classes, {', '.join(NUMBERS)}. "
        "The first of each if not given",
    )
    group.add_argument(
        "--optimizer",
        metavar="NAME",
        choices=tuple(RATES),
        default="adam",
        help=f"one of {', '.join(RATES)}: adam",
    )
    rates = ", ".join([f"{name} {rate:g}" for name, rate in RATES.items()])
    group.add_argument("--lr", type=_positive(), help=f"the learning rate: {rates}")
    group.add_argument(
        "--epochs", metavar="N", type=whole(1, MOST), default=200, help="passes at the most: 200"
    )
    group.add_argument(
        "--batch-size",
        metavar="N",
        type=whole(1, MOST),
        help="examples per step: 32, but all of them for lbfgs",
    )
    group.add_argument(
        "--patience",
        metavar="N",
        type=whole(1, MOST),
        help="end after so many epochs without a lower loss",
    )
    group.add_argument(
        "--seed", type=whole(0, 2**63 - 1), default=0, help="of data, weights and order: 0"
    )
    group.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="train by a compiled program, some hundred times as fast: yes",
    )


def _run(group: Group) -> None:
    group.add_argument("--out", metavar="FOLDER", default="run", help="where it is written: run")
    group.add_argument("--force", action="store_true", help="write over a run that is there")
    _shown(group)


def _shown(group: Group) -> None:
    for name, what in (("progress", "show how far it is"), ("plots", "draw what was learnt")):
        group.add_argument(
            f"--{name}", action=argparse.BooleanOptionalAction, default=True, help=f"{what}: yes"
        )


def _resume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="FOLDER", help="of a run")
    parser.add_argument(
        "--epochs", metavar="N", type=whole(1, MOST), default=100, help="how many more: 100"
    )
    _shown(parser.add_argument_group("run"))


def _predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="FOLDER", help="of a run")
    parser.add_argument("values", metavar="NUMBER", nargs="*", type=_finite, help="one per input")
    group = parser.add_argument_group("file")
    group.add_argument("--data", metavar="FILE", help="instead, a column for each input")
    _reading(group)
    group.add_argument("-o", "--output", metavar="FILE", help="write all to this file, as CSV")


def _finite(text: str) -> float:
    found = number(text)
    if math.isinf(found):
        raise argparse.ArgumentTypeError(f"{text.strip()} is not finite")
    return found


def _positive(*, zero: bool = False) -> type[float]:
    def read(text: str) -> float:
        found = _finite(text)
        if found < 0.0 or (found == 0.0 and not zero):
            raise argparse.ArgumentTypeError(
                f"{found:g} is not {'at least' if zero else 'more than'} 0"
            )
        return found

    read.__name__ = "number"
    return read  # type: ignore[return-value]


def _part(text: str) -> float:
    found = _finite(text)
    if not 0.0 <= found < 1.0:
        raise argparse.ArgumentTypeError(f"{found:g} is not from 0 to below 1")
    return found


_finite.__name__ = _part.__name__ = "number"
COMMANDS = {
    "train": Command(
        "Train a network, and write it to a folder with its history and plots.",
        (
            ("--data moons --layers 16 16 --epochs 200 --out run", ""),
            ("--data flowers.csv --target species --out flowers", "a file of values"),
            ("--data curve --loss huber --optimizer lbfgs --epochs 50", "numbers, no classes"),
        ),
        _train,
    ),
    "resume": Command(
        "Go on with a run, as if it had never ended.",
        (("run --epochs 100", ""),),
        _resume,
    ),
    "predict": Command(
        "Ask the network of a run: for its class, with probabilities, or its number.",
        (
            ("run 0.5 -0.2", ""),
            ("run --data new.csv -o answers.csv", "every line of a file"),
        ),
        _predict,
    ),
}
