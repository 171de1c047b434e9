"""Number systems: the namespaces ``m`` that the rules of the table are read in.

A rule such as ``lambda m, z, x: (z * m.cos(x),)`` says nothing about what ``x`` is. Each module
here is one number system, a namespace with ``exp``, ``where`` and the rest:

    floats   Python floats, fast: values and gradients of single numbers
    arrays   NumPy's numbers and arrays: IEEE at every edge, a whole batch at once

and ``autograd.functions`` is the third: read with Values, a rule records a graph, so gradients can
be differentiated again. Every system starts with what its module says; the table then adds each
row under its own name, so ``m.sigmoid`` exists because the table has a row called sigmoid.

The one policy for the edges of domains: a result is what IEEE 754 says (log 0 = -inf, 1/0 = inf,
log -1 = nan), and no operation raises for a number. Python's floats raise there instead. So
:func:`read` tries Python first, for it is fast, and where Python raises it reads the very same rule
again in NumPy, whose arithmetic is IEEE's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from numbers import Complex, Number, Real
from types import ModuleType
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.maths import arrays, floats

Rule = Callable[..., Any]
SYSTEMS: tuple[ModuleType, ...] = (floats, arrays)

EXACT = 2**53  # every integer up to here is a float

# What Python's floats raise where IEEE 754 has a value.
PYTHON_RAISES = (ArithmeticError, ValueError)


def read(rule: Rule, *numbers: Any) -> Any:
    """Read ``rule`` in floats; where Python raises, read it again in NumPy, as IEEE 754 has it.

    Of a rule for any number of operands, the operands are one tuple.

    >>> read(lambda m, x: m.log(x), 0.0)
    -inf
    >>> read(lambda m, z, x: (1 / x,), 0.0, 0.0)
    (inf,)
    """
    try:
        return rule(floats, *numbers)
    except PYTHON_RAISES:
        return read_ieee(rule, *numbers)


def read_ieee(rule: Rule, *numbers: Any) -> Any:
    """Read ``rule`` in NumPy's float64 and give Python floats back. Slow: for the edges only."""
    with np.errstate(all="ignore"):
        result = rule(arrays, *map(_float64, numbers))
    return tuple(map(float, result)) if isinstance(result, tuple) else float(result)


def _float64(x: Any) -> Any:
    return tuple(map(np.float64, x)) if isinstance(x, tuple) else np.float64(x)


def number(x: Any, where: str = "Value") -> float:
    """Turn any real number into a Python float; refuse everything else.

    int, bool, Fraction, Decimal, NumPy scalars and 0-d arrays are numbers.

    Raises:
        OperandError: for strings, None, complex numbers, arrays with dimensions, and numbers too
            large for a float. The message begins with ``where``.

    >>> number(True)
    1.0
    """
    if type(x) is float:
        return x
    if type(x) is int and -EXACT <= x <= EXACT:
        return float(x)
    plain = x[()] if isinstance(x, np.ndarray) and x.ndim == 0 else x
    decimal = isinstance(plain, Number) and not isinstance(plain, Complex)  # a Number, not a Real
    if isinstance(plain, (Real, np.bool_)) or decimal:
        try:
            result = float(plain)
        except (OverflowError, ValueError, TypeError) as error:
            raise OperandError(f"{where}: {describe(x)} does not fit a float: {error}.") from None
        if math.isinf(result) and abs(plain) != math.inf:
            raise OperandError(f"{where}: {describe(x)} does not fit a float: it is too large.")
        return result
    raise OperandError(f"{where}: {describe(x)} is not a real number. {_remedy(plain)}")


def describe(x: Any) -> str:
    """Name an operand in an error: its type, and its value where that is short."""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape} and dtype {x.dtype}"
    if x is None:
        return "None"
    try:
        text = repr(x)
    except ValueError:  # an int of more digits than Python prints
        text = "of very many digits"
    return f"{x.__class__.__name__} {text if len(text) <= 40 else text[:37] + '...'}"


def _remedy(x: Any) -> str:
    if isinstance(x, str):
        return "Convert it first: float(text)."
    if isinstance(x, (complex, np.complexfloating)):
        return "Values are real: carry the real and the imaginary part as two Values."
    if isinstance(x, np.ndarray):
        return "A Value holds one number: [Value(x) for x in array.flat]."
    if x is None:
        return "Did a function forget to return?"
    if hasattr(x, "detach"):
        return "Use .detach() for a copy without history."
    if isinstance(x, Iterable):
        return "A Value holds one number: [Value(x) for x in numbers]."
    return "Convert it first: float(...)."
