"""A run of ``fit``: what one epoch does, and everything that the next one depends on."""

from __future__ import annotations

import random
from typing import Any

from autograd import AnomalyError, ArgumentError
from nn.batches import Examples, batches
from nn.generators import set_states, states
from nn.history import History
from nn.metrics import Metric
from nn.rehearsal import mode
from nn.schedules import Schedule
from nn.state import buffers
from nn.steps import Task
from nn.stopping import Stopping

FORM = 1  # of what Run.state gives


class Epoch:
    """What a callback is called with, after an epoch: the model is in eval mode.

    Attributes:
        epoch: its number, from 1.
        epochs: how many there are at the most.
        loss: the mean loss over the examples, as they were met.
        validation: the mean loss over the validation examples; None without any.
        metrics: by name, what was measured.
        history: the losses and all other numbers so far, as :class:`History` has them.
        model, optimizer: those that are trained; they may be changed.

    >>> from nn import MLP, fit
    >>> def enough(epoch):
    ...     if epoch.loss < 1e-4:
    ...         epoch.stop(f"good after {epoch.epoch} epochs")
    >>> model = MLP(1, [1], output="identity", seed=0)
    >>> fit(model, [[0.0], [1.0]], [0.0, 1.0], loss="mse", optimizer="rmsprop", epochs=900,
    ...     callbacks=enough, progress=False).stopped
    'good after 11 epochs'
    """

    def __init__(self, history: History, epochs: int, model: Any, optimizer: Any) -> None:
        self.history, self.epochs, self.model, self.optimizer = history, epochs, model, optimizer
        self.epoch, self.loss = len(history.losses), history.losses[-1]
        self.validation = history.validation[-1] if history.validation else None
        self.metrics = {name: values[-1] for name, values in history.metrics.items()}
        self.reason = ""

    def stop(self, reason: str = "stopped by a callback") -> None:
        """End the run after this epoch; ``history.stopped`` gives the reason."""
        self.reason = str(reason) or "stopped by a callback"

    def __repr__(self) -> str:
        return f"<Epoch {self.epoch} of {self.epochs}: loss {self.loss:.4g}>"


