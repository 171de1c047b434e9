"""What is true of a case, by mpmath: one-sided slopes, and whether a claim may stand.

A slope is a one-sided difference quotient at 200 digits or more, with a step of 1e-40 of the
argument (1e-80 of its scale at 0): its error is of the order of the step. A second, 1e20 times
finer quotient tells a finite slope from one that is 0 (it shrinks), infinite (sqrt at 0: it grows)
or not there (a jump: it grows as the step shrinks).
"""

from __future__ import annotations

import math
import random
from itertools import product

import mpmath as mp

WRONG = 1e-6  # ten times the default rtol of gradcheck: what counts as a bug


def slopes(case, point, direction):
    """Both one-sided slopes of the truth as (least, greatest); None at a jump or off the domain."""
    with mp.workdps(_digits(point)):
        found = [_side(case, point, [s * d for d in direction]) for s in (1, -1)]
    if any(q == "jump" for q in found):
        return None
    found = [s * q for s, q in zip((1, -1), found, strict=True) if q is not None]
    return (min(found), max(found)) if found else None


def value(case, point):
    """The truth at a point, as a float."""
    with mp.workdps(_digits(point)):
        return float(case.truth(*(mp.mpf(x) for x in point)))


def _digits(point):
    """Tiny steps beside large values, and tails beside 1, need more than 200."""
    if any(0 < abs(x) < 1e-30 for x in point):
        return 800
    return 200 if all(0.01 < abs(x) < 25 for x in point) else 450


def _side(case, point, direction):
    size = max(abs(x) for x, d in zip(point, direction, strict=True) if d)
    step = mp.mpf(10) ** -40 * mp.mpf(size) if size else mp.mpf(10) ** -80 * _scale(case, direction)
    here = _value(case, [mp.mpf(x) for x in point])
    quotients = []
    for h in (step, step * mp.mpf(10) ** -20):
        there = [mp.mpf(x) + h * d for x, d in zip(point, direction, strict=True)]
        if not all(lo <= x <= hi for x, (lo, hi) in zip(there, case.domain, strict=True)):
            return None
        value = _value(case, there)
        if here is None or value is None:
            return None
        quotients.append((value - here) / h)
    coarse, fine = quotients
    if abs(fine) < abs(coarse) / 1000:
        return mp.mpf(0)
    if abs(fine) > mp.mpf(10) ** -60 and abs(fine) > 1.2 * abs(coarse):
        return "jump" if abs(fine) > mp.mpf("0.9e20") * abs(coarse) else mp.sign(fine) * mp.inf
    return fine


def _scale(case, direction):
    sizes = [abs(x[i]) for x in case.inputs for i, d in enumerate(direction) if d and x[i]]
    return mp.mpf(min([1.0, *sizes]))


def _value(case, point):
    try:
        value = case.truth(*point)
    except (ZeroDivisionError, ValueError):
        return None
    return mp.mpf(value) if not isinstance(value, mp.mpc) and mp.isfinite(value) else None


def excess(claim, interval):
    """How far the claim lies outside the slopes, as a float; nan for a claim of nan."""
    least, greatest = (mp.mpf(q) for q in interval)
    if math.isnan(claim):
        return math.nan
    biggest = mp.mpf(1.7976931348623157e308)
    if (
        math.isinf(claim)
        and max(abs(least), abs(greatest)) > biggest
        and (claim * max(least, greatest, key=abs) > 0)
    ):
        return 0.0
    with mp.workdps(50):
        return float(max(least - claim, claim - greatest, mp.mpf(0)))


def accepted(case, point, direction, claim, rtol, atol=0.0):
    """Is the claim within the slopes, give or take rtol and the rounding of the point?"""
    interval = slopes(case, point, direction)
    if interval is None:
        return True
    if _within(claim, interval, rtol, atol):
        return True
    for k in (1, -1):  # a few ulp beside: where the slope is steep, no float claim does better
        near = tuple(x * (1 + k * 8 * 2.0**-52) for x in point)
        beside = slopes(case, near, direction)
        if beside is not None:
            interval = (min(interval[0], beside[0]), max(interval[1], beside[1]))
    return _within(claim, interval, rtol, atol)


