"""The numbers of a module by name: what there is to save, and how it comes back."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from autograd import ArgumentError, OperandError, Value
from nn.search import Searched, walk


class Loaded(NamedTuple):
    """What ``load_state_dict`` did not find a place or a number for; both empty if strict."""

    missing: list[str]
    unexpected: list[str]

    @property
    def missing_keys(self) -> list[str]:
        """PyTorch's name for ``missing``."""
        return self.missing

    @property
    def unexpected_keys(self) -> list[str]:
        """And for ``unexpected``."""
        return self.unexpected


def buffers(module: Any) -> Iterator[tuple[str, Any, str, bool]]:
    """Every buffer: its path, the module that owns it, its name there, whether it is saved."""
    for path, owner in walk(module):
        if isinstance(owner, Searched):
            for name, saved in vars(owner).get("_buffers", {}).items():
                yield (f"{path}.{name}" if path else name), owner, name, saved


def numbered(module: Any) -> dict[str, Value]:
    """Every parameter once by its path, frozen or not."""
    seen: set[int] = set()
    found: dict[str, Value] = {}
    for path, thing in walk(module, lasting=True):
        if isinstance(thing, Value) and thing.is_leaf and id(thing) not in seen:
            seen.add(id(thing))
            found[path] = thing
    return found


def state_of(module: Any) -> dict[str, Any]:
    """A float for every parameter, frozen or not, and a copy of every buffer that is saved."""
    state: dict[str, Any] = {path: value.data for path, value in numbered(module).items()}
    for path, owner, name, saved in buffers(module):
        if saved:
            held = getattr(owner, name)
            state[path] = held.data if isinstance(held, Value) else copy.deepcopy(held)
    return state


def load(module: Any, state: Any, *, strict: bool) -> Loaded:
    """Give parameters and buffers their numbers; all of them, or none."""
    if not isinstance(state, Mapping):
        raise ArgumentError(f"load_state_dict: takes what state_dict() gives, got {state!r}.")
    parameters = numbered(module)
    others = {path: (owner, name) for path, owner, name, saved in buffers(module) if saved}
    known = [*parameters, *others]
    missing = [name for name in known if name not in state]
    unexpected = [name for name in state if name not in parameters and name not in others]
    wrong: list[str] = []
    numbers = {p: _number(p, state[p], wrong) for p in parameters if p in state}
    arrays = {p: _fitting(p, getattr(*others[p]), state[p], wrong) for p in others if p in state}
    if wrong or (strict and (missing or unexpected)):
        raise ArgumentError(
            f"load_state_dict: {type(module).__name__} has {len(parameters)} parameters; "
            f"missing: {_some(missing)}; unexpected: {_some(unexpected)}; wrong: {_some(wrong)}. "
            "Nothing was changed."
        )
    for path, number in numbers.items():
        parameters[path].data = number
    for path, new in arrays.items():
        give(*others[path], new)
    return Loaded(missing, unexpected)


def give(owner: Any, name: str, new: Any) -> None:
    """Change the buffer, in place if it can be, for others may hold it too."""
    held = getattr(owner, name)
    if isinstance(held, Value):
        held.data = new
    elif hasattr(held, "dtype") and held.shape:
        held[...] = new
    elif isinstance(held, list):
        held[:] = new
    else:
        setattr(owner, name, new)


def _number(path: str, x: Any, wrong: list[str]) -> float:
    if getattr(x, "size", 1) != 1 or isinstance(x, (list, tuple, dict)):
        wrong.append(f"{path} (needs one number, got {_size(x)})")
        return 0.0
    try:
        number = Value(x).data
    except OperandError as error:
        raise OperandError(f"load_state_dict: {path}: {error}") from None
    if math.isnan(number):
        wrong.append(f"{path} (nan)")
    return number


def _fitting(path: str, held: Any, new: Any, wrong: list[str]) -> Any:
    """A copy of ``new``, which must have the size of what is held."""
    if isinstance(held, Value):
        return _number(path, new, wrong)
    if _size(held) != _size(new):
        wrong.append(f"{path} (needs {_size(held)}, got {_size(new)})")
    return copy.deepcopy(new)


def _size(x: Any) -> str:
    """The size of a number, an array or a nested list, in words."""
    sizes = getattr(x, "shape", None)
    if sizes is None:
        sizes = []
        while isinstance(x, (list, tuple)):
            sizes.append(len(x))
            x = x[0] if x else None
    elif not sizes:
        return "one number"
    if sizes:
        return f"the size {' × '.join(map(str, sizes))}"
    return "one number" if isinstance(x, (int, float, Value)) else f"a {type(x).__name__}"


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:4]) or "none"
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
