"""What the worker runs: a program, whose outputs are sent in order, and whose errors are short."""

from __future__ import annotations

import ast
import builtins
import io
import linecache
import platform
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import autograd
from chalkgrad.exercises import Verdict
from nn import MLP  # noqa: F401 - so that it is loaded before the first program asks for it
from viz.stepping import Stepper

NAME = "program"  # of the file that the user's lines are from
MOST = 100_000  # characters that are printed
PAUSE = 0.1  # seconds between two messages of text: a loop that prints would drown the page

Send = Callable[..., object]


def version() -> str:
    """What it is that runs."""
    return f"chalkgrad {autograd.__version__} in Python {platform.python_version()}"


def run(code: str, send: Send) -> None:
    r"""Run a program; ``send(kind, text)`` is given what it prints and shows, in order.

    The kinds: ``text``; ``picture``, as svg; ``page``, as HTML, with its title; ``verdict right``
    and ``verdict wrong``; ``error``. A line that is an expression is shown, as in a notebook.

    >>> sent = []
    >>> run("x = 3\nx * x\n1 / 0", lambda *message: sent.append(message))
    >>> sent[0]
    ('text', '9\n')
    >>> sent[1]
    ('error', 'line 3:  1 / 0\nZeroDivisionError: division by zero')
    """
    out = _Output(send)

    def show(value: Any) -> None:
        if value is None:
            return
        builtins._ = value  # type: ignore[attr-defined] # as in the interpreter
        kind, *texts = shown(value)
        if kind == "text":
            out.write(f"{texts[0]}\n")
        else:
            out.flush()
            send(kind, *texts)

    linecache.cache[NAME] = (len(code), None, code.splitlines(keepends=True), NAME)
    hook, sys.displayhook = sys.displayhook, show
    try:
        with redirect_stdout(out), redirect_stderr(out):
            tree = ast.Interactive(ast.parse(code, NAME).body)
            names = {"__name__": "__main__", "show": show, "input": _no_input}
            exec(compile(tree, NAME, "single"), names)  # noqa: S102 - it is what is asked for
    except SystemExit:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        out.flush()
        send("error", told(error))
    finally:
        sys.displayhook = hook
        out.flush()


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("this page can't ask while a program runs: write the answer into it")


def shown(value: Any) -> tuple[str, ...]:
    """The kind of what stands for a value, and its text.

    >>> shown(2.5)
    ('text', '2.5')
    """
    if isinstance(value, Stepper):
        return "page", value.page, repr(value).strip("<>")
    if isinstance(value, Verdict):
        if not value:
            return "verdict wrong", str(value)
        return ("verdict right" if value.head == "right" else "text"), str(value)
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None and not isinstance(value, type):
        svg = bundle(include=("image/svg+xml",))[0].get("image/svg+xml")
        if svg:
            return "picture", svg
    return "text", repr(value)


def told(error: BaseException) -> str:
    """An error in a few lines: where in the program, and what.

    >>> told(ValueError("too small"))
    'ValueError: too small'
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == NAME]
    ends = [frames[0], frames[-1]] if len(frames) > 1 else frames  # where it began, and where it is
    lines = [f"line {frame.lineno}:  {frame.line}" for frame in ends]
    said = "".join(traceback.format_exception_only(error)).rstrip()
    if isinstance(error, SyntaxError):
        said = said.replace(f'  File "{NAME}", ', "")
    if len(said) > 2000:
        said = f"{said[:1000]} … {said[-900:]}"
    return "\n".join([*lines, said])


class _Output(io.TextIOBase):
    """What is printed, sent in pieces."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[str] = []
        self._sent = 0.0
        self._left = MOST

    def write(self, text: str) -> int:
        if len(text) > self._left:
            self._waiting.append(text[: self._left])
            self._left = 0
            raise RuntimeError(f"more than {MOST:,} characters were printed")
        self._left -= len(text)
        self._waiting.append(text)
        if time.monotonic() > self._sent + PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text = "".join(self._waiting)
        self._waiting.clear()
        if text:
            self._send("text", text)
        self._sent = time.monotonic()
