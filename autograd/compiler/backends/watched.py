"""detect_anomaly for compiled functions: a slow run that stops at the first nan or infinity."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.backends.blocks import shared_row
from autograd.compiler.program.program import CAREFUL, Program
from autograd.compiler.program.simplify import spelled
from autograd.errors import AnomalyError
from autograd.maths import arrays


def watch(version: Any, numbers: list[Any], batch: list[Any], n: int | None) -> None:
    """:func:`check` of a version's program over the arguments of a call."""
    columns = [a.reshape(n or 0, width).T for a, width in zip(batch, version.widths, strict=True)]
    check(version.recorded, shared_row(numbers, version), [row for rows in columns for row in rows])


def check(recorded: Program, shared: Any, columns: Any) -> None:
    """Run the program, instruction by instruction, in NumPy.

    Args:
        recorded: the program as recorded.
        shared: what is the same for all examples, a row.
        columns: what is not, a row for each number of an example.

    Raises:
        AnomalyError: at the first instruction that gives a nan or an infinity in any example; it
            names the operation, its operands, its label and the example.
    """
    program = spelled(recorded, CAREFUL)
    rows = {False: iter(shared), True: iter(columns)}
    found: list[Any] = [np.float64(0.0)] * len(program.ops)
    for place, given in enumerate(program.inputs):
        found[place] = next(rows[given.varies])
    for place, number in program.numbers.items():
        found[place] = np.float64(number)
    for place, op, operands in program.code:
        xs = tuple([found[x] for x in operands])
        with np.errstate(all="ignore"):
            z = op.forward(arrays, *op.arguments(xs))
        found[place] = z
        bad = np.flatnonzero(~np.isfinite(np.atleast_1d(z)))
        if bad.size:
            raise AnomalyError(_told(program, place, found, int(bad[0])))


def _told(program: Program, place: int, found: list[Any], example: int) -> str:
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
    where = f", in example {example}" if np.size(found[place]) > 1 else ""
    made = f"{program.ops[place]} made {at(place)} from {', '.join(shown)}"
    return f"{program.name}: {made}{f' [{label}]' if label else ''}{where}"
