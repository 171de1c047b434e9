"""Expressions, read by a grammar of their own: whatever is typed, none of it runs as Python.

    expression = operand {operator operand}      in Python's order: ** before -x before * before +
    operand    = number | name | (expression) | -operand | +operand | function(arguments)
    arguments  = expression or [list of expressions], separated by commas

Functions are those of the table, and so are the rows that the operators stand for. What is read is
computed at once: numbers alone are floats, and where a name takes part, a Value is recorded.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from autograd import functions
from autograd.command.names import LONGEST, NUMBER, RefusedError, hint, key_of, read_number
from autograd.errors import AutogradError
from autograd.functions import OWN, parameters
from autograd.operators import SIGNS
from autograd.table import TABLE
from autograd.value import Value, record

DEEPEST = 60  # brackets, signs and powers inside each other: some frames of Python's for each
LISTS = ("xs", "ws")  # so the table calls operands of any number
LABELS = ("L", "y", "z", "result", "output")  # of the result: the first that is no name's

POWER, MINUS = 4, 3
LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": POWER}
ROWS = {SIGNS[row.operator]: row for row in TABLE.values() if row.operator in SIGNS}

_TOKEN = re.compile(
    rf"(?P<space>[ \t\r\n]+)|(?P<number>{NUMBER})|(?P<name>[^\W\d])"
    r"|(?P<sign>\*\*|//|[-+*/%(),\[\]])"
)


class Computed(NamedTuple):
    """An expression's value, and the names it has: their Values, and those that it doesn't use."""

    value: Value
    names: dict[str, Value]
    unused: list[str]


def computed(text: str, given: Mapping[str, float], label: str | None = None) -> Computed:
    """The value of an expression of Values with these numbers, whose labels are their names.

    Args:
        text: the expression.
        given: the numbers, by name.
        label: of the result; if None, L, or y where L is a name.

    Raises:
        RefusedError: when it is not an expression, or a name has no number; it says where.

    >>> L = computed("(1 - sigmoid(w*x + b))**2", {"w": -3.0, "x": 0.5, "b": 2.0}).value
    >>> L.backward()
    >>> print(f"{L.label} = {L.data:.4f}")
    L = 0.1425
    """
    text = text.strip(" \t\r\n")
    reader = _Reader(text, given)
    z = reader.whole()
    if not isinstance(z, Value):
        said = "a list, not one number" if isinstance(z, list) else "a number without names"
        remedy = "take sum, mean or norm of it" if isinstance(z, list) else "write x, and add x=3"
        raise RefusedError(f"the result is {said}, so it has no gradient: {remedy}", text)
    if z.is_leaf:
        z = record(TABLE["copy"], z)
    spellings = {key_of(name, name, 0) for name in given}
    if label is None:
        z.label = next(name for name in LABELS if name not in spellings)
    elif label in {*spellings, *given}:
        raise RefusedError(f"--label {label} is a name of the expression; take another one", text)
    else:
        z.label = label
    names = {x.label: x for x in reader.names.values()}
    return Computed(z, names, [name for name in given if name not in names])


class _Token(NamedTuple):
    kind: str  # number, name, sign; end
    text: str
    place: int


class _Reader:
    """What has been read so far, and what has been computed of it."""

    def __init__(self, text: str, given: Mapping[str, float]) -> None:
        self.text = text
        self.names: dict[str, Value] = {}  # in the order in which they are used
        self._given = {key_of(name, name, 0): (name, x) for name, x in given.items()}
        self._missing: dict[str, _Token] = {}
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Any:
        """The value of all of it."""
        if not self.text:
            raise RefusedError("the expression is empty", self.text)
        z = self._expression(0)
        if self._token.kind != "end":
            self._refuse_rest()
        if self._missing:
            names = " and ".join(self._missing)
            have = "have no value" if len(self._missing) > 1 else "has no value"
            add = " ".join([f"{name}=…" for name in self._missing])
            near = self._like(next(iter(self._missing)), self._given)
            self._refuse(next(iter(self._missing.values())), f"{names} {have}: add {add}{near}")
        return z

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, text: str = "") -> bool:
        """Whether this is what comes next; it is passed over then."""
        if text and self._token.text != text:
            return False
        self._next += 1
        return True

    def _expression(self, least: int) -> Any:
        """An expression whose operators are of this level at least."""
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(self._token, f"this is nested more than {DEEPEST} deep")
        z = self._operand()
        while LEVELS.get((sign := self._token).text, -1) >= least:
            self._take()
            level = LEVELS[sign.text]
            y = self._expression(level if level == POWER else level + 1)  # x**y**z is x**(y**z)
            if sign.text == "**":
                z = self._recorded(sign, functions.pow, z, y)
            else:
                z = self._recorded(sign, record, ROWS[sign.text], z, y)
        self._depth -= 1
        return z

    def _operand(self) -> Any:
        token = self._token
        self._take()
        if token.kind == "number":
            return read_number(token.text, self.text, token.place)
        if token.kind == "name":
            called = self._token.text == "("
            return self._call(token) if called else self._value(token)
        if token.text == "(":
            z = self._expression(0)
            if self._token.text == ",":
                self._refuse(self._token, "a list is written [x, y]")
            self._close(token, ")")
            return z
        if token.text == "[":
            return self._items(token, "]")
        if token.text == "-":
            x = self._expression(MINUS)
            return self._recorded(token, record, TABLE["neg"], x)
        if token.text == "+":
            x = self._expression(MINUS)
            if isinstance(x, list):
                self._refuse(token, "a list has no sign")
            return x
        said = "the expression ends, and " if token.kind == "end" else ""
        return self._refuse(token, f"{said}here a number or a name is missing")

    def _value(self, token: _Token) -> Any:
        key = key_of(token.text, self.text, token.place)
        if key in functions.__all__:
            self._refuse(token, f"{key} is a function: write {usage(key)}")
        if key not in self._given:
            self._missing.setdefault(token.text, token)
            return Value(1.0)  # all names that are missing are told at once
        if key not in self.names:
            name, x = self._given[key]
            self.names[key] = Value(x, label=name)
        return self.names[key]

    def _call(self, token: _Token) -> Any:
        key = key_of(token.text, self.text, token.place)
        if key not in functions.__all__:
            product = f": a product is written {token.text}*(…)" if key in self._given else ""
            near = product or self._like(key, functions.__all__)
            self._refuse(token, f"{token.text} is no function of the table{near}")
        bracket = self._token
        self._take()
        arguments = self._items(bracket, ")")
        names, needed = operands(key)
        lists = [isinstance(x, list) for x in arguments]
        fit = needed <= len(arguments) <= len(names)
        if not fit or lists != [name in LISTS for name in names[: len(arguments)]]:
            self._refuse(token, f"{key} takes other arguments: write {usage(key)}")
        for name, x in zip(names, arguments, strict=False):
            if isinstance(x, Value) and key in TABLE and name in TABLE[key].constants:
                self._refuse(token, f"{name} of {key} is a constant: write a number for it")
        return self._recorded(token, getattr(functions, key), *arguments)

    def _items(self, bracket: _Token, close: str) -> list[Any]:
        found = []
        while self._token.text != close:
            first = self._token
            found.append(self._expression(0))
            if close == "]" and isinstance(found[-1], list):
                self._refuse(first, "in a list there is no other list")
            if not self._take(","):
                break
        self._close(bracket, close)
        return found

    def _close(self, bracket: _Token, close: str) -> None:
        if self._take(close):
            return
        if self._token.kind == "end" or self._token.text in {")", "]"}:
            self._refuse(bracket, f"this {bracket.text} is not closed")
        self._refuse_rest()

    def _recorded(self, token: _Token, function: Any, *arguments: Any) -> Any:
        """function(*arguments); of plain numbers the result must be one that a float can hold."""
        if token.kind == "sign" and any([isinstance(x, list) for x in arguments]):
            self._refuse(token, "a list is for sum, mean, dot and the like, not for operators")
        try:
            z = function(*arguments)
        except AutogradError as error:  # such as dot's, of two lists of different lengths
            self._refuse(token, " ".join(str(error).split()))
        if type(z) is float and not math.isfinite(z):
            self._refuse(token, f"with these numbers this is {z}, too large or not defined")
        return z

    def _refuse_rest(self) -> NoReturn:
        token, before = self._token, self._tokens[self._next - 1]
        if token.kind in {"number", "name"} or token.text == "(":
            self._refuse(token, f"an operator is missing here, as in {before.text}*{token.text}")
        if token.text == "[":
            self._refuse(token, "there are no subscripts: [ ] is a list, for sum, dot and the like")
        if token.text in {")", "]"}:
            self._refuse(token, f"no bracket is open that this {token.text} could close")
        self._refuse(token, "a comma stands between the arguments of a function, or in a list")

    def _refuse(self, token: _Token, message: str) -> NoReturn:
        raise RefusedError(message, self.text, token.place, max(len(token.text), 1))

    def _like(self, name: str, others: Any) -> str:
        near = difflib.get_close_matches(name[:40], list(others), n=1)
        return f"; is {near[0]} meant?" if near else ""


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise RefusedError(
            f"the expression has {len(text)} characters; at most {LONGEST} are read", text, LONGEST
        )
    tokens, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            letter = text[place]
            said = f"{letter} is" if letter.isprintable() else "this character is"
            raise RefusedError(f"{said} not read here{hint(letter)}", text, place)
        start, place = place, found.end()
        if found.lastgroup == "name":
            while place < len(text) and (text[place].isalnum() or f"x{text[place]}".isidentifier()):
                place += 1  # in x̂ and गति are letters that are none to \w
            key_of(text[start:place], text, start)
        if found.lastgroup != "space":
            tokens.append(_Token(found.lastgroup, text[start:place], start))
    return [*tokens, _Token("end", "", len(text))]


def operands(name: str) -> tuple[tuple[str, ...], int]:
    """The names of a function's arguments, and how many of them are needed.

    >>> operands("sigmoid"), operands("clamp"), operands("dot")
    ((('x',), 1), (('x', 'low', 'high'), 1), (('ws', 'xs', 'bias'), 2))
    """
    if name in OWN:
        given = inspect.signature(getattr(functions, name)).parameters
        needed = [p for p in given.values() if p.default is p.empty]
        return tuple(given), len(needed)
    names, defaults = parameters(TABLE[name])
    return names, len(names) - len(defaults)


def usage(name: str) -> str:
    """A function as it is written; arguments that may be left out in brackets.

    >>> usage("clamp"), usage("mean"), usage("dot")
    ('clamp(x[, low[, high]])', 'mean([…])', 'dot([…], […][, bias])')
    """
    names, needed = operands(name)
    words = ["[…]" if word in LISTS else word for word in names]
    optional = "".join([f"[, {word}" for word in words[needed:]]) + "]" * (len(names) - needed)
    return f"{name}({', '.join(words[:needed])}{optional})"
