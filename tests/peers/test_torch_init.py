"""Initialisations draw by torch.nn.init's laws: bounds, spread, and the whole distribution."""

import math
import random

import pytest

import nn
from autograd import Value
from nn import init

torch = pytest.importorskip("torch", reason="PyTorch, which make test-peers installs")
torch.set_num_threads(1)
pytestmark = pytest.mark.peers
ROWS, COLUMNS = 60, 150
N = ROWS * COLUMNS


def apart(ours, theirs):
    """The largest distance of two empirical distributions (Kolmogorov and Smirnov)."""
    ours, theirs = torch.sort(torch.tensor(ours, dtype=torch.float64))[0], torch.sort(theirs)[0]
    both = torch.cat([ours, theirs])
    shares = [torch.searchsorted(x, both, right=True) / len(x) for x in (ours, theirs)]
    return (shares[0] - shares[1]).abs().max().item()


def same_law(ours, theirs, *, bounded):
    theirs = theirs.detach().double().reshape(-1)
    assert apart(ours, theirs) < 2.2 * math.sqrt(2 / N)  # by chance once in ten thousand times
    mean, std = sum(ours) / N, torch.tensor(ours).std().item()
    assert abs(mean - theirs.mean().item()) < 6 * std / math.sqrt(N)
    assert std == pytest.approx(theirs.std().item(), rel=0.05)
    if bounded:
        assert [min(ours), max(ours)] == pytest.approx(
            [theirs.min().item(), theirs.max().item()], rel=0.005, abs=0.005 * std
        )


def numbers(weights):
    return [w.data for row in weights for w in row]


CASES = [
    ("uniform_", {}), ("uniform_", {"a": -2.0, "b": 0.5}), ("normal_", {}),
    ("normal_", {"mean": 3.0, "std": 0.2}), ("xavier_uniform_", {}), ("xavier_normal_", {}),
    ("xavier_uniform_", {"gain": 2.0}), ("xavier_normal_", {"gain": 5 / 3}),
    *((f"kaiming_{kind}_", {"mode": mode, "nonlinearity": f, "a": 0.2})
      for kind in ("uniform", "normal") for mode in ("fan_in", "fan_out")
      for f in ("relu", "leaky_relu", "tanh", "sigmoid", "linear", "selu")),
    ("kaiming_uniform_", {"a": math.sqrt(5)}), ("kaiming_normal_", {}),
]  # fmt: skip


@pytest.mark.parametrize("source", ["numpy", "python"])
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_laws(name, options, source):

    generator = 7 if source == "numpy" else random.Random(7)
    weights = [[Value(9.0) for _ in range(COLUMNS)] for _ in range(ROWS)]
    getattr(init, name)(weights, **options, generator=generator)
    torch.manual_seed(7)
    theirs = getattr(torch.nn.init, name)(torch.empty(ROWS, COLUMNS), **options)
    same_law(numbers(weights), theirs, bounded="uniform" in name)


def test_constants():
    weights = [[Value(9.0) for _ in range(3)] for _ in range(2)]
    init.constant_(weights, 0.25)
    assert numbers(weights) == torch.nn.init.constant_(torch.empty(6), 0.25).tolist()
    init.zeros_(weights)
    assert numbers(weights) == torch.nn.init.zeros_(torch.empty(6)).tolist()


@pytest.mark.parametrize("name", sorted(init.NAMED))
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh"])
def test_by_name(name, activation):
    """``Layer(init=name)`` takes the gain of the activation where the function has one."""
    layer = nn.Layer(COLUMNS, ROWS, activation, init=name, seed=3)
    ours = numbers([neuron.weights for neuron in layer.neurons])
    torch.manual_seed(3)
    options = {"nonlinearity": activation} if "kaiming" in name else {}
    if options and activation == "leaky_relu":
        options["a"] = 0.01
    theirs = getattr(torch.nn.init, name)(torch.empty(ROWS, COLUMNS), **options)
    if name == "zeros_":
        assert ours == theirs.reshape(-1).tolist()
    else:
        same_law(ours, theirs, bounded="uniform" in name)
    assert {neuron.bias.data for neuron in layer.neurons} == {0.0}


def test_without_a_name_it_is_glorots():
    """A Layer's own law is xavier_uniform; PyTorch's Linear has kaiming_uniform with a = √5."""
    torch.manual_seed(0)
    layers = nn.MLP(COLUMNS, [ROWS], seed=0).layers[0], nn.Linear(COLUMNS, ROWS, seed=1)
    for layer in layers:
        ours = numbers([neuron.weights for neuron in layer.neurons])
        theirs = torch.nn.init.xavier_uniform_(torch.empty(ROWS, COLUMNS))
        same_law(ours, theirs, bounded=True)
    neuron = nn.Neuron(N, seed=2)
    theirs = torch.nn.init.xavier_uniform_(torch.empty(1, N))
    same_law([w.data for w in neuron.weights], theirs, bounded=True)
    weights = [[Value(0.0) for _ in range(COLUMNS)] for _ in range(ROWS)]
    init.kaiming_uniform_(weights, a=math.sqrt(5), generator=0)
    same_law(numbers(weights), torch.nn.Linear(COLUMNS, ROWS).weight, bounded=True)
