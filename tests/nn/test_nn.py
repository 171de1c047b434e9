"""nn: modules, layers, losses, training; and that no derivative is written there."""

import copy
import math
import pickle
import re

import numpy as np
import pytest

import autograd
import nn
from autograd import (
    AnomalyError,
    ArgumentError,
    OperandError,
    Value,
    grad,
    jvp,
    value_and_grad,
    vjp,
)
from nn import MLP, SGD, Layer, Module, Neuron, half_squared_error, mean_squared_error, train


def test_a_neuron_is_one_dot_and_one_activation():
    neuron = Neuron(3, seed=0)
    a = neuron([1.0, 2.0, 3.0])
    (z,) = a.parents
    assert (str(a.op), str(z.op), a.label, z.label) == ("sigmoid", "dot", "A", "Z")
    assert z.parents[:3] == tuple(neuron.weights) and z.parents[-1] is neuron.bias
    assert a.note.scope == z.note.scope == "neuron"


def test_expand_gives_the_same_numbers_from_products_and_sums():
    plain, expanded = (MLP(3, [4, 2], seed=5, expand=e) for e in (False, True))
    assert plain.state_dict() == expanded.state_dict()
    x = [0.3, -1.2, 2.0]
    losses = [half_squared_error(m(x), [0.1, 0.9]) for m in (plain, expanded)]
    for loss in losses:
        loss.backward()
    assert losses[0].data == pytest.approx(losses[1].data, rel=1e-14)
    for p, q in zip(plain.parameters(), expanded.parameters(), strict=True):
        assert p.grad == pytest.approx(q.grad, rel=1e-12, abs=1e-18)
    ops, stack = set(), [losses[1]]
    while stack:
        v = stack.pop()
        ops.add(str(v.op))
        stack += v.parents
    assert "dot" not in ops and {"mul", "add", "sigmoid"} <= ops


def test_labels_are_those_of_the_seed():
    model = MLP(2, [2, 1], seed=0)
    loss = half_squared_error(model([0.05, 0.1]), [0.75])
    labels, stack = set(), [loss]
    while stack:
        v = stack.pop()
        labels.add(v.label)
        stack += v.parents
    assert labels - {""} == {
        "X_1", "X_2", "W11", "W12", "W21", "W22", "W31", "W41", "B1", "B2", "B3",
        "Z_h1", "A_h1", "Z_h2", "A_h2", "Z_o1", "A_o1", "Y", "L",
    }  # fmt: skip
    deep = MLP(10, [3, 2, 1], seed=0)
    assert deep.layers[0].neurons[1].weights[9].label == "W10,2"
    assert deep.layers[0].neurons[0].weights[0].note.scope == "hidden layer 1/h1,1"
    assert deep([0.0] * 10)[0].note == autograd.Note("A_o1", "output layer/o1")


def test_layers_return_lists_also_of_one():
    assert isinstance(Layer(2, 1)([1, 2]), list) and isinstance(MLP(2, [1])([1, 2]), list)
    assert len(MLP(2, [3, 4])([1, 2])) == 4
    assert MLP(2, [1])(np.array([1.0, 2.0]))[0].data == pytest.approx(
        MLP(2, [1])([1.0, 2.0])[0].data, abs=1
    )


def test_seed_makes_weights_repeatable_and_bounded():
    one, two, other = MLP(4, [5, 2], seed=1), MLP(4, [5, 2], seed=1), MLP(4, [5, 2], seed=2)
    assert one.state_dict() == two.state_dict() != other.state_dict()
    bound = math.sqrt(6 / 9)
    weights = [w.data for n in one.layers[0].neurons for w in n.weights]
    assert max(map(abs, weights)) <= bound and max(map(abs, weights)) > bound / 2
    assert all(n.bias.data == 0.0 for layer in one.layers for n in layer.neurons)
    assert MLP(4, [5, 2]).state_dict() != MLP(4, [5, 2]).state_dict()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu", "identity", "softplus"])
def test_activations_by_name(name):
    model = MLP(2, [3, 1], name, output="identity", seed=0)
    out = model([0.5, -0.5])[0]
    assert (str(out.op) == "dot" and out.label == "A_o1") or out.label == "Z_o1"
    assert str(model.layers[0]([Value(0.5), Value(-0.5)])[0].op) == (
        "dot" if name == "identity" else name
    )


