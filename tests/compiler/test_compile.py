"""compile: every backend gives what the eager engine gives, for every row, structure and batch."""

import math
import threading
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import (
    TABLE,
    Value,
    compile,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from autograd.compiler.backends.choice import NAMES
from autograd.value import record
from tests.truth import PARTIAL_ULPS, VALUE_ULPS, cases, ulps, variants

BACKENDS = ("python", "numpy", "numba")  # written down, so that none is left out unnoticed
ON_EACH = pytest.mark.parametrize("backend", BACKENDS)
ROWS = pytest.mark.parametrize("row", TABLE.values(), ids=str)
INF, NAN = math.inf, math.nan
LONG = 600  # seconds: what never comes is noticed, and a slow machine is no fault
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, INF, -INF, NAN, 5e-324, 1e308, -800.0)


class Pair(NamedTuple):
    a: float
    b: float


def same(x, y):
    """Equal, and nan is nan."""
    return x == y or (x != x and y != y)


def numbers(tree):
    """The numbers of any result, from left to right."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, Value):
        return [tree.data]
    if isinstance(tree, np.ndarray) and tree.ndim:
        return numbers(list(tree))
    if isinstance(tree, (list, tuple)):
        return [x for part in tree for x in numbers(part)]
    return [] if tree is None else [float(tree)]


def eagerly(f, *columns):
    """The numbers of f at each example, computed by the eager engine."""
    return [numbers(f(*[Value(x) for x in xs])) for xs in zip(*columns, strict=True)]


def transposed(result):
    """The numbers of each example of a batch's result."""
    parts = result if isinstance(result, (list, tuple)) else [result]
    flat = [column for part in parts for column in np.asarray(part).reshape(len(part), -1).T]
    return np.array(flat).T.tolist()


def test_the_list_of_backends_is_whole():
    assert {"auto", *BACKENDS} == set(NAMES)


# Every row of the table.


def compiled_row(bound, n, backend):
    """Value and all partials of a row, as one flat tuple, for n columns of operands."""

    def f(*xs):
        value, slopes = value_and_grad(lambda *ys: record(bound, *ys), tuple(range(n)))(*xs)
        return (value, *slopes)

    return compile(f, in_axes=0, backend=backend)


@ON_EACH
@ROWS
def test_every_row_agrees_with_mpmath(row, backend):
    # NumPy's SIMD functions may be 4 ulps off where the C library's are 1: as in test_table.py.
    bounds = [VALUE_ULPS, PARTIAL_ULPS] if backend != "numpy" else [8, 16]
    found = []
    for bound in variants(row):
        known = cases(row.name, row.domain, row.arity, bound.values)
        for n in {len(xs) for xs, _, _ in known}:
            points = [case for case in known if len(case[0]) == n]
            columns = [
                np.array(column) for column in zip(*[xs for xs, _, _ in points], strict=True)
            ]
            results = compiled_row(bound, n, backend)(*columns)
            for k, (xs, value, partials) in enumerate(points):
                truths = [value, *partials]
                for j, (result, truth) in enumerate(zip(results, truths, strict=True)):
                    off = ulps(float(result[k]), *truth)
                    if off > bounds[j > 0]:
                        found.append((repr(bound), xs, j, float(result[k]), truth[0], off))
    assert found[:5] == []


@ON_EACH
@ROWS
def test_every_row_agrees_with_eager_at_the_edges(row, backend):
    rng = np.random.default_rng(1)
    found = []
    for bound in variants(row):
        for n in [row.arity] if row.arity else [1, 2, 3]:
            if n == 1:
                columns = [np.array(EDGES)]
            else:
                columns = list(rng.choice(EDGES, (n, 150)))
            results = transposed(compiled_row(bound, n, backend)(*columns))
            for got, *xs in zip(results, *columns, strict=True):
                xs = [float(x) for x in xs]
                z = record(bound, *[Value(x) for x in xs])
                for j, (a, b) in enumerate(zip(got, (z.data, *z.partials), strict=True)):
                    if not (same(a, b) or ulps(a, b) <= 16):
                        found.append((repr(bound), xs, j, a, b))
    assert found[:5] == []


@ROWS
def test_every_row_can_be_differentiated_twice_when_compiled(row):
    for bound in variants(row):
        for xs in row.samples:
            if row.name == "powc" and xs[0] < 0 and bound.values[0] % 1:
                continue  # not real
            f = hessian(lambda ys, bound=bound: record(bound, *ys))
            expected = f(list(xs))
            for backend in BACKENDS:
                got = compile(f, backend=backend)(list(xs))
                np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


# Batches and reductions.


