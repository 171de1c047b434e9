"""The labels of the corpus, held against mpmath: right claims are right, wrong ones wrong."""

import math
import random

import pytest

from tests.corpus import CAUSES
from tests.corpus.bugs import BUGS
from tests.corpus.nasty import NASTY
from tests.corpus.truth_check import inside, is_wrong, partials_accepted, points

CASES = BUGS + NASTY
STEADY = [c for c in BUGS if c.truth and not c.stateful and not c.nondeterministic]
LOCAL = [c for c in STEADY if c.where != "everywhere"]


def test_the_corpus_is_large_enough():
    assert len([c for c in BUGS if not c.beyond]) >= 110
    assert len(NASTY) >= 65
    assert sum(c.gross for c in BUGS) >= 35
    assert len(LOCAL) >= 40
    assert sum(len(c.domain) > 1 for c in BUGS) >= 25
    assert sum(len(c.domain) > 1 for c in NASTY) >= 15


def test_names_are_unique():
    names = [c.name for c in CASES]
    assert sorted({n for n in names if names.count(n) > 1}) == []


def test_every_cause_has_a_gross_bug_but_the_wrong_branch():
    assert {c.cause for c in BUGS if c.gross} == CAUSES - {"wrong branch"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fields(case):
    assert case.correct == (case in NASTY)
    assert len(case.inputs) == 5
    assert all(lo < hi for lo, hi in case.domain)
    for point in (*case.inputs, *([case.witness] if case.witness else [])):
        assert len(point) == len(case.domain)
        assert all(lo <= x <= hi for x, (lo, hi) in zip(point, case.domain, strict=True))
        assert type(case.f(*point)) is float
        claims = case.df(*point)
        assert type(claims) is tuple
        assert [type(c) for c in claims] == [float] * len(point)
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


@pytest.mark.parametrize("case", [c for c in CASES if c.truth], ids=str)
def test_the_truth_is_of_this_operation(case):
    for point in (*case.inputs, *([case.witness] if case.witness else [])):
        value, exact = case.f(*point), case.truth(*point)
        if math.isfinite(value):
            assert abs(value - exact) <= case.ftol * max(abs(exact), case.fscale), point


@pytest.mark.parametrize("case", NASTY, ids=str)
def test_right_claims_are_right(case):
    for point in points(case):
        if not math.isfinite(case.f(*point)):
            continue
        claims = case.df(*point)
        assert all(partials_accepted(case, point, claims, case.rtol, case.atol)), (point, claims)


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


@pytest.mark.parametrize("case", [c for c in NASTY if "noisy forward" in c.note], ids=str)
def test_noisy_forwards_are_noisier_than_double_precision(case):
    def noise(point):
        return abs(case.f(*point) - float(case.truth(*point))) / max(abs(case.f(*point)), 1e-300)

    assert max(map(noise, points(case))) > 1e-11
