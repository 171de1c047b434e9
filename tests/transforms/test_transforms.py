"""Transforms: structures, nesting in every mix of modes, no trace left, errors, long chains."""

import gc
import itertools
import math
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import (
    AnomalyError,
    ArgumentError,
    GraphError,
    OperandError,
    Value,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)


class Pair(NamedTuple):
    a: float
    b: float


def forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


def reverse(f):
    return grad(f)


MIXES = list(itertools.product((forward, reverse), repeat=2))


def test_gradients_have_the_structure_of_the_argument():
    def f(p):
        return p["w"][0] * p["b"] + ag.dot(p["w"], p["x"]) + p["t"][1][0] * 3

    p = {"w": [2.0, 3.0], "b": 5.0, "x": np.array([7.0, 11.0]), "t": (1.0, [2.0]), "none": None}
    g = grad(f)(p)
    assert g["w"] == [12.0, 11.0] and g["b"] == 2.0 and g["t"] == (0.0, [3.0]) and g["none"] is None
    assert (
        isinstance(g["x"], np.ndarray) and g["x"].dtype == float and g["x"].tolist() == [2.0, 3.0]
    )
    assert grad(lambda x: (x @ x) * x[0])(np.array([1.0, 2.0])).tolist() == [7.0, 4.0]

    assert grad(lambda q: q.a * q.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
    assert grad(lambda x: x * x)(np.array(3.0)) == 6.0 and grad(lambda x: x * x)(3) == 6.0


def test_argnums_and_keywords():
    f = lambda x, y, k=1.0: x * y * y * k
    assert grad(f)(2.0, 3.0) == 9.0 and grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, (1, 0))(2.0, 3.0, k=2.0) == (24.0, 18.0)
    assert grad(f, -1)(2.0, 3.0) == 12.0
    assert value_and_grad(f, [0])(2.0, 3.0) == (18.0, (9.0,))
    with pytest.raises(ArgumentError, match="argnums is 2"):
        grad(f, 2)(2.0, 3.0)
    assert grad(f).__name__ == f.__name__


def test_numbers_in_numbers_out_and_values_in_values_out():
    x = Value(2.0)
    g = grad(lambda v: v**3)(x)
    assert type(g) is Value and g.data == 12.0 and not x.has_grad
    g.backward()
    assert x.grad == 12.0
    value, slope = value_and_grad(lambda v: v**3)(Value(2.0))
    assert type(value) is Value and type(slope) is Value
    assert type(grad(lambda v: v**3)(2.0)) is float
    assert type(grad(lambda v: 3 * v)(Value(1.0))) is Value


def test_no_trace_is_left_on_values_around():
    w, b = Value(2.0), Value(1.0)
    inner = w * b
    w.grad, inner.grad = 5.0, 7.0
    assert grad(lambda x: x * inner + w * x)(3.0) == 4.0
    assert (w.grad, inner.grad, b.has_grad) == (5.0, 7.0, False)
    assert vjp(lambda x: x * w, 3.0)[1](1.0) == (2.0,)
    assert hvp(lambda x: x * x * w, 3.0, 1.0) == 4.0 and hessian(lambda x: x * x * w)(3.0) == [
        [4.0]
    ]
    assert jvp(lambda x: x * w, (3.0,), (1.0,)) == (6.0, 2.0)
    assert (w.grad, inner.grad, b.has_grad) == (5.0, 7.0, False)


@pytest.mark.parametrize(("outer", "inner"), MIXES)
def test_no_perturbation_confusion(outer, inner):
    assert outer(lambda x: x * inner(lambda y: x + y)(x))(3.0) == 1.0 + 0.0 * 3
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(3.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(1.0))(3.0) == 6.0
    assert outer(lambda x: inner(lambda y: x * y * y)(x))(3.0) == 4 * 3.0
    assert outer(lambda x: inner(lambda y: y * y)(x))(3.0) == 2.0
    assert outer(lambda x: inner(lambda y: x)(x))(3.0) == 0.0


