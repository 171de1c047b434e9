"""compile: what a function reads outside its arguments is compared before each call."""

import dataclasses
import functools
import types
from collections import deque
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value, compile, grad, value_and_grad

SCALE = 2.0
OTHER = 1.0
ZERO = 0.0
MODE = "double"
HELPERS = types.ModuleType("helpers_of_a_user")
exec("gain = 3.0\nunused = 1.0\ndef f(x): return gain * x", HELPERS.__dict__)


class Settings:
    rate = 2.0
    unread = 1.0


class Slotted:
    __slots__ = ("gain", "unread")

    def __init__(self):
        self.gain, self.unread = 2.0, 0.0


@dataclasses.dataclass
class Point:
    a: float
    b: float


class Pair(NamedTuple):
    a: object
    b: object


class Net(nn.Module):
    rate = 1.0

    def __init__(self):
        self.w = Value(3.0)
        self.parts = [Value(1.0), Value(2.0)]
        self.gain = 2.0
        self.calls = 0
        self._flag = False

    def forward(self, x):
        self.calls += 1
        y = self.w * x * self.gain * self.rate + self.helped()
        for part in self.parts:
            y = y + part
        return y * (10.0 if self.training else 1.0) * (-1.0 if self._flag else 1.0)

    def helped(self):
        return 0.0


def counted(f):
    """The function, and how often it has been run."""
    runs = []

    def g(*args):
        runs.append(1)
        return f(*args)

    return g, runs


# What changed is seen.


def test_a_number_in_the_closure():
    scale = 2.0
    f = compile(lambda x: scale * x)
    assert f(3.0) == 6.0
    scale = 5.0
    assert f(3.0) == 15.0
    scale = -0.0
    assert str(f(3.0)) == "-0.0"
    scale = 0.0
    assert str(f(3.0)) == "0.0"


@pytest.mark.parametrize("made", [lambda f: f, grad, value_and_grad, functools.partial])
def test_globals_also_of_what_is_called(made):
    name = __name__
    before = dict(globals())
    source = "def outer(x): return SCALE * inner(x) if MODE == 'double' else x * x\n"
    space = {"__name__": name, "SCALE": 2.0, "MODE": "double"}
    exec(source + "def inner(x): return x * OTHER\nOTHER = 1.0", space)
    f, plain = compile(made(space["outer"])), made(space["outer"])

    def agrees():
        assert f(3.0) == plain(3.0)

    agrees()
    for change in (
        {"SCALE": 4.0}, {"OTHER": 7.0}, {"MODE": "square"}, {"inner": lambda x: x}, {"SCALE": 1},
        {"MODE": "double"},
    ):  # fmt: skip
        space.update(change)
        agrees()
    assert dict(globals()).keys() == before.keys()


@pytest.mark.parametrize("home", [__name__, "__main__", "", None])
def test_a_name_of_pythons_own_that_becomes_a_global(home):
    space = {"__name__": home}
    exec("def f(x): return abs(x) * 2", space)
    f = compile(space["f"])
    assert f(-3.0) == 6.0
    space["abs"] = lambda x: x
    assert f(-3.0) == -6.0
    del space["abs"]
    assert f(-3.0) == 6.0


def test_a_variable_that_is_bound_later():
    def f(x):
        return late * x  # noqa: F821 - bound below

    g = compile(lambda x: f(x))
    with pytest.raises(NameError):
        g(1.0)
    late = 3.0
    assert g(1.0) == 3.0
    del late
    with pytest.raises(NameError):
        g(1.0)


