"""Formulas in LaTeX, between dollar signs, made MathML; code is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import latex2mathml.converter

FENCED = re.compile(r"^(?P<fence>`{3,}).*?^(?P=fence)\s*?$", re.MULTILINE | re.DOTALL)
CODE = re.compile(rf"{FENCED.pattern}|`[^`\n]+`", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])")


def with_formulas(text: str) -> str:
    """The Markdown with its formulas as MathML."""
    return outside(CODE, text, _made)


def outside(what: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """The text with all changed that is not in a piece that the pattern finds."""
    parts, end = [], 0
    for found in what.finditer(text):
        parts += [change(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, change(text[end:])])


def _made(text: str) -> str:
    text = DISPLAY.sub(lambda m: f"\n\n{mathml(m[1], 'block')}\n\n", text)
    return INLINE.sub(lambda m: mathml(m[1], "inline"), text)


def mathml(latex: str, display: str) -> str:
    """The formula as MathML on one line."""
    text = latex2mathml.converter.convert(" ".join(latex.split()), display=display)
    return text.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").replace("\n", "")
