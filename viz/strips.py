"""A network with two strips a layer, A and ∂L/∂A: rows are neurons, columns are examples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from viz.canvas import FOOT, HEAD, Slopes, heading, page, shift
from viz.heat import Heat
from viz.numbers import shown
from viz.pieces import ending_box
from viz.scene import Curve, Group, Rect, Scene, Text, fitted, width_of
from viz.units import Network

GAP = 90.0  # between boxes, where W stands
LEAST = 126.0  # a box's width
ROOM = 54.0  # above each row of boxes, for arrows that go round
LARGER = 1.4  # a page so much larger still has text of 9 px
MOST_ENDINGS = 3


@dataclass
class _Strip:
    """A box: a layer, an ending, or what is left out."""

    thing: Any
    group: Group
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    row: int = 0
    place: int = 0
    top: float = 0.0  # of its row


def strips(network: Network, *, digits: int, gradients: bool | str | None) -> Scene:
    """A box for each layer with its strips; between them W and the size of its gradient.

    A module alone has W itself as a strip, rows neurons, columns what they read. O(weights).
    """
    slopes = Slopes(network, gradients)
    layers = sorted(network.layers, key=lambda la: (la.depth > 0, la.model, la.depth))
    things, scale, rows = _chosen(layers, len(network.endings))
    small = 11.0 if scale == 1 else 13.0
    endings, last = _endings(network, slopes, digits, MOST_ENDINGS if rows == 1 else 1)
    per_row = math.ceil((len(things) + bool(endings)) / rows)
    wide = 1520 * scale - (last + GAP if endings and rows == 1 else 0.0)
    count = per_row - bool(endings and rows == 1)
    width = min(420.0, (wide - GAP * (count - 1)) / count)
    room = ROOM if rows > 1 or _skips(layers) else 0.0
    height = min(660.0, (900 - HEAD - FOOT) * scale / rows - room)
    heats = Heat(network, slopes, digits, small)
    boxes = []
    for thing in things:
        group = (
            _more(thing, width, small)
            if isinstance(thing, int)
            else (heats.box(thing, width, height))
        )
        boxes.append(_Strip(thing, group, width, height))
    _place(boxes, [_Strip(*ending) for ending in endings], per_row, height, room)
    content = _edges(network, boxes, slopes, digits) + [box.group for box in boxes]
    size = max(b.x + b.width for b in boxes), rows * (height + room)
    return page(
        content, size, heading(network), _description(network, heats), _key(network, slopes, heats)
    )


def _chosen(layers: list[Any], endings: int) -> tuple[list[Any], float, int]:
    """What is drawn, how large the page is, and in how many rows."""
    extra = 1 if endings else 0
    count = len(layers) + extra
    for scale, rows in ((1.0, 1), (1.0, 2), (LARGER, 3)):
        per_row = int((1520 * scale + GAP) // (LEAST + GAP))
        if count <= per_row * rows:
            return list(layers), scale, rows
    room = per_row * rows - extra - 1
    half = room // 2
    left = len(layers) - room
    return [*layers[:half], left, *layers[half + left :]], LARGER, 3


def _endings(network: Network, slopes: Slopes, digits: int, most: int) -> tuple[list[Any], float]:
    shown_ones = network.endings[: most + (len(network.endings) == most + 1)]
    found: list[tuple[Any, Group, float, float]] = [
        (ending, *ending_box(ending, slopes, digits)) for ending in shown_ones
    ]
    more = len(network.endings) - len(shown_ones)
    if more:
        group = Group("node", name="e-more", words=f"{more} more results, which are not drawn")
        group.shapes.append(Rect(0, 0, 150, 40, "output", "line", 10))
        group.shapes.append(Text(75, 25, f"… {more} more results", 13, "dim", "middle"))
        found.append((more, group, 150.0, 40.0))
    return found, max((w for _, _, w, _ in found), default=0.0)


def _more(count: int, width: float, size: float) -> Group:
    text = f"… {count} more layers"
    group = Group("node", name="l-more", words=f"{count} more layers, which are not drawn")
    group.shapes.append(Rect(0, 0, width, 60, "card", "line", 10))
    group.shapes.append(Text(width / 2, 35, fitted(text, width - 8, size), size, "dim", "middle"))
    return group


def _place(
    boxes: list[_Strip], endings: list[_Strip], per_row: int, height: float, room: float
) -> None:
    """From left to right, row by row; endings stand below each other, as if they were one box."""
    for place, box in enumerate(boxes):
        box.row, box.place = divmod(place, per_row)
        box.height = next(s.height for s in box.group.shapes if isinstance(s, Rect))
        box.top = room + box.row * (height + room)
        box.x, box.y = box.place * (box.width + GAP), box.top + (height - box.height) / 2
    row, place = divmod(len(boxes), per_row)
    top = room + row * (height + room)
    y = top + (height - sum([box.height + 16 for box in endings]) + 16) / 2
    for box in endings:
        box.row, box.place, box.top = row, place, top
        box.x, box.y = place * (boxes[0].width + GAP), y
        y += box.height + 16
    boxes += endings
    for box in boxes:
        shift([box.group], box.x, box.y)


def _edges(network: Network, boxes: list[_Strip], slopes: Slopes, digits: int) -> list[Group]:
    """An arrow for each pair of layers that weights connect, and to each ending."""
    at = {id(box.thing): box for box in boxes}
    layer_of = {id(unit): layer for layer in network.layers for unit in layer.units}
    tops: dict[int, int] = {}
    edges = []
    for box in boxes:
        if isinstance(box.thing, int):
            edges += _around(boxes, box, tops) if box.group.name == "l-more" else []
            continue
        for source, weights, units in _read(box.thing, layer_of):
            start = at.get(id(source))
            if start is None:
                continue
            if weights is None:
                title = getattr(source, "title", "") or source.label or "a result"
                words = f"{title} is read by {box.thing.label or 'the result'}"
                edges.append(_arrow(start, box, words, [], tops))
                continue
            full = len(weights) == len(box.thing.units) * units
            kind = f"W {len(box.thing.units)}×{units}" if full else f"{len(weights)} weights"
            words = f"{kind} from {source.title} to {box.thing.title}"
            lines = [(kind, "dim")]
            found = [slopes.of(w.node) for w in weights]
            if slopes.sign and None not in found:
                norm = math.hypot(*[x for x in found if x is not None])
                name = f"‖{slopes.by('W')}‖" if slopes.sign == "∇" else "‖grad‖"
                lines += [(name, "gradient"), (shown(norm, digits), "gradient")]
                words += f", {name} {shown(norm, digits)}"
            edges.append(_arrow(start, box, words, lines, tops))
    return edges


def _around(boxes: list[_Strip], hidden: _Strip, tops: dict[int, int]) -> list[Group]:
    """Arrows to and from what is left out."""
    k = next(k for k, box in enumerate(boxes) if box is hidden)
    words = "through layers that are not drawn"
    return [_arrow(a, b, words, [], tops) for a, b in pairwise(boxes[k - 1 : k + 2])]


def _read(thing: Any, layer_of: dict[int, Any]) -> list[tuple[Any, list[Any] | None, int]]:
    """The layers a layer or an ending reads, the weights, and how many units are read."""
    if hasattr(thing, "sources"):
        found: dict[int, Any] = {}
        for source in thing.sources:
            layer = layer_of.get(id(source), source)
            found[id(layer)] = layer
        return [(layer, None, 0) for layer in found.values()]
    groups: dict[int, tuple[Any, list[Any], set[int]]] = {}
    for unit in thing.units:
        for weight, source in zip(unit.weights, unit.sources, strict=True):
            layer = layer_of[id(source)]
            _, weights, units = groups.setdefault(id(layer), (layer, [], set()))
            weights.append(weight)
            units.add(id(source))
    return [(layer, weights, len(units)) for layer, weights, units in groups.values()]


def _arrow(
    start: _Strip, end: _Strip, words: str, lines: list[tuple[str, str]], tops: dict[int, int]
) -> Group:
    """Straight to the neighbour; else round, above the row where it ends."""
    near = start.row == end.row and end.place == start.place + 1
    y = end.y + end.height / 2
    if near:
        points = [(start.x + start.width + 6, y), (end.x - 4, y)]
        middle = (points[0][0] + points[1][0]) / 2
        places = [(middle, y - 12), (middle, y + 20), (middle, y + 38)]
        anchor = "middle"
    else:
        k = tops[end.row] = tops.get(end.row, -1) + 1
        lane = 22.0 * (k % 2)  # room for a line of text
        side = 6.0 * (k % 5)
        first = start.x + start.width
        leave = start.y + start.height / 2 + (24 + side) * (start.height > 100)
        gutter = end.top - 10 - lane
        reach = y + (24 + side) * (end.height > 100)
        points = [
            (first, leave), (first + 8 + side, leave), (first + 8 + side, gutter),
            (end.x - 14 - side, gutter), (end.x - 14 - side, reach), (end.x - 4, reach),
        ]  # fmt: skip
        wide = sum([width_of(text, 13) + 8 for text, _ in lines])
        places, x = [], end.x if end.place == 0 else end.x - 12 - side - wide
        for text, _ in lines:
            places.append((x, gutter - 6))
            x += width_of(text, 13) + 8
        anchor = "start"
    group = Group("edge", [Curve(points, "line", 2.0, arrow=True)], words)
    group.ends = (start.group.name, end.group.name)
    for (text, fill), (x, base) in zip(lines, places, strict=False):
        group.shapes.append(Text(x, base, text, 13, fill, anchor))
    return group


def _skips(layers: list[Any]) -> bool:
    """Whether a layer reads another one than the one before it."""
    place = {id(unit): k for k, layer in enumerate(layers) for unit in layer.units}
    return any(
        place[id(source)] != k - 1
        for k, layer in enumerate(layers)
        for unit in layer.units[:1] + layer.units[-1:]
        for source in unit.sources
    )


def _description(network: Network, heats: Heat) -> str:
    if not network.numbers:
        text = "A box is a layer: its weights W, rows neurons, columns what they read."
        if not network.weighted:
            text = "A box is a layer; a program has no numbers."
    else:
        count = (
            f"columns are {network.examples} examples"
            if network.examples > 1
            else "the column is the example"
        )
        text = f"A box is a layer; rows are neurons, {count}."
    if network.changed:
        text += " Drawn is what was used; numbers have changed since."
    return f"{text} {heats.binned()}".strip()


def _key(network: Network, slopes: Slopes, heats: Heat) -> list[tuple[str, str]]:
    signs = [sign for sign in ("positive", "negative") if sign in heats.used]
    key: list[tuple[str, str]] = [(f"{sign} box", sign) for sign in signs]
    if key:
        sign, words = key[-1]
        key[-1] = (sign, f"{words}; the stronger, the larger: full is the largest of its strip")
    if "warning" in heats.used:
        key.append(("warning box", "nan"))
    return (
        key
        + slopes.entries(signed=False)
        + [("output box", "computed from the outputs")] * bool(network.endings)
    )
