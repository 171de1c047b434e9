"""Switches: modes that users switch on, for a ``with`` block or a function."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Generator
from typing import Any

from autograd.errors import ArgumentError
from autograd.modes import (
    GradMode,
    Mode,
    _current,
    in_order,
    is_grad_enabled,
    of_generators,
    open_modes,
    within,
)

COROUTINE, GENERATOR, ASYNC_GENERATOR = 0x80, 0x20, 0x200  # flags of code, as in module inspect


class Switch:
    """A mode that users switch on: for a ``with`` block, or as a decorator of a function.

    In a generator or a coroutine it holds while that runs, in whatever thread or context, and not
    while it is suspended. Ends in any order do no harm: a switch takes out what it put in.
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
        mode.frame = _user_of(sys._getframe(1))
        modes = in_order((*_current.get(), mode))
        suspends = _is_suspended(mode.frame)
        self._open[:0] = (mode,)
        open_modes[:0] = (None,)
        if suspends:
            of_generators[:0] = (mode,)
            return
        try:
            _current.set(modes)
        except BaseException:  # Ctrl-C
            self._end(mode)
            raise

    def __exit__(self, *error: object) -> None:
        frame, mine = _user_of(sys._getframe(1)), _current.get()
        mode = next((m for m in self._open if m.frame is frame), None)
        if mode is None:  # entered and left by hand, in different functions
            mode = next((m for m in self._open if m in mine), self._open[0])
        self._end(mode)

    def _end(self, mode: Mode) -> None:
        mode.ended, mode.frame = True, None  # in whatever thread or task it is still noted
        del open_modes[-1]
        self._open.remove(mode)
        if mode in of_generators:
            of_generators.remove(mode)
        _current.set(tuple([m for m in _current.get() if not m.ended]))

    def _inside(self, do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """do(*args) inside a new mode of this kind."""
        mode = self.mode()
        mode.frame = sys._getframe()
        try:
            return within(in_order((*_current.get(), mode)), do, *args, **kwargs)
        finally:
            mode.ended, mode.frame = True, None

    @types.coroutine
    def _steps(self, inner: Any) -> Generator[Any, Any, Any]:
        """A generator or an awaitable, each of its steps inside a mode of this kind."""
        step, given = inner.send, None
        while True:
            try:
                found = self._inside(step, given)
            except StopIteration as end:
                return end.value
            try:
                given = yield found
                step = inner.send
            except GeneratorExit:
                self._inside(inner.close)
                raise
            except BaseException as error:  # noqa: BLE001 - it is the inner one's
                step, given = inner.throw, error

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, run inside this mode."""
        flags = _flags_of(function)

        @functools.wraps(function)
        def plainly(*args: Any, **kwargs: Any) -> Any:
            return self._inside(function, *args, **kwargs)

        @functools.wraps(function)
        def as_generator(*args: Any, **kwargs: Any) -> Any:
            return (yield from self._steps(function(*args, **kwargs)))

        @functools.wraps(function)
        async def as_coroutine(*args: Any, **kwargs: Any) -> Any:
            return await self._steps(function(*args, **kwargs))

        @functools.wraps(function)
        async def as_async_generator(*args: Any, **kwargs: Any) -> Any:
            inner = function(*args, **kwargs)
            step = _first_step(inner)
            try:
                while True:
                    try:
                        found = await self._steps(step)
                    except StopAsyncIteration:
                        return
                    try:
                        step = inner.asend((yield found))
                    except GeneratorExit:
                        raise
                    except BaseException as error:  # noqa: BLE001 - it is the inner one's
                        step = inner.athrow(error)
            finally:
                await self._steps(inner.aclose())

        if flags & ASYNC_GENERATOR:
            return as_async_generator
        if flags & COROUTINE:
            return as_coroutine
        return as_generator if flags & GENERATOR else plainly


def _flags_of(function: Any) -> int:
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(getattr(function, "__code__", None), "co_flags", 0)


def _first_step(inner: Any) -> Any:
    """To the first yield; the event loop closes those whose first step it has seen by itself."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        return inner.asend(None)
    finally:
        sys.set_asyncgen_hooks(*hooks)


def _user_of(frame: Any) -> Any:
    """Whose mode it is: of a ``with`` in a context manager's generator, that of who uses it."""
    while (above := frame.f_back) is not None and "contextlib" in (
        frame.f_globals.get("__name__"),
        _is_generator(frame) and above.f_globals.get("__name__"),
    ):
        frame = above
    return frame


def _is_generator(frame: Any) -> bool:
    return bool(frame.f_code.co_flags & (GENERATOR | ASYNC_GENERATOR))


def _is_suspended(frame: Any) -> bool:
    """Whether a function may be suspended and go on elsewhere; a task has modes of its own."""
    return _is_generator(frame) or bool(frame.f_code.co_flags & COROUTINE and not _in_a_task())


def _in_a_task() -> bool:
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


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


class Scoped(Mode):
    """Writes a scope into the note of every result."""

    rank = 1

    def __init__(self, name: str) -> None:
        self.name = name

    def made(self, node: Any, outer: tuple[Mode, ...]) -> Any:
        """The node, noted; modes are asked from the outermost scope to the innermost."""
        if not is_grad_enabled():  # it will be a leaf
            return node
        around = node.note.scope
        node.note = node.note._replace(scope=f"{around}/{self.name}" if around else self.name)
        return node


class scope(Switch):  # noqa: N801 - used as a function
    """Give the results of what is computed inside a scope, which is a frame in pictures.

    Scopes within each other make a path, ``outer/inner``; one name may hold several, ``a/b``. A
    module of nn keeps its own, and leaves have none: a leaf with a scope is a module's parameter.
    Also a decorator. Other threads are not in it; and where no scope is open it costs nothing.

    Raises:
        ArgumentError: for a name that is no text, or empty.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with scope("square"):
    ...     y = x * x
    >>> y.note.scope
    'square'
    """

    _name: str

    def __new__(cls, name: str) -> Any:
        """A switch, for a ``with`` or as a decorator."""
        if not isinstance(name, str) or not name.strip("/ "):
            raise ArgumentError(f"scope: the name is {name!r}; it must be a text, not empty.")
        self = super().__new__(cls)
        self._name = name.strip("/")
        return self

    def mode(self) -> Mode:
        """A mode that notes the name."""
        return Scoped(self._name)
