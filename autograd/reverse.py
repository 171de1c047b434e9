"""Reverse mode with respect to chosen variables, in floats and recorded.

:func:`gradient` is :func:`autograd.backward.backward` that changes no ``grad`` but those of nodes
that depend on the variables. :func:`plain_adjoints` and :func:`adjoints` touch none; the latter
reads the rules in Values, so the gradient is a graph again. There each adjoint is one weighted sum,
x̄ = Σₖ (∂zₖ/∂x)·z̄ₖ, a ``dot`` of partials and adjoints; what is constant comes as a plain float.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from autograd.backward import Node, sweep, topological_order
from autograd.errors import GraphError, OperandError
from autograd.maths import describe, number
from autograd.modes import number_system
from autograd.primitives import LEAF, Primitive
from autograd.rehearsals import rehearsed, walking


class Dependents(NamedTuple):
    """What lies between variables and a root.

    Attributes:
        order: the nodes that depend on a variable, in topological order.
        others: those of their operands that don't.
    """

    order: list[Any]
    others: list[Any]


def dependents(root: Node, variables: list[Any], *, beyond: bool = False) -> Dependents:
    """What lies between ``variables`` and ``root``.

    With ``beyond``, what lies beyond a variable is looked at too: one may depend on another.
    """
    between: list[Any] = []
    others: list[Any] = []
    with walking:
        order = topological_order(root, () if beyond else variables)
        mark = object()
        for variable in variables:
            variable._mark = mark
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
    return Dependents(between, others)


def from_outside(nodes: list[Any], since: int, stop: list[Any] | None = None) -> bool:
    """Whether any of these nodes depends on a leaf that is older than that; not beyond ``stop``."""
    seen = set(stop or ())
    waiting = [node for node in nodes if node not in seen]
    seen.update(waiting)
    while waiting:
        node = waiting.pop()
        if node._x is None and node.op is LEAF and node._a < since:
            return True
        for operand in node.parents:
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return False


def gradient(
    root: Node, variables: list[Any], adjoint: float = 1.0, found: Dependents | None = None
) -> list[float]:
    """∂root/∂variable · adjoint for each variable, a leaf; overwrites ``grad`` between them."""
    if root._x is None:
        return [adjoint if variable is root else 0.0 for variable in variables]
    order, others = found or dependents(root, variables)
    if order:
        with walking:  # a pullback may be at work in several threads
            run = rehearsed(sweep, root, order, adjoint)
            grads = [operand._grad for operand in others]
            try:
                for variable in variables:
                    variable._grad = 0.0
                run(root, order, adjoint)
                return [variable._grad for variable in variables]
            finally:
                for operand, grad in zip(others, grads, strict=True):
                    operand._grad = grad
    return [0.0 for variable in variables]


def plain_adjoints(
    root: Node, variables: list[Any], adjoint: float = 1.0, *, beyond: bool = True
) -> list[float]:
    """∂root/∂variable · adjoint for each variable, a leaf or not; no ``grad`` is touched.

    About 3.5 times the cost of :func:`gradient`.
    """
    order = dependents(root, variables, beyond=beyond).order
    known = {*order, *variables}
    shares: dict[Any, float] = {root: adjoint}
    for node in reversed(order):
        total = shares.get(node, 0.0)
        for operand, partial in zip(node.parents, node.partials, strict=True):
            if operand in known:
                shares[operand] = shares.get(operand, 0.0) + partial * total
    return [shares.get(variable, 0.0) for variable in variables]


def backward_to(inputs: Any, root: Node, adjoint: Any, *, create_graph: bool) -> None:
    """``backward`` that changes the ``grad`` of these nodes and of no others.

    Raises:
        OperandError: when one is not a Value.
    """
    variables = list(dict.fromkeys(inputs) if isinstance(inputs, Iterable) else [inputs])
    for x in variables:
        if not isinstance(x, Node):
            raise OperandError(f"backward: inputs: {describe(x)} is not a Value.")
    found = adjoints if create_graph else plain_adjoints
    adjoint = _checked(adjoint)
    m = number_system()
    totals = found(root, variables, adjoint, beyond=True)
    own = [m.copy(m.valued(total)) for total in totals] if create_graph else totals
    _add_grads(variables, own)


def recorded_backward(root: Node, adjoint: Any) -> None:
    """``backward`` with gradients that are Values, of leaves and of inner nodes."""
    m = number_system()
    shares: dict[Any, list[Any]] = {root: [1.0, _checked(adjoint)]}
    totals = []
    with walking:
        order = topological_order(root)
    for node in reversed(order):
        share = shares.pop(node)
        total = weighted_sum(m, share)
        totals.append(_own(m, total, share))
        _pass_on(node, total, shares, m)
    totals += [_own(m, weighted_sum(m, share), share) for share in shares.values()]
    _add_grads([*reversed(order), *shares], totals)


def _add_grads(nodes: list[Any], totals: list[Any]) -> None:
    """Add to the ``grad`` of leaves, overwrite that of inner nodes: of all, or of none."""
    with walking:  # two threads may add to the same leaf
        grads = [
            x._grad + total if x._x is None and x.has_grad else total
            for x, total in zip(nodes, totals, strict=True)
        ]
        for x, grad in zip(nodes, grads, strict=True):
            x._grad = grad


def _checked(adjoint: Any) -> Any:
    return adjoint if isinstance(adjoint, Node) else number(adjoint, "backward: adjoint")


def _own(m: Any, total: Any, share: list[Any]) -> Any:
    """An adjoint as a Value; a leaf must be nobody else's, for its data may be changed."""
    if isinstance(total, Node) and total._x is not None:  # usual
        return total
    total = m.valued(total)
    return m.copy(total) if any([total is x for x in share]) else total


