"""gradcheck of functions of arrays: NumPy with grad= or vjp=, and of many Values."""

import dataclasses
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import ArgumentError, GradcheckError, OperandError, Value, gradcheck, gradgradcheck
from autograd.check.tensors import package_of
from autograd.check.tensors.on_numpy import OfNumpy
from autograd.check.tensors.subject import mapped, named

RNG = np.random.default_rng(0)
W, X, B = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4)), RNG.normal(size=3)


def report_of(*args, **options):
    return gradcheck(*args, **options, raise_exception=False)


def layer(x, weight, bias):
    return np.tanh(x @ weight.T + bias)


def layer_vjp(x, weight, bias):
    y = layer(x, weight, bias)

    def pullback(u):
        a = u * (1 - y * y)
        return a @ weight, a.T @ x, a.sum(0)

    return y, pullback


def with_pullback(change):
    """The layer's pullback, its gradients changed."""

    def vjp(*args):
        y, pullback = layer_vjp(*args)
        return y, lambda u: change(pullback, u)

    return vjp


# Right ones pass.


def test_a_right_pullback():
    report = gradcheck(layer, (X, W, B), vjp=layer_vjp)
    assert report.counts["ok"] > 10
    assert set(report.counts) == {"ok"}
    assert str(report).startswith("gradcheck: layer: the derivative is right\n  conclusive: ")


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 4), (1, 1)], ids=str)
def test_shapes(shape):
    x = RNG.normal(size=shape)
    assert gradcheck(np.sin, x, vjp=lambda x: (np.sin(x), lambda u: u * np.cos(x)))
    assert not report_of(np.sin, x, vjp=lambda x: (np.sin(x), lambda u: u * np.sin(x)))
    assert gradcheck(lambda x: np.sum(x**2), x, grad=lambda x: 2 * x)


def test_nothing_in_the_arrays():
    report = gradcheck(lambda x: np.sum(x**2), np.zeros((0,)), grad=lambda x: 2 * x)
    assert "no numbers in the arrays" in str(report)
    both = (np.zeros((0, 3)), np.ones(2))
    assert gradcheck(lambda a, b: a.sum() + b @ b, both, grad=lambda a, b: (0 * a, 2 * b))
    wrong = report_of(lambda a, b: a.sum() + b @ b, both, grad=lambda a, b: (0 * a, 3 * b))
    assert "argument b, element (0,): claimed 3" in str(wrong)


@dataclasses.dataclass
class Pair:
    w: object
    b: object


STRUCTURES = [
    (lambda p: p["w"] @ p["b"][0], {"w": W[0], "b": [B[0] + X[0]]}, "p.w"),
    (lambda p: p[0] @ p[1][0], [W[0], (X[0],)], "p.0"),
    (lambda p: p.w @ p.b, Pair(W[0], X[0]), "p.w"),
]


@pytest.mark.parametrize(("f", "arg", "name"), STRUCTURES, ids=["dict", "list", "dataclass"])
def test_structures(f, arg, name):
    arrays = []
    mapped(arg, lambda _, x: arrays.append(x))

    def gradient(factor):
        def grad(p):
            swapped = []
            mapped(p, lambda _, x: swapped.append(x))
            new = iter([factor * swapped[1], swapped[0]])
            return mapped(p, lambda _, x: next(new))

        return grad

    assert gradcheck(f, (arg,), grad=gradient(1.0))
    report = report_of(f, (arg,), grad=gradient(2.0))
    assert report.cause == "factor 2"
    assert f"argument {name}, element (0,): claimed" in str(report)
    assert report.wrong == {name: (4, 4, True)}


def test_outputs_of_any_structure():
    def f(x):
        return {"a": x * 2, "b": [np.sum(x), 3, None, "c"]}

    def vjp(x):
        return f(x), lambda u: 2 * u["a"] + u["b"][0]

    assert gradcheck(f, X, vjp=vjp)
    report = report_of(f, X, vjp=lambda x: (f(x), lambda u: 2 * u["a"] - u["b"][0]))
    assert "output b.0, argument x, element (0, 0): claimed -1, numerically 1 ±" in str(report)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.longdouble], ids=str)
def test_precisions(dtype):
    x = X.astype(dtype)
    report = gradcheck(lambda x: np.sum(np.sin(x) * x), x, grad=lambda x: np.sin(x) + x * np.cos(x))
    assert (f"compared within {np.dtype(dtype)}'s precision" in str(report)) == (
        dtype is not np.longdouble
    )
    wrong = report_of(lambda x: np.sum(np.sin(x)), x, grad=lambda x: dtype(1.5) * np.cos(x))
    assert wrong.failures


