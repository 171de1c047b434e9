"""Every loss where numbers end: the largest, the smallest, infinite; and on many random ones.

What PyTorch gives as nan we may define; what it defines we give, with its gradient.
"""

import itertools
import math
import random

import pytest

import nn
from autograd import Value
from autograd import sum as sum_of

torch = pytest.importorskip("torch", reason="PyTorch, which make test-peers installs")
torch.set_num_threads(1)
pytestmark = [
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore:reduction. 'mean' divides"),
]
F = torch.nn.functional
INF = math.inf
ENDS = [0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 2.3e-308, 1e-160, -1e-160, 1e150, -1e150, 1.4e154,
        1e200, 1e308, -1e308, 1.7976931348623157e308, -1.7976931348623157e308, INF, -INF]  # fmt: skip
DRAW = random.Random(5)


def tensor(xs):
    return torch.tensor(xs, dtype=torch.float64)


def as_theirs(ours, theirs, what):
    for a, b in zip(ours, theirs, strict=True):
        if not math.isnan(b):
            assert a == pytest.approx(b, rel=1e-12, abs=1e-15), (what, ours, theirs)


def compare(name, outputs, target, peer=None, **options):
    """Value and gradient, for each reduction."""
    peer = peer or getattr(F, name)
    for reduction in ("mean", "sum", "none"):
        xs, ts = [Value(x) for x in outputs], tensor(outputs).requires_grad_()
        goal = torch.tensor(target) if isinstance(target, int) else tensor(target)
        ours = getattr(nn, name)(xs, target, reduction=reduction, **options)
        theirs = peer(ts, goal, reduction=reduction, **options)
        what = (name, outputs, target, reduction, options)
        if isinstance(ours, list):
            as_theirs([x.data for x in ours], theirs.tolist(), what)
            ours, theirs = sum_of(ours), theirs.sum()
        as_theirs([ours.data], [theirs.item()], what)
        if math.isnan(theirs.item()):
            continue  # PyTorch's slope of it is sometimes 0
        ours.backward()
        theirs.backward()
        as_theirs([x.grad for x in xs], ts.grad.tolist(), (*what, "gradient"))


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_losses_of_distance_at_the_ends(name):
    for a, y in itertools.product(ENDS, ENDS):
        compare(name, [a], [y])
        compare(name, [a, 0.5, -3.0], [y, 0.25, 1.0])
    if name == "huber_loss":
        for delta, a in itertools.product((1e-300, 0.5, 1e150, 1e308), ENDS):
            compare(name, [a, 0.3], [0.0, -0.25], delta=delta)


def test_losses_of_logits_at_the_ends():
    for a, y in itertools.product(ENDS, (0.0, 1.0, 0.3)):
        compare("binary_cross_entropy_with_logits", [a, 0.7], [y, 0.5])
    for xs in itertools.product(ENDS, (0.0, 1e308, -INF), (1.0, -1e308)):
        for k in range(3):
            compare("cross_entropy", list(xs), k)
        for ys in ([0.25, 0.25, 0.5], [1.0, 0.0, 0.0]):
            compare("cross_entropy", list(xs), ys)
        ours = [float(x) for x in nn.log_softmax(list(xs))]
        as_theirs(ours, F.log_softmax(tensor(xs), 0).tolist(), xs)


def test_nll_and_kl_at_the_ends():
    for a, y in itertools.product(ENDS, (0.0, 1.0, 0.3, 5e-324)):
        compare("nll_loss", [a, -1.0], 0)
        compare("nll_loss", [a, -1.0], 1)
        compare("kl_div", [a, -1.0], [y, 0.5])


@pytest.mark.parametrize("p", [0.0, 5e-324, 1e-308, 1e-12, 0.5, 1 - 1e-16, 1.0])
def test_binary_cross_entropy_at_the_ends(p):
    for y in (0.0, 5e-324, 0.25, 1.0):
        compare("binary_cross_entropy", [p, 0.25], [y, 0.5])


def hinge(a, y, reduction):
    losses = torch.relu(1 - y * a)
    return losses if reduction == "none" else getattr(losses, reduction)()


def test_those_that_pytorch_composes():
    for a, y in itertools.product(ENDS, (-1.0, 1.0)):
        compare("hinge_loss", [a, 0.25], [y, -1.0], peer=hinge)
    for a, y in itertools.product(ENDS, ENDS):
        for name, peer in (
            ("half_squared_error", lambda a, y: 0.5 * ((y - a) ** 2).sum()),
            ("mean_squared_error", F.mse_loss),
        ):
            xs, ts = [Value(a), Value(0.5)], tensor([a, 0.5]).requires_grad_()
            ours, theirs = getattr(nn, name)(xs, [y, 0.25]), peer(ts, tensor([y, 0.25]))
            as_theirs([ours.data], [theirs.item()], (name, a, y))
            if math.isnan(theirs.item()):
                continue
            ours.backward()
            theirs.backward()
            as_theirs([x.grad for x in xs], ts.grad.tolist(), (name, a, y, "gradient"))


def test_many_random_ones():
    for _ in range(60):
        n, scale = DRAW.randint(1, 6), 10 ** DRAW.uniform(-3, 3)
        xs = [DRAW.gauss(0, scale) for _ in range(n)]
        ys = [DRAW.gauss(0, scale) for _ in range(n)]
        ps, qs = ([DRAW.random() for _ in range(n)] for _ in range(2))
        signs = [DRAW.choice((-1.0, 1.0)) for _ in range(n)]
        for name in ("mse_loss", "l1_loss"):
            compare(name, xs, ys)
        compare("huber_loss", xs, ys, delta=10 ** DRAW.uniform(-3, 3))
        compare("hinge_loss", xs, signs, peer=hinge)
        compare("binary_cross_entropy", ps, qs)
        compare("cross_entropy", [x / scale for x in xs], DRAW.randrange(n))
        compare("nll_loss", xs, DRAW.randrange(n))
        compare("kl_div", [math.log(p) for p in ps], qs)
