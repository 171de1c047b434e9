"""A two-output network whose losses are well known: 2-2-2, published in 2015 with start values.

Two of the three published losses are gradient descent's to their last digit: 0.298371109 at first,
and 0.0000351085 as the 10,000th step meets it, after 9,999. The one after the first step,
0.291027924, is not: it has the hidden layer's slopes taken with output weights that had already
moved. Gradient descent gives 0.291027774. Biases stay as they are.
"""

import math

import pytest

import nn
from autograd import Value

INPUTS, TARGETS, RATE = [0.05, 0.10], [0.01, 0.99], 0.5
ROWS = [[0.15, 0.20, 0.35], [0.25, 0.30, 0.35], [0.40, 0.45, 0.60], [0.50, 0.55, 0.60]]


def network():
    """The network, and its weights without the biases."""
    model, weights = nn.MLP(2, [2, 2], activation="sigmoid"), []
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    for neuron, numbers in zip(neurons, ROWS, strict=True):
        for w, x in zip((*neuron.weights, neuron.bias), numbers, strict=True):
            w.data = x
        weights += neuron.weights
    return model, weights


def losses(epochs, **options):
    model, weights = network()
    history = nn.fit(
        model, [INPUTS], [TARGETS], loss="half_squared_error", optimizer=nn.SGD(weights, lr=RATE),
        epochs=epochs, progress=False, **options,
    )  # fmt: skip
    return history.losses, model


def test_the_first_steps():
    found, _ = losses(2)
    assert f"{found[0]:.9f}" == "0.298371109"
    assert f"{found[1]:.9f}" == "0.291027774"


def test_where_the_other_number_comes_from():
    model, weights = network()
    output = weights[4:]
    nn.half_squared_error(model(INPUTS), TARGETS).backward()
    for w in output:
        w.data -= RATE * w.grad
    # ∂L/∂A of the hidden layer: the output layer's δ of before, its weights of now
    acts = [math.fsum([n.bias.data, *(w.data * x for w, x in zip(n.weights, INPUTS, strict=True))])
            for n in model.layers[0].neurons]  # fmt: skip
    acts = [Value(z).sigmoid().data for z in acts]
    deltas = [n.bias.grad for n in model.layers[1].neurons]
    moved = [n.weights for n in model.layers[1].neurons]
    for j, neuron in enumerate(model.layers[0].neurons):
        slope = sum(d * ws[j].data for d, ws in zip(deltas, moved, strict=True))
        for w, x in zip(neuron.weights, INPUTS, strict=True):
            w.data -= RATE * slope * acts[j] * (1 - acts[j]) * x
    assert f"{nn.half_squared_error(model(INPUTS), TARGETS).data:.9f}" == "0.291027924"


@pytest.mark.wide
def test_ten_thousand_steps_compiled():
    pytest.importorskip("numpy")
    found, model = losses(10_000, compile=True)
    assert f"{found[0]:.9f}, {found[1]:.9f}" == "0.298371109, 0.291027774"
    assert f"{found[-1]:.10f}" == "0.0000351085"
    assert [a.data for a in model(INPUTS)] == pytest.approx([0.015913621, 0.984064273], abs=1e-9)
