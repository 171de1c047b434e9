"""The NumPy backend: a plan's steps on matrices of float64."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd.compiler.backends.arrays.plan import Plan
from autograd.compiler.program.program import Program
from autograd.compiler.program.simplify import collected, lowered
from autograd.maths import arrays


def _concat(parts: list[Any], lanes: int) -> Any:
    return np.concatenate([np.broadcast_to(part, (part.shape[0], lanes)) for part in parts])


def _nothing(n: int, *, reduce: bool) -> Any:
    return np.zeros(0 if reduce else (0, n))


NUMPY: Any = SimpleNamespace(
    **vars(arrays),
    lines=lambda matrix, lines: matrix[lines],
    concat=_concat,
    stack=np.concatenate,
    broadcast=np.broadcast_to,
    reshape=np.reshape,
    matmul=np.matmul,
    transposed=np.transpose,
    column=lambda numbers: np.array(numbers).reshape(-1, 1),
    compare=lambda holds, x, y: holds(x, y).astype(float),
    sum_examples=lambda lines: lines.sum(axis=1),
    nothing=_nothing,
)


class Arrays:
    """A program for NumPy.

    Args:
        program: as recorded.
        reduce: whether results are summed over the batch.
    """

    def __init__(self, program: Program, *, reduce: bool) -> None:
        self.plan = Plan(collected(lowered(program)), reduce=reduce)
        self.single = self.plan if not reduce else None
        self.program = program

    def one(self, shared: Any, example: Any) -> Any:
        """The results for one example."""
        if self.single is None:
            self.single = Plan(self.plan.program, reduce=False)
        with np.errstate(all="ignore"):
            matrices = self.single.start(NUMPY, shared.reshape(-1, 1))
            return self.single.block(NUMPY, matrices, np.reshape(example, (-1, 1)))[:, 0]

    def start(self, shared: Any) -> Any:
        """What is the same for all examples."""
        with np.errstate(all="ignore"):
            return self.plan.start(NUMPY, shared.reshape(-1, 1))

    def block(self, matrices: Any, columns: Any) -> Any:
        """Results of a block of examples, or their sums."""
        with np.errstate(all="ignore"):
            return self.plan.block(NUMPY, matrices, columns)
