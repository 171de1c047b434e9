"""The views of a page: the picture, and the same with one group after another open."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from autograd import ArgumentError
from viz.model import Picture

MOST_VIEWS = 24  # in a page; groups beyond open with draw(..., expand=...)


def views_of(
    start: Picture,
    drawn: Callable[[Picture], str],
    opened: Callable[[tuple[str, ...]], Picture],
) -> dict[str, str]:
    """The views for :func:`viz.html.html_of`, the start first, then what is nearest to it.

    Args:
        start: what is shown first.
        drawn: a picture as SVG.
        opened: the picture in which the groups of these titles are open, each in the one before.

    A view is named after the boxes that lead to it: ``"g0/g2"`` is what ``g2`` opens in the view
    ``"g0"``. A group that can't be opened, or shows nothing new, has none.
    """
    views = {"": drawn(start)}
    waiting: deque[tuple[str, Picture, tuple[str, ...]]] = deque([("", start, ())])
    while waiting:
        path, picture, titles = waiting.popleft()
        for box in picture.boxes:
            if len(views) >= MOST_VIEWS:
                return views
            if box.role != "group" or not box.label or box.label in titles:
                continue
            within = (*titles, box.label)
            try:
                inner = opened(within)
            except ArgumentError:
                continue
            if inner != picture:
                name = f"{path}/{box.name}".lstrip("/")
                views[name] = drawn(inner)
                waiting.append((name, inner, within))
    return views
