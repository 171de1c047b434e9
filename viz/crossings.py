"""Crossings: how many pairs of edges cross between the ranks of a layered layout."""

from __future__ import annotations

from bisect import bisect_right

from viz.ranks import Grid

HUBS = 2000  # pairs of edges; two boxes with more stay as they are

Link = tuple[int, float, float]  # the item at its other end, its weight, the port's distance


def crossings_of(grid: Grid, ins: list[list[Link]], y: list[float]) -> int:
    """How many pairs of edges cross, both between the same two ranks. O(n log n)."""
    gaps: list[list[tuple[float, float]]] = [[] for _ in range(max(grid.last, default=0))]
    for item in range(grid.boxes + len(grid.before)):
        for other, _, port in ins[item]:
            gaps[grid.first[item] - 1].append((y[other], y[item] + port))
        for rank in range(grid.first[item], grid.last[item]):
            gaps[rank].append((y[item], y[item]))
    return sum(map(_inversions, gaps))


def crossed(upper: list[float], lower: list[float]) -> int:
    """How often the edges of two neighbours cross on one side, by where these end there.

    >>> crossed([1.0, 2.0], [0.0, 3.0])
    2
    """
    if len(upper) * len(lower) > HUBS:
        return 0
    above = sorted(upper)
    return sum([len(above) - bisect_right(above, end) for end in lower])


def _inversions(pairs: list[tuple[float, float]]) -> int:
    """How many pairs are in another order on the right than on the left; O(n log n)."""
    ends = [right for _, right in sorted(pairs)]
    place = {y: i + 1 for i, y in enumerate(sorted(set(ends)))}
    tree, total = [0] * (len(place) + 1), 0
    for seen, end in enumerate(ends):
        i, before = place[end], 0
        while i:  # a Fenwick tree counts those up to here
            before += tree[i]
            i &= i - 1
        total += seen - before
        i = place[end]
        while i < len(tree):
            tree[i] += 1
            i += i & -i
    return total