@pytest.mark.parametrize("modes", list(itertools.product((forward, reverse), repeat=3)))
def test_every_mix_of_three_modes(modes):
    f = lambda x: ag.sin(x) * ag.exp(x * x)
    g = f
    for mode in modes:
        g = mode(g)
    x = 0.7
    e, s, c = math.exp(x * x), math.sin(x), math.cos(x)
    third = e * ((8 * x**3 + 12 * x) * s + 3 * (4 * x**2 + 2) * c - 3 * 2 * x * s - c)
    assert g(x) == pytest.approx(third, rel=1e-13)


def test_closures_over_outer_variables_of_both_kinds():
    f = lambda x: grad(lambda y: jvp(lambda z: x * y * z * z, (y,), (x,))[1])(x)
    # jvp: x*y*2z*x at z=y: 2x²y²; d/dy: the jvp's own z is y too
    assert f(3.0) == 4 * 3.0**3
    assert grad(f)(3.0) == pytest.approx(12 * 9.0)


def test_vjp_pulls_back_any_structure_again_and_again():
    out, pull = vjp(lambda x, y: {"p": x * y[0], "s": (x + y[1],)}, 2.0, [5.0, 7.0])
    assert out == {"p": 10.0, "s": (9.0,)}
    assert pull({"p": 1.0, "s": (0.0,)}) == (5.0, [2.0, 0.0])
    assert pull({"p": 0.0, "s": (10.0,)}) == (10.0, [0.0, 10.0])
    with pytest.raises(ArgumentError, match="the cotangent: needs a dict"):
        pull(1.0)
    x = Value(3.0)
    (g,) = pull_value = vjp(lambda v: v * v, x)[1](Value(2.0))
    g.backward()
    assert x.grad == 4.0 and pull_value[0].data == 12.0
    out, pull = vjp(lambda v: v, 3.0)
    assert out == 3.0 and pull(2.0) == (2.0,)


