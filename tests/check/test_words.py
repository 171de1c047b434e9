"""What a report says holds: the region, the cause, the headline, the line that reproduces."""

import bisect
import functools
import math
import operator
import re

import numpy as np
import pytest

from autograd import GradcheckError, gradcheck, gradgradcheck, primitive
from autograd.check import Report
from autograd.check.estimate import Estimate
from autograd.check.judge import Finding

INF = math.inf
SIGNS = {"<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge}


def failed(f, inputs, df, **options):
    return gradcheck(f, inputs, grad=df, raise_exception=False, **options)


# Regions.


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def logistic(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def square(x):
    return x * x


def sech2(x):
    return 1 / math.cosh(x) ** 2 if abs(x) < 700 else 0.0


def sech2_slope(x):
    return -2 * math.tanh(x) / math.cosh(x) ** 2 if abs(x) <= 20 else INF


def langevin(x):
    return x / 3 - x**3 / 45 if abs(x) < 1e-3 else 1 / math.tanh(x) - 1 / x


def langevin_slope(x):
    if abs(x) < 1e-2:
        return 1 / 3 - x * x / 15 + 2 * x**4 / 189 - x**6 / 675
    return 1 / x**2 - 1 / math.sinh(x) ** 2  # overflows beyond 355


def entropy(p):
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


def odds(p):
    return math.log((1 - p) / p)


def where(claim, wrong, factor):
    return lambda x: claim(x) * (factor if wrong(x) else 1.0)


def right_but(f):
    return lambda x: 2 * x if not f(x) else 3 * x


FAR = [
    (softplus, where(logistic, lambda x: x > 20, 0.0), None, [0.3, 5.0, 15.0], "x > 20"),
    (lambda x: x**3, where(lambda x: 3 * x * x, lambda x: abs(x) >= 1e3, 0.7), None, [0.3, -5.0],
     "|x| ≥ 1000"),
    (lambda x: x**3, where(lambda x: 3 * x * x, lambda x: abs(x) >= 1e5, 0.7), None, [0.3, -5.0],
     "|x| ≥ 100000"),
    (square, where(lambda x: 2 * x, lambda x: abs(x) >= 50, 0.0), None, [0.3, 2.0], "|x| ≥ 50"),
    (lambda x: x / (1 + abs(x)),
     where(lambda x: 1 / (1 + abs(x)) ** 2, lambda x: abs(x) >= 5, 0.0), None, [0.3, -3.0],
     "|x| ≥ 5"),
    (square, right_but(lambda x: x <= -1e5), None, [0.3, 2.0], "x ≤ -100000"),
    (square, right_but(lambda x: x >= 2e5), None, [0.3, 2.0], "x ≥ 200000"),
    (square, where(lambda x: 2 * x, lambda x: x > 30, -1.0), None, [0.3, 2.0], "x > 30"),
    (square, where(lambda x: 2 * x, lambda x: x >= 5, 0.0), (0, INF), [0.3, 3.0], "x ≥ 5"),
    (sech2, sech2_slope, None, [0.3, 2.0], "|x| > 20"),
    (langevin, langevin_slope, None, [0.3, 2.0], "|x| ≥ 355.6"),
    (entropy, where(odds, lambda p: p > 0.6, 1.1), None, [0.3], "p > 0.6"),
    (entropy, where(odds, lambda p: 0.7 < p < 0.9, 1.1), None, [0.3], "0.7 < p < 0.9"),
    (entropy, where(odds, lambda p: 0.9 < p < 0.99, 1.1), None, [0.3], "0.9 < p < 0.99"),
    (entropy, where(odds, lambda p: 0.9 < p < 0.99, 1.1), (0, 1), [0.1, 0.95], "0.9 < p < 0.99"),
    (math.asin, where(lambda x: (1 - x * x) ** -0.5, lambda x: 0.8 < x < 0.95, 1.1), None,
     [0.1, -0.5], "0.8 < x < 0.95"),
]  # fmt: skip


@pytest.mark.wide
@pytest.mark.parametrize(("f", "df", "domain", "samples", "region"), FAR)
def test_a_bound_is_where_it_is(f, df, domain, samples, region):
    assert failed(f, samples, df, domain=domain).region == region


@pytest.mark.wide
@pytest.mark.parametrize("bound", [2.7182, 13.37, -0.1234567, 7e-4, 123456.5])
@pytest.mark.parametrize("closed", [True, False])
def test_no_sample_that_is_right_lies_inside_and_the_counterexample_does(bound, closed):
    beyond = operator.ge if closed else operator.gt
    near = bound + 2e-5 * abs(bound)  # the region's digits must tell these two apart
    samples = [bound - 2e-5 * abs(bound), 0.25 if bound > 0.25 else bound - 1, bound, near]
    report = failed(square, samples, right_but(lambda x: beyond(x, bound)))
    sign, number = re.fullmatch(r"x (\S) (\S+)", report.region).groups()
    inside = lambda x: SIGNS[sign](x, float(number))
    assert [inside(x) for x in samples] == [beyond(x, bound) for x in samples]
    assert all(inside(f.point[0]) for f in report.failures)


def test_a_sample_where_the_error_vanishes_is_left_out_of_everywhere():
    f = lambda x: math.exp(x / 2)
    df = lambda x: f(x) / 2 * (1 + x)
    assert failed(f, [0.3, 1.5], df, domain=(-3, 3)).region == "everywhere"
    assert failed(f, [0.0, 1.5], df, domain=(-3, 3)).region == "everywhere but at x = 0"


def test_where_no_bound_fits_it_is_at_some_points():
    report = failed(square, [0.25, 1.25], right_but(lambda x: x % 1 > 0.6), domain=(0, 5))
    low, high = re.fullmatch(r"at some points from x = (\S+) to x = (\S+)", report.region).groups()
    assert float(low) <= min(f.point[0] for f in report.failures)
    assert float(high) >= max(f.point[0] for f in report.failures)


# Causes.


def test_noise_at_mirror_images_is_no_factor():
    slope = lambda x: (math.cos(math.pi * x) - float(np.sinc(x))) / x if x else 0.0
    report = failed(lambda x: float(np.sinc(x)), [0.3, 1.7], slope)
    assert not report.cause.startswith("off by a factor")


PLACES, HEIGHTS = [0, 1, 2, 3, 4, 5], [0, 1.5, 0.5, -1, 3, 3.2]


def table_slope(x):
    k = min(max(bisect.bisect_right(PLACES, x) - 1, 0), 4)
    return HEIGHTS[k + 1] - HEIGHTS[k]


def table(x):
    k = min(max(bisect.bisect_right(PLACES, x) - 1, 0), 4)
    return HEIGHTS[k] + (x - k) * table_slope(x)


@pytest.mark.parametrize("samples", [[0.5, 1.5, 2.5], [0.5], [0.95, 1.95, 2.95, 3.95, 0.5]])
def test_a_cause_does_not_contradict_right_claims(samples):
    report = failed(table, samples, lambda x: table_slope(x + 0.1), domain=(0, 5))
    assert report.cause == ""
    assert report.region.startswith("at some points from x = ")


def test_the_output_is_called_f_where_an_argument_is_called_y():
    def shorter(x, y):
        r = x * x + y * y
        return (x / r, y / r) if r else (0.0, 0.0)

    report = failed(lambda x, y: math.hypot(x, y), [(0.3, 1.2), (-0.8, 0.7)], shorter)
    assert report.cause == "factor 1/f: one over the output"
    report = failed(lambda u, v: math.hypot(u, v), [(0.3, 1.2), (-0.8, 0.7)], shorter)
    assert report.cause == "factor 1/y: one over the output"


def test_at_a_kink_there_is_no_derivative_to_be_finite():
    report = failed(abs, 0.5, lambda x: x / abs(x) if x else math.nan)
    assert report.cause == "not finite at a kink"


def test_what_is_flat_has_no_local_factor_to_leave_out():
    @primitive(domain=[(0, 5)])
    def percent(m, x):
        return m.floor(x) + 0 * x

    @percent.partials
    def _(m, z, x):
        return (1.0,)

    assert "floor" not in gradcheck(percent, raise_exception=False).cause


def test_tiny_gaps_that_grow_get_a_tolerance_that_passes():
    series = lambda x: math.fsum(x**k for k in range(120))
    options = {"domain": (-0.88, 0.88)}
    report = failed(lambda x: -math.log1p(-x), [0.1, 0.5], series, **options)
    rtol = float(re.fullmatch(r"solver tolerance\? pass rtol=(\S+)", report.cause)[1])
    assert gradcheck(lambda x: -math.log1p(-x), [0.1, 0.5], grad=series, rtol=rtol, **options)


def gelu(x):
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def gelu_slope(x):
    density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return 0.5 * (1 + math.erf(x / math.sqrt(2))) + x * density


def planck(x):
    return x**3 / (math.exp(x) - 1)


def planck_slope(x):
    e = math.exp(x)
    return (3 * x * x * (e - 1) - x**3 * e) / (e - 1) ** 2


@pytest.mark.parametrize(
    ("f", "df", "domain", "coarse"),
    [
        (gelu, gelu_slope, None, False),
        (entropy, odds, None, False),
        (planck, planck_slope, (1e-3, 50), False),
        (lambda x: float(np.float32(math.sin(x))), math.cos, (-3, 3), True),
        (lambda x: round(math.sin(x), 3), math.cos, (-1, 1), True),
    ],
)
def test_only_what_is_coarser_than_doubles_is_called_so(f, df, domain, coarse):
    assert bool(gradcheck(f, 0.3, grad=df, domain=domain).warnings) == coarse


# Headlines.


def test_the_headline_agrees_with_what_was_left_out():
    report = Report("f", left_out="6 of 50 points, and panels between them")
    found = Estimate("smooth", 1.0, 0.0)
    report.scanned = [Finding((float(k),), 0, 1.0, found, "ok") for k in range(62)]
    assert "no error found; 44 of 50 points checked" in str(report)
    report.left_out = "panels between the points"
    assert "no error found at 62 points; not all was searched between them" in str(report)


def test_a_bar_is_no_smaller_than_rounding():
    at_zero = failed(abs, 0.5, lambda x: x / abs(x) if x else math.nan)
    assert "a kink, from -1 to 1 ± 2e-16" in str(at_zero)
    flat = failed(lambda x: 0.0 * x, 0.5, lambda x: 1.0)
    assert "numerically: 0 ± 0\n" in str(flat)


# The line that reproduces.


def cube(x):
    return x**3


def cube_slope(x):
    return 3 * x * x + 0.01


class Model:
    def __init__(self, rows):
        self.rows = rows

    def __call__(self, x):
        return x * self.rows[0]

    def fwd(self, x):
        return x * self.rows[0]

    def bwd(self, x):
        return self.rows[0] + 1

    @staticmethod
    def plain(x):
        return x * x


def line_of(report):
    return re.search("reproduce: (.*)", str(report))[1]


@pytest.mark.parametrize(
    "options",
    [
        {"eps": 1e-3},
        {"atol": 1e-4, "rtol": 1e-6},
        {"ints": False, "nondet_tol": 1e-9},
        {"samples": 5, "seed": 3, "budget": 9000},
        {"domain": (0.5, 4)},
    ],
)
def test_the_options_are_in_the_line(options):
    line = line_of(failed(cube, 1.0, cube_slope, **options))
    again = []
    eval(line, {**globals(), "gradcheck": lambda *args, **given: again.append(given)})
    assert {k: v for k, v in again[0].items() if k != "grad"} == options
    with pytest.raises(GradcheckError):
        eval(line)


@primitive(domain=[(-3, 3)])
def bent(m, x):
    return m.sin(x) * x


@bent.partials
def _(m, z, x):
    return (m.sin(x) + x * m.cos(x) + 0.1 * m.floor(x),)


def test_the_order_is_in_the_line():
    line = line_of(gradgradcheck(bent, raise_exception=False))
    assert line.endswith("order=2)")
    with pytest.raises(GradcheckError):
        eval(line)


def test_what_has_no_name_gets_none():
    model = Model([1.5] * 500)
    assert line_of(failed(model.fwd, 1.0, model.bwd)).startswith("gradcheck(f, (")
    assert line_of(failed(model.fwd, 1.0, model.bwd)).endswith("grad=...)")
    for func, name in ((functools.partial(pow, 2.0), "pow"), (model, "Model")):
        report = failed(func, 1.0, lambda x: 99.0)
        assert str(report).startswith(f"gradcheck: {name}'s ")
        assert line_of(report).startswith("gradcheck(f, (")
        assert "0x" not in str(report)
    assert "gradcheck(Model.plain, (" in line_of(failed(Model.plain, 1.0, lambda x: x))
    assert "gradcheck(np.sinh, (" in line_of(failed(np.sinh, 1.0, np.sinh))
