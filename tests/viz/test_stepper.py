"""The page that steps through backprop, without a browser: its data, its policy, its size."""

import base64
import hashlib
import html
import json
import pickle
import random
import re

import pytest

import autograd
from autograd import TABLE, ArgumentError, Value, detect_anomaly, primitive
from autograd.backward import topological_order
from examples.backprop_by_hand import X_1, X_2, Y, seed_network
from nn import MLP, half_squared_error
from viz import stepper
from viz.javascript import javascript_of, runtime
from viz.steps import MOST_EDGES, facts_of, reverse_order
from viz.terms import System, Term, text_of, words_of

HOSTILE = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "a ]]> b", 'q"u\'o`te',
    "C:\\new\\table\\u0041", "carriage\rreturn", "\n\nempty\n\nlines\n", "\u202eright to left\u202c",
    "שלום", "\x00\x1b[31m\x07", "{0}{z}", "<!--", "x" * 10_000, "\ud800", "$&$1", "&lt;b&gt;",
)  # fmt: skip


def facts_in(page):
    found = re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])


def seed():
    return half_squared_error(seed_network()([X_1, X_2]), [Y])


MADE = (
    lambda a, b, c: a + b,
    lambda a, b, c: a * b,
    lambda a, b, c: a.sigmoid(),
    lambda a, b, c: a - b * 2.0,
    lambda a, b, c: autograd.dot([a, b], [b, c], c),
    lambda a, b, c: autograd.clamp(a, b, c),
    lambda a, b, c: autograd.prod([a, b]),
)


def random_graph(rng, size=30):
    values = [Value(rng.uniform(0.5, 2), label=f"x{i}") for i in range(3)]
    for _ in range(size):
        values.append(rng.choice(MADE)(*[rng.choice(values) for _ in range(3)]))
    return values[-1]


def test_it_is_one_small_file_with_a_policy_and_no_url():
    for out, most in (
        (seed(), 60_000),
        (half_squared_error(MLP(2, [16, 16, 1], seed=0)([0.5, -0.8]), [1.0]), 400_000),
    ):
        page = stepper(out).page
        assert len(page.encode()) < most
        assert "://" not in page and "@import" not in page and "src=" not in page
        script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"default-src 'none'; script-src 'sha256-{digest}'" in page
        assert not re.search(r"\b(?:eval|Function|fetch|innerHTML|localStorage)\b", script)


def test_the_same_graph_gives_the_same_page_which_can_be_pickled():
    page = stepper(seed())
    assert page.page == stepper(seed()).page
    assert pickle.loads(pickle.dumps(page)).page == page.page


@pytest.mark.parametrize("number", range(40))
def test_backward_goes_in_the_engines_order(number):
    out = random_graph(random.Random(number))
    if not out.parents:
        pytest.skip("a leaf")
    assert [id(n) for n in reverse_order(out)] == [id(n) for n in reversed(topological_order(out))]


