"""Which command is meant: its arguments, its help, its errors, its exit code."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import platform
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from autograd.command.commands import COMMANDS, examples, page
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal, columns, cut
from autograd.errors import AutogradError

REFUSED, INTERRUPTED, NOBODY_READS = 2, 130, 141
OPTION = re.compile(r"--[a-z][a-z-]+(=|$)")  # anything else with a minus is an operand: -x, --x
Run = Callable[[argparse.Namespace, Terminal, Terminal], int]


def main(argv: Sequence[str] | None = None, *, prog: str = "python -m autograd") -> int:
    """Run a command and return its exit code.

    Args:
        argv: the arguments; by default those of the process.
        prog: how the program is called, for its help.

    >>> main(["grad", "x**2 + y", "x=3", "y=1"])
    L = 10
    <BLANKLINE>
       value  ∂L/∂…
    x      3      6
    y      1      1
    0
    """
    try:
        code = _answered([*(sys.argv[1:] if argv is None else argv)], prog)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return NOBODY_READS
    return code


def _answered(words: list[str], prog: str) -> int:
    out, notes = Terminal(sys.stdout), Terminal(sys.stderr)
    if not words or words[0] in {"-h", "--help", "help"}:
        out.say(page(prog))
        return 0 if words else REFUSED
    if words[0] == "--version":
        out.say(version())
        return 0
    try:
        parser = _Parser(words[0], prog)
        if {"-h", "--help"} & set(words[1:]):
            out.say(parser.format_help().rstrip())
            return 0
        options = parser.parse_intermixed_args(parser.shielded(words[1:]))
        return _run(words[0])(options, out, notes)
    except RefusedError as error:
        _tell(error, notes)
    except (AutogradError, ImportError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        notes.say(f"{notes.styled('refused:', 'red')} {error}")
    return REFUSED


def _run(name: str) -> Run:
    """What a command does, imported when it is asked for."""
    module = {"check": "checking", "ops": "listing", "warm": "warming"}.get(name, "answers")
    run: Run = getattr(importlib.import_module(f"autograd.command.{module}"), name)
    return run


def _tell(error: RefusedError, notes: Terminal) -> None:
    """One line of words; the line that was refused; a caret under the place."""
    notes.say(f"{notes.styled('refused:', 'red')} {error}")
    if not error.text:
        return
    place = 0 if error.place is None else error.place
    start = max(0, place - notes.width // 2)
    room = max(notes.width - 6, 10)
    line = "".join([c if c.isprintable() else " " for c in error.text[start : start + room]])
    before, after = "…" * (start > 0), "…" * (start + room < len(error.text))
    if notes.ascii:
        line = line.encode("ascii", "replace").decode()
        before, after = before.replace("…", "..."), after.replace("…", "...")
    notes.say(f"  {before}{line}{after}")
    if error.place is not None:
        ahead = columns(before + line[: place - start])
        length = min(max(columns(error.text[place : place + error.length]), 1), room)
        notes.say(f"  {' ' * ahead}{notes.styled('^' * length, 'red')}")


def _forget_output() -> None:
    """Python flushes its output once more as it ends, and would raise again."""
    with contextlib.suppress(OSError, ValueError):  # where it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    def __init__(self, name: str, prog: str) -> None:
        if name not in COMMANDS:
            raise RefusedError(f"a command is one of {', '.join(COMMANDS)}; see --help", name)
        super().__init__(prog=f"{prog} {name}", add_help=False, allow_abbrev=False)
        self._name, self._called = name, prog
        COMMANDS[name].add(self)

    def shielded(self, words: list[str]) -> list[str]:
        """Words with a space before those that begin with a minus and are no options: -x**2.

        So nobody needs the ``--`` that says so, and it is left out.
        """
        known = self._option_string_actions
        return [
            f" {w}" if w[:1] == "-" and w not in known and not OPTION.match(w) else w
            for w in words
            if w != "--"
        ]

    def error(self, message: str) -> NoReturn:
        raise RefusedError(f"{cut(message, 200)}; see {self.prog} --help")

    def format_help(self) -> str:
        """Examples, and only then the options."""
        usage, _, options = super().format_help().partition("\n\n")
        command = COMMANDS[self._name]
        lines = examples(command, self._name, self._called)
        return f"{command.does}\n\n{lines}\n\n{usage}\n\n{options}".rstrip() + "\n"


def version() -> str:
    """Name and number of the version, and Python's."""
    import autograd

    return f"chalkgrad {autograd.__version__} (Python {platform.python_version()})"
