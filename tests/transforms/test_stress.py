"""Every transform in eight threads, interrupted, with garbage collection, and handed to pools.

What is expected is what one thread finds by itself: the same bits, and no trace on any Value.
"""

import asyncio
import contextlib
import contextvars
import ctypes
import gc
import itertools
import random
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd as ag
from autograd import Value, grad, hessian, hvp, jacobian, jvp, no_grad, value_and_grad, vjp
from autograd.modes import current, levels, of_generators, open_modes
from autograd.rehearsals import walking
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
        for found in (open_modes, of_generators, run.open_variables, forward.adopters):
            found.clear()


def untouched(shared):
    return not any(node.has_grad for node in shared.nodes)


def assert_nothing_is_left():
    """No mode is open, no variable is being differentiated by, and the lock is free."""
    assert current() == () and levels() == ()
    assert open_modes == [] and of_generators == []
    assert run.open_variables == [] and forward.adopters == []
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
    seeds = [[float(i), 1.0, -float(i)] for i in range(THREADS)]

    def long(x, y):
        z = x
        for _ in range(200):
            z = ag.sin(z) + y * z
        return [z, x * y, y]

    for f in (shared.outputs, long):
        pullback = vjp(f, 0.4, 1.2)[1]
        work = lambda i, pull=pullback: [numbers(pull(seeds[i])) for _ in range(50)]
        assert in_threads(work) == [[numbers(pullback(seed))] * 50 for seed in seeds]


@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_over_a_shared_trunk_adds_up_over_all_threads(create_graph):
    # Whole numbers below 2**53, so every order of adding gives the same sum.
    x, y = Value(3.0), Value(5.0)
    others = [Value(1.0) for _ in range(100)]
    trunk = x * y + ag.sum(others)
    for _ in range(30):
        trunk = trunk + x
    roots = [trunk * float(i + 1) + y for i in range(THREADS)]
    times = 5 if create_graph else 50
    in_threads(lambda i: [roots[i].backward(create_graph=create_graph) for _ in range(times)])
    total = times * sum(range(1, THREADS + 1))
    assert getattr(x.grad, "_number", x.grad) == total * (5.0 + 30.0)
    assert getattr(y.grad, "_number", y.grad) == total * 3.0 + times * THREADS
    assert {getattr(v.grad, "_number", v.grad) for v in others} == {total}
    for v in (x, y, *others):
        v.grad = None


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


@contextlib.contextmanager
def losing_its_place():
    """CPython 3.11 may call its own traceback when a trace function raises at a comprehension."""
    try:
        yield
    except (ag.GraphError, TypeError) as error:
        if "'traceback' object is not callable" not in f"{error} {error.__cause__}":
            raise


@pytest.mark.wide
# A generator that is closed swallows an interrupt, with a warning.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", CASES)
def test_an_interrupted_transform_leaves_nothing(name, shared):
    case = CASES[name]
    expected = numbers(case(shared))
    interrupted = 0
    for k in moments(case, shared, 150):
        with losing_its_place(), contextlib.suppress(KeyboardInterrupt), Interrupting(k):
            case(shared)
            interrupted -= 1
        interrupted += 1
        assert current() == () and levels() == (), k
        assert open_modes == [] and of_generators == [], k
        assert run.open_variables == [] and forward.adopters == [], k
        assert untouched(shared), k
    assert interrupted
    assert numbers(case(shared)) == expected


class Raising(threading.Thread):
    """Another thread that raises KeyboardInterrupt in this one, again and again."""

    def __init__(self):
        super().__init__()
        self.target, self.wanted, self.sent = threading.get_ident(), threading.Event(), 0
        self.done = False

    def run(self):
        rng = random.Random(0)
        while not self.done:
            self.wanted.wait()
            self.wanted.clear()
            for _ in range(rng.randrange(3000)):  # a random moment: by work, not by the clock
                pass
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.target), ctypes.py_object(KeyboardInterrupt)
            )


