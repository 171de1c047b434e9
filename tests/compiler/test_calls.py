"""compile: how a function is called, and what stands in it."""

import dataclasses
import json
import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import (
    ArgumentError,
    AutogradError,
    GraphError,
    OperandError,
    Value,
    compile,
    grad,
    value_and_grad,
)
from autograd.compiler import Program

BACKENDS = ("python", "numpy", "numba")
ON_EACH = pytest.mark.parametrize("backend", BACKENDS)
X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@dataclasses.dataclass
class Point:
    a: object
    b: object


@dataclasses.dataclass(frozen=True)
class Line:
    slope: float
    offset: float


# Arrays of other classes, and tables.


class Column:
    """As pandas has columns; with ``missing`` as polars has them."""

    def __init__(self, numbers, missing=None, several=False):
        self.numbers = numbers
        if missing is not None:
            self.null_count = lambda: Column([missing]) if several else missing

    def __len__(self):
        return len(self.numbers)

    def to_numpy(self):
        return np.array(self.numbers)


def of_kinds(tmp_path):
    mapped = np.memmap(tmp_path / "x", dtype=float, mode="w+", shape=(2, 2))
    mapped[:] = X[:2]
    return [
        X[:2], np.matrix(X[:2]), np.ma.array(X[:2]), np.ma.array(X[:2], mask=False), mapped,
        Column(X[:2].tolist(), missing=0), Column(X[:2].tolist()),
    ]  # fmt: skip


@ON_EACH
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_whatever_array_comes_first_does_not_matter(backend, tmp_path):
    kinds = of_kinds(tmp_path)
    for first in range(len(kinds)):
        runs = []
        f = lambda x, runs=runs: (runs.append(1), (x * x).sum())[1]
        shared = compile(value_and_grad(f), backend=backend)
        batched = compile(lambda x: x[0] * x[1], in_axes=0, backend=backend)
        for x in [kinds[first], *kinds]:
            value, slope = shared(x)
            assert value == 30.0 and type(slope) is np.ndarray
            assert slope.tolist() == [[2.0, 4.0], [6.0, 8.0]]
            assert batched(x).tolist() == [2.0, 12.0]
        assert len(runs) == 1


def test_masked_and_missing_numbers_are_refused():
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    f, g = compile(lambda x: x.sum()), compile(lambda x: x * 2, in_axes=0)
    for run in (f, g):
        with pytest.raises(OperandError, match=r"argument 1.*masked.*filled"):
            run(masked)
        with pytest.raises(OperandError, match="missing"):
            run(Column([1.0, 2.0], missing=1))
        with pytest.raises(OperandError, match="missing"):
            run(Column([1.0, 2.0], missing=1, several=True))
        nullable = Column([1.0, 2.0])
        nullable.dtype, nullable.isna = (
            type("Int64", (), {"na_value": None})(),
            lambda: [True, False],
        )
        with pytest.raises(OperandError, match="missing"):
            run(nullable)
        with pytest.raises(OperandError, match="argument 1"):
            run(Column([1.0, None]))
    assert f(masked.filled(0.0)) == 1.0


def test_tables_of_pandas_and_polars():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    f = compile(
        value_and_grad(lambda w, x, y: (w * x - y) ** 2), in_axes=(None, 0, 0), reduce="sum"
    )
    numbers = {"x": [1.0, 2.0], "y": [3, 4]}
    for table in (pandas.DataFrame(numbers), polars.DataFrame(numbers)):
        assert f(2.0, table["x"], table["y"]) == (1.0, -2.0)
    assert compile(lambda r: r[0] * r[1], in_axes=0)(pandas.DataFrame(numbers)).tolist() == [
        3.0,
        8.0,
    ]
    for bad in (pandas.Series([1, None], dtype="Int64"), polars.Series([1.0, None])):
        with pytest.raises(OperandError):
            f(2.0, bad, [1.0, 2.0])


# What a batch is.


