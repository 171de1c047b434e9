"""The number system of Python floats: fast, and raising where IEEE 754 has an edge.

Only what module ``math`` lacks, or has otherwise, stands here. The rest are its own functions.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

abs = builtins.abs
isfinite = math.isfinite


def native(row: Any) -> Callable[..., float]:
    """The function of ``math`` for a row whose rule says no more than its name."""
    function: Callable[..., float] = getattr(math, row.name)
    return function


def where(condition: bool, x: float, y: float) -> float:
    return x if condition else y


def stable(careful: float, textbook: float) -> float:
    """Two spellings of one number: the one that keeps its digits, and the textbook's."""
    return careful


def maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else y  # a nan on either side wins, as in NumPy


def minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else y


def sign(x: float) -> float:
    return float((x > 0) - (x < 0)) if x == x else x


def _whole(integer: Callable[[float], int]) -> Callable[[float], float]:
    """A rounding that keeps the sign of -0.0, an infinity and a nan."""
    return lambda x: math.copysign(float(integer(x)), x) if isfinite(x) else x


floor, ceil, trunc = _whole(math.floor), _whole(math.ceil), _whole(math.trunc)
round = _whole(builtins.round)  # halves go to the even neighbour


def _cbrt(x: float) -> float:
    """The cube root, as ``math.cbrt`` has it from Python 3.11 on."""
    if x == 0.0 or not isfinite(x):
        return x
    mantissa, exponent = math.frexp(x)
    third = exponent // 3
    m = math.ldexp(mantissa, exponent - 3 * third)  # between 1/2 and 4, so its cube is in range
    y = math.copysign(builtins.abs(m) ** (1.0 / 3.0), m)
    return math.ldexp(y - (y * y * y - m) / (3.0 * y * y), third)


cbrt: Callable[[float], float] = getattr(math, "cbrt", _cbrt)


def sum(xs: Sequence[float]) -> float:
    return builtins.sum(xs, 0.0)


def dot(ws: Sequence[float], xs: Sequence[float], bias: float) -> float:
    return builtins.sum(map(operator.mul, ws, xs), bias)


def norm(xs: Sequence[float]) -> float:
    return math.hypot(*xs)


def largest(xs: Sequence[float]) -> float:
    return max(xs)
