"""What random numbers are drawn from, as far as it can be found, and its state."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nn.module import Module
from nn.search import attributes

Sources = dict[str, Any]


def generators(model: Any) -> Sources:
    """Python's and NumPy's generators, and those that modules have as attributes, by name."""
    found: Sources = {"random": random}
    if "numpy.random" in sys.modules:
        found["numpy.random"] = sys.modules["numpy.random"]
    named = model.named_modules() if isinstance(model, Module) else ()
    for path, module in named:
        for name, part in attributes(module).items():
            if isinstance(part, random.Random) or hasattr(part, "bit_generator"):
                found[f"{path}.{name}" if path else name] = part
    return found


def states(sources: Sources) -> dict[str, Any]:
    """The states of the :func:`generators`, plain data."""
    return {name: _state(source) for name, source in sources.items()}


def set_states(sources: Sources, given: dict[str, Any]) -> None:
    """Bring generators back to what :func:`states` gave; others stay."""
    for name, source in sources.items():
        if name in given:
            _set_state(source, given[name])


@contextmanager
def kept(sources: Sources) -> Iterator[None]:
    """What is drawn meanwhile is drawn again."""
    before = states(sources)
    try:
        yield
    finally:
        set_states(sources, before)


def _state(source: Any) -> Any:
    if hasattr(source, "getstate"):
        return _plain(source.getstate())
    return _plain(
        source.get_state() if hasattr(source, "get_state") else source.bit_generator.state
    )


def _set_state(source: Any, state: Any) -> None:
    if hasattr(source, "getstate"):
        version, words, rest = state
        source.setstate((version, tuple(words), rest))
    elif hasattr(source, "get_state"):
        source.set_state(tuple(state))
    else:
        source.bit_generator.state = state


def _plain(state: Any) -> Any:
    """With lists for tuples and arrays."""
    if isinstance(state, dict):
        return {key: _plain(part) for key, part in state.items()}
    if isinstance(state, (list, tuple)):
        return [_plain(part) for part in state]
    return state.tolist() if hasattr(state, "tolist") else state
