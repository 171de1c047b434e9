"""gradcheck: the corpus, every verdict, cause and message, every form of its arguments."""

import dataclasses
import functools
import inspect
import math
import re
import struct
import sys
import time
import zlib

import mpmath
import numpy as np
import pytest

import autograd
from autograd import (
    TABLE,
    GradcheckError,
    Value,
    check_grads,
    cos,
    exp,
    gradcheck,
    gradgradcheck,
    primitive,
    sin,
)
from autograd.check import Report, estimate
from autograd.check.judge import Tolerance, judge, verdict
from autograd.check.target import Target
from autograd.errors import ArgumentError, MissingDependencyError, OperandError
from tests.check.corpus.bugs import BUGS
from tests.check.corpus.groups import RIGHT, WRONG
from tests.check.corpus.nasty import NASTY
from tests.check.corpus.words import WORDS, diagnosis
from tests.sampling import spread

brief = functools.partial(gradcheck, budget=2000)  # where what is asked is not the search

# The corpus.

NAMED = [c for c in BUGS if c.gross and c.cause in WORDS]
MISNAMED = {}  # gross bugs whose cause is not named right, and why

# Of the gross bugs whose cause no word of the corpus fits, those that the report has words for.
OTHERS = {
    "tanh as 1-y": "factor 1/(1+y): one over one and the output",
    "x**x as a power": "the function itself instead of its derivative",
    "exp by the power rule": "factor 0.367879·x",  # 1/e
    "exp(x**2), chain factor forgotten": "factor 1/(2·x)",
    "log(1 + x**2), chain factor forgotten": "factor 1/(2·x)",
    "asin without the root": "factor 1/cos y: y is the output",
    "x**y without log x": "factor 1/ln x",
    "log-sum-exp, not normalised": "factor exp(f): f is the output",
    "integral for derivative": "the antiderivative instead of the derivative",
    "second derivative for first": "the second derivative instead of the first",
    "decibel, ln 10 on the wrong side": "off by a factor of 5.30189811",  # ln(10)**2
    "log2 without ln 2": "factor ln 2",
    "sin of degrees without pi/180": "factor 180/π: degrees",
    "atan in degrees, slope in radians": "factor π/180: degrees",
    "softmax cross-entropy, target off by one": "off by a constant, 1",
    "variance with n - 1": "off by a factor of 1.5",
}


def check(case):
    def f(*xs):
        return case.f(*xs)

    f.__name__ = case.name
    options = {"grad": case.df, "domain": list(case.domain), "raise_exception": False}
    return gradcheck(f, list(case.inputs), **options)


checked = functools.lru_cache(maxsize=None)(check)


@pytest.mark.parametrize("case", spread([c for c in WRONG if not c.beyond], usual=60))
def test_every_bug_of_the_corpus_is_found(case):
    report = checked(case)
    assert not report
    assert report.failures or report.problem


def test_what_is_beyond_finite_differences_is_little():
    assert len([c for c in WRONG if c.beyond]) <= 4


@pytest.mark.parametrize("case", spread(RIGHT, usual=60))
def test_what_is_right_in_the_corpus_is_not_rejected(case):
    assert checked(case)


SMOOTH = {
    "erf", "gamma", "exact gelu", "x**y", "lerp", "option price of four arguments", "digamma",
    "scaled erfc", "Weibull density in shape and scale", "Hill in three arguments",
    "damped oscillation", "distance on the globe", "layer norm of three", "LSTM cell",
}  # fmt: skip
SLIGHTLY_WRONG = [(c, i) for c in RIGHT if c.name in SMOOTH for i in range(len(c.domain))]


@pytest.mark.parametrize(("case", "i"), spread(SLIGHTLY_WRONG))
def test_a_partial_that_is_a_hundredth_of_a_percent_off_is_found(case, i):
    def slightly_wrong(*xs):
        return tuple([p * (1.0001 if k == i else 1) for k, p in enumerate(case.df(*xs))])

    report = check(dataclasses.replace(case, df=slightly_wrong))
    assert {f.index for f in report.failures} == {i}


def test_the_slightly_wrong_ones_are_a_dozen_functions():
    assert {c.name for c, _ in SLIGHTLY_WRONG} == SMOOTH


@pytest.mark.parametrize("case", spread(NAMED, usual=6))
def test_the_cause_of_a_gross_bug_is_named(case):
    expected = "right" if case.name not in MISNAMED else "wrong"
    assert diagnosis(case, checked(case).cause) == expected


def test_nine_of_ten_causes_are_named():
    assert len(MISNAMED) <= len(NAMED) / 10
    assert {c.cause for c in NAMED} == set(WORDS)


@pytest.mark.wide
@pytest.mark.parametrize("case", [c for c in BUGS if c.gross and c.cause not in WORDS], ids=str)
def test_no_false_cause_is_named(case):
    assert checked(case).cause == OTHERS.get(case.name, "")


@pytest.mark.parametrize("case", spread([c for c in NASTY if "noisy forward" in c.note]))
def test_a_noisy_forward_is_no_failure(case):
    assert checked(case)


