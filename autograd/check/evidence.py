"""The wrong claims that a cause must explain, and what it is to explain them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from autograd.check.estimate import Estimate, estimate
from autograd.check.judge import Finding
from autograd.check.target import Target
from autograd.check.witnesses import Region, Witnesses

SHARP = 1e-5  # the bar of a sharp finding, relative to its numbers
ENOUGH = 3  # points that a cause is verified at
ASKED = 12  # right points that may contradict it

# What a cause says should have been claimed, and by how much that may be off for the estimate's
# bar; None where it says nothing.
Prediction = Callable[[Finding], "tuple[float, float] | None"]


@dataclass(frozen=True)
class Cause:
    """A mistake that gives the very numbers that are claimed."""

    text: str
    predicts: Prediction | None = None
    simple: bool = True


@dataclass
class Evidence:
    """Wrong findings with sharp estimates, all of them to be explained.

    Attributes:
        tied: the claims are sums of two partials, at ties.
        right: right claims that a cause must not contradict, where no bound keeps it from them.
    """

    target: Target
    index: int
    sharp: list[Finding]
    seen: Witnesses
    region: Region
    tied: bool = False
    right: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The argument's name."""
        return self.target.names[self.index]

    def explained(self, predicts: Prediction, need: int = ENOUGH) -> bool:
        """Whether a prediction is right at all sharp points, and at most of them clearly so."""
        clear = 0
        places = set()
        for f in self.sharp:
            said = fits(f, predicts)
            if said is False:
                return False
            clear += said is True
            if said:
                places.add(place_of(f))
        enough = clear >= max(need, 0.6 * len(self.sharp)) and len(places) >= need
        return enough and not any(contradicts(f, predicts) for f in self.right[:ASKED])

    def only(self, said: Callable[[Finding], bool]) -> Evidence:
        """The same with those points only that say something, if they are most of them."""
        kept = [f for f in self.sharp if said(f)]
        if len(kept) < max(ENOUGH, 0.6 * len(self.sharp)):
            kept = []
        return replace(self, sharp=kept)

    def slope(self, f: Finding, x: float, i: int | None = None) -> Estimate | None:
        """The true partial by argument i (the wrong one) with that argument at x."""
        i = self.index if i is None else i
        low, high = self.target.domain[i]
        if self.seen.late() or not low <= x <= high:
            return None
        found = estimate(self.target.along(f.point, i), x, low, high)
        return found if found.kind in {"smooth", "edge"} and math.isfinite(found.bar) else None


def fits(f: Finding, predicts: Prediction) -> bool | None:
    """Whether a prediction is what is claimed at a point; None if it is not sharp enough."""
    try:
        said = predicts(f)
    except (ArithmeticError, ValueError):
        return False
    if said is None or not all(map(math.isfinite, said)):
        return False
    value, bar = said
    size = max(abs(value), abs(f.claimed))
    most = min(1e-4 * size, 1e-2 * abs(f.claimed - f.found.value))
    near = abs(f.claimed - value) <= 8 * bar + 1e-9 * size
    return near if not near or 8 * bar + 1e-9 * size <= most else None


def place_of(f: Finding) -> tuple[float, ...]:
    """Where a finding is, with its mirror images: of an odd function they say one thing twice."""
    return tuple(map(abs, f.point))


def contradicts(f: Finding, predicts: Prediction) -> bool:
    """Whether a prediction is clearly something else than a right claim."""
    try:
        said = predicts(f)
    except (ArithmeticError, ValueError, KeyError):
        return False
    if said is None or not all(map(math.isfinite, said)):
        return False
    value, bar = said
    slack = 8 * max(bar, f.found.bar) + 1e-6 * max(abs(value), abs(f.claimed))
    return abs(f.claimed - value) > slack


def gather(
    target: Target, index: int, wrong: list[Finding], seen: Witnesses, region: Region
) -> Evidence:
    """The sharp ones of the wrong findings, and some more near them if they are few."""
    sharp = [f for f in wrong if is_sharp(f)]
    if 0 < len({place_of(f) for f in sharp}) < 8:
        known = {f.point for f in sharp}
        for point in _near(sharp):
            found = seen.at(point) if point not in known else None
            if found is not None and found.verdict == "mismatch" and is_sharp(found):
                known.add(point)
                sharp.append(found)
            if len(sharp) >= 12:
                break
    asked = [] if region.has_bounds else [f for f in seen.right if _is_told(seen, f)]
    return Evidence(target, index, sharp, seen, region, right=asked)


def _is_told(seen: Witnesses, f: Finding) -> bool:
    return f.found.kind in {"smooth", "edge"} and f.verdict == "ok" and not seen.says_little(f)


def is_sharp(f: Finding) -> bool:
    """Whether the estimate is good enough to tell one cause from another."""
    size = max(abs(f.found.value), abs(f.claimed))
    smooth = f.found.kind in {"smooth", "edge"} and math.isfinite(f.claimed)
    gap = abs(f.claimed - f.found.value)
    return smooth and f.found.bar < min(SHARP * size, 1e-3 * gap)


def _near(findings: list[Finding]) -> Iterator[tuple[float, ...]]:
    n = len(findings[0].point)
    for f in findings[:4]:
        for step in (0.013, -0.017, 0.041, -0.053, 0.11, -0.13):
            shift = [step * max(abs(x), 1e-3) for x in f.point]
            if n > 1 and len(set(f.point)) < n:  # keep a tie
                yield tuple([x + step * max(map(abs, f.point)) for x in f.point])
            more = [d * (1 + 0.3 * k) for k, d in enumerate(shift)]
            yield tuple([x + d for x, d in zip(f.point, more, strict=True)])
    for f, g in product(findings[:3], repeat=2):
        yield tuple([(2 * x + y) / 3 for x, y in zip(f.point, g.point, strict=True)])
