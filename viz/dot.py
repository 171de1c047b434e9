"""The writer of DOT, the language of Graphviz.

Every label is HTML-like: Graphviz frees a plain one twice if it begins with an empty line. A local
derivative stands in a cell at the side of the box, where its operand's edge comes in, so it can't
be taken for another edge's.
"""

from __future__ import annotations

import html
import re
from typing import Any

from autograd import MissingDependencyError
from viz.layout import FONT
from viz.model import Box, Picture
from viz.scene import PALETTE

LONGEST_LABEL = 48  # characters in a box; the tooltip has all of them

# Role, or tint: (fill, border), names of the palette.
LOOKS = {
    **{r: (r, f"{r}-border") for r in ("input", "value", "parameter", "constant", "group")},
    "result": ("card", "dim"),
    "output": ("output", "output-border"),
    **{f"{s}-{k}": (f"{s}-{k}", s) for s in ("positive", "negative") for k in (1, 2, 3)},
    **{f"norm-{k}": ("card", "dim") for k in (1, 2, 3)},  # of a group: it has no sign
    "vanishing": ("constant", "constant-border"),
    "exploding": ("card", "warning"),
}
# In light: viz.finish turns what Graphviz drew into light and dark.
COLOURS = {role: (PALETTE[fill][0], PALETTE[border][0]) for role, (fill, border) in LOOKS.items()}
THICKNESS = {"1": 1.0, "2": 2.0, "3": 3.5}  # by a tint's last sign
PAGE, TEXT, GRADIENT, SLOPE, EDGE, FRAME, WARNING = (
    PALETTE[name][0] for name in ("page", "ink", "gradient", "slope", "line", "line", "warning")
)
PER_ROW = 4  # entries of the key in a row


def dot_of(picture: Picture, direction: str, *, legend: bool = True) -> str:
    """The picture in DOT; direction is "LR" or "TB".

    Raises:
        MissingDependencyError: when the package graphviz, which writes it, is not installed.
    """
    upright = direction == "TB"
    dot = _digraph(
        "chalkgrad",
        graph_attr={
            "rankdir": direction, "fontname": FONT, "fontsize": "9", "fontcolor": TEXT,
            "nodesep": "0.18", "ranksep": "0.45", "bgcolor": PAGE, "labelloc": "b",
            "tooltip": tooltip(picture.title),
        },
        node_attr={
            "shape": "box", "style": "rounded,filled", "fontname": FONT, "fontsize": "11",
            "fontcolor": TEXT, "margin": "0.04,0.02", "height": "0.2", "width": "0.2",
        },
        edge_attr={"color": EDGE, "arrowsize": "0.6"},
    )  # fmt: skip
    _add_boxes(dot, picture, upright=upright)
    start, side = ("s", "n") if upright else ("e", "w")
    words = {
        box.name: shortened(box.label) or box.symbol or box.number or box.name
        for box in picture.boxes
    }
    for box in picture.boxes:
        for k, cell in enumerate(box.cells):
            told = cell.told(words[cell.source], words[box.name])
            end = f"{box.name}:p{k}:{side}"
            style = {"style": "dashed"} if cell.via else {}
            dot.edge(f"{cell.source}:{start}", end, tooltip=tooltip(told), **style)
    if legend and picture.key:
        dot.attr(label=f"<{_key(picture)}>")
    return dot.source


def _digraph(name: str, **attributes: dict[str, str]) -> Any:
    try:
        import graphviz
    except ImportError:  # in a browser: .svg and .html are laid out without it
        raise MissingDependencyError(
            "draw: DOT is written by the package graphviz: pip install graphviz"
        ) from None
    return graphviz.Digraph(name, **attributes)


def _add_boxes(dot: Any, picture: Picture, *, upright: bool) -> None:
    """The boxes, in clusters; an explicit stack, for scopes may be deep."""
    inside: dict[str, list[Box]] = {}
    for box in picture.boxes:
        inside.setdefault(box.frame, []).append(box)
    below: dict[str, list[Any]] = {}
    for frame in picture.frames:
        below.setdefault(frame.parent, []).append(frame)
    stack: list[tuple[Any, str | None, Any]] = [(dot, "", None)]
    while stack:
        graph, name, parent = stack.pop()
        if name is None:
            parent.subgraph(graph)
            continue
        if parent is not None:
            stack.append((graph, None, parent))  # close it when what is in it is done
        for box in inside.get(name, ()):
            graph.node(box.name, **_attributes(box, upright=upright))
        clusters = []
        for frame in below.get(name, ()):
            cluster = _digraph(f"cluster_{frame.name}")
            cluster.attr(
                label=f"<{markup(shortened(frame.title))}>", style="rounded", color=FRAME,
                penwidth="1", fontcolor=TEXT, fontsize="10", labeljust="l", labelloc="t",
                margin="6", tooltip=tooltip(f"module {frame.title}"),
            )  # fmt: skip
            clusters.append((cluster, frame.name, graph))
        stack += clusters  # the last one first: then dot puts the first one on top


