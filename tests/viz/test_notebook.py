"""A notebook: what each thing shows of itself, and one that is run from its first cell to its last."""

import base64
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import pytest

import autograd
import nn
import viz
from autograd import TABLE, Compiled, Primitive, Program, Value, gradcheck, primitive
from autograd import compile as compiled
from nn.notebook import curve
from viz.notebook import fitted
from viz.tables import show_lists

HOSTILE = [
    "<script>alert(1)</script>", "]]>", "\"'&lt;", "\\end{array}$\\input{x}", "a\r\n\n\tb", "\u202eabc",
    "שלום", "\x00\x1b[31m", "x" * 10_000, "%#_^~{}$", "\ud800", "</pre>\n<b>",
]  # fmt: skip


def inner_html(page):
    """The page as an XML tree: it must be well formed."""
    return ET.fromstring(f"<div>{page}</div>")


def words_of(page):
    return "".join(inner_html(page).itertext())


# A Value.


def test_a_value_is_a_formula_and_in_a_terminal_what_it_was():
    x = Value(2.0, label="x")
    assert x._repr_latex_() == "$x = 2.0$" and repr(x) == "Value(2.0, label='x')"
    y = x * x
    y.backward()
    assert x._repr_latex_() == r"$x = 2.0,\quad \mathrm{grad} = 4.0$"
    assert Value(-1e-7)._repr_latex_() == r"$-1 \times 10^{-7}$"
    assert Value(math.nan)._repr_latex_() == r"$\mathrm{nan}$"
    assert Value(-math.inf, label="Z_h1")._repr_latex_() == r"$Z_{\mathrm{h1}} = -\infty$"


def test_a_value_whose_gradient_is_a_value_shows_its_number():
    x = Value(3.0, label="x")
    (x * x).backward(create_graph=True)
    assert x._repr_latex_().endswith(r"\mathrm{grad} = 6.0$")
    x.grad = None


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_inert_in_a_formula(label):
    shown = Value(1.0, label=label)._repr_latex_()
    assert len(shown) < 600 and "\n" not in shown and shown[0] == shown[-1] == "$"
    inside = shown[1:-1]
    assert not re.search(r"(?<!\\)[$#%&]", inside), "a sign that ends the formula, or more"
    assert not re.search(r"<[a-zA-Z/!?]", inside), "a tag"
    assert set(re.findall(r"\\([a-zA-Z]+)", inside)) <= {
        "mathrm", "backslash", "wedge", "sim", "ldots", "prime", "grave",
    }  # fmt: skip
    bare = re.sub(r"\\[{}]", "", inside)
    assert bare.count("{") == bare.count("}")


def test_to_be_shown_is_not_to_be_used():
    x = Value(1.0)
    with autograd.detect_anomaly():
        assert x._repr_latex_() == "$1.0$"
    seen = []
    autograd.grad(lambda v: seen.append(v._repr_latex_()) or v * v)(2.0)
    assert seen == ["$2.0$"]


# Tables of Values.


def test_a_table_is_text_and_html():
    x, w = Value(2.0, label="x"), Value(0.1 + 0.2, label="w")
    y = w * x
    y.backward()
    table = viz.table([x, w, y])
    assert str(table).splitlines()[0].split() == ["label", "value", "grad", "operation"]
    assert str(table).splitlines()[3].split() == ["0.6", "1", TABLE["mul"].symbol]
    page = table._repr_html_()
    assert ["".join(cell.itertext()) for cell in inner_html(page).iter("td")][5] == "0.3"
    assert len(inner_html(page).findall(".//tbody/tr")) == 3


def test_a_long_table_has_forty_rows_and_says_how_many_more():
    table = viz.table(Value(float(i)) for i in range(100_000))
    assert str(table).endswith("... and 99960 more") and len(str(table).splitlines()) == 42
    assert "... and 99960 more" in words_of(table._repr_html_())
    assert len(str(viz.table([])).splitlines()) == 1


