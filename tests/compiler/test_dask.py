"""compile with Dask arrays: chunk by chunk on workers, and one of them dies."""

import contextlib
import logging
import os
import signal
import time

import dask
import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

import autograd as ag
from autograd import compile, value_and_grad

DRAW = np.random.default_rng(0)
W = [(DRAW.normal(size=(3, 2)), DRAW.normal(size=3)), (DRAW.normal(size=(1, 3)), np.zeros(1))]
X, Y = DRAW.normal(size=(1000, 2)), DRAW.uniform(size=1000)
LONG = 600  # seconds: what never comes is noticed, and a slow machine is no fault
REDUCTIONS = pytest.mark.parametrize("reduce", [None, "sum", "mean"])
# Dask's own: sockets and event loops that its processes leave to be closed at exit.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
]


def loss(params, x, y):
    a = list(x)
    for weights, biases in params:
        a = [ag.sigmoid(ag.dot(w, a, b)) for w, b in zip(weights, biases, strict=True)]
    return 0.5 * (a[0] - y) ** 2


def step(reduce):
    return compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce=reduce)


def flat(tree):
    if isinstance(tree, (list, tuple)):
        return [x for part in tree for x in flat(part)]
    return [tree]


def assert_alike(found, expected):
    for a, b in zip(flat(dask.compute(found)[0]), flat(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


def started():
    """A cluster; on a busy machine its processes may take longer to start than it waits."""
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    for _ in range(2):
        with contextlib.suppress(RuntimeError, TimeoutError):
            return LocalCluster(**options, dashboard_address=None, silence_logs=logging.CRITICAL)
    return LocalCluster(**options, dashboard_address=None)


@pytest.fixture(scope="module")
def client():
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    waits = ("distributed.comm.timeouts.connect", "distributed.comm.timeouts.tcp")
    a_minute = dict.fromkeys(waits, 60)  # also what knocking at a dead worker's door costs
    with (
        dask.config.set(a_minute),
        started() as cluster,
        Client(cluster, timeout=LONG) as connected,
    ):
        yield connected


@REDUCTIONS
def test_dask_in_dask_out_and_nothing_is_computed_before(reduce):
    x, y = da.from_array(X, chunks=(300, -1)), da.from_array(Y, chunks=300)
    expected = step(reduce)(W, X, Y)
    found = step(reduce)(W, x, y)
    for a, b in zip(flat(found), flat(expected), strict=True):
        assert isinstance(a, da.Array)
        assert a.shape == np.shape(b)
        assert a.dtype == float
    with dask.config.set(scheduler="synchronous"):
        assert_alike(found, expected)


@REDUCTIONS
@pytest.mark.parametrize(
    ("chunks", "others"),
    [((1000, 2), 1000), ((300, 1), 250), (((1, 998, 1), 2), 7)],
    ids=["one", "features chunked", "uneven"],
)
def test_any_chunks(reduce, chunks, others):
    x, y = da.from_array(X, chunks=chunks), da.from_array(Y, chunks=others)
    with dask.config.set(scheduler="synchronous"):
        assert_alike(step(reduce)(W, x, y), step(reduce)(W, X, Y))
        assert_alike(step(reduce)(W, x, Y), step(reduce)(W, X, Y))  # NumPy's targets
        parameters = [tuple(da.from_array(a) for a in layer) for layer in W]
        assert_alike(step(reduce)(parameters, x, y), step(reduce)(W, X, Y))


def test_on_two_workers(client):
    client.wait_for_workers(2)
    x, y = da.from_array(X, chunks=(100, -1)), da.from_array(Y, chunks=100)
    for reduce in (None, "mean"):
        assert_alike(step(reduce)(W, x, y), step(reduce)(W, X, Y))


def test_a_worker_that_is_killed_in_mid_run_costs_time_and_no_result(client, tmp_path):
    last = X[-10:].tolist()

    def gated(block):
        """Leave a trace; the last block waits until the gate is open, so nothing is done before."""
        (tmp_path / f"{os.getpid()} {time.monotonic_ns()}").touch()
        while block.tolist() == last and not (tmp_path / "open").exists():
            time.sleep(0.01)
        return block

    x = da.from_array(X, chunks=(10, -1)).map_blocks(gated, meta=X[:0])
    value, slopes = step("mean")(W, x, da.from_array(Y, chunks=10))
    future = client.compute(value)
    rest = client.compute(slopes[0][0])
    seen = []
    while len(seen) < 20:
        time.sleep(0.01)
        seen = [path.name.split()[0] for path in tmp_path.iterdir()]
    assert not future.done()
    os.kill(int(max(seen, key=seen.count)), signal.SIGKILL)  # the one that has computed most
    (tmp_path / "open").touch()
    expected = step("mean")(W, X, Y)
    assert future.result(timeout=LONG) == pytest.approx(expected[0], rel=1e-12)
    np.testing.assert_allclose(rest.result(timeout=LONG), expected[1][0][0], rtol=1e-12)


@pytest.mark.parametrize("backend", ["auto", "python", "numpy"])
def test_dask_arrays_in_what_all_examples_share_only(backend):
    w = np.array([1.0, 2.0])
    shared = da.from_array(w, chunks=1)
    f = value_and_grad(lambda w, x: ag.sum([a * a * x for a in w]))
    for options, x in (({}, 3.0), ({"in_axes": (None, 0)}, np.array([1.0, 2.0, 3.0]))):
        got = compile(f, backend=backend, **options)(shared, x)
        expected = compile(f, backend=backend, **options)(w, x)
        for a, b in zip(got, expected, strict=True):
            np.testing.assert_array_equal(a, b)
