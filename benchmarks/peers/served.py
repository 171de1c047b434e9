"""What the peers' workers share: Rosenbrock's function, and one timing for each line they read."""

from __future__ import annotations

import gc
import json
import random
import sys
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def scalar_code(xs: Any) -> Any:
    """Rosenbrock's function as one writes it for single numbers."""
    return sum(100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(xs))


def array_code(x: Any) -> Any:
    """The same for an array of NumPy's kind."""
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def point(n: int) -> list[float]:
    """Where to differentiate."""
    draw = random.Random(n).uniform
    return [draw(-1.5, 1.5) for _ in range(n)]


def serve(version: str, hessians: dict[str, Callable[[list[float]], Any]]) -> None:
    """Print the version; then, for each line "form n", the seconds and the Hessian, as JSON."""
    print(json.dumps(version), flush=True)
    for line in sys.stdin:
        form, n = line.split()
        x = point(int(n))
        gc.collect()
        start = perf_counter()
        result = hessians[form](x)
        seconds = perf_counter() - start
        print(json.dumps({"seconds": seconds, "hessian": result.tolist()}), flush=True)
