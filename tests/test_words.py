"""Texts in other languages: the catalogue, its file, and a language that nobody speaks."""

import html
import json
import math
import os
import re
import subprocess
import sys

import pytest

import autograd
from autograd import ArgumentError, Value, explain, language, phrase, scope, words
from autograd.explaining.remarks import meaning
from autograd.explaining.writing import TEXT
from chalkgrad.exercises import EXERCISES, ask, check, hint
from nn import MLP, half_squared_error
from tests import pseudo
from viz import stepper
from viz.pagetexts import texts_of
from viz.stepping import page_script

NAMES = "ok hidden output nan inf exp sigmoid maximum layer1 layer layer2 relu max neuron out loss where elu"


@pytest.fixture(scope="module")
def tool():
    return pseudo.tool()


@pytest.fixture(scope="module")
def texts(tool):
    return pseudo.catalogue(tool)


@pytest.fixture
def asked(texts):
    chosen, asked = pseudo.speak(texts)
    with chosen:
        yield asked


def in_folder(tool, folder):
    """The texts that stand in a folder."""
    return {text for text, where, _ in tool["entries"]() if where.startswith(folder)}


def test_the_template_is_of_this_source(tool):
    written = tool["POT"].read_text(encoding="utf-8")
    assert written == tool["template"](), "run tools/words.py"


# explain


def small():
    w, x, b = Value(-3.0, label="w"), Value(0.5, label="x"), Value(2.0, label="b")
    L = (1 - autograd.sigmoid(w * x + b)) ** 2
    L.label = "L"
    return L, w


def network():
    return half_squared_error(MLP(2, [2, 1], seed=0)([0.5, -0.8]), [1.0])


def odd_graphs():
    """Graphs that are told with the rarer sentences."""
    L, w = small()
    yield explain(L)
    yield explain(L, ascii=True)
    yield explain(L, limit=4)
    yield explain(L, wrt=w)
    x = Value(3.0, label="x")
    y = x
    for _ in range(20):
        y = y + y
    yield explain(y, wrt=x)
    yield explain(y, limit=6)
    corner = Value(0.0, label="x")
    yield explain(autograd.relu(corner) + corner)
    yield explain(autograd.maximum(corner, corner * 1.0))
    yield explain(corner * math.inf + 1.0)
    yield explain(Value(1e6, label="x") * 2.0 - Value(0.0, label="y") * 3.0)
    yield explain(Value(1.0, label="x") * math.nan)
    yield explain(Value(1.0, label="x") * 0.0)
    moved = Value(1.0, label="x")
    z = moved * 2.0
    moved.data = 5.0
    yield explain(z)
    yield explain(autograd.sum([Value(1.0, label=f"x{i}") for i in range(20)]))
    for n in (1, 3):
        with scope("one"):
            a = Value(1.0, label="x") * 2.0
        for k in range(n):
            with scope(f"s{k}"):
                a = a.sigmoid() + a
        yield explain(a * 2.0, limit=1)
    with scope("out"):
        pair = [x * k for k in (2.0, 3.0, 4.0)]
    yield explain(pair[0] * pair[1] * pair[2] + 1.0, limit=2)
    yield explain(network(), limit=5)
    yield explain(autograd.elu(Value(0.5, label="x")))


def test_explain_leaves_nothing_in_english(tool, asked):
    for explanation in odd_graphs():
        latex = re.sub(r"\\[A-Za-z]+|\{aligned\}|\{cases\}", " ", explanation.latex())
        for text in (str(explanation), pseudo.text_of(explanation._repr_html_()), latex):
            assert not pseudo.plain_words(text, [*NAMES.split(), "one", "if", "else"]), text
    assert meaning(TEXT, math.nan).startswith("⟦")  # of a graph that is too large to be nudged
    told = explain(network()).by_layer(lr=0.5)
    assert not pseudo.plain_words(told, NAMES.split()), told
    assert in_folder(tool, "autograd/explaining") - asked.seen == set()


