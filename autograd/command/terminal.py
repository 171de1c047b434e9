"""Where an answer is printed: what colours, width and letters there are."""

from __future__ import annotations

import os
import re
import shutil
from typing import TextIO
from unicodedata import combining, east_asian_width

STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "faint": "2"}
# Where a terminal has none of these letters; anything else is escaped.
SPELLED = str.maketrans(
    {"∂": "d", "−": "-", "·": "*", "×": "x", "÷": "/", "±": "+-", "…": "...", "∇": "gradient "}
)


class Terminal:
    """A stream to print to.

    Args:
        stream: standard output, or standard error.

    Attributes:
        colour: whether it shows colours: it is a terminal, and NO_COLOR is not set.
        width: its columns; 80 where it is none.
        ascii: whether it has no letters of mathematics.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        shown = stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colour = shown and not os.environ.get("NO_COLOR")
        self.width = max(shutil.get_terminal_size((80, 24)).columns, 20)
        self.ascii = not self.has("∂∇σΣ·×−√²₁→✓…")

    def has(self, text: str) -> bool:
        """Whether it can show every letter of a text."""
        try:
            text.encode(self._stream.encoding or "utf-8")
        except UnicodeError:
            return False
        return True

    def say(self, text: str = "") -> None:
        """Print a text and a new line, whatever is in it."""
        if self.ascii:
            text = text.translate(SPELLED)
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")

    def styled(self, text: str, style: str) -> str:
        """The text in a colour, if there are colours.

        >>> import io
        >>> Terminal(io.StringIO()).styled("right", "green")
        'right'
        """
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def headed(self, text: str) -> str:
        """A text of several lines whose headings, the lines that stand at the left, are bold."""
        return re.sub(
            r"^\S.*$", lambda line: self.styled(line[0], "bold"), text, flags=re.MULTILINE
        )


def columns(text: str) -> int:
    """How many columns a text takes: Chinese signs are wide, accents take none.

    >>> columns("x"), columns("学")
    (1, 2)
    """
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def table(rows: list[list[str]], rights: tuple[int, ...] = ()) -> list[str]:
    """Lines of cells under each other, two spaces apart; ``rights`` are set to the right.

    >>> table([["x", "value"], ["long", "1.0"]], rights=(1,))
    ['x     value', 'long    1.0']
    """
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        spaces = [" " * (w - columns(cell)) for w, cell in zip(widths, row, strict=True)]
        cells = [
            f"{space}{cell}" if i in rights else f"{cell}{space}"
            for i, (cell, space) in enumerate(zip(row, spaces, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def cut(line: str, width: int) -> str:
    """A line of at most so many columns.

    >>> cut("a long line", 7)
    'a long…'
    """
    taken = fits = 0
    for i, letter in enumerate(line):
        taken += columns(letter)
        if taken < width:
            fits = i + 1
        if taken > width:
            return f"{line[:fits].rstrip()}…"
    return line
