"""The picture of chapter 1: it says and draws the slopes of its steps."""

import re
from xml.etree import ElementTree as ET

from chalkgrad.exercises.curve import LEFT, RIGHT, WIDTH, steps


def f(x):
    return 3 * x * x - 4 * x + 5


def test_each_step_has_its_line_and_its_slope():
    curve = steps(f, 3.0, [2.0, 1.0, 0.1])
    assert [round(curve.slope(h), 9) for h in curve.hs] == [20, 17, 14.3]
    root = ET.fromstring(curve._repr_svg_())
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:6] == ["1", "2", "3", "4", "5", "6"]
    assert texts[6:9] == ["step 2", "rise 40", "h = 2: slope 20"]
    assert texts[9:] == ["h = 1: slope 17", "h = 0.1: slope 14.3"]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4


def test_lines_pass_through_the_points_of_the_curve():
    picture = steps(f, 3.0, [2.0, 1.0])._repr_svg_()
    curve, longest = re.findall(r'd="M([^"]*)" stroke="var\(--(?:f|h0)\)"', picture)[:2]
    on_curve = {tuple(map(float, pair.split())) for pair in curve.split(" L")}
    begin, end = (tuple(map(float, pair.split())) for pair in longest.split(" L"))
    assert begin in on_curve  # 3 is one of the places at which the curve is computed
    at_5 = max(x for x, _ in on_curve if x <= LEFT + 0.8 * (WIDTH - LEFT - RIGHT) + 0.1)
    [y] = [y for x, y in on_curve if x == at_5]
    line = begin[1] + (end[1] - begin[1]) * (at_5 - begin[0]) / (end[0] - begin[0])
    assert abs(line - y) < 0.3


def test_numbers_below_the_axis_are_those_inside_the_ends():
    falling = steps(lambda x: -x, 0.5, [0.4])
    assert re.findall(r">(\d)</text>", falling._repr_svg_()) == ["1"]
    assert repr(falling) == "<Curve from 0.1 to 1.1: slope -1 with h = 0.4>"
