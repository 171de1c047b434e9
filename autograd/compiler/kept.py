"""What a compiled function keeps: its recordings, so many of them; and itself, as a method."""

from __future__ import annotations

import os
from _thread import RLock
from collections import OrderedDict
from collections.abc import Hashable
from numbers import Number
from typing import Any

from autograd.trees import is_dataclass, is_module, is_tensor
from autograd.value import Value


class Kept:
    """The recordings, by the structure of the arguments: the least recently used are dropped.

    Threads may find, keep and clear at once. A copy or a pickle of it is empty, for what a function
    was recorded as is known where its code is.

    Args:
        most: at most so many structures.
        most_for_one: at most so many recordings for each.

    Attributes:
        last: what was kept last.
    """

    def __init__(self, most: int, most_for_one: int) -> None:
        self.most, self.most_for_one = most, most_for_one
        self.last: Any = None
        self._found: OrderedDict[Hashable, tuple[Any, ...]] = OrderedDict()

    def get(self, key: Hashable) -> tuple[Any, ...]:
        """What is kept under this key, the last first."""
        with _lock:
            return self._found.get(key, ())

    def keep(self, key: Hashable, recorded: Any) -> None:
        """Keep it as the last, if it is not there already."""
        if recorded is self.last:
            return
        with _lock:
            found = self._found.get(key, ())
            if recorded not in found:
                self._found[key] = (recorded, *found)[: self.most_for_one]
            self._found.move_to_end(key)
            self.last = recorded
            while len(self._found) > self.most:
                self._found.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with _lock:
            self._found.clear()
            self.last = None

    def __len__(self) -> int:
        with _lock:
            return sum(map(len, self._found.values()))

    def __reduce__(self) -> Any:
        return Kept, (self.most, self.most_for_one)


_lock = RLock()  # held for a look-up only; a key's own __eq__ may call what is compiled


def _forked() -> None:
    """Another thread may have held the lock, which a forked process hasn't got."""
    global _lock  # noqa: PLW0603
    _lock = RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forked)


class Owner:
    """The object that a method belongs to, where it is no structure of numbers: the same or not."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner  # kept alive, so that its id is nobody else's

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Owner) and self.owner is other.owner

    def __hash__(self) -> int:
        return id(self.owner)


def is_structure(thing: Any) -> bool:
    """Whether this has numbers in it that a program is given, as modules and lists have."""
    kinds = (Value, Number, dict, list, tuple)
    return isinstance(thing, kinds) or is_module(thing) or is_dataclass(thing) or is_tensor(thing)


class Bound:
    """A compiled method of an object: ``model.loss``, where ``loss`` is decorated.

    It has the attributes of the compiled function that the class has.

    >>> from autograd import compile
    >>> class Line:
    ...     def __init__(self, slope):
    ...         self.slope = slope
    ...     @compile
    ...     def at(self, x):
    ...         return self.slope * x
    >>> Line(3.0).at(2.0), Line(5.0).at(2.0)
    (6.0, 10.0)
    """

    def __init__(self, compiled: Any, owner: Any) -> None:
        self.__func__ = compiled
        self.__self__ = owner

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The method of this object."""
        return self.__func__(self.__self__, *args, **kwargs)

    def record(self, *args: Any, **kwargs: Any) -> Any:
        """Record for this object and arguments of this structure; the program."""
        return self.__func__.record(self.__self__, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in {"__func__", "__self__"}:  # of a copy that is being made
            raise AttributeError(name)
        return getattr(self.__func__, name)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Bound)
            and self.__self__ is other.__self__
            and self.__func__ is other.__func__
        )

    def __hash__(self) -> int:
        return hash((id(self.__self__), id(self.__func__)))

    def __reduce__(self) -> Any:
        return getattr, (self.__self__, self.__func__.__name__)

    def __repr__(self) -> str:
        return f"<method {self.__func__!r} of {type(self.__self__).__name__}>"
