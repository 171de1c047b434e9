"""A program as a tape of integers for an interpreter in machine code.

codes        the numbers of instructions, and what follows each in a tape
kernel       the interpreter, a template in Python: read as text, never imported
calls        a piece of it: NumPy's loops, and columns
loops        where those are
interpreter  the template filled in from the table, and compiled
lanes        the tape for batches: which row holds what, and until when
engine       the backend
"""
