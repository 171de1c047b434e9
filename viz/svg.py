"""The writer of SVG for a scene: light, dark and in print, and readable aloud."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from viz.dot import one_line, printable
from viz.scene import PALETTE, Curve, Group, Rect, Scene, Text

FONTS = '"DejaVu Sans", "Bitstream Vera Sans", Verdana, "Noto Sans", sans-serif'


def svg_of(scene: Scene) -> str:
    """The scene as one SVG file; it needs no font and nothing else from outside."""
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    space = 'xmlns="http://www.w3.org/2000/svg"'
    box = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}"'
    out = [f'<rect class="page" {size}/>']
    stack: list[Group | Rect | Curve | Text | str] = [*reversed(scene.groups)]
    while stack:
        shape = stack.pop()
        if isinstance(shape, str):
            out.append(shape)
        elif isinstance(shape, Group):
            out.append(_opened(shape))
            stack.append("</g>")
            stack += reversed(shape.shapes)
        else:
            out.append(_drawn(shape))
    body = "\n".join(out)
    head = [
        f'<svg {space} {size} {box} role="img" class="chalkgrad">',
        f"<title>{_words(scene.title)}</title>",
        f"<desc>{_words(scene.description)}</desc>",
        f"<style>{_style(body)}</style>",
    ]
    return "\n".join([*head, body, "</svg>\n"])


def _style(body: str) -> str:
    """The colours that are used. The rules hold for our pictures only: a page has others too."""
    used = {name for names in re.findall(r'class="([^"]*)"', body) for name in names.split()}
    palette = {n: pair for n, pair in PALETTE.items() if used & {n, f"s-{n}"}}
    light = "".join(f"--{name}:{colours[0]};" for name, colours in palette.items())
    dark = "".join(f"--{name}:{colours[1]};" for name, colours in palette.items())
    us = ".chalkgrad"
    rules = "".join(
        f"{us} .{n}{{fill:var(--{n})}}{us} .s-{n}{{stroke:var(--{n})}}" for n in palette
    )
    return (
        f"{us}{{{light}}}@media screen and (prefers-color-scheme:dark){{{us}{{{dark}}}}}"
        f"{us} text{{font-family:{FONTS};white-space:pre}}"
        f"{us} path,{us} .hollow{{fill:none}}{rules}"
    )


def _opened(group: Group) -> str:
    attributes = f' class="{group.kind}"' if group.kind else ""
    if group.name:
        attributes += f" id={quoteattr(group.name)}"
    if group.ends:
        attributes += f" data-from={quoteattr(group.ends[0])} data-to={quoteattr(group.ends[1])}"
    title = f"<title>{_words(group.words)}</title>" if group.words else ""
    return f"<g{attributes}>{title}"


def _drawn(shape: Rect | Curve | Text) -> str:
    if isinstance(shape, Text):
        style = ' font-weight="700"' if shape.bold else ""
        if shape.anchor != "start":
            style += f' text-anchor="{shape.anchor}"'
        return (
            f'<text class="{shape.fill}" x="{_n(shape.x)}" y="{_n(shape.y)}" '
            f'font-size="{_n(shape.size)}"{style}>{_words(shape.text)}</text>'
        )
    faded = f' opacity="{shape.opacity:.2f}"' if shape.opacity < 1 else ""
    dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
    if isinstance(shape, Rect):
        names = [shape.fill or "hollow"]
        if shape.stroke:
            names.append(f"s-{shape.stroke}")
            faded += f' stroke-width="{_n(shape.thickness)}"'
        radius = f' rx="{_n(shape.radius)}"' if shape.radius else ""
        return (
            f'<rect class="{" ".join(names)}" x="{_n(shape.x)}" y="{_n(shape.y)}" '
            f'width="{_n(shape.width)}" height="{_n(shape.height)}"{radius}{faded}{dashes}/>'
        )
    (x, y), *rest = shape.points
    path = f"M{_n(x)},{_n(y)}{'C' if shape.bezier else 'L'}"
    path += " ".join(f"{_n(a)},{_n(b)}" for a, b in rest)
    line = (
        f'<path class="s-{shape.stroke}" stroke-width="{_n(shape.thickness)}" d="{path}"{faded}'
        f"{dashes}/>"
    )
    if shape.arrow:
        corners = " ".join(f"{_n(a)},{_n(b)}" for a, b in arrowhead(shape))
        line += f'<polygon class="{shape.stroke}" points="{corners}"{faded}/>'
    return line


def arrowhead(curve: Curve) -> list[tuple[float, float]]:
    """The three corners of the arrow at a curve's end, the tip first."""
    (x, y), size = curve.points[-1], 5.0 + 1.5 * curve.thickness
    before = next((p for p in reversed(curve.points[:-1]) if p != (x, y)), (x - 1.0, y))
    dx, dy = x - before[0], y - before[1]
    length = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / length * size, dy / length * size
    return [(x, y), (x - dx - dy / 2, y - dy + dx / 2), (x - dx + dy / 2, y - dy - dx / 2)]


def _words(text: str) -> str:
    return escape(one_line(printable(text)))


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
