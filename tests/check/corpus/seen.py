"""Collected cases, one half of them: to tune the checker on.

Operations as engineers write them, from public bug trackers, papers and textbooks; `source` names
each: a project and the number of its issue or pull request, or a book or paper that has the
formula of the case's name. Only facts and formulas are taken, no code. Where a wrong one has
a book as its source, the mistake is made up, in the manner of the reported ones.

`seen` and `unseen` were written and labelled together, before the checker was changed, and then
split at random, so that both hold the same kinds in about the same numbers.
"""

import math
import struct

import mpmath as mp

from . import (
    cbrt,
    digamma,
    dsigmoid,
    exp,
    floats,
    log,
    ncdf,
    over,
    phi,
    sech2,
    sigmoid,
    softplus,
    sqrt,
)
from .shared import (
    PQ,
    PQR,
    R5,
    XY,
    XYZ,
    A,
    K,
    P,
    R,
    S,
    Z,
    adders,
    agm,
    bessel_i,
    bisected,
    cubic_root,
    elliptic,
    exprel_slope,
    half_turn,
    half_turn_slope,
    kepler,
    kepler_to,
    log_ncdf,
    series,
    smoothed_cross_entropy,
    softmax_of_three,
    versine_slope,
    weibull,
    weibull_slopes,
)

WRONG = []
RIGHT = []
wrong, gross, right, noisy = adders(WRONG, RIGHT)

# Helpers of single cases.


def focal(p):
    """By the probability, of (1 - p)**2 log(p) / -2."""
    return (1 - p) * log(p) - (1 - p) ** 2 / (2 * p)


def lennard_jones(s, energy, sigma):
    """The energy, and its slope times the distance."""
    q = (sigma / s) ** 6
    return 4 * energy * (q * q - q), -24 * energy * (2 * q * q - q)


def haversine(m, lat, lon):
    """Kilometres from 52 N 13 E, of degrees."""
    a, b = (m.pi / 180 * d for d in (lat, 52.0))
    h = m.sin((a - b) / 2) ** 2 + m.cos(a) * m.cos(b) * m.sin(m.pi / 360 * (lon - 13.0)) ** 2
    return 2 * 6371.0 * m.asin(m.sqrt(h))


def haversine_slopes(lat, lon):
    """By radians."""
    a, b, t = (math.pi / 180 * d for d in (lat, 52.0, lon - 13.0))
    h = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(t / 2) ** 2
    outer = 6371.0 / sqrt(h * (1 - h))
    return (
        outer * (math.sin(a - b) / 2 - math.sin(a) * math.cos(b) * math.sin(t / 2) ** 2),
        outer * math.cos(a) * math.cos(b) * math.sin(t) / 2,
    )


def normalised(xs, eps):
    """The first, standardised; its partials."""
    n, mean = len(xs), sum(xs) / len(xs)
    s = math.sqrt(sum((x - mean) ** 2 for x in xs) / n + eps)
    y = (xs[0] - mean) / s
    return tuple(((k == 0) - 1 / n - y * (x - mean) / s / n) / s for k, x in enumerate(xs))


def softmax_mean(keys, values, x):
    """The attention of a query over two or more keys, and its slope."""
    ws = softmax_of_three([x * k for k in keys])
    mean = sum(w * v for w, v in zip(ws, values, strict=True))
    return mean, sum(w * k * (v - mean) for w, k, v in zip(ws, keys, values, strict=True))


def half(x):
    return struct.unpack("e", struct.pack("e", x))[0]


def trigamma(x):
    """For x > 0: the recurrence up to 12, then the asymptotic series (DLMF 5.15.8)."""
    low = 0.0
    while x < 12:
        low += 1 / (x * x)
        x += 1
    u = 1 / (x * x)
    tail = u * (1 / 6 - u * (1 / 30 - u * (1 / 42 - u * (1 / 30 - u * (5 / 66)))))
    return low + 1 / x + u / 2 + tail / x


def lower_gamma(m, a, x):
    """The regularised incomplete gamma function by its series (DLMF 8.7.1)."""
    total, term = 0, 1 / m.gamma(a + 1)
    for k in range(1, 90):
        total, term = total + term, term * x / (a + k)
    return m.exp(a * m.log(x) - x) * total if x else 0.0


def dawson(m, x):
    return m.exp(-x * x) * sum(
        x ** (2 * k + 1) / math.factorial(k) / (2 * k + 1) for k in range(80)
    )


def logistic_steps(x, rate, steps):
    """Euler's method for x' = rate x (1 - x); the state and its slope by the first one."""
    slope = 1.0
    for _ in range(steps):
        slope *= 1 + rate * (1 - 2 * x)
        x += rate * x * (1 - x)
    return x, slope


def gelu_by_tanh_slope(x):
    k = math.sqrt(2 / math.pi)
    u = k * (x + 0.044715 * x**3)
    return (1 + math.tanh(u)) / 2 + x / 2 * sech2(u) * k * (1 + 0.134145 * x * x)


def polynomial_min(x, y, k):
    """The smaller, rounded where they are nearer than k."""
    h = max(k - abs(x - y), 0.0) / k
    return min(x, y) - h * h * k / 4


def smooth_min_slopes(x, y, k):
    h = max(k - abs(x - y), 0.0) / k
    return (1 - h / 2, h / 2) if x < y else (h / 2, 1 - h / 2)


def expm1_over(u):
    return math.expm1(u) / u if u else 1.0


def oral_slope(x):
    """Of x (exp(-3/4) - exp(-3 x))/(x - 1/4), which is 3 x exp(-3/4) expm1(u)/u with this u."""
    u = -3 * (x - 0.25)
    return 3 * exp(-0.75) * (expm1_over(u) - 3 * x * exprel_slope(u))


def logistic_rate_slope(x, rate, steps):
    slope = 0.0
    for _ in range(steps):
        slope = slope * (1 + rate * (1 - 2 * x)) + x * (1 - x)
        x += rate * x * (1 - x)
    return slope


def babylonian(x):
    """Eight steps from 1, and their slope."""
    y, slope = 1.0, 0.0
    for _ in range(8):
        slope = (slope + (y - x * slope) / (y * y)) / 2
        y = (y + x / y) / 2
    return y, slope


def tangent_fraction_slope(x):
    """Of x (105 - 10 x**2)/(105 - 45 x**2 + x**4)."""
    u = x * x
    top, bottom = x * (105 - 10 * u), 105 - 45 * u + u * u
    return ((105 - 30 * u) * bottom - top * (4 * x * u - 90 * x)) / bottom**2


def half_sum(x, n):
    total = 0.0
    for _ in range(n):
        total = half(total + half(x))
    return total


# fmt: off
# --- Networks: wrong ------------------------------------------------------------------------------

wrong("hard sigmoid, 1/6 outside too", "constant", lambda m, x: min(max(x / 6 + 0.5, 0.0), 1.0),
      lambda x: (1 / 6,), A, R, -4.5, "abs(x) > 3", source="PyTorch 51408")
wrong("softplus by two branches, 0 at 0", "zero", lambda m, x: m.softplus(x),
      lambda x: (sigmoid(x) if x else 0.0,), A, R, 0.0, "x == 0", source="JAX 2107")
wrong("selu, alpha left out below 0", "other",
      lambda m, x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * m.expm1(x)),
      lambda x: (1.0507009873554805 * (1.0 if x > 0 else exp(x)),), P, R, -1.0, "x < 0",
      source="libnd4j, review of 401")
gross("softplus, sigmoid of the activation", "at the output instead of the input",
      lambda m, x: m.softplus(x), lambda x: (sigmoid(softplus(x)),), A, R,
      source="zserge/nanonn 4")
gross("focal loss of a logit, slope by the probability", "other",
      lambda m, x: -((1 - m.sigmoid(x)) ** 2) * m.log(m.sigmoid(x)) / 2,
      lambda x: (focal(sigmoid(x)),), A, (-8.0, 8.0), source="LightGBM 2052")
gross("product stored over its factor", "other", lambda m, x, y: m.cos(x) * y,
      lambda x, y: (-math.sin(x) * y * math.cos(x), math.cos(x)), XY, (R5, R5),
      source="Taichi 2505", note="the backward reads the overwritten value")
