"""The backend of plain Python: straight-line source, nothing to install.

One expression after another, with the functions of ``math``. Where Python raises and IEEE 754 has a
number, the same instructions are read again, one by one, as IEEE 754 has them.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from autograd.compiler.program.instructions import DOT, SUM
from autograd.compiler.program.lowering import KNOWN
from autograd.compiler.program.program import Program
from autograd.compiler.program.simplify import exact
from autograd.compiler.program.source import Writer
from autograd.maths import PYTHON_RAISES, floats, read
from autograd.primitives import Primitive


class Python:
    """A program as a Python function of one example.

    Args:
        program: as recorded.
        reduce: whether results are summed over the batch.
    """

    def __init__(self, program: Program, *, reduce: bool) -> None:
        self.program = exact(program)
        self.reduce = reduce
        self._function = compiled(self.program)

    def plain(self, shared: list[float], example: list[float]) -> list[float]:
        """The results for one example, lists in and out."""
        return self._results(shared, example)

    def start(self, shared: Any) -> list[float]:
        """What is the same for all examples."""
        numbers: list[float] = shared.tolist()
        return numbers

    def block(self, shared: list[float], columns: Any) -> Any:
        """Results of a block of examples, or their sums."""
        import numpy as np

        found = np.array([self._results(shared, example) for example in columns.T.tolist()])
        return found.sum(axis=0) if self.reduce else found.T

    def _results(self, shared: list[float], example: list[float]) -> list[float]:
        try:
            return self._function(shared, example)
        except PYTHON_RAISES:
            given = {True: iter(example), False: iter(shared)}
            return interpreted(self.program, [next(given[i.varies]) for i in self.program.inputs])


def interpreted(program: Program, inputs: list[float]) -> list[float]:
    """The outputs, instruction by instruction, as IEEE 754 has them: slow, and plainly right."""
    found: dict[int, float] = dict(enumerate(inputs))
    found |= program.numbers
    for place, op, operands in program.code:
        numbers = [found[x] for x in operands]
        if op is SUM or op is DOT:
            found[place] = added(op, numbers)
        else:
            found[place] = read(op.forward, *op.arguments(numbers))
    return [found[place] for place in program.outputs]


def added(op: Primitive, numbers: list[float]) -> float:
    """A sum in the order in which the source has it: ``sum`` of some Pythons adds otherwise."""
    if op is DOT:
        n = len(numbers) // 2
        products = map(operator.mul, numbers[:n], numbers[n : 2 * n])
        numbers = [*numbers[2 * n :], *products]
    return functools.reduce(operator.add, numbers) if numbers else 0.0


def compiled(program: Program) -> Callable[[list[float], list[float]], list[float]]:
    """The program as a function of the numbers that all examples share, and of one's own."""
    names = {place: f"x{place}" for place in range(len(program.inputs))}
    functions: dict[str, Any] = {}
    called: dict[Primitive, str] = {}

    def call(op: Primitive, texts: list[str]) -> str:
        name = called.get(op)
        if name is None:
            name = called[op] = op.name if op in KNOWN else f"f{len(called)}"
            functions[name] = getattr(floats, name) if op in KNOWN else _whole(op)
        return f"{name}({', '.join(texts) if op.arity is not None else f'[{chr(44).join(texts)}]'})"

    writer = Writer(program, names, call, set(), readable=False)
    lines = ["def program(shared, example):"]
    if program.code:
        made = dict.fromkeys([line.partition(" = ")[0] for line in writer.lines])
        varying = [names[p] for p, i in enumerate(program.inputs) if i.varies]
        first = " = ".join([*made, *varying])
        # The first 256 names that a function meets are faster. This line does nothing but name
        # these first; that saves 10 % of the time of 900 products.
        lines += [f"    if 0: {first} = 0"] if first else []
    for argument, wanted in (("shared", False), ("example", True)):
        given = [names[p] for p, i in enumerate(program.inputs) if i.varies is wanted]
        lines += [f"    {', '.join(given)}, = {argument}"] if given else []
    lines += [f"    {line}" for line in writer.lines]
    lines += [f"    return [{', '.join([writer.at(place) for place in program.outputs])}]"]
    exec("\n".join(lines), functions)  # noqa: S102 - the source is written here, from rows and numbers
    function: Callable[[list[float], list[float]], list[float]] = functions["program"]
    return function


def _whole(op: Primitive) -> Callable[..., float]:
    """A row that is no function of floats: its rule, read in them."""
    rule = op.forward
    if op.arity is None:
        return lambda xs: read(rule, tuple(xs))
    return lambda *xs: read(rule, *xs)
