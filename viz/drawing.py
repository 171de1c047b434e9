"""draw: the picture of a computation graph.

A box for each Value: what made it, its label, its number and, once a backward has run, its
gradient. An edge for each use of an operand, in the order of the operands, with the local
derivative on it. Leaves are coloured by their role; boxes stand in clusters by module.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import graphviz

from autograd import ArgumentError, Compiled, OperandError, Program, Value
from viz.files import write_whole
from viz.layout import FONT, render
from viz.programs import outputs

SUFFIXES = ("svg", "png", "pdf", "dot")
MOST_NODES = 2000  # most that are laid out; about 110 are readable on one screen
LONGEST_LABEL = 48  # characters in a box; the tooltip has all of them

# Role: (fill, border). Dark text on each has a contrast of at least 7 : 1.
COLOURS = {
    "input": ("#dbeafe", "#2563eb"),
    "parameter": ("#fef3c7", "#b45309"),
    "constant": ("#f3f4f6", "#9ca3af"),
    "result": ("#ffffff", "#475569"),
    "output": ("#dcfce7", "#15803d"),
}
TEXT, GRADIENT, PARTIAL = "#111827", "#9f1239", "#6d28d9"


class Drawing:
    """A picture that is not laid out yet.

    Attributes:
        source: the graph in DOT, the language of Graphviz.

    Shows itself in a notebook.
    """

    def __init__(self, source: str, nodes: int) -> None:
        self.source = source
        self._nodes = nodes

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the format is the suffix: svg, png, pdf, or dot for the source.

        The file is written whole or not at all. Returns its path.

        Raises:
            ArgumentError: for another suffix, or a graph too large to lay out.
            OSError: when the path can't be written; a file there stays as it was.
            MissingDependencyError: when Graphviz can't be found.
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
        if self._nodes > MOST_NODES:
            raise ArgumentError(
                f"draw: {self._nodes} boxes are too many to lay out (at most {MOST_NODES}). "
                "Draw a part, such as one example, or save the source as .dot."
            )
        return render(self.source, suffix)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": self._rendered("svg").decode(), "text/plain": repr(self)}
        except Exception as error:  # noqa: BLE001 - a notebook must never see a picture raise
            return {"text/plain": f"{self!r}: {error}"}

    def __repr__(self) -> str:
        return f"<Drawing of {self._nodes} values>"


def draw(
    value: Value | Iterable[Value] | Program | Compiled,
    *,
    direction: str = "LR",
    partials: bool = True,
    legend: bool = True,
    digits: int = 4,
) -> Drawing:
    """Draw the graph that ends in ``value``, or in each of several Values; or a program.

    Args:
        value: the output, after ``backward()`` if gradients are to be shown. Of a compiled function
            its program is drawn, which has no numbers.
        direction: "LR" for left to right, "TB" for top to bottom.
        partials: write the local derivatives on the edges.
        legend: explain the picture below it.
        digits: significant digits of numbers.

    Raises:
        OperandError: when ``value`` is not a Value.
        ArgumentError: for an unknown direction, or digits not from 1 to 17.

    O(nodes) for the source; laying it out takes Graphviz about 5 ms per box.

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
    if not isinstance(digits, int) or not 1 <= digits <= 17:
        raise ArgumentError(f"draw: digits is {digits!r}; it must be from 1 to 17.")
    if direction not in {"LR", "TB"}:
        raise ArgumentError(f'draw: direction is {direction!r}; it must be "LR" or "TB".')
    nodes = _nodes(roots)
    names = {id(node): f"v{i}" for i, node in enumerate(nodes)}
    dot = graphviz.Digraph(
        "chalkgrad",
        graph_attr={
            "rankdir": direction, "fontname": FONT, "fontsize": "9", "fontcolor": "#475569",
            "nodesep": "0.18", "ranksep": "0.5", "bgcolor": "white", "labelloc": "b",
        },
        node_attr={
            "shape": "box", "style": "rounded,filled", "fontname": FONT, "fontsize": "11",
            "fontcolor": TEXT, "margin": "0.04,0.02", "height": "0.2", "width": "0.2",
        },
        edge_attr={
            "fontname": FONT, "fontsize": "9", "fontcolor": PARTIAL, "color": "#94a3b8",
            "arrowsize": "0.6",
        },
    )  # fmt: skip
    ends = {id(root) for root in roots}
    _add_boxes(dot, nodes, names, ends, digits, upright=direction == "TB")
    start, side = ("s", "n") if direction == "TB" else ("e", "w")
    for node in nodes:
        slopes = node.partials if partials else ()
        for index, operand in enumerate(node.parents):
            label = f" {_shown(slopes[index], digits)} " if partials else ""
            end = f"{names[id(node)]}:p{index}:{side}"
            dot.edge(f"{names[id(operand)]}:{start}", end, label=label)
    if legend:
        shown = "∇ gradient of the output    " if any(n.has_grad for n in nodes) else ""
        edge = "on an edge: local derivative" if partials else ""
        dot.attr(label=f"\\n{shown}{edge}")
    return Drawing(dot.source, len(nodes))


