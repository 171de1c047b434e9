"""plot_activations and plot_gradients: how numbers are spread in each layer of a model."""

from __future__ import annotations

import math
from typing import Any

from viz.axes import SERIES, axes_or_new, legend_above, matplotlib_of, plain
from viz.layers import SATURATED, LayerNumbers, activations_of, gradients_of

BINS = 40
FEW = 40  # up to which every number gets a dot
INCHES = 1.3  # that a layer's name takes
WIDEST = 13.0  # of a figure: on a slide its text is then 17 px high


def plot_activations(model: Any, X: Any, ax: Any = None) -> Any:
    r"""The activations of each layer over all units and examples.

    Under a layer stands how many of its units are dead (the activation's slope is 0 at every
    example, so that a relu can't come back), and how many saturated (it is below 0.01 at most
    examples, so that they hardly learn). Layers are found in the graph by their parameters: any
    module will do.

    Args:
        model: a module.
        X: the examples.
        ax: see :func:`plot_loss`.

    Raises:
        OperandError: when ``model`` is no module.
        ArgumentError: when it has no parameters, or X does not fit.
        MissingDependencyError: without matplotlib.

    >>> from nn import MLP
    >>> ax = plot_activations(MLP(2, [3, 1], seed=0), [[0.0, 1.0], [1.0, 0.5]])
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['hidden layer\n3 units', 'output layer\n1 unit']
    """
    what = "plot_activations"
    matplotlib_of(what)
    layers = activations_of(what, model, X)
    ax = axes_or_new(what, ax, _size(layers))
    notes = []
    for layer in layers:
        note = [f"{layer.units} unit{'s' * (layer.units != 1)}"]
        note += [f"{layer.dead} dead"] * bool(layer.dead)
        note += [f"{layer.saturated} saturated"] * bool(layer.saturated)
        notes.append(note)
    words = ["layer, from inputs to outputs"]
    if any(layer.dead for layer in layers):
        words.append("dead: slope 0 at every example")
    if any(layer.saturated for layer in layers):
        words.append(f"saturated: slope below {SATURATED} at most examples")
    _spread(ax, layers, notes, log=False)
    ax.set(xlabel="\n".join(words), ylabel="activation A")
    return ax


def plot_gradients(model: Any, loss: Any, ax: Any = None) -> Any:
    r"""The sizes of ∂L/∂W in each layer, on a log axis: vanishing and exploding ones stand out.

    A line joins the medians; below it stands the ratio of the first layer's to the last one's.
    Gradients are computed for the plot: nobody's ``.grad`` is read or changed.

    Args:
        model: a module.
        loss: a Value; or ``(X, y, loss)`` with a function ``loss(outputs, target)``, for the mean
            over the examples.
        ax: see :func:`plot_loss`.

    Raises:
        OperandError: when ``model`` is no module, or ``loss`` no loss.
        ArgumentError: when the loss depends on no parameter of the model.
        MissingDependencyError: without matplotlib.

    >>> from nn import MLP, half_squared_error
    >>> model = MLP(2, [3, 1], seed=0)
    >>> ax = plot_gradients(model, half_squared_error(model([0.5, 1.0]), [1.0]))
    >>> ax.get_yscale(), [text.get_text() for text in ax.get_xticklabels()]
    ('log', ['hidden layer\n9 parameters', 'output layer\n4 parameters'])
    """
    what = "plot_gradients"
    matplotlib_of(what)
    layers = gradients_of(what, model, loss)
    ax = axes_or_new(what, ax, _size(layers))
    notes = []
    for layer in layers:
        layer.numbers = [abs(v) for v in layer.numbers]
        zeros = layer.numbers.count(0.0)
        note = [f"{layer.units} parameter{'s' * (layer.units != 1)}"]
        note += [f"{zeros} of them 0"] * bool(zeros)
        notes.append(note)
    medians = _spread(ax, layers, notes, log=True)
    known = [(k, m) for k, m in enumerate(medians) if not math.isnan(m)]
    words = "layer, from inputs to outputs"
    if len(known) > 1:
        ax.plot(
            *zip(*known, strict=True),
            color=ax.xaxis.label.get_color(),
            linestyle="--",
            linewidth=1.2,
        )
        ratio = known[0][1] / known[-1][1]
        words += f"\nmedian of the first: {ratio:.2g} times that of the last"
    ax.set(xlabel=words, ylabel="size of the gradient |∂L/∂W|")
    return ax


