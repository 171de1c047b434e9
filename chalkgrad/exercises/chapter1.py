"""Chapter 1: a derivative is a slope."""

from __future__ import annotations

from collections.abc import Callable

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import function, number, rounded

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


def _whole_step(f: Plain, x: float) -> float:
    return f(x + 1) - f(x)


def _half(f: Plain, x: float) -> float:
    return (f(x + 1e-5) - f(x - 1e-5)) / 1e-5


def _too_small(f: Plain, x: float) -> float:
    return (f(x + 1e-20) - f(x)) / 1e-20


def _chord(f: Plain, x: float) -> float:
    return f(x) / x


def _slopes(answer: object) -> list[float]:
    read = function([(square, 3.0), (cube, 2.0), (hyperbola, 0.5)], "slope(f, x)")
    return [round(y, 2) if abs(y) > 0.01 else round(y, 6) for y in map(number, read(answer))]


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
            Wrong("That is how much f changes. Where does it arrive?", (0.14,)),
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
        otherwise="For f(x) = x², x³ and 1/x your function gives other slopes than theirs. Print "
        "slope(lambda x: x * x, 3.0): it should be near 6.",
    ),
    Exercise(
        "1.3",
        "The slope at a corner",
        "relu(x) is 0 to the left of 0, and x to the right. Which number may an engine call its "
        "slope at 0?",
        right=(0.0, 0.5, 1.0),
        wrong=(
            Wrong(
                "No line that touches the corner from below is so steep: to the right the slope is "
                "1.",
                (2.0, 10.0),
            ),
            Wrong("relu falls nowhere. A negative slope would cut through it.", (-1.0, -0.5)),
            Wrong(
                "True, there is no single slope. But an engine must give a number to go on with: "
                "any between the slopes to the left and to the right will do.",
                (float("nan"),),
            ),
        ),
        hints=(
            "What is the slope a little to the left of 0, and a little to the right?",
            "____ ≤ slope at the corner ≤ ____",
            "Lay a ruler on the corner without cutting the curve. How steep can it be?",
        ),
        read=number,
        otherwise="A slope at a corner must lie between the one to the left and the one to the "
        "right. Yours does not, or it is one that no engine uses.",
    ),
]
