"""Plots: what they show is so, nothing but the axes is touched, and files are whole or absent."""

import io
import math
import re
import subprocess
import sys

import numpy as np
import pytest

import autograd
from autograd import ArgumentError, MissingDependencyError, OperandError, Value
from nn import MLP, SGD, Layer, Module, half_squared_error, train
from viz import (
    animate,
    animate_training,
    plot_activations,
    plot_decision_boundary,
    plot_gradients,
    plot_loss,
)

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure
from PIL import Image

CORNERS, XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
ODD = ["<script>$</script>", "$", "$$", "$\\frac{$", "\\", "\\$x", "_hidden", "a\r\nb", "\x00\x1b",
       "\u202eabc", "{", "x" * 10_000]  # fmt: skip


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def ticks(ax):
    return [text.get_text() for text in ax.get_xticklabels()]


def rendered(ax):
    """Draw all of it: matplotlib reads texts only then."""
    with io.BytesIO() as file:
        ax.figure.savefig(file, format="png", dpi=40)
        return file.getvalue()


def state(model):
    return model.state_dict(), [(p.has_grad, p.grad) for p in model.parameters()]


def test_importing_viz_or_drawing_a_plot_starts_no_pyplot():
    code = "import sys, viz; print('matplotlib' in sys.modules)\n"
    code += "viz.plot_loss([1, 2])._repr_png_()\n"
    code += "print('matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]


@pytest.mark.parametrize(
    "plot",
    [
        lambda path: plot_loss([1.0]),
        lambda path: plot_decision_boundary(sum, CORNERS, XOR),
        lambda path: plot_activations(MLP(2, [1]), CORNERS),
        lambda path: plot_gradients(MLP(2, [1]), Value(1.0)),
        lambda path: animate([], path),
    ],
)
def test_without_matplotlib_a_line_says_what_to_install(plot, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        MissingDependencyError, match=r'matplotlib: pip install "chalkgrad\[plot\]"'
    ):
        plot(tmp_path / "a.gif")


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax: plot_loss([3.0, 2.0, 1.0], ax),
        lambda ax: plot_decision_boundary(MLP(2, [1], seed=0), CORNERS, XOR, ax, resolution=3),
        lambda ax: plot_activations(MLP(2, [1], seed=0), CORNERS, ax),
        lambda ax: plot_gradients(MLP(2, [1], seed=0), (CORNERS, XOR, half_squared_error), ax),
    ],
)
def test_a_plot_draws_into_the_axes_it_is_given_and_returns_them(plot):
    figure = Figure()
    ax, other = figure.subplots(1, 2)
    assert plot(ax) is ax
    assert figure.axes == [ax, other] and not other.has_data()  # no bar took room from others
    assert ax.get_xlabel() and ax.get_ylabel() and "_repr_png_" not in vars(ax)
    new = plot(None)
    assert new.figure is not figure
    assert new._repr_png_().startswith(b"\x89PNG")  # a notebook shows it
    with pytest.raises(OperandError, match="ax is 'here'"):
        plot("here")


def test_a_loss_curve_shows_every_epoch_and_further_runs():
    ax = plot_loss([0.5, 0.25, 0.125], label="a")
    assert plot_loss([1.0, 0.75], ax, label="b") is ax
    first, second = ax.get_lines()
    assert list(first.get_xdata()) == [1, 2, 3] and list(first.get_ydata()) == [0.5, 0.25, 0.125]
    assert first.get_color() != second.get_color() and legend(ax) == ["a", "b"]


def test_a_history_of_nn_is_drawn_and_validation_losses_with_it():
    model = MLP(2, [1], seed=0)
    sgd = SGD(model.parameters(), lr=0.1)
    history = train(model, CORNERS, XOR, optimizer=sgd, epochs=3)
    assert list(plot_loss(history).get_lines()[0].get_ydata()) == history.losses

    class Both:
        losses = (3.0, 2.0)
        validation_losses = np.array([3.5, 2.5])

    ax = plot_loss(Both())
    training, validation = ax.get_lines()
    assert legend(ax) == ["training", "validation"]
    assert list(validation.get_ydata()) == [3.5, 2.5]
    assert training.get_color() == validation.get_color()
    assert training.get_linestyle() != validation.get_linestyle()
    assert plot_loss([1.0], ax).get_lines()[2].get_color() != training.get_color()


