"""What a network is made of, before anybody draws it: units, layers, parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from viz.dot import one_line
from viz.endings import MANY, Ending


@dataclass
class Parameter:
    """A weight or a bias: the number that was used, and what it is now if that is another one."""

    node: Any
    label: str
    number: float | None
    now: float | None = None


@dataclass(eq=False)
class Unit:
    """A neuron, or an input, which has no weights.

    Attributes:
        name: unique in the network, for names in the picture.
        label: what is written.
        weights, bias: its parameters; ``sources`` are the units at its weights.
        symbol: of the activation; "" for none.
        z, a: its nodes, one for each example; an input has only ``a``.
        numbers: A by example, as it was used; None where there are no numbers.
        now: of an input, the number that it has now where that is another one, by example.
        scope, key, depth, model: the path of its module, which neuron it is, its column, and " of
            model 2" if there are several.
        constant: of an input, whether it is a plain number; then it has no gradient.
        within: how many Values an input is computed from, which the picture doesn't show.
    """

    name: str
    label: str
    weights: list[Parameter] = field(default_factory=list)
    bias: Parameter | None = None
    sources: list[Unit] = field(default_factory=list)
    symbol: str = ""
    single: bool = True
    z: list[Any] = field(default_factory=list)
    a: list[Any] = field(default_factory=list)
    numbers: list[float | None] = field(default_factory=list)
    now: dict[int, float] = field(default_factory=dict)
    scope: str = ""
    within: int = 0
    constant: bool = False
    depth: int = 0
    key: int = 0
    model: str = ""

    @property
    def origin(self) -> str:
        """What an input is computed from, in words; "" for a leaf."""
        if not self.within:
            return ""
        many = f"{self.within}" if self.within < MANY else f"{MANY} or more"
        return f"from {many} Value{'s' * (self.within > 1)}"

    @property
    def told(self) -> str:
        """Its name in words, with its model if there are several."""
        node = self.z[0] if self.weights else self.a[0]
        name = self.label if self.weights else one_line(node.label)[:200] or self.label
        return name + self.model


@dataclass
class Layer:
    """Units that stand in one column, in their order."""

    name: str
    title: str
    units: list[Unit]
    depth: int
    model: int = 0


@dataclass
class Network:
    """All of it.

    Attributes:
        layers: inputs first.
        endings: what is computed from the outputs, such as a loss.
        examples: how many; the units have as many numbers.
        roots, nodes: the Values it was made from, operands before users.
        numbers: whether there are activations; a program or a module alone has none.
        weighted: whether parameters have numbers; a program has none.
        models: how many there are.
    """

    layers: list[Layer]
    endings: list[Ending]
    examples: int
    roots: list[Any]
    nodes: list[Any]
    numbers: bool
    weighted: bool
    models: int = 1

    def endings_of_example(self) -> tuple[list[Ending], int]:
        """The endings that read the first example, and how many others there are."""
        nodes = {id(u.a[0]) for la in self.layers for u in la.units}
        first = [e for e in self.endings if not e.read or not nodes.isdisjoint(e.read)]
        return first, len(self.endings) - len(first)

    @property
    def changed(self) -> bool:
        """Whether a parameter or an input has another number now than the one that was used."""
        units = [unit for layer in self.layers for unit in layer.units]
        return any(now is not None for e in self.endings for _, _, now in e.values) or any(
            u.now or any(p.now is not None for p in [*u.weights, *([u.bias] if u.bias else [])])
            for u in units
        )


def brief(label: str) -> str:
    """A label as a box has it: one short line."""
    label = one_line(label[:400])
    return label if len(label) <= 24 else f"{label[:23]}…"
