"""Corners of gradcheck of arrays: odd structures, domains, precisions, and wrong claims of each kind."""

import dataclasses
import math
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import ArgumentError, gradcheck, primitive
from autograd.check.estimate import Estimate
from autograd.check.judge import Tolerance
from autograd.check.tensors.directions import check_subject
from autograd.check.tensors.on_numpy import OfNumpy
from autograd.check.tensors.probes import forward_mode, linear
from autograd.check.tensors.result import ElementFinding, TensorReport
from autograd.check.tensors.subject import Subject, named

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4))
A = np.array([0.5, -1.5, 2.0, 0.75])


def report_of(*args, **options):
    return gradcheck(*args, **options, raise_exception=False)


# Structures.


class Point(NamedTuple):
    x: object
    y: object


class Options(dict):
    """A dictionary of its own kind."""


@dataclasses.dataclass
class Layer:
    w: object
    b: object = None


def test_named_tuples_and_kinds_of_dictionaries_stay_what_they_are():
    seen = []

    def f(p):
        seen.append(type(p))
        return p.x @ p.y

    assert gradcheck(f, (Point(A, A + 1),), grad=lambda p: (Point(p.y, p.x),))
    assert set(seen) == {Point}
    seen.clear()

    def g(p):
        seen.append(type(p))
        return p["x"] @ p["x"]

    assert gradcheck(g, (Options(x=A),), grad=lambda p: {"x": 2 * p["x"]})
    assert set(seen) == {Options}


@pytest.mark.parametrize(
    "grad",
    [
        lambda p: {1: 2 * p[1], "rest": [p["rest"][0]]},
        lambda p: {1: 2 * p[1], "rest": Layer(p["rest"][0])},
        lambda p: {1: 2 * p[1], "rest": (p["rest"][0], None)},
    ],
)
def test_gradients_in_other_structures(grad):
    f = lambda p: p[1] @ p[1] + 0.5 * p["rest"][0] @ p["rest"][0]
    right = not isinstance(grad({1: A, "rest": [A]})["rest"], Layer)
    assert bool(report_of(f, ({1: A, "rest": [A + 1]},), grad=grad)) == right


def test_a_field_that_has_no_gradient_is_zero():
    f = lambda p: p.w @ p.w + p.b @ p.b
    report = report_of(f, (Layer(A, A + 1),), grad=lambda p: {"w": 2 * p.w})
    assert report.cause == "zero"
    assert report.wrong == {"p.b": (4, 4, True)}


def test_a_float_beside_an_array_has_its_own_type():
    seen = []

    def f(x, scale, rate):
        seen.append((type(scale), type(rate)))
        return np.sum(x) * scale * rate

    grad = lambda x, s, r: (np.full_like(x, s * r), np.sum(x) * r, np.sum(x) * s)
    assert gradcheck(f, (A, np.float64(0.5), 2.0), grad=grad)
    assert set(seen) == {(np.float64, float)}
    seen.clear()
    assert gradcheck(f, (A.astype(np.float32), np.float32(0.5), 2.0), grad=grad)
    assert (np.float32, float) in seen


def test_a_gradient_that_is_complex_is_refused():
    with pytest.raises(ArgumentError, match=r"the gradient of x is complex; .* two real arrays"):
        gradcheck(lambda x: np.sum(x), A, grad=lambda x: x * 1j)


def test_names_that_the_function_does_not_say():
    assert list(named(dict, (1.0, 2.0))) == ["1", "2"]
    assert list(named(lambda a: a, (1.0, 2.0))) == ["1", "2"]
    known = lambda *xs: 0
    known.argument_names = ["up", "x"]
    assert named(known, (1.0, 2.0)) == {"up": 1.0, "x": 2.0}


# Values.


def numbers(n, start=0.1):
    return [start + 0.01 * k for k in range(n)]


@primitive
def half_square(m, x):
    return x * x


@half_square.partials
def _(m, z, x):
    return (x,)


def of_all(*parts):
    return ag.sum([half_square(x) for x in parts])