def test_values_that_can_only_be_had_in_single_precision():
    def f(x):
        if x.dtype != np.float32:
            raise TypeError("float32 only")
        return np.sum(np.sin(x) * x)

    x = X.astype(np.float32)
    report = gradcheck(f, x, grad=lambda x: np.sin(x) + x * np.cos(x))
    assert "the values too are only as precise as that" in str(report)
    report = report_of(f, x, grad=lambda x: np.sin(x) - x * np.cos(x))
    assert report.failures


def test_a_function_that_computes_in_single_precision():
    def f(x):
        return np.sum(np.sin(x.astype(np.float32)))

    assert gradcheck(f, X, grad=lambda x: np.cos(x.astype(np.float32)))


@pytest.mark.parametrize(
    "x", [X.T, X[::2, ::3], X[:, ::-1], np.asfortranarray(X), np.broadcast_to(B, (4, 3))],
    ids=["transposed", "strided", "reversed", "fortran", "broadcast"],
)  # fmt: skip
def test_layouts(x):
    seen = []

    def f(x):
        seen.append((x.shape, x.flags.c_contiguous, x.flags.writeable))
        return np.sum(x**3)

    before = x.copy()
    assert gradcheck(f, x, grad=lambda x: 3 * x**2)
    assert set(seen) == {(x.shape, x.flags.c_contiguous, x.flags.writeable)}
    assert np.array_equal(x, before)


def test_other_arguments_are_passed_through():
    index, seen = np.array([0, 2]), []

    def f(x, index, mode, nothing, scale):
        seen.append((index is INDEX, mode, nothing, scale))
        return x[index].sum() * scale

    def grad(x, index, mode, nothing, scale):
        g = np.zeros_like(x)
        g[index] = scale
        return g, None, None, None, None

    INDEX = index
    assert gradcheck(f, (X, index, "mean", None, 2), grad=grad)
    assert set(seen) == {(True, "mean", None, 2)}
    only = lambda *args: (grad(*args)[0],)  # one gradient, for the one array
    assert gradcheck(f, (X, index, "mean", None, 2), grad=only)


def test_a_float_without_a_gradient_is_passed_through():
    f = lambda x, rate: np.sum(x**2) * rate
    assert gradcheck(f, (X, 0.5), grad=lambda x, rate: (2 * rate * x, None))
    assert gradcheck(f, (X, 0.5), grad=lambda x, rate: (2 * rate * x, np.sum(x**2)))
    report = report_of(f, (X, 0.5), grad=lambda x, rate: (2 * rate * x, np.sum(x)))
    assert "argument rate: claimed" in str(report)


def test_kinks_and_ties_are_no_failures():
    x = np.array([0.0, 1.0, -1.0, 0.0, 2.0, 0.0])
    assert gradcheck(lambda x: np.maximum(x, 0), x, vjp=relu_vjp)
    ties = lambda x: (np.max(x), lambda u: u * (x == np.max(x)) / np.sum(x == np.max(x)))
    assert gradcheck(np.max, np.ones(7), vjp=ties)
    assert gradcheck(lambda x: np.abs(x).sum(), np.zeros((3, 3)), grad=np.sign)


def relu_vjp(x):
    return np.maximum(x, 0), lambda u: u * (x > 0)


@pytest.mark.wide
@given(st.lists(st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-9, 3.0, 1e3]), min_size=1, max_size=8))
def test_a_small_network_is_never_rejected(numbers):
    x = np.array(numbers)
    weight = np.linspace(-1, 1, 3 * len(x)).reshape(3, -1)

    def f(x):
        return np.maximum(weight @ x, 0).sum() ** 2

    def grad(x):
        h = weight @ x
        return 2 * np.maximum(h, 0).sum() * (weight.T @ (h > 0))

    assert gradcheck(f, x, grad=grad)


# Wrong ones don't.


def test_one_wrong_element():
    def change(pullback, u):
        x, weight, bias = pullback(u)
        weight[2, 0] *= 1.1
        return x, weight, bias

    with pytest.raises(GradcheckError) as caught:
        gradcheck(layer, (X, W, B), vjp=with_pullback(change))
    text = str(caught.value)
    assert "argument weight, element (2, 0): claimed " in text
    assert "wrong: 1 of 12 elements of weight" in text
    (finding,) = caught.value.report.failures
    assert finding.claimed == pytest.approx(1.1 * finding.found.value)
    assert finding.where == "weight, element (2, 0)" and finding.output.startswith("(")


