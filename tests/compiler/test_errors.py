"""What compile refuses, where and with which words; and that nothing stays open or alive after it."""

import builtins
import contextlib
import copy
import gc
import importlib.util
import inspect
import math
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import (
    AnomalyError,
    ArgumentError,
    AutogradError,
    GraphError,
    OperandError,
    Value,
    compile,
    detect_anomaly,
    grad,
    jvp,
)
from autograd.compiler.backends import choice
from autograd.compiler.program.instructions import Builder
from autograd.errors import MissingDependencyError
from autograd.modes import levels, open_modes
from tests.compiler.test_compile import BACKENDS, ON_EACH

INF = math.inf
LONG = 600  # seconds: what never comes is noticed, and a slow machine is no fault


@pytest.fixture(autouse=True)
def _nothing_stays_open():
    yield
    assert open_modes == [] and levels() == ()


def raised_line(error):
    """The line of this file at which it was raised."""
    own = [entry for entry in error.traceback if entry.path == Path(__file__)]
    return own[-1].lineno + 1


# What depends on a number can't be recorded.


def branch_if(x):
    return x * 2 if x > 0 else x  # here


def branch_bool(x):
    if bool(x):  # here
        return x
    return x * 2


def branch_truth(x):
    return x or 1.0  # here


def branch_max(x):
    return max(x, 0.0)  # here


def branch_sorted(x):
    return sorted([x, x * 2, 3.0])[0]  # here


def branch_chained(x):
    return ag.where(0 < x < 1, x, 1.0)  # here


def branch_and(x):
    return ag.where(x > 0 and x < 1, x, 1.0)  # here


def branch_in(x):
    return x * (x in [1.0, 2.0])  # here


def branch_while(x):
    y = x
    while y < 10:  # here
        y = y * 2
    return y


def branch_on_equality(x):
    return 1.0 if x == 2.0 else x  # here


def branch_not(x):
    return ag.where(not x > 1, x, 0.0)  # here


@pytest.mark.parametrize("in_axes", [None, 0])
@pytest.mark.parametrize(
    "f",
    [branch_if, branch_bool, branch_truth, branch_max, branch_sorted, branch_chained, branch_and,
     branch_in, branch_while, branch_on_equality, branch_not],
)  # fmt: skip
def test_a_branch_on_a_recorded_value_is_refused_at_its_line(f, in_axes):
    lines, start = inspect.getsourcelines(f)
    (here,) = [start + k for k, line in enumerate(lines) if "# here" in line]
    for g in (f, grad(f), lambda x: jvp(f, (x,), (1.0,))):
        with pytest.raises(GraphError, match="where") as error:
            compile(g, in_axes=in_axes)(2.0 if in_axes is None else [2.0, 3.0])
        assert "maximum" in str(error.value)
        assert raised_line(error) == here


def data(x):
    return x * x.data  # here


def to_float(x):
    return x * float(x)  # here


def to_int(x):
    return [1.0, 2.0, 3.0][int(x)] * x  # here


def as_index(x):
    return [1.0, 2.0, 3.0][x] * x  # here


def of_math(x):
    return math.exp(x) * x  # here


def rounded(x):
    return builtins.round(x.data) * x  # here


def by_numpy(x):
    return x * np.array([x], dtype=float)[0]  # here


@pytest.mark.parametrize("f", [data, to_float, to_int, as_index, of_math, rounded, by_numpy])
def test_the_number_of_a_recorded_value_is_refused_at_its_line(f):
    lines, start = inspect.getsourcelines(f)
    (here,) = [start + k for k, line in enumerate(lines) if "# here" in line]
    for g in (f, grad(f)):
        with pytest.raises(GraphError, match="recording has no numbers") as error:
            compile(g)(2.0)
        assert raised_line(error) == here


def test_the_number_of_a_captured_value_is_refused_too():
    w = Value(3.0, label="w")
    with pytest.raises(GraphError, match="w"):
        compile(lambda x: x * w.data)(1.0)
    with pytest.raises(GraphError, match="w"):
        compile(lambda x: x if w > 2 else -x)(1.0)
    with pytest.raises(AutogradError, match="w"):
        compile(lambda x: x * float(w))(1.0)
    assert w.data == 3.0


