"""The table of primitives: every operation, stated once.

Eager values, the reverse sweep, higher derivatives, batches, source code, symbols in pictures, the
reference in the docs and the tests all read these rows. A rule uses the letters ``m`` (the number
system), ``x``, ``y`` (operands), ``xs`` (a tuple of any number of operands) and ``z`` (the result).

Where the textbook's line loses digits, ``m.stable(careful, textbook)`` keeps both spellings: for a
large x the sigmoid is so near 1 that ``1 - z`` has no digits left, and σ(-x) has them all.

At kinks and edges the derivatives follow PyTorch: relu'(0) = 0, |x|'(0) = 0, the larger of two
equal numbers is half of each, x**0 at 0 has derivative 0.
"""

from __future__ import annotations

import functools
import math
from types import ModuleType
from typing import Any

from autograd.errors import ArgumentError
from autograd.maths import SYSTEMS
from autograd.primitives import REALS, Primitive

POSITIVE = (0.0, math.inf)
UNIT = (-1.0, 1.0)
LOG2 = math.log(2.0)
SQRT_2PI = math.sqrt(2.0 * math.pi)
TWO_BY_SQRT_PI = 2.0 / math.sqrt(math.pi)
SQRT_HALF_HEAD = 47453133 / 2**26  # 26 bits of 1 / sqrt 2
SQRT_HALF_TAIL = -2.799544089368687e-09  # and the rest of it
HALVES = ((-2.5,), (-0.7,), (0.3,), (1.9,))  # typical samples for one real operand
LISTS = ((0.7, 1.9, -0.4), (-1.3,), (2.5, -0.6, 0.8, 1.1))  # and for any number of them
PAIRS = ((0.7, 1.9), (-1.3, 0.4), (2.5, -0.6), (-0.8, -3.1))  # and for two


# Rules of more than a line.


def _sigmoid(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))  # both branches finite; exp(+x) overflows at 710
    return m.where(x >= 0, 1.0, e) / (1 + e)


def _softplus(m: Any, x: Any) -> Any:
    return m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x)))  # log(1 + exp(x)) overflows at 710


def _head(m: Any, x: Any) -> Any:
    return m.floor(x * 1048576.0) / 1048576.0  # 26 bits of |x| <= 40: head * head is exact


def _exp_of_square(m: Any, scale: float, x: Any) -> Any:
    # exp(scale * x**2) for scale -1 or -1/2. The rounding of the square would cost x*x ulps; the
    # square of the head is exact, and what x has more is small.
    x = m.minimum(m.maximum(x, -40.0), 40.0)  # exp(-800) is 0, and floor needs a finite x
    h = _head(m, x)
    return m.exp(scale * (h * h)) * m.exp(scale * ((x - h) * (x + h)))


def _density(m: Any, x: Any) -> Any:
    return _exp_of_square(m, -0.5, x) / SQRT_2PI


def _normal_cdf(m: Any, x: Any) -> Any:
    # Phi(x) = erfc(-x / sqrt 2) / 2. In its tail erfc makes t*t ulps of one ulp in its operand t,
    # so the rounding of t is made good to first order: the exact product of x and 1 / sqrt 2 by
    # heads and tails (Dekker 1971).
    x = m.minimum(m.maximum(x, -40.0), 40.0)  # Phi(-40) is 0, and floor needs a finite x
    t = -x * (SQRT_HALF_HEAD + SQRT_HALF_TAIL)
    h = _head(m, x)
    error = ((-h * SQRT_HALF_HEAD - t) - (x - h) * SQRT_HALF_HEAD) - x * SQRT_HALF_TAIL
    return 0.5 * (m.erfc(t) - TWO_BY_SQRT_PI * _exp_of_square(m, -1.0, t) * error)


