"""The pictures that are opened: all but those that take long to draw, or one of each kind."""

import pytest

from tools.pictures import PICTURES

SLOW = {"tangle", "chain", "wide", "examples"}
FEW = ["expression", "neuron", "seed", "batch", "program", "labels", "scripts", "nan"]
every_kind = pytest.mark.parametrize("name", [name for name in PICTURES if name not in SLOW])
some_kinds = pytest.mark.parametrize("name", FEW)
