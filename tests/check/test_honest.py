"""gradcheck is honest: right code passes, with its noise, its ends and its ties; wrong code doesn't."""

import math
import statistics
import struct

import numpy as np
import pytest

from autograd import GradcheckError, gradcheck, maximum, sin
from autograd.check import estimate
from autograd.check.stairs import first_step, walk_out
from autograd.errors import ArgumentError
from tests.sampling import spread

pytestmark = pytest.mark.wide  # thirty seconds, and four times that under coverage


def ncdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def density(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def middle(*xs):
    """The partials of the median: of the first of equal ones."""
    at = xs.index(statistics.median(xs))
    return tuple([float(i == at) for i in range(len(xs))])


def solved(x):
    """The root of y³ + y = x by bisection, to 1e-9."""
    low, high = -100.0, 100.0
    while high - low > 1e-9:
        y = (low + high) / 2
        low, high = (y, high) if y**3 + y < x else (low, y)
    return (low + high) / 2


RIGHT = {
    "gelu": (lambda x: x * ncdf(x), [0.5, -1.2], lambda x: ncdf(x) + x * density(x), None),
    "rounded": (lambda x: round(math.sin(x), 3), [0.3, 1.0], math.cos, (-1, 1)),
    "power 1.1": (lambda x: x**1.1, [0.5, 2.0], lambda x: 1.1 * x**0.1, (0, 5)),
    "power 1.5": (lambda x: x**1.5, [0.5, 2.0], lambda x: 1.5 * x**0.5, (0, 5)),
    "fast": (lambda x: math.sin(1e9 * x), [0.3, 1], lambda x: 1e9 * math.cos(1e9 * x), None),
    "relu from 0": (lambda x: max(x, 0.0), [1.0, 2.0], lambda x: float(x > 0), (0, 5)),
    "abs to 0": (abs, [-1.0, -2.0], lambda x: math.copysign(1.0, x), (-5, 0)),
    "versine": (
        lambda x: (1 - math.cos(x)) / (x * x) if x else 0.5,
        [0.3, 1.0],
        lambda x: (x * math.sin(x) - 2 * (1 - math.cos(x))) / x**3 if abs(x) > 1e-3 else -x / 12,
        (-5, 5),
    ),
    "logistic": (
        lambda x: 1 / (1 + math.exp(-x)),
        [0.3, 1.0],
        lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
        None,
    ),
    "tanh": (math.tanh, [0.3, 1.0], lambda x: 1 - math.tanh(x) ** 2, None),
    "single": (lambda x: single(math.exp(x)), [0.3, 1.0], math.exp, (-3, 3)),
    "half": (lambda x: float(np.float16(math.exp(x))), [0.3, 1.0], math.exp, (-3, 3)),
    "solver": (solved, [0.3, 2.0], lambda x: 1 / (3 * solved(x) ** 2 + 1), (-20, 20)),
    "one pass variance": (
        lambda x: (x * x + 1e6) / 2 - ((x + 1e3) / 2) ** 2,
        [0.3, 2.0],
        lambda x: x - (x + 1e3) / 2,
        (-1, 1),
    ),
    "fraction": (lambda x: x - math.floor(x), [0.3, 2.2], lambda x: 1.0, None),
    "floor": (math.floor, [0.3, 2.2], lambda x: 0.0, None),
    "reciprocal": (lambda x: 1 / x, [0.3, 2.2], lambda x: -1 / x**2, None),
    "squash": (lambda x: x * x / (1 + x * x), [0.3], lambda x: 2 * x / (1 + x * x) ** 2, None),
    "root": (math.sqrt, [0.3], lambda x: 0.5 / math.sqrt(x) if x else math.inf, None),
    "seam": (
        lambda x: math.exp(x) if x < 1 else math.exp(x) + 1e-9,
        [0.3, 0.9, 1.2],
        math.exp,
        (-3, 3),
    ),
    "median": (
        lambda *xs: statistics.median(xs),
        [(1.0, 2.0, 3.0), (1.0, 1.0, 1.0), (2.0, 2.0, -1.0)],
        middle,
        None,
    ),
    "largest of three": (
        max,
        [(1.0, 2.0, 3.0), (1.0, 1.0, 1.0)],
        lambda *xs: tuple([1.0 / xs.count(max(xs)) * (x == max(xs)) for x in xs]),
        None,
    ),
    "log of a sum": (
        lambda b, c: math.log(b + c), [(0.5, 1.0)], lambda b, c: (1 / (b + c),) * 2,
        [(0, 5), (0.1, 5)],
    ),
}  # fmt: skip

WRONG = {
    "nan where it is flat": (
        lambda x, y: x * y, [(0.5, 1.0)], lambda x, y: (y, x or math.nan), None,
    ),
    "infinite where it is flat": (
        lambda x, y: x * y, [(0.5, 1.0)], lambda x, y: (y, x or math.inf), None,
    ),
    **{
        f"beyond {far:g}": (
            lambda x: x * x, [0.5], lambda x, far=far: 2 * x if abs(x) < far else 3 * x, None,
        )
        for far in (1e2, 150.0, 2e3, 1e5, 1e8)
    },
    "left of -200": (math.atan, [0.5], lambda x: 1 / (1 + x * x) * (1 + (x < -200)), None),
    **{
        f"at ties of {t}": (
            lambda x, y: x * y,
            [(0.5, 1.5)],
            lambda x, y, t=t: (y, x) if not x == y == t else (1.5 * y, x),
            None,
        )
        for t in (0.5, 2.0, -1.0, 10.0)
    },
    "at the end, of two": (
        lambda b, c: math.log(b + c),
        [(0.5, 1.0)],
        lambda b, c: (1 / (b + c) if b else 0.0, 1 / (b + c)),
        [(0, 5), (0.1, 5)],
    ),
    "a median that counts twice": (
        lambda *xs: statistics.median(xs),
        [(1.0, 2.0, 3.0), (1.0, 1.0, 1.0)],
        lambda *xs: tuple([float(x == statistics.median(xs)) for x in xs]),
        None,
    ),
    "kink from 0, slope 2": (
        lambda x: max(x, 0.0), [1.0, 2.0], lambda x: 1.0 if x > 0 else 2.0, (0, 5),
    ),
    "rounded, of twice the slope": (
        lambda x: round(math.sin(x), 3), [0.3, 1.0], lambda x: 2 * math.cos(x), (-1, 1),
    ),
    "gelu without x": (lambda x: x * ncdf(x), [0.5, -1.2], ncdf, None),
}  # fmt: skip


@pytest.mark.parametrize("name", spread(RIGHT, usual=6, wide=1))
def test_right_code_is_not_rejected(name):
    f, inputs, df, domain = RIGHT[name]
    assert gradcheck(f, inputs, grad=df, domain=domain)


@pytest.mark.parametrize("name", spread(WRONG, usual=6, wide=1))
def test_wrong_code_is_found(name):
    f, inputs, df, domain = WRONG[name]
    assert not gradcheck(f, inputs, grad=df, domain=domain, raise_exception=False)


@pytest.mark.parametrize(
    "name", [n for n in RIGHT if n not in {"floor", "rounded", "half", "solver"}]
)
def test_one_percent_is_found_in_the_same_code(name):
    f, inputs, df, domain = RIGHT[name]

    def off(*xs):
        claimed = df(*xs)
        return tuple([1.01 * c for c in claimed]) if isinstance(claimed, tuple) else 1.01 * claimed

    assert not gradcheck(f, inputs, grad=off, domain=domain, raise_exception=False)


# The estimate.


@pytest.mark.parametrize(
    ("f", "x", "truth"),
    [
        (lambda x: (1 - math.cos(x)) / (x * x), 1e-4, -8.3333333e-6),
        (lambda x: (1 - math.cos(x)) / (x * x), 1e-6, -8.3333333e-8),
        (lambda x: (x + 1e8) - 1e8, 6.4e-7, 1.0),
        (lambda x: round(math.sin(x), 3), 0.0, 1.0),
        (lambda x: round(math.sin(x), 3), 0.7, math.cos(0.7)),
        (lambda x: single(math.exp(x)), 0.5, math.exp(0.5)),
        (lambda x: math.exp(x) + math.floor(x / 1e-3) * 1e-9, 0.5, math.exp(0.5) + 1e-6),
        (lambda x: x**1.1, 0.0, 0.0),
    ],
)
def test_the_bar_holds_the_truth(f, x, truth):
    found = estimate(f, x, 0.0 if x == 0 else -math.inf)
    assert found.kind == "unknown" or abs(found.value - truth) <= 4 * found.bar + 1e-12
    assert found.bar > 1e-9 * abs(truth) or found.kind == "unknown"


def test_what_was_rounded_away_is_told_from_what_is_flat():
    assert walk_out(lambda x: 1 + math.erf(x), -9.0, 0.0, -50, 50, 2.0).height > 0
    assert walk_out(lambda x: max(x, 0.0), -3.0, 0.0, -50, 50, 0.75).height == 0
    assert walk_out(lambda x: 1.0, -3.0, 1.0, -50, 50, 0.75).height == 0


def test_a_seam_is_told_from_a_staircase():
    def step(f, x):
        side = [(2.0**-k, f(x + 2.0**-k)) for k in range(1, 45)]
        return first_step(f, x, f(x), 1, side, math.cos(x), lambda h: 1e-14 + 1e-12 * h)

    seam = step(lambda x: math.sin(x) + 1e-6 * (x > 0.501), 0.5)
    assert seam.height == pytest.approx(1e-6, rel=1e-3)
    assert seam.distance == pytest.approx(0.001, rel=1e-3)
    assert not seam.many
    assert step(math.sin, 0.5).height == 0
    assert step(lambda x: math.sin(x) + 1e-6 * math.floor(x / 0.001), 0.5003).many


# Inputs and exceptions.


def test_a_sample_outside_the_domain_is_judged():
    wrong = lambda x: math.cos(x) if x < 3 else 0.0
    assert not gradcheck(math.sin, [0.5, 7.0], grad=wrong, domain=(-1, 1), raise_exception=False)


@pytest.mark.parametrize("f", [math.log, lambda x: math.inf if x <= 0 else x])
def test_a_sample_without_a_value_is_refused(f):
    with pytest.raises(ArgumentError, match=r"at the input x=-1.0, so it has no derivative"):
        gradcheck(f, [0.5, -1.0], grad=lambda x: 1 / x)


def test_an_exception_names_the_point_and_the_remedy():
    def f(x):
        if x < 0:
            raise TypeError("no sense")
        return math.sqrt(x)

    def df(x):
        return {}[x] if x > 40 else 0.5 / math.sqrt(x)

    with pytest.raises(ArgumentError, match=r"f raised TypeError at x=-.* searching; give domain="):
        gradcheck(f, 1.0, grad=df)
    with pytest.raises(ArgumentError, match=r"derivative of f raised KeyError at x=.* domain="):
        gradcheck(f, 1.0, grad=df, domain=(0, 100))
    with pytest.raises(ArgumentError, match=r"f raised TypeError at x=-3.0\. \(no sense\)"):
        gradcheck(f, -3.0, grad=df)


def test_a_list_of_numbers_for_several_arguments_is_explained():
    with pytest.raises(ArgumentError, match=r"2 samples of one argument .* a tuple: \(1.0, 2.0\)"):
        gradcheck(lambda x, y: x * y, [1.0, 2.0], grad=lambda x, y: (y, x))


def test_numpys_warnings_stay_inside(recwarn):
    assert gradcheck(lambda x: float(np.exp(np.float64(x))), 1.0, grad=math.exp)
    assert not recwarn.list


def test_a_forward_that_changes_its_argument_is_told():
    def f(xs):
        xs.sort()
        return xs[0]

    with pytest.raises(GradcheckError, match=r"changes its argument at .*: xs\[0\] was 2.0"):
        gradcheck(f, ([2.0, 1.0],), grad=lambda xs: ([0.0, 1.0],))


def test_ints_can_be_left_out():
    f = lambda x: x * x if isinstance(x, float) else 0.0
    with pytest.raises(GradcheckError, match="pass ints=False"):
        gradcheck(f, 3.0, grad=lambda x: 2 * x)
    assert gradcheck(f, 3.0, grad=lambda x: 2 * x, ints=False)
    assert gradcheck(lambda x: x * 0.1 + x * 0.2, 3.0, grad=lambda x: 0.1 + 0.2)


def test_the_reference_is_asked_before_a_claim_is_called_wrong():
    off = lambda x: math.sin(x) + 1e-6 * x
    assert not gradcheck(off, 1.0, grad=math.cos, raise_exception=False)
    import mpmath

    assert gradcheck(off, 1.0, grad=math.cos, reference=mpmath.sin)


def test_a_solver_that_stops_early_is_asked_for_its_tolerance():
    report = gradcheck(
        lambda x: math.sin(x) * (1 + 3e-7), [0.3, 1.0], grad=math.cos, raise_exception=False
    )
    assert report.cause.startswith(("solver tolerance? pass rtol=", "off by a factor"))


def test_values_at_ties():
    assert gradcheck(lambda x, y: maximum(x, y) + sin(x), [(0.5, 0.5), (1.0, 2.0)])
