"""Instructions as expressions: to read, or to run as fast as Python goes.

Every instruction is an expression of the names of its operands. One that is used once is written
inside the expression that uses it; one that has a label, or is used twice, has a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count
from typing import TYPE_CHECKING

from autograd.compiler.program.instructions import (
    ADD,
    COMPARE,
    DOT,
    EQ,
    LT,
    MUL,
    NEG,
    SUB,
    SUM,
    WHERE,
    Place,
)
from autograd.operators import SIGNS
from autograd.primitives import Primitive
from autograd.table import TABLE

if TYPE_CHECKING:
    from autograd.compiler.program.program import Program

MOST_TERMS = 60  # of a sum in one expression: Python's parser nests a bracket for each
JOINED = {MUL: "&", TABLE["maximum"]: "|"}  # what & and | of comparisons are
LONGEST = 80  # characters of an expression that is written inside another

# How tightly an expression holds together.
CHOICE, SUM_LEVEL, PRODUCT, UNARY, POWER, ATOM = range(6)


class Writer:
    """Writes instructions as expressions.

    Args:
        program: the instructions.
        names: what inputs and labelled instructions are called.
        function: what the call of a row with these operands looks like.
        own_line: the places that must not be written inside another expression.
        readable: write it as a book does: ``w * x + b``, a parameter before what it weighs,
            ``where(c, x, y)``; else ``b + w * x`` and ``x if c else y``. Both give the same, to the
            bit: sums are in the order of the program, so the bias of several products is first.
        avoid: what else there is that no line may be called.

    Attributes:
        lines: the assignments.
        conditions: what comparisons look like, and what is made of them by "and" and "or".
    """

    def __init__(
        self,
        program: Program,
        names: dict[Place, str],
        function: Callable[[Primitive, list[str]], str],
        own_line: set[Place],
        *,
        readable: bool,
        avoid: Collection[str] = (),
    ) -> None:
        self.program = program
        self.function = function
        self.readable = readable
        users: dict[Place, int] = {}
        for _, _, operands in program.code:
            for x in operands:
                users[x] = users.get(x, 0) + 1
        for x in program.outputs:
            users[x] = users.get(x, 0) + 1
        self.text: dict[Place, tuple[str, int]] = {}
        for place, number in program.numbers.items():
            text = self._number(number)
            self.text[place] = text, UNARY if text[0] == "-" else ATOM
        for place, name in names.items():
            if place < len(program.inputs):
                self.text[place] = name, ATOM
        self.conditions: dict[Place, str] = {}
        self.lines: list[str] = []
        taken = {*names.values(), *avoid}
        fresh = (name for name in map("t{}".format, count(1)) if name not in taken)
        for place, op, operands in program.code:
            if (op is SUM or op is DOT) and len(operands) > MOST_TERMS:
                name = names.get(place) or next(fresh)
                terms = self._terms(op, operands)
                for k in range(0, len(terms), MOST_TERMS):
                    before = [("+", name)] if k else []
                    self.lines.append(f"{name} = {_joined([*before, *terms[k : k + MOST_TERMS]])}")
                self.text[place] = name, ATOM
                continue
            condition = self._condition(op, operands)
            if condition is not None:
                used_again = readable and (users.get(place, 0) > 1 or place in own_line)
                if used_again or len(condition) > LONGEST:
                    name = names.get(place) or next(fresh)
                    self.lines.append(f"{name} = {condition}")
                    condition = name
                self.conditions[place] = condition
                continue
            text, level = self._expression(op, operands)
            if users.get(place, 0) == 1 and place not in own_line and len(text) <= LONGEST:
                self.text[place] = text, level
            else:
                name = names.get(place) or next(fresh)
                self.lines.append(f"{name} = {text}")
                self.text[place] = name, ATOM

    def at(self, place: Place, level: int = 0) -> str:
        """The expression for a place, in brackets if it holds together less tightly than that."""
        if place in self.conditions:  # as a number
            condition = self.conditions[place]
            if self.readable:
                return self.function(WHERE, [condition, "1.0", "0.0"])
            text, own = f"1.0 if {condition} else 0.0", CHOICE
        else:
            text, own = self.text[place]
        return f"({text})" if own < level else text

    def _expression(self, op: Primitive, operands: tuple[Place, ...]) -> tuple[str, int]:
        at = self.at
        if op.operator in SIGNS:
            x, y = operands
            if op is MUL and self.readable and self._is_parameter(y) and not self._is_parameter(x):
                x, y = y, x
            level = SUM_LEVEL if op is ADD or op is SUB else PRODUCT
            return f"{at(x, level)} {SIGNS[op.operator]} {at(y, level + 1)}", level
        if op is NEG:
            return "-" + at(operands[0], UNARY), UNARY
        if op is SUM or op is DOT:
            terms = self._terms(op, operands)
            return _joined(terms), SUM_LEVEL
        if op is WHERE:
            condition, x, y = operands
            holds = self.conditions.get(condition)
            if self.readable:
                return self.function(op, [holds or at(condition), at(x), at(y)]), ATOM
            holds = holds or f"{at(condition, SUM_LEVEL)} != 0"
            return f"{at(x, SUM_LEVEL)} if {holds} else {at(y, SUM_LEVEL)}", CHOICE
        if op.name == "powc" and op.values[0] in range(1000):
            return f"{at(operands[0], ATOM)}**{int(op.values[0])}", POWER
        return self.function(op, [at(x) for x in operands]), ATOM

    def _condition(self, op: Primitive, operands: tuple[Place, ...]) -> str | None:
        """A comparison, or several that a person joined: what Python has as True or False."""
        if op in COMPARE:
            at = self.at
            x, y = operands
            if op is EQ and self.program.ops[x] is EQ and self.program.numbers.get(y) == 0.0:
                x, y = self.program.operands[x]
                return f"{at(x, SUM_LEVEL)} != {at(y, SUM_LEVEL)}"
            sign = "<" if op is LT else "<=" if COMPARE[op].__name__ == "le" else "=="
            return f"{at(x, SUM_LEVEL)} {sign} {at(y, SUM_LEVEL)}"
        if self.readable and op in JOINED:
            joined = [self.conditions.get(x) for x in operands]
            if all(joined):
                return f" {JOINED[op]} ".join([f"({text})" for text in joined])
        return None

    def _is_parameter(self, place: Place) -> bool:
        inputs = self.program.inputs
        return place in self.program.numbers or (place < len(inputs) and bool(inputs[place].scope))

    def _number(self, x: float) -> str:
        if self.readable and x and x.is_integer() and abs(x) < 1e6:  # -0 would be the int 0
            return str(int(x))
        return literal(x)

    def _terms(self, op: Primitive, operands: tuple[Place, ...]) -> list[tuple[str, str]]:
        """What is added up: signs and products."""
        if op is SUM:
            return [("+", self.at(x, PRODUCT)) for x in operands]
        n = len(operands) // 2
        terms = [self._term(w, x) for w, x in zip(operands[:n], operands[n : 2 * n], strict=True)]
        if len(operands) % 2:
            bias = self.at(operands[-1], PRODUCT)
            sign = "-" if bias.startswith("-") else "+"
            terms.insert(n if self.readable and n == 1 else 0, (sign, bias.removeprefix("-")))
        return terms

    def _term(self, w: Place, x: Place) -> tuple[str, str]:
        c = self.program.numbers.get(w)
        if c in {1.0, -1.0}:
            return "+" if c == 1.0 else "-", self.at(x, PRODUCT)
        if c is not None and c < 0:
            return "-", f"{self._number(-c)} * {self.at(x, UNARY)}"
        return "+", f"{self.at(w, PRODUCT)} * {self.at(x, UNARY)}"


def literal(x: float) -> str:
    """A number that Python reads as just this one.

    >>> literal(0.1), literal(-0.0), literal(float("-inf"))
    ('0.1', '-0.0', "float('-inf')")
    """
    text = float.__repr__(x)
    return f"float({text!r})" if text.lstrip("-") in {"inf", "nan"} else text


def _joined(terms: list[tuple[str, str]]) -> str:
    if not terms:
        return "0.0"
    (sign, text), *rest = terms
    first = f"-{text}" if sign == "-" else text
    return first + "".join([f" {sign} {text}" for sign, text in rest])
