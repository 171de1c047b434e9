"""What is computed from a network's outputs, such as a loss: one box for each root of the graph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from autograd import Value
from viz.dot import one_line
from viz.neurons import Firing, NotDrawnError, is_constant, is_parameter
from viz.numbers import same, shown

MANY = 1000
LONGEST = 34  # characters of a formula
ROOM = 30  # operations of an ending that are folded into it, and four more for each neuron


@dataclass(eq=False)
class Ending:
    """A root that is no neuron, with all that is between it and the neurons.

    Attributes:
        sources: the units, and other endings, that it reads.
        read: the nodes that it reads of them, by ``id``.
        values: its own leaves, such as targets: (label, number that was used, number now).
        parameters: labels of parameters that it reads itself, as a penalty does.
        operations: how many there are.
        formula: if it is short, for one example.
    """

    name: str
    label: str
    node: Any
    number: float | None
    sources: list[Any] = field(default_factory=list)
    values: list[tuple[str, float | None, float | None]] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    operations: int = 0
    formula: str = ""


def endings_of(
    roots: list[Any],
    nodes: list[Any],
    units: dict[int, Any],
    firings: list[Firing],
) -> list[Ending]:
    """The endings; ``units`` are those of the nodes that stand for one: outputs and inputs.

    Raises NotDrawnError where something else is computed inside of the network.
    """
    _refuse_the_rest(nodes, firings)
    inner = {place for f in firings for place in f.within}
    for unit in {id(u): u for u in units.values()}.values():
        if not unit.weights:
            unit.within = max([_below(node) for node in unit.a])
    endings: dict[int, Ending] = {}
    places = {id(node): k for k, node in enumerate(nodes)}
    read = {id(u.sources): u.sources for u in units.values()}  # those of a layer are one list
    inside = {id(source) for sources in read.values() for source in sources}
    for root in sorted(roots, key=lambda root: places[id(root)]):
        if id(root) in units:
            continue
        if id(root) in inner or not root.parents:
            raise NotDrawnError("an output is inside of a neuron, or nothing but a leaf")
        label = one_line(root.label)[:40]
        found = Ending(f"e{len(endings)}", label, root, root.data)
        _collect(found, units, endings)
        if found.operations > ROOM + 4 * len(firings):
            raise NotDrawnError("the network is a small part of the graph")
        hidden = any(id(s) in inside and s.weights for s in found.sources if hasattr(s, "weights"))
        if found.parameters and hidden:  # as a program of gradients does
            raise NotDrawnError("the network is used in another way too")
        endings[id(root)] = found
    return list(endings.values())


def _refuse_the_rest(nodes: list[Any], firings: list[Firing]) -> None:
    """Raise where something reads the inside of a neuron, or is computed between neurons."""
    inner = {place for f in firings for place in f.within}
    neurons = {id(node) for f in firings for node in (f.z, f.a)} | inner
    outputs = {id(f.a) for f in firings}
    depends: set[int] = set()
    for node in nodes:
        for operand in () if id(node) in neurons else node.parents:
            if id(operand) in inner and not is_constant(operand):
                raise NotDrawnError("something reads the inside of a neuron")
            if id(operand) in outputs or id(operand) in depends:
                depends.add(id(node))
    for f in firings:
        for node in {id(x): x for x in f.sources}.values():
            if id(node) in depends or id(node) in inner:
                raise NotDrawnError("something is computed between the neurons")


def _below(node: Any) -> int:
    """How many Values a node is computed from, counted up to ``MANY``."""
    seen: set[int] = set()
    stack = list(node.parents)
    while stack and len(seen) < MANY:
        operand = stack.pop()
        if id(operand) not in seen:
            seen.add(id(operand))
            stack += operand.parents
    return len(seen)


def _collect(ending: Ending, units: dict[int, Any], endings: dict[int, Ending]) -> None:
    seen: set[int] = set()
    sources: dict[int, Any] = {}
    leaves: dict[int, tuple[Any, float | None]] = {}
    stack = [ending.node]
    while stack:
        node = stack.pop()
        ending.operations += 1
        numbers = node.numbers if isinstance(node, Value) else (None,) * len(node.parents)
        for operand, number in reversed(list(zip(node.parents, numbers, strict=True))):
            if id(operand) in seen:
                continue
            seen.add(id(operand))
            known = units.get(id(operand)) or endings.get(id(operand))
            if known is not None:
                sources[id(known)] = known
                ending.read |= getattr(known, "read", {id(operand)})
            elif operand.parents:
                stack.append(operand)
            elif is_parameter(operand):
                ending.parameters.append(one_line(operand.label)[:40] or "parameter")
            elif not is_constant(operand):
                leaves[id(operand)] = operand, number
    ending.sources = list(sources.values())
    for operand, number in leaves.values():
        moved = number is not None and not same(number, operand.data)
        label = one_line(operand.label)[:40] or "value"
        ending.values.append((label, number, operand.data if moved else None))
    if ending.operations <= 8:
        ending.formula = _formula(ending, units, endings)


def _formula(ending: Ending, units: dict[int, Any], endings: dict[int, Ending]) -> str:
    read: dict[int, str] = {}

    def written(node: Any) -> tuple[str, int]:
        """Its text, and how tightly it binds: 1 a sum, 2 a product, 3 by itself."""
        if node is not ending.node and (id(node) in units or id(node) in endings):
            return read.setdefault(id(node), one_line(node.label) or "A"), 3
        if not node.parents:
            number = "½" if node.data == 0.5 else shown(node.data) if is_constant(node) else ""
            return number or one_line(node.label) or "value", 3
        parts = [written(operand) for operand in node.parents]
        name, symbol = node.op.name, node.op.symbol
        if name in ("add", "sub"):
            (x, _), (y, k) = parts
            return f"{x} {symbol} {y if k > 1 else f'({y})'}", 1
        if name in ("mul", "div"):
            x, y = [text if k > 1 else f"({text})" for text, k in parts]
            if name == "div" and parts[1][1] == 2:
                y = f"({y})"
            return (f"{x} {y}" if name == "mul" and y[0] == "(" else f"{x} {symbol} {y}"), 2
        if name == "powc":
            x = parts[0][0] if parts[0][1] > 2 else f"({parts[0][0]})"
            return x + {"^2": "²", "^3": "³"}.get(symbol, symbol), 3
        return applied(symbol if len(parts) == 1 else name, ", ".join(x for x, _ in parts)), 3

    text, _ = written(ending.node)
    return _named(text, list(read.values()), ending)


def _named(text: str, labels: list[str], ending: Ending) -> str:
    """The formula, with A for the only output; "" if it is long, or two outputs have one name."""
    if len(set(labels)) < len(labels) or len(text) > LONGEST:
        return ""
    if len(labels) == 1 and len(ending.sources) == 1 and re.fullmatch(r"A_\w+", labels[0]):
        return text.replace(labels[0], "A")
    return text


def applied(symbol: str, text: str) -> str:
    """A function of something: σ(Z), or |Z|.

    >>> applied("σ", "Z"), applied("|x|", "Z"), applied("exp", "Z")
    ('σ(Z)', '|Z|', 'exp(Z)')
    """
    if symbol.count("x") == 1 and not re.search(r"\w", symbol.replace("x", "")):
        return symbol.replace("x", text)
    return f"{symbol}({text})"
