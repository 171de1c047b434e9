"""How answers are read, so that they can be compared: by what they do, not by how they look."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from autograd import phrase

Reader = Callable[[Any], Any]


class Unreadable(Exception):  # noqa: N818 - it never leaves the exercises
    """The answer can't be compared; the text says what is wrong with it."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(phrase(text, **values))


def same(x: Any, y: Any, tolerance: float = 1e-6) -> bool:
    """Whether two answers that were read are the same; numbers need only be close.

    >>> same([1.0, "a"], [1.0 + 1e-9, "a"]), same(1.0, 1.001), same(1e-18, 0.0)
    (True, False, False)
    """
    if isinstance(x, (list, tuple)) and isinstance(y, (list, tuple)):
        return len(x) == len(y) and all(same(a, b, tolerance) for a, b in zip(x, y, strict=True))
    if isinstance(x, float) and isinstance(y, float):
        return math.isclose(x, y, rel_tol=tolerance) or (math.isnan(x) and math.isnan(y))
    return type(x) is type(y) and bool(x == y)


def number(answer: Any) -> float:
    """A number, or something that has one as ``.data``.

    >>> number("1.5")
    1.5
    """
    answer = getattr(answer, "data", answer)
    if isinstance(answer, (bool, complex)):
        raise Unreadable("A number is asked for; {answer} is none.", answer=repr(answer))
    try:
        return float(answer)
    except (TypeError, ValueError):
        raise Unreadable(
            "A number is asked for; {answer} is none.", answer=_short(answer)
        ) from None


def rounded(digits: int) -> Reader:
    """A number, of which so many places after the point count."""
    return lambda answer: round(number(answer), digits)


def numbers(*names: str) -> Reader:
    """As many numbers as there are names, in their order."""

    def read(answer: Any) -> list[float]:
        if not isinstance(answer, (list, tuple)) or len(answer) != len(names):
            raise Unreadable(
                "{n} numbers are asked for, as ({names}); you gave {answer}.",
                n=len(names),
                names=", ".join(map(phrase, names)),
                answer=_short(answer),
            )
        return [number(x) for x in answer]

    return read


def whole(answer: Any) -> int:
    """A whole number."""
    found = number(answer)
    if not found.is_integer():
        raise Unreadable("A whole number is asked for, not {answer}.", answer=f"{found:g}")
    return int(found)


def wholes(*names: str) -> Reader:
    """As many whole numbers as there are names, in their order."""
    return lambda answer: [whole(x) for x in numbers(*names)(answer)]


def word(*choices: str) -> Reader:
    """One of the words, in capitals or not; in English or the language that is chosen.

    >>> word("forward", "reverse")(" Reverse ")
    'reverse'
    """

    def read(answer: Any) -> str:
        found = str(answer).strip().lower()
        found = {phrase(choice).lower(): choice for choice in choices}.get(found, found)
        if found not in choices:
            raise Unreadable("The answer is one of: {choices}.", choices=_listing(choices))
        return found

    return read


def words(count: int, *choices: str) -> Reader:
    """So many of the words, as a list or with commas between."""
    one = word(*choices)

    def read(answer: Any) -> list[str]:
        parts = answer if isinstance(answer, (list, tuple)) else str(answer).split(",")
        if len(parts) != count:
            raise Unreadable(
                "{n} answers are asked for, each one of: {choices}.",
                n=count,
                choices=_listing(choices),
            )
        return [one(part) for part in parts]

    return read


def letters(allowed: str) -> Reader:
    """An order of the letters, as ``"BAC"``; each once."""

    def read(answer: Any) -> str:
        found = "".join(
            re.findall(
                r"[a-z]",
                str(
                    answer if isinstance(answer, str) else "".join(map(str, _listed(answer)))
                ).lower(),
            )
        )
        if sorted(found) != sorted(allowed.lower()):
            raise Unreadable(
                "Each of {letters} belongs in it once; you gave {answer}.",
                letters=", ".join(allowed),
                answer=repr(found),
            )
        return found

    return read


def function(samples: Sequence[tuple[Any, ...]], shown: str) -> Reader:
    """A function, by what it gives for the samples. ``shown`` says how it is called."""

    def read(answer: Any) -> list[Any]:
        if not callable(answer):
            raise Unreadable(
                "A function is asked for, one that can be called as {shown}; you gave {answer}. "
                "Give its name alone, with no brackets after it.",
                shown=shown,
                answer=_short(answer),
            )
        return [_called(answer, sample, shown) for sample in samples]

    return read


def _called(answer: Any, sample: tuple[Any, ...], shown: str) -> Any:
    arguments = ", ".join(getattr(x, "__name__", repr(x)) for x in sample)
    try:
        result = answer(*sample)
    except RecursionError:
        raise Unreadable(
            "Your function called itself without end for ({arguments}).", arguments=arguments
        ) from None
    except Exception as error:  # noqa: BLE001 - the answer's own
        raise Unreadable(
            "Your function, called as {shown} with ({arguments}), raised {error}",
            shown=shown,
            arguments=arguments,
            error=f"{type(error).__name__}: {_short(error)}",
        ) from None
    if result is None:
        raise Unreadable("Your function gave None. Is a return missing?")
    if isinstance(result, (list, tuple)):
        return [number(x) for x in result]
    return number(result)


def _listed(answer: Any) -> list[Any]:
    try:
        return list(answer)
    except TypeError:
        raise Unreadable(
            "Letters are asked for; you gave {answer}.", answer=_short(answer)
        ) from None


def _listing(choices: tuple[str, ...]) -> str:
    return ", ".join([phrase(choice) for choice in choices])


def _short(x: object, most: int = 120) -> str:
    text = str(x) if isinstance(x, Exception) else repr(x)
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
