"""png and pdf of a scene: Graphviz draws the shapes, which are already laid out.

They stand in the graph's attribute ``_background``, in Graphviz's own drawing language xdot
(https://graphviz.org/docs/outputs/canon/#xdot), whose y goes upwards; the layout engine "nop2"
moves nothing.
"""

from __future__ import annotations

from viz.dot import one_line
from viz.layout import FONT, render
from viz.scene import PALETTE, Curve, Group, Rect, Scene, Text
from viz.svg import arrowhead

SMALLEST = 1.0  # text that is written; for a smaller one Pango finds no font
MOST_SHAPES = 3000  # that are drawn in this process
PIECE = 4000  # characters
POINTS = 0.75  # of a CSS pixel


def rendered(scene: Scene, suffix: str) -> bytes:
    """The scene as png or pdf, in light colours; raises what ``viz.layout.render`` does."""
    height = scene.height
    page = Rect(0, 0, scene.width, height, fill="page")
    out = [_rect(page, height)]
    stack: list[Rect | Curve | Text | Group] = [*reversed(scene.groups)]
    while stack:
        shape = stack.pop()
        if isinstance(shape, Group):
            stack += reversed(shape.shapes)
        elif isinstance(shape, Rect):
            out.append(_dashed(_rect(shape, height), shape))
        elif isinstance(shape, Curve):
            out.append(_dashed(_curve(shape, height), shape))
        elif shape.text.strip() and shape.size * POINTS >= SMALLEST:
            out.append(_text(shape, height))
    drawing = _quoted(" ".join(out))
    corners = f"0,0,{_n(scene.width)},{_n(height)}"
    source = (
        f'digraph {{ graph [layout=nop2 bb="{corners}" pad=0 margin=0 _background={drawing}] }}'
    )
    return render(source, suffix, here=len(out) <= MOST_SHAPES, engine="nop2")


def _quoted(text: str) -> str:
    """A string in DOT, in pieces, for Graphviz reads none that is longer than 16 kB."""
    pieces = [text[k : k + PIECE].replace('"', '\\"') for k in range(0, len(text), PIECE)]
    return " + ".join(f'"{piece}"' for piece in pieces)


def _dashed(drawn: str, shape: Rect | Curve) -> str:
    return f"{_style('dashed')} {drawn} {_style('solid')}" if shape.dashed else drawn


def _rect(rect: Rect, height: float) -> str:
    x, y, w, h = rect.x, height - rect.y - rect.height, rect.width, rect.height
    r = min(rect.radius, w / 2, h / 2)
    fill = _colour(rect.fill, rect.opacity) if rect.fill else "#ffffff00"
    line = _colour(rect.stroke, rect.opacity) if rect.stroke else "#ffffff00"
    width = _style(f"setlinewidth({_n(rect.thickness if rect.stroke else 0)})")
    pens = f"{width} c {_string(line)} C {_string(fill)}"
    if not r:
        return f"{pens} P 4 {_points([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])}"
    k = 0.448 * r  # a quarter of a circle as a cubic
    x2, y2 = x + w, y + h
    path = [
        (x + r, y), (x + r, y), (x2 - r, y), (x2 - r, y), (x2 - k, y), (x2, y + k), (x2, y + r),
        (x2, y + r), (x2, y2 - r), (x2, y2 - r), (x2, y2 - k), (x2 - k, y2), (x2 - r, y2),
        (x2 - r, y2), (x + r, y2), (x + r, y2), (x + k, y2), (x, y2 - k), (x, y2 - r),
        (x, y2 - r), (x, y + r), (x, y + r), (x, y + k), (x + k, y), (x + r, y),
    ]  # fmt: skip
    return f"{pens} b {len(path)} {_points(path)}"


def _curve(curve: Curve, height: float) -> str:
    colour = _colour(curve.stroke, curve.opacity)
    points = [(x, height - y) for x, y in curve.points]
    kind = "B" if curve.bezier else "L"
    width = _style(f"setlinewidth({_n(curve.thickness)})")
    out = f"{width} c {_string(colour)} {kind} {len(points)} {_points(points)}"
    if curve.arrow:
        corners = [(x, height - y) for x, y in arrowhead(curve)]
        out += f" C {_string(colour)} P 3 {_points(corners)}"
    return out


def _text(text: Text, height: float) -> str:
    font = f"{FONT} Bold" if text.bold else FONT
    place = {"start": -1, "middle": 0, "end": 1}[text.anchor]
    return (
        f"c {_string(_colour(text.fill, 1.0))} F {_n(text.size)} {_string(font)} "
        f"T {_n(text.x)} {_n(height - text.y)} {place} 0 {_string(_inert(text.text))}"
    )


def _inert(text: str) -> str:
    return one_line(text).replace("\\", "\u2216")  # in DOT a backslash can't stand alone


def _colour(name: str, opacity: float) -> str:
    return PALETTE[name][0] + (f"{round(255 * opacity):02x}" if opacity < 1 else "")


def _style(text: str) -> str:
    return f"S {_string(text)}"


def _string(text: str) -> str:
    return f"{len(text.encode())} -{text}"


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(x: float) -> str:
    return f"{x * POINTS:.2f}".rstrip("0").rstrip(".")
