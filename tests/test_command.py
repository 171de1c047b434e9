"""The command line: what it answers, what it refuses, and how it ends."""

import importlib.util
import io
import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import viz
from autograd import TABLE
from autograd.command import main
from autograd.command.commands import COMMANDS, page
from autograd.command.expressions import DEEPEST, computed, operands, usage
from autograd.command.names import LONGEST, RefusedError
from autograd.command.terminal import Terminal
from autograd.functions import __all__ as functions

ROOT = Path(__file__).resolve().parent.parent
NEURON = ["(1 - sigmoid(w*x + b))**2", "w=-3", "x=0.5", "b=2"]
LESSON = """
import math
import random
from autograd import sin

def loss(x, y):
    return sin(x) * y

def slope(x):
    return 1 / x

def twice(x):
    return 2 / x

def stumbles(x):
    raise KeyError("no")

def noise(x):
    return x * random.random()
"""


@pytest.fixture
def run(capsys):
    """``run(*words)``: the exit code, and what was written to the two streams."""

    def call(*words, **options):
        code = main(list(words), **options)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A folder with a student's file in it, in which the commands run."""
    (tmp_path / "lesson.py").write_text(LESSON)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("lesson", None)


class Screen(io.TextIOWrapper):
    """A terminal of some encoding."""

    def __init__(self, encoding="utf-8"):
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self):
        return True

    @property
    def text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


def numbers(out):
    """The rows of a table of the gradient: name, value, gradient."""
    rows = [line.split() for line in out.splitlines()[3:]]
    return {name: (float(x), float(gradient)) for name, x, gradient in rows}


# Answers


def test_grad_gives_the_value_and_the_gradient(run):
    code, out, err = run("grad", *NEURON, "--digits", "17")
    w, x, b = -3.0, 0.5, 2.0
    f = lambda w, x, b: (1 - autograd.sigmoid(w * x + b)) ** 2
    assert (code, err) == (0, "")
    assert math.isclose(float(out.splitlines()[0].removeprefix("L = ")), f(w, x, b), rel_tol=1e-15)
    expected = autograd.grad(f, argnums=(0, 1, 2))(w, x, b)
    found = numbers(out)
    assert list(found) == ["w", "x", "b"]
    for (_, gradient), e in zip(found.values(), expected, strict=True):
        assert math.isclose(gradient, e, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x**2", -9.0),
        ("2**-x", 0.125),
        ("-2**2 * x", -12.0),
        ("2**x**2", 512.0),
        ("x - 1 - 1", 1.0),
        ("24 / x / 2", 4.0),
        ("7 // x * 2", 4.0),
        ("--x + +x", 6.0),
        ("-x % 4", 1.0),
        (" 1_0.5e-1*x\n + .5 + 1. ", 4.65),
        ("sum([x, 2*x, 1])", 10.0),
        ("sum([])*x", 0.0),
        ("dot([x, 1], [2, 3], x)", 12.0),
        ("clamp(x, 0, 1)", 1.0),
        ("sum(softmax([x, x,]))", 1.0),
        ("leaky_relu(-x, 0.5)", -1.5),
        ("x", 3.0),
        ("+(x)", 3.0),
    ],
)
def test_expressions_mean_what_they_mean_in_python(text, value):
    assert math.isclose(computed(text, {"x": 3.0}).value.data, value, rel_tol=1e-15)


@pytest.mark.parametrize("name", functions)
def test_every_function_of_the_table_can_be_called(name):
    names, needed = operands(name)
    constants = TABLE[name].constants if name in TABLE else ()
    for n in range(needed, len(names) + 1):
        kinds = [
            "list" if w in {"xs", "ws"} else "constant" if w in constants else "" for w in names[:n]
        ]
        words = [{"list": "[x, 2]", "constant": "3"}.get(kind, "x") for kind in kinds]
        plain = [{"list": [0.5, 2.0], "constant": 3.0}.get(kind, 0.5) for kind in kinds]
        text, expected = f"{name}({', '.join(words)})", getattr(autograd, name)(*plain)
        if name == "softmax":
            text, expected = f"prod({text})", autograd.prod(expected)
        assert repr(computed(text, {"x": 0.5}).value.data) == repr(expected)
    with pytest.raises(RefusedError, match=re.escape(f"write {usage(name)}")):
        computed(f"{name}({', '.join(['x'] * 9)})", {"x": 0.5})


