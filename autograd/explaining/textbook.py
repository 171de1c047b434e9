"""Partials as a book prints them, for the rows whose rule guards every digit and every edge.

Same letters as in the table. For typical operands both are one number, which a test holds; at an
edge, such as a tie of two maxima, the rule of the row decides. A row that isn't here is its own
textbook.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.maths import Rule
from autograd.primitives import Primitive
from autograd.table import TABLE

LN2, LN10, SQRT_PI, SQRT_2PI = (
    math.log(2.0), math.log(10.0), math.sqrt(math.pi), math.sqrt(2.0 * math.pi),
)  # fmt: skip
MOST_FACTORS = 8  # of a product whose partials are spelled as products of the others


def textbook_of(row: Primitive) -> Rule | None:
    """The partials of a row as a book prints them, its constants put in; None: as its rule is.

    >>> from autograd.maths import floats
    >>> from autograd.table import TABLE
    >>> textbook_of(TABLE["powc"].bind(2.0))(floats, 9.0, 3.0)
    (6.0,)
    """
    free = row.free or row
    book = TEXTBOOK.get(free.name) if TABLE.get(free.name) is free else None
    if book is None or not row.values:
        return book
    return lambda m, z, *xs: book(m, z, *xs, *row.values)


def _products(m: Any, z: Any, xs: Any) -> Any:
    if len(xs) > MOST_FACTORS:
        return tuple([z / x for x in xs])
    return tuple([m.prod([*xs[:i], *xs[i + 1 :]]) for i in range(len(xs))])


def _mish(m: Any, z: Any, x: Any) -> Any:
    t = m.tanh(m.softplus(x))
    return (t + x * m.sigmoid(x) * (1 - t * t),)


# fmt: off
TEXTBOOK: dict[str, Rule] = {
    "pow": lambda m, z, x, y: (y * m.pow(x, y - 1), z * m.log(x)),
    "powc": lambda m, z, x, n: (n * m.pow(x, n - 1),),
    "exp2": lambda m, z, x: (LN2 * z,),
    "log2": lambda m, z, x: (1 / (x * LN2),),
    "log10": lambda m, z, x: (1 / (x * LN10),),
    "xlogy": lambda m, z, x, y: (m.log(y), x / y),
    "sqrt": lambda m, z, x: (1 / (2 * z),),
    "hypot": lambda m, z, x, y: (x / z, y / z),
    "atan": lambda m, z, x: (1 / (1 + x * x),),
    "atan2": lambda m, z, x, y: (y / (x * x + y * y), -x / (x * x + y * y)),
    "asinh": lambda m, z, x: (1 / m.sqrt(x * x + 1),),
    "acosh": lambda m, z, x: (1 / m.sqrt(x * x - 1),),
    "erf": lambda m, z, x: (2 * m.exp(-(x * x)) / SQRT_PI,),
    "erfc": lambda m, z, x: (-2 * m.exp(-(x * x)) / SQRT_PI,),
    "normal_cdf": lambda m, z, x: (m.exp(-(x * x) / 2) / SQRT_2PI,),
    "copysign": lambda m, z, x, y: (m.sign(x) * m.sign(y), 0.0),
    "maximum": lambda m, z, x, y: (m.where(x > y, 1.0, 0.0), m.where(x < y, 1.0, 0.0)),
    "minimum": lambda m, z, x, y: (m.where(x < y, 1.0, 0.0), m.where(x > y, 1.0, 0.0)),
    "sigmoid_slope": lambda m, z, x: (z * (1 - 2 * m.sigmoid(x)),),
    "relu": lambda m, z, x: (m.where(x > 0, 1.0, 0.0),),
    "elu": lambda m, z, x, alpha: (m.where(x > 0, 1.0, alpha * m.exp(x)),),
    "gelu": lambda m, z, x: (m.normal_cdf(x) + x * m.exp(-(x * x) / 2) / SQRT_2PI,),
    "silu": lambda m, z, x: (m.sigmoid(x) + x * m.sigmoid(x) * (1 - m.sigmoid(x)),),
    "softsign": lambda m, z, x: (1 / m.pow(1 + m.abs(x), 2.0),),
    "mish": _mish,
    "prod": _products,
    "mean": lambda m, z, xs: (m.copy(1.0) / len(xs),) * len(xs),
    "logsumexp": lambda m, z, xs: tuple([m.exp(x - z) for x in xs]),
    "norm": lambda m, z, xs: tuple([x / z for x in xs]),
}
# fmt: on