@pytest.mark.wide
def test_structures_of_many_values_are_named():
    report = report_of(
        lambda p: ag.sum(p["w"]) + half_square(p["b"]), ({"w": numbers(60), "b": 0.5},)
    )
    assert "argument p.b: claimed 0.5, numerically 1 ±" in str(report)
    layer = Layer(numbers(60), 0.5)
    report = report_of(lambda p: ag.sum(p.w) + half_square(p.b), (layer,))
    assert "argument p.b: claimed 0.5" in str(report)
    report = report_of(lambda p: ag.sum(p.w), (Layer(numbers(60)),))
    assert report.ok
    arrays = (np.array(numbers(60)).reshape(6, 10),)
    report = report_of(lambda w: ag.sum([half_square(x) for x in w.ravel()]), arrays)
    assert "argument w, element (0, 0): claimed" in str(report)
    assert report.cause == "factor 1/2"


def test_an_argument_without_numbers_has_no_part():
    f = lambda xs, more: ag.sum(xs)
    assert gradcheck(f, (numbers(60), []))
    assert gradcheck(f, (numbers(60), None))


def test_a_constant_gradient_has_no_second_derivative():
    assert gradcheck(lambda xs: ag.sum([3 * x for x in xs]), (numbers(60),), order=2)


@pytest.mark.wide
def test_two_samples_of_many():
    f = lambda xs: ag.sum([half_square(x) if x.data > 1.0 else x * x for x in xs])
    assert not report_of(f, [(numbers(60),), (numbers(60, 1.5),)])
    assert gradcheck(f, [(numbers(60),)])


def test_a_module_among_several_arguments():
    net = nn.MLP(2, [1])
    assert gradcheck(lambda m, x: (m(x)[0]) ** 2, (net, [0.5, -0.25]))


# Domains.


def test_domains_by_array():
    f = lambda a, b: np.sum(np.sqrt(a)) + np.sum(b)
    grad = lambda a, b: (0.5 / np.sqrt(a), np.ones_like(b))
    a, b = np.array([0.0, 1.0, 4.0]), np.array([-1.0, 1.0])
    assert gradcheck(f, (a + 1, b), grad=grad, domain=[(0, 9), (-9, 9)])
    assert gradcheck(f, (a + 1, b + 1), grad=grad, domain=[(0, 9)])
    with pytest.raises(ArgumentError, match="got 3 intervals for 2 arrays"):
        gradcheck(f, (a, b), grad=grad, domain=[(0, 9)] * 3)


def test_at_the_ends_of_the_domain_it_goes_inwards():
    f = lambda x: np.sum(np.sqrt(x) ** 3)
    at = np.array([0.0, 4.0, 1.0])
    assert gradcheck(f, at, grad=lambda x: 1.5 * np.sqrt(x), domain=(0, 4))
    assert not report_of(f, at, grad=lambda x: 1.4 * np.sqrt(x), domain=(0, 4))


# Functions that don't take every point.


def test_only_the_given_point_is_taken():
    def f(x):
        if np.abs(x - A).max() > 1e-2:
            raise ValueError("too far")
        return np.sum(x**3)

    assert gradcheck(f, A, grad=lambda x: 3 * x**2)
    report = report_of(f, A, grad=lambda x: 2 * x**2)
    assert report.cause == "off by a factor of 0.666667"


def test_nothing_next_to_the_given_point_is_taken():
    def f(x):
        if not np.array_equal(x, A):
            raise ValueError("only this")
        return np.sum(x**3)

    report = report_of(f, A, grad=lambda x: 3 * x**2)
    assert "nothing could be concluded" in report.problem
    report = report_of(f, A, grad=lambda x: 3 * x * math.nan)
    assert not report.failures


def test_a_backward_for_the_given_point_only():
    def vjp(x):
        if not np.array_equal(x, A) and np.abs(x - A).max() < 0.5 and x[0] != 0.875 * A[0] + 0.0625:
            raise ValueError("not here")
        return np.sin(x), lambda u: u * np.cos(x)

    assert gradcheck(np.sin, A, vjp=vjp)


def test_another_number_of_outputs_next_to_it():
    f = lambda x: x[x > 0]
    vjp = lambda x: (
        f(x),
        lambda u: np.put_along_axis(z := np.zeros_like(x), np.flatnonzero(x > 0), u, 0) or z,
    )
    assert gradcheck(f, np.array([1e-3, 1.0, -1.0]), vjp=vjp)


# Wrong claims.


