"""Every spelling of W·h + b is one program, but for where its bias is added."""

from itertools import pairwise

import numpy as np
import pytest

import autograd as ag
from autograd import compile, value_and_grad

DRAW = np.random.default_rng(0)
X, Y = DRAW.normal(size=(300, 3)), DRAW.uniform(size=300)


def loop(w, x, b):
    total = 0.0
    for wi, xi in zip(w, x, strict=True):
        total = total + wi * xi
    return total + b


def loop_from_bias(w, x, b):
    for wi, xi in zip(w, x, strict=True):
        b = b + wi * xi
    return b


SPELLINGS = {
    "dot(w, x, b)": ag.dot,
    "dot(w, x) + b": lambda w, x, b: ag.dot(w, x) + b,
    "w @ x + b": lambda w, x, b: np.array(w) @ np.array(x) + b,
    "b + w @ x": lambda w, x, b: b + np.array(w) @ np.array(x),
    "sum(w * x) + b": lambda w, x, b: ag.sum([a * c for a, c in zip(w, x, strict=True)]) + b,
    "loop": loop,
    "loop from b": loop_from_bias,
}


def loss(neuron):
    def of(layers, x, y):
        for weights, biases in layers:
            x = [
                ag.sigmoid(neuron(list(w), list(x), b))
                for w, b in zip(weights, biases, strict=True)
            ]
        return 0.5 * (x[0] - y) ** 2

    return of


def layers(*sizes):
    return [(DRAW.normal(size=(m, n)), DRAW.normal(size=m)) for n, m in pairwise(sizes)]


def step(name, backend, reduce="mean"):
    return compile(
        value_and_grad(loss(SPELLINGS[name])),
        in_axes=(None, 0, 0),
        reduce=reduce,
        backend=backend,
    )


@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
@pytest.mark.parametrize("sizes", [(3, 1), (3, 2, 1), (3, 5, 4, 1), (3, 9, 7, 3, 1)])
def test_all_spellings_give_the_same_numbers(backend, sizes):
    parameters = layers(*sizes)
    expected, slopes = step("dot(w, x, b)", "python")(parameters, X, Y)
    for name in SPELLINGS:
        found, gradient = step(name, backend)(parameters, X, Y)
        assert found == pytest.approx(expected, rel=1e-12)
        for ours, theirs in zip(gradient, slopes, strict=True):
            for a, b in zip(ours, theirs, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_spelling_costs_no_instruction(name):
    found = len(step(name, "python").record(layers(3, 5, 1), X, Y))
    assert found == len(step("dot(w, x, b)", "python").record(layers(3, 5, 1), X, Y))


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_spelling_is_one_matrix_product_a_layer(name):
    compiled = step(name, "numpy")
    compiled(layers(3, 5, 4, 1), X, Y)
    steps = [
        type(step).__name__
        for _, step, _ in compiled._recorded.last.engine("numpy", reduce=True).plan.steps
    ]
    assert steps.count("MatrixProduct") == 2 + 1  # forwards, and back to the first layer
    assert steps.count("Sigmoids") == 3
    assert steps.count("Dots") <= 2


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("backend", ["python", "numba"])
def test_the_bias_is_added_where_it_is_written(name, backend):
    """Another order would overflow, or not: 9e307 + 9e307 - 9e307."""
    neuron = SPELLINGS[name]

    def f(w, x, b):
        return neuron([w, w], [x, x], b)

    big = 9e307
    with np.errstate(over="ignore"):
        expected = f(1.0, big, -big)
    for axes in (None, (None, 0, None)):
        x = big if axes is None else np.array([big])
        found = compile(f, in_axes=axes, backend=backend)(1.0, x, -big)
        assert np.ravel(found)[0] == np.ravel(expected)[0]


def test_numpys_memory_is_written_again_and_nothing_stays_in_it():
    compiled = step("dot(w, x, b)", "numpy")
    parameters = layers(3, 5, 4, 1)
    first, slopes = compiled(parameters, X, Y)
    kept = [a.copy() for layer in slopes for a in layer]
    for n in range(1, 90):  # shapes that come and go
        compiled(parameters, X[:n], Y[:n])
    again, same = compiled(parameters, X, Y)
    assert first == again
    for a, b, c in zip(
        kept, [a for la in same for a in la], [a for la in slopes for a in la], strict=True
    ):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    each = step("dot(w, x, b)", "numpy", reduce=None)
    one, _ = each(parameters, X, Y)
    before = one.copy()
    each(parameters, -X, Y)
    np.testing.assert_array_equal(one, before)


@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
def test_a_sigmoid_alone_keeps_its_digits(backend):
    x = np.array(
        [-745.0, -710.0, -40.0, -1.0, -0.0, 0.0, 1.0, 40.0, 800.0, np.inf, -np.inf, np.nan]
    )
    found = compile(ag.sigmoid, in_axes=0, backend=backend)(x)
    np.testing.assert_allclose(found, [ag.sigmoid(a) for a in x.tolist()], rtol=1e-15)
