"""Losses, optimisers and schedules as ``fit`` is given them: by name, or made."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import ArgumentError, OperandError
from nn import classification, losses
from nn.descent import Optimizer
from nn.lbfgs import LBFGS
from nn.optimisers import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.schedules import Schedule

LOSSES: dict[str, Callable[..., Any]] = {
    f.__name__.removesuffix("_loss"): f
    for f in (
        losses.half_squared_error,
        losses.mean_squared_error,
        losses.mse_loss,
        losses.l1_loss,
        losses.huber_loss,
        losses.hinge_loss,
        losses.binary_cross_entropy,
        losses.binary_cross_entropy_with_logits,
        classification.cross_entropy,
        classification.nll_loss,
        classification.kl_div,
    )
}
LOSSES["mae"] = losses.l1_loss
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    kind.__name__.lower(): kind for kind in (SGD, Adagrad, RMSprop, Adam, AdamW, LBFGS)
}


def loss_of(who: str, given: Any) -> Callable[[Any, Any], Any]:
    """The loss: a function as it is, or that of the name.

    >>> loss_of("fit", "mse").__name__
    'mse_loss'
    """
    if isinstance(given, str):
        found = LOSSES.get(given.removesuffix("_loss"))
        if found is None:
            raise ArgumentError(
                f"{who}: there is no loss {given!r}; there are {', '.join(LOSSES)}, or a function "
                "of outputs and target."
            )
        return found
    if not callable(given):
        raise OperandError(f"{who}: the loss is {given!r}; it must be a function, or a name.")
    loss: Callable[[Any, Any], Any] = given
    return loss


def optimizer_of(who: str, given: Any, model: Any) -> Optimizer:
    """The optimiser: as it is, or that of the name with its defaults.

    Raises:
        ArgumentError: for an unknown name, or a learning rate that is not finite and positive.
    """
    if isinstance(given, Optimizer):
        return given
    if isinstance(given, str):
        kind = OPTIMIZERS.get(given.lower())
        if kind is None:
            raise ArgumentError(
                f"{who}: there is no optimizer {given!r}; there are {', '.join(OPTIMIZERS)}, or "
                "make one: nn.Adam(model.parameters(), lr=0.01)."
            )
        return kind(model.parameters())
    said = given.__name__ if isinstance(given, type) else repr(given)
    raise OperandError(
        f"{who}: the optimizer is {said}; it must be made, nn.Adam(model.parameters()), or a name."
    )


def checked_rates(who: str, optimizer: Optimizer, schedule: Any) -> None:
    """Refuse a learning rate that would move nothing, or too far; of a schedule it may be 0."""
    for group in optimizer.param_groups:
        rate = group["lr"]
        if schedule is not None:
            rate = group.get("initial_lr", rate)
        if not 0.0 < rate < math.inf:
            raise ArgumentError(
                f"{who}: the learning rate of the optimizer is {rate!r}; it must be finite and > 0."
            )


def check_schedule(who: str, given: Any, optimizer: Optimizer) -> None:
    """Refuse what is no schedule, and one of another optimiser."""
    if isinstance(given, Schedule):
        if given.optimizer is not optimizer:
            raise ArgumentError(
                f"{who}: the schedule is of another optimizer; make it of the one that is passed."
            )
    elif given is not None and not callable(given):
        raise OperandError(
            f"{who}: the schedule is {given!r}; it must be one such as nn.StepLR(optimizer, 10), "
            "or a function that makes it of the optimizer."
        )


def schedule_of(who: str, given: Any, optimizer: Optimizer) -> Schedule | None:
    """The schedule: as it is, or what the function makes of the optimiser."""
    if given is None or isinstance(given, Schedule):
        return given
    made = given(optimizer)
    check_schedule(who, made if isinstance(made, Schedule) else repr(made), optimizer)
    schedule: Schedule = made
    return schedule
