"""The options of losses over classes: weights, an ignored class, smoothed labels."""

import math

import pytest

import autograd
import nn
from autograd import ArgumentError, GraphError, OperandError, Value
from autograd import compile as compiled

LOGITS = [0.5, -1.0, 2.0]
WEIGHTS = [0.5, 2.0, 3.0]


def logs(xs):
    total = sum(math.exp(x) for x in xs)
    return [x - math.log(total) for x in xs]


def test_a_weight_is_a_factor_that_the_mean_divides_out_again():
    for k, (log, w) in enumerate(zip(logs(LOGITS), WEIGHTS, strict=True)):
        for reduction, expected in (("sum", -w * log), ("none", -w * log), ("mean", -log)):
            loss = nn.cross_entropy(LOGITS, k, weight=WEIGHTS, reduction=reduction)
            assert loss.data == pytest.approx(expected)
            assert loss.label == "L"
            again = nn.nll_loss(logs(LOGITS), k, weight=WEIGHTS, reduction=reduction)
            assert again.data == pytest.approx(expected)


def test_weights_of_probabilities_are_never_divided_out():
    ys = [0.2, 0.3, 0.5]
    expected = -sum(w * y * log for w, y, log in zip(WEIGHTS, ys, logs(LOGITS), strict=True))
    for reduction in ("mean", "sum", "none"):
        loss = nn.cross_entropy(LOGITS, ys, weight=WEIGHTS, reduction=reduction)
        assert loss.data == pytest.approx(expected)


def test_smoothing_spreads_a_share_of_the_target():
    ys = [0.1, 0.1, 0.8]
    smooth = nn.cross_entropy(LOGITS, 2, label_smoothing=0.3)
    assert smooth.data == pytest.approx(nn.cross_entropy(LOGITS, ys).data)
    one_hot = nn.cross_entropy(LOGITS, [0.0, 0.0, 1.0], label_smoothing=0.3)
    assert one_hot.data == pytest.approx(smooth.data)
    weighted = nn.cross_entropy(LOGITS, 2, label_smoothing=0.3, weight=WEIGHTS, reduction="sum")
    by_list = nn.cross_entropy(LOGITS, ys, weight=WEIGHTS)
    assert weighted.data == pytest.approx(by_list.data)


@pytest.mark.parametrize("ignored", [-100, 1])
def test_an_ignored_class_costs_nothing(ignored):
    xs = [Value(x) for x in LOGITS]
    loss = nn.cross_entropy(xs, ignored, ignore_index=ignored, reduction="sum")
    loss.backward()
    assert loss.data == 0.0
    assert [x.grad for x in xs] == [0.0] * 3
    assert math.isnan(nn.cross_entropy(xs, ignored, ignore_index=ignored).data)
    assert nn.cross_entropy(xs, 2, ignore_index=ignored).data == nn.cross_entropy(xs, 2).data
    impossible = [-math.inf, 0.0, 0.0]
    assert nn.nll_loss(impossible, 0, ignore_index=0, reduction="none").data == 0.0


OPTIONS = (
    {"weight": WEIGHTS}, {"label_smoothing": 0.25}, {"ignore_index": 1}, {"ignore_index": -100},
    {"weight": WEIGHTS, "label_smoothing": 0.25, "ignore_index": 1},
)  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_compiled_in_a_batch_as_one_by_one(options, reduction):
    np = pytest.importorskip("numpy")
    targets = [0, 1, 2, *([-100] if options.get("ignore_index") == -100 else [])]
    batch = np.array([LOGITS] * len(targets))

    def loss(xs, y):
        return nn.cross_entropy(xs, y, reduction=reduction, **options)

    step = compiled(autograd.value_and_grad(loss), in_axes=(0, 0), backend="numpy")
    values, slopes = step(batch, np.array(targets))
    for i, target in enumerate(targets):
        xs = [Value(x) for x in LOGITS]
        one = loss(xs, target)
        one.backward()
        assert values[i] == pytest.approx(one.data, nan_ok=True)
        assert list(np.asarray(slopes)[i]) == pytest.approx([x.grad for x in xs], nan_ok=True)


@pytest.mark.parametrize(("options", "target", "words"), [
    ({"weight": [1.0]}, 0, "1 weights for 3 classes"),
    ({"weight": [1.0, math.nan, 1.0]}, 0, "weight 1 is nan"),
    ({"weight": [1.0] * 4}, [1.0, 0.0, 0.0], "4 weights for 3 classes"),
    ({"label_smoothing": 1.5}, 0, "label_smoothing is 1.5; it must be from 0 to 1"),
    ({"ignore_index": 0}, [1.0, 0.0, 0.0], "ignore_index is for the number of a class"),
    ({"ignore_index": 1}, -100, "the label is -100"),
])  # fmt: skip
def test_bad_options_are_named(options, target, words):
    with pytest.raises(ArgumentError, match=words):
        nn.cross_entropy(LOGITS, target, **options)


def test_what_is_no_number_is_refused():
    with pytest.raises(OperandError, match="weight 2"):
        nn.cross_entropy(LOGITS, 0, weight=[1.0, 2.0, "three"])


def test_an_index_that_is_recorded_is_refused_with_the_way_out():
    xs = [Value(1.0), Value(2.0)]
    for lookup in (lambda k: xs[k], lambda k: xs[int(k)]):
        with pytest.raises(GraphError, match=r"k is an index .*where\(y == k, x, 0\.0\)"):
            compiled(lookup)(1)
    way_out = compiled(
        lambda k: autograd.dot([autograd.where(k == j, 1.0, 0.0) for j in (0, 1)], xs)
    )
    assert way_out(1) == 2.0
