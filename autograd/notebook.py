"""What a notebook shows of the engine's objects: text that is safe in HTML and in LaTeX.

IPython asks an object for ``_repr_html_`` and ``_repr_latex_``; nobody needs to import anything for
it, and this imports nothing of IPython. None means: show the text that a terminal would.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

LONGEST, WIDEST = 40, 2000  # lines of a listing (a label's characters too), and their characters
_LATEX = {
    "\\": "\\backslash{}", "^": "{\\wedge}", "~": "{\\sim}", " ": "\\ ", "…": "{\\ldots}",
    "<": "{<}", ">": "{>}", "&": "\\&{}",  # nothing that HTML would take for a tag
    "'": "{}^{\\prime}", "-": "{-}", "`": "{\\grave{}}", '"': "{}^{\\prime\\prime}",
    "∂": "{\\partial}", **{c: f"\\{c}" for c in "$%#_{}"},
}  # fmt: skip


def safely(method: Callable[[Any], str]) -> Callable[[Any], str | None]:
    """The method, giving None where it raises: a notebook must never see a view raise.

    So an object whose attributes were deleted, or that was never initialised, is shown as text.
    """

    @functools.wraps(method)
    def view(self: Any) -> str | None:
        try:
            return method(self)
        except Exception:  # noqa: BLE001 - see above
            return None

    return view


def one_line(text: str) -> str:
    r"""The text in one line, of some forty characters, with � for what can't be printed.

    >>> one_line("two\nlines and \u202ean end")
    'two lines and �an end'
    """
    words = " ".join(text[: 20 * LONGEST].split())
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return "".join([c if c.isprintable() else "\ufffd" for c in words])


def equation(label: str, number: float, grad: float | None = None) -> str:
    r"""A number, with its name and its gradient, as a formula.

    >>> equation("W11", 0.5, -2e-07)
    '$W_{11} = 0.5,\\quad \\mathrm{grad} = -2 \\times 10^{-7}$'
    """
    name = f"{latex_name(one_line(label))} = " if label.strip() else ""
    tail = "" if grad is None else f",\\quad \\mathrm{{grad}} = {latex_number(grad)}"
    return f"${name}{latex_number(number)}{tail}$"


def latex_name(name: str) -> str:
    r"""A name in a formula: a letter with an index, or an upright word.

    >>> latex_name("x"), latex_name("Z_h1"), latex_name("50% $")
    ('x', 'Z_{\\mathrm{h1}}', '\\mathrm{50\\%\\ \\$}')
    """
    indexed = re.fullmatch(r"([^\W\d_])(?:_(\w+)|(\d+))?", name)
    if indexed is None:
        return f"\\mathrm{{{latex_text(name)}}}"
    letter, word, digits = indexed.groups()
    if word and not word.isdigit():
        return f"{letter}_{{\\mathrm{{{latex_text(word)}}}}}"
    return f"{letter}_{{{word or digits}}}" if word or digits else letter


def latex_text(text: str) -> str:
    """Any text as it stands, inside a formula; nothing in it is a command."""
    return "".join([_LATEX.get(c, c) for c in text])


def latex_number(number: float) -> str:
    r"""All digits of a number.

    >>> latex_number(1e-7), latex_number(float("-inf"))
    ('1 \\times 10^{-7}', '-\\infty')
    """
    digits, _, exponent = repr(number).partition("e")
    if digits.lstrip("-") in {"inf", "nan"}:
        return digits.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
    return f"{digits} \\times 10^{{{int(exponent)}}}" if exponent else digits


def listing(text: str, verdict: str = "") -> str:
    """A text in HTML, the first of its lines; with a colour, its first line is the verdict.

    >>> listing("a < b")
    '<pre style="font-family:monospace">a &lt; b</pre>'
    """
    lines = text.splitlines()
    rest = len(lines) - LONGEST
    shown = [escaped(line) for line in lines[:LONGEST]]
    if rest > 0:
        shown.append(f"... and {rest} more line{'s' * (rest != 1)}")
    style = "font-family:monospace"
    if verdict:
        style += f";border-left:5px solid {verdict};padding-left:0.7em"  # seen on light and dark
        shown[0] = f"<strong>{shown[0]}</strong>"
    return f'<pre style="{style}">' + "\n".join(shown) + "</pre>"


def escaped(text: str) -> str:
    """A line in HTML as it stands, up to a length that nobody reads."""
    import html

    text = text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
    return html.escape("".join([c if c.isprintable() else "\ufffd" for c in text]))
