"""Installed beside others: a namesake from PyPI, files of a student's, no NumPy, no pygraphviz."""

import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import types
import zipfile
from pathlib import Path

import pytest

import autograd
import chalkgrad
import nn
import viz
from autograd.namesake import INSTEAD

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("autograd", "chalkgrad", "nn", "viz")
AGAIN = "pip install --force-reinstall --no-deps chalkgrad"

# The public names of HIPS's autograd, 1.7 and 1.8; its files are modules of autograd too.
FUNCTIONS = """checkpoint deriv dict elementwise_grad grad grad_and_aux grad_named hessian
hessian_tensor_product hessian_vector_product holomorphic_grad isinstance jacobian list make_ggnvp
make_hvp make_jvp make_vjp multigrad_dict primitive tensor_jacobian_product tuple type value_and_grad
vector_jacobian_product""".split()
FILES = """__init__ builtins core differential_operators extend misc/__init__ misc/optimizers
numpy/__init__ numpy/linalg scipy/__init__ test_util tracer util wrap_util""".split()


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of what a wheel installs, in a folder site-packages."""
    folder = tmp_path_factory.mktemp("copied") / "site-packages"
    for part in PARTS:
        shutil.copytree(
            ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "fonts")
        )
    return folder


@pytest.fixture
def mine(copied, tmp_path):
    """The same, for one test to change."""
    return shutil.copytree(copied, tmp_path / "mine" / "site-packages")


def install_namesake(folder, *, over=True):
    """The files of the other autograd; ``over`` says whether they replace what is there."""
    for name in FILES:
        path = folder / "autograd" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        if over or not path.exists():
            path.write_text("print('it was run')\ngrad = elementwise_grad = None\n")
    return folder


def run(code, *path, cwd, **env):
    """Run a program with these folders in front of Python's own, and no installed package."""
    return subprocess.run(
        [sys.executable, "-S", *([code] if str(code).endswith(".py") else ["-c", code])],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), **env},
        check=False,
    )


def refused(done):
    """The message of the ImportError that ended a program: one line or two."""
    assert done.returncode and not done.stdout, done
    *_, message = done.stderr.partition("\nImportError: ")
    assert message and message.strip().count("\n") <= 1, done.stderr
    return message


def worked(done):
    assert not done.returncode and not done.stderr, done.stderr
    return done.stdout


# import chalkgrad as cg


def test_chalkgrad_has_every_public_name():
    for name in autograd.__all__:
        assert getattr(chalkgrad, name) is getattr(autograd, name)
    assert chalkgrad.nn is nn and chalkgrad.viz is viz
    assert chalkgrad.__version__ == autograd.__version__
    assert {*autograd.__all__, "nn", "viz", "__version__"} <= set(dir(chalkgrad))
    namespace = {}
    exec("from chalkgrad import *", namespace)
    assert namespace["sigmoid"] is autograd.sigmoid and namespace["nn"] is nn
    with pytest.raises(AttributeError, match="module 'chalkgrad' has no attribute 'exq'"):
        chalkgrad.exq  # noqa: B018 - looked up


def test_the_shell_completes_chalkgrads_names():
    import rlcompleter

    found = rlcompleter.Completer({"cg": chalkgrad}).attr_matches("cg.valu")
    assert [name.rstrip("()") for name in found] == ["cg.value_and_grad"]


def test_importing_chalkgrad_imports_the_engine_only(copied, tmp_path):
    code = "import autograd, sys; a = set(sys.modules); import chalkgrad; "
    code += "print(sorted(n for n in {*sys.modules} - a if n.partition('.')[0] in"
    code += " ('autograd', 'nn', 'viz', 'chalkgrad', 'numpy')))"
    assert worked(run(code, copied, cwd=tmp_path)) == "['chalkgrad']\n"


def test_only_what_is_asked_for_is_imported(copied, tmp_path):
    code = "import chalkgrad as cg, sys; cg.exp(cg.Value(1.0)).backward(); cg.nn.Neuron(2); "
    code += "print(*[n for n in ('nn', 'viz', 'autograd.check', 'autograd.compiler')"
    code += " if n in sys.modules])"
    assert worked(run(code, copied, cwd=tmp_path)) == "nn\n"


# Another autograd


@pytest.mark.parametrize("name", ["chalkgrad", "nn", "viz"])
def test_another_autograd_comes_first(copied, tmp_path, name):
    other = install_namesake(tmp_path / "other" / "site-packages")
    message = refused(run(f"import {name}", other, copied, cwd=tmp_path))
    assert f"{other / 'autograd' / '__init__.py'} is not chalkgrad's autograd" in message
    assert "pip uninstall -y autograd" in message and "an environment of its own" in message
    assert AGAIN not in message  # ours is whole


