"""An explanation in lines of a terminal's 80 columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from autograd.explaining.graph import Graph
from autograd.explaining.names import columns, padded, tidy
from autograd.explaining.nudged import Nudge, nudge
from autograd.explaining.remarks import meaning, measured, notes_of, verdict
from autograd.explaining.steps import Step, backward_step, derivative, folded_steps, forward_step
from autograd.explaining.writing import ASCII, Text
from autograd.words import phrase

WIDTH = 80
LONGEST = 300  # characters of the formula in the title
MOST_LEAVES = 12  # in the table of gradients
MOST_NUDGES = 1_000_000  # operations computed again for it
MOST_OPERANDS = 16  # of an operation that is printed with all
SHOWN_RESULTS = 2  # of a folded step


def lines_of(graph: Graph, limit: int) -> list[str]:
    """All of it; more steps than the limit are folded by scope, or left out in the middle."""
    nodes = graph.order
    edges = sum([x in graph.names for node in nodes for x in node.parents])
    style, lines = graph.style, [*title_lines(graph), ""]
    few = len(nodes) + edges <= limit
    is_folded = not few and len({node.note.scope for node in nodes}) > 1
    seed = f"{derivative(graph, graph.root)} = 1"
    if is_folded:
        folded = folded_steps(graph, limit)
        heads = phrase("forward, folded"), phrase("backward, from {seed}, folded", seed=seed)
        for head, phase in zip(heads, ("forward", "backward"), strict=True):
            lines.append(head)
            lines += _folded_lines(style, [s for s in folded if s["phase"] == phase], limit)
            lines.append("")
    else:
        half = limit // 2 if not few else len(nodes) + edges
        forward = [
            forward_step(graph, k, node) for k, node in ends(enumerate(nodes, 1), len(nodes), half)
        ]
        head = phrase("forward")
        lines += [head, *_elided(style, forward, _forward_lines(style, forward), half), ""]
        numbered = enumerate(graph.edges(), len(nodes) + 1)
        backward = [backward_step(graph, k, edge) for k, edge in ends(numbered, edges, half)]
        head = phrase(
            "backward, from {seed}:  what comes from above {above} the local slope",
            seed=seed,
            above=style.above,
        )
        lines += [head, *_elided(style, backward, _backward_lines(style, backward), half), ""]
    lines += gradient_lines(graph)
    notes = notes_of(graph)
    if notes:
        lines += ["", *[piece for note in notes for piece in wrapped(note, 2)]]
    return lines


def ends(items: Iterable[Any], n: int, half: int) -> Iterator[Any]:
    """The first and the last of n items, all if there are no more."""
    for i, item in enumerate(items):
        if n <= 2 * half or i < half - half // 2 or i >= n - half // 2:
            yield item


def _elided(style: Text, steps: list[Step], lines: list[list[str]], half: int) -> Iterator[str]:
    last = None
    for step, texts in zip(steps, lines, strict=True):
        if last is not None and step["step"] != last + 1:
            more = phrase("{n} more steps", n=f"{step['step'] - last - 1:,}")
            yield f"   {style.dots} {more}"
        last = step["step"]
        yield from texts


def title_lines(graph: Graph) -> list[str]:
    """L = its formula, and the numbers of the leaves."""
    style = graph.style
    formula = style.write(graph.expanded()[graph.root], graph.put_nodes())
    if len(formula) > LONGEST:
        formula = f"{formula[: LONGEST // 2]} {style.dots} {formula[-LONGEST // 2 :]}"
    head = f"{graph.names[graph.root]} = {formula}"
    given = [
        f"{graph.names[x]} = {style.number(graph.used[x])}"
        for x in [*graph.leaves, *graph.plain][:MOST_LEAVES]
    ]
    more = len(graph.leaves) + len(graph.plain) - len(given)
    if more > 0:
        given.append(_more(style, more))
    line = f"{padded(head, 43)} {'   '.join(given)}"
    if columns(line) <= WIDTH:
        return [line.rstrip()]
    lines, current = wrapped(head, 4), ""
    for text in given:
        if current and columns(f"{current}   {text}") > WIDTH - 4:
            lines.append(f"    {current}")
            current = ""
        current = f"{current}   {text}" if current else text
    return [*lines, f"    {current}"]


def _forward_lines(style: Text, steps: list[Step]) -> list[list[str]]:
    rows = []
    for s in steps:
        texts = [f"= {shortened(s, key, style.dots)}" for key in ("formula", "numbers")]
        rows.append([s["name"], *texts, style.number(s["value"])])
    widths = _widths(rows, [3, 18, 24, 8], WIDTH - 6 - 1 - 2)
    lines = []
    for step, row in zip(steps, rows, strict=True):
        name, formula, numbers, value = row
        cells = [padded(x, w) for x, w in zip(row[:3], widths, strict=False)]
        result = padded(value, widths[3], right=True)
        line = f"{step['step']:>4}  {cells[0]} {cells[1]}{cells[2]}= {result}"
        lines.append(
            [line] if columns(line) <= WIDTH
            else _broken(f"{step['step']:>4}  {name} {formula}", [numbers, f"= {value}"])
        )  # fmt: skip
    return lines


def shortened(step: Step, key: str, dots: str) -> str:
    """A step's formula; of a sum, or a function, of very many operands the first and the last."""
    text = str(step[key])
    if len(step["operands"]) > MOST_OPERANDS:
        for between in (" + ", ", ", "·", "*", r" \cdot "):
            parts = text.split(between)
            if len(parts) > MOST_OPERANDS // 2:
                return between.join([*parts[:3], dots, *parts[-2:]])
    return text


