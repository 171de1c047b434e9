"""What is compiled: pickled before a call and after it, copied, and as a method."""

import copy
import functools
import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value, compile, grad, hessian, hvp, jacobian, value_and_grad
from autograd.compiler import kept


def loss(w, x):
    return ag.tanh(w * x) ** 2


step = compile(value_and_grad(loss))
batched = compile(grad(loss), in_axes=(None, 0), reduce="mean", backend="numpy")


@compile
def decorated(w, x):
    """Twice."""
    return w * x + x


@compile
@value_and_grad
def twice(w, x):
    return w * x * w


@grad
@compile
def slope(w):
    return w * w * w


@functools.partial(compile, in_axes=(None, 0), reduce="sum")
@value_and_grad
def with_options(w, x):
    return (w * x - 1) ** 2


class Line(nn.Module):
    """A module with compiled methods."""

    def __init__(self, slope):
        self.w = Value(slope)

    @compile
    def at(self, x):
        return self.w * x

    @compile
    @value_and_grad
    def loss(self, x, y):
        return (self.w * x - y) ** 2

    @functools.partial(compile, in_axes=0)
    def along(self, x):
        return self.w * x

    @functools.partial(compile, in_axes=(None, 0, None))
    def along_too(self, x, c):
        return self.w * x + c


class Plain:
    """An object that no structure is made of."""

    def __init__(self, slope):
        self.slope, self.offset = slope, Value(1.0)

    @compile
    def at(self, x):
        """The line."""
        return self.slope * x + self.offset

    @functools.partial(compile, in_axes=0)
    def along(self, x):
        return self.slope * x + self.offset

    @compile
    @functools.partial(grad, argnums=1)
    def slope_at(self, x):
        return self.slope * x * x


def plain(found):
    return np.asarray(found[0] if isinstance(found, tuple) else found).tolist()


COMPILED = {
    "step": (step, (0.5, 2.0)),
    "batched": (batched, (0.5, [1.0, 2.0])),
    "decorated": (decorated, (0.5, 2.0)),
    "twice": (twice, (0.5, 2.0)),
    "slope": (slope, (0.5,)),
    "with options": (with_options, (0.5, [1.0, 2.0])),
    "a compiled gradient of what is compiled": (compile(grad(decorated)), (0.5, 2.0)),
    "a method": (Line.at, (Line(2.0), 3.0)),
    "grad": (grad(loss), (0.5, 2.0)),
    "value and grad": (value_and_grad(loss, (0, 1)), (0.5, 2.0)),
    "jacobian": (jacobian(decorated), (0.5, 2.0)),
    "hessian": (compile(hessian(loss)), (0.5, 2.0)),
    "hvp": (compile(functools.partial(hvp, slope)), (0.5, 1.0)),
}


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_pickle_before_a_call_and_one_after(name, protocol):
    function, arguments = COMPILED[name]
    before = pickle.loads(pickle.dumps(function, protocol))
    expected = plain(function(*arguments))
    after = pickle.loads(pickle.dumps(function, protocol))
    for again in (before, after, copy.copy(function), copy.deepcopy(function)):
        assert plain(again(*arguments)) == expected
        assert again.__name__ == function.__name__
    assert plain(function(*arguments)) == expected


def test_a_pickle_keeps_the_options_and_no_recordings():
    batched(0.5, [1.0, 2.0])
    again = pickle.loads(pickle.dumps(batched))
    assert (again.in_axes, again.reduce, again.backend) == ((None, 0), "mean", "numpy")
    with pytest.raises(ag.GraphError, match="nothing is recorded yet"):
        again.program  # noqa: B018


def test_what_took_its_functions_place_is_itself():
    for function in (decorated, twice, slope, with_options, Line.at):
        assert pickle.loads(pickle.dumps(function)) is function


def test_a_lambda_has_no_pickle_and_pickle_says_so():
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(compile(lambda x: x))


def with_arguments(function, x):
    return plain(function(0.5, x))


@pytest.mark.wide
@pytest.mark.parametrize("how", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_processes_of_a_pool(how):
    if how == "forkserver":
        pytest.skip("as spawn")
    expected = [plain(step(0.5, x)) for x in (1.0, 2.0, 3.0)]
    with multiprocessing.get_context(how).Pool(2) as pool:
        for function in (step, twice, grad(loss), compile(value_and_grad(loss), backend="python")):
            job = functools.partial(with_arguments, function)
            expected = [plain(function(0.5, x)) for x in (1.0, 2.0, 3.0)]
            assert pool.map(job, (1.0, 2.0, 3.0)) == expected


def test_another_process_reads_it():
    """Of a module that can be imported there, not __main__."""
    pickled = pickle.dumps(compile(value_and_grad(nn.half_squared_error), backend="python"))
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)([1.5], [1.0]))"
    found = subprocess.run(
        [sys.executable, "-c", code], input=pickled, capture_output=True, timeout=120, check=True
    )
    assert found.stdout.decode().strip() == "(0.125, [0.5])"


# Methods.


def test_a_method_binds():
    one, other = Line(2.0), Line(5.0)
    for _ in range(2):
        assert (one.at(3.0), other.at(3.0)) == (6.0, 15.0)
        one.w.data = 2.0
    value, slopes = one.loss(3.0, 1.0)
    assert value == 25.0 and slopes == {"w": 30.0}
    assert one.along([1.0, 2.0]).tolist() == [2.0, 4.0]
    assert one.along_too([1.0, 2.0], 1.0).tolist() == [3.0, 5.0]
    assert Line.at(one, 3.0) == 6.0
    one.w.data = 7.0
    assert one.at(3.0) == 21.0


def test_a_method_of_any_object_binds():
    one, other = Plain(2.0), Plain(5.0)
    assert (one.at(3.0), other.at(3.0), one.at(3.0)) == (7.0, 16.0, 7.0)
    assert one.along([1.0, 2.0]).tolist() == [3.0, 5.0]
    assert one.slope_at(3.0) == 12.0
    one.offset.data = 0.0
    assert (one.at(3.0), other.at(3.0)) == (6.0, 16.0)


def test_a_bound_method_has_what_the_function_has():
    one = Plain(2.0)
    assert len(one.at.record(1.0)) == 1 and one.at.__name__ == "at"
    assert one.at.__doc__ == "The line." or "compiled method" in one.at.__doc__
    assert one.at(1.0) == 3.0 and one.at.program.name == "at"
    assert one.at == one.at and one.at != Plain(2.0).at and len({one.at, one.at}) == 1
    assert repr(one.at) == f"<method {Plain.at!r} of Plain>"
    with pytest.raises(AttributeError):
        one.at.nothing  # noqa: B018
    function = pickle.loads(pickle.dumps(one.at))
    assert function(3.0) == 7.0 and isinstance(function, kept.Bound)
    assert copy.copy(one.at)(3.0) == 7.0


def test_a_structure_is_an_argument_and_another_object_is_not():
    for thing in (1.0, Value(1.0), [1.0], (), {}, np.zeros(2), nn.MLP(1, [1])):
        assert kept.is_structure(thing)
    for thing in (object(), Plain(1.0), Plain, "text", len):
        assert not kept.is_structure(thing)
    assert kept.Owner(thing) != thing