def _slope_of_power(m: Any, z: Any, x: Any, y: Any) -> Any:
    # y * x**(y-1), but y-1 rounds for a small y, and the power makes 100 ulps of that.
    size = m.abs(x)
    near = (y < 0.5) & (size > 0) & (size < math.inf)
    slope = m.where(near, y * (z / x), y * m.pow(x, y - 1))
    return m.where(size > 0, slope, m.where(y == 0, 0.0, slope))  # 0 * 0**-1 is nan


def _slope_of_constant_power(m: Any, z: Any, x: Any, n: float) -> Any:
    if n == 0:
        return 0.0
    if n == 2:
        return 2 * x
    if n >= 0.5:
        return n * m.pow(x, n - 1)
    return _slope_of_power(m, z, x, n)


def _by_square(m: Any, x: Any, h: Any) -> Any:
    return m.where(h == 0, 0.0, x / h / h)  # h * h overflows at 1e154


def _logaddexp(m: Any, x: Any, y: Any) -> Any:
    distance = m.where(x == y, 0.0, m.abs(x - y))  # inf - inf would be nan
    return m.maximum(x, y) + m.log1p(m.exp(-distance))


def _shift(m: Any, xs: Any) -> Any:
    c = m.largest(xs)
    return m.where(m.isfinite(c), c, 0.0)  # inf - inf would be nan


def _logsumexp(m: Any, xs: Any) -> Any:
    # The largest contribute exp(0) = 1 each; one of those 1s goes into log1p, so that what the
    # others add to it keeps its digits where the result is near 0.
    c = _shift(m, xs)
    largest = m.sum([m.where(x == c, 1.0, 0.0) for x in xs])
    others = m.sum([m.where(x == c, 0.0, m.exp(x - c)) for x in xs])
    return c + m.log1p(others + (largest - 1))