# The page that steps


def facts_in(page):
    return json.loads(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_leaves_nothing_in_english(tool, asked):
    with autograd.detect_anomaly():
        out = autograd.exp(Value(1.0, label="x") * 2.0)
    page = stepper(out).page
    facts = facts_in(page)
    assert set(facts["texts"]) == set(texts_of(page_script()))
    assert not pseudo.plain_words(" ".join(facts["texts"].values()))
    body = page.partition("<body>")[2]
    assert not pseudo.plain_words(pseudo.text_of(body)), pseudo.text_of(body)
    told = " ".join([op["h"] for op in facts["ops"]])
    assert told and not pseudo.plain_words(told)
    assert facts["nodes"][-1]["c"].startswith("⟦")
    assert '<html lang="en">' in page  # no header has said another one


def test_titles_and_refusals_of_the_page_are_said_too(asked):
    y = x = Value(1.0, label="x")
    for _ in range(40):
        y = y * x
    assert facts_in(stepper(y).page)["title"].startswith("⟦")
    for _ in range(2000):
        y = y * x
    assert facts_in(stepper(y).page)["title"].startswith("⟦")
    many = autograd.sum([Value(1.0, label=f"a{i}" * 9) for i in range(30)])
    assert facts_in(stepper(many).page)["title"].startswith("⟦")

    @autograd.primitive
    def odd(m, x):
        return m.nothing(x) if m.__class__.__name__ == "System" else x * 2

    @odd.partials
    def _(m, z, x):
        return (2.0,)

    [op] = facts_in(stepper(odd(x)).page)["ops"]
    assert op["e"].startswith("⟦")


def test_a_page_in_english_carries_no_texts():
    page = stepper(small()[0]).page
    assert "texts" not in facts_in(page)


def test_a_text_cannot_leave_its_place_in_the_page():
    evil = "</script><script>alert(1)</script>\"'&<b>"
    with language({"predict first": evil, "Phases": evil, "Right.": evil, "en": evil}):
        page = stepper(small()[0]).page
    assert page.count("<script") == 2 and "alert(1)<" not in page
    assert facts_in(page)["texts"]["Right."] == evil
    assert html.escape(evil) in page


# The exercises

ODD = (
    None, "", "x", "7", 1j, 2.5, object, lambda *xs: None, (1, 2), ("x", "y"), "x,y", (1.5, 2.5), (), 12, "c=a+d", "c=a",
    "; ".join(["a=a+a"] * 9), lambda *xs: 1 / 0, lambda *xs: [0.0], lambda *xs: 0.0,
)  # fmt: skip
CODE = (
    "xy none slope partials backward leaky class type None lambda function locals at tests test words "
    "ZeroDivisionError division by zero square cube hyperbola TypeError RecursionError float"
).split()


def wrong(*xs):
    if hasattr(xs[0], "parents"):
        xs[0].parents[0].grad = 99.0
    return 7.0


def again(*xs):
    return again(*xs)


def test_the_exercises_leave_nothing_in_english(tool, asked):
    for number, exercise in EXERCISES.items():
        stored = [*exercise.right, *[x for wrong in exercise.wrong for x in wrong.answers]]
        said = [
            ask(number),
            *[hint(number, k) for k in (1, 2, 3)],
            *[check(number, x) for x in stored],
        ]
        for verdict in said:
            assert not pseudo.plain_words(str(verdict)), str(verdict)
        for answer in (*ODD, again, wrong):
            # what Python says of an exception is Python's
            told = re.sub(r"\w+Error: [^⟧]*", "", str(check(number, answer)))
            assert "⟦" in told
            own = re.findall(r"\w+", repr(answer))
            letters = "".join(re.findall("[a-z]", str(answer).lower()))
            plain = pseudo.plain_words(told, [*CODE, *own, letters])
            assert not plain, told
    assert in_folder(tool, "chalkgrad/") - asked.seen == set()


def test_words_of_an_answer_are_read_in_both_languages(asked):
    assert check("3.5", ("reverse", "forward"))
    assert check("3.5", (pseudo.accented("reverse"), pseudo.accented("forward").upper()))


# The file


def po(tool, texts, code="xx"):
    head = f'msgid ""\nmsgstr "Language: {code}\\n"\n'
    quoted = tool["quoted"]
    return head + "".join([f"\nmsgid {quoted(a)}\nmsgstr {quoted(b)}\n" for a, b in texts.items()])


def test_a_po_file_says_what_the_mapping_says(tool, texts, tmp_path):
    path = tmp_path / "xx.po"
    path.write_text(po(tool, texts, "pt_BR"), encoding="utf-8")
    with language(path) as found:
        assert found == {"en": "pt-BR", **texts}
        assert '<html lang="pt-BR">' in stepper(small()[0]).page
    assert phrase("forward") == "forward"


def test_the_template_itself_is_a_file_without_translations(tool):
    with language(tool["POT"]) as found:
        assert found == {}


def test_what_is_fuzzy_or_old_is_left_out(tmp_path):
    path = tmp_path / "x.po"
    path.write_text(
        '\ufeff# a remark\nmsgid "a"\nmsgstr "\\"A\\"\\n"\n"\\t\\\\"\n\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n\n'
        '#~ msgid "c"\n#~ msgstr "C"\n\nmsgid "d"\nmsgstr ""\n\nmsgid "e"\nmsgstr "E"\n', "utf-8",
    )  # fmt: skip
    with language(path) as found:
        assert found == {"a": '"A"\n\t\\', "e": "E"}
        assert phrase("b") == "b"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('msgid "a"\nmsgstr "b\n', "line 2"),
        ('msgid "a"\nmsgid_plural "as"\n', "line 2"),
        ('msgid "{n} more"\nmsgstr "{m} mehr"\n', "'{n} more'"),
        ('msgid "{n} more"\nmsgstr "{n} mehr {"\n', "as it is"),
        ('msgid "{n} more"\nmsgstr "{n.__class__}"\n', "as it is"),
        ("\xff", "x.po"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path, text, part):
    path = tmp_path / "x.po"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ArgumentError, match=re.escape(part)):
        language(path)
    assert phrase("{n} more", n=3) == "3 more"


