"""The project itself: floors, public names, docstrings, examples, documents."""

import ast
import doctest
import inspect
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn
import viz
from autograd import TABLE

# The rooms of autograd, from the ground up: each imports only from itself and from those before it.
FLOORS = [
    "errors", "namesake", "collector", "notebook", "numbers", "maths", "rehearsals", "primitives", "rules", "table", "operators", "backward", "modes", "switches", "methods",
    "anomaly", "reverse", "copying", "scalar", "labels", "value", "functions", "ufuncs", "trees", "custom",
    "transforms", "check", "compiler", "explaining", "rows", "testing", "command", "__main__",
]  # fmt: skip


def imports(path):
    """The modules of this repository that a file imports, also inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name


@pytest.fixture(scope="module")
def graph():
    """Which file of autograd imports which, by dotted names."""
    root = Path(autograd.__file__).parent
    files = {}
    for path in root.rglob("*.py"):
        name = ".".join(path.relative_to(root.parent).with_suffix("").parts)
        files[name.removesuffix(".__init__")] = path
    found = {}
    for name, path in files.items():
        found[name] = set()
        for other in imports(path):
            while other and other not in files:
                other = other.rpartition(".")[0]
            if other not in {"", "autograd", name}:
                found[name].add(other)
    return found


def test_no_file_imports_itself_by_way_of_others(graph):
    for start in graph:
        reached, waiting = set(), [*graph[start]]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                # A package is itself imported first: that is no use of its parts.
                waiting += graph[name]
        assert start not in reached, f"{start} is in a circle"


def test_each_floor_imports_only_from_those_below(graph):
    def floor(name):
        return FLOORS.index(name.split(".")[1])

    assert {name.split(".")[1] for name in graph if name != "autograd"} == set(FLOORS)
    for name, others in graph.items():
        for other in others:
            assert name == "autograd" or floor(other) <= floor(name), f"{name} imports {other}"


@pytest.mark.parametrize("package", ["nn", "viz", "examples"])
def test_what_is_built_on_autograd_uses_its_public_names(root, package):
    for path in (root / package).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "autograd":
                assert len(parts) == 1 or parts[1:] in [[n] for n in autograd.__all__], name
            assert package != "nn" or parts[0] != "viz", name
        own = {
            n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and is_own(n.value)
        } | {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match("_[^_]", node.attr):
                assert is_own(node.value) or node.attr in {*own, "_replace", "_fields"}, (
                    f"{path.name}: .{node.attr}"
                )


def is_own(node):
    """Whether an expression is ``self`` or ``cls``, whose private attributes are one's own."""
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def test_the_core_is_read_in_fifteen_minutes(root):
    core = [root / "autograd" / f"{name}.py" for name in ("primitives", "backward", "value")]
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in core) <= 500


def test_the_stubs_are_what_the_table_says(root):
    stubs = runpy.run_path(str(root / "tools" / "stubs.py"))["STUBS"]
    for name, stub in stubs.items():
        written = (root / "autograd" / name).read_text(encoding="utf-8")
        assert written == stub(), f"run tools/stubs.py: {name} is of another table"


def test_the_page_of_operations_is_of_the_table(root):
    page = runpy.run_path(str(root / "tools" / "operations.py"))["page"]()
    written = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    assert written == page, "run tools/operations.py"


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
    no_grad detect_anomaly scope label""".split()
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


def test_every_row_is_a_function_unless_it_says_otherwise():
    for name, row in TABLE.items():
        assert (name in autograd.__all__) == row.function, name
    assert {n for n, row in TABLE.items() if not row.function} == {
        "add", "sub", "mul", "div", "neg", "powc", "copy",
    }  # fmt: skip


def test_files_are_one_room(root):
    for package in ("autograd", "nn", "viz"):
        for path in (root / package).rglob("*.py"):
            lines = path.read_text(encoding="utf-8").count("\n")
            assert lines <= (420 if path.name in {"table.py", "kernel.py"} else 320), path


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
