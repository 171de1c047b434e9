"""Nasty operations whose claimed derivatives are right: a checker that rejects one is wrong.

At a kink the claim is some slope between the one-sided ones; at a jump it is the slope of the
pieces; where the slope is infinite it is infinite. A "noisy forward" has fewer digits than a
double holds: it deserves a warning, its derivative is right all the same.
"""

import math
import struct

from . import (
    bessel_j,
    case,
    cbrt,
    digamma,
    dsigmoid,
    exp,
    floats,
    gamma,
    lambert_w,
    log,
    ncdf,
    over,
    phi,
    sech2,
    sigmoid,
    sign,
    softplus,
    sqrt,
)

NASTY = []

A = (-1.7, -0.6, 0.3, 0.8, 2.1)
K = (-1.7, -0.6, 0.0, 0.8, 2.1)  # with a kink at 0
P = (0.3, 0.7, 1.4, 2.2, 3.6)
Z = (0.0, 0.7, 1.4, 2.2, 3.6)  # with an edge at 0
S = (-0.7, -0.3, 0.1, 0.4, 0.8)
XY = ((0.5, 1.2), (-1.1, 0.7), (2.3, -0.4), (-0.8, -1.9), (1.6, 2.7))
TIES = ((0.5, 1.2), (-1.1, -1.1), (2.3, -0.4), (0.0, 0.0), (2.7, 2.7))
PQ = ((0.5, 1.2), (1.1, 0.7), (2.3, 0.4), (0.8, 1.9), (1.6, 2.7))
XYZ = ((0.5, 1.2, -0.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, -1.2))
PQR = ((0.5, 1.2, 0.3), (1.1, 0.7, 0.9), (2.3, 0.4, 1.5), (0.8, 1.9, 0.4), (1.6, 2.7, 1.2))
WXYZ = ((0.5, 1.2, -0.3, 1.0), (-1.1, 0.7, 0.9, 0.2), (2.3, -0.4, 1.5, -0.7),
        (-0.8, -1.9, 0.4, 1.1), (1.6, 2.7, -1.2, 0.6))  # fmt: skip
R = (-10.0, 10.0)


def nasty(name, g, df, inputs, domain, **fields):
    """Add a correct operation."""
    NASTY.append(case(name, g, df, inputs, domain, correct=True, **fields))


def noisy(name, g, df, inputs, domain, *, f, **fields):
    """Add one whose forward `f` loses digits that its truth `g` has."""
    nasty(name, g, df, inputs, domain, f=f, note="noisy forward", **fields)


# Helpers of single cases.


def _nested_sine(m, x, depth):
    for _ in range(depth):
        x = m.sin(x)
    return x


def _logistic(x, steps):
    for _ in range(steps):
        x = 3.9 * x * (1 - x)
    return x


def _chebyshev(x, n, second):
    """T_n with second = x, U_n with second = 2x."""
    a, b = 1.0, second
    for _ in range(n - 1):
        a, b = b, 2 * x * b - a
    return b


def _series(terms, x):
    total = 0.0
    for c in reversed(terms):
        total = total * x + c
    return total


def _dsinc(x):
    if abs(x) > 1:
        return (math.cos(x) - math.sin(x) / x) / x
    return x * _series([-(-1.0) ** k * (2 * k + 2) / math.factorial(2 * k + 3) for k in range(10)],
                       x * x)  # fmt: skip


def _dversine(x):
    if abs(x) > 1:
        return (x * math.sin(x) - 2 * (1 - math.cos(x))) / x**3
    return x * _series([-(-1.0) ** k * (2 * k + 2) / math.factorial(2 * k + 4) for k in range(10)],
                       x * x)  # fmt: skip


def _dexprel(x):
    if abs(x) > 1:
        return (math.exp(x) * (x - 1) + 1) / (x * x)
    return _series([(k + 1) / math.factorial(k + 2) for k in range(20)], x)


def _single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def _single_sum(x, n):
    total = 0.0
    for _ in range(n):
        total = _single(total + _single(x))
    return total