def model_loss(w, x, y):
    h = ag.tanh(w[0] * x[0] + w[1] * x[1] + w[2])
    return (w[3] * h + w[4] - y) ** 2


W = [0.3, -0.7, 0.1, 1.3, -0.2]


def batch(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)), rng.normal(size=n)


def per_example(x, y):
    f = value_and_grad(model_loss)
    return [numbers(f(W, list(map(float, a)), float(b))) for a, b in zip(x, y, strict=True)]


@ON_EACH
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 15, 127, 128, 129, 1023, 1024, 1025, 2049])
def test_a_batch_is_its_examples_one_by_one(n, backend):
    x, y = batch(n)
    step = compile(value_and_grad(model_loss), in_axes=(None, 0, 0), backend=backend)
    loss, slopes = step(W, x, y)
    assert loss.shape == (n,) and [g.shape for g in slopes] == [(n,)] * 5
    expected = np.array(per_example(x, y))
    np.testing.assert_allclose(np.array([loss, *slopes]).T, expected, rtol=1e-12, atol=1e-14)
    for reduce, total in (("sum", expected.sum(axis=0)), ("mean", expected.mean(axis=0))):
        step = compile(
            value_and_grad(model_loss), in_axes=(None, 0, 0), reduce=reduce, backend=backend
        )
        got = step(W, x, y)
        assert type(got[0]) is float and [type(g) for g in got[1]] == [float] * 5
        np.testing.assert_allclose(numbers(got), total, rtol=1e-11, atol=1e-12)


@ON_EACH
def test_sums_of_products_over_the_batch(backend):
    f = lambda w, x, y: [ag.sin(x) * ag.cos(y), x * y, x * x, w * x, w, ag.sin(x), 3.0]
    x, y = batch(300)
    x = x[:, 0]
    got = compile(f, in_axes=(None, 0, 0), reduce="sum", backend=backend)(2.0, x, y)
    expected = [
        np.sin(x) @ np.cos(y), x @ y, x @ x, 2 * x.sum(), 600.0, np.sin(x).sum(), 900.0,
    ]  # fmt: skip
    assert got == pytest.approx(expected, rel=1e-12)


@ON_EACH
def test_one_product_over_the_batch(backend):
    f = lambda x: ag.sin(x) * ag.cos(x)
    x = np.linspace(-1, 2, 200)
    total = compile(f, in_axes=0, reduce="sum", backend=backend)(x)
    assert total == pytest.approx(np.sin(x) @ np.cos(x), rel=1e-13)


@ON_EACH
def test_in_axes_for_each_argument(backend):
    f = lambda x, y: x * 10 + y
    ten, one = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    run = lambda axes: compile(f, in_axes=axes, backend=backend)
    assert run(None)(1.0, 3.0) == 13.0
    assert run(0)(ten, one).tolist() == [13.0, 24.0]
    assert run((0, None))(ten, 3.0).tolist() == [13.0, 23.0]
    assert run((None, 0))(1.0, one).tolist() == [13.0, 14.0]
    assert run([None, 0])(1.0, one).tolist() == [13.0, 14.0]
    assert type(run(None)(1.0, 3.0)) is float
    assert compile(f, backend=backend)(1, 3) == 13.0


@ON_EACH
def test_a_batch_may_be_any_array_of_numbers(backend):
    f = compile(lambda x, y: x[0] * 2 + x[1] * y, in_axes=0, backend=backend)
    x, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.0, 0.0, 1.0])
    expected = [4.0, 6.0, 16.0]
    given = [
        (x.astype(np.float32), y), (x.astype(int), y.astype(bool)), (x.astype(np.uint8), y),
        (x.astype(object), y), (x.tolist(), y.tolist()), (x, [1, 0, 1]), (x, [True, False, True]),
        (np.asfortranarray(x), y), (np.repeat(x, 2, axis=0)[::2], np.repeat(y, 3)[::3]),
        (x[::-1][::-1], y), (x.astype(np.float16), y.astype(np.longdouble)), (x.astype(">f8"), y),
    ]  # fmt: skip
    for xs, ys in given:
        assert f(xs, ys).tolist() == expected
        assert f(xs, ys).dtype == np.float64


@ON_EACH
def test_small_integers_do_not_wrap_and_float32_is_computed_in_64_bits(backend):
    f = compile(lambda x: x * x, in_axes=0, backend=backend)
    assert f(np.array([200, 3], dtype=np.uint8)).tolist() == [40000.0, 9.0]
    x = np.array([0.1], dtype=np.float32)
    assert f(x).tolist() == [float(x[0]) * float(x[0])]


