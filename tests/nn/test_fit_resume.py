"""A run of fit that is saved and goes on: the same bits as one that was not interrupted."""

import random
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import ArgumentError
from nn import MLP, fit

np = pytest.importorskip("numpy")

draw = random.Random(0)
POINTS = [[draw.gauss(0, 1), draw.gauss(0, 1)] for _ in range(12)]
CLASSES = [int(a * b > 0) for a, b in POINTS]
MODELS = {
    "plain": lambda: MLP(2, [3, 2], activation="tanh", output="identity", seed=0),
    "dropout": lambda: nn.Sequential(
        nn.Linear(2, 3, activation="tanh", seed=0), nn.Dropout(0.3, seed=5), nn.Linear(3, 2, seed=1)
    ),
}  # fmt: skip
OPTIMIZERS = {
    "momentum": lambda ws: nn.SGD(ws, lr=0.3, momentum=0.9),
    "adam": lambda ws: nn.Adam(ws, lr=0.1, amsgrad=True),
    "rmsprop": lambda ws: nn.RMSprop(ws, lr=0.05, centered=True),
    "lbfgs": lambda ws: nn.LBFGS(ws, max_iter=3),
}


def run(stops, path, kind="plain", optimizer="adam", **options):
    """Train up to each of the numbers of epochs, each time from the file with everything new."""
    options = {"epochs": 7, "seed": 1, "batch_size": 5} | options
    for k, epochs in enumerate(stops):
        model = MODELS[kind]()
        made = OPTIMIZERS[optimizer](model.parameters())
        rates = {"schedule": lambda made: nn.CosineAnnealingLR(made, 20)}
        history = fit(
            model, POINTS, CLASSES, loss="cross_entropy", optimizer=made, progress=False,
            save=path, resume=path if k else None, metrics="accuracy",
            **rates | options | {"epochs": epochs},
        )  # fmt: skip
    return model, made, history


def bits(run):
    model, optimizer, history = run
    return model.state_dict(), optimizer.state_dict(), history, history.stopped


ANY_RUN = {
    "stops": st.sets(st.integers(1, 6), max_size=3), "kind": st.sampled_from([*MODELS]),
    "optimizer": st.sampled_from([*OPTIMIZERS]), "compiled": st.booleans(),
    "validation": st.sampled_from([None, 0.25]), "patience": st.sampled_from([None, 1, 3]),
    "every": st.integers(1, 4), "shuffle": st.booleans(),
}  # fmt: skip


@settings(max_examples=4, deadline=None)
@given(**ANY_RUN)
def test_it_goes_on_from_anywhere_with_the_same_bits(**case):
    same_bits(**case)


@pytest.mark.wide
@settings(max_examples=15, deadline=None)
@given(**ANY_RUN)
def test_it_goes_on_from_anywhere_in_many_runs(**case):
    same_bits(**case)


