"""Value: conversions, refusals, the life cycle of grads, NumPy, copies."""

import copy
import gc
import math
import pickle
import sys
import tracemalloc
import weakref
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import ArgumentError, GraphError, Note, OperandError, Value, dot, exp
from autograd.maths import describe


@pytest.mark.parametrize(
    ("given", "data"),
    [
        (2, 2.0), (True, 1.0), (Fraction(1, 4), 0.25), (Decimal("0.1"), 0.1), (np.float32(0.5), 0.5),
        (np.int8(3), 3.0), (np.bool_(True), 1.0), (np.array(1.5), 1.5), (np.float64(2.5), 2.5),
        (float("inf"), math.inf), (np.longdouble(2), 2.0), (2**70, float(2**70)),
    ],
)  # fmt: skip
def test_numbers_become_floats(given, data):
    value = Value(given)
    assert type(value.data) is float
    assert value.data == data
    assert type((Value(1.0) + given).data) is float
    assert (Value(1.0) + given).data == 1.0 + data
    value.data = given
    assert type(value.data) is float


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2", "float(text)"), (None, "None"), (1j, "real and the imaginary"), ([1.0], "one number"),
        (np.array([1.0, 2.0]), "shape (2,)"), (np.complex128(1), "real and the imaginary"),
        (10**400, "does not fit"), (object(), "float(...)"), (Value(1.0), ".detach()"),
        (b"2", "one number"), (10**5000, "very many digits"), (Decimal("sNaN"), "does not fit"),
        (np.array("x"), "float(text)"), (np.datetime64("2020"), "float(...)"),
    ],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_remedy(given, words):
    with pytest.raises(OperandError) as caught:
        Value(given)
    assert words in str(caught.value)
    assert isinstance(caught.value, TypeError)
    leaf = Value(1.0, label="x")
    with pytest.raises(OperandError, match="x"):
        leaf.data = given
    assert leaf.data == 1.0


