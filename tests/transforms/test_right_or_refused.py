"""A result is right, or it is refused; it is never silently wrong.

Each number here was wrong once, or is of the kind of one that was: in another mode, another
transform, another operation, another thread.
"""

import asyncio
import copy
import decimal
import fractions
import itertools
import math
import operator
import pickle
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mpmath import mp, mpf

import autograd as ag
import nn
from autograd import (
    GraphError,
    OperandError,
    Value,
    dot,
    enable_grad,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    prod,
    sin,
    sqrt,
    tanh,
    value_and_grad,
    vjp,
)
from autograd.modes import levels

INF, NAN = math.inf, math.nan


def number(x):
    return x.data if isinstance(x, Value) else x


def numbers(xs):
    return [numbers(x) if isinstance(x, (list, tuple)) else number(x) for x in xs]


def recorded_grad(f, x):
    """By ``grad`` of a Value that is recorded already."""
    v = Value(x)
    return number(grad(f(v), [v])[0])


def swept(f, x):
    """By ``backward()``."""
    v = Value(x)
    f(v).backward()
    return v.grad


def swept_with_graph(f, x):
    v = Value(x)
    f(v).backward(create_graph=True)
    return v.grad.data


def swept_to_inputs(f, x):
    v = Value(x)
    f(v).backward(inputs=[v])
    return v.grad


def pulled_twice(f, x):
    """The pullback of ``vjp``, called later and again."""
    _, pullback = vjp(f, x)
    first, second = pullback(1.0), pullback(2.0)
    assert same(2.0 * first[0], second[0])
    return pullback(1.0)[0]


def pushed(f, x):
    return jvp(f, (x,), (1.0,))[1]


FIRST = {
    "grad": lambda f, x: grad(f)(x),
    "value_and_grad": lambda f, x: value_and_grad(f)(x)[1],
    "jvp": pushed,
    "vjp": pulled_twice,
    "jacobian, reverse": lambda f, x: jacobian(f, "reverse")(x)[0],
    "jacobian, forward": lambda f, x: jacobian(lambda y: [f(y)], "forward")(x)[0][0],
    "jacobian of two": lambda f, x: jacobian(lambda y: [f(y), 3 * f(y)])(x)[0][0],
    "of a Value": lambda f, x: number(grad(f)(Value(x))),
    "jvp of a Value": lambda f, x: number(jvp(f, (Value(x),), (1.0,))[1]),
    "recorded": recorded_grad,
    "backward": swept,
    "backward with graph": swept_with_graph,
    "backward to inputs": swept_to_inputs,
}
NESTED = {
    "hessian": lambda f, x: hessian(f)(x)[0][0],
    "hvp": lambda f, x: hvp(lambda v: f(v[0]), [x], [1.0])[0],
    "hvp, twice as far": lambda f, x: hvp(f, x, 2.0) / 2,
    "hessian of a Value": lambda f, x: number(hessian(f)(Value(x))[0][0]),
}
BY_TWO = ("grad", "jvp", "vjp", "jacobian, reverse", "value_and_grad", "jacobian, forward")


def second(f, x):
    """The second derivative by every transform and by every pair of two."""
    found = {name: way(f, x) for name, way in NESTED.items()}
    for outer, inner in itertools.product(BY_TWO, repeat=2):
        found[f"{outer} of {inner}"] = number(
            FIRST[outer](lambda y, inner=inner: FIRST[inner](f, y), x)
        )
    return found


def first(f, x):
    return {name: way(f, x) for name, way in FIRST.items()}


def same(x, y, rel=1e-13):
    x, y = number(x), number(y)
    return x == y or (x != x and y != y) or abs(x - y) <= rel * abs(y)


def wrong(found, expected, rel=1e-13):
    return {name: x for name, x in found.items() if not same(x, expected, rel)}


# 1. Gradients that share an object.


@pytest.mark.parametrize("make", [
    lambda x, w: x * w, lambda x, w: x * w * 1.0, lambda x, w: dot([x], [w]), lambda x, w: prod([x, w]),
    lambda x, w: ag.sum([x * w]), lambda x, w: ag.where(1.0, x * w, 0.0), lambda x, w: -(-x * w),
    lambda x, w: x * w + 0 * x, lambda x, w: x.__mul__(w).abs(), lambda x, w: ag.relu(x * w),
])  # fmt: skip
def test_no_gradient_is_another_value(make):
    x, w = Value(2.0), Value(3.0)
    make(x, w).backward(create_graph=True)
    objects = [x, w, x.grad, w.grad]
    assert len(set(map(id, objects))) == 4
    assert (x.grad.data, w.grad.data) == (3.0, 2.0)
    x.data -= 0.1 * x.grad.data
    w.data -= 0.1 * w.grad.data  # by the old x
    assert (x.data, w.data) == (2.0 - 0.1 * 3.0, 3.0 - 0.1 * 2.0)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_an_update_in_place_in_any_order_uses_the_gradients_as_they_were(order):
    start = [2.0, 3.0, 5.0, 7.0]
    p = [Value(x) for x in start]
    loss = p[0] * p[1] + p[2] * p[3] + p[0] * p[3]
    loss.backward(create_graph=True)
    for i in order:
        p[i].data -= 0.1 * p[i].grad.data
    gradients = [3.0 + 7.0, 2.0, 7.0, 5.0 + 2.0]
    expected = [x - 0.1 * g for x, g in zip(start, gradients, strict=True)]
    assert [v.data for v in p] == expected


@pytest.mark.parametrize("seed", [1.0, 2, Value(1.0), Value(3.0)])
def test_the_gradients_of_two_equal_uses_are_two_objects(seed):
    x, y, unused = Value(2.0), Value(3.0), Value(4.0)
    (x + y).backward(seed, create_graph=True)
    assert x.grad is not y.grad
    assert x.grad is not seed
    assert y.grad is not seed
    assert not unused.has_grad


def test_the_gradient_of_the_root_itself_is_not_its_seed():
    x, seed = Value(2.0), Value(3.0)
    x.backward(seed, create_graph=True)
    assert x.grad is not seed
    assert x.grad.data == 3.0


@pytest.mark.parametrize("run", [
    lambda x, w: (x * w).backward(create_graph=True, inputs=[x, w]),
    lambda x, w: [(x * w).backward(create_graph=True), (x * w).backward(create_graph=True)],
])  # fmt: skip
def test_gradients_to_inputs_and_summed_ones_share_no_object(run):
    x, w = Value(2.0), Value(3.0)
    run(x, w)
    assert len(set(map(id, [x, w, x.grad, w.grad]))) == 4
    n = x.grad.data / 3.0
    assert n in {1.0, 2.0}
    assert w.grad.data == n * 2.0


