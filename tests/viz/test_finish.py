"""What Graphviz drew, finished: words, dark mode, contrast, no font; png and pdf in this process."""

import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET

import pytest

import viz.layout
from autograd import Note, Value, dot
from nn import MLP
from viz import draw
from viz.dot import COLOURS
from viz.finish import description, finished
from viz.raster import rendered
from viz.scene import PALETTE, Group, Scene, Text, width_of
from viz.svg import svg_of as svg_of_scene

SVG = "{http://www.w3.org/2000/svg}"
ODD = [
    "<script>alert(1)</script>", "]]>", '"quoted"', "a\\b\\N", "\r\nx\r", "\n\n", "\u05e9\u05dc\u05d5\u05dd",
    "\u202etxet", "\x00\x1b[31m", "--> <!-- ", "&#45;&gt;", "</a>\n</g>\n", 'x" onload="alert(1)', "w" * 10_240,
]  # fmt: skip


def svg_of(value, **options):
    return ET.fromstring(draw(value, fold="none", **options)._rendered("svg"))


def groups(root, kind):
    return [g for g in root.iter(f"{SVG}g") if kind in g.get("class", "").split()]


def network():
    out = MLP(2, [2, 1], seed=0)([0.5, 1.0])[0]
    out.backward()
    return out


def test_the_picture_has_a_title_and_a_description_first():
    x = Value(2.0, label="x")
    y = x * 3.0
    y.label = "y"
    y.backward()
    root = svg_of(y)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "Computation graph of y: 3 boxes"
    assert root[1].text == (
        "The output y = × of x and 3 = 6, gradient 1. 3 boxes: 1 input, 1 constant, 1 output. "
        "Inputs: x = 2, gradient 3."
    )


def test_a_description_names_a_few_and_counts_the_rest():
    values = [Value(float(i), label=f"x{i}") for i in range(30)]
    said = description(draw([*map(abs, values), dot(values, values)], fold="none").picture)
    assert "23 more outputs. 61 boxes: 30 inputs, 31 outputs." in said
    assert said.endswith("x7 = 7; and 22 more.")
    assert "x6, x7 and 52 more" in description(draw(dot(values, values), fold="none").picture)
    assert description(draw(Value(1.0)).picture) == "The output without a name. 1 box: 1 output."


def test_each_box_edge_and_frame_has_its_words_once_and_no_other():
    root = svg_of(network())
    nodes, edges, frames = (groups(root, kind) for kind in ("node", "edge", "cluster"))
    assert (len(nodes), len(edges), len(frames)) == (17, 18, 5)
    for g in [*nodes, *edges, *frames]:
        titles = list(g.iter(f"{SVG}title"))
        assert len(titles) == 1 and g[0] is titles[0]
    said = [g[0].text for g in [*nodes, *edges, *frames]]
    assert any(re.fullmatch(r"parameter W11 = .*, gradient .*", text) for text in said)
    assert any(re.fullmatch(r"from W11 to Z_h1, local derivative 0\.5.*", text) for text in said)
    assert "module hidden layer" in said
    assert not any(re.search(r"v\d|->|cluster_", text) for text in said)
    assert not list(root.iter(f"{SVG}a"))


def test_an_edge_names_the_boxes_it_joins():
    x = Value(2.0, label="x")
    y = x * x + 1.0
    for direction in ("LR", "TB"):
        drawing = draw(y, direction=direction)
        root = ET.fromstring(drawing._rendered("svg"))
        found = sorted((g.get("data-from"), g.get("data-to")) for g in groups(root, "edge"))
        wanted = sorted((c.source, b.name) for b in drawing.picture.boxes for c in b.cells)
        assert found == wanted
        names = {g.get("data-name") for g in groups(root, "node")}
        assert names == {box.name for box in drawing.picture.boxes}


def test_a_box_of_class_group_opens_a_view():
    drawing = draw(Value(1.0) * 2)
    source = drawing.source.replace("v0 [", 'v0 [class="group" ', 1)
    root = ET.fromstring(finished(viz.layout.render(source, "svg", here=True), drawing.picture))
    assert [g.get("data-open") for g in groups(root, "node")] == ["v0", None, None]
    assert groups(root, "group")[0].get("class") == "node group"


def test_it_needs_nothing_from_outside():
    svg = draw(network(), fold="none")._rendered("svg").decode()
    assert "DOCTYPE" not in svg and "xlink" not in svg and "<!--" not in svg
    assert re.findall(r"https?://[^\" ]*", svg) == ["http://www.w3.org/2000/svg"]
    root = ET.fromstring(svg)
    assert root.get("font-family").split(", ")[-1] == "sans-serif"
    assert "Verdana" in root.get("font-family")
    assert not any(text.get("font-family") for text in root.iter(f"{SVG}text"))


