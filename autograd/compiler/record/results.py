"""Results: how one is built from a row of numbers, by code that is made for its structure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from autograd.errors import ArgumentError
from autograd.maths import is_array, numpy_for
from autograd.trees import is_dataclass, is_module

# The marks for what a part of a result is made of, in the code of the structure
ONE, RUN = re.compile(r"ONE\((\d+)\)"), re.compile(r"RUN\((\d+), (\d+)\)")
MANY = re.compile(r"MANY\((\d+), (\d+), (\([^)]*\))\)")


class Spec:
    """How a result is built from a row of numbers.

    Attributes:
        tree: the structure, with indices for numbers.
        size: how many numbers there are.
    """

    def __init__(self, tree: Any) -> None:
        self._taken: list[Any] = []
        self._lines: list[str] = []  # with the marks ONE(i), RUN(i, j) and MANY(i, j, shape)
        self._before: list[str] = []
        self._constants: dict[str, Any] = {"filled": _filled, "array": _array}
        self._in_arrays = 0
        self.tree, self._result = self._part(tree)
        self.size = len(self._taken)

    def take(self) -> list[Any]:
        """Hand over, once, what was at the numbers' places."""
        taken, self._taken = self._taken, []
        return taken

    def _part(self, tree: Any) -> tuple[Any, str]:
        """What to show of a part of the result, and the expression that gives it."""
        start = len(self._taken)
        if isinstance(tree, dict):
            shown, texts = self._parts(tree.values())
            stop = len(self._taken)
            if len(shown) > 3 and shown == [*range(start, stop)]:
                # The keys stand in one source, and so are the same objects: found at once.
                keys = [self._key(key) for key in tree]
                self._before.append(f"d{start} = dict.fromkeys([{', '.join(keys)}])")
                found = self._line(f"d{start}.copy()")
                places = ", ".join([f"{found}[{key}]" for key in keys])
                self._lines.append(f"[{places}] = RUN({start}, {stop})")
            else:
                entries = [f"{self._key(k)}: {x}" for k, x in zip(tree, texts, strict=True)]
                found = self._line(f"{{{', '.join(entries)}}}")
            return dict(zip(tree, shown, strict=True)), found
        if is_array(tree) and tree.ndim:
            self._taken += tree.reshape(-1).tolist()
            self._in_arrays += tree.size
            stop, shape = start + tree.size, tree.shape
            shown = numpy_for("an array").arange(start, stop).reshape(shape).tolist()
            return shown, f"MANY({start}, {stop}, {shape})"
        if is_dataclass(tree) and not is_module(tree):
            fields = [*tree.__dataclass_fields__]
            shown, texts = self._parts([getattr(tree, name) for name in fields])
            like = self._constant((type(tree), fields))
            return dict(zip(fields, shown, strict=True)), self._line(
                f"filled({like}, [{', '.join(texts)}])"
            )
        if isinstance(tree, (list, tuple)):
            shown, texts = self._parts(tree)
            if isinstance(tree, list):
                stop = len(self._taken)
                if shown == [*range(start, stop)]:  # plain numbers
                    return shown, f"RUN({start}, {stop})"
                return shown, self._line(f"[{', '.join(texts)}]")
            inside = ", ".join([*texts, ""]).rstrip(" ")
            if hasattr(tree, "_fields"):
                return tuple(shown), self._line(f"{self._constant(type(tree))}({inside})")
            return tuple(shown), self._line(f"({inside})")
        if tree is None:
            return None, "None"
        self._taken.append(tree)
        return start, f"ONE({start})"

    def _parts(self, parts: Any) -> tuple[list[Any], list[str]]:
        found = [self._part(part) for part in parts]
        return [shown for shown, _ in found], [text for _, text in found]

    def _line(self, text: str) -> str:
        """A name for what an expression gives: so nothing nests deeply."""
        name = f"t{len(self._lines)}"
        self._lines.append(f"{name} = {text}")
        return name

    def _key(self, key: Any) -> str:
        """A key of a dict, in the code itself if it is a plain name."""
        plain = type(key) is str and key.isascii() and key.replace(".", "_").isidentifier()
        return repr(key) if plain else self._constant(key)

    def _constant(self, x: Any) -> str:
        name = f"k{len(self._constants)}"
        self._constants[name] = x
        return name

    def _made(self, first: str, one: str, run: str, many: str) -> Callable[..., Any]:
        """The function that builds the result: what is given, and how its marks are read."""
        text = "\n ".join([first, *self._lines, f"return {self._result}"])
        for mark, found in ((ONE, one), (RUN, run), (MANY, many)):
            text = mark.sub(found, text)
        space = dict(self._constants)
        exec("\n".join([*self._before, f"def build{text}"]), space)  # noqa: S102 - the source is written here
        build: Callable[..., Any] = space.pop("build")  # or it would be in a cycle
        return build

    @cached_property
    def build(self) -> Callable[..., Any]:
        """From functions: of one index; of two and a shape, for arrays; of two, for lists.

        Without the last, lists are made of single numbers.
        """
        return self._made(
            "(one, many, run=None):\n if run is None: run = lambda i, j: [*map(one, range(i, j))]",
            r"one(\1)", r"run(\1, \2)", r"many(\1, \2, \3)",
        )  # fmt: skip

    @cached_property
    def plain(self) -> Callable[[list[float]], Any]:
        """From a list of floats."""
        return self._made("(v):", r"v[\1]", r"v[\1:\2]", r"array(v[\1:\2], \3)")

    @cached_property
    def single(self) -> Callable[[Any], Any]:
        """From a row of numbers, an array: floats, and arrays where the function returns arrays."""
        many = r"row[\1:\2].reshape(\3)"
        if self._in_arrays * 2 > self.size:
            return self._made("(row):", r"row.item(\1)", r"row[\1:\2].tolist()", many)
        return self._made("(row):\n v = row.tolist()", r"v[\1]", r"v[\1:\2]", many)

    @cached_property
    def rows(self) -> Callable[[Any, int], Any]:
        """From the results of a batch of n, one row for each number of an example's result."""
        many = r"rows[\1:\2].T.reshape((n, *\3))"
        return self._made("(rows, n):", r"rows[\1]", r"[*rows[\1:\2]]", many)


