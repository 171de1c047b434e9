"""All of chalkgrad under one name: ``import chalkgrad as cg``.

``cg.Value``, ``cg.grad`` and every other public name of ``autograd``, and ``cg.nn`` and ``cg.viz``.
Each is looked up when it is first asked for, so this costs no more than ``import autograd``.

autograd, nn and viz are names that others use too: a well-known package on PyPI is called autograd,
and a file nn.py is soon written. So whoever imports this, as nn and viz do, gets chalkgrad's own,
or an ImportError that says what is in the way. The check stands here because an autograd that is
not ours can't be asked.

>>> import chalkgrad as cg
>>> x = cg.Value(3.0)
>>> (x * cg.exp(x)).backward()
>>> cg.grad(lambda x: x**3)(2.0)
12.0
>>> cg.nn.Neuron(2, seed=0)
Neuron(2, sigmoid)
"""

import importlib.machinery
import importlib.util
import sys
import types
import typing

_MARK = b'__project__ = "chalkgrad"'  # stands in the __init__.py of autograd, nn and viz
_AGAIN = "pip install --force-reinstall --no-deps chalkgrad"


def _ours(name: str) -> types.ModuleType:
    """Import autograd, nn or viz: chalkgrad's, and no other.

    Raises:
        ImportError: when another file or package of that name is in the way. It is not run.
    """
    module = sys.modules.get(name)
    spec = importlib.util.find_spec(name) if module is None else module.__spec__
    if module is None and _is_marked(spec):
        module = importlib.import_module(name)
    if module is None or getattr(module, "__project__", "") != "chalkgrad":
        raise ImportError(_way_out(name, spec), name=name, path=spec.origin if spec else None)
    return module


def _is_marked(spec: importlib.machinery.ModuleSpec | None) -> bool:
    if spec is None or spec.origin is None:  # there is none, or a folder without __init__.py
        return False
    try:
        with open(spec.origin, "rb") as file:  # noqa: PTH123 - pathlib is slow to import
            return _MARK in file.read()
    except OSError:  # in a zip or a frozen program: only importing it will tell
        return True


def _way_out(name: str, spec: importlib.machinery.ModuleSpec | None) -> str:
    """What is in the way, and what to do about it."""
    from pathlib import Path

    home = Path(__file__).resolve().parent.parent
    if spec is None:
        return f"{home} has no {name}, which is a part of chalkgrad. To get it back: {_AGAIN}"
    folder = next(iter(spec.submodule_search_locations or ()), None)
    if spec.origin is None:
        return (
            f"{folder} has no __init__.py, as when another package called {name} was uninstalled.\n"
            f"To get it back: {_AGAIN}"
        )
    uninstall = f"pip uninstall -y {name if name == 'autograd' else f'what brought that {name}'}"
    apart = "The other one needs an environment of its own."
    if folder and Path(folder).resolve().parent == home:
        return (
            f"{spec.origin} is not chalkgrad's: another package called {name} was installed over "
            f"it.\nTo get out: {uninstall}, {_AGAIN}, and start Python again. {apart}"
        )
    text = f"{spec.origin} is not chalkgrad's {name}, and Python finds it first.\nTo get out: "
    if {"site-packages", "dist-packages"} & set(Path(spec.origin).parts):
        return f"{text}{uninstall}, and start Python again. {apart}"
    if folder:
        text += f"{uninstall} if it was installed, else "
    return f"{text}rename that {'folder' if folder else 'file'}, and start Python again."


_autograd = _ours("autograd")

__version__: str = _autograd.__version__
__all__ = [*_autograd.__all__, "nn", "viz"]  # noqa: PLE0604 - __init__.pyi is for type checkers


def __getattr__(name: str) -> typing.Any:
    if name not in __all__:
        raise AttributeError(f"module 'chalkgrad' has no attribute {name!r}")
    found = _ours(name) if name in {"nn", "viz"} else getattr(_autograd, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__all__", "__version__"])
