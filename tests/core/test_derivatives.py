"""Second and third derivatives of every row, relative, over the row's whole domain, by mpmath.

``tests/truth.py`` states each row's partials; here they are differentiated once or twice more, with
so many digits that 1e-300 is no different from 1. An error is counted in ulps of the derivative
itself. Where it is a sum of terms that cancel, at its roots above all, it is counted in ulps of the
largest term: ``TERMS`` has these terms, and why.
"""

import itertools
import math
import random

import pytest
from mpmath import mp, mpf

from autograd import TABLE, grad, hessian, hvp, jacobian, jvp
from autograd.value import record
from tests.kinks import finite, inside, on_kink
from tests.truth import (
    NORMAL,
    TRUTH,
    bell,
    density,
    mish_factor,
    near,
    power,
    sigmoid,
    softmax,
    variants,
)

INF = math.inf
ULPS = 64  # a first partial has at most 8; the product rule adds up a few of them
ROWS = [bound for row in TABLE.values() for bound in variants(row)]
NUMBERS = (1e-300, 1e-160, 1e-100, 1e-16, 1e-8, 1e-4, 0.01, 0.1, 0.3, 0.49, 0.51, 0.7, 0.9, 0.99)
NUMBERS += (1 - 1e-8, 1 - 1e-15, 1 + 1e-15, 1 + 1e-8, 1.1, 1.5, 2.5, 4.0, 6.0, 10.0, 20.0, 36.0)
NUMBERS += (40.0, 100.0, 300.0, 700.0, 1e4, 1e8, 1e16, 1e100, 1e160, 1e300)


# The terms of a derivative by the operands ``index``, where they cancel.


def sigmoid_terms(x, order):
    """Of the sigmoid's derivative of that order: with T = tanh(x / 2), σ', -Tσ', (3T² - 1)σ'/2."""
    slope, t = sigmoid(x) * sigmoid(-x), abs(mp.tanh(x / 2))
    return slope * {1: 1, 2: t, 3: (3 * t**2 + 1) / 2, 4: t * (3 * t**2 + 2)}[order]


def product_terms(factor):
    """Of x · factor(x): n · factor⁽ⁿ⁻¹⁾ + x · factor⁽ⁿ⁾."""

    def terms(index, x):
        n = len(index)
        slopes = [abs(mp.diff(factor, x, k)) for k in range(n + 1)]
        return max(n * slopes[n - 1], abs(x) * max([*slopes[1:], mpf(NORMAL)]))

    return terms


def power_terms(index, x, y):
    p, log = abs(power(x, y)), abs(mp.log(x))
    p = max(p, abs(x) ** len(index) * NORMAL, NORMAL)  # a subnormal power has lost digits
    a, y = index.count(0), abs(y)
    by_x = [1, y, y * (y + 1), y * (y + 1) * (y + 2)][a] / x**a
    return p * (log + a) ** (len(index) - a) * max(by_x, (1 + y) / x**a if a < len(index) else 0)


def length_terms(index, *xs):
    r = mp.sqrt(mp.fsum(x * x for x in xs))
    if len(index) == 2 or len({*index}) != 2:
        return 0
    one = max(index, key=index.count)
    (other,) = {*index} - {one}
    return abs(xs[other]) / r**3 * (1 + 3 * (xs[one] / r) ** 2)


def angle_terms(index, x, y):
    square = x * x + y * y
    if len(index) == 2:
        return 1 / square if index == (0, 1) else 0
    a, b = (abs(x), abs(y)) if index.count(0) % 2 else (abs(y), abs(x))
    return 2 * a * (3 * b * b + a * a) / square**3


def logsumexp_terms(index, *xs):
    """exp makes (largest - x) / 2 ulps of the rounding of that difference: so in the first order."""
    ps = softmax(*xs)
    few = sorted({*index}, key=index.count)
    product = mp.fprod(ps[i] for i in few)
    if len(few) == 1:
        product *= mp.fsum(p for i, p in enumerate(ps) if i != few[0])
    near = [x for x in xs if max(xs) - x < 800]
    return product * max(1, (max(near) - min(near)) / 8) * len(xs)


def smooth_maximum_terms(index, x, y, k):
    return k ** (len(index) - 1) * logsumexp_terms(index, k * x, k * y)


