"""The cells of examples/building_blocks.py are PyTorch's, with the same weights."""

import random

import pytest

import autograd
from autograd import Value

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peers
F = torch.nn.functional
DRAW = random.Random(5)


@pytest.fixture
def blocks(example):
    return example("building_blocks")


def vectors(n, size):
    return [[DRAW.gauss(0, 1) for _ in range(size)] for _ in range(n)]


def shuffled(module):
    """With numbers that no initialisation gives, also for biases."""
    for parameter in module.parameters():
        parameter.data = DRAW.gauss(0, 0.7)
    return module


def matrix(layer):
    return tensor([[w.data for w in neuron.weights] for neuron in layer.neurons])


def biases(layer):
    return tensor([neuron.bias.data for neuron in layer.neurons])


def slopes(layer):
    return [[w.grad for w in neuron.weights] for neuron in layer.neurons]


def tensor(xs):
    return torch.tensor(xs, dtype=torch.float64, requires_grad=True)


def same(ours, theirs):
    torch.testing.assert_close(
        torch.tensor(ours, dtype=torch.float64), theirs.detach(), rtol=1e-12, atol=1e-13
    )


def numbers(rows):
    return [[v.data for v in row] for row in rows]


def both_backward(ours, theirs):
    """Of a sum of squares, so that every output has a slope of its own."""
    autograd.sum([v * v for row in ours for v in row]).backward()
    (theirs**2).sum().backward()


def test_the_recurrent_cell_over_three_steps(blocks):
    cell, words = shuffled(blocks.RNNCell(3, 4)), vectors(3, 3)
    peer = torch.nn.RNNCell(3, 4, dtype=torch.float64)
    with torch.no_grad():
        peer.weight_ih.copy_(matrix(cell.input))
        peer.bias_ih.copy_(biases(cell.input))
        peer.weight_hh.copy_(matrix(cell.state))
        peer.bias_hh.zero_()
    ours, theirs = [0.0] * 4, torch.zeros(4, dtype=torch.float64)
    for x in words:
        ours, theirs = cell(x, ours), peer(torch.tensor(x, dtype=torch.float64), theirs)
    same(numbers([ours])[0], theirs)
    both_backward([ours], theirs)
    same(slopes(cell.input), peer.weight_ih.grad)
    same(slopes(cell.state), peer.weight_hh.grad)
    same([neuron.bias.grad for neuron in cell.input.neurons], peer.bias_ih.grad)


@pytest.mark.parametrize("causal", [False, True])
def test_attention(blocks, causal):
    attention, words = shuffled(blocks.Attention(3, 2)), vectors(4, 3)
    layers = (attention.query, attention.key, attention.value)
    weights = [matrix(layer) for layer in layers]
    x = tensor(words)
    projected = [(x @ w.T)[None] for w in weights]
    theirs = F.scaled_dot_product_attention(*projected, is_causal=causal)[0]
    inputs = [[Value(a) for a in word] for word in words]
    ours = attention(inputs, causal=causal)
    same(numbers(ours), theirs)
    both_backward(ours, theirs)
    for layer, weight in zip(layers, weights, strict=True):
        same(slopes(layer), weight.grad)
    same([[v.grad for v in word] for word in inputs], x.grad)


def test_layer_normalisation(blocks):
    norm, [x] = shuffled(blocks.LayerNorm(5)), vectors(1, 5)
    weight, bias = (tensor([v.data for v in vs]) for vs in (norm.weight, norm.bias))
    inputs, peer = [Value(a) for a in x], tensor(x)
    ours, theirs = norm(inputs), F.layer_norm(peer, (5,), weight, bias)
    same(numbers([ours])[0], theirs)
    both_backward([ours], theirs)
    for values, given in ((norm.weight, weight), (norm.bias, bias), (inputs, peer)):
        same([v.grad for v in values], given.grad)


def test_the_embedding_eagerly_and_compiled(blocks):
    embedding, ks = blocks.Embedding(4, 3), [2, 0, 2, 3]
    table = tensor(numbers(embedding.rows))
    theirs = F.embedding(torch.tensor(ks), table)
    ours = [embedding(k) for k in ks]
    same(numbers(ours), theirs)
    both_backward(ours, theirs)
    same([[v.grad for v in row] for row in embedding.rows], table.grad)

    def loss(embedding, k):
        return autograd.sum([v * v for v in embedding(k)])

    step = autograd.compile(autograd.value_and_grad(loss), in_axes=(None, 0), reduce="sum")
    value, by_name = step(embedding, ks)
    assert value == pytest.approx((theirs**2).sum().item())
    same([float(by_name[name]) for name, _ in embedding.named_parameters()], table.grad.flatten())
