"""Random graphs: backward() against two other ways to differentiate, and the laws it obeys.

A random program is a list of rows with the numbers of the nodes they read, so nodes are shared. It
is run with Values, with dual numbers (forward mode, from mpmath's partials), and as one mpmath
function that mpmath differentiates numerically with 60 digits.
"""

import copy
import gc
import itertools
import math
import pickle
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from autograd import TABLE, Value
from autograd.backward import topological_order
from autograd.maths import read
from autograd.value import record
from tests.truth import DIGITS, TRUTH, arguments

LENGTH = 100_000  # of long chains

UNARY = "neg exp expm1 log log1p sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh"
UNARY += " atanh erf erfc normal_cdf sigmoid logsigmoid softplus gelu silu exp2 log2 log10"
UNARY += " softsign mish"
BINARY = "add sub mul div pow logaddexp xlogy hypot atan2"
NARY = "sum prod mean dot logsumexp norm"
POSITIVE = {"log", "log2", "log10", "sqrt", "cbrt", "log1p"}
UNIT = {"asin", "acos", "atanh"}


def well_conditioned(name, xs):
    """Whether the row is smooth and its partials are moderate around these operands."""
    if name in POSITIVE:
        return xs[0] > 0.2
    if name in UNIT:
        return abs(xs[0]) < 0.9
    if name in {"pow", "xlogy"}:
        return all(0.2 < x < 3 for x in xs)
    if name == "div":
        return abs(xs[1]) > 0.2
    if name in {"hypot", "atan2", "norm"}:
        return max(map(abs, xs)) > 0.2 and not (name == "atan2" and xs[1] < 0)
    if name == "softsign":
        return xs[0] != 0  # where its second derivative jumps
    if name == "acosh":
        return xs[0] > 1.2
    return name != "tan" or abs(xs[0]) < 1.2


@st.composite
def programs(draw):
    """Leaves, and instructions (row, operands): an operand is the number of an earlier node."""
    leaves = draw(st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=1, max_size=4))
    values, instructions = list(leaves), []
    for _ in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from((UNARY + " " + BINARY + " " + NARY).split()))
        count = TABLE[name].arity or draw(st.integers(1, 5))
        nodes = st.integers(max(0, len(values) - 5), len(values) - 1)
        operands = tuple(draw(nodes) for _ in range(count))
        xs = [values[i] for i in operands]
        if not well_conditioned(name, xs):
            name, operands, xs = "tanh", operands[:1], xs[:1]
        value = read(TABLE[name].forward, *arguments(TABLE[name], xs))
        if abs(value) > 10:
            name, operands, value = "tanh", operands[:1], math.tanh(xs[0])
        instructions.append((name, operands))
        values.append(value)
    return leaves, instructions


def run(leaves, instructions):
    """Every node, leaves first."""
    nodes = list(leaves)
    for name, operands in instructions:
        nodes.append(record(TABLE[name], *(nodes[i] for i in operands)))
    return nodes


def gradient(leaves, instructions, seed=1.0):
    values = [Value(x) for x in leaves]
    run(values, instructions)[-1].backward(seed)
    return [x.grad for x in values]


def run_exactly(leaves, instructions):
    nodes = list(leaves)
    for name, operands in instructions:
        nodes.append(TRUTH[name].value(*(nodes[i] for i in operands)))
    return nodes[-1]


def tangents(leaves, instructions, which, absolute=False):
    """Forward mode: the derivative of the last node by one leaf, or the sum of |paths| to it."""
    nodes = [mpf(x) for x in leaves]
    dots = [mpf(i == which) for i in range(len(leaves))]
    for name, operands in instructions:
        xs = [nodes[i] for i in operands]
        partials = TRUTH[name].partials(*xs)
        if absolute:
            partials = map(abs, partials)
        dots.append(mp.fsum(p * dots[i] for p, i in zip(partials, operands, strict=True)))
        nodes.append(TRUTH[name].value(*xs))
    return dots[-1]


