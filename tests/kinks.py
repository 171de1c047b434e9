"""Where the slope of a row jumps: what the row says of it, and what its numbers do.

A row says it in equations, ``kinks``. They are read here as IEEE 754 has it, so that 0 / 0 is nan,
which equals nothing.
"""

import itertools
import math
import re

from autograd.functions import parameters
from autograd.maths import ieee, read
from tests.truth import arguments

STEP = 2.0**-20
LARGE = 1e3  # a partial beyond it is at a pole, or near one
DIFFERENT = 1e-3


def gaps(row, xs):
    """Left side less right side of each equation of the row; 0 on a kink."""
    names, _ = parameters(row.free or row)
    numbers = [ieee.Float(x) for x in (*xs, *row.values)]
    given = {"xs": tuple(numbers)} if row.arity is None else dict(zip(names, numbers, strict=True))
    sides = [equation.split(" = ") for equation in row.kinks]
    space = {**vars(ieee), **given}
    return [eval(left, space) - eval(right, space) for left, right in sides]


def on_kink(row, xs):
    return 0.0 in gaps(row, xs)


def inside(row, xs, margin=0.0):
    """Whether the operands are in the row's domain, and not near an end of it."""
    ends = [row.domain[min(i, len(row.domain) - 1)] for i in range(len(xs))]
    return all(low + margin < x < high - margin for x, (low, high) in zip(xs, ends, strict=True))


def finite(row, xs):
    """Whether value and partials are numbers, and no large ones: no pole is near."""
    z = read(row.forward, *arguments(row, xs))
    partials = read(row.partials, z, *arguments(row, xs))
    return all(abs(number) < LARGE for number in (z, *partials))


def changed(xs, i, x):
    return (*xs[:i], x, *xs[i + 1 :])


def jumps(row, xs):
    """Whether value or slope jumps at a point, along any operand; None where it is not all finite."""
    found = [_jumps_along(row, xs, i) for i in range(len(xs))]
    return None if None in found else any(found)


def _jumps_along(row, xs, i):
    def at(step):
        return read(row.forward, *arguments(row, changed(xs, i, xs[i] + step)))

    slopes, limits, upright = [], [at(0.0)], False
    for h in (STEP, -STEP):
        near, far, nearer, near_nearer = at(h), at(2 * h), at(h / 8), at(h / 4)
        slope, closer = (far - near) / h, (near_nearer - nearer) / (h / 8)
        upright |= abs(closer) > 2 * abs(slope) + DIFFERENT
        slopes.append(slope)
        limits.append(2 * near - far)
    if not all(map(math.isfinite, (*slopes, *limits))):
        return None
    return upright or any(
        max(numbers) - min(numbers) > DIFFERENT * (1 + max(map(abs, numbers)))
        for numbers in (slopes, limits)
    )


# Where to look.

SPECIAL = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
FEW = (-1.0, 0.0, 0.5, 2.0)


def special_points(row):
    """Tuples of small whole and half numbers, equal ones too."""
    lengths = [row.arity] if row.arity else [1, 2, 3]
    for n in lengths:
        yield from itertools.product(SPECIAL if n < 3 else FEW, repeat=n)


def points_on(row):
    """For each equation, points where it holds: samples with one operand moved, or with all."""
    found = []
    for place, equation in enumerate(row.kinks):
        candidates = [xs for sample in row.samples for xs in tries(row, equation, sample)]
        found.append([xs for xs in candidates if inside(row, xs) and gaps(row, xs)[place] == 0])
    return found


def tries(row, equation, sample):
    """The sample with those of its operands changed that the equation names."""
    names, _ = parameters(row.free or row)
    named = [
        i
        for i, x in enumerate(sample)
        if row.arity is None or re.search(rf"\b{names[i]}\b", equation)
    ]
    if len(named) == len(sample):
        yield from ((x,) * len(sample) for x in SPECIAL)
    for i in named:
        multiples = (k * x for x in (*sample[:i], *sample[i + 1 :]) for k in (-2, -1, 1, 2))
        yield from (changed(sample, i, x) for x in (*SPECIAL, *multiples))
