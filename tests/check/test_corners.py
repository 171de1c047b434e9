"""Corners of gradcheck: rare shapes of arguments, of claims and of failures."""

import dataclasses
import math

import numpy as np
import pytest

import nn
from autograd import (
    TABLE,
    ArgumentError,
    GradcheckError,
    OperandError,
    Value,
    gradcheck,
    primitive,
    sin,
)
from autograd.check import estimate
from autograd.check.diagnose import explains_the_rest, first, tolerance_hint
from autograd.check.estimate import Estimate
from autograd.check.evidence import Cause
from autograd.check.judge import Finding
from autograd.check.locate import locate
from autograd.check.names import argument_names, function_source, gradient_source
from autograd.check.target import Target
from autograd.functions import exp

SAMPLES = [0.3, -0.8, 1.4, 2.6, -1.9]
PAIRS = [(0.3, 1.2), (-0.8, 0.6), (1.4, -1.7), (2.6, 0.9)]
TRIPLES = [(0.3, 1.2, 0.5), (-0.8, 0.6, 1.1), (1.4, -1.7, -0.6)]


def found(f, samples, df, domain=(-3, 3), **options):
    return gradcheck(f, samples, grad=df, domain=domain, raise_exception=False, **options)


def finding(claimed, value, kind="smooth", bar=1e-12, x=1.0):
    return Finding((x,), 0, claimed, Estimate(kind, value, bar, value, value), "mismatch")


@primitive(domain=[(-3, 3)])
def half_square(m, x):
    """x², whose derivative is wrong by a factor."""
    return x * x


@half_square.partials
def _(m, z, x):
    return (x,)


@primitive(domain=[(-3, 3)])
def bad_cube(m, x):
    return x * x * x


@bad_cube.partials
def _(m, z, x):
    return (x * x,)


# Names.


@dataclasses.dataclass
class Line:
    slope: object
    offset: object = None


@pytest.mark.parametrize(
    ("func", "point", "names"),
    [
        (lambda w, b: 0, (np.ones((2, 2)), 1.0), ("w[0, 0]", "w[0, 1]", "w[1, 0]", "w[1, 1]", "b")),
        (lambda v: 0, (np.ones(2),), ("v[0]", "v[1]")),
        (lambda line: 0, (Line(1.0, [2.0]),), ("line.slope", "line.offset[0]")),
        (lambda line: 0, (Line(1.0),), ("line.slope",)),
        (lambda n: 0, (nn.Neuron(2),), ("n.weights.0", "n.weights.1", "n.bias")),
        (lambda x, *, scale=1.0: 0, (1.0,), ("x",)),
        (lambda **xs: 0, (1.0,), ("x",)),
        (half_square, (1.0,), ("x",)),
        (TABLE["leaky_relu"].bind(0.1), (1.0,), ("x",)),
        (Line, (1.0, 2.0), ("slope", "offset")),
        (3, (1.0, 2.0), ("x", "y")),
        (None, (1.0,) * 5, ("x1", "x2", "x3", "x4", "x5")),
    ],
)
def test_names_of_numbers(func, point, names):
    assert argument_names(func, point) == names


def test_names_of_bound_methods_and_partials():
    import functools

    class Model:
        def loss(self, width, height):
            return width * height

    assert argument_names(Model().loss, (1.0, 2.0)) == ("width", "height")
    half = functools.partial(Model().loss, 2.0)
    assert argument_names(half, (1.0,)) == ("height",)
    assert function_source(half) == "f"
    assert function_source(Model().loss) == "f"
    assert function_source(TABLE["leaky_relu"].bind(0.1)) == "TABLE['leaky_relu'].bind(0.1)"
    assert gradient_source(functools.partial(max, 0.0)) == "..."


def test_a_function_of_a_matrix_names_its_entry():
    f = lambda w: w[0][0] ** 2 + w[1][0]
    report = found(f, [([[1.0], [2.0]],)], lambda w: [[w[0][0]], [1.0]], domain=None, budget=1000)
    assert "∂/∂w[0][0] is wrong" in str(report)


# Arguments and samples.


