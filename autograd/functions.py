"""Every row of the table as a function: ``exp(x)``, ``maximum(x, y)``, ``sum(xs)`` ...

Given plain numbers a function returns a plain float. Given a Value it records a node. So this
module is a number system too, ``VALUES``: a rule of the table, read in it, records its own
derivative. Names are those of ``math`` and NumPy; angles are in radians.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from autograd.errors import ArgumentError, OperandError
from autograd.maths import describe, number, read, unboxed
from autograd.modes import Mode, number_system
from autograd.primitives import Primitive
from autograd.table import TABLE
from autograd.value import Value, lifted, record

Number = float | Value


def _opened(row: Primitive, *operands: Any) -> Any:
    """Once more after an error, for NumPy's 0-d arrays may hold Values; or the error again."""
    opened = [unboxed(x) for x in operands]
    if all(map(operator.is_, opened, operands)):
        raise  # noqa: PLE0704 - it is called where one is handled
    return record(row, *opened)


# Functions that take their operands in another form than their rows do.


def pow(x: Any, y: Any) -> Any:
    """x to the power y. If y is a plain number, it is a constant: ``x ** 3``.

    >>> pow(2.0, 3.0)
    8.0
    """
    x = x if isinstance(x, Value) else unboxed(x)
    return x**y if isinstance(x, Value) else record(TABLE["pow"], x, unboxed(y))


def dot(ws: Iterable[Number], xs: Iterable[Number], bias: Number = 0.0) -> Any:
    """The weighted sum Σ w·x + bias, as one node: a neuron's Z = Σ W·A + B.

    Operands are all w, then all x, then the bias, left out if it is the number 0.

    Raises:
        ArgumentError: when there are not as many w as x.

    >>> dot([1.0, 2.0], [3.0, 4.0], 5.0)
    16.0
    """
    ws, xs = _listed("dot", ws), _listed("dot", xs)
    if len(ws) != len(xs):
        raise ArgumentError(f"dot: got {len(ws)} weights for {len(xs)} inputs; need as many.")
    last = () if isinstance(bias, (float, int)) and bias == 0 else (bias,)
    try:
        return record(_DOT, *ws, *xs, *last)
    except OperandError:
        return _opened(_DOT, *ws, *xs, *last)


_DOT = TABLE["dot"]


def softmax(xs: Iterable[Number]) -> list[Any]:
    """exp(x) / Σ exp(x) for each x, shifted by the largest x so that nothing overflows.

    It is the gradient of logsumexp, read from that row: 4 nodes for each x.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    given = [x if isinstance(x, Value) else unboxed(x) for x in _listed("softmax", xs)]
    operands = [x if isinstance(x, Value) else number(x, "softmax") for x in given]
    rule = TABLE["logsumexp"].partials
    if not operands:
        return []
    if not any(isinstance(x, Value) for x in operands):
        return list(read(rule, 0.0, tuple(operands)))
    return list(rule(number_system(), None, operands))


# All others: a function of each row, by its form.


def _of_one(row: Primitive) -> Callable[[Any], Any]:
    method, forward, name = getattr(Value, row.name), row.forward, row.name

    def function(x: Any) -> Any:
        if type(x) is Value:
            return method(x)
        if type(x) is float:
            return read(forward, x)
        x = x if isinstance(x, Value) else unboxed(x)
        if isinstance(x, Value):
            return getattr(x, name)()
        return read(forward, number(x, name))

    return function


def _of_two(row: Primitive) -> Callable[[Any, Any], Any]:
    def function(x: Any, y: Any) -> Any:
        try:
            return record(row, x, y)
        except OperandError:
            return _opened(row, x, y)

    return function


def _of_a_list(row: Primitive) -> Callable[[Iterable[Number]], Any]:
    def function(xs: Iterable[Number]) -> Any:
        operands = _listed(row.name, xs)
        if len(operands) < row.least:
            raise ArgumentError(f"{row}: needs at least {row.least} operand, got an empty list.")
        try:
            return record(row, *operands)
        except OperandError:
            return _opened(row, *operands)

    return function


def _listed(name: str, xs: Any) -> tuple[Any, ...]:
    if type(xs) is list or type(xs) is tuple:  # usual, and to ask what it is takes time
        return tuple(xs)
    if isinstance(xs, Value) or not isinstance(xs, Iterable) or isinstance(xs, str):
        raise OperandError(f"{name}: takes a list of numbers or Values, got {describe(xs)}.")
    if getattr(xs, "ndim", 1) == 0:
        raise OperandError(f"{name}: takes a list of numbers or Values, got {describe(xs)}.")
    return tuple(xs)


def _with_defaults(row: Primitive) -> Callable[..., Any]:
    """A function whose parameters are the row's operands and constants, with its defaults."""
    n = row.arity or 0
    names, defaults = parameters(row)

    def function(*args: Any, **named: Any) -> Any:
        given = dict(zip(names, args, strict=False))
        if len(args) > len(names) or not named.keys() <= {*names[len(args) :]}:
            raise TypeError(f"{row}() takes {', '.join(names)}, each once.")
        given = {**defaults, **given, **named}
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"{row}() needs {missing[0]!r}; it takes {', '.join(names)}.")
        operands = [given[name] for name in names[:n]]
        constants = [number(given[name], f"{row}: {name}") for name in names[n:]]
        bound = row.bind(*constants) if constants else row
        try:
            return record(bound, *operands)
        except OperandError:
            return _opened(bound, *operands)

    return function


