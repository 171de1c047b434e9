"""The tests of the table fail when a rule is wrong: each rule is broken in turn, and found out."""

import pytest

from autograd import TABLE
from tests.truth import faults

pytestmark = pytest.mark.wide


CHANGES = {
    "sign flipped": lambda p: -p,
    "doubled": lambda p: 2.0 * p,
    "zeroed": lambda p: 0.0,
    "off by 1e-6": lambda p: p * (1.0 + 1e-6),
    "one added": lambda p: p + 1.0,
}

# A partial that is 0 everywhere stays what it is when it is multiplied.
ZERO = {("sign", 0), ("floor", 0), ("round", 0), ("where", 0)}
# Both partials are the same, so swapping them changes nothing.
SYMMETRIC = {"add"}


def broken(row, index, change):
    """The row with one partial changed; its other partials and its value stay."""

    def partials(m, z, *operands):
        result = list(row.partials(m, z, *operands))
        if index < len(result):
            result[index] = change(result[index])
        return tuple(result)

    return row.changed(partials=partials)


BOUND = [row.bind(0.25) if row.constants else row for row in TABLE.values()]
ONES = [
    pytest.param(row, index, what, id=f"{row}-{index}-{what}")
    for row in BOUND
    for index in range(row.arity or 5)
    for what in CHANGES
    if (row.name, index) not in ZERO or what == "one added"
]


@pytest.mark.parametrize(("row", "index", "what"), ONES)
def test_a_wrong_partial_is_found(row, index, what):
    assert faults(broken(row, index, CHANGES[what])) != []


@pytest.mark.parametrize("row", BOUND, ids=str)
def test_an_unchanged_row_is_not_accused(row):
    assert faults(broken(row, 0, lambda p: p)) == []


@pytest.mark.parametrize(
    "row", [row for row in TABLE.values() if row.arity == 2 and row.name not in SYMMETRIC], ids=str
)
def test_swapped_partials_are_found(row):
    rule = row.partials
    swapped = row.changed(partials=lambda m, z, x, y: rule(m, z, x, y)[::-1])
    assert faults(swapped) != []


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_a_missing_partial_is_found(row):
    rule = row.partials
    short = row.changed(partials=lambda m, z, *operands: rule(m, z, *operands)[:-1])
    assert faults(short) != []


@pytest.mark.parametrize("row", BOUND, ids=str)
def test_a_wrong_value_is_found(row):
    rule = row.forward
    off = row.changed(forward=lambda m, *operands: rule(m, *operands) * (1 + 1e-14), free=row)
    assert faults(off) != []
