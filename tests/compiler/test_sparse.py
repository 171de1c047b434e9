"""Results of which most are constants: Hessians with many zeros."""

from itertools import pairwise

import numpy as np
import pytest

import autograd as ag
from autograd import compile, hessian, jacobian

N = 24


def rosenbrock(x):
    pairs = pairwise(x)
    return ag.sum([100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairs])


@pytest.mark.parametrize("backend", ["python", "numpy", "numba"])
def test_a_sparse_hessian_is_eagers_to_the_bit(backend):
    x = np.linspace(-1.0, 1.0, N)
    compiled = compile(hessian(rosenbrock), backend=backend)
    for scale in (1.0, 2.0):
        assert compiled(scale * x) == hessian(rosenbrock)((scale * x).tolist())
    first, second = compiled(x), compiled(x)
    first[0][0] = first[0][5] = 7.0  # whose rows are its own
    assert second == compiled(x) and first != second


def test_its_program_has_a_few_instructions_for_each_input():
    assert len(compile(hessian(rosenbrock)).record(np.ones(N))) < 12 * N


def test_other_structures_are_built_too():
    def f(x):
        return {
            "array": np.array(jacobian(lambda y: [y[0] * y[0], *[0.0 * a + 1.0 for a in y]])(x)),
            "pairs": tuple([(a * 0.5, 1.0) for a in x[:2]]),
            "rows": [[3.0] * 200, [*[0.0] * 99, x[0]]],
        }

    x = [0.5 * k for k in range(20)]
    found = compile(f, backend="numba")(x)
    expected = compile(f, backend="python")(x)
    np.testing.assert_array_equal(found["array"], expected["array"])
    assert found["pairs"] == expected["pairs"]
    assert found["rows"] == expected["rows"]
