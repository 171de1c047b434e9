"""Chapter 6: from the board to the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from autograd import GraphError, Value, where
from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import Unreadable, letters

STEPS = {
    "A": "z = w*x + b",
    "B": "a = sigmoid(z)",
    "C": "d_a = a - y",
    "D": "d_z = d_a*(a*(1 - a))",
    "E": "d_w = d_z*x",
}
FORMULAS = ("δ = (A − Y)·f′(Z)", "∂L/∂W = δ·A_i", "Z = Σ W·A + B", "A = f(Z)", "∂L/∂A = A − Y")


def _where(x: Any) -> Any:
    return where(x > 0, x, 0.1 * x)


def _if(x: Any) -> Any:
    return x if x > 0 else 0.1 * x


def _always(x: Any) -> Any:
    return x


def _swapped(x: Any) -> Any:
    return where(x > 0, 0.1 * x, x)


def _flag(x: Any) -> Any:
    return (x > 0) * x


def _of_the_number(x: Any) -> Any:
    return x if getattr(x, "data", x) > 0 else 0.1 * x


def _compiled(answer: Callable[[Any], Any]) -> Any:
    """What a function gives, recorded once and replayed over a batch."""
    if not callable(answer):
        raise Unreadable("A function is asked for, that is called as leaky(x).")
    try:
        results = autograd.compile(answer, in_axes=0, backend="python")([2.0, -2.0, 0.5, -0.5])
        return [float(y.data if isinstance(y, Value) else y) for y in results]
    except GraphError:
        return "branches"
    except Exception as error:  # noqa: BLE001 - the answer's own
        raise Unreadable(
            "Compiled, your function raised {error}", error=f"{type(error).__name__}: {error}"
        ) from None


def _matched(answer: object) -> str:
    """Which pairs of 6.2 are wrong, the forward pass first."""
    order = letters("ABCDE")(answer).upper()
    if order in ("DEABC", "ABCDE"):
        return order
    if order[2:4] != "AB":
        return "forward"
    return "weight" if order[0] in "DE" else "error"


EXERCISES = [
    Exercise(
        "6.1",
        "if in a function that is compiled",
        "leaky(x) = x for x > 0, else x/10. Write it so that compile records it right, once for "
        "all x.",
        right=(_where,),
        wrong=(
            Wrong(
                "if asks for the number of x, and a program is recorded before there is one: "
                "compile refuses. Which function takes both branches and chooses later?",
                (_if, _of_the_number),
            ),
            Wrong("For negative x that is not x/10.", (_always,)),
            Wrong("Both branches are there, but the condition chooses the other one.", (_swapped,)),
            Wrong("That is relu: for negative x it is 0.", (_flag,)),
        ),
        hints=(
            "When does Python decide an if: when it records, or when the program runs?",
            "return ____(x > 0, x, x / 10)",
            "NumPy has a function of the same name, for the same reason.",
        ),
        read=_compiled,
    ),
    Exercise(
        "6.2",
        "The machine's lines",
        "The program of a neuron's gradient, and the formulas of the text:\n"
        + "\n".join(
            f"  {letter}  {line:26}{k}  {formula}"
            for k, (letter, line, formula) in enumerate(
                (
                    (letter, line, f)
                    for (letter, line), f in zip(STEPS.items(), FORMULAS, strict=True)
                ),
                1,
            )
        )
        + "\nWhich line belongs to formula 1, 2, 3, 4, 5? Answer with five letters.",
        right=("DEABC",),
        wrong=(
            Wrong(
                "Formulas 3 and 4 are the forward pass: what a neuron sums, then what it makes of "
                "it.",
                ("DEBAC", "DEACB", "CDEAB"),
            ),
            Wrong("δ is by Z, so the slope of f is in it. ∂L/∂A comes before.", ("CEABD",)),
            Wrong("A weight's gradient is δ times what went through the weight.", ("EDABC",)),
            Wrong(
                "Both columns in the order in which they stand? Read what each line computes.",
                ("ABCDE",),
            ),
        ),
        hints=(
            "Which lines have no d_ in them?",
            "forward: A, ____;  backward: C, ____, ____",
            "δ of the seed text is ∂L/∂Z: d_z.",
        ),
        read=_matched,
    ),
]
