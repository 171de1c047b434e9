"""What a loss is given: as many targets as outputs, and each one allowed; else an error says which.

While ``compile`` records, a target has no number yet that could be looked at. Then one that is not
allowed makes the loss nan, in its own example only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from autograd import ArgumentError, GraphError, Note, OperandError, Value, mean, where
from autograd import sum as sum_of

Number = float | Value
Check = Callable[[str, str, Any], Any]
REDUCTIONS = ("mean", "sum", "none")


def pairs(name: str, outputs: Any, targets: Any, check: Check | None) -> list[tuple[Value, Any]]:
    """Each output with its target, all outputs as Values; ``check`` looks at every target.

    Raises:
        ArgumentError: when there are not as many targets as outputs, or none; or by ``check``.
    """
    a, y = values_of(name, outputs), listed(targets)
    if len(a) != len(y):
        raise ArgumentError(
            f"{name}: got {len(y)} targets for {len(a)} outputs; the numbers must be equal."
        )
    if check is not None:
        y = [check(name, f"target {j}", target) for j, target in enumerate(y, start=1)]
    return list(zip(a, y, strict=True))


def values_of(name: str, outputs: Any) -> list[Value]:
    """The outputs as Values, at least one."""
    a = listed(outputs)
    if not a:
        raise ArgumentError(f"{name}: there is no output.")
    return [
        x if isinstance(x, Value) else Value(number(name, f"output {j}", x))
        for j, x in enumerate(a, start=1)
    ]


def any_number(name: str, which: str, target: Any) -> Number:
    """A target that may be any number but nan."""
    known, y = _known(name, which, target)
    if known is not None and math.isnan(known):
        raise ArgumentError(f"{name}: {which} is nan.")
    return y


def fraction(name: str, which: str, target: Any, hint: str = "") -> Number:
    """A target from 0 to 1: a probability; ``hint`` is what else would do."""
    known, y = _known(name, which, target)
    if known is None:
        return where((y >= 0.0) & (y <= 1.0), y, math.nan)
    if not 0.0 <= known <= 1.0:
        raise ArgumentError(f"{name}: {which} is {_said(known)}; it must be from 0 to 1{hint}.")
    return y


def side(name: str, which: str, target: Any) -> Number:
    """A target that is -1 or 1."""
    known, y = _known(name, which, target)
    if known is None:
        return where((y == -1.0) | (y == 1.0), y, math.nan)
    if known not in (-1.0, 1.0):
        raise ArgumentError(f"{name}: {which} is {_said(known)}; it must be -1 or 1.")
    return y


def named(targets: list[tuple[Value, Any]]) -> list[tuple[Value, Value]]:
    """Targets that are plain numbers, as Values that a picture calls Y."""
    found = []
    for j, (output, given) in enumerate(targets, start=1):
        target = given if isinstance(given, Value) else Value(given)
        if target is not given:
            target.note = Note(f"Y_{j}" if len(targets) > 1 else "Y")
        found.append((output, target))
    return found


def chosen(name: str, xs: list[Any], label: Any) -> Any:
    """The x of the class ``label``, a whole number that counts the outputs from 0."""
    n = len(xs)
    known, k = _known(name, "the label", label)
    if known is None:
        found: Any = math.nan  # of a label that is none of them
        for j, x in enumerate(xs):
            found = where(k == j, x, found)
        return found
    if known not in range(n):
        raise ArgumentError(
            f"{name}: the label is {_said(known)}; with {n} outputs it must be a whole number from "
            f"0 to {n - 1}."
        )
    return xs[int(known)]


def reduced(name: str, losses: list[Value], reduction: str) -> Any:
    """Their mean, their sum, or all of them in a list."""
    known_reduction(name, reduction)
    if reduction == "none":
        return losses
    loss: Value = (mean if reduction == "mean" else sum_of)(losses)
    loss.label = "L"
    return loss


def known_reduction(name: str, reduction: str) -> None:
    """Refuse a reduction that is none."""
    if reduction not in REDUCTIONS:
        raise ArgumentError(
            f"{name}: reduction is {reduction!r}; it must be one of {', '.join(REDUCTIONS)}."
        )


def is_list(xs: Any) -> bool:
    """Whether it has entries, and is no number and no text."""
    return isinstance(xs, Iterable) and not isinstance(xs, str) and getattr(xs, "ndim", 1) != 0


def listed(xs: Any) -> list[Any]:
    """A list of the entries, or of the one number."""
    if isinstance(xs, (Mapping, AbstractSet)):
        raise OperandError(f"a loss takes lists of numbers; {xs!r} has no order.")
    return list(xs) if is_list(xs) else [xs]


def _said(x: float) -> str:
    """The number, short if that is no other number."""
    return f"{x:g}" if float(f"{x:g}") == x else repr(x).removesuffix(".0")


def _known(name: str, which: str, x: Any) -> tuple[float | None, Any]:
    """The number of x, None if it has none yet; and x itself, a Value or a float."""
    if not isinstance(x, Value):
        y = number(name, which, x)
        return y, y
    try:
        return x.data, x
    except GraphError:
        return None, x


def number(name: str, which: str, x: Any) -> float:
    """x as a float; while ``compile`` records too, when a Value would not give its number."""
    if type(x) is float:
        return x
    try:
        Value(x)
    except OperandError as error:
        raise OperandError(f"{name}: {which}: {error}") from None
    return float(x)