@ON_EACH
def test_lists_and_arrays_are_the_batch_and_tuples_are_structure(backend):
    f = lambda t: t[0] + 10 * t[1]
    g = compile(f, in_axes=0, backend=backend)
    for pair in (([1.0, 2.0], [3.0, 4.0]), (np.array([1.0, 2.0]), np.array([3.0, 4.0])),
                 ([1.0, 2.0], np.array([3, 4])), ((1.0, 2.0), (3.0, 4.0))):  # fmt: skip
        if isinstance(pair[0], tuple):
            with pytest.raises(ArgumentError, match="tuple of numbers is no batch"):
                g(pair)
            assert g([*pair]).tolist() == [21.0, 43.0]  # a list of examples
        else:
            assert g(pair).tolist() == [31.0, 42.0]
    points = compile(lambda p: p.a * 10 + p.b, in_axes=0, backend=backend)
    assert points(Point([1.0, 2.0], np.array([3.0, 4.0]))).tolist() == [13.0, 24.0]
    assert points([Point(1.0, 3.0), Point(2.0, 4.0)]).tolist() == [13.0, 24.0]
    with pytest.raises(ArgumentError, match="differ in structure"):
        points([Point(1.0, 3.0), Point((2.0,), 4.0)])
    arrays = compile(lambda x: x @ x, in_axes=0, backend=backend)
    assert arrays([np.array([1.0, 2.0]), np.array([3.0, 4.0])]).tolist() == [5.0, 25.0]


@ON_EACH
def test_axes(backend):
    f = lambda x, y: x[0] * 10 + x[1] - y
    run = lambda axes, *args: compile(f, in_axes=axes, backend=backend)(*args).tolist()
    expected = [11.0, 32.0, 53.0]
    y = [1.0, 2.0, 3.0]
    assert run((0, 0), X, y) == run((1, 0), X.T, y) == run((-1, -1), X.T.tolist(), y) == expected
    assert run((-2, 0), X, y) == expected
    for axes in ((2, 0), (0, 1), (-3, 0)):
        with pytest.raises(ArgumentError, match="no axis"):
            run(axes, X, y)
    with pytest.raises(ArgumentError, match="axis 0 only"):
        compile(lambda t: t[0], in_axes=1, backend=backend)([(1.0, 2.0)])
    nested = compile(
        lambda p, q: p["w"] * p["x"] + q[0] * q[1].a + q[1].b,
        in_axes=({"w": None, "x": 0}, (0, Point(None, 1))),
        backend=backend,
    )
    got = nested({"w": 2.0, "x": [1.0, 2.0]}, ([3.0, 4.0], Point(10.0, np.array([[5.0, 6.0]]))))
    assert [x.tolist() for x in got] == [[37.0], [50.0]]
    got = compile(lambda q: q[0] * q[1], in_axes=([0, None],), backend=backend)([[1.0, 2.0], 3.0])
    assert got.tolist() == [3.0, 6.0]
    for bad in (({"w": 0}, None), ([0, 0], None), (Point(0, 0), None)):
        with pytest.raises(ArgumentError, match="does not match its in_axes"):
            compile(lambda p, q: q, in_axes=bad, backend=backend)({"w": 1.0, "x": 2.0}, 1.0)


@ON_EACH
def test_out_axes(backend):
    f = lambda x, w: {"m": np.array([[x, 2 * x, w]]), "t": (x, [w], None), "p": Point(w, x)}
    run = lambda out: compile(f, in_axes=(0, None), out_axes=out, backend=backend)([1.0, 5.0], 7.0)
    assert run(0)["m"].shape == (2, 1, 3)
    found = run({"m": -1, "t": (0, [None], 0), "p": Point(None, -1)})
    assert found["m"].tolist() == [[[1.0, 5.0], [2.0, 10.0], [7.0, 7.0]]]
    assert found["t"][1:] == ([7.0], None) and found["p"].a == 7.0
    assert found["p"].b.tolist() == found["t"][0].tolist() == [1.0, 5.0]
    matrix = compile(
        lambda x, w: np.array([w, w]), in_axes=(0, None), out_axes=None, backend=backend
    )
    assert matrix([1.0, 2.0], 3.0).tolist() == [3.0, 3.0]
    for bad, words in ((1, "no such axis"), (None, "varies"), ({"m": 0}, "does not match")):
        with pytest.raises(ArgumentError, match=words):
            run(bad)


# Keywords, defaults, static arguments.


