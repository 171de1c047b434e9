"""The numerics of the table's longer rules: how to keep every digit, and overflow nowhere.

A rule has the letters of the table: ``m`` for the number system, ``x``, ``y``, ``xs`` for operands
and ``z`` for the result. Each comment names the hazard.
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any

LN2 = math.log(2.0)
LN10 = math.log(10.0)
BY_LN2 = 1.4426950408889634  # 1 / ln 2
BY_LN10 = 0.4342944819032518  # 1 / ln 10
SQRT_PI = math.sqrt(math.pi)
SQRT_2PI = math.sqrt(2.0 * math.pi)
TWO_BY_SQRT_PI = 2.0 / math.sqrt(math.pi)
SQRT_HALF_HEAD = 47453133 / 2**26  # 26 bits of 1 / sqrt 2
SQRT_HALF_TAIL = -2.799544089368687e-09  # and the rest of it


def sigmoid(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))  # both branches finite; exp(+x) overflows at 710
    return m.where(x >= 0, 1.0, e) / (1 + e)


def sigmoid_slope(m: Any, x: Any) -> Any:
    e = m.exp(-m.abs(x))  # σ(1 - σ) without the difference, which has no digits left at a large x
    return e / ((1 + e) * (1 + e))


def softplus(m: Any, x: Any) -> Any:
    return m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x)))  # log(1 + exp(x)) overflows at 710


def _head(m: Any, x: Any) -> Any:
    # 26 bits of |x| <= 40, so head * head is exact. Towards 0: the head of a tiny x is 0, and the
    # derivative of (x - head) * (x + head), which is 2 * x, keeps its digits.
    return m.trunc(x * 1048576.0) / 1048576.0


def exp_of_square(m: Any, scale: float, x: Any) -> Any:
    # exp(scale * x**2) for scale -1 or -1/2. The rounding of the square would cost x*x ulps; the
    # square of the head is exact, and what x has more is small.
    x = m.minimum(m.maximum(x, -40.0), 40.0)  # exp(-800) is 0; inf - inf would be nan
    h = _head(m, x)
    return m.exp(scale * (h * h)) * m.exp(scale * ((x - h) * (x + h)))


def density(m: Any, x: Any) -> Any:
    return exp_of_square(m, -0.5, x) / SQRT_2PI


def normal_cdf(m: Any, x: Any) -> Any:
    # Phi(x) = erfc(-x / sqrt 2) / 2. In its tail erfc makes t*t ulps of one ulp in its operand t,
    # so the rounding of t is made good to first order: the exact product of x and 1 / sqrt 2 by
    # heads and tails (Dekker 1971).
    x = m.minimum(m.maximum(x, -40.0), 40.0)  # Phi(-40) is 0; inf - inf would be nan
    t = -x * (SQRT_HALF_HEAD + SQRT_HALF_TAIL)
    h = _head(m, x)
    error = ((-h * SQRT_HALF_HEAD - t) - (x - h) * SQRT_HALF_HEAD) - x * SQRT_HALF_TAIL
    return 0.5 * (m.erfc(t) - TWO_BY_SQRT_PI * exp_of_square(m, -1.0, t) * error)


def slope_of_power(m: Any, z: Any, x: Any, y: Any) -> Any:
    # y * x**(y-1), but y-1 rounds for a small y, and the power makes 100 ulps of that.
    size = m.abs(x)
    near = (y < 0.5) & (size > 0) & (size < math.inf)
    slope = m.where(near, y * z / x, y * m.pow(x, y - 1))  # z / x alone may overflow
    return m.where(size > 0, slope, m.where(y == 0, 0.0, slope))  # 0 * 0**-1 is nan


def slope_of_constant_power(m: Any, z: Any, x: Any, n: float) -> Any:
    if n == 0:
        return 0.0
    if n == 2:
        return 2 * x
    if n >= 0.5:
        return n * m.pow(x, n - 1)
    return slope_of_power(m, z, x, n)


def one_minus_square(m: Any, x: Any) -> Any:
    # 1 - x² is 0 too early near 1; (1 - x)(1 + x) has a derivative (1 - x) - (1 + x) that cancels
    # near 0. So each where it is good.
    return m.stable(m.where(m.abs(x) < 0.5, 1 - x * x, (1 - x) * (1 + x)), 1 - x * x)


def by_square(m: Any, x: Any, h: Any) -> Any:
    return m.where(h == 0, 0.0, x / h / h)  # h * h overflows at 1e154


def logaddexp(m: Any, x: Any, y: Any) -> Any:
    distance = m.where(x == y, 0.0, m.abs(x - y))  # inf - inf would be nan
    return m.maximum(x, y) + m.log1p(m.exp(-distance))


def _shift(m: Any, xs: Any) -> Any:
    c = m.largest(xs)
    return m.where(m.isfinite(c), c, 0.0)  # inf - inf would be nan


def logsumexp(m: Any, xs: Any) -> Any:
    # The largest contribute exp(0) = 1 each; one of those 1s goes into log1p, so that what the
    # others add to it keeps its digits where the result is near 0.
    c = _shift(m, xs)
    largest = m.sum([m.where(x == c, 1.0, 0.0) for x in xs])
    others = m.sum([m.where(x == c, 0.0, m.exp(x - c)) for x in xs])
    return c + m.log1p(others + (largest - 1))


def softmax(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    c = _shift(m, xs)
    es = [m.exp(x - c) for x in xs]
    total = m.sum(es)
    shares = [e / total for e in es]
    if type(total) is not float and (total >= 1) is True and (total < 2) is True:
        # One operand has more than half: there the derivative p(1 - p) of e / total cancels.
        i = next(i for i, x in enumerate(xs) if x == c)
        shares[i] = 1 / m.sum([1.0, *[m.exp(x - xs[i]) for x in (*xs[:i], *xs[i + 1 :])]])
    return tuple(shares)


def products_of_others(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    # Not z / x: a factor may be 0. Products from the left times products from the right.
    if not xs:
        return ()
    left, right = [1.0], [1.0]
    for x in xs[:-1]:
        left.append(left[-1] * x)
    for x in xs[:0:-1]:
        right.append(right[-1] * x)
    found = [a * b for a, b in zip(left, reversed(right), strict=True)]
    return tuple([_again(m, xs, i, product) for i, product in enumerate(found)])


def _again(m: Any, xs: Any, i: int, product: Any) -> Any:
    # The product of all but xs[i], where 0 on one side and an overflow on the other made it nan.
    lost = product != product
    if lost is False:
        return product
    others = [*xs[:i], *xs[i + 1 :]]
    if lost is True:  # 0 comes first and stays 0, if nothing is infinite or nan
        return functools.reduce(operator.mul, sorted(others, key=lambda x: (x != 0, m.isfinite(x))))
    finite = functools.reduce(operator.and_, [x - x == 0 for x in others])
    return m.where(lost & finite, 0.0, product)


def dot(m: Any, xs: Any) -> Any:
    n = len(xs) // 2
    return m.dot(xs[:n], xs[n : 2 * n], xs[-1] if len(xs) % 2 else 0.0)


def dot_partials(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    n = len(xs) // 2
    return (*xs[n : 2 * n], *xs[:n], *((1.0,) * (len(xs) % 2)))


def slopes_of_hypot(m: Any, z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    # x / z has a derivative 1/z - x²/z³ that cancels where x is the longer, and few digits where z
    # is subnormal: so by the ratio of the shorter to the longer, but for plain numbers of any size.
    if type(z) is float and 1e-290 < z < math.inf:
        return x / z, y / z
    longer = m.abs(x) >= m.abs(y)
    ratio = m.where(longer, y, x) / m.where(longer, x, y)
    h = m.hypot(1.0, ratio)
    a, b = m.sign(x) / h, m.sign(y) / h
    return m.where(longer, a, ratio * b), m.where(longer, ratio * a, b)


def slopes_of_norm(m: Any, z: Any, xs: Any) -> tuple[Any, ...]:
    if type(z) is float and z > 0:
        return tuple([x / z for x in xs])
    slopes = [m.where(z == 0, 0.0, x / z) for x in xs]
    if type(z) is not float:
        most = 0.75 * z
        for i, x in enumerate(xs):
            if (x > most) is True or (-x > most) is True:  # as in hypot; at most one is so long
                slopes[i] = m.sign(x) / m.norm([y / x if y is not x else 1.0 for y in xs])
    return tuple(slopes)


def softsign(m: Any, x: Any) -> Any:
    size = m.abs(x)
    return m.where(size < math.inf, x / (1 + size), m.sign(x))  # inf / inf would be nan


def squared_sech(m: Any, x: Any, tanh: Any) -> Any:
    """tanh' = 1 / cosh²: 1 - tanh² has no digits left where tanh is near 1."""
    return m.stable(4 * m.sigmoid_slope(2 * x), 1 - tanh * tanh)