@pytest.mark.parametrize(
    ("change", "name", "cause"),
    [
        (lambda p, u: p(np.ones_like(u)), "x", "the upstream gradient is ignored"),
        (lambda p, u: (*p(u)[:2], p(u)[2] / 5), "bias", "factor 1/5, a length: a mean where a sum"),
        (lambda p, u: (*p(u)[:2], 0 * p(u)[2]), "bias", "zero"),
        (lambda p, u: (-p(u)[0], *p(u)[1:]), "x", "sign flipped"),
        (lambda p, u: (p(u)[0], 1.5 * p(u)[1], p(u)[2]), "weight", "off by a factor of 1.5"),
        (lambda p, u: (p(u)[0], p(u)[1] * np.nan, p(u)[2]), "weight", "not finite"),
        (lambda p, u: (p(u)[0], None, p(u)[2]), "weight", "zero"),
        (lambda p, u: (p(np.abs(u))[0], *p(u)[1:]), "x", "the backward is not linear"),
    ],
)  # fmt: skip
def test_causes(change, name, cause):
    report = report_of(layer, (X, W, B), vjp=with_pullback(change))
    assert report.cause.startswith(cause)
    assert name in report.wrong


def test_a_transposed_gradient_is_named():
    square, x = RNG.normal(size=(4, 4)), X[0]
    vjp = lambda w, x: (w @ x, lambda u: (np.outer(x, u), w.T @ u))
    report = report_of(lambda w, x: w @ x, (square, x), vjp=vjp)
    assert report.cause == "transposed: the gradient of w"
    assert report.wrong == {"w": (12, 16, True)}


def test_every_wrong_argument_is_named():
    report = report_of(layer, (X, W, B), vjp=with_pullback(lambda p, u: [2 * g for g in p(u)]))
    assert report.wrong == {"x": (20, 20, True), "weight": (12, 12, True), "bias": (3, 3, True)}


@pytest.mark.parametrize("where", [0, 77_777, 99_999])
def test_one_wrong_element_of_many(where):
    def wrong(x):
        g = np.cos(x)
        g[where] += 0.5
        return g

    x = RNG.normal(size=100_000)
    report = report_of(lambda x: np.sum(np.sin(x)), x, grad=wrong)
    assert report.wrong == {"x": (1, 100_000, True)}
    assert f"argument x, element ({where},): claimed" in str(report)
    assert report.evaluations < 1000


def test_many_wrong_elements_of_many_are_not_all_counted():
    x = RNG.normal(size=5000)
    report = report_of(lambda x: np.sum(np.sin(x)), x, grad=lambda x: 2 * np.cos(x))
    assert "wrong: at least 32 of 5000 elements of x" in str(report)
    assert report.cause == "factor 2"


@pytest.mark.wide
def test_a_million_inputs_take_few_evaluations_and_linear_memory():
    x = RNG.normal(size=1_000_000)
    tracemalloc.start()
    report = gradcheck(lambda x: np.sum(np.sin(x)), x, grad=np.cos)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.evaluations < 400
    assert peak < 40 * x.nbytes


def test_wrong_only_near_the_given_point():
    """At 0 the gradient of a square is 0 whatever its factor."""
    report = report_of(lambda x: np.sum(x**2), np.zeros(3), grad=lambda x: 5 * x)
    assert report.failures
    assert report_of(lambda x: np.sum(x**2), np.zeros(3), grad=lambda x: 5 * x, samples=0)


def test_the_domain_is_kept():
    seen = []

    def f(x):
        seen.append((x.min(), x.max()))
        return np.sum(np.sqrt(x))

    x = np.array([1.0, 0.5, 2.0])
    assert gradcheck(f, x, grad=lambda x: 0.5 / np.sqrt(x), domain=(0.25, 2.0))
    assert min(low for low, _ in seen) >= 0.25 and max(high for _, high in seen) <= 2.0
    assert gradcheck(f, x, grad=lambda x: 0.5 / np.sqrt(x))
    for domain, said in [((3, 4), "outside"), ((2, 1), "empty"), ([(0, 1)] * 2, "2 intervals")]:
        with pytest.raises(ArgumentError, match=said):
            gradcheck(f, x, grad=np.cos, domain=domain)


# Probes.


def test_a_forward_that_changes_its_argument():
    def f(x, n):
        x *= 2
        return np.sum(x)

    x = X.copy()
    report = report_of(f, (x, 1), grad=lambda x, n: (0 * x + 2, None))
    assert "the forward changes argument x, element (0, 0), in place" in report.problem
    assert np.array_equal(x, X)


