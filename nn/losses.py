"""Losses: how far outputs A are from targets Y.

Names and ``reduction`` are PyTorch's (``torch.nn.functional``), for the outputs of one example:
``"mean"`` divides by the number of outputs, ``"sum"`` adds, ``"none"`` gives the list. The
losses over classes are in :mod:`nn.classification`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd import ArgumentError, Value, log, log1p, maximum, relu, softplus, where
from autograd import abs as size_of
from autograd import sum as sum_of
from nn.targets import Number, any_number, fraction, named, number, pairs, reduced, side

Outputs = Iterable[Number] | Number
Targets = Iterable[Any] | Any


def half_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """L = ½ Σ (Y - A)², the worked example's loss, whose derivative with respect to A is A - Y.

    Raises:
        ArgumentError: when there are not as many targets as outputs.

    >>> half_squared_error([Value(0.70)], [0.75])
    Value(0.0012500000000000022, label='L', op='mul')
    """
    both = named(pairs("half_squared_error", outputs, targets, None))
    return _times_sum(0.5, [(y - a) ** 2 for a, y in both])


def mean_squared_error(outputs: Outputs, targets: Targets) -> Value:
    """L = (1/n) Σ (Y - A)² over the n outputs.

    Raises:
        ArgumentError: when there are not as many targets as outputs, or none.

    >>> mean_squared_error([Value(1.0), Value(2.0)], [1.0, 4.0]).data
    2.0
    """
    errors = [y - a for a, y in named(pairs("mean_squared_error", outputs, targets, None))]
    return _times_sum(1 / len(errors), [e * e for e in errors])  # as in mse_loss


def mse_loss(outputs: Outputs, targets: Targets, *, reduction: str = "mean") -> Any:
    """L = (Y - A)² for each output, reduced: the mean squared error.

    Raises:
        ArgumentError: when there are not as many targets as outputs, one is nan, or the reduction
            is unknown.

    >>> mse_loss([Value(1.0), Value(2.0)], [1.0, 4.0], reduction="sum").data
    4.0
    """
    errors = [y - a for a, y in named(pairs("mse_loss", outputs, targets, any_number))]
    squares = [e * e for e in errors]  # not e ** 2, for its slope 2e overflows where 2e/n does not
    return reduced("mse_loss", squares, reduction)


def l1_loss(outputs: Outputs, targets: Targets, *, reduction: str = "mean") -> Any:
    """L = |Y - A| for each output, reduced: the mean absolute error. Its derivative at 0 is 0.

    Raises:
        ArgumentError: as for :func:`mse_loss`.

    >>> l1_loss([Value(1.0), Value(2.0)], [1.0, 4.0]).data
    1.0
    """
    both = named(pairs("l1_loss", outputs, targets, any_number))
    return reduced("l1_loss", [size_of(y - a) for a, y in both], reduction)


def huber_loss(
    outputs: Outputs, targets: Targets, *, reduction: str = "mean", delta: float = 1.0
) -> Any:
    """L = ½ E² where E = abs(Y - A) < δ, else δ (E - ½ δ): what is far off pulls no harder.

    Huber, "Robust estimation of a location parameter", 1964.

    Raises:
        ArgumentError: as for :func:`mse_loss`, and when δ is not finite and positive.

    >>> huber_loss([Value(0.5), Value(3.0)], [0.0, 0.0], reduction="sum").data
    2.625
    """
    bound = number("huber_loss", "delta", delta)
    if not 0.0 < bound < math.inf:
        raise ArgumentError(f"huber_loss: delta is {delta!r}; it must be finite and > 0.")
    losses = []
    for a, y in named(pairs("huber_loss", outputs, targets, any_number)):
        error = size_of(y - a)
        near = where(error < bound, error, 0.0)  # not the far one: its square may overflow
        losses.append(0.5 * near * near + where(error < bound, 0.0, bound * (error - 0.5 * bound)))
    return reduced("huber_loss", losses, reduction)


def hinge_loss(outputs: Outputs, targets: Targets, *, reduction: str = "mean") -> Any:
    """L = max(0, 1 - Y·A) for each output, reduced; Y is -1 or 1. At the corner the slope is 0.

    The loss of the support vector machine (Cortes and Vapnik 1995). PyTorch has no function for it;
    there it is ``relu(1 - y * a).mean()``.

    Raises:
        ArgumentError: when there are not as many targets as outputs, one is neither -1 nor 1, or
            the reduction is unknown.

    >>> hinge_loss([Value(0.25), Value(2.0)], [-1, 1]).data
    0.625
    """
    both = pairs("hinge_loss", outputs, targets, side)
    return reduced("hinge_loss", [relu(1.0 - y * a) for a, y in both], reduction)


def binary_cross_entropy(outputs: Outputs, targets: Targets, *, reduction: str = "mean") -> Any:
    """L = -(Y ln A + (1 - Y) ln(1 - A)) for each output, reduced; A and Y are from 0 to 1.

    As in PyTorch a logarithm is at least -100, and closer to 0 or 1 than 1e-12 the slope is that of
    (A - Y)² / 2e-12, which is large and finite. Better give logits to
    :func:`binary_cross_entropy_with_logits`, which needs no such help.

    Raises:
        ArgumentError: when there are not as many targets as outputs, an output or a target is not
            from 0 to 1, or the reduction is unknown.

    >>> round(binary_cross_entropy([Value(0.8)], [1.0]).data, 6)
    0.223144
    """
    losses = []
    for j, (a, y) in enumerate(pairs("binary_cross_entropy", outputs, targets, fraction), start=1):
        p: Any = fraction("binary_cross_entropy", f"output {j}", a, _LOGITS)
        edge = p * (1.0 - p) < _EDGE
        if edge is False:  # while compile records it is no bool, and both are computed
            losses.append(_cross_entropy(p, y))
            continue
        inner = where(edge, 0.5, p)  # a logarithm's slope at 0 is infinite, and 0 · inf is nan
        parabola = (0.5 / _EDGE) * (p - y) ** 2
        there = _cross_entropy(p.detach(), y) + (parabola - parabola.detach())
        losses.append(where(edge, there, _cross_entropy(inner, y)))
    return reduced("binary_cross_entropy", losses, reduction)


_LOGITS = "; of any number binary_cross_entropy_with_logits takes the loss"
_EDGE = 9.999999960041972e-13  # PyTorch's 1e-12, which is a float of 32 bits


def _cross_entropy(p: Any, y: Any) -> Any:
    return -(y * maximum(log(p), -100.0) + (1.0 - y) * maximum(log1p(-p), -100.0))


def binary_cross_entropy_with_logits(
    outputs: Outputs, targets: Targets, *, reduction: str = "mean"
) -> Any:
    """L = -(Y ln σ(A) + (1 - Y) ln(1 - σ(A))) for each output, reduced; A is any number.

    It is Y ln(1 + exp(-A)) + (1 - Y) ln(1 + exp A), whose terms can't overflow or cancel.

    Raises:
        ArgumentError: when there are not as many targets as outputs, a target is not from 0 to 1,
            or the reduction is unknown.

    >>> binary_cross_entropy_with_logits([Value(-1000.0)], [1.0]).data
    1000.0
    """
    both = pairs("binary_cross_entropy_with_logits", outputs, targets, fraction)
    losses = [y * softplus(-a) + (1.0 - y) * softplus(a) for a, y in both]
    return reduced("binary_cross_entropy_with_logits", losses, reduction)


def _times_sum(factor: float, squares: list[Value]) -> Value:
    loss: Value = factor * (squares[0] if len(squares) == 1 else sum_of(squares))
    loss.label = "L"
    return loss
