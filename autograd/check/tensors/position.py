"""One point, one cotangent: claims there, and what the function's values say of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.check.estimate import Estimate, estimate
from autograd.check.judge import Tolerance, verdict
from autograd.check.tensors.subject import DOUBLE, Subject

Bounds = tuple[Any, Any]  # for each number the least and the largest


class Position:
    """The claims uᵀ·J at x, judged along directions and along single elements.

    Attributes:
        x: the point.
        u: the cotangent, 0 for outputs that are not finite.
        claims: uᵀ·J as claimed.
        exact: whether this is a point that was given: there may be kinks at its very numbers.
    """

    def __init__(
        self,
        subject: Subject,
        x: Any,
        u: Any,
        tolerance: Tolerance,
        bounds: Bounds,
        rng: Any,
        *,
        exact: bool,
    ) -> None:
        self.subject, self.x, self.u, self.tolerance = subject, x, u, tolerance
        self.bounds, self.exact = bounds, exact
        self.here = subject.values(x)
        if subject.eps > DOUBLE and subject.doubled:  # what overflows in the arrays' own precision
            own = subject.values(x, double=False)
            self.u = u = np.where(np.isfinite(own), u, 0.0)
            self.here = np.where(np.isfinite(own), self.here, own)
        self.claims = subject.pull(x, u)
        self.live = u != 0
        self.finite = bool(np.isfinite(self.here).all())
        self.spread: list[Any] = []
        if subject.eps > DOUBLE:  # how far the claims are off for their precision, by trying
            for _ in range(2):
                near = x * (1 + subject.eps * rng.choice((-1.0, 1.0), len(x)))
                self.spread.append(np.nan_to_num(subject.pull(near, u) - self.claims))
        size = np.abs(np.nan_to_num(self.claims, posinf=0.0, neginf=0.0))
        self.typical = np.empty(len(x))
        for part in subject.parts:
            piece = size[part.start : part.stop]
            self.typical[part.start : part.stop] = np.sqrt(np.mean(piece**2)) if part.size else 0.0
        # How far the weighted sum of the outputs is off, for their rounding.
        eps = DOUBLE if subject.doubled else subject.eps
        self.seen = seen = np.abs(self.here[self.live] * u[self.live])
        self.floor = 2 * subject.eps * float(np.sqrt(np.sum(seen**2)))
        if subject.eps > DOUBLE:  # what should cancel leaves something
            share = 0.05 if subject.eps > 1e-5 else 0.5
            self.floor += share * subject.eps * float(np.sqrt(np.sum(u**2)))
        self.near: Position | None = None
        self.rng = rng
        self.rounding = 4 * eps * float(np.sqrt(np.sum(seen**2)) + 1e-300)
        self.step = 2.0 ** round(math.log2(eps) / 3)

    def weighted(self, x: Any) -> float:
        """uᵀ·f(x), nan where it can't be had."""
        try:
            found = self.subject.values(x)
        except Exception:  # noqa: BLE001 - a point next to the given one; it may be outside
            return math.nan
        if found.shape != self.u.shape:
            return math.nan
        return float(np.dot(found[self.live], self.u[self.live]))

    def slack(self, where: Any, d: Any) -> float:
        """By how much claims·d may be off because of the precision of the claims."""
        claims, eps = self.claims[where], self.subject.eps
        norm = math.sqrt(float(np.sum((claims * d) ** 2)))
        norm += math.sqrt(float(np.sum((self.typical[where] * d) ** 2)))
        size = float(np.abs(self.x[where]).max(initial=0.0)) or 1.0
        # A claim that is 0 but for rounding, of weights that add up to 1 or the like.
        floor = self.floor * float(np.abs(d).max(initial=0.0)) / size
        slack = floor + (64 if eps < 1e-5 else 16) * eps * norm  # half has no digits to spare
        for spread in self.spread:
            slack += 16 * abs(float(np.dot(spread[where], d)))
        if not self.subject.doubled:
            slack += max(0.02, 50 * eps) * norm
        return slack

    def judged(self, claimed: float, found: Estimate, slack: float) -> str:
        """The verdict on a claim, with what its precision allows."""
        tolerance = replace(self.tolerance, atol=self.tolerance.atol + slack)
        if not math.isfinite(claimed) and not self.finite:
            return "inconclusive"  # 0 * inf in a backward from outputs that are not finite
        if claimed == 0 == found.value and found.kind == "smooth" and found.bar < 1e-200:
            return "ok"  # whatever moves, nothing happens
        said = verdict(claimed, found, tolerance)
        if not math.isfinite(claimed) and abs(found.value) > 0.1 * self.subject.largest:
            return "inconclusive"  # too large for half precision
        if said == "mismatch" and found.kind == "kink" and math.isfinite(claimed):
            return "inconclusive"  # several kinks at once: their conventions need not lie between
        return said

    def along(self, where: Any, d: Any) -> tuple[float, Estimate, str]:
        """A direction: the numbers ``where`` move by d. The claim, the estimate, the verdict."""
        moved = self.x.copy()
        where = _slice(where)
        start = self.x[where]

        def f(t: float) -> float:
            moved[where] = start + t * d
            return self.weighted(moved)

        low, high = self.reach(where, d)
        found = estimate(f, 0.0, low, high, self.tolerance.eps)
        claimed = float(np.dot(self.claims[where], d))
        said = self.judged(claimed, found, self.slack(where, d))
        if said == "mismatch" and not self.subject.doubled and not self.differs(where, d):
            said = "inconclusive"  # steps of the rounding taken for slopes
        return claimed, found, said

    def reach(self, where: Any, d: Any) -> tuple[float, float]:
        """How far one can go in a direction inside the domain."""
        low, high = self.bounds[0][where], self.bounds[1][where]
        if not (np.isfinite(low).any() or np.isfinite(high).any()):
            return -math.inf, math.inf
        with np.errstate(all="ignore"):
            ends = (low - self.x[where]) / d, (high - self.x[where]) / d
        least, most = np.minimum(*ends), np.maximum(*ends)
        return float(np.max(least)), float(np.min(most))

    def element(self, i: int) -> tuple[Estimate, str]:
        """Along one element: the estimate of its partial, and the verdict on the claim."""
        found, said = self.partial(i, self.weighted, float(self.claims[i]))
        one = np.array([i]), np.ones(1)
        finite = math.isfinite(self.claims[i])
        if said == "mismatch" and finite and not self.subject.doubled and not self.differs(*one):
            said = "inconclusive"
        reach = abs(self.claims[i]) * max(abs(self.x[i]), 1.0)
        flat = abs(found.value) <= found.bar
        if said == "mismatch" and flat and reach < 1e-5 * float(np.abs(self.seen).max(initial=0.0)):
            said = "inconclusive"  # too little to be seen, if the function computes in float32
        return found, said

    def nearby(self) -> Position:
        """A point so near that only conventions at kinks differ."""
        if self.near is None:
            size = max(1e-3, 32 * self.subject.eps)
            scale = np.maximum(np.abs(self.x), np.sqrt(np.mean(self.x**2)) or 1.0)
            x = self.x + size * scale * self.rng.uniform(-1, 1, len(self.x))
            x = np.clip(x, *self.bounds)
            options = self.tolerance, self.bounds, self.rng
            self.near = Position(self.subject, x, self.u, *options, exact=False)
        return self.near

    def partial(self, i: int, f: Any, claimed: float) -> tuple[Estimate, str]:
        """The estimate of ∂f/∂xᵢ and the verdict on a claim for it."""
        moved = self.x.copy()

        def g(t: float) -> float:
            moved[i] = t
            return float(f(moved))

        low, high = float(self.bounds[0][i]), float(self.bounds[1][i])
        found = estimate(g, float(self.x[i]), low, high, self.tolerance.eps)
        return found, self.judged(claimed, found, self.slack(np.array([i]), np.ones(1)))

    def quick(self, where: Any, d: Any) -> tuple[float, float]:
        """A derivative along a direction from four values, and how far it is off."""
        h = self.step
        moved = self.x.copy()
        where = _slice(where)
        start = self.x[where]
        slopes = []
        for step in (h, h / 4):
            pair = []
            for sign in (step, -step):
                moved[where] = start + sign * d
                pair.append(self.weighted(moved))
            slopes.append((pair[0] - pair[1]) / (2 * step))
        value = slopes[1] + (slopes[1] - slopes[0]) / 15
        return value, abs(slopes[1] - slopes[0]) + 16 * self.rounding / h

    def differs(self, where: Any, d: Any) -> bool | None:
        """Whether the claim along a direction is wrong, by a quick look; None if it can't tell."""
        where = _slice(where)
        value, off = self.quick(where, d)
        if not math.isfinite(value):
            return None
        claimed = float(np.dot(self.claims[where], d))
        slack = self.slack(where, d) + self.tolerance.atol
        slack += self.tolerance.rtol * max(abs(claimed), abs(value))
        if abs(claimed - value) > 4 * off + slack:
            return True
        return None if off > 1e-2 * abs(value) + slack else False


def _slice(where: Any) -> Any:
    """Numbers in a row as a slice, which is faster."""
    if isinstance(where, slice) or not len(where) or where[-1] - where[0] != len(where) - 1:
        return where
    return slice(int(where[0]), int(where[-1]) + 1)
