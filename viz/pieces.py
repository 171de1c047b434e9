"""Boxes and edges that pictures of networks have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from viz.canvas import MARK, Slopes, colour, said, size_of
from viz.endings import applied
from viz.numbers import shown
from viz.scene import Curve, Group, Rect, Text, fitted, width_of
from viz.units import Network


@dataclass
class Place:
    """Where a box is: its name and column, where edges leave it and reach it."""

    name: str
    depth: int
    number: int
    right: tuple[float, float]
    left: tuple[float, float]


def ending_box(ending: Any, slopes: Slopes, digits: int) -> tuple[Group, float, float]:
    """A loss at (0, 0), and its width and height."""
    name = ending.label or "result"
    head = f"{name} = {ending.formula}" if ending.formula else name
    number = "" if ending.number is None else shown(ending.number, digits)
    rows: list[tuple[str, str, str]] = [(name, number, "ink")] if ending.formula and number else []
    top = "" if rows else number
    rows += _values(ending, digits)
    if not ending.formula:
        rows.append((f"{ending.operations} operations", "", "dim"))
    if ending.parameters:
        some = ", ".join(ending.parameters[:2])
        more = f" and {len(ending.parameters) - 2} more" if len(ending.parameters) > 2 else ""
        rows.append((f"reads {some}{more}", "", "dim"))
    if slopes.sign:
        for unit in ending.sources[:4]:
            if unit.__class__ is ending.__class__ or len(unit.a) != 1 or unit.constant:
                continue
            slope = slopes.of(unit.a[0])
            if slope is not None:
                label = "A" if unit.symbol else "Z" if unit.weights else ""
                what = slopes.by(f"{label} {unit.label}{unit.model}".strip())
                rows.append((what, shown(slope, digits), "gradient"))
    width = max(
        [150.0, width_of(head, 15, bold=True) + width_of(top, 15) + (54 if top else 36)]
        + [width_of(a, 14) + width_of(b, 14) + 54 for a, b, _ in rows]
    )
    height = (46.0 if rows else 48.0) + 26 * len(rows)
    words = f"{head} {top}".rstrip() + "".join(f"; {a} {b}".rstrip() for a, b, _ in rows)
    group = Group("node", name=ending.name, words=words)
    group.shapes.append(Rect(0, 0, width, height, "output", "line", 10))
    group.shapes.append(Text(18, 29, head, bold=True))
    if top:
        group.shapes.append(Text(width - 18, 29, top, anchor="end"))
    for k, (label, number, fill) in enumerate(rows):
        y = 56.0 + 26 * k
        group.shapes.append(Text(18, y, label, 14, fill))
        group.shapes.append(Text(width - 18, y, number, 14, fill, "end"))
    return group, width, height


def _values(ending: Any, digits: int) -> list[tuple[str, str, str]]:
    """Its own leaves, such as targets; those of one label together."""
    groups: dict[str, list[tuple[float | None, float | None]]] = {}
    for label, number, now in ending.values:
        groups.setdefault(label, []).append((number, now))
    rows = []
    for label, found in [*groups.items()][:6]:
        many = f"{len(found)} × " if len(found) > 1 else ""
        given = [number for number, _ in found if number is not None]
        numbers = [number for number in given if number == number] or given[:1]
        text = shown(min(numbers), digits) if numbers else ""
        if len(set(numbers)) > 1:
            text += f" … {shown(max(numbers), digits)}"
        text += " and nan" * (len(numbers) < len(given)) + MARK * any(
            now is not None for _, now in found
        )
        rows.append((many + fitted(label, 120, 14), text, "ink"))
    if len(groups) > 6:
        rows.append((f"… {len(groups) - 6} more values", "", "dim"))
    return rows


def left_out(name: str, count: int, what: str, width: float, size: float) -> Group:
    """The box that says how many are left out."""
    text = f"… {count} more {what}"
    group = Group("node", name=name, words=f"{count} more {what}, which are not drawn")
    group.shapes.append(Rect(0, 0, width, size * 1.7, "card", "line", 7))
    group.shapes.append(Text(width / 2, size * 1.2, fitted(text, width - 8, size), size,
                             "dim", "middle"))  # fmt: skip
    return group


def ending_boxes(
    network: Network, slopes: Slopes, digits: int
) -> list[tuple[Any, Group, float, float]]:
    """The endings of the first example, at most six, and a box for how many more there are."""
    first, others = network.endings_of_example()
    found: list[tuple[Any, Group, float, float]] = [
        (ending, *ending_box(ending, slopes, digits)) for ending in first[:6]
    ]
    more = others + len(first) - len(found)
    if more:
        found.append((None, left_out("e-more", more, "results", 190, 15), 190.0, 25.5))
    return found


def edge(
    start: tuple[float, float],
    end: tuple[float, float],
    number: float | None,
    most: float,
    fade: float = 1.0,
) -> Curve:
    """A weight: its width by size, its colour by sign."""
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) * 0.45
    size = size_of(number, most)
    points = [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
    return Curve(points, colour(number), 1.0 + 4.0 * size, fade, bezier=True)


def routed(
    start: Place, end: Place, number: float | None, most: float, below: float, fade: float = 1.0
) -> Curve:
    """A weight's edge; one that skips a column goes round, below everything."""
    if end.depth == start.depth + 1:
        return edge(start.right, end.left, number, most, fade)
    curve = edge(start.right, end.left, number, most, fade)
    (x1, y1), (x2, y2) = start.right, end.left
    y = below + 14 + 5 * (start.number % 6)
    curve.points = [
        (x1, y1), (x1 + 50, y1), (x1 + 25, y), (x1 + 75, y),
        (x1 + 75, y), (x2 - 75, y), (x2 - 75, y), (x2 - 25, y), (x2 - 50, y2), (x2, y2),
    ]  # fmt: skip
    return curve