def _array(numbers: list[float], shape: tuple[int, ...]) -> Any:
    import numpy as np  # the function returns an array, so it has been imported

    return np.array(numbers, dtype=float).reshape(shape)


def _filled(like: tuple[type, list[str]], parts: list[Any]) -> Any:
    """A dataclass with these fields, perhaps a frozen one."""
    kind, names = like
    result: Any = object.__new__(kind)
    for name, part in zip(names, parts, strict=True):
        object.__setattr__(result, name, part)
    return result


def moved(found: Any, axes: Any, shown: Any, varies: Iterator[bool], who: str) -> Any:
    """The results of a batch with their axes of examples elsewhere.

    Args:
        found: the results, with the examples along the first axis of each array.
        axes: a number or None for all, or a container of these like the result.
        shown: the structure of the result for one example.
        varies: for each number of that, whether it differs between examples.
        who: the function.

    Raises:
        ArgumentError: where there is no such axis; for None, where a result varies.
    """
    if isinstance(found, dict) or is_dataclass(found):
        table = found if isinstance(found, dict) else _by_name(found)
        parts = {k: moved(x, _at(axes, k, who), shown[k], varies, who) for k, x in table.items()}
        return parts if table is found else _filled((type(found), [*parts]), [*parts.values()])
    if isinstance(found, (list, tuple)):
        each = enumerate(zip(found, shown, strict=True))
        new = [moved(x, _at(axes, k, who), part, varies, who) for k, (x, part) in each]
        if isinstance(found, tuple):
            return type(found)(*new) if hasattr(found, "_fields") else tuple(new)
        return new
    if found is None:
        return None
    vary = [next(varies) for _ in range(_size(shown))]
    if axes is None:
        if any(vary):
            raise ArgumentError(f"{who}: out_axes has None for a result that varies.")
        return found[0] if found.ndim > 1 else found.item(0)
    if not -found.ndim <= axes < found.ndim:
        raise ArgumentError(
            f"{who}: out_axes has {axes}, and there is no such axis in the shape {found.shape}."
        )
    order = [*range(1, found.ndim)]
    order.insert(axes % found.ndim, 0)
    return found.transpose(order)


def _by_name(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _at(axes: Any, k: Any, who: str) -> Any:
    if axes is None or type(axes) is int:  # for all parts
        return axes
    try:
        return getattr(axes, k) if is_dataclass(axes) else axes[k]
    except (LookupError, AttributeError, TypeError):
        raise ArgumentError(
            f"{who}: out_axes {axes!r} does not match the result, which has {k!r}."
        ) from None


def _size(shown: Any) -> int:
    return sum([_size(x) for x in shown]) if isinstance(shown, list) else 1
