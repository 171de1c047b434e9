"""NumPy's own loops, for the interpreter to call: log, tanh, sin ... on many lanes at once.

numba calls the C library's function lane by lane. NumPy's loops for the same functions run on
several lanes at once where the processor can: log of 10,000 numbers took 8 µs and not 60, cbrt 11
and not 250. A ufunc is a C structure with the addresses of its loops, one for each type:

    int nin, nout, nargs, identity;  loops, data;  int ntypes, reserved;  name, types

It has been the same since NumPy 1, and public. A loop is taken only if all that can be compared
with what Python says of the ufunc is the same, and if it computes what the ufunc computes; else the
interpreter does without it.

Source: numpy/ufuncobject.h, PyUFuncObject; docs "C-API: UFunc API", PyUFuncGenericFunction.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

# Rows whose loops are no slower anywhere. Of exp the kernel has its own, for every processor.
NAMES = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "expm1",
    "hypot", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh",
)  # fmt: skip
NUMPYS_NAMES = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "pow": "power",
}  # fmt: skip
LOOP = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
TRIED = np.array([0.25, 0.5, 0.75, 0.875, 1.0, 0.125, 0.375, 0.625, 0.0625])


class UFunc(ctypes.Structure):
    """What follows an object's head in a ufunc."""

    _fields_ = (
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
        ("reserved", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("types", ctypes.c_void_p),
    )


@cache
def loops() -> Any:
    """Address and data of each of ``NAMES``, one after another; 0 and 0 where there is none."""
    found = [x for name in NAMES for x in loop_of(getattr(np, NUMPYS_NAMES.get(name, name)))]
    return np.array(found, dtype=np.intp)


def loop_of(ufunc: Any) -> tuple[int, int]:
    """Address and data of a ufunc's loop on float64; 0 and 0 if it is not what it should be."""
    if type(ufunc) is not np.ufunc:
        return 0, 0
    head = UFunc.from_address(id(ufunc) + object.__basicsize__)
    wanted = "d" * ufunc.nin + "->" + "d" * ufunc.nout
    if (head.nin, head.nout, head.nargs) != (ufunc.nin, ufunc.nout, ufunc.nargs):
        return 0, 0
    if head.ntypes != ufunc.ntypes or wanted not in ufunc.types:
        return 0, 0
    if head.name.decode() != ufunc.__name__:
        return 0, 0
    place = ufunc.types.index(wanted)
    address = head.functions[place] or 0
    data = (head.data[place] if head.data else 0) or 0
    return (address, data) if _is_right(ufunc, address, data) else (0, 0)


def _is_right(ufunc: Any, address: int, data: int) -> bool:
    """Whether the loop gives the ufunc's own numbers, to the bit."""
    if not address:
        return False
    rows = [TRIED.copy() for _ in range(ufunc.nin)]
    found = np.zeros_like(TRIED)
    pointers = (ctypes.c_void_p * ufunc.nargs)(*[row.ctypes.data for row in (*rows, found)])
    steps = (ctypes.c_ssize_t * ufunc.nargs)(*[8] * ufunc.nargs)
    with np.errstate(all="ignore"):
        LOOP(address)(pointers, ctypes.byref(ctypes.c_ssize_t(len(TRIED))), steps, data)
        expected = ufunc(*rows)
    return bool(np.array_equal(found, expected, equal_nan=True))
