"""A row of the table as a notebook shows it: formula, partials, domain, all read from the row.

The partials are recorded as ``compile`` records any function, from the rule as a book has it.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.errors import AutogradError
from autograd.functions import parameters
from autograd.modes import number_system
from autograd.notebook import escaped, latex_text, safely
from autograd.primitives import REALS, Interval, Primitive
from autograd.value import record

TYPICAL = 3  # operands shown of a row that takes any number of them


def told(row: Primitive) -> list[tuple[str, str]]:
    """All there is to say of a row but its formula, as (what, text)."""
    try:
        partials = partials_of(row)
    except AutogradError as error:  # a user's rule may be missing, or may ask for the number
        partials = [("partials", str(error))]
    constants = ", ".join([f"{name} = {x:g}" for name, x in constants_of(row).items()])
    said = [("domain", domain_of(row)), ("kinks", ", ".join(row.kinks)), ("constants", constants)]
    return [*partials, *[(what, text) for what, text in said if text]]


def partials_of(row: Primitive) -> list[tuple[str, str]]:
    """What the row says of its derivatives: (name, expression in Python), first what they share.

    Constants that have no value yet have their default, or are 3.

    Raises:
        AutogradError: for a user's rule that can't be recorded, as it asks for a number.

    >>> from autograd.table import TABLE
    >>> partials_of(TABLE["div"])
    [('z', 'x / y'), ('∂z/∂x', '1 / y'), ('∂z/∂y', '-z / y')]
    """
    import ast
    import inspect

    from autograd.compiler import compile
    from autograd.explaining.textbook import textbook_of

    names = operand_names(row)
    bound = row if len(row.values) == len(row.constants) else row.bind(*constants_of(row).values())

    rule = textbook_of(bound) or bound.partials

    def rules(*operands: Any) -> tuple[Any, ...]:
        z = record(bound, *operands)
        z.label = "z"
        return (z, *rule(number_system(), z, *bound.arguments(operands)))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parts = [inspect.Parameter(name, kind) for name in names]
    vars(rules)["__signature__"] = inspect.Signature(parts)
    source = compile(rules).record(*[0.5] * len(parts)).source()
    *helpers, last = ast.parse(source).body[-1].body  # type: ignore[attr-defined]
    found = last.value.elts[1:]
    lines = [(f"∂z/∂{n}", ast.unparse(x)) for n, x in zip(names, found, strict=True)]
    used = {x.id for tree in found for x in ast.walk(tree) if isinstance(x, ast.Name)}
    for helper in reversed(helpers):
        if helper.targets[0].id in used:
            used.update([x.id for x in ast.walk(helper.value) if isinstance(x, ast.Name)])
            lines.insert(0, (helper.targets[0].id, ast.unparse(helper.value)))
    return lines


def operand_names(row: Primitive) -> list[str]:
    """x, y ... as in the row's rule; x1, x2 ... where that takes any number, or is a user's."""
    names = list(parameters(row.free or row)[0][: row.arity])
    if row.arity is None or len(names) != row.arity:
        names = [f"x{i + 1}" for i in range(row.arity or TYPICAL)]
    return names


def domain_of(row: Primitive) -> str:
    """Where the operation is defined, "" for everywhere.

    >>> from autograd.table import TABLE
    >>> domain_of(TABLE["asin"])
    'x from -1 to 1'
    """
    if set(row.domain) == {REALS}:
        return ""
    pairs = zip(operand_names(row), row.domain, strict=False)
    ends = [f"{name} {_interval(*bounds)}" for name, bounds in pairs]
    return ", ".join([text for text in ends if not text.endswith(" ")])


def _interval(low: float, high: float) -> str:
    bounds: Interval = (low, high)
    if bounds == REALS:
        return ""
    if high == math.inf:
        return f"> {low:g}"
    return f"from {low:g} to {high:g}"


def constants_of(row: Primitive) -> dict[str, float]:
    """The values of the row's constants; their defaults, or 3, where it has none yet."""
    default = parameters(row.free or row)[1]
    values = row.values or [default.get(name, 3.0) for name in row.constants]
    return dict(zip(row.constants, values, strict=True))


@safely
def _html(row: Primitive) -> str:
    rows = [
        f'<tr><th style="text-align:left">{escaped(what)}</th>'
        f'<td style="text-align:left"><code>{escaped(text)}</code></td></tr>'
        for what, text in told(row)
    ]
    symbol = row.symbol.replace("$", "")  # of a constant that has no value yet the name
    head = f"<b>{escaped(str(row))}</b> {escaped(symbol)}: ${escaped(formula_of(row))}$"
    doc = f"<br/>{escaped(row.doc)}" if row.doc else ""
    return f"<div>{head}{doc}<table>{''.join(rows)}</table></div>"


@safely
def _latex(row: Primitive) -> str:
    lines = [f"\\mathrm{{{latex_text(str(row))}}}: & {formula_of(row)}"]
    for what, text in told(row):
        lines.append(f"\\mathrm{{{latex_text(what)}}} & \\mathtt{{{latex_text(text)}}}")
    body = " \\\\ ".join(lines)
    return f"$\\begin{{array}}{{ll}} {body} \\end{{array}}$"


def formula_of(row: Primitive) -> str:
    """The formula in LaTeX; constants that have no value yet by their names."""
    return row.formula.replace("$", "")


# The core's files are read by beginners, so its rows are told here how to show themselves.
Primitive._repr_html_ = _html  # type: ignore[attr-defined]
Primitive._repr_latex_ = _latex  # type: ignore[attr-defined]
