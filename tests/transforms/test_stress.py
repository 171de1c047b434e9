"""Every transform in eight threads, interrupted, with garbage collection, and handed to pools.

What is expected is what one thread finds by itself: the same bits, and no trace on any Value.
"""

import asyncio
import contextvars
import ctypes
import gc
import itertools
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd as ag
from autograd import Value, grad, hessian, hvp, jacobian, jvp, no_grad, value_and_grad, vjp
from autograd.modes import current, levels, open_modes
from autograd.rehearsals import rehearsals, walking
from autograd.transforms import forward, run

THREADS = 8


class Shared:
    """Values that every function below captures: two leaves, and a trunk that grows from them."""

    def __init__(self):
        self.w, self.v = Value(0.7), Value(-1.3)
        self.trunk = ag.tanh(self.w * self.v) + self.w
        for k in range(10):
            self.trunk = ag.sin(self.trunk * self.w) + self.v / (k + 2) + self.trunk
        self.nodes = [self.w, self.v, *ag.backward.topological_order(self.trunk)]

    def loss(self, x):
        return ag.sin(x * self.w) * self.trunk + x * x * self.v + ag.exp(0.1 * x)

    def both(self, x, y):
        return self.loss(x * y) + ag.prod([x, y, self.trunk])

    def outputs(self, x, y):
        return [self.both(x, y), x * self.trunk, 3.0 * y]

    def created(self, x):
        u, w = Value(0.3), Value(1.7)
        (self.loss(0.5) * u * w).backward(create_graph=True, inputs=[u, w])
        return u.grad * w.grad * x


def plain(x, y):
    return ag.sin(x * y) + x**3 * y + ag.sum([x, y, x * y])


CASES = {
    "grad": lambda s: grad(s.loss)(0.4),
    "value_and_grad": lambda s: value_and_grad(s.both, (0, 1))(0.4, 1.2),
    "vjp": lambda s: vjp(s.outputs, 0.4, 1.2)[1]([1.0, -2.0, 0.5]),
    "jvp": lambda s: jvp(s.outputs, (0.4, 1.2), (1.0, -0.5)),
    "jacobian forward": lambda s: jacobian(s.outputs, "forward")(0.4, 1.2),
    "jacobian reverse": lambda s: jacobian(s.outputs, "reverse")(0.4, 1.2),
    "hessian": lambda s: hessian(s.both)(0.4, 1.2),
    "hvp": lambda s: hvp(lambda p: s.both(*p), [0.4, 1.2], [1.0, 2.0]),
    "grad of Values": lambda s: grad([s.trunk, s.trunk * s.v], [s.w, s.v], [1.0, 0.5]),
    "grad of Values, recorded": lambda s: grad(
        grad(s.trunk, [s.w, s.v], create_graph=True), [s.w, s.v]
    ),
    "backward of one's own": lambda s: grad(s.created)(0.4),
    "grad of grad": lambda s: grad(lambda x: x * grad(lambda y: s.both(x, y))(x))(0.4),
    "jvp of grad": lambda s: jvp(lambda x: x * grad(lambda y: s.both(x, y))(x), (0.4,), (1.0,)),
    "grad of jvp": lambda s: grad(lambda x: jvp(lambda y: s.both(x, y), (x,), (x,))[1])(0.4),
    "jvp of jvp": lambda s: jvp(
        lambda x: jvp(lambda y: s.both(x, y), (x,), (1.0,))[1], (0.4,), (1.0,)
    ),
    "grad of hessian": lambda s: grad(lambda x: hessian(lambda y: s.both(x, y))(x)[0][0])(0.4),
    "jacobian of vjp": lambda s: jacobian(lambda x: vjp(s.outputs, x, x)[1]([x, 1.0, 2.0])[0])(0.4),
    "under no_grad": lambda s: no_grad()(lambda: grad(lambda x: grad(s.loss)(x) * x)(0.4))(),
    "under no_grad, jvp": lambda s: no_grad()(lambda: jvp(s.loss, (0.4,), (1.0,)))(),
    "plain grad": lambda s: grad(plain, (0, 1))(0.4, 1.2),
    "plain vjp": lambda s: vjp(lambda x, y: [plain(x, y), x], 0.4, 1.2)[1]([1.0, 2.0]),
    "plain jvp": lambda s: jvp(plain, (0.4, 1.2), (1.0, 2.0)),
    "plain hessian": lambda s: hessian(plain)(0.4, 1.2),
    "plain jacobian": lambda s: jacobian(lambda x, y: [plain(x, y), x, y * y])(0.4, 1.2),
}


def numbers(result):
    """All numbers of a result, and which of them are Values."""
    if isinstance(result, (list, tuple)):
        return [n for x in result for n in numbers(x)]
    return [(type(result) is float, getattr(result, "_number", result))]


@pytest.fixture
def shared():
    found = Shared()
    yield found
    assert untouched(found)


@pytest.fixture(autouse=True)
def _nothing_is_left():
    yield
    try:
        assert_nothing_is_left()
    finally:  # or each test after a failure fails as well
        for found in (open_modes, run._open_variables, forward.adopters):
            found.clear()


def untouched(shared):
    return not any(node.has_grad for node in shared.nodes)


def assert_nothing_is_left():
    """No mode is open, no variable is being differentiated by, and the lock is free."""
    assert current() == () and levels() == ()
    assert open_modes == []
    assert list(run._open_variables) == [] and forward.adopters == []
    with ThreadPoolExecutor(1) as pool:  # the lock belongs to a thread: another one asks
        assert pool.submit(lambda: walking.acquire(blocking=False)).result()
        pool.submit(walking.release).result()


