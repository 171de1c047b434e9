"""Modules: no parameter is lost silently, wherever it is; copies, children, calls."""

import copy
import functools
import logging
import pickle
from collections import OrderedDict, UserList, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import ArgumentError, OperandError, Value, compile, grad, value_and_grad
from nn import MLP, SGD, Dropout, Linear, Module, Sequential


class Pair(NamedTuple):
    w: Any
    b: Any


@dataclass
class Fields:
    w: Value
    b: Value


@dataclass(frozen=True)
class Frozen:
    w: Value
    b: Value


@dataclass(frozen=True, slots=True)
class Slotted:
    w: Value
    b: Value


class Rows(list):
    pass


class Ours(dict):
    pass


def in_array(w, b):
    array = np.empty((2, 1), dtype=object)
    array[:, 0] = w, b
    return array


# How two parameters are kept, the names they get, how they are read.
KEPT = {
    "list": (lambda w, b: [w, b], "0 1", lambda x: x),
    "list's subclass": (lambda w, b: Rows([w, b]), "0 1", lambda x: x),
    "tuple": (lambda w, b: (w, (b,)), "0 1.0", lambda x: (x[0], x[1][0])),
    "namedtuple": (Pair, "0 1", lambda x: (x.w, x.b)),
    "deque": (lambda w, b: deque([w, b], maxlen=2), "0 1", lambda x: x),
    "dict": (lambda w, b: {"w": w, 7: b}, "w 7", lambda x: x.values()),
    "ordered": (lambda w, b: OrderedDict(w=w, b=b), "w b", lambda x: x.values()),
    "default": (lambda w, b: defaultdict(list, w=w, b=b), "w b", lambda x: x.values()),
    "dict's subclass": (lambda w, b: Ours(w=w, b=b), "w b", lambda x: x.values()),
    "set": (lambda w, b: {w, b}, "1 0", lambda x: sorted(x, key=lambda v: v.label)[::-1]),
    "frozenset": (
        lambda w, b: frozenset([w, b]), "1 0", lambda x: sorted(x, key=lambda v: v.label)[::-1]
    ),
    "dataclass": (Fields, "w b", lambda x: (x.w, x.b)),
    "frozen dataclass": (Frozen, "w b", lambda x: (x.w, x.b)),
    "slotted dataclass": (Slotted, "w b", lambda x: (x.w, x.b)),
    "array": (in_array, "0.0 1.0", lambda x: x[:, 0]),
    "array of no dimensions": (
        lambda w, b: [np.array(w, dtype=object), b], "0.0 1", lambda x: (x[0][()], x[1])
    ),
}  # fmt: skip


class Held(Module):
    def __init__(self, make, read):
        self.kept = make(Value(3.0, "w"), Value(5.0, "b"))
        self._read = read

    def forward(self, x):
        w, b = self._read(self.kept)
        return w * x + b


def held(name):
    make, names, read = KEPT[name]
    return Held(make, read), [f"kept.{n}" for n in names.split()]


@pytest.mark.parametrize("name", KEPT)
def test_parameters_are_found_in_every_container(name):
    module, names = held(name)
    found = dict(module.named_parameters())
    assert sorted(found) == sorted(names)
    assert [id(p) for p in module.parameters()] == [id(p) for p in found.values()]
    assert [found[n].data for n in names] == [3.0, 5.0]
    assert module.state_dict() == {n: found[n].data for n in found}
    module.load_state_dict(dict(zip(names, (30.0, 50.0), strict=True)))
    assert module(1.0).data == 80.0


@pytest.mark.parametrize("name", [name for name in KEPT if "set" not in name])
def test_grad_compile_and_copies_reach_every_container(name):
    module, (w, b) = held(name)
    slopes = grad(lambda m: m(2.0))(module)
    assert (slopes[w].data, slopes[b].data) == (2.0, 1.0)
    step = compile(value_and_grad(lambda m, x: m(x)), in_axes=(None, 0))
    values, slopes = step(module, [1.0, 2.0])
    assert values.tolist() == [8.0, 11.0] and slopes[w].tolist() == [1.0, 2.0]
    dict(module.named_parameters())[w].data = 4.0
    assert step(module, [1.0, 2.0])[0].tolist() == [9.0, 13.0]
    twin = module.with_parameters([Value(p.data * 10, p.label) for p in module.parameters()])
    assert twin(1.0).data == 90.0 and module(1.0).data == 9.0
    assert type(twin.kept) is type(module.kept)
    assert copy.deepcopy(module)(1.0).data == 9.0
    sgd = SGD(module.parameters(), lr=1.0)
    module(2.0).backward()
    sgd.step()
    assert module(1.0).data == 4.0 - 2.0 + 5.0 - 1.0


class Squares(Module):
    def __init__(self, made):
        self.kept = made([Value(x, f"w{x}") for x in (3.0, 5.0, 7.0)])

    def forward(self, x):
        return autograd.sum([w * w for w in self.kept]) * x