@ON_EACH
def test_keyword_and_default_arguments(backend):
    def f(w, x, y=1.0, *, scale=2.0, shift=None):
        return (w * x + y) * scale + (0.0 if shift is None else shift)

    step = compile(f, in_axes=(None, 0, 0), backend=backend)
    ys = [3.0, 4.0]
    for args, kwargs, expected in (
        ((2.0, [1.0, 2.0], ys), {}, [10.0, 16.0]),
        ((2.0, [1.0, 2.0]), {}, [6.0, 10.0]),
        ((2.0,), {"y": ys, "x": [1.0, 2.0]}, [10.0, 16.0]),
        ((2.0, [1.0, 2.0]), {"scale": 3.0}, [9.0, 15.0]),
        ((), {"x": [1.0, 2.0], "w": 2.0, "shift": 100.0}, [106.0, 110.0]),
    ):
        assert step(*args, **kwargs).tolist() == expected
        assert step(*args, **kwargs).tolist() == expected
    assert "def f(w, x, scale)" in step.record(2.0, [1.0], scale=1.0).source()
    for args, kwargs in (((2.0,), {}), ((2.0, [1.0], ys, 1.0), {})):
        with pytest.raises(ArgumentError, match="in_axes has 3 entries"):
            step(*args, **kwargs)
    with pytest.raises(TypeError, match="unexpected"):
        step(2.0, [1.0], wrong=1.0)
    with pytest.raises(OperandError, match="f: shift: "):
        step(2.0, [1.0], shift="no")
    assert compile(value_and_grad(f), backend=backend)(2.0, x=3.0) == (14.0, 6.0)


@ON_EACH
@pytest.mark.parametrize("how", [{"static_argnums": (1, 2)}, {"static_argnames": ("n", "kind")},
                                 {"static_argnums": -2, "static_argnames": "kind"}])  # fmt: skip
def test_static_arguments(how, backend):
    runs = []

    def f(x, n, kind="plain"):
        runs.append(1)
        for _ in range(n):
            x = x * 2
        return -x if kind == "negative" else x + (kind is None)

    g = compile(f, backend=backend, **how)
    if how.get("static_argnums") != -2:
        assert g(1.0, 3) == g(1.0, 3) == g(1.0, n=3) == 8.0
        assert g(1.0, n=3, kind="negative") == -8.0
    assert g(1.0, 3, "negative") == -8.0 and g(1.0, 0, None) == 2.0
    count = len(runs)
    assert g(5.0, 3, "negative") == -40.0 and len(runs) == count
    assert g(5.0, True, None) == 11.0
    with pytest.raises(ArgumentError, match="n is static"):
        g(1.0, [3], "plain")


def test_static_arguments_are_told_apart_by_type():
    seen = []
    g = compile(lambda x, s: (seen.append(s), x * 1.0)[1], static_argnums=1)
    for s in (1, True, 1.0, 0.0, -0.0, "1", (1,), None):
        g(2.0, s)
        g(3.0, s)
    assert list(map(str, seen)) == ["1", "True", "1.0", "0.0", "-0.0", "1", "(1,)", "None"]