def test_gradients_of_recorded_values_are_not_the_values():
    x, w = Value(2.0), Value(3.0)
    by_x, by_w = grad(x * w, [x, w], create_graph=True)
    assert len(set(map(id, [x, w, by_x, by_w]))) == 4
    by = grad(x + w, [x, w], create_graph=True)
    assert by[0] is not by[1]
    a, b = grad(lambda x, w: x * w, (0, 1))(x, w)
    assert len(set(map(id, [x, w, a, b]))) == 4
    _, pullback = vjp(lambda x, w: x * w, x, w)
    assert len({id(v) for v in (*pullback(1.0), x, w)}) == 4


def test_no_derivative_by_any_transform_is_a_captured_value_or_a_cotangent():
    w, c = Value(3.0), Value(1.5)
    f = lambda x: w * x
    by = [grad(f)(2.0), value_and_grad(f)(2.0)[1], vjp(f, 2.0)[1](1.0)[0], *jacobian(f)(2.0),
          jvp(f, (2.0,), (1.0,))[1], grad(f, 0)(Value(2.0)), *jacobian(f, "forward")(2.0),
          hessian(lambda x: w * x * x / 2)(2.0)[0][0], hvp(lambda x: w * x * x / 2, 2.0, 1.0),
          *grad(w * c, [c], create_graph=True)]  # fmt: skip
    assert numbers(by) == [3.0] * len(by)
    assert all(slope is not w for slope in by)
    add = lambda x, y: x + y
    seeded = [*vjp(add, 2.0, 3.0)[1](c), *grad(w + c, [w, c], c, create_graph=True),
              jvp(add, (2.0, 3.0), (c, 0.0))[1], *vjp(add, 2.0, 3.0)[1](c * 1.0)]  # fmt: skip
    assert numbers(seeded) == [1.5] * len(seeded)
    assert len({id(v) for v in (c, *seeded)}) == 1 + len(seeded)
    w.data = 4.0
    assert numbers(by) == [3.0] * len(by)


def test_a_picture_in_text_never_recurses():
    x, w = Value(2.0, label="x"), Value(3.0)
    for root in (x * 2, x * w, x * x, x + x):
        root.backward(create_graph=True)
        for v in (x, w, root, x.grad, root.grad):
            assert len(repr(v)) < 200
            assert len(f"{v}") < 200
        x.grad = None
    x.grad = x
    w.grad, x.grad = x, w  # in a circle
    assert repr(x).startswith("Value(2.0, label='x', grad=")
    assert repr(w) == "Value(3.0, grad=Value(2.0))"


# 2. Forward over a pullback of several outputs.

PULLBACKS = {
    "two outputs": (lambda x: vjp(lambda y: [y * y, 3 * y], x)[1]([1.0, 1.0])[0], 2.0, 7.0, 2.0),
    "three": (lambda x: vjp(lambda y: [y**3, y, y**2], x)[1]([1.0, 5.0, 1.0])[0], 2.0, 21.0, 14.0),
    "one not moved": (lambda x: vjp(lambda y: [y * y, 3.0], x)[1]([1.0, 1.0])[0], 2.0, 4.0, 2.0),
    "a cotangent that moves": (
        lambda x: vjp(lambda y: [y * y, 3 * y], x)[1]([x, 1.0])[0], 2.0, 11.0, 8.0,
    ),
    "a zero among cotangents": (
        lambda x: vjp(lambda y: [y**3, sqrt(y)], x)[1]([1.0, 0.0])[0], 2.0, 12.0, 12.0,
    ),
    "of a dict": (
        lambda x: vjp(lambda y: {"a": y * y, "b": y**3}, x)[1]({"a": 1.0, "b": 2.0})[0],
        2.0, 28.0, 26.0,
    ),
    "called twice": (lambda x: twice(vjp(lambda y: [y * y, 3 * y], x)[1]), 2.0, 14.0, 4.0),
    "of a jacobian": (lambda x: jacobian(lambda y: [y**3, y])(x)[0][0], 2.0, 12.0, 12.0),
    "of a jacobian, forward": (
        lambda x: jacobian(lambda y: [y**3, y], "forward")(x)[0][0], 2.0, 12.0, 12.0,
    ),
    "of two inputs": (
        lambda x: vjp(lambda y, z: [y * z, z * z], x, x * x)[1]([1.0, 1.0])[1],
        2.0, 2.0 + 2 * 4.0, 1.0 + 2 * 2 * 2.0,
    ),
}  # fmt: skip


def twice(pullback):
    return pullback([1.0, 1.0])[0] + pullback([1.0, 1.0])[0]


@pytest.mark.parametrize(("g", "x", "value", "slope"), PULLBACKS.values(), ids=PULLBACKS)
def test_every_mode_differentiates_a_pullback(g, x, value, slope):
    assert jvp(g, (x,), (1.0,)) == (value, slope)
    assert wrong(first(g, x), slope) == {}
    assert jacobian(g)(x) == [slope]


def test_a_pullback_made_outside_forward_mode_is_linear_in_its_cotangents():
    _, pullback = vjp(lambda y: [y * y, 3 * y], 2.0)
    g = lambda a: pullback([a * a, a])[0]  # 4a² + 3a
    assert wrong(first(g, 5.0), 43.0) == {}
    assert wrong(second(g, 5.0), 8.0) == {}


# 3. Other threads.


def in_a_pool(f):
    def run(*args):
        with ThreadPoolExecutor(2) as pool:
            return pool.submit(f, *args).result()

    return run


def in_a_thread_in_a_thread(f):
    return in_a_pool(in_a_pool(f))


def in_a_pool_made_before(f, pool=ThreadPoolExecutor(2)):  # noqa: B008 - the threads are older
    pool.submit(int).result()
    return lambda *args: pool.submit(f, *args).result()


def in_pieces(f):
    """Half of it here, half in a pool."""
    return lambda x: f(x) / 2 + in_a_pool(f)(x) / 2


def in_a_task(f):
    async def run(*args):
        await asyncio.sleep(0)
        return f(*args)

    return lambda *args: asyncio.run(run(*args))


def by_to_thread(f):
    return lambda *args: asyncio.run(asyncio.to_thread(f, *args))


def in_gathered_tasks(f):
    async def half(x):
        await asyncio.sleep(0)
        return f(x) / 2

    async def both(x):
        return sum(await asyncio.gather(half(x), asyncio.create_task(half(x))))

    return lambda x: asyncio.run(both(x))


def in_a_generator(f):
    def run(x):
        yield f(x)

    return lambda x: next(run(x))


