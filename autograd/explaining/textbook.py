"""Partials as a book prints them: of the row where it says them so, else its rule is the book's.

Same letters as in the rule. For typical operands both are one number, which a test holds; at an
edge, such as a tie of two maxima, the rule of the row decides.
"""

from __future__ import annotations

from autograd.maths import Rule
from autograd.primitives import Primitive


def textbook_of(row: Primitive) -> Rule | None:
    """The partials of a row as a book prints them, its constants put in; None: as its rule is.

    >>> from autograd.maths import floats
    >>> from autograd.table import TABLE
    >>> textbook_of(TABLE["powc"].bind(2.0))(floats, 9.0, 3.0)
    (6.0,)
    """
    book = (row.free or row).book
    if book is None or not row.values:
        return book
    return lambda m, z, *xs: book(m, z, *xs, *row.values)