def test_labels_are_the_names():
    z, names, unused = computed("w₁*x̂ + w₁", {"w₁": 2.0, "x̂": 3.0, "क": 1.0})
    assert z.label == "L" and [*names] == ["w₁", "x̂"] and unused == ["क"]
    assert {x.label for x in z.parents[0].parents} == {"w₁", "x̂"}
    assert computed("w1 + 1", {"w₁": 2.0}).names["w₁"].data == 2.0  # as Python compares names
    assert computed("L + y", {"L": 2.0, "y": 2.0}).value.label == "z"
    assert computed("x + 1", {"x": 2.0}, "cost").value.label == "cost"
    assert computed("x", {"x": 2.0}).names["x"].label == "x"


def test_an_expression_may_begin_with_a_minus_and_options_stand_anywhere(run):
    expected = run("grad", "(-x**2)*y", "x=3", "y=4", "--label", "M", "--digits", "5")
    assert expected[0] == 0
    for words in (
        ["-x**2*y", "x=3", "--digits", "5", "y=4", "--label", "M"],
        ["--label=M", "--digits=5", "--", "-x**2*y", "x=3", "y=4"],
        ["--label", "M", " -x**2*y", "--digits", "5", "--", "x=3", "y=4"],
    ):
        assert run("grad", *words) == expected
    assert run("grad", "--x*y", "x=3", "y=4")[1].startswith("L = 12\n")


def test_infinities_are_numbers_where_they_are_given(run):
    code, out, _ = run("grad", "a + b*exp(c) + d", "a=inf", "b=-INF", "c=0", "d=nan")
    assert code == 0 and out.startswith("L = nan\n")


def test_draw_prints_or_saves(run, tmp_path):
    code, out, err = run("draw", *NEURON)
    assert (code, err) == (0, "") and "σ" in out and "∇" in out and "-0.08872" in out
    for suffix in ("json", "dot", "txt", "mmd"):  # those that need no layout
        path = tmp_path / f"picture.{suffix}"
        assert run("draw", *NEURON, "-o", str(path)) == (0, f"wrote {path}\n", "")
        assert path.stat().st_size
    code, out, err = run("draw", *NEURON, "-o", str(tmp_path / "picture.gif"))
    assert (code, out) == (2, "") and "suffix" in err
    code, out, err = run("draw", *NEURON, "-o", str(tmp_path / "no" / "picture.dot"))
    assert (code, out) == (2, "") and "can't write" in err


def test_step_saves_a_page(run, tmp_path):
    if not hasattr(viz, "stepper"):
        pytest.skip("viz has no stepper yet")
    path = tmp_path / "page.html"
    assert run("step", *NEURON, "-o", str(path)) == (0, f"wrote {path}\n", "")
    assert "<html" in path.read_text(encoding="utf-8")


def test_step_without_a_stepper_says_so(run, monkeypatch):
    monkeypatch.delattr(viz, "stepper", raising=False)
    code, out, err = run("step", *NEURON, "-o", "page.html")
    assert (code, out) == (2, "") and err.count("\n") == 1 and "no viz.stepper" in err


def test_explain_prints_the_steps(run, monkeypatch):
    if not hasattr(autograd, "explain"):
        pytest.skip("autograd has no explain yet")
    code, out, err = run("explain", *NEURON)
    z = computed(NEURON[0], {"w": -3.0, "x": 0.5, "b": 2.0})
    assert (code, out, err) == (0, f"{autograd.explain(z.value)}\n", "")
    code, out, _ = run("explain", "x*x + 3*x", "x=2", "--wrt", "x")
    z = computed("x*x + 3*x", {"x": 2.0})
    assert code == 0 and out == f"{autograd.explain(z.value, z.names['x'])}\n"
    assert run("explain", "x*x", "x=2", "--wrt", "y")[0] == 2
    monkeypatch.setattr(sys, "stdout", screen := Screen("ascii"))
    assert main(["explain", *NEURON]) == 0
    assert "dL/dw" in screen.text and "\\u" not in screen.text


