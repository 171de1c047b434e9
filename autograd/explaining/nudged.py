"""Each leaf nudged a little, and the graph computed again: the slope without the chain rule."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autograd.maths import read
from autograd.reverse import dependents

STEP = 1e-5
ULP = 2.0**-52
COARSE = 0.01  # a bound beyond this share of the slope decides nothing


class Nudge(NamedTuple):
    """What nudging a leaf found.

    Attributes:
        slope: (L(x + step) - L(x - step)) / 2 step.
        step: by how much the leaf was nudged.
        verdict: "agrees", "differs", "kink" or "unclear".
        left, right: the slopes on either side.
    """

    slope: float
    step: float
    verdict: str
    left: float
    right: float


def nudge(root: Any, leaf: Any, slope: float) -> Nudge:
    """Nudge one leaf. The other numbers are those recorded, also where a leaf has new data now.

    The verdict's bound is three times what halving the step changes, and what rounding may do.
    """
    order = dependents(root, [leaf]).order
    number = next(n for z in order for x, n in zip(z.parents, z.numbers, strict=True) if x is leaf)
    step = STEP if abs(number) <= 1e3 else STEP * abs(number)
    at = {k: _again(root, order, leaf, k * step / 2) for k in (-2, -1, 0, 1, 2)}
    wide, near = _slope(at, -2, 2, step), _slope(at, -1, 1, step)
    left, right = _slope(at, -1, 0, step), _slope(at, 0, 1, step)
    noise = 16 * ULP * (max(map(abs, at.values())) + abs(slope * number)) / step
    bound = 3 * abs(wide - near) + noise + 1e-12 * abs(slope)
    jump, wider = abs(right - left), abs(_slope(at, 0, 2, step) - _slope(at, -2, 0, step))
    if not all(map(math.isfinite, (*at.values(), slope))):
        verdict = "unclear"
    elif jump > 100 * noise and jump > 1e-3 * max(abs(left), abs(right)) and wider < 1.5 * jump:
        verdict = "kink"
    elif abs(wide - slope) <= bound:
        verdict = "agrees" if bound <= COARSE * max(abs(slope), abs(wide)) + noise else "unclear"
    else:
        verdict = "differs"
    return Nudge(wide, step, verdict, left, right)


def _slope(at: dict[int, float], low: int, high: int, step: float) -> float:
    return (at[high] - at[low]) / ((high - low) * step / 2)


def _again(root: Any, order: list[Any], leaf: Any, by: float) -> float:
    new: dict[Any, float] = {}
    for node in order:
        xs = [
            number + by if x is leaf else new.get(x, number)
            for x, number in zip(node.parents, node.numbers, strict=True)
        ]
        new[node] = read(node.op.forward, *node.op.arguments(xs))
    return new[root]
