"""The examples that ``fit`` is given: checked before anything is changed, and split."""

from __future__ import annotations

import math
import operator
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import ArgumentError, OperandError, Value

Generator = random.Random


@dataclass(frozen=True)
class Examples:
    """Inputs and targets, one of each for an example, and the numbers that messages call them by.

    >>> data = Examples.of("fit", [[0.0], [1.0]], [0, 1])
    >>> len(data), data.targets
    (2, [0, 1])
    """

    inputs: Sequence[Any]
    targets: Sequence[Any]
    numbers: Sequence[int]
    what: str = "example"

    @classmethod
    def of(cls, who: str, X: Any, y: Any, what: str = "example") -> Examples:  # noqa: N803
        """Check X and y; arrays, lists, and tables of pandas are taken.

        Raises:
            ArgumentError: when there is no example, there are not as many targets as inputs, or a
                number is nan or infinite; it names the example.
            OperandError: when X or y is no list, or something in it is no number.
        """
        inputs, targets = _listed(who, "X", X), _listed(who, "y", y)
        if len(inputs) != len(targets):
            raise ArgumentError(f"{who}: got {len(targets)} targets for {len(inputs)} inputs.")
        if not len(inputs):
            raise ArgumentError(f"{who}: there is no {what}.")
        _check_numbers(who, f"{what} {{}}", inputs)
        _check_numbers(who, f"the target of {what} {{}}", targets)
        return cls(inputs, targets, range(len(inputs)), what)

    def __len__(self) -> int:
        return len(self.inputs)

    def name(self, i: int) -> str:
        """What a message calls example i."""
        return f"{self.what} {self.numbers[i]}"

    def split(self, who: str, fraction: float, seed: Any) -> tuple[Examples, Examples]:
        """All but a fraction of the examples, and that fraction, drawn by ``seed``.

        Raises:
            ArgumentError: when the fraction is not between 0 and 1, or leaves no example to one.

        >>> data = Examples.of("fit", [1.0, 2.0, 3.0, 4.0], [1, 2, 3, 4])
        >>> [len(part) for part in data.split("fit", 0.25, seed=0)]
        [3, 1]
        """
        if not 0.0 < fraction < 1.0:
            raise ArgumentError(
                f"{who}: validation is {fraction!r}; as a part of the examples it must be between "
                "0 and 1, or pass (X, y)."
            )
        n = len(self)
        held = max(1, round(fraction * n))
        if held >= n:
            raise ArgumentError(
                f"{who}: validation={fraction:g} of {n} examples is {held}, which leaves none to "
                "train with."
            )
        order = list(range(n))
        plain = seed is None or isinstance(seed, random.Random)
        generator(seed if plain else f"split {seed!r}").shuffle(order)
        return self.take(sorted(order[held:])), self.take(sorted(order[:held]))

    def take(self, chosen: list[int]) -> Examples:
        """Those of them."""
        return Examples(
            _taken(self.inputs, chosen), _taken(self.targets, chosen), chosen, self.what
        )

    def arrays(self, who: str) -> tuple[Any, Any]:
        """Inputs and targets as arrays of floats.

        Raises:
            ArgumentError: when the examples are not all of one size.
        """
        return (
            _array(f"{who}: compile=True: the inputs", self.inputs),
            _array(f"{who}: compile=True: the targets", self.targets),
        )


def generator(seed: Any) -> Generator:
    """What shuffles; a generator is taken as it is.

    Raises:
        OperandError: when the seed is none.
    """
    if isinstance(seed, random.Random):
        return seed
    try:
        return random.Random(seed)
    except TypeError:
        raise OperandError(f"fit: the seed is {seed!r}; it must be a whole number.") from None


def batches(order: list[int], size: int) -> Iterator[list[int]]:
    """The examples of each step.

    >>> [*batches([3, 0, 2, 1, 4], 2)]
    [[3, 0], [2, 1], [4]]
    """
    return (order[start : start + size] for start in range(0, len(order), size))


def plain(n: Any) -> Any:
    """A whole number of NumPy's as an int, for its repr is saved; anything else as it is."""
    try:
        return n if isinstance(n, bool) else operator.index(n)
    except TypeError:
        return n


def is_scalar(x: Any, kind: str) -> bool:
    """Whether it is one number of NumPy's, of that kind: "f" a float32 and the like, "b" a bool."""
    return getattr(x, "ndim", 1) == 0 and getattr(getattr(x, "dtype", None), "kind", "") == kind


def checked_epochs(who: str, epochs: Any) -> None:
    """Refuse what is no whole number from 1."""
    if not isinstance(epochs, int) or isinstance(epochs, bool):
        raise ArgumentError(f"{who}: epochs is {epochs!r}; it must be a whole number.")
    if epochs < 1:
        raise ArgumentError(f"{who}: epochs is {epochs}; it must be at least 1.")


