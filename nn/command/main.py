"""Which command is meant."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from autograd.command import main as front
from autograd.command.main import Program, Run
from nn.command.commands import COMMANDS, page

PROG = "python -m nn"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        argv: the arguments; by default those of the process.

    >>> main(["predict", "nowhere", "1", "2"])  # and on standard error, why
    2
    """
    return front(argv, prog=PROG, program=PROGRAM)


def _run(name: str) -> Run:
    """What a command does, imported when it is asked for."""
    module = "predicting" if name == "predict" else "training"
    run: Run = getattr(importlib.import_module(f"nn.command.{module}"), name)
    return run


PROGRAM = Program(COMMANDS, page, _run, places=False)
