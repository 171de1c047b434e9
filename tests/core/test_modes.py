"""no_grad and detect_anomaly, also across threads and tasks."""

import asyncio
import contextlib
import contextvars
import functools
import gc
import itertools
import math
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd
from autograd import AnomalyError, Value, detect_anomaly, enable_grad, is_grad_enabled, no_grad
from autograd.modes import current, of_generators, open_modes


def test_no_grad_records_nothing_and_ends():
    x = Value(3.0)
    with no_grad():
        y = x * x + autograd.exp(x) + autograd.dot([x], [x])
        with no_grad():
            pass
        z = x + 1
    assert y.parents == () and z.parents == () and y.data == pytest.approx(18 + math.exp(3))
    assert (x * x).parents == (x, x)

    @no_grad()
    def f(x):
        return x * 2

    assert f(x).parents == () and f(x).parents == ()
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * x).parents == (x, x)
    y.backward()
    assert x.grad == 0.0


def test_no_grad_stays_in_its_thread():
    entered, leave, results = threading.Event(), threading.Event(), {}

    def quiet():
        with no_grad():
            entered.set()
            leave.wait(600)
            results["quiet"] = Value(2.0) * 2

    thread = threading.Thread(target=quiet)
    thread.start()
    assert entered.wait(600)
    x = Value(3.0)
    recorded = x * x  # while the other thread is inside
    thread2 = threading.Thread(target=lambda: results.update(other=x * x))
    thread2.start()
    thread2.join()
    leave.set()
    thread.join()
    assert len(recorded.parents) == 2 and len(results["other"].parents) == 2
    assert results["quiet"].parents == ()


def test_a_thread_started_inside_no_grad_records():
    results = []
    with no_grad():
        thread = threading.Thread(target=lambda: results.append(Value(2.0) * 2))
        thread.start()
        thread.join()
    assert len(results[0].parents) == 2


def test_no_grad_stays_in_its_task():
    async def quiet(results, inside, leave):
        with no_grad():
            inside.set()
            await leave.wait()
            results.append(Value(1.0) * 2)

    async def loud(results, inside, leave):
        await inside.wait()
        results.append(Value(1.0) * 2)
        leave.set()

    async def both():
        results, inside, leave = [], asyncio.Event(), asyncio.Event()
        await asyncio.gather(quiet(results, inside, leave), loud(results, inside, leave))
        return results

    loud_result, quiet_result = asyncio.run(both())
    assert len(loud_result.parents) == 2 and quiet_result.parents == ()


