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
from typing import NamedTuple, NoReturn

from autograd.command.commands import COMMANDS, Command, examples, page
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal, columns, cut
from autograd.errors import AutogradError

REFUSED, INTERRUPTED, NOBODY_READS = 2, 130, 141
OPTION = re.compile(r"--[a-z][a-z-]+(=|$)")  # anything else with a minus is an operand: -x, --x
Run = Callable[[argparse.Namespace, Terminal, Terminal], int]


class Program(NamedTuple):
    """Commands, the page of help on all of them, and what runs each.

    What runs finds the words that were typed in its options as ``words``. What is refused is told
    with its place under it, or without ``places`` in one line.
    """

    commands: dict[str, Command]
    page: Callable[[str], str]
    run: Callable[[str], Run]
    places: bool = True


def main(
    argv: Sequence[str] | None = None,
    *,
    prog: str = "python -m autograd",
    program: Program | None = None,
) -> int:
    """Run a command and return its exit code.

    Args:
        argv: the arguments; by default those of the process.
        prog: how the program is called, for its help.
        program: whose commands; by default autograd's own.

    >>> main(["grad", "x**2 + y", "x=3", "y=1"])
    L = 10
    <BLANKLINE>
       value  ∂L/∂…
    x      3      6
    y      1      1
    0
    """
    try:
        words = [*(sys.argv[1:] if argv is None else argv)]
        code = _answered(words, prog, program or Program(COMMANDS, page, _run))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return NOBODY_READS
    return code


def _answered(words: list[str], prog: str, program: Program) -> int:
    out, notes = Terminal(sys.stdout), Terminal(sys.stderr)
    if not words or words[0] in {"-h", "--help", "help"}:
        out.say(program.page(prog))
        return 0 if words else REFUSED
    if words[0] == "--version":
        out.say(version())
        return 0
    try:
        parser = _Parser(words[0], prog, program.commands)
        if {"-h", "--help"} & set(words[1:]):
            out.say(parser.format_help().rstrip())
            return 0
        return program.run(words[0])(parser.read(words[1:]), out, notes)
    except RefusedError as error:
        if program.places:
            _tell(error, notes)
        else:
            _tell_in_a_line(f"{error}: {cut(error.text, 80)!r}" if error.text else error, notes)
    except (AutogradError, ImportError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        _tell_in_a_line(error, notes)
    return REFUSED


def parsed(name: str, words: list[str], prog: str, program: Program) -> argparse.Namespace:
    """The options of a command.

    Raises:
        RefusedError: for words that it does not take.
    """
    return _Parser(name, prog, program.commands).read(words)


def _run(name: str) -> Run:
    """What a command does, imported when it is asked for."""
    module = {"check": "checking", "ops": "listing", "warm": "warming"}.get(name, "answers")
    run: Run = getattr(importlib.import_module(f"autograd.command.{module}"), name)
    return run


def _tell_in_a_line(said: object, notes: Terminal) -> None:
    words = " ".join(str(said).split())
    line = "".join([c if c.isprintable() else "\ufffd" for c in words])
    notes.say(f"{notes.styled('refused:', 'red')} {line}")


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
    def __init__(self, name: str, prog: str, commands: dict[str, Command]) -> None:
        if name not in commands:
            raise RefusedError(f"a command is one of {', '.join(commands)}; see --help", name)
        super().__init__(prog=f"{prog} {name}", add_help=False, allow_abbrev=False)
        self._name, self._called, self._command = name, prog, commands[name]
        self._command.add(self)

    def read(self, words: list[str]) -> argparse.Namespace:
        options = self.parse_intermixed_args(self.shielded(words))
        options.words = words
        return options

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
        lines = examples(self._command, self._name, self._called)
        return f"{self._command.does}\n\n{lines}\n\n{usage}\n\n{options}".rstrip() + "\n"


def version() -> str:
    """Name and number of the version, and Python's."""
    import autograd

    return f"chalkgrad {autograd.__version__} (Python {platform.python_version()})"
