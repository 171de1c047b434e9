"""The command line: ``python -m autograd explain "(1 - sigmoid(w*x + b))**2" w=-3 x=0.5 b=2``.

main         which command is meant, its errors, its exit code
commands     what each does, its examples, its options; the page of help
expressions  an expression read by a grammar of its own, which runs nothing of Python's
names        w=-3: names and their numbers
answers      explain, grad, draw, step: what is answered to an expression
checking     check: a derivative of the user's own
listing      ops: the table
terminal     colours, width, letters

Exit codes: 0 for an answer, 1 for a wrong derivative, 2 for what was refused or could not be
concluded, 130 for Ctrl-C, 141 where who reads has gone.
"""

from autograd.command.main import main

__all__ = ["main"]
