"""A primitive: one operation, with everything that is known about it in one row.

A scalar's local derivative is just a number, so a rule is a line of a textbook. For division:

    forward  = lambda m, x, y: x / y
    partials = lambda m, z, x, y: (1 / y, -z / y)

``m`` is the number system the rule is read in (see :mod:`autograd.maths`), ``x`` and ``y`` are the
operands and ``z`` is the result. A rule with a parameter ``xs`` takes any number of operands, as one
tuple. The rows themselves stand in :mod:`autograd.table`.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import math
import pickle
from collections.abc import Sequence
from typing import Any

from autograd.errors import ArgumentError
from autograd.maths import Rule

Interval = tuple[float, float]
REALS: Interval = (-math.inf, math.inf)


def _parameters(rule: Any) -> Sequence[str]:
    """The names of a rule's parameters, as inspect.signature has them, ten times as fast."""
    if hasattr(rule, "__signature__") or not hasattr(rule, "__code__"):
        return list(inspect.signature(rule).parameters)
    code = rule.__code__
    names: tuple[str, ...] = code.co_varnames
    return names[: code.co_argcount]


class Primitive:
    """One row: an operation z = f(x, y, ...) with its derivative, its name and its domain.

    Attributes:
        name: what ``str(v.op)`` gives; one word.
        symbol: what a picture writes on the node; ``$n`` stands for the constant ``n``.
        formula: the operation in LaTeX, with operands x, y or x_i; ``$n`` as in ``symbol``.
        forward: ``forward(m, x, y, ..., *constants)``, the result, read in number system ``m``.
        partials: ``partials(m, z, x, y, ..., *constants)``, a tuple with ∂z/∂x, ∂z/∂y, ...
        doc: the law in one line.
        example: an expression and what Python prints for it.
        domain: for each operand the interval where the operation is defined and differentiable
            almost everywhere; the last one holds for all further operands.
        samples: tuples of operands that show typical behaviour, away from kinks.
        ufunc: the name of NumPy's function for it, where that is not ``name``.
        constants: the names of what comes after the operands and has no derivative, such as the
            exponent of ``x ** 3``.
        values: the constants' values, once :meth:`bind` has given them.
        free: the row that :meth:`bind` was called on.
        origin: module and name of a user's own operation, to find it again when unpickling.
        arity: how many operands there are; None for any number. Read off ``forward``.

    Two rows are equal only if they are the same row.
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        formula: str,
        forward: Rule,
        partials: Rule,
        doc: str = "",
        example: tuple[str, str] = ("", ""),
        domain: tuple[Interval, ...] = (REALS,),
        samples: tuple[tuple[float, ...], ...] = (),
        ufunc: str = "",
        constants: tuple[str, ...] = (),
        values: tuple[float, ...] = (),
        free: Primitive | None = None,
        origin: tuple[str, str] = ("", ""),
    ) -> None:
        # No dataclass: importing that module costs a fifth of what all of autograd costs.
        self.name = name
        self.symbol = symbol
        self.formula = formula
        self.forward = forward
        self.partials = partials
        self.doc = doc
        self.example = example
        self.domain = domain
        self.samples = samples
        self.ufunc = ufunc
        self.constants = constants
        self.values = values
        self.free = free
        self.origin = origin
        base = self
        while base.free is not None:
            base = base.free
        parameters = _parameters(base.forward)
        self.arity = None if "xs" in parameters else len(parameters) - 1 - len(constants)
        self._made = True

    def __setattr__(self, attribute: str, x: Any) -> None:
        if hasattr(self, "_made"):
            raise AttributeError(f"{self}: a row is not changed; changed(...) gives another one.")
        object.__setattr__(self, attribute, x)

    def changed(self, **attributes: Any) -> Primitive:
        """Another row, with these attributes and all the others of this one."""
        kept = {name: x for name, x in vars(self).items() if name not in {"arity", "_made"}}
        return Primitive(**{**kept, **attributes})

    def bind(self, *values: float) -> Primitive:
        """Give the constants their values: a row of its own, whose rules take operands only.

        Rows are remembered, so that ``x ** 2`` makes its row once.

        Raises:
            ArgumentError: when there are too many values or too few.

        >>> from autograd.table import TABLE
        >>> square = TABLE["powc"].bind(2.0)
        >>> str(square), square.symbol, square.arity
        ('powc', '^2', 1)
        """
        return _bind(self, values)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        constants = zip(self.constants, self.values, strict=False)
        return f"<Primitive {self.name}{''.join(f' {name}={v!r}' for name, v in constants)}>"

    def __copy__(self) -> Primitive:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Primitive:
        return self

    def __reduce__(self) -> tuple[Any, ...] | str:
        from autograd.table import row  # only to be found again: rows themselves need no table

        if self is LEAF:
            return "LEAF"
        if self.free is not None:
            return _bind, (self.free, self.values)
        if "<locals>" in self.origin[1]:
            raise pickle.PicklingError(
                f"{self}: an operation made inside a function can't be found again when it is "
                "loaded; make it at the top of a module."
            )
        if self.origin[0]:
            return _imported, self.origin
        return row, (self.name,)


custom_rows: list[str] = []
"""The names of users' own operations: while there are none, no rule can raise."""

LEAF = Primitive("", "", "", forward=lambda m: None, partials=lambda m, z: ())
"""The operation of a Value that no operation made: its name is empty."""


def _imported(module: str, name: str) -> Primitive:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    row: Primitive = found if isinstance(found, Primitive) else found.row
    return row


@functools.lru_cache(maxsize=4096)
def _bind(row: Primitive, values: tuple[float, ...]) -> Primitive:
    if len(values) != len(row.constants):
        raise ArgumentError(
            f"{row}: its constants are {', '.join(row.constants) or 'none'}; got {len(values)}."
        )
    forward, partials = row.forward, row.partials

    def filled(text: str) -> str:
        for name, value in zip(row.constants, values, strict=True):
            text = text.replace(f"${name}", f"{value:g}")
        return text

    return row.changed(
        forward=lambda m, *xs: forward(m, *xs, *values),
        partials=lambda m, z, *xs: partials(m, z, *xs, *values),
        symbol=filled(row.symbol),
        formula=filled(row.formula),
        values=values,
        free=row,
    )
