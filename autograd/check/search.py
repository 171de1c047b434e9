"""Where to look: samples, special points, ends, ties, random points, and panels between them.

A panel is an interval of one argument. By the fundamental theorem of calculus the integral of the
claimed derivative over it is f(b) - f(a); Gauss and Kronrod's 15 points give the integral (Piessens
and others 1983), and a panel that fails is halved until a point in it can be judged. So a
derivative that is wrong only from 3.0 to 3.2 is found without a sample there.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import pairwise

from autograd.check.target import Point, Target
from autograd.primitives import Interval

FAR = 100.0  # an unbounded domain is searched evenly at least this far, and by scale to 1e9
SPECIAL = (
    0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 1e-8, -1e-8, 1e-4, -1e-4, 3.0, -3.0, 10.0, -10.0, 25.0,
    -25.0, 50.0, -50.0, 100.0, -100.0, 0.1, -0.1, 700.0, -700.0, 1e4, -1e4,
)  # fmt: skip
SCALES = (1e3, 1e6, 1e5, 1e9)  # further out the floats are too far apart to tell
STEPS = (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0)  # beside samples
TIES = (0.0, 1.0, -1.0, 2.0, 0.5, -2.0, 3.0, 10.0, -10.0, 100.0)

# Abscissas and weights of the 15-point Kronrod rule on [-1, 1], from the middle outwards.
_NODES = (
    (0.0, 0.209482141084727828), (0.207784955007898468, 0.204432940075298892),
    (0.405845151377397167, 0.190350578064785410), (0.586087235467691130, 0.169004726639267903),
    (0.741531185599394440, 0.140653259715525919), (0.864864423359769073, 0.104790010322250184),
    (0.949107912342758525, 0.063092092629978553), (0.991455371120812640, 0.022935322010529225),
)  # fmt: skip


def reach(domain: Interval, samples: list[float]) -> Interval:
    """The part of an interval that is searched: all if bounded, else well past the samples."""
    low, high = domain
    far = max(FAR, 10 * max(map(abs, samples), default=1.0))
    if math.isinf(low):
        low = min(-far, high - far) if math.isfinite(high) else -far
    if math.isinf(high):
        high = max(far, low + far) if math.isfinite(domain[0]) else far
    return low, high


def points(target: Target, samples: list[Point], rng: random.Random, count: int) -> Iterator[Point]:
    """Points of the domain besides the samples, those that reveal most first."""
    n = target.n
    columns = [[p[i] for p in samples] for i in range(n)]
    within = [reach(target.domain[i], columns[i]) for i in range(n)]
    for special in SPECIAL:
        for i in range(n):
            if within[i][0] <= special <= within[i][1]:
                yield _with(samples[0], i, special)
    for i in range(n):
        for end in _ends(target.domain[i]):
            yield _with(samples[-1], i, end)
        low, high = target.domain[i]
        beside = [(1 + step) * samples[0][i] for step in (0.01, -0.01, 0.5, -0.5)]
        yield from [_with(samples[0], i, x) for x in beside if low <= x <= high]
    yield from _ties(target, samples, rng)
    for k in range(count // 2):
        yield tuple([_draw(within[i], rng, k) for i in range(n)])
    yield from _far_out(target, samples[0])
    for k in range(count // 2, count):
        yield tuple([_draw(within[i], rng, k) for i in range(n)])


def panels(
    target: Target, samples: list[Point], count: int
) -> Iterator[tuple[Point, int, float, float]]:
    """Intervals that cover each argument's searched range in turn: (point, argument, a, b)."""
    for sample in samples[:2] if target.n > 1 else samples[:1]:
        for i in range(target.n):
            own = [p[i] for p in samples]
            low, high = reach(target.domain[i], own)
            cuts = {*_cuts(low, high, count), *_decades(target.domain[i], low, high)}
            for x in own[:3]:
                cuts |= {c for c in _around(x) if target.domain[i][0] <= c <= target.domain[i][1]}
            nearest = sorted(pairwise(sorted(cuts)), key=lambda ab: _farness(own, *ab))
            yield from ((sample, i, a, b) for a, b in nearest)


def _around(x: float) -> list[float]:
    """Cuts beside a sample, on its own scale and on that of 1."""
    scales = {abs(x), 1.0} - {0.0}
    return [x + s * size * step for size in scales for step in STEPS for s in (1, -1)]