def in_threads(work, n=THREADS):
    """work(i) in n threads that all begin at once and switch often."""
    results, errors, begin = [None] * n, [], threading.Barrier(n)

    def task(i):
        try:
            begin.wait()
            results[i] = work(i)
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=task, args=(i,)) for i in range(n)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    finally:
        sys.setswitchinterval(interval)
    if errors:
        raise errors[0]
    return results


# Threads.


@pytest.fixture(params=[False, True], ids=["", "collecting"])
def collecting(request):
    """Without, and with a garbage collection at every allocation of a container."""
    threshold = gc.get_threshold()
    if request.param:
        gc.set_threshold(1)
    yield request.param
    gc.set_threshold(*threshold)


def test_every_transform_in_eight_threads_gives_the_same_numbers(shared, collecting):
    expected = {name: numbers(case(shared)) for name, case in CASES.items()}

    def work(i):
        order = list(CASES)
        random.Random(i).shuffle(order)
        found = {}
        for _ in range(1 if collecting else 4):
            for name in order:
                found.setdefault(name, []).append(numbers(CASES[name](shared)))
        return found

    for found in in_threads(work):
        for name, results in found.items():
            assert all(result == expected[name] for result in results), name
    assert untouched(shared)


def test_one_pullback_in_eight_threads(shared):
    for f in (shared.outputs, lambda x, y: [plain(x, y), x * y, y]):
        pullback = vjp(f, 0.4, 1.2)[1]
        seeds = [[float(i), 1.0, -float(i)] for i in range(THREADS)]
        expected = [numbers(pullback(seed)) for seed in seeds]
        found = in_threads(lambda i: [numbers(pullback(seeds[i])) for _ in range(50)])
        assert found == [[result] * 50 for result in expected]


@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_over_a_shared_trunk_adds_up_over_all_threads(create_graph):
    # Whole numbers below 2**53, so every order of adding gives the same sum.
    x, y = Value(3.0), Value(5.0)
    trunk = x * y
    for _ in range(30):
        trunk = trunk + x
    roots = [trunk * float(i + 1) + y for i in range(THREADS)]
    times = 5 if create_graph else 50
    in_threads(lambda i: [roots[i].backward(create_graph=create_graph) for _ in range(times)])
    total = times * sum(range(1, THREADS + 1))
    assert getattr(x.grad, "_number", x.grad) == total * (5.0 + 30.0)
    assert getattr(y.grad, "_number", y.grad) == total * 3.0 + times * THREADS
    x.grad = y.grad = None


@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_to_inputs_adds_up_over_all_threads(create_graph):
    x, y = Value(3.0), Value(5.0)
    trunk = x * y + x
    work = lambda i: [
        (trunk * float(i)).backward(inputs=[x], create_graph=create_graph) for _ in range(20)
    ]
    in_threads(work)
    assert getattr(x.grad, "_number", x.grad) == 20 * 6.0 * sum(range(THREADS))
    assert not y.has_grad
    x.grad = None


def test_transforms_beside_backward_over_the_same_trunk(shared):
    expected = {name: numbers(case(shared)) for name, case in CASES.items()}
    w, v = Value(2.0), Value(3.0)
    product = w * v
    roots = [product * float(i) + shared.trunk.detach() for i in range(THREADS)]

    def work(i):
        for name, case in CASES.items():
            if i % 2:
                roots[i].backward()
            else:
                assert numbers(case(shared)) == expected[name], name

    in_threads(work)
    assert w.grad == len(CASES) * 3.0 * sum(range(1, THREADS, 2))


def test_a_transform_in_another_thread_does_not_make_floats_into_values():
    def f(x):
        a = Value(2.0)  # a leaf of its own, as old as the run
        return x * a + a

    found = in_threads(lambda i: [grad(f)(3.0) for _ in range(300)])
    assert found == [[2.0] * 300] * THREADS
    assert all(type(x) is float for row in found for x in row)


# Interrupts.


class Interrupting:
    """Ctrl-C at the k-th moment of the block: wherever Python would look for a signal.

    That is where a function of Python begins, and where one of C has just ended.
    """

    def __init__(self, k, error=KeyboardInterrupt):
        self.k, self.error, self.count = k, error, 0

    def _look(self, frame, event, what):
        if frame.f_code.co_filename == __file__ and frame.f_code.co_name in {
            "_look", "__enter__", "__exit__"
        }:  # fmt: skip
            return
        if event in {"call", "c_return"}:
            self.count += 1
            if self.count == self.k:
                raise self.error

    def __enter__(self):
        sys.setprofile(self._look)
        return self

    def __exit__(self, *error):
        sys.setprofile(None)


def moments(case, shared, most):
    """Which moments to try: all, or so many of them, the last ones included."""
    with Interrupting(-1) as count:
        case(shared)
    everything = range(1, count.count + 1)
    step = max(1, len(everything) // most)
    return list(everything)[:: step if step % 2 else step + 1]


@pytest.mark.parametrize("name", CASES)
def test_an_interrupted_transform_leaves_nothing(name, shared):
    case = CASES[name]
    expected = numbers(case(shared))
    interrupted = 0
    for k in moments(case, shared, 150):
        try:
            with Interrupting(k):
                case(shared)
        except KeyboardInterrupt:
            interrupted += 1
            assert current() == () and levels() == (), k
            assert open_modes == [], k
            assert list(run._open_variables) == [] and forward.adopters == [], k
            assert untouched(shared), k
    assert interrupted
    assert numbers(case(shared)) == expected
