"""The tape for lanes: which row holds what, and until when."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from autograd.compiler.backends.numba import codes
from autograd.compiler.backends.numba.interpreter import CODE
from autograd.compiler.program.instructions import CONSTANT, DOT, MUL, SUM, Place
from autograd.compiler.program.program import Program
from autograd.compiler.program.simplify import sigmoid_pairs
from autograd.primitives import Primitive


class Row(NamedTuple):
    """In a tape that is being written: the row of this place."""

    place: Place


class Lanes:
    """The tape for lanes: which row holds what, and until when.

    Attributes:
        tape: the integers.
        rows: how many rows there are at a time.
        tile: how many lanes a row has.
        filled: the rows of what is the same for all examples and stands among what varies.
    """

    def __init__(self, program: Program, varies: list[bool], *, reduce: bool) -> None:
        self.program = program
        self.varies = varies
        self.filled: dict[Place, int] = {}
        self._steps: list[tuple[list[Any], list[Place], list[Place]]] = []  # words, reads, writes
        products = self._summed_products() if reduce else {}
        both = sigmoid_pairs(program, {p for p, _, _ in program.code if varies[p]})
        needed = [p for p, _, _ in program.code if both.get(p, p) is not None]
        users = Counter([x for p in needed for x in program.operands[p]])
        users.update(program.outputs)
        left = Counter([first for first, _, _ in products.values()])
        groups: dict[Place, list[tuple[Place, int]]] = {}
        waiting: dict[tuple[Place, ...], Place] = {}  # a group that may find another to go with
        zero = constant(program, 0.0)
        twins = self._twins()
        done = set(twins.values())
        for place, op, operands in program.code:
            if place in products:
                first, second, index = products[place]
                groups.setdefault(first, []).append((second, index))
                left[first] -= 1
                if not left[first]:
                    key = tuple([second for second, _ in groups[first]])
                    if key in waiting:
                        other = waiting.pop(key)
                        self._sum_twice(other, first, groups.pop(other), groups.pop(first))
                    else:
                        waiting[key] = first
            elif place in twins and users[place] and users[twins[place]]:
                self._two_dots(place, twins[place], zero)
            elif place in done and users[place]:
                continue
            elif varies[place] and (users[place] or place in both):
                self._step(place, op, operands, both)
        for first in waiting.values():
            self._sum_products(first, groups[first])
        for index, place in enumerate(program.outputs):
            if varies[place] and place not in products:
                self._steps.append(
                    ([codes.SUM_LANES if reduce else codes.STORE, Row(place), index], [place], [])
                )
        self._allocate()

    def _summed_products(self) -> dict[Place, tuple[Place, Place, int]]:
        """Outputs that are products of two rows and nothing else: the rows, and which output."""
        program, varies = self.program, self.varies
        users = Counter(x for _, _, xs in program.code for x in xs)
        users.update(program.outputs)
        found = {
            p: (*program.operands[p], k)
            for k, p in enumerate(program.outputs)
            if program.ops[p] is MUL
            and users[p] == 1
            and all([varies[x] for x in program.operands[p]])
        }
        shared = Counter(x for a, b, _ in found.values() for x in (a, b))
        return {
            p: (a, b, k) if shared[a] >= shared[b] else (b, a, k) for p, (a, b, k) in found.items()
        }

    def _sum_products(self, first: Place, group: list[tuple[Place, int]]) -> None:
        words: list[Any] = [codes.SUM_PRODUCTS, Row(first), len(group)]
        for second, index in group:
            words += [Row(second), index]
        self._steps.append((words, [first, *[second for second, _ in group]], []))

    def _sum_twice(
        self,
        first: Place,
        other: Place,
        group: list[tuple[Place, int]],
        same: list[tuple[Place, int]],
    ) -> None:
        words: list[Any] = [codes.SUM_TWICE, Row(first), Row(other), len(group)]
        for (second, index), (_, another) in zip(group, same, strict=True):
            words += [Row(second), index, another]
        self._steps.append((words, [first, other, *[second for second, _ in group]], []))

    def _twins(self) -> dict[Place, Place]:
        """Dots in pairs that weigh the same rows by scalars; the first of a pair -> the second."""
        found: dict[Place, Place] = {}
        single: dict[tuple[Place, ...], Place] = {}
        for place, op, _ in self.program.code:
            if not self.varies[place] or (op is not DOT and op is not SUM):
                continue
            ws, xs, bias, _ = self._weighed(place)
            scaled = all(
                [not self.varies[w] and self.varies[x] for w, x in zip(ws, xs, strict=True)]
            )
            if not scaled or not xs or (bias is not None and self.varies[bias]):
                continue
            key = tuple(xs)
            if key in single:
                found[single.pop(key)] = place
            else:
                single[key] = place
        return found

    def _weighed(self, place: Place) -> tuple[list[Place], list[Place], Place | None, Place | None]:
        """A dot's terms, scalars first where there is one; its bias, first or last.

        ``dot(w, x) + b`` has b as its last term, 1 · b: sums keep their order.
        """
        ws, xs, bias = terms(self.program, place)
        pairs = [
            (x, w) if self.varies[w] and not self.varies[x] else (w, x)
            for w, x in zip(ws, xs, strict=True)
        ]
        last_w, last_x = pairs[-1] if len(pairs) > 1 else (-1, -1)
        last = None
        if self.program.numbers.get(last_w) == 1.0 and not self.varies[last_x]:
            last = pairs.pop()[1]
        return [w for w, _ in pairs], [x for _, x in pairs], bias, last

    def _two_dots(self, first: Place, second: Place, zero: Place) -> None:
        vs, xs, bias, last = self._weighed(first)
        ws, _, other, other_last = self._weighed(second)
        biases = [zero if b is None else b for b in (bias, other)]
        lasts = [0 if b is None else b + 1 for b in (last, other_last)]
        words: list[Any] = [codes.TWO_DOTS, Row(first), Row(second), *biases, *lasts, len(xs)]
        for x, v, w in zip(xs, vs, ws, strict=True):
            words += [Row(x), v, w]
        self._steps.append((words, xs, [first, second]))

    def _step(
        self,
        place: Place,
        op: Primitive,
        operands: tuple[Place, ...],
        both: dict[Place, Place | None],
    ) -> None:
        if place in both:
            other = both[place]
            if other is not None:
                words = [codes.SIGMOIDS, Row(place), Row(other), Row(operands[0])]
                self._steps.append((words, [operands[0]], [place, other]))
        elif op is DOT or op is SUM:
            self._dot(place)
        elif op is MUL and not all([self.varies[x] for x in operands]):
            w, x = operands if self.varies[operands[1]] else operands[::-1]
            self._steps.append(([codes.SCALE, Row(place), w, Row(x)], [x], [place]))
        else:
            rows = [self._row(x) for x in operands]
            self._steps.append(([CODE[op], Row(place), *rows], list(operands), [place]))

    def _row(self, place: Place) -> Row:
        if not self.varies[place]:
            self.filled[place] = -1
        return Row(place)

    def _dot(self, place: Place) -> None:
        """Terms in their order: a stretch of scalar times row, a stretch of row times row, ..."""
        ws, xs, bias, last = self._weighed(place)
        start, kind, reads = 0, codes.NO_BIAS, [*ws, *xs]
        bias_word: Any = 0
        if bias is not None:
            reads.append(bias)
            kind = codes.ROW_BIAS if self.varies[bias] else codes.SCALAR_BIAS
            bias_word = Row(bias) if self.varies[bias] else bias
        stretches: list[tuple[bool, list[Any]]] = []
        for w, x in zip(ws, xs, strict=True):
            rows = self.varies[w] and self.varies[x]
            pair: list[Any] = [Row(w), Row(x)] if rows else [w, self._row(x)]
            if not stretches or stretches[-1][0] != rows:
                stretches.append((rows, []))
            stretches[-1][1].append(pair)
        words: list[Any] = []
        while start < len(stretches):
            scaled = stretches[start][1] if not stretches[start][0] else []
            start += bool(scaled)
            paired = stretches[start][1] if start < len(stretches) and stretches[start][0] else []
            start += bool(paired)
            end = 0 if last is None or start < len(stretches) else last + 1
            words += [codes.DOT, Row(place), bias_word, len(scaled), len(paired), kind, end]
            words += [word for pair in (*scaled, *paired) for word in pair]
            kind, bias_word = codes.GO_ON, 0
        self._steps.append((words, reads, [place]))

    def _allocate(self) -> None:
        row: dict[Place, int] = {}
        for place, given in enumerate(self.program.inputs):
            if given.varies:
                row[place] = len(row)
        for place in self.filled:
            self.filled[place] = row[place] = len(row)
        kept = set(row)
        last = {x: k for k, (_, *touched) in enumerate(self._steps) for xs in touched for x in xs}
        self.rows = len(row)
        free: list[int] = []
        words: list[int] = []
        for k, (step, reads, writes) in enumerate(self._steps):
            for place in writes:
                if free:
                    row[place] = free.pop()
                else:
                    row[place] = self.rows
                    self.rows += 1
            words += [row[word.place] if type(word) is Row else word for word in step]
            done = [p for p in {*reads, *writes} if p in row and last[p] == k and p not in kept]
            free += [row[p] for p in done]
        self.rows = max(self.rows, 1)
        # Longer tiles for short programs, while all rows fit the first-level cache: a tile costs
        # 60 ns and more beside what it computes.
        self.tile = max(codes.TILE, min(16, codes.FEW_ROWS // self.rows) * codes.TILE)
        self.tape = np.array(words, dtype=np.uint32)


def terms(program: Program, place: Place) -> tuple[list[Place], list[Place], Place | None]:
    """A dot's or a sum's weights, what they weigh, and its bias."""
    operands = program.operands[place]
    if program.ops[place] is SUM:
        one = constant(program, 1.0)
        return [one] * len(operands), list(operands), None
    n = len(operands) // 2
    return (
        list(operands[:n]),
        list(operands[n : 2 * n]),
        operands[-1] if len(operands) % 2 else None,
    )


def constant(program: Program, x: float) -> Place:
    """The place of a number in the program, appended if it is not there."""
    for place, number in program.numbers.items():
        if number == x:
            return place
    program.ops.append(CONSTANT)
    program.operands.append(())
    program.numbers[len(program.ops) - 1] = x
    return len(program.ops) - 1
