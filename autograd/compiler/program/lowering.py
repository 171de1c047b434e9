"""The number system of instructions: a rule of the table, read in it, emits what it computes.

A row that the other number systems know under its own name, such as ``exp``, is one instruction;
one that they learn from its rule, such as ``softplus``, is taken apart by reading that rule. So is
a user's own operation, if its rule is written with the functions of ``m``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Container
from types import SimpleNamespace
from typing import Any

from autograd.compiler.program.instructions import (
    COMPARE,
    DOT,
    MUL,
    NEG,
    SUM,
    WHERE,
    Builder,
    Place,
    condition,
)
from autograd.errors import GraphError
from autograd.maths import floats
from autograd.operators import SIGNS, install
from autograd.primitives import Primitive
from autograd.table import TABLE

POW, HYPOT, MAXIMUM = TABLE["pow"], TABLE["hypot"], TABLE["maximum"]
BY_SIGN = [row for row in TABLE.values() if row.operator in SIGNS]
SIGMOID_SLOPE = TABLE["sigmoid_slope"]
KEPT = frozenset((*BY_SIGN, NEG, SUM, DOT, WHERE, *COMPARE))  # computed by operators, or n-ary
KNOWN = frozenset(
    row
    for name, row in TABLE.items()
    if not isinstance(getattr(floats, name, None), (functools.partial, type(None)))
)
NATIVE = (KEPT | KNOWN) - {TABLE["norm"]}


class Whole:
    """The rows that Python calls as they are: all but one, which is made of others."""

    def __contains__(self, row: object) -> bool:
        return row is not SIGMOID_SLOPE  # the sigmoid is there already: one exp serves both


WHOLE = Whole()
MOST_FACTORS = 4  # of x to the n, written as products


class Symbol:
    """A number that an instruction will compute."""

    __slots__ = ("builder", "place")

    def __init__(self, builder: Builder, place: Place) -> None:
        self.builder = builder
        self.place = place

    def _emit(self, row: Primitive, *operands: Any) -> Symbol:
        return Symbol(self.builder, emit(self.builder, row, operands))

    def _compare(self, name: str, other: Any) -> Symbol:
        b = self.builder
        return Symbol(b, condition(name)(b, self.place, _place(b, other)))

    def __pos__(self) -> Symbol:
        return self

    def __pow__(self, n: Any) -> Symbol:
        return power(self, n)

    def __and__(self, other: Any) -> Symbol:
        return self._emit(MUL, self, other)

    def __or__(self, other: Any) -> Symbol:
        return self._emit(MAXIMUM, self, other)

    __rand__, __ror__ = __and__, __or__

    def __lt__(self, y: Any) -> Symbol:
        return self._compare("lt", y)

    def __le__(self, y: Any) -> Symbol:
        return self._compare("le", y)

    def __gt__(self, y: Any) -> Symbol:
        return self._compare("gt", y)

    def __ge__(self, y: Any) -> Symbol:
        return self._compare("ge", y)

    def __eq__(self, y: object) -> Symbol:  # type: ignore[override]
        return self._compare("eq", y)

    def __ne__(self, y: object) -> Symbol:  # type: ignore[override]
        return self._compare("ne", y)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a rule that is read for a whole batch can't branch; use m.where")


def _unary(row: Primitive) -> Any:
    return lambda x: x._emit(row, x)


def _binary(row: Primitive) -> Any:
    return lambda x, y: x._emit(row, x, y), lambda y, x: y._emit(row, x, y)


install(Symbol, _unary, _binary)


def lower(
    builder: Builder,
    row: Primitive,
    operands: tuple[Place, ...],
    kept: Container[Primitive] = NATIVE,
) -> Place:
    """Emit row(operands) in the rows ``kept`` and native ones; the place of the result.

    Raises:
        GraphError: when the rule of a user's own operation works on floats only.
    """
    if row in kept:
        return builder.emit(row, operands)
    xs = tuple([Symbol(builder, place) for place in operands])
    if row.free is TABLE["powc"]:
        return power(xs[0], row.values[0]).place
    m = system(builder, kept)
    if row is SIGMOID_SLOPE:  # as in Whole
        minus = Symbol(builder, builder.emit(NEG, operands))
        return _place(builder, m.sigmoid(xs[0]) * m.sigmoid(minus))
    try:
        return _place(builder, row.forward(m, *row.arguments(xs)))
    except (TypeError, AttributeError) as error:
        raise GraphError(
            f"compile: {row}: its rule can't be read for arrays of numbers ({error}). Write it "
            "with the functions of m, as in m.exp(x), and m.where for a branch."
        ) from error


def system(builder: Builder, kept: Container[Primitive] = NATIVE) -> SimpleNamespace:
    """The number system that emits into ``builder``."""
    m: Any = builder.lowering
    if m is not None:
        return m

    def function(row: Primitive, *operands: Any) -> Symbol:
        places = tuple([_place(builder, x) for x in operands])
        return Symbol(builder, lower(builder, row, places, kept))

    def of_list(row: Primitive, xs: Any) -> Symbol:
        return function(row, *xs)

    m = SimpleNamespace()
    for name, row in TABLE.items():
        if not row.constants:
            setattr(m, name, functools.partial(of_list if row.arity is None else function, row))
    m.sum = lambda xs: function(SUM, *xs) if xs else 0.0
    m.dot = lambda ws, xs, bias=0.0: function(
        DOT, *ws, *xs, *(() if isinstance(bias, float) and bias == 0.0 else (bias,))
    )
    m.pow = lambda x, y: power(x, y) if isinstance(x, Symbol) else function(POW, x, y)
    m.norm = lambda xs: functools.reduce(m.hypot, xs, 0.0)
    m.largest = lambda xs: functools.reduce(m.maximum, xs)
    m.isfinite = lambda x: x - x == 0.0  # inf - inf is nan
    m.stable = lambda careful, textbook: careful
    m.where = lambda c, x, y: function(WHERE, float(c) if isinstance(c, bool) else c, x, y)
    m.prod = lambda xs: math.prod(xs, start=1.0)
    builder.lowering = m
    return m


def power(x: Any, n: Any) -> Any:
    """x to the n; a small whole n is a product: as exact, and ten times as fast."""
    if isinstance(n, (int, float)):
        if n in {2, 3}:
            return x * x if n == 2 else x * x * x
        if n == MOST_FACTORS:
            return (x * x) * (x * x)
        if n == -1:
            return 1.0 / x
    return x._emit(POW, x, n)


def emit(builder: Builder, row: Primitive, operands: Any) -> Place:
    """Emit row(operands) of symbols and numbers."""
    return builder.emit(row, tuple([_place(builder, x) for x in operands]))


def _place(builder: Builder, x: Any) -> Place:
    return x.place if isinstance(x, Symbol) else builder.constant(float(x))
