"""Steps with arrays are the steps without: to the bit, mixed, frozen, refused; rules of one's own."""

import copy
import math
import pickle
import sys

import pytest

from autograd import AnomalyError, ArgumentError, Value
from nn import LBFGS, SGD, Adagrad, Adam, AdamW, Linear, Optimizer, RMSprop

np = pytest.importorskip("numpy")
CASES = [
    (SGD, {}), (SGD, {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.01}),
    (SGD, {"momentum": 0.8, "nesterov": True, "maximize": True}),
    (Adagrad, {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1}),
    (RMSprop, {"alpha": 0.9, "weight_decay": 0.1}), (RMSprop, {"centered": True, "momentum": 0.5}),
    (Adam, {"weight_decay": 0.1}), (Adam, {"amsgrad": True, "betas": (0.5, 0.9), "maximize": True}),
    (AdamW, {"lr": 0.05, "weight_decay": 0.3}),
]  # fmt: skip
EACH = pytest.mark.parametrize(("kind", "options"), CASES)
FEW, MANY = 3, 40  # the first are stepped one by one
DRAW = np.random.default_rng(0)


def slopes(w):
    return 4.0 * w * w * w - 2.0 * w + 0.5


def closure(w):
    return float(np.sum(w)), slopes(w)


def values(n):
    return [Value(x) for x in DRAW.normal(size=n).tolist()]


def numbers(ws):
    return [w.data for w in ws]


def eager(optimizer, ws):
    for w in ws:
        w.grad = slopes(w.data)
    optimizer.step()
    return numbers(ws)


def on_arrays(optimizer, ws):
    """The same, and the Values are given the new weights."""
    loss, new = optimizer.step_array(np.array(numbers(ws)), closure)
    assert loss == float(np.sum(numbers(ws)))
    for w, x in zip(ws, new.tolist(), strict=True):
        w.data = x
    return numbers(ws)


@pytest.mark.parametrize("n", [FEW, MANY])
@EACH
def test_arrays_give_the_bits_of_single_numbers(kind, options, n, monkeypatch):
    one, other, third = (values(n) for _ in range(3))
    for a, b, c in zip(one, other, third, strict=True):
        b.data = c.data = a.data
    first, second, third_kind = kind(one, **options), kind(other, **options), kind(third, **options)
    for step in range(12):
        expected = on_arrays(first, one)
        assert expected == (eager if step % 5 == 2 else on_arrays)(second, other)
        with monkeypatch.context() as without:
            without.delitem(sys.modules, "numpy")
            assert expected == eager(third_kind, third)
    assert first.state_dict() == second.state_dict() == third_kind.state_dict()
    twin, ws = pickle.loads(pickle.dumps((first, one)))
    copied, vs = copy.deepcopy((second, other))
    assert on_arrays(twin, ws) == eager(copied, vs) == on_arrays(first, one)


def test_memory_is_taken_up_again_and_saved_in_between():
    ws, vs = values(MANY), values(MANY)
    for w, v in zip(ws, vs, strict=True):
        v.data = w.data
    one, other = Adam(ws), Adam(vs)
    for _ in range(4):
        on_arrays(one, ws)
        on_arrays(other, vs)
        assert other.state[vs[0]]["step"] == one.state_dict()["state"][0]["step"]
        fresh = Adam(vs)
        fresh.load_state_dict(other.state_dict())
        other = fresh
    assert numbers(ws) == numbers(vs)


