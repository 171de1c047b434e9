"""Second and third derivatives of every row of the table, against mpmath with 60 digits.

At the row's samples and at points of ``MORE`` where it is smooth, every partial derivative of orders
2 and 3, mixed ones too, is taken in every mix of the two modes. Kinks and edges follow PyTorch's
double backward.
"""

import functools
import itertools
import math

import pytest
from mpmath import mp, mpf

import autograd as ag
from autograd import TABLE, Value, grad, hessian, hvp, jacobian, jvp
from autograd.value import record
from tests.kinks import finite, inside, on_kink
from tests.truth import DIGITS, TRUTH, variants

INF = math.inf

MORE = {
    1: [(0.0,), (1.0,), (-3.0,), (8.0,), (0.001,), (0.999,), (1.001,), (-0.99,), (20.0,)],
    2: [(0.0, 1.0), (1.0, 0.0), (2.0, 0.0), (0.0, -2.0), (3.0, 3.0), (0.001, 8.0), (0.5, 0.5)],
    3: [(1.0, 1.0, 1.0), (0.0, 2.0, 3.0), (0.0, 0.0, 3.0), (-8.0, 8.0, 0.001)],
}
LENGTHS = {"hypot", "norm"}
ROWS = [bound for row in TABLE.values() for bound in variants(row)]


def smooth(row, xs):
    """Whether the row has all its derivatives at this point."""
    if not inside(row, xs) or on_kink(row, xs) or not finite(row, xs):
        return False
    if row.name == "powc":
        (x,), (n,) = xs, row.values
        return x > 0 or (n == int(n) and (x < 0 or n >= 0))
    return row.name not in {"softsign", "elu"} or xs != (0.0,)  # from the second on they jump


def points(row):
    more = MORE[row.arity or 3]
    return [xs for xs in (*row.samples, *more) if smooth(row, xs)]


@functools.cache
def truth(name, constants, xs, index):
    """The derivative by each operand in ``index``, which is sorted."""
    used = sorted(set(index))

    def slice_of_row(*moved):
        operands = list(map(mpf, xs))
        for i, x in zip(used, moved, strict=True):
            operands[i] = x
        return TRUTH[name].value(*operands, *map(mpf, constants))

    with mp.workdps(DIGITS):
        at, orders = [mpf(xs[i]) for i in used], [index.count(i) for i in used]
        one = len(used) == 1
        derivative = mp.diff(slice_of_row, *((at[0], orders[0]) if one else (at, tuple(orders))))
        return 0.0 if abs(derivative) < mpf(10) ** -25 else float(derivative)


@functools.cache
def tensor(row, xs, order):
    """All partial derivatives of that order, and how far off each may be.

    1e-10 of itself; of 1 where it is 0. The second derivative of a length along itself is small, and
    a difference of large terms: there 1e-10 of the largest entry.
    """
    indices = itertools.combinations_with_replacement(range(len(xs)), order)
    entries = {index: truth(row.name, row.values, xs, index) for index in indices}
    largest = max(map(abs, entries.values()))
    return {
        index: (entry, 1e-10 * ((largest if row.name in LENGTHS else abs(entry)) or 1))
        for index, entry in entries.items()
    }


def cases(row, order):
    for xs in points(row):
        for index, (expected, error) in tensor(row, xs, order).items():
            yield xs, index, expected, error


def function(row):
    return lambda *xs: record(row, *xs)


def forward(f, i):
    def slope(*xs):
        return jvp(f, xs, [float(j == i) for j in range(len(xs))])[1]

    return slope


def reverse(f, i):
    return grad(f, i)


