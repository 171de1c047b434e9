"""One example, or an argument, with something else in the place of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograd.compiler.record.arguments import (
    ARRAY,
    FIELDS,
    FOREIGN,
    LISTED,
    Batch,
    Structure,
    fields,
    own_array,
)
from autograd.maths import is_array, numpy_for
from autograd.trees import is_dataclass, is_module, is_tensor, object_array
from autograd.value import Value


def converted(tree: Any, who: str) -> Any:
    """The argument with NumPy's own arrays for those of other classes and for tables."""
    if isinstance(tree, (list, tuple)) and type(tree) in (list, tuple):
        if all([type(x) is float for x in tree]):
            return tree
        return type(tree)([converted(x, who) for x in tree])
    if type(tree) is dict:
        return {key: converted(x, who) for key, x in tree.items()}
    return tree if is_module(tree) or is_dataclass(tree) else own_array(tree, who)


def of_arrays(tree: Any) -> Any:
    """A structure with its arrays as those that are recorded: see :mod:`.arrays`."""
    if isinstance(tree, (list, tuple)) and type(tree) in (list, tuple):
        return type(tree)([of_arrays(x) for x in tree])
    if type(tree) is dict:
        return {key: of_arrays(x) for key, x in tree.items()}
    if is_tensor(tree) and tree.shape:
        from autograd.compiler.record.arrays import recorded

        # rebuilt() asks only for the shape and the class
        own = (
            tree
            if is_array(tree)
            else numpy_for("compile: an array").empty(tuple(tree.shape), dtype=object)
        )
        return recorded(own)
    return tree


def replaced(
    tree: Any, structure: Structure, shared: Callable[[Any], Any], batch: Callable[[Batch], Any]
) -> Any:
    """The argument with others in the place of its batches, and of the parts without any."""
    if isinstance(structure, Batch):
        return batch(structure)
    if not _has_batch(structure):
        return shared(tree)
    more = shared, batch
    if structure[0] is dict:
        entries = zip(tree.items(), structure[2:], strict=True)
        return {key: replaced(x, part, *more) for (key, x), part in entries}
    if structure[0] == FIELDS:
        both = zip(fields(tree), structure[2:], strict=True)
        new = {name: replaced(x, part, *more) for (name, x), part in both}
        result = object.__new__(type(tree))
        for name, x in new.items():
            object.__setattr__(result, name, x)
        return result
    parts = [replaced(x, part, *more) for x, part in zip(tree, structure[1:], strict=True)]
    return container(structure[0], parts)


def container(kind: type, parts: list[Any]) -> Any:
    """A list, tuple or namedtuple."""
    if issubclass(kind, list):
        return parts
    return kind(*parts) if hasattr(kind, "_fields") else tuple(parts)


def _has_batch(structure: Structure) -> bool:
    if isinstance(structure, Batch):
        return True
    return isinstance(structure, tuple) and any([_has_batch(part) for part in structure])


def example_of(batch: Batch, new: Iterator[Any]) -> Any:
    """One example, with these in the place of its numbers."""
    if not batch.shape:
        return next(new)
    if batch.form in (ARRAY, FOREIGN):
        return object_array(batch.shape, new)
    if batch.form == LISTED:
        return object_array(batch.shape, new).tolist()
    return filled(batch.form, new)


def filled(structure: Structure, new: Iterator[Any]) -> Any:
    """What has this structure, that :func:`flatten` gave."""
    if structure == 0:
        return next(new)
    if structure is None:
        return None
    first, *rest = structure
    if first is dict:
        return {key: filled(part, new) for key, part in zip(rest[0], rest[1:], strict=True)}
    if first == FIELDS:
        result = object.__new__(rest[0])
        for name, part in zip(rest[0].__dataclass_fields__, rest[1:], strict=True):
            object.__setattr__(result, name, filled(part, new))
        return result
    if isinstance(first, type):
        parts = [0] * rest[0] if len(rest) == 1 and type(rest[0]) is int else rest
        return container(first, [filled(part, new) for part in parts])
    return object_array(structure, new)


def named(tree: Any, name: str) -> list[tuple[str, str]]:
    """A label and a scope for each number: those of Values, else the path to it, from 1."""
    if isinstance(tree, dict):
        parts = [named(x, k if isinstance(k, str) else f"{name}_{k}") for k, x in tree.items()]
    elif isinstance(tree, Value):
        return [(tree.note.label or name, tree.note.scope)]
    elif is_module(tree):
        found = enumerate(tree.parameters(), start=1)
        return [(p.note.label or f"{name}_{i}", p.note.scope) for i, p in found]
    elif is_dataclass(tree):
        parts = [named(x, field) for field, x in fields(tree)]
    elif is_tensor(tree) and tree.shape:
        numbers = [f"{name}_{i}" for i in range(1, tree.shape[0] + 1)]
        for size in tree.shape[1:]:
            numbers = [f"{first},{i}" for first in numbers for i in range(1, size + 1)]
        if str(tree.dtype) == "object":
            parts = [named(x, path) for path, x in zip(numbers, tree.flat, strict=True)]
        else:
            return [(path, "") for path in numbers]
    elif isinstance(tree, (list, tuple)):
        if tree and type(tree[0]) is float and all([type(x) is float for x in tree]):
            return [(f"{name}_{i}", "") for i in range(1, len(tree) + 1)]
        names = getattr(tree, "_fields", None) or [f"{name}_{i + 1}" for i in range(len(tree))]
        parts = [named(x, path) for path, x in zip(names, tree, strict=True)]
    else:
        return [] if tree is None else [(name, "")]
    return [pair for part in parts for pair in part]
