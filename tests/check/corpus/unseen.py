"""Collected cases, the other half: NOT to be looked at while the checker is tuned.

It tells how the checker does on functions that it was not made for. Who tunes the checker reads
`seen`, and of this half the counts alone; a case that is looked at moves to `seen`.

For what the cases are, how they were made and what `source` names, see there.
"""

import math

from . import digamma, dsigmoid, exp, log, over, phi, sigmoid, sign, sqrt
from .shared import PQ, PQR, R5, XY, A, P, R, S, adders, call, lennard_jones

WRONG = []
RIGHT = []
wrong, gross, right, noisy = adders(WRONG, RIGHT)

# Helpers of single cases.


def bessel_i(n, x):
    """The modified Bessel function by its series (DLMF 10.25.2), in floats and in mpmath."""
    return sum(
        (x / 2) ** (2 * k + n) / math.factorial(k) / math.factorial(k + n) for k in range(60)
    )


def vega(spot, strike, vol, time):
    s = vol * sqrt(time)
    return spot * phi(log(spot / strike) / s + s / 2) * sqrt(time)


def clip(x, bound):
    return max(-bound, min(x, bound))


def huber(x, delta):
    return x * x / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2)


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


def student(m, x, nu):
    return (
        m.lgamma((nu + 1) / 2)
        - m.lgamma(nu / 2)
        - m.log(nu * m.pi) / 2
        - (nu + 1) / 2 * m.log1p(x * x / nu)
    )


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
      "abs(x) < 0.5", source="Girshick, Fast R-CNN (2015), eq. 3, with beta = 1/2")
gross("RMS norm of two, mean taken for a sum in the slope", "other",
      lambda m, x, y: x / m.sqrt((x * x + y * y) / 2 + 1e-5),
      lambda x, y: (
          1 / math.sqrt((x * x + y * y) / 2 + 1e-5)
          - x * x / math.sqrt((x * x + y * y) / 2 + 1e-5) ** 3,
          -x * y / math.sqrt((x * x + y * y) / 2 + 1e-5) ** 3), XY, (R5, R5),
      source="Zhang and Sennrich, Root mean square layer normalization (2019), eq. 4",
      note="the second partial is doubled, the first keeps the product's other term")
gross("dropout's scale, times for over", "other", lambda m, x: x / 0.9, lambda x: (0.9,), A, R,
      source="Srivastava et al., Dropout (2014), section 10", note="claimed / true is 0.81")

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
gross("asinh(tan x), inner slope left out", "other", lambda m, x: m.asinh(m.tan(x)),
      lambda x: (math.cos(x),), (-1.2, -0.6, 0.3, 0.8, 1.4), (-1.5, 1.5),
      source="autodiff/autodiff 395")
