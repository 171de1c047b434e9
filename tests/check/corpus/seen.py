"""Collected cases, one half of them: to tune the checker on.

Operations as engineers write them, from public bug trackers, papers and textbooks; `source` names
each: a project and the number of its issue or pull request, or a book or paper and the formula.
Only facts and formulas are taken, no code. The mistakes of wrong ones with a book as a source are
made up, in the manner of the reported ones.

`seen` and `unseen` were written and labelled together, before the checker was changed, and then
split at random, so that both hold the same kinds in about the same numbers.
"""

import math

import mpmath as mp

from . import digamma, dsigmoid, exp, floats, log, ncdf, over, phi, sech2, sigmoid, softplus, sqrt
from .shared import PQ, PQR, R5, XY, XYZ, A, P, R, adders, call, lennard_jones

WRONG = []
RIGHT = []
wrong, gross, right, noisy = adders(WRONG, RIGHT)

# Helpers of single cases.


def kepler(m, mean, eccentricity):
    """The eccentric anomaly by Newton's iteration."""
    e = mean + eccentricity * m.sin(mean)
    for _ in range(m.steps):
        e -= (e - eccentricity * m.sin(e) - mean) / (1 - eccentricity * m.cos(e))
    return e


def d1(spot, strike, vol, time):
    return log(spot / strike) / (vol * sqrt(time)) + vol * sqrt(time) / 2


def weibull(m, shape, scale, x):
    p = m.exp(shape * m.log(x / scale))
    return shape * p / x * m.exp(-p)


def weibull_slopes(shape, scale, x):
    p = (x / scale) ** shape
    q = p / x * exp(-p)
    return q * (1 + (1 - p) * log(p)), q * (p - 1) * shape**2 / scale


def focal(p):
    """By the probability, of (1 - p)**2 log(p) / -2."""
    return (1 - p) * log(p) - (1 - p) ** 2 / (2 * p)


def log_ncdf(x):
    if x > -30:
        return log(ncdf(x))
    u = 1 / (x * x)
    tail = math.log1p(-u * (1 - u * (3 - u * (15 - u * (105 - 945 * u)))))
    return -x * x / 2 - math.log(-x * math.sqrt(2 * math.pi)) + tail


def half_turn(m, u):
    """Half the rotation angle over its sine, of 3 less the trace."""
    return m.asin(m.sqrt(u) / 2) / m.sqrt(u * (1 - u / 4)) if u else 0.5


def half_turn_slope(u):
    """By its power series up to 0.5."""
    if u > 0.5:
        s, c = sqrt(u * (1 - u / 4)), 1 - u / 2
        return (1 / s - 2 * math.asin(sqrt(u) / 2) * c / (s * s)) / (4 * s)
    return math.fsum(
        k * math.factorial(k) ** 2 / math.factorial(2 * k + 1) * u ** (k - 1) / 2
        for k in range(1, 40)
    )


def softmax_of_three(xs):
    es = [exp(x - max(xs)) for x in xs]
    return [e / sum(es) for e in es]


def smoothed_cross_entropy(m, x, y, z):
    total = m.log(m.exp(x) + m.exp(y) + m.exp(z))
    return total - 0.94 * x - 0.03 * y - 0.03 * z


def agm(m, x):
    """Of 1 and x, and the sum of 2**n c_n**2 / 2 that E needs (DLMF 19.8.6)."""
    a, b, total, power = 1, x, (1 - x * x) / 2, 1
    for _ in range(m.steps):
        a, b, c = (a + b) / 2, m.sqrt(a * b), (a - b) / 2
        total += power * c * c
        power *= 2
    return a, total


def elliptic(k):
    """K and E of the modulus."""
    a, total = agm(floats, sqrt((1 - k) * (1 + k)))
    return math.pi / (2 * a), math.pi / (2 * a) * (1 - total)


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
      PQ, (R5, (0.3, 4.0)), source="Hinton, Distilling the knowledge (2015), eq. 1")
gross("layer norm of three, variance held constant", "missing term",
      lambda m, x, y, z: (x - (x + y + z) / 3)
      / m.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9 + 1e-5),
      lambda x, y, z: tuple(
          w / math.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9 + 1e-5)
          for w in (2 / 3, -1 / 3, -1 / 3)), XYZ, (R5, R5, R5),
      source="Ba, Kiros and Hinton, Layer normalization (2016), eq. 3")
