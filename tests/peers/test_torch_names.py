"""Everything that nn has is compared with PyTorch's in one of these files, or it says why not."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import nn
from nn import init

torch = pytest.importorskip("torch", reason="PyTorch, which make test-peers installs")
pytestmark = pytest.mark.peers

NO_PEER = {
    "fit": "PyTorch has no training loop; benchmarks/nn.py compares it with scikit-learn's",
    "train": "the older name of fit",
    "History": "what fit gives",
    "Epoch": "what fit's callbacks are given",
    "save": "nn's own file; torch.save writes pickles",
    "load": "reads what save wrote",
    "Saved": "what load gives",
    "to_torch": "the bridge itself; its tests are with those of saving",
    "from_torch": "the bridge itself",
    "Optimizer": "the base, tested by its subclasses",
    "Module": "the base: its names are compared in test_modules_have_pytorchs_names",
}
RENAMED = {  # ours -> how a composition or another name of PyTorch's is written in the tests
    "half_squared_error", "mean_squared_error", "hinge_loss", "Neuron", "Layer", "MLP",
}  # fmt: skip


@pytest.fixture(scope="module")
def compared():
    """The names of nn that these tests use, as attributes of nn or texts."""
    found = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_name_of_nn_is_compared(compared):
    missing = [n for n in nn.__all__ if n not in compared and n not in NO_PEER]
    assert not missing, "compare them with PyTorch's in tests/peers, or say in NO_PEER why not"


def test_nothing_is_excused_that_pytorch_has():
    for name in nn.__all__:
        theirs = [
            place.__name__
            for place in (torch.nn, torch.nn.functional, torch.optim, torch.optim.lr_scheduler,
                          torch.nn.utils)
            if hasattr(place, name)
        ]  # fmt: skip
        assert theirs or name in NO_PEER or name in RENAMED, f"{name} is no name of PyTorch's"
        assert not theirs or name not in NO_PEER or name in {"Module", "Optimizer"}, name


def test_every_initialisation_is_compared(compared):
    functions = {
        name for name, f in vars(init).items()
        if inspect.isfunction(f) and f.__module__ == init.__name__ and name.endswith("_")
    }  # fmt: skip
    assert len(functions) > 5
    assert functions <= compared
    assert all(hasattr(torch.nn.init, name) for name in functions)


OURS_ALONE = {"maximize"}


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "LBFGS"])
def test_options_have_pytorchs_names_order_and_defaults(name):
    ours = inspect.signature(getattr(nn, name)).parameters
    theirs = inspect.signature(getattr(torch.optim, name)).parameters
    first = [n for n in ours if n not in OURS_ALONE]
    assert first[1:] == [n for n in theirs if n in first[1:]]
    for option in first[1:]:
        assert ours[option].default == theirs[option].default, option


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "LBFGS"])
def test_every_option_is_in_a_trajectory(name):
    from tests.peers.test_nn import OPTIONS

    tried = {option for options in OPTIONS[name] for option in options}
    mine = {*inspect.signature(getattr(nn, name)).parameters} - {"parameters"}
    assert mine <= tried | (OURS_ALONE if name == "LBFGS" else set())


@pytest.mark.parametrize("name", ["StepLR", "CosineAnnealingLR", "LinearLR"])
def test_schedules_have_pytorchs_options(name):
    ours = inspect.signature(getattr(nn, name)).parameters
    theirs = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters
    assert [*ours] == [n for n in theirs if n in ours]
    assert all(ours[n].default == theirs[n].default for n in ours)


@pytest.mark.parametrize("name", [n for n in nn.__all__ if re.search("loss|entropy|kl_div", n)])
def test_losses_have_pytorchs_options(name):
    theirs = getattr(torch.nn.functional, name, None)
    if theirs is None:
        assert name in RENAMED
        return
    ours = inspect.signature(getattr(nn, name)).parameters
    options = [n for n in ours if ours[n].kind is inspect.Parameter.KEYWORD_ONLY]
    assert "reduction" in options
    for option in options:
        default = inspect.signature(theirs).parameters[option].default
        if option == "ignore_index":  # PyTorch ignores a class -100 unasked; ours is an error
            default = None
        assert ours[option].default == default


def test_modules_have_pytorchs_names():
    for name in ("parameters", "named_parameters", "modules", "children", "apply", "state_dict",
                 "load_state_dict", "train", "eval", "requires_grad_", "zero_grad", "forward",
                 "buffers", "named_buffers", "named_modules", "named_children", "register_buffer"):  # fmt: skip
        assert hasattr(torch.nn.Module, name)
        assert hasattr(nn.MLP, name), name
