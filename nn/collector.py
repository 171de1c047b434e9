"""The cyclic garbage collector, while training makes and drops graphs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Collector:
    """How many have paused it, in all threads, and whether it was on before the first of them."""

    lock = Lock()
    pauses = 0
    was_on = True


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic collector: it would scan graphs, which have no cycles, again and again."""
    with _Collector.lock:
        if not _Collector.pauses:
            _Collector.was_on = gc.isenabled()
        _Collector.pauses += 1
        gc.disable()
    try:
        yield
    finally:
        with _Collector.lock:
            _Collector.pauses -= 1
            if _Collector.was_on and not _Collector.pauses:
                gc.enable()


@contextmanager
def collector_on() -> Iterator[None]:
    """For a while, in between; not if it was off before."""
    if _Collector.was_on:
        gc.enable()
    try:
        yield
    finally:
        with _Collector.lock:
            if _Collector.pauses:
                gc.disable()