def test_options_of_static_arguments_are_checked():
    f = lambda x, y: x
    for options, words in (
        ({"static_argnums": 1.5}, "whole number"), ({"static_argnums": "y"}, "whole number"),
        ({"static_argnames": "z"}, "no such argument"), ({"static_argnames": 1}, "name"),
        ({"static_argnames": ("y", 1)}, "name"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            compile(f, **options)
    with pytest.raises(ArgumentError, match="static, and in_axes"):
        compile(f, in_axes=(0, 0), static_argnums=1)([1.0], 2)
    assert compile(f, in_axes=0, static_argnums=1)([1.0], 2).tolist() == [1.0]
    assert compile(lambda **k: k["x"], static_argnames="z")(x=1.0, z="a") == 1.0


@ON_EACH
def test_dataclasses(backend):
    f = lambda line, x: line.slope * x + line.offset
    step = compile(value_and_grad(f), in_axes=(None, 0), reduce="sum", backend=backend)
    for k in range(2):
        value, slope = step(Line(2.0 + k, 1.0), [1.0, 2.0])
        assert value == 8.0 + 3 * k and slope == Line(3.0, 2.0)
    net = nn.Linear(1, 1, seed=0)
    value, slope = compile(value_and_grad(lambda p: p.a([p.b])[0]), backend=backend)(
        Point(net, 2.0)
    )
    assert slope.b == pytest.approx(next(iter(net.parameters())).data)


# What stands in a function.


@ON_EACH
@pytest.mark.parametrize("f", [
    lambda x: np.maximum(x, 0).sum(), lambda x: np.minimum(x, x[0]).sum(), lambda x: np.max(x) - x.min(),
    lambda x: np.where(x > 0.5, x, x * x).sum(), lambda x: np.clip(x, -1.0, 1.0).sum(),
    lambda x: x.clip(0.0, 2.0).sum(), lambda x: np.var(x) + np.std(x), lambda x: (x * (x >= 0)).sum(),
    lambda x: np.where(~(x > 0), 1.0, x).sum(), lambda x: np.where((x > 0) ^ (x < 2), x, -x).sum(),
    lambda x: np.where((x > 0) & (x < 2) | (x == -1.0), x, 0.0).sum(), lambda x: np.abs(x) @ np.sign(x),
    lambda x: ag.where(np.any(x > 2), x[0], x[1]), lambda x: ag.where(np.all(x > 2), x[0], x[1]),
    lambda x: np.where(np.logical_not(x > 0), 0.0, x).sum(), lambda x: np.fmax(x, -1.5).prod(),
    lambda x: ag.sum(list(x % 2.0)) + (x[2] // 2.0), lambda x: np.add(x, x, out=np.empty(3, object)).sum(),
    lambda x: np.mean(np.stack([x, x * 2])) + np.linalg.norm(x),
    lambda x: x.reshape(3, 1)[1:, 0][::-1] @ np.array([1.0, 2.0]), lambda x: np.divmod(x[0], 2.0)[1],
])  # fmt: skip
def test_numpys_functions_of_a_recorded_array(f, backend):
    for x in (np.array([1.0, -2.0, 3.0]), np.array([0.25, 0.75, -1.0])):
        expected = value_and_grad(f)(x)
        value, slope = compile(value_and_grad(f), backend=backend)(x)
        assert value == pytest.approx(expected[0], rel=1e-14)
        assert slope.tolist() == pytest.approx(list(expected[1]), rel=1e-13)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, y: np.sort(x), r"np\.sort: .*where"), (lambda x, y: x[np.argmax(x)], r"np\.argmax"),
        (lambda x, y: x[y], r"y is an index.*enumerate.*static_argnums"), (lambda x, y: [1.0, 2.0][y], "index"),
        (lambda x, y: x[0, y], "index"), (lambda x, y: np.modf(y)[0], "decides a branch"),
        (lambda x, y: sum(y for _ in range(y)), "index or a count"), (lambda x, y: x[x > 0], r"conditions.*np\.where"),
        (lambda x, y: y or x[0], r"y decides a branch.*static"), (lambda x, y: ~(y > 0), r"~.*where"),
        (lambda x, y: np.where(y > 0, 1.0, y), "where"),
    ],
)  # fmt: skip
def test_what_can_not_be_recorded_is_named_with_a_remedy(f, words):
    with pytest.raises(AutogradError, match=words):
        compile(f)(np.array([1.0, 2.0]), 1)


def test_conditions():
    f = compile(lambda x: [ag.where((x > 0) ^ c, 1.0, 2.0) for c in (x > 1, True, False)])
    assert f(0.5) == [1.0, 2.0, 1.0] and f(2.0) == [2.0, 2.0, 1.0] and f(-1.0) == [2.0, 1.0, 2.0]
    for bad in (lambda x: x ^ (x > 0), lambda x: (x > 0) ^ 1.5, lambda x: (x > 0) ^ x):
        with pytest.raises(TypeError):
            compile(bad)(1.0)


@ON_EACH
def test_class_indices_by_the_remedy(backend):
    pick = lambda z, y: ag.sum([ag.where(y == k, x, 0.0) for k, x in enumerate(z)])
    z, y = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([2, 0])
    assert compile(pick, in_axes=0, backend=backend)(z, y).tolist() == [3.0, 4.0]
    assert compile(lambda z, y: z[y], static_argnums=1, backend=backend)(z[0], 1) == 2.0


def test_a_value_made_inside_is_a_constant_unless_it_is_kept():
    f = compile(lambda x: Value(2.0) * x + Value(3.0) * Value(4.0))
    assert f(1.0) == 14.0
    assert len(f.program.inputs) == 1 and 2.0 in f.program.numbers.values()
    kept = []

    def g(x):
        if not kept:
            kept.append(Value(2.0))
        return kept[0] * x

    h = compile(g)
    assert h(1.0) == 2.0
    kept[0].data = 5.0
    assert h(1.0) == 5.0
    twice = compile(grad(grad(lambda x: Value(2.0) * x**3)))
    assert twice(2.0) == 24.0 and len(twice.program.inputs) == 1


# Lists of Values and other numbers, again and again.


