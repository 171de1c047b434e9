"""The fixed part of the interpreter's source; the cases of the rows are put in where {cases} stands."""

PRELUDE = '''\
"""Written by chalkgrad from its table of primitives; made again when that changes."""

import math
from math import (
    acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, copysign, erf, erfc, expm1, hypot, log, log1p,
    log2, log10, pow, sin, sinh, sqrt, tan, tanh,
)

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

floor = np.floor
ceil = np.ceil
trunc = np.trunc
round = np.rint
MAGIC = 6755399441055744.0  # 1.5 · 2**52: added to x, it rounds x to an integer in the low bits
MAGIC_BITS = 4843621399236968448


@intrinsic
def bits(context, x):
    """A float's 64 bits as an integer."""
    def code(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))
    return types.int64(types.float64), code


@intrinsic
def as_float(context, x):
    """A float of these 64 bits."""
    def code(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())
    return types.float64(types.int64), code


@njit(fastmath={"contract"}, inline="never", error_model="numpy")
def exp(x):
    # exp x = 2**k · exp r with |r| <= ln 2 / 2, the series of exp r to r**13 / 13!, in operations
    # that run on several lanes at once; the C library's exp runs on one. Within 1 ulp. 2**k is two
    # factors, so that results from 2**-1074 on are right.
    y = -746.0 if x < -746.0 else x
    y = 710.0 if y > 710.0 else y
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
def cbrt(x):
    if x == 0.0 or not math.isfinite(x):
        return x
    m, e = math.frexp(x)
    third = e // 3
    m = math.ldexp(m, e - 3 * third)  # between 1/2 and 4
    y = math.copysign(math.pow(abs(m), 1.0 / 3.0), m)
    return math.ldexp(y - (y * y * y - m) / (3.0 * y * y), third)


@njit(error_model="numpy")
def maximum(x, y):
    return x if x >= y or x != x else y


@njit(error_model="numpy")
def minimum(x, y):
    return x if x <= y or x != x else y


@njit(error_model="numpy")
def sign(x):
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x - x)


@njit(error_model="numpy", fastmath={"reassoc"})
def sum_lanes(x, n):
    total = 0.0
    for i in range(n):
        total += x[i]
    return total


@njit(error_model="numpy", fastmath={"reassoc"})
def sum_products(x, y, n):
    total = 0.0
    for i in range(n):
        total += x[i] * y[i]
    return total


@njit(error_model="numpy", fastmath={"reassoc"})
def four_sums(x, y0, y1, y2, y3, n):
    t0 = t1 = t2 = t3 = 0.0
    for i in range(n):
        xi = x[i]
        t0 += xi * y0[i]
        t1 += xi * y1[i]
        t2 += xi * y2[i]
        t3 += xi * y3[i]
    return t0, t1, t2, t3


@njit(error_model="numpy", fastmath={"reassoc"})
def eight_sums(x, y, a0, a1, a2, a3, n):
    s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = 0.0
    for i in range(n):
        xi = x[i]
        yi = y[i]
        s0 += xi * a0[i]
        s1 += xi * a1[i]
        s2 += xi * a2[i]
        s3 += xi * a3[i]
        t0 += yi * a0[i]
        t1 += yi * a1[i]
        t2 += yi * a2[i]
        t3 += yi * a3[i]
    return s0, s1, s2, s3, t0, t1, t2, t3
'''

SCALARS = """

@njit(cache=True, nogil=True, error_model="numpy")
def run_scalars(tape, u):
    i = 0
    end = tape.size
    while i < end:
        op = tape[i]
        if op == {DOT}:
            n = tape[i + 3]
            total = 0.0 if tape[i + 2] == 0 else u[tape[i + 2] - 1]
            j = i + 4
            i = j + 2 * n
            while j < i:
                total += u[tape[j]] * u[tape[j + 1]]
                j += 2
            u[tape[i - 2 * n - 3]] = total
{cases}
        else:
            raise ValueError("not a tape")
"""