@pytest.mark.wide
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_derivatives_in_every_mix_of_modes(row, order):
    wrong = []
    for xs, index, expected, error in cases(row, order):
        for modes in itertools.product((forward, reverse), repeat=order):
            f = function(row)
            for mode, i in zip(modes, index, strict=True):
                f = mode(f, i)
            got = f(*xs)
            if not abs(got - expected) <= error:
                names = " of ".join(mode.__name__ for mode in reversed(modes))
                wrong.append(f"{row!r}{xs} by operands {index}, {names}: {got!r}, not {expected!r}")
    assert wrong == []


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_second_derivatives_by_every_transform(row):
    wrong = []
    f = function(row)
    for xs in points(row):
        n = len(xs)
        by = {
            "hessian": hessian(f)(*xs),
            "hessian of Values": hessian(f)(*map(Value, xs)),
            "jacobian of grad, forward": jacobian(grad(f, range(n)), "forward")(*xs),
            "jacobian of grad, reverse": jacobian(grad(f, range(n)), "reverse")(*xs),
            "hvp": [hvp(lambda v: f(*v), xs, [float(i == j) for j in range(n)]) for i in range(n)],
            "create_graph": [create_graph(f, xs, i) for i in range(n)],
        }
        for i, j in itertools.product(range(n), repeat=2):
            expected, error = tensor(row, xs, 2)[min(i, j), max(i, j)]
            for name, matrix in by.items():
                got = matrix[i][j]
                got = got.data if isinstance(got, Value) else got
                if not abs(got - expected) <= error:
                    wrong.append(f"{row!r}{xs} by {i, j}, {name}: {got!r}, not {expected!r}")
    assert wrong == []


def create_graph(f, xs, i):
    """One row of the Hessian, by backward(create_graph=True) and backward()."""
    values = [Value(x) for x in xs]
    f(*values).backward(create_graph=True)
    slope = values[i].grad
    for value in values:
        value.clear_grad()
    slope.backward()
    return [value.grad for value in values]


@pytest.mark.wide
@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_third_derivatives_by_hessian_and_hvp(row):
    wrong = []
    f = function(row)
    for xs, index, expected, error in cases(row, 3):
        i, j, k = index
        unit = [float(k == q) for q in range(len(xs))]
        by = {
            "grad of hessian": grad(lambda *v, i=i, j=j: hessian(f)(*v)[i][j], k)(*xs),
            "jvp of hessian": jvp(lambda *v, i=i, j=j: hessian(f)(*v)[i][j], xs, unit)[1],
            "hvp of grad": hvp(lambda v, i=i: grad(f, i)(*v), xs, unit)[j],
            "hessian of grad": hessian(grad(f, i))(*xs)[j][k],
        }
        for name, got in by.items():
            if not abs(got - expected) <= error:
                wrong.append(f"{row!r}{xs} by {index}, {name}: {got!r}, not {expected!r}")
    assert wrong == []


def test_the_sigmoid_at_zero():
    f = ag.sigmoid
    slopes = [grad(f)(0.0), grad(grad(f))(0.0), grad(grad(grad(f)))(0.0)]
    assert slopes == [1 / 4, 0.0, -1 / 8]


