"""NumPy's functions of Values: ``np.exp(v)``, ``np.float64(2) * v``, ``np.add(array, v)``.

Only NumPy itself calls what stands here, so it is imported by then.
"""

from __future__ import annotations

from typing import Any

from autograd.table import TABLE
from autograd.value import Value, record

UFUNCS = {row.ufunc or row.name: row for row in TABLE.values() if not row.constants}


def _array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Let NumPy's functions give Values, and arrays of them."""
    import numpy as np

    if method == "__call__" and not kwargs and not any(map(np.ndim, inputs)):
        if ufunc is np.power:  # a constant exponent is no operand
            x, y = inputs
            return x**y if isinstance(x, Value) else y.__rpow__(x)
        if ufunc is np.divmod:
            return record(UFUNCS["floor_divide"], *inputs), record(UFUNCS["remainder"], *inputs)
        row = UFUNCS.get(ufunc.__name__)
        if row is not None:
            return record(row, *inputs)
    boxed = [_boxed(x) if isinstance(x, Value) else x for x in inputs]
    return getattr(ufunc, method)(*boxed, **kwargs)


def _boxed(x: Value) -> Any:
    import numpy as np

    box = np.empty((), dtype=object)
    box[()] = x
    return box


Value.__array_ufunc__ = _array_ufunc  # type: ignore[attr-defined]