def test_ops_lists_every_row_in_the_width_that_there_is(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run("ops")
    lines = out.splitlines()
    assert code == 0 and len(lines) == 1 + len(TABLE)
    for row, line in zip(TABLE.values(), lines[1:], strict=True):
        assert line.startswith(row.symbol.replace("$", "")) and len(line) <= 80
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, run("ops")[1].splitlines())) <= 40


@pytest.mark.parametrize("row", TABLE.values(), ids=str)
def test_ops_tells_all_of_a_row(run, row):
    code, out, _ = run("ops", row.name)
    assert code == 0 and row.doc in out and row.formula.replace("$", "") in out
    assert out.count("∂z/∂") >= (row.arity or 3)
    assert all(kink in out for kink in row.kinks) and row.example[0] in out


def test_ops_finds_a_row_by_its_symbol(run):
    assert run("ops", "σ")[1] == run("ops", "sigmoid")[1]
    assert run("ops", "*")[1] == run("ops", "mul")[1] == run("ops", "multiply")[1]
    assert run("ops", "**")[1] == run("ops", "pow")[1]
    code, out, err = run("ops", "sigmoyd")
    assert (code, out) == (2, "") and "sigmoid" in err


# check


@pytest.mark.wide
def test_check_ends_with_0_where_the_derivative_is_right(run, lesson):
    code, out, err = run("check", "math:sin", "--grad", "math:cos")
    assert (code, err) == (0, "") and "the derivative is right" in out
    assert (
        run(
            "check",
            "lesson.py:loss",
            "--at",
            "0.5",
            "-2",
            "--at",
            "1",
            "1e-3",
            "--domain",
            "-1",
            "1",
        )[0]
        == 0
    )
    assert run("check", "autograd:tanh", "--order", "2", "--samples", "5")[0] == 0
    assert run("check", "math:log", "--grad", "lesson.py:slope", "--domain", "0", "inf")[0] == 0
    assert run("check", "math:expm1", "--grad", "math:exp", "--domain", "-inf", "-1e3")[0] == 0


def test_check_ends_with_1_where_it_is_wrong(run, lesson):
    code, out, err = run("check", "math:log", "--grad", "lesson.py:twice", "--domain", "0", "inf")
    assert (code, err) == (1, "") and "likely cause: factor 2" in out


def test_check_ends_with_2_where_nothing_is_concluded(run, lesson):
    code, out, err = run("check", "lesson.py:noise")
    assert (code, err) == (2, "") and "not repeatable" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lesson"], "module:function"),
        ([":"], "module:function"),
        (["lesson.py:nothing"], "lesson.py has no nothing"),
        (["nowhere:f"], "No module named 'nowhere'"),
        (["nowhere.py:f"], "FileNotFoundError"),
        (["math:pi"], "pi is no function"),
        (["math:hypot"], "--at"),
        (["lesson.py:stumbles"], r"KeyError: 'no' \(lesson.py, line 16\)"),
        (["lesson.py:loss", "--at", "1"], "argument"),
        (["lesson.py:loss", "--at", "nan", "1"], "number"),
        (["lesson.py:loss", "--domain", "2", "1"], "empty"),
        (["lesson.py:loss", "--order", "3"], "not from 1 to 2"),
        (["lesson.py:loss", "--samples", "9" * 9999], "not from"),
        (["math:log", "--grad", "math:exp", "--domain", "-2", "-1"], "Give other inputs"),
        ([], "required"),
    ],
)
def test_what_check_refuses(run, lesson, words, said):
    code, out, err = run("check", *words)
    assert (code, out) == (2, "") and re.search(said, err)
    assert "Traceback" not in err and err.count("\n") <= 3


def test_a_module_that_raises_or_leaves_is_refused(run, lesson):
    (lesson / "broken.py").write_text("1/0")
    (lesson / "leaves.py").write_text("raise SystemExit(0)")
    for file, said in (("broken", "ZeroDivisionError"), ("leaves", "SystemExit")):
        code, out, err = run("check", f"{file}.py:f")
        assert (code, out) == (2, "") and said in err
        sys.modules.pop(file, None)


# Refused


