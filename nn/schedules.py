"""Schedules: the learning rate from epoch to epoch. Names and formulas are PyTorch's.

Made with an optimiser, a schedule sets the rate of epoch 0; each ``step()``, after the epoch's
steps of the optimiser, sets that of the next.
"""

from __future__ import annotations

import math
from typing import Any

from autograd import ArgumentError, OperandError
from nn.descent import Optimizer
from nn.groups import positive, whole


class Schedule:
    """Base of the schedules: α of epoch t is ``rate(α₀, t)``, where α₀ is the group's own.

    Raises:
        OperandError: when it is not given an optimiser, or an option is no number.
        ArgumentError: when an option is out of range.

    Attributes:
        last_epoch: t, the number of steps made.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise OperandError(f"{type(self).__name__}: takes an optimizer, got {optimizer!r}.")
        self.optimizer, self.last_epoch = optimizer, 0
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self._set()

    def rate(self, lr: float, t: int) -> float:
        """α in epoch t, if it is ``lr`` at first."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        self._set()

    def get_last_lr(self) -> list[float]:
        """The rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """What there is to save; the first rates are in the optimiser's."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where :meth:`state_dict` was asked.

        Raises:
            ArgumentError: when it tells no epoch.
        """
        epoch = state.get("last_epoch") if isinstance(state, dict) else state
        self.last_epoch = whole(f"{type(self).__name__}: last_epoch", epoch, 0)
        self._set()

    def _set(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(group["initial_lr"], self.last_epoch)


class StepLR(Schedule):
    """α = α₀ γ^⌊t / step_size⌋: every ``step_size`` epochs ``gamma`` times as much.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> sgd = SGD([Value(1.0)], lr=8.0)
    >>> halved = StepLR(sgd, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     halved.step()
    >>> sgd.lr
    2.0
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size = whole("StepLR: step_size", step_size, 1)
        self.gamma = positive("StepLR: gamma", gamma)
        super().__init__(optimizer)

    def rate(self, lr: float, t: int) -> float:
        """α₀ γ^⌊t / step_size⌋."""
        return lr * self.gamma ** (t // self.step_size)


class CosineAnnealingLR(Schedule):
    """α = η + ½ (α₀ - η)(1 + cos(πt / T_max)): down to η = ``eta_min`` in ``T_max`` epochs.

    And up again in as many. Loshchilov and Hutter, "SGDR", 2017, without its restarts.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> sgd = SGD([Value(1.0)], lr=8.0)
    >>> cosine = CosineAnnealingLR(sgd, T_max=2)
    >>> cosine.step()
    >>> sgd.lr
    4.0
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803
        self.T_max = whole("CosineAnnealingLR: T_max", T_max, 1)
        self.eta_min = positive("CosineAnnealingLR: eta_min", eta_min, zero=True)
        super().__init__(optimizer)

    def rate(self, lr: float, t: int) -> float:
        """η + ½ (α₀ - η)(1 + cos(πt / T_max))."""
        turn = 1.0 + math.cos(math.pi * t / self.T_max)
        return self.eta_min + 0.5 * (lr - self.eta_min) * turn


class LinearLR(Schedule):
    """α = α₀ (f + (f' - f) t / total_iters), up to t = total_iters and the same from there on.

    f is ``start_factor`` and f' ``end_factor``. With f' = 1, as it is if not given, the rate grows
    in the first epochs: a linear warm-up.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> sgd = SGD([Value(1.0)], lr=8.0)
    >>> warm_up = LinearLR(sgd, start_factor=0.25, total_iters=3)
    >>> for _ in range(2):
    ...     warm_up.step()
    >>> sgd.lr
    6.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        self.start_factor = positive("LinearLR: start_factor", start_factor)
        self.end_factor = positive("LinearLR: end_factor", end_factor, zero=True)
        for name, factor in (("start", self.start_factor), ("end", self.end_factor)):
            if factor > 1.0:
                raise ArgumentError(f"LinearLR: {name}_factor is {factor:g}; it must be at most 1.")
        self.total_iters = whole("LinearLR: total_iters", total_iters, 1)
        super().__init__(optimizer)

    def rate(self, lr: float, t: int) -> float:
        """α₀ (f + (f' - f) t / total_iters)."""
        way = min(t, self.total_iters) / self.total_iters
        return lr * (self.start_factor + (self.end_factor - self.start_factor) * way)