def _farness(samples: list[float], a: float, b: float) -> float:
    """How far a panel is from the nearest sample: nearer ones are looked at first."""
    return min(max(a - x, x - b, 0.0) for x in samples)


def panel_gap(
    target: Target, point: Point, i: int, a: float, b: float
) -> tuple[float, float] | None:
    """|∫ claim - (f(b) - f(a))| over a panel, and a scale for it; None where one is not finite."""
    fa, fb = target.value(*_with(point, i, a)), target.value(*_with(point, i, b))
    if not (math.isfinite(fa) and math.isfinite(fb)):
        return None
    middle, half = (a + b) / 2, (b - a) / 2
    total = size = 0.0
    for node, weight in _NODES:
        for x in {middle - half * node, middle + half * node}:
            claimed = target.claim(*_with(point, i, x))[i]
            if not math.isfinite(claimed):
                return None
            total += weight * half * claimed
            size += weight * half * abs(claimed)
    return abs(total - (fb - fa)), max(size, abs(fb - fa)) + 1e-6 * max(abs(fa), abs(fb))


def _far_out(target: Target, point: Point) -> Iterator[Point]:
    """By scale, nearer ones first."""
    for scale in SCALES:
        for i in range(target.n):
            low, high = target.domain[i]
            yield from [_with(point, i, x) for x in (scale, -scale) if low <= x <= high]


def _with(point: Point, i: int, x: float) -> Point:
    return (*point[:i], x, *point[i + 1 :])


def _ends(domain: Interval) -> list[float]:
    found = []
    for end, inward in zip(domain, reversed(domain), strict=True):
        if math.isfinite(end):
            width = inward - end if math.isfinite(inward) else math.copysign(1.0, inward)
            found += [end, end + 1e-9 * width, end + 1e-4 * width]
    return found


def _decades(domain: Interval, low: float, high: float) -> list[float]:
    """Cuts by the decade beyond what is searched evenly."""
    far = [s * 10.0**k for k in range(2, 10) for s in (1, -1)]
    return [x for x in far if domain[0] <= x <= domain[1] and not low <= x <= high]


def _ties(target: Target, samples: list[Point], rng: random.Random) -> Iterator[Point]:
    drawn = [10 ** rng.uniform(-3, 3) * rng.choice((-1, 1)) for _ in range(4)]
    for i in range(target.n):
        for j in range(i + 1, target.n):
            for k, sample in enumerate(samples[:3]):
                own = (sample[i], sample[j], -sample[i])
                for x in (*own, *TIES, *drawn) if k == 0 else own:
                    if all(target.domain[k][0] <= x <= target.domain[k][1] for k in (i, j)):
                        yield _with(_with(sample, i, x), j, x)
                low, high = target.domain[j]
                if low <= -sample[i] <= high:
                    yield _with(sample, j, -sample[i])
    if target.n > 2:
        for x in (samples[0][0], *TIES, *drawn):
            if all(low <= x <= high for low, high in target.domain):
                yield (x,) * target.n


def _draw(within: Interval, rng: random.Random, k: int) -> float:
    """In turn: uniform; uniform in the middle; log-uniform around 0, or the end nearest to it."""
    low, high = within
    if k % 2 == 0:
        inner = max(low, -20.0), min(high, 20.0)
        return rng.uniform(*(inner if k % 4 and inner[0] < inner[1] else within))
    start = 0.0 if low <= 0.0 <= high else min(low, high, key=abs)
    step = 10 ** rng.uniform(-7, 3) * rng.choice((-1, 1))
    for x in (start + step, start - step):
        if low <= x <= high:
            return x
    return rng.uniform(low, high)


def _cuts(low: float, high: float, count: int) -> Iterator[float]:
    """Evenly spaced cuts, and others that get denser towards 0 and the ends."""
    core = (max(low, -20.0), min(high, 20.0))
    for a, b in {(low, high), core}:
        if a < b:
            yield from (a + (b - a) * k / count for k in range(count + 1))
    for k in range(-4, 4):
        for sign in (1, -1):
            for base in (0.0, low, high):
                x = base + sign * 10.0**k
                if low < x < high:
                    yield x