@ON_EACH
def test_arguments_are_left_as_they_are(backend):
    f = compile(lambda w, x: w[0] * x[0] + w[1] * x[1], in_axes=(None, 0), backend=backend)
    w, x = np.array([1.0, 2.0]), np.arange(6.0).reshape(3, 2)
    w.setflags(write=False)
    x.setflags(write=False)
    first = f(w, x)
    kept = first.copy()
    f(np.array([5.0, 6.0]), x + 1)
    assert first.tolist() == kept.tolist() == [2.0, 8.0, 14.0]


@ON_EACH
def test_arrays_in_results_may_be_written_to(backend):
    results = compile(lambda x: [x, x, 1.0, np.array([x, x])], in_axes=0, backend=backend)(
        [1.0, 2.0]
    )
    for i, array in enumerate(results):
        array[...] = i
    assert [a.reshape(-1)[0] for a in results] == [0.0, 1.0, 2.0, 3.0]


@ON_EACH
def test_an_empty_batch(backend):
    x, y = np.zeros((0, 2)), np.zeros(0)
    run = lambda reduce: compile(
        value_and_grad(model_loss), in_axes=(None, 0, 0), reduce=reduce, backend=backend
    )
    loss, slopes = run(None)(W, x, y)
    assert loss.shape == (0,) and [g.shape for g in slopes] == [(0,)] * 5
    assert run("sum")(W, x, y) == (0.0, [0.0] * 5)
    with pytest.raises(ag.ArgumentError, match="empty batch"):
        run("mean")(W, x, y)
    arrays = compile(lambda x: np.array([x, x]), in_axes=0, backend=backend)(np.zeros(0))
    assert arrays.shape == (0, 2)


@ON_EACH
def test_a_nan_stays_in_its_lane(backend):
    x, y = batch(200)
    x[17, 0], y[150], x[3, 1] = NAN, INF, -INF
    step = compile(value_and_grad(model_loss), in_axes=(None, 0, 0), backend=backend)
    loss, slopes = step(W, x, y)
    expected = np.array(per_example(x, y))
    np.testing.assert_allclose(np.array([loss, *slopes]).T, expected, rtol=1e-12, atol=1e-14)
    assert math.isnan(loss[17]) and loss[150] == INF and math.isfinite(loss[3])
    mean = compile(model_loss, in_axes=(None, 0, 0), reduce="mean", backend=backend)
    assert math.isnan(mean(W, x, y))


@ON_EACH
def test_what_one_example_needs_infinite_does_not_touch_the_others(backend):
    # Ten weighted sums of nine of ten inputs each: a zero weight for the tenth would make nan.
    def f(w, x):
        return [
            ag.dot([w[i] for i in range(10) if i != k], [x[i] for i in range(10) if i != k])
            for k in range(10)
        ]

    w = [1.0 + i for i in range(10)]
    x = np.ones((20, 10))
    x[:, 4] = INF
    results = compile(f, in_axes=(None, 0), backend=backend)(w, x)
    assert [r[0] for r in results] == [50.0 if k == 4 else INF for k in range(10)]


@ON_EACH
@pytest.mark.parametrize("dtype", [float, np.float32, int])
def test_memory_does_not_grow_with_the_batch(backend, dtype):
    step = compile(value_and_grad(model_loss), in_axes=(None, 0, 0), reduce="mean", backend=backend)

    def peak(n):
        x, y = np.ones((n, 2), dtype=dtype), np.zeros(n, dtype=dtype)
        step(W, x, y)
        tracemalloc.start()
        step(W, x, y)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    few = 8192  # two blocks for threads, so that all have work
    many = 30_000 if backend == "python" else 200_000
    assert peak(many) < 1.5 * peak(few) + 100_000


def test_results_do_not_depend_on_the_number_of_threads():
    numba = pytest.importorskip("numba", reason="sets numba's threads")
    x, y = batch(50_001)
    usual = numba.get_num_threads()
    found = []
    try:
        for threads in sorted({1, min(2, numba.config.NUMBA_NUM_THREADS)}):
            numba.set_num_threads(threads)
            for _ in range(3):
                for reduce in ("sum", "mean", None):
                    step = compile(
                        value_and_grad(model_loss),
                        in_axes=(None, 0, 0),
                        reduce=reduce,
                        backend="numba",
                    )
                    found.append((reduce, numbers(step(W, x, y))))
    finally:
        numba.set_num_threads(usual)
    for reduce, result in found:
        assert result == next(first for r, first in found if r == reduce)


