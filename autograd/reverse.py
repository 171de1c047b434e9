"""Reverse mode with respect to chosen variables, once in floats and once recorded.

:func:`gradient` is :func:`autograd.backward.backward` that changes no ``grad`` but those of the
variables and of the nodes between them and the output. :func:`adjoints` reads the rules in Values,
so the gradient is a graph again. Each adjoint is one weighted sum, x̄ = Σₖ (∂zₖ/∂x)·z̄ₖ, a ``dot`` of
partials and adjoints; what is constant comes as a plain float.
"""

from __future__ import annotations

from typing import Any

from autograd.backward import Node, rehearsals, sweep, topological_order
from autograd.errors import GraphError
from autograd.modes import number_system
from autograd.primitives import Primitive


def gradient(root: Node, variables: list[Any], adjoint: float = 1.0) -> list[float]:
    """∂root/∂variable · adjoint for each variable, a leaf.

    Overwrites ``grad`` of the variables and of the nodes between them and ``root``, and no other.
    """
    for variable in variables:
        variable.grad = 0.0
    if root._x is None:
        return [adjoint if variable is root else 0.0 for variable in variables]
    order, others, _ = dependents(root, variables)
    if order:
        for rehearse in rehearsals:
            rehearse(root, order, adjoint)
        grads = [operand.grad for operand in others]
        sweep(root, order, adjoint)
        for operand, grad in zip(others, grads, strict=True):
            operand.grad = grad
    return [variable.grad for variable in variables]


def dependents(root: Node, variables: list[Any]) -> tuple[list[Any], list[Any], object]:
    """What lies between ``variables`` and ``root``.

    The nodes that depend on a variable, in topological order; their operands that do not; and the
    mark that the variables and these nodes carry.
    """
    order = topological_order(root)
    mark = object()
    for variable in variables:
        variable._mark = mark
    between: list[Any] = []
    others: list[Any] = []
    for node in order:
        x, y = node._x, node._y
        if y is not None:
            if x._mark is mark:
                if y._mark is not mark:
                    others.append(y)
            elif y._mark is mark:
                others.append(x)
            else:
                continue
        elif type(x) is tuple:
            outside = [p for p in x if p._mark is not mark]
            if len(outside) == len(x):
                continue
            others += outside
        elif x._mark is not mark:
            continue
        node._mark = mark
        between.append(node)
    return between, others, mark


def recorded_backward(root: Node, adjoint: Any) -> None:
    """``backward`` with gradients that are Values, of leaves and of inner nodes."""
    m = number_system()
    shares: dict[Any, list[Any]] = {root: [1.0, adjoint]}
    for node in reversed(topological_order(root)):
        adjoint = _weighted_sum(m, shares.pop(node))
        node.grad = m.valued(adjoint)
        _pass_on(node, adjoint, shares, m)
    for leaf, share in shares.items():
        adjoint = _weighted_sum(m, share)
        leaf.grad = m.valued(leaf.grad + adjoint if leaf.has_grad else adjoint)


def adjoints(root: Node, variables: list[Any], adjoint: Any = 1.0) -> list[Any]:
    """∂root/∂variable · adjoint, recorded.

    Raises:
        GraphError: when a leaf has been given new data since its use, or a rule can't be read in
            Values.
    """
    if root._x is None:
        return [adjoint if variable is root else 0.0 for variable in variables]
    m = number_system()
    order, _, mark = dependents(root, variables)
    shares: dict[Any, list[Any]] = {root: [1.0, adjoint]}
    for node in reversed(order):
        adjoint = _weighted_sum(m, shares.pop(node))
        if m.name_adjoint is not None:
            m.name_adjoint(adjoint, node, root)
        _pass_on(node, adjoint, shares, m, mark)
    result = [_weighted_sum(m, shares[v]) if v in shares else 0.0 for v in variables]
    if m.name_adjoint is not None:
        for variable, adjoint in zip(variables, result, strict=True):
            m.name_adjoint(adjoint, variable, root)
    return result


def _pass_on(
    node: Any, adjoint: Any, shares: dict[Any, list[Any]], m: Any, mark: object = None
) -> None:
    """Add (partial, adjoint) to the shares of every operand, or of the marked ones."""
    parents = node.parents
    for operand, slope in zip(parents, recorded_partials(node, parents, m), strict=True):
        if mark is None or operand._mark is mark:
            share = shares.get(operand)
            if share is None:
                shares[operand] = [slope, adjoint]
            else:
                share += (slope, adjoint)


def _weighted_sum(m: Any, share: list[Any]) -> Any:
    if len(share) > 2:
        return m.dot(map(m.valued, share[::2]), map(m.valued, share[1::2]))
    slope, adjoint = share
    if type(slope) is float and slope == 1.0:
        return adjoint
    if type(adjoint) is float and adjoint == 1.0:
        return slope
    return adjoint * slope


def recorded_partials(node: Any, parents: tuple[Any, ...], m: Any) -> tuple[Any, ...]:
    """The local derivatives of ``node`` by its ``parents``, as Values: its rule, read in Values.

    Raises:
        GraphError: when a leaf has been given new data since its use.
    """
    # Lists count one nan object as equal to itself. What compile traces has no numbers to compare.
    if node.recording is None and [p._data for p in parents] != [*node.numbers]:
        for parent, number in zip(parents, node.numbers, strict=True):
            if parent._data is not number and parent._data != number:
                raise GraphError(
                    f"{parent!r} was {number!r} when {node.op} used it. To differentiate again, "
                    "compute the graph again with the new number."
                )
    return read_again(node.op, m, node, parents)


def read_again(op: Primitive, m: Any, z: Any, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The partials of ``op``, in a number system where they can be differentiated.

    Raises:
        GraphError: when the rule does not work there.
    """
    try:
        return op.partials(m, z, xs) if op.arity is None else op.partials(m, z, *xs)
    except TypeError as error:
        if op.name in str(error) and "has no derivative rule" in str(error):
            raise
        raise GraphError(
            f"{op}: its derivative rule works on floats only, so it can't be differentiated again. "
            f"Write it with the functions of m, as in m.exp(x). ({error})"
        ) from error
