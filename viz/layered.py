"""A layered layout of our own: the picture that Graphviz would draw, where there is no Graphviz.

Boxes in columns by rank (:mod:`viz.ranks`), each at its place (:mod:`viz.places`), edges that cross
a column only along a lane that is kept free for them, frames around just what is in them. It takes
a time that grows about as the picture does, so it draws large ones too.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from viz.boxes import EMPTY, INSET, LINE, SMALL, SPACE, Card, card_of, text_width, wide
from viz.dot import LOOKS, one_line, shortened, thickness_of
from viz.model import Frame, Picture
from viz.places import Places
from viz.ranks import grid_of
from viz.scene import Curve, Group, Rect, Scene, Text, fitted, width_of

APART = 14.0  # between boxes of a column
LANE = 10.0  # what an edge takes on its way past a column
GAP = 36.0  # between columns, and more where edges are steep
AROUND = 10.0  # between a frame and what is in it
TITLE = 18.0  # a frame's title takes so much more
LONGEST_TITLE = 220.0
PAGE = 14.0
ENTRY = 26.0  # between entries of the key
LEAST_KEY = 460.0  # a narrow picture's key is so wide
MOST_STEEP = 90.0  # more between columns where edges are steep, at most
NEAR = 1e-6  # nearer points are one: the direction between them would be that of rounding


def scene_of(picture: Picture, direction: str = "LR", *, legend: bool = True) -> Scene:
    """The picture laid out from left to right ("LR") or from top to bottom ("TB").

    O((boxes + edges) · log ranks) a sweep, and a fixed number of sweeps.

    >>> from autograd import Value
    >>> from viz import draw
    >>> x = Value(2.0, label="x")
    >>> scene = scene_of(draw(x * x).picture)
    >>> [group.kind for group in scene.groups if group.kind]
    ['edge', 'edge', 'node', 'node']
    """
    layout = _Layout(picture, upright=direction == "TB")
    groups = layout.frames() + layout.edges() + layout.boxes()
    width, height = layout.width, layout.height
    if legend and picture.key:
        key, width, height = _key(picture, width, height)
        groups.append(key)
    frames = f" in {len(layout.grid.frames)} frames" if layout.grid.frames else ""
    edges = sum([len(box.cells) for box in picture.boxes])
    told = f"{len(picture.boxes)} boxes and {edges} arrows{frames}. "
    told += " ".join([f"{words}." for kind, words in picture.key if kind == "note"])
    return Scene(width, height, picture.title, told.strip(), groups)


def placed(
    picture: Picture, sizes: list[tuple[float, float]]
) -> tuple[list[tuple[float, float]], list[list[list[tuple[float, float]]]]]:
    """Where boxes of these sizes stand, from left to right, and what curves their edges are.

    The left upper corner of each box; for each box and operand the points of a Bézier curve.
    """
    boxes = zip(picture.boxes, sizes, strict=True)
    cards = [Card(*size, [0.0] * len(box.cells), [], []) for box, size in boxes]
    layout = _Layout(picture, upright=False, cards=cards)
    corners = [(layout.side(i, -1), layout.v[i] - card.height / 2) for i, card in enumerate(cards)]
    curves = [
        [layout.path(i, k, layout.grid.way(i, k)) for k in range(len(card.ports))]
        for i, card in enumerate(cards)
    ]
    return corners, curves


class _Layout:
    """Everything at its place; ``u`` runs along the edges and ``v`` across: x and y, or y and x."""

    def __init__(self, picture: Picture, *, upright: bool, cards: list[Card] | None = None) -> None:
        self.picture, self.upright = picture, upright
        self.grid = grid_of(picture)
        self.cards = cards or [card_of(box, upright=upright) for box in picture.boxes]
        items = self.grid.frames
        self.framed = {items[f.name]: f for f in picture.frames if f.name in items}
        across = [card.width if upright else card.height for card in self.cards]
        places = Places(
            self.grid,
            [size + APART for size in across] + [LANE] * len(self.grid.before),
            [card.ports for card in self.cards],
            padding=(AROUND if upright else AROUND + TITLE, AROUND),
            least={i: _room(f) + APART for i, f in self.framed.items()} if upright else {},
        )
        v, sizes = places.search(), places.sizes
        top = PAGE - min([at - size / 2 for at, size in zip(v, sizes, strict=True)], default=0.0)
        self.v, self.sizes = [at + top for at in v], sizes
        self._set_columns()
        across_all = PAGE + max(
            [at + size / 2 for at, size in zip(self.v, sizes, strict=True)], default=0.0
        )
        along = self.end[-1] + self.after[-1] + PAGE
        self.width, self.height = (across_all, along) if upright else (along, across_all)

    def _set_columns(self) -> None:
        """Where each rank begins and ends, with room for frames that begin and end there."""
        first, last, count = self.grid.first, self.grid.last, max(self.grid.last, default=0) + 1
        widths = [EMPTY] * count
        for card, rank in zip(self.cards, first, strict=False):
            widths[rank] = max(widths[rank], card.height if self.upright else card.width)
        self.pads = {item: [0.0, 0.0] for item in self.framed}
        self.before, self.after = [0.0] * count, [0.0] * count
        for item, frame in reversed(self.framed.items()):  # inner ones first
            a, b, pads = first[item], last[item], self.pads[item]
            if not self.upright:
                widths[b] += max(0.0, _room(frame) - sum(widths[a : b + 1]) - GAP * (b - a))
            pads[0] += AROUND + (TITLE if self.upright else 0.0)
            pads[1] += AROUND
            self.before[a], self.after[b] = (
                max(self.before[a], pads[0]),
                max(self.after[b], pads[1]),
            )
            outer = self.grid.level[item]
            if outer >= 0:
                around = self.pads[outer]
                around[0] = max(around[0], pads[0] * (first[outer] == a))
                around[1] = max(around[1], pads[1] * (last[outer] == b))
        steep = [0.0] * count
        for box in range(self.grid.boxes):
            for item in self.grid.ways[box]:
                steep[first[box]] = max(steep[first[box]], abs(self.v[box] - self.v[item]))
        for lane, item in self.grid.before.items():
            steep[first[lane]] = max(steep[first[lane]], abs(self.v[lane] - self.v[item]))
        self.start, self.end, u = [0.0] * count, [0.0] * count, PAGE
        for rank in range(count):
            u += self.before[rank]
            if rank:
                u += GAP + min(MOST_STEEP, steep[rank] / 10) + self.after[rank - 1]
            self.start[rank] = u
            u += widths[rank]
            self.end[rank] = u

    def _at(self, u: float, v: float) -> tuple[float, float]:
        return (v, u) if self.upright else (u, v)

    def frames(self) -> list[Group]:
        """The frames, outer ones first."""
        groups = []
        for item, frame in self.framed.items():
            half = (self.sizes[item] - APART) / 2
            before, after = self.pads[item]
            low = self.start[self.grid.first[item]] - before
            high = self.end[self.grid.last[item]] + after
            x, y = self._at(low, self.v[item] - half)
            x2, y2 = self._at(high, self.v[item] + half)
            title = fitted(one_line(shortened(frame.title)), x2 - x - 2 * INSET, SMALL)
            groups.append(
                Group(
                    "cluster",
                    [
                        Rect(x, y, x2 - x, y2 - y, stroke="line", radius=8.0, thickness=1.0),
                        Text(x + INSET, y + 15.0, title, SMALL),
                    ],
                    f"module {frame.title}",
                    frame.name,
                )
            )
        return groups

    def edges(self) -> list[Group]:
        """The edges, by their users and in the order of the operands."""
        names = [
            one_line(shortened(b.label)) or b.symbol or b.number or b.name
            for b in self.picture.boxes
        ]
        groups = []
        for i, box in enumerate(self.picture.boxes):
            for k, cell in enumerate(box.cells):
                way = self.grid.way(i, k)
                told = cell.told(names[way[0]], names[i])
                path, dashed = self.path(i, k, way), bool(cell.via)
                curve = Curve(path, thickness=1.2, bezier=True, arrow=True, dashed=dashed)
                ends = self.picture.boxes[way[0]].name, box.name
                groups.append(Group("edge", [curve], told, ends=ends))
        return groups

    def path(self, box: int, k: int, way: list[int]) -> list[tuple[float, float]]:
        """Along the ranks straight, between them in a curve; so it meets no box on its way."""
        first, end = self.grid.first, self.end
        u, v = self.side(way[0], 1), self.v[way[0]]
        bends = [(u, v), (end[first[way[0]]], v)]
        for lane, after in zip(way[1:], [*way, box][2:], strict=True):
            bends += [
                (self.start[first[lane]], self.v[lane]),
                (end[first[after] - 1], self.v[lane]),
            ]
        v = self.v[box] + self.cards[box].ports[k]
        bends += [(self.start[first[box]], v), (self.side(box, -1), v)]
        kept = bends[:1]
        for n, here in enumerate(bends[1:], 2):
            straight = n < len(bends) and kept[-1][1] == here[1] == bends[n][1]
            near = abs(here[0] - kept[-1][0]) + abs(here[1] - kept[-1][1]) < NEAR
            if not near and not straight:
                kept.append(here)
        points = [self._at(*kept[0])]
        for (u, v), (u2, v2) in pairwise(kept):
            a, b = (u + u2) / 2, (u + u2) / 2
            if v == v2:
                a, b = u + (u2 - u) / 3, u + 2 * (u2 - u) / 3
            points += [self._at(a, v), self._at(b, v2), self._at(u2, v2)]
        return points

    def side(self, box: int, sign: int) -> float:
        """Where a box begins (-1) or ends (+1) along the edges."""
        rank, card = self.grid.first[box], self.cards[box]
        return (self.start[rank] + self.end[rank]) / 2 + sign * (
            card.height if self.upright else card.width
        ) / 2

    def boxes(self) -> list[Group]:
        """The boxes, with all that is written in them."""
        groups = []
        for i, box in enumerate(self.picture.boxes):
            card, rank = self.cards[i], self.grid.first[i]
            x, y = self._at((self.start[rank] + self.end[rank]) / 2, self.v[i])
            left, top = x - card.width / 2, y - card.height / 2
            fill, border = LOOKS[box.tint or box.role]
            shapes: list[Rect | Curve | Text | Group] = [
                Rect(
                    left, top, card.width, card.height, fill,
                    "warning" if box.nan else border, radius=5.0,
                    thickness=max(2.0 if box.nan else 1.2, thickness_of(box)),
                    dashed=box.role == "group",
                )
            ]  # fmt: skip
            for port, text in zip(card.ports, card.cells, strict=True):
                if text and self.upright:
                    shapes.append(Text(x + port, top + 13.0, text, SMALL, "slope", "middle"))
                elif text:
                    shapes.append(Text(left + INSET, y + port + 4.3, text, SMALL, "slope"))
            middle, down = x, top + (card.height - LINE * len(card.lines)) / 2
            if self.upright and card.cells:
                down = top + card.height - INSET / 2 - LINE * len(card.lines)
            elif card.cells:
                middle = left + card.width - INSET - wide(card.lines) / 2
            for line in card.lines:
                at = middle - wide([line]) / 2
                down += LINE
                for piece in line:
                    shapes.append(replace(piece, x=at, y=down - 4.5))
                    at += text_width(piece) + SPACE
            groups.append(Group("node", shapes, box.words, box.name))
        return groups


def _room(frame: Frame) -> float:
    """What a frame's title takes, up to a limit."""
    return min(LONGEST_TITLE, width_of(one_line(shortened(frame.title)), SMALL)) + 2 * INSET


def _key(picture: Picture, width: float, height: float) -> tuple[Group, float, float]:
    """What the picture uses: colours, then signs; and the page's size with it."""
    colours = {"gradient": "gradient", "slope": "slope", "used": "slope", "nan": "warning"}
    across = max(width, LEAST_KEY)
    shapes: list[Rect | Curve | Text | Group] = []
    x, y = PAGE, height + 10.0
    for kind, words in picture.key:
        swatch = 16.0 if kind in LOOKS else 0.0
        room = swatch + width_of(one_line(words), SMALL)
        if x > PAGE and x + room > across - PAGE:
            x, y = PAGE, y + LINE
        if swatch:
            fill, border = LOOKS[kind]
            sample = Rect(x, y - 9.5, 11.0, 11.0, fill, border, radius=2.0, dashed=kind == "group")
            shapes.append(sample)
        shapes.append(Text(x + swatch, y, one_line(words), SMALL, colours.get(kind, "ink")))
        width = max(width, x + room + PAGE)
        x += room + ENTRY
    return Group("", shapes), width, y + PAGE
