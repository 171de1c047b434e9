"""What pictures of networks have in common: the page, the key, a loss's box, and gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from viz.dot import one_line
from viz.numbers import same, shown
from viz.picture import adjoints_of
from viz.scene import Curve, Group, Rect, Scene, Text, fitted, width_of
from viz.units import Network

MARK = "*"  # after a number that has changed since
HEAD, FOOT, SIDE = 112, 56, 40


class Slopes:
    """The gradients that a picture shows.

    Attributes:
        sign: "∇", "grad" for what is stored, "" for none.
        of_what: whose gradient.
        differing: whether what is stored is another one.
    """

    def __init__(self, network: Network, gradients: bool | str | None) -> None:
        nodes = network.nodes
        held = [node for node in nodes if node.has_grad]
        self._stored = gradients == "stored"
        wanted = bool(held) if gradients is None else bool(gradients)
        computed = wanted and not self._stored and network.numbers
        self._adjoints = adjoints_of(network.roots, nodes) if computed else {}
        self.sign = "∇" if computed else "grad" if self._stored and held else ""
        roots = network.roots
        label = one_line(roots[0].label) if len(roots) == 1 else ""
        self.of_what = (
            (label if 0 < len(label) <= 20 else "the output")
            if len(roots) == 1
            else "the sum of the outputs"
        )
        self._top = label if len(label) <= 3 else ""
        self.differing = any(not _near(n.grad, self._adjoints[id(n)]) for n in held if computed)

    def of(self, node: Any) -> float | None:
        """The gradient of a node; None if it isn't shown."""
        if not self.sign:
            return None
        if self._stored:
            return float(getattr(node.grad, "data", node.grad)) if node.has_grad else None
        return self._adjoints[id(node)]

    def by(self, name: str) -> str:
        """How the gradient is written: ∂L/∂A, or ∂/∂A where the output has a long name."""
        return f"grad of {name}" if self._stored else f"∂{self._top}/∂{name}"

    def entries(self, *, signed: bool = True) -> list[tuple[str, str]]:
        """What the key says of them; ``signed`` if the sign is used, and not ∂/∂ alone."""
        if not self.sign:
            return []
        of = "what is stored in .grad" if self._stored else f"gradient of {self.of_what}"
        found = [(self.sign if signed or self._stored else self.by(""), of)]
        if self.differing:
            found.append(("", 'stored .grad differs: gradients="stored" shows it'))
        return found


def page(
    content: list[Group],
    size: tuple[float, float],
    title: str,
    description: str,
    key: list[tuple[str, str]],
) -> Scene:
    """A page of 1600 × 900 or larger of that form, with the content in its middle."""
    width, height = size
    scale = max(1.0, (width + 2 * SIDE) / 1600, height / (900 - HEAD - FOOT))
    scene = Scene(1600 * scale, 900 * scale, title, description)
    room = scene.width - 2 * SIDE * scale
    shift(
        content,
        (scene.width - width) / 2,
        (HEAD + (900 - HEAD - FOOT) / 2) * scale - height / 2,
    )
    x = SIDE * scale
    head = Group(
        "",
        [
            Text(x, 48 * scale, fitted(title, room, 24 * scale, bold=True), 24 * scale, bold=True),
            Text(x, 76 * scale, fitted(description, room, 15 * scale), 15 * scale, "dim"),
        ],
    )
    scene.groups = [*content, head, _key(key, scale, scene.width)]
    return scene


def _key(entries: list[tuple[str, str]], scale: float, width: float) -> Group:
    """What is used in the picture: a sign and its words, from left to right."""
    size = 13 * scale
    gap, sign_room = 26 * scale, 34 * scale
    rows: list[list[tuple[str, str, float]]] = [[]]
    x = start = SIDE * scale
    for sign, words in entries:
        signed = sign_room if sign in LINES or sign in SWATCHES else width_of(f"{sign} ", size) + 4
        needed = (signed if sign else 0) + width_of(words, size)
        if x + needed > width - start and rows[-1]:
            rows.append([])
            x = start
        rows[-1].append((sign, words, x))
        x += needed + gap
    group = Group("")
    for k, row in enumerate(rows):
        y = (900 - 22) * scale - (len(rows) - 1 - k) * 1.5 * size
        for sign, words, at in row:
            left = at
            if sign in LINES:
                line = [(at, y - size / 3), (at + 26 * scale, y - size / 3)]
                group.shapes.append(Curve(line, LINES[sign], 4 * scale))
                left += sign_room
            elif sign in SWATCHES:
                box = Rect(at, y - size * 0.8, 26 * scale, size * 0.9, *SWATCHES[sign])
                group.shapes.append(box)
                left += sign_room
            elif sign:
                fill = "gradient" if sign[0] in "∇gδ∂" else "dim"
                group.shapes.append(Text(at, y, sign, size, fill, bold=True))
                left += width_of(f"{sign} ", size) + 4
            group.shapes.append(Text(left, y, words, size, "dim"))
    return group


