"""Every row of the table is right: against mpmath, finite differences, NumPy and IEEE's edges."""

import math
import re

import numpy as np
import pytest

import autograd
from autograd import TABLE, Value
from autograd.maths import arrays, read, read_ieee
from autograd.value import record
from tests.truth import TRUTH, arguments, cases, faults, read_numpy, sizes, ulps, variants

ROWS = pytest.mark.parametrize("row", TABLE.values(), ids=str)
INF, NAN = math.inf, math.nan
UNARY = [row for row in TABLE.values() if row.arity == 1 and not row.constants]
IN_NUMPY = [
    row for row in TABLE.values() if isinstance(getattr(np, row.ufunc or row.name, 0), np.ufunc)
]


def test_every_row_has_its_truth():
    assert set(TRUTH) == set(TABLE)


@pytest.mark.parametrize("truth", TRUTH.values(), ids=list(TRUTH))
def test_every_exception_has_its_reason(truth):
    excepted = truth.size or truth.partial_sizes or truth.largest < INF
    assert bool(excepted) == bool(truth.why)


@ROWS
@pytest.mark.parametrize("reading", [read, read_ieee])
def test_floats_agree_with_mpmath(row, reading):
    assert faults(row, reading)[:5] == []


# NumPy's SIMD functions may be 4 ulps off where the C library's are 1.
NUMPY_ULPS, NUMPY_PARTIAL_ULPS = 8, 16


@ROWS
def test_numpy_agrees_with_mpmath(row):
    assert faults(row, read_numpy, NUMPY_ULPS, NUMPY_PARTIAL_ULPS)[:5] == []


@ROWS
def test_a_batch_agrees_with_mpmath(row):
    for bound in variants(row):
        found = cases(row.name, row.domain, row.arity, bound.values)
        for length in {len(xs) for xs, _, _ in found}:
            some = [case for case in found if len(case[0]) == length]
            columns = zip(*[xs for xs, _, _ in some], strict=True)
            operands = arguments(row, [np.array(column) for column in columns])
            with np.errstate(all="ignore"):
                batch = bound.forward(arrays, *operands)
                slopes = bound.partials(arrays, batch, *operands)
            shape = (len(some),)
            assert np.shape(batch) == shape
            slopes = [np.broadcast_to(slope, shape) for slope in slopes]
            for i, (xs, value, partials) in enumerate(some):
                assert ulps(float(batch[i]), *value) <= NUMPY_ULPS, xs
                for slope, partial in zip(slopes, partials, strict=True):
                    assert ulps(float(slope[i]), *partial) <= NUMPY_PARTIAL_ULPS, xs


@ROWS
def test_partials_agree_with_finite_differences(row):
    assert row.samples
    for bound in variants(row):
        for xs in row.samples:
            if row.name == "powc" and xs[0] < 0 and bound.values[0] % 1:
                continue  # not real
            z = read(bound.forward, *arguments(row, xs))
            for index, partial in enumerate(read(bound.partials, z, *arguments(row, xs))):
                if row.name == "where" and index == 0:
                    continue  # a condition is not near any other
                assert partial == pytest.approx(slope(bound, xs, index), rel=1e-7, abs=1e-9)


def slope(row, xs, index):
    """Central differences, extrapolated to step 0 (Richardson)."""

    def central(h):
        values = []
        for step in (h, -h):
            moved = (*xs[:index], xs[index] + step, *xs[index + 1 :])
            values.append(read(row.forward, *arguments(row, moved)))
        return (values[0] - values[1]) / (2 * h)

    wide, half, quarter = central(4e-3), central(2e-3), central(1e-3)
    first, second = (4 * half - wide) / 3, (4 * quarter - half) / 3
    return (16 * second - first) / 15


@ROWS
def test_a_row_is_complete(row):
    assert re.fullmatch("[a-z][a-z0-9_]*", row.name)
    assert row.symbol
    assert row.doc
    assert row.formula
    assert row.formula.count("{") == row.formula.count("}")
    assert row.domain
    assert all(low < high for low, high in row.domain)
    for xs in row.samples:
        assert row.arity in (None, len(xs))
        domain = [row.domain[min(i, len(row.domain) - 1)] for i in range(len(xs))]
        assert all(low < x < high for x, (low, high) in zip(xs, domain, strict=True))


