"""draw: the picture of a computation graph.

A box for each Value: what made it, its label, its number and, once a backward has run, the gradient
of the picture's output. An edge for each use of an operand, in the order of the operands; the local
derivative stands where it ends. Leaves are coloured by their role; boxes stand in frames by module.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograd import ArgumentError, Compiled, MissingDependencyError, OperandError, Program, Value
from viz.dot import dot_of
from viz.files import write_whole
from viz.finish import finished
from viz.html import html_of
from viz.layered import scene_of
from viz.layout import TooSlowError, render
from viz.model import Picture
from viz.notebook import Bundle, bundle
from viz.picture import picture_of
from viz.programs import outputs
from viz.svg import svg_of
from viz.texts import json_of, mermaid_of, text_of

LAID_OUT = ("svg", "png", "pdf")
SUFFIXES = (*LAID_OUT, "html", "dot", "json", "txt", "mmd")
MOST_SPAN = 1500  # up to which a layout ends in a second, and is made in this process
MOST_NODES = 2000  # most that are laid out; about 110 are readable on one screen


class Drawing:
    """A picture that is not laid out yet.

    Attributes:
        picture: what is in it: boxes, their cells, frames and the key (:mod:`viz.model`).
        source: the graph in DOT, the language of Graphviz.

    Shows itself in a notebook.
    """

    def __init__(
        self, picture: Picture, source: str, direction: str = "LR", *, legend: bool = True
    ) -> None:
        self.picture = picture
        self._direction = direction
        self._legend = legend
        self.source = source
        self._nodes = len(picture.boxes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the format is the suffix.

        svg, png and pdf are laid out by Graphviz, and without it svg by :mod:`viz.layered`; html is
        a page to walk in; dot is Graphviz's source, mmd Mermaid's; json is the model
        (:mod:`viz.model`) as it is; txt has a line for each box. The file is written whole or not
        at all. Returns its path.

        Raises:
            ArgumentError: for another suffix, or a graph too large to lay out, or for Mermaid.
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
        if suffix == "html":
            return html_of({"": self._rendered("svg").decode()}, self.picture.title).encode()
        if suffix == "mmd":
            try:
                return mermaid_of(self.picture, self._direction).encode("utf-8", "replace")
            except ValueError as error:
                raise ArgumentError(str(error)) from None
        if self._nodes > MOST_NODES:
            raise ArgumentError(
                f"draw: {self._nodes} boxes are too many to lay out (at most {MOST_NODES}). "
                "Draw a part, such as one example, or save it as .dot, .json or .txt."
            )
        try:
            drawn = render(self.source, suffix, here=_span(self.picture) <= MOST_SPAN)
        except (MissingDependencyError, TooSlowError):
            if suffix != "svg":
                raise
            scene = scene_of(self.picture, self._direction, legend=self._legend)
            return svg_of(scene).encode()
        return finished(drawn, self.picture) if suffix == "svg" else drawn

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        try:
            return bundle(self._rendered, repr(self), self._nodes, include, exclude)
        except Exception:  # noqa: BLE001 - of one that is half made there is nothing to show
            return {"text/plain": "<Drawing>"}, {}

    def __repr__(self) -> str:
        return f"<Drawing of {self._nodes} values>"


def draw(
    value: Value | Iterable[Value] | Program | Compiled,
    *,
    direction: str = "LR",
    partials: bool = True,
    legend: bool = True,
    digits: int = 4,
    gradients: bool | str | None = None,
) -> Drawing:
    """Draw the graph that ends in ``value``, or in each of several Values; or a program.

    Args:
        value: the output, or several. Of a compiled function its program is drawn, which has no
            numbers.
        direction: "LR" for left to right, "TB" for top to bottom.
        partials: write the local derivatives where the edges end.
        legend: explain below it what the picture uses.
        digits: significant digits of numbers, about: more where fewer would look exact.
        gradients: whether to show ∇, the gradient of this picture's output (of the sum of several),
            computed for the picture. None: once a backward has run. "stored": instead what is in
            ``.grad``, which may be of another output, or have added up.

    Raises:
        OperandError: when ``value`` is not a Value.
        ArgumentError: for an unknown direction or gradients, or digits not from 1 to 17.

    O(nodes) for the source. Graphviz lays out a small picture in 3 ms, or in 70 in a process of its
    own; arrows over many ranks, as of a leaf shared along a chain, cost it far more.

    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> print(draw(y))
    <Drawing of 2 values>
    """
    program = value.program if isinstance(value, Compiled) else value
    if isinstance(program, Program):
        roots, partials = outputs(program), False
    else:
        roots = [value] if isinstance(value, Value) else _values(value)
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= 17:
        raise ArgumentError(f"draw: digits is {digits!r}; it must be from 1 to 17.")
    if direction not in ("LR", "TB"):
        raise ArgumentError(f'draw: direction is {direction!r}; it must be "LR" or "TB".')
    if gradients not in (None, True, False, "stored"):
        raise ArgumentError(
            f'draw: gradients is {gradients!r}; it must be True, False, "stored" or None.'
        )
    picture = picture_of(roots, slopes=partials, gradients=gradients, digits=digits)
    return Drawing(picture, dot_of(picture, direction, legend=legend), direction, legend=legend)


def _span(picture: Picture) -> int:
    """Over how many ranks the arrows reach in all: what a layout costs, and grows with fast."""
    rank: dict[str, int] = {}
    total = 0
    for box in picture.boxes:
        rank[box.name] = max([rank[cell.source] + 1 for cell in box.cells], default=0)
        total += sum([rank[box.name] - rank[cell.source] for cell in box.cells])
    return total


def _values(values: Any) -> list[Value]:
    roots = list(values) if isinstance(values, Iterable) else [values]
    for root in roots:
        if not isinstance(root, Value):
            raise OperandError(
                f"draw: {type(root).__name__} is no Value; draw what a computation gives, "
                "such as draw(loss) or draw(model(x))."
            )
    if not roots:
        raise ArgumentError("draw: there is nothing to draw: the list of Values is empty.")
    return roots
