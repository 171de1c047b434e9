"""Programs: what is recorded, what simplification may do to it, and how it reads as source."""

import ast
import itertools
import math
import operator
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

import autograd as ag
import nn
from autograd import TABLE, Value, compile, grad, hessian, value_and_grad
from autograd.value import record
from tests.compiler.test_compile import BACKENDS, ON_EACH, eagerly, numbers, same, swish, transposed
from tests.core.test_random_graphs import programs, run, tangents
from tests.truth import DIGITS, ulps

INF, NAN = math.inf, math.nan
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.5, INF, -INF, NAN, 1e308, -1e308, 5e-324)


# What IEEE 754 gives.

EXACT = {
    "x - y": lambda x, y: x - y,
    "-(x - y)": lambda x, y: -(x - y),
    "-2(x - y)": lambda x, y: -2 * (x - y),
    "-(x - y) * 3": lambda x, y: -(x - y) * 3,
    "-(x - y) * x": lambda x, y: -(x - y) * x,
    "-(x + y)": lambda x, y: -(x + y),
    "x - (y - x)": lambda x, y: x - (y - x),
    "x + -(y - x)": lambda x, y: x + -(y - x),
    "0x": lambda x, y: x * 0.0,
    "-0.0 x": lambda x, y: -0.0 * x,
    "x + 0": lambda x, y: x + 0.0,
    "0 + x": lambda x, y: 0.0 + x,
    "x - 0": lambda x, y: x - 0.0,
    "0 - x": lambda x, y: 0.0 - x,
    "x + -0.0": lambda x, y: x + (-0.0),
    "x - -0.0": lambda x, y: x - (-0.0),
    "x + inf": lambda x, y: x + INF,
    "nan x": lambda x, y: x * NAN,
    "1x": lambda x, y: x * 1.0,
    "-x": lambda x, y: x * -1.0,
    "-(-x)": lambda x, y: operator.neg(-x),
    "-(2x)": lambda x, y: -(x * 2),
    "2(-x)": lambda x, y: 2 * -x,
    "-x y": lambda x, y: (-x) * y,
    "-x (-y)": lambda x, y: (-x) * (-y),
    "x / 2": lambda x, y: x / 2,
    "x / -0.25": lambda x, y: x / -0.25,
    "x / 3": lambda x, y: x / 3,
    "x / 2**1023": lambda x, y: x / 2.0**1023,
    "x / 2**-1074": lambda x, y: x / 2.0**-1074,
    "x / 0": lambda x, y: x / 0.0,
    "x / -0.0": lambda x, y: x / -0.0,
    "x / x": lambda x, y: x / x,
    "x - x": lambda x, y: x - x,
    "x / y": lambda x, y: x / y,
    "x - -y": lambda x, y: x - (-y),
    "-x + y": lambda x, y: (-x) + y,
    "-x + -y": lambda x, y: (-x) + (-y),
    "xy + yx": lambda x, y: x * y + y * x,
    "xy - yx": lambda x, y: x * y - y * x,
    "-xy - yx": lambda x, y: -(x * y) - y * x,
    "xy + x": lambda x, y: x * y + x,
    "x - xy": lambda x, y: x - x * y,
    "xy - x": lambda x, y: x * y - x,
    "(x + y) + x": lambda x, y: (x + y) + x,
    "x + (y + x)": lambda x, y: x + (y + x),
    "x + y + x + y": lambda x, y: x + y + x + y,
    "x + y - x": lambda x, y: x + y - x,
    "(x + y) + (x - y)": lambda x, y: (x + y) + (x - y),
    "sum of one": lambda x, y: ag.sum([x]),
    "sum of two": lambda x, y: ag.sum([x, y]),
    "sum of products": lambda x, y: ag.sum([x * y, x * x, y]),
    "-sum": lambda x, y: -ag.sum([x, y]),
    "x + sum": lambda x, y: x + ag.sum([x, y]),
    "sum + x": lambda x, y: ag.sum([x, y]) + x,
    "mean": lambda x, y: ag.mean([x, y, x]),
    "dot of one": lambda x, y: ag.dot([x], [y]),
    "dot": lambda x, y: ag.dot([x, y], [y, 2.0]),
    "dot with a bias": lambda x, y: ag.dot([x], [y], x),
    "dot with zero weights": lambda x, y: ag.dot([0.0, 1.0], [x, y]),
    "dot + dot": lambda x, y: ag.dot([x], [y]) + ag.dot([y], [y], x),
    "-dot": lambda x, y: -ag.dot([x], [y]),
    "prod": lambda x, y: ag.prod([x, y, x]),
    "abs": lambda x, y: abs(-x) - abs(abs(y)),
    # The sign of max(0, -0) is open in IEEE 754.
    "max": lambda x, y: ag.maximum(x, y) + ag.minimum(x, y) + 1.0,
    "where": lambda x, y: ag.where(x > y, x, y),
    "where of one": lambda x, y: ag.where(x > y, x, x),
    "where of a constant": lambda x, y: ag.where(True, x, y / 0.0),
    "where of a number": lambda x, y: ag.where(x, x + 1, y),
    "minus a condition": lambda x, y: -(abs(x) * (x > y)),
    "x**0": lambda x, y: x**0,
    "x**1": lambda x, y: x**1,
    "x**2": lambda x, y: x**2,
    "x**3": lambda x, y: x**3,
    "x**4": lambda x, y: x**4,
    "x**-1": lambda x, y: x**-1,
    "x**0.5": lambda x, y: x**0.5,
    "sqrt": lambda x, y: ag.sqrt(x),
    "two labels": lambda x, y: (x * 2) + (x * 2) * y,
}
SEEN = {
    "itself": lambda z: z,
    "its inverse": lambda z: 1 / z,
    "its angle": lambda z: ag.atan2(z, -1.0),  # +pi for 0, -pi for -0
}


