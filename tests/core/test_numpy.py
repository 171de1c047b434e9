"""NumPy's functions of Values: which work, with the right value and gradient, and which refuse.

The truth is NumPy itself, on floats: its value, and the slope of its value by finite differences.
``docs/numpy.md`` lists what these tables list, and a test compares.
"""

import math
import re
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import OperandError, Value, grad, hessian, jacobian, jvp

FLOATS = {
    "v": [0.51, -1.53, 2.07],  # any numbers
    "p": [0.52, 0.74, 0.91],  # between 0 and 1
    "M": [[2.03, 0.31], [-0.42, 1.57]],  # a matrix
    "x": 0.57,  # one number
}
PLAIN = {"f": np.array([1.2, 2.9, 2.3]), "ag": ag, "np": np}

# Of arrays of Values: v, p and M above; f is an array of floats.
WORKS = """
np.add(v, f) | np.subtract(f, v) | np.multiply(v, v) | np.divide(f, p) | np.true_divide(v, f)
np.floor_divide(v, f) | np.mod(v, f) | np.remainder(f, p) | np.fmod(v, f)
np.power(p, v) | np.power(f, v) | np.power(v, 3) | np.pow(p, 2) | np.negative(v) | np.positive(v)
np.absolute(v) | np.abs(v) | np.fabs(v) | np.reciprocal(v) | np.square(v) | np.sqrt(p)
np.cbrt(v) | np.exp(v) | np.exp2(v) | np.expm1(v) | np.log(p) | np.log2(p) | np.log10(p)
np.log1p(p) | np.sin(v) | np.cos(v) | np.tan(v) | np.arcsin(p) | np.arccos(p) | np.arctan(v)
np.asin(p) | np.acos(p) | np.atan(v) | np.sinh(v) | np.cosh(v) | np.tanh(v) | np.arcsinh(v)
np.arccosh(p + 1) | np.arctanh(p) | np.asinh(v) | np.acosh(p + 1) | np.atanh(p)
np.arctan2(v, f) | np.arctan2(v, p) | np.atan2(v, f) | np.hypot(v, f) | np.hypot(v, p)
np.floor(v) | np.ceil(v) | np.trunc(v) | np.rint(v) | np.round(v) | np.around(v) | np.fix(v)
np.round(v, 1) | np.degrees(v) | np.radians(v) | np.deg2rad(v) | np.rad2deg(v) | np.sinc(v)
np.maximum(v, f - 1) | np.minimum(f, v) | np.fmax(v, p) | np.fmin(v, p) | np.clip(v, 0, 1)
np.clip(v, f - 1, f) | np.where(v > 0, v, f) | np.select([v > 0, v < 0], [v, f])
np.piecewise(v, [v > 0], [np.square, np.negative]) | np.choose([0, 1, 0], [v, f])
np.conj(v) | np.conjugate(v) | np.real(v) | np.nan_to_num(v)
np.sum(v) | np.sum(M, axis=0) | np.sum(M, axis=1, keepdims=True) | np.nansum(v) | np.prod(v)
np.prod(M, axis=1) | np.nanprod(v) | np.mean(v) | np.mean(M, axis=0) | np.nanmean(v)
np.average(v) | np.average(v, weights=f) | np.std(v) | np.std(v, ddof=1) | np.std(M, axis=0)
np.var(v) | np.var(v, ddof=1) | np.var(M, axis=1) | np.nanvar(v) | np.nanstd(v)
np.median(v) | np.nanmedian(v) | np.percentile(v, [30, 70]) | np.quantile(v, [0.3, 0.7])
np.ptp(v) | np.max(v) | np.min(v) | np.amax(M, axis=0) | np.amin(M, axis=1) | np.nanmax(v)
np.nanmin(v) | np.sort(v) | np.partition(v, 1) | np.unique(v)
np.cumsum(v) | np.cumprod(v) | np.cumsum(M, axis=1) | np.nancumsum(v) | np.nancumprod(v)
np.cumulative_sum(v) | np.cumulative_prod(v) | np.diff(v) | np.diff(v, n=2) | np.ediff1d(v)
np.trapezoid(v) | np.trapezoid(v, f) | np.unwrap(v) | np.convolve(v, f) | np.correlate(v, p)
np.dot(v, f) | np.dot(M, M) | np.vdot(v, f) | np.vdot(v, v) | np.inner(v, p) | np.inner(M, M)
np.outer(v, p) | np.kron(v, f) | np.matmul(M, M) | np.matvec(M, v[:2]) | np.vecmat(v[:2], M)
np.vecdot(v, p) | np.tensordot(M, M, 1) | np.einsum("ij,jk->ik", M, M) | np.einsum("i,i", v, p)
np.einsum("ii", M) | np.einsum("ij->j", M) | np.cross(v, f) | np.trace(M) | np.diag(M)
np.diagonal(M) | np.diag(v) | np.vander(v) | np.polyval(v, 2.0) | np.polyval(f, v)
np.polyder(v) | np.polyint(v) | np.polyadd(v, f) | np.polysub(v, f) | np.polymul(v, p) | np.poly(v)
np.linalg.norm(v) | np.linalg.norm(M) | np.linalg.norm(M, axis=0) | np.linalg.norm(M, axis=1)
np.linalg.norm(v, 1) | np.linalg.norm(v, 3) | np.linalg.norm(v, np.inf) | np.linalg.norm(M, "fro")
np.linalg.norm(M, 1) | np.linalg.matrix_power(M, 3) | np.linalg.multi_dot([M, M, M])
np.linalg.trace(M) | np.linalg.outer(v, p) | np.linalg.vector_norm(v) | np.linalg.matrix_norm(M)
np.linalg.cross(v, p) | np.linalg.vecdot(v, p) | np.linalg.matmul(M, M) | np.linalg.diagonal(M)
np.linalg.tensordot(M, M, axes=1) | np.linalg.matrix_transpose(M)
np.reshape(M, 4) | np.ravel(M) | np.transpose(M) | np.swapaxes(M, 0, 1) | np.moveaxis(M, 0, 1)
np.concatenate([v, f]) | np.stack([v, p]) | np.hstack([v, f])
np.vstack([v, f]) | np.dstack([v, p])
np.column_stack([v, p]) | np.append(v, 1.0) | np.insert(v, 1, 5.0) | np.delete(v, 1)
np.tile(v, 2) | np.repeat(v, 2) | np.flip(v) | np.fliplr(M) | np.flipud(M) | np.roll(v, 1)
np.rot90(M) | np.split(v, 3) | np.array_split(v, 2) | np.pad(v, 1) | np.triu(M) | np.tril(M)
np.take(v, [0, 2]) | np.compress([1, 0, 1], v) | np.extract(v > 0, v) | np.broadcast_to(v, (2, 3))
np.expand_dims(v, 0) | np.squeeze(v) | np.atleast_1d(x) | np.atleast_2d(v) | np.meshgrid(v, p)
np.block([v, f]) | np.copy(v) | np.array(v) | np.asarray(v) | np.ascontiguousarray(v)
np.apply_along_axis(np.sum, 0, M) | np.add.reduce(v) | np.multiply.reduce(v)
np.add.accumulate(v) | np.multiply.outer(v, f) | np.subtract.outer(v, p) | np.maximum.reduce(v)
np.minimum.accumulate(v) | np.add.reduceat(v, [0, 2]) | np.linspace(x, 2, 3) | np.logspace(x, 1, 3)
np.geomspace(x, 1, 3) | np.full(2, x) | np.full_like(v, x) | np.take_along_axis(v, np.argsort(v), 0)
v + f | f - v | v * 2 | 2 / p | v ** 2 | 2 ** v | p ** v | v // f | v % f | -v | M @ M | f @ v
v.sum() | v.mean() | v.std() | v.var(ddof=1) | v.prod() | v.cumsum() | v.dot(f) | v.clip(0, 1)
v.round() | v.max() | v.min() | M.trace() | M.T | v.conj() | M.sum(axis=0) | M.diagonal()
"""

