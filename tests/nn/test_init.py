"""Initialisation by name: the formulas' bounds and spreads, seeds, and what is refused."""

import math
import random

import numpy as np
import pytest

from autograd import ArgumentError, OperandError, Value
from nn import MLP, Layer, Linear, Neuron, init

FAN_IN, FAN_OUT = 40, 60


def numbers(layer):
    return np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])


# The bound of the uniform ones, the standard deviation of the normal ones, in the papers' letters.
EXPECTED = {
    "xavier_uniform_": ({}, math.sqrt(6 / 100)),
    "xavier_normal_": ({"gain": 5 / 3}, 5 / 3 * math.sqrt(2 / 100)),
    "kaiming_uniform_": ({"nonlinearity": "relu"}, math.sqrt(6 / 40)),
    "kaiming_normal_": ({"mode": "fan_out", "nonlinearity": "tanh"}, 5 / 3 / math.sqrt(60)),
    "uniform_": ({"a": -0.5, "b": 0.5}, 0.5),
    "normal_": ({"std": 0.25}, 0.25),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_draws_have_the_published_spread(name):
    options, expected = EXPECTED[name]
    layer = Layer(FAN_IN, FAN_OUT)
    assert getattr(init, name)(layer, **options, generator=0) is layer
    x = numbers(layer)
    if "uniform" in name:
        assert np.abs(x).max() <= expected and np.abs(x).max() > 0.99 * expected
        assert x.std() == pytest.approx(expected / math.sqrt(3), rel=0.05)
    else:
        assert x.std() == pytest.approx(expected, rel=0.05)
        assert np.abs(x).max() > 3 * expected
    assert abs(x.mean()) < 0.1 * expected
    assert all(neuron.bias.data == 0.0 for neuron in layer.neurons)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_seed_or_generator_gives_the_same(name):
    f = getattr(init, name)
    make = [lambda: 7, lambda: np.random.default_rng(7)]
    one, two = (numbers(f(Layer(3, 4), generator=g())) for g in make)
    assert (one == two).all() and (one != numbers(f(Layer(3, 4), generator=8))).any()
    pythons = [numbers(f(Layer(3, 4), generator=random.Random(7))) for _ in range(2)]
    assert (pythons[0] == pythons[1]).all()
    assert (numbers(f(Layer(3, 4))) != numbers(f(Layer(3, 4)))).any()
    generator = np.random.default_rng(7)
    assert (numbers(f(Layer(3, 4), generator=generator)) == one).all()
    assert (numbers(f(Layer(3, 4), generator=generator)) != one).any()  # it goes on


def test_zeros_constant_and_the_kinds_of_weights():
    layer = init.constant_(Layer(2, 3), 0.5)
    assert (numbers(layer) == 0.5).all() and not numbers(init.zeros_(layer)).any()
    values = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    assert init.constant_(values, 2) is values and values[1][1].data == 2.0
    array = np.array([Value(1.0), Value(2.0)], dtype=object)
    assert init.zeros_(array)[1].data == 0.0
    assert init.constant_(Value(1.0), 3.0).data == init.constant_((Value(1.0),), 3.0)[0].data == 3.0
    assert init.zeros_(Neuron(2)).weights[0].data == 0.0
    rows = [[Value(0.0) for _ in range(600)]]  # of one output: fan_in 600, fan_out 1
    assert max(w.data for w in init.kaiming_uniform_(rows, generator=0)[0]) <= math.sqrt(6 / 600)


def test_gains():
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))
    assert init.calculate_gain("leaky_relu", 0.5) == math.sqrt(2 / 1.25)
    assert init.calculate_gain("sigmoid") == init.calculate_gain("linear") == 1.0
    with pytest.raises(ArgumentError, match=r"no gain for 'gelu'.*relu"):
        init.calculate_gain("gelu")


