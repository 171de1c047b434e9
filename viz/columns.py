"""A network with one box a neuron: columns from inputs to outputs, weights as edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from viz.canvas import (
    MARK,
    Slopes,
    colour,
    heading,
    ink,
    kinds,
    largest,
    nan_entry,
    page,
    picked,
    said,
    shift,
    size_of,
)
from viz.numbers import shown
from viz.pieces import (
    Place,
    edge_words,
    ending_boxes,
    ending_edges,
    gradient_words,
    left_out,
    lowest,
    routed,
)
from viz.scene import Group, Rect, Scene, Text, fitted, width_of
from viz.units import Network

MOST = 64  # boxes in a column; of more the middle is left out, and said
TALL = 690.0  # the room for a column on one screen
BAR = 36.0
SIZE = 14.0


@dataclass
class _Column:
    """A layer's place, and the widths of the parts of its boxes."""

    layer: Any
    units: list[Any]
    name: float = 0.0
    number: float = 0.0
    slope: float = 0.0
    largest: float = 1.0  # a whole bar

    @property
    def width(self) -> float:
        bar = BAR + 12 if self.number or self.slope else 0
        number = self.number + 10 if self.number else 0
        return max(60.0, 20 + self.name + bar + number + (self.slope + 10 if self.slope else 0))


def columns(network: Network, *, digits: int, gradients: bool | str | None) -> Scene:
    """One box a neuron, with its A and δ; an edge for each weight. Of several examples the first.

    O(weights).
    """
    slopes = Slopes(network, gradients)
    stacks: dict[int, list[_Column]] = {}
    for layer in network.layers:
        column = _measured(network, layer, slopes, max(1, digits - 1))
        stacks.setdefault(layer.depth, []).append(column)
    count = max(sum(len(c.units) + 1.2 for c in stack) - 1.2 for stack in stacks.values())
    step = max(25.0, min(45.0, TALL / count))
    endings = ending_boxes(network, slopes, digits)
    last = max((width for _, _, width, _ in endings), default=0.0)
    widths = [max(c.width for c in stacks[depth]) for depth in sorted(stacks)]
    tall = max(count * step, sum([h + 24 for _, _, _, h in endings]) - 24)
    larger = max(1.0, tall / TALL)
    taken = sum(widths) + (last + 60 if endings else 0)
    counts = [sum(len(c.units) for c in stacks[depth]) for depth in sorted(stacks)]
    gaps = _gaps(counts, 1516 * larger - taken, 260 * larger)
    body: list[Group] = []
    places: dict[int, Place] = {}
    x = 0.0
    steepest = largest(slopes.of(_delta(u)) for la in network.layers for u in la.units if u.weights)
    for depth, width, gap in zip(sorted(stacks), widths, [*gaps, 60.0], strict=True):
        _stack(
            body, places, stacks[depth], (x, width, tall, step), _Figures(slopes, digits, steepest)
        )
        x += width + gap
    y = (tall - sum(h + 24 for _, _, _, h in endings) + 24) / 2
    for ending, group, width, height in endings:
        shift([group], x, y)
        middle = y + height / 2
        places[id(ending)] = Place(
            group.name, len(widths), len(places), (x + width, middle), (x, middle)
        )
        body.append(group)
        y += height + 24
    size = (x + last if endings else x - gap), max(tall, y)
    edges = _edges(network, places, slopes, digits, size[1])
    edges += ending_edges(network, places, size[1])
    size = size[0], lowest(edges, size[1])
    told = _description(network, slopes)
    return page(edges + body, size, heading(network), told, _key(network, slopes))


def _gaps(counts: list[int], room: float, most: float) -> list[float]:
    """The room between columns, more where there are more edges."""
    crowds = [(a * b) ** 0.3 for a, b in pairwise(counts)]
    return [max(90.0, min(most, room * crowd / sum(crowds))) for crowd in crowds]


@dataclass
class _Figures:
    """How numbers are written and drawn."""

    slopes: Slopes
    digits: int
    steepest: float


