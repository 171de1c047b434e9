"""Numbers in texts and pictures: short, and never taken for others."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any


def shown(x: Any, digits: int = 4) -> str:
    """A number in about so many significant digits.

    More are given where fewer would look exact and are not, and no exponent where it can be helped.

    >>> shown(0.9999939), shown(12345.0), shown(0.1 + 0.2), shown(1e-7), shown(-0.0)
    ('0.99999', '12345', '0.3', '1e-07', '-0')
    """
    number = float(getattr(x, "data", x))
    if not number or not math.isfinite(number):
        return f"{number:.0f}"  # 0, -0, inf, nan
    return _finite(number, digits)


@lru_cache(maxsize=65_536)  # a weight is the slope of every example: half of a batch's time
def _finite(number: float, digits: int) -> str:
    text = _rounded(number, digits)
    for more in range(digits + 1, 18):
        missing = digits - _significant(text)
        if missing <= 0 or abs(float(text) - number) <= 1e-13 * abs(number):
            break
        mantissa, e, exponent = text.partition("e")
        if e and "." in mantissa:
            return f"{mantissa}{'0' * missing}e{exponent}"  # 6.100e-06 for 6.10000000001e-06
        if missing == 1 and "." in text:
            return f"{text}0"  # 0.2350
        text = _rounded(number, more)
    return text


def _significant(text: str) -> int:
    return len(text.partition("e")[0].strip("-0.").replace(".", ""))


def _rounded(number: float, digits: int) -> str:
    whole = len(str(int(abs(number)))) if 1 <= abs(number) < 1e7 else 0
    if whole >= digits and number != int(number):
        whole += 1  # 12345.4 is not 12345
    return f"{number:.{max(digits, whole)}g}"