LINES = {"positive line": "positive", "negative line": "negative", "plain line": "line"}
SWATCHES = {
    "positive box": ("positive", ""),
    "negative box": ("negative", ""),
    "gradient box": ("gradient", ""),
    "warning box": ("warning", ""),
    "parameter box": ("parameter", "line"),
    "input box": ("input", "line"),
    "output box": ("output", "line"),
}


def shift(groups: Iterable[Any], dx: float, dy: float) -> None:
    """Move everything."""
    stack = list(groups)
    while stack:
        shape = stack.pop()
        if isinstance(shape, Group):
            stack += shape.shapes
        elif isinstance(shape, Curve):
            shape.points = [(x + dx, y + dy) for x, y in shape.points]
        else:
            shape.x += dx
            shape.y += dy


def kinds(weights: Iterable[float | None]) -> list[tuple[str, str]]:
    """The key's entries for edges."""
    found = {colour(w) for w in weights}
    entries = []
    if "positive" in found:
        entries.append(("positive line", "positive weight, width by size"))
    if "negative" in found:
        entries.append(("negative line", "negative weight"))
    return entries


def colour(number: float | None) -> str:
    """By the sign."""
    if number is None or number == 0:
        return "line"
    return "positive" if number > 0 else "negative" if number < 0 else "warning"


def ink(number: float | None) -> str:
    """The colour of a number's text: nan stands out."""
    return "warning" if number is not None and number != number else "ink"


def nan_entry(units: list[Any]) -> list[tuple[str, str]]:
    """The key's entry for nan, if the first example has one."""
    found = any(ink(u.numbers[0]) == "warning" for u in units)
    return [("warning box", "nan")] if found else []


def largest(numbers: Iterable[float | None]) -> float:
    """The largest size among those that are finite; 1.0 if all are 0."""
    sizes = [abs(x) for x in numbers if x is not None and math.isfinite(x)]
    return max(sizes, default=0.0) or 1.0


def size_of(number: float | None, most: float) -> float:
    """From 0 to 1; what is not finite has full size."""
    if number is None:
        return 0.0
    return min(1.0, abs(number) / most) if math.isfinite(number) else 1.0


def said(number: float | None, digits: int, now: float | None = None) -> str:
    """A number in words, with what it is now if it has changed."""
    if number is None:
        return ""
    text = shown(number, digits)
    if now is None:
        return text
    told = shown(now, digits)
    return (
        f"{shown(number, 17)} (it is {shown(now, 17)} now)"
        if told == text
        else (f"{text} (it is {told} now)")
    )


def shape_of(network: Network) -> str:
    """The sizes of the layers: 2-16-16-1; of many the first and the last."""
    sizes: dict[int, int] = {}
    for layer in network.layers:
        sizes[layer.depth] = sizes.get(layer.depth, 0) + len(layer.units)
    found = [str(sizes[depth]) for depth in sorted(sizes)]
    if len(found) > 12:
        return "-".join([*found[:3], "…", *found[-3:]]) + f", {len(found)} layers"
    return "-".join(found)


def heading(network: Network) -> str:
    """The title of a picture."""
    shape = shape_of(network)
    what = f"Network {shape}" if network.models == 1 else f"{network.models} networks, {shape}"
    if not network.numbers:
        return what
    many = f"{network.examples} examples" if network.examples > 1 else "one example"
    return f"{what}, {many}"


def _near(a: Any, b: float) -> bool:
    a = float(getattr(a, "data", a))
    return same(a, b) or abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def picked(units: list[Any], most: int) -> list[Any]:
    """The units that are drawn; a number stands for as many that are left out in the middle."""
    if len(units) <= most:
        return list(units)
    half = most // 2
    return [*units[:half], len(units) - most + 1, *units[len(units) - (most - half - 1) :]]
