"""detect_anomaly for compiled functions: a slow run that stops at the first nan or infinity.

An operation of a branch that is not taken makes no anomaly: what the result does not come from is
not looked at, example by example.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.backends.blocks import shared_row
from autograd.compiler.program.instructions import WHERE
from autograd.compiler.program.program import CAREFUL, Program
from autograd.compiler.program.simplify import spelled
from autograd.errors import AnomalyError, ArgumentError
from autograd.maths import arrays
from autograd.trees import is_tensor

BLOCK = 4096  # examples at a time: every number of a program is kept for them


def watch(version: Any, numbers: list[Any], batch: list[Any], n: int | None) -> None:
    """:func:`check` of a version's program over the arguments of a call.

    Raises:
        ArgumentError: when an array has no numbers yet, as inside ``jax.jit``.
    """
    numbers, batch = [in_numpy(x) for x in numbers], [in_numpy(a) for a in batch]
    dtype = _dtype([*numbers, *batch]) if version.is_foreign else np.dtype(float)
    shared = shared_row(numbers, version).astype(dtype)
    whole = [a.reshape(n or 0, w) for a, w in zip(batch, version.widths, strict=True)]
    for first in range(0, 1 if n is None else n, BLOCK):
        columns = [a[first : first + BLOCK].T.astype(dtype) for a in whole]
        check(version.recorded, shared, [row for rows in columns for row in rows], first)


def _dtype(found: list[Any]) -> Any:
    """What the library computes in: what is finite in 64 bits may overflow in 32."""
    floating = [x.dtype for x in found if is_tensor(x) and x.dtype.kind == "f"]
    return np.result_type(*floating) if floating else np.dtype(float)


def in_numpy(x: Any) -> Any:
    """The numbers of any library's array as NumPy's."""
    if not is_tensor(x) or type(x) is np.ndarray:
        return x
    x = x.detach().cpu() if hasattr(x, "detach") else x.get() if hasattr(x, "get") else x
    try:
        return np.asarray(x)
    except TypeError as error:  # a tracer's has a type of its own below it
        raise ArgumentError(
            f"compile: detect_anomaly() looks at numbers, and a {type(x).__name__} has none yet "
            f"({str(error).splitlines()[0]}). Call the function outside of the other library's jit."
        ) from None


def check(recorded: Program, shared: Any, columns: Any, first: int = 0) -> None:
    """Run the program, instruction by instruction, in NumPy.

    Args:
        recorded: the program as recorded.
        shared: what is the same for all examples, a row.
        columns: what is not, a row for each number of an example.
        first: the number of the first example.

    Raises:
        AnomalyError: at the first instruction that gives a nan or an infinity in any example; it
            names the operation, its operands, its label and the example.
    """
    program = spelled(recorded, CAREFUL)
    rows = {False: iter(shared), True: iter(columns)}
    number = np.asarray(shared).dtype.type
    found: list[Any] = [number(0.0)] * len(program.ops)
    for place, given in enumerate(program.inputs):
        found[place] = next(rows[given.varies])
    for place, x in program.numbers.items():
        found[place] = number(x)
    suspects: list[int] = []
    with np.errstate(all="ignore"):
        for place, op, operands in program.code:
            xs = tuple([found[x] for x in operands])
            found[place] = op.forward(arrays, *op.arguments(xs))
            if not np.isfinite(found[place]).all():
                suspects.append(place)
    if suspects:
        taken = _taken(program, found)
        for place in suspects:
            bad = np.flatnonzero(np.atleast_1d(~np.isfinite(found[place]) & taken[place]))
            if bad.size:
                raise AnomalyError(_told(program, place, found, int(bad[0]), first))


def _taken(program: Program, found: list[Any]) -> list[Any]:
    """For each place, in which examples a result comes from it: all, none, or a row of bools."""
    taken: list[Any] = [np.False_] * len(program.ops)
    for place in program.outputs:
        taken[place] = np.True_
    for place, op, operands in reversed(program.code):
        shares = [taken[place]] * len(operands)
        if op is WHERE:
            holds = found[operands[0]] != 0
            shares = [taken[place], taken[place] & holds, taken[place] & ~holds]
        for x, share in zip(operands, shares, strict=True):
            taken[x] = taken[x] | share
    return taken


def _told(program: Program, place: int, found: list[Any], example: int, first: int) -> str:
    def at(x: int) -> float:
        numbers = np.atleast_1d(found[x])
        return float(numbers[example if numbers.size > 1 else 0])

    def name(x: int, index: int) -> str:
        given = program.inputs[x].label if x < len(program.inputs) else ""
        return program.labels.get(x, "") or given or f"operand {index}"

    operands = program.operands[place]
    shown = [f"{name(x, i)}={at(x)!r}" for i, x in enumerate(operands[:8], start=1)]
    if len(operands) > len(shown):
        shown.append(f"... ({len(operands)} operands)")
    label = program.labels.get(place, "")
    varies = np.size(found[place]) > 1 or first
    where = f", in example {first + example}" if varies else ""
    made = f"{program.ops[place]} made {at(place)} from {', '.join(shown)}"
    return f"{program.name}: {made}{f' [{label}]' if label else ''}{where}"
