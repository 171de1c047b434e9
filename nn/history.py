"""History: what a training run gave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from nn.notebook import history_html
from nn.stopping import ALL, GOAL, PATIENCE


@dataclass(frozen=True, repr=False)
class History:
    """What a training run gave. Shown, it is a summary, and in a notebook a curve.

    Attributes:
        losses: the mean loss over the examples, epoch by epoch, as they were met.
        converged: whether it met the goal or ran out of patience.
        seconds: how long it took, of a resumed run the last part.
        validation: the mean loss over the validation examples after each epoch; empty without any.
        metrics: by name, what was measured after each epoch.
        stopped: why it ended: "all epochs done", "met the goal", "out of patience", "interrupted",
            "stopped by a callback" or what the callback said.
        best_epoch: the epoch, from 1, with the least loss: of validation, where there is some.

    >>> History([0.5, 0.125, 0.25], converged=False)
    <History of 3 epochs: loss 0.5 to 0.25, best 0.125 in epoch 2>
    """

    losses: list[float]
    converged: bool = False
    seconds: float = field(default=0.0, compare=False)
    validation: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    stopped: str = field(default="", compare=False)

    @property
    def best_epoch(self) -> int | None:
        """None, if there was no epoch."""
        watched = self.validation or self.losses
        if not watched:
            return None
        return 1 + min(range(len(watched)), key=lambda i: (math.isnan(watched[i]), watched[i]))

    def copy(self) -> History:
        """The same in lists of its own."""
        metrics = {name: [*values] for name, values in self.metrics.items()}
        losses, validation = [*self.losses], [*self.validation]
        return replace(self, losses=losses, validation=validation, metrics=metrics)

    def __repr__(self) -> str:
        losses, best = self.losses, self.best_epoch
        said = [f"<History of {len(losses)} epoch{'s' * (len(losses) != 1)}"]
        if best:
            span = f": loss {losses[0]:.4g} to {losses[-1]:.4g}"
            said = [said[0] + span]
            if self.validation:
                said.append(f"validation {self.validation[0]:.4g} to {self.validation[-1]:.4g}")
            said.append(f"best {(self.validation or losses)[best - 1]:.4g} in epoch {best}")
        said += [f"{name} {xs[-1]:.4g}" for name, xs in self.metrics.items() if xs]
        said += ["converged"] * self.converged
        said += [self.stopped] * (self.stopped not in {"", ALL, GOAL, PATIENCE})
        said += [f"{self.seconds:.3g} s"] * (self.seconds > 0)
        return f"{', '.join(said)}>"

    def _repr_html_(self) -> str | None:
        return history_html(self)
