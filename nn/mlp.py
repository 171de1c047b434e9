"""MLP: the network of the worked example, of any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import ArgumentError, Note, Value
from nn.activations import Activation, counted
from nn.layers import Layer, Number, drawing, unlisted
from nn.module import Module


class MLP(Module):
    """A multilayer perceptron: layers, each reading the one before it.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons in each layer, the last of them the outputs.
        activation: of all layers but the last, see :class:`Neuron`; or a list, one for each layer,
            without the last if ``output`` tells it.
        output: of the last layer; None for the same, "identity" for none.
        seed: for the weights, drawn uniformly from ±√(6 / (nin + nout)) layer by layer.
        bias, init: of every layer; see :class:`Layer`.
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
        activation: Activation | Sequence[Activation] = "sigmoid",
        output: Activation | None = None,
        seed: Any = None,
        *,
        bias: bool = True,
        init: Any = None,
        expand: bool = False,
    ) -> None:
        if isinstance(nouts, int):
            raise ArgumentError(f"MLP: nouts is the list of all layers' sizes: [{nouts}].")
        sizes = [counted(nin, "MLP: nin"), *(counted(n, "MLP: a layer of nouts") for n in nouts)]
        if len(sizes) == 1:
            raise ArgumentError("MLP: nouts is empty; give at least the output layer, as in [1].")
        draw = drawing(seed, init)
        last = len(sizes) - 2
        kinds = _each(activation, output, last + 1)
        self.layers = [
            Layer(sizes[k], sizes[k + 1], kind, seed=draw, bias=bias, init=init, expand=expand)
            for k, kind in enumerate(kinds)
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
        try:
            inputs = tuple(inputs)
        except TypeError as error:
            raise unlisted("MLP", inputs, len(self._input_notes)) from error
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

    forward = __call__


def _each(
    activation: Activation | Sequence[Activation], output: Activation | None, n: int
) -> list[Activation]:
    """The activation of each of n layers."""
    if isinstance(activation, str) or not isinstance(activation, Sequence):
        return [activation] * (n - (output is not None)) + ([] if output is None else [output])
    kinds = [*activation, *([] if output is None else [output])]
    if len(kinds) != n:
        raise ArgumentError(
            f"MLP: got {len(activation)} activations{'' if output is None else ' and output='} for "
            f"{n} layers; no activation may be missing or left over."
        )
    return kinds