gross("sum of five in a local, counted once", "other", lambda m, x: x + x + x + x + x,
      lambda x: (1.0,), A, R, source="Taichi 4412", note="claimed / true is 1/5")
gross("softmax of a temperature, one power too few", "factor x",
      lambda m, x, y: 1 / (1 + m.exp((1 - x) / y)),
      lambda x, y: (dsigmoid((x - 1) / y) / y, -dsigmoid((x - 1) / y) * (x - 1) / y),
      PQ, (R5, (0.3, 4.0)), source="Hinton, Distilling the knowledge (2015)")
gross("layer norm of three, variance held constant", "missing term",
      lambda m, x, y, z: (x - (x + y + z) / 3)
      / m.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9 + 1e-5),
      lambda x, y, z: tuple(
          w / math.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9 + 1e-5)
          for w in (2 / 3, -1 / 3, -1 / 3)), XYZ, (R5, R5, R5),
      source="Ba, Kiros and Hinton, Layer normalization (2016)")
gross("smoothed labels, slope of hard ones", "other", smoothed_cross_entropy,
      lambda x, y, z: tuple(
          p - t for p, t in zip(softmax_of_three((x, y, z)), (1, 0, 0), strict=True)),
      XYZ, (R5, R5, R5), source="Szegedy et al., Rethinking Inception (2016)")
gross("LSTM cell, gates mixed up", "other",
      lambda m, x, y, z, w: m.sigmoid(x) * y + m.sigmoid(z) * m.tanh(w),
      lambda x, y, z, w: (dsigmoid(z) * y, sigmoid(x), dsigmoid(z) * math.tanh(w),
                          sigmoid(z) * sech2(w)),
      ((0.5, 1.0, 2.0, -1.0), (1.5, -1.0, 0.3, 0.7), (-0.8, 0.2, -1.1, 0.4),
       (2.2, 0.9, -0.5, 1.3), (-1.6, 1.8, 0.6, -0.2)), (R5, R5, R5, R5),
      source="Hochreiter and Schmidhuber, LSTM (1997), with forget gate")
wrong("triplet loss, cut off too early", "wrong branch",
      lambda m, x, y, z: max((x - y) ** 2 - (x - z) ** 2 + 1, 0.0),
      lambda x, y, z: (2 * (z - y), -2 * (x - y), 2 * (x - z))
      if (x - y) ** 2 - (x - z) ** 2 + 1 > 0.5 else (0.0, 0.0, 0.0),
      ((0.5, 1.2, 0.3), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 0.4), (1.6, 2.7, 1.2)),
      (R5, R5, R5), (0.0, 1.0, 1.3), "0 < (x - y) ** 2 - (x - z) ** 2 + 1 <= 0.5",
      source="Schroff et al., FaceNet (2015)")

# --- Networks: right ------------------------------------------------------------------------------

right("gelu by erf", lambda m, x: x * (1 + m.erf(x / m.sqrt(2))) / 2,
      lambda x: ((1 + math.erf(x / math.sqrt(2))) / 2 + x * phi(x),), A, R, note="noisy forward",
      atol=1e-15, source="Hendrycks and Gimpel, GELU (2016)")
right("gelu by tanh",
      lambda m, x: x / 2 * (1 + m.tanh(m.sqrt(2 / m.pi) * (x + 0.044715 * x**3))),
      lambda x: (gelu_by_tanh_slope(x),), A, R, note="noisy forward", atol=1e-14,
      source="Hendrycks and Gimpel, GELU (2016)")
right("mish by powers of exp", lambda m, x: x * ((1 + m.exp(x)) ** 2 - 1)
      / ((1 + m.exp(x)) ** 2 + 1),
      lambda x: (exp(x) * (4 * (x + 1) + 4 * exp(2 * x) + exp(3 * x) + exp(x) * (4 * x + 6))
                 / (2 * exp(x) + exp(2 * x) + 2) ** 2,), A, (-30.0, 10.0), note="noisy forward",
      rtol=1e-7, source="Misra, Mish (2019)")
right("celu with alpha 1.5", lambda m, x: max(x, 0.0) + min(0.0, 1.5 * m.expm1(x / 1.5)),
      lambda x: (exp(min(x, 0.0) / 1.5),), K, R, source="Barron, CELU (2017)")
right("prelu", lambda m, x, y: x if x > 0 else y * x,
      lambda x, y: (1.0, 0.0) if x > 0 else (y, x),
      ((0.5, 0.2), (-1.1, 0.7), (0.0, 0.4), (-0.8, 0.9), (1.6, 0.1)), (R, (-0.5, 1.0)),
      source="He et al., Delving deep into rectifiers (2015)")
right("gated linear unit", lambda m, x, y: x / (1 + m.exp(-y)),
      lambda x, y: (sigmoid(y), x * dsigmoid(y)), XY, (R, R),
      source="Dauphin et al., Gated convolutional networks (2017)")
right("layer norm of three", lambda m, x, y, z: (x - (x + y + z) / 3)
      / m.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9 + 1e-5),
      lambda x, y, z: normalised((x, y, z), 1e-5), XYZ, (R5, R5, R5), atol=1e-11, ftol=1e-10,
      source="Ba, Kiros and Hinton, Layer normalization (2016)")
right("focal loss of a logit",
      lambda m, x: -((1 - m.sigmoid(x)) ** 2) * m.log(m.sigmoid(x)) / 2,
      lambda x: (focal(sigmoid(x)) * dsigmoid(x),), A, (-8.0, 8.0), rtol=1e-8,
      source="Lin et al., Focal loss (2017)")
right("triplet loss", lambda m, x, y, z: max((x - y) ** 2 - (x - z) ** 2 + 1, 0.0),
      lambda x, y, z: (2 * (z - y), -2 * (x - y), 2 * (x - z))
      if (x - y) ** 2 - (x - z) ** 2 + 1 > 0 else (0.0, 0.0, 0.0), XYZ, (R5, R5, R5),
      source="Schroff et al., FaceNet (2015)", fscale=1.0)
right("Poisson loss of a log rate", lambda m, x, y: m.exp(x) - y * x,
      lambda x, y: (exp(x) - y, -x), PQ, (R5, (0.0, 10.0)), fscale=1.0, atol=1e-14,
      source="torch.nn.PoissonNLLLoss, documentation")
right("attention over three keys",
      lambda m, x: sum(m.exp(x * k) * v for k, v in ((0.5, 1.0), (-1.2, 0.3), (0.9, -0.7)))
      / sum(m.exp(x * k) for k in (0.5, -1.2, 0.9)),
      lambda x: (softmax_mean((0.5, -1.2, 0.9), (1.0, 0.3, -0.7), x)[1],), A, R, atol=1e-15,
      fscale=1.0, source="Vaswani et al., Attention is all you need (2017)")
right("log-softmax, plainly", lambda m, x, y: x - m.log(m.exp(x) + m.exp(y)),
      lambda x, y: (sigmoid(y - x), -sigmoid(y - x)), XY, ((-30.0, 30.0), (-30.0, 30.0)),
      note="noisy forward", source="Goodfellow et al., Deep learning")
right("binary cross-entropy, plainly",
      lambda m, x: -0.3 * m.log(1 / (1 + m.exp(-x))) - 0.7 * m.log(1 - 1 / (1 + m.exp(-x))),
      lambda x: (sigmoid(x) - 0.3,), A, (-30.0, 30.0), note="noisy forward", atol=1e-15,
      source="Goodfellow et al., Deep learning")
right("LSTM cell", lambda m, x, y, z, w: m.sigmoid(x) * y + m.sigmoid(z) * m.tanh(w),
      lambda x, y, z, w: (dsigmoid(x) * y, sigmoid(x), dsigmoid(z) * math.tanh(w),
                          sigmoid(z) * sech2(w)),
      ((0.5, 1.0, 2.0, -1.0), (1.5, -1.0, 0.3, 0.7), (-0.8, 0.2, -1.1, 0.4),
       (2.2, 0.9, -0.5, 1.3), (-1.6, 1.8, 0.6, -0.2)), (R5, R5, R5, R5), fscale=1.0,
      source="Hochreiter and Schmidhuber, LSTM (1997), with forget gate")
