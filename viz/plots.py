"""plot_loss: how the loss fell, epoch by epoch."""

from __future__ import annotations

import math
from typing import Any

from autograd import ArgumentError
from viz.axes import DASHES, SERIES, axes_or_new, legend_above, numbers_of, plain
from viz.scene import PALETTE

VALIDATION = ("validation", "validation_losses", "val_losses")  # what a history calls them
WIDE = 20.0  # from such a ratio of the largest to the smallest loss on, a log axis shows more
OURS, AGAIN = "chalkgrad loss", "chalkgrad validation loss"  # lines of runs, told from others'


def plot_loss(history: Any, ax: Any = None, *, label: str | None = None, log: Any = None) -> Any:
    """The loss over the epochs; a further run goes onto the same ``ax``.

    Args:
        history: what ``nn.fit`` gives, or a list of losses. If it has ``validation`` losses they
            are drawn too, dashed.
        ax: matplotlib's Axes to draw into. None: those of a new Figure, ``ax.figure``, which no
            pyplot knows; its ``savefig`` writes it, and a notebook shows the axes.
        label: the name of this run in the legend.
        log: whether the axis of losses is logarithmic. None: if all losses are positive, and the
            largest is more than 20 times the smallest.

    Returns:
        the Axes. From the first loss that is not finite on, a line says so.

    Raises:
        OperandError: when ``history`` is no list of numbers.
        ArgumentError: when it is empty, or ``log=True`` meets a loss that is not positive.
        MissingDependencyError: without matplotlib.

    >>> ax = plot_loss([0.5, 0.2, 0.1], label="α = 0.5")
    >>> ax = plot_loss([0.5, 0.3, 0.25], ax, label="α = 0.1")
    >>> ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()
    ('epoch', 'mean loss', 'linear')
    """
    losses = numbers_of("plot_loss: losses", getattr(history, "losses", history))
    found = (getattr(history, name, None) for name in VALIDATION)
    others = next((xs for xs in found if xs is not None), ())
    validation = numbers_of("plot_loss: validation losses", others)
    if not losses:
        raise ArgumentError("plot_loss: there is no loss: the list is empty.")
    new = ax is None
    ax = axes_or_new("plot_loss", ax)
    drawn = [line for line in ax.get_lines() if line.get_gid() in (OURS, AGAIN)]
    known = [float(v) for line in drawn for v in line.get_ydata()]
    scale = _scale([*losses, *validation, *known], log)
    run = sum(line.get_gid() == OURS for line in drawn)
    colour, dash = SERIES[run % len(SERIES)], DASHES[run // len(SERIES) % len(DASHES)]
    name = None if label is None else plain(label)
    if validation:
        _line(ax, losses, colour, dash, name or "training")
        last = "validation" if name is None else f"{name}, validation"
        _line(ax, validation, colour, (0, (3, 2)), last, AGAIN)
    else:
        _line(ax, losses, colour, dash, name)
    ax.set(xlabel="epoch", ylabel="mean loss", yscale=scale)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(visible=True, alpha=0.3)
    legend_above(ax)
    if new and ax.get_legend() is None:
        ax.set_title("Loss")
    return ax


def _line(
    ax: Any, losses: list[float], colour: str, dash: Any, label: str | None, gid: str = OURS
) -> None:
    epochs = range(1, len(losses) + 1)
    finite = [v if math.isfinite(v) else math.nan for v in losses]
    single = {"marker": "o", "markersize": 5} if len(losses) < 20 else {}
    (line,) = ax.plot(
        epochs, finite, color=colour, linestyle=dash, linewidth=1.8, label=label, **single
    )
    line.set_gid(gid)
    bad = next((i for i, v in zip(epochs, losses, strict=True) if not math.isfinite(v)), None)
    if bad is not None:
        words = f"{losses[bad - 1]} in epoch {bad}"
        ax.axvline(bad, color=PALETTE["warning"][0], linestyle=":", linewidth=1.8, label=words)


def _scale(losses: list[float], log: Any) -> str:
    finite = [v for v in losses if math.isfinite(v)]
    low, high = min(finite, default=1.0), max(finite, default=1.0)
    if log and low <= 0:
        raise ArgumentError(
            f"plot_loss: a log axis can't show the loss {low!r}; use log=False, or leave it out."
        )
    wide = low > 0 and high > WIDE * low
    return "log" if log or (log is None and wide) else "linear"