@pytest.mark.parametrize("name", ["sine in single precision", "tanh rounded to 1e-7"])
def test_a_forward_in_single_precision_is_a_warning(name):
    report = checked(next(c for c in NASTY if c.name == name))
    assert report.ok
    assert "rounded more coarsely than floats are" in report.warnings[0]
    assert "warning: the function's values are rounded" in str(report)


# Verdicts.


def slope(f, x, low=-math.inf, high=math.inf):
    return estimate(f, x, low, high)


def oscillating(x):
    """No slope at 0 on either side, and an even function: central quotients are all 0."""
    return x * math.sin(1 / x) if x else 0.0


def wobbling(x):
    """The same without the symmetry."""
    return x * math.sin(1 / x + 1) if x else 0.0


def noise(x):
    """Digits that have nothing to do with those of x, the same at each call."""
    return zlib.crc32(struct.pack("d", x)) / 2**32


VERDICTS = [
    ("ok", math.sin, 1.0, math.cos(1.0)),
    ("mismatch", math.sin, 1.0, math.cos(1.0) * (1 + 1e-6)),
    ("mismatch", math.sin, 1.0, math.nan),
    ("mismatch", math.sin, 1.0, math.inf),
    ("kink", abs, 0.0, 0.0),
    ("kink", abs, 0.0, 1.0),
    ("kink", abs, 0.0, -1.0),
    ("mismatch", abs, 0.0, 1.001),
    ("mismatch", abs, 0.0, math.nan),
    ("jump", math.floor, 2.0, 0.0),
    ("jump", math.floor, 2.0, 7.0),
    ("edge", lambda x: math.copysign(abs(x) ** (1 / 3), x), 0.0, math.inf),
    pytest.param(
        *("inconclusive", oscillating, 0.0, 0.0),
        marks=pytest.mark.xfail(strict=True, reason="the one-sided bars are wide enough to agree"),
    ),
    ("inconclusive", wobbling, 0.0, 0.0),
    ("inconclusive", wobbling, 0.0, 0.5),
    ("inconclusive", noise, 1.0, 0.0),
]


@pytest.mark.parametrize(("expected", "f", "x", "claimed"), VERDICTS)
def test_verdicts(expected, f, x, claimed):
    target = Target("f", 1, f, lambda x: (claimed,), [(-math.inf, math.inf)])
    finding = judge(target, (x,), 0, claimed, Tolerance())
    assert finding.verdict == expected
    assert (finding.point, finding.index) == ((x,), 0)


def test_at_the_end_of_a_domain_the_one_sided_slope_decides():
    found = slope(lambda x: x / (1 + x), 0.0, 0.0)
    assert found.kind == "edge"
    assert math.isnan(found.left)
    assert verdict(1.0, found, Tolerance()) == "ok"
    assert verdict(2.0, found, Tolerance()) == "mismatch"


def test_where_the_slope_is_infinite_nothing_is_judged():
    found = slope(math.sqrt, 0.0, 0.0)
    assert found.kind == "infinite"
    assert {verdict(c, found, Tolerance()) for c in (0.0, 1.0, math.inf)} == {"edge"}


def test_where_the_function_is_not_finite_nothing_is_judged():
    assert verdict(1.0, slope(math.log, 0.0, 0.0), Tolerance()) == "edge"


def test_among_subnormal_numbers_nothing_is_concluded():
    found = slope(lambda x: 5e-320 * x, 1.0)
    assert verdict(5e-320, found, Tolerance()) == "inconclusive"


def test_tolerances_allow_what_they_say():
    found = slope(math.sin, 1.0)
    off = math.cos(1.0) + 1e-4
    assert verdict(off, found, Tolerance()) == "mismatch"
    assert verdict(off, found, Tolerance(atol=1.1e-4)) == "ok"
    assert verdict(off, found, Tolerance(rtol=2e-4)) == "ok"
    assert gradcheck(math.sin, 1.0, grad=lambda x: math.cos(x) + 1e-4, atol=1.1e-4)
    assert gradcheck(math.exp, 1.0, grad=lambda x: math.exp(x) * 1.0001, rtol=2e-4, domain=(-5, 5))


def test_an_explicit_step_is_a_fixed_one():
    found = estimate(lambda x: x**3, 1.0, step=0.1)
    assert found.value == pytest.approx(3.01, rel=1e-12)  # f' + h**2: nothing is extrapolated
    wrong = lambda x: 3 * x * x + 0.01
    assert gradcheck(lambda x: x**3, 1.0, grad=wrong, eps=0.1)
    assert not gradcheck(lambda x: x**3, 1.0, grad=wrong, raise_exception=False)


def test_an_explicit_step_at_the_end_of_a_domain():
    assert gradcheck(
        lambda x: x**3, 1.0, grad=lambda x: 3 * x * x, eps=1e-3, atol=1e-5, domain=(-5, 5)
    )


