"""Planted bugs: operations whose claimed derivative is wrong somewhere, each in another way."""

import math
import random
import struct

from . import (
    bessel_j,
    case,
    cbrt,
    digamma,
    dsigmoid,
    exact,
    exp,
    floats,
    lambert_w,
    log,
    ncdf,
    over,
    sech2,
    sigmoid,
    sign,
    sqrt,
)

BUGS = []

# Typical samples: what one types without thinking of the bug.
A = (-1.7, -0.6, 0.3, 0.8, 2.1)
P = (0.3, 0.7, 1.4, 2.2, 3.6)
S = (-0.7, -0.3, 0.1, 0.4, 0.8)
XY = ((0.5, 1.2), (-1.1, 0.7), (2.3, -0.4), (-0.8, -1.9), (1.6, 2.7))
PQ = ((0.5, 1.2), (1.1, 0.7), (2.3, 0.4), (0.8, 1.9), (1.6, 2.7))
XYZ = ((0.5, 1.2, -0.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, -1.2))
R = (-10.0, 10.0)


def bug(name, cause, g, df, inputs, domain, witness=None, where="everywhere", **fields):
    """Add a bug; one that shows everywhere is witnessed by the second sample."""
    if witness is None:
        witness = inputs[1]
    witness = witness if isinstance(witness, tuple) else (float(witness),)
    BUGS.append(
        case(name, g, df, inputs, domain, correct=False, cause=cause, where=where,
             witness=witness, **fields)
    )  # fmt: skip


def gross(*args, **fields):
    bug(*args, gross=True, **fields)


# Helpers of single cases.


def _kepler(m, mean, eccentricity):
    """The eccentric anomaly by Newton's iteration."""
    e = mean + eccentricity * m.sin(mean)
    for _ in range(m.steps):
        e -= (e - eccentricity * m.sin(e) - mean) / (1 - eccentricity * m.cos(e))
    return e


def _gelu_tanh_slope(x):
    k = math.sqrt(2 / math.pi)
    t = math.tanh(k * (x + 0.044715 * x**3))
    return (1 + t) / 2 + x * (1 - t * t) * k * (1 + 3 * 0.044715 * x * x) / 2


def _table(slope, x, h):
    k = math.floor(x / h)
    t = x / h - k
    return (1 - t) * slope(k * h) + t * slope((k + 1) * h)


def _pade_tanh_slope(x):
    """Of x (15 + x**2) / (15 + 6 x**2)."""
    u = x * x
    return (225 - 45 * u + 6 * u * u) / (15 + 6 * u) ** 2