@pytest.mark.parametrize("name", ["chalkgrad", "nn", "viz"])
def test_another_autograd_was_installed_over_ours(mine, tmp_path, name):
    install_namesake(mine)
    message = refused(run(f"import {name}", mine, cwd=tmp_path))
    assert f"{mine / 'autograd' / '__init__.py'} is not chalkgrad's" in message
    assert "pip uninstall -y autograd" in message and AGAIN in message


def test_another_autograd_that_was_imported_before(copied, tmp_path):
    other = install_namesake(tmp_path / "other" / "site-packages")
    code = f"import sys; sys.path.insert(0, {str(other)!r}); import io, contextlib\n"
    code += "with contextlib.redirect_stdout(io.StringIO()): import autograd\n"
    code += f"sys.path.remove({str(other)!r}); import chalkgrad"
    assert "is not chalkgrad's autograd" in refused(run(code, copied, cwd=tmp_path))


@pytest.mark.parametrize("name", ["chalkgrad", "nn", "viz"])
def test_uninstalling_another_autograd_took_init_away(mine, tmp_path, name):
    (mine / "autograd" / "__init__.py").unlink()
    message = refused(run(f"import {name}", mine, cwd=tmp_path))
    assert str(mine / "autograd") in message and AGAIN in message


def test_autograd_is_gone(mine, tmp_path):
    shutil.rmtree(mine / "autograd")
    message = refused(run("import chalkgrad", mine, cwd=tmp_path))
    assert f"{mine} has no autograd" in message and AGAIN in message


@pytest.mark.parametrize("name", ["autograd", "chalkgrad", "nn"])
def test_files_of_another_autograd_among_ours_are_one_warning(mine, tmp_path, name):
    install_namesake(mine, over=False)
    code = f"import {name}\nimport {name}, autograd, chalkgrad, nn\n"
    code += "x = autograd.Value(3.0); (x * x).backward(); print(x.grad)"
    done = run(code, mine, cwd=tmp_path)
    assert done.stdout == "6.0\n"
    assert done.stderr.count("UserWarning: ") == 1, done.stderr
    message = done.stderr.partition("UserWarning: ")[2]
    assert str(mine / "autograd") in message.splitlines()[0]
    assert "pip uninstall -y autograd" in message and AGAIN in message.splitlines()[1]
    if name == "autograd":
        assert done.stderr.startswith("<string>:1: ")  # the line that imports it


def test_no_file_of_ours_can_be_overwritten_but_init(root):
    ours = {path.stem for path in (root / "autograd").iterdir() if path.suffix != ".pyi"}
    assert ours & {name.partition("/")[0] for name in FILES} == {"__init__"}


def test_the_mark_is_where_it_is_looked_for(root):
    for name, package in (("autograd", autograd), ("nn", nn), ("viz", viz)):
        assert package.__project__ == "chalkgrad"
        assert chalkgrad._MARK in (root / name / "__init__.py").read_bytes()


# Files of a student's


@pytest.mark.parametrize("name", ["nn", "viz"])
@pytest.mark.parametrize("code", ["import chalkgrad as cg; cg.{}", "from chalkgrad import {}"])
def test_a_file_of_that_name_is_in_the_way(copied, tmp_path, name, code):
    (tmp_path / f"{name}.py").write_text("print('it was run')")
    message = refused(run(code.format(name), copied, cwd=tmp_path))
    assert f"{tmp_path / name}.py is not chalkgrad's {name}" in message
    assert "rename that file" in message and "pip" not in message


def test_a_file_that_was_imported_before(copied, tmp_path):
    (tmp_path / "nn.py").write_text("MLP = None")
    message = refused(run("import nn, chalkgrad as cg; cg.nn", copied, cwd=tmp_path))
    assert f"{tmp_path / 'nn.py'} is not chalkgrad's nn" in message


@pytest.mark.parametrize("name", ["chalkgrad", "nn", "viz"])
def test_a_file_autograd_is_in_the_way(copied, tmp_path, name):
    (tmp_path / "autograd.py").write_text("print('it was run')")
    message = refused(run(f"import {name}", copied, cwd=tmp_path))
    assert f"{tmp_path / 'autograd.py'} is not chalkgrad's autograd" in message
    assert "rename that file" in message


@pytest.mark.parametrize("line", ["import chalkgrad as cg", "from nn import MLP"])
def test_a_program_called_autograd(copied, tmp_path, line):
    (tmp_path / "autograd.py").write_text(line)
    message = refused(run("autograd.py", copied, cwd=tmp_path))
    assert f"{tmp_path / 'autograd.py'} is not chalkgrad's autograd" in message


