"""Collected cases, the other half: NOT to be looked at while the checker is tuned.

It tells how the checker does on functions that it was not made for. Who tunes the checker reads
`seen`, and of this half the counts alone; a case that is looked at moves to `seen`.

For what the cases are, how they were made and what `source` names, see there.
"""

import math
import struct

import mpmath as mp

from . import bessel_j, digamma, dsigmoid, exp, floats, log, ncdf, over, phi, sigmoid, sign, sqrt
from .shared import (
    PQ,
    PQR,
    R5,
    TIES,
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
    log_ncdf,
    series,
    smoothed_cross_entropy,
    softmax_of_three,
    weibull,
    weibull_slopes,
)

WRONG = []
RIGHT = []
wrong, gross, right, noisy = adders(WRONG, RIGHT)

# Helpers of single cases.


def call(m, spot, strike, vol, time):
    """Black and Scholes without interest."""
    s = vol * m.sqrt(time)
    d = m.log(spot / strike) / s
    return spot * m.ncdf(d + s / 2) - strike * m.ncdf(d - s / 2)


def vega(spot, strike, vol, time):
    s = vol * sqrt(time)
    return spot * phi(log(spot / strike) / s + s / 2) * sqrt(time)


def d1(spot, strike, vol, time):
    return log(spot / strike) / (vol * sqrt(time)) + vol * sqrt(time) / 2


def clip(x, bound):
    return max(-bound, min(x, bound))


def huber(x, delta):
    return x * x / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2)


def student(m, x, nu):
    return (
        m.lgamma((nu + 1) / 2)
        - m.lgamma(nu / 2)
        - m.log(nu * m.pi) / 2
        - (nu + 1) / 2 * m.log1p(x * x / nu)
    )


def entropy(m, *xs):
    total = sum(xs)
    return -sum(x / total * m.log(x / total) for x in xs)


def entropy_slopes(*xs):
    total = sum(xs)
    return tuple(-(log(x / total) + entropy(floats, *xs)) / total for x in xs)


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def legendre(n, x):
    """P_n and its slope."""
    a, b, slope_a, slope_b = 1.0, x, 0.0, 1.0
    for k in range(1, n):
        a, b = b, ((2 * k + 1) * x * b - k * a) / (k + 1)
        slope_a, slope_b = slope_b, slope_a + (2 * k + 1) * a
    return b, slope_b


def bond(m, rate, coupon, years):
    return sum(coupon / (1 + rate) ** t for t in range(1, years + 1)) + 100 / (1 + rate) ** years


def call_with_rate(m, spot, rate, vol, time):
    """Black and Scholes, struck at 10."""
    s = vol * m.sqrt(time)
    d = (m.log(spot / 10) + rate * time) / s
    return spot * m.ncdf(d + s / 2) - 10 * m.exp(-rate * time) * m.ncdf(d - s / 2)


def call_greeks(spot, rate, vol, time):
    s = vol * sqrt(time)
    d = (log(spot / 10) + rate * time) / s
    paid = 10 * exp(-rate * time) * ncdf(d - s / 2)
    dense = spot * phi(d + s / 2)
    theta = dense * vol / (2 * sqrt(time)) + rate * paid
    return ncdf(d + s / 2), time * paid, dense * sqrt(time), theta


def sine_table(x):
    """Linear between 25 points a quarter apart; the value and the slope to the right."""
    table = [math.sin(k / 4) for k in range(26)]
    k = min(int(4 * x), 24)
    return table[k] + (table[k + 1] - table[k]) * (4 * x - k), 4 * (table[k + 1] - table[k])


def catmull_rom(x):
    """Between the values of six points, one apart; the value and the slope."""
    table = (0.3, 1.0, -0.4, 0.8, 0.1, 0.6)
    k = min(int(x), 2)
    t = x - k
    p, q, r, s = table[k : k + 4]
    a, b, c = (r - p) / 2, p - 2.5 * q + 2 * r - s / 2, 1.5 * (q - r) + (s - p) / 2
    return q + t * (a + t * (b + t * c)), a + t * (2 * b + 3 * t * c)


def bilinear(x, y):
    """On a grid of three by three; the value and the slopes to the right."""
    table = ((0.0, 1.0, 0.5), (0.7, -0.3, 1.2), (1.5, 0.4, -0.8))
    i, j = min(int(x), 1), min(int(y), 1)
    s, t = x - i, y - j
    low = [table[i][j + k] + s * (table[i + 1][j + k] - table[i][j + k]) for k in (0, 1)]
    up = [table[i + k][j + 1] - table[i + k][j] for k in (0, 1)]
    return low[0] + t * (low[1] - low[0]), (
        (1 - t) * (table[i + 1][j] - table[i][j]) + t * (table[i + 1][j + 1] - table[i][j + 1]),
        (1 - s) * up[0] + s * up[1],
    )


def quantile(m, p):
    """Of the normal distribution, by Newton's iteration."""
    z = p * 0
    for _ in range(m.steps):
        z -= (m.ncdf(z) - p) * m.sqrt(2 * m.pi) * m.exp(z * z / 2)
    return z


def friction(m, x):
    """Colebrook's 1/sqrt(f), iterated, and how it moves with log10."""
    y = 7 + 0 * x
    for _ in range(m.steps * 3):
        y = -2 / m.log(10) * m.log(2e-4 + 2.51 * y / x)
    return y


def friction_slope(x):
    y = friction(floats, x)
    inner = 2 / math.log(10) * 2.51 / (2e-4 + 2.51 * y / x)
    return inner * y / (x * x) / (1 + inner / x)


def implied_vol(m, price):
    """Of a call on 10 struck at 10 for a year, by Newton's iteration."""
    vol = price / 4
    for _ in range(m.steps):
        density = m.exp(-((vol / 2) ** 2) / 2) / m.sqrt(2 * m.pi)
        vol -= (call(m, 10, 10, vol, 1) - price) / (10 * density)
    return vol


def simpson(f, a, b, panels):
    h = (b - a) / panels
    inner = sum((4 if k % 2 else 2) * f(a + k * h) for k in range(1, panels))
    return h / 3 * (f(a) + inner + f(b))


GAUSS = (
    (0.0, 0.5688888888888889),
    (0.5384693101056831, 0.47862867049936647),
    (-0.5384693101056831, 0.47862867049936647),
    (0.906179845938664, 0.23692688505618908),
    (-0.906179845938664, 0.23692688505618908),
)


def gauss(f, a, b):
    """Gauss and Legendre's rule of five points."""
    return (b - a) / 2 * sum(w * f((a + b) / 2 + (b - a) / 2 * t) for t, w in GAUSS)


def tight_binding(m, x, y):
    """Complex of two partners with a dissociation constant of 0.01."""
    b = x + y + 0.01
    return (b - m.sqrt(b * b - 4 * x * y)) / 2


def tight_binding_slopes(x, y):
    s = math.sqrt((x + y + 0.01) ** 2 - 4 * x * y)

    def slope(own, other):
        d = own - other + 0.01
        return 0.02 * other / (s * (s + d)) if d > 0 else (s - d) / (2 * s)

    return slope(x, y), slope(y, x)


# fmt: off
# --- Networks: wrong ------------------------------------------------------------------------------

wrong("log-sigmoid by two branches, 0 at 0", "zero", lambda m, x: -m.softplus(-x),
      lambda x: (sigmoid(-x) if x else 0.0,), A, R, 0.0, "x == 0", source="JAX 2140")
gross("softsign, given its output", "at the output instead of the input",
      lambda m, x: x / (1 + abs(x)), lambda x: (1 / (1 + abs(x / (1 + abs(x)))) ** 2,), A, R,
      source="MXNet 10868")
gross("sigmoid, x(1 - x) of the pre-activation", "other", lambda m, x: m.sigmoid(x),
      lambda x: (x * (1 - x),), A, R, source="darknet 2151")
