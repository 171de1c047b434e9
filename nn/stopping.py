"""When training ends before its last epoch: early stopping, the best epoch, and Ctrl-C."""

from __future__ import annotations

import math
import signal
import threading
from typing import TYPE_CHECKING, Any

from autograd import ArgumentError, OperandError, Value

if TYPE_CHECKING:
    from typing_extensions import Self

GOAL, PATIENCE, INTERRUPTED = "met the goal", "out of patience", "interrupted"
ALL, CALLBACK = "all epochs done", "stopped by a callback"
ENOUGH = 1e-3  # of the best loss: what falls by less is no progress


class Stopping:
    """Which epoch was the best so far, and whether it is time to end.

    Args:
        goal: ends when the mean loss of an epoch is at most this; None for never.
        patience: ends when the loss that is watched has not fallen by a thousandth in this many
            epochs; None for never.

    Attributes:
        kept: a place for the parameters after the best epoch.

    >>> stopping = Stopping("fit", goal=0.0, patience=2)
    >>> for epoch, loss in enumerate([1.0, 0.5, 0.4999, 0.6], start=1):
    ...     _ = stopping.better(epoch, loss)
    >>> stopping.best_epoch, stopping.reason(0.6, epochs=4)
    (3, 'out of patience')
    """

    def __init__(self, who: str, *, goal: Any, patience: int | None) -> None:
        whole = isinstance(patience, int) and not isinstance(patience, bool)
        if patience is not None and not (whole and patience >= 1):
            raise ArgumentError(f"{who}: patience is {patience!r}; it must be at least 1, or None.")
        try:
            self.goal = -math.inf if goal is None else Value(goal).data
        except OperandError as error:
            raise OperandError(f"{who}: goal: {error}") from None
        if math.isnan(self.goal):
            raise ArgumentError(f"{who}: goal is nan; it must be a number, or None.")
        self.patience = patience
        self.best, self.best_epoch = math.inf, 0
        self.mark, self.mark_epoch = math.inf, 0
        self.kept: Any = None

    def better(self, epoch: int, loss: float) -> bool:
        """Take the loss of an epoch; whether it is the best so far."""
        if loss < self.mark - (ENOUGH * abs(self.mark) if self.mark < math.inf else 0.0):
            self.mark, self.mark_epoch = loss, epoch
        if not loss < self.best:
            return False
        self.best, self.best_epoch = loss, epoch
        return True

    def reason(self, loss: float, epochs: int) -> str:
        """Why to end after so many epochs; "" to go on."""
        if loss <= self.goal:
            return GOAL
        if self.patience is not None and epochs - max(self.mark_epoch, 1) >= self.patience:
            return PATIENCE
        return ""

    def state(self) -> dict[str, Any]:
        """What there is to save."""
        return {
            "best": self.best, "best_epoch": self.best_epoch,
            "mark": self.mark, "mark_epoch": self.mark_epoch, "kept": self.kept,
        }  # fmt: skip

    def take(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.best, self.best_epoch = state["best"], state["best_epoch"]
        self.mark, self.mark_epoch = state["mark"], state["mark_epoch"]
        self.kept = state["kept"]


class Interrupts:
    """Ctrl-C while ``hold`` holds is raised by ``release``, so that no step is half made.

    Pressed twice it is raised at once. Where another handler is set, or in another thread,
    everything is as it was.
    """

    def __init__(self) -> None:
        self._ours = self._held = self._noted = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def hold(self) -> None:
        """From now on Ctrl-C is only noted."""
        self._held = True

    def release(self) -> None:
        """From now on it is raised at once; now, if it was noted."""
        self._held = False
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _note(self, *_: object) -> None:
        if self._noted or not self._held:
            raise KeyboardInterrupt
        self._noted = True