@ON_EACH
def test_lists_of_any_numbers_one_after_another(backend):
    runs = []
    f = compile(lambda xs, y: (runs.append(1), ag.dot(xs, [y, 10.0]))[1], backend=backend)
    given = [
        [1.0, 2.0], [1, 2], [True, 2.0], [Value(1.0), Value(2.0)], [np.float64(1.0), 2.0],
        [np.float32(1.0), np.int64(2)], [Value(1.0), 2], [np.array(1.0), 2.0],
    ]  # fmt: skip
    for xs in [*given, *given]:
        for y in (3.0, 3, Value(3.0), np.float64(3.0), np.array(3.0)):
            assert f(xs, y) == 23.0
            assert f([1.0, 2.0], 3.0) == 23.0
    assert len(runs) == 1
    for bad in (["1", 2.0], [None, 2.0], [1j, 2.0], [Value(1.0) * 2, 2.0], [10**400, 2.0], [1.0]):
        with pytest.raises((AutogradError, TypeError, ValueError)):
            f(bad, 3.0)
    first = compile(lambda xs: xs[0] * 2, backend=backend)
    assert [first([x, 2.0]) for x in (1.0, np.array([1.0]), 1.0)] == [2.0, [2.0], 2.0]


# Programs in files.


def test_a_program_is_saved_loaded_and_called(tmp_path):
    path = tmp_path / "program.json"
    model = nn.MLP(2, [3, 1], seed=0)
    w = Value(2.0, label="w")
    loss = lambda m, x, y: nn.half_squared_error(m(x), y) * w + ag.softplus(x[0])
    step = compile(value_and_grad(loss), backend="python")
    expected = step(model, [0.5, 0.25], 0.75)
    step.program.save(path)
    found = Program.load(path)
    assert str(found) == str(step.program) and found.source() == step.program.source()
    value, slopes = found(model, [0.5, 0.25], 0.75, w=2.0)
    assert value == pytest.approx(expected[0], rel=1e-15)
    assert slopes == pytest.approx(expected[1], rel=1e-14)
    found.save(path)
    assert (
        Program.load(path)([p.data for p in model.parameters()], (0.5, 0.25), 0.75, w=2.0)[0]
        == value
    )
    with pytest.raises(ArgumentError, match="'w', a Value that the function found outside"):
        found(model, [0.5, 0.25], 0.75)
    with pytest.raises(ArgumentError, match="takes 3 arguments"):
        found(model)
    with pytest.raises(ArgumentError, match="needs 2 entries"):
        found(model, [0.5], 0.75, w=2.0)
    with pytest.raises(OperandError, match="y"):
        found(model, [0.5, 0.25], "no", w=2.0)


def test_every_structure_and_number_comes_back(tmp_path):
    path = tmp_path / "program.json"
    f = compile(
        lambda p, a, none, c: (
            {"x": p["x"] + 0.0, 3: [a[1, 0] ** 2.5, math.inf, -0.0], "n": None},
            ag.leaky_relu(p["x"]) * math.nan,
            ag.where(p["x"] < 1.0, c.slope, a[0, 0] * 1e-310),
        )
    )
    args = {"x": 0.5}, np.array([[1.0], [4.0]]), None, Line(7.0, 8.0)
    expected = f(*args)
    f.program.save(path)
    first, second, third = Program.load(path)(*args)
    assert repr(first) == repr(expected[0]) and math.isnan(second) and third == 7.0
    with pytest.raises(ArgumentError, match="has no 'slope'"):
        Program.load(path)(*args[:3], 1.0)
    with pytest.raises(ArgumentError, match="has no 'x'"):
        Program.load(path)({"y": 1.0}, *args[1:])


@ag.primitive
def own(m, x):
    return m.exp(x)


def test_what_is_no_program_is_refused(tmp_path):
    path = tmp_path / "program.json"
    f = compile(lambda x: x * 2)
    f(1.0)
    f.program.save(path)
    whole = json.loads(path.read_text(encoding="utf-8"))
    for change in (
        {"format": "other"}, {"outputs": [99]}, {"outputs": ["0"]}, {"ops": [["exec", []]] * 3},
        {"numbers": []}, {"operands": []}, {"inputs": []}, {"numbers": [[0, "1.0"]]},
        {"operands": [[], [], [2, 2]]},
    ):  # fmt: skip
        bad = (
            whole | change if "format" in change else whole | {"program": whole["program"] | change}
        )
        path.write_text(json.dumps(bad), encoding="utf-8")
        with pytest.raises(ArgumentError, match="has no program in it"):
            Program.load(path)
    for text in ("", "[]", "{}", "\0"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ArgumentError, match="has no program in it"):
            Program.load(path)
    mine = compile(own)
    mine(1.0)
    with pytest.raises(ArgumentError, match=r"own.*your own"):
        mine.program.save(path)
    odd = compile(lambda x: {(1, 2): x})
    odd(1.0)
    with pytest.raises(ArgumentError, match="key of a dict"):
        odd.program.save(path)


