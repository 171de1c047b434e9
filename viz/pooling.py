"""Places in one column: as near as can be to where each would like to be, in a given order."""

from __future__ import annotations


def pooled(wanted: list[float], sizes: list[float], weights: list[float]) -> list[float]:
    """The middles that keep the order and don't overlap, nearest by weighted least squares.

    Isotonic regression, by pooling adjacent violators (Ayer and others, 1955). O(n).

    >>> pooled([5.0, 5.0, 100.0], [10.0, 10.0, 10.0], [1.0, 1.0, 1.0])
    [0.0, 10.0, 100.0]
    >>> pooled([5.0, 5.0], [10.0, 10.0], [1.0, 3.0])
    [-2.5, 7.5]
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, count
    shifts, shift = [], 0.0
    for want, size, own in zip(wanted, sizes, weights, strict=True):
        shift += size / 2
        shifts.append(shift)
        mean, weight, count = want - shift, own, 1
        shift += size / 2
        while blocks and blocks[-1][0] > mean:
            other, more, many = blocks.pop()
            mean = (mean * weight + other * more) / (weight + more)
            weight, count = weight + more, count + many
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=True)]
