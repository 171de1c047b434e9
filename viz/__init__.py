"""Pictures of computation graphs.

drawing    draw(value), and the Drawing that it gives
model      what a picture holds: boxes, cells, frames, key
subjects   what is drawn: Values, a program, a module; picture: from Values to the model
levels     which picture of a network; flow: colours by the gradient
fold       what is too large to be read: groups, repeats, cuts; readable: what can be read
named      labels from the names of variables
numbers    short, and never taken for others
dot        the model in DOT; texts: as JSON, text, Mermaid
plots      plot_loss; boundary, distributions, animation: the other plots, all by matplotlib
notebook   what a notebook is given of a picture
tables     table(values), and lists of Values in a notebook
finish     what Graphviz drew, with words and in light and dark; html: as a page to walk in
stepping   stepper(value): the page that steps through backprop; stepboxes: its boxes
steps      what it is told of a graph; javascript: its operations, terms: its formulas
views      what the groups of such a page open
layout     Graphviz, carried by the pygraphviz wheel: no system package is needed
layered    our own layout, where there is no Graphviz: ranks, places, boxes
"""

import chalkgrad  # noqa: F401 - raises if autograd is not ours. A chalkgrad.py of yours? Rename it
from viz.animation import animate, animate_training
from viz.boundary import plot_decision_boundary
from viz.distributions import plot_activations, plot_gradients
from viz.drawing import Drawing, draw
from viz.named import named
from viz.plots import plot_loss
from viz.stepping import Stepper, stepper
from viz.tables import show_lists as _show_lists
from viz.tables import table

__project__ = "chalkgrad"

__all__ = [
    "Drawing",
    "Stepper",
    "animate",
    "animate_training",
    "draw",
    "named",
    "plot_activations",
    "plot_decision_boundary",
    "plot_gradients",
    "plot_loss",
    "stepper",
    "table",
]

_show_lists()
