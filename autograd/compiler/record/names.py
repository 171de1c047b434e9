"""What code reads by name: globals, attributes, modules that it imports."""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

# Whoever changes a library while it is used knows that.
TRUSTED = frozenset((*sys.stdlib_module_names, *["autograd", "nn", "viz"]))
INSTALLED = frozenset(("site-packages", "dist-packages"))
GLOBAL = frozenset(("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"))
ATTRIBUTE = frozenset(("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM", "LOAD_SUPER_ATTR"))
# With these, an attribute is read without its name in the code
WHOLE = frozenset(
    ("getattr", "vars", "__dict__", "__getattribute__", "attrgetter", "asdict", "astuple", "fields")
)


class Names(NamedTuple):
    """What a function's code reads, and the code of functions inside it.

    Attributes:
        globals: names of globals, in order.
        attributes: names of attributes of anything.
        all: whether it may read attributes that it does not name.
        modules: what it imports.
    """

    globals: tuple[str, ...]
    attributes: frozenset[str]
    all: bool
    modules: tuple[str, ...]

    def imported(self) -> list[Any]:
        """The modules."""
        return [sys.modules[name] for name in self.modules if name in sys.modules]


@lru_cache(maxsize=1024)
def read_in(code: types.CodeType) -> Names:
    """What code reads by name."""
    globals_: dict[str, None] = {}
    attributes: set[str] = set()
    modules: dict[str, None] = {}
    for inner in _codes(code):
        for step in dis.get_instructions(inner):
            if step.opname in GLOBAL:
                globals_[step.argval] = None
            elif step.opname in ATTRIBUTE:
                attributes.add(step.argval)
            elif step.opname == "IMPORT_NAME":
                modules[step.argval] = None
    whole = not WHOLE.isdisjoint(attributes) or not WHOLE.isdisjoint(globals_)
    return Names(tuple(globals_), frozenset(attributes), whole, tuple(modules))


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


@lru_cache(maxsize=256)
def written_by(kind: type) -> set[str]:
    """The attributes that a class reads in the code of a library that it is derived from."""
    found: set[str] = set()
    for base in kind.__mro__:
        if is_trusted(base.__module__):
            for part in vars(base).values():
                code = getattr(part, "__code__", None)
                found |= read_in(code).attributes if code is not None else frozenset()
    return found


def is_trusted(module: Any) -> bool:
    """Whether a module of that name is Python's own, ours, or an installed library's."""
    return _is_installed(str(module).partition(".")[0])


@lru_cache(maxsize=1024)
def _is_installed(root: str) -> bool:
    if root == "__main__":  # somebody's own, also where a tool of that place runs it
        return False
    path = str(getattr(sys.modules.get(root), "__file__", None) or "")
    return root in TRUSTED or not INSTALLED.isdisjoint(Path(path).parts)
