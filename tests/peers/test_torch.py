"""Values and gradients are PyTorch's, in float64, also at zeros, infinities, nan, kinks and ties.

Where they are not, ``DIFFERENCES`` says why. A difference that is no longer one fails too.
"""

import itertools
import math

import pytest

import autograd
from autograd import TABLE, OperandError, Value
from autograd.maths import read
from tests.truth import arguments

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peers
INF, NAN = math.inf, math.nan
F = torch.nn.functional

EDGES = (0.0, -0.0, 1.0, -1.0, INF, -INF, NAN)
GRID = (*EDGES, 0.5, -0.5, 2.0, -2.0, 3.7, -3.7, 1.5, 2.5, 20.0, -20.0, 40.0, -40.0, 800.0, -800.0)


def stacked(function):
    return lambda *xs: function(torch.stack(xs))


def dot(*xs):
    n = len(xs) // 2
    total = torch.dot(torch.stack(xs[:n]), torch.stack(xs[n : 2 * n]))
    return total + xs[-1] if len(xs) % 2 else total


PEERS = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "mod": torch.remainder,
    "floordiv": lambda x, y: torch.div(x, y, rounding_mode="floor"),
    "copy": torch.clone,
    "neg": torch.neg,
    "pow": torch.pow,
    "powc": torch.pow,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "exp2": torch.exp2,
    "log2": torch.log2,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "logaddexp": torch.logaddexp,
    "xlogy": torch.xlogy,
    "sqrt": torch.sqrt,
    "hypot": torch.hypot,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": torch.acos,
    "atan": torch.atan,
    "atan2": torch.atan2,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "asinh": torch.asinh,
    "acosh": torch.acosh,
    "atanh": torch.atanh,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "normal_cdf": torch.special.ndtr,
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "trunc": torch.trunc,
    "copysign": torch.copysign,
    "round": torch.round,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "smooth_maximum": lambda x, y, k: torch.logaddexp(k * x, k * y) / k,
    "clamp": torch.clamp,
    "where": lambda condition, x, y: torch.where(condition != 0, x, y),
    "sigmoid": torch.sigmoid,
    "logsigmoid": F.logsigmoid,
    "softplus": F.softplus,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softsign": F.softsign,
    "mish": F.mish,
    "sum": stacked(torch.sum),
    "prod": stacked(torch.prod),
    "mean": stacked(torch.mean),
    "dot": dot,
    "logsumexp": stacked(lambda xs: torch.logsumexp(xs, 0)),
    "norm": stacked(torch.linalg.vector_norm),
}
ALONE = {"cbrt", "sigmoid_slope"}  # PyTorch has none
CONSTANTS = {
    "powc": [(0.0,), (1.0,), (2.0,), (3.0,), (-1.0,), (0.5,), (-0.5,), (2.5,)],
    "leaky_relu": [(0.01,), (0.25,)],
    "elu": [(1.0,), (0.3,)],
    "smooth_maximum": [(1.0,), (0.5,), (-2.0,)],
}


def infinite_or_nan(*xs):
    return not all(map(math.isfinite, xs))


ACCURATE = "PyTorch computes 1 - z from the rounded value z, or erf(x) + 1, which loses digits"
CPOW = "IEEE 754's pow; PyTorch takes 1 / sqrt or sqrt instead"
OTHERS = "the product of the others is finite; PyTorch divides the value by x"
QUOTIENT = "the limit; PyTorch divides, and inf / inf is nan"
HYPOT = "a length is infinite if one side is (IEEE 754's hypot), and x / inf is 0"

