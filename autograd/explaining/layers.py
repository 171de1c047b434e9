"""Backpropagation as it is derived by hand: layer by layer, with an error δ for every neuron.

A neuron is a node Z that has parameters of its own layer among its operands; δ is ∂L/∂Z. A layer is
the first part of a scope; nn's networks name theirs.
"""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError
from autograd.explaining.derivatives import Adjoint, swept
from autograd.explaining.formulas import Term
from autograd.explaining.graph import Graph
from autograd.explaining.lines import wrapped
from autograd.explaining.steps import derivative, forward_step
from autograd.explaining.writing import ASCII, ATOM, Piece
from autograd.primitives import LEAF
from autograd.words import phrase


class _Layer:
    """The nodes of a layer, its neurons, and each neuron's parameters."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list[Any] = []
        self.neurons: dict[Any, list[Any]] = {}


def layers_of(graph: Graph) -> list[_Layer]:
    """The layers in the order in which they compute.

    Raises:
        ArgumentError: when nothing in the graph is a neuron of a named layer.
    """
    layers: dict[str, _Layer] = {}
    for node in graph.order:
        name = _layer(node)
        own = [x for x in node.parents if x.op is LEAF and x.note.scope and _layer(x) == name]
        if name:
            layer = layers.setdefault(name, _Layer(name))
            layer.nodes.append(node)
            if own:
                layer.neurons[node] = list(dict.fromkeys(own))
    found = [layer for layer in layers.values() if layer.neurons]
    if not found:
        raise ArgumentError(
            f"explain: by_layer() needs a network whose layers have names, as nn.MLP gives; "
            f"{graph.names[graph.root]} was computed by none."
        )
    return found


def _layer(node: Any) -> str:
    return str(node.note.scope).partition("/")[0]


def layer_lines(graph: Graph, lr: float | None) -> list[str]:
    """Forward layer by layer; backward, for each from the last: errors, gradients, update."""
    layers = layers_of(graph)
    neurons = [z for layer in layers for z in layer.neurons]
    forward, written = swept(graph, set(neurons))
    lines = [phrase("forward")]
    for k, layer in enumerate(layers, start=1):
        head = phrase("{layer}: the weighted sums and the activations", layer=layer.name)
        lines += ["", f"  {k}. {head}"]
        for node in layer.nodes:
            step = forward_step(graph, k, node)
            lines += _line(step["name"], step["formula"], step["numbers"], graph, node._number)
    lines += ["", phrase("loss"), ""]
    lines += _formula(graph, graph.names[graph.root], forward[graph.root], graph.root._number)
    error = f"{_error(graph, neurons[-1])} = {derivative(graph, neurons[-1])}"
    lines += ["", phrase("backward, with {error}", error=error)]
    k = 0
    for layer in reversed(layers):
        k += 1
        lines += ["", f"  {k}. {phrase('{layer}: the errors', layer=layer.name)}"]
        for z in layer.neurons:
            lines += _formula(graph, _error(graph, z), written[z], graph.adjoints[z])
        k += 1
        parameters = dict.fromkeys([x for own in layer.neurons.values() for x in own])
        lines += ["", f"  {k}. {phrase('{layer}: the gradients', layer=layer.name)}"]
        for x in parameters:
            lines += _formula(graph, derivative(graph, x), written[x], graph.adjoints[x])
        if lr is not None:
            k += 1
            alpha = "lr" if graph.style is ASCII else "α"
            rate = f"{alpha} = {graph.style.number(lr)}"
            head = phrase("{layer}: the update, {rate}", layer=layer.name, rate=rate)
            lines += ["", f"  {k}. {head}"]
            for x in parameters:
                lines += _update(graph, x, lr, alpha)
    return lines


def _error(graph: Graph, z: Any) -> str:
    """δ_h1 for Z_h1, and δ_‹name› for any other."""
    delta = "delta" if graph.style is ASCII else "δ"
    return f"{delta}_{graph.names[z].removeprefix('Z').lstrip('_')}"


def _update(graph: Graph, x: Any, lr: float, alpha: str) -> list[str]:
    style, old, slope = graph.style, graph.used[x], graph.adjoints[x]
    rule = f"{graph.names[x]} {style.minus} {alpha}{style.times}{derivative(graph, x)}"
    step = style.held(style.constant(slope), ATOM)
    numbers = f"{style.number(old)} {style.minus} {style.number(lr)}{style.times}{step}"
    return _line(phrase("{name} new", name=graph.names[x]), rule, numbers, graph, old - lr * slope)


def _formula(graph: Graph, name: str, formula: Term, number: float) -> list[str]:
    style = graph.style

    def names(what: Any) -> Piece:
        if isinstance(what, Adjoint):
            return _error(graph, what.of), ATOM
        return graph.names[what], ATOM

    def numbers(what: Any) -> Piece:
        if isinstance(what, Adjoint):
            return style.constant(graph.adjoints[what.of])
        return style.constant(graph.used[what] if what.is_leaf else what._number)

    return _line(name, style.write(formula, names), style.write(formula, numbers), graph, number)


def _line(name: str, formula: str, numbers: str, graph: Graph, number: float) -> list[str]:
    pieces = [formula, numbers, graph.style.number(number)]
    shown = [text for i, text in enumerate(pieces) if text not in pieces[:i]]
    return wrapped(f"     {name} = {' = '.join(shown)}", 9)