FAR = "exp makes |x - y| / 2 ulps of the rounding of x - y"
FACTOR = "x times a factor: n times the factor's derivatives and x times the next cancel"
TERMS = {
    "logaddexp": (logsumexp_terms, FAR),
    "logsumexp": (logsumexp_terms, FAR + ", and the third derivatives have roots"),
    "smooth_maximum": (smooth_maximum_terms, FAR),
    "pow": (power_terms, "1 + y log x and its kind have roots; x**y may be subnormal"),
    "hypot": (length_terms, "the third derivatives have roots where 2x² = y²"),
    "norm": (length_terms, "as hypot"),
    "atan2": (angle_terms, "y² - x² and 3x² - y² have roots"),
    "atan": (lambda i, x: (6 * x * x + 2) / (1 + x * x) ** 3 if len(i) == 3 else 0, "6x² - 2"),
    "asinh": (
        lambda i, x: (2 * x * x + 1) / mp.sqrt(1 + x * x) ** 5 if len(i) == 3 else 0,
        "2x² - 1 has roots",
    ),
    "tanh": (lambda i, x: 2 ** len(i) * 2 * sigmoid_terms(2 * x, len(i)), "3 tanh² - 1 has roots"),
    "sigmoid": (lambda i, x: sigmoid_terms(x, len(i)), "3 tanh² - 1 has roots"),
    "sigmoid_slope": (lambda i, x: sigmoid_terms(x, len(i) + 1), "3 tanh² - 1 has roots"),
    "erf": (lambda i, x: (4 * x * x + 2) * bell(x) if len(i) == 3 else 0, "4x² - 2 has roots"),
    "erfc": (lambda i, x: (4 * x * x + 2) * bell(x) if len(i) == 3 else 0, "4x² - 2 has roots"),
    "normal_cdf": (
        lambda i, x: (x * x + 1) * density(x) if len(i) == 3 else 0,
        "x² - 1 has roots",
    ),
    "gelu": (
        lambda i, x: max(density(x), NORMAL) * ((x * x + 2) * abs(x) ** (len(i) - 2) + abs(x)),
        "2 - x² and x³ - 4x have roots",
    ),
    "silu": (product_terms(sigmoid), FACTOR),
    "mish": (product_terms(mish_factor), FACTOR),
}


def test_every_row_whose_terms_cancel_is_in_the_table():
    assert set(TERMS) <= set(TABLE)
    assert all(why for _, why in TERMS.values())


# The truth.


def digits(xs):
    return 420 + 3 * max(int(abs(math.log10(abs(x)))) for x in xs if x)


def truth(row, xs, index):
    """The derivative by the operands ``index``, as a float, the rest of it, and what an ulp is."""
    i, *others = index
    used = sorted(set(others))
    with mp.workdps(digits(xs)):
        constants = list(map(mpf, row.values))

        def partial(*moved):
            operands = list(map(mpf, xs))
            for j, x in zip(used, moved, strict=True):
                operands[j] = x
            return mpf(TRUTH[row.name].partials(*operands, *constants)[i])

        at, orders = [mpf(xs[j]) for j in used], [others.count(j) for j in used]
        one = len(used) == 1
        exact = mp.diff(partial, *((at[0], orders[0]) if one else (tuple(at), tuple(orders))))
        head = float(exact)
        size = abs(head)
        if row.name in TERMS:
            terms = TERMS[row.name][0](index, *map(mpf, xs), *constants)
            size = max(size, abs(float(terms)))
        return head, 0.0 if math.isinf(head) else float(exact - head), math.ulp(size)


def is_right(got, head, tail, ulp):
    return got == head or abs((got - head) - tail) <= ULPS * ulp


# The points.


def logarithmic(rng):
    return rng.choice((-1, 1)) * 10 ** rng.uniform(-300, 300)