@pytest.mark.wide  # without coverage: an interrupt inside its tracer would be lost
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="asks CPython to interrupt")
def test_interrupts_of_another_thread_at_random_moments_leave_nothing(shared):
    expected = {name: numbers(case(shared)) for name, case in CASES.items()}
    raising = Raising()
    raising.start()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(20):
            for name, case in CASES.items():
                try:
                    for i in itertools.count():  # until it comes
                        if i % 500 == 0:  # once more, for one that comes in a finalizer is lost
                            raising.wanted.set()
                        assert numbers(case(shared)) == expected[name], name
                except KeyboardInterrupt:
                    pass
                assert current() == () and levels() == (), name
                assert run.open_variables == [] and forward.adopters == [], name
                assert open_modes == [] and of_generators == [], name
                assert untouched(shared), name
    finally:
        sys.setswitchinterval(interval)
        raising.done = True
        with contextlib.suppress(KeyboardInterrupt):
            raising.wanted.set()
            while raising.is_alive():
                raising.join(0.01)
            for _ in range(1000):  # the last one comes here at the latest
                pass
    assert numbers(CASES["grad"](shared)) == expected["grad"]


@pytest.fixture
def interruptible():
    """Ctrl-C raises, also where the shell lets programs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_by_signal_in_a_transform_leaves_nothing(shared):
    def f(x):
        y = shared.loss(x)
        signal.raise_signal(signal.SIGINT)
        return y

    for use in (
        lambda: grad(f)(0.4), lambda: jvp(f, (0.4,), (1.0,)), lambda: hessian(f)(0.4),
        lambda: grad(grad(f))(0.4), lambda: jacobian(f, "forward")(0.4), lambda: vjp(f, 0.4),
    ):  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            use()
        assert_nothing_is_left()


@pytest.mark.wide
def test_a_collection_inside_the_function_changes_nothing(shared):
    def collecting(f):
        def g(*args):
            gc.collect()
            y = f(*args)
            gc.collect()
            return y

        return g

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for d in (grad, jacobian, hessian, FORWARDS):
            expected = numbers(d(shared.loss)(0.4))
            assert numbers(d(collecting(shared.loss))(0.4)) == expected
        nested = grad(FORWARDS(shared.loss))(0.4)
        assert numbers(grad(collecting(FORWARDS(collecting(shared.loss))))(0.4)) == numbers(nested)
    finally:
        gc.set_threshold(*threshold)


# Pools, contexts and tasks.


def pooled(f):
    """f, computed in another thread."""

    def g(*args):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(f, *args).result()

    return g


def in_a_copy(f):
    return lambda *args: contextvars.copy_context().run(f, *args)


def in_a_fresh_context(f):
    return lambda *args: contextvars.Context().run(f, *args)


def in_a_task(f):
    def g(*args):
        async def later():
            return f(*args)

        async def both():
            return await asyncio.gather(later(), asyncio.to_thread(f, *args))

        with ThreadPoolExecutor(1) as pool:  # where no loop is running yet
            first, second = pool.submit(asyncio.run, both()).result()
        return (first + second) / 2.0

    return g


def alike(f):
    return f


WAYS = [pooled, in_a_copy, in_a_fresh_context, in_a_task]
FORWARDS = lambda f: lambda x: jvp(f, (x,), (1.0,))[1]
DERIVATIVES = {
    "grad": grad,
    "jvp": FORWARDS,
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "forward": lambda f: lambda x: jacobian(f, "forward")(x)[0],
    "recorded": lambda f: lambda x: sum(grad(f(x), [x], create_graph=True)),
}


def two_deep(outer, inner, here, there, w):
    """d/dx of x·d/dy sin(x·y²·w) at y = x, the functions handed elsewhere."""
    return outer(
        here(lambda x: x * inner(there(lambda y: ag.sin(x * y * y * w)))(x) + there(ag.exp)(x))
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("inner", [n for n in DERIVATIVES if n != "recorded"])
@pytest.mark.parametrize("outer", [n for n in DERIVATIVES if n != "recorded"])
def test_work_handed_elsewhere_keeps_its_derivatives(outer, inner, way):
    w = Value(0.8)
    outer, inner = DERIVATIVES[outer], DERIVATIVES[inner]
    for captured in (0.8, w):
        expected = two_deep(outer, inner, alike, alike, captured)(0.4)
        for here, there in ((way, alike), (alike, way), (way, way)):
            found = two_deep(outer, inner, here, there, captured)(0.4)
            assert type(found) is type(expected)
            assert getattr(found, "_number", found) == pytest.approx(
                getattr(expected, "_number", expected), rel=1e-14
            )
    assert not w.has_grad


@pytest.mark.parametrize("way", WAYS)
def test_whole_derivatives_computed_elsewhere_are_the_same(way):
    for name, d in DERIVATIVES.items():
        if name == "recorded":
            continue
        for outer in (grad, FORWARDS):
            f = lambda x, d=d: x * way(d(lambda y: ag.sin(x * y * y)))(x)
            g = lambda x, d=d: x * d(lambda y: ag.sin(x * y * y))(x)
            assert outer(f)(0.4) == pytest.approx(outer(g)(0.4), rel=1e-14), name


def test_gradients_of_computed_values_inside_a_transform_keep_its_derivatives():
    def inner(x):
        y = x * x
        return grad(y * y * x, [y])[0]  # 2x³

    for way in (alike, *WAYS):
        if way is not in_a_task:  # its mean is of sums
            for outer in (grad, FORWARDS):
                assert outer(way(inner))(3.0) == 54.0
                assert outer(lambda x, way=way: way(lambda: inner(x))())(3.0) == 54.0
            assert jvp(way(inner), (3.0,), (1.0,)) == (54.0, 54.0)
    x = Value(3.0)
    assert in_threads(lambda i: inner(x)) == [54.0] * THREADS


def test_many_tasks_of_a_pool_inside_a_transform():
    def f(x):
        with ThreadPoolExecutor(THREADS) as pool:
            return ag.sum(list(pool.map(lambda k: ag.sin(x * float(k)) * x, range(40))))

    plainly = lambda x: ag.sum([ag.sin(x * float(k)) * x for k in range(40)])
    for d in (grad, FORWARDS, lambda f: grad(grad(f)), lambda f: FORWARDS(grad(f)),
              lambda f: grad(FORWARDS(f)), lambda f: FORWARDS(FORWARDS(f))):  # fmt: skip
        assert d(f)(0.4) == pytest.approx(d(plainly)(0.4), rel=1e-12)


def test_a_context_kept_from_a_transform_that_has_ended_is_none_of_it():
    w = Value(2.0)
    kept = []

    def f(x):
        kept.append(contextvars.copy_context())
        return x * x

    grad(f)(3.0), jvp(f, (3.0,), (1.0,)), jvp(grad(f), (3.0,), (1.0,)), vjp(f, 3.0)
    for context in kept:
        assert context.run(lambda: type(grad(lambda x: x * x)(3.0))) is float
        assert context.run(lambda: (w * w).parents) == (w, w)
        assert context.run(levels) == ()


def test_a_rule_may_hand_its_work_to_a_pool():
    @ag.primitive
    def cube(m, x):
        return x**3

    @cube.partials
    def _(m, z, x):
        if m is not ag.maths.floats:
            return (3 * x**2,)
        return (pooled(lambda: grad(lambda t: t * t * t)(x))(),)

    x = Value(2.0)
    for use in (
        lambda: cube(x).backward(), lambda: grad(cube)(2.0), lambda: vjp(cube, 2.0)[1](1.0),
        lambda: hessian(cube)(2.0), lambda: jvp(cube, (2.0,), (1.0,)),
        lambda: grad(cube(x), [x]), lambda: ag.detect_anomaly()(lambda: grad(cube)(2.0))(),
    ):  # fmt: skip
        done = threading.Thread(target=use, daemon=True)
        done.start()
        done.join(600)
        assert not done.is_alive()
    assert x.grad == 12.0
