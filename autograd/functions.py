"""The functions: ``exp``, ``sin``, ``dot`` ... of Values, and of plain numbers.

Given a plain number they return a plain float. Given a Value they record a node. So this module is
a number system too, ``VALUES``: a rule of the table, read in it, records its own derivative.
Names are those of ``math`` and NumPy; angles are in radians.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, Protocol, overload

from autograd.errors import ArgumentError, OperandError
from autograd.maths import describe, number, read
from autograd.modes import open_modes, recorder
from autograd.primitives import Primitive
from autograd.table import TABLE
from autograd.value import Value, lifted, record, record_values

Number = float | Value


class UnaryFunction(Protocol):
    """f(x): a Value of a Value, a float of a number."""

    @overload
    def __call__(self, x: Value) -> Value: ...
    @overload
    def __call__(self, x: float) -> float: ...


class BinaryFunction(Protocol):
    """f(x, y): a Value if either is one, else a float."""

    @overload
    def __call__(self, x: Value, y: Number) -> Value: ...
    @overload
    def __call__(self, x: float, y: Value) -> Value: ...
    @overload
    def __call__(self, x: float, y: float) -> float: ...


def _unary(name: str) -> UnaryFunction:
    row = TABLE[name]
    method: Callable[[Value], Value] = getattr(Value, name)
    forward = row.forward

    def function(x: Any) -> Any:
        if type(x) is Value:
            return method(x)
        if isinstance(x, Value):
            return getattr(x, name)()
        return read(forward, number(x, name))

    return _documented(function, row, "x")


def _binary(name: str) -> BinaryFunction:
    row = TABLE[name]

    def function(x: Any, y: Any) -> Any:
        return record(row, x, y)

    return _documented(function, row, "x, y")


def _nary(name: str, at_least: int = 0) -> Callable[[Iterable[Number]], Any]:
    row = TABLE[name]

    def function(xs: Iterable[Number]) -> Any:
        operands = _listed(name, xs)
        if len(operands) < at_least:
            raise ArgumentError(f"{name}: needs at least {at_least} operand, got an empty list.")
        return record(row, *operands)

    return _documented(function, row, "xs")


def _listed(name: str, xs: Any) -> tuple[Any, ...]:
    if isinstance(xs, Value) or not isinstance(xs, Iterable) or isinstance(xs, str):
        raise OperandError(f"{name}: takes a list of numbers or Values, got {describe(xs)}.")
    return tuple(xs)


def _documented(function: Any, row: Primitive, arguments: str) -> Any:
    expression, result = row.example
    function.__name__ = function.__qualname__ = row.name
    function.__doc__ = f"""{row.doc}

    Law: :math:`{row.formula}`. One node.

    >>> {expression}
    {result}
    """
    return function


exp, expm1, log, log1p = map(_unary, ("exp", "expm1", "log", "log1p"))
sqrt, cbrt = map(_unary, ("sqrt", "cbrt"))
sin, cos, tan, asin, acos, atan = map(_unary, ("sin", "cos", "tan", "asin", "acos", "atan"))
sinh, cosh, tanh = map(_unary, ("sinh", "cosh", "tanh"))
asinh, acosh, atanh = map(_unary, ("asinh", "acosh", "atanh"))
erf, erfc, normal_cdf = map(_unary, ("erf", "erfc", "normal_cdf"))
abs, sign, floor, round = map(_unary, ("abs", "sign", "floor", "round"))
sigmoid, logsigmoid, softplus = map(_unary, ("sigmoid", "logsigmoid", "softplus"))
relu, gelu, silu = map(_unary, ("relu", "gelu", "silu"))

atan2, hypot, logaddexp, xlogy = map(_binary, ("atan2", "hypot", "logaddexp", "xlogy"))
maximum, minimum = map(_binary, ("maximum", "minimum"))

sum, prod, norm = map(_nary, ("sum", "prod", "norm"))
mean, logsumexp = _nary("mean", at_least=1), _nary("logsumexp", at_least=1)


@overload
def pow(x: Value, y: Number) -> Value: ...
@overload
def pow(x: float, y: Value) -> Value: ...
@overload
def pow(x: float, y: float) -> float: ...
def pow(x: Any, y: Any) -> Any:
    """x to the power y. A y that is no Value is a constant: ``x ** 3``.

    >>> pow(2.0, 3.0)
    8.0
    """
    if isinstance(x, Value):
        return x**y
    return record(TABLE["pow"], x, y)


@overload
def leaky_relu(x: Value, slope: float = ...) -> Value: ...
@overload
def leaky_relu(x: float, slope: float = ...) -> float: ...
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """x where it is positive, else slope · x; its derivative at 0 is the slope.

    >>> leaky_relu(-2.0, slope=0.5)
    -1.0
    """
    return record(TABLE["leaky_relu"].bind(number(slope, "leaky_relu: slope")), x)


@overload
def elu(x: Value, alpha: float = ...) -> Value: ...
@overload
def elu(x: float, alpha: float = ...) -> float: ...
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha · (exp x - 1) (Clevert, Unterthiner, Hochreiter 2016).

    >>> elu(-1000.0)
    -1.0
    """
    return record(TABLE["elu"].bind(number(alpha, "elu: alpha")), x)


