"""The graph of a module alone: what it computes, without the numbers."""

from __future__ import annotations

from typing import Any

from autograd import Value, compile, enable_grad  # noqa: A004
from viz.neurons import NotDrawnError


def roots_of_module(module: Any) -> list[Any]:
    """What a module gives for inputs X_1, X_2 ...; the numbers mean nothing.

    A class of one's own is compiled first: that refuses what depends on the numbers.
    Raises NotDrawnError when it can't be called.
    """
    count = _inputs(module)
    inputs = [Value(0.5, label=f"X_{k}") for k in range(1, count + 1)]
    try:
        if type(module).__call__.__module__ not in {"nn.layers", "nn.mlp"}:
            compile(module.__call__)([x.data for x in inputs])
        with enable_grad():
            given = module(inputs)
    except Exception as error:
        raise NotDrawnError(f"it can't be called: {error}") from error
    roots = given if isinstance(given, (list, tuple)) else [given]
    if not roots or not all(isinstance(root, Value) for root in roots):
        raise NotDrawnError("it gives no Values")
    return list(roots)


def _inputs(module: Any) -> int:
    """How many inputs the first neuron has, in the order of the attributes."""
    stack, seen = [module], set()
    while stack:
        thing = stack.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, dict):
            stack += [*thing.values()][::-1]
        elif isinstance(thing, (list, tuple)):
            stack += thing[::-1]
        elif hasattr(thing, "weights") and hasattr(thing, "bias"):
            return len(thing.weights)
        elif hasattr(thing, "parameters"):
            stack += [part for name, part in vars(thing).items() if name[0] != "_"][::-1]
    raise NotDrawnError("it has no neuron")