def test_jvp_structures_and_values():
    out, tangent = jvp(
        lambda p: [p["a"] * p["b"], p["a"]], ({"a": 2.0, "b": 3.0},), ({"a": 1.0, "b": 0.0},)
    )
    assert out == [6.0, 2.0] and tangent == [3.0, 1.0]
    x = Value(2.0)
    out, tangent = jvp(lambda v: v**3, (x,), (1.0,))
    tangent.backward()
    assert (out.data, tangent.data, x.grad) == (8.0, 12.0, 12.0)
    assert jvp(lambda v: Value(1.0), (2.0,), (1.0,)) == (1.0, 0.0)
    for primals, tangents, words in (
        ((1.0, 2.0), (1.0,), "needs 2 entries"), (1.0, 1.0, "tuples"), (([1.0],), ([1.0, 2.0],), "needs 1 entries"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            jvp(lambda *a: a[0], primals, tangents)


@pytest.mark.wide
def test_jvp_keeps_no_graph():
    def peak(n):
        def f(x):
            v = x
            for _ in range(n):
                v = v * 0.999 + x
            return v

        gc.collect()
        tracemalloc.start()
        jvp(f, (1.0,), (1.0,))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(20_000) < peak(4000) + 20_000  # Python keeps up to 2000 freed tuples


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_jacobian_by_either_mode(mode):
    f = lambda x, k: [x[0] * x[1], x[0] ** 2 * k, x[1]]
    assert jacobian(f, mode)([2.0, 5.0], 3.0) == [
        [5.0, 2.0, 0.0],
        [12.0, 0.0, 4.0],
        [0.0, 1.0, 0.0],
    ]
    assert jacobian(lambda x: x[0] * x[1], mode)([2.0, 5.0]) == [5.0, 2.0]
    with pytest.raises(ArgumentError, match="mode is 'up'"):
        jacobian(f, "up")
    x = [Value(2.0), Value(5.0)]
    rows = jacobian(lambda x: [x[0] ** 2 * x[1]], mode)(x)
    rows[0][0].backward()
    assert (x[0].grad, x[1].grad) == (10.0, 4.0)
    assert grad(lambda x: jacobian(lambda y: [y[0] ** 3], mode)([x])[0][0])(2.0) == 12.0


def rosenbrock(xs):
    return ag.sum([100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(xs)])


def test_hessian_is_exactly_symmetric_and_right():
    xs = [0.3, -1.2, 0.8, 1.1]
    h = hessian(rosenbrock)(xs)
    assert all(h[i][j] == h[j][i] for i in range(4) for j in range(4))
    for i, a in enumerate(xs):
        inner = (1200 * a * a - 400 * xs[i + 1] + 2) if i < 3 else 0.0
        assert h[i][i] == pytest.approx(inner + (200 if i else 0), rel=1e-14)
        if i < 3:
            assert h[i][i + 1] == pytest.approx(-400 * a, rel=1e-14)
    assert h[0][2] == h[0][3] == 0.0
    values = hessian(rosenbrock)([Value(x) for x in xs])
    assert all([v.data for v in row] == pytest.approx(h[i]) for i, row in enumerate(values))
    assert hessian(lambda x, y: x * y)(1.0, 2.0) == [[0.0, 1.0], [1.0, 0.0]]
    assert hessian(lambda x: Value(1.0))(1.0) == [[0.0]] and hessian(lambda x: x)(1.0) == [[0.0]]


def test_hvp_is_the_hessian_times_the_vector():
    xs, v = [0.3, -1.2, 0.8, 1.1], [1.0, -2.0, 0.5, 3.0]
    h = hessian(rosenbrock)(xs)
    expected = [ag.dot(row, v) for row in h]
    assert hvp(rosenbrock, xs, v) == pytest.approx(expected, rel=1e-13)
    general = hvp(rosenbrock, [Value(x) for x in xs], v)
    assert [g.data for g in general] == pytest.approx(expected, rel=1e-13)
    array = hvp(lambda x: (x @ x) ** 2, np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    assert isinstance(array, np.ndarray) and array.tolist() == [28.0, 16.0]
    assert hvp(lambda x: x * 3, 1.0, 1.0) == 0.0
    assert grad(lambda x: hvp(lambda y: y**4, x, 1.0))(2.0) == 48.0
    with pytest.raises(ArgumentError, match="v: needs 2 entries"):
        hvp(rosenbrock, [1.0, 2.0], [1.0])


def test_hvp_through_rows_of_any_number_and_shared_nodes():
    def f(xs):
        h = ag.dot(xs, [2.0, 3.0, 5.0], xs[0]).tanh()
        return (
            ag.logsumexp([h, *xs]) * h + ag.prod(xs) + ag.norm(xs) + ag.where(h > 0, h * h, xs[0])
        )

    xs, v = [0.3, -0.4, 0.2], [1.0, 0.5, -2.0]
    by_grad = [
        sum(grad(lambda xs, i=i: grad(f)(xs)[i])(xs)[j] * v[j] for j in range(3)) for i in range(3)
    ]
    assert hvp(f, xs, v) == pytest.approx(by_grad, rel=1e-12)


def test_create_graph_gives_gradients_that_can_be_differentiated():
    x, y = Value(2.0), Value(3.0)
    out = x**3 * y
    out.backward(create_graph=True)
    assert type(x.grad) is Value and x.grad.data == 36.0 and type(out.grad) is Value
    (x.grad * 1.0).backward()  # adds d²/dx² = 6xy to a grad that is a Value
    assert x.grad.data == 36.0 + 36.0
    x.clear_grad()
    y.clear_grad()
    for seed in (2.0, Value(2.0)):
        leaf = Value(5.0)
        leaf.backward(seed, create_graph=True)
        assert leaf.grad.data == 2.0
    z = Value(1.0)
    (z * 2).backward()
    (z * z).backward(create_graph=True)
    assert z.grad.data == 4.0


def test_create_graph_refuses_a_leaf_with_new_data():
    x, n = Value(2.0, label="x"), Value(math.nan)
    out = x * x
    x.data = 3.0
    with pytest.raises(GraphError, match=r"x.*was 2\.0 when mul used it"):
        out.backward(create_graph=True)
    (n * 2).backward(create_graph=True)
    ag.sum([n, x]).backward(create_graph=True)


def test_rules_that_know_only_floats_are_named_at_the_second_derivative():
    row = ag.Primitive("mine", "m", "m", lambda m, x: math.exp(x), lambda m, z, x: (math.exp(x),))
    f = lambda x: ag.value.record(row, x)
    assert grad(f)(0.0) == 1.0
    with pytest.raises(GraphError, match="mine: its derivative rule works on floats only"):
        grad(grad(f))(0.0)
    with pytest.raises(GraphError, match="mine"):
        hessian(f)(0.0)


@pytest.mark.parametrize("returned", [None, "text", np.array([1.0]), [1.0], {}])
@pytest.mark.parametrize("transform", [grad, hessian, lambda f: lambda x: hvp(f, x, x)])
def test_a_function_must_return_a_value(transform, returned):
    def mine(x):
        return returned

    with pytest.raises(OperandError, match=r"mine returned .*must return one Value"):
        transform(mine)(1.0)


@pytest.mark.parametrize("transform", [grad, hessian, lambda f: lambda x: hvp(f, x, x)])
def test_plain_numbers_have_derivative_0_and_a_warning_asks_why(transform):
    with pytest.warns(UserWarning, match=r"take v\.data, or use math"):
        assert transform(lambda x: 3.0)(1.0) in (0.0, [[0.0]])


def test_bad_outputs_and_inputs_of_the_others():
    for use in (
        lambda f: vjp(f, 1.0),
        lambda f: jvp(f, (1.0,), (1.0,)),
        lambda f: jacobian(f)(1.0),
    ):
        with pytest.raises(OperandError, match="None"):
            use(lambda x: None)
        with pytest.raises(OperandError, match=r"returned str"):
            use(lambda x: [x, "text"])
    assert jacobian(lambda x: [x, x.data])(1.0) == [[1.0], [0.0]]
    with pytest.warns(UserWarning, match="autograd"):
        assert grad(lambda x: x.data * 2)(1.0) == 0.0
    for bad in ("a", 1j, [None, "b"]):
        with pytest.raises(OperandError):
            grad(lambda x: x)(bad)
    with pytest.raises(OperandError, match="tangent"):
        jvp(lambda x: x, (1.0,), ("a",))


def test_no_grad_detach_kinks_and_anomalies_inside():
    assert grad(lambda x: x * x.detach())(3.0) == 3.0

    def quiet(x):
        with ag.no_grad():
            c = x * x
        return c * x

    assert grad(quiet)(3.0) == 9.0 and grad(grad(quiet))(3.0) == 0.0
    assert jvp(quiet, (3.0,), (1.0,)) == (27.0, 9.0)
    assert jvp(lambda x: x * x.detach(), (3.0,), (1.0,)) == (9.0, 3.0)
    assert grad(ag.relu)(0.0) == 0.0 and grad(grad(ag.relu))(0.0) == 0.0
    assert grad(grad(lambda x: abs(x) * x))(0.0) == 0.0
    assert grad(grad(lambda x: x**2))(0.0) == 2.0 and grad(ag.sqrt)(0.0) == math.inf
    with ag.detect_anomaly(), pytest.raises(AnomalyError):
        grad(lambda x: ag.log(x - 1))(1.0)
    with ag.detect_anomaly(), pytest.raises(AnomalyError, match="log"):
        jvp(lambda x: ag.log(x - 1), (1.0,), (1.0,))


def test_transforms_end_cleanly_after_an_error():
    def bad(x):
        raise ZeroDivisionError

    for use in (
        lambda: grad(bad)(1.0),
        lambda: jvp(bad, (1.0,), (1.0,)),
        lambda: hessian(bad)(1.0),
    ):
        with pytest.raises(ZeroDivisionError):
            use()
    assert ag.modes.levels() == () and ag.modes.open_modes == []
    assert type(grad(lambda x: x * x)(1.0)) is float


@pytest.mark.wide
def test_a_long_chain_goes_through_every_transform():
    n = 100_000

    def f(x):
        v = x
        for _ in range(n // 2):
            v = v * 0.99999 + x
        return v

    a = 0.99999 ** (n // 2)
    slope = a + (1 - a) / (1 - 0.99999)
    assert grad(f)(1.0) == pytest.approx(slope, rel=1e-9)
    assert jvp(f, (1.0,), (1.0,))[1] == pytest.approx(slope, rel=1e-9)
    assert vjp(f, 1.0)[1](2.0)[0] == pytest.approx(2 * slope, rel=1e-9)
    assert grad(lambda x: grad(f)(x) * x)(1.0) == pytest.approx(slope, rel=1e-9)
    assert hvp(f, 1.0, 1.0) == 0.0 and hessian(f)(1.0) == [[0.0]]
    assert jacobian(f)(1.0) == [pytest.approx(slope, rel=1e-9)]
    x = Value(1.0)
    f(x).backward(create_graph=True)
    assert x.grad.data == pytest.approx(slope, rel=1e-9)
    x.clear_grad()


def test_structures_are_matched_by_key_and_not_by_order():
    p = {"a": 3.0, "b": 5.0}
    f = lambda p: p["a"] ** 2 * p["b"]
    assert hvp(f, p, {"b": 0.0, "a": 1.0}) == {"a": 10.0, "b": 6.0}
    assert jvp(f, (p,), ({"b": 0.0, "a": 1.0},)) == (45.0, 30.0)
    assert vjp(lambda x: {"a": x, "b": 2 * x}, 1.0)[1]({"b": 1.0, "a": 0.0}) == (2.0,)
    for v in ({"a": 1.0}, [1.0, 0.0], {"a": [1.0], "b": 0.0}):
        with pytest.raises(ArgumentError, match="hvp: v"):
            hvp(f, p, v)
    with pytest.raises(ArgumentError, match="shape"):
        hvp(lambda x: x @ x, np.ones(2), np.ones(3))


def test_backward_inside_a_function_under_jvp():
    def f(x):
        a = Value(3.0)
        (a * a).backward()
        return x * a.grad

    assert grad(f)(1.0) == 6.0 and jvp(f, (1.0,), (1.0,)) == (6.0, 6.0)
    with pytest.raises(GraphError, match="backward inside jvp"):
        jvp(lambda x: (x * x).backward(), (1.0,), (1.0,))


def test_an_outer_no_grad_does_not_reach_into_a_transform():
    with ag.no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert jvp(lambda x: x * x, (3.0,), (1.0,)) == (9.0, 6.0)
        assert hessian(lambda x: x * x)(3.0) == [[2.0]]
        assert (Value(1.0) + 1).parents == ()


def test_detect_anomaly_watches_transforms():
    with ag.detect_anomaly():
        for use in (
            lambda: grad(ag.sqrt)(0.0), lambda: vjp(ag.sqrt, 0.0)[1](1.0),
            lambda: jvp(ag.sqrt, (0.0,), (1.0,)), lambda: hvp(lambda x: x**1.5, 0.0, 1.0),
            lambda: hessian(ag.sqrt)(0.0), lambda: Value(1.0).backward(math.nan),
        ):  # fmt: skip
            with pytest.raises(AnomalyError):
                use()
        x = Value(0.5)
        x.grad = 1e308
        with pytest.raises(AnomalyError):
            (x * 1e308).backward()


def test_argnums_are_different():
    for bad in ((0, 0), (0, -2), "a", (0.5, 1)):
        with pytest.raises((ArgumentError, TypeError)):
            grad(lambda x, y: x * y, bad)(2.0, 5.0)


def test_a_captured_value_that_is_returned_as_it_is_stays_a_value():
    w = Value(3.0)
    u = w * w
    for out, slope in ((w, 1.0), (u, 6.0)):
        for use in (
            lambda out=out: jvp(lambda x: out, (2.0,), (1.0,)),
            lambda out=out: jvp(lambda x: [out, x * x], (2.0,), (1.0,))[0],
            lambda out=out: vjp(lambda x: [out, x], 2.0)[0],
            lambda out=out: [value_and_grad(lambda x: out)(2.0)[0]],
        ):
            found = use()[0]
            assert grad(found, [w]) == (slope,)
    assert jvp(lambda x: w, (2.0,), (1.0,))[1].data == 0.0
    with ag.no_grad():
        assert jvp(lambda x: w, (2.0,), (1.0,)) == (3.0, 0.0)
