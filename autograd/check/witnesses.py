"""Points that were judged for one partial, and a judge for more of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median

from autograd.check.judge import Finding, Tolerance, judge
from autograd.check.target import Point, Target

EVERYWHERE = "everywhere"
MOST = "at most points"


@dataclass(frozen=True)
class Region:
    """Where it is wrong.

    Attributes:
        text: in words.
        crossing: a wrong point and a right one next to it, on either side of a bound.
        bound: that bound.
    """

    text: str
    crossing: tuple[Point, Point] | None = None
    bound: float = 0.0

    @property
    def local(self) -> bool:
        """Whether it is right in other places."""
        return not self.text.startswith(EVERYWHERE) and self.text not in {MOST, ""}

    @property
    def has_bounds(self) -> bool:
        """Whether it says where it is right, so that what is claimed there is another matter."""
        return self.local and not self.text.startswith("at some")

    @property
    def is_a_point(self) -> bool:
        """Whether it is one value of an argument."""
        return self.text.startswith(("only ", "at ")) and not self.text.startswith(
            ("at some", MOST)
        )


@dataclass
class Witnesses:
    """Points that have been judged, for one partial; :meth:`at` judges others."""

    target: Target
    index: int
    tolerance: Tolerance
    wrong: list[Finding]
    right: list[Finding]
    limit: int
    seen: dict[Point, Finding | None] = field(default_factory=dict)
    typical: float = 0.0  # the usual gap, relative to the numbers

    def __post_init__(self) -> None:
        gaps = [self.gap(f) for f in self.wrong if math.isfinite(self.gap(f))]
        self.typical = median(gaps) if gaps else 1.0
        self.seen.update({f.point: f for f in (*self.wrong, *self.right)})

    def gap(self, f: Finding) -> float:
        """How far a claim is off, relative to the larger number."""
        size = max(abs(f.claimed), abs(f.found.value))
        return abs(f.claimed - f.found.value) / size if size else 0.0

    def says_little(self, f: Finding) -> bool:
        """Whether a claim could be wrong by the usual gap, and pass: a claim of 0, a wide bar."""
        size = max(abs(f.claimed), abs(f.found.value))
        return f.verdict == "ok" and 4 * f.found.bar >= 0.3 * self.typical * size

    def at(self, point: Point) -> Finding | None:
        """The finding at a point, None where there is none or no evaluations are left."""
        if point not in self.seen:
            self.seen[point] = self._judged(point)
        return self.seen[point]

    def is_wrong(self, point: Point) -> bool | None:
        """Whether the claim is wrong there; None if nobody can say."""
        found = self.at(point)
        if found is None or found.verdict not in {"ok", "kink", "mismatch"}:
            return None
        size = max(abs(found.claimed), abs(found.found.value))
        if size and self.says_little(found):
            return None
        return found.verdict == "mismatch"

    def late(self) -> bool:
        """Whether no evaluations are left."""
        return self.target.evaluations > self.limit

    def _judged(self, point: Point) -> Finding | None:
        within = zip(point, self.target.domain, strict=True)
        if self.late() or not all(low <= x <= high for x, (low, high) in within):
            return None
        if not math.isfinite(self.target.value(*point)):
            return None
        claimed = self.target.claim(*point)[self.index]
        return judge(self.target, point, self.index, claimed, self.tolerance)