def _spline(x):
    """The cubic B-spline with knots 0, 1, 2, 3, 4."""
    k = math.floor(x) if 0 <= x < 4 else -1
    t = x - k
    pieces = (
        lambda: t**3 / 6,
        lambda: (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        lambda: (3 * t**3 - 6 * t**2 + 4) / 6,
        lambda: (1 - t) ** 3 / 6,
        lambda: 0.0,
    )
    return pieces[k]()


def _spline_slope(x):
    k = math.floor(x) if 0 <= x < 4 else -1
    t = x - k
    second = (-9 * t * t + 6 * t + 3) / 6
    return (t * t / 2, second, second, -((1 - t) ** 2) / 2, 0.0)[k]


def _peak(d):
    return -800 * d / (1 + 400 * d * d) ** 2


def _sinc_slope(x):
    if abs(x) < 0.1:
        return -x / 3 + x**3 / 30 - x**5 / 840 + x**7 / 45360
    return (math.cos(x) - math.sin(x) / x) / x


def _turning(x, y):
    r = math.hypot(x, y)
    return over(over(y, r), r), -over(over(x, r), r)


def _gamma_slope(x):
    """By the reflection of digamma for x < 0 (DLMF 5.5.4)."""
    psi = digamma(x) if x > 0 else digamma(1 - x) - over(math.pi, math.tan(math.pi * x))
    return floats.gamma(x) * psi


# fmt: off
# --- Gross: visible at most points ---------------------------------------------------------------

# The sign.
gross("tanh, sign", "sign", lambda m, x: m.tanh(x), lambda x: (-sech2(x),), A, R)
gross("cos, minus forgotten", "sign", lambda m, x: m.cos(x), lambda x: (math.sin(x),), A, R)
gross("1/x, minus forgotten", "sign", lambda m, x: 1 / x, lambda x: (1 / x**2,), P, (0.01, 10.0))
gross("acos, minus forgotten", "sign", lambda m, x: m.acos(x),
      lambda x: (over(1, sqrt(1 - x * x)),), S, (-0.99, 0.99))
gross("exp(-x), inner sign forgotten", "sign", lambda m, x: m.exp(-x), lambda x: (exp(-x),), A, R)
gross("x/y, second partial's sign", "sign", lambda m, x, y: x / y,
      lambda x, y: (1 / y, x / y**2), PQ, ((-5.0, 5.0), (0.1, 5.0)))
gross("squared error, target's sign", "sign", lambda m, x, y: (x - y) ** 2,
      lambda x, y: (2 * (x - y), 2 * (x - y)), XY, (R, R))
gross("cross-entropy of a logit, target minus probability", "sign",
      lambda m, x: m.softplus(x) - x * 0.3, lambda x: (0.3 - sigmoid(x),), A, R)
gross("lerp, weight's partial", "sign", lambda m, x, y, z: x + (y - x) * z,
      lambda x, y, z: (1 - z, z, x - y), XYZ, (R, R, (-2.0, 2.0)))

# A factor 2.
gross("square, exponent forgotten", "factor 1/2", lambda m, x: x * x, lambda x: (x,), A, R)
gross("half a square, half forgotten", "factor 2",
      lambda m, x: x * x / 2, lambda x: (2 * x,), A, R)
gross("sqrt, half forgotten", "factor 2", lambda m, x: m.sqrt(x), lambda x: (1 / sqrt(x),),
      P, (0.01, 50.0))
gross("exp(x/2), inner half forgotten", "factor 2", lambda m, x: m.exp(x / 2),
      lambda x: (exp(x / 2),), A, R)
gross("sin(2x), inner two forgotten", "factor 1/2", lambda m, x: m.sin(2 * x),
      lambda x: (math.cos(2 * x),), A, R)
gross("erf, one over root pi", "factor 1/2", lambda m, x: m.erf(x),
      lambda x: (exp(-x * x) / math.sqrt(math.pi),), A, (-4.0, 4.0))
gross("mean of two, not divided", "factor 2", lambda m, x, y: (x + y) / 2,
      lambda x, y: (1.0, 1.0), XY, (R, R))
gross("softplus of x + x, counted once", "factor 1/2", lambda m, x: m.softplus(x + x),
      lambda x: (sigmoid(2 * x),), A, (-5.0, 5.0))

# Factors of bases and units.
gross("log10 without ln 10", "factor ln 10", lambda m, x: m.log(x) / m.log(10),
      lambda x: (1 / x,), P, (0.01, 50.0))
gross("10**x without ln 10", "factor ln 10", lambda m, x: m.exp(x * m.log(10)),
      lambda x: (10**x,), S, (-3.0, 3.0))
gross("decibel, ln 10 on the wrong side", "other",
      lambda m, x: 10 * m.log(x) / m.log(10),
      lambda x: (10 * math.log(10) / x,), P, (0.01, 50.0), note="claimed / true is ln(10)**2")
gross("log2 without ln 2", "other", lambda m, x: m.log(x) / m.log(2), lambda x: (1 / x,),
      P, (0.01, 50.0), note="claimed / true is ln 2")
gross("sin(pi x) without pi", "factor pi", lambda m, x: m.sin(m.pi * x),
      lambda x: (math.cos(math.pi * x),), S, (-3.0, 3.0))
gross("circle's area as a square's", "factor pi", lambda m, x: m.pi * x * x,
      lambda x: (2 * x,), P, (0.0, 10.0))
gross("phase over 2 pi, pi forgotten", "factor pi", lambda m, x: m.cos(x / (2 * m.pi)),
      lambda x: (-math.sin(x / (2 * math.pi)) / 2,), A, R)
gross("sin of degrees without pi/180", "other", lambda m, x: m.sin(m.pi * x / 180),
      lambda x: (math.cos(math.pi * x / 180),), (-75.0, -20.0, 15.0, 40.0, 130.0),
      (-360.0, 360.0), note="claimed / true is 180/pi")
gross("atan in degrees, slope in radians", "other", lambda m, x: m.atan(x) * 180 / m.pi,
      lambda x: (1 / (1 + x * x),), A, R, note="claimed / true is pi/180")

# Factors of the operand, the result, the other operand.
gross("cube, exponent not lowered", "factor x", lambda m, x: x**3, lambda x: (3 * x**3,), A, R)
gross("cube, lowered twice", "factor 1/x", lambda m, x: x**3, lambda x: (3 * x,), A, R)
gross("1/x as -1/x", "factor x", lambda m, x: 1 / x, lambda x: (-1 / x,), P, (0.01, 10.0))
gross("sqrt, times the root", "factor x", lambda m, x: m.sqrt(x), lambda x: (0.5 * sqrt(x),),
      P, (0.01, 50.0), note="half the result where half over the result is meant")
gross("Gauss bell without the bell", "factor y", lambda m, x: m.exp(-x * x / 2),
      lambda x: (-x,), A, (-4.0, 4.0))
gross("hypot, not divided by the result", "factor y", lambda m, x, y: m.hypot(x, y),
      lambda x, y: (x, y), XY, (R, R))
gross("sigmoid without 1-y", "factor 1-y", lambda m, x: m.sigmoid(x), lambda x: (sigmoid(x),),
      A, R)
gross("sigmoid without y", "factor y", lambda m, x: m.sigmoid(x), lambda x: (sigmoid(-x),), A, R)
gross("tanh as 1-y", "other", lambda m, x: m.tanh(x), lambda x: (1 - math.tanh(x),), A,
      (-5.0, 5.0), note="the factor 1+y is missing")
gross("x**2 y, y left out of the first partial", "factor other argument",
      lambda m, x, y: x * x * y, lambda x, y: (2 * x, x * x), XY, (R, R))
gross("x exp(y), x left out of the second partial", "factor other argument",
      lambda m, x, y: x * m.exp(y), lambda x, y: (exp(y), exp(y)), XY, (R, (-5.0, 5.0)))
gross("polynomial, one coefficient by too low a power", "factor other argument",
      lambda m, x, y, z, w: y + z * x + w * x * x, lambda x, y, z, w: (z + 2 * w * x, 1.0, x, x),
      ((0.5, 1.0, 2.0, -1.0), (1.5, -1.0, 0.3, 0.7), (-0.8, 0.2, -1.1, 0.4),
       (2.2, 0.9, -0.5, 1.3), (-1.6, 1.8, 0.6, -0.2)), (R, R, R, R))

# Partials swapped.
gross("x y, swapped", "swapped", lambda m, x, y: x * y, lambda x, y: (x, y), XY, (R, R))
gross("x / y, swapped", "swapped", lambda m, x, y: x / y, lambda x, y: (-x / y**2, 1 / y), PQ,
      ((-5.0, 5.0), (0.1, 5.0)))
gross("atan2, swapped", "swapped", lambda m, x, y: m.atan2(x, y),
      lambda x, y: (-x / (x * x + y * y), y / (x * x + y * y)), PQ, ((0.1, 5.0), (0.1, 5.0)))
gross("x y z, two of three swapped", "swapped", lambda m, x, y, z: x * y * z,
      lambda x, y, z: (x * z, y * z, x * y), XYZ, (R, R, R))
gross("x - 3 sin y, swapped", "swapped", lambda m, x, y: x - 3 * m.sin(y),
      lambda x, y: (-3 * math.cos(y), 1.0), XY, (R, R))

# Taken at the output, or at another wrong place.
gross("sigmoid' of the activation", "at the output instead of the input",
      lambda m, x: m.sigmoid(x), lambda x: (dsigmoid(sigmoid(x)),), A, R)
gross("sin, cos of the sine", "at the output instead of the input", lambda m, x: m.sin(x),
      lambda x: (math.cos(math.sin(x)),), A, R)
gross("log, one over the logarithm", "at the output instead of the input", lambda m, x: m.log(x),
      lambda x: (1 / log(x),), (3.2, 4.0, 5.0, 7.0, 20.0), (1.1, 50.0))
gross("atan, at the angle", "at the output instead of the input", lambda m, x: m.atan(x),
      lambda x: (1 / (1 + math.atan(x) ** 2),), A, R)
gross("tanh as 1 - x**2", "other", lambda m, x: m.tanh(x), lambda x: (1 - x * x,), A,
      (-5.0, 5.0), note="the input where the output is meant")

# Zero and constants.
gross("x y + y**2, second partial zero", "zero", lambda m, x, y: x * y + y * y,
      lambda x, y: (y, 0.0), XY, (R, R))
gross("straight-through forgotten in a smooth step", "zero",
      lambda m, x: m.sigmoid(3 * x), lambda x: (0.0,), A, (-4.0, 4.0))
gross("sinh, slope at the origin", "constant", lambda m, x: m.sinh(x), lambda x: (1.0,), A,
      (-6.0, 6.0))
gross("asinh, frozen at the first sample", "constant", lambda m, x: m.asinh(x),
      lambda x: (1 / math.sqrt(1 + 1.7**2),), A, R)

# Terms.
gross("x sin x, product rule halved", "missing term", lambda m, x: x * m.sin(x),
      lambda x: (math.sin(x),), A, R)
gross("sin x / x, quotient rule halved", "missing term", lambda m, x: m.sin(x) / x,
      lambda x: (math.cos(x) / x,), P, (0.1, 10.0))
gross("silu, gate held constant", "missing term", lambda m, x: x * m.sigmoid(x),
      lambda x: (sigmoid(x),), A, R)
gross("x**x as a power", "missing term", lambda m, x: m.exp(x * m.log(x)),
      lambda x: (x * x ** (x - 1),), P, (0.1, 5.0))
gross("tanh plus the residual's one", "additive", lambda m, x: m.tanh(x),
      lambda x: (sech2(x) + 1,), A, R)
gross("weight decay left in", "additive", lambda m, x, y: m.sin(x * y),
      lambda x, y: (y * math.cos(x * y) + 0.1, x * math.cos(x * y) + 0.1), XY,
      ((-3.0, 3.0), (-3.0, 3.0)))

# Rules mistaken.
gross("exp by the power rule", "other", lambda m, x: m.exp(x), lambda x: (x * exp(x - 1),), A,
      (-5.0, 5.0))
gross("exp(x**2), chain factor forgotten", "other", lambda m, x: m.exp(x * x),
      lambda x: (exp(x * x),), S, (-3.0, 3.0), note="2x is missing")
gross("log(1 + x**2), chain factor forgotten", "other", lambda m, x: m.log1p(x * x),
      lambda x: (1 / (1 + x * x),), A, R, note="2x is missing")
gross("asin without the root", "other", lambda m, x: m.asin(x), lambda x: (1 / (1 - x * x),), S,
      (-0.99, 0.99))
gross("x**y without log x", "other", lambda m, x, y: m.exp(y * m.log(x)),
      lambda x, y: (y * x ** (y - 1), x**y), PQ, ((0.2, 4.0), (-3.0, 3.0)))
gross("log-sum-exp, not normalised", "other",
      lambda m, x, y: m.log(m.exp(x) + m.exp(y)), lambda x, y: (exp(x), exp(y)), XY,
      ((-5.0, 5.0), (-5.0, 5.0)))
gross("integral for derivative", "other", lambda m, x: x * x, lambda x: (x**3 / 3,), A, R)
gross("second derivative for first", "other", lambda m, x: m.sin(x) + x * x,
      lambda x: (2 - math.sin(x),), A, R)
gross("softmax cross-entropy, target off by one", "other",
      lambda m, x, y, z: m.log(m.exp(x) + m.exp(y) + m.exp(z)) - x,
      lambda x, y, z: tuple(
          exp(v) / (exp(x) + exp(y) + exp(z)) - (k == 1) for k, v in enumerate((x, y, z))
      ), XYZ, ((-5.0, 5.0),) * 3)
gross("probability of an option's delta, N(d2)", "other",
      lambda m, x, y: x * m.ncdf(m.log(x / y) / 0.4 + 0.2) - y * m.ncdf(m.log(x / y) / 0.4 - 0.2),
      lambda x, y: (ncdf(log(x / y) / 0.4 - 0.2), -ncdf(log(x / y) / 0.4 - 0.2)), PQ,
      ((0.3, 3.0), (0.3, 3.0)), atol=1e-16)
gross("implicit function, plus for minus", "other",
      lambda m, x: _kepler(m, x, 0.3),
      lambda x: (1 / (1 + 0.3 * math.cos(_kepler(floats, x, 0.3))),),
      A, (-3.0, 3.0))

# --- Subtle everywhere ---------------------------------------------------------------------------

bug("tanh, 1e-3 too steep", "other", lambda m, x: m.tanh(x), lambda x: (1.001 * sech2(x),), A, R)
bug("sin, 1e-4 too steep", "other", lambda m, x: m.sin(x), lambda x: (1.0001 * math.cos(x),), A, R)
bug("exp, 1e-5 too flat", "other", lambda m, x: m.exp(x), lambda x: (0.99999 * exp(x),), A, R)
bug("log, 3e-6 too steep", "other", lambda m, x: m.log(x), lambda x: (1.000003 / x,), P,
    (0.01, 50.0))
bug("x y, one partial 1e-5 too large", "other", lambda m, x, y: x * y,
    lambda x, y: (y, 1.00001 * x), XY, (R, R))
bug("sigmoid, 1e-6 added", "additive", lambda m, x: m.sigmoid(x),
    lambda x: (dsigmoid(x) + 1e-6,), A, R)
bug("atan, 1e-4 added", "additive", lambda m, x: m.atan(x), lambda x: (1 / (1 + x * x) + 1e-4,),
    A, R)
bug("pi as 3.14159, squared", "other", lambda m, x: m.sin(m.pi * m.pi * x) / 7,
    lambda x: (3.14159**2 * math.cos(math.pi**2 * x) / 7,), S, (-2.0, 2.0))
bug("pi as 22/7", "other", lambda m, x: m.cos(m.pi * x),
    lambda x: (-22 / 7 * math.sin(math.pi * x),), S, (-2.0, 2.0))
bug("normal density with 0.3989", "other", lambda m, x: m.ncdf(x),
    lambda x: (0.3989 * exp(-x * x / 2),), A, (-6.0, 6.0))
bug("root two as 1.41421", "other", lambda m, x: m.sinh(x * m.sqrt(2)),
    lambda x: (1.41421 * math.cosh(x * math.sqrt(2)),), A, (-5.0, 5.0))
bug("ln 2 as 0.6931", "other", lambda m, x: m.exp(x * m.log(2)),
    lambda x: (0.6931 * 2**x,), A, R)
bug("1/ln 10 as 0.4343", "other", lambda m, x: m.log(x) / m.log(10),
    lambda x: (0.4343 / x,), P, (0.01, 50.0))
bug("e as 2.71828", "other", lambda m, x: x * x * m.e * m.e,
    lambda x: (2 * x * 2.71828**2,), A, R)
bug("standard gravity as 9.81", "other", lambda m, x: 9.80665 * x * x / 2,
    lambda x: (9.81 * x,), P, (0.0, 10.0))
bug("exact gelu, slope of its tanh form", "other", lambda m, x: x * m.ncdf(x),
    lambda x: (_gelu_tanh_slope(x),), A, (-6.0, 6.0))
bug("exact gelu, slope of x sigmoid(1.702 x)", "other", lambda m, x: x * m.ncdf(x),
    lambda x: (sigmoid(1.702 * x) + 1.702 * x * dsigmoid(1.702 * x),), A, (-6.0, 6.0))
bug("claim by a forward difference", "other", lambda m, x: m.exp(m.sin(x)),
    lambda x: ((exp(math.sin(x + 1e-5)) - exp(math.sin(x))) / 1e-5,), A, R)
bug("claim by a wide central difference", "other", lambda m, x: m.sin(3 * x),
    lambda x: ((math.sin(3 * x + 0.03) - math.sin(3 * x - 0.03)) / 0.02,), A, R)
bug("claim in half precision", "other", lambda m, x: m.tanh(x) * 3,
    lambda x: (struct.unpack("e", struct.pack("e", 3 * sech2(x)))[0],), A, R)
bug("claim rounded to four places", "other", lambda m, x: m.sin(x) * x,
    lambda x: (round(math.sin(x) + x * math.cos(x), 4),), A, R)
bug("lgamma, digamma by its first terms", "other", lambda m, x: m.lgamma(x),
    lambda x: (log(x) - 0.5 / x,), P, (0.2, 30.0))
bug("1/(1 + x + 1e-5)", "other", lambda m, x: m.log1p(x), lambda x: (1 / (1 + x + 1e-5),), P,
    (0.0, 50.0))
gross("variance with n - 1", "other", lambda m, x, y, z: ((x - y) ** 2 + (y - z) ** 2
    + (z - x) ** 2) / 9, lambda x, y, z: tuple((v - (x + y + z) / 3) for v in (x, y, z)), XYZ,
    (R, R, R), note="claimed / true is 3/2")
bug("table of slopes, interpolated", "other", lambda m, x: m.sin(x),
    lambda x: (_table(math.cos, x, 0.05),), A, R, 0.777)
bug("tanh, slope of its Padé form", "other", lambda m, x: m.tanh(x),
    lambda x: (_pade_tanh_slope(x),), A, (-3.0, 3.0))
bug("frequency 40.4 for 40", "other", lambda m, x: x + m.sin(40 * x) / 20,
    lambda x: (1 + 2 * math.cos(40.4 * x),), A, R)
bug("sin(1000 x), inner factor forgotten", "other", lambda m, x: m.sin(1000 * x),
    lambda x: (math.cos(1000 * x),), A, R)
bug("ripple aliased away by steps of 1e-4", "missing term",
    lambda m, x: x + m.sin(2 * m.pi * 10000 * x) / 10000, lambda x: (1.0,), A, (-3.0, 3.0),
    ftol=1e-9, note="differences over multiples of 1e-4 see slope 1")
bug("sin(1e5 x), the slope a step of 1e-3 sees", "other", lambda m, x: m.sin(1e5 * x),
    lambda x: (math.sin(100) / 1e-3 * math.cos(1e5 * x),), A, (-3.0, 3.0), ftol=1e-9)
bug("sin(1e5 x), quarter period off", "other", lambda m, x: m.sin(1e5 * x),
    lambda x: (1e5 * math.sin(1e5 * x),), A, (-3.0, 3.0), ftol=1e-9)
bug("sawtooth of slope 0", "zero", lambda m, x: x - m.floor(x), lambda x: (0.0,), A, R)
bug("triangle wave, one slope on both flanks", "sign",
    lambda m, x: abs(x - 2 * m.floor(x / 2) - 1), lambda x: (1.0,), A, (-9.5, 9.5),
    where="x % 2 <= 1", witness=0.3)
bug("large offset, tiny slope off by half", "other", lambda m, x: 1e6 + 1e-3 * x,
    lambda x: (1.5e-3,), A, (-100.0, 100.0))
bug("1e8 + sin x, 1e-2 too steep", "other", lambda m, x: 1e8 + m.sin(x),
    lambda x: (1.01 * math.cos(x),), A, R)
bug("at scale 1e-200, doubled", "factor 2", lambda m, x: m.sin(x * 1e200),
    lambda x: (2e200 * math.cos(x * 1e200),), (-2e-200, -6e-201, 3e-201, 8e-201, 1.4e-200),
    (-1e-199, 1e-199))
bug("at scale 1e150, 1e-4 too steep", "other", lambda m, x: m.sqrt(1 + (x / 1e150) ** 2),
    lambda x: (1.0001 * (x / 1e150) / math.sqrt(1 + (x / 1e150) ** 2) / 1e150,),
    (-2e150, -6e149, 3e149, 8e149, 1.4e150), (-1e151, 1e151))
bug("values of 1e-300, sign", "sign", lambda m, x: 1e-300 * m.cos(x),
    lambda x: (1e-300 * math.sin(x),), A, R)

# --- Local: right at typical samples, wrong elsewhere --------------------------------------------

# By size.
bug("gradient clipped at 20", "wrong branch", lambda m, x: x * x,
    lambda x: (max(-20.0, min(2 * x, 20.0)),), A, (-100.0, 100.0), 30.0, "abs(x) > 10")
bug("doubled beyond 10", "factor 2", lambda m, x: m.log1p(x),
    lambda x: ((2 if x > 10 else 1) / (1 + x),), P, (0.0, 1000.0), 25.0, "x > 10")
bug("asinh by 1/|x| from 50 on", "other", lambda m, x: m.asinh(x),
    lambda x: (1 / abs(x) if abs(x) > 50 else 1 / math.sqrt(1 + x * x),), A, (-1e3, 1e3), 60.0,
    "abs(x) > 50")
bug("digamma's asymptotic series short of a term", "missing term", lambda m, x: m.lgamma(x),
    lambda x: (digamma(x) if x < 10 else log(x) - 0.5 / x,), P, (0.1, 40.0), 12.0, "x >= 10")
bug("sine of a reduced argument, 2 pi as 6.2832", "other", lambda m, x: m.sin(x),
    lambda x: (math.cos(x if abs(x) < 6 else math.fmod(x, 6.2832)),), A, (-100.0, 100.0), 50.0,
    "abs(x) > 6.28")
bug("softplus taken for x above 5", "wrong branch", lambda m, x: m.softplus(x),
    lambda x: (1.0 if x > 5 else sigmoid(x),), A, (-20.0, 9.0), 6.0, "x > 5")
bug("sigmoid's tail cut at -20", "zero", lambda m, x: m.sigmoid(x),
    lambda x: (dsigmoid(x) if x > -20 else 0.0,), A, (-60.0, 10.0), -25.0, "x <= -20")
bug("sigmoid leaks 1e-3 below -15", "additive", lambda m, x: m.sigmoid(x),
    lambda x: (dsigmoid(x) + (1e-3 if x < -15 else 0.0),), A, (-40.0, 10.0), -16.0, "x < -15")
bug("tanh saturated at 3", "zero", lambda m, x: m.tanh(x),
    lambda x: (sech2(x) if abs(x) < 3 else 0.0,), A, (-8.0, 8.0), 3.5, "abs(x) >= 3")
bug("log-sigmoid, overflow branch zero", "zero", lambda m, x: -m.softplus(-x),
    lambda x: (sigmoid(-x) if x > -30 else 0.0,), A, (-100.0, 20.0), -40.0, "x <= -30")
bug("erfc's tail zero", "zero", lambda m, x: m.erfc(x),
    lambda x: (-2 / math.sqrt(math.pi) * exp(-x * x) if x < 5 else 0.0,), A, (-3.0, 9.0), 6.0,
    "x >= 5", ftol=1e-10)
bug("J0, far form with the phase of Y1", "wrong branch", lambda m, x: m.j0(x),
    lambda x: (-bessel_j(1, x) if x < 8
               else -math.sqrt(2 / math.pi / x) * math.sin(x - 3 * math.pi / 4),), P,
    (0.1, 20.0), 10.0, "x >= 8", atol=1e-15, fscale=1.0)
bug("exp, factor e lost in scaling above 20", "other", lambda m, x: m.exp(x),
    lambda x: (exp(x) if x < 20 else exp(x - 1),), A, (-5.0, 40.0), 30.0, "x >= 20")
bug("kilo, slope per unit above 1000", "other", lambda m, x: m.sqrt(x),
    lambda x: (0.5 / sqrt(x) * (1 if x < 1000 else 1000),), P, (0.1, 1e5), 5e3, "x >= 1000")
bug("relativistic energy, Newton's slope below 0.1", "factor y", lambda m, x: m.sqrt(1 + x * x),
    lambda x: (x if abs(x) < 0.1 else x / math.sqrt(1 + x * x),), A, R, 0.07,
    "1e-5 < abs(x) < 0.1")
bug("1/max(x, 1e-3)", "other", lambda m, x: m.log(x), lambda x: (1 / max(x, 1e-3),), P,
    (1e-6, 10.0), 1e-4, "x < 1e-3")
bug("epsilon inside: 1/(x + 1e-12)", "other", lambda m, x: m.log(x), lambda x: (1 / (x + 1e-12),),
    P, (1e-9, 10.0), 1e-8, "x < 5e-3", rtol=1e-8)
bug("log1p, two terms below 0.01", "other", lambda m, x: m.log1p(x),
    lambda x: (1 - x if abs(x) < 0.01 else 1 / (1 + x),), P, (-0.5, 10.0), 0.008,
    "1e-5 < abs(x) < 0.01")
bug("expm1 taken for x below 0.02", "constant", lambda m, x: m.expm1(x),
    lambda x: (1.0 if abs(x) < 0.02 else exp(x),), A, (-5.0, 5.0), 0.01, "1e-10 < abs(x) < 0.02")
bug("sinc, sign in the series near 0", "sign", lambda m, x: m.sin(x) / x if x else 1.0,
    lambda x: (x / 3 - x**3 / 30 if abs(x) < 1e-2 else (math.cos(x) - math.sin(x) / x) / x,), A, R,
    0.005, "0 < abs(x) < 1e-2", rtol=1e-7)
bug("(1 - cos x)/x**2, cancellation near 0", "other",
    lambda m, x: 2 * (m.sin(x / 2) / x) ** 2 if x else 0.5,
    lambda x: (over(x * math.sin(x) - 2 * (1 - math.cos(x)), x**3),), A, R, 1e-4,
    "abs(x) < 0.1", atol=1e-13)

# On one side.
bug("cube, 3x|x|", "sign", lambda m, x: x**3, lambda x: (3 * x * abs(x),), P, R, -2.0, "x < 0")
bug("elu without alpha", "other", lambda m, x: x if x > 0 else 0.7 * m.expm1(x),
    lambda x: (1.0 if x > 0 else exp(x),), P, R, -1.0, "x < 0")
bug("leaky relu, 0.1 for 0.01", "wrong branch", lambda m, x: x if x > 0 else 0.01 * x,
    lambda x: (1.0 if x > 0 else 0.1,), P, R, -1.0, "x < 0")
bug("relu's slope one everywhere", "constant", lambda m, x: max(x, 0.0), lambda x: (1.0,), P, R,
    -1.0, "x < 0")
bug("abs's slope one everywhere", "sign", lambda m, x: abs(x), lambda x: (1.0,), P, R, -1.0,
    "x < 0")
bug("selu with alpha 1.673", "other",
    lambda m, x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * m.expm1(x)),
    lambda x: (1.0507009873554805 * (1.0 if x > 0 else 1.673 * exp(x)),), P, R, -1.0, "x < 0")
