"""Writers that need no layout: JSON, plain text, Mermaid."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from unicodedata import combining, east_asian_width

from viz.dot import COLOURS, TEXT, one_line, printable, shortened
from viz.model import Box, Picture

TERMINAL = 80  # columns
TOLD = frozenset(("gradient", "slope", "times", "via", "group", "note"))  # of the key, in a text
MERMAID_EDGES, MERMAID_TEXT = 500, 50_000  # what Mermaid draws unless told otherwise


def json_of(picture: Picture) -> str:
    """The model as it is: ``{"title", "boxes", "frames", "key"}``, as viz.model documents it.

    A box's cells are the edges into it: ``source`` is the name of the operand's box.
    """
    model = asdict(picture)
    for box in model["boxes"]:
        if box["adjoint"] is not None and not math.isfinite(box["adjoint"]):
            box["adjoint"] = None  # JSON has no nan; the text in "gradient" says it
    return json.dumps(model, ensure_ascii=False, indent=1) + "\n"


def text_of(picture: Picture) -> str:
    """A line for each box, for a terminal: what is longer than 80 columns goes on below."""
    names = {box.name: _named(box) for box in picture.boxes}
    lines = [picture.title, ""]
    title_of = {frame.name: frame for frame in picture.frames}
    for box in picture.boxes:
        uses = [
            names[c.source] + (f" (∂ {c.slope})" if c.slope else "")
            + (f" (at {c.used})" if c.used else "")
            + (f" ({c.times} times)" if c.times > 1 else "")
            + (f" (via {c.via} more)" if c.via else "")
            for c in box.cells
        ]  # fmt: skip
        what = f"{box.symbol}  of  {', '.join(uses)}".strip() if uses else box.role
        path, frame = [], title_of.get(box.frame)
        while frame is not None:
            path.append(one_line(frame.title))
            frame = title_of.get(frame.parent)
        parts = [names[box.name], f"= {box.number}" if box.number else "", box.gradient, what]
        if path:
            parts.append(f"[{'/'.join(reversed(path))}]")
        if box.nan:
            parts.append("<- the first nan")
        lines.append("  ".join(filter(None, parts)))
    lines += ["", *[words for kind, words in picture.key if kind in TOLD]]
    return "\n".join(map(_wrapped, lines)).rstrip() + "\n"


def _wrapped(line: str) -> str:
    """A line as a terminal has room for it; what goes on is indented."""
    if _columns(line) <= TERMINAL:
        return line
    done, current = [], ""
    for piece in re.split(r"(?<=, )|(?<=  )", line):
        if current.strip() and _columns(current + piece.rstrip()) > TERMINAL:
            done.append(current.rstrip())
            current = " " * 4
        current += piece
    return "\n".join([*done, current.rstrip()])


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese signs and most emoji are wide."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _named(box: Box) -> str:
    return f"{box.name} {one_line(shortened(box.label))}".strip()


def mermaid_of(picture: Picture, direction: str = "LR") -> str:
    """A flowchart in Mermaid.

    Raises:
        ValueError: when Mermaid would refuse it for its size.
    """
    edges = sum(len(box.cells) for box in picture.boxes)
    lines = [f"flowchart {direction}"]
    opened: dict[str, list[str]] = {"": []}
    for frame in picture.frames:
        opened[frame.name] = []
    for box in picture.boxes:
        number = f"{box.number} - the first nan" if box.nan else box.number
        words = [f"{box.symbol} {shortened(box.label)}".strip(), number, box.gradient]
        text = "<br/>".join(_escaped(w) for w in words if w)
        opened[box.frame].append(f'{box.name}["{text or " "}"]:::{box.tint or box.role}')
    children: dict[str, list[str]] = {}
    for frame in picture.frames:
        children.setdefault(frame.parent, []).append(frame.name)
    titles = {frame.name: frame.title for frame in picture.frames}
    stack: list[tuple[str, bool]] = [("", True)]
    while stack:
        name, entering = stack.pop()
        if not entering:
            lines.append("end")
            continue
        if name:
            lines.append(f'subgraph {name}["{_escaped(shortened(titles[name]))}"]')
            stack.append((name, False))
        lines += opened[name]
        stack += [(child, True) for child in reversed(children.get(name, []))]
    for box in picture.boxes:
        for cell in box.cells:
            said = ", ".join(filter(None, (
                cell.slope, f"at {cell.used}" if cell.used else "",
                f"{cell.times}×" if cell.times > 1 else "",
                f"via {cell.via} more" if cell.via else "",
            )))  # fmt: skip
            slope = f'|"{_escaped(said)}"|' if said else ""
            arrow = "-.->" if cell.via else "-->"
            lines.append(f"{cell.source} {arrow}{slope} {box.name}")
    signs = [
        words
        for kind, words in picture.key
        if kind == "group" or (kind not in COLOURS and kind != "frame")
    ]
    if signs:
        lines.append(f'key["{"<br/>".join(map(_escaped, signs))}"]')
    lines += _classes(picture)
    text = "\n".join(lines) + "\n"
    size = len(text.encode("utf-16-le", "replace")) // 2  # as JavaScript counts
    if edges > MERMAID_EDGES or size > MERMAID_TEXT:
        raise ValueError(
            f"draw: Mermaid draws at most {MERMAID_EDGES} edges and {MERMAID_TEXT} characters; this"
            f" has {edges} and {size}. Save it as svg, or draw a part."
        )
    return text


def _classes(picture: Picture) -> list[str]:
    used = [
        role for role in COLOURS if any((box.tint or box.role) == role for box in picture.boxes)
    ]
    return [
        f"classDef {role} fill:{COLOURS[role][0]},stroke:{COLOURS[role][1]},color:{TEXT}"
        for role in used
    ]


# $$ begins a formula, fa:fa-x is an icon and \n a new line, even in escapes: Mermaid has resolved
# them by then. A word joiner, which nobody sees, keeps their signs apart.
_MAGIC = re.compile(r"\$(?=\$)|fa[a-z]?:(?=fa-)|\\(?=n)")


def _escaped(text: str) -> str:
    """Any text as it stands: Mermaid reads #number; and nothing else of these."""
    safe = _MAGIC.sub("\\g<0>\u2060", printable(text).replace("\n", " "))
    return "".join(
        c if c.isalnum() or c in " .,-+_∂∇/²³" or ord(c) > 0x2FF else f"#{ord(c)};" for c in safe
    )