def test_an_activation_may_be_a_function():
    neuron = Neuron(1, lambda z: z.tanh() * 2, seed=0)
    assert str(neuron([1.0]).op) == "mul"
    assert repr(neuron) == "Neuron(1, <lambda>)"
    assert repr(MLP(2, [3, 1], seed=0).layers) == "[Layer(2, 3, sigmoid), Layer(3, 1, sigmoid)]"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MLP(2, []), "nouts is empty"), (lambda: MLP(0, [1]), "nin is 0"),
        (lambda: MLP(2, [3, 0]), "is 0"), (lambda: MLP(2, [-1]), "is -1"),
        (lambda: MLP(2, [1.5]), "1.5"), (lambda: MLP("2", [1]), "'2'"), (lambda: MLP(2, 3), r"\[3\]"),
        (lambda: MLP(2, [1], "sigmund"), "no activation 'sigmund'.*sigmoid"),
        (lambda: MLP(2, [1], "add"), "no activation"), (lambda: Layer(2, 0), "nout is 0"),
        (lambda: Neuron(True), "True"), (lambda: MLP(2, [1])([1.0]), "got 1 inputs.*for 2"),
        (lambda: Layer(2, 1)([1.0, 2.0, 3.0]), "got 3 inputs.*for 2"),
        (lambda: Neuron(2)([1.0]), "got 1 inputs.*2 weights"),
        (lambda: half_squared_error([Value(1.0)], [1.0, 2.0]), "2 targets for 1 outputs"),
        (lambda: mean_squared_error([], []), "no output"),
    ],
)  # fmt: skip
def test_wrong_sizes_and_names_are_told(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


def test_bad_inputs_name_the_trouble():
    with pytest.raises(OperandError, match="float"):
        MLP(2, [1])(["a", 1.0])
    with pytest.raises(OperandError):
        half_squared_error([Value(1.0)], [None])
    with pytest.raises(OperandError):
        half_squared_error([Value(1.0)], "a")


def test_losses():
    a = [Value(1.0), Value(3.0)]
    half, mean = half_squared_error(a, [0.0, 1.0]), mean_squared_error(a, [0.0, 1.0])
    assert (half.data, mean.data) == (2.5, 2.5)
    assert half_squared_error(Value(2.0), 0.0).data == 2.0
    assert half_squared_error([2.0], [Value(1.0, label="t")]).data == 0.5
    half.backward()
    assert [v.grad for v in a] == [1.0, 2.0]


class Tied(Module):
    def __init__(self):
        self.shared = Value(1.0)
        self.again = self.shared
        self.parts = [Neuron(1, seed=0), {"deep": (Value(2.0), [Layer(1, 1, seed=0)])}]
        self.owner = self
        self.text = "not a parameter"
        self.result = self.shared * 2
        self._private = Value(9.0)


def test_named_parameters_finds_nested_modules_once():
    names = [name for name, _ in Tied().named_parameters()]
    assert names == [
        "shared", "parts.0.weights.0", "parts.0.bias", "parts.1.deep.0",
        "parts.1.deep.1.0.neurons.0.weights.0", "parts.1.deep.1.0.neurons.0.bias",
    ]  # fmt: skip


def test_state_goes_in_whole_or_not_at_all():
    model, other = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=1)
    other.load_state_dict(model.state_dict())
    assert other.state_dict() == model.state_dict()
    good = model.state_dict()
    first, *_, last = good
    for bad, error, words in (
        ({k: v for k, v in good.items() if k != last}, ArgumentError, f"missing: {last}"),
        ({**good, "more": 1.0}, ArgumentError, "unexpected: more"),
        ({**good, first: 5.0, last: "x"}, OperandError, "str 'x'"),
        ({**good, first: 5.0, last: math.nan}, ArgumentError, "nan"),
        ({}, ArgumentError, "and 5 more"),
    ):
        with pytest.raises(error, match=re.escape(words)):
            model.load_state_dict(bad)
        assert model.state_dict() == good


def test_models_copy_and_pickle():
    model = MLP(2, [2, 1], seed=0)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.state_dict() == model.state_dict()
        assert twin([1, 2])[0].data == model([1, 2])[0].data
        twin.parameters()[0].data = 7.0
        assert model.parameters()[0].data != 7.0


def test_sgd_steps_along_the_gradient():
    w = Value(0.40)
    (w * -0.006195).backward()
    sgd = SGD([w], lr=0.5)
    sgd.step()
    assert w.data == 0.40 + 0.5 * 0.006195
    sgd.zero_grad()
    assert not w.has_grad
    sgd.lr = 0.1
    assert sgd.lr == 0.1


@pytest.mark.parametrize("lr", [0.0, -1.0, math.nan, math.inf, "0.1", None])
def test_sgd_refuses_a_learning_rate(lr):
    with pytest.raises((ArgumentError, OperandError)):
        SGD([Value(1.0)], lr=lr)


