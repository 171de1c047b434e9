"""Numbers: an array of recorded Values, for NumPy's functions that would ask for a number.

NumPy compares objects by asking for a bool, and there is none while a function is recorded. So an
array among the arguments is of this class: comparisons of it are arrays of conditions, and
``np.where``, ``np.maximum``, ``np.clip``, ``np.max`` and such are computed with the functions of
autograd, as NumPy computes them of arrays of Values. What is left over, such as ``np.sort``, is
refused by its name.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.compiler.record.traced import Traced
from autograd.errors import GraphError
from autograd.functions import sign, where


def _larger(x: Any, y: Any) -> Any:
    """The first of two that are equal, as NumPy takes it of objects."""
    return where(x >= y, x, y)


def _smaller(x: Any, y: Any) -> Any:
    return where(x <= y, x, y)


def _not(x: Any) -> Any:
    return x.recording.negated(x) if isinstance(x, Traced) else not x


def _both(x: Any, y: Any) -> Any:
    return x & y if isinstance(x, Traced) or isinstance(y, Traced) else x and y


def _either(x: Any, y: Any) -> Any:
    return x | y if isinstance(x, Traced) or isinstance(y, Traced) else x or y


RULES: dict[str, Callable[..., Any]] = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne,
    "maximum": _larger, "minimum": _smaller, "fmax": _larger, "fmin": _smaller, "sign": sign,
    "clip": lambda x, low, high: _smaller(_larger(x, low), high),
    "logical_and": _both, "logical_or": _either, "logical_not": _not, "invert": _not,
}  # fmt: skip


class Numbers(np.ndarray):
    """An array of recorded Values."""

    of_values = True

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        rule = RULES.get(ufunc.__name__)
        if rule is not None:
            ufunc = np.frompyfunc(rule, ufunc.nin, ufunc.nout)
        if kwargs.get("out") is not None:
            kwargs["out"] = tuple([_bare(x) for x in kwargs["out"]])
        if rule is not None and method == "reduce":
            kwargs = {k: x for k, x in kwargs.items() if k != "dtype"}
        return _own(getattr(ufunc, method)(*[_bare(x) for x in inputs], **kwargs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3:
            return _own(np.frompyfunc(where, 3, 1)(*[_bare(x) for x in args]))
        try:
            return _own(super().__array_function__(function, types, args, kwargs))
        except GraphError as error:
            raise GraphError(f"np.{function.__name__}: {error}") from None

    def __getitem__(self, key: Any) -> Any:
        for part in key if isinstance(key, tuple) else (key,):
            if isinstance(part, Traced):
                part.recording.refuse_number(part, "index")
            if isinstance(part, Numbers):
                raise GraphError(
                    "compile: an array of conditions picks entries, and how many these are is not "
                    "known yet. Write np.where(condition, x, 0.0), and sum that."
                )
        return super().__getitem__(key)


def _bare(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Numbers) else x


def _own(x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple([_own(part) for part in x])
    if type(x) is np.ndarray and x.dtype == object:
        return x.view(Numbers)
    return x


def recorded(array: Any) -> Any:
    """The array, as one of recorded Values."""
    return array.view(Numbers)
