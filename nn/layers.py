"""Neuron and Layer, of which the worked example's network is built (examples/backprop_by_hand.py).

A neuron computes Z = Σ W·A + B, one node, and A = f(Z), another. Labels are those of the example.
Units are counted from 1 through the whole network, inputs first, a neuron j within its layer: so
W12 leads from input 1 to the second hidden neuron, and in a 2-2-1 network W31 from the first hidden
neuron, which is unit 3, to the output. Biases are counted through, B1, B2, B3.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Iterable, Sequence
from typing import Any

from autograd import ArgumentError, Note, OperandError, Value, dot
from nn.activations import Activation, counted, function_of, shown
from nn.init import generator_of, initialised
from nn.module import Module

Number = float | Value


class Neuron(Module):
    """A = f(Z), Z = Σ W·A + B.

    Args:
        nin: the number of inputs, at least 1.
        activation: the name of a function of autograd of one operand, "identity" for none, or a
            function from Value to Value.
        seed: for the weights, drawn uniformly from ±√(6 / (nin + 1)) (Glorot and Bengio 2010);
            also a ``random.Random`` or a generator of ``numpy.random``.
        bias: whether there is one.
        expand: build Z from single products and sums instead of one ``dot`` node, for showing.

    Attributes:
        weights, bias: the parameters, Values; the bias begins at 0, or is None if there is none.

    >>> neuron = Neuron(2, seed=1)
    >>> neuron([0.05, 0.10]).op
    <Primitive sigmoid>
    """

    def __init__(
        self,
        nin: int,
        activation: Activation = "sigmoid",
        *,
        seed: Any = None,
        bias: bool = True,
        expand: bool = False,
    ) -> None:
        nin = counted(nin, "Neuron: nin")
        draw = drawing(seed, None)
        bound = math.sqrt(6.0 / (nin + 1))
        self.weights = [Value(draw.uniform(-bound, bound)) for _ in range(nin)]
        self.bias = Value(0.0) if bias else None
        self.activation = activation
        self.expand = expand
        self._f = function_of(activation)
        self.name_as("", [f"W{i}" for i in range(1, nin + 1)], "B", "")

    def name_as(self, scope: str, weights: Sequence[str], bias: str, unit: str) -> None:
        """Label parameters and results for pictures and messages."""
        for weight, label in zip(self.weights, weights, strict=True):
            weight.note = Note(label, scope or "neuron")
        if self.bias is not None:
            self.bias.note = Note(bias, scope or "neuron")
        self._z_note = Note(f"Z{unit}", scope or "neuron")
        self._a_note = Note(f"A{unit}", scope or "neuron")

    def __call__(self, inputs: Iterable[Number]) -> Value:
        """The activation A; raises ArgumentError when there are not ``nin`` inputs."""
        try:
            inputs = tuple(inputs)
        except TypeError as error:
            raise unlisted("Neuron", inputs, len(self.weights)) from error
        if len(inputs) != len(self.weights):
            raise ArgumentError(
                f"Neuron: got {len(inputs)} inputs, its {len(self.weights)} weights need as many."
            )
        if self.expand:
            z = self._expanded(inputs)
        elif self.bias is None:
            z = dot(self.weights, inputs)
        else:
            z = dot(self.weights, inputs, self.bias)
        _note(z, self._z_note)
        if self._f is None:
            return z
        a = self._f(z)
        _note(a, self._a_note)
        return a

    def _expanded(self, inputs: tuple[Number, ...]) -> Value:
        scope = self._z_note.scope
        products = [w * x for w, x in zip(self.weights, inputs, strict=True)]
        for product in products:
            _note(product, Note("", scope))
        z = products[0]
        for term in products[1:] if self.bias is None else (*products[1:], self.bias):
            z = z + term
            _note(z, Note("", scope))
        return z

    forward = __call__  # defined as __call__, a neuron saves a call of Python each time

    def extra_repr(self) -> str:
        """Its inputs and its activation."""
        bare = ", bias=False" if self.bias is None else ""
        return f"{len(self.weights)}, {shown(self.activation)}{bare}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"


class Layer(Module):
    """``nout`` neurons over the same inputs; a call returns a list, also of one.

    Args: see :class:`Neuron`; weights are drawn from ±√(6 / (nin + nout)), or as the function of
    :mod:`nn.init` does that ``init`` names, such as "kaiming_normal", from NumPy's generator;
    ``init`` may also be a function, which is called with the layer.

    >>> len(Layer(3, 2, seed=1)([1.0, 2.0, 3.0]))
    2
    """

    shown_whole = True

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "sigmoid",
        *,
        seed: Any = None,
        bias: bool = True,
        init: Any = None,
        expand: bool = False,
    ) -> None:
        nin, nout = counted(nin, "Layer: nin"), counted(nout, "Layer: nout")
        draw = drawing(seed, init)
        self.neurons = [
            Neuron(nin, activation, seed=draw, bias=bias, expand=expand) for _ in range(nout)
        ]
        bound = math.sqrt(6.0 / (nin + nout))
        for neuron in self.neurons:
            for weight in neuron.weights:
                weight.data *= bound / math.sqrt(6.0 / (nin + 1))
        if init is not None:
            initialised(self, init, activation, draw)
        self.name_as("layer", "", nin, 0, 0)

    def name_as(self, scope: str, letter: str, nin: int, units: int, biases: int) -> None:
        """Label all neurons; ``units`` and ``biases`` are counted before this layer."""
        comma = "," if units + nin > 9 or len(self.neurons) > 9 else ""
        for j, neuron in enumerate(self.neurons, start=1):
            neuron.name_as(
                f"{scope}/{letter or 'neuron '}{j}",
                [f"W{units + i}{comma}{j}" for i in range(1, nin + 1)],
                f"B{biases + j}",
                f"_{letter}{j}",
            )

    def __call__(self, inputs: Iterable[Number]) -> list[Value]:
        """The activations of all neurons; raises ArgumentError for a wrong number of inputs."""
        nin = len(self.neurons[0].weights)
        try:
            inputs = tuple(inputs)
        except TypeError as error:
            raise unlisted("Layer", inputs, nin) from error
        if len(inputs) != nin:
            raise ArgumentError(f"Layer: got {len(inputs)} inputs, it was built for {nin}.")
        return [neuron(inputs) for neuron in self.neurons]

    forward = __call__

    def extra_repr(self) -> str:
        """Its inputs, its outputs and its activation."""
        first, bare = self.neurons[0], ", bias=False" if self.neurons[0].bias is None else ""
        return f"{len(first.weights)}, {len(self.neurons)}, {shown(first.activation)}{bare}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"


class Linear(Layer):
    """A Layer with PyTorch's arguments, which has no activation unless it is given one.

    >>> Linear(3, 2, bias=False, seed=0)
    Linear(3, 2, identity, bias=False)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        activation: Activation = "identity",
        seed: Any = None,
        init: Any = None,
        expand: bool = False,
    ) -> None:
        if bias not in (True, False):
            raise ArgumentError(
                f"Linear: bias is {bias!r}; it must be True or False. An activation has a name: "
                "activation=..., or take Layer."
            )
        super().__init__(
            in_features, out_features, activation, seed=seed, bias=bias, init=init, expand=expand
        )


def _note(value: Value, note: Note) -> None:
    """Name a result; the line of source that detect_anomaly noted stays."""
    value.note = note._replace(line=value.note.line) if value.note.line else note


PLAIN = (int, float, str, bytes, bytearray, type(None))  # what Python draws from


def drawing(seed: Any, init: Any) -> Any:
    """What the weights are drawn from: ``random`` unless there is an ``init`` or a generator."""
    if init is not None or hasattr(seed, "standard_normal"):
        return generator_of(seed, "seed")
    if isinstance(seed, random.Random):
        return seed
    try:
        return random.Random(seed if isinstance(seed, PLAIN) else operator.index(seed))
    except TypeError:
        raise OperandError(
            f"the seed is {seed!r}; it must be a whole number, or a random generator."
        ) from None


def unlisted(who: str, inputs: Any, n: int) -> OperandError:
    """What is raised for inputs of one example that are no list; also one input is in a list."""
    such = ", ".join(["x"] * n) if n < 4 else "x, ..."
    return OperandError(
        f"{who}: takes a list of {n} input{'s' * (n != 1)}, such as [{such}]; got {inputs!r}."
    )
