"""Metrics: what is measured of a model's outputs after an epoch, over all examples, without slopes.

A metric of one's own is a function of the outputs of one example, numbers, and its target; its mean
over the examples is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd import ArgumentError, OperandError, Value
from nn.losses import binary_cross_entropy_with_logits, hinge_loss

Metric = Callable[[Any, Any], Any]
Rows = list[list[float]]


def metrics_of(who: str, given: Any, loss: Any) -> dict[str, Metric]:
    """By name, functions of all outputs and all targets.

    Args:
        who: for messages.
        given: a name, a function, a list of them, or a dict of functions by name.
        loss: the loss; with that of logits, or hinge's, a single output says "yes" from 0 on.

    Raises:
        ArgumentError: for an unknown name, or two metrics of one.
        OperandError: for what is no metric.
    """
    if isinstance(given, str) or callable(given):
        given = [given]
    if isinstance(given, Mapping):
        pairs = [(str(name), metric) for name, metric in given.items()]
    elif isinstance(given, Iterable):
        pairs = [(x if isinstance(x, str) else getattr(x, "__name__", ""), x) for x in given]
    else:
        raise OperandError(f"{who}: metrics is {given!r}; it must be a list of names or functions.")
    found: dict[str, Metric] = {}
    for k, (given_name, metric) in enumerate(pairs, start=1):
        name = given_name or f"metric {k}"
        if isinstance(metric, str):
            if metric not in METRICS:
                raise ArgumentError(
                    f"{who}: there is no metric {metric!r}; there are {', '.join(METRICS)}, or a "
                    "function of the outputs and the target of an example."
                )
            measure = METRICS[metric]
            if metric == "accuracy" and loss in (binary_cross_entropy_with_logits, hinge_loss):
                measure = partial(accuracy, threshold=0.0)
        elif callable(metric):
            measure = _mean_of(who, name, metric)
        else:
            raise OperandError(f"{who}: {metric!r} is no metric: a name, or a function.")
        if name in found:
            raise ArgumentError(f"{who}: two metrics are called {name!r}; give a dict of names.")
        found[name] = measure
    return found


def rows_of(outputs: Any) -> list[float]:
    """The outputs of one example as numbers, a list also of one."""
    many = outputs if isinstance(outputs, Sequence) or hasattr(outputs, "tolist") else [outputs]
    return [x.data if isinstance(x, Value) else float(x) for x in many]


def accuracy(outputs: Rows, targets: Sequence[Any], *, threshold: float | None = None) -> float:
    """The part of the examples whose class is found.

    Of several outputs the largest is the class, and the target is its number, or has one number for
    each class, the largest at the right one. A single output says "yes" from ``threshold`` on; if
    None, from halfway between the two targets: 0 and 1, or -1 and 1.

    >>> accuracy([[0.1, 2.0], [0.3, 0.2]], [1, 1])
    0.5
    >>> accuracy([[0.7], [0.2]], [1, 0])
    1.0
    """
    array: Any = outputs
    if hasattr(array, "argmax") and array.shape[1] > 1 and not _is_list(targets[0]):
        return float((array.argmax(axis=1) == [int(y) for y in targets]).mean())
    outputs, right = _rows(outputs), 0
    least = min([min(_numbers(y)) for y in targets], default=0.0)
    halfway = 0.5 * (1.0 + min(least, 0.0))
    bound = halfway if threshold is None else threshold
    for row, target in zip(outputs, targets, strict=True):
        y = _numbers(target)
        if len(row) > 1:
            wanted = int(y[0]) if len(y) == 1 else y.index(max(y))
            right += row.index(max(row)) == wanted
        elif -1.0 <= y[0] <= 1.0:
            right += (row[0] >= bound) == (y[0] >= halfway)
        else:
            raise ArgumentError(
                f"fit: accuracy: a target is {y[0]:g}; with 1 output the classes are 0 and 1, or "
                "-1 and 1. Of numbers take mae or r2."
            )
    return right / len(outputs)


def mae(outputs: Rows, targets: Sequence[Any]) -> float:
    """The mean of abs(Y - A).

    >>> mae([[1.0], [2.0]], [[1.5], [2.0]])
    0.25
    """
    return _mean([abs(e) for e in _errors(outputs, targets)])


def mse(outputs: Rows, targets: Sequence[Any]) -> float:
    """The mean of (Y - A)².

    >>> mse([[1.0], [2.0]], [1.5, 2.0])
    0.125
    """
    return _mean([e * e for e in _errors(outputs, targets)])


def rmse(outputs: Rows, targets: Sequence[Any]) -> float:
    """The root of :func:`mse`.

    >>> rmse([[1.0], [2.0]], [4.0, 5.0])
    3.0
    """
    return math.sqrt(mse(outputs, targets))


def r2(outputs: Rows, targets: Sequence[Any]) -> float:
    """1 - Σ (Y - A)² / Σ (Y - mean Y)²: 1 is perfect, and 0 no better than the mean.

    >>> r2([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0])
    0.7857142857142857
    """
    wanted = [y for target in targets for y in _numbers(target)]
    middle = _mean(wanted)
    whole = math.fsum([(y - middle) ** 2 for y in wanted])
    left = math.fsum([e * e for e in _errors(outputs, targets)])
    return 1.0 - left / whole if whole else (1.0 if not left else -math.inf)


METRICS: dict[str, Metric] = {f.__name__: f for f in (accuracy, mae, mse, rmse, r2)}


def _mean_of(who: str, name: str, metric: Metric) -> Metric:
    def measure(outputs: Rows, targets: Sequence[Any]) -> float:
        found = [metric(row, target) for row, target in zip(_rows(outputs), targets, strict=True)]
        try:
            return _mean([x.data if isinstance(x, Value) else Value(x).data for x in found])
        except OperandError as error:
            raise OperandError(f"{who}: the metric {name}: {error}") from None

    return measure


def _mean(xs: list[float]) -> float:
    return sum(xs) / len(xs)  # not fsum, which refuses inf with -inf


def _errors(outputs: Rows, targets: Sequence[Any]) -> list[float]:
    found: list[float] = []
    for row, target in zip(_rows(outputs), targets, strict=True):
        y = _numbers(target)
        if len(y) != len(row):
            raise ArgumentError(
                f"fit: a metric got {len(y)} targets for {len(row)} outputs; the numbers must be "
                "equal."
            )
        found += [b - a for a, b in zip(row, y, strict=True)]
    return found


def _rows(outputs: Any) -> Rows:
    """Lists of numbers, which compiled outputs are not yet."""
    rows: Rows = outputs.tolist() if hasattr(outputs, "tolist") else outputs
    return rows


def _is_list(target: Any) -> bool:
    return isinstance(target, (list, tuple)) or getattr(target, "ndim", 0) > 0


def _numbers(target: Any) -> list[float]:
    if hasattr(target, "tolist"):
        target = target.tolist()
    many = target if _is_list(target) else [target]
    return [x.data if isinstance(x, Value) else float(x) for x in many]