def test_the_axis_of_losses_is_logarithmic_where_that_shows_more():
    assert plot_loss([1.0, 0.5]).get_yscale() == "linear"
    ax = plot_loss([1.0, 0.001])
    assert ax.get_yscale() == "log"
    assert plot_loss([1.0, 0.0], ax).get_yscale() == "linear"  # 0 would be missing
    assert plot_loss([1.0, 0.5], log=True).get_yscale() == "log"
    assert plot_loss([1.0, 0.001], log=False).get_yscale() == "linear"
    with pytest.raises(ArgumentError, match=r"can't show the loss 0\.0"):
        plot_loss([1.0], ax, log=True)


def test_a_loss_that_is_not_finite_is_a_gap_and_is_told():
    ax = plot_loss([1.0, math.nan, math.inf, 0.5])
    assert legend(ax) == ["nan in epoch 2"]
    drawn = ax.get_lines()[0].get_ydata()
    assert [math.isnan(v) for v in drawn] == [False, True, True, False]
    rendered(plot_loss([math.nan]))


@pytest.mark.parametrize("losses", [3.0, "abc", Value(1.0), ["a"], None])
def test_what_is_no_list_of_losses_is_refused(losses):
    with pytest.raises(OperandError, match="plot_loss: losses"):
        plot_loss(losses)


def test_no_loss_is_refused_before_anything_is_drawn():
    ax = Figure().subplots()
    with pytest.raises(ArgumentError, match="no loss"):
        plot_loss([], ax)
    assert not ax.has_data()


@pytest.mark.parametrize("label", ODD)
def test_odd_labels_stand_as_they_are(label):
    ax = plot_loss([1.0, 2.0], label=label)
    rendered(ax)
    (shown,) = ax.get_legend().get_texts()
    _, is_math = shown._preprocess_math(shown.get_text())
    assert not is_math and len(shown.get_text()) < 80


def test_a_dollar_is_drawn_as_one():
    (shown,) = plot_loss([1.0], label=r"5 $ or \$ \alpha $x$").get_legend().get_texts()
    assert shown._preprocess_math(shown.get_text()) == (r"5 $ or \$ \alpha $x$", False)


def field(ax):
    (image,) = ax.get_images()
    return np.asarray(image.get_array())


def test_the_shades_are_the_outputs_where_they_stand():
    ax = plot_decision_boundary(lambda x: x[0] + 10 * x[1], CORNERS, XOR, resolution=3)
    assert field(ax) == pytest.approx(
        np.array([[-1.65, -1, -0.35], [4.85, 5.5, 6.15], [11.35, 12, 12.65]])
    )
    left, right, bottom, top = ax.get_images()[0].get_extent()
    assert (left, right, bottom, top) == pytest.approx((-0.475, 1.475, -0.475, 1.475))
    assert ax.get_xlim() == pytest.approx((-0.15, 1.15))
    assert len(ax.figure.axes) == 2  # a new figure has a bar for the shades


@pytest.mark.parametrize(
    "model",
    [
        lambda x: autograd.sigmoid(3 * x[0] - x[1]),
        lambda x: [autograd.sigmoid(3 * x[0] - x[1])],
        lambda x: 1 / (1 + math.exp(x[1] - 3 * x[0])),  # can't be compiled
        lambda x: autograd.sigmoid(3 * x[0] - x[1]) if x[0] > -9 else 0.0,
        lambda x: np.array([Value(autograd.sigmoid(3 * x[0] - x[1]))]),
    ],
)
def test_any_function_of_two_inputs_will_do(model):
    ax = plot_decision_boundary(model, CORNERS, XOR, resolution=4)
    at = np.linspace(-0.15, 1.15, 4)
    wanted = 1 / (1 + np.exp(at[:, None] - 3 * at[None, :]))
    assert field(ax) == pytest.approx(wanted)
    assert ax.get_images()[0].get_clim() == (0.0, 1.0)  # a probability, whatever is in sight


