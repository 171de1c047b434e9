"""Modes: what is switched on while a ``with`` is open, such as ``no_grad()``.

A mode is told of every node that is made and of every look at a number. It holds only in the thread
(or asyncio task) that entered it, and in a generator only while that runs. Finding the modes of a
thread takes more than half the time of an operation, so operators first look at ``open_modes``,
which is empty unless some thread is in a mode.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextvars import ContextVar
from itertools import count
from typing import Any

from autograd.primitives import LEAF

COROUTINE, GENERATOR, ASYNC_GENERATOR = 0x80, 0x20, 0x200  # flags of code, as in module inspect


class Mode:
    """Something that is switched on.

    Attributes:
        rank: the order of asking: a recording (0), what watches (1), transforms (2), no_grad (3).
        system: the number system in which recorded rules are read; autograd.functions sets it.
        frame: the generator that entered the mode, if one did; the mode holds while that runs.
        pauses: whether it may not hold, though it is among a thread's modes.
    """

    rank = 2
    system: Any
    frame: Any = None
    pauses = False

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """What becomes of a node just made; the modes ``outer`` were asked before this one."""
        return node

    def seen(self, how: str, *values: Any) -> Any:
        """Called when a number is looked at; a result other than None is used instead of it."""

    @property
    def holds(self) -> bool:
        """Whether the generator that entered this mode is running: not suspended, nor ended."""
        return not self.pauses or (self.frame is not None and self.frame.f_back is not None)


open_modes: list[Any] = []  # one entry for every ``with`` that is open; only whether it is empty
#                             matters, and it is told of all threads
adopters: list[Callable[[Any, tuple[Mode, ...]], tuple[Mode, ...]]] = []  # see transforms.forward
_current: ContextVar[tuple[Mode, ...]] = ContextVar("modes", default=())


def current(mode: Mode | None = None) -> tuple[Mode, ...]:
    """The modes of this thread, in the order in which they are asked, ``mode`` among them."""
    modes = _current.get()
    for found in modes:
        if found.pauses:
            modes = tuple([m for m in modes if m.holds])
            break
    return modes if mode is None else in_order((*modes, mode))


def in_order(modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """Modes in the order in which they are asked."""
    return tuple(sorted(modes, key=lambda mode: mode.rank))


def made(node: Any) -> Any:
    """The node to use instead of one just made; called while some thread is in a mode."""
    modes = _current.get()
    for adopt in adopters:  # one for each that is open, all the same
        adopted = adopt(node, modes)
        if adopted is not modes:
            with entered(*adopted):
                return made(node)
        break
    for i, mode in enumerate(modes):
        if not mode.pauses or mode.holds:
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


class entered:  # noqa: N801 - used as a function
    """These modes and no others, in this thread: for what is done at once, and never suspended.

    Ctrl-C may come before the end is noted. So the outermost of these has a ``finally`` around it
    that sets again what there was before, by :data:`set_modes`, at which Ctrl-C can't come.
    """

    __slots__ = ("before", "modes")

    def __init__(self, *modes: Mode) -> None:
        self.modes = modes

    def __enter__(self) -> None:
        self.before = _current.get()
        open_modes.append(None)
        _current.set(self.modes)

    def __exit__(self, *error: object) -> None:
        _current.set(self.before)
        open_modes.pop()  # one too many, left by Ctrl-C, does no harm


class Switch:
    """A mode that users switch on: for a ``with`` block, or as a decorator of a function.

    Of a generator or a coroutine, a decorator holds while that runs, and not while it is suspended.
    Ends in any order do no harm: a switch takes out what it put in.
    """

    def __new__(cls, function: Any = None) -> Any:
        """A switch, or with a function the function inside one: ``@no_grad`` as ``@no_grad()``."""
        self = super().__new__(cls)
        self._open = []
        return self if function is None else self(function)

    _open: list[Mode]

    def mode(self) -> Mode:
        """A new mode of this kind."""
        raise NotImplementedError

    def __enter__(self) -> None:
        mode = self.mode()
        caller = sys._getframe(1)
        flags = caller.f_code.co_flags
        # A task has modes of its own; a generator has those of whoever runs it.
        if flags & (GENERATOR | ASYNC_GENERATOR) or (flags & COROUTINE and not _in_a_task()):
            mode.frame, mode.pauses = caller, True
        self._open.append(mode)
        open_modes.append(None)
        others = [m for m in _current.get() if m.frame is not None or not m.pauses]
        _current.set(in_order((*others, mode)))

    def __exit__(self, *error: object) -> None:
        mine = _current.get()
        mode = next((m for m in reversed(self._open) if m in mine), None) or self._open[-1]
        self._open.remove(mode)
        mode.frame, mode.pauses = None, True  # in whatever thread or task it is still noted
        open_modes.pop()
        _current.set(tuple([m for m in mine if m is not mode]))

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, run inside this mode."""
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        kind = type(self)

        @functools.wraps(function)
        def plainly(*args: Any, **kwargs: Any) -> Any:
            with kind():
                return function(*args, **kwargs)

        @functools.wraps(function)
        def as_generator(*args: Any, **kwargs: Any) -> Any:
            with kind():
                return (yield from function(*args, **kwargs))

        @functools.wraps(function)
        async def as_coroutine(*args: Any, **kwargs: Any) -> Any:
            with kind():
                return await function(*args, **kwargs)

        @functools.wraps(function)
        async def as_async_generator(*args: Any, **kwargs: Any) -> Any:
            inner = function(*args, **kwargs)
            sent = None
            with kind():
                try:
                    while True:
                        try:
                            sent = yield await inner.asend(sent)
                        except GeneratorExit:
                            raise
                        except BaseException as error:  # noqa: BLE001 - it is the inner one's
                            sent = yield await inner.athrow(error)
                except StopAsyncIteration:
                    return
                finally:
                    await inner.aclose()

        if flags & ASYNC_GENERATOR:
            return as_async_generator
        if flags & COROUTINE:
            return as_coroutine
        return as_generator if flags & GENERATOR else plainly