@pytest.mark.parametrize("which", ["de", "nowhere/de.po", 7, {1: "b"}, {"a": None}])
def test_what_is_no_catalogue_is_refused(which):
    with pytest.raises(ArgumentError):
        language(which)


def test_languages_are_left_in_the_order_in_which_they_were_chosen():
    with language({"forward": "A"}) as texts:
        assert texts == {"forward": "A"}
        with language({"forward": "B"}):
            assert phrase("forward") == "B"
        with language():
            assert phrase("forward") == "forward"
        assert phrase("forward") == "A"
    assert phrase("forward") == "forward"
    with language({"": "nothing", "a": "b"}) as texts:
        assert texts == {"a": "b"} and phrase("") == ""
    assert repr(language()) == "<Language: 0 texts>"


def test_the_environment_names_the_file_to_begin_with(tmp_path, monkeypatch):
    path = tmp_path / "x.po"
    path.write_text('msgid "forward"\nmsgstr "vorwärts"\n', "utf-8")
    monkeypatch.setattr(words._Spoken, "texts", None)
    monkeypatch.setenv(words.VARIABLE, str(path))
    assert phrase("forward") == "vorwärts"
    monkeypatch.setattr(words._Spoken, "texts", None)
    monkeypatch.setenv(words.VARIABLE, "nowhere.po")
    with pytest.raises(ArgumentError, match=words.VARIABLE):
        phrase("forward")


def test_importing_autograd_reads_no_catalogue(root):
    code = "import sys, autograd; print('autograd.words' in sys.modules)"
    env = {**os.environ, words.VARIABLE: "nowhere.po"}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=env, check=True, capture_output=True
    )
    assert told.stdout.split() == [b"False"]
