"""explain, and what it gives."""

from __future__ import annotations

from itertools import islice
from typing import Any

from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.explaining.derivatives import formula_lines
from autograd.explaining.graph import Graph
from autograd.explaining.layers import layer_lines
from autograd.explaining.lines import lines_of, nudges
from autograd.explaining.pages import html_of, html_of_paths, latex_of_paths, latex_of_steps
from autograd.explaining.paths import Path, Paths
from autograd.explaining.routes import path_lines, path_step
from autograd.explaining.steps import Step, backward_step, folded_steps, forward_step
from autograd.explaining.writing import ASCII, TEXT
from autograd.maths import describe, number
from autograd.notebook import safely
from autograd.scalar import Scalar

MOST_STEPS, MOST_PATHS = 60, 10


def explain(
    value: Any, wrt: Any = None, *, ascii: bool = False, limit: int | None = None
) -> Explanation:
    """The chain rule at work: each step from the leaves to ``value`` and back, as data and text.

    Forward, a step for each operation; backward, in the engine's order, a step for each use of an
    operand: what comes from above × the local slope = the share, and the sum where a second share
    arrives. Then each leaf's gradient, beside what nudging the leaf by ±10⁻⁵ says: ✓ if the two
    agree as far as such a difference can tell. With ``wrt``, instead, path by path the products
    whose sum is ∂value/∂wrt, the largest first. No ``grad`` is read or changed.

    Numbers are those recorded when the graph was made; a note says which leaf has another one now.

    Args:
        value: what was computed.
        wrt: a Value that it depends on, a leaf or not.
        ascii: write plain ASCII, formulas as Python has them; sentences of another ``language``
            keep their letters.
        limit: how many steps (paths) are printed, 60 (10) if None. Of a larger graph the steps of
            each neuron, or other scope, are printed as one; ``steps`` has all.

    Raises:
        OperandError: when ``value`` or ``wrt`` is no Value.
        GraphError: when ``value`` has no history: it is a leaf, or was made under ``no_grad()``.
        ArgumentError: when ``value`` does not depend on ``wrt``, or the limit is less than 1.

    >>> from autograd import Value, sigmoid
    >>> w, x, b = Value(-3.0, label="w"), Value(0.5, label="x"), Value(2.0, label="b")
    >>> L = (1 - sigmoid(w * x + b)) ** 2
    >>> L.label = "L"
    >>> explain(L)
    L = (1 − σ(w·x + b))²                       w = −3   x = 0.5   b = 2
    <BLANKLINE>
    forward
       1  v1  = w·x             = −3·0.5                =     −1.5
       2  v2  = v1 + b          = −1.5 + 2              =      0.5
       3  v3  = σ(v2)           = σ(0.5)                =   0.6225
       4  v4  = 1 − v3          = 1 − 0.6225            =   0.3775
       5  L   = v4²             = 0.3775²               =   0.1425
    <BLANKLINE>
    backward, from ∂L/∂L = 1:  what comes from above × the local slope
       6  ∂L/∂v4 = ∂L/∂L × 2·v4         =       1 ×  0.7551 =   0.7551
       7  ∂L/∂v3 = ∂L/∂v4 × −1          =  0.7551 ×      −1 =  −0.7551
       8  ∂L/∂v2 = ∂L/∂v3 × v3·(1 − v3) = −0.7551 ×  0.2350 =  −0.1774
       9  ∂L/∂v1 = ∂L/∂v2 × 1           = −0.1774 ×       1 =  −0.1774
      10  ∂L/∂b  = ∂L/∂v2 × 1           = −0.1774 ×       1 =  −0.1774
      11  ∂L/∂w  = ∂L/∂v1 × x           = −0.1774 ×     0.5 = −0.08872
      12  ∂L/∂x  = ∂L/∂v1 × w           = −0.1774 ×      −3 =   0.5323
    <BLANKLINE>
    gradient            nudged ±10⁻⁵        if it grows, L
          ∂L/∂w = −0.08872   −0.08872 ✓        falls 0.08872 for each unit
          ∂L/∂x =   0.5323     0.5323 ✓        rises 0.5323 for each unit
          ∂L/∂b =  −0.1774    −0.1774 ✓        falls 0.1774 for each unit
    >>> print(explain(L, wrt=w).formula())
    ∂L/∂w = −2·(1 − σ(w·x + b))²·σ(w·x + b)·x
    """
    _check("value", value)
    if limit is not None and (type(limit) is not int or limit < 1):
        raise ArgumentError(f"explain: limit is a number of lines from 1, got {limit!r}.")
    if value.is_leaf:
        raise GraphError(
            f"explain: {value!r} has no history: it is a leaf, which no operation made, or was "
            "made under no_grad(). Explain the result of a computation."
        )
    graph = Graph(value, ASCII if ascii else TEXT)
    if wrt is None:
        return Explanation(graph, limit or MOST_STEPS)
    _check("wrt", wrt)
    return PathExplanation(graph, limit or MOST_PATHS, wrt)


