"""viz: what a picture holds, that labels are inert, and that files are whole or absent."""

import copy
import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import pytest

import viz.dot
import viz.layout
import viz.numbers
from autograd import (
    ArgumentError,
    GraphError,
    MissingDependencyError,
    Note,
    OperandError,
    Value,
    compile,
    dot,
    value_and_grad,
)
from nn import MLP, Layer, half_squared_error
from viz import draw

ODD = [
    "<>&\"'{}|", "a\nb", "\\N \\G \\\\ \\q \\", "σ ∂ 第 🎈", "<script>alert(1)</script>", "<b>x</b>",
    "]]>", "%s $x", "  two  ", "&amp;", "\x00\x07\x1b", "\ud800", "<<TABLE>>", '"];}', "x->y", "\t",
]  # fmt: skip


def texts(svg):
    """The texts in the boxes of an SVG, a line each."""
    space = "{http://www.w3.org/2000/svg}"
    return [t.text or "" for t in ET.fromstring(svg).iter(f"{space}text")]


def svg_of(value, tmp_path, **options):
    return draw(value, **options).save(tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_a_box_shows_operation_label_value_and_gradient(tmp_path):
    x, w = Value(2.0, label="x"), Value(-0.006195, label="w")
    out = x * w
    out.label = "out"
    before = texts(svg_of(out, tmp_path))
    assert {"x", "2", "w", "-0.006195", "-0.01239"} <= set(before)
    assert any("×" in t for t in before) and any("out" in t for t in before)
    assert not any("∇" in t for t in before)
    out.backward()
    after = texts(svg_of(out, tmp_path))
    assert {"∇ -0.006195", "∇ 2", "∇ 1"} <= set(after)


def test_a_gradient_of_zero_is_shown_once_backward_has_run(tmp_path):
    x = Value(2.0, label="x")
    y = x.sign()
    y.backward()
    assert "∇ 0" in texts(svg_of(y, tmp_path))


def test_edges_come_in_operand_order_one_for_each_use():
    a, b = Value(3.0, label="a"), Value(2.0, label="b")
    drawing = draw(a * a - b)
    label = {box.name: box.label for box in drawing.picture.boxes}
    cells = [(label[c.source], c.slope) for box in drawing.picture.boxes for c in box.cells]
    assert cells == [("a", "3"), ("a", "3"), ("", "1"), ("b", "-1")]
    ends = re.findall(r"(v\d):e -> (v\d):p(\d):w ", drawing.source)
    assert [(label[tail], port) for tail, _, port in ends] == [
        ("a", "0"), ("a", "1"), ("", "0"), ("b", "1"),
    ]  # fmt: skip
    assert len(draw(a * a).source.split(" -> ")) == 3
    assert not any(c.slope for box in draw(a * a, partials=False).picture.boxes for c in box.cells)


def test_operands_stand_in_order_from_top_to_bottom(tmp_path):
    model = MLP(2, [2, 1], seed=0)
    svg = svg_of(half_squared_error(model([0.05, 0.1]), [0.75]), tmp_path)
    space = "{http://www.w3.org/2000/svg}"
    height = {t.text: float(t.get("y")) for t in ET.fromstring(svg).iter(f"{space}text") if t.text}
    for column in (["W11", "W21", "B1", "W12", "W22", "B2"], ["W31", "W41", "B3"], ["X_1", "X_2"]):
        assert [height[name] for name in column] == sorted(height[name] for name in column)


def test_clusters_are_modules_and_colours_are_roles():
    model = MLP(2, [2, 1], seed=0)
    source = draw(half_squared_error(model([0.05, 0.1]), [0.75])).source
    labels = re.findall(r"label=<([^<>]+)> labeljust", source)
    assert sorted(labels) == ["h1", "h2", "hidden layer", "o1", "output layer"]
    for role, count in (("input", 3), ("parameter", 9), ("constant", 1), ("output", 1)):
        fill = viz.dot.COLOURS[role][0]
        assert source.count(f'fillcolor="{fill}"') == count, role
    assert 'tooltip="parameter W11 = ' in source


def test_several_outputs_and_directions(tmp_path):
    model = MLP(2, [2], seed=0)
    outs = model([1.0, 2.0])
    both = draw(outs, direction="TB", legend=False)
    assert both.source.count("rankdir=TB") == 1 and ":n " in both.source
    assert "arrow's end" not in both.source
    assert both.save(tmp_path / "both.svg").stat().st_size > 1000
    with pytest.raises(ArgumentError, match="direction"):
        draw(outs, direction="UP")


@pytest.mark.parametrize("bad", [3.0, None, "x", [Value(1.0), 2]])
def test_only_values_are_drawn(bad):
    with pytest.raises(OperandError, match="no Value"):
        draw(bad)


def test_labels_of_any_characters_come_out_right_and_inert(tmp_path):
    values = [Value(float(i), label=label) for i, label in enumerate(ODD)]
    for value in values[:6]:
        value.note = Note(value.label, value.label)  # in names of clusters too
    svg = svg_of(dot(values, values), tmp_path, fold="none")
    shown = texts(svg)
    joined = "\n".join(shown).replace("\xa0", " ")
    for label in ODD[2:12] + ODD[12:15]:
        for line in label.split("\n"):
            wanted = viz.dot._UNPRINTABLE.sub("\ufffd", line)
            assert wanted.strip() in joined, (label, shown)
    assert {"a", "b"} <= set(shown)
    tags = {element.tag.split("}")[1] for element in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "desc", "style", "text", "path", "polygon"}


def test_a_long_label_is_cut_in_the_box_and_whole_in_the_tooltip(tmp_path):
    label = "é<" * 3500  # 10.5 kB
    svg = svg_of(Value(1.0, label=label) * 2, tmp_path)
    assert any(t.endswith("…") and len(t) == viz.dot.LONGEST_LABEL for t in texts(svg))
    titles = [e.text for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]
    assert any(label in t for t in titles)


def test_every_suffix_gives_its_format(tmp_path):
    picture = draw(Value(1.0) + 2)
    starts = {
        "svg": b"<?xml",
        "png": b"\x89PNG",
        "pdf": b"%PDF",
        "dot": b"digraph",
        "PNG": b"\x89PNG",
    }
    for suffix, start in starts.items():
        path = picture.save(tmp_path / f"p.{suffix}")
        assert path.read_bytes().startswith(start)
    assert picture.save(str(tmp_path / "text.dot")).read_text() == picture.source


@pytest.mark.parametrize("name", ["p.jpg", "p", "p.svg.exe", ".svg"])
def test_an_unknown_suffix_is_refused(tmp_path, name):
    with pytest.raises(ArgumentError, match="svg, png, pdf, html, dot"):
        draw(Value(1.0)).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_path_is_told_and_the_old_file_stays(tmp_path, monkeypatch):
    picture = draw(Value(1.0))
    with pytest.raises(FileNotFoundError, match=r"can't write the picture.*missing/p\.dot"):
        picture.save(tmp_path / "missing" / "p.dot")
    (tmp_path / "p.dot").mkdir()
    with pytest.raises(OSError, match="can't write"):
        picture.save(tmp_path / "p.dot")
    old = tmp_path / "old.dot"
    old.write_text("old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("viz.drawing.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        picture.save(old)

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr("viz.drawing.os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        picture.save(old)
    assert old.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.dot", "p.dot"]


def test_a_notebook_shows_it_and_never_sees_it_raise(monkeypatch):
    picture = draw(Value(1.0) + 1)
    bundle, _ = picture._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg") and bundle["text/plain"] == repr(picture)

    def broken(*arguments, **options):
        raise RuntimeError("no luck")

    monkeypatch.setattr("viz.drawing.render", broken)
    assert picture._repr_mimebundle_() == ({"text/plain": "<Drawing of 3 values>: no luck"}, {})


@pytest.mark.wide
def test_a_long_chain_has_a_source_and_a_layout():
    v = a = Value(0.5)
    for _ in range(5000):
        v = v * a
    picture = draw(v, fold="none")
    assert picture.source.count(" -> ") == 10_000
    assert picture._rendered("svg").count(b'class="node"') == 5001


def test_deep_scopes_are_drawn_without_recursion():
    v = Value(1.0)
    v.note = Note("deep", "/".join("abcdefghij" * 30))
    assert draw(v).source.count("subgraph") == 300


def test_without_pygraphviz_the_dot_program_is_asked(monkeypatch):
    monkeypatch.setattr("viz.layout.importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingDependencyError, match="pip install pygraphviz"):
        viz.layout.render("digraph {}", "svg")
    monkeypatch.setattr("graphviz.Source.pipe", lambda self, format: b"from dot")
    assert viz.layout.render("digraph {}", "svg") == b"from dot"


def test_what_graphviz_says_is_in_the_error():
    with pytest.raises(RuntimeError, match="Graphviz failed"):
        viz.layout.render("this is no graph", "svg")


def test_it_works_without_a_dot_program_or_fonts(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("viz.layout.FONT_FOLDERS", viz.layout.FONT_FOLDERS[:1])
    assert sys.executable
    monkeypatch.setattr("viz.drawing.MOST_SPAN", -1)  # in a process of its own
    bold = draw(Value(1.0, label="W") * 2).save(tmp_path / "p.png").stat().st_size
    monkeypatch.setattr("viz.layout.FONT_FOLDERS", ())
    empty = draw(Value(1.0, label="W") * 2).save(tmp_path / "q.png").stat().st_size
    assert bold > empty + 500  # letters, not empty boxes


def test_it_works_for_a_user_without_a_home():
    code = "import pathlib\n"
    code += "def home(): raise RuntimeError('Could not determine home directory.')\n"
    code += "pathlib.Path.home = home\n"
    code += "from autograd import Value; import viz; viz.draw(Value(1.0) * 2.0).source"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_gradients_that_are_values_and_huge_labels_are_drawn(tmp_path):
    a = Value(1.0, label="a")
    v = a * a
    v.backward(create_graph=True)
    assert "∇ 2" in texts(svg_of(v, tmp_path))
    a.clear_grad()
    b = Value(2.0, label="🎉" * 10_240)
    b.note = Note(b.label, "é" * 20_000)
    assert svg_of(b * 1, tmp_path).startswith("<?xml")
    svg = svg_of(Value(1.0, label="\\N<&"), tmp_path)
    titles = [e.text for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]
    assert "output \\N<& = 1.0" in titles
    for digits in (0, -1, "a", None):
        with pytest.raises(ArgumentError, match="digits"):
            draw(a, digits=digits)


# Programs.


def compiled_loss():
    step = compile(value_and_grad(lambda model, X, Y: half_squared_error(model(X), Y)))
    step.record(MLP(2, [2, 1], seed=0), [0.05, 0.10], 0.75)
    return step


def test_a_program_is_drawn_with_its_names_and_without_numbers(tmp_path):
    step = compiled_loss()
    drawing = draw(step)
    assert drawing.source == draw(step.program).source
    boxes = dict(re.findall(r"^\t+(v\d+) \[label=<(.*)> color", drawing.source, re.MULTILINE))
    texts = [re.sub("<[^>]*>", " ", box).split() for box in boxes.values()]
    for name in ("X_1", "W11", "B3", "Y"):
        assert [name] in texts
    for box in (["Σw·x", "Z_h1"], ["σ", "A_o1"], ["×", "∂L/∂W11"], ["−", "∂L/∂A_o1"]):
        assert box in texts
    assert texts.count(["1"]) == 3  # a constant has a box for each use
    assert texts.count(["0.5"]) == 1
    numbered = [t for t in texts if any(re.fullmatch(r"-?[\d.]+(e-?\d+)?", word) for word in t)]
    assert sorted(numbered) == [["0.5"], ["1"], ["1"], ["1"]]
    assert "∇" not in drawing.source
    for cluster in ("hidden layer", "output layer", "h1", "h2", "o1"):
        assert f"label=<{cluster}>" in drawing.source
    for suffix in ("svg", "png"):
        assert drawing.save(tmp_path / f"program.{suffix}").stat().st_size > 5000


def test_the_roles_of_a_programs_boxes_are_those_of_values():
    source = draw(compiled_loss()).source
    colour = dict(re.findall(r'fillcolor="(#\w+)" tooltip="(\w+) [^"]*"', source))
    assert {v: k for k, v in colour.items()} == {
        role: viz.dot.COLOURS[role][0] for role in viz.model.ROLES if role not in {"value", "group"}
    }


def test_a_compiled_function_has_no_picture_before_it_is_recorded():
    with pytest.raises(GraphError, match="nothing is recorded yet"):
        draw(compile(lambda x: x))


# Never wrong.


def boxes(value, **options):
    """The boxes by label, or by symbol."""
    return {box.label or box.symbol: box for box in draw(value, **options).picture.boxes}


def test_the_gradient_is_that_of_the_pictures_own_output():
    x = Value(3.0, label="x")
    y, z = x * x, x * 5
    y.label, z.label = "y", "z"
    z.backward()
    y.backward()
    assert x.grad == 11.0
    assert boxes(y)["x"].gradient == "∇ 6"
    assert boxes(z)["x"].gradient == "∇ 5"
    assert ("gradient", "∇ gradient of y") in draw(y).picture.key
    assert boxes(y, gradients="stored")["x"].gradient == "grad 11"
    assert any("stored .grad differs" in words for _, words in draw(y).picture.key)
    assert not any(kind == "note" for kind, _ in draw(y, gradients="stored").picture.key)


def test_a_backward_of_ten_changes_no_picture():
    x = Value(3.0, label="x")
    y = x * x
    y.backward(10.0)
    assert boxes(y)["x"].gradient == "∇ 6"


def test_gradients_can_be_asked_for_and_left_out():
    x = Value(3.0, label="x")
    y = x * x
    assert not boxes(y)["x"].gradient
    assert boxes(y, gradients=True)["x"].gradient == "∇ 6"
    assert not x.has_grad
    y.backward()
    assert not boxes(y, gradients=False)["x"].gradient
    with pytest.raises(ArgumentError, match="gradients is 'all'"):
        draw(y, gradients="all")


def test_of_several_outputs_it_is_the_sum_and_said_so():
    x = Value(3.0, label="x")
    drawing = draw([x * x, x * 5], gradients=True)
    assert next(b for b in drawing.picture.boxes if b.label == "x").gradient == "∇ 11"
    assert ("gradient", "∇ gradient of the sum of the outputs") in drawing.picture.key


def test_the_gradients_of_a_picture_are_those_of_backward():
    model = MLP(2, [3, 1], seed=1)
    loss = half_squared_error(model([0.3, -0.7]), [0.75])
    loss.backward()
    for box in draw(loss, digits=17).picture.boxes:
        if box.role == "parameter":
            parameter = next(p for p in model.parameters() if p.label == box.label)
            assert float(box.gradient.split()[1]) == pytest.approx(parameter.grad, rel=1e-12)


def test_the_number_that_was_used_is_told_if_the_data_has_changed():
    x = Value(2.0, label="x")
    y = x * 3.0
    x.data = 7.0
    drawing = draw(y)
    cell = drawing.picture.boxes[-1].cells[0]
    assert (cell.slope, cell.used) == ("3", "x = 2")
    assert "3 at x = 2" in drawing.source
    assert "used" in dict(drawing.picture.key)
    assert "used" not in dict(draw(Value(1.0) * 2).picture.key)


def test_the_first_nan_is_marked():
    x = Value(0.0, label="x")
    y = (1 / x) * x
    z = y + 1
    marked = [box for box in draw(z).picture.boxes if box.nan]
    assert [box.symbol for box in marked] == ["×"]
    assert "first nan" in draw(z).source
    assert "nan" in dict(draw(z).picture.key)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.9999939, "0.99999"), (1.0, "1"), (12345.0, "12345"), (12345.678, "12345.7"), (12345.4, "12345.4"), (1234567.0, "1234567"),
        (123456.0, "123456"), (6.1e-06, "6.1e-06"), (0.1 + 0.2, "0.3"), (0.235003712, "0.2350"),
        (2.0001, "2.0001"), (-0.0, "-0"), (float("nan"), "nan"), (float("-inf"), "-inf"),
        (1e22, "1e+22"), (0.5, "0.5"), (-2.99999, "-2.99999"), (1 / 3, "0.3333"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_no_lies(number, text):
    assert viz.numbers.shown(number) == text


def test_two_models_have_frames_of_their_own():
    teacher, student = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=1)
    loss = half_squared_error(student([0.1, 0.2]), teacher([0.1, 0.2]))
    titles = [frame.title for frame in draw(loss).picture.frames]
    assert sorted(titles) == sorted(2 * ["hidden layer", "h1", "h2", "output layer", "o1"])
    frame_of = {}
    for box in draw(loss).picture.boxes:
        if box.role == "parameter":
            frame_of.setdefault(box.label, set()).add(box.frame)
    assert all(len(frames) == 2 for frames in frame_of.values())


def test_one_model_on_two_examples_has_one_frame_each():
    model = MLP(2, [2, 1], seed=0)
    outs = [model(x)[0] for x in ([0.1, 0.2], [0.3, 0.4])]
    titles = [frame.title for frame in draw(outs).picture.frames]
    assert sorted(titles) == sorted(["hidden layer", "h1", "h2", "output layer", "o1"])


def test_unlabelled_values_are_no_constants():
    roles = {box.role for box in draw(Value(2.0) * Value(3.0, label="x") + 1.0).picture.boxes}
    assert roles == {"value", "input", "constant", "result", "output"}
    key = dict(draw(Value(2.0) * Value(3.0)).picture.key)
    assert "value" in key
    assert not {"input", "constant", "parameter", "frame", "gradient"} & set(key)


@pytest.mark.parametrize(
    "count", [100, pytest.param(1500, marks=[pytest.mark.wide, pytest.mark.deep])]
)
def test_layout_in_process_of_random_graphs_in_four_threads(count):
    def one(seed):
        rng = random.Random(seed)
        nodes = [Value(rng.uniform(-1, 1), label=rng.choice(["\n", "", "<b>", "a\\N", "x"]))]
        for _ in range(rng.randrange(1, 12)):
            node = rng.choice(nodes) * rng.choice(nodes) + rng.uniform(-1, 1)
            node.label = rng.choice(["\n\nq", "", "σ", '"'])
            node.note = Note(node.label, rng.choice(["", "a", "a/b", "\n"]))
            nodes.append(node)
        return draw(nodes[-1])._rendered("svg")

    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(one, range(count)))
    assert all(p.startswith(b"<?xml") for p in pictures)
    assert pictures[:20] == [one(seed) for seed in range(20)]


def test_a_layout_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("viz.drawing.MOST_SPAN", -1)
    monkeypatch.setattr("viz.layout.SECONDS", 0.01)
    drawing = draw(Value(1.0) * 2, fold="none")
    assert drawing._rendered("svg").count(b'class="node"') == 3  # by our own layout
    with pytest.raises(RuntimeError, match="had not ended after"):
        viz.layout.render(drawing.source, "svg")


# Formats without a layout.


def test_json_is_the_model(tmp_path):
    y = Value(2.0, label="x") * 3.0
    found = json.loads(draw(y).save(tmp_path / "p.json").read_text(encoding="utf-8"))
    assert set(found) == {"title", "boxes", "frames", "key"}
    assert [box["number"] for box in found["boxes"]] == ["2", "3", "6"]
    assert [cell["source"] for cell in found["boxes"][2]["cells"]] == ["v0", "v1"]


def test_text_has_a_line_for_each_box(tmp_path):
    x = Value(2.0, label="x\ny")
    y = x * 3.0
    y.backward()
    text = draw(y).save(tmp_path / "p.txt").read_text(encoding="utf-8")
    assert "v0 x y  = 2  ∇ 3  input" in text
    assert "v2  = 6  ∇ 1  ×  of  v0 x y (∂ 3), v1 (∂ 2)" in text


def test_mermaid_is_inert_and_keeps_to_its_limits(tmp_path):
    x = Value(2.0, label='"]; <script>alert(1)</script> & #quot;')
    text = draw(x * 3.0).save(tmp_path / "p.mmd").read_text(encoding="utf-8")
    assert text.startswith("flowchart LR")
    assert "<script" not in text
    assert "#34;#93;#59; #60;script#62;alert" in text
    assert 'v0 -->|"3"| v2' in text
    v = x
    for _ in range(300):
        v = v * x
    for fold in ("auto", "none"):
        cut = draw(v, fold=fold).save(tmp_path / "q.mmd").read_text(encoding="utf-8")
        assert cut.count("-->") <= 500 and "… " in cut
    model = MLP(2, [2, 1], seed=0)
    framed = draw(model([0.1, 0.2])).save(tmp_path / "m.mmd").read_text(encoding="utf-8")
    assert framed.count("subgraph") == framed.count("\nend") == 5


def test_the_same_graph_gives_the_same_bytes():
    def picture():
        model = MLP(2, [2, 1], seed=0)
        return draw(half_squared_error(model([0.05, 0.1]), [0.75]))

    for suffix in ("svg", "dot", "json", "txt", "mmd"):
        assert picture()._rendered(suffix) == picture()._rendered(suffix)


@pytest.mark.parametrize("suffix", ["json", "txt", "mmd", "svg"])
def test_odd_labels_in_every_format(suffix):
    values = [Value(float(i), label=label) for i, label in enumerate(ODD)]
    assert draw(dot(values, values))._rendered(suffix).decode("utf-8")


def test_a_change_too_small_to_show_is_shown_in_full():
    x = Value(2.0, label="x")
    y = x * 3.0
    x.data = 2.0 + 1e-12
    found = boxes(y)
    assert found["x"].number == "2.000000000001"
    assert found["×"].cells[0].used == "x = 2"


def test_a_layer_that_feeds_another_has_a_frame_of_its_own():
    first, second = Layer(2, 2, seed=0), Layer(2, 2, seed=1)
    picture = draw(second(first([1.0, 2.0]))).picture
    named = [(box.frame, box.label) for box in picture.boxes if box.role == "parameter"]
    assert len(named) == len(set(named)) == 12


def test_a_tied_parameter_does_not_join_two_models():
    a, b = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=1)
    b.layers[1].neurons[0].bias = a.layers[1].neurons[0].bias
    picture = draw(half_squared_error(a([0.1, 0.2]), b([0.1, 0.2]))).picture
    named = [(box.frame, box.label) for box in picture.boxes if box.role == "parameter"]
    assert len(named) == len(set(named))


def test_a_copy_of_a_model_has_frames_of_its_own():
    teacher = MLP(2, [2, 1], seed=0)
    student = copy.deepcopy(teacher)
    picture = draw(half_squared_error(student([0.1, 0.2]), teacher([0.1, 0.2]))).picture
    assert len(picture.frames) == 10


def test_threads_may_save_to_one_path(tmp_path):
    y = Value(2.0) * 3.0
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(draw(y).save, tmp_path / "same.svg") for _ in range(40)]
    assert all(future.result() for future in done)
    assert [path.name for path in tmp_path.iterdir()] == ["same.svg"]


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old", encoding="utf-8")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no links here")
    draw(Value(2.0) * 3.0).save(link)
    assert link.is_symlink()
    assert "3 boxes" in target.read_text(encoding="utf-8")


