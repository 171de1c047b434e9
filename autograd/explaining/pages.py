"""An explanation in LaTeX, and in HTML for a notebook."""

from __future__ import annotations

from autograd.explaining.graph import Graph
from autograd.explaining.lines import (
    ends,
    gradient_lines,
    lines_of,
    shortened,
    title_lines,
)
from autograd.explaining.names import MARK, latex_of
from autograd.explaining.paths import Path, Paths
from autograd.explaining.remarks import notes_of
from autograd.explaining.steps import backward_step, forward_step, latex_derivative
from autograd.explaining.writing import LATEX, NEGATIVE, PRODUCT
from autograd.notebook import escaped
from autograd.words import phrase

CELL = "font-family:monospace;padding:0 0.6em 0 0;white-space:nowrap"


def latex_of_steps(graph: Graph, limit: int) -> str:
    """Forward and backward, a line each; of too many the middle is left out."""
    nodes = graph.order
    edges = sum([x in graph.names for node in nodes for x in node.parents])
    half = limit // 2 if len(nodes) + edges > limit else len(nodes) + edges
    lines, last = [], 0
    for k, node in ends(enumerate(nodes, 1), len(nodes), half):
        step, name = forward_step(graph, k, node), latex_of(graph.names[node])
        step["digits"] = LATEX.write(graph.operation(node), graph.put_numbers(node, latex=True))
        formula, numbers = (shortened(step, key, r"\dots") for key in ("latex", "digits"))
        lines += [r"&\;\;\vdots"] * (k != last + 1)
        lines.append(f"{name} &= {formula} = {numbers} = {LATEX.number(node._number)}")
        last = k
    last = len(nodes)
    for k, edge in ends(enumerate(graph.edges(), last + 1), edges, half):
        step = backward_step(graph, k, edge)
        above, slope = (LATEX.constant(x) for x in (edge.above, edge.slope))
        numbers = f"{LATEX.held(above, NEGATIVE)} \\cdot {LATEX.held(slope, PRODUCT)}"
        added = "" if edge.first else f" \\quad \\textstyle\\sum {LATEX.number(edge.total)}"
        lines += [r"&\;\;\vdots"] * (k != last + 1)
        lines.append(
            f"{latex_derivative(graph, edge.operand)} &= {latex_derivative(graph, edge.result)} "
            f"\\cdot {step['slope_latex']} = {numbers} = {LATEX.number(edge.share)}{added}"
        )
        last = k
    return aligned(lines)


def latex_of_paths(graph: Graph, paths: Paths, found: list[Path]) -> str:
    """The products, a line each."""
    lines = [f"{latex_derivative(graph, paths.x)} &= {LATEX.number(paths.total)}"]
    for path in found:
        slopes = [LATEX.constant(x) for x in path.slopes[:40]]
        product = r" \cdot ".join([LATEX.held(x, PRODUCT) for x in slopes]) or "1"
        more = r" \cdots" if len(path.slopes) > 40 else ""
        lines.append(f"&\\quad {product}{more} = {LATEX.number(path.product)}")
    return aligned(lines)


def aligned(lines: list[str]) -> str:
    """Lines with & where they are aligned."""
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def html_of(graph: Graph, limit: int) -> str:
    """Three tables: forward, backward, gradients; as text where steps are folded."""
    nodes, style = graph.order, graph.style
    edges = sum([x in graph.names for node in nodes for x in node.parents])
    if len(nodes) + edges > limit:
        return preformatted(lines_of(graph, limit))
    forward, backward = [], []
    for k, node in enumerate(nodes, start=1):
        s = forward_step(graph, k, node)
        middle = [f"= {shortened(s, key, style.dots)}" for key in ("formula", "numbers")]
        forward.append([str(k), s["name"], *middle, "=", style.number(s["value"])])
    for k, edge in enumerate(graph.edges(), start=len(nodes) + 1):
        s = backward_step(graph, k, edge)
        above, slope, share = (style.number(x) for x in (edge.above, edge.slope, edge.share))
        middle = [f"= {s['from']} {style.above} {s['slope_formula']}", f"= {above}"]
        total = [] if edge.first else [f"{style.sigma} {style.number(edge.total)}"]
        backward.append(
            [str(k), s["gradient"], *middle, f"{style.above} {slope}", "=", share, *total]
        )
    parts = [
        preformatted(title_lines(graph)),
        table(phrase("forward"), forward, "rlllrr"),
        table(
            phrase("backward: what comes from above {above} the local slope", above=style.above),
            backward,
            "rllllrrl",
        ),
        preformatted(gradient_lines(graph) + notes_of(graph)),
    ]
    return f"<div>{''.join(parts)}</div>"


def html_of_paths(text: str) -> str:
    """The lines as they are printed."""
    return preformatted(text.splitlines())


def preformatted(lines: list[str]) -> str:
    """Lines in a fixed font."""
    style = "font-family:monospace;line-height:1.35"
    return f'<pre style="{style}">' + "\n".join(map(_safe, lines)) + "</pre>"


def table(caption: str, rows: list[list[str]], places: str) -> str:
    """A table with a caption; ``places`` has l or r for each column."""
    side = {"l": "left", "r": "right"}
    body = ""
    for row in rows:
        cells = [
            f'<td style="text-align:{side[place]};{CELL}"><bdi dir="ltr">{_safe(text)}</bdi></td>'
            for text, place in zip(row, places, strict=False)
        ]
        body += f"<tr>{''.join(cells)}</tr>"
    head = f'<caption style="text-align:left;font-weight:bold">{escaped(caption)}</caption>'
    return f'<table style="margin:0.8em 0">{head}<tbody>{body}</tbody></table>'


def _safe(text: str) -> str:
    return "&lrm;".join([escaped(part) for part in text.split(MARK)])