@ON_EACH
@pytest.mark.parametrize("name", EXACT)
def test_simplification_changes_nothing_that_ieee_gives(name, backend):
    f = EXACT[name]
    x, y = np.array(list(itertools.product(SPECIAL, repeat=2))).T
    everything = lambda x, y: [seen(f(x, y)) for seen in SEEN.values()]
    expected = eagerly(everything, x.tolist(), y.tolist())
    got = transposed(compile(everything, in_axes=0, backend=backend)(x, y))
    wrong = [
        (a, b, what, p, q)
        for a, b, ps, qs in zip(x, y, got, expected, strict=True)
        for what, p, q in zip(SEEN, ps, qs, strict=True)
        if not (same(p, q) or ulps(p, q) <= 2)
    ]
    assert wrong[:5] == []


@ON_EACH
def test_the_gradient_keeps_what_ieee_gives(backend):
    f = value_and_grad(
        lambda x, y: (x - y) * x / y + ag.maximum(x, y) - abs(x) * ag.sqrt(y), (0, 1)
    )
    x, y = np.array(list(itertools.product(SPECIAL, repeat=2))).T
    value, slopes = compile(f, in_axes=0, backend=backend)(x, y)
    got = np.array([value, *slopes]).T.tolist()
    for a, b, result in zip(x.tolist(), y.tolist(), got, strict=True):
        for p, q in zip(result, numbers(f(a, b)), strict=True):
            assert same(p, q) or ulps(p, q) <= 4, (a, b)


@ON_EACH
def test_constant_factors_lose_no_digits(backend):
    for c, d, x in ((1e-300, 1e-20, 1e300), (1e-160, -1e-155, 1e308), (2**-1070, 0.3, 1e300)):
        expected = (c * (d * Value(x))).data
        assert compile(lambda x, c=c, d=d: c * (d * x), backend=backend)(x) == pytest.approx(
            expected, rel=1e-15, abs=0
        )
    halves = compile(lambda x: 0.5 * (2 * x), backend=backend)
    assert halves(1e308) in {1e308, INF} and halves(3.0) == 3.0


