"""Write the type stubs of what is made from the table: ``python tools/stubs.py``.

functions.pyi   the functions, with their overloads: a Value of a Value, a float of a float
methods.pyi     the operators and methods of Value
__init__.pyi    every public name of ``autograd``, and where it comes from
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import autograd  # noqa: E402 - the checkout this file stands in, before any that is installed
from autograd.functions import OWN, parameters  # noqa: E402
from autograd.operators import SIGNS  # noqa: E402
from autograd.primitives import Primitive  # noqa: E402
from autograd.table import TABLE  # noqa: E402

HEAD = "# Written by tools/stubs.py from the table of primitives; a test compares.\n"
ROWS = [row for row in TABLE.values() if row.function and row.name not in OWN]


def _given(row: Primitive, kinds: list[str]) -> str:
    names, defaults = parameters(row)
    pairs = zip(names, kinds, strict=True)
    return ", ".join([f"{n}: {kind}{' = ...' if n in defaults else ''}" for n, kind in pairs])


def _doc(row: Primitive) -> str:
    return f'\n    """{row.doc}"""\n'


def function(row: Primitive) -> str:
    """A row's function: a Value if any operand is one, else a float."""
    if row.arity is None:
        return f"def {row}(xs: Iterable[Number]) -> Any:{_doc(row)}"
    constants = ["float"] * len(row.constants)
    if row.arity > 2:
        return f"def {row}({_given(row, ['Number'] * row.arity + constants)}) -> Any:{_doc(row)}"
    values = [["Value"]] if row.arity == 1 else [["Value", "Number"], ["float", "Value"]]
    forms = [*[(kinds, "Value") for kinds in values], (["float"] * row.arity, "float")]
    return "".join(
        [
            f"@overload\ndef {row}({_given(row, kinds + constants)}) -> {result}:{_doc(row)}"
            for kinds, result in forms
        ]
    )


def functions_stub() -> str:
    """``autograd/functions.pyi``."""
    return f"""{HEAD}from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, overload

from autograd.primitives import Primitive
from autograd.value import Value

Number = float | Value
OWN: tuple[str, ...]
VALUES: SimpleNamespace
__all__: list[str]

def parameters(row: Primitive) -> tuple[tuple[str, ...], dict[str, float]]: ...
@overload
def pow(x: Value, y: Number) -> Value: ...
@overload
def pow(x: float, y: Value) -> Value: ...
@overload
def pow(x: float, y: float) -> float: ...
def dot(ws: Iterable[Number], xs: Iterable[Number], bias: Number = ...) -> Any: ...
def softmax(xs: Iterable[Number]) -> list[Any]: ...
{"".join(map(function, ROWS))}"""


def methods_stub() -> str:
    """``autograd/methods.pyi``."""
    lines = []
    for row in TABLE.values():
        if row.operator and row.arity == 1:
            lines.append(f"    def __{row.operator}__(self) -> Value: ...\n")
        if row.operator in SIGNS:
            lines.append(f"    def __{row.operator}__(self, y: Any) -> Value: ...\n")
        if row.operator and row.arity == 2:
            lines.append(f"    def __r{row.operator}__(self, x: Any) -> Value: ...\n")
        if row.function and row.arity == 1:
            names, defaults = parameters(row)
            rest = [f", {n}: float{' = ...' if n in defaults else ''}" for n in names[1:]]
            lines.append(f"    def {row}(self{''.join(rest)}) -> Value: ...\n")
    body = "".join(lines)
    imports = "from typing import Any\n\nfrom autograd.value import Value\n\n"
    return f"{HEAD}{imports}class Methods:\n    __slots__ = ()\n{body}"


def init_stub() -> str:
    """``autograd/__init__.pyi``."""
    homes: dict[str, list[str]] = {}
    for name in autograd.__all__:
        homes.setdefault(_home(name), []).append(name)
    lines = []
    for home, names in sorted(homes.items()):
        listed = "".join([f"    {name} as {name},\n" for name in names])
        lines.append(f"from {home} import (\n{listed})\n")
    names = "".join([f'    "{name}",\n' for name in autograd.__all__])
    return f"{HEAD}{''.join(lines)}\n__version__: str\n\n__all__ = [\n{names}]\n"


def _home(name: str) -> str:
    if name in autograd.functions.__all__:
        return "autograd.functions"
    if name in autograd._HOME:
        return autograd._HOME[name]
    return {"TABLE": "autograd.table"}.get(name) or getattr(autograd, name).__module__


STUBS = {
    "functions.pyi": functions_stub,
    "methods.pyi": methods_stub,
    "__init__.pyi": init_stub,
}

if __name__ == "__main__":
    for path, stub in STUBS.items():
        (ROOT / "autograd" / path).write_text(stub(), encoding="utf-8")
