"""compile: record a graph once, replay it over batches at machine speed.

builder     instructions, each different one once, and the algebra between them
recording   a run of the function with traced Values
program     what was recorded
symbols     the number system in which a row is taken apart into simpler ones
simplify    spelling, lowering, dots
source      a program as Python source
python, arrays, tape   the backends
compiled    the function that all this makes
"""

from autograd.compiler.compiled import Compiled, compile
from autograd.compiler.program.program import Program

__all__ = ["Compiled", "Program", "compile"]