@ROWS
def test_a_row_has_a_partial_for_each_operand(row):
    for bound in variants(row):
        for xs in row.samples:
            z = read(bound.forward, *arguments(row, xs))
            partials = read(bound.partials, z, *arguments(row, xs))
            assert type(z) is float
            assert [type(partial) for partial in partials] == [float] * len(xs)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.example[0]], ids=str)
def test_the_example_prints_what_it_says(row):
    expression, printed = row.example
    assert repr(eval(expression, vars(autograd).copy())) == printed


# The same row under all its names.


@pytest.mark.parametrize("row", UNARY, ids=str)
def test_unary_rows_are_functions_and_methods(row):
    for (x,) in row.samples:
        if row.name == "copy":
            return  # made by transforms only
        if row.name == "neg":
            method, function = Value.__neg__, lambda y: -y
        else:
            method, function = getattr(Value, row.name), getattr(autograd, row.name)
        made = method(Value(x))
        assert made.op is row
        assert function(Value(x)).op is row
        assert type(function(x)) is float
        assert function(x) == made.data == function(Value(x)).data


@pytest.mark.parametrize("row", IN_NUMPY, ids=str)
def test_numpys_function_of_values_records_the_row(row):
    ufunc = getattr(np, row.ufunc or row.name)
    for xs in row.samples:
        z = ufunc(*map(Value, xs))
        assert type(z) is Value
        assert z.op is row
        assert z.data == read(row.forward, *xs)
        mixed = ufunc(Value(xs[0]), *map(np.float64, xs[1:]))
        assert mixed.op is row or str(mixed.op) == "powc"  # a constant exponent is no operand
        assert mixed.data == z.data


# Edges. What IEEE 754 and NumPy say, and PyTorch's derivatives.