gross("smoothed labels, slope of hard ones", "other", smoothed_cross_entropy,
      lambda x, y, z: tuple(
          p - t for p, t in zip(softmax_of_three((x, y, z)), (1, 0, 0), strict=True)),
      XYZ, (R5, R5, R5), source="Szegedy et al., Rethinking Inception (2016), section 7")
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
      source="Schroff et al., FaceNet (2015), eq. 3")

# --- Elementary functions: wrong ------------------------------------------------------------------

gross("cosh, sign", "sign", lambda m, x: m.cosh(x), lambda x: (-math.sinh(x),), A, (-6.0, 6.0),
      source="CasADi 2585")
gross("hypot, swapped", "swapped", lambda m, x, y: m.hypot(x, y),
      lambda x, y: (over(y, math.hypot(x, y)), over(x, math.hypot(x, y))), XY, (R, R),
      source="ChainRules.jl 55")
wrong("asinh, its square overflows", "zero", lambda m, x: m.asinh(x),
      lambda x: (1 / sqrt(x * x + 1),), (-3e3, -2.0, 0.5, 40.0, 1e6), (-1e200, 1e200), 1e160,
      "abs(x) > 1.34e154", source="JAX 40634", note="there in single precision")
wrong("power of 0, second partial nan", "other", lambda m, x, y: x**y,
      lambda x, y: (y * x ** (y - 1), x**y * log(x) if x else math.nan),
      ((0.5, 2.2), (1.1, 1.7), (2.3, 1.4), (0.8, 2.9), (1.6, 2.7)), ((0.0, 4.0), (1.25, 3.0)),
      (0.0, 2.0), "x == 0",
      source="autodiff/autodiff 39")
gross("cosine of a direction, length held constant", "missing term",
      lambda m, x, y: x / m.hypot(x, y), lambda x, y: (1 / math.hypot(x, y), 0.0), PQ,
      ((0.1, 5.0), (0.1, 5.0)), source="autodiff/autodiff 243")
gross("ldexp, exp for 2 to the power", "other", lambda m, x, y: x * m.exp(y * m.log(2)),
      lambda x, y: (math.log(2) * exp(y), x * math.log(2) ** 2 * exp(y)), XY, (R, R5),
      source="tt-metal 6533")
gross("ldexp by 3, slope 0", "zero", lambda m, x: x * 8.0, lambda x: (0.0,), A, R,
      source="JAX 11467")
wrong("log of a sum, 0 where the first is 0", "zero", lambda m, x, y: m.log(x + y),
      lambda x, y: (1 / (x + y) if x else 0.0, 1 / (x + y)), PQ, ((0.0, 5.0), (0.1, 5.0)),
      (0.0, 1.3), "x == 0", source="mixture likelihoods, Bishop, PRML (2006), eq. 9.14")
wrong("degrees by 0.01745", "other", lambda m, x: m.sin(m.pi * x / 180),
      lambda x: (0.01745 * math.cos(math.pi * x / 180),), (-75.0, -20.0, 15.0, 40.0, 130.0),
      (-360.0, 360.0), source="pi/180 to four digits, Abramowitz and Stegun, table 1.1")

# --- Probability: wrong ---------------------------------------------------------------------------

gross("binomial variance, number of trials left out", "other", lambda m, x: x * (1 - x / 10),
      lambda x: (1 - 2 * x,), (0.7, 2.0, 3.3, 6.1, 9.2), (0.0, 10.0), source="statsmodels 9860")
gross("Weibull density, shape and scale swapped", "swapped",
      lambda m, x, y: weibull(m, x, y, 1.7),
      lambda x, y: weibull_slopes(x, y, 1.7)[::-1],
      ((0.9, 1.2), (1.1, 0.7), (2.3, 1.4), (0.8, 1.9), (1.6, 2.7)), ((0.5, 4.0), (0.5, 4.0)),
      source="OpenTURNS 1556")
gross("logit-normal log density, log x for logit x", "other",
      lambda m, x: -(m.log(x / (1 - x)) ** 2) / 2 - m.log(x * (1 - x)),
      lambda x: ((2 * x - 1 - log(x)) / (x * (1 - x)),), (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      source="Distributions.jl 1221")
wrong("log of the normal distribution, nan far out", "other", None,
      lambda x: (over(phi(x), ncdf(x)),), A, (-60.0, 10.0), -45.0, "x < -37.5", f=log_ncdf,
      truth=lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), source="Stan 1357")
