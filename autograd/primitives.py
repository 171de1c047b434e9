"""A primitive: one operation, with everything that is known about it in one row.

A scalar's local derivative is just a number, so a rule is a line of a textbook. For division:

    forward  = lambda m, x, y: x / y
    partials = lambda m, z, x, y: (1 / y, -z / y)

``x`` and ``y`` are operands, ``z`` is the result. ``m``, a *number system*, has the functions, like
module ``math``; to *read* a rule is to call it with an ``m``. A rule with a parameter ``xs`` takes
any number of operands, as one tuple. :mod:`autograd.table` has all rows.
"""

from __future__ import annotations

import functools
import math
from typing import Any

from autograd.errors import ArgumentError
from autograd.maths import Rule

Interval = tuple[float, float]
REALS: Interval = (-math.inf, math.inf)


class Primitive:
    """One row: z = f(x, y, ...), its derivative, its name, its domain. It never changes."""

    name: str  # what ``str(v.op)`` gives; one word
    symbol: str  # what a picture writes on the node; ``$n`` stands for the constant ``n``
    formula: str  # the operation in LaTeX, with operands x, y or x_i; ``$n`` as in ``symbol``
    forward: Rule  # forward(m, x, y, ..., *constants): the result
    partials: Rule  # partials(m, z, x, y, ..., *constants): the tuple (∂z/∂x, ∂z/∂y, ...)
    book: Rule | None = None  # partials as a book prints them, if the rule guards digits or edges
    arity: int | None  # how many operands; None for any number. Counted from ``forward``
    doc: str = ""  # the law in one line
    example: tuple[str, str] = ("", "")  # an expression, and what Python prints for it
    domain: tuple[Interval, ...] = (REALS,)  # one for each operand; the last one for any others too
    kinks: tuple[str, ...] = ()  # where the value or the slope jumps: equations, such as "x = 0"
    samples: tuple[tuple[float, ...], ...] = ()  # typical operands, away from kinks
    least: int = 0  # the fewest operands, for a row that takes any number of them
    operator: str = ""  # Python's operator for it, by its name in module ``operator``
    function: bool = True  # whether ``autograd`` has a function of this name
    ufunc: str = ""  # NumPy's name for it, if that is not ``name``
    constants: tuple[str, ...] = ()  # what follows the operands and has no derivative: n in x**n
    values: tuple[float, ...] = ()  # the constants' values, once :meth:`bind` has given them
    free: Primitive | None = None  # the row that :meth:`bind` was called on
    origin: tuple[str, str] = ("", "")  # module and name of a user's own operation

    def __init__(
        self, name: str, symbol: str, formula: str, forward: Rule, partials: Rule, **others: Any
    ) -> None:
        if unknown := others.keys() - Primitive.__annotations__.keys():
            raise TypeError(f"{name}: a row has no {min(unknown)}.")
        if "arity" not in others:
            code = forward.__code__
            parameters = code.co_varnames[1 : code.co_argcount]  # their names, without m
            constants = others.get("constants", ())
            others["arity"] = None if "xs" in parameters else len(parameters) - len(constants)
        vars(self).update(
            others, name=name, symbol=symbol, formula=formula, forward=forward, partials=partials
        )

    def __setattr__(self, attribute: str, x: Any) -> None:
        raise AttributeError(f"{self}: a row is not changed; changed(...) gives another one.")

    def changed(self, **attributes: Any) -> Primitive:
        """Another row, with these attributes and all the others of this one."""
        return Primitive(**{**vars(self), **attributes})

    def arguments(self, operands: Any) -> tuple[Any, ...]:
        """The operands as a rule takes them: each one by itself, or any number as one tuple."""
        return (tuple(operands),) if self.arity is None else tuple(operands)

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - rows are few, and live as long as the program
    def bind(self, *values: float) -> Primitive:
        """A new row with these values for the constants; its rules take operands only.

        New rows are cached, so that ``x ** 2`` makes its row only once.

        Raises:
            ArgumentError: when there are too many values or too few.

        >>> from autograd.table import TABLE
        >>> square = TABLE["powc"].bind(2.0)
        >>> str(square), square.symbol, square.arity
        ('powc', '^2', 1)
        """
        if len(values) != len(self.constants):
            names = ", ".join(self.constants) or "none"
            raise ArgumentError(f"{self}: its constants are {names}; got {len(values)}.")
        symbol, formula = self.symbol, self.formula
        for name, value in zip(self.constants, values, strict=True):
            symbol = symbol.replace(f"${name}", f"{value:g}")
            formula = formula.replace(f"${name}", f"{value:g}")
        return self.changed(
            forward=lambda m, *xs: self.forward(m, *xs, *values),
            partials=lambda m, z, *xs: self.partials(m, z, *xs, *values),
            symbol=symbol,
            formula=formula,
            values=values,
            free=self,
        )

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        constants = zip(self.constants, self.values, strict=False)
        return f"<Primitive {self.name}{''.join(f' {name}={v!r}' for name, v in constants)}>"

    def __copy__(self, memo: Any = None) -> Primitive:
        return self  # it never changes, so one is enough

    __deepcopy__ = __copy__


LEAF = Primitive("", "", "", lambda m: None, lambda m, z: ())  # the op of a Value that is given
CONSTANT = LEAF.changed()  # op of a plain number that became an operand: the 2 of ``2 * x``
