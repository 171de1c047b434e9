"""draw: the picture of a computation graph.

A box for each Value: what made it, its label, its number and, once a backward has run, the gradient
of the picture's output. An edge for each use of an operand, in the order of the operands; the local
derivative stands where it ends. Leaves are coloured by their role; boxes stand in frames by module.
A neural network is laid out as one, and what is too large to be read is folded.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd import ArgumentError, Compiled, MissingDependencyError, Program, Value
from viz.cuts import cut
from viz.dot import dot_of
from viz.files import collector_paused, write_whole
from viz.finish import finished
from viz.flow import tinted
from viz.fold import BUDGETS, FOLDS, Options, folded
from viz.groups import contracted
from viz.html import html_of
from viz.layered import scene_of as layered
from viz.layout import TooSlowError, render
from viz.levels import laid_out
from viz.model import Picture
from viz.networks import network_of
from viz.notebook import Bundle, bundle
from viz.raster import rendered
from viz.readable import MOST_BOXES, SMALLEST, at_most, span_of, text_height
from viz.scene import Scene
from viz.subjects import names_of, subject_of
from viz.svg import svg_of
from viz.texts import json_of, mermaid_of, text_of
from viz.views import views_of

LAID_OUT = ("svg", "png", "pdf")
SUFFIXES = (*LAID_OUT, "html", "dot", "json", "txt", "mmd")
MOST_SPAN = 1500  # up to which a layout ends in a second, and is made in this process
MOST_GRAPHVIZ = 6000  # the span beyond which Graphviz takes from ten seconds to many minutes
MOST_NODES = 2000  # boxes beyond which it does; then our own layout, in linear time
MOST_DRAWN = 10_000  # boxes of a drawing; .dot, .json and .txt have all of any number
MOST_OPENED = 5000  # Values of a page in which groups open


class Drawing:
    """A picture that is not laid out yet.

    Attributes:
        picture: what is in it, folded: boxes, their cells, frames and the key (:mod:`viz.model`).
        source: the graph in DOT, the language of Graphviz.
        scene: a neural network's own layout (:mod:`viz.scene`), else None.

    Shows itself in a notebook.
    """

    def __init__(
        self,
        whole: Picture,
        options: Options,
        *,
        direction: str = "LR",
        legend: bool = True,
        scene: Scene | None = None,
        flow: int = 0,
    ) -> None:
        self.scene = scene
        self._whole = whole
        self._options = options
        self._direction = direction
        self._legend = legend
        self._flow = flow  # digits of norms, where colours show the gradient; 0 where they don't
        self._laid_out: dict[str, bytes] = {}  # the SVG that was looked at, until it is used
        self._lock = threading.Lock()
        self._nodes = len(whole.boxes)

    @cached_property
    def _folded(self) -> Picture:
        with collector_paused():
            picture = folded(self._whole, self._options, self._fits)
            return tinted(picture, self._flow) if self._flow else picture

    @property
    def picture(self) -> Picture:
        """What is in it, folded."""
        with self._lock:
            return self._folded

    @cached_property
    def source(self) -> str:
        """The graph in DOT; a MissingDependencyError where graphviz is not installed."""
        return dot_of(self.picture, self._direction, legend=self._legend)

    def _fits(self, picture: Picture) -> bool:
        """Whether its text is large enough to be read when all of it is on one screen."""
        if len(picture.boxes) > MOST_BOXES or span_of(picture) > MOST_SPAN:
            return False
        if at_most(picture, self._direction) < SMALLEST:
            return False
        try:
            source = dot_of(picture, self._direction, legend=self._legend)
            svg = render(source, "svg", here=True)
        except MissingDependencyError:
            scene = layered(picture, self._direction, legend=self._legend)
            return scene.smallest_text() >= SMALLEST
        except RuntimeError:
            return False
        self._laid_out = {source: svg}
        return text_height(svg) >= SMALLEST

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the format is the suffix.

        svg, png and pdf are laid out by Graphviz, or here: a neural network, and what Graphviz
        would not end with; html is a page to walk in; dot is Graphviz's source, mmd Mermaid's; json
        is the model (:mod:`viz.model`) as it is; txt has a line for each box. The file is written
        whole or not at all. Returns its path.

        Raises:
            ArgumentError: for another suffix.
            OSError: when the path can't be written; a file there stays as it was.
            MissingDependencyError: for png or pdf, when Graphviz can't be found.
        """
        path = Path(path)
        suffix = path.suffix[1:].lower()
        if suffix not in SUFFIXES:
            raise ArgumentError(
                f"draw: can't save {path.name!r}: the suffix must be one of {', '.join(SUFFIXES)}."
            )
        write_whole(path, self._rendered(suffix))
        return path

    def _rendered(self, suffix: str) -> bytes:
        if suffix == "dot":
            return self.source.encode()
        if suffix == "json":
            return json_of(self.picture).encode("utf-8", "replace")
        if suffix == "txt":
            return text_of(self.picture).encode("utf-8", "replace")
        if suffix == "mmd":
            return self._mermaid().encode("utf-8", "replace")
        if suffix == "html":
            return self._page().encode()
        if self.scene is not None:
            return _written(self.scene, suffix)
        return self._drawn(self.picture, suffix)

    def _drawn(self, picture: Picture, suffix: str) -> bytes:
        """A picture laid out by Graphviz, or here where that would take too long or is missing."""
        if len(picture.boxes) > MOST_DRAWN:
            picture = contracted(cut(picture, MOST_DRAWN))
        span = span_of(picture)
        if span <= MOST_GRAPHVIZ and len(picture.boxes) <= MOST_NODES:
            try:
                source = dot_of(picture, self._direction, legend=self._legend)
                looked_at = self._laid_out.pop(source, None) if suffix == "svg" else None
                drawn = looked_at or render(source, suffix, here=span <= MOST_SPAN)
                return finished(drawn, picture) if suffix == "svg" else drawn
            except TooSlowError:
                pass
            except MissingDependencyError:
                if suffix != "svg":
                    raise
        return _written(layered(picture, self._direction, legend=self._legend), suffix)

    def _page(self) -> str:
        """The page to walk in; in it groups open, unless that would fold a large graph often."""
        if self.scene is not None or self._nodes > MOST_OPENED:
            views = {"": self._rendered("svg").decode()}
        else:
            views = views_of(
                self.picture, lambda picture: self._drawn(picture, "svg").decode(), self._opened
            )
        return html_of(views, self.picture.title)

    def _opened(self, titles: tuple[str, ...]) -> Picture:
        options = replace(self._options, expand=(*self._options.expand, *titles))
        picture = folded(self._whole, options, self._fits)
        return tinted(picture, self._flow) if self._flow else picture

    def _mermaid(self) -> str:
        """Mermaid's, cut to what it takes."""
        error = None
        for budget in (None, *BUDGETS):
            picture = self.picture if budget is None else contracted(cut(self.picture, budget))
            try:
                return mermaid_of(picture, self._direction)
            except ValueError as refused:
                error = refused
        raise ArgumentError(str(error))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        try:
            shown = len(self.picture.boxes)
            return bundle(self._rendered, repr(self), shown, include, exclude)
        except Exception:  # noqa: BLE001 - of one that is half made there is nothing to show
            return {"text/plain": "<Drawing>"}, {}

    def __repr__(self) -> str:
        return f"<Drawing of {self._nodes} values>"


