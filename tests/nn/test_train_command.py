"""python -m nn: what it trains, writes, reads again and answers, and what it refuses."""

import csv
import io
import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import types

import numpy as np
import pytest

import nn
from autograd import ArgumentError
from nn import data
from nn.command import main
from nn.command.commands import CLASSES, COMMANDS, NUMBERS, RATES, page
from nn.command.runs import settings_in

QUICK = ["--layers", "2", "--epochs", "3", "--no-progress", "--no-plots", "--no-compile"]
MOONS = ["--data", "moons", "--n", "10", *QUICK]
FRUIT = "weight,length,kind\n" + "".join(
    [f"{150 + 9 * i},{6 + i / 10},apple\n{130 + 8 * i},{9 + i / 9},pear\n" for i in range(6)]
)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """``run(*words)`` in an empty folder: the exit code, and what was written to the two streams."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        code = main(list(words))
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


@pytest.fixture
def fruit(tmp_path):
    path = tmp_path / "fruit.csv"
    path.write_text(FRUIT)
    return path


def weights(folder):
    return [x.data for x in nn.load(folder / "model.npz").model.parameters()]


def names(folder):
    return sorted([path.name for path in folder.iterdir()])


def rows_of(path):
    """A file of CSV as dicts."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", text)]


# Training


def test_a_training_writes_a_run(run, tmp_path):
    code, out, err = run("train", *MOONS, "--out", "a/b")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "moons: 10 examples of 2 inputs and 2 classes; 2 of them held back"
    assert lines[1] == "MLP 2-2-2, tanh: 12 parameters; cross_entropy, adam at 0.01, batches of 32"
    assert re.fullmatch(
        r"epoch 3: loss \S+, held back \S+; accuracy \S+ %, held back \S+ %", lines[2]
    )
    assert lines[3] == "wrote a/b: run.json, model.npz, history.csv"
    folder = tmp_path / "a" / "b"
    assert names(folder) == ["history.csv", "model.npz", "run.json"]
    rows = rows_of(folder / "history.csv")
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert set(rows[0]) == {"epoch", "loss", "validation", "accuracy"}
    assert math.isclose(float(rows[-1]["loss"]), numbers(lines[2])[1], rel_tol=1e-3)
    _, settings = settings_in(str(folder))
    assert settings.train == [*MOONS, "--out", "a/b"] and settings.classes == ["0", "1"]


def test_it_is_the_training_of_fit(run, tmp_path):
    assert run("train", *MOONS, "--seed", "3", "--batch-size", "4", "--out", "run")[0] == 0
    X, y = data.moons(10, seed=3)
    X, held, y, y_held = data.train_test_split(X, y, test_size=0.2, seed=3)
    scaling = data.Scaling.of(X)
    model = nn.MLP(2, [2, 2], "tanh", "identity", seed=3)
    history = nn.fit(
        model, scaling(X), y, loss="cross_entropy", optimizer=nn.Adam(model.parameters(), lr=0.01),
        epochs=3, batch_size=4, seed=3, progress=False, validation=(scaling(held), y_held),
    )  # fmt: skip
    assert weights(tmp_path / "run") == [x.data for x in model.parameters()]
    rows = rows_of(tmp_path / "run" / "history.csv")
    assert [float(row["loss"]) for row in rows] == history.losses
    assert [float(row["validation"]) for row in rows] == history.validation