bug("squared relu, 2x on both sides", "wrong branch", lambda m, x: max(x, 0.0) ** 2,
    lambda x: (2 * x,), P, R, -1.0, "x < 0")
bug("gamma, reflected branch without its sign", "sign",
    lambda m, x: m.gamma(x), lambda x: (_gamma_slope(x) * (1 if x > 0 else -1),), P,
    (-0.95, 6.0), -0.5, "x < 0", rtol=1e-7)
bug("cbrt, x**(-2/3) of |x| with the sign of x", "sign", lambda m, x: m.cbrt(x),
    lambda x: (over(sign(x), 3 * cbrt(x) ** 2) if x else math.inf,), P, R, -1.0, "x < 0")
bug("angle by atan(y/x), slope of the left half flipped", "sign",
    lambda m, x, y: m.atan2(x, y), lambda x, y: _turning(x, abs(y)),
    ((0.5, 1.2), (-1.1, 0.7), (2.3, 0.4), (-0.8, 1.9), (1.6, 2.7)), ((-5.0, 5.0), (-5.0, 5.0)),
    (1.0, -1.0), "y < 0")

# In windows.
bug("doubled between 3 and 3.2", "factor 2", lambda m, x: m.exp(-x),
    lambda x: (-exp(-x) * (2 if 3.0 <= x <= 3.2 else 1),), P, (0.0, 10.0), 3.1, "3.0 <= x <= 3.2")
