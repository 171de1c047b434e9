"""The derivative as a formula: the reverse sweep with formulas in place of numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd.explaining.formulas import Term, named, term, total
from autograd.explaining.graph import Graph
from autograd.explaining.names import latex_of
from autograd.explaining.steps import derivative, latex_derivative
from autograd.explaining.system import slopes_of
from autograd.explaining.writing import ATOM, LATEX, Piece, Text

READABLE = 40  # names and numbers that a line has at most
STRICT = 4, 8  # where it has more: of what is written inside another formula, forward and backward
MOST_LINES = 40


class Adjoint(NamedTuple):
    """The name of an adjoint that is too long to be written inside another formula."""

    of: Any


def formulas_of(graph: Graph, variables: list[Any]) -> list[tuple[Any, Term]]:
    """(what, its formula): first the derivatives by the variables, then what they call by a name.

    In the leaves if that is readable; else what is used in several places gets a name.
    """
    lines = _lines(graph, variables, READABLE, READABLE)
    return lines if _longest(lines) <= READABLE else _lines(graph, variables, *STRICT)


def _longest(lines: list[tuple[Any, Term]]) -> int:
    return max([formula.size for _, formula in lines])


def _lines(graph: Graph, variables: list[Any], most: int, longest: int) -> list[tuple[Any, Term]]:
    forward, written = swept(graph, set(), most, longest)
    lines: list[tuple[Any, Term]] = []
    waiting: list[Any] = [Adjoint(x) for x in variables]
    known = set(waiting)
    for what in waiting:
        if len(lines) > MOST_LINES:
            break
        formula = written.get(what.of, term(0.0)) if isinstance(what, Adjoint) else forward[what]
        lines.append((what, formula))
        for name in _names_in(formula):
            is_inner = isinstance(name, Adjoint) or name in forward
            if is_inner and name not in known:
                known.add(name)
                waiting.append(name)
    return lines


def swept(
    graph: Graph, stops: set[Any], most: int = READABLE, longest: int = READABLE
) -> tuple[dict[Any, Term], dict[Any, Term]]:
    """The formula of every node, and of every adjoint.

    An adjoint is called by its name in others if it is longer than ``longest``, or one of the
    ``stops``.
    """
    forward = graph.expanded(most)
    shares: dict[Any, list[Term]] = {graph.root: [term(1.0)]}
    written: dict[Any, Term] = {}
    for node in reversed(graph.order):
        whole = written[node] = total(reversed(shares.pop(node)))
        named_here = whole.size > longest or (node in stops and node is not graph.root)
        above = named(Adjoint(node)) if named_here else whole
        parts = tuple(
            [
                graph.part(x, n, forward, most)
                for x, n in zip(node.parents, node.numbers, strict=True)
            ]
        )
        short = forward[node].size <= most and not node.label.strip()
        z = forward[node] if short else named(node)
        for operand, slope in zip(node.parents, slopes_of(node.op, z, parts), strict=True):
            if operand in graph.names:
                shares.setdefault(operand, []).append(above * slope)
    for leaf, found in shares.items():
        written[leaf] = total(reversed(found))
    return forward, written


def _names_in(formula: Term) -> list[Any]:
    found: dict[Any, None] = {}
    waiting = [formula]
    while waiting:
        x = waiting.pop()
        if x.head == "name":
            found[x.args[0]] = None
        elif x.head != "number":
            waiting += reversed(x.args)
    return list(found)


def formula_lines(graph: Graph, variables: list[Any], *, latex: bool = False) -> list[str]:
    """∂L/∂x = its formula, a line each; then ``where y = ...``."""
    style: Text = LATEX if latex else graph.style
    slope = latex_derivative if latex else derivative

    def put(what: Any) -> Piece:
        if isinstance(what, Adjoint):
            return slope(graph, what.of), ATOM
        return (latex_of(graph.names[what]) if latex else graph.names[what]), ATOM

    lines = []
    equals = " &= " if latex else " = "
    for k, (what, formula) in enumerate(formulas_of(graph, variables)):
        if k >= MOST_LINES:
            lines.append(r"&\;\;\vdots" if latex else style.dots)
            break
        where = "" if latex or k < len(variables) else "  where "
        lines.append(f"{where}{put(what)[0]}{equals}{style.write(formula, put)}")
    return lines
