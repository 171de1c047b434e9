"""The number system of Python floats: fast, and raising where IEEE 754 has an edge.

Only what is no row of the table in terms of something simpler stands here.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Sequence
from math import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expm1,
    hypot,
    log,
    log1p,
    pow,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

import numpy as np

abs = builtins.abs
isfinite = math.isfinite


def cbrt(x: float) -> float:
    return float(np.cbrt(x))  # math.cbrt only came with Python 3.11


def where(condition: bool, x: float, y: float) -> float:
    return +x if condition else +y  # what has no number refuses the plus


def stable(careful: float, textbook: float) -> float:
    """Two spellings of one number: the one that keeps its digits, and the textbook's."""
    return careful


def maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else y  # a nan on either side wins, as in NumPy


def minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else y


def sign(x: float) -> float:
    return float((x > 0) - (x < 0)) if x == x else x


def floor(x: float) -> float:
    return math.copysign(float(math.floor(x)), x)  # the sign of -0.0 is kept


def round(x: float) -> float:
    return math.copysign(float(builtins.round(x)), x)  # halves go to the even neighbour


def sum(xs: Sequence[float]) -> float:
    return builtins.sum(xs, 0.0)


def dot(ws: Sequence[float], xs: Sequence[float], bias: float) -> float:
    return builtins.sum(map(operator.mul, ws, xs), bias)


def norm(xs: Sequence[float]) -> float:
    return hypot(*xs)


def largest(xs: Sequence[float]) -> float:
    return max(xs)