@pytest.mark.parametrize(
    ("text", "caret", "said"),
    [
        ("x.real", ".", "attributes"),
        ("x.__class__", ".", "attributes"),
        ("(1).real", "1.", None),
        ("x[0]", "[", "subscripts"),
        ("sum([x])[0]", "[", "subscripts"),
        ("__import__('os')", "'", "strings"),
        ("open(x)", "open", "no function"),
        ("eval(x)", "eval", "no function"),
        ("lambda: x", "lambda", "word of Python"),
        ("[x for x in x]", "for", "word of Python"),
        ("x if x else x", "if", "word of Python"),
        ("clamp(x, low=0)", "=", "position"),
        ("x == 1", "=", None),
        ("x > 1", ">", "comparisons"),
        ("9**9**9", "**", "too large"),
        ("x * 1/0", "x", None),
        ("x + 1/0", "/", "inf"),
        ("x + log(0)", "log", "-inf"),
        ("1e999*x", "1e999", "too large"),
        ("9" * 400 + "*x", "9" * 400, "too large"),
        ("2x", "x", r"an operator is missing here, as in 2\*x"),
        ("x(x)", "x", "product"),
        ("tanhh(x)", "tanhh", "tanh"),
        ("tanh", "tanh", r"tanh\(x\)"),
        ("tanh(tanh)", "tanh", r"tanh\(x\)"),
        ("x^2", "^", r"\*\*"),
        ("x²", "²", r"\*\*"),
        ("3·x", "·", r"\*"),
        ("x − 1", "−", "-"),
        ("x\0", "\0", "this character"),
        ("x\u202e+1", "\u202e", "this character"),
        ("'x'", "'", "strings"),
        ("(x", "(", "not closed"),
        ("((x]", "(", "not closed"),
        ("x)", ")", "close"),
        ("(x, x)", ",", r"\[x, y\]"),
        ("x, x", ",", "comma"),
        ("sum([[x]])", "[", "other list"),
        ("sum(x)", "sum", r"sum\(\[…\]\)"),
        ("-[x]", "-", "operators"),
        ("+[x]", "+", "sign"),
        ("[x] * 2", "*", "operators"),
        ("mean([])", "mean", "at least 1"),
        ("dot([x], [x, x])", "dot", "1 weights for 2"),
        ("leaky_relu(x, x)", "leaky_relu", "constant"),
        ("x @ x", "@", None),
        ("x := 1", ":", None),
        ("x; x", ";", None),
        ("y", "y", "y has no value: add y=…"),
        ("xx + yy + xx", "xx", "xx and yy have no value: add xx=… yy=…; is x meant"),
    ],
)
def test_what_is_refused_is_shown(run, text, caret, said):
    if text in {"(1).real", "x * 1/0"}:
        caret, text = {"(1).real": (".", text), "x * 1/0": (None, text)}[text]
    if caret is None:  # a division by 0 that a name takes part in is Python's and IEEE's: inf
        assert computed(text, {"x": 3.0}).value.data == math.inf
        return
    with pytest.raises(RefusedError) as info:
        computed(text, {"x": 3.0})
    error = info.value
    assert text[error.place : error.place + error.length].startswith(caret[0])
    assert error.place == text.find(caret) or caret in {"tanh", "[", "("}
    assert said is None or re.search(said, str(error))
    code, out, err = run("grad", text, "x=3")
    assert (code, out) == (2, "")
    words, line, marks = err.splitlines()
    assert words == f"refused: {error}"
    assert re.fullmatch(r" +\^+", marks)
    if len(text) < 70:
        assert line[marks.index("^")] == (caret[0] if caret[0].isprintable() else " ")


@pytest.mark.parametrize(
    "text", ["", "  ", "x +", "sum(", "x**", "-", "1 + 2", "[x]", "softmax([x])"]
)
def test_what_has_no_value_is_refused(run, text):
    code, out, err = run("grad", text, "x=3")
    assert (code, out) == (2, "") and err.startswith("refused: ")


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 10**5 + "x" + ")" * 10**5,
        "(" * 900 + "x" + ")" * 900,
        "-" * 1900 + "x",
        "2**" * 600 + "x",
        "[" * 900,
        "sin(" * 400 + "x" + ")" * 400,
        "x" * 10**6,
        "9" * 1999,
        "9**" * 600 + "9",
        "1e" + "9" * 1900,
        "x+" * 10**6 + "x",
        "\0" * 1000,
    ],
    ids=lambda bomb: f"{bomb[:4]!r} {len(bomb)}",
)
def test_bombs_do_nothing(run, bomb):
    import tracemalloc

    tracemalloc.start()
    try:
        code, out, err = run("grad", bomb, "x=1")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (code, out) == (2, "") and len(err) < 1000 and peak < 2e7