def test_partials_that_are_missing():
    with pytest.raises(ArgumentError, match="gives None partials for 1 argument"):
        gradcheck(math.sin, 1.0, grad=lambda x: None)
    with pytest.raises(ArgumentError, match="gives 1 partials for 2 arguments"):
        gradcheck(lambda x, y: x * y, (1.0, 2.0), grad=lambda x, y: (y,))


def test_a_derivative_that_is_complex_or_raises():
    with pytest.raises(ArgumentError, match=r"the derivative of sin raised KeyError at x=1\.0\. "):
        gradcheck(math.sin, 1.0, grad=lambda x: {}[x])
    report = gradcheck(
        lambda x: abs(x) ** 1.5, 1.0, grad=lambda x: 1.5 * x**0.5, raise_exception=False
    )
    assert (report.region, report.cause) == ("x < 0", "not finite where the derivative is")
    with pytest.raises(OperandError, match="f stopped"):
        Target("f", 1, stopped, stopped, [(-1, 1)]).claim(0.0)
    with pytest.raises(OperandError, match="f stopped"):
        Target("f", 1, stopped, stopped, [(-1, 1)]).value(0.0)


def stopped(*xs):
    raise OperandError("f stopped")


def test_a_forward_that_changes_the_length_of_its_argument():
    def f(xs):
        xs.append(1.0)
        return xs[0] ** 2

    with pytest.raises(GradcheckError, match="there were 1 numbers, and now there are 2"):
        gradcheck(f, ([2.0],), grad=lambda xs: ([2 * xs[0]],))


def test_samples_of_different_lengths():
    with pytest.raises(ArgumentError, match="different numbers of arguments"):
        gradcheck(lambda *xs: sum(xs), [(1.0,), (1.0, 2.0)], grad=lambda *xs: (1.0,) * len(xs))


def test_samples_of_nothing():
    with pytest.raises(ArgumentError, match="there is no number among the inputs"):
        gradcheck(lambda xs: 1.0, ([],), grad=lambda xs: ())
    with pytest.raises(ArgumentError, match="list of samples is empty"):
        gradcheck(math.sin, [], grad=math.cos)
    with pytest.raises(ArgumentError, match="give inputs"):
        gradcheck(math.sin, grad=math.cos)


def test_what_has_no_signature_takes_what_it_is_given():
    df = lambda x, y: (x / (math.hypot(x, y) or 1.0), y / (math.hypot(x, y) or 1.0))
    assert gradcheck(math.hypot, [(3.0, 4.0)], grad=df, budget=2000)
    assert gradcheck(TABLE["sin"], [0.5, 1.0])


# The estimate.


def test_a_step_that_is_asked_for():
    assert estimate(math.sin, 1.0, step=1e-5).value == pytest.approx(math.cos(1), rel=1e-8)
    assert estimate(math.sin, 1.0, step=1e-30).kind == "unknown"  # x + step is x
    assert estimate(math.log, 1e-6, step=1e-5).kind == "unknown"


def test_a_function_with_few_values_around():
    only = lambda x: x if abs(x - 1) < 1e-12 else math.nan
    assert estimate(only, 1.0).bar > 1e-3
    with pytest.raises(GradcheckError, match="nothing could be concluded"):
        gradcheck(lambda x: 1.0 if x == 0.5 else math.inf, 0.5, grad=lambda x: 0.0)


# Verdicts.


def test_an_end_beyond_which_f_does_what_it_likes():
    def f(x):
        if x < 0:
            raise TypeError("no negative lengths")
        return x * x + x

    assert gradcheck(f, [0.0, 1.0], grad=lambda x: 2 * x + 1, domain=(0, 5))
    wrong = found(f, [0.0, 1.0], lambda x: 2 * x + 1 if x else 5.0, domain=(0, 5))
    assert wrong.region == "only x = 0"


def test_a_reference_that_has_no_value():
    def reference(x):
        raise ValueError("not here")

    off = lambda x: math.sin(x) + 1e-6 * x
    assert not found(off, [1.0], math.cos, reference=reference)


# The first cause, what it explains, and tolerances.


