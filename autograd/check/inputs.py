"""The samples that a check is given, whatever form they have."""

from __future__ import annotations

from typing import Any

from autograd.check.target import row_of
from autograd.errors import ArgumentError
from autograd.maths import number
from autograd.trees import leaves, modules, rebuilt
from autograd.value import Value


def samples_of(func: Any, inputs: Any) -> list[tuple[Any, ...]]:
    """A list of tuples of arguments.

    Raises:
        ArgumentError: when there are none.
    """
    row = row_of(func)
    if inputs is None:
        if row is None or not row.samples:
            raise ArgumentError(
                "gradcheck: give inputs: a number, a tuple of arguments, or a list."
            )
        return [tuple(s) for s in row.samples]
    if isinstance(inputs, tuple) and inputs and all(isinstance(x, tuple) for x in inputs):
        inputs = list(inputs)
    if isinstance(inputs, list):
        if not inputs:
            raise ArgumentError("gradcheck: the list of samples is empty.")
        return [x if isinstance(x, tuple) else (x,) for x in inputs]
    return [inputs if isinstance(inputs, tuple) else (inputs,)]


def without_values(row: tuple[Any, ...]) -> Any:
    """The sample with the numbers of its Values."""
    kept = {id(p) for module in modules(row) for p in module.parameters()}  # it finds its Values
    numbers = [x.data if isinstance(x, Value) and id(x) not in kept else x for x in leaves(row)]
    return rebuilt(row, iter(numbers))


def plain(x: Any) -> float:
    """A number of whatever package as a float."""
    foreign = type(x).__module__.split(".")[0] in {"torch", "jax", "jaxlib"}
    if foreign:  # pragma: no cover - make test-peers has torch and JAX
        return float(getattr(x, "detach", lambda: x)())
    return number(x, "gradcheck: input")