# What PyTorch 2.13 gives by double backward, in float64: f, x, and the derivatives by order.
EDGES = {
    "relu": (ag.relu, 0.0, (0.0, 0.0, 0.0)),
    "leaky_relu": (ag.leaky_relu, 0.0, (0.01, 0.0, 0.0)),
    "elu": (ag.elu, 0.0, (1.0, 0.0, 0.0)),
    "abs": (ag.abs, 0.0, (0.0, 0.0, 0.0)),
    "sign": (ag.sign, 0.0, (0.0, 0.0, 0.0)),
    "floor": (ag.floor, 1.0, (0.0, 0.0, 0.0)),
    "round": (ag.round, 0.5, (0.0, 0.0, 0.0)),
    "ceil": (ag.ceil, 1.0, (0.0, 0.0, 0.0)),
    "trunc": (ag.trunc, 1.0, (0.0, 0.0, 0.0)),
    "copysign": (lambda x: ag.copysign(x, -1.0), 0.0, (0.0, 0.0, 0.0)),
    "copysign of its sign": (lambda x: ag.copysign(2.0, x), 0.0, (0.0, 0.0, 0.0)),
    "x mod 2": (lambda x: x % 2, 4.0, (1.0, 0.0, 0.0)),
    "6 mod x": (lambda x: 6 % x, 2.0, (-3.0, 0.0, 0.0)),
    "x mod 2 times x": (lambda x: x % 2 * x, 4.0, (4.0, 2.0, 0.0)),
    "6 floor-divided by x": (lambda x: 6 // x, 2.0, (0.0, 0.0, 0.0)),
    "softsign": (ag.softsign, 0.0, (1.0, 0.0, 0.0)),
    "maximum with 0": (lambda x: ag.maximum(x, 0.0), 0.0, (0.5, 0.0, 0.0)),
    "maximum with itself": (lambda x: ag.maximum(x, x), 1.0, (1.0, 0.0, 0.0)),
    "maximum, a tie": (lambda x: ag.maximum(x * x, x), 1.0, (1.5, 1.0, 0.0)),
    "minimum, a tie": (lambda x: ag.minimum(x * x, x), 1.0, (1.5, 1.0, 0.0)),
    "clamp, its lower bound": (lambda x: ag.clamp(x, 0.0, 1.0), 0.0, (1.0, 0.0, 0.0)),
    "clamp squared, its upper bound": (lambda x: ag.clamp(x, 0.0, 1.0) ** 2, 1.0, (2.0, 2.0, 0.0)),
    "abs x times x": (lambda x: abs(x) * x, 0.0, (0.0, 0.0, 0.0)),
    "relu squared": (lambda x: ag.relu(x) ** 2, 0.0, (0.0, 0.0, 0.0)),
    "x**0": (lambda x: x**0, 0.0, (0.0, 0.0, 0.0)),
    "x**1": (lambda x: x**1, 0.0, (1.0, 0.0, 0.0)),
    "x**2": (lambda x: x**2, 0.0, (0.0, 2.0, 0.0)),
    "x**3": (lambda x: x**3, 0.0, (0.0, 0.0, 6.0)),
    "x**2 with a Value": (lambda x: x ** Value(2.0), 0.0, (0.0, 2.0)),
    "x**1.5": (lambda x: x**1.5, 0.0, (0.0, INF, -INF)),
    "x**0.5": (lambda x: x**0.5, 0.0, (INF, -INF, INF)),
    "x**-1": (lambda x: x**-1, 0.0, (-INF, INF, -INF)),
    "1/x": (lambda x: 1 / x, 0.0, (-INF, INF, -INF)),
    "sqrt": (ag.sqrt, 0.0, (INF, -INF, INF)),
    "log": (ag.log, 0.0, (INF, -INF, INF)),
    "log2": (ag.log2, 0.0, (INF, -INF, INF)),
    "log10": (ag.log10, 0.0, (INF, -INF, INF)),
    "log1p": (ag.log1p, -1.0, (INF, -INF, INF)),
    "acosh": (ag.acosh, 1.0, (INF, -INF)),
    "x log 2": (lambda x: ag.xlogy(x, 2.0), 0.0, (math.log(2.0), 0.0, 0.0)),
}
# Far out every derivative is 0, but the first of what goes on as x or as -x.
FLAT = "sigmoid tanh erf erfc normal_cdf softplus logsigmoid gelu silu elu mish".split()
FAR = [(name, x) for name in FLAT for x in (800.0, -800.0, 1e200, -1e200)]
FAR += [(name, x) for name in ("atan", "asinh") for x in (1e200, -1e200)]
CORNERS = (0.0, 1.0, -1.0, INF)


@pytest.mark.parametrize(("f", "x", "slopes"), EDGES.values(), ids=EDGES)
def test_edges_are_pytorchs(f, x, slopes):
    assert in_every_mix(f, x, slopes) == []


@pytest.mark.parametrize(("name", "x"), FAR)
def test_far_out_nothing_overflows(name, x):
    f = getattr(ag, name)
    first = grad(f)(x)
    assert first == pytest.approx(round(first), abs=1e-100)
    assert in_every_mix(f, x, (first, 0.0, 0.0)) == []


@pytest.mark.parametrize(("f", "slope"), [(ag.asin, INF), (ag.acos, -INF), (ag.atanh, INF)])
def test_at_the_end_of_asin_the_second_derivative_is_not_pytorchs(f, slope):
    # PyTorch has inf: its 1 - x*x has lost the digits near 1 that our (1 - x)(1 + x) keeps, and
    # the product rule on that makes inf · 0 at 1 itself.
    assert grad(f)(1.0) == slope
    assert math.isnan(grad(grad(f))(1.0))


def in_every_mix(f, x, slopes):
    """Where a derivative, in some mix of modes, or the Hessian, is not the one expected."""
    wrong = []
    for order, expected in enumerate(slopes, start=1):
        for modes in itertools.product((forward, reverse), repeat=order):
            g = functools.reduce(lambda g, mode: mode(g, 0), modes, f)
            got = g(x)
            if got != pytest.approx(expected, abs=1e-300):
                names = " of ".join(mode.__name__ for mode in reversed(modes))
                wrong.append(f"{names} at {x}: {got!r}, not {expected!r}")
    ((got,),) = hessian(f)(x)
    if got != pytest.approx(slopes[1], abs=1e-300):
        wrong.append(f"hessian at {x}: {got!r}, not {slopes[1]!r}")
    return wrong


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_no_transform_raises_at_a_corner_and_the_modes_agree(row):
    f = function(row)
    wrong = []
    for xs in itertools.product(CORNERS, repeat=row.arity or 2):
        n = len(xs)
        intervals = [row.domain[min(i, len(row.domain) - 1)] for i in range(n)]
        if not all(low <= x <= high for x, (low, high) in zip(xs, intervals, strict=True)):
            continue
        rows = [grad(reverse(f, i), range(n))(*xs) for i in range(n)]
        columns = [hvp(lambda v: f(*v), xs, [float(i == j) for j in range(n)]) for i in range(n)]
        matrix = hessian(f)(*xs)
        for i, j in itertools.product(range(n), repeat=2):
            found = [x for x in (rows[i][j], columns[j][i], matrix[i][j]) if math.isfinite(x)]
            if row.name == "pow" and xs[0] == 0:  # x**y has no second derivative there
                continue
            if found and max(found) - min(found) > 1e-10 * max(map(abs, found)) + 1e-15:
                wrong.append(
                    f"{row!r}{xs} by {i, j}: {rows[i][j]}, {columns[j][i]}, {matrix[i][j]}"
                )
    assert wrong == []


# A row's partials may be constant for one operand or at one point, and not for the next.
UNEVEN = {
    "dot, the bias first": (lambda b, w, x: ag.dot([w], [x], b), (1.0, 2.0, 3.0)),
    "a neuron, the bias first": (lambda b, w, x: ag.tanh(ag.dot([w, x], [0.5, x], b)), (0.1, 2, 3)),
    "elu, right and left of 0": (lambda x, y: ag.elu(x) + ag.elu(y), (1.0, -1.0)),
    "prod of one and of three": (lambda x, y, z: ag.prod([x]) + ag.prod([x, y, z]), (1.0, 2, 3)),
    "leaky_relu and elu": (lambda x, y: ag.leaky_relu(x) * ag.elu(y) + ag.elu(x), (1.0, -1.0)),
}


@pytest.mark.parametrize(("f", "xs"), UNEVEN.values(), ids=UNEVEN)
def test_each_node_has_second_derivatives_of_its_own(f, xs):
    n = len(xs)
    rows = [grad(grad(f, i), range(n))(*xs) for i in range(n)]
    assert hessian(f)(*xs) == [pytest.approx(row, rel=1e-13) for row in rows]
    units = [[float(i == j) for j in range(n)] for i in range(n)]
    assert [hvp(lambda v: f(*v), xs, u) for u in units] == [pytest.approx(r) for r in rows]
