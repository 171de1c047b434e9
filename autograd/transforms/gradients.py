"""Transforms in reverse: ``grad``, ``value_and_grad``, ``vjp``, ``jacobian``.

All of them read the one set of rules. In reverse, ``reverse.adjoints`` reads them in Values, so a
gradient is a graph and can be differentiated again; forwards, ``forward.Forward`` carries tangents.

Each transform gives the function fresh variables, copies of what was passed in, and looks no
further back than these. So an inner derivative sees its own variable and no other's (Siskind and
Pearlmutter 2005 call the mistake perturbation confusion), and outer ones still see through it.

Numbers in, numbers out: a plain float if everything that takes part is plain. Pass Values, use
Values from outside, or call a transform inside another one's function, and the derivative comes as
Values that can be differentiated; inside ``no_grad()`` a Value from outside is a mere number.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd import reverse
from autograd.backward import topological_order
from autograd.errors import ArgumentError, OperandError
from autograd.functions import VALUES
from autograd.maths import describe, number
from autograd.modes import adopters, levels
from autograd.rehearsals import walking
from autograd.table import TABLE
from autograd.transforms.calls import (
    Transformed,
    checked_argnums,
    numbers_of,
    places_of,
    with_aux,
)
from autograd.transforms.forward import is_moving, jvp, need_graph
from autograd.transforms.run import Run, open_variables
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value, record

COPY = TABLE["copy"]


def grad(
    f: Callable[..., Any] | Value | Sequence[Value],
    argnums: Any = 0,
    has_aux: bool = False,
    **options: Any,
) -> Any:
    """The gradient of ``f``: g(x) has x's own structure, and its numbers are ∂f/∂x.

    ``f`` takes numbers, Values, or nested lists, tuples, dicts, dataclasses and arrays of them,
    and returns one Value. Nests to any depth. What ``f`` doesn't depend on has gradient 0.0. No
    ``grad`` of any Value is touched. Costs about what a forward pass and ``backward()`` cost; where
    Values from outside take part, about 4 times that.

    Given Values that are computed already, it is ``torch.autograd.grad``: ``grad(outputs, inputs,
    grad_outputs=None, create_graph=False)``, a tuple with ∂outputs/∂input for each input: floats,
    or with ``create_graph`` Values.

    Args:
        f: the function.
        argnums: which argument to differentiate with respect to; for several, the gradient is a
            tuple.
        has_aux: ``f`` returns a pair, and only the first is differentiated: (gradient, second).
        options: of the other form.

    Raises:
        OperandError: when ``f`` returns anything but a Value or a number.
        ArgumentError: when there is no such argument.

    >>> from autograd import sin
    >>> grad(lambda p: p["a"] * p["b"])({"a": 2.0, "b": 5.0})
    {'a': 5.0, 'b': 2.0}
    >>> grad(grad(grad(lambda x: x**4)))(2.0)
    48.0
    >>> x = Value(3.0)
    >>> grad(x * x, [x])
    (6.0,)
    """
    if isinstance(f, Value) or (isinstance(f, (list, tuple)) and not callable(f)):
        return _of_recorded(f, argnums, **options)
    if options:
        raise TypeError(f"grad() of a function has no option {min(options)!r}.")
    checked = checked_argnums(f, argnums, "grad")

    def gradient(*args: Any, **kwargs: Any) -> Any:
        (_, aux), gradients = _value_and_grad(f, checked, has_aux, "grad", args, kwargs)
        return (gradients, aux) if has_aux else gradients

    return Transformed(grad, gradient, f, argnums=argnums, has_aux=has_aux)


def value_and_grad(f: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Any:
    """Like :func:`grad`, and the value of ``f`` with it: (f(x), ∂f/∂x), for the same cost.

    With ``has_aux``, ((f(x), second), ∂f/∂x).

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """
    checked = checked_argnums(f, argnums, "value_and_grad")

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        name = "value_and_grad"
        (value, aux), gradients = _value_and_grad(f, checked, has_aux, name, args, kwargs)
        return ((value, aux) if has_aux else value), gradients

    return Transformed(value_and_grad, both, f, argnums=argnums, has_aux=has_aux)


def _value_and_grad(
    f: Any, argnums: Any, has_aux: bool, who: str, args: Any, kwargs: Any
) -> tuple[tuple[Any, Any], Any]:
    places = places_of(f, args, argnums, who)
    chosen = [args[i] for i in places]
    run = Run(chosen)
    output, aux = with_aux(run.call(f, args, kwargs, places), f, who, wanted=has_aux)
    (value,) = run.outputs(f, [output], who)
    gradients = iter(run.pull([value], [1.0]))
    parts = [rebuilt(x, gradients, plain_array) for x in chosen]
    result = value if run.recorded else value._number
    several = isinstance(argnums, tuple)
    return (result, run.settled(aux)), tuple(parts) if several else parts[0]


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False, **kwargs: Any) -> Any:
    """The output f(*primals) and its pullback: ū ↦ ūᵀ·J, as a tuple with one entry per primal.

    The pullback takes a cotangent of the output's structure; it may be called again and again.
    Each call costs about what ``backward()`` costs. With ``has_aux``, the function returns a pair,
    and its second comes last: (output, pullback, second). Keywords are passed on.

    >>> output, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> output, pullback([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    run = Run(primals)
    found = run.call(f, primals, kwargs, range(len(primals)))
    output, aux = with_aux(found, f, "vjp", wanted=has_aux)
    values = run.outputs(f, numbers_of(output), "vjp")

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        adjoints = matched(cotangent, output, "vjp: the cotangent")
        gradients = iter(run.pull(values, adjoints))
        return tuple([rebuilt(x, gradients, plain_array) for x in primals])

    outs = list[Any](values) if run.recorded else [v._number for v in values]
    result = rebuilt(output, iter(outs), plain_array)
    return (result, pullback, run.settled(aux)) if has_aux else (result, pullback)


def jacobian(
    f: Callable[..., Any], mode: str = "auto", argnums: Any = None, has_aux: bool = False
) -> Any:
    """All first derivatives: a row for each number of the output, a column for each of the input.

    An output that is one number gives one plain row.

    Args:
        f: the function, from n numbers to m.
        mode: "forward" costs n forward runs after the first, "reverse" m backward sweeps after it;
            "auto" takes the fewer.
        argnums: which arguments are the input, from left to right; all of them if None.
        has_aux: ``f`` returns a pair, and only the first is differentiated: (matrix, second).

    >>> jacobian(lambda x: [x[0] * x[1], x[0] ** 2, x[1]])([2.0, 5.0])
    [[5.0, 2.0], [4.0, 0.0], [0.0, 1.0]]
    """
    if mode not in {"auto", "forward", "reverse"}:
        raise ArgumentError(
            f'jacobian: mode is {mode!r}; it must be "auto", "forward" or "reverse".'
        )
    checked = None if argnums is None else checked_argnums(f, argnums, "jacobian")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        places = places_of(f, args, checked, "jacobian")
        chosen = tuple([args[i] for i in places])
        n = len(leaves(chosen))
        run = Run(chosen)
        found = run.call(f, args, kwargs, places)
        output, aux = with_aux(found, f, "jacobian", wanted=has_aux)
        numbers = numbers_of(output)
        values = run.outputs(f, numbers, "jacobian")
        if mode == "reverse" or (mode == "auto" and len(values) <= n) or not n:
            rows = [run.pull([v], [1.0]) for v in values]
        else:

            def chosen_only(*xs: Any) -> Any:
                new = list(args)
                for i, x in zip(places, xs, strict=True):
                    new[i] = x
                return with_aux(f(*new, **kwargs), f, "jacobian", wanted=has_aux)[0]

            columns = []
            for i in range(n):
                unit = rebuilt(chosen, (1.0 if j == i else 0.0 for j in range(n)))
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)  # the first run has said it
                    columns.append(leaves(jvp(chosen_only, chosen, unit)[1]))
            rows = [list(row) for row in zip(*columns, strict=True)]
        result = rows[0] if len(numbers) == 1 and numbers[0] is output else rows
        return (result, run.settled(aux)) if has_aux else result

    return Transformed(jacobian, matrix, f, mode=mode, argnums=argnums, has_aux=has_aux)


def _takes_part(roots: list[Value]) -> bool:
    """Whether these belong to a transform at work, though it may be another thread's."""
    if not open_variables and not adopters:
        return False
    with walking:
        inner = {node for root in roots for node in topological_order(root)}
    nodes = inner.union(roots, *[node.parents for node in inner])
    ids = set().union(*[*open_variables])
    return any([id(node) in ids or is_moving(node) for node in nodes])


def _of_recorded(
    outputs: Any, inputs: Any, grad_outputs: Any = None, *, create_graph: bool = False
) -> tuple[Any, ...]:
    """``torch.autograd.grad``: Σ ∂output/∂input · grad_output for each input."""
    roots = [outputs] if isinstance(outputs, Value) else list(outputs)
    variables = [inputs] if isinstance(inputs, Value) else inputs
    if not isinstance(variables, (list, tuple)) or not roots:
        raise OperandError(
            f"grad: of {describe(outputs)} with respect to {describe(inputs)}: takes a function, "
            "or Values that are computed and the Values to differentiate with respect to."
        )
    for x in (*roots, *variables):
        if not isinstance(x, Value):
            raise OperandError(f"grad: {describe(x)} is not a Value.")
    seeds: Any = [1.0] * len(roots) if grad_outputs is None else grad_outputs
    seeds = [seeds] if isinstance(seeds, (Value, float, int)) else list(seeds)
    if len(seeds) != len(roots):
        raise ArgumentError(f"grad: got {len(seeds)} grad_outputs for {len(roots)} outputs.")
    recorded = create_graph or bool(levels()) or _takes_part(roots)
    for root in roots:
        need_graph(root)
    totals: list[Any] = [0.0] * len(variables)
    for root, seed in zip(roots, seeds, strict=True):
        if recorded:
            shares = reverse.adjoints(root, list(variables), seed, beyond=True)
        else:
            plain = seed._number if isinstance(seed, Value) else number(seed, "grad: grad_output")
            shares = reverse.plain_adjoints(root, list(variables), plain)
        totals = [a + b for a, b in zip(totals, shares, strict=True)]
    return tuple([record(COPY, VALUES.valued(x)) if recorded else x for x in totals])
