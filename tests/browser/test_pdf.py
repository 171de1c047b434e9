"""PDF, opened by poppler: one page of the picture's size, not blank, its text can be searched."""

import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from tests.browser.kinds import some_kinds

pytestmark = pytest.mark.browser


@some_kinds
def test_it_is_one_page_of_the_pictures_size(drawn, run, name):
    said = run("pdfinfo", drawn(name, "pdf"))
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", said).groups())
    svg = ET.fromstring(drawn(name, "svg").read_bytes())
    assert re.search(r"Pages: +1$", said, re.MULTILINE)
    for side, found in (("width", width), ("height", height)):
        number, unit = re.fullmatch(r"([\d.]+)(px|pt|)", svg.get(side)).groups()
        points = float(number) * (1 if unit == "pt" else 0.75)
        assert points - 3 <= found <= points + 75  # a margin is half an inch at most


@some_kinds
def test_it_is_not_blank_and_has_the_words_of_the_svg(drawn, run, tmp_path, name):
    path = drawn(name, "pdf")
    run("pdftoppm", "-png", "-singlefile", "-r", 60, path, tmp_path / "page")
    with Image.open(tmp_path / "page.png") as page:
        colours = page.convert("RGB").getcolors(1 << 24)
    paper, ink = max(colours)[0], sum(count for count, _ in colours)
    assert len(colours) > 10 and 0 < ink - paper < 0.9 * ink
    svg = ET.fromstring(drawn(name, "svg").read_bytes())
    texts = [t.text or "" for t in svg.iter("{http://www.w3.org/2000/svg}text")]
    found = "".join(run("pdftotext", "-layout", path, "-").split())
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}|\d+\.\d+", text)}
    assert words and not [word for word in words if word not in found]
