"""Plots of a run, where matplotlib is installed: the loss; of one or two inputs, what was learnt.

They are viz's. nn stands beside viz and imports nothing of it; only the command line, which stands
over both, looks for it when it draws, as autograd's does.
"""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograd.command.terminal import Terminal, cut
from nn.command.asked import outputs_of
from nn.command.problems import Problem
from nn.command.runs import put
from nn.history import History

STEPS, MOST_POINTS = 200, 2000  # of the curve; examples that are drawn
WIDEST = 14  # columns of a class's name in a legend


def draw(
    problem: Problem, model: Any, history: History, folder: Path, notes: Terminal
) -> list[str]:
    """Write the plots, and give their names; or say what to install."""
    viz: Any = importlib.import_module("chalkgrad").viz
    losses = SimpleNamespace(losses=history.losses, validation_losses=history.validation)
    plots: dict[str, Callable[[], Any]] = {}
    if history.losses:
        plots["loss.png"] = lambda: viz.plot_loss(losses)
    inputs = len(problem.examples.inputs)
    if inputs == 2 and problem.task.classes is not None:
        plots["boundary.png"] = lambda: _boundary(problem, model, viz)
    if inputs == 1 and problem.task.classes is None:
        plots["curve.png"] = lambda: _curve(problem, model, viz)
    drawn = []
    for name, plot in plots.items():
        picture = _png(name, plot, notes)
        if picture:
            put(folder / name, picture)
            drawn.append(name)
    return drawn


def _png(name: str, plot: Callable[[], Any], notes: Terminal) -> bytes:
    """The bytes of a plot, or none; then it is said why."""
    picture = io.BytesIO()
    try:
        with warnings.catch_warnings():  # of letters that its fonts don't have: boxes are drawn
            warnings.simplefilter("ignore")
            plot().figure.savefig(picture, format="png")
    except Exception as error:  # noqa: BLE001 - what was learnt is worth more than its picture
        notes.say(f"no {name}: {plain(str(error))}")
        return b""
    return picture.getvalue()


def plain(text: str) -> str:
    r"""A name in one line, with � for what can't be printed.

    >>> plain("two\nlines\x1b[31m")
    'two lines�[31m'
    """
    return "".join([c if c.isprintable() else "�" for c in " ".join(text.split())])


def _boundary(problem: Problem, model: Any, viz: Any) -> Any:
    """The plane of two inputs, in their own numbers, by the class that the network gives."""
    examples, scaling = problem.examples, problem.scaling

    def asked(x: Any) -> Any:
        if scaling is not None:
            x = [(a - m) / d for a, m, d in zip(x, scaling.means, scaling.deviations, strict=True)]
        outputs = model(x)
        return outputs if len(outputs) > 1 else problem.task.probabilities(outputs)[1]

    ax = viz.plot_decision_boundary(asked, examples.X[:MOST_POINTS], examples.y[:MOST_POINTS])
    ax.set(**_labels(viz, examples.inputs[0], examples.inputs[1]))
    names = [viz.axes.plain(cut(name, WIDEST)) for name in examples.classes or []]
    for text in ax.get_legend().get_texts():
        word, _, number = text.get_text().partition(" ")
        if word in {"class", "target"}:
            name = names[int(number)]
            text.set_text(f"class {name}" if name.isdigit() else name)
    return ax


def _labels(viz: Any, x: str, y: str) -> dict[str, str]:
    return {"xlabel": viz.axes.plain(x), "ylabel": viz.axes.plain(y)}


def _curve(problem: Problem, model: Any, viz: Any) -> Any:
    """The number that the network gives, over its one input, among the examples."""
    examples = problem.examples
    xs = [x for [x] in examples.X]
    low, high = min(xs), max(xs)
    room = 0.05 * (high - low) or 1.0
    grid = [low - room + (high - low + 2 * room) * i / (STEPS - 1) for i in range(STEPS)]
    given, _ = problem.given(([[x] for x in grid], [0.0] * STEPS))
    heights = [row[0] for row in outputs_of(model, given)]
    if problem.target_scaling is not None:
        [mean], [deviation] = problem.target_scaling
        heights = [mean + deviation * height for height in heights]
    ax = viz.axes.axes_or_new("plots", None)
    blue, orange = viz.axes.SERIES[:2]
    shown = (xs[:MOST_POINTS], examples.y[:MOST_POINTS])
    ax.plot(*shown, "o", color=blue, markersize=4, label="examples")
    ax.plot(grid, heights, color=orange, linewidth=2.0, label="network")
    ax.set(**_labels(viz, examples.inputs[0], examples.target))
    ax.grid(visible=True, alpha=0.3)
    viz.axes.legend_above(ax)
    return ax
