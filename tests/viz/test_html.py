"""html: one offline page, with its own script and no other; browsers are asked in tests/browser."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from autograd import ArgumentError, Note, Value, dot
from viz import draw
from viz.html import html_of
from viz.model import Box, Picture
from viz.scene import Curve, Group, Rect, Scene, Text
from viz.svg import svg_of
from viz.views import MOST_VIEWS, views_of

ODD = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "]]>", "</svg><img src=x>",
    '"onload="alert(1)', "<!-- x", "a\\b", "\r\n\r", "\u202etxet", "\x00\x1b", "{title}", "é" * 5000,
]  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes, and the text of each kind of tag."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.open = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


def page_of(value, **options):
    return Page(draw(value, **options)._rendered("html").decode())


def odd_graph():
    values = [Value(float(i), label=label) for i, label in enumerate(ODD)]
    for value in values[:6]:
        value.note = Note(value.label, value.label)
    out = dot(values, values)
    out.label = ODD[1]
    return out


def test_it_is_one_file_that_asks_for_nothing():
    page = page_of(Value(2.0, label="x") * 3.0)
    assert not page.open
    names = {name for _, attributes in page.tags for name in attributes}
    assert not names & {"src", "href", "xlink:href", "action", "data", "srcset", "style"}
    assert not any(name.startswith("on") for name in names)
    [policy] = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    style = "".join(page.texts["style"])
    assert "url(" not in style and "@import" not in style


def test_the_policy_allows_the_pages_own_script_and_no_other():
    page = page_of(odd_graph())
    assert len(page.all("script")) == 1
    [script] = page.texts["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe-inline" not in policy.split(";")[1]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|import\(|XMLHttp",
        script,
    )


def test_odd_labels_are_text():
    page = page_of(odd_graph())
    assert not page.open
    known = {"html", "head", "meta", "title", "style", "body", "header", "h1", "nav", "div", "button", "main",
             "section", "svg", "desc", "g", "path", "polygon", "text", "p", "script"}  # fmt: skip
    assert {tag for tag, _ in page.tags} == known
    shown = "\n".join(page.texts["text"])
    for label in ODD[:6]:
        assert label in shown, label
    assert any("é" * 5000 in text for text in page.texts["title"])
    nodes = [a for a in page.all("g") if a.get("class") == "node"]
    assert len(nodes) == len(ODD) + 1


def test_the_title_is_text_too():
    page = Page(html_of({"": "<svg></svg>"}, "</title><script>alert(1)</script>\n&amp; {policy}"))
    assert (
        page.texts["title"]
        == page.texts["h1"]
        == ["</title><script>alert(1)</script> &amp; {policy}"]
    )
    assert len(page.all("script")) == 1
    assert Page(html_of({"": "<svg></svg>"}, "")).texts["title"] == ["Picture"]


def test_boxes_and_edges_say_how_they_hang_together():
    drawing = draw(Value(2.0, label="x") * 3.0)
    page = Page(drawing._rendered("html").decode())
    edges = [(a["data-from"], a["data-to"]) for a in page.all("g", **{"class": "edge"})]
    assert sorted(edges) == [("v0", "v2"), ("v1", "v2")]
    names = [a["data-name"] for a in page.all("g", **{"class": "node"})]
    assert sorted(names) == ["v0", "v1", "v2"]


def test_several_views_stand_in_one_page_and_the_first_is_shown():
    first, second = (draw(Value(1.0) * k)._rendered("svg").decode() for k in (2, 3))
    odd = 'a"><script>'
    page = Page(html_of({"": first, odd: second}, "t"))
    assert page.all("section") == [
        {"data-view": ""},
        {"data-view": odd, "hidden": None},
    ]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert sorted(ids) == ["farther", "nearer", "stage", "status", "tools", "trail", "whole"]


def test_a_scene_is_shown_as_well():
    box = Group(
        "node", [Rect(0, 0, 10, 10, "card", "line"), Text(1, 8, 'id="x"')], 'a id="y" <b>', "n1"
    )
    edge = Group("edge", [Curve([(0, 0), (5, 5)])], "from a to a", ends=("n1", "n1"))
    other = Group("", [Rect(0, 0, 1, 1)], name="rest")
    page = Page(html_of({"": svg_of(Scene(20, 20, "t", "d", [box, edge, other]))}, "t"))
    assert page.all("g", **{"class": "node"}) == [{"class": "node", "data-name": "n1"}]
    assert page.all("g", **{"class": "edge"}) == [
        {"class": "edge", "data-from": "n1", "data-to": "n1"}
    ]
    assert {} in page.all("g")
    assert 'a id="y" <b>' in page.texts["title"] and 'id="x"' in page.texts["text"]


def test_it_is_for_the_keyboard_and_for_ears():
    page = page_of(Value(1.0) * 2)
    [status] = page.all("p")
    assert status["aria-live"] == "polite" and status["role"] == "status"
    assert all(button["aria-label"] for button in page.all("button"))
    style = "".join(page.texts["style"])
    for asked in (
        "prefers-color-scheme:dark",
        "prefers-reduced-motion: no-preference",
        "@media print",
    ):
        assert asked in style
    assert not re.search(r"\b(PAGE|INK|CARD|LINE|FOCUS|FONTS)\b", style)


def test_what_has_no_view_is_refused():
    with pytest.raises(ArgumentError, match="at least one SVG"):
        html_of({}, "t")
    with pytest.raises(ArgumentError, match="no SVG"):
        html_of({"": "<p>"}, "t")


def test_the_same_graph_gives_the_same_page(tmp_path):
    saved = [draw(Value(1.0) * 2).save(tmp_path / f"{k}.html").read_bytes() for k in "ab"]
    assert saved[0] == saved[1] and saved[0].startswith(b"<!DOCTYPE html>\n")


# What groups open.


def group(name, label):
    return Box(name, "group", "", label, "3 Values", words=f"group {label}")


def picture(*boxes):
    return Picture([Box("v0", "input", "", "x", "1"), *boxes], [], [], "t")


def test_views_are_named_by_the_boxes_that_lead_to_them():
    inside = {
        (): picture(group("g0", "a"), group("g1", "b"), group("g2", "closed"), group("g3", "same")),
        ("a",): picture(group("g0", "inner"), group("g1", "a")),
        ("b",): picture(),
        ("a", "inner"): picture(group("g0", "a")),
    }
    inside["same",] = inside[()]

    def opened(titles):
        if titles not in inside:
            raise ArgumentError("draw: there is nothing of that name.")
        return inside[titles]

    views = views_of(inside[()], lambda p: " ".join(box.label for box in p.boxes), opened)
    assert views == {"": "x a b closed same", "g0": "x inner a", "g1": "x", "g0/g0": "x a"}
    assert next(iter(views)) == ""


def test_views_are_not_endless():
    many = views_of(
        picture(group("g0", "a")),
        str,
        lambda titles: picture(*[group(f"g{k}", f"{titles[-1]}{k}") for k in range(3)]),
    )
    assert len(many) == MOST_VIEWS and "g0/g2/g1" in many
