"""Chapter 4: an engine of one's own, and where it can break."""

from __future__ import annotations

from typing import Any

from autograd import Value, primitive
from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import function, number, word
from chalkgrad.exercises.sweeps import (
    ENGINE,
    all_reset,
    by,
    graph_read,
    no_seed,
    not_reset,
    nothing,
    swept,
)
from chalkgrad.lab import CLASSIC, broken, engine, smallest


def _swapped(x: float, y: float) -> tuple[float, float]:
    return x, y


def _crossed(x: float, y: float) -> tuple[float, float]:
    return y, x


def _of_plus(x: float, y: float) -> tuple[float, float]:
    return 1.0, 1.0


def _first(x: float, y: float) -> float:
    return y


def _second(x: float, y: float) -> float:
    return x


def _product(x: float, y: float) -> tuple[float, float]:
    return x * y, x * y


def _softsign(x: Any) -> Any:
    return 1 / (1 + abs(x)) ** 2


def _softsign_no_square(x: Any) -> Any:
    return 1 / (1 + abs(x))


def _softsign_quotient(x: Any) -> Any:
    return (1 + 2 * abs(x)) / (1 + abs(x)) ** 2


def _softsign_sign(x: Any) -> Any:
    return (1 if x >= 0 else -1) / (1 + abs(x)) ** 2


def _softsign_falls(x: Any) -> Any:
    return -1 / (1 + abs(x)) ** 2


def _softsign_itself(x: Any) -> Any:
    return x / (1 + abs(x))


def _softsign_no_abs(x: Any) -> Any:
    return 1 / (1 + x) ** 2


def faulty() -> tuple[Value, dict[str, Value]]:
    """A graph in which one node has a wrong partial, and its nodes by name: for 4.7.

    >>> loss, nodes = faulty()
    >>> sorted(nodes)
    ['p', 'q', 'r', 's']
    """

    @primitive(symbol="⊛", name="twice")
    def twice(m: Any, x: Any) -> Any:
        return x * x

    @twice.partials
    def _(m: Any, z: Any, x: Any) -> Any:
        return (x,)  # the mistake: the slope of x² is 2x

    a, b = Value(1.5, "a"), Value(-0.5, "b")
    p = a * b
    q = p + a
    r = twice(q)
    s = r * b
    for name, node in {"p": p, "q": q, "r": r, "s": s}.items():
        node.label = name
    return s, {"p": p, "q": q, "r": r, "s": s}