def test_a_table_is_of_values_only():
    with pytest.raises(autograd.OperandError, match="table: float is no Value"):
        viz.table([Value(1.0), 2.0])
    with pytest.raises(autograd.OperandError, match="table: int is no Value"):
        viz.table(3)
    assert str(viz.table(Value(1.0, label="x"))).splitlines()[1].split() == ["x", "1"]


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_inert_in_a_table(label):
    x = Value(math.inf, label=label)
    assert len(inner_html(viz.table([x])._repr_html_()).findall(".//td")) == 4
    assert len(str(viz.table([x])).splitlines()) == 2


class Own(list):
    def _repr_html_(self):
        return "own"


class Plain(list):
    pass


@pytest.mark.parametrize("earlier", [None, lambda values: f"<p>{len(values)}</p>"])
def test_lists_of_values_show_themselves_where_ipython_runs(monkeypatch, earlier):
    formatters = pytest.importorskip("IPython.core.formatters")
    pages = formatters.HTMLFormatter()
    if earlier is not None:  # somebody was there before
        pages.for_type(list, earlier)
    x = Value(1.0)
    others = [[x, 1.0], [], Own([x]), Plain([x]), (x,), "x"]
    before = list(map(pages, others))
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": pages}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    show_lists()
    show_lists()  # as when viz is loaded again
    assert pages([x, x]) == viz.table([x, x])._repr_html_()
    assert list(map(pages, others)) == before
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    show_lists()


# Rows of the table of primitives.


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_a_row_shows_what_it_says(row):
    page = row._repr_html_()
    words = words_of(page)
    operands = row.arity or 3
    assert words.count("∂z/∂") == operands
    assert str(row) in words and row.symbol.replace("$", "") in words and row.doc in words
    assert row.formula.replace("$", "") in words
    for kink in row.kinks:
        assert kink in words
    for low, high in row.domain:
        assert all(f"{end:g}" in words for end in (low, high) if math.isfinite(end))
    latex = row._repr_latex_()
    assert latex.count(r"{\partial}z") == operands and latex.count("$") == 2
    assert row.formula.replace("$", "") in latex


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_the_partials_shown_are_those_of_the_row(row):
    from autograd.rows import constants_of, operand_names, partials_of

    bound = row.bind(*constants_of(row).values()) if row.constants else row
    for point in row.samples:
        if row.arity is None and len(point) != 3:
            continue
        names = dict(zip(operand_names(row), point, strict=True))
        found = []
        for name, expression in partials_of(row):
            scope = {**vars(autograd), "pow": autograd.pow, "float": float, **names}
            names[name] = eval(expression, scope)
            if name.startswith("∂"):
                found.append(float(names.pop(name)))
        z = autograd.value.record(bound, *map(Value, point))
        assert found == pytest.approx(z.partials, rel=1e-9, abs=1e-12)


def test_a_users_row_is_shown_with_or_without_a_rule():
    @primitive(symbol="<b>&", formula="<i>x</i>", domain=[(0.0, 1.0)])
    def odd(m, x):
        """x squared </code>"""
        return x * x

    row = odd(Value(0.5)).op
    page = row._repr_html_()
    assert "no derivative rule" in words_of(page) and "<i>x" not in page and "<b>&" not in page
    assert "from 0 to 1" in words_of(page)

    @odd.partials
    def _(m, z, x):
        return (2 * x,)

    assert "∂z/∂x1" in words_of(odd(Value(0.5)).op._repr_html_())


# Modules and training.


def test_a_module_is_a_table_of_its_groups_of_parameters():
    page = nn.MLP(2, [16, 16, 1], seed=0)._repr_html_()
    rows = [[td.text or "" for td in tr] for tr in inner_html(page).findall(".//tbody/tr")]
    assert rows[0] == ["layers.0", "Layer(2, 16, sigmoid)", "neurons.weights", "16 × 2", "32"]
    assert rows[1] == ["", "", "neurons.bias", "16", "16"]
    assert rows[-1] == ["total", "", "", "", "337"] and len(rows) == 7
    assert sum(int(row[-1]) for row in rows[:-1]) == 337


