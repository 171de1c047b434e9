"""Optimisers against their update rules, written out here for one number; groups, state, bad input."""

import json
import math
import pickle

import pytest

import nn
from autograd import AnomalyError, ArgumentError, OperandError, Value
from nn import LBFGS, MLP, SGD, Adagrad, Adam, AdamW, CosineAnnealingLR, LinearLR, RMSprop, StepLR

FIRST_ORDER = (SGD, Adagrad, RMSprop, Adam, AdamW)
START = 1.5


def slope(w):
    return 4 * w**3 - 2 * w + 0.5  # of w⁴ - w² + w/2


def sgd(w, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    v = None
    while True:
        g = slope(w) + weight_decay * w
        v = g if v is None else momentum * v + (1 - dampening) * g
        if not momentum:
            v = g
        w -= lr * (g + momentum * v if nesterov else v)
        yield w


def adagrad(w, lr=1e-2, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
    s, t = initial_accumulator_value, 0
    while True:
        g = slope(w) + weight_decay * w
        s += g**2
        w -= lr / (1 + t * lr_decay) * g / (s**0.5 + eps)
        t += 1
        yield w


def rmsprop(w, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
    s = m = v = 0.0
    while True:
        g = slope(w) + weight_decay * w
        s = alpha * s + (1 - alpha) * g**2
        m = alpha * m + (1 - alpha) * g
        v = momentum * v + g / ((s - m**2 * centered) ** 0.5 + eps)
        w -= lr * v
        yield w


def adam(
    w, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, decoupled=False
):
    m = s = top = 0.0
    t = 0
    while True:
        t += 1
        g = slope(w) + weight_decay * w * (not decoupled)
        w -= lr * weight_decay * w * decoupled
        m = betas[0] * m + (1 - betas[0]) * g
        s = betas[1] * s + (1 - betas[1]) * g**2
        top = max(s, top) if amsgrad else s
        w -= lr * m / (1 - betas[0] ** t) / ((top / (1 - betas[1] ** t)) ** 0.5 + eps)
        yield w


def adamw(w, weight_decay=1e-2, **options):
    return adam(w, weight_decay=weight_decay, decoupled=True, **options)


CASES = [
    (SGD, sgd, {}), (SGD, sgd, {"lr": 0.02, "momentum": 0.9, "dampening": 0.25}),
    (SGD, sgd, {"lr": 0.02, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    (Adagrad, adagrad, {}), (Adagrad, adagrad, {"lr": 0.2, "lr_decay": 0.1, "weight_decay": 0.1,
                                                "initial_accumulator_value": 0.5, "eps": 1e-2}),
    (RMSprop, rmsprop, {}), (RMSprop, rmsprop, {"momentum": 0.5, "weight_decay": 0.1, "alpha": 0.9}),
    (RMSprop, rmsprop, {"centered": True, "eps": 1e-3}),
    (Adam, adam, {}), (Adam, adam, {"lr": 0.1, "betas": (0.5, 0.75), "weight_decay": 0.1}),
    (Adam, adam, {"lr": 0.1, "amsgrad": True, "betas": (0.5, 0.75), "eps": 1e-3}),
    (AdamW, adamw, {}), (AdamW, adamw, {"lr": 0.1, "weight_decay": 0.5, "amsgrad": True}),
]  # fmt: skip
EACH = pytest.mark.parametrize(("kind", "rule", "options"), CASES)


def descend(optimizer, w, *, sign=1.0):
    optimizer.zero_grad()
    (sign * (w**4 - w**2 + w / 2)).backward()
    optimizer.step()
    return w.data


@EACH
def test_a_hundred_steps_follow_the_rule(kind, rule, options):
    w, up = Value(START), Value(START)
    optimizer, ascent = kind([w], **options), kind([up], **options, maximize=True)
    for _, expected in zip(range(100), rule(START, **options), strict=False):
        assert descend(optimizer, w) == pytest.approx(expected, rel=1e-9)
        assert descend(ascent, up, sign=-1.0) == w.data


@EACH
def test_state_is_plain_and_resumes_to_the_bit(kind, rule, options):
    w = Value(START)
    optimizer = kind([w], **options)
    for _ in range(5):
        descend(optimizer, w)
    state = optimizer.state_dict()
    assert json.loads(json.dumps(state))["param_groups"][0]["params"] == [0]
    v = Value(w.data)
    other = kind([v], lr=0.3)
    other.load_state_dict(state)
    twin, x = pickle.loads(pickle.dumps((optimizer, w)))
    for _ in range(5):
        assert descend(optimizer, w) == descend(other, v) == descend(twin, x)
    assert state != optimizer.state_dict() or not state["state"][0]


def valley(x, y):
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2  # Rosenbrock's


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_lbfgs_finds_the_end_of_a_narrow_valley(sign):
    x, y = Value(-1.2), Value(1.0)
    lbfgs = LBFGS([x, y], line_search_fn="strong_wolfe", max_iter=60, maximize=sign < 0,
                  tolerance_grad=1e-9, tolerance_change=1e-14)  # fmt: skip
    calls = []

    def closure():
        lbfgs.zero_grad()
        loss = sign * valley(x, y)
        loss.backward()
        calls.append(loss.data)
        return loss

    assert abs(lbfgs.step(closure).data) == pytest.approx(24.2)
    assert (x.data, y.data) == pytest.approx((1.0, 1.0), abs=1e-5)
    assert len(calls) <= 75
    assert lbfgs.step(closure).data == pytest.approx(0.0, abs=1e-9)


def test_lbfgs_without_a_search_and_resumed():
    def closure_of(optimizer, w):
        def closure():
            optimizer.zero_grad()
            loss = w**4 - w**2 + w / 2
            loss.backward()
            return loss

        return closure

    w = Value(START)
    one = LBFGS([w], lr=0.5, max_iter=2, max_eval=5)
    one.step(closure_of(one, w))
    # its first step is lr at most, for one parameter
    first = Value(START)
    only = LBFGS([first], lr=0.5, max_iter=1)
    only.step(closure_of(only, first))
    assert first.data == pytest.approx(START - 0.5)
    # and the second is the secant's
    secant = (slope(1.0) - slope(START)) / (1.0 - START)
    assert w.data == pytest.approx(1.0 - 0.5 * slope(1.0) / secant)
    v = Value(w.data)
    other = LBFGS([v])
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    for _ in range(5):
        one.step(closure_of(one, w))
        other.step(closure_of(other, v))
        assert v.data == w.data


def test_lbfgs_says_what_it_needs():
    w = Value(1.0)
    with pytest.raises(ArgumentError, match="LBFGS: step needs a closure"):
        LBFGS([w]).step()
    with pytest.raises(ArgumentError, match="line_search_fn is 'armijo'"):
        LBFGS([w], line_search_fn="armijo")
    with pytest.raises(ArgumentError, match="one group"):
        LBFGS([{"params": [w]}, {"params": [Value(1.0)]}])
    with pytest.raises(ArgumentError, match="max_iter is 0"):
        LBFGS([w], max_iter=0)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_goes_back_when_a_trial_fails(search):
    w = Value(1.0)
    lbfgs = LBFGS([w], lr=3.0, line_search_fn=search)

    def closure():
        lbfgs.zero_grad()
        loss = w.log() + 3 * w  # nan for w < 0
        loss.backward()
        return loss

    with pytest.raises(AnomalyError, match="LBFGS: the loss is nan"):
        lbfgs.step(closure)
    assert w.data == 1.0


@pytest.mark.parametrize("kind", FIRST_ORDER)
def test_what_has_no_gradient_stays(kind):
    w, still = Value(1.0), Value(2.0)
    optimizer = kind([w, still], weight_decay=0.1)
    (3.0 * w).backward()
    optimizer.step()
    assert w.data < 1.0
    assert still.data == 2.0
    assert optimizer.step(lambda: 7.0) == 7.0


@pytest.mark.parametrize("kind", FIRST_ORDER)
def test_a_gradient_that_is_not_finite_changes_nothing(kind):
    w, v = Value(1.0), Value(1.0, label="W7")
    optimizer = kind([{"params": [w]}, {"params": [v], "lr": 0.5}])
    for bad in (math.nan, math.inf):
        w.grad, v.grad = 1.0, bad
        with pytest.raises(AnomalyError, match=f"{kind.__name__}: the gradient of .*W7"):
            optimizer.step()
        assert w.data == v.data == 1.0


def test_groups_have_their_own_options():
    u, w = Value(1.0), Value(1.0)
    optimizer = SGD([{"params": [u]}, {"params": [w], "lr": 0.5}], lr=0.1)
    assert (optimizer.lr, optimizer.parameters) == (0.1, [u, w])
    (u + w).backward()
    optimizer.step()
    assert (u.data, w.data) == (0.9, 0.5)
    optimizer.lr = 0.25
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.25]
    assert repr(optimizer) == "<SGD of 2 parameters: lr 0.25>"


def test_bad_options_are_named():
    w = Value(1.0)
    for make, words in (
        (
            lambda: Adam([w], betas=(0.9, 1.0)),
            r"Adam: a beta is 1.0; it must be at least 0 and below 1",
        ),
        (lambda: Adam([w], betas=0.9), "betas is 0.9; it must be two numbers"),
        (lambda: Adam([w], lr=0.0), "Adam: the learning rate is 0.0; it must be finite and > 0"),
        (lambda: Adam([w], eps=-1.0), "eps is -1.0; it must be at least 0"),
        (lambda: Adam([w], amsgrad=1), "amsgrad is 1; it must be True or False"),
        (lambda: SGD([w], momentum=math.inf), "momentum is inf"),
        (lambda: SGD([w], weight_decay=math.nan), "weight_decay is nan"),
        (lambda: SGD([w], nesterov=True), "nesterov needs momentum > 0 and no dampening"),
        (lambda: SGD([{"params": [w], "lr": 0.0}]), "the learning rate is 0.0"),
        (lambda: SGD([{"params": [w], "speed": 1}]), "group 1 has an unknown option 'speed'"),
        (lambda: SGD([{"params": [w]}, w]), 'group 2 .* must be a dict with "params"'),
        (lambda: SGD([{"params": [w]}, {"params": [w]}]), "is in group 1 and in group 2"),
        (lambda: SGD([{"params": []}]), "no parameter"),
        (lambda: Adagrad([w], lr_decay="a"), "Adagrad: lr_decay: .*'a'"),
        (lambda: RMSprop(3.0), "takes a list of parameters"),
    ):
        with pytest.raises((ArgumentError, OperandError), match=words):
            make()


def test_a_state_that_does_not_fit_is_refused():
    w = Value(START)
    adam = Adam([w])
    descend(adam, w)
    before = adam.state_dict()
    good = adam.state_dict()
    group = good["param_groups"][0]
    for state, words in (
        (SGD([Value(1.0)]).state_dict(), "missing: betas.*unknown: momentum"),
        (Adam([Value(1.0), Value(2.0)]).state_dict(), r"groups of \[2\] parameters for \[1\]"),
        ({**good, "state": {3: {}}}, "memory of parameter 3, and there are 1"),
        ({**good, "param_groups": [{**group, "betas": (0.9, 2.0)}]}, "a beta is 2.0"),
        ({**good, "param_groups": [{**group, "lr": -1.0}]}, "lr is -1.0"),
        ({**good, "param_groups": 3}, "what state_dict"), ({**good, "state": [1]}, "what state_dict"),
        ({**good, "state": {0: {"exp_avg": "a"}}}, "exp_avg of parameter 0 is 'a'"),
        ({}, "what state_dict"), (None, "what state_dict"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, OperandError), match=words):
            adam.load_state_dict(state)
        assert adam.state_dict() == before


def test_clipping():
    ws = [Value(1.0) for _ in range(3)]
    ws[0].grad, ws[1].grad = 3.0, -4.0
    assert nn.clip_grad_norm_(ws, 10.0) == 5.0
    assert (ws[0].grad, ws[1].grad) == (3.0, -4.0)
    assert nn.clip_grad_norm_(ws, 1.0) == 5.0
    assert (ws[0].grad, ws[1].grad) == pytest.approx((0.6, -0.8), rel=1e-6)
    assert not ws[2].has_grad
    nn.clip_grad_value_(ws, 0.7)
    assert (ws[0].grad, ws[1].grad) == pytest.approx((0.6, -0.7), rel=1e-6)
    assert nn.clip_grad_norm_(ws[2], 1.0) == 0.0
    ws[0].grad, ws[1].grad = 1e200, 1e200
    assert nn.clip_grad_norm_(ws, 1.0) == pytest.approx(math.sqrt(2) * 1e200)
    assert ws[0].grad == pytest.approx(math.sqrt(0.5))
    ws[0].grad = math.nan
    nn.clip_grad_value_(ws, 0.5)
    assert math.isnan(ws[0].grad)
    with pytest.raises(AnomalyError, match="the norm of the gradients is nan"):
        nn.clip_grad_norm_(ws, 1.0, error_if_nonfinite=True)
    assert math.isnan(nn.clip_grad_norm_(ws, 1.0)) and math.isnan(ws[1].grad)
    for bad in (-1.0, math.nan):
        with pytest.raises(ArgumentError, match="max_norm is"):
            nn.clip_grad_norm_(ws, bad)
        with pytest.raises(ArgumentError, match="clip_value is"):
            nn.clip_grad_value_(ws, bad)
    with pytest.raises(OperandError, match="takes a list of parameters"):
        nn.clip_grad_norm_(MLP(1, [1]), 1.0)


def test_schedules_are_their_formulas():
    def rates(make, n=8):
        optimizer = SGD([Value(1.0)], lr=0.8)
        schedule, found = make(optimizer), [optimizer.lr]
        for _ in range(n):
            schedule.step()
            found.append(optimizer.lr)
        assert schedule.get_last_lr() == [optimizer.lr]
        return found

    assert rates(lambda o: StepLR(o, 3, 0.5)) == [0.8] * 3 + [0.4] * 3 + [0.2] * 3
    assert rates(lambda o: CosineAnnealingLR(o, 4, 0.2)) == pytest.approx(
        [0.2 + 0.3 * (1 + math.cos(math.pi * t / 4)) for t in range(9)]
    )
    assert rates(lambda o: LinearLR(o, 0.25, total_iters=3)) == pytest.approx(
        [0.2, 0.4, 0.6] + [0.8] * 6
    )


def test_a_schedule_resumes_and_refuses():
    optimizer = SGD([Value(1.0)], lr=0.8)
    schedule = StepLR(optimizer, 2)
    for _ in range(5):
        schedule.step()
    other = SGD([Value(1.0)], lr=0.1)
    other.load_state_dict(optimizer.state_dict())
    twin = StepLR(other, 2)
    twin.load_state_dict(schedule.state_dict())
    schedule.step()
    twin.step()
    assert other.lr == optimizer.lr == pytest.approx(0.8e-3)
    for make, words in (
        (lambda: StepLR(optimizer, 0), "step_size is 0"), (lambda: StepLR(optimizer, 1, 0.0), "gamma is 0.0"),
        (lambda: CosineAnnealingLR(optimizer, 1.5), "T_max is 1.5"),
        (lambda: CosineAnnealingLR(optimizer, 2, -1.0), "eta_min is -1.0"),
        (lambda: LinearLR(optimizer, 0.0), "start_factor is 0.0"),
        (lambda: LinearLR(optimizer, 0.5, 2.0), "end_factor is 2; it must be at most 1"),
        (lambda: LinearLR(optimizer, total_iters=0), "total_iters is 0"),
        (lambda: StepLR(0.1, 1), "StepLR: takes an optimizer, got 0.1"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, OperandError), match=words):
            make()


@pytest.mark.parametrize("kind", [*FIRST_ORDER, LBFGS])
def test_each_trains_eager_and_compiled_alike(kind):
    pytest.importorskip("numpy")
    points = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    found = []
    for how in (False, True):
        model = MLP(2, [4, 2], activation="tanh", seed=1)
        options = (
            {"line_search_fn": "strong_wolfe", "max_iter": 5} if kind is LBFGS else {"lr": 0.05}
        )
        optimizer = kind(model.parameters(), **options)
        history = nn.train(
            model, points, [0, 1, 1, 0], optimizer=optimizer, epochs=15, loss=nn.cross_entropy,
            batch_size=None if kind is LBFGS else 2, compile=how,
        )  # fmt: skip
        assert history.losses[-1] < history.losses[0]
        found.append(history.losses)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize("compiled", [False, True])
def test_training_names_a_class_that_is_none(compiled):
    pytest.importorskip("numpy")
    model = MLP(2, [2], seed=0)
    before = model.state_dict()
    with pytest.raises(ArgumentError, match="the label is 2; with 2 outputs"):
        nn.train(
            model, [[0.0, 1.0], [1.0, 0.0]], [0, 2], optimizer=Adam(model.parameters()), epochs=1,
            loss=nn.cross_entropy, compile=compiled,
        )  # fmt: skip
    assert model.state_dict() == before
