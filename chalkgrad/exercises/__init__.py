"""Exercises that name your mistake: ``check("1.1", answer)``, and three hints for each.

exercise     what an exercise is: answers that are right, answers that are wrong and what they mean
curve        the picture of chapter 1: a curve and the lines of some steps
reading      how an answer is read: numbers, words, functions, engines
chapter1 …   the exercises, chapter by chapter

>>> from chalkgrad.exercises import ask, check, hint
>>> check("1.1", 34.0)
1.1  not yet
The slope is 14 for a whole step. Yours is a small one: how much of the 14 belongs to it?
>>> check("1.1", 20.14)
1.1  right
"""

from chalkgrad.exercises import chapter1, chapter2, chapter3, chapter4, chapter5, chapter6
from chalkgrad.exercises.exercise import Exercise, Verdict

__all__ = ["EXERCISES", "Exercise", "Verdict", "ask", "check", "hint"]

#: Every exercise by its number, in order.
EXERCISES: dict[str, Exercise] = {
    exercise.number: exercise
    for chapter in (chapter1, chapter2, chapter3, chapter4, chapter5, chapter6)
    for exercise in chapter.EXERCISES
}


def ask(number: str) -> Verdict:
    """The question of an exercise.

    Raises:
        KeyError: when there is no exercise of that number; it says which there are.

    >>> print(str(ask("1.3")).splitlines()[0])
    1.3  The slope at a corner
    """
    return _found(number).asked()


def check(number: str, answer: object) -> Verdict:
    """Whether the answer is right, else what is likely behind it; never the answer itself.

    What comes back is shown where it stands alone in a cell, can be printed, and is true if right,
    so that ``assert check("1.1", answer)`` is a test. At most eight lines, and no traceback.

    Raises:
        KeyError: when there is no exercise of that number.

    >>> bool(check("1.3", 0.5))
    True
    """
    return _found(number).check(answer)


def hint(number: str, which: int = 1) -> Verdict:
    """A hint: 1 is a question, 2 a row with a blank, 3 names the mistake or the graph to try.

    Raises:
        KeyError: when there is no exercise of that number.
        ValueError: when there is no such hint.

    >>> hint("4.3")
    4.3  hint 1 of 3
    When may a node hand on its gradient: as soon as something has arrived, or when all has?
    """
    return _found(number).hinted(which)


def _found(number: str) -> Exercise:
    found = EXERCISES.get(str(number))
    if found is None:
        raise KeyError(f"there is no exercise {number}; there are {', '.join(EXERCISES)}")
    return found