def _measured(network: Network, layer: Any, slopes: Slopes, digits: int) -> _Column:
    column = _Column(layer, picked(layer.units, MOST))
    column.largest = max(1.0, largest(unit.numbers[0] for unit in layer.units))
    for unit in column.units:
        if isinstance(unit, int):
            continue
        column.name = max(
            column.name, width_of(fitted(unit.label, 120, SIZE, bold=True), SIZE, bold=True)
        )
        column.number = max(column.number, width_of(_number(unit, digits), SIZE))
        slope = _slope(unit, slopes)
        if slope is not None:
            column.slope = max(column.slope, width_of(shown(slope, digits), SIZE))
    return column


def _delta(unit: Any) -> Any:
    """The node whose gradient stands in the box."""
    return unit.z[0] if unit.z else unit.a[0]


def _slope(unit: Any, slopes: Slopes) -> float | None:
    return None if unit.constant else slopes.of(_delta(unit))


def _number(unit: Any, digits: int) -> str:
    """A; in a module alone the bias."""
    number = unit.numbers[0]
    if number is not None:
        return shown(number, digits) + MARK * bool(0 in unit.now)
    if unit.bias and unit.bias.number is not None:
        return f"{unit.bias.label or 'B'} {shown(unit.bias.number, digits)}"
    return ""


def _stack(
    body: list[Group],
    places: dict[int, Place],
    stack: list[_Column],
    room: tuple[float, float, float, float],
    figures: _Figures,
) -> None:
    """The boxes of the layers of one depth, one layer below the other."""
    x, width, tall, step = room
    rows = sum(len(c.units) for c in stack) + 1.2 * (len(stack) - 1)
    y = (tall - rows * step) / 2
    height = min(34.0, step - 3)
    for column in stack:
        x0 = x + (width - column.width) / 2
        title = fitted(column.layer.title, width + 80, 15)
        kind = "neuron" if column.layer.depth else "input"
        count = len(column.layer.units)
        words = f"{column.layer.title}: {count} {kind}{'s' * (count != 1)}"
        head = Text(x + width / 2, y - 10, title, 15, "dim", "middle")
        body.append(Group("cluster", [head], words, column.layer.name))
        for unit in column.units:
            if isinstance(unit, int):
                what = "neurons" if column.layer.depth else "inputs"
                name = f"{column.layer.name}-more"
                group = left_out(name, unit, what, column.width, min(13.0, height / 1.7))
            else:
                group = _box(unit, column, height, figures)
                middle = y + step / 2
                right = (x0 + column.width, middle)
                places[id(unit)] = Place(
                    group.name, column.layer.depth, len(places), right, (x0, middle)
                )
            shift([group], x0, y + (step - height) / 2)
            body.append(group)
            y += step
        y += 1.2 * step


def _box(unit: Any, column: _Column, height: float, figures: _Figures) -> Group:
    slopes = figures.slopes
    digits = max(1, figures.digits - 1)  # a box is small; its words have all
    number, slope = unit.numbers[0], _slope(unit, slopes)
    fill = "card" if unit.weights else "input"
    group = Group("node", name=unit.name, words=_words(unit, figures))
    base = height / 2 + 5
    shapes = group.shapes
    shapes.append(Rect(0, 0, column.width, height, fill, "line", 7))
    shapes.append(Text(10, base, fitted(unit.label, 120, SIZE, bold=True), SIZE, bold=True))
    x = 20 + column.name
    if number is not None:
        long = BAR * size_of(number, column.largest)
        if long >= 0.5:
            shapes.append(Rect(x, height / 2 - 8, long, 6, colour(number), radius=2))
    if slope is not None and unit.weights:
        long = BAR * size_of(slope, figures.steepest)
        if long >= 0.5:
            shapes.append(Rect(x, height / 2 + 2, long, 6, "gradient", radius=2))
    text = _number(unit, digits)
    right = column.width - 10
    if column.slope:
        if slope is not None:
            told = shown(slope, digits)
            shapes.append(Text(right, base, told, SIZE, "gradient", "end"))
        right -= column.slope + 10
    if text:
        shapes.append(Text(right, base, text, SIZE, ink(number), "end"))
    return group


