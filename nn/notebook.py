"""What a notebook shows of modules and of training: tables and a curve, in plain HTML and SVG."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator
from typing import Any

from autograd import Value
from nn import search, shown

MOST_ROWS = 40
WIDTH, HEIGHT, LEFT, TOP = 480, 150, 64, 8  # of the curve, in pixels; margins for its numbers
MOST_POINTS = 240  # pairs of the least and the largest loss; more than there are pixels is no use

Path = tuple[str | int, ...]


def parameters_html(module: Any) -> str | None:
    """The parameters of a module as a table: a row for each group, its shape and its count."""
    try:
        return _table(module)
    except Exception:  # noqa: BLE001 - a notebook must never see a view raise: it shows the text
        return None


def history_html(history: Any) -> str | None:
    """The summary and the curve of the losses."""
    try:
        return (
            f"<div>{_escaped(repr(history))}<br/>{curve(history.losses, history.validation)}</div>"
        )
    except Exception:  # noqa: BLE001 - as above
        return None


def _table(module: Any) -> str:
    groups: dict[tuple[Path, Path], list[Path]] = {}
    owners: dict[Path, Any] = {}
    for path, cut, owner in _found(module):
        place, inside = path[:cut], path[cut:]
        owners.setdefault(place, owner)
        name: Path = tuple(["*" if isinstance(x, int) else x for x in inside])
        groups.setdefault((place, name), []).append(
            tuple([x for x in inside if isinstance(x, int)])
        )
    rows: list[list[str]] = []
    last: Path | None = None
    for (place, pattern), indices in groups.items():
        first = (_dotted(place) or "self") if place != last else ""
        kind = _kind(owners[place]) if first and place else ""
        what = _dotted([x for x in pattern if x != "*"])
        rows.append([first, kind, what, _shape(indices), f"{len(indices):,}"])
        last = place
    total = sum([len(indices) for indices in groups.values()])
    if len(rows) > MOST_ROWS:
        rest = sum([len(indices) for indices in [*groups.values()][MOST_ROWS:]])
        more = f"... and {len(rows) - MOST_ROWS} more rows"
        rows[MOST_ROWS:] = [[more, "", "", "", f"{rest:,}"]]
    rows.append(["total", "", "", "", f"{total:,}"])
    head = _row(["module", "kind", "parameters", "shape", "count"], "th")
    body = "".join([_row(cells) for cells in rows])
    caption = f"<caption>{_escaped(_kind(module))}</caption>"
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>"


def _kind(module: Any) -> str:
    return _short(shown.line(module), 80)


def _row(cells: list[str], tag: str = "td") -> str:
    places = ["left"] * (len(cells) - 1) + ["right"]
    texts = [
        f'<{tag} style="text-align:{place}">{_escaped(text)}</{tag}>'
        for place, text in zip(places, cells, strict=True)
    ]
    return f"<tr>{''.join(texts)}</tr>"


def _found(module: Any) -> Iterator[tuple[Path, int, Any]]:
    """Every parameter once: its path, how much of that is its module's, and this module.

    Modules of a list that are all alike and have no parts of their own, as the neurons of a layer,
    are told of with the module around them.
    """
    # Reversed on the stack, so that the first comes off first, as in Module.named_parameters.
    stack: list[tuple[Path, int, Any, Any]] = [((), 0, module, module)]
    seen: set[int] = set()
    while stack:
        path, cut, owner, thing = stack.pop()
        if isinstance(thing, Value):
            if thing.is_leaf and id(thing) not in seen:
                seen.add(id(thing))
                yield path, cut, owner
            continue
        if _is_module(thing) or isinstance(thing, (list, dict)):
            if id(thing) in seen:
                continue
            seen.add(id(thing))
        parts = [(n if type(n) is int else str(n), part) for n, part in search.parts(thing)]
        items = thing if isinstance(thing, (list, tuple)) else ()
        alike = any(map(_is_module, items)) and len(set(map(_form, items))) == 1
        for name, part in reversed(parts):
            here = (*path, name)
            if _is_module(part) and not (alike and _form(part)):
                stack.append((here, len(here), part, part))
            else:
                stack.append((here, cut, owner, part))


def _form(thing: Any) -> tuple[Any, ...]:
    """What a module without parts of its own has, in numbers; () for anything else."""
    if not _is_module(thing):
        return ()
    form = []
    for name, part in vars(thing).items():
        if _is_module(part):
            return ()
        items = part if isinstance(part, (list, tuple)) else ()
        if any([_is_module(x) or isinstance(x, (list, tuple, dict)) for x in items]):
            return ()  # a layer by itself
        form.append((name, len(items), isinstance(part, Value)))
    return type(thing), tuple(form)


def _is_module(thing: Any) -> bool:
    return hasattr(type(thing), "named_parameters")


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path))


def _shape(indices: list[Path]) -> str:
    """16 × 2; "" of a single one, and of a ragged list how many there are by its outer index."""
    if not indices[0]:
        return ""
    sizes = [len(set(column)) for column in zip(*indices, strict=True)]
    full = math.prod(sizes) == len(indices)
    return " × ".join(map(str, sizes)) if full else f"{sizes[0]} lists"


def curve(losses: list[float], validation: Iterable[float] = ()) -> str:
    """The losses against the epochs as SVG, on a logarithmic scale where they fall far.

    Those of validation are dashed. Losses that are not finite are left out.
    """
    both = [
        [(i, float(x)) for i, x in enumerate(given, start=1) if math.isfinite(x)]
        for given in (losses, validation)
    ]
    points, others = both
    if len(points) < 2:
        return ""
    every = [x for _, x in [*points, *others]]
    low, high = min(every), max(every)
    far = low > 0 and high / low > 30
    scaled = [[(i, math.log(x) if far else x) for i, x in line] for line in both]
    bottom, top = (math.log(low), math.log(high)) if far else (low, high)
    wide, tall = WIDTH - LEFT - 8, HEIGHT - TOP - 34
    n = len(losses)

    def place(i: int, y: float) -> str:
        share = (y / 2 - bottom / 2) / (top / 2 - bottom / 2) if top > bottom else 0.5  # no inf
        return f"{LEFT + wide * (i - 1) / (n - 1):.1f},{TOP + tall * (1 - share):.1f}"

    first, second = [" ".join([place(i, y) for i, y in _thinned(line)]) for line in scaled]
    said = f"losses of {n} epochs, from {points[0][1]:.4g} to {points[-1][1]:.4g}"
    base = TOP + tall
    texts = [
        (LEFT - 6, TOP + 8, "end", f"{high:.3g}"),
        (LEFT - 6, base + 4, "end", f"{low:.3g}"),
        (LEFT, base + 16, "start", "1"),
        (LEFT + wide, base + 16, "end", str(n)),
        (LEFT + wide / 2, base + 28, "middle", "epoch, dashed: validation" if others else "epoch"),
        (LEFT - 6, TOP + tall / 2 + 4, "end", "loss, log" if far else "loss"),
    ]
    words = "".join(
        [f'<text x="{x:g}" y="{y:g}" text-anchor="{end}">{t}</text>' for x, y, end, t in texts]
    )
    lines = f'<polyline points="{first}" fill="none" stroke="#0072b2" stroke-width="2"/>'
    if len(others) > 1:
        dashed = 'fill="none" stroke="#d55e00" stroke-width="2" stroke-dasharray="6 4"'
        lines += f'<polyline points="{second}" {dashed}/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width:100%;height:auto" '
        f'font-family="sans-serif" font-size="12" fill="currentColor"><title>{said}</title>'
        f'<path d="M{LEFT},{TOP}V{base}H{LEFT + wide}" fill="none" stroke="currentColor"/>'
        f"{lines}{words}</svg>"
    )


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The first, the last, and of each stretch between them the least and the largest."""
    if len(points) <= 2 * MOST_POINTS:
        return points
    kept = {points[0], points[-1]}
    size = math.ceil(len(points) / MOST_POINTS)
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        kept |= {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
    return sorted(kept)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _escaped(text: str) -> str:
    return html.escape("".join([c if c.isprintable() else "\ufffd" for c in _short(text, 200)]))