class Run:
    """The state of a run, which :meth:`state` gives as plain data and :meth:`take` takes back.

    Attributes:
        history: what there is so far.
        setting: what must be equal when a run goes on.
        steps_made: how many of an epoch that was interrupted; None between epochs.
        total: the sum of the losses that they met.
    """

    def __init__(
        self,
        task: Task,
        steps: Any,
        stopping: Stopping,
        *,
        size: int,
        source: random.Random,
        seed: Any,
        shuffle: bool,
        others: Examples | None,
        measures: dict[str, Metric],
        schedule: Schedule | None,
        keep: bool,
    ) -> None:
        self.task, self.steps, self.stopping, self.schedule = task, steps, stopping, schedule
        self.size, self.shuffle, self.others, self.measures = size, shuffle, others, measures
        self.steps_made: int | None = None
        self.total = 0.0
        self.keep, self.watched = keep, task.data if others is None else others
        wanted = self.watched.targets  # of an array, numbers that take less time to read
        self.wanted = wanted.tolist() if hasattr(wanted, "tolist") else wanted
        self.order, self.random = list(range(len(task.data))), source
        self.history = History([], metrics={name: [] for name in measures})
        self.setting = {
            "examples": len(task.data),
            "validation examples": 0 if others is None else len(others),
            "batch_size": size,
            "shuffle": bool(shuffle),
            "seed": "a generator" if seed is source else repr(seed),
            "loss": getattr(task.loss, "__name__", type(task.loss).__name__),
            "metrics": list(measures),
            "schedule": None if schedule is None else type(schedule).__name__,
        }

    @property
    def done(self) -> int:
        """How many epochs were made."""
        return len(self.history.losses)

    def epoch(self) -> None:
        """One pass over the examples, or what is left of it; then everything is measured.

        Ctrl-C ends it where :meth:`state` has all that was done.
        """
        interrupts, now = self.task.interrupts, self.done + 1
        if self.steps_made is None:
            interrupts.hold()
            if self.shuffle and self.size < len(self.order):  # one batch has no order
                self.random.shuffle(self.order)
            self.steps_made, self.total = 0, 0.0
            interrupts.release()
        for k, batch in enumerate(batches(self.order, self.size), start=1):
            if k <= self.steps_made:
                continue
            place = f"epoch {now}, step {k}"
            try:
                self.total += self.steps.step(batch, place)
            except AnomalyError as error:
                raise self.task.placed(error, place) from error
            self.steps_made = k
            interrupts.release()
        loss, measured = self.total / len(self.order), self._measured()
        interrupts.hold()
        validation = measured.pop("") if self.others is not None else None
        if self.stopping.better(now, loss if validation is None else validation) and self.keep:
            self.stopping.kept = self.snapshot()
        if self.schedule is not None:
            self.schedule.step()
        self.history.losses.append(loss)
        if validation is not None:
            self.history.validation.append(validation)
        for name, values in self.history.metrics.items():
            values.append(measured[name])
        self.steps_made = None
        interrupts.release()

    def _measured(self) -> dict[str, float]:
        """The metrics, and under "" the loss, of the validation examples; else of all."""
        if self.others is None and not self.measures:
            return {}
        examples = self.watched
        with mode(self.task.modules, training=False):
            loss, outputs = self.steps.measured(examples, whole=bool(self.measures))
        found = {name: f(outputs, self.wanted) for name, f in self.measures.items()}
        return {"": loss, **found}

    def snapshot(self) -> dict[str, Any]:
        """The numbers of the parameters and the buffers, to be put back."""
        model = self.task.model
        named = {path for path, _, _, kept in buffers(model) if kept} if self.task.modules else {}
        kept = {path: x for path, x in model.state_dict().items() if path in named} if named else {}
        return {"weights": self.steps.weights_now(), "buffers": kept}

    def put_back(self, snapshot: dict[str, Any]) -> None:
        """Give the model the numbers of a :meth:`snapshot`."""
        weights = [float(x) for x in snapshot["weights"]]
        for w, x in zip(self.task.optimizer.parameters, weights, strict=True):
            w.data = x
        if snapshot["buffers"]:
            self.task.model.load_state_dict(snapshot["buffers"], strict=False)
        self.steps.look()

    def state(self, last: dict[str, Any] | None = None) -> dict[str, Any]:
        """Everything that the next epoch depends on, but for model, optimiser and schedule.

        No time is in it: the same run gives the same file.

        Args:
            last: the parameters to go on with, if those of the model are others.
        """
        history = self.history
        version, words, rest = self.random.getstate()
        return {
            "form": FORM,
            "setting": dict(self.setting),
            "order": list(self.order),
            "steps_made": self.steps_made,
            "total": self.total,
            "shuffling": [version, list(words), rest],
            "generators": states(self.task.sources),
            "losses": list(history.losses),
            "validation": list(history.validation),
            "metrics": {name: list(values) for name, values in history.metrics.items()},
            "stopping": self.stopping.state(),
            "last": last,
        }

    def checked(self, who: str, state: Any) -> dict[str, Any]:
        """The state; refused if it is of another kind of run.

        Raises:
            ArgumentError: it names what differs.
        """
        if not isinstance(state, dict) or state.get("form") != FORM:
            raise ArgumentError(f"{who}: resume: the file has no state of a training by {who}.")
        for name, ours in self.setting.items():
            saved = state["setting"].get(name)
            if saved != ours:
                raise ArgumentError(
                    f"{who}: resume: {name} was {saved!r} and is now {ours!r}; a run goes on only "
                    "with the same."
                )
        return state

    def take(self, state: dict[str, Any]) -> None:
        """Go on from a :meth:`state`."""
        self.order = list(state["order"])
        self.steps_made, self.total = state["steps_made"], state["total"]
        version, words, rest = state["shuffling"]
        self.random.setstate((version, tuple(words), rest))
        metrics = {name: list(values) for name, values in state["metrics"].items()}
        self.history = History(
            list(state["losses"]), validation=list(state["validation"]), metrics=metrics
        )
        self.stopping.take(state["stopping"])
        if state["last"] is not None:
            self.put_back(state["last"])
        self.steps.look()
        set_states(self.task.sources, state["generators"])
