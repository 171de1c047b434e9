"""source(): every program's source runs, and gives what Python gives, to the bit."""

import dataclasses
import enum
import math
import random
import re
import struct
import typing

import pytest

import autograd as ag
from autograd import GraphError, Value, compile, grad, hessian, value_and_grad
from autograd.compiler.backends.python import interpreted
from autograd.compiler.program.written import _places, _unpacked, identifier
from autograd.maths import PYTHON_RAISES
from autograd.trees import leaves
from tests.compiler.random_programs import INF, LABELS, NAN, Chosen
from tests.compiler.test_programs import executed
from tests.sampling import spread

pytestmark = pytest.mark.filterwarnings("ignore:.*plain numbers only")  # a random program's result


def bits(result):
    """The numbers of a result, told apart to the bit; but a nan is a nan."""
    found = []
    for x in leaves(result):
        x = x.data if isinstance(x, Value) else x
        assert type(x) in {float, bool}, x
        found.append("nan" if x != x else struct.pack("d", x).hex())
    return found


def by_source(text, argument, otherwise):
    """What the source gives; where Python raises for floats, what it gives for Values.

    A comparison of Values is plain, and 1 / 0 raises then too: refused, not wrong.
    """
    function = executed(text)
    try:
        return function(argument)
    except PYTHON_RAISES:
        try:
            return function([Value(x) for x in argument])
        except PYTHON_RAISES:
            return otherwise


def disagreement(program, argument, got):
    """None, or what differs between a program's sources and Python."""
    plain = interpreted(program, [*argument])
    for text, expected in ((program.source(exact=True), got), (program.source(), plain)):
        found = by_source(text, argument, expected)
        if bits(found) != bits(expected):
            return text, argument, found, expected
    return None


TRANSFORMS = {
    "value": lambda f: f,
    "gradient": value_and_grad,
    "second": lambda f: grad(lambda xs: ag.sum([ag.sum(grad(f)(xs)), f(xs)])),
}


def failures(seeds, kind):
    wrong = []
    for seed in seeds:
        chosen = Chosen(seed, most=12 if kind != "second" else 5)
        step = compile(TRANSFORMS[kind](chosen.last), backend="python")
        found = disagreement_of(step, chosen.leaves)
        if found:
            wrong.append((seed, *found))
    return wrong


def disagreement_of(step, argument):
    return disagreement(step.record(argument), argument, step(argument))


@pytest.mark.parametrize("kind", TRANSFORMS)
@pytest.mark.parametrize("block", spread(range(0, 10_000, 25), usual=400, wide=100))
def test_random_programs(block, kind):
    assert failures(range(block, block + 25), kind)[:1] == []


# Long ones.


def alternating(x, n):
    y = x
    for k in range(n):
        y = ag.sin(y) * x if k % 3 else y - x / (k + 1)
    return y


def conditions(x, n):
    """Comparisons of comparisons, each used twice."""
    y, c = x, x < 0.5
    for k in range(n):
        c = (c & (y < k)) | (y >= c) if k % 2 else ag.where(c, y, x) <= ag.where(c, x, y)
        y = ag.where(c, y - x, x)
    return y + ag.where(c, 1.0, 0.0)


LONG = {
    "rather deep": lambda xs: alternating(xs[0], 500),
    "deep": lambda xs: alternating(xs[0], 10_000),
    "a long sum": lambda xs: ag.sum([x * k for k in range(300) for x in xs]) - xs[0],
    "a long dot": lambda xs: ag.dot([1.5] * 301, [*xs, *[xs[0]] * (301 - len(xs))], xs[-1]),
    "a long loop": lambda xs: sum([x * k - 1 for k in range(200) for x in xs]),
    "wide": lambda xs: ag.logsumexp([ag.sin(x * k) for k in range(150) for x in xs]),
    "products": lambda xs: ag.prod([1 + x / k for k in range(1, 16) for x in xs]),
    "conditions": lambda xs: conditions(xs[0], 120),
    "brackets": lambda xs: nested(xs[0], lambda x: 1 / (x + 1), 300),
    "minus": lambda xs: nested(xs[0], lambda x: -(1 - x), 300),
}


def nested(x, f, n):
    for _ in range(n):
        x = f(x)
    return x


@pytest.mark.parametrize("name", spread(LONG, usual=2, wide=3))
def test_long_programs(name):
    step = compile(value_and_grad(LONG[name]), backend="python")
    assert disagreement_of(step, [0.3, -0.7]) is None


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(6))
def test_long_random_programs(seed):
    chosen = Chosen(seed, most=12)
    rng = random.Random(seed)
    while len(chosen.steps) < 1500:
        chosen.steps.append(chosen.step(len(chosen.leaves) + len(chosen.steps)))
    step = compile(lambda xs: chosen.run(xs)[-300:], backend="python")
    for _ in range(3):
        argument = [rng.gauss(0, 1) for _ in chosen.leaves]
        assert disagreement_of(step, argument) is None


