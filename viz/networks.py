"""Networks: a graph of Values, a program or a module as layers of neurons.

A network is drawn as such only if the picture is true: every Value of the graph is in a neuron, an
input, or what is computed from the outputs; else there is no network, and the graph is drawn box by
box.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from autograd import Compiled, Program, Value
from viz.cards import cards
from viz.columns import columns
from viz.dot import one_line
from viz.endings import endings_of
from viz.modules import roots_of_module
from viz.neurons import Firing, NotDrawnError, firings_of, is_constant, told_apart
from viz.numbers import same
from viz.picture import in_order
from viz.programs import outputs
from viz.scene import Scene
from viz.strips import strips
from viz.units import Layer, Network, Parameter, Unit, brief

LEVELS = ("card", "neuron", "layer")  # from fine to coarse


def network_of(roots_or_module: Any) -> Network | None:
    """The network of a Value, of several, of a program, or of a module; None if there is none.

    None also where a picture of neurons would not show everything, or not truly: where something
    is computed between layers, a neuron reads itself, or a weight was changed between examples.
    O(operands).

    >>> from autograd import dot
    >>> network_of(Value(2.0) * 3) is None
    True
    """
    try:
        if isinstance(roots_or_module, (Program, Compiled)):
            program: Any = getattr(roots_or_module, "program", roots_or_module)
            return _network(outputs(program), numbers=False, weighted=False)
        if isinstance(roots_or_module, Value):
            return _network([roots_or_module])
        is_module = hasattr(roots_or_module, "named_parameters")  # perhaps iterable
        if isinstance(roots_or_module, Iterable) and not is_module:
            roots = list(roots_or_module)
            known = all(isinstance(root, Value) for root in roots)
            return _network(roots, numbers=known, weighted=known)
        return _network(roots_of_module(roots_or_module), numbers=False)
    except NotDrawnError:
        return None


def scene_of(
    network: Network, level: str, *, digits: int = 4, gradients: bool | str | None = None
) -> Scene:
    """The network laid out at one of ``LEVELS``: a :class:`viz.scene.Scene`.

    gradients: as for :func:`viz.draw`.
    """
    layout = {"card": cards, "neuron": columns, "layer": strips}[level]
    return layout(network, digits=digits, gradients=gradients)


def _network(roots: list[Any], *, numbers: bool = True, weighted: bool = True) -> Network:
    roots = list({id(root): root for root in roots}.values())
    nodes = in_order(roots)
    firings = firings_of(nodes)
    if not firings:
        raise NotDrawnError("there is no neuron")
    models, examples = told_apart(firings)
    units = _units(firings, examples, numbers=numbers, weighted=weighted)
    neurons = {id(f.a): units[f.key] for f in firings}
    inputs = _inputs(firings, units, examples, neurons)
    everyone = {**{id(node): u for u in inputs for node in u.a}, **neurons}
    endings = endings_of(roots, nodes, everyone, firings)
    layers = _layers(list(units.values()), inputs, models)
    count = 1 + max(examples[id(f.z)] for f in firings)
    return Network(
        layers, endings, count, roots, nodes, numbers, weighted, 1 + max(models.values())
    )


def _units(
    firings: list[Firing], examples: dict[int, int], *, numbers: bool, weighted: bool
) -> dict[int, Unit]:
    """The neurons, by key; each has all its examples, in their order."""
    units: dict[int, Unit] = {}
    first: dict[int, Firing] = {}
    for f in sorted(firings, key=lambda f: examples[id(f.z)]):
        unit = units.get(f.key)
        if unit is None:
            first[f.key] = f
            unit = units[f.key] = _unit(f, f"n{len(units)}", weighted=weighted)
        elif f.used != first[f.key].used or f.symbol != unit.symbol:
            raise NotDrawnError("a weight has another number for another example")
        if examples[id(f.z)] != len(unit.z):
            raise NotDrawnError("a neuron reads itself, or is left out of some examples")
        unit.z.append(f.z)
        unit.a.append(f.a)
        unit.numbers.append(f.a.data if numbers else None)
    if len({len(unit.z) for unit in units.values()}) > 1:
        raise NotDrawnError("a neuron is left out of some examples")
    return units


def _unit(f: Firing, name: str, *, weighted: bool) -> Unit:
    label = brief(f.scope.rpartition("/")[2]) or "neuron"
    nodes = [*f.weights, *([] if f.bias is None else [f.bias])]
    used = f.used if weighted else (None,) * len(nodes)
    found = [_parameter(node, number) for node, number in zip(nodes, used, strict=True)]
    bias = found.pop() if f.bias is not None else None
    return Unit(
        name, label, found, bias, symbol=f.symbol, scope=f.scope, single=f.between < 2, key=f.key
    )


def _parameter(node: Any, number: float | None) -> Parameter:
    moved = number is not None and not same(number, node.data)
    return Parameter(node, one_line(node.label)[:40], number, node.data if moved else None)


def _inputs(
    firings: list[Firing], units: dict[int, Unit], examples: dict[int, int], neurons: dict[int, Any]
) -> list[Unit]:
    """The units without weights; every neuron is told its sources."""
    history: dict[int, list[Firing]] = {}  # by neuron
    first: dict[int, Firing] = {}
    taken: dict[int, float] = {}
    for f in sorted(firings, key=lambda f: examples[id(f.z)]):
        history.setdefault(f.key, []).append(f)
        if first.setdefault(f.reads, f) is f:
            for node, number in zip(f.sources, f.taken, strict=bool(f.taken)):
                if id(node) not in neurons and not same(taken.setdefault(id(node), number), number):
                    raise NotDrawnError("an input has two numbers")
        elif not all(map(same, first[f.reads].taken, f.taken)):
            raise NotDrawnError("an input has two numbers")
    inputs: dict[Any, Unit] = {}
    wired: dict[tuple[int, ...], list[Unit]] = {}  # neurons of a layer read the same
    for key, found in history.items():
        reads = tuple([f.reads for f in found])
        if reads not in wired:
            known = units[key].numbers[0] is not None
            wired[reads] = [
                _source(k, list(nodes), inputs, neurons, taken if known else {})
                for k, nodes in enumerate(zip(*[f.sources for f in found], strict=True))
            ]
        units[key].sources = wired[reads]
    places = [place for unit in inputs.values() for place in {id(node) for node in unit.a}]
    if len(set(places)) < len(places):
        raise NotDrawnError("an input is another one's in another example")
    return list(inputs.values())


def _source(
    k: int,
    nodes: list[Any],
    inputs: dict[Any, Unit],
    neurons: dict[int, Any],
    taken: dict[int, float],
) -> Unit:
    """What is read at a weight: ``nodes`` are those of all examples."""
    found = {id(neurons[id(n)]) if id(n) in neurons else 0 for n in nodes}
    if len(found) > 1:
        raise NotDrawnError("not all examples are wired alike")
    if found != {0}:
        unit: Unit = neurons[id(nodes[0])]
        return unit
    plain = all(is_constant(node) for node in nodes)
    key: Any = tuple(map(id, nodes))
    if plain and taken:  # each neuron has a node of its own for the same number
        key = (k, *[repr(taken[place]) for place in key])
    if key not in inputs:
        label = brief(nodes[0].label) or f"input {len(inputs) + 1}"
        unit = inputs[key] = Unit(f"i{len(inputs)}", label, a=nodes, constant=plain)
        unit.numbers = [taken.get(id(node)) for node in nodes]
        for e, (node, number) in enumerate(zip(nodes, unit.numbers, strict=True)):
            if number is not None and not same(number, node.data):
                unit.now[e] = node.data
    return inputs[key]


def _layers(units: list[Unit], inputs: list[Unit], models: dict[int, int]) -> list[Layer]:
    for unit in units:  # a source comes before its users, so its depth is known
        unit.depth = 1 + max([source.depth for source in unit.sources])
    groups: dict[tuple[int, int, str], list[list[Unit]]] = {}
    for unit in units:
        parent = unit.scope.rpartition("/")[0]
        copies = groups.setdefault((unit.depth, models[unit.key], parent), [[]])
        if unit.z[0].note.label:  # one that is there already is that of another layer
            names = [{(u.scope, u.z[0].note.label) for u in copy} for copy in copies]
            own = unit.scope, unit.z[0].note.label
            k = next((k for k, taken in enumerate(names) if own not in taken), len(names))
            copies += [[]] * (k == len(names))
            copies[k].append(unit)
        else:
            copies[0].append(unit)
    several = len(set(models.values())) > 1
    layers = [Layer("l0", "inputs" if len(inputs) > 1 else "input", inputs, 0)]
    for depth, model, parent in sorted(groups, key=lambda g: g[:2]):
        for k, found in enumerate(groups[depth, model, parent], start=1):
            title = brief(parent.rpartition("/")[2]) or f"layer {depth}"
            if len(groups[depth, model, parent]) > 1:
                title += f" ({k})"
            if several:
                title += f", model {model + 1}"
                for unit in found:
                    unit.model = f" of model {model + 1}"
            layers.append(Layer(f"l{len(layers)}", title, _sorted(found), depth, model))
    return layers


def _sorted(units: list[Unit]) -> list[Unit]:
    """By their numbers, if they are counted through."""
    parts = [re.fullmatch(r"(.*?)(\d{1,9})", unit.label) for unit in units]
    names = {m.group(1) if m else None for m in parts}
    counted = len(names) == 1 and None not in names
    if counted and len({unit.label for unit in units}) == len(units):
        return sorted(units, key=lambda unit: int(re.findall(r"\d+", unit.label)[-1]))
    if len({unit.label for unit in units}) < len(units):
        for k, unit in enumerate(units, start=1):
            unit.label = f"{unit.label} {k}" if len(unit.label) < 12 else f"neuron {k}"
    return units