@pytest.mark.parametrize("bad", ["a", None, 1j, [1], (1,), {}, b"a", set()])
def test_operators_name_the_operation_and_the_operand(bad):
    v = Value(1.0)
    for use, name in (
        (lambda: v + bad, "add"), (lambda: bad - v, "sub"), (lambda: v * bad, "mul"),
        (lambda: bad / v, "div"), (lambda: v % bad, "mod"), (lambda: v // bad, "floordiv"),
        (lambda: bad // v, "floordiv"), (lambda: bad**v, "pow"), (lambda: exp(bad), "exp"),
        (lambda: autograd.atan2(v, bad), "atan2"), (lambda: dot([v], [bad]), "dot"),
        (lambda: autograd.sum([v, bad]), "sum"), (lambda: autograd.where(v, bad, 1), "where"),
        (lambda: autograd.softmax([v, bad]), "softmax"), (lambda: v.elu(bad), "elu"),
        (lambda: v.leaky_relu(bad), "leaky_relu"), (lambda: autograd.pow(v, bad), "pow"),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=name):
            use()
    with pytest.raises(TypeError):
        v**bad


def test_other_classes_may_handle_values():
    class Other:
        def __radd__(self, v):
            return "theirs"

    assert Value(1.0) + Other() == "theirs"
    with pytest.raises(TypeError):
        Value(1.0) + object()
    with pytest.raises(TypeError):
        object() - Value(1.0)
    with pytest.raises(TypeError):
        Value(1.0) < "a"
    assert (Value(1.0) == "a") is False
    assert Value(1.0) != None  # noqa: E711


@pytest.mark.parametrize("convert", [float, int, complex, math.exp, math.gcd, [0].__getitem__])
def test_nothing_turns_a_value_into_a_plain_number(convert):
    with pytest.raises(TypeError, match=r"v\.data.*autograd\.exp"):
        convert(Value(0.0))


@pytest.mark.parametrize("x", [2.5, -2.5, 3.5, -0.5, 4.0, 0.0])
def test_python_rounds_a_value_to_a_value(x):
    for rounds, row in (
        (math.floor, "floor"), (math.ceil, "ceil"), (math.trunc, "trunc"), (round, "round"),
    ):  # fmt: skip
        v = Value(x)
        made = rounds(v)
        assert type(made) is Value and made.op is autograd.TABLE[row] and made.parents == (v,)
        assert made.data == rounds(x)
        assert math.copysign(1, made.data) == math.copysign(1, x) or made.data != 0
        made.backward()
        assert v.grad == 0.0 and v.has_grad


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_what_no_integer_is_near_is_rounded_to_itself(x):
    for rounds in (math.floor, math.ceil, math.trunc, round):
        assert rounds(Value(x)).data == pytest.approx(x, nan_ok=True)


@pytest.mark.parametrize("digits", [2, 0, -1, Value(1.0)])
def test_a_number_of_digits_is_refused_with_a_remedy(digits):
    v = Value(2.345, label="v")
    with pytest.raises(ArgumentError, match=r"label='v'.*round\(v \* 10\*\*n\) / 10\*\*n"):
        round(v, digits)
    assert round(v, None).data == 2.0
    assert (round(v * 10) / 10).data == 2.3


NUMBERS = [7, 7.5, -7, -7.5, True, Fraction(15, 2), Decimal("7.5"), np.float64(7.5), np.int64(-7)]
NUMBERS += [np.float32(7.5), np.int8(7), np.array(7.5)]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
@pytest.mark.parametrize("divisor", [2.0, -2.0, 0.75])
def test_remainder_and_floor_quotient_take_numbers_on_both_sides(number, divisor):
    v, w, x = Value(divisor), Value(float(number)), float(number)
    for made, data, row in (
        (number % v, x % divisor, "mod"),
        (number // v, x // divisor, "floordiv"),
        (v % number, divisor % x, "mod"),
        (v // number, divisor // x, "floordiv"),
        (w % v, x % divisor, "mod"),
        (w // v, x // divisor, "floordiv"),
        (w % divisor, x % divisor, "mod"),
        (w // divisor, x // divisor, "floordiv"),
    ):
        assert type(made) is Value and str(made.op) == row
        assert made.data == data
        assert [p.data for p in made.parents] in ([x, divisor], [divisor, x])


def test_divmod_is_both_and_has_their_derivatives():
    v = Value(7.5)
    for (quotient, rest), (q, r) in (
        (divmod(v, 2), divmod(7.5, 2)), (divmod(-20, v), divmod(-20, 7.5)),
        (divmod(v, Value(-2.0)), divmod(7.5, -2.0)),
    ):  # fmt: skip
        assert type(quotient) is type(rest) is Value
        assert (quotient.data, rest.data) == (q, r)
        assert (str(quotient.op), str(rest.op)) == ("floordiv", "mod")
    x, y = Value(-20.0), Value(7.5)
    quotient, rest = divmod(x, y)
    (quotient + rest).backward()
    assert (x.grad, y.grad) == (1.0, 3.0)  # -20 = -3 · 7.5 + 2.5
    with pytest.raises(TypeError, match="floordiv"):
        divmod(v, "2")
    with pytest.raises(TypeError, match=r"floordiv|mod"):
        divmod(None, v)


def test_divmod_takes_numpys_numbers():
    quotient, rest = divmod(np.float64(20), Value(7.5))
    assert type(quotient) is type(rest) is Value and (quotient.data, rest.data) == (2.0, 5.0)
    quotient, rest = divmod(Value(7.5), np.float64(2))
    assert type(quotient) is type(rest) is Value and (quotient.data, rest.data) == (3.0, 1.5)


def test_whole_division_by_zero_is_what_ieee_says():
    v, zero = Value(7.0), Value(0.0)
    assert (v // 0).data == math.inf and (-7 // zero).data == -math.inf
    assert math.isnan((v % 0).data) and math.isnan((7 % zero).data)
    quotient, rest = divmod(v, -0.0)
    assert quotient.data == -math.inf and math.isnan(rest.data)


def test_comparisons_are_of_numbers_and_hash_is_of_identity():
    v = Value(2.0)
    assert v < 3 and v <= 2.0 and v > Value(1.0) and v >= np.float64(2) and v == 2 and v != 1
    assert not v < Value(2.0)
    assert v and not Value(0.0)
    assert len({Value(1.0), Value(1.0)}) == 2
    assert sorted([Value(3.0), Value(1.0)])[0].data == 1.0


def test_leaf_grads_add_up_and_inner_grads_are_overwritten():
    x, y = Value(3.0), Value(4.0)
    inner = x * y
    out = inner + x
    assert x.grad == 0.0 and not x.has_grad
    out.backward()
    out.backward()
    assert (x.grad, y.grad, inner.grad, out.grad) == (10.0, 6.0, 1.0, 1.0)
    (inner * 2).backward()
    assert (x.grad, inner.grad) == (18.0, 2.0)
    x.clear_grad()
    assert x.grad == 0.0 and not x.has_grad
    x.backward(2.5)
    assert x.grad == 2.5


def test_operands_keep_order_and_multiplicity():
    a, b = Value(5.0), Value(2.0)
    assert (a * a).parents == (a, a) and len((a * a).parents) == 2
    assert [p.data for p in (1 - a).parents] == [1.0, 5.0]
    assert [p.data for p in (a / b).parents] == [5.0, 2.0]
    assert (a - b).partials == (1.0, -1.0)
    assert dot([a, 1], [b, 2], 3).parents[0] is a
    assert len(dot([a, 1], [b, 2], 3).parents) == 5
    assert len(dot([a, 1], [b, 2]).parents) == 4
    assert a.parents == () and a.partials == () and a.numbers == ()
    assert (a**3).numbers == (5.0,) and (a + b).numbers == (5.0, 2.0)
    assert autograd.sum([a]).parents == (a,)
    assert +a is a


def test_a_leaf_changed_after_forward_leaves_the_gradient_right():
    x, y = Value(3.0), Value(4.0)
    out = x * y + autograd.sum([x, y, x]) + autograd.where(x > 2, x, y)
    x.data, y.data = 100.0, 200.0
    out.backward()
    assert (x.grad, y.grad) == (4.0 + 2.0 + 1.0, 3.0 + 1.0)


def test_a_result_takes_no_data():
    out = Value(3.0) * 2
    with pytest.raises(GraphError, match=r"mul.*detach"):
        out.data = 1.0
    assert out.data == 6.0
    detached = out.detach()
    detached.data = 1.0
    assert detached.parents == () and out.data == 6.0


def test_op_and_repr_and_label():
    x = Value(2.0, label="x")
    assert str(x.op) == "" and str((x * x).op) == "mul" and str((x**2).op) == "powc"
    assert repr(x) == "Value(2.0, label='x')"
    y = x * 3
    y.backward()
    y.label = "y"
    assert repr(y) == "Value(6.0, label='y', op='mul', grad=1.0)"
    assert repr((x**2).op) == "<Primitive powc n=2.0>"
    for bad in (3, None, b"x"):
        with pytest.raises(OperandError, match="label"):
            x.label = bad
    with pytest.raises(OperandError, match="label"):
        Value(1.0, label=3)
    assert x.label == "x"
    assert y.detach().label == "y"


def test_numpy_gives_values():
    v, w = Value(2.0), Value(3.0)
    for result, data in (
        (np.float64(2) * v, 4.0), (v * np.float64(2), 4.0), (np.exp(v), math.exp(2)),
        (np.array([v, w]) @ np.array([1.0, 2.0]), 8.0), (np.float32(1) / v, 0.5),
        (np.arctan2(v, w), math.atan2(2, 3)), (np.maximum(v, 2.0), 2.0), (np.add(1, v), 3.0),
        (np.square(v), 4.0), (np.int64(1) - v, -1.0), (np.sum([v, w]), 5.0),
        (np.negative(v), -2.0), (np.power(v, 3), 8.0), (np.remainder(v, 1.5), 0.5),
        (np.floor_divide(7, v), 3.0), (np.mod(7, v), 1.0), (np.log2(v), 1.0), (np.ceil(v), 2.0),
        (np.exp2(v), 4.0), (np.log10(v), math.log10(2)), (np.copysign(v, -1), -2.0),
    ):  # fmt: skip
        assert type(result) is Value
        assert result.data == pytest.approx(data, rel=1e-15)
    arrays = np.array([1.0, 2.0]) * v, v * np.array([1.0, 2.0]), np.add(v, np.array([[1.0]]))
    assert [a.shape for a in arrays] == [(2,), (2,), (1, 1)]
    assert all(type(x) is Value for a in arrays for x in a.flat)
    assert [x.op.name for x in np.arcsin(np.array([v * 0.1, w * 0.1]))] == ["asin", "asin"]
    assert (np.float64(3) > v) and not (v > np.float64(3))
    assert (np.array([1.0, 3.0]) < v).tolist() == [True, False]
    with pytest.raises(TypeError):
        np.array([v], dtype=float)
    out = np.array([v, w]) @ np.array([w, v])
    out.backward()
    assert (v.grad, w.grad) == (6.0, 4.0)


def test_pow_with_a_constant_has_no_second_operand():
    x = Value(-2.0)
    assert (x**3).parents == (x,) and (x**3).data == -8.0
    (x**3).backward()
    assert x.grad == 12.0
    assert (2**x).parents[1] is x and (2**x).data == 0.25
    assert (x ** Value(2.0)).parents[0] is x
    assert autograd.pow(x, 2).parents == (x,) and autograd.pow(2, 3) == 8.0
    assert (x ** np.float64(2)).data == 4.0


def test_bind_counts_constants():
    with pytest.raises(ArgumentError, match="powc: its constants are n"):
        autograd.TABLE["powc"].bind()
    with pytest.raises(ArgumentError, match="constants are none"):
        autograd.TABLE["exp"].bind(1.0)


def test_copies_keep_sharing_notes_and_grads():
    x, w = Value(2.0, label="x"), Value(0.5)
    h = x * w
    outs = [h.exp() + h, autograd.sum([h, x, w]), x**2, autograd.elu(h, 0.5)]
    outs[0].backward()
    for duplicate in (lambda o: pickle.loads(pickle.dumps(o)), copy.deepcopy):
        bundle = duplicate({"outs": outs, "x": x, "h": h})
        assert bundle["x"] is not x and bundle["x"].label == "x"
        assert bundle["outs"][1].parents[0] is bundle["h"]
        assert bundle["h"].parents[0] is bundle["x"] is bundle["outs"][2].parents[0]
        assert bundle["x"].grad == x.grad and bundle["outs"][0].grad == 1.0
        assert not bundle["outs"][1].has_grad
        assert [str(o.op) for o in bundle["outs"]] == [str(o.op) for o in outs]
        before = bundle["x"].grad
        bundle["outs"][1].backward()
        assert bundle["x"].grad == before + 0.5 + 1.0
        assert x.grad == before
    shallow = copy.copy(h)
    assert shallow is not h and shallow.parents == h.parents and shallow.data == h.data
    assert copy.copy(h.op) is h.op and copy.deepcopy(h.op) is h.op
    assert pickle.loads(pickle.dumps(h.op)) is h.op
    assert pickle.loads(pickle.dumps((x**2).op)) is (x**2).op
    assert pickle.loads(pickle.dumps(Value(1.0))).op is Value(1.0).op
    with pytest.raises(ArgumentError, match="no primitive called 'nothing'"):
        autograd.table.row("nothing")


def test_subclasses_are_operands():
    class Named(Value):
        __slots__ = ()

    n = Named(2.0)
    assert (Value(3.0) * n).parents[1] is n and (n * 2.0).data == 4.0 and (1.0 + n).data == 3.0
    assert type(copy.copy(n)) is Named
    assert exp(n).data == math.exp(2.0)


def test_a_graph_is_freed_by_reference_counting():
    gc.collect()
    gc.disable()
    try:
        x = Value(1.0)
        out = autograd.dot([x * x, x], [x, 2.0], x).exp()
        watch = weakref.ref(out), weakref.ref(out.parents[0])
        out.backward()
        del out
        assert [w() for w in watch] == [None, None]
    finally:
        gc.enable()


def test_a_node_takes_at_most_200_bytes():
    n = 20_000
    x = a = Value(0.5)
    gc.collect()
    tracemalloc.start()
    v = x
    for _ in range(n // 2):
        v = v * a + a
    forward = tracemalloc.get_traced_memory()[0] / n
    v.backward()
    both = tracemalloc.get_traced_memory()[0] / n
    tracemalloc.stop()
    assert forward <= 160 and both <= 200, (forward, both)


def test_wrong_counts_are_refused():
    v = Value(1.0)
    with pytest.raises(ArgumentError, match="2 weights for 3 inputs"):
        dot([v, v], [1, 2, 3])
    for function in (autograd.mean, autograd.logsumexp):
        with pytest.raises(ArgumentError, match="at least 1"):
            function([])
    assert autograd.sum([]) == 0.0 and autograd.prod([]) == 1.0 and autograd.norm([]) == 0.0
    assert autograd.dot([], []) == 0.0 and autograd.softmax([]) == []
    assert dot(iter([v]), (x for x in [2.0]), 1).data == 3.0
    with pytest.raises(ArgumentError, match="takes 2 operands, got 3"):
        autograd.value.record(autograd.TABLE["add"], v, v, v)


def test_softmax_is_the_gradient_of_logsumexp():
    xs = [Value(1.0), Value(-2.0), Value(800.0)]
    autograd.logsumexp(xs).backward()
    ps = autograd.softmax(xs)
    assert [p.data for p in ps] == [x.grad for x in xs]
    assert math.fsum(p.data for p in ps) == 1.0
    ys = [Value(0.3), Value(-0.8)]
    first = autograd.softmax(ys)[0]
    first.backward()
    p = first.data
    assert ys[0].grad == pytest.approx(p * (1 - p), rel=1e-14)
    assert ys[1].grad == pytest.approx(-p * (1 - p), rel=1e-14)
    assert autograd.softmax([math.inf, 1.0])[1] == 0.0
    assert autograd.functions.VALUES.stable(1.0, 2.0) == 1.0


def test_note_is_shared_and_scope_kept():
    x = Value(1.0)
    x.note = Note("x", "layer/1")
    x.label = "y"
    assert x.note == Note("y", "layer/1", "")


def test_importing_autograd_imports_no_optional_package():
    import subprocess

    code = "import autograd, sys; print([m for m in ('graphviz', 'pygraphviz', 'matplotlib',"
    code += "'tqdm', 'numba', 'mpmath', 'torch', 'jax') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_rule_that_raises_changes_no_grad():
    @autograd.primitive
    def square(m, x):
        return x * x

    a, b = Value(2.0), Value(3.0)
    y = square(a) * b + b * b
    with pytest.raises(OperandError, match="square: has no derivative rule"):
        y.backward()
    assert not b.has_grad and not y.has_grad and not a.has_grad
    w = Value(5.0)
    with pytest.raises(OperandError, match="square"):
        autograd.grad(lambda x: square(x) + x * w)(2.0)
    assert not w.has_grad
    with pytest.raises(pickle.PicklingError, match=r"square.*top of a module"):
        pickle.dumps(square(a))


def test_small_courtesies():
    v = Value(2.0)
    assert f"{v:.2f}" == "2.00" and f"{v}" == "Value(2.0)"
    assert np.positive(v) is not None and Value(-3.0).positive().data == -3.0
    assert [math.isnan(p) for p in autograd.softmax([-math.inf, -math.inf])] == [True, True]
    for bad in (v, 5, "ab"):
        for function in (autograd.sum, autograd.softmax, lambda x: dot(x, [1.0])):
            with pytest.raises(OperandError, match="takes a list"):
                function(bad)
    assert np.power(Value(-3.0), 2).parents[0].data == -3.0
    with pytest.raises(OperandError, match="too large"):
        Value(Decimal("1e400"))
    with pytest.raises(OperandError, match="does not fit"):
        Value(np.timedelta64(5, "s"))


GIVEN = [(1, 1.0), (True, 1.0), (np.float32(0.5), 0.5), (np.array(2.0), 2.0),
         (Fraction(1, 4), 0.25), (math.nan, math.nan), (-0.0, -0.0)]  # fmt: skip


@pytest.mark.parametrize(("given", "number"), GIVEN, ids=repr)
def test_a_grad_that_is_assigned_becomes_a_float(given, number):
    p = Value(3.0)
    p.grad = given
    assert type(p.grad) is float and p.has_grad
    assert repr(p.grad) == repr(number)
    (p * 2.0).backward()  # and a sweep adds to it
    assert repr(p.grad) == repr(number + 2.0)


def test_none_clears_a_grad():
    p = Value(3.0)
    for backward in (lambda y: y.backward(), lambda y: y.backward(create_graph=True)):
        backward(p * p)
        assert p.has_grad
        p.grad = None
        assert not p.has_grad and p.grad == 0.0 and type(p.grad) is float
        backward(p * 5.0)
        assert p.grad == 5.0
        p.grad = None


def test_a_grad_may_be_a_value():
    p, w = Value(3.0), Value(2.0)
    p.grad = w
    (p * p).backward()
    assert p.grad.data == 8.0
    p.grad.backward()
    assert w.grad == 1.0


@pytest.mark.parametrize(
    "bad",
    ["a", b"a", [1.0], (), {}, 1j, object(), np.array([1.0]), 10**400, np.array(None), print],
    ids=lambda x: type(x).__name__,
)
def test_nonsense_is_refused_when_it_is_assigned_to_a_grad(bad):
    p = Value(3.0, label="weight")
    for before in (None, 5.0):
        p.grad = before
        with pytest.raises(OperandError, match=r"^grad of Value.*label='weight'.*: ") as caught:
            p.grad = bad
        assert describe(bad) in str(caught.value)
        assert p.grad == (before or 0.0) and p.has_grad == (before is not None)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("bad", [None, "a", [1.0], 1j, np.array([1.0, 2.0])], ids=repr)
def test_a_bad_adjoint_is_refused_before_anything_changes(bad, create_graph):
    x = Value(3.0)
    x.grad = 7.0
    y = x * x
    for more in ({}, {"inputs": [x]}):
        with pytest.raises(OperandError, match=r"^backward: adjoint: "):
            y.backward(bad, create_graph=create_graph, **more)
        assert x.grad == 7.0 and not y.has_grad


WAYS = {
    "backward": lambda y, x: y.backward(),
    "inputs": lambda y, x: y.backward(inputs=[x]),
    "create_graph": lambda y, x: y.backward(create_graph=True),
    "both": lambda y, x: y.backward(inputs=[x], create_graph=True),
    "grad": lambda y, x: autograd.grad(y, [x]),
    "watched": lambda y, x: watched(y),
}


def watched(y):
    with autograd.detect_anomaly():
        y.backward()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("error", [ZeroDivisionError, OperandError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("good_calls", [0, 1, 2])
def test_a_sweep_changes_all_grads_or_none(way, error, good_calls):
    calls = []

    @autograd.primitive
    def cube(m, x):
        return x * x * x

    @cube.partials
    def _(m, z, x):
        calls.append(x)
        if len(calls) > good_calls:
            raise error
        return (3 * x * x,)

    x, w = Value(2.0), Value(5.0)
    x.grad = w.grad = 1.0
    y = (cube(x * w) + w) * w + cube(x)
    inner = y.parents[0]
    inner.grad = 4.0
    try:
        way(y, x)
    except (ZeroDivisionError, OperandError, GraphError, KeyboardInterrupt, MemoryError):
        assert (x.grad, w.grad, inner.grad, y.has_grad) == (1.0, 1.0, 4.0, False)
    else:
        assert good_calls == 2
        slope = 3 * 2.0**2 * 5.0**4 + 3 * 2.0**2
        assert getattr(x.grad, "data", x.grad) in {1.0 + slope, 1.0}  # autograd.grad touches none


class Tensor:
    """An array of another library, as PyTorch's and JAX's are; of no dimensions, or of one."""

    dtype = "float32"

    def __init__(self, number, *, requires_grad=False):
        self.number, self.requires_grad = number, requires_grad
        self.shape = (len(number),) if isinstance(number, list) else ()

    def detach(self):
        return Tensor(self.number)

    def flatten(self):
        return self

    def item(self):
        return self.number

    def tolist(self):
        return self.number

    def __iter__(self):
        return iter([Tensor(x) for x in self.number])


@pytest.mark.parametrize("tensor", [Tensor(3.0), Tensor(3.0, requires_grad=True)])
def test_the_remedy_for_a_tensor_works(tensor):
    x = Value(1.0)
    for use in (
        Value, autograd.exp, lambda t: dot([x], [t]), lambda t: autograd.maximum(x, t),
        autograd.grad(lambda y: y), lambda t: setattr(x, "data", t),
        lambda t: setattr(x, "grad", t),
    ):  # fmt: skip
        with pytest.raises(OperandError, match=r"Use \.item\(\) for its number"):
            use(tensor)
        use(tensor.item())
    assert Value(tensor.item()).data == 3.0


def test_the_remedy_for_a_tensor_of_several_numbers_works():
    array = Tensor([1.0, 2.0])
    with pytest.raises(OperandError) as caught:
        Value(array)
    remedy = str(caught.value).partition("one number: ")[2].rstrip(".")
    assert [x.data for x in eval(remedy, {"Value": Value, "array": array})] == [1.0, 2.0]


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_chain_of_updates_is_warned_of_once_and_the_remedy_works(sign):
    def updated(w):
        for _ in range(120):
            ((w - 1.0) ** 2).backward()
            w = w - 0.1 * w.grad if sign < 0 else w + -0.1 * w.grad
        return w

    with pytest.warns(UserWarning, match="a chain of 50 updates such as w = w - lr") as caught:
        w = updated(Value(3.0))
    assert len(caught) == 1 and caught[0].filename == __file__
    leaf = Value(3.0)
    for _ in range(120):
        ((leaf - 1.0) ** 2).backward()
        leaf.data -= 0.1 * leaf.grad
        leaf.grad = None
    assert leaf.data == pytest.approx(w.data, rel=1e-12) and leaf.is_leaf


def test_no_other_chain_is_warned_of():
    x, y = Value(3.0), Value(2.0)
    z = x
    for _ in range(60):
        z = z * 1.01 - 0.01
    z.backward()
    assert z.grad == 1.0
    z = x
    for _ in range(60):
        z = z - y
    z.backward()
    assert z.grad == 1.0 and y.grad == -60.0
    z = x
    for _ in range(60):
        z = z - 0.01
    assert z.grad == 0.0  # no gradient was ever taken
