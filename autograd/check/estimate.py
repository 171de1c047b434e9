"""A numerical derivative with an honest error bar, from values of a function alone.

A ladder of steps h, powers of two from max(|x|, 1)/4 down to 64 ulp. At each rung three quotients
from the same two values: central, right and left. Richardson's extrapolation runs over the ladder
(Ridders 1982); the bar of a candidate is the disagreement inside its tableau plus the function's
noise over the step. A candidate holds only if all finer rungs agree with it within their round-off:
a step that skips whole oscillations of sin(1e5 x) gives quotients that agree among themselves, and
the finer ones give it away. The function's own noise is read off third differences over the ladder,
after Moré and Wild (2011), who use a table of differences at one step.

About 100 to 180 evaluations.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

EPS = sys.float_info.epsilon
COLUMNS = 6
Function = Callable[[float], float]


@dataclass(frozen=True)
class Estimate:
    """What the values of a function say about its derivative at a point.

    Attributes:
        kind: "smooth"; "kink", the one-sided slopes differ; "jump", no slope on some side;
            "edge", the domain ends here; "infinite", the slope grows without end; "unknown".
        value: the derivative; at a kink the mean of the slopes, at an edge the one-sided slope.
        bar: by how much ``value`` may be off.
        left: the slope on the left, nan where there is none.
        right: the slope on the right.
        noise: how far single values of the function are off, as far as the ladder shows it.
        rounded: whether the function is flat on a fine scale and sloped on a coarse one, as if
            computed in float32 or rounded.
        scale: the size of a slope that would show: |f| / max(|x|, 1) and the quotients met.
    """

    kind: str
    value: float
    bar: float
    left: float = math.nan
    right: float = math.nan
    noise: float = 0.0
    rounded: bool = False
    scale: float = 0.0


def estimate(
    f: Function, x: float, low: float = -math.inf, high: float = math.inf, step: float | None = None
) -> Estimate:
    """Estimate f'(x) from values of f inside [low, high].

    >>> import math
    >>> found = estimate(math.sin, 1.0)
    >>> abs(found.value - math.cos(1.0)) <= found.bar < 1e-11
    True
    >>> estimate(abs, 0.0).kind
    'kink'
    """
    here = _safe(f, x)
    if not math.isfinite(here):
        return Estimate("edge", math.nan, math.inf)
    if step is not None:
        return _fixed(f, x, here, step)
    right = _side(f, x, here, +1, low, high)
    left = _side(f, x, here, -1, low, high)
    noise, rounded = _noise(f, x, here, right, left)
    if rounded:  # keep the rungs that span many of its steps
        right, left = ([(h, v) for h, v in s if abs(v - here) > 32 * noise] for s in (right, left))
    coarse = [abs(v - here) / h for s in (right, left) for h, v in s[:4]]
    scale = max([abs(here) / max(abs(x), 1.0), *coarse])
    if not right and not left:
        return Estimate("unknown", math.nan, math.inf, noise=noise, scale=scale)
    if not right or not left:
        sign, side = (1, right) if right else (-1, left)
        slope, bar, ok = _limit([(h, (v - here) / (sign * h)) for h, v in side], noise, 1)
        if not ok and _grows([(h, (v - here) / (sign * h)) for h, v in side]):
            return Estimate("infinite", math.copysign(math.inf, slope), math.inf, noise=noise)
        ends = (math.nan, slope) if right else (slope, math.nan)
        kind = "edge" if ok else "unknown"
        return Estimate(kind, slope, bar, *ends, noise=noise, rounded=rounded, scale=scale)
    central = [(h, (a - b) / (2 * h)) for h, a, b in _paired(right, left)]
    on_right = [(h, (v - here) / h) for h, v in right]
    on_left = [(h, (here - v) / h) for h, v in left]
    value, bar, ok = _limit(central, noise, 2)
    r, rbar, rok = _limit(on_right, noise, 1)
    s, sbar, sok = _limit(on_left, noise, 1)
    kind = "unknown"
    if rok and sok and abs(r - s) > 8 * (rbar + sbar) + 1e-9 * max(abs(r), abs(s)):
        kind, value, bar = "kink", (r + s) / 2, rbar + sbar
    elif ok and rok and sok:
        kind = "smooth"
    elif not rounded and any(_jumps(side, here, noise) for side in (right, left)):
        kind, bar = "jump", math.inf
    elif _grows(on_right) or _grows(on_left):
        kind, bar = "infinite", math.inf
    elif ok and abs(r - s) <= 1e-2 * max(abs(r), abs(s), abs(value)) + 8 * bar:
        kind = "smooth"
    else:
        bar = math.inf
    return Estimate(kind, value, bar, s, r, noise, rounded, scale)


def _safe(f: Function, x: float) -> float:
    try:
        return float(f(x))
    except (ArithmeticError, ValueError):
        return math.nan


def _steps(x: float) -> list[float]:
    """The ladder, coarse to fine; beside a tiny x a second one on its own scale."""
    top = math.frexp(max(abs(x), 1.0) / 4)[1]
    least = 64 * math.ulp(x or 1e-3)
    steps = [math.ldexp(1.0, k) for k in range(top, top - 50, -1)]
    if 0 < abs(x) < 1e-3:
        own = math.frexp(abs(x) / 4)[1]
        steps = steps[:46:2] + [math.ldexp(1.0, k) for k in range(own, own - 47, -1)]
        steps = sorted(set(steps), reverse=True)
    return [h for h in steps if h >= least]


def _side(
    f: Function, x: float, here: float, sign: int, low: float, high: float
) -> list[tuple[float, float]]:
    """(actual step, value), coarse to fine, from after the last step that has no value."""
    found: list[tuple[float, float]] = []
    for h in _steps(x):
        there = x + sign * h
        value = _safe(f, there) if low <= there <= high and there != x else math.nan
        if math.isfinite(value):
            found.append((abs(there - x), value))
        else:
            found.clear()
    return found


def _paired(
    right: list[tuple[float, float]], left: list[tuple[float, float]]
) -> list[tuple[float, float, float]]:
    on_left = dict(left)
    return [(h, v, on_left[h]) for h, v in right if h in on_left]


def _noise(
    f: Function,
    x: float,
    here: float,
    right: list[tuple[float, float]],
    left: list[tuple[float, float]],
) -> tuple[float, bool]:
    """How far single values are off, and whether the function is made of tiny steps."""
    noise = 2 * EPS * abs(here) + 5e-324
    rounded = False
    for side in (right, left):
        rest = _rest([v for _, v in side])
        fine = sorted(rest[-12:])
        if len(fine) > 4:  # the fifth largest: a jump or a kink shows in four
            noise = max(noise, 8 * fine[-5])
    near = [v for side in (right, left) for _, v in side[-12:]]
    if len(near) > 20 and all(v == here for v in near):
        # Flat all around: what is there has been rounded away beside something larger.
        noise = max([noise, *(EPS * abs(v) for side in (right, left) for _, v in side)])
    for sign, side in ((1, right), (-1, left)):
        rising = [(h, v) for h, v in side if v != here]
        if len(rising) < 8 or len(side) - len(rising) < 8:
            continue
        quantum = min(abs(v - here) for _, v in rising)
        size = max([abs(here), *(abs(v) for _, v in rising)])
        if not 16 * EPS * abs(here) < quantum < 1e-4 * size:
            continue
        uneven = [r for r in _rest([v for _, v in rising[-12:]]) if r > quantum / 40]
        if len(uneven) >= 4 or _stairs(f, x, sign * rising[-1][0], quantum):
            rounded = True
            noise = max([noise, quantum, *(4 * r for r in uneven)])
    return noise, rounded


def _stairs(f: Function, x: float, h: float, quantum: float) -> bool:
    """Whether f moves in steps between x + h and x + 9h: its bend changes sign again and again."""
    v = [_safe(f, x + h * (1 + 0.37 * k)) for k in range(22)]
    bends = [a - 2 * b + c for a, b, c in zip(v, v[1:], v[2:], strict=False)]
    signs = [b > 0 for b in bends if abs(b) > quantum / 8]
    return sum(a != b for a, b in pairwise(signs)) >= 6


def _rest(v: list[float]) -> list[float]:
    """What is left of a ladder's values without their parts in 1, h and h²: jump, slope, curve."""
    return [abs(v[i] - 7 * v[i + 1] + 14 * v[i + 2] - 8 * v[i + 3]) / 18 for i in range(len(v) - 3)]