gross("sigmoid, s - (1 - s)", "other", lambda m, x: m.sigmoid(x),
      lambda x: (2 * sigmoid(x) - 1,), A, R, source="sausheong/gonn 8")
wrong("huber objective, clipped on no side", "wrong branch", lambda m, x: huber(x, 0.9),
      lambda x: (x if x <= 0.9 else 0.9 * x,), S, R, -3.0, "abs(x) > 0.9", source="LightGBM 3532")
gross("huber objective, label less prediction", "sign", lambda m, x, y: huber(x - y, 10.0),
      lambda x, y: (clip(y - x, 10.0), clip(y - x, 10.0)), XY, (R, R), source="XGBoost 2602")
wrong("hard shrink with threshold 0, 0 at 0", "zero", lambda m, x: x if abs(x) > 0 else 0.0,
      lambda x: (1.0 if x else 0.0,), A, R, 0.0, "x == 0", source="PyTorch 80803")
gross("outer variable of nested loops, counted twice", "factor 2",
      lambda m, x, y: sum(m.sin(x) * y**i for i in range(1, 4)),
      lambda x, y: (2 * math.cos(x) * (y + y**2 + y**3), math.sin(x) * (1 + 2 * y + 3 * y * y)),
      XY, (R5, (-3.0, 3.0)), source="Warp 1293")
gross("mean of two squares, divided by four", "factor 1/2", lambda m, x, y: (x * x + y * y) / 2,
      lambda x, y: (x / 2, y / 2), XY, (R, R), source="udacity/deep-learning-v2-pytorch 388")
wrong("smooth L1, beta left out inside", "factor 1/2",
      lambda m, x: x * x if abs(x) < 0.5 else abs(x) - 0.25,
      lambda x: (x if abs(x) < 0.5 else sign(x),), (-1.7, -0.6, 0.8, 1.4, 2.1), R, 0.3,
      "abs(x) < 0.5", source="Girshick, Fast R-CNN (2015), with beta = 1/2")
gross("RMS norm of two, mean taken for a sum in the slope", "other",
      lambda m, x, y: x / m.sqrt((x * x + y * y) / 2 + 1e-5),
      lambda x, y: (
          1 / math.sqrt((x * x + y * y) / 2 + 1e-5)
          - x * x / math.sqrt((x * x + y * y) / 2 + 1e-5) ** 3,
          -x * y / math.sqrt((x * x + y * y) / 2 + 1e-5) ** 3), XY, (R5, R5),
      source="Zhang and Sennrich, Root mean square layer normalization (2019)",
      note="the second partial is doubled, the first keeps the product's other term")
gross("dropout's scale, times for over", "other", lambda m, x: x / 0.9, lambda x: (0.9,), A, R,
      source="Srivastava et al., Dropout (2014)", note="claimed / true is 0.81")

# --- Networks: right ------------------------------------------------------------------------------

right("gelu by sigmoid(1.702 x)", lambda m, x: x / (1 + m.exp(-1.702 * x)),
      lambda x: (sigmoid(1.702 * x) + 1.702 * x * dsigmoid(1.702 * x),), A, (-20.0, 20.0),
      atol=1e-16, source="Hendrycks and Gimpel, GELU (2016)")
right("swish with beta", lambda m, x, y: x / (1 + m.exp(-y * x)),
      lambda x, y: (sigmoid(y * x) + y * x * dsigmoid(y * x), x * x * dsigmoid(y * x)), PQ,
      (R, (0.1, 3.0)), atol=1e-16, source="Ramachandran et al., Swish (2017)")
right("tanh shrink", lambda m, x: x - m.tanh(x), lambda x: (math.tanh(x) ** 2,), A, R5,
      note="noisy forward", source="torch.nn.Tanhshrink, documentation", ftol=1e-9)
right("softplus with beta 2, plainly", lambda m, x: m.log(1 + m.exp(2 * x)) / 2,
      lambda x: (sigmoid(2 * x),), A, (-30.0, 30.0), note="noisy forward",
      source="torch.nn.Softplus, documentation")
right("RMS norm of two", lambda m, x, y: x / m.sqrt((x * x + y * y) / 2 + 1e-5),
      lambda x, y: tuple(
          v / math.sqrt((x * x + y * y) / 2 + 1e-5) ** 3
          for v in (y * y / 2 + 1e-5, -x * y / 2)), XY, (R5, R5),
      source="Zhang and Sennrich, Root mean square layer normalization (2019)")
right("cross-entropy of smoothed labels", smoothed_cross_entropy,
      lambda x, y, z: tuple(
          p - t for p, t in zip(softmax_of_three((x, y, z)), (0.94, 0.03, 0.03), strict=True)),
      XYZ, (R5, R5, R5), atol=1e-15, fscale=1.0,
      source="Szegedy et al., Rethinking Inception (2016)")
right("dice loss", lambda m, x, y: 1 - (2 * x * y + 1) / (x + y + 1),
      lambda x, y: (-(2 * y * y + 2 * y - 1) / (x + y + 1) ** 2,
                    -(2 * x * x + 2 * x - 1) / (x + y + 1) ** 2),
      ((0.5, 0.2), (0.1, 0.7), (0.3, 0.4), (0.8, 0.9), (0.6, 0.1)), ((0.0, 1.0), (0.0, 1.0)),
      atol=1e-14, fscale=1.0, source="Milletari et al., V-Net (2016)")
right("contrastive loss", lambda m, x, y: max(1 - abs(x - y), 0.0) ** 2,
      lambda x, y: (-2 * max(1 - abs(x - y), 0.0) * sign(x - y),
                    2 * max(1 - abs(x - y), 0.0) * sign(x - y)),
      ((0.5, 1.2), (-1.1, 0.7), (2.3, 2.4), (-0.8, -1.9), (1.6, 1.6)), (R5, R5),
      source="Hadsell et al., Dimensionality reduction (2006)")
right("pointwise Kullback-Leibler", lambda m, x, y: y * (m.log(y) - x) if y else 0.0,
      lambda x, y: (-y, log(y) + 1 - x),
      ((-0.5, 0.2), (-1.1, 0.7), (-0.3, 0.0), (-2.8, 0.9), (-1.6, 0.1)),
      ((-5.0, -0.01), (0.0, 1.0)),
      source="torch.nn.KLDivLoss, documentation", atol=1e-14, fscale=1.0)
right("log partition of a chain of two",
      lambda m, x, y, z: m.log(m.exp(x + y + 0.3) + m.exp(x - 0.2) + m.exp(y + z) + m.exp(z)),
      lambda x, y, z: (
          (exp(x + y + 0.3) + exp(x - 0.2)) / (t := exp(x + y + 0.3) + exp(x - 0.2) + exp(y + z)
                                               + exp(z)),
          (exp(x + y + 0.3) + exp(y + z)) / t, (exp(y + z) + exp(z)) / t), XYZ, (R5, R5, R5),
      fscale=1.0, source="Lafferty et al., Conditional random fields (2001)")
right("CTC, one label in two frames", lambda m, x, y: -m.log(x * y + x * (1 - y) + (1 - x) * y),
      lambda x, y: ((y - 1) / (x + y - x * y), (x - 1) / (x + y - x * y)),
      ((0.5, 0.2), (0.1, 0.7), (0.3, 0.4), (0.8, 0.9), (0.6, 0.1)), ((0.01, 0.99), (0.01, 0.99)),
      atol=1e-15, fscale=1e-2, source="Graves et al., CTC (2006)")
right("squareplus", lambda m, x: (x + m.sqrt(x * x + 4)) / 2,
      lambda x: (2 / (s * (s - x)) if (s := math.sqrt(x * x + 4)) and x < 0 else (1 + x / s) / 2,),
      (-2e3, -30.0, 0.3, 8.0, 2e3), (-1e5, 1e5), note="noisy forward", ftol=1e-6,
      source="Barron, Squareplus (2021)")