def test_a_call_inside_a_transform_is_eager():
    f = compile(lambda x, k=2: x**k, static_argnames="k")
    assert grad(f)(3.0) == 6.0 and grad(lambda x: f(x, k=3))(2.0) == 12.0
    with pytest.raises(GraphError, match="compile the derivative"):
        grad(lambda x: compile(lambda y: y, in_axes=0)([x])[0])(1.0)


@ON_EACH
def test_lists_of_lists_again_and_again(backend):
    runs = []

    def f(layers, x):
        runs.append(1)
        for weights, biases in layers:
            x = [ag.dot(w, x, b) for w, b in zip(weights, biases, strict=True)]
        return ag.sum(x)

    step = compile(value_and_grad(f), in_axes=(None, 0), reduce="sum", backend=backend)
    x = np.array([[1.0, 2.0]])
    layers = [([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0.5, 1.5, 2.5]), [[[1.0, 1.0, 1.0]], (2.0,)]]
    for k in range(4):
        layers[0][0][1][0] = float(k)
        total, slopes = step(layers, x)
        assert total == 5.0 + k + 8.0 + 17.0 + 4.5 + 2.0
        assert slopes[0][0] == [[1.0, 2.0]] * 3 and slopes[1] == [[[5.5, k + 9.5, 19.5]], (1.0,)]
    assert len(runs) == 1
    layers[0][0][1][0] = 3  # an int
    assert step(layers, x)[0] == 5.0 + 3 + 8.0 + 17.0 + 4.5 + 2.0
    layers[0][0][1] = (3.0, 4.0)  # a tuple
    assert step(layers, x)[1][0][0] == [[1.0, 2.0], (1.0, 2.0), [1.0, 2.0]] and len(runs) == 2
    layers[0][0].append([0.0, 0.0])
    layers[0][1].append(0.0)
    layers[1][0][0].append(1.0)
    assert step(layers, x)[0] == 5.0 + 3 + 8.0 + 17.0 + 4.5 + 2.0 and len(runs) == 3
    layers[0][0][0].append(1.0)
    with pytest.raises(ArgumentError):
        step(layers, x)


def test_a_module_that_is_imported_inside():
    import sys
    import types

    settings = types.ModuleType("settings_of_a_user")
    settings.rate = 2.0
    sys.modules["settings_of_a_user"] = settings
    try:

        def f(x):
            import settings_of_a_user as own
            from settings_of_a_user import rate

            return x * rate + own.rate

        g = compile(f)
        assert g(1.0) == 4.0
        settings.rate = 3.0
        assert g(1.0) == 6.0
    finally:
        del sys.modules["settings_of_a_user"]


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_arrays_and_tables_in_containers():
    f = compile(lambda p: (p["x"] * p["y"][0]).sum() + p["t"].a)
    for x in (X, np.asmatrix(X) if hasattr(np, "asmatrix") else X):
        for _ in range(3):
            assert f({"x": x, "y": (2.0, None), "t": Point(1.0, None)}) == 43.0
    assert f({"x": np.float64(1.0) * X, "y": (2.0, None), "t": Point(Value(1.0), None)}) == 43.0
    with pytest.raises(OperandError, match="argument 1"):
        f({"x": np.array([["1"]]), "y": (2.0, None), "t": Point(1.0, None)})


@ON_EACH
def test_ways_of_calling_do_not_mix(backend):
    f = compile(lambda w, x=2.0, n=1: w * 10 + x * n, static_argnames="n", backend=backend)
    for _ in range(3):
        assert f(1.0, 3.0) == 13.0
        assert f(x=1.0, w=3.0) == 31.0
        assert f(w=3.0, x=1.0) == 31.0
        assert f(1.0, 3.0) == f(1.0, n=1, x=3.0) == 13.0
        assert f(1.0, 3.0, n=2) == f(1.0, 3.0, 2) == 16.0
        assert f(1.0) == 12.0 and f(1.0, n=3) == 16.0
    g = compile(lambda w, x: w * 10 + x, backend=backend)
    for _ in range(3):
        assert g(x=1.0, w=3.0) == g(x=1.0, w=3.0) == 31.0
        assert g(1.0, 3.0) == g(1.0, 3.0) == 13.0
