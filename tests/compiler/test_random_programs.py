"""Random programs over the whole table, by every backend: against eager, with its digits known.

How far apart two right results may be depends on the program. So eager is run again with every node
changed by a part in 10^13, a few times: what that changes is allowed, and a little more.
"""

import math
import random

import numpy as np
import pytest

import autograd as ag
from autograd import Value, compile, grad, value_and_grad
from autograd.compiler.backends.choice import numba_is_there
from autograd.trees import leaves
from tests.compiler.random_programs import Chosen
from tests.sampling import spread

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plain numbers only"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # of NumPy, where eager has inf or nan
]
BACKENDS = ["python", "numpy", *["numba"] * numba_is_there()]
NOISY = 6  # runs of eager
TRANSFORMS = {
    "value": lambda f: f,
    "gradient": value_and_grad,
    "second": lambda f: grad(lambda xs: ag.sum([ag.sum(grad(f)(xs)), f(xs)])),
}


def plain(result):
    return [x.data if isinstance(x, Value) else float(x) for x in leaves(result)]


def expected_of(chosen, transform, points):
    """For each point: what eager gives, and how far off a right result may be."""
    found = []
    for point in points:
        exact = plain(transform(chosen.last)(point))
        spread_of = [0.0] * len(exact)
        for k in range(NOISY):
            noise = random.Random(k)
            moved = [x * (1 + noise.uniform(-1e-13, 1e-13)) for x in point]
            run = lambda xs, noise=noise: chosen.last(xs, noise)
            for i, x in enumerate(plain(transform(run)(moved))):
                same = x == exact[i] or (x != x and exact[i] != exact[i])
                far = 0.0 if same else abs(x - exact[i])
                spread_of[i] = max(spread_of[i], far if far == far else math.inf)
        found.append((exact, spread_of))
    return found


def wrong_of(got, expected, allowed, *, at_edge=False):
    """The places where these are not the same.

    ``at_edge`` a second derivative may be nan where eager's is not, as docs/compile.md says: a
    recorded ``where`` multiplies what it does not take by 0.
    """
    found = []
    for x, y, far in zip(got, expected, allowed, strict=True):
        same = x == y or (x != x and y != y)
        near = far == math.inf or abs(x - y) <= 100 * far + 1e-11 * abs(y) + 1e-300
        if not same and not near and not (at_edge and x != x):
            found.append((x, y, far))
    return found


def chosen_by(seed, kind):
    """A program, one in three a wild one, and three arguments."""
    chosen = Chosen(seed, wild=seed % 3 == 0, most=10 if kind != "second" else 5)
    return chosen, [[x * s for x in chosen.leaves] for s in (1.0, -1.0, 0.5)]


def programs(seeds, kind):
    """For each seed: a function of a list, three arguments, and what eager gives for each."""
    for seed in seeds:
        chosen, points = chosen_by(seed, kind)
        if any([chosen.reads_the_sign_of_nan(point) for point in points]):
            continue
        transform = TRANSFORMS[kind]
        yield seed, transform(chosen.last), points, expected_of(chosen, transform, points)


def summed(expected):
    """What the sum over a batch is, and how far off a right one may be."""
    sums = [sum(column) for column in zip(*[x for x, _ in expected], strict=True)]
    scale = [
        sum(far + 1e-13 * abs(x) for x, far in column)
        for column in zip(*[[*zip(*pair, strict=True)] for pair in expected], strict=True)
    ]
    return sums, [x if x == x else math.inf for x in scale]


def failures(seeds, kind, backends=BACKENDS):
    wrong = []
    for seed, f, points, expected in programs(seeds, kind):
        at_edge = kind == "second"
        for backend in backends:
            one = plain(compile(f, backend=backend)(points[0]))
            batched = compile(f, in_axes=0, backend=backend)(np.array(points))
            rows = np.array(leaves_of(batched)).reshape(-1, 3).T
            total = plain(compile(f, in_axes=0, reduce="sum", backend=backend)(np.array(points)))
            bad = wrong_of(one, *expected[0], at_edge=at_edge) or wrong_of(
                total, *summed(expected), at_edge=at_edge
            )
            for row, pair in zip(rows.tolist(), expected, strict=True):
                bad = bad or wrong_of(row, *pair, at_edge=at_edge)
            if bad:
                wrong.append((seed, backend, bad))
    return wrong


def leaves_of(result):
    """The results of a batch: arrays, in the order of an example's numbers."""
    if isinstance(result, (list, tuple)):
        return [x for part in result for x in leaves_of(part)]
    result = np.asarray(result, dtype=float)
    return [result] if result.ndim == 1 else [*result.reshape(result.shape[0], -1).T]


@pytest.mark.parametrize("kind", TRANSFORMS)
@pytest.mark.parametrize("block", spread(range(0, 10_000, 10), usual=1000, wide=250))
def test_every_backend_agrees_with_eager(block, kind):
    assert failures(range(block, block + 10), kind)[:1] == []


def test_what_is_allowed_is_little():
    """In most programs a change of a part in 10^8 would be found."""
    found = 0
    for seed in range(60):
        chosen = Chosen(seed, wild=False, most=10)
        ((exact, far),) = expected_of(chosen, value_and_grad, [chosen.leaves])
        found += bool(wrong_of([x * (1 + 1e-8) for x in exact], exact, far))
    assert found > 45


# What these found, in its smallest case.


@pytest.mark.parametrize("backend", BACKENDS)
def test_dots_of_constants_with_biases_of_a_batch(backend):
    """The product is one column, and the biases are as many as the batch has examples."""
    f = lambda x, y: [ag.dot([0.25, 2.0], [1.0, 3.0], x), ag.dot([0.25, 2.0], [1.0, 3.0], y)]
    found = compile(f, in_axes=0, backend=backend)([1.0, 2.0, 3.0], [-1.0, -2.0, -3.0])
    assert [x.tolist() for x in found] == [[7.25, 8.25, 9.25], [5.25, 4.25, 3.25]]
