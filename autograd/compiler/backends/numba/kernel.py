"""The interpreter of tapes, a template: the cases of the table's rows are put in later.

Nobody imports this module, so the package needs no numba. The module ``interpreter`` reads its
text, puts in what belongs where the comments FUNCTIONS, SCALARS and LANES stand, and has numba
compile that. A case calls functions by the names of rows: those that are defined here, such as
``exp``, and else those of ``math`` or NumPy.
"""

# numba's decorators have no types in its older versions.
# mypy: allow-untyped-decorators

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from autograd.compiler.backends.numba.calls import call_loop, transpose  # noqa: F401
from autograd.compiler.backends.numba.codes import (
    DOT,
    GO_ON,
    NO_BIAS,
    ROW_BIAS,
    SCALE,
    STORE,
    SUM_LANES,
    SUM_PRODUCTS,
    SUM_TWICE,
    TWO_DOTS,
)

# FUNCTIONS: the imports of what the rows' cases call, if it is not defined below

Tape = NDArray[np.uint32]
Row = NDArray[np.float64]  # a number for each lane, or of u for each place
Rows = NDArray[np.float64]
Loops = NDArray[np.intp]  # of each row that has one: a loop's address, and its data's

MAGIC = 6755399441055744.0  # 1.5 · 2**52: added to x, it rounds x to an integer in the low bits
MAGIC_BITS = 4843621399236968448


# Functions of numbers.


@njit(fastmath={"contract"}, inline="never", error_model="numpy")
def exp(x: float) -> float:
    """e to the x: 2**k · exp r with |r| <= ln 2 / 2, the series of exp r to r**13 / 13!.

    Within 1 ulp, in operations that run on several lanes at once, where the C library's exp runs on
    one. 2**k is two factors, so that results from 2**-1074 on are right.
    """
    y = -746.0 if x < -746.0 else x  # noqa: FURB136 - a nan stays one
    y = 710.0 if y > 710.0 else y  # noqa: FURB136
    shifted = y * 1.4426950408889634 + MAGIC
    k = shifted - MAGIC
    r = (y - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = (p * r) * r + r
    half = bits(k * 0.5 + MAGIC) - MAGIC_BITS
    rest = (bits(shifted) - MAGIC_BITS) - half
    first = as_float((half + 1023) << 52)
    return (p * first + first) * as_float((rest + 1023) << 52)


@njit(error_model="numpy")
def bits(x: float) -> np.int64:
    """A float's 64 bits as an integer."""
    return np.float64(x).view(np.int64)


@njit(error_model="numpy")
def as_float(x: np.int64) -> np.float64:
    """The float of these 64 bits."""
    return np.int64(x).view(np.float64)


@njit(error_model="numpy")
def cbrt(x: float) -> float:
    """The cube root, by one step of Newton's."""
    if x == 0.0 or not math.isfinite(x):
        return x
    m, e = math.frexp(x)
    third = e // 3
    m = math.ldexp(m, e - 3 * third)  # between 1/2 and 4
    y = math.copysign(math.pow(abs(m), 1.0 / 3.0), m)
    return math.ldexp(y - (y * y * y - m) / (3.0 * y * y), third)


@njit(error_model="numpy")
def maximum(x: float, y: float) -> float:
    """The larger; a nan on either side wins."""
    return x if x >= y or x != x else y


@njit(error_model="numpy")
def minimum(x: float, y: float) -> float:
    """The smaller; a nan on either side wins."""
    return x if x <= y or x != x else y


@njit(error_model="numpy")
def sign(x: float) -> float:
    """-1, 0 or 1; of a nan, nan."""
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x - x)


# Sums over the lanes, in any order: several lanes are added up at once.


@njit(error_model="numpy", fastmath={"reassoc", "contract"})
def sum_lanes(x: Row, n: int) -> float:
    """Σ x."""
    total = 0.0
    for lane in range(n):
        total += x[lane]
    return total


@njit(error_model="numpy", fastmath={"reassoc", "contract"})
def sum_products(x: Row, y: Row, n: int) -> float:
    """Σ x·y."""
    total = 0.0
    for lane in range(n):
        total += x[lane] * y[lane]
    return total


@njit(error_model="numpy", fastmath={"reassoc", "contract"})
def four_sums(
    x: Row, y0: Row, y1: Row, y2: Row, y3: Row, n: int
) -> tuple[float, float, float, float]:
    """Σ x·y for four y: x is read once."""
    t0 = t1 = t2 = t3 = 0.0
    for lane in range(n):
        xi = x[lane]
        t0 += xi * y0[lane]
        t1 += xi * y1[lane]
        t2 += xi * y2[lane]
        t3 += xi * y3[lane]
    return t0, t1, t2, t3


