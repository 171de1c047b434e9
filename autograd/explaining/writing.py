"""How a formula is written: in text, in text of plain ASCII that Python reads, and in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from autograd.explaining.formulas import COMPARISONS, NAMED, OWN, Term
from autograd.notebook import latex_text, one_line
from autograd.numbers import shown
from autograd.table import TABLE
from autograd.words import phrase

# How tightly a piece of text holds together: what is looser than its place asks for is bracketed.
CHOICE, COMPARISON, SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(7)
Piece = tuple[str, int]
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Text:
    """Unicode: 2·v4, v4², σ(x), [x > 0] for 1 where x > 0 and 0 elsewhere."""

    minus, times, arrow, sigma, tick, cross, dots, partial = "−", "·", "→", "Σ", "✓", "≠", "…", "∂"
    above, beside = "×", COMPARISON  # beside: how tight what "and" joins must hold
    signs: Mapping[str, str] = {"<=": "≤", ">=": "≥", "!=": "≠", "and": "and", "or": "or"}

    def number(self, x: float) -> str:
        """A number, short, with this minus sign."""
        return shown(x).replace("-", self.minus)

    def constant(self, x: float) -> Piece:
        """A number in a formula, by its own name if it has one: π, ln 2."""
        if x in NAMED:
            return NAMED[x], ATOM if " " not in NAMED[x] else POWER
        text = self.number(x)
        return text, NEGATIVE if text.startswith(self.minus) else PRODUCT if "e" in text else ATOM

    def write(self, x: Term, put: Callable[[Any], Piece]) -> str:
        """The formula, with ``put`` for its names."""
        return self.piece(x, put)[0]

    def piece(self, x: Term, put: Callable[[Any], Piece]) -> Piece:
        """The formula and how tightly it holds together."""
        if x.head == "name":
            return put(x.args[0])
        if x.head == "number":
            return self.constant(x.args[0])
        if x.head == "slope":
            return self.slope(int(x.args[0].args[0]), x.args[1], put)
        if x.head == "where":
            condition, first, second = x.args
            return self.choice(condition, first, second, put)
        return self.operation(x, [self.piece(y, put) for y in x.args])

    def operation(self, x: Term, parts: list[Piece]) -> Piece:
        """An operation, with its operands written already."""
        if x.head == "+":
            return self.total(x.args, parts), SUM
        if x.head == "·":
            inner = [self.held(p, NEGATIVE if i == 0 else POWER) for i, p in enumerate(parts)]
            return self.joined(inner), NEGATIVE if parts[0][1] == NEGATIVE else PRODUCT
        if x.head == "neg":
            return f"{self.minus}{self.held(parts[0], PRODUCT)}", NEGATIVE
        if x.head == "/":
            return self.quotient(*parts)
        if x.head == "^":
            return self.power(*parts)
        if x.head in COMPARISONS:
            sign = self.signs.get(x.head, x.head)
            return f"{self.held(parts[0], SUM)} {sign} {self.held(parts[1], SUM)}", COMPARISON
        if x.head in {"and", "or"}:
            return f" {self.signs[x.head]} ".join(
                [self.held(p, self.beside) for p in parts]
            ), CHOICE
        if x.head.startswith(OWN):
            return f"{self.own(x.head)}({', '.join([text for text, _ in parts])})", ATOM
        return self.call(x.head, parts)

    def own(self, head: str) -> str:
        """The name of a user's operation."""
        return one_line(head.removeprefix(OWN))

    def held(self, part: Piece, least: int) -> str:
        """The text, in brackets if it is looser than that."""
        return part[0] if part[1] >= least else f"({part[0]})"

    def total(self, terms: tuple[Term, ...], parts: list[Piece]) -> str:
        """a + b − c."""
        text = self.held(parts[0], SUM)
        for x, part in zip(terms[1:], parts[1:], strict=True):
            if x.head == "neg":
                inner = part[0].removeprefix(self.minus)
                text += f" {self.minus} {inner}"
            elif x.head == "number" and part[1] == NEGATIVE:
                text += f" {self.minus} {part[0].removeprefix(self.minus)}"
            else:
                text += f" + {self.held(part, PRODUCT)}"
        return text

    def joined(self, factors: list[str]) -> str:
        """a·b."""
        return self.times.join(factors)

    def quotient(self, over: Piece, under: Piece) -> Piece:
        """a/b."""
        return f"{self.held(over, NEGATIVE)}/{self.held(under, POWER)}", PRODUCT

    def power(self, base: Piece, exponent: Piece) -> Piece:
        """x², or x^(y + 1)."""
        whole = re.fullmatch(f"{self.minus}?[0-9]+", exponent[0])
        if whole:
            raised = exponent[0].replace(self.minus, "-").translate(_RAISED)
            return f"{self.held(base, ATOM)}{raised}", POWER
        return f"{self.held(base, ATOM)}^{self.held(exponent, ATOM)}", POWER

    def choice(self, condition: Term, x: Term, y: Term, put: Callable[[Any], Piece]) -> Piece:
        """Iverson's bracket [x > 0], or ``a if x > 0 else b``."""
        says = self.write(condition, put)
        a, b = self.piece(x, put), self.piece(y, put)
        if (x.head, y.head) == ("number", "number"):
            if (x.args[0], y.args[0]) == (1.0, 0.0):
                return f"[{says}]", ATOM
            if (x.args[0], y.args[0]) == (0.0, 1.0) and condition.head in COMPARISONS:
                opposite = Term(COMPARISONS[condition.head], condition.args)
                return f"[{self.write(opposite, put)}]", ATOM
        return f"{self.held(a, SUM)} if {says} else {self.held(b, SUM)}", CHOICE

    def call(self, name: str, parts: list[Piece]) -> Piece:
        """f(x), |x|, √x: by the symbol in the table."""
        symbol = TABLE[name].symbol
        inner = ", ".join([text for text, _ in parts])
        if name in {"mod", "floordiv"}:
            a, b = (self.held(p, POWER) for p in parts)
            return (f"{a} mod {b}", PRODUCT) if name == "mod" else (f"⌊{a}/{b}⌋", ATOM)
        around = re.fullmatch(r"(\W)x(\W)", symbol)
        if around:
            return f"{around[1]}{inner}{around[2]}", ATOM
        if symbol in {"√", "∛"} and parts[0][1] == ATOM and not inner.startswith(("√", "∛")):
            return f"{symbol}{inner}", POWER
        return f"{symbol.replace(chr(39), '′')}({inner})", ATOM

    def slope(self, i: int, call: Term, put: Callable[[Any], Piece]) -> Piece:
        """The slope of an operation whose rule can't be read: f′(x), or ∂f/∂2 (x, y)."""
        inner = ", ".join([self.write(x, put) for x in call.args])
        if len(call.args) == 1:
            return f"{self.own(call.head)}′({inner})", ATOM
        return f"∂{self.own(call.head)}/∂{i + 1} ({inner})", PRODUCT


