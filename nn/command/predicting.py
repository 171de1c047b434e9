"""predict: what the network of a run says of inputs that are typed, or of every line of a file."""

from __future__ import annotations

import argparse
import csv
import io
import math
from pathlib import Path
from typing import Any

from autograd import ArgumentError
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal, cut, table
from nn.command.asked import outputs_of, saved_in
from nn.command.pictures import plain
from nn.command.problems import table_of
from nn.command.runs import Settings, put, settings_in
from nn.command.tasks import Task
from nn.data.cells import Table, numbers
from nn.metrics import METRICS

WIDEST = 20  # columns of a class's name


def predict(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Print the class of each example with the probabilities, or its number."""
    folder, settings = settings_in(options.run)
    model, task = saved_in(folder, settings).model, Task(settings.loss, settings.classes)
    if bool(options.values) == (options.data is not None):
        n = len(settings.inputs)
        raise RefusedError(f"give the {n} inputs of an example, or a file by --data")
    if options.data is None:
        if len(options.values) != len(settings.inputs):
            names = ", ".join([f"{name!r:.{WIDEST}}" for name in settings.inputs[:8]])
            more = ", …" if len(settings.inputs) > 8 else ""
            raise RefusedError(
                f"got {len(options.values)} inputs; the network takes {len(settings.inputs)}: "
                f"{names}{more}"
            )
        X, places, compare = [options.values], [""], ""
    else:
        cells = table_of(options)
        X, places = numbers(cells, _columns(cells.names, settings)), cells.places
    given = X if settings.scaling is None else settings.scaling(X)
    rows = _answers(task, settings, outputs_of(model, given))
    for row, place in zip(rows, places, strict=True):
        if not all([math.isfinite(x) for x in row if not isinstance(x, str)]):
            where = f"{place}: " if place else ""
            raise RefusedError(f"{where}the answer is not finite: are the inputs too large?")
    if options.data is not None:
        compare = _compared(task, settings, rows, cells)
    head = _head(settings)
    if options.output is not None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([head, *rows])
        put(Path(options.output), text.getvalue().encode("utf-8", "surrogatepass"))
        out.say(f"wrote {plain(options.output)}: {len(rows)} predictions")
    else:
        _print(head, rows, places, out)
    if compare:
        out.say(compare)
    return 0


def _columns(names: list[str], settings: Settings) -> list[int]:
    """Where the inputs are: by their names, or by their places where a file has no names."""
    if set(settings.inputs) <= set(names):
        return [names.index(name) for name in settings.inputs]
    absent = [name for name in settings.inputs if name not in names]
    if names == [str(i) for i in range(len(settings.inputs))]:
        return [*range(len(names))]
    raise RefusedError(f"there is no column {absent[0]!r:.60}, which is an input of the network")


def _head(settings: Settings) -> list[str]:
    chances = [f"p({name})" for name in settings.classes or []]
    return [settings.target, *chances]


def _answers(task: Task, settings: Settings, outputs: list[list[float]]) -> list[list[Any]]:
    """For each example its class and the probabilities, or its number."""
    if task.classes is None:
        [mean], [deviation] = settings.target_scaling or ([0.0], [1.0])
        return [[mean + deviation * row[0]] for row in outputs]
    found: list[list[Any]] = []
    for row in outputs:
        chances = [float(p) for p in task.probabilities(row)]
        found.append([task.classes[chances.index(max(chances))], *chances])
    return found


def _print(head: list[str], rows: list[list[Any]], places: list[str], out: Terminal) -> None:
    said = [[cut(plain(name), WIDEST) for name in head]]
    for row in rows:
        digits = 6 if len(head) == 1 else 4  # of a number, or of probabilities
        said.append([x if isinstance(x, str) else f"{x:.{digits}g}" for x in row])
        said[-1][0] = cut(plain(said[-1][0]), WIDEST)
    if len(rows) > 1:
        said = [[place, *row] for place, row in zip(["", *places], said, strict=True)]
    top, *lines = table(said, rights=tuple(range(1 + (len(rows) > 1), len(said[0]))))
    out.say(out.styled(cut(top, out.width), "bold"))
    for line in lines:
        out.say(cut(line, out.width))


def _compared(task: Task, settings: Settings, rows: list[list[Any]], cells: Table) -> str:
    """How well the file's own targets are met, if it has them."""
    if settings.target not in cells.names:
        return ""
    column = cells.names.index(settings.target)
    wanted = [row[column].strip() for row in cells.rows]
    if task.classes is None:
        try:
            heights = numbers(cells, [column])
        except ArgumentError:
            return ""
        return f"R² {METRICS['r2'](rows, heights):.4g} of {len(rows)}"
    if not set(wanted) <= set(task.classes):
        return ""
    right = sum([row[0] == name for row, name in zip(rows, wanted, strict=True)])
    return f"accuracy {100 * right / len(rows):.4g} % of {len(rows)}"
