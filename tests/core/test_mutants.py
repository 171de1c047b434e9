"""The tests of the table fail when a rule is wrong: each rule is broken in turn, and found out."""

import pytest

from autograd import TABLE
from tests.truth import cases, faults

pytestmark = pytest.mark.wide


CHANGES = {
    "sign flipped": lambda p: -p,
    "doubled": lambda p: 2.0 * p,
    "zeroed": lambda p: 0.0,
    "off by 1e-6": lambda p: p * (1.0 + 1e-6),
    "one added": lambda p: p + 1.0,
}


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
]


def true_partials(row):
    """The partials at every point, by mpmath."""
    found = cases(row.name, row.domain, row.arity, row.values)
    return [[head for head, _, _ in partials] for _, _, partials in found]


@pytest.mark.parametrize(("row", "index", "what"), ONES)
def test_a_wrong_partial_is_found(row, index, what):
    # A partial that is 0 everywhere stays what it is when it is multiplied.
    change = CHANGES[what]
    wrong = any(change(p[index]) != p[index] for p in true_partials(row) if index < len(p))
    assert bool(faults(broken(row, index, change))) == wrong
    assert wrong or what != "one added"


@pytest.mark.parametrize("row", BOUND, ids=str)
def test_an_unchanged_row_is_not_accused(row):
    assert faults(broken(row, 0, lambda p: p)) == []


@pytest.mark.parametrize("row", [row for row in BOUND if row.arity == 2], ids=str)
def test_swapped_partials_are_found(row):
    rule = row.partials
    swapped = row.changed(partials=lambda m, z, x, y: rule(m, z, x, y)[::-1])
    differ = any(p != p[::-1] for p in true_partials(row))  # those of a sum don't
    assert bool(faults(swapped)) == differ


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