def test_sgd_refuses_what_it_cannot_change():
    with pytest.raises(ArgumentError, match="no parameter"):
        SGD([], lr=1.0)
    with pytest.raises(ArgumentError, match="no leaf"):
        SGD([Value(1.0) * 2], lr=1.0)
    with pytest.raises(OperandError, match="parameters"):
        SGD([1.0], lr=1.0)
    good, bad = Value(1.0), Value(0.0, label="W7")
    sgd = SGD([good, bad], lr=1.0)
    (good + autograd.sqrt(bad)).backward()
    with pytest.raises(AnomalyError, match="W7"):
        sgd.step()
    assert good.data == 1.0


def line_problem():
    model = MLP(1, [1], output="identity", seed=0)
    return model, [[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]]


COMPILED = pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])


@COMPILED
def test_training_converges_and_says_so(compiled):
    model, x, y = line_problem()
    sgd = SGD(model.parameters(), lr=0.2)
    history = train(
        model, x, y, optimizer=sgd, epochs=2000, batch_size=2, goal=1e-10, compile=compiled
    )
    assert history.converged and history.losses[-1] <= 1e-10 < history.losses[0]
    assert [p.data for p in model.parameters()] == pytest.approx([2.0, 1.0], abs=1e-4)
    model, x, y = line_problem()
    short = train(model, x, y, optimizer=SGD(model.parameters(), lr=0.2), epochs=3)
    assert not short.converged and len(short.losses) == 3
    model, x, y = line_problem()
    stuck = train(model, x, [[1.0], [0.0], [1.0]], optimizer=SGD(model.parameters(), lr=0.1),
                  epochs=5000, patience=20, loss=mean_squared_error)  # fmt: skip
    assert stuck.converged and len(stuck.losses) < 5000


@COMPILED
def test_a_batch_step_uses_the_mean_gradient(compiled):
    model, x, y = line_problem()
    twin = copy.deepcopy(model)
    train(model, x, y, optimizer=SGD(model.parameters(), lr=0.1), epochs=1, compile=compiled)
    total = sum(half_squared_error(twin(a), b) for a, b in zip(x, y, strict=True)) / 3
    total.backward()
    for trained, start in zip(model.parameters(), twin.parameters(), strict=True):
        assert trained.data == pytest.approx(start.data - 0.1 * start.grad, rel=1e-14)


