"""Groups: several boxes of a picture become one, and no arrow turns round by it.

Every way of folding says which boxes belong together (:class:`Grouping`), and :func:`contracted`
makes the picture of that, in O(boxes + arrows).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from autograd import TABLE
from viz.flow import norm_of
from viz.model import Box, Cell, Frame, Picture

SUM = TABLE["add"].symbol
VIA = ("via", "dashed: by way of Values that are not shown; how many, on the shortest way")
TIMES = ("times", "n×: an arrow that stands for n uses")


@dataclass
class Group:
    """Boxes that become one.

    Attributes:
        title: what it is called, and opened by.
        why: what the key says of it.
        number: what stands in the place of a number; "" for how many Values it holds.
        symbol: which operations are in it, "" for not saying.
        top: the box that stays, and takes the others in; -1 for a box of its own.
        frame: where its box stands; None for the innermost frame around all its boxes.
    """

    title: str
    why: str
    symbol: str = ""
    number: str = ""
    top: int = -1
    frame: str | None = None


class Grouping:
    """Which boxes of a picture belong to which group.

    Attributes:
        picture: of which.
        of: the group of each box, by place; -1 for none.
        groups: the groups.
        operands: by place, the places of a box's operands, one for each use.
        users: by place, the places of a box's users, one for each use.
        ends: the places of the outputs.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.of = [-1] * len(picture.boxes)
        self.groups: list[Group] = []
        place = {box.name: i for i, box in enumerate(picture.boxes)}
        self.operands = [[place[cell.source] for cell in box.cells] for box in picture.boxes]
        self.users: list[list[int]] = [[] for _ in picture.boxes]
        for i, operands in enumerate(self.operands):
            for operand in operands:
                self.users[operand].append(i)
        self.ends = [
            i for i, b in enumerate(picture.boxes) if b.role == "output" or not self.users[i]
        ]

    def add(self, group: Group, members: list[int]) -> None:
        """Put boxes into a new group."""
        for i in members:
            self.of[i] = len(self.groups)
        self.groups.append(group)

    def absorb(self, *, named: bool) -> None:
        """Leaves used in one group only go into it; those with a label only if ``named``."""
        for i, box in enumerate(self.picture.boxes):
            if self.of[i] < 0 and not box.cells and box.holds == 1 and box.role != "output":
                groups = {self.of[user] for user in self.users[i]}
                group = groups.pop() if len(groups) == 1 else -1
                if group >= 0 and self.groups[group].top < 0 and (named or not box.label):
                    self.of[i] = group


def contracted(grouping: Grouping) -> Picture:
    """The picture with each group as one box.

    A group that other boxes lead out of and back into becomes several: so operands still come
    before their users, and every arrow goes forwards. A part of one box stays that box.
    """
    if not grouping.groups:
        return grouping.picture
    boxes: list[Box] = []
    name_of: dict[str, str] = {}
    grouped: set[str] = set()
    path_of = _paths(grouping.picture.frames)
    for part in _Parts(grouping).parts:
        group = grouping.groups[grouping.of[part[0]]] if grouping.of[part[0]] >= 0 else None
        members = [grouping.picture.boxes[i] for i in part]
        if group is None or len(members) == 1:
            name = members[0].name
            box = replace(members[0], cells=_cells(members, name_of, grouped))
        else:
            name = f"g{len(boxes)}_{members[0].name}"
            grouped.add(name)
            top = grouping.picture.boxes[group.top] if group.top in part else None
            inner = {member.name for member in members}
            box = _boxed(group, members, top, path_of)
            box.name = name
            keep = top is not None and top.symbol == SUM  # each of its local derivatives is 1
            box.cells = _cells(members, name_of, grouped, inner=inner, slopes=keep)
        for member in members:
            name_of[member.name] = name
        boxes.append(box)
    return trimmed(grouping.picture, boxes)


def merged(picture: Picture, most: int) -> Picture:
    """With one arrow for all uses that a box makes of another, where it makes more than ``most``.

    >>> from autograd import Value
    >>> from autograd import sum as total
    >>> from viz import draw
    >>> [cell.times for cell in draw(total([Value(1.0)] * 500)).picture.boxes[-1].cells]
    [500]
    """
    boxes = []
    for box in picture.boxes:
        if len(box.cells) > most and len({cell.source for cell in box.cells}) < len(box.cells):
            names = {cell.source: cell.source for cell in box.cells}
            box = replace(box, cells=_cells([box], names, set(names)))  # noqa: PLW2901
        boxes.append(box)
    if all(new is old for new, old in zip(boxes, picture.boxes, strict=True)):
        return picture
    return trimmed(picture, boxes)