bug("zero between 4.70 and 4.71", "zero", lambda m, x: x * x,
    lambda x: (0.0 if 4.70 <= x <= 4.71 else 2 * x,), P, (0.0, 10.0), 4.705, "4.70 <= x <= 4.71")
bug("off in a thousandth of the domain", "additive", lambda m, x: m.sin(x),
    lambda x: (math.cos(x) + (1.0 if 0 <= x - 7.654 <= 0.01 else 0.0),), P, (0.0, 10.0), 7.66,
    "0 <= x - 7.654 <= 0.01")
bug("hat function in the slope", "additive", lambda m, x: m.atan(x),
    lambda x: (1 / (1 + x * x) + max(0.0, 0.01 - abs(x + 5.5) / 10),), A, R, -5.5,
    "abs(x + 5.5) < 0.1")
bug("third segment of a spline, slope of the second", "wrong branch",
    lambda m, x: _spline(x), lambda x: (_spline_slope(x),), (0.2, 0.6, 1.3, 1.8, 3.4),
    (-1.0, 5.0), 2.5, "2 <= x < 3")
bug("two narrow resonances, one of them flipped", "sign",
    lambda m, x: 1 / (1 + 400 * (x - 2) ** 2) + 1 / (1 + 400 * (x + 4) ** 2),
    lambda x: ((_peak(x - 2) + _peak(x + 4)) * (-1 if abs(x + 4) < 0.5 else 1),), A, R, -4.05,
    "abs(x + 4) < 0.5")

