"""Layers and initialisation are PyTorch's: outputs, gradients, gains, fans."""

import math

import pytest

import autograd
import nn
from autograd import Value
from nn import init

torch = pytest.importorskip("torch", reason="PyTorch, which make test-peers installs")
pytestmark = pytest.mark.peers


def torch_model(model, activations):
    """The same network of torch.nn, in float64."""
    steps = []
    for layer, f in zip(model.layers, activations, strict=True):
        rows = [[w.data for w in neuron.weights] for neuron in layer.neurons]
        biases = [neuron.bias.data for neuron in layer.neurons]
        linear = torch.nn.Linear(len(rows[0]), len(rows), dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(rows, dtype=torch.float64))
            linear.bias.copy_(torch.tensor(biases, dtype=torch.float64))
        steps += [linear, f]
    return torch.nn.Sequential(*steps)


def test_a_network_has_pytorchs_outputs_and_gradients():
    activations = [torch.nn.Tanh(), torch.nn.ReLU(), torch.nn.Sigmoid()]
    model = nn.MLP(3, [4, 5, 2], ["tanh", "relu", "sigmoid"], seed=0)
    for layer in model.layers:
        init.normal_([neuron.bias for neuron in layer.neurons], generator=1)
    other = torch_model(model, activations)
    x = [0.3, -1.2, 2.0]
    ours = model(x)
    theirs = other(torch.tensor(x, dtype=torch.float64))
    assert [v.data for v in ours] == pytest.approx(theirs.tolist(), rel=1e-12)
    autograd.sum([v * v for v in ours]).backward()
    (theirs**2).sum().backward()
    for layer, linear in zip(model.layers, other[::2], strict=True):
        for neuron, row, bias in zip(
            layer.neurons, linear.weight.grad.tolist(), linear.bias.grad.tolist(), strict=True
        ):
            assert [w.grad for w in neuron.weights] == pytest.approx(row, rel=1e-11, abs=1e-15)
            assert neuron.bias.grad == pytest.approx(bias, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains(name):
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    if name == "leaky_relu":
        assert init.calculate_gain(name, 0.3) == torch.nn.init.calculate_gain(name, 0.3)


CASES = [
    ("xavier_uniform_", {"gain": 2.0}),
    ("xavier_normal_", {"gain": 0.5}),
    *((f"kaiming_{kind}_", {"mode": mode, "nonlinearity": f, "a": 0.2})
      for kind in ("uniform", "normal") for mode in ("fan_in", "fan_out")
      for f in ("relu", "leaky_relu", "tanh")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_spreads(name, options):
    weights = [[Value(0.0) for _ in range(90)] for _ in range(50)]
    getattr(init, name)(weights, **options, generator=0)
    ours = torch.tensor([[w.data for w in row] for row in weights])
    torch.manual_seed(0)
    theirs = getattr(torch.nn.init, name)(torch.empty(50, 90), **options)
    assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.06)
    if "uniform" in name:
        assert ours.abs().max().item() == pytest.approx(theirs.abs().max().item(), rel=0.01)


def test_dropout_scales_what_is_left():
    ours = {v.data for v in nn.Dropout(0.3, seed=0)([Value(1.0)] * 100)}
    theirs = set(torch.nn.Dropout(0.3)(torch.ones(100, dtype=torch.float64)).tolist())
    assert sorted(ours) == pytest.approx(sorted(theirs))
    assert math.isclose(max(ours), 1 / 0.7)