def test_odd_labels_are_inert_and_change_nothing_else():
    values = [Value(float(i), label=label) for i, label in enumerate(ODD)]
    for value in values[:7]:
        value.note = Note(value.label, value.label)  # in names of frames too
    y = dot(values, values)
    y.label = ODD[0]
    root = svg_of(y)
    tags = {element.tag for element in root.iter()}
    assert tags <= {
        SVG + t for t in ("svg", "g", "title", "desc", "style", "text", "path", "polygon")
    }
    allowed = {
        "id", "class", "data-name", "data-from", "data-to", "transform", "fill", "stroke", "d", "x", "y",
        "points", "text-anchor", "font-size", "font-weight", "font-family", "width", "height", "viewBox",
        "role", "{http://www.w3.org/XML/1998/namespace}space",
    }  # fmt: skip
    assert {name for element in root.iter() for name in element.attrib} <= allowed
    assert len(groups(root, "node")) == len(values) + 1
    said = [g[0].text for g in groups(root, "node")]
    assert any("w" * 10_240 in text for text in said)
    assert "<script>alert(1)</script>" in root[1].text


def test_what_is_no_svg_is_refused():
    with pytest.raises(RuntimeError, match="no SVG"):
        finished(b"", draw(Value(1.0)).picture)


# Colours.


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_is_measured_as_wcag_does():
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_colours_can_be_read(mode):
    fills = ["page", "card", "input", "value", "parameter", "constant", "group", "output"]
    for text in ("ink", "dim", "gradient", "slope", "warning"):
        for fill in fills:
            assert contrast(PALETTE[text][mode], PALETTE[fill][mode]) >= 7, (text, fill)
    lines = ["line", "dim", "positive", "negative", "warning"]
    for line in lines + [name for name in PALETTE if name.endswith("-border")]:
        assert contrast(PALETTE[line][mode], PALETTE["page"][mode]) >= 3, line


def colours_on_screen(svg, mode):
    """What each element is filled and stroked with, by the sheet's own rules."""
    root = ET.fromstring(svg)
    rules = re.findall(
        r'\.chalkgrad (\.node )?\[(fill|stroke)="([^"]*)"\]\{(?:fill|stroke):([^}]*)\}',
        root.find(f"{SVG}style").text,
    )
    inside = {id(e) for g in groups(root, "node") for e in g.iter()}
    for element in root.iter():
        found = {}
        for attribute in ("fill", "stroke"):
            colour = element.get(attribute)
            if mode and colour:
                fitting = [
                    (bool(node), dark)
                    for node, name, light, dark in rules
                    if (name, light) == (attribute, colour) and (not node or id(element) in inside)
                ]
                colour = max(fitting)[1] if fitting else colour
            found[attribute] = {"white": "#ffffff"}.get(colour, colour)
        yield element, found


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_a_drawn_picture_can_be_read(mode):
    nan = Value(float("inf"), label="i") - Value(float("inf"))
    out = network() * Value(3.0) + 2.0 + nan
    out.backward()
    svg = draw(out, fold="none")._rendered("svg")
    page = PALETTE["page"][mode]
    ground, texts, lines = page, 0, 0
    for element, colour in colours_on_screen(svg, mode):
        tag = element.tag.removeprefix(SVG)
        if tag == "g":
            ground = page
        elif tag == "text":
            if element.text.strip() == "■":
                assert contrast(colour["fill"], page) >= 3
            elif element.text.strip():
                texts += 1
                assert contrast(colour["fill"], ground) >= 7, element.text
        elif tag in {"path", "polygon"}:
            if colour["stroke"] != "none":
                lines += 1
                assert contrast(colour["stroke"], page) >= 3
            if tag == "path" and colour["fill"] != "none":
                ground = colour["fill"]
                dark = luminance(ground) < 0.1
                assert dark == bool(mode)
    assert texts > 60 and lines > 40


def test_roles_have_one_palette():
    light = {colours[0] for colours in PALETTE.values()}
    assert all(set(colours) <= light for colours in COLOURS.values())


def test_dark_is_for_the_screen_and_for_our_pictures_only():
    style = svg_of(network()).find(f"{SVG}style").text
    assert style.startswith("@media screen and (prefers-color-scheme:dark){.chalkgrad ")
    rules = style.partition("{")[2].split("}")
    assert len(rules) > 10 and all(rule.startswith(".chalkgrad ") for rule in rules if rule)


def test_text_fits_its_box_in_fonts_as_wide_as_dejavu():
    for g in groups(svg_of(network()), "node"):
        numbers = re.findall(r"(-?[\d.]+),", next(g.iter(f"{SVG}path")).get("d"))
        right = max(map(float, numbers))
        for text in g.iter(f"{SVG}text"):
            size, bold = float(text.get("font-size")), text.get("font-weight") == "bold"
            wide = width_of(text.text, size, bold=bold)
            assert float(text.get("x")) + wide <= right + 0.1 * wide + 1, text.text