def _variance(x, y, z):
    return ((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9


def _shares(xs, choose):
    """The slope of one chosen of its arguments, shared between equals."""
    chosen = choose(xs)
    return tuple((x == chosen) / xs.count(chosen) for x in xs)


def _unit(xs):
    size = math.hypot(*xs)
    return tuple(x / size if size else 0.0 for x in xs)


def _langevin(m, x):
    return 1 / m.tanh(x) - 1 / x if x else 0.0


_LANGEVIN = (1 / 3, -1 / 45, 2 / 945, -1 / 4725, 2 / 93555, -1382 / 638512875)


def _langevin_float(x):
    return x * _series(_LANGEVIN, x * x) if abs(x) < 0.03 else 1 / math.tanh(x) - 1 / x


def _dlangevin(x):
    if abs(x) < 0.1:
        return _series([(2 * k + 1) * c for k, c in enumerate(_LANGEVIN)], x * x)
    return 1 / (x * x) - 1 / math.sinh(x) ** 2


def _dbump(x):
    u = (1 - x) * (1 + x)
    return -2 * x / (u * u) * exp(-1 / u) if u > 1e-3 else 0.0


def _step(x):
    return min(max(x, 0.0), 1.0)


def _kepler(m, mean, eccentricity):
    """The eccentric anomaly by Newton's iteration."""
    e = mean + eccentricity * m.sin(mean)
    for _ in range(m.steps):
        e -= (e - eccentricity * m.sin(e) - mean) / (1 - eccentricity * m.cos(e))
    return e


def _softmax_first(x, y, z):
    p, q, r = (1 / (1 + exp(b - a) + exp(c - a)) for a, b, c in ((x, y, z), (y, x, z), (z, x, y)))
    return p * (q + r), -p * q, -p * r


def _heron(m, x, y, z):
    return m.sqrt((x + y + z) * (y + z - x) * (z + x - y) * (x + y - z)) / 4


def _dheron(x, y, z):
    area, squares = _heron(floats, x, y, z), x * x + y * y + z * z
    return tuple(v * (squares - 2 * v * v) / (8 * area) for v in (x, y, z))


def _call(m, spot, strike, vol, time):
    """Black and Scholes without interest."""
    s = vol * m.sqrt(time)
    d = m.log(spot / strike) / s
    return spot * m.ncdf(d + s / 2) - strike * m.ncdf(d - s / 2)


def _greeks(spot, strike, vol, time):
    s = vol * sqrt(time)
    d = log(spot / strike) / s
    vega = spot * phi(d + s / 2) * sqrt(time)
    return ncdf(d + s / 2), -ncdf(d - s / 2), vega, vega * vol / (2 * time)


# fmt: off
# --- Scale ---------------------------------------------------------------------------------------

nasty("tanh at scale 1e-200", lambda m, x: m.tanh(x * 1e200), lambda x: (1e200 * sech2(x * 1e200),),
      (-2e-200, -6e-201, 3e-201, 8e-201, 1.4e-200), (-1e-199, 1e-199))
nasty("square at scale 1e150", lambda m, x: x * x, lambda x: (2 * x,),
      (-2e150, -6e149, 3e149, 8e149, 1.4e150), (-1e153, 1e153))
nasty("values of 1e-300", lambda m, x: 1e-300 * m.sin(x), lambda x: (1e-300 * math.cos(x),), A, R)
nasty("values of 1e300", lambda m, x: 1e300 * m.tanh(x), lambda x: (1e300 * sech2(x),), A, R)
nasty("tiny slope on a large value", lambda m, x: 1e6 + 1e-3 * x, lambda x: (1e-3,), A,
      (-100.0, 100.0))
nasty("sine on an offset of 1e8", lambda m, x: 1e8 + m.sin(x), lambda x: (math.cos(x),), A, R)
nasty("arguments of very different size", lambda m, x, y: x * 1e-8 + m.sin(y * 1e6),
      lambda x, y: (1e-8, 1e6 * math.cos(y * 1e6)),
      ((1e7, 2e-7), (-3e8, 1e-6), (5e8, -7e-7), (2e8, 4e-7), (-8e7, -2e-6)),
      ((-1e9, 1e9), (-1e-5, 1e-5)))
nasty("one over a million", lambda m, x: 1 / x, lambda x: (-1 / (x * x),),
      (1e6, 2e6, 3.5e6, 7e6, 9e6), (1e5, 1e7))
nasty("narrow domain far out", lambda m, x: m.log(x), lambda x: (1 / x,),
      (1e6 + 0.1, 1e6 + 0.3, 1e6 + 0.5, 1e6 + 0.7, 1e6 + 0.9), (1e6, 1e6 + 1))

# --- Steep, fast, narrow -------------------------------------------------------------------------

nasty("exp(50 x)", lambda m, x: m.exp(50 * x), lambda x: (50 * exp(50 * x),), S, R)
nasty("exp(exp(x))", lambda m, x: m.exp(m.exp(x)), lambda x: (exp(x + exp(x)),), S, (-3.0, 5.0))
nasty("bell of width 0.03", lambda m, x: m.exp(-1000 * x * x),
      lambda x: (-2000 * x * exp(-1000 * x * x),), (-0.07, -0.03, 0.0, 0.02, 0.05), (-1.0, 1.0))
nasty("switch of width 1e-4", lambda m, x: m.sigmoid(1e4 * x), lambda x: (1e4 * dsigmoid(1e4 * x),),
      (-0.02, -1e-4, 0.0, 3e-4, 0.01), (-1.0, 1.0))
nasty("sin(1e5 x)", lambda m, x: m.sin(1e5 * x), lambda x: (1e5 * math.cos(1e5 * x),), A,
      (-3.0, 3.0), ftol=1e-9)
nasty("ripple of 1e-6 on a line", lambda m, x: x + 1e-6 * m.cos(1e3 * x),
      lambda x: (1 - 1e-3 * math.sin(1e3 * x),), A, R)
nasty("chirp sin(x**2)", lambda m, x: m.sin(x * x), lambda x: (2 * x * math.cos(x * x),), A,
      (-100.0, 100.0))
nasty("sin(1/x)", lambda m, x: m.sin(1 / x), lambda x: (-math.cos(1 / x) / (x * x),),
      (0.02, 0.1, 0.3, 0.6, 0.9), (0.005, 1.0))
nasty("x**2 sin(1/x)", lambda m, x: x * x * m.sin(1 / x),
      lambda x: (2 * x * math.sin(1 / x) - math.cos(1 / x),), (0.02, 0.1, 0.3, 0.6, 0.9),
      (0.005, 1.0))
nasty("resonance of width 1e-3 on a slope", lambda m, x: x + 1e-6 / (1e-6 + (x - 0.3) ** 2),
      lambda x: (1 - 2e-6 * (x - 0.3) / (1e-6 + (x - 0.3) ** 2) ** 2,),
      (-0.7, 0.2995, 0.301, 0.4, 0.8), (-2.0, 2.0))
nasty("bump of width 1e-3 on a parabola", lambda m, x: x * x + m.exp(-(((x - 3.1) * 1e3) ** 2)),
      lambda x: (2 * x - 2e6 * (x - 3.1) * exp(-(((x - 3.1) * 1e3) ** 2)),), A, R)
nasty("Weierstrass sum of six terms", lambda m, x: sum(m.cos(7**k * x) / 2**k for k in range(6)),
      lambda x: (-sum(3.5**k * math.sin(7**k * x) for k in range(6)),), A, (-3.0, 3.0))
nasty("sine of a sine, ten deep", lambda m, x: _nested_sine(m, x, 10),
      lambda x: (math.prod(math.cos(_nested_sine(floats, x, k)) for k in range(10)),), A, R)
nasty("logistic map, eight steps", lambda m, x: _logistic(x, 8),
      lambda x: (math.prod(3.9 * (1 - 2 * _logistic(x, k)) for k in range(8)),),
      (0.1, 0.3, 0.45, 0.7, 0.9), (0.0, 1.0), ftol=1e-9)
nasty("Chebyshev polynomial T20", lambda m, x: _chebyshev(x, 20, x),
      lambda x: (20 * _chebyshev(x, 19, 2 * x),), S, (-1.0, 1.0))
nasty("ten roots", lambda m, x: math.prod(x - k for k in range(1, 11)),
      lambda x: (math.fsum(math.prod(x - k for k in range(1, 11) if k != j)
                           for j in range(1, 11)),), (0.5, 2.0, 4.3, 7.7, 10.2), (0.0, 11.0))

# --- Cancellation --------------------------------------------------------------------------------

nasty("log1p of small", lambda m, x: m.log1p(x), lambda x: (1 / (1 + x),),
      (-1e-8, 1e-12, 1e-5, 0.01, 0.4), (-0.5, 1.0))
nasty("expm1 of small", lambda m, x: m.expm1(x), lambda x: (exp(x),),
      (-1e-8, 1e-12, 1e-5, 0.01, 0.4), (-2.0, 2.0))
nasty("sinc, series near 0", lambda m, x: m.sin(x) / x if x else 1.0, lambda x: (_dsinc(x),), K, R)
nasty("(1 - cos x)/x**2, stable", lambda m, x: 2 * (m.sin(x / 2) / x) ** 2 if x else 0.5,
      lambda x: (_dversine(x),), K, R)
nasty("log cosh, stable", lambda m, x: abs(x) + m.log1p(m.exp(-2 * abs(x))) - m.log(2),
      lambda x: (math.tanh(x),), K, (-800.0, 800.0), fscale=1.0)
noisy("log(1 + x)", lambda m, x: m.log1p(x), lambda x: (1 / (1 + x),),
      (-0.3, 1e-9, 1e-5, 0.01, 0.4), (-0.5, 1.0), f=lambda x: math.log(1 + x), ftol=1e-6)
noisy("(exp(x) - 1)/x", lambda m, x: m.expm1(x) / x if x else 1.0, lambda x: (_dexprel(x),),
      (-0.3, 1e-9, 1e-5, 0.01, 0.4), (-3.0, 3.0),
      f=lambda x: (math.exp(x) - 1) / x if x else 1.0, ftol=1e-6)
noisy("(x**2 - 1)/(x - 1)", lambda m, x: x + 1, lambda x: (1.0,), (-1.7, 0.3, 1.0, 1.0000001, 2.1),
      (-3.0, 3.0), f=lambda x: (x * x - 1) / (x - 1) if x != 1 else 2.0, ftol=1e-6)
noisy("root of x + 1 less root of x", lambda m, x: m.sqrt(x + 1) - m.sqrt(x),
      lambda x: (-0.5 / (sqrt(x) * sqrt(x + 1) * (sqrt(x) + sqrt(x + 1))),),
      (1e3, 1e5, 3e6, 1e8, 7e8), (1.0, 1e9), f=lambda x: sqrt(x + 1) - sqrt(x), ftol=1e-6)
noisy("(x + 1e8) - 1e8", lambda m, x: x, lambda x: (1.0,), A, R, f=lambda x: (x + 1e8) - 1e8,
      ftol=1e-6)
noisy("(x - 1)**7, multiplied out", lambda m, x: (x - 1) ** 7, lambda x: (7 * (x - 1) ** 6,),
      (0.6, 0.9, 1.0, 1.1, 1.4), (0.5, 1.5), fscale=1.0,
      f=lambda x: ((((((x - 7) * x + 21) * x - 35) * x + 35) * x - 21) * x + 7) * x - 1)
noisy("asinh by log(x + root)", lambda m, x: m.asinh(x), lambda x: (1 / math.hypot(1, x),),
      (-2e5, -300.0, 0.3, 8.0, 2e3), (-1e6, 1e6), ftol=1e-2,
      f=lambda x: math.log(x + math.sqrt(x * x + 1)))
noisy("variance in one pass", lambda m, x, y, z: _variance(x, y, z),
      lambda x, y, z: tuple(2 / 9 * ((v - x) + (v - y) + (v - z)) for v in (x, y, z)),
      tuple(tuple(1e4 + v for v in p) for p in XYZ), ((9990.0, 10010.0),) * 3, ftol=1e-5,
      f=lambda x, y, z: (x * x + y * y + z * z) / 3 - ((x + y + z) / 3) ** 2)
noisy("sine in single precision", lambda m, x: m.sin(x), lambda x: (math.cos(x),), A, R,
      f=lambda x: _single(math.sin(x)), ftol=1e-6)
noisy("product in single precision", lambda m, x, y: x * y, lambda x, y: (y, x), XY, (R, R),
      f=lambda x, y: _single(_single(x) * _single(y)), ftol=1e-6)
noisy("tanh rounded to 1e-7", lambda m, x: m.tanh(x), lambda x: (sech2(x),), A, (-3.0, 3.0),
      f=lambda x: round(math.tanh(x), 7), ftol=1e-6)
noisy("sum of a thousand in single precision", lambda m, x: 1000 * m.exp(-x),
      lambda x: (-1000 * exp(-x),), P, (0.0, 5.0), f=lambda x: _single_sum(exp(-x), 1000),
      ftol=1e-4)

# --- Kinks, with a claim between the slopes ------------------------------------------------------

nasty("abs, 0 at 0", lambda m, x: abs(x), lambda x: (sign(x),), K, R)
nasty("abs, 1 at 0", lambda m, x: abs(x), lambda x: (1.0 if x >= 0 else -1.0,), K, R)
nasty("relu, 0 at 0", lambda m, x: max(x, 0.0), lambda x: (1.0 if x > 0 else 0.0,), K, R)
nasty("relu, 1/2 at 0", lambda m, x: max(x, 0.0), lambda x: ((1 + sign(x)) / 2,), K, R)
nasty("relu, 1 at 0", lambda m, x: max(x, 0.0), lambda x: (1.0 if x >= 0 else 0.0,), K, R)
nasty("relu, 0.37 at 0", lambda m, x: max(x, 0.0),
      lambda x: (0.37 if x == 0 else (1 + sign(x)) / 2,), K, R)
nasty("leaky relu", lambda m, x: x if x > 0 else 0.01 * x,
      lambda x: (1.0 if x > 0 else 0.01,), K, R)
nasty("max, halves at ties", lambda m, x, y: max(x, y),
      lambda x, y: ((1 + sign(x - y)) / 2, (1 + sign(y - x)) / 2), TIES, (R, R))
nasty("max, first at ties", lambda m, x, y: max(x, y),
      lambda x, y: (float(x >= y), float(x < y)), TIES, (R, R))
nasty("min, second at ties", lambda m, x, y: min(x, y),
      lambda x, y: (float(x < y), float(x >= y)), TIES, (R, R))
nasty("max of three", lambda m, x, y, z: max(x, y, z), lambda x, y, z: _shares((x, y, z), max),
      ((0.5, 1.2, -0.3), (-1.1, -1.1, -1.1), (2.3, 2.3, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, 2.7)),
      (R, R, R))
nasty("median of x, y and 0.123", lambda m, x, y: sorted((x, y, 0.123))[1],
      lambda x, y: _shares((x, y, 0.123), lambda v: sorted(v)[1])[:2], TIES, (R, R))
nasty("clamp, 1 at the bounds", lambda m, x: min(max(x, -1.0), 1.0),
      lambda x: (1.0 if -1 <= x <= 1 else 0.0,), (-1.7, -1.0, 0.3, 1.0, 2.1), R)
nasty("clamp, 0 at the bounds", lambda m, x: min(max(x, -1.0), 1.0),
      lambda x: (1.0 if -1 < x < 1 else 0.0,), (-1.7, -1.0, 0.3, 1.0, 2.1), R)
nasty("clamp with moving bounds", lambda m, x, y, z: min(max(x, y), z) if y <= z else z,
      lambda x, y, z: (1.0, 0.0, 0.0) if y < x < z else (0.0, 1.0, 0.0) if x <= y < z
      else (0.0, 0.0, 1.0), ((0.5, -1.2, 1.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5),
      (-0.8, -1.9, 0.4), (1.6, 1.2, 2.7)), (R, R, R))
nasty("relu6", lambda m, x: min(max(x, 0.0), 6.0), lambda x: (1.0 if 0 < x < 6 else 0.0,),
      (-1.7, 0.0, 0.8, 6.0, 7.5), R)
nasty("hard sigmoid", lambda m, x: min(max(x + 3, 0.0), 6.0) / 6,
      lambda x: (1 / 6 if -3 < x < 3 else 0.0,), (-3.0, -0.6, 0.3, 3.0, 4.1), R)
nasty("hard swish", lambda m, x: x * min(max(x + 3, 0.0), 6.0) / 6,
      lambda x: (0.0 if x < -3 else 1.0 if x > 3 else x / 3 + 0.5,), (-3.0, -0.6, 0.3, 3.0, 4.1), R)
nasty("soft threshold", lambda m, x: m.sign(x) * max(abs(x) - 1, 0.0),
      lambda x: (1.0 if abs(x) > 1 else 0.0,), (-1.7, -1.0, 0.3, 1.0, 2.1), R)
nasty("pinball loss", lambda m, x: max(0.9 * x, -0.1 * x),
      lambda x: (0.9 if x > 0 else -0.1,), K, R)
nasty("hinge", lambda m, x, y: max(1 - x * y, 0.0),
      lambda x, y: (-y, -x) if x * y < 1 else (0.0, 0.0),
      ((0.5, 1.2), (-1.1, 0.7), (2.0, 0.5), (-0.8, 1.9), (1.0, 1.0)), (R, R))
nasty("|sin x|", lambda m, x: abs(m.sin(x)),
      lambda x: (math.cos(x) * math.copysign(1, math.sin(x)),), K, (-30.0, 30.0))
nasty("|x**2 - 1|", lambda m, x: abs(x * x - 1), lambda x: (2 * x * sign(x * x - 1),),
      (-1.7, -1.0, 0.3, 1.0, 2.1), R)
nasty("triangle wave", lambda m, x: abs(x - 2 * m.floor(x / 2) - 1),
      lambda x: (sign(x - 2 * math.floor(x / 2) - 1),), K, (-9.5, 9.5))
nasty("kink at a third", lambda m, x: abs(x - 1 / 3), lambda x: (1.0 if x > 1 / 3 else -1.0,),
      (-1.7, 0.3, 1 / 3, 0.34, 2.1), R)
nasty("faint kink on a steep curve", lambda m, x: m.exp(x) + 1e-3 * abs(x - 1),
      lambda x: (exp(x) + 1e-3 * sign(x - 1),), (-1.7, -0.6, 0.3, 1.0, 2.1), (-5.0, 5.0))
nasty("two kinks 1e-3 apart", lambda m, x: max(x, 0.0) - max(x - 1e-3, 0.0),
      lambda x: (1.0 if 0 < x < 1e-3 else 0.0,), (-1.7, 0.0, 5e-4, 1e-3, 2.1), (-3.0, 3.0),
      fscale=1.0)
nasty("L1 norm of three", lambda m, x, y, z: abs(x) + abs(y) + abs(z),
      lambda x, y, z: (sign(x), sign(y), sign(z)),
      ((0.5, 1.2, 0.0), (0.0, 0.0, 0.0), (2.3, -0.4, 1.5), (-0.8, 0.0, 0.4), (1.6, 2.7, -1.2)),
      (R, R, R))
nasty("rounded corner of 1e-6", lambda m, x: m.sqrt(x * x + 1e-12),
      lambda x: (x / math.sqrt(x * x + 1e-12),), (-1.7, -1e-6, 0.0, 3e-7, 2.1), R)
nasty("cusp, root of |x|", lambda m, x: m.sqrt(abs(x)),
      lambda x: (0.5 * sign(x) / sqrt(abs(x)) if x else 0.0,), K, R)
nasty("hypot, 0 at the origin", lambda m, x, y: m.hypot(x, y),
      lambda x, y: _unit((x, y)), ((0.5, 1.2), (0.0, 0.0), (2.3, -0.4), (0.0, -1.9), (1.6, 2.7)),
      (R, R))
nasty("norm of three", lambda m, x, y, z: m.hypot(m.hypot(x, y), z),
      lambda x, y, z: _unit((x, y, z)), XYZ, (R, R, R))

# --- Jumps: the slope of the pieces --------------------------------------------------------------

nasty("floor", lambda m, x: 1.0 * m.floor(x), lambda x: (0.0,), (-1.7, -1.0, 0.3, 2.0, 2.1), R)
nasty("sign", lambda m, x: m.sign(x), lambda x: (0.0,), K, R)
nasty("Heaviside step", lambda m, x: 1.0 if x >= 0 else 0.0, lambda x: (0.0,), K, R)
nasty("rounding to eighths", lambda m, x: m.floor(8 * x + 0.5) / 8, lambda x: (0.0,), A, R)
nasty("fractional part", lambda m, x: x - m.floor(x), lambda x: (1.0,),
      (-1.7, -1.0, 0.3, 2.0, 2.1), R)
nasty("x mod y", lambda m, x, y: x - y * m.floor(x / y), lambda x, y: (1.0, -1.0 * (x // y)),
      ((5.5, 1.2), (1.1, 0.7), (2.3, 1.0), (0.8, 1.9), (4.0, 2.0)), ((0.0, 10.0), (0.5, 5.0)),
      f=lambda x, y: x - y * (x // y), fscale=1.0)
nasty("copysign of a square", lambda m, x, y: x * x * (1 if y >= 0 else -1),
      lambda x, y: (2 * x * (1 if y >= 0 else -1), 0.0), XY, (R, R))
nasty("1/(1 + exp(1/x)), jump between flats", lambda m, x: m.sigmoid(-1 / x) if x else 0.0,
      lambda x: (dsigmoid(1 / x) / (x * x) if abs(x) > 1e-3 else 0.0,), K, R)
nasty("atan2 across its cut", lambda m, x, y: m.atan2(x, y),
      lambda x, y: (over(y / math.hypot(x, y), math.hypot(x, y)),
                    over(-x / math.hypot(x, y), math.hypot(x, y))) if x or y else (0.0, 0.0),
      ((0.5, 1.2), (0.0, -1.0), (2.3, -0.4), (-0.8, -1.9), (1e-9, -2.0)), (R, R))
nasty("piece of log, piece of line, with a gap", lambda m, x: m.log(x) if x > 1 else x - 3,
      lambda x: (1 / x if x > 1 else 1.0,), (-1.7, -0.6, 0.3, 1.4, 2.1), R)

# --- Edges and poles -----------------------------------------------------------------------------

nasty("sqrt, infinite at 0", lambda m, x: m.sqrt(x), lambda x: (over(0.5, sqrt(x)),), Z,
      (0.0, 50.0))
nasty("fourth root, infinite at 0", lambda m, x: m.sqrt(m.sqrt(x)),
      lambda x: (over(0.25, sqrt(sqrt(x)) ** 3),), Z, (0.0, 50.0))
nasty("cbrt, infinite at 0", lambda m, x: m.cbrt(x), lambda x: (over(1 / 3, cbrt(x) ** 2),), K, R)
nasty("x**1.5, 0 at 0", lambda m, x: x * m.sqrt(x), lambda x: (1.5 * sqrt(x),), Z, (0.0, 50.0))
nasty("|x|**(4/3)", lambda m, x: x * m.cbrt(x), lambda x: (4 / 3 * cbrt(x),), K, R)
nasty("log down to 0", lambda m, x: m.log(x), lambda x: (over(1.0, x),),
      (1e-9, 1e-4, 0.3, 1.4, 3.6), (0.0, 50.0))
nasty("log |x| on both sides", lambda m, x: m.log(abs(x)), lambda x: (over(1.0, x),), A, R)
nasty("x log x, -inf at 0", lambda m, x: x * m.log(x) if x else 0.0, lambda x: (log(x) + 1,), Z,
      (0.0, 50.0))
nasty("x**x, -inf at 0", lambda m, x: m.exp(x * m.log(x)) if x else 1.0,
      lambda x: (x**x * (log(x) + 1),), Z, (0.0, 10.0))
nasty("x log y, 0 at x = 0", lambda m, x, y: x * m.log(y), lambda x, y: (log(y), x / y),
      ((0.0, 1.2), (1.1, 0.7), (2.3, 0.4), (0.0, 1.9), (1.6, 2.7)), ((0.0, 10.0), (0.01, 10.0)))
nasty("asin to both ends", lambda m, x: m.asin(x), lambda x: (over(1, sqrt((1 - x) * (1 + x))),),
      (-1.0, -0.3, 0.1, 0.8, 1.0), (-1.0, 1.0))
nasty("acos to both ends", lambda m, x: m.acos(x), lambda x: (-over(1, sqrt((1 - x) * (1 + x))),),
      (-1.0, -0.3, 0.1, 0.8, 1.0), (-1.0, 1.0))
nasty("acosh from 1", lambda m, x: m.acosh(x), lambda x: (over(1, sqrt((x - 1) * (x + 1))),),
      (1.0, 1.2, 1.9, 3.0, 8.0), (1.0, 50.0))
nasty("atanh to both ends", lambda m, x: m.atanh(x), lambda x: (over(1, (1 - x) * (1 + x)),),
      (-0.999, -0.3, 0.1, 0.8, 0.999999), (-1.0, 1.0))
nasty("half circle", lambda m, x: m.sqrt((1 - x) * (1 + x)),
      lambda x: (over(-x, sqrt((1 - x) * (1 + x))),), (-1.0, -0.3, 0.1, 0.8, 1.0), (-1.0, 1.0))
nasty("logit on (0, 1)",
      lambda m, x: m.log(x / (1 - x)) if 0 < x < 1 else m.sign(x - 0.5) * math.inf,
      lambda x: (over(1, x * (1 - x)),), (0.001, 0.2, 0.5, 0.8, 0.9999), (0.0, 1.0), fscale=1e-3)
nasty("entropy of a coin", lambda m, x: -sum(v * m.log(v) if v else 0.0 for v in (x, 1 - x)),
      lambda x: (log(1 - x) - log(x),), (0.0, 0.2, 0.5, 0.8, 1.0), (0.0, 1.0))
nasty("1/x through its pole", lambda m, x: 1 / x if x else math.inf,
      lambda x: (over(-1 / x, x) if x else -math.inf,), A, R)
nasty("tan through its poles", lambda m, x: m.tan(x), lambda x: (1 + math.tan(x) ** 2,), A,
      (-8.0, 8.0))
nasty("double pole, 1/(x - 1)**2", lambda m, x: 1 / (x - 1) ** 2 if x != 1 else math.inf,
      lambda x: (over(-2, (x - 1) ** 3),), (-1.7, -0.6, 0.3, 0.99, 2.1), R)
nasty("x/(x**2 - 1)", lambda m, x: x / ((x - 1) * (x + 1)) if abs(x) != 1 else math.inf,
      lambda x: (over(-(x * x + 1), ((x - 1) * (x + 1)) ** 2),), A, R)
nasty("coth x - 1/x, Langevin", lambda m, x: _langevin(m, x), lambda x: (_dlangevin(x),),
      K, (-50.0, 50.0), f=lambda x: _langevin_float(x))
nasty("log log x", lambda m, x: m.log(m.log(x)), lambda x: (1 / (x * log(x)),),
      (1.01, 1.4, 2.0, 5.0, 40.0), (1.001, 1e4), fscale=1.0)

# --- Flats and tails -----------------------------------------------------------------------------

nasty("exp(-1/x**2), flat at 0", lambda m, x: m.exp(-1 / (x * x)) if abs(x) > 1e-150 else 0.0,
      lambda x: (2 * exp(-1 / (x * x)) / x**3 if abs(x) > 0.03 else 0.0,), K, R)
nasty("exp(-1/x) for x > 0", lambda m, x: m.exp(-1 / x) if x > 0 else 0.0,
      lambda x: (exp(-1 / x) / (x * x) if x > 1e-3 else 0.0,), K, R)
nasty("bump on (-1, 1)", lambda m, x: m.exp(-1 / ((1 - x) * (1 + x))) if abs(x) < 1 else 0.0,
      lambda x: (_dbump(x),), (-1.0, -0.3, 0.1, 0.8, 1.7), (-3.0, 3.0))
nasty("sigmoid over its whole range", lambda m, x: m.sigmoid(x), lambda x: (dsigmoid(x),),
      (-600.0, -40.0, 0.3, 40.0, 600.0), (-700.0, 700.0))
nasty("log-sigmoid", lambda m, x: -m.softplus(-x), lambda x: (sigmoid(-x),),
      (-600.0, -40.0, 0.3, 40.0, 600.0), (-700.0, 700.0))
nasty("softplus", lambda m, x: m.softplus(x), lambda x: (sigmoid(x),),
      (-600.0, -40.0, 0.3, 40.0, 600.0), (-700.0, 700.0))
nasty("tanh far out", lambda m, x: m.tanh(x), lambda x: (sech2(x),),
      (-300.0, -20.0, 0.3, 19.0, 300.0), (-350.0, 350.0))
nasty("Gauss bell to 1e-195", lambda m, x: m.exp(-x * x / 2), lambda x: (-x * exp(-x * x / 2),),
      (-30.0, -6.0, 0.0, 1.4, 20.0), (-30.0, 30.0))
nasty("erf", lambda m, x: m.erf(x), lambda x: (2 / math.sqrt(math.pi) * exp(-x * x),), K,
      (-6.0, 6.0))
nasty("erfc's tail", lambda m, x: m.erfc(x), lambda x: (-2 / math.sqrt(math.pi) * exp(-x * x),),
      (-1.0, 2.0, 6.0, 12.0, 20.0), (-3.0, 25.0))
nasty("constant", lambda m, x: 3.0, lambda x: (0.0,), K, R)
nasty("an argument that does nothing", lambda m, x, y: m.sin(x) + 0.0 * y,
      lambda x, y: (math.cos(x), 0.0), XY, (R, R))
nasty("identity", lambda m, x: x, lambda x: (1.0,), K, (-1e6, 1e6))
nasty("x**9, flat at 0", lambda m, x: x**9, lambda x: (9 * x**8,), K, R)
nasty("arctan over all numbers", lambda m, x: m.atan(x), lambda x: (1 / (1 + x * x),), K,
      (-math.inf, math.inf))
nasty("decay over all positive numbers", lambda m, x: m.exp(-x), lambda x: (-exp(-x),), Z,
      (0.0, math.inf))

# --- Pieces that join smoothly -------------------------------------------------------------------

nasty("x|x|", lambda m, x: x * abs(x), lambda x: (2 * abs(x),), K, R)
nasty("squared relu", lambda m, x: max(x, 0.0) ** 2, lambda x: (2 * max(x, 0.0),), K, R)
nasty("huber", lambda m, x: x * x / 2 if abs(x) <= 1 else abs(x) - 0.5,
      lambda x: (max(-1.0, min(x, 1.0)),), (-1.7, -1.0, 0.3, 1.0, 2.1), R)
nasty("smoothstep", lambda m, x: _step(x) ** 2 * (3 - 2 * _step(x)),
      lambda x: (6 * _step(x) * (1 - _step(x)),), (-0.5, 0.0, 0.3, 1.0, 1.7), (-2.0, 3.0))
nasty("smootherstep", lambda m, x: _step(x) ** 3 * (_step(x) * (_step(x) * 6 - 15) + 10),
      lambda x: (30 * (_step(x) * (1 - _step(x))) ** 2,), (-0.5, 0.0, 0.3, 1.0, 1.7), (-2.0, 3.0))
nasty("elu", lambda m, x: x if x > 0 else m.expm1(x), lambda x: (exp(min(x, 0.0)),), K, R)
nasty("selu", lambda m, x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * m.expm1(x)),
      lambda x: (1.0507009873554805 * (1.0 if x > 0 else 1.6732632423543772 * exp(x)),), K, R)
nasty("softsign", lambda m, x: x / (1 + abs(x)), lambda x: (1 / (1 + abs(x)) ** 2,), K, R)
nasty("exp, its tangent beyond 3", lambda m, x: m.exp(x) if x < 3 else m.exp(3) * (x - 2),
      lambda x: (exp(min(x, 3.0)),), (-1.7, -0.6, 0.3, 3.0, 4.5), R)
nasty("softplus with a threshold of 40", lambda m, x: m.softplus(x),
      lambda x: (sigmoid(x) if x < 40 else 1.0,), A, (-50.0, 100.0),
      f=lambda x: x if x > 40 else softplus(x))

# --- Special functions ---------------------------------------------------------------------------

nasty("gamma", lambda m, x: m.gamma(x), lambda x: (gamma(x) * digamma(x),), P, (0.1, 20.0))
nasty("gamma at whole numbers", lambda m, x: m.gamma(x + 1),
      lambda x: (gamma(x + 1) * digamma(x + 1),), (0.0, 1.0, 2.0, 3.0, 5.0), (0.0, 12.0))
nasty("lgamma", lambda m, x: m.lgamma(x), lambda x: (digamma(x),), P, (0.01, 100.0), fscale=1.0)
nasty("Bessel J0", lambda m, x: m.j0(x), lambda x: (-bessel_j(1, x),), K, (-25.0, 25.0),
      atol=1e-15, fscale=1.0)
nasty("Lambert W", lambda m, x: m.lambertw(x).real,
      lambda x: (exp(-lambert_w(x)) / (1 + lambert_w(x)),), Z, (-0.3, 100.0))
nasty("Gudermannian", lambda m, x: 2 * m.atan(m.tanh(x / 2)), lambda x: (1 / math.cosh(x),), K, R)
nasty("Kepler's equation", lambda m, x: _kepler(m, x, 0.6),
      lambda x: (1 / (1 - 0.6 * math.cos(_kepler(floats, x, 0.6))),), K, (-3.0, 3.0))
nasty("exact gelu", lambda m, x: x * m.ncdf(x), lambda x: (ncdf(x) + x * phi(x),), K, (-6.0, 6.0))
nasty("mish", lambda m, x: x * m.tanh(m.softplus(x)),
      lambda x: (math.tanh(softplus(x)) + x * sech2(softplus(x)) * sigmoid(x),), K, R)

# --- Several arguments ---------------------------------------------------------------------------

nasty("log-add-exp", lambda m, x, y: max(x, y) + m.log1p(m.exp(-abs(x - y))),
      lambda x, y: (sigmoid(x - y), sigmoid(y - x)),
      ((0.5, 1.2), (900.0, 899.0), (2.3, -0.4), (-700.0, -700.0), (1.6, 40.0)),
      ((-1e3, 1e3), (-1e3, 1e3)))
nasty("softmax, first of three", lambda m, x, y, z: 1 / (1 + m.exp(y - x) + m.exp(z - x)),
      lambda x, y, z: _softmax_first(x, y, z), XYZ, (R, R, R))
nasty("cross-entropy of three logits",
      lambda m, x, y, z: m.log(m.exp(x) + m.exp(y) + m.exp(z)) - y,
      lambda x, y, z: (1 / (1 + exp(y - x) + exp(z - x)), -(exp(x) + exp(z))
                       / (exp(x) + exp(y) + exp(z)), 1 / (1 + exp(x - z) + exp(y - z))), XYZ,
      (R, R, R), fscale=1.0)
nasty("Kullback-Leibler of two coins",
      lambda m, x, y: x * m.log(x / y) + (1 - x) * m.log((1 - x) / (1 - y)),
      lambda x, y: (log(x / y) - log((1 - x) / (1 - y)), (y - x) / (y * (1 - y))),
      ((0.2, 0.3), (0.5, 0.5), (0.9, 0.1), (0.4, 0.6), (0.7, 0.8)), ((0.01, 0.99), (0.01, 0.99)),
      fscale=1.0, atol=1e-13)
nasty("x**y", lambda m, x, y: m.exp(y * m.log(x)), lambda x, y: (y * x ** (y - 1), x**y * log(x)),
      PQ, ((0.05, 10.0), (-5.0, 5.0)))
nasty("x / y through the pole", lambda m, x, y: x / y if y else m.sign(x) * math.inf,
      lambda x, y: (over(1.0, y), over(-over(x, y), y)), XY, (R, R))
nasty("Rosenbrock's valley", lambda m, x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      lambda x, y: (2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
      ((1.0, 1.0), (-1.2, 1.0), (0.3, 0.1), (0.0, 0.0), (1.6, 2.7)), ((-5.0, 5.0), (-5.0, 5.0)))
nasty("Himmelblau", lambda m, x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
      lambda x, y: (4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
                    2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)),
      ((3.0, 2.0), (-1.1, 0.7), (2.3, -0.4), (-0.8, -1.9), (1.6, 2.7)), ((-6.0, 6.0), (-6.0, 6.0)))
nasty("lerp", lambda m, x, y, z: x + (y - x) * z, lambda x, y, z: (1 - z, z, y - x), XYZ,
      (R, R, R))
nasty("determinant", lambda m, x, y, z, w: x * w - y * z, lambda x, y, z, w: (w, -z, -y, x), WXYZ,
      (R, R, R, R))
nasty("dot of two pairs, squared", lambda m, x, y, z, w: (x * z + y * w) ** 2,
      lambda x, y, z, w: tuple(2 * (x * z + y * w) * v for v in (z, w, x, y)), WXYZ, (R, R, R, R))
nasty("Heron's area", _heron, _dheron,
      ((3.0, 4.0, 5.0), (4.0, 4.0, 4.0), (3.5, 3.2, 4.9), (5.0, 4.2, 3.3), (4.6, 3.7, 3.2)),
      ((3.0, 5.0),) * 3)
nasty("option price of four arguments", _call, _greeks,
      ((10.0, 10.0, 0.2, 1.0), (9.0, 10.0, 0.3, 0.5), (12.0, 10.0, 0.25, 2.0),
       (10.0, 8.0, 0.15, 0.7), (10.5, 11.0, 0.4, 1.5)),
      ((5.0, 20.0), (5.0, 20.0), (0.05, 1.0), (0.05, 3.0)), fscale=1.0)
nasty("parallel resistors", lambda m, x, y, z: 1 / (1 / x + 1 / y + 1 / z),
      lambda x, y, z: tuple((1 / (v * (1 / x + 1 / y + 1 / z))) ** 2 for v in (x, y, z)), PQR,
      ((0.01, 1e4),) * 3)
nasty("geometric mean of three, edge at 0", lambda m, x, y, z: m.cbrt(x) * m.cbrt(y) * m.cbrt(z),
      lambda x, y, z: tuple(over(cbrt(b) * cbrt(c), 3 * cbrt(a) ** 2) if b and c else 0.0
                            for a, b, c in ((x, y, z), (y, z, x), (z, x, y))), PQR,
      ((0.0, 10.0), (0.1, 10.0), (0.1, 10.0)))
nasty("sin of a product of three", lambda m, x, y, z: m.sin(x * y * z),
      lambda x, y, z: tuple(math.cos(x * y * z) * v for v in (y * z, x * z, x * y)), XYZ,
      ((-4.0, 4.0),) * 3, ftol=1e-10)
# fmt: on
