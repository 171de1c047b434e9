"""The steps of a plan: each is called with a library's functions, ``m``, and the matrices so far.

A matrix has a line for each number and a column for each example, or one column for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.compiler.program.instructions import COMPARE, WHERE
from autograd.primitives import Primitive


class Gather:
    """Lines of several matrices as one matrix.

    Attributes:
        pieces: matrix and lines; a slice where they are neighbours.
        varies: whether there is a column for each example; else there is one for all.
    """

    def __init__(self, where: Sequence[tuple[int, int]], *, varies: bool) -> None:
        self.varies = varies
        self.count = len(where)
        pieces: list[tuple[int, list[int]]] = []
        for matrix, line in where:
            if not pieces or pieces[-1][0] != matrix:
                pieces.append((matrix, []))
            pieces[-1][1].append(line)
        if len(set(where)) == 1:  # one line for all: arrays repeat it themselves
            pieces = [(where[0][0], [where[0][1]])]
        self.pieces = [(matrix, as_slice(lines)) for matrix, lines in pieces]

    def lines(self, m: Any, matrices: list[Any]) -> Any:
        """The matrix; a single line where all are the same."""
        parts = [m.lines(matrices[matrix], lines) for matrix, lines in self.pieces]
        if len(parts) == 1:
            return parts[0]
        return m.concat(parts, max([part.shape[1] for part in parts]))

    def all_lines(self, m: Any, matrices: list[Any]) -> Any:
        """The matrix with a line for each place, also where all are the same."""
        found = self.lines(m, matrices)
        if found.shape[0] == self.count:
            return found
        return m.broadcast(found, (self.count, found.shape[1]))


def as_slice(lines: list[int]) -> slice | list[int]:
    """Line numbers as a slice where they are neighbours."""
    start, stop = lines[0], lines[0] + len(lines)
    return slice(start, stop) if lines == list(range(start, stop)) else lines


class Elementwise:
    """One row of the table, line by line."""

    def __init__(self, op: Primitive, operands: list[Gather], count: int) -> None:
        self.op = op
        self.operands = operands
        self.count = count

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return self.operands

    def __call__(self, m: Any, matrices: list[Any]) -> Any:
        """The results as lines."""
        xs = [x.lines(m, matrices) for x in self.operands]
        if self.op in COMPARE:
            found = m.compare(COMPARE[self.op], *xs)
        elif self.op is WHERE:
            found = m.where(xs[0] != 0, *xs[1:])
        else:
            found = m.apply(self.op, xs)
        if found.shape[0] != self.count:  # all operands are one line
            found = m.broadcast(found, (self.count, found.shape[1]))
        return found


class Sigmoids:
    """σ(x) and σ(-x), with one exp for both: the derivative of σ needs the two."""

    def __init__(self, xs: Gather, count: int) -> None:
        self.xs, self.count = xs, count

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [self.xs]

    def __call__(self, m: Any, matrices: list[Any]) -> Any:
        """The lines of σ(x), and then those of σ(-x)."""
        return m.sigmoids(self.xs.all_lines(m, matrices))


class MatrixProduct:
    """Dots that weigh the same lines: W·X + b, or b + W·X."""

    def __init__(
        self, ws: Gather, xs: Gather, biases: Sequence[Gather | None], count: int, n: int
    ) -> None:
        self.ws, self.xs, self.biases = ws, xs, biases
        self.shape = count, n

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [g for g in (self.ws, self.xs, *self.biases) if g is not None]

    def __call__(self, m: Any, matrices: list[Any]) -> Any:
        """The dots as lines."""
        weights = m.reshape(self.ws.all_lines(m, matrices), self.shape)
        found = m.matmul(weights, self.xs.all_lines(m, matrices))
        for bias in self.biases:
            if bias is not None:
                found = m.add(found, bias.lines(m, matrices))
        return found


class Dots:
    """Dots of any lines."""

    def __init__(
        self, ws: Gather, xs: Gather, biases: Sequence[Gather | None], count: int, n: int
    ) -> None:
        self.ws, self.xs, self.biases = ws, xs, biases
        self.shape = count, n

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [g for g in (self.ws, self.xs, *self.biases) if g is not None]

    def __call__(self, m: Any, matrices: list[Any]) -> Any:
        """The dots as lines."""
        ws, xs = self.ws.all_lines(m, matrices), self.xs.all_lines(m, matrices)
        first, last = [None if b is None else b.all_lines(m, matrices) for b in self.biases]
        found = in_order(m, ws * xs, self.shape, first)
        return found if last is None else found + last


def in_order(m: Any, terms: Any, shape: tuple[int, int], bias: Any = None) -> Any:
    """Sums of ``shape[1]`` lines each, first to last: another order may overflow.

    A library's own sum goes along the lines in an order of its own, above all where there is one
    column only.
    """
    count, n = shape
    terms = m.reshape(terms, (count, n, terms.shape[1]))
    total = terms[:, 0, :] if bias is None else bias + terms[:, 0, :]
    for k in range(1, n):
        total = total + terms[:, k, :]
    return total


class Sum:
    """Sums of any lines."""

    def __init__(self, xs: Gather, count: int, n: int) -> None:
        self.xs = xs
        self.shape = count, n

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [self.xs]

    def __call__(self, m: Any, matrices: list[Any]) -> Any:
        """The sums as lines."""
        return in_order(m, self.xs.all_lines(m, matrices), self.shape)


class Grid:
    """Sums over the batch of products of some lines with some others: L·Rᵀ."""

    def __init__(self, lefts: Gather, rights: Gather, entries: slice | list[int]) -> None:
        self.lefts, self.rights, self.entries = lefts, rights, entries

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [self.lefts, self.rights]

    def __call__(self, m: Any, matrices: list[Any], n: int) -> Any:
        """The sums that are wanted."""
        left, right = self.lefts.all_lines(m, matrices), self.rights.all_lines(m, matrices)
        return m.lines(m.reshape(m.matmul(left, m.transposed(right)), (-1,)), self.entries)


class SummedProducts:
    """Sums over the batch of single products."""

    def __init__(self, lefts: Gather, rights: Gather, count: int) -> None:
        self.lefts, self.rights, self.count = lefts, rights, count

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [self.lefts, self.rights]

    def __call__(self, m: Any, matrices: list[Any], n: int) -> Any:
        """The sums."""
        left, right = self.lefts.all_lines(m, matrices), self.rights.all_lines(m, matrices)
        return m.sum_examples(left * right)


class Lines:
    """Results as they are, or their sums over the batch."""

    def __init__(self, lines: Gather, *, reduce: bool) -> None:
        self.gather = lines
        self.reduce = reduce

    def gathers(self) -> list[Gather]:
        """What it reads."""
        return [self.gather]

    def __call__(self, m: Any, matrices: list[Any], n: int) -> Any:
        """The results, or their sums."""
        gather = self.gather
        if not self.reduce:
            found = gather.all_lines(m, matrices)
            return found if found.shape[1] == n else m.broadcast(found, (found.shape[0], n))
        if not gather.varies:
            return m.reshape(gather.all_lines(m, matrices), (-1,)) * n
        # Sums first, and then which: the lines themselves need not be copied.
        sums = [m.lines(m.sum_examples(matrices[matrix]), lines) for matrix, lines in gather.pieces]
        found = sums[0] if len(sums) == 1 else m.stack(sums)
        return found if found.shape[0] == gather.count else m.broadcast(found, (gather.count,))
