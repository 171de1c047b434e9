"""The interpreter of tapes: one piece of machine code that runs any program.

Its source is the text of :mod:`~autograd.compiler.backends.numba.kernel` with a case for each row
of the table, written here from the row's rule. numba compiles it when it is first needed. Its
machine code is kept in the user's cache folder under a name made of its source, so it is made once,
and again when the table changes. A new program costs no compilation: it is a tape, a list of
integers.

    run_scalars(tape, u)                       every number is one float
    run_lanes(tape, u, columns, rows, sums, results)   every number is a row, one lane an example

A tape for scalars has [case, result, operands ...] for each instruction, all of them places in
``u``. A tape for lanes has places in ``rows``; what is the same for all examples stays a scalar of
``u``, and weighs the rows in a dot. :mod:`~autograd.compiler.backends.numba.codes` has the words of
each instruction.
"""

from __future__ import annotations

import hashlib
import math
import re
import sys
from _thread import RLock
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from textwrap import indent
from types import ModuleType

from autograd.compiler.backends.numba import codes, machine_code
from autograd.compiler.program.instructions import NEG, Builder, Place
from autograd.compiler.program.lowering import NATIVE
from autograd.compiler.program.program import Input, Program
from autograd.compiler.program.simplify import lowered
from autograd.compiler.program.source import Writer
from autograd.maths import floats
from autograd.primitives import LEAF, Primitive
from autograd.table import TABLE

SIGMOID = TABLE["sigmoid"]
CASES: tuple[Primitive, ...] = tuple(
    sorted([row for row in {*NATIVE, SIGMOID} if row.arity is not None], key=str)
)
CODE: dict[Primitive, int] = {row: codes.FIRST_ROW + i for i, row in enumerate(CASES)}

# In the text of the kernel:
MARKER = re.compile(r"^( *)# (FUNCTIONS|SCALARS|LANES): .*$", re.MULTILINE)
DEFINITION = re.compile(r"^def (\w+)", re.MULTILINE)
CODES_IMPORT = re.compile(r"^from \S+\.codes import \([^)]*\)", re.MULTILINE)


class Cases:
    """The rows' cases, and what they call.

    Attributes:
        scalars: the branches of ``run_scalars``.
        lanes: those of ``run_lanes``.
        called: the rows that are called as functions, under their own names.
    """

    def __init__(self, rows: Iterable[Primitive]) -> None:
        self.scalars: list[str] = []
        self.lanes: list[str] = []
        self.called: set[Primitive] = set()
        # The interpreter's own come first: LLVM made one table of jumps for the first 42 cases and
        # another for the rest, which costs a second jump; 2.15 µs for 2-16-16-1 became 2.40.
        self._add("SIGMOIDS:", 1, *self._of_sigmoids())
        for row in rows:
            self._add(f"{CODE[row]}:  # {row}", row.arity or 0, *self._of_row(row))

    def _add(self, head: str, arity: int, lines: list[str], results: list[str]) -> None:
        """One branch for each kind of tape: load x0, x1 ..., compute, and store z and y."""
        words = [f"tape[i + {k}]" for k in range(1, 1 + len(results) + arity)]
        outputs = list(zip(["z", "y"], words, results, strict=False))
        operands = list(enumerate(words[len(results) :]))
        step = f"    i += {1 + len(words)}"
        self.scalars += [
            f"elif op == {head}",
            *[f"    x{k} = u[{word}]" for k, word in operands],
            *[f"    {line}" for line in lines],
            *[f"    u[{word}] = {result}" for _, word, result in outputs],
            step,
        ]
        self.lanes += [
            f"elif op == {head}",
            *[f"    {name} = rows[{word}]" for name, word, _ in outputs[1:]],  # z is loaded before
            *[f"    row{k} = rows[{word}]" for k, word in operands],
            "    for lane in range(n):",
            *[f"        x{k} = row{k}[lane]" for k, _ in operands],
            *[f"        {line}" for line in lines],
            *[f"        {name}[lane] = {result}" for name, _, result in outputs],
            step,
        ]

    def _of_row(self, row: Primitive) -> tuple[list[str], list[str]]:
        """The row's rule as lines of code and an expression of its operands' names."""
        builder = Builder()
        operands = tuple([builder.add(LEAF) for _ in range(row.arity or 0)])
        result = builder.emit(row, operands)
        return self._written(builder, [result], take_apart=row not in NATIVE)

    def _of_sigmoids(self) -> tuple[list[str], list[str]]:
        """σ(x) and σ(-x), which the derivative of σ needs, with one exp for both."""
        builder = Builder()
        x = builder.add(LEAF)
        both = [builder.emit(SIGMOID, (x,)), builder.emit(SIGMOID, (builder.emit(NEG, (x,)),))]
        lines, texts = self._written(builder, both, take_apart=True)
        divisors = {text.rpartition(" / ")[2] for text in texts}
        if len(divisors) == 1:  # one division for both: it is as slow as five products
            lines = [*lines, f"r = 1.0 / {divisors.pop()}"]
            texts = [f"{text.rpartition(' / ')[0]} * r" for text in texts]
        return lines, texts

    def _written(
        self, builder: Builder, results: list[Place], *, take_apart: bool
    ) -> tuple[list[str], list[str]]:
        names = [f"x{k}" for k, op in enumerate(builder.ops) if op is LEAF]
        program = Program("case", [Input(name) for name in names], builder, results, {})
        if take_apart:
            program = lowered(program)

        def call(row: Primitive, texts: list[str]) -> str:
            self.called.add(row)
            return f"{row.name}({', '.join(texts)})"

        writer = Writer(program, dict(enumerate(names)), call, set(), readable=False)
        return writer.lines, [writer.at(place) for place in program.outputs]