def slope_of_mish(m: Any, x: Any) -> Any:
    s = m.softplus(x)
    t = m.tanh(s)
    return t + x * (squared_sech(m, s, t) * m.sigmoid(x))


def smooth_maximum(m: Any, x: Any, y: Any, sharpness: Any) -> Any:
    # ln(e^(kx) + e^(ky)) / k without overflow; for k < 0 it is a smooth minimum.
    top = m.maximum(x, y) if sharpness >= 0 else m.minimum(x, y)
    distance = m.where(x == y, 0.0, abs(sharpness) * m.abs(x - y))  # inf - inf would be nan
    return top + m.log1p(m.exp(-distance)) / sharpness


MOST_FACTORS = 8  # of a product whose partials are spelled as products of the others


def products_by_the_book(m: Any, z: Any, xs: Any) -> Any:
    """The partials of a product: each the product of all the others."""
    if len(xs) > MOST_FACTORS:
        return tuple([z / x for x in xs])
    return tuple([m.prod([*xs[:i], *xs[i + 1 :]]) for i in range(len(xs))])


def mish_by_the_book(m: Any, z: Any, x: Any) -> Any:
    """The slope of x·tanh(softplus(x)), by the product rule."""
    t = m.tanh(m.softplus(x))
    return (t + x * m.sigmoid(x) * (1 - t * t),)