def _written(scene: Scene, suffix: str) -> bytes:
    return svg_of(scene).encode() if suffix == "svg" else rendered(scene, suffix)


def draw(
    value: Value | Iterable[Value] | Program | Compiled | Any,
    *,
    fold: str = "auto",
    only: Value | str | Iterable[Value | str] | None = None,
    upto: int | None = None,
    expand: str | Iterable[str] = (),
    direction: str = "LR",
    partials: bool = True,
    legend: bool = True,
    digits: int = 4,
    gradients: bool | str | None = None,
    colour: str = "role",
) -> Drawing:
    """Draw the graph that ends in ``value``, or in each of several Values; a program; a module.

    No graph is too large: what can't be read on a screen is folded, and the key says so.

    Args:
        value: the output, or several. Of a compiled function its program is drawn, which has no
            numbers. Of an ``nn`` module, its network or else its parameters; in a list with Values
            it tells which of them are parameters.
        fold: "none": a box for each Value. "neuron": the innermost modules and scopes become a box
            each. "layer": the outermost ones. "auto": the finest of these whose smallest text is at
            least 9 pixels high when the picture fits on 1600 x 900; before modules, what repeats is
            folded (examples of a batch, terms of a sum), and long chains; at last, all that is
            further back from the output than fits.
        only: a Value, a label, or a scope, or a list of them: these boxes and how they connect.
        upto: only so many operations back from the output.
        expand: what stays open: titles or paths of modules and scopes, titles of folded boxes.
        direction: "LR" for left to right, "TB" for top to bottom.
        partials: write the local derivatives where the edges end.
        legend: explain below it what the picture uses.
        digits: significant digits of numbers, about: more where fewer would look exact.
        gradients: whether to show ∇, the gradient of this picture's output (of the sum of several),
            computed for the picture. None: once a backward has run. "stored": instead what is in
            ``.grad``, which may be of another output, or have added up.
        colour: what it shows: "role", or "flow": the gradient's sign and size, so that a layer
            where it vanishes or explodes stands out; a network is then drawn as boxes.

    Raises:
        OperandError: when ``value`` is not a Value.
        ArgumentError: for an option that is none of these, digits not from 1 to 17, a name that
            nothing has.

    O(nodes), and a second at most for layouts that are tried. Graphviz lays out a small picture in
    3 ms; arrows over many ranks, as of a leaf shared along a chain, cost it far more.

    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> print(draw(y))
    <Drawing of 2 values>
    >>> for _ in range(50):
    ...     y = y.sin()
    >>> [box.label for box in draw(y).picture.boxes]
    ['x', '', '', '', '… 46 more', '', '']
    """
    subject = subject_of(value)
    if fold not in FOLDS:
        raise ArgumentError(f"draw: fold is {fold!r}; it must be one of {', '.join(FOLDS)}.")
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= 17:
        raise ArgumentError(f"draw: digits is {digits!r}; it must be from 1 to 17.")
    if direction not in ("LR", "TB"):
        raise ArgumentError(f'draw: direction is {direction!r}; it must be "LR" or "TB".')
    if gradients not in (None, True, False, "stored"):
        raise ArgumentError(
            f'draw: gradients is {gradients!r}; it must be True, False, "stored" or None.'
        )
    if colour not in ("role", "flow"):
        raise ArgumentError(f'draw: colour is {colour!r}; it must be "role" or "flow".')
    if colour == "flow":
        gradients = gradients or True
    opened = _titles(expand)
    if upto is not None and (not isinstance(upto, int) or isinstance(upto, bool) or upto < 0):
        raise ArgumentError(f"draw: upto is {upto!r}; it must be a whole number, 0 or more.")
    parts = only is not None or upto is not None or bool(opened)
    usual = direction == "LR" and partials and legend and not parts and colour == "role"
    scene = network = None
    with collector_paused():
        if (usual and fold != "none") or subject.title:
            network = network_of(subject.given)
        if network is not None and usual and fold != "none":
            scene, fold = laid_out(network, fold, digits, gradients)
        of_module = network.roots if network is not None and subject.title else None
        whole = subject.picture(
            partials=partials, gradients=gradients, digits=digits, roots=of_module
        )
    names = None if only is None else names_of(only, whole, of_module or subject.roots)
    drawing = Drawing(
        whole,
        Options(fold, names, upto, opened),
        direction=direction,
        legend=legend,
        scene=scene,
        flow=digits if colour == "flow" else 0,
    )
    _ = drawing.picture if opened else None  # raises now if it names nothing
    return drawing


def _titles(expand: Any) -> tuple[str, ...]:
    titles = (expand,) if isinstance(expand, str) else expand
    if isinstance(titles, Iterable):
        titles = tuple(titles)
        if all(isinstance(title, str) for title in titles):
            return titles
    raise ArgumentError(
        f"draw: expand is {expand!r}; it must be a list of titles, of modules or of folded boxes."
    )
