"""What an optimiser remembers: of each parameter by itself, or of a group in arrays."""

from __future__ import annotations

import sys
from typing import Any

from autograd import Value
from nn.groups import Memory


class Memories:
    """The memory of each parameter; that of groups is put together in arrays while that serves."""

    def __init__(self, each: dict[Value, Memory]) -> None:
        self._each = each
        self._arrays: dict[int, tuple[list[Value], Memory]] = {}  # by the number of the group

    def together(self, n: int, ws: list[Value]) -> Memory | None:
        """The memory of parameters of group n with arrays for numbers, a copy.

        It is None where one remembers what another does not, or counted other steps.
        """
        if n in self._arrays:
            known, memory = self._arrays[n]
            if known == ws:  # at C's speed, for it looks first whether they are the same objects
                return dict(memory)
            self.spread()  # of all, for some may have moved to another group
        memories = [self._each.get(w, {}) for w in ws]
        names = memories[0].keys()
        if any([memory.keys() != names for memory in memories]):
            return None
        found = {name: _together([memory[name] for memory in memories]) for name in names}
        return None if any([kept is None for kept in found.values()]) else found

    def keep(self, n: int, ws: list[Value], memory: Memory) -> None:
        """Remember for the next step what :meth:`together` will give."""
        known = self._arrays[n][0] if n in self._arrays else list(ws)
        self._arrays[n] = known, memory

    def spread(self, only: int | None = None) -> dict[Value, Memory]:
        """The memory of each parameter, up to date for all groups or for one."""
        for n in [n for n in self._arrays if only in (None, n)]:
            ws, memory = self._arrays[n]
            columns = [_spread(kept, len(ws)) for kept in memory.values()]
            for w, *kept in zip(ws, *columns, strict=True):
                self._each[w] = dict(zip(memory, kept, strict=True))
            del self._arrays[n]  # last, so that Ctrl-C before it loses nothing
        return self._each


def _together(column: list[Any]) -> Any:
    """One array of floats, or the whole number that all have; None if they don't fit together."""
    first = column[0]
    if type(first) is int:
        return first if all([type(x) is int and x == first for x in column]) else None
    numbers = all([type(x) is float for x in column])
    return sys.modules["numpy"].array(column) if numbers else None


def _spread(kept: Any, count: int) -> list[Any]:
    """What each has: its number of an array, and of anything else all of it."""
    numbers: list[Any] = kept.tolist() if hasattr(kept, "tolist") else [kept] * count
    return numbers
