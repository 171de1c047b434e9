"""Modes: what is switched on while a ``with`` is open, such as ``no_grad()``.

A mode is told of every node that is made and of every look at a number. It holds only in the thread
(or asyncio task) that entered it; a generator's, wherever that runs, and only while it does.
Finding the modes of a thread takes more than half the time of an operation, so operators first look
at ``open_modes``, which is empty unless some thread is in a mode.
"""

from __future__ import annotations

import sys
from _thread import RLock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autograd.primitives import LEAF


class Mode:
    """Something that is switched on.

    Attributes:
        rank: the order of asking: a recording (0), what watches (1), transforms (2), no_grad (3).
        system: the number system in which recorded rules are read; autograd.functions sets it.
        frame: the function that entered the mode with a ``with``.
        since: when a transform began; inner ones began later.
        hides: modes of generators around this one, which do not reach into it.
        ended: whether it holds no more, though a copy of a thread's modes may have it.
    """

    rank = 2
    system: Any
    frame: Any = None
    since = 0
    hides: tuple[Mode, ...] = ()
    ended = False

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """What becomes of a node just made; the modes ``outer`` were asked before this one."""
        return node

    def seen(self, how: str, *values: Any) -> Any:
        """Called when a number is looked at; a result other than None is used instead of it."""


open_modes: list[Any] = []  # one entry for every ``with`` that is open; only whether it is empty
#                             matters, and it is told of all threads
adopters: list[Callable[[Any, tuple[Mode, ...]], tuple[Mode, ...]]] = []  # see transforms.forward
of_generators: list[Mode] = []  # those that generators have entered, in all threads; last first
_current: ContextVar[tuple[Mode, ...]] = ContextVar("modes", default=())


def current(mode: Mode | None = None) -> tuple[Mode, ...]:
    """The modes of this thread, in the order in which they are asked, ``mode`` among them."""
    modes = _current.get()
    for found in modes:
        if found.ended:
            modes = tuple([m for m in modes if not m.ended])
            break
    if of_generators:
        modes = _with_generators(modes)
    return modes if mode is None else in_order((*modes, mode))


def _with_generators(modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """These modes and those of the generators that run now, in this thread."""
    # A generator that is suspended has no caller. Another thread may change the list meanwhile.
    running = [m for m in reversed([*of_generators]) if m.frame is not None and m.frame.f_back]
    if not running:
        return modes
    waiting = {m.frame for m in running}
    inner: dict[Any, int] = {}
    frame: Any = sys._getframe(1)
    while frame is not None and waiting:
        inner[frame] = -len(inner)
        waiting.discard(frame)
        frame = frame.f_back
    known = {*modes, *[hidden for m in modes for hidden in m.hides]}
    mine = [m for m in running if m.frame in inner and m not in known]
    outermost = -len(inner)  # or further out
    return tuple(sorted((*modes, *mine), key=lambda m: (m.rank, inner.get(m.frame, outermost))))


def in_order(modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """Modes in the order in which they are asked."""
    return tuple(sorted(modes, key=lambda mode: mode.rank))


def made(node: Any) -> Any:
    """The node to use instead of one just made; called while some thread is in a mode."""
    modes = _current.get()
    if of_generators:
        modes = current()
    elif len(modes) == 1 and not adopters and not modes[0].ended:  # usual
        return modes[0].made(node, ())
    for adopt in adopters:  # one for each that is open, all the same
        adopted = adopt(node, modes)
        if adopted is not modes:
            return within(adopted, made, node)
        break
    for i, mode in enumerate(modes):
        if not mode.ended:
            node = mode.made(node, modes[:i])
    return node


def cut(node: Any) -> Any:
    """Make a leaf of a node that nobody else holds yet."""
    node._x = node._y = None
    node._a = clock[0]
    node.op = LEAF
    return node


def seen(how: str, *values: Any) -> Any:
    """The modes' answer to a look at a number; None for the number itself."""
    for mode in current():
        found = mode.seen(how, *values)
        if found is not None:
            return found
    return None


def number_system() -> Any:
    """What a rule is read in to be recorded: the functions of Values, or of a recording's."""
    modes = _current.get()
    return modes[0].system if modes else Mode.system


def within(modes: tuple[Mode, ...], do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """do(*args), with these modes and no others in this thread.

    They end whenever Ctrl-C comes. That is after a call, or where a function of Python begins; so
    lists are changed by statements, a ``with`` would not do, and a ``finally`` has one call.
    """
    open_modes[:0] = (None,)
    try:
        return at_level(modes, do, *args, **kwargs)
    finally:
        del open_modes[-1]


def at_level(modes: tuple[Mode, ...], do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The same for a transform that does not need to see each node."""
    before = _current.get()
    try:
        _current.set(modes)
        return do(*args, **kwargs)
    finally:
        _current.set(before)


@contextmanager
def entered(*modes: Mode) -> Iterator[None]:
    """These modes and no others, in this thread: for what is done at once, and never suspended."""
    before = _current.get()
    open_modes[:0] = (None,)
    try:
        _current.set(modes)
        yield
    finally:
        try:
            _current.set(before)
        finally:
            del open_modes[-1]


class GradMode(Mode):
    """Whether operations are recorded: of several of these, the last one says."""

    rank = 3

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """A leaf with the same number, if nothing is recorded."""
        if self.on:
            return node
        if (of_generators or _current.get()[-1] is not self) and _last_of(current()) is not self:
            return node
        return cut(node) if node.tangents is None else node.detach()


def _last_of(modes: tuple[Mode, ...]) -> GradMode | None:
    return modes[-1] if modes and isinstance(modes[-1], GradMode) else None  # its rank is the last


def is_grad_enabled() -> bool:
    """Whether operations are recorded in this thread, here: not inside ``no_grad()``.

    >>> from autograd import no_grad
    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    last = _last_of(current())
    return last is None or last.on


clock = [0]  # goes on with every transform that begins: a leaf keeps the time when it was made
_ticking = RLock()  # or one thread would set back the clock of another


class Level(Mode):
    """A transform at work. What is computed for it is recorded, even inside ``no_grad()``."""

    def __init__(self, since: int = 0) -> None:
        if since:
            self.since = since
            return
        with _ticking:
            self.since = clock[0] = clock[0] + 1  # a leaf that is older comes from outside

    def inside(self) -> tuple[Mode, ...]:
        """The modes of this thread with this one, and without an outer ``no_grad``."""
        modes = current(self)
        if modes[-1] is not self:  # or, as nearly always, there is none: theirs is the last rank
            self.hides = tuple([mode for mode in modes if isinstance(mode, GradMode)])
            modes = tuple([mode for mode in modes if not isinstance(mode, GradMode)])
        return modes


def levels() -> tuple[Level, ...]:
    """The transforms at work in this thread, the outermost first."""
    return tuple([m for m in _current.get() if isinstance(m, Level) and not m.ended])
