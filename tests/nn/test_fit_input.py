"""What fit refuses: at once, by name, and with nothing changed."""

import math
import random

import pytest

import nn
from autograd import ArgumentError, OperandError, Value
from nn import MLP, fit
from nn.batches import Examples
from nn.generators import generators, set_states, states
from nn.metrics import METRICS, accuracy, metrics_of

np = pytest.importorskip("numpy")

POINTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
CLASSES = [0, 1, 1, 0]
NAN = [[0.0, 0.0], [0.0, 1.0], [1.0, math.nan], [1.0, 1.0]]
COMPILED = pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])

REFUSED = {
    "nan in a list": ({"X": NAN}, "entry 1 of example 2 is nan"),
    "nan in an array": ({"X": np.array(NAN)}, "entry 1 of example 2 is nan"),
    "nan deep inside": ({"X": [[[0.0, math.nan]]] * 4}, "entry 1 of entry 0 of example 0 is nan"),
    "inf": ({"X": [0.0, 1.0, 2.0, math.inf]}, "example 3 is inf"),
    "nan in y": ({"y": [0, math.nan, 1, 0]}, "the target of example 1 is nan"),
    "a Value that is nan": ({"y": [Value(math.nan), 0, 0, 1]}, "the target of example 0 is nan"),
    "text": ({"y": ["no", "yes", "yes", "no"]}, "target of example 0 is 'no', no number"),
    "nothing": ({"X": [[0.0, None]] * 4}, "entry 1 of example 0 is None"),
    "complex": ({"X": [[0.0, 1j]] * 4}, "entry 1 of example 0: .*complex"),
    "other lengths": ({"y": [0, 1, 1]}, "got 3 targets for 4 inputs"),
    "no example": ({"X": [], "y": []}, "there is no example"),
    "an empty array": ({"X": np.zeros((0, 2)), "y": []}, "there is no example"),
    "inputs": ({"X": [[1.0]] * 4}, "example 0: MLP: got 1 inputs, it was built for 2"),
    "ragged": ({"X": [*POINTS[:3], [1.0]]}, "example 3: MLP: got 1 inputs, it was built for 2"),
    "targets": ({"loss": "mse", "y": [[0.0]] * 4}, "example 0: .* 1 targets for 2 outputs"),
    "one target": (
        {"loss": "mse", "y": [[0.0, 1.0], [0.0], [1.0, 1.0], [0.0, 0.0]]}, "example 1: .* 1 targ",
    ),
    "a class": ({"y": [0, 1, 2, 0]}, "example 2: .*the label is 2; with 2 outputs"),
    "a negative class": ({"y": [0, 1, -1, 0]}, "example 2: .*the label is -1"),
    "half a class": ({"y": np.array([0, 1, 0.5, 0])}, "example 2: .*the label is 0.5"),
    "a probability": ({"y": [[0.5, 1.5]] * 4}, "example 0: .*target 2 is 1.5"),
    "X of no list": ({"X": 5.0}, "X is float"), "y of no list": ({"y": None}, "y is NoneType"),
    "a generator": ({"X": iter(POINTS)}, "X is list_iterator"),
    "an array of no dimension": ({"X": np.array(1.0)}, "X is ndarray"),
    "a dict": ({"X": {"a": 1}}, "X is dict"),
    "batch_size 0": ({"batch_size": 0}, "batch_size is 0"),
    "batch_size 2.5": ({"batch_size": 2.5}, "batch_size is 2.5"),
    "epochs True": ({"epochs": True}, "epochs is True"), "epochs 0": ({"epochs": 0}, "epochs is 0"),
    "patience": ({"patience": 1.5}, "patience is 1.5"), "goal": ({"goal": "low"}, "fit: goal: "),
    "goal nan": ({"goal": math.nan}, "goal is nan"), "seed": ({"seed": []}, r"the seed is \[\]"),
    "a loss": ({"loss": "msee"}, "no loss 'msee'.*half_squared_error"),
    "no loss": ({"loss": 3}, "the loss is 3"),
    "a loss that gives none": ({"loss": lambda a, y: 1.0}, "example 0: the loss gave 1.0, no Value"),
    "an optimizer": ({"optimizer": "adma"}, "no optimizer 'adma'.*adam"),
    "an optimizer not made": ({"optimizer": nn.Adam}, "the optimizer is Adam; it must be made"),
    "no optimizer": ({"optimizer": None}, "the optimizer is None"),
    "another model's": ({"optimizer": nn.SGD(MLP(1, [1]).parameters())}, "depends on no parameter"),
    "another schedule": (
        {"schedule": nn.StepLR(nn.SGD([Value(0.0)]), 2)}, "the schedule is of another optimizer",
    ),
    "no schedule": ({"schedule": 3}, "the schedule is 3"),
    "no schedule made": ({"schedule": lambda _: 3}, "the schedule is '?3"),
    "no model": ({"model": 3}, "the model is 3"),
    "validation": ({"validation": 1.5}, "validation is 1.5"),
    "too much": ({"validation": 0.9}, "validation=0.9 of 4 examples is 4"),
    "no validation": ({"validation": 3}, "validation is 3"),
    "bad validation": (
        {"validation": (POINTS, [0, 1, 5, 0])}, "validation example 2: .*the label is 5",
    ),
    "metric": ({"metrics": "acuracy"}, "no metric 'acuracy'.*accuracy"),
    "no metric": ({"metrics": [3]}, "3 is no metric"), "metrics": ({"metrics": 3}, "metrics is 3"),
    "two metrics": ({"metrics": ["mae", "mae"]}, "two metrics are called 'mae'"),
    "a metric of text": ({"metrics": [lambda a, y: "x"]}, "the metric <lambda>: .*'x'"),
    "a metric of sizes": ({"metrics": "mae"}, "a metric got 1 targets for 2 outputs"),
    "callbacks": ({"callbacks": 3}, "a callback is 3"),
    "a callback": ({"callbacks": [None]}, "a callback is None"),
    "clip_norm": ({"clip_norm": 0.0}, "clip_norm is 0.0"),
    "clip_value": ({"clip_value": -1.0}, "clip_value is -1.0"),
    "save_every": ({"save_every": 0}, "save_every is 0"), "save": ({"save": 3}, "path of a file"),
}  # fmt: skip


