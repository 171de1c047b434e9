"""The number system of IEEE 754: Python floats that have a result at every edge.

``1 / 0`` is inf, ``log 0`` is -inf, ``log -1`` is nan, ``exp 1000`` is inf; nothing raises. Slow,
so it is read only where Python's floats have raised.

Source: IEEE 754-2019, 6.1, 7.2, 7.3 and 9.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.maths import floats

isfinite = math.isfinite

# Where a function of ``math`` raises ValueError and IEEE 754 has an infinity; elsewhere it is nan.
POLES = {
    ("log", 0.0): -math.inf,
    ("log2", 0.0): -math.inf,
    ("log10", 0.0): -math.inf,
    ("log1p", -1.0): -math.inf,
    ("atanh", 1.0): math.inf,
    ("atanh", -1.0): -math.inf,
}


def _kept(operation: Callable[[float, float], Any]) -> Callable[[Float, Any], Any]:
    def method(x: Float, y: Any) -> Any:
        result = operation(x, y)
        return result if result is NotImplemented else Float(result)

    return method


def _of_numbers(method: Callable[..., Float]) -> Callable[..., Any]:
    """Another class of numbers is asked for its own operator."""

    def asked(x: Float, y: Any, *more: Any) -> Any:
        return method(x, y, *more) if isinstance(y, (float, int)) else NotImplemented

    return asked


class Float(float):
    """A float whose operators never raise; their results are of this kind, too."""

    __slots__ = ()

    __add__, __radd__ = _kept(float.__add__), _kept(float.__radd__)
    __sub__, __rsub__ = _kept(float.__sub__), _kept(float.__rsub__)
    __mul__, __rmul__ = _kept(float.__mul__), _kept(float.__rmul__)

    @_of_numbers
    def __truediv__(self, y: float) -> Float:
        if y == 0.0:
            return Float(self * math.copysign(math.inf, y))
        return Float(float.__truediv__(self, y))

    def __rtruediv__(self, x: float) -> Float:
        return Float(x) / self

    @_of_numbers
    def __floordiv__(self, y: float) -> Float:
        return self / y if y == 0.0 else Float(float.__floordiv__(self, y))

    def __rfloordiv__(self, x: float) -> Float:
        return Float(x) // self

    @_of_numbers
    def __mod__(self, y: float) -> Float:
        return Float(math.nan) if y == 0.0 else Float(float.__mod__(self, y))

    def __rmod__(self, x: float) -> Float:
        return Float(x) % self

    @_of_numbers
    def __pow__(self, y: float, modulus: None = None) -> Float:
        return pow(self, y)

    def __rpow__(self, x: float, modulus: None = None) -> Float:
        return pow(x, self)

    def __neg__(self) -> Float:
        return Float(float.__neg__(self))

    def __abs__(self) -> Float:
        return Float(float.__abs__(self))

    def __pos__(self) -> Float:
        return self


def _never_raising(name: str, function: Callable[..., Any]) -> Callable[..., Float]:
    def value(*operands: Any) -> Float:
        try:
            return Float(function(*operands))
        except OverflowError:  # infinite, with the sign of the function nearer to 0
            near = [math.copysign(min(abs(x), 1.0), x) for x in operands]
            return Float(math.copysign(math.inf, function(*near)))
        except ValueError:
            return Float(POLES.get((name, *operands), math.nan))

    return value


def native(row: Any) -> Callable[..., Float]:
    """The function of ``math`` for a row whose rule says no more than its name."""
    return _never_raising(row.name, floats.native(row))


def pow(x: float, y: float) -> Float:
    try:
        return Float(math.pow(x, y))
    except OverflowError:
        return Float(math.copysign(math.inf, x) if y % 2 == 1 else math.inf)
    except ValueError:  # 0 to a negative power, or a negative number to one that is not whole
        if x == 0.0:
            return Float(math.copysign(math.inf, x) if y % 2 == 1 else math.inf)
        return Float(math.nan)


abs = Float.__abs__
for _name, _function in list(vars(floats).items()):  # all others that floats has of its own
    if callable(_function) and _name[0] != "_" and _name not in globals():
        globals()[_name] = _never_raising(_name, _function)
