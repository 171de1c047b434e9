"""Whatever is typed: an expression of the command line is computed as in Python, or is refused."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.command import main
from autograd.command.expressions import computed
from autograd.command.names import RefusedError, numbers_given
from autograd.functions import __all__ as functions

NAMES = {"x": 0.7, "y": -1.3, "w₁": 2.0}
PIECES = [
    *functions, *"+-*/%()[],.^=<>'\"\\:;@!?{}|&~#$`_\n\t\0 ", "**", "//", "==", ":=", "->", "<<", "(", ")", "[", "]", ",",
    "x", "y", "w₁", "w1", "L", "2", "0", "1.5", ".5", "1e3", "1e999", "1_0", "0x1f", "1j", "9**9", "inf", "nan",
    "lambda", "if", "else", "for", "in", "not", "import", "None", "__class__", "eval", "f'{x}'", "σ", "学", "²", "₂", "̂",
    "\u202e", "\udc80", "ﬁ", "\U0001f600", "\u2028", "\xa0", "−", "×",
]  # fmt: skip
VALID = [
    "(1 - sigmoid(w₁*x + y))**2", "-x**2 / y // 3 % 2", "sum([x, 2*x, 1]) - dot([x, y], [1, w1], 3)",
    "maximum(x, y) * where(x, y, 1e-3) + clamp(x, 0, 1)", "logsumexp([x, -y]) ** -(x + 1)",
    "sum(softmax([x, y, 0.5]))*leaky_relu(x, .1)", "hypot(x, abs(y)) + pow(2, x) - +x", "((x))",
]  # fmt: skip


def soup(rng):
    return "".join([rng.choice(PIECES) for _ in range(rng.randrange(1, 12))])


def mutated(rng):
    text = rng.choice(VALID)
    for _ in range(rng.randrange(1, 4)):
        i, j = sorted(rng.choices(range(len(text) + 1), k=2))
        how = rng.randrange(4)
        if how == 0:
            text = text[:i] + rng.choice(PIECES) + text[i:]
        elif how == 1:
            text = text[:i] + text[min(i + rng.randrange(1, 3), len(text)) :]
        elif how == 2:
            text = text[:i] + text[j:]
        else:
            text = text[:j] + text[i:j] * rng.randrange(1, 4) + text[j:]
    return text


def attempted(read, *arguments):
    """What is read, and the error if it is refused."""
    try:
        return read(*arguments), None
    except RefusedError as error:
        return None, error


def check(text):
    """Whether it was computed; if it was not, it was refused, in a line and with a place."""
    found, error = attempted(computed, text, NAMES)
    if error is not None:
        said = str(error)
        assert said and "\n" not in said and len(said) < 2500
        assert error.place is None or 0 <= error.place <= len(error.text)
        return False
    assert type(found.value) is Value and found.value.label == "L"
    found.value.backward()
    return True


def fuzzed(n, seed):
    rng = random.Random(seed)
    right = 0
    for k in range(n):
        right += check(soup(rng) if k % 2 else mutated(rng))
    assert n // 50 < right < n // 2  # so both ends are reached


def test_whatever_is_typed_is_computed_or_refused():
    fuzzed(4_000, 1)


@pytest.mark.wide
def test_whatever_is_typed_a_hundred_thousand_times():
    fuzzed(100_000, 2)


@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@settings(max_examples=150)
def test_any_text_is_computed_or_refused(text):
    check(text)


@pytest.mark.wide
@pytest.mark.deep
@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=5_000)
def test_any_text_at_all(text):
    check(text)


@given(
    st.lists(
        st.text(max_size=8) | st.sampled_from(["x=1", "x=", "=", "w₁=1", "-o", "--", "y=1_0"]),
        max_size=4,
    )
)
@settings(max_examples=150)
def test_any_numbers_are_read_or_refused(words):
    found, error = attempted(numbers_given, words)
    if error is not None:
        assert error.place is None or 0 <= error.place <= len(error.text)
    else:
        assert len(found) == len(words) and all(type(x) is float for x in found.values())


def test_any_words_end_in_an_exit_code(capsys):
    rng = random.Random(3)
    words = ["grad", "draw", "ops", "explain", "check", "step", "-o", "--label", "--digits", "--", "-h", "--help",
             "--version", "x=1", "y=2", "x=", "-1", "3", "math:sin", *VALID, *PIECES]  # fmt: skip
    for _ in range(300):
        command = rng.choice(["grad", "draw", "ops", rng.choice(words)])
        if command in {"check", "explain", "step"}:
            continue
        line = [command, *rng.choices(words, k=rng.randrange(5))]
        if "-o" in line:
            continue
        assert main(line) in {0, 2}, line
        _, err = capsys.readouterr()
        assert "Traceback" not in err


# The same numbers as Python's and autograd's


def expression(rng, depth=0):
    """An expression in Python's words, with as few brackets as may be."""

    def operand():
        kind = rng.randrange(9)
        if kind == 0 and depth < 3:
            return f"({expression(rng, depth + 1)})"
        if kind == 1 and depth < 3:
            name = rng.choice(["sin", "tanh", "sigmoid", "exp", "abs", "sqrt", "relu", "gelu"])
            return f"{name}({expression(rng, depth + 1)})"
        if kind == 2 and depth < 3:
            inner = ", ".join([expression(rng, depth + 1) for _ in range(2)])
            return (
                rng.choice(
                    ["maximum(%s)", "hypot(%s)", "sum([%s])", "logsumexp([%s])", "atan2(%s)"]
                )
                % inner
            )
        if kind == 3:
            return rng.choice("+-") + operand()
        return rng.choice(["x", "y", "z", "x", "y", "2.0", "0.5", "3.0"])

    text = operand()
    for _ in range(rng.randrange(4)):
        space = rng.choice(["", " "])
        text += f"{space}{rng.choice(['+', '-', '*', '*', '/', '**', '//', '%'])}{space}{operand()}"
    return text


def compared(n, seed):
    """n random expressions, each as autograd.grad has it of the same function of Python's."""
    rng = random.Random(seed)
    namespace = {name: getattr(autograd, name) for name in functions}
    compared, points = 0, {"x": 0.7, "y": 1.9, "z": -0.4}
    for _ in range(n):
        text = expression(rng)
        found, error = attempted(computed, text, points)
        if error is not None:
            assert "with these numbers this is" in str(error) or "without names" in str(error), text
            continue
        f = eval(f"lambda x, y, z: {text}", namespace)  # of this file's own making
        value, gradient = autograd.value_and_grad(f, argnums=(0, 1, 2))(*points.values())
        found.value.backward()
        assert same(found.value.data, value), text
        for name, expected in zip(points, gradient, strict=True):
            leaf = found.names.get(name)
            assert same(0.0 if leaf is None else leaf.grad, expected), (text, name)
        compared += 1
    assert compared > n // 2


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-12) or a == b or (a != a and b != b)


def test_random_expressions_are_as_in_python():
    compared(400, 4)


@pytest.mark.wide
@pytest.mark.deep
def test_a_great_many_random_expressions_are_as_in_python():
    compared(10_000, 5)
