"""The project itself: floors, public names, docstrings, examples, documents."""

import ast
import doctest
import inspect
import os
import re
import subprocess
import sys

import pytest

import autograd
import nn
import viz
from autograd import TABLE

# Each file imports only from those before it; what stands on one line may not import each other.
FLOORS = [
    ["errors"], ["maths.floats"], ["maths.ieee"], ["maths"], ["maths.arrays"],
    ["primitives", "rules", "trees"], ["table"], ["backward", "modes", "operators"],
    ["anomaly", "copying", "reverse", "methods"], ["scalar"], ["value"],
    ["functions", "ufuncs", "custom"],
    ["transforms.duals", "transforms.forward"], ["transforms.gradients"], ["transforms.second"],
    ["transforms"],
    ["check.estimate", "check.target"], ["check.judge", "check.search", "check.probe"],
    ["check.report", "check.diagnose", "check.locate"], ["check.explain", "check.higher"],
    ["check.gradcheck"], ["check"], ["testing"],
    ["compiler.program.instructions"], ["compiler.program.lowering", "compiler.program.source"],
    ["compiler.program.program"], ["compiler.program.simplify"], ["compiler.program"],
    ["compiler.record.arguments", "compiler.record.traced"], ["compiler.record.recording"],
    ["compiler.record"],
    ["compiler.backends.blocks", "compiler.backends.python"], ["compiler.backends.watched"],
    ["compiler.backends.arrays.steps", "compiler.backends.numba.kernel"],
    ["compiler.backends.arrays.plan", "compiler.backends.numba.interpreter"],
    ["compiler.backends.arrays.on_numpy", "compiler.backends.numba.lanes"],
    ["compiler.backends.numba.engine"], ["compiler.backends.choice"],
    ["compiler.backends.arrays.on_dask"], ["compiler.backends.arrays.on_libraries"],
    ["compiler.backends.arrays", "compiler.backends.numba"], ["compiler.backends.run"],
    ["compiler.backends"], ["compiler.versions"], ["compiler.compiled"], ["compiler"],
]  # fmt: skip