def _attributes(box: Box, *, upright: bool) -> dict[str, str]:
    fill, border = COLOURS[box.tint or box.role]
    symbol = f"<B>{markup(box.symbol)}</B>" if box.symbol else ""
    label = markup(shortened(box.label)) if box.label else ""
    rows = list(filter(None, ["  ".join(filter(None, (symbol, label))), box.number]))
    if box.nan:
        rows[-1] = _coloured(WARNING, f"<B>{rows[-1]} ← first nan</B>")
    if box.gradient:
        rows.append(_coloured(GRADIENT, box.gradient))
    content = _table([[row] for row in rows or [" "]])
    if box.cells:
        content = _with_cells(box, content, upright=upright)
    return {
        "label": f"<{content}>",
        "fillcolor": fill,
        "color": WARNING if box.nan else border,
        **({"style": "rounded,filled,dashed", "class": "group"} if box.role == "group" else {}),
        **({"penwidth": f"{thickness_of(box)}"} if box.tint else {}),
        "tooltip": tooltip(box.words),
    }


def thickness_of(box: Box) -> float:
    """How thick a box's border is, in points."""
    if box.tint == "exploding":
        return 3.5
    return THICKNESS.get(box.tint[-1:], 1.0)


def _coloured(colour: str, text: str) -> str:
    return f'<FONT COLOR="{colour}">{text}</FONT>'


def _table(rows: list[list[str]]) -> str:
    cells = "".join("<TR>" + "".join(f"<TD>{c}</TD>" for c in row) + "</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>'


def _with_cells(box: Box, content: str, *, upright: bool) -> str:
    """A cell for each operand along the side where the edges come in: dot keeps their order."""
    size = 'WIDTH="8" HEIGHT="1"' if upright else 'WIDTH="1" HEIGHT="8"'
    cells = []
    for k, cell in enumerate(box.cells):
        text = cell.slope
        if cell.used:
            text = f"{text} at {markup(cell.used)}".strip()
        if cell.times > 1:
            text = f"{text} ({cell.times:,}×)" if text else f"{cell.times:,}×"
        if cell.via:
            text = f"via {cell.via} more"
        if text:
            small = f'<FONT POINT-SIZE="9" COLOR="{SLOPE}">{text}</FONT>'
            cells.append(f'<TD PORT="p{k}" ALIGN="LEFT">{small}</TD>')
        else:
            cells.append(f'<TD PORT="p{k}" {size}></TD>')
    inner = f"<TR>{''.join(cells)}</TR>" if upright else "".join(f"<TR>{c}</TR>" for c in cells)
    side = f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{inner}</TABLE>'
    return _table([[side], [content]] if upright else [[side, content]])


def _key(picture: Picture) -> str:
    """What is used in the picture: colours, then signs. Text, for a table would be stretched."""
    colour = {"gradient": GRADIENT, "slope": SLOPE, "used": SLOPE, "nan": WARNING}
    entries = []
    for kind, words in picture.key:
        text = markup(words)
        if kind in COLOURS:
            entries.append(f"{_coloured(COLOURS[kind][1], '■')} {text}")
        else:
            entries.append(_coloured(colour[kind], text) if kind in colour else text)
    rows = [entries[k : k + PER_ROW] for k in range(0, len(entries), PER_ROW)]
    return "<BR/>" + "<BR/>".join("&#160;&#160;&#160;&#160;".join(row) for row in rows)


def shortened(label: str) -> str:
    """A label as a box has it."""
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


# Control characters and lone surrogates have no place in XML; those that turn the direction of
# writing would reach beyond the label.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text with � for what can't be printed."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text in one line, with nothing that a terminal would obey."""
    return " ".join(printable(text).split())


def markup(text: str) -> str:
    """Any text as it stands, for a label in Graphviz's HTML; a backslash is an escape there."""
    safe = html.escape(printable(text)).replace("\\", "\\\\").replace("\t", " ")
    # an empty line has no height in Graphviz: what is below it would be written over the label
    return "<BR/>".join(line or "&#160;" for line in safe.split("\n")) if safe else " "


def tooltip(text: str) -> str:
    """Any text as it stands, as far as Graphviz takes it: 16 kB; it reads backslashes twice."""
    safe = printable(text).replace("&", "&amp;").replace("\\", "\\" * 4)
    return safe.encode()[:15_900].decode(errors="ignore")