# Of a Value itself, x, perhaps with arrays beside it.
OF_A_VALUE = """
np.exp(x) | np.arcsin(x) | np.square(x) | np.reciprocal(x) | np.negative(x) | np.positive(x)
np.degrees(x) | np.radians(x) | np.deg2rad(x) | np.rad2deg(x) | np.fabs(x) | np.sign(x)
np.arctan2(x, 1.0) | np.arctan2(2.0, x) | np.arctan2(f, x) | np.arctan2(x, f) | np.arctan2(x, v)
np.hypot(f, x) | np.hypot(v, x) | np.copysign(x, f) | np.copysign(f, x) | np.copysign(v, x)
np.logaddexp(x, f) | np.logaddexp(v, x) | np.logaddexp2(x, f) | np.logaddexp2(x, 3.0)
np.maximum(x, f) | np.minimum(v, x) | np.fmax(x, f) | np.fmin(f, x) | np.heaviside(x, 0.5)
np.fmod(-5.3, x) | np.fmod(x, f) | np.remainder(f, x) | np.floor_divide(f, x) | np.float_power(x, f)
np.float_power(f, x) | np.power(x, v) | np.power(x, 2) | np.power(2, x) | np.power(f, x)
np.divmod(5.3, x) | np.divmod(f, x) | np.modf(-x * 5) | np.ldexp(x, 3) | np.add(v, x)
np.subtract.outer(v, x) | np.copysign.outer(x, f) | np.multiply(x, M) | np.float64(2.0) * x
np.int64(3) - x | np.float64(2.0) ** x | x ** np.float64(2.0) | f * x | x / f
x ** f | f ** x | np.clip(x, 0, 1) | np.where(x > 0, x, 1.0) | np.sum([x, x]) | np.mean([x, 2.0])
np.dot(x, v) | np.sqrt(x, out=np.empty((), type(x))) | np.add(v, x, out=np.empty(3, type(x)))
np.std([x, 2.0]) | np.linalg.norm([x, 2.0]) | np.linalg.norm(x)
"""

