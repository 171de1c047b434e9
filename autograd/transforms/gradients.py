"""Transforms: functions of functions. ``grad``, ``value_and_grad``, ``vjp``, ``jvp``, ``jacobian``.

All of them read the one set of rules. In reverse, ``reverse.adjoints`` reads them in Values, so a
gradient is a graph and can be differentiated again; forwards, ``forward.Forward`` carries tangents.

Each transform gives the function fresh variables, copies of what was passed in, and looks no further
back than these. So an inner derivative sees its own variable and no other's (Siskind and Pearlmutter
2005 call the mistake perturbation confusion), and outer ones still see through it.

Numbers in, numbers out: a plain float if everything that takes part is plain. Pass Values, use Values
from outside, or call a transform inside another one's function, and the derivative comes as Values
that can be differentiated; inside ``no_grad()`` a Value from outside is a number like any other.
"""

from __future__ import annotations

import functools
import operator
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from types import MethodType
from typing import Any

from autograd import reverse
from autograd.copying import links
from autograd.errors import ArgumentError, OperandError
from autograd.functions import VALUES, dot
from autograd.maths import describe, number
from autograd.modes import Level, enter_level, is_grad_enabled, leave_level, levels
from autograd.primitives import CONSTANT
from autograd.table import TABLE
from autograd.transforms.forward import Forward, RunAgainError, ValueWithTangents, with_tangent
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value, lifted, record

COPY = TABLE["copy"]
_open_variables: dict[int, Value] = {}  # what is differentiated by just now, in all threads


def _link(node: Any) -> Any:
    """A copy that depends on a variable, while its transform is at work."""
    return record(COPY, node) if id(node) in _open_variables else None


links.append(_link)