def test_numbers_that_overflow_on_the_way_give_no_cause():
    def overflows(evidence):
        yield Cause(str(math.exp(1e6)))

    assert first(overflows, None) is None
    assert first(lambda evidence: iter(()), None) is None
    assert first(lambda evidence: iter([Cause("sign")]), None).text == "sign"


def test_a_cause_may_hold_at_the_right_points_too():
    doubled = Cause("factor 2", lambda f: (2 * f.found.value, f.found.bar))
    assert not explains_the_rest(Cause("zero"), [finding(1.0, 1.0)])
    assert not explains_the_rest(doubled, [finding(1.0, 1.0)])
    assert explains_the_rest(doubled, [finding(0.0, 0.0)])
    assert not explains_the_rest(doubled, [finding(0.0, 0.0)] * 3)
    assert not explains_the_rest(doubled, [finding(0.0, 0.0, "kink")])

    def partly(f):
        if f.point[0] < 0:
            raise ValueError("outside")
        return None if f.point[0] == 0 else (f.found.value, 0.0)

    same = Cause("partly", partly)
    assert not explains_the_rest(same, [finding(1.0, 1.0, x=-1.0), finding(1.0, 1.0, x=0.0)])
    assert explains_the_rest(same, [finding(1.0, 1.0, x=-1.0), finding(1.0, 1.0)])


@pytest.mark.parametrize(
    ("failures", "hint"),
    [
        ([finding(1 + 3e-6, 1.0)] * 3, "rtol=1e-05"),
        ([finding(1 + 3e-6, 1.0)] * 2, ""),
        ([finding(math.nan, 1.0)] * 3, ""),
        ([finding(1.1, 1.0, "kink")] * 3, ""),
        ([finding(1.1, 1.0)] * 3, ""),
        ([finding(2e-6, 1e-6), finding(1 + 1e-6, 1.0), finding(3 + 1e-6, 3.0)], "atol=1e-05"),
    ],
)
def test_tolerances_to_pass(failures, hint):
    assert tolerance_hint(failures) == (f"solver tolerance? pass {hint}" if hint else "")


# Causes.


def test_partials_that_are_swapped_and_off_by_a_factor():
    f = lambda x, y: math.sin(x + 2 * y)
    c = lambda x, y: math.cos(x + 2 * y)
    assert found(f, PAIRS, lambda x, y: (2 * c(x, y), c(x, y))).cause == "partials swapped"
    f = lambda x, y: math.sin(x - y)
    c = lambda x, y: math.cos(x - y)
    assert found(f, PAIRS, lambda x, y: (-c(x, y), c(x, y))).cause == "sign flipped"


def test_partials_that_are_swapped_in_a_part():
    f = lambda x, y: math.sin(x) * math.exp(y / 2)
    true = lambda x, y: (math.cos(x) * math.exp(y / 2), math.sin(x) * math.exp(y / 2) / 2)
    report = found(f, PAIRS, lambda x, y: true(x, y) if x < 0 else true(x, y)[::-1])
    assert report.region == "x ≥ 0"
    assert report.cause == "partials swapped"


def test_two_entries_of_a_matrix_are_swapped():
    def f(w):
        return math.sin(w[0][0]) + 2 * w[0][1] ** 2 + math.exp(w[1][0]) + 5 * w[1][1] ** 3

    def df(w):
        return [[4 * w[0][1], math.cos(w[0][0])], [math.exp(w[1][0]), 15 * w[1][1] ** 2]]

    report = found(f, [([[0.3, 0.8], [1.2, -0.4]],), ([[-0.5, 1.1], [0.4, 0.9]],)], df)
    assert report.cause == "partials swapped: those of w[0][0] and w[0][1]"


def test_arguments_that_are_rotated():
    def df(x, y, z):
        return math.cos(x) * y + z, math.sin(x), x

    f = lambda x, y, z: math.sin(x) * y + z * x
    report = found(f, TRIPLES, lambda x, y, z: df(y, z, x))
    assert report.cause == "arguments rotated: it is the partial at (y, z, x)"