def checked_size(who: str, size: int | None, n: int) -> int:
    """How many examples a step takes, of n.

    Raises:
        ArgumentError: when it is no whole number from 1.
    """
    if size is None:
        return n
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        why = "it must be at least 1" if isinstance(size, int) else "it must be a whole number"
        raise ArgumentError(f"{who}: batch_size is {size!r}; {why}, or None for all.")
    return size


def _listed(who: str, name: str, given: Any) -> Sequence[Any]:
    """A list or an array; a table's rows."""
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    if hasattr(given, "filled"):  # an array that may have masked entries
        hidden = int(given.size - given.count())
        if hidden:
            raise ArgumentError(
                f"{who}: {hidden} of {given.size} numbers of {name} are masked; leave their "
                f"examples out, or give numbers for them: {name}.filled(0.0)."
            )
        given = given.filled()
    if isinstance(given, (str, bytes, dict, set)) or not (
        hasattr(given, "__len__") and hasattr(given, "__getitem__") and _sized(given)
    ):
        raise OperandError(
            f"{who}: {name} is {type(given).__name__}; it must be a list or an array with one "
            "entry for each example."
        )
    found: Sequence[Any] = _wide(given)
    return found


def _wide(given: Any) -> Any:
    """The array with numbers of 64 bits: 2 * y - 1 of the byte 0 would be 255, not -1."""
    kind = getattr(getattr(given, "dtype", None), "kind", "")
    if kind == "f" or (kind in ("i", "u") and given.max(initial=0) < 2**63):
        return given.astype("f8" if kind == "f" else "i8", copy=False)
    return given


def _sized(given: Any) -> bool:
    """Whether it has a length, which an array of no dimension has not."""
    return bool(getattr(given, "ndim", 1) != 0)


def _check_numbers(who: str, name: str, rows: Any) -> None:
    """Raise for the first number that is not finite, and for what is none."""
    numpy = sys.modules.get("numpy")
    kind = getattr(getattr(rows, "dtype", None), "kind", "")
    if numpy is not None and isinstance(rows, numpy.ndarray) and kind in {"f", "i", "u", "b"}:
        if kind == "f" and not numpy.isfinite(rows).all():
            finite = numpy.isfinite(rows.reshape(len(rows), -1)).all(axis=1)
            i = int(numpy.argmin(finite))
            _check_row(who, name.format(i), rows[i].tolist())
        return
    for i, row in enumerate(rows):
        if type(row) is list and {*map(type, row)} <= _PLAIN and all(map(math.isfinite, row)):
            continue
        _check_row(who, name.format(i), row)


_PLAIN = {float, int}


def _check_row(who: str, name: str, row: Any) -> None:
    parts = _parts(row)
    found = [("", row)] if parts is None else [(f"entry {j} of ", x) for j, x in enumerate(parts)]
    for entry, x in found:
        if type(x) is float and math.isfinite(x):
            continue
        inner = _parts(x) if entry else None
        if inner is not None:
            _check_row(who, f"{entry}{name}", x)
            continue
        if isinstance(x, str) or x is None:
            raise OperandError(
                f"{who}: {entry}{name} is {x!r}, no number; classes are numbered from 0."
            )
        try:
            number = x.data if isinstance(x, Value) else Value(x).data
        except OperandError as error:
            raise OperandError(f"{who}: {entry}{name}: {error}") from None
        if not math.isfinite(number):
            raise ArgumentError(
                f"{who}: {entry}{name} is {number}; leave the example out, or fill in a number."
            )


def _parts(row: Any) -> list[Any] | None:
    """The entries of a row; None if it is one number."""
    if isinstance(row, dict):
        return list(row.values())
    if hasattr(row, "tolist"):
        row = row.tolist()
    return list(row) if isinstance(row, (list, tuple)) else None


def _taken(column: Any, chosen: list[int]) -> Any:
    return column[chosen] if hasattr(column, "dtype") else [column[i] for i in chosen]


def _array(what: str, column: Any) -> Any:
    import numpy as np

    try:
        return np.asarray(column, dtype=float)
    except (ValueError, TypeError):
        pass
    if any([isinstance(x, Value) for row in column for x in _parts(row) or [row]]):
        raise OperandError(f"{what} hold a Value; give its number, x.data.") from None
    sizes = [len(row) if hasattr(row, "__len__") else 1 for row in column]
    other = next((i for i, size in enumerate(sizes) if size != sizes[0]), 0)
    raise ArgumentError(
        f"{what} are not all of one size: example 0 has {sizes[0]} numbers, example {other} has "
        f"{sizes[other]}."
    ) from None
