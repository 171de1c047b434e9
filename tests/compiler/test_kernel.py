"""The numba backend's interpreter: what its cases give, how it is written, and where it is kept."""

import ast
import itertools
import math
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import TABLE, compile
from autograd.compiler.backends.numba import codes
from autograd.compiler.backends.numba.interpreter import CASES, CODE, source
from autograd.maths import read
from autograd.operators import SIGNS
from autograd.value import record
from tests.truth import VALUE_ULPS, ulps

pytest.importorskip("numba", reason="compiles with numba")

EXTREME = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -3.0, 0.1, 7.3, -1e-17, 709.9, -745.2,
    math.inf, -math.inf, math.nan, 5e-324, -5e-324, sys.float_info.min, 1e308, -1e308,
    2.0**52 + 0.5, 2.0**53, 1e19, -(2.0**63),
)  # fmt: skip
MOST = 800  # points of a row
ROWS = pytest.mark.parametrize("row", dict.fromkeys((*TABLE.values(), *CASES)), ids=str)


def variants(row):
    """The row itself, or with each choice of its constants."""
    if not row.constants:
        return [row]
    choices = itertools.product((2.0, -0.5, 1.0, 3.7), repeat=len(row.constants))
    return [row.bind(*values) for values in choices]


def points(n):
    """Extreme operands: all choices of n, or many drawn ones."""
    found = list(itertools.product(EXTREME, repeat=n))
    return found if len(found) <= MOST else random.Random(n).sample(found, MOST)


def wrong(row, got, expected):
    """Whether a result is not the rule's: exactly in arithmetic, and in a row that is one case to
    the sign of a zero.
    """
    if got == expected == 0.0 and row in CODE:
        return math.copysign(1.0, got) != math.copysign(1.0, expected)
    return ulps(got, expected) > (0 if row.operator in SIGNS else VALUE_ULPS)


@ROWS
def test_every_row_gives_what_its_rule_gives_at_extreme_operands(row):
    found = []
    for bound in variants(row):
        f = lambda *xs, bound=bound: record(bound, *xs)
        single = compile(f, backend="numba")
        batched = compile(f, in_axes=0, backend="numba")
        for n in [row.arity] if row.arity else [1, 2, 3]:
            known = points(n)
            lanes = batched(*np.array(known).T).tolist()
            for xs, lane in zip(known, lanes, strict=True):
                expected = read(bound.forward, *bound.arguments(xs))
                scalar = single(*xs)
                if wrong(bound, scalar, expected) or wrong(bound, lane, expected):
                    found.append((repr(bound), xs, scalar, lane, expected))
    assert found[:5] == []


@pytest.mark.parametrize("name", ["mod", "floordiv"])
def test_whole_quotients_and_what_they_leave_are_pythons(name):
    row, rng = TABLE[name], np.random.default_rng(0)
    x, y = rng.normal(size=(2, 3000)) * 10.0 ** rng.integers(-12, 12, (2, 3000))
    whole = rng.integers(-9, 10, (2, 3000)).astype(float)  # y = 0 and multiples of y among them
    got = compile(lambda x, y: record(row, x, y), in_axes=0, backend="numba")
    for xs, ys in ((x, y), whole, (whole[0] * y, y)):
        expected = [
            read(row.forward, *point) for point in zip(xs.tolist(), ys.tolist(), strict=True)
        ]
        np.testing.assert_array_equal(got(xs, ys), expected)


# How it is written.


def test_each_code_has_one_case_in_each_function_that_may_meet_it():
    text = source()
    functions = {f.name: f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef)}
    numbers = {name: number for name, number in vars(codes).items() if name.isupper()}
    for name, own in (
        ("run_scalars", {"DOT", "SIGMOIDS"}),
        ("run_lanes", {"DOT", "SIGMOIDS", "TWO_DOTS", "SCALE", "STORE", "SUM_LANES", "SUM_PRODUCTS",
                       "SUM_TWICE"}),
    ):  # fmt: skip
        cases = re.findall(r"if op == (\w+):", ast.unparse(functions[name]))
        assert sorted(cases) == sorted([*own, *map(str, CODE.values())])
        met = [numbers.get(case, case) for case in cases]
        assert len({int(code) for code in met}) == len(cases)
    assert min(CODE.values()) == codes.FIRST_ROW == 1 + max([numbers[case] for case in own])


def test_the_source_needs_nothing_of_the_package():
    # A hash of it is the name under which numba keeps what it compiled: all that matters is in it.
    text = source()
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert imported == {"math", "numpy", "numpy.typing", "numba"}
    assert not re.search(r"# (FUNCTIONS|SCALARS|LANES)\b", text)  # something was put there


def test_rows_call_the_functions_of_math_and_numpys_where_those_are_not_of_ieee():
    text = source()
    for name in ("log", "pow", "tanh", "erf", "atan2", "copysign"):
        assert f"\nfrom math import {name}\n" in text
    for name in ("floor", "ceil", "trunc", "rint as round", "absolute as abs"):
        assert f"\nfrom numpy import {name}\n" in text
    for name in ("exp", "cbrt", "maximum", "minimum", "sign"):
        assert f"\ndef {name}(" in text and f"import {name}\n" not in text


def run(code, cache):
    """What Python prints for the code in a process of its own, which keeps its files there."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_source_is_written_without_numba(tmp_path):
    code = "import sys; sys.modules.update(numba=None, llvmlite=None);"
    code += "from autograd.compiler.backends.numba import engine, interpreter;"
    code += "print(interpreter.source().count('def run_'))"
    assert run(code, tmp_path) == "2"


def test_a_new_row_of_a_function_of_maths_is_a_case_by_itself(tmp_path):
    code = """
import math
from autograd import maths, table
from autograd.primitives import Primitive
row = Primitive("lgamma", "lgamma", "", lambda m, x: m.lgamma(x), lambda m, z, x: (0.0,))
table.TABLE["lgamma"] = row
maths.teach([row])
from autograd import compile  # the compiler is imported only now
from autograd.compiler.backends.numba.interpreter import CODE, source
from autograd.value import record
assert row in CODE and "from math import lgamma" in source()
got = compile(lambda x: record(row, x) + 1.0, backend="numba")(7.5)
print(got == math.lgamma(7.5) + 1.0)
"""
    assert run(code, tmp_path) == "True"


# Where it is kept.


def test_machine_code_is_kept_for_other_processes(tmp_path):
    code = """
from autograd import compile
from autograd.compiler.backends.numba.interpreter import interpreter
assert compile(lambda x: 2 * x, backend="numba")(3.0) == 6.0
stats = interpreter().run_scalars.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""
    assert run(code, tmp_path) == "0 1"
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert run(code, tmp_path) == "1 0"
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert sorted([path.suffix for path in files]) == [".code", ".py"]
