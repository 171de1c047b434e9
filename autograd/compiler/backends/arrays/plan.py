"""A program as a plan for arrays: instructions that are alike are done together.

Instructions of one depth with one row have operands that are there already and nothing to do with
each other, so they are one operation on matrices, with a line for each instruction and a column for
each example. Dots that weigh the same lines are one matrix product, and so are the sums over the
batch of all products of some lines with some others: from the scalars of a network come back the
matrices W·A and δ·Aᵀ.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from autograd.compiler.backends.arrays.steps import (
    Dots,
    Elementwise,
    Gather,
    Grid,
    Lines,
    MatrixProduct,
    Sigmoids,
    Sum,
    SummedProducts,
    as_slice,
)
from autograd.compiler.program.instructions import CONSTANT, DOT, MUL, SUM, Place
from autograd.compiler.program.lowering import NATIVE, SIGMOID
from autograd.compiler.program.program import Program
from autograd.compiler.program.simplify import collected, lowered, sigmoid_pairs
from autograd.primitives import LEAF, Primitive

KEPT = NATIVE | {SIGMOID}
SHARED, LANES, CONSTANTS = range(3)  # the matrices that are given
FEW_TERMS = 7  # up to so many, a dot alone is added in order: rules correct for rounding in such
DENSE = 0.5  # a matrix product must need at least this share of its entries


def fit(program: Program) -> Program:
    """A program as recorded, in the rows that a plan knows."""
    return collected(lowered(program, kept=KEPT))


class Plan:
    """A program as steps on matrices.

    Args:
        program: lowered, and its dots collected.
        reduce: whether results are summed over the batch.

    Attributes:
        where: for each place the matrix that it is in, and its line.
        shared: the steps for what is the same for all examples.
        steps: the others.
    """

    def __init__(self, program: Program, *, reduce: bool) -> None:
        self.program = program
        self.reduce = reduce
        self.varies = program.varies()
        self.where: dict[Place, tuple[int, int]] = {}
        counts = [0, 0, 0]
        for place, op in enumerate(program.ops):
            if op is LEAF or op is CONSTANT:
                matrix = CONSTANTS if op is CONSTANT else LANES if self.varies[place] else SHARED
                self.where[place] = matrix, counts[matrix]
                counts[matrix] += 1
        self.constants = [program.numbers[p] for p in program.numbers]
        self.shared: list[Any] = []
        self.steps: list[Any] = []
        self._matrices = len(counts)
        self.both = sigmoid_pairs(program, {p for p, _, _ in program.code})
        products = self._summed_products() if reduce else {}
        for key, places in sorted(self._groups(products).items(), key=lambda item: item[0][:2]):
            self._add(key[0], program.ops[places[0]], places)
        self._finish(products)
        self._let_go()

    def _gather(self, places: Sequence[Place]) -> Gather:
        varies = any([self.varies[p] for p in places])
        return Gather([self.where[p] for p in places], varies=varies)

    def _groups(self, products: dict[Place, Any]) -> dict[Any, list[Place]]:
        """Instructions that are alike, by depth: those of one group don't need each other."""
        program, varies = self.program, self.varies
        depth = [0] * len(program.ops)
        groups: dict[Any, list[Place]] = defaultdict(list)
        both = self.both
        used = set(program.outputs).union(
            *[operands for place, _, operands in program.code if both.get(place, 0) is not None]
        )
        for place, op, operands in program.code:
            depth[place] = 1 + max([depth[x] for x in operands], default=0)
            if place in products or place not in used or both.get(place, 0) is None:
                continue
            like: Any = tuple([varies[x] for x in operands])
            if op is DOT:
                ws, xs, first, last = self._terms(place)
                weighed = not any([varies[w] for w in ws]) and any([varies[x] for x in xs])
                like = len(operands), first is None, last is None, weighed, xs if weighed else ()
            elif op is SUM:
                like = len(operands)
            elif place in both:
                like = "both"
                depth[both[place]] = depth[place]  # type: ignore[index]
            groups[varies[place], depth[place], str(op), like].append(place)
        return groups

    def _add(self, varies: bool, op: Primitive, places: list[Place]) -> None:
        program, where = self.program, self.where
        # In the order of their operands, whatever order they were written in: lines that are
        # neighbours need no copy.
        places = sorted(places, key=lambda p: [where[x] for x in program.operands[p]])
        rows = [program.operands[p] for p in places]
        if op is DOT:
            step = self._dot(places)
        elif op is SUM:
            step = Sum(self._gather([x for row in rows for x in row]), len(rows), len(rows[0]))
        elif places[0] in self.both:
            step = Sigmoids(self._gather([x for (x,) in rows]), len(rows))
            places = [*places, *[self.both[p] for p in places]]  # type: ignore[list-item]
        else:
            columns = [self._gather(column) for column in zip(*rows, strict=True)]
            step = Elementwise(op, columns, len(rows))
        (self.steps if varies else self.shared).append((self._matrices, step))
        for line, place in enumerate(places):
            self.where[place] = self._matrices, line
        self._matrices += 1

    def _terms(
        self, place: Place
    ) -> tuple[tuple[Place, ...], tuple[Place, ...], Place | None, Place | None]:
        """A dot's weights, what they weigh, and its bias: the one that comes first, or the last.

        The last is written as a term, ``1 · b``, that is the same for all examples.
        """
        operands = self.program.operands[place]
        n = len(operands) // 2
        ws, xs = weights_first(operands[:n], operands[n : 2 * n], self.varies)
        first = operands[-1] if len(operands) % 2 else None
        if n > 1 and self.program.numbers.get(ws[-1]) == 1.0 and not self.varies[xs[-1]]:
            return ws[:-1], xs[:-1], first, xs[-1]
        return ws, xs, first, None

    def _dot(self, places: list[Place]) -> Any:
        terms = [self._terms(p) for p in places]
        ws = self._gather([w for weights, _, _, _ in terms for w in weights])
        biases = [
            None if row[0] is None else self._gather(row)
            for row in zip(*[t[2:] for t in terms], strict=True)
        ]
        n, weighed = len(terms[0][0]), terms[0][1]
        large = len(terms) > 1 or n > FEW_TERMS
        if large and not ws.varies and len({xs for _, xs, _, _ in terms}) == 1:
            # A matrix product adds in an order of its own: let it be that of the lines.
            order = sorted(range(n), key=lambda k: self.where[weighed[k]])
            ws = self._gather([weights[k] for weights, _, _, _ in terms for k in order])
            xs = self._gather([weighed[k] for k in order])
            return MatrixProduct(ws, xs, biases, len(terms), n)
        xs = self._gather([x for _, weighed, _, _ in terms for x in weighed])
        return Dots(ws, xs, biases, len(terms), n)

    def _summed_products(self) -> dict[Place, tuple[Place, Place]]:
        """Outputs that are a product of two lines and nothing else."""
        program = self.program
        users = Counter(x for _, _, xs in program.code for x in xs)
        users.update(program.outputs)
        return {
            p: program.operands[p]  # type: ignore[misc]
            for p in program.outputs
            if program.ops[p] is MUL
            and users[p] == 1
            and all([self.varies[x] for x in program.operands[p]])
        }

    def _finish(self, products: dict[Place, tuple[Place, Place]]) -> None:
        """What gives the outputs, in which order."""
        program = self.program
        self.results: list[Any] = []  # steps, each giving a flat row of results
        order: list[Place] = []
        loose = dict(products)
        for grid in _grids(products):
            lefts, rights = (
                list(dict.fromkeys(a for a, _ in grid)),
                list(dict.fromkeys(b for _, b in grid)),
            )
            if len(grid) < DENSE * len(lefts) * len(rights):
                continue
            line = {x: k for k, x in enumerate(lefts)}
            column = {x: k for k, x in enumerate(rights)}
            entries = [line[a] * len(rights) + column[b] for a, b in grid]
            self.results.append(Grid(self._gather(lefts), self._gather(rights), as_slice(entries)))
            order += grid.values()
            for place in grid.values():
                del loose[place]
        if loose:
            a, b = zip(*loose.values(), strict=True)
            self.results.append(SummedProducts(self._gather(a), self._gather(b), len(loose)))
            order += loose
        rest = [p for p in dict.fromkeys(program.outputs) if p not in products]
        for varies in (True, False):
            places = [p for p in rest if self.varies[p] is varies]
            if places:
                self.results.append(Lines(self._gather(places), reduce=self.reduce))
                order += places
        at = {place: k for k, place in enumerate(order)}
        self.order = as_slice([at[p] for p in program.outputs]) if program.outputs else []

    def _let_go(self) -> None:
        """After which step nobody needs a matrix: its memory is used again, still in the cache."""
        made = {target: k for k, (target, _) in enumerate(self.steps)}
        last = dict(made)
        for k, step in enumerate([step for _, step in self.steps]):
            for gather in step.gathers():
                for matrix, _ in gather.pieces:
                    if matrix in made:
                        last[matrix] = k
        for result in self.results:
            for gather in result.gathers():
                for matrix, _ in gather.pieces:
                    last.pop(matrix, None)
        done: dict[int, list[int]] = defaultdict(list)
        for matrix, k in last.items():
            done[k].append(matrix)
        self.steps = [(*step, done[k]) for k, step in enumerate(self.steps)]

    def start(self, m: Any, shared: Any) -> list[Any]:
        """The matrices that are the same for all examples; ``shared`` is a column."""
        matrices: list[Any] = [None] * self._matrices
        matrices[SHARED] = shared
        matrices[CONSTANTS] = m.column(self.constants)
        for target, step in self.shared:
            matrices[target] = step(m, matrices)
        return matrices

    def block(self, m: Any, matrices: list[Any], columns: Any) -> Any:
        """Results of a block of examples: (outputs, n), or their sums, (outputs,)."""
        matrices = [*matrices]
        matrices[LANES] = columns
        for target, step, done in self.steps:
            matrices[target] = m.owned(step(m, matrices))
            for matrix in done:
                m.let_go(matrices[matrix])
                matrices[matrix] = None
        n = columns.shape[1]
        found = [result(m, matrices, n) for result in self.results]
        if self.reduce:  # sums are new; results may be lines of a matrix
            for target, _, _ in self.steps:
                m.let_go(matrices[target])
        if not found:
            return m.nothing(n, reduce=self.reduce)
        return m.lines(found[0] if len(found) == 1 else m.stack(found), self.order)


