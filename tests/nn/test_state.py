"""Buffers, freezing, and the state of modules."""

import copy
import pickle

import numpy as np
import pytest

from autograd import ArgumentError, Value, compile, grad, value_and_grad
from nn import MLP, SGD, Linear, Module, Sequential


class Normed(Module):
    def __init__(self):
        self.w = Value(2.0)
        self.register_buffer("mean", Value(1.0))
        self.register_buffer("table", np.array([1.0, 2.0]))
        self.register_buffer("count", 3)
        self.register_buffer("scratch", [0.0], persistent=False)

    def forward(self, x):
        return self.w * (x - self.mean)


def test_buffers_are_saved_but_no_parameters():
    model = Sequential(Normed())
    assert [n for n, _ in model.named_parameters()] == ["0.w"]
    assert [n for n, _ in model.named_buffers()] == ["0.mean", "0.table", "0.count", "0.scratch"]
    assert len([*model.buffers()]) == 4
    state = model.state_dict()
    assert list(state) == ["0.w", "0.mean", "0.table", "0.count"]
    state["0.table"][0] = 9.0
    assert model[0].table[0] == 1.0  # the state is a copy
    step = compile(lambda m, x: m(x), in_axes=(None, 0))
    assert step(model, [1.0, 2.0]).tolist() == [0.0, 2.0]
    table = model[0].table
    model.load_state_dict({**state, "0.mean": 2.0, "0.count": 4})
    assert step(model, [1.0, 2.0]).tolist() == [-2.0, 0.0]  # a Value is read anew
    assert (table.tolist(), model[0].count) == ([9.0, 2.0], 4)
    assert list(grad(lambda m: m(1.0))(model)) == ["0.w"]
    before = model.state_dict()
    for bad, words in (
        ({"0.table": np.zeros(3), "0.w": 5.0}, r"0\.table \(needs the size 2, got the size 3\)"),
        ({"0.mean": [1.0, 2.0]}, r"0\.mean \(needs one number, got the size 2\)"),
        ({"0.w": [1.0]}, r"0\.w \(needs one number"),
        ({"0.w": np.zeros((2, 2))}, r"0\.w \(needs one number, got the size 2 × 2\)"),
    ):
        with pytest.raises(ArgumentError, match=words):
            model.load_state_dict({**before, **bad})
        assert str(model.state_dict()) == str(before)
    for name in ("w", "forward", "_x", "a.b", "", 3):
        with pytest.raises(ArgumentError, match="register_buffer"):
            model[0].register_buffer(name, 1.0)
    assert copy.deepcopy(model).state_dict().keys() == state.keys()


def test_state_that_is_not_strict_tells_what_it_passed_over():
    model = MLP(1, [1], seed=0)
    bias = "layers.0.neurons.0.bias"
    result = model.load_state_dict({bias: 5.0, "more": 1.0}, strict=False)
    assert result.missing == ["layers.0.neurons.0.weights.0"] and result.unexpected == ["more"]
    assert model.state_dict()[bias] == 5.0
    with pytest.raises(ArgumentError, match=r"missing: layers\.0.*unexpected: more; wrong: .*nan"):
        model.load_state_dict({bias: float("nan"), "more": 1.0})
    with pytest.raises(ArgumentError, match="nan"):
        model.load_state_dict({bias: float("nan")}, strict=False)


def test_frozen_parameters_are_constants():
    model = MLP(1, [2, 1], "tanh", seed=0)
    step = compile(value_and_grad(lambda m, x: m(x)[0]), in_axes=(None, 0))
    step(model, [[1.0]])
    assert model.layers[0].requires_grad_(False) is model.layers[0]
    before = model.state_dict()
    assert len(before) == 7 and len(model.parameters()) == 3
    names = [name for name, _ in model.named_parameters()]
    assert all(name.startswith("layers.1") for name in names) and len(names) == 3
    assert list(grad(lambda m: m([1.0])[0])(model)) == names
    value, slopes = step(model, [[1.0]])
    assert list(slopes) == names and value[0] == pytest.approx(model([1.0])[0].data)
    sgd = SGD(model.parameters(), lr=1.0)
    model([1.0])[0].backward()
    sgd.step()
    changed = [n for n, x in model.state_dict().items() if x != before[n]]
    assert changed == names
    model.layers[0].parameters()
    weight = model.layers[0].neurons[0].weights[0]
    weight.data = 0.5  # a compiled program reads it anew
    assert step(model, [[1.0]])[0][0] == pytest.approx(model([1.0])[0].data)
    model.zero_grad()
    assert not weight.has_grad
    twin = pickle.loads(pickle.dumps(model))
    assert len(twin.parameters()) == 3 and len(twin.with_parameters([1.0] * 3).parameters()) == 0
    model.requires_grad_(False)
    model.layers[0].requires_grad_()  # as many as before, but others
    assert len(model.parameters()) == 4
    model.layers[0].neurons[0].requires_grad_(False)
    model.layers[1].requires_grad_()
    assert len(model.requires_grad_().parameters()) == 7


def test_an_optimiser_made_before_leaves_frozen_parameters_alone():
    model = Sequential(Linear(1, 1, seed=0), Linear(1, 1, seed=1))
    sgd = SGD(model.parameters(), lr=1.0)
    for frozen in (True, False):
        model[0].requires_grad_(not frozen)
        before = model.state_dict()
        sgd.zero_grad()
        model([2.0])[0].backward()
        sgd.step()
        changed = {n[0] for n, x in model.state_dict().items() if x != before[n]}
        assert changed == ({"1"} if frozen else {"0", "1"})


def test_a_program_is_made_anew_when_as_many_others_are_free():
    model = Sequential(Linear(1, 1, seed=0), Linear(1, 1, seed=1))
    step = compile(value_and_grad(lambda m, x: m(x)[0]), in_axes=(None, 0))
    for k in (0, 1, 0):
        model.requires_grad_()[1 - k].requires_grad_(False)
        value, slopes = step(model, [[2.0]])
        assert value[0] == pytest.approx(model([2.0])[0].data)
        eager = grad(lambda m: m([2.0])[0])(model)
        assert {n: s[0] for n, s in slopes.items()} == pytest.approx(
            {n: s.data for n, s in eager.items()}
        )
