"""Losses: how far outputs A are from targets Y."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import ArgumentError, Note, Value
from autograd import sum as sum_of

Number = float | Value


def half_squared_error(outputs: Iterable[Number] | Number, targets: Iterable[Any] | Any) -> Value:
    """L = ½ Σ (Y - A)², the worked example's loss, whose derivative with respect to A is A - Y.

    Raises:
        ArgumentError: when there are not as many targets as outputs.

    >>> half_squared_error([Value(0.70)], [0.75])
    Value(0.0012500000000000022, label='L', op='mul')
    """
    return _loss("half_squared_error", outputs, targets, 0.5)


def mean_squared_error(outputs: Iterable[Number] | Number, targets: Iterable[Any] | Any) -> Value:
    """L = (1/n) Σ (Y - A)² over the n outputs.

    Raises:
        ArgumentError: when there are not as many targets as outputs, or none.

    >>> mean_squared_error([Value(1.0), Value(2.0)], [1.0, 4.0]).data
    2.0
    """
    return _loss("mean_squared_error", outputs, targets, None)


def _loss(name: str, outputs: Any, targets: Any, factor: float | None) -> Value:
    a, y = _listed(outputs), _listed(targets)
    if len(a) != len(y):
        raise ArgumentError(
            f"{name}: got {len(y)} targets for {len(a)} outputs; the numbers must be equal."
        )
    if not a:
        raise ArgumentError(f"{name}: there is no output.")
    if not any(isinstance(x, Value) for x in a):
        a[0] = Value(a[0])
    squares = []
    for j, (output, given) in enumerate(zip(a, y, strict=True), start=1):
        target = given if isinstance(given, Value) else Value(given)
        if target is not given:
            target.note = Note(f"Y_{j}" if len(y) > 1 else "Y")
        squares.append((target - output) ** 2)
    total = squares[0] if len(squares) == 1 else sum_of(squares)
    loss: Value = (1 / len(a) if factor is None else factor) * total
    loss.label = "L"
    return loss


def _listed(xs: Any) -> list[Any]:
    return list(xs) if isinstance(xs, Iterable) and not isinstance(xs, str) else [xs]