# What NumPy asks of numbers: the answers are plain, and are those for floats.
ASKS = """
np.greater(v, f) | np.greater_equal(v, p) | np.less(v, f) | np.less_equal(v, f) | np.equal(v, v)
np.not_equal(v, p) | np.argmax(v) | np.argmin(v) | np.argsort(v) | np.argpartition(v, 1)
np.searchsorted(np.sort(v), 0.3) | np.digitize(v, [0.0, 1.0]) | np.nonzero(v) | np.count_nonzero(v)
np.argwhere(v > 0) | np.flatnonzero(v) | np.any(v) | np.all(v) | np.array_equal(v, v) | np.isreal(v)
np.isin(v, f) | np.shape(v) | np.ndim(v) | np.size(M) | np.zeros_like(v) | np.ones_like(v)
np.imag(v) | np.sign(v) | np.logical_not(v) | np.isnan(x) | np.isinf(x) | np.isfinite(x)
np.signbit(x)
np.logical_and(v > 0, v < 1) | v < 1 | v == v | f >= x
"""

# What no array of Values can do, since NumPy asks nobody, and what serves instead ("" if nothing).
REFUSED = {
    "np.copysign(v, f)": "np.vectorize(ag.copysign, otypes=[object])(v, f)",
    "np.logaddexp(v, f)": "np.vectorize(ag.logaddexp, otypes=[object])(v, f)",
    "np.logaddexp2(v, f)": "np.log2(2 ** v + 2 ** f)",
    "np.float_power(p, f)": "p ** f",
    "np.divmod(v, f)": "(v // f, v % f)",
    "np.modf(v)": "(np.fmod(v, 1), np.trunc(v))",
    "np.ldexp(v, 3)": "v * 2.0 ** 3",
    "np.arctan2(f, v)": "np.vectorize(ag.atan2, otypes=[object])(f, v)",
    "np.hypot(f, v)": "np.hypot(v, f)",
    "np.heaviside(v, 0.5)": "np.sign(v) / 2 + 0.5",
    "np.isnan(v)": "v != v",
    "np.isfinite(v)": "abs(v) < np.inf",
    "np.isinf(v)": "abs(v) == np.inf",
    "np.signbit(v)": "v < 0",
    "np.isclose(v, v)": "abs(v - v) <= 1e-8",
    "np.allclose(v, v)": "(abs(v - v) <= 1e-8).all()",
    "np.percentile(v, 30)": "np.percentile(v, [30])[0]",
    "np.quantile(v, 0.3)": "np.quantile(v, [0.3])[0]",
    "np.gradient(v)": "np.hstack([v[1] - v[0], (v[2:] - v[:-2]) / 2, v[-1] - v[-2]])",
    "np.cov(v)": "np.var(v, ddof=1)",
    "np.cov(v, p)": "",
    "np.corrcoef(v, p)": "",
    "np.angle(v)": "",
    "np.i0(v)": "",
    "np.interp(v, [0, 1], [0, 1])": "",
    "np.frexp(v)": "",
    "np.nextafter(v, f)": "",
    "np.spacing(v)": "",
    "np.bincount(v)": "",
    "np.histogram(v)": "",
    "np.roots(v)": "",
    "np.polyfit(f, v, 1)": "",
    "np.fft.fft(v)": "",
    "np.linalg.det(M)": "M[0, 0] * M[1, 1] - M[0, 1] * M[1, 0]",
    "np.linalg.inv(M)": "",
    "np.linalg.solve(M, v[:2])": "",
    "np.linalg.lstsq(M, v[:2])": "",
    "np.linalg.pinv(M)": "",
    "np.linalg.eig(M)": "",
    "np.linalg.eigh(M)": "",
    "np.linalg.svd(M)": "",
    "np.linalg.qr(M)": "",
    "np.linalg.cholesky(M @ M.T)": "",
    "np.linalg.slogdet(M)": "",
    "np.linalg.cond(M)": "",
    "np.linalg.matrix_rank(M)": "",
    "np.linalg.norm(M, 2)": "",
}


