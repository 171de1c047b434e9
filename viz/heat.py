"""Strips of numbers as colours: blue is positive, orange negative, and the larger the stronger."""

from __future__ import annotations

import math
from typing import Any

from viz.canvas import Slopes, colour, largest, size_of
from viz.numbers import shown
from viz.scene import Group, Rect, Text, fitted, width_of
from viz.units import Network

STEPS = 16  # of opacity
MOST_COLUMNS = 300
MOST_ROWS = 80
Table = list[list[float | None]]


class Heat:
    """Draws the strips of one picture, and remembers what was used and what was put together."""

    def __init__(self, network: Network, slopes: Slopes, digits: int, small: float) -> None:
        self.network, self.slopes, self.digits, self.small = network, slopes, digits, small
        self.used: set[str] = set()
        self._rows = self._columns = self._reads = 1

    def binned(self) -> str:
        """What was put together, in words."""
        told = []
        if self._columns > 1:
            told.append(f"A column is the mean of {self._columns} examples (the last of the rest).")
        if self._reads > 1:
            told.append(f"A column is the mean of up to {self._reads} weights.")
        if self._rows > 1:
            told.append(f"In large layers a row is the mean of up to {self._rows} neurons.")
        return " ".join(told)

    def box(self, layer: Any, width: float, height: float) -> Group:
        """A layer's box at (0, 0)."""
        group = Group("node", name=layer.name)
        tables = self._tables(layer)
        if not tables:
            height = 60.0
        group.shapes.append(Rect(0, 0, width, height, "card", "line", 10))
        name, _, model = layer.title.partition(", ")
        size = 15.0 if width_of(name, 15, bold=True) <= width - 12 else 13.0
        title = fitted(name, width - 10, size, bold=True)
        group.shapes.append(Text(width / 2, 25, title, size, anchor="middle", bold=True))
        count = len(layer.units)
        what = ("neuron" if layer.depth else "input") + "s" * (count != 1)
        group.words = f"{layer.title}: {count} {what}{self._law(layer)}"
        note = f"{model}: {count} {what}" if model else f"{count} {what}{self._law(layer)}"
        group.shapes.append(Text(width / 2, 44, fitted(note, width - 12, 13), 13, "dim", "middle"))
        room = (height - 56) / max(1, len(tables))
        for k, (name, table) in enumerate(tables):
            top = 52 + k * room
            group.words += f"; {self._strip(group, layer, name, table, (top, width, room))}"
        return group

    def _law(self, layer: Any) -> str:
        symbols = dict.fromkeys(unit.symbol for unit in layer.units if unit.weights)
        some = [symbol or "linear" for symbol in symbols]
        return f", {', '.join(some[:3])}" if some else ""

    def _tables(self, layer: Any) -> list[tuple[str, Table]]:
        units = layer.units
        if not self.network.numbers:
            if not layer.depth or not self.network.weighted:
                return []
            tables = [("W", [[w.number for w in unit.weights] for unit in units])]
            if self.slopes.sign:
                slopes = [[self.slopes.of(w.node) for w in unit.weights] for unit in units]
                tables.append(("grad of W", slopes))
            return tables
        name = "A" if any(u.symbol for u in units) else "Z" if layer.depth else "X"
        tables = [(name, [unit.numbers for unit in units])]
        if self.slopes.sign and not all(unit.constant for unit in units):
            found = [[None if u.constant else self.slopes.of(n) for n in u.a] for u in units]
            tables.append((self.slopes.by(name), found))
        return tables

    def _strip(
        self, group: Group, layer: Any, name: str, table: Table, room: tuple[float, float, float]
    ) -> str:
        top, width, height = room
        known = [x for row in table for x in row if x is not None]
        most = largest(known)
        biggest = max((abs(x) for x in known if x == x), default=0.0)
        fill = "gradient" if len(name) > 1 else "ink"
        words = f"{name}, largest {shown(biggest, self.digits)}"
        if any(x != x for x in known):
            words += ", with nan"
        told = fitted(name, width / 2, 13, bold=True)
        group.shapes.append(Text(12, top + 16, told, 13, fill, bold=True))
        foot = 8.0
        if len(name) > 1:
            norm = f"‖{name}‖ {shown(math.hypot(*known), self.digits)}" if known else ""
            foot = 26.0
            text = fitted(norm, width - 12, 13)
            group.shapes.append(Text(width / 2, top + height - 9, text, 13, fill, "middle"))
            words += f", {norm}"
        self._cells(group, layer, table, (top + 24, width, height - 24 - foot, most), words)
        return words

    def _cells(
        self,
        group: Group,
        layer: Any,
        table: Table,
        room: tuple[float, float, float, float],
        words: str,
    ) -> None:
        top, width, height, most = room
        names = [unit.label for unit in layer.units]
        table, rows = _means(table, min(MOST_ROWS, max(1, int(height / 3.0))))
        self._rows = max(self._rows, rows)
        row = min(34.0, height / len(table))
        every = math.ceil((self.small + 2) / row)
        names = [names[k * rows] for k in range(len(table))]
        label = max(width_of(n, self.small) for n in names[::every])
        label = min(label, width * 0.4)
        x, wide = label + 14, width - label - 24
        columns = [list(c) for c in zip(*table, strict=True)] if _even(table) else []
        if columns:
            most_columns = min(MOST_COLUMNS, max(1, int(wide)))
            columns, together = _means(columns, most_columns)
            table = [list(r) for r in zip(*columns, strict=True)]
            if self.network.numbers:
                self._columns = max(self._columns, together)
            else:
                self._reads = max(self._reads, together)
        wide = min(wide, 64.0 * max(len(r) for r in table))
        y = top + (height - row * len(table)) / 2
        strip = Group("", words=f"{layer.title}: {words}")
        strip.shapes += heat(table, (x, y, wide, row), most)
        strip.shapes.append(Rect(x, y, wide, row * len(table), "", "line", thickness=1.0))
        self.used |= {s.fill for s in strip.shapes if isinstance(s, Rect) and s.fill}
        for k in range(0, len(table), every):
            name = fitted(names[k], label, self.small)
            base = y + (k + 0.5) * row + self.small * 0.36
            group.shapes.append(Text(x - 5, base, name, self.small, "dim", "end"))
        group.shapes.append(strip)


