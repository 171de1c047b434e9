"""The numba backend: a program as a tape of integers for the interpreter.

What is the same for all examples is computed once, in scalars. What varies is computed a tile of
128 examples at a time, each number a row with a lane for each example; a row is used again when
nobody needs what is in it. A result that is summed over the batch is summed as soon as it is there,
and the sum of a product takes the product on the way, so it never stands anywhere.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from autograd.collector import collector_paused
from autograd.compiler.backends.numba import codes
from autograd.compiler.backends.numba.interpreter import CODE, interpreter
from autograd.compiler.backends.numba.lanes import Lanes, constant, terms
from autograd.compiler.backends.numba.loops import loops
from autograd.compiler.backends.sparse import Sparse
from autograd.compiler.program.instructions import DOT, SUM, Place
from autograd.compiler.program.lowering import NATIVE, SIGMOID
from autograd.compiler.program.program import Program
from autograd.compiler.program.simplify import collected, lowered, sigmoid_pairs

KEPT = NATIVE | {SIGMOID}


def fit(program: Program) -> Program:
    """A program as recorded, in the rows that the interpreter knows."""
    return collected(lowered(program, kept=KEPT))


class Scalars:
    """Instructions in which every number is one float.

    Args:
        program: what :func:`fit` gave.
        places: the instructions to compute; the others have got their numbers already.

    Attributes:
        template: a number for each place, the constants' at theirs.
        tape: the integers.
    """

    def __init__(self, program: Program, places: list[Place]) -> None:
        both = sigmoid_pairs(program, set(places))
        tape: list[int] = []
        for place in places:
            op, operands = program.ops[place], program.operands[place]
            if place in both:
                other = both[place]
                if other is not None:
                    tape += [codes.SIGMOIDS, place, other, operands[0]]
            elif op is DOT or op is SUM:
                ws, xs, bias = terms(program, place)
                pairs = [x for pair in zip(ws, xs, strict=True) for x in pair]
                tape += [codes.DOT, place, 0 if bias is None else bias + 1, len(ws), *pairs]
            else:
                tape += [CODE[op], place, *operands]
        self.tape = np.array(tape, dtype=np.uint32)
        self.template = np.zeros(len(program.ops))
        for place, number in program.numbers.items():
            self.template[place] = number


class Tape:
    """A program for the interpreter.

    Args:
        program: as recorded.
        reduce: whether results are summed over the batch.
    """

    def __init__(self, program: Program, *, reduce: bool) -> None:
        self.program = program = fit(program)
        self.reduce = reduce
        for number in (0.0, 1.0):  # no bias; the weight of what is only added
            constant(program, number)
        self.varies = program.varies()
        self.outputs = np.array(program.outputs, dtype=np.intp)
        self.fixed = [k for k, p in enumerate(program.outputs) if not self.varies[p]]
        self.given = np.array([not i.varies for i in program.inputs]).nonzero()[0]
        self.columns = np.array([i.varies for i in program.inputs]).nonzero()[0]
        self.loops = loops()
        self._spare: list[Any] = []
        module = interpreter()
        self.run_scalars, self.run_lanes = module.run_scalars, module.run_lanes
        self.transpose = module.transpose

    @cached_property
    def single(self) -> Scalars:
        """All instructions, for one example."""
        return Scalars(self.program, [place for place, _, _ in self.program.code])

    @cached_property
    def scalars(self) -> Scalars:
        """The instructions that are the same for all examples."""
        code = self.program.code
        return Scalars(self.program, [place for place, _, _ in code if not self.varies[place]])

    @cached_property
    def lanes(self) -> Lanes:
        """The others."""
        with collector_paused():
            return Lanes(self.program, self.varies, reduce=self.reduce)

    @property
    def work(self) -> int:
        """The words of the tape for lanes, about one for each product of an example."""
        return len(self.lanes.tape)

    def threads(self) -> int:
        """As many as numba is told to use."""
        import numba

        count: int = numba.get_num_threads()
        return count

    @cached_property
    def sparse(self) -> Sparse | None:
        """How results are built of which most are constants."""
        return Sparse.of(self.program)

    def one(self, shared: Any, example: Any, places: Any = None) -> Any:
        """The results for one example, or the numbers at these places."""
        u = self.single.template.copy()
        u[self.given] = shared
        u[self.columns] = example
        self.run_scalars(self.single.tape, u)
        return u[self.outputs if places is None else places]

    def start(self, shared: Any) -> Any:
        """What is the same for all examples."""
        if not len(shared) and not self.scalars.tape.size:
            return self.scalars.template
        u = self.scalars.template.copy()
        u[self.given] = shared
        if self.scalars.tape.size:
            self.run_scalars(self.scalars.tape, u)
        return u

    def block(self, u: Any, columns: Any, results: Any = None, at: int = 0) -> Any:
        """Results of a block of examples, from ``at`` on in ``results`` if given; or their sums."""
        lanes = self.lanes
        n = columns.shape[1]
        try:  # no two threads get the same; what lanes without an example hold, nobody reads
            rows = self._spare.pop()
        except IndexError:
            rows = aligned(lanes.rows, lanes.tile)
        if lanes.filled:
            rows[list(lanes.filled.values())] = u[list(lanes.filled)][:, None]
        m = len(self.outputs)
        sums = np.zeros(m if self.reduce else 0)
        if results is None:
            results = np.empty((0 if self.reduce else m, n))
        self.run_lanes(lanes.tape, u, columns, rows, sums, results, at, self.loops)
        self._spare.append(rows)
        if self.reduce:
            if self.fixed:
                sums[self.fixed] = u[self.outputs[self.fixed]] * n
            return sums
        if self.fixed:
            results[self.fixed, at : at + n] = u[self.outputs[self.fixed]][:, None]
        return results


def aligned(rows: int, tile: int) -> Any:
    """Rows of zeros from the beginning of a line of the cache on.

    A vector of 64 bytes that lies in two lines is read twice: a step of 2-16-16-1 on 1000 examples
    took 182 or 143 µs, as memory happened to lie.
    """
    found = np.zeros(rows * tile + 7)
    start = -found.ctypes.data % 64 // 8
    return found[start : start + rows * tile].reshape(rows, tile)
