"""Ranks: which column every box stands in, and which way long edges take past the columns between.

The layered drawing of Sugiyama, Tagawa and Toda (1981). A rank is the longest path from a leaf;
then what has more users than operands is moved towards its users, so that leaves stand beside them
(the aim of Gansner, Koutsofios, North and Vo, 1993, without their simplex).

An edge over several ranks runs along a *lane*, which keeps one place through its ranks. All edges
of one operand share their lanes, and each lane of a row is twice as long as the one before: so a
leaf shared by a chain of n has O(log n) lanes, and no edge more than O(log n) bends.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from viz.model import Picture

SHORTEST_LANE = 12  # ranks of the first lane in a row


@dataclass
class Grid:
    """What is to be placed: boxes first, then lanes, then frames; each is an item with a number.

    Attributes:
        first, last: the ranks from which and to which an item reaches.
        level: the item of the frame in which it stands; -1 for the page.
        frames: the items of frames, outer ones first, by the frame's name.
        before: the item from which a lane comes, by the lane.
        ways: for each box, and each of its operands, the item from which that edge arrives: the
            operand's box, or a lane.
    """

    first: list[int]
    last: list[int]
    level: list[int]
    boxes: int
    before: dict[int, int] = field(default_factory=dict)
    frames: dict[str, int] = field(default_factory=dict)
    ways: list[list[int]] = field(default_factory=list)

    def way(self, box: int, k: int) -> list[int]:
        """The items of the edge to a box's operand k, from the operand to the last lane."""
        item = self.ways[box][k]
        found = [item]
        while item in self.before:
            item = self.before[item]
            found.append(item)
        return found[::-1]


def grid_of(picture: Picture) -> Grid:
    """Ranks for all boxes, lanes for all edges, and what ranks each frame spans.

    O((boxes + edges) · (depth of the frames + log ranks)).
    """
    number = {box.name: i for i, box in enumerate(picture.boxes)}
    operands = [[number[cell.source] for cell in box.cells] for box in picture.boxes]
    parents = {frame.name: frame.parent for frame in picture.frames}
    chains: dict[str, list[str]] = {"": []}  # the frames around a place, inner ones first
    for frame, parent in parents.items():
        chains[frame] = [frame, *chains[parent]]
    ranks = ranks_of(operands, _entering(picture, operands, chains))
    spans = _spans(picture, ranks, parents)
    levels = [box.frame for box in picture.boxes]
    grid = Grid(ranks[:], ranks[:], [], len(ranks), ways=[[-1] * len(o) for o in operands])
    users: list[list[tuple[int, int]]] = [[] for _ in ranks]
    for i, sources in enumerate(operands):
        for k, source in enumerate(sources):
            users[source].append((i, k))
    for source, uses in enumerate(users):
        lanes: dict[tuple[str, int, int], int] = {}
        for user, k in uses:
            at = source
            here, there = chains[levels[source]], chains[levels[user]]
            for frame, low, high in _stretches(ranks[source], ranks[user], here, there, spans):
                at = _lanes(grid, levels, lanes, frame, low, high, at)
            grid.ways[user][k] = at
    for frame, (low, high) in spans.items():
        grid.frames[frame] = len(grid.first)
        grid.first.append(low)
        grid.last.append(high)
        levels.append(parents[frame])
    grid.level = [grid.frames[frame] if frame else -1 for frame in levels]
    return grid


def _spans(
    picture: Picture, ranks: list[int], parents: dict[str, str]
) -> dict[str, tuple[int, int]]:
    """The first and last rank of each frame that isn't empty, outer ones first."""
    spans: dict[str, tuple[int, int]] = {}
    for box, rank in zip(picture.boxes, ranks, strict=True):
        frame = box.frame
        while frame:
            low, high = spans.get(frame, (rank, rank))
            if frame in spans and low <= rank <= high:
                break  # and so it does in the outer ones
            spans[frame] = min(low, rank), max(high, rank)
            frame = parents[frame]
    return {frame: spans[frame] for frame in parents if frame in spans}


def ranks_of(operands: list[list[int]], longer: set[tuple[int, int]] | None = None) -> list[int]:
    """The rank of each box, whose operands come before it; ``longer`` edges take two ranks.

    >>> ranks_of([[], [], [0, 1], [], [2, 3]])
    [0, 0, 1, 1, 2]
    """
    longer = longer or set()
    ranks: list[int] = []
    users: list[set[int]] = [set() for _ in operands]
    for i, sources in enumerate(operands):
        ranks.append(max([ranks[j] + 1 + ((j, i) in longer) for j in sources], default=0))
        for j in sources:
            users[j].add(i)
    # How many arrows on the left grow when a box is moved: an operand that it alone uses follows.
    pull = [0] * len(operands)
    for i, sources in enumerate(operands):
        pull[i] = sum([1 if len(users[j]) > 1 else min(1, pull[j]) for j in set(sources)])
    for i in range(len(operands) - 1, -1, -1):
        if len(users[i]) > pull[i]:
            ranks[i] = min([ranks[j] - 1 - ((i, j) in longer) for j in users[i]])
    return ranks


def _entering(
    picture: Picture, operands: list[list[int]], chains: dict[str, list[str]]
) -> set[tuple[int, int]]:
    """Edges into a frame past leaves of its own: these stand between, so that frames follow."""
    found = set()
    for i, box in enumerate(picture.boxes):
        if box.frame and any([picture.boxes[j].frame and not operands[j] for j in operands[i]]):
            for j in operands[i]:
                if box.frame not in chains[picture.boxes[j].frame]:
                    found.add((j, i))
    return found


def _stretches(
    start: int, end: int, here: list[str], there: list[str], spans: dict[str, tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """The ranks between an edge's ends, by the frame that it passes through there.

    Within the frames of its user as soon as they begin; until then within those of its operand, as
    long as they reach: then it crosses the side of a frame, never its top.
    """
    low, high = start + 1, end - 1
    if low > high:
        return []
    shared = set(here) & set(there)
    entered: list[tuple[str, int, int]] = []
    for frame in there:  # inner ones first
        if frame in shared:
            break
        begin = max(low, spans[frame][0])
        if begin <= high:
            entered.append((frame, begin, high))
            high = begin - 1
    left = []
    for frame in here:
        leave = spans[frame][1]
        if low > high:
            break
        if leave >= low:
            left.append((frame, low, min(high, leave)))
            low = min(high, leave) + 1
    if low <= high:
        left.append(("", low, high))
    return left + entered[::-1]


def _lanes(
    grid: Grid,
    levels: list[str],
    lanes: dict[tuple[str, int, int], int],
    frame: str,
    low: int,
    high: int,
    at: int,
) -> int:
    """The last of the lanes along a stretch; they are made, or made longer, where needed."""
    start, size = low, SHORTEST_LANE
    while start <= high:
        lane = lanes.get((frame, low, start))
        if lane is None:
            lane = lanes[frame, low, start] = len(grid.first)
            grid.first.append(start)
            grid.last.append(start)
            levels.append(frame)
            grid.before[lane] = at
        grid.last[lane] = max(grid.last[lane], min(high, start + size - 1))
        at = lane
        start += size
        size *= 2
    return at