quick = settings(max_examples=60)


@settings(quick, max_examples=120)
@given(programs())
def test_backward_agrees_with_dual_numbers(program):
    with mp.workdps(DIGITS):
        for which, got in enumerate(gradient(*program)):
            expected = tangents(*program, which)
            scale = max(1, tangents(*program, which, absolute=True))
            assert abs(got - expected) <= 1e-9 * scale


@quick
@given(programs())
def test_backward_agrees_with_differences_in_60_digits(program):
    leaves, instructions = program
    with mp.workdps(DIGITS):
        for which, got in enumerate(gradient(*program)):

            def along(t, which=which):
                moved = [mpf(x) + t * (i == which) for i, x in enumerate(leaves)]
                return run_exactly(moved, instructions)

            scale = max(1, tangents(*program, which, absolute=True))
            assert abs(got - mp.diff(along, 0)) <= 1e-9 * scale


@quick
@given(programs(), st.sampled_from([-4.0, 0.0, 0.5, 2.0, 2.0**20]))
def test_the_gradient_is_linear_in_the_seed(program, seed):
    # A power of two times a number is exact, so the gradients are equal to the bit.
    assert gradient(*program, seed=seed) == [seed * grad for grad in gradient(*program)]


@quick
@given(programs())
def test_backward_twice_doubles_leaves_and_keeps_inner_grads(program):
    leaves, instructions = program
    nodes = run([Value(x) for x in leaves], instructions)
    nodes[-1].backward()
    once = [node.grad for node in nodes]
    nodes[-1].backward()
    for i in range(len(leaves)):  # shares are added one by one, and each sum is rounded
        scale = max(1, float(tangents(*program, i, absolute=True)))
        assert nodes[i].grad == pytest.approx(2 * once[i], abs=1e-13 * scale)
    assert [node.grad for node in nodes[len(leaves) :]] == once[len(leaves) :]


