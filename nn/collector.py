"""The cyclic garbage collector, while training makes and drops graphs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic collector: it would scan graphs, which have no cycles, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def collector_on() -> Iterator[None]:
    """For a while, in between."""
    gc.enable()
    try:
        yield
    finally:
        gc.disable()
