"""What a box of a layered layout holds, and how large that makes it."""

from __future__ import annotations

from dataclasses import dataclass

from viz.dot import one_line, printable, shortened
from viz.model import Box, Cell
from viz.scene import Text, width_of

SIZE, SMALL, LINE = 14.0, 12.0, 18.0  # of text, of cells and titles, from line to line
CELL = 15.0  # a cell with text is so high; an empty one takes less
EMPTY = 9.0
INSET = 6.0  # between a border and what is in it
SPACE = 6.0  # between a symbol and a label


@dataclass
class Card:
    """A box: its size, what is written in it, and how far from the middle its edges end."""

    width: float
    height: float
    ports: list[float]
    lines: list[list[Text]]  # each is written in the middle, its texts one after the other
    cells: list[str]


def card_of(box: Box, *, upright: bool) -> Card:
    """A box's size and contents; ``upright`` has the edges come in at its top."""
    lines = _lines(box)
    width, height = wide(lines) + 2 * INSET, LINE * len(lines) + INSET
    cells = [_told(cell) for cell in box.cells]
    widths = [width_of(text, SMALL) if text else EMPTY for text in cells]
    if upright:
        widths = [each + 2 * INSET for each in widths]  # else "1" and "-1" would be read as one
        side = sum(widths)
        middles = [sum(widths[:k]) + w / 2 - side / 2 for k, w in enumerate(widths)]
        if cells:
            width, height = max(width, side), height + (CELL if any(cells) else 0.0)
        return Card(width, height, middles, lines, cells)
    step = CELL if any(cells) else EMPTY
    middles = [(k - (len(cells) - 1) / 2) * step for k in range(len(cells))]
    if cells:
        width += max(widths) + INSET if any(cells) else 0.0
        height = max(height, step * len(cells) + INSET)
    return Card(width, height, middles, lines, cells)


def _told(cell: Cell) -> str:
    """What stands where an edge ends."""
    if cell.via:
        return f"via {cell.via} more"
    text = f"{cell.slope} at {one_line(cell.used)}".strip() if cell.used else cell.slope
    if cell.times > 1:
        text = f"{text} ({cell.times:,}×)" if text else f"{cell.times:,}×"
    return text


def _lines(box: Box) -> list[list[Text]]:
    """What is written in a box, as :mod:`viz.dot` does."""
    label = [one_line(part) for part in printable(shortened(box.label)).split("\n")]
    label = [part for part in label if part]
    head = [_piece(one_line(box.symbol), bold=True)] if box.symbol else []
    if label:
        head.append(_piece(label[0]))
    lines = [head, *([_piece(part)] for part in label[1:])] if head else []
    if box.number:
        lines.append([_piece(box.number)])
    if box.nan:
        last = [_piece(text.text, "warning", bold=True) for text in (lines.pop() if lines else [])]
        lines.append([*last, _piece("← first nan", "warning", bold=True)])
    if box.gradient:
        lines.append([_piece(box.gradient, "gradient")])
    return lines or [[_piece(" ")]]


def _piece(text: str, fill: str = "ink", *, bold: bool = False) -> Text:
    return Text(0.0, 0.0, text, SIZE, fill, bold=bold)


def text_width(text: Text) -> float:
    """How wide one text is."""
    return width_of(text.text, text.size, bold=text.bold)


def wide(lines: list[list[Text]]) -> float:
    """How wide the widest of several lines is."""
    return max([sum(map(text_width, line)) + SPACE * (len(line) - 1) for line in lines])
