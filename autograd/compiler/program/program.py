"""Program: what a function computes, as a list of instructions on numbers.

    0   W11   input
    ...
    9   Z_h1  dot   0 3 9 10 6
    10  A_h1  sigmoid 9

A program knows no graph and no batch: its numbers may be floats, or arrays with one number for
each example.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from autograd.compiler.program import saved
from autograd.compiler.program.called import call
from autograd.compiler.program.instructions import CONSTANT, SPELLED, Builder, Place
from autograd.compiler.program.written import source
from autograd.notebook import listing, safely
from autograd.primitives import LEAF, Primitive

CAREFUL, TEXTBOOK = 0, 1


class Input(NamedTuple):
    """A number that a program is given.

    Attributes:
        label: its name.
        scope: the module that it is a parameter of, "" if of none.
        varies: whether each example of a batch has its own.
    """

    label: str
    scope: str = ""
    varies: bool = False


class Program:
    """Instructions, in an order in which each one's operands come before it.

    Attributes:
        name: that of the function.
        inputs: what it is given, in order; input i has place i.
        ops: the row of each instruction, ``LEAF`` for an input and ``CONSTANT`` for a number.
        operands: the places of its operands.
        numbers: the number at each constant's place.
        labels: names of places: those of the Values, and ∂L/∂W for the gradient of a W.
        outputs: the places of the results.
        arguments: name and structure of each argument, with places for numbers.
        result: the structure of the result, with indices of outputs for numbers.
        scopes: the modules that places belong to.
        recorded: the program in every spelling, if this one is as in the textbook.

    >>> from autograd import compile, sigmoid
    >>> neuron = compile(lambda w, x, b: sigmoid(w * x + b))
    >>> print(neuron.record(1.0, 1.0, 1.0))
    <Program f: 3 inputs, 2 instructions, 1 output>
    t1 = dot(w, x, b)
    t2 = sigmoid(t1)
    -> t2
    """

    def __init__(
        self,
        name: str,
        inputs: Sequence[Input],
        builder: Builder,
        outputs: Sequence[Place],
        labels: dict[Place, str],
        arguments: Sequence[tuple[str, Any]] = (),
        result: Any = None,
        scopes: dict[Place, str] | None = None,
    ) -> None:
        self.name = name
        self.inputs = tuple(inputs)
        self.ops = builder.ops
        self.operands = builder.operands
        self.numbers = builder.numbers
        self.outputs = list(outputs)
        self.labels = labels
        self.arguments = tuple(arguments)
        self.result = result
        self.scopes = scopes or {}
        self.recorded: Program | None = None

    @cached_property
    def code(self) -> list[tuple[Place, Primitive, tuple[Place, ...]]]:
        """The instructions that compute something: place, row, operands."""
        return [
            (place, op, operands)
            for place, (op, operands) in enumerate(zip(self.ops, self.operands, strict=True))
            if op is not LEAF and op is not CONSTANT
        ]

    @cached_property
    def work(self) -> int:
        """How many operands its instructions have in all, a measure of what it costs."""
        return sum([len(operands) for operands in self.operands])

    def varies(self) -> list[bool]:
        """For each place, whether its number differs from example to example of a batch."""
        result = [place.varies for place in self.inputs]
        for operands in self.operands[len(self.inputs) :]:
            result.append(any([result[x] for x in operands]))
        return result

    def source(self, *, exact: bool = False) -> str:
        """The program as a Python function, to be read and run.

        Names are the labels in the graph, δ_h1 is the derivative by Z_h1 and dL_dW11 the one by
        W11. Derivatives are spelled as in the textbook, A·(1 - A) for the sigmoid's; what the
        backends run keeps more digits where that loses them. With ``exact`` they are spelled that
        way, and the function gives what the backend "python" gives, to the bit.

        Called with floats it raises where Python does, at 1 / 0; with Values it gives what IEEE 754
        has there.

        Args:
            exact: spell derivatives as they are computed.

        Raises:
            GraphError: for a result with a key that can't be written, such as an object.

        >>> from autograd import compile, value_and_grad
        >>> step = compile(value_and_grad(lambda w, x: (w * x - 1.0) ** 2))
        >>> step(0.5, 3.0)
        (0.25, 3.0)
        >>> print(step.program.source())
        def f(w, x):
            t1 = w * x - 1
            df_dw = 2 * t1 * x
            return t1**2, df_dw
        """
        if exact and self.recorded is not None:
            # By its name, for it imports this module.
            simplify = importlib.import_module("autograd.compiler.program.simplify")
            return source(simplify.exact(self.recorded))
        return source(self)

    def __call__(self, *args: Any, **captured: Any) -> Any:
        """What the function gives for one example; arrays come as nested lists.

        Values that the function found outside its arguments are given by keyword, by their labels.
        """
        return call(self.recorded or self, args, captured)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, as JSON: no code, and nothing that runs when it is read.

        Raises:
            ArgumentError: when it has an operation of somebody's own.
        """
        saved.save(self, path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Program:
        """What :meth:`save` wrote.

        Raises:
            ArgumentError: when the file is anything else.
        """
        return saved.load(path, Program, Input)

    def __len__(self) -> int:
        return len(self.ops) - len(self.inputs) - len(self.numbers)

    def __str__(self) -> str:
        names = [self.labels.get(p, "") or given.label for p, given in enumerate(self.inputs)]
        names += [""] * (len(self.ops) - len(names))
        for n, (place, _, _) in enumerate(self.code, start=1):
            names[place] = self.labels.get(place, "") or f"t{n}"
        for place, number in self.numbers.items():
            names[place] = repr(number)
        width = max([len(names[place]) for place, _, _ in self.code] or [1])
        lines = [
            f"{names[place]:<{width}} = {_shown(op)}({', '.join([names[x] for x in operands])})"
            for place, op, operands in self.code
        ]
        results = ", ".join([names[x] for x in self.outputs])
        return "\n".join([repr(self), *lines, f"-> {results}"])

    def __repr__(self) -> str:
        return (
            f"<Program {self.name}: {_counted(len(self.inputs), 'input')}, "
            f"{_counted(len(self), 'instruction')}, {_counted(len(self.outputs), 'output')}>"
        )

    @safely
    def _repr_html_(self) -> str:
        return listing(str(self))


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _shown(op: Primitive) -> str:
    values = ", ".join([f"{name}={v:g}" for name, v in zip(op.constants, op.values, strict=False)])
    return f"{op.name}[{values}]" if values else op.name


Step = Callable[[Builder, Place, list[Any]], Any]


def live(program: Program, spelling: int = CAREFUL) -> list[bool]:
    """For each place, whether an output depends on it."""
    result = [False] * len(program.ops)
    for place in program.outputs:
        result[place] = True
    for place in range(len(result) - 1, -1, -1):
        if result[place]:
            operands = program.operands[place]
            if program.ops[place] is SPELLED:
                operands = (operands[spelling],)
            for x in operands:
                result[x] = True
    return result


def rewritten(
    program: Program,
    step: Step,
    spelling: int = CAREFUL,
    wanted: list[bool] | None = None,
    same: list[bool] | None = None,
) -> Program:
    """The program with each live instruction as ``step`` writes it.

    ``step(builder, place, new)`` gives the new place, or None for what needs none; ``new`` has the
    new places of all operands. Of two spellings only one is left. What stays as it is, but for its
    places, is marked in ``same``: most of a program, and ``step`` need not be asked.
    """
    builder = Builder()
    new: list[Any] = [builder.add(LEAF) for _ in program.inputs]
    wanted = live(program, spelling) if wanted is None else wanted
    same = [False] * len(wanted) if same is None else same
    ops, all_operands = program.ops, program.operands
    add = builder.add
    for place in range(len(new), len(ops)):
        if not wanted[place]:
            new.append(None)
        elif same[place]:
            new.append(add(ops[place], tuple([new[x] for x in all_operands[place]])))
        elif ops[place] is CONSTANT:
            new.append(builder.constant(program.numbers[place]))
        elif ops[place] is SPELLED:
            new.append(new[program.operands[place][spelling]])
        else:
            new.append(step(builder, place, new))
    if builder.lowering is not None:
        vars(builder.lowering).clear()  # its functions refer to it and to the builder: a cycle
        builder.lowering = None
    moved: list[dict[Place, str]] = []
    for texts in (program.labels, program.scopes):
        moved.append({})
        for place, text in texts.items():
            if new[place] is not None and new[place] not in builder.numbers:
                moved[-1].setdefault(new[place], text)
    outputs = [new[x] for x in program.outputs]
    given = program.arguments, program.result
    return Program(program.name, program.inputs, builder, outputs, moved[0], *given, moved[1])