def test_the_line_runs_where_the_output_is_one_half():
    ax = plot_decision_boundary(lambda x: 2 * x[0], CORNERS, XOR, resolution=21)
    lines = [p.vertices for c in ax.collections if hasattr(c, "levels") for p in c.get_paths()]
    assert np.concatenate(lines)[:, 0] == pytest.approx(0.25)
    assert legend(ax) == ["target 0", "target 1", "output = 0.5"]
    ax = plot_decision_boundary(lambda x: x[0], CORNERS, XOR, resolution=3, levels=(0.0, 0.5, 7))
    assert legend(ax)[2:] == ["output = 0", "output = 0.5", "output = 7: nowhere"]
    rendered(ax)


def test_a_boundary_changes_neither_model_nor_gradients():
    model = MLP(2, [3, 1], seed=0)
    half_squared_error(model([0.5, 1.0]), [1.0]).backward()
    before = state(model)
    plot_decision_boundary(model, CORNERS, XOR, resolution=4)
    plot_activations(model, CORNERS)
    plot_gradients(model, (CORNERS, XOR, half_squared_error))
    plot_gradients(model, half_squared_error(model([0.5, 1.0]), [1.0]))
    assert state(model) == before


def test_several_outputs_are_regions_without_a_third_between_two():
    # the largest goes from 0 to 2 along x; a contour of its number would draw a strip of 1
    def model(x):
        return [-x[0], -100.0 + 0 * x[0], x[0] - 1]

    ax = plot_decision_boundary(model, CORNERS, [0, 0, 2, 2], resolution=9)
    assert len(np.unique(field(ax).reshape(-1, 3), axis=0)) == 2
    assert legend(ax) == ["class 0", "class 2"]
    lines = [p.vertices for c in ax.collections if hasattr(c, "levels") for p in c.get_paths()]
    assert np.concatenate(lines)[:, 0] == pytest.approx(0.5)
    onehot = [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1]]
    assert legend(plot_decision_boundary(model, CORNERS, onehot, resolution=2)) == legend(ax)


@pytest.mark.parametrize("outputs", [1, 3])
def test_outputs_that_are_not_finite_are_told(outputs):
    def model(x):
        return [autograd.log(x[0]), *[0 * x[0], x[1]][: outputs - 1]]

    ax = plot_decision_boundary(model, CORNERS, XOR, resolution=6)
    assert "output not finite" in legend(ax)
    rendered(ax)
    nowhere = plot_decision_boundary(lambda x: [math.nan] * outputs, CORNERS, XOR, resolution=3)
    assert "output not finite" in legend(nowhere)
    rendered(nowhere)


@pytest.mark.parametrize(
    ("model", "X", "y", "options", "words"),
    [
        (sum, [[1, 2, 3]], [0], {}, "have 3 inputs; a plane shows exactly two"),
        (sum, [[1, 2], [1]], [0, 1], {}, "example 1 of X has 1 inputs"),
        (sum, [], [], {}, "X has no example"),
        (sum, [[1, math.nan]], [0], {}, "must be finite"),
        (MLP(3, [1]), CORNERS, XOR, {}, "built for 3"),
        (sum, CORNERS, [0], {}, "1 targets for 4 examples"),
        (sum, CORNERS, 1, {}, "y must be a list"),
        (sum, CORNERS, [[0, 1]] * 4, {}, "2 entries, the model 1 outputs"),
        (lambda x: x, CORNERS, [0, 1, 2, 0], {}, "target 2 is 2; with 2 outputs"),
        (sum, CORNERS * 3, range(12), {}, "12 different targets"),
        (lambda x: [], CORNERS, XOR, {}, "gives no output"),
        (sum, CORNERS, XOR, {"resolution": 1}, "resolution is 1"),
    ],
)
def test_a_boundary_that_can_not_be_drawn_says_why(model, X, y, options, words):
    with pytest.raises(ArgumentError, match=re.escape(words)):
        plot_decision_boundary(model, X, y, **{"resolution": 2, **options})


