"""fit: the steps, eager and compiled, and everything around them."""

import copy
import gc
import math
import os
import random
import signal
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import (
    AnomalyError,
    ArgumentError,
    GraphError,
    MissingDependencyError,
    OperandError,
    Value,
    no_grad,
    sqrt,
)
from nn import MLP, fit

np = pytest.importorskip("numpy")

QUIET = {"progress": False}
COMPILED = pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
POINTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.25]]
CLASSES = [0, 1, 1, 0, 1]


def two(seed=0):
    return MLP(2, [3, 2], activation="tanh", output="identity", seed=seed)


def numbers(model):
    return [w.data for w in model.parameters()]


def dropped(seed=3):
    return nn.Sequential(
        nn.Linear(2, 4, activation="tanh", seed=0), nn.Dropout(0.4, seed=seed),
        nn.Linear(4, 3, activation="relu", seed=1), nn.Dropout(0.2, seed=seed + 1),
        nn.Linear(3, 2, seed=2),
    )  # fmt: skip


TASKS = {  # a model, targets, and what else each needs
    "cross_entropy": (two, CLASSES, {}),
    "mse": (lambda: MLP(2, [3, 1], activation="tanh", seed=0), [0.5, 1, 0.25, 0, 1], {}),
    "binary_cross_entropy_with_logits": (
        lambda: MLP(2, [1], output="identity", seed=0), [[0], [1], [1], [0], [1]], {},
    ),
    "huber": (two, [[0.5, 1.0]] * 5, {}),
    "dropout": (dropped, CLASSES, {"loss": "cross_entropy"}),
    "hinge": (lambda: MLP(2, [1], output="tanh", seed=2), [1, -1, -1, 1, 1], {}),
}  # fmt: skip


def trained(name, **options):
    make, targets, more = TASKS[name]
    model = make()
    if "lr" in options:
        options["optimizer"] = nn.Adam(model.parameters(), lr=options.pop("lr"))
    options = {"loss": name, "optimizer": "adam", "epochs": 4, "batch_size": 2} | more | options
    return model, fit(model, options.pop("X", POINTS), targets, **QUIET, **options)


ANY_RUN = {
    "name": st.sampled_from([*TASKS]), "optimizer": st.sampled_from([*nn.named.OPTIMIZERS]),
    "size": st.sampled_from([1, 2, 3, None]), "seed": st.integers(0, 5),
    "clip": st.sampled_from([{}, {"clip_norm": 0.1}, {"clip_value": 0.05}]),
    "validation": st.sampled_from([None, 0.4, (POINTS[:2], None)]), "schedule": st.booleans(),
}  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(**ANY_RUN)
def test_compiled_steps_equal_those_one_by_one(**case):
    same_steps(**case)


@pytest.mark.wide
@settings(max_examples=50, deadline=None)
@given(**ANY_RUN)
def test_compiled_steps_equal_those_one_by_one_in_many_runs(**case):
    same_steps(**case)


def same_steps(name, optimizer, size, seed, clip, validation, schedule):
    if isinstance(validation, tuple):
        validation = validation[0], TASKS[name][1][:2]
    if optimizer == "lbfgs":
        size = None
        name = "mse" if name in {"dropout", "hinge"} else name  # a line search needs one loss
        clip = {}  # where slopes are cut, differences of them are rounding alone
    rates = (lambda made: nn.StepLR(made, 1, 0.5)) if schedule else None
    found = [
        trained(
            name, optimizer=optimizer, batch_size=size, seed=seed, validation=validation,
            schedule=rates, metrics="accuracy", compile=compiled, **clip,
        )
        for compiled in (False, True)
    ]  # fmt: skip
    (model, history), (twin, other) = found
    assert history.losses == pytest.approx(other.losses, rel=1e-6, abs=1e-9)
    assert history.validation == pytest.approx(other.validation, rel=1e-6, abs=1e-9)
    assert history.metrics["accuracy"] == other.metrics["accuracy"]
    assert numbers(model) == pytest.approx(numbers(twin), rel=1e-6, abs=1e-8)
    assert len(history.validation) == (0 if validation is None else 4)


@COMPILED
def test_lists_arrays_and_tables_are_the_same(compiled):
    class Table:  # as far as a table of pandas matters
        def __init__(self, rows):
            self.rows = np.array(rows)

        def to_numpy(self):
            return self.rows

    found = []
    for kind in (list, np.array, Table, tuple):
        model = two()
        fit(
            model, kind(POINTS), kind(CLASSES), loss="cross_entropy", optimizer="sgd", epochs=2,
            batch_size=2, compile=compiled, **QUIET,
        )  # fmt: skip
        found.append(numbers(model))
    assert all(other == pytest.approx(found[0], rel=1e-12) for other in found)