def _words(unit: Any, figures: _Figures) -> str:
    kind = "neuron" if unit.weights else "input"
    words = unit.told if unit.told.startswith(kind) else f"{kind} {unit.told}"
    if unit.origin:
        words += f", computed {unit.origin} that are not drawn"
    number = unit.numbers[0]
    if number is not None:
        name = "" if not unit.weights else "A = " if unit.symbol else "Z = "
        words += f": {name}{said(number, figures.digits, unit.now.get(0))}"
    slope = _slope(unit, figures.slopes)
    if slope is not None:
        name = "δ = " if unit.weights and figures.slopes.sign == "∇" else ""
        words += f", {name}{gradient_words(figures.slopes, slope, figures.digits)}"
    if unit.bias and unit.bias.number is not None:
        bias = unit.bias
        words += f", bias {bias.label} {said(bias.number, figures.digits, bias.now)}"
        slope = figures.slopes.of(bias.node)
        if slope is not None:
            words += f", its {gradient_words(figures.slopes, slope, figures.digits)}"
    return words


def _edges(
    network: Network, places: dict[int, Place], slopes: Slopes, digits: int, below: float
) -> list[Group]:
    """The weights, small ones first: large ones lie on top."""
    edges = []
    for layer in network.layers:
        weights = [w.number for unit in layer.units for w in unit.weights]
        most, crowded = largest(weights), len(weights) > 40
        drawn = []
        for unit in layer.units:
            if id(unit) not in places:
                continue
            end = places[id(unit)]
            for k, source in enumerate(unit.sources):
                if id(source) in places:
                    start = places[id(source)]
                    number = unit.weights[k].number
                    size = size_of(number, most)
                    fade = 0.2 + 0.7 * size**2 if crowded else 0.4 + 0.6 * size
                    if number is None:
                        fade = 0.5 if crowded else 1.0
                    curve = routed(start, end, number, most, below, fade)
                    words = edge_words(unit, k, slopes, digits)
                    drawn.append((size, Group("edge", [curve], words, ends=(start.name, end.name))))
        edges += [group for _, group in sorted(drawn, key=lambda d: d[0])]
    return edges


def _description(network: Network, slopes: Slopes) -> str:
    text = "One box a neuron, in order"
    if network.numbers:
        linear = any(not u.symbol for la in network.layers for u in la.units if u.weights)
        text += ": its activation A" + (", or Z where it has none," if linear else "")
        text += " as bar and number"
        if slopes.sign:
            text += f", and its δ = {slopes.by('Z')}" if slopes.sign == "∇" else ", and Z's grad"
            text += " (red)"
    elif network.weighted:
        text += ", with its bias"
    text += "; an edge is a weight."
    if network.examples > 1:
        text += f" A and δ are of example 1 of {network.examples}"
        text += "; a weight's ∇ is of all." if slopes.sign == "∇" else "."
    return text


def _key(network: Network, slopes: Slopes) -> list[tuple[str, str]]:
    units = [unit for layer in network.layers for unit in layer.units]
    key = kinds(w.number for unit in units for w in unit.weights)
    if network.numbers:
        signs = {colour(unit.numbers[0]) for unit in units}
        key += [
            (f"{sign} box", f"bar: {sign}") for sign in ("positive", "negative") if sign in signs
        ]
    if slopes.sign:
        key.append(("gradient box", "bar: its gradient's size"))
    key += slopes.entries()
    key += [("input box", "input")]
    key += [("output box", "computed from the outputs")] if network.endings else []
    key += nan_entry(units)
    if network.changed:
        key.append((MARK, "the number that was used; it has changed since"))
    if any(len(layer.units) > MOST for layer in network.layers):
        key.append(("…", "units that are not drawn, with their edges"))
    return key