def test_a_model_that_can_not_be_called_is_refused():
    with pytest.raises(OperandError, match="can't be called"):
        plot_decision_boundary(3, CORNERS, XOR)
    with pytest.raises(OperandError, match="example 0 of X"):
        plot_decision_boundary(sum, ["ab"], [0])
    with pytest.raises(OperandError, match="X must be a list of examples, got 3"):
        plot_decision_boundary(sum, 3, [0])


def test_activations_are_those_of_every_unit_at_every_example():
    model = MLP(2, [3, 1], seed=0)
    ax = plot_activations(model, CORNERS)
    assert ticks(ax) == ["hidden layer\n3 units", "output layer\n1 unit"]
    hidden, output = (line.get_ydata() for line in ax.get_lines() if line.get_marker() == "o")
    assert sorted(hidden) == sorted(a.data for x in CORNERS for a in model.layers[0](x))
    assert sorted(output) == sorted(model(x)[0].data for x in CORNERS)


def test_dead_and_saturated_units_are_counted():
    model = MLP(2, [4, 1], "relu", seed=0)
    for neuron, bias in zip(model.layers[0].neurons, [-9.0, -9.0, 9.0, 9.0], strict=True):
        neuron.bias.data = bias
    model.layers[1].neurons[0].bias.data = 99.0
    ax = plot_activations(model, CORNERS)
    assert ticks(ax) == ["hidden layer\n4 units\n2 dead", "output layer\n1 unit"]
    assert "dead: slope 0 at every example" in ax.get_xlabel()
    model = MLP(2, [4, 1], "tanh", seed=0)
    model.layers[0].neurons[2].bias.data = -9.0
    ax = plot_activations(model, CORNERS)
    assert ticks(ax)[0] == "hidden layer\n4 units\n1 saturated"
    assert "saturated: slope below 0.01 at most examples" in ax.get_xlabel()


class Own(Module):
    """Layers by attributes, a step around one, and an activation that is no part of any."""

    def __init__(self):
        self.first, self.second = Layer(2, 2, "identity", seed=0), Layer(2, 2, "tanh", seed=1)
        self.scale = Value(2.0)

    def __call__(self, x):
        hidden = [autograd.relu(z) for z in self.first(x)]
        return [self.scale * (a + h) for a, h in zip(self.second(hidden), hidden, strict=True)]


def test_layers_are_found_in_any_module():
    model = Own()
    ax = plot_activations(model, [[0.3, 0.8]])
    assert [t.split("\n")[0] for t in ticks(ax)] == ["first", "second", "parameters"]
    first, *_ = (line.get_ydata() for line in ax.get_lines() if line.get_marker() == "o")
    assert sorted(first) == sorted(max(z.data, 0.0) for z in model.first([0.3, 0.8]))
    ax = plot_gradients(model, sum(model([0.3, 0.8])))
    assert [t.split("\n")[1] for t in ticks(ax)] == ["6 parameters", "6 parameters", "1 parameter"]


def test_layers_in_dicts_are_found_and_units_that_come_and_go_are_not_counted():
    class Gated(Module):
        def __init__(self):
            self.parts = {"a": [Layer(1, 1, "relu", seed=0)], "b": Layer(1, 2, "tanh", seed=0)}

        def __call__(self, x):
            if x[0] > 0:
                return self.parts["a"][0](x) + self.parts["b"](x)
            return self.parts["b"](x)[:1]

    ax = plot_activations(Gated(), [[1.0], [-1.0], [-9.0], [-9.0]])
    assert ticks(ax) == ["parts.a.0\n1 unit", "parts.b\n2 units"]


def test_gradients_are_the_mean_over_the_examples():
    model = MLP(2, [2, 1], seed=0)
    ax = plot_gradients(model, (CORNERS, XOR, half_squared_error))
    for x, y in zip(CORNERS, XOR, strict=True):
        half_squared_error(model(x), y).backward(0.25)
    shown = [line.get_ydata() for line in ax.get_lines() if line.get_marker() == "o"]
    for layer, numbers in zip(model.layers, shown, strict=True):
        wanted = [abs(p.grad) for p in layer.parameters()]
        assert sorted(numbers) == pytest.approx(sorted(wanted))