@pytest.mark.parametrize("number", range(20))
def test_its_numbers_add_up_to_the_engines_gradients(number):
    out = random_graph(random.Random(number))
    facts, _ = facts_of(out)
    out.backward()
    nodes = facts["nodes"]
    assert len({node["n"] for node in nodes if node["r"] != "constant"}) == len(
        [node for node in nodes if node["r"] != "constant"]
    )
    grads = dict.fromkeys(range(len(nodes)), 0.0)
    grads[facts["root"]] = 1.0
    for n in facts["backward"]:
        for p, slope in zip(nodes[n]["p"], nodes[n]["d"], strict=True):
            grads[p] += slope * grads[n]
    stack, seen = [out], set()
    while stack:
        value = stack.pop()
        stack += [p for p in value.parents if id(p) not in seen]
        seen.add(id(value))
        if value.label and not value.parents:
            (i,) = [i for i, node in enumerate(nodes) if node["n"] == value.label]
            assert grads[i] == value.grad


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_inert_and_readable(label):
    x = Value(2.0, label=label)
    y = x * x
    y.label = label
    page = stepper(y).page
    assert page.encode()
    assert page.count("<script") == 2 and page.count("</script>") == 2
    assert "alert(1)<" not in page and "<!--" not in page
    names = [node["n"] for node in facts_in(page)["nodes"]]
    assert len(set(names)) == 2
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2066-\u2069]", "".join(names))
    assert "<script>" not in re.sub(r"<script>\"use strict.*", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("name", TABLE)
def test_every_row_is_javascript_and_words(name):
    row = TABLE[name]
    row = row.bind(*[2.0] * len(row.constants)) if row.constants else row
    operands = row.arity or 3
    assert javascript_of(row, operands).startswith("{f:(x0")
    words, partials = words_of(row, operands)
    assert "{0}" in words and len(partials) == operands
    assert "Term" not in words + "".join(partials)


@pytest.mark.parametrize(
    ("name", "words", "partials"),
    [
        ("div", "{0}/{1}", ["1/{1}", "−{z}/{1}"]),
        ("tanh", "tanh({0})", ["1 − {z}²"]),
        ("sqrt", "√({0})", ["0.5/{z}"]),
        ("abs", "|{0}|", ["sign({0})"]),
        ("relu", "relu({0})", ["0 if {0} ≤ 0, else 1"]),
        ("neg", "−{0}", ["−1"]),
        ("pow", "{0}^{1}", ["", "0 if {0} = 0 and {1} ≥ 0, else {z}·ln({0})"]),
    ],
)
def test_a_rule_is_spelled_as_in_a_textbook(name, words, partials):
    assert words_of(TABLE[name], len(partials)) == (words, partials)


def test_parentheses_stand_where_they_must():
    a, b, c = (Term("name", n) for n in "abc")
    for term, text in (
        (a - (b - c), "a − (b − c)"),
        ((a - b) - c, "a − b − c"),
        (a * (b + c), "a·(b + c)"),
        (a / (b * c), "a/(b·c)"),
        (a + -b, "a + (−b)"),
        (-(a + b), "−(a + b)"),
        (System(textbook=True).pow(a + b, 2.0), "(a + b)²"),
        (System(textbook=True).pow(a * b, -0.5), "(a·b)^−0.5"),
    ):
        assert text_of(term) == text


def test_what_javascript_lacks_is_refused_with_words():
    @primitive
    def asks(m, x):
        return x if x > 0 else -x

    @asks.partials
    def _(m, z, x):
        return (1.0 if x > 0 else -1.0,)

    out = asks(Value(2.0, label="x")) * 3.0
    facts, rows = facts_of(out)
    refused = [op for op, row in zip(facts["ops"], rows, strict=True) if row == "null"]
    assert [op["n"] for op in refused] == ["asks"]
    assert "m.where" in refused[0]["e"]
    assert stepper(out).page


def test_a_large_graph_gives_its_last_operations():
    x = Value(0.5, label="x")
    y = x
    for _ in range(40_000):
        y = y * 1.00001 + x * 1e-6
    facts, _ = facts_of(y)
    edges = sum(len(node.get("p", ())) for node in facts["nodes"])
    assert edges <= MOST_EDGES
    assert facts["cut"] + len(facts["forward"]) == 120_000
    assert any(node["r"] == "cut" for node in facts["nodes"])
    assert facts["backward"][0] == facts["root"]


def test_lines_of_source_have_no_folders():
    x = Value(2.0, label="x")
    with detect_anomaly():
        y = x * x
    (fact,) = [node for node in facts_of(y)[0]["nodes"] if "o" in node]
    first = test_lines_of_source_have_no_folders.__code__.co_firstlineno
    assert fact["c"] == f"test_stepper.py, line {first + 3}: y = x * x"


def test_a_number_changed_since_is_told():
    x = Value(2.0, label="x")
    y = x * 3.0
    x.data = 5.0
    (fact,) = [node for node in facts_of(y)[0]["nodes"] if node["n"] == "x"]
    assert (fact["x"], fact["now"]) == (2.0, 5.0)


def test_a_notebook_gets_a_frame_of_its_own():
    page = stepper(seed())
    data, _ = page._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    frame = data["text/html"]
    assert frame.startswith("<iframe") and 'sandbox="allow-scripts allow-forms"' in frame
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == page.page
    assert set(page._repr_mimebundle_(include=["text/plain"])[0]) == {"text/plain"}
    assert set(page._repr_mimebundle_(exclude=["text/plain"])[0]) == {"text/html"}


def test_what_is_no_result_is_refused(tmp_path):
    for wrong, words in ((2.0, "float"), (Value(1.0, label="w"), "w is a leaf"), ([], "list")):
        with pytest.raises(ArgumentError, match=words):
            stepper(wrong)
    with pytest.raises(ArgumentError, match="must be html"):
        stepper(seed()).save(tmp_path / "step.svg")
    assert stepper(seed()).save(tmp_path / "step.html").read_text("utf-8") == stepper(seed()).page


def test_edges_of_numbers_get_into_the_page():
    x = Value(0.0, label="x")
    page = stepper(x.log() * -0.0).page
    numbers = [node["x"] for node in facts_in(page)["nodes"]]
    assert "-Infinity" in numbers and "NaN" in numbers
    assert "tail" not in page
    assert "exp" in javascript_of(TABLE["exp"], 1) and "tail" in runtime("M.erf(x)")