def test_layers_take_the_name_of_their_initialisation():
    relu, tanh, gelu, linear = (
        Layer(FAN_IN, FAN_OUT, f, init="kaiming_normal", seed=0)
        for f in ("relu", "tanh", "gelu", "identity")
    )
    spread = [numbers(x).std() * math.sqrt(FAN_IN) for x in (relu, tanh, gelu, linear)]
    assert spread == pytest.approx([math.sqrt(2), 5 / 3, math.sqrt(2), 1.0], rel=0.05)
    one, two = (MLP(2, [3, 1], "relu", seed=3, init="kaiming_uniform_") for _ in range(2))
    assert one.state_dict() == two.state_dict() != MLP(2, [3, 1], "relu", seed=3).state_dict()
    first, second = MLP(2, [2, 2], seed=1, init="normal").layers
    assert (numbers(first) != numbers(second)).all()  # one generator goes through all layers
    by_generator = MLP(2, [3, 1], "relu", seed=np.random.default_rng(3), init="kaiming_uniform")
    assert by_generator.state_dict() == one.state_dict()
    drawn = [MLP(2, [3], seed=np.random.default_rng(5)).state_dict() for _ in range(2)]
    assert drawn[0] == drawn[1]
    half = Linear(2, 2, init=lambda layer: init.constant_(layer, 0.5))
    assert (numbers(half) == 0.5).all()


def test_the_defaults_draw_what_they_always_drew():
    draw = random.Random(4)
    bound = math.sqrt(6 / 3)
    first = [draw.uniform(-bound, bound) * (math.sqrt(6 / 5) / bound) for _ in range(2)]
    found = [w.data for w in MLP(2, [3, 1], seed=4).layers[0].neurons[0].weights]
    assert found == pytest.approx(first, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: init.normal_([Value(1.0), 2.0]), OperandError, r"2\.0 is no Value"),
        (lambda: init.normal_([[Value(1.0)], Value(2.0)]), OperandError, "is no Value"),
        (lambda: init.normal_([Value(1.0) * 2]), OperandError, "no parameter"),
        (lambda: init.normal_(MLP(1, [1])), OperandError, "takes a Layer"),
        (lambda: init.normal_("w"), OperandError, "takes a Layer"),
        (lambda: init.xavier_normal_([]), ArgumentError, "no weight"),
        (lambda: init.xavier_normal_([[], []]), ArgumentError, "no weight"),
        (
            lambda: init.xavier_uniform_([[Value(1.0)], [Value(1.0)] * 2]),
            ArgumentError,
            r"\[1, 2\]",
        ),
        (lambda: init.uniform_(Layer(1, 1), 2.0, 1.0), ArgumentError, "a is 2.0 and b is 1.0"),
        (lambda: init.normal_(Layer(1, 1), std=-1.0), ArgumentError, "std is -1.0"),
        (lambda: init.constant_(Layer(1, 1), math.nan), ArgumentError, "nan"),
        (lambda: init.constant_(Layer(1, 1), "x"), OperandError, "x"),
        (lambda: init.xavier_uniform_(Layer(1, 1), math.inf), ArgumentError, "gain is inf"),
        (lambda: init.kaiming_normal_(Layer(1, 1), mode="in"), ArgumentError, "fan_in"),
        (lambda: init.kaiming_normal_(Layer(1, 1), nonlinearity="x"), ArgumentError, "no gain"),
        (lambda: init.normal_(Layer(1, 1), generator="x"), ArgumentError, "neither a generator"),
        (lambda: init.normal_(Layer(1, 1), generator=-1), ArgumentError, "neither a generator"),
        (lambda: Layer(1, 1, init="glorot"), ArgumentError, "no 'glorot'; there are xavier"),
        (lambda: Layer(1, 1, init=3), ArgumentError, "there is no 3"),
    ],
)
def test_what_is_no_initialisation_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_without_numpy_python_draws(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "numpy.random", None)
    one, two = (numbers(init.kaiming_normal_(Layer(2, 3), generator=5)) for _ in range(2))
    assert (one == two).all()
    draw = random.Random(5)
    assert one[0][0] == draw.gauss(0.0, 1.0) and one[0][1] == draw.gauss(0.0, 1.0)  # √2 / √2