right("angular margin", lambda m, x: m.cos(m.acos(x) + 0.5),
      lambda x: (math.sin(math.acos(x) + 0.5) / sqrt((1 - x) * (1 + x)),), S, (-0.95, 0.95),
      fscale=1.0, source="Deng et al., ArcFace (2019)", atol=1e-14)
right("snake", lambda m, x, y: x + m.sin(y * x) ** 2 / y,
      lambda x, y: (1 + math.sin(2 * y * x),
                    x * math.sin(2 * y * x) / y - math.sin(y * x) ** 2 / (y * y)), PQ,
      (R5, (0.2, 5.0)), atol=1e-13, source="Ziyin et al., Neural networks fail to learn (2020)")
right("inverse square root unit", lambda m, x: x / m.sqrt(1 + 0.7 * x * x),
      lambda x: (1 / math.sqrt(1 + 0.7 * x * x) ** 3,), K, (-100.0, 100.0),
      source="Carlile et al., ISRLU (2017)")
right("fair loss", lambda m, x: abs(x) - m.log(1 + abs(x)), lambda x: (x / (1 + abs(x)),), K,
      (-50.0, 50.0), note="noisy forward", source="XGBoost 3037; Fair (1974)")

# --- Elementary functions: wrong ------------------------------------------------------------------

wrong("atan2 with ordinate 0, slope 0", "zero", lambda m, x, y: m.atan2(x, y),
      lambda x, y: (y / (x * x + y * y) if x else 0.0, -x / (x * x + y * y)),
      ((0.5, 1.2), (-1.1, 0.7), (2.3, 0.4), (-0.8, 1.9), (1.6, 2.7)), (R5, (0.1, 5.0)),
      (0.0, 1.0), "x == 0", source="CppAD 120")
wrong("asinh by sign and absolute value, 0 at 0", "zero", lambda m, x: m.asinh(x),
      lambda x: (1 / math.sqrt(1 + x * x) if x else 0.0,), A, R, 0.0, "x == 0",
      source="tinygrad 17758")
wrong("x log(1 + y), first partial 0 at x = 0", "zero", lambda m, x, y: x * m.log1p(y),
      lambda x, y: (math.log1p(y) if x else 0.0, x / (1 + y)), PQ, (R, (-0.9, 10.0)), (0.0, 1.0),
      "x == 0", source="TensorFlow 56873, 119476")
wrong("x log y, second partial nan at the origin", "other",
      lambda m, x, y: x * m.log(y) if x else 0.0, lambda x, y: (log(y), over(x, y)), PQ,
      ((0.0, 10.0), (0.0, 10.0)), (0.0, 0.0), "x == 0 and y == 0", source="PyTorch 89558")
wrong("power of 0, second partial nan", "other", lambda m, x, y: x**y,
      lambda x, y: (y * x ** (y - 1), x**y * log(x) if x else math.nan),
      ((0.5, 2.2), (1.1, 1.7), (2.3, 1.4), (0.8, 2.9), (1.6, 2.7)), ((0.0, 4.0), (1.25, 3.0)),
      (0.0, 2.0), "x == 0",
      source="autodiff/autodiff 39")
gross("ldexp, exp for 2 to the power", "other", lambda m, x, y: x * m.exp(y * m.log(2)),
      lambda x, y: (math.log(2) * exp(y), x * math.log(2) ** 2 * exp(y)), XY, (R, R5),
      source="tt-metal 6533")