def points(row, rng, few):
    """Numbers of all sizes, those near 1 and near the domain's ends, and random ones."""
    n = row.arity or rng.choice((2, 3))
    signed = [s * x for x in NUMBERS for s in (1, -1)]
    if n == 1:
        found = [(x,) for x in signed]
    else:
        found = [tuple(rng.choice(signed) for _ in range(n)) for _ in range(few)]
    for draw in (logarithmic, lambda rng: rng.uniform(-5, 5), lambda rng: rng.uniform(-50, 50)):
        found += [tuple(draw(rng) for _ in range(n)) for _ in range(few // 4)]
    intervals = [row.domain[min(i, len(row.domain) - 1)] for i in range(n)]
    found += [tuple(near(rng, interval) for interval in intervals) for _ in range(few // 2)]
    return [xs for xs in found if smooth(row, xs)]


def smooth(row, xs):
    if not inside(row, xs) or on_kink(row, xs) or not finite(row, xs):
        return False
    if row.name == "powc":
        return xs[0] > 0 or row.values[0] == int(row.values[0])
    return row.name != "pow" or abs(xs[1]) < 1e100  # there is a test of its own below


def forward(f, i):
    return lambda *xs: jvp(f, xs, [float(i == j) for j in range(len(xs))])[1]


def second(f, xs, i, j):
    n = len(xs)
    return {
        "hessian": hessian(f)(*xs)[i][j],
        "grad of grad": grad(grad(f, i), j)(*xs),
        "jvp of grad": forward(grad(f, i), j)(*xs),
        "jvp of jvp": forward(forward(f, i), j)(*xs),
        "grad of jvp": grad(forward(f, i), j)(*xs),
        "hvp": hvp(lambda v: f(*v), xs, [float(i == k) for k in range(n)])[j],
        "jacobian of grad": jacobian(grad(f, range(n)), "reverse")(*xs)[i][j],
    }


def third(f, xs, i, j, k):
    return {
        "grad of grad of grad": grad(grad(grad(f, i), j), k)(*xs),
        "hessian of grad": hessian(grad(f, i))(*xs)[j][k],
        "jvp of grad of grad": forward(grad(grad(f, i), j), k)(*xs),
        "grad of hessian": grad(lambda *v: hessian(f)(*v)[i][j], k)(*xs),
    }


def faults(row, order, few):
    rng = random.Random(f"{row!r} {order}")
    f = lambda *xs: record(row, *xs)
    wrong = []
    for xs in points(row, rng, few):
        for index in itertools.combinations_with_replacement(range(len(xs)), order):
            head, tail, ulp = truth(row, xs, index)
            for name, got in (second if order == 2 else third)(f, xs, *index).items():
                lost = (
                    row.name in {"norm", "hypot"} and math.isinf(head) and math.isnan(got)
                )  # inf - inf
                if not is_right(got, head, tail, ulp) and not lost:
                    off = abs((got - head) - tail) / ulp
                    wrong.append(
                        f"{row!r}{xs} by {index}, {name}: {got!r}, not {head!r}: {off:.3g}"
                    )
    return wrong


ISSUED = [  # what was wrong once: row, x, the second derivative
    ("tanh", 1e-300, -2e-300), ("tanh", 1e-16, -2e-16), ("asin", 1e-300, 1e-300), ("asin", 1e-16, 1e-16),
    ("acos", 1e-16, -1e-16), ("atanh", 1e-300, 2e-300), ("atanh", 1e-16, 2e-16),
    ("sigmoid", 1e-300, -1e-300 / 8), ("sigmoid", 1e-16, -1e-16 / 8), ("softplus", 1e-300, 0.25),
    ("softplus", 700.0, math.exp(-700.0)), ("sigmoid", 700.0, -math.exp(-700.0)),
    ("tanh", 300.0, -8 * math.exp(-600.0)), ("erf", 1e-300, -4e-300 / math.sqrt(math.pi)),
    ("asinh", 1e-16, -1e-16), ("atan", 1e-16, -2e-16), ("softsign", 1e-16, -2.0), ("tan", 1e-300, 2e-300),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x", "expected"), ISSUED)
def test_a_tiny_argument_has_a_tiny_second_derivative(name, x, expected):
    f = lambda x: record(TABLE[name], x)
    for way, got in second(f, (x,), 0, 0).items():
        assert got == pytest.approx(expected, rel=1e-12, abs=0), way
    (got,) = hessian(f)(-x)[0]
    odd = -1 if name not in {"softplus", "softsign"} else 1 if name == "softplus" else -1
    if x < 1 or name != "softplus":
        assert got == pytest.approx(odd * expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", ["hypot", "norm"])
def test_a_length_has_its_curvature_along_the_longer_side(name):
    f = lambda x, y: record(TABLE[name], x, y)
    for way, got in second(f, (1e-8, -1.0), 1, 1).items():
        assert got == pytest.approx(1e-16, rel=1e-12), way


def test_a_dominant_operand_of_logsumexp_has_its_curvature():
    f = lambda x, y: record(TABLE["logsumexp"], x, y)
    for way, got in second(f, (300.0, 0.0), 0, 0).items():
        assert got == pytest.approx(math.exp(-300.0), rel=1e-12), way


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize(
    ("x", "y"),
    [(1 + 1e-8, -1e160), (1e-300, 1e300), (1 - 1e-8, 1e120), (2.0, 1e300), (0.5, -1e200)],
)
def test_a_power_with_a_huge_exponent_has_no_wrong_derivative(x, y, order):
    # In between, y³ overflows where x**y is 0: such a derivative is nan, and so seen at once.
    f = lambda x, y: record(TABLE["pow"], x, y)
    for index in itertools.combinations_with_replacement(range(2), order):
        head, tail, ulp = truth(TABLE["pow"], (x, y), index)
        for way, got in (second if order == 2 else third)(f, (x, y), *index).items():
            assert math.isnan(got) or is_right(got, head, tail, ulp), (way, index, got, head)


@pytest.mark.wide
@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_higher_derivatives_keep_their_digits_over_the_whole_domain(row, order):
    assert faults(row, order, 8)[:5] == []
