"""Parts of a picture: what is near the outputs, and what is chosen."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from viz.groups import Group, Grouping, contracted, counted, trimmed
from viz.model import Box, Cell, Picture

BACK = "… Values: further back from the outputs"
BETWEEN = "… Values: not among those that were chosen"
CHOSEN = "only the boxes that were chosen: other operands and users are left out"
MOST_STEPS = 2_000_000  # of looking for the shortest ways: about a second


def near(picture: Picture, upto: int) -> Grouping:
    """All that is more than ``upto`` operations back from the nearest output goes into one box.

    Into several, where boxes that are shown lie between.
    """
    grouping = Grouping(picture)
    back = dict.fromkeys(grouping.ends, 0)
    queue = deque(grouping.ends)
    while queue:
        i = queue.popleft()
        if back[i] < upto:
            for operand in grouping.operands[i]:
                if operand not in back:
                    back[operand] = back[i] + 1
                    queue.append(operand)
    return _cut_off(grouping, set(back), BACK)


def cut(picture: Picture, budget: int) -> Grouping:
    """About ``budget`` boxes are shown, from the outputs backwards, and the others as one box.

    A box is shown when all its users are, so that nothing leads from a box that is shown back into
    those that are not.
    """
    grouping = Grouping(picture)
    left = [len(users) for users in grouping.users]
    queue = deque(i for i in grouping.ends if not left[i])
    kept: set[int] = set()
    while queue and len(kept) < budget - 1:
        i = queue.popleft()
        kept.add(i)
        for operand in grouping.operands[i]:
            left[operand] -= 1
            if not left[operand]:
                queue.append(operand)
    return _cut_off(grouping, kept, BACK)


def chosen(picture: Picture, names: frozenset[str]) -> Picture:
    """These boxes, and how they connect: a dashed arrow where others lie between."""
    grouping = Grouping(picture)
    kept = {i for i, box in enumerate(picture.boxes) if box.name in names}
    found = _with_ways(grouping, kept)
    if found is None:  # too many to look for each way: the others stand as boxes
        return contracted(_cut_off(grouping, kept, BETWEEN))
    shown = trimmed(picture, found)
    shown.title += f" of {counted(sum(box.holds for box in picture.boxes))}"
    shown.key.append(("note", CHOSEN))
    return shown


def _cut_off(grouping: Grouping, kept: set[int], why: str) -> Grouping:
    others = [i for i in range(len(grouping.of)) if i not in kept]
    if len(others) > 1:
        holds = sum(grouping.picture.boxes[i].holds for i in others)
        grouping.add(Group(f"… {counted(holds)}", why, number="not shown"), others)
    return grouping


def _with_ways(grouping: Grouping, kept: set[int]) -> list[Box] | None:
    """The boxes that are kept, with an arrow for each way between; None for too many ways."""
    boxes = grouping.picture.boxes
    found = []
    ways: list[dict[int, int]] = []  # by place: how many lie between it and those kept before it
    steps = 0
    for i, box in enumerate(boxes):
        mine: dict[int, int] = {}
        if i in kept:
            cells: list[Cell] = []
            for cell, operand in zip(box.cells, grouping.operands[i], strict=True):
                if operand in kept:
                    cells.append(cell)
                else:
                    for j, between in ways[operand].items():
                        mine[j] = min(between, mine.get(j, between))
            cells += [Cell(boxes[j].name, via=between) for j, between in sorted(mine.items())]
            found.append(replace(box, cells=cells))
            ways.append({})
            steps += len(mine)
            continue
        for operand in grouping.operands[i]:
            if operand in kept:
                mine[operand] = 1
                continue
            steps += len(ways[operand])
            for j, between in ways[operand].items():
                mine[j] = min(between + 1, mine.get(j, between + 1))
        if steps > MOST_STEPS:
            return None
        ways.append(mine)
    return found