def test_a_kink_between_samples_is_told_by_its_slopes():
    report = gradcheck(
        abs, 1.0, grad=lambda x: math.copysign(1.0, x) if x else 3.0, raise_exception=False
    )
    assert report.region == "only x = 0"
    assert report.cause == "outside the one-sided slopes at a kink"
    assert "numerically: a kink, from -1 to 1 ± " in str(report)


def test_a_claim_that_is_not_finite_is_told():
    report = gradcheck(
        math.sin, 1.0, grad=lambda x: math.cos(x) if x else math.nan, raise_exception=False
    )
    assert report.cause == "not finite where the derivative is"
    assert report.failures[0].point == (0.0,)


def test_counts_are_of_claims_and_only_confirmed_ones_conclude():
    report = gradcheck(math.floor, 0.5, grad=lambda x: 0.0, domain=(-3, 3))
    assert report.counts["jump"] > 0
    assert report.counts["ok"] > 0
    assert report.conclusive == report.counts["ok"] + report.counts["kink"]
    total = sum(report.counts.values())
    assert f"conclusive: {report.conclusive} of {total} claims" in str(report)
    assert str(report).startswith("gradcheck: floor: the derivative is right")


def test_if_nothing_can_be_concluded_that_is_an_error():
    with pytest.raises(GradcheckError, match="nothing could be concluded"):
        gradcheck(noise, 0.3, grad=lambda x: 0.0)


def test_a_reference_settles_what_is_inconclusive():
    options = {"samples": 0, "domain": (0.2, 0.4)}
    exact = lambda x: mpmath.mpf(x) ** 2
    jagged = lambda x: x * x + noise(x)
    with pytest.raises(GradcheckError, match="nothing could be concluded"):
        gradcheck(jagged, 0.3, grad=lambda x: 2 * x, **options)
    assert gradcheck(jagged, 0.3, grad=lambda x: 2 * x, reference=exact, **options).conclusive
    with pytest.raises(GradcheckError) as caught:
        gradcheck(jagged, 0.3, grad=lambda x: 3 * x, reference=exact, **options)
    first = caught.value.report.failures[0]
    assert first.found.value == pytest.approx(2 * first.point[0], rel=1e-12)


def test_a_reference_settles_all():
    jagged = lambda x: x * x + noise(x)
    options = {"grad": lambda x: 2 * x, "domain": (0.2, 0.4), "reference": lambda x: x * x}
    assert gradcheck(jagged, 0.3, **options).counts["inconclusive"] == 0


def test_a_reference_of_several_arguments():
    f = lambda x, y: x * y + noise(x + 7 * y)
    options = {"samples": 0, "domain": (0.2, 2), "reference": lambda x, y: x * y}
    assert gradcheck(f, (0.3, 1.1), grad=lambda x, y: (y, x), **options)
    with pytest.raises(GradcheckError):
        gradcheck(f, (0.3, 1.1), grad=lambda x, y: (x, y), **options)


# Causes, one by one, in the words of the report.


@pytest.mark.parametrize(
    ("f", "df", "cause"),
    [
        (math.sin, lambda x: -math.cos(x), "sign flipped"),
        (math.sin, lambda x: 2 * math.cos(x), "factor 2"),
        (math.sin, lambda x: math.cos(x) / 2, "factor 1/2"),
        (math.sin, lambda x: -2 * math.cos(x), "factor -2"),
        (math.sin, lambda x: math.cos(x) / -2, "factor -1/2"),
        (math.sin, lambda x: 3 * math.cos(x), "factor 3"),
        (math.sin, lambda x: math.cos(x) / 3, "factor 1/3"),
        (math.sin, lambda x: math.cos(x) * math.sqrt(2), "factor √2"),
        (math.sin, lambda x: math.cos(x) / math.sqrt(2), "factor 1/√2"),
        (math.sin, lambda x: math.cos(x) * math.log(2), "factor ln 2"),
        (math.sin, lambda x: math.cos(x) / math.log(2), "factor 1/ln 2"),
        (math.sin, lambda x: math.cos(x) * math.log(10), "factor ln 10"),
        (math.sin, lambda x: math.cos(x) * math.pi, "factor π"),
        (math.sin, lambda x: math.cos(x) * 180 / math.pi, "factor 180/π: degrees"),
        (math.sin, lambda x: math.cos(x) * 0.77, "off by a factor of 0.77"),
        pytest.param(*(math.sin, lambda x: math.cos(x) * x, "factor x: the argument itself")),
        pytest.param(*(math.sin, lambda x: math.cos(x) * x * x, "factor x²")),
        (math.exp, lambda x: math.exp(2 * x), "factor y: the output"),
        (math.exp, lambda x: math.exp(3 * x), "factor y²: the output squared"),
        pytest.param(
            *(
                math.exp,
                lambda x: math.exp(x) * (1 - math.exp(x)),
                "factor 1-y: one less the output",
            ),
        ),
        (math.sin, lambda x: 0.0, "zero"),
        (math.sin, lambda x: 0.4, "constant 0.4"),
        (math.sin, lambda x: math.cos(x) + 1.5, "off by a constant, 1.5"),
        (math.sin, lambda x: math.cos(math.sin(x)), "taken at the output instead of the input"),
        (lambda x: x * math.sin(x), math.sin, ""),
    ],
)
def test_causes(f, df, cause):
    samples = [0.3, -0.8, 1.4, 2.6, -1.9]
    report = gradcheck(f, samples, grad=df, domain=(-3, 3), raise_exception=False)
    assert report.cause == cause
    assert f"likely cause: {cause or 'no simple pattern'}" in str(report)


