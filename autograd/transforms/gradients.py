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

from collections.abc import Callable, Sequence
from typing import Any

from autograd import reverse
from autograd.backward import topological_order
from autograd.errors import ArgumentError, OperandError
from autograd.functions import VALUES
from autograd.maths import describe, is_array, number
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
from autograd.transforms.forward import is_moving, pushed, run_again_if_moving
from autograd.transforms.run import Run, open_variables
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value, record

COPY = TABLE["copy"]


def grad(
    f: Callable[..., Any] | Value | Sequence[Value] | None = None,
    argnums: Any = 0,
    has_aux: bool = False,
    **options: Any,
) -> Any:
    """The gradient of ``f``: g(x) has x's own structure, and its numbers are ∂f/∂x.

    ``f`` takes numbers, Values, or nested lists, tuples, dicts, dataclasses and arrays of them,
    and returns one Value. Nests to any depth. What ``f`` doesn't depend on has gradient 0.0. No
    ``grad`` of any Value is touched. Costs about what a forward pass and ``backward()`` cost; where
    Values from outside take part, about 3 times that.

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
    if f is None:
        f = options.pop("outputs", None)
    if isinstance(f, Value) or is_array(f) or (isinstance(f, (list, tuple)) and not callable(f)):
        return _of_recorded(f, options.pop("inputs", argnums), has_aux, options)
    if options:
        raise TypeError(f"grad() of a function has no option {min(options)!r}.")
    checked = checked_argnums(argnums, "grad")

    def gradient(*args: Any, **kwargs: Any) -> Any:
        (_, aux), gradients = gradient_of("grad", f, checked, has_aux, args, kwargs)
        return (gradients, aux) if has_aux else gradients

    return Transformed(grad, gradient, f, argnums=argnums, has_aux=has_aux)


def value_and_grad(f: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Any:
    """Like :func:`grad`, and the value of ``f`` with it: (f(x), ∂f/∂x), for the same cost.

    With ``has_aux``, ((f(x), second), ∂f/∂x).

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """
    checked = checked_argnums(argnums, "value_and_grad")

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        name = "value_and_grad"
        (value, aux), gradients = gradient_of(name, f, checked, has_aux, args, kwargs)
        return ((value, aux) if has_aux else value), gradients

    return Transformed(value_and_grad, both, f, argnums=argnums, has_aux=has_aux)


def gradient_of(
    who: str, f: Any, argnums: Any, has_aux: bool, args: Any, kwargs: Any, *, warn: bool = True
) -> tuple[tuple[Any, Any], Any]:
    """The value and what comes with it, and the gradient, for the transform of that name."""
    places = places_of(f, args, argnums, who)
    chosen = [args[i] for i in places]
    run = Run(chosen, who)
    output, aux = with_aux(run.call(f, args, kwargs, places), f, who, wanted=has_aux)
    (value,) = run.outputs(f, [output], warn=warn)
    gradients = iter(run.pull([value], [1.0]))
    parts = [rebuilt(x, gradients, plain_array) for x in chosen]
    result = value if run.recorded else value._number
    several = isinstance(argnums, tuple)
    return (result, run.settled(aux)), tuple(parts) if several else parts[0]


def vjp(f: Callable[..., Any], /, *primals: Any, has_aux: bool = False, **kwargs: Any) -> Any:
    """The output f(*primals) and its pullback: ū ↦ ūᵀ·J, as a tuple with one entry per primal.

    The pullback takes a cotangent of the output's structure; it may be called again and again.
    Each call costs about what ``backward()`` costs. With ``has_aux``, the function returns a pair,
    and its second comes last: (output, pullback, second). Keywords are passed on.

    >>> output, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> output, pullback([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    run = Run(primals, "vjp")
    found = run.call(f, primals, kwargs, range(len(primals)))
    output, aux = with_aux(found, f, "vjp", wanted=has_aux)
    values = run.outputs(f, numbers_of(output))

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
    checked = None if argnums is None else checked_argnums(argnums, "jacobian")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        places = places_of(f, args, checked, "jacobian")
        chosen = tuple([args[i] for i in places])
        n = len(leaves(chosen))
        run = Run(chosen, "jacobian")
        found = run.call(f, args, kwargs, places)
        output, aux = with_aux(found, f, "jacobian", wanted=has_aux)
        numbers = numbers_of(output)
        values = run.outputs(f, numbers)
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
                found = pushed("jacobian", chosen_only, chosen, unit, {}, warn=False)
                columns.append([_plain(x) for x in leaves(found[1])])
            rows = [list(row) for row in zip(*columns, strict=True)]
        single = not output.ndim if is_array(output) else numbers and numbers[0] is output
        result = rows[0] if single else rows
        return (result, run.settled(aux)) if has_aux else result

    return Transformed(jacobian, matrix, f, mode=mode, argnums=argnums, has_aux=has_aux)


def _plain(x: Any) -> Any:
    return x if isinstance(x, Value) else float(x)


def _takes_part(roots: list[Any]) -> bool:
    """Whether these belong to a transform at work, though it may be another thread's."""
    if not open_variables and not adopters:
        return False
    with walking:
        inner = {node for root in roots for node in topological_order(root)}
    nodes = inner.union(roots, *[node.parents for node in inner])
    ids = set().union(*[*open_variables])
    return any([id(node) in ids or is_moving(node) for node in nodes])


def _of_recorded(
    outputs: Any, inputs: Any, grad_outputs: Any, options: dict[str, Any]
) -> tuple[Any, ...]:
    """``torch.autograd.grad``: Σ ∂output/∂input · grad_output for each input."""
    seeds, create_graph = _options_of_recorded(grad_outputs, **options)
    roots = _values(outputs, "outputs")
    variables = _values(inputs, "inputs")
    if not roots:
        raise OperandError("grad: outputs is empty; there is nothing to differentiate.")
    if seeds is None:
        seeds = [None] * len(roots)
    elif not isinstance(seeds, (list, tuple)) and not (is_array(seeds) and seeds.ndim):
        seeds = [seeds]
    if len(seeds) != len(roots):
        raise ArgumentError(f"grad: got {len(seeds)} grad_outputs for {len(roots)} outputs.")
    run_again_if_moving(roots)
    recorded = create_graph or bool(levels()) or _takes_part(roots)
    totals: list[Any] = [0.0] * len(variables)
    for root, given in zip(roots, seeds, strict=True):
        seed = 1.0 if given is None else given
        if not isinstance(seed, Value):
            seed = number(seed, "grad: grad_output")
        if recorded:
            shares = reverse.adjoints(root, variables, seed, beyond=True)
        else:
            plain: Any = seed._number if isinstance(seed, Value) else seed
            shares = reverse.plain_adjoints(root, variables, plain)
        totals = [a + b for a, b in zip(totals, shares, strict=True)]
    return tuple([record(COPY, VALUES.valued(x)) if recorded else x for x in totals])


def _options_of_recorded(
    third: Any, grad_outputs: Any = None, *, create_graph: bool = False, **others: Any
) -> tuple[Any, bool]:
    """The seeds, given third or by name, and whether to record."""
    if others:
        raise TypeError(
            f"grad() of Values has no option {min(others)!r}; it takes outputs, inputs, "
            "grad_outputs and create_graph. A graph is kept as long as a Value refers to it, and "
            "an unused input has gradient 0.0."
        )
    if third is not False and grad_outputs is not None:
        raise TypeError("grad() of Values got grad_outputs twice.")
    return (grad_outputs if third is False else third), bool(create_graph)


def _values(given: Any, which: str) -> list[Any]:
    """One Value, or several, as a list.

    Raises:
        OperandError: for anything else.
    """
    if isinstance(given, Value):
        return [given]
    if not isinstance(given, (list, tuple)) and not is_array(given):
        raise OperandError(
            f"grad: {which}: {describe(given)} is not a Value, nor a list of Values. Of recorded "
            "Values grad takes outputs and inputs, of a function argnums."
        )
    found = list(given.flat) if is_array(given) else list(given)
    for x in found:
        if not isinstance(x, Value):
            raise OperandError(f"grad: {which}: {describe(x)} is not a Value.")
    return found
