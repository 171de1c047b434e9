"""Before training: some examples put aside, and inputs brought to one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from autograd import ArgumentError, OperandError, Value
from nn.init import generator_of


class Scaling(NamedTuple):
    """(x − mean) / deviation for each input, with the numbers of the examples it was learnt from.

    It is learnt from the examples for training only, and then used for all others. Save it with the
    model: ``nn.save(path, model, training={"scaling": scaling._asdict()})``, and make it anew by
    ``Scaling(**saved.training["scaling"])``.

    Attributes:
        means: of each input.
        deviations: the standard deviation of each, as NumPy's ``std``; 1 for one that is constant.

    >>> scaling = Scaling.of([[1.0, 5.0], [3.0, 5.0]])
    >>> scaling
    Scaling(means=[2.0, 5.0], deviations=[1.0, 1.0])
    >>> scaling([[2.0, 5.0], [4.0, 6.0]])
    [[0.0, 0.0], [2.0, 1.0]]
    """

    means: list[float]
    deviations: list[float]

    @classmethod
    def of(cls, X: Any) -> Scaling:
        """Learn it from examples.

        Raises:
            ArgumentError: when there is none, they differ in length, or an input is not finite.
        """
        rows = _rows(X)
        if not rows or not rows[0]:
            raise ArgumentError("Scaling: there is no example with inputs.")
        means, deviations = [], []
        for column in zip(*rows, strict=True):
            # First to a largest size of 1: sums and squares of finite numbers then stay finite.
            size = max(map(abs, column)) or 1.0
            small = [x / size for x in column]
            mean = math.fsum(small) / len(small)
            deviation = math.sqrt(math.fsum([(x - mean) ** 2 for x in small]) / len(small))
            means.append(mean * size)
            constant = min(column) == max(column)  # whose deviation may be a rounding error
            deviations.append(1.0 if constant else deviation * size or 1.0)
        return cls(means, deviations)

    def __call__(self, X: Any) -> list[list[float]]:
        """The inputs of examples on this scale.

        Raises:
            ArgumentError: for another number of inputs, or one that is not finite.
        """
        rows = _rows(X)
        for i, row in enumerate(rows):
            if len(row) != len(self.means):
                raise ArgumentError(
                    f"Scaling: example {i} has {len(row)} inputs; it was learnt from "
                    f"{len(self.means)}."
                )
        pairs = [*zip(self.means, self.deviations, strict=True)]
        return [[(x - m) / d for x, (m, d) in zip(row, pairs, strict=True)] for row in rows]


def train_test_split(X: Any, y: Any, *, test_size: float = 0.2, seed: Any = 0) -> Any:
    """Examples for training and others for a test, drawn at random; as scikit-learn's.

    Args:
        X, y: inputs and targets: lists, arrays, or of pandas or polars.
        test_size: the part that is for the test, rounded up; some are left for training.
        seed: a number, or a generator of ``numpy.random`` or ``random``.

    Returns:
        ``X_train, X_test, y_train, y_test``, of the kinds of X and y.

    Raises:
        ArgumentError: for lengths that differ, fewer than two examples, or a size that is not
            between 0 and 1.

    >>> X_train, X_test, y_train, y_test = train_test_split([[0], [1], [2], [3]], [0, 1, 2, 3])
    >>> len(X_train), len(X_test), [y for [y] in X_train] == y_train
    (3, 1, True)
    """
    n = len(X)
    if len(y) != n:
        raise ArgumentError(f"train_test_split: got {len(y)} targets for {n} inputs.")
    if n < 2:
        raise ArgumentError(f"train_test_split: there is {n} example; it takes 2 to split them.")
    part = Value(test_size).data
    if not 0.0 < part < 1.0:
        raise ArgumentError(f"train_test_split: test_size is {part:g}; it must be between 0 and 1.")
    order = [*range(n)]
    generator_of(seed, "train_test_split: seed").shuffle(order)
    tests = min(math.ceil(n * part), n - 1)
    return tuple([_taken(xs, which) for xs in (X, y) for which in (order[tests:], order[:tests])])


def _taken(xs: Any, places: list[int]) -> Any:
    if hasattr(xs, "iloc"):  # pandas, where [] asks for names
        return xs.iloc[places]
    if hasattr(xs, "shape"):
        return xs[places]
    return [xs[i] for i in places]


def _rows(X: Any) -> list[list[float]]:
    """Examples as lists of finite floats, all of one length."""
    rows: list[list[float]] = []
    for i, row in enumerate(X.to_numpy() if hasattr(X, "to_numpy") else X):
        if isinstance(row, (str, bytes)) or not isinstance(row, Iterable):
            raise OperandError(f"Scaling: example {i} is {row!r}; it must be a list of inputs.")
        rows.append([Value(x).data for x in row])
        for j, x in enumerate(rows[-1]):
            if not math.isfinite(x):
                raise ArgumentError(f"Scaling: input {j} of example {i} is {x}; it must be finite.")
        if len(rows[-1]) != len(rows[0]):
            raise ArgumentError(
                f"Scaling: example {i} has {len(rows[-1])} inputs, example 0 has {len(rows[0])}."
            )
    return rows
