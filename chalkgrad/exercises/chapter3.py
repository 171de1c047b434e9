"""Chapter 3: the chain rule, path by path and in one sweep."""

from __future__ import annotations

import math

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import function, number, numbers, wholes, words

STEPS = 10  # of the ladder


def _right(x: float) -> float:
    return math.cos(x * x) * 2 * x


def _outer_only(x: float) -> float:
    return math.cos(x * x)


def _outer_at_inner_slope(x: float) -> float:
    return math.cos(2 * x)


def _outer_at_x(x: float) -> float:
    return math.cos(x) * 2 * x


def _inner_only(x: float) -> float:
    return 2 * x


def _sine(x: float) -> float:
    return math.sin(x * x) * 2 * x


def _sign(x: float) -> float:
    return -math.cos(x * x) * 2 * x


EXERCISES = [
    Exercise(
        "3.1",
        "One function inside another",
        "Write a function of x that gives the derivative of sin(x²).",
        right=(_right,),
        wrong=(
            Wrong(
                "That is the slope of the outer function alone. How fast does the inner one move?",
                (_outer_only,),
            ),
            Wrong(
                "That is the slope of the inner function alone. What does sin make of it?",
                (_inner_only,),
            ),
            Wrong(
                "You put the inner slope into the outer function. Slopes along a path are "
                "multiplied.",
                (_outer_at_inner_slope,),
            ),
            Wrong(
                "Both slopes are there, but the outer one is taken at x. What goes into sin?",
                (_outer_at_x,),
            ),
            Wrong("Slope along a path: right. But the slope of sin is not sin.", (_sine,)),
            Wrong("All there, but the sign: sin rises at 0.", (_sign,)),
        ),
        hints=(
            "x moves x², and x² moves sin. How fast is each of the two?",
            "∂L/∂x = cos(x²) × ____",
            "Compare yours with slope() of chapter 1 at x = 1.",
        ),
        read=function([(0.5,), (1.0,), (-1.3,)], "d(x)"),
        otherwise="At 0.5, 1 and −1.3 that is not the slope of sin(x²). Compare with slope() of "
        "chapter 1.",
    ),
    Exercise(
        "3.2",
        "Two ways from a to L",
        "L = a·b + a at a = 2, b = −3. What is ∂L/∂a?",
        right=(-2.0,),
        wrong=(
            Wrong(
                "That is the way through the product. Is there another way from a to L?", (-3.0,)
            ),
            Wrong("That is the way through the sum alone. a is also a factor.", (1.0,)),
            Wrong("That is ∂L/∂b: the slope along an edge of × is the other factor.", (2.0, 3.0)),
            Wrong("That is L itself.", (-4.0,)),
        ),
        hints=(
            "If a grows by a little, which two terms of L change?",
            "∂L/∂a = ____ (through a·b) + ____ (directly)",
            "An engine that writes = for += keeps only one of the two ways.",
        ),
        read=number,
    ),
    Exercise(
        "3.3",
        "Fill in the blanks",
        "L = (a·b + c)·a at a = 2, b = −3, c = 10; v1 = a·b = −6, v2 = v1 + c = 4, L = 8.\n"
        "  ∂L/∂v2 = ∂L/∂L × a  = 1 × 2 = 2\n"
        "  ∂L/∂a  = ∂L/∂L × v2 = 1 × [p] = [p]\n"
        "  ∂L/∂v1 = ∂L/∂v2 × 1 = [q]\n"
        "  ∂L/∂a  = ∂L/∂v1 × b = [q] × −3 = [r], and both ways together: [s]\n"
        "Give (p, q, r, s).",
        right=((4, 2, -6, -2),),
        wrong=(
            Wrong(
                "p, q, r are right. A second way doesn't replace the first: both count.",
                ((4, 2, -6, -6), (4, 2, -6, 4)),
            ),
            Wrong(
                "∂L/∂v1 begins with what came from above, and that is not 1.",
                ((4, 1, -3, 1), (4, 1, -3, -3)),
            ),
            Wrong(
                "The slope of v2·a along the edge from a is the other factor, v2.",
                ((2, 2, -6, -4), (2, 2, -6, -2)),
            ),
            Wrong("b is negative: mind the sign of r.", ((4, 2, 6, 10),)),
        ),
        hints=(
            "For each row: what came from above, and what is the slope of this edge?",
            "∂L/∂v1 = ∂L/∂v2 × 1 = ____ × 1",
            "print(explain((a * b + c) * a)) shows the table. Fill it by hand first.",
        ),
        read=numbers("p", "q", "r", "s"),
    ),
    Exercise(
        "3.4",
        "Paths and edges",
        f"y = x, and then {STEPS} times: y = y + y.\n"
        "How many paths lead from x to y, and how many edges has the graph?\n"
        "Give (paths, edges).",
        right=((2**STEPS, 2 * STEPS),),
        wrong=(
            Wrong("Those are right, but the other way round.", ((2 * STEPS, 2**STEPS),)),
            Wrong(
                "Each step lets a path go on in two ways: the number doubles, it doesn't grow by "
                "two.",
                ((2 * STEPS, 2 * STEPS), (STEPS**2, 2 * STEPS), (STEPS, 2 * STEPS)),
            ),
            Wrong(
                "The paths are right. Each + has two operands, so as many edges.",
                ((2**STEPS, STEPS), (2**STEPS, STEPS + 1), (2**STEPS, 2**STEPS)),
            ),
        ),
        hints=(
            "How many paths are there after one step? After two?",
            "paths: 2, 4, ____, …   edges: 2, 4, ____, …",
            (
                "An engine that follows every path (recursion) is slow here. "
                "The sweep takes each edge once."
            ),
        ),
        read=wholes("paths", "edges"),
    ),
    Exercise(
        "3.5",
        "Forward or reverse",
        "Wanted are all derivatives: (i) of one loss by 1,000 weights, (ii) of 1,000 outputs by "
        'one angle.\nWhich mode needs a single sweep, for (i) and for (ii)? As ("…", "…").',
        right=(("reverse", "forward"),),
        wrong=(
            Wrong(
                "The other way round: a reverse sweep begins at one output and reaches all inputs.",
                (("forward", "reverse"),),
            ),
            Wrong(
                "For (ii) a reverse sweep begins at one output, so you would need 1,000.",
                (("reverse", "reverse"),),
            ),
            Wrong(
                "For (i) a forward sweep begins at one input, so you would need 1,000.",
                (("forward", "forward"),),
            ),
        ),
        hints=(
            "Where does a forward sweep begin, and what has it found when it is done?",
            "one sweep forward: one ____, all outputs; one sweep back: one ____, all inputs",
            "Training has one loss. Which mode has the name backpropagation?",
        ),
        read=words(2, "forward", "reverse"),
    ),
]