def _softmax(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    c = _shift(m, xs)
    es = [m.exp(x - c) for x in xs]
    total = m.sum(es)
    return tuple([e / total for e in es])


def _products_of_others(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    # Not z / x: a factor may be 0. Products from the left times products from the right.
    if not xs:
        return ()
    left, right = [1.0], [1.0]
    for x in xs[:-1]:
        left.append(left[-1] * x)
    for x in xs[:0:-1]:
        right.append(right[-1] * x)
    return tuple([a * b for a, b in zip(left, reversed(right), strict=True)])


def _dot(m: Any, xs: Any) -> Any:
    n = len(xs) // 2
    return m.dot(xs[:n], xs[n : 2 * n], xs[-1] if len(xs) % 2 else 0.0)


def _dot_partials(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    n = len(xs) // 2
    return (*xs[n : 2 * n], *xs[:n], *((1.0,) * (len(xs) % 2)))


# The rows.
# fmt: off

_ROWS = (
    # arithmetic
    Primitive("add", "+", "x + y",
              forward=lambda m, x, y: x + y,
              partials=lambda m, z, x, y: (1.0, 1.0),
              doc="The sum x + y.", samples=PAIRS),
    Primitive("sub", "−", "x - y", ufunc="subtract",
              forward=lambda m, x, y: x - y,
              partials=lambda m, z, x, y: (1.0, -1.0),
              doc="The difference x - y.", samples=PAIRS),
    Primitive("mul", "×", r"x \cdot y", ufunc="multiply",
              forward=lambda m, x, y: x * y,
              partials=lambda m, z, x, y: (y, x),
              doc="The product x · y.", samples=PAIRS),
    Primitive("div", "÷", r"\frac{x}{y}", ufunc="divide",
              forward=lambda m, x, y: x / y,
              partials=lambda m, z, x, y: (1 / y, -z / y),
              doc="The quotient x / y.", samples=PAIRS),
    Primitive("neg", "−x", "-x", ufunc="negative",
              forward=lambda m, x: -x,
              partials=lambda m, z, x: (-1.0,),
              doc="The negative -x.", samples=HALVES),
    Primitive("pow", "xʸ", "x^y", ufunc="power",
              forward=lambda m, x, y: m.pow(x, y),
              partials=lambda m, z, x, y: (
                  _slope_of_power(m, z, x, y),
                  m.where((x == 0) & (y >= 0), 0.0, z * m.log(x))),
              doc="The power x to the y, both operands variable.",
              example=("pow(2.0, 3.0)", "8.0"),
              domain=(POSITIVE, REALS), samples=((0.7, 1.9), (1.3, -0.4), (2.5, 3.0), (0.2, 0.5))),
    Primitive("powc", "^$n", "x^{$n}", constants=("n",),
              forward=lambda m, x, n: m.pow(x, n),
              partials=lambda m, z, x, n: (_slope_of_constant_power(m, z, x, n),),
              doc="The power x to a constant n: no log of x in sight, so x may be negative.",
              samples=HALVES),
    Primitive("copy", "=", "x", ufunc="positive",
              forward=lambda m, x: x,
              partials=lambda m, z, x: (1.0,),
              doc="x itself, as a variable of its own: what a transform differentiates by.",
              samples=HALVES),
    # exponentials and logarithms
    Primitive("exp", "exp", "e^x",
              forward=lambda m, x: m.exp(x),
              partials=lambda m, z, x: (z,),
              doc="e to the x.", example=("exp(1.0)", "2.718281828459045"), samples=HALVES),
    Primitive("expm1", "expm1", "e^x - 1",
              forward=lambda m, x: m.expm1(x),
              partials=lambda m, z, x: (m.stable(m.exp(x), z + 1),),
              doc="e to the x, less 1; every digit right for a small x.",
              example=("expm1(1e-20)", "1e-20"), samples=HALVES),
    Primitive("log", "ln", r"\ln x",
              forward=lambda m, x: m.log(x),
              partials=lambda m, z, x: (1 / x,),
              doc="The natural logarithm.", example=("log(0.0)", "-inf"),
              domain=(POSITIVE,), samples=((0.2,), (0.9,), (3.5,))),
    Primitive("log1p", "log1p", r"\ln(1 + x)",
              forward=lambda m, x: m.log1p(x),
              partials=lambda m, z, x: (1 / (1 + x),),
              doc="The logarithm of 1 + x; every digit right for a small x.",
              example=("log1p(1e-20)", "1e-20"),
              domain=((-1.0, math.inf),), samples=((-0.7,), (0.3,), (3.5,))),
    Primitive("logaddexp", "logaddexp", r"\ln(e^x + e^y)",
              forward=_logaddexp,
              partials=lambda m, z, x, y: (m.sigmoid(x - y), m.sigmoid(y - x)),
              doc="The logarithm of exp x + exp y, without overflow.",
              example=("logaddexp(1000.0, 0.0)", "1000.0"), domain=(REALS, REALS), samples=PAIRS),
    Primitive("xlogy", "x·ln y", r"x \ln y",
              forward=lambda m, x, y: m.where((x == 0) & (y == y), 0.0, x * m.log(y)),
              partials=lambda m, z, x, y: (
                  m.where((x == 0) & (y <= 0), 0.0, m.log(y)), x / y),
              doc="x · log y, and 0 where x is 0.", example=("xlogy(0.0, 0.0)", "0.0"),
              domain=(REALS, POSITIVE), samples=((0.7, 1.9), (-1.3, 0.4), (2.5, 3.0))),
    # powers
    Primitive("sqrt", "√", r"\sqrt{x}",
              forward=lambda m, x: m.sqrt(x),
              partials=lambda m, z, x: (0.5 / z,),
              doc="The square root.", example=("sqrt(2.0)", "1.4142135623730951"),
              domain=(POSITIVE,), samples=((0.2,), (0.9,), (3.5,))),
    Primitive("cbrt", "∛", r"\sqrt[3]{x}",
              forward=lambda m, x: m.cbrt(x),
              partials=lambda m, z, x: (1 / (3 * z * z),),
              doc="The cube root, also of negative numbers.", example=("cbrt(-8.0)", "-2.0"),
              samples=HALVES),
    Primitive("hypot", "hypot", r"\sqrt{x^2 + y^2}",
              forward=lambda m, x, y: m.hypot(x, y),
              partials=lambda m, z, x, y: (x / z, y / z),
              doc="The length of (x, y), without overflow.", example=("hypot(3.0, 4.0)", "5.0"),
              samples=PAIRS),
    # circle and hyperbola
    Primitive("sin", "sin", r"\sin x",
              forward=lambda m, x: m.sin(x),
              partials=lambda m, z, x: (m.cos(x),),
              doc="The sine of x radians.", example=("sin(0.0)", "0.0"), samples=HALVES),
    Primitive("cos", "cos", r"\cos x",
              forward=lambda m, x: m.cos(x),
              partials=lambda m, z, x: (-m.sin(x),),
              doc="The cosine of x radians.", example=("cos(0.0)", "1.0"), samples=HALVES),
    Primitive("tan", "tan", r"\tan x",
              forward=lambda m, x: m.tan(x),
              partials=lambda m, z, x: (1 + z * z,),
              doc="The tangent of x radians.", example=("tan(0.0)", "0.0"), samples=HALVES[1:3]),
    Primitive("asin", "asin", r"\arcsin x", ufunc="arcsin",
              forward=lambda m, x: m.asin(x),
              partials=lambda m, z, x: (1 / m.sqrt((1 - x) * (1 + x)),),
              doc="The angle in radians whose sine is x.",
              example=("asin(1.0)", "1.5707963267948966"),
              domain=(UNIT,), samples=((-0.7,), (0.3,), (0.95,))),
    Primitive("acos", "acos", r"\arccos x", ufunc="arccos",
              forward=lambda m, x: m.acos(x),
              partials=lambda m, z, x: (-1 / m.sqrt((1 - x) * (1 + x)),),
              doc="The angle in radians whose cosine is x.", example=("acos(1.0)", "0.0"),
              domain=(UNIT,), samples=((-0.7,), (0.3,), (0.95,))),
    Primitive("atan", "atan", r"\arctan x", ufunc="arctan",
              forward=lambda m, x: m.atan(x),
              partials=lambda m, z, x: (1 / m.hypot(1.0, x) / m.hypot(1.0, x),),  # x*x overflows
              doc="The angle in radians whose tangent is x.",
              example=("atan(1.0)", "0.7853981633974483"), samples=HALVES),
    Primitive("atan2", "atan2", r"\operatorname{atan2}(x, y)", ufunc="arctan2",
              forward=lambda m, x, y: m.atan2(x, y),
              partials=lambda m, z, x, y: (
                  _by_square(m, y, m.hypot(x, y)), _by_square(m, -x, m.hypot(x, y))),
              doc="The angle in radians from the first axis to the point (y, x): height x, width y.",
              example=("atan2(1.0, -1.0)", "2.356194490192345"), samples=PAIRS),
    Primitive("sinh", "sinh", r"\sinh x",
              forward=lambda m, x: m.sinh(x),
              partials=lambda m, z, x: (m.cosh(x),),
              doc="The hyperbolic sine.", example=("sinh(0.0)", "0.0"), samples=HALVES),
    Primitive("cosh", "cosh", r"\cosh x",
              forward=lambda m, x: m.cosh(x),
              partials=lambda m, z, x: (m.sinh(x),),
              doc="The hyperbolic cosine.", example=("cosh(0.0)", "1.0"), samples=HALVES),
    Primitive("tanh", "tanh", r"\tanh x",
              forward=lambda m, x: m.tanh(x),
              partials=lambda m, z, x: (m.stable(4 * m.sigmoid(2 * x) * m.sigmoid(-2 * x), 1 - z * z),),
              doc="The hyperbolic tangent.", example=("tanh(1000.0)", "1.0"), samples=HALVES),
    Primitive("asinh", "asinh", r"\operatorname{arsinh} x", ufunc="arcsinh",
              forward=lambda m, x: m.asinh(x),
              partials=lambda m, z, x: (1 / m.hypot(1.0, x),),
              doc="The inverse of sinh.", example=("asinh(0.0)", "0.0"), samples=HALVES),
    Primitive("acosh", "acosh", r"\operatorname{arcosh} x", ufunc="arccosh",
              forward=lambda m, x: m.acosh(x),
              partials=lambda m, z, x: (1 / m.sqrt(x - 1) / m.sqrt(x + 1),),
              doc="The inverse of cosh, for x from 1.", example=("acosh(1.0)", "0.0"),
              domain=((1.0, math.inf),), samples=((1.2,), (2.5,))),
    Primitive("atanh", "atanh", r"\operatorname{artanh} x", ufunc="arctanh",
              forward=lambda m, x: m.atanh(x),
              partials=lambda m, z, x: (1 / ((1 - x) * (1 + x)),),
              doc="The inverse of tanh.", example=("atanh(1.0)", "inf"),
              domain=(UNIT,), samples=((-0.7,), (0.3,), (0.95,))),
    # the bell
    Primitive("erf", "erf", r"\operatorname{erf} x",
              forward=lambda m, x: m.erf(x),
              partials=lambda m, z, x: (TWO_BY_SQRT_PI * _exp_of_square(m, -1.0, x),),
              doc="The error function, 2/√π times the integral of exp(-t²) from 0 to x.",
              example=("erf(0.0)", "0.0"), samples=HALVES),
    Primitive("erfc", "erfc", r"\operatorname{erfc} x",
              forward=lambda m, x: m.erfc(x),
              partials=lambda m, z, x: (-TWO_BY_SQRT_PI * _exp_of_square(m, -1.0, x),),
              doc="1 - erf x; every digit right for a large x.", example=("erfc(0.0)", "1.0"),
              samples=HALVES),
    Primitive("normal_cdf", "Φ", r"\Phi(x)",
              forward=_normal_cdf,
              partials=lambda m, z, x: (_density(m, x),),
              doc="The chance that a standard normal variable is at most x.",
              example=("normal_cdf(0.0)", "0.5"), samples=HALVES),
    # corners and steps
    Primitive("abs", "|x|", "|x|", ufunc="absolute",
              forward=lambda m, x: m.abs(x),
              partials=lambda m, z, x: (m.sign(x),),
              doc="The absolute value; its derivative at 0 is 0.", example=("abs(-2.0)", "2.0"),
              samples=HALVES),
    Primitive("sign", "sign", r"\operatorname{sign} x",
              forward=lambda m, x: m.sign(x),
              partials=lambda m, z, x: (0.0,),
              doc="-1, 0 or 1; its derivative is 0 everywhere.", example=("sign(-2.0)", "-1.0"),
              samples=HALVES),
    Primitive("floor", "⌊x⌋", r"\lfloor x \rfloor",
              forward=lambda m, x: m.floor(x),
              partials=lambda m, z, x: (0.0,),
              doc="The largest integer that is at most x; its derivative is 0 everywhere.",
              example=("floor(-1.5)", "-2.0"), samples=HALVES),
    Primitive("round", "round", r"\operatorname{round} x", ufunc="rint",
              forward=lambda m, x: m.round(x),
              partials=lambda m, z, x: (0.0,),
              doc="The nearest integer, halves to the even one; its derivative is 0 everywhere.",
              example=("round(2.5)", "2.0"), samples=((-2.2,), (-0.7,), (0.3,), (1.9,))),
    Primitive("maximum", "max", r"\max(x, y)",
              forward=lambda m, x, y: m.maximum(x, y),
              partials=lambda m, z, x, y: (
                  m.where(x == y, 0.5, m.where(x < y, 0.0, 1.0)),
                  m.where(x == y, 0.5, m.where(x > y, 0.0, 1.0))),
              doc="The larger of two; a tie gives each half of the derivative.",
              example=("maximum(2.0, 3.0)", "3.0"), samples=PAIRS),
    Primitive("minimum", "min", r"\min(x, y)",
              forward=lambda m, x, y: m.minimum(x, y),
              partials=lambda m, z, x, y: (
                  m.where(x == y, 0.5, m.where(x > y, 0.0, 1.0)),
                  m.where(x == y, 0.5, m.where(x < y, 0.0, 1.0))),
              doc="The smaller of two; a tie gives each half of the derivative.",
              example=("minimum(2.0, 3.0)", "2.0"), samples=PAIRS),
    Primitive("clamp", "clamp", r"\min(\max(x, l), h)",
              forward=lambda m, x, low, high: m.minimum(m.maximum(x, low), high),
              partials=lambda m, z, x, low, high: (
                  m.where((x >= low) & (x <= high), 1.0, 0.0),
                  m.where((x < low) & (low < high), 1.0, 0.0),
                  m.where((x > high) | (low > high), 1.0, 0.0)),
              doc="x, but at least low and at most high; at the bounds x has the derivative.",
              example=("clamp(5.0, 0.0, 1.0)", "1.0"),
              samples=((0.3, -1.0, 1.0), (-2.5, -1.0, 1.0), (1.9, -1.0, 1.0))),
    Primitive("where", "where", r"\begin{cases} x & c \ne 0 \\ y & c = 0 \end{cases}",
              forward=lambda m, condition, x, y: m.where(condition != 0, x, y),
              partials=lambda m, z, condition, x, y: (
                  0.0, m.where(condition != 0, 1.0, 0.0), m.where(condition != 0, 0.0, 1.0)),
              doc="x where the condition holds, else y; both are computed.",
              example=("where(2 > 1, 3.0, 4.0)", "3.0"),
              samples=((1.0, 0.7, 1.9), (0.0, -1.3, 0.4))),
    # activations
    Primitive("sigmoid", "σ", r"\frac{1}{1 + e^{-x}}",
              forward=_sigmoid,
              partials=lambda m, z, x: (z * m.stable(m.sigmoid(-x), 1 - z),),
              doc="The logistic function 1 / (1 + exp(-x)).", example=("sigmoid(0.0)", "0.5"),
              samples=HALVES),
    Primitive("logsigmoid", "ln σ", r"-\ln(1 + e^{-x})",
              forward=lambda m, x: -_softplus(m, -x),
              partials=lambda m, z, x: (m.sigmoid(-x),),
              doc="The logarithm of the sigmoid.", example=("logsigmoid(-1000.0)", "-1000.0"),
              samples=HALVES),
    Primitive("softplus", "softplus", r"\ln(1 + e^x)",
              forward=_softplus,
              partials=lambda m, z, x: (m.sigmoid(x),),
              doc="The logarithm of 1 + exp x, a smooth relu.",
              example=("softplus(1000.0)", "1000.0"), samples=HALVES),
    Primitive("relu", "relu", r"\max(x, 0)",
              forward=lambda m, x: m.maximum(x, 0.0),
              partials=lambda m, z, x: (m.where(x <= 0, 0.0, 1.0),),
              doc="The larger of x and 0; its derivative at 0 is 0.", example=("relu(-2.0)", "0.0"),
              samples=HALVES),
    Primitive("leaky_relu", "lrelu", r"\max(x, 0) + $slope \min(x, 0)", constants=("slope",),
              forward=lambda m, x, slope: m.where(x > 0, x, slope * x),
              partials=lambda m, z, x, slope: (m.where(x > 0, 1.0, slope),),
              doc="x where it is positive, else slope · x.",
              example=("leaky_relu(-2.0, slope=0.5)", "-1.0"), samples=HALVES),
    Primitive("elu", "elu", r"\max(x, 0) + $alpha (e^{\min(x, 0)} - 1)", constants=("alpha",),
              forward=lambda m, x, alpha: m.where(
                  x > 0, x, alpha * m.expm1(m.minimum(x, 0.0))),
              partials=lambda m, z, x, alpha: (m.where(
                  x > 0, 1.0, alpha * m.exp(m.where(x >= 0, 0.0, x))),),
              doc="x where it is positive, else alpha · (exp x - 1).",
              example=("elu(-1000.0)", "-1.0"), samples=HALVES),
    Primitive("gelu", "gelu", r"x \Phi(x)",
              forward=lambda m, x: x * m.normal_cdf(x),
              partials=lambda m, z, x: (m.normal_cdf(x) + x * _density(m, x),),
              doc="x times the chance that a standard normal variable is at most x.",
              example=("gelu(0.0)", "0.0"), samples=HALVES),
    Primitive("silu", "silu", r"\frac{x}{1 + e^{-x}}",
              forward=lambda m, x: x * m.sigmoid(x),
              partials=lambda m, z, x: (m.sigmoid(x) * (1 + x * m.sigmoid(-x)),),
              doc="x times its sigmoid, also called swish.", example=("silu(0.0)", "0.0"),
              samples=HALVES),
    # any number of operands
    Primitive("sum", "Σ", r"\sum_i x_i",
              forward=lambda m, xs: m.sum(xs),
              partials=lambda m, z, xs: (1.0,) * len(xs),
              doc="The sum of all.", example=("sum([1.0, 2.0, 3.0])", "6.0"), samples=LISTS),
    Primitive("prod", "Π", r"\prod_i x_i",
              forward=lambda m, xs: math.prod(xs, start=1.0),
              partials=_products_of_others,
              doc="The product of all.", example=("prod([2.0, 3.0, 4.0])", "24.0"), samples=LISTS),
    Primitive("mean", "mean", r"\frac{1}{n} \sum_i x_i",
              forward=lambda m, xs: m.sum(xs) / len(xs),
              partials=lambda m, z, xs: (1 / len(xs),) * len(xs),
              doc="The arithmetic mean.", example=("mean([1.0, 2.0, 6.0])", "3.0"), samples=LISTS),
    Primitive("dot", "Σw·x", r"\sum_i w_i x_i + b",
              forward=_dot,
              partials=_dot_partials,
              doc="The weighted sum w·x + bias: operands are all w, all x, and a bias if there is one.",
              example=("dot([1.0, 2.0], [3.0, 4.0], 5.0)", "16.0"),
              samples=((0.7, 1.9), (0.7, 1.9, -0.4), (1.5, -0.3, 0.8, 2.0, 0.1))),
    Primitive("logsumexp", "lse", r"\ln \sum_i e^{x_i}",
              forward=_logsumexp,
              partials=_softmax,
              doc="The logarithm of the sum of exponentials, without overflow.",
              example=("logsumexp([1000.0, 0.0])", "1000.0"), samples=LISTS),
    Primitive("norm", "‖x‖", r"\sqrt{\sum_i x_i^2}",
              forward=lambda m, xs: m.norm(xs),
              partials=lambda m, z, xs: tuple([m.where(z == 0, 0.0, x / z) for x in xs]),
              doc="The Euclidean length; its derivative at 0 is 0.",
              example=("norm([3.0, 4.0])", "5.0"), samples=LISTS),
)
# fmt: on

TABLE: dict[str, Primitive] = {row.name: row for row in _ROWS}


def row(name: str) -> Primitive:
    """The row of that name.

    Raises:
        ArgumentError: when the table has no such row.
    """
    try:
        return TABLE[name]
    except KeyError:
        raise ArgumentError(f"there is no primitive called {name!r} in the table") from None


def _teach(system: ModuleType) -> None:
    # A row that is no function of the system becomes one: m.sigmoid, read in the same system.
    for primitive in TABLE.values():
        if not hasattr(system, primitive.name) and not primitive.constants:
            setattr(system, primitive.name, functools.partial(primitive.forward, system))


for _system in SYSTEMS:
    _teach(_system)