@quick
@given(programs())
def test_the_gradient_of_a_sum_of_two_roots_is_the_sum(program):
    leaves, instructions = program
    xs, ys, zs = ([Value(x) for x in leaves] for _ in range(3))
    nodes = run(xs, instructions)
    (nodes[-1] + nodes[len(nodes) // 2] * 3).backward()
    run(ys, instructions)[-1].backward()
    run(zs, instructions)[len(nodes) // 2].backward(3.0)
    paths = [float(tangents(*program, i, absolute=True)) for i in range(len(leaves))]
    for x, y, z, scale in zip(xs, ys, zs, paths, strict=True):
        assert x.grad == pytest.approx(y.grad + z.grad, rel=1e-12, abs=1e-12 * max(1, scale))


@quick
@given(programs())
def test_two_roots_that_share_nodes(program):
    leaves, instructions = program
    xs = [Value(x) for x in leaves]
    nodes = run(xs, instructions)
    middle = nodes[len(leaves) + len(instructions) // 2]
    middle.backward()
    first = [x.grad for x in xs]
    for x in xs:
        x.grad = 0.0
    nodes[-1].backward()
    assert [x.grad for x in xs] == gradient(*program)
    for x in xs:
        x.grad = 0.0
    middle.backward()
    assert [x.grad for x in xs] == first
    assert middle.grad == 1.0


@quick
@given(programs())
def test_new_data_in_a_leaf_does_not_change_the_recorded_gradient(program):
    leaves, instructions = program
    xs = [Value(x) for x in leaves]
    root = run(xs, instructions)[-1]
    for x in xs:
        x.data = 1e6
    root.backward()
    assert [x.grad for x in xs] == gradient(*program)
    assert [x.data for x in xs] == [1e6] * len(xs)


@quick
@given(programs())
def test_topological_order(program):
    leaves, instructions = program
    nodes = run([Value(x) for x in leaves], instructions)
    order = topological_order(nodes[-1])
    assert [id(node) for node in order] == list(dict.fromkeys(id(node) for node in order))
    place = {id(node): i for i, node in enumerate(order)}
    assert {id(node) for node in order} == reachable(nodes[-1])
    for node in order:
        for operand in node.parents:
            assert not operand.parents or place[id(operand)] < place[id(node)]
    assert order[-1] is nodes[-1]


def reachable(root):
    """The ids of all inner nodes that root depends on."""
    found, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        if node.parents and id(node) not in found:
            found.add(id(node))
            waiting += node.parents
    return found


@quick
@given(programs())
def test_pickle_and_deepcopy_keep_the_graph(program):
    leaves, instructions = program
    nodes = run([Value(x, label=f"x{i}") for i, x in enumerate(leaves)], instructions)
    roots = (nodes[-1], nodes[-2])
    for again in (pickle.loads(pickle.dumps(roots)), copy.deepcopy(roots)):
        assert outline(again) == outline(roots)
        again[0].backward()
        roots[0].backward()
        assert outline(again) == outline(roots)  # with the grads
        assert not {id(node) for node in again} & {id(node) for node in nodes}
        for node in nodes:
            node.clear_grad()


def outline(roots):
    """All that can be seen of some graphs: each node once, its operands by number."""
    numbers, found = {}, []
    for node in itertools.chain(*(topological_order(root) for root in roots), roots):
        for each in (*node.parents, node):
            if id(each) not in numbers:
                numbers[id(each)] = len(numbers)
                operands = [numbers[id(operand)] for operand in each.parents]
                found.append((each.data, each.grad, each.label, each.op, operands))
    return found, [numbers[id(root)] for root in roots]


# Small graphs.


def test_a_square_has_two_edges():
    a = Value(3.0)
    b = a * a
    assert b.parents == (a, a)
    b.backward()
    assert a.grad == 6.0
    assert b.grad == 1.0


def test_a_leaf_is_its_own_gradient():
    a = Value(3.0)
    a.backward()
    a.backward(2.0)
    assert a.grad == 3.0


def test_a_node_used_many_times_in_one_node():
    a = Value(3.0)
    record(TABLE["sum"], *[a] * 100).backward()
    assert a.grad == 100.0


def test_exponentially_many_paths():
    a = Value(1.0)
    z = a
    for _ in range(1000):
        z = z + z
    z.backward()
    assert a.grad == 2.0**1000


# Long graphs: nothing recurses.


def chain(x, length=LENGTH):
    for i in range(length):
        x = x + 1.0 if i % 2 else -x
    return x


def chain_of_wide_nodes(x, length=LENGTH // 4):
    for _ in range(length):
        x = record(TABLE["sum"], x, 1.0, 2.0)
    return x


@pytest.mark.wide
@pytest.mark.parametrize("build", [chain, chain_of_wide_nodes])
def test_a_long_chain(build):
    x = Value(2.0)
    z = build(x)
    z.backward()
    assert x.grad == 1.0
    assert repr(z).startswith(f"Value({z.data!r}")
    for again in (pickle.loads(pickle.dumps(z)), copy.deepcopy(z)):
        assert again.data == z.data
        assert len(topological_order(again)) == len(topological_order(z))


@pytest.mark.parametrize("build", [chain, chain_of_wide_nodes])
def test_a_long_chain_is_freed_at_once_without_the_collector(build):
    gc.disable()
    try:
        x = Value(2.0)
        z = build(x)
        z.backward()
        near_leaf = weakref.ref(topological_order(z)[0])
        root = weakref.ref(z)
        assert near_leaf() is not None
        assert root() is not None
        del z
        assert root() is None
        assert near_leaf() is None
    finally:
        gc.enable()


@pytest.mark.wide
def test_a_million_nodes():
    x = Value(2.0)
    z = chain(x, 1_000_000)
    z.backward()
    assert x.grad == 1.0
    assert len(topological_order(z)) == 1_000_000