@COMPILED
def test_the_order_is_of_the_seed(compiled):
    def losses(seed, **options):
        return trained("mse", seed=seed, batch_size=1, compile=compiled, **options)[1].losses

    assert losses(1) == losses(1) == losses(random.Random(1))
    assert losses(1) != losses(2)
    assert losses(1, shuffle=False) == losses(2, shuffle=False)


@COMPILED
def test_frozen_parameters_and_those_the_loss_does_not_reach_stay(compiled):
    class Net(nn.Module):
        def __init__(self):
            self.first, self.last = nn.Linear(2, 3, seed=0), nn.Linear(3, 2, seed=1)
            self.idle = nn.Linear(2, 2, seed=2)

        def forward(self, x):
            return self.last(self.first(x))

    model = Net()
    adam = nn.AdamW(model.parameters(), lr=0.1, weight_decay=0.5)
    model.first.requires_grad_(False)
    before = model.state_dict()
    fit(model, POINTS, CLASSES, loss="cross_entropy", optimizer=adam, epochs=2, compile=compiled,
        clip_norm=0.1, **QUIET)  # fmt: skip
    changed = {name.split(".")[0] for name, x in model.state_dict().items() if x != before[name]}
    assert changed == {"last"}


@COMPILED
def test_an_optimizer_of_a_part_trains_that_part(compiled):
    model = two()
    before = numbers(model)
    sgd = nn.SGD(model.layers[1].parameters()[::-1], lr=0.1)
    fit(model, POINTS, CLASSES, loss="cross_entropy", optimizer=sgd, epochs=1, compile=compiled,
        **QUIET)  # fmt: skip
    same = [a == b for a, b in zip(before, numbers(model), strict=True)]
    assert same == [True] * 9 + [False] * 8


@COMPILED
def test_callbacks_see_the_model_change_it_and_stop(compiled):
    seen = []

    def freeze(epoch):
        seen.append((epoch.epoch, epoch.loss, numbers(epoch.model), epoch.model.training))
        if epoch.epoch == 2:
            epoch.model.layers[0].requires_grad_(False)
        if epoch.epoch == 3:
            epoch.model.layers[0].requires_grad_(True)
            epoch.model.layers[1].neurons[0].bias.data = 7.0
            epoch.optimizer.lr = 1e-9
        if epoch.epoch == 4:
            epoch.stop("enough")

    model = two()
    sgd = nn.SGD(model.parameters(), lr=0.5)
    losses = []
    history = fit(
        model, POINTS, CLASSES, loss="cross_entropy", optimizer=sgd, epochs=9, callbacks=freeze,
        each_epoch=losses.append, compile=compiled, validation=0.2, metrics="accuracy", **QUIET,
    )  # fmt: skip
    assert history.stopped == "enough" and not history.converged and "enough" in repr(history)
    assert [loss for _, loss, _, _ in seen] == history.losses == losses[-1] and len(losses) == 4
    assert not any(training for *_, training in seen) and model.training
    first = [now[:9] for _, _, now, _ in seen]
    assert first[0] != first[1] == seen[2][2][-9:] or first[0] != first[1]
    assert model.layers[1].neurons[0].bias.data == pytest.approx(7.0, abs=1e-6)
    assert seen[3][1] > seen[2][1]  # the change told
    frozen = trained("mse", callbacks=[lambda epoch: epoch.epoch == 2], compile=compiled)[1]
    assert frozen.stopped == "stopped by a callback" and len(frozen.losses) == 2


def test_a_callback_gets_something_small():
    seen = []
    trained("mse", callbacks=[seen.append], validation=0.4, metrics=["mae"], epochs=2)
    epoch = seen[-1]
    assert (epoch.epoch, epoch.epochs, epoch.reason) == (2, 2, "")
    assert epoch.validation == epoch.history.validation[-1]
    assert epoch.metrics == {"mae": epoch.history.metrics["mae"][-1]}
    assert repr(epoch).startswith("<Epoch 2 of 2: loss 0.")
    epoch.stop("")
    assert epoch.reason == "stopped by a callback"


