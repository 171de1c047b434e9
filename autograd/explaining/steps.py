"""Steps as plain data: dicts of texts, numbers and lists, ready for JSON."""

from __future__ import annotations

import math
from typing import Any

from autograd.explaining.formulas import Term
from autograd.explaining.graph import Edge, Graph
from autograd.explaining.names import latex_of
from autograd.explaining.system import slopes
from autograd.explaining.textbook import textbook_of
from autograd.explaining.writing import LATEX, NEGATIVE, PRODUCT, Text
from autograd.maths import read

Step = dict[str, Any]
MOST_OPERANDS = 100  # of an operation that is looked at for an edge


def forward_step(graph: Graph, k: int, node: Any) -> Step:
    """An operation: its formula with names, with numbers, its result."""
    write, formula = graph.style.write, graph.operation(node)
    names, numbers = graph.put_names(node), graph.put_numbers(node)
    return {
        "step": k,
        "phase": "forward",
        "name": graph.names[node],
        "op": str(node.op),
        "formula": write(formula, names),
        "numbers": write(formula, numbers),
        "latex": LATEX.write(formula, graph.put_names(node, latex=True)),
        "operands": [names(i)[0] for i in range(len(node.parents))],
        "values": list(node.numbers),
        "value": node._number,
        "scope": node.note.scope,
    }


def backward_step(graph: Graph, k: int, edge: Edge) -> Step:
    """An edge: what comes from above, the local slope, their product, the sum so far."""
    node = edge.result
    formula = slopes(node.op, len(node.parents))[edge.place]
    style = graph.style
    return {
        "step": k,
        "phase": "backward",
        "name": graph.names[edge.operand],
        "through": graph.names[node],
        "gradient": derivative(graph, edge.operand),
        "from": derivative(graph, node),
        "above": edge.above,
        "slope_formula": _factor(style, formula, graph.put_names(node)),
        "slope_numbers": _factor(style, formula, graph.put_numbers(node)),
        "slope_latex": LATEX.held(LATEX.piece(formula, graph.put_names(node, latex=True)), PRODUCT),
        "slope": edge.slope,
        "edge_case": _is_edge_case(edge),
        "share": edge.share,
        "first": edge.first,
        "sum": edge.total,
        "scope": node.note.scope,
    }


def _factor(style: Text, formula: Term, put: Any) -> str:
    return style.held(style.piece(formula, put), NEGATIVE)


def derivative(graph: Graph, x: Any) -> str:
    """∂L/∂x.

    >>> from autograd import Value
    >>> from autograd.explaining.writing import ASCII, TEXT
    >>> x = Value(3.0, label="x")
    >>> [derivative(Graph(x * 2, style), x) for style in (TEXT, ASCII)]
    ['∂v1/∂x', 'dv1/dx']
    """
    d = graph.style.partial
    return f"{d}{graph.names[graph.root]}/{d}{graph.names[x]}"


def latex_derivative(graph: Graph, x: Any) -> str:
    r"""\frac{\partial L}{\partial x}."""
    root, name = latex_of(graph.names[graph.root]), latex_of(graph.names[x])
    return f"\\frac{{\\partial {root}}}{{\\partial {name}}}"


def _is_edge_case(edge: Edge) -> bool:
    """Whether the book's formula has another value here than the rule, as where two maxima tie."""
    row, numbers = edge.result.op, edge.result.numbers
    book = textbook_of(row)
    if book is None or (row.arity is None and len(numbers) > MOST_OPERANDS):
        return False
    try:
        slope = read(book, edge.result._number, *row.arguments(numbers))[edge.place]
    except (ArithmeticError, ValueError, TypeError):
        return True
    if slope != slope or edge.slope != edge.slope:
        return (slope != slope) != (edge.slope != edge.slope)
    return not math.isclose(slope, edge.slope, rel_tol=1e-6, abs_tol=1e-290)


def folded_steps(graph: Graph, limit: int) -> list[Step]:
    """The steps of each neuron, or other scope, as one: forward, then backward.

    Scopes are told apart by as many parts of their path as the limit has room for.
    """
    depth = max([node.note.scope.count("/") + 1 for node in graph.order], default=1)
    while True:
        groups: dict[str, list[Any]] = {}
        for node in graph.order:
            groups.setdefault("/".join(node.note.scope.split("/")[:depth]), []).append(node)
        if len(groups) <= limit or depth == 1:
            break
        depth -= 1
    whose = {node: scope for scope, nodes in groups.items() for node in nodes}
    results: dict[str, dict[Any, None]] = {scope: {} for scope in groups}
    uses = dict.fromkeys(groups, 0)
    for node in graph.order:
        for x in node.parents:
            uses[whose[node]] += x in graph.names
            if x in whose and whose[x] != whose[node]:
                results[whose[x]][x] = None
    results[whose[graph.root]][graph.root] = None
    adjoints = graph.adjoints
    found = []
    for scope, nodes in groups.items():
        values = [{"name": graph.names[x], "value": x._number} for x in results[scope]]
        found.append(_folded("forward", scope, len(nodes), values))
    for scope in reversed(groups):
        values = [{"name": derivative(graph, x), "value": adjoints[x]} for x in results[scope]]
        found.append(_folded("backward", scope, uses[scope], values))
    return found


def _folded(phase: str, scope: str, n: int, values: list[Step]) -> Step:
    return {"phase": phase, "scope": scope, "steps": n, "results": values}
