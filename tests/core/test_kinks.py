"""Rows jump, in value or in slope, at their kinks and nowhere else."""

import random

import pytest

from autograd import TABLE
from autograd.maths import read
from tests.kinks import (
    changed,
    finite,
    gaps,
    inside,
    jumps,
    on_kink,
    points_on,
    special_points,
)
from tests.truth import arguments, variants

ROWS = pytest.mark.parametrize("row", TABLE.values(), ids=str)
KINKED = pytest.mark.parametrize("row", [row for row in TABLE.values() if row.kinks], ids=str)


def missing(row):
    """Special points off every kink where the row jumps all the same."""
    return [
        xs
        for xs in special_points(row)
        if inside(row, xs) and not on_kink(row, xs) and jumps(row, xs)
    ]


def needless(row):
    """Equations of the row with a point on them where it does not jump."""
    return [
        (equation, xs)
        for equation, points in zip(row.kinks, points_on(row), strict=True)
        for xs in points
        if not jumps(row, xs)
    ]


@ROWS
def test_off_its_kinks_a_row_does_not_jump(row):
    for bound in variants(row):
        assert missing(bound) == []


@KINKED
def test_on_its_kinks_a_row_jumps(row):
    for bound in variants(row):
        assert needless(bound) == []
    for points in zip(*map(points_on, variants(row)), strict=True):
        assert any(points)


@KINKED
def test_a_missing_kink_is_found(row):
    for bound in variants(row):
        for i in range(len(row.kinks)):
            fewer = bound.changed(kinks=row.kinks[:i] + row.kinks[i + 1 :])
            jumping = any(jumps(bound, xs) for xs in points_on(bound)[i])
            assert bool(missing(fewer)) == jumping


@pytest.mark.parametrize("kink", ["x = 1", "x = x", "x = floor(x)"])
def test_a_needless_kink_is_found(kink):
    for name in ("exp", "add", "relu"):
        row = TABLE[name]
        assert needless(row.changed(kinks=(*row.kinks, kink))) != []


STEP = 2.0**-13
FAR = 0.05  # much more than a kink moves by while an operand moves by STEP


@ROWS
def test_off_its_kinks_a_row_has_the_slopes_of_finite_differences(row):
    for bound in variants(row):
        rng, seen = random.Random(2), 0
        lengths = [row.arity] * 60 if row.arity else [1, 2, 3] * 20
        for n in lengths:
            xs = tuple(rng.uniform(-4.0, 4.0) for _ in range(n))
            if not inside(bound, xs, 2 * STEP) or not finite(bound, xs):
                continue
            if any(abs(gap) < FAR for gap in gaps(bound, xs)):
                continue
            z = read(bound.forward, *arguments(bound, xs))
            for i, partial in enumerate(read(bound.partials, z, *arguments(bound, xs))):
                assert partial == pytest.approx(slope(bound, xs, i), rel=1e-4, abs=1e-4), xs
            seen += 1
        assert seen >= 5


def slope(row, xs, i):
    """Central differences, extrapolated once."""

    def central(h):
        right, left = (changed(xs, i, xs[i] + step) for step in (h, -h))
        difference = read(row.forward, *arguments(row, right))
        return (difference - read(row.forward, *arguments(row, left))) / (2 * h)

    return (4 * central(STEP / 2) - central(STEP)) / 3