def calls(table):
    return [
        call.strip() for line in table.split("\n") for call in line.split(" | ") if call.strip()
    ]


def name_of(call):
    """What a page calls it: ``np.linalg.norm`` of ``np.linalg.norm(M, axis=0)``."""
    found = re.match(r"np(\.\w+)+(?=\()", call)
    return found[0] if found else None


def here(call):
    """Whether this NumPy has it: some functions are of NumPy 2."""
    thing = np
    for part in (name_of(call) or "np").split(".")[1:]:
        thing = getattr(thing, part, None)
    return thing is not None


def evaluated(call, numbers):
    given = dict(numbers)
    for key, x in given.items():
        if isinstance(x, list):
            plain = all(isinstance(n, float) for n in flat(x))
            given[key] = np.array(x, dtype=float if plain else object)
    return eval(call, {}, {**PLAIN, **given})  # the tables' own expressions


def flat(found):
    """The numbers of a result, in order."""
    if isinstance(found, (list, tuple)):
        return [n for part in found for n in flat(part)]
    return list(found.flat) if isinstance(found, np.ndarray) else [found]


def compared(call, numbers):
    """A result's number, weighted differently for each entry, for its gradient tells them apart."""
    found = flat(evaluated(call, numbers))
    total = 0.0
    for i, x in enumerate(found):
        total = total + x * (1.0 + 0.37 * i)
    return total


def used(call):
    """The tables' numbers that a call uses."""
    return {k: x for k, x in FLOATS.items() if re.search(rf"\b{k}\b", call)}


def moved(tree, i, by):
    """The same structure with the i-th number moved."""
    seen = iter(range(100))

    def move(part):
        if isinstance(part, list):
            return [move(x) for x in part]
        return part + by if next(seen) == i else part

    return {key: move(part) for key, part in tree.items()}


def assert_right(call, truth):
    given = used(call)
    numbers = flat(list(given.values()))
    as_values = lambda: {
        k: [[Value(n) for n in row] if isinstance(row, list) else Value(row) for row in x]
        if isinstance(x, list)
        else Value(x)
        for k, x in given.items()
    }
    ours, theirs = flat(evaluated(call, as_values())), flat(evaluated(truth, given))
    assert [float(x.data if isinstance(x, Value) else x) for x in ours] == pytest.approx(
        theirs, rel=1e-13, abs=1e-15
    )
    assert any(isinstance(x, Value) for x in ours)
    slopes = flat(list(grad(lambda given: compared(call, given))(given).values()))
    for i in range(len(numbers)):
        h = 1e-5
        up, down = (compared(truth, moved(given, i, by)) for by in (h, -h))
        assert slopes[i] == pytest.approx((up - down) / (2 * h), rel=1e-7, abs=1e-8), f"{call}: {i}"


@pytest.mark.filterwarnings("ignore:grad. <lambda> returned plain numbers only")
@pytest.mark.parametrize("call", list(filter(here, calls(WORKS) + calls(OF_A_VALUE))))
def test_what_works_has_numpys_value_and_its_slopes(call):
    assert_right(call, call)