@COMPILED
@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_named_and_changes_nothing(changes, words, compiled):
    model = MLP(2, [3, 2], activation="tanh", output="identity", seed=0)
    adam = nn.Adam(model.parameters())
    before, rates, drawn = model.state_dict(), adam.state_dict(), random.getstate()
    given = {
        "model": model, "X": POINTS, "y": CLASSES, "loss": "cross_entropy", "optimizer": adam,
        "epochs": 1, "progress": False, "compile": compiled,
    }  # fmt: skip
    with pytest.raises((ArgumentError, OperandError), match=words) as error:
        fit(**given | changes)
    assert str(error.value).startswith("fit: ")
    assert model.state_dict() == before and adam.state_dict() == rates
    assert random.getstate() == drawn and model.training


@COMPILED
def test_a_rate_of_0_and_a_frozen_model_are_refused(compiled):
    model = MLP(2, [2], seed=0)
    sgd = nn.SGD(model.parameters(), lr=0.1)
    options = {"loss": "cross_entropy", "epochs": 1, "progress": False, "compile": compiled}
    sgd.param_groups[0]["lr"] = 0.0
    with pytest.raises(ArgumentError, match=r"learning rate of the optimizer is 0\.0"):
        fit(model, POINTS, CLASSES, optimizer=sgd, **options)
    sgd.lr = 0.1
    cosine = nn.CosineAnnealingLR(sgd, 1)
    cosine.step()  # a schedule may come to 0
    assert sgd.lr == 0.0
    fit(model, POINTS, CLASSES, optimizer=sgd, schedule=cosine, **options)
    model.requires_grad_(False)
    with pytest.raises(ArgumentError, match="All are frozen"):
        fit(model, POINTS, CLASSES, optimizer=sgd, schedule=cosine, **options)


def test_where_nothing_can_be_saved_is_said_at_once(tmp_path):
    options = {"loss": "mse", "epochs": 1, "progress": False}
    model, w = MLP(2, [1], seed=0), Value(1.0)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        fit(model, POINTS, CLASSES, optimizer="sgd", save=tmp_path / "a" / "b.npz", **options)
    with pytest.raises(OperandError, match=r"only an nn\.Module"):
        fit(lambda x: w * x[0], POINTS, CLASSES, optimizer=nn.SGD([w]), save=tmp_path / "b.npz",
            **options)  # fmt: skip


def test_ragged_examples_are_for_models_that_take_them():
    class Mean(nn.Module):
        def __init__(self):
            self.w = Value(0.5)

        def forward(self, xs):
            return self.w * (sum(xs) / len(xs))

    options = {"loss": "mse", "optimizer": "sgd", "epochs": 2, "progress": False}
    ragged = [[1.0], [1.0, 2.0], [3.0]]
    assert len(fit(Mean(), ragged, [1.0, 2.0, 3.0], **options).losses) == 2
    with pytest.raises(ArgumentError, match="example 0 has 1 numbers, example 1 has 2"):
        fit(Mean(), ragged, [1.0, 2.0, 3.0], compile=True, **options)