def test_what_is_long_and_deep_enough_is_computed():
    assert computed("+".join(["x"] * (LONGEST // 2)), {"x": 1.0}).value.data == LONGEST // 2
    deep = DEEPEST - 2
    assert computed("(" * deep + "x" + ")" * deep, {"x": 1.0}).value.data == 1.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x"], "x has no value: add x=…"),
        (["x", "x"], "name=number"),
        (["x", "=1"], "no name"),
        (["x", "x=1", "x=2"], "already: x=1"),
        (["w1", "w₁=1", "w1=2"], "already: w₁=1"),
        (["x", "x=one"], "not a number"),
        (["x", "x="], "not a number"),
        (["x", "x=1+1"], "not a number"),
        (["x", "x=٣"], "not a number"),
        (["x", "x=0x1"], "not a number"),
        (["x", "x=1e400"], "too large"),
        (["x", "x=" + "9" * 10**6], "characters"),
        (["x", "x=1", "sin=2"], "sin is a function"),
        (["x", "x=1", "lambda=2"], "word of Python"),
        (["x", "x=1", "a.b=2"], "attributes"),
        (["x", "x=1", "2=2"], "name"),
        (["x", "x=1", "-o"], "option"),
        (["x", "x=1", "--frob"], "unrecognized"),
        (["x", "x=1", "--label", "x"], "--label x is a name"),
        (["x", "x=1", "--digits", "18"], "not from 1 to 17"),
        ([], "required"),
    ],
)
def test_numbers_that_are_refused(run, words, said):
    code, out, err = run("grad", *words)
    assert (code, out) == (2, "") and said in err and len(err.splitlines()) <= 3


def test_names_that_are_not_used_are_told(run):
    code, out, err = run("grad", "x", "x=3", "y=4")
    assert code == 0 and "y" not in out and err.startswith("note: y is not in the expression")


def test_a_long_line_is_shown_around_the_place(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    _, _, err = run("grad", "x+" * 500 + "x?" + "+x" * 400, "x=3")
    _, line, marks = err.splitlines()
    assert len(line) <= 60 and line[marks.index("^")] == "?" and line.startswith("  …")


def test_a_caret_stands_under_wide_letters(run):
    _, line, marks = run("grad", "学习 + é?", "学习=3", "é=1")[2].splitlines()
    assert marks.index("^") == line.index("?") + 2  # two letters of two columns each


def test_an_unknown_command_is_refused(run):
    code, out, err = run("differentiate", "x**2")
    assert (code, out) == (2, "") and "explain, grad, draw, step, check, ops, warm" in err


# How it is shown and how it ends


def test_colours_are_for_terminals(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def shown(*words):
        monkeypatch.setattr(sys, "stdout", out := Screen())
        monkeypatch.setattr(sys, "stderr", err := Screen())
        main(list(words))
        return out.text, err.text

    assert "\x1b[1m" in shown("grad", "x", "x=3")[0]
    assert "\x1b[31m^" in shown("grad", "x?", "x=3")[1]
    assert "\x1b[32m" in shown("check", "math:sin", "--grad", "math:cos", "--samples", "1")[0]
    assert Terminal(Screen()).headed("forward\n  1\n") == "\x1b[1mforward\x1b[0m\n  1\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(
        shown("grad", "x?", "x=3") + shown("ops") + shown("draw", "x", "x=1")
    )
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in "".join(shown("grad", "x?", "x=3"))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_encoding_will_do(monkeypatch, encoding):
    for words in (
        ["grad", "w₁*学", "w₁=2", "学=3"], ["draw", "sigmoid(σ)**2", "σ=2"], ["ops"], ["ops", "σ"],
        ["grad", "学?", "学=2"], ["grad", "\udc80", "x=1"], ["--help"], ["grad", "x", "x=1", "--label", "∂\x07\udc80"],
    ):  # fmt: skip
        monkeypatch.setattr(sys, "stdout", out := Screen(encoding))
        monkeypatch.setattr(sys, "stderr", err := Screen(encoding))
        assert main(words) in {0, 2}
        assert out.text + err.text
        assert "\x07" not in out.text
    monkeypatch.setattr(sys, "stdout", out := Screen(encoding))
    assert main(["grad", "x", "x=1"]) == 0
    assert ("∂L/∂…" if encoding == "utf-8" else "dL/d...") in out.text


def test_ctrl_c_ends_quietly(monkeypatch, run):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd.command.answers.numbers_given", interrupted)
    assert run("grad", "x", "x=1") == (130, "", "")


def test_a_reader_who_has_gone_is_no_error(monkeypatch):
    class Gone(Screen):
        def write(self, text):
            raise BrokenPipeError

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stdout", Gone())
    assert main(["ops"]) == 141


def started(*words, cwd=None, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    environment.pop("NO_COLOR", None)
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        cwd=cwd,
        env=environment,
        encoding="utf-8",
        **options,
    )


def test_both_packages_are_programs(run, root):
    expected = run("grad", *NEURON)
    for package in ("autograd", "chalkgrad"):
        found = started("-m", package, "grad", *NEURON, cwd=root)
        assert (found.returncode, found.stdout, found.stderr) == expected
    found = started("-m", "chalkgrad", "grad", "x.y", cwd=root)
    assert (found.returncode, found.stdout) == (2, "") and "Traceback" not in found.stderr


def test_a_pipe_may_close(root):
    code = "import sys; from autograd.command import main; sys.stdout.close = lambda: None; sys.exit(main(['ops']))"
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(write)
    assert process.returncode == 141 and process.stderr == b""


def test_a_students_file_viz_is_not_run_and_grad_needs_no_viz(root, tmp_path):
    (tmp_path / "viz.py").write_text("print('it was run')")
    code = f"""import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(root)!r}]
from autograd.command import main
assert main(["grad", "x", "x=1"]) == 0
assert not {{"viz", "numpy", "graphviz", "autograd.check", "autograd.compiler"}} & {{*sys.modules}}, "too much"
sys.exit(main(["draw", "x", "x=1"]))"""
    found = started("-c", code, cwd=tmp_path)
    assert found.returncode == 2 and "it was run" not in found.stdout and "rename" in found.stderr


# Pages


def lines_of(text, prog="python -m autograd"):
    """The commands that stand in a page."""
    found = re.findall(rf"^(?:\$|  ) ?{re.escape(prog)} (.*)$", text, re.MULTILINE)
    return [shlex.split(line) for line in found]


def can_run(words):
    return words[0] != "warm" or importlib.util.find_spec("numba") is not None


@pytest.mark.wide
@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_the_examples_of_the_help_run(run, lesson, name):
    code, out, err = run(*([name] if name else []), "--help")
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= 100
    examples = lines_of(out)
    assert len(examples) >= (1 if name else len(COMMANDS))
    if name:
        assert "EXPR" in out or "module:function" in out or "name" in out or name == "warm"
        assert out.index(" ".join(examples[0][:1])) < out.index("usage:")
    for words in examples:
        assert name is None or words[0] == name
        if can_run(words) and not (
            words[0] == "draw" and words[-1].endswith("svg") and name is None
        ):
            code, out, err = run(*words)
            assert (code, err) == (0, ""), (words, err)


def test_help_and_version(run):
    assert run("help") == run("--help") == run("-h") == (0, page("python -m autograd") + "\n", "")
    assert run()[:2] == (2, page("python -m autograd") + "\n")
    assert autograd.__version__ in run("--version")[1]
    assert "python -m chalkgrad grad" in run("grad", "-h", prog="python -m chalkgrad")[1]


def test_the_page_of_the_docs_shows_what_is_printed(run, lesson, root):
    text = (root / "docs" / "command.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    (lesson / "lesson.py").write_text(
        re.search(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1]
    )
    for block in blocks:
        for example in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            line, _, expected = example.partition("\n")
            (words,) = lines_of(line)
            if can_run(words):
                _, out, err = run(*words)
                assert (out + err).strip() == expected.strip(), line
    refusals = set(re.findall(r"exit code (\d+)", text))
    assert refusals == {"0", "1", "2"}
