"""Linear, Sequential, Dropout, an activation for each layer, and the tree of modules as text."""

import copy
import functools
import pickle

import numpy as np
import pytest

import autograd
import viz
from autograd import ArgumentError, GraphError, OperandError, Value, compile, grad, value_and_grad
from nn import MLP, Dropout, Layer, Linear, Neuron, Sequential


def test_linear_is_a_layer_without_activation_and_bias_may_be_left_out():
    linear = Linear(2, 3, seed=0)
    assert isinstance(linear, Layer) and str(linear([1.0, 2.0])[0].op) == "dot"
    bare = Linear(2, 3, False, seed=0)
    assert len(bare.parameters()) == 6
    assert [v.data for v in bare([0.0, 0.0])] == [0.0] * 3
    weights = [[w.data for w in n.weights] for n in bare.neurons]
    np.testing.assert_allclose([v.data for v in bare([1.0, 2.0])], np.array(weights) @ [1.0, 2.0])
    expanded = Layer(2, 3, bias=False, seed=0, expand=True)
    plain = Layer(2, 3, bias=False, seed=0)
    for a, b in zip(expanded([1.0, 2.0]), plain([1.0, 2.0]), strict=True):
        assert a.data == pytest.approx(b.data)
    assert len(MLP(2, [2, 1], bias=False).parameters()) == 6
    with pytest.raises(ArgumentError, match="no activation False"):
        Layer(2, 3, False)


def test_an_activation_for_each_layer():
    kinds = lambda m: [layer.neurons[0].activation for layer in m.layers]
    assert kinds(MLP(1, [1, 1, 1], ["tanh", "relu", "identity"])) == ["tanh", "relu", "identity"]
    assert kinds(MLP(1, [1, 1, 1], ("tanh", "relu"), "gelu")) == ["tanh", "relu", "gelu"]
    assert kinds(MLP(1, [1], "tanh", "relu")) == ["relu"]
    for given, output in (
        (["tanh"], None),
        (["tanh"] * 3, None),
        (["tanh"] * 2, "relu"),
        ([], None),
    ):
        with pytest.raises(ArgumentError, match=rf"got {len(given)} activations.*2 layers"):
            MLP(1, [1, 1], given, output)
    with pytest.raises(ArgumentError, match="no activation 'sigmund'"):
        MLP(1, [1, 1], ["tanh", "sigmund"])


def test_sequential_calls_one_after_another():
    model = Sequential(Linear(2, 3, seed=0), autograd.tanh, "identity", Linear(3, 1, seed=1))
    by_hand = model[3]([autograd.tanh(v) for v in model[0]([0.5, -1.0])])
    assert model([0.5, -1.0])[0].data == by_hand[0].data
    assert (len(model), [*model][1], model[-1]) == (4, autograd.tanh, model[3])
    assert len(model[:2]) == 2 and model[:2][0] is model[0]
    assert [n for n, _ in model.named_parameters()][-1] == "3.neurons.0.bias"
    assert Sequential("tanh")(Value(0.0)).data == 0.0 and Sequential()(5) == 5
    step = compile(value_and_grad(lambda m, x: m(x)[0]), in_axes=(None, 0))
    assert step(model, [[0.5, -1.0]])[0][0] == pytest.approx(by_hand[0].data)
    for bad, error in ((3, OperandError), ([Linear(1, 1)], OperandError), ("x", ArgumentError)):
        with pytest.raises(error, match=r"Sequential|no activation"):
            Sequential(bad)


