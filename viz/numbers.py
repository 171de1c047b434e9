"""Numbers in pictures: short, and never taken for others."""

from __future__ import annotations

from autograd import shown

__all__ = ["same", "shown"]


def same(a: float, b: float) -> bool:
    """Whether two numbers are one and the same, nan with nan."""
    return a == b or (a != a and b != b)