right("pseudo-huber", lambda m, x: 4 * (m.sqrt(1 + (x / 2) ** 2) - 1),
      lambda x: (x / math.sqrt(1 + (x / 2) ** 2),), K, (-50.0, 50.0), note="noisy forward",
      source="XGBoost 5479; Hartley and Zisserman, Multiple view geometry")
right("Tweedie loss of a log mean",
      lambda m, x, y: 2 * y * m.exp(-x / 2) + 2 * m.exp(x / 2),
      lambda x, y: (exp(x / 2) - y * exp(-x / 2), 2 * exp(-x / 2)), PQ, (R5, (0.0, 10.0)),
      atol=1e-13, source="LightGBM 6867; Jorgensen, Theory of dispersion models (1997)")
right("Cauchy loss", lambda m, x: 2 * m.log(1 + x * x / 4), lambda x: (x / (1 + x * x / 4),), K,
      (-100.0, 100.0), note="noisy forward", source="Ceres Solver, documentation of CauchyLoss")
right("Tukey's biweight", lambda m, x: (1 - (1 - (x / 3) ** 2) ** 3) * 1.5 if abs(x) < 3 else 1.5,
      lambda x: (x * (1 - (x / 3) ** 2) ** 2 if abs(x) < 3 else 0.0,), K, R, note="noisy forward",
      source="Ceres Solver, documentation of TukeyLoss")
right("log cosh, plainly", lambda m, x: m.log(m.cosh(x)), lambda x: (math.tanh(x),), K,
      (-20.0, 20.0), note="noisy forward", source="keras.losses.LogCosh, documentation")

# --- Elementary functions: wrong ------------------------------------------------------------------

gross("cosh, sign", "sign", lambda m, x: m.cosh(x), lambda x: (-math.sinh(x),), A, (-6.0, 6.0),
      source="CasADi 2585")
gross("hypot, swapped", "swapped", lambda m, x, y: m.hypot(x, y),
      lambda x, y: (over(y, math.hypot(x, y)), over(x, math.hypot(x, y))), XY, (R, R),
      source="ChainRules.jl 55")
wrong("asinh, its square overflows", "zero", lambda m, x: m.asinh(x),
      lambda x: (1 / sqrt(x * x + 1),), (-3e3, -2.0, 0.5, 40.0, 1e6), (-1e200, 1e200), 1e160,
      "abs(x) > 1.34e154", source="JAX 40634", note="there in single precision")
gross("asinh(tan x), inner slope left out", "other", lambda m, x: m.asinh(m.tan(x)),
      lambda x: (math.cos(x),), (-1.2, -0.6, 0.3, 0.8, 1.4), (-1.5, 1.5),
      source="autodiff/autodiff 395")
gross("cosine of a direction, length held constant", "missing term",
      lambda m, x, y: x / m.hypot(x, y), lambda x, y: (1 / math.hypot(x, y), 0.0), PQ,
      ((0.1, 5.0), (0.1, 5.0)), source="autodiff/autodiff 243")
gross("ldexp by 3, slope 0", "zero", lambda m, x: x * 8.0, lambda x: (0.0,), A, R,
      source="JAX 11467")
wrong("squared length by the length, nan at the origin", "other", lambda m, x, y: x * x + y * y,
      lambda x, y: (2 * math.hypot(x, y) * over(x, math.hypot(x, y)),
                    2 * math.hypot(x, y) * over(y, math.hypot(x, y))), XY, (R, R), (0.0, 0.0),
      "x == 0 and y == 0", source="JAX 4177, HIPS autograd 586")
wrong("weighted length, weight's partial nan at the origin", "other",
      lambda m, x, y, z: m.hypot(x, m.sqrt(z) * y),
      lambda x, y, z: (x / r, z * y / r, y * (y / (2 * r)))
      if (r := math.hypot(x, sqrt(z) * y)) else (0.0, 0.0, math.nan), (
          (0.5, 1.2, 0.7), (-1.1, 0.7, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 2.4), (1.6, 2.7, 3.2)),
      (R, R, (0.5, 4.0)), (0.0, 0.0, 1.0), "x == 0 and y == 0", source="Theano 1996",
      note="the function is 0 for every weight")
wrong("degrees by 0.01745", "other", lambda m, x: m.sin(m.pi * x / 180),
      lambda x: (0.01745 * math.cos(math.pi * x / 180),), (-75.0, -20.0, 15.0, 40.0, 130.0),
      (-360.0, 360.0), source="pi/180 to four digits, Abramowitz and Stegun")

# --- Elementary functions: right ------------------------------------------------------------------

right("power 1.5 of |x|", lambda m, x: abs(x) ** 1.5,
      lambda x: (1.5 * sign(x) * sqrt(abs(x)),), K, R, source="Spivak, Calculus")
right("square root of 1 + x**2, less 1", lambda m, x: m.sqrt(1 + x * x) - 1,
      lambda x: (x / math.sqrt(1 + x * x),), K, R, note="noisy forward",
      source="Goldberg, What every computer scientist should know (1991), section 1.4")
right("sinh by two exponentials", lambda m, x: (m.exp(x) - m.exp(-x)) / 2,
      lambda x: (math.cosh(x),), A, R, note="noisy forward",
      source="Higham, Accuracy and stability")
right("x log(1 + y)", lambda m, x, y: x * m.log1p(y), lambda x, y: (math.log1p(y), x / (1 + y)),
      ((0.5, 1.2), (0.0, 0.7), (2.3, -0.4), (-0.8, 0.0), (1.6, 2.7)), (R, (-0.9, 10.0)),
      source="TensorFlow 56873")
right("squared length, 0 at the origin", lambda m, x, y: m.hypot(x, y) ** 2,
      lambda x, y: (2 * x, 2 * y), TIES, (R, R), source="JAX 4177", atol=1e-300)
right("weighted length, 0 for the weight at the origin",
      lambda m, x, y, z: m.hypot(x, m.sqrt(z) * y),
      lambda x, y, z: (x / r, z * y / r, y * (y / (2 * r)))
      if (r := math.hypot(x, sqrt(z) * y)) else (0.0, 0.0, 0.0),
      ((0.5, 1.2, 0.7), (0.0, 0.0, 0.9), (2.3, -0.4, 1.5), (-0.8, -1.9, 2.4), (1.6, 2.7, 3.2)),
      (R, R, (0.5, 4.0)), source="Theano 1996")
right("asinh far out", lambda m, x: m.asinh(x), lambda x: (1 / math.hypot(1, x),),
      (-3e3, -2.0, 0.5, 40.0, 1e6), (-1e200, 1e200), source="JAX 40634")

# --- Probability: wrong ---------------------------------------------------------------------------

gross("cauchit link, density at the mean for its quantile", "other",
      lambda m, x: m.tan(m.pi * (x - 0.5)), lambda x: (math.pi * (1 + x * x),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99), source="statsmodels 299")
gross("Weibull density, shape and scale swapped", "swapped",
      lambda m, x, y: weibull(m, x, y, 1.7),
      lambda x, y: weibull_slopes(x, y, 1.7)[::-1],
      ((0.9, 1.2), (1.1, 0.7), (2.3, 1.4), (0.8, 1.9), (1.6, 2.7)), ((0.5, 4.0), (0.5, 4.0)),
      source="OpenTURNS 1556")
gross("normal log density, variance's sign", "sign",
      lambda m, x, y, z: -((x - y) ** 2) / (2 * z) - m.log(2 * m.pi * z) / 2,
      lambda x, y, z: ((y - x) / z, (x - y) / z, (1 - (x - y) ** 2 / z) / (2 * z)), PQR,
      (R5, R5, (0.2, 5.0)), source="HIPS autograd 401")
