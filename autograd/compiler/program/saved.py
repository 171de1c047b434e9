"""A program in a file, as text: JSON, with nothing in it that runs when it is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.compiler.program.instructions import COMPARE, CONSTANT, SPELLED, Builder
from autograd.errors import ArgumentError
from autograd.primitives import LEAF, Primitive
from autograd.table import TABLE

if TYPE_CHECKING:
    from autograd.compiler.program.program import Input, Program

FORMAT = "chalkgrad program 1"
ROWS = {**TABLE, **{row.name: row for row in (*COMPARE, CONSTANT, SPELLED)}, "input": LEAF}


def save(program: Program, path: str | os.PathLike[str]) -> None:
    """Write a program to a file.

    Raises:
        ArgumentError: when it has an operation of somebody's own, which only its code can compute;
            or when a key of a dict among its arguments or results is neither text nor a number.
    """
    written = {
        "format": FORMAT,
        "program": _written(program),
        "recorded": _written(program.recorded) if program.recorded is not None else None,
    }
    Path(path).write_text(json.dumps(written), encoding="utf-8")


def load(path: str | os.PathLike[str], kind: type[Program], given: type[Input]) -> Program:
    """Read a program from a file that :func:`save` wrote.

    Args:
        path: the file.
        kind: the class of programs.
        given: that of their inputs.

    Raises:
        ArgumentError: when the file is anything else.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        known = found["format"]
        program = _read(found["program"], kind, given) if known == FORMAT else None
        if program is not None and found["recorded"] is not None:
            program.recorded = _read(found["recorded"], kind, given)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ArgumentError(f"Program.load: {str(path)!r} has no program in it: {error}.") from None
    if program is None:
        raise ArgumentError(f"Program.load: {str(path)!r} has no program in it, but {known!r}.")
    return program


def _written(program: Program) -> dict[str, Any]:
    return {
        "name": program.name,
        "inputs": [list(i) for i in program.inputs],
        "ops": [_named(op) for op in program.ops],
        "operands": [list(operands) for operands in program.operands],
        "numbers": [[place, repr(x)] for place, x in program.numbers.items()],
        "outputs": program.outputs,
        "labels": [*program.labels.items()],
        "scopes": [*program.scopes.items()],
        "arguments": [[name, _tree(tree)] for name, tree in program.arguments],
        "result": _tree(program.result),
    }


def _read(found: dict[str, Any], kind: type[Program], given: type[Input]) -> Program:
    builder = Builder()
    for written, operands in zip(found["ops"], found["operands"], strict=True):
        name, values = written
        row = ROWS[name]
        places = tuple([_place(x, len(builder.ops)) for x in operands])
        builder.add(row.bind(*values) if values else row, places)
    builder.numbers = {int(place): float(x) for place, x in found["numbers"]}
    size = len(builder.ops)
    inputs = [given(str(a), str(b), bool(c)) for a, b, c in found["inputs"]]
    is_input = [op is LEAF for op in builder.ops]
    if is_input != [k < len(inputs) for k in range(size)]:
        raise ValueError("its inputs do not come first")
    if {p for p, op in enumerate(builder.ops) if op is CONSTANT} != builder.numbers.keys():
        raise ValueError("its constants are not whole")
    return kind(
        str(found["name"]),
        inputs,
        builder,
        [_place(x, size) for x in found["outputs"]],
        {_place(p, size): str(text) for p, text in found["labels"]},
        [(str(name), _untree(tree)) for name, tree in found["arguments"]],
        _untree(found["result"]),
        {_place(p, size): str(text) for p, text in found["scopes"]},
    )


def _place(x: Any, size: int) -> int:
    if type(x) is not int or not 0 <= x < size:
        raise ValueError(f"{x!r} is no place")
    return x


def _named(op: Primitive) -> list[Any]:
    name = "input" if op is LEAF else op.name
    row = ROWS.get(name)
    known = row is not None and (op is row or (op.values and row.bind(*op.values) == op))
    if not known:
        raise ArgumentError(
            f"Program.save: {op} is an operation of your own, and a file has no code: compile the "
            "function where it is used."
        )
    return [name, list(op.values)]


def _tree(tree: Any) -> Any:
    """A structure in JSON, in which a tuple and a dict are marked."""
    if isinstance(tree, dict):
        for key in tree:
            if type(key) not in (str, int, float, bool):
                raise ArgumentError(f"Program.save: {key!r} as the key of a dict can't be written.")
        return {"dict": [[key, _tree(x)] for key, x in tree.items()]}
    if isinstance(tree, tuple):
        return {"tuple": [_tree(x) for x in tree]}
    if isinstance(tree, list):
        return [_tree(x) for x in tree]
    return tree if tree is None else int(tree)


def _untree(tree: Any) -> Any:
    if isinstance(tree, dict):
        if "dict" in tree:
            return {key: _untree(x) for key, x in tree["dict"]}
        return tuple([_untree(x) for x in tree["tuple"]])
    if isinstance(tree, list):
        return [_untree(x) for x in tree]
    return tree if tree is None else int(tree)
