"""HTML, opened in Chromium from disk: one file that asks for nothing, and takes a pointer and keys."""

import re

import pytest

from tests.browser import seen
from tests.browser.kinds import some_kinds

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, drawn):
    """``opened(name)``: what is to be seen of the page."""

    def open_(name):
        browser.open(drawn(name, "html"))
        return seen.geometry(browser)

    return open_


@some_kinds
def test_it_is_one_file_without_complaint(browser, drawn, opened, name):
    page = opened(name)
    assert page["nodes"] and not page["scripts"]
    assert not browser.said
    assert browser.asked[0] == drawn(name, "html").resolve().as_uri()
    assert all(url.startswith(("data:", "blob:")) for url in browser.asked[1:])


@some_kinds
def test_the_picture_is_on_the_screen_light_and_dark(browser, opened, name):
    page = opened(name)
    left, top, right, bottom = page["svg"]
    assert left < 1600 and top < 900 and right > 0 and bottom > 0
    light = seen.image(browser.screenshot())
    assert seen.colours(light) > 5
    browser.look_like("dark")
    assert seen.brightness(seen.image(browser.screenshot())) < seen.brightness(light) - 60


@some_kinds
def test_a_pointer_a_wheel_and_keys_raise_nothing(browser, opened, name):
    page = opened(name)
    for node in page["nodes"][:3] + page["nodes"][-1:]:
        left, top, right, bottom = node["rect"]
        browser.point((left + right) / 2, (top + bottom) / 2)
    before = page["nodes"][0]["rect"]
    browser.wheel(800, 450, -240)
    page = seen.geometry(browser)
    assert page["nodes"] and page["nodes"][0]["rect"] != before
    for key in ("Tab", "Enter", "Escape", "+", "-", "0", "ArrowLeft"):
        browser.press(key)
    assert not browser.said and len(browser.asked) == 1, (browser.said, browser.asked)


def test_labels_stand_as_they_are(browser, opened):
    page = opened("labels")
    texts = [text["text"] for node in page["nodes"] for text in node["texts"]]
    for label in ("<script>alert(1)</script>", "a ]]> b", "C:\\new\\table"):
        assert any(label in re.sub(r"\s+", " ", text) for text in texts), label
