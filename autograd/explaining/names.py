"""What everything in a graph is called: by its label, or v1, v2 ... in the order of computing."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import bidirectional, combining, east_asian_width

from autograd.explaining.writing import ASCII, Text, plain
from autograd.notebook import latex_name, one_line
from autograd.primitives import CONSTANT

LONGEST = 16  # characters of a label in a line
MARK = "\u200e"  # around a label from right to left, so that it doesn't turn what stands beside it


def names_of(root: Any, order: list[Any], style: Text) -> dict[Any, str]:
    """A name for every node, no two the same; none for a plain number that has no label."""
    names: dict[Any, str] = {}
    taken: set[str] = set()
    nodes = dict.fromkeys([x for node in order for x in (*node.parents, node)])
    for node in (root, *nodes):
        label = tidy(node.label, style)
        if label and node not in names:
            names[node] = _free(label, taken)
    leaves = 0
    for node in nodes:
        if node not in names and node.is_leaf and node.op is not CONSTANT:
            leaves += 1
            names[node] = _free(f"x{leaves}", taken)
    for k, node in enumerate(order, start=1):
        if node not in names:
            names[node] = _free(f"v{k}", taken)
    return names


def _free(name: str, taken: set[str]) -> str:
    found, k = name, 1
    while found in taken:
        k += 1
        found = f"{name}#{k}"
    taken.add(found)
    return found


def tidy(label: str, style: Text) -> str:
    r"""A label as a name in a formula; what could be read as something else stands in brackets.

    >>> from autograd.explaining.writing import TEXT
    >>> tidy("W11", TEXT), tidy("a + b", TEXT), tidy(" ", TEXT)
    ('W11', '‹a + b›', '')
    """
    text = one_line(label)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    left, right = "‹", "›"
    if style is ASCII:
        text, left, right = plain(text.replace("…", "...").replace("\ufffd", "?")), "{", "}"
    if any([bidirectional(c) in {"R", "AL", "AN"} for c in text]):
        return f"{MARK}{left}{text}{right}{MARK}"
    if not text or re.fullmatch(r"[^\W\d][\w.′']*(,\d+)*(\[\w+\])?", text):
        return text
    return f"{left}{text}{right}"


def latex_of(name: str) -> str:
    """A name in LaTeX."""
    return latex_name(name.replace(MARK, ""))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese signs and most emoji are wide."""
    if text.isascii():
        return len(text)
    return sum(
        [0 if combining(c) or c == MARK else 2 if east_asian_width(c) in "WF" else 1 for c in text]
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces to that many columns."""
    spaces = " " * (width - columns(text))
    return spaces + text if right else text + spaces