def _backward_lines(style: Text, steps: list[Step]) -> list[list[str]]:
    rows = [
        [
            s["gradient"],
            f"= {s['from']} {style.above} {s['slope_formula']}",
            *[style.number(s[key]) for key in ("above", "slope", "share")],
        ]
        for s in steps
    ]
    widths = _widths(rows, [6, 23, 7, 7, 8], WIDTH - 6 - 1 - 2 - 3 - 3)
    lines = []
    for step, (name, what, above, slope, share) in zip(steps, rows, strict=True):
        numbers = [
            padded(x, w, right=True) for x, w in zip((above, slope, share), widths[2:], strict=True)
        ]
        line = (
            f"{step['step']:>4}  {padded(name, widths[0])} {padded(what, widths[1])}= "
            f"{numbers[0]} {style.above} {numbers[1]} = {numbers[2]}"
        )
        texts = (
            [line] if columns(line) <= WIDTH
            else _broken(
                f"{step['step']:>4}  {name} {what}",
                [f"= {above} {style.above} {slope}", f"= {share}"],
            )
        )  # fmt: skip
        after = [] if step["first"] else [f"{style.sigma} {style.number(step['sum'])}"]
        if step["edge_case"]:
            after.append(phrase("(at the edge the rule says {slope})", slope=slope))
        for text in after:
            if columns(f"{texts[-1]}   {text}") <= WIDTH:
                texts[-1] += f"   {text}"
            else:
                texts.append(f"{text:>{WIDTH}}" if columns(text) < WIDTH else text)
        lines.append(texts)
    return lines


def _widths(rows: list[list[str]], least: list[int], room: int) -> list[int]:
    """How wide each column is: as wide as its widest cell, while there is room."""
    widths = list(least)
    spare = room - sum(least)
    for i, width in enumerate(least):
        longest = max(
            [columns(row[i]) + (i in {1, 2} and row[i].startswith("=")) for row in rows], default=0
        )
        more = min(max(longest - width, 0), max(spare, 0))
        widths[i] += more
        spare -= more
    return widths


def _broken(head: str, pieces: list[str]) -> list[str]:
    lines = wrapped(head, 10)
    for piece in pieces:
        if columns(f"{lines[-1]} {piece}") <= WIDTH:
            lines[-1] += f" {piece}"
        else:
            lines += [f"        {text}" for text in wrapped(piece, 2, WIDTH - 8)]
    return lines


