"""compile with arrays of other libraries: the same kind out, and the numbers NumPy gives."""

import sys
from types import SimpleNamespace

import array_api_strict as xp
import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, ArgumentError, GraphError, Value, compile, value_and_grad
from autograd.compiler.backends.arrays import on_libraries as namespaces
from autograd.errors import MissingDependencyError
from autograd.value import record
from tests.truth import variants

DRAW = np.random.default_rng(0)
W = [(DRAW.normal(size=(3, 2)), DRAW.normal(size=3)), (DRAW.normal(size=(1, 3)), np.zeros(1))]
X, Y = DRAW.normal(size=(50, 2)), DRAW.uniform(size=50)
BEYOND_THE_STANDARD = {"erf", "erfc", "normal_cdf", "gelu"}
REDUCTIONS = pytest.mark.parametrize("reduce", [None, "sum", "mean"])


def loss(params, x, y):
    a = list(x)
    for weights, biases in params:
        a = [ag.sigmoid(ag.dot(w, a, b)) for w, b in zip(weights, biases, strict=True)]
    return 0.5 * (a[0] - y) ** 2


def step(reduce="mean", **options):
    return compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce=reduce, **options)


def strict(tree, dtype=None):
    if isinstance(tree, (list, tuple)):
        return type(tree)([strict(x, dtype) for x in tree])
    return xp.asarray(tree if dtype is None else tree.astype(dtype))


def flat(tree):
    if isinstance(tree, (list, tuple)):
        return [x for part in tree for x in flat(part)]
    return [tree]


def assert_alike(found, expected, rtol=1e-12):
    for a, b in zip(flat(found), flat(expected), strict=True):
        assert isinstance(a, type(xp.asarray(0.0)))
        assert a.shape == np.shape(b)
        np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=rtol)


@REDUCTIONS
def test_the_same_kind_comes_out_with_the_numbers_of_numpy(reduce):
    expected = step(reduce, backend="numpy")(W, X, Y)
    run = step(reduce)
    assert_alike(run(strict(W), strict(X), strict(Y)), expected)
    assert_alike(run(W, strict(X), strict(Y)), expected)  # NumPy's parameters
    assert_alike(run(strict(W), strict(X), Y), expected)  # NumPy's targets


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_every_row_agrees_with_numpy_or_says_what_is_missing(row):
    for bound in variants(row):
        points = [xs for xs in row.samples if len(xs) == len(row.samples[0])]
        if row.name == "powc" and bound.values[0] % 1:
            points = [xs for xs in points if xs[0] > 0]
        f = value_and_grad(lambda xs, bound=bound: record(bound, *list(xs)))
        run, batch = compile(f, in_axes=0), np.array(points)
        if row.name in BEYOND_THE_STANDARD:
            with pytest.raises(GraphError, match="has no erf"):
                run(strict(batch))
        else:
            expected = compile(f, in_axes=0, backend="numpy")(batch)
            assert_alike(run(strict(batch)), expected, rtol=1e-13)


def test_float32_stays_float32_and_integers_become_floats():
    run = step()
    value, slopes = run(strict(W, "float32"), strict(X, "float32"), strict(Y, "float32"))
    assert {x.dtype for x in flat((value, slopes))} == {xp.float32}
    assert float(value) == pytest.approx(step(backend="numpy")(W, X, Y)[0], rel=1e-5)
    assert compile(lambda x: x / 2, in_axes=0)(xp.asarray([1, 3])).dtype == xp.float64


@pytest.mark.parametrize("n", [0, 1, 20_000])
def test_batches_of_any_size(n):
    x, y = DRAW.normal(size=(n, 2)), DRAW.uniform(size=n)
    for reduce in (None, "sum"):
        expected = step(reduce, backend="numpy")(W, x, y)
        assert_alike(step(reduce)(strict(W), strict(x), strict(y)), expected, rtol=1e-10)
    if not n:
        with pytest.raises(ArgumentError, match="empty batch"):
            step("mean")(strict(W), strict(x), strict(y))


def test_without_a_batch_and_with_outputs_that_do_not_vary():
    f = value_and_grad(lambda w: ag.sum([x * x for x in w]))
    assert_alike(compile(f)(xp.asarray([1.0, 2.0])), (5.0, np.array([2.0, 4.0])))
    g = compile(lambda w, x: (2 * w, 3.0, w * x), in_axes=(None, 0), reduce="sum")
    assert [float(v) for v in g(xp.asarray(5.0), xp.asarray([1.0, 2.0]))] == [20.0, 6.0, 15.0]
    h = compile(lambda w, x: (2 * w, w * x), in_axes=(None, 0))
    assert_alike(h(2.0, xp.asarray([1.0, 3.0])), (np.array([4.0, 4.0]), np.array([2.0, 6.0])))


def test_nan_and_infinity_stay_in_their_lane():
    x = np.array([1.0, np.nan, np.inf, -np.inf])
    found = compile(lambda x: (ag.exp(x), ag.relu(x), ag.sign(x), ag.maximum(x, 0.0)), in_axes=0)(
        strict(x)
    )
    top = np.maximum(x, 0)
    for a, b in zip(found, (np.exp(x), top, np.sign(x), top), strict=True):
        np.testing.assert_array_equal(np.asarray(a), b)


def test_captured_values_are_read_anew():
    w = Value(2.0)
    run = compile(lambda x: w * x, in_axes=0)
    assert_alike(run(xp.asarray([1.0, 3.0])), np.array([2.0, 6.0]))
    w.data = 5.0
    assert_alike(run(xp.asarray([1.0, 3.0])), np.array([5.0, 15.0]))


def test_what_cannot_be_is_said(monkeypatch):
    x = xp.asarray([1.0])
    for backend in ("numba", "numpy", "python"):
        with pytest.raises(ArgumentError, match=r'takes NumPy arrays.*backend="auto"'):
            compile(ag.exp, in_axes=0, backend=backend)(x)
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "chalkgrad\[arrays\]"') as error:
        compile(ag.exp, in_axes=0)(x)
    assert "\n" not in str(error.value)


def test_a_function_beyond_the_standard_is_taken_from_the_library_if_it_has_it():
    library = SimpleNamespace(__name__="library", special=SimpleNamespace(erf="the library's own"))
    assert namespaces._own(library, "erf") == "the library's own"
    with pytest.raises(GraphError, match="library has no erfc"):
        namespaces._own(library, "erfc")(1.0)


def test_arrays_of_two_libraries_are_refused():
    class Other:
        shape, dtype = (1,), np.dtype(float)

        def __array_namespace__(self, api_version=None):
            return np

    with pytest.raises(ArgumentError, match="different libraries"):
        compile(lambda x, y: x * y, in_axes=0)(xp.asarray([1.0]), Other())
