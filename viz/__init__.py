"""Pictures of computation graphs.

drawing    draw(value): boxes, edges with local derivatives, clusters by module
layout     Graphviz, carried by the pygraphviz wheel: no system package is needed
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from viz.drawing import Drawing, draw

__project__ = "chalkgrad"

__all__ = ["Drawing", "draw"]
