"""Arguments and results: nested structures of numbers, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import describe, is_array, number, numpy_for
from autograd.trees import is_module, is_plain_array, is_tensor, object_array
from autograd.value import Value

PLAIN = (float, int)
REAL = "fiub"  # kinds of NumPy's types that hold real numbers
LISTED, FOREIGN = "list", "foreign"  # a batch given as a list; an array of another library

Who = tuple[str, int]  # the function and which of its arguments, for messages


def flatten(tree: Any, found: list[Any], who: Who) -> Hashable:
    """Append the numbers and arrays of ``tree`` to ``found``; what is left is its structure.

    Two trees with equal structures can be computed by the same program.

    Raises:
        OperandError: for anything that is not a number; it names ``who``.
    """
    kind = type(tree)
    if is_plain_array(tree):
        if not tree.ndim:
            found.append(number(tree, _named(who)))
            return 0
        if tree.dtype.kind not in REAL:
            tree = _numbers_of(tree, who)
        found.append(tree)
        shape: Hashable = tree.shape
        return shape
    if kind in PLAIN:
        found.append(number(tree))
        return 0
    if kind is list or kind is tuple:
        if tree and type(tree[0]) is float and all([type(x) is float for x in tree]):
            found += tree
            return (kind, len(tree))
        parts = [flatten(x, found, who) for x in tree]
        return (kind, *parts) if any(parts) or None in parts else (kind, len(parts))
    if isinstance(tree, dict):
        return (dict, tuple(tree), *[flatten(x, found, who) for x in tree.values()])
    if tree is None:
        return None
    if isinstance(tree, Value):
        found.append(_plain(tree, who))
        return 0
    if is_module(tree):
        parameters = tree.parameters()
        found += [p._number for p in parameters]
        return (kind, id(tree), *map(id, parameters))  # others, when some were frozen or freed
    if isinstance(tree, (list, tuple)):
        return (kind, *[flatten(x, found, who) for x in tree])
    if is_tensor(tree):
        found.append(tree)
        return (FOREIGN, *tree.shape)
    found.append(number(tree, _named(who)))
    return 0


def _named(who: Who) -> str:
    name, k = who
    return f"{name}: argument {k + 1}"


def _plain(x: Any, who: Who) -> float:
    if not isinstance(x, Value):
        return number(x, _named(who))
    if x._x is not None:
        raise GraphError(
            f"{_named(who)}: {x!r} is the result of {x.op}, and a compiled function gives plain "
            "numbers: its history would be lost. Pass its .data, or compile what made it too."
        )
    return x._number


def _numbers_of(array: Any, who: Who) -> Any:
    if array.dtype != object:
        raise OperandError(f"{_named(who)}: {describe(array)} does not hold real numbers.")
    return _numpy().array([_plain(x, who) for x in array.flat]).reshape(array.shape)


def examples(tree: Any, found: list[Any], sizes: list[int], who: Who) -> Hashable:
    """The structure of one example of a batch; its arrays, batch first, go to ``found``.

    A list is a batch of examples, and so is a tuple of numbers; other tuples and dicts have several
    batches in them.

    Raises:
        ArgumentError: for a ragged batch, or none.
    """
    if is_plain_array(tree) and tree.ndim and tree.dtype.kind in REAL:
        found.append(tree)
        sizes.append(tree.shape[0])
        return tree.shape[1:] or 0
    if isinstance(tree, dict):
        return (dict, tuple(tree), *[examples(x, found, sizes, who) for x in tree.values()])
    if isinstance(tree, tuple) and not all([isinstance(x, (*PLAIN, list)) for x in tree]):
        return (type(tree), *[examples(x, found, sizes, who) for x in tree])
    listed = isinstance(tree, (list, tuple))
    if listed:
        tree = _array(tree, who)
    if not is_tensor(tree) or not tree.shape:
        raise ArgumentError(
            f"{_named(who)}: {describe(tree)} is no batch; with in_axes 0 it needs one entry for "
            "each example. What is the same for all has in_axes None."
        )
    foreign = not is_array(tree)
    if not foreign and tree.dtype.kind not in REAL:
        tree = _array(tree, who)
    found.append(tree)
    sizes.append(tree.shape[0])
    shape = tuple(tree.shape[1:])
    if foreign:
        return (FOREIGN, *shape)
    return (LISTED, *shape) if listed and shape else shape or 0


def _array(tree: Any, who: Who) -> Any:
    try:
        array = _numpy().asarray(tree)
    except ValueError:
        array = None
    if array is None:
        raise ArgumentError(
            f"{_named(who)}: the batch is ragged: its examples are not all of one length. Pad "
            "them, or call with one length at a time."
        )
    if array.dtype.kind not in REAL:
        found = [number(x, _named(who)) for x in array.flat]  # a Fraction, or what is no number
        array = _numpy().array(found).reshape(array.shape)
    if not array.size and array.ndim == 1:
        raise ArgumentError(
            f"{_named(who)}: an empty list doesn't say what an example is; pass an array of shape "
            "(0, ...)."
        )
    return array.astype(float)


def _numpy() -> Any:
    return numpy_for("compile: a batch, or an array among the arguments or results,")


# One example, or an argument, with something else in the place of its numbers.


def filled_example(structure: Any, new: Iterator[Any]) -> Any:
    """One example of a batch, from what :func:`examples` gave."""
    if structure == 0:
        return next(new)
    if structure[0] is dict:
        return {k: filled_example(x, new) for k, x in zip(structure[1], structure[2:], strict=True)}
    if isinstance(structure[0], type):
        parts = [filled_example(x, new) for x in structure[1:]]
        kind = structure[0]
        return kind(*parts) if hasattr(kind, "_fields") else tuple(parts)
    if structure[0] == LISTED:
        return object_array(structure[1:], new).tolist()
    shape = structure[1:] if structure[0] == FOREIGN else structure
    return object_array(shape, new) if shape else next(new)


def named(tree: Any, name: str) -> list[tuple[str, str]]:
    """A label and a scope for each number: those of Values, else the path to it, from 1."""
    if isinstance(tree, dict):
        parts = [named(x, k if isinstance(k, str) else f"{name}_{k}") for k, x in tree.items()]
    elif isinstance(tree, Value):
        return [(tree.note.label or name, tree.note.scope)]
    elif is_module(tree):
        found = enumerate(tree.parameters(), start=1)
        return [(p.note.label or f"{name}_{i}", p.note.scope) for i, p in found]
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


class Spec:
    """How a result is built from a row of numbers.

    Attributes:
        tree: the structure, with indices for numbers.
        size: how many numbers there are.
    """

    def __init__(self, tree: Any) -> None:
        self._taken: list[Any] = []
        self.tree, self._build = self._compiled(tree)
        self.size = len(self._taken)

    def take(self) -> list[Any]:
        """Hand over, once, what was at the numbers' places."""
        taken, self._taken = self._taken, []
        return taken

    def _compiled(self, tree: Any) -> tuple[Any, Callable[[Numbers], Any]]:
        start = len(self._taken)
        if isinstance(tree, dict):
            parts = {key: self._compiled(x) for key, x in tree.items()}
            builders = {key: build for key, (_, build) in parts.items()}
            shown: Any = {key: shown for key, (shown, _) in parts.items()}
            return shown, lambda given: {key: build(given) for key, build in builders.items()}
        if is_array(tree) and tree.ndim:
            self._taken += tree.reshape(-1).tolist()
            stop, shape = start + tree.size, tree.shape
            shown = _numpy().arange(start, stop).reshape(shape).tolist()
            return shown, lambda given: given.many(start, stop, shape)
        if isinstance(tree, (list, tuple)):
            compiled = [self._compiled(x) for x in tree]
            shown = [shown for shown, _ in compiled]
            steps = [build for _, build in compiled]
            if isinstance(tree, list):
                if shown == [*range(start, len(self._taken))]:  # plain numbers
                    stop = len(self._taken)
                    return shown, lambda given: given.run(start, stop)
                return shown, lambda given: [build(given) for build in steps]
            kind = type(tree)
            if hasattr(kind, "_fields"):
                return tuple(shown), lambda given: kind(*[build(given) for build in steps])
            return tuple(shown), lambda given: tuple([build(given) for build in steps])
        if tree is None:
            return None, lambda given: None
        self._taken.append(tree)
        return start, lambda given: given.one(start)

    def build(
        self,
        one: Callable[[int], Any],
        many: Callable[[int, int, tuple[int, ...]], Any],
        run: Callable[[int, int], list[Any]] | None = None,
    ) -> Any:
        """The result.

        Args:
            one: gives the number at an index.
            many: gives an array of the numbers from one index to another, in a shape.
            run: gives a list of them; if None, it is made of single ones.
        """
        listed = run or (lambda start, stop: [one(i) for i in range(start, stop)])
        return self._build(Numbers(one, many, listed))


class Numbers(NamedTuple):
    """How a result gets its numbers."""

    one: Callable[[int], Any]
    many: Callable[[int, int, tuple[int, ...]], Any]
    run: Callable[[int, int], list[Any]]
