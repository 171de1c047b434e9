"""A program called with numbers: one example, instruction by instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError
from autograd.maths import describe, number, read
from autograd.trees import is_module

if TYPE_CHECKING:
    from autograd.compiler.program.program import Program


def call(program: Program, args: tuple[Any, ...], captured: dict[str, Any]) -> Any:
    """The result for one example.

    Raises:
        ArgumentError: when the arguments have another structure than those it was recorded with.
    """
    known = program.arguments
    if len(args) != len(known):
        names = ", ".join([name for name, _ in known])
        raise ArgumentError(f"{program.name}: takes {len(known)} arguments ({names}).")
    found: dict[int, float] = {}
    for (name, tree), arg in zip(known, args, strict=True):
        _fill(found, tree, arg, f"{program.name}: {name}")
    loose = [p for p in range(len(program.inputs)) if p not in found]
    for place in loose:
        label = program.inputs[place].label
        if label not in captured:
            told = f"{label!r}, a Value that the function found outside its arguments"
            raise ArgumentError(f"{program.name}: needs {told}: by keyword, **{{{label!r}: 1.0}}.")
        found[place] = number(captured[label], f"{program.name}: {label}")
    found |= program.numbers
    for place, op, operands in program.code:
        found[place] = read(op.forward, *op.arguments([found[x] for x in operands]))
    return _result(program.result, [found[place] for place in program.outputs])


def _fill(found: dict[int, float], tree: Any, arg: Any, who: str) -> None:
    if tree is None:
        return
    if isinstance(tree, int):
        found[tree] = number(getattr(arg, "_number", arg), who)
        return
    if is_module(arg):
        arg = arg.parameters()
    if isinstance(tree, dict):
        parts = [(x, _part(arg, key, who)) for key, x in tree.items()]
    else:
        try:
            parts = list(zip(tree, arg, strict=True))
        except (TypeError, ValueError):
            raise ArgumentError(f"{who}: needs {len(tree)} entries, got {describe(arg)}.") from None
    for part, x in parts:
        _fill(found, part, x, who)


def _part(arg: Any, key: Any, who: str) -> Any:
    try:
        return arg[key] if isinstance(arg, dict) else getattr(arg, key)
    except (LookupError, AttributeError, TypeError):
        raise ArgumentError(f"{who}: has no {key!r}.") from None


def _result(tree: Any, numbers: list[float]) -> Any:
    if isinstance(tree, dict):
        return {key: _result(x, numbers) for key, x in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)([_result(x, numbers) for x in tree])
    return None if tree is None else numbers[tree]
