"""ops: the table, as a terminal shows it."""

from __future__ import annotations

import argparse
import difflib

from autograd.command.expressions import usage
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal, cut, table
from autograd.operators import SIGNS
from autograd.primitives import Primitive
from autograd.rows import constants_of, domain_of, formula_of, partials_of, told
from autograd.table import TABLE

OTHERS, LEAST = 51, 22  # columns of all but the derivatives, and the fewest for those


def ops(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Print all rows, a line for each; or all there is to say of one."""
    if options.name is None:
        rows = [["", "formula", "derivatives", "domain"], *[_line(r, out) for r in TABLE.values()]]
        head, *lines = [cut(line, out.width) for line in table(rows)]
        out.say(out.styled(head, "bold"))
        for line in lines:
            out.say(line)
        return 0
    row = TABLE.get(options.name) or _by_symbol(options.name)
    out.say(f"{out.styled(str(row), 'bold')}  {_symbol(row, out)}  {row.doc}".rstrip())
    said = [("written", written(row)), ("formula", formula_of(row)), *told(row)]
    if row.example[0]:
        said.append(("example", " = ".join(row.example)))
    for line in table([[f"  {what}", text] for what, text in said]):
        out.say(line)
    return 0


def written(row: Primitive) -> str:
    """How the operation is written in Python.

    >>> written(TABLE["mul"]), written(TABLE["powc"]), written(TABLE["sum"])
    ('x * y', 'x ** n', 'sum([…])')
    """
    if row.operator in SIGNS:
        return f"x {SIGNS[row.operator]} y"
    if row.function:
        return usage(row.name)
    return {"neg": "-x", "powc": "x ** n"}.get(row.name, "")


def _line(row: Primitive, out: Terminal) -> list[str]:
    formula = written(row).partition("[,")[0]  # without what may be left out
    formula += ")" * (formula.count("(") - formula.count(")"))
    derivatives = _derivatives(row, max(out.width - OTHERS, LEAST))
    return [_symbol(row, out), formula or row.name, derivatives, domain_of(row)]


def _symbol(row: Primitive, out: Terminal) -> str:
    symbol = row.symbol.replace("$", "")
    return symbol if out.has(symbol) else row.name


def _derivatives(row: Primitive, room: int) -> str:
    """The derivatives with respect to the operands, one after the other, where they are short."""
    lines = partials_of(row)
    helpers = [name for name, _ in lines if name.startswith("t")]
    texts = [text for name, text in lines if name.startswith("∂")]
    said = ", ".join(texts)
    for name, x in constants_of(row).items():
        said += f" for {name} = {x:g}"
    return f"see ops {row}" if helpers or row.arity is None or len(said) > room else said


def _by_symbol(name: str) -> Primitive:
    """The row whose symbol, NumPy's name or Python's sign was given."""
    for row in TABLE.values():
        if name in {row.symbol, row.ufunc, SIGNS.get(row.operator)}:
            return row
    if name == "**":
        return TABLE["pow"]
    near = difflib.get_close_matches(name[:40], [*TABLE], n=1)
    meant = f"; is {near[0]} meant?" if near else "; ops without a name lists all"
    raise RefusedError(f"the table has no row of that name{meant}", name)
