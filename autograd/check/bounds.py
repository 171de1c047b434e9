"""Bounds of regions, snapped to a plain number between a right point and a wrong one."""

from __future__ import annotations

import math


def between(low: float, high: float, width: float = 1.0) -> float:
    """The simplest number between two, or next to them: 0 if they are small against ``width``.

    >>> between(3.0000021, 3.0000019), between(1.57082, 1.57079), between(-4e-9, 0.0)
    (3.0, 1.571, 0.0)
    """
    low, high = sorted((low, high))
    middle = (low + high) / 2
    slack = (high - low) / 2
    if abs(middle) <= 1e-6 * width + slack:
        return 0.0
    for digits in (1, 2, 3):
        simple = float(f"{middle:.{digits}g}")
        if abs(simple - middle) <= 1e-4 * abs(middle) + slack:
            return simple
    return float(f"{middle:.4g}")


CONSTANTS = (("2π", 2.0), ("π", 1.0), ("π/2", 0.5), ("π/4", 0.25))


def shown(bound: float) -> str:
    """A bound as it is written.

    >>> shown(1.571), shown(3.2), shown(200000.0)
    ('π/2', '3.2', '200000')
    """
    for text, part in CONSTANTS:
        if float(f"{part * math.pi:.4g}") == abs(bound):
            return f"{'-' * (bound < 0)}{text}"
    return full(bound)


def exact_number(bound: float) -> float:
    """The number that :func:`shown` writes."""
    for _, part in CONSTANTS:
        if float(f"{part * math.pi:.4g}") == abs(bound):
            return math.copysign(part * math.pi, bound)
    return bound


def full(x: float) -> str:
    """A number in few digits if these are all."""
    return f"{x:g}" if float(f"{x:g}") == x else repr(x)


def outward(x: float, side: int) -> str:
    """A number in three digits that is not on the inner side of it.

    >>> outward(0.98726, 1), outward(0.98726, -1), outward(-8.464e-6, -1)
    ('0.988', '0.987', '-8.47e-06')
    """
    short = f"{x:.3g}"
    if side * float(short) >= side * x:
        return short
    return f"{x + side * 10.0 ** (math.floor(math.log10(abs(x))) - 2):.3g}"
