"""From a call to a recording.

arguments  structures of numbers, taken apart and put together again
traced     a Value that has a place in a recording instead of a number
recording  one run of a function with traced Values, as instructions
"""
