"""Chapter 1: a derivative is a slope."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import Unreadable, function, number, rounded

Plain = Callable[[float], float]


def square(x: float) -> float:
    """The parabola x²."""
    return x * x


def cube(x: float) -> float:
    """x³."""
    return x**3


def hyperbola(x: float) -> float:
    """1/x."""
    return 1 / x


def _central(f: Plain, x: float) -> float:
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


def _forward(f: Plain, x: float) -> float:
    return (f(x + 1e-6) - f(x)) / 1e-6


def _rise(f: Plain, x: float) -> float:
    return f(x + 1e-5) - f(x)


def _rise_both(f: Plain, x: float) -> float:
    return f(x + 1e-5) - f(x - 1e-5)


def _long(f: Plain, x: float) -> float:
    return (f(x + 0.01) - f(x)) / 0.01


def _tenth(f: Plain, x: float) -> float:
    return (f(x + 0.1) - f(x)) / 0.1


def _whole_step(f: Plain, x: float) -> float:
    return f(x + 1) - f(x)


def _half(f: Plain, x: float) -> float:
    return (f(x + 1e-5) - f(x - 1e-5)) / 1e-5


def _backwards(f: Plain, x: float) -> float:
    return (f(x) - f(x + 1e-5)) / 1e-5


def _upside_down(f: Plain, x: float) -> float:
    return 1e-5 / (f(x + 1e-5) - f(x))


def _no_brackets(f: Plain, x: float) -> float:
    return f(x + 1e-5) - f(x) / 1e-5


def _of_the_chapter(f: Plain, x: float) -> float:
    return 6 * x - 4


def _too_small(f: Plain, x: float) -> float:
    return (f(x + 1e-20) - f(x)) / 1e-20


def _chord(f: Plain, x: float) -> float:
    return f(x) / x


def _value(f: Plain, x: float) -> float:
    return f(x)


SAMPLES: list[tuple[Plain, float]] = [(square, 3.0), (cube, 2.0), (hyperbola, 0.5)]
SLOPES = (6.0, 12.0, -4.0)  # of the samples


def _slopes(answer: object) -> Any:
    found = function(SAMPLES, "slope(f, x)")(answer)
    if any(isinstance(y, list) for y in found):
        raise Unreadable("One number is asked for: the slope at x.")
    if all(abs(y - slope) < 0.005 for y, slope in zip(found, SLOPES, strict=True)):
        return "right"
    if found[0] == found[1] == 0:
        return "the step is lost"  # 0.5 may be near enough to 0 to keep it
    if all(abs(y / slope - 1) < 0.3 for y, slope in zip(found, SLOPES, strict=True)):
        return "near"
    return [round(y, 2) if abs(y) > 0.01 else round(y, 6) for y in found]


def _at_a_corner(answer: object) -> str:
    try:
        slope = number(answer)
    except Unreadable:
        if answer is None or (isinstance(answer, str) and "no" in answer.lower()):
            return "none"  # None, "none", "there is no slope"
        raise
    if math.isnan(slope):
        return "none"
    return "below" if slope < 0 else "above" if slope > 1 else "between"


EXERCISES = [
    Exercise(
        "1.1",
        "A small step to the right",
        "f(x) = 3x² − 4x + 5 has f(3) = 20, and its slope there is 14.\n"
        "Predict f(3.01) from these two numbers alone.",
        right=(20.14, 20.1403),
        wrong=(
            Wrong(
                "The slope is 14 for a whole step. Yours is a small one: how much of the 14 "
                "belongs to it?",
                (34.0, 6.0),
            ),
            Wrong("That is where you start. A slope that is not 0 moves it.", (20.0,)),
            Wrong("That is how much f changes. Where does it arrive?", (0.14, 0.14029999999999632)),
            Wrong("That is the slope. From where does f start, and how far does it get?", (14.0,)),
            Wrong("How far f gets is right. But it starts at f(3).", (14.14, 3.14)),
            Wrong("Don't round yet: one more digit is known.", (20.1,)),
            Wrong("Both were counted, the slope and its part. Which one belongs there?", (34.14,)),
            Wrong("The slope is positive: which way does f go when x grows?", (19.86,)),
            Wrong("The size of the step is 0.01. You took another.", (21.4, 20.014)),
        ),
        hints=(
            "If you drive 14 km in an hour, how far do you get in a hundredth of one?",
            "f(3.01) ≈ f(3) + slope × ____",
            "Whoever forgets the step adds the slope itself and lands at 34.",
        ),
        read=rounded(3),
    ),
    Exercise(
        "1.2",
        "A slope by machine",
        "Write slope(f, x): the slope of any function f at x, from values of f alone.",
        right=(_central, _forward),
        wrong=(
            Wrong(
                "That is how much f rises. A slope is the rise for each unit of x.",
                (_rise, _rise_both),
            ),
            Wrong("You divided by h, but from x − h to x + h it is farther than that.", (_half,)),
            Wrong(
                "A step of 1 is long: between x and x + 1 the curve bends. Take a smaller one.",
                (_whole_step,),
            ),
            Wrong(
                "Near, and the idea is right; your step h is not. Too long, and the curve bends "
                "within it; too short, and a float loses the digits. The chapter tried several.",
                (_long, _tenth),
            ),
            Wrong(
                "The sign is turned round. On the way from x to x + h, f goes from f(x) to f(x + "
                "h): which one is subtracted?",
                (_backwards,),
            ),
            Wrong(
                "That is the step divided by the rise: large where f is flat.",
                (_upside_down,),
            ),
            Wrong(
                "Python divides before it subtracts. Where are brackets missing?", (_no_brackets,)
            ),
            Wrong(
                "That is the slope of the f of the chapter. Yours must work for any f: call f.",
                (_of_the_chapter,),
            ),
            Wrong("That is how high f is. How fast does it rise?", (_value,)),
            Wrong(
                "Your step is so small that x + h is x: a float has 16 digits. The rise is then 0.",
                (_too_small,),
            ),
            Wrong("f(x)/x is the slope of the line from the origin, not of the curve.", (_chord,)),
        ),
        hints=(
            "How would you measure how steep a road is, with two posts and a spirit level?",
            "slope ≈ (f(x + h) − f(x)) / ____   for a small h",
            "Try your function on f(x) = x² at 3. A straight line would hide the mistake.",
        ),
        read=_slopes,
        otherwise="For x² at 3, x³ at 2 and 1/x at ½ your function does not give the slope. Print "
        "slope(lambda x: x * x, 3.0): it should be near 6.",
    ),
    Exercise(
        "1.3",
        "The slope at a corner",
        "relu(x) is 0 to the left of 0, and x to the right. A program that computes slopes must "
        "give some number at 0 too. Give one that makes sense.",
        right=(0.0, 0.5, 1.0),
        wrong=(
            Wrong(
                "Too steep: to the right of 0 the slope is 1, and to the left it is less.",
                (2.0, 10.0),
            ),
            Wrong(
                "relu falls nowhere, so it has no negative slope, on neither side.", (-1.0, -0.5)
            ),
            Wrong(
                "True, there is no single slope. But a program must go on with a number: any "
                "between the slopes to the left and to the right will do.",
                (float("nan"), None, "there is none"),
            ),
        ),
        hints=(
            "What is the slope a little to the left of 0, and a little to the right?",
            "____ ≤ slope at the corner ≤ ____",
            "Lay a ruler on the corner so that the curve is nowhere below it. How steep can it be?",
        ),
        read=_at_a_corner,
    ),
]