# png and pdf.


def test_small_png_and_pdf_are_made_in_this_process(monkeypatch):
    monkeypatch.setattr(viz.layout, "_in_a_process", None)
    drawing = draw(network(), fold="none")
    assert drawing._rendered("png").startswith(b"\x89PNG")
    assert drawing._rendered("pdf").startswith(b"%PDF")


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_in_this_process_or_another_the_bytes_are_the_same(suffix):
    source = draw(Value(2.0, label="σ ∂") * 3.0).source
    here = viz.layout.render(source, suffix, here=True)
    assert here == viz.layout.render(source, suffix)


def test_a_png_has_two_pixels_for_each_of_css():
    drawing = draw(Value(2.0, label="x") * 3.0)
    svg = ET.fromstring(drawing._rendered("svg"))
    png = drawing._rendered("png")
    width, height = (int.from_bytes(png[k : k + 4], "big") for k in (16, 20))
    for pixels, name in ((width, "width"), (height, "height")):
        assert pixels == pytest.approx(float(svg.get(name)[:-2]) * 192 / 72, abs=3)


def test_a_pdf_has_no_date_of_today(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    drawing = draw(Value(2.0) * 3.0)
    first = drawing._rendered("pdf")
    assert b"/CreationDate (D:19700101000000" in first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert b"/CreationDate (D:20010909014640" in drawing._rendered("pdf")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")  # of which Graphviz would end the process
    assert drawing._rendered("pdf") == first


def test_a_png_that_is_shrunk_is_told_with_the_remedy(capfd):
    wide = "digraph { a [label=<a> width=200] }"  # inches: more than 32767 pixels
    with pytest.warns(UserWarning, match=r"shrunk to 0\.8.* \.svg or \.pdf, or draw a part"):
        assert viz.layout.render(wide, "png", here=True).startswith(b"\x89PNG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        viz.layout.render(wide, "svg", here=True)
        viz.layout.render(wide, "pdf", here=True)
    assert capfd.readouterr() == ("", "")


def test_what_graphviz_remarks_is_a_warning(capfd):
    with pytest.warns(UserWarning, match='Graphviz says: Warning: Arrow type "foo" unknown'):
        viz.layout.render("digraph { a -> b [arrowhead=foo] }", "svg")
    assert capfd.readouterr() == ("", "")


def test_pictures_of_odd_labels_say_nothing_on_the_standard_error():
    code = "from autograd import Value, dot; from viz import draw\n"
    code += f"y = dot([Value(1.0, label=x) for x in {ODD!r}], [2.0] * {len(ODD)})\n"
    code += "[draw(y)._rendered(suffix) for suffix in ('svg', 'png', 'pdf')]"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


# Scenes as png and pdf.


def scene(count, text, size=9.0):
    texts = [Text(5 + k % 100, 5 + k // 100, text, size) for k in range(count)]
    return Scene(120, 60, "t", "d", [Group("node", texts)])


@pytest.mark.parametrize("text", ['he"llo', "é" * 4001, "\\" * 4001, '"' * 4001, '"; } {', "%s %n"])
def test_a_scene_is_drawn_though_graphviz_reads_no_string_of_16_kb(text, capfd):
    assert rendered(scene(9, text), "pdf").startswith(b"%PDF")
    assert rendered(scene(400, text[:9]), "pdf").startswith(b"%PDF")
    assert capfd.readouterr() == ("", "")


def test_a_large_scene_is_drawn_in_another_process_and_looks_the_same(monkeypatch):
    here = rendered(scene(40, "x"), "png")
    monkeypatch.setattr("viz.raster.MOST_SHAPES", 10)
    monkeypatch.setattr(viz.layout, "_in_process", None)
    assert rendered(scene(40, "x"), "png") == here


def test_text_too_small_to_be_seen_is_left_out(capfd):
    assert rendered(scene(3, "x", 0.5), "png") == rendered(scene(3, ""), "png")
    assert capfd.readouterr() == ("", "")


def test_a_scenes_rules_hold_for_our_pictures_only():
    root = ET.fromstring(svg_of_scene(scene(1, "x")))
    style = root.find(f"{SVG}style").text
    assert root.get("class") == "chalkgrad" and root[0].tag == f"{SVG}title"
    inner = style.replace("@media screen and (prefers-color-scheme:dark){", "")
    selectors = [rule.partition("{")[0] for rule in inner.split("}") if "{" in rule]
    assert len(selectors) > 5
    assert all(part.startswith(".chalkgrad") for s in selectors for part in s.split(","))
