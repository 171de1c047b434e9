"""What runs a program, one example or a batch at a time.

choice   which backend, by name or by what the arguments are
blocks   a batch in blocks, and threads for them
run      a version's program over the arguments of a call
python   straight-line Python source
arrays   NumPy, and arrays of other libraries
numba    an interpreter of tapes in machine code
watched  detect_anomaly: a slow run that stops at the first nan or infinity
"""
