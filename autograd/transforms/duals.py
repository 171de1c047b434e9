"""The number system of dual numbers: x + ẋε with ε² = 0, over floats.

A rule read in duals gives its result and the result's tangent. Of a rule for partials, that is the
partials and their tangents, ṗᵢ = Σⱼ ∂pᵢ/∂xⱼ · ẋⱼ: the second derivatives that a product of a
Hessian and a vector needs. The system is built from the rows, like the operators of Value.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from autograd.maths import floats, read
from autograd.operators import install
from autograd.primitives import Primitive
from autograd.table import TABLE


def _lift(row: Primitive) -> Callable[..., Any]:
    """The row's operation on duals; on plain floats alone it gives a plain float."""
    forward, partials, of_list = row.forward, row.partials, row.arity is None

    def function(*operands: Any) -> Any:
        xs: Any = [o.x if type(o) is Dual else o for o in operands]
        arguments = (tuple(xs),) if of_list else xs  # row.arguments(xs), 5 % of a Hessian faster
        z = read(forward, *arguments)
        tangent = None
        for operand, slope in zip(operands, read(partials, z, *arguments), strict=True):
            if type(operand) is Dual:
                share = slope * operand.t
                tangent = share if tangent is None else tangent + share
        return z if tangent is None else Dual(z, tangent)

    return function


def _both(row: Primitive) -> tuple[Any, Any]:
    function = _lift(row)
    return function, lambda y, x: function(x, y)


def _compared(compare: Any) -> Any:
    return lambda x, y: compare(x.x, y.x if type(y) is Dual else y)


class Dual:
    """x + t·ε."""

    __slots__ = ("t", "x")

    def __init__(self, x: float, t: float) -> None:
        self.x = x
        self.t = t

    def __pos__(self) -> Dual:
        return self

    def __pow__(self, y: Any) -> Any:
        return _pow(self, y)

    def __rpow__(self, x: float) -> Any:
        return _pow(x, self)

    __lt__, __le__, __gt__, __ge__, __eq__, __ne__ = map(
        _compared,
        (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
    )
    __hash__ = object.__hash__


install(Dual, _lift, _both)


_power = functools.lru_cache(maxsize=4096)(lambda n: _lift(TABLE["powc"].bind(n)))
_general_power, _dot = _lift(TABLE["pow"]), _lift(TABLE["dot"])


def _pow(x: Any, y: Any) -> Any:
    return _general_power(x, y) if type(y) is Dual else _power(y)(x)


def _of_list(row: Primitive) -> Callable[[Any], Any]:
    function = _lift(row)
    return lambda xs: function(*xs)


system = SimpleNamespace(
    **{
        name: _of_list(row) if row.arity is None else _lift(row)
        for name, row in TABLE.items()
        if not row.constants
    }
)
system.pow = _pow
system.where = floats.where  # the condition is a bool, and the branch not taken is ignored
system.stable = floats.stable
system.dot = lambda ws, xs, bias=0.0: _dot(*ws, *xs, bias)
system.largest = lambda xs: max(x.x if type(x) is Dual else x for x in xs)
system.isfinite = lambda x: floats.isfinite(x.x if type(x) is Dual else x)
