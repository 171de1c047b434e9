"""Path by path: ∂value/∂x is the sum, over all paths, of the products of the slopes along each.

Paths are counted, and never all of them visited: the largest come first, each found from one before
it by one step aside (Eppstein 1998).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd.errors import ArgumentError
from autograd.explaining.graph import Graph
from autograd.reverse import dependents

NOTHING = -1e9  # in place of the logarithm of 0, so that differences stay numbers


class Path(NamedTuple):
    """A path from the root down to x.

    Attributes:
        nodes: from the root to x.
        slopes: the partials along it.
        product: of the slopes.
    """

    nodes: list[Any]
    slopes: list[float]
    product: float


class Paths:
    """All paths from a graph's root to x.

    Attributes:
        count: how many there are, exactly.
        total: the sum of their products, ∂root/∂x.
        size: the sum of their products' sizes.
    """

    def __init__(self, graph: Graph, x: Any) -> None:
        self.root, self.x = graph.root, x
        order = dependents(graph.root, [x], beyond=True).order
        if not order and x is not graph.root:
            raise ArgumentError(
                f"explain: {graph.names[graph.root]} does not depend on wrt, {x!r}: no path."
            )
        # For each node: how many paths lead from it to x, their sums, and the best one's logarithm.
        counts: dict[Any, int] = {x: 1}
        totals, sizes, best = {x: 1.0}, {x: 1.0}, {x: 0.0}
        self._edges: dict[Any, list[tuple[float, Any, float]]] = {}
        for node in order:
            if node is x:
                continue
            edges = [
                (operand, slope)
                for operand, slope in zip(node.parents, node.partials, strict=True)
                if operand in counts
            ]
            counts[node] = sum([counts[y] for y, _ in edges])
            totals[node] = sum([slope * totals[y] for y, slope in edges])
            sizes[node] = sum([abs(slope) * sizes[y] for y, slope in edges])
            best[node] = max([_log(slope) + best[y] for y, slope in edges])
            # How much worse each edge is than the best one: the best first, which has exactly 0.
            aside = [(best[node] - (_log(slope) + best[y]), y, slope) for y, slope in edges]
            self._edges[node] = sorted(aside, key=lambda edge: edge[0])
        self.count, self.total, self.size = counts[self.root], totals[self.root], sizes[self.root]

    def largest(self) -> Iterator[Path]:
        """The paths, largest first, found as they are asked for."""
        # A path is told by its steps aside from the best: (where, which edge), and the path before.
        heap: list[tuple[float, int, int, int, tuple[Any, ...]]] = [(0.0, 0, -1, 0, ())]
        made = 0
        while heap:
            worse, _, last, _, asides = heapq.heappop(heap)
            path, losses = self._followed(asides)
            yield path
            for place in range(last + 1, len(losses)):
                for which in range(1, len(losses[place])):
                    made += 1
                    loss = worse + losses[place][which]
                    heapq.heappush(heap, (loss, made, place, which, (asides, place, which)))

    def _followed(self, asides: tuple[Any, ...]) -> tuple[Path, list[list[float]]]:
        turns = {}
        while asides:
            asides, place, which = asides
            turns[place] = which
        node, nodes = self.root, [self.root]
        slopes: list[float] = []
        losses: list[list[float]] = []
        while node is not self.x:
            edges = self._edges[node]
            losses.append([edge[0] for edge in edges])
            _, node, slope = edges[turns.get(len(slopes), 0)]
            nodes.append(node)
            slopes.append(slope)
        return Path(nodes, slopes, math.prod(slopes)), losses


def _log(slope: float) -> float:
    size = abs(slope)
    if size != size or size == math.inf:
        return -NOTHING
    return math.log(size) if size else NOTHING
