"""The page to try it, as far as it goes without a browser: its programs, its runner, its making."""

import html
import importlib.util
import json
import os
import re
import subprocess
import sys

import pytest

from autograd import MissingDependencyError, Value
from examples.backprop_by_hand import X_1, X_2, Y, seed_network
from nn import half_squared_error
from tools import tryit
from viz import draw, stepper
from viz.steps import facts_of


@pytest.fixture(scope="module")
def runner():
    spec = importlib.util.spec_from_file_location("runner", tryit.PAGE / "runner.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(runner):
    """``run(code)``: the messages that the page would be sent."""

    def call(code):
        sent = []
        runner.run(code, lambda *message: sent.append(message))
        return sent

    return call


def printed(sent):
    return "".join(message[1] for message in sent if message[0] == "text")


# Programs

SHOWS = {
    "A graph and its gradients": {"text": "∂L/∂w = -0.0887", "picture": 'class="node"'},
    "The chain rule, step by step": {"text": "∂L/∂v2 = ∂L/∂L × a"},
    "A page that asks first": {"page": 'id="facts"'},
    "A network learns XOR": {"text": "converged", "picture": "neuron h1"},
    "An operation of your own, checked": {"error": "softsign's ∂/∂x is wrong"},
    "Right or not yet: exercise 3.1": {"text": "hint 2", "verdict wrong": "the outer function"},
}


def test_every_example_is_tested():
    offered = [title for title in tryit.examples() if not title.startswith("Exercise ")]
    assert offered == list(SHOWS)


@pytest.mark.parametrize(
    "title",
    [
        pytest.param(t, marks=[pytest.mark.wide] if re.search("XOR|checked", t) else [], id=t)
        for t in SHOWS
    ],
)
def test_an_example_shows_what_it_is_for(run, title):
    sent = run(tryit.examples()[title])
    for kind, text in SHOWS[title].items():
        assert any(message[0] == kind and text in message[1] for message in sent), (kind, sent)
    assert {message[0] for message in sent} == set(SHOWS[title])


def test_every_exercise_is_offered_and_its_program_runs(run):
    offered = {t: code for t, code in tryit.examples().items() if t.startswith("Exercise ")}
    assert len(offered) >= 25
    for title, code in offered.items():
        sent = run(code)
        assert [message[0] for message in sent] == ["text", "verdict wrong"], title
        assert title.split()[1].rstrip(":") in sent[0][1]


# The runner


def test_outputs_come_in_their_order(run):
    sent = run(
        "from autograd import Value\nfrom viz import draw\nprint(1)\nx = Value(2.0, 'x')\nx\n"
        "draw(x * x)\nfor k in range(2):\n    show(k)\nNone\nprint(_)"
    )
    assert [message[0] for message in sent] == ["text"] * (len(sent) - 2) + ["picture", "text"]
    first, last = sent[:-2], sent[-1]
    assert printed(first) == "1\nValue(2.0, label='x')\n" and last[1] == "0\n1\n1\n"


def test_each_run_begins_anew(run):
    assert not run("x = 1")
    assert "NameError" in run("x")[0][1]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 +", "line 1\n    1 +\n       ^\nSyntaxError: invalid syntax"),
        ("x = 1\nprint(xx)", "line 2:  print(xx)\nNameError: name 'xx' is not defined"),
        ("def f(x):\n    return f(x)\nf(1)", "line 3:  f(1)\nline 2:  return f(x)\nRecursionError"),
        ("import numpyy", "line 1:  import numpyy\nModuleNotFoundError: No module named 'numpyy'"),
        ("from autograd import exp\nexp('a')", "line 2:  exp('a')\nautograd.errors."),
        ("raise KeyboardInterrupt", "line 1:  raise KeyboardInterrupt\nKeyboardInterrupt"),
        ("input('name? ')", "RuntimeError: this page can't ask while a program runs"),
        ("raise ValueError('x' * 9000)", " … xxx"),
    ],
)
def test_an_error_is_told_in_a_few_lines(run, code, said):
    [(kind, text)] = run(code)
    assert kind == "error" and said in text, text
    assert text.count("\n") <= 8 and len(text) < 2200


def test_what_was_printed_stands_before_the_error(run):
    sent = run("print('before')\nimport sys\nprint('aside', file=sys.stderr)\n1 / 0")
    assert printed(sent) == "before\naside\n" and sent[-1][0] == "error"


def test_leaving_is_no_error(run):
    assert run("print(1)\nimport sys\nsys.exit()\nprint(2)") == [("text", "1"), ("text", "\n")]


def test_a_loop_that_prints_is_ended_and_its_text_comes_in_pieces(run, runner):
    sent = run("while True:\n    print('x' * 99)")
    assert "more than 100,000 characters" in sent[-1][1] and sent[-1][0] == "error"
    assert len(printed(sent)) == runner.MOST and len(sent) < 100


def test_the_streams_and_the_hook_are_given_back(run):
    before = sys.stdout, sys.stderr, sys.displayhook
    run("1 / 0")
    assert (sys.stdout, sys.stderr, sys.displayhook) == before


def test_a_class_is_shown_as_itself(run):
    assert printed(run("from viz.drawing import Drawing\nDrawing")).startswith("<class")


# The page and its making


def policy(name):
    text = (tryit.PAGE / name).read_text(encoding="utf-8")
    parts = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1].split(";")
    return {words[0]: set(words[1:]) for part in parts if (words := part.split())}