def test_a_module_of_any_form_is_counted_as_its_parameters_are():
    class Odd(nn.Module):
        def __init__(self):
            self.shared = Value(1.0)
            self.again = [self.shared, Value(2.0)]
            self.parts = {"<b>": [[Value(1.0)], [Value(2.0), Value(3.0)]], 7: (Value(1.0),)}
            self.own = self
            self._hidden = Value(0.0)
            self.layers = [nn.Neuron(1), nn.Layer(1, 2), nn.Neuron(3)]
            self.mixed = [nn.Neuron(1), 3.0, "words"]
            self.wrapped = [Wrapped(), Wrapped()]
            self.result = Value(1.0) * 2
            self.last = Value(0.0)

    class Wrapped(nn.Module):
        def __init__(self):
            self.inner = nn.Neuron(2)

    odd = Odd()
    rows = [[td.text or "" for td in tr] for tr in inner_html(odd._repr_html_()).iter("tr")]
    assert int(rows[-1][-1]) == len(odd.parameters()) == sum(int(r[-1]) for r in rows[1:-1])
    assert [r[0] for r in rows if r[0]][:2] == ["module", "self"]
    assert rows[-2][:3] == ["self", "", "last"]  # after others: it says whose it is
    assert "<b>" not in odd._repr_html_() and "Odd" in words_of(odd._repr_html_())
    assert " at 0x" not in odd._repr_html_()  # the same graph gives the same bytes


@pytest.mark.wide
def test_a_large_module_has_a_short_table():
    class Many(nn.Module):
        def __init__(self):
            self.weights = [[Value(0.0) for _ in range(1000)] for _ in range(100)]
            self.others = {f"w{i}": Value(0.0) for i in range(100)}

    page = Many()._repr_html_()
    rows = inner_html(page).findall(".//tbody/tr")
    assert len(rows) == 42 and rows[0][3].text == "100 × 1000"
    assert rows[-2][0].text == "... and 61 more rows" and rows[-2][-1].text == "61"
    assert rows[-1][-1].text == "100,100"


def test_a_history_is_a_line_and_a_curve():
    history = nn.History([1 / (i + 1) for i in range(10_000)], converged=True, seconds=2.5)
    text = (
        "<History of 10000 epochs: loss 1 to 0.0001, best 0.0001 in epoch 10000, converged, 2.5 s>"
    )
    assert repr(history) == text
    page = history._repr_html_()
    assert text in words_of(page) and len(page) < 22_000
    points = inner_html(page).find(".//{*}polyline").get("points").split()
    places = [tuple(map(float, p.split(","))) for p in points]
    assert places == sorted(places) and places[0][1] < places[-1][1]  # to the right, and down
    assert "log" in words_of(page)


@pytest.mark.parametrize(
    "losses",
    [
        [], [1.0], [0.0, 0.0], [math.nan] * 3, [1.0, math.nan, math.inf, 0.5], [-1.0, 1.0],
        [1e308, -1e308], [5e-324, 1.0], [1.0, 1.0, 1.0],
    ],
)  # fmt: skip
def test_any_losses_can_be_shown(losses):
    page = nn.History(losses, converged=False)._repr_html_()
    assert f"History of {len(losses)} epoch" in words_of(page)
    for text in re.findall(r'points="([^"]*)"', curve(losses)):
        for number in re.findall(r"[^ ,]+", text):
            assert 0 <= float(number) <= 480


def test_training_says_how_long_it_took():
    model = nn.MLP(1, [1], seed=0)
    sgd = nn.SGD(model.parameters(), lr=0.1)
    history = nn.train(model, [[0.0], [1.0]], [[0.0], [1.0]], optimizer=sgd, epochs=3)
    assert history.seconds > 0 and repr(history).endswith(" s>")
    assert history == nn.History(history.losses, converged=False)


# Programs and reports.


def test_a_program_shows_its_first_forty_lines():
    step = compiled(lambda xs: autograd.sum([autograd.sin(x) for x in xs]))
    assert words_of(step._repr_html_()) == repr(step)  # nothing is recorded yet
    step.record([1.0] * 100)
    lines = words_of(step.program._repr_html_()).splitlines()
    whole = str(step.program).splitlines()
    assert lines[:40] == whole[:40] and len(lines) == 41
    assert lines[40] == f"... and {len(whole) - 40} more lines"
    assert repr(step) in words_of(step._repr_html_())


def test_a_report_has_the_colour_of_its_verdict():
    wrong = gradcheck(math.sin, 1.0, grad=math.sin, raise_exception=False)
    right = gradcheck(math.sin, 1.0, grad=math.cos)
    for report in (wrong, right):
        assert words_of(report._repr_html_()) == str(report)
    assert wrong._repr_html_().partition(">")[0] != right._repr_html_().partition(">")[0]


# Pictures.


def test_a_picture_is_svg_and_png_and_fits_the_page():
    pytest.importorskip("pygraphviz")
    data, about = viz.draw(Value(2.0, label="x") * 3)._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "image/png", "application/pdf", "text/plain"}
    root = ET.fromstring(data["image/svg+xml"])
    assert "max-width:100%" in root.get("style") and root.get("viewBox") and root.get("width")
    png = base64.b64decode(data["image/png"])
    assert png.startswith(b"\x89PNG")
    assert about["image/png"] == {"width": int.from_bytes(png[16:20], "big")}
    assert base64.b64decode(data["application/pdf"]).startswith(b"%PDF")
    json.dumps([data, about])


def test_a_notebook_gets_what_it_asks_for():
    pytest.importorskip("pygraphviz")
    drawing = viz.draw(Value(2.0) * 3)
    assert set(drawing._repr_mimebundle_(include=["image/png"])[0]) == {"image/png"}
    assert set(drawing._repr_mimebundle_(exclude={"image/png", "text/plain"})[0]) == {
        "image/svg+xml", "application/pdf",
    }  # fmt: skip
    assert drawing._repr_mimebundle_(include={"text/plain"}, exclude={"text/plain"}) == ({}, {})


def test_without_graphviz_there_is_what_can_be_made(monkeypatch):
    drawing = viz.draw(Value(2.0) * 3)
    rendered = type(drawing)._rendered

    def no_png(self, suffix):
        if suffix in {"png", "pdf"}:
            raise autograd.MissingDependencyError("no Graphviz")
        return b'<svg width="9" viewBox="0 0 9 9"/>' if suffix == "svg" else rendered(self, suffix)

    monkeypatch.setattr(type(drawing), "_rendered", no_png)
    data, about = drawing._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "text/plain"} and about == {}
    assert data["text/plain"] == repr(drawing)


def test_a_style_that_an_svg_has_is_kept():
    page = fitted(
        '<?xml version="1.0"?><svg viewBox="0 0 9 9" style="color:red"><g style="a"/></svg>'
    )
    assert page == (
        '<svg style="max-width:100%;height:auto;color:red" viewBox="0 0 9 9"><g style="a"/></svg>'
    )


# Whatever it is.


@pytest.mark.parametrize(
    "cls", [Value, Primitive, Program, Compiled, nn.MLP, nn.Module, nn.History, viz.Drawing,
            type(viz.table([])), type(gradcheck(math.sin, 1.0, grad=math.cos))],
)  # fmt: skip
def test_what_is_half_made_never_raises(cls):
    half = object.__new__(cls)
    for name in ("_repr_html_", "_repr_latex_", "_repr_mimebundle_"):
        if hasattr(cls, name):
            getattr(half, name)()


def test_importing_it_all_imports_no_ipython():
    code = "import sys, autograd, nn, viz; print('IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# A notebook that is run.