EXERCISES = [
    Exercise(
        "4.1",
        "The partials of ×",
        "Write partials(x, y) for x × y: the slopes with respect to x and to y, in this order.",
        right=(_crossed,),
        wrong=(
            Wrong("If x grows by 1, how much does x·y grow? Not by x.", (_swapped,)),
            Wrong("Those are the partials of +.", (_of_plus,)),
            Wrong("Two slopes are asked for, as a pair.", (_first, _second)),
            Wrong("That is the product itself, not how fast it moves.", (_product,)),
        ),
        hints=(
            "5 × 3 is 15. What is 6 × 3? By how much did it grow when 5 grew by 1?",
            "∂(x·y)/∂x = ____",
            "The engine “wrong rule” hands x to x. On a·a nobody notices. On a·b?",
        ),
        read=function([(2.0, 3.0), (-1.5, 4.0)], "partials(x, y)"),
    ),
    Exercise(
        "4.2",
        "= or +=",
        'In the sweep stands: parent.grad ▢ node.grad * partial. Which is it, "=" or "+="?',
        right=("+=",),
        wrong=(
            Wrong("Then of a node that is used twice only one use counts. Try a + a.", ("=",)),
            Wrong("What comes along different ways is added, not multiplied.", ("*=",)),
            Wrong("Gradients are not subtracted here; the step of training does that.", ("-=",)),
        ),
        hints=(
            "What happens at a in a·b + a, to which two edges lead?",
            "a.grad = (through a·b) ____ (directly)",
            "The engine “assigns” says that the slope of a + a is 1.",
        ),
        read=word("=", "+=", "*=", "-="),
    ),
    Exercise(
        "4.3",
        "Write backward",
        "Write backward(root) for the nodes of chalkgrad.lab: each has .data, .grad, .parents and "
        ".partials.\nThen each leaf's .grad has grown by ∂root/∂leaf, also at a second call.",
        right=(engine.backward,),
        wrong=(
            Wrong(
                "All gradients stay 0. Where does the sweep begin, and with which number?",
                (nothing, no_seed),
            ),
            Wrong(
                "That is the engine “recursion”: a node hands on at each arrival, and what came "
                "first is handed on again. Try c=a+a; L=c+c.",
                (by(broken.recursion),),
            ),
            Wrong(
                "That is the engine “breadth first”: a node hands on before all its uses have "
                "been met. Try c=a+a; d=a+c; L=c+d.",
                (by(broken.breadth_first),),
            ),
            Wrong(
                "That is the engine “assigns”: of two uses of a node one is lost. Try L=a+a.",
                (by(broken.assigns),),
            ),
            Wrong(
                "Right the first time. The second time inner nodes still have the gradients of "
                "the first. Try c=a+a; L=a+c twice.",
                (not_reset,),
            ),
            Wrong(
                "That is the engine “order of creation”: it goes from the leaves on. Try c=a+a; "
                "L=a+c.",
                (by(broken.order_of_creation),),
            ),
            Wrong(
                "That is the engine “wrong rule”: ∂(x·y)/∂x is not x. Use node.partials.",
                (by(broken.wrong_rule),),
            ),
            Wrong(
                "You also forget what the leaves had. They add up from call to call, so that a "
                "batch can.",
                (all_reset,),
            ),
        ),
        hints=(
            (
                "When may a node hand on its gradient: as soon as something has arrived, or "
                "when all has?"
            ),
            "for node in reversed(____): for parent, partial in …: parent.grad += ____",
            (
                'smallest("recursion") and smallest("breadth first") of chalkgrad.lab are the '
                "graphs to try."
            ),
        ),
        read=swept,
        otherwise="The gradients of some graph are wrong, in a way that none of the nine engines "
        "of the lab has. Try the graphs of chalkgrad.lab.CLASSIC, the smallest first.",
    ),
    Exercise(
        "4.4",
        "Twice",
        "a = Value(3.0); L = a * a; L.backward(); L.backward(). What is a.grad?",
        right=(12.0,),
        wrong=(
            Wrong("That is after one call. Leaves add up what comes, until zero_grad.", (6.0,)),
            Wrong(
                "Inner nodes begin anew at each call: the second adds as much as the first.",
                (18.0, 24.0),
            ),
            Wrong("That is L.", (9.0,)),
        ),
        hints=(
            "Does backward() set a.grad, or add to it? Why is adding useful for a batch?",
            "a.grad = 6 + ____",
            "The engine “no zero grad” trains with a gradient that grows from step to step.",
        ),
        read=number,
    ),
    Exercise(
        "4.5",
        "An operation of your own",
        "softsign(x) = x / (1 + |x|). Write the function that gives its derivative, for any x.",
        right=(_softsign,),
        wrong=(
            Wrong(
                "That is the way through the numerator alone. x is in the denominator too.",
                (_softsign_no_square,),
            ),
            Wrong(
                "Both ways are there. But a fraction falls when its denominator grows.",
                (_softsign_quotient,),
            ),
            Wrong(
                "softsign rises everywhere. Yours falls somewhere.",
                (_softsign_sign, _softsign_falls),
            ),
            Wrong("That is softsign itself.", (_softsign_itself,)),
            Wrong("For negative x the denominator is 1 − x, not 1 + x.", (_softsign_no_abs,)),
        ),
        hints=(
            "Write it for x > 0 first. What changes for x < 0?",
            "With d = 1 + |x| two ways lead from x to x/d: directly, 1/d; through d, −x/d² · ____",
            "Make it a primitive and ask gradcheck: it searches left of 0 too.",
        ),
        read=function([(0.5,), (-2.0,), (3.0,), (-0.25,)], "d(x)"),
    ),
    Exercise(
        "4.6",
        "A number changed midway",
        "a = Value(2.0); L = a * a; a.data = 5.0; L.backward(). What is a.grad in chalkgrad?",
        right=(4.0,),
        wrong=(
            Wrong(
                "That is the slope at 5, but L was computed at 2, and remembers it.",
                (10.0,),
            ),
            Wrong(
                "A mixture of both times: the engine “stale data” gives such numbers.", (7.0, 20.0)
            ),
            Wrong("a·a has two edges to a.", (2.0, 5.0)),
        ),
        hints=(
            "Of which computation is L the result?",
            "∂L/∂a = a + a with a = ____ as it was when L was made",
            "The engine “stale data” reads .data in the backward pass.",
        ),
        read=number,
    ),
    Exercise(
        "4.7",
        "Find the bug",
        "loss, nodes = chalkgrad.exercises.chapter4.faulty() is a graph with a wrong rule in it.\n"
        'Which node is made by it: "p", "q", "r" or "s"?',
        right=("r",),
        wrong=(
            Wrong(
                "Its rule is that of ×, which the table has right. Let locate(loss) look.",
                ("p", "s"),
            ),
            Wrong("The gradient that arrives there is wrong, but it came from further up.", ("q",)),
        ),
        hints=(
            "Which gradients are wrong, and which node is above all of them?",
            "locate(loss)[0] is the node that is most to blame: ____",
            "One rule says x where the slope of x² is asked for.",
        ),
        read=word("p", "q", "r", "s"),
    ),
    Exercise(
        "4.8",
        "The graph that gives it away",
        f"Give the smallest graph of + and * from which the engine “{ENGINE}” computes a wrong "
        'gradient.\nAs text, with a and b as leaves: "c=a+b; L=c*a".',
        right=(str(smallest(ENGINE)), "c=a*b; L=c+c"),
        wrong=(
            Wrong(
                "The engine computes that one right. Which node must be reached twice?",
                ("L=a+a", "c=a+b; L=c*a"),
            ),
            Wrong(
                "It is exposed, but there is a smaller graph.",
                (str(CLASSIC["c=a+a; d=a+c; e=c+d; L=e*c"]),),
            ),
        ),
        hints=(
            "The engine hands on all that a node has, at every arrival. When is that too much?",
            "c = a + a; L = c ____",
            "It needs an inner node with two uses.",
        ),
        read=graph_read,
    ),
]
