"""The pictures of the docs are those of their list, and the benchmark measures what it says."""

import importlib.util
import runpy

import pytest

from tools.pictures import PICTURES


@pytest.fixture
def measured(root):
    path = root / "benchmarks" / "svg.py"
    if not path.exists():
        pytest.skip("a source distribution has no benchmarks")
    spec = importlib.util.spec_from_file_location("measured_svg", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.measured


def test_the_page_and_its_pictures_are_those_of_the_list(root):
    page = runpy.run_path(str(root / "tools" / "gallery.py"))["page"]()
    assert (root / "docs" / "gallery.md").read_text(encoding="utf-8") == page
    files = {path.stem: path for path in (root / "docs" / "pictures").glob("*.svg")}
    if files:  # they are made last
        assert set(files) == set(PICTURES)
        assert sum(path.stat().st_size for path in files.values()) < 1_500_000


def picture(*edges, width=3200, unit="px"):
    shown = "".join(
        f'<g class="edge"><path d="{path}"/><text x="{x}" y="{y}" text-anchor="middle" '
        f'font-size="10">1</text></g>'
        for path, x, y in edges
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}{unit}" height="900{unit}" '
        f'viewBox="0 0 {width} 900"><g class="node"><text font-size="12">x</text></g>{shown}</svg>'
    )


def test_text_is_measured_as_it_is_on_the_screen(measured):
    assert measured(picture()).text == pytest.approx(6)
    assert measured(picture(width=1200, unit="pt")).text == pytest.approx(12)  # 1600 px fit
    assert measured(picture()).boxes == 1 and measured(picture()).width == 3200


def test_crossings_and_labels_nearer_to_another_edge_are_counted(measured):
    rising, falling = "M0,0L200,200", "M0,200C60,140 140,60 200,0"
    found = measured(picture((rising, 50, 55), (falling, 150, 155)))
    assert (found.labels, found.strayed, found.crossings) == (2, 1, 1)
    fan = measured(picture((rising, 150, 155), ("M0,0L200,20", 150, 18)))
    assert (fan.strayed, fan.crossings) == (0, 0)  # they meet at a box
