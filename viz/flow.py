"""Colours by the flow of the gradient: its sign, and its size in powers of ten.

A layer where it vanishes or explodes stands out; a folded group has the norm of what is in it.
"""

from __future__ import annotations

import math
from dataclasses import replace

from viz.model import Box, Picture
from viz.numbers import shown

VANISHING, EXPLODING = 1e-6, 1e6  # the output's own gradient is 1
STEPS = (1e-3, 1.0)  # from where a colour is deeper, and the border thicker


def tint_of(adjoint: float | None, *, norm: bool = False) -> str:
    """The colour's name for a gradient, or for a norm; "" where there is none.

    >>> tint_of(0.5), tint_of(-2.0), tint_of(1e-9), tint_of(math.nan)
    ('positive-2', 'negative-3', 'vanishing', 'exploding')
    """
    if adjoint is None:
        return ""
    size = abs(adjoint)
    if not size < EXPLODING:
        return "exploding"
    if size < VANISHING:
        return "vanishing"
    sign = "norm" if norm else "positive" if adjoint > 0 else "negative"
    return f"{sign}-{1 + sum(size >= step for step in STEPS)}"


def tinted(picture: Picture, digits: int) -> Picture:
    """The picture with each box coloured by its gradient instead of by its role."""
    boxes = [_tinted(box, digits) for box in picture.boxes]
    signs = {box.tint.partition("-")[0] for box in boxes}
    roles = {box.role for box in boxes if box.tint and box.role != "group"}
    untinted = {box.role for box in boxes if not box.tint}
    key = [(kind, text) for kind, text in picture.key if kind not in roles - untinted]
    key += [(f"{s}-3", f"{s} gradient") for s in ("positive", "negative") if s in signs]
    if signs & {"positive", "negative", "norm"}:
        key.append(("note", "a thicker border: a larger one, from 0.001 and from 1 on"))
    if "vanishing" in signs:
        key.append(("vanishing", "grey: it vanishes, below 0.000001"))
    if "exploding" in signs:
        key.append(("exploding", "it explodes, 1000000 or more, or is no number"))
    if any(box.role == "group" and box.gradient for box in boxes):
        key.append(("gradient", "‖∇‖ of what is folded: root of the sum of squares"))
    return replace(picture, boxes=boxes, key=key)


def _tinted(box: Box, digits: int) -> Box:
    tint = tint_of(box.adjoint, norm=box.role == "group")
    if tint and box.role == "group":
        told = f"‖∇‖ {shown(box.adjoint, digits)}"
        return replace(box, tint=tint, gradient=told, words=f"{box.words}, gradient's norm {told}")
    return replace(box, tint=tint)


def norm_of(members: list[Box]) -> float | None:
    """The norm of the gradients of several boxes; None where there are none."""
    found = [box.adjoint for box in members if box.adjoint is not None]
    return math.hypot(*found) if found else None
