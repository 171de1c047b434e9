"""Operations of one's own: every form of ``primitive``, its errors, and all that follows."""

import copy
import inspect
import math
import pickle
import types

import numpy as np
import pytest

import autograd
from autograd import (
    GradcheckError,
    Value,
    grad,
    gradcheck,
    gradgradcheck,
    hessian,
    jvp,
    locate,
    no_grad,
    primitive,
    value_and_grad,
)
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.testing import all_primitives, primitives_of
from viz import draw

# In all forms, at module level so that their nodes can be pickled.


@primitive
def square(m, x):
    """The square x²."""
    return x * x


@square.partials
def _(m, z, x):
    return (2 * x,)


@primitive(symbol="s", formula=r"\frac{x}{1 + |x|}", domain=[(-10, 10)], samples=((-1.5,), (0.4,)))
def softsign(m, x):
    return x / (1 + m.abs(x))


@softsign.partials
def _(m, z, x):
    return (1 / (1 + m.abs(x)) ** 2,)


@primitive(domain=[(-3, 3)])
def swirl(m, x, y):
    return x * m.sin(y)


@swirl.partials
def _(m, z, x, y):
    return m.sin(y), x * m.cos(y)


@primitive(domain=[(-3, 3)])
def total_square(m, *xs):
    return m.sum([x * x for x in xs])


@total_square.partials
def _(m, z, *xs):
    return tuple(2 * x for x in xs)


@primitive
def leaky(m, x, *, slope=0.01):
    return m.where(x > 0, x, slope * x)


@leaky.partials
def _(m, z, x, *, slope):
    return (m.where(x > 0, 1.0, slope),)


@primitive(symbol="^$n")
def power(m, x, *, n):
    return m.pow(x, n)


@power.partials
def _(m, z, x, *, n):
    return [n * m.pow(x, n - 1)]


@primitive(domain=[(-3, 3)])
def plain_tanh(m, x):
    return math.tanh(x)


@plain_tanh.partials
def _(m, z, x):
    return (1 - math.tanh(x) ** 2,)


ALL = [square, softsign, swirl, total_square, plain_tanh]
SMOOTH = [square, softsign, swirl, total_square]


def gradient(f, *xs):
    values = [Value(x) for x in xs]
    z = f(*values)
    z.backward()
    return z.data, [v.grad for v in values]


# The forms.


def test_bare():
    assert gradient(square, 3.0) == (9.0, [6.0])
    assert (square.row.name, square.row.symbol, square.row.doc) == (
        "square",
        "square",
        "The square x².",
    )
    assert square.row.formula == r"\operatorname{square}"
    assert square.__doc__ == "The square x²."
    assert (square.__name__, square.__module__) == ("square", __name__)
    assert repr(square) == "<Operation square>"


def test_with_options():
    assert gradient(softsign, -1.0) == (-0.5, [0.25])
    row = softsign.row
    assert (row.name, row.symbol, row.formula) == ("softsign", "s", r"\frac{x}{1 + |x|}")
    assert row.domain == ((-10.0, 10.0),)
    assert row.samples == ((-1.5,), (0.4,))


def test_a_name():
    operation = primitive(name="identity")(lambda m, x: x)
    assert str(operation.row) == "identity"


def test_several_operands():
    z, (dx, dy) = gradient(swirl, 2.0, 0.5)
    assert (z, dx, dy) == (2 * math.sin(0.5), math.sin(0.5), 2 * math.cos(0.5))
    assert swirl.row.arity == 2


def test_any_number_of_operands():
    assert total_square.row.arity is None
    assert gradient(total_square, 1.0, 2.0, 3.0) == (14.0, [2.0, 4.0, 6.0])
    assert gradient(total_square, 3.0) == (9.0, [6.0])
    assert total_square([1.0, 2.0]) == total_square(1.0, 2.0) == 5.0
    v = Value(1.0)
    assert total_square([v, 2.0]).data == 5.0


