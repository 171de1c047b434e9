"""Structures of numbers, as people write parameters: nested lists, tuples, dicts, NumPy arrays.

A function of such a structure is differentiated with respect to all its numbers, and the gradient
has the structure's own shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def leaves(tree: Any) -> list[Any]:
    """The numbers of a structure from left to right (of a dict, in the order of its keys).

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        tree = tree.values()
    elif isinstance(tree, np.ndarray) and tree.ndim:
        return list(tree.flat)
    elif not isinstance(tree, (list, tuple)):
        return [] if tree is None else [tree]
    found: list[Any] = []
    for part in tree:
        if type(part) is float:
            found.append(part)
        else:
            found += leaves(part)
    return found


def rebuilt(tree: Any, new: Iterator[Any], pack: Callable[[Any], Any] | None = None) -> Any:
    """The same structure with other leaves; ``pack`` finishes an array of them.

    >>> rebuilt({"w": [1.0, 2.0], "b": 3.0}, iter("xyz"))
    {'w': ['x', 'y'], 'b': 'z'}
    """
    if isinstance(tree, dict):
        return {key: rebuilt(part, new, pack) for key, part in tree.items()}
    if isinstance(tree, tuple):
        parts = [rebuilt(part, new, pack) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    if isinstance(tree, list):
        return [rebuilt(part, new, pack) for part in tree]
    if isinstance(tree, np.ndarray) and tree.ndim:
        array = np.empty(tree.shape, dtype=object)
        array[...] = np.fromiter(new, dtype=object, count=tree.size).reshape(tree.shape)
        return array if pack is None else pack(array)
    return None if tree is None else next(new)


def plain_array(array: Any) -> Any:
    """An array of Python floats as an array of float64; of Values, as it is."""
    return array.astype(float) if all(type(x) is float for x in array.flat) else array
