"""The labels of the corpus, held against mpmath: right claims are right, wrong ones wrong."""

import math
import random
from itertools import product

import pytest

from tests.check.corpus import CAUSES, seen, unseen
from tests.check.corpus.bugs import BUGS
from tests.check.corpus.groups import RIGHT, WRONG
from tests.check.corpus.nasty import NASTY
from tests.check.corpus.truth_check import (
    accepted,
    inside,
    is_wrong,
    partials_accepted,
    points,
    slopes,
    smooth,
    value,
)
from tests.sampling import spread

pytestmark = pytest.mark.wide

COLLECTED = (seen, unseen)
CASES = WRONG + RIGHT
STEADY = [c for c in WRONG if c.truth and not c.stateful and not c.nondeterministic]
LOCAL = [c for c in STEADY if c.where != "everywhere"]


def test_the_corpus_is_large_enough():
    assert len([c for c in BUGS if not c.beyond]) >= 110
    assert len(NASTY) >= 65
    assert sum(c.gross for c in BUGS) >= 35
    assert len([c for c in LOCAL if c in BUGS]) >= 40
    assert sum(len(c.domain) > 1 for c in BUGS) >= 25
    assert sum(len(c.domain) > 1 for c in NASTY) >= 15


@pytest.mark.parametrize("half", COLLECTED, ids=["seen", "unseen"])
def test_a_half_of_the_collected_ones_is_large_enough(half):
    assert len([c for c in half.WRONG if not c.beyond]) >= 30
    assert len(half.RIGHT) >= 60
    assert sum(c.where != "everywhere" for c in half.WRONG) >= 10
    for some in (half.WRONG, half.RIGHT):
        assert sum(len(c.domain) > 1 for c in some) >= len(some) / 4


@pytest.mark.parametrize("half", COLLECTED, ids=["seen", "unseen"])
def test_collected_ones_name_their_source(half):
    assert [c.name for c in half.WRONG + half.RIGHT if not c.source] == []


def test_many_right_ones_are_smooth():
    assert sum(map(smooth, RIGHT)) >= 150
    rough = {"sine in single precision", "floor", "tiny slope on a large value"}
    assert len([c for c in RIGHT if c.name in rough and not smooth(c)]) == len(rough)


def test_names_are_unique():
    names = [c.name for c in CASES]
    assert sorted({n for n in names if names.count(n) > 1}) == []


