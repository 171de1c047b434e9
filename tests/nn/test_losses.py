"""Losses against their formulas, written out here in plain floats; in batches; and bad targets."""

import math
import random

import pytest

import autograd
import nn
from autograd import ArgumentError, GraphError, OperandError, Value
from autograd import compile as compiled

DRAW = random.Random(3)
LOGITS = [[DRAW.gauss(0, 2) for _ in range(4)] for _ in range(20)]
REAL = [[DRAW.gauss(0, 1) for _ in range(4)] for _ in range(20)]
PROBABILITIES = [[DRAW.uniform(0.05, 0.95) for _ in range(4)] for _ in range(20)]


def softmax(xs):
    total = sum(math.exp(x) for x in xs)
    return [math.exp(x) / total for x in xs]


def huber(a, y, delta=1.0):
    e = abs(a - y)
    return e * e / 2 if e < delta else delta * (e - delta / 2)


def log_probabilities(xs):
    return [math.log(p) for p in softmax(xs)]


# name: outputs, targets, the loss of one output
EACH = {
    "mse_loss": (REAL, REAL[::-1], lambda a, y: (a - y) ** 2),
    "l1_loss": (REAL, REAL[::-1], lambda a, y: abs(a - y)),
    "huber_loss": (REAL, REAL[::-1], huber),
    "hinge_loss": (
        REAL, [[1.0, -1.0, -1.0, 1.0]] * 20, lambda a, y: 1 - a * y if a * y < 1 else 0.0,
    ),
    "binary_cross_entropy": (
        PROBABILITIES, PROBABILITIES[::-1], lambda p, y: -y * math.log(p) - (1 - y) * math.log(1 - p),
    ),
    "binary_cross_entropy_with_logits": (
        LOGITS, PROBABILITIES,
        lambda a, y: y * math.log(1 + math.exp(-a)) + (1 - y) * math.log(1 + math.exp(a)),
    ),
    "kl_div": (
        [log_probabilities(xs) for xs in LOGITS], PROBABILITIES,
        lambda a, y: y * (math.log(y) - a),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EACH)
def test_each_reduction_is_the_formula(name):
    outputs, targets, formula = EACH[name]
    loss = getattr(nn, name)
    for xs, ys in zip(outputs, targets, strict=True):
        expected = [formula(a, y) for a, y in zip(xs, ys, strict=True)]
        a = [Value(x) for x in xs]
        assert [x.data for x in loss(a, ys, reduction="none")] == pytest.approx(expected)
        assert loss(a, ys, reduction="sum").data == pytest.approx(sum(expected))
        assert loss(a, ys).data == pytest.approx(sum(expected) / 4)
        assert loss(a, ys).label == "L"
        assert loss(xs, ys).data == loss(a, ys).data  # plain outputs give a Value too


@pytest.mark.parametrize("name", EACH)
def test_gradients_are_those_of_differences(name):
    outputs, targets, formula = EACH[name]
    h = 1e-6
    for xs, ys in zip(outputs, targets, strict=True):
        a = [Value(x) for x in xs]
        getattr(nn, name)(a, ys).backward()
        slopes = [
            (formula(x + h, y) - formula(x - h, y)) / (2 * h) for x, y in zip(xs, ys, strict=True)
        ]
        assert [4 * x.grad for x in a] == pytest.approx(slopes, rel=1e-6, abs=1e-8)


def test_losses_of_classes_are_the_formulas():
    for xs, ys in zip(LOGITS, PROBABILITIES, strict=True):
        p = softmax(xs)
        for k in range(4):
            a = [Value(x) for x in xs]
            loss = nn.cross_entropy(a, k)
            loss.backward()
            assert loss.data == pytest.approx(-math.log(p[k]))
            assert [x.grad for x in a] == pytest.approx([q - (j == k) for j, q in enumerate(p)])
            assert nn.nll_loss(nn.log_softmax(a), k).data == loss.data
            one_hot = [float(j == k) for j in range(4)]
            assert nn.cross_entropy(a, one_hot).data == pytest.approx(loss.data)
        expected = -sum(y * math.log(q) for y, q in zip(ys, p, strict=True))
        for reduction in ("mean", "sum", "none"):
            found = nn.cross_entropy([Value(x) for x in xs], ys, reduction=reduction)
            assert found.data == pytest.approx(expected)
    assert nn.log_softmax([]) == []


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        (lambda x: nn.cross_entropy([x, Value(0.0)], 1), (1000.0, 1.0)),
        (lambda x: nn.cross_entropy([x, Value(0.0)], 0), (0.0, 0.0)),
        (lambda x: nn.binary_cross_entropy_with_logits([x], [0.0]), (1000.0, 1.0)),
        (lambda x: nn.binary_cross_entropy_with_logits([x], [1.0]), (0.0, 0.0)),
        (lambda x: nn.huber_loss([x * 1e200], [0.0]), (1e203, 1e200)),
        (lambda x: nn.l1_loss([x], [1000.0]), (0.0, 0.0)),
        (lambda x: nn.hinge_loss([x / 1000.0], [1]), (0.0, 0.0)),  # at the corner
        (lambda x: nn.huber_loss([x], [999.0]), (0.5, 1.0)),  # and where the parabola ends
        (lambda x: nn.binary_cross_entropy([x / 1000.0], [1]), (0.0, 0.0)),
        (lambda x: nn.kl_div([x, -1.0], [0.0, 1.0]), (0.5, 0.0)),
    ],
)
def test_at_the_extremes(loss, gradient):
    x = Value(1000.0)
    found = loss(x)
    found.backward()
    assert (found.data, x.grad) == pytest.approx(gradient, abs=1e-15)


