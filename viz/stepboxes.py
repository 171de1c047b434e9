"""Where the boxes of the page that steps through backprop are, and what they are called there."""

from __future__ import annotations

import re
from typing import Any

from autograd import MissingDependencyError
from viz.layered import placed
from viz.layout import render
from viz.model import Box, Cell, Picture
from viz.scene import fitted, width_of

MOST_BOXES = 60  # readable as one picture; of more, each step is shown from near
SIZE = 17.0  # of the text in a box
NUMBER = 84.0  # room for the number beside a heading
_BOX = r'<g id="n(\d+)" class="node">.*?points="([^"]*)"'
_EDGE = r'<g id="e(\d+_\d+)" class="edge">.*?\bd="([^"]*)"'
BESIDE = 14.0  # more room at a box's sides, for the number on an edge
HEIGHTS = (66, 90)  # of a box: of what is given, of a result


def place_boxes(facts: dict[str, Any]) -> None:
    """What stands in each box, and its size; of a small graph also where boxes and edges are.

    Nodes get ``t`` (the heading), ``w`` and ``h``, and ``at``; ``facts["edges"]`` has the curves,
    by "node_operand". In a large graph each step is shown from near instead.
    """
    nodes = facts["nodes"]
    for node in nodes:
        text = node["n"]
        if "o" in node:
            row = facts["ops"][node["o"]]
            made = _filled(row["w"], [nodes[p]["n"] for p in node["p"]])
            text += f" = {made if width_of(made, SIZE) <= 150 else row['s'] or row['n']}"
        inner = "o" in node
        node["t"] = fitted(text, 240.0 if inner else 160.0, SIZE, bold=True)
        width = width_of(node["t"], SIZE, bold=True) + (26 if inner else 26 + NUMBER)
        node["w"], node["h"] = round(max(128.0, width)), HEIGHTS[inner]
    boxes = [i for i, node in enumerate(nodes) if node["r"] != "constant"]
    if len(boxes) > MOST_BOXES:
        return
    try:
        picture = render(_dot(nodes, boxes), "svg", here=True).decode()
    except (MissingDependencyError, RuntimeError):
        facts["edges"] = _placed_here(nodes, boxes)
        return
    height = float(re.search(r"translate\(\S+ ([\d.]+)\)", picture)[1])  # type: ignore[index]
    for name, points in re.findall(_BOX, picture, re.DOTALL):
        corners = [tuple(map(float, point.split(","))) for point in points.split()]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        nodes[int(name)]["at"] = [round(left), round(top + height)]
    curves: dict[str, str] = {}
    for name, path in re.findall(_EDGE, picture, re.DOTALL):
        pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)
        points = [f"{round(float(x))},{round(float(y) + height)}" for x, y in pairs]
        curves[name] = f"M{points[0]}C{' '.join(points[1:])}"
    facts["edges"] = curves


def _placed_here(nodes: list[dict[str, Any]], boxes: list[int]) -> dict[str, str]:
    """The same by the layout of this package, where there is no Graphviz."""
    shown = {i: [k for k, p in enumerate(nodes[i].get("p", ())) if p in boxes] for i in boxes}
    made = [
        Box(f"{i}", "", "", "", "", cells=[Cell(f"{nodes[i]['p'][k]}") for k in shown[i]])
        for i in boxes
    ]
    sizes = [(nodes[i]["w"] + 2 * BESIDE, float(nodes[i]["h"])) for i in boxes]
    corners, curves = placed(Picture(made, [], [], ""), sizes)
    found = {}
    for i, (x, y), paths in zip(boxes, corners, curves, strict=True):
        nodes[i]["at"] = [round(x + BESIDE), round(y)]
        for k, path in zip(shown[i], paths, strict=True):
            (x0, y0), *bends, (x1, y1) = path
            path = [(x0 - BESIDE, y0), *bends, (x1 + BESIDE, y1)]  # noqa: PLW2901 - from box to box
            points = [f"{round(x)},{round(y)}" for x, y in path]
            found[f"{i}_{k}"] = f"M{points[0]}C{' '.join(points[1:])}"
    return found


def _filled(words: str, names: list[str]) -> str:
    return re.sub(r"\{(\d+)\}", lambda m: names[int(m[1])], words)


def _dot(nodes: list[dict[str, Any]], boxes: list[int]) -> str:
    lines = [
        "digraph { rankdir=LR; nodesep=0.22; ranksep=0.62; edge [arrowhead=none];",
        'node [shape=box, fixedsize=true, label=""];',
    ]
    for i in boxes:
        size = f"width={nodes[i]['w'] / 72:.4f}, height={nodes[i]['h'] / 72:.4f}"
        lines.append(f'n{i} [id="n{i}", {size}];')
    for i in boxes:
        for k, p in enumerate(nodes[i].get("p", ())):
            if nodes[p]["r"] != "constant":
                lines.append(f'n{p} -> n{i} [id="e{i}_{k}", tailport=e, headport=w];')
    return "\n".join([*lines, "}"])