def source() -> str:
    """The interpreter's source: the text of the kernel, filled in."""
    text = resources.files(__package__).joinpath("kernel.py").read_text(encoding="utf-8")
    cases = Cases(CASES)
    defined = set(DEFINITION.findall(text))
    called = sorted([row for row in cases.called if row.name not in defined], key=str)
    parts = {
        "FUNCTIONS": [_import(row) for row in called],
        "SCALARS": cases.scalars,
        "LANES": cases.lanes,
    }
    text = MARKER.sub(lambda found: indent("\n".join(parts[found[2]]), found[1]), text)
    # The codes as numbers: what numba keeps is found by a hash of this text, so all must be in it.
    numbers = [f"{name} = {number}" for name, number in vars(codes).items() if name.isupper()]
    text = CODES_IMPORT.sub("\n".join(numbers), text)
    return f"# Written by chalkgrad from its kernel and its table, again when one changes.\n{text}"


def _import(row: Primitive) -> str:
    """The line that imports a row's function: that of ``math`` if floats use it, else NumPy's.

    Floats don't use what ``math`` lacks, or has otherwise: its ``floor`` gives an int, and raises
    for an infinity.
    """
    if getattr(floats, row.name) is getattr(math, row.name, None):
        return f"from math import {row.name}"
    return f"from numpy import {f'{row.ufunc} as {row.name}' if row.ufunc else row.name}"


def interpreter() -> ModuleType:
    """The module with ``run_scalars`` and ``run_lanes``: numba compiles it when it is first run."""
    with _one_at_a_time:  # two of it would both be compiled
        return _interpreter()


_one_at_a_time = RLock()


@cache
def _interpreter() -> ModuleType:
    import numba

    text = source()
    made_with = f"{text} {numba.__version__} {sys.version}"
    name = f"chalkgrad_{hashlib.sha256(made_with.encode()).hexdigest()[:16]}"
    module = ModuleType(name)
    sys.modules[name] = module  # numba looks a function's module up
    path = (machine_code.folder() or Path()) / f"{name}.py"
    exec(compile(text, path, "exec"), vars(module))  # noqa: S102 - the text was written above
    for function in (module.run_scalars, module.run_lanes):
        machine_code.installed(function, name, text)
    return module