@pytest.mark.parametrize("made", [set, frozenset])
def test_grad_compile_and_copies_reach_sets(made):
    module = Squares(made)
    assert [p.data for p in module.parameters()] == [3.0, 5.0, 7.0]  # by label, not by address
    slopes = grad(lambda m: m(2.0))(module)
    assert [s.data for s in slopes.values()] == [12.0, 20.0, 28.0]
    _, slopes = compile(value_and_grad(lambda m, x: m(x)), in_axes=(None, 0))(module, [2.0])
    assert [s[0] for s in slopes.values()] == [12.0, 20.0, 28.0]
    assert type(module.with_parameters([1.0, 2.0, 3.0]).kept) is made
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert twin.state_dict() == module.state_dict()


class Opaque:
    def __init__(self, x):
        self.x = x


class Slots:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


HIDING = {
    "object": lambda w: Opaque([{"deep": w}]),
    "slots": Slots,
    "a module in an object": lambda w: Opaque(Holding(w)),
    "generator": lambda w: (x for x in [w]),
    "iterator": lambda w: iter([w]),
    "map": lambda w: map(abs, [w]),
    "closure": lambda w: lambda x: w * x,
    "default": lambda w: lambda x, w=w: w * x,
    "partial": lambda w: functools.partial(autograd.maximum, w),
    "UserList": lambda w: UserList([w]),
    "structured array": lambda w: np.array([(w, 1.0)], dtype=[("w", object), ("x", float)]),
    "method of an object": lambda w: UserList([w]).count,
    "method of a dict": lambda w: {"w": w}.get,
    "optimiser": lambda w: SGD([w], lr=1.0),
}


class Holding(Module):
    def __init__(self, *x):
        self.good = Value(1.0)
        self.deep = [{"bad": part} for part in x]

    def forward(self, x):
        return self.good * x


@pytest.mark.parametrize("hide", HIDING.values(), ids=HIDING)
def test_what_cannot_be_searched_is_refused_by_name(hide):
    module = Holding(hide(Value(2.0)))
    for use in (
        Module.parameters, lambda m: list(m.named_parameters()), Module.state_dict, Module.zero_grad,
        lambda m: m.load_state_dict({}), lambda m: m.with_parameters([1.0, 2.0]),
        grad(lambda m: m(1.0)), compile(lambda m: m(1.0)),
    ):  # fmt: skip
        with pytest.raises(OperandError, match=r"Holding\.deep\.0\.bad.*(Module|underscore)"):
            use(module)
    assert "Holding.deep.0.bad" in repr(module)  # which never raises


class Loop:
    def __init__(self):
        self.me = self
        self.log = logging.getLogger("nn.test")
        self.kind, self.module = Value, np


def test_what_holds_no_parameter_may_be_anything():
    numbers = np.arange(6.0).reshape(2, 3)
    result = Value(1.0) * 2.0
    odd = [Opaque(3), Slots("x"), (x for x in [1, 2]), lambda x: x + 1, autograd.relu, np.tanh,
           numbers, np.float64(2), range(3), Loop(), open, b"x", functools.partial(max, 1), result,
           Opaque(result), None, {1: "x"}, {"a", 2}, frozenset([None]), UserList([1]), 1j]  # fmt: skip
    module = Holding(*odd)
    assert [p.data for p in module.parameters()] == [1.0]
    twin = module.with_parameters([5.0])
    assert twin.good == 5.0
    assert [a["bad"] is b or a["bad"] == b for a, b in zip(twin.deep, odd, strict=True)]
    module._own = HIDING["object"](Value(2.0))  # said to be no parameter
    assert [p.data for p in module.parameters()] == [1.0]


def test_a_set_without_labels_trains_but_has_no_lasting_names():
    module = Holding({Value(1.0), Value(2.0)})
    assert sorted(p.data for p in module.parameters()) == [1.0, 1.0, 2.0]
    for use in (Module.state_dict, lambda m: m.load_state_dict({})):
        with pytest.raises(OperandError, match=r"Holding\.deep\.0\.bad is a set.*label"):
            use(module)
    with pytest.raises(ArgumentError, match="set"):
        module.with_parameters([1.0, 3.0, 3.0])  # would be one number


def test_what_holds_itself_is_searched_once():
    rows, table = [Value(1.0)], {"w": Value(2.0)}
    rows.append(rows)
    table["again"] = (table, rows)
    module = Holding(rows, table, rows)
    names = ["good", "deep.0.bad.0", "deep.1.bad.w"]
    assert [name for name, _ in module.named_parameters()] == names
    assert len(module.parameters()) == 3 and "total" in module._repr_html_()
    twin = module.with_parameters([5.0, 6.0, 7.0])
    inner = twin.deep[0]["bad"]
    assert inner[0] == 6.0 and inner[1] is inner is twin.deep[2]["bad"]
    assert twin.deep[1]["bad"]["again"][0]["w"] == 7.0
    copy.deepcopy(module).load_state_dict(module.state_dict())