def same_bits(stops, kind, optimizer, compiled, validation, patience, every, shuffle):
    options = {
        "kind": kind, "optimizer": optimizer, "compile": compiled, "validation": validation,
        "patience": patience, "save_every": every, "shuffle": shuffle,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        whole = bits(run([7], path, **options))
        assert bits(run([*sorted(stops), 7], path, **options)) == whole


def test_the_file_has_the_best_model_and_the_run_goes_on_from_the_last(tmp_path):
    options = {"validation": 0.25, "restore_best": True, "optimizer": "momentum"}
    whole = run([7], tmp_path / "whole.npz", **options)
    assert 1 < whole[2].best_epoch < 7  # else this test would show nothing
    saved = nn.load(tmp_path / "whole.npz")
    assert saved.model.state_dict() == whole[0].state_dict()
    assert saved.training["losses"] == whole[2].losses and saved.training["last"] is not None
    longer = bits(run([12], tmp_path / "longer.npz", **options))
    assert bits(run([7, 12], tmp_path / "again.npz", **options)) == longer


def test_a_run_that_was_killed_goes_on_from_its_last_whole_epoch(tmp_path):
    whole = bits(run([6], tmp_path / "whole.npz"))

    def press(epoch):
        if epoch.epoch == 4:
            raise SystemExit

    path = tmp_path / "run.npz"
    with pytest.raises(SystemExit):
        run([6], path, callbacks=press)
    assert len(nn.load(path).training["losses"]) == 3
    model = MODELS["plain"]()
    made = OPTIMIZERS["adam"](model.parameters())
    history = fit(
        model, POINTS, CLASSES, loss="cross_entropy", optimizer=made, epochs=6, resume=path, seed=1,
        batch_size=5, metrics="accuracy", progress=False,
        schedule=nn.CosineAnnealingLR(made, 20),
    )  # fmt: skip
    assert bits((model, made, history)) == whole
    assert len(nn.load(path).training["losses"]) == 3  # not saved, when not asked to


@settings(max_examples=6, deadline=None)
@given(
    call=st.integers(1, 60), kind=st.sampled_from([*MODELS]), validation=st.sampled_from([None, 0.4]),
    optimizer=st.sampled_from([*OPTIMIZERS]), compiled=st.booleans(),
)  # fmt: skip
def test_ctrl_c_at_any_moment_loses_no_step(call, kind, validation, optimizer, compiled):
    left = 10**9

    def pressed(*_):
        nonlocal left
        left -= 1
        if not left:
            signal.raise_signal(signal.SIGINT)

    class Pressed(nn.Sequential):  # when it is called, or compiled when it is measured
        def forward(self, x):
            pressed()
            return super().forward(x)

    def size(outputs, target):
        pressed()
        return sum(outputs)

    def trained(path, epochs=3, **options):
        model = Pressed(*MODELS["dropout"]()) if kind == "dropout" else MODELS[kind]()
        made = OPTIMIZERS[optimizer](model.parameters())
        history = fit(
            model, POINTS, CLASSES, loss="cross_entropy", optimizer=made, epochs=epochs,
            progress=False, batch_size=5, metrics=size, compile=compiled, validation=validation,
            save=path, save_every=2, patience=9, **options,
        )  # fmt: skip
        return model, made, history

    with tempfile.TemporaryDirectory() as folder:
        whole = bits(trained(Path(folder) / "whole.npz"))
        path = Path(folder) / "run.npz"

        def start(epoch):  # what is tried before the first epoch does not count
            nonlocal left
            left = call if epoch.epoch == 1 else left

        before = bits(trained(path, callbacks=start))
        left = 10**9
        if before[3] == "interrupted":
            assert before[2].losses == whole[2].losses[: len(before[2].losses)]
            assert bits(trained(path, resume=path)) == whole
        else:
            assert before == whole


def test_global_generators_and_buffers_go_on(tmp_path):
    class Noisy(nn.Module):
        def __init__(self):
            self.line = nn.Linear(2, 2, seed=0)
            self.register_buffer("calls", 0.0)
            self.register_buffer("sizes", np.zeros(2))

        def forward(self, x):
            if not self.training:
                return self.line(x)
            self.calls += 1.0
            self.sizes = self.sizes + np.abs(x)
            return [a + random.gauss(0, 0.1) + np.random.normal() for a in self.line(x)]

    def trained(stops, path):
        random.seed(3)
        np.random.seed(4)
        for k, epochs in enumerate(stops):
            model = Noisy()
            history = fit(
                model, POINTS, CLASSES, loss="cross_entropy", epochs=epochs,
                optimizer=nn.SGD(model.parameters(), lr=3.0), progress=False, save=path, resume=path if k else None, validation=0.25,
                restore_best=True,
            )  # fmt: skip
        return history, model.line.state_dict(), model.calls, model.sizes.tolist()

    whole = trained([5], tmp_path / "a.npz")
    assert trained([2, 3, 5], tmp_path / "b.npz") == whole
    assert whole[2] == 9.0 * whole[0].best_epoch < 45.0  # those of the best epoch, too


def test_a_run_that_is_over_stays_as_it_is(tmp_path):
    path = tmp_path / "run.npz"
    done = bits(run([3], path))
    before = path.read_bytes()
    assert bits(run([3, 3, 2], path)) == done and path.read_bytes() == before
    assert bits(run([1, 2, 3], path)) == done and path.read_bytes() == before
    met = run([9], path, goal=100.0)[2]
    assert met.stopped == "met the goal" and len(met.losses) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"batch_size": 4}, "batch_size was 5 and is now 4"), ({"seed": 2}, "seed was '1'"),
        ({"validation": 0.25}, "examples was 12 and is now 9"), ({"shuffle": False}, "shuffle was"),
        ({"metrics": "mae"}, None), ({"schedule": None}, "schedule"),
        ({"kind": "dropout"}, "can't be used"), ({"optimizer": "momentum"}, "can't be used"),
    ],
)  # fmt: skip
def test_a_run_of_another_kind_is_refused_and_nothing_changed(tmp_path, changes, words):
    path = tmp_path / "run.npz"
    run([2], path)
    options = {"kind": "plain", "optimizer": "adam", "batch_size": 5, "seed": 1} | changes
    model = MODELS[options.pop("kind")]()
    made = OPTIMIZERS[options.pop("optimizer")](model.parameters())
    options = {"schedule": nn.CosineAnnealingLR(made, 20), "metrics": "accuracy"} | options
    before = model.state_dict(), made.state_dict()["state"]
    with pytest.raises(ArgumentError, match=words):
        fit(model, POINTS, [[y, 1 - y] for y in CLASSES] if not words else CLASSES,
            loss="cross_entropy", optimizer=made, epochs=4, progress=False, resume=path,
            **options)  # fmt: skip
    assert (model.state_dict(), made.state_dict()["state"]) == before


def test_a_file_without_a_run_is_refused(tmp_path):
    path, model = tmp_path / "model.npz", MODELS["plain"]()
    adam = nn.Adam(model.parameters())
    nn.save(path, model, adam)
    with pytest.raises(ArgumentError, match="no state of a training"):
        fit(model, POINTS, CLASSES, loss="cross_entropy", optimizer=adam, epochs=1, resume=path,
            progress=False)  # fmt: skip