@ON_EACH
def test_long_sums_keep_their_order(backend):
    xs = [1e308, 1e308, -1e308, -1e308]  # in another order it would be 0
    for f in (
        ag.sum,
        sum,
        lambda xs: ag.dot(xs, [1.0] * 4),
        lambda xs: xs[0] + xs[1] + xs[2] + xs[3],
    ):
        assert compile(f, backend=backend)(xs) == INF
        assert compile(f, backend=backend)([xs[0], xs[2], xs[1], xs[3]]) == 0.0
        batched = compile(f, in_axes=0, backend=backend)([xs, [xs[0], xs[2], xs[1], xs[3]]])
        assert batched.tolist() == [INF, 0.0]
    rng = np.random.default_rng(3)
    many = (rng.normal(size=500) * 10.0 ** rng.integers(-8, 8, 500)).tolist()
    scale = math.fsum(map(abs, many))
    got = compile(ag.sum, in_axes=0, backend=backend)([many, many])
    assert got[0] == got[1] == pytest.approx(ag.sum(many), abs=1e-14 * scale)


# Random graphs.

quick = settings(max_examples=60)
plain = settings(max_examples=400)


@quick
@given(programs())
def test_random_graphs_agree_with_eager(program):
    leaves, instructions = program
    f = value_and_grad(lambda xs: run(xs, instructions)[-1])
    points = [leaves, [x * 1.001 for x in leaves], [x * 0.999 for x in leaves]]
    with mp.workdps(DIGITS):
        scale = 1 + sum(float(tangents(*program, k, absolute=True)) for k in range(len(leaves)))
    expected = [numbers(f(xs)) for xs in points]
    for backend in BACKENDS:
        one = compile(f, backend=backend)(leaves)
        np.testing.assert_allclose(numbers(one), expected[0], rtol=1e-10, atol=1e-11 * scale)
        value, slopes = compile(f, in_axes=0, backend=backend)(points)
        got = np.array([value, *slopes]).T
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-11 * scale)
        total = numbers(compile(f, in_axes=0, reduce="sum", backend=backend)(points))
        np.testing.assert_allclose(total, np.sum(expected, axis=0), rtol=1e-10, atol=1e-11 * scale)


@pytest.mark.wide
@settings(quick, max_examples=25)
@given(programs())
def test_second_derivatives_of_random_graphs_agree_with_eager(program):
    leaves, instructions = program
    f = hessian(lambda xs: run(xs, instructions[:6])[-1])
    expected = np.array(f(list(leaves)))
    scale = 1 + np.abs(expected).max()
    for backend in BACKENDS:
        got = compile(f, backend=backend)(list(leaves))
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * scale)
        got = np.array(compile(f, in_axes=0, backend=backend)([leaves, leaves]))
        np.testing.assert_allclose(got[:, :, 1], expected, rtol=1e-9, atol=1e-9 * scale)


# No maximum: max(0, -0) is open in IEEE 754. No copysign: so is the sign of a nan.
ARITHMETIC = "add sub mul neg abs where sum dot sign floor ceil trunc round mod floordiv".split()


@st.composite
def arithmetic(draw):
    """Graphs whose results are exact: small numbers, their sums and products, and what is not finite."""
    leaves = draw(
        st.lists(
            st.sampled_from((0.0, -0.0, 1.0, -1.0, 2.0, -0.5, INF, -INF, NAN)),
            min_size=2,
            max_size=4,
        )
    )
    instructions = []
    for k in range(draw(st.integers(1, 10))):
        name = draw(st.sampled_from(ARITHMETIC))
        count = TABLE[name].arity or draw(st.integers(1, 5))
        nodes = st.integers(max(0, len(leaves) + k - 5), len(leaves) + k - 1)
        constants = st.sampled_from((0.0, -0.0, 1.0, -1.0, 2.0)).map(lambda c: ("constant", c))
        operands = [draw(st.one_of(nodes, nodes, nodes, constants)) for _ in range(count)]
        instructions.append((name, operands))
    return leaves, instructions


