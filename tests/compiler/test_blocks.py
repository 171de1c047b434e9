"""A batch in one block: the same as in several, and no call sees what another one left."""

import numpy as np
import pytest

from autograd import compile, dot, log, sigmoid, value_and_grad
from autograd.compiler.backends.numba.engine import aligned

pytest.importorskip("numba")


def loss(w, x, y):
    """The squared error of a neuron."""
    return (sigmoid(w[0] * x[0] + w[1] * x[1]) - y) ** 2


def test_rows_begin_at_a_line_of_the_cache():
    """Their first number's address is a multiple of 64, whatever NumPy gives."""
    for rows, tile in ((1, 2048), (3, 128), (72, 128)):
        found = aligned(rows, tile)
        assert found.shape == (rows, tile)
        assert found.ctypes.data % 64 == 0
        assert found.flags.c_contiguous
        assert not found.any()


@pytest.mark.parametrize("reduce", ["mean", "sum", None])
def test_a_call_sees_nothing_of_the_last_one(reduce):
    """Rows are used again: numbers that are not finite, or more of them, leave nothing behind."""
    step = compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce=reduce, backend="numba")
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(300, 2)), rng.normal(size=300)
    expected = {n: step([0.5, -1.0], X[:n], Y[:n]) for n in (1, 7, 129, 300)}
    for n, (value, slopes) in expected.items():
        step([np.inf, np.nan], X, Y)
        found = step([0.5, -1.0], X[:n], Y[:n])
        assert np.array_equal(found[0], value)
        assert np.array_equal(found[1], slopes)


def test_sums_of_one_block_and_of_many():
    """2,000 examples are one block, 5,000 several: the mean is that of the parts."""
    step = compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce="sum", backend="numba")
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(5000, 2)), rng.normal(size=5000)
    whole = step([0.5, -1.0], X, Y)
    parts = [step([0.5, -1.0], X[k : k + 1000], Y[k : k + 1000]) for k in range(0, 5000, 1000)]
    assert np.isclose(whole[0], sum(value for value, _ in parts), rtol=1e-12)
    assert np.allclose(whole[1], np.sum([slopes for _, slopes in parts], axis=0), rtol=1e-10)


def test_results_are_not_shared_between_calls():
    """What a call gave is the caller's: the next call writes elsewhere."""
    step = compile(log, in_axes=0, backend="numba")
    first = step(np.array([1.0, 2.0, 4.0]))
    kept = first.copy()
    step(np.array([5.0, 6.0, 7.0]))
    assert np.array_equal(first, kept)


def test_an_empty_batch():
    """The sum over no example is 0."""
    step = compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce="sum", backend="numba")
    assert step([0.5, -1.0], np.empty((0, 2)), np.empty(0)) == (0.0, [0.0, 0.0])


def test_a_bias_that_varies_beside_products_that_do_not():
    """The numpy backend added in place, where the products have one column and the sum has n."""

    def f(weights, v, x):
        return [dot(w, v, x) for w in weights]

    x = np.array([1.0, 2.0, 3.0])
    found = compile(f, in_axes=(None, None, 0), backend="numpy")(
        [[0.5, 0.25], [1.0, 2.0]], [0.25, 2.0], x
    )
    assert np.array_equal(found, [0.625 + x, 4.25 + x])
