"""named: labels from the names of variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import ArgumentError, Value


def named(variables: Mapping[str, Any]) -> None:
    """Label every Value in ``variables`` that has no label yet by the name of its variable.

    Values in lists and tuples are labelled ``w[0]``, ``w[1]`` ..., also in lists of lists; what is
    no Value is passed over. Of two names of one Value the first one holds. No label is replaced.

    Raises:
        ArgumentError: when ``variables`` is no mapping.

    >>> x, w = Value(2.0), [Value(0.5), Value(1.5)]
    >>> y = w[0] * x + w[1]
    >>> named(locals())
    >>> x.label, w[1].label, y.label
    ('x', 'w[1]', 'y')
    """
    if not isinstance(variables, Mapping):
        raise ArgumentError(
            f"named: {type(variables).__name__} has no names; pass a mapping, as in "
            "viz.named(locals()), or use autograd.label(x=x, w=w)."
        )
    stack = [(str(name), thing) for name, thing in variables.items() if is_name(name)][::-1]
    opened: set[int] = set()
    while stack:
        name, thing = stack.pop()
        if isinstance(thing, Value):
            if not thing.label:
                thing.label = name
        elif isinstance(thing, (list, tuple)) and id(thing) not in opened:
            opened.add(id(thing))  # a list may hold itself
            stack += [(f"{name}[{k}]", part) for k, part in enumerate(thing)][::-1]


def is_name(name: Any) -> bool:
    """Whether it may be shown: a notebook has ``_``, ``_3`` and ``__`` for earlier results."""
    return isinstance(name, str) and not name.startswith("_")