def _values(values: Any) -> list[Value]:
    roots = list(values) if isinstance(values, Iterable) else [values]
    for root in roots:
        if not isinstance(root, Value):
            raise OperandError(
                f"draw: {type(root).__name__} is no Value; draw what a computation gives, "
                "such as draw(loss) or draw(model(x))."
            )
    return roots


def _nodes(roots: list[Value]) -> list[Value]:
    """Every Value once, operands before users and in their order."""
    seen: set[int] = set()
    nodes = []
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        waiting = [p for p in node.parents if id(p) not in seen]
        if waiting:
            stack.append(node)
            stack += reversed(waiting)
        else:
            seen.add(id(node))
            nodes.append(node)
    return nodes


def _add_boxes(
    dot: Any,
    nodes: list[Value],
    names: dict[int, str],
    ends: set[int],
    digits: int,
    *,
    upright: bool,
) -> None:
    """The boxes, in clusters nested by scope; an explicit stack, for scopes may be deep."""
    tree: dict[str, Any] = {}
    for node in nodes:
        branch = tree
        for part in filter(None, node.note.scope.split("/")):
            branch = branch.setdefault(f"/{part}", {})
        branch[names[id(node)]] = node
    numbers = count()
    stack: list[tuple[Any, dict[str, Any] | None, Any]] = [(dot, tree, None)]
    while stack:
        graph, branch_or_end, parent = stack.pop()
        if branch_or_end is None:
            parent.subgraph(graph)
            continue
        if parent is not None:
            stack.append((graph, None, parent))  # close it when what is in it is done
        clusters = []
        for name, item in branch_or_end.items():
            if not isinstance(item, dict):
                graph.node(name, **_box(item, digits, is_end=id(item) in ends, upright=upright))
                continue
            cluster = graphviz.Digraph(f"cluster_{next(numbers)}")
            cluster.attr(
                label=_literal(_shortened(name[1:])), style="rounded", color="#cbd5e1",
                penwidth="1",
                fontcolor="#475569", fontsize="10", labeljust="l", labelloc="t", margin="6",
            )  # fmt: skip
            clusters.append((cluster, item, graph))
        stack += reversed(clusters)


def _box(node: Value, digits: int, *, is_end: bool, upright: bool) -> dict[str, str]:
    role = _role(node, is_end=is_end)
    fill, border = COLOURS[role]
    symbol = f"<B>{_html(node.op.symbol)}</B>" if node.op.symbol else ""
    label = _html(_shortened(node.label)) if node.label else ""
    head = "  ".join(filter(None, (symbol, label)))
    rows = [head] if head else []
    if node.data is not None:
        rows.append(_shown(node.data, digits))
    if node.has_grad:
        rows.append(f'<FONT COLOR="{GRADIENT}">∇ {_shown(node.grad, digits)}</FONT>')
    content = _table([[row] for row in rows])
    if node.parents:
        content = _with_ports(content, len(node.parents), upright=upright)
    return {
        "label": f"<{content}>",
        "fillcolor": fill,
        "color": border,
        "tooltip": _tooltip(_told(node, role)),
    }


def _told(node: Value, role: str) -> str:
    number = "" if node.data is None else f" = {node.data!r}"
    return f"{role} {node.label or node.op}".strip() + number


def _table(rows: list[list[str]]) -> str:
    cells = "".join("<TR>" + "".join(f"<TD>{c}</TD>" for c in row) + "</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>'


def _with_ports(content: str, n: int, *, upright: bool) -> str:
    """A place for each operand along the side where the edges come in: dot keeps their order."""
    size = 'FIXEDSIZE="TRUE" ' + ('WIDTH="8" HEIGHT="1"' if upright else 'WIDTH="1" HEIGHT="8"')
    ports = [f'<TD PORT="p{i}" {size}></TD>' for i in range(n)]
    if upright:
        inner = f"<TR>{''.join(ports)}</TR>"
    else:
        inner = "".join(f"<TR>{port}</TR>" for port in ports)
    side = f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0">{inner}</TABLE>'
    return _table([[side], [content]] if upright else [[side, content]])


def _role(node: Value, *, is_end: bool) -> str:
    if node.parents:
        return "output" if is_end else "result"
    if node.note.scope:
        return "parameter"
    return "input" if node.label else "constant"


def _shown(x: Any, digits: int) -> str:
    return f"{getattr(x, 'data', x):.{digits}g}"


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


# Control characters and lone surrogates have no place in XML.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def _html(text: str) -> str:
    """Any text as it stands, for a label in Graphviz's HTML; a backslash is an escape there."""
    safe = html.escape(_UNPRINTABLE.sub("\ufffd", text)).replace("\\", "\\\\")
    return safe.replace("\n", "<BR/>").replace("\t", " ")


def _literal(text: str) -> str:
    """Any text as it stands, for an attribute of DOT that is not HTML."""
    return graphviz.escape(_UNPRINTABLE.sub("\ufffd", text))


def _tooltip(text: str) -> str:
    """Any text as it stands, as far as Graphviz takes it: 16 kB; it reads backslashes twice."""
    safe = _UNPRINTABLE.sub("\ufffd", text).replace("&", "&amp;").replace("\\", "\\" * 4)
    return safe.encode()[:15_900].decode(errors="ignore")