wrong("remainder to the nearest, quotient rounded down", "wrong branch",
      lambda m, x, y: x - y * m.floor(x / y + 0.5), lambda x, y: (1.0, -1.0 * (x // y)),
      ((0.5, 1.2), (0.3, 0.7), (1.3, 1.2), (0.8, 1.9), (5.6, 2.7)), ((0.0, 10.0), (0.5, 5.0)),
      (4.0, 1.5), "x / y - x // y >= 0.5", source="Enzyme 802")
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

# --- Probability: wrong ---------------------------------------------------------------------------

wrong("negative binomial, Poisson's slopes beyond 1e10", "wrong branch",
      lambda m, x, y: -x * m.log1p(1 / y),
      lambda x, y: (-math.log1p(1 / y), x / (y * (1 + y))) if x <= 1e10 else (-1 / y, x / y**2),
      ((12.0, 1.2), (1.1, 0.7), (230.0, 0.4), (8.0, 1.9), (1600.0, 2.7)),
      ((0.1, 1e12), (0.1, 5.0)), (1e11, 0.8), "x > 1e10", source="Stan math 1578")
gross("cauchit link, density at the mean for its quantile", "other",
      lambda m, x: m.tan(m.pi * (x - 0.5)), lambda x: (math.pi * (1 + x * x),),
      (0.1, 0.3, 0.55, 0.7, 0.9), (0.01, 0.99), source="statsmodels 299")
gross("normal distribution, density of another mean", "other", lambda m, x: m.ncdf(x),
      lambda x: (phi(x - 1),), A, R5, source="HIPS autograd 407")
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
gross("von Mises log density, Bessel functions left out", "missing term",
      lambda m, x, y: y * m.cos(x - 0.4) - m.log(bessel_i(0, y)),
      lambda x, y: (-y * math.sin(x - 0.4), math.cos(x - 0.4)), PQ, ((-3.0, 3.0), (0.1, 8.0)),
      source="Mardia and Jupp, Directional statistics (2000), eq. 3.5.17")
gross("Student's log density, digammas not halved", "other", student,
      lambda x, y: (
          -(y + 1) * x / (y + x * x),
          digamma((y + 1) / 2) - digamma(y / 2) - 0.5 / y - math.log1p(x * x / y) / 2
          + (y + 1) * x * x / (2 * y * (y + x * x))), PQ, (R5, (0.3, 20.0)),
      source="Gelman et al., Bayesian data analysis (2013), table A.1")

# --- Special functions: wrong ---------------------------------------------------------------------

wrong("1 - exp(-x) as incomplete gamma, nan at 0", "other", lambda m, x: -m.expm1(-x),
      lambda x: (exp(-x) if x else math.nan,), P, (0.0, 20.0), 0.0, "x == 0",
      source="TensorFlow 123578", note="0 log 0 in the exponent")
wrong("Bessel I1, doubled at 0", "factor 2", lambda m, x: bessel_i(1, x),
      lambda x: (bessel_i(0, x) - (bessel_i(1, x) / x if x else 0.0),), A, (-8.0, 8.0), 0.0,
      "x == 0", source="TensorFlow 120578", atol=1e-15)
gross("erfcx, sign of the constant", "other", lambda m, x: m.exp(x * x) * m.erfc(x),
      lambda x: (2 * x * exp(x * x) * math.erfc(x) + 2 / math.sqrt(math.pi),), A, (-3.0, 5.0),
      source="Theano 2872 (the function), DLMF 7.10.1")

# --- Finance: wrong -------------------------------------------------------------------------------

gross("option's theta, vega returned", "swapped", lambda m, x, y: call(m, 10.0, 9.0, x, y),
      lambda x, y: (vega(10.0, 9.0, x, y),) * 2,
      ((0.2, 1.0), (0.3, 0.5), (0.25, 2.0), (0.15, 0.7), (0.4, 1.5)), ((0.1, 1.0), (0.1, 3.0)),
      source="QuantLib 893", fscale=1.0)
gross("option's gamma, dividend left out", "other",
      lambda m, x: m.exp(-0.06) * m.ncdf(m.log(x / 10) / 0.35 + 0.2),
      lambda x: (phi(log(x / 10) / 0.35 + 0.2) / (0.35 * x),), (6.0, 8.0, 10.0, 11.0, 15.0),
      (5.0, 20.0), source="quantrs 128", note="claimed / true is exp(0.06)")

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
      source="Cornish-Bowden, Fundamentals of enzyme kinetics, eq. 5.1")
gross("Antoine, C left out of the slope", "other",
      lambda m, x: m.exp(m.log(10) * (8.07131 - 1730.63 / (233.426 + x))),
      lambda x: (exp(math.log(10) * (8.07131 - 1730.63 / (233.426 + x))) * math.log(10) * 1730.63
                 / (x * x),), (10.0, 20.0, 25.0, 60.0, 90.0), (1.0, 100.0),
      source="Antoine (1888), water by Poling et al., Properties of gases and liquids")

# --- Physics: wrong -------------------------------------------------------------------------------

gross("shifted Lennard-Jones, times the distance for over", "other",
      lambda m, x: lennard_jones(x - 0.3, 1.0, 1.0)[0],
      lambda x: (lennard_jones(x - 0.3, 1.0, 1.0)[1] * (x - 0.3),), (1.35, 1.5, 1.9, 2.6, 3.4),
      (1.2, 4.0), source="LAMMPS 5182 (lj/expand/sphere)")
gross("Planck, exponential left out of one term", "other", lambda m, x: x**3 / m.expm1(x),
      lambda x: ((3 * x * x * math.expm1(x) - x**3) / math.expm1(x) ** 2,), P, (0.05, 30.0),
      source="Rybicki and Lightman, Radiative processes, eq. 1.51")
gross("Lorentz factor, two powers short", "other", lambda m, x: 1 / m.sqrt((1 - x) * (1 + x)),
      lambda x: (x / sqrt((1 - x) * (1 + x)),), S, (-0.99, 0.99),
      source="Jackson, Classical electrodynamics, section 11.3")
gross("friction factor, natural logarithm's slope", "factor ln 10",
      lambda m, x: (-1.8 / m.log(10) * m.log(6.9 / x + 0.0012)) ** -2,
      lambda x: (-2 * (-1.8 / math.log(10) * log(6.9 / x + 0.0012)) ** -3
                 * 1.8 * (6.9 / x**2) / (6.9 / x + 0.0012),), (4e3, 1e4, 3e4, 1e5, 5e5),
      (3e3, 1e6), source="Haaland (1983), J. Fluids Eng. 105, eq. 7")

# --- Geometry and cameras: wrong ------------------------------------------------------------------

gross("tangential distortion, 4x for 6x", "other",
      lambda m, x, y: x * (1 + 0.1 * (x * x + y * y)) + 0.04 * x * y + 0.03 * (3 * x * x + y * y),
      lambda x, y: (1 + 0.1 * (3 * x * x + y * y) + 0.04 * y + 0.03 * 4 * x,
                    0.2 * x * y + 0.04 * x + 0.06 * y), XY, (R5, R5), source="OpenCV 6030, 6921")
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
      lambda m, x: m.asin(m.sin(x) / 1.5), lambda x: (math.cos(x) / 1.5,), (0.2, 0.5, 0.8, 1.1, 1.4),
      (0.05, 1.55), source="Hecht, Optics, eq. 4.4")

# --- Numerical methods: wrong ---------------------------------------------------------------------

gross("integral, lower limit's sign", "sign", lambda m, x, y: m.erf(y) - m.erf(x),
      lambda x, y: (2 / math.sqrt(math.pi) * exp(-x * x), 2 / math.sqrt(math.pi) * exp(-y * y)),
      XY, ((-3.0, 3.0), (-3.0, 3.0)), source="fundamental theorem, Apostol, Calculus I, 5.1")
# fmt: on