def test_vanishing_gradients_stand_out():
    model = MLP(2, [4] * 6 + [1], seed=0)
    ax = plot_gradients(model, half_squared_error(model([0.5, 1.0]), [1.0]))
    (falls,) = [line for line in ax.get_lines() if line.get_linestyle() == "--"]
    assert len(falls.get_ydata()) == 7 and falls.get_ydata()[0] < 1e-3 * falls.get_ydata()[-1]
    ratio = float(re.search(r"median of the first: (\S+) times", ax.get_xlabel())[1])
    assert ratio == pytest.approx(falls.get_ydata()[0] / falls.get_ydata()[-1], rel=0.06)
    assert ax.get_yscale() == "log"


def test_gradients_of_zero_and_nan_are_counted():
    model = MLP(2, [2, 1], "relu", seed=0)
    for neuron in model.layers[0].neurons:
        neuron.bias.data = -9.0
    model.layers[1].neurons[0].bias.data = 1.0
    ax = plot_gradients(model, half_squared_error(model([1.0, 1.0]), [3.0]))
    assert ticks(ax) == [
        "hidden layer\n6 parameters\n6 of them 0", "output layer\n3 parameters\n2 of them 0",
    ]  # fmt: skip
    rendered(ax)
    ax = plot_gradients(model, half_squared_error(model([1.0, 1.0]), [1.0]))
    assert ticks(ax)[1].endswith("3 of them 0") and ax.get_yscale() == "linear"
    rendered(ax)
    ax = plot_gradients(model, math.nan * sum(model([1.0, 1.0])))
    assert "not finite" in ticks(ax)[1]
    rendered(ax)


def test_many_numbers_are_a_histogram_and_many_layers_have_room():
    model = MLP(2, [1] * 30, "tanh", seed=0)
    points = [[math.sin(i), math.cos(i)] for i in range(50)]
    ax = plot_activations(model, points, Figure(figsize=(7, 4)).subplots())
    assert len(ax.collections) == 30 and {t.get_rotation() for t in ax.get_xticklabels()} == {90}
    rendered(ax)


def test_layers_are_found_also_where_no_graph_is_made():
    model = MLP(2, [3, 1], seed=0)
    with autograd.no_grad():
        assert len(ticks(plot_activations(model, CORNERS))) == 2
        assert len(ticks(plot_gradients(model, (CORNERS, XOR, half_squared_error)))) == 2


@pytest.mark.parametrize("plot", [plot_activations, lambda m, x: plot_gradients(m, (x, XOR, sum))])
def test_layers_need_a_module_with_parameters(plot):
    with pytest.raises(OperandError, match="function is no module of nn"):
        plot(lambda x: x, CORNERS)

    class Empty(Module):
        def __call__(self, x):
            return x

    with pytest.raises(ArgumentError, match="no parameters"):
        plot(Empty(), CORNERS)


def test_a_loss_that_is_none_or_another_models_is_refused():
    model, other = MLP(2, [1], seed=0), MLP(2, [1], seed=0)
    with pytest.raises(ArgumentError, match="no parameter of this model"):
        plot_gradients(model, sum(other([1.0, 2.0])))
    for loss in (3.0, (CORNERS, XOR), (CORNERS, XOR, "mse")):
        with pytest.raises(OperandError, match="takes a loss"):
            plot_gradients(model, loss)
    with pytest.raises(OperandError, match="no Value"):
        plot_gradients(model, (CORNERS, XOR, lambda a, y: 1.0))
    with pytest.raises(ArgumentError, match="1 targets for 4"):
        plot_gradients(model, (CORNERS, [1], half_squared_error))
    constant = Own()
    constant.__class__ = type("Constant", (Own,), {"__call__": lambda self, x: 1.0})
    with pytest.raises(ArgumentError, match="does not depend on its parameters"):
        plot_activations(constant, CORNERS)


def small(title="", size=(1.0, 0.8)):
    figure = Figure(figsize=size)
    figure.suptitle(title)
    return figure


def frames():
    for k in range(3):
        ax = small(f"step {k}").subplots()
        ax.plot([0, k])
        yield ax