def test_every_cause_has_a_gross_bug_but_the_wrong_branch():
    assert {c.cause for c in BUGS if c.gross} == CAUSES - {"wrong branch"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fields(case):
    assert case.correct == (case in RIGHT)
    assert len(case.inputs) == 5
    assert all(lo < hi for lo, hi in case.domain)
    for point in (*case.inputs, *([case.witness] if case.witness else [])):
        assert len(point) == len(case.domain)
        assert all(lo <= x <= hi for x, (lo, hi) in zip(point, case.domain, strict=True))
        assert type(case.df(*point)) is tuple
        assert len(case.df(*point)) == len(point)
    if case.correct:
        assert not case.cause
        assert not case.where
        assert not case.witness
    else:
        assert case.cause in CAUSES
        assert case.where
        assert case.witness
        assert inside(case, case.witness)
    if case.truth is None:
        assert case.note.startswith("no truth: ")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_raises_inside_the_domain(case):
    beside = [
        tuple(math.nextafter(x, towards) for x in point)
        for point in (*product(*case.domain), (0.0,) * len(case.domain))
        for towards in (-math.inf, math.inf)
    ]
    for point in (*points(case), *product(*case.domain), *beside):
        if all(lo <= x <= hi for x, (lo, hi) in zip(point, case.domain, strict=True)):
            assert type(case.f(*point)) is float
            assert all(type(claim) is float for claim in case.df(*point))


@pytest.mark.parametrize("case", [c for c in CASES if c.truth], ids=str)
def test_the_truth_is_of_this_operation(case):
    for point in (*case.inputs, *([case.witness] if case.witness else [])):
        here = case.f(*point)
        if math.isfinite(here):
            true = value(case, point)
            assert abs(here - true) <= case.ftol * max(abs(true), case.fscale), point


@pytest.mark.parametrize("case", spread(RIGHT))
def test_right_claims_are_right(case):
    judged = 0
    for point in (tried := points(case)):
        if not math.isfinite(case.f(*point)):
            continue
        claims = case.df(*point)
        assert all(partials_accepted(case, point, claims, case.rtol, case.atol)), (point, claims)
        judged += slopes(case, point, [1.0] + [0.0] * (len(point) - 1)) is not None
    assert judged > len(tried) / 2


@pytest.mark.parametrize("case", [c for c in RIGHT if len(c.domain) > 1], ids=str)
def test_right_partials_add_up_where_the_arguments_are_equal(case):
    ties = [p for p in points(case) if len(set(p)) == 1 and math.isfinite(case.f(*p))]
    for point in ties:
        total = math.fsum(case.df(*point))
        slack = case.atol + 1e-12 * max(map(abs, case.df(*point)))
        assert accepted(case, point, [1.0] * len(point), total, case.rtol, slack), point


@pytest.mark.parametrize("case", STEADY, ids=str)
def test_wrong_claims_are_wrong_at_their_witness(case):
    assert is_wrong(case, case.witness, case.df(*case.witness))


@pytest.mark.parametrize("case", LOCAL, ids=str)
def test_local_bugs_are_right_elsewhere(case):
    for point in points(case):
        if not inside(case, point) and math.isfinite(case.f(*point)):
            claims = case.df(*point)
            assert all(partials_accepted(case, point, claims, case.rtol, case.atol)), point


@pytest.mark.parametrize("case", [c for c in STEADY if c.gross], ids=str)
def test_gross_bugs_show_at_most_points(case):
    rng = random.Random(case.name)
    trials = [tuple(rng.uniform(*d) for d in case.domain) for _ in range(12)]
    for some in (case.inputs, trials):
        assert sum(is_wrong(case, p, case.df(*p)) for p in some) > len(some) / 2


@pytest.mark.parametrize("case", [c for c in BUGS if c.stateful], ids=str)
def test_stateful_claims_are_right_at_first_and_wrong_later(case):
    for point in case.inputs:
        case.f(*point)
        assert not is_wrong(case, point, case.df(*point))
    case.f(*case.witness)
    for point in case.before:
        case.f(*point)
    case.df(*case.witness)
    assert is_wrong(case, case.witness, case.df(*case.witness))


@pytest.mark.parametrize("case", [c for c in BUGS if c.nondeterministic], ids=str)
def test_nondeterministic_bugs_change(case):
    seen = {(case.f(*case.witness), case.df(*case.witness)) for _ in range(20)}
    assert len(seen) > 1


@pytest.mark.parametrize("case", [c for c in RIGHT if "noisy forward" in c.note], ids=str)
def test_noisy_forwards_are_noisier_than_double_precision(case):
    def noise(point):
        here = case.f(*point)
        return abs(here - value(case, point)) / max(abs(here), 1e-300)

    assert max(map(noise, points(case))) > 1e-11


def _fits(case, point, i):
    """Which causes explain the claim of partial i at a point by its number alone."""
    n = len(point)
    axes = [[float(i == k) for i in range(n)] for k in range(n)]
    true = [slopes(case, point, axis) for axis in axes]
    if any(t is None or not math.isfinite(t[1]) for t in true):
        return None
    true = [float(t[0]) for t in true]
    claim, output = case.df(*point)[i], value(case, point)
    others = [x for k, x in enumerate(point) if k != i]
    factors = {
        "sign": [-1], "factor 2": [2], "factor 1/2": [1 / 2], "factor x": [point[i]],
        "factor 1/x": [1 / point[i] if point[i] else 0],
        "factor ln 10": [math.log(10), 1 / math.log(10)], "factor pi": [math.pi, 1 / math.pi],
        "factor y": [output, 1 / output if output else 0],
        "factor 1-y": [1 - output, 1 / (1 - output) if output != 1 else 0],
        "factor other argument": [f for x in others if x for f in (x, 1 / x)],
    }  # fmt: skip

    def same(a, b):
        return abs(a - b) <= 1e-7 * abs(b)

    found = {c for c, fs in factors.items() if any(same(claim, f * true[i]) for f in fs)}
    found |= {"zero"} if claim == 0 else set()
    found |= {"swapped"} if any(same(claim, t) for k, t in enumerate(true) if k != i) else set()
    if n == 1 and case.domain[0][0] <= output <= case.domain[0][1]:
        there = slopes(case, (output,), (1.0,))
        found |= (
            {"at the output instead of the input"} if there and same(claim, there[0]) else set()
        )
    return found


BY_NUMBER = CAUSES - {"constant", "additive", "missing term", "wrong branch", "other"}


@pytest.mark.parametrize("case", [c for c in STEADY if not c.along], ids=str)
def test_causes_explain_the_numbers(case):
    sets, offsets, claims = [], [], []
    near = [tuple(x * (1 + k * 1e-3) for x in case.witness) for k in (1, -1)]
    for point in (*case.inputs, case.witness, *near):
        if not inside(case, point):
            continue
        n = len(point)
        ok = partials_accepted(case, point, case.df(*point), 1e-6)
        for i in range(n):
            axis = [float(i == k) for k in range(n)]
            if ok[i] or (fits := _fits(case, point, i)) is None:
                continue
            sets.append(fits)
            claims.append(case.df(*point)[i])
            offsets.append(claims[-1] - float(slopes(case, point, axis)[0]))
    if not sets:
        assert "at the kink" in case.name or "at 0" in case.name or "origin" in case.name
    elif case.cause in BY_NUMBER:
        assert all(case.cause in fits for fits in sets), sets
    elif case.cause == "constant":
        assert len(set(claims)) == 1
    elif case.cause == "additive" and case.gross:
        assert max(offsets) - min(offsets) < 1e-9
    elif case.cause in {"other", "missing term"}:
        assert not set.intersection(*sets), sets