def test_a_second_derivative_that_raises_on_the_way():
    def df(x):
        if x < -1:
            raise OverflowError
        return 2 - math.sin(x)

    report = found(lambda x: math.sin(x) + x * x, SAMPLES, df)
    assert report.cause == "the second derivative instead of the first"


def test_zero_at_some_points():
    wrong = lambda x: 0.0 if math.floor(7 * x) % 5 == 0 else math.cos(x)
    report = found(math.sin, SAMPLES, wrong)
    assert report.cause.startswith("zero")


# In a function of Values.


@pytest.mark.wide
def test_two_wrong_operations_and_a_long_way():
    def both(x, y):
        return half_square(x) * y if x.data > 0 else bad_cube(x) * y

    samples = [*PAIRS, (-1.2, 0.5)]
    report = gradcheck(both, samples, domain=(-2, 2), budget=4000, raise_exception=False)
    assert not report
    assert "in half_square" in report.place or "in bad_cube" in report.place

    def long(x):
        for _ in range(70):
            x = x + 0.01
        return half_square(x)

    report = gradcheck(long, SAMPLES, domain=(-3, 3), budget=2000, raise_exception=False)
    assert "in half_square" in report.place


def test_a_path_that_is_lost_in_graphs_of_many_forms():
    def f(x):
        for _ in range(int(abs(x.data) * 8) % 4):
            x = x * 1.0
        return x * Value(math.exp(x.data / 2))

    report = gradcheck(f, SAMPLES, domain=(-3, 3), budget=4000, raise_exception=False)
    assert not report
    assert report.place == ""


def test_an_operation_that_no_graph_shows_is_not_blamed():
    def f(x, y):  # of another form at each point, so no operand is compared with itself
        for _ in range(int(abs(x.data) * 8) % 4):
            x = x * 1.0
        return (half_square(x) if x.data > 2.5 else x * x.data) + y

    report = gradcheck(f, PAIRS, domain=(-3, 3), budget=4000, raise_exception=False)
    assert not report
    assert not report.cause.startswith("in half_square")


def test_the_function_is_another_for_forward_mode():
    f = lambda x: sin(x) if type(x) is Value or isinstance(x, float) else exp(x)
    report = gradcheck(f, 0.5, order=2, budget=1000, raise_exception=False)
    assert report.problem.startswith("forward mode gives ")
    assert f"for partial 1 at (0.5,), reverse {math.cos(0.5)!r}" in report.problem


def number_of(x):
    for name in ("_number", "x"):
        x = getattr(x, name, x)
    return float(x)


@primitive(domain=[(-3, 3), (-3, 3)])
def frozen(m, x, y):
    return x * x * y


@frozen.partials
def _(m, z, x, y):
    return 2 * x * number_of(y), x * x


def test_a_mistake_in_the_second_derivative_only():
    assert gradcheck(frozen, budget=1000)
    report = gradcheck(frozen, order=2, budget=4000, raise_exception=False)
    assert report.name == "the derivative of frozen's partial 2"
    assert report.cause.endswith("wrong only in the second derivative)")
    assert "argument: x" in str(report)
    f = lambda x, y: frozen(x, y) + 0.5 * x * y
    report = gradcheck(f, (0.4, 1.3), order=2, budget=4000, raise_exception=False)
    assert "second derivative" in report.cause
    assert "order=2" in str(report)


# The node to blame.


def test_suspects_say_what_and_where():
    x = Value(2.0, label="x")
    y = half_square(x)
    y.label = "area"
    (suspect,) = locate(sin(y))
    assert (suspect.what, suspect.index, suspect.claimed) == ("partial", 0, 2.0)
    assert str(suspect).startswith("half_square [area]: its partial 1 is 2, numerically 4 ±")


def test_a_gradient_that_was_changed_after_the_sweep():
    x, y = Value(2.0, label="x"), Value(3.0)
    product = x * y
    z = sin(product) + product * x
    z.backward()
    assert locate(z) == []
    x.grad = 0.5
    (suspect,) = locate(z)
    assert suspect.node is x
    assert str(suspect).startswith("leaf [x]: its gradient is 0.5, numerically ")
