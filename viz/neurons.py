"""The neurons of a graph: A = f(Z), Z = Σ W·A + B, found by their form and their notes.

A neuron is a ``dot`` whose weights are parameters (leaves with a scope), or the same written out in
products and sums; its activation is what has the neuron's scope and depends on Z alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd import TABLE, Value

LEAF = Value(0.0).op  # a plain number that became an operand has another one
ADD, MUL, DOT = (str(TABLE[name]) for name in ("add", "mul", "dot"))


class NotDrawnError(Exception):
    """There is something in the graph that a picture of a network would not show."""


@dataclass
class Firing:
    """A neuron at work once: one of them for each example.

    Attributes:
        z, a: the nodes; ``a`` is ``z`` where there is no activation.
        weights, sources, bias: its parameters, and what comes in at each weight; ``bias`` may be
            None.
        used: the numbers of weights and bias when Z was made; empty in a program.
        taken: those of the sources.
        symbol: of the activation, "" for none; "f" if it is more than one operation.
        within: by ``id``, the nodes inside of it: nothing else may use them.
        between: how many operations there are between Z and A.
        key: which neuron this is: the same for all that have these parameters.
        reads: which sources it has: the same for all that read the same nodes in this order.
    """

    z: Any
    a: Any
    weights: tuple[Any, ...]
    sources: tuple[Any, ...]
    bias: Any
    used: tuple[float, ...]
    taken: tuple[float, ...]
    symbol: str = ""
    within: set[int] = field(default_factory=set)
    between: int = 0
    key: int = 0
    reads: int = 0

    @property
    def scope(self) -> str:
        """The scope of Z: the path of the neuron's module."""
        scope: str = self.z.note.scope
        return scope


def firings_of(nodes: list[Any]) -> list[Firing]:
    """Every neuron at work in a graph, inputs before users; ``nodes`` as ``in_order`` gives them.

    O(operands). Raises NotDrawnError when something uses what is inside of a neuron.
    """
    found: dict[int, Firing] = {}
    inside: dict[int, int] = {}  # a product or sum that is a part of a Z
    users: dict[int, int] = {}
    for node in nodes:
        if node.op.name in (ADD, MUL):
            for operand in node.parents:
                users[id(operand)] = users.get(id(operand), 0) + 1
    for node in reversed(nodes):
        if not node.note.scope or id(node) in inside or node.op.name not in (DOT, ADD, MUL):
            continue
        firing = _of_dot(node) if node.op.name == DOT else _of_sums(node, users)
        if firing is not None:
            found[id(node)] = firing
            inside.update(dict.fromkeys(firing.within, id(node)))
    _find_activations(nodes, found)
    firings = [found[id(node)] for node in nodes if id(node) in found]
    keys: dict[tuple[int, ...], int] = {}
    reads: dict[tuple[int, ...], int] = {}
    for f in firings:
        f.key = keys.setdefault((*map(id, f.weights), id(f.bias)), len(keys))
        f.reads = reads.setdefault(tuple(map(id, f.sources)), len(reads))
    return firings


def told_apart(firings: list[Firing]) -> tuple[dict[int, int], dict[int, int]]:
    """The number of the model of each neuron, by key, and of the example of each Z, by ``id``."""
    by_output = {id(f.a): f for f in firings}
    runs = _Groups()  # what belongs to one run of a model: what reads each other
    done: dict[int, int] = {}
    for f in firings:
        if f.reads in done:
            runs.join(id(f.z), done[f.reads])
            continue
        for node in f.sources:
            if id(node) in by_output:  # neurons that share inputs alone may be of two models
                runs.join(id(f.z), id(by_output[id(node)].z))
                done[f.reads] = id(f.z)
    run_of = {id(f.z): runs.find(id(f.z)) for f in firings}
    parts = _Groups()  # neurons that ever ran together
    leader: dict[int, int] = {}
    for f in firings:
        parts.join(f.key, leader.setdefault(run_of[id(f.z)], f.key))
    part_of = {f.key: parts.find(f.key) for f in firings}
    order: dict[int, dict[int, int]] = {}
    for f in firings:
        found = order.setdefault(part_of[f.key], {})
        found.setdefault(run_of[id(f.z)], len(found))
    if len({len(found) for found in order.values()}) > 1:
        raise NotDrawnError("the models have not as many examples")
    examples = {id(f.z): order[part_of[f.key]][run_of[id(f.z)]] for f in firings}
    models = _models(firings, part_of)
    return {key: models[part] for key, part in part_of.items()}, examples


