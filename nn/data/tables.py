"""A table's rows as examples: which columns are the inputs, and which is the target."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograd import ArgumentError, OperandError
from nn.data.cells import LONGEST, Table, missing, numbers, quoted, targets

Column = str | int


class Examples(NamedTuple):
    """Examples, and what their numbers stand for.

    Attributes:
        X: the inputs: a list of floats for each example.
        y: the targets: floats, or where there are classes their numbers, from 0.
        inputs: the names of the inputs.
        target: the name of the target.
        classes: the name of each class, in the order of their numbers; None for a regression.

    >>> found = examples({"x": [0.5, 1.5], "kind": ["dog", "cat"]}, target="kind")
    >>> found
    <Examples: 2 of 1 input, 2 classes of 'kind'>
    >>> X, y, inputs, target, classes = found
    >>> X, y, classes
    ([[0.5], [1.5]], [1, 0], ['cat', 'dog'])
    """

    X: list[list[float]]
    y: list[Any]
    inputs: list[str]
    target: str
    classes: list[str] | None

    def __repr__(self) -> str:
        what = "numbers" if self.classes is None else f"{len(self.classes)} classes"
        inputs = f"{len(self.inputs)} input{'s' * (len(self.inputs) != 1)}"
        return f"<Examples: {len(self.X)} of {inputs}, {what} of {quoted(self.target)}>"


def examples(
    table: Any,
    target: Any = -1,
    *,
    inputs: Sequence[Column] | None = None,
    labels: bool | None = None,
    skip_missing: bool = False,
) -> Examples:
    """The examples of a table: of pandas, of polars, a dict of columns, or an array of rows.

    Args:
        table: has ``columns`` and gives each by ``table[name]``; or has rows of numbers.
        target: the target's column by name, or by number, from 0 or from -1 backwards; or the
            targets themselves, one for each row.
        inputs: the columns of the inputs; None for all others.
        labels: whether the targets are classes. None: if they are texts or booleans, or the whole
            numbers from 0 to k - 1, each of which occurs, for a k of at most 20.
        skip_missing: leave out rows with missing cells, which are refused otherwise.

    Raises:
        OperandError: for what is no table.
        ArgumentError: where a cell is missing or no number, naming its row, from 0, and column;
            when there is no such column, or no row, or only one class.

    Classes are numbered in the order of their names, or of their numbers.

    >>> examples([[5.1, 3.5, 0], [7.0, 3.2, 1]])
    <Examples: 2 of 2 inputs, 2 classes of '2'>
    >>> examples({"x": [1.0, float("nan")], "y": [2.0, 3.0]}, "y")
    Traceback (most recent call last):
    autograd.errors.ArgumentError: examples: row 1, column 'x' is missing; ...
    """
    found = table_of("examples", table)
    if not isinstance(target, (str, int)) and hasattr(target, "__len__"):
        cells = listed(target)
        if len(cells) != len(found.rows):
            raise ArgumentError(
                f"examples: got {len(cells)} targets for {len(found.rows)} rows; the numbers must "
                "be equal."
            )
        name = str(getattr(target, "name", None) or "target")
        names = [*found.names, name if name not in found.names else f"target {name}"]
        rows = [[*row, cell] for row, cell in zip(found.rows, cells, strict=True)]
        found, target = found._replace(names=names, rows=rows), -1
    return read(found, target, inputs, labels, skip_missing=skip_missing)


def table_of(who: str, table: Any) -> Table:
    """The cells of a table in memory."""
    if hasattr(table, "collect"):  # of polars, or PySpark
        raise OperandError(f"{who}: this table is lazy; give its collect().")
    columns = [*table] if isinstance(table, Mapping) else getattr(table, "columns", None)
    if columns is not None and hasattr(table, "__getitem__"):
        names = [str(name) for name in columns]
        unlike(who, names)
        cells = [listed(table[name]) for name in columns]
        lengths = {len(column) for column in cells}
        if len(lengths) > 1:
            raise ArgumentError(
                f"{who}: the columns have {sorted(lengths)} cells; all need as many."
            )
        rows = [list(row) for row in zip(*cells, strict=True)]
    elif isinstance(table, (str, bytes)) or not hasattr(table, "__len__"):
        hint = ": read a file by read_csv" if isinstance(table, str) else ""
        raise OperandError(f"{who}: {quoted(table)} is no table{hint}.")
    else:
        rows = [listed(row) for row in listed(table)]
        names = [str(i) for i in range(len(rows[0]) if rows else 0)]
        for i, row in enumerate(rows):
            if len(row) != len(names):
                raise ArgumentError(
                    f"{who}: row {i} has {len(row)} cells, row 0 has {len(names)}; all need as "
                    "many."
                )
    return Table(who, names, rows, [f"row {i}" for i in range(len(rows))])


def listed(column: Any) -> list[Any]:
    """A list of the entries of a column or a row."""
    for method in ("to_list", "tolist"):
        if hasattr(column, method):
            column = getattr(column, method)()
            break
    if isinstance(column, (str, bytes)) or not hasattr(column, "__iter__"):
        raise OperandError(f"examples: {quoted(column)} is no list of cells.")
    return list(column)


def read(
    table: Table,
    target: Column,
    inputs: Sequence[Column] | None,
    labels: bool | None,
    *,
    skip_missing: bool,
) -> Examples:
    """The examples of these rows."""
    who, names = table.who, table.names
    if not table.rows or not names:
        raise ArgumentError(f"{who}: the table is empty.")
    goal = place_of(table, target)
    if inputs is None:
        chosen = [i for i in range(len(names)) if i != goal]
    else:
        chosen = [place_of(table, name) for name in inputs]
    if goal in chosen:
        raise ArgumentError(f"{who}: {quoted(names[goal])} is the target; it can't be an input.")
    if not chosen:
        raise ArgumentError(f"{who}: there is no input beside the target {quoted(names[goal])}.")
    if skip_missing:
        full = [not any([missing(row[i]) for i in (*chosen, goal)]) for row in table.rows]
        rows = [row for row, kept in zip(table.rows, full, strict=True) if kept]
        places = [place for place, kept in zip(table.places, full, strict=True) if kept]
        table = table._replace(rows=rows, places=places)
    if not table.rows:
        raise ArgumentError(f"{who}: there is no row without missing cells.")
    X = numbers(table, chosen)
    y, classes = targets(table, goal, labels)
    return Examples(X, y, [names[i] for i in chosen], names[goal], classes)


def place_of(table: Table, column: Any) -> int:
    """Which column is meant, by its name or its number."""
    who, names = table.who, table.names
    if isinstance(column, str):
        if column in names:
            return names.index(column)
        near = difflib.get_close_matches(column[:LONGEST], names, n=1)
        meant = f"is {quoted(near[0])} meant?" if near else f"there are {_some(names)}."
        raise ArgumentError(f"{who}: there is no column {quoted(column)}; {meant}")
    if not isinstance(column, int) or isinstance(column, bool):
        raise OperandError(f"{who}: a column is given by name or number, not as {quoted(column)}.")
    if not -len(names) <= column < len(names):
        raise ArgumentError(
            f"{who}: there is no column {column}; there are {len(names)}, from 0 to "
            f"{len(names) - 1}."
        )
    return column % len(names)


def unlike(who: str, names: list[str]) -> None:
    """Refuse names that are there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ArgumentError(f"{who}: two columns are called {quoted(name)}.")
        seen.add(name)


def _some(names: list[str]) -> str:
    shown = ", ".join([quoted(name) for name in names[:12]])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown
