"""The lab of broken engines: a right one in forty lines, and nine with a mistake each.

engine   Node, backward: the engine of chapter 4
broken   the nine: BROKEN by name
search   Graph, graphs, smallest: every graph of + and × with up to two leaves, tried
"""

from chalkgrad.lab.broken import BROKEN, Broken
from chalkgrad.lab.engine import Node, backward, in_order
from chalkgrad.lab.search import CLASSIC, Graph, exposing, graphs, smallest

__all__ = [
    "BROKEN",
    "CLASSIC",
    "Broken",
    "Graph",
    "Node",
    "backward",
    "exposing",
    "graphs",
    "in_order",
    "smallest",
]