def test_infinite_claims():
    f = lambda x: np.sum(x**2)
    report = report_of(f, A, grad=lambda x: np.where(x > 1, np.inf, 2 * x))
    assert report.cause == "not finite where the derivative is"
    assert "argument x, element (2,): claimed inf, numerically 4 ±" in str(report)
    vjp = lambda x: (np.sin(x), lambda u: np.where(x > 1, np.nan, u * np.cos(x)))
    report = report_of(np.sin, A, vjp=vjp)
    assert "output (2,), argument x, element (2,): claimed nan" in str(report)


def test_a_wrong_claim_at_the_given_point_where_two_outputs_have_kinks():
    f = lambda x: np.array([np.abs(x).sum(), np.maximum(x, 0).sum()])
    vjp = lambda x: (f(x), lambda u: u[0] * np.sign(x) + u[1] * (x > 0))
    assert gradcheck(f, np.zeros(3), vjp=vjp)
    ties = lambda x: np.array([np.max(x), np.min(x)])

    def of_ties(x):
        up, low = (x == np.max(x)) / np.sum(x == np.max(x)), np.arange(len(x)) == np.argmin(x)
        return ties(x), lambda u: u[0] * up + u[1] * low

    assert gradcheck(ties, np.ones(4), vjp=of_ties)


def test_a_wrong_upstream_gradient_of_one_number():
    vjp = lambda x: (np.sum(x**2), lambda u: 2 * x * (u if u > 0 else 0.5 * u))
    report = report_of(lambda x: np.sum(x**2), A, vjp=vjp)
    assert not report
    assert "linear" in str(report)


def test_an_upstream_gradient_of_another_power_is_told():
    vjp = lambda x: (np.sin(x), lambda u: u * np.abs(u) * np.cos(x))
    report = report_of(np.sin, A, vjp=vjp)
    assert "for an upstream gradient other than 1" in str(report)
    assert report.cause == "the backward is not linear in the upstream gradient"
    vjp = lambda x: (np.sum(np.sin(x)), lambda u: np.sign(u) * np.cos(x))
    report = report_of(lambda x: np.sum(np.sin(x)), A, vjp=vjp)
    assert "for an upstream gradient of " in str(report)


def test_a_wrong_backward_for_0_only():
    vjp = lambda x: (np.sin(x), lambda u: u * np.cos(x) if np.any(u) else np.ones_like(x))
    report = report_of(np.sin, A, vjp=vjp)
    assert report.problem.startswith("the backward is not linear in the upstream gradient: of its")


def test_a_transposed_gradient_of_a_rectangle():
    w = RNG.normal(size=(3, 4))
    f = lambda w: np.sum(np.sin(w) * np.arange(12.0).reshape(3, 4))
    df = lambda w: np.cos(w) * np.arange(12.0).reshape(3, 4)
    report = report_of(f, w, grad=lambda w: df(w).T.reshape(3, 4))
    assert report.cause == "transposed: the gradient of w"
    report = report_of(f, w, grad=lambda w: df(w) + 0.1 * w**2)
    assert report.cause == ""
    assert "likely cause: no simple pattern" in str(report)
    report = report_of(f, w, grad=lambda w: df(w) * 12.0)
    assert report.cause.startswith("factor 12")
    report = report_of(lambda w: np.mean(w**2), w, grad=lambda w: 2 * w / 4)
    assert "factor 3, a length: a sum where a mean belongs?" in report.cause


def test_many_arrays_and_one_wrong_number_among_them():
    arrays = [A + k for k in range(12)]
    f = lambda *xs: sum(np.sum(x**2) for x in xs)

    def grad(*xs):
        found = [2 * x for x in xs]
        found[7][1] += 0.5
        return tuple(found)

    report = report_of(f, tuple(arrays), grad=grad)
    assert report.wrong == {"8": (1, 4, True)}


def test_an_error_in_a_direction_without_an_element_of_its_own():
    """Each element is off by less than can be seen; together they are not."""
    n = 4000
    x = 1 + RNG.uniform(size=n)
    f = lambda x: np.sum(x**2)
    assert gradcheck(f, x, grad=lambda x: 2 * x * (1 + 1e-9))
    report = report_of(f, x, grad=lambda x: 2 * x + 1e-6)
    assert "argument x, in a random direction: no element stands out: claimed" in str(report)
    assert report.cause == ""  # nor is it a factor, or a sign


