"""SVG, opened in Chromium: read without complaint, boxes seen where they stand, text inside them."""

import pytest

from tests.browser import seen
from tests.browser.kinds import every_kind
from viz.scene import Curve, Group, Rect, Scene, Text
from viz.svg import svg_of

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, drawn):
    """``opened(name)``: what is to be seen of a picture at its own size."""

    def open_(name):
        browser.open(drawn(name, "svg"))
        _, _, right, bottom = seen.geometry(browser)["svg"]
        browser.look_like("light", min(4000, int(right) + 8), min(4000, int(bottom) + 8))
        return seen.geometry(browser)

    return open_


@every_kind
def test_it_is_read_without_complaint_and_asks_for_nothing(browser, drawn, name):
    path = drawn(name, "svg")
    browser.open(path)
    page = seen.geometry(browser)
    assert page["nodes"] and not page["broken"] and not page["scripts"]
    assert not browser.said and browser.asked == [path.resolve().as_uri()]


@every_kind
def test_every_box_is_seen_where_it_stands(browser, opened, name):
    page = opened(name)
    picture = seen.image(browser.screenshot())
    for node in page["nodes"]:
        left, top, right, bottom = node["rect"]
        fill, middle = seen.colour(node["fill"]), (top + bottom) / 2
        if right >= picture.width or bottom >= picture.height:
            continue
        inside = [(x, y) for x in range(int(left) + 3, int(right) - 3) for y in (top + 4, middle)]
        found = [seen.near(picture.getpixel((x, int(y))), fill) for x, y in inside]
        assert sum(found) > len(found) / 4, node["names"]


@every_kind
def test_text_lies_inside_its_box_and_on_no_other(opened, name):
    for node in opened(name)["nodes"]:
        left, top, right, bottom = node["rect"]
        for text in node["texts"]:
            x, y, x2, y2 = text["rect"]
            assert left - 1 <= x and x2 <= right + 1, text["text"]
            assert top - 3 <= y and y2 <= bottom + 3, text["text"]
        for i, one in enumerate(node["texts"]):
            for other in node["texts"][:i]:
                assert not on_each_other(one["rect"], other["rect"]), (one, other)


def on_each_other(a, b):
    """Whether two texts overlap by more than the air above and below letters."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide > 2 and high > 0.5 * min(a[3] - a[1], b[3] - b[1])


@every_kind
def test_an_edge_leads_from_its_box_to_its_box(opened, name):
    page = opened(name)
    places = {key: node["rect"] for node in page["nodes"] for key in node["names"] if key}
    for edge in page["edges"]:
        start, end = places[edge["from"]], places[edge["to"]]
        one, other = edge["ends"]  # Graphviz turns an edge around that runs against the ranks
        there = apart(one, start) + apart(other, end)
        assert min(there, apart(other, start) + apart(one, end)) < 24, edge
        if edge.get("arrow"):
            left, top, right, bottom = edge["arrow"]
            assert apart(((left + right) / 2, (top + bottom) / 2), end) < 12, edge


def apart(point, rect):
    (x, y), (left, top, right, bottom) = point, rect
    return max(left - x, x - right, top - y, y - bottom, 0)


@every_kind
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_7_for_text_and_3_for_lines(browser, opened, name, scheme):
    opened(name)
    browser.look_like(scheme)
    page = seen.geometry(browser)
    paper = seen.image(browser.screenshot()).getpixel((1, 1))
    for node in page["nodes"]:
        fill = seen.colour(node["fill"]) if node["fill"] != "none" else paper
        for text in node["texts"]:
            assert seen.contrast(seen.colour(text["colour"]), fill) >= 7, (text, node["fill"])
    for edge in page["edges"]:
        assert seen.contrast(seen.colour(edge["stroke"]), paper) >= 3, edge
    for frame in page["frames"]:
        if frame.get("stroke", "none") != "none":  # a layer's title alone has no border
            assert seen.contrast(seen.colour(frame["stroke"]), paper) >= 3, frame


@every_kind
def test_it_is_dark_where_the_screen_is(browser, drawn, name):
    path = drawn(name, "svg")
    if b"prefers-color-scheme" not in path.read_bytes():
        pytest.skip("this picture has light colours only")
    is_dark(browser, path)


def test_a_scene_is_seen_as_it_is_described(browser, tmp_path):
    box = Rect(100, 50, 200, 80, fill="input", stroke="line")
    text = Text(200, 95, "x <&> 第", anchor="middle")
    edge = Curve([(300, 90), (500, 90)], arrow=True, thickness=4)
    groups = [Group("node", [box, text], name="v0"), Group("edge", [edge], ends=("v0", "v0"))]
    path = tmp_path / "scene.svg"
    path.write_text(svg_of(Scene(600, 200, "t", "d", groups)), encoding="utf-8")
    browser.open(path)
    (node,), (line,) = seen.geometry(browser)["nodes"], seen.geometry(browser)["edges"]
    assert node["rect"] == [100, 50, 300, 130] and node["texts"][0]["text"] == text.text
    assert line["ends"][1] == [500, 90]
    picture = seen.image(browser.screenshot())
    assert picture.getpixel((110, 60)) == (0xDB, 0xEA, 0xFE)
    assert picture.getpixel((400, 90)) == (0x64, 0x74, 0x8B)
    is_dark(browser, path)


def is_dark(browser, path):
    browser.open(path)
    browser.fit()
    light = seen.brightness(seen.image(browser.screenshot()))
    left, top, right, bottom = map(int, seen.geometry(browser)["svg"])
    browser.look_like("dark")
    dark = seen.image(browser.screenshot()).crop((left, top, right, bottom))
    assert light > 200 and seen.brightness(dark) < 90