def test_a_terminal_obeys_no_label(tmp_path):
    y = Value(2.0) * 3.0
    y.label = "L\n\x1b[31mv9 = 5"
    y.backward()
    text = draw(y).save(tmp_path / "p.txt").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert not any(line.startswith(("v9", "\ufffd[31mv9")) for line in text.splitlines())


def test_mermaid_says_what_the_picture_says(tmp_path):
    x = Value(2.0, label="x")
    y = x * 3.0
    y.backward()
    x.data = 7.0
    text = draw(y, direction="TB").save(tmp_path / "p.mmd").read_text(encoding="utf-8")
    assert text.startswith("flowchart TB")
    assert "3, at x #61; 2" in text
    assert "gradient of the output" in text


def test_a_leaf_shared_along_a_chain_does_not_hold_up_the_process(monkeypatch):
    monkeypatch.setattr("viz.drawing.finished", lambda svg, _: svg)
    monkeypatch.setattr("viz.layout._in_a_process", lambda *_: b"elsewhere")
    v = a = Value(0.5, label="a")
    for _ in range(80):
        v = v * a
    assert draw(v, fold="none")._rendered("svg") == b"elsewhere"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"digits": True}, "digits"), ({"gradients": []}, "gradients"),
        ({"direction": []}, "direction"), ({"direction": None}, "direction"),
    ],
)  # fmt: skip
def test_odd_options_are_refused(options, named):
    with pytest.raises(ArgumentError, match=named):
        draw(Value(1.0) * 2, **options)


def test_nothing_is_no_picture():
    with pytest.raises(ArgumentError, match="nothing to draw"):
        draw([])
