"""compile with the arrays of PyTorch and JAX: random programs over the whole table, against eager.

The programs and what is allowed are those of tests/compiler/test_random_programs.py, in 64 bits. A
batch, and the sum over it: values, gradients and derivatives of those.

JAX is told less than PyTorch, for XLA does as it likes: it takes numbers below 2.2e-308 for 0, and
computes a·b + c with one rounding, so that a·b - a·b is no 0 but what was rounded off. Programs with
such small numbers are left out, and 1e-15 is taken for 0.
"""

import os
import sys

import numpy as np
import pytest

from autograd import compile
from autograd.trees import leaves
from tests.compiler.test_random_programs import (
    TRANSFORMS,
    chosen_by,
    leaves_of,
    programs,
    summed,
    wrong_of,
)

pytestmark = [
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore:.*plain numbers only"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # of NumPy, where eager has inf or nan
]
PROGRAMS = int(os.environ.get("PEER_PROGRAMS", "1000"))
SMALLEST = sys.float_info.min  # that is normal


def failures(seeds, kind, asarray, residue=0.0):
    wrong = []
    for seed, f, points, expected in programs(seeds, kind):
        expected = [(exact, [x + residue / 100 for x in far]) for exact, far in expected]
        batch = asarray(np.array(points))
        batched = compile(f, in_axes=0)(batch)
        rows = np.array(leaves_of(batched)).reshape(-1, 3).T
        at_edge, bad = kind == "second", []
        if seed % 5 == 0:
            total = compile(f, in_axes=0, reduce="sum")(batch)
            total = [x for part in leaves(total) for x in np.ravel(part).tolist()]
            bad = wrong_of(total, *summed(expected), at_edge=at_edge)
        for row, pair in zip(rows.tolist(), expected, strict=True):
            bad = bad or wrong_of(row, *pair, at_edge=at_edge)
        if bad:
            wrong.append((seed, bad))
    return wrong


@pytest.mark.parametrize("kind", TRANSFORMS)
@pytest.mark.parametrize("block", range(0, PROGRAMS, 50))
def test_tensors_of_pytorch(block, kind):
    torch = pytest.importorskip("torch")
    assert failures(range(block, block + 50), kind, torch.from_numpy)[:1] == []


def is_subnormal(x):
    return isinstance(x, float) and 0 < abs(x) < SMALLEST


def has_subnormals(seed, kind):
    """Whether a number of the program is one, or a number on the way."""
    chosen, points = chosen_by(seed, kind)
    constants = [x[1] for _, _, xs, _ in chosen.steps for x in xs if isinstance(x, tuple)]
    return any(map(is_subnormal, [*constants, *[x for p in points for x in chosen.run(p)]]))


# XLA takes long to compile: of PROGRAMS half are values, and a fifth second derivatives.
SHARES = {"value": (0, 50), "gradient": (50, 80), "second": (80, 100)}


@pytest.mark.parametrize("kind", TRANSFORMS)
@pytest.mark.parametrize("part", range(10))
def test_arrays_of_jax(part, kind):
    jax = pytest.importorskip("jax")
    first, stop = [k * PROGRAMS // 100 for k in SHARES[kind]]
    seeds = [seed for seed in range(first + part, stop, 10) if not has_subnormals(seed, kind)]
    with jax.enable_x64(True):
        assert failures(seeds, kind, jax.numpy.asarray, residue=1e-15)[:1] == []
    jax.clear_caches()