@EACH
def test_groups_frozen_ones_and_those_without_a_gradient(kind, options):
    """Each parameter as if it were alone."""
    layers = [Linear(5, 4, seed=k) for k in range(2)]
    layers[1].neurons[0].requires_grad_(False)
    ws = [w for layer in layers for w in _all_of(layer)]
    still = {id(w) for w in (*layers[1].neurons[0].weights, layers[1].neurons[0].bias)}
    alone = [Value(w.data) for w in ws]
    half = len(ws) // 2
    groups = [{"params": ws[:half], "lr": 0.03}, {"params": ws[half:]}]
    optimizer = kind(groups, **options)
    each = [
        kind([w], **(options | ({"lr": 0.03} if i < half else {}))) for i, w in enumerate(alone)
    ]
    for step in range(6):
        without = {2, 7} if step in {0, 3} else set()  # from here on their steps are fewer
        new = optimizer.step_array(np.array(numbers(ws)), closure)[1] if not without else None
        optimizer.zero_grad()
        for i, (w, v, single) in enumerate(zip(ws, alone, each, strict=True)):
            single.zero_grad()
            if i not in without:
                w.grad = v.grad = slopes(v.data)
            if id(w) not in still:
                single.step()
        if new is None:
            optimizer.step()
        else:
            for w, x in zip(ws, new.tolist(), strict=True):
                w.data = x
        assert numbers(ws) == numbers(alone)
    layers[1].neurons[0].requires_grad_(True)


@pytest.mark.parametrize("n", [FEW, MANY])
@pytest.mark.parametrize("kind", [SGD, Adam])
def test_what_is_not_finite_changes_nothing(kind, n):
    ws = values(n)
    ws[-1].label = "W9"
    optimizer = kind(ws, **({"momentum": 0.5} if kind is SGD else {}))
    eager(optimizer, ws)
    on_arrays(optimizer, ws)
    before, state = numbers(ws), optimizer.state_dict()
    weights = np.array(before)
    words = f"{kind.__name__}: the gradient of .*W9.* is not finite"
    for bad in (math.nan, -math.inf):
        wrong = np.array([1.0] * (n - 1) + [bad])
        with pytest.raises(AnomalyError, match=words):
            optimizer.step_array(weights, lambda w, wrong=wrong: (0.0, wrong))
        for w, g in zip(ws, wrong.tolist(), strict=True):
            w.grad = g
        with pytest.raises(AnomalyError, match=words):
            optimizer.step()
    optimizer.lr = 1e308
    for _ in range(2 * (kind is SGD)):  # Adam's steps are bounded
        for w in ws:
            w.grad = 1e200
        words = f"{kind.__name__}: the step would make .*nothing was changed"
        with pytest.raises(AnomalyError, match=words):
            optimizer.step()
        with pytest.raises(AnomalyError, match=words):
            optimizer.step_array(weights, lambda w: (0.0, np.full(n, 1e200)))
    assert (numbers(ws), weights.tolist()) == (before, before)
    optimizer.lr = state["param_groups"][0]["lr"]
    assert optimizer.state_dict() == state


@pytest.mark.parametrize("n", [FEW, MANY])
def test_nothing_divided_by_nothing_is_refused(n):
    optimizer = Adagrad(values(n), eps=0.0)
    for w in optimizer.parameters:
        w.grad = 0.0
    for step in (optimizer.step, lambda: optimizer.step_array(np.ones(n), lambda w: (0.0, 0 * w))):
        with pytest.raises(AnomalyError, match=r"Adagrad: the step would make .* nan"):
            step()


@pytest.mark.parametrize("optimizer", [SGD(values(MANY)), LBFGS(values(MANY))], ids=repr)
def test_arrays_of_other_sizes_are_refused(optimizer):
    for weights, slopes_ in ((np.ones(3), np.ones(3)), (np.ones((8, 5)), np.ones(40)),
                             (np.ones(40), np.ones(1)), (np.ones(40), np.ones((40, 1)))):  # fmt: skip
        with pytest.raises(ArgumentError, match=r"step_array: .* of shape .* for 40 parameters"):
            optimizer.step_array(weights, lambda w, slopes_=slopes_: (0.0, slopes_))


