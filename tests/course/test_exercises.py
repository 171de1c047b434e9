"""The exercises: each stored answer gets the verdict that it is stored for, and nothing gives it away."""

import math

import pytest

from chalkgrad.exercises import EXERCISES, Verdict, ask, check, hint

ALL = list(EXERCISES.values())
WRONG = [
    pytest.param(exercise, wrong, answer, id=f"{exercise.number}-{i}.{j}")
    for exercise in ALL
    for i, wrong in enumerate(exercise.wrong)
    for j, answer in enumerate(wrong.answers)
]
ODD = [
    None,
    "",
    "x",
    1e999,
    math.nan,
    [],
    (),
    {},
    object(),
    7 + 1j,
    True,
    print,
    len,
    lambda: 1,
    [[1]],
]


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.number)
def test_each_has_what_an_exercise_needs(exercise):
    assert exercise.right and len(exercise.wrong) >= 2
    assert len(set(exercise.hints)) == 3 and all(exercise.hints)
    texts = [wrong.text for wrong in exercise.wrong]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.number)
def test_the_right_answers_pass(exercise):
    for answer in exercise.right:
        verdict = check(exercise.number, answer)
        assert verdict and str(verdict) == f"{exercise.number}  right"


@pytest.mark.parametrize(("exercise", "wrong", "answer"), WRONG)
def test_each_wrong_answer_is_told_its_own_misconception(exercise, wrong, answer):
    verdict = check(exercise.number, answer)
    assert not verdict
    assert verdict.text == wrong.text


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.number)
@pytest.mark.parametrize("answer", ODD, ids=lambda x: repr(x)[:12])
def test_odd_answers_get_a_verdict_and_no_traceback(exercise, answer):
    said = str(check(exercise.number, answer))
    assert 0 < said.count("\n") + 1 <= 8
    assert "Traceback" not in said


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.number)
def test_texts_fit_in_eight_lines(exercise):
    said = [exercise.hinted(k) for k in (1, 2, 3)]
    said += [Verdict(exercise.number, "not yet", w.text) for w in exercise.wrong]
    said += [Verdict(exercise.number, "not yet", exercise.otherwise)]
    for verdict in said:
        lines = str(verdict).splitlines()
        assert len(lines) <= 8 and max(map(len, lines)) <= 90


@pytest.mark.parametrize(
    "number", [n for n, e in EXERCISES.items() if isinstance(e.right[0], float) and n != "1.3"]
)
def test_no_text_gives_a_number_away(number):
    exercise = EXERCISES[number]
    for wrong in exercise.wrong:
        assert not any(f" {answer:g}." in f" {wrong.text}" for answer in exercise.right if answer)


def test_an_unknown_number_names_those_there_are():
    with pytest.raises(KeyError, match=r"no exercise 9\.9; there are 1\.1, 1\.2"):
        check("9.9", 0)
    with pytest.raises(ValueError, match="hints 1, 2 and 3"):
        hint("1.1", 4)
    assert ask("2.2").text.count("\n") == 6


def test_a_function_that_raises_is_quoted():
    def slope(f, x):
        return 1 / 0

    assert "ZeroDivisionError: division by zero" in check("1.2", slope).text
    assert "called itself without end" in check("4.3", forever).text
    assert "Is a return missing?" in check("3.1", lambda x: None).text


def forever(root):
    forever(root)


def test_there_are_about_25_in_six_chapters():
    assert [number[0] for number in EXERCISES] == sorted(number[0] for number in EXERCISES)
    assert {number[0] for number in EXERCISES} == set("123456")
    assert len(EXERCISES) >= 25


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1.1", "20.14"),
        ("1.3", 0.3),
        ("2.2", list("EBDCAF")),
        ("3.1", lambda x: (math.sin((x + 1e-5) ** 2) - math.sin(x * x)) / 1e-5),
        ("3.5", ("backwards", "forwards")),
        ("3.5", "Reverse, forward"),
    ],
)
def test_what_is_right_may_be_said_in_several_ways(number, answer):
    assert check(number, answer)


def test_one_mistake_is_not_taken_for_another():
    assert check("2.2", "FACDEB").text != check("2.2", "BEDCFA").text
    assert check("3.3", (2, 2, -2, 0)).text == check("3.3", (2, 1, -1, 1)).text  # both: q
    assert "20 steps" in check("3.4", (2**20, 40)).text
    assert check("6.2", "CBADE").text == check("6.2", "DEBAC").text  # both: the forward pass


@pytest.mark.parametrize("number", ["1.2", "3.1"])
def test_a_list_is_no_slope(number):
    assert "One number is asked for" in check(number, lambda *x: [1.0, 2.0]).text
