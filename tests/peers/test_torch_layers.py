"""Modules do what torch.nn's do: every layer, every activation, Dropout's law."""

import math
import random
from itertools import pairwise

import pytest

import autograd
import nn
from autograd import TABLE, Value

torch = pytest.importorskip("torch", reason="PyTorch, which make test-peers installs")
torch.set_num_threads(1)
pytestmark = pytest.mark.peers
F = torch.nn.functional
DRAW = random.Random(3)

# Activations are autograd's functions of one operand; where PyTorch's has another name
OTHER_NAMES = {
    "sigmoid_slope": lambda z: torch.sigmoid(z) * (1 - torch.sigmoid(z)),
    "normal_cdf": torch.special.ndtr,
    "logsigmoid": F.logsigmoid,
    "cbrt": lambda z: torch.sign(z) * torch.abs(z) ** (1 / 3),
    "identity": lambda z: z,
    **{name: getattr(F, name) for name in ("leaky_relu", "elu", "gelu", "silu", "softplus",
                                           "softsign", "mish")},
}  # fmt: skip
NAMES = ["identity"] + [n for n, row in TABLE.items() if row.arity == 1 and hasattr(autograd, n)]
EACH = pytest.mark.parametrize("name", NAMES)


def theirs_of(name):
    return OTHER_NAMES.get(name) or getattr(torch, name)


def tensor(xs):
    return torch.tensor(xs, dtype=torch.float64)


def domain(name, k):
    """Where a weighted sum of inputs stays for this activation."""
    middle = {"acosh": 2.5}.get(name, 0.5)
    narrow = name in {"asin", "acos", "atanh", "acosh", "log", "log2", "log10", "sqrt", "cbrt"}
    return middle if narrow else (-3.0, -0.6, 0.4, 2.0)[k % 4], 0.05 if narrow else 0.7


def linear_like(neurons):
    """torch.nn.Linear with the same numbers."""
    rows = [[w.data for w in neuron.weights] for neuron in neurons]
    bias = neurons[0].bias is not None
    linear = torch.nn.Linear(len(rows[0]), len(rows), bias=bias, dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(tensor(rows))
        if bias:
            linear.bias.copy_(tensor([neuron.bias.data for neuron in neurons]))
    return linear


def close(ours, theirs, what):
    assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-13, nan_ok=True), what


def same(model, neurons, peer, linears, x, what):
    """Outputs, and the gradients by inputs and parameters."""
    xs, ts = [Value(v) for v in x], tensor(x).requires_grad_()
    ours, theirs = model(xs), peer(ts)
    ours = [ours] if isinstance(ours, Value) else ours
    close([a.data for a in ours], theirs.detach().reshape(-1).tolist(), what)
    shares = [DRAW.uniform(0.5, 2.0) for _ in ours]
    autograd.sum([s * a for s, a in zip(shares, ours, strict=True)]).backward()
    (tensor(shares) * theirs.reshape(-1)).sum().backward()
    close([v.grad for v in xs], ts.grad.tolist(), what)
    place = iter(neurons)
    for linear in linears:
        for k, row in enumerate(linear.weight.grad.tolist()):
            neuron = next(place)
            close([w.grad for w in neuron.weights], row, what)
            if linear.bias is not None:
                close(neuron.bias.grad, linear.bias.grad[k].item(), what)
    assert next(place, None) is None


@EACH
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", ["Neuron", "Layer", "Linear"])
def test_layers(kind, bias, name):
    for k in range(4):
        if kind == "Neuron":
            layer = nn.Neuron(3, name, seed=k, bias=bias)
            neurons = [layer]
        else:
            options = {"activation": name, "bias": bias, "seed": k}
            layer = getattr(nn, kind)(3, 2, **options)
            neurons = layer.neurons
        middle, spread = domain(name, k)
        x = [1.0, -0.5, 0.25]
        for neuron in neurons:
            for w in neuron.weights:
                w.data = DRAW.uniform(-spread, spread)
            if bias:
                neuron.bias.data = middle
            else:
                neuron.weights[0].data += middle
        linear, f = linear_like(neurons), theirs_of(name)
        same(layer, neurons, lambda t, linear=linear, f=f: f(linear(t)), [linear], x, (kind, name))


SMOOTH = [n for n in NAMES if n not in {"acosh", "tan"}]  # acosh of an acosh is nan; poles


