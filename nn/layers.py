"""Neuron, Layer and MLP: the network of the worked example (examples/backprop_by_hand.py).

A neuron computes Z = Σ W·A + B, one node, and A = f(Z), another. Labels are those of the example.
Units are counted from 1 through the whole network, inputs first, a neuron j within its layer: so
W12 leads from input 1 to the second hidden neuron, and in a 2-2-1 network W31 from the first hidden
neuron, which is unit 3, to the output. Biases are counted through, B1, B2, B3.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import autograd
from autograd import TABLE, ArgumentError, Note, Value, dot
from nn.module import Module

Activation = str | Callable[[Value], Value]
Number = float | Value


class Neuron(Module):
    """A = f(Z), Z = Σ W·A + B.

    Args:
        nin: the number of inputs, at least 1.
        activation: the name of a function of autograd of one operand, "identity" for none, or a
            function from Value to Value.
        seed: for the weights, drawn uniformly from ±√(6 / (nin + 1)) (Glorot and Bengio 2010).
        expand: build Z from single products and sums instead of one ``dot`` node, for showing.

    Attributes:
        weights, bias: the parameters, Values; the bias begins at 0.

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
        expand: bool = False,
    ) -> None:
        nin = _count(nin, "Neuron: nin")
        draw = seed if isinstance(seed, random.Random) else random.Random(seed)
        bound = math.sqrt(6.0 / (nin + 1))
        self.weights = [Value(draw.uniform(-bound, bound)) for _ in range(nin)]
        self.bias = Value(0.0)
        self.activation = activation
        self.expand = expand
        self._f = _function(activation)
        self.name_as("", [f"W{i}" for i in range(1, nin + 1)], "B", "")

    def name_as(self, scope: str, weights: Sequence[str], bias: str, unit: str) -> None:
        """Label parameters and results for pictures and messages."""
        for weight, label in zip(self.weights, weights, strict=True):
            weight.note = Note(label, scope or "neuron")
        self.bias.note = Note(bias, scope or "neuron")
        self._z_note = Note(f"Z{unit}", scope or "neuron")
        self._a_note = Note(f"A{unit}", scope or "neuron")

    def __call__(self, inputs: Iterable[Number]) -> Value:
        """The activation A; raises ArgumentError when there are not ``nin`` inputs."""
        inputs = tuple(inputs)
        if len(inputs) != len(self.weights):
            raise ArgumentError(
                f"Neuron: got {len(inputs)} inputs, its {len(self.weights)} weights need as many."
            )
        if self.expand:
            z = self._expanded(inputs)
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
        for term in (*products[1:], self.bias):
            z = z + term
            _note(z, Note("", scope))
        return z

    def __repr__(self) -> str:
        return f"Neuron({len(self.weights)}, {_shown(self.activation)})"