@pytest.mark.parametrize(
    ("df", "cause"),
    [
        (lambda x, y: (math.cos(x) * y**3 * y, 3 * math.sin(x) * y * y), "other argument"),
        (lambda x, y: (3 * math.sin(x) * y * y, math.cos(x) * y**3), "partials swapped"),
        (lambda x, y: (math.cos(x) * y**3, 0.0), "zero"),
    ],
)
def test_causes_of_two_arguments(df, cause):
    samples = [(0.3, 1.2), (-0.8, 0.6), (1.4, -1.7), (2.6, 0.9)]
    f = lambda x, y: math.sin(x) * y**3
    report = gradcheck(f, samples, grad=df, domain=(-3, 3), raise_exception=False)
    assert cause in report.cause


@pytest.mark.parametrize(
    ("df", "region", "cause"),
    [
        (lambda x: math.cos(x) if x < 10 else 1.1 * math.cos(x), "x ≥ 10", ""),
        (lambda x: math.cos(x) if x < 10 else 0.0, "x ≥ 10", "a branch was forgotten"),
        (lambda x: math.cos(x) if x > -3 else x, "x ≤ -3", "wrong branch"),
        (lambda x: math.cos(x) if x else 0.5, "only x = 0", ""),
        (lambda x: math.cos(x) if not 3 < x < 3.2 else 0.7, "3 < x < 3.2", ""),
        (lambda x: 2 * math.cos(x), "everywhere", "factor 2"),
    ],
)
def test_regions(df, region, cause):
    samples = [0.3, -0.8, 1.4]
    report = gradcheck(math.sin, samples, grad=df, domain=(-20, 20), raise_exception=False)
    assert cause in report.cause
    if (named := re.fullmatch(r"(\S+) < x < (\S+)", region)) is not None:
        low, high = map(float, named.groups())
        found = re.fullmatch(r"(\S+) < x < (\S+)|only x = (\S+)|at x = (\S+)", report.region)
        assert all(low <= float(end) <= high for end in found.groups() if end)
    else:
        assert report.region == region


def test_a_bug_only_where_the_arguments_are_equal():
    both = lambda x, y: (float(x >= y), float(y >= x))
    report = gradcheck(max, (1.0, 2.0), grad=both, raise_exception=False)
    assert not report
    assert report.failures[0].point[0] == report.failures[0].point[1]
    assert gradcheck(max, (1.0, 2.0), grad=lambda x, y: (float(x >= y), float(y > x)))


# The message.


def test_the_message_line_by_line():
    def wrong(x, y):
        return 2 * x * y, 1.5 * x * x

    def area(x, y):
        return x * x * y

    with pytest.raises(GradcheckError) as caught:
        gradcheck(area, (0.7, 1.3), grad=wrong)
    lines = [line.strip() for line in str(caught.value).splitlines()]
    patterns = [
        r"gradcheck: area's ∂/∂y is wrong",
        r"argument: y, number 2 of 2",
        r"at: x=\S+, y=\S+",
        r"claimed: \S+",
        r"numerically: \S+ ± \S+",
        r"likely cause: off by a factor of 1\.5\S*|likely cause: factor .*",
        r"wrong: \S.*",
        r"simplest counterexample: x=\S+, y=\S+",
        r"reproduce: gradcheck\(area, \(\S+, \S+\), grad=wrong\)",
        r"conclusive: \d+ of \d+ claims",
    ]
    assert len(lines) == len(patterns)
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern, line), line


def test_the_fields_of_the_error():
    with pytest.raises(GradcheckError) as caught:
        gradcheck(math.sin, [0.3, 1.1], grad=lambda x: 2 * math.cos(x))
    report = caught.value.report
    assert isinstance(report, Report)
    assert (report.name, report.ok, report.cause) == ("sin", False, "factor 2")
    assert report.region == "everywhere"
    assert (report.problem, report.place, report.warnings, report.left_out) == ("", "", [], "")
    first = report.failures[0]
    (x,) = first.point
    assert (first.index, first.verdict) == (0, "mismatch")
    assert first.claimed == 2 * math.cos(x)
    assert abs(first.found.value - math.cos(x)) <= first.found.bar
    assert report.counts["mismatch"] == len(report.failures)
    assert report.evaluations > 100
    assert report.seconds > 0
    assert str(caught.value) == str(report)


def test_the_simplest_counterexample_is_simple():
    wrong = lambda x, y: (y, 1.1 * x)
    report = gradcheck(lambda x, y: x * y, (0.73512, -1.93318), grad=wrong, raise_exception=False)
    assert all(len(repr(x)) <= 4 for x in report.failures[0].point)


