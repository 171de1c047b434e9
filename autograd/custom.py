"""Operations of your own: a row of your own, of the same kind as those of the table.

    @primitive(symbol="s", domain=[(-10, 10)])
    def softsign(m, x):
        return x / (1 + m.abs(x))

    @softsign.partials
    def _(m, z, x):
        return (1 / (1 + m.abs(x)) ** 2,)

``softsign(v)`` records a node. Written in the functions of ``m``, both rules are read in any number
system, so higher derivatives, forward mode, batches and pictures follow; written with ``math``,
they work on floats, and what asks for more says so.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, overload

from autograd.backward import Node
from autograd.errors import ArgumentError, OperandError
from autograd.maths import Rule, describe, floats, is_array, number
from autograd.primitives import REALS, Interval, Primitive
from autograd.rehearsals import rehearsals, unlocked
from autograd.value import record


class Operation:
    """An operation made by :func:`primitive`. Calling it records a node, or computes a float.

    Attributes:
        row: the :class:`~autograd.Primitive`, of the same kind as those of the table.
        rule: the forward rule, as it was given.
    """

    def __init__(self, forward: Rule, row: Primitive, *, star: bool) -> None:
        self.__doc__ = inspect.getdoc(forward)
        self.__name__ = row.name
        self.__module__ = forward.__module__
        self.__qualname__ = forward.__qualname__
        self.row = row
        self.rule = forward
        self._defaults = _constants(forward)
        self._star = star

    def partials(self, rule: Rule) -> Operation:
        """Give the derivative rule, as a decorator: ``rule(m, z, x, y, ...)``, a tuple.

        Raises:
            ArgumentError: when its parameters don't fit those of the operation.
        """
        _check_parameters(self.row, rule)
        names = self.row.constants
        checked = _checked_partials(self.row.name, rule, names, star=self._star, n=self.row.arity)
        self.row = self.row.changed(partials=checked)
        return self

    @property
    def checked_row(self) -> Primitive:
        """The row with the constants' defaults: what gradcheck checks.

        Raises:
            ArgumentError: when a constant has no default.
        """
        return self._bound({})

    def _bound(self, constants: dict[str, Any]) -> Primitive:
        unknown = [name for name in constants if name not in self._defaults]
        if unknown:
            raise ArgumentError(
                f"{self.row}: has no constant {unknown[0]!r}; its constants are "
                f"{', '.join(self._defaults) or 'none'}."
            )
        if not self._defaults:
            return self.row
        given = {**self._defaults, **constants}
        missing = [name for name, value in given.items() if value is inspect.Parameter.empty]
        if missing:
            raise ArgumentError(f"{self.row}: the constant {missing[0]!r} has no default; give it.")
        return self.row.bind(*[number(v, f"{self.row}: {name}") for name, v in given.items()])

    def __call__(self, *operands: Any, **constants: Any) -> Any:
        """z = f(x, y, ...): a Value if any operand is one, else a float; arrays give arrays.

        Raises:
            ArgumentError: for a wrong number of operands or an unknown constant.
            OperandError: for an operand that is no number.
        """
        row = self._bound(constants)
        if row.arity is None and len(operands) == 1 and isinstance(operands[0], (list, tuple)):
            operands = tuple(operands[0])
        if any(is_array(x) and x.ndim and x.dtype != object for x in operands):
            from autograd.maths import arrays

            return row.forward(arrays, *row.arguments(operands))
        return record(row, *operands)

    def __repr__(self) -> str:
        return f"<Operation {self.row.name}>"

    def __reduce__(self) -> str:
        return self.__qualname__


@overload
def primitive(forward: Rule) -> Operation: ...
@overload
def primitive(
    forward: None = None,
    *,
    symbol: str = "",
    formula: str = "",
    domain: Sequence[Interval] | None = None,
    samples: Sequence[tuple[float, ...]] = (),
    name: str = "",
) -> Callable[[Rule], Operation]: ...
def primitive(
    forward: Rule | None = None,
    *,
    symbol: str = "",
    formula: str = "",
    domain: Sequence[Interval] | None = None,
    samples: Sequence[tuple[float, ...]] = (),
    name: str = "",
) -> Any:
    """Make an operation of a forward rule ``f(m, x, y, ...)``: a decorator with or without options.

    Operands come by position, any number of them as ``*xs``; constants, which have no derivative,
    by keyword: ``def leaky(m, x, *, slope=0.01)``. Names are not global: operations with
    the same name do not affect each other.

    Args:
        forward: the rule.
        symbol: what a picture writes on the node; the name if empty.
        formula: the operation in LaTeX.
        domain: an interval for each operand, or one for all: where gradcheck searches.
        samples: operands that show typical behaviour, where gradcheck begins.
        name: the operation's name; that of the function if empty.

    Raises:
        ArgumentError: when the rule has no parameter m, or no operand.

    >>> from autograd import Value, gradcheck
    >>> @primitive(domain=[(-10, 10)])
    ... def softsign(m, x):
    ...     return x / (1 + m.abs(x))
    >>> @softsign.partials
    ... def _(m, z, x):
    ...     return (1 / (1 + m.abs(x)) ** 2,)
    >>> v = Value(-1.0)
    >>> softsign(v).backward()
    >>> v.grad, softsign(1.0)
    (0.25, 0.5)
    >>> assert gradcheck(softsign)
    """

    def make(rule: Rule) -> Operation:
        title = name or rule.__name__
        parameters = list(inspect.signature(rule).parameters.values())
        star = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        plain = [p for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
        operands = len(plain) - 1
        if operands < 0 or (operands == 0 and not star) or (star and operands):
            raise ArgumentError(
                f"primitive: {title} needs the number system and then its operands: "
                "f(m, x), f(m, x, y), or f(m, *xs)."
            )
        constants = tuple(_constants(rule))
        intervals = tuple([(float(a), float(b)) for a, b in domain]) if domain else (REALS,)
        if _rehearse not in rehearsals:  # no sweep is slowed down until one is made
            rehearsals.append(_rehearse)
        row = Primitive(
            title,
            symbol or title,
            formula or rf"\operatorname{{{title}}}",
            forward=_positional(rule, constants, title, star=star),
            partials=_no_rule(title),
            arity=None if star else operands,
            doc=(inspect.getdoc(rule) or "").partition("\n")[0],
            domain=intervals,
            samples=tuple(samples) or _samples(intervals, None if star else operands),
            constants=constants,
            origin=(rule.__module__, rule.__qualname__),
        )
        return Operation(rule, row, star=star)

    return make if forward is None else make(forward)


def _rehearse(root: Node, order: list[Any], adjoint: float) -> Any:
    # Rules of the table never raise; a user's may, and must do so before anything is changed. It is
    # run once: what it gives is kept for the sweep.
    own = [node for node in order if node.op.origin[0]]
    partials = unlocked(lambda: {node: node.partials for node in own}) if own else None
    return functools.partial(_sweep, partials) if partials else None


def _sweep(
    given: dict[Any, tuple[float, ...]], root: Any, order: list[Any], adjoint: float
) -> None:
    """:func:`autograd.backward.sweep` with the partials that are ``given``."""
    for node in order:
        node._grad = 0.0
    root._grad += adjoint
    for node in reversed(order):
        partials = given.get(node) or node.partials
        for operand, partial in zip(node.parents, partials, strict=True):
            operand._grad += partial * node._grad


def _constants(rule: Rule) -> dict[str, Any]:
    parameters = inspect.signature(rule).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def _positional(rule: Rule, constants: tuple[str, ...], title: str, *, star: bool) -> Rule:
    """The forward rule in the form rows have: constants after operands, float results checked."""
    k = len(constants)

    def call(m: Any, args: tuple[Any, ...]) -> Any:
        n = len(args) - k
        xs = args[0] if star else args[:n]
        result = rule(m, *xs, **dict(zip(constants, args[n:], strict=True)))
        return number(result, f"{title}: the result of its forward rule") if m is floats else result

    if star:
        return lambda m, xs, *rest: call(m, (xs, *rest))
    return lambda m, *args: call(m, args)


def _checked_partials(
    title: str, rule: Rule, constants: tuple[str, ...], *, star: bool, n: int | None
) -> Rule:
    k = len(constants)

    def partials(m: Any, z: Any, *args: Any) -> Any:
        count = len(args) - k
        xs = args[0] if star else args[:count]
        result = rule(m, z, *xs, **dict(zip(constants, args[count:], strict=True)))
        if not isinstance(result, (tuple, list)):
            raise OperandError(
                f"{title}: its derivative rule returned {describe(result)}; it must return a tuple "
                f"of {len(xs)} partials" + ("; (d,) is a tuple of one." if len(xs) == 1 else ".")
            )
        if len(result) != len(xs):
            raise OperandError(
                f"{title}: its derivative rule returned {len(result)} partials for {len(xs)} "
                "operands."
            )
        if m is floats:
            where = f"{title}: a partial of its derivative rule"
            return tuple([number(p, where) for p in result])
        return tuple(result)

    return partials


def _no_rule(title: str) -> Rule:
    def partials(m: Any, z: Any, *args: Any) -> Any:
        raise OperandError(f"{title}: has no derivative rule; give it one with @{title}.partials.")

    return partials


def _check_parameters(row: Primitive, rule: Rule) -> None:
    parameters = list(inspect.signature(rule).parameters.values())
    star = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    plain = [p for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    if not star and (row.arity is None or len(plain) != row.arity + 2):
        needed = "*xs" if row.arity is None else f"its {row.arity} operands"
        raise ArgumentError(
            f"{row}: its derivative rule has {len(plain)} parameters; it takes m, z and {needed}."
        )
    missing = set(row.constants) - {p.name for p in parameters}
    if missing and not any(p.kind is p.VAR_KEYWORD for p in parameters):
        raise ArgumentError(f"{row}: its derivative rule lacks the constant {min(missing)!r}.")


def _samples(domain: tuple[Interval, ...], n: int | None) -> tuple[tuple[float, ...], ...]:
    """Five typical points of a domain."""

    def inside(interval: Interval, share: float) -> float:
        low, high = max(interval[0], -3.0), min(interval[1], 3.0)
        if low >= high:  # the domain lies far from 0
            low, high = (
                interval if all(map(math.isfinite, interval)) else (interval[0], interval[0] + 6)
            )
            if not math.isfinite(low):
                low, high = interval[1] - 6, interval[1]
        return low + (high - low) * share

    shares = (0.37, 0.81, 0.12, 0.58, 0.93)
    count = 3 if n is None else n
    return tuple(
        [
            tuple(
                [
                    inside(domain[min(i, len(domain) - 1)], shares[(k + 2 * i) % 5])
                    for i in range(count)
                ]
            )
            for k in range(5)
        ]
    )
