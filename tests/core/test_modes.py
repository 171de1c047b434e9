"""no_grad and detect_anomaly, also across threads and tasks."""

import asyncio
import math
import threading

import pytest

import autograd
from autograd import AnomalyError, Value, detect_anomaly, no_grad


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
