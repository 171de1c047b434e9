"""Answers of chapter 4 that are engines or graphs: what they do on the graphs of the lab."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from chalkgrad.exercises.reading import Unreadable
from chalkgrad.lab import CLASSIC, Graph, Node, broken, engine, smallest

Sweep = Callable[[Node], Any]

GRAPHS = [*CLASSIC.values(), smallest("breadth first"), smallest("recursion")]


def swept(answer: Any) -> list[Any]:
    """The leaves' gradients by an own backward: once over each graph, twice over one."""
    if not callable(answer):
        raise Unreadable("A function is asked for, that is called as backward(root).")
    found: list[Any] = []
    for graph, times in [(graph, 1) for graph in GRAPHS] + [(CLASSIC["a·b + a"], 2)]:
        root, leaves = graph.build()
        try:
            for _ in range(times):
                answer(root)
        except RecursionError:
            raise Unreadable("Your backward called itself without end.") from None
        except Exception as error:  # noqa: BLE001 - the answer's own
            raise Unreadable(
                "For {graph} your backward raised {error}",
                graph=graph,
                error=f"{type(error).__name__}: {error}",
            ) from None
        found.append([leaf.grad for leaf in leaves])
    return found


def nothing(root: Node) -> None:
    """A backward that does nothing."""


def by(lesson: broken.Lesson) -> Sweep:
    """One sweep by a broken engine; that which isn't told apart by one sweep is by a second."""
    return lambda root: lesson(root, [])


def not_reset(root: Node) -> None:
    """Once by an engine that does not reset inner nodes."""
    root.grad = 1.0
    for node in reversed(engine.in_order(root)):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial


def no_seed(root: Node) -> None:
    """A sweep that begins with 0."""
    for node in reversed(engine.in_order(root)):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            parent.grad += node.grad * partial


def all_reset(root: Node) -> None:
    """A backward that forgets what the leaves had."""
    for node in engine.in_order(root):
        node.grad = 0.0
    engine.backward(root)


ENGINE = "recursion"  # of 4.8


def graph_read(answer: Any) -> str:
    """What a graph that is written as ``"c=a+a; L=c*b"`` does to the engine."""
    names = {"a": 0, "b": 1}
    lines = []
    for line in str(answer).replace("×", "*").replace("·", "*").split(";"):
        found = re.fullmatch(
            r"\s*([A-Za-z]\w*)\s*=\s*([A-Za-z]\w*)\s*([+*])\s*([A-Za-z]\w*)\s*", line
        )
        if not found:
            raise Unreadable(
                'Each line is like c=a+a, lines have ; between. I can\'t read "{line}".', line=line
            )
        name, x, op, y = found.groups()
        for used in (x, y):
            if used not in names:
                raise Unreadable(
                    "{name} is used before it is made. There are: {names}.",
                    name=used,
                    names=", ".join(names),
                )
        lines.append(("×" if op == "*" else "+", names[x], names[y]))
        names[name] = len(lines) + 1
        if len(lines) > 6:
            raise Unreadable("A graph of up to six lines, please.")
    graph = Graph(2, tuple(lines))
    if not graph.exposes(ENGINE):
        return "is computed right"
    return "is larger than needed" if len(lines) > len(smallest(ENGINE).lines) else "exposes it"