ELSEWHERE = [in_a_pool, in_a_thread_in_a_thread, in_a_pool_made_before, in_pieces, in_a_task,
             by_to_thread, in_gathered_tasks, in_a_generator]  # fmt: skip


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_work_handed_to_others_keeps_its_derivatives(elsewhere):
    f = elsewhere(lambda x: x**3)
    assert wrong(first(f, 2.0), 12.0) == {}
    assert wrong(second(f, 2.0), 12.0) == {}
    assert grad(grad(grad(f)))(2.0) == 6.0
    assert jvp(lambda x: jvp(lambda y: jvp(f, (y,), (1.0,))[1], (x,), (1.0,))[1],
               (2.0,), (1.0,)) == (12.0, 6.0)  # fmt: skip


@pytest.mark.parametrize("elsewhere", [in_a_pool, in_a_pool_made_before, by_to_thread, in_a_task])
@pytest.mark.parametrize("inner", BY_TWO)
@pytest.mark.parametrize("outer", BY_TWO)
def test_an_inner_transform_in_another_thread_is_seen_through(elsewhere, inner, outer):
    slope = elsewhere(lambda x: FIRST[inner](lambda y: y**3, x))
    assert number(FIRST[outer](slope, 2.0)) == 12.0
    moved = elsewhere(lambda x: FIRST[inner](lambda y: x * x * y, 1.0))  # x is captured there
    assert number(FIRST[outer](moved, 2.0)) == 4.0


def test_a_transform_in_another_thread_is_not_confused_by_one_here():
    with ThreadPoolExecutor(1) as pool:

        def f(x):
            own = pool.submit(lambda: grad(lambda y: y * y)(3.0)).result()  # has no x in it
            assert number(own) == 6.0
            return x * own

        assert jvp(f, (2.0,), (1.0,)) == (12.0, 6.0)
        assert grad(f)(2.0) == 6.0


def at_once(task, n=8, times=6):
    """Run it in n threads at once; what each found."""
    barrier = threading.Barrier(n)

    def run(i):
        barrier.wait()
        return [task() for _ in range(times)]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(n) as pool:
            return [x for found in pool.map(run, range(n)) for x in found]
    finally:
        sys.setswitchinterval(before)


def test_transforms_of_a_closure_in_many_threads_touch_no_grad():
    w, deep = Value(3.0), Value(2.0)
    result = deep * deep
    w.grad, deep.grad = 0.25, 0.5
    f = lambda x: tanh(w * x) * result + x * w

    def everything():
        return numbers([
            grad(f)(0.5), jvp(f, (0.5,), (1.0,)), vjp(f, 0.5)[1](1.0), jacobian(f)(0.5),
            hessian(f)(0.5), hvp(f, 0.5, 1.0), value_and_grad(f)(0.5), grad(f(w), [w]),
        ])  # fmt: skip

    expected = everything()
    assert all(found == expected for found in at_once(everything))
    assert (w.grad, deep.grad) == (0.25, 0.5)
    assert not result.has_grad


def test_backward_in_many_threads_over_a_shared_trunk_adds_up():
    x = Value(1.0)
    trunk = x
    for _ in range(50):
        trunk = trunk + x * 0.0
    at_once(lambda: (trunk * 2.0).backward(), n=8, times=15)
    assert x.grad == 240.0


def test_recorded_sweeps_in_many_threads_over_a_shared_trunk_are_right():
    x = Value(1.0)
    trunk = x * x
    for _ in range(30):
        trunk = trunk + x * 0.0

    def sweep():
        (by_x,) = grad(trunk * trunk, [x], create_graph=True)
        (again,) = grad(by_x, [x])
        return by_x.data, again

    assert set(at_once(sweep)) == {(4.0, 12.0)}
    assert not x.has_grad


INTERRUPTED = {
    "grad": lambda f: grad(f)(0.5),
    "jvp": lambda f: jvp(f, (0.5,), (1.0,)),
    "hessian": lambda f: hessian(f)(0.5),
    "jvp of grad": lambda f: pushed(grad(f), 0.5),
    "vjp": lambda f: vjp(f, 0.5)[1](1.0),
    "under no_grad": lambda f: no_grad()(grad(f))(0.5),
}
PLACES = (
    "reverse.py",
    "backward.py",
    "rules.py",
    "table.py",
    "value.py",
    "test_right_or_refused.py",
)


@pytest.mark.parametrize("run", INTERRUPTED.values(), ids=INTERRUPTED)
def test_an_interrupted_transform_leaves_no_trace(run):
    w = Value(3.0)
    w.grad = 0.5
    f = lambda x: tanh(w * x) * w
    stopped = 0
    for stop in range(1, 500, 7):
        left = [stop]

        def trace(frame, event, arg, left=left):
            if frame.f_code.co_filename.endswith(PLACES):
                left[0] -= 1
                if left[0] == 0:
                    raise KeyboardInterrupt
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            run(f)
        except KeyboardInterrupt:
            stopped += 1
        finally:
            sys.settrace(before)
        assert w.grad == 0.5
        assert levels() == ()
        assert number(grad(lambda x: w * x * x)(2.0)) == 12.0
        with no_grad():
            assert type(grad(f)(0.5)) is float
    assert stopped >= 10


# 4. Copies.

COPIES = {
    "deepcopy": lambda x: x * copy.deepcopy(x),
    "copy": lambda x: x * copy.copy(x),
    "a list": lambda x: x * copy.deepcopy([x])[0],
    "nested": lambda x: x * copy.deepcopy({"a": (x, [x])})["a"][1][0],
    "twice": lambda x: x * copy.deepcopy(copy.deepcopy(x)),
    "a result": lambda x: copy.deepcopy(x * x),
    "a result, shallow": lambda x: copy.copy(x * x),
    "a copy's result": lambda x: copy.deepcopy(x) ** 2,
    "in another thread": lambda x: x * in_a_pool(copy.deepcopy)(x),
    "a graph with a leaf": lambda x: copy.deepcopy(x * Value(1.0)) * x,
    "in a list of two": lambda x: prod(copy.deepcopy([x, x])),
}


@pytest.mark.parametrize("f", COPIES.values(), ids=COPIES)
def test_a_copy_depends_on_what_it_is_a_copy_of(f):
    modes = {n: w for n, w in FIRST.items() if not n.startswith(("recorded", "backward"))}
    assert wrong({n: way(f, 3.0) for n, way in modes.items()}, 6.0) == {}
    assert wrong(second(f, 3.0), 2.0) == {}


class Cell(nn.Module):
    """A module whose parameter is given."""

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x

    def parameters(self):
        return [self.w]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda cell: copy.deepcopy([cell])[0]])
def test_a_copied_module_has_the_tangents_of_its_parameters(copied):
    f = lambda w: copied(Cell(w))(w)
    modes = {n: way for n, way in FIRST.items() if not n.startswith(("recorded", "backward"))}
    assert wrong({n: way(f, 3.0) for n, way in modes.items()}, 6.0) == {}
    assert wrong(second(f, 3.0), 2.0) == {}