def test_constants_by_keyword():
    assert gradient(leaky, -2.0) == (-0.02, [0.01])
    assert gradient(lambda x: leaky(x, slope=0.5), -2.0) == (-1.0, [0.5])
    assert gradient(lambda x: power(x, n=3), 2.0) == (8.0, [12.0])
    assert leaky(-2.0, slope=1) == -2.0
    z = leaky(Value(-2.0), slope=0.5)
    assert z.op.values == (0.5,)
    assert z.op.free is leaky.row


def test_constants_that_are_missing_or_unknown():
    with pytest.raises(ArgumentError, match="power: the constant 'n' has no default; give it"):
        power(2.0)
    with pytest.raises(ArgumentError, match=r"leaky: has no constant 'slop'.*are slope"):
        leaky(2.0, slop=1.0)
    with pytest.raises(ArgumentError, match=r"square: has no constant 'n'.*are none"):
        square(2.0, n=1.0)
    with pytest.raises(OperandError, match="leaky: slope"):
        leaky(2.0, slope="steep")


def test_plain_numbers_give_plain_numbers():
    for x in (3, 3.0, np.float64(3.0), np.float32(3.0), np.array(3.0)):
        assert square(x) == 9.0
        assert type(square(x)) is float


def test_operands_mix_with_numbers():
    assert gradient(lambda x: swirl(x, 0.5), 2.0)[1] == [math.sin(0.5)]
    assert gradient(lambda y: swirl(2, y), 0.5)[1] == [2 * math.cos(0.5)]
    assert gradient(lambda x: swirl(x, x), 0.5)[1] == [math.sin(0.5) + 0.5 * math.cos(0.5)]


def test_without_a_graph():
    with no_grad():
        assert square(Value(3.0)).parents == ()


@pytest.mark.parametrize("wrong", ["1.0", None, 1j, [1.0]], ids=repr)
def test_operands_that_are_no_numbers(wrong):
    with pytest.raises(OperandError, match="square"):
        square(wrong)
    with pytest.raises(OperandError, match="swirl"):
        swirl(Value(1.0), wrong)


@pytest.mark.parametrize("operands", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_a_wrong_number_of_operands(operands):
    with pytest.raises(ArgumentError, match=f"swirl: takes 2 operands, got {len(operands)}"):
        swirl(*operands)
    with pytest.raises(ArgumentError, match=f"swirl: takes 2 operands, got {len(operands)}"):
        swirl(*map(Value, operands))


# Plain rules.


def test_a_rule_written_with_math_works_on_floats():
    z, (dx,) = gradient(plain_tanh, 0.5)
    assert (z, dx) == (math.tanh(0.5), 1 - math.tanh(0.5) ** 2)
    assert grad(plain_tanh)(0.5) == dx
    assert jvp(plain_tanh, (0.5,), (2.0,)) == (z, 2 * dx)
    assert gradcheck(plain_tanh)


def test_a_rule_written_with_math_says_so_when_more_is_asked_of_it():
    for ask in (
        lambda: grad(grad(plain_tanh))(0.5),
        lambda: hessian(plain_tanh)(0.5),
        lambda: plain_tanh(Value(0.5)).backward(create_graph=True),
    ):
        with pytest.raises(
            GraphError, match="plain_tanh: its derivative rule works on floats only"
        ):
            ask()
    with pytest.raises(
        GradcheckError, match="plain_tanh: its derivative rule works on floats only"
    ):
        gradgradcheck(plain_tanh)


# Rules that are wrong: a clear error that names the operation and both counts.


def ruled(rule, forward=lambda m, x, y: x * y, name="faulty"):
    operation = primitive(name=name)(forward)
    return operation.partials(rule)


def test_a_missing_rule():
    operation = primitive(name="lonely")(lambda m, x: x)
    assert operation(2.0) == 2.0
    z = operation(Value(2.0))
    said = "lonely: has no derivative rule; give it one with @lonely.partials"
    with pytest.raises(OperandError, match=said):
        z.backward()
    with pytest.raises(OperandError, match=said):
        gradcheck(operation)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ((1.0,), "faulty: its derivative rule returned 1 partials for 2 operands"),
        ((), "faulty: its derivative rule returned 0 partials for 2 operands"),
        ((1.0, 2.0, 3.0), "faulty: its derivative rule returned 3 partials for 2 operands"),
        (None, "faulty: its derivative rule returned None; it must return a tuple of 2 partials"),
        (3.0, "faulty: its derivative rule returned .*; it must return a tuple of 2 partials"),
        (np.ones(2), "faulty: its derivative rule returned .*; it must return a tuple of 2"),
        ((1.0, None), "faulty: a partial of its derivative rule"),
        ((1.0, "2.0"), "faulty: a partial of its derivative rule"),
        ((1.0, 1j), "faulty: a partial of its derivative rule"),
        ((1.0, np.ones(2)), "faulty: a partial of its derivative rule"),
        ((1.0, [2.0]), "faulty: a partial of its derivative rule"),
        ((1.0, Value(2.0)), "faulty: a partial of its derivative rule"),
    ],
    ids=repr,
)
def test_a_rule_that_returns_something_else(result, said):
    operation = ruled(lambda m, z, x, y: result)
    for ask in (
        lambda: operation(Value(1.0), Value(2.0)).backward(),
        lambda: grad(operation)(1.0, 2.0),
        lambda: gradcheck(operation),
    ):
        with pytest.raises(OperandError, match=said):
            ask()


