"""Python's operators, in one place for every class of numbers: Values, duals, instructions.

A row names its operator (``add``, ``truediv`` ...: the names of module ``operator``), and a class
gives a way to make methods from rows of one operand and of two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.primitives import Primitive
from autograd.table import TABLE

# How the operators of two operands are written in source code.
SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%"}


def install(
    cls: type,
    unary: Callable[[Primitive], Any],
    binary: Callable[[Primitive], tuple[Any, Any]],
    *,
    methods: bool = False,
) -> None:
    """Give a class ``-x``, ``x + y``, ``2 + y`` ...: every operator of the table that it lacks.

    Args:
        cls: the class.
        unary: makes the method for a row of one operand.
        binary: makes the methods for a row of two: ``x + y``, and the reflected one, for an x of
            another class.
        methods: whether rows of one operand are methods under their own names too, ``x.exp()``, and
            under NumPy's: ``np.arcsin`` of an array of objects looks for their method ``arcsin``.
    """
    given = {name for name, method in vars(cls).items() if method is not None}

    def give(name: str, method: Any) -> None:
        if name not in given:
            setattr(cls, name, method)

    for row in TABLE.values():
        if row.arity == 1 and not row.constants:
            method = unary(row)
            if row.operator:
                give(f"__{row.operator}__", method)
            if methods and row.function:
                give(row.name, method)
            if methods and row.ufunc:
                give(row.ufunc, method)
        elif row.operator and row.arity == 2:
            method, reflected = binary(row)
            give(f"__{row.operator}__", method)
            give(f"__r{row.operator}__", reflected)