def test_what_the_closure_fills_again_is_no_memory():
    ws, buffer = values(MANY), np.ones(MANY)
    optimizer = SGD(ws, lr=1.0, momentum=0.5)
    weights = np.zeros(MANY)
    for slope, expected in ((1.0, -1.0), (2.0, -3.5)):
        buffer[:] = slope
        new = optimizer.step_array(weights, lambda w: (0.0, buffer))[1]
        assert set(new.tolist()) == {expected}
        assert new is not weights
        weights = new


class Counting(Optimizer):
    """A rule of one's own, whose memory is of several kinds."""

    def rule(self, m, w, g, memory, lr, kept):
        memory["kept"] = {"number": 0.5, "list": [1.0], "bool": True}.get(kept, kept)
        memory["count"] = memory.get("count", 0) + 1
        return w - lr * m.sign(g) * m.where(g > 0, 1.0, memory["count"])


@pytest.mark.parametrize("kept", ["number", "list", "bool", 3])
@pytest.mark.parametrize("n", [FEW, MANY])
def test_a_rule_of_ones_own(kept, n):
    ws, vs = values(n), values(n)
    for w, v in zip(ws, vs, strict=True):
        v.data = w.data
    one, other = Counting(ws, lr=0.1, kept=kept), Counting(vs, lr=0.1, kept=kept)
    for _ in range(5):
        assert eager(one, ws) == on_arrays(other, vs)
    assert one.state_dict() == other.state_dict()
    assert one.state[ws[0]]["count"] == 5


def test_when_all_are_frozen_nothing_moves():
    layer = Linear(2, 10, seed=0).requires_grad_(False)
    optimizer, before = SGD(_all_of(layer)), numbers(_all_of(layer))
    new = optimizer.step_array(np.array(before), closure)[1]
    eager(optimizer, _all_of(layer))
    assert new.tolist() == numbers(_all_of(layer)) == before
    layer.requires_grad_(True)


def _all_of(layer):
    return [w for neuron in layer.neurons for w in (*neuron.weights, neuron.bias)]


def test_a_rule_that_is_missing():
    with pytest.raises(NotImplementedError):
        Optimizer(values(2)).step_array(np.ones(2), closure)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("maximize", [False, True])
def test_lbfgs_on_arrays(search, maximize):
    sign = -1.0 if maximize else 1.0
    layer = Linear(3, 5, seed=0)
    frozen = layer.neurons[2]
    frozen.requires_grad_(False)
    ws = _all_of(layer)
    options = {"lr": 0.5, "max_iter": 3, "line_search_fn": search, "maximize": maximize}
    one, other = LBFGS(ws, **options), LBFGS(ws, **options)
    start = weights = np.array(numbers(ws))

    def seen(w):
        return sign * float(np.sum(w * w * w * w + 0.5 * w * w)), sign * (4 * w * w * w + w)

    def eager_closure():
        loss, g = seen(np.array(numbers(ws)))
        for w, x in zip(ws, g.tolist(), strict=True):
            w.grad = x
        return loss

    for step in range(4):
        loss = one.step(eager_closure)
        found, weights = other.step_array(weights, seen)
        assert found == pytest.approx(loss, rel=1e-9)
        assert weights.tolist() == pytest.approx(numbers(ws), rel=1e-9, abs=1e-12)
        if step == 1:  # the memory is plain, and goes on in arrays or lists
            state = pickle.loads(pickle.dumps(other.state_dict()))
            assert type(state["state"][0]["direction"]) is list
            other.load_state_dict(one.state_dict())
            one.load_state_dict(state)
    assert abs(found) < abs(seen(start)[0])
    still = slice(8, 12)
    assert weights[still].tolist() == start[still].tolist()
    frozen.requires_grad_(True)