# (row, "value" or the partial's index): (where it is not PyTorch's, and why).
DIFFERENCES = {
    ("pow", 0): (lambda x, y: x == -1 and y == -INF, "y * (z / x), not y * x**(y-1)"),
    ("powc", "value"): (lambda x: x in (0, -INF), CPOW),
    ("powc", 0): (lambda x: x in (0, -INF), CPOW),
    ("expm1", 0): (lambda x: x < -19, ACCURATE),
    ("tanh", 0): (lambda x: abs(x) > 19, ACCURATE),
    ("sigmoid", 0): (lambda x: x > 19, ACCURATE),
    ("normal_cdf", "value"): (lambda x: x < -19, ACCURATE),
    ("gelu", "value"): (lambda x: x < -19, ACCURATE),
    ("gelu", 0): (lambda x: x < -19, ACCURATE),
    ("acosh", 0): (lambda x: x < 0, "nan outside the domain, as the value is"),
    ("abs", 0): (math.isnan, "nan goes through"),
    ("elu", 0): (math.isnan, "nan goes through"),
    ("sign", "value"): (math.isnan, "nan, as in NumPy"),
    ("copysign", 0): (lambda x, y: math.isinf(x), "PyTorch divides z by x, and inf / inf is nan"),
    ("xlogy", 1): (lambda x, y: x == y == 0, "0 is flat along y; PyTorch has nan"),
    ("softsign", "value"): (math.isinf, QUOTIENT),
    ("softsign", 0): (math.isinf, QUOTIENT),
    **{("prod", index): (infinite_or_nan, OTHERS) for index in range(3)},
    **{("hypot", index): (infinite_or_nan, HYPOT) for index in range(2)},
    **{("norm", what): (infinite_or_nan, HYPOT) for what in ("value", 0, 1, 2)},
}


# Up to 2.13 x had the whole derivative at a bound, as here; since then bounds that vary share it.
if tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 14):
    AT_A_BOUND = "x has the whole derivative at a bound, and where the bounds meet they have none"
    DIFFERENCES |= {
        ("clamp", i): (lambda *xs: len({*xs}) < 3 or any(map(math.isnan, xs)), AT_A_BOUND)
        for i in range(3)
    }


def test_every_row_has_its_peer():
    assert set(PEERS) | ALONE == set(TABLE)


@pytest.mark.parametrize("name", PEERS)
def test_row_is_pytorchs(name):
    found = differences(name)
    unexpected = [text for what, xs, text in found if not deliberate(name, what, xs)]
    assert unexpected == []
    expected = {what for row, what in DIFFERENCES if row == name}
    assert expected == {what for what, _, _ in found}


def deliberate(name, what, xs):
    place, _ = DIFFERENCES.get((name, what), (None, ""))
    return place is not None and place(*xs)


def differences(name):
    found = []
    for constants in CONSTANTS.get(name, [()]):
        row = TABLE[name].bind(*constants) if constants else TABLE[name]
        for xs in grid(row.arity):
            value, partials = peer(name, xs, constants)
            z = read(row.forward, *arguments(row, xs))
            if not same(z, value):
                found.append(("value", xs, f"{row!r}{xs}: {z!r}, PyTorch {value!r}"))
            got = read(row.partials, z, *arguments(row, xs))
            for index, pair in enumerate(zip(got, partials, strict=True)):
                if not same(*pair):
                    text = f"{row!r}{xs} partial {index}: {pair[0]!r}, PyTorch {pair[1]!r}"
                    found.append((index, xs, text))
    return found


def grid(arity):
    if arity == 1:
        return [(x,) for x in GRID]
    few = (*EDGES, 0.5, -2.0, 3.0)
    pairs = [*itertools.product(few, repeat=2), (800.0, -800.0), (40.0, 3.0), (1e-3, -40.0)]
    if arity == 2:
        return pairs
    triples = list(itertools.product((*EDGES, 0.5), repeat=3))
    return triples if arity else [*pairs, *triples]


def peer(name, xs, constants):
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in xs]
    value = PEERS[name](*tensors, *constants)
    value.backward()
    return value.item(), [0.0 if x.grad is None else x.grad.item() for x in tensors]


def same(got, expected):
    if math.isnan(got) or math.isnan(expected):
        return math.isnan(got) and math.isnan(expected)
    return got == expected or math.isclose(got, expected, rel_tol=1e-12)


# Gradients of what is recorded: autograd.grad(outputs, inputs), and backward(inputs=[...]).


def recorded(number, exp):
    """Leaves, inner nodes and roots of one graph, and a leaf that is not in it."""
    x, y, unused = number(0.7), number(-1.3), number(2.0)
    a = x * y
    b = exp(a) * x
    c = b * b + a * y
    return {"x": x, "y": y, "a": a, "b": b, "c": c, "unused": unused}


def ours():
    return recorded(Value, autograd.exp)


