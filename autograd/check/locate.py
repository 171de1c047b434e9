"""Where in a graph a derivative goes wrong.

First, each node by itself: its partials, at the numbers it was recorded with, are compared with
values of its own forward. If all are right and a total is wrong, the sweep is to blame: then the
function is replayed with one node moved a little, which gives ∂output/∂node without any rule, and
the first nodes whose ``grad`` differs are named.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.backward import topological_order
from autograd.check.estimate import Estimate, estimate
from autograd.check.judge import Finding, Tolerance, verdict
from autograd.check.target import Target
from autograd.maths import read
from autograd.value import Value


@dataclass(frozen=True)
class Suspect:
    """A node whose derivative is wrong.

    Attributes:
        node: the Value.
        what: "partial", with the operand's number in ``index``; or "gradient", its ``grad``.
        claimed: what the rule or the sweep says.
        found: what the values say.
    """

    node: Value
    what: str
    index: int
    claimed: float
    found: Estimate

    def __str__(self) -> str:
        label = f" [{self.node.label}]" if self.node.label else ""
        line = f", {self.node.note.line}" if self.node.note.line else ""
        part = f"its partial {self.index + 1}" if self.what == "partial" else "its gradient"
        return (
            f"{str(self.node.op) or 'leaf'}{label}: {part} is {self.claimed:.10g}, numerically "
            f"{self.found.value:.10g} ± {self.found.bar:.1g}{line}"
        )


def locate(root: Value, *, rtol: float = 1e-7) -> list[Suspect]:
    """The wrong nodes under ``root``, the one most to blame first; empty if none is wrong.

    If ``root.backward()`` has run, the gradients are checked too.

    About 1 ms per node; if all partials are right, a replay of the graph for each step and node.

    >>> x = Value(2.0)
    >>> y = x * x + 1
    >>> y.backward()
    >>> locate(y)
    []
    """
    order = topological_order(root)
    tolerance = Tolerance(rtol=rtol)
    suspects = [s for node in order for s in _wrong_partials(node, tolerance)]
    if suspects or not root.has_grad:
        return suspects
    return _wrong_gradients(root, order, tolerance)


def _wrong_partials(node: Value, tolerance: Tolerance) -> list[Suspect]:
    numbers = node.numbers
    found = []
    for i, claimed in enumerate(node.partials):

        def along(t: float, i: int = i) -> float:
            xs = (*numbers[:i], t, *numbers[i + 1 :])
            return float(read(node.op.forward, *node.op.arguments(xs)))

        slope = estimate(along, numbers[i])
        if verdict(claimed, slope, tolerance) == "mismatch":
            found.append(Suspect(node, "partial", i, claimed, slope))
    return found


def _wrong_gradients(root: Value, order: list[Value], tolerance: Tolerance) -> list[Suspect]:
    leaves = {p: None for node in order for p in node.parents if p._x is None}
    wrong: dict[Value, Suspect] = {}
    for node in reversed([*leaves, *order[:-1]]):
        replay = _Replay(node, order)
        slope = estimate(replay, node._number)
        if verdict(float(node.grad), slope, tolerance) == "mismatch":
            wrong[node] = Suspect(node, "gradient", 0, float(node.grad), slope)
    users: dict[Value, list[Value]] = {node: [] for node in wrong}
    for node in order:
        for operand in node.parents:
            if operand in users:
                users[operand].append(node)
    # A node is to blame if all its users have the right gradient: the wrong sum was made there.
    return [s for node, s in wrong.items() if not any(user in wrong for user in users[node])]


class _Replay:
    """The root's number as a function of one node's: everything downstream is computed again."""

    def __init__(self, node: Value, order: list[Value]) -> None:
        self.node = node
        moved = {node}
        self.steps = []
        for user in order:
            if user is not node and any(p in moved for p in user.parents):
                moved.add(user)
                self.steps.append(user)

    def __call__(self, t: float) -> float:
        now = {self.node: t}
        last = t
        for node in self.steps:
            xs = tuple([now.get(p, n) for p, n in zip(node.parents, node.numbers, strict=True)])
            last = read(node.op.forward, *node.op.arguments(xs))
            now[node] = last
        return last


def place_of(target: Target, failure: Finding) -> str:
    """Operation, label and source line of the node to blame for a failure, if there is one."""
    root = target.record(*failure.point)
    if root is None:
        return ""
    suspects = locate(root)
    if not suspects:
        return ""
    node = suspects[0].node
    label = f" [{node.label}]" if node.label else ""
    line = f", {node.note.line}" if node.note.line else ""
    return f"in {node.op}{label}{line}"
