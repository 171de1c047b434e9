"""Colours by the flow of the gradient."""

import json
import math

import pytest

import nn
from autograd import ArgumentError, Value, exp, sigmoid
from autograd import sum as total
from viz import draw
from viz.dot import LOOKS
from viz.flow import tint_of
from viz.scene import PALETTE


def tints(drawing):
    return {box.label: box.tint for box in drawing.picture.boxes if box.label}


def test_sign_and_size():
    a, b, c = Value(2.0, label="a"), Value(-0.001, label="b"), Value(1e-9, label="c")
    y = a * b + c * 1e-12 - a * 0
    y.label = "y"
    assert tints(draw(y, colour="flow")) == {
        "a": "negative-2", "b": "positive-3", "c": "vanishing", "y": "positive-3",
    }  # fmt: skip
    assert tints(draw(y)) == dict.fromkeys("abcy", "")


@pytest.mark.parametrize(
    ("adjoint", "tint"),
    [(0.0, "vanishing"), (1e7, "exploding"), (-math.inf, "exploding"), (math.nan, "exploding"),
     (-1e-4, "negative-1"), (None, "")],
)  # fmt: skip
def test_the_ends(adjoint, tint):
    assert tint_of(adjoint) == tint


def test_a_vanishing_layer_stands_out_and_its_norm_is_right():
    model = nn.MLP(2, [3] * 12, activation="sigmoid", seed=0)
    loss = total(model([0.5, -0.5]))
    loss.backward()
    picture = draw(loss, colour="flow", fold="layer").picture
    first = next(box for box in picture.boxes if box.role == "group")
    assert first.tint == "vanishing"
    assert first.gradient.startswith("‖∇‖ ")
    assert any(kind == "vanishing" for kind, _ in picture.key)
    assert not any(kind == "result" for kind, _ in picture.key)  # no colour stands for a role
    parameters = [p.grad for p in model.layers[0].parameters()]
    assert first.adjoint >= math.hypot(*parameters)


def test_every_colour_of_the_flow_is_in_the_palette():
    for fill, border in LOOKS.values():
        assert fill in PALETTE
        assert border in PALETTE


def test_json_has_no_nan_and_mermaid_the_same_colours(tmp_path):
    x = Value(800.0, label="x")
    y = exp(x) * sigmoid(-x)
    drawing = draw(y, colour="flow")
    boxes = json.loads(drawing.save(tmp_path / "y.json").read_text(encoding="utf-8"))["boxes"]
    assert [box["adjoint"] for box in boxes if box["label"] == "x"] == [None]
    assert "classDef exploding" in drawing.save(tmp_path / "y.mmd").read_text(encoding="utf-8")
    svg = drawing.save(tmp_path / "y.svg").read_text(encoding="utf-8")
    assert PALETTE["warning"][0] in svg


def test_another_colour_is_refused():
    with pytest.raises(ArgumentError, match='"role" or "flow"'):
        draw(Value(1.0), colour="size")
