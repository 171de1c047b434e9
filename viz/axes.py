"""What all plots share: axes of a figure that nobody else holds, colours, and texts as they stand.

Nothing here touches pyplot: it would choose a backend and keep every figure until it is closed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from autograd import ArgumentError, MissingDependencyError, OperandError, Value
from viz.dot import one_line

# Okabe and Ito's, those first that have the most contrast to white; lines and markers differ too.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
DASHES = ("-", "--", "-.", ":")
MARKERS = "o^sDvPX*"
MOST_LETTERS = 60


def axes_or_new(what: str, ax: Any, size: tuple[float, float] = (7.0, 4.5)) -> Any:
    """The user's Axes, or those of a new Figure, which a notebook shows.

    Raises:
        MissingDependencyError: without matplotlib.
        OperandError: when ``ax`` is something else.
    """
    figure_class = matplotlib_of(what).figure.Figure
    if ax is not None:
        if not (hasattr(ax, "get_lines") and hasattr(ax, "set_xlabel")):
            raise OperandError(
                f"{what}: ax is {one_line(repr(ax))[:MOST_LETTERS]}; it must be Axes of matplotlib."
            )
        return ax
    figure = figure_class(figsize=size, layout="constrained")
    axes = figure.subplots()
    # Without pyplot nobody registers a figure with a notebook, so the axes show themselves.
    axes._repr_png_ = partial(_repr_png_, figure)
    return axes


def matplotlib_of(what: str) -> Any:
    """matplotlib, with its figure; or one line that says what to install."""
    try:
        import matplotlib as mpl
        import matplotlib.figure
    except ImportError:
        raise MissingDependencyError(
            f'{what}: needs matplotlib: pip install "chalkgrad[plot]"'
        ) from None
    return mpl


def _repr_png_(figure: Any) -> bytes:
    with io.BytesIO() as file:
        figure.savefig(file, format="png")
        return file.getvalue()


def plain(text: Any) -> str:
    r"""A text as it stands, in one line: no mathematics, no hiding of names that begin with _.

    >>> plain("cost in $ or _")
    'cost in \\$ or _'
    """
    line = one_line(str(text))
    if len(line) > MOST_LETTERS:
        line = f"{line[: MOST_LETTERS - 1]}…"
    line = line.replace("$", r"\$")  # matplotlib takes the backslash away again
    return f" {line}" if line.startswith("_") else line


def legend_above(ax: Any, handles: list[Any] | None = None) -> None:
    """A legend over the axes, where it hides no data."""
    if handles is None:
        handles = ax.get_legend_handles_labels()[0]
    if handles:
        columns = len(handles) if len(handles) <= 3 else min((len(handles) + 1) // 2, 4)
        ax.legend(
            handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False,
            ncols=columns, columnspacing=1.4, handletextpad=0.5,
        )  # fmt: skip


def numbers_of(what: str, xs: Any) -> list[float]:
    """Plain numbers of a list, an array or Values.

    Raises:
        OperandError: when it is no list, or has something else in it.
    """
    if isinstance(xs, (str, bytes, Value)) or not isinstance(xs, Iterable):
        raise OperandError(f"{what} must be a list of numbers, got {one_line(repr(xs))[:60]}.")
    try:
        return [Value(x).data for x in xs]
    except OperandError as error:
        raise OperandError(f"{what}: {error}") from None


def examples_of(what: str, inputs: Any) -> list[list[float]]:
    """A list of numbers for each example, all of one length.

    Raises:
        ArgumentError: when there is no example, or one is longer than another.
    """
    if isinstance(inputs, (str, bytes, Value)) or not isinstance(inputs, Iterable):
        raise OperandError(f"{what}: X must be a list of examples, got {one_line(repr(inputs))}.")
    rows = [numbers_of(f"{what}: example {i} of X", row) for i, row in enumerate(inputs)]
    if not rows:
        raise ArgumentError(f"{what}: X has no example.")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ArgumentError(
                f"{what}: example {i} of X has {len(row)} inputs, example 0 has {len(rows[0])}."
            )
    return rows


def outputs_of(what: str, outputs: Any) -> list[Any]:
    """What a model gives, one output or several, as a list."""
    if isinstance(outputs, Value) or not isinstance(outputs, Iterable):
        outputs = [outputs]
    found = list(outputs)
    if not found:
        raise ArgumentError(f"{what}: the model gives no output.")
    return found


def callable_of(what: str, model: Any) -> Callable[[Any], Any]:
    """The model, if it can be called."""
    if not callable(model):
        raise OperandError(f"{what}: {one_line(repr(model))[:60]} can't be called with inputs.")
    return model
