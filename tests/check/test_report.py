"""The report: its lines, a line that runs, notebooks, pictures, and what pytest shows."""

import html
import math
import os
import re
import subprocess
import sys
import textwrap

import pytest

from autograd import TABLE, GradcheckError, gradcheck, gradgradcheck, primitive, sin
from autograd.check import Report
from autograd.check.estimate import Estimate
from autograd.check.judge import Finding

WRONG = {"grad": lambda x: -math.cos(x), "raise_exception": False}


def energy(mass, v):
    return mass * v * v / 2


def energy_slopes(mass, v):
    return v * v / 2, 2 * mass * v


def line_of(report):
    return re.search("reproduce: (.*)", str(report))[1]


@primitive(domain=[(-3, 3)])
def bad_cube(m, x):
    return x * x * x


@bad_cube.partials
def _(m, z, x):
    return (2 * x * x,)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("func", "inputs", "options"),
    [
        (energy, (2.0, 3.0), {"grad": energy_slopes}),
        (energy, (2.0, 3.0), {"grad": energy_slopes, "domain": (0.5, 9)}),
        (energy, (2.0, 3.0), {"grad": energy_slopes, "domain": [(0.5, 9), (1, math.inf)]}),
        (math.sin, 1.0, {"grad": math.sin}),
        (bad_cube, None, {}),
        (bad_cube, None, {"domain": (1, 2)}),
    ],
)
def test_the_line_that_reproduces_runs(func, inputs, options):
    line = line_of(gradcheck(func, inputs, raise_exception=False, **options))
    assert "..." not in line
    with pytest.raises(GradcheckError):
        eval(line, {**globals(), "math": math})
    assert ("domain=" in line) == ("domain" in options)


def test_the_line_of_a_structure():
    def f(p, t):
        return p["w"][0] * t + p["w"][1]

    def df(p, t):
        return {"w": [t * t, 1.0]}, p["w"][0]

    line = line_of(gradcheck(f, ({"w": [2.0, 3.0]}, 0.7), grad=df, raise_exception=False))
    with pytest.raises(GradcheckError):
        eval(line, {"gradcheck": gradcheck, "f": f, "df": df})


@pytest.mark.wide
def test_the_counts_are_over_all_outputs_and_orders():
    one = gradcheck(lambda x: sin(x), 0.4)
    two = gradcheck(lambda x: (sin(x), x * x), 0.4)
    assert two.conclusive > 1.2 * one.conclusive
    second = gradgradcheck(TABLE["sin"])
    assert second.conclusive == sum(
        n for v, n in second.counts.items() if v.split()[-1] in {"ok", "kink", "mismatch"}
    )
    assert second.conclusive > gradcheck(TABLE["sin"]).conclusive


def test_what_was_left_out_is_in_the_headline():
    report = Report("f", left_out="38 of 50 points, and the panels between them")
    report.scanned = [
        Finding((float(k),), 0, 1.0, Estimate("smooth", 1.0, 0.0), "ok") for k in range(12)
    ]
    assert str(report).startswith("gradcheck: f: no error found; 12 of 50 points checked\n")
    report.left_out = ""
    assert str(report).startswith("gradcheck: f: the derivative is right\n")


def test_a_smooth_function_is_not_called_coarse():
    softly = lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x)))
    slope = lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0
    assert gradcheck(softly, 1.0, grad=slope).warnings == []
    smooth = lambda x: x * x * (3 - 2 * x)
    assert gradcheck(smooth, 0.5, grad=lambda x: 6 * x * (1 - x), domain=(0, 1)).warnings == []


# Notebooks.


def test_a_notebook_shows_the_lines():
    report = gradcheck(math.sin, 1.0, **WRONG)
    page = report._repr_html_()
    assert html.unescape(re.sub("<[^>]*>", "", page)) == str(report)
    assert "#d55e00" in page  # the colour of what is wrong
    assert "#009e73" in gradcheck(math.sin, 1.0, grad=math.cos)._repr_html_()
    shown = []
    report._repr_pretty_(type("Printer", (), {"text": lambda self, s: shown.append(s)})(), False)
    assert shown == [str(report)]
    assert len(str(report).splitlines()) == 10


def test_what_is_shown_in_a_page_is_escaped():
    report = Report("<b>f</b>", problem="a < b", ok=False)
    assert "&lt;b&gt;f" in report._repr_html_()
    assert "<b>" not in report._repr_html_()


def test_the_representation_is_short():
    assert repr(gradcheck(math.sin, 1.0, **WRONG)) == "<Report of sin: ∂/∂x is wrong>"
    assert repr(gradcheck(math.sin, 1.0, grad=math.cos)) == (
        "<Report of sin: the derivative is right>"
    )
    assert len(repr(Report("f", ok=False, problem="long " * 99))) < 80


def test_the_picture_is_shown_as_one():
    pytest.importorskip("matplotlib")
    figure = gradcheck(math.sin, 1.0, **WRONG).plot()
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert repr(figure).startswith("<Figure")


def test_the_picture_in_axes_of_ones_own():
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    figure = Figure()
    ax = figure.subplots()
    assert gradcheck(math.sin, 1.0, **WRONG).plot(ax=ax) is figure
    assert ax.get_ylabel() == "∂/∂x"


# pytest.

FAILING = """
    import math
    from autograd import gradcheck, gradgradcheck, primitive
    from autograd.testing import all_primitives
    import sys

    @primitive(domain=[(-3, 3)])
    def bad(m, x):
        return x * x * x

    @bad.partials
    def _(m, z, x):
        return (2 * x * x,)

    def test_plain():
        gradcheck(math.sin, 1.0, grad=lambda x: -math.cos(x))

    def test_second():
        assert gradgradcheck(bad)

    test_all = all_primitives(sys.modules[__name__])
"""


def test_pytest_shows_the_lines_and_none_of_our_frames(tmp_path):
    (tmp_path / "test_it.py").write_text(textwrap.dedent(FAILING), encoding="utf-8")
    # On a server pytest repeats each message, whole, in its summary.
    at_home = {k: v for k, v in os.environ.items() if k not in {"CI", "BUILD_NUMBER"}}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path)],
        capture_output=True, text=True, encoding="utf-8", check=False, env=at_home,
    )  # fmt: skip
    text = done.stdout
    assert "3 failed" in text
    assert "likely cause: sign flipped" in text
    assert "reproduce: gradcheck(math.sin, (0.0,), grad=...)" in text
    assert text.count("conclusive: ") == 3
    assert ">       gradcheck(math.sin, 1.0" in text
    for ours in ("gradcheck.py", "testing.py", "__tracebackhide__", "raise GradcheckError"):
        assert ours not in text
