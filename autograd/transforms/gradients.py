"""Transforms: functions of functions. ``grad``, ``value_and_grad``, ``vjp``, ``jvp``, ``jacobian``.

All of them read the one set of rules. In reverse, ``reverse.adjoints`` reads them in Values, so a
gradient is a graph and can be differentiated again; forwards, ``forward.Forward`` carries tangents.

Each transform gives the function fresh variables, copies of what was passed in, and cuts their link
to the originals while its derivative is taken. So an inner derivative sees its own variable
and no other's (Siskind and Pearlmutter 2005 call the mistake perturbation confusion), and outer
ones still see through it.

Numbers in, numbers out: a plain float for a plain number. Pass Values, or call a transform inside
another one's function, and the derivative comes as Values that can be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd import reverse
from autograd.errors import ArgumentError, OperandError
from autograd.functions import VALUES, dot
from autograd.maths import describe, number
from autograd.modes import Level, enter_level, entered, leave_level, levels
from autograd.table import TABLE
from autograd.transforms.forward import Forward, ValueWithTangents, with_tangent
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value, lifted, record

COPY = TABLE["copy"]


def grad(f: Callable[..., Value], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of ``f``: g(x) has x's own structure, and its numbers are ∂f/∂x.

    ``f`` takes numbers, Values, or nested lists, tuples, dicts and arrays of them, and returns one
    Value. Nests to any depth. What ``f`` doesn't depend on has gradient 0.0. No ``grad`` of any
    Value is touched. Costs about what a forward pass and ``backward()`` cost.

    Args:
        f: the function.
        argnums: which argument to differentiate with respect to; for several, the gradient is a
            tuple.

    Raises:
        OperandError: when ``f`` returns anything but a Value.
        ArgumentError: when there is no such argument.

    >>> from autograd import sin
    >>> grad(lambda p: p["a"] * p["b"])({"a": 2.0, "b": 5.0})
    {'a': 5.0, 'b': 2.0}
    >>> grad(grad(grad(lambda x: x**4)))(2.0)
    48.0
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return _named(gradient, f)


def value_and_grad(f: Callable[..., Value], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Like :func:`grad`, and the value of ``f`` with it: (f(x), ∂f/∂x), for the same cost.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = _chosen(f, args, argnums)
        run = Run(chosen)
        output = run.call(f, args, kwargs, argnums)
        expect_value(f, output, "grad")
        gradients = iter(run.gradient(output))
        parts = [rebuilt(x, gradients, plain_array) for x in chosen]
        value = output if run.recorded else output.data
        return value, parts[0] if isinstance(argnums, int) else tuple(parts)

    return _named(both, f)


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The output f(*primals) and its pullback: ū ↦ ūᵀ·J, as a tuple with one entry per primal.

    The pullback takes a cotangent of the output's structure; it may be called again and again.
    Each call costs about what ``backward()`` costs.

    >>> output, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> output, pullback([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    run = Run(primals)
    output = run.call(f, primals, {}, range(len(primals)))
    values = _output_values(f, output, "vjp")

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        adjoints = matched(cotangent, output, "vjp: the cotangent")
        gradients = iter(run.pull(values, adjoints))
        return tuple([rebuilt(x, gradients, plain_array) for x in primals])

    outs = list[Any](values) if run.recorded else [v.data for v in values]
    return rebuilt(output, iter(outs), plain_array), pullback


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The output f(*primals) and its tangent J·ẋ, in forward mode.

    Each number carries its tangent along, so no graph is kept: memory does not grow with the length
    of the computation. Costs about 5 plain forward passes.

    Args:
        f: the function.
        primals: its arguments.
        tangents: their tangents, of the same structure.

    Raises:
        ArgumentError: when primals and tangents don't match.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ArgumentError("jvp: primals and tangents are tuples, one entry per argument.")
    xs, ts = leaves(primals), matched(tuple(tangents), tuple(primals), "jvp: tangents")
    recorded = bool(levels()) or any(isinstance(x, Value) for x in (*xs, *ts))
    level = Forward(recorded=recorded)
    ts = [t if isinstance(t, Value) else number(t, "jvp: tangent") for t in ts]
    duals = [
        with_tangent(record(COPY, _lifted(x, "jvp")) if recorded else _lifted(x, "jvp"), level, t)
        for x, t in zip(xs, ts, strict=True)
    ]  # fmt: skip
    with entered(*level.inside()):
        output = f(*rebuilt(tuple(primals), iter(duals)))
    values = _output_values(f, output, "jvp")
    slopes = [
        v.tangents.get(level, 0.0) if isinstance(v, ValueWithTangents) else 0.0 for v in values
    ]
    outs: list[Any]
    if recorded:
        outs, slopes = values, [VALUES.valued(s) for s in slopes]
    else:
        outs = [v.data for v in values]
    return rebuilt(output, iter(outs), plain_array), rebuilt(output, iter(slopes), plain_array)


def jacobian(f: Callable[..., Any], mode: str = "auto") -> Callable[..., Any]:
    """All first derivatives: a row for each number of the output, a column for each of the input.

    The input is all arguments, from left to right. An output that is one Value gives one plain row.

    Args:
        f: the function, from n numbers to m.
        mode: "forward" costs n forward runs after the first, "reverse" m backward sweeps after it;
            "auto" takes the fewer.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] ** 2, x[1]])([2.0, 5.0])
    [[5.0, 2.0], [4.0, 0.0], [0.0, 1.0]]
    """
    if mode not in {"auto", "forward", "reverse"}:
        raise ArgumentError(
            f'jacobian: mode is {mode!r}; it must be "auto", "forward" or "reverse".'
        )

    def matrix(*args: Any) -> Any:
        inputs = leaves(args)
        run = Run(args)
        output = run.call(f, args, {}, range(len(args)))
        values = _output_values(f, output, "jacobian")
        if mode == "reverse" or (mode == "auto" and len(values) <= len(inputs)):
            rows = [run.pull([v], [1.0]) for v in values]
        else:
            columns = []
            for i in range(len(inputs)):
                unit = rebuilt(args, (1.0 if j == i else 0.0 for j in range(len(inputs))))
                columns.append(leaves(jvp(f, args, unit)[1]))
            rows = [list(row) for row in zip(*columns, strict=True)]
        return rows[0] if isinstance(output, Value) else rows

    return _named(matrix, f)


class Run(Level):
    """One run of a function on fresh variables, and its derivatives in reverse."""

    def __init__(self, trees: Sequence[Any]) -> None:
        self.given = leaves(tuple(trees))
        outer = levels()
        plain = all([type(x) is float for x in self.given])
        self.recorded = bool(outer) or not (
            plain or not any(isinstance(x, Value) for x in self.given)
        )
        self.variables = [self._variable(x) for x in self.given]

    def _variable(self, x: Any) -> Value:
        if not self.recorded:
            return Value(number(x, "grad"))
        lifted_x = _lifted(x, "grad")
        again = getattr(
            lifted_x, "again", None
        )  # a traced Value gives another one for the same place
        return record(COPY, lifted_x) if again is None else again()

    def call(self, f: Callable[..., Any], args: Any, kwargs: Any, argnums: Any) -> Any:
        """f on the variables, in the place of the chosen arguments."""
        fresh = iter(self.variables)
        places = [argnums] if isinstance(argnums, int) else list(argnums)
        new = list(args)
        for i in places:
            new[i] = rebuilt(args[i], fresh)
        token = enter_level(self)
        try:
            return f(*new, **kwargs)
        finally:
            leave_level(token)

    def gradient(self, output: Value) -> list[Any]:
        """∂output/∂variable for each."""
        return self.pull([output], [1.0])

    def pull(self, outputs: list[Value], adjoints: list[Any]) -> list[Any]:
        """Σ adjoint · ∂output/∂variable for each variable."""
        plain = not self.recorded and not any(isinstance(a, Value) for a in adjoints)
        if len(outputs) == 1:
            root, adjoint = outputs[0], adjoints[0]
        else:
            root, adjoint = dot(adjoints, outputs), 1.0
        if plain:
            return reverse.gradient(root, self.variables, number(adjoint, "vjp: cotangent"))
        links = [v._x for v in self.variables]
        for variable in self.variables:
            variable._x = None  # leaves, while this derivative is taken
        try:
            result = reverse.adjoints(root, self.variables, adjoint)
        finally:
            for variable, link in zip(self.variables, links, strict=True):
                variable._x = link
        return [VALUES.valued(x) for x in result]


def _lifted(x: Any, who: str) -> Value:
    return x if isinstance(x, Value) else lifted(number(x, who))


def _chosen(f: Any, args: tuple[Any, ...], argnums: int | Sequence[int]) -> list[Any]:
    places = [argnums] if isinstance(argnums, int) else list(argnums)
    if len({i % len(args) for i in places if isinstance(i, int) and args}) != len(places):
        raise ArgumentError(f"grad: argnums is {argnums!r}; it must be different whole numbers.")
    for i in places:
        if not -len(args) <= i < len(args):
            raise ArgumentError(
                f"grad: argnums is {argnums}, and {_name(f)} got {len(args)} arguments."
            )
    return [args[i] for i in places]


def expect_value(f: Any, output: Any, who: str) -> None:
    """Check that ``f`` returned one Value.

    Raises:
        OperandError: if not; it says what was returned.
    """
    if not isinstance(output, Value):
        hint = (
            " Did it take v.data or use math instead of autograd?" if type(output) is float else ""
        )
        raise OperandError(
            f"{who}: {_name(f)} returned {describe(output)}; it must return one Value.{hint}"
        )


def _output_values(f: Any, output: Any, who: str) -> list[Value]:
    values: list[Any] = leaves(output) if output is not None else [None]
    for value in values:
        expect_value(f, value, who)
    return values


def _named(g: Any, f: Any) -> Any:
    g.__name__ = getattr(f, "__name__", g.__name__)
    g.__wrapped__ = f
    return g


def _name(f: Any) -> str:
    return getattr(f, "__name__", repr(f))