def test_lbfgs_on_arrays_remembers_nothing_of_a_step_that_failed():
    lbfgs = LBFGS(values(2), lr=0.1, max_iter=4)
    weights = lbfgs.step_array(np.array([1.0, 2.0]), lambda w: (float(w @ w), 2 * w))[1]
    before, calls = lbfgs.state_dict(), []

    def failing(w):
        calls.append(w)
        return (math.nan if len(calls) > 2 else float(w @ w)), 2 * w

    with pytest.raises(AnomalyError, match="LBFGS: the loss is nan"):
        lbfgs.step_array(weights, failing)
    assert len(calls) == 3
    assert lbfgs.state_dict() == before


WOLFE = [
    {}, {"max_iter": 1}, {"max_iter": 3, "history_size": 2, "lr": 0.5},
    {"max_iter": 5, "max_eval": 4, "tolerance_grad": 1e-3}, {"max_iter": 2, "lr": 20.0},
    {"max_iter": 2, "lr": 1e-3, "tolerance_change": 1e-5}, {"lr": 1e-4, "max_eval": 3},
]  # fmt: skip


@pytest.mark.parametrize("options", WOLFE, ids=str)
def test_a_line_search_never_goes_up(options):
    """Over waves, in two dimensions and from several places."""

    def at(w):
        x, y = w.tolist()
        wave = 0.3 * math.sin(5 * x) * math.cos(3 * y)
        valley = y - x * x
        slope_x = -2 * (1 - x) - 20 * x * valley + 1.5 * math.cos(5 * x) * math.cos(3 * y)
        slope_y = 10 * valley - 0.9 * math.sin(5 * x) * math.sin(3 * y)
        return (1 - x) ** 2 + 5 * valley**2 + wave, np.array([slope_x, slope_y])

    for start in ([-0.5, 0.8], [2.0, 2.0], [-1.5, -1.0], [0.1, 3.0], [0.9, -2.5]):
        lbfgs = LBFGS(values(2), line_search_fn="strong_wolfe", **options)
        weights, met = np.array(start), math.inf
        first = at(weights)[0]
        for _ in range(25):
            loss, weights = lbfgs.step_array(weights, at)
            assert loss <= met + 1e-12
            met = loss
        assert at(weights)[0] < first or "max_iter" in options  # few evaluations find nothing


def test_lbfgs_without_curvature_and_at_the_minimum():
    lbfgs = LBFGS(values(2), lr=0.1, max_iter=2)
    weights = np.array([1.0, 1.0])
    for k in range(3):  # the slope is the same everywhere: y·s is 0
        weights = lbfgs.step_array(weights, lambda w: (float(w.sum()), np.ones(2)))[1]
        assert weights.tolist() == pytest.approx([weights[0]] * 2)
        assert weights[0] < 1.0 - 0.1 * k
    still, state = np.zeros(2), lbfgs.state_dict()["param_groups"]
    assert lbfgs.step_array(still, lambda w: (0.0, w))[1].tolist() == [0.0, 0.0]
    assert lbfgs.state_dict()["param_groups"] == state


def test_a_large_group_and_a_small_one():
    """One in arrays, the other not, and none makes the other forget."""
    ws, vs = values(MANY + FEW), values(MANY + FEW)
    for w, v in zip(ws, vs, strict=True):
        v.data = w.data
    one = SGD([{"params": ws[:FEW]}, {"params": ws[FEW:]}], lr=0.05, momentum=0.5)
    other = SGD(vs, lr=0.05, momentum=0.5)
    for step in range(6):
        assert (eager if step % 3 else on_arrays)(one, ws) == eager(other, vs)
    assert [one.state[w] for w in ws] == [other.state[v] for v in vs]


class Averaging(Optimizer):
    """Keeps the weights that it has seen."""

    def rule(self, m, w, g, memory, lr):
        memory["seen"] = w
        return w - lr * g


def test_what_a_rule_keeps_is_its_own():
    optimizer, weights = Averaging(values(MANY), lr=0.5), np.ones(MANY)
    optimizer.step_array(weights, lambda w: (0.0, w))
    weights[:] = 7.0
    assert {memory["seen"] for memory in optimizer.state.values()} == {1.0}
