"""train and resume: a network learns, and everything that was learnt is written to a folder."""

from __future__ import annotations

import argparse
import csv
import io
import random
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import nn
from autograd.command.main import parsed
from autograd.command.names import RefusedError
from autograd.command.terminal import Terminal
from nn.command import pictures
from nn.command.asked import outputs_of, saved_in
from nn.command.commands import RATES
from nn.command.main import PROG, PROGRAM
from nn.command.problems import Problem, problem_of
from nn.command.runs import (
    HISTORY,
    MODEL,
    PLOTS,
    SETTINGS,
    Settings,
    place_for,
    put,
    replace,
    settings_in,
)
from nn.command.tasks import Task
from nn.stopping import ALL, INTERRUPTED

STOPPED_BY_HAND = 130
SAVES = 20  # in a training: what is lost if it is killed is a twentieth of it
MOST_WEIGHTS = 2_000_000


def train(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Train a new network, and write the folder of the run."""
    real, folder = place_for(options.out, force=options.force)
    problem = problem_of(options)
    _seed(options.seed)
    model = _network(options, problem)
    optimizer = _optimizer(options, model)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Settings.of(options.words, problem).write(folder)
        _introduce(options, problem, model, optimizer, out)
        history = _fitted(options, problem, model, optimizer, folder, options.epochs)
        files = _finish(options, problem, model, history, folder, out, notes)
        replace(real, folder)
    except BaseException:
        if folder != real or not (folder / MODEL).exists():
            (folder / SETTINGS).unlink(missing_ok=True)
            if made:
                shutil.rmtree(folder, ignore_errors=True)
        raise
    return _end(history, options.out, [SETTINGS, *files], out, notes)


def resume(options: argparse.Namespace, out: Terminal, notes: Terminal) -> int:
    """Go on with a run, with the bits that it would have had."""
    folder, settings = settings_in(options.run)
    saved = saved_in(folder, settings)
    before = parsed("train", settings.train, PROG, PROGRAM)
    problem = problem_of(before)
    if problem.digest() != settings.digest:
        raise RefusedError("the data has changed since this run began; train anew", before.data)
    if problem.task != Task(settings.loss, settings.classes):
        raise RefusedError(f"its {SETTINGS} is damaged: its parts differ", options.run)
    if saved.optimizer is None or "losses" not in (saved.training or {}):
        raise RefusedError(f"its {MODEL} has no state of a training", options.run)
    _introduce(before, problem, saved.model, saved.optimizer, out)
    before.progress, before.plots = options.progress, options.plots
    epochs = len((saved.training or {})["losses"]) + options.epochs
    history = _fitted(before, problem, saved.model, saved.optimizer, folder, epochs, folder / MODEL)
    files = _finish(before, problem, saved.model, history, folder, out, notes)
    return _end(history, options.run, files, out, notes)


def _seed(seed: int) -> None:
    """Also the generators that are global, whose state is saved: the same words, the same file."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - this one is meant


def _network(options: argparse.Namespace, problem: Problem) -> nn.MLP:
    sizes = [len(problem.examples.inputs), *options.layers, problem.task.outputs]
    weights = sum([(a + 1) * b for a, b in pairwise(sizes)])
    if weights > MOST_WEIGHTS:
        raise RefusedError(
            f"a network of {'-'.join(map(str, sizes))} has {weights:,} parameters; the most is "
            f"{MOST_WEIGHTS:,}"
        )
    return nn.MLP(
        sizes[0], sizes[1:], options.activation, problem.task.activation, seed=options.seed
    )


def _optimizer(options: argparse.Namespace, model: nn.MLP) -> nn.Optimizer:
    rules = {rule.__name__.lower(): rule for rule in _RULES}
    rate = RATES[options.optimizer] if options.lr is None else options.lr
    # The search along a line finds a step of its own, which makes L-BFGS what it is known for.
    search = {"line_search_fn": "strong_wolfe"} if options.optimizer == "lbfgs" else {}
    made: nn.Optimizer = rules[options.optimizer](model.parameters(), lr=rate, **search)
    return made


_RULES: tuple[Any, ...] = (nn.SGD, nn.Adam, nn.AdamW, nn.RMSprop, nn.Adagrad, nn.LBFGS)


def _introduce(
    options: argparse.Namespace, problem: Problem, model: nn.MLP, optimizer: Any, out: Terminal
) -> None:
    """What is learnt by what, in two lines."""
    examples, inputs = len(problem.examples.X), len(problem.examples.inputs)
    classes = problem.task.classes
    what = "a number" if classes is None else f"{len(classes)} classes"
    held = 0 if problem.held is None else len(problem.held[0])
    aside = f"; {held} of them held back" if held else ""
    name = Path(options.data).name
    out.say(
        f"{pictures.plain(name)}: {examples} examples of {inputs} input{'s' * (inputs != 1)} and "
        f"{what}{aside}"
    )
    layers = [len(layer.neurons) for layer in model.layers]
    sizes = "-".join(map(str, [inputs, *layers]))
    hidden = f", {options.activation}" if len(layers) > 1 else ""
    batch = _batch(options)
    steps = f", batches of {batch}" if batch else ""
    out.say(
        f"MLP {sizes}{hidden}: {len(list(model.parameters())):,} parameters; {problem.task.loss}, "
        f"{options.optimizer} at {_rate(optimizer):g}{steps}"
    )


def _rate(optimizer: Any) -> float:
    return float(optimizer.param_groups[0]["lr"])


def _batch(options: argparse.Namespace) -> int | None:
    if options.batch_size is None:
        return None if options.optimizer == "lbfgs" else 32
    return int(options.batch_size)


def _fitted(
    options: argparse.Namespace,
    problem: Problem,
    model: nn.MLP,
    optimizer: Any,
    folder: Path,
    epochs: int,
    resume: Path | None = None,
) -> nn.History:
    X, y = problem.given(problem.learnt)
    history = nn.fit(
        model,
        X,
        y,
        loss=problem.task.loss,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=_batch(options),
        compile=options.compile,
        progress=options.progress,
        validation=None if problem.held is None else problem.given(problem.held),
        metrics=(problem.task.metric,),
        patience=options.patience,
        seed=options.seed,
        save=folder / MODEL,
        save_every=max(1, options.epochs // SAVES),
        resume=resume,
    )
    if not (folder / MODEL).exists():
        raise KeyboardInterrupt  # before the first step: there is nothing to go on from
    return history


def _finish(
    options: argparse.Namespace,
    problem: Problem,
    model: nn.MLP,
    history: nn.History,
    folder: Path,
    out: Terminal,
    notes: Terminal,
) -> list[str]:
    """The history and the plots are written, and a line says how well it went; the names of all."""
    put(folder / HISTORY, table_of(history).encode())
    for name in PLOTS:  # of an earlier state
        (folder / name).unlink(missing_ok=True)
    drawn = pictures.draw(problem, model, history, folder, notes) if options.plots else []
    n = len(history.losses)
    said = [f"epoch {n}: loss {history.losses[-1]:.4g}" if n else "within the first epoch"]
    if history.validation:
        said[0] += f", held back {history.validation[-1]:.4g}"
    scores = []
    for pair in (problem.learnt, problem.held):
        if pair is not None:
            X, y = problem.given(pair)
            score = problem.task.score(outputs_of(model, X), y)
            scores.append(
                f"{score:.4g}" if problem.task.classes is None else f"{100 * score:.4g} %"
            )
    name = "R²" if problem.task.classes is None else "accuracy"
    said.append(f"{name} {', held back '.join(scores)}")
    if history.stopped != ALL:
        said.append(history.stopped)
    out.say(out.styled("; ".join(said), "bold"))
    return [MODEL, HISTORY, *drawn]


def _end(history: nn.History, folder: str, files: list[str], out: Terminal, notes: Terminal) -> int:
    out.say(f"wrote {pictures.plain(folder)}: {', '.join(files)}")
    if history.stopped != INTERRUPTED:
        return 0
    notes.say(f"{PROG} resume goes on")
    return STOPPED_BY_HAND


def table_of(history: nn.History) -> str:
    """The history as CSV: a line for each epoch, every number with all its digits.

    >>> print(table_of(nn.History([0.5, 0.25], metrics={"accuracy": [0.5, 1.0]})).strip())
    epoch,loss,accuracy
    1,0.5,0.5
    2,0.25,1.0
    """
    columns = {"loss": history.losses, "validation": history.validation, **history.metrics}
    columns = {name: numbers for name, numbers in columns.items() if numbers}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *columns])
    writer.writerows(
        [[k, *row] for k, row in enumerate(zip(*columns.values(), strict=True), start=1)]
    )
    return text.getvalue()