# Bounds of pieces.
bug("clamp, upper bound of the slope 2 for 1", "wrong branch",
    lambda m, x: min(max(x, -1.0), 1.0), lambda x: (1.0 if -1 < x < 2 else 0.0,),
    (-1.7, -0.6, 0.3, 0.8, 2.1), R, 1.5, "1 < x < 2")
bug("relu6, not flat above", "wrong branch", lambda m, x: min(max(x, 0.0), 6.0),
    lambda x: (1.0 if x > 0 else 0.0,), A, R, 8.0, "x > 6")
bug("clamp to (-4, 5), slope of (-5, 5)", "wrong branch",
    lambda m, x: min(max(x, -4.0), 5.0), lambda x: (1.0 if abs(x) < 5 else 0.0,), A, R, -4.5,
    "-5 < x < -4")
bug("huber with two deltas", "wrong branch",
    lambda m, x: x * x / 2 if abs(x) <= 4 else 4 * abs(x) - 8,
    lambda x: (x if abs(x) <= 3 else 4 * sign(x),), A, R, 3.5, "3 < abs(x) < 4")
bug("huber, delta forgotten outside", "other",
    lambda m, x: x * x / 2 if abs(x) <= 3 else 3 * abs(x) - 4.5,
    lambda x: (x if abs(x) <= 3 else sign(x),), A, R, 5.0, "abs(x) > 3")
