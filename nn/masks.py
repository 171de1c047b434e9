"""What Dropout draws, handed to a program that is recorded once: new masks for each batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autograd import GraphError

Drops = list[tuple[Any, int]]  # each Dropout, as it is called for one example, and how many Values
_asked: ContextVar[Any] = ContextVar("asked", default=None)


def factors(dropout: Any, count: int) -> list[Any] | None:
    """By what Dropout multiplies; None if it has to draw itself."""
    ask = _asked.get()
    found: list[Any] | None = None if ask is None else ask(dropout, count)
    return found


def draws(drops: Drops, examples: int) -> list[list[float]]:
    """New factors for so many examples, drawn in the order in which they would be one by one."""
    return [
        [factor for dropout, count in drops for factor in dropout.drawn(count)]
        for _ in range(examples)
    ]


@contextmanager
def counting(drops: Drops) -> Iterator[None]:
    """Note in ``drops`` which Dropouts are called."""

    def ask(dropout: Any, count: int) -> None:
        drops.append((dropout, count))

    yield from _set(ask)


@contextmanager
def given(drops: Drops, masks: Any) -> Iterator[None]:
    """Dropouts take their factors from ``masks``, those of one example."""
    rest, values = iter(drops), iter(masks)

    def ask(dropout: Any, count: int) -> list[Any]:
        known, expected = next(rest, (None, 0))
        if known is None or known.source is not dropout.source or count != expected:
            raise GraphError(
                "Dropout: training calls other Dropouts than eval, so that compile can't give "
                "each its masks; train without compile."
            )
        return [next(values) for _ in range(count)]

    yield from _set(ask)


def _set(ask: Any) -> Iterator[None]:
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