def test_backward_inside_is_refused_with_a_remedy():
    def f(x):
        y = x * x
        y.backward()
        return x.grad

    with pytest.raises(GraphError, match="value_and_grad"):
        compile(f)(2.0)
    w = Value(2.0)
    with pytest.raises(GraphError, match="value_and_grad"):
        compile(lambda x: ((w * x).backward(), x)[1])(2.0)
    assert not w.has_grad


def test_printing_a_recorded_value_is_harmless(capsys):
    def f(x):
        h = x * 2
        h.label = "h"
        print(x, h, f"{x}", repr(x))
        return h

    assert compile(f)(1.0) == 2.0
    assert "h" in capsys.readouterr().out


def test_assigning_data_inside_is_refused():
    def f(x):
        x.data = 5.0
        return x * 2

    with pytest.raises(AutogradError):
        compile(f)(1.0)


def test_assigning_data_of_a_captured_value_inside_is_refused():
    w = Value(2.0)

    def f(x):
        w.data = 5.0
        return x * w

    with pytest.raises(GraphError):
        compile(f)(1.0)
    assert w.data == 2.0


# Values that leak.


def leaked():
    kept = []
    compile(lambda x: (kept.append(x * 3), x)[1])(2.0)
    return kept[0]


@pytest.mark.parametrize(
    "use",
    [
        lambda v: v + 1.0, lambda v: 1.0 + v, lambda v: v * Value(2.0), lambda v: Value(2.0) * v,
        lambda v: -v, lambda v: v**2, lambda v: v**v, ag.sin, lambda v: ag.sum([v, 1.0]),
        lambda v: ag.dot([v], [Value(2.0)]), lambda v: ag.maximum(v, 0.0), lambda v: ag.maximum(Value(0.0), v),
        lambda v: ag.where(True, v, 1.0), lambda v: v > 0, lambda v: 0 < v, lambda v: Value(0.0) < v,
        bool, float, lambda v: v.data, lambda v: v.backward(), lambda v: Value(v),
        lambda v: compile(lambda x: x * v)(1.0), lambda v: compile(lambda x: v)(1.0),
        lambda v: compile(lambda x: x)(v), lambda v: grad(lambda x: x * v)(1.0), lambda v: grad(lambda x: x * x)(v),
        lambda v: jvp(lambda x: x * v, (1.0,), (1.0,)), lambda v: np.float64(2) * v, lambda v: np.exp(v),
        lambda v: ag.softmax([v, 1.0]), lambda v: ag.logsumexp([v, 1.0]),
    ],
)  # fmt: skip
def test_a_value_kept_from_a_recording_is_refused(use):
    v = leaked()
    with pytest.raises(AutogradError):
        use(v)


def test_a_value_of_an_outer_recording_is_refused_inside_another():
    def f(x):
        return compile(lambda y: y * x)(3.0)

    assert compile(f)(2.0) == 6.0  # one recording: the inner function is part of it
    kept = []
    compile(lambda x: (kept.append(x), x)[1])(2.0)
    with pytest.raises(GraphError, match="another recording"):
        compile(lambda x: x * kept[0])(1.0)


def test_a_value_of_a_recording_in_another_thread_is_refused():
    inside, go_on, found = threading.Event(), threading.Event(), []

    def f(x):
        found.append(x)
        inside.set()
        assert go_on.wait(LONG)
        return x

    thread = threading.Thread(target=compile(f), args=(1.0,))
    thread.start()
    assert inside.wait(LONG)
    try:
        with pytest.raises(GraphError):
            compile(lambda y: y * found[0])(2.0)
    finally:
        go_on.set()
        thread.join()


# Derivatives around a compiled function.


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_a_batch_can_not_be_differentiated_from_outside(reduce):
    f = compile(lambda w, x: w * x, in_axes=(None, 0), reduce=reduce)
    for transform in (
        lambda: grad(lambda w: f(w, [1.0, 2.0]))(3.0),
        lambda: jvp(lambda w: f(w, [1.0, 2.0]), (3.0,), (1.0,)),
        lambda: compile(lambda w: f(w, [1.0, 2.0]))(3.0),
    ):
        with pytest.raises(GraphError, match="compile the derivative"):
            transform()