class Ascii(Text):
    """Python's own spelling: 2*v4, v4**2, sigmoid(x)."""

    minus, times, arrow, sigma, tick, cross, dots, partial = (
        "-",
        "*",
        "->",
        "sum",
        "ok",
        "!=",
        "...",
        "d",
    )
    above, beside = "*", ATOM
    signs: Mapping[str, str] = {"=": "==", "and": "&", "or": "|"}
    names: Mapping[str, str] = {
        "ln 2": "log(2)",
        "ln 10": "log(10)",
        "π": "pi",
        "√π": "sqrt(pi)",
        "√(2π)": "sqrt(2*pi)",
    }

    def constant(self, x: float) -> Piece:
        """A number, by what Python calls it."""
        return (self.names[NAMED[x]], ATOM) if x in NAMED else super().constant(x)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        """x**2."""
        return f"{self.held(base, ATOM)}**{self.held(exponent, ATOM)}", POWER

    def choice(self, condition: Term, x: Term, y: Term, put: Callable[[Any], Piece]) -> Piece:
        """where(condition, a, b)."""
        return f"where({', '.join([self.write(t, put) for t in (condition, x, y)])})", ATOM

    def call(self, name: str, parts: list[Piece]) -> Piece:
        """The function by its name in Python."""
        if name == "mod":
            a, b = (self.held(p, POWER) for p in parts)
            return f"{a} % {b}", PRODUCT
        if name == "floordiv":
            a, b = (self.held(p, POWER) for p in parts)
            return f"{a}//{b}", SUM  # Python would read -a//b as (-a)//b
        inner = ", ".join([text for text, _ in parts])
        several = TABLE[name].arity is None
        return f"{name}([{inner}])" if several else f"{name}({inner})", ATOM

    def slope(self, i: int, call: Term, put: Callable[[Any], Piece]) -> Piece:
        """The slope of an operation whose rule can't be read."""
        inner = ", ".join([self.write(x, put) for x in call.args])
        return f"d_{self.own(call.head)}_{i + 1}({inner})", ATOM

    def own(self, head: str) -> str:
        """The name of a user's operation in ASCII."""
        return plain(super().own(head))