EDGES = [
    # row, constants, operands, value, partials
    ("log", (), (0.0,), -INF, (INF,)),
    ("log", (), (-0.0,), -INF, (-INF,)),
    ("log", (), (-1.0,), NAN, (-1.0,)),
    ("log", (), (INF,), INF, (0.0,)),
    ("log1p", (), (-1.0,), -INF, (INF,)),
    ("log1p", (), (-2.0,), NAN, (-1.0,)),
    ("log2", (), (0.0,), -INF, (INF,)),
    ("log2", (), (-0.0,), -INF, (-INF,)),
    ("log2", (), (-1.0,), NAN, (-1 / math.log(2.0),)),
    ("log2", (), (INF,), INF, (0.0,)),
    ("log2", (), (2.0**-1074,), -1074.0, (INF,)),
    ("log10", (), (0.0,), -INF, (INF,)),
    ("log10", (), (-0.0,), -INF, (-INF,)),
    ("log10", (), (-1.0,), NAN, (-1 / math.log(10.0),)),
    ("log10", (), (INF,), INF, (0.0,)),
    ("exp2", (), (1024.0,), INF, (INF,)),
    ("exp2", (), (1023.0,), 2.0**1023, (math.log(2.0) * 2.0**1023,)),
    ("exp2", (), (-1074.0,), 2.0**-1074, (2.0**-1074,)),
    ("exp2", (), (-1080.0,), 0.0, (0.0,)),
    ("exp2", (), (-INF,), 0.0, (0.0,)),
    ("exp2", (), (INF,), INF, (INF,)),
    ("exp", (), (1000.0,), INF, (INF,)),
    ("exp", (), (-1000.0,), 0.0, (0.0,)),
    ("exp", (), (-INF,), 0.0, (0.0,)),
    ("expm1", (), (1000.0,), INF, (INF,)),
    ("expm1", (), (-INF,), -1.0, (0.0,)),
    ("sqrt", (), (0.0,), 0.0, (INF,)),
    ("sqrt", (), (-1.0,), NAN, (NAN,)),
    ("sqrt", (), (INF,), INF, (0.0,)),
    ("cbrt", (), (0.0,), 0.0, (INF,)),
    ("div", (), (1.0, 0.0), INF, (INF, -INF)),
    ("div", (), (-1.0, 0.0), -INF, (INF, INF)),
    ("div", (), (1.0, -0.0), -INF, (-INF, -INF)),
    ("div", (), (0.0, 0.0), NAN, (INF, NAN)),
    ("div", (), (1.0, INF), 0.0, (0.0, -0.0)),
    ("mul", (), (0.0, INF), NAN, (INF, 0.0)),
    ("sub", (), (INF, INF), NAN, (1.0, -1.0)),
    ("mod", (), (-7.0, 3.0), 2.0, (1.0, 3.0)),  # the sign is that of y
    ("mod", (), (7.0, -3.0), -2.0, (1.0, 3.0)),
    ("mod", (), (6.0, 3.0), 0.0, (1.0, -2.0)),
    ("mod", (), (-1e-300, 3.0), 3.0, (1.0, 1.0)),  # 3 - 1e-300 is 3, though no remainder is
    ("mod", (), (1.0, 0.0), NAN, (1.0, -INF)),
    ("mod", (), (-1.0, 0.0), NAN, (1.0, INF)),
    ("mod", (), (1.0, -0.0), NAN, (1.0, INF)),
    ("mod", (), (0.0, 0.0), NAN, (1.0, NAN)),
    ("mod", (), (INF, 2.0), NAN, (1.0, NAN)),
    ("mod", (), (2.0, INF), 2.0, (1.0, 0.0)),
    ("mod", (), (-2.0, INF), INF, (1.0, 1.0)),
    ("mod", (), (-2.0, -INF), -2.0, (1.0, 0.0)),
    ("mod", (), (NAN, 2.0), NAN, (1.0, NAN)),
    ("mod", (), (2.0, NAN), NAN, (1.0, NAN)),
    ("mod", (), (1e308, 5e-324), 0.0, (1.0, -INF)),
    ("floordiv", (), (-7.0, 3.0), -3.0, (0.0, 0.0)),
    ("floordiv", (), (-1e-300, 3.0), -1.0, (0.0, 0.0)),
    ("floordiv", (), (1.0, 0.0), INF, (0.0, 0.0)),
    ("floordiv", (), (-1.0, 0.0), -INF, (0.0, 0.0)),
    ("floordiv", (), (1.0, -0.0), -INF, (0.0, 0.0)),
    ("floordiv", (), (0.0, 0.0), NAN, (0.0, 0.0)),
    ("floordiv", (), (INF, 0.0), INF, (0.0, 0.0)),
    ("floordiv", (), (INF, 2.0), NAN, (0.0, 0.0)),  # as Python, NumPy and PyTorch: by mod, nan
    ("floordiv", (), (2.0, INF), 0.0, (0.0, 0.0)),
    ("floordiv", (), (-2.0, INF), -1.0, (0.0, 0.0)),
    ("floordiv", (), (INF, INF), NAN, (0.0, 0.0)),
    ("floordiv", (), (NAN, 2.0), NAN, (0.0, 0.0)),
    ("floordiv", (), (2.0, NAN), NAN, (0.0, 0.0)),
    ("floordiv", (), (1e308, -5e-324), -INF, (0.0, 0.0)),
    ("pow", (), (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow", (), (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow", (), (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("pow", (), (0.0, -1.0), INF, (-INF, -INF)),
    ("pow", (), (-8.0, 0.5), NAN, (NAN, NAN)),
    ("pow", (), (-2.0, 3.0), -8.0, (12.0, NAN)),
    ("pow", (), (1e300, 2.0), INF, (2e300, INF)),
    ("powc", (0.0,), (0.0,), 1.0, (0.0,)),
    ("powc", (0.0,), (INF,), 1.0, (0.0,)),
    ("powc", (1.0,), (0.0,), 0.0, (1.0,)),
    ("powc", (2.0,), (0.0,), 0.0, (0.0,)),
    ("powc", (3.0,), (-2.0,), -8.0, (12.0,)),
    ("powc", (0.5,), (0.0,), 0.0, (INF,)),
    ("powc", (0.5,), (-1.0,), NAN, (NAN,)),
    ("powc", (-1.0,), (0.0,), INF, (-INF,)),
    ("powc", (2.0,), (1e300,), INF, (2e300,)),
    ("hypot", (), (0.0, 0.0), 0.0, (NAN, NAN)),
    ("hypot", (), (INF, 1.0), INF, (1.0, 0.0)),
    ("atan2", (), (0.0, -1.0), math.pi, (-1.0, -0.0)),
    ("atan2", (), (-0.0, -1.0), -math.pi, (-1.0, 0.0)),
    ("tan", (), (INF,), NAN, (NAN,)),
    ("sin", (), (INF,), NAN, (NAN,)),
    ("asin", (), (1.0,), math.pi / 2, (INF,)),
    ("asin", (), (2.0,), NAN, (NAN,)),
    ("acos", (), (-1.0,), math.pi, (-INF,)),
    ("acos", (), (1.0,), 0.0, (-INF,)),
    ("acosh", (), (1.0,), 0.0, (INF,)),
    ("acosh", (), (0.5,), NAN, (NAN,)),
    ("atanh", (), (1.0,), INF, (INF,)),
    ("atanh", (), (-1.0,), -INF, (INF,)),
    ("atan", (), (INF,), math.pi / 2, (0.0,)),
    ("sinh", (), (1000.0,), INF, (INF,)),
    ("sinh", (), (-1000.0,), -INF, (INF,)),
    ("cosh", (), (-1000.0,), INF, (-INF,)),
    ("tanh", (), (INF,), 1.0, (0.0,)),
    ("tanh", (), (-1000.0,), -1.0, (0.0,)),
    ("erf", (), (INF,), 1.0, (0.0,)),
    ("erfc", (), (-INF,), 2.0, (-0.0,)),
    ("normal_cdf", (), (-INF,), 0.0, (0.0,)),
    ("normal_cdf", (), (INF,), 1.0, (0.0,)),
    ("abs", (), (0.0,), 0.0, (0.0,)),
    ("abs", (), (-INF,), INF, (-1.0,)),
    ("sign", (), (0.0,), 0.0, (0.0,)),
    ("floor", (), (-0.5,), -1.0, (0.0,)),
    ("floor", (), (INF,), INF, (0.0,)),
    ("ceil", (), (-0.5,), -0.0, (0.0,)),
    ("ceil", (), (0.5,), 1.0, (0.0,)),
    ("ceil", (), (2.0,), 2.0, (0.0,)),
    ("ceil", (), (-INF,), -INF, (0.0,)),
    ("ceil", (), (1e308,), 1e308, (0.0,)),
    ("trunc", (), (0.0,), 0.0, (0.0,)),
    ("trunc", (), (-0.5,), -0.0, (0.0,)),
    ("trunc", (), (-1.5,), -1.0, (0.0,)),
    ("trunc", (), (INF,), INF, (0.0,)),
    ("copysign", (), (3.0, -0.0), -3.0, (-1.0, 0.0)),
    ("copysign", (), (-3.0, 0.0), 3.0, (-1.0, 0.0)),
    ("copysign", (), (-3.0, -0.0), -3.0, (1.0, 0.0)),
    ("copysign", (), (0.0, -1.0), -0.0, (0.0, 0.0)),
    ("copysign", (), (-0.0, 1.0), 0.0, (0.0, 0.0)),
    ("copysign", (), (2.0, -INF), -2.0, (-1.0, 0.0)),
    ("copysign", (), (INF, -1.0), -INF, (-1.0, 0.0)),  # PyTorch: z / x, and inf / inf is nan
    ("copysign", (), (2.0, NAN), 2.0, (1.0, 0.0)),
    ("copysign", (), (2.0, -NAN), -2.0, (-1.0, 0.0)),  # a nan has a sign: IEEE 754, 5.5.1
    ("copysign", (), (NAN, 1.0), NAN, (NAN, 0.0)),
    ("round", (), (0.5,), 0.0, (0.0,)),
    ("round", (), (-1.5,), -2.0, (0.0,)),
    ("round", (), (-INF,), -INF, (0.0,)),
    ("maximum", (), (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("maximum", (), (INF, INF), INF, (0.5, 0.5)),
    ("minimum", (), (2.0, 2.0), 2.0, (0.5, 0.5)),
    ("minimum", (), (0.0, -0.0), 0.0, (0.5, 0.5)),
    ("clamp", (), (-1.0, -1.0, 1.0), -1.0, (1.0, 0.0, 0.0)),
    ("clamp", (), (1.0, -1.0, 1.0), 1.0, (1.0, 0.0, 0.0)),
    ("clamp", (), (1.5, -1.0, 1.0), 1.0, (0.0, 0.0, 1.0)),
    ("clamp", (), (-INF, -1.0, 1.0), -1.0, (0.0, 1.0, 0.0)),
    ("clamp", (), (0.5, 1.0, -1.0), -1.0, (0.0, 0.0, 1.0)),
    ("where", (), (1.0, 2.0, NAN), 2.0, (0.0, 1.0, 0.0)),
    ("where", (), (-0.0, NAN, 2.0), 2.0, (0.0, 0.0, 1.0)),
    ("sigmoid", (), (INF,), 1.0, (0.0,)),
    ("sigmoid", (), (-INF,), 0.0, (0.0,)),
    ("sigmoid", (), (-1000.0,), 0.0, (0.0,)),
    ("logsigmoid", (), (-1000.0,), -1000.0, (1.0,)),
    ("logsigmoid", (), (-INF,), -INF, (1.0,)),
    ("logsigmoid", (), (INF,), -0.0, (0.0,)),
    ("softplus", (), (INF,), INF, (1.0,)),
    ("softplus", (), (-INF,), 0.0, (0.0,)),
    ("relu", (), (0.0,), 0.0, (0.0,)),
    ("relu", (), (INF,), INF, (1.0,)),
    ("relu", (), (-INF,), 0.0, (0.0,)),
    ("leaky_relu", (0.25,), (0.0,), 0.0, (0.25,)),
    ("leaky_relu", (0.25,), (-INF,), -INF, (0.25,)),
    ("elu", (0.5,), (0.0,), 0.0, (0.5,)),
    ("elu", (0.5,), (-INF,), -0.5, (0.0,)),
    ("elu", (0.5,), (1000.0,), 1000.0, (1.0,)),
    ("gelu", (), (INF,), INF, (NAN,)),  # as PyTorch: x * density(x) is inf * 0
    ("silu", (), (INF,), INF, (NAN,)),  # as PyTorch
    ("gelu", (), (-1000.0,), -0.0, (-0.0,)),
    ("silu", (), (1000.0,), 1000.0, (1.0,)),
    ("silu", (), (-1000.0,), -0.0, (0.0,)),
    ("softsign", (), (0.0,), 0.0, (1.0,)),
    ("softsign", (), (INF,), 1.0, (0.0,)),  # PyTorch: inf / inf is nan
    ("softsign", (), (-INF,), -1.0, (0.0,)),
    ("softsign", (), (-1e308,), -1.0, (0.0,)),
    ("softsign", (), (NAN,), NAN, (NAN,)),
    ("mish", (), (0.0,), 0.0, (0.6,)),  # tanh(ln 2) = (4 - 1) / (4 + 1)
    ("mish", (), (1000.0,), 1000.0, (1.0,)),
    ("mish", (), (-1000.0,), -0.0, (0.0,)),
    ("mish", (), (INF,), INF, (NAN,)),  # as PyTorch
    ("mish", (), (-INF,), NAN, (NAN,)),  # as PyTorch
    ("smooth_maximum", (1.0,), (INF, 0.0), INF, (1.0, 0.0)),
    ("smooth_maximum", (1.0,), (-INF, 0.0), 0.0, (0.0, 1.0)),
    ("smooth_maximum", (1.0,), (-INF, -INF), -INF, (NAN, NAN)),
    ("smooth_maximum", (1.0,), (INF, INF), INF, (NAN, NAN)),
    ("smooth_maximum", (0.5,), (1e308, -1e308), 1e308, (1.0, 0.0)),
    ("smooth_maximum", (1e300,), (1e300, -1e300), 1e300, (1.0, 0.0)),
    ("smooth_maximum", (2.0,), (1000.0, 1000.0), 1000.0 + math.log(2) / 2, (0.5, 0.5)),
    ("smooth_maximum", (-2.0,), (1000.0, 0.0), 0.0, (0.0, 1.0)),  # a smooth minimum
    ("smooth_maximum", (0.0,), (3.0, 1.0), INF, (0.5, 0.5)),  # ln(1 + 1) / 0
    ("smooth_maximum", (INF,), (3.0, 1.0), 3.0, (1.0, 0.0)),
    ("logaddexp", (), (INF, 0.0), INF, (1.0, 0.0)),
    ("logaddexp", (), (-INF, 0.0), 0.0, (0.0, 1.0)),
    ("logaddexp", (), (-INF, -INF), -INF, (NAN, NAN)),
    ("logaddexp", (), (1000.0, 1000.0), 1000.0 + math.log(2), (0.5, 0.5)),
    ("xlogy", (), (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("xlogy", (), (0.0, -1.0), 0.0, (0.0, -0.0)),
    ("xlogy", (), (1.0, 0.0), -INF, (-INF, INF)),
    ("xlogy", (), (0.0, INF), 0.0, (INF, 0.0)),
    ("sum", (), (), 0.0, ()),
    ("prod", (), (), 1.0, ()),
    ("prod", (), (0.0, 3.0, 4.0), 0.0, (12.0, 0.0, 0.0)),
    ("prod", (), (0.0, 0.0, 4.0), 0.0, (0.0, 0.0, 0.0)),
    ("dot", (), (5.0,), 5.0, (1.0,)),
    ("logsumexp", (), (-INF, -INF), -INF, (NAN, NAN)),
    ("logsumexp", (), (-INF, 1.0), 1.0, (0.0, 1.0)),
    ("logsumexp", (), (INF, 1.0), INF, (NAN, 0.0)),
    ("norm", (), (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("norm", (), (), 0.0, ()),
]


@pytest.mark.parametrize(("name", "constants", "operands", "value", "partials"), EDGES)
@pytest.mark.parametrize("reading", [read, read_ieee, read_numpy])
def test_edges(name, constants, operands, value, partials, reading):
    row = TABLE[name].bind(*constants) if constants else TABLE[name]
    z = reading(row.forward, *arguments(row, operands))
    assert same(z, value)
    got = reading(row.partials, z, *arguments(row, operands))
    assert len(got) == len(partials)
    assert all(map(same, got, partials)), got


def same(got, expected, size=0.0, *, most=4, sign_of_zero=False):
    """Equal to a few ulps, of the size if that is larger; nan equals nan; zeros of either sign."""
    if sign_of_zero and expected == 0 and math.copysign(1, got) != math.copysign(1, expected):
        return False
    finite = math.isfinite(expected) and math.isfinite(size)
    return ulps(got, expected, ulp=math.ulp(max(abs(expected), size)) if finite else None) <= most


EXTREMES = (0.0, -0.0, INF, -INF, NAN, 1.0, -1.0, 0.5, 2.0, -2.5, 1e308, -1e308, 5e-324, -5e-324)


@ROWS
def test_no_number_raises_and_all_readings_agree(row):
    for bound in variants(row):
        for xs in extremes(row.arity):
            z = read(bound.forward, *arguments(row, xs))
            partials = read(bound.partials, z, *arguments(row, xs))
            assert len(partials) == len(xs)
            size, partial_sizes = sizes(bound, xs)
            for reading, most in ((read_ieee, 4), (read_numpy, NUMPY_PARTIAL_ULPS)):
                other = reading(bound.forward, *arguments(row, xs))
                assert same(z, other, size, most=most), (xs, z, other)
                others = reading(bound.partials, z, *arguments(row, xs))
                for pair in zip(partials, others, partial_sizes, strict=True):
                    assert same(*pair, most=most), (xs, partials, others)


def extremes(arity):
    if arity == 1:
        return [(x,) for x in EXTREMES]
    pairs = [(x, y) for x in EXTREMES for y in EXTREMES]
    if arity == 2:
        return pairs
    triples = [(*pair, pair[i % 2]) for i, pair in enumerate(pairs)]
    return triples if arity == 3 else [*[(x,) for x in EXTREMES], *pairs, *triples]


@pytest.mark.parametrize("row", IN_NUMPY, ids=str)
def test_extremes_are_those_of_numpy(row):
    ufunc = getattr(np, row.ufunc or row.name)
    if row.name == "pow":
        ufunc = np.float_power  # power takes the square root for 0.5, and that of -0.0 is -0.0
    for xs in extremes(row.arity):
        with np.errstate(all="ignore"):
            expected = float(ufunc(*map(np.float64, xs)))
        got = record(row, *map(Value, xs)).data
        assert type(got) is float
        signed = row.name not in {"maximum", "minimum"}  # of 0.0 and -0.0 either is the larger
        size, _ = sizes(row, xs)
        assert same(got, expected, size, most=NUMPY_ULPS, sign_of_zero=signed), (xs, got, expected)


# Where a nan among the operands does not make the result nan, and why.
NAN_IS_NO_MATTER = {
    "pow": "1 to any power is 1, any number to the power 0 is 1 (IEEE 754, 9.2.1)",
    "powc": "any number to the power 0 is 1",
    "hypot": "the length is infinite if one side is, whatever the other (IEEE 754, 9.2.1)",
    "norm": "as hypot",
    "where": "the branch not taken is no matter, and nan is a condition that holds",
    "copysign": "of the second operand only the sign counts, and a nan has one (IEEE 754, 5.5.1)",
}


@ROWS
def test_nan_gives_nan(row):
    survivors = []
    for bound in variants(row):
        for xs in extremes(row.arity):
            if any(map(math.isnan, xs)):
                z = read(bound.forward, *arguments(row, xs))
                if not math.isnan(z):
                    survivors.append((xs, z))
    if row.name not in NAN_IS_NO_MATTER:
        assert survivors == []
    else:
        assert survivors != []