class Transformed:
    """What a transform makes of a function: called, described and pickled like that.

    Args:
        make: the transform.
        call: what to do, given the arguments.
        f: the function.
        options: of the transform, by keyword.
    """

    def __init__(
        self, make: Callable[..., Any], call: Callable[..., Any], f: Any, **options: Any
    ) -> None:
        functools.update_wrapper(self, f)
        self.__name__ = getattr(f, "__name__", make.__name__)
        self._make, self._call, self._f, self._options = make, call, f, options

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at these arguments."""
        return self._call(*args, **kwargs)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else MethodType(self, owner)

    def __reduce__(self) -> Any:
        found: Any = sys.modules.get(getattr(self, "__module__", ""))
        for name in getattr(self, "__qualname__", "").split("."):
            found = getattr(found, name, None)
        if found is self:  # it took the function's place: @grad
            return self.__qualname__
        return _remade, (self._make, self._f, self._options)

    def __repr__(self) -> str:
        return f"<{self._make.__name__} of {_name(self._f)}>"


def _remade(make: Callable[..., Any], f: Any, options: dict[str, Any]) -> Any:
    return make(f, **options)


def grad(
    f: Callable[..., Any] | Value | Sequence[Value],
    argnums: Any = 0,
    has_aux: bool = False,
    **options: Any,
) -> Any:
    """The gradient of ``f``: g(x) has x's own structure, and its numbers are ∂f/∂x.

    ``f`` takes numbers, Values, or nested lists, tuples, dicts, dataclasses and arrays of them, and
    returns one Value. Nests to any depth. What ``f`` doesn't depend on has gradient 0.0. No ``grad``
    of any Value is touched. Costs about what a forward pass and ``backward()`` cost; where Values
    from outside take part, about 4 times that.

    Given Values that are computed already, it is ``torch.autograd.grad``: ``grad(outputs, inputs,
    grad_outputs=None, create_graph=False)``, a tuple with ∂outputs/∂input for each input, floats or,
    with ``create_graph``, Values.

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
    Each call costs about what ``backward()`` costs. With ``has_aux``, the function returns a pair, and
    its second comes last: (output, pullback, second). Keywords are passed on.

    >>> output, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> output, pullback([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    run = Run(primals)
    found = run.call(f, primals, kwargs, range(len(primals)))
    output, aux = with_aux(found, f, "vjp", wanted=has_aux)
    values = run.outputs(f, _numbers(output), "vjp")

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        adjoints = matched(cotangent, output, "vjp: the cotangent")
        gradients = iter(run.pull(values, adjoints))
        return tuple([rebuilt(x, gradients, plain_array) for x in primals])

    outs = list[Any](values) if run.recorded else [v._number for v in values]
    result = rebuilt(output, iter(outs), plain_array)
    return (result, pullback, run.settled(aux)) if has_aux else (result, pullback)


def jvp(
    f: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
    **kwargs: Any,
) -> Any:
    """The output f(*primals) and its tangent J·ẋ, in forward mode.

    Each number carries its tangent along, so no graph is kept: memory does not grow with the length
    of the computation. Costs about 5 plain forward passes. Where Values from outside take part, or
    ``backward(create_graph=True)`` is called, the function is run again with a graph.

    Args:
        f: the function.
        primals: its arguments.
        tangents: their tangents, of the same structure; 0.0 for what does not move.
        has_aux: ``f`` returns a pair; its second comes last, and has no tangent.
        kwargs: passed on.

    Raises:
        ArgumentError: when primals and tangents don't match.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ArgumentError("jvp: primals and tangents are tuples, one entry per argument.")
    xs, ts = leaves(primals), matched(tuple(tangents), tuple(primals), "jvp: tangents")
    ts = [t if isinstance(t, Value) else number(t, "jvp: tangent") for t in ts]
    recorded = bool(levels()) or any(isinstance(x, Value) for x in (*xs, *ts))
    mode = Forward(recorded=recorded, captures=not is_grad_enabled())
    again = False
    try:
        found = _forwards(mode, f, tuple(primals), xs, ts, kwargs)
    except RunAgainError:
        again = True
        mode = Forward(recorded=True)
        found = _forwards(mode, f, tuple(primals), xs, ts, kwargs)
    output, aux = with_aux(found, f, "jvp", wanted=has_aux)
    values = _values(f, _numbers(output), "jvp")
    slopes: list[Any] = [
        v.tangents.get(mode, 0.0) if isinstance(v, ValueWithTangents) else 0.0 for v in values
    ]
    outs: list[Any] = values
    if mode.recorded:
        slopes = [VALUES.valued(s) for s in slopes]
    if again:
        recorded = is_grad_enabled() and reverse.from_outside([*values, *slopes], mode.since)
    if not recorded:
        outs, slopes = ([getattr(x, "_number", x) for x in xs] for xs in (outs, slopes))
    result = rebuilt(output, iter(outs), plain_array), rebuilt(output, iter(slopes), plain_array)
    return (*result, _settled(aux, recorded=recorded)) if has_aux else result


def _forwards(
    mode: Forward, f: Any, primals: tuple[Any, ...], xs: list[Any], ts: list[Any], kwargs: Any
) -> Any:
    with mode:
        moved = []
        for x, t in zip(xs, ts, strict=True):
            variable = record(COPY, x) if isinstance(x, Value) else Value(number(x, "jvp"))
            still = type(t) is float and t == 0.0  # 0.0 times an infinite slope would be nan
            moved.append(variable if still else with_tangent(variable, mode, t))
        return f(*rebuilt(primals, iter(moved)), **kwargs)


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
        numbers = _numbers(output)
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


class Run(Level):
    """One run of a function on fresh variables, and its derivatives in reverse.

    Attributes:
        recorded: whether results are Values.
        captured: whether Values from outside take part as numbers, under ``no_grad()``.
    """

    captured = False

    def __init__(self, trees: Sequence[Any]) -> None:
        super().__init__()
        self.given = leaves(tuple(trees))
        plain = all([type(x) is float for x in self.given])
        self.recorded = bool(levels()) or not (
            plain or not any(isinstance(x, Value) for x in self.given)
        )
        self.variables = [self._variable(x) for x in self.given]
        self._found: dict[int, reverse.Dependents] = {}

    def _variable(self, x: Any) -> Value:
        if not self.recorded:
            return Value(number(x, "grad"))
        lifted_x = x if isinstance(x, Value) else lifted(number(x, "grad"))
        again = getattr(lifted_x, "again", None)  # a traced Value is at the same place again
        return record(COPY, lifted_x) if again is None else again()

    def call(self, f: Any, args: Any, kwargs: Any, places: Iterable[int]) -> Any:
        """f on the variables, in the place of the chosen arguments."""
        fresh = iter(self.variables)
        new = list(args)
        for i in places:
            new[i] = rebuilt(args[i], fresh)
        mine = {id(v): v for v in self.variables}
        _open_variables.update(mine)
        before = enter_level(self.inside())
        try:
            return f(*new, **kwargs)
        finally:
            leave_level(before)
            for key in mine:
                _open_variables.pop(key, None)

    def outputs(self, f: Any, found: list[Any], who: str) -> list[Value]:
        """The outputs as Values; from now on it is known whether results are Values."""
        values = _values(f, found, who)
        if not self.recorded and any([self._is_from_outside(value) for value in values]):
            self.recorded = is_grad_enabled()
            self.captured = not self.recorded
        return values

    def _is_from_outside(self, root: Value) -> bool:
        between = self._found[id(root)] = reverse.dependents(root, self.variables)
        loose = [p for p in between.others if p.op is not CONSTANT]
        return reverse.from_outside(loose if between.order else [root], self.since)

    def pull(self, outputs: list[Value], adjoints: list[Any]) -> list[Any]:
        """Σ adjoint · ∂output/∂variable for each variable."""
        # What does not move is left out: 0.0 times an infinite slope would be nan.
        pairs = [
            (value, a if isinstance(a, Value) else number(a, "vjp: cotangent"))
            for value, a in zip(outputs, adjoints, strict=True)
        ]
        pairs = [(value, a) for value, a in pairs if isinstance(a, Value) or a != 0.0]
        recorded = self.recorded or any([isinstance(a, Value) for _, a in pairs])
        if not pairs:
            return [VALUES.valued(0.0) if recorded else 0.0 for _ in self.variables]
        before = enter_level(self.inside())
        try:
            if len(pairs) == 1:
                ((root, adjoint),) = pairs
            else:
                root = dot([a for _, a in pairs], [value for value, _ in pairs])
                adjoint = 1.0
            found = self._found.get(id(root))
            if recorded:
                result = reverse.adjoints(root, self.variables, adjoint, found)
                return [VALUES.valued(x) for x in result]
            plain: Any = adjoint
            if self.captured:
                return reverse.plain_adjoints(root, self.variables, plain)
            return reverse.gradient(root, self.variables, plain, found)
        finally:
            leave_level(before)

    def settled(self, aux: Any) -> Any:
        """What else the function returned, with numbers for Values where results are numbers."""
        return _settled(aux, recorded=self.recorded)


def _settled(aux: Any, *, recorded: bool) -> Any:
    found = leaves(aux)
    if recorded or not any([isinstance(x, Value) for x in found]):
        return aux
    plain = [x._number if isinstance(x, Value) else x for x in found]
    return rebuilt(aux, iter(plain), plain_array)


def _of_recorded(
    outputs: Any, inputs: Any, grad_outputs: Any = None, *, create_graph: bool = False
) -> tuple[Any, ...]:
    """``torch.autograd.grad``: Σ ∂output/∂input · grad_output for each input."""
    roots = [outputs] if isinstance(outputs, Value) else list(outputs)
    variables = [inputs] if isinstance(inputs, Value) else inputs
    if not isinstance(variables, (list, tuple)) or not roots:
        raise OperandError(
            f"grad: of {describe(outputs)} with respect to {describe(inputs)}: takes a function, or "
            "Values that are computed and the Values to differentiate with respect to."
        )
    for x in (*roots, *variables):
        if not isinstance(x, Value):
            raise OperandError(f"grad: {describe(x)} is not a Value.")
    seeds: Any = [1.0] * len(roots) if grad_outputs is None else grad_outputs
    seeds = [seeds] if isinstance(seeds, (Value, float, int)) else list(seeds)
    if len(seeds) != len(roots):
        raise ArgumentError(f"grad: got {len(seeds)} grad_outputs for {len(roots)} outputs.")
    recorded = create_graph or bool(levels())
    totals: list[Any] = [0.0] * len(variables)
    for root, seed in zip(roots, seeds, strict=True):
        if recorded:
            shares = reverse.adjoints(root, list(variables), seed, beyond=True)
        else:
            plain = seed._number if isinstance(seed, Value) else number(seed, "grad: grad_output")
            shares = reverse.plain_adjoints(root, list(variables), plain)
        totals = [a + b for a, b in zip(totals, shares, strict=True)]
    return tuple([record(COPY, VALUES.valued(x)) if recorded else x for x in totals])


def checked_argnums(f: Any, argnums: Any, who: str) -> Any:
    """An int, or a tuple of them: NumPy's integers are as good.

    Raises:
        ArgumentError: for anything else.
    """
    several = isinstance(argnums, Sequence) and not isinstance(argnums, str)
    try:
        found = tuple([operator.index(i) for i in (argnums if several else [argnums])])
    except TypeError:
        found = ()
    bad = any([isinstance(i, bool) for i in (argnums if several else [argnums])])
    if bad or not found:
        raise ArgumentError(
            f"{who}: argnums is {argnums!r}; it must be a whole number, or a tuple of them."
        )
    return found if several else found[0]


def places_of(f: Any, args: tuple[Any, ...], argnums: Any, who: str) -> list[int]:
    """The numbers of the chosen arguments, from 0; of all if ``argnums`` is None.

    Raises:
        ArgumentError: when there is no such argument, or one is chosen twice.
    """
    if argnums is None:
        return list(range(len(args)))
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)
    for i in wanted:
        if not -len(args) <= i < len(args):
            raise ArgumentError(
                f"{who}: argnums is {argnums}, and {_name(f)} got {len(args)} arguments."
            )
    places = [i % len(args) for i in wanted]
    if len(set(places)) != len(places):
        raise ArgumentError(f"{who}: argnums is {argnums!r}; it must be different whole numbers.")
    return places


def with_aux(found: Any, f: Any, who: str, *, wanted: bool) -> tuple[Any, Any]:
    """What a function returned, in two: what is differentiated, and what else comes with it.

    Raises:
        OperandError: when two are wanted, and it is not a pair.
    """
    if not wanted:
        return found, None
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise OperandError(
            f"{who}: {_name(f)} returned {describe(found)}; with has_aux it must return a pair."
        )
    return found[0], found[1]


def _numbers(output: Any) -> list[Any]:
    return leaves(output) if output is not None else [None]


def _values(f: Any, found: list[Any], who: str) -> list[Value]:
    """Outputs as Values: a plain number is a constant, whose derivative is 0."""
    if found and not any([isinstance(x, Value) for x in found]):
        values = [_constant(f, x, who) for x in found]
        warnings.warn(
            f"{who}: {_name(f)} returned plain numbers only, so its derivative is 0. Did it take "
            "v.data, or use math instead of autograd?",
            stacklevel=_outside(),
        )
        return values
    return [x if isinstance(x, Value) else _constant(f, x, who) for x in found]


def _constant(f: Any, x: Any, who: str) -> Value:
    try:
        return lifted(x)
    except OperandError:
        raise OperandError(
            f"{who}: {_name(f)} returned {describe(x)}; it must return one Value."
        ) from None


def _outside() -> int:
    """How far up the stack the first frame is that is not of this package."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd."):
        depth, frame = depth + 1, frame.f_back
    return depth


def _name(f: Any) -> str:
    return getattr(f, "__name__", repr(f))
