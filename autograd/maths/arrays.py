"""The number system of NumPy: IEEE 754 at every edge, and a whole batch at once."""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import (
    abs,
    cbrt,
    cos,
    cosh,
    exp,
    expm1,
    floor,
    hypot,
    isfinite,
    log,
    log1p,
    maximum,
    minimum,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    where,
)
from numpy import arccos as acos
from numpy import arccosh as acosh
from numpy import arcsin as asin
from numpy import arcsinh as asinh
from numpy import arctan as atan
from numpy import arctan2 as atan2
from numpy import arctanh as atanh
from numpy import float_power as pow  # power(-inf, 0.5) is nan, for it takes the square root
from numpy import rint as round

erf = np.vectorize(math.erf, otypes=[float])  # NumPy has none
erfc = np.vectorize(math.erfc, otypes=[float])


def stable(careful: Any, textbook: Any) -> Any:
    """Two spellings of one number: the one that keeps its digits, and the textbook's."""
    return careful


def sum(xs: Sequence[Any]) -> Any:
    return builtins.sum(xs, 0.0)


def dot(ws: Sequence[Any], xs: Sequence[Any], bias: Any) -> Any:
    return builtins.sum((w * x for w, x in zip(ws, xs, strict=True)), bias)


def norm(xs: Sequence[Any]) -> Any:
    return functools.reduce(hypot, xs, 0.0)


def largest(xs: Sequence[Any]) -> Any:
    return functools.reduce(maximum, xs)