def parameters(row: Primitive) -> tuple[tuple[str, ...], dict[str, float]]:
    """The names of a row's operands and constants, and the defaults of the last of them."""
    code, values = row.forward.__code__, row.forward.__defaults__ or ()
    names = code.co_varnames[1 : code.co_argcount]
    return names, dict(zip(names[len(names) - len(values) :], values, strict=True))


def _function(row: Primitive) -> Callable[..., Any]:
    forms = {None: _of_a_list, 1: _of_one, 2: _of_two}
    plain = not row.constants and not parameters(row)[1]
    function = (forms.get(row.arity, _with_defaults) if plain else _with_defaults)(row)
    function.__name__ = function.__qualname__ = row.name
    expression, result = row.example
    function.__doc__ = f"""{row.doc}

    Law: :math:`{row.formula}`. One node.

    >>> {expression}
    {result}
    """
    if row.arity == 1 and row.constants:  # the other methods are there already
        setattr(Value, row.name, function)
    return function


OWN = ("dot", "pow", "softmax")
for _row in TABLE.values():
    if _row.function and _row.name not in OWN:
        globals()[_row.name] = _function(_row)

__all__ = sorted({*OWN, *[row.name for row in TABLE.values() if row.function]})  # noqa: PLE0605


# For rules only.


def _largest(xs: Iterable[Number]) -> float:
    """The largest number, to shift by; no operand, so nothing is differentiated through it."""
    return max([x._number if isinstance(x, Value) else x for x in xs])


def _is_finite(x: Number) -> bool:
    return math.isfinite(x._number if isinstance(x, Value) else x)


def _picked(condition: Any, x: Any, y: Any) -> Any:
    """The branch itself: nothing flows through the other one, not even 0 times infinity."""
    if isinstance(condition, Value):  # a recorded one holds for some inputs and not for others
        return record(TABLE["where"], condition, x, y)
    return x if condition else y


VALUES = SimpleNamespace(
    **{name: globals()[name] for name in __all__},
    largest=_largest,
    isfinite=_is_finite,
    stable=lambda careful, textbook: careful,
    valued=lambda x: x if isinstance(x, Value) else lifted(x),
    copy=lambda x: record(TABLE["copy"], x),
    name_adjoint=None,  # compile wants to know what is the gradient of what, for its listing
)
"""The number system of Values: the functions of this module, and branches that are picked."""
VALUES.where = _picked
Mode.system = VALUES
