"""Builder: instructions, one for each different number that is computed.

An instruction is a row of the table and the places of its operands; its own place is its number in
the list. What was emitted before is not emitted again (hash consing, Ershov 1958), what has only
constants as operands is computed, and what algebra makes shorter without changing any result is
written the shorter way.

"Without changing any result" means IEEE 754's: x + 0 stays, for -0 + 0 is 0; x · 0 stays, for
inf · 0 is nan; sums are never reordered, for one order may overflow where another does not.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable
from typing import Any

from autograd.maths import read
from autograd.primitives import LEAF, Primitive
from autograd.table import TABLE

ADD, SUB, MUL, DIV, NEG = (TABLE[name] for name in ("add", "sub", "mul", "div", "neg"))
ABS, COPY, DOT, SUM, WHERE = (TABLE[name] for name in ("abs", "copy", "dot", "sum", "where"))
COMMUTATIVE = frozenset((ADD, MUL))

Place = int


def _condition(name: str, symbol: str, forward: Any) -> Primitive:
    return Primitive(
        name,
        symbol,
        symbol,
        forward=forward,
        partials=lambda m, z, x, y: (0.0, 0.0),
        origin=(__name__, name.upper()),
    )


# Rows outside the table, for they have no derivative: a comparison is 1 or 0.
LT = _condition("lt", "<", lambda m, x, y: m.where(x < y, 1.0, 0.0))
LE = _condition("le", "≤", lambda m, x, y: m.where(x <= y, 1.0, 0.0))
EQ = _condition("eq", "=", lambda m, x, y: m.where(x == y, 1.0, 0.0))
COMPARE = {LT: operator.lt, LE: operator.le, EQ: operator.eq}

# Two spellings of one number, of which a program keeps one: see ``m.stable``.
SPELLED = Primitive(
    "spelled", "", "", lambda m, careful, textbook: careful, LEAF.partials,
    origin=(__name__, "SPELLED"),
)  # fmt: skip
CONSTANT = Primitive(
    "constant", "", "", lambda m: None, LEAF.partials, origin=(__name__, "CONSTANT")
)


class Builder:
    """A list of instructions that grows.

    Attributes:
        ops: the row of each instruction; ``LEAF`` for an input, ``CONSTANT`` for a number.
        operands: the places of its operands.
        numbers: the number at each constant's place.
    """

    def __init__(self) -> None:
        self.ops: list[Primitive] = []
        self.operands: list[tuple[Place, ...]] = []
        self.numbers: dict[Place, float] = {}
        self.lowering: Any = None  # the number system that emits here, while it is used
        self._known: dict[Any, Place] = {}
        self._constants: dict[Any, Place] = {}

    def add(self, op: Primitive, operands: tuple[Place, ...] = ()) -> Place:
        """Append an instruction as it is; it is not emitted again."""
        place = len(self.ops)
        self.ops.append(op)
        self.operands.append(operands)
        if operands:
            self._known[op, operands] = place
        return place

    def constant(self, x: float) -> Place:
        """The place of a number."""
        key = x if x and x == x else str(x)  # 0.0 == -0.0, and nan is not a usable key
        place = self._constants.get(key)
        if place is None:
            place = self._constants[key] = self.add(CONSTANT)
            self.numbers[place] = x
        return place

    def emit(self, op: Primitive, operands: tuple[Place, ...]) -> Place:
        """The place of op(operands): an old one if it is there already, or in a shorter form."""
        key = (op, operands)
        known = self._known
        place = known.get(key)
        if place is not None:
            return place
        if op in COMMUTATIVE:
            place = known.get((op, operands[::-1]))
        if place is None:
            numbers = self.numbers
            if operands[-1] in numbers and all([x in numbers for x in operands]):
                values = tuple([numbers[x] for x in operands])
                place = self.constant(read(op.forward, *op.arguments(values)))
            elif op.name in ALGEBRA:
                place = ALGEBRA[op.name](self, op, *operands)
        if place is None:
            place = len(self.ops)
            self.ops.append(op)
            self.operands.append(operands)
        known[key] = place
        return place


# Algebra: each rule gives the place of a shorter form, or None. Exact for every number, -0, inf and
# nan among them; but constant factors are multiplied with each other, so that 0.5 · (2 · x) is x
# also where 2 · x would overflow.


def _add(b: Builder, op: Primitive, x: Place, y: Place) -> Place | None:
    if b.ops[y] is NEG:
        return b.emit(SUB, (x, b.operands[y][0]))
    if b.ops[x] is NEG:
        return b.emit(SUB, (y, b.operands[x][0]))
    return None


def _sub(b: Builder, op: Primitive, x: Place, y: Place) -> Place | None:
    if b.ops[y] is NEG:
        return b.emit(ADD, (x, b.operands[y][0]))
    return x if _is(b, y, 0.0) else None


def _mul(b: Builder, op: Primitive, x: Place, y: Place) -> Place | None:
    if y in b.numbers:  # a constant factor comes first
        return b.emit(MUL, (y, x))
    c = b.numbers.get(x)
    if c is None:
        return None
    if c == 1.0:
        return y
    if c == -1.0:
        return b.emit(NEG, (y,))
    if b.ops[y] is NEG:
        return b.emit(MUL, (b.constant(-c), b.operands[y][0]))
    if b.ops[y] is MUL:
        inner, z = b.operands[y]
        product = c * b.numbers.get(inner, 0.0)
        if sys.float_info.min <= abs(product) < math.inf:  # a subnormal one has lost digits
            return b.emit(MUL, (b.constant(product), z))
    return None


def _div(b: Builder, op: Primitive, x: Place, y: Place) -> Place | None:
    c = b.numbers.get(y, 0.0)
    if c and math.isfinite(c) and abs(math.frexp(c)[0]) == 0.5 and math.isfinite(1 / c):
        return b.emit(MUL, (b.constant(1 / c), x))  # a power of 2: exact
    return None


def _neg(b: Builder, op: Primitive, x: Place) -> Place | None:
    if b.ops[x] is NEG:
        return b.operands[x][0]
    if b.ops[x] is MUL and b.operands[x][0] in b.numbers:
        c, y = b.operands[x]
        return b.emit(MUL, (b.constant(-b.numbers[c]), y))
    return None


def _abs(b: Builder, op: Primitive, x: Place) -> Place | None:
    if b.ops[x] is ABS:
        return x
    return b.emit(ABS, b.operands[x]) if b.ops[x] is NEG else None


def _powc(b: Builder, op: Primitive, x: Place) -> Place | None:
    (n,) = op.values
    return x if n == 1 else b.constant(1.0) if n == 0 else None


def _where(b: Builder, op: Primitive, condition: Place, x: Place, y: Place) -> Place | None:
    if condition in b.numbers:
        return x if b.numbers[condition] else y
    return x if x == y else None


def _copy(b: Builder, op: Primitive, x: Place) -> Place:
    return x


def _is(b: Builder, place: Place, x: float) -> bool:
    c = b.numbers.get(place)
    return c is not None and c == x and math.copysign(1.0, c) == math.copysign(1.0, x)


ALGEBRA: dict[str, Callable[..., Place | None]] = {
    "add": _add, "sub": _sub, "mul": _mul, "div": _div, "neg": _neg, "abs": _abs,
    "powc": _powc, "where": _where, "copy": _copy,
}  # fmt: skip


def condition(name: str) -> Callable[[Builder, Place, Place], Place]:
    """How ``lt``, ``ge``, ``ne`` ... are emitted, by the names of module ``operator``."""
    return _CONDITIONS[name]


_CONDITIONS: dict[str, Callable[[Builder, Place, Place], Place]] = {
    "lt": lambda b, x, y: b.emit(LT, (x, y)),
    "le": lambda b, x, y: b.emit(LE, (x, y)),
    "gt": lambda b, x, y: b.emit(LT, (y, x)),
    "ge": lambda b, x, y: b.emit(LE, (y, x)),
    "eq": lambda b, x, y: b.emit(EQ, (x, y)),
    "ne": lambda b, x, y: b.emit(EQ, (b.emit(EQ, (x, y)), b.constant(0.0))),
}