@njit(error_model="numpy", fastmath={"reassoc", "contract"})
def eight_sums(
    x: Row, y: Row, a0: Row, a1: Row, a2: Row, a3: Row, n: int
) -> tuple[float, float, float, float, float, float, float, float]:
    """Σ x·a and Σ y·a for four a: each row is read once."""
    s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = 0.0
    for lane in range(n):
        xi = x[lane]
        yi = y[lane]
        s0 += xi * a0[lane]
        s1 += xi * a1[lane]
        s2 += xi * a2[lane]
        s3 += xi * a3[lane]
        t0 += yi * a0[lane]
        t1 += yi * a1[lane]
        t2 += yi * a2[lane]
        t3 += yi * a3[lane]
    return s0, s1, s2, s3, t0, t1, t2, t3


# Instructions of the interpreter's own, on lanes; each gives the place in the tape after it. As
# functions of their own they run faster than inside run_lanes: a step of 2-16-16-1 on 1000 examples
# took 167 µs, not 195, and of wider networks 4 to 20 percent less.


@njit(error_model="numpy")
def weighted_sum(tape: Tape, i: int, u: Row, rows: Rows, n: int) -> int:  # noqa: PLR0915
    """DOT: four terms in one pass over the lanes, in their order."""
    z = rows[tape[i + 1]]
    terms = tape[i + 3]
    pairs = tape[i + 4]
    kind = tape[i + 5]
    last = tape[i + 6]
    j = i + 7
    stop = j + 2 * terms
    if kind == ROW_BIAS:
        x = rows[tape[i + 2]]
        for lane in range(n):
            z[lane] = x[lane]
    elif kind != GO_ON:
        c = 0.0 if kind == NO_BIAS else u[tape[i + 2]]
        if terms >= 4:
            w0 = u[tape[j]]
            w1 = u[tape[j + 2]]
            w2 = u[tape[j + 4]]
            w3 = u[tape[j + 6]]
            x0 = rows[tape[j + 1]]
            x1 = rows[tape[j + 3]]
            x2 = rows[tape[j + 5]]
            x3 = rows[tape[j + 7]]
            for lane in range(n):
                total = ((c + w0 * x0[lane]) + w1 * x1[lane]) + w2 * x2[lane]
                z[lane] = total + w3 * x3[lane]
            j += 8
        elif terms:
            w0 = u[tape[j]]
            x0 = rows[tape[j + 1]]
            for lane in range(n):
                z[lane] = c + w0 * x0[lane]
            j += 2
        else:
            for lane in range(n):
                z[lane] = c
    while j + 6 < stop:
        w0 = u[tape[j]]
        w1 = u[tape[j + 2]]
        w2 = u[tape[j + 4]]
        w3 = u[tape[j + 6]]
        x0 = rows[tape[j + 1]]
        x1 = rows[tape[j + 3]]
        x2 = rows[tape[j + 5]]
        x3 = rows[tape[j + 7]]
        for lane in range(n):
            total = ((z[lane] + w0 * x0[lane]) + w1 * x1[lane]) + w2 * x2[lane]
            z[lane] = total + w3 * x3[lane]
        j += 8
    while j < stop:
        w0 = u[tape[j]]
        x0 = rows[tape[j + 1]]
        for lane in range(n):
            z[lane] = z[lane] + w0 * x0[lane]
        j += 2
    stop = j + 2 * pairs
    while j < stop:
        x0 = rows[tape[j]]
        x1 = rows[tape[j + 1]]
        for lane in range(n):
            z[lane] = z[lane] + x0[lane] * x1[lane]
        j += 2
    if last > 0:
        c = u[last - 1]
        for lane in range(n):
            z[lane] = z[lane] + c
    return j


@njit(error_model="numpy")
def two_weighted_sums(tape: Tape, i: int, u: Row, rows: Rows, n: int) -> int:
    """TWO_DOTS: each row is read once for both; the last three terms go with the last biases."""
    z = rows[tape[i + 1]]
    y = rows[tape[i + 2]]
    b = u[tape[i + 3]]
    c = u[tape[i + 4]]
    d = -0.0 if tape[i + 5] == 0 else u[tape[i + 5] - 1]  # x + -0.0 is x, for every x
    e = -0.0 if tape[i + 6] == 0 else u[tape[i + 6] - 1]
    j = i + 8
    stop = j + 3 * tape[i + 7]
    for lane in range(n):
        z[lane] = b
        y[lane] = c
    while j < stop:  # three: with more rows, the compiler doubts that none is two
        x0 = rows[tape[j]]
        v0 = u[tape[j + 1]]
        w0 = u[tape[j + 2]]
        if j + 6 < stop:
            x1 = rows[tape[j + 3]]
            x2 = rows[tape[j + 6]]
            v1 = u[tape[j + 4]]
            v2 = u[tape[j + 7]]
            w1 = u[tape[j + 5]]
            w2 = u[tape[j + 8]]
            last_z = d if j + 9 == stop else -0.0
            last_y = e if j + 9 == stop else -0.0
            for lane in range(n):
                z[lane] = (((z[lane] + v0 * x0[lane]) + v1 * x1[lane]) + v2 * x2[lane]) + last_z
                y[lane] = (((y[lane] + w0 * x0[lane]) + w1 * x1[lane]) + w2 * x2[lane]) + last_y
            j += 9
        else:
            last_z = d if j + 3 == stop else -0.0
            last_y = e if j + 3 == stop else -0.0
            for lane in range(n):
                z[lane] = (z[lane] + v0 * x0[lane]) + last_z
                y[lane] = (y[lane] + w0 * x0[lane]) + last_y
            j += 3
    return j