gross("dot-product kernel, slope by the logarithm", "factor x",
      lambda m, x, y, z: x * y + z * z, lambda x, y, z: (y, x, 2 * z * z), PQR, (R, R, (0.1, 5.0)),
      source="scikit-learn 18702")
gross("Matern 3/2 kernel, length left out", "factor x",
      lambda m, x, y: (1 + m.sqrt(3) * x / y) * m.exp(-m.sqrt(3) * x / y),
      lambda x, y: (-3 * x / y**2 * exp(-math.sqrt(3) * x / y),
                    3 * x * x / y**2 * exp(-math.sqrt(3) * x / y)), PQ, ((0.1, 5.0), (0.2, 5.0)),
      source="scikit-learn 17034")
wrong("Yeo-Johnson with lambda 2, sign below 0", "sign",
      lambda m, x: ((1 + x) ** 2 - 1) / 2 if x >= 0 else -m.log1p(-x),
      lambda x: (1 + x if x >= 0 else -1 / (1 - x),), P, R, -1.0, "x < 0", source="rxode2 1160")
gross("beta log density, sign of the second term", "other",
      lambda m, x: 1.5 * m.log(x) + 3.2 * m.log(1 - x), lambda x: (1.5 / x + 3.2 / (1 - x),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99),
      source="Gelman et al., Bayesian data analysis (2013), table A.1")

# --- Special functions: wrong ---------------------------------------------------------------------

gross("complete elliptic K, slope by the parameter", "other",
      lambda m, x: m.pi / (2 * agm(m, m.sqrt((1 - x) * (1 + x)))[0]),
      lambda x: ((elliptic(x)[1] - (1 - x * x) * elliptic(x)[0]) / (2 * x * x * (1 - x * x)),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.05, 0.99), source="DLMF 19.4.1",
      note="claimed / true is 1/(2k)")
wrong("lgamma, log x beyond 100", "missing term", lambda m, x: m.lgamma(x),
      lambda x: (digamma(x) if x <= 100 else log(x),), P, (0.2, 1e4), 300.0, "x > 100",
      source="DLMF 5.11.2", fscale=1.0)

# --- Finance: wrong -------------------------------------------------------------------------------

gross("option's vega, distribution for density", "other",
      lambda m, x: call(m, 10.0, 9.0, x, 0.7),
      lambda x: (10.0 * ncdf(d1(10.0, 9.0, x, 0.7)) * math.sqrt(0.7),),
      (0.2, 0.3, 0.25, 0.15, 0.4), (0.1, 1.0), source="yhilpisch/py4fi 3", fscale=1.0)
gross("discount of a rate in per cent, slope per unit", "other",
      lambda m, x: 100 * m.exp(-x / 50), lambda x: (-200 * exp(-x / 50),), P, (0.0, 20.0),
      source="Lienus10/yoptions 15")
wrong("tax, rate of the bracket below from 100 on", "wrong branch",
      lambda m, x: 0.1 * x + 0.1 * max(x - 50, 0.0) + 0.1 * max(x - 100, 0.0),
      lambda x: (0.1 if x < 50 else 0.2,), (10.0, 30.0, 45.0, 70.0, 90.0), (0.0, 500.0), 250.0,
      "x > 100", source="progressive tax, Musgrave, Public finance (1989), ch. 21")

# --- Chemistry and biology: wrong -----------------------------------------------------------------

gross("Nernst, slope per decade", "factor ln 10", lambda m, x: 0.77 + 0.0257 * m.log(x),
      lambda x: (0.0257 * math.log(10) / x,), P, (0.01, 10.0),
      source="Atkins, Physical chemistry, Nernst equation")
gross("Debye-Hueckel activity, natural for decimal", "factor ln 10",
      lambda m, x: m.exp(-0.509 * m.log(10) * m.sqrt(x)),
      lambda x: (-0.509 / (2 * sqrt(x)) * exp(-0.509 * math.log(10) * sqrt(x)),),
      (0.002, 0.01, 0.05, 0.1, 0.3), (0.001, 0.5),
      source="Atkins, Physical chemistry, Debye-Hueckel limiting law")
gross("logistic growth, capacity left out", "other",
      lambda m, x: 5 / (1 + 9 * m.exp(-0.8 * x)),
      lambda x: (0.8 * 5 / (1 + 9 * exp(-0.8 * x)) * (1 - 5 / (1 + 9 * exp(-0.8 * x))),), P,
      (0.0, 10.0), source="Murray, Mathematical biology, eq. 1.2")

