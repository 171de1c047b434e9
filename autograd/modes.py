"""Modes: what is switched on while a ``with`` is open, such as ``no_grad()``.

A mode is told of every node that is made and of every look at a number. It holds only in the thread
(or asyncio task) that entered it. Finding the modes of a thread takes more than half the time of an
operation, so operators first look at ``open_modes``, which is empty unless some thread is in a
mode. A :class:`Level` begun by :func:`enter_level` is not counted there, so it is told of nodes
only while another mode is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any

from autograd.primitives import LEAF


class Mode:
    """Something that is switched on.

    Attributes:
        rank: the order of asking: a recording (0), what watches (1), transforms (2), no_grad (3).
        system: the number system in which recorded rules are read; autograd.functions sets it.
    """

    rank = 2
    system: Any

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """The node to use instead of one just made; modes ``outer`` were asked before this one."""
        return node

    def seen(self, how: str, *values: Any) -> Any:
        """Called when a number is looked at; a result other than None is used instead of it."""


# One entry for every ``with`` that is open, in whatever thread; only whether it is empty matters.
open_modes: list[Any] = []
_current: ContextVar[tuple[Mode, ...]] = ContextVar("modes", default=())


def made(node: Any) -> Any:
    """The node to use instead of one just made; called while some thread is in a mode."""
    modes = _current.get()
    for i, mode in enumerate(modes):
        node = mode.made(node, modes[:i])
    return node


def cut(node: Any) -> Any:
    """Make a leaf of a node that nobody else holds yet."""
    node._x, node._y, node.op = None, None, LEAF
    return node


def seen(how: str, *values: Any) -> Any:
    """The modes' answer to a look at a number; None for the number itself."""
    for mode in _current.get():
        found = mode.seen(how, *values)
        if found is not None:
            return found
    return None


def number_system() -> Any:
    """The number system in which recorded rules are read: that of Values, or a recording's."""
    modes = _current.get()
    return modes[0].system if modes else Mode.system


@contextmanager
def entered(*modes: Mode) -> Iterator[None]:
    """These modes and no others, in this thread."""
    token = _current.set(modes)
    open_modes.append(modes)
    try:
        yield
    finally:
        open_modes.pop()
        _current.reset(token)


def current(mode: Mode | None = None) -> tuple[Mode, ...]:
    """The modes of this thread, in the order in which they are asked, ``mode`` among them."""
    modes = _current.get()
    return modes if mode is None else tuple(sorted((*modes, mode), key=lambda m: m.rank))


class NoGrad(Mode):
    """Results are leaves."""

    rank = 3

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """A leaf with the same number."""
        return node.detach() if hasattr(node, "tangents") else cut(node)


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing: results are leaves, without operands. Also a decorator.

    Forward costs less memory, and what is computed inside gets no gradient. Other threads go on
    recording.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """
    with entered(*current(NoGrad())):
        yield


class Level(Mode):
    """A transform at work. What is computed for it is recorded, even inside ``no_grad()``."""

    def inside(self) -> tuple[Mode, ...]:
        """The modes of this thread with this one, and without an outer ``no_grad``."""
        return tuple([mode for mode in current(self) if not isinstance(mode, NoGrad)])


def levels() -> tuple[Level, ...]:
    """The transforms at work in this thread, the outermost first."""
    return tuple([mode for mode in _current.get() if isinstance(mode, Level)])


def enter_level(level: Level) -> Token[tuple[Mode, ...]]:
    """Begin a transform that does not need to see nodes; give the token to :func:`leave_level`."""
    return _current.set(level.inside())


def leave_level(token: Token[tuple[Mode, ...]]) -> None:
    """End it."""
    _current.reset(token)