@pytest.mark.wide
@plain
@given(arithmetic())
def test_exact_graphs_agree_to_the_bit_and_in_the_sign_of_zero(program):
    leaves, instructions = program

    def f(xs):
        nodes = list(xs)
        for name, operands in instructions:
            nodes.append(
                record(TABLE[name], *[x[1] if isinstance(x, tuple) else nodes[x] for x in operands])
            )
        last = nodes[-1]
        return [last, 1 / last, ag.copysign(1.0, last)] if isinstance(last, Value) else [last]

    expected = numbers(f([Value(x) for x in leaves]))
    if math.isnan(expected[0]):
        expected = expected[:2]  # a nan has a sign, and which is the processor's affair
    for backend in BACKENDS:
        one = numbers(compile(f, backend=backend)(leaves))
        batched = [x[1] for x in compile(f, in_axes=0, backend=backend)([leaves, leaves])]
        for got in (one, batched):
            assert all(same(p, q) for p, q in zip(got[: len(expected)], expected, strict=True)), (
                backend,
                got,
                expected,
            )


# What is recorded.


def rows(program):
    return [op.name for _, op, _ in program.code]


def test_common_subexpressions_are_merged():
    f = lambda x, y: ag.exp(x * y) + ag.sin(ag.exp(y * x)) * (x * y)
    assert rows(compile(f).record(1.0, 2.0)).count("exp") == 1
    assert rows(compile(f).record(1.0, 2.0)).count("mul") == 1


def test_constants_are_folded_and_dead_instructions_dropped():
    def f(x):
        ag.exp(x) * 5  # of no use
        return x * ag.where(Value(2.0) * 3.0 > 5.0, ag.exp(ag.dot([1.0, 2.0], [3.0, 4.0])), x)

    got = compile(lambda x: x * (ag.exp(2.0) * 3 / 7) ** 2)
    assert rows(got.record(1.0)) == ["mul"]
    assert "exp" not in rows(compile(lambda x: (ag.exp(x), x * 2)[1]).record(1.0))
    assert compile(f)(2.0) == pytest.approx(2.0 * math.exp(11.0))


def test_sums_of_products_become_a_dot():
    program = compile(lambda w, x: w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3]).record(
        [1.0] * 4, [1.0] * 3
    )
    assert rows(program) == ["dot"]


def test_the_gradient_of_a_function_of_one_path_has_no_waste():
    assert rows(compile(grad(lambda x: 3 * x)).record(1.0)) == []
    assert len(compile(grad(lambda x: x * x)).record(1.0)) == 1
    assert multiplications(compile(grad(lambda x: x * x)).record(1.0).source()) <= 1
    assert sorted(rows(compile(grad(lambda x: ag.sin(x))).record(1.0))) == ["cos"]
    assert len(compile(hessian(lambda x, y: x * y)).record(1.0, 2.0)) == 0


def test_a_network_costs_about_three_forward_passes():
    model = nn.MLP(2, [16, 16, 1])
    loss = lambda m, x, y: nn.half_squared_error(m(x), [y])
    forward = multiplications(compile(loss).record(model, [0.1, 0.2], 0.5).source())
    both = multiplications(compile(value_and_grad(loss)).record(model, [0.1, 0.2], 0.5).source())
    weights = 2 * 16 + 16 * 16 + 16
    assert forward == weights + 1
    assert both <= forward + weights + (16 * 16 + 16) + 3 * 33


# As source.


def multiplications(source):
    return sum(isinstance(node, ast.Mult) for node in ast.walk(ast.parse(source)))