def test_a_rule_for_one_operand_is_told_of_tuples_of_one():
    operation = ruled(lambda m, z, x: 2 * x, lambda m, x: x * x)
    with pytest.raises(OperandError, match=r"a tuple of 1 partials; \(d,\) is a tuple of one"):
        operation(Value(1.0)).backward()


def test_partials_may_be_any_numbers():
    operation = ruled(lambda m, z, x, y: [np.float64(y), int(x)])
    assert gradient(operation, 3.0, 2.0) == (6.0, [2.0, 3.0])
    z = operation(Value(3.0), Value(2.0))
    z.backward()
    assert all(type(p.grad) is float for p in z.parents)


@pytest.mark.parametrize("result", [None, "1.0", 1j, np.ones(2), Value(1.0), [1.0]], ids=repr)
def test_a_forward_that_returns_something_else(result):
    operation = primitive(name="odd")(lambda m, x: result)
    for operand in (1.0, Value(1.0)):
        with pytest.raises(OperandError, match="odd: the result of its forward rule"):
            operation(operand)


@pytest.mark.parametrize(
    "rule", [lambda: 0, lambda m: 0, lambda m, x, *xs: 0, lambda m, *, slope: 0]
)
def test_a_forward_without_operands(rule):
    with pytest.raises(ArgumentError, match="needs the number system and then its operands"):
        primitive(rule)


@pytest.mark.parametrize(
    "rule", [lambda m, x, y: 0, lambda m, z, x: 0, lambda m, z, x, y, w: 0, lambda: 0]
)
def test_a_rule_with_other_parameters(rule):
    n = len(inspect.signature(rule).parameters)
    said = f"swirly: its derivative rule has {n} parameters; it takes m, z and its 2 operands"
    with pytest.raises(ArgumentError, match=said):
        ruled(rule, name="swirly")


def test_a_rule_without_stars_for_an_operation_with_them():
    with pytest.raises(ArgumentError, match=r"it takes m, z and \*xs"):
        ruled(lambda m, z, x: (1.0,), lambda m, *xs: m.sum(xs))


def test_a_rule_may_have_stars():
    operation = ruled(lambda m, z, *xs: xs[::-1])
    assert gradient(operation, 3.0, 2.0) == (6.0, [2.0, 3.0])


def test_a_rule_without_the_constant():
    operation = primitive(name="scaled")(lambda_scaled)
    with pytest.raises(ArgumentError, match="scaled: its derivative rule lacks the constant 'k'"):
        operation.partials(lambda m, z, x: (1.0,))
    operation = operation.partials(lambda m, z, x, **constants: (constants["k"],))
    assert gradient(lambda x: operation(x, k=5.0), 3.0) == (15.0, [5.0])


def lambda_scaled(m, x, *, k):
    return k * x


# Names.


def test_two_operations_of_one_name():
    def make(k):
        @primitive
        def same(m, x):
            return k * x

        @same.partials
        def _(m, z, x):
            return (float(k),)

        return same

    two, three = make(2), make(3)
    assert gradient(lambda x: two(x) + three(x), 1.0) == (5.0, [5.0])
    assert two.row is not three.row
    assert "same" not in autograd.TABLE