def lowest(edges: list[Group], height: float) -> float:
    """The height that is needed for edges that go round, too."""
    curves = [shape for group in edges for shape in group.shapes if isinstance(shape, Curve)]
    return max([height] + [y for curve in curves for _, y in curve.points if len(curve.points) > 4])


def edge_words(unit: Any, k: int, slopes: Slopes, digits: int) -> str:
    """A weight in a sentence."""
    weight, source = unit.weights[k], unit.sources[k]
    words = f"weight {weight.label}".rstrip() + f" from {source.told} to {unit.told}"
    if weight.number is not None:
        words += f": {said(weight.number, digits, weight.now)}"
    slope = slopes.of(weight.node)
    return words if slope is None else f"{words}, {gradient_words(slopes, slope, digits)}"


def gradient_words(slopes: Slopes, slope: float, digits: int) -> str:
    """A gradient in a sentence."""
    kind = "stored grad" if slopes.sign == "grad" else "gradient"
    return f"{kind} {shown(slope, digits)}"


def ending_edges(network: Network, places: dict[int, Place], below: float) -> list[Group]:
    """From what an ending reads, to it; units that aren't drawn have no edge."""
    edges = []
    for ending in network.endings:
        if id(ending) not in places:
            continue
        end = places[id(ending)]
        sources = [s for s in ending.sources if id(s) in places]
        for k, source in enumerate(sources):
            start = places[id(source)]
            spread = 18 * (k - (len(sources) - 1) / 2) if len(sources) < 5 else 0.0
            port = replace(end, left=(end.left[0], end.left[1] + spread))
            curve = routed(start, port, None, 1.0, below)
            curve.thickness = 1.5
            curve.arrow = True
            name = getattr(source, "told", source.label) or "a result"
            words = f"{name} is read by {ending.label or 'the result'}"
            edges.append(Group("edge", [curve], words, ends=(start.name, end.name)))
    return edges


def title_of(unit: Any) -> str:
    """A neuron's name."""
    label: str = unit.label
    return label if label.startswith("neuron") else f"neuron {label}"


def law_of(unit: Any) -> str:
    """What a neuron computes."""
    z = "Z = Σ W·A + B" if unit.bias else "Z = Σ W·A"
    return f"A = {applied(unit.symbol, 'Z')},  {z}" if unit.symbol else z