def imported(path):
    """The modules of autograd that a file imports, but for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograd":
            module = node.module.removeprefix("autograd").removeprefix(".")
            names = [alias.name for alias in node.names]
            yield from ([module] if module and module != "maths" else [])
            for name in names:
                full = f"{module}.{name}".strip(".")
                if any(full in floor for floor in FLOORS):
                    yield full
                elif module == "maths":
                    yield "maths"


def test_each_floor_imports_only_from_those_below(root):
    level = {name: i for i, floor in enumerate(FLOORS) for name in floor}
    files = {}
    for path in (root / "autograd").rglob("*.py"):
        name = ".".join(path.relative_to(root / "autograd").with_suffix("").parts)
        files[name.removesuffix(".__init__").replace("__init__", "")] = path
    assert set(files) - {""} == set(level), "a new file needs its floor"
    for name, path in files.items():
        for other in imported(path) if name else ():
            if not other.startswith(f"{name}."):
                assert level[other] < level[name], f"{name} imports {other}"


def test_public_names_are_pinned():
    for package in (autograd, nn, viz):
        for name in package.__all__:
            assert name in dir(package)
            getattr(package, name)  # some are imported when they are first asked for
        public = {
            n for n, x in vars(package).items() if not n.startswith("_") and not inspect.ismodule(x)
        }
        assert public == set(package.__all__), package
        assert list(package.__all__) == sorted(
            package.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
        )
    promised = """Value exp log log1p expm1 sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh
    asinh acosh atanh erf erfc hypot maximum minimum clamp where abs sign floor round logaddexp xlogy
    sigmoid logsigmoid softplus relu leaky_relu elu gelu silu sum prod mean dot logsumexp softmax norm
    no_grad detect_anomaly mod floordiv exp2 log2 log10 ceil trunc copysign softsign mish
    smooth_maximum""".split()
    assert set(promised) <= set(autograd.__all__)


@pytest.mark.parametrize("package", [autograd, nn, viz])
def test_everything_public_has_a_docstring_with_an_example(package):
    for name in package.__all__:
        thing = getattr(package, name)
        if not callable(thing):
            continue
        assert inspect.getdoc(thing), name
        plain = inspect.isclass(thing) and (
            issubclass(thing, Exception) or hasattr(thing, "_fields")
        )
        if not plain and name not in {"Primitive", "Drawing", "History"}:
            assert ">>>" in inspect.getdoc(thing), f"{name} has no example"
        if inspect.isclass(thing):
            for method, function in vars(thing).items():
                if not method.startswith("_") and inspect.isfunction(function):
                    assert function.__doc__, f"{name}.{method}"


def test_every_row_is_a_function_or_an_operator():
    for name, row in TABLE.items():
        assert (name in autograd.__all__) == row.function
        assert row.function or row.operator or name in {"powc", "copy"}, name


def test_files_are_one_room(root):
    for package in ("autograd", "nn", "viz"):
        for path in (root / package).rglob("*.py"):
            lines = path.read_text(encoding="utf-8").count("\n")
            assert lines <= (480 if path.name in {"table.py", "kernel.py"} else 320), path


def test_readme_shows_the_example_the_picture_and_the_commands(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    screen = "\n".join(text.splitlines()[:45])
    assert "make demo" in screen and "make test" in screen and ">>> " in screen
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
        assert (root / picture).is_file(), picture


def assert_alike(text, other):
    """The same but for the last digits of numbers, where libraries differ."""
    number = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")
    assert number.sub("#", text) == number.sub("#", other)
    numbers, others = (list(map(float, number.findall(t))) for t in (text, other))
    assert numbers == pytest.approx(others, rel=1e-12)


def test_the_picture_in_the_readme_is_of_the_readmes_expression(root):
    code = re.search(
        r"```pycon\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    lines = [line[4:] for line in code[1].splitlines() if line.startswith(">>> ")]
    namespace = {}
    for line in lines:
        if ".save(" not in line:
            exec(line, namespace)  # the README's own lines
    drawn = (root / "docs" / "readme.dot").read_text(encoding="utf-8")
    assert_alike(drawn, namespace["draw"](namespace["L"]).source)


def test_the_pictures_of_a_page_are_of_its_code(root):
    text = (root / "docs" / "compile.md").read_text(encoding="utf-8")
    namespace = {}
    for example in doctest.DocTestParser().get_examples(text):
        if not example.exc_msg:
            exec(example.source, namespace)  # the page's own lines
    for name in ("board", "program"):
        drawn = (root / "docs" / f"{name}.dot").read_text(encoding="utf-8")
        assert_alike(drawn, namespace[name].source)
        assert f"({name}.svg)" in text and (root / "docs" / f"{name}.svg").is_file()


def test_the_example_runs_as_a_program(root, tmp_path):
    code = "import runpy, sys; sys.argv = ['x'];"
    code += "import importlib.util as u; find = u.find_spec;"
    code += "u.find_spec = lambda n, *a: None if n in ('matplotlib', 'tqdm') else find(n, *a);"
    code += f"module = runpy.run_path({str(root / 'examples' / 'backprop_by_hand.py')!r});"
    code += f"module['main'].__globals__['OUT'] = __import__('pathlib').Path({str(tmp_path)!r});"
    code += "module['main'].__globals__['two_outputs'].__defaults__ = (50,);"
    code += "module['main']()"
    utf8 = {**os.environ, "PYTHONIOENCODING": "utf-8"}  # it prints α
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, encoding="utf-8", check=True, cwd=root, env=utf8,
    )  # fmt: skip
    assert "XOR: converged" in done.stdout and "two moons: converged" in done.stdout
    assert 'pip install "chalkgrad[plot]"' in done.stdout
    assert done.stdout.strip().endswith("backprop_by_hand.png")
    assert (tmp_path / "backprop_by_hand.svg").stat().st_size > 5000


def test_the_plot_is_drawn(example, tmp_path):
    module = example("backprop_by_hand")
    module.plot(
        module.MLP(2, [2, 1], seed=0),
        module.History([0.5, 0.1], converged=True),
        tmp_path / "p.png",
    )
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
