"""The rows of the table as expressions: trees, and the lines of a textbook.

A rule read in :class:`System` gives the tree of its expression. :func:`words_of` writes it for the
reader, with ``{0}``, ``{1}`` for the operands and ``{z}`` for the result; :mod:`viz.javascript`
writes it for a page that computes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from autograd import TABLE, ArgumentError, Primitive
from viz.numbers import shown

MOST_WORDS = 48  # of a textbook's line; a longer one is only named
BINDS = {"||": 1, "&&": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "+": 4, "-": 4}
_SIGNS = {"*": "·", "-": " − ", "+": " + ", "/": "/", "<=": " ≤ ", ">=": " ≥ ", "==": " = ",
          "!=": " ≠ ", "&&": " and ", "||": " or "}  # fmt: skip
_PLAIN = frozenset(("sum", "prod", "dot", "mod", "pow"))  # functions written as operators
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _infix(sign: str) -> tuple[Any, Any]:
    def method(x: Term, y: Any) -> Term:
        return Term(sign, x, y)

    def reflected(y: Term, x: Any) -> Term:
        return Term(sign, x, y)

    return method, reflected


class Term:
    """An expression: ``sign`` is an operator, a function's name, "name" or "where"."""

    __slots__ = ("parts", "sign")

    def __init__(self, sign: str, *parts: Any) -> None:
        self.sign = sign
        self.parts = parts

    __add__, __radd__ = _infix("+")
    __sub__, __rsub__ = _infix("-")
    __mul__, __rmul__ = _infix("*")
    __truediv__, __rtruediv__ = _infix("/")
    __mod__, __rmod__ = _infix("mod")
    __floordiv__, __rfloordiv__ = _infix("floordiv")
    __pow__, __rpow__ = _infix("pow")
    __and__, __rand__ = _infix("&&")
    __or__, __ror__ = _infix("||")
    __lt__, __gt__ = _infix("<")[0], _infix(">")[0]
    __le__, __ge__ = _infix("<=")[0], _infix(">=")[0]
    __eq__, __ne__ = _infix("==")[0], _infix("!=")[0]
    __hash__ = object.__hash__

    def __neg__(self) -> Term:
        return Term("neg", self)

    def __abs__(self) -> Term:
        return Term("abs", self)

    def __bool__(self) -> bool:
        raise ArgumentError("stepper: the rule asks what number it is given; use m.where.")


class System:
    """``m`` for a rule that is to be written down.

    Its functions are the table's: a row whose rule only names itself is a call, any other row is
    its rule, read here; with ``textbook`` each row is a call.
    """

    def __init__(self, *, textbook: bool = False) -> None:
        self._textbook = textbook

    def __getattr__(self, name: str) -> Any:
        row = TABLE.get(name)
        if row is None or self._textbook or name in row.forward.__code__.co_names:
            return functools.partial(Term, name)
        return functools.partial(row.forward, self)

    def stable(self, careful: Any, textbook: Any) -> Any:
        """Of two spellings the one that keeps its digits, or the one to be read."""
        return textbook if self._textbook else careful

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """x or y; a condition that is plain is decided now, and a textbook leaves out nan."""
        if isinstance(condition, bool):
            return x if condition else y
        if self._textbook and _asks_for_nan(condition):
            return y
        return Term("where", condition, x, y)


def _asks_for_nan(condition: Term) -> bool:
    if condition.sign == "&&":
        return _asks_for_nan(condition.parts[0])
    return condition.sign == "!=" and condition.parts[0] is condition.parts[1]


def words_of(row: Primitive, operands: int) -> tuple[str, list[str]]:
    """The row as a textbook writes it: z, and ∂z/∂operand for each, "" where that is too long.

    >>> words_of(TABLE["sigmoid"], 1)
    ('σ({0})', ['{z}·(1 − {z})'])
    >>> words_of(TABLE["powc"].bind(2.0), 1)
    ('{0}²', ['2·{0}'])
    """
    xs = [Term("name", f"{{{i}}}") for i in range(operands)]
    m, z = System(textbook=True), Term("name", "{z}")
    try:
        partials = [_text(x)[0] for x in row.partials(m, z, *row.arguments(xs))]
    except Exception:  # noqa: BLE001 - a user's rule may do anything; its numbers are shown then
        partials = [""] * operands
    if len(partials) != operands:
        partials = [""] * operands
    return text_of(term_of(row, xs)), [p if len(p) <= MOST_WORDS else "" for p in partials]


