"""warm: what the first compiled function would wait for, done ahead."""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path

from autograd import compiler
from autograd.command.terminal import Terminal

REFUSED = 2


def warm(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Have numba compile the interpreter of programs, or find it compiled; say where it is kept."""
    began = time.perf_counter()
    compiler.compile(lambda x: x * x, backend="numba")(2.0)
    compiler.compile(lambda x: x * x, backend="numba", in_axes=0)([2.0, 3.0])
    module = importlib.import_module("autograd.compiler.backends.numba.interpreter").interpreter()
    stats = [module.run_scalars.stats, module.run_lanes.stats]
    folder = stats[0].cache_path
    files = [*Path(folder).glob(f"{module.__name__}.*.code")] if folder else []
    if len(files) < len(stats):
        notes.say(
            f"{notes.styled('refused:', 'red')} the machine code can't be kept in "
            f"{folder or 'a home'}, so each process has to compile it"
        )
        return REFUSED
    if any([found.cache_misses for found in stats]):
        done = f"now, after {time.perf_counter() - began:.1f} s"
    else:
        done = "already"
    out.say(f"The interpreter of compiled functions is machine code {done}: {folder}")
    return 0