def test_the_reproducer_reproduces():
    @primitive
    def cubed(m, x):
        return x * x * x

    @cubed.partials
    def _(m, z, x):
        return (2 * x * x,)

    text = str(gradcheck(cubed, raise_exception=False))
    line = re.search("reproduce: (.*)", text)[1]
    with pytest.raises(GradcheckError):
        eval(line, {"gradcheck": gradcheck, "cubed": cubed})


@primitive
def bad_tanh(m, x):
    return m.tanh(x)


@bad_tanh.partials
def _(m, z, x):
    return (1 + z * z,)


def test_in_a_graph_the_operation_the_label_and_the_line_are_named():
    def model(x, y):
        h = bad_tanh(x * y + 1)
        h.label = "hidden"
        return sin(h) * y

    line = inspect.getsourcelines(model)[1] + 1
    report = gradcheck(model, (0.3, 0.8), raise_exception=False)
    assert "bad_tanh" in report.place
    assert "[hidden]" in report.place
    assert f"test_gradcheck.py:{line}" in report.place
    first, second = str(report).splitlines()[:2]
    assert first == f"gradcheck: model's ∂/∂x is wrong ({report.place})"
    assert second.strip() == "argument: x, number 1 of 2"


def test_an_operation_is_named_itself():
    report = gradcheck(bad_tanh, raise_exception=False)
    assert str(report).startswith("gradcheck: bad_tanh's ∂/∂x is wrong")


def test_an_assert_tells_the_message():
    with pytest.raises(AssertionError, match="likely cause: sign flipped"):
        assert gradcheck(math.sin, 1.0, grad=lambda x: -math.cos(x))


def test_the_error_is_an_assertion_and_a_runtime_error():
    assert issubclass(GradcheckError, (AssertionError, RuntimeError))
    for base in (AssertionError, RuntimeError, autograd.AutogradError):
        assert issubclass(GradcheckError, base)
    with pytest.raises(RuntimeError):
        gradcheck(math.sin, 1.0, grad=math.sin)


def test_without_raising_the_report_is_false():
    report = gradcheck(math.sin, 1.0, grad=math.sin, raise_exception=False)
    assert isinstance(report, Report)
    assert not report
    assert not report.ok


def test_a_report_that_is_right_is_true():
    report = gradcheck(math.sin, 1.0, grad=math.cos)
    assert report
    assert report.ok
    assert (report.failures, report.problem, report.cause) == ([], "", "")


def test_the_names():
    assert check_grads is gradcheck
    assert {"gradcheck", "gradgradcheck", "check_grads", "GradcheckError", "locate"} <= set(
        autograd.__all__
    )


# Inputs.


@pytest.mark.parametrize(
    "inputs",
    [1, 1.0, np.float64(1.0), (1.0,), [1.0, 2.0], [(1.0,), (2.0,)], ((1.0,), (2.0,))],
    ids=repr,
)
def test_forms_of_inputs(inputs):
    assert brief(math.sin, inputs, grad=math.cos)
    assert brief(sin, inputs)
    assert not brief(math.sin, inputs, grad=math.sin, raise_exception=False)


def test_inputs_that_are_values():
    assert brief(math.sin, Value(1.0), grad=math.cos)


def test_inputs_that_are_values_of_a_function_of_values():
    assert brief(sin, Value(1.0))


@pytest.mark.parametrize("inputs", [(1.0, 2.0), [(1.0, 2.0), (0.5, -1)], ((1.0, 2), (3, 4.0))])
def test_forms_of_inputs_of_two_arguments(inputs):
    assert brief(lambda x, y: x * y, inputs)
    assert brief(lambda x, y: x * y, inputs, grad=lambda x, y: (y, x))


@pytest.mark.wide
@pytest.mark.parametrize(
    ("f", "inputs"),
    [
        (lambda xs: xs[0] * xs[1] + sin(xs[2]), ([1.0, 2.0, 0.5],)),
        (lambda p: p["w"][0] * p["w"][1] + p["b"], ({"w": [1.0, 2.0], "b": 0.5},)),
        (lambda p, x: p["w"] * x[0] + x[1], ({"w": 1.5}, (0.3, 0.8))),
        (lambda a: (a * a).sum(), (np.array([1.0, 2.0, 0.5]),)),
        (lambda a, x: (a[0] @ a[1]) * x, (np.array([[1.0, 2.0], [0.5, 0.1]]), 0.7)),
    ],
)
def test_structures(f, inputs):
    assert brief(f, inputs)
    assert brief(f, [inputs, inputs])


def test_structures_with_a_claimed_gradient():
    f = lambda p: p["w"][0] * p["w"][1] + p["b"]
    right = lambda p: {"w": [p["w"][1], p["w"][0]], "b": 1.0}
    wrong = lambda p: {"w": [p["w"][0], p["w"][1]], "b": 1.0}
    inputs = ({"w": [1.0, 2.0], "b": 0.5},)
    assert brief(f, inputs, grad=right)
    assert not brief(f, inputs, grad=wrong, raise_exception=False)