def term_of(row: Primitive, xs: list[Term]) -> Term:
    """z = row(xs) as a textbook writes it: operators as such, a function by its name."""
    if row.origin[1] or (row.function and row.name not in _PLAIN) or row.operator == "abs":
        return Term(row.name, *xs)
    found = row.forward(System(textbook=True), *row.arguments(xs))
    return found if isinstance(found, Term) else Term("name", shown(found))


def text_of(term: Term) -> str:
    """The expression in a line.

    >>> x, y = Term("name", "x"), Term("name", "y")
    >>> text_of((1 - TABLE["sigmoid"].forward(System(textbook=True), x)) * y)
    '(1 − (1 if x ≥ 0, else exp(−|x|))/(1 + exp(−|x|)))·y'
    >>> text_of(term_of(TABLE["powc"].bind(2.0), [1 - term_of(TABLE["sigmoid"], [x])]))
    '(1 − σ(x))²'
    """
    return _text(term)[0]


def _called(name: str, symbol: str, inside: str) -> str:
    around = re.fullmatch(r"([|⌊⌈‖])x([|⌋⌉‖])", symbol)
    if around:
        return f"{around[1]}{inside}{around[2]}"
    word = symbol if re.fullmatch(r"[^\W\d]+[₁₂₀]*|[√∛]|ln σ", symbol) else name
    return f"{word}({inside})"


def _text(x: Any) -> tuple[str, int]:
    """The expression, and how tightly it binds: 9 for what needs no parentheses."""
    if not isinstance(x, Term):
        text = shown(x).replace("-", "−")
        return text, 6 if text[0] == "−" else 9
    if x.sign == "name":
        return x.parts[0], 9
    if x.sign == "where":
        c, a, b = [_text(part)[0] for part in x.parts]
        return f"{a} if {c}, else {b}", 0
    if x.sign in ("sum", "dot"):
        return _text(_added(x))
    if x.sign == "neg":
        return f"−{_within(x.parts[0], 6)}", 6
    if x.sign in BINDS or x.sign in ("*", "/"):
        return _joined(x)
    if x.sign == "pow":
        base, power = x.parts
        if not isinstance(power, Term):
            return f"{_within(base, 9)}{_raised(power)}", 8
        return f"{_within(base, 9)}^{_within(power, 9)}", 8
    parts: Iterable[Any] = x.parts[0] if isinstance(x.parts[0], (tuple, list)) else x.parts
    row = TABLE.get(x.sign)
    inside = ", ".join([_text(part)[0] for part in parts])
    return _called(x.sign, row.symbol if row else x.sign, inside), 9


def _joined(x: Term) -> tuple[str, int]:
    a, b = x.parts
    if x.sign == "*" and not isinstance(a, Term) and a == 1.0:
        return _text(b)
    binds = BINDS.get(x.sign, 6)
    sign = _SIGNS.get(x.sign, f" {x.sign} ")
    if x.sign == "*" and a is b:
        return f"{_within(a, 9)}²", 8
    right = _within(b, binds + (x.sign in "-/"))
    return f"{_within(a, binds)}{sign}{f'({right})' if right[0] == '−' else right}", binds


def _within(x: Any, binds: int) -> str:
    text, own = _text(x)
    return text if own >= binds else f"({text})"


def _raised(power: float) -> str:
    text = shown(power)
    return text.translate(_RAISED) if re.fullmatch(r"-?\d+", text) else f"^{text.replace('-', '−')}"


def _added(x: Term) -> Any:
    if x.sign == "sum":
        terms = list(x.parts[0])
    else:
        ws, xs, bias = x.parts
        terms = [w * a for w, a in zip(ws, xs, strict=True)]
        terms += [bias] if isinstance(bias, Term) or bias else []
    return functools.reduce(lambda a, b: a + b, terms) if terms else 0.0