class Explanation:
    """What ``explain`` gives; it prints, and shows itself in a notebook.

    Attributes:
        limit: how many steps are printed.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> steps = explain(x * x).steps
    >>> [(step["phase"], step["name"]) for step in steps]
    [('forward', 'v1'), ('backward', 'x'), ('backward', 'x')]
    >>> steps[2]["gradient"], steps[2]["slope_formula"], steps[2]["share"], steps[2]["sum"]
    ('∂v1/∂x', 'x', 3.0, 6.0)
    """

    def __init__(self, graph: Graph, limit: int) -> None:
        self._graph, self.limit = graph, limit
        self._steps: list[Step] | None = None

    @property
    def steps(self) -> list[Step]:
        """Every step, a dict of plain data: forward, then one for each edge backward."""
        if self._steps is None:
            graph, n = self._graph, len(self._graph.order)
            forward = [forward_step(graph, k, node) for k, node in enumerate(graph.order, 1)]
            edges = enumerate(graph.edges(), n + 1)
            self._steps = forward + [backward_step(graph, k, edge) for k, edge in edges]
        return self._steps

    @property
    def folded(self) -> list[Step]:
        """The steps of each neuron, or other scope, as one; as many as the limit has room for."""
        return folded_steps(self._graph, self.limit)

    @property
    def gradients(self) -> list[Step]:
        """For each leaf: its name, number and gradient, and for the first what nudging it says."""
        graph = self._graph
        nudged = dict(nudges(graph))
        found = []
        for x in graph.leaves:
            step = {"name": graph.names[x], "value": graph.used[x], "gradient": graph.adjoints[x]}
            if nudge := nudged.get(x):
                step |= {"nudged": nudge.slope, "by": nudge.step, "verdict": nudge.verdict}
            found.append(step)
        return found

    def formula(self) -> str:
        """The derivative by each leaf as a formula, a line each; long parts have names."""
        return "\n".join(formula_lines(self._graph, self._variables()))

    def by_layer(self, lr: float | None = None) -> str:
        """The same as one derives it by hand for a network: layer by layer, with errors δ = ∂L/∂Z.

        With a learning rate, the update of the weights too. The formulas are those of the engine's
        rules, in the order of a text that goes through a layer before the next.

        Raises:
            ArgumentError: when the layers have no names; networks of nn have.
        """
        rate = None if lr is None else number(lr, "explain: by_layer: lr")
        return "\n".join(layer_lines(self._graph, rate))

    def latex(self) -> str:
        r"""The steps in LaTeX, an ``aligned``; as many as the limit."""
        return latex_of_steps(self._graph, self.limit)

    def _variables(self) -> list[Any]:
        return self._graph.leaves

    def __str__(self) -> str:
        return "\n".join(lines_of(self._graph, self.limit))

    def __repr__(self) -> str:
        return str(self)

    @safely
    def _repr_html_(self) -> str:
        return html_of(self._graph, self.limit)


class PathExplanation(Explanation):
    """What ``explain`` gives with ``wrt``: a step is a path.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x
    >>> for _ in range(60):
    ...     y = y + y
    >>> explain(y, wrt=x).count == 2**60
    True
    """

    def __init__(self, graph: Graph, limit: int, wrt: Any) -> None:
        super().__init__(graph, limit)
        self._wrt, self._paths = wrt, Paths(graph, wrt)
        self._largest: list[Path] | None = None

    @property
    def count(self) -> int:
        """How many paths there are, exactly."""
        return self._paths.count

    @property
    def derivative(self) -> float:
        """∂value/∂wrt, the sum of the products of all paths."""
        return self._paths.total

    @property
    def steps(self) -> list[Step]:
        """The largest paths, as many as the limit, a dict of plain data each."""
        return [
            path_step(self._graph, self._paths, k, path)
            for k, path in enumerate(self._found(), start=1)
        ]

    def _found(self) -> list[Path]:
        if self._largest is None:
            found = list(islice(self._paths.largest(), self.limit))
            self._largest = sorted(found, key=lambda path: -abs(path.product))
        return self._largest

    def latex(self) -> str:
        r"""The paths in LaTeX, an ``aligned``."""
        return latex_of_paths(self._graph, self._paths, self._found())

    def _variables(self) -> list[Any]:
        return [self._wrt]

    def __str__(self) -> str:
        return "\n".join(path_lines(self._graph, self._paths, self.steps))

    @safely
    def _repr_html_(self) -> str:
        return html_of_paths(str(self))


def _check(what: str, x: Any) -> None:
    if isinstance(x, Scalar):
        return
    remedy = "Explain one of them." if isinstance(x, (list, tuple)) and x else ""
    if isinstance(x, (int, float)):
        remedy = "A plain number has no history: compute with Values."
    raise OperandError(f"explain: {what}: {describe(x)} is not a Value. {remedy}".rstrip())