def test_hundreds_of_arguments():
    step = compile(value_and_grad(lambda xs: ag.dot(xs, xs[::-1], xs[0])), backend="python")
    assert disagreement_of(step, [0.1 * k for k in range(700)]) is None
    space = {}
    names = ", ".join([f"a{k}" for k in range(300)])
    exec(f"def f({names}):\n    return [{names}, a0 * a1]", space)
    step = compile(space["f"], backend="python")
    xs = [float(k) for k in range(300)]
    assert executed(step.record(*xs).source())(*xs) == step(*xs) == [*xs, 0.0]


# Sums.


def test_sums_are_in_the_order_of_the_program():
    big = 9e307
    step = compile(lambda w, x, b: ag.dot(w, x, b), backend="python")
    arguments = ([1.0, 1.0], [big, big], -big)
    assert step(*arguments) == ag.dot(*arguments) == big
    assert "b + w_1 * x_1 + w_2 * x_2" in step.program.source()
    assert executed(step.program.source())(*arguments) == big
    step = compile(lambda w, x, b: ag.dot([w], [x], b))
    step(1.0, 2.0, 3.0)
    assert "return w * x + b" in step.program.source()  # which is b + w * x, to the bit


# Names.


def test_labels_are_names_that_python_tells_apart():
    def f(x):
        found = []
        for k, label in enumerate(LABELS * 2):
            v = x * (k + 1)
            v.label = label
            found.append(ag.exp(v) * v)
        return found

    step = compile(f, backend="python")
    expected = step(0.01)
    assert bits(executed(step.program.source())(0.01)) == bits(expected)


def test_every_character_makes_a_name():
    for start in range(0, 0x11000, 113):
        text = "".join(map(chr, range(start, start + 7)))
        for label in (text, text[0], f"a{text[-1]}"):
            name = identifier(label)
            assert name.isidentifier(), ascii(label)
            space = {}
            exec(f"{name} = 1", space)
            assert name in space, ascii(label)  # under this very spelling


def test_arguments_and_captured_values_of_any_label():
    for label in LABELS:
        w, v = Value(2.0, label=label), Value(3.0, label=label)
        step = compile(lambda xs, w=w, v=v: [w * xs[0], v * xs[0], xs[1]])
        step([Value(5.0, label=label), Value(7.0, label=label)])
        text = step.program.source()
        function = executed(text)
        names = re.search(r"\*, (.*)\):", text)[1].split(", ")
        assert function([5.0, 7.0], **dict(zip(names, (2.0, 3.0), strict=True))) == [
            10.0,
            15.0,
            7.0,
        ]


@pytest.mark.parametrize("name", ["float", "where", "exp", "f", "t1", "r1", "match", "w1", "pow"])
def test_a_function_and_arguments_of_any_name(name):
    space = {"ag": ag, "infinite": INF}
    exec(
        f"def {name}({name}, y):\n"
        f"    return [ag.exp({name}) ** 2.5 * infinite, ag.where({name} < y, y, 2.0), y < 1]",
        space,
    )
    step = compile(space[name], backend="python")
    assert bits(executed(step.record(0.5, 1.5).source())(0.5, 1.5)) == bits(step(0.5, 1.5))


def test_a_function_without_a_name_that_python_takes():
    f = lambda x: x * 2.0
    for name in ("<script>", "a b", "", "lambda", "1", "x₂", "f\n#", "sin"):
        f.__name__ = name
        assert executed(compile(f).record(1.0).source())(3.0) == 6.0


# Constants.


@pytest.mark.parametrize("c", [INF, -INF, NAN, -0.0, 0.0, 5e-324, 1e308, 0.1, 1e16, 3])
def test_constants(c):
    step = compile(
        lambda x: [x * c, c - x, x / c if c else c, x + c, ag.where(x < c, c, x), ag.maximum(x, c), x * 0 + c],
        backend="python",
    )  # fmt: skip
    assert bits(executed(step.record(0.5).source())(0.5)) == bits(step(0.5))
    step = compile(lambda x: (c, x, True, 1), backend="python")
    assert bits(executed(step.record(0.5).source())(0.5)) == bits(step(0.5))


def test_constants_of_rows():
    step = compile(
        lambda x: [ag.clamp(x, -INF, 1.0), ag.clamp(x, low=0.0), ag.leaky_relu(x, 0.5), x**0.5, ag.elu(x, INF)],
        backend="python",
    )  # fmt: skip
    for x in (-2.0, 0.5, 3.0):
        assert bits(executed(step.record(x).source())(x)) == bits(step(x))
    assert "float('-inf')" in step.program.source()


# Operations of one's own.


def shift(factor):
    @ag.primitive
    def shifted(m, x):
        return m.exp(x) * factor

    return shifted


@ag.primitive
def t1(m, x, *, by=2.0):
    return x * by