def _within(claim, interval, rtol, atol):
    size = float(max(abs(q) for q in interval if mp.isfinite(q)) if _finite(interval) else 0.0)
    off = excess(claim, interval)
    return off <= rtol * min(size, 1e308) + atol + 1e-307  # False for nan


def _finite(interval):
    return any(mp.isfinite(q) for q in interval)


def partials_accepted(case, point, claims, rtol, atol=0.0):
    """One verdict an argument."""
    n = len(point)
    axes = [[float(i == k) for i in range(n)] for k in range(n)]
    return [
        accepted(case, point, axis, claim, rtol, atol)
        for axis, claim in zip(axes, claims, strict=True)
    ]


def is_wrong(case, point, claims, rtol=WRONG):
    """Does the truth contradict the claims at the point, along an axis or the case's direction?"""
    if not all(partials_accepted(case, point, claims, rtol)):
        return True
    if not case.along:
        return False
    total = sum(d * c for d, c in zip(case.along, claims, strict=True))
    return not accepted(case, point, case.along, total, rtol)


def inside(case, point):
    """Does the bug show at the point, by its own label?"""
    names = dict(zip("xyzw", point, strict=False))
    return case.where == "everywhere" or bool(
        eval(case.where, {"abs": abs, "max": max, "min": min}, names)
    )


def smooth(case):
    """Has it, at all of its samples, partials that are not 0, two-sided and good to ten digits?

    Then a claim that is off by 0.01 % is wrong at each of them, and double precision can tell.
    """
    return not case.note and all(_generic(case, point) for point in case.inputs)


def _generic(case, point):
    here = case.f(*point)
    for i, x in enumerate(point):
        interval = slopes(case, point, [float(i == k) for k in range(len(point))])
        if x in case.domain[i] or interval is None or not _finite(interval):
            return False
        least, greatest = map(float, interval)
        if not least * greatest > 0 or greatest - least > 1e-9 * abs(least):
            return False
        if not 2.0**-52 * abs(here) < 1e-10 * abs(least) * max(abs(x), 1.0):
            return False
    return True


SPECIAL = (0.0, 0.5, 1.0, 2.0, 3.0, 10.0, 0.1, 1 / 3, 1e-300, 1e-12, 1e-5, 1e-3)


def points(case, count=12, seed=0):
    """The samples, ends, special points, ties, and random points, uniform and log-uniform."""
    rng = random.Random(f"{case.name} {seed}")
    ends = [(max(lo, -1e3), min(hi, 1e3)) if math.isinf(hi - lo) else (lo, hi)
            for lo, hi in case.domain]  # fmt: skip
    found = list(case.inputs)

    def at_random(lo, hi):
        if rng.random() < 0.6:
            return rng.uniform(lo, hi)
        if lo > 0:
            return math.exp(rng.uniform(math.log(lo), math.log(hi)))
        big = rng.choice([e for e in (lo, hi) if e])
        return big * 10 ** rng.uniform(-9, 0)

    specials = [
        [x for s in SPECIAL for x in (s, -s) if lo <= x <= hi] + [lo, hi] for lo, hi in ends
    ]
    if len(ends) == 1:
        found += [(x,) for x in specials[0]]
    else:
        found += list(product(*ends))[:8]
        for i, some in enumerate(specials):
            for s in some:
                x = [at_random(lo, hi) for lo, hi in ends]
                x[i] = s
                found.append(tuple(x))
        lo, hi = max(e[0] for e in ends), min(e[1] for e in ends)
        if lo <= hi:
            ties = [at_random(lo, hi) for _ in range(4)] + [s for s in SPECIAL if lo <= s <= hi]
            found += [(t,) * len(ends) for t in ties]
    found += [tuple(at_random(lo, hi) for lo, hi in ends) for _ in range(count)]
    return list(dict.fromkeys(found))