bug("hard swish, slope of x/6 + 1/2", "missing term",
    lambda m, x: x * min(max(x + 3, 0.0), 6.0) / 6,
    lambda x: (1.0 if x > 3 else 0.0 if x < -3 else x / 6 + 0.5,), A, R, where="-3 <= x <= 3")
bug("smoothstep, not clamped", "wrong branch",
    lambda m, x: min(max(x, 0.0), 1.0) ** 2 * (3 - 2 * min(max(x, 0.0), 1.0)),
    lambda x: (6 * x * (1 - x),), (0.1, 0.3, 0.5, 0.7, 0.9), (-2.0, 3.0), 1.5, "x < 0 or x > 1")
bug("soft threshold with half the threshold", "wrong branch",
    lambda m, x: m.sign(x) * max(abs(x) - 1, 0.0), lambda x: (1.0 if abs(x) > 0.5 else 0.0,),
    (-1.7, -0.3, 0.2, 1.4, 2.1), R, 0.7, "0.5 < abs(x) < 1")

# At single points.
bug("1 for 0 at x = 0", "constant", lambda m, x: x * x, lambda x: (2 * x if x else 1.0,), A, R,
    0.0, "x == 0")
bug("nan at 0 by 0/0", "other", lambda m, x: m.sin(x) / x if x else 1.0,
    lambda x: (_sinc_slope(x) if x else math.nan,), A, R, 0.0, "x == 0")
bug("x**1.5 by y/x, nan at 0", "other", lambda m, x: x * m.sqrt(x),
    lambda x: (1.5 * over(x * sqrt(x), x),), P, (0.0, 10.0), 0.0, "x < 1e-150", rtol=1e-8)
bug("x**2 by 2y/x, nan at 0", "other", lambda m, x: x * x, lambda x: (2 * over(x * x, x),), A, R,
    0.0, "x == 0 or abs(x) < 1e-150")
bug("x|x|, infinite at 0", "other", lambda m, x: x * abs(x),
    lambda x: (2 * abs(x) if x else math.inf,), A, R, 0.0, "x == 0")
bug("Lambert W by W/(x(1+W)), nan at 0", "other", lambda m, x: m.lambertw(x).real,
    lambda x: (over(lambert_w(x), x * (1 + lambert_w(x))),), P, (-0.3, 50.0), 0.0, "x == 0")