gross("Gaussian field, log-determinant left out", "missing term",
      lambda m, x, y: -x * x / (2 * y) - m.log(y) / 2,
      lambda x, y: (-x / y, x * x / (2 * y * y)), PQ, (R5, (0.2, 5.0)),
      source="GaussianMarkovRandomFields.jl 193")
gross("RBF kernel, one power of the length too few", "factor x",
      lambda m, x: m.exp(-1.3 / (2 * x * x)), lambda x: (exp(-1.3 / (2 * x * x)) * 1.3 / x**2,),
      P, (0.3, 10.0), source="scikit-learn 11113", note="the slope by the logarithm of the length")
gross("Matern 3/2 kernel, length left out", "factor x",
      lambda m, x, y: (1 + m.sqrt(3) * x / y) * m.exp(-m.sqrt(3) * x / y),
      lambda x, y: (-3 * x / y**2 * exp(-math.sqrt(3) * x / y),
                    3 * x * x / y**2 * exp(-math.sqrt(3) * x / y)), PQ, ((0.1, 5.0), (0.2, 5.0)),
      source="scikit-learn 17034")
wrong("Yeo-Johnson with lambda 2, sign below 0", "sign",
      lambda m, x: ((1 + x) ** 2 - 1) / 2 if x >= 0 else -m.log1p(-x),
      lambda x: (1 + x if x >= 0 else -1 / (1 - x),), P, R, -1.0, "x < 0", source="rxode2 1160")
gross("Student's log density, digammas not halved", "other", student,
      lambda x, y: (
          -(y + 1) * x / (y + x * x),
          digamma((y + 1) / 2) - digamma(y / 2) - 0.5 / y - math.log1p(x * x / y) / 2
          + (y + 1) * x * x / (2 * y * (y + x * x))), PQ, (R5, (0.3, 20.0)),
      source="Gelman et al., Bayesian data analysis (2013), table A.1")

# --- Probability: right ---------------------------------------------------------------------------

right("Student's log density", student,
      lambda x, y: (
          -(y + 1) * x / (y + x * x),
          (digamma((y + 1) / 2) - digamma(y / 2) - 1 / y - math.log1p(x * x / y)
           + (y + 1) * x * x / (y * (y + x * x))) / 2), PQ, (R5, (0.3, 20.0)), atol=1e-14,
      fscale=1.0, source="Gelman et al., Bayesian data analysis (2013), table A.1")
right("Laplace log density", lambda m, x, y, z: -abs(x - y) / z - m.log(2 * z),
      lambda x, y, z: (-sign(x - y) / z, sign(x - y) / z, (abs(x - y) / z - 1) / z), PQR,
      ((-4.5, 4.5), R5, (0.2, 5.0)), fscale=1.0, atol=1e-14,
      source="Johnson and Kotz, Continuous univariate distributions 2")
right("log-normal density from 0 on",
      lambda m, x: m.exp(-(m.log(x) ** 2) / 2) / (x * m.sqrt(2 * m.pi)) if x else 0.0,
      lambda x: (-exp(-(log(x) ** 2) / 2) * (1 + log(x)) / (x * x * math.sqrt(2 * math.pi))
                 if x > 1e-20 else 0.0,), Z, (0.0, 10.0), atol=1e-15,
      source="Johnson and Kotz, Continuous univariate distributions 1")
right("Poisson log probability in its rate", lambda m, x: 7 * m.log(x) - x - m.lgamma(8),
      lambda x: (7 / x - 1,), (0.7, 2.0, 5.5, 7.0, 12.0), (0.1, 50.0), fscale=1.0,
      source="Gelman et al., Bayesian data analysis (2013), table A.2")
right("binomial log-likelihood", lambda m, x: 3 * m.log(x) + 7 * m.log(1 - x),
      lambda x: (3 / x - 7 / (1 - x),), (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99), atol=1e-14,
      source="Gelman et al., Bayesian data analysis (2013), table A.2")
right("skew normal density",
      lambda m, x, y: 2 * m.exp(-x * x / 2) / m.sqrt(2 * m.pi) * m.ncdf(x * y),
      lambda x, y: (2 * phi(x) * (y * phi(x * y) - x * ncdf(x * y)), 2 * phi(x) * x * phi(x * y)),
      XY, (R5, R5), atol=1e-15, source="Azzalini (1985), Scand. J. Statist. 12")
right("Box-Cox, plainly", lambda m, x, y: (x**y - 1) / y if y else m.log(x),
      lambda x, y: (x ** (y - 1), log(x) ** 2 * exprel_slope(y * log(x))),
      ((0.5, 1.2), (1.1, 0.7), (2.3, 0.0), (0.8, 1e-5), (1.6, -0.7)), ((0.1, 5.0), (-2.0, 2.0)),
      note="noisy forward", ftol=1e-6, source="Box and Cox (1964)")
right("Mills ratio", lambda m, x: (1 - m.ncdf(x)) / m.exp(-x * x / 2) * m.sqrt(2 * m.pi),
      lambda x: (x * ncdf(-x) / phi(x) - 1,), A, (-4.0, 6.0), note="noisy forward", rtol=1e-8,
      source="Mills (1926), Biometrika 18")
right("periodic kernel",
      lambda m, x, y: m.exp(-2 * (m.sin(m.pi * x / 1.3) / y) ** 2),
      lambda x, y: (
          -exp(-2 * (math.sin(math.pi * x / 1.3) / y) ** 2) * 2 * math.pi / 1.3
          * math.sin(2 * math.pi * x / 1.3) / y**2,
          exp(-2 * (math.sin(math.pi * x / 1.3) / y) ** 2) * 4
          * math.sin(math.pi * x / 1.3) ** 2 / y**3), PQ, (R5, (0.3, 5.0)), atol=1e-13,
      source="Rasmussen and Williams, Gaussian processes, eq. 4.31")
right("entropy of three weights", entropy, entropy_slopes, PQR,
      ((0.1, 5.0), (0.1, 5.0), (0.1, 5.0)), atol=1e-14,
      source="Cover and Thomas, Information theory")
right("log of the normal distribution", None,
      lambda x: (phi(x) / ncdf(x) if x > -30
                 else -x + (1 / x) * (-1 + 2 / x**2 - 10 / x**4 + 74 / x**6),), A, (-60.0, 10.0),
      f=log_ncdf, truth=lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), source="Stan 1357")
right("Yeo-Johnson with lambda 2",
      lambda m, x: ((1 + x) ** 2 - 1) / 2 if x >= 0 else -m.log1p(-x),
      lambda x: (1 + x if x >= 0 else 1 / (1 - x),), K, R, source="rxode2 1160")

# --- Special functions: wrong ---------------------------------------------------------------------

wrong("1 - exp(-x) as incomplete gamma, nan at 0", "other", lambda m, x: -m.expm1(-x),
      lambda x: (exp(-x) if x else math.nan,), P, (0.0, 20.0), 0.0, "x == 0",
      source="TensorFlow 123578", note="0 log 0 in the exponent")
wrong("Bessel I1, doubled at 0", "factor 2", lambda m, x: bessel_i(1, x),
      lambda x: (bessel_i(0, x) - (bessel_i(1, x) / x if x else 0.0),), A, (-8.0, 8.0), 0.0,
      "x == 0", source="TensorFlow 120578", atol=1e-15)
gross("erfcx, sign of the constant", "other", lambda m, x: m.exp(x * x) * m.erfc(x),
      lambda x: (2 * x * exp(x * x) * math.erfc(x) + 2 / math.sqrt(math.pi),), A, (-3.0, 5.0),
      source="Theano 2872 (the function), DLMF 7.10")

# --- Special functions: right ---------------------------------------------------------------------