def _size(layers: list[LayerNumbers]) -> tuple[float, float]:
    width = 1.2 + INCHES * len(layers)
    return (max(7.0, width), 4.8) if width <= WIDEST else (WIDEST, 7.3)  # names stand upright


def _spread(
    ax: Any, layers: list[LayerNumbers], notes: list[list[str]], *, log: bool
) -> list[float]:
    """A histogram standing at each layer, with its quartiles; the medians, nan where none is."""
    import numpy as np
    from matplotlib.lines import Line2D

    shown = []
    for layer, note in zip(layers, notes, strict=True):
        numbers = np.asarray(layer.numbers)
        finite = numbers[np.isfinite(numbers)]
        if len(finite) < len(numbers):
            note.append(f"{len(numbers) - len(finite)} not finite")
        shown.append(finite[finite > 0] if log else finite)
    edges = _edges(np.concatenate(shown), log=log)
    colour, ink = SERIES[0], ax.xaxis.label.get_color()  # seen in dark styles too
    medians = []
    for k, numbers in enumerate(shown):
        if not len(numbers):
            medians.append(math.nan)
            continue
        counts = np.histogram(numbers, edges)[0]
        width = np.repeat(0.42 * counts / counts.max(), 2)
        if len(numbers) <= FEW:
            dots = {"color": colour, "marker": "o", "linestyle": "", "markersize": 4}
            ax.plot(np.full(len(numbers), k - 0.12), numbers, **dots, alpha=0.7)
        else:
            ax.fill_betweenx(
                np.repeat(edges, 2)[1:-1], k - width, k + width, color=colour, alpha=0.4, lw=0
            )
        low, median, high = np.quantile(numbers, [0.25, 0.5, 0.75])
        ax.plot([k, k], [low, high], color=ink, linewidth=4, solid_capstyle="butt")
        ax.plot([k - 0.2, k + 0.2], [median, median], color=SERIES[1], linewidth=3, zorder=3)
        medians.append(float(median))
    cramped = ax.get_window_extent().width / ax.figure.dpi < 0.8 * INCHES * len(layers)
    labels = [
        (", " if cramped else "\n").join([plain(layer.name), *note])
        for layer, note in zip(layers, notes, strict=True)
    ]
    ax.set_xticks(range(len(layers)), labels, rotation=90 if cramped else 0)
    ax.set(xlim=(-0.6, len(layers) - 0.4), yscale="log" if log and edges[0] > 0 else "linear")
    ax.grid(visible=True, axis="y", alpha=0.3)
    handles = [
        Line2D([], [], color=ink, linewidth=4, label="middle half"),
        Line2D([], [], color=SERIES[1], linewidth=3, label="median"),
    ]
    if log and len(layers) > 1:
        handles.append(Line2D([], [], color=ink, linestyle="--", label="from median to median"))
    legend_above(ax, handles)
    return medians


def _edges(numbers: Any, *, log: bool) -> Any:
    """The bins of all layers, so that they can be compared; a range of 0 if there is no number."""
    import numpy as np

    if not len(numbers):
        return np.linspace(0.0, 1.0, BINS + 1)
    low, high = float(numbers.min()), float(numbers.max())
    if log:
        low, high = math.log10(low), math.log10(high)
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-9):
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    if log:
        edges = 10.0**edges
        edges[0], edges[-1] = min(edges[0], numbers.min()), max(edges[-1], numbers.max())
    return edges
