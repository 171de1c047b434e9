"""plot_decision_boundary: what a model of two inputs says all over the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import ArgumentError, Value, no_grad
from viz.axes import (
    MARKERS,
    SERIES,
    axes_or_new,
    callable_of,
    examples_of,
    legend_above,
    matplotlib_of,
    numbers_of,
    outputs_of,
)
from viz.scene import PALETTE

MARGIN = 0.15  # of the examples' range, around them
MOST_TARGETS = 8
LOW, HIGH = PALETTE["positive"][0], PALETTE["negative"][0]  # blue and orange
SHADES = ("#8ccbf0", "#ffffff", "#f2c25c")  # theirs, pale, so that the examples stand out


@dataclass(frozen=True)
class Plane:
    """A model's outputs over a grid.

    Attributes:
        xs, ys: where the grid's columns and rows are.
        outputs: an array [output][row][column].
    """

    xs: Any
    ys: Any
    outputs: Any


def plot_decision_boundary(
    model: Any,
    X: Any,
    y: Any,
    ax: Any = None,
    *,
    resolution: int = 100,
    levels: Sequence[float] = (0.5,),
) -> Any:
    """Shade the plane by what the model gives, and draw where it decides.

    With one output: its size, and a line where it is ½. With several: regions by the largest, and
    the lines between them. The examples are drawn over it. Neither the model nor its gradients are
    changed.

    Args:
        model: a module or a function of a list of two inputs, giving one output or a list.
        X: the examples, two inputs each.
        y: their targets. One output: a number each, or a list of one. Several: the number of the
            class, from 0, or a list with as many entries, of which the largest counts.
        ax: see :func:`plot_loss`. Only a new figure gets a bar for the shades.
        resolution: columns and rows at which the model is evaluated.
        levels: of one output, where to draw lines: ``(0.0,)`` for a logit or tanh.

    Raises:
        ArgumentError: when there are not two inputs, or X, y and outputs don't fit each other.
        OperandError: for what is neither a number nor a Value.
        MissingDependencyError: without matplotlib.

    Costs resolution² calls: as one compiled batch where the model can be compiled, which takes 10
    ms for a network, otherwise one by one.

    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> ax = plot_decision_boundary(lambda x: x[0] * x[1], corners, [0, 0, 0, 1], resolution=5)
    >>> ax.get_xlabel(), [text.get_text() for text in ax.get_legend().get_texts()]
    ('input 1', ['target 0', 'target 1', 'output = 0.5'])
    """
    what = "plot_decision_boundary"
    new, ax = ax is None, axes_or_new(what, ax, (6.4, 5.2))
    points = points_of(what, X)
    plane = plane_of(what, model, points, resolution)
    targets = targets_of(what, y, len(points), len(plane.outputs))
    shades = paint(ax, plane, points, targets, numbers_of(f"{what}: levels", levels))
    if new and shades is not None:
        ax.figure.colorbar(shades, ax=ax, label="output")
    return ax


def points_of(what: str, inputs: Any) -> list[list[float]]:
    """The examples, of two finite inputs each."""
    points = examples_of(what, inputs)
    if len(points[0]) != 2:
        raise ArgumentError(
            f"{what}: the examples have {len(points[0])} inputs; a plane shows exactly two. "
            "Give a function of two that fixes the others."
        )
    for i, point in enumerate(points):
        if not all(map(math.isfinite, point)):
            raise ArgumentError(f"{what}: example {i} of X is {point}; inputs must be finite.")
    return points


def plane_of(what: str, model: Any, points: list[list[float]], resolution: int) -> Plane:
    """The model's outputs on a grid around the points."""
    import numpy as np

    if not isinstance(resolution, int) or isinstance(resolution, bool) or resolution < 2:
        raise ArgumentError(f"{what}: resolution is {resolution!r}; it must be at least 2.")
    axes = []
    for values in zip(*points, strict=True):
        low, high = min(values), max(values)
        room = MARGIN * (high - low) or 1.0
        axes.append(np.linspace(low - room, high + room, resolution))
    xs, ys = axes
    grid = np.stack([a.ravel() for a in np.meshgrid(xs, ys)], axis=1)
    return Plane(xs, ys, _evaluated(what, model, grid).reshape(-1, len(ys), len(xs)))


