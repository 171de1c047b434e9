"""One row is the whole edit: everything that the package has of an operation comes with its row."""

import shutil
import subprocess
import sys

import pytest

ROWS = """
    Primitive("square", "x²", "x^2",
              forward=lambda m, x: x * x,
              partials=lambda m, z, x: (2 * x,),
              doc="x times itself.", example=("square(3.0)", "9.0"), samples=HALVES),
    Primitive("radians", "rad", r"\\\\frac{\\\\pi}{180} x",
              forward=lambda m, x: m.radians(x),
              partials=lambda m, z, x: (math.pi / 180,),
              doc="Degrees as radians.", example=("radians(0.0)", "0.0"), samples=HALVES),
    Primitive("invert", "~", "1 - x", operator="invert",
              forward=lambda m, x: 1.0 - x,
              partials=lambda m, z, x: (-1.0,),
              doc="What is missing to 1.", example=("invert(0.25)", "0.75"), samples=HALVES),
    Primitive("hinge", "hinge", r"\\\\max(0, $margin - x y)", constants=("margin",),
              forward=lambda m, x, y, margin=1.0: m.maximum(margin - x * y, 0.0),
              partials=lambda m, z, x, y, margin: (
                  m.where(z > 0, -y, 0.0), m.where(z > 0, -x, 0.0)),
              doc="How far x · y is below the margin.", example=("hinge(0.5, 1.0)", "0.5"),
              kinks=("x * y = margin",), samples=PAIRS),
    Primitive("harmonic", "H", r"n / \\\\sum_i 1 / x_i",
              forward=lambda m, xs: len(xs) / m.sum([1 / x for x in xs]),
              partials=lambda m, z, xs: tuple([z * z / (len(xs) * x * x) for x in xs]),
              doc="The harmonic mean.", example=("harmonic([1.0, 1.0])", "1.0"), least=1,
              domain=(POSITIVE,), samples=((0.7, 1.9), (2.5, 0.6, 0.8))),
"""

PROBE = """
import doctest, importlib, math, pathlib, runpy, subprocess, sys
import numpy as np
import autograd
from autograd import TABLE, Value, compile, grad, gradcheck, hessian, jvp
from autograd.maths import arrays, floats, ieee

# Functions, and their names, docstrings and doctests.
for name in ("square", "radians", "invert", "hinge", "harmonic"):
    row, function = TABLE[name], getattr(autograd, name)
    assert name in autograd.__all__ and row.doc in function.__doc__
    example = doctest.DocTestParser().get_doctest(function.__doc__, vars(autograd).copy(), name, "", 0)
    assert doctest.DocTestRunner().run(example) == (0, 1), name

# Methods, operators, NumPy's function.
x = Value(3.0)
assert x.square().data == 9.0 and str(np.square(x).op) == "square" and (~x).data == -2.0
assert str(np.radians(x).op) == "radians" and x.radians().data == math.radians(3.0)
assert autograd.hinge(x, 0.25, margin=2.0).data == 1.25 and autograd.hinge(3.0, 0.25) == 0.25

# Number systems: floats, IEEE's, NumPy's, duals and Values for second derivatives.
assert floats.square(3.0) == ieee.square(3.0) == 9.0 and ieee.radians(1.0) == math.radians(1.0)
assert arrays.radians(np.array([180.0])) == [math.pi] and arrays.square(np.array([3.0])) == [9.0]
assert grad(lambda x: ~x.square())(3.0) == -6.0 and jvp(autograd.square, (3.0,), (1.0,)) == (9.0, 6.0)
assert hessian(lambda x: autograd.harmonic([x, 1.0]))(1.0) == [[-0.5]]
assert hessian(lambda x: ~(x.square() * x))(2.0) == [[-12.0]]
assert grad(grad(autograd.square))(3.0) == 2.0

# check, compile in every backend, source, picture, stubs, the page of operations.
for name in ("square", "radians", "invert", "harmonic"):
    assert gradcheck(TABLE[name]), name
assert gradcheck(TABLE["hinge"].bind(1.0))

def f(x, y):
    return ~x.square() + autograd.hinge(x, y) * x.radians() + autograd.harmonic([x, y, 2.0])

xs, ys = np.array([0.5, 1.5, 2.0]), np.array([0.25, 3.0, 0.125])
eager = [f(Value(a), Value(b)).data for a, b in zip(xs, ys)]
for backend in sys.argv[1:]:
    assert np.allclose(compile(f, in_axes=0, backend=backend)(xs, ys), eager, rtol=1e-14), backend
    assert np.allclose(compile(grad(f), in_axes=0, backend=backend)(xs, ys),
                       [grad(f)(a, b) for a, b in zip(xs, ys)], rtol=1e-14), backend
program = compile(f).record(0.5, 0.25)
space = vars(autograd).copy()
exec(program.source(), space)
assert math.isclose(space["f"](0.5, 0.25), eager[0], rel_tol=1e-14)

import viz
assert "x²" in viz.draw(Value(2.0).square()).source
tools = pathlib.Path("tools")
stubs = runpy.run_path(str(tools / "stubs.py"))["STUBS"]
assert "def square(self) -> Value" in stubs["methods.pyi"]()
assert "def __invert__(self) -> Value" in stubs["methods.pyi"]()
assert "margin: float = ..." in stubs["functions.pyi"]()
assert "harmonic as harmonic" in stubs["__init__.pyi"]()
assert "`harmonic`" in runpy.run_path(str(tools / "operations.py"))["page"]()
print("all of it")
"""


@pytest.mark.wide
def test_a_new_row_is_the_whole_edit(root, tmp_path):
    for package in ("autograd", "chalkgrad", "nn", "tools", "viz"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pyc*"))
    table = tmp_path / "autograd" / "table.py"
    text = table.read_text(encoding="utf-8")
    assert text.count("\n)\n# fmt: on") == 1
    rows = ROWS.replace("\\\\", "\\").lstrip("\n")
    table.write_text(text.replace("\n)\n# fmt: on", f"\n{rows})\n# fmt: on"), encoding="utf-8")
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "probe.py", "python", "numpy", "numba"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "all of it", done.stderr
