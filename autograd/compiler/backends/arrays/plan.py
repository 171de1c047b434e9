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
    Sum,
    SummedProducts,
    as_slice,
)
from autograd.compiler.program.instructions import CONSTANT, DOT, MUL, SUM, Place
from autograd.compiler.program.program import Program
from autograd.primitives import LEAF, Primitive

SHARED, LANES, CONSTANTS = range(3)  # the matrices that are given
FEW_TERMS = 7  # up to so many, a dot alone is added in order: rules correct for rounding in such
DENSE = 0.5  # a matrix product must need at least this share of its entries


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
        products = self._summed_products() if reduce else {}
        for key, places in sorted(self._groups(products).items(), key=lambda item: item[0][:2]):
            self._add(key[0], program.ops[places[0]], places)
        self._finish(products)

    def _gather(self, places: Sequence[Place]) -> Gather:
        varies = any([self.varies[p] for p in places])
        return Gather([self.where[p] for p in places], varies=varies)

    def _groups(self, products: dict[Place, Any]) -> dict[Any, list[Place]]:
        """Instructions that are alike, by depth: those of one group don't need each other."""
        program, varies = self.program, self.varies
        depth = [0] * len(program.ops)
        groups: dict[Any, list[Place]] = defaultdict(list)
        for place, op, operands in program.code:
            depth[place] = 1 + max([depth[x] for x in operands], default=0)
            if place in products:
                continue
            like: Any = tuple([varies[x] for x in operands])
            if op is DOT:
                n = len(operands) // 2
                ws, xs = _weights_first(operands[:n], operands[n : 2 * n], varies)
                weighed = not any([varies[w] for w in ws]) and any([varies[x] for x in xs])
                like = len(operands), weighed, xs if weighed else ()
            elif op is SUM:
                like = len(operands)
            groups[varies[place], depth[place], str(op), like].append(place)
        return groups

    def _add(self, varies: bool, op: Primitive, places: list[Place]) -> None:
        program = self.program
        rows = [program.operands[p] for p in places]
        if op is DOT:
            step = self._dot(rows)
        elif op is SUM:
            step = Sum(self._gather([x for row in rows for x in row]), len(rows), len(rows[0]))
        else:
            columns = [self._gather(column) for column in zip(*rows, strict=True)]
            step = Elementwise(op, columns, len(rows))
        (self.steps if varies else self.shared).append((self._matrices, step))
        for line, place in enumerate(places):
            self.where[place] = self._matrices, line
        self._matrices += 1

    def _dot(self, rows: list[tuple[Place, ...]]) -> Any:
        n = len(rows[0]) // 2
        bias = self._gather([row[-1] for row in rows]) if len(rows[0]) % 2 else None
        pairs = [_weights_first(row[:n], row[n : 2 * n], self.varies) for row in rows]
        ws = self._gather([w for weights, _ in pairs for w in weights])
        large = len(rows) > 1 or n > FEW_TERMS
        if large and not ws.varies and len({xs for _, xs in pairs}) == 1:
            return MatrixProduct(ws, self._gather(pairs[0][1]), bias, len(rows), n)
        xs = self._gather([x for _, weighed in pairs for x in weighed])
        return Dots(ws, xs, bias, len(rows), n)

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
        for target, step in self.steps:
            matrices[target] = step(m, matrices)
        n = columns.shape[1]
        found = [result(m, matrices, n) for result in self.results]
        if not found:
            return m.nothing(n, reduce=self.reduce)
        return m.lines(found[0] if len(found) == 1 else m.stack(found), self.order)


def _weights_first(
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
