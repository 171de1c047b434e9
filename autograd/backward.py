"""Backpropagation: a topological order of the graph, and one sweep of the chain rule over it.

    adjoint of the output = 1
    for every node z, users before operands:      z = f(x, y)
        adjoint of x += ∂z/∂x · adjoint of z
        adjoint of y += ∂z/∂y · adjoint of z

How a node keeps its operands: one with one or two operands has them in ``_x`` and ``_y`` and the
numbers they had when the node was made in ``_a`` and ``_b``; one with three, or whose row takes any
number, has a tuple of operands in ``_x`` and a tuple of numbers in ``_a``. A leaf has None in ``_x``. The partials are computed from
the numbers kept, so a leaf may get new data between forward and backward: the gradient is still
that of the graph as it was recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.errors import GraphError
from autograd.maths import PYTHON_RAISES, floats, read, read_ieee
from autograd.primitives import custom_rows

if TYPE_CHECKING:
    from autograd.primitives import Primitive
    from autograd.value import Value


def topological_order(root: Value) -> list[Value]:
    """All inner nodes that ``root`` depends on, operands before users, ``root`` last.

    Walks down to an operand that is not in the order yet; when there is none, the node itself is
    next. Leaves are left out: they have no operands to pass anything to. Iterative, so a chain of
    a million nodes is no trouble; O(edges), about 0.2 µs a node.
    """
    order: list[Value] = []
    if root._x is None:
        return order
    done = object()  # this walk's mark: marks of earlier walks mean nothing
    unfinished: list[Value] = []
    node = root
    while True:
        x = node._x
        y = node._y
        if type(x) is tuple:
            waiting = [p for p in x if p._x is not None and p._mark is not done]
            if waiting:
                unfinished.append(node)
                unfinished += waiting
                node = unfinished.pop()
                continue
        elif x._x is not None and x._mark is not done:
            unfinished.append(node)
            node = x
            continue
        elif y is not None and y._x is not None and y._mark is not done:
            unfinished.append(node)
            node = y
            continue
        if node._mark is not done:  # an operand of two waiting nodes waits twice
            node._mark = done
            order.append(node)
        if not unfinished:
            break
        node = unfinished.pop()
    return order


def backward(root: Value, seed: float = 1.0) -> None:
    """Add ∂root/∂leaf · seed to every leaf's ``grad``; overwrite the ``grad`` of inner nodes.

    O(edges): the partials of each node are read from its row once.
    """
    order = topological_order(root)
    if order:
        _try_rules(order)
        _sweep(order, seed)
    else:
        root.grad += seed


def _try_rules(order: list[Value]) -> None:
    # Rules of the table never raise; one of a user's may, and must do so before anything is changed.
    if custom_rows:
        for node in order:
            if node.op.origin[0]:
                partials(node)


def _sweep(order: list[Value], seed: float) -> None:
    # Nodes with one and two operands are written out: twice as fast as a loop over operands.
    for node in order:
        node.grad = 0.0
    order[-1].grad = seed
    for node in reversed(order):
        adjoint = node.grad
        x = node._x
        y = node._y
        if y is not None:
            try:
                dx, dy = node.op.partials(floats, node._data, node._a, node._b)
            except PYTHON_RAISES:
                dx, dy = read_ieee(node.op.partials, node._data, node._a, node._b)
            x.grad += dx * adjoint
            y.grad += dy * adjoint
        elif type(x) is not tuple:
            try:
                (dx,) = node.op.partials(floats, node._data, node._a)
            except PYTHON_RAISES:
                (dx,) = read_ieee(node.op.partials, node._data, node._a)
            x.grad += dx * adjoint
        else:
            rule, a = node.op.partials, node._a
            try:
                slopes = (
                    rule(floats, node._data, a)
                    if node.op.arity is None
                    else rule(floats, node._data, *a)
                )
            except PYTHON_RAISES:
                slopes = partials(node)
            for operand, slope in zip(x, slopes, strict=True):
                operand.grad += slope * adjoint


def gradient(root: Value, variables: list[Value], seed: float = 1.0) -> list[float]:
    """∂root/∂variable · seed for each variable, a leaf, and no trace in any ``grad`` but theirs."""
    for variable in variables:
        variable.grad = 0.0
    if root._x is None:
        return [seed if variable is root else 0.0 for variable in variables]
    order, others, _ = dependents(root, variables)
    if order:
        _try_rules(order)
        grads = [operand.grad for operand in others]
        _sweep(order, seed)
        for operand, grad in zip(others, grads, strict=True):
            operand.grad = grad
    return [variable.grad for variable in variables]


def dependents(root: Value, variables: list[Value]) -> tuple[list[Value], list[Value], object]:
    """What lies between ``variables`` and ``root``.

    The nodes that depend on a variable, in topological order; those of their operands that don't;
    and the mark that the former and the variables bear.
    """
    order = topological_order(root)
    mark = object()
    for variable in variables:
        variable._mark = mark
    between: list[Value] = []
    others: list[Value] = []
    for node in order:
        x = node._x
        y = node._y
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


def recorded_backward(root: Value, m: Any, seed: Any) -> None:
    """:func:`backward` with gradients that are Values, of leaves and of inner nodes."""
    shares: dict[Value, list[Any]] = {root: [1.0, seed]}
    for node in reversed(topological_order(root)):
        adjoint = _weighted_sum(m, shares.pop(node))
        node.grad = m.valued(adjoint)
        _pass_on(node, adjoint, shares, m)
    for leaf, share in shares.items():
        adjoint = _weighted_sum(m, share)
        leaf.grad = m.valued(leaf.grad + adjoint if leaf.has_grad else adjoint)


def adjoints(root: Value, variables: list[Value], m: Any, seed: Any = 1.0) -> list[Any]:
    """∂root/∂variable · seed, recorded: the rules are read in Values (``m``), as in :func:`backward`.

    Each adjoint is one weighted sum x̄ = Σₖ (∂zₖ/∂x)·z̄ₖ, a ``dot`` of partials and adjoints. What
    is constant comes as a plain float.

    Raises:
        GraphError: when a leaf has got other data since it was used, or a rule can't be read in
            Values.
    """
    if root._x is None:
        return [seed if variable is root else 0.0 for variable in variables]
    order, _, mark = dependents(root, variables)
    shares: dict[Value, list[Any]] = {root: [1.0, seed]}
    name = m.name_of_adjoints()  # a recording wants to know what is the gradient of what
    for node in reversed(order):
        adjoint = _weighted_sum(m, shares.pop(node))
        if name is not None and node.note.label:
            name(adjoint, node.note.label, root)
        _pass_on(node, adjoint, shares, m, mark)
    result = [_weighted_sum(m, shares[v]) if v in shares else 0.0 for v in variables]
    if name is not None:
        for variable, adjoint in zip(variables, result, strict=True):
            if variable.note.label:
                name(adjoint, variable.note.label, root)
    return result


def _pass_on(
    node: Value, adjoint: Any, shares: dict[Value, list[Any]], m: Any, mark: object = None
) -> None:
    """Give every operand (with a mark, every marked one) its partial and the node's adjoint."""
    parents = operands(node)
    for operand, slope in zip(parents, recorded_partials(node, parents, m), strict=True):
        if mark is None or operand._mark is mark:
            share = shares.get(operand)
            if share is None:
                shares[operand] = [slope, adjoint]
            else:
                share += (slope, adjoint)


