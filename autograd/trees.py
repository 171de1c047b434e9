"""Structures of numbers, as people write parameters: nested lists, tuples, dicts, NumPy arrays.

A function of such a structure is differentiated with respect to all its numbers, and the gradient
has the structure's own shape. A module of ``nn`` is one too: it can be copied with other
parameters, and its gradient is a dict by the parameters' names.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from autograd.errors import ArgumentError
from autograd.maths import is_array, unboxed


def leaves(tree: Any) -> list[Any]:
    """The numbers of a structure from left to right (of a dict, in the order of its keys).

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        tree = tree.values()
    elif is_array(tree):
        return list(tree.flat)
    elif is_module(tree):
        return list(tree.parameters())
    elif is_dataclass(tree):
        tree = [getattr(tree, name) for name in tree.__dataclass_fields__]
    elif not isinstance(tree, (list, tuple)):
        return [] if tree is None else [tree]
    found: list[Any] = []
    for part in tree:
        if type(part) is float:
            found.append(part)
        else:
            found += leaves(part)
    return found


def is_tensor(x: Any) -> bool:
    """Whether x is an array of any library; NumPy's scalars are not arrays."""
    if not (hasattr(x, "shape") and hasattr(x, "dtype")):
        return False
    numpy = sys.modules.get("numpy")
    return numpy is None or not isinstance(x, numpy.generic)


def is_plain_array(x: Any) -> bool:
    """Whether x is an array of NumPy's own, and of no class derived from it."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(x) is numpy.ndarray


def is_dataclass(tree: Any) -> bool:
    """Whether this is an object with fields, each a part of the structure."""
    return hasattr(tree, "__dataclass_fields__") and not isinstance(tree, type)


def is_module(tree: Any) -> bool:
    """Whether this can be copied with other parameters, as modules of ``nn`` can."""
    return hasattr(tree, "with_parameters")


def matched(tree: Any, like: Any, who: str) -> list[Any]:
    """The numbers of ``tree`` in the order of those of ``like``, which has the same structure.

    Raises:
        ArgumentError: where they differ; the message begins with ``who``.

    >>> matched({"b": 0.0, "a": 1.0}, {"a": 3.0, "b": 5.0}, "v")
    [1.0, 0.0]
    """
    if isinstance(like, dict):
        if not isinstance(tree, dict) or tree.keys() != like.keys():
            raise ArgumentError(f"{who}: needs a dict with the keys {list(like)}, got {tree!r}.")
        return [x for key, part in like.items() for x in matched(tree[key], part, who)]
    if is_array(like) and like.ndim:
        import numpy as np

        if np.shape(tree) != like.shape:
            raise ArgumentError(f"{who}: needs the shape {like.shape}, got {np.shape(tree)}.")
        return leaves(tree)
    if isinstance(like, (list, tuple)):
        listed = isinstance(tree, (list, tuple)) or (is_array(tree) and tree.ndim)
        if not listed or len(tree) != len(like):
            raise ArgumentError(
                f"{who}: needs {len(like)} entries like those of {like!r}, got {tree!r}."
            )
        return [x for a, b in zip(tree, like, strict=True) for x in matched(a, b, who)]
    if is_module(like):
        return matched(tree, dict(like.named_parameters()), who)
    if is_dataclass(like):
        if type(tree) is not type(like):
            raise ArgumentError(f"{who}: needs {type(like).__name__}(...), got {tree!r}.")
        names = like.__dataclass_fields__
        return [x for n in names for x in matched(getattr(tree, n), getattr(like, n), who)]
    if like is None:
        return []
    if isinstance(tree, (dict, list, tuple)) or getattr(tree, "ndim", None):
        raise ArgumentError(f"{who}: needs one number, got {tree!r}.")
    return [unboxed(tree)]


def rebuilt(tree: Any, new: Iterator[Any], pack: Callable[[Any], Any] | None = None) -> Any:
    """The same structure with other leaves.

    With ``pack`` it is a result: ``pack`` is applied to each array, and a module becomes a dict by
    parameter name.

    >>> rebuilt({"w": [1.0, 2.0], "b": 3.0}, iter("xyz"))
    {'w': ['x', 'y'], 'b': 'z'}
    """
    if isinstance(tree, dict):
        parts = {key: rebuilt(part, new, pack) for key, part in tree.items()}
        return parts if type(tree) is dict else _filled(tree, parts)
    if isinstance(tree, list):
        listed = [rebuilt(part, new, pack) for part in tree]
        return listed if type(tree) is list else _filled(tree, listed)
    if isinstance(tree, tuple):
        listed = [rebuilt(part, new, pack) for part in tree]
        if hasattr(tree, "_fields"):
            return type(tree)(*listed)
        return tuple(listed) if type(tree) is tuple else type(tree)(listed)
    if is_dataclass(tree) and not is_module(tree):
        result = copy.copy(tree)
        for name in tree.__dataclass_fields__:  # also of a frozen one
            object.__setattr__(result, name, rebuilt(getattr(tree, name), new, pack))
        return result
    if is_tensor(tree) and tree.shape:
        array = object_array(tuple(tree.shape), new)
        if hasattr(type(tree), "of_values"):  # compile's, which knows more of NumPy's functions
            array = array.view(type(tree))
        return array if pack is None else pack(array)
    if is_module(tree):
        if pack is None:
            return tree.with_parameters(new)
        return {name: next(new) for name, _ in tree.named_parameters()}
    return None if tree is None else next(new)


def _filled(tree: Any, parts: Any) -> Any:
    """A copy of a dict or list of a class of its own, with other parts."""
    result = copy.copy(tree)
    if isinstance(tree, dict):
        for key in tree:
            result[key] = parts[key]
    else:
        result[:] = parts
    return result


def plain_array(array: Any) -> Any:
    """An array of Python floats as an array of float64; of Values, as it is."""
    return array.astype(float) if all(type(x) is float for x in array.flat) else array


def same_kind(array: Any) -> Any:
    """An array of numbers, of NumPy's or Python's, as an array of such numbers."""
    import numpy as np

    plain = all(isinstance(x, (np.generic, float, int)) for x in array.flat)
    return np.array(array.tolist()) if plain and array.size else array


def object_array(shape: tuple[int, ...], new: Iterator[Any]) -> Any:
    """An array of any objects."""
    import numpy as np

    size = math.prod(shape)
    return np.fromiter(islice(new, size), dtype=object, count=size).reshape(shape)


def modules(tree: Any) -> Iterator[Any]:
    """The modules in a structure."""
    if is_module(tree):
        yield tree
    elif isinstance(tree, (dict, list, tuple)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from modules(part)
    elif is_dataclass(tree):
        for name in tree.__dataclass_fields__:
            yield from modules(getattr(tree, name))


def listed(tree: Any) -> Any:
    """The structure with arrays as nested lists."""
    if isinstance(tree, dict):
        return {key: listed(x) for key, x in tree.items()}
    if is_array(tree):
        return tree.tolist()
    if isinstance(tree, (list, tuple)):
        return [listed(x) for x in tree]
    if is_dataclass(tree) and not is_module(tree):
        return {name: listed(getattr(tree, name)) for name in tree.__dataclass_fields__}
    return tree