@pytest.mark.parametrize("suffix", ["gif", "HTML"])
def test_an_animation_has_every_frame_and_the_same_bytes_again(suffix, tmp_path):
    path = animate(frames(), tmp_path / f"a.{suffix}", seconds=0.1)
    again = animate(frames(), tmp_path / f"b.{suffix}", seconds=0.1)
    assert path.read_bytes() == again.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, again.name]
    if suffix == "gif":
        with Image.open(path) as image:
            assert (image.n_frames, image.size, image.info["loop"]) == (3, (100, 80), 0)
            assert image.info["duration"] == 100
            image.seek(2)
            assert image.info["duration"] == 2000
    else:
        page = path.read_text(encoding="utf-8")
        assert re.findall('alt="([^"]*)"', page) == ["step 0", "step 1", "step 2"]
        assert page.count("data:image/png;base64,") == 3 and "http" not in page
        assert not re.search("WIDTH|WAIT|LAST|FIRST|NAME|IMAGES", page)


def test_odd_titles_are_inert_in_the_page(tmp_path):
    odd = '</title><script>alert("1")</script> NAME IMAGES $'
    page = animate([small(odd)], tmp_path / "a.html", title=f"{odd}\x00\ud800").read_text(
        encoding="utf-8"
    )
    assert page.count("<script>") == 1 and "&lt;script&gt;" in page and "\x00" not in page


def test_an_animation_that_can_not_be_written_leaves_the_old_file(tmp_path):
    old = tmp_path / "a.gif"
    old.write_bytes(b"old")
    with pytest.raises(ArgumentError, match="no frame"):
        animate([], old)
    with pytest.raises(ArgumentError, match=r"frame 1 has 200 × 80 pixels, frame 0 100 × 80"):
        animate([small(), small(size=(2.0, 0.8))], old)
    with pytest.raises(OperandError, match="frame 0 is int"):
        animate([3], old)
    with pytest.raises(ArgumentError, match=r"must be one of \.gif, \.html"):
        animate([small()], tmp_path / "a.mp4")
    with pytest.raises(ArgumentError, match="seconds"):
        animate([small()], old, seconds=0.0)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        animate([small()], tmp_path / "none" / "a.gif")
    assert old.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def run(path, **options):
    model = MLP(2, [2, 1], seed=1)
    sgd = SGD(model.parameters(), lr=1.0)
    options = {"epochs": 3, "every": 2, "resolution": 4, **options}
    history = animate_training(
        model, CORNERS, XOR, loss=half_squared_error, optimizer=sgd, path=path, **options
    )
    return model, history


def test_an_animated_training_is_the_training(tmp_path):
    seen = []
    model, history = run(tmp_path / "a.html", each_epoch=lambda losses: seen.append(losses))
    plain = MLP(2, [2, 1], seed=1)
    sgd = SGD(plain.parameters(), lr=1.0)
    assert train(plain, CORNERS, XOR, optimizer=sgd, epochs=3) == history
    assert plain.state_dict() == model.state_dict()
    assert seen == [history.losses[:1], history.losses[:2], history.losses]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    words = re.findall('alt="([^"]*)"', page)
    assert words[0] == "epoch 0: not trained yet"
    assert [w.split(":")[0] for w in words] == ["epoch 0", "epoch 2", "epoch 3"]


def test_regions_are_animated_too(tmp_path):
    model, onehot = MLP(2, [2], seed=1), [[1, 0], [0, 1], [0, 1], [1, 0]]
    sgd = SGD(model.parameters(), lr=1.0)
    path = tmp_path / "a.gif"
    animate_training(
        model, CORNERS, onehot, loss=half_squared_error, optimizer=sgd, epochs=1, resolution=3,
        path=path,
    )  # fmt: skip
    with Image.open(path) as image:
        assert image.n_frames == 2


def test_an_animated_training_is_refused_before_it_starts(tmp_path):
    for options, path in [
        ({"every": 0}, "a.gif"), ({}, "a.mp4"), ({"resolution": 1}, "a.gif"), ({"epochs": 0}, "a.gif"),
    ]:  # fmt: skip
        with pytest.raises(ArgumentError):
            run(tmp_path / path, **options)
    assert not list(tmp_path.iterdir())