def test_an_example_may_be_anything_that_the_model_takes():
    w = Value(0.5)
    sgd = nn.SGD([w])
    nested = [[[1.0, 2.0], [3.0]], [[1.0], [2.0, 3.0]], [[Value(1.0), 2], [3.0]]]
    named = [{"a": 1.0, "b": [2.0]}, {"a": 2.0, "b": [3.0]}, {"a": 0.0, "b": [0.0]}]
    options = {"loss": "mse", "optimizer": sgd, "epochs": 1, "progress": False}
    assert fit(lambda rows: w * sum(map(sum, rows)), nested, [0.0, 1.0, 2.0], **options)
    assert fit(lambda row: w * row["a"] + row["b"][0], named, [0.0, 1.0, 2.0], **options)
    with pytest.raises(ArgumentError, match="entry 1 of example 1 is nan"):
        fit(lambda row: w * row["a"], [{"a": 1.0}, {"a": 1.0, "b": math.nan}], [0, 1], **options)
    with pytest.raises(ArgumentError, match="example 1 is nan"):
        fit(lambda x: w * x, np.array([1.0, math.nan], dtype=object), [0, 1], **options)


def test_of_many_targets_the_extremes_are_tried_too():
    n = 1500
    model = MLP(1, [1], seed=0)
    y = [0.9 * k / n for k in range(n)]
    for k, bad in ((1200, 1.5), (1300, -0.5)):
        wrong = [*y[:k], bad, *y[k + 1 :]]
        with pytest.raises(ArgumentError, match=f"example {k}: .*target 1 is {bad}"):
            fit(model, [[0.0]] * n, wrong, loss="binary_cross_entropy", optimizer="sgd", epochs=1,
                progress=False)  # fmt: skip


def test_the_examples_that_are_held_back_are_of_the_seed():
    data = Examples.of("fit", list(range(10)), list(range(10)))
    train, held = data.split("fit", 0.25, 3)
    assert [len(train), len(held)] == [8, 2] and train.targets == train.inputs
    assert sorted([*train.inputs, *held.inputs]) == list(range(10))
    assert data.split("fit", 0.25, 3) == (train, held) != data.split("fit", 0.25, 4)
    assert data.split("fit", 0.25, random.Random(3)) == data.split("fit", 0.25, random.Random(3))
    assert len(data.split("fit", 0.01, None)[1]) == 1
    assert held.name(0) == f"example {held.inputs[0]}"
    array = Examples.of("fit", np.eye(4), np.arange(4)).take([2, 0])
    assert array.targets.tolist() == [2, 0]


def test_metrics_take_what_losses_take():
    assert accuracy([[0.2, 0.8], [0.9, 0.1]], [[0, 1], [0.4, 0.6]]) == 0.5
    assert accuracy([[-0.5], [2.0], [0.1]], [-1, 1, -1]) == pytest.approx(2 / 3)
    assert accuracy([[0.4], [0.6]], [np.array([0]), Value(1.0)]) == 1.0
    logits = metrics_of("fit", "accuracy", nn.binary_cross_entropy_with_logits)["accuracy"]
    assert logits([[0.1], [-0.1]], [1, 0]) == 1.0
    assert METRICS["r2"]([[1.0], [1.0]], [1.0, 1.0]) == 1.0
    assert METRICS["r2"]([[1.0], [2.0]], [1.0, 1.0]) == -math.inf
    named = metrics_of("fit", [lambda a, y: Value(a[0]), type("M", (), {"__call__": max})()], None)
    assert [*named] == ["<lambda>", "metric 2"]
    assert named["<lambda>"]([[2.0], [4.0]], [0, 0]) == 3.0
    model = MLP(2, [1], output="identity", seed=0)
    history = fit(model, POINTS, CLASSES, loss=nn.binary_cross_entropy_with_logits, optimizer="sgd",
                  epochs=1, metrics="accuracy", progress=False)  # fmt: skip
    assert history.metrics["accuracy"][0] in {0.0, 0.25, 0.5, 0.75, 1.0}


def test_generators_are_found_and_put_back():
    class Own(nn.Module):
        def __init__(self):
            self.inner, self._draw = nn.Dropout(0.5, seed=1), np.random.default_rng(2)

    model = Own()
    sources = generators(model)
    before = states(sources)
    assert [*before] == ["random", "numpy.random", "_draw", "inner._random"]

    def draw():
        return random.random(), np.random.rand(), model._draw.random(), model.inner.drawn(3)

    first = draw()
    assert draw() != first
    set_states(sources, before)
    assert draw() == first
    set_states(sources, {})
