"""Chapter 3: the chain rule, path by path and in one sweep."""

from __future__ import annotations

import math
import re

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import Unreadable, function, number, numbers, wholes, words

STEPS = 10  # of the ladder
A, B, C = 3, -1, 5  # of 3.3
P, Q, R = A * B + C, A, A * B
S = P + R


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


def _inner_itself(x: float) -> float:
    return math.cos(x * x) * x * x


def _inner_slope_by_one(x: float) -> float:
    return math.cos(x * x) * x


def _inner_slope_2(x: float) -> float:
    return math.cos(x * x) * 2


def _added(x: float) -> float:
    return math.cos(x * x) + 2 * x


def _both_at_slope(x: float) -> float:
    return math.cos(2 * x) * 2 * x


def _other_order(x: float) -> float:
    return 2 * math.sin(x) * math.cos(x)


def _neither(x: float) -> float:
    return math.sin(x * x)


def _sine(x: float) -> float:
    return math.sin(x * x) * 2 * x


def _sign(x: float) -> float:
    return -math.cos(x * x) * 2 * x


def _derivative(answer: object) -> list[float]:
    found = function([(0.5,), (1.0,), (-1.3,)], "d(x)")(answer)
    if any(isinstance(y, list) for y in found):
        raise Unreadable("One number is asked for: the slope at x.")
    return [round(y, 4) for y in found]  # a slope that is measured by steps is one too


def _minus(x: int) -> str:
    return str(x).replace("-", "−")


def _blanks(answer: object) -> str:
    """The first blank that is wrong, and how; what follows from it is not held against it."""
    p, q, r, s = numbers("p", "q", "r", "s")(answer)
    if p != P:
        return "p"
    if q != Q:
        return "q"
    if r != R:
        return "r has the wrong sign" if r == -R else "r"
    if s != S:
        return {P * R: "s multiplied", P: "s replaced", R: "s replaced"}.get(s, "s")
    return "right"


def _ladder(answer: object) -> str:
    paths, edges = wholes("paths", "edges")(answer)
    if (edges, paths) == (2**STEPS, 2 * STEPS):
        return "the other way round"
    if paths == 2**STEPS:
        return "right" if edges == 2 * STEPS else "edges"
    if paths == 4**STEPS:
        return "twice as many steps"
    one_off = paths in (2 ** (STEPS - 1), 2 ** (STEPS + 1), 2**STEPS - 1)
    return "one step off" if one_off else "does not double"


def _modes(answer: object) -> list[str]:
    text = answer if isinstance(answer, str) else ",".join(map(str, _listed(answer)))
    text = re.sub(r"(forward|backward|reverse)s?", r"\1", text.lower())
    return words(2, "forward", "reverse")(text.replace("backward", "reverse"))


def _listed(answer: object) -> tuple[object, ...]:
    return tuple(answer) if isinstance(answer, (list, tuple)) else (answer,)


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
            Wrong("Both slopes are there. Along a path they are not added.", (_added,)),
            Wrong(
                "The outer slope is right. How fast does x² move? The table has it.",
                (_inner_itself, _inner_slope_by_one, _inner_slope_2),
            ),
            Wrong(
                "A product of two slopes, but the outer one is taken at the inner slope. What goes "
                "into sin?",
                (_both_at_slope,),
            ),
            Wrong(
                "That is for (sin x)², where the square comes last. Here sin comes last.",
                (_other_order,),
            ),
            Wrong("That is sin(x²) itself. How fast does it move?", (_neither,)),
            Wrong("All there, but the sign: sin rises at 0.", (_sign,)),
        ),
        hints=(
            "x moves x², and x² moves sin. How fast is each of the two?",
            "slope of sin(x²) = slope of sin, taken at ____, × slope of x²",
            "Compare yours with slope() of chapter 1 at x = 1.",
        ),
        read=_derivative,
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
            Wrong("That is ∂L/∂b: the slope along an edge of × is the other factor.", (2.0,)),
            Wrong(
                "Two ways, that is right. But the slope of a·b along the edge from a is the other "
                "factor.",
                (3.0,),
            ),
            Wrong("Two ways, that is right. But b is negative.", (4.0,)),
            Wrong("The slope along an edge of + is 1, whatever stands there.", (-1.0,)),
            Wrong("That is L itself.", (-4.0,)),
            Wrong("That is a·b, a number on the way. How fast does it move?", (-6.0,)),
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
        f"L = (a·b + c)·a at a = {A}, b = {_minus(B)}, c = {C}; v1 = a·b = {_minus(A * B)}, "
        f"v2 = v1 + c = {P}, L = {A * P}.\n"
        f"  ∂L/∂v2 = ∂L/∂L × a  = 1 × {A} = {A}\n"
        "  ∂L/∂a  = ∂L/∂L × v2 = 1 × [p] = [p]\n"
        "  ∂L/∂v1 = ∂L/∂v2 × 1 = [q]\n"
        f"  ∂L/∂a  = ∂L/∂v1 × b = [q] × {_minus(B)} = [r], and both ways together: [s]\n"
        "Give (p, q, r, s).",
        right=((P, Q, R, S),),
        wrong=(
            Wrong(
                "p, q, r are right. A second way doesn't replace the first: both count.",
                ((P, Q, R, R), (P, Q, R, P)),
            ),
            Wrong(
                "p, q, r are right. Slopes are multiplied along one path; here are two paths.",
                ((P, Q, R, P * R),),
            ),
            Wrong("p, q, r are right. How does one put two ways together?", ((P, Q, R, P - R),)),
            Wrong(
                "p is right. q begins with what came from above, ∂L/∂v2, and that is not 1.",
                ((P, 1, B, P + B), (P, 1, B, B)),
            ),
            Wrong(
                "Look at p again. The slope of v2·a along the edge from a is the other factor.",
                ((A, Q, R, A + R), (A, Q, R, S), (A * P, Q, R, A * P + R)),
            ),
            Wrong("p and q are right. b is negative: mind the sign of r.", ((P, Q, -R, P - R),)),
            Wrong("p and q are right. r is q times b, no more.", ((P, Q, B, P + B),)),
        ),
        hints=(
            "For each row: what came from above, and what is the slope of this edge?",
            "∂L/∂v1 = ∂L/∂v2 × 1 = ____ × 1",
            (
                "Whoever writes = for += has s equal to r. Look at ∂L/∂a in the chapter's table: "
                "the same rows, with other numbers."
            ),
        ),
        read=_blanks,
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
                (
                    (2 * STEPS, 2 * STEPS),
                    (STEPS**2, 2 * STEPS),
                    (STEPS, 2 * STEPS),
                    (STEPS, STEPS),
                    (2, 2 * STEPS),
                ),
            ),
            Wrong(
                "The paths do double. But count the doublings: how many paths are there after one "
                "step?",
                ((2 ** (STEPS - 1), 2 * STEPS), (2 ** (STEPS + 1), 2 * STEPS)),
            ),
            Wrong(
                f"That is for {2 * STEPS} steps, as in the chapter.",
                ((4**STEPS, 4 * STEPS),),
            ),
            Wrong(
                "The paths are right. Each + has two operands, so as many edges end at it.",
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
        read=_ladder,
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
            "Where does a forward sweep begin, and what does one know when it is done?",
            "one sweep forward: one ____, all outputs; one sweep back: one ____, all inputs",
            "Training has one loss. Which mode has the name backpropagation?",
        ),
        read=_modes,
    ),
]
