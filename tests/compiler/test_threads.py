"""Threads: six of them call, record and clear at once, and the collector comes back."""

import gc
import os
import random
import sys
import threading

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import Value, collector_paused, compile, grad, value_and_grad
from autograd.collector import Pauses
from autograd.compiler.backends.choice import numba_is_there
from autograd.compiler.kept import Kept
from tests.compiler.random_programs import Chosen
from tests.sampling import spread

THREADS = 6


def together(*jobs):
    """Run the jobs at once, in a thread each, and raise what any of them raised."""
    errors, ready = [], threading.Barrier(len(jobs))

    def one(job):
        try:
            ready.wait(60)
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=[job]) for job in jobs]
    often, old = 1e-5, sys.getswitchinterval()
    sys.setswitchinterval(often)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
            assert not thread.is_alive()
    finally:
        sys.setswitchinterval(old)
    if errors:
        raise errors[0]


# The collector.


def pausing(times):
    def job():
        for _ in range(times):
            with collector_paused():
                assert not gc.isenabled()
                with collector_paused():
                    pass
                assert not gc.isenabled()

    return job


def test_the_collector_comes_back():
    together(*[pausing(100)] * THREADS)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_paused():
        1 / 0  # noqa: B018
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        together(*[pausing(50)] * 3)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_last_one_out_brings_it_back():
    """Two that overlap without one inside the other: each looked whether it was on, for itself."""
    first, second = collector_paused(), collector_paused()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_its_collector():
    """It has none of the threads that had paused it; what it paused itself stays paused."""
    inside, done = threading.Event(), threading.Event()

    def other():
        with collector_paused():
            inside.set()
            done.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(60)
    try:
        for mine in (False, True):
            with collector_paused() if mine else inside_of_nothing():
                child = os.fork()
                if not child:  # pragma: no cover - another process
                    code = 0 if gc.isenabled() is not mine else 1
                    with collector_paused():
                        code += 0 if not gc.isenabled() else 2
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, mine
    finally:
        done.set()
        thread.join(60)
    assert gc.isenabled()


class inside_of_nothing:  # noqa: N801 - as contextlib.nullcontext
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


def test_a_pause_that_another_thread_ends():
    """As the collector may close a generator."""
    pause = collector_paused()
    thread = threading.Thread(target=pause.__enter__)
    thread.start()
    thread.join(60)
    assert not gc.isenabled()
    pause.__exit__(None, None, None)
    assert gc.isenabled()


def test_what_is_left_of_the_pauses_in_a_forked_process():
    """Those of the thread that forked; leaving once too often does nothing."""
    pauses = Pauses()
    pauses.forked()
    assert gc.isenabled()
    other = threading.Thread(target=pauses.enter)
    other.start()
    other.join(60)
    pauses.enter()
    pauses.forked()
    assert not gc.isenabled()
    pauses.leave()
    assert gc.isenabled()
    pauses.leave()
    assert gc.isenabled()
    other = threading.Thread(target=pauses.enter)
    other.start()
    other.join(60)
    assert not gc.isenabled()
    pauses.forked()
    assert gc.isenabled()


# One compiled function, called, recorded anew, cleared and copied by all at once.


def busy(rng, step, arguments, expected, times):
    def job():
        for _ in range(times):
            k = rng.randrange(len(arguments))
            what = rng.random()
            if what < 0.7:
                assert ag_numbers(step(*arguments[k])) == expected[k]
            elif what < 0.9:
                assert len(step.record(*arguments[k])) >= 0
            elif what < 0.95:
                step.clear_cache()
            else:
                assert "Compiled" in repr(step) and len(step._recorded) <= 3 * 4

    return job


def ag_numbers(result):
    value, slopes = result
    return [value, *slopes]


def loss(ws, x):
    return ag.tanh(ag.dot(ws, [x, *[1.0] * (len(ws) - 1)])) ** 2 + ag.exp(-ws[0] * x)