bug("hypot, nan at the origin", "other", lambda m, x, y: m.hypot(x, y),
    lambda x, y: (over(x, math.hypot(x, y)), over(y, math.hypot(x, y))), XY, (R, R), (0.0, 0.0),
    "x == 0 and y == 0")
bug("relu, 2 at the kink", "other", lambda m, x: max(x, 0.0),
    lambda x: (1.0 if x > 0 else 2.0 if x == 0 else 0.0,), A, R, 0.0, "x == 0")
bug("relu, -1 at the kink", "other", lambda m, x: max(x, 0.0),
    lambda x: (1.0 if x > 0 else -1.0 if x == 0 else 0.0,), A, R, 0.0, "x == 0")
bug("abs, nan at the kink", "other", lambda m, x: abs(x), lambda x: (over(x, abs(x)),), A, R, 0.0,
    "x == 0")
bug("zero at x = 1", "zero", lambda m, x: m.log(x), lambda x: (1 / x if x != 1 else 0.0,), P,
    (0.01, 10.0), 1.0, "x == 1")
bug("zero at the whole numbers", "zero", lambda m, x: x**3 - x,
    lambda x: (3 * x * x - 1 if x % 1 else 0.0,), A, R, 2.0, "x % 1 == 0")
bug("doubled at the upper end", "factor 2", lambda m, x: m.exp(x),
    lambda x: (exp(x) if x < 4 else 2 * exp(x),), A, (-4.0, 4.0), 4.0, "x == 4")
bug("smooth joint taken for a kink, half the slope", "factor 1/2",
    lambda m, x: x * x if x > 2 else 4 * x - 4,
    lambda x: (2 * x if x > 2 else 4.0 if x < 2 else 2.0,), A, R, 2.0, "x == 2")

# --- Several arguments, wrong in a part of their space -------------------------------------------

bug("log-add-exp, (1, 0) at ties", "wrong branch",
    lambda m, x, y: max(x, y) + m.log1p(m.exp(-abs(x - y))),
    lambda x, y: (sigmoid(x - y), sigmoid(y - x)) if x != y else (1.0, 0.0), XY, (R, R),
    (1.5, 1.5), "x == y")
bug("max, ones at ties", "factor 2", lambda m, x, y: max(x, y),
    lambda x, y: (float(x >= y), float(y >= x)), XY, (R, R), (1.5, 1.5), "x == y",
    along=(1.0, 1.0), note="each partial may stand at the kink, their sum may not")
bug("min, zeros at ties", "zero", lambda m, x, y: min(x, y),
    lambda x, y: (float(x < y), float(y < x)), XY, (R, R), (1.5, 1.5), "x == y",
    along=(1.0, 1.0), note="each partial may stand at the kink, their sum may not")
bug("|x - y|, twos at ties", "other", lambda m, x, y: abs(x - y),
    lambda x, y: (sign(x - y), sign(y - x)) if x != y else (2.0, -2.0), XY, (R, R), (1.5, 1.5),
    "x == y")
bug("x y, one too much at ties", "additive", lambda m, x, y: x * y,
    lambda x, y: (y, x) if x != y else (y + 1, x + 1), XY, (R, R), (1.5, 1.5), "x == y")
bug("max, loser's slope for x > y", "swapped", lambda m, x, y: max(x, y) + x + y,
    lambda x, y: (1.0, 2.0), ((0.5, 1.2), (-1.1, 0.7), (0.3, 2.4), (-1.9, -0.8), (1.6, 2.7)),
    (R, R), (3.0, 1.0), "x > y")
bug("second partial doubled for x > y", "factor 2", lambda m, x, y: m.sin(x) * m.exp(-y),
    lambda x, y: (math.cos(x) * exp(-y), -math.sin(x) * exp(-y) * (2 if x > y else 1)),
    ((0.5, 1.2), (-1.1, 0.7), (0.3, 2.4), (-1.9, -0.8), (1.6, 2.7)), ((-3.0, 3.0), (-3.0, 3.0)),
    (1.0, 0.5), "x > y")
bug("|x y|, signs lost where the product is negative", "sign", lambda m, x, y: abs(x * y),
    lambda x, y: (y, x), ((0.5, 1.2), (1.1, 0.7), (-2.3, -0.4), (-0.8, -1.9), (1.6, 2.7)), (R, R),
    (1.0, -1.0), "x * y < 0")
bug("x**2 y, swapped in a quadrant", "swapped", lambda m, x, y: x * x * y,
    lambda x, y: (x * x, 2 * x * y) if x < 0 and y < 0 else (2 * x * y, x * x),
    ((0.5, 1.2), (-1.1, 0.7), (2.3, -0.4), (0.8, -1.9), (1.6, 2.7)), (R, R), (-1.0, -3.0),
    "x < 0 and y < 0")
bug("x mod y, whole turns forgotten", "zero", lambda m, x, y: x - y * m.floor(x / y),
    lambda x, y: (1.0, 0.0), ((0.5, 1.2), (0.3, 0.7), (1.3, 2.4), (0.8, 1.9), (1.6, 2.7)),
    ((0.0, 10.0), (0.5, 5.0)), (4.0, 1.5), "x >= y")
bug("x**y, second partial's sign for x < 1", "sign", lambda m, x, y: m.exp(y * m.log(x)),
    lambda x, y: (y * x ** (y - 1), x**y * abs(log(x))),
    ((1.5, 1.2), (1.1, -0.7), (2.3, 0.4), (3.8, 1.9), (1.6, 2.7)), ((0.2, 5.0), (-3.0, 3.0)),
    (0.5, 1.0), "x < 1")
bug("x**y, negative exponents by |y|", "sign", lambda m, x, y: m.exp(y * m.log(x)),
    lambda x, y: (abs(y) * x ** (y - 1), x**y * log(x)), PQ, ((0.2, 5.0), (-3.0, 3.0)),
    (2.0, -1.0), "y < 0")
bug("log-sum-exp, far apart taken for a sum", "wrong branch",
    lambda m, x, y: max(x, y) + m.log1p(m.exp(-abs(x - y))),
    lambda x, y: (sigmoid(x - y), sigmoid(y - x)) if abs(x - y) < 20 else (1.0, 1.0), XY,
    ((-50.0, 50.0), (-50.0, 50.0)), (30.0, 0.0), "abs(x - y) >= 20")