@pytest.mark.parametrize("name", SMOOTH)
def test_mlp(name):
    """The output layer has the same activation, another, or none."""
    for k, output in enumerate((None, "tanh", "identity")):
        model = nn.MLP(3, [4, 3, 2], activation=name, output=output, seed=k)
        neurons = [neuron for layer in model.layers for neuron in layer.neurons]
        for neuron in neurons:
            neuron.bias.data = DRAW.uniform(0.2, 0.6)
            for w in neuron.weights:
                w.data *= 0.3
        linears = [linear_like(layer.neurons) for layer in model.layers]
        f, last = theirs_of(name), theirs_of(output or name)

        def peer(t, linears=linears, f=f, last=last):
            return last(linears[2](f(linears[1](f(linears[0](t))))))

        same(model, neurons, peer, linears, [0.3, -0.2, 0.5], (name, output))


def test_mlp_without_biases_and_with_an_activation_for_each_layer():
    model = nn.MLP(2, [3, 3, 1], ["relu", "gelu", "sigmoid"], bias=False, seed=2)
    linears = [linear_like(layer.neurons) for layer in model.layers]
    peer = torch.nn.Sequential(
        linears[0], torch.nn.ReLU(), linears[1], torch.nn.GELU(), linears[2], torch.nn.Sigmoid()
    )
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    for _ in range(5):
        model.zero_grad()
        peer.zero_grad()
        same(model, neurons, peer, linears, [DRAW.gauss(0, 1), DRAW.gauss(0, 1)], "no bias")
    assert len(model.parameters()) == sum(p.numel() for p in peer.parameters())


def test_sequential():
    steps = [nn.Linear(3, 4, seed=0), "tanh", nn.Linear(4, 4, bias=False, seed=1), "silu"]
    inner = nn.Sequential(nn.Linear(4, 2, seed=2), autograd.sin)
    model = nn.Sequential(*steps, inner)
    layers = [model[0], model[2], model[4][0]]
    one, two, three = (linear_like(layer.neurons) for layer in layers)
    peer = torch.nn.Sequential(
        one, torch.nn.Tanh(), two, torch.nn.SiLU(), torch.nn.Sequential(three)
    )
    neurons = [neuron for layer in layers for neuron in layer.neurons]
    x = [0.4, -1.1, 0.7]
    same(model, neurons, lambda t: torch.sin(peer(t)), [one, two, three], x, "Sequential")
    assert [a.data for a in model[:2](x)] == pytest.approx(peer[:2](tensor(x)).tolist())
    assert (len(model), len(model[:2])) == (len(peer), len(peer[:2]))


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_dropouts_law(p):
    """How many are left, by what they are multiplied, their gradients; and that draws differ."""
    n = 20_000
    ours, theirs = nn.Dropout(p, seed=1), torch.nn.Dropout(p)
    torch.manual_seed(1)
    xs, ts = [Value(3.0) for _ in range(n)], torch.full((n,), 3.0, dtype=torch.float64)
    ts.requires_grad_()
    a, b = ours(xs), theirs(ts)
    autograd.sum(a).backward()
    b.sum().backward()
    left, peers = [y.data for y in a], b.tolist()
    assert sorted({*left}) == pytest.approx(sorted({*peers}))
    assert [x.grad for x in xs] == pytest.approx([y / 3.0 for y in left])
    assert sorted({*ts.grad.tolist()}) == pytest.approx(sorted({x.grad for x in xs}))
    error = 4 * math.sqrt(p * (1 - p) / n)
    for found in (left, peers):
        dropped = [y == 0.0 for y in found]
        assert abs(sum(dropped) / n - p) <= error
        pairs = sum(x and y for x, y in pairwise(dropped)) / (n - 1)
        assert abs(pairs - p * p) <= 2 * error  # neighbours are independent
    assert ([y.data for y in ours(xs)] == left) == (p in {0.0, 1.0})


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_dropout_in_eval(p):
    ours, theirs = nn.Dropout(p).eval(), torch.nn.Dropout(p).eval()
    x = [DRAW.gauss(0, 1) for _ in range(50)]
    assert [y.data for y in ours([Value(v) for v in x])] == theirs(tensor(x)).tolist() == x
    model = nn.Sequential(nn.Linear(2, 2, seed=0), nn.Dropout(p))
    assert model.training is True
    model.eval()
    assert [y.data for y in model([1.0, 2.0])] == [y.data for y in model[0]([1.0, 2.0])]
    model.train()
    assert model[1].training is theirs.train().training is True
