"""explain, and what it gives."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, OperandError
from autograd.explaining.graph import Graph
from autograd.explaining.lines import lines_of
from autograd.explaining.steps import Step, backward_step, folded_steps, forward_step
from autograd.explaining.writing import ASCII, TEXT
from autograd.maths import describe
from autograd.notebook import safely


def explain(value: Any, wrt: Any = None, *, ascii: bool = False, limit: int = 60) -> Explanation:
    """The chain rule at work."""
    _check(value)
    return Explanation(Graph(value, ASCII if ascii else TEXT), limit)


class Explanation:
    """x"""

    def __init__(self, graph, limit):
        self._graph = graph
        self.limit = limit

    def __str__(self):
        return "\n".join(lines_of(self._graph, self.limit))
def _check(v): pass