@pytest.mark.parametrize("call", list(filter(here, calls(ASKS))))
def test_what_asks_gets_plain_answers(call):
    given = used(call)
    found = evaluated(call, {
        k: [Value(n) for n in x] if k in "vp" else [[Value(n) for n in row] for row in x]
        if k == "M" else Value(x) for k, x in given.items()
    })  # fmt: skip
    assert not any(isinstance(x, Value) for x in flat(found))
    assert flat(found) == flat(evaluated(call, given))


@pytest.mark.parametrize("call", list(filter(here, REFUSED)))
def test_what_does_not_work_says_so_and_what_serves_instead_is_right(call):
    values = {"v": list(map(Value, FLOATS["v"])), "p": list(map(Value, FLOATS["p"]))}
    values["M"] = [list(map(Value, row)) for row in FLOATS["M"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((TypeError, AttributeError)) as caught:
            evaluated(call, values)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 300
    instead = REFUSED[call]
    if not instead:
        return
    found = flat(evaluated(instead, values))
    if any(isinstance(x, Value) for x in found):
        assert_right(instead, call)
    else:
        assert found == flat(evaluated(call, FLOATS))


def test_the_page_lists_what_the_tables_list(root):
    text = (root / "docs" / "numpy.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    listed = lambda title: set(re.findall(r"np(?:\.\w+)+", sections[title]))
    names = lambda found: {name_of(call) for call in found} - {None}
    assert listed("What works") == names(calls(WORKS))
    assert listed("Given a Value itself") == names(calls(OF_A_VALUE)) - names(calls(WORKS))
    assert listed("What asks") == names(calls(ASKS))
    rows = re.findall(r"^\| `(.*?)` \| (?:`(.*?)`)? *\|$", sections["What refuses"], re.MULTILINE)
    assert dict(rows) == REFUSED


@pytest.mark.parametrize(
    ("call", "slopes"),
    [
        ("np.maximum(v, w)", (1.0, 0.0)),  # an array's loop takes the first of two equal objects
        ("np.minimum(v, w)", (1.0, 0.0)),
        ("np.maximum(v[0], w)", (0.5, 0.5)),  # a Value itself is asked: the table's rule
        ("np.minimum(v, w[0])", (0.5, 0.5)),
        ("np.fmax(v[0], w[0])", (0.5, 0.5)),
        ("np.fmin(v[0], w)", (0.5, 0.5)),
        ("ag.maximum(v[0], w[0])", (0.5, 0.5)),
        ("np.vectorize(ag.maximum, otypes=[object])(v, w)", (0.5, 0.5)),
    ],
)
def test_a_tie_gives_halves_where_a_rule_is_asked_and_else_all_to_one(call, slopes):
    def f(v, w):
        return np.sum(eval(call, {**PLAIN, "v": np.array([v]), "w": np.array([w])}))

    found = grad(f, (0, 1))(2.0, 2.0)
    assert found == slopes if 0.5 in slopes else sorted(found) == sorted(slopes)


@pytest.mark.parametrize("x", [3.7, -3.7, 1e300, -5e-324, 0.0, math.inf, math.nan])
@pytest.mark.parametrize("y", [1.2, -1.2, 3e-308, math.inf])
def test_fmod_is_cs(x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = float(np.fmod(x, y))
    ours = np.fmod(Value(x), y).data
    assert ours == theirs or (math.isnan(ours) and math.isnan(theirs))


@pytest.mark.parametrize(("x", "y"), [(math.nan, 2.0), (2.0, math.nan), (1.0, 3.0)])
def test_fmax_and_fmin_prefer_a_number_to_nan(x, y):
    for function in (np.fmax, np.fmin):
        a, b = Value(x), Value(y)
        z = function(a, b)
        assert z.data == function(x, y)
        z.backward()
        assert (a.grad, b.grad) == (float(z.data == x), float(z.data == y))


BOX = np.array(Value(0.5))


@pytest.mark.parametrize(
    ("call", "value", "slope"),
    [
        ("z * x", 0.25, 1.0), ("x * z", 0.25, 1.0), ("x - z", 0.0, 0.0), ("z / x", 1.0, 0.0),
        ("x ** z", 0.5**0.5, 0.5**0.5 * (1 + math.log(0.5))), ("z ** x", 0.5**0.5, None),
        ("z ** 2", 0.25, 1.0), ("2 ** z", 2**0.5, 2**0.5 * math.log(2)), ("x // z", 1.0, 0.0),
        ("x % z", 0.0, 0.0), ("divmod(x, z)[0]", 1.0, 0.0), ("ag.atan2(z, x)", math.pi / 4, 0.0),
        ("ag.exp(z)", math.exp(0.5), math.exp(0.5)), ("ag.dot([z], [x])", 0.25, 1.0),
        ("ag.dot([z], [2.0], z)", 1.5, 3.0), ("ag.sum([z, 1.0])", 1.5, 1.0),
        ("ag.prod([z, z])", 0.25, 1.0), ("ag.softmax([z, 0.5])[0]", 0.5, 0.25),
        ("ag.pow(z, 2)", 0.25, 1.0), ("ag.pow(x, z)", 0.5**0.5, None),
        ("ag.pow(2.0, z)", 2**0.5, None),
        ("ag.maximum(z, 0.0)", 0.5, 1.0), ("ag.clamp(z, 0, 1)", 0.5, 1.0),
        ("ag.where(z, z, 1.0)", 0.5, 1.0), ("ag.leaky_relu(z)", 0.5, 1.0),
        ("ag.smooth_maximum(z, z)", 0.5 + math.log(2), 1.0), ("np.add(z, x)", 1.0, 2.0),
        ("np.exp(z)", math.exp(0.5), math.exp(0.5)), ("np.power(x, z)", 0.5**0.5, None),
        ("np.copysign(z, x)", 0.5, 1.0), ("np.copysign(z, -x)", -0.5, -1.0),
        ("np.hypot(z, x)", 0.5 * 2**0.5, 2**0.5), ("np.dot(z, x)", 0.25, 1.0),
    ],
)  # fmt: skip
def test_an_array_of_no_dimensions_is_the_value_it_holds(call, value, slope):
    def f(x):
        return eval(call, {"z": np.array(x), "x": x, "ag": ag, "np": np})

    if slope is None:
        slope = 0.5**0.5 * (1 + math.log(0.5)) if "2.0" not in call else 2**0.5 * math.log(2)
    if call.startswith("np.copysign(z, x)"):
        f = lambda x: np.copysign(np.array(x), x)
    assert type(f(Value(0.5))) is Value and f(Value(0.5)).data == pytest.approx(value, rel=1e-15)
    assert grad(f)(0.5) == pytest.approx(slope, rel=1e-13, abs=1e-15)
    assert jvp(f, (0.5,), (1.0,))[1] == pytest.approx(slope, rel=1e-13, abs=1e-15)


def test_an_array_of_no_dimensions_is_an_input_an_output_and_a_gradient():
    x = Value(3.0)
    slope = grad(lambda z: z * z)(np.array(x))
    slope.backward()
    assert slope.data == 6.0 and x.grad == 2.0
    assert grad(lambda x: np.array(x * x))(3.0) == 6.0
    assert jacobian(lambda x: np.array(x * x))(3.0) == [6.0]
    assert jvp(lambda x: np.array(x * x), (3.0,), (np.array(1.0),)) == (9.0, 6.0)
    assert hessian(lambda x: np.array(x * x))(3.0) == [[2.0]]
    with pytest.raises(OperandError, match=r"It holds Value Value\(3.0.*\): array\[\(\)\]"):
        Value(np.array(x))
    with pytest.raises(OperandError, match="takes a list"):
        ag.sum(np.array(x))


def test_what_no_rule_is_for_is_one_line_of_ours_when_a_value_is_given():
    x = Value(0.5)
    for call in (lambda: np.frexp(x), lambda: np.nextafter(x, 1.0), lambda: np.spacing(x)):
        with pytest.raises(OperandError, match=r"^np\.\w+: has no rule for Values .* v\.data"):
            call()
    with pytest.raises(OperandError, match=r"^np\.add: a Value never changes.*array of objects"):
        np.add(x, 1.0, out=x)
    assert not x.has_grad and x.data == 0.5


def test_errors_of_ours_come_through_numpy_as_they_are():
    with pytest.raises(OperandError, match=r"^mul: str 'a' is not a real number"):
        np.multiply(np.array(["a"], dtype=object), Value(1.0))


def test_jacobian_of_an_array_is_of_plain_floats():
    for mode in ("forward", "reverse"):
        rows = jacobian(lambda x: np.array([x * x, 2.0, 3.0 * x]), mode)(3.0)
        assert rows == [[6.0], [0.0], [3.0]] and {type(x) for row in rows for x in row} == {float}
