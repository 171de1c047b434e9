"""Cells as numbers and classes; one that is missing or no number is named by row and column."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd import ArgumentError, AutogradError, Value

MISSING = {"", "?", "na", "n/a", "nan", "null", "<na>"}  # in small letters
MOST_CLASSES = 20  # that whole numbers are taken for
LONGEST = 40  # characters of a cell that an error shows
NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE | re.ASCII
)


class Table(NamedTuple):
    """Rows of cells, before anything is read as a number.

    Attributes:
        who: what reads it, for errors.
        names: of the columns.
        rows: lists of as many cells.
        places: where each row is, for errors: ``"line 7"``.
        decimal: the sign before the decimals in cells that are texts.
        guessed: whether it was guessed that no row has the names.
    """

    who: str
    names: list[str]
    rows: list[list[Any]]
    places: list[str]
    decimal: str = "."
    guessed: bool = False


def numbers(table: Table, columns: Sequence[int]) -> list[list[float]]:
    """The cells of some columns as floats."""
    return [
        [number(table, row[i], place, i) for i in columns]
        for row, place in zip(table.rows, table.places, strict=True)
    ]


def targets(table: Table, column: int, labels: bool | None) -> tuple[list[Any], list[str] | None]:
    """The targets and the names of their classes."""
    if labels is False:
        return [row[0] for row in numbers(table, [column])], None
    cells = [row[column] for row in table.rows]
    for cell, place in zip(cells, table.places, strict=True):
        if missing(cell):
            raise _missing(table, place, column)
    if all([_is_number(table, cell) for cell in cells]):
        given = [number(table, c, p, column) for c, p in zip(cells, table.places, strict=True)]
        met: list[Any] = sorted(set(given))
        counts = met == [*map(float, range(len(met)))] and 2 <= len(met) <= MOST_CLASSES
        booleans = all([isinstance(cell, bool) for cell in cells])
        if not (labels or counts or booleans):
            return given, None
        keys: list[Any] = given
        names = [str(bool(x)) if booleans else _short(x) for x in met]
    else:
        keys = [str(cell).strip() for cell in cells]
        met = names = sorted(set(keys))
    who, name = table.who, quoted(table.names[column])
    if len(met) < 2:
        raise ArgumentError(f"{who}: the target {name} is {quoted(names[0])} in every row.")
    if len(met) > max(MOST_CLASSES, len(cells) // 2):
        raise ArgumentError(
            f"{who}: the target {name} has {len(met)} different classes in {len(cells)} rows; is "
            "another column meant?"
        )
    index = {key: i for i, key in enumerate(met)}
    return [index[key] for key in keys], names


def missing(cell: Any) -> bool:
    """Whether there is nothing in a cell: None, nan, pandas' NA and NaT, an empty text, ``?``."""
    if isinstance(cell, str):
        return cell.strip().lower() in MISSING
    try:
        return cell is None or bool(cell != cell)
    except (TypeError, ValueError):  # NA says that it can't tell; an array that it is no number
        return not hasattr(cell, "__len__")


def number(table: Table, cell: Any, place: str, column: int) -> float:
    """A cell as a finite float; or an error that names its row and column."""
    if missing(cell):
        raise _missing(table, place, column)
    found = _float(table, cell)
    if found is not None and math.isfinite(found):
        return found
    said = ", no number" + _hint(table, cell, place) if found is None else ", which is not finite"
    name = quoted(table.names[column])
    raise ArgumentError(f"{table.who}: {place}, column {name} is {quoted(cell)}{said}.")


def quoted(thing: Any) -> str:
    r"""A cell or a name as an error shows it: in a line, not too long.

    >>> quoted("a\x1b[31m"), quoted(3)
    ("'a\\x1b[31m'", '3')
    """
    try:
        text = str(thing)
    except Exception:  # noqa: BLE001 - of an int of 5,000 digits, or a class of the user's
        return f"of {type(thing).__name__}"
    said = repr(thing if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
    return " ".join(said.split())


def _float(table: Table, cell: Any) -> float | None:
    if isinstance(cell, str):
        text = cell.strip()
        if table.decimal != ".":
            text = text.replace(table.decimal, ".")
        return float(text) if NUMBER.fullmatch(text) else None
    try:
        return float(cell) if isinstance(cell, bool) else Value(cell).data
    except (AutogradError, OverflowError):
        return None


def _is_number(table: Table, cell: Any) -> bool:
    return _float(table, cell) is not None


def _short(x: float) -> str:
    return str(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x)


def _missing(table: Table, place: str, column: int) -> ArgumentError:
    name = quoted(table.names[column])
    return ArgumentError(
        f"{table.who}: {place}, column {name} is missing; fill it in, or let "
        "skip_missing leave such rows out."
    )


def _hint(table: Table, cell: Any, place: str) -> str:
    if not isinstance(cell, str):
        return ""
    if re.fullmatch(r"[+-]?\d+,\d+", cell.strip()) and table.decimal == ".":
        return "; is ',' before the decimals? Say so by decimal"
    if table.guessed and place == table.places[0]:
        return "; are these the names of the columns? Say so by header"
    return "; only the target may be text: choose the columns that are numbers by inputs"