@COMPILED
def test_early_stopping_gives_the_best_parameters_back(compiled):
    seen = []
    options = {
        "validation": (POINTS[:3], [1.0, 0.0, 1.0]), "patience": 2, "epochs": 60,
        "callbacks": lambda epoch: seen.append(numbers(epoch.model)),
        "compile": compiled,
    }  # fmt: skip
    model, history = trained("mse", lr=0.3, **options)
    assert history.converged and history.stopped == "out of patience" and len(seen) < 60
    assert numbers(model) == seen[history.best_epoch - 1] != seen[-1]
    model, again = trained("mse", lr=0.3, restore_best=False, **options)
    assert again == history and numbers(model) == seen[-1]
    alone = options | {"validation": None, "patience": None, "epochs": 5}
    model, history = trained("mse", lr=0.3, restore_best=True, **alone)
    assert numbers(model) == seen[-6 + history.best_epoch]


@COMPILED
def test_goal(compiled):
    _, history = trained("mse", lr=0.1, goal=0.2, epochs=900, compile=compiled)
    assert history.stopped == "met the goal" and history.converged
    assert history.losses[-1] <= 0.2 < history.losses[-2]
    one = Value(0.0)
    falling = fit(  # a loss may be negative
        lambda x: [one * x], [1.0], [0.0], loss=lambda a, y: a[0], optimizer=nn.SGD([one], lr=1.0),
        epochs=5, **QUIET,
    )  # fmt: skip
    assert falling.losses == [0.0, -1.0, -2.0, -3.0, -4.0]
    assert falling.stopped == "all epochs done" and not falling.converged


@COMPILED
def test_metrics_are_of_the_validation_examples_else_of_all(compiled):
    def off(outputs, target):
        assert all(type(x) is float for x in outputs)
        return abs(outputs[0] - target)

    model, history = trained(
        "mse", metrics={"off": off, "mine": "mae", "r": "r2", "root": "rmse"}, compile=compiled
    )
    with no_grad():
        errors = [abs(model(x)[0].data - y) for x, y in zip(POINTS, TASKS["mse"][1], strict=True)]
    assert history.metrics["off"][-1] == pytest.approx(sum(errors) / 5)
    assert history.metrics["mine"] == pytest.approx(history.metrics["off"])
    assert history.metrics["root"][-1] == pytest.approx(math.sqrt(sum(e * e for e in errors) / 5))
    assert len(history.metrics["r"]) == 4 and not history.validation
    _, held = trained("mse", metrics=off, validation=0.2, compile=compiled)
    assert [*held.metrics] == ["off"] and len(held.validation) == 4


@COMPILED
def test_a_loss_that_is_not_finite_names_its_place(compiled):
    model = MLP(1, [1], output="identity", seed=0)
    xs, ys = [[1.0], [2.0], [1e200], [3.0]], [1.0, 2.0, 3.0, 4.0]
    momentum = nn.SGD(model.parameters(), lr=1e-3, momentum=0.5)
    seen = []
    options = {"loss": "mse", "shuffle": False, "batch_size": 1, "compile": compiled, **QUIET}
    with pytest.raises(AnomalyError, match=r"example 2 in epoch 1, step 3 is inf.*clip_norm"):
        fit(model, xs, ys, optimizer=momentum, epochs=3, callbacks=seen.append, **options)
    twin = MLP(1, [1], output="identity", seed=0)
    other = nn.SGD(twin.parameters(), lr=1e-3, momentum=0.5)
    fit(twin, xs[:2], ys[:2], optimizer=other, epochs=1, **options)
    assert numbers(model) == pytest.approx(numbers(twin), rel=1e-12) and not seen
    a, b = momentum.state_dict()["state"], other.state_dict()["state"]
    assert [*a[0].values()] == pytest.approx([*b[0].values()], rel=1e-12)
    with pytest.raises(AnomalyError, match="losses in epoch 1, step 1 are finite, and not their"):
        fit(model, xs, ys, optimizer=momentum, epochs=1, compile=compiled, **QUIET,
            loss=lambda a, y: 1e-300 * a[0] + 1e308)  # fmt: skip


@COMPILED
def test_a_slope_that_is_not_finite_names_its_place(compiled):
    model = MLP(1, [1], output="identity", seed=0)
    adam = nn.Adam(model.parameters())
    before = numbers(model)

    def root(outputs, target):  # its slope at 0 is infinite
        return nn.mse_loss(outputs, target) * 0.0 + sqrt(outputs[0] * 0.0) + outputs[0] * 0.0

    with pytest.raises(
        AnomalyError, match=r"fit: in epoch 1, step 1: Adam: the gradient of .* clip"
    ):
        fit(model, [[1.0]], [0.0], loss=root, optimizer=adam, epochs=2, compile=compiled, **QUIET)
    assert numbers(model) == before and not adam.state_dict()["state"]