def theirs():
    return recorded(lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), torch.exp)


def plain(xs):
    """Numbers of Values, tensors and floats; PyTorch says None where nothing depends."""
    return [0.0 if x is None else getattr(x, "data", x) if not hasattr(x, "item") else x.item()
            for x in xs]  # fmt: skip


INPUTS = [
    ("x",),
    ("x", "y"),
    ("a",),
    ("a", "x"),
    ("x", "a", "b"),
    ("c",),
    ("unused", "x"),
    ("b", "y"),
]


@pytest.mark.parametrize(
    "roots", [("c",), ("b",), ("a", "c"), ("c", "b", "a"), ("x", "c"), ("c", "c")]
)
@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("seeded", [False, True])
def test_gradients_of_what_is_recorded_are_pytorchs(roots, inputs, create_graph, seeded):
    mine, other = ours(), theirs()
    seeds = [0.3, -1.7, 2.9][: len(roots)] if seeded else None
    weights = None if seeds is None else [torch.tensor(s, dtype=torch.float64) for s in seeds]
    expected = torch.autograd.grad(
        [other[n] for n in roots], [other[n] for n in inputs], weights,
        create_graph=create_graph, allow_unused=True,
    )  # fmt: skip
    found = autograd.grad(
        [mine[n] for n in roots], [mine[n] for n in inputs], seeds, create_graph=create_graph
    )
    assert type(found) is tuple and all(isinstance(g, Value) == create_graph for g in found)
    assert plain(found) == pytest.approx(plain(expected), rel=1e-13)
    assert not any(node.has_grad for node in mine.values())


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("by", ["x", "y"])
def test_gradients_of_gradients_are_pytorchs(order, by):
    mine, other = ours(), theirs()
    g, h = mine["c"], other["c"]
    for _ in range(order):
        (g,) = autograd.grad(g, [mine[by]], create_graph=True)
        (h,) = torch.autograd.grad(h, [other[by]], create_graph=True)
    assert g.data == pytest.approx(h.item(), rel=1e-12)
    found = autograd.grad(g, [mine["x"], mine["y"]])
    assert found == pytest.approx(
        plain(torch.autograd.grad(h, [other["x"], other["y"]])), rel=1e-12
    )


def test_a_seed_is_differentiated_as_pytorchs():
    mine, other = ours(), theirs()
    seed, weight = Value(1.9), torch.tensor(1.9, dtype=torch.float64, requires_grad=True)
    (g,) = autograd.grad(mine["c"], [mine["x"]], [seed], create_graph=True)
    (h,) = torch.autograd.grad(other["c"], [other["x"]], [weight], create_graph=True)
    found = autograd.grad(g, [seed, mine["y"]])
    assert found == pytest.approx(plain(torch.autograd.grad(h, [weight, other["y"]])), rel=1e-12)


@pytest.mark.parametrize("inputs", [("x",), ("y",), ("x", "y"), ("y", "unused")])
def test_backward_to_inputs_is_pytorchs(inputs):
    mine, other = ours(), theirs()
    for names in (inputs, ("x",)):  # and again: a leaf's adds up
        mine["c"].backward(inputs=[mine[n] for n in names])
        other["c"].backward(inputs=[other[n] for n in names], retain_graph=True)
    leaves = ("x", "y", "unused")
    assert [mine[n].grad for n in leaves] == pytest.approx(
        plain([other[n].grad for n in leaves]), rel=1e-13
    )
    mine["x"].grad = other["x"].grad = None
    assert mine["x"].grad == 0.0 and other["x"].grad is None


@pytest.mark.parametrize("requires_grad", [False, True])
def test_a_tensor_is_no_operand_and_the_remedy_works(requires_grad):
    tensor = torch.tensor(3.0, requires_grad=requires_grad)
    for use in (Value, autograd.exp, lambda t: autograd.maximum(Value(1.0), t)):
        with pytest.raises(OperandError, match=r"Use \.item\(\) for its number"):
            use(tensor)
        use(tensor.item())
    several = torch.tensor([1.0, 2.0], requires_grad=requires_grad)
    with pytest.raises(OperandError, match="flatten"):
        Value(several)
    assert [Value(x).data for x in several.flatten().tolist()] == [1.0, 2.0]
