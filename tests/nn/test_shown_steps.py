"""What is shown of a Sequential, and what is refused in a dict."""

import pytest

import nn
from autograd import OperandError, Value


def half(x):
    return x * 0.5


def test_steps_that_are_no_modules_have_their_place_in_the_tree():
    inner = nn.Sequential(nn.Linear(1, 1, seed=0), "relu")
    assert repr(nn.Sequential(inner, half)).splitlines() == [
        "Sequential(  # 2 parameters",
        "  (0): Sequential(  # 2 parameters",
        "    (0): Linear(1, 1, identity)  # 2 parameters",
        "    (1): relu",
        "  )",
        "  (1): half",
        ")",
    ]
    assert repr(nn.Sequential("tanh")) == "Sequential(  # 0 parameters\n  (0): tanh\n)"


def test_values_in_the_keys_of_a_dict_are_refused():
    module = nn.Module()
    for key in (Value(1.0), (0, Value(1.0)), nn.Linear(1, 1, seed=0), frozenset([Value(1.0)])):
        module.memo = {"a": Value(0.0), key: 2.0}
        with pytest.raises(
            OperandError, match=r"Module.memo is a dict whose keys hold Values.*underscore"
        ):
            module.parameters()
    module.memo = {("a", 1): Value(0.0)}
    assert len(module.parameters()) == 1
