"""Arrays of other libraries: what PyTorch and JAX take, tried with stand-ins for both.

tests/peers tries the libraries themselves.
"""

import sys
from types import ModuleType, SimpleNamespace

import array_api_compat
import array_api_strict as xp
import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, GraphError, compile, value_and_grad
from autograd.compiler.backends.arrays import on_libraries


@pytest.fixture
def jitted(monkeypatch):
    """The standard's strict library is taken for JAX; the list has what was compiled."""
    found = []

    def jit(f):
        found.append(f)
        return f

    jax = ModuleType("jax")
    jax.jit, jax.Array = jit, type("Array", (), {})
    monkeypatch.setitem(sys.modules, "jax", jax)
    monkeypatch.setattr(array_api_compat, "is_jax_namespace", lambda namespace: namespace is xp)
    return found


def loss(w, x):
    return ag.tanh(ag.dot([w, 2.0], [x, x * x])) + ag.sigmoid(w - x)


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_jax_is_told_the_whole_computation_once(jitted, reduce):
    x = np.linspace(-1.0, 1.0, 20)
    step = compile(value_and_grad(loss), in_axes=(None, 0), reduce=reduce)
    for w in (0.5, 0.75):
        expected = compile(value_and_grad(loss), in_axes=(None, 0), reduce=reduce, backend="numpy")(
            w, x
        )
        found = step(w, xp.asarray(x))
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(np.asarray(a), b, rtol=1e-12)
    assert len(jitted) == 1


def test_jax_without_a_batch(jitted):
    step = compile(value_and_grad(loss))
    value, slope = step(xp.asarray(0.5), 0.25)
    expected = value_and_grad(loss)(0.5, 0.25)
    np.testing.assert_allclose([float(value), float(slope)], expected, rtol=1e-12)
    assert len(jitted) == 1


def test_the_mean_over_no_examples_is_refused():
    with pytest.raises(ArgumentError, match="mean over an empty batch"):
        compile(ag.exp, in_axes=0, reduce="mean")(xp.asarray([]))
    assert float(compile(ag.exp, in_axes=0, reduce="sum")(xp.asarray([]))) == 0.0


def test_a_library_that_has_the_sigmoid_is_asked_for_it_once():
    library = SimpleNamespace(
        sigmoid=lambda x: 1 / (1 + np.exp(-x)), concat=lambda parts, axis: np.concatenate(parts)
    )
    found = on_libraries._sigmoids(library, np.array([[0.0, 1.0]]))
    np.testing.assert_allclose(found, [[0.5, 0.7310585786300049], [0.5, 0.2689414213699951]])


def test_functions_of_jax_that_are_beside_its_namespace(monkeypatch):
    special = ModuleType("jax.scipy.special")
    special.erf = "its own"
    scipy, jax = ModuleType("jax.scipy"), ModuleType("jax")
    scipy.special, jax.scipy = special, scipy
    for module in (jax, scipy, special):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    library = SimpleNamespace(__name__="jax.numpy")
    assert on_libraries._own(library, "erf") == "its own"
    with pytest.raises(GraphError, match=r"jax\.numpy has no erfc"):
        on_libraries._own(library, "erfc")(1.0)