def _refuse_new_data(node: Value) -> None:
    for parent, number in zip(operands(node), numbers(node), strict=True):
        if parent._data is not number and parent._data != number:
            raise GraphError(
                f"{parent!r} was {number!r} when {node.op} used it. To differentiate again, compute "
                "the graph again with the new number."
            )


def _weighted_sum(m: Any, share: list[Any]) -> Any:
    if len(share) > 2:
        return m.dot(map(m.valued, share[::2]), map(m.valued, share[1::2]))
    slope, adjoint = share
    if type(slope) is float and slope == 1.0:
        return adjoint
    if type(adjoint) is float and adjoint == 1.0:
        return slope
    return adjoint * slope


def recorded_partials(node: Value, parents: tuple[Value, ...], m: Any) -> tuple[Any, ...]:
    """The local derivatives of ``node`` as Values: its rule, read in Values."""
    # The same nan object is equal in a list; what compile traces has no numbers.
    if not node.numberless and [p._data for p in parents] != [*numbers(node)]:
        _refuse_new_data(node)
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


def operands(node: Value) -> tuple[Value, ...]:
    """The operands of ``node`` in order, one entry for each use; none for a leaf."""
    x, y = node._x, node._y
    if x is None:
        return ()
    if x.__class__ is tuple:
        return x
    return (x,) if y is None else (x, y)


def numbers(node: Value) -> tuple[float, ...]:
    """The numbers that the operands of ``node`` had when it was made."""
    if node._x is None:
        return ()
    if node._x.__class__ is tuple:
        return node._a
    return (node._a,) if node._y is None else (node._a, node._b)


def partials(node: Value) -> tuple[float, ...]:
    """The local derivatives of ``node``, one for each operand, at the numbers it was made from."""
    rule, a = node.op.partials, numbers(node)
    result: tuple[float, ...] = read(rule, node._data, *((a,) if node.op.arity is None else a))
    return result