@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
def test_six_threads_call_record_and_clear_at_once(backend):
    if backend == "numba":
        pytest.importorskip("numba")
    step = compile(value_and_grad(loss), backend=backend)
    step._recorded.most = 3  # so that they drop what others look for
    arguments = [([0.1 * (i + 1) for i in range(n)], 0.5) for n in range(1, 8)]
    expected = [ag_numbers(compile(value_and_grad(loss), backend=backend)(*a)) for a in arguments]
    together(*[busy(random.Random(k), step, arguments, expected, times=10) for k in range(THREADS)])
    assert gc.isenabled()


@pytest.mark.filterwarnings("ignore:compile. loss is recorded anew")  # rightly: it is
@pytest.mark.wide
@pytest.mark.parametrize(
    "times", [pytest.param(20, id="100"), pytest.param(1700, marks=pytest.mark.deep, id="10000")]
)
@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
def test_six_threads_for_longer(backend, times):
    if backend == "numba":
        pytest.importorskip("numba")
    step = compile(value_and_grad(loss), in_axes=(None, 0), reduce="sum", backend=backend)
    step._recorded.most = 3  # so that they drop what others look for
    arguments = [([0.1 * (i + 1) for i in range(n)], np.linspace(0, 1, 50)) for n in range(1, 8)]
    expected = [ag_numbers(step(*a)) for a in arguments]
    together(
        *[busy(random.Random(k), step, arguments, expected, times=times) for k in range(THREADS)]
    )
    assert gc.isenabled()


def threads_disagree(seed):
    """A random program, compiled, called by three threads at once: with numbers and batches."""
    chosen = Chosen(seed, wild=False, most=8)
    f = value_and_grad(chosen.last)
    backend = ("python", "numpy", *["numba"] * numba_is_there())[seed % (2 + numba_is_there())]
    single, batched = compile(f, backend=backend), compile(f, in_axes=0, backend=backend)
    points = [[x * s for x in chosen.leaves] for s in (1.0, -1.0, 0.5)]
    alone = compile(f, backend=backend), compile(f, in_axes=0, backend=backend)
    calls = [(single, alone[0], point) for point in points]
    calls += [(batched, alone[1], np.array(points[k:])) for k in range(3)]
    expected = [flat(other(x)) for _, other, x in calls]

    def job(first):
        for k in range(len(calls)):
            step, _, x = calls[(first + k) % len(calls)]
            found = flat(step(x))
            np.testing.assert_allclose(found, expected[(first + k) % len(calls)], rtol=1e-6)

    together(*[lambda first=first: job(first) for first in (0, 2, 4)])


def flat(result):
    """All numbers of a result in a row."""
    if isinstance(result, (list, tuple)):
        return [x for part in result for x in flat(part)]
    return np.ravel(result).tolist()


@pytest.mark.filterwarnings("ignore:.*plain numbers only")
@pytest.mark.parametrize("block", spread(range(0, 10_000, 25), usual=400, wide=80))
def test_threads_that_call_random_programs_for_the_first_time(block):
    for seed in range(block, block + 25):
        threads_disagree(seed)


def test_pictures_and_recordings_at_once_leave_the_collector_on():
    def draws():
        for k in range(4):
            x = Value(1.0 + k, label="x")
            assert "digraph" in viz.draw(x * x).source

    def records():
        for k in range(10):
            assert compile(grad(lambda x, k=k: x * x * k))(3.0) == 6.0 * k

    together(draws, records, draws, records, pausing(50), pausing(50))
    assert gc.isenabled()


def test_a_key_whose_equality_calls_what_is_compiled():
    """The lock of the recordings is one that a thread may take twice."""
    kept = Kept(4, 2)

    class Key:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            kept.get("other")
            return self is other

    first, second = Key(), Key()
    kept.keep(first, "a")
    kept.keep(second, "b")
    for x in "acdc":
        kept.keep(first, x)
    assert kept.get(first) == ("d", "c") and kept.get(second) == ("b",)
    assert (kept.last, len(kept)) == ("c", 3)
    kept.clear()
    assert (kept.last, len(kept), kept.get(first)) == (None, 0, ())


def test_the_least_recently_used_is_dropped():
    kept = Kept(2, 1)
    for key in "abacd":
        kept.keep(key, key.upper())
    assert [kept.get(key) for key in "abcd"] == [(), (), ("C",), ("D",)]
