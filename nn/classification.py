"""Losses over classes: each output stands for one, and the target says which, or how likely each.

For one example PyTorch's ``reduction`` makes a difference only where each output has a loss of its
own, in :func:`kl_div`; the others give one number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import reduce
from typing import Any

from autograd import ArgumentError, Value, dot, logsumexp, maximum, where, xlogy
from autograd import sum as sum_of
from nn.losses import Outputs, Targets
from nn.targets import (
    Number,
    any_number,
    chosen,
    fraction,
    is_list,
    known_reduction,
    listed,
    pairs,
    reduced,
    values_of,
)


def cross_entropy(
    outputs: Outputs,
    target: Targets,
    *,
    weight: Iterable[Number] | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Value:
    """L = -Σ Y ln softmax(A), where outputs are logits: any numbers, not probabilities.

    Args:
        outputs: the logits A, one for each class.
        target: the class, a whole number that counts from 0; or a list with a probability Y for
            each class.
        weight: a factor for each class. Given a class, PyTorch's "mean" is the one of a weighted
            average, so for one example it divides by the weight again: to train with weights take
            "sum", whose mean over a batch is ``fit``'s.
        ignore_index: a class whose examples cost nothing: with "sum" the loss is 0, with "mean"
            nan, the mean of none. PyTorch's -100 must be said.
        reduction: as in PyTorch; without weights the loss of one example is one number with any.
        label_smoothing: a share of the target that is spread over all classes evenly (Szegedy and
            others 2016, section 7).

    Raises:
        ArgumentError: when the class is not whole or there is no such output, when there are not as
            many probabilities or weights as outputs, when a probability or the share is not from 0
            to 1, or when probabilities come with ``ignore_index``.

    >>> cross_entropy([Value(1000.0), Value(0.0)], 1).data
    1000.0
    >>> round(cross_entropy([Value(1.0), Value(2.0)], [0.5, 0.5]).data, 6)
    0.813262
    >>> cross_entropy([Value(1000.0), Value(0.0)], 1, label_smoothing=0.1).data
    950.0
    >>> cross_entropy([Value(1000.0), Value(0.0)], 1, weight=[1.0, 3.0], reduction="sum").data
    3000.0
    """
    name = "cross_entropy"
    share = fraction(name, "label_smoothing", label_smoothing)
    if not is_list(target):
        logarithms = log_softmax(values_of(name, outputs))
        return _nll(name, logarithms, target, weight, ignore_index, reduction, share)
    known_reduction(name, reduction)
    if ignore_index is not None:
        raise ArgumentError(f"{name}: ignore_index is for the number of a class, not for a list.")
    outputs, target = values_of(name, outputs), listed(target)
    if len(target) == 1 < len(outputs):
        raise ArgumentError(
            f"{name}: got 1 targets for {len(outputs)} outputs; for a class give its number, not "
            "a list of it: y.ravel(), or [row[0] for row in y]."
        )
    both = pairs(name, outputs, target, fraction)
    ys = [y for _, y in both]
    if share:
        ys = [y * (1.0 - share) + share / len(ys) for y in ys]
    if weight is not None:
        ys = [w * y for w, y in zip(_weights(name, weight, len(ys)), ys, strict=True)]
    loss: Value = -dot(ys, log_softmax([a for a, _ in both]))
    loss.label = "L"
    return loss


def nll_loss(
    outputs: Outputs,
    target: Any,
    *,
    weight: Iterable[Number] | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Value:
    """L = -A of the target's class: the negative log-likelihood, of :func:`log_softmax`'s outputs.

    For ``weight`` and ``ignore_index`` see :func:`cross_entropy`.

    Raises:
        ArgumentError: when the class is not whole, there is no such output, or there are not as
            many weights as outputs.

    >>> nll_loss([Value(-0.5), Value(-3.0)], 1).data
    3.0
    """
    logarithms = values_of("nll_loss", outputs)
    return _nll("nll_loss", logarithms, target, weight, ignore_index, reduction)


def log_softmax(xs: Iterable[Number]) -> list[Any]:
    """ln softmax(x) = x - ln Σ exp(x) for each x; shifted by the largest, so every digit is right.

    >>> log_softmax([1000.0, 0.0])
    [0.0, -1000.0]
    """
    xs = list(xs)
    if not xs:
        return []
    largest = reduce(maximum, xs)
    if isinstance(largest, Value):
        largest = largest.detach()  # the shift cancels, so its derivative is 0
    shifted = [x - largest for x in xs]
    total = logsumexp(shifted)
    return [x - total for x in shifted]


def kl_div(outputs: Outputs, targets: Targets, *, reduction: str = "mean") -> Any:
    """L = Y (ln Y - A) for each class, reduced; A are logarithms, as :func:`log_softmax` gives.

    The sum is the Kullback-Leibler divergence of the outputs' distribution from the targets'; the
    mean, as in PyTorch, is that divided by the number of classes.

    Raises:
        ArgumentError: when there are not as many targets as outputs, a target is not from 0 to 1,
            or the reduction is unknown.

    >>> round(kl_div(log_softmax([Value(0.0), Value(0.0)]), [0.0, 1.0], reduction="sum").data, 6)
    0.693147
    """
    both = pairs("kl_div", outputs, targets, fraction)
    return reduced("kl_div", [xlogy(y, y) - y * a for a, y in both], reduction)


def _nll(
    name: str,
    logarithms: list[Any],
    target: Any,
    weight: Iterable[Number] | None,
    ignore_index: int | None,
    reduction: str,
    share: Any = 0.0,
) -> Value:
    known_reduction(name, reduction)
    if is_list(target):
        raise ArgumentError(f"{name}: takes the number of one class, got {target!r}.")
    n = len(logarithms)
    ignored: Any = False
    if ignore_index is not None:  # some class must be chosen; what it costs is not taken
        ignored = target == ignore_index
        target = where(ignored, 0.0, target)
    loss: Any = -chosen(name, logarithms, target)
    ws = None if weight is None else _weights(name, weight, n)
    of_class = 1.0 if ws is None else chosen(name, ws, target)
    if ws is not None:
        loss = of_class * loss
    is_mean = ws is not None and reduction == "mean"
    if is_mean:  # each by itself: PyTorch's 0 / 0 is nan, also beside an infinite sum
        loss = loss / of_class
    if share:
        all_of_them = sum_of(logarithms) if ws is None else dot(ws, logarithms)
        if is_mean:
            all_of_them = all_of_them / of_class
        loss = (1.0 - share) * loss - (share / n) * all_of_them
    if ignore_index is not None:
        loss = where(ignored, Value(math.nan if reduction == "mean" else 0.0), loss)
    loss.label = "L"
    return loss


def _weights(name: str, weight: Iterable[Number], n: int) -> list[Number]:
    """One for each of n classes."""
    ws = [any_number(name, f"weight {j}", w) for j, w in enumerate(listed(weight))]
    if len(ws) != n:
        raise ArgumentError(f"{name}: got {len(ws)} weights for {n} classes; need as many.")
    return ws
