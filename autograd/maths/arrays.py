"""The number system of NumPy: IEEE 754 at every edge, and a whole batch at once.

Imported when an array comes, for NumPy takes longer to import than all of this package.
"""

from __future__ import annotations

import builtins
import functools
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import maths

isfinite = np.isfinite
pow = np.float_power  # power(-inf, 0.5) is nan, for it takes the square root


def native(row: Any) -> Callable[..., Any]:
    """NumPy's function for a row; where it has none, that of ``math``, one number at a time."""
    found: Any = getattr(np, row.ufunc or row.name, None)
    if found is None:
        found = np.vectorize(getattr(math, row.name), otypes=[float])
    function: Callable[..., Any] = found
    return function


def stable(careful: Any, textbook: Any) -> Any:
    """Two spellings of one number: the one that keeps its digits, and the textbook's."""
    return careful


def sum(xs: Sequence[Any]) -> Any:
    return builtins.sum(xs, 0.0)


def dot(ws: Sequence[Any], xs: Sequence[Any], bias: Any) -> Any:
    return builtins.sum((w * x for w, x in zip(ws, xs, strict=True)), bias)


def norm(xs: Sequence[Any]) -> Any:
    return functools.reduce(np.hypot, xs, 0.0)


def largest(xs: Sequence[Any]) -> Any:
    return functools.reduce(np.maximum, xs)


maths.learn(sys.modules[__name__])
