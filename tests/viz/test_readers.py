"""What is drawn, in the readers that Python has: an XML parser, Graphviz's own, a PNG decoder."""

import io
import re
import xml.etree.ElementTree as ET
from xml.parsers import expat

import pytest
from PIL import Image

from tools.pictures import PICTURES
from viz import draw
from viz.scene import PALETTE

pygraphviz = pytest.importorskip("pygraphviz")
KINDS = ["expression", "neuron", "seed", "program", "labels", "scripts", "nan", "outputs"]
every_kind = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(scope="module")
def drawings():
    return {name: draw(PICTURES[name].build()) for name in KINDS}


@every_kind
def test_svg_is_xml_with_a_title_and_words_for_every_box(drawings, tmp_path, name):
    content = drawings[name].save(tmp_path / "p.svg").read_bytes()
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.Parse(content, True)
    space = "{http://www.w3.org/2000/svg}"
    svg = ET.fromstring(content)
    assert svg.tag == f"{space}svg" and svg.get("viewBox")
    boxes = [g for g in svg.iter(f"{space}g") if "node" in g.get("class", "").split()]
    assert boxes and all(g.find(f"{space}title").text for g in boxes)
    assert all(re.sub(r"\s", "", "".join(g.itertext())) for g in boxes)
    known = {
        "svg",
        "g",
        "title",
        "desc",
        "style",
        "defs",
        "a",
        "rect",
        "polygon",
        "polyline",
        "path",
    }
    known |= {"ellipse", "circle", "line", "text", "tspan", "clipPath", "use", "marker"}
    assert {e.tag.removeprefix(space) for e in svg.iter()} <= known
    attributes = [(key, value) for e in svg.iter() for key, value in e.attrib.items()]
    assert not [key for key, value in attributes if key.lower().startswith("on")]
    assert not [value for _, value in attributes if value.lower().startswith("javascript:")]


@every_kind
def test_dot_is_read_by_graphviz_as_it_is_meant(drawings, tmp_path, name):
    drawing = drawings[name]
    source = drawing.save(tmp_path / "p.dot").read_text(encoding="utf-8")
    graph = pygraphviz.AGraph(string=source)
    assert set(graph.nodes()) >= {box.name for box in drawing.picture.boxes}
    edges = [(cell.source, box.name) for box in drawing.picture.boxes for cell in box.cells]
    assert sorted(tuple(edge) for edge in graph.edges()) == sorted(edges)


@pytest.mark.parametrize("name", ["expression", "program", "labels"])
def test_png_is_decoded_and_is_not_blank(drawings, tmp_path, name):
    content = drawings[name].save(tmp_path / "p.png").read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        counts = picture.convert("RGB").getcolors(1 << 24)
    assert picture.format == "PNG" and min(picture.size) > 50
    assert len(counts) > 10 and max(counts)[1] == (255, 255, 255)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "card", "input", "parameter", "output"])
def test_text_has_a_contrast_of_7_on_all_that_it_may_stand_on_and_lines_of_3(ground, scheme):
    for ink in ("ink", "dim", "gradient", "warning"):
        assert contrast(PALETTE[ink][scheme], PALETTE[ground][scheme]) >= 7, ink
    for ink in ("line", "positive", "negative"):
        assert contrast(PALETTE[ink][scheme], PALETTE[ground][scheme]) >= 3, ink