def test_dropout_keeps_the_mean_and_is_off_in_eval():
    drop, twin = Dropout(0.25, seed=3), Dropout(0.25, seed=3)
    ones = [Value(1.0) for _ in range(4000)]
    out = [v.data for v in drop(ones)]
    assert set(out) == {0.0, 1.0 / 0.75} and out == [v.data for v in twin(ones)]
    assert sum(out) / 4000 == pytest.approx(1.0, abs=0.05)
    assert out != [v.data for v in drop(ones)]
    assert drop.eval()(ones) == ones and all(a is b for a, b in zip(drop(ones), ones, strict=True))
    assert isinstance(drop(ones[0]), Value)
    x = Value(2.0)
    Dropout(1.0).train()([x])[0].backward()
    assert x.grad == 0.0 and Dropout(1.0)([x])[0].data == 0.0 and Dropout(0.0)([x]) == [x]
    for p in (-0.1, 1.5, float("nan")):
        with pytest.raises(ArgumentError, match="between 0 and 1"):
            Dropout(p)
    with pytest.raises(OperandError):
        Dropout("half")


def test_dropout_trains_and_is_compiled_with_gradients_in_eval():
    model = Sequential(Linear(1, 4, seed=0), Dropout(0.5, seed=0), Linear(4, 1, seed=1))
    with autograd.detect_anomaly():
        slopes = grad(lambda m: m([2.0])[0])(model)
    assert len(slopes) == 13 and any(s.data == 0.0 for s in slopes.values())
    model.eval()
    step = compile(value_and_grad(lambda m, x: m(x)[0]), in_axes=(None, 0))
    eager = grad(lambda m: m([2.0])[0])(model)
    _, slopes = step(model, [[2.0]])
    assert {n: s[0] for n, s in slopes.items()} == pytest.approx(
        {n: s.data for n, s in eager.items()}
    )
    off = Sequential(Linear(1, 1, seed=0), Dropout(0.0))
    assert compile(lambda m, x: m(x)[0], in_axes=(None, 0))(off, [[0.0]]).tolist() == [0.0]


@pytest.mark.parametrize("as_argument", [True, False])
def test_dropout_compiled_is_refused_or_right(as_argument):
    model = Sequential(Linear(1, 2, seed=0), Dropout(0.5, seed=0), Linear(2, 1, seed=1))
    if as_argument:
        step = functools.partial(compile(lambda m, x: m(x)[0], in_axes=(None, 0)), model)
    else:
        step = compile(lambda x: model(x)[0], in_axes=0)
    with pytest.raises(GraphError, match=r"Dropout.*model\.eval"):
        step([[1.0], [2.0]])
    model.eval()
    right = [model([x])[0].data for x in (1.0, 2.0)]
    assert step([[1.0], [2.0]]).tolist() == pytest.approx(right)
    model.train()
    with np.errstate(all="ignore"):
        assert np.isnan(step([[1.0], [2.0]])).all()  # never a stale number
    model.eval()
    assert step([[1.0], [2.0]]).tolist() == pytest.approx(right)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model.train()))):
        assert twin.eval()([1.0])[0].data == pytest.approx(right[0])


def test_the_tree_tells_the_counts():
    model = Sequential(Linear(2, 3, bias=False), "tanh", Dropout(0.25), MLP(3, [1]), Neuron(1))
    model[0].requires_grad_(False)
    assert repr(model).splitlines() == [
        "Sequential(  # 12 parameters",
        "  (0): Linear(2, 3, identity, bias=False)  # 6 parameters",
        "  (1): tanh",
        "  (2): Dropout(p=0.25)  # 0 parameters",
        "  (3): MLP(  # 4 parameters",
        "    (layers.0): Layer(3, 1, sigmoid)  # 4 parameters",
        "  )",
        "  (4): Neuron(1, sigmoid)  # 2 parameters",
        ")",
    ]
    model[3].owner = model  # a cycle ends
    assert repr(model).count("Sequential(") == 2
    assert "MLP" in MLP(1, [1])._repr_html_()


def test_a_sequence_of_modules_is_drawn_as_a_network():
    model = Sequential(Linear(2, 3, seed=0), "tanh", MLP(3, [1], seed=1))
    picture = viz.draw(model)
    assert len(picture.source) > 0 and "Sequential" in model._repr_html_()
