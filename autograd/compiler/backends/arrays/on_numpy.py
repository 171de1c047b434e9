"""The NumPy backend: a plan's steps on matrices of float64."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd.compiler.backends.arrays.plan import Plan, fit
from autograd.compiler.program.instructions import ADD, DIV, MUL, NEG, SUB
from autograd.compiler.program.lowering import SIGMOID
from autograd.compiler.program.program import Program
from autograd.maths import arrays
from autograd.primitives import Primitive
from autograd.table import TABLE

MOST_SHAPES, MOST_KEPT = 64, 32  # shapes, and matrices of each


def _concat(parts: list[Any], lanes: int) -> Any:
    return np.concatenate([np.broadcast_to(part, (part.shape[0], lanes)) for part in parts])


def _nothing(n: int, *, reduce: bool) -> Any:
    return np.zeros(0 if reduce else (0, n))


def _add(x: Any, y: Any) -> Any:
    """x + y in the place of x, if it is as wide: a product of constants is one column."""
    if x.shape[1] < y.shape[1]:
        return x + y
    x += y
    return x


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), as exact below 0: there it is exp(x) / (1 + exp(x))."""
    e = np.abs(x)
    np.negative(e, out=e)
    np.exp(e, out=e)
    d = e + 1.0
    np.maximum(e, x >= 0, out=e)  # 1 or e; np.where takes four times as long, for it guesses wrong
    return np.divide(e, d, out=e)


class Memory:
    """Matrices that were let go, by their shape, to be written again.

    The system takes freed memory back and hands new memory out page by page: that was a third of
    the time of 2-16-16-1 on 1000 examples. Lists of Python, so several threads may take and give.
    """

    def __init__(self) -> None:
        self.free: dict[tuple[int, int], list[Any]] = {}

    def take(self, rows: int, columns: int) -> Any:
        """A matrix to write to."""
        try:
            return self.free[rows, columns].pop()
        except (KeyError, IndexError):
            return np.empty((rows, columns))

    def give(self, matrix: Any) -> None:
        """Let go of a matrix that nobody reads any more."""
        if matrix is not None and matrix.base is None:
            if len(self.free) > MOST_SHAPES:  # of batches that came before
                self.free = {}
            kept = self.free.setdefault(matrix.shape, [])
            if len(kept) < MOST_KEPT:
                kept.append(matrix)

    def apply(self, op: Primitive, xs: list[Any]) -> Any:
        """One row of the table, line by line."""
        ufunc = UFUNCS.get(op)
        if op is SIGMOID:
            return _sigmoid(xs[0])
        if ufunc is None:
            return op.forward(NUMPY, *xs)
        rows, columns = max([x.shape[0] for x in xs]), max([x.shape[1] for x in xs])
        return ufunc(*xs, out=self.take(rows, columns))

    def matmul(self, w: Any, x: Any) -> Any:
        """W·X."""
        return np.matmul(w, x, out=self.take(w.shape[0], x.shape[1]))

    def sigmoids(self, x: Any) -> Any:
        """σ(x), and below it σ(-x): 1 or e over 1 + e, with e = exp(-|x|)."""
        rows, columns = x.shape
        both, d = self.take(2 * rows, columns), self.take(rows, columns)
        plus, minus = both[:rows], both[rows:]
        np.abs(x, out=minus)
        np.negative(minus, out=minus)
        np.exp(minus, out=minus)
        np.add(minus, 1.0, out=d)
        np.maximum(minus, x >= 0, out=plus)  # np.where takes four times as long: it guesses wrong
        np.maximum(minus, x <= 0, out=minus)
        plus /= d
        minus /= d
        self.give(d)
        return both


def _owned(matrix: Any) -> Any:
    """The matrix, or a copy of what is only a view of another one."""
    return matrix if matrix.base is None else matrix.copy()


NUMPY: Any = SimpleNamespace(**vars(arrays))
vars(NUMPY).update(
    lines=lambda matrix, lines: matrix[lines],
    concat=_concat,
    stack=np.concatenate,
    broadcast=np.broadcast_to,
    reshape=np.reshape,
    transposed=np.transpose,
    column=lambda numbers: np.array(numbers).reshape(-1, 1),
    compare=lambda holds, x, y: holds(x, y).astype(float),
    sum_examples=lambda lines: lines.sum(axis=1),
    nothing=_nothing,
    add=_add,
    owned=_owned,
)
UFUNCS = {ADD: np.add, SUB: np.subtract, MUL: np.multiply, DIV: np.divide, NEG: np.negative}
UFUNCS |= {
    row: found
    for row in TABLE.values()
    if row.arity is not None and isinstance(found := getattr(arrays, row.name, None), np.ufunc)
}


class Arrays:
    """A program for NumPy.

    Args:
        program: as recorded.
        reduce: whether results are summed over the batch.
    """

    def __init__(self, program: Program, *, reduce: bool) -> None:
        self.plan = Plan(fit(program), reduce=reduce)
        memory = Memory()
        self.m = SimpleNamespace(
            **vars(NUMPY),
            apply=memory.apply,
            matmul=memory.matmul,
            sigmoids=memory.sigmoids,
            let_go=memory.give,
        )
        self.single = self.plan if not reduce else None
        self.program = program

    def one(self, shared: Any, example: Any) -> Any:
        """The results for one example."""
        if self.single is None:
            self.single = Plan(self.plan.program, reduce=False)
        with np.errstate(all="ignore"):
            matrices = self.single.start(self.m, shared.reshape(-1, 1))
            return self.single.block(self.m, matrices, np.reshape(example, (-1, 1)))[:, 0]

    def start(self, shared: Any) -> Any:
        """What is the same for all examples."""
        with np.errstate(all="ignore"):
            return self.plan.start(self.m, shared.reshape(-1, 1))

    def block(self, matrices: Any, columns: Any) -> Any:
        """Results of a block of examples, or their sums."""
        with np.errstate(all="ignore"):
            return self.plan.block(self.m, matrices, columns)
