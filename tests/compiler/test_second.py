"""Compiled second derivatives: what eager gives, also where slopes are infinite."""

import itertools
import math
import random

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, compile, hessian, hvp

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.5)
ROWS = [row for row in TABLE.values() if row.function and not row.constants and row.arity in {1, 2}]


def same(found, expected):
    return [
        a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-13)
        for a, b in zip(np.ravel(found), np.ravel(expected), strict=True)
    ]


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: x / y,
        lambda x, y: ag.where(x > 0, x, ag.sqrt(y) * x),
        lambda x, y: ag.where(x > 0, x * x, ag.log(y) * y),
        lambda x, y: ag.sqrt(y) * x * x,
        lambda x, y: ag.relu(x) * ag.cbrt(y),
        lambda x, y: ag.softplus(x) + ag.logsumexp([x, y]) + x**3,
        lambda x, y: ag.norm([x, y]) + ag.prod([x, y, x]) + 2**x,
        lambda x, y: ag.dot([x, y], [y, 3.0], x) ** 2,
        lambda x, y: 2.0 * x,
        lambda x, y: 0.0 * x + 1.0,
    ],
)
def test_a_compiled_hessian_is_the_eager_one_at_edges_too(f):
    compiled = compile(hessian(f), backend="python")
    for x, y in itertools.product(SPECIAL, repeat=2):
        assert all(same(compiled(x, y), hessian(f)(x, y))), (x, y)


def test_what_is_zero_by_structure_is_absent():
    assert compile(hessian(lambda x, y: x / y))(1.0, 0.0) == [
        [0.0, -math.inf],
        [-math.inf, math.inf],
    ]
    assert hessian(lambda x, y: (x * y) / (x * y))(0.0, 2.0)[1][1] == 0.0


def test_a_compiled_hvp_leaves_out_what_does_not_move():
    def f(x):
        return ag.sqrt(x[0]) * x[1] + x[1] ** 2

    product = compile(lambda x, v: hvp(f, x, v), backend="python")
    for v in ([0.0, 1.0], [1.0, 0.0], [0.0, 0.0]):
        assert product([4.0, 2.0], v) == hvp(f, [4.0, 2.0], v)
    assert product([0.0, 2.0], [0.0, 0.0]) == [0.0, 0.0]
    fixed = compile(lambda x: hvp(f, x, [0.0, 1.0]), backend="python")
    assert fixed([0.0, 2.0]) == hvp(f, [0.0, 2.0], [0.0, 1.0]) == [math.inf, 2.0]


def test_has_aux_and_keywords_come_through_a_recording():
    def f(x, scale=2.0):
        return scale * x**2, x + 1

    assert compile(lambda x: hessian(f, has_aux=True)(x, scale=3.0))(2.0) == ([[6.0]], 3.0)
    assert compile(lambda x: hvp(f, x, 1.0, has_aux=True))(2.0) == (4.0, 3.0)


def test_a_derivative_of_a_hessian_is_recorded_as_before():
    def f(x):
        return x**4

    assert compile(ag.grad(lambda x: hessian(f)(x)[0][0]))(2.0) == 48.0


def drawn(seed):
    """A random function of two numbers."""
    draw = random.Random(seed)
    steps = []
    for k in range(draw.randint(2, 5)):
        row = draw.choice([*ROWS, None, TABLE["mul"], TABLE["div"], TABLE["add"]])
        arity = 3 if row is None else row.arity
        steps.append((row, [draw.randrange(2 + k) for _ in range(arity)]))

    def f(x, y):
        numbers = [x, y]
        for row, places in steps:
            xs = [numbers[i] for i in places]
            if row is None:
                numbers.append(ag.where(xs[0] > 0, xs[1], xs[2]))
            elif row.function:
                numbers.append(getattr(ag, row.name)(*xs))
            else:
                a, b = xs
                numbers.append(
                    a * b if row.name == "mul" else a / b if row.name == "div" else a + b
                )
        return numbers[-1]

    return f


@pytest.mark.parametrize("seed", [pytest.param(k, marks=pytest.mark.wide) for k in range(20)])
def test_compiled_hessians_of_random_functions_are_the_eager_ones(seed):
    """Away from edges, where a nan and an infinity may stand for each other."""
    draw = random.Random(seed)
    for n in range(20):
        f = drawn(1000 * seed + n)
        x, y = draw.uniform(0.1, 2.0), draw.uniform(-2.0, 2.0)
        expected = hessian(f)(x, y)
        if not np.isfinite(expected).all():
            continue
        assert all(same(compile(hessian(f), backend="python")(x, y), expected)), (seed, n, x, y)


@ag.primitive
def cubic(m, x, y):
    return x**3 + y * x


@cubic.partials
def cubic_slopes(m, z, x, y):
    return (m.where(x > 0, 3 * (+x) ** 2, 3.0 * x**2.0) + y, 2.0**x * 0.0 + (+x) ** (x * 0.0 + 1.0))


def test_the_rules_of_a_users_operation_are_read_in_duals():
    compiled = compile(hessian(cubic), backend="python")
    for x, y in ((2.0, 3.0), (0.5, -1.0)):
        assert all(same(compiled(x, y), hessian(cubic)(x, y)))


def test_a_condition_that_is_a_plain_bool_picks_a_branch():
    f = hessian(lambda x: ag.where(True, x**3, 0.0) + ag.where(x * 0.0 == 0.0, 1.0, 2.0))
    assert compile(f, backend="python")(2.0) == f(2.0) == [[12.0]]