def factors(node):
    """The factors of a product, however it is bracketed."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return factors(node.left) + factors(node.right)
    return [ast.unparse(node)]


def assigned(source):
    """What each name of the function is computed by."""
    (function,) = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {
        ast.unparse(line.targets[0]): line.value
        for line in function.body
        if isinstance(line, ast.Assign)
    }


def executed(source, **names):
    """The function that the source defines."""
    (name,) = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    exec(source, names)
    return names[name]


def f(model, X, Y):
    return nn.half_squared_error(model(X), [Y])


@pytest.fixture(scope="module")
def seed():
    model = nn.MLP(2, [2, 1], seed=3)
    step = compile(value_and_grad(f), in_axes=(None, 0, 0), reduce="mean")
    result = step(model, [[0.05, 0.10]], [0.75])
    return model, step, result


def test_the_seeds_network_reads_as_the_seeds_formulas(seed):
    lines = assigned(seed[1].program.source())
    expected = {
        "δ_o1": ["A_o1 - Y", "A_o1", "1 - A_o1"],
        "δ_h1": ["W31", "δ_o1", "A_h1", "1 - A_h1"],
        "δ_h2": ["W41", "δ_o1", "A_h2", "1 - A_h2"],
        "dL_dW11": ["δ_h1", "X_1"],
        "dL_dW12": ["δ_h2", "X_1"],
        "dL_dW21": ["δ_h1", "X_2"],
        "dL_dW22": ["δ_h2", "X_2"],
        "dL_dW31": ["δ_o1", "A_h1"],
        "dL_dW41": ["δ_o1", "A_h2"],
    }
    for name, product in expected.items():
        assert factors(lines[name]) == product, name
    shown = {name: ast.unparse(value) for name, value in lines.items()}
    assert shown["Z_h1"] == "B1 + W11 * X_1 + W21 * X_2"  # in the order in which it is added
    assert shown["Z_o1"] == "B3 + W31 * A_h1 + W41 * A_h2"
    assert shown["A_o1"] == "sigmoid(Z_o1)"
    assert shown["L"] == "0.5 * (Y - A_o1) ** 2"


def test_the_seeds_network_has_no_more_multiplications_than_a_person_would_write(seed):
    by_hand = """