@ON_EACH
def test_a_sum_over_the_batch_is_exact_where_floats_are(backend):
    x = np.arange(100_000.0 if backend != "python" else 5000.0)
    assert (
        compile(lambda x: x + 1.0, in_axes=0, reduce="sum", backend=backend)(x) == x.sum() + x.size
    )


# Structures of arguments and results.


@ON_EACH
def test_parameters_in_any_structure(backend):
    def f(p, x):
        return p["w"][0] * x + p["m"][0][1] * p["t"].a - p["t"].b * p["v"][1, 0] + p["s"]

    p = {
        "w": [2.0, 3.0], "m": [[1.0, 5.0]], "t": Pair(7.0, 0.5), "v": np.array([[1.0], [4.0]]),
        "none": None, "s": np.float64(1.5),
    }  # fmt: skip
    step = compile(value_and_grad(f), in_axes=(None, 0), reduce="sum", backend=backend)
    value, g = step(p, [1.0, 10.0])
    assert value == 2 * (35.0 - 2.0 + 1.5) + 22.0
    assert g["w"] == [11.0, 0.0] and g["m"] == [[0.0, 14.0]] and g["t"] == Pair(10.0, -8.0)
    assert g["v"].tolist() == [[0.0], [-1.0]] and g["none"] is None and g["s"] == 2.0
    assert type(g["t"]) is Pair and isinstance(g["v"], np.ndarray)


@ON_EACH
def test_a_batch_of_several_parts(backend):
    def f(data, pair):
        return data["x"][0] * data["x"][1] + data["y"] * pair.a - pair.b

    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])
    pair = Pair(np.array([1.0, 2.0]), np.array([0.5, 0.25]))
    got = compile(f, in_axes=0, backend=backend)({"x": x, "y": y}, pair)
    assert got.tolist() == [6.5, 23.75]
    got = compile(lambda t: t[0] + t[1], in_axes=0, backend=backend)((y, x[:, 0]))
    assert got.tolist() == [6.0, 9.0]


