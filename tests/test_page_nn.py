"""The page of nn: its links lead somewhere, its pictures are what it says, its tables are whole."""

import doctest
import importlib.util
import inspect
import re
import shlex

import pytest

import nn


@pytest.fixture(scope="module")
def page(request):
    return (request.config.rootpath / "docs" / "nn.md").read_text(encoding="utf-8")


@pytest.fixture
def plots(root):
    spec = importlib.util.spec_from_file_location("plots", root / "tools" / "plots.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_links_lead_somewhere(page, root):
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }
    links = re.findall(r"\]\(([^)]+)\)", page)
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors
        else:
            assert (root / "docs" / link).is_file(), link


def test_the_plots_are_those_that_the_tool_makes(page, root, plots):
    made = {name.removeprefix("plots/") for name in re.findall(r"plots/\w+\.png", page)}
    assert made == {path.name for path in (root / "docs" / "plots").iterdir()}
    for name in made:
        source = (
            root / "examples" / f"{name.removesuffix('_fit.png').removesuffix('.png')}.py"
        ).read_text(encoding="utf-8")
        assert f'OUT / "{name}"' in source
    assert all((root / "examples" / f"{name}.py").is_file() for name in plots.EXAMPLES)


@pytest.mark.wide
def test_the_tool_makes_a_plot(plots, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    plots.main(["two_moons"], tmp_path / "plots")
    assert [path.name for path in (tmp_path / "plots").iterdir()] == ["two_moons_fit.png"]
    with pytest.raises(SystemExit):
        plots.main(["nothing"], tmp_path)
    assert "no example with a plot is called nothing" in capsys.readouterr().err


def test_the_picture_of_the_network_is_the_pages(page, root):
    gallery = importlib.import_module("tools.pictures")
    namespace = {}
    for example in doctest.DocTestParser().get_examples(page):
        if "network" in example.source or example.source.startswith("import nn"):
            exec(example.source, namespace)
        if "loss.backward()" in example.source and "network" in namespace:
            break
    namespace["loss"].backward()
    theirs, ours = gallery.network(), namespace["loss"]
    assert (ours.data, ours.label) == (theirs.data, theirs.label)


def test_every_loss_layer_and_optimiser_is_in_the_tables(page):
    rows = " ".join(re.findall(r"^\| (`\w+.*?) \|", page, re.MULTILINE))
    public = {name: getattr(nn, name) for name in nn.__all__}
    for name, thing in public.items():
        is_loss = (
            name.endswith("_loss") or "entropy" in name or name in {"kl_div", "half_squared_error"}
        )
        is_rule = (
            inspect.isclass(thing) and issubclass(thing, nn.Optimizer) and thing is not nn.Optimizer
        )
        layer = inspect.isclass(thing) and issubclass(thing, nn.Module) and thing is not nn.Module
        if is_loss or is_rule or layer:
            assert f"`{name}" in rows, name


@pytest.mark.wide
def test_the_commands_of_the_page_print_what_it_shows(page, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    from nn.command import main

    monkeypatch.chdir(tmp_path)
    block = page.partition("```console\n")[2].partition("```")[0]
    for part in block.split("$ ")[1:]:
        line, _, shown = part.partition("\n")
        python, m, package, *arguments = shlex.split(line)
        assert (python, m, package) == ("python", "-m", "nn")
        assert main(arguments) == 0
        assert without_measures(capsys.readouterr().out) == without_measures(shown)


def without_measures(text):
    """Without what the last bits of a processor may change: numbers with a point, and spaces."""
    return re.sub(r"\b\d+(\.\d+)?(e-?\d+)?\b(?! [a-z])|100(?= %)", "#", " ".join(text.split()))
