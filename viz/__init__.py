"""Pictures of computation graphs.

drawing    draw(value), and the Drawing that it gives
model      what a picture holds: boxes, cells, frames, key
subjects   what is drawn: Values, a program, a module; picture: from Values to the model
fold       what is too large to be read: groups, repeats, cuts; readable: what can be read
named      labels from the names of variables
numbers    short, and never taken for others
dot        the model in DOT; texts: as JSON, text, Mermaid
layout     Graphviz, carried by the pygraphviz wheel: no system package is needed
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from viz.drawing import Drawing, draw
from viz.named import named

__project__ = "chalkgrad"

__all__ = ["Drawing", "draw", "named"]