@COMPILED
def test_ctrl_c_ends_with_the_history_so_far(compiled):
    def stop(epoch):
        if epoch.epoch == 2:
            raise KeyboardInterrupt

    _, history = trained("mse", callbacks=stop, compile=compiled, metrics="mae")
    assert history.stopped == "interrupted" and "interrupted" in repr(history)
    assert len(history.losses) == len(history.metrics["mae"]) == 2 and not history.converged
    assert gc.isenabled() and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def press(outputs, target):  # in the midst of an epoch, by the real signal
        nonlocal left
        left -= 1
        if not left:
            signal.raise_signal(signal.SIGINT)
        return 0.0

    left = 9
    _, history = trained("mse", metrics=press, compile=compiled)
    assert history.stopped == "interrupted" and len(history.losses) == 1
    assert len(history.metrics["press"]) == 1


@COMPILED
def test_ctrl_c_waits_for_the_end_of_a_step(compiled):
    class Pressed(nn.SGD):
        def rule(self, *arguments, **options):
            signal.raise_signal(signal.SIGINT)
            return super().rule(*arguments, **options)

    model, twin = two(), two()
    options = {"loss": "cross_entropy", "batch_size": 2, "compile": compiled, **QUIET}
    sgd = Pressed(model.parameters(), lr=0.1)
    history = fit(model, POINTS, CLASSES, optimizer=sgd, epochs=5, **options)
    assert history.stopped == "interrupted" and history.losses == []
    assert repr(history).startswith("<History of 0 epochs, interrupted")
    order = list(range(5))
    random.Random(0).shuffle(order)
    first = [[part[i] for i in order[:2]] for part in (POINTS, CLASSES)]
    fit(twin, *first, optimizer=nn.SGD(twin.parameters(), lr=0.1), epochs=1, **options)
    assert numbers(model) == pytest.approx(numbers(twin), rel=1e-12)  # one whole step


@COMPILED
def test_ctrl_c_pressed_twice_does_not_wait(compiled):
    after = []

    class Stuck(nn.SGD):
        def rule(self, *arguments, **options):
            signal.raise_signal(signal.SIGINT)
            after.append("first")
            signal.raise_signal(signal.SIGINT)
            after.append("second")

    model = two()
    before = numbers(model)
    history = fit(model, POINTS, CLASSES, loss="cross_entropy", epochs=2, compile=compiled,
                  optimizer=Stuck(model.parameters()), **QUIET)  # fmt: skip
    assert after == ["first"] and history.stopped == "interrupted" and numbers(model) == before


def test_in_another_thread_and_with_another_handler_nothing_is_changed():
    found = []
    thread = threading.Thread(target=lambda: found.append(trained("mse")[1].losses))
    thread.start()
    thread.join()
    assert found == [trained("mse")[1].losses]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        trained("mse", callbacks=lambda _: os.getpid() and None)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@COMPILED
def test_the_collector_rests_but_for_callbacks(compiled):
    seen = []

    def loss(outputs, target):
        seen.append(gc.isenabled())
        return nn.mse_loss(outputs, target)

    def look(_):
        seen.append(gc.isenabled())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trained("mse", loss=loss, callbacks=look, compile=compiled)
    assert seen[-1] and not any(seen[:-1]) and gc.isenabled()
    trained("mse", callbacks=lambda _: trained("mse", epochs=1)[1] and None, epochs=2)
    assert gc.isenabled()  # also of one training inside of another
    gc.disable()
    try:
        trained("mse", compile=compiled, callbacks=lambda _: seen.append(gc.isenabled()))
        assert not gc.isenabled() and not seen[-1]
    finally:
        gc.enable()