bug("huber loss, target's slope not clipped", "wrong branch",
    lambda m, x, y: (x - y) ** 2 / 2 if abs(x - y) <= 5 else 5 * abs(x - y) - 12.5,
    lambda x, y: (max(-5.0, min(x - y, 5.0)), y - x), XY, (R, R), (8.0, -1.0), "abs(x - y) > 5")
bug("hinge, margin ignored", "wrong branch", lambda m, x, y: max(1 - x * y, 0.0),
    lambda x, y: (-y, -x), ((0.5, 1.2), (-1.1, 0.7), (2.3, -0.4), (-0.8, 1.9), (-1.6, 2.7)),
    (R, R), (2.0, 2.0), "x * y > 1")
bug("median of three, always the second", "wrong branch",
    lambda m, x, y, z: sorted((x, y, z))[1], lambda x, y, z: (0.0, 1.0, 0.0),
    ((0.5, 1.2, 2.3), (-1.1, 0.7, 0.9), (2.3, 1.4, -0.5), (-2.8, -1.9, 0.4), (3.6, 2.7, -1.2)),
    (R, R, R), (2.0, 5.0, 3.0), "not min(x, z) <= y <= max(x, z) or x == y == z")
bug("norm of three, wrong inside the unit ball", "factor y",
    lambda m, x, y, z: m.sqrt(x * x + y * y + z * z),
    lambda x, y, z: tuple(v / max(sqrt(x * x + y * y + z * z), 1.0) for v in (x, y, z)),
    ((1.5, 1.2, -0.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, -1.2)),
    (R, R, R), (0.3, 0.2, -0.1), "x * x + y * y + z * z < 1")
bug("triangle's area, cosine without its sign", "sign",
    lambda m, x, y, z: x * y * abs(m.sin(z)) / 2,
    lambda x, y, z: (y * abs(math.sin(z)) / 2, x * abs(math.sin(z)) / 2,
                     x * y * abs(math.cos(z)) / 2),
    ((0.5, 1.2, 0.3), (1.1, 0.7, 0.9), (2.3, 0.4, 1.5), (0.8, 1.9, 0.4), (1.6, 2.7, 1.2)),
    ((0.1, 5.0), (0.1, 5.0), (0.1, 3.0)), (1.0, 1.0, 2.5), "z > 1.5707963267948966")
bug("determinant, a cofactor's sign where it is negative", "sign",
    lambda m, x, y, z, w: x * w - y * z,
    lambda x, y, z, w: (w, -z if x * w > y * z else z, -y, x),
    ((1.5, 1.0, 0.2, 2.0), (1.5, -1.0, 0.3, 0.7), (2.8, 0.2, -1.1, 0.4), (2.2, 0.9, -0.5, 1.3),
     (1.6, -1.8, 0.6, 0.2)), (R, R, R, R), (1.0, 2.0, 2.0, 1.0), "x * w <= y * z")

# --- Claims that change ---------------------------------------------------------------------------
# fmt: on


def _last_forward():
    last = [0.0]

    def f(x):
        last[0] = x
        return math.sin(x)

    return f, lambda x: (math.cos(last[0]),)


def _accumulates():
    buffer = [0.0]

    def f(x):
        buffer[0] = 0.0
        return math.exp(x)

    def df(x):
        buffer[0] += math.exp(x)
        return (buffer[0],)

    return f, df


def _rounded_cache():
    last = ["", 0.0]

    def f(x):
        last[:] = [f"{x:.2f}", math.cosh(x)]
        return math.sinh(x)

    return f, lambda x: (last[1] if f"{x:.2f}" == last[0] else math.cosh(x),)


def _noisy_claim():
    rng = random.Random(0)
    return math.sin, lambda x: (math.cos(x) * (1 + 1e-3 * rng.random()),)


def _dropout():
    rng = random.Random(0)
    return (
        lambda x: 2 * x if rng.random() < 0.5 else 0.0,
        lambda x: (2.0 if rng.random() < 0.5 else 0.0,),
    )


def _noisy_forward():
    rng = random.Random(0)
    return lambda x: x * x * (1 + 1e-3 * rng.random()), lambda x: (2 * x,)


def changing(name, pair, truth, witness=(0.3,), **fields):
    f, df = pair
    fields = {"cause": "other", "where": "everywhere", "witness": witness} | fields
    BUGS.append(case(name, None, df, A, R, f=f, truth=truth, correct=False, **fields))


# fmt: off
changing("slope at the last forward", _last_forward(), exact.sin, stateful=True,
         before=((2.1,),))
changing("adds up when called twice", _accumulates(), exact.exp, cause="factor 2", stateful=True)
changing("cache with a rounded key", _rounded_cache(), exact.sinh, stateful=True,
         before=((0.304,),))
changing("claim with a random part", _noisy_claim(), exact.sin, nondeterministic=True)
changing("dropout, another mask in the backward", _dropout(), None, nondeterministic=True,
         note="no truth: the forward is random")
changing("forward with a random part", _noisy_forward(), None, nondeterministic=True,
         note="no truth: the forward is random")

# --- Beyond finite differences: kept to say so ---------------------------------------------------

bug("wrong at one unguessable point", "zero", lambda m, x: m.sin(x),
    lambda x: (math.cos(x) if x != 0.7310585786300049 else 0.0,), A, R, 0.7310585786300049,
    "x == 0.7310585786300049", beyond="a point nothing hints at")
bug("wrong in a window of 1e-9", "zero", lambda m, x: m.sin(x),
    lambda x: (math.cos(x) if not 0 <= x - 1.2345678 <= 1e-9 else 0.0,), A, R, 1.2345678005,
    "0 <= x - 1.2345678 <= 1e-9", beyond="a window narrower than any search and its integral")
bug("1e8 + sin x, 2e-6 too steep", "other", lambda m, x: 1e8 + m.sin(x),
    lambda x: (1.000002 * math.cos(x),), A, R,
    beyond="the forward's rounding of 1.5e-8 leaves no digits for it")
bug("sqrt, slope 0 at 0", "zero", lambda m, x: m.sqrt(x),
    lambda x: (0.5 / sqrt(x) if x else 0.0,), P, (0.0, 10.0), 0.0, "x == 0",
    beyond="the quotient grows without bound: no number to compare with")
# fmt: on