@ON_EACH
def test_an_example_is_what_it_would_be_eagerly(backend):
    rows = compile(lambda x: x @ x, in_axes=0, backend=backend)  # an array of arrays: an array
    assert rows(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [5.0, 25.0]
    listed = compile(lambda x: ag.sum([a * b for a, b in x]), in_axes=0, backend=backend)
    assert listed([[[1.0, 2.0], [3.0, 4.0]]]).tolist() == [14.0]
    seen = []
    compile(lambda x: (seen.append(type(x)), x[0])[1], in_axes=0, backend=backend)([[1.0], [2.0]])
    assert seen == [list]


@ON_EACH
@pytest.mark.parametrize("batched", [False, True])
def test_results_of_any_structure(backend, batched):
    def f(x):
        return {
            "d": x * 2, "t": (x, [x + 1, None]), "n": Pair(x * 3, 4), "a": np.array([[x, 1.0], [x * x, x]]),
            "plain": 2.5, "none": None, "int": 3, "bool": True, "empty": [], "half": np.float32(0.5),
            "value": Value(6.0),
        }  # fmt: skip

    if not batched:
        r = compile(f, backend=backend)(2.0)
        assert r["d"] == 4.0 and r["t"] == (2.0, [3.0, None]) and r["n"] == Pair(6.0, 4.0)
        assert type(r["n"]) is Pair and type(r["t"]) is tuple and type(r["d"]) is float
        assert r["a"].tolist() == [[2.0, 1.0], [4.0, 2.0]]
        assert (r["plain"], r["none"], r["int"], r["bool"], r["empty"]) == (2.5, None, 3.0, 1.0, [])
        assert (r["half"], r["value"]) == (0.5, 6.0)
        return
    r = compile(f, in_axes=0, backend=backend)([2.0, 3.0])
    assert r["d"].tolist() == [4.0, 6.0]
    assert r["t"][0].tolist() == [2.0, 3.0] and r["t"][1][1] is None
    assert r["n"].a.tolist() == [6.0, 9.0] and r["n"].b.tolist() == [4.0, 4.0]
    assert r["a"].tolist() == [[[2.0, 1.0], [4.0, 2.0]], [[3.0, 1.0], [9.0, 3.0]]]
    assert r["plain"].tolist() == [2.5, 2.5] and r["none"] is None and r["bool"].tolist() == [1, 1]
    assert r["value"].tolist() == [6.0, 6.0] and r["empty"] == []
    total = compile(f, in_axes=0, reduce="sum", backend=backend)([2.0, 3.0])
    assert total["a"].tolist() == [[5.0, 2.0], [13.0, 5.0]] and total["plain"] == 5.0


@ON_EACH
def test_a_function_of_nothing_and_one_that_returns_nothing(backend):
    assert compile(lambda: 3.0, backend=backend)() == 3.0
    assert compile(lambda x: None, backend=backend)(1.0) is None
    assert compile(lambda x: None, in_axes=0, backend=backend)([1.0, 2.0]) is None
    assert compile(lambda x: [], in_axes=0, reduce="sum", backend=backend)([1.0, 2.0]) == []
    assert compile(lambda x: x, backend=backend)(2.0) == 2.0
    assert compile(lambda x: 7, in_axes=0, backend=backend)([1.0, 2.0]).tolist() == [7.0, 7.0]
    assert compile(lambda x: 7, in_axes=0, reduce="sum", backend=backend)([1.0, 2.0]) == 14.0


@ON_EACH
def test_a_condition_is_a_number_as_a_result(backend):
    run = lambda **options: compile(lambda x, y: x > y, in_axes=0, backend=backend, **options)
    got = run()([1.0, 3.0, NAN], [2.0, 2.0, 1.0])
    assert got.dtype == np.float64 and got.tolist() == [0.0, 1.0, 0.0]
    one = compile(lambda x: x > 0, backend=backend)(1.0)
    assert type(one) is float and one == 1.0
    total = run(reduce="sum")([1.0, 3.0], [2.0, 2.0])
    assert type(total) is float and total == 1.0
    assert run(reduce="mean")([1.0, 3.0], [2.0, 2.0]) == 0.5


@ON_EACH
@pytest.mark.parametrize("how", ["argument", "closure", "array", "numbers"])
def test_a_module_in_every_place(backend, how):
    model = nn.MLP(2, [3, 1], seed=1)
    x, y = batch(20)
    loss = lambda m, x, y: nn.half_squared_error(m(x), [y])
    eager = [
        (value.data, [g.data for g in slopes.values()])
        for a, b in zip(x.tolist(), y.tolist(), strict=True)
        for value, slopes in [value_and_grad(loss)(model, a, b)]
    ]
    values = [value for value, _ in eager]
    if how == "argument":
        step = compile(value_and_grad(loss), in_axes=(None, 0, 0), backend=backend)
        got, slopes = step(model, x, y)
        assert list(slopes) == [name for name, _ in model.named_parameters()]
        np.testing.assert_allclose(
            np.array(list(slopes.values())).T, [g for _, g in eager], rtol=1e-12
        )
    elif how == "closure":
        got = compile(lambda x, y: loss(model, x, y), in_axes=0, backend=backend)(x, y)
    else:
        p = [v.data for v in model.parameters()]
        p = np.array(p) if how == "array" else p
        f = lambda p, x, y: loss(model.with_parameters(iter(p)), x, y)
        got = compile(f, in_axes=(None, 0, 0), backend=backend)(p, x, y)
    np.testing.assert_allclose(got, values, rtol=1e-12)


@ON_EACH
def test_parameters_are_read_anew_at_every_call(backend):
    model, scale = nn.MLP(2, [2, 1], seed=1), Value(2.0)
    x, _ = batch(5)
    runs = []

    def f(x):
        runs.append(1)
        return model(x)[0] * scale

    compiled = compile(f, in_axes=0, backend=backend)
    as_argument = compile(lambda m, x: m(x)[0], in_axes=(None, 0), backend=backend)
    for k in range(3):
        expected = np.array([model(a)[0].data for a in x.tolist()])
        np.testing.assert_allclose(compiled(x), expected * scale.data, rtol=1e-13)
        np.testing.assert_allclose(as_argument(model, x), expected, rtol=1e-13)
        scale.data = 3.0 + k
        model.load_state_dict({name: v + 0.1 for name, v in model.state_dict().items()})
    assert len(runs) == 1


@ON_EACH
def test_a_gradient_by_captured_values_is_left_alone(backend):
    w = Value(2.0)
    assert compile(grad(lambda x: w * x * x), backend=backend)(3.0) == 12.0
    assert w.data == 2.0 and not w.has_grad
    total = w * w  # a result outside, whose number stays
    assert compile(lambda x: total * x, backend=backend)(3.0) == 12.0
    assert compile(lambda: w * w + 1, backend=backend)() == 5.0


@ON_EACH
def test_a_captured_value_in_a_comparison_is_read_anew(backend):
    limit = Value(1.0)
    f = compile(lambda x: ag.where(limit > 2, x, -x), backend=backend)
    assert f(5.0) == -5.0
    limit.data = 3.0
    assert f(5.0) == 5.0


# Transforms inside.


def curved(xs):
    return ag.sin(xs[0] * xs[1]) * ag.exp(xs[2]) + ag.logsumexp(xs) * xs[1] ** 3


def several(xs):
    return [curved(xs), xs[0] / xs[2], ag.tanh(ag.dot(xs, xs))]


TRANSFORMED = {
    "grad": grad(curved),
    "value_and_grad": value_and_grad(curved),
    "jacobian": jacobian(several),
    "jacobian forward": jacobian(several, "forward"),
    "jacobian reverse": jacobian(several, "reverse"),
    "hessian": hessian(curved),
    "hvp": lambda xs: hvp(curved, xs, [1.0, -2.0, 0.5]),
    "jvp": lambda xs: jvp(several, (xs,), ([1.0, -2.0, 0.5],)),
    "vjp": lambda xs: vjp(several, xs)[1]([1.0, -2.0, xs[0]]),
    "grad of grad": lambda xs: grad(lambda ys: grad(curved)(ys)[0])(xs),
    "grad of grad by one": lambda xs: grad(grad(lambda t: curved([t, xs[1], xs[2] * t])))(xs[0]),
    "third": lambda xs: grad(grad(grad(lambda t: ag.tanh(t) * xs[1])))(xs[0]),
    "grad of jvp": grad(lambda xs: jvp(curved, (xs,), ([1.0, 0.0, 1.0],))[1]),
    "jvp of grad": lambda xs: jvp(grad(curved), (xs,), ([1.0, 0.0, 1.0],)),
    "jvp of jvp": lambda xs: jvp(
        lambda t: jvp(lambda s: curved([s, t, xs[2]]), (t,), (1.0,))[1], (xs[1],), (1.0,)
    ),
    "grad of hvp": grad(lambda xs: ag.sum(hvp(curved, xs, [1.0, 2.0, 3.0]))),
}


@ON_EACH
@pytest.mark.parametrize("f", TRANSFORMED.values(), ids=list(TRANSFORMED))
def test_transforms_inside_agree_with_eager(f, backend):
    points = [[0.3, -0.4, 0.7], [1.1, 0.2, -0.5], [-0.8, 0.9, 0.4]]
    expected = [numbers(f(xs)) for xs in points]
    for xs, result in zip(points, expected, strict=True):
        assert numbers(compile(f, backend=backend)(xs)) == pytest.approx(
            result, rel=1e-11, abs=1e-12
        )
    batched = compile(f, in_axes=0, backend=backend)(points)
    got = np.array(numbers(batched)).reshape(-1, 3).T
    np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-12)


