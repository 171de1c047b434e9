"""A picture that is laid out: shapes at their places, before anybody writes them.

Units are CSS pixels, x to the right and y downwards. Colours are names of ``PALETTE``, so that one
scene is light, dark and printed. :mod:`viz.svg` writes it, :mod:`viz.raster` has Graphviz draw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# Name: (light, dark). Blue and orange are Okabe and Ito's, darkened or lightened until an edge has
# a contrast of 3 : 1 to the page, and text one of 7 : 1 to what it stands on.
PALETTE = {
    "page": ("#ffffff", "#0f172a"),
    "ink": ("#0f172a", "#e2e8f0"),
    "dim": ("#3b4759", "#b8c4d4"),
    "line": ("#64748b", "#94a3b8"),
    "card": ("#ffffff", "#1e293b"),
    "gradient": ("#881337", "#fdb0b9"),
    "positive": ("#0060a8", "#56b4e9"),
    "negative": ("#b84a00", "#e69f00"),
    "positive-1": ("#f2f8fd", "#14293b"),
    "positive-2": ("#e2effa", "#163049"),
    "positive-3": ("#d5e8f8", "#183450"),
    "negative-1": ("#fef6ec", "#2d2416"),
    "negative-2": ("#fcebd3", "#382b15"),
    "negative-3": ("#fae3c3", "#423013"),
    "slope": ("#5b21b6", "#cbbefd"),
    "input": ("#dbeafe", "#1e3350"),
    "value": ("#e0f2fe", "#113246"),
    "parameter": ("#fef3c7", "#3a2f12"),
    "constant": ("#f3f4f6", "#29313f"),
    "output": ("#dcfce7", "#123527"),
    "input-border": ("#2563eb", "#60a5fa"),
    "value-border": ("#0369a1", "#38bdf8"),
    "parameter-border": ("#b45309", "#f59e0b"),
    "constant-border": ("#6b7280", "#9ca3af"),
    "output-border": ("#15803d", "#4ade80"),
    "group": ("#f3f4f6", "#29313f"),
    "group-border": ("#6b7280", "#9ca3af"),
    "warning": ("#901a1a", "#fdb4b4"),
}


@dataclass
class Rect:
    """A rectangle with round corners; no ``stroke`` means no border, no ``fill`` a hollow one."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    radius: float = 0.0
    thickness: float = 1.5
    opacity: float = 1.0
    dashed: bool = False


@dataclass
class Curve:
    """Straight lines through ``points``, or cubic Béziers (1 + 3k points); an arrow at its end."""

    points: list[tuple[float, float]]
    stroke: str = "line"
    thickness: float = 1.5
    opacity: float = 1.0
    bezier: bool = False
    arrow: bool = False
    dashed: bool = False


@dataclass
class Text:
    """A line of text; ``y`` is its baseline, ``anchor`` is "start", "middle" or "end"."""

    x: float
    y: float
    text: str
    size: float = 15.0
    fill: str = "ink"
    anchor: str = "start"
    bold: bool = False


@dataclass
class Group:
    """Shapes that belong together.

    Attributes:
        kind: "node", "edge" or "cluster" as Graphviz calls them, or "" for decoration.
        words: the whole of it in words: the tooltip, and what a screen reader says.
        name: of a node or cluster, unique in the scene.
        ends: of an edge, the names of the nodes it leads from and to.
    """

    kind: str
    shapes: list[Rect | Curve | Text | Group] = field(default_factory=list)
    words: str = ""
    name: str = ""
    ends: tuple[str, str] | None = None


@dataclass
class Scene:
    """All of it, painted in order: what comes later lies on top."""

    width: float
    height: float
    title: str
    description: str
    groups: list[Group] = field(default_factory=list)

    def texts(self) -> Iterator[Text]:
        """Every text, in order of painting."""
        stack: list[Rect | Curve | Text | Group] = [*reversed(self.groups)]
        while stack:
            shape = stack.pop()
            if isinstance(shape, Text):
                yield shape
            elif isinstance(shape, Group):
                stack += reversed(shape.shapes)

    def smallest_text(self, width: float = 1600.0, height: float = 900.0) -> float:
        """The size of the smallest text in pixels, when the scene is fitted into that screen."""
        scale = min(1.0, width / self.width, height / self.height)
        return scale * min((t.size for t in self.texts() if t.text.strip()), default=15.0)


# Thousandths of the size, of DejaVu Sans, from the space to the tilde; Verdana's are nearly so.
_WIDTHS = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
_GREEK_AND_SIGNS = dict(
    zip("∂∇σδΣ·−′²‖×√…αβμ", (517, 669, 634, 612, 632, 318, 838, 227, 401, 500, 838, 637, 1000,
                             659, 638, 636), strict=True)
)  # fmt: skip
BOLD = 1.12  # a bold text is at most so much wider


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a line of text is, rather too much than too little."""
    total = 0
    for c in text:
        code = ord(c)
        total += _WIDTHS[code - 32] if 32 <= code < 127 else _GREEK_AND_SIGNS.get(c, 1000)
    return total * size / 1000 * (BOLD if bold else 1.0)


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, shortened with … until it is no wider than ``room``."""
    if width_of(text, size, bold=bold) <= room:
        return text
    while text and width_of(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
