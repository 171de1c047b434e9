"""A program as a Python function: its names, its arguments, its result."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from autograd.compiler.program.instructions import COMPARE, Place
from autograd.compiler.program.source import Writer, literal
from autograd.errors import GraphError
from autograd.primitives import LEAF, Primitive
from autograd.trees import is_dataclass

if TYPE_CHECKING:
    from autograd.compiler.program.program import Program

DEEPEST = 50  # brackets in each other in one line: Python's parser takes 200


def source(program: Program) -> str:
    """The program as a Python function that reads as the textbook does."""
    calls = Calls(program)
    taken = {*calls.names, "where", "float"}
    title = _fresh(identifier(program.name), taken)
    arguments = [_fresh(identifier(name), taken) for name, _ in program.arguments]
    trees = [tree for _, tree in program.arguments]
    names = {t: name for name, t in zip(arguments, trees, strict=True) if isinstance(t, int)}
    given = {p: i.label or f"x{p}" for p, i in enumerate(program.inputs) if p not in names}
    names |= distinct(given, taken)
    names |= distinct({p: x for p, x in program.labels.items() if p not in names}, taken)
    outputs = {*program.outputs}
    own_line = {
        place
        for place, label in program.labels.items()
        if not label.startswith("∂") or "/∂Z" in label or place in outputs
    }
    writer = Writer(program, names, calls.text, own_line, readable=True, avoid=taken)
    texts = [
        literal(program.numbers[place]) if place in program.numbers else writer.at(place)
        for place in program.outputs
    ]
    body: list[str] = []
    for name, tree in zip(arguments, trees, strict=True):
        body += _unpacked(tree, name, names)
    body += writer.lines
    fresh = (name for name in map("r{}".format, count(1)) if name not in taken)
    returned = _returned(program.result, texts, body, fresh)
    inner = returned[1:-1] if isinstance(program.result, tuple) and program.result else returned
    body.append(f"return {inner}")
    in_arguments = {place for tree in trees for place in _places(tree)}
    loose = [names[p] for p in range(len(program.inputs)) if p not in in_arguments]
    parameters = ", ".join([*arguments, *(["*", *loose] if loose else [])])
    definition = [f"def {title}({parameters}):", *[f"    {line}" for line in body]]
    head = calls.head()
    return "\n".join([*head, "", "", *definition] if head else definition)


class Calls:
    """The functions that are called: those of autograd, and a user's own operations.

    Attributes:
        names: what they are called; nothing else may be.
    """

    def __init__(self, program: Program) -> None:
        rows = dict.fromkeys([op for _, op, _ in program.code])
        own = dict.fromkeys([op.free or op for op in rows if _is_own(op)])
        self.names = {"pow" if op.name == "powc" else op.name for op in rows if not _is_own(op)}
        self._own = {op: _fresh(identifier(op.name), self.names) for op in own}
        self._used: set[str] = set()

    def text(self, op: Primitive, texts: list[str]) -> str:
        """The call of a row with these operands."""
        own = self._own.get(op.free or op)
        name = own or ("pow" if op.name == "powc" else op.name)
        if own is None:
            self._used.add(name)
        values = [literal(x) for x in op.values]
        if name != "pow":
            values = [f"{key}={x}" for key, x in zip(op.constants, values, strict=False)]
        listed = ", ".join(texts)
        if op.arity is None and own is None:
            listed = f"[{listed}]"
        return f"{name}({', '.join([listed, *values])})"

    def head(self) -> list[str]:
        """Where the functions come from, when all calls are written."""
        lines = [f"from autograd import {', '.join(sorted(self._used))}"] if self._used else []
        names = sorted(self._own.values())
        return [*lines, f"# operations of your own: {', '.join(names)}"] if names else lines


def _is_own(op: Primitive) -> bool:
    return bool(op.origin[0]) and op is not LEAF and op not in COMPARE


def identifier(label: str) -> str:
    """A label as a name of Python; δ_h1 for ∂L/∂Z_h1, dL_dW11 for ∂L/∂W11.

    Python takes names for the same that NFKC makes equal, w₁ and w1: so they are written that way.

    >>> identifier("∂L/∂Z_h1"), identifier("∂L/∂W11"), identifier("W1,2"), identifier("lambda")
    ('δ_h1', 'dL_dW11', 'W1_2', 'lambda_')
    >>> identifier("w₁"), identifier("x²"), identifier("½")
    ('w1', 'x2', '_1_2')
    """
    error_term = re.fullmatch(r"∂[^/]*/∂Z(_.*)", label)
    text = f"δ{error_term[1]}" if error_term else label.replace("/∂", "_d").replace("∂", "d")
    text = unicodedata.normalize("NFKC", text)
    text = "".join([c if f"_{c}".isidentifier() else "_" for c in text])
    text = unicodedata.normalize("NFKC", text)
    if not text.isidentifier():
        text = f"_{text}"
    reserved = keyword.iskeyword(text) or keyword.issoftkeyword(text) or text == "__debug__"
    return f"{text}_" if reserved else text


def distinct(labels: dict[Place, str], taken: set[str]) -> dict[Place, str]:
    """A name for each label, no two alike."""
    names: dict[Place, str] = {}
    tried: dict[str, int] = {}
    for place, label in labels.items():
        name = base = identifier(label)
        n = tried.get(base, 1)
        while name in taken:
            n += 1
            name = f"{base}_{n}"
        tried[base] = n
        taken.add(name)
        names[place] = name
    return names


def _fresh(name: str, taken: set[str]) -> str:
    (found,) = distinct({0: name}, taken).values()
    return found


# The arguments.


def _parts(tree: Any, expression: str) -> Iterator[tuple[Any, str]]:
    """The parts of an argument, and how to get at each."""
    if isinstance(tree, dict):
        for k, (key, part) in enumerate(tree.items()):
            written = _key(key)
            yield part, f"{expression}[{written}]" if written else f"[*{expression}.values()][{k}]"
    elif is_dataclass(tree):
        for name in tree.__dataclass_fields__:
            yield getattr(tree, name), f"{expression}.{name}"
    elif tree is not None:
        for k, part in enumerate(tree):
            yield part, f"{expression}[{k}]"


def _places(tree: Any) -> Iterator[Place]:
    if isinstance(tree, int):
        yield tree
        return
    for part, _ in _parts(tree, ""):
        yield from _places(part)


def _unpacked(tree: Any, expression: str, names: dict[Place, str]) -> list[str]:
    """Lines that give the numbers of an argument their names."""
    if isinstance(tree, int):
        return [] if names[tree] == expression else [f"{names[tree]} = {expression}"]
    parts = [*_parts(tree, expression)]
    if isinstance(tree, (list, tuple)) and parts and all([isinstance(x, int) for x in tree]):
        listed = ", ".join([names[x] for x in tree])
        return [f"{listed}{',' if len(tree) == 1 else ''} = {expression}"]
    return [line for part, inner in parts for line in _unpacked(part, inner, names)]


# The result.


def _returned(
    tree: Any, texts: list[str], body: list[str], fresh: Iterator[str], depth: int = 0
) -> str:
    """The result's structure, with the outputs' expressions."""
    if isinstance(tree, int):
        return texts[tree]
    if tree is None:
        return "None"
    parts = tree.values() if isinstance(tree, dict) else tree
    inner = [_returned(x, texts, body, fresh, depth + 1) for x in parts]
    if isinstance(tree, dict):
        keys = [_key(key) for key in tree]
        for key, given in zip(keys, tree, strict=True):
            if not key:
                raise GraphError(
                    f"source: a key of the result is {given!r}, which can't be written; give "
                    "dicts keys that are texts or numbers."
                )
        text = f"{{{', '.join([f'{k}: {x}' for k, x in zip(keys, inner, strict=True)])}}}"
    elif isinstance(tree, list):
        text = f"[{', '.join(inner)}]"
    else:
        text = f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
    if depth and depth % DEEPEST == 0:
        name = next(fresh)
        body.append(f"{name} = {text}")
        return name
    return text


def _key(key: Any) -> str:
    """A key of a dict, as Python reads one that is equal to it; "" if it can't be written."""
    if key is None or isinstance(key, bool):
        return repr(key)
    if isinstance(key, float):
        return literal(key) if key == key else ""
    for kind in (str, int, bytes):
        if isinstance(key, kind):
            return kind.__repr__(key)
    if type(key) is tuple:
        parts = [_key(part) for part in key]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})" if all(parts) else ""
    return ""