@pytest.mark.parametrize("mode", ["grad", "jvp", "vjp", "jacobian, forward", "jacobian, reverse"])
@pytest.mark.parametrize(
    "of", [lambda x: x, lambda x: [x], lambda x: {"a": x * x}, lambda x: x * 2]
)
def test_a_pickle_inside_a_transform_is_refused(mode, of):
    def f(x):
        return x * pickle.loads(pickle.dumps(of(x)))

    with pytest.raises(GraphError, match="pickle"):
        FIRST[mode](lambda x: f(x), 3.0)


def test_copies_outside_a_transform_are_copies():
    x = Value(3.0)
    y = copy.deepcopy(x)
    (x * y).backward()
    assert (x.grad, y.grad) == (3.0, 3.0)
    constant = Value(2.0)
    assert number(grad(lambda x: x * copy.deepcopy(constant))(3.0)) == 2.0
    assert pickle.loads(pickle.dumps(x * y)).data == 9.0


# 5. Captured Values.


def test_a_derivative_inside_a_loss_reaches_the_captured_parameters():
    w = Value(3.0)
    u = lambda t: w * t * t
    loss = u(1.0) ** 2 + (grad(u)(0.5) - 1) ** 2
    loss.backward()
    assert w.grad == 10.0  # 2w + 2 (2wt - 1) 2t
    assert number(grad(loss, [w])[0]) == 10.0


U = lambda w: lambda t: w * t**3  # its derivatives by t at 2: 12w, 12w, 6w
CAPTURING = {
    **{name: (lambda w, way=way: way(U(w), 2.0), 12.0) for name, way in FIRST.items()
       if not name.startswith(("recorded", "backward", "of a Value", "jvp of a Value", "vjp"))},
    "vjp": (lambda w: vjp(U(w), 2.0)[1](1.0)[0], 12.0),
    "vjp, a later call": (lambda w: list(map(vjp(U(w), 2.0)[1], (5.0, 1.0)))[1][0], 12.0),
    "vjp's output": (lambda w: vjp(U(w), 2.0)[0], 8.0),
    "jvp's output": (lambda w: jvp(U(w), (2.0,), (0.0,))[0], 8.0),
    "value": (lambda w: value_and_grad(U(w))(2.0)[0], 8.0),
    "hessian": (lambda w: hessian(U(w))(2.0)[0][0], 12.0),
    "hvp": (lambda w: hvp(U(w), 2.0, 1.0), 12.0),
    "grad of grad": (lambda w: grad(grad(U(w)))(2.0), 12.0),
    "jvp of jvp": (lambda w: pushed(lambda t: pushed(U(w), t), 2.0), 12.0),
    "jvp of grad": (lambda w: pushed(grad(U(w)), 2.0), 12.0),
    "grad of jvp": (lambda w: grad(lambda t: pushed(U(w), t))(2.0), 12.0),
    "hessian of grad": (lambda w: hessian(grad(U(w)))(2.0)[0][0], 6.0),
    "grad of hessian": (lambda w: grad(lambda t: hessian(U(w))(t)[0][0])(2.0), 6.0),
    "jacobian of many": (lambda w: jacobian(lambda t: [t, U(w)(t)])(2.0)[1][0], 12.0),
    "jacobian of many, forward": (
        lambda w: jacobian(lambda t: [t, U(w)(t), w], "forward")(2.0)[1][0], 12.0,
    ),
    "through aux": (lambda w: grad(lambda t: (t, U(w)(t)), has_aux=True)(2.0)[1], 8.0),
    "captured alone": (lambda w: grad(lambda t: t * w + t * t)(2.0) * 4, 4.0),
    "in a tangent": (lambda w: jvp(lambda t: t**3, (2.0,), (w,))[1], 12.0),
    "in a cotangent": (lambda w: vjp(lambda t: t**3, 2.0)[1](w)[0], 12.0),
    "in another argument": (lambda w: grad(lambda t, w: w * t**3)(2.0, w), 12.0),
    "in a keyword": (lambda w: grad(lambda t, w: w * t**3)(2.0, w=w), 12.0),
    "in a pool": (lambda w: in_a_pool(lambda: grad(U(w))(2.0))(), 12.0),
    "f in a pool": (lambda w: pushed(in_a_pool(U(w)), 2.0), 12.0),
}  # fmt: skip


@pytest.mark.parametrize(
    "make", [lambda: Value(3.0), lambda: Value(1.0) * 3, lambda: exp(Value(0.0)) + 2]
)
@pytest.mark.parametrize(("way", "by_w"), CAPTURING.values(), ids=CAPTURING)
def test_a_result_with_a_captured_value_is_one_and_differentiable(way, by_w, make):
    w = make()
    w.grad = 0.25
    inner = w.parents[0] if w.parents else w
    inner.grad = 0.25
    result = way(w)
    assert isinstance(result, Value)
    assert (w.grad, inner.grad) == (0.25, 0.25)  # untouched
    assert same(grad(result, [w])[0], by_w)
    w.grad = inner.grad = None
    result.backward(inputs=[w])
    assert same(w.grad, by_w)
    with no_grad():
        assert same(way(w), result)


GIVEN = {"in a tangent", "in a cotangent", "in another argument", "in a keyword"}


@pytest.mark.parametrize("name", [n for n in CAPTURING if n not in {*GIVEN, "in a pool"}])
def test_under_no_grad_a_captured_value_is_a_number(name):
    w = Value(3.0)
    with no_grad():
        assert type(CAPTURING[name][0](w)) is float
        with enable_grad():
            assert isinstance(CAPTURING[name][0](w), Value)
    assert type(CAPTURING[name][0](3.0)) is float


def test_captured_parameters_of_a_network():
    net = nn.MLP(1, [3, 1], activation="tanh", seed=0)
    u = lambda t: net([t])[0] if isinstance(net([t]), list) else net([t])
    h = 1e-4

    def residual():
        return (grad(u)(0.3) - 0.5) ** 2 + (hessian(u)(0.2)[0][0] + 1.0) ** 2 + u(0.1) ** 2

    loss = residual()
    loss.backward()
    for p in net.parameters():
        x, slope = p.data, p.grad
        values = []
        for step in (h, -h):
            p.data = x + step
            with no_grad():
                values.append(number(residual()))
        p.data = x
        assert slope == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("way", [n for n in CAPTURING if n != "in another argument"])
def test_captured_values_in_an_outer_transform(way):
    run, by_w = CAPTURING[way]
    for outer in BY_TWO:
        assert same(FIRST[outer](run, 3.0), by_w), outer
    assert same(hessian(run)(3.0)[0][0], 0.0)
    square = lambda w: run(w * w)
    assert same(hessian(square)(3.0)[0][0], 2 * by_w)


