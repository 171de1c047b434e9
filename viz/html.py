"""The writer of HTML: one file that shows a picture to walk in, offline.

The script and the style stand in page.js and page.css. They are copied into the page, whose policy
allows that very script, by its hash, and nothing from outside: a label can't run, nor load a thing.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from importlib.resources import files

from autograd import ArgumentError
from viz.dot import one_line
from viz.scene import PALETTE
from viz.svg import FONTS

_COLOURS = {"PAGE": "page", "INK": "ink", "CARD": "card", "LINE": "line", "FOCUS": "negative"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<nav id="trail" aria-label="Opened groups" hidden></nav>
<div id="tools" role="group" aria-label="View">
<button id="nearer" aria-label="Zoom in (+)">+</button>
<button id="farther" aria-label="Zoom out (-)">−</button>
<button id="whole" aria-label="Fit to window (0)">Fit</button>
</div>
</header>
<main id="stage">
{sections}</main>
<p id="status" role="status" aria-live="polite"></p>
<script>{script}</script>
</body>
</html>
"""


def html_of(views: Mapping[str, str], title: str) -> str:
    """A page that shows a picture, and what its groups hold.

    Args:
        views: SVG files. The first is shown at the start; the others are named like the boxes that
            open them: a node whose ``data-open``, or else ``data-name``, is ``g2`` opens the view
            ``"g2"``, or from the view ``"g0"`` the view ``"g0/g2"`` (:func:`viz.views.views_of`).
        title: of the page.

    Drag and wheel move the picture, also + - 0 and buttons. A box that is pointed at, or that Tab
    or an arrow key has led to, is told in words, and the paths into and out of it stand out.
    Nodes, and edges with ``data-from`` and ``data-to``, are found by Graphviz's classes.

    Raises:
        ArgumentError: when there is no view, or one is no SVG.

    O(size).

    >>> page = html_of({"": '<svg viewBox="0 0 1 1"></svg>'}, "Nothing")
    >>> page.count("<section"), "<title>Nothing</title>" in page
    (1, True)
    """
    if not views:
        raise ArgumentError("draw: there is no view to show: give at least one SVG.")
    sections: list[str] = []
    for name, svg in views.items():
        hidden = " hidden" if sections else ""
        shown = f'<section data-view="{html.escape(name)}"{hidden}>\n{_embedded(svg)}</section>\n'
        sections.append(shown)
    script = files("viz").joinpath("page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(
        policy=policy,
        title=html.escape(one_line(title)) or "Picture",
        style=_style(),
        sections="".join(sections),
        script=script,
    )


def _style() -> str:
    """The sheet, with the palette's colours: light, and dark where that is asked for."""
    sheet = files("viz").joinpath("page.css").read_text(encoding="utf-8").replace("FONTS", FONTS)
    for word in _COLOURS:
        sheet = sheet.replace(word, f"var(--page-{word.lower()})")
    light, dark = (
        "".join(f"--page-{word.lower()}:{PALETTE[name][mode]};" for word, name in _COLOURS.items())
        for mode in (0, 1)
    )
    night = "@media screen and (prefers-color-scheme:dark)"
    return f":root{{{light}}}\n{night}{{:root{{{dark}}}}}\n{sheet}"


def _embedded(svg: str) -> str:
    """An SVG file inside a page: no prolog; and no ids, which two pictures would share."""
    start = svg.find("<svg")
    if start < 0:
        raise ArgumentError("draw: a view of the page is no SVG.")
    return re.sub(r"<[a-z][^<>]*>", _without_id, svg[start:])


def _without_id(match: re.Match[str]) -> str:
    tag = match[0]
    named = ' data-name="' in tag or not re.search(r' class="([^"]* )?node[ "]', tag)
    return re.sub(r' id="([^"]*)"', "" if named else r' data-name="\1"', tag)
