"""Reading: the numbers of a call's arguments, by code that is made for one structure.

The code asks whether the arguments have the structure that was recorded, and takes their numbers.
Where it is not sure, it gives None, and the arguments are looked at one by one, for an error or for
another program. Lists of numbers are not looked at number by number: their sum is a float only if
all of them are floats or Python's own numbers, or fail to be added up.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import Any

from autograd.compiler.record.arguments import (
    ARRAY,
    FIELDS,
    FOREIGN,
    LISTED,
    MODULE,
    REAL,
    Batch,
    Structure,
    fields,
)
from autograd.maths import number
from autograd.trees import is_plain_array
from autograd.value import Value

Found = tuple[list[Any], list[Any], Any]  # shared numbers, batches, how many examples


class UnknownStructureError(Exception):
    """There is no code for this structure: it is always looked at one by one."""


def reader(args: tuple[Any, ...], structures: tuple[Structure, ...]) -> Callable[..., Any] | None:
    """From the arguments of a call (numbers, batch, n), or None if they are others.

    Among ``numbers`` a list stands for the numbers in it. None if there is no code for this.
    """
    try:
        return _Code(args, structures).function()
    except UnknownStructureError:
        return None


class _Code:
    """The lines of a function, for one structure."""

    def __init__(self, args: tuple[Any, ...], structures: tuple[Structure, ...]) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"numbers_of": numbers_of, "float": float, "sum": sum}
        self.constants |= {"type": type, "len": len, "map": map, "flat": chain.from_iterable}
        self.names = 0
        self.units: list[tuple[str, str, int, Any]] = []  # kind, expression, size, types and sizes
        self.batch: list[str] = []
        given = [self.name() for _ in args]
        self.lines.append(f"[{', '.join(given)}] = args" if given else "if args: return None")
        for text, tree, structure in zip(given, args, structures, strict=True):
            self.part(text, tree, structure)
        self.finish()

    def name(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def constant(self, x: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = x
        return name

    def unless(self, test: str) -> None:
        self.lines.append(f"if not ({test}): return None")

    def part(self, text: str, tree: Any, structure: Structure) -> None:
        """The lines for a part of an argument, which stands in the variable ``text``."""
        if structure is None:
            self.unless(f"{text} is None")
        elif structure == 0:
            self.units.append(("one", text, 1, None))
        elif isinstance(structure, Batch):
            self.examples(text, tree, structure)
        elif structure[0] == MODULE:
            self.unless(f"{text} is {self.constant(tree)}")
            parameters = tree.parameters()
            found = f"[p._number for p in {self.constant(parameters)}]"
            self.units.append(("known", found, len(parameters), None))
        elif structure[0] == FIELDS:
            self.unless(f"type({text}) is {self.constant(structure[1])}")
            for (name, x), part in zip(fields(tree), structure[2:], strict=True):
                self.child(f"{text}.{name}", x, part)
        elif structure[0] is dict:
            keys = self.constant([*tree])
            self.unless(f"type({text}) is {self.constant(type(tree))} and [*{text}] == {keys}")
            for k, (key, part) in enumerate(zip(tree, structure[2:], strict=True)):
                self.child(f"{text}[{keys}[{k}]]", tree[key], part)
        elif structure[0] == FOREIGN or not isinstance(structure[0], (type, int)):
            raise UnknownStructureError
        elif isinstance(structure[0], type):
            self.sequence(text, tree, structure)
        else:
            self.array(text, tree, structure)

    def child(self, found: str, tree: Any, structure: Structure) -> None:
        name = self.name()
        self.lines.append(f"{name} = {found}")
        self.part(name, tree, structure)

    def sequence(self, text: str, tree: Any, structure: Structure) -> None:
        parts = _parts(structure)
        kind = type(tree)
        if not any(parts) and None not in parts:  # of numbers alone
            self.units.append(("row", text, len(parts), [(kind, len(parts))]))
            return
        self.unless(f"type({text}) is {self.constant(kind)}")
        found = [_row(x, part) for x, part in zip(tree, parts, strict=True)]
        rows = [row for row in found if row is not None]
        if len(rows) == len(parts) > 1:
            self.unless(f"len({text}) == {len(rows)}")
            self.units.append(("row", f"*{text}", sum([n for _, n in rows]), rows))
            return
        names = [self.name() for _ in parts]
        self.lines.append(f"[{', '.join(names)}] = {text}")
        for name, x, part in zip(names, tree, parts, strict=True):
            self.part(name, x, part)

    def array(self, text: str, tree: Any, structure: Structure) -> None:
        if not is_plain_array(tree) or tree.dtype.kind not in REAL:
            raise UnknownStructureError
        kind, shape = self.constant(type(tree)), self.constant(structure)
        self.unless(f"type({text}) is {kind} and {text}.shape == {shape}")
        self.real(text, tree)
        self.units.append(("array", text, tree.size, None))

    def real(self, text: str, tree: Any) -> None:
        usual = self.constant(tree.dtype)
        self.unless(f"{text}.dtype is {usual} or {text}.dtype.kind in {REAL!r}")

    def examples(self, text: str, tree: Any, batch: Batch) -> None:
        if batch.form not in (ARRAY, LISTED) or batch.axis != 0:
            raise UnknownStructureError
        if is_plain_array(tree) and tree.dtype.kind in REAL:
            kind, found = self.constant(type(tree)), text
            self.unless(f"type({text}) is {kind} and {text}.ndim == {len(batch.shape) + 1}")
            self.real(text, tree)
        elif type(tree) is list and not batch.shape:
            self.unless(f"type({text}) is list and {text}")
            found = self.name()
            self.lines.append(f"{found} = column({text})")
            self.unless(f"{found} is not None")
            self.constants["column"] = column
        else:
            raise UnknownStructureError
        if batch.shape:
            self.unless(f"{found}.shape[1:] == {self.constant(batch.shape)}")
        if self.batch:
            self.unless(f"len({found}) == n")
        else:
            self.lines.append(f"n = len({found})")
        self.batch.append(found)

    def finish(self) -> None:
        """The numbers, a list for each run of them between arrays."""
        given: list[str] = []
        rows: list[str] = []
        expected: list[tuple[type, int]] = []
        plain: list[str] = []
        size = 0

        def flush() -> None:
            nonlocal size
            if plain:
                name = self.name()
                self.lines.append(f"{name} = [{', '.join(plain)}]")
                if size:
                    self.lines.append(f"if type(sum({name})) is not float:")
                    self.lines.append(f" {name} = numbers_of({name})")
                    self.lines.append(f" if {name} is None: return None")
                given.append(name)
            plain.clear()
            size = 0

        for kind, text, count, row in self.units:
            if kind == "array":
                flush()
                given.append(text)
            elif kind == "row":
                rows.append(text)
                expected += row
                starred = text[0] == "*"
                plain.append(f"*flat({text[1:]})" if starred else f"*{text}")
                size += count
            else:
                plain.append(f"*{text}" if kind == "known" else text)
                size += 0 if kind == "known" else count
        checks = len(self.lines)
        flush()
        if rows:  # before they are taken apart
            types, sizes = [kind for kind, _ in expected], [n for _, n in expected]
            name = self.name()
            self.lines[checks:checks] = [
                f"{name} = [{', '.join(rows)}]",
                f"if [*map(type, {name})] != {self.constant(types)}: return None",
                f"if [*map(len, {name})] != {self.constant(sizes)}: return None",
            ]
        n = "n" if self.batch else "None"
        if len(given) == 1 and self.units and all([u[0] != "array" for u in self.units]):
            numbers = given[0]
        else:
            numbers = f"[{', '.join(given)}]"
        self.lines.append(f"return {numbers}, [{', '.join(self.batch)}], {n}")

    def function(self) -> Callable[..., Any]:
        lines = ["def read(args):", " try:", *[f"  {line}" for line in self.lines]]
        lines += [" except Exception:", "  return None"]  # an error is told by who looks closely
        exec("\n".join(lines), self.constants)  # noqa: S102 - the source is written here
        found: Callable[..., Any] = self.constants.pop("read")  # or it would be in a cycle
        return found


def _parts(structure: Structure) -> list[Structure]:
    rest = [*structure[1:]]
    return [0] * rest[0] if len(rest) == 1 and type(rest[0]) is int else rest


def _row(tree: Any, structure: Structure) -> tuple[type, int] | None:
    """The kind and length of a list or tuple of numbers; None for anything else."""
    if type(structure) is tuple and isinstance(structure[0], type) and structure[0] is not dict:
        parts = _parts(structure)
        if not any(parts) and None not in parts:
            return type(tree), len(parts)
    return None


def numbers_of(found: list[Any]) -> list[Any] | None:
    """Floats, where some are Values or numbers of NumPy's; None for anything else."""
    new = []
    for x in found:
        if isinstance(x, Value):
            if x._x is not None:
                return None
            new.append(x._number)
        elif hasattr(x, "shape") and x.shape:
            return None
        else:
            new.append(number(x))
    return new


def column(batch: list[Any]) -> Any:
    """A list of numbers as an array; None if there is anything else in it."""
    import numpy as np

    found = np.asarray(batch)
    return found.astype(float) if found.ndim == 1 and found.dtype.kind in REAL else None


@lru_cache(maxsize=256)
def packing(n: int) -> Callable[..., None]:
    """What writes n numbers into an array: three times as fast as an assignment of a list."""
    return struct.Struct(f"{n}d").pack_into
