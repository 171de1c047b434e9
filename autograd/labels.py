"""label: names for Values, where they are assigned."""

from __future__ import annotations

from typing import Any

from autograd.errors import OperandError
from autograd.maths import describe
from autograd.scalar import Scalar


def label(**values: Any) -> None:
    """Label Values, each by the name it is passed under, for pictures and messages.

    A list or tuple of Values is labelled ``w[0]``, ``w[1]`` ..., also one of lists. Labels that are
    there already are replaced. All are labelled, or none.

    Raises:
        OperandError: for what is no Value; it names the argument.

    >>> from autograd import Value
    >>> x, w = Value(2.0), [Value(0.5), Value(1.5)]
    >>> label(x=x, w=w)
    >>> x.label, w[1].label
    ('x', 'w[1]')
    """
    found: list[tuple[str, Scalar]] = []
    stack = [*reversed(values.items())]
    while stack:
        name, thing = stack.pop()
        if isinstance(thing, Scalar):
            found.append((name, thing))
        elif isinstance(thing, (list, tuple)):
            if len(name) > 1000:
                raise OperandError(f"label: {name[:20]}...: the lists are in each other.")
            stack += [(f"{name}[{k}]", part) for k, part in enumerate(thing)][::-1]
        else:
            raise OperandError(
                f"label: {name} is {describe(thing)}; only a Value can be labelled, or a list of "
                "Values. Make a Value of a number first."
            )
    for name, value in found:
        value.label = name
