"""The truth about every row of the table, from mpmath with 60 digits, and how far a row is off.

``TRUTH`` states each operation and its partials a second time, independently of the engine: a row
without an entry fails the tests. ``faults(row)`` reads the row's rules at points all over its
domain and lists where they miss the truth by more than a few ulps.
"""

import contextlib
import functools
import itertools
import math
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

from autograd.maths import arrays, read

DIGITS = 60
VALUE_ULPS = 4
PARTIAL_ULPS = 8
NORMAL = 2.0**-1022  # the smallest float with all its digits


@dataclass(frozen=True)
class Truth:
    """What is true of one row; all functions take mpmath numbers, then the row's constants.

    ``size`` and ``partial_sizes`` say of which number the ulp is taken, where that is not the
    result itself: ``why`` gives the reason. ``largest`` bounds the operands' size, and 1/largest
    bounds it from below, where an intermediate result may overflow or underflow and the result not.
    """

    value: Any
    partials: Any
    constants: tuple = ((),)
    size: Any = None
    partial_sizes: Any = None
    largest: float = math.inf
    why: str = ""


# Functions that mpmath does not have under these names.


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def erfc(x):
    return mp.erfc(min(x, mpf(1000)))  # mpmath fails beyond 1e154, and floats are 0 from 28


def normal_cdf(x):
    return erfc(-x / mp.sqrt(2)) / 2


def bell(x):
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def power(x, y):
    if x == 0:
        return mp.power(x, y)
    return mp.exp(y * mp.log(x))


def power_partials(x, y):
    if x == 0:
        return power_of_constant_slope(x, y), 1 / mpf(0) if y < 0 else mpf(0)
    return y * power(x, y) / x, power(x, y) * mp.log(x)


def power_sizes(x, y):
    slope, by_exponent = power_partials(x, y)
    return [max(abs(slope), abs(y) * NORMAL), max(abs(by_exponent), abs(mp.log(x)) * NORMAL)]


def power_of_constant_slope(x, n):
    return mpf(0) if n == 0 else n * mp.power(x, n - 1)


def softmax(*xs):
    total = mp.fsum(mp.exp(x - max(xs)) for x in xs)
    return tuple(mp.exp(x - max(xs)) / total for x in xs)


def logsumexp(*xs):
    # The largest term apart, so that no digit of a small rest is lost.
    first, *rest = sorted(xs, reverse=True)
    return first + mp.log1p(mp.fsum(mp.exp(x - first) for x in rest))


def split(xs):
    n = len(xs) // 2
    return xs[:n], xs[n : 2 * n], xs[2 * n :]


def dot(*xs):
    ws, inputs, bias = split(xs)
    return mp.fsum([*(w * x for w, x in zip(ws, inputs, strict=True)), *bias])


def dot_partials(*xs):
    ws, inputs, bias = split(xs)
    return (*inputs, *ws, *(mpf(1) for _ in bias))


def others(*xs):
    return tuple(mp.fprod(xs[:i] + xs[i + 1 :]) for i in range(len(xs)))


def norm(*xs):
    return mp.sqrt(mp.fsum(x * x for x in xs))


def step(condition):
    return mpf(1 if condition else 0)


def share(x, y):
    """What x has of the larger one's derivative."""
    return mpf("0.5") if x == y else step(x > y)


def clamp_partials(x, low, high):
    crossed = low > high
    return (
        step(low <= x <= high),
        step(x < low and not crossed and low != high),
        step(x > high or crossed),
    )