@pytest.mark.parametrize("change", [
    lambda xs: xs.append(5.0), lambda xs: xs.clear(), lambda xs: xs.__setitem__(0, -1.0),
    lambda xs: xs[1].append(2.0), lambda xs: xs[1].__setitem__(0, 7.0), lambda xs: xs.reverse(),
    lambda xs: xs[2]["b"].append(1.0), lambda xs: xs[2].update(c=2.0), lambda xs: xs[3].append(1.0),
    lambda xs: xs[4].__setitem__(0, 9.0), lambda xs: xs[5][0].append(4.0),
    lambda xs: setattr(xs[6], "a", 3.0), lambda xs: xs[7].add(4.0),
    lambda xs: xs[8].__setitem__(0, Value(0.0)), lambda xs: xs[8].__setitem__(0, 0.0),
    lambda xs: xs.__setitem__(0, -0.0), lambda xs: xs.__setitem__(9, Pair(1.0, 3.0)),
    lambda xs: xs.__setitem__(9, Pair(-0.0, 2.0)), lambda xs: xs[10].__setitem__(0, 3.0),
    lambda xs: xs.__setitem__(10, np.array([3.0], dtype=object)),
])  # fmt: skip
def test_containers(change):
    def total(tree):
        if isinstance(tree, dict):
            tree = tree.values()
        if isinstance(tree, Point):
            tree = (tree.a, tree.b)
        if isinstance(tree, (float, int, Value)):
            return 1.0 / (tree + 0.5) + ag.copysign(1.0, tree)
        return ag.sum([total(x) * (k + 2.0) for k, x in enumerate(tree)])

    found = [
        0.0, [1.0], {"a": 1.0, "b": [2.0]}, deque([3.0]), np.array([1.0, 2.0]), ([1.0], 2.0),
        Point(1.0, 2.0), {1.0, 2.0}, [Value(0.0), 1.0], Pair(0.0, 2.0), np.array([1], dtype=object),
    ]  # fmt: skip
    g, runs = counted(lambda x: x * total(found))
    f, eager = compile(g), lambda x: x * total(found)
    assert f(2.0) == f(2.0) == pytest.approx(eager(2.0).data, rel=1e-14)
    assert len(runs) == 1
    change(found)
    now = eager(2.0)
    assert f(2.0) == f(2.0) == pytest.approx(getattr(now, "data", now), rel=1e-14)
    assert len(runs) == 2


def test_captured_values_are_read_anew_and_others_recorded():
    w = Value(2.0)
    g, runs = counted(lambda x: w * x)
    f = compile(g)
    assert f(3.0) == 6.0
    w.data = 5.0
    assert f(3.0) == 15.0 and len(runs) == 1
    w = Value(5.0)
    assert f(3.0) == 15.0 and len(runs) == 2
    w.data = 6.0
    assert f(3.0) == 18.0 and len(runs) == 2


def test_attributes_of_modules_classes_and_objects():
    plain, slotted = types.SimpleNamespace(gain=2.0, unread=0.0), Slotted()
    g, runs = counted(
        lambda x: x * Settings.rate * HELPERS.f(x) * plain.gain * slotted.gain * point.a
    )
    point = Point(2.0, 1.0)
    f = compile(g)
    holders = (
        (Settings, "rate"),
        (HELPERS, "gain"),
        (plain, "gain"),
        (slotted, "gain"),
        (point, "a"),
    )
    try:
        assert f(1.0) == f(1.0) == 2.0 * 3.0 * 2.0 * 2.0 * 2.0
        for k, (holder, name) in enumerate(holders, start=2):
            setattr(holder, name, getattr(holder, name) * 2)
            assert f(1.0) == f(1.0) == 2.0 * 3.0 * 2.0 * 2.0 * 2.0 * 2 ** (k - 1)
            assert len(runs) == k
        for holder in (Settings, plain, slotted):  # what it does not read
            holder.unread = 5.0
        HELPERS.unread = 2.0
        f(1.0)
        assert len(runs) == 6
    finally:
        Settings.rate, HELPERS.gain = 2.0, 3.0


@pytest.mark.parametrize("how", ["argument", "closure", "method", "module", "tuple", "fields"])
def test_attributes_of_nets(how):
    net = Net()
    f, args = {
        "argument": (compile(lambda m, x: m(x)), (net, 1.0)),
        "closure": (compile(lambda x: net(x)), (1.0,)),
        "method": (compile(net.forward), (1.0,)),
        "module": (compile(net), (1.0,)),
        "tuple": (compile(lambda m, x: m[0](x)), ((net,), 1.0)),
        "fields": (compile(lambda m, x: m.a(x)), (Point(net, 2.0), 1.0)),
    }[how]

    def agrees():
        assert f(*args) == f(*args) == net(1.0).data

    agrees()
    for change in (
        lambda: setattr(net, "training", False), lambda: setattr(net, "gain", 0.5),
        net.train, lambda: setattr(net, "_flag", True), lambda: setattr(net, "rate", 4.0),
        lambda: net.parts.append(Value(5.0)), lambda: net.parts.__setitem__(0, Value(1.0)),
        lambda: setattr(net.parts[0], "data", 4.0), lambda: setattr(net, "w", Value(7.0)),
        lambda: setattr(net, "helped", lambda: 100.0), lambda: delattr(net, "helped"),
        lambda: setattr(net, "w", 7.0), lambda: setattr(net, "extra", Value(1.0)),
        lambda: setattr(net, "parts", (*net.parts, 1.0)), lambda: delattr(net, "training"),
    ):  # fmt: skip
        change()
        agrees()