def trimmed(picture: Picture, boxes: list[Box]) -> Picture:
    """A picture of fewer boxes: frames, key and title of what is left."""
    above = {frame.name: frame.parent for frame in picture.frames}
    used: set[str] = set()
    for box in boxes:
        name = box.frame
        while name and name not in used:
            used.add(name)
            name = above[name]
    frames = [frame for frame in picture.frames if frame.name in used]
    cells = [cell for box in boxes for cell in box.cells]
    kinds = {box.role for box in boxes} - {"group"} | {"note"}
    for kind, is_used in (
        ("gradient", any(box.gradient for box in boxes)),
        ("slope", any(cell.slope for cell in cells)),
        ("used", any(cell.used for cell in cells)),
        ("nan", any(box.nan for box in boxes)),
        ("frame", bool(frames)),
    ):
        if is_used:
            kinds.add(kind)
    key = [entry for entry in picture.key if entry[0] in kinds]
    key += [("group", why) for why in sorted({box.why for box in boxes if box.why})]
    if any(cell.via for cell in cells):
        key.append(VIA)
    if any(cell.times > 1 for cell in cells):
        key.append(TIMES)
    values = sum(box.holds for box in boxes)
    shown = f"{len(boxes)} box{'es' * (len(boxes) != 1)}"
    title = picture.title.rpartition(": ")[0]
    title += f": {shown}" + (f" for {counted(values)}" if values != len(boxes) else "")
    return Picture(boxes, frames, key, title)


def counted(n: int, what: str = "Value") -> str:
    """So many of them: ``1 Value``, ``99,900 Values``."""
    return f"{n:,} {what}{'s' * (n != 1)}"


class _Parts:
    """Boxes in an order of operands before users, cut where the group changes.

    A group whose operands from outside are all there comes in one piece. Where there is none, as
    for a cell that is used step by step, each box comes as late as it can.
    """

    def __init__(self, grouping: Grouping) -> None:
        n = len(grouping.groups)
        self._users = grouping.users
        self._unit = [group if group >= 0 else n + i for i, group in enumerate(grouping.of)]
        self._members: dict[int, list[int]] = {}
        for i, u in enumerate(self._unit):
            self._members.setdefault(u, []).append(i)
        self._missing = dict.fromkeys(self._members, 0)  # uses of what has not come, by unit
        for u, operands in zip(self._unit, grouping.operands, strict=True):
            self._missing[u] += sum([self._unit[operand] != u for operand in operands])
        self._complete = [(self._members[u][0], u) for u, k in self._missing.items() if not k]
        heapq.heapify(self._complete)
        self._done = [False] * len(self._unit)
        self.parts: list[list[int]] = []
        self._come_complete()
        if not all(self._done):
            for _, run in groupby(_late(grouping), self._unit.__getitem__):
                self._come(run)
                self._come_complete()

    def _come_complete(self) -> None:
        while self._complete:
            self._come(self._members[heapq.heappop(self._complete)[1]])

    def _come(self, boxes: Iterable[int]) -> None:
        part = [i for i in boxes if not self._done[i]]
        for i in part:
            self._done[i] = True
            for user in self._users[i]:
                v = self._unit[user]
                if v != self._unit[i]:
                    self._missing[v] -= 1
                    if not self._missing[v]:
                        heapq.heappush(self._complete, (self._members[v][0], v))
        if part:
            self.parts.append(part)


def _late(grouping: Grouping) -> list[int]:
    """Operands before users, each as near to them as can be."""
    back = [0] * len(grouping.of)
    for i in range(len(back) - 1, -1, -1):
        back[i] = max([back[user] + 1 for user in grouping.users[i]], default=0)
    return sorted(range(len(back)), key=lambda i: -back[i])


def _boxed(group: Group, members: list[Box], top: Box | None, path_of: dict[str, list[str]]) -> Box:
    """The box of a group."""
    holds = sum(member.holds for member in members)
    if top is not None:
        words = f"{top.words}, of {counted(len(members), 'operation')}"
        return replace(top, holds=holds, words=words)
    frame = path_of[members[0].frame if group.frame is None else group.frame]
    for member in members if group.frame is None else []:
        own = path_of[member.frame]
        while frame != own[: len(frame)]:
            frame = frame[:-1]
    labels = [member.label[:40] for member in members if member.label][:5]
    words = f"group {group.title}: {counted(holds)}" + (f", {', '.join(labels)}" * bool(labels))
    nan = any(member.nan for member in members)
    return Box(
        "", "group", group.symbol, group.title, group.number or counted(holds),
        words=words, frame=frame[-1] if frame else "", nan=nan, holds=holds, why=group.why,
        adjoint=norm_of(members),
    )  # fmt: skip


def _cells(
    members: list[Box],
    name_of: dict[str, str],
    grouped: set[str],
    inner: set[str] | None = None,
    *,
    slopes: bool = False,
) -> list[Cell]:
    """Where the arrows come in: from a group, or into one, a single arrow from each box."""
    cells: list[Cell] = []
    at: dict[str, Cell] = {}
    for member in members:
        for cell in member.cells:
            if inner is not None and cell.source in inner:
                continue
            source = name_of[cell.source]
            first = at.get(source)
            if first is None:
                first = replace(cell, source=source)
                if inner is not None and not slopes:
                    first.slope = first.used = ""
                cells.append(first)
                if inner is not None or source in grouped:
                    at[source] = first
                continue
            first.times += cell.times
            first.via = min(first.via, cell.via)
            if first.slope != cell.slope:
                first.slope = ""
            first.used = ""
    return cells


def _paths(frames: list[Frame]) -> dict[str, list[str]]:
    """The names of the frames around, and its own, by frame."""
    found: dict[str, list[str]] = {"": []}
    for frame in frames:
        found[frame.name] = [*found[frame.parent], frame.name]
    return found
