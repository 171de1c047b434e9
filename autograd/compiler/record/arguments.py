"""Arguments: nested structures of numbers, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import describe, is_array, number, numpy_for
from autograd.trees import (
    is_dataclass,
    is_module,
    is_plain_array,
    is_tensor,
)
from autograd.value import Value

PLAIN = (float, int)
REAL = "fiub"  # kinds of NumPy's types that hold real numbers
ARRAY, LISTED, FOREIGN = "array", "list", "foreign"  # a NumPy array, lists, another library's array
MODULE, FIELDS = "module", "fields"

Structure = Any  # hashable: what is left of an argument without its numbers


class Batch(NamedTuple):
    """A part of an argument of which each example has its own.

    Attributes:
        form: what one example is, or a structure if the batch is a list of such.
        shape: of one example.
        axis: along which the examples are.
    """

    form: Structure
    shape: tuple[int, ...]
    axis: int


def flatten(tree: Any, found: list[Any], who: str) -> Structure:
    """Append the numbers and arrays of ``tree`` to ``found``; what is left is its structure.

    Two trees with equal structures can be computed by the same program.

    Raises:
        OperandError: for anything that is not a number; it names ``who``.
    """
    kind = type(tree)
    if kind in PLAIN:
        found.append(number(tree))
        return 0
    if kind is list or kind is tuple:
        if tree and type(tree[0]) is float and all([type(x) is float for x in tree]):
            found += tree
            return (kind, len(tree))
        parts = [flatten(x, found, who) for x in tree]
        return (kind, *parts) if any(parts) or None in parts else (kind, len(parts))
    if tree is None:
        return None
    if isinstance(tree, Value):
        found.append(_plain(tree, who))
        return 0
    if isinstance(tree, dict):
        return (dict, tuple(tree), *[flatten(x, found, who) for x in tree.values()])
    if is_module(tree):
        parameters = tree.parameters()
        found += [p._number for p in parameters]
        return (MODULE, id(tree), *map(id, parameters))  # others, when some were frozen or freed
    if isinstance(tree, (list, tuple)):
        return (kind, *[flatten(x, found, who) for x in tree])
    if is_dataclass(tree):
        return (FIELDS, kind, *[flatten(x, found, who) for _, x in fields(tree)])
    tree = own_array(tree, who)
    if is_plain_array(tree):
        if not tree.ndim:
            found.append(number(tree, who))
            return 0
        if tree.dtype.kind not in REAL:
            tree = _numbers_of(tree, who)
        found.append(tree)
        shape: Hashable = tree.shape
        return shape
    if is_tensor(tree):
        found.append(tree)
        return (FOREIGN, *tree.shape)
    try:
        found.append(number(tree, who))
    except OperandError as error:
        if isinstance(tree, str):
            raise OperandError(
                f"{error} Or if it chooses what is computed: static_argnames."
            ) from None
        raise
    return 0


def fields(tree: Any) -> list[tuple[str, Any]]:
    """The fields of a dataclass, by name."""
    return [(name, getattr(tree, name)) for name in tree.__dataclass_fields__]


def own_array(tree: Any, who: str) -> Any:
    """An array of a class derived from NumPy's, or a column of a table, as NumPy's own array.

    Raises:
        OperandError: when some of its numbers are masked or missing.
    """
    if is_plain_array(tree):
        return tree
    if is_array(tree):
        if getattr(tree, "mask", None) is not None and _numpy().ma.is_masked(tree):
            raise OperandError(
                f"{who}: some of its numbers are masked, and a mask would be lost. Give what shall "
                "count instead, array.filled(...), or leave them out: array.compressed()."
            )
        return _numpy().asarray(tree)
    if not hasattr(tree, "to_numpy") or not hasattr(tree, "__len__"):
        return tree
    missing: Any = False
    if hasattr(tree, "null_count"):  # polars; of a table, one for each column
        missing = tree.null_count()
    elif hasattr(getattr(tree, "dtype", None), "na_value"):  # pandas, where nan is no number
        missing = tree.isna()
    if _numpy().any(missing.to_numpy() if hasattr(missing, "to_numpy") else missing):
        raise OperandError(f"{who}: some of its numbers are missing. Fill them, or drop the rows.")
    found = tree.to_numpy()
    if found.dtype.kind not in REAL:  # what is no number is named
        return _numpy().array([number(x, who) for x in found.flat]).reshape(found.shape)
    return found


def split(
    tree: Any, axes: Any, numbers: list[Any], batch: list[Any], sizes: list[int], who: str
) -> Structure:
    """:func:`flatten`, but what has an axis goes to ``batch``, and its length to ``sizes``.

    Args:
        tree: the argument.
        axes: None, a number, or containers of these that match the argument's.
        numbers: what is the same for all examples.
        batch: arrays, the examples first.
        sizes: how many examples there are in each.
        who: the argument, for messages.

    Raises:
        ArgumentError: where axes and argument don't match; for a ragged batch, or none.
    """
    if axes is None:
        return flatten(tree, numbers, who)
    if type(axes) is int:
        return examples(tree, axes, batch, sizes, who)
    more = numbers, batch, sizes, who
    if isinstance(axes, dict) and isinstance(tree, dict) and axes.keys() == tree.keys():
        return (dict, tuple(tree), *[split(x, axes[k], *more) for k, x in tree.items()])
    listed = isinstance(axes, (list, tuple)) and isinstance(tree, (list, tuple))
    if listed and len(axes) == len(tree):
        return (type(tree), *[split(x, a, *more) for x, a in zip(tree, axes, strict=True)])
    if is_dataclass(axes) and type(axes) is type(tree):
        both = zip(fields(tree), fields(axes), strict=True)
        return (FIELDS, type(tree), *[split(x, a, *more) for (_, x), (_, a) in both])
    raise ArgumentError(
        f"{who}: {describe(tree)} does not match its in_axes, {axes!r}: these are a number, None, "
        "or a container like the argument's, with an entry for each of its parts."
    )


def examples(tree: Any, axis: int, found: list[Any], sizes: list[int], who: str) -> Structure:
    """The structure of one example of a batch; its arrays, batch first, go to ``found``.

    A list or an array is a batch; tuples, dicts and dataclasses have several batches in them.

    Raises:
        ArgumentError: for a ragged batch, or none.
    """
    if isinstance(tree, dict):
        return (dict, tuple(tree), *[examples(x, axis, found, sizes, who) for x in tree.values()])
    if isinstance(tree, tuple):
        if tree and all([isinstance(x, (*PLAIN, Value)) for x in tree]):
            raise ArgumentError(
                f"{who}: a tuple of numbers is no batch: a list or an array is, and the parts of a "
                "tuple are batches each. Make it a list."
            )
        return (type(tree), *[examples(x, axis, found, sizes, who) for x in tree])
    if tree is None:
        return None
    if is_dataclass(tree) and not is_module(tree):
        parts = [examples(x, axis, found, sizes, who) for _, x in fields(tree)]
        return (FIELDS, type(tree), *parts)
    listed = isinstance(tree, list)
    if listed:
        form = ARRAY if tree and is_array(tree[0]) else LISTED
        if tree and _is_record(tree[0]):
            form, tree = _records(tree, axis, who)
        else:
            tree = array_of(tree, who)
    else:
        tree, form = own_array(tree, who), ARRAY
    if not is_tensor(tree) or not tree.shape:
        raise ArgumentError(
            f"{who}: {describe(tree)} is no batch; with an axis in in_axes it needs one entry for "
            "each example. What is the same for all has None there."
        )
    if not is_array(tree):
        form = FOREIGN
    elif not listed and tree.dtype.kind not in REAL:
        tree = array_of(tree, who)
    tree = first_axis(tree, axis, who)
    found.append(tree)
    sizes.append(tree.shape[0])
    shape = tuple(tree.shape[1:])
    return Batch(form if shape or form is FOREIGN else ARRAY, shape, axis)


def first_axis(tree: Any, axis: int, who: str) -> Any:
    """The array with that axis first.

    Raises:
        ArgumentError: when there is no such axis.
    """
    dimensions = len(tree.shape)
    if not -dimensions <= axis < dimensions:
        raise ArgumentError(f"{who}: there is no axis {axis} in the shape {tuple(tree.shape)}.")
    if axis in (0, -dimensions):
        return tree
    order = [axis % dimensions, *[k for k in range(dimensions) if k != axis % dimensions]]
    return tree.permute(order) if hasattr(tree, "permute") else tree.transpose(order)


def _is_record(x: Any) -> bool:
    """Whether an example in a list is a structure that has no place in an array."""
    if isinstance(x, list):
        return bool(x) and _is_record(x[0])
    return isinstance(x, (tuple, dict)) or (is_dataclass(x) and not is_module(x))


def _records(tree: list[Any], axis: int, who: str) -> tuple[Structure, Any]:
    """The structure of each example in a list, and an array with a row for each."""
    rows: list[Any] = []
    structures = set()
    for example in tree:
        row: list[Any] = []
        structures.add(flatten(example, row, who))
        rows.append(_numpy().concatenate([_numpy().ravel(x) for x in row] or [[]]))
    if len(structures) != 1 or axis != 0:
        why = "axis 0 only" if axis else "they differ in structure"
        raise ArgumentError(f"{who}: a list of tuples, dicts or dataclasses as examples: {why}.")
    return structures.pop(), _numpy().array(rows, dtype=float)


def _plain(x: Any, who: str) -> float:
    if not isinstance(x, Value):
        return number(x, who)
    if x._x is not None:
        raise GraphError(
            f"{who}: {x!r} is the result of {x.op}, and a compiled function gives plain "
            "numbers: its history would be lost. Pass its .data, or compile what made it too."
        )
    return x._number


def _numbers_of(array: Any, who: str) -> Any:
    if array.dtype != object:
        raise OperandError(f"{who}: {describe(array)} does not hold real numbers.")
    return _numpy().array([_plain(x, who) for x in array.flat]).reshape(array.shape)


def array_of(tree: Any, who: str) -> Any:
    """A list of examples as an array of floats.

    Raises:
        ArgumentError: for a ragged or an empty one.
        OperandError: for what is no number.
    """
    try:
        array = _numpy().asarray(tree)
    except ValueError:
        array = None
    if array is None:
        raise ArgumentError(
            f"{who}: the batch is ragged: its examples are not all of one length. Pad "
            "them, or call with one length at a time."
        )
    if array.dtype.kind not in REAL:
        found = [number(x, who) for x in array.flat]  # a Fraction, or what is no number
        array = _numpy().array(found).reshape(array.shape)
    if not array.size and array.ndim == 1:
        raise ArgumentError(
            f"{who}: an empty list doesn't say what an example is; pass an array of shape (0, ...)."
        )
    return array.astype(float)


def _numpy() -> Any:
    return numpy_for("compile: a batch, or an array among the arguments or results,")