@ON_EACH
def test_an_array_argument_gives_array_gradients_for_each_example(backend):
    f = value_and_grad(lambda w, x: (w @ x) ** 2)
    w, x = np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.5, 1.0], [2.0, 2.0]])
    value, g = compile(f, in_axes=(None, 0), backend=backend)(w, x)
    assert g.shape == (3, 2) and g.tolist() == (2 * (x @ w)[:, None] * x).tolist()
    value, g = compile(f, in_axes=(None, 0), reduce="mean", backend=backend)(w, x)
    assert g.shape == (2,) and value == np.mean((x @ w) ** 2)


@ON_EACH
def test_no_gradient_flows_through_detach_and_no_grad(backend):
    def f(x):
        with no_grad():
            held = x * x
        return held * x + x.detach() * x * 10

    assert (
        compile(value_and_grad(f), backend=backend)(3.0) == value_and_grad(f)(3.0) == (117.0, 39.0)
    )
    whole = compile(no_grad()(lambda x: x * x), backend=backend)
    assert whole(3.0) == 9.0
    with no_grad():
        assert compile(grad(lambda x: x * x * x), backend=backend)(2.0) == 12.0


@ON_EACH
def test_branches_and_conditions(backend):
    def f(x, y):
        inside = (x > 0) & (y <= 1) | (x == y)
        return [
            ag.where(inside, x * y, -x), ag.where(x != y, x, 100.0), ag.maximum(x, 0.0) + ag.minimum(0.0, y),
            ag.where((x >= 0) & True, 1.0, 2.0), ag.where((x < y) | False, 1.0, 2.0), ag.clamp(x, -1.0, y),
            ag.where(x, 1.0, 2.0),
        ]  # fmt: skip

    points = [-2.0, -0.0, 0.0, 0.5, 1.0, 3.0, INF, NAN]
    x, y = (column.reshape(-1) for column in np.meshgrid(points, points))
    got = transposed(compile(f, in_axes=0, backend=backend)(x, y))
    for a, b, result in zip(x.tolist(), y.tolist(), got, strict=True):
        assert all(map(same, result, numbers(f(Value(a), Value(b))))), (a, b)