def test_a_net_is_not_recorded_again_for_what_is_not_read():
    net = Net()
    runs = []
    f = compile(value_and_grad(lambda m, x: (runs.append(1), m(x))[1]))
    f(net, 1.0)
    for k in range(3):
        net.history = [float(k)]
        net.history.append(2.0)
        net.__dict__["note"] = str(k)
        f(net, 1.0)
    assert len(runs) == 1
    assert f(net, 1.0)[1].keys() == {"w", "parts.0", "parts.1"}
    net.history.append(Value(3.0))
    assert f(net, 1.0)[1].keys() == {"w", "parts.0", "parts.1", "history.2"}
    net.requires_grad_(False)
    assert f(net, 1.0)[1] == {}


def test_train_and_eval_keep_a_program_each():
    net = Net()
    runs = []
    f = compile(lambda x: (runs.append(1), net(x))[1])
    for _ in range(4):
        for mode in (True, False):
            net.train(mode)
            assert f(1.0) == net(1.0).data
    assert len(runs) == 2


def test_defaults_and_code():
    def f(x, scale=2.0, *, shift=1.0, parts=[1.0]):  # noqa: B006 - it is changed
        return x * scale + shift + parts[0]

    def other(x, scale=2.0, *, shift=1.0, parts=None):
        return x

    g = compile(f)
    assert g(1.0) == 4.0
    f.__defaults__ = (3.0,)
    assert g(1.0) == 5.0
    f.__kwdefaults__["shift"] = 5.0
    assert g(1.0) == 9.0
    f.__kwdefaults__["parts"].insert(0, 2.0)
    assert g(1.0) == 10.0
    f.__code__ = other.__code__
    assert g(1.0) == 1.0


def test_methods_and_properties_of_ones_own_classes():
    class Thing:
        size = 2.0

        @property
        def double(self):
            return self.size * FACTOR[0]

        @staticmethod
        def half(x):
            return x / FACTOR[0]

        @classmethod
        def whole(cls, x):
            return x * cls.size

        def __getitem__(self, k):
            return self.rows[k] * FACTOR[0]

    FACTOR = [2.0]
    thing = Thing()
    thing.rows = (1.0, 2.0)
    g = lambda x: thing.double * x + thing.half(x) + thing.whole(x) + thing[1] + Thing().size
    f = compile(g)
    for change in (
        lambda: None, lambda: setattr(Thing, "size", 3.0), lambda: FACTOR.__setitem__(0, 5.0),
        lambda: setattr(Thing, "half", staticmethod(lambda x: x)),
        lambda: setattr(thing, "rows", (1.0, 4.0)), lambda: setattr(thing, "size", 0.25),
    ):  # fmt: skip
        change()
        assert f(3.0) == g(3.0)


def test_attributes_read_by_names_that_are_computed():
    thing = types.SimpleNamespace(a1=2.0, a2=3.0)
    k = 1
    f = compile(lambda x: getattr(thing, f"a{k}") * x)
    assert f(1.0) == 2.0
    thing.a1 = 5.0
    assert f(1.0) == 5.0
    k = 2
    assert f(1.0) == 3.0


def test_arrays_in_the_closure():
    a = np.array([1.0, 2.0])
    f = compile(lambda x: (x * a).sum())
    assert f(2.0) == 6.0
    a[1] = 5.0
    assert f(2.0) == 12.0
    a = np.array([1, 1])
    assert f(2.0) == 4.0


# What is not compared.


