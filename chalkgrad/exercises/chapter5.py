"""Chapter 5: the network of the seed text, by hand and by machine."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import function, number

A_H, DELTA_O, W, LR, A_O = 0.6, 0.1, 0.5, 1.0, 0.4  # of 5.2


def _slope(a: float) -> float:
    return a * (1 - a)


def _rest(a: float) -> float:
    return 1 - a


def _itself(a: float) -> float:
    return a


def _square(a: float) -> float:
    return 1 - a * a


def _of_z(a: float) -> float:
    s = 1 / (1 + math.exp(-a))
    return s * (1 - s)


def _plus(a: float) -> float:
    return a * (1 + a)


def _softmax(zs: Sequence[float]) -> list[float]:
    top = max(zs)
    es = [math.exp(z - top) for z in zs]
    return [e / math.fsum(es) for e in es]


def _p_minus_y(zs: Sequence[float], k: int) -> list[float]:
    return [p - (i == k) for i, p in enumerate(_softmax(zs))]


def _y_minus_p(zs: Sequence[float], k: int) -> list[float]:
    return [(i == k) - p for i, p in enumerate(_softmax(zs))]


def _p(zs: Sequence[float], k: int) -> list[float]:
    return _softmax(zs)


def _like_sigmoid(zs: Sequence[float], k: int) -> list[float]:
    return [(p - (i == k)) * p * (1 - p) for i, p in enumerate(_softmax(zs))]


def _of_the_log(zs: Sequence[float], k: int) -> list[float]:
    return [-1 / p if i == k else 0.0 for i, p in enumerate(_softmax(zs))]


EXERCISES = [
    Exercise(
        "5.1",
        "The slope of the sigmoid",
        "a = σ(z). Write a function of a, not of z, that gives σ′(z).",
        right=(_slope,),
        wrong=(
            Wrong("a is already σ(z): don't apply σ again.", (_of_z,)),
            Wrong("That is one of two factors.", (_rest, _itself)),
            Wrong("That is the slope of tanh, by tanh's own value.", (_square,)),
            Wrong("σ flattens where a is near 1: the slope must go to 0 there.", (_plus,)),
        ),
        hints=(
            "At which a is σ steepest, and at which two is it flat?",
            "σ′ = a·(____)",
            "Try a = 0, ½ and 1: the slopes are 0, ¼ and 0.",
        ),
        read=function([(0.5,), (0.9,), (0.25,)], "d(a)"),
    ),
    Exercise(
        "5.2",
        "The error of a hidden neuron",
        f"A hidden neuron has A_h = {A_H}; its weight to the output is W = {W}; δ_o = {DELTA_O}.\n"
        f"In the same step W is moved, with the learning rate {LR:g}. What is δ_h?",
        right=(W * DELTA_O * A_H * (1 - A_H),),
        wrong=(
            Wrong(
                "You used the weight after its update. All gradients belong to one forward pass: "
                "first all of them, then the step.",
                ((W - LR * DELTA_O * A_H) * DELTA_O * A_H * (1 - A_H),),
            ),
            Wrong(
                "What comes back through the weight still has to pass the sigmoid.", (W * DELTA_O,)
            ),
            Wrong(
                "Where is the weight? The error comes back along the edge on which A_h went "
                "forward.",
                (DELTA_O * A_H * (1 - A_H),),
            ),
            Wrong("That is ∂L/∂W, not the error of the neuron.", (DELTA_O * A_H,)),
            Wrong(
                "σ′ has two factors, A_h and 1 − A_h.", (W * DELTA_O * A_H, W * DELTA_O * (1 - A_H))
            ),
        ),
        hints=(
            "Of which forward pass are the gradients: before the step, or after it?",
            "δ_h = (W · δ_o) · ____",
            "The engine “update too early” moves W first.",
        ),
        read=number,
    ),
    Exercise(
        "5.3",
        "Far to the right",
        "What is σ′(40), to at least three digits? In floats, on a machine, it is not 0.",
        right=(4.248354255291589e-18,),
        wrong=(
            Wrong(
                "In floats σ(40) rounds to 1, and 1 − σ(40) to 0. But 1 − σ(z) is σ(−z): that has "
                "all its digits.",
                (0.0,),
            ),
            Wrong(
                "That is the size of the last digit of 1, not of the slope.",
                (2.220446049250313e-16, 1.1102230246251565e-16, 2.2e-16, 1.1e-16),
            ),
            Wrong("That is σ(40).", (1.0,)),
            Wrong("The size is right. Three digits are asked for.", (4e-18, 4.2e-18, 1e-18)),
            Wrong("The slope at 0 is the largest of all; at 40 σ is flat.", (0.25,)),
        ),
        hints=(
            "How large is 1 − σ(40), and can a float next to 1 tell?",
            "σ′(40) = σ(40)·σ(____)",
            "An engine that computes 1 − σ(40) gets 0. Does σ(−40) get 0 too?",
        ),
        read=lambda answer: float(f"{number(answer):.2e}"),
    ),
    Exercise(
        "5.4",
        "Softmax with cross-entropy",
        "z is a list of numbers, p = softmax(z) and L = −log p_k.\n"
        "Write d(z, k): the list of all ∂L/∂z_i.",
        right=(_p_minus_y,),
        wrong=(
            Wrong("The sign: if the z of the right class grows, the loss falls.", (_y_minus_p,)),
            Wrong("For the classes that are not k that is right. And for k?", (_p,)),
            Wrong(
                "The slope of softmax is in p − y already: the logarithm cancels it.",
                (_like_sigmoid,),
            ),
            Wrong("That is by p, not by z. Each z moves every p.", (_of_the_log,)),
        ),
        hints=(
            "Which way should the loss pull the z of the right class, and which way the others?",
            "∂L/∂z_i = p_i − ____",
            "The sum over all i is 0: adding a number to all z changes nothing.",
        ),
        read=function([([1.0, 2.0, 0.5], 1), ([-1.0, 0.0], 0)], "d(z, k)"),
    ),
    Exercise(
        "5.5",
        "The mean of a batch",
        "For three examples ∂L/∂w is 2, 4 and 6. The loss of the batch is the mean of theirs. What "
        "is its ∂/∂w?",
        right=(4.0,),
        wrong=(
            Wrong(
                "That is for the sum of the losses. The mean divides, and so does its slope.",
                (12.0,),
            ),
            Wrong("That is the last example's: were the others overwritten?", (6.0,)),
            Wrong("That is the first example's alone.", (2.0,)),
        ),
        hints=(
            "L = (L₁ + L₂ + L₃)/3. What is the slope of a sum, and of a third?",
            "∂L/∂w = (2 + 4 + 6) · ____",
            "backward() adds up; who divides?",
        ),
        read=number,
    ),
    Exercise(
        "5.6",
        "An error that is clipped",
        "An error e = 3 is clipped to between −1 and 1: c = clamp(e, −1, 1) = 1. L = ½c². What is "
        "∂L/∂e?",
        right=(0.0,),
        wrong=(
            Wrong("That is ∂L/∂c. How much does c move when e does?", (1.0,)),
            Wrong("That would be the slope of ½e². Between e and L stands clamp.", (3.0,)),
            Wrong("To clip the error is not to clip the gradient: that would be 1.", (-1.0, 0.5)),
        ),
        hints=(
            "If e grows from 3 to 3.1, what does c do?",
            "∂L/∂e = c · ____",
            "Huber's loss is made so that a large error has the slope 1, and not this one.",
        ),
        read=number,
    ),
]
