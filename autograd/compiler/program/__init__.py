"""What was recorded, and what becomes of it.

instructions  each different instruction once, and the algebra between them
program       instructions with inputs, outputs and names
lowering      the number system in which a row is taken apart into simpler ones
simplify      one spelling of each number, sums of products as dots
source        a program as Python source
"""
