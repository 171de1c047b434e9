"""The interpreter's own instructions, by number; the rows of the table are numbered after them.

A tape is a row of such instructions, each with its words after it. In what follows, z and y stand
for results, w for what is the same for all examples, x for any number; n x is n of them, one after
another. A tape for scalars, where every word is a place in ``u``:

    DOT           z b n, n (w x)      the place of the bias is b - 1; there is none if b is 0
    SIGMOIDS      z y x               σ(x) and σ(-x)
    any row       z x ...

A tape for lanes, where z, y and x are rows, v, w and the biases b and c are places in ``u``, and r
is the number of a result; d and e, the biases that come last, are places in ``u`` plus 1, or 0:

    DOT           z b n m kind d, n (w x), m (x x)    kind says what b is: see NO_BIAS
    SIGMOIDS      z y x
    TWO_DOTS      z y b c d e n, n (x v w)            z = b + Σ v·x + d and y = c + Σ w·x + e
    SCALE         z w x
    SUM_LANES     x r                 results that are summed over the batch
    SUM_PRODUCTS  x n, n (x r)        of the products of one row and each of the others
    SUM_TWICE     x y n, n (x r r)    of the products of two rows and each of the others
    STORE         x r                 a result of its own for each example
    any row       z x ...
"""

DOT = 0
SIGMOIDS = 1
TWO_DOTS = 2
SCALE = 3
SUM_LANES = 4
SUM_PRODUCTS = 5
SUM_TWICE = 6
STORE = 7
FIRST_ROW = 8  # of the table

# What a dot of lanes begins with: 0, a scalar, a row, or what its result's row holds already.
NO_BIAS = 0
SCALAR_BIAS = 1
ROW_BIAS = 2
GO_ON = 3

TILE = 128  # lanes at a time: the rows of a small network stay in the second-level cache
FEW_ROWS = 32  # so many rows of a tile fit the first-level cache