def test_half_precision_that_overflows():
    x = np.array([1.0, 2.0, 10.0], dtype=np.float16)
    f = lambda x: np.exp(x)
    assert gradcheck(f, x, vjp=lambda x: (np.exp(x), lambda u: u * np.exp(x)))
    x = np.array([1.0, 2.0, 12.0], dtype=np.float16)
    assert gradcheck(f, x, vjp=lambda x: (np.exp(x), lambda u: u * np.exp(x)))


def test_claims_that_overflow_in_half_precision():
    x = np.array([250.0, 1.0], dtype=np.float16)
    f = lambda x: np.sum(x.astype(np.float64) ** 3).astype(np.float64)
    report = report_of(f, x, grad=lambda x: (3 * x * x).astype(np.float16))
    assert not report.failures


def test_single_precision_values_and_wrong_claims():
    def f(x):
        if x.dtype != np.float32:
            raise TypeError("float32 only")
        return np.floor(np.sin(x) * 1e3) / np.float32(1e3)

    x = A.astype(np.float32)
    report = report_of(f, x, vjp=lambda x: (f(x), lambda u: u * np.cos(x)))
    assert not report.failures


def test_gradients_of_another_number_of_outputs():
    with pytest.raises(ArgumentError, match="one entry for each of 2 arguments; got 3"):
        gradcheck(lambda a, b: np.sum(a * b), (A, A), grad=lambda a, b: (b, a, a))


def test_a_derivative_that_is_not_repeatable_in_shape_or_finiteness():
    calls = []

    def f(x):
        calls.append(1)
        return x[: 3 + len(calls) % 2]

    report = report_of(f, A, vjp=lambda x: (x, lambda u: x))
    assert "the forward is not repeatable" in report.problem

    def grad(x):
        calls.append(1)
        return np.where(len(calls) % 2, np.nan, x)

    assert "not repeatable" in report_of(lambda x: 0.5 * x @ x, A, grad=grad).problem


# Forward mode, and parts by themselves.


class Sine(Subject):
    """sin of numpy arrays with a forward mode."""

    def __init__(self, factor=1.0, shape=None):
        super().__init__(np.sin, (A,))
        self.add("x", (4,))
        self.x, self.factor, self.shape = A.copy(), factor, shape

    def compute(self, x, double):
        self.outputs = self.outputs or [*OfNumpy(np.sin, (A,), None, None).parts]
        return np.sin(x)

    def pull(self, x, u, between=None):
        return u * np.cos(x)

    def push(self, x, d):
        tangent = self.factor * d * np.cos(x)
        return tangent if self.shape is None else tangent[: self.shape]


def test_forward_mode_is_compared_with_reverse():
    assert check_subject(Sine(), Tolerance()).ok
    report = check_subject(Sine(1.5), Tolerance())
    assert not report.ok
    assert report.problem.startswith("forward mode gives ")
    assert "in a random direction, reverse mode " in str(report)
    rng = np.random.default_rng(0)
    with np.errstate(invalid="ignore"):
        assert forward_mode(Sine(math.inf), A, rng) == ""
        assert forward_mode(Sine(1.5), np.array([math.inf, 1, 2, 3]), rng) == ""
    assert forward_mode(Sine(1.5, 2), A, rng) == ""
    assert linear(Sine(), A, np.ones(4), np.sin(A))


def test_a_subject_has_to_say_its_values_and_claims():
    empty = Subject(np.sin, (A,))
    with pytest.raises(NotImplementedError):
        empty.values(A)
    with pytest.raises(NotImplementedError):
        empty.pull(A, A)
    assert empty.push(A, A) is None and empty.second(A) is None


def test_a_report_says_what_was_left_out_and_where_a_kink_is():
    kink = Estimate("kink", 0.5, 1e-12, 0.0, 1.0)
    report = TensorReport("f", ok=False, left_out="3 of 7 arrays")
    report.counts["mismatch"] = 1
    report.failures.append(ElementFinding((0.0,), 0, 2.0, kink, "mismatch", where="x"))
    text = str(report)
    assert "argument x: claimed 2, numerically a kink, from 0 to 1" in text
    assert "; left out: 3 of 7 arrays" in text