def test_a_forward_that_changes_what_is_passed_through():
    def f(x, counts):
        counts += 1
        return np.sum(x)

    counts = np.zeros(3, dtype=int)
    report = report_of(f, (X, counts), grad=lambda x, n: (0 * x + 1, None))
    assert "changes argument counts" in report.problem
    assert not counts.any()


def test_a_backward_that_changes_the_cotangent():
    def vjp(x):
        def pullback(u):
            u *= np.cos(x)
            return u

        return np.sin(x), pullback

    assert "changes the cotangent" in report_of(np.sin, X, vjp=vjp).problem


def test_a_backward_that_raises():
    def vjp(x):
        def pullback(u):
            raise IndexError("no such axis")

        return np.sin(x), pullback

    assert "the backward raises IndexError: no such axis" in report_of(np.sin, X, vjp=vjp).problem


def test_random_numbers_are_not_repeatable():
    rng = np.random.default_rng(0)
    drop = lambda x: np.sum(x * (rng.uniform(size=x.shape) > 0.5))
    assert "not repeatable" in report_of(drop, X, grad=np.ones_like).problem
    report = report_of(np.sum, X, grad=lambda x: rng.normal(size=x.shape))
    assert "the derivative is not repeatable" in report.problem


def test_state_of_the_last_forward():
    last = []

    def f(x):
        last[:] = [x]
        return np.sum(np.sin(x))

    report = report_of(f, X, grad=lambda x: np.cos(last[0]))
    assert "keeps state from the last forward" in report.problem or report.failures
    report = report_of(f, X, vjp=lambda x: (f(x), lambda u: u * np.cos(last[0])))
    assert "keeps state from the last forward" in report.problem


def test_nothing_can_be_concluded():
    report = report_of(lambda x: np.sum(np.floor(x)), np.zeros(3), grad=lambda x: 0 * x, samples=0)
    assert not report and "nothing could be concluded" in str(report)
    report = report_of(lambda x: np.sum(np.log(-(x**2))), X, grad=lambda x: 0 * x)
    assert "not finite at these inputs" in report.problem


def test_outputs_that_are_not_finite_are_left_out():
    f = lambda x: np.log(np.maximum(x, 0))
    vjp = lambda x: (f(x), lambda u: np.where(x > 0, u / np.where(x > 0, x, 1), 0))
    assert gradcheck(f, np.array([1.0, -1.0, 2.0]), vjp=vjp)


# Refusals.


REFUSED = [
    (lambda: gradcheck(np.sum, X * 1j, grad=np.ones_like), "argument .* is complex; .* two real"),
    (lambda: gradcheck(lambda x: np.sum(x) * 1j, X, grad=np.ones_like), "is complex"),
    (lambda: gradcheck(np.sin, X, grad=np.cos), r"returns 20\. Give vjp="),
    (lambda: gradcheck(np.sum, X, grad=lambda x: x[0]), r"shape \(4,\); the argument has \(5, 4\)"),
    (lambda: gradcheck(layer, (X, W, B), vjp=layer), r"must return \(value, pullback\)"),
    (lambda: gradcheck(lambda a, b: np.sum(a), (X, X), grad=lambda a, b: X), "got ndarray"),
    (lambda: gradcheck(lambda a, b: a, (X,), grad=lambda a: X), "raises TypeError at the given"),
    (lambda: gradcheck(np.argmax, X, grad=np.ones_like), "returns no floats, but int64"),
    (lambda: gradcheck(np.sum, np.ma.array(X), grad=np.ones_like), "masked"),
    (lambda: gradcheck(np.sum, X, grad=np.cos, vjp=np.cos), "instead of grad="),
    (lambda: gradcheck(np.sum, X, grad=np.cos, reference=np.cos), "reference= is for"),
    (lambda: gradcheck(np.sum, "a", vjp=np.cos), "no array of floats"),
    (lambda: gradcheck(ag.TABLE["sin"], 1.0, vjp=np.cos), "vjp= goes with"),
    (lambda: gradgradcheck(np.sum, X, grad=np.ones_like), "order=2 needs derivatives that can"),
]


