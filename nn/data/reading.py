"""read_csv: the examples in a file of comma-separated values, or in whatever it is separated by."""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Sequence
from typing import Any

from autograd import ArgumentError
from nn.data.cells import NUMBER, Table, quoted
from nn.data.tables import Column, Examples, read, unlike

DELIMITERS = ("\t", ";", "|", ",")  # in this order: a comma may stand before decimals
TRIED = 20  # rows that tell the delimiter
MARKS = (  # UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(
    file: Any,
    target: Column = -1,
    *,
    inputs: Sequence[Column] | None = None,
    labels: bool | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    encoding: str | None = None,
    skip_missing: bool = False,
) -> Examples:
    r"""The examples in a file of values, one in a line.

    Args:
        file: a path, or an open file of text.
        target, inputs, labels, skip_missing: as :func:`examples` takes them. Without a header, the
            columns are called ``"0"``, ``"1"``, ...
        header: whether the first line has the names of the columns. None: if no cell of it is a
            number.
        delimiter: what stands between two cells. None: a tab, a semicolon, a bar or a comma, by
            which the lines have equally many cells.
        decimal: what stands before the decimals.
        encoding: of a path. None: UTF-8, and what a byte order mark says.
        skip_missing: leave out lines with missing cells: empty, nan, NA, N/A, null or ?.

    Raises:
        ArgumentError: where a cell is missing or no number, or a line has fewer or more cells than
            the first, naming line and column; for a file that is empty, or in another encoding.
        OSError: when the file can't be read.

    Lines without anything are passed over. Cells may be quoted, as spreadsheets write them.

    >>> read_csv(io.StringIO("length,width,kind\n5.1,3.5,rose\n7.0,3.2,iris\n"), target="kind")
    <Examples: 2 of 2 inputs, 2 classes of 'kind'>
    >>> read_csv(io.StringIO("x;y\n0,5;one\n;two\n"), decimal=",")
    Traceback (most recent call last):
    autograd.errors.ArgumentError: read_csv: line 3, column 'x' is missing; ...
    """
    table = table_in(file, header=header, delimiter=delimiter, decimal=decimal, encoding=encoding)
    return read(table, target, inputs, labels, skip_missing=skip_missing)


def table_in(
    file: Any,
    *,
    header: bool | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    encoding: str | None = None,
) -> Table:
    """The cells of a file, as texts."""
    who, text = _text(file, encoding)
    _signs(who, delimiter, decimal)
    if delimiter is None:
        delimiter = _delimiter(text, decimal)
    rows, places = _rows(who, text, delimiter)
    if not rows:
        raise ArgumentError(f"{who}: there is nothing in it.")
    for row, place in zip(rows, places, strict=True):
        if len(row) != len(rows[0]):
            raise ArgumentError(
                f"{who}: {place} has {len(row)} cell{'s' * (len(row) != 1)}, {places[0]} has "
                f"{len(rows[0])}; cells end at {quoted(delimiter)}."
            )
    named = not any([_is_number(cell, decimal) for cell in rows[0]]) if header is None else header
    names = [str(i) for i in range(len(rows[0]))]
    if named:
        names = [cell.strip() or names[i] for i, cell in enumerate(rows[0])]
        rows, places = rows[1:], places[1:]
        unlike(who, names)
        if not rows:
            raise ArgumentError(f"{who}: there is nothing under the names of the columns.")
    return Table(who, names, rows, places, decimal, guessed=header is None and not named)


def _signs(who: str, delimiter: str | None, decimal: str) -> None:
    for name, sign in (("delimiter", delimiter), ("decimal", decimal)):
        if sign is not None and (len(sign) != 1 or sign in '"\r\n\0' or sign.isalnum()):
            raise ArgumentError(f"{who}: {name} is {quoted(sign)}; it must be one sign, as ';' is.")
    if decimal == delimiter:
        raise ArgumentError(f"{who}: delimiter and decimal are both {quoted(decimal)}.")


def _is_number(cell: str, decimal: str) -> bool:
    return NUMBER.fullmatch(cell.strip().replace(decimal, ".")) is not None


def _text(file: Any, encoding: str | None) -> tuple[str, str]:
    """Who reads, for errors; and what stands in the file."""
    if hasattr(file, "read"):
        text = file.read()
        if not isinstance(text, str):
            raise ArgumentError("read_csv: the file is open for bytes; open it as text.")
        return "read_csv", text.removeprefix("\ufeff")
    path = os.fspath(file)
    who = f"read_csv: {quoted(os.path.basename(path))}"  # noqa: PTH119 - text or bytes
    with open(path, "rb") as opened:  # noqa: PTH123 - likewise
        data = opened.read()
    known = encoding or next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(known)
    except LookupError:
        raise ArgumentError(f"{who}: there is no encoding {quoted(known)}.") from None
    except ValueError as error:
        at = f", byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise ArgumentError(
            f"{who}: this is not {known}{at}; what is it? Say so by encoding, as in 'cp1252'."
        ) from None
    if "\0" in text:
        raise ArgumentError(
            f"{who}: there are zero bytes in it, as in no text; is it UTF-16? Say so by encoding."
        )
    return who, text.removeprefix("\ufeff")


def _rows(who: str, text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """The rows that have anything in them, and the line at which each begins."""
    rows, places, line = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any([cell.strip() for cell in row]):
                rows.append(row)
                places.append(f"line {line}")
            line = reader.line_num + 1
    except csv.Error as error:
        said = str(error).replace("\t", "\\t")
        raise ArgumentError(f"{who}: line {line}: {said}.") from None
    return rows, places


def _delimiter(text: str, decimal: str) -> str:
    """By which the first rows have equally many cells; else of which the first has most."""
    most, found = 0, ","
    for sign in DELIMITERS:
        if sign == decimal:
            continue
        rows = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
                if any([cell.strip() for cell in row]):
                    rows.append(len(row))
                if len(rows) == TRIED:
                    break
        except csv.Error:
            continue
        if rows and min(rows) == max(rows) > 1:
            return sign
        if rows and rows[0] - 1 > most:
            most, found = rows[0] - 1, sign
    return found
