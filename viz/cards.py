"""A network in detail: a neuron is a card, whose ports are its weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from viz.canvas import (
    MARK,
    Slopes,
    heading,
    ink,
    kinds,
    largest,
    nan_entry,
    page,
    picked,
    said,
    shift,
)
from viz.numbers import shown
from viz.pieces import (
    Place,
    edge_words,
    ending_boxes,
    ending_edges,
    gradient_words,
    law_of,
    left_out,
    lowest,
    routed,
    title_of,
)
from viz.scene import Group, Rect, Scene, Text, fitted, width_of
from viz.units import Network

ROW, GAP, BETWEEN = 34.0, 40.0, 120.0
TALL = 700.0  # the room for a column on one screen
MOST = 24  # cards in a column, and weights on a card; of more the middle is left out, and said


def cards(network: Network, *, digits: int, gradients: bool | str | None) -> Scene:
    """The network with all that is computed in each neuron; of several examples in the first.

    O(weights).
    """
    slopes = Slopes(network, gradients)
    writer = _Writer(network, slopes, digits)
    columns: list[list[_Placed]] = []
    for depth in range(1 + max(layer.depth for layer in network.layers)):
        column = []
        for layer in network.layers:
            if layer.depth == depth:
                column += [writer.box(layer, unit) for unit in picked(layer.units, MOST)]
        columns.append(column)
    if network.endings:
        columns.append([_Placed(*box) for box in ending_boxes(network, slopes, digits)])
    size = _place(columns)
    boxes = {id(box.thing): box for column in columns for box in column}
    content = _edges(network, boxes, slopes, digits, size[1])
    size = size[0], lowest(content, size[1])
    content += [box.group for column in columns for box in column]
    return page(
        content, size, heading(network), _description(network, slopes), _key(network, slopes)
    )


class _Placed:
    """A box, its size, and the heights of its ports, as seen from its own corner."""

    def __init__(self, thing: Any, group: Group, width: float, height: float) -> None:
        self.thing, self.group, self.width, self.height = thing, group, width, height
        self.ports: dict[int, float] = {}
        self.out = self.height / 2
        self.x = self.y = 0.0
        self.depth = 0

    def place(self, number: int) -> Place:
        """Where it is, for edges."""
        right = self.x + self.width, self.y + self.out
        left = self.x, self.y + self.height / 2
        return Place(self.group.name, self.depth, number, right, left)


def _place(columns: list[list[_Placed]]) -> tuple[float, float]:
    """Give every box its place; returns the size of all."""
    tall = max(sum(b.height + GAP for b in column) - GAP for column in columns)
    tall = max(tall, min(TALL, tall + 60 * (max(map(len, columns)) - 1)))
    x = 0.0
    for depth, column in enumerate(columns):
        wide = max(box.width for box in column)
        own = sum(box.height for box in column)
        gap = min(220.0, max(GAP, (tall - own) / max(1, len(column) - 1)))
        y = (tall - own - gap * (len(column) - 1)) / 2
        for box in column:
            box.depth = depth
            box.x, box.y = x + (wide - box.width) / 2, y
            shift([box.group], box.x, box.y)
            y += box.height + gap
        x += wide + BETWEEN
    return x - BETWEEN, tall


def _edges(
    network: Network, boxes: dict[int, _Placed], slopes: Slopes, digits: int, below: float
) -> list[Group]:
    units = [unit for layer in network.layers for unit in layer.units]
    most = largest(w.number for unit in units for w in unit.weights)
    places = {key: box.place(k) for k, (key, box) in enumerate(boxes.items())}
    edges = []
    for unit in units:
        box = boxes.get(id(unit))
        for k, y in (box.ports if box else {}).items():
            start = places.get(id(unit.sources[k]))
            if start is None or box is None:
                continue
            end = replace(places[id(unit)], left=(box.x + 8, box.y + y))
            curve = routed(start, end, unit.weights[k].number, most, below)
            words = edge_words(unit, k, slopes, digits)
            edges.append(Group("edge", [curve], words, ends=(start.name, end.name)))
    return edges + ending_edges(network, places, below)


class _Writer:
    """Writes cards of one width: that of the widest number."""

    def __init__(self, network: Network, slopes: Slopes, digits: int) -> None:
        self.slopes, self.digits = slopes, digits
        units = [
            u for la in network.layers for u in picked(la.units, MOST) if not isinstance(u, int)
        ]
        neurons = [unit for unit in units if unit.weights]
        rows = [self._row(u, k) for u in neurons for k in picked([*range(len(u.weights))], MOST)
                if k >= 0]  # fmt: skip
        labels = [label for label, _, _ in rows] + ["W11"]
        self.label = min(130.0, max(width_of(label, 15, bold=True) for label in labels))
        middle = [width_of(text, 15) for _, text, _ in rows]
        middle += [width_of(self._slope(u) + shown(u.numbers[0], digits), 15) + 8
                   for u in neurons if u.numbers[0] is not None]  # fmt: skip
        self.middle = max(middle, default=60.0)
        ends = [width_of(end, 15) for _, _, end in rows]
        ends += [width_of(self._end(u.z[0]), 15) for u in neurons]
        self.end = max(ends, default=0.0)
        needed = 22 + self.label + 14 + self.middle + 16 + (self.end + 30 if self.end else 0) + 22
        names = max((width_of(title_of(u), 15, bold=True) for u in neurons), default=0.0)
        laws = max((width_of(law_of(u), 13) for u in neurons), default=0.0)
        self.width = max(needed, names + laws + 60, 220.0)

    def box(self, layer: Any, unit: Any) -> _Placed:
        if isinstance(unit, int):
            what = "neurons" if layer.depth else "inputs"
            group = left_out(f"{layer.name}-more", unit, what, 200, 15)
            return _Placed(layer, group, 200, 25.5)
        return self._card(unit) if unit.weights else self._input(unit)

    def _input(self, unit: Any) -> _Placed:
        number, now = unit.numbers[0], unit.now.get(0)
        slope = self.slopes.of(unit.a[0]) if not unit.constant else None
        words = f"input {unit.told}"
        rows = [
            (
                unit.label,
                "" if number is None else shown(number, self.digits) + MARK * (now is not None),
                "ink",
            )
        ]
        if number is not None:
            words += f": {said(number, self.digits, now)}"
        if unit.origin:
            rows.append((unit.origin, "", "dim"))
            words += f", computed {unit.origin} that are not drawn"
        if slope is not None:
            rows.append((self.slopes.sign, shown(slope, self.digits), "gradient"))
            words += f", {gradient_words(self.slopes, slope, self.digits)}"
        width = max(
            [110.0] + [width_of(a, 15, bold=True) + width_of(b, 15) + 50 for a, b, _ in rows]
        )
        height = 18.0 + 32 * len(rows)
        group = Group("node", name=unit.name, words=words)
        group.shapes.append(Rect(0, 0, width, height, "input", "line", 10))
        for k, (label, text, fill) in enumerate(rows):
            y = 30.0 + 32 * k
            group.shapes.append(Text(16, y, label, fill=fill if k else "ink", bold=k == 0))
            group.shapes.append(Text(width - 16, y, text, fill=fill, anchor="end"))
        return _Placed(unit, group, width, height)

    def _card(self, unit: Any) -> _Placed:
        shapes: list[Any] = []
        picks = picked([*range(len(unit.weights))], MOST)
        if len(picks) < len(unit.weights) + 1 and len(unit.weights) > MOST:
            hidden = picks[MOST // 2]
            rows = [*picks[: MOST // 2], None, *picks[MOST // 2 + 1 :]]
        else:
            hidden, rows = 0, picks
        box = _Placed(unit, Group("node", shapes, name=unit.name), self.width, 0.0)
        y = 44.0
        for k in rows:
            if k is None:
                shapes.append(Text(22, y + 21, f"… {hidden} more weights", fill="dim"))
            else:
                self._line(shapes, y, self._row(unit, k))
                box.ports[k] = y + 15
            y += ROW
        if unit.bias:
            self._line(shapes, y, self._row(unit, None))
            y += ROW
        y = self._results(shapes, unit, y)
        box.height, box.out = (y + 8, y - 14) if unit.numbers[0] is not None else (y + 8, y / 2)
        shapes[:0] = [
            Rect(0, 0, self.width, box.height, "card", "line", 12),
            Text(18, 29, title_of(unit), bold=True),
            Text(self.width - 18, 29, law_of(unit), 13, "dim", "end"),
        ]
        box.group.words = self._words(unit)
        return box

    def _line(self, shapes: list[Any], y: float, row: tuple[str, str, str]) -> None:
        label, text, end = row
        shapes.append(Rect(8, y, self.width - 16, ROW - 4, "parameter", radius=6))
        shapes.append(Text(22, y + 21, fitted(label, self.label, 15, bold=True), bold=True))
        shapes.append(Text(36 + self.label, y + 21, text))
        self._slopes(shapes, y + 21, self.slopes.sign, end)

    def _slopes(self, shapes: list[Any], y: float, sign: str, number: str) -> None:
        if number:
            shapes.append(
                Text(self.width - 20 - self.end - 10, y, sign, fill="gradient", anchor="end")
            )
            shapes.append(Text(self.width - 20, y, number, fill="gradient", anchor="end"))

    def _results(self, shapes: list[Any], unit: Any, y: float) -> float:
        """The lines of Z and A; returns where they end."""
        for label, node in (("Z", unit.z[0]), ("A", unit.a[0])):
            number = node.data if unit.numbers[0] is not None else None
            if number is None or (label == "A" and not unit.symbol):
                continue
            y += 28
            shapes.append(Text(22, y - 4, label, bold=True))
            shapes.append(
                Text(36 + self.label, y - 4, shown(number, self.digits), fill=ink(number))
            )
            if label == "A" and self._slope(unit):
                x = 36 + self.label + self.middle
                shapes.append(Text(x, y - 4, self._slope(unit), 13, "dim", "end"))
            sign = "δ" if label == "Z" and self.slopes.sign == "∇" else self.slopes.sign
            self._slopes(shapes, y - 4, sign, self._end(node))
        return y + 4

    def _row(self, unit: Any, k: int | None) -> tuple[str, str, str]:
        """Label, number, and gradient of a weight, or of the bias."""
        p = unit.bias if k is None else unit.weights[k]
        text = (
            p.label
            if p.number is None
            else shown(p.number, self.digits) + MARK * (p.now is not None)
        )
        if k is not None:
            number, source = unit.sources[k].numbers[0], unit.sources[k]
            text += f" · {source.label if number is None else shown(number, self.digits)}"
            text = text.strip()
        return p.label or ("B" if k is None else f"W{k + 1}"), text, self._end(p.node)

    def _number(self, number: float | None, now: float | None) -> str:
        """As it was used, marked if it is another one now."""
        if number is None:
            return ""
        return shown(number, self.digits) + MARK * (now is not None)

    def _end(self, node: Any) -> str:
        slope = self.slopes.of(node)
        return "" if slope is None else shown(slope, self.digits)

    def _slope(self, unit: Any) -> str:
        if not unit.symbol or not unit.single or unit.numbers[0] is None:
            return ""
        name = unit.symbol if unit.symbol.isalpha() and len(unit.symbol) < 9 else "f"
        return f"  {name}′ = {shown(unit.a[0].partials[0], self.digits)}"

    def _words(self, unit: Any) -> str:
        words = f"{title_of(unit)}{unit.model}: {law_of(unit)}"
        for label, node in (("Z", unit.z[0]), ("A", unit.a[0])):
            if unit.numbers[0] is not None and (label == "Z" or unit.symbol):
                words += f"; {label} = {shown(node.data, self.digits)}"
                slope = self.slopes.of(node)
                if slope is not None:
                    words += f", {gradient_words(self.slopes, slope, self.digits)}"
        if unit.bias and unit.bias.number is not None:
            bias = unit.bias
            words += f"; bias {bias.label}: {said(bias.number, self.digits, bias.now)}"
        return words


def _description(network: Network, slopes: Slopes) -> str:
    text = "A card is a neuron; each row is one weight, times what comes in"
    text += ", with its gradient." if slopes.sign else "."
    if network.examples > 1:
        text += f" Numbers are of example 1 of {network.examples}"
        text += "; ∇ of a weight is of all." if slopes.sign == "∇" else "."
    return text


def _key(network: Network, slopes: Slopes) -> list[tuple[str, str]]:
    units = [unit for layer in network.layers for unit in layer.units]
    key = kinds(w.number for unit in units for w in unit.weights)
    key += [("parameter box", "parameter"), ("input box", "input")]
    key += [("output box", "computed from the outputs")] if network.endings else []
    key += slopes.entries()
    if slopes.sign == "∇":
        key.append(("δ", "the same of Z"))
    key += nan_entry(units)
    if network.changed:
        key.append((MARK, "the number that was used; it has changed since"))
    return key