@pytest.mark.wide
def test_every_number_of_a_structure_is_checked():
    @primitive
    def off(m, x):
        return 3 * x

    @off.partials
    def _(m, z, x):
        return (3.001,)

    for k in range(3):
        report = brief(
            lambda xs, k=k: sum(off(x) if i == k else sin(x) for i, x in enumerate(xs)),
            ([0.3, 0.4, 0.5],),
            raise_exception=False,
        )
        assert report.failures[0].index == k


@pytest.mark.wide
def test_a_function_with_several_outputs():
    assert gradcheck(lambda x, y: (x * y, [sin(x), y * y]), (0.4, 1.2))
    report = gradcheck(lambda x, y: (x * y, bad_tanh(x)), (0.4, 1.2), raise_exception=False)
    assert report.name.endswith("[1]")


def test_an_output_that_depends_on_nothing():
    assert brief(lambda x: x * 0 + 1, 1.0)
    assert brief(lambda x, y: sin(y), (1.0, 2.0))


@pytest.mark.parametrize("row", [TABLE["sin"], TABLE["mul"], TABLE["logsumexp"]], ids=str)
def test_a_row_brings_its_samples(row):
    report = brief(row)
    assert report.name == row.name
    assert brief(row, row.samples[0])


def test_inputs_that_cannot_be():
    with pytest.raises(ArgumentError, match="give inputs"):
        gradcheck(math.sin, grad=math.cos)
    with pytest.raises(ArgumentError, match="empty"):
        gradcheck(math.sin, [], grad=math.cos)
    with pytest.raises(ArgumentError, match="no number among the inputs"):
        gradcheck(math.sin, (), grad=math.cos)
    with pytest.raises(ArgumentError, match="different numbers of arguments"):
        gradcheck(lambda x, y: x * y, [(1.0, 2.0), (1.0,)])
    with pytest.raises(TypeError):
        gradcheck(sin, "1.0")
    with pytest.raises(ArgumentError, match="order is 3"):
        gradcheck(sin, 1.0, order=3)
    with pytest.raises(OperandError, match=r"returned float, no Value.*grad=df"):
        gradcheck(lambda x: 3.0, 1.0)


# The claimed gradient.


@pytest.mark.parametrize("form", [float, lambda d: (d,), lambda d: [d], np.float64, np.array])
def test_forms_of_one_partial(form):
    assert brief(math.sin, 1.0, grad=lambda x: form(math.cos(x)))


@pytest.mark.parametrize("form", [tuple, list, np.array])
def test_forms_of_partials(form):
    assert brief(lambda x, y: x * y, (1.0, 2.0), grad=lambda x, y: form([y, x]))
    assert not brief(
        lambda x, y: x * y, (1.0, 2.0), grad=lambda x, y: form([x, y]), raise_exception=False
    )


@pytest.mark.parametrize(
    ("claimed", "said"), [((1.0, 2.0, 3.0), "3"), (1.0, "1"), ((), "0"), (None, "None")]
)
def test_a_wrong_count_of_partials(claimed, said):
    with pytest.raises(ArgumentError, match=f"gives {said} partials for 2 arguments"):
        gradcheck(lambda x, y: x * y, (1.0, 2.0), grad=lambda x, y: claimed)


def test_a_partial_that_is_no_number():
    with pytest.raises(OperandError, match="partial"):
        gradcheck(math.sin, 1.0, grad=lambda x: "cos")


def test_a_numpy_function():
    assert gradcheck(np.tanh, [0.3, -1.2], grad=lambda x: 1 - np.tanh(x) ** 2)
    assert gradcheck(
        lambda a: np.sum(np.asarray(a, float) ** 2),
        (np.array([1.0, 2.0]),),
        grad=lambda a: 2 * np.asarray(a, float),
    )


# Domains.


def undefined_below_one(x):
    return math.log(x - 1) if x > 1 else math.nan


@pytest.mark.parametrize("domain", [(1.5, 9), [1.5, 9], [(1.5, 9)], ((1.5, 9.0),), (2, math.inf)])
def test_forms_of_a_domain(domain):
    report = gradcheck(undefined_below_one, 3.0, grad=lambda x: 1 / (x - 1), domain=domain)
    assert report.target.domain == (tuple(np.ravel(domain)),)
    assert min(f.point[0] for f in report.scanned) >= min(np.ravel(domain))


@pytest.mark.wide
@pytest.mark.parametrize("domain", [(1, 5), [(1, 5)], [(1, 5), (1, 5)]])
def test_one_interval_holds_for_all_arguments(domain):
    report = gradcheck(lambda x, y: x / y, (1.0, 2.0), grad=_quotient, domain=domain)
    assert report.target.domain == ((1.0, 5.0), (1.0, 5.0))


def test_an_interval_for_each_argument():
    report = gradcheck(lambda x, y: x / y, (1.0, 2.0), grad=_quotient, domain=[(-3, 3), (1, 5)])
    assert all(-3 <= x <= 3 and 1 <= y <= 5 for f in report.scanned for x, y in [f.point])


