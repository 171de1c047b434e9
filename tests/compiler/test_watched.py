"""detect_anomaly in compiled functions: every library's arrays, and branches that are taken."""

import math
import warnings

import array_api_strict as xp
import numpy as np
import pytest

import autograd as ag
from autograd import AnomalyError, compile, detect_anomaly, grad

BACKENDS = ("python", "numpy", "numba")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_sums_of_blocks_leak_no_warning(backend, reduce):
    x = np.ones(5000)
    x[1], x[4500] = math.inf, -math.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        double = compile(lambda x: 2 * x, in_axes=0, reduce=reduce, backend=backend)
        assert math.isnan(double(x))
        assert double(np.full(5000, 1e308)) == math.inf


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_branch_that_is_not_taken_makes_no_anomaly(backend):
    f = compile(lambda x: ag.where(x > 0, ag.log(x), x), in_axes=0, backend=backend)
    with detect_anomaly():
        np.testing.assert_array_equal(f([-1.0, 1.0, 0.0]), [-1.0, 0.0, 0.0])
        with pytest.raises(AnomalyError, match=r"log made inf from x=inf, in example 5000"):
            f(np.array([*[-1.0] * 5000, math.inf]))
        with pytest.raises(AnomalyError, match="made nan"):  # what is taken
            compile(grad(lambda x: ag.where(x > 1, x, ag.sqrt(x))), backend=backend)(-1.0)


def test_arrays_of_other_libraries_are_watched_in_their_own_precision():
    f = compile(lambda w, x: w * ag.log(x), in_axes=(None, 0), reduce="sum")
    square = compile(lambda x: x * x, in_axes=0)
    with detect_anomaly():
        assert float(f(xp.asarray(2.0), xp.asarray([1.0, 1.0]))) == 0.0
        with pytest.raises(AnomalyError, match=r"log made -inf from x=0\.0, in example 1"):
            f(xp.asarray(2.0), xp.asarray([1.0, 0.0]))
        assert float(square(xp.asarray([1e30]))[0]) == 1e30 * 1e30
        with pytest.raises(AnomalyError, match="mul made inf"):
            square(xp.asarray([1e30], dtype=xp.float32))
        with pytest.raises(AnomalyError, match="mul made inf"):  # integers, in the usual floats
            compile(lambda x: x * 1e308 * 10, in_axes=0)(xp.asarray([1]))


def test_the_cube_root_of_minus_zero_is_minus_zero_in_every_library():
    f = compile(lambda x: (1 / ag.cbrt(x), ag.sign(x), 1 / ag.sign(x)), in_axes=0)
    numbers = [-0.0, 0.0, -8.0, 8.0, math.inf, -math.inf, math.nan]
    found = f(xp.asarray(numbers))
    for theirs, ours in zip(found, f(np.array(numbers)), strict=True):
        theirs = np.asarray(theirs)
        np.testing.assert_allclose(theirs, ours, rtol=1e-15)
        np.testing.assert_array_equal(np.signbit(theirs)[:-1], np.signbit(ours)[:-1])


def test_dask_is_watched_where_it_computes():
    da = pytest.importorskip("dask.array")
    f = compile(ag.log, in_axes=0)
    x = da.from_array(np.array([1.0, 2.0, 0.0, 3.0]), chunks=2)
    with detect_anomaly():
        found = f(x)
    with pytest.raises(AnomalyError, match=r"log made -inf from x1=0\.0, in example 2|x=0\.0"):
        found.compute()
    assert f(x).compute()[2] == -math.inf


def test_an_array_without_numbers_is_refused():
    class Tracer:
        shape, dtype, ndim = (2,), np.dtype(float), 1
        __array_namespace__ = None

        def __array__(self, *_):
            raise TypeError("no numbers here\nat all")

    from autograd.compiler.backends.watched import in_numpy

    with pytest.raises(ag.ArgumentError, match=r"a Tracer has none yet \(no numbers here\)"):
        in_numpy(Tracer())
