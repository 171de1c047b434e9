"""Formats without a layout: lines that fit a terminal, Mermaid's magic, JSON as it is documented."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from autograd import ArgumentError, Value, dot
from nn import MLP, half_squared_error
from viz import draw
from viz.model import Box, Cell, Frame
from viz.texts import TERMINAL, _columns

DOCS = Path(__file__).parents[2] / "docs" / "pictures.md"


def text_of(value, **options):
    return draw(value, **options)._rendered("txt").decode()


def test_a_terminal_of_80_columns_has_room():
    loss = half_squared_error(MLP(2, [8, 1], seed=0)([0.5, 1.0]), [1.0])
    loss.backward()
    lines = text_of(loss, fold="none").splitlines()
    assert max(map(_columns, lines)) <= TERMINAL
    assert sum(bool(re.match(r"v\d+ ", line)) for line in lines) == len(
        draw(loss, fold="none").picture.boxes
    )
    joined = re.sub(r"\n    (?=\S)", " ", text_of(loss, fold="none")).replace("  ", " ")
    for box in draw(loss, fold="none").picture.boxes:
        for cell in box.cells:
            assert f"(∂ {cell.slope})" in joined


def test_a_line_is_broken_between_operands_and_nothing_is_lost():
    values = [Value(float(k), label=f"第第第第第第第第 {k}") for k in range(6)]
    text = text_of(dot(values, values), partials=False)
    assert _columns("第") == 2 and _columns("é") == 1 and _columns("e\u0301") == 1
    long = [line for line in text.splitlines() if "第" in line]
    assert max(map(_columns, long)) <= TERMINAL
    assert all(re.match(r"v\d| {4}v\d", line) for line in long)
    for k in range(6):
        assert text.count(f"第第第第第第第第 {k}") == 3


def test_a_label_that_is_wider_than_a_terminal_stands_alone():
    lines = text_of(Value(1.0, label="第" * 48) * 2).splitlines()
    assert any("第" * 47 in line for line in lines)
    assert all(line.strip() for line in lines[2:5])


@pytest.mark.parametrize(
    "label",
    [
        "$$x^2$$",
        "$$$",
        "fa:fa-car",
        "fab:fa-x fas:fa-y",
        "end",
        "`**b**`",
        '"]',
        "%%{init}%%",
        "- x",
        "C:\\new",
    ],
)
def test_mermaid_takes_no_label_for_more_than_text(label):
    text = draw(Value(2.0, label=label) * 3.0)._rendered("mmd").decode()
    [line] = [line for line in text.splitlines() if line.startswith("v0[")]
    shown = re.fullmatch(r'v0\["(.*)<br/>2"\]:::input', line)[1]
    assert not re.search(r'["`$<>\[\]{}%*:]', shown)
    read = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), shown)  # as Mermaid does
    assert read.replace("\u2060", "") == label
    assert "$$" not in read and "\\n" not in read and not re.search(r"fa[bklrs]?:fa-", read)


def test_mermaid_counts_as_javascript_does(monkeypatch):
    monkeypatch.setattr("viz.texts.MERMAID_TEXT", 4000)
    wide = draw(dot([Value(1.0, label="🎈" * 48)] * 2, [Value(1.0, label="🎈" * 48)] * 2))
    text = wide._rendered("mmd").decode()
    monkeypatch.setattr("viz.texts.MERMAID_TEXT", len(text) + 1)
    with pytest.raises(ArgumentError, match=f"this has 4 and {len(text) + 2 * 48}. Save it as svg"):
        wide._rendered("mmd")


@pytest.mark.parametrize(("kind", "title"), [(Box, "box"), (Cell, "cell"), (Frame, "frame")])
def test_json_is_documented_field_by_field(kind, title):
    table = DOCS.read_text(encoding="utf-8").partition(f"| of a {title} |")[2].partition("\n\n")[0]
    documented = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    fields = [field.name for field in dataclasses.fields(kind)]
    assert set(fields) <= set(documented)


def test_json_holds_any_label_and_number():
    odd = "</script>\u2028\x00\ud800" + "é" * 10_000
    out = Value(float("inf"), label=odd) - Value(float("inf"))
    text = draw(out)._rendered("json").decode()
    found = json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    assert found["boxes"][0]["label"].startswith("</script>\u2028")
    assert found["boxes"][0]["label"].endswith("é" * 10_000)
    assert [box["number"] for box in found["boxes"]] == ["inf", "inf", "nan"]
