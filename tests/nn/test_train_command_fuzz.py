"""Whatever is typed after python -m nn, and whatever a run's files have become: an exit code."""

import json
import random

import pytest

from nn.command import main

WORDS = [
    "--data", "--n", "--noise", "--target", "--inputs", "--skip-missing", "--header", "--no-header", "--delimiter",
    "--decimal", "--encoding", "--scale", "--no-scale", "--validation", "--layers", "--activation", "--loss",
    "--optimizer", "--lr", "--epochs", "--batch-size", "--patience", "--seed", "--force", "--no-validation", "-o", "--",
    "moons", "circles", "spirals", "blobs", "xor", "curve", "iris", "data.csv", "bad.csv", "empty.csv", ".", "", "run",
    "none", "tanh", "relu", "sigmoid", "identity", "softmax", "log", "mse", "l1", "huber", "cross_entropy",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "half_squared_error", "hinge", "adam", "sgd", "lbfgs",
    "rmsprop", "0", "1", "2", "3", "-1", "0.5", "1e-3", "1e308", "nan", "inf", "-inf", "1e999", "x", "y", "kind", ",",
    ";", "\t", "tab", "\0", "utf-8", "utf-16", "latin-1", "klingon", "\udc80", "<script>", "\x1b[31m", "a\nb", "σ",
    "9" * 30, "--help", "-h", "--version", "x" * 5000, "0x10", "1_0", "²", "٣",
]  # fmt: skip
SMALL = ["--epochs", "1", "--layers", "2", "--no-plots", "--no-progress", "--no-compile"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with some files."""
    (tmp_path / "data.csv").write_text("x,y,kind\n" + "1,2,a\n2,0.5,b\n3,1,a\n" * 3)
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n3\n")
    (tmp_path / "empty.csv").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fuzzed(n, seed, capsys):
    rng = random.Random(seed)
    done = 0
    for k in range(n):
        words = [
            "train",
            *["--data", rng.choice(["moons", "xor", "curve", "data.csv"])] * (k % 5 > 0),
        ]
        words += rng.choices(WORDS, k=rng.randrange(5))
        if k % 5 > 0:
            words += SMALL
            if any([name in words for name in ("moons", "xor", "curve")]):
                words += ["--n", "6"]
        words += ["--out", f"out{k}"]
        if k % 7 == 0:
            words = rng.choices(["train", "predict", "resume", *WORDS], k=rng.randrange(5))
        code = main(words)
        err = capsys.readouterr().err
        assert code in {0, 2}, words
        done += code == 0
        if code == 2 and words:
            assert err.startswith("refused: ") and err.count("\n") == 1, (words, err)
            assert err[:-1].isprintable() and len(err) < 700, (words, err)
    assert n // 20 < done < n - n // 5


def test_any_words_end_in_an_exit_code_and_one_line(folder, capsys):
    fuzzed(30, 1, capsys)


@pytest.mark.wide
@pytest.mark.deep
def test_a_great_many_words(folder, capsys):
    fuzzed(2_000, 2, capsys)


def changed(value, rng):
    """A tree of JSON with one thing in it changed."""
    odd = [
        None,
        True,
        -1,
        0.0,
        1e308,
        float("nan"),
        "",
        "x",
        [],
        {},
        [1],
        ["a"],
        {"a": 1},
        "cross_entropy",
        "mse",
    ]
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice([*value])
        kept = {k: v for k, v in value.items() if k != key}
        return kept if rng.random() < 0.1 else {**value, key: changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.7:
        i = rng.randrange(len(value))
        return [*value[:i], changed(value[i], rng), *value[i + 1 :]]
    if isinstance(value, str) and rng.random() < 0.5:
        i = rng.randrange(len(value) + 1)
        return value[:i] + rng.choice(["'", " ", "\\", "--x", "\0", "7", "\ud800"]) + value[i:]
    return rng.choice(odd)


def tampered(n, seed, folder, capsys):
    rng = random.Random(seed)
    assert main(["train", "--data", "data.csv", *SMALL, "--out", "run"]) == 0
    settings, model = folder / "run" / "run.json", folder / "run" / "model.npz"
    text, saved = settings.read_text(), model.read_bytes()
    done = 0
    for k in range(n):
        model.write_bytes(saved)
        if k % 4 == 0:
            settings.write_text(text)
            cut = rng.randrange(len(saved))
            model.write_bytes(rng.choice([saved[:cut], saved[:cut] + b"?" + saved[cut + 1 :]]))
        elif k % 4 == 1:
            cut = rng.randrange(len(text))
            settings.write_text(
                text[:cut] + rng.choice(["", "\0", "{", '"', "9"]) + text[cut + rng.randrange(3) :]
            )
        else:
            settings.write_text(json.dumps(changed(json.loads(text), rng)))
        words = rng.choice([["predict", "run", "1", "2"], ["predict", "run", "--data", "data.csv"],
                            ["resume", "run", "--epochs", "1", "--no-plots", "--no-progress"]])  # fmt: skip
        code = main(words)
        err = capsys.readouterr().err
        assert code in {0, 2}, (words, settings.read_text())
        assert code == 0 or (
            err.startswith("refused: ") and err.count("\n") == 1 and err[:-1].isprintable()
        )
        done += code == 0
    assert 0 < done < n


def test_damaged_runs_are_refused_in_one_line(folder, capsys):
    tampered(24, 3, folder, capsys)


@pytest.mark.wide
@pytest.mark.deep
def test_a_great_many_damaged_runs(folder, capsys):
    tampered(2_000, 4, folder, capsys)