right("beta function", lambda m, x, y: m.exp(m.lgamma(x) + m.lgamma(y) - m.lgamma(x + y)),
      lambda x, y: tuple(
          exp(math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)) * (digamma(v) - digamma(x + y))
          for v in (x, y)), PQ, ((0.2, 10.0), (0.2, 10.0)), source="DLMF 5.12", rtol=1e-8)
right("Bessel J1", None, lambda x: ((bessel_j(0, x) - bessel_j(2, x)) / 2,), K, (-20.0, 20.0),
      f=lambda x: bessel_j(1, x), truth=lambda x: mp.besselj(1, x), fscale=1.0, atol=1e-15,
      source="DLMF 10.6")
right("complete elliptic K", lambda m, x: m.pi / (2 * agm(m, m.sqrt((1 - x) * (1 + x)))[0]),
      lambda x: ((elliptic(x)[1] - (1 - x * x) * elliptic(x)[0]) / (x * (1 - x * x)),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.05, 0.99), source="DLMF 19.4", rtol=1e-7)
right("complete elliptic E",
      lambda m, x: m.pi / (2 * (k := agm(m, m.sqrt((1 - x) * (1 + x))))[0]) * (1 - k[1]),
      lambda x: ((elliptic(x)[1] - elliptic(x)[0]) / x,), (0.1, 0.3, 0.55, 0.7, 0.9),
      (0.05, 0.99), source="DLMF 19.4", rtol=1e-7)
right("sine integral",
      lambda m, x: sum((-1) ** k * x ** (2 * k + 1) / (2 * k + 1) / math.factorial(2 * k + 1)
                       for k in range(40)),
      lambda x: (math.sin(x) / x if x else 1.0,), K, (-6.0, 6.0), source="DLMF 6.6", atol=1e-16)
right("spherical Bessel j1, plainly", lambda m, x: m.sin(x) / (x * x) - m.cos(x) / x,
      lambda x: (series([(-1.0) ** k * (2 * k + 1) * (2 * k + 2) / math.factorial(2 * k + 3)
                         for k in range(12)], x * x) if x < 1.5
                 else math.sin(x) / x - 2 * (math.sin(x) / x - math.cos(x)) / (x * x),), P,
      (1e-3, 20.0), note="noisy forward", ftol=1e-10, source="DLMF 10.49", atol=1e-15)
right("Legendre polynomial P5", lambda m, x: legendre(5, x)[0], lambda x: (legendre(5, x)[1],), S,
      (-1.0, 1.0), atol=1e-14, source="DLMF 14.10")
right("logarithm of a binomial coefficient",
      lambda m, x: m.lgamma(21) - m.lgamma(x + 1) - m.lgamma(21 - x),
      lambda x: (digamma(21 - x) - digamma(x + 1),), (0.0, 3.3, 7.0, 10.0, 16.2), (0.0, 20.0),
      fscale=1.0, atol=1e-14, source="DLMF 1.2")

# --- Finance: wrong -------------------------------------------------------------------------------

gross("option's theta, vega returned", "swapped", lambda m, x, y: call(m, 10.0, 9.0, x, y),
      lambda x, y: (vega(10.0, 9.0, x, y),) * 2,
      ((0.2, 1.0), (0.3, 0.5), (0.25, 2.0), (0.15, 0.7), (0.4, 1.5)), ((0.1, 1.0), (0.1, 3.0)),
      source="QuantLib 893", fscale=1.0)
gross("option's vega, distribution for density", "other",
      lambda m, x: call(m, 10.0, 9.0, x, 0.7),
      lambda x: (10.0 * ncdf(d1(10.0, 9.0, x, 0.7)) * math.sqrt(0.7),),
      (0.2, 0.3, 0.25, 0.15, 0.4), (0.1, 1.0), source="yhilpisch/py4fi 3", fscale=1.0)

# --- Finance: right -------------------------------------------------------------------------------

right("option price with interest", call_with_rate, call_greeks,
      ((10.0, 0.02, 0.2, 1.0), (9.0, 0.05, 0.3, 0.5), (12.0, 0.01, 0.25, 2.0),
       (8.0, 0.03, 0.4, 0.7), (11.0, 0.0, 0.15, 1.5)),
      ((5.0, 20.0), (0.0, 0.1), (0.05, 1.0), (0.05, 3.0)), fscale=1.0, atol=1e-14,
      source="Hull, Options, futures and other derivatives")
right("price of a bond by its yield", lambda m, x: bond(m, x, 4.0, 10),
      lambda x: (-math.fsum(t * 4 / (1 + x) ** (t + 1) for t in range(1, 11))
                 - 1000 / (1 + x) ** 11,), (0.01, 0.02, 0.04, 0.07, 0.11), (0.0, 0.2),
      source="Hull, Options, futures and other derivatives")
right("Bachelier price",
      lambda m, x, y: (x - 3) * m.ncdf((x - 3) / y) + y * m.exp(-(((x - 3) / y) ** 2) / 2)
      / m.sqrt(2 * m.pi),
      lambda x, y: (ncdf((x - 3) / y), phi((x - 3) / y)),
      ((2.5, 1.2), (3.1, 0.7), (2.3, 0.4), (4.8, 1.9), (1.6, 2.7)), ((0.0, 6.0), (0.2, 3.0)),
      fscale=1.0, source="Hull, Options, futures and other derivatives")
right("digital option", lambda m, x, y: m.ncdf(m.log(x / 10) / y - y / 2),
      lambda x, y: (phi(log(x / 10) / y - y / 2) / (x * y),
                    phi(log(x / 10) / y - y / 2) * (-log(x / 10) / y**2 - 0.5)),
      ((10.0, 0.2), (9.0, 0.3), (12.0, 0.25), (8.0, 0.4), (11.0, 0.15)),
      ((5.0, 20.0), (0.05, 1.0)), atol=1e-14, fscale=1e-3,
      source="Hull, Options, futures and other derivatives")
right("implied volatility", implied_vol,
      lambda x: (1 / (10 * phi(implied_vol(floats, x) / 2)),), (0.8, 1.2, 2.0, 3.1, 4.5),
      (0.4, 6.0), source="Jaeckel, Let's be rational (2015)", rtol=1e-8)

# --- Chemistry and biology: wrong -----------------------------------------------------------------

wrong("Arrhenius, gas constant 8.314 in the slope", "other",
      lambda m, x: 2e9 * m.exp(-50e3 / (8.314462618 * x)),
      lambda x: (2e9 * exp(-50e3 / (8.314462618 * x)) * 50e3 / (8.314 * x * x),),
      (290.0, 310.0, 350.0, 500.0, 900.0), (250.0, 1200.0),
      source="Atkins, Physical chemistry, Arrhenius equation", note="0.0056 % too steep")
gross("Hill, half-saturation left out of the exponent's slope", "missing term",
      lambda m, x, y: 1 / (1 + m.exp(y * m.log(2 / x))),
      lambda x, y: (dsigmoid(y * log(x / 2)) * y / x, dsigmoid(y * log(x / 2)) * log(x)), PQ,
      ((0.1, 10.0), (0.3, 4.0)), source="Hill (1910), J. Physiol. 40")
gross("competitive inhibition, inhibition constant left out", "other",
      lambda m, x, y: 3 * x / (0.5 * (1 + y / 0.4) + x),
      lambda x, y: (1.5 * (1 + y / 0.4) / (0.5 * (1 + y / 0.4) + x) ** 2,
                    -1.5 * x / (0.5 * (1 + y / 0.4) + x) ** 2), PQ, ((0.0, 10.0), (0.0, 10.0)),
      source="Cornish-Bowden, Fundamentals of enzyme kinetics")

# --- Chemistry and biology: right -----------------------------------------------------------------

