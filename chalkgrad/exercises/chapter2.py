"""Chapter 2: an expression is a graph."""

from __future__ import annotations

from chalkgrad.exercises.exercise import Exercise, Wrong
from chalkgrad.exercises.reading import letters, whole, wholes

LINES = {
    "A": "L = d * a",
    "B": "a = Value(2.0)",
    "C": "d = p + c",
    "D": "p = a * b",
    "E": "b, c = Value(-3.0), Value(10.0)",
    "F": "L.backward()",
}
USES = {"A": "CB", "C": "DE", "D": "BE"}  # what must stand above; F stands below all


def _order(answer: object) -> str:
    order = letters("ABCDEF")(answer).upper()
    for i, line in enumerate(order):
        if any(used not in order[:i] for used in USES.get(line, "")):
            return "uses what is not made yet"
    return "runs" if order[-1] == "F" else "goes back before there is L"


EXERCISES = [
    Exercise(
        "2.1",
        "Boxes and arrows",
        "How many nodes and how many edges has the graph of (a·b + c)·a?\n"
        "Give (nodes, edges). The leaves a, b, c are nodes too.",
        right=((6, 6),),
        wrong=(
            Wrong(
                "a is written twice, but it is one Value: one node with two uses.",
                tuple((nodes, edges) for nodes in (7, 8) for edges in range(4, 10)),
            ),
            Wrong(
                "The nodes are right. An operation has an edge from each of its operands: go from "
                "operation to operation and count.",
                tuple((6, edges) for edges in (2, 3, 4, 5, 7, 8, 9)),
            ),
            Wrong(
                "You counted the leaves or the operations. Both are nodes.",
                tuple((3, edges) for edges in range(2, 8)),
            ),
            Wrong(
                "Results on the way, such as a·b, are nodes too, though they have no name.",
                tuple((nodes, edges) for nodes in (4, 5) for edges in range(2, 8)),
            ),
        ),
        hints=(
            "Which objects does Python make when it runs this line? Which were there before?",
            "nodes: 3 leaves + ____ operations;  edges: ____ into each operation",
            "Draw it: viz.draw((a * b + c) * a). From how many places does an arrow leave a?",
        ),
        read=wholes("nodes", "edges"),
        otherwise="Count again: one node for each Value, one edge for each operand of each "
        "operation. viz.draw shows them.",
    ),
    Exercise(
        "2.2",
        "Lines in order",
        'Put the lines in an order in which they run; answer with their letters, as "ABCDEF".\n'
        + "\n".join(f"  {letter}  {line}" for letter, line in LINES.items()),
        right=("BEDCAF", "EBDCAF"),
        wrong=(
            Wrong(
                "A line uses a name that no line above it has made. Ask of each line: what does it "
                "need?",
                ("ABCDEF", "BDECAF"),
            ),
            Wrong(
                "All else is in order. But backward() goes back from L: when can that begin?",
                ("BEDCFA",),
            ),
        ),
        hints=(
            "Which lines need nothing that another line makes?",
            "B E ____ ____ ____ F",
            "The forward pass goes from the leaves to L; only then can anything go back.",
        ),
        read=_order,
    ),
    Exercise(
        "2.3",
        "a times a",
        "L = a * a. How many edges lead from a to L?",
        right=(2,),
        wrong=(
            Wrong("× has two operands. That both are the same Value doesn't make them one.", (1,)),
            Wrong("a is an operand of ×. It is not copied, it is pointed at.", (0,)),
            Wrong("a is one node. The edges are as many as × has operands.", (3, 4)),
        ),
        hints=(
            "How many operands has ×?",
            "L.parents is (____, ____)",
            (
                "An engine that draws one edge says that the slope of a·a at 3 is 3. Measure it "
                "with slope() of chapter 1."
            ),
        ),
        read=whole,
    ),
]
