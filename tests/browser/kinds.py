"""The pictures that are opened: all but those that take long to draw."""

import pytest

from tools.pictures import PICTURES

SLOW = {"tangle", "chain", "wide", "examples"}
every_kind = pytest.mark.parametrize("name", [name for name in PICTURES if name not in SLOW])
