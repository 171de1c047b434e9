"""What a notebook is given of a picture: svg, png where that is not trusted, pdf to print, text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection
from typing import Any

MOST_BOXES = 400  # up to which there is more than svg: a larger one takes long

Bundle = tuple[dict[str, Any], dict[str, Any]]


def bundle(
    rendered: Callable[[str], bytes],
    text: str,
    boxes: int,
    include: Collection[str] | None,
    exclude: Collection[str] | None,
) -> Bundle:
    """The data by MIME type, and what is to be known of them; it never raises.

    A received notebook is not trusted at first: Jupyter then shows no svg, but the png. An export
    to LaTeX takes the pdf; without one it would call Inkscape, and fail where there is none.
    Where these can't be made, as without Graphviz, there is the svg.
    """

    def wanted(kind: str) -> bool:
        return (not include or kind in include) and kind not in (exclude or ())

    data: dict[str, Any] = {}
    about: dict[str, Any] = {}
    error = ""
    if wanted("image/svg+xml"):
        try:
            data["image/svg+xml"] = fitted(rendered("svg").decode())
        except Exception as reason:  # noqa: BLE001 - a notebook must never see a picture raise
            error = f": {reason}"
    for kind, suffix in (("image/png", "png"), ("application/pdf", "pdf")):
        if wanted(kind) and boxes <= MOST_BOXES and not error:
            try:
                found = rendered(suffix)
            except Exception as reason:  # noqa: BLE001 - as above
                error = "" if data else f": {reason}"
                continue
            data[kind] = base64.b64encode(found).decode("ascii")
            if suffix == "png":
                about[kind] = {"width": int.from_bytes(found[16:20], "big")}
    if wanted("text/plain"):
        data["text/plain"] = text + error
    return data, about


def fitted(svg: str) -> str:
    """The svg as part of a page: no wider than the page, and in its own proportions.

    >>> fitted('<?xml?><svg width="9pt" height="9pt" viewBox="0 0 9 9"></svg>')
    '<svg style="max-width:100%;height:auto" width="9pt" height="9pt" viewBox="0 0 9 9"></svg>'
    """
    start = svg.index("<svg")
    head, end, rest = svg[start:].partition(">")
    style = re.search(r'\sstyle="([^"]*)"', head)
    if style:
        head = head.replace(style[0], "")
    own = f";{style[1]}" if style else ""
    return f'<svg style="max-width:100%;height:auto{own}"{head[4:]}{end}{rest}'