def test_the_name_of_a_row_of_the_table_is_free():
    @primitive
    def sin(m, x):
        return 2 * m.sin(x)

    @sin.partials
    def _(m, z, x):
        return (2 * m.cos(x),)

    assert gradient(sin, 0.0) == (0.0, [2.0])
    assert gradient(autograd.sin, 0.0) == (0.0, [1.0])
    assert gradgradcheck(sin, 0.3)


def test_running_a_cell_again():
    cell = """
@primitive
def cell(m, x):
    return k * x

@cell.partials
def _(m, z, x):
    return (k * 1.0,)
"""
    names = {"primitive": primitive, "k": 2, "__name__": "__main__"}
    exec(cell, names)
    old = names["cell"](Value(1.0))
    names["k"] = 3
    exec(cell, names)
    z = names["cell"](old)
    x = old.parents[0]
    z.backward()
    assert (z.data, x.grad) == (6.0, 9.0)


def test_a_new_rule_holds_for_new_nodes():
    operation = ruled(lambda m, z, x: (1.0,), lambda m, x: 2 * x)
    x = Value(1.0)
    old = operation(x)
    operation.partials(lambda m, z, x: (2.0,))
    assert gradient(operation, 1.0)[1] == [2.0]
    old.backward()
    assert x.grad == 1.0


# Copies.


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
@pytest.mark.parametrize(
    "make",
    [
        lambda x: square(x) * softsign(x),
        lambda x: total_square(x, x, 2.0),
        lambda x: leaky(-x, slope=0.3),
        lambda x: power(x, n=3),
    ],
)
def test_nodes_are_copied(copied, make):
    z = make(Value(1.5, label="x"))
    twin = copied(z)
    assert twin is not z
    assert twin.data == z.data
    assert twin.op is z.op
    z.backward()
    twin.backward()
    assert _leaf(twin).grad == _leaf(z).grad != 0.0


def _leaf(node):
    while node.parents:
        node = next(p for p in node.parents if p.parents or p.label)
    return node


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_operations_are_copied_as_themselves(copied):
    assert copied(square.row) is square.row
    assert copied(leaky.row.bind(0.3)) is leaky.row.bind(0.3)
    assert copied(square) is square


# Everything that follows from the rules.


def test_the_picture_shows_its_symbol():
    source = draw(softsign(Value(0.3))).source
    assert '"s"' in source or ">s<" in source or "=s" in source
    assert "square" in draw(square(Value(0.3))).source
    assert "^3" in draw(power(Value(0.3), n=3)).source


def test_arrays_in_arrays_out():
    xs = np.linspace(-2, 2, 7)
    assert isinstance(softsign(xs), np.ndarray)
    np.testing.assert_array_equal(softsign(xs), [softsign(x) for x in xs])
    np.testing.assert_array_equal(swirl(xs, 0.5), [swirl(x, 0.5) for x in xs])
    np.testing.assert_array_equal(swirl(2.0, xs), [swirl(2.0, x) for x in xs])
    np.testing.assert_array_equal(leaky(xs, slope=0.5), [leaky(x, slope=0.5) for x in xs])
    np.testing.assert_array_equal(total_square(xs, xs), 2 * xs * xs)
    grid = xs.reshape(7, 1) * np.ones(3)
    assert square(grid).shape == (7, 3)


def test_arrays_of_values():
    xs = np.array([Value(1.0), Value(2.0)])
    z = total_square(*xs)
    z.backward()
    assert [x.grad for x in xs] == [2.0, 4.0]


def test_higher_derivatives():
    assert grad(grad(square))(3.0) == 2.0
    assert grad(grad(grad(lambda x: power(x, n=4))))(2.0) == 48.0
    s, c = math.sin(0.5), math.cos(0.5)
    assert hessian(swirl)(2.0, 0.5) == [[0.0, c], [c, -2 * s]]
    assert hessian(total_square)(1.0, 2.0) == [[2.0, 0.0], [0.0, 2.0]]
    x = Value(0.5)
    softsign(x).backward(create_graph=True)
    slope = x.grad
    x.clear_grad()
    slope.backward()
    assert x.grad == pytest.approx(-2 / 1.5**3, rel=1e-14)


