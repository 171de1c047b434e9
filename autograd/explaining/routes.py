"""Paths as plain data and in lines."""

from __future__ import annotations

from typing import Any

from autograd.explaining.graph import Graph
from autograd.explaining.lines import title_lines, wrapped
from autograd.explaining.names import padded
from autograd.explaining.paths import Path, Paths
from autograd.explaining.remarks import notes_of
from autograd.explaining.steps import Step, derivative
from autograd.words import phrase

LONGEST = 12  # nodes of a path that are printed


def path_step(graph: Graph, paths: Paths, k: int, path: Path) -> Step:
    """A path: its nodes, the slopes along it, their product, its share of all products' sizes."""
    return {
        "step": k,
        "phase": "path",
        "path": [graph.names[x] for x in path.nodes],
        "slopes": path.slopes,
        "product": path.product,
        "share": abs(path.product) / paths.size if paths.size else 0.0,
    }


def path_lines(graph: Graph, paths: Paths, steps: list[Step]) -> list[str]:
    """The derivative, the paths one by one, and how much of it they are."""
    style = graph.style
    what = derivative(graph, paths.x)
    several = phrase("paths") if paths.count != 1 else phrase("path")
    head = phrase(
        "{derivative}, the sum over {n} {paths}: multiply the slopes along each",
        derivative=f"{what} = {style.number(paths.total)}",
        n=f"{paths.count:,}",
        paths=several,
    )
    lines = [*title_lines(graph), "", *wrapped(head, 4)]
    for step in steps:
        names = _middle_out(step["path"], style.dots)
        slopes = _middle_out(
            [_factor(style.number(x), style.minus) for x in step["slopes"]], style.dots
        )
        head = f"{step['step']:>4}  {f' {style.arrow} '.join(names)}"
        tail = f"{f' {style.above} '.join(slopes) or 1} = {style.number(step['product'])}"
        share = f"{100 * step['share']:.3g} %"
        line = f"{padded(head, 40)} {tail}"
        lines += wrapped(f"{padded(line, 70)} {share:>8}", 10) if len(line) <= 70 else [
            *wrapped(head, 10), *wrapped(f"{' ' * 9} {tail}   {share}", 10)
        ]  # fmt: skip
    lines += ["", *wrapped(_coverage(graph, paths, steps), 2)]
    notes = notes_of(graph)
    return [*lines, *[piece for note in notes for piece in wrapped(note, 2)]]


def _coverage(graph: Graph, paths: Paths, steps: list[Step]) -> str:
    style = graph.style
    added = style.number(sum([step["product"] for step in steps]))
    if len(steps) == paths.count:
        return phrase("These are all; they add up to {sum}.", sum=added)
    share = sum([step["share"] for step in steps])
    return phrase(
        "These {n} of {count} paths add up to {sum}, and have {percent} % of what all products "
        "are in size.",
        n=f"{len(steps):,}",
        count=f"{paths.count:,}",
        sum=added,
        percent=f"{100 * share:.3g}",
    )


def _factor(text: str, minus: str) -> str:
    return f"({text})" if text.startswith(minus) else text


def _middle_out(items: list[Any], dots: str) -> list[Any]:
    if len(items) <= LONGEST:
        return items
    return [
        *items[: LONGEST // 2],
        f"{dots} {phrase('{n} more', n=f'{len(items) - LONGEST:,}')} {dots}",
        *items[-LONGEST // 2 :],
    ]
