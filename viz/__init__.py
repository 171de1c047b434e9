"""Pictures of computation graphs.

drawing    draw(value): boxes, edges with local derivatives, clusters by module
layout     Graphviz, carried by the pygraphviz wheel: no system package is needed
"""

from viz.drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
