"""check: a derivative of the user's own, by autograd.gradcheck."""

from __future__ import annotations

import argparse
import functools
import importlib
import importlib.util
import inspect
import math
import sys
import traceback
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any, cast

from autograd.check import gradcheck
from autograd.check.target import row_of
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal
from autograd.errors import AutogradError
from autograd.primitives import REALS
from autograd.table import LISTS

RIGHT, WRONG, OPEN = 0, 1, 2  # the exit codes: open is what could not be concluded


def check(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Print what gradcheck finds."""
    function = found(options.function)
    domain = [tuple(interval) for interval in options.domain or ()]
    claim = found(options.grad) if options.grad else None
    try:
        report = gradcheck(
            function,
            _samples(function, options.at, domain),
            grad=claim,
            domain=domain[0] if len(domain) == 1 else domain or None,
            samples=options.samples,
            order=options.order,
            raise_exception=False,
        )
    except AutogradError:
        raise
    except Exception as error:  # of the user's function
        *_, last = traceback.extract_tb(error.__traceback__)
        said = " ".join(f"{type(error).__name__}: {error}".split())
        where = f"{Path(last.filename).name}, line {last.lineno}"
        raise RefusedError(f"{said} ({where})", options.function) from error
    code = RIGHT if report.ok else WRONG if report.failures or report.conclusive else OPEN
    first, line, rest = str(report).partition("\n")
    out.say(out.styled(first, ("green", "red", "yellow")[code]) + line + rest)
    return code


def found(reference: str) -> Any:
    """The function that ``module:function`` names, or ``file.py:function``.

    Raises:
        RefusedError: when there is none, or importing the module raises.

    >>> found("math:sin")
    <built-in function sin>
    """
    module, colon, path = reference.rpartition(":")
    if not colon or not module or not path:
        raise RefusedError("a function is given as module:function, such as math:sin", reference)
    function = _imported(module, reference)
    for name in path.split("."):
        if not hasattr(function, name):
            place = len(module) + 1
            raise RefusedError(f"{module} has no {path}", reference, place, len(path))
        function = getattr(function, name)
    if not callable(function) and row_of(function) is None:
        raise RefusedError(f"{path} is no function", reference, len(module) + 1, len(path))
    return function


def _imported(module: str, reference: str) -> Any:
    try:
        if module.endswith(".py"):
            return _run(Path(module).resolve())
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        said = " ".join(f"importing {module} raised {type(error).__name__}: {error}".split())
        raise RefusedError(said, reference, 0, len(module)) from error


@functools.cache  # the function and its derivative stand in one file
def _run(path: Path) -> Any:
    loader = SourceFileLoader(path.stem, str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path, loader=loader)
    module = importlib.util.module_from_spec(cast("ModuleSpec", spec))
    sys.modules.setdefault(path.stem, module)  # dataclasses look for it
    loader.exec_module(module)
    return module


def _samples(function: Any, at: Any, domain: list[Any]) -> Any:
    """The points that were given; else an operation's own, or one of typical numbers."""
    if at:
        return [tuple(point) for point in at]
    if row_of(function) is not None:
        return None
    n = max(_needed(function), len(domain))
    if n == 0:
        raise RefusedError(
            "how many arguments the function takes can't be told: give a point, such as --at 0.5 2"
        )
    intervals = domain * n if len(domain) == 1 else domain or [REALS] * n
    typical = LISTS[0]
    return tuple([_within(typical[i % len(typical)], *pair) for i, pair in enumerate(intervals)])


def _needed(function: Any) -> int:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # math.log, and others that are written in C
        return 0
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum([p.kind in kinds and p.default is p.empty for p in parameters])


def _within(x: float, low: float, high: float) -> float:
    """A number like x in an interval."""
    if low <= x <= high:
        return x
    if math.isinf(high):
        return low + abs(x)
    return high - abs(x) if math.isinf(low) else low + (high - low) * 0.3