def _evaluated(what: str, model: Any, grid: Any) -> Any:
    """An array [output][point]."""
    import numpy as np

    f = callable_of(what, model)
    try:
        given = autograd.compile(f, in_axes=0, backend="numpy")(grid)
        found = given if isinstance(given, (list, tuple)) else [given]
        return np.stack([np.asarray(output, dtype=float).reshape(len(grid)) for output in found])
    except Exception:  # noqa: BLE001, S110 - it branches, or reads .data: then point by point
        pass
    with no_grad():
        rows = [[_number(o) for o in outputs_of(what, f(point))] for point in grid.tolist()]
    return np.asarray(rows, dtype=float).T


def _number(x: Any) -> float:
    return x.data if isinstance(x, Value) else Value(x).data


def targets_of(what: str, y: Any, examples: int, outputs: int) -> list[float]:
    """A number for each example: the target of the one output, or the class."""
    if isinstance(y, (str, bytes, Value)) or not hasattr(y, "__iter__"):
        raise ArgumentError(f"{what}: y must be a list of targets.")
    found = []
    for i, target in enumerate(y):
        entries = numbers_of(
            f"{what}: target {i}", target if hasattr(target, "__len__") else [target]
        )
        if len(entries) not in (1, outputs):
            raise ArgumentError(
                f"{what}: target {i} has {len(entries)} entries, the model {outputs} outputs."
            )
        found.append(entries[0] if len(entries) == 1 else float(entries.index(max(entries))))
        if outputs > 1 and found[-1] not in range(outputs):
            raise ArgumentError(
                f"{what}: target {i} is {found[-1]:g}; with {outputs} outputs it must be a class "
                f"from 0 to {outputs - 1}."
            )
    if len(found) != examples:
        raise ArgumentError(f"{what}: got {len(found)} targets for {examples} examples.")
    if outputs == 1 and len(set(found)) > MOST_TARGETS:
        raise ArgumentError(
            f"{what}: y has {len(set(found))} different targets; at most {MOST_TARGETS} can be "
            "told apart."
        )
    return found