@COMPILED
def test_training_refuses_before_it_changes_anything(compiled):
    model, x, y = line_problem()
    before = model.state_dict()
    sgd = SGD(model.parameters(), lr=0.1)
    for changes, words in (
        ({"inputs": x[:2]}, "3 targets for 2 inputs"), ({"inputs": [], "targets": []}, "no example"),
        ({"epochs": 0}, "epochs is 0"), ({"batch_size": 0}, "batch_size is 0"),
        ({"targets": [[1.0, 2.0]] * 3}, "2 targets for 1 outputs"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            train(
                model, compile=compiled,
                **{"inputs": x, "targets": y, "optimizer": sgd, "epochs": 1, **changes},
            )  # fmt: skip
        assert model.state_dict() == before


@COMPILED
def test_training_stops_at_a_loss_that_is_not_finite(compiled):
    model, x, y = line_problem()
    sgd = SGD(model.parameters(), lr=1e200)
    with pytest.raises(AnomalyError, match=r"the loss of example \d in epoch"):
        train(model, x, y, optimizer=sgd, epochs=50, compile=compiled)
    assert all(map(math.isfinite, model.state_dict().values()))


def test_progress_shows_a_bar_and_says_what_is_missing(capsys, monkeypatch):
    model, x, y = line_problem()
    sgd = SGD(model.parameters(), lr=0.1)
    train(model, x, y, optimizer=sgd, epochs=2, progress=True, title="a line")
    assert "a line" in capsys.readouterr().err
    monkeypatch.setitem(__import__("sys").modules, "tqdm", None)
    train(model, x, y, optimizer=sgd, epochs=2, progress=True)
    assert "chalkgrad[progress]" in capsys.readouterr().err


def test_nn_and_viz_use_public_names_and_state_no_derivative(root):
    for package in ("nn", "viz"):
        for path in (root / package).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            used = set(re.findall(r"from autograd(\.\w+)+ import|import autograd\.", text))
            assert not used, f"{path} reaches into autograd"
            assert "partials=" not in text.replace("partials=partials", "")
    assert not any("viz" in p.read_text(encoding="utf-8") for p in (root / "nn").glob("*.py"))
    assert set(nn.__all__) <= set(dir(nn))


@COMPILED
def test_more_bad_input_is_named(compiled):
    model, x, y = line_problem()
    before = model.state_dict()
    sgd = SGD(model.parameters(), lr=0.1)
    for changes, words in (
        ({"patience": 0}, "patience is 0"), ({"epochs": 2.5}, "epochs is 2.5"),
        ({"batch_size": 2.5}, "batch_size is 2.5"), ({"goal": "a"}, "str 'a'"),
        ({"loss": lambda a, t: 1.0}, "no Value"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, OperandError), match=words):
            train(model, x, y, compile=compiled, **{"optimizer": sgd, "epochs": 1, **changes})
        assert model.state_dict() == before
    with pytest.raises(OperandError, match=r"model\.parameters"):
        SGD(model, 1.0)
    with pytest.raises(OperandError, match="learning rate"):
        SGD(model.parameters(), "0.1")
    w = Value(1.0)
    assert len(SGD([w, w], 1.0).parameters) == 1
    with pytest.raises(ArgumentError, match="load_state_dict"):
        model.load_state_dict([1, 2])
    with pytest.raises(ArgumentError, match="no activation"):
        MLP(1, [1], [])


def test_detect_anomaly_names_the_line_in_a_network():
    model = MLP(1, [1], "sqrt", seed=0)
    for parameter in model.parameters():
        parameter.data = 0.0
    with autograd.detect_anomaly():
        out = model([1.0])[0]
        with pytest.raises(AnomalyError, match=r"A_o1.*test_nn\.py.*model\(\[1\.0\]\)"):
            out.backward()


class Odd(Module):
    """Parameters in every place, one of them twice, and a module that holds its owner."""

    def __init__(self):
        self.a = Value(1.0, "a")
        self.kept = {"b": Value(2.0, "b"), "again": self.a, "n": 3, "text": "x"}
        self.pair = (Value(4.0, "c"), [Value(5.0, "d"), None])
        self.inner = Module()
        self.inner.e = Value(6.0, "e")
        self.inner.owner = self
        self._hidden = Value(7.0, "hidden")

    def __call__(self, x):
        d = self.pair[1][0]
        return (self.a * self.kept["again"] + self.kept["b"] * self.pair[0] - d) * x * self.inner.e


def test_parameters_are_the_named_ones_in_their_order():
    odd = Odd()
    names = ["a", "kept.b", "pair.0", "pair.1.0", "inner.e"]
    assert [name for name, _ in odd.named_parameters()] == names
    assert all(p is q for p, (_, q) in zip(odd.parameters(), odd.named_parameters(), strict=True))
    model = MLP(3, [4, 2], seed=0)
    assert [id(p) for p in model.parameters()] == [id(p) for _, p in model.named_parameters()]


def test_a_module_with_other_parameters_is_a_copy():
    odd = Odd()
    before, state = odd(2.0).data, odd.state_dict()
    numbers = iter([10.0, 20.0, 30.0, 40.0, 50.0, "left over"])
    other = odd.with_parameters(numbers)
    assert next(numbers) == "left over"  # an iterator gives what is needed
    assert other(2.0) == (10.0 * 10.0 + 20.0 * 30.0 - 40.0) * 2.0 * 50.0
    assert type(other) is Odd and other.kept["text"] == "x" and other.pair[1][1] is None
    assert other.kept["again"] == other.a == 10.0  # shared before, shared now
    assert other.inner.owner is other
    assert (odd(2.0).data, odd.state_dict()) == (before, state)
    with pytest.raises(ArgumentError, match="got 2 values for 5 parameters"):
        odd.with_parameters([1.0, 2.0])


def test_a_module_is_differentiated_by_its_parameters_names():
    odd = Odd()
    value, slopes = value_and_grad(lambda module, x: module(x))(odd, 2.0)
    assert value.data == odd(2.0).data
    assert list(slopes) == [name for name, _ in odd.named_parameters()]
    odd(2.0).backward()
    assert [v.data for v in slopes.values()] == [p.grad for p in odd.parameters()]
    assert grad(lambda m: m(1.0))(odd)["inner.e"].data == pytest.approx(1.0 + 8.0 - 5.0)
    _, pullback = vjp(lambda m: m(1.0), odd)
    assert pullback(1.0)[0]["pair.0"].data == 2.0 * 6.0
    direction = dict.fromkeys(slopes, 1.0)
    _, tangent = jvp(lambda m: m(1.0), (odd,), (direction,))
    assert tangent.data == pytest.approx(sum(v.data for v in pullback(1.0)[0].values()))
