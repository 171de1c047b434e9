"""Whether a picture can be read on one screen: how large its smallest text is there.

Graphviz is asked, for nothing else knows what it will do; but not about pictures that can't fit
wherever it puts their boxes, nor where it would take long.
"""

from __future__ import annotations

import re

from viz.dot import shortened
from viz.model import Box, Picture
from viz.scene import width_of

SCREEN = (1600.0, 900.0)
SMALLEST = 9.0  # pixels; below that nobody reads it from a slide
PIXELS = 4 / 3  # of a point, Graphviz's unit
FONT_SIZES = (9.0, 11.0)  # points, of derivatives and the key, and of boxes
RANK, BETWEEN = 32.4, 13.0  # points between ranks, and between boxes of one rank
MOST_BOXES, MOST_SPAN = 250, 900  # beyond these a layout may take more than a second


def text_height(svg: bytes) -> float:
    """The size in pixels of the smallest text of Graphviz's SVG, fitted to the screen."""
    size = re.search(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    fonts = re.findall(rb'font-size="([\d.]+)"', svg)
    if size is None or not fonts:
        return FONT_SIZES[0] * PIXELS
    return _fitted(float(size[1]), float(size[2])) * min(map(float, fonts)) * PIXELS


def at_most(picture: Picture, direction: str) -> float:
    """No layout has larger text than this: in pixels, fitted to the screen.

    A way of so many boxes is at least as long as they and the gaps between them, and the page has
    room for all boxes.
    """
    upright = direction == "TB"
    lengths: dict[str, float] = {}
    ranks: dict[str, int] = {}
    area = 0.0
    for box in picture.boxes:
        width, height = _least_size(box)
        along, across = (height, width) if upright else (width, height)
        sources = [cell.source for cell in box.cells]
        lengths[box.name] = max([lengths[s] + RANK for s in sources], default=0.0) + along
        ranks[box.name] = max([ranks[s] + 1 for s in sources], default=1)
        area += (along + BETWEEN) * (across + BETWEEN)
    length = max(lengths.values(), default=0.0)
    least = min(_fitted(*((1.0, length) if upright else (length, 1.0))), _fitted_area(area))
    return least * FONT_SIZES[0] * PIXELS


def span_of(picture: Picture) -> int:
    """Over how many ranks the arrows reach in all: what a layout costs, and grows with fast.

    A leaf stands just before the first of its users.
    """
    rank: dict[str, int] = {}
    nearest: dict[str, int] = {}
    total = 0
    for box in picture.boxes:
        rank[box.name] = mine = max([rank[cell.source] + 1 for cell in box.cells], default=0)
        for cell in box.cells:
            nearest[cell.source] = min(mine, nearest.get(cell.source, mine))
    for box in picture.boxes:
        if not box.cells and box.name in nearest:
            rank[box.name] = nearest[box.name] - 1
    for box in picture.boxes:
        total += sum([rank[box.name] - rank[cell.source] for cell in box.cells])
    return total


def _least_size(box: Box) -> tuple[float, float]:
    """A box in points, rather too small."""
    texts = [box.number, box.gradient, *shortened(box.label).split("\n")]
    width = max(width_of(text, 9.0) for text in texts)
    return width, 12.0 * max(1, len(box.cells) * 0.6)


def _fitted(width: float, height: float) -> float:
    """By how much a picture of that size, in points, is made smaller to fit; never larger."""
    across, down = SCREEN
    return (
        min(1.0, across / (width * PIXELS), down / (height * PIXELS)) if width and height else 1.0
    )


def _fitted_area(area: float) -> float:
    across, down = SCREEN
    return min(1.0, (across * down / (area * PIXELS**2)) ** 0.5) if area else 1.0
