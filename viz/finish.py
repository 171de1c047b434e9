"""What Graphviz drew, for everyone: light, dark and in print, in any font, and readable aloud.

Graphviz writes one element a line and escapes ``<``, ``>`` and ``"`` in all that it was given, so
a few patterns are enough to read it.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from viz.dot import COLOURS, one_line, shortened
from viz.model import Box, Picture
from viz.scene import PALETTE
from viz.svg import FONTS

MOST_NAMED = 8  # inputs, parameters or outputs that the description names

_SPACE = 'xmlns="http://www.w3.org/2000/svg"'
_HEAD = re.compile(
    r'.*?<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]*)"[^>]*>', re.DOTALL
)
_WHOLE = re.compile(r'(<g id="graph0"[^>]*>)\n<title>[^<]*</title>\n')
_ITEM = re.compile(
    r'<g id="([^"]*)" class="((node|edge|cluster)[^"]*)">\n<title>([^<]*)</title>\n'
    r'(?:<g id="a_[^"]*"><a xlink:title="([^"]*)">\n)?'
)
_TOOLTIP = re.compile(r'<g id="a_[^"]*"><a xlink:title="[^"]*">\n')
_NAME = r"([^:]*)(?::[^-]*)?"
_ENDS = re.compile(f"{_NAME}&#45;(?:&gt;|&#45;){_NAME}")


def finished(svg: bytes, picture: Picture) -> bytes:
    """The SVG that Graphviz wrote of ``picture``, finished.

    - It has a title and a description in words, and so has each box, edge and frame, as a
      ``<title>``, which browsers show as a tooltip.
    - A box has its name as ``data-name``; an edge says with ``data-from`` and ``data-to`` which
      boxes it joins; a box of class group says with ``data-open`` which view it opens.
    - On a screen in dark mode it is dark; in print it is light.
    - It needs nothing from outside: no font, no DTD.

    The order, the ids and the classes (node, edge, cluster) are Graphviz's.

    O(size).
    """
    text = svg.decode("utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise RuntimeError("draw: Graphviz wrote no SVG.")
    body = re.sub(r"<!--.*?-->\n", "", text[head.end() :], flags=re.DOTALL)
    body = _ITEM.sub(_item, _WHOLE.sub(r"\1\n", body, count=1))
    body = _TOOLTIP.sub("", body).replace("</a>\n</g>\n", "")
    body = body.replace(' font-family="DejaVu Sans"', "")
    width, height, view = head.groups()
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<svg {_SPACE} width="{width}pt" height="{height}pt" viewBox="{view}"',
            f" font-family={quoteattr(FONTS.replace(chr(34), ''))}",
            ' role="img" class="chalkgrad">\n',
            f"<title>{escape(one_line(picture.title))}</title>\n",
            f"<desc>{escape(description(picture))}</desc>\n",
            f"<style>{_dark(body)}</style>",
            body,
        ]
    ).encode()


def description(picture: Picture) -> str:
    """The picture in words: what is computed from what, and what it gives.

    >>> from autograd import Value
    >>> from viz import draw
    >>> x = Value(2.0, label="x")
    >>> description(draw(x * x, gradients=True).picture)
    'The output × of x and x = 4, gradient 1. 2 boxes: 1 input, ... Inputs: x = 2, gradient 4.'
    """
    boxes = {box.name: box for box in picture.boxes}
    sentences = []
    ends = [box for box in picture.boxes if box.role == "output"]
    for box in ends[:MOST_NAMED]:
        operands = [_called(boxes[c.source]) for c in box.cells if c.source in boxes]
        made = f"{box.symbol} of {_listed(operands)}" if operands else box.symbol
        name = one_line(shortened(box.label))
        what = " = ".join(filter(None, (name, made, _number(box)))) or "without a name"
        sentences.append(f"The output {what}{_gradient(box)}.")
    if len(ends) > MOST_NAMED:
        sentences.append(f"{len(ends) - MOST_NAMED} more outputs.")
    counts = []
    for role in dict.fromkeys([*COLOURS, *(box.role for box in picture.boxes)]):
        count = sum(box.role == role for box in picture.boxes)
        if count:
            counts.append(f"{count} {_many(role, count)}")
    total = len(picture.boxes)
    sentences.append(f"{total} {_many('box', total)}: {', '.join(counts)}.")
    for role in ("input", "parameter"):
        found = [box for box in picture.boxes if box.role == role]
        if found:
            named = [
                " = ".join(filter(None, (_called(box), _number(box)))) + _gradient(box)
                for box in found[:MOST_NAMED]
            ]
            more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            sentences.append(f"{_many(role, 2).capitalize()}: {'; '.join(named)}{more}.")
    return " ".join(sentences)


def _called(box: Box) -> str:
    return one_line(shortened(box.label)) or box.number or box.symbol or box.name


def _number(box: Box) -> str:
    return box.number if box.label or box.symbol else ""


def _gradient(box: Box) -> str:
    told = box.gradient.replace("∇", "gradient").strip()
    return f", {told}" if told else ""


def _many(word: str, count: int) -> str:
    return word if count == 1 else word + ("es" if word.endswith("x") else "s")


def _listed(names: list[str]) -> str:
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(f"{len(names) - MOST_NAMED} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _item(match: re.Match[str]) -> str:
    """A node, edge or frame: its words become its title; an edge's own title says its ends."""
    name, classes, kind, title, words = match.groups()
    ends = _ENDS.fullmatch(title) if kind == "edge" else None
    data = f' data-from="{ends[1]}" data-to="{ends[2]}"' if ends else ""
    if kind == "node":
        data = f' data-name="{title}"'
        if "group" in classes.split():
            data += f' data-open="{title}"'
    return f'<g id="{name}" class="{classes}"{data}>\n<title>{words or title}</title>\n'


def _dark(body: str) -> str:
    """A rule for each colour of the palette that the picture uses.

    They hold for our pictures only: a notebook's page has others as well.
    """
    rules: dict[str, str] = {'[fill="white"]': f"{{fill:{PALETTE['page'][1]}}}"}
    for name, (light, dark) in PALETTE.items():
        for attribute in ("fill", "stroke"):
            what = f'{attribute}="{light}"'
            if what in body:
                # a card is as white as the page, but stands on it
                inside = ".node " if name == "card" else ""
                rules.setdefault(f"{inside}[{what}]", f"{{{attribute}:{dark}}}")
    told = "".join(f".chalkgrad {name}{colour}" for name, colour in rules.items())
    return f"@media screen and (prefers-color-scheme:dark){{{told}}}"