@pytest.mark.parametrize(("p", "y", "value", "slope"), [
    (0.0, 1.0, 100.0, -1e12), (1.0, 0.0, 100.0, 1e12), (0.0, 0.4, 40.0, -4e11),
    (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0), (1e-50, 1.0, 100.0, -1e12),
])  # fmt: skip
def test_certain_and_wrong_is_expensive_and_finite(p, y, value, slope):
    x = Value(p)
    loss = nn.binary_cross_entropy([x], [y])
    loss.backward()
    assert loss.data == pytest.approx(value)
    assert x.grad == pytest.approx(slope, rel=1e-7)  # PyTorch's bound, 1e-12, has 32 bits


@pytest.mark.parametrize("name", [*EACH, "cross_entropy", "nll_loss"])
def test_nan_is_not_hidden(name):
    target = 0 if name in {"cross_entropy", "nll_loss"} else [1.0, 1.0]
    if name == "binary_cross_entropy":
        with pytest.raises(ArgumentError, match=r"output 1 is nan; it must be from 0 to 1"):
            nn.binary_cross_entropy([Value(math.nan), 0.5], target)
    else:
        assert math.isnan(getattr(nn, name)([Value(math.nan), -0.5], target).data)


BATCHES = [
    *[(name, *EACH[name][:2]) for name in EACH],
    ("binary_cross_entropy", [[0.0, 1.0, 1e-13, 0.5]] * 2, [[1.0, 0.0, 0.25, 0.5], [0.0, 1.0, 1.0, 1.0]]),
    ("cross_entropy", LOGITS, [i % 4 for i in range(20)]),
    ("cross_entropy", LOGITS, PROBABILITIES),
    ("nll_loss", REAL, [i % 4 for i in range(20)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "outputs", "targets"), BATCHES, ids=lambda x: x if type(x) is str else ""
)
@pytest.mark.parametrize("backend", ["auto", "python"])
def test_in_batches_as_one_by_one(name, outputs, targets, backend):
    np = pytest.importorskip("numpy")

    def loss(x, y):
        return getattr(nn, name)(x, y)

    step = compiled(autograd.value_and_grad(loss), in_axes=(0, 0), backend=backend)
    values, gradients = step(np.array(outputs), np.array(targets))
    for i, (xs, y) in enumerate(zip(outputs, targets, strict=True)):
        a = [Value(x) for x in xs]
        one = loss(a, y)
        one.backward()
        assert values[i] == pytest.approx(one.data, rel=1e-13, abs=1e-15)
        assert list(np.asarray(gradients)[i]) == pytest.approx(
            [x.grad for x in a], rel=1e-12, abs=1e-15
        )


@pytest.mark.parametrize(("name", "bad"), [
    ("cross_entropy", 4.0), ("cross_entropy", -1.0), ("cross_entropy", 0.5), ("nll_loss", 9.0),
    ("cross_entropy", [0.5, 1.5, 0.0, 0.0]), ("kl_div", [-0.5, 0.5, 0.0, 0.0]),
    ("binary_cross_entropy", [2.0, 0.5, 0.0, 0.0]), ("hinge_loss", [0.0, 1.0, 1.0, 1.0]),
    ("binary_cross_entropy_with_logits", [2.0, 0.5, 0.0, 0.0]), ("mse_loss", [math.nan, 1.0, 1.0, 1.0]),
])  # fmt: skip
def test_in_a_batch_a_bad_target_spoils_its_own_example(name, bad):
    np = pytest.importorskip("numpy")
    good = 1.0 if isinstance(bad, float) else [1.0] * 4
    xs = [[0.5, 0.25, 0.75, 0.5]] * 3
    losses = compiled(lambda x, y: getattr(nn, name)(x, y), in_axes=(0, 0))(
        np.array(xs), np.array([good, bad, good])
    )
    assert math.isnan(losses[1])
    assert losses[0] == losses[2] == pytest.approx(getattr(nn, name)(xs[0], good).data)
    with pytest.raises(ArgumentError, match=name):
        getattr(nn, name)(xs[1], bad)


@pytest.mark.parametrize("name", [*EACH, "cross_entropy"])
def test_sizes_that_differ_are_named(name):
    loss = getattr(nn, name)
    for outputs, targets, words in (
        ([0.5, 0.5], [1.0], "1 targets for 2 outputs"), ([0.5], [1.0] * 3, "3 targets for 1 outputs"),
        ([], [], "no output"), ([0.5], [], "0 targets for 1 outputs"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=f"{name}: .*{words}"):
            loss(outputs, targets)
    with pytest.raises(
        ArgumentError, match=r"reduction is 'max'; it must be one of mean, sum, none"
    ):
        loss([0.5], [1.0], reduction="max")
    with pytest.raises(ArgumentError, match="target 2 is nan"):
        loss([0.5, 0.5], [1.0, math.nan])
    for unordered in ({0.5, 1.0}, {0.5: 1.0}):
        with pytest.raises(OperandError, match="has no order"):
            loss(unordered, [1.0, 1.0])
        with pytest.raises(OperandError, match="has no order"):
            loss([0.5, 0.5], unordered)
    for bad in ("yes", None, 1j):
        with pytest.raises(OperandError, match=f"{name}: target 1"):
            loss([0.5], [bad])
        with pytest.raises(OperandError, match=f"{name}: output 2"):
            loss([0.5, bad], [1.0, 1.0])


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_a_class_is_one_of_the_outputs(name):
    loss = getattr(nn, name)
    for label in (3, -1, 0.5, math.nan, math.inf):
        with pytest.raises(ArgumentError, match=f"the label is {label:g}; with 3 .* from 0 to 2"):
            loss([1.0, 2.0, 3.0], label)
    with pytest.raises(OperandError, match=f"{name}: the label: .*'cat'"):
        loss([1.0, 2.0], "cat")
    with pytest.raises(ArgumentError, match="no output"):
        loss([], 0)
    assert loss([-1.0, -2.0], Value(1.0)).data == loss([-1.0, -2.0], True).data
    with pytest.raises(ArgumentError, match=r"nll_loss: .*one class, got \[0, 1\]"):
        nn.nll_loss([1.0, 2.0], [0, 1])


def test_a_delta_is_positive():
    for delta in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ArgumentError, match="huber_loss: delta is"):
            nn.huber_loss([1.0], [1.0], delta=delta)


def test_a_fixed_target_may_be_compiled_in():
    found = compiled(lambda x, y: nn.cross_entropy([x, y], 1) + nn.huber_loss([x], [3], delta=2))
    assert found(1.0, 2.0) == pytest.approx(math.log(1 + math.exp(-1)) + 2.0)


def test_other_errors_of_a_recording_stay():
    with pytest.raises(GraphError, match="decides a branch"):
        compiled(lambda x: nn.mse_loss([x], [1.0]) if x > 0 else x)(1.0)


def test_targets_may_have_gradients():
    y = Value(0.25)
    nn.mse_loss([1.0], [y]).backward()
    assert y.grad == -1.5
    p, t = Value(math.log(0.5)), Value(0.25)
    nn.kl_div([p], [t]).backward()
    assert t.grad == pytest.approx(math.log(0.25) + 1 - math.log(0.5))