# --- Physics: wrong -------------------------------------------------------------------------------

gross("Lennard-Jones, the four left out", "other", lambda m, x: lennard_jones(x, 0.7, 1.1)[0],
      lambda x: (lennard_jones(x, 0.7, 1.1)[1] / (4 * x),), (1.15, 1.3, 1.7, 2.4, 3.2),
      (1.0, 4.0), source="espaloma 56", note="claimed / true is 1/4")
gross("Morse, force for slope", "sign",
      lambda m, x: 2 * (m.exp(-2.4 * (x - 1.3)) - 2 * m.exp(-1.2 * (x - 1.3))),
      lambda x: (4.8 * (exp(-2.4 * (x - 1.3)) - exp(-1.2 * (x - 1.3))),),
      (0.8, 1.1, 1.5, 2.2, 3.6), (0.5, 6.0), source="i-PI, review of 257")
gross("van der Waals, power not lowered", "other",
      lambda m, x, y: 0.08314 * y / (x - 0.0391) - 2.303 / x**2,
      lambda x, y: (-0.08314 * y / (x - 0.0391) ** 2 + 2 * 2.303 / x**2, 0.08314 / (x - 0.0391)),
      ((0.5, 300.0), (1.1, 280.0), (2.3, 400.0), (0.8, 350.0), (0.3, 310.0)),
      ((0.1, 5.0), (200.0, 600.0)), source="Atkins, Physical chemistry, van der Waals equation")
gross("orbit's radius by the mean anomaly, dE/dM left out", "other",
      lambda m, x: 2 * (1 - 0.4 * m.cos(kepler(m, x, 0.4))),
      lambda x: (0.8 * math.sin(kepler(floats, x, 0.4)),), A, (-3.0, 3.0),
      source="Danby, Fundamentals of celestial mechanics, eq. 6.3")
wrong("rest energy, speed of light 3e8 in the slope", "other",
      lambda m, x: 299792458.0**2 * x, lambda x: (3e8**2,), P, (0.0, 10.0),
      source="Einstein (1905), Ann. Phys. 18", note="0.14 % too steep")

# --- Geometry and cameras: wrong ------------------------------------------------------------------

wrong("rotation logarithm, series squared near 0", "other", half_turn,
      lambda x: (half_turn_slope(x) if x >= 1e-3 else x / 6,), (0.3, 0.7, 1.4, 2.2, 3.0), (0.0, 3.5), 5e-4,
      "x < 1e-3", source="GTSAM 746, 780")
wrong("rotation angle, real part's slope 0 at half a turn", "zero",
      lambda m, x, y: 4 * m.atan(y / (x + m.hypot(x, y))),
      lambda x, y: (-2 * y / (x * x + y * y) if abs(x) > 1e-10 else 0.0,
                    2 * x / (x * x + y * y)),
      ((0.5, 0.7), (-0.3, 0.9), (0.8, 0.4), (-0.6, 0.6), (0.2, 0.3)), ((-1.0, 1.0), (0.05, 1.0)),
      (0.0, 0.7), "abs(x) <= 1e-10", source="Sophus 269")
gross("point turned by a quaternion, half the slope", "factor 1/2",
      lambda m, x, y: 1.2 * (x * x - y * y) - x * y, lambda x, y: (1.2 * x - y / 2, -1.2 * y - x / 2),
      XY, (R5, R5), source="VINS-Fusion 49")
gross("spherical coordinates, sine for cosine in one partial", "other",
      lambda m, x, y, z: x * m.sin(y) * m.cos(z),
      lambda x, y, z: (math.sin(y) * math.cos(z), x * math.cos(y) * math.sin(z),
                       -x * math.sin(y) * math.sin(z)), PQR, ((0.0, 5.0), (0.1, 3.0), (0.1, 3.0)),
      source="Arfken, Mathematical methods for physicists, eq. 2.44")

# --- Numerical methods: wrong ---------------------------------------------------------------------

gross("Euler step, slope at the new state", "at the output instead of the input",
      lambda m, x: x + 0.1 * m.sin(x), lambda x: (1 + 0.1 * math.cos(x + 0.1 * math.sin(x)),), A,
      R, source="Hairer, Norsett and Wanner, Solving ODEs I, eq. I.7.3")
# fmt: on