def test_a_folder_is_in_the_way(copied, tmp_path):
    (tmp_path / "nn").mkdir()
    code = "import chalkgrad as cg; cg.nn.Neuron(2)"
    worked(run(code, copied, cwd=tmp_path))  # without __init__.py it is none
    (tmp_path / "nn" / "__init__.py").write_text("")
    message = refused(run(code, copied, cwd=tmp_path))
    assert f"{tmp_path / 'nn' / '__init__.py'} is not chalkgrad's nn" in message
    assert "rename that folder" in message


def test_a_changed_copy_of_autograd_is_ours(copied, tmp_path):
    shutil.copytree(copied / "autograd", tmp_path / "autograd")
    with (tmp_path / "autograd" / "table.py").open("a") as table:
        table.write("print('a row of my own')\n")
    done = run("import chalkgrad as cg, nn; print(cg.exp(0.0))", copied, cwd=tmp_path)
    assert worked(done) == "a row of my own\n1.0\n"


def test_autograd_in_a_zip(copied, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        for path in copied.rglob("*.py"):
            file.write(path, path.relative_to(copied))
    code = "import chalkgrad as cg; print(cg.nn.Neuron(2, seed=0))"
    assert worked(run(code, tmp_path / "all.zip", cwd=tmp_path)) == "Neuron(2, sigmoid)\n"


# Names of the other autograd


def test_every_name_of_the_other_autograd_is_here_or_has_its_message():
    names = {*FUNCTIONS, *[name.partition("/")[0] for name in FILES]} - {"__init__"}
    assert names - set(INSTEAD) <= set(autograd.__all__)
    assert set(INSTEAD) <= names and not set(INSTEAD) & set(autograd.__all__)


@pytest.mark.parametrize("name", INSTEAD)
def test_a_name_of_the_other_autograd(name):
    said = f"this is chalkgrad's autograd, not HIPS's, and has no {name}: .*environment of its own"
    with pytest.raises(ImportError, match=said):
        exec(f"from autograd import {name}")
    with pytest.raises(AttributeError, match=said):
        getattr(autograd, name)
    with pytest.raises(ModuleNotFoundError, match=said):
        importlib.import_module(f"autograd.{name}")
    assert not hasattr(autograd, name) and getattr(autograd, name, 1) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("import autograd.numpy as np", "use the functions of autograd"),
        ("from autograd import numpy as np", "use the functions of autograd"),
        ("import autograd.numpy.random as npr", "no numpy"),
        ("import autograd.scipy.stats.norm", "no scipy"),
        ("from autograd.extend import primitive, defvjp", "use autograd.primitive"),
        ("from autograd.differential_operators import jacobian", "use autograd itself"),
        ("from autograd.misc.optimizers import adam", "use nn"),
        ("from autograd.test_util import check_grads", "use autograd.gradcheck"),
        ("from autograd import grad, elementwise_grad", "use grad"),
    ],
)
def test_lines_written_for_the_other_autograd(line, says):
    with pytest.raises(ImportError, match="this is chalkgrad's autograd") as caught:
        exec(line)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_names_that_nobody_has_are_pythons_to_refuse():
    with pytest.raises(ImportError, match="cannot import name 'exq' from 'autograd'"):
        exec("from autograd import exq")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'autograd.exq'"):
        exec("import autograd.exq")
    with pytest.raises(AttributeError, match="module 'autograd' has no attribute 'exq'"):
        autograd.exq  # noqa: B018 - looked up
    assert importlib.util.find_spec("autograd.exq") is None


# Without NumPy

NO_NUMPY = """
import sys
class NoNumPy:
    def find_spec(name, *_):
        if name.partition(".")[0] == "numpy":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, NoNumPy)
from autograd import *
import autograd, copy, pickle
x, y = Value(2.0), Value(3.0)
"""