@ON_EACH
def test_where_keeps_the_finite_branch_finite(backend):
    f = lambda x: ag.where(x > 0, ag.log(ag.maximum(x, 1e-300)), 0.0)
    loss, slope = compile(value_and_grad(f), in_axes=0, backend=backend)([-1.0, 0.0, 2.0])
    assert loss.tolist() == [0.0, 0.0, pytest.approx(math.log(2.0), rel=1e-14)]
    assert slope.tolist() == [0.0, 0.0, 0.5]


def test_a_compiled_function_of_one_example_can_be_differentiated():
    inner = compile(lambda x, y: ag.sin(x) * y)
    assert grad(lambda x: inner(x * x, 3.0))(0.5) == pytest.approx(3 * math.cos(0.25), rel=1e-14)
    assert jvp(lambda x: inner(x, 2.0), (0.5,), (1.0,))[1] == pytest.approx(2 * math.cos(0.5))
    assert hessian(inner)(0.5, 2.0) == hessian(lambda x, y: ag.sin(x) * y)(0.5, 2.0)
    outer = compile(value_and_grad(lambda x: inner(x, x)), in_axes=0)
    _, slope = outer([0.5, 1.0])
    np.testing.assert_allclose(
        slope, np.sin([0.5, 1.0]) + np.cos([0.5, 1.0]) * [0.5, 1.0], rtol=1e-14
    )
    assert inner(0.5, 2.0) == pytest.approx(2 * math.sin(0.5), rel=1e-14)


# Operations of one's own.


@ag.primitive
def swish(m, x, *, beta=1.0):
    return x * m.sigmoid(beta * x)


@swish.partials
def _(m, z, x, *, beta):
    s = m.sigmoid(beta * x)
    return (s * (1 + beta * x * (1 - s)),)


@ag.primitive
def length(m, *xs):
    return m.sqrt(m.sum([x * x for x in xs]))


@length.partials
def _(m, z, *xs):
    return tuple([m.where(z == 0, 0.0, x / z) for x in xs])


@ON_EACH
def test_operations_of_ones_own(backend):
    f = lambda x, y: swish(x) * length(x, y, 2.0) + swish(y, beta=3.0)
    both = value_and_grad(f, (0, 1))
    x, y = np.linspace(-3, 3, 20), np.linspace(2, -1, 20)
    got = transposed_pairs(compile(both, in_axes=0, backend=backend)(x, y))
    for a, b, result in zip(x.tolist(), y.tolist(), got, strict=True):
        assert result == pytest.approx(numbers(both(a, b)), rel=1e-12)


def transposed_pairs(result):
    return np.array([result[0], *result[1]]).T.tolist()


# Recording once.


def test_recording_happens_once_for_each_structure():
    seen = []

    def f(w, x):
        seen.append(len(x))
        return ag.dot(w, x)

    g = compile(f, in_axes=(None, 0))
    for n in (1, 5, 2000):
        g([1.0, 2.0], np.ones((n, 2)))
        g([1.0, 2], np.ones((n, 2), dtype=np.float32))
        g([Value(1.0), np.float64(2.0)], np.ones((n, 2), dtype=int))
    assert seen == [2]
    g([1.0, 2.0, 3.0], np.ones((4, 3)))
    assert seen == [2, 3]
    g([1.0, 2.0], np.ones((4, 2)))
    assert seen == [2, 3]


def test_random_numbers_and_prints_happen_at_recording_only(capsys):
    rng = np.random.default_rng(1)

    def f(x):
        print("recorded")
        return x * rng.normal()

    g = compile(f, in_axes=0)
    first = g([1.0, 2.0])
    assert (g([1.0, 2.0]) == first).all() and first[0] != 0.0
    assert capsys.readouterr().out == "recorded\n"


@pytest.mark.filterwarnings("ignore:compile")
def test_the_cache_is_bounded():
    runs = []

    def f(x):
        runs.append(1)
        return ag.sum(x)

    g = compile(f)
    for n in range(1, 201):
        assert g([1.0] * n) == n
    assert len(runs) == 200 and len(g._recorded) < 100
    g([1.0] * 200)
    assert len(runs) == 200
    g([1.0])
    assert len(runs) == 201


def test_two_modules_of_one_class_do_not_mix():
    f = compile(lambda m, x: m(x)[0])
    models = [
        nn.MLP(2, [n, 1], activation, seed=n) for n in (2, 3) for activation in ("tanh", "relu")
    ]
    for _ in range(2):
        for m in models:
            assert f(m, [0.5, -1.0]) == pytest.approx(m([0.5, -1.0])[0].data, rel=1e-13)