def _in_a_task() -> bool:
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


class GradMode(Mode):
    """Whether operations are recorded: of several of these, the last one says."""

    rank = 3

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """A leaf with the same number, if nothing is recorded."""
        if self.on or (_current.get()[-1] is not self and _last_of(current()) is not self):
            return node
        return node.detach() if hasattr(node, "tangents") else cut(node)


def _last_of(modes: tuple[Mode, ...]) -> GradMode | None:
    found = [mode for mode in modes if isinstance(mode, GradMode)]
    return found[-1] if found else None


def is_grad_enabled() -> bool:
    """Whether operations are recorded in this thread, here: not inside ``no_grad()``.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    last = _last_of(current())
    return last is None or last.on


class no_grad(Switch):  # noqa: N801 - used as a function
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

    def mode(self) -> Mode:
        """A mode that records nothing."""
        return GradMode(on=False)


class enable_grad(Switch):  # noqa: N801 - used as a function
    """Record again, inside ``no_grad()``. Also a decorator.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> len(y.parents)
    2
    """

    def mode(self) -> Mode:
        """A mode that records."""
        return GradMode(on=True)


_ticks = count(1)
clock = [0]  # goes on with every transform that begins: a leaf keeps the time when it was made


class Level(Mode):
    """A transform at work. What is computed for it is recorded, even inside ``no_grad()``."""

    def __init__(self) -> None:
        self.since = clock[0] = next(_ticks)  # a leaf that is older comes from outside

    def inside(self) -> tuple[Mode, ...]:
        """The modes of this thread with this one, and without an outer ``no_grad``."""
        return tuple([mode for mode in current(self) if not isinstance(mode, GradMode)])


def levels() -> tuple[Level, ...]:
    """The transforms at work in this thread, the outermost first."""
    return tuple([mode for mode in _current.get() if isinstance(mode, Level)])


# A transform is entered so, in a ``try`` whose ``finally`` first sets again what there was before.
modes_now, set_modes = _current.get, _current.set