def test_forward_mode():
    z, t = jvp(swirl, (2.0, 0.5), (1.0, -1.0))
    assert z == 2 * math.sin(0.5)
    assert t == pytest.approx(math.sin(0.5) - 2 * math.cos(0.5), rel=1e-15)
    assert value_and_grad(square)(3.0) == (9.0, 6.0)


@pytest.mark.parametrize("operation", ALL, ids=repr)
def test_gradcheck_on_it(operation):
    report = gradcheck(operation)
    assert report.name == operation.__name__
    assert report.counts["mismatch"] == 0


@pytest.mark.wide
@pytest.mark.parametrize("operation", SMOOTH, ids=repr)
def test_gradgradcheck_on_it(operation):
    assert gradgradcheck(operation)


def test_gradcheck_of_constants():
    assert gradcheck(leaky.row.bind(0.3), [-1.0, 2.0])
    assert gradcheck(lambda x: power(x, n=3), 0.7)


def test_gradcheck_of_an_operation_with_default_constants():
    assert gradcheck(leaky)


def test_gradcheck_finds_it_wrong():
    operation = ruled(lambda m, z, x: (-m.cos(x),), lambda m, x: m.sin(x), name="sine")
    with pytest.raises(GradcheckError, match="sine's ∂/∂x is wrong"):
        gradcheck(operation)


@primitive
def off(m, x):
    return x * x


@off.partials
def _(m, z, x):
    return (2.002 * x,)


def test_locate_names_it_and_the_line():
    def model(x):
        h = autograd.sin(x) + 1
        y = off(h)
        y.label = "energy"
        return y * x

    line = inspect.getsourcelines(model)[1] + 2
    with autograd.detect_anomaly():  # keeps source lines
        z = model(Value(0.4))
    (suspect,) = locate(z)
    assert (str(suspect.node.op), suspect.what, suspect.index) == ("off", "partial", 0)
    assert suspect.node.label == "energy"
    assert str(suspect).startswith("off [energy]: its partial 1 is ")
    assert f"test_custom.py:{line}" in str(suspect)
    assert suspect.claimed == pytest.approx(suspect.found.value * 1.001, rel=1e-9)


def test_locate_finds_nothing_in_what_is_right():
    z = softsign(Value(0.4)) * square(Value(1.2))
    z.backward()
    assert locate(z) == []


# Domains and samples.


@pytest.mark.parametrize(
    "domain", [(-10, 10), (0, math.inf), (-math.inf, -5), (100, 101), (5, math.inf), (-1e-3, 1e-3)]
)
def test_samples_lie_in_the_domain(domain):
    operation = primitive(domain=[domain])(lambda m, x, y: x * y)
    assert len(operation.row.samples) == 5
    assert all(domain[0] <= x <= domain[1] for point in operation.row.samples for x in point)


# In a test suite.


@pytest.fixture
def module():
    mine = types.ModuleType("mine")
    mine.square, mine.softsign, mine.again = square, softsign, square
    mine.row = autograd.TABLE["sin"]
    mine.number, mine.text = 3.0, "text"
    return mine


def test_primitives_of_a_module(module):
    assert primitives_of(module) == [square, softsign, autograd.TABLE["sin"]]
    with pytest.raises(ArgumentError, match="no operation in empty"):
        primitives_of(types.ModuleType("empty"))


@pytest.mark.wide
def test_all_primitives_is_a_parametrised_test(module):
    test = all_primitives(module)
    (mark,) = test.pytestmark
    assert mark.name == "parametrize"
    assert list(mark.args[1]) == primitives_of(module)
    assert [mark.kwargs["ids"](o) for o in mark.args[1]] == ["square", "softsign", "sin"]
    for operation in mark.args[1]:
        test(operation)
    module.off = off
    with pytest.raises(GradcheckError, match="off"):
        all_primitives(module)(off)
    all_primitives(module, rtol=1e-2)(off)


HERE = types.ModuleType("here")
HERE.square, HERE.swirl = square, swirl
test_all_primitives_here = all_primitives(HERE)