def owned(totals: Iterable[Any]) -> list[Any]:
    """Adjoints as Values that are nobody else's: of two gradients' data, either may be changed."""
    m = number_system()
    found: list[Any] = []
    known = set()
    for total in map(m.valued, totals):
        taken = total.op is LEAF or id(total) in known
        own = m.copy(total) if taken and total.recording is None else total
        known.add(id(own))
        found.append(own)
    return found


def adjoints(
    root: Node,
    variables: list[Any],
    adjoint: Any = 1.0,
    found: Dependents | None = None,
    *,
    beyond: bool = False,
) -> list[Any]:
    """∂root/∂variable · adjoint, recorded.

    Raises:
        GraphError: when a leaf has been given new data since its use, or a rule can't be read in
            Values.
    """
    order = (found or dependents(root, variables, beyond=beyond)).order
    wanted = set(variables)
    known = wanted.union(order)
    shares: dict[Any, list[Any]] = {root: [1.0, adjoint]}
    m = number_system()
    for node in reversed(order):
        total = weighted_sum(m, shares[node] if node in wanted else shares.pop(node))
        if m.name_adjoint is not None:
            m.name_adjoint(total, node, root)
        _pass_on(node, total, shares, m, known)
    result = [weighted_sum(m, shares[v]) if v in shares else 0.0 for v in variables]
    if m.name_adjoint is not None:
        for variable, total in zip(variables, result, strict=True):
            m.name_adjoint(total, variable, root)
    return result


def _pass_on(
    node: Any, adjoint: Any, shares: dict[Any, list[Any]], m: Any, known: set[Any] | None = None
) -> None:
    """Add (partial, adjoint) to the shares of every operand, or of those that are ``known``."""
    parents = node.parents
    for operand, partial in zip(parents, recorded_partials(node, parents, m), strict=True):
        if known is None or operand in known:
            share = shares.get(operand)
            if share is None:
                shares[operand] = [partial, adjoint]
            else:
                share += (partial, adjoint)


def weighted_sum(m: Any, share: list[Any]) -> Any:
    """Σ partial · adjoint, of both in turns."""
    if len(share) > 2:
        valued = m.valued
        return m.dot([valued(x) for x in share[::2]], [valued(x) for x in share[1::2]])
    partial, adjoint = share
    if type(partial) is float and partial == 1.0:
        return adjoint
    if type(adjoint) is float and adjoint == 1.0:
        return partial
    return adjoint * partial


def recorded_partials(node: Any, parents: tuple[Any, ...], m: Any) -> tuple[Any, ...]:
    """The local derivatives of ``node`` by its ``parents``, as Values: its rule, read in Values.

    Raises:
        GraphError: when a leaf has been given new data since its use.
    """
    # Lists count one nan object as equal to itself. What compile traces has no numbers to compare.
    if node.recording is None and [p._number for p in parents] != [*node.numbers]:
        for parent, number in zip(parents, node.numbers, strict=True):
            now = parent._number
            if now != number and (now == now or number == number):
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
