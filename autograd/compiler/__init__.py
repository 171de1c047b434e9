"""compile: record a graph once, replay it over batches at machine speed.

record    arguments as traced Values, and one run of the function with them
program   the instructions that came out, simplified, and as source
backends  what runs them: Python, NumPy, numba, arrays of other libraries
versions  one recording of a function, and what is built from it
compiled  the function that all this makes
"""

from autograd.compiler.compiled import Compiled, compile
from autograd.compiler.program.program import Program

__all__ = ["Compiled", "Program", "compile"]
