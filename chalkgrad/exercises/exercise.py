"""Exercise: a question, answers that are right, and answers that are wrong with what they mean."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograd import phrase
from chalkgrad.exercises.reading import Unreadable, same

WIDTH = 88
MOST_LINES = 8


@dataclass(frozen=True)
class Wrong:
    """A misconception: answers that come of it, and what is to be said of them."""

    text: str
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer. True if it is right.

    >>> bool(Verdict("1.1", "not yet", "", is_right=False))
    False
    """

    number: str
    head: str
    text: str = ""
    is_right: bool = field(default=True, repr=False)

    def __bool__(self) -> bool:
        return self.is_right

    def __str__(self) -> str:
        lines = [f"{self.number}  {self.head}"]
        for line in self.text.splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent) or [""]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


@dataclass(frozen=True)
class Exercise:
    """One exercise. Its texts are English here, and said in the language that is chosen.

    An answer is judged by what it does: ``read`` makes something comparable of it (a number of a
    number, results of a function), which is compared with that of the answers stored here.

    Attributes:
        number: chapter and place, as ``"3.1"``.
        title: what it is about.
        question: what is asked.
        right: answers that are right.
        wrong: misconceptions with the answers that come of them.
        hints: three: a question, a row with a blank, the mistake or graph to think of.
        read: how an answer is read.
        otherwise: what is said of a wrong answer that is none of those stored.
    """

    number: str
    title: str
    question: str
    right: tuple[Any, ...]
    wrong: tuple[Wrong, ...]
    hints: tuple[str, str, str]
    read: Callable[[Any], Any]
    otherwise: str = "That is not it, and I don't recognise how you came to it. Try hint 1."

    def asked(self) -> Verdict:
        """Title and question."""
        return Verdict(self.number, phrase(self.title), phrase(self.question))

    def hinted(self, which: int) -> Verdict:
        """Hint 1, 2 or 3."""
        if which not in (1, 2, 3):
            raise ValueError(f"hint {which!r} of {self.number}: there are hints 1, 2 and 3")
        head = phrase("hint {n} of 3", n=which)
        return Verdict(self.number, head, phrase(self.hints[which - 1]))

    def check(self, answer: object) -> Verdict:
        """See :func:`chalkgrad.exercises.check`."""
        try:
            read = self.read(answer)
        except Unreadable as error:
            return self._not_yet(str(error))
        if any(same(read, self.read(right)) for right in self.right):
            return Verdict(self.number, phrase("right"))
        for wrong in self.wrong:
            if any(same(read, self.read(stored)) for stored in wrong.answers):
                return self._not_yet(phrase(wrong.text))
        return self._not_yet(phrase(self.otherwise))

    def _not_yet(self, text: str) -> Verdict:
        return Verdict(self.number, phrase("not yet"), text, is_right=False)
