"""Programs as graphs: what :func:`viz.draw` draws of a program."""

from __future__ import annotations

from typing import Any

from autograd import Note, Primitive, Program


class Drawn:
    """An instruction in the form of a Value: operands, a note, and a number if it is a constant."""

    has_grad = False
    partials = ()

    def __init__(
        self, op: Primitive, parents: tuple[Drawn, ...], note: Note, data: float | None
    ) -> None:
        self.op = op
        self.parents = parents
        self.note = note
        self.label = note.label
        self.data = data


def outputs(program: Program) -> list[Any]:
    """The ends of the graph: an instruction for each output."""
    made: list[Drawn] = []
    for place, (op, operands) in enumerate(zip(program.ops, program.operands, strict=True)):
        given = program.inputs[place] if place < len(program.inputs) else None
        label = program.labels.get(place, "") or (given.label if given else "")
        scope = program.scopes.get(place, "") or (given.scope if given else "")
        parents = tuple([_again(made[x]) for x in operands])
        made.append(Drawn(op, parents, Note(label, scope), program.numbers.get(place)))
    return [made[place] for place in dict.fromkeys(program.outputs)]


def _again(node: Drawn) -> Drawn:
    """A constant has a box for each use: one for all would tie the picture together."""
    return node if node.data is None else Drawn(node.op, (), node.note, node.data)
