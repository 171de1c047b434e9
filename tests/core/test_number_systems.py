"""The number systems: IEEE's edges in pure Python, and what module math lacks."""

import math
import operator

import numpy as np
import pytest

from autograd import TABLE, ArgumentError, Primitive, clamp, leaky_relu, mean, smooth_maximum
from autograd.maths import arrays, floats, ieee

EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan]
OPERATORS = ["add", "sub", "mul", "truediv", "floordiv", "mod"]


def same(x, y):
    return (x != x and y != y) or (x == y and math.copysign(1.0, x) == math.copysign(1.0, y))


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_give_what_numpy_gives_and_stay_what_they_are(name):
    operate = getattr(operator, name)
    for x in EDGES:
        for y in EDGES:
            with np.errstate(all="ignore"):
                expected = float(operate(np.float64(x), np.float64(y)))
            for a, b in ((ieee.Float(x), ieee.Float(y)), (ieee.Float(x), y), (x, ieee.Float(y))):
                found = operate(a, b)
                assert type(found) is ieee.Float
                assert same(found, expected), (name, a, b, found, expected)


@pytest.mark.parametrize("x", EDGES)
def test_powers_follow_ieee(x):
    for y in [*EDGES, 3.0, -3.0, 2.5, 401.0, -401.0, 400.0]:
        with np.errstate(all="ignore"):
            expected = float(np.float_power(x, y))
        for found in (ieee.pow(x, y), ieee.Float(x) ** y, x ** ieee.Float(y)):
            assert math.isclose(found, expected, rel_tol=1e-14) or same(found, expected), (x, y)


@pytest.mark.parametrize(
    "row", [r for r in TABLE.values() if r.arity == 1 and not r.constants], ids=str
)
def test_functions_have_a_value_at_every_edge(row):
    function, of_numpy = getattr(ieee, row.name), getattr(arrays, row.name)
    for x in EDGES:
        with np.errstate(all="ignore"):
            expected = float(of_numpy(np.float64(x)))
        found = float(function(ieee.Float(x)))
        assert math.isclose(found, expected, rel_tol=1e-14) or same(found, expected), (x, found)


def test_signs():
    x = ieee.Float(-2.0)
    assert [type(y) for y in (-x, +x, abs(x))] == [ieee.Float] * 3
    assert (-x, +x, abs(x)) == (2.0, -2.0, 2.0)
    with pytest.raises(TypeError):
        x + "text"


def test_the_cube_root_of_older_pythons():
    for x in [0.0, -0.0, math.inf, -math.inf, 1.0, -8.0, 1e-310, -1e300, 0.3, 7.0, 2.0**-1074]:
        assert math.isclose(floats._cbrt(x), float(np.cbrt(x)), rel_tol=1e-15)
        assert math.copysign(1.0, floats._cbrt(x)) == math.copysign(1.0, x)
    assert math.isnan(floats._cbrt(math.nan))


def test_arguments_have_the_names_and_defaults_of_the_row():
    assert clamp(5.0, high=1.0) == 1.0 == clamp(x=5.0, low=0.0, high=1.0)
    assert leaky_relu(-2.0, 0.5) == leaky_relu(x=-2.0, slope=0.5) == -1.0
    assert smooth_maximum(y=1.0, x=1.0, sharpness=2.0) == 1.0 + math.log(2.0) / 2
    for wrong, said in [
        (lambda: clamp(1.0, x=2.0), "each once"),
        (lambda: clamp(1.0, 2.0, 3.0, 4.0), "takes x, low, high"),
        (lambda: clamp(low=1.0), "needs 'x'"),
        (lambda: smooth_maximum(1.0), "needs 'y'"),
        (lambda: leaky_relu(1.0, steepness=1.0), "takes x, slope"),
    ]:
        with pytest.raises(TypeError, match=said):
            wrong()
    with pytest.raises(ArgumentError, match="at least 1 operand"):
        mean([])


def test_a_row_has_the_attributes_it_has():
    with pytest.raises(TypeError, match="a row has no colour"):
        Primitive("red", "r", "r", lambda m, x: x, lambda m, z, x: (1.0,), colour="red")
    with pytest.raises(AttributeError, match="a row is not changed"):
        TABLE["exp"].symbol = "e"