wrong("remainder to the nearest, quotient rounded down", "wrong branch",
      lambda m, x, y: x - y * m.floor(x / y + 0.5), lambda x, y: (1.0, -1.0 * (x // y)),
      ((0.5, 1.2), (0.3, 0.7), (1.3, 1.2), (0.8, 1.9), (5.6, 2.7)), ((0.0, 10.0), (0.5, 5.0)),
      (4.0, 1.5), "x / y - x // y >= 0.5", source="Enzyme 802")
wrong("log of a sum, 0 where the first is 0", "zero", lambda m, x, y: m.log(x + y),
      lambda x, y: (1 / (x + y) if x else 0.0, 1 / (x + y)), PQ, ((0.0, 5.0), (0.1, 5.0)),
      (0.0, 1.3), "x == 0", source="mixture likelihoods, Bishop, PRML (2006)")

# --- Elementary functions: right ------------------------------------------------------------------

right("power 1.1 down to 0", lambda m, x: x**1.1, lambda x: (1.1 * x**0.1,), Z, (0.0, 5.0),
      atol=1e-9, source="Spivak, Calculus")
right("sin(1e9 x)", lambda m, x: m.sin(1e9 * x), lambda x: (1e9 * math.cos(1e9 * x),), S,
      (-1.0, 1.0), ftol=1e-5, fscale=1.0, source="Muller, Elementary functions")
right("identity as relu on the positive side", lambda m, x: max(x, 0.0),
      lambda x: (float(x >= 0),), (1.0, 2.0, 0.5, 3.0, 4.0), (0.0, 5.0),
      source="Nair and Hinton, Rectified linear units (2010)")
right("atanh by a logarithm", lambda m, x: m.log((1 + x) / (1 - x)) / 2,
      lambda x: (1 / ((1 - x) * (1 + x)),), S, (-0.99, 0.99), note="noisy forward",
      source="Abramowitz and Stegun, 4.6.22")
right("larger root of a quadratic, plainly", lambda m, x, y: (m.sqrt(x * x - 4 * y) - x) / 2,
      lambda x, y: (2 * y / ((s := math.sqrt(x * x - 4 * y)) * (x + s)), -1 / s),
      ((3.0, 0.2), (11.0, 0.7), (230.0, 0.4), (8.0, 0.9), (1600.0, 0.7)),
      ((2.5, 1e4), (0.1, 1.0)), note="noisy forward", ftol=1e-6,
      source="Goldberg, What every computer scientist should know (1991), section 1.4")
right("compound interest, a million times a year", lambda m, x: (1 + x / 1e6) ** 1e6,
      lambda x: ((1 + x / 1e6) ** (1e6 - 1),), (0.03, 0.07, 0.14, 0.22, 0.36), (0.0, 1.0),
      note="noisy forward", ftol=1e-8, rtol=1e-8, source="Kahan, on the HP-12C (1983)")
right("logarithmic mean's reciprocal", lambda m, x: m.log(x) / (x - 1) if x != 1 else 1.0,
      lambda x: (series([-((-1.0) ** k) * (k + 1) / (k + 2) for k in range(40)], x - 1)
                 if abs(x - 1) < 0.2 else (1 / x - log(x) / (x - 1)) / (x - 1),),
      (0.3, 0.7, 1.0, 1.4, 3.6), (0.1, 10.0), source="Stolarsky (1975), Math. Mag. 48")
right("power of 0 and up, both partials", lambda m, x, y: x**y,
      lambda x, y: (y * x ** (y - 1), x**y * log(x) if x else 0.0),
      ((0.5, 2.2), (1.1, 1.7), (2.3, 1.4), (0.0, 2.9), (1.6, 2.7)), ((0.0, 4.0), (1.25, 3.0)),
      source="autodiff/autodiff 39", fscale=1e-3, atol=1e-12)
right("remainder to the nearest", lambda m, x, y: x - y * m.floor(x / y + 0.5),
      lambda x, y: (1.0, -1.0 * math.floor(x / y + 0.5)), PQ, ((0.0, 10.0), (0.3, 5.0)),
      fscale=1.0, source="Enzyme 802")
right("asinh(tan x)", lambda m, x: m.asinh(m.tan(x)), lambda x: (1 / math.cos(x),),
      (-1.2, -0.6, 0.3, 0.8, 1.4), (-1.5, 1.5), source="autodiff/autodiff 395")

# --- Probability: wrong ---------------------------------------------------------------------------

wrong("negative binomial, Poisson's slopes beyond 1e10", "wrong branch",
      lambda m, x, y: -x * m.log1p(1 / y),
      lambda x, y: (-math.log1p(1 / y), x / (y * (1 + y))) if x <= 1e10 else (-1 / y, x / y**2),
      ((12.0, 1.2), (1.1, 0.7), (230.0, 0.4), (8.0, 1.9), (1600.0, 2.7)),
      ((0.1, 1e12), (0.1, 5.0)), (1e11, 0.8), "x > 1e10", source="Stan math 1578")
gross("binomial variance, number of trials left out", "other", lambda m, x: x * (1 - x / 10),
      lambda x: (1 - 2 * x,), (0.7, 2.0, 3.3, 6.1, 9.2), (0.0, 10.0), source="statsmodels 9860")
gross("logit-normal log density, log x for logit x", "other",
      lambda m, x: -(m.log(x / (1 - x)) ** 2) / 2 - m.log(x * (1 - x)),
      lambda x: ((2 * x - 1 - log(x)) / (x * (1 - x)),), (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      source="Distributions.jl 1221")
gross("normal distribution, density of another mean", "other", lambda m, x: m.ncdf(x),
      lambda x: (phi(x - 1),), A, R5, source="HIPS autograd 407")
wrong("log of the normal distribution, nan far out", "other", None,
      lambda x: (over(phi(x), ncdf(x)),), A, (-60.0, 10.0), -45.0, "x < -37.5", f=log_ncdf,
      truth=lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), source="Stan 1357")
gross("dot-product kernel, slope by the logarithm", "factor x",
      lambda m, x, y, z: x * y + z * z, lambda x, y, z: (y, x, 2 * z * z), PQR, (R, R, (0.1, 5.0)),
      source="scikit-learn 18702")
gross("von Mises log density, Bessel functions left out", "missing term",
      lambda m, x, y: y * m.cos(x - 0.4) - m.log(bessel_i(0, y)),
      lambda x, y: (-y * math.sin(x - 0.4), math.cos(x - 0.4)), PQ, ((-3.0, 3.0), (0.1, 8.0)),
      source="Mardia and Jupp, Directional statistics (2000)")
gross("beta log density, sign of the second term", "other",
      lambda m, x: 1.5 * m.log(x) + 3.2 * m.log(1 - x), lambda x: (1.5 / x + 3.2 / (1 - x),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      source="Gelman et al., Bayesian data analysis (2013), table A.1")

# --- Probability: right ---------------------------------------------------------------------------

right("normal log density",
      lambda m, x, y, z: -((x - y) ** 2) / (2 * z * z) - m.log(z) - m.log(2 * m.pi) / 2,
      lambda x, y, z: ((y - x) / z**2, (x - y) / z**2, ((x - y) ** 2 / z**2 - 1) / z), PQR,
      (R5, R5, (0.2, 5.0)), atol=1e-14, fscale=1.0,
      source="Gelman et al., Bayesian data analysis (2013), table A.1")
right("gamma log density",
      lambda m, x, y, z: y * m.log(z) - m.lgamma(y) + (y - 1) * m.log(x) - z * x,
      lambda x, y, z: ((y - 1) / x - z, log(z) - digamma(y) + log(x), y / z - x), PQR,
      ((0.1, 10.0), (0.2, 10.0), (0.1, 5.0)), atol=1e-13, fscale=1.0,
      source="Gelman et al., Bayesian data analysis (2013), table A.1")
right("beta log density",
      lambda m, x, y, z: m.lgamma(y + z) - m.lgamma(y) - m.lgamma(z) + (y - 1) * m.log(x)
      + (z - 1) * m.log(1 - x),
      lambda x, y, z: ((y - 1) / x - (z - 1) / (1 - x), digamma(y + z) - digamma(y) + log(x),
                       digamma(y + z) - digamma(z) + log(1 - x)),
      ((0.5, 1.2, 0.3), (0.1, 0.7, 0.9), (0.3, 0.4, 1.5), (0.8, 1.9, 0.4), (0.6, 2.7, 1.2)),
      ((0.01, 0.99), (0.2, 10.0), (0.2, 10.0)), atol=1e-13, fscale=1.0,
      source="Gelman et al., Bayesian data analysis (2013), table A.1")
right("Weibull density in shape and scale", lambda m, x, y: weibull(m, x, y, 1.7),
      lambda x, y: weibull_slopes(x, y, 1.7),
      ((0.9, 1.2), (1.1, 0.7), (2.3, 1.4), (0.8, 1.9), (1.6, 2.7)), ((0.5, 4.0), (0.5, 4.0)),
      source="OpenTURNS 1556", rtol=1e-8, atol=1e-14)
right("von Mises log density",
      lambda m, x, y: y * m.cos(x - 0.4) - m.log(2 * m.pi * bessel_i(0, y)),
      lambda x, y: (-y * math.sin(x - 0.4), math.cos(x - 0.4) - bessel_i(1, y) / bessel_i(0, y)),
      PQ, ((-3.0, 3.0), (0.1, 8.0)), atol=1e-14, fscale=1.0,
      source="Mardia and Jupp, Directional statistics (2000)")
right("Gumbel density", lambda m, x: m.exp(-x - m.exp(-x)),
      lambda x: (exp(-x - exp(-x)) * (exp(-x) - 1),), A, (-3.0, 10.0), atol=1e-15,
      source="Johnson and Kotz, Continuous univariate distributions 2")
right("negative binomial log probability",
      lambda m, x, y: m.lgamma(5 + x) - m.lgamma(x) - m.lgamma(6) + x * m.log(y / (1 + y))
      - 5 * m.log(1 + y),
      lambda x, y: (math.fsum(1 / (x + k) for k in range(5)) - math.log1p(1 / y),
                    x / (y * (1 + y)) - 5 / (1 + y)),
      ((12.0, 1.2), (1.1, 0.7), (230.0, 0.4), (8.0, 1.9), (1600.0, 2.7)),
      ((0.1, 1e4), (0.1, 5.0)), source="Stan math 1578", ftol=1e-9, atol=1e-12)
right("Gaussian divergence",
      lambda m, x, y, z: m.log(y / x) + (x * x + z * z) / (2 * y * y) - 0.5,
      lambda x, y, z: (x / y**2 - 1 / x, 1 / y - (x * x + z * z) / y**3, z / y**2), PQR,
      ((0.2, 5.0), (0.2, 5.0), R5), atol=1e-13, fscale=1.0,
      source="Kingma and Welling, Auto-encoding variational Bayes")
right("kernel density of three points",
      lambda m, x, y: sum(m.exp(-(((x - c) / y) ** 2) / 2) for c in (-1.0, 0.4, 2.0)) / y,
      lambda x, y: (
          -math.fsum((x - c) * exp(-(((x - c) / y) ** 2) / 2) for c in (-1.0, 0.4, 2.0)) / y**3,
          math.fsum((((x - c) / y) ** 2 - 1) * exp(-(((x - c) / y) ** 2) / 2)
                    for c in (-1.0, 0.4, 2.0)) / y**2), PQ, (R5, (0.2, 3.0)), atol=1e-14,
      source="Silverman, Density estimation")
right("Wilson's lower bound",
      lambda m, x: (x + 0.19 - 1.96 * m.sqrt(x * (1 - x) / 10 + 0.0096)) / 1.38,
      lambda x: ((1 - 1.96 * (1 - 2 * x) / 20 / math.sqrt(x * (1 - x) / 10 + 0.0096)) / 1.38,),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.0, 1.0), fscale=0.1, atol=1e-15,
      source="Wilson (1927), J. Am. Stat. Assoc. 22")
right("Matern 5/2 kernel",
      lambda m, x, y: (1 + m.sqrt(5) * x / y + 5 * x * x / (3 * y * y)) * m.exp(-m.sqrt(5) * x / y),
      lambda x, y: tuple(
          5 * x / (3 * y * y) * (1 + math.sqrt(5) * x / y) * exp(-math.sqrt(5) * x / y) * v
          for v in (-1, x / y)), PQ, ((0.0, 5.0), (0.2, 5.0)),
      source="scikit-learn 17034; Rasmussen and Williams, eq. 4.17")
right("variance of an Ornstein-Uhlenbeck process",
      lambda m, x, y: (1 - m.exp(-2 * x * y)) / (2 * x),
      lambda x, y: (-2 * y * y * exprel_slope(-2 * x * y), exp(-2 * x * y)), PQ,
      ((1e-6, 3.0), (0.0, 3.0)), note="noisy forward", ftol=1e-9,
      source="Gardiner, Stochastic methods")
right("cauchit link", lambda m, x: m.tan(m.pi * (x - 0.5)),
      lambda x: (math.pi / math.sin(math.pi * x) ** 2,), (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      fscale=1.0, source="statsmodels 299")

# --- Special functions: wrong ---------------------------------------------------------------------

gross("complete elliptic K, slope by the parameter", "other",
      lambda m, x: m.pi / (2 * agm(m, m.sqrt((1 - x) * (1 + x)))[0]),
      lambda x: ((elliptic(x)[1] - (1 - x * x) * elliptic(x)[0]) / (2 * x * x * (1 - x * x)),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.05, 0.99), source="DLMF 19.4",
      note="claimed / true is 1/(2k)")
wrong("lgamma, log x beyond 100", "missing term", lambda m, x: m.lgamma(x),
      lambda x: (digamma(x) if x <= 100 else log(x),), P, (0.2, 1e4), 300.0, "x > 100",
      source="DLMF 5.11", fscale=1.0)

# --- Special functions: right ---------------------------------------------------------------------

right("scaled erfc", lambda m, x: m.exp(x * x) * m.erfc(x),
      lambda x: (2 * x * exp(x * x) * math.erfc(x) - 2 / math.sqrt(math.pi),), A, (-3.0, 5.0),
      source="Theano 2872; DLMF 7.10", atol=1e-13)
right("digamma", None, lambda x: (trigamma(x),), P, (0.1, 50.0), f=digamma, truth=mp.digamma,
      fscale=1.0, source="DLMF 5.15")
right("incomplete gamma function in x", lambda m, x: lower_gamma(m, 2.5, x),
      lambda x: (x * sqrt(x) * exp(-x) / math.gamma(2.5),), Z, (0.0, 15.0), source="DLMF 8.8")
right("incomplete gamma function of shape 1, at 0", lambda m, x: -m.expm1(-x), lambda x: (exp(-x),),
      Z, (0.0, 20.0), source="TensorFlow 123578")
right("Bessel I0", lambda m, x: bessel_i(0, x), lambda x: (bessel_i(1, x),), K, (-8.0, 8.0),
      source="DLMF 10.29")
right("Bessel I1", lambda m, x: bessel_i(1, x),
      lambda x: ((bessel_i(0, x) + bessel_i(2, x)) / 2,), K, (-8.0, 8.0),
      source="TensorFlow 120578; DLMF 10.29")
right("Dawson's integral", dawson, lambda x: (1 - 2 * x * dawson(floats, x),), K, (-3.5, 3.5),
      source="DLMF 7.10", atol=1e-14)
right("Gudermannian's inverse", lambda m, x: m.asinh(m.tan(x)) + 0.1 * x,
      lambda x: (1 / math.cos(x) + 0.1,), S, (-1.5, 1.5), source="DLMF 4.23")

# --- Finance: wrong -------------------------------------------------------------------------------

gross("option's gamma, dividend left out", "other",
      lambda m, x: m.exp(-0.06) * m.ncdf(m.log(x / 10) / 0.35 + 0.2),
      lambda x: (phi(log(x / 10) / 0.35 + 0.2) / (0.35 * x),), (6.0, 8.0, 10.0, 11.0, 15.0),
      (5.0, 20.0), source="quantrs 128", note="claimed / true is exp(0.06)")
gross("discount of a rate in per cent, slope per unit", "other",
      lambda m, x: 100 * m.exp(-x / 50), lambda x: (-200 * exp(-x / 50),), P, (0.0, 20.0),
      source="Lienus10/yoptions 15")
wrong("tax, rate of the bracket below from 100 on", "wrong branch",
      lambda m, x: 0.1 * x + 0.1 * max(x - 50, 0.0) + 0.1 * max(x - 100, 0.0),
      lambda x: (0.1 if x < 50 else 0.2,), (10.0, 30.0, 45.0, 70.0, 90.0), (0.0, 500.0), 250.0,
      "x > 100", source="progressive tax, Musgrave, Public finance (1989)")

# --- Finance: right -------------------------------------------------------------------------------

right("annuity, plainly", lambda m, x: (1 - (1 + x) ** -30) / x if x else 30.0,
      lambda x: (-math.fsum(k * (1 + x) ** -(k + 1) for k in range(1, 31)),),
      (0.0, 0.02, 0.04, 0.07, 0.11), (0.0, 0.2), note="noisy forward", ftol=1e-9,
      source="Luenberger, Investment science")
right("Nelson-Siegel yield",
      lambda m, x, y: 0.03 - 0.02 * (1 - m.exp(-x / y)) / (x / y) + 0.01 * m.exp(-x / y),
      lambda x, y: tuple(
          0.02 * exprel_slope(-x / y) * v - 0.01 * exp(-x / y) * v for v in (1 / y, -x / y**2)),
      PQ, ((0.1, 30.0), (0.3, 5.0)), atol=1e-15, source="Nelson and Siegel (1987)")
right("Kelly growth", lambda m, x: 0.55 * m.log(1 + x) + 0.45 * m.log(1 - x),
      lambda x: (0.55 / (1 + x) - 0.45 / (1 - x),), S, (-0.95, 0.95), atol=1e-14, fscale=1e-3,
      source="Kelly (1956), Bell Syst. Tech. J. 35")
right("delta with a dividend", lambda m, x: m.exp(-0.06) * m.ncdf(m.log(x / 10) / 0.35 + 0.2),
      lambda x: (exp(-0.06) * phi(log(x / 10) / 0.35 + 0.2) / (0.35 * x),),
      (6.0, 8.0, 10.0, 11.0, 15.0), (5.0, 20.0), source="quantrs 128")

# --- Chemistry and biology: wrong -----------------------------------------------------------------

gross("Nernst, slope per decade", "factor ln 10", lambda m, x: 0.77 + 0.0257 * m.log(x),
      lambda x: (0.0257 * math.log(10) / x,), P, (0.01, 10.0),
      source="Atkins, Physical chemistry, Nernst equation")
gross("Debye-Hueckel activity, natural for decimal", "factor ln 10",
      lambda m, x: m.exp(-0.509 * m.log(10) * m.sqrt(x)),
      lambda x: (-0.509 / (2 * sqrt(x)) * exp(-0.509 * math.log(10) * sqrt(x)),),
      (0.002, 0.01, 0.05, 0.1, 0.3), (0.001, 0.5),
      source="Atkins, Physical chemistry, Debye-Hueckel limiting law")
gross("Antoine, C left out of the slope", "other",
      lambda m, x: m.exp(m.log(10) * (8.07131 - 1730.63 / (233.426 + x))),
      lambda x: (exp(math.log(10) * (8.07131 - 1730.63 / (233.426 + x))) * math.log(10) * 1730.63
                 / (x * x),), (10.0, 20.0, 25.0, 60.0, 90.0), (1.0, 100.0),
      source="Antoine (1888), water by Poling et al., Properties of gases and liquids")
gross("logistic growth, capacity left out", "other",
      lambda m, x: 5 / (1 + 9 * m.exp(-0.8 * x)),
      lambda x: (0.8 * 5 / (1 + 9 * exp(-0.8 * x)) * (1 - 5 / (1 + 9 * exp(-0.8 * x))),), P,
      (0.0, 10.0), source="Murray, Mathematical biology")

# --- Chemistry and biology: right -----------------------------------------------------------------

right("Arrhenius in energy and temperature",
      lambda m, x, y: 2e9 * m.exp(-x / (8.314462618 * y)),
      lambda x, y: tuple(
          2e9 * exp(-x / (8.314462618 * y)) / (8.314462618 * y) * v for v in (-1, x / y)),
      ((50e3, 290.0), (60e3, 310.0), (45e3, 350.0), (80e3, 500.0), (52e3, 900.0)),
      ((3e4, 1e5), (250.0, 1200.0)), source="Atkins, Physical chemistry, Arrhenius equation")
right("Hill in three arguments", lambda m, x, y, z: x**y / (z**y + x**y),
      lambda x, y, z: tuple(
          dsigmoid(y * log(x / z)) * v for v in (y / x, log(x / z), -y / z)), PQR,
      ((0.1, 10.0), (0.3, 4.0), (0.1, 10.0)), source="Hill (1910), J. Physiol. 40", rtol=1e-8)
right("membrane potential of three ions",
      lambda m, x, y, z: 0.0267 * m.log((x + 0.04 * y + 0.45 * 10) / (140 + 0.04 * 12 + 0.45 * z)),
      lambda x, y, z: (0.0267 / (x + 0.04 * y + 4.5), 0.0267 * 0.04 / (x + 0.04 * y + 4.5),
                       -0.0267 * 0.45 / (140.48 + 0.45 * z)),
      ((5.0, 145.0, 110.0), (3.0, 140.0, 100.0), (8.0, 120.0, 90.0), (4.0, 150.0, 115.0),
       (20.0, 130.0, 120.0)), ((1.0, 50.0), (50.0, 200.0), (50.0, 200.0)),
      source="Hodgkin and Katz (1949), J. Physiol. 108")
right("extended Debye-Hueckel",
      lambda m, x: m.exp(-m.log(10) * 0.509 * m.sqrt(x) / (1 + 1.5 * m.sqrt(x))),
      lambda x: (-math.log(10) * 0.509 / (2 * sqrt(x) * (1 + 1.5 * sqrt(x)) ** 2)
                 * exp(-math.log(10) * 0.509 * sqrt(x) / (1 + 1.5 * sqrt(x))) if x else -math.inf,),
      (0.0, 0.01, 0.05, 0.1, 0.3), (0.0, 1.0), source="Atkins, Physical chemistry")
right("Antoine", lambda m, x: m.exp(m.log(10) * (8.07131 - 1730.63 / (233.426 + x))),
      lambda x: (exp(math.log(10) * (8.07131 - 1730.63 / (233.426 + x))) * math.log(10) * 1730.63
                 / (233.426 + x) ** 2,), (10.0, 20.0, 25.0, 60.0, 90.0), (1.0, 100.0),
      source="Antoine (1888), water by Poling et al., Properties of gases and liquids")
right("pH of a weak acid",
      lambda m, x: -m.log((m.sqrt(1.8e-5**2 + 7.2e-5 * x) - 1.8e-5) / 2) / m.log(10),
      lambda x: (-7.2e-5 / (2 * math.log(10) * (s := math.sqrt(1.8e-5**2 + 7.2e-5 * x)))
                 / (7.2e-5 * x / (s + 1.8e-5)),), (1e-4, 1e-3, 0.01, 0.1, 0.7), (1e-6, 1.0),
      ftol=1e-10, source="Skoog et al., Analytical chemistry")
right("oral dose where both rates may meet",
      lambda m, x: x / (x - 0.25) * (m.exp(-0.75) - m.exp(-x * 3)) if x != 0.25
      else 0.75 * m.exp(-0.75),
      lambda x: (oral_slope(x),), (0.1, 0.24, 0.25, 0.2500001, 0.7), (0.05, 1.0),
      note="noisy forward", ftol=1e-7, source="Gabrielsson and Weiner, Pharmacokinetics")
right("Eyring", lambda m, x: 2.083661912e10 * x * m.exp(-80e3 / (8.314462618 * x)),
      lambda x: (2.083661912e10 * exp(-80e3 / (8.314462618 * x)) * (1 + 80e3 / (8.314462618 * x)),),
      (290.0, 310.0, 350.0, 500.0, 900.0), (250.0, 1200.0),
      source="Atkins, Physical chemistry")
right("Butler-Volmer, plainly", lambda m, x: m.exp(19.5 * x) - m.exp(-19.5 * x),
      lambda x: (39 * math.cosh(19.5 * x),), (-0.3, -0.02, 1e-4, 0.05, 0.2), (-0.5, 0.5),
      note="noisy forward", ftol=1e-10, source="Bard and Faulkner, Electrochemical methods")

# --- Physics: wrong -------------------------------------------------------------------------------

gross("shifted Lennard-Jones, times the distance for over", "other",
      lambda m, x: lennard_jones(x - 0.3, 1.0, 1.0)[0],
      lambda x: (lennard_jones(x - 0.3, 1.0, 1.0)[1] * (x - 0.3),), (1.35, 1.5, 1.9, 2.6, 3.4),
      (1.2, 4.0), source="LAMMPS 5182 (lj/expand/sphere)")
gross("Lennard-Jones, the four left out", "other", lambda m, x: lennard_jones(x, 0.7, 1.1)[0],
      lambda x: (lennard_jones(x, 0.7, 1.1)[1] / (4 * x),), (1.15, 1.3, 1.7, 2.4, 3.2),
      (1.0, 4.0), source="espaloma 56", note="claimed / true is 1/4")
gross("Lorentz factor, two powers short", "other", lambda m, x: 1 / m.sqrt((1 - x) * (1 + x)),
      lambda x: (x / sqrt((1 - x) * (1 + x)),), S, (-0.99, 0.99),
      source="Jackson, Classical electrodynamics")
wrong("rest energy, speed of light 3e8 in the slope", "other",
      lambda m, x: 299792458.0**2 * x, lambda x: (3e8**2,), P, (0.0, 10.0),
      source="Einstein (1905), Ann. Phys. 18", note="0.14 % too steep")

# --- Physics: right -------------------------------------------------------------------------------

right("Lorentz factor", lambda m, x: 1 / m.sqrt(1 - x * x),
      lambda x: (x / sqrt((1 - x) * (1 + x)) ** 3,), S, (-0.99, 0.99),
      source="Jackson, Classical electrodynamics")
right("van der Waals pressure",
      lambda m, x, y: 0.08314 * y / (x - 0.0391) - 2.303 / x**2,
      lambda x, y: (-0.08314 * y / (x - 0.0391) ** 2 + 2 * 2.303 / x**3, 0.08314 / (x - 0.0391)),
      ((0.5, 300.0), (1.1, 280.0), (2.3, 400.0), (0.8, 350.0), (0.3, 310.0)),
      ((0.1, 5.0), (200.0, 600.0)), source="Atkins, Physical chemistry, van der Waals equation",
      rtol=1e-8)
right("Lennard-Jones in three arguments", lambda m, x, y, z: lennard_jones(x, y, z)[0],
      lambda x, y, z: (lennard_jones(x, y, z)[1] / x, 4 * ((z / x) ** 12 - (z / x) ** 6),
                       -lennard_jones(x, y, z)[1] / z),
      ((1.15, 0.7, 1.1), (1.3, 1.2, 1.0), (1.7, 0.4, 1.2), (2.4, 0.9, 1.3), (3.2, 2.0, 0.9)),
      ((0.8, 4.0), (0.1, 3.0), (0.7, 1.5)), rtol=1e-8, atol=1e-13, fscale=1e-3,
      source="LAMMPS 5182; Allen and Tildesley, Computer simulation of liquids")
right("Morse", lambda m, x: 2 * (1 - m.exp(-1.2 * (x - 1.3))) ** 2,
      lambda x: (-4.8 * math.expm1(-1.2 * (x - 1.3)) * exp(-1.2 * (x - 1.3)),),
      (0.8, 1.1, 1.5, 2.2, 3.6), (0.5, 6.0), source="lumol 192; Morse (1929)", atol=1e-14)
right("Buckingham", lambda m, x: 1e3 * m.exp(-3.5 * x) - 20 / x**6,
      lambda x: (-3.5e3 * exp(-3.5 * x) + 120 / x**7,), (1.2, 1.5, 2.1, 2.8, 3.6), (1.0, 8.0),
      atol=1e-13, fscale=1e-3, source="Allen and Tildesley, Computer simulation of liquids")
right("capacitor's energy in pico units", lambda m, x, y: x * x / (2 * y),
      lambda x, y: (x / y, -((x / y) ** 2) / 2),
      ((1e-9, 2e-12), (-3e-9, 5e-12), (4e-10, 1e-11), (2e-9, 7e-12), (-8e-10, 3e-12)),
      ((-1e-8, 1e-8), (1e-12, 1e-10)), source="Jackson, Classical electrodynamics")
right("pendulum's period by its amplitude",
      lambda m, x: 2 * m.pi / agm(m, m.cos(x / 2))[0],
      lambda x: (4 * (elliptic(math.sin(x / 2))[1] - math.cos(x / 2) ** 2
                      * elliptic(math.sin(x / 2))[0])
                 / (math.sin(x / 2) * math.cos(x / 2) ** 2) * math.cos(x / 2) / 2,),
      (0.3, 0.7, 1.4, 2.2, 2.9), (0.1, 3.0), rtol=1e-7,
      source="Landau and Lifshitz, Mechanics, section 11")
right("Doppler factor", lambda m, x: m.sqrt((1 + x) / (1 - x)),
      lambda x: (1 / ((1 - x) * sqrt((1 - x) * (1 + x))),), S, (-0.99, 0.99),
      source="Jackson, Classical electrodynamics")
right("damped oscillation", lambda m, x, y: m.exp(-y * x) * m.cos(m.sqrt(9 - y * y) * x),
      lambda x, y: (
          -exp(-y * x) * (y * math.cos((w := math.sqrt(9 - y * y)) * x) + w * math.sin(w * x)),
          exp(-y * x) * x * (y / w * math.sin(w * x) - math.cos(w * x))), PQ,
      ((0.0, 10.0), (0.0, 2.9)), atol=1e-13, fscale=1.0,
      source="Landau and Lifshitz, Mechanics, section 25")
right("impedance of a series circuit", lambda m, x: m.sqrt(100 + (2 * x - 50 / x) ** 2),
      lambda x: ((2 * x - 50 / x) * (2 + 50 / x**2) / math.sqrt(100 + (2 * x - 50 / x) ** 2),),
      (1.0, 3.0, 5.0, 7.0, 20.0), (0.5, 100.0), atol=1e-14,
      source="Horowitz and Hill, Art of electronics")
right("skin depth and resistance", lambda m, x: 1 / (1 - m.exp(-m.sqrt(x))),
      lambda x: (-exp(-sqrt(x)) / (2 * sqrt(x) * math.expm1(-sqrt(x)) ** 2),), P, (0.01, 50.0),
      source="Jackson, Classical electrodynamics")

# --- Geometry and cameras: wrong ------------------------------------------------------------------

wrong("rotation angle, real part's slope 0 at half a turn", "zero",
      lambda m, x, y: 4 * m.atan(y / (x + m.hypot(x, y))),
      lambda x, y: (-2 * y / (x * x + y * y) if abs(x) > 1e-10 else 0.0,
                    2 * x / (x * x + y * y)),
      ((0.5, 0.7), (-0.3, 0.9), (0.8, 0.4), (-0.6, 0.6), (0.2, 0.3)), ((-1.0, 1.0), (0.05, 1.0)),
      (0.0, 0.7), "abs(x) <= 1e-10", source="Sophus 269")
gross("rational distortion, the one left out", "missing term",
      lambda m, x, y: (1 + 0.2 * x * x) / (1 + y * x * x),
      lambda x, y: ((0.4 * x * (1 + y * x * x) - 2 * x * y * (1 + 0.2 * x * x))
                    / (1 + y * x * x) ** 2, -0.2 * x**4 / (1 + y * x * x) ** 2),
      ((0.5, 0.2), (1.1, 0.7), (0.3, 0.4), (0.8, 0.9), (1.6, 0.1)), ((0.1, 2.0), (0.0, 1.0)),
      source="facebookresearch/momentum 1486")
gross("distance on the globe, slope per radian", "other", haversine, haversine_slopes,
      ((48.0, 2.0), (40.7, -74.0), (51.0, 14.5), (-33.9, 151.2), (35.7, 139.7)),
      ((-80.0, 80.0), (-100.0, 170.0)), source="Sinnott, Virtues of the haversine (1984)",
      note="claimed / true is 180/pi")
gross("refraction, cosine of the refracted ray left out", "other",
      lambda m, x: m.asin(m.sin(x) / 1.5), lambda x: (math.cos(x) / 1.5,),
      (0.2, 0.5, 0.8, 1.1, 1.4), (0.05, 1.55), source="Hecht, Optics")

# --- Geometry and cameras: right ------------------------------------------------------------------

right("distance on the globe", haversine,
      lambda x, y: tuple(math.pi / 180 * v for v in haversine_slopes(x, y)),
      ((48.0, 2.0), (40.7, -74.0), (51.0, 14.5), (-33.9, 151.2), (35.7, 139.7)),
      ((-80.0, 80.0), (-100.0, 170.0)), source="Sinnott, Virtues of the haversine (1984)",
      rtol=1e-8, atol=1e-10)
right("rotated vector's component", lambda m, x, y, z: x * m.cos(z) - y * m.sin(z),
      lambda x, y, z: (math.cos(z), -math.sin(z), -x * math.sin(z) - y * math.cos(z)), XYZ,
      (R5, R5, R), atol=1e-14, source="Goldstein, Classical mechanics")
right("point turned by a quaternion", lambda m, x, y: 1.2 * (x * x - y * y) - x * y,
      lambda x, y: (2.4 * x - y, -2.4 * y - x), XY, (R5, R5), source="VINS-Fusion 49", atol=1e-14)
right("rotation logarithm's factor", half_turn, lambda x: (half_turn_slope(x),),
      (0.0, 0.7, 1.4, 2.2, 3.0), (0.0, 3.5), source="GTSAM 780", rtol=1e-8)
right("refraction", lambda m, x, y: m.asin(m.sin(x) / y),
      lambda x, y: (math.cos(x) / sqrt(y * y - math.sin(x) ** 2),
                    -math.sin(x) / (y * sqrt(y * y - math.sin(x) ** 2))),
      ((0.2, 1.5), (0.5, 1.33), (0.8, 1.6), (1.1, 1.2), (1.4, 2.4)), ((0.0, 1.57), (1.1, 3.0)),
      source="Hecht, Optics")
right("reflected amplitude", lambda m, x: (m.cos(x) - m.sqrt(2.25 - m.sin(x) ** 2))
      / (m.cos(x) + m.sqrt(2.25 - m.sin(x) ** 2)),
      lambda x: (-2 * math.sin(x) / math.sqrt(2.25 - math.sin(x) ** 2) * (
          (math.sqrt(2.25 - math.sin(x) ** 2) - math.cos(x))
          / (math.sqrt(2.25 - math.sin(x) ** 2) + math.cos(x))),), (0.2, 0.5, 0.8, 1.1, 1.4),
      (0.0, 1.57), source="Hecht, Optics")
right("projected point of a camera", lambda m, x, y, z: 500 * x / z + 0.1 * y,
      lambda x, y, z: (500 / z, 0.1, -500 * x / z**2), PQR, (R5, R5, (0.2, 10.0)), fscale=1.0,
      source="Hartley and Zisserman, Multiple view geometry")
right("meridional radius", lambda m, x: 6335.439 / (1 - 0.00669438 * m.sin(x) ** 2) ** 1.5,
      lambda x: (6335.439 * 1.5 * 0.00669438 * math.sin(2 * x)
                 / (1 - 0.00669438 * math.sin(x) ** 2) ** 2.5,), S, (-1.57, 1.57),
      source="Snyder, Map projections", atol=1e-12)
right("catenary", lambda m, x, y: y * m.cosh(x / y) - y,
      lambda x, y: (math.sinh(x / y), math.cosh(x / y) - 1 - x / y * math.sinh(x / y)), PQ,
      (R5, (0.3, 5.0)), note="noisy forward", atol=1e-14, ftol=1e-10,
      source="Gray, Modern differential geometry")
right("Bezier curve", lambda m, x: 3 * x * (1 - x) ** 2 * 0.7 - 3 * x * x * (1 - x) * 0.4 + x**3,
      lambda x: (2.1 * (1 - x) * (1 - 3 * x) - 1.2 * x * (2 - 3 * x) + 3 * x * x,),
      (0.1, 0.3, 0.5, 0.7, 0.9), (0.0, 1.0), atol=1e-14, fscale=1.0,
      source="Farin, Curves and surfaces")

# --- Numerical methods: wrong ---------------------------------------------------------------------

gross("Euler step, slope at the new state", "at the output instead of the input",
      lambda m, x: x + 0.1 * m.sin(x), lambda x: (1 + 0.1 * math.cos(x + 0.1 * math.sin(x)),), A,
      R, source="Hairer, Norsett and Wanner, Solving ODEs I, eq. I.7.3")

# --- Numerical methods: right ---------------------------------------------------------------------

right("root of a cubic by Newton", cubic_root,
      lambda x: (1 / (3 * cubic_root(floats, x) ** 2 + 1),), K, (-20.0, 20.0),
      source="Press et al., Numerical recipes")
right("root by bisection to 1e-6", cubic_root,
      lambda x: (1 / (3 * cubic_root(floats, x) ** 2 + 1),), A, R5, f=lambda x: bisected(x, 1e-6),
      ftol=1e-4, note="noisy forward", source="Press et al., Numerical recipes")
right("Kepler in both arguments", lambda m, x, y: kepler(m, x, y),
      lambda x, y: tuple(
          v / (1 - y * math.cos(kepler(floats, x, y)))
          for v in (1, math.sin(kepler(floats, x, y)))),
      ((0.5, 0.2), (1.1, 0.7), (2.3, 0.4), (0.8, 0.1), (1.6, 0.5)), ((0.0, 3.0), (0.0, 0.8)),
      source="Danby, Fundamentals of celestial mechanics", rtol=1e-8)
right("orbit's radius by the mean anomaly",
      lambda m, x: 2 * (1 - 0.4 * m.cos(kepler(m, x, 0.4))),
      lambda x: (0.8 * math.sin(e := kepler(floats, x, 0.4)) / (1 - 0.4 * math.cos(e)),), A,
      (-3.0, 3.0), source="Danby, Fundamentals of celestial mechanics")
right("Euler steps of the logistic equation",
      lambda m, x, y: logistic_steps(x, y, 6)[0],
      lambda x, y: (logistic_steps(x, y, 6)[1], logistic_rate_slope(x, y, 6)),
      ((0.5, 0.2), (0.1, 0.7), (0.3, 0.4), (0.8, 0.9), (0.6, 0.1)), ((0.0, 1.0), (0.0, 1.5)),
      atol=1e-13, fscale=1e-3, source="Hairer, Norsett and Wanner, Solving ODEs I, eq. I.7.3")
right("Babylonian square root, eight steps", lambda m, x: babylonian(x)[0],
      lambda x: (babylonian(x)[1],), P, (0.05, 50.0),
      source="Higham, Functions of matrices")
right("continued fraction of the tangent",
      lambda m, x: x / (1 - x * x / (3 - x * x / (5 - x * x / 7))),
      lambda x: (tangent_fraction_slope(x),), S,
      (-1.2, 1.2), source="Abramowitz and Stegun, 4.3.94")

# --- Kinks, steps and edges: right ----------------------------------------------------------------

right("projection onto the unit disc", lambda m, x, y: x / max(1, m.hypot(x, y)),
      lambda x, y: (1.0, 0.0) if (r := math.hypot(x, y)) <= 1 else (y * y / r**3, -x * y / r**3),
      ((0.5, 0.2), (-1.1, 0.7), (2.3, -0.4), (0.6, 0.8), (1.6, 2.7)), (R5, R5),
      source="Boyd and Vandenberghe, Convex optimization", atol=1e-16)
right("median of three offset readings",
      lambda m, x, y, z: sorted((x, y + 0.5, z - 0.7))[1],
      lambda x, y, z: tuple(
          float(k == sorted(range(3), key=(x, y + 0.5, z - 0.7).__getitem__)[1])
          for k in range(3)), XYZ, (R5, R5, R5), source="Tukey, Exploratory data analysis",
      fscale=1.0)
right("Coulomb and viscous friction", lambda m, x: 0.4 * m.sign(x) + 0.1 * x, lambda x: (0.1,), K,
      R, source="Armstrong-Helouvry, Control of machines with friction")
right("dead zone", lambda m, x: m.sign(x) * max(abs(x) - 0.5, 0.0) * 2.5,
      lambda x: (2.5 if abs(x) > 0.5 else 0.0,), (-1.7, -0.5, 0.3, 0.5, 2.1), R,
      source="Khalil, Nonlinear systems")
right("sRGB's transfer curve",
      lambda m, x: 12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055,
      lambda x: (12.92 if x <= 0.0031308 else 1.055 / 2.4 * x ** (1 / 2.4 - 1),),
      (0.001, 0.0031308, 0.03, 0.4, 0.9), (0.0, 1.0), source="IEC 61966-2-1")
right("lightness", lambda m, x: m.cbrt(x) if x > 216 / 24389 else (24389 / 27 * x + 16) / 116,
      lambda x: (1 / (3 * cbrt(x) ** 2) if x > 216 / 24389 else 24389 / 27 / 116,),
      (0.001, 0.007, 0.03, 0.4, 0.9), (0.0, 1.0), source="CIE 15")
right("polynomial smooth minimum", lambda m, x, y: polynomial_min(x, y, 0.5),
      lambda x, y: smooth_min_slopes(x, y, 0.5),
      ((0.5, 1.2), (-1.1, -0.9), (2.3, 2.3), (-0.8, -0.9), (1.6, 2.7)), (R5, R5), atol=1e-15,
      source="Quilez, Smooth minimum (2013), polynomial")
right("log on all positive numbers", lambda m, x: m.log1p(x), lambda x: (1 / (1 + x),), Z,
      (0.0, math.inf), source="Apostol, Calculus I")
right("softsign over all numbers", lambda m, x: x / (1 + abs(x)),
      lambda x: (1 / (1 + abs(x)) / (1 + abs(x)),), K, (-math.inf, math.inf), source="MXNet 10868")

# --- Rounded and coarse: right --------------------------------------------------------------------

noisy("converter of twelve bits", lambda m, x: x, lambda x: (1.0,), S, (-1.0, 1.0),
      f=lambda x: round(x * 2048) / 2048, ftol=1e-2, fscale=0.1,
      source="Oppenheim and Schafer, Signal processing")
noisy("tanh in half precision", lambda m, x: m.tanh(x), lambda x: (sech2(x),), A, (-3.0, 3.0),
      f=lambda x: half(math.tanh(half(x))), ftol=1e-2, source="IEEE 754, binary16")
noisy("voltage of a display with two decimals", lambda m, x, y: x * y / (x + y),
      lambda x, y: ((y / (x + y)) ** 2, (x / (x + y)) ** 2), PQ, ((0.3, 50.0), (0.3, 50.0)),
      f=lambda x, y: round(x * y / (x + y), 2), ftol=0.1, fscale=1.0,
      source="Horowitz and Hill, Art of electronics")
noisy("sum of a hundred in half precision", lambda m, x: 100 * x, lambda x: (100.0,), P,
      (0.25, 4.0), f=lambda x: half_sum(x, 100), ftol=0.2,
      source="Higham, Accuracy and stability")
# --- From the other half, looked at when they were rejected ---------------------------------------

right("(1 - cos x)/x**2, plainly", lambda m, x: (1 - m.cos(x)) / (x * x) if x else 0.5,
      lambda x: (versine_slope(x),), (-1.7, -0.01, 1e-4, 0.8, 2.1), R5, ftol=1e-6,
      f=lambda x: (1 - math.cos(x)) / (x * x) if x * x else 0.5, note="noisy forward",
      source="Higham, Accuracy and stability, section 1.7")
right("geometric sum in closed form", lambda m, x: (1 - x**20) / (1 - x) if x != 1 else 20.0,
      lambda x: (math.fsum(k * x ** (k - 1) for k in range(1, 20)),),
      (-0.7, 0.3, 0.8, 0.9999999, 1.1), (-1.5, 1.5), note="noisy forward", ftol=1e-7, atol=1e-12,
      source="Graham et al., Concrete mathematics")
right("angle by the arc cosine", lambda m, x, y: m.acos(x / m.sqrt(x * x + y * y)),
      lambda x, y: (-y / (x * x + y * y), x / (x * x + y * y)), PQ, ((0.1, 5.0), (0.0, 5.0)),
      note="noisy forward", ftol=1e-9,
      f=lambda x, y: math.acos(min(x / math.sqrt(x * x + y * y), 1.0)),
      source="Kahan, How futile are mindless assessments (2006), section 12")
right("Kepler to a tolerance of 1e-8", lambda m, x: kepler(m, x, 0.3),
      lambda x: (1 / (1 - 0.3 * math.cos(kepler(floats, x, 0.3))),), A, (-3.0, 3.0),
      f=lambda x: kepler_to(x, 0.3, 1e-8), ftol=1e-6, note="noisy forward",
      source="Danby, Fundamentals of celestial mechanics")
right("staircase plus slope", lambda m, x: x + m.floor(8 * x) / 8, lambda x: (1.0,),
      (-1.7, -0.6, 0.3, 0.8, 2.13), R, source="Oppenheim and Schafer, Signal processing")
# fmt: on
