"""The commands: what each does, examples of it, its options; and the page of help."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """A command: what it does in a line, examples of it, and its options."""

    does: str
    examples: tuple[tuple[str, str], ...]  # each with what it shows
    add: Callable[[argparse.ArgumentParser], object]


def page(prog: str) -> str:
    """The page that --help shows."""
    parts = ["Derivatives, step by step.", ""]
    for name, command in COMMANDS.items():
        first = command._replace(examples=command.examples[:1])
        parts += [examples(first, name, prog), f"      {command.does}", ""]
    return "\n".join([*parts, EXPRESSIONS.replace("PROG", prog)])


def examples(command: Command, name: str, prog: str) -> str:
    """The lines of a command's examples."""
    return "\n".join(
        [
            f"  {prog} {name} {line}".rstrip() + (f"\n      {shows}" if shows else "")
            for line, shows in command.examples
        ]
    )


EXPRESSIONS = """\
An expression has numbers, names, + - * / // % **, brackets, and the functions that ops lists;
some take a list, as in sum([x, y, 3]). Put it in quotes, for a terminal reads * and ( itself.
After it come the names with their numbers: w=-3 x=0.5.

Each command has a page of its own: PROG grad --help
The version: PROG --version
The exit code is 0 for an answer, 1 where check finds a wrong derivative, and 2 where something is
refused or check can't tell. There are colours in a terminal, unless NO_COLOR is set."""


def _expression(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression", metavar="EXPR", help="the expression, in quotes")
    parser.add_argument(
        "numbers", metavar="name=number", nargs="*", help="the number of each name in it"
    )
    parser.add_argument(
        "--label", help="the name of the result: L if not given, or y where L is a name"
    )


def _explain(parser: argparse.ArgumentParser) -> None:
    _expression(parser)
    parser.add_argument(
        "--wrt", metavar="NAME", help="instead the paths from this name to the result, each product"
    )


def _grad(parser: argparse.ArgumentParser) -> None:
    _expression(parser)
    parser.add_argument(
        "--digits", type=_whole(1, 17), default=10, help="digits of each number: 10; 17 for all"
    )


def _draw(parser: argparse.ArgumentParser) -> None:
    _expression(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the picture: .svg .png .pdf .html .mmd .dot .json or .txt; without it, text is "
        "printed",
    )


def _step(parser: argparse.ArgumentParser) -> None:
    _expression(parser)
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the page: .html")


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "function", metavar="module:function", help="or file.py:function; of Values or of numbers"
    )
    parser.add_argument(
        "--grad", metavar="module:function", help="the claimed derivative of a function of numbers"
    )
    parser.add_argument(
        "--domain",
        nargs=2,
        type=_number,
        action="append",
        metavar=("LOW", "HIGH"),
        help="where to search; once, or once for each argument",
    )
    parser.add_argument(
        "--at",
        nargs="+",
        type=_number,
        action="append",
        metavar="NUMBER",
        help="the arguments at a point to begin with; as often as wanted",
    )
    parser.add_argument(
        "--samples", type=_whole(0, 10**6), default=40, help="how many random points: 40"
    )
    parser.add_argument(
        "--order", type=_whole(1, 2), default=1, help="2 for the second derivatives too"
    )


def _ops(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="a row, by its name or its symbol")


def _warm(parser: argparse.ArgumentParser) -> None:
    """It has no options."""


def _number(text: str) -> float:
    number = float(text)
    if math.isnan(number):
        raise ValueError(text)
    return number


_number.__name__ = "number"  # argparse says: invalid number value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if len(text) < 20 else high + 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not from {low} to {high}")
        return number

    read.__name__ = "whole number"
    return read


NEURON = '"(1 - sigmoid(w*x + b))**2" w=-3 x=0.5 b=2'
COMMANDS = {
    "explain": Command(
        "Every step of the chain rule, forward and backward, with its numbers.",
        (
            (NEURON, ""),
            ('"x*x + 3*x" x=2', "x is used three times: what flows back adds up"),
            ('"x*x + 3*x" x=2 --wrt x', "path by path"),
        ),
        _explain,
    ),
    "grad": Command(
        "The value of an expression, and its gradient.",
        (
            (NEURON, ""),
            ('"-x**2 / y" x=3 y=4 --digits 17', "with all digits"),
            ('"logsumexp([x, 2*x, 1])" x=0.5 --label cost', "under another name than L"),
        ),
        _grad,
    ),
    "draw": Command(
        "The picture of the graph, with its numbers and its gradient.",
        (
            (f"{NEURON} -o picture.svg", ""),
            ('"x * exp(-y)" x=3 y=1', "as text, in the terminal"),
        ),
        _draw,
    ),
    "step": Command(
        "A page to step through backprop, in any browser.",
        ((f"{NEURON} -o page.html", ""),),
        _step,
    ),
    "check": Command(
        "Whether a derivative is right, everywhere, and if not, what is wrong.",
        (
            ("math:sin --grad math:cos", ""),
            ("lesson.py:loss --at 0.5 2", "a function of Values in lesson.py, from x=0.5, y=2"),
            ("math:log --grad lesson.py:slope --domain 0 inf --samples 100", "x > 0 only"),
        ),
        _check,
    ),
    "ops": Command(
        "The table of operations: symbol, formula, derivatives, domain.",
        (("", ""), ("sigmoid", "all there is to say of one row")),
        _ops,
    ),
    "warm": Command(
        "Does ahead what the first compiled function would wait for: 10 to 30 s, once a computer.",
        (("", "as an installer may"),),
        _warm,
    ),
}