def test_a_result_without_captured_values_is_plain():
    w = Value(3.0)
    f = lambda x: x * x + w.detach().data
    assert type(grad(f)(2.0)) is type(hvp(f, 2.0, 1.0)) is type(jvp(f, (2.0,), (1.0,))[1]) is float
    made_inside = lambda x: x * Value(2.0) * exp(Value(0.0))
    for name in BY_TWO:
        assert type(FIRST[name](made_inside, 1.0)) is float
        assert FIRST[name](made_inside, 1.0) == 2.0
    assert type(hessian(made_inside)(1.0)[0][0]) is float


# 6. What does not move is absent.


@pytest.mark.parametrize("p", [Value(2.0), Value(1.0) + 1.0])
def test_an_exponent_that_does_not_move_makes_no_nan(p):
    f = lambda x: x**p
    assert number(hessian(f)(-2.0)[0][0]) == 2.0
    assert wrong(second(f, -2.0), 2.0) == {}
    modes = {n: w for n, w in FIRST.items() if n != "backward with graph"}
    assert wrong({n: w(f, -2.0) for n, w in modes.items()}, -4.0) == {}


def test_an_input_that_does_not_move_makes_no_nan():
    f = lambda x, y: [sqrt(x) + y, x, y]
    expected = [[INF, 1.0], [1.0, 0.0], [0.0, 1.0]]
    assert jacobian(f)(0.0, 1.0) == expected
    assert jacobian(f, "forward")(0.0, 1.0) == expected
    assert jacobian(f, "reverse")(0.0, 1.0) == expected
    assert numbers(jacobian(f)(Value(0.0), Value(1.0))) == expected
    assert jvp(f, (0.0, 1.0), (0.0, 1.0)) == ([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert vjp(f, 0.0, 1.0)[1]([0.0, 2.0, 3.0]) == (2.0, 3.0)
    assert numbers(vjp(f, Value(0.0), Value(1.0))[1]([0.0, 2.0, 3.0])) == [2.0, 3.0]
    nested = lambda t: vjp(f, 0.0, t)[1]([0.0, t, t])[1]
    assert wrong(first(nested, 4.0), 1.0) == {}


STILL = {  # f(x, y) with an infinite slope by x at 0, and 3 by y
    "sqrt": lambda x, y: sqrt(x) + 3 * y,
    "log1p": lambda x, y: ag.log1p(x - 1) + 3 * y,
    "cbrt": lambda x, y: ag.cbrt(x) + 3 * y,
    "power": lambda x, y: x**0.5 + 3 * y,
    "reciprocal": lambda x, y: ag.pow(x, -1.0) + 3 * y,
    "acosh": lambda x, y: ag.acosh(x + 1) + 3 * y,
    "asin": lambda x, y: ag.asin(x + 1) + 3 * y,
    "dot": lambda x, y: dot([sqrt(x), 3.0], [1.0, y]),
}


@pytest.mark.parametrize("f", STILL.values(), ids=STILL)
def test_an_infinite_slope_of_what_does_not_move_is_not_seen(f):
    xs = (0.0, 1.0)
    assert jvp(f, xs, (0.0, 1.0))[1] == 3.0
    assert jvp(f, xs, (0, np.float64(1.0)))[1] == 3.0
    assert number(jvp(f, (Value(0.0), 1.0), (0.0, 1.0))[1]) == 3.0
    assert jvp(lambda v: f(*v), (xs,), ([0.0, 1.0],))[1] == 3.0
    assert hvp(lambda v: f(v[0], v[1] ** 2), xs, [0.0, 1.0])[1] == 6.0
    assert hessian(f, argnums=1)(*xs) == [[0.0]]
    assert hessian(lambda x, y: f(x, y * y), argnums=1)(*xs) == [[6.0]]
    assert grad(f, 1)(*xs) == 3.0
    assert abs(grad(f)(*xs)) == INF
    assert jacobian(lambda y: [f(0.0, y), y], "forward")(1.0) == [[3.0], [1.0]]
    assert jacobian(f, argnums=1)(*xs) == [3.0]
    assert pushed(lambda y: pushed(lambda z: f(0.0, z * z), y), 1.0) == 6.0
    assert pushed(lambda y: grad(f, 1)(0.0, y), 1.0) == 0.0
    assert grad(lambda y: f(Value(0.0), y * y))(1.0) == 6.0


# 8. Products with zeros, infinities and overflow between the factors.


def ways_of_a_gradient(f, xs):
    """∂f/∂x for each x, in every mode."""
    n = len(xs)
    leaves = [Value(x) for x in xs]
    f(*leaves).backward()
    recorded = [Value(x) for x in xs]
    f(*recorded).backward(create_graph=True)
    again = [Value(x) for x in xs]
    units = [[float(i == j) for j in range(n)] for i in range(n)]
    return {
        "backward": [v.grad for v in leaves],
        "with graph": [v.grad.data for v in recorded],
        "recorded": list(grad(f(*again), again)),
        "grad": list(grad(f, tuple(range(n)))(*xs)),
        "grad of Values": numbers(grad(f, tuple(range(n)))(*map(Value, xs))),
        "jvp": [jvp(f, xs, unit)[1] for unit in units],
        "jacobian, forward": jacobian(lambda *v: [f(*v)], "forward")(*xs)[0],
        "vjp": list(vjp(f, *xs)[1](1.0)),
    }


def exact_product(xs):
    """The product of all as a float: 0 · ∞ and nan are nan, and nothing overflows in between."""
    if any(map(math.isnan, xs)) or (0.0 in xs and any(map(math.isinf, xs))):
        return NAN
    if any(map(math.isinf, xs)) or 0.0 in xs:
        return math.prod(math.copysign(1.0, x) if x and abs(x) < INF else x for x in xs)
    with mp.workdps(60):
        return float(mp.fprod(map(mpf, xs)))


FACTORS = (0.0, 5.0, 1e200, 1e200, -1e-200)


def test_the_product_of_the_issue():
    xs = [0.0, 5.0, 1e200, 1e200]
    for name, got in ways_of_a_gradient(lambda *v: prod(v), xs).items():
        assert got == [INF, 0.0, 0.0, 0.0], name


ROWS_OF_FACTORS = [
    *itertools.permutations((0.0, 5.0, 1e200, 1e200)),
    *itertools.permutations((0.0, 0.0, 1e200, 1e200)),
    *itertools.permutations((0.0, INF, 2.0, -3.0)),
    *itertools.permutations((0.0, NAN, 2.0)),
    *itertools.permutations((INF, 2.0, -3.0)),
    *itertools.permutations((NAN, 2.0, -3.0)),
    *itertools.permutations((0.0, -1e308, 1e308, 1e10))][::3]  # fmt: skip


def test_a_product_has_the_right_gradient_with_a_zero_infinity_or_nan_in_any_place():
    failed = []
    for xs in ROWS_OF_FACTORS:
        expected = [exact_product(xs[:i] + xs[i + 1 :]) for i in range(len(xs))]
        for name, got in ways_of_a_gradient(lambda *v: prod(v), xs).items():
            if not all(map(same, got, expected)):
                failed.append(f"prod{xs} by {name}: {got}, not {expected}")
    assert failed == []


def second_ways(f, xs, i, j):
    n = len(xs)
    unit = [float(i == k) for k in range(n)]
    return {
        "hessian": hessian(f)(*xs)[i][j],
        "hvp": hvp(lambda v: f(*v), list(xs), unit)[j],
        "grad of grad": grad(grad(f, i), j)(*xs),
        "jvp of grad": jvp(grad(f, j), xs, unit)[1],
        "jvp of jvp": jvp(
            lambda *v: jvp(f, v, [float(j == k) for k in range(n)])[1], xs, unit
        )[1],
    }  # fmt: skip


def test_second_derivatives_of_a_product_with_zeros_and_overflow():
    failed = []
    for xs in [x for x in ROWS_OF_FACTORS if all(map(math.isfinite, x))]:
        for i, j in itertools.combinations_with_replacement(range(len(xs)), 2):
            others = tuple(x for k, x in enumerate(xs) if k not in {i, j})
            expected = 0.0 if i == j else exact_product(others)
            for name, got in second_ways(lambda *v: prod(v), xs, i, j).items():
                if not same(got, expected):
                    failed.append(f"prod{xs} by {i, j}, {name}: {got}, not {expected}")
    assert failed[:8] == []


def test_an_empty_product_and_one_of_one():
    assert prod([]) == 1.0
    assert grad(lambda x: prod([x]))(0.0) == 1.0
    assert hessian(lambda x: prod([x]))(INF) == [[0.0]]


# 9. Powers that overflow in between.


def power_truth(x, y):
    """∂ and ∂² of x**y by (x), (y), (x, x), (x, y), (y, y), as floats."""
    with mp.workdps(700):
        x, y = mpf(x), mpf(y)
        p, log = mp.power(x, y), mp.log(x)
        found = [y * p / x, p * log, y * (y - 1) * p / x**2, p / x * (1 + y * log), p * log**2]
        return list(map(float, found))


POWERS = [
    (1e-309, 1e-10), (1e-310, 1e-10), (5e-324, 1e-3), (1e-310, 0.25), (1e-300, 0.5), (1e-160, 1e-6),
    (1e300, 1e-10), (1.7e308, 0.01), (1e308, -0.5), (1e-308, 0.999), (1e-200, 1e-5), (2.0, -1e-300),
    (1e-5, 40.0), (1e5, -40.0), (1e155, 1.5), (1e-310, 1.0), (1e-310, 1.5), (1e-310, 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("x", "y"), POWERS)
def test_a_power_has_its_derivatives_where_it_overflows_in_between(x, y):
    by_x, by_y, *_ = power_truth(x, y)
    assert wrong(first(lambda v: v**y, x), by_x, 1e-12) == {}
    for name, got in ways_of_a_gradient(lambda a, b: a**b, (x, y)).items():
        assert same(got[0], by_x, 1e-12), name
        assert same(got[1], by_y, 1e-12), name


def test_the_powers_of_the_issue():
    x = Value(1e-309)
    (x**1e-10).backward()
    assert same(x.grad, 9.9999992885e298, 1e-10)
    for y in (0.0, -0.0):
        assert wrong(first(lambda v, y=y: v**y, 1e-310), 0.0) == {}
        assert wrong(first(lambda v, y=y: v ** Value(y), 1e-310), 0.0) == {}
        for x in (1e-310, 1e-300, 0.0, 1.0, -2.0, 1e300, INF):
            assert same(grad(lambda v, y=y: v ** Value(y))(x), Value(0.0)), x


@pytest.mark.parametrize("x", [1e-307, 1e-300, 1e300, 3.0])  # below, 1 / x is infinite
def test_a_zeroth_power_has_no_second_derivative_by_its_base(x):
    zero = Value(0.0)
    assert wrong(second(lambda v: v**zero, x), 0.0) == {}
    assert wrong(second(lambda v: v**0.0, x), 0.0) == {}


SUBNORMAL = [
    (3e-310, 4e-310),
    (5e-324, 5e-324),
    (1e-320, 3e-318),
    (-3e-310, 1e-315),
    (2e-308, 1e-308),
]
HUGE = [(1e308, 1e308), (1.7e308, -1.7e308), (1e300, 1.5e308)]


@pytest.mark.parametrize(("x", "y"), SUBNORMAL + HUGE)
def test_hypot_has_all_digits_among_subnormals_and_where_the_length_overflows(x, y):
    with mp.workdps(60):
        r = mp.hypot(x, y)
        expected = [float(mpf(x) / r), float(mpf(y) / r)]
    for name, got in ways_of_a_gradient(ag.hypot, (x, y)).items():
        assert all(map(same, got, expected)), name


@pytest.mark.parametrize(("x", "y"), [(3e-310, 2.0), (2.0, 1e308), (3.0, 1e-308), (5e-324, 1e10)])
def test_a_quotient_has_its_derivatives_among_the_smallest_and_largest(x, y):
    with mp.workdps(60):
        by_x, by_y = float(1 / mpf(y)), float(-mpf(x) / mpf(y) ** 2)
    for name, got in ways_of_a_gradient(lambda a, b: a / b, (x, y)).items():
        assert same(got[0], by_x), name
        assert same(got[1], by_y) or abs(got[1] - by_y) <= 5e-324, name


# 10. A custom rule runs once.


def counting():
    """x² as an operation of one's own, and how often its derivative rule was called."""
    calls = []

    @ag.primitive
    def squared(m, x):
        return x * x

    @squared.partials
    def _(m, z, x):
        calls.append(x)
        return (2 * x,)

    return squared, calls


SWEEPS = {
    "backward": lambda f: f(Value(3.0)).backward(),
    "backward to inputs": lambda f: swept_to_inputs(f, 3.0),
    "backward with graph": lambda f: f(Value(3.0)).backward(create_graph=True),
    "grad": lambda f: grad(f)(3.0),
    "grad of a Value": lambda f: grad(f)(Value(3.0)),
    "recorded": lambda f: recorded_grad(f, 3.0),
    "vjp": lambda f: vjp(f, 3.0)[1](1.0),
    "jacobian": lambda f: jacobian(f, "reverse")(3.0),
    "jvp": lambda f: pushed(f, 3.0),
    "value_and_grad": lambda f: value_and_grad(f)(3.0),
}


@pytest.mark.parametrize("run", SWEEPS.values(), ids=SWEEPS)
@pytest.mark.parametrize("n", [1, 3])
def test_a_rule_of_ones_own_runs_once_for_each_node(run, n):
    squared, calls = counting()

    def f(x):
        for _ in range(n):
            x = squared(x)
        return x

    run(f)
    assert len(calls) == n


def test_each_of_two_sweeps_runs_a_rule_once():
    squared, calls = counting()
    x = Value(3.0)
    y = squared(x)
    y.backward()
    y.backward()
    assert len(calls) == 2
    assert x.grad == 12.0


@pytest.mark.parametrize("depth", [1, 2, 12])
def test_a_rule_that_calls_backward_costs_once_for_each_depth(depth):
    calls = []

    def operation(level):
        @ag.primitive
        def cubed(m, x):
            return x**3

        @cubed.partials
        def _(m, z, x):
            calls.append(level)
            if level == 0:
                return (3 * x * x,)
            v = Value(x)
            operation(level - 1)(v).backward()
            return (v.grad,)

        return cubed

    x = Value(2.0)
    operation(depth)(x).backward()
    assert x.grad == 12.0
    assert calls == list(range(depth, -1, -1))


@pytest.mark.parametrize("where", ["first", "middle", "last"])
@pytest.mark.parametrize("sweep", [
    lambda z, vs: z.backward(), lambda z, vs: z.backward(create_graph=True),
    lambda z, vs: z.backward(inputs=vs), lambda z, vs: grad(z, vs),
    lambda z, vs: z.backward(create_graph=True, inputs=vs),
])  # fmt: skip
def test_a_rule_that_raises_leaves_every_grad_as_it_was(where, sweep):
    @ag.primitive
    def broken(m, x):
        return 2 * x

    @broken.partials
    def _(m, z, x):
        raise RuntimeError("no")

    x, y, w = Value(2.0), Value(3.0), Value(5.0)
    inner = x * y
    z = {
        "first": lambda: sin(broken(x) * y) * inner * w,
        "middle": lambda: sin(broken(inner) * w) * x,
        "last": lambda: broken(sin(inner * w)),
    }[where]()
    (inner * w).backward()
    before = [(v.grad, v.has_grad) for v in (x, y, w, inner, z)]
    with pytest.raises(RuntimeError, match="no"):
        sweep(z, [x, y, w])
    assert [(v.grad, v.has_grad) for v in (x, y, w, inner, z)] == before
    (x * y).backward()
    assert x.grad == before[0][0] + 3.0


def test_a_rule_that_raises_leaves_no_transform_open():
    @ag.primitive
    def broken(m, x):
        return 2 * x

    @broken.partials
    def _(m, z, x):
        raise RuntimeError("no")

    w = Value(3.0)
    for way in (*FIRST.values(), *NESTED.values()):
        with pytest.raises(RuntimeError, match="no"):
            way(lambda x: broken(x * w), 2.0)
        assert levels() == ()
    assert not w.has_grad


# 11. Comparisons are those of floats.

OTHERS = [
    10**400, -(10**400), 2**53 + 1, 2**53, -(2**53) - 1, 2**1024, 2**1024 - 2**970, 3, True, 0,
    fractions.Fraction(1, 3), fractions.Fraction(10**400), fractions.Fraction(10**400, 10**399),
    decimal.Decimal("0.1"), decimal.Decimal("1e500"), decimal.Decimal("NaN"),
    decimal.Decimal("Infinity"), 0.1, INF, -INF, NAN, np.float64(0.1), np.float32(0.1), np.int64(3),
    np.bool_(True), fractions.Fraction(2**53 + 1), decimal.Decimal(2**53 + 1),
]  # fmt: skip
COMPARED = (0.0, 1.0, 0.1, 1 / 3, float(2**53), -float(2**53), 3.0, INF, -INF, NAN, 1.7e308)


@pytest.mark.parametrize(
    "other",
    OTHERS,
    ids=lambda x: f"{type(x).__name__} {str(x)[:12] if not isinstance(x, int) else hex(x)[:12]}",
)
def test_a_comparison_is_that_of_the_float(other):
    failed = []
    for x in COMPARED:
        for name in ("lt", "le", "gt", "ge", "eq", "ne"):
            compare = getattr(operator, name)
            with np.errstate(invalid="ignore"):  # NumPy's objects
                got, turned = compare(Value(x), other), compare(other, Value(x))
            plain = float(other) if isinstance(other, np.floating) else other
            try:
                expected = bool(compare(x, plain)), bool(compare(plain, x))
            except decimal.InvalidOperation:  # Python's Decimal has no order with nan
                expected = (name == "ne",) * 2
            if (got, bool(turned)) != expected or type(got) is not bool:
                failed.append((x, name, got, turned, expected))
    assert failed == []


def test_a_comparison_inside_a_transform_is_that_of_the_float():
    f = lambda x: x * x if x < 10**400 else x
    assert grad(f)(3.0) == jvp(f, (3.0,), (1.0,))[1] == 6.0
    assert hessian(f)(3.0) == [[2.0]]
    assert grad(lambda x: x * x if x > fractions.Fraction(1, 3) else x)(3.0) == 6.0


@pytest.mark.parametrize("other", ["1", None, [1.0], 1j, object()])
def test_a_comparison_with_no_number_is_refused_by_python(other):
    assert (Value(1.0) == other) is False
    assert (Value(1.0) != other) is True
    for name in ("lt", "le", "gt", "ge"):
        with pytest.raises(TypeError, match="not supported"):
            getattr(operator, name)(Value(1.0), other)


# 12. What dot takes.


class WithData:
    """Something with an attribute that a Value has too."""

    def __init__(self, name, x=2.0):
        setattr(self, name, x)


ODD = {
    "masked": np.ma.masked, "a masked array": np.ma.array([1.0, 2.0], mask=[True, False])[0],
    "_data": WithData("_data"), "_number": WithData("_number"), "data": WithData("data"),
    "an array": np.array([1.0, 2.0]), "text": "2", "None": None, "complex": 1j, "a list": [1.0],
    "an object array": np.array([Value(1.0), 2.0], dtype=object),
}  # fmt: skip
LISTED = {
    "dot, w": lambda odd, v: dot([odd, 1.0], [v, v]),
    "dot, x": lambda odd, v: dot([v, 1.0], [odd, v]),
    "dot, bias": lambda odd, v: dot([v], [v], odd),
    "dot of odd ones": lambda odd, v: dot([odd], [odd]),
    "sum": lambda odd, v: ag.sum([odd, v]),
    "prod": lambda odd, v: prod([v, odd]),
    "mean": lambda odd, v: ag.mean([odd]),
    "norm": lambda odd, v: ag.norm([v, odd]),
    "logsumexp": lambda odd, v: ag.logsumexp([odd, v]),
    "softmax": lambda odd, v: ag.softmax([v, odd]),
    "maximum": lambda odd, v: ag.maximum(v, odd),
    "hypot": lambda odd, v: ag.hypot(odd, v),
    "where": lambda odd, v: ag.where(v, odd, v),
    "clamp": lambda odd, v: ag.clamp(v, odd, v),
    "exp": lambda odd, v: exp(odd),
    "grad": lambda odd, v: grad(lambda x: x * x)(odd),
    "jvp": lambda odd, v: jvp(lambda x: x * x, (v,), (odd,)),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("f", [f for n, f in LISTED.items() if n not in {"grad", "jvp", "exp"}],
                         ids=[n for n in LISTED if n not in {"grad", "jvp", "exp"}])  # fmt: skip
def test_a_function_of_several_numbers_refuses_what_is_none(f, odd):
    v = Value(2.0)
    if isinstance(odd, WithData) and hasattr(odd, "_number"):  # refused when it is differentiated
        with pytest.raises((OperandError, AttributeError)):
            ag.sum([f(odd, v)]).backward()
    else:
        with pytest.raises(OperandError):
            f(odd, v)
    assert not v.has_grad


@pytest.mark.parametrize("name", ["masked", "_data", "_number", "data", "text", "complex"])
@pytest.mark.parametrize("f", ["grad", "jvp", "exp"])
def test_a_transform_refuses_what_is_no_number(f, name):
    with pytest.raises((OperandError, ag.ArgumentError)):
        LISTED[f](ODD[name], Value(2.0))


def test_a_0d_array_of_one_value_is_that_value_or_refused():
    v = Value(2.0)
    boxed = np.array(v, dtype=object)
    assert boxed.shape == ()
    for f in (lambda: dot([boxed], [v]), lambda: ag.sum([boxed, v]), lambda: prod([boxed, v])):
        try:
            result = f()
        except OperandError:
            continue
        result.backward()
        assert v.grad != 0.0
        v.grad = None


@pytest.mark.parametrize("x", [np.float64(2.0), np.float32(2.0), np.array(2.0), np.int8(2), True + 1,
                               fractions.Fraction(2), decimal.Decimal(2)])  # fmt: skip
def test_numbers_of_every_kind_are_taken(x):
    v = Value(3.0)
    assert dot([x], [v]).data == dot([v], [x]).data == dot([0.0], [v], x).data + 4.0 == 6.0
    assert ag.sum([x, v]).data == 5.0
    assert grad(lambda y: dot([y], [y]))(x) == 4.0


def test_an_empty_dot_is_a_float_as_an_empty_sum_is():
    empty = [
        dot([], []),
        dot((), iter([])),
        ag.sum([]),
        prod([]),
        dot(np.array([]), []),
        ag.norm([]),
    ]
    assert [type(x) for x in empty] == [float] * 6
    assert empty == [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    assert dot([], [], 2.0) == 2.0
    assert type(dot([], [], 2.0)) is float
    b = Value(2.0)
    biased = dot([], [], b)
    biased.backward()
    assert b.grad == 1.0
    assert grad(lambda x: x * dot([], [], x))(3.0) == 6.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert (
            grad(lambda x: dot([], []))(3.0) == jvp(lambda x: dot([], []), (3.0,), (1.0,))[1] == 0.0
        )
    assert ag.softmax([]) == []
    for f in (ag.mean, ag.logsumexp):
        with pytest.raises(ag.ArgumentError):
            f([])


# All of these, compiled.

CAPTURED = Value(3.0)
COMPILED = {
    "2, a pullback": (lambda x: vjp(lambda y: [y * y, 3 * y], x)[1]([1.0, 1.0])[0], (2.0,)),
    "2, jvp of it": (
        lambda x: pushed(lambda x: vjp(lambda y: [y * y, 3 * y], x)[1]([1.0, 1.0])[0], x), (2.0,),
    ),
    "5, a captured Value": (grad(lambda x: CAPTURED * x**3), (2.0,)),
    "6, a still exponent": (hessian(lambda x: x**2.0), (-2.0,)),
    "6, a still input": (jacobian(lambda x, y: [sqrt(x) + y, x, y]), (0.0, 1.0)),
    "6, forward": (jacobian(lambda x, y: [sqrt(x) + y, x, y], "forward"), (0.0, 1.0)),
    "7, tanh": (hessian(tanh), (1e-300,)),
    "7, tanh again": (grad(grad(tanh)), (1e-16,)),
    "7, silu": (grad(grad(grad(ag.silu))), (1e-100,)),
    "7, hypot": (hessian(ag.hypot), (1e-8, -1.0)),
    "7, asin": (hessian(ag.asin), (1e-16,)),
    "7, sigmoid": (grad(grad(ag.sigmoid)), (1e-16,)),
    "8, prod": (grad(lambda *v: prod(v), (0, 1, 2, 3)), (0.0, 5.0, 1e200, 1e200)),
    "8, prod, forward": (jacobian(lambda *v: [prod(v)] * 5, "forward"), (5.0, 0.0, 1e200, 1e200)),
    "9, a power": (grad(lambda x: x**1e-10), (1e-309,)),
    "9, a zeroth power": (grad(lambda x, p: x**p), (1e-310, 0.0)),
    "9, hypot": (grad(ag.hypot, (0, 1)), (3e-310, 4e-310)),
    "9, a long hypot": (grad(ag.hypot, (0, 1)), (1e308, 1e308)),
    "12, an empty dot": (grad(lambda x: x * dot([], [], x)), (3.0,)),
}  # fmt: skip


@pytest.mark.parametrize(("f", "xs"), COMPILED.values(), ids=COMPILED)
def test_a_compiled_function_has_the_same_numbers(f, xs):
    got, expected = ag.compile(f)(*xs), f(*xs)
    flat = lambda x: (
        [y for z in x for y in flat(z)] if isinstance(x, (list, tuple)) else [number(x)]
    )
    assert all(map(same, flat(got), flat(expected))), (got, expected)
    assert len(flat(got)) == len(flat(expected))


@pytest.mark.parametrize("f", [
    lambda x: x * copy.deepcopy(x), lambda x: x * copy.copy(x), lambda x: x * copy.deepcopy([x])[0],
    grad(lambda x: x * copy.deepcopy(x * x)), lambda x: x * pickle.loads(pickle.dumps(x)),
])  # fmt: skip
def test_a_copy_in_a_compiled_function_is_refused(f):
    with pytest.raises(GraphError, match="can't be copied or pickled"):
        ag.compile(f)(3.0)


@pytest.mark.parametrize("large", [10**400, fractions.Fraction(10**400), decimal.Decimal("1e500")])
def test_a_compiled_comparison_with_what_fits_no_float_is_refused(large):
    with pytest.raises(OperandError, match="does not fit a float"):
        ag.compile(lambda x: ag.where(x < large, x, 2 * x))(3.0)