@COMPILED
def test_dropout_draws_for_every_batch_and_rests_while_measuring(compiled):
    _, history = trained("dropout", validation=0.2, compile=compiled, epochs=6)
    assert history.losses[0] != history.losses[1]
    still = dropped()
    sgd = nn.SGD(still.parameters(), lr=1e-300)  # moves nothing, so only masks make a difference
    history = fit(still, POINTS, CLASSES, loss="cross_entropy", optimizer=sgd, epochs=5,
                  validation=(POINTS, CLASSES), compile=compiled, **QUIET)  # fmt: skip
    assert len(set(history.losses)) > 2 and len(set(history.validation)) == 1
    assert still.training and still[1].training
    still.eval()
    fit(still, POINTS, CLASSES, loss="cross_entropy", optimizer=sgd, epochs=1, compile=compiled,
        **QUIET)  # fmt: skip
    assert not still.training and not still[1].training


def test_what_compile_would_freeze_is_refused():
    class Noisy(nn.Module):
        def __init__(self, source):
            self.line, self._source = nn.Linear(2, 2, seed=0), source

        def forward(self, x):
            noise = self._source.gauss(0.0, 1.0) if self.training else 0.0
            return [a + noise for a in self.line(x)]

    class Other(nn.Module):
        def __init__(self):
            self.line, self.drop = nn.Linear(2, 2, seed=0), nn.Dropout(0.5, seed=1)

        def forward(self, x):
            return self.drop(self.line(x)) if self.training else self.line(x)

    options = {"loss": "cross_entropy", "optimizer": "sgd", "epochs": 1, "compile": True, **QUIET}
    for source in (random, random.Random(0)):
        with pytest.raises(GraphError, match="draws random numbers"):
            fit(Noisy(source), POINTS, CLASSES, **options)
    with pytest.raises(GraphError, match="training calls other Dropouts"):
        fit(Other(), POINTS, CLASSES, **options)

    class Counting(nn.Module):
        def __init__(self):
            self.line = nn.Linear(2, 2, seed=0)
            self.register_buffer("calls", 0)

        def forward(self, x):
            self.calls += 1
            return self.line(x)

    with pytest.raises(GraphError, match="sets its buffer 'calls' when it is called"):
        fit(Counting(), POINTS, CLASSES, **options)
    model = two()

    def decayed(outputs, target):
        return nn.cross_entropy(outputs, target) + 0.1 * model.parameters()[0] ** 2

    with pytest.raises(GraphError, match="from outside"):
        fit(model, POINTS, CLASSES, **options | {"loss": decayed})
    fit(model, POINTS, CLASSES, **options | {"loss": decayed, "compile": False})
    own = Value(1.0)
    both = nn.SGD([*model.parameters(), own], lr=0.1)
    with pytest.raises(ArgumentError, match="not of the model"):
        fit(model, POINTS, CLASSES, **options | {"optimizer": both})
    with pytest.raises(OperandError, match=r"needs an nn\.Module"):
        fit(lambda x: [own * x[0], own], POINTS, CLASSES,
            **options | {"optimizer": nn.SGD([own], lr=0.1)})  # fmt: skip


def test_compile_says_that_it_needs_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingDependencyError, match="pip install numpy"):
        trained("mse", compile=True)


def test_an_optimizer_with_a_step_of_its_own_is_asked_for_it():
    class Half(nn.SGD):
        def step(self, closure=None):
            met = closure()
            for w in self.parameters:
                if w.has_grad:
                    w.data -= 0.5 * w.grad
            return met

    found = []
    for compiled in (False, True):
        model = two()
        half = Half(model.parameters(), lr=0.1)
        history = fit(model, POINTS, CLASSES, loss="cross_entropy", optimizer=half, epochs=3,
                      batch_size=2, compile=compiled, clip_value=0.1, metrics="accuracy",
                      restore_best=True, **QUIET)  # fmt: skip
        found.append([*history.losses, *numbers(model)])
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_plain_function_can_be_trained():
    w = Value(0.0)
    history = fit(lambda x: w * x, [1.0, 2.0], [2.0, 4.0], loss="mse", optimizer=nn.SGD([w], lr=0.1),
                  epochs=50, metrics="mae", validation=0.5, patience=40, **QUIET)  # fmt: skip
    assert w.data == pytest.approx(2.0, abs=1e-3) and history.metrics["mae"][-1] < 1e-2


def test_histories_compare_by_what_was_measured():
    history = trained("mse", validation=0.2, metrics="mae")[1]
    same = nn.History(
        history.losses, validation=history.validation, metrics=history.metrics, seconds=9.0
    )
    assert history == same != nn.History(history.losses)
    assert "validation" in repr(history) and "mae" in repr(history)
    assert copy.deepcopy(history) == history and nn.History([]).best_epoch is None
    assert "dashed: validation" in history._repr_html_()