def _quotient(x, y):
    return 1 / y, -x / (y * y)


@pytest.mark.parametrize(
    ("domain", "error", "said"),
    [
        ((2, 1), ArgumentError, "empty interval"),
        ([(1, 1)], ArgumentError, "empty interval"),
        ((math.nan, 1), ArgumentError, "empty interval"),
        ([(0, 1)] * 3, ArgumentError, "3 intervals for 1 arguments"),
        (("a", "b"), TypeError, "domain"),
    ],
)
def test_domains_that_cannot_be(domain, error, said):
    with pytest.raises(error, match=said):
        gradcheck(math.sin, 1.0, grad=math.cos, domain=domain)


def test_what_is_outside_the_domain_is_not_looked_at():
    wrong_outside = lambda x: math.cos(x) if abs(x) < 4 else 0.0
    assert gradcheck(math.sin, 1.0, grad=wrong_outside, domain=(-3, 3))
    assert not gradcheck(math.sin, 1.0, grad=wrong_outside, raise_exception=False)


@pytest.mark.wide
def test_the_samples_and_the_seed():
    few = gradcheck(math.sin, 1.0, grad=math.cos, samples=0)
    more = gradcheck(math.sin, 1.0, grad=math.cos, samples=25)
    assert sum(few.counts.values()) + 20 < sum(more.counts.values())
    points = [
        {f.point for f in gradcheck(math.sin, 1.0, grad=math.cos, seed=seed).scanned}
        for seed in (0, 0, 1)
    ]
    assert points[0] == points[1] != points[2]


# Second derivatives and forward mode.


@pytest.mark.wide
def test_second_derivatives():
    f = lambda x, y: sin(x) * exp(y) + x * x * y
    report = gradgradcheck(f, [(0.3, 0.7), (-1.1, 0.2)])
    assert report.counts["second ok"] > 0
    assert gradcheck(f, (0.3, 0.7), order=2)
    assert gradgradcheck(TABLE["mul"])


def number_of(x):
    """x as a float, whatever it is: what loses a second derivative."""
    for name in ("_number", "x"):
        x = getattr(x, name, x)
    return float(x)


@primitive(domain=[(-3, 3)])
def detached_cube(m, x):
    return x * x * x


@detached_cube.partials
def _(m, z, x):
    return (3 * x * number_of(x),)


@primitive(domain=[(-3, 3)])
def frozen_square(m, x):
    return x * x


@frozen_square.partials
def _(m, z, x):
    return (2 * number_of(x),)


@pytest.mark.wide
@pytest.mark.parametrize("operation", [detached_cube, frozen_square], ids=repr)
def test_a_bug_only_in_the_second_derivative(operation):
    assert gradcheck(operation)
    with pytest.raises(GradcheckError, match="wrong only in the second derivative"):
        gradgradcheck(operation)
    report = gradcheck(operation, order=2, raise_exception=False)
    assert "the derivative of" in report.name
    report = gradgradcheck(lambda x, y: operation(x) * y, (0.4, 1.3), raise_exception=False)
    assert "second derivative" in report.cause


def test_a_rule_for_floats_has_no_second_derivative():
    @primitive
    def plain_sin(m, x):
        return m.sin(x)

    @plain_sin.partials
    def _(m, z, x):
        return (math.cos(x),)

    assert gradcheck(plain_sin)
    with pytest.raises(GradcheckError, match="plain_sin: its derivative rule works on floats only"):
        gradgradcheck(plain_sin)


# Probes.


def test_a_forward_that_is_not_repeatable():
    state = [0]

    def f(x):
        state[0] += 1
        return math.sin(x) + 1e-5 * (state[0] % 2)

    report = gradcheck(f, 1.0, grad=math.cos, raise_exception=False)
    assert "the forward is not repeatable: two calls at (1.0,) give" in report.problem
    assert report.problem in str(report)
    report = gradcheck(f, 1.0, grad=math.cos, raise_exception=False, nondet_tol=1e-4)
    assert "repeatable" not in report.problem


def test_a_derivative_that_is_not_repeatable():
    state = [0]

    def df(x):
        state[0] += 1
        return math.cos(x) + 1e-9 * (state[0] % 2)

    report = gradcheck(math.sin, 1.0, grad=df, raise_exception=False)
    assert "the derivative is not repeatable" in report.problem
    assert gradcheck(math.sin, 1.0, grad=df, nondet_tol=1e-8)


def test_a_derivative_from_the_state_of_the_last_forward():
    last = [0.0]

    def f(x):
        last[0] = x
        return math.sin(x)

    with pytest.raises(GradcheckError, match="keeps state from the last forward"):
        gradcheck(f, [0.3, 1.2], grad=lambda x: math.cos(last[0]))


def test_ints_that_are_not_what_floats_are():
    def f(x):
        return math.sin(x) if isinstance(x, float) else 0.0

    with pytest.raises(GradcheckError, match="another number for ints"):
        gradcheck(f, 2.0, grad=math.cos)