def wrapped(text: str, indent: int, width: int = WIDTH) -> list[str]:
    """A text in lines, broken at spaces where that can be; the later ones indented."""
    lines, current = [], ""
    for word in re.findall(r" *[^ ]+", text):
        if current and columns(current + word) > width:
            lines.append(current)
            current = " " * indent + word.lstrip(" ")
        else:
            current += word
        while columns(current) > width:
            cut = width
            while columns(current[:cut]) > width:
                cut -= 1
            lines.append(current[:cut])
            current = " " * indent + current[cut:]
    return [*lines, current]


def gradient_lines(graph: Graph) -> list[str]:
    """The gradient of every leaf, beside what nudging it says, and what it means."""
    style, root = graph.style, graph.names[graph.root]
    power = "1e-5" if style is ASCII else "10⁻⁵"
    sign = "+-" if style is ASCII else "±"
    heads = phrase("gradient"), phrase("nudged {by}", by=f"{sign}{power}")
    lines = [
        "".join([f"{padded(x, 19)} " for x in heads]) + phrase("if it grows, {name}", name=root)
    ]
    rows = []
    for x, found in nudges(graph):
        mark, says = verdict(style, found)
        slope = graph.adjoints[x]
        nudged = measured(style, found.slope) if found else ""
        says = says or meaning(style, slope)
        rows.append((derivative(graph, x), style.number(slope), nudged, mark, says))
    widths = [
        max([least, *[columns(row[i]) for row in rows]]) for i, least in enumerate((11, 8, 8))
    ]
    for *cells, mark, says in rows:
        name, number, nudged = (
            padded(x, n, right=True) for x, n in zip(cells, widths, strict=True)
        )
        line = f"{padded(f'{name} = {number}   {nudged} {mark}', 42)} {says}".rstrip()
        pieces = [f"{cells[2]} {mark}", says]
        lines += [line] if columns(line) <= WIDTH else _broken(f"{cells[0]} = {cells[1]}", pieces)
    more = len(graph.leaves) - len(rows)
    return [*lines, *([f"   {_more(style, more)}"] if more else [])]


def _more(style: Text, n: int) -> str:
    return f"{style.dots} {phrase('and {n} more', n=f'{n:,}')}"


def nudges(graph: Graph) -> Iterator[tuple[Any, Nudge | None]]:
    """The first leaves, each with what nudging it found, while that takes not too long."""
    work = 0
    for x in islice(graph.leaves, MOST_LEAVES):
        work += 5 * len(graph.order)
        yield x, nudge(graph.root, x, graph.adjoints[x]) if work <= MOST_NUDGES else None


def _folded_lines(style: Text, steps: list[Step], limit: int) -> list[str]:
    lines = []
    for step in steps[:limit]:
        results = [
            f"{x['name']} = {style.number(x['value'])}" for x in step["results"][:SHOWN_RESULTS]
        ]
        more = len(step["results"]) - len(results)
        if more > 0:
            results.append(f"{style.dots} {phrase('{n} more', n=f'{more:,}')}")
        what = "/".join(
            [tidy(part, style).strip("‹›{}") for part in step["scope"].split("/")]
        ) or phrase("others")
        count = phrase("step") if step["steps"] == 1 else phrase("steps")
        head = f"  {padded(what, 24)} {step['steps']:>7,} {padded(count, 5)}  "
        line = f"{head}{',  '.join(results)}"
        lines += (
            [line]
            if columns(line) <= WIDTH
            else [
                head.rstrip(),
                *[f"      {t}" for t in wrapped(",  ".join(results), 2, WIDTH - 6)],
            ]
        )
    if len(steps) > limit:
        lines.append(f"  {style.dots} {phrase('{n} more', n=f'{len(steps) - limit:,}')}")
    return lines