def exact(x):
    """As a fraction: a quotient of two floats may have 600 digits before its point."""
    sign, mantissa, exponent, _ = x._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def quotient(x, y):
    return rounded(Fraction(exact(x) // exact(y)))


def remainder(x, y):
    return rounded(exact(x) % exact(y))


def rounded(x):
    """An exact fraction to the digits of mpmath."""
    return mpf(x.numerator) / mpf(x.denominator)


def copysign(x, y):
    return abs(x) if y >= 0 else -abs(x)


def softsign_slope(x):
    return 1 / (1 + abs(x)) ** 2


def mish_factor(x):
    return mp.tanh(softplus(x))


def mish_slope_of_factor(x):
    return sigmoid(x) / mp.cosh(softplus(x)) ** 2


def smooth_maximum(x, y, k):
    return logsumexp(k * x, k * y) / k


def smooth_maximum_size(x, y, k):
    top = max(x, y) if k > 0 else min(x, y)
    distance = abs(k * (x - y))
    return max(abs(top), mp.log1p(mp.exp(-distance)) / abs(k) * max(1, distance / 4))


def smooth_maximum_partials(x, y, k):
    return sigmoid(k * (x - y)), sigmoid(k * (y - x))


def spread(xs, partials):
    """The partials, where exp makes (largest - x) / 2 ulps of the rounding of that difference."""
    return [p * max(1, (max(xs) - x) / 8) for p, x in zip(partials, xs, strict=True)]


TRUTH = {
    "add": Truth(lambda x, y: x + y, lambda x, y: (1, 1)),
    "sub": Truth(lambda x, y: x - y, lambda x, y: (1, -1)),
    "mul": Truth(lambda x, y: x * y, lambda x, y: (y, x)),
    "div": Truth(lambda x, y: x / y, lambda x, y: (1 / y, -x / y**2)),
    "mod": Truth(remainder, lambda x, y: (1, -quotient(x, y))),
    "floordiv": Truth(quotient, lambda x, y: (0, 0)),
    "neg": Truth(lambda x: -x, lambda x: (-1,)),
    "copy": Truth(lambda x: x, lambda x: (1,)),
    "pow": Truth(
        power,
        power_partials,
        partial_sizes=power_sizes,
        why="where x**(y-1) is subnormal, it has lost digits that y makes visible; so has x**y, "
        "which log x makes visible",
    ),
    "powc": Truth(
        mp.power,
        lambda x, n: (power_of_constant_slope(x, n),),
        constants=tuple((n,) for n in (0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, -0.5, 0.1, 2.5, 11.0)),
    ),
    "exp": Truth(mp.exp, lambda x: (mp.exp(x),)),
    "expm1": Truth(mp.expm1, lambda x: (mp.exp(x),)),
    "log": Truth(mp.log, lambda x: (1 / x,)),
    "exp2": Truth(lambda x: mp.power(2, x), lambda x: (mp.log(2) * mp.power(2, x),)),
    "log2": Truth(lambda x: mp.log(x, 2), lambda x: (1 / (x * mp.log(2)),)),
    "log10": Truth(mp.log10, lambda x: (1 / (x * mp.log(10)),)),
    "log1p": Truth(mp.log1p, lambda x: (1 / (1 + x),)),
    "logaddexp": Truth(
        logsumexp,
        lambda x, y: (sigmoid(x - y), sigmoid(y - x)),
        size=lambda x, y: max(abs(max(x, y)), mp.log1p(mp.exp(-abs(x - y)))),
        partial_sizes=lambda x, y: spread((x, y), (sigmoid(x - y), sigmoid(y - x))),
        why="the value is a sum of two terms that cancel; exp makes |x - y| / 2 ulps of the "
        "rounding of x - y",
    ),
    "xlogy": Truth(lambda x, y: x * mp.log(y), lambda x, y: (mp.log(y), x / y)),
    "sqrt": Truth(mp.sqrt, lambda x: (1 / (2 * mp.sqrt(x)),)),
    "cbrt": Truth(
        lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda x: (1 / (3 * mp.cbrt(abs(x)) ** 2),)
    ),
    "hypot": Truth(norm, lambda x, y: (x / norm(x, y), y / norm(x, y))),
    "sin": Truth(mp.sin, lambda x: (mp.cos(x),)),
    "cos": Truth(mp.cos, lambda x: (-mp.sin(x),)),
    "tan": Truth(mp.tan, lambda x: (mp.sec(x) ** 2,)),
    "asin": Truth(mp.asin, lambda x: (1 / mp.sqrt(1 - x * x),)),
    "acos": Truth(mp.acos, lambda x: (-1 / mp.sqrt(1 - x * x),)),
    "atan": Truth(mp.atan, lambda x: (1 / (1 + x * x),)),
    "atan2": Truth(mp.atan2, lambda x, y: (y / (x * x + y * y), -x / (x * x + y * y))),
    "sinh": Truth(mp.sinh, lambda x: (mp.cosh(x),)),
    "cosh": Truth(mp.cosh, lambda x: (mp.sinh(x),)),
    "tanh": Truth(mp.tanh, lambda x: (1 / mp.cosh(x) ** 2,)),
    "asinh": Truth(mp.asinh, lambda x: (1 / mp.sqrt(1 + x * x),)),
    "acosh": Truth(mp.acosh, lambda x: (1 / mp.sqrt(x * x - 1),)),
    "atanh": Truth(mp.atanh, lambda x: (1 / (1 - x * x),)),
    "erf": Truth(mp.erf, lambda x: (bell(x),)),
    "erfc": Truth(erfc, lambda x: (-bell(x),)),
    "normal_cdf": Truth(normal_cdf, lambda x: (density(x),)),
    "abs": Truth(abs, lambda x: (mp.sign(x),)),
    "sign": Truth(mp.sign, lambda x: (0,)),
    "floor": Truth(mp.floor, lambda x: (0,)),
    "ceil": Truth(mp.ceil, lambda x: (0,)),
    "trunc": Truth(lambda x: mp.floor(x) if x >= 0 else mp.ceil(x), lambda x: (0,)),
    "copysign": Truth(copysign, lambda x, y: (mp.sign(x) * copysign(1, y), 0)),
    "round": Truth(mp.nint, lambda x: (0,)),
    "maximum": Truth(max, lambda x, y: (share(x, y), share(y, x))),
    "minimum": Truth(min, lambda x, y: (share(y, x), share(x, y))),
    "smooth_maximum": Truth(
        smooth_maximum,
        smooth_maximum_partials,
        constants=((1.0,), (0.25,), (7.3,), (-2.0,)),
        size=smooth_maximum_size,
        partial_sizes=lambda x, y, k: spread((k * x, k * y), smooth_maximum_partials(x, y, k)),
        why="as logaddexp, and exp makes the same of the rounding of sharpness · |x - y|",
    ),
    "clamp": Truth(lambda x, low, high: min(max(x, low), high), clamp_partials),
    "where": Truth(
        lambda condition, x, y: y if condition == 0 else x,
        lambda condition, x, y: (0, step(condition != 0), step(condition == 0)),
    ),
    "sigmoid": Truth(sigmoid, lambda x: (sigmoid(x) * sigmoid(-x),)),
    "sigmoid_slope": Truth(
        lambda x: sigmoid(x) * sigmoid(-x),
        lambda x: (-sigmoid(x) * sigmoid(-x) * mp.tanh(x / 2),),
    ),
    "logsigmoid": Truth(lambda x: -softplus(-x), lambda x: (sigmoid(-x),)),
    "softplus": Truth(softplus, lambda x: (sigmoid(x),)),
    "relu": Truth(lambda x: max(x, mpf(0)), lambda x: (step(x > 0),)),
    "leaky_relu": Truth(
        lambda x, slope: x if x > 0 else slope * x,
        lambda x, slope: (mpf(1) if x > 0 else slope,),
        constants=((0.01,), (0.25,), (1.0,)),
    ),
    "elu": Truth(
        lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
        lambda x, alpha: (mpf(1) if x > 0 else alpha * mp.exp(x),),
        constants=((1.0,), (0.3,)),
    ),
    "gelu": Truth(
        lambda x: x * normal_cdf(x),
        lambda x: (normal_cdf(x) + x * density(x),),
        size=lambda x: x * max(normal_cdf(x), NORMAL),
        partial_sizes=lambda x: [max(normal_cdf(x), abs(x) * max(density(x), NORMAL))],
        why="the partial is a sum of two terms that cancel: 0 at x = -0.75, and small far left; "
        "where the factor is subnormal, it has lost digits that x makes visible",
    ),
    "silu": Truth(
        lambda x: x * sigmoid(x),
        lambda x: (sigmoid(x) * (1 + x * sigmoid(-x)),),
        size=lambda x: x * max(sigmoid(x), NORMAL),
        partial_sizes=lambda x: [max(sigmoid(x), NORMAL) * max(1, abs(x * sigmoid(-x)))],
        why="the partial is a sum of two terms that cancel: 0 at x = -1.28; where the sigmoid is "
        "subnormal, it has lost digits that x makes visible",
    ),
    "softsign": Truth(lambda x: x / (1 + abs(x)), lambda x: (softsign_slope(x),)),
    "mish": Truth(
        lambda x: x * mish_factor(x),
        lambda x: (mish_factor(x) + x * mish_slope_of_factor(x),),
        size=lambda x: x * max(mish_factor(x), NORMAL),
        partial_sizes=lambda x: [
            max(mish_factor(x), abs(x) * max(mish_slope_of_factor(x), NORMAL))
        ],
        why="the partial is a sum of two terms that cancel: 0 at x = -1.19, and small far left; "
        "where the factor is subnormal, it has lost digits that x makes visible",
    ),
    "sum": Truth(
        lambda *xs: mp.fsum(xs),
        lambda *xs: (1,) * len(xs),
        size=lambda *xs: mp.fsum(map(abs, xs)),
        largest=1e300,
        why="the terms cancel, and their sum overflows before the last term comes",
    ),
    "prod": Truth(
        lambda *xs: mp.fprod(xs),
        others,
        largest=1e60,
        why="the first factors overflow or underflow before the last one comes",
    ),
    "mean": Truth(
        lambda *xs: mp.fsum(xs) / len(xs),
        lambda *xs: (1 / mpf(len(xs)),) * len(xs),
        size=lambda *xs: mp.fsum(map(abs, xs)) / len(xs),
        largest=1e300,
        why="as sum",
    ),
    "dot": Truth(
        dot,
        dot_partials,
        size=lambda *xs: dot(*map(abs, xs)),
        largest=1e150,
        why="as sum",
    ),
    "logsumexp": Truth(
        logsumexp,
        softmax,
        size=lambda *xs: max(abs(max(xs)), logsumexp(*(x - max(xs) for x in xs))),
        partial_sizes=lambda *xs: spread(xs, softmax(*xs)),
        why="as logaddexp",
    ),
    "norm": Truth(
        norm,
        lambda *xs: tuple(x / norm(*xs) if any(xs) else mpf(0) for x in xs),
    ),
}


def variants(row):
    """The row itself, or with each choice of its constants."""
    if not row.constants or row.values:
        return [row]
    return [row.bind(*values) for values in TRUTH[row.name].constants]


def read_numpy(rule, *numbers):
    """Read a rule in NumPy's numbers and give plain floats back."""
    with np.errstate(all="ignore"):
        result = rule(arrays, *map(in_numpy, numbers))
    return tuple(map(float, result)) if isinstance(result, tuple) else float(result)


def in_numpy(x):
    return tuple(map(np.float64, x)) if isinstance(x, tuple) else np.float64(x)


# How far off?


def faults(row, read=read, value_ulps=VALUE_ULPS, partial_ulps=PARTIAL_ULPS):
    """Where the row, read by ``read``, is off by more ulps than that: one line for each place."""
    found = []
    for bound in variants(row):
        for xs, value, partials in cases(row.name, row.domain, row.arity, bound.values):
            z = read(bound.forward, *arguments(bound, xs))
            if ulps(z, *value) > value_ulps:
                found.append(line(bound, "value", xs, z, value))
            got = read(bound.partials, z, *arguments(bound, xs))
            if len(got) != len(partials):
                found.append(f"{bound!r}{xs}: {len(got)} partials for {len(partials)} operands")
            for index, (partial, truth) in enumerate(zip(got, partials, strict=False)):
                if ulps(partial, *truth) > partial_ulps:
                    found.append(line(bound, f"partial {index}", xs, partial, truth))
    return found


def arguments(row, xs):
    """How a rule takes its operands: those of a row for any number of them come as one tuple."""
    return (tuple(xs),) if row.arity is None else tuple(xs)


def line(row, what, xs, got, truth):
    return f"{row!r}{xs} {what}: {got!r}, not {truth[0]!r}: {ulps(got, *truth):.3g} ulps"


def ulps(got, head, tail=0.0, ulp=None):
    """How many ulps ``got`` is away from the truth, head + tail."""
    if math.isnan(got) or math.isnan(head):
        return 0.0 if math.isnan(got) and math.isnan(head) else math.inf
    if math.isinf(got) or math.isinf(head):
        return 0.0 if got == head else math.inf
    return abs((got - head) - tail) / (ulp or math.ulp(head))


@functools.cache
def cases(name, domain, arity, constants):
    """Points with the true value there and the true partials, as (head, tail, ulp)."""
    truth = TRUTH[name]
    found = []
    with mp.workdps(DIGITS):
        for xs in points(domain, arity, truth.largest):
            operands = [mpf(x) for x in (*xs, *constants)]
            try:
                value = real(truth.value(*operands))
                partials = [real(p) for p in truth.partials(*operands)]
            except ZeroDivisionError:  # a pole: see the edges in test_table.py
                continue
            sizes, size = partials, value
            if truth.size:
                size = truth.size(*operands)
            if truth.partial_sizes:
                sizes = truth.partial_sizes(*operands)
            pairs = zip(partials, sizes, strict=True)
            found.append((xs, parts(value, size), [parts(*pair) for pair in pairs]))
    return found


def sizes(row, xs):
    """Of which numbers the ulps are taken: for the value, and for each partial; 0 for themselves."""
    truth = TRUTH[row.name]
    value, partials = 0.0, [0.0] * len(xs)
    if not all(map(math.isfinite, xs)):
        return value, partials
    with mp.workdps(DIGITS), contextlib.suppress(ZeroDivisionError):  # a pole
        operands = [mpf(x) for x in (*xs, *row.values)]
        if truth.size:
            value = abs(float(truth.size(*operands)))
        if truth.partial_sizes:
            partials = [abs(float(x)) for x in truth.partial_sizes(*operands)]
    return value, partials


def real(x):
    return mpf("nan") if isinstance(x, mpmath.mpc) else mpf(x)


def parts(truth, size):
    head = float(truth)
    tail = float(truth - head) if math.isfinite(head) else 0.0
    largest = max(abs(head), abs(float(size)))
    return head, tail, math.ulp(largest) if math.isfinite(largest) else math.ulp(head)


# Where to look.

SPECIAL = (0.0, 1.0, 0.5, 2.0, 1 + 2**-52, 1 - 2**-53, 1e-300, 1e-20, 1e-8, 1e-3, math.pi / 2)
SPECIAL += (5.5, 8.3, 18.5, 26.5, 36.7, 38.4, 40.0, 100.0, 345.0, 708.0, 709.7, 745.0, 1e8, 1e300)
FEW = (0.0, 1.0, 0.5, 1 - 2**-53, 1e-300, 1e-8, 3.0, 40.0, 709.0, 1e300)


def points(domain, arity, largest=math.inf):
    """Tuples of operands: special ones, log-uniform over all floats, uniform near 0, near ends."""
    rng = random.Random(1)
    lengths = [arity] if arity is not None else [1, 2, 3, 5]
    for n in lengths:
        intervals = [domain[min(i, len(domain) - 1)] for i in range(n)]
        tuples = [
            *special(n, rng),
            *(tuple(logarithmic(rng) for _ in range(n)) for _ in range(120)),
            *(tuple(rng.uniform(-4, 4) for _ in range(n)) for _ in range(120)),
            *(tuple(rng.uniform(-60, 60) for _ in range(n)) for _ in range(60)),
            *(tuple(near(rng, interval) for interval in intervals) for _ in range(60)),
            *(neighbours(rng, n) for _ in range(30)),
        ]
        for xs in tuples:
            inside = (low < x < high for x, (low, high) in zip(xs, intervals, strict=True))
            small = (x == 0 or 1 / largest <= abs(x) <= largest for x in xs)
            if all(inside) and all(small):
                yield xs


def special(n, rng):
    if n == 1:
        return [(x,) for x in (*SPECIAL, *(-x for x in SPECIAL if x))]
    signed = [*FEW, *(-x for x in FEW if x)]  # mpmath has no -0.0: see the edges
    if n == 2:
        return list(itertools.product(signed, repeat=2))
    return [tuple(rng.choice(signed) for _ in range(n)) for _ in range(200)]


def logarithmic(rng):
    return rng.choice((-1, 1)) * 10 ** rng.uniform(-307, 308)


def near(rng, interval):
    """A number near a finite end of the interval, or near 1."""
    ends = [(end, sign) for end, sign in zip(interval, (1, -1), strict=True) if math.isfinite(end)]
    end, sign = rng.choice(ends or [(1.0, 1), (1.0, -1)])
    return end + sign * 10 ** rng.uniform(-16, 0)


def neighbours(rng, n):
    """Numbers a few ulps from one another, where differences cancel."""
    x = rng.uniform(-4, 4)
    return tuple(x * (1 + rng.randrange(4) * 2**-52) for _ in range(n))
