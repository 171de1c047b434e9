"""Activations and gradients of a model, layer by layer.

No layer has to offer anything for this: whose a number in the graph is, its operands tell. A node
belongs to the layer of the parameters among its operands, or else, as an activation does, to the
layer that its operands belong to; a layer's outputs are those that others, or nobody, use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograd import ArgumentError, OperandError, Value, enable_grad
from viz.axes import callable_of, examples_of, outputs_of
from viz.picture import adjoints_of, in_order

SATURATED = 0.01  # |f'(Z)| below which a unit hardly learns: a sigmoid below 0.01 or above 0.99


@dataclass
class LayerNumbers:
    """What one layer has, in order.

    Attributes:
        name: of the layer.
        numbers: the activations of all units and examples, or the gradients of the parameters.
        units: how many units, or parameters.
        dead: how many units have the slope 0 at every example.
        saturated: how many others have a slope below ``SATURATED`` at most examples; a relu that
            is off does not count.
    """

    name: str
    numbers: list[float] = field(default_factory=list)
    units: int = 0
    dead: int = 0
    saturated: int = 0


def activations_of(what: str, model: Any, inputs: Any) -> list[LayerNumbers]:
    """The activations of every layer over the examples, from the inputs to the outputs."""
    names, owner = layers_of(what, model)
    found: dict[str, LayerNumbers] = {}
    states: dict[str, list[list[tuple[bool, bool]]]] = {}
    for row in examples_of(what, inputs):
        with enable_grad():
            outputs = [o for o in outputs_of(what, model(row)) if isinstance(o, Value)]
        for name, nodes in _by_layer(outputs, owner).items():
            layer = found.setdefault(name, LayerNumbers(names[name]))
            layer.numbers += [node.data for node in nodes]
            layer.units = max(layer.units, len(nodes))
            states.setdefault(name, []).append([_state(node) for node in nodes])
    if not found:
        raise ArgumentError(f"{what}: what the model gives does not depend on its parameters.")
    for name, layer in found.items():
        layer.dead, layer.saturated = _counted(states[name])
    return [found[name] for name in names if name in found]


def gradients_of(what: str, model: Any, loss: Any) -> list[LayerNumbers]:
    """The gradients of every layer's parameters; nobody's ``.grad`` is read or changed."""
    names, owner = layers_of(what, model)
    total = dict.fromkeys(owner, 0.0)
    met: set[int] = set()
    losses = [loss] if isinstance(loss, Value) else _losses(what, model, loss)
    count = 0
    for value in losses:
        count += 1
        nodes = in_order([value])
        adjoints = adjoints_of([value], nodes)
        for node in nodes:
            if id(node) in total:
                met.add(id(node))
                total[id(node)] += adjoints[id(node)]
    if not met:
        raise ArgumentError(f"{what}: the loss depends on no parameter of this model.")
    found = {name: LayerNumbers(names[name]) for name in names}
    for key, name in owner.items():
        found[name].numbers.append(total[key] / count)
        found[name].units += 1
    return list(found.values())


def _losses(what: str, model: Any, given: Any) -> Iterable[Value]:
    """A graph an example, each freed before the next is built."""
    if not (isinstance(given, (tuple, list)) and len(given) == 3 and callable(given[2])):
        raise OperandError(
            f"{what}: takes a loss, which is a Value, or (X, y, loss) with a function "
            "loss(outputs, target)."
        )
    inputs, targets, loss = given
    rows = examples_of(what, inputs)
    if len(rows) != len(targets):
        raise ArgumentError(f"{what}: got {len(targets)} targets for {len(rows)} examples.")
    for row, target in zip(rows, targets, strict=True):
        with enable_grad():
            value = loss(callable_of(what, model)(row), target)
        if not isinstance(value, Value):
            raise OperandError(f"{what}: the loss gave {value!r}, no Value.")
        yield value


def layers_of(what: str, model: Any) -> tuple[dict[str, str], dict[int, str]]:
    """The layers' paths with their names, and the path of each parameter's layer.

    A layer is the innermost module that holds parameters, but for a neuron, which is part of one.
    """
    from nn import Module  # a page that draws expressions does without nn

    if not isinstance(model, Module):
        raise OperandError(f"{what}: {type(model).__name__} is no module of nn.")
    callable_of(what, model)
    owner: dict[int, str] = {}
    scopes: dict[str, set[str]] = {}
    for path, parameter in model.named_parameters():
        layer = _layer_path(model, path)
        owner[id(parameter)] = layer
        scopes.setdefault(layer, set()).add(parameter.note.scope.partition("/")[0])
    if not owner:
        raise ArgumentError(f"{what}: {type(model).__name__} has no parameters.")
    titles = {layer: " ".join(found) for layer, found in scopes.items() if len(found) == 1}
    alone = {t for t in titles.values() if list(titles.values()).count(t) == 1}
    names = {
        layer: titles[layer] if titles.get(layer) in alone - {""} else layer or "parameters"
        for layer in scopes
    }
    return names, owner


def _layer_path(model: Any, path: str) -> str:
    """The path of the innermost module that holds the parameter and is no neuron."""
    from nn import Module, Neuron

    thing, parts, innermost = model, path.split("."), ""
    for k, part in enumerate(parts[:-1], start=1):
        if isinstance(thing, dict):
            thing = thing.get(part)
        elif isinstance(thing, (list, tuple)):
            thing = thing[int(part)]
        else:
            thing = getattr(thing, part, None)
        if isinstance(thing, Module) and not isinstance(thing, Neuron):
            innermost = ".".join(parts[:k])
    return innermost


def _by_layer(outputs: list[Value], owner: dict[int, str]) -> dict[str, list[Value]]:
    """The outputs of each layer, in the order of the graph."""
    order = {name: k for k, name in enumerate(dict.fromkeys(owner.values()))}
    belongs = dict(owner)
    ends = {id(node) for node in outputs}
    nodes = in_order(outputs)
    for node in nodes:
        if not node.parents:
            continue
        own = [owner[id(p)] for p in node.parents if id(p) in owner]
        theirs = own or [belongs[id(p)] for p in node.parents if id(p) in belongs]
        if theirs:
            belongs[id(node)] = max(theirs, key=order.__getitem__)
        for operand in node.parents:
            if belongs.get(id(operand)) not in (None, belongs.get(id(node))):
                ends.add(id(operand))
    found: dict[str, list[Value]] = {}
    for node in nodes:
        if node.parents and id(node) in ends and id(node) in belongs:
            found.setdefault(belongs[id(node)], []).append(node)
    return found


def _state(node: Value) -> tuple[bool, bool]:
    """Whether an activation, a node of one operand, has the slope 0 here, and is saturated."""
    if node.op.arity != 1:
        return False, False
    slope = abs(node.partials[0])
    flat = slope == 0.0
    return flat, slope < SATURATED and not (flat and node.op.kinks)  # a relu is only off


def _counted(examples: list[list[tuple[bool, bool]]]) -> tuple[int, int]:
    """Dead units, and saturated ones that are not dead, if every example has the same units."""
    dead = saturated = 0
    if len({len(row) for row in examples}) > 1:
        return 0, 0
    for unit in zip(*examples, strict=True):
        if all(flat for flat, _ in unit):
            dead += 1
        elif 2 * sum(near for _, near in unit) > len(unit):
            saturated += 1
    return dead, saturated