def test_two_parameters_of_one_name_are_refused():
    for table in ({1: Value(1.0), "1": Value(2.0)}, {"a.b": Value(1.0), "a": {"b": Value(2.0)}}):
        module = Holding(table)
        assert len(module.parameters()) == 3
        for use in (
            Module.state_dict,
            lambda m: dict(m.named_parameters()),
            grad(lambda m: m(1.0)),
        ):
            with pytest.raises(OperandError, match=r"deep\.0\.bad.*rename"):
                use(module)


def test_a_parameter_of_the_class_is_refused():
    with pytest.raises(ArgumentError, match=r"Bad\.w.*__init__"):

        class Bad(Module):
            w = Value(1.0)

    with pytest.raises(ArgumentError, match=r"Worse\.parts"):

        class Worse(Module):
            parts = (Linear(1, 1),)


class Own(Module):
    """Slots, names without a search, cycles, a method of its own."""

    __slots__ = ("__hidden", "extra")

    def __init__(self):
        self.extra = Value(2.0)
        self.__hidden = "text"
        self.first = Linear(1, 1, seed=0)
        self._alias = {"same": (self.first,)}
        self.activation = self.doubled
        self._again = self.doubled
        self.owner = self
        self.note = "x"

    def doubled(self, x):
        return x * self.extra

    def forward(self, x):
        return self._again(self.activation(self._alias["same"][0]([x])[0]))


@pytest.mark.parametrize(
    "copied",
    [
        copy.deepcopy,
        lambda m: pickle.loads(pickle.dumps(m)),
        lambda m: m.with_parameters([Value(p.data) for p in m.parameters()]),
    ],
    ids=["deepcopy", "pickle", "with_parameters"],
)
def test_own_attributes_survive_copying(copied):
    own = Own()
    before = own(1.5).data
    twin = copied(own)
    assert twin.note == "x" and twin.owner is twin and twin._Own__hidden == "text"
    assert len(twin.parameters()) == len(own.parameters()) == 3
    for p in twin.parameters():
        p.data = 7.0
    assert own(1.5).data == before
    assert twin(1.5).data == 7.0 * 7.0 * (7.0 * 1.5 + 7.0)


def test_a_second_name_that_is_not_searched_follows_the_copy():
    own = Own()
    slopes = grad(lambda m: m(1.5))(own)
    own(1.5).backward()
    assert {n: s.data for n, s in slopes.items()} == {n: p.grad for n, p in own.named_parameters()}
    assert all(s.data for s in slopes.values())


def test_modules_and_children_have_paths():
    model = MLP(1, [2, 1], seed=0)
    names = [name for name, _ in model.named_modules()]
    assert names == ["", "layers.0", "layers.0.neurons.0", "layers.0.neurons.1", "layers.1",
                     "layers.1.neurons.0"]  # fmt: skip
    assert list(model.modules()) == [m for _, m in model.named_modules()]
    assert [name for name, _ in model.named_children()] == ["layers.0", "layers.1"]
    assert list(model.children()) == model.layers
    met = []
    assert model.apply(met.append) is model
    assert met[-1] is model and len(met) == len(names)
    tied = Sequential(model, model)
    assert len([*tied.modules()]) == len(names) + 1


def test_train_and_eval_reach_all_modules():
    model = Sequential(Linear(1, 1), Dropout(), MLP(1, [1]))
    assert model.training and all(m.training for m in model.modules())
    assert model.eval() is model and not any(m.training for m in model.modules())
    model[1].train()
    assert [m.training for m in model] == [False, True, False]
    assert not copy.deepcopy(model)[0].training


def test_forward_is_what_a_call_gives_also_of_a_subclass():
    class Twice(MLP):
        def forward(self, x):
            return [v * 2 for v in super().forward(x)]

    class Called(Twice):
        def __call__(self, x):
            return "called"

    class Last(Called):
        def forward(self, x):
            return "forward"

    plain = MLP(1, [1], seed=0)([1.0])[0].data
    assert Twice(1, [1], seed=0)([1.0])[0].data == 2 * plain
    assert Called(1, [1])([1.0]) == "called" and Last(1, [1])([1.0]) == "forward"
    assert plain == MLP(1, [1], seed=0).forward([1.0])[0].data
    with pytest.raises(OperandError, match=r"Module can't be called.*forward"):
        Module()(1.0)


@dataclass
class Data(Module):
    w: Value = field(default_factory=lambda: Value(2.0))

    def forward(self, x):
        return self.w * x


def test_a_module_may_be_a_dataclass():
    assert [n for n, _ in Data().named_parameters()] == ["w"]
    assert grad(lambda m: m(3.0))(Data())["w"].data == 3.0
