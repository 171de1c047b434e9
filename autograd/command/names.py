"""Names and their numbers: ``w=-3 x=0.5``, and what is said where something is refused."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable
from unicodedata import normalize

from autograd.errors import ArgumentError
from autograd.functions import __all__ as functions

_DIGITS = "[0-9]+(?:_[0-9]+)*"  # read in one way only: a million of them cost one pass
NUMBER = rf"(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?[0-9]+)?"
LONGEST = 2000  # characters
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_GIVEN = re.compile(rf"[+-]?(?:{NUMBER}|inf|nan)", re.IGNORECASE)


class RefusedError(ArgumentError):
    """What the command line can't use: the words, the text, and where in it.

    Attributes:
        text: what was read.
        place: the first character that is refused, None for all of it.
        length: how many there are.
    """

    def __init__(
        self, message: str, text: str = "", place: int | None = None, length: int = 1
    ) -> None:
        super().__init__(message)
        self.text, self.place, self.length = text, place, length


def numbers_given(words: Iterable[str]) -> dict[str, float]:
    """The numbers of ``["w=-3", "x=0.5"]``, by name.

    Raises:
        RefusedError: for anything else, a name given twice, and the names of functions.

    >>> numbers_given(["w=-3", "x=.5", "y=-inf"])
    {'w': -3.0, 'x': 0.5, 'y': -inf}
    """
    given: dict[str, float] = {}
    seen: dict[str, str] = {}
    for word in words:
        if len(word) > LONGEST:
            raise RefusedError(f"this has {len(word)} characters; at most {LONGEST} are read", word)
        if word.strip().startswith("-"):
            raise RefusedError("there is no such option; see --help", word)
        name, sign, number = word.partition("=")
        name = name.strip()
        if not sign:
            raise RefusedError(
                "after the expression comes name=number; put an expression with spaces in quotes",
                word,
            )
        if name == "":
            raise RefusedError("there is no name before the =", word, 0)
        key = key_of(name, word, word.find(name))
        if key in functions:
            raise RefusedError(
                f"{key} is a function of the table; take another name", word, 0, len(name)
            )
        if key in seen:
            raise RefusedError(f"{name} has a value already: {seen[key]}", word, 0, len(name))
        seen[key] = word
        given[name] = _number(number, word, len(word) - len(number))
    return given


def _number(text: str, word: str, place: int) -> float:
    stripped = text.strip()
    place += text.find(stripped)
    if _GIVEN.fullmatch(stripped) is None:
        raise RefusedError(
            "this is not a number, such as 2, -0.5, 1e-3, inf or nan",
            word,
            place,
            max(len(stripped), 1),
        )
    return read_number(stripped, word, place)


def read_number(digits: str, text: str, place: int) -> float:
    """The float that digits in a text stand for.

    Raises:
        RefusedError: when there is none so large.
    """
    number = float(digits)
    if math.isinf(number) and "inf" not in digits.lower():
        raise RefusedError("this is too large for a float", text, place, len(digits))
    return number


def key_of(name: str, text: str, place: int) -> str:
    """The name as Python compares names: ``w₁`` is ``w1``.

    Args:
        name: a name in a text.
        text: the text, for the message.
        place: where the name begins in it.

    Raises:
        RefusedError: when it is no name, or a word of Python's.

    >>> key_of("w₁", "w₁ + 1", 0)
    'w1'
    """
    plain = name.translate(SUBSCRIPTS)
    if not plain.isidentifier():
        good = len(plain)
        while not plain[:good].isidentifier() and good:
            good -= 1
        said = f"{plain[good]} can't stand in a name" if plain.isprintable() else "this is no name"
        raise RefusedError(said + hint(plain[good]), text, place + good)
    key = normalize("NFKC", plain)
    if keyword.iskeyword(key):
        raise RefusedError(f"{key} is a word of Python's, not a name", text, place, len(name))
    return key


def hint(letter: str) -> str:
    """What to write instead of a letter, if that is known.

    >>> hint("^"), hint("²")
    (': a power is written **', ': a power is written **')
    """
    for letters, said in _HINTS.items():
        if letter in letters:
            return f": {said}"
    return ""


_HINTS = {
    "^" + SUPERSCRIPTS: "a power is written **",
    "×·⋅∙": "a product is written *",
    "÷∕": "a quotient is written /",
    "−–—": "minus is written -",
    ".": "there are no attributes, only names and functions",
    "=": "arguments go by position, and name=number follows after the expression",
    "<>!": "comparisons are no row of the table; maximum, minimum, relu and abs are",
    "&|~": "only the operators + - * / // % ** are known",
    "\"'`": "there are no strings",
    "{}": "brackets are written ( )",
    ":;@#$\\?": "only numbers, names, operators and functions are",
}