def weights_first(
    ws: tuple[Place, ...], xs: tuple[Place, ...], varies: list[bool]
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """What is the same for all examples as weights, wherever it was written."""
    pairs = [(x, w) if varies[w] and not varies[x] else (w, x) for w, x in zip(ws, xs, strict=True)]
    return tuple([w for w, _ in pairs]), tuple([x for _, x in pairs])


def _grids(products: dict[Place, tuple[Place, Place]]) -> list[dict[tuple[Place, Place], Place]]:
    """Products in groups that share lines, the two sides kept apart; (left, right) -> place."""
    users: dict[Place, list[Place]] = defaultdict(list)
    for p, (a, b) in products.items():
        users[a].append(p)
        users[b].append(p)
    grids = []
    seen: set[Place] = set()
    for root in products:
        if root in seen:
            continue
        left: dict[Place, bool] = {products[root][0]: True}
        waiting = [products[root][0]]
        grid: dict[tuple[Place, Place], Place] = {}
        fits = True
        while waiting:
            line = waiting.pop()
            for p in users[line]:
                if p in seen:
                    continue
                seen.add(p)
                a, b = products[p]
                other = b if a == line else a
                if other not in left:
                    left[other] = not left[line]
                    waiting.append(other)
                fits = fits and left[other] != left[line]
                pair = (line, other) if left[line] else (other, line)
                fits = fits and pair not in grid
                grid[pair] = p
        if fits:
            grids.append(grid)
    return grids
