"""What was once wrong: each the smallest case that showed it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import ArgumentError, GraphError, OperandError, Value
from nn.memories import Memories

X = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
Y = [0, 1, 0, 1]
BOTH = pytest.mark.parametrize("compile", [False, True], ids=["eager", "compiled"])


def network() -> nn.MLP:
    return nn.MLP(2, [3, 2], "tanh", "identity", seed=0)


def fitted(model: Any, **options: Any) -> nn.History:
    options = {"loss": "cross_entropy", "optimizer": "sgd", "epochs": 2} | options
    x, y = options.pop("X", X), options.pop("y", Y)
    return nn.fit(model, x, y, progress=False, **options)


def refused(pattern: str, model: Any = None, **options: Any) -> None:
    """``fit`` refuses at once, and the model is as it was."""
    model = network() if model is None else model
    before = [w.data for w in model.parameters()]
    with pytest.raises((ArgumentError, OperandError, GraphError, OSError), match=pattern):
        fitted(model, **options)
    assert [w.data for w in model.parameters()] == before


class Scaled(nn.Module):
    def __init__(self) -> None:
        self.linear, self.by, self.flag = nn.Linear(2, 2, seed=0), [1.0], True
        self.register_buffer("scale", np.ones(1))

    def forward(self, x: Any) -> Any:
        if not self.flag:
            return self.linear(x)
        return [a * self.by[0] * float(self.scale[0]) for a in self.linear(x)]


OF_THE_LOSS = [1.0]


def own_loss(outputs: Any, target: Any) -> Any:
    return OF_THE_LOSS[0] * nn.cross_entropy(outputs, target)


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.by.__setitem__(0, 5.0),
        lambda model: setattr(model, "flag", False) or model.by.__setitem__(0, 3.0),
        lambda model: model.scale.__setitem__(0, 5.0),
        lambda model: setattr(model, "scale", np.array([5.0])),
        lambda model: OF_THE_LOSS.__setitem__(0, 5.0),
    ],
    ids=["list", "flag", "entry of a buffer", "buffer", "global of the loss"],
)
def test_what_a_callback_changes_is_seen_by_the_compiled_steps(change: Any) -> None:
    losses = []
    for compile in (False, True):
        model = Scaled()
        OF_THE_LOSS[0] = 1.0

        def once(epoch: nn.Epoch, model: Any = model) -> None:
            if epoch.epoch == 2:
                change(model)

        losses.append(
            fitted(model, loss=own_loss, epochs=4, callbacks=once, compile=compile).losses
        )
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)
    OF_THE_LOSS[0] = 1.0


def test_a_callback_that_takes_another_layer_is_refused_when_compiled() -> None:
    def other(epoch: nn.Epoch) -> None:
        epoch.model.linear = nn.Linear(2, 2, seed=1)

    with pytest.raises(ArgumentError, match="is a parameter of the optimizer and not of the model"):
        fitted(Scaled(), callbacks=other, compile=True)


def test_a_callback_with_dropout_and_frozen_layers() -> None:
    def losses(compile: bool) -> list[float]:
        drop = nn.Dropout(0.5, seed=1)
        model = nn.Sequential(nn.Linear(2, 4, seed=0), "tanh", drop, nn.Linear(4, 2, seed=1))

        def toggle(epoch: nn.Epoch) -> None:
            model[0].requires_grad_(epoch.epoch % 2 == 0)

        return fitted(model, epochs=4, batch_size=2, callbacks=toggle, compile=compile).losses

    assert losses(True) == pytest.approx(losses(False), rel=1e-9)


def test_a_model_that_changes_when_called_is_not_recorded() -> None:
    class Louder(Scaled):
        def forward(self, x: Any) -> Any:
            self.by = [self.by[0] + 1.0]
            return super().forward(x)

    refused("called twice with the same example", Louder(), compile=True)


@BOTH
def test_what_was_computed_once_from_parameters_is_refused(compile: bool) -> None:
    class Early(nn.Module):
        def __init__(self) -> None:
            self.w = Value(0.5)
            self.twice = [2.0 * self.w]

        def forward(self, x: Any) -> Any:
            return [x[0] * self.twice[0], x[1] * self.w]

    refused(r"Early\.twice\.0 was computed .* in forward", Early(), compile=compile)


def test_what_a_call_leaves_in_an_attribute_is_no_parameter() -> None:
    class Noting(Scaled):
        def forward(self, x: Any) -> Any:
            self.last = super().forward(x)
            return self.last

    assert fitted(Noting()).losses == fitted(Scaled()).losses


def test_outputs_that_can_be_read_once_are_refused() -> None:
    class Lazy(Scaled):
        def forward(self, x: Any) -> Any:
            return (a for a in super().forward(x))

    refused("a generator, which can be read only once", Lazy())


class Pressed:
    """An array whose first reading is interrupted by Ctrl-C."""

    def __init__(self) -> None:
        self.readings = 0

    def tolist(self) -> Iterator[float]:
        self.readings += 1
        yield 1.0
        if self.readings == 1:
            raise KeyboardInterrupt
        yield 2.0


def test_ctrl_c_while_a_memory_is_spread_loses_nothing() -> None:
    first, second = Value(0.0), Value(0.0)
    memories = Memories({})
    memories.keep(0, [first, second], {"exp_avg": Pressed()})
    with pytest.raises(KeyboardInterrupt):
        memories.spread()
    assert memories.spread() == {first: {"exp_avg": 1.0}, second: {"exp_avg": 2.0}}


@pytest.mark.parametrize(
    ("pattern", "options"),
    [
        (r"takes a list of 2 inputs, such as \[x, x\]; got 1.0", {"X": [1.0, 2.0, 3.0, 4.0]}),
        (r"1 targets for 2 outputs; .* y\.ravel\(\)", {"y": [[k] for k in Y]}),
        (
            "1 of 8 numbers of X are masked",
            {"X": np.ma.masked_array(X, mask=[[0, 0], [1, 0], [0, 0], [0, 0]])},
        ),
        ("the inputs hold a Value", {"X": [[Value(a) for a in x] for x in X], "compile": True}),
        ("the targets hold a Value", {"y": [Value(k) for k in Y], "compile": True}),
        ("the label is 0.99999999;", {"y": [0, 0.99999999, 0, 1]}),
        ("the label is 1234567;", {"y": [0, 1234567, 0, 1]}),
        ("is no file but a folder", {"save": os.curdir}),
    ],
    ids=lambda x: x[:24] if isinstance(x, str) else "",
)
def test_bad_input_is_named_and_refused_at_once(pattern: str, options: Any) -> None:
    refused(pattern, **options)


@BOTH
def test_what_cannot_be_saved_is_refused_before_the_first_step(
    compile: bool, tmp_path: Path
) -> None:
    class Unordered(Scaled):
        def __init__(self) -> None:
            super().__init__()
            self.shifts = {Value(0.1), Value(0.2)}

        def forward(self, x: Any) -> Any:
            a, b = super().forward(x)
            return [a + ag.sum(self.shifts), b]

    refused("a set, which has no order", Unordered(), compile=compile, save=tmp_path / "x.npz")
    assert not [*tmp_path.iterdir()]


@BOTH
def test_numbers_of_numpy_are_numbers(compile: bool) -> None:
    plain = fitted(network(), batch_size=2, epochs=2, seed=3, validation=0.25, compile=compile)
    theirs = fitted(
        network(), batch_size=np.int64(2), epochs=np.int32(2), seed=np.uint8(3),
        validation=np.float32(0.25), compile=compile,
    )  # fmt: skip
    assert theirs.losses == plain.losses
    assert theirs.validation == plain.validation
    weights = [w.data for w in nn.MLP(2, [1], seed=np.int64(3)).parameters()]
    assert weights == [w.data for w in nn.MLP(2, [1], seed=3).parameters()]
    filled = np.ma.masked_array(X, mask=False)
    assert fitted(network(), X=filled, compile=compile).losses[0] == pytest.approx(0.57085956963)


def test_what_a_loss_refuses_in_the_midst_has_its_place_and_the_way_out() -> None:
    model = nn.MLP(1, [1], output="identity", init=lambda layer: nn.init.constant_(layer, 0.5))
    ahead = nn.SGD(model.parameters(), lr=3.0)
    with pytest.raises(ArgumentError) as caught:
        fitted(
            model, X=[[0.5], [0.5]], y=[1, 1], loss="binary_cross_entropy", optimizer=ahead,
            epochs=9,
        )  # fmt: skip
    text = str(caught.value)
    assert text.startswith("fit: example 0 in epoch 2, step 1: binary_cross_entropy: output 1 is ")
    assert "of any number binary_cross_entropy_with_logits takes the loss" in text


def test_with_weights_and_smoothing_a_class_of_weight_0_is_nan_as_in_pytorch() -> None:
    loss = nn.cross_entropy([0.0, 1.0], 0, weight=[0.0, 1.0], label_smoothing=0.5)
    assert np.isnan(loss.data)
    some = nn.cross_entropy([0.0, 1.0], 0, weight=[2.0, 1.0], label_smoothing=0.5)
    one, other = nn.log_softmax([0.0, 1.0])
    assert some.data == pytest.approx(-0.5 * one - 0.25 * (2.0 * one + other) / 2.0)


@pytest.mark.parametrize(
    ("pattern", "make"),
    [
        ("Linear: bias is 'relu'; .* activation=", lambda: nn.Linear(2, 1, "relu")),
        (r"it must be made: Linear\(", lambda: nn.Sequential(nn.Linear)),
        ("pass them one by one", lambda: nn.Sequential([nn.Linear(1, 1)])),
        ("no activation <class", lambda: nn.MLP(2, [1], float)),
        ("cross_entropy has it in itself", lambda: nn.MLP(2, [2], "softmax")),
        (r"the seed is \[1\]", lambda: nn.MLP(2, [1], seed=[1])),
        ("MLP: takes a list of 4 inputs, such as .x, ...", lambda: nn.MLP(4, [1])(Value(1.0))),
        ("Layer: takes a list of 1 input, such as .x.;", lambda: nn.Linear(1, 1)(0.5)),
        ("Neuron: takes a list of 1 input, ", lambda: nn.Neuron(1)(0.5)),
    ],
)
def test_what_a_beginner_writes_is_refused_with_the_remedy(
    pattern: str, make: Callable[[], Any]
) -> None:
    with pytest.raises((ArgumentError, OperandError), match=pattern):
        make()


def test_what_was_loaded_has_pytorchs_names() -> None:
    loaded = network().load_state_dict({"other": 1.0}, strict=False)
    assert loaded.missing_keys == loaded.missing
    assert loaded.unexpected_keys == ["other"]


@BOTH
def test_numbers_of_few_bits_do_not_wrap_around(compile: bool) -> None:
    class Differences(Scaled):
        def forward(self, x: Any) -> Any:
            return super().forward([x[0] - x[1], 200 * x[1]])

    def hinge(outputs: Any, y: Any) -> Any:
        return nn.hinge_loss(outputs[0], 2 * y - 1)

    wide = fitted(Differences(), loss=hinge, compile=compile)
    for kind in (np.uint8, np.int8, np.uint64, np.float16):
        x, y = np.array(X, kind), np.array(Y, kind)
        narrow = fitted(Differences(), X=x, y=y, loss=hinge, compile=compile)
        assert narrow.losses == pytest.approx(wide.losses, rel=1e-12)


def test_a_callback_has_a_history_of_its_own_and_may_return_numpys_true() -> None:
    def meddling(epoch: nn.Epoch) -> Any:
        epoch.history.losses.clear()
        return np.bool_(epoch.epoch == 3)

    history = fitted(network(), epochs=9, callbacks=meddling)
    assert (len(history.losses), history.stopped) == (3, "stopped by a callback")


@BOTH
def test_accuracy_of_numbers_is_refused_and_of_sides_is_counted_from_0(compile: bool) -> None:
    one = nn.MLP(2, [1], output="identity", seed=0)
    options = {"metrics": "accuracy", "compile": compile}
    refused("accuracy: a target is 5; .* mae or r2", one, y=[0.3, 1, 0, 5], loss="mse", **options)
    one = nn.Linear(1, 1, seed=0)
    one.neurons[0].weights[0].data = 0.3  # of class 1, for it is above 0
    history = fitted(
        one, X=[[1.0], [-1.0]], y=[1, -1], loss="hinge", epochs=1, validation=([[1.0]], [1]),
        optimizer=nn.SGD(one.parameters(), lr=1e-9), **options,
    )  # fmt: skip
    assert history.metrics["accuracy"] == [1.0]


def test_a_target_of_another_size_is_found_among_thousands() -> None:
    y = [[k / 3000, 1.0 - k / 3000] for k in range(2000)]
    y[1500] = [0.5, 0.25, 0.25]
    refused("example 1500: cross_entropy: got 3 targets for 2 outputs", X=[[0.0, 1.0]] * 2000, y=y)


def test_ctrl_c_while_compiling_leaves_no_parameter_nan() -> None:
    class Restored(Value):
        """Ctrl-C as soon as its number is put back."""

        __slots__ = ()

        def __setattr__(self, name: str, x: Any) -> None:
            was_nan = name == "data" and np.isnan(self.data)
            super().__setattr__(name, x)
            if was_nan:
                signal.raise_signal(signal.SIGINT)

    model = Scaled()
    model.linear.neurons[0].weights[0] = Restored(0.25)
    before = [w.data for w in model.parameters()]
    with pytest.raises(KeyboardInterrupt):
        fitted(model, compile=True)
    assert [w.data for w in model.parameters()] == before
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@dataclass
class OwnLoss:
    factor: float

    def __call__(self, outputs: Any, target: Any) -> Any:
        return self.factor * nn.cross_entropy(outputs, target)


def test_a_loss_without_a_hash_may_be_changed_by_a_callback() -> None:
    losses = []
    for compile in (False, True):
        loss = OwnLoss(1.0)

        def heavier(epoch: nn.Epoch, loss: OwnLoss = loss) -> None:
            loss.factor += epoch.epoch

        options = {"loss": loss, "callbacks": heavier, "epochs": 3, "compile": compile}
        losses.append(fitted(network(), **options).losses)
    assert losses[1] == pytest.approx(losses[0], rel=1e-9)


def test_a_result_that_no_loss_uses_may_be_held() -> None:
    model = Scaled()
    model.note = 2.0 * model.linear.neurons[0].weights[0]
    assert fitted(model).losses == fitted(Scaled()).losses