WORKS_WITHOUT = {
    "arithmetic": "z = (x * y + x**2 - 1 / y) % 5 // 1 + abs(-x); z.backward(); assert x < 3 and -x",
    "functions": "[f(Value(0.3)) for f in (exp, log, sin, erf, gelu, sigmoid)]; log(Value(0.0))",
    "lists": "[sum([x, y]), dot([x, y], [1.0, 2.0]), softmax([x, y]), norm([x, y]), mean([x, 1.0])]",
    "refusals": """
for bad in ("a", [1.0], None, object()):
    try: Value(bad)
    except OperandError: pass
    else: assert 0
""",
    "copies": "pickle.loads(pickle.dumps(x * y)); copy.deepcopy(x * y); repr(x); f'{x:.2f}'",
    "modes": """
with no_grad(): assert not (x * y).parents
try:
    with detect_anomaly(): log(Value(0.0))
except AnomalyError: pass
""",
    "create_graph": "(x**3).backward(create_graph=True); x.grad.backward(); x.grad = 0.0",
    "grad": "assert grad(grad(lambda x: x**3))(2.0) == 12.0",
    "trees": "assert grad(lambda p: p['a'] * p['b'][0])({'a': 2.0, 'b': (3.0,)})['a'] == 3.0",
    "value_and_grad": "assert value_and_grad(lambda w: w[0] * w[1])([2.0, 3.0]) == (6.0, [3.0, 2.0])",
    "vjp": "z, back = vjp(lambda x: x**2, 3.0); assert back(1.0) == (6.0,)",
    "jvp": "assert jvp(lambda x: x**2, (3.0,), (1.0,)) == (9.0, 6.0)",
    "jacobian": """
for mode in ("forward", "reverse", "auto"):
    assert jacobian(lambda w: [w[0] * w[1]], mode)([2.0, 3.0]) == [[3.0, 2.0]]
""",
    "hessian": "assert hessian(lambda w: w[0]**2 * w[1])([2.0, 3.0]) == [[6.0, 4.0], [4.0, 0.0]]",
    "hvp": "assert hvp(lambda w: w[0]**2 * w[1], [2.0, 3.0], [1.0, 0.0]) == [6.0, 4.0]",
    "gradcheck": "assert gradcheck(lambda x: exp(x) * x, 2.0) and gradcheck(TABLE['tanh'])",
    "gradgradcheck": "assert gradgradcheck(lambda x: x * x, 2.0)",
    "locate": "z = x * y; z.backward(); assert locate(z) == []",
    "primitive": """
@primitive
def square(m, x): return x * x
@square.partials
def _(m, z, x): return (2 * x,)
square(x).backward(); assert x.grad == 4.0
""",
    "nn": """
from nn import *
model = MLP(2, [3, 1], seed=0)
train(model, [[0, 1], [1, 0]], [[0], [1]], optimizer=SGD(model.parameters(), lr=1.0), epochs=3)
model.load_state_dict(model.state_dict()); grad(lambda m: m([1.0, 2.0])[0])(model)
""",
    "chalkgrad": "import chalkgrad as cg; cg.nn.MLP(2, [1]); cg.sigmoid(x)",
    "compile python": """
step = compile(value_and_grad(lambda w, x: (w[0] * x + w[1]) ** 2), backend="python")
assert step([2.0, 1.0], 3.0) == (49.0, [42.0, 14.0]) and str(step.program) and step.program.source()
""",
    "compile auto": "assert compile(grad(lambda x: x**3))(2.0) == 12.0",
}


@pytest.mark.parametrize("name", WORKS_WITHOUT)
def test_works_without_numpy(copied, tmp_path, name):
    code = NO_NUMPY + WORKS_WITHOUT[name] + "\nassert 'numpy' not in sys.modules"
    worked(run(code, copied, cwd=tmp_path))


NEEDS = {
    "auto": "compile(lambda x: x**2, in_axes=0)([1.0, 2.0])",
    "python": "compile(lambda x: x**2, in_axes=0, backend='python')([1.0, 2.0])",
    "numpy": "compile(lambda x: x**2, in_axes=0, backend='numpy')([1.0, 2.0])",
    "one": "compile(lambda x: x**2, backend='numpy')(2.0)",
    "train": """
    from nn import *
    model = MLP(2, [1], seed=0)
    train(model, [[0, 1]], [[0]], optimizer=SGD(model.parameters(), lr=1.0), epochs=3, compile=True)
""",
}


@pytest.mark.parametrize("name", NEEDS)
def test_what_needs_numpy_says_so(copied, tmp_path, name):
    code = (
        NO_NUMPY + f"try:\n    {NEEDS[name]}\nexcept MissingDependencyError as error: print(error)"
    )
    said = worked(run(code, copied, cwd=tmp_path))
    assert "pip install numpy" in said and said.count("\n") == 1


# Pictures without pygraphviz, and what the wheel holds


