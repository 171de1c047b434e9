"""NumPy's loops in the interpreter: right or left alone."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import compile
from autograd.compiler.backends.blocks import block_size
from autograd.compiler.backends.numba import loops as module
from autograd.compiler.backends.numba.loops import NAMES, NUMPYS_NAMES, loop_of, loops

SPECIAL = [
    -math.inf,
    -1e300,
    -2.0,
    -1.0,
    -0.5,
    -0.0,
    0.0,
    1e-300,
    0.5,
    1.0,
    3.0,
    math.inf,
    math.nan,
]
UNARY = [name for name in NAMES if name not in {"atan2", "hypot", "pow"}]


@pytest.mark.parametrize("name", UNARY)
def test_a_batch_is_what_numpy_and_single_examples_give(name):
    f = getattr(ag, name)
    x = np.concatenate([SPECIAL, np.random.default_rng(0).uniform(-2, 2, 300)])
    found = compile(f, in_axes=0, backend="numba")(x)
    with np.errstate(all="ignore"):
        numpys = getattr(np, NUMPYS_NAMES.get(name, name))(x)
    np.testing.assert_allclose(found, numpys, rtol=1e-15)
    one = compile(f, backend="numba")
    np.testing.assert_allclose(found, [one(a) for a in x.tolist()], rtol=2e-15)


@pytest.mark.parametrize("name", ["atan2", "hypot", "pow"])
def test_loops_of_two_operands(name):
    f = getattr(ag, name)
    a, b = [x.ravel() for x in np.meshgrid(SPECIAL, SPECIAL)]
    found = compile(f, in_axes=0, backend="numba")(a, b)
    with np.errstate(all="ignore"):
        expected = getattr(np, NUMPYS_NAMES.get(name, name))(a, b)
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_without_loops_the_interpreter_computes_itself(monkeypatch):
    x = np.linspace(0.1, 2.0, 200)
    f = compile(lambda x: ag.log(x) + ag.pow(x, x), in_axes=0, backend="numba")
    expected = f(x)
    from autograd.compiler.backends.numba import engine

    monkeypatch.setattr(engine, "loops", lambda: np.zeros(2 * len(NAMES), dtype=np.intp))
    np.testing.assert_allclose(f(x), expected, rtol=1e-15)


def test_a_loop_that_is_not_what_it_should_be_is_left_alone(monkeypatch):
    assert loop_of(np.log) != (0, 0)
    assert loop_of(math.log) == (0, 0)
    assert loop_of(np.logical_not) == (0, 0)  # gives bools
    monkeypatch.setattr(module.UFunc, "from_address", lambda _: UnlikeLog())
    for attribute, wrong in (("nin", 2), ("ntypes", 0), ("name", b"exp"), ("functions", [0] * 9)):
        monkeypatch.setattr(UnlikeLog, attribute, wrong)
        assert loop_of(np.log) == (0, 0)
        monkeypatch.undo()
        monkeypatch.setattr(module.UFunc, "from_address", lambda _: UnlikeLog())
    monkeypatch.undo()
    other = loop_of(np.log2)
    assert not module._is_right(np.log, *other)  # another one's
    assert len(loops()) == 2 * len(NAMES)


class UnlikeLog:
    nin, nout, nargs, ntypes, name = 1, 1, 2, np.log.ntypes, b"log"
    functions, data = [0] * 9, None


@pytest.mark.parametrize("n", [0.5, -0.5, 1.5, 2.5])
@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
def test_powers_by_the_square_root_are_powers(n, backend):
    f, slope = (lambda x: x**n), ag.grad(lambda x: x**n)
    for g in (f, slope):
        expected = [getattr(g(ag.Value(x)), "data", None) for x in SPECIAL]
        for found in (
            [compile(g, backend=backend)(x) for x in SPECIAL],
            compile(g, in_axes=0, backend=backend)(np.array(SPECIAL)),
        ):
            np.testing.assert_allclose(found, expected, rtol=1e-15)
            kept = ~np.isnan(expected)
            np.testing.assert_array_equal(
                np.signbit(np.array(found)[kept]), np.signbit(np.array(expected)[kept])
            )


def test_blocks_depend_on_the_work_and_results_do_not():
    assert block_size(0) == 1
    assert block_size(100_000, work=10) == 50_000
    assert block_size(10_000, work=10**6) == 2500
    x = np.random.default_rng(1).normal(size=70_001)
    f = compile(lambda x: x * 3.0, in_axes=0, backend="numba")
    np.testing.assert_array_equal(f(x), 3.0 * x)
    found = f(x)
    assert not np.shares_memory(found, x)
    same = compile(lambda x: x, in_axes=0, backend="numba")(x)
    assert not np.shares_memory(same, x)