def test_results_with_a_history_are_refused_as_arguments():
    w = Value(2.0)
    for f, args in ((compile(lambda x: x), (w * 3,)), (compile(lambda p: p["a"]), ({"a": w * 3},))):
        with pytest.raises(GraphError, match="history"):
            f(*args)
    with pytest.raises(GraphError, match="history"):
        compile(lambda x, y: x @ y)(np.array([w * 1, w]), np.array([1.0, 2.0]))
    assert compile(lambda x: x * 2)(w) == 4.0


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"reduce": "max"}, "reduce"), ({"reduce": "sum"}, "needs a batch"), ({"reduce": "mean", "in_axes": None}, "needs a batch"),
        ({"out_axes": 1}, "out_axes"), ({"out_axes": None}, "out_axes"), ({"out_axes": "0"}, "out_axes"),
        ({"in_axes": 0, "reduce": "sum", "out_axes": 1}, "out_axes"), ({"in_axes": (0, "1")}, "in_axes"),
        ({"in_axes": True}, "in_axes"), ({"in_axes": "0"}, "in_axes"), ({"backend": "torch"}, "numba, numpy, python"),
        ({"backend": None}, "backend"), ({"in_axes": 0.0}, "in_axes"), ({"in_axes": {"x": 0}}, "in_axes"),
    ],
)  # fmt: skip
def test_options_are_checked_at_once(arguments, words):
    with pytest.raises(ArgumentError, match=words):
        compile(lambda x: x, **arguments)


def test_only_functions_are_compiled():
    with pytest.raises(OperandError, match="takes a function"):
        compile(Value(2.0))
    with pytest.raises(GraphError, match="nothing is recorded"):
        _ = compile(lambda x: x).program


@ON_EACH
def test_a_ragged_batch_is_refused(backend):
    f = compile(lambda x: ag.sum(x), in_axes=0, backend=backend)
    for batch in ([[1.0, 2.0], [3.0]], [1.0, [2.0]], [[[1.0]], [[1.0, 2.0]]], [[], [1.0]]):
        with pytest.raises(ArgumentError, match="ragged"):
            f(batch)


