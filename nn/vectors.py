"""A little linear algebra, of lists of floats or of NumPy's arrays."""

from __future__ import annotations

import sys
from operator import mul
from typing import Any

Vector = Any  # a list of floats, or an array of them


def dot(xs: Vector, ys: Vector) -> float:
    """Σ x·y."""
    return sum(map(mul, xs, ys)) if isinstance(xs, list) else float(xs @ ys)


def moved(xs: Vector, t: float, ds: Vector) -> Vector:
    """x + t·d."""
    if isinstance(xs, list):
        return [x + t * d for x, d in zip(xs, ds, strict=True)]
    return xs + t * ds


def scaled(t: float, xs: Vector) -> Vector:
    """t·x."""
    return [t * x for x in xs] if isinstance(xs, list) else t * xs


def largest(xs: Vector) -> float:
    """The largest abs(x)."""
    return max(map(abs, xs)) if isinstance(xs, list) else float(abs(xs).max())


def length(xs: Vector) -> float:
    """Σ abs(x)."""
    return sum(map(abs, xs)) if isinstance(xs, list) else float(abs(xs).sum())


def like(xs: Vector, ys: Vector) -> Vector:
    """ys as a list or an array, whichever xs is."""
    if isinstance(xs, list):
        return ys if isinstance(ys, list) else ys.tolist()
    return sys.modules["numpy"].asarray(ys)


def without_arrays(kept: Any) -> Any:
    """A copy in which every array is a list."""
    if isinstance(kept, dict):
        return {name: without_arrays(part) for name, part in kept.items()}
    if isinstance(kept, (list, tuple)):
        return type(kept)([without_arrays(part) for part in kept])
    return kept.tolist() if hasattr(kept, "tolist") else kept
