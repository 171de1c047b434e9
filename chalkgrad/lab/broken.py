"""Nine engines with one mistake each: those that people make when they first write one.

Each is the engine of :mod:`chalkgrad.lab.engine` with a few lines changed, and what a lesson with
it is: one sweep, or two, or a step of training. :data:`BROKEN` has them by name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chalkgrad.lab.engine import Node, backward, in_order

LR = 0.1  # of the lessons that make a step

Lesson = Callable[[Node, list[Node]], None]  # given the result and the leaves


@dataclass(frozen=True)
class Broken:
    """An engine with a mistake.

    Attributes:
        name: what it is called.
        mistake: the mistake, in a sentence.
        lesson: what is done with a graph by it; the leaves then have gradients, or data.
        right: the same, done right.
        remedy: what is to be changed.
    """

    name: str
    mistake: str
    lesson: Lesson
    right: Lesson
    remedy: str

    def numbers(self, root: Node, leaves: list[Node]) -> list[tuple[float, float]]:
        """Data and gradient of every leaf after the lesson by this engine."""
        self.lesson(root, leaves)
        return [(leaf.data, leaf.grad) for leaf in leaves]


def recursion(root: Node, leaves: list[Node]) -> None:
    """Each node hands on all that it has, each time that something arrives."""

    def spread(node: Node) -> None:
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial
            spread(parent)

    root.grad = 1.0
    spread(root)


def breadth_first(root: Node, leaves: list[Node]) -> None:
    """The nearest first: a node hands on before all of its uses have been met."""
    root.grad = 1.0
    todo, seen = deque([root]), {root}
    while todo:
        node = todo.popleft()
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)


def assigns(root: Node, leaves: list[Node]) -> None:
    """``=`` where ``+=`` is meant: of several uses the last one stays."""
    root.grad = 1.0
    for node in reversed(in_order(root)):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad = node.grad * partial


def not_reset(root: Node, leaves: list[Node]) -> None:
    """A second sweep begins with what the first has left in inner nodes."""
    for _ in range(2):
        root.grad = 1.0
        for node in reversed(in_order(root)):
            for parent, partial in zip(node.parents, node.partials, strict=True):
                parent.grad += node.grad * partial


def order_of_creation(root: Node, leaves: list[Node]) -> None:
    """From the leaves on, as the nodes were made, and not from the result back."""
    root.grad = 1.0
    for node in in_order(root):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial


def stale_data(root: Node, leaves: list[Node]) -> None:
    """The partials are taken in the backward pass, from numbers that have changed since."""
    _change(leaves)
    root.grad = 1.0
    for node in reversed(in_order(root)):
        for i, parent in enumerate(node.parents):
            other = node.parents[1 - i]
            parent.grad += node.grad * (1.0 if node.op == "+" else other.data)


def wrong_rule(root: Node, leaves: list[Node]) -> None:
    """∂(x·y)/∂x is said to be x."""
    root.grad = 1.0
    for node in reversed(in_order(root)):
        for parent in node.parents:
            parent.grad += node.grad * (1.0 if node.op == "+" else parent.data)


def no_zero_grad(root: Node, leaves: list[Node]) -> None:
    """A second step of training adds to the gradients of the first."""
    for _ in range(2):
        backward(root)
        _step(leaves)
        root = again(root, leaves)


def update_too_early(root: Node, leaves: list[Node]) -> None:
    """Each weight moves as soon as a gradient reaches it; the rest is swept with the new ones."""
    root.grad = 1.0
    for node in reversed(in_order(root)):
        for i, parent in enumerate(node.parents):
            other = node.parents[1 - i]
            slope = node.grad * (1.0 if node.op == "+" else other.data)
            parent.grad += slope
            if not parent.parents:
                parent.data -= LR * slope


def once(root: Node, leaves: list[Node]) -> None:
    """One sweep, done right."""
    backward(root)


def twice(root: Node, leaves: list[Node]) -> None:
    """Two sweeps over one graph, done right: the leaves have twice the gradient."""
    backward(root)
    backward(root)


def changed(root: Node, leaves: list[Node]) -> None:
    """A change between forward and backward: the gradient is of what was computed."""
    _change(leaves)
    backward(root)


def two_steps(root: Node, leaves: list[Node]) -> None:
    """Two steps of training, done right."""
    for _ in range(2):
        for leaf in leaves:
            leaf.grad = 0.0
        backward(root)
        _step(leaves)
        root = again(root, leaves)


def one_step(root: Node, leaves: list[Node]) -> None:
    """One step of training, done right: all gradients first, then all weights."""
    backward(root)
    _step(leaves)


def again(root: Node, leaves: list[Node]) -> Node:
    """The same graph, computed anew from the leaves' numbers of now."""
    made: dict[Node, Node] = {leaf: leaf for leaf in leaves}
    for node in in_order(root):
        if node not in made:
            x, y = (made[parent] for parent in node.parents)
            made[node] = x + y if node.op == "+" else x * y
    return made[root]


def _change(leaves: list[Node]) -> None:
    for leaf in leaves:
        leaf.data += 1.0


def _step(leaves: list[Node]) -> None:
    for leaf in leaves:
        leaf.data -= LR * leaf.grad


def _broken(lesson: Lesson, right: Lesson, remedy: str) -> Broken:
    name = lesson.__name__.replace("_", " ")
    return Broken(name, " ".join((lesson.__doc__ or "").split()), lesson, right, remedy)


BROKEN: Mapping[str, Broken] = MappingProxyType(
    {
        engine.name: engine
        for engine in (
            _broken(recursion, once, "Sort first; then each node hands on once, when it has all."),
            _broken(
                breadth_first, once, "Sort by dependency: distance from the result is no order."
            ),
            _broken(assigns, once, "Add: the gradient of a node is the sum over all of its uses."),
            _broken(not_reset, twice, "Set the gradients of inner nodes to 0 before each sweep."),
            _broken(order_of_creation, once, "Go backwards: a node's users come before it."),
            _broken(stale_data, changed, "Store the partials in the forward pass, or refuse."),
            _broken(
                wrong_rule, once, "∂(x·y)/∂x is y. Check each rule against finite differences."
            ),
            _broken(no_zero_grad, two_steps, "Call zero_grad() before each backward()."),
            _broken(update_too_early, one_step, "Finish the sweep, then move all weights."),
        )
    }
)