class Layer(Module):
    """``nout`` neurons over the same inputs; a call returns a list, also of one.

    Args: see :class:`Neuron`; weights are drawn from ±√(6 / (nin + nout)).

    >>> len(Layer(3, 2, seed=1)([1.0, 2.0, 3.0]))
    2
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "sigmoid",
        *,
        seed: Any = None,
        expand: bool = False,
    ) -> None:
        nin, nout = _count(nin, "Layer: nin"), _count(nout, "Layer: nout")
        draw = seed if isinstance(seed, random.Random) else random.Random(seed)
        self.neurons = [Neuron(nin, activation, seed=draw, expand=expand) for _ in range(nout)]
        bound = math.sqrt(6.0 / (nin + nout))
        for neuron in self.neurons:
            for weight in neuron.weights:
                weight.data *= bound / math.sqrt(6.0 / (nin + 1))
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
        inputs = tuple(inputs)
        nin = len(self.neurons[0].weights)
        if len(inputs) != nin:
            raise ArgumentError(f"Layer: got {len(inputs)} inputs, it was built for {nin}.")
        return [neuron(inputs) for neuron in self.neurons]

    def __repr__(self) -> str:
        first = self.neurons[0]
        nin = len(first.weights)
        return f"Layer({nin}, {len(self.neurons)}, {_shown(first.activation)})"


class MLP(Module):
    """A multilayer perceptron: layers, each reading the one before it.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons in each layer, the last of them the outputs.
        activation: of all layers but the last; see :class:`Neuron`.
        output: of the last layer; None for the same, "identity" for none.
        seed: for the weights, drawn uniformly from ±√(6 / (nin + nout)) layer by layer.
        expand: single products and sums instead of ``dot`` nodes, for showing.

    Raises:
        ArgumentError: when a size is not a positive whole number, there is no layer, or there is
            no such activation.

    A call costs two nodes a neuron.

    >>> model = MLP(2, [2, 1], seed=0)
    >>> [name for name, _ in model.named_parameters()][:3]
    ['layers.0.neurons.0.weights.0', 'layers.0.neurons.0.weights.1', 'layers.0.neurons.0.bias']
    >>> [parameter.label for parameter in model.parameters()]
    ['W11', 'W21', 'B1', 'W12', 'W22', 'B2', 'W31', 'W41', 'B3']
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: Activation = "sigmoid",
        output: Activation | None = None,
        seed: Any = None,
        *,
        expand: bool = False,
    ) -> None:
        if isinstance(nouts, int):
            raise ArgumentError(f"MLP: nouts is the list of all layers' sizes: [{nouts}].")
        sizes = [_count(nin, "MLP: nin"), *(_count(n, "MLP: a layer of nouts") for n in nouts)]
        if len(sizes) == 1:
            raise ArgumentError("MLP: nouts is empty; give at least the output layer, as in [1].")
        draw = random.Random(seed)
        last = len(sizes) - 2
        self.layers = [
            Layer(
                sizes[k],
                sizes[k + 1],
                activation if k < last or output is None else output,
                seed=draw,
                expand=expand,
            )
            for k in range(last + 1)
        ]
        self._input_notes = [Note(f"X_{i}") for i in range(1, nin + 1)]
        units = biases = 0
        for k, layer in enumerate(self.layers):
            number = f" {k + 1}" if last > 1 else ""
            letter = "o" if k == last else "h" if last == 1 else f"h{k + 1},"
            scope = "output layer" if k == last else f"hidden layer{number}"
            layer.name_as(scope, letter, sizes[k], units, biases)
            units += sizes[k]
            biases += sizes[k + 1]

    def __call__(self, inputs: Iterable[Number]) -> list[Value]:
        """The outputs, a list of Values; raises ArgumentError for a wrong number of inputs."""
        inputs = tuple(inputs)
        if len(inputs) != len(self._input_notes):
            raise ArgumentError(
                f"MLP: got {len(inputs)} inputs, it was built for {len(self._input_notes)}."
            )
        values = []
        for x, note in zip(inputs, self._input_notes, strict=True):
            if isinstance(x, Value):
                values.append(x)
            else:
                value = Value(x)
                value.note = note
                values.append(value)
        for layer in self.layers:
            values = layer(values)
        return values

    def __repr__(self) -> str:
        return f"MLP({len(self._input_notes)} inputs: {', '.join(map(repr, self.layers))})"


def _note(value: Value, note: Note) -> None:
    """Name a result; the line of source that detect_anomaly noted stays."""
    value.note = note._replace(line=value.note.line) if value.note.line else note


def _count(n: Any, what: str) -> int:
    try:
        count = operator.index(n)
    except TypeError:
        raise ArgumentError(f"{what} is {n!r}; it must be a whole number of at least 1.") from None
    if count < 1 or isinstance(n, bool):
        raise ArgumentError(f"{what} is {n!r}; it must be a whole number of at least 1.")
    return count


def _function(activation: Activation) -> Callable[[Value], Value] | None:
    """The function of that name; None for the identity, which makes no node."""
    if callable(activation):
        return activation
    if activation == "identity":
        return None
    row = TABLE.get(activation) if isinstance(activation, str) else None
    function: Callable[[Value], Value] | None = getattr(autograd, str(activation), None)
    if row is None or row.arity != 1 or function is None:
        names = [name for name, r in TABLE.items() if r.arity == 1 and hasattr(autograd, name)]
        raise ArgumentError(
            f"there is no activation {activation!r}; there are identity, {', '.join(names)}."
        )
    return function


def _shown(activation: Activation) -> str:
    return activation if isinstance(activation, str) else getattr(activation, "__name__", "f")
