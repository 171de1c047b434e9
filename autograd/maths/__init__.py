"""Number systems: the namespaces ``m`` that the rules of the table are read in.

A rule such as ``lambda m, z, x: (z * m.cos(x),)`` says nothing about what ``x`` is. Each module
here is one number system, a namespace with ``exp``, ``where`` and the rest:

    floats   Python floats, fast: values and gradients of single numbers
    ieee     the same with a result at every edge, where Python's floats raise
    arrays   NumPy's numbers and arrays: a whole batch at once

and ``autograd.functions`` is the fourth: read with Values, a rule records a graph, so gradients can
be differentiated again. Every system starts with what its module says, and learns the rows of the
table by name: ``m.sigmoid`` exists because the table has a row called sigmoid.

The one policy for the edges of domains: a result is what IEEE 754 says (log 0 = -inf, 1/0 = inf,
log -1 = nan), and no operation raises for a number. Python's floats raise there instead. So
:func:`read` tries Python first, for it is fast, and where Python raises it reads the very same rule
again in ``ieee``.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterable
from numbers import Complex, Number, Real
from types import ModuleType
from typing import Any

from autograd.errors import MissingDependencyError, OperandError
from autograd.maths import floats, ieee

Rule = Callable[..., Any]

EXACT = 2**53  # every integer up to here is a float

# What Python's floats raise where IEEE 754 has a value.
PYTHON_RAISES = (ArithmeticError, ValueError)

_rows: list[Any] = []  # the table's, for a number system that is imported later


def teach(rows: Iterable[Any]) -> None:
    """Every number system learns these rows, those that are imported later too."""
    _rows.extend(rows)
    for system in (floats, ieee):
        learn(system)


def learn(system: ModuleType) -> None:
    """Every row as a function of the system, under its own name, unless the system says otherwise.

    A row whose rule only names itself, as ``m.exp(x)`` in the row exp, is what the system's library
    has; any other is its own rule, read in the system.
    """
    for row in _rows:
        if row.constants or hasattr(system, row.name):
            continue
        is_native = row.name in row.forward.__code__.co_names
        found = system.native(row) if is_native else functools.partial(row.forward, system)
        setattr(system, row.name, found)


def read(rule: Rule, *numbers: Any) -> Any:
    """Read ``rule`` in floats; where Python raises, in ``ieee``.

    For a rule with ``xs``, pass the operands as one tuple.

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
    """Read ``rule`` in ``ieee`` and give plain floats back. Slow: for the edges only."""
    result = rule(ieee, *map(_never_raising, numbers))
    return tuple(map(float, result)) if isinstance(result, tuple) else float(result)


def _never_raising(x: Any) -> Any:
    return tuple(map(ieee.Float, x)) if isinstance(x, tuple) else ieee.Float(x)


def numpy_for(what: str) -> Any:
    """NumPy, for what can't be had without it.

    Raises:
        MissingDependencyError: when it is not installed.
    """
    try:
        import numpy as np
    except ImportError:
        raise MissingDependencyError(f"{what} needs NumPy: pip install numpy") from None
    return np


def is_array(x: Any) -> bool:
    """Whether x is a NumPy array; False if NumPy was never imported."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


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
    plain = x[()] if is_array(x) and x.ndim == 0 else x
    # Decimal is a Number, but not a Real.
    decimal = isinstance(plain, Number) and not isinstance(plain, Complex)
    if isinstance(plain, Real) or decimal or _is_numpy_bool(plain):
        try:
            result = float(plain)
        except (OverflowError, ValueError, TypeError) as error:
            raise OperandError(f"{where}: {describe(x)} does not fit a float: {error}.") from None
        if math.isinf(result) and abs(plain) != math.inf:
            raise OperandError(f"{where}: {describe(x)} does not fit a float: it is too large.")
        return result
    if plain is not x and hasattr(plain, "detach"):  # an array that holds a Value
        raise OperandError(
            f"{where}: {describe(x)} is not a real number. It holds {describe(plain)}: array[()]."
        )
    raise OperandError(f"{where}: {describe(x)} is not a real number. {_remedy(plain)}")


def unboxed(x: Any, otherwise: Any = None) -> Any:
    """What a 0-d array of objects holds; of anything else ``otherwise``, or itself.

    NumPy's arrays of Values give such a box where ours would give a Value.
    """
    if is_array(x) and x.ndim == 0 and x.dtype == object:
        return x[()]
    return x if otherwise is None else otherwise


def _is_numpy_bool(x: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.bool_)


def _is_numpys(x: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.generic)


def describe(x: Any) -> str:
    """Name an operand in an error: its type, and its value where that is short."""
    if is_array(x):
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
    if isinstance(x, Complex):
        return "Values are real: carry the real and the imaginary part as two Values."
    if is_array(x):
        if hasattr(x, "mask"):
            return "It may be masked: array.filled(...) has numbers only."
        return "A Value holds one number: [Value(x) for x in array.flat]."
    if x is None:
        return "Did a function forget to return?"
    if hasattr(x, "item") and not _is_numpys(x):  # an array of another library
        if len(getattr(x, "shape", ())):
            return "A Value holds one number: [Value(x) for x in array.flatten().tolist()]."
        return "Use .item() for its number."
    if hasattr(x, "detach"):
        return "Use .detach() for a copy without history."
    if isinstance(x, Iterable):
        return "A Value holds one number: [Value(x) for x in numbers]."
    return "Convert it first: float(...)."
