"""Results of which most are the same number at every call, such as a Hessian's zeros.

The 40,000 numbers of a Hessian of 200 variables are 598 that move and zeros. To read all of them
from an array into lists took three times as long as to compute those that move: so rows begin as
copies of what never changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.program.program import Program

MANY = 256  # results; with fewer, there is nothing to gain


class Sparse:
    """How the results of a program are built from those that move.

    Attributes:
        places: of the numbers that move.
    """

    def __init__(self, program: Program) -> None:
        self.template = [program.numbers.get(p, 0.0) for p in program.outputs]
        self.fixed = np.array(self.template)
        self.indices = [i for i, p in enumerate(program.outputs) if p not in program.numbers]
        self.places = np.array([program.outputs[i] for i in self.indices], dtype=np.intp)
        self._moving: dict[tuple[int, int], list[tuple[int, int]]] = {}

    @staticmethod
    def of(program: Program) -> Sparse | None:
        """For a program with many results, most of them constants; else None."""
        outputs = program.outputs
        moving = [p for p in outputs if p not in program.numbers]
        return Sparse(program) if len(outputs) > max(MANY, 2 * len(moving)) else None

    def build(self, spec: Any, found: Any) -> Any:
        """The result, from the numbers at ``places``."""
        numbers = found.tolist()
        whole: list[float] = []

        def one(i: int) -> float:
            if not whole:
                whole.extend(self.template)
                for index, x in zip(self.indices, numbers, strict=True):
                    whole[index] = x
            return whole[i]

        def many(a: int, b: int, shape: tuple[int, ...]) -> Any:
            row = self.fixed[a:b].copy()
            for i, k in self._between(a, b):
                row[i] = numbers[k]
            return row.reshape(shape)

        def run(a: int, b: int) -> list[float]:
            row = self.template[a:b]
            for i, k in self._between(a, b):
                row[i] = numbers[k]
            return row

        return spec.build(one, many, run)

    def _between(self, a: int, b: int) -> list[tuple[int, int]]:
        """Of the results from a to b, which move: their places in the row and among the numbers."""
        found = self._moving.get((a, b))
        if found is None:
            found = [(i - a, k) for k, i in enumerate(self.indices) if a <= i < b]
            self._moving[a, b] = found
        return found