LANES = """

@njit(cache=True, nogil=True, error_model="numpy")
def run_lanes(tape, u, columns, rows, sums, results):
    total_lanes = columns.shape[1]
    inputs = columns.shape[0]
    end = tape.size
    for first in range(0, total_lanes, {TILE}):
        count = min({TILE}, total_lanes - first)
        n = min({TILE}, (count + 15) // 16 * 16)
        for k in range(inputs):
            x = columns[k]
            z = rows[k]
            for l in range(count):
                z[l] = x[first + l]
        i = 0
        while i < end:
            op = tape[i]
            z = rows[tape[i + 1]]
            if op == {DOT}:
                terms = tape[i + 3]
                pairs = tape[i + 4]
                kind = tape[i + 5]
                j = i + 6
                stop = j + 2 * terms
                if kind < 2:
                    c = 0.0 if kind == 0 else u[tape[i + 2]]
                    if terms >= 4:
                        w0 = u[tape[j]]
                        w1 = u[tape[j + 2]]
                        w2 = u[tape[j + 4]]
                        w3 = u[tape[j + 6]]
                        x0 = rows[tape[j + 1]]
                        x1 = rows[tape[j + 3]]
                        x2 = rows[tape[j + 5]]
                        x3 = rows[tape[j + 7]]
                        for l in range(n):
                            z[l] = (((c + w0 * x0[l]) + w1 * x1[l]) + w2 * x2[l]) + w3 * x3[l]
                        j += 8
                    elif terms:
                        w0 = u[tape[j]]
                        x0 = rows[tape[j + 1]]
                        for l in range(n):
                            z[l] = c + w0 * x0[l]
                        j += 2
                    else:
                        for l in range(n):
                            z[l] = c
                elif kind == 2:
                    x = rows[tape[i + 2]]
                    for l in range(n):
                        z[l] = x[l]
                while j + 6 < stop:
                    w0 = u[tape[j]]
                    w1 = u[tape[j + 2]]
                    w2 = u[tape[j + 4]]
                    w3 = u[tape[j + 6]]
                    x0 = rows[tape[j + 1]]
                    x1 = rows[tape[j + 3]]
                    x2 = rows[tape[j + 5]]
                    x3 = rows[tape[j + 7]]
                    for l in range(n):
                        z[l] = (((z[l] + w0 * x0[l]) + w1 * x1[l]) + w2 * x2[l]) + w3 * x3[l]
                    j += 8
                while j < stop:
                    w0 = u[tape[j]]
                    x0 = rows[tape[j + 1]]
                    for l in range(n):
                        z[l] = z[l] + w0 * x0[l]
                    j += 2
                stop = j + 2 * pairs
                while j < stop:
                    x0 = rows[tape[j]]
                    x1 = rows[tape[j + 1]]
                    for l in range(n):
                        z[l] = z[l] + x0[l] * x1[l]
                    j += 2
                i = j
            elif op == {TWO_DOTS}:  # of the same rows: each row is read once for both
                y = rows[tape[i + 2]]
                c = u[tape[i + 3]]
                d = u[tape[i + 4]]
                j = i + 6
                stop = j + 3 * tape[i + 5]
                for l in range(n):
                    z[l] = c
                    y[l] = d
                while j + 6 < stop:  # three: with more rows, the compiler doubts that none is two
                    x0 = rows[tape[j]]
                    x1 = rows[tape[j + 3]]
                    x2 = rows[tape[j + 6]]
                    v0 = u[tape[j + 1]]
                    v1 = u[tape[j + 4]]
                    v2 = u[tape[j + 7]]
                    w0 = u[tape[j + 2]]
                    w1 = u[tape[j + 5]]
                    w2 = u[tape[j + 8]]
                    for l in range(n):
                        z[l] = ((z[l] + v0 * x0[l]) + v1 * x1[l]) + v2 * x2[l]
                        y[l] = ((y[l] + w0 * x0[l]) + w1 * x1[l]) + w2 * x2[l]
                    j += 9
                while j < stop:
                    x0 = rows[tape[j]]
                    v0 = u[tape[j + 1]]
                    w0 = u[tape[j + 2]]
                    for l in range(n):
                        z[l] = z[l] + v0 * x0[l]
                        y[l] = y[l] + w0 * x0[l]
                    j += 3
                i = j
            elif op == {SUM_TWICE}:  # products with two rows: each of the others is read once
                y = rows[tape[i + 2]]
                j = i + 4
                stop = j + 3 * tape[i + 3]
                while j + 9 < stop:
                    s0, s1, s2, s3, t0, t1, t2, t3 = eight_sums(
                        z, y, rows[tape[j]], rows[tape[j + 3]], rows[tape[j + 6]],
                        rows[tape[j + 9]], count,
                    )
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
                    x0 = rows[tape[j]]
                    sums[tape[j + 1]] += sum_products(z, x0, count)
                    sums[tape[j + 2]] += sum_products(y, x0, count)
                    j += 3
                i = stop
            elif op == {SUM_PRODUCTS}:
                terms = tape[i + 2]
                j = i + 3
                stop = j + 2 * terms
                while j + 6 < stop:
                    t0, t1, t2, t3 = four_sums(
                        z, rows[tape[j]], rows[tape[j + 2]], rows[tape[j + 4]], rows[tape[j + 6]],
                        count,
                    )
                    sums[tape[j + 1]] += t0
                    sums[tape[j + 3]] += t1
                    sums[tape[j + 5]] += t2
                    sums[tape[j + 7]] += t3
                    j += 8
                while j < stop:
                    sums[tape[j + 1]] += sum_products(z, rows[tape[j]], count)
                    j += 2
                i = stop
            elif op == {SUM_LANES}:
                sums[tape[i + 2]] += sum_lanes(z, count)
                i += 3
            elif op == {STORE}:
                out = results[tape[i + 2]]
                for l in range(count):
                    out[first + l] = z[l]
                i += 3
            elif op == {SCALE}:
                w0 = u[tape[i + 2]]
                x0 = rows[tape[i + 3]]
                for l in range(n):
                    z[l] = w0 * x0[l]
                i += 4
{cases}
            else:
                raise ValueError("not a tape")
"""