right("substrate inhibition", lambda m, x: 3 * x / (0.5 + x + x * x / 4),
      lambda x: (3 * (0.5 - x * x / 4) / (0.5 + x + x * x / 4) ** 2,), Z, (0.0, 50.0), atol=1e-15,
      source="Cornish-Bowden, Fundamentals of enzyme kinetics")
right("Langmuir isotherm", lambda m, x, y: x * y / (1 + x * y),
      lambda x, y: (y / (1 + x * y) ** 2, x / (1 + x * y) ** 2), PQ, ((0.0, 10.0), (0.0, 10.0)),
      source="Langmuir (1918), J. Am. Chem. Soc. 40")
right("Freundlich isotherm, infinite at 0", lambda m, x: 2.3 * x**0.4,
      lambda x: (2.3 * 0.4 * x**-0.6 if x else math.inf,), Z, (0.0, 10.0),
      source="Freundlich (1907), Z. phys. Chem. 57")
right("Henderson-Hasselbalch", lambda m, x: 4.76 + m.log(x / (1 - x)) / m.log(10),
      lambda x: (1 / (math.log(10) * x * (1 - x)),), (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      source="Atkins, Physical chemistry")
right("oral dose, one compartment",
      lambda m, x, y: 10 * y / (y - 0.2) * (m.exp(-0.2 * x) - m.exp(-y * x)),
      lambda x, y: (10 * y / (y - 0.2) * (y * exp(-y * x) - 0.2 * exp(-0.2 * x)),
                    -2 / (y - 0.2) ** 2 * (exp(-0.2 * x) - exp(-y * x))
                    + 10 * y / (y - 0.2) * x * exp(-y * x)),
      ((0.5, 1.2), (1.1, 0.7), (2.3, 2.4), (0.8, 1.9), (5.6, 2.7)), ((0.0, 24.0), (0.5, 4.0)),
      note="noisy forward", atol=1e-13, fscale=1.0,
      source="Gabrielsson and Weiner, Pharmacokinetics")
right("Gompertz growth", lambda m, x: m.exp(-4 * m.exp(-0.7 * x)),
      lambda x: (2.8 * exp(-0.7 * x - 4 * exp(-0.7 * x)),), Z, (0.0, 20.0),
      source="Murray, Mathematical biology")
right("tight binding, plainly", tight_binding, tight_binding_slopes, PQ,
      ((0.0, 10.0), (0.0, 10.0)), ftol=1e-9, rtol=1e-8, atol=1e-16,
      source="Morrison (1969), Biochim. Biophys. Acta 185", note="noisy forward")
right("Redlich-Kwong pressure",
      lambda m, x, y: 0.08314 * y / (x - 0.0297) - 64.6 / (m.sqrt(y) * x * (x + 0.0297)),
      lambda x, y: (
          -0.08314 * y / (x - 0.0297) ** 2
          + 64.6 / sqrt(y) * (2 * x + 0.0297) / (x * (x + 0.0297)) ** 2,
          0.08314 / (x - 0.0297) + 32.3 / (y * sqrt(y) * x * (x + 0.0297))),
      ((0.5, 300.0), (1.1, 280.0), (2.3, 400.0), (0.8, 350.0), (0.3, 310.0)),
      ((0.1, 5.0), (200.0, 600.0)), source="Redlich and Kwong (1949)", rtol=1e-8)
right("two-term dose response, Emax with baseline", lambda m, x, y: 1 + y * x**2 / (4 + x**2),
      lambda x, y: (8 * x * y / (4 + x * x) ** 2, x * x / (4 + x * x)), PQ, ((0.0, 50.0), R5),
      source="Gabrielsson and Weiner, Pharmacokinetics")

# --- Physics: wrong -------------------------------------------------------------------------------

gross("Morse, force for slope", "sign",
      lambda m, x: 2 * (m.exp(-2.4 * (x - 1.3)) - 2 * m.exp(-1.2 * (x - 1.3))),
      lambda x: (4.8 * (exp(-2.4 * (x - 1.3)) - exp(-1.2 * (x - 1.3))),),
      (0.8, 1.1, 1.5, 2.2, 3.6), (0.5, 6.0), source="i-PI, review of 257")
gross("Planck, exponential left out of one term", "other", lambda m, x: x**3 / m.expm1(x),
      lambda x: ((3 * x * x * math.expm1(x) - x**3) / math.expm1(x) ** 2,), P, (0.05, 30.0),
      source="Rybicki and Lightman, Radiative processes")
gross("van der Waals, power not lowered", "other",
      lambda m, x, y: 0.08314 * y / (x - 0.0391) - 2.303 / x**2,
      lambda x, y: (-0.08314 * y / (x - 0.0391) ** 2 + 2 * 2.303 / x**2, 0.08314 / (x - 0.0391)),
      ((0.5, 300.0), (1.1, 280.0), (2.3, 400.0), (0.8, 350.0), (0.3, 310.0)),
      ((0.1, 5.0), (200.0, 600.0)), source="Atkins, Physical chemistry, van der Waals equation")
gross("friction factor, natural logarithm's slope", "factor ln 10",
      lambda m, x: (-1.8 / m.log(10) * m.log(6.9 / x + 0.0012)) ** -2,
      lambda x: (-2 * (-1.8 / math.log(10) * log(6.9 / x + 0.0012)) ** -3
                 * 1.8 * (6.9 / x**2) / (6.9 / x + 0.0012),), (4e3, 1e4, 3e4, 1e5, 5e5),
      (3e3, 1e6), source="Haaland (1983), J. Fluids Eng. 105")
gross("orbit's radius by the mean anomaly, dE/dM left out", "other",
      lambda m, x: 2 * (1 - 0.4 * m.cos(kepler(m, x, 0.4))),
      lambda x: (0.8 * math.sin(kepler(floats, x, 0.4)),), A, (-3.0, 3.0),
      source="Danby, Fundamentals of celestial mechanics")

# --- Physics: right -------------------------------------------------------------------------------

right("Planck, plainly", lambda m, x: x**3 / (m.exp(x) - 1),
      lambda x: (x * x * (3 * math.expm1(x) - x * exp(x)) / math.expm1(x) ** 2,), P, (1e-7, 30.0),
      note="noisy forward", atol=1e-14, source="Rybicki and Lightman, Radiative processes")
right("kinetic energy by the Lorentz factor", lambda m, x: 1 / m.sqrt(1 - x * x) - 1,
      lambda x: (x / sqrt((1 - x) * (1 + x)) ** 3,), S, (-0.9, 0.9), note="noisy forward",
      source="Jackson, Classical electrodynamics", ftol=1e-10)
right("screened Coulomb", lambda m, x, y: m.exp(-x / y) / x,
      lambda x, y: (-exp(-x / y) * (1 / x + 1 / y) / x, exp(-x / y) / y**2), PQ,
      ((0.1, 10.0), (0.2, 5.0)), source="Jackson, Classical electrodynamics")
right("Breit-Wigner resonance", lambda m, x: 1 / ((x * x - 4) ** 2 + 0.04),
      lambda x: (-4 * x * (x * x - 4) / ((x * x - 4) ** 2 + 0.04) ** 2,),
      (0.3, 1.4, 1.98, 2.02, 3.6), (0.0, 5.0), source="Breit and Wigner (1936), Phys. Rev. 49")
right("Fermi function over a wide range", lambda m, x: 1 / (m.exp(x) + 1),
      lambda x: (-dsigmoid(x),), A, (-700.0, 700.0), source="Kittel, Solid state physics",
      ftol=1e-10)
right("diode, plainly", lambda m, x: 1e-12 * (m.exp(x / 0.02585) - 1),
      lambda x: (1e-12 / 0.02585 * exp(x / 0.02585),), (-0.3, 1e-4, 0.1, 0.4, 0.65), (-1.0, 0.8),
      note="noisy forward", ftol=1e-10, source="Shockley (1949), Bell Syst. Tech. J. 28")
right("attraction of a planet", lambda m, x, y: 6.6743e-11 * x * 70 / y**2,
      lambda x, y: (6.6743e-11 * 70 / y**2, -2 * 6.6743e-11 * x * 70 / y**3),
      ((5.97e24, 6.4e6), (6.4e23, 3.4e6), (1.9e27, 7.1e7), (7.3e22, 1.7e6), (5.7e26, 6e7)),
      ((1e22, 1e28), (1e6, 1e9)), source="Goldstein, Classical mechanics")
right("barometric formula", lambda m, x: 101325 * (1 - 2.25577e-5 * x) ** 5.25588,
      lambda x: (-101325 * 2.25577e-5 * 5.25588 * (1 - 2.25577e-5 * x) ** 4.25588,),
      (0.0, 300.0, 1200.0, 3500.0, 8800.0), (0.0, 11000.0),
      source="U.S. Standard Atmosphere (1976)")
right("rocket equation", lambda m, x, y: 3.1 * m.log((x + y) / y),
      lambda x, y: (3.1 / (x + y), -3.1 * x / (y * (x + y))), PQ, ((0.0, 10.0), (0.1, 5.0)),
      source="Tsiolkovsky (1903)", fscale=1e-3)
right("range of a throw from a height",
      lambda m, x: 8 * m.cos(x) / 9.81 * (8 * m.sin(x) + m.sqrt(64 * m.sin(x) ** 2 + 39.24)),
      lambda x: (
          8 / 9.81 * (
              -math.sin(x) * (8 * math.sin(x) + (s := math.sqrt(64 * math.sin(x) ** 2 + 39.24)))
              + math.cos(x) * (8 * math.cos(x) + 64 * math.sin(x) * math.cos(x) / s)),),
      (0.1, 0.4, 0.7, 1.0, 1.4), (0.0, 1.57), atol=1e-13, source="Symon, Mechanics")
right("friction factor of Haaland",
      lambda m, x: (-1.8 / m.log(10) * m.log(6.9 / x + 0.0012)) ** -2,
      lambda x: (-2 * (-1.8 / math.log(10) * log(6.9 / x + 0.0012)) ** -3
                 * 1.8 / math.log(10) * (6.9 / x**2) / (6.9 / x + 0.0012),),
      (4e3, 1e4, 3e4, 1e5, 5e5), (3e3, 1e6), source="Haaland (1983), J. Fluids Eng. 105")

# --- Geometry and cameras: wrong ------------------------------------------------------------------

wrong("rotation logarithm, series squared near 0", "other", half_turn,
      lambda x: (half_turn_slope(x) if x >= 1e-3 else x / 6,), (0.3, 0.7, 1.4, 2.2, 3.0),
      (0.0, 3.5), 5e-4, "x < 1e-3", source="GTSAM 746, 780")
gross("tangential distortion, 4x for 6x", "other",
      lambda m, x, y: x * (1 + 0.1 * (x * x + y * y)) + 0.04 * x * y + 0.03 * (3 * x * x + y * y),
      lambda x, y: (1 + 0.1 * (3 * x * x + y * y) + 0.04 * y + 0.03 * 4 * x,
                    0.2 * x * y + 0.04 * x + 0.06 * y), XY, (R5, R5), source="OpenCV 6030, 6921")
gross("point turned by a quaternion, half the slope", "factor 1/2",
      lambda m, x, y: 1.2 * (x * x - y * y) - x * y,
      lambda x, y: (1.2 * x - y / 2, -1.2 * y - x / 2), XY, (R5, R5), source="VINS-Fusion 49")
gross("spherical coordinates, sine for cosine in one partial", "other",
      lambda m, x, y, z: x * m.sin(y) * m.cos(z),
      lambda x, y, z: (math.sin(y) * math.cos(z), x * math.cos(y) * math.sin(z),
                       -x * math.sin(y) * math.sin(z)), PQR, ((0.0, 5.0), (0.1, 3.0), (0.1, 3.0)),
      source="Arfken, Mathematical methods for physicists")

# --- Geometry and cameras: right ------------------------------------------------------------------

right("law of cosines", lambda m, x, y, z: m.sqrt(x * x + y * y - 2 * x * y * m.cos(z)),
      lambda x, y, z: tuple(
          v / math.sqrt(x * x + y * y - 2 * x * y * math.cos(z))
          for v in (x - y * math.cos(z), y - x * math.cos(z), x * y * math.sin(z))),
      ((1.5, 3.2, 0.3), (1.1, 3.7, 0.9), (1.3, 4.4, 1.5), (1.8, 3.9, 0.4), (1.6, 4.7, 1.2)),
      ((1.0, 2.0), (3.0, 5.0), (0.0, 3.0)), atol=1e-14, source="Euclid, Elements II.12")
right("angle between two vectors",
      lambda m, x, y, z, w: m.atan2(x * w - y * z, x * z + y * w),
      lambda x, y, z, w: (y / (x * x + y * y), -x / (x * x + y * y), -w / (z * z + w * w),
                          z / (z * z + w * w)),
      ((0.5, 1.0, 2.0, 1.0), (1.5, 0.3, 0.3, 0.7), (0.8, 0.2, 1.1, 0.4), (2.2, 0.9, 0.5, 1.3),
       (1.6, 1.8, 0.6, 0.2)), ((0.1, 5.0),) * 4, fscale=1.0, atol=1e-14,
      source="Kahan, How futile are mindless assessments (2006), section 12")
right("rotation angle of a quaternion", lambda m, x, y: 2 * m.atan2(y, x),
      lambda x, y: (-2 * y / (x * x + y * y), 2 * x / (x * x + y * y)),
      ((0.5, 0.7), (-0.3, 0.9), (0.8, 0.4), (0.0, 0.6), (0.2, 0.3)), ((-1.0, 1.0), (0.05, 1.0)),
      source="Sophus 269")
right("spherical linear interpolation, weight", lambda m, x: m.sin(0.3 * x) / m.sin(x),
      lambda x: ((0.3 * math.cos(0.3 * x) * math.sin(x) - math.sin(0.3 * x) * math.cos(x))
                 / math.sin(x) ** 2,), (0.3, 0.7, 1.4, 2.2, 2.9), (0.05, 3.0),
      rtol=1e-8, source="Shoemake (1985), Animating rotation")
right("thin lens", lambda m, x, y: 1 / (1 / y - 1 / x),
      lambda x, y: (-((y / (x - y)) ** 2), (x / (x - y)) ** 2),
      ((5.0, 1.2), (4.1, 0.7), (7.3, 0.4), (9.8, 1.9), (3.6, 0.2)), ((3.0, 10.0), (0.1, 2.0)),
      source="Hecht, Optics")
right("camera with distortion",
      lambda m, x, y: x * (1 + 0.1 * (x * x + y * y)) + 0.04 * x * y + 0.03 * (3 * x * x + y * y),
      lambda x, y: (1 + 0.1 * (3 * x * x + y * y) + 0.04 * y + 0.18 * x,
                    0.2 * x * y + 0.04 * x + 0.06 * y), XY, (R5, R5), atol=1e-14, fscale=1.0,
      source="OpenCV 6921")
right("rational distortion", lambda m, x, y: (1 + 0.2 * x * x) / (1 + y * x * x),
      lambda x, y: (2 * x * (0.2 - y) / (1 + y * x * x) ** 2,
                    -x * x * (1 + 0.2 * x * x) / (1 + y * x * x) ** 2),
      ((0.5, 0.2), (1.1, 0.7), (0.3, 0.4), (0.8, 0.9), (1.6, 0.1)), ((0.0, 2.0), (0.0, 1.0)),
      source="facebookresearch/momentum 1486")
right("Mercator", lambda m, x: m.log(m.tan(m.pi / 4 + x * m.pi / 360)),
      lambda x: (math.pi / 180 / math.cos(math.pi * x / 180),), (-60.0, -20.0, 5.0, 40.0, 75.0),
      (-85.0, 85.0), note="noisy forward", source="Snyder, Map projections")
right("superellipse", lambda m, x: (1 - x**2.5) ** 0.4,
      lambda x: (-(x**1.5) * (1 - x**2.5) ** -0.6 if x < 1 else -math.inf,),
      (0.1, 0.3, 0.5, 0.7, 0.9), (0.0, 1.0), atol=1e-12, rtol=1e-7, fscale=1e-3,
      source="Piet Hein; Gardner, Mathematical carnival")

# --- Numerical methods: wrong ---------------------------------------------------------------------

gross("integral, lower limit's sign", "sign", lambda m, x, y: m.erf(y) - m.erf(x),
      lambda x, y: (2 / math.sqrt(math.pi) * exp(-x * x), 2 / math.sqrt(math.pi) * exp(-y * y)),
      XY, ((-3.0, 3.0), (-3.0, 3.0)), source="fundamental theorem, Apostol, Calculus I, 5.1")

# --- Numerical methods: right ---------------------------------------------------------------------

right("root by bisection to 1e-10", cubic_root,
      lambda x: (1 / (3 * cubic_root(floats, x) ** 2 + 1),), A, R5, f=lambda x: bisected(x, 1e-10),
      ftol=1e-8, note="noisy forward", source="Press et al., Numerical recipes")
right("normal quantile by Newton", quantile,
      lambda x: (1 / phi(quantile(floats, x)),), (0.1, 0.3, 0.55, 0.7, 0.9), (0.02, 0.98),
      fscale=1.0, source="Odeh and Evans (1974), Appl. Statist. 23")
right("friction factor of Colebrook, iterated", friction, lambda x: (friction_slope(x),),
      (4e3, 1e4, 3e4, 1e5, 5e5), (3e3, 1e6), source="Colebrook (1939), J. Inst. Civ. Eng. 11",
      rtol=1e-8)
right("ten Runge-Kutta steps",
      lambda m, x: (1 - 0.1 * x + (0.1 * x) ** 2 / 2 - (0.1 * x) ** 3 / 6 + (0.1 * x) ** 4 / 24)
      ** 10,
      lambda x: (
          -(1 - 0.1 * x + (0.1 * x) ** 2 / 2 - (0.1 * x) ** 3 / 6 + (0.1 * x) ** 4 / 24) ** 9
          * (1 - 0.1 * x + (0.1 * x) ** 2 / 2 - (0.1 * x) ** 3 / 6),), Z, (0.0, 20.0), atol=1e-14,
      source="Hairer, Norsett and Wanner, Solving ODEs I, table II.1.2")
right("integral by Simpson's rule",
      lambda m, x: simpson(lambda t: m.exp(-x * t * t), 0.0, 1.0, 20),
      lambda x: (simpson(lambda t: -t * t * exp(-x * t * t), 0.0, 1.0, 20),), Z, (0.0, 20.0),
      source="Press et al., Numerical recipes")
right("integral by Gauss's rule, its limit",
      lambda m, x: gauss(lambda t: m.exp(-t * t), 0 * x, x),
      lambda x: (math.fsum(
          w / 2 * (exp(-((x / 2 * (1 + t)) ** 2))
                   - x * x / 2 * (1 + t) ** 2 * exp(-((x / 2 * (1 + t)) ** 2)))
          for t, w in GAUSS),), K, (-3.0, 3.0), atol=1e-14,
      source="Press et al., Numerical recipes")

# --- Kinks, steps and edges: right ----------------------------------------------------------------

right("largest of three lines", lambda m, x: max(x + 1, 2 * x, -x),
      lambda x: (1.0 if -0.5 < x < 1 else 2.0 if x >= 1 else -1.0,), (-1.7, -0.5, 0.3, 1.0, 2.1),
      R, source="Boyd and Vandenberghe, Convex optimization")
right("larger magnitude of two", lambda m, x, y: max(abs(x), abs(y)),
      lambda x, y: (sign(x), 0.0) if abs(x) >= abs(y) else (0.0, sign(y)), TIES, (R, R),
      source="Boyd and Vandenberghe, Convex optimization")
right("ordered weighted average", lambda m, x, y: 0.7 * max(x, y) + 0.3 * min(x, y),
      lambda x, y: (0.7, 0.3) if x >= y else (0.3, 0.7), TIES, (R, R),
      source="Yager (1988), IEEE Trans. SMC 18")
right("saturating amplifier", lambda m, x: min(max(1.7 * x, -32.768), 32.767),
      lambda x: (1.7 if -32.768 < 1.7 * x < 32.767 else 0.0,), (-30.0, -6.0, 0.3, 18.0, 40.0),
      (-50.0, 50.0), source="Khalil, Nonlinear systems")
right("sine by a table", None, lambda x: (sine_table(x)[1],), (0.1, 0.7, 1.5, 3.9, 5.6),
      (0.0, 6.25), f=lambda x: sine_table(x)[0], truth=lambda x: mp.mpf(sine_table(x)[0]),
      rtol=1e-8, fscale=1.0, source="Press et al., Numerical recipes")
right("Catmull-Rom spline", None, lambda x: (catmull_rom(x)[1],), (0.1, 0.7, 1.5, 2.2, 2.6),
      (0.0, 3.0), f=lambda x: catmull_rom(x)[0], truth=lambda x: catmull_rom(x)[0],
      atol=1e-14, fscale=1.0, source="Catmull and Rom (1974), Computer aided geometric design")
right("bilinear interpolation", None, lambda x, y: bilinear(x, y)[1],
      ((0.5, 0.2), (1.1, 0.7), (0.3, 1.4), (1.8, 1.9), (1.0, 0.6)), ((0.0, 2.0), (0.0, 2.0)),
      f=lambda x, y: bilinear(x, y)[0], truth=lambda x, y: bilinear(x, y)[0], fscale=1.0,
      atol=1e-13, source="Press et al., Numerical recipes")
right("progressive tax", lambda m, x: 0.1 * x + 0.1 * max(x - 50, 0.0) + 0.1 * max(x - 100, 0.0),
      lambda x: (0.1 if x < 50 else 0.2 if x < 100 else 0.30000000000000004,),
      (10.0, 50.0, 70.0, 100.0, 200.0), (0.0, 500.0),
      source="Musgrave, Public finance (1989)")

# --- Rounded and coarse: right --------------------------------------------------------------------

noisy("sine to three places", lambda m, x: m.sin(x), lambda x: (math.cos(x),), S, (-1.0, 1.0),
      f=lambda x: round(math.sin(x), 3), ftol=1e-2, fscale=0.1,
      source="four-figure tables, Abramowitz and Stegun")
noisy("exponential in single precision", lambda m, x: m.exp(x), lambda x: (exp(x),), A, R5,
      f=lambda x: single(exp(single(x))), ftol=1e-6, source="IEEE 754, binary32")
noisy("norm of two in single precision", lambda m, x, y: m.hypot(x, y),
      lambda x, y: (x / math.hypot(x, y), y / math.hypot(x, y)), PQ, ((0.1, 5.0), (0.1, 5.0)),
      f=lambda x, y: single(math.sqrt(single(single(single(x) ** 2) + single(single(y) ** 2)))),
      ftol=1e-6, source="IEEE 754, binary32")
noisy("temperature by a table of tenths", lambda m, x: 20 + 5 * m.sin(x),
      lambda x: (5 * math.cos(x),), A, (-3.0, 3.0), f=lambda x: round(20 + 5 * math.sin(x), 1),
      ftol=1e-2, source="Horowitz and Hill, Art of electronics")
# fmt: on