def test_saving_a_picture_says_what_lays_it_out(copied, tmp_path):
    code = "import sys; sys.modules['pygraphviz'] = None; import importlib.util as u\n"
    code += "find = u.find_spec; u.find_spec = lambda n, *a: n != 'pygraphviz' and find(n, *a) or None\n"
    code += "import viz; from autograd import Value; d = viz.draw(Value(1.0) * 2)\n"
    code += "d.save('a.dot'); print(d)\n"
    code += "d.save('a.svg')\ntry: d.save('a.png')\nexcept ImportError as error: print(error)"
    done = run(code, copied, sysconfig.get_path("purelib"), cwd=tmp_path, PATH=str(tmp_path))
    said = worked(done).splitlines()
    assert len(said) == 2 and "pip install pygraphviz" in said[1] and "install Graphviz" in said[1]
    assert (tmp_path / "a.dot").is_file() and not (tmp_path / "a.png").exists()
    assert "</svg>" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without a network."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip('hatchling, which builds the wheel, is not installed: pip install ".[test]"')
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as b; b.build_wheel({str(folder)!r}); b.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_four_packages(root, wheel):
    [path] = wheel.glob("*.whl")
    names = set(zipfile.ZipFile(path).namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PARTS)
    for part in PARTS:
        for file in (root / part).rglob("*.py*"):
            if "__pycache__" not in file.parts:
                assert file.relative_to(root).as_posix() in names, file
        assert f"{part}/py.typed" in names
    assert "chalkgrad/chalkgrad.pot" in names
    assert {"viz/fonts/DejaVuSans.ttf", "viz/fonts/LICENSE", "viz/page.js", "viz/page.css"} <= names
    assert "viz/fonts/.uuid" not in names  # fontconfig writes it into a checkout


def test_the_sdist_can_be_built_from(wheel):
    import tarfile

    [path] = wheel.glob("*.tar.gz")
    with tarfile.open(path) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert {f"{part}/__init__.py" for part in PARTS} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/test_installed.py"} <= names


def test_pygraphviz_is_asked_for_where_it_has_a_wheel(wheel):
    markers = pytest.importorskip("packaging.requirements")
    [path] = wheel.glob("*.whl")
    with zipfile.ZipFile(path) as file:
        [metadata] = [name for name in file.namelist() if name.endswith("/METADATA")]
        lines = file.read(metadata).decode().splitlines()
    [line] = [line for line in lines if line.startswith("Requires-Dist: pygraphviz")]
    marker = markers.Requirement(line.partition(": ")[2]).marker

    def asked(system, machine, python="cpython"):
        return marker.evaluate(
            {"sys_platform": system, "platform_machine": machine, "implementation_name": python}
        )

    assert asked("linux", "x86_64") and asked("linux", "aarch64") and asked("win32", "AMD64")
    assert asked("darwin", "arm64") and asked("darwin", "x86_64")
    assert not asked("emscripten", "wasm32") and not asked("win32", "ARM64")
    assert not asked("linux", "armv7l") and not asked("linux", "x86_64", "pypy")


# The same in this process


def spec(origin, folder=None):
    found = importlib.machinery.ModuleSpec("autograd", None, origin=origin and str(origin))
    if folder:
        found.submodule_search_locations = [str(folder)]
    return found


def test_every_way_out_names_the_place_and_the_remedy(tmp_path, root, monkeypatch):
    installed = tmp_path / "site-packages" / "autograd"
    for found, *said in [
        (None, str(root), "has no autograd", "pip install"),
        (spec(None, tmp_path), str(tmp_path), "has no __init__.py", "pip install"),
        (
            spec(root / "autograd" / "__init__.py", root / "autograd"),
            "installed over",
            "pip uninstall",
        ),
        (spec(installed / "__init__.py", installed), str(installed), "pip uninstall -y autograd"),
        (spec(tmp_path / "autograd.py"), "autograd.py", "rename that file"),
        (spec(tmp_path / "autograd" / "__init__.py", tmp_path / "autograd"), "rename that folder"),
    ]:
        text = chalkgrad._way_out("autograd", found)
        assert all(part in text for part in said) and text.count("\n") <= 1, text
    assert not chalkgrad._is_marked(None) and not chalkgrad._is_marked(spec(None))
    assert chalkgrad._is_marked(spec(tmp_path / "in a.zip"))
    monkeypatch.setitem(
        sys.modules, "viz", types.SimpleNamespace(__spec__=spec(tmp_path / "viz.py"))
    )
    with pytest.raises(ImportError, match="rename that file") as error:
        chalkgrad._ours("viz")
    assert error.value.name == "viz" and error.value.path.endswith("viz.py")
    monkeypatch.delitem(sys.modules, "viz")
    assert chalkgrad._ours("viz").draw
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        chalkgrad.__getattr__("colour")
    (tmp_path / "differential_operators.py").write_text("")
    with pytest.warns(UserWarning, match="also holds files of another package"):
        autograd.namesake.warn_if_here(str(tmp_path))
