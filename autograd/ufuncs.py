"""NumPy's functions of Values: ``np.exp(v)``, ``np.float64(2) * v``, ``np.add(array, v)``.

NumPy asks in two ways. Given a Value itself, a ufunc calls ``__array_ufunc__``: here it is found in
the table, or among the functions below. Given an array of Values, it looks in each Value for a
method of its own name, and nobody else is asked: so Values have methods such as ``arctan2``. What
works and what does not is listed in ``docs/numpy.md``.

Only NumPy itself calls what stands here, so it is imported by then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import functions as of
from autograd.errors import AutogradError, OperandError
from autograd.maths import unboxed
from autograd.table import TABLE
from autograd.value import Value, record

UFUNCS = {row.ufunc or row.name: row for row in TABLE.values() if not row.constants}
DEGREES = 180.0 / math.pi


def _recorder(row: Any) -> Callable[..., Any]:
    return lambda *xs: record(row, *xs)


def _power(x: Any, y: Any) -> Any:
    """A constant exponent is no operand."""
    return x**y if isinstance(x, Value) or not isinstance(y, Value) else y.__rpow__(x)


def _fmod(x: Any, y: Any) -> Any:
    """What is left of x after division by y, with the sign of x, as C's fmod; every digit right."""
    return x % y if (x < 0) == (y < 0) else -((-x) % y)


def _fmax(x: Any, y: Any) -> Any:
    """The larger of two; of nan and a number the number."""
    return y if x != x else x if y != y else of.maximum(x, y)


def _fmin(x: Any, y: Any) -> Any:
    """The smaller of two; of nan and a number the number."""
    return y if x != x else x if y != y else of.minimum(x, y)


def _heaviside(x: Any, h: Any) -> Any:
    """0 below 0, 1 above it, and h there; nan of nan."""
    return x * 0.0 + h if x == 0 else of.sign(x) * 0.5 + 0.5


def _plain(question: Callable[[float], bool]) -> Callable[[Any], bool]:
    return lambda x: question(x.data if isinstance(x, Value) else x)


OURS: dict[str, Callable[..., Any]] = {
    "power": _power,
    "float_power": _power,
    "divmod": lambda x, y: (
        record(UFUNCS["floor_divide"], x, y),
        record(UFUNCS["remainder"], x, y),
    ),
    "fmod": _fmod,
    "fabs": of.abs,
    "fmax": _fmax,
    "fmin": _fmin,
    "heaviside": _heaviside,
    "logaddexp2": lambda x, y: of.logaddexp(x * math.log(2.0), y * math.log(2.0)) / math.log(2.0),
    "degrees": lambda x: x * DEGREES,
    "rad2deg": lambda x: x * DEGREES,
    "radians": lambda x: x / DEGREES,
    "deg2rad": lambda x: x / DEGREES,
    "modf": lambda x: (_fmod(x, 1.0), of.trunc(x)),
    "ldexp": lambda x, n: x * 2.0**n,
    "isnan": _plain(math.isnan),
    "isinf": _plain(math.isinf),
    "isfinite": _plain(math.isfinite),
    "signbit": _plain(lambda x: math.copysign(1.0, x) < 0),
}
OURS.update((name, _recorder(row)) for name, row in UFUNCS.items() if name != "power")
"""By NumPy's name: what a ufunc does with Values; the table's rows before what is made of them."""
LOOPLESS = (
    OURS.keys() - UFUNCS.keys() - {"fabs", "degrees", "rad2deg", "radians", "deg2rad", "power"}
)
LOOPLESS |= {"arctan2", "copysign", "hypot", "logaddexp", "maximum", "minimum"}
"""Those that have no loop over objects, or one that is not ours: arrays beside a Value use ours."""


def _array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Let NumPy's functions give Values, and arrays of them."""
    import numpy as np

    if kwargs and any([isinstance(x, Value) for x in kwargs.get("out", ())]):
        raise OperandError(
            f"np.{ufunc.__name__}: a Value never changes, so nothing can be written into one; out "
            "is an array of objects. (np.percentile takes a list: np.percentile(v, [30])[0].)"
        )
    inputs = tuple([x if isinstance(x, Value) else unboxed(x) for x in inputs])
    ours = OURS.get(ufunc.__name__)
    if ours is not None:
        single = method == "__call__" and not kwargs
        if single and all([isinstance(x, Value) or not np.ndim(x) for x in inputs]):
            return ours(*inputs)
        if ufunc.__name__ in LOOPLESS and method in {"__call__", "outer"}:
            ufunc = np.frompyfunc(ours, ufunc.nin, ufunc.nout)
    boxed = [_boxed(x) if isinstance(x, Value) else x for x in inputs]
    try:
        return getattr(ufunc, method)(*boxed, **kwargs)
    except AutogradError:
        raise
    except TypeError as error:
        raise OperandError(
            f"np.{ufunc.__name__}: has no rule for Values ({error}). Use a function of autograd, "
            "or v.data for the number, which has no history."
        ) from error


def _boxed(x: Value) -> Any:
    import numpy as np

    box = np.empty((), dtype=object)
    box[()] = x
    return box


def _method(name: str) -> None:
    ours = OURS[name]

    def method(self: Value, *others: Any) -> Any:
        return ours(self, *others)

    method.__name__ = name
    method.__doc__ = f"What ``np.{name}`` of an array of Values looks for."
    setattr(Value, name, method)


for _name in ("arctan2", "degrees", "deg2rad", "fabs", "fmod", "hypot", "rad2deg", "radians"):
    if not hasattr(Value, _name):  # or it is a row
        _method(_name)


def _conjugate(self: Value) -> Value:
    """The Value itself, which is real; ``np.var`` and ``np.vdot`` of arrays look for it."""
    return self


def _dtype(self: Value) -> Any:
    """That of an array of Values, objects; ``np.linalg.norm(v, 3)`` asks for it."""
    import numpy as np

    return np.dtype(object)


Value.conjugate = _conjugate  # type: ignore[attr-defined]
Value.dtype = property(_dtype)  # type: ignore[attr-defined]
Value.__array_ufunc__ = _array_ufunc  # type: ignore[attr-defined]
