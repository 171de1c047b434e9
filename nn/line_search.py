"""How far to go: the search along a line for a point that meets the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nn.vectors import Vector, dot, largest, moved


@dataclass(frozen=True)
class Point:
    """What the closure gave at a place."""

    loss: float
    slope: Vector
    t: float = 0.0
    along: float = 0.0  # the slope in the direction of the line


class Line:
    """W = start + tD, and the search for a good t."""

    def __init__(self, seen: Callable[[Vector], Point], start: Vector, direction: Vector) -> None:
        self.seen = seen
        self.start, self.direction = start, direction
        self.evaluations = 0

    def at(self, t: float) -> Point:
        """Loss and slopes at t."""
        self.evaluations += 1
        seen = self.seen(moved(self.start, t, self.direction))
        return Point(seen.loss, seen.slope, t, dot(seen.slope, self.direction))

    def search(self, t: float, here: Point, falls: float, most: int) -> tuple[float, Point]:
        """A t where the loss has fallen by c₁ of what the slope promised, and the slope by c₂."""
        begin = last = Point(here.loss, here.slope, 0.0, falls)
        point = self.at(t)
        for count in range(most):
            if _too_high(point, begin) or (count > 1 and point.loss >= last.loss):
                break
            if _flat(point, begin):
                return point.t, point
            if point.along >= 0:
                break
            further = _lowest(last, point, point.t + 0.01 * (point.t - last.t), 10 * point.t)
            last, point = point, self.at(further)
        else:
            last = begin
        return self._between(last, point, begin, most)

    def _between(self, one: Point, other: Point, begin: Point, most: int) -> tuple[float, Point]:
        """Narrow the bracket down, as algorithm 3.6 does; always from its lower end."""
        low, high = (one, other) if one.loss <= other.loss else (other, one)
        stuck = False
        while self.evaluations - 1 < most:
            left, right = sorted((low.t, high.t))
            width = right - left
            if width * largest(self.direction) < 1e-9:
                break
            t = _lowest(one, other, left, right)
            if min(right - t, t - left) >= 0.1 * width:
                stuck = False
            elif stuck or not left < t < right:
                t = right - 0.1 * width if right - t < t - left else left + 0.1 * width
                stuck = False
            else:
                stuck = True
            point = self.at(t)
            if _too_high(point, begin) or point.loss >= low.loss:
                one, other = low, point
                low, high = (low, point) if low.loss <= point.loss else (point, low)
            else:
                if _flat(point, begin):
                    return point.t, point
                if point.along * (high.t - low.t) >= 0:
                    high = low
                low, one, other = point, high, point
        return low.t, low


def _too_high(point: Point, begin: Point) -> bool:
    return point.loss > begin.loss + 1e-4 * point.t * begin.along


def _flat(point: Point, begin: Point) -> bool:
    return abs(point.along) <= -0.9 * begin.along


def _lowest(p: Point, q: Point, left: float, right: float) -> float:
    """Where the cubic through two points and their slopes is lowest, from ``left`` to ``right``."""
    p, q = sorted((p, q), key=lambda point: point.t)
    a = p.along + q.along - 3 * (p.loss - q.loss) / (p.t - q.t)
    square = a * a - p.along * q.along
    if square < 0:
        return (left + right) / 2
    b = math.sqrt(square)
    below = q.along - p.along + 2 * b
    if below == 0:
        return right
    t = q.t - (q.t - p.t) * ((q.along + b - a) / below)
    return min(max(t, left), right)
