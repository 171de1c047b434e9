"""A program as source code: to read, or to run as fast as Python goes.

Every instruction is an expression of the names of its operands. One that is used once is written
inside the expression that uses it; one that has a label, or is used twice, has a line of its own.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

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
from autograd.primitives import LEAF, Primitive

if TYPE_CHECKING:
    from autograd.compiler.program.program import Program

MOST_TERMS = 60  # of a sum in one expression: Python's parser nests a bracket for each
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
        readable: write it as a book does: a dot's bias last, a parameter before what it weighs,
            ``where(c, x, y)``; else as it is computed, ``x if c else y``.
    """

    def __init__(
        self,
        program: Program,
        names: dict[Place, str],
        function: Callable[[Primitive, list[str]], str],
        own_line: set[Place],
        *,
        readable: bool,
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
        taken = set(names.values())
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
            text, level = self._expression(op, operands)
            if op in COMPARE and not readable:
                self.conditions[place] = text
                self.text[place] = f"1.0 if {text} else 0.0", CHOICE
            elif users.get(place, 0) == 1 and place not in own_line and len(text) <= LONGEST:
                self.text[place] = text, level
            else:
                name = names.get(place) or next(fresh)
                self.lines.append(f"{name} = {text}")
                self.text[place] = name, ATOM

    def at(self, place: Place, level: int = 0) -> str:
        """The expression for a place, in brackets if it holds together less tightly than that."""
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
        if op in COMPARE:
            x, y = operands
            if op is EQ and self.program.ops[x] is EQ and self.program.numbers.get(y) == 0.0:
                x, y = self.program.operands[x]
                return f"{at(x, SUM_LEVEL)} != {at(y, SUM_LEVEL)}", CHOICE
            sign = "<" if op is LT else "<=" if COMPARE[op].__name__ == "le" else "=="
            return f"{at(x, SUM_LEVEL)} {sign} {at(y, SUM_LEVEL)}", CHOICE
        if op is WHERE:
            if self.readable:
                return self.function(op, [at(x) for x in operands]), ATOM
            condition, x, y = operands
            holds = self.conditions.get(condition) or f"{at(condition, SUM_LEVEL)} != 0"
            return f"{at(x, SUM_LEVEL)} if {holds} else {at(y, SUM_LEVEL)}", CHOICE
        if op.name == "powc" and op.values[0] in range(1000):
            return f"{at(operands[0], ATOM)}**{int(op.values[0])}", POWER
        return self.function(op, [at(x) for x in operands]), ATOM

    def _is_parameter(self, place: Place) -> bool:
        inputs = self.program.inputs
        return place in self.program.numbers or (place < len(inputs) and bool(inputs[place].scope))

    def _number(self, x: float) -> str:
        if self.readable and x.is_integer() and abs(x) < 1e6:
            return str(int(x)) if x or str(x)[0] != "-" else "-0.0"
        text = repr(x)
        return f"float({text!r})" if text.lstrip("-") in {"inf", "nan"} else text

    def _terms(self, op: Primitive, operands: tuple[Place, ...]) -> list[tuple[str, str]]:
        """What is added up: signs and products."""
        if op is SUM:
            return [("+", self.at(x, PRODUCT)) for x in operands]
        n = len(operands) // 2
        terms = [self._term(w, x) for w, x in zip(operands[:n], operands[n : 2 * n], strict=True)]
        if len(operands) % 2:
            bias = self.at(operands[-1], PRODUCT)
            sign = "-" if bias.startswith("-") else "+"
            terms.insert(n if self.readable else 0, (sign, bias.removeprefix("-")))
        return terms

    def _term(self, w: Place, x: Place) -> tuple[str, str]:
        c = self.program.numbers.get(w)
        if c in {1.0, -1.0}:
            return "+" if c == 1.0 else "-", self.at(x, PRODUCT)
        if c is not None and c < 0:
            return "-", f"{self._number(-c)} * {self.at(x, UNARY)}"
        return "+", f"{self.at(w, PRODUCT)} * {self.at(x, UNARY)}"


def _joined(terms: list[tuple[str, str]]) -> str:
    if not terms:
        return "0.0"
    (sign, text), *rest = terms
    first = f"-{text}" if sign == "-" else text
    return first + "".join([f" {sign} {text}" for sign, text in rest])


def identifier(label: str) -> str:
    """A label as a name of Python; δ_h1 for ∂L/∂Z_h1, dL_dW11 for ∂L/∂W11.

    >>> identifier("∂L/∂Z_h1"), identifier("∂L/∂W11"), identifier("W1,2"), identifier("lambda")
    ('δ_h1', 'dL_dW11', 'W1_2', 'lambda_')
    """
    error_term = re.fullmatch(r"∂[^/]*/∂Z(_.*)", label)
    text = f"δ{error_term[1]}" if error_term else label.replace("/∂", "_d").replace("∂", "d")
    text = re.sub(r"\W", "_", text)
    if not text.isidentifier():
        text = f"_{text}"
    return f"{text}_" if keyword.iskeyword(text) or keyword.issoftkeyword(text) else text


def distinct(labels: dict[Place, str], taken: set[str]) -> dict[Place, str]:
    """A name for each label, no two alike."""
    names: dict[Place, str] = {}
    for place, label in labels.items():
        name = base = identifier(label)
        n = 1
        while name in taken:
            n += 1
            name = f"{base}_{n}"
        taken.add(name)
        names[place] = name
    return names


def source(program: Program) -> str:
    """The program as a Python function that reads as the textbook does."""
    taken = {str(op) for _, op, _ in program.code}  # functions, which no number may be called
    title = _fresh(identifier(program.name), taken)
    arguments = [_fresh(identifier(name), taken) for name, _ in program.arguments]
    trees = [tree for _, tree in program.arguments]
    names = {t: name for name, t in zip(arguments, trees, strict=True) if isinstance(t, int)}
    given = {p: i.label or f"x{p}" for p, i in enumerate(program.inputs) if p not in names}
    names |= distinct(given, taken)
    names |= distinct({p: x for p, x in program.labels.items() if p not in names}, taken)
    own_line = {
        place
        for place, label in program.labels.items()
        if not label.startswith("∂") or "/∂Z" in label or place in set(program.outputs)
    }
    ours: set[str] = set()
    theirs: set[str] = set()

    def call(op: Primitive, texts: list[str]) -> str:
        name = "pow" if op.name == "powc" else op.name
        (theirs if op.origin[0] and op is not LEAF else ours).add(name)
        constants = [f"{key}={v!r}" for key, v in zip(op.constants, op.values, strict=False)]
        if name == "pow" and constants:
            constants = [repr(op.values[0])]
        listed = ", ".join(texts)
        if op.arity is None and name not in theirs:
            listed = f"[{listed}]"
        return f"{name}({', '.join([listed, *constants])})"

    writer = Writer(program, names, call, own_line, readable=True)
    returned = _returned(program.result, [writer.at(place) for place in program.outputs])
    unpacking: list[str] = []
    for name, tree in zip(arguments, trees, strict=True):
        unpacking += _unpacked(tree, name, names)
    loose = [names[p] for p in range(len(program.inputs)) if p not in _places(trees)]
    parameters = ", ".join([*arguments, *(["*", *loose] if loose else [])])
    head = [f"from autograd import {', '.join(sorted(ours))}"] if ours else []
    head += [f"# operations of your own: {', '.join(sorted(theirs))}"] if theirs else []
    body = [*unpacking, *writer.lines, f"return {returned}"]
    definition = [f"def {title}({parameters}):", *[f"    {line}" for line in body]]
    return "\n".join([*head, "", "", *definition] if head else definition)


def _fresh(name: str, taken: set[str]) -> str:
    (found,) = distinct({0: name}, taken).values()
    return found


def _places(tree: Any) -> set[Place]:
    if isinstance(tree, int):
        return {tree}
    if tree is None:
        return set()
    return {
        p for part in (tree.values() if isinstance(tree, dict) else tree) for p in _places(part)
    }


def _unpacked(tree: Any, expression: str, names: dict[Place, str]) -> list[str]:
    """Lines that give the numbers of an argument their names."""
    if isinstance(tree, int):
        return [] if names[tree] == expression else [f"{names[tree]} = {expression}"]
    if isinstance(tree, dict):
        return [
            line
            for key, part in tree.items()
            for line in _unpacked(part, f"{expression}[{key!r}]", names)
        ]
    if not tree:
        return []
    if all([isinstance(part, int) for part in tree]):
        return [
            f"{', '.join([names[x] for x in tree])}{',' if len(tree) == 1 else ''} = {expression}"
        ]
    return [
        line for i, part in enumerate(tree) for line in _unpacked(part, f"{expression}[{i}]", names)
    ]


def _returned(tree: Any, texts: list[str], *, top: bool = True) -> str:
    """The result's structure, with the outputs' expressions."""
    if isinstance(tree, int):
        return texts[tree]
    if tree is None:
        return "None"
    if isinstance(tree, dict):
        return (
            "{"
            + ", ".join([f"{key!r}: {_returned(x, texts, top=False)}" for key, x in tree.items()])
            + "}"
        )
    inner = ", ".join([_returned(x, texts, top=False) for x in tree])
    if isinstance(tree, list):
        return f"[{inner}]"
    comma = "," if len(tree) == 1 else ""
    return f"{inner}{comma}" if top else f"({inner}{comma})"
