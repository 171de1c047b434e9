"""Activations by name, and the sizes that layers are given."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import autograd
from autograd import TABLE, ArgumentError, Value

Activation = str | Callable[[Value], Value]


def function_of(activation: Activation) -> Callable[[Value], Value] | None:
    """The function of that name; None for the identity, which makes no node."""
    if callable(activation) and not isinstance(activation, type):
        return activation
    if isinstance(activation, str) and activation == "identity":
        return None
    row = TABLE.get(activation) if isinstance(activation, str) else None
    function: Callable[[Value], Value] | None = getattr(autograd, str(activation), None)
    if row is None or row.arity != 1 or function is None:
        names = [name for name, r in TABLE.items() if r.arity == 1 and hasattr(autograd, name)]
        hint = ""
        if activation in ("softmax", "log_softmax"):
            hint = " Softmax is of all outputs together: cross_entropy has it in itself."
        raise ArgumentError(
            f"there is no activation {activation!r}; there are identity, {', '.join(names)}.{hint}"
        )
    return function


def shown(activation: Activation) -> str:
    """Its name, as repr shows it."""
    return activation if isinstance(activation, str) else getattr(activation, "__name__", "f")


def counted(n: Any, what: str) -> int:
    """A size as an int; raises ArgumentError, which says ``what`` it is, if it is none."""
    try:
        count = operator.index(n)
    except TypeError:
        raise ArgumentError(f"{what} is {n!r}; it must be a whole number of at least 1.") from None
    if count < 1 or isinstance(n, bool):
        raise ArgumentError(f"{what} is {n!r}; it must be a whole number of at least 1.")
    return count