def paint(
    ax: Any,
    plane: Plane,
    points: list[list[float]],
    targets: list[float],
    levels: list[float],
    ends: tuple[float, float] | None = None,
) -> Any:
    """Draw the plane and the examples; the shades' mappable if there is one output.

    ``ends`` are the smallest and the largest output to shade, if not those of this plane.
    """
    if len(plane.outputs) == 1:
        shades, handles = _shaded(ax, plane, levels, ends or ends_of([plane]))
        middle = levels[len(levels) // 2] if levels else 0.5
        colours = {t: HIGH if t > middle else LOW for t in targets}
        word = "target"
    else:
        shades, handles = None, _regions(ax, plane)
        colours = {t: SERIES[int(t) % len(SERIES)] for t in targets}
        word = "class"
    dots = []
    for k, target in enumerate(sorted(colours)):
        marker = MARKERS[(k if shades is not None else int(target)) % len(MARKERS)]
        these = [p for p, t in zip(points, targets, strict=True) if t == target]
        style = {"c": colours[target], "marker": marker, "label": f"{word} {target:g}"}
        edge = {"s": 34, "edgecolors": "white", "linewidths": 0.8, "zorder": 3}
        dots.append(ax.scatter(*zip(*these, strict=True), **style, **edge))
    ax.set(
        xlim=(plane.xs[0], plane.xs[-1]), ylim=(plane.ys[0], plane.ys[-1]), xlabel="input 1",
        ylabel="input 2",
    )  # fmt: skip
    legend_above(ax, [*dots, *handles])
    return shades


def ends_of(planes: list[Plane]) -> tuple[float, float]:
    """From 0 to 1 if all outputs of these planes are, else from the smallest to the largest."""
    import numpy as np

    known = np.concatenate([plane.outputs[np.isfinite(plane.outputs)] for plane in planes])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return (0.0, 1.0) if low >= 0.0 and high <= 1.0 else (low, high)


def _shaded(
    ax: Any, plane: Plane, levels: list[float], ends: tuple[float, float]
) -> tuple[Any, list[Any]]:
    """One output: shades about the middle level, and lines at the levels."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.lines import Line2D

    field = np.ma.masked_invalid(plane.outputs[0])
    low, high = (float(field.min()), float(field.max())) if field.count() else (0.0, 1.0)
    middle = levels[len(levels) // 2] if levels else 0.5
    half = max(ends[1] - middle, middle - ends[0]) or 1.0
    shades = ax.imshow(
        field, extent=_extent(plane), origin="lower", aspect="auto", interpolation="bilinear",
        cmap=LinearSegmentedColormap.from_list("blue to orange", SHADES),
        vmin=middle - half, vmax=middle + half,
    )  # fmt: skip
    handles = _holes(ax, field)
    for level in sorted(levels):
        dash: Any = "solid" if level == middle else "dashed" if level > middle else "dotted"
        words = f"output = {level:g}"
        if low < level < high:
            style = {"colors": PALETTE["ink"][0], "linewidths": 1.8, "linestyles": dash}
            ax.contour(plane.xs, plane.ys, field, levels=[level], **style)
        else:  # matplotlib would warn, and draw nothing
            words += ": nowhere"
        handles.append(
            Line2D([], [], color=ax.xaxis.label.get_color(), linestyle=dash, label=words)
        )
    return shades, handles


def _regions(ax: Any, plane: Plane) -> list[Any]:
    """Several outputs: the regions of the largest, with their borders."""
    import numpy as np
    from matplotlib.colors import to_rgb

    outputs = plane.outputs
    bad = ~np.isfinite(outputs).all(axis=0)
    known = np.where(bad, 0.0, outputs)
    largest = known.argmax(axis=0)
    pale = np.array([to_rgb(SERIES[k % len(SERIES)]) for k in range(len(outputs))]) * 0.35 + 0.65
    colours = np.where(bad[..., None], 1.0, pale[largest])
    ax.imshow(
        colours, extent=_extent(plane), origin="lower", aspect="auto", interpolation="nearest"
    )
    # A contour of the number of the class would run between 0 and 2 through 1; that of how far an
    # output is ahead of all others does not.
    for k in range(len(outputs)):
        ahead = np.ma.masked_where(bad, known[k] - np.delete(known, k, axis=0).max(axis=0))
        if ahead.count() and ahead.min() < 0 < ahead.max():
            style = {"colors": PALETTE["ink"][0], "linewidths": 1.5}
            ax.contour(plane.xs, plane.ys, ahead, levels=[0.0], **style)
    return _holes(ax, np.ma.masked_where(bad, largest))


def _holes(ax: Any, field: Any) -> list[Any]:
    """Where an output is nan or infinite the page shows, hatched, and the legend says so."""
    if field.count() == field.size:
        return []
    patches = matplotlib_of("plot_decision_boundary").patches
    style = {"facecolor": "white", "edgecolor": PALETTE["warning"][0], "hatch": "////"}
    ax.add_patch(patches.Rectangle((0, 0), 1, 1, transform=ax.transAxes, zorder=-1, **style))
    return [patches.Patch(label="output not finite", **style)]


def _extent(plane: Plane) -> tuple[float, float, float, float]:
    """The edges of the pixels whose middles are the grid's points."""
    edges: list[float] = []
    for values in (plane.xs, plane.ys):
        half = float(values[1] - values[0]) / 2
        edges += [float(values[0]) - half, float(values[-1]) + half]
    return edges[0], edges[1], edges[2], edges[3]
