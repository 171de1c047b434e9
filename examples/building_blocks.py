"""A recurrent cell, attention, layer normalisation, an embedding: each a few lines over Values.

    python examples/building_blocks.py

``nn`` has none of them, because there is nothing to have: each is its formula, written down. The
derivatives follow by themselves, and ``compile`` runs them over batches. Names and formulas are
PyTorch's, and with the same weights so are the numbers, as tests/peers/test_building_blocks.py
holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

import autograd as ag
from autograd import Value
from nn import Adam, Linear, Module, fit

Vector = Sequence[Value | float]


class RNNCell(Module):
    """h' = tanh(W x + U h + b): the state h is what is remembered of all x so far (Elman 1990)."""

    def __init__(self, nin: int, size: int, seed: int = 0) -> None:
        self.input = Linear(nin, size, seed=seed)
        self.state = Linear(size, size, bias=False, seed=seed + 1)

    def forward(self, x: Vector, h: Vector) -> list[Value]:
        """The next state."""
        return [(a + b).tanh() for a, b in zip(self.input(x), self.state(h), strict=True)]


class Attention(Module):
    """Each word asks all words a question, and takes in the answers of those that match.

    Query q = W_q x, key k = W_k x, answer v = W_v x; out of word i comes Σⱼ wᵢⱼ vⱼ, where
    wᵢ = softmax(qᵢ·kⱼ / √d) over j (Vaswani and others 2017, equation 1).
    """

    def __init__(self, nin: int, size: int, seed: int = 0) -> None:
        self.query, self.key, self.value = (
            Linear(nin, size, bias=False, seed=seed + i) for i in range(3)
        )

    def forward(self, words: Sequence[Vector], *, causal: bool = False) -> list[list[Value]]:
        """A vector for each word; if ``causal``, no word looks at those after it."""
        queries, keys, values = ([f(x) for x in words] for f in (self.query, self.key, self.value))
        scale = 1 / math.sqrt(len(queries[0]))
        out = []
        for i, q in enumerate(queries):
            seen = slice(i + 1 if causal else None)
            weights = ag.softmax([scale * ag.dot(q, k) for k in keys[seen]])
            out.append([ag.dot(weights, column) for column in zip(*values[seen], strict=True)])
        return out


class LayerNorm(Module):
    """y = g (x - μ) / √(σ² + ε) + b, with mean μ and variance σ² of this one vector (Ba 2016)."""

    def __init__(self, size: int, eps: float = 1e-5) -> None:
        self.weight = [Value(1.0) for _ in range(size)]
        self.bias = [Value(0.0) for _ in range(size)]
        self._eps = eps

    def forward(self, x: Vector) -> list[Value]:
        """The vector with mean 0 and variance 1, then scaled and shifted."""
        mean = ag.mean(x)
        variance = ag.mean([(a - mean) ** 2 for a in x])
        scale = 1 / ag.sqrt(variance + self._eps)
        return [
            g * ((a - mean) * scale) + b for a, g, b in zip(x, self.weight, self.bias, strict=True)
        ]


class Embedding(Module):
    """A row of numbers for each of n things; which numbers, training finds out (Bengio 2003).

    A lookup is a product with a one-hot vector, so it needs no derivative of its own.
    """

    def __init__(self, n: int, size: int, seed: int = 0) -> None:
        numbers = np.random.default_rng(seed).standard_normal((n, size))
        self.rows = [[Value(x) for x in row] for row in numbers]

    def forward(self, k: Value | int) -> list[Value]:
        """Row k. While ``compile`` records, k has no number yet, so all rows take part.

        There a k that is none of them gives a row of zeros.
        """
        if isinstance(k, int):
            return self.rows[k]
        hot = [ag.where(k == j, 1.0, 0.0) for j in range(len(self.rows))]
        return [ag.dot(hot, column) for column in zip(*self.rows, strict=True)]


class LastOne(Module):
    """Reads marks 0, 1, 2 one by one, and says how many steps ago the last 2 was: for the demo."""

    def __init__(self, size: int = 8) -> None:
        self.embedding = Embedding(3, 3)
        self.cell = RNNCell(3, size)
        self.norm = LayerNorm(size)
        self.out = Linear(size, 1, seed=2)
        self._size = size

    def forward(self, marks: Sequence[Value | int]) -> list[Value]:
        """One number."""
        h: Vector = [0.0] * self._size
        for k in marks:
            h = self.cell(self.embedding(k), h)
        return self.out(self.norm(h))


def main(epochs: int = 100) -> tuple[float, float]:
    """Train three of them together, compiled; show the fourth; the loss before and after."""
    draw = np.random.default_rng(0)
    marks = draw.integers(0, 3, (400, 5))
    marks[:, 0] = 2  # so that there is one
    ago = np.argmax(marks[:, ::-1] == 2, axis=1) / 5

    model = LastOne()
    losses = fit(
        model, marks, ago, loss="mse", optimizer=Adam(model.parameters(), lr=0.02),
        epochs=epochs, batch_size=100, compile=True,
    ).losses  # fmt: skip
    print(f"embedding, recurrent cell, layer norm: loss {losses[0]:.4f} before, ", end="")
    print(f"{losses[-1]:.6f} after {epochs} epochs")
    for row in ([2, 0, 1, 1, 0], [2, 2, 1, 0, 2]):
        print(f"  {row}: the last 2 was {5 * model(row)[0].data:.2f} steps before the end")

    embedding, attention = Embedding(3, 4, seed=1), Attention(4, 2)
    print("attention: what each of four words takes in")
    for row in attention([embedding(k) for k in (2, 0, 1, 1)], causal=True):
        print("  ", [round(v.data, 3) for v in row])
    return losses[0], losses[-1]


if __name__ == "__main__":
    main()
