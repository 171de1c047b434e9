"""A Sequential shows its activations, too."""

import nn


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
