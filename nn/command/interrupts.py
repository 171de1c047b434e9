"""Ctrl-C: the first ends a training after the epoch that runs, the second at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ENDED = "ended by Ctrl-C"


@contextmanager
def after_this_epoch(say: Callable[[str], object]) -> Iterator[Callable[[Any], None]]:
    """What ``fit`` is to call after each epoch, that Ctrl-C ends the training there.

    Only whole epochs can go on as if nothing had been. Where Ctrl-C means something else already,
    and in other threads, that stays.
    """
    pressed = False

    def press(*_: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        say("it ends after this epoch; Ctrl-C again ends it at once")

    def called(epoch: Any) -> None:
        if pressed:
            epoch.stop(ENDED)

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        signal.signal(signal.SIGINT, press)
    try:
        yield called
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