def _models(firings: list[Firing], part_of: dict[int, int]) -> dict[int, int]:
    """The model of each part: parts that have no name twice are of one."""
    scopes: dict[int, set[tuple[str, str]]] = {}
    for f in firings:
        names = scopes.setdefault(part_of[f.key], set())
        if f.z.note.label:
            names.add((f.scope, f.z.note.label))
    taken: list[set[tuple[str, str]]] = []
    model_of: dict[int, int] = {}
    for part, names in scopes.items():
        model_of[part] = next((k for k, t in enumerate(taken) if not t & names), len(taken))
        if model_of[part] == len(taken):
            taken.append(set())
        taken[model_of[part]] |= names
    return model_of


class _Groups:
    """Disjoint sets."""

    def __init__(self) -> None:
        self._above: dict[Any, Any] = {}

    def find(self, x: Any) -> Any:
        above = self._above
        while (y := above.setdefault(x, x)) != x:
            above[x] = above[y]
            x = above[x]
        return x

    def join(self, x: Any, y: Any) -> None:
        self._above[self.find(x)] = self.find(y)


def is_parameter(node: Any) -> bool:
    """Whether a node is a leaf that belongs to a module."""
    return bool(node.note.scope) and not node.parents


def is_constant(node: Any) -> bool:
    """Whether a node is a plain number that became an operand."""
    if node.parents or node.note.scope or node.label:
        return False
    return node.op is not LEAF if isinstance(node, Value) else node.data is not None


def _of_dot(z: Any) -> Firing | None:
    parents = z.parents
    n = len(parents) // 2
    weights, sources = parents[:n], parents[n : 2 * n]
    if not n or not all([is_parameter(w) for w in weights]):
        return None
    bias = parents[-1] if len(parents) % 2 else None
    if bias is not None and not (is_parameter(bias) or is_constant(bias)):
        return None
    numbers = z.numbers if isinstance(z, Value) else ()
    used = (*numbers[:n], *numbers[2 * n :])
    return Firing(z, z, weights, sources, bias, used, numbers[n : 2 * n])


def _of_sums(z: Any, users: dict[int, int]) -> Firing | None:
    """Z from single products and sums, all of one scope."""
    terms, within, stack = [], set(), [(z, None)]
    while stack:
        node, number = stack.pop()
        own = node is z or (node.note.scope == z.note.scope and users.get(id(node), 0) == 1)
        if node.op.name in (ADD, MUL) and own and node is not z:
            within.add(id(node))
        if node.op.name == ADD and own:
            numbers: Any = node.numbers if isinstance(node, Value) else (None, None)
            stack += reversed(list(zip(node.parents, numbers, strict=True)))
        elif node.op.name == MUL and own:
            terms.append((node, None))
        elif is_parameter(node):
            terms.append((node, number))
        else:
            return None
    products = [node for node, _ in terms if node.op.name == MUL]
    biases = [(node, number) for node, number in terms if node.op.name != MUL]
    if not products or len(biases) > 1 or (biases and terms[-1][0] is not biases[0][0]):
        return None
    swapped = [not is_parameter(p.parents[0]) for p in products]
    pairs = [p.parents[::-1] if s else p.parents for p, s in zip(products, swapped, strict=True)]
    if not all([is_parameter(w) for w, _ in pairs]):
        return None
    bias, last = biases[0] if biases else (None, None)
    used, taken = [], []
    if isinstance(z, Value):
        for product, s in zip(products, swapped, strict=True):
            w, x = product.numbers[::-1] if s else product.numbers
            used.append(w)
            taken.append(x)
        used += [last] if biases else []
    weights, sources = tuple([w for w, _ in pairs]), tuple([x for _, x in pairs])
    return Firing(z, z, weights, sources, bias, tuple(used), tuple(taken), within=within)


def _find_activations(nodes: list[Any], found: dict[int, Firing]) -> None:
    """Give every firing its A: the first node of its scope that depends on nothing but Z."""
    of: dict[int, int] = {}  # by node, the Z that it depends on alone
    activated: set[int] = set()
    for node in nodes:
        if id(node) in found:
            of[id(node)] = id(node)
            continue
        operands = [p for p in node.parents if not is_constant(p)]
        zs = {of.get(id(p), 0) for p in operands} if len(operands) <= 8 else set()
        if len(zs) != 1 or 0 in zs:
            continue
        (z,) = zs
        firing = found[z]
        if z in activated or node.note.scope != firing.scope:
            of[id(node)] = z
            continue
        activated.add(z)
        _activate(firing, node)


def _activate(firing: Firing, a: Any) -> None:
    z = firing.z
    seen: set[int] = set()
    stack = [a]
    while stack:
        for operand in stack.pop().parents:
            if id(operand) not in seen:
                seen.add(id(operand))
                if operand is not z:
                    stack.append(operand)
    single = len(a.parents) == 1 and a.parents[0] is z
    firing.a = a
    firing.symbol = a.op.symbol if single else "f"
    firing.between = 1 if single else 2
    firing.within |= seen