def clamp(x: Number, low: Number = -math.inf, high: Number = math.inf) -> Any:
    """x, but at least ``low`` and at most ``high``. At the bounds x still has the derivative.

    >>> clamp(5.0, 0.0, 1.0)
    1.0
    """
    return record(TABLE["clamp"], x, low, high)


def where(condition: Any, x: Number, y: Number) -> Any:
    """x where the condition holds, else y. Both are computed, and both are operands.

    The branch not taken gets adjoint 0, and 0 times an infinite partial further up is nan: keep
    that branch finite, ``where(x > 0, log(maximum(x, tiny)), 0.0)``.

    >>> where(2 > 1, 3.0, 4.0)
    3.0
    """
    return record(TABLE["where"], condition, x, y)


_DOT = TABLE["dot"]


def dot(ws: Iterable[Number], xs: Iterable[Number], bias: Number = 0.0) -> Any:
    """The weighted sum Σ w·x + bias, as one node: a neuron's Z = Σ W·A + B.

    Operands are all w, then all x, then the bias, unless that is the number 0.

    Raises:
        ArgumentError: when there are not as many w as x.

    >>> dot([1.0, 2.0], [3.0, 4.0], 5.0)
    16.0
    """
    ws, xs = _listed("dot", ws), _listed("dot", xs)
    if len(ws) != len(xs):
        raise ArgumentError(f"dot: got {len(ws)} weights for {len(xs)} inputs; need as many.")
    operands = (*ws, *xs, bias) if isinstance(bias, Value) or bias != 0 else (*ws, *xs)
    try:
        return record_values(_DOT, operands)
    except AttributeError:  # some are plain numbers
        return record(_DOT, *operands)


def softmax(xs: Iterable[Number]) -> list[Any]:
    """exp(x) / Σ exp(x) for each x, shifted by the largest x so that nothing overflows.

    It is the gradient of logsumexp, read from that row: 4 nodes for each x.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    operands = [x if isinstance(x, Value) else number(x, "softmax") for x in _listed("softmax", xs)]
    rule = TABLE["logsumexp"].partials
    if not operands:
        return []
    if not any(isinstance(x, Value) for x in operands):
        return list(read(rule, 0.0, tuple(operands)))
    return list(rule(VALUES, None, operands))


# What rules ask of a number system, and users have no need of.


def largest(xs: Iterable[Number]) -> Any:
    """The largest number, to shift by; no operand, so nothing is differentiated through it."""
    xs = tuple(xs)
    if open_modes and recorder() is not None:
        top: Any = functools.reduce(maximum, xs)
        return top.detach() if isinstance(top, Value) else top
    return max([x._data if isinstance(x, Value) else x for x in xs])


def isfinite(x: Number) -> bool:
    """Whether x is neither infinite nor nan."""
    if open_modes and recorder() is not None:
        return x - x == 0.0  # inf - inf is nan
    return math.isfinite(x._data if isinstance(x, Value) else x)


def stable(careful: Any, textbook: Any) -> Any:
    """Two spellings of one number: the one that keeps its digits, and the textbook's."""
    if open_modes and recorder() is not None:
        return recorder().spell(careful, textbook)
    return careful


def valued(x: Number) -> Value:
    """x as a Value."""
    return x if isinstance(x, Value) else lifted(x)


def name_of_adjoints() -> Callable[[Any, str, Value], None] | None:
    """What to tell that an adjoint is ∂root/∂label; None where nobody asks."""
    return recorder().name_adjoint if open_modes and recorder() is not None else None


def pick(condition: Any, x: Any, y: Any) -> Any:
    """The branch itself: nothing flows through the other one, not even 0 times infinity."""
    if isinstance(condition, Value):  # a recorded one holds for some inputs and not for others
        return where(condition, x, y)
    return x if condition else y


VALUES = SimpleNamespace(**{**vars(sys.modules[__name__]), "where": pick})
"""The number system of Values: the functions of this module, and branches that are picked."""