def test_the_policies_are_strict():
    page, frame = policy("index.html"), policy("frame.html")
    assert page["default-src"] == frame["default-src"] == {"'none'"}
    assert page["script-src"] == {"'self'", "'wasm-unsafe-eval'"}
    assert page["style-src"] == page["connect-src"] == page["frame-src"] == {"'self'"}
    assert frame["script-src"] == {"'self'", "blob:"} and "connect-src" not in frame


def test_nothing_in_the_page_names_another_host():
    for path in tryit.PAGE.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://|@import", text), path.name
            if path.suffix == ".html":
                assert not re.search(r"\s(on\w+|style)=", text), path.name


def test_the_template_is_filled(monkeypatch):
    programs = {"hostile": "</script><!--<script>alert('\\1')", **tryit.examples()}
    monkeypatch.setattr(tryit, "examples", lambda: programs)
    page = tryit.filled((tryit.PAGE / "index.html").read_text(encoding="utf-8"))
    found = re.search(r'id="examples">(.*)</script>', page)[1]
    assert json.loads(found) == programs and "<" not in found
    assert tryit.PYODIDE in page and not re.search(r"\b(VERSION|PYODIDE|EXAMPLES)\b", page)
    assert html.unescape(page.partition("<script type")[0]).count("<script") == 1


def test_what_is_missing_is_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tryit, "CACHE", tmp_path / "npm")
    monkeypatch.setattr(sys, "argv", ["tryit.py", str(tmp_path / "try")])
    monkeypatch.setattr(tryit.shutil, "which", lambda name: None)
    assert tryit.main() == 1 and "no npm is installed" in capsys.readouterr().out
    monkeypatch.setattr(tryit.shutil, "which", lambda name: str(tmp_path / name))
    assert tryit.main() == 1 and "npm can't fetch Pyodide" in capsys.readouterr().out
    with pytest.raises(tryit.MissingError, match=r"tools/tryit.py fetches it"):
        tryit.build(tmp_path / "try", fetch=False)
    (tmp_path / "npm" / f"pyodide-{tryit.PYODIDE}.tgz").write_bytes(b"another")
    assert tryit.main() == 1 and "is not what Pyodide" in capsys.readouterr().out
    assert not (tmp_path / "try").exists()  # what was there would have stayed


# Without NumPy and without the package graphviz, as in the browser

BARE = """
import sys
for name in ("numpy", "graphviz", "pygraphviz", "matplotlib"):
    sys.modules[name] = None
sys.path.insert(0, {root!r})
import autograd, chalkgrad, nn, viz, chalkgrad.exercises, chalkgrad.lab
x = autograd.Value(2.0, "x")
print(viz.draw(x * x)._repr_mimebundle_()[0]["image/svg+xml"].count('class="node"'))
viz.stepper(x * x), viz.draw(nn.MLP(2, [2, 1], seed=0))._repr_mimebundle_()
autograd.explain(x * x)
"""


def test_all_is_imported_and_drawn_without_any_other_package(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "-S", "-c", BARE.format(root=str(root))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.fixture
def bare(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.setattr("viz.layout.importlib.util.find_spec", lambda name: None)


def test_without_graphviz_dot_and_png_say_what_to_install(bare, tmp_path):
    drawing = draw(Value(2.0, label="x") * 3.0)
    with pytest.raises(MissingDependencyError, match="pip install graphviz"):
        drawing.save(tmp_path / "p.dot")
    for suffix in ("png", "pdf"):
        with pytest.raises(MissingDependencyError, match="pip install"):
            drawing.save(tmp_path / f"p.{suffix}")
    for suffix in ("svg", "html", "json", "txt", "mmd"):
        assert drawing.save(tmp_path / f"p.{suffix}").stat().st_size
    network = draw(seed_network())  # a scene, which Graphviz only paints
    assert network.save(tmp_path / "n.svg").stat().st_size
    with pytest.raises(MissingDependencyError, match="pip install pygraphviz"):
        network.save(tmp_path / "n.png")


def shared():
    a = Value(2.0, label="a")
    c = a + a
    d = a + c
    return (c + d) * (d * 3.0) * c


def chain():
    x = Value(0.5, label="x")
    for _ in range(20):
        x = (x * x).sin()
    return x


@pytest.mark.parametrize(
    "build", [lambda: half_squared_error(seed_network()([X_1, X_2]), [Y]), shared, chain]
)
def test_the_steppers_boxes_are_placed_without_graphviz(bare, build):
    facts, _ = facts_of(build())
    nodes, edges = facts["nodes"], facts["edges"]
    boxes = {i: node for i, node in enumerate(nodes) if node["r"] != "constant"}
    for i, one in boxes.items():
        for j, other in boxes.items():
            (x, y), (u, v) = one["at"], other["at"]
            apart = x + one["w"] <= u or u + other["w"] <= x
            assert i >= j or apart or y + one["h"] <= v or v + other["h"] <= y
    wanted = {
        f"{i}_{k}": (p, i) for i in boxes for k, p in enumerate(nodes[i].get("p", ())) if p in boxes
    }
    assert edges.keys() == wanted.keys()
    for name, (p, i) in wanted.items():
        points = [tuple(map(float, q)) for q in re.findall(r"(-?\d+),(-?\d+)", edges[name])]
        (x, y), (u, v) = nodes[p]["at"], nodes[i]["at"]
        assert len(points) % 3 == 1
        assert points[0] == pytest.approx((x + nodes[p]["w"], y + nodes[p]["h"] / 2), abs=2)
        assert points[-1] == pytest.approx((u, v + nodes[i]["h"] / 2), abs=2)
    assert stepper(build()).page == stepper(build()).page