# The budget.


def test_what_the_budget_leaves_out_is_said():
    report = gradcheck(math.sin, 1.0, grad=math.cos, budget=2000)
    assert re.match(r"\d+ of \d+ points", report.left_out)
    assert "left out" in str(report) or " points checked" in str(report)


@pytest.mark.parametrize("budget", [1, 300, 3000, 10000])
def test_a_budget_is_kept(budget):
    """But for the samples, which are judged in any case, and the point that is being judged."""
    calls = []

    def counted(x):
        calls.append(x)
        return math.sin(x)

    report = gradcheck(counted, 1.0, grad=math.cos, budget=budget)
    assert report.left_out
    assert len(calls) <= budget + 1000
    assert report.evaluations <= budget + 1000
    assert 1.0 in {f.point[0] for f in report.scanned}


def test_a_budget_is_a_number_of_evaluations():
    for budget in (0, -3):
        with pytest.raises(ArgumentError, match="at least 1 evaluation"):
            gradcheck(math.sin, 1.0, grad=math.cos, budget=budget)


def test_the_verdict_is_that_of_a_slow_machine(monkeypatch):
    found = [str(gradcheck(math.sin, 1.0, grad=math.cos, budget=3000))]
    ticks = iter(range(0, 10**9, 1000))
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))
    found.append(str(gradcheck(math.sin, 1.0, grad=math.cos, budget=3000)))
    assert found[0] == found[1]


def test_a_progress_bar(capsys):
    pytest.importorskip("tqdm")
    gradcheck(math.sin, 1.0, grad=math.cos, budget=2000, progress=True)
    gradcheck(math.sin, 1.0, grad=math.cos, budget=2000)
    assert capsys.readouterr().out == ""


def test_a_progress_bar_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert gradcheck(math.sin, 1.0, grad=math.cos, budget=2000)
    with pytest.raises(MissingDependencyError, match=r'pip install "chalkgrad\[progress\]"'):
        gradcheck(math.sin, 1.0, grad=math.cos, progress=True)


# The picture.


def test_the_picture():
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    wrong = lambda x: math.copysign(1.0, x) if abs(x) != 1 else 5.0
    report = gradcheck(abs, 0.7, grad=wrong, domain=(-3, 3), raise_exception=False)
    figure = report.plot()
    assert isinstance(figure, Figure)
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("x", "∂/∂x", "abs")
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert {"numeric ± bar", "numeric", "claimed", "mismatch", "kink"} <= labels
    claimed = next(line for line in axes.lines if line.get_label() == "claimed")
    assert len(claimed.get_xdata()) > 20
    marked = next(line for line in axes.lines if line.get_label() == "mismatch")
    assert set(marked.get_xdata()) <= {1.0, -1.0}


def test_the_picture_of_another_argument():
    pytest.importorskip("matplotlib")
    report = gradcheck(lambda x, y: x * y, (1.0, 2.0))
    (axes,) = report.plot(1).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("y", "∂/∂y")


def test_the_picture_needs_matplotlib(monkeypatch):
    report = gradcheck(math.sin, 1.0, grad=math.cos)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match=r"matplotlib.*pip install"):
        report.plot()


# Functions of other packages.


@pytest.mark.peers
def test_a_function_of_torch():
    torch = pytest.importorskip("torch")
    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (0.3, 0.8))
    assert gradcheck(lambda x, y: torch.sin(x) * y, (x, y))
    assert gradcheck(torch.sin, x)

    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.sin()

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return -grad * x.cos()

    report = gradcheck(Wrong.apply, x, raise_exception=False)
    assert report.cause == "sign flipped"


@pytest.mark.peers
def test_a_function_of_jax():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    x, y = jax.numpy.float64(0.3), jax.numpy.float64(0.8)
    options = {"domain": (-3, 3), "samples": 3}
    assert gradcheck(lambda x, y: jax.numpy.sin(x) * y, (x, y), **options)

    @jax.custom_vjp
    def wrong(x):
        return jax.numpy.sin(x)

    wrong.defvjp(lambda x: (jax.numpy.sin(x), x), lambda x, g: (2 * g * jax.numpy.cos(x),))
    assert gradcheck(wrong, x, raise_exception=False, **options).cause == "factor 2"


def test_functions_of_values_mix_with_plain_numbers():
    assert brief(lambda x: cos(x) * 2.0 + np.float64(1.0), 0.3)


def test_the_backward_is_linear_in_the_seed():
    from autograd.check.probe import probe
    from autograd.check.survey import Options
    from autograd.check.target import targets

    OPTIONS = Options(Tolerance(), 1000)
    (target,) = targets(lambda x: x * x, (3.0,), None, None)
    assert probe(target, [(3.0,)], OPTIONS) == ""
    target.seeded = lambda seed, x: [6.0 * seed + 1.0]
    assert "backward of 0" in probe(target, [(3.0,)], OPTIONS)
    target.seeded = lambda seed, x: [6.0 * seed**2]
    assert "not linear" in probe(target, [(3.0,)], OPTIONS)
