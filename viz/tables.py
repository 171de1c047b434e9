"""table: several Values at once, as a table."""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable
from typing import Any

from autograd import OperandError, Value
from viz.dot import one_line
from viz.numbers import shown

MOST_ROWS = 40
COLUMNS = ("label", "value", "grad", "operation")
DIGITS, LONGEST = 6, 60  # of numbers; characters of a label


class Table:
    """Values in rows, as text and, in a notebook, as HTML."""

    def __init__(self, values: list[Value]) -> None:
        self.values = values

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """Label, number, gradient and operation of each of the first Values."""
        return [
            (
                one_line(value.label[:LONGEST]),
                shown(value.data, DIGITS),
                shown(value.grad, DIGITS) if value.has_grad else "",
                value.op.symbol,
            )
            for value in self.values[:MOST_ROWS]
        ]

    @property
    def _more(self) -> str:
        rest = len(self.values) - MOST_ROWS
        return f"... and {rest} more" if rest > 0 else ""

    def __str__(self) -> str:
        lines = [COLUMNS, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        return "\n".join([*texts, *filter(None, [self._more])])

    __repr__ = __str__

    def _repr_html_(self) -> str | None:
        try:
            head = _row(COLUMNS, "th")
            body = "".join(map(_row, self.rows))
            more = f'<tr><td colspan="4">{self._more}</td></tr>' if self._more else ""
        except Exception:  # noqa: BLE001 - a notebook must never see a table raise
            return None
        return f"<table><thead>{head}</thead><tbody>{body}{more}</tbody></table>"


def table(values: Iterable[Value] | Value) -> Table:
    """The Values, or a single one, as a table: label, value, gradient, operation.

    The first forty are shown, and how many more there are.

    In a notebook a list of Values shows itself like this, once viz is imported.

    Raises:
        OperandError: when something among them is no Value.

    >>> x, w = Value(2.0, label="x"), Value(-0.5, label="w")
    >>> y = w * x
    >>> y.backward()
    >>> print(table([x, w, y]))
    label  value  grad  operation
    x      2      -0.5
    w      -0.5   2
           -1     1     ×
    """
    listed: list[Any] = list(values) if isinstance(values, Iterable) else [values]
    for value in listed:
        if not isinstance(value, Value):
            raise OperandError(
                f"table: {type(value).__name__} is no Value; a table shows a list of Values, such "
                "as model.parameters()."
            )
    return Table(listed)


def _row(cells: Iterable[str], tag: str = "td") -> str:
    places = ("left", "right", "right", "left")
    texts = [
        f'<{tag} style="text-align:{place}"><bdi>{html.escape(text)}</bdi></{tag}>'
        for place, text in zip(places, cells, strict=True)
    ]
    return f"<tr>{''.join(texts)}</tr>"


def show_lists() -> None:
    """Where IPython runs: let lists of Values, and of nothing else, show themselves as tables.

    IPython can't ask a list how it wants to be shown, so it is told.
    """
    running = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    formatter = getattr(running(), "display_formatter", None)
    if formatter is None:
        return
    pages = formatter.formatters["text/html"]
    earlier = pages.lookup_by_type(list) if list in pages else None
    if getattr(earlier, "__name__", "") != "list_of_values":
        pages.for_type(list, _shower(earlier))


def _shower(earlier: Any) -> Any:
    def list_of_values(values: Any) -> str | None:
        if type(values) is list and values and all([isinstance(x, Value) for x in values]):
            return Table(values)._repr_html_()
        if earlier is not None:
            return earlier(values)
        own = getattr(values, "_repr_html_", None)  # of a class of its own
        return own() if callable(own) else None

    return list_of_values
