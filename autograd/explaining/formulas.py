"""Formulas: an expression as a tree of terms, simplified as far as one does without thinking.

Operators on terms make terms, so a rule of the table read in :mod:`autograd.explaining.system`
gives its own formula. A sum, product, quotient or power made so is brought to a plain form: 1·x is
x, x·x is x², 2·x + x is 3·x. :func:`raw` makes a term as it stands, for what a user wrote.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

OWN = "own "  # so that an operation of a user's may be called "where", or "name"
COMPARISONS = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}  # and the opposite


class Term:
    """A number, a name, or an operation on terms.

    Attributes:
        head: "number", "name", one of ``+ · / ^ neg``, a comparison, the name of a row, or ``OWN``
            and the name of a user's row.
        args: the number; what is named; or the operands.
        size: how many numbers and names it is written with, and operations of one operand: no term
            is deeper than that.
        key: equal for equal terms.
    """

    __slots__ = ("args", "head", "key", "size")

    def __init__(self, head: str, args: tuple[Any, ...]) -> None:
        self.head, self.args = head, args
        leaf = head in {"number", "name"}
        self.size = 1 if leaf else sum([x.size for x in args]) + (len(args) < 2)
        self.key = hash((head, args[0] if leaf else tuple([x.key for x in args])))

    def __add__(self, y: Any) -> Term:
        return total([self, y])

    __radd__ = lambda self, x: total([x, self])  # noqa: E731

    def __sub__(self, y: Any) -> Term:
        return total([self, -term(y)])

    def __rsub__(self, x: Any) -> Term:
        return total([x, -self])

    def __mul__(self, y: Any) -> Term:
        return product([self, y])

    def __rmul__(self, x: Any) -> Term:
        return product([x, self])

    def __truediv__(self, y: Any) -> Term:
        return product([self], [y])

    def __rtruediv__(self, x: Any) -> Term:
        return product([x], [self])

    def __neg__(self) -> Term:
        return product([-1.0, self])

    def __pow__(self, y: Any) -> Term:
        return power(self, y)

    def __mod__(self, y: Any) -> Term:
        return raw("mod", self, y)

    def __floordiv__(self, y: Any) -> Term:
        return raw("floordiv", self, y)

    def __rfloordiv__(self, x: Any) -> Term:
        return raw("floordiv", x, self)

    def __lt__(self, y: Any) -> Term:
        return raw("<", self, y)

    def __le__(self, y: Any) -> Term:
        return raw("<=", self, y)

    def __gt__(self, y: Any) -> Term:
        return raw(">", self, y)

    def __ge__(self, y: Any) -> Term:
        return raw(">=", self, y)

    def __eq__(self, y: object) -> Any:
        return raw("=", self, y)

    def __ne__(self, y: object) -> Any:
        return raw("!=", self, y)

    def __and__(self, y: Any) -> Term:
        return raw("and", self, y)

    def __or__(self, y: Any) -> Term:
        return raw("or", self, y)

    def __hash__(self) -> int:
        return self.key

    def __bool__(self) -> bool:
        raise TypeError("a formula is neither true nor false")


def term(x: Any) -> Term:
    """A plain number as a term; a term as it is."""
    return x if type(x) is Term else Term("number", (float(x),))


def named(what: Any) -> Term:
    """A name; ``what`` is anything hashable that tells which."""
    return Term("name", (what,))


def raw(head: str, *args: Any) -> Term:
    """A term as it stands."""
    return Term(head, tuple([term(x) for x in args]))


def is_number(x: Term, number: float | None = None) -> bool:
    """Whether a term is a number, or that number."""
    return x.head == "number" and (number is None or x.args[0] == number)


def power(x: Any, y: Any) -> Term:
    """x to the power y."""
    x, y = term(x), term(y)
    if is_number(y, 1.0):
        return x
    if is_number(y, 0.0):
        return term(1.0)
    if is_number(y) and x.head in {"·", "/", "^"}:
        return product([raw("^", x, y)])
    return raw("^", x, y)


def product(over: Iterable[Any], under: Iterable[Any] = ()) -> Term:
    """The product of some terms, divided by others, like factors collected."""
    coefficient = [1.0, 1.0]
    bases: dict[int, Term] = {}
    exponents: dict[int, float] = {}
    waiting = [(term(x), 1.0) for x in over] + [(term(x), -1.0) for x in under]
    waiting.reverse()
    while waiting:
        x, n = waiting.pop()
        whole = n == int(n)
        if is_number(x) and whole and abs(n) <= 3 and x.args[0] not in NAMED:
            coefficient[n < 0] *= math.prod([x.args[0]] * int(abs(n)))  # ** raises where * is inf
        elif x.head == "neg" and whole:
            coefficient[0] *= -1.0 if n % 2 else 1.0
            waiting.append((x.args[0], n))
        elif x.head == "·" and whole:
            waiting += [(y, n) for y in reversed(x.args)]
        elif x.head == "/" and whole:
            waiting += [(x.args[1], -n), (x.args[0], n)]
        elif x.head == "^" and is_number(x.args[1]) and whole:
            waiting.append((x.args[0], n * x.args[1].args[0]))
        else:
            bases.setdefault(x.key, x)
            exponents[x.key] = exponents.get(x.key, 0.0) + n
    if coefficient[0] == 0.0 and coefficient[1] != 0.0:
        return term(0.0)
    found = [(bases[key], n) for key, n in exponents.items() if n]
    found.sort(key=lambda factor: factor[0].head != "number")
    return _quotient(
        *_reduced(*coefficient),
        [_raised(x, n) for x, n in found if n > 0],
        [_raised(x, -n) for x, n in found if n < 0],
    )


def _raised(x: Term, n: float) -> Term:
    return x if n == 1.0 else raw("^", x, n)


def _reduced(a: float, b: float) -> tuple[float, float]:
    if b < 0:
        a, b = -a, -b
    if all([x == x and abs(x) < 1e15 and x == int(x) for x in (a, b)]) and b:
        common = math.gcd(int(a), int(b))
        return a / common, b / common
    return (a, b) if b == b and b not in {0.0, math.inf} and b != 1.0 else (_divided(a, b), 1.0)


def _divided(a: float, b: float) -> float:
    if b:
        return a / b
    return math.copysign(math.inf, a) * math.copysign(1.0, b) if a == a and a else math.nan


def _quotient(a: float, b: float, over: list[Term], under: list[Term]) -> Term:
    negative = a < 0
    a = abs(a)
    if a != 1.0 or not over:
        over = [term(a), *over]
    if b != 1.0:
        under = [term(b), *under]
    if not under and len(over) == 1 and is_number(over[0]) and over[0].args[0] not in NAMED:
        return term(-a if negative else a)
    result = over[0] if len(over) == 1 else Term("·", tuple(over))
    if under:
        below = under[0] if len(under) == 1 else Term("·", tuple(under))
        result = Term("/", (result, below))
    return Term("neg", (result,)) if negative else result


def total(terms: Iterable[Any]) -> Term:
    """The sum of some terms, like ones collected."""
    bases: dict[int, Term] = {}
    counts: dict[int, float] = {}
    waiting = [(term(x), 1.0) for x in terms]
    waiting.reverse()
    while waiting:
        x, n = waiting.pop()
        if x.head == "+":
            waiting += [(y, n) for y in reversed(x.args)]
        elif x.head == "neg":
            waiting.append((x.args[0], -n))
        elif is_number(x) and x.args[0] not in NAMED:
            bases.setdefault(0, term(1.0))
            counts[0] = counts.get(0, 0.0) + n * x.args[0]
        else:
            count, base = _counted(x)
            bases.setdefault(base.key, base)
            counts[base.key] = counts.get(base.key, 0.0) + n * count
    found = [
        term(n) if key == 0 else product([n, bases[key]]) for key, n in counts.items() if n != 0
    ]
    if not found:
        return term(0.0)
    if _is_negative(found[0]):  # A - Y reads better than -Y + A
        found.sort(key=_is_negative)
    return found[0] if len(found) == 1 else Term("+", tuple(found))


def _is_negative(x: Term) -> bool:
    return x.head == "neg" or (is_number(x) and x.args[0] < 0)


def _counted(x: Term) -> tuple[float, Term]:
    if x.head == "·" and is_number(x.args[0]) and x.args[0].args[0] not in NAMED:
        rest = x.args[1:]
        return x.args[0].args[0], rest[0] if len(rest) == 1 else Term("·", rest)
    return 1.0, x


# Numbers that have a name of their own.
NAMED = {
    math.log(2.0): "ln 2",
    math.log(10.0): "ln 10",
    math.pi: "π",
    math.sqrt(math.pi): "√π",
    math.sqrt(2.0 * math.pi): "√(2π)",
}