def test_resuming_gives_the_run_that_was_not_interrupted(run, tmp_path):
    assert run("train", *MOONS, "--batch-size", "3", "--out", "a")[0] == 0
    code, out, err = run("resume", "a", "--epochs", "4", "--no-progress", "--no-plots")
    assert (code, err) == (0, "") and "epoch 7: " in out
    assert run("train", *MOONS, "--batch-size", "3", "--epochs", "7", "--out", "b")[0] == 0
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    for file in ("history.csv", "model.npz"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def interrupting(monkeypatch, when):
    """Press Ctrl-C before this step."""
    step, made = nn.steps.Eager.step, []

    def interrupted(self, *arguments):
        made.append(1)
        if len(made) == when:
            raise KeyboardInterrupt
        return step(self, *arguments)

    monkeypatch.setattr(nn.steps.Eager, "step", interrupted)


@pytest.mark.parametrize(
    ("when", "said"),
    [(2, "within the first epoch; "), (3, "within"), (6, "epoch 1: "), (23, "epoch 7: ")],
)
def test_ctrl_c_ends_with_a_run_that_can_go_on(run, tmp_path, monkeypatch, when, said):
    words = [*MOONS, "--batch-size", "3", "--epochs", "60"]  # three steps; saved after every third
    with monkeypatch.context() as patched:
        interrupting(patched, when)
        code, out, err = run("train", *words, "--out", "a")
    assert (code, err) == (130, "python -m nn resume goes on\n")
    assert said in out and "; interrupted" in out
    epochs = (when - 1) // 3
    assert len((tmp_path / "a" / "history.csv").read_text().splitlines()) == 1 + epochs
    assert run("resume", "a", "--epochs", str(10 - epochs), "--no-progress", "--no-plots")[0] == 0
    assert run("train", *words, "--epochs", "10", "--out", "b")[0] == 0
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_ctrl_c_before_the_first_step_leaves_nothing(run, tmp_path, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(nn.epochs.Run, "epoch", interrupted)
    assert run("train", *MOONS, "--out", "a")[0] == 130
    assert [*tmp_path.iterdir()] == []


@pytest.mark.wide
def test_without_an_epoch_no_loss_is_drawn(run, tmp_path, monkeypatch):
    interrupting(monkeypatch, 2)
    words = [word for word in MOONS if word != "--no-plots"]
    code, out, _ = run("train", *words, "--batch-size", "3", "--out", "a")
    assert code == 130 and out.endswith("wrote a: run.json, model.npz, history.csv, boundary.png\n")


@pytest.mark.parametrize("loss", CLASSES + NUMBERS)
def test_two_classes_by_every_loss(run, loss):
    assert run("train", *MOONS, "--loss", loss, "--out", "run")[0] == 0
    code, out, _ = run("predict", "run", "0.5", "-0.2")
    head, answer = [line.split() for line in out.splitlines()]
    assert code == 0 and head == ["class", "p(0)", "p(1)"]
    chances = [float(p) for p in answer[1:]]
    assert math.isclose(sum(chances), 1.0, rel_tol=1e-3)
    assert answer[0] == str(chances.index(max(chances)))


@pytest.mark.parametrize("name", RATES)
def test_every_optimizer(run, tmp_path, name):
    assert run("train", *MOONS, "--optimizer", name, "--epochs", "1", "--out", "run")[0] == 0
    optimizer = nn.load(tmp_path / "run" / "model.npz").optimizer
    assert type(optimizer).__name__.lower() == name and optimizer.lr == RATES[name]


@pytest.mark.parametrize("scale", ["--scale", "--no-scale"])
def test_numbers_are_learnt_in_their_own_units(run, tmp_path, scale):
    size = 1000.0 if scale == "--scale" else 1.0
    rows = [f"{i / 20},{size * (1 + i / 20)}\n" for i in range(20)]
    (tmp_path / "line.csv").write_text(f"a,b\n{''.join(rows)}")
    line = ["--data", "line.csv", *QUICK, "--layers", "--optimizer", "lbfgs", "--epochs", "5"]
    code, out, _ = run("train", *line, scale, "--out", "run")
    assert code == 0 and "MLP 1-1: 2 parameters; mse, lbfgs at 1\n" in out
    assert run("predict", "run", "--data", "line.csv")[1].endswith("R² 1 of 20\n")
    head, value = run("predict", "run", "0.5")[1].split()
    assert head == "b" and math.isclose(float(value), 1.5 * size, rel_tol=0.001)


def test_made_data_is_as_noisy_as_is_said(run):
    words = ["--data", "blobs", "--n", "9", "--noise", "0", "--no-scale", *QUICK]
    assert (
        run("train", *words, "--out", "a")[0]
        == run("train", *words[:4], *words[6:], "--out", "b")[0]
        == 0
    )
    a, b = [settings_in(name)[1].digest for name in "ab"]
    assert a != b and settings_in("a")[1].scaling is None


def test_numbers_may_be_classes_or_not(run, tmp_path):
    (tmp_path / "d.csv").write_text("x,y\n" + "1,0\n2,1\n3,2\n" * 3)
    assert "and 3 classes" in run("train", "--data", "d.csv", *QUICK, "--out", "a")[1]
    code, out, _ = run("train", "--data", "d.csv", *QUICK, "--loss", "huber", "--out", "b")
    assert code == 0 and "and a number" in out and "R²" in out


def test_all_examples_may_be_learnt_from(run, tmp_path):
    code, out, _ = run("train", *MOONS, "--validation", "0", "--out", "run")
    assert code == 0 and "held back" not in out
    assert (tmp_path / "run" / "history.csv").read_text().startswith("epoch,loss,accuracy\n")


def test_a_training_may_end_early(run):
    code, out, _ = run(
        "train", *MOONS, "--epochs", "50", "--lr", "1e-9", "--patience", "2", "--out", "run"
    )
    assert code == 0 and "out of patience" in out and "epoch 3: " in out
    code, out, _ = run("resume", "run", "--no-progress", "--no-plots")
    assert code == 0 and "epoch 3: " in out


@pytest.mark.wide
def test_compiled_it_learns_two_moons(run):
    code, out, _ = run(
        "train", "--data", "moons", "--epochs", "60", "--no-progress", "--no-plots", "--out", "run"
    )
    accuracy, held = re.search(r"accuracy (\S+) %, held back (\S+) %", out).groups()
    assert code == 0 and float(accuracy) > 95.0 and float(held) > 90.0


# The folder


def test_a_run_is_not_written_over_without_force(run, tmp_path):
    assert run("train", *MOONS, "--out", "run")[0] == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "run").iterdir()}
    code, out, err = run("train", *MOONS, "--seed", "1", "--out", "run")
    assert (code, out) == (2, "") and "--force" in err
    assert {p.name: p.read_bytes() for p in (tmp_path / "run").iterdir()} == before
    assert run("train", *MOONS, "--seed", "1", "--out", "run/", "--force")[0] == 0
    assert (tmp_path / "run" / "model.npz").read_bytes() != before["model.npz"]
    assert names(tmp_path) == ["run"]