def test_two_operations_of_one_name_are_told_apart():
    first, second = shift(2.0), shift(3.0)
    step = compile(lambda x: first(x) - second(x) * ag.exp(x), backend="python")
    text = step.record(0.5).source()
    assert "# operations of your own: shifted, shifted_2" in text
    found = executed(text, shifted=first, shifted_2=second)(0.5)
    assert bits(found) == bits(step(0.5))


def test_an_operation_that_is_called_like_a_name_of_the_source():
    step = compile(lambda x: [t1(x) * t1(x, by=INF) + ag.sin(x * x) * ag.sin(x * x)] * 2)
    text = step.record(0.5).source()
    assert executed(text, t1=t1)(0.5) == [INF, INF]
    assert compile(lambda x: t1(ag.exp(x)) * t1(x), backend="python")(0.0) == 0.0


# Structures.


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Pair(typing.NamedTuple):
    first: object
    second: object


RESULTS = {
    "()": lambda x: (),
    "[]": lambda x: [],
    "{}": lambda x: {},
    "None": lambda x: None,
    "((),)": lambda x: ((),),
    "(x,)": lambda x: (x,),
    "((x,), [])": lambda x: ((x,), []),
    "[()]": lambda x: [()],
    "keys": lambda x: {"a'\"\\\n": x, 1: (), 2.5: [x], None: {}, b"b": x, (1, "a"): x, (): x},
    "odd keys": lambda x: {INF: x, -0.0: x, Level.LOW: x, (INF,): [x]},
    "a named tuple": lambda x: [Pair(x, (x,))],
    "deep": lambda x: nested(x, lambda y: [(y,), []], 60),
    "deeper": lambda x: nested(x, lambda y: (y,), 180),
    "a condition": lambda x: [x < 1, (x < 1) & (x > 0), [x == 1, x != 1], -(x > 1)],
}  # fmt: skip


@pytest.mark.parametrize("name", RESULTS)
def test_results_of_any_structure(name):
    step = compile(RESULTS[name], backend="python")
    expected = step(0.5)
    for text in (step.program.source(), step.program.source(exact=True)):
        got = executed(text)(0.5)
        assert got == expected and type(got) is type(expected)
        assert bits(got) == bits(expected)


def test_a_key_that_can_not_be_written_is_refused():
    for key in (Colour.RED, NAN, object, (Colour.RED,), frozenset()):
        step = compile(lambda x, key=key: {key: x})
        assert list(step(1.0)) == [key]
        with pytest.raises(GraphError, match="source: a key of the result is"):
            step.program.source()


def structure(rng, depth=0):
    """A random nested argument."""
    kind = rng.randrange(8 if depth < 4 else 2)
    if kind < 2:
        return rng.choice((1.5, -0.25, 3.0, None)) if depth else 1.25
    n = rng.randrange(4)
    parts = [structure(rng, depth + 1) for _ in range(n)]
    if kind < 4:
        return parts
    if kind == 4:
        return tuple(parts)
    if kind == 5 and n == 2:
        return Pair(*parts)
    keys = ["a", "lambda", 1, 2.5, INF, Colour.RED, ("t", 1), "x₁", "", None, Level.LOW]
    return dict(zip(rng.sample(keys, n), parts, strict=True))


def doubled(tree):
    """The same structure, with keys that can be written."""
    if isinstance(tree, dict):
        return {str(k): doubled(x) for k, x in enumerate(tree.values())}
    if isinstance(tree, (list, tuple)):
        return (
            type(tree)(map(doubled, tree))
            if not hasattr(tree, "_fields")
            else [*map(doubled, tree)]
        )
    return None if tree is None else tree * 2.0


@pytest.mark.parametrize("block", spread(range(0, 10_000, 50), usual=200, wide=66))
def test_arguments_of_any_structure(block):
    for seed in range(block, block + 50):
        rng = random.Random(seed)
        arguments = [structure(rng) for _ in range(rng.randint(1, 3))]
        step = compile(lambda *xs: doubled(xs), backend="python")
        expected = step(*arguments)
        got = executed(step.program.source())(*arguments)
        assert got == expected, arguments


@dataclasses.dataclass
class Parameters:
    w: float
    b: list


def test_fields_of_a_dataclass_are_got_by_their_names():
    tree = Parameters(0, [1, 2])
    assert _unpacked(tree, "p", {0: "w", 1: "b_1", 2: "b_2"}) == ["w = p.w", "b_1, b_2 = p.b"]
    assert [*_places(tree)] == [0, 1, 2]


def test_a_hessian_reads_as_numbers():
    step = compile(hessian(lambda x, y: x * x * y), backend="python")
    text = step.record(2.0, 3.0).source()
    assert executed(text)(2.0, 3.0) == step(2.0, 3.0) == [[6.0, 4.0], [4.0, 0.0]]
    assert math.copysign(1, step(2.0, 3.0)[1][1]) == 1