def test_what_the_function_changes_itself_is_not_compared():
    calls, log, last = [0], {}, None

    def f(x):
        nonlocal last
        calls[0] += 1
        log[len(log)] = "run"
        last = len(log)
        return x * 2

    g = compile(f)
    for xs in (1.0, [1.0], 1.0, [2.0], 3.0):
        if isinstance(xs, list):
            compile(lambda ys: f(ys[0]))(xs)
        g(1.0)
        g(2)
    assert calls == [3] and last == 3


def test_a_warning_when_it_is_recorded_at_every_call():
    scale = 1.0
    f = compile(lambda x: scale * x)
    with pytest.warns(UserWarning, match="scale in <lambda>") as found:  # noqa: PT031
        for k in range(30):
            scale = float(k)
            assert f(2.0) == 2.0 * k
    assert len(found) == 1
    g = compile(lambda xs: ag.sum(xs))
    with pytest.warns(UserWarning, match="structure") as found:  # noqa: PT031
        for n in range(30):
            assert g([1.0] * n) == n
    assert len(found) == 1


def test_an_object_that_can_not_be_compared():
    class Odd:
        def __eq__(self, other):
            raise RuntimeError("never compare")

        def __init__(self):
            self.gain = 2.0

    odd = Odd()
    f = compile(lambda x: x * things[0].gain)
    things = [odd]
    assert f(1.0) == f(1.0) == 2.0
    things[0] = Odd()
    things[0].gain = 3.0
    assert f(1.0) == 3.0


def test_an_object_that_can_not_be_looked_into():
    class Shy:
        def __getattribute__(self, name):
            if name == "gain":
                return 2.0
            raise RuntimeError(name)

    shy = Shy()
    f = compile(lambda x: x * shy.gain)
    assert f(1.0) == f(1.0) == 2.0
    shy = Point(3.0, 1.0)
    shy.gain = 3.0
    assert f(1.0) == f(1.0) == 3.0


def test_what_changed_is_named():
    net, numbers = Net(), [1.0, Value(2.0)]
    f = compile(lambda m, x: m(x) * numbers[0] * SCALE)
    f(net, 1.0)
    guard = f._recorded.last.guard
    assert guard.changed() == ""
    for change, back, name in (
        (lambda: numbers.append(1.0), numbers.pop, "numbers in <lambda>"),
        (lambda: setattr(net, "gain", 3.0), lambda: setattr(net, "gain", 2.0), "Net.gain"),
        (lambda: setattr(net, "training", False), lambda: delattr(net, "training"), "Net.training"),
        (lambda: setattr(net, "w2", Value(1.0)), lambda: delattr(net, "w2"), "the parameters of Net"),
    ):  # fmt: skip
        change()
        assert guard.changed() == name and guard.renewed() is None and not guard.holds()
        back()
        assert guard.changed() == "" and guard.holds()


@pytest.mark.parametrize("how", ["argument", "closure"])
def test_buffers_are_compared(how):
    class Scaled(nn.Module):
        def __init__(self):
            self.w = Value(2.0)
            self.register_buffer("scale", np.array([1.0, 2.0]))
            self.register_buffer("shift", [0.0])
            self.register_buffer("gain", Value(1.0))

        def forward(self, x):
            return self.w * x * self.scale[1] * self.gain + self.shift[0]

    net = Scaled()
    f, args = (
        (compile(lambda m, x: m(x)), (net, 1.0)) if how == "argument" else (compile(net), (1.0,))
    )
    for change in (
        lambda: None, lambda: net.scale.__setitem__(1, 5.0), lambda: net.shift.append(1.0),
        lambda: net.shift.__setitem__(0, -1.0), lambda: setattr(net.gain, "data", 3.0),
        lambda: setattr(net, "scale", np.array([1, 7])), lambda: setattr(net, "gain", Value(2.0)),
    ):  # fmt: skip
        change()
        assert f(*args) == f(*args) == net(1.0).data


def test_attributes_of_a_static_argument():
    settings = Slotted()
    f = compile(lambda x, s: x * s.gain, static_argnums=1)
    assert f(1.0, settings) == f(1.0, settings) == 2.0
    settings.gain = 5.0
    assert f(1.0, settings) == f(1.0, settings) == 5.0
