"""The number system of formulas: a rule of the table, read in it, gives its own formula."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

from autograd.errors import AutogradError
from autograd.explaining.formulas import OWN, Term, named, power, product, raw, term, total
from autograd.explaining.textbook import textbook_of
from autograd.maths import floats
from autograd.primitives import Primitive
from autograd.table import TABLE

RESULT = -1  # the name of the result in the formulas of ``slopes``; operands are 0, 1, ...


def where(condition: Any, x: Any, y: Any) -> Term:
    """x where the condition holds, else y; a bracket [condition] is 1 or 0."""
    return raw("where", condition, x, y) if type(condition) is Term else term(x if condition else y)


def _function(row: Primitive) -> Any:
    def function(*xs: Any) -> Any:
        if not any([type(x) is Term for x in xs]):  # 0.5 or 1 / 3 stay numbers
            return term(getattr(floats, row.name)(*xs))
        return raw(row.name, *xs)

    return function


SYSTEM: Any = SimpleNamespace(
    **{
        name: _function(row)
        for name, row in TABLE.items()
        if row.arity is not None and not row.constants
    }
)
vars(SYSTEM).update(
    where=where,
    pow=power,
    copy=term,
    stable=lambda careful, textbook: textbook,
    sum=total,
    prod=product,
    isfinite=lambda x: True,
    norm=lambda xs: raw("norm", *xs),
)


@functools.lru_cache(maxsize=1024)
def slopes(row: Primitive, n: int) -> tuple[Term, ...]:
    """The formulas of the partials of a row with n operands, which are named 0, 1, ..., n - 1."""
    return slopes_of(row, named(RESULT), tuple([named(i) for i in range(n)]))


def slopes_of(row: Primitive, z: Term, operands: tuple[Term, ...]) -> tuple[Term, ...]:
    """The formulas of the partials, as a book prints them; of a rule that can't be read, f′(x)."""
    rule = textbook_of(row) or row.partials
    try:
        found = rule(SYSTEM, z, *row.arguments(operands))
        found = tuple([term(x) for x in found])
        if len(found) == len(operands):
            return found
    except (TypeError, ValueError, ArithmeticError, AttributeError, AutogradError):
        pass  # a user's rule may ask for the number itself, or call another library
    return tuple(
        [Term("slope", (term(i), raw(OWN + row.name, *operands))) for i in range(len(operands))]
    )


def applied(row: Primitive, operands: tuple[Term, ...]) -> Term:
    """The operation itself, as it stands: nothing is simplified in what the user wrote."""
    name = (row.free or row).name
    if TABLE.get(name) is not (row.free or row):
        return raw(OWN + row.name, *operands, *row.values)
    n = len(operands)
    if name == "dot":
        pairs = zip(operands[: n // 2], operands[n // 2 : n - n % 2], strict=True)
        terms = [raw("·", a, b) for a, b in pairs]
        terms += operands[n - n % 2 :]
        return terms[0] if len(terms) == 1 else raw("+", *terms)
    if name in {"sum", "prod", "mean"}:
        whole = operands[0] if n == 1 else raw("·" if name == "prod" else "+", *operands)
        return raw("/", whole, float(n)) if name == "mean" else whole
    if name == "sub":
        return raw("+", operands[0], raw("neg", operands[1]))
    if name == "xlogy":
        return raw("·", operands[0], raw("log", operands[1]))
    if name == "exp2":
        return raw("^", 2.0, *operands)
    if name == "copy":
        return operands[0]
    heads = {"add": "+", "mul": "·", "div": "/", "pow": "^", "powc": "^"}
    return raw(heads.get(name, name), *operands, *row.values)