def _limit(
    quotients: list[tuple[float, float]], noise: float, order: int
) -> tuple[float, float, bool]:
    """The best candidate of Richardson's tableau, its bar, and whether the finer rungs agree."""
    best, best_bar = math.nan, math.inf
    row: list[float] = []
    rows = []
    for i, (h, q) in enumerate(quotients):
        new = [q]
        for j in range(1, min(len(row), COLUMNS) + 1):
            ratio = quotients[i - j][0] / h  # Neville: rungs need not be halves
            factor = ratio * ratio if order == 2 else ratio
            new.append(new[j - 1] + (new[j - 1] - row[j - 1]) / (factor - 1))
        rows.append((h, new, row))
        row = new
    candidates = []
    for i, (h, new, old) in enumerate(rows):
        for j in range(1, len(new)):
            spread = abs(new[j] - new[j - 1])
            if j - 1 < len(old):
                spread = max(spread, abs(new[j] - old[j - 1]))
            bar = 2 * spread + 4 * noise / h
            candidates.append((bar, i, j, new[j]))
    candidates.sort(key=lambda c: c[0])
    for bar, i, j, value in candidates[:60]:
        if not math.isfinite(bar):
            break
        slack = 8 * bar + 4 * EPS * abs(value)
        if all(abs(new[j] - value) <= slack + 16 * noise / h for h, new, _ in rows[i + 1 :]):
            return value, bar, True
        if math.isnan(best):
            best, best_bar = value, bar
    return best, best_bar, False


def _jumps(side: list[tuple[float, float]], here: float, noise: float) -> bool:
    """Whether the function tends to a value other than f(x) from this side."""
    gaps = [v - here for _, v in side[-6:]]
    return (
        bool(gaps)
        and min(map(abs, gaps)) > 16 * noise
        and max(gaps) - min(gaps) < 0.1 * abs(gaps[-1])
    )


def _grows(quotients: list[tuple[float, float]]) -> bool:
    """Whether the slope grows all the way down the ladder, as that of a root does."""
    tail = [q for _, q in quotients[-24:]]
    if len(tail) < 12:
        return False
    steady = all(abs(b) > 1.02 * abs(a) for a, b in pairwise(tail))
    return steady and abs(tail[-1]) > 8 * abs(tail[0])


def _fixed(f: Function, x: float, here: float, step: float) -> Estimate:
    """The plain central quotient with one step, as asked for by ``eps``."""
    a, b = x + step, x - step
    value = (_safe(f, a) - _safe(f, b)) / (a - b)
    if not math.isfinite(value):
        return Estimate("unknown", math.nan, math.inf)
    noise = 2 * EPS * abs(here)
    return Estimate("smooth", value, noise / step, value, value, noise)