@njit(error_model="numpy")
def add_products(tape: Tape, i: int, rows: Rows, sums: Row, count: int) -> int:
    """SUM_PRODUCTS: four products in one pass over the lanes."""
    x = rows[tape[i + 1]]
    j = i + 3
    stop = j + 2 * tape[i + 2]
    while j + 6 < stop:
        t0, t1, t2, t3 = four_sums(
            x, rows[tape[j]], rows[tape[j + 2]], rows[tape[j + 4]], rows[tape[j + 6]], count
        )
        sums[tape[j + 1]] += t0
        sums[tape[j + 3]] += t1
        sums[tape[j + 5]] += t2
        sums[tape[j + 7]] += t3
        j += 8
    while j < stop:
        sums[tape[j + 1]] += sum_products(x, rows[tape[j]], count)
        j += 2
    return j


@njit(error_model="numpy")
def add_products_twice(tape: Tape, i: int, rows: Rows, sums: Row, count: int) -> int:
    """SUM_TWICE: eight products in one pass over the lanes."""
    x = rows[tape[i + 1]]
    y = rows[tape[i + 2]]
    j = i + 4
    stop = j + 3 * tape[i + 3]
    while j + 9 < stop:
        a0 = rows[tape[j]]
        a1 = rows[tape[j + 3]]
        a2 = rows[tape[j + 6]]
        a3 = rows[tape[j + 9]]
        s0, s1, s2, s3, t0, t1, t2, t3 = eight_sums(x, y, a0, a1, a2, a3, count)
        sums[tape[j + 1]] += s0
        sums[tape[j + 4]] += s1
        sums[tape[j + 7]] += s2
        sums[tape[j + 10]] += s3
        sums[tape[j + 2]] += t0
        sums[tape[j + 5]] += t1
        sums[tape[j + 8]] += t2
        sums[tape[j + 11]] += t3
        j += 12
    while j < stop:
        a0 = rows[tape[j]]
        sums[tape[j + 1]] += sum_products(x, a0, count)
        sums[tape[j + 2]] += sum_products(y, a0, count)
        j += 3
    return j


# The interpreter.


@njit(nogil=True, error_model="numpy")
def run_scalars(tape: Tape, u: Row) -> None:
    """Run a tape in which every number is one float."""
    i = 0
    end = tape.size
    while i < end:
        op = tape[i]
        if op == DOT:
            n = tape[i + 3]
            total = 0.0 if tape[i + 2] == 0 else u[tape[i + 2] - 1]
            j = i + 4
            i = j + 2 * n
            while j < i:
                total += u[tape[j]] * u[tape[j + 1]]
                j += 2
            u[tape[i - 2 * n - 3]] = total
        # SCALARS: one elif for each row of the table
        else:
            raise ValueError("not a tape")


@njit(nogil=True, error_model="numpy")
def run_lanes(
    tape: Tape, u: Row, columns: Rows, rows: Rows, sums: Row, results: Rows, at: int, loops: Loops
) -> None:
    """Run a tape in which every number is a row, one lane an example: a tile after another."""
    total_lanes = columns.shape[1]
    inputs = columns.shape[0]
    end = tape.size
    tile = rows.shape[1]
    for first in range(0, total_lanes, tile):
        count = min(tile, total_lanes - first)
        n = min(tile, (count + 15) // 16 * 16)  # whole vectors of the processor
        for k in range(inputs):
            # A slice of its own: first + lane might be negative, for all that numba knows.
            column = columns[k, first : first + count]
            z = rows[k]
            for lane in range(count):
                z[lane] = column[lane]
        i = 0
        while i < end:
            op = tape[i]
            z = rows[tape[i + 1]]
            if op == DOT:
                i = weighted_sum(tape, i, u, rows, n)
            elif op == TWO_DOTS:
                i = two_weighted_sums(tape, i, u, rows, n)
            elif op == SCALE:
                w = u[tape[i + 2]]
                x = rows[tape[i + 3]]
                for lane in range(n):
                    z[lane] = w * x[lane]
                i += 4
            elif op == SUM_LANES:
                sums[tape[i + 2]] += sum_lanes(z, count)
                i += 3
            elif op == SUM_PRODUCTS:
                i = add_products(tape, i, rows, sums, count)
            elif op == SUM_TWICE:
                i = add_products_twice(tape, i, rows, sums, count)
            elif op == STORE:
                result = results[tape[i + 2], at + first : at + first + count]
                for lane in range(count):
                    result[lane] = z[lane]
                i += 3
            # LANES: one elif for each row of the table
            else:
                raise ValueError("not a tape")
