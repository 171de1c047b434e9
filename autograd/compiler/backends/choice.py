"""Which backend: by name, or the fastest that there is."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import Any

from autograd.compiler.backends.python import Python
from autograd.errors import ArgumentError, MissingDependencyError
from autograd.maths import numpy_for

NAMES = ("auto", "numba", "numpy", "python")
FEW = 8  # with fewer examples, Python is faster than NumPy
MUCH = 64  # with fewer operands, Python is done in 3 µs: before numba's call begins, or its import


def check_name(backend: str) -> None:
    """Raise ArgumentError for an unknown backend."""
    if backend not in NAMES:
        raise ArgumentError(
            f"compile: there is no backend {backend!r}; there are {', '.join(NAMES)}."
        )


def chosen(backend: str, n: int | None, work: int = MUCH) -> str:
    """The backend of that name; of "auto", the fastest that there is.

    Args:
        backend: the name.
        n: the examples, None for one alone.
        work: the operands of a program's instructions.
    """
    if backend != "auto":
        return backend
    if (n or 1) * work < MUCH:
        return "python"
    if numba_is_there():
        return "numba"
    return "python" if n is None or n < FEW else "numpy"


@cache
def numba_is_there() -> bool:
    """Whether numba can be imported; looked up once."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        import numpy  # noqa: F401, ICN001 - numba needs it
    except ImportError:
        return False
    return True


def made(name: str, program: Any, *, reduce: bool) -> Any:
    """The backend of that name for a program.

    Raises:
        MissingDependencyError: when it needs a package that is not installed.
    """
    if name == "python":
        return Python(program, reduce=reduce)
    if name == "numpy":
        numpy_for('compile: backend "numpy"')
        from autograd.compiler.backends.arrays.on_numpy import Arrays

        return Arrays(program, reduce=reduce)
    if not numba_is_there():
        raise MissingDependencyError(
            'compile: backend "numba" needs numba: pip install "chalkgrad[fast]"'
        )
    from autograd.compiler.backends.numba.engine import Tape

    return Tape(program, reduce=reduce)
