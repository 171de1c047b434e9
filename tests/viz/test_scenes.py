"""Scenes: their SVG and its colours, and what Graphviz draws of them."""

import struct
import xml.etree.ElementTree as ET

import pytest

from viz.raster import rendered
from viz.scene import PALETTE, Curve, Group, Rect, Scene, Text, fitted, width_of
from viz.svg import arrowhead, svg_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>x</script>",
    "a]]>b",
    'say "no" \\',
    "two\r\nlines\r",
    "\u202eturned",
    "\x00\x1b",
]


def scene(*labels):
    boxes = [
        Group(
            "node",
            [
                Rect(10, 40 * k, 200, 30, fill="card", stroke="line", radius=8),
                Text(20, 40 * k, label),
            ],
            words=label,
            name=f"v{k}",
        )
        for k, label in enumerate(labels)
    ]
    curve = Curve(
        [(210, 15), (250, 15), (250, 60), (300, 60)], bezier=True, arrow=True, opacity=0.5
    )
    edge = Group("edge", [curve], words="from a to b", ends=("v0", "v1"))
    return Scene(400, 300, "A <title>", "Of what.", [edge, *boxes, Group("", [Rect(0, 0, 9, 9)])])


def test_the_svg_says_everything_in_words():
    root = ET.fromstring(svg_of(scene("a", "b")))
    assert root.find(f"{SVG}title").text == "A <title>"
    assert root.find(f"{SVG}desc").text == "Of what."
    assert root.get("role") == "img"
    groups = {g.get("class"): g for g in root.iter(f"{SVG}g") if g.get("class")}
    assert set(groups) == {"node", "edge"}
    assert groups["edge"].find(f"{SVG}title").text == "from a to b"
    assert (groups["edge"].get("data-from"), groups["edge"].get("data-to")) == ("v0", "v1")


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_inert(label):
    text = svg_of(scene(label))
    root = ET.fromstring(text)
    assert not list(root.iter(f"{SVG}script"))
    shown = " ".join(e.text for e in root.iter(f"{SVG}text"))
    assert [c for c in shown if ord(c) < 32 or c == "\u202e"] == []


def test_every_colour_has_two_readings_and_all_used_ones_exist():
    text = svg_of(scene("a"))
    for name, (light, dark) in PALETTE.items():
        used = name in {"page", "card", "line", "ink"}
        assert (f"--{name}:{light};" in text) is (f"--{name}:{dark};" in text) is used


@pytest.mark.parametrize("label", ["σ′ ∂L/∂A", *HOSTILE])
def test_graphviz_draws_it_in_its_size(label):
    pytest.importorskip("pygraphviz")
    png = rendered(scene(label), "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert width / height == pytest.approx(400 / 300, rel=0.05)
    assert rendered(scene(label), "pdf").startswith(b"%PDF")


def test_the_smallest_text_is_measured_on_the_screen():
    picture = scene("a")
    assert picture.smallest_text() == 15
    picture.width = 3200
    assert picture.smallest_text() == 7.5
    picture.groups.append(Group("", [Text(0, 0, "small", size=10), Text(0, 0, " ", size=1)]))
    assert picture.smallest_text() == 5
    assert Scene(100, 100, "", "").smallest_text() == 15


def test_texts_are_fitted():
    assert fitted("short", 100, 15) == "short"
    long = fitted("a rather long label", 60, 15)
    assert long.endswith("…")
    assert width_of(long, 15) <= 60
    assert width_of("σ一", 10) > width_of("σ", 10)
    assert fitted("anything", 1, 15) == "…"


def test_an_arrow_points_where_its_curve_ends():
    (tip, *_) = arrowhead(Curve([(0, 0), (10, 0), (10, 0)]))
    assert tip == (10, 0)
    corners = arrowhead(Curve([(5, 5), (5, 5)]))  # a curve without a length has no direction
    assert corners[1][0] < 5
