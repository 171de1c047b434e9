"""What is answered to an expression: its steps, its gradient, its picture, its page."""

from __future__ import annotations

import argparse
import importlib
from typing import Any

from autograd.command.expressions import Computed, computed
from autograd.command.names import RefusedError, numbers_given
from autograd.command.terminal import Terminal, table
from autograd.notebook import one_line


def explain(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Print the steps of the chain rule."""
    autograd: Any = importlib.import_module("autograd")
    found = _computed(options, notes)
    wrt = None if options.wrt is None else found.names.get(options.wrt)
    if options.wrt is not None and wrt is None:
        raise RefusedError("--wrt is a name of the expression", options.wrt)
    spelling = {"ascii": True} if out.ascii else {}
    out.say(out.headed(str(autograd.explain(found.value, wrt, **spelling))))
    return 0


def grad(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Print the value and a table of the gradient."""
    found = _computed(options, notes)
    found.value.backward()
    label, digits = one_line(found.value.label), options.digits
    d = "d" if out.ascii else "∂"
    lines = table(
        [
            ["", "value", f"{d}{label}/{d}…"],
            *[
                [one_line(name), shown(x.data, digits), shown(x.grad, digits)]
                for name, x in found.names.items()
            ],
        ],
        rights=(1, 2),
    )
    out.say(f"{label} = {out.styled(shown(found.value.data, digits), 'bold')}")
    out.say()
    out.say(out.styled(lines[0], "faint"))
    for line in lines[1:]:
        out.say(line)
    return 0


def draw(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Save the picture of the graph, or print it as text."""
    found = _computed(options, notes)
    found.value.backward()
    drawing = _viz().draw(found.value)
    if options.output is None:
        texts = importlib.import_module("viz.texts")
        title, line, rest = texts.text_of(drawing.picture).rstrip().partition("\n")
        out.say(out.styled(title, "bold") + line + rest)
    else:
        out.say(f"wrote {drawing.save(options.output)}")
    return 0


def step(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Save the page that steps through backprop."""
    viz = _viz()
    if not hasattr(viz, "stepper"):
        raise RefusedError("this version has no viz.stepper; explain prints the same steps")
    viz.stepper(_computed(options, notes).value).save(options.output)
    out.say(f"wrote {options.output}")
    return 0


def shown(x: Any, digits: int) -> str:
    """A number in so many digits.

    >>> shown(0.1 + 0.2, 10), shown(-3.0, 10), shown(float("nan"), 10)
    ('0.3', '-3', 'nan')
    """
    return f"{float(getattr(x, 'data', x)):.{digits}g}"


def _viz() -> Any:
    """chalkgrad's own viz, and no file viz.py that stands in the folder."""
    return importlib.import_module("chalkgrad").viz


def _computed(options: argparse.Namespace, notes: Terminal) -> Computed:
    given = numbers_given(options.numbers)
    found = computed(options.expression, given, options.label)
    for name in found.unused:
        notes.say(f"note: {name} is not in the expression, so it changes nothing")
    return found
