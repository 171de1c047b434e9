"""What fit shows while it runs: a bar, lines, a live curve."""

import io
import sys
import types

import pytest

import nn
from nn import MLP, fit
from nn import progress as module
from nn.notebook import curve


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(monkeypatch, *, stream=None, tqdm=True, epochs=25, **options):
    """What is written to standard error, and the history."""
    stream = io.StringIO() if stream is None else stream
    monkeypatch.setattr(sys, "stderr", stream)
    if not tqdm:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    model = MLP(1, [1], output="identity", seed=0)
    history = fit(model, [[0.0], [1.0]], [0.0, 1.0], loss="mse", optimizer="sgd", epochs=epochs,
                  **options)  # fmt: skip
    return stream.getvalue(), history


def test_where_nothing_can_move_there_are_plain_lines(monkeypatch):
    text, history = shown(monkeypatch, validation=([[2.0]], [2.0]), metrics="mae", title="a line")
    lines = text.splitlines()
    assert 10 <= len(lines) <= 14 and "\r" not in text
    assert lines[0].startswith("a line: epoch 1/25, loss ")
    last = [history.losses[-1], history.validation[-1], history.metrics["mae"][-1]]
    loss, validation, mae = [f"{x:.3g}" for x in last]
    assert lines[-1] == f"a line: epoch 25/25, loss {loss}, validation {validation}, mae {mae}"
    text, _ = shown(monkeypatch, callbacks=lambda epoch: epoch.epoch == 13)
    assert "epoch 13/25" in text.splitlines()[-1]  # also where it ended before
    assert shown(monkeypatch, progress=False)[0] == ""


def test_a_terminal_has_a_bar(monkeypatch):
    pytest.importorskip("tqdm")
    text, history = shown(monkeypatch, stream=Terminal(), title="a bar")
    assert "a bar: 100%" in text and "25/25" in text and "\r" in text
    assert f"loss {history.losses[-1]:.3g}" in text.split("\r")[-1]


def test_without_tqdm_one_line_says_what_to_install(monkeypatch):
    text, _ = shown(monkeypatch, stream=Terminal(), tqdm=False)
    assert text.splitlines()[0] == 'for a bar: pip install "chalkgrad[progress]"'
    assert text.count("install") == 1 and "epoch 25/25" in text


def test_without_standard_error_there_is_none(monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        bar = module.progress(2, "t", wanted=True)
        assert type(bar) is module.Lines
        bar.epoch(nn.History([1.0]))
        bar.close(None)


def test_a_notebook_has_a_live_curve(monkeypatch):
    seen = []

    class Handle:
        def update(self, what):
            seen.append(what._repr_html_())

    def display(what, *, display_id):
        assert display_id and (what._repr_html_(), repr(what)) == ("", "")
        return Handle()

    shell = types.ModuleType("IPython")
    shell.get_ipython = lambda: types.SimpleNamespace(kernel=1)
    shown_by = types.ModuleType("IPython.display")
    shown_by.display = display
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", shown_by)
    monkeypatch.setattr(module, "OFTEN", 0.0)
    text, history = shown(monkeypatch, tqdm=False, validation=([[2.0]], [2.0]))
    assert len(seen) == 26 and seen[-1] == curve(history.losses, history.validation)
    assert seen[0] == "" and seen[5].startswith("<svg")  # from two epochs on
    assert "dashed" in seen[-1] and text.count("epoch 25/25") == 1
    shell.get_ipython = lambda: types.SimpleNamespace()  # IPython in a terminal
    count = len(seen)
    shown(monkeypatch, tqdm=False)
    assert len(seen) == count
    monkeypatch.setattr(shown_by, "display", lambda *_, **__: None)  # nowhere to show it
    shell.get_ipython = lambda: types.SimpleNamespace(kernel=1)
    shown(monkeypatch, tqdm=False)


def test_the_curve_has_a_second_line_for_validation():
    alone, both = curve([3.0, 2.0, 1.0]), curve([3.0, 2.0, 1.0], [4.0, 2.0, 3.0])
    assert alone.count("<polyline") == 1 and both.count("<polyline") == 2
    assert "stroke-dasharray" in both and ">4<" in both and ">1<" in both
    assert curve([1.0, 2.0], [float("nan"), 5.0]).count("<polyline") == 1


def test_a_history_can_be_plotted():
    pytest.importorskip("matplotlib")
    from viz import plot_loss

    model = MLP(1, [1], output="identity", seed=0)
    history = fit(model, [[0.0], [1.0]], [0.0, 1.0], loss="mse", optimizer="sgd", epochs=3,
                  validation=([[2.0]], [2.0]), progress=False)  # fmt: skip
    training, validation = plot_loss(history).get_lines()
    assert [*training.get_ydata()] == history.losses
    assert [*validation.get_ydata()] == history.validation