def test_what_fails_leaves_nothing_or_the_run_before(run, tmp_path, monkeypatch):
    assert run("train", *MOONS, "--out", "old")[0] == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "old").iterdir()}
    (tmp_path / "empty").mkdir()

    def failing(*args, **options):
        raise ArgumentError("fit: no.")

    monkeypatch.setattr(nn, "fit", failing)
    for words in (["--out", "new"], ["--out", "empty"], ["--out", "old", "--force"]):
        assert run("train", *MOONS, *words) == (
            2,
            run("train", *MOONS, *words)[1],
            "refused: fit: no.\n",
        )
    assert names(tmp_path) == ["empty", "old"] and not names(tmp_path / "empty")
    assert {p.name: p.read_bytes() for p in (tmp_path / "old").iterdir()} == before


def test_a_training_that_has_just_begun_is_left_alone(run, tmp_path):
    assert run("train", *MOONS, "--out", "run")[0] == 0
    (tmp_path / "run" / "model.npz").unlink()
    assert "a training has begun there" in run("train", *MOONS, "--out", "run")[2]
    assert "it has no model.npz" in run("resume", "run")[2]
    assert run("train", *MOONS, "--out", "run", "--force")[0] == 0


def test_other_files_are_never_touched(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    assert (
        "there are other files, such as 'thesis.txt'"
        in run("train", *MOONS, "--out", "mine", "--force")[2]
    )
    assert "there is a file of this name" in run("train", *MOONS, "--out", "file", "--force")[2]
    assert run("train", *MOONS, "--out", "run")[0] == 0
    (tmp_path / "run.new").mkdir()
    assert "run.new is in the way" in run("train", *MOONS, "--out", "run", "--force")[2]
    (tmp_path / "run" / "notes.txt").write_text("x")
    assert "such as 'notes.txt'" in run("train", *MOONS, "--out", "run", "--force")[2]
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


@pytest.mark.wide
@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
def test_a_training_that_was_killed_goes_on(run, tmp_path):
    words = [*MOONS, "--epochs", "20000", "--out", "run"]
    process = subprocess.Popen([sys.executable, "-m", "nn", "train", *words], cwd=tmp_path,
                               env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                               stdout=subprocess.DEVNULL)  # fmt: skip
    for _ in range(600):
        if (tmp_path / "run" / "model.npz").exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    code, out, err = run("resume", "run", "--epochs", "1", "--no-progress", "--no-plots")
    assert (code, err) == (0, "") and "wrote run" in out


# Files, and asking


def test_a_file_is_learnt_and_asked(run, fruit, tmp_path):
    assert (
        run(
            "train", "--data", "fruit.csv", *QUICK, "--epochs", "40", "--lr", "0.1", "--out", "run"
        )[0]
        == 0
    )
    code, out, err = run("predict", "run", "160", "6.4")
    assert (code, err) == (0, "") and out.splitlines()[1].startswith("apple ")
    code, out, _ = run("predict", "run", "--data", "fruit.csv")
    lines = out.splitlines()
    assert lines[0].split() == ["kind", "p(apple)", "p(pear)"]
    assert lines[1].startswith("line 2   apple") and lines[12].startswith("line 13  pear")
    assert lines[13].startswith("accuracy ") and lines[13].endswith(" % of 12")
    # The columns are found by their names, in whatever order, and without the target.
    (tmp_path / "new.csv").write_text("length;weight\n6.4;160\n9.2;140\n")
    code, out, _ = run("predict", "run", "--data", "new.csv", "-o", "answers.csv")
    assert (code, out) == (0, "wrote answers.csv: 2 predictions\n")
    answers = rows_of(tmp_path / "answers.csv")
    assert [row["kind"] for row in answers] == ["apple", "pear"]
    assert all(math.isclose(float(row["p(apple)"]) + float(row["p(pear)"]), 1.0) for row in answers)
    (tmp_path / "bare.csv").write_text("160,6.4\n140,9.2\n")
    assert [line.split()[2] for line in run("predict", "run", "--data", "bare.csv")[1].splitlines()[1:]] == [
        "apple", "pear"]  # fmt: skip
    (tmp_path / "odd.csv").write_text("weight,length,kind\n160,6.4,plum\n")
    assert "accuracy" not in run("predict", "run", "--data", "odd.csv")[1]


def test_targets_that_are_missing_are_not_compared(run, tmp_path):
    (tmp_path / "d.csv").write_text("a,b\n1,2.5\n2,3\n3,4\n")
    assert run("train", "--data", "d.csv", *QUICK, "--out", "run")[0] == 0
    (tmp_path / "new.csv").write_text("a,b\n1,\n2,?\n")
    code, out, _ = run("predict", "run", "--data", "new.csv")
    assert code == 0 and "R²" not in out and out.count("\n") == 3


def test_columns_are_chosen(run, fruit):
    words = ["--data", "fruit.csv", *QUICK, "--target", "0", "--inputs", "length", "--out", "run"]
    code, out, _ = run("train", *words)
    assert code == 0 and "12 examples of 1 input and a number" in out
    _, settings = settings_in("run")
    assert (settings.inputs, settings.target) == (["length"], "weight")


def test_a_file_in_another_form(run, tmp_path):
    (tmp_path / "d.csv").write_bytes("1,5\tä\n2,5\tö\n,\tö\n3,5\tä".encode("cp1252"))
    words = ["--no-header", "--delimiter", "tab", "--decimal", ",", "--encoding", "cp1252"]
    (tmp_path / "d.csv").write_bytes("1,5\tä\n2,5\tö\n\tö\n3,5\tä".encode("cp1252"))
    code, out, err = run(
        "train", "--data", "d.csv", *QUICK, *words, "--skip-missing", "--out", "run"
    )
    assert (code, err) == (0, "") and "3 examples of 1 input and 2 classes" in out
    assert settings_in("run")[1].classes == ["ä", "ö"]


def test_data_of_scikit_learn(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    code, _, err = run("train", "--data", "iris", *QUICK)
    assert (code, err) == (2, "refused: data.iris: needs scikit-learn: pip install scikit-learn\n")
    bunch = types.SimpleNamespace(
        data=np.random.default_rng(0).normal(size=(9, 3)), target=np.arange(9) % 3,
        feature_names=["a", "b", "c"], target_names=["u", "v", "w"],
    )  # fmt: skip
    module = types.ModuleType("sklearn")
    module.datasets = types.SimpleNamespace(load_iris=lambda: bunch)
    monkeypatch.setitem(sys.modules, "sklearn", module)
    code, out, _ = run("train", "--data", "iris", *QUICK)
    assert code == 0 and "iris: 9 examples of 3 inputs and 3 classes" in out


REFUSED = [
    ("train", "--data is required|required: --data"),
    ("train --data none.csv", "there is no such file, and the names are moons"),
    ("train --data .", "Is a directory|Permission denied"),
    ("train --data ''", "this is no path of a file"),
    ("train --data fruit.csv --n 5", "--n is for made data; --data is not: 'fruit.csv'"),
    ("train --data moons --target 1", "--target is for a file; --data is not: 'moons'"),
    ("train --data moons --inputs 1", "--inputs is for a file"),
    ("train --data moons --noise -1", "--noise: -1 is not at least 0"),
    ("train --data moons --lr 0", "--lr: 0 is not more than 0"),
    ("train --data moons --lr nan", "--lr: invalid number value: 'nan'"),
    ("train --data moons --lr inf", "--lr: inf is not finite"),
    ("train --data moons --validation 1", "--validation: 1 is not from 0 to below 1"),
    ("train --data moons --layers 0", "--layers: 0 is not from 1 to 10000"),
    ("train --data moons --layers 9999 9999", "a network of 2-9999-9999-2 has 100,039,997 parameters"),
    ("train --data moons --epochs 1.5", "--epochs: invalid whole number value: '1.5'"),
    ("train --data moons --activation swish", "there is no activation 'swish'"),
    ("train --data moons --loss hinge", "--loss: invalid choice: 'hinge'"),
    ("train --data moons --optimiser adam", "unrecognized arguments: --optimiser adam"),
    ("train --data curve --loss cross_entropy", "cross_entropy is of classes, and 'y' is a number"),
    ("train --data blobs --loss mse --n 9 --epochs 1 --layers 1 --no-progress --no-plots --out ''", "no path of a folder"),
    ("train --data three.csv --loss mse", "mse is of two classes, and 'k' has 3; there is cross_entropy"),
    ("train --data fruit.csv --target wight", "there is no column 'wight'; is 'weight' meant?"),
    ("train --data fruit.csv --target 7", "there is no column 7"),
    ("train --data fruit.csv --delimiter ab", "delimiter is 'ab'"),
    ("train --data nan.csv", "'nan.csv': line 3, column 'x' is missing"),
    ("train --data one.csv", "there is 1 example: none can be held back"),
    ("predict nowhere 1 2", "this is no folder of a run: it has no run.json: 'nowhere'"),
    ("resume nowhere", "it has no run.json: 'nowhere'"),
    ("resume ''", "this is no path of a folder"),
    ("predict run", "give the 2 inputs of an example, or a file by --data"),
    ("predict run 1 2 --data fruit.csv", "give the 2 inputs of an example, or a file"),
    ("predict run 1", "got 1 inputs; the network takes 2: 'x1', 'x2'"),
    ("predict run 1 nan", "invalid number value: 'nan'"),
    ("predict run 1 inf", "inf is not finite"),
    ("predict run --data fruit.csv", "there is no column 'x1', which is an input of the network"),
    ("predict run --data nan.csv -o .", "there is no column"),
    ("learn", "a command is one of train, resume, predict; see --help: 'learn'"),
]  # fmt: skip


def test_what_is_refused_is_told_in_one_line(run, fruit, tmp_path):
    (tmp_path / "three.csv").write_text("x,k\n" + "1,a\n2,b\n3,c\n" * 2)
    (tmp_path / "nan.csv").write_text("x,y\n1,2\nnan,3\n")
    (tmp_path / "one.csv").write_text("x,y\n1,2\n")
    assert run("train", *MOONS, "--out", "run")[0] == 0
    there = names(tmp_path)
    for line, said in REFUSED:
        code, out, err = run(
            *shlex.split(line), *["--out", "new"] * (line[:5] == "train" and "--out" not in line)
        )
        assert (code, out) == (2, ""), line
        assert err.startswith("refused: ") and err.count("\n") == 1, line
        assert any([part in err for part in said.split("|")]), (line, err)
    assert names(tmp_path) == there


def test_many_inputs_are_named_in_short(run, tmp_path):
    (tmp_path / "wide.csv").write_text(
        "\n".join([",".join(map(str, range(k, k + 12))) for k in range(4)])
    )
    assert run("train", "--data", "wide.csv", *QUICK, "--out", "run")[0] == 0
    assert run("predict", "run", "1")[2].rstrip().endswith("'7', …")


# Runs that do not fit


def test_data_that_has_changed_is_refused(run, fruit):
    assert run("train", "--data", "fruit.csv", *QUICK, "--out", "run")[0] == 0
    fruit.write_text(FRUIT.replace("150", "151"))
    code, _, err = run("resume", "run")
    assert code == 2 and "the data has changed since this run began" in err


def test_parts_of_different_runs_are_refused(run, fruit, tmp_path):
    assert run("train", *MOONS, "--out", "a")[0] == 0
    assert run("train", "--data", "curve", "--n", "9", *QUICK, "--out", "b")[0] == 0
    settings = tmp_path / "a" / "run.json"
    text = settings.read_text()
    settings.write_text((tmp_path / "b" / "run.json").read_text())
    assert "model.npz and run.json are of different runs" in run("predict", "a", "1")[2]
    settings.write_text(text.replace('"loss": "cross_entropy"', '"loss": "mse"'))
    assert "of different runs" in run("predict", "a", "1", "2")[2]
    settings.write_text(text.replace("--data moons", "--data moons --loss mse"))
    assert "its parts differ" in run("resume", "a")[2]
    settings.write_text(text.replace('"format": 1', '"format": 2'))
    assert "format 1 is read, not 2" in run("resume", "a")[2]
    settings.write_text(text.replace('"deviations": [', '"deviations": [\n0.0,'))
    assert "its run.json is damaged" in run("resume", "a")[2]
    found = json.loads(text)
    for key, value in (("means", [1.0, 2]), ("deviations", [1.0, -1.0])):
        settings.write_text(json.dumps({**found, "scaling": {**found["scaling"], key: value}}))
        assert "its run.json is damaged" in run("predict", "a", "1", "2")[2]
    settings.write_text(text)
    nn.save(tmp_path / "a" / "model.npz", nn.Layer(2, 2, seed=0))
    assert "has no MLP but another model" in run("predict", "a", "1", "2")[2]
    nn.save(tmp_path / "a" / "model.npz", nn.MLP(2, [2, 2], "tanh", "identity", seed=0))
    assert "has no state of a training" in run("resume", "a")[2]
    assert run("predict", "a", "1", "2")[0] == 0


# Plots, and hostile names


HOSTILE = [
    "<script>alert(1)</script>",
    "$x^2$ _y_",
    "\x1b[31mred",
    "\u202eevil",
    "]]>\\'\"",
    "学" * 100,
]


def test_hostile_names_are_inert_and_plots_are_drawn(run, tmp_path):
    rows = io_rows(
        [["\x1b[31mx", "$_y", "kind"], *[[i, i * i % 7, HOSTILE[i % 6]] for i in range(24)]]
    )
    (tmp_path / "d.csv").write_text(rows, encoding="utf-8")
    words = [
        "--data",
        "d.csv",
        "--layers",
        "--epochs",
        "1",
        "--no-progress",
        "--no-compile",
        "--out",
        "run",
    ]
    code, out, err = run("train", *words)
    assert (code, err) == (0, "") and "boundary.png" in out
    for name in ("loss.png", "boundary.png"):
        assert (tmp_path / "run" / name).read_bytes().startswith(b"\x89PNG")
    for written in (
        run("predict", "run", "--data", "d.csv"),
        run("predict", "run", "1"),
        run("predict", "run", "1", "2"),
    ):
        assert all(line.isprintable() for text in written[1:] for line in text.splitlines())
    assert run("predict", "run", "--data", "d.csv", "-o", "p.csv")[0] == 0
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        assert {row[0] for row in csv.reader(file)} <= {"kind", *HOSTILE}


def io_rows(rows):
    return "".join(
        [",".join(['"' + str(x).replace('"', '""') + '"' for x in row]) + "\n" for row in rows]
    )


@pytest.mark.parametrize(
    ("words", "plots"),
    [
        (["--data", "curve"], ["loss.png", "curve.png"]),
        pytest.param(
            ["--data", "curve", "--no-scale"], ["loss.png", "curve.png"], marks=pytest.mark.wide
        ),
        pytest.param(
            ["--data", "xor", "--loss", "mse"], ["loss.png", "boundary.png"], marks=pytest.mark.wide
        ),
    ],
)
def test_what_is_drawn(run, tmp_path, words, plots):
    quick = [
        "--n",
        "9",
        "--layers",
        "1",
        "--epochs",
        "2",
        "--no-progress",
        "--no-compile",
        "--out",
        "run",
    ]
    assert run("train", *words, *quick)[1].endswith(f"history.csv, {', '.join(plots)}\n")
    assert run("resume", "run", "--epochs", "1", "--no-progress", "--no-plots")[0] == 0
    assert not set(plots) & set(names(tmp_path / "run"))  # those of an earlier state are gone


def test_a_plot_that_fails_loses_nothing(run, tmp_path):
    (tmp_path / "d.csv").write_text("x,z,k\n1e308,2,a\n-1e308,1,b\n1e308,1,a\n")
    words = [
        "--data",
        "d.csv",
        "--layers",
        "--epochs",
        "1",
        "--no-progress",
        "--no-compile",
        "--out",
        "run",
    ]
    code, out, err = run("train", *words)
    assert code == 0 and out.endswith("wrote run: run.json, model.npz, history.csv, loss.png\n")
    assert err.startswith("no boundary.png: ") and err.count("\n") == 1


def test_an_answer_that_is_not_finite_is_refused(run, tmp_path):
    assert run("train", *MOONS, "--layers", "--no-scale", "--out", "run")[0] == 0
    saved = nn.load(tmp_path / "run" / "model.npz")
    for weight in saved.model.parameters():
        weight.data = 1e10
    nn.save(tmp_path / "run" / "model.npz", saved.model)
    code, out, err = run("predict", "run", "1e300", "1e300")
    assert (code, out) == (2, "") and "refused: the answer is not finite" in err
    (tmp_path / "d.csv").write_text("1,1\n1e300,1e300\n")
    assert "line 2: the answer is not finite" in run("predict", "run", "--data", "d.csv")[2]


def test_without_matplotlib_it_says_what_to_install(run, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = run("train", *[word for word in MOONS if word != "--no-plots"], "--out", "run")
    assert code == 0 and out.endswith("wrote run: run.json, model.npz, history.csv\n")
    assert err.count('pip install "chalkgrad[plot]"') == len(err.splitlines()) == 2


# The program


def test_only_the_plots_of_the_command_know_viz(root):
    for path in (root / "nn").rglob("*.py"):
        named = 'import_module("chalkgrad").viz' in path.read_text(encoding="utf-8")
        assert named == (path.name == "pictures.py"), path
    code = "import sys, nn, nn.data; print([m for m in sys.modules if m.split('.')[0] in"
    code += " {'viz', 'matplotlib', 'sklearn', 'pandas', 'tqdm'} or 'command' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout == "[]\n"


def test_it_is_a_program(root, tmp_path):
    env = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-m", "nn", "predict", "none", "1"], capture_output=True, text=True,
                          cwd=tmp_path, env=env)  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "refused: this is no folder of a run: it has no run.json: 'none'\n"


def test_help(run):
    assert run("--help") == (0, page("python -m nn") + "\n", "")
    for name in [[], ["train"], ["resume"], ["predict"]]:
        code, out, err = run(*name, "--help")
        assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= 100
    assert (
        "python -m nn train --data moons --layers 16 16 --epochs 200 --out run"
        in run("train", "-h")[1]
    )
    assert run("--version")[1].startswith("chalkgrad ")


@pytest.mark.wide
@pytest.mark.deep
def test_the_examples_of_the_help_run(run, tmp_path):
    (tmp_path / "flowers.csv").write_text(FRUIT.replace("kind", "species"))
    (tmp_path / "new.csv").write_text("x1,x2\n0.5,1\n")
    for name, command in COMMANDS.items():
        for line, _ in command.examples:
            words = ["--no-plots", "--no-progress"] if name != "predict" else []
            if "curve" in line:
                words += ["--out", "curve"]
            code, _, err = run(name, *shlex.split(line), *words)
            assert (code, err) == (0, ""), line


def alike(text, other):
    """The same but for the last digits of numbers."""
    number = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:e[-+]\d+)?")
    assert number.sub("#", " ".join(text.split())) == number.sub("#", " ".join(other.split()))
    for x, y in zip(number.findall(text), number.findall(other), strict=True):
        assert math.isclose(float(x), float(y), rel_tol=0.05, abs_tol=0.01), (text, other)


@pytest.mark.wide
def test_the_page_of_the_docs_shows_what_is_printed(run, root, tmp_path):
    page = (root / "docs" / "train.md").read_text(encoding="utf-8")
    (tmp_path / "fruit.csv").write_text(
        re.search(r"^```csv\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[1]
    )
    (tmp_path / "new.csv").write_text("weight,length\n171,6.9\n150,9.9\n")
    blocks = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        for example in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            line, _, expected = example.partition("\n")
            words = shlex.split(line.removeprefix("$ python -m nn "))
            _, out, err = run(*words, *["--no-progress"] * (words[0] != "predict"))
            alike(out + err, expected)
