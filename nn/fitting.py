"""fit: a model follows its examples, epoch by epoch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import nn.saving
from autograd import OperandError
from nn.batches import Examples, checked_epochs, checked_size, generator, is_scalar, plain
from nn.collector import collector_on, collector_paused
from nn.compiled import Compiled
from nn.descent import Optimizer
from nn.epochs import Epoch, Run
from nn.groups import positive, whole
from nn.history import History
from nn.metrics import metrics_of
from nn.module import Module
from nn.named import check_schedule, checked_rates, loss_of, optimizer_of, schedule_of
from nn.progress import progress as shown
from nn.rehearsal import mode, rehearse
from nn.saving.file import checked_path
from nn.saving.state import kept
from nn.steps import Clip, Eager, Task
from nn.stopping import ALL, CALLBACK, GOAL, INTERRUPTED, PATIENCE, Stopping

WHO = "fit"


def fit(
    model: Any,
    X: Any,  # noqa: N803
    y: Any,
    *,
    loss: str | Callable[[Any, Any], Any],
    optimizer: Optimizer | str,
    epochs: int,
    batch_size: int | None = None,
    compile: bool = False,
    progress: bool = True,
    validation: Any = None,
    metrics: Any = (),
    patience: int | None = None,
    goal: float | None = None,
    restore_best: bool | None = None,
    callbacks: Callable[[Epoch], Any] | Iterable[Callable[[Epoch], Any]] = (),
    each_epoch: Callable[[list[float]], object] | None = None,
    schedule: Any = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    shuffle: bool = True,
    seed: Any = 0,
    save: str | os.PathLike[str] | None = None,
    save_every: int = 1,
    resume: str | os.PathLike[str] | None = None,
    title: str = "training",
) -> History:
    """Train by mini-batches, for ``epochs`` passes over the examples or until there is a reason.

    Each step takes the mean of the gradients of a batch: every example's graph is swept and freed
    before the next is built. Parameters stay leaves (see :meth:`Optimizer.step`), so that no graph
    grows from step to step. The cyclic garbage collector is paused meanwhile, but for callbacks.
    The model is in training mode, for measuring in eval mode, and in the end as it was.

    Everything is checked before the first step. Ctrl-C ends the training between two steps: the
    history so far is returned, and ``history.stopped`` is "interrupted".

    Args:
        model: called with an example's inputs.
        X: one entry per example: a list, an array or a table of pandas.
        y: as many targets; for "cross_entropy" the number of the class, from 0.
        loss: ``loss(outputs, target)``, or the name of one of ``nn``'s without its ``_loss``, such
            as "mse", "cross_entropy", "half_squared_error".
        optimizer: makes the steps, by its ``step(closure)``; or a name such as "adam", for one with
            its defaults.
        epochs: how many passes at the most; with ``resume`` those made before are counted.
        batch_size: examples per step; None for all of them.
        compile: record model and loss once by :func:`autograd.compile` and replay them over whole
            batches: the same steps to rounding, some hundred times as fast. Needs NumPy.
        progress: show a bar, in a notebook also a curve; lines of text where there is no tqdm, or
            standard error is no terminal.
        validation: the part of the examples that is held back, between 0 and 1, or (X, y): its loss
            is measured after each epoch.
        metrics: names (accuracy, mae, mse, rmse, r2) or functions of an example's outputs and
            target, or a dict of functions; of the validation examples, else of all.
        patience: end when the loss, that of validation if there is one, has not fallen by a
            thousandth in this many epochs; None for never.
        goal: end when the mean loss of an epoch is at most this; None for never.
        restore_best: give the model, in the end, the parameters after the epoch with the least
            loss, that of validation if there is one. None: with ``patience`` and ``validation``.
        callbacks: called after every epoch with an :class:`Epoch`, which can ``stop`` the run.
        each_epoch: called after every epoch with the losses so far.
        schedule: one of ``nn``'s, whose ``step`` is called after every epoch; or a function that
            makes it of the optimiser.
        clip_norm: the largest norm of all gradients together, see :func:`clip_grad_norm_`.
        clip_value: the largest size of a gradient, see :func:`clip_grad_value_`.
        shuffle: put the examples in a new order for every epoch.
        seed: of that order, and of what is held back.
        save: a file that :func:`nn.save` writes after epochs and at the end.
        save_every: after how many epochs; also when Ctrl-C ends the run, in the midst of an epoch.
        resume: a file written so. The run goes on from there, with the bits that it would have had.
        title: the text before the bar.

    Raises:
        ArgumentError, OperandError: for numbers, sizes and labels that don't fit, nan among the
            examples, and unknown names. Nothing is changed.
        AnomalyError: when a loss or a gradient is not finite; parameters and optimiser are then
            those of the last good step.
        GraphError: when ``compile`` can't record the model.
        MissingDependencyError: for ``compile`` without NumPy.

    >>> from nn import MLP
    >>> model = MLP(2, [4, 2], activation="tanh", output="identity", seed=1)
    >>> corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> history = fit(model, corners, [0, 1, 1, 0], loss="cross_entropy", optimizer="adam",
    ...     epochs=1000, goal=0.3, metrics="accuracy", progress=False)
    >>> history.stopped, history.metrics["accuracy"][-1]
    ('met the goal', 1.0)
    """
    epochs, batch_size, seed, save_every = map(plain, (epochs, batch_size, seed, save_every))
    checked_epochs(WHO, epochs)
    save_every = whole(f"{WHO}: save_every", save_every, 1)
    for path in (save, resume):
        if path is not None:
            _check_path(path, model)
    data, others = Examples.of(WHO, X, y), None
    if isinstance(validation, float) or is_scalar(validation, "f"):
        data, others = data.split(WHO, float(validation), seed)
    elif validation is not None:
        others = Examples.of(WHO, *_pair(validation), what="validation example")
    size, source = checked_size(WHO, batch_size, len(data)), generator(seed)
    stopping = Stopping(WHO, goal=goal, patience=patience)
    loss = loss_of(WHO, loss)
    measures = metrics_of(WHO, metrics, loss)
    called = _callbacks(callbacks)
    norm = None if clip_norm is None else positive(f"{WHO}: clip_norm", clip_norm)
    value = None if clip_value is None else positive(f"{WHO}: clip_value", clip_value)
    if not callable(model):
        raise OperandError(f"{WHO}: the model is {model!r}; it must be an nn.Module.")
    optimizer = optimizer_of(WHO, optimizer, model)
    checked_rates(WHO, optimizer, schedule)
    check_schedule(WHO, schedule, optimizer)
    task = Task(WHO, model, loss, optimizer, Clip(norm, value), data)
    with collector_paused():
        drops, idle = rehearse(task, [] if others is None else [others], measures)
        measured = "outputs" if measures else "loss" if others is not None else ""
        watched = bool(called) or each_epoch is not None
        steps = (
            Compiled(task, drops, idle, measures=measured, watched=watched)
            if compile
            else Eager(task)
        )
    keep = restore_best
    if keep is None:
        keep = patience is not None and others is not None
    run = Run(
        task, steps, stopping, size=size, source=source, seed=seed, shuffle=shuffle, others=others,
        measures=measures, schedule=schedule_of(WHO, schedule, optimizer), keep=keep,
    )  # fmt: skip
    if save is not None:  # what can't be saved is told now
        nn.saving.packed(model, optimizer, run.schedule, training=run.state())
    if resume is not None:
        _resume(run, resume)
    return _trained(run, epochs, title, progress, called, each_epoch, save, save_every)


def _trained(
    run: Run, epochs: int, title: str, progress: Any, called: list[Any], each_epoch: Any, save: Any,
    save_every: int,
) -> History:  # fmt: skip
    """The loop; what was made before is counted."""
    task, steps, begun = run.task, run.steps, perf_counter()
    stopped = run.stopping.reason(run.history.losses[-1], run.done) if run.done else ""
    saved = run.done

    def timed(stopped: str = "") -> History:
        run.history = replace(
            run.history, converged=stopped in {GOAL, PATIENCE}, stopped=stopped,
            seconds=perf_counter() - begun,
        )  # fmt: skip
        return run.history

    with ExitStack() as stack:
        bar = stack.enter_context(shown(epochs, title, wanted=progress, done=run.done))
        stack.callback(steps.settle)
        stack.enter_context(collector_paused())
        stack.enter_context(mode(task.modules, training=True))
        stack.enter_context(task.interrupts)
        try:
            while not stopped and run.done < epochs:
                run.epoch()
                bar.epoch(run.history)
                stopped = run.stopping.reason(run.history.losses[-1], run.done)
                if called or each_epoch is not None:
                    stopped = _look(run, epochs, called, each_epoch) or stopped
                if save is not None and run.done % save_every == 0:
                    _save(save, run, timed())
                    saved = run.done
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        task.interrupts.hold()  # what is left to do takes no time
        steps.settle()
        last = _restored(run)
        history = timed(stopped or ALL)
        is_new = saved != run.done or run.steps_made is not None or last is not None
        if save is not None and is_new:
            _save(save, run, history, last)
        bar.close(history)
    return history


def _look(run: Run, epochs: int, called: list[Any], each_epoch: Any) -> str:
    """Call the callbacks, with the collector on: what they make, pictures say, may have cycles."""
    task = run.task
    run.steps.settle()
    epoch = Epoch(run.history.copy(), epochs, task.model, task.optimizer)
    with mode(task.modules, training=False), collector_on():
        if each_epoch is not None:
            each_epoch(run.history.losses.copy())
        for callback in called:
            said = callback(epoch)
            if said is True or (is_scalar(said, "b") and bool(said)):
                epoch.stop(epoch.reason or CALLBACK)
    run.steps.look()
    return epoch.reason


def _restored(run: Run) -> dict[str, Any] | None:
    """Give the model its best parameters, if they were kept; the last ones, if these differ."""
    best = run.stopping.kept
    is_there = run.stopping.best_epoch == run.done and run.steps_made is None
    if not run.keep or best is None or is_there:
        return None
    last = run.snapshot()
    run.put_back(best)
    return last


def _save(path: Any, run: Run, history: History, last: dict[str, Any] | None = None) -> None:
    run.steps.settle()
    state = run.state(last)
    nn.saving.save(path, run.task.model, run.task.optimizer, run.schedule, training=state)


def _resume(run: Run, path: Any) -> None:
    """Go on from a file; if it is of another kind of run, nothing is changed."""
    parts = run.task.model, run.task.optimizer, run.schedule
    restore = kept(*parts)
    saved = nn.saving.load(path, *parts)
    try:
        run.take(run.checked(WHO, saved.training))
    except BaseException:
        restore()
        raise


def _check_path(path: Any, model: Any) -> None:
    """Raise now what would be raised after an epoch."""
    name = Path(checked_path(WHO, path))
    if not name.parent.is_dir():
        raise FileNotFoundError(f"{WHO}: there is no folder {str(name.parent)!r} to save in.")
    if name.exists() and not name.is_file():
        raise IsADirectoryError(f"{WHO}: {str(name)!r} is no file but a folder or a device.")
    if not isinstance(model, Module):
        raise OperandError(f"{WHO}: only an nn.Module is saved, got {type(model).__name__}.")


def _pair(validation: Any) -> tuple[Any, Any]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise OperandError(
            f"{WHO}: validation is {validation!r}; it must be a part between 0 and 1, or (X, y)."
        )
    return validation[0], validation[1]


def _callbacks(given: Any) -> list[Callable[[Epoch], Any]]:
    called = [given] if callable(given) else list(given) if isinstance(given, Iterable) else [given]
    for callback in called:
        if not callable(callback):
            raise OperandError(
                f"{WHO}: a callback is {callback!r}; it must be a function of an nn.Epoch."
            )
    return called