@pytest.mark.parametrize(("call", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_refusals(call, said):
    with pytest.raises(ArgumentError, match=said):
        call()


def test_what_is_ambiguous_is_what_the_function_takes():
    f, grad = (lambda a, b: np.sum(a * b)), (lambda a, b: (b, a))
    assert gradcheck(f, [X, X + 1], grad=grad)
    assert gradcheck(f, [(X, X + 1), (X, X)], grad=grad)
    pair = lambda p: np.sum(p[0] * p[1])
    assert gradcheck(pair, ((X, X + 1),), grad=lambda p: ((p[1], p[0]),))
    assert gradcheck(np.sum, [X, X[0]], grad=np.ones_like)


def test_names_of_arguments():
    assert list(named(layer, (X, W, B))) == ["x", "weight", "bias"]
    assert list(named(lambda *xs: xs, (1, 2))) == ["1", "2"]
    assert list(named(max, (1, 2))) == ["1", "2"]


def test_kinds():
    assert package_of(X) == "numpy"
    assert package_of(X.astype(int)) == package_of(1.0) == package_of(np.float64(1)) == ""


def test_the_layout_of_a_copy():
    subject = OfNumpy(layer, (X[::2], W.T.copy().T, B), None, layer_vjp)
    (x, w, b), made = subject.arguments(subject.x, double=True)
    assert np.array_equal(x, X[::2]) and np.array_equal(w, W) and np.array_equal(b, B)
    assert w.flags.f_contiguous and len(made) == 3


# Many Values.


def loss(model):
    rows = [[0.3, -0.8, 0.5], [-0.1, 0.9, 0.2], [1.1, 0.4, -0.7]]
    return ag.sum([(model(row)[0] - 1.0) ** 2 for row in rows])


class Doubled(nn.Module):
    """A module that is wrong in one parameter."""

    def __init__(self, operation):
        self.operation = operation
        self.inner = nn.MLP(3, [4, 2, 1])
        self.gain = Value(0.7)

    def __call__(self, x):
        return [self.operation(self.gain) * y for y in self.inner(x)]


@ag.primitive
def bad_square(m, x):
    return x * x


@bad_square.partials
def _(m, z, x):
    return (x,)


def test_a_module_is_an_argument():
    model = nn.MLP(3, [4, 4, 1])
    before = model.state_dict()
    assert gradcheck(loss, (model,))
    assert gradgradcheck(loss, (model,))
    assert model.state_dict() == before
    assert gradcheck(loss, (Doubled(lambda x: x * x),))


def test_a_parameter_is_called_by_its_name():
    report = report_of(loss, (Doubled(bad_square),))
    assert "argument gain: claimed" in str(report)
    assert report.cause == "factor 1/2"
    assert "in bad_square" in report.place


@pytest.mark.wide
def test_many_values_cost_no_more_evaluations():
    f = lambda xs: ag.sum([ag.sin(x) * x for x in xs])
    few = gradcheck(f, ([0.01 * k for k in range(60)],)).evaluations
    many = gradcheck(f, ([0.01 * k for k in range(600)],)).evaluations
    assert many < 1.5 * few < 2000


@pytest.mark.parametrize("form", [list, tuple, np.array])
def test_one_wrong_value_of_many(form):
    def f(xs):
        return ag.sum([*[ag.sin(x) for x in list(xs)[:-1]], bad_square(xs[-1])])

    numbers = form([0.5 + 0.01 * k for k in range(80)])
    report = report_of(f, (numbers,))
    assert report.wrong == {"xs": (1, 80, True)}
    assert "argument xs.79: " in str(report) or "argument xs, element (79,): " in str(report)


def test_many_values_and_several_outputs():
    f = lambda xs: [ag.sum(list(xs)), ag.sum([x * x for x in xs])]
    assert gradcheck(f, ([0.1 * k for k in range(60)],), order=2)


@pytest.mark.wide
def test_second_derivatives_of_many():
    def number_of(x):
        return float(getattr(getattr(x, "_number", x), "x", getattr(x, "_number", x)))

    @ag.primitive
    def frozen(m, x):
        return x * x

    @frozen.partials
    def _(m, z, x):
        return (2 * number_of(x),)

    f = lambda xs: ag.sum([frozen(x) for x in xs])
    numbers = [0.1 * k for k in range(1, 61)]
    assert gradcheck(f, (numbers,))
    report = report_of(f, (numbers,), order=2)
    assert not report
    assert "second derivative" in report.cause


def test_many_plain_numbers_with_their_gradient():
    f = lambda xs: sum(math.sin(x) for x in xs)
    numbers = [0.1 * k for k in range(100)]
    assert gradcheck(f, (numbers,), grad=lambda xs: [math.cos(x) for x in xs])
    wrong = lambda xs: [math.cos(x) + (k == 7) for k, x in enumerate(xs)]
    assert "argument xs.7: claimed" in str(report_of(f, (numbers,), grad=wrong))


def test_many_values_that_are_none():
    with pytest.raises(OperandError, match=r"no Value.*grad=df"):
        gradcheck(lambda xs: 3.0, ([0.1] * 60,))
