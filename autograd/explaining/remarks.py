"""What is said of numbers: what a slope means, what nudging found, what one should know."""

from __future__ import annotations

from autograd.explaining.graph import Graph
from autograd.explaining.nudged import STEP, Nudge
from autograd.explaining.steps import forward_step
from autograd.explaining.writing import Text
from autograd.words import phrase


def verdict(style: Text, found: Nudge | None) -> tuple[str, str]:
    """A mark, and what to say instead of what the slope means."""
    if found is None:
        return "", ""
    if found.verdict == "kink":
        left, right = (measured(style, x) for x in (found.left, found.right))
        return style.cross, phrase(
            "a kink: {left} on the left, {right} on the right", left=left, right=right
        )
    if found.verdict == "unclear":
        return "?", phrase("nudging it can't decide")
    mark = style.tick if found.verdict == "agrees" else style.cross
    by = "" if found.step == STEP else phrase("nudged by {step}", step=style.number(found.step))
    return mark, by


def measured(style: Text, x: float) -> str:
    """A difference, which has no more right digits than these."""
    return style.number(float(f"{x:.8g}"))


def meaning(style: Text, slope: float) -> str:
    """What a slope means.

    >>> from autograd.explaining.writing import TEXT
    >>> meaning(TEXT, -0.5), meaning(TEXT, 0.0)
    ('falls 0.5 for each unit', 'stays as it is')
    """
    if slope != slope:
        return phrase("nobody knows: the slope is nan")
    if slope == 0:
        return phrase("stays as it is")
    by = style.number(abs(slope))
    if slope > 0:
        return phrase("rises {by} for each unit", by=by)
    return phrase("falls {by} for each unit", by=by)


def notes_of(graph: Graph) -> list[str]:
    """What one should know: numbers that have changed since, and where the first nan came from."""
    style, notes = graph.style, []
    for x, used in graph.changed()[:3]:
        notes.append(
            phrase(
                "{name} was {old} when this was computed and is {new} now: all numbers here are "
                "those of then.",
                name=graph.names[x],
                old=style.number(used),
                new=style.number(x._number),
            )
        )
    for node in graph.order:
        if node._number != node._number:
            step = forward_step(graph, 0, node)
            what = f"{step['name']} = {step['formula']} = {step['numbers']}"
            notes.append(phrase("The first nan: {what}", what=what))
            break
    return notes