def heat(table: Table, place: tuple[float, float, float, float], most: float) -> list[Rect]:
    """A rectangle for each run of equal cells; ``place`` is x, y, width, and a row's height."""
    x, y, width, row = place
    found = []
    gap = 1.0 if row > 6 else 0.0
    for j, numbers in enumerate(table):
        cell = width / len(numbers)
        steps = [_step(number, most) for number in numbers]
        first = 0
        for i in range(1, len(steps) + 1):
            if i < len(steps) and steps[i] == steps[first]:
                continue
            fill, step = steps[first]
            if step:
                left = round(x + first * cell, 1)
                wide = round(x + i * cell, 1) - left
                found.append(Rect(left, y + j * row, wide, row - gap, fill, opacity=step / STEPS))
            first = i
    return found


def _step(number: float | None, most: float) -> tuple[str, int]:
    if number is None:
        return "", 0
    if number != number:
        return "warning", STEPS
    return colour(number), round(STEPS * size_of(number, most))


def _means(rows: Table, most: int) -> tuple[Table, int]:
    """At most so many rows, each the mean of so many; the last one of the rest."""
    together = math.ceil(len(rows) / most)
    if together <= 1:
        return rows, 1
    found: Table = []
    for k in range(0, len(rows), together):
        part = rows[k : k + together]
        found.append([_mean(list(column)) for column in zip(*part, strict=True)])
    return found, together


def _mean(numbers: list[float | None]) -> float | None:
    known = [x for x in numbers if x is not None]
    return sum(known) / len(known) if known else None


def _even(table: Table) -> bool:
    return len({len(row) for row in table}) == 1