def test_threads_train_side_by_side():
    def work(out, k):
        x = Value(float(k))
        for _ in range(200):
            (x * x).backward()
        out[k] = x.grad

    out = {}
    threads = [threading.Thread(target=work, args=(out, k)) for k in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert out == {k: 400.0 * k for k in range(4)}


def test_anomaly_names_operation_operands_label_and_line():
    p = Value(0.0, label="p")
    with detect_anomaly():
        fine = autograd.exp(p) * 2
        with pytest.raises(AnomalyError) as caught:
            autograd.log(p)  # this very line
    message = str(caught.value)
    assert "log made -inf from p=0.0" in message
    assert __file__ in message and "autograd.log(p)  # this very line" in message
    assert fine.note.line and isinstance(caught.value, ArithmeticError)
    assert autograd.log(p).data == -math.inf


@pytest.mark.parametrize(
    "use",
    [
        lambda: Value(1.0) / 0.0, lambda: Value(1e308) * 10, lambda: autograd.exp(Value(1000.0)),
        lambda: Value(math.inf) - math.inf, lambda: autograd.prod([Value(1e200), 1e200]),
        lambda: Value(0.0) ** -1, lambda: Value(math.nan) + 1, lambda: autograd.sum([math.inf] * 9 + [Value(1.0)]),
    ],
)  # fmt: skip
def test_anomaly_is_raised_at_the_first_operation(use):
    with detect_anomaly(), pytest.raises(AnomalyError, match="made"):
        use()


def test_anomaly_in_the_backward_pass_leaves_grads_alone():
    x = Value(0.0, label="x")
    with detect_anomaly():
        root = autograd.sqrt(x)
        root.label = "r"
        out = root * 1.0
        with pytest.raises(AnomalyError) as caught:
            out.backward()
    message = str(caught.value)
    assert "backward through sqrt made inf" in message and "x=0.0" in message and "[r]" in message
    assert "root = autograd.sqrt(x)" in message
    assert not x.has_grad and not root.has_grad
    with detect_anomaly(), pytest.raises(AnomalyError, match="adjoint"):
        out.backward()
    out.backward()
    assert x.grad == math.inf
    with detect_anomaly():
        y = Value(2.0)
        (y * y).backward()
    assert y.grad == 4.0


def test_anomaly_and_no_grad_together():
    with no_grad(), detect_anomaly():
        assert (Value(1.0) + 1).parents == ()
        with pytest.raises(AnomalyError):
            autograd.log(Value(0.0))


def test_anomaly_without_a_source_line(tmp_path):
    namespace = {"__name__": "autograd.inside", "autograd": autograd, "Value": Value}
    with detect_anomaly(), pytest.raises(AnomalyError, match="log made"):
        exec(compile("autograd.log(Value(0.0))", "<made up>", "exec"), namespace)


# Switches in functions of every kind: inside them, and nowhere else.


def recorded():
    """Whether an operation is recorded here; is_grad_enabled says the same."""
    found = bool((Value(2.0) * 2).parents)
    assert found == is_grad_enabled()
    return found


def watched():
    """Whether detect_anomaly holds here."""
    try:
        autograd.log(Value(0.0))
    except AnomalyError:
        return True
    return False


SWITCHES = [(no_grad, recorded, False), (detect_anomaly, watched, True)]
switches = pytest.mark.parametrize(
    ("switch", "state", "inside"), SWITCHES, ids=["no_grad", "anomaly"]
)


def in_a_thread(step, *args):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(step, *args).result()


def advanced(step, *args):
    """A step of a generator in a fresh context, in a copy, in another thread, and plainly."""
    return [
        contextvars.Context().run(step, *args),
        contextvars.copy_context().run(step, *args),
        in_a_thread(step, *args),
        in_a_thread(contextvars.copy_context().run, step, *args),
        step(*args),
    ]


@pytest.fixture(autouse=True)
def _no_mode_is_left():
    yield
    gc.collect()
    assert current() == () and open_modes == [] and of_generators == []


@switches
@pytest.mark.parametrize("form", ["@switch", "@switch()", "one switch"])
def test_a_decorator_holds_inside_functions_and_methods_only(switch, state, inside, form):
    one = switch()
    decorate = {"@switch": switch, "@switch()": lambda f: switch()(f), "one switch": one}[form]

    @decorate
    def function(k):
        return [state(), *(function(k - 1) if k else [])]

    class Kind:
        @decorate
        def method(self):
            return self, state()

        @classmethod
        @decorate
        def of_class(cls):
            return cls, state()

        @staticmethod
        @decorate
        def static():
            return state()

        @property
        @decorate
        def prop(self):
            return state()

        @decorate
        def __call__(self):
            return state()

    kind = Kind()
    assert function(2) == [inside] * 3 and function.__name__ == "function"
    assert kind.method() == (kind, inside) and Kind.of_class() == (Kind, inside)
    assert [Kind.static(), kind.static(), kind.prop, kind()] == [inside] * 4
    assert decorate(functools.partial(lambda a: state(), 1))() == inside
    assert advanced(function, 0) == [[inside]] * 5
    assert state() != inside

    @decorate
    def failing():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert state() != inside


def generators(switch, state, ended=None):
    """A generator of states that is decorated, one with a block, and others with what makes one."""
    shared = switch()

    def plain():
        got = None
        try:
            while True:
                try:
                    got = yield state(), got
                except KeyError as error:  # noqa: PERF203 - it is the law under test
                    got = error
        finally:
            if ended is not None:
                ended.append(state())

    def one_for_all():
        with shared:
            yield from plain()

    def block():
        with switch():
            yield from plain()

    def by_hand():
        one = switch()
        one.__enter__()
        try:
            yield from plain()
        finally:
            one.__exit__(None, None, None)

    def stack():
        with contextlib.ExitStack() as opened:
            opened.enter_context(switch())
            yield from plain()

    return {"decorated": switch(plain), "twice": switch(switch()(plain)), "block": block,
            "by hand": by_hand, "stack": stack, "one": one_for_all}  # fmt: skip


KINDS = pytest.mark.parametrize("kind", ["decorated", "twice", "block", "by hand", "stack", "one"])


@pytest.mark.wide
@switches
@KINDS
def test_a_generator_is_inside_wherever_it_runs_and_nobody_else(switch, state, inside, kind):
    ended = []
    make = generators(switch, state, ended)[kind]
    for begin in (next, functools.partial(contextvars.Context().run, next),
                  functools.partial(in_a_thread, next)):  # fmt: skip
        made = make()
        assert begin(made) == (inside, None) and state() != inside
        assert advanced(next, made) == [(inside, None)] * 5
        assert made.send(7) == (inside, 7)
        thrown, got = made.throw(KeyError("k"))
        assert thrown == inside and isinstance(got, KeyError)
        assert state() != inside
        with pytest.raises(ZeroDivisionError):
            made.throw(ZeroDivisionError)
        assert state() != inside
    for end in (
        lambda g: g.close(),
        lambda g: contextvars.Context().run(g.close),
        lambda g: advanced(g.close),
        lambda g: None,  # dropped
    ):
        made = make()
        next(made)
        end(made)
        del made
        gc.collect()
        assert state() != inside and open_modes == [] and of_generators == []
    if kind in {"decorated", "twice"}:  # close() goes past a block to what that yields from
        assert ended == [inside] * 7
    for context in (contextvars.Context(), contextvars.copy_context()):
        made = make()
        context.run(next, made)
        assert context.run(state) != inside and state() != inside
        del made
        assert context.run(state) != inside


@switches
@KINDS
def test_generators_interleave_and_are_closed_out_of_order(switch, state, inside, kind):
    make = generators(switch, state)[kind]
    for order in itertools.permutations(range(3)):
        made = [make() for _ in range(3)]
        for g in made * 2:
            assert next(g) == (inside, None) and state() != inside
        for i in order:
            made[i].close()
            assert state() != inside
            for j in set(range(3)) - set(order[: order.index(i) + 1]):
                assert next(made[j]) == (inside, None)
        with switch():
            g = make()
            next(g)
        assert state() != inside and next(g) == (inside, None)
        with switch():
            g.close()
            assert state() == inside
        assert state() != inside


def test_a_suspended_generators_block_and_its_users_block_end_in_any_order():
    def quiet():
        with no_grad():
            while True:
                yield recorded()

    def loud():
        with enable_grad():
            while True:
                yield recorded()

    q, g = quiet(), loud()
    with no_grad():
        assert next(q) is False and next(g) is True and recorded() is False
        with enable_grad():
            assert next(q) is False and next(g) is True and recorded() is True
    assert next(q) is False and next(g) is True and recorded() is True

    def calls(inner):
        with no_grad():
            while True:
                yield [recorded(), next(inner), enable_grad()(recorded)(), recorded()]

    outer = calls(g)
    for _ in range(3):
        assert next(outer) == [False, True, True, False]
    with enable_grad():
        assert next(outer) == [False, True, True, False]
    q.close()
    assert next(outer) == [False, True, True, False]


def test_enable_grad_and_no_grad_nested_and_out_of_order():
    a, b, c = no_grad(), enable_grad(), no_grad()
    a.__enter__()
    assert not recorded()
    b.__enter__()
    assert recorded()
    c.__enter__()
    assert not recorded()
    b.__exit__(None, None, None)
    assert not recorded()
    c.__exit__(None, None, None)
    assert not recorded()
    a.__exit__(None, None, None)
    assert recorded()
    b.__enter__(), a.__enter__(), b.__exit__(None, None, None)
    assert not recorded()
    a.__exit__(None, None, None)
    with no_grad(), enable_grad(), no_grad():
        assert not recorded()
        assert enable_grad(recorded)() and not no_grad(recorded)()
        with enable_grad():
            assert recorded()
        assert not recorded()
    assert recorded()


def test_one_switch_used_twice_nested_and_in_two_threads():
    one = no_grad()
    for _ in range(2):
        with one:
            assert not recorded()
            with one:
                assert not recorded()
            assert not recorded()
        assert recorded()
    inside, leave = threading.Event(), threading.Event()

    def work():
        with one:
            inside.set()
            leave.wait(600)
            return recorded()

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(work)
        assert inside.wait(600)
        assert recorded()
        with one:
            assert not recorded()
            leave.set()
            assert found.result() is False
            assert not recorded()
        assert recorded()
        assert pool.submit(recorded).result()


def test_a_context_manager_made_of_a_generator_is_its_users():
    @contextlib.contextmanager
    def quiet():
        with no_grad():
            yield

    @contextlib.asynccontextmanager
    async def later():
        with no_grad():
            await asyncio.sleep(0)
            yield

    with quiet():
        assert not recorded()
        with enable_grad(), quiet():
            assert not recorded()
        assert not recorded()
    assert recorded()
    assert quiet()(recorded)() is False
    with contextlib.ExitStack() as stack:
        stack.enter_context(quiet())
        assert not recorded()
    assert recorded()

    def generator():
        with quiet():
            while True:
                yield recorded()

    g = generator()
    assert next(g) is False and recorded() and contextvars.Context().run(next, g) is False
    g.close()

    async def main():
        async with later():
            assert not recorded()
            await asyncio.sleep(0)
            assert not recorded()
        assert recorded()

    asyncio.run(main())


def test_a_generators_no_grad_does_not_reach_into_a_transform():
    def generator():
        w = Value(2.0)
        with no_grad():
            f = lambda x: w * x * x * x
            forward = lambda f: lambda x: autograd.jvp(f, (x,), (1.0,))[1]
            yield autograd.grad(f)(3.0)
            yield forward(f)(3.0)
            yield autograd.hessian(f)(3.0)[0][0] * 1.5
            for a, b in itertools.product((autograd.grad, forward), repeat=2):
                yield a(b(f))(3.0) * 1.5
            yield autograd.vjp(f, 3.0)[1](1.0)[0]
            assert not recorded()

    assert list(generator()) == [54.0] * 8

    def steps():
        with no_grad():
            x = yield
            while True:
                x = yield x * x

    for d in (autograd.grad, lambda f: lambda x: autograd.jvp(f, (x,), (1.0,))[1]):
        g = steps()
        next(g)
        assert d(lambda x, g=g: x * g.send(x))(3.0) == 9.0  # the generator's x * x is a constant


# Coroutines and asynchronous generators.


@types.coroutine
def pause():
    return (yield "paused")


@switches
def test_a_coroutine_is_inside_while_it_runs_and_not_while_it_is_suspended(switch, state, inside):
    async def plain():
        found = [state()]
        for _ in range(4):
            await pause()
            found.append(state())
        return found

    async def block():
        with switch():
            return await plain()

    for make in (switch(plain), switch()(plain), block, switch(block)):
        coroutine = make()
        for run in (
            lambda step, x: step(x),
            contextvars.Context().run,
            contextvars.copy_context().run,
            in_a_thread,
        ):
            assert run(coroutine.send, None) == "paused" and state() != inside
        with pytest.raises(StopIteration) as end:
            coroutine.send(None)
        assert end.value.value == [inside] * 5 and state() != inside
        for end in (lambda c: c.close(), lambda c: None):
            coroutine = make()
            coroutine.send(None)
            end(coroutine)
            del coroutine
            gc.collect()
            assert state() != inside and open_modes == [] and of_generators == []


@switches
def test_tasks_keep_their_modes_apart(switch, state, inside):
    async def plain(n):
        found = []
        for _ in range(n):
            found.append(state())
            await asyncio.sleep(0)
        return found

    async def block(n):
        with switch():
            found = await plain(n)
            child = asyncio.create_task(plain(3))
            await asyncio.sleep(0)
            return [*found, *await child]

    async def failing():
        with switch():
            await asyncio.sleep(0)
            raise ZeroDivisionError

    async def cancelled():
        with switch():
            await asyncio.Event().wait()

    async def main():
        waiting = asyncio.create_task(cancelled())
        results = await asyncio.gather(
            plain(5), switch(plain)(5), block(4), plain(9), switch()(plain)(3), failing(),
            return_exceptions=True,
        )  # fmt: skip
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert state() != inside
        with switch():
            lasting = asyncio.create_task(plain(4))  # begins inside, and goes on after the end
            await asyncio.sleep(0)
        return results, await lasting

    results, lasting = asyncio.run(main())
    out = not inside
    assert results[:5] == [[out] * 5, [inside] * 5, [inside] * 7, [out] * 9, [inside] * 3]
    assert isinstance(results[5], ZeroDivisionError)
    assert lasting == [inside, out, out, out]
    assert state() != inside


@switches
@pytest.mark.parametrize("kind", ["decorated", "block"])
def test_an_asynchronous_generator_is_inside_while_it_runs(switch, state, inside, kind):
    ended = []

    async def plain():
        got = None
        try:
            while True:
                await asyncio.sleep(0)
                try:
                    got = yield state(), got
                except KeyError as error:
                    got = error
        finally:
            await asyncio.sleep(0)
            ended.append(state())

    async def block():
        with switch():
            got = None
            try:
                while True:
                    await asyncio.sleep(0)
                    try:
                        got = yield state(), got
                    except KeyError as error:
                        got = error
            finally:
                await asyncio.sleep(0)
                ended.append(state())

    make = {"decorated": switch(plain), "block": block}[kind]

    async def other(n):
        for _ in range(n):
            assert state() != inside
            await asyncio.sleep(0)

    async def main():
        beside = asyncio.create_task(other(50))
        g = make()
        assert await anext(g) == (inside, None) and state() != inside
        assert await asyncio.create_task(g.asend(5)) == (inside, 5) and state() != inside
        found, error = await g.athrow(KeyError("k"))
        assert found == inside and isinstance(error, KeyError) and state() != inside
        with pytest.raises(ZeroDivisionError):
            await g.athrow(ZeroDivisionError)
        assert state() != inside and ended == [inside]
        with pytest.raises(StopAsyncIteration):
            await anext(g)
        first, second = make(), make()
        for g in (first, second, first):
            assert (await anext(g))[0] == inside and state() != inside
        await first.aclose()
        assert (await anext(second))[0] == inside and state() != inside
        await asyncio.create_task(second.aclose())
        assert ended == [inside] * 3
        async for found, _ in make():  # partly consumed, and dropped
            assert found == inside
            break
        gc.collect()
        await beside
        assert state() != inside
        left = [make() for _ in range(20)]  # they are closed when the loop ends
        for g in left:
            await anext(g)
        return left

    asyncio.run(main())
    assert ended == [inside] * 24
    assert state() != inside
