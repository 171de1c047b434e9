"""A program as a tape of integers for an interpreter in machine code.

kernel       the interpreter, a template
interpreter  the template filled in from the table, and compiled
lanes        the tape for batches: which row holds what, and until when
engine       the backend
"""
