"""Places across the ranks: the order in every column, and then how far down each item stands.

Every item has one place, also a lane or a frame of many ranks: so long edges are straight, and a
frame is a rectangle that nothing foreign reaches into. Items are drawn to the weighted mean of
their neighbours (the barycentre of Sugiyama, Tagawa and Toda, 1981), from left to right and back,
and then pushed apart, frames from the innermost to the page. The order with the fewest crossings is
kept, neighbours are swapped where that saves more, and then places are found for this order.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from operator import sub

from viz.crossings import Link, crossed, crossings_of
from viz.pooling import pooled
from viz.ranks import Grid

SWEEPS = 14
MANY = 4000  # items; with more there are fewer sweeps
MOST_COUNTED = 10_000  # stretches of edges between two ranks, up to which crossings are counted
MOST_SWAPS = 6  # rounds of them after a sweep
ENDS = 6  # ranks of a lane's ends; one that is much longer keeps the others away from these only
TIE = 0.02  # of a port's distance from the middle: enough to order what is otherwise equal

Pull = tuple[int, int, int, float, float]  # own end; the other item and its end; port; weight


class Places:
    """The search for places; ``y`` has the middle of each item when it is done.

    Args:
        grid: the items.
        sizes: what each box or lane takes across the ranks, with the room around it.
        ports: for each box and operand, how far below the box's middle the edge ends.
        padding: of a frame, before and after what is in it.
        least: by item, what a frame takes at least.
    """

    def __init__(
        self,
        grid: Grid,
        sizes: list[float],
        ports: list[list[float]],
        padding: tuple[float, float],
        least: dict[int, float],
    ) -> None:
        count = len(grid.first)
        self.grid, self.padding, self.least = grid, padding, least
        self.sizes = sizes + [0.0] * (count - len(sizes))
        self.levels: dict[int, list[int]] = {-1: []}
        for frame in grid.frames.values():
            self.levels[frame] = []
        for item in range(count):
            self.levels[grid.level[item]].append(item)
        self.depth = {-1: 0}
        for frame in grid.frames.values():
            self.depth[frame] = self.depth[grid.level[frame]] + 1
        self._link(ports)
        self.y = self._beginning()
        self.push = [0.0] * count

    def search(self) -> list[float]:
        """Find the places. O((items + links + ranks of lanes) · sweeps), and the sorting."""
        items = len(self.y)
        sweeps = SWEEPS if items <= MANY else SWEEPS // 2 if items <= 10 * MANY else SWEEPS // 4
        stretches = sum(b - a + 1 for a, b in zip(self.grid.first, self.grid.last, strict=True))
        counted = stretches + sum(map(len, self.ins)) <= MOST_COUNTED
        self._apart(self.y, None)
        best, fewest = self.y[:], crossings_of(self.grid, self.ins, self.y) if counted else 0
        for sweep in range(sweeps):
            self._apart(self._wanted(forwards=sweep % 2 == 0), None)
            swaps = MOST_SWAPS if counted else 0
            while swaps and self._swap():
                swaps -= 1
            crossings = crossings_of(self.grid, self.ins, self.y) if counted else 0
            if crossings <= fewest:
                best, fewest = self.y[:], crossings
        self.y, self.push = best, [0.0] * len(best)
        orders = {
            level: sorted(items, key=lambda i: (self.y[i], i))
            for level, items in self.levels.items()
        }
        pulls = self._lift()
        self.weights = [0.1 + sum([pull[4] for pull in own]) for own in pulls]
        for _ in range(sweeps * 3 if items <= MANY // 8 else sweeps):
            before = self.y
            self._apart(self._settled(pulls), orders)
            if max(map(abs, map(sub, before, self.y)), default=0.0) < 0.1:
                break
        return self.y

    def _link(self, ports: list[list[float]]) -> None:
        """Who is whose neighbour; a long path weighs more, so that it stays straight."""
        grid = self.grid
        self.ins: list[list[Link]] = [[] for _ in grid.first]
        self.outs: list[list[Link]] = [[] for _ in grid.first]
        depth = [0] * len(grid.first)
        into = [
            (box, [(grid.ways[box][k], port) for k, port in enumerate(ports[box])])
            for box in range(grid.boxes)
        ]
        into += [(lane, [(before, 0.0)]) for lane, before in grid.before.items()]
        self.by_rank = sorted(range(len(grid.first)), key=lambda i: (grid.first[i], i))
        sources = dict(into)
        for item in self.by_rank:
            for other, port in sources.get(item, ()):
                weight = 0.1 + min(depth[other], 100)
                depth[item] = max(depth[item], depth[other] + 1)
                self.ins[item].append((other, weight, port))
                self.outs[other].append((item, weight, port))

    def _beginning(self) -> list[float]:
        """Leaves below each other in the order of their first use, the rest at its operands."""
        y, below = [0.0] * len(self.grid.first), 0.0
        for item in [*range(self.grid.boxes), *self.grid.before]:
            if self.ins[item]:
                y[item] = _mean([(y[j], weight) for j, weight, _ in self.ins[item]])
            else:
                y[item] = below
                below += self.sizes[item]
        return y

    def _wanted(self, *, forwards: bool) -> list[float]:
        """Where each item would like to be, by its neighbours on one side."""
        wanted = self.y[:]
        for item in self.by_rank if forwards else reversed(self.by_rank):
            if forwards and self.ins[item]:
                wanted[item] = _mean([(wanted[j], weight) for j, weight, _ in self.ins[item]])
            elif not forwards and self.outs[item]:
                wanted[item] = _mean([(wanted[j] + TIE * p, w) for j, w, p in self.outs[item]])
        return wanted

    def _lift(self) -> list[list[Pull]]:
        """By item, what pulls at it: a link between frames pulls at these as wholes."""
        pulls: list[list[Pull]] = [[] for _ in self.y]
        for item, links in enumerate(self.ins):
            for other, weight, port in links:
                a, b = self._side_by_side(other, item)
                pulls[a].append((other, b, item, port * TIE, weight))
                pulls[b].append((item, a, other, 0.0, weight))
                if a == other and b == item and not self.ins[a] and len(self.outs[a]) == 1:
                    pulls[a] = [(other, b, item, port, weight)]  # a leaf stands at its own port
        return pulls

    def _side_by_side(self, a: int, b: int) -> tuple[int, int]:
        """Two items, or the frames around them that stand in the same frame."""
        level, depth = self.grid.level, self.depth
        while level[a] != level[b]:
            if depth[level[a]] >= depth[level[b]]:
                a = level[a]
            else:
                b = level[b]
        return a, b

    def _settled(self, pulls: list[list[Pull]]) -> list[float]:
        """Where each item would like to be, by all its neighbours."""
        y, push = self.y, self.push
        likely = y[:]  # each is likely to be pushed again as far as the last time
        wanted = [at - by for at, by in zip(y, push, strict=True)]
        for order in (self.by_rank, self.by_rank[::-1]):
            for item in order:
                if pulls[item]:
                    wanted[item] = _mean(
                        [
                            (likely[b] + y[theirs] - y[b] + port - y[own] + y[item], weight)
                            for own, b, theirs, port, weight in pulls[item]
                        ]
                    )
                    likely[item] = wanted[item] + push[item]
        return wanted

    def _apart(self, wanted: list[float], orders: dict[int, list[int]] | None) -> None:
        """Push items apart that overlap, near to where they would like to be."""
        y = wanted[:]
        for level in reversed(self.levels):  # inner frames first
            items = self.levels[level]
            if orders is not None:
                items = orders[level]
            else:
                items = sorted(items, key=lambda i: (y[i], self.y[i], i))
            low, ranks = 0, max(self.grid.last, default=0) + 1
            if level >= 0:
                low, ranks = (
                    self.grid.first[level],
                    self.grid.last[level] - self.grid.first[level] + 1,
                )
            asked = [y[i] for i in items]
            self._near(items, y, low, ranks)
            if orders is not None:
                self._agreed(items, y, low, ranks)
            down = self._pushed(items, y, 1, low, ranks)
            up = self._pushed(items[::-1], y, -1, low, ranks)[::-1]
            for item, a, b, want in zip(items, down, up, asked, strict=True):
                y[item] = (a + b) / 2  # of two places that fit, the middle does too
                self.push[item] = (self.push[item] + y[item] - want) / 2
            if level >= 0:
                top, bottom = self._reach(level, y)
                self.sizes[level] = max(bottom - top, self.least.get(level, 0.0))
                if orders is None:
                    y[level] = (top + bottom) / 2
        self._carry(y)
        self.y = y

    def _carry(self, y: list[float]) -> None:
        """Move what is in a frame to where the frame was pushed, outer frames first."""
        for level, items in self.levels.items():
            if level >= 0:
                top, bottom = self._reach(level, y)
                by = y[level] - (top + bottom) / 2
                for item in items:
                    y[item] += by

    def _reach(self, level: int, y: list[float]) -> tuple[float, float]:
        """From where to where a frame reaches, with the room around what is in it."""
        items, sizes = self.levels[level], self.sizes
        top = min([y[i] - sizes[i] / 2 for i in items])
        bottom = max([y[i] + sizes[i] / 2 for i in items])
        return top - self.padding[0], bottom + self.padding[1]

    def _near(self, items: list[int], y: list[float], low: int, ranks: int) -> None:
        """Let nobody ask for a place farther from the others than the fullest rank needs."""
        more = [0.0] * (ranks + 1)
        for item in items:
            more[self.grid.first[item] - low] += self.sizes[item]
            more[self.grid.last[item] - low + 1] -= self.sizes[item]
        most = max(accumulate(more), default=0.0)
        middle = sum([y[i] for i in items]) / max(1, len(items))
        for item in items:
            room = max(0.0, most - self.sizes[item]) / 2
            y[item] = min(max(y[item], middle - room), middle + room)

    def _agreed(self, items: list[int], y: list[float], low: int, ranks: int) -> None:
        """Let what wants to pass each other in a column agree on a place, by their weights.

        The mean of these places over the ranks of an item, of a long one over those at its ends.
        """
        columns: list[list[int]] = [[] for _ in range(ranks)]
        for item in items:
            a, b = self.grid.first[item] - low, self.grid.last[item] - low + 1
            for rank in (
                range(a, b) if b - a <= 2 * ENDS else (*range(a, a + ENDS), *range(b - ENDS, b))
            ):
                columns[rank].append(item)
        total = dict.fromkeys(items, 0.0)
        for column in columns:
            places = pooled(
                [y[i] for i in column],
                [self.sizes[i] for i in column],
                [self.weights[i] for i in column],
            )
            for item, place in zip(column, places, strict=True):
                total[item] += place
        for item in items:
            y[item] = total[item] / min(self.grid.last[item] - self.grid.first[item] + 1, 2 * ENDS)

    def _pushed(
        self, items: list[int], wanted: list[float], sign: int, low: int, ranks: int
    ) -> list[float]:
        """The places of items in their order, each no nearer than it may be to the one before."""
        ends = [float("-inf")] * ranks
        first, last, sizes = self.grid.first, self.grid.last, self.sizes
        found = []
        for item in items:
            a, b, half = first[item] - low, last[item] - low + 1, sizes[item] / 2
            if b - a == 1:
                place = max(sign * wanted[item], ends[a] + half)
                ends[a] = place + half
            elif b - a <= 32 * ENDS or item not in self.grid.before:
                place = max(sign * wanted[item], max(ends[a:b]) + half)
                ends[a:b] = [place + half] * (b - a)
            else:
                place = max(
                    sign * wanted[item], max(ends[a : a + ENDS] + ends[b - ENDS : b]) + half
                )
                ends[a : a + ENDS] = ends[b - ENDS : b] = [place + half] * ENDS
            found.append(sign * place)
        return found

    def _swap(self) -> bool:
        """Swap neighbours where that saves crossings; whether it did."""
        y, sizes, swapped = self.y, self.sizes, False
        for items in self.levels.values():
            columns: dict[int, list[int]] = {}
            for item in sorted(items, key=lambda i: (y[i], i)):
                for rank in range(self.grid.first[item], self.grid.last[item] + 1):
                    columns.setdefault(rank, []).append(item)
            done: set[tuple[int, int]] = set()
            for _, column in sorted(columns.items()):
                for a, b in pairwise(column):
                    if a in self.levels or b in self.levels or (a, b) in done or y[a] > y[b]:
                        continue
                    done.add((a, b))
                    if self._saves(a, b):
                        top, bottom = y[a] - sizes[a] / 2, y[b] + sizes[b] / 2
                        y[b], y[a] = top + sizes[b] / 2, bottom - sizes[a] / 2
                        swapped = True
        if swapped:
            self._apart(y, None)
        return swapped

    def _saves(self, a: int, b: int) -> bool:
        """Whether their edges cross less often with b above a."""
        first, last = self.grid.first, self.grid.last
        low, high = max(first[a], first[b]), min(last[a], last[b])
        y = self.y
        ins = [[y[j] for j, _, _ in self.ins[i]] if first[i] == low else [y[i]] for i in (a, b)]
        outs = [
            [y[j] + p for j, _, p in self.outs[i]] if last[i] == high else [y[i]] for i in (a, b)
        ]
        now = crossed(ins[0], ins[1]) + crossed(outs[0], outs[1])
        return crossed(ins[1], ins[0]) + crossed(outs[1], outs[0]) < now


def _mean(places: list[tuple[float, float]]) -> float:
    total = sum([weight for _, weight in places])
    return sum([y * weight for y, weight in places]) / total
