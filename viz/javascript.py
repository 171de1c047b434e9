"""A number system of JavaScript: rows of the table as the source of a page that computes.

Each rule is read once, as a tree (:mod:`viz.terms`), and written. What JavaScript's Math lacks, or
has otherwise than Python, is in maths.js.
"""

from __future__ import annotations

import functools
import math
import re
from importlib.resources import files
from typing import Any

from autograd import ArgumentError, Primitive, phrase
from viz.terms import BINDS, System, Term

MOST_SOURCE = 60_000  # characters of JavaScript for one row
_MATH = frozenset(
    [
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sqrt",
        "cbrt",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "hypot",
        "abs",
        "floor",
        "ceil",
        "trunc",
    ]
)


def javascript_of(row: Primitive, operands: int) -> str:
    """The row as an object of JavaScript: ``f`` its rule, ``d`` the list of its partials.

    Raises:
        ArgumentError: when the rule asks for numbers, needs what ``maths.js`` lacks, or is long.

    >>> from autograd import TABLE
    >>> print(javascript_of(TABLE["div"], 2))
    {f:(x0,x1)=>{return (x0/x1)},d:(z,x0,x1)=>{return [(1/x1),((-z)/x1)]}}
    """
    names = [f"x{i}" for i in range(operands)]
    xs = [Term("name", name) for name in names]
    m, z = System(), Term("name", "z")
    try:
        forward = _body(row.forward(m, *row.arguments(xs)))
        partials = _body(tuple(row.partials(m, z, *row.arguments(xs))))
    except RecursionError:
        raise ArgumentError(_too_many(row)) from None
    except ArgumentError:
        raise
    except Exception as error:  # noqa: BLE001 - a user's rule may do anything
        text = phrase("stepper: {row}'s rule is not for a page: {error}", row=row, error=error)
        raise ArgumentError(text) from None
    if len(forward) + len(partials) > MOST_SOURCE:
        raise ArgumentError(_too_many(row))
    inputs = ",".join(names)
    return f"{{f:({inputs})=>{{{forward}}},d:({','.join(['z', *names])})=>{{{partials}}}}}"


def _too_many(row: Primitive) -> str:
    return phrase("stepper: {row} has too many operands to compute in a page.", row=row)


def _body(result: Any) -> str:
    """Statements that return it; what is used twice has a name."""
    uses = _uses(result)
    lines: list[str] = []
    named: dict[int, str] = {}

    def write(x: Any) -> str:
        if isinstance(x, (tuple, list)):
            return f"[{','.join([write(part) for part in x])}]"
        if not isinstance(x, Term):
            return _number(x)
        if id(x) in named:
            return named[id(x)]
        text = _spelled(x, [p if x.sign == "name" else write(p) for p in x.parts])
        if uses.get(id(x), 0) > 1:
            named[id(x)] = f"t{len(named)}"
            lines.append(f"const {named[id(x)]}={text};")
            return named[id(x)]
        return text

    last = write(result)
    return f"{''.join(lines)}return {last}"


def _uses(result: Any) -> dict[int, int]:
    """How often each expression is an operand."""
    uses: dict[int, int] = {}
    stack = [result]
    while stack:
        x = stack.pop()
        if isinstance(x, Term) and x.sign != "name":
            uses[id(x)] = uses.get(id(x), 0) + 1
            if uses[id(x)] == 1:
                stack += x.parts
        elif isinstance(x, (tuple, list)):
            stack += x
    return uses


def _spelled(x: Term, parts: list[str]) -> str:
    if x.sign == "name":
        return parts[0]
    if x.sign == "where":
        return f"({parts[0]}?{parts[1]}:{parts[2]})"
    if x.sign == "neg":
        return f"(-{parts[0]})"
    if x.sign in BINDS or x.sign in "*/":
        sign = {"==": "===", "!=": "!=="}.get(x.sign, x.sign)
        return f"({parts[0]}{sign}{parts[1]})"
    if x.sign in _MATH:
        return f"Math.{x.sign}({','.join(parts)})"
    if x.sign in _runtime():
        return f"M.{x.sign}({','.join(parts)})"
    raise ArgumentError(phrase("stepper: there is no {name} in the page.", name=x.sign))


def _number(x: Any) -> str:
    number = float(x)
    if not math.isfinite(number):
        return "NaN" if number != number else "Infinity" if number > 0 else "(-Infinity)"
    text = repr(number).removesuffix(".0")
    return f"({text})" if text[0] == "-" else text


@functools.cache
def _runtime() -> dict[str, str]:
    """The functions of maths.js, by name."""
    source = files("viz").joinpath("maths.js").read_text(encoding="utf-8")
    body = source.partition("{\n")[2].rpartition("};")[0]
    parts = re.split(
        r"^(?=  \w+:)", re.sub(r"^ *//.*\n", "", body, flags=re.MULTILINE), flags=re.MULTILINE
    )
    return {part.split(":")[0].strip(): part for part in parts if part.strip()}


def runtime(code: str) -> str:
    """What the rows of ``code`` call ``M``: the functions that JavaScript's Math lacks.

    >>> print(runtime("M.sign(x0)"), end="")
    const M = {
      sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN),
    };
    """
    wanted: list[str] = []
    waiting = re.findall(r"\bM\.(\w+)", code)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.append(name)
            waiting += re.findall(r"\bM\.(\w+)", _runtime()[name])
    functions = "".join([text for name, text in _runtime().items() if name in wanted])
    return f"const M = {{\n{functions}}};\n"