@ON_EACH
def test_batches_of_different_lengths_are_refused(backend):
    f = compile(lambda x, y: x * y, in_axes=0, backend=backend)
    with pytest.raises(ArgumentError, match=r"2, 3|3, 2"):
        f([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ArgumentError, match=r"1, 3"):  # no broadcasting of one
        f(np.zeros(1), np.zeros(3))
    with pytest.raises(ArgumentError, match=r"2, 3"):
        compile(lambda d: d["a"] * d["b"], in_axes=0, backend=backend)(
            {"a": np.zeros(2), "b": np.zeros(3)}
        )


@ON_EACH
def test_what_is_no_batch_is_refused(backend):
    f = compile(lambda x: x, in_axes=0, backend=backend)
    for arg in (1.0, Value(1.0), np.float64(1.0), np.array(2.0), "text", {1.0, 2.0}, iter([1.0])):
        with pytest.raises(AutogradError, match="argument 1"):
            f(arg)
    with pytest.raises(ArgumentError, match="in_axes"):
        f(1.0)
    with pytest.raises(ArgumentError, match="empty list"):
        f([])
    with pytest.raises(ArgumentError):
        f(nn.MLP(1, [1]))
    with pytest.raises(ArgumentError):
        f(())


@ON_EACH
@pytest.mark.parametrize(
    "batch",
    [
        ["1.0", "2.0"], np.array(["1.0", "2.0"]), [1.0, "2"], [1.0, None], [None, None], [1j, 2.0],
        np.array([1j]), [Value(1.0), Value(2.0)], np.array([b"1"]), np.array(["2020-01-01"], dtype="M8[D]"),
        np.array([1, 2], dtype="m8[s]"), [b"1"], np.array([None, 1.0], dtype=object), [{"x": 1.0}, {"y": 2.0}],
    ],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_what_is_no_number_is_refused_in_a_batch(batch, backend):
    with pytest.raises(AutogradError, match="argument 1"):
        compile(lambda x: x, in_axes=0, backend=backend)(batch)


@ON_EACH
@pytest.mark.parametrize(
    "arg",
    ["1.0", 1j, [1.0, "2"], {"a": b"1"}, np.array(["1.0"]), np.array([1j]), object(), {1.0}],
    ids=lambda x: type(x).__name__,
)
def test_what_is_no_number_is_refused_as_an_argument(arg, backend):
    def g(x, y):
        return x

    with pytest.raises(OperandError, match="g: argument 2"):
        compile(g, backend=backend)(1.0, arg)


@ON_EACH
@pytest.mark.parametrize(
    "result",
    ["text", 1j, object(), {1.0}, [1.0, "x"], np.array(["x"])],
    ids=lambda x: type(x).__name__,
)
def test_what_is_no_number_is_refused_as_a_result(result, backend):
    def g(x):
        return result

    with pytest.raises(OperandError, match="g returned"):
        compile(g, backend=backend)(1.0)


def test_the_number_of_arguments_must_fit():
    f = compile(lambda x, y: x * y, in_axes=(None, 0))
    for args in ((1.0,), (1.0, [2.0], 3.0), ()):
        with pytest.raises(ArgumentError, match="2 entries"):
            f(*args)
    with pytest.raises(TypeError):
        compile(lambda x: x)(1.0, 2.0)


# Backends.


def test_numba_that_is_not_installed_is_named_with_its_remedy(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "numba" else find(name, *a)
    )
    imported = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] in {"numba", "llvmlite"}:
            raise ImportError(f"no module named {name}")
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    choice.numba_is_there.cache_clear()
    try:
        with pytest.raises(MissingDependencyError, match=r"pip install .*chalkgrad\[fast\]"):
            compile(lambda x: x * 2, backend="numba")(1.0)
        for n in (1, 3, 100):  # auto does without
            assert compile(lambda x: x * 2, in_axes=0)([1.0] * n).tolist() == [2.0] * n
        assert compile(lambda x: x * 2)(1.0) == 2.0
    finally:
        choice.numba_is_there.cache_clear()


@ag.primitive
def scalar_only(m, x):
    return math.exp(x)


@scalar_only.partials
def _(m, z, x):
    return (z,)


@ag.primitive
def branching(m, x):
    return x if x > 0 else -x


@branching.partials
def _(m, z, x):
    return (m.sign(x),)


@ag.primitive
def scalar_partials(m, x):
    return m.exp(x)


@scalar_partials.partials
def _(m, z, x):
    return (math.exp(x),)


@ag.primitive
def without_rule(m, x):
    return m.exp(x)


@ON_EACH
@pytest.mark.parametrize("operation", [scalar_only, branching])
def test_a_rule_that_reads_floats_only_says_what_to_write(operation, backend):
    for run in (
        lambda: compile(operation, backend=backend)(1.0),
        lambda: compile(operation, in_axes=0, backend=backend)([1.0, 2.0]),
    ):
        with pytest.raises(GraphError, match=rf"{operation.__name__}.*m\.exp"):
            run()
    assert operation(1.0) > 0  # eagerly it works on


@ON_EACH
def test_a_derivative_rule_that_reads_floats_only_says_what_to_write(backend):
    with pytest.raises(GraphError, match="functions of"):
        compile(grad(scalar_partials), backend=backend)(1.0)
    assert compile(scalar_partials, backend=backend)(1.0) == pytest.approx(math.e, rel=1e-15)


@ON_EACH
def test_an_operation_without_a_derivative_rule(backend):
    assert compile(without_rule, backend=backend)(1.0) == pytest.approx(math.e, rel=1e-15)
    with pytest.raises(OperandError, match="no derivative rule"):
        compile(grad(without_rule), backend=backend)(1.0)


# Nothing stays.


class OwnError(Exception):
    pass


def test_an_error_in_the_function_comes_through_and_leaves_nothing_open():
    calls = []

    def f(x):
        calls.append(1)
        y = x * 2
        if len(calls) == 1:
            raise OwnError("mine")
        return y

    g = compile(f)
    with pytest.raises(OwnError, match="mine"):
        g(1.0)
    assert open_modes == [] and levels() == ()
    v = Value(2.0)
    assert (v > 1) is True and (v * v).data == 4.0
    assert g(1.0) == 2.0 and len(calls) == 2


def alive(kind):
    return sum([isinstance(x, kind) for x in gc.get_objects()])


@ON_EACH
@pytest.mark.parametrize("fails", [False, True])
def test_a_recording_is_freed_without_the_collector(backend, fails):
    seen = []

    def f(x):
        h = ag.tanh(x) * 2
        seen.append(weakref.ref(h))
        if fails:
            raise OwnError
        return h * h

    gc.collect()
    gc.disable()
    try:
        g = compile(ag.value_and_grad(f), in_axes=0, backend=backend)
        with contextlib.suppress(OwnError):
            g([1.0, 2.0])
        assert seen and all(ref() is None for ref in seen)
    finally:
        gc.enable()


@ON_EACH
def test_a_compiled_function_is_freed_without_the_collector(backend):
    compile(ag.value_and_grad(lambda x: ag.tanh(x) * 2), in_axes=0, backend=backend)([1.0, 2.0])
    gc.collect()
    before = alive(Builder)
    gc.disable()
    try:
        for _ in range(3):
            g = compile(ag.value_and_grad(lambda x: ag.tanh(x) * 2), in_axes=0, backend=backend)
            g([1.0, 2.0])
            g.program.source()
            del g
        assert alive(Builder) <= before
    finally:
        gc.enable()


@ON_EACH
def test_arguments_are_not_kept_alive(backend):
    model = nn.MLP(2, [2, 1])
    step = compile(lambda m, x, p: m(x)[0] * p[0], in_axes=(None, 0, None), backend=backend)
    x, p = np.zeros((1000, 2)), np.ones(3)
    step(model, x, p)
    refs = [weakref.ref(x), weakref.ref(p)]
    del x, p
    gc.collect()
    assert all(ref() is None for ref in refs)


@pytest.mark.filterwarnings("ignore:compile")
def test_a_model_that_is_gone_is_not_mixed_up_with_one_at_its_address():
    f = compile(lambda m, x: m(x)[0])
    for k in range(40):
        model = nn.MLP(1, [1], ("tanh", "relu", "sigmoid", "identity")[k % 4], seed=k)
        assert f(model, [0.5]) == pytest.approx(model([0.5])[0].data, rel=1e-13, abs=1e-15)
        del model


def test_every_backend_refuses_alike():
    found = set()
    for backend in BACKENDS:
        with pytest.raises(GraphError) as error:
            compile(branch_if, backend=backend)(1.0)
        found.add(str(error.value))
    assert len(found) == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_detect_anomaly_names_the_first_operation_its_operands_and_the_example(backend):
    def f(w, x):
        z = ag.log(x)
        z.label = "Z"
        return w * z

    step = compile(grad(f, argnums=(0, 1)), in_axes=(None, 0), reduce="sum", backend=backend)
    assert step(2.0, [1.0, 0.0])[1] == math.inf
    with (
        detect_anomaly(),
        pytest.raises(AnomalyError, match=r"log made -inf from x=0\.0 \[Z\], in example 1"),
    ):
        step(2.0, [1.0, 0.0])
    with detect_anomaly():
        assert step(2.0, [1.0, 4.0])[1] == 2.5
    with (
        detect_anomaly(),
        pytest.raises(AnomalyError, match=r"div made inf from operand 1=1\.0, x=0\.0"),
    ):
        compile(lambda x: 1 / x, backend=backend)(0.0)


def test_a_recording_is_no_anomaly():
    with detect_anomaly():
        assert compile(grad(lambda x: x * x))(3.0) == 6.0


def test_what_is_no_number_is_neither_compared_nor_computed_with():
    assert compile(lambda x: ag.where(x == None, 1.0, 2.0))(0.0) == 2.0  # noqa: E711
    for bad in (lambda x: x * object(), lambda x: object() * x, lambda x: (x > 0) & x,
                lambda x: x | 1, lambda x: [] < x):  # fmt: skip
        with pytest.raises(TypeError):
            compile(bad)(1.0)
    with pytest.raises(OperandError, match="mul"):
        compile(lambda x: x * "2")(1.0)
    with pytest.raises(GraphError, match="can't be copied or pickled"):
        compile(copy.copy)(1.0)
    assert compile(lambda x: ag.where((x > 0) & True, x, -x))(-3.0) == 3.0


def test_a_function_without_a_signature_has_arguments_of_some_name():
    step = compile(max)
    assert step([2.0]) == 2.0
    assert "def max(x1):" in step.program.source()
