"""explain: the chain rule, step by step, as data.

formulas   an expression as a tree of terms
textbook   partials as a book prints them
system     the rules of the table, read as formulas
writing    a formula in text, ASCII and LaTeX
names      what everything is called
graph      a value's graph: order, numbers, partials, adjoints
steps      the steps as plain data, and folded by neuron
nudged     the derivative without the chain rule
remarks    what is said of numbers
lines      all of it in 80 columns
derivatives  the derivative as a formula
layers     as one derives it by hand for a network
paths, routes  path by path
pages      in LaTeX and HTML
"""

from autograd.explaining.explanation import Explanation as Explanation
from autograd.explaining.explanation import explain as explain