Z_h1 = W11 * X_1 + W21 * X_2 + B1
Z_h2 = W12 * X_1 + W22 * X_2 + B2
Z_o1 = W31 * A_h1 + W41 * A_h2 + B3
L = 0.5 * (Y - A_o1) ** 2
δ_o1 = (A_o1 - Y) * A_o1 * (1 - A_o1)
δ_h1 = W31 * δ_o1 * A_h1 * (1 - A_h1)
δ_h2 = W41 * δ_o1 * A_h2 * (1 - A_h2)
dL = δ_h1 * X_1, δ_h1 * X_2, δ_h2 * X_1, δ_h2 * X_2, δ_o1 * A_h1, δ_o1 * A_h2
"""
    source = seed[1].program.source()
    assert multiplications(source) <= multiplications(by_hand)
    assert source.count("**") == 1 and source.count("sigmoid(") == 3


def test_the_seeds_source_runs_and_agrees(seed):
    model, step, result = seed
    function = executed(step.program.source())
    got = function([p.data for p in model.parameters()], [0.05, 0.10], 0.75)
    eager = value_and_grad(f)(model, [0.05, 0.10], 0.75)
    assert numbers(got) == pytest.approx(numbers(eager), rel=1e-14)
    assert numbers(got) == pytest.approx(numbers(result), rel=1e-14)
    assert list(got[1]) == list(eager[1]) == [name for name, _ in model.named_parameters()]


def test_printing_the_program_lists_it(seed):
    text = str(seed[1].program)
    assert text.splitlines()[0] == repr(seed[1].program)
    for label in ("Z_h1", "A_o1", "∂L/∂W11", "∂L/∂Z_o1"):
        assert sum(line.split(" ")[0] == label for line in text.splitlines()) == 1
    assert len(text.splitlines()) == len(seed[1].program) + 2


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_the_source_of_every_row_runs(row):
    for bound in (row, *([row.bind(2.5)] if row.constants else [])):
        if bound.constants and not bound.values:
            continue
        xs = list(row.samples[-1])
        f = value_and_grad(lambda xs, bound=bound: record(bound, *xs))
        step = compile(f)
        expected = numbers(step(xs))
        function = executed(step.program.source())
        assert numbers(function(xs)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        values = function([Value(x) for x in xs])
        assert numbers(values) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_source_of_an_operation_of_ones_own_runs():
    step = compile(value_and_grad(lambda x: swish(x, beta=2.0) * x))
    expected = step(0.7)
    function = executed(step.program.source(), swish=swish)
    assert function(0.7) == pytest.approx(expected, rel=1e-13)


@quick
@given(programs())
def test_the_source_of_random_graphs_runs(program):
    leaves, instructions = program
    step = compile(value_and_grad(lambda xs: run(xs, instructions)[-1]))
    got = executed(step.record(leaves).source())(leaves)
    with mp.workdps(DIGITS):
        scale = 1 + sum(float(tangents(*program, k, absolute=True)) for k in range(len(leaves)))
    np.testing.assert_allclose(numbers(got), numbers(step(leaves)), rtol=1e-9, atol=1e-10 * scale)


def test_labels_of_any_kind_become_different_names():
    labels = [
        "lambda",
        "a b",
        "a_b",
        "a-b",
        "1st",
        "sin",
        "exp",
        "t1",
        "t2",
        "x",
        "",
        "é",
        "f",
        "where",
        "None",
    ]

    def f(x):
        values = []
        for k, label in enumerate(labels):
            v = ag.sin(x + k) * x
            v.label = label
            values.append(ag.exp(v / 10) * v)
        return values

    step = compile(f)
    expected = step(0.3)
    assert executed(step.program.source())(0.3) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", ["sin", "x1", "lambda_", "t1", "where", "sum"])
def test_arguments_of_any_name(name):
    space = {"ag": ag}
    exec(
        f"def g({name}, y):\n    return ag.sin({name}) * y + ag.where(y > {name}, y, ag.sum([y, 2.0, {name}]))",
        space,
    )
    step = compile(space["g"])
    expected = step(0.5, 2.0)
    assert executed(step.program.source())(0.5, 2.0) == pytest.approx(expected, rel=1e-14)


def test_labelled_values_keep_their_names():
    def neuron(w, x, b):
        wx = w * x
        wx.label = "wx"
        z = wx + b
        z.label = "z"
        a = ag.tanh(z)
        a.label = "a"
        return a * a

    names = assigned(compile(neuron).record(1.0, 2.0, 3.0).source())
    assert {"wx", "z", "a"} <= set(names)


@pytest.mark.parametrize(
    "arguments",
    [
        ({"w": [1.0, 2.0], "b": 3.0}, [[1.0, 2.0], [3.0, 4.0]], (5.0, np.array([[6.0, 7.0]]))),
        ({"w": [1.0], "b": {"c": 2.0, "d": []}}, [[1.0]], (5.0, np.array([6.0]))),
    ],
)
def test_source_takes_structured_arguments_and_gives_structured_results(arguments):
    def f(p, m, t):
        total = ag.sum([ag.sum(row) for row in m]) + p["w"][0] * t[0]
        return {
            "total": total,
            "m": [[x * 2 for x in row] for row in m],
            "one": (total,),
            "none": None,
            "t": t[1],
        }

    step = compile(f)
    expected = step(*arguments)
    got = executed(step.program.source())(*arguments)
    assert list(got) == list(expected)
    assert numbers(got) == pytest.approx(numbers(expected), rel=1e-15)
    assert got["m"] == expected["m"] and got["one"] == expected["one"] and got["none"] is None


def test_captured_values_are_keywords_of_the_source():
    w = Value(2.0, label="w")
    step = compile(lambda x: w * x)
    assert step(3.0) == 6.0
    (function,) = [
        n for n in ast.parse(step.program.source()).body if isinstance(n, ast.FunctionDef)
    ]
    assert [a.arg for a in function.args.kwonlyargs] == ["w"]


def test_numbers_in_the_source_are_the_numbers():
    constants = [0.1, -0.0, 1e300, -2.5e-310, INF, -INF, 3.0, -3.0, 1e6, 123456789.0]
    step = compile(lambda x: [x * c + c / x for c in constants] + [c - x for c in constants])
    expected = step(0.7)
    got = executed(step.program.source())(0.7)
    assert all(map(same, got, expected))


# Long programs.


@pytest.mark.wide
@ON_EACH
@pytest.mark.parametrize("what", ["chain", "sum", "wide", "adds", "products", "where"])
def test_long_programs_do_not_recurse(what, backend):
    n = 10_000

    def chain(x):
        y = x
        for k in range(n):
            y = ag.sin(y) if k % 2 else y + x
        return y

    def where(x):
        y = x
        for _ in range(n // 10):
            y = ag.where(y > 1, y - 1, y + x)
        return y

    functions = {
        "chain": chain,
        "sum": lambda x: ag.sum([x * k for k in range(n)]),
        "wide": lambda x: ag.sum([ag.sin(x * k) for k in range(n // 4)]) * x,
        "adds": lambda x: sum([ag.exp(-x * k) for k in range(n // 4)], start=x),
        "products": lambda x: ag.prod([1 + x / k for k in range(1, n // 40)]),  # n² partials
        "where": where,
    }
    f = value_and_grad(functions[what])
    limit = sys.getrecursionlimit()
    expected = f(0.3)
    step = compile(f, backend=backend)
    assert step(0.3) == pytest.approx(expected, rel=1e-9)
    batched = compile(f, in_axes=0, backend=backend)([0.3, 0.3])
    assert [x[1] for x in batched] == pytest.approx(expected, rel=1e-9)
    assert sys.getrecursionlimit() == limit
    assert len(str(step.program)) > 1000
    assert executed(step.program.source())(0.3) == pytest.approx(expected, rel=1e-9)


@ON_EACH
def test_thousands_of_arguments(backend):
    n = 3000
    xs = np.linspace(-1, 1, n)
    step = compile(
        value_and_grad(lambda w, x: ag.tanh(ag.dot(w, x))), in_axes=(None, 0), backend=backend
    )
    value, slopes = step([0.01] * n, np.array([xs, xs * 2]))
    assert value == pytest.approx(np.tanh([0.01 * xs.sum(), 0.02 * xs.sum()]), abs=1e-12)
    assert len(slopes) == n


# The functions of the backends.


@ON_EACH
def test_exp_is_right_over_its_whole_range(backend):
    rng = np.random.default_rng(2)
    x = np.concatenate(
        [
            rng.uniform(-746, 710, 1500), rng.uniform(-1, 1, 500), rng.uniform(-745.2, -708, 500),
            10.0 ** rng.uniform(-20, 0, 200), np.log(2) * np.arange(-1074, 1024, 7) / 2, np.nextafter(709.782712893384, [0, 800]),
            [0.0, -0.0, 709.782712893384, 709.7827128933841, 710.0, 1e308, INF, -745.0, -745.13321910194122,
             -745.1332191019413, -746.0, -1e308, -INF, NAN, -708.3964185322641, 5e-324],
        ]
    )  # fmt: skip
    got = compile(ag.exp, in_axes=0, backend=backend)(x)
    one = compile(ag.exp, backend=backend)
    worst, most = (
        0.0,
        1.5 if backend == "numba" else 4.0,
    )  # numba's is our own, the others' a library's
    with mp.workdps(40):
        for k, (a, z) in enumerate(zip(x.tolist(), got.tolist(), strict=True)):
            if not math.isfinite(a) or a > 709.7827128933840:
                assert same(z, ag.exp(a)), a
                continue
            truth = mp.exp(mpf(a))
            head = float(truth)
            worst = max(worst, ulps(z, head, float(truth - head)))
            if k % 50 == 0:
                assert ulps(one(a), head) <= most + 0.5
    assert worst <= most


@ON_EACH
@pytest.mark.parametrize(
    "name", ["cbrt", "sigmoid", "tanh", "softplus", "erf", "log1p", "expm1", "floor", "round"]
)
def test_functions_agree_with_eager_over_all_sizes(name, backend):
    rng = np.random.default_rng(4)
    x = np.concatenate([sign * 10.0 ** rng.uniform(-323, 308.25, 300) for sign in (1, -1)])
    x = np.concatenate([x, [1.7976931348623157e308, -5e-324, 2.5, -0.5, 2.0**52 + 0.5]])
    function = getattr(ag, name)
    got = compile(function, in_axes=0, backend=backend)(x)
    wrong = [
        (a, z, function(a)) for a, z in zip(x.tolist(), got.tolist(), strict=True)
        if not (same(z, function(a)) or ulps(z, function(a)) <= 8)
    ]  # fmt: skip
    assert wrong[:5] == []


@ON_EACH
def test_infinities_and_nan_of_a_batch_do_not_spill_into_a_reduction_of_others(backend):
    f = lambda x, y: [x * y, x, ag.where(x < INF, x, 0.0)]
    total = compile(f, in_axes=0, reduce="sum", backend=backend)([1.0, INF, 2.0], [1.0, 1.0, 3.0])
    assert total == [INF, INF, 3.0]