def test_record_computes_nothing_and_gives_the_program():
    runs = []
    g = compile(lambda x: (runs.append(1), x * x)[1], in_axes=0)
    program = g.record(np.zeros((5,)))
    assert len(program) == 1 and len(runs) == 1
    assert g([2.0, 3.0]).tolist() == [4.0, 9.0] and len(runs) == 1


def test_it_keeps_name_and_docstring():
    def loss(x):
        """How far off."""
        return x

    assert compile(loss).__name__ == "loss" and compile(loss).__doc__ == "How far off."


def test_auto_gives_the_same_numbers_at_every_size():
    f = value_and_grad(model_loss)
    step = compile(f, in_axes=(None, 0, 0))
    for n in (1, 3, 50):
        x, y = batch(n)
        loss, slopes = step(W, x, y)
        np.testing.assert_allclose(
            np.array([loss, *slopes]).T, per_example(x, y), rtol=1e-12, atol=1e-14
        )


# Threads.


@ON_EACH
def test_two_threads_that_record_at_once_do_not_mix(backend):
    meeting = threading.Barrier(2, timeout=LONG)
    results = {}

    def work(k):
        def f(x):
            y = x * k
            meeting.wait()
            y = ag.sin(y) + k
            meeting.wait()
            return y * x

        results[k] = compile(value_and_grad(f), backend=backend)(0.5)

    threads = [threading.Thread(target=work, args=(k,)) for k in (2.0, 3.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in (2.0, 3.0):
        expected = value_and_grad(lambda x, k=k: (ag.sin(x * k) + k) * x)(0.5)
        assert results[k] == pytest.approx(expected, rel=1e-13)


def test_others_compute_eagerly_while_one_records():
    inside, go_on = threading.Event(), threading.Event()
    results = []

    def f(x):
        y = x * 2
        inside.set()
        assert go_on.wait(LONG)
        return y + 1

    thread = threading.Thread(target=lambda: results.append(compile(f)(3.0)))
    thread.start()
    assert inside.wait(LONG)
    v = Value(3.0)
    z = ag.where(v > 2, v * v, 0.0)
    z.backward()
    assert (z.data, v.grad, bool(v)) == (9.0, 6.0, True)
    go_on.set()
    thread.join()
    assert results == [7.0]


@ON_EACH
def test_one_compiled_function_in_many_threads(backend):
    step = compile(model_loss, in_axes=(None, 0, 0), reduce="sum", backend=backend)
    x, y = batch(3000)
    expected = {n: step(W, x[:n], y[:n]) for n in (1, 40, 3000)}
    wrong = []

    def work():
        sizes = (3000, 1, 40) * 3
        wrong.extend([n for n in sizes if step(W, x[:n], y[:n]) != expected[n]])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@ag.primitive
def everything(m, x, y):
    """Every operator that a rule may use."""
    odd = (x > 0) & (y != 0) | (x < -1) | (0.5 == y)
    near = (x >= y) & (1 <= x)
    up = +x + 1 + (2 + y) - (1 - x) * 3 - abs(y) + 2**x
    down = -x / 3 + 3 / (4 + abs(x)) * y + (1 + abs(x)) ** y + (abs(y) + 1) ** 1.5
    return m.where(odd, up, down) + m.where(near, m.sum([x, y]), m.norm([x, y]) * m.mean([x, y]))


@everything.partials
def _(m, z, x, y):
    return (z * x, z - y)


@ON_EACH
def test_a_rule_may_use_every_operator(backend):
    x, y = np.meshgrid([-2.5, -0.5, 0.25, 3.0], [-1.5, 0.0, 0.5, 2.0])
    x, y = x.ravel(), y.ravel()
    f = value_and_grad(everything, argnums=(0, 1))
    found = transposed_of(compile(f, in_axes=0, backend=backend)(x, y))
    np.testing.assert_allclose(found, eagerly(f, x, y), rtol=1e-13)


def transposed_of(result):
    value, (dx, dy) = result
    return np.array([value, dx, dy]).T


@ON_EACH
def test_sums_of_few_of_the_products_of_some_rows_with_others(backend):
    def f(x, y):  # a chain: every row with two of the others
        return [x[k] * y[k] for k in range(8)] + [x[k + 1] * y[k] for k in range(7)]

    x, y = np.random.default_rng(0).normal(size=(2, 30, 8))
    found = compile(f, in_axes=0, reduce="sum", backend=backend)(x, y)
    expected = [(x[:, k] * y[:, k]).sum() for k in range(8)]
    expected += [(x[:, k + 1] * y[:, k]).sum() for k in range(7)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
