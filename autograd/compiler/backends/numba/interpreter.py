"""The interpreter of tapes: one piece of machine code that runs any program.

Its source is written here from the rows of the table, each row's rule as one case, and compiled by
numba when it is first needed. Source and machine code are kept in the user's cache folder under a
name made of their content, so they are made once, and again when the table changes. A new program
costs no compilation: it is a tape, a list of integers.

    run_scalars(tape, u)                       every number is one float
    run_lanes(tape, u, columns, rows, sums, results)   every number is a row, one lane an example

A tape for scalars has [case, result, operands ...] for each instruction, all of them places in
``u``. A tape for lanes has places in ``rows``; what is the same for all examples stays a scalar of
``u``, and weighs the rows in a dot.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograd.compiler.backends.numba.kernel import LANES, PRELUDE, SCALARS
from autograd.compiler.program.instructions import NEG, Builder, Place
from autograd.compiler.program.lowering import NATIVE
from autograd.compiler.program.program import Input, Program
from autograd.compiler.program.simplify import lowered
from autograd.compiler.program.source import Writer
from autograd.primitives import LEAF, Primitive
from autograd.table import TABLE

TILE = 128  # lanes at a time: the rows of a small network stay in the second-level cache
UNROLL = 4  # terms of a dot, or products of a sum, in one pass over the lanes

SIGMOID = TABLE["sigmoid"]
CASES: tuple[Primitive, ...] = tuple(
    sorted([row for row in {*NATIVE, SIGMOID} if row.arity is not None], key=str)
)
# After the rows' cases come the interpreter's own.
OWN = (
    "SIGMOIDS", "DOT", "TWO_DOTS", "SCALE", "SUM_LANES", "SUM_PRODUCTS", "SUM_TWICE", "STORE",
)  # fmt: skip
CODE: dict[Any, int] = {row: i for i, row in enumerate(CASES)}
CODE |= {name: len(CASES) + i for i, name in enumerate(OWN)}


def _as_code(op: Primitive, names: list[str]) -> tuple[list[str], str]:
    """The row's rule as lines of code and an expression of its operands' names."""
    builder = Builder()
    operands = tuple([builder.add(LEAF) for _ in names])
    lines, (text,) = _written(
        builder, names, [builder.emit(op, operands)], take_apart=op not in NATIVE
    )
    return lines, text


def _sigmoids() -> tuple[list[str], list[str]]:
    """σ(x) and σ(-x), which the derivative of σ needs, with one exp for both."""
    builder = Builder()
    x = builder.add(LEAF)
    both = [builder.emit(SIGMOID, (x,)), builder.emit(SIGMOID, (builder.emit(NEG, (x,)),))]
    lines, texts = _written(builder, ["x"], both, take_apart=True)
    divisors = {text.rpartition(" / ")[2] for text in texts}
    if len(divisors) == 1:  # two quotients by one number: a division is as slow as five products
        lines = [*lines, f"r = 1.0 / {divisors.pop()}"]
        texts = [f"{text.rpartition(' / ')[0]} * r" for text in texts]
    return lines, texts


def _written(
    builder: Builder, names: list[str], outputs: list[Place], *, take_apart: bool
) -> tuple[list[str], list[str]]:
    program = Program("case", [Input(name) for name in names], builder, outputs, {})
    if take_apart:
        program = lowered(program)
    writer = Writer(
        program, dict(enumerate(names)), lambda row, xs: f"{row.name}({', '.join(xs)})", set(),
        readable=False,
    )  # fmt: skip
    return writer.lines, [writer.at(place) for place in program.outputs]


def source() -> str:
    """The interpreter's source."""
    scalars, lanes = [], []
    for op in CASES:
        arity = op.arity or 0
        names = ["x", "y", "w"][:arity]
        lines, text = _as_code(op, names)
        loads = [f"{name} = u[tape[i + {2 + k}]]" for k, name in enumerate(names)]
        body = [*loads, *lines, f"u[tape[i + 1]] = {text}", f"i += {2 + arity}"]
        scalars += [f"        elif op == {CODE[op]}:  # {op}", *[f"            {s}" for s in body]]
        rows = [f"x{k} = rows[tape[i + {2 + k}]]" for k in range(arity)]
        inner = [*[f"{name} = x{k}[l]" for k, name in enumerate(names)], *lines, f"z[l] = {text}"]
        body = [*rows, "for l in range(n):", *[f"    {s}" for s in inner], f"i += {2 + arity}"]
        lanes += [
            f"            elif op == {CODE[op]}:  # {op}",
            *[f"                {s}" for s in body],
        ]
    lines, (plus, minus) = _sigmoids()
    body = [
        "x = u[tape[i + 3]]",
        *lines,
        f"u[tape[i + 1]] = {plus}",
        f"u[tape[i + 2]] = {minus}",
        "i += 4",
    ]
    scalars += ["        elif op == {SIGMOIDS}:", *[f"            {s}" for s in body]]
    inner = ["x = x0[l]", *lines, f"z[l] = {plus}", f"y[l] = {minus}"]
    body = [
        "y = rows[tape[i + 2]]",
        "x0 = rows[tape[i + 3]]",
        "for l in range(n):",
        *[f"    {s}" for s in inner],
        "i += 4",
    ]
    lanes += ["            elif op == {SIGMOIDS}:", *[f"                {s}" for s in body]]
    own = {name: str(CODE[name]) for name in OWN} | {"TILE": str(TILE)}
    parts = [PRELUDE]
    for text, cases in ((SCALARS, scalars), (LANES, lanes)):
        text = text.replace("{cases}", "\n".join(cases))  # noqa: PLW2901
        for name, number in own.items():
            text = text.replace("{" + name + "}", number)  # noqa: PLW2901
        parts.append(text)
    return "".join(parts)


@cache
def interpreter() -> ModuleType:
    """The module with ``run_scalars`` and ``run_lanes``: numba compiles it when it is first run."""
    import numba

    text = source()
    made_with = f"{text} {numba.__version__} {sys.version}"
    name = f"chalkgrad_{hashlib.sha256(made_with.encode()).hexdigest()[:16]}"
    path = kept(name, text)
    module = ModuleType(name)
    sys.modules[name] = module  # numba looks a function's module up, and keeps its code by the path
    exec(compile(text, path, "exec"), vars(module))  # noqa: S102 - the text was written above
    return module


def kept(name: str, text: str) -> Path:
    """The source as a file in the user's cache folder; a private temporary one, if that can't be."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    path = (Path(home) if home else Path.home() / ".cache") / "chalkgrad" / f"{name}.py"
    try:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = path.with_suffix(f".{os.getpid()}.partial")
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="chalkgrad")) / f"{name}.py"
        path.write_text(text, encoding="utf-8")
    return path
