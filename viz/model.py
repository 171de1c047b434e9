"""What a picture shows, before anybody writes it: boxes, their cells, frames, and a key.

A writer (DOT, JSON, text, Mermaid) reads this and knows nothing of Values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = ("input", "value", "parameter", "constant", "result", "output", "group")


@dataclass
class Cell:
    """A use of an operand, at the side of a box where its edge comes in.

    Attributes:
        source: the name of the operand's box.
        slope: the local derivative by this operand; "" if it isn't shown.
        used: the number that was used, such as ``x = 2``, if the operand has another one now.
        times: how many uses it stands for; more than one where the operand or the user is a group.
        via: over how many Values that are not shown the shortest way leads; 0 for a direct use.
    """

    source: str
    slope: str = ""
    used: str = ""
    times: int = 1
    via: int = 0

    def told(self, source: str, target: str) -> str:
        """The edge in words, from and to boxes of these names.

        >>> Cell("v0", slope="2", via=3).told("x", "y")
        'from x to y, local derivative 2, by way of 3 more'
        """
        told = f"from {source} to {target}"
        if self.slope:
            told += f", local derivative {self.slope}"
        if self.times > 1:
            told += f", {self.times} times"
        if self.via:
            told += f", by way of {self.via} more"
        return told


@dataclass
class Box:
    """A Value, an instruction of a program, or a group: several of them, folded into one box.

    Attributes:
        name: ``v0``, ``v1`` ...: of no other box in the picture.
        role: one of ``ROLES``; a group has no gradient, for its Values have one each.
        symbol: the operation's, "" for a leaf.
        label: the user's name, or the title of a group.
        number: as it is written, "" in a program; of a group, how many Values it holds.
        gradient: that of the picture's output, or what is stored; "" if it isn't shown.
        words: the whole of it in words, for the tooltip and for screen readers.
        cells: a cell for each operand, in order.
        frame: the name of the frame it stands in, "" for none.
        nan: whether the first nan of the picture was made here.
        holds: how many Values it stands for.
        why: of a group, what the key says of it.
        adjoint: the gradient as a number, of a group the norm; None where there is none.
        tint: the colour that shows the gradient (:mod:`viz.flow`); "" for that of the role.
    """

    name: str
    role: str
    symbol: str
    label: str
    number: str
    gradient: str = ""
    words: str = ""
    cells: list[Cell] = field(default_factory=list)
    frame: str = ""
    nan: bool = False
    holds: int = 1
    why: str = ""
    adjoint: float | None = None
    tint: str = ""


@dataclass
class Frame:
    """A module, or a scope: what it is called, and the frame around it."""

    name: str
    title: str
    parent: str = ""


@dataclass
class Picture:
    """All of it.

    Attributes:
        boxes: operands before their users.
        frames: outer ones before inner ones.
        key: what the signs and colours mean that are used here: (kind, words), where the kind is a
            role, or "gradient", "slope", "used", "times", "via", "nan", "frame", "note".
        title: one line.
    """

    boxes: list[Box]
    frames: list[Frame]
    key: list[tuple[str, str]]
    title: str