class Latex(Text):
    """LaTeX as KaTeX and MathJax read it."""

    minus, times, above = "-", r" \cdot ", r"\cdot"
    signs: Mapping[str, str] = {
        "<=": r"\le",
        ">=": r"\ge",
        "!=": r"\ne",
        "and": r"\wedge",
        "or": r"\vee",
    }
    names: Mapping[str, str] = {
        "ln 2": r"\ln 2",
        "ln 10": r"\ln 10",
        "π": r"\pi",
        "√π": r"\sqrt{\pi}",
        "√(2π)": r"\sqrt{2\pi}",
    }

    def number(self, x: float) -> str:
        """A number; an exponent raised."""
        digits, _, exponent = shown(x).partition("e")
        digits = digits.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
        return f"{digits} \\times 10^{{{int(exponent)}}}" if exponent else digits

    def constant(self, x: float) -> Piece:
        """A number in a formula."""
        if x in NAMED:
            return self.names[NAMED[x]], ATOM if "ln" not in NAMED[x] else POWER
        text = self.number(x)
        return text, NEGATIVE if text.startswith("-") else PRODUCT if "times" in text else ATOM

    def held(self, part: Piece, least: int) -> str:
        """The text, in brackets that grow, if it is looser than that."""
        return part[0] if part[1] >= least else f"\\left({part[0]}\\right)"

    def quotient(self, over: Piece, under: Piece) -> Piece:
        r"""\frac."""
        return f"\\frac{{{over[0]}}}{{{under[0]}}}", PRODUCT

    def power(self, base: Piece, exponent: Piece) -> Piece:
        """x^{2}."""
        return f"{{{self.held(base, ATOM)}}}^{{{exponent[0]}}}", POWER

    def choice(self, condition: Term, x: Term, y: Term, put: Callable[[Any], Piece]) -> Piece:
        """A bracket, or cases."""
        text, level = super().choice(condition, x, y, put)
        if level == ATOM:
            return f"\\left{text[:-1]}\\right]", ATOM
        parts = [self.write(t, put) for t in (x, condition, y)]
        cases = f"{parts[0]} & {parts[1]} \\\\ {parts[2]} & \\text{{{latex_text(phrase('else'))}}}"
        return f"\\begin{{cases}} {cases} \\end{{cases}}", ATOM

    def call(self, name: str, parts: list[Piece]) -> Piece:
        """A function by the command that the row's formula begins with, or an upright name."""
        inner = ", ".join([text for text, _ in parts])
        if name in {"sqrt", "cbrt"}:
            return f"\\sqrt{'[3]' if name == 'cbrt' else ''}{{{inner}}}", ATOM
        if name == "mod":
            a, b = (self.held(p, POWER) for p in parts)
            return f"{a} \\bmod {b}", PRODUCT
        if name == "floordiv":
            return f"\\left\\lfloor \\frac{{{parts[0][0]}}}{{{parts[1][0]}}} \\right\\rfloor", ATOM
        if name in _AROUND:
            left, right = _AROUND[name]
            return f"\\left{left} {inner} \\right{right}", ATOM
        if name == "exp":
            return f"e^{{{inner}}}", POWER
        return f"{_command(name)}\\left({inner}\\right)", ATOM

    def slope(self, i: int, call: Term, put: Callable[[Any], Piece]) -> Piece:
        """The slope of an operation whose rule can't be read."""
        inner = ", ".join([self.write(x, put) for x in call.args])
        what = self.own(call.head)
        head = f"{what}'" if len(call.args) == 1 else f"\\partial_{{{i + 1}}} {what}"
        return f"{head}\\left({inner}\\right)", ATOM

    def own(self, head: str) -> str:
        """The name of a user's operation, upright."""
        return f"\\mathrm{{{latex_text(super().own(head))}}}"


_AROUND = {
    "abs": ("|", "|"), "floor": (r"\lfloor", r"\rfloor"), "ceil": (r"\lceil", r"\rceil"),
    "norm": (r"\|", r"\|"),
}  # fmt: skip


def _command(name: str) -> str:
    if name.startswith("sigmoid"):
        return r"\sigma'" if name == "sigmoid_slope" else r"\sigma"
    formula = TABLE[name].formula
    command = r"(\\[A-Za-z]+(?:\{[a-z0-9]+\}|_2|_\{10\})?)(?: x|\(x\)|\(x, y\))"
    found = re.fullmatch(command, formula)
    return found[1] if found else f"\\operatorname{{{latex_text(name)}}}"


def plain(text: str) -> str:
    r"""A text in ASCII.

    >>> plain("θ_1")
    '\\u03b8_1'
    """
    return text.encode("ascii", "backslashreplace").decode()


TEXT, ASCII, LATEX = Text(), Ascii(), Latex()
