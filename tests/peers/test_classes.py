"""Weights, an ignored class and smoothed labels are PyTorch's, values and gradients."""

import itertools
import random

import pytest

import nn
from autograd import Value
from autograd import sum as sum_of

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peers
F = torch.nn.functional

DRAW = random.Random(20)
LOGITS = [[DRAW.gauss(0, s) for _ in range(4)] for s in (0.1, 1, 10) for _ in range(3)]
LOGITS += [[1e3, -1e3, 0.0, 1.0], [-1e3] * 4, [0.0] * 4]
WEIGHTS = (None, [1.0] * 4, [0.25, 2.0, 3.0, 0.5])
TARGETS = (0, 3, [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 0.0])


def tensor(xs):
    return torch.tensor(xs, dtype=torch.float64)


def same(name, logits, target, weight, **options):
    xs, ts = [Value(x) for x in logits], tensor(logits).requires_grad_()
    ours = getattr(nn, name)(xs, target, weight=weight, **options)
    goal = torch.tensor(target) if isinstance(target, int) else tensor(target)
    theirs = getattr(F, name)(
        ts, goal, weight=None if weight is None else tensor(weight), **options
    )
    ours.backward()
    theirs.backward()
    size = max(1.0, *map(abs, logits))
    assert ours.data == pytest.approx(theirs.item(), rel=1e-12, abs=1e-15 * size, nan_ok=True)
    found = [x.grad for x in xs]
    assert found == pytest.approx(ts.grad.tolist(), rel=1e-11, abs=4e-15, nan_ok=True)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_cross_entropy(reduction, share):
    for logits, target, weight in itertools.product(LOGITS, TARGETS, WEIGHTS):
        same("cross_entropy", logits, target, weight, reduction=reduction, label_smoothing=share)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("ignored", [-100, 3, 0])
def test_an_ignored_class(reduction, ignored):
    for logits, target, weight in itertools.product(LOGITS, (-100, 0, 3), WEIGHTS):
        if target == -100 != ignored:
            continue  # a class that there is not: PyTorch says nothing, or raises IndexError
        options = {"reduction": reduction, "ignore_index": ignored}
        same("cross_entropy", logits, target, weight, **options)
        same("cross_entropy", logits, target, weight, label_smoothing=0.2, **options)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_nll_loss(reduction):
    for logits, target, weight in itertools.product(LOGITS, (0, 3), WEIGHTS):
        logs = F.log_softmax(tensor(logits), 0).tolist()
        same("nll_loss", logs, target, weight, reduction=reduction)
        same("nll_loss", logs, target, weight, reduction=reduction, ignore_index=1)


def test_mean_over_a_batch_of_sums_is_pytorchs_up_to_the_sum_of_weights():
    """What the docstring says of training with weights."""
    targets, weight = [k % 4 for k in range(len(LOGITS))], WEIGHTS[2]
    ours = sum_of(
        [
            nn.cross_entropy(xs, k, weight=weight, reduction="sum")
            for xs, k in zip(LOGITS, targets, strict=True)
        ]
    ) / sum(weight[k] for k in targets)
    theirs = F.cross_entropy(tensor(LOGITS), torch.tensor(targets), weight=tensor(weight))
    assert ours.data == pytest.approx(theirs.item(), rel=1e-12)
