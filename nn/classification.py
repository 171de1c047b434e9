"""Losses over classes: each output stands for one, and the target says which, or how likely each.

For one example PyTorch's ``reduction`` makes a difference only where each output has a loss of its
own, in :func:`kl_div`; the others give one number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from autograd import ArgumentError, Value, dot, logsumexp, maximum, xlogy
from nn.losses import Outputs, Targets
from nn.targets import (
    Number,
    chosen,
    fraction,
    is_list,
    known_reduction,
    pairs,
    reduced,
    values_of,
)


def cross_entropy(outputs: Outputs, target: Targets, *, reduction: str = "mean") -> Value:
    """L = -Σ Y ln softmax(A), where outputs are logits: any numbers, not probabilities.

    Args:
        outputs: the logits A, one for each class.
        target: the class, a whole number that counts from 0; or a list with a probability Y for
            each class.
        reduction: as in PyTorch; the loss of one example is one number with any.

    Raises:
        ArgumentError: when the class is not whole or there is no such output, when there are not as
            many probabilities as outputs, or when one is not from 0 to 1.

    >>> cross_entropy([Value(1000.0), Value(0.0)], 1).data
    1000.0
    >>> round(cross_entropy([Value(1.0), Value(2.0)], [0.5, 0.5]).data, 6)
    0.813262
    """
    if not is_list(target):
        return _nll("cross_entropy", outputs, target, reduction, log_softmax)
    known_reduction("cross_entropy", reduction)
    both = pairs("cross_entropy", outputs, target, fraction)
    loss: Value = -dot([y for _, y in both], log_softmax([a for a, _ in both]))
    loss.label = "L"
    return loss


def nll_loss(outputs: Outputs, target: Any, *, reduction: str = "mean") -> Value:
    """L = -A of the target's class: the negative log-likelihood, of :func:`log_softmax`'s outputs.

    Raises:
        ArgumentError: when the class is not whole, or there is no such output.

    >>> nll_loss([Value(-0.5), Value(-3.0)], 1).data
    3.0
    """
    return _nll("nll_loss", outputs, target, reduction, list)


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


def _nll(name: str, outputs: Any, target: Any, reduction: str, logarithms: Any) -> Value:
    known_reduction(name, reduction)
    if is_list(target):
        raise ArgumentError(f"{name}: takes the number of one class, got {target!r}.")
    loss: Value = -chosen(name, logarithms(values_of(name, outputs)), target)
    loss.label = "L"
    return loss