CELLS = {
    "value": "from autograd import TABLE, Value, compile, gradcheck, sin, value_and_grad\n"
    "x = Value(2.0, label='x'); y = x * x + sin(x); y.backward()\nx",
    "row": "TABLE['div']",
    "program": "step = compile(value_and_grad(lambda w, x: (w * x - 1.0) ** 2)); step(1.0, 2.0)\n"
    "step.program",
    "compiled": "step",
    "report": "import math; gradcheck(math.sin, 1.0, grad=math.sin, raise_exception=False)",
    "module": "from nn import MLP, SGD, train\nmodel = MLP(2, [2, 1], seed=0)\nmodel",
    "history": "X, Y = [[0.0, 1.0], [1.0, 0.0]], [[0.0], [1.0]]\n"
    "train(model, X, Y, optimizer=SGD(model.parameters(), lr=1.0), epochs=20, progress=True)",
    "drawing": "from viz import draw, table\ndraw(y)",
    "table": "table([x, y])",
    "list": "[x, y]",
    "other lists": "[x, 1.0]",
    "a list of one's own": "class Own(list):\n    def _repr_html_(self): return '<i>own</i>'\n"
    "Own([x])",
    "half": "object.__new__(MLP)._repr_html_()",
}
RUN = """
import sys, nbformat, nbclient
cells = [nbformat.v4.new_code_cell(source) for source in {sources!r}]
notebook = nbformat.v4.new_notebook(cells=cells)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="this").execute()
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The outputs of the cells, and the file; the kernel is this very Python."""
    for name in ("nbclient", "nbformat", "ipykernel"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"needs {name}")
    folder = tmp_path_factory.mktemp("jupyter")
    kernel = folder / "kernels" / "this"
    kernel.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "this", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    root = Path(__file__).resolve().parents[2]
    env = {**os.environ, "JUPYTER_PATH": str(folder), "PYTHONPATH": str(root)}
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        env[name] = str(folder / name.lower())
    code = RUN.format(sources=[*CELLS.values()])
    written = folder / "run.ipynb"
    # In a process of its own: its event loops and warnings are not this suite's.
    done = subprocess.run(
        [sys.executable, "-c", code, str(written)],
        capture_output=True, env=env, encoding="utf-8", cwd=folder, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    cells = json.loads(written.read_text(encoding="utf-8"))["cells"]
    return dict(zip(CELLS, [cell["outputs"] for cell in cells], strict=True)), written


def result(outputs):
    """What a cell gave, by MIME type: text in one piece."""
    data = outputs[-1]["data"]
    return {kind: "".join(x) if isinstance(x, list) else x for kind, x in data.items()}


@pytest.mark.wide
def test_a_notebook_shows_everything(run):
    outputs, _ = run
    for name, of_cell in outputs.items():
        assert not [o for o in of_cell if o["output_type"] == "error"], name
    assert result(outputs["value"])["text/latex"].startswith("$x = 2.0")
    assert {"text/html", "text/latex"} <= set(result(outputs["row"]))
    for name in ("program", "compiled", "report"):
        assert result(outputs[name])["text/html"].startswith("<pre"), name
    assert "t1" in result(outputs["program"])["text/html"]
    assert len(words_of(result(outputs["report"])["text/html"]).splitlines()) == 10
    assert "<table>" in result(outputs["module"])["text/html"]
    assert "<svg" in result(outputs["history"])["text/html"]
    assert result(outputs["table"])["text/html"] == result(outputs["list"])["text/html"]
    assert "text/html" not in result(outputs["other lists"])
    assert result(outputs["a list of one's own"])["text/html"] == "<i>own</i>"


@pytest.mark.wide
def test_a_picture_in_a_notebook_is_svg_and_png(run):
    pytest.importorskip("pygraphviz")
    output = run[0]["drawing"][-1]
    assert {"image/svg+xml", "image/png", "text/plain"} <= set(output["data"])
    assert output["metadata"]["image/png"]["width"] > 0


@pytest.mark.wide
def test_training_has_the_bar_of_notebooks(run):
    pytest.importorskip("ipywidgets")
    pytest.importorskip("tqdm")
    bars = [o for o in run[0]["history"] if o["output_type"] == "display_data"]
    assert "application/vnd.jupyter.widget-view+json" in bars[0]["data"]
    assert not [o for o in run[0]["history"] if o.get("name") == "stderr"]


@pytest.mark.wide
def test_a_notebook_is_exported_to_latex(run, tmp_path):
    pytest.importorskip("nbconvert")
    command = [sys.executable, "-m", "nbconvert", "--to", "latex", "--output-dir", str(tmp_path)]
    subprocess.run([*command, str(run[1])], check=True, capture_output=True, timeout=300)
    text = (tmp_path / "run.tex").read_text(encoding="utf-8")
    assert r"\mathrm{grad}" in text and re.search(r"adjustimage.*\.(pdf|png)}", text)
