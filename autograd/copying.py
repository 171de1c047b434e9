"""Pickling and deep-copying a graph without recursion, with all its sharing kept.

Python pickles an object's parts before the object, which on a long chain recurses as deep as the
chain is long. So the first Value that a pickler meets hands over its whole graph as a list, operands
before users: when a node's turn comes, its operands have been seen, and nothing is deep. Values
pickled together go on sharing what they shared.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.backward import topological_order

if TYPE_CHECKING:
    from autograd.value import Value


class Graph(list[Any]):
    """The nodes of one graph, operands before users, while they are being handed over."""

    __slots__ = ("__weakref__",)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return Graph, (), None, iter(self)


def reduce(value: Value, make: Callable[..., Value], state: tuple[Any, ...]) -> tuple[Any, ...]:
    """What ``Value.__reduce_ex__`` returns: ``make(*state)``, or the whole graph to begin with.

    A node is marked with its list. The pickler keeps the list as long as it works, so a mark that
    is still alive says that the operands have been handed over.
    """
    mark = value._mark
    if value._x is None or (isinstance(mark, weakref.ref) and mark() is not None):
        return make, state
    graph = Graph(topological_order(value))
    mark = weakref.ref(graph)
    for node in graph:
        node._mark = mark
    return _last, (graph,)


def _last(graph: Graph) -> Any:
    return graph[-1]
