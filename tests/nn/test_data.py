"""nn.data: what is made, what is read from files and tables, and what bad data gets."""

import codecs
import csv
import decimal
import io
import math
import random
import sys
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import ArgumentError, AutogradError, MissingDependencyError, OperandError
from nn import data
from nn.data import Scaling, examples, read_csv, train_test_split

MADE = {
    "moons": data.moons, "circles": data.circles, "spirals": data.spirals, "blobs": data.blobs,
    "xor": data.xor, "curve": data.curve,
}  # fmt: skip
FLOWERS = "length,width,kind\n5.1,3.5,rose\n7.0,3.2,iris\n6.3,3.3,rose\n"


def text(written, *arguments, **options):
    """Read a text as a file."""
    return read_csv(io.StringIO(written, newline=""), *arguments, **options)


# Made


@pytest.mark.parametrize("name", MADE)
def test_the_same_seed_makes_the_same_examples(name):
    make = MADE[name]
    assert make(seed=3) == make(seed=3) == make(seed=np.random.default_rng(3))
    assert make(seed=3) != make(seed=4) != make(seed=None)
    assert make(20, seed=random.Random(1)) == make(20, seed=random.Random(1))
    X, y = make(n=37)
    assert len(X) == len(y) == 37
    assert all(type(x) is float and math.isfinite(x) for row in X for x in row)
    assert {len(row) for row in X} == {1 if name == "curve" else 2}
    kind = float if name == "curve" else int
    assert all(type(target) is kind for target in y)


@pytest.mark.parametrize("name", [n for n in MADE if n != "curve"])
def test_classes_take_turns(name):
    _, y = MADE[name](n=60)
    classes = sorted(set(y))
    assert classes == [*range(len(classes))]
    assert max(map(y.count, classes)) - min(map(y.count, classes)) <= 1
    assert len(set(y[: 2 * len(classes)])) == len(classes)


def test_made_points_lie_where_they_should():
    X, y = data.moons(400, noise=0.0)
    for (a, b), k in zip(X, y, strict=True):
        centre, up = ((1.0, 0.5), b <= 0.5) if k else ((0.0, 0.0), b >= 0.0)
        assert math.isclose(math.hypot(a - centre[0], b - centre[1]), 1.0) and up
    X, y = data.circles(100, noise=0.0, factor=0.3)
    assert all(math.isclose(math.hypot(*x), 0.3 if k else 1.0) for x, k in zip(X, y, strict=True))
    X, y = data.spirals(300, classes=4, noise=0.0, turns=0.5)
    for (a, b), k in zip(X, y, strict=True):
        r = math.hypot(a, b)
        angle = 2 * math.pi * (k / 4 + 0.5 * (r - 0.1) / 0.9)
        assert 0.1 <= r <= 1.0 and math.isclose(math.cos(angle) * r, a, abs_tol=1e-9)
    X, y = data.blobs(3000, classes=3, spread=0.5)
    for k in range(3):
        cloud = np.array([x for x, label in zip(X, y, strict=True) if label == k])
        assert math.isclose(math.hypot(*cloud.mean(axis=0)), 4.0, rel_tol=0.02)
        assert np.allclose(cloud.std(axis=0), 0.5, rtol=0.1)
    X, y = data.curve(50, math.exp, low=-1.0, high=2.0, noise=0.0)
    assert all(-1.0 <= x <= 2.0 and math.exp(x) == target for [x], target in zip(X, y, strict=True))
    X, y = data.xor(100, noise=0.01)
    assert all((round(a) ^ round(b)) == k for (a, b), k in zip(X, y, strict=True))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: data.moons(0), "moons: n is 0; it must be a whole number"),
        (lambda: data.moons(2.5), "moons: n is 2.5"),
        (lambda: data.circles(noise=-0.1), "circles: noise is -0.1; it must be at least 0"),
        (lambda: data.circles(noise=math.nan), "circles: noise is nan; it must be finite"),
        (lambda: data.circles(factor=1.0), "circles: factor is 1; it must be between 0 and 1"),
        (lambda: data.xor(seed="x"), "xor: seed: 'x' is neither"),
        (lambda: data.spirals(classes=1), "there is 1 class; there must be at least 2"),
        (lambda: data.spirals(turns=math.inf), "spirals: turns is inf"),
        (lambda: data.blobs(spread=-1.0), "blobs: spread is -1"),
        (lambda: data.blobs(classes="x"), "blobs: classes is 'x'"),
        (lambda: data.blobs(centres=[[0.0], [1.0, 2.0]]), "blobs: the centres have [1, 2]"),
        (lambda: data.blobs(centres=[[], []]), "blobs: the centres have [0]"),
        (lambda: data.blobs(centres=[[0.0]]), "blobs: there is 1 class"),
        (lambda: data.curve(low=1.0, high=1.0), "low must be below high"),
        (lambda: data.curve(f=lambda x: math.nan), "curve: f is nan at"),
    ],
)
def test_bad_numbers_are_refused(call, said):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert said in str(caught.value)


def test_what_is_no_number_is_refused_by_its_name():
    with pytest.raises(OperandError, match="moons: noise: "):
        data.moons(noise="much")


# Files


def test_a_file_is_read(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    for file in (path, str(path), io.StringIO(FLOWERS)):
        found = read_csv(file)
        assert found.X == [[5.1, 3.5], [7.0, 3.2], [6.3, 3.3]]
        assert found.y == [1, 0, 1] and found.classes == ["iris", "rose"]
        assert (found.inputs, found.target) == (["length", "width"], "kind")
    assert read_csv(path, target=1, inputs=["length"]).y == [3.5, 3.2, 3.3]
    assert read_csv(path, "width", inputs=[0]) == read_csv(path, -2, inputs=[-3])
    assert (
        repr(read_csv(path, "width", inputs=[0])) == "<Examples: 3 of 1 input, numbers of 'width'>"
    )


@pytest.mark.parametrize(
    "written",
    [
        "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "a;b\n1;2\n3;4\n",
        "a\tb\n1\t2\n3\t4", "a|b\n1|2\n3|4", '"a","b"\n"1","2"\n"3","4"', "\n\na,b\n\n1,2\n , \n3,4\n\n",
        "a, b\n 1 , +2.\n3e0,.4E1\n", "\ufeffa,b\n1,2\n3,4",
    ],
)  # fmt: skip
def test_files_are_written_in_many_ways(written):
    assert text(written) == ([[1.0], [3.0]], [2.0, 4.0], ["a"], "b", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "data.csv"
    path.write_bytes("größe,art\n1,süß\n2,säuer\n".encode(encoding))
    known = None if encoding != "cp1252" else encoding
    assert read_csv(path, encoding=known).classes == ["säuer", "süß"]
    assert read_csv(path, encoding=known).inputs == ["größe"]


def test_big_endian_marks(tmp_path):
    path = tmp_path / "data.csv"
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")):
        path.write_bytes(mark + FLOWERS.encode(encoding))
        assert read_csv(path) == text(FLOWERS)


def test_without_a_header_columns_have_numbers():
    found = text("5.1,3.5,rose\n7,3.2,iris\n")
    assert (found.inputs, found.target, found.y) == (["0", "1"], "2", [1, 0])
    assert text("5.1,3.5,rose\n7,3.2,iris\n", "1", inputs=["0"]).y == [3.5, 3.2]


def test_decimals_after_a_comma():
    found = text("a;b\n1,5;2\n-0,25;3,5e1\n", decimal=",")
    assert (found.X, found.y) == ([[1.5], [-0.25]], [2.0, 35.0])
    assert text("1,5;2,5\n3,5;4,5\n", decimal=",").X == [[1.5], [3.5]]


@pytest.mark.parametrize(
    ("column", "y", "classes"),
    [
        (["0", "1", "2", "1"], [0, 1, 2, 1], ["0", "1", "2"]),
        (["1", "2", "2", "1"], [1.0, 2.0, 2.0, 1.0], None),
        (["0", "2", "2", "0"], [0.0, 2.0, 2.0, 0.0], None),
        (["0.0", "1", "1.0", "1"], [0, 1, 1, 1], ["0", "1"]),
        (["0.5", "1", "1.0", "1"], [0.5, 1.0, 1.0, 1.0], None),
        (["b", "a", " b", "1"], [2, 1, 2, 0], ["1", "a", "b"]),
        (["0", "0", "0", "0"], [0.0] * 4, None),
    ],
)
def test_which_targets_are_classes(column, y, classes):
    found = text("x,y\n" + "".join([f"1,{cell}\n" for cell in column]))
    assert (found.y, found.classes) == (y, classes)
    assert {type(t) for t in found.y} == {int if classes else float}


def test_labels_decide():
    written = "x,y\n1,-1\n2,1.5\n3,-1\n"
    found = text(written, labels=True)
    assert (found.y, found.classes) == ([0, 1, 0], ["-1", "1.5"])
    assert text("x,y\n1,0\n2,1\n", labels=False) == ([[1.0], [2.0]], [0.0, 1.0], ["x"], "y", None)
    many = "x,y\n" + "".join([f"1,{i}\n" for i in range(21)])
    assert text(many).classes is None


BAD = [
    ("", {}, "there is nothing in it"),
    ("\n\n ,\n", {}, "there is nothing in it"),
    ("a,b\n", {}, "there is nothing under the names"),
    ("a,b\n1,2\n\n3,\n", {}, "line 4, column 'b' is missing"),
    ("a,b\n1,2\nNaN,3\n", {}, "line 3, column 'a' is missing; fill it in, or let skip_missing"),
    ("a,b\n1,2\n?,3\n", {"skip_missing": True, "target": "c"}, "there is no column 'c'; there are 'a', 'b'"),
    ("a,b\n?,2\n", {"skip_missing": True}, "there is no row without missing cells"),
    ("a,b\n1,2\n1\n", {}, "line 3 has 1 cell, line 1 has 2"),
    ("a,b\n1,2\n1,2,3\n", {}, "line 3 has 3 cells, line 1 has 2; cells end at ','"),
    ("a,b\nred,2\n", {}, "line 2, column 'a' is 'red', no number; only the target may be text"),
    ("a,1\nb,2\n", {}, "line 1, column '0' is 'a', no number; are these the names"),
    ("a;b\n1,5;2\n", {}, "is '1,5', no number; is ',' before the decimals"),
    ("a,b\n1e999,2\n", {}, "column 'a' is '1e999', which is not finite"),
    ("a,b\n-inf,2\n", {}, "column 'a' is '-inf', which is not finite"),
    ("a,b\n1_0,2\n", {}, "column 'a' is '1_0', no number"),
    ("a,b\n١,2\n", {}, "no number"),
    ('a,b\n1,"2\n', {}, "line 2: unexpected end of data"),
    ('a,b\n1,2\n"1"x,2\n', {}, "line 3: ',' expected after '\"'"),
    ("a,a\n1,2\n", {}, "two columns are called 'a'"),
    ("a\n1\n", {}, "there is no input beside the target 'a'"),
    ("a,b\n1,2\n", {"target": 2}, "there is no column 2; there are 2, from 0 to 1"),
    ("a,b\n1,2\n", {"target": "B"}, "there is no column 'B'; there are 'a', 'b'"),
    ("alpha,b\n1,2\n", {"target": "alfa"}, "there is no column 'alfa'; is 'alpha' meant?"),
    ("a,b\n1,2\n", {"inputs": ["a", "b"]}, "'b' is the target; it can't be an input"),
    ("a,b\n1,2\n", {"inputs": []}, "there is no input beside"),
    ("a,b\n1,x\n2,x\n", {}, "the target 'b' is 'x' in every row"),
    ("a,b\n1,x\n2,1\n", {"labels": False}, "line 2, column 'b' is 'x', no number"),
    ("a,b\n" + "".join([f"1,id{i}\n" for i in range(30)]), {}, "has 30 different classes in 30 rows"),
    ("a,b\n1,2\n", {"delimiter": ";;"}, "delimiter is ';;'; it must be one sign"),
    ("a,b\n1,2\n", {"decimal": "\n"}, "decimal is '\\n'"),
    ("a,b\n1,2\n", {"delimiter": ","} | {"decimal": ","}, "delimiter and decimal are both ','"),
    ('a,b\n"' + "x" * 200_000 + '",2\n', {}, "field larger than field limit"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "options", "said"), BAD)
def test_what_is_wrong_in_a_file_is_told_with_its_place(written, options, said):
    with pytest.raises(ArgumentError) as caught:
        text(written, **options)
    assert said in str(caught.value) and str(caught.value).startswith("read_csv: ")
    assert str(caught.value).isprintable()


def test_many_columns_are_told_in_short():
    names = ",".join([f"c{i}" for i in range(30)])
    with pytest.raises(ArgumentError, match=r"'c11' and 18 more\.$"):
        text(f"{names}\n{names}\n", "zebra")


@pytest.mark.parametrize(
    ("written", "options", "said"),
    [
        (b"a,b\n\xe9,2\n", {}, "this is not utf-8, byte 4; what is it?"),
        (FLOWERS.encode("utf-16-le"), {}, "zero bytes"),
        (b"a,b\n1,2\n", {"encoding": "klingon"}, "there is no encoding 'klingon'"),
        (b"a,b\n1,2\n", {"encoding": "hex"}, "there is no encoding 'hex'"),
        (b"a,b\n1,2\n.\xff..", {"encoding": "idna"}, "this is not idna"),
        (b"", {}, "'d.csv': there is nothing in it"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, written, options, said):
    path = tmp_path / "d.csv"
    path.write_bytes(written)
    with pytest.raises(ArgumentError) as caught:
        read_csv(path, **options)
    assert said in str(caught.value)
    with pytest.raises(OSError, match="none"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(ArgumentError, match="open it as text"):
        read_csv(io.BytesIO(written))


def test_rows_with_missing_cells_can_be_left_out():
    found = text("a,b,c\n1,,0\n2,5,1\n,,\n3,NA,0\n4,n/a,1\n5,6,0\n", skip_missing=True)
    assert (found.X, found.y) == ([[2.0, 5.0], [5.0, 6.0]], [1, 0])
    kept = text("a,b,c\n1,,0\n2,5,1\n", inputs=["a"], skip_missing=True)
    assert kept.X == [[1.0], [2.0]]  # what is not used may be missing


def test_hostile_names_and_cells_stay_in_one_line():
    for hostile in ("<script>", "\x1b[31m", "a\nb\r\nc", "\u202eevil", "x" * 10_000, "]]>\\'\""):
        row = io.StringIO()
        csv.writer(row).writerows([[hostile, "y"], ["oops", "1"]])
        with pytest.raises(ArgumentError) as caught:
            text(row.getvalue())
        assert str(caught.value).isprintable() and len(str(caught.value)) < 250


PIECES = [",", ";", "\t", "|", "\n", "\r\n", '"', "1", "2.5", "-3e4", "nan", "a", "b", "", " ", "\0", "é", "1,5", "\ufeff", "inf"]  # fmt: skip


def attempted(written):
    try:
        return text(written), None
    except ArgumentError as error:
        return None, error


def whatever_is_read(written):
    found, error = attempted(written)
    if error is not None:
        assert str(error).isprintable()
        return
    assert len(found.X) == len(found.y) > 0
    assert all(math.isfinite(x) for row in found.X for x in row)
    assert {len(row) for row in found.X} == {len(found.inputs)}
    if found.classes is None:
        assert all(math.isfinite(target) for target in found.y)
    else:
        assert {*found.y} == {*range(len(found.classes))}


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=30))
@settings(max_examples=150)
def test_any_text_is_read_or_refused(written):
    whatever_is_read(written)


@pytest.mark.wide
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200))
@settings(max_examples=400)
def test_any_text_at_all_is_read_or_refused(written):
    whatever_is_read(written)


@given(
    st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 3), min_size=1),
    st.sampled_from(",;\t|"),
    st.booleans(),
)
@settings(max_examples=50)
def test_numbers_come_back_as_they_were_written(rows, delimiter, quoted):
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerows([["a", "b", "c"], *rows])
    found = text(file.getvalue(), labels=False)
    assert [(*x, y) for x, y in zip(found.X, found.y, strict=True)] == rows


# Tables


class Series:
    """A column, as pandas and polars have it."""

    def __init__(self, cells, name=None):
        self.cells, self.name = cells, name

    def __len__(self):
        return len(self.cells)

    def to_list(self):
        return self.cells


class Frame:
    """A table of such columns."""

    def __init__(self, columns):
        self.columns, self._columns = [*columns], columns

    def __getitem__(self, name):
        return Series(self._columns[name], name)


class NA:
    """pandas' NA: it does not even say whether it is itself."""

    def __ne__(self, other):
        return self

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = None


@pytest.mark.parametrize("kind", [Frame, dict])
def test_tables_are_read_by_their_columns(kind):
    table = {"a": [1, 2, 3], 7: [True, decimal.Decimal("0.5"), np.float32(2)], "k": ["y", "x", "y"]}
    found = examples(kind(table))
    assert found == ([[1.0, 1.0], [2.0, 0.5], [3.0, 2.0]], [1, 0, 1], ["a", "7"], "k", ["x", "y"])
    assert examples(kind(table), "a", inputs=["7"]).y == [1.0, 2.0, 3.0]


def test_targets_may_be_a_column_of_their_own():
    table = Frame({"a": [1, 2], "b": [3, 4]})
    found = examples(table, Series([True, False], "flag"))
    assert (found.inputs, found.target) == (["a", "b"], "flag")
    assert (found.y, found.classes) == ([1, 0], ["False", "True"])
    assert examples(table, Series(["u", "v"], "a")).target == "target a"
    assert examples([[1.0], [2.0]], np.array([0.5, 2.0])).target == "target"
    with pytest.raises(ArgumentError, match="got 3 targets for 2 rows"):
        examples(table, [1, 2, 3])


def test_arrays_and_rows():
    array = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 1.0]])
    for rows in (array, array.tolist(), [*array], tuple(map(tuple, array.tolist()))):
        assert examples(rows) == ([[1.0, 2.0], [3.0, 4.0]], [0, 1], ["0", "1"], "2", ["0", "1"])
    assert examples([["red", 1.0], ["blue", 2.0]], target=0).classes == ["blue", "red"]


class Lazy(Frame):
    def collect(self):
        return self


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "the table is empty"),
        ([[], []], "the table is empty"),
        (np.zeros((0, 3)), "the table is empty"),
        (np.zeros(3), "0.0 is no list of cells"),
        ("data.csv", "'data.csv' is no table: read a file by read_csv"),
        (5, "5 is no table"),
        (np.array([1 + 2j, 3]).reshape(1, 2), "row 0, column '0' is (1+2j), no number"),
        (np.zeros((1, 2, 2)), "row 0, column '0' is [0.0, 0.0], no number"),
        ([[1, 2], [3]], "row 1 has 1 cells, row 0 has 2"),
        ([[10**400, 1], [2, 3]], "no number"),
        ([[10**5000, 1], [2, 3]], ", no number"),
        ({"a": [1], "b": [1, 2]}, "the columns have [1, 2] cells"),
        ({"a": "xy", "b": [1, 2]}, "'xy' is no list of cells"),
        ({"a": [1, None], "b": [1, 2]}, "row 1, column 'a' is missing"),
        ({"a": [1, math.nan], "b": [1, 2]}, "row 1, column 'a' is missing"),
        ({"a": [1, NA()], "b": [1, 2]}, "row 1, column 'a' is missing"),
        ({"a": [1, 2], "b": [NA(), 2]}, "row 0, column 'b' is missing"),
        ({"a": [1, math.inf], "b": [1, 2]}, "row 1, column 'a' is inf, which is not finite"),
        ({1: [1, 2], "1": [1, 2]}, "two columns are called '1'"),
        (Lazy({"a": [1]}), "this table is lazy; give its collect()"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(table, said):
    with pytest.raises(AutogradError) as caught:
        examples(table)
    assert said in str(caught.value) and str(caught.value).isprintable()


@pytest.mark.parametrize("target", [True, 1.5, None])
def test_what_is_no_column_is_refused(target):
    with pytest.raises(OperandError, match="a column is given by name or number"):
        examples([[1.0, 2.0]], target)


# Known data


def test_what_to_install_is_told_in_a_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for load in (data.iris, data.digits, data.breast_cancer):
        with pytest.raises(MissingDependencyError, match=r"pip install scikit-learn$") as caught:
            load()
        assert f"data.{load.__name__}: " in str(caught.value)


def test_scikit_learns_data_as_examples(monkeypatch):
    bunch = types.SimpleNamespace(
        data=np.array([[1.0, 2.0]]), target=np.array([1]), feature_names=["a", np.str_("b")],
        target_names=np.array(["no", "yes"]),
    )  # fmt: skip
    module = types.ModuleType("sklearn")
    module.datasets = types.SimpleNamespace(load_iris=lambda: bunch)
    monkeypatch.setitem(sys.modules, "sklearn", module)
    found = data.iris()
    assert found == ([[1.0, 2.0]], [1], ["a", "b"], "species", ["no", "yes"])
    assert {type(name) for name in found.inputs + found.classes} == {str}


# Before training


def test_a_scaling_is_numpys():
    rng = np.random.default_rng(0)
    X = rng.normal(3.0, [1e-3, 1.0, 1e6], (50, 3))
    scaling = Scaling.of(X)
    assert np.allclose(scaling.means, X.mean(axis=0)) and np.allclose(
        scaling.deviations, X.std(axis=0)
    )
    scaled = np.array(scaling(X))
    assert np.allclose(scaled.mean(axis=0), 0.0, atol=1e-9) and np.allclose(scaled.std(axis=0), 1.0)
    assert Scaling(**scaling._asdict()) == scaling
    assert Scaling.of(X.tolist()) == scaling


def test_constant_and_huge_inputs_are_scaled():
    scaling = Scaling.of([[0.1, 1e308, 0.0], [0.1, -1e308, 0.0], [0.1, 1e308, 0.0]])
    assert scaling.deviations[::2] == [1.0, 1.0] and scaling([[0.1, 0.0, 0.0]])[0][2] == 0.0
    assert all(map(math.isfinite, [*scaling.means, *scaling.deviations]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Scaling.of([]), "there is no example"),
        (lambda: Scaling.of([[], []]), "there is no example with inputs"),
        (lambda: Scaling.of([[1.0], [1.0, 2.0]]), "example 1 has 2 inputs, example 0 has 1"),
        (lambda: Scaling.of([[1.0], [math.nan]]), "input 0 of example 1 is nan"),
        (lambda: Scaling.of([1.0, 2.0]), "example 0 is 1.0; it must be a list of inputs"),
        (lambda: Scaling([0.0], [1.0])([[1.0, 2.0]]), "example 0 has 2 inputs; it was learnt from 1"),
        (lambda: train_test_split([1, 2], [1]), "got 1 targets for 2 inputs"),
        (lambda: train_test_split([1], [1]), "there is 1 example"),
        (lambda: train_test_split([1, 2], [1, 2], test_size=1.0), "test_size is 1; it must be between"),
        (lambda: train_test_split([1, 2], [1, 2], seed="s"), "train_test_split: seed: 's'"),
    ],
)  # fmt: skip
def test_what_cant_be_prepared_is_refused(call, said):
    with pytest.raises(AutogradError) as caught:
        call()
    assert said in str(caught.value)


@given(st.integers(2, 40), st.floats(0.001, 0.999), st.integers(0, 100))
@settings(max_examples=60)
def test_a_split_gives_every_example_once(n, size, seed):
    X = [[float(i)] for i in range(n)]
    parts = train_test_split(X, np.arange(n), test_size=size, seed=seed)
    X_train, X_test, y_train, y_test = parts
    assert sorted([*X_train, *X_test]) == X and sorted([*y_train, *y_test]) == [*range(n)]
    assert [x for [x] in X_test] == y_test.tolist() and isinstance(y_train, np.ndarray)
    assert len(X_test) == min(math.ceil(n * size), n - 1)
    assert train_test_split(X, X, test_size=size, seed=seed)[0] == X_train


def test_a_split_takes_rows_of_frames_by_position():
    class Rows:
        iloc = np.arange(10.0)

        def __len__(self):
            return 10

    train, test, *_ = train_test_split(Rows(), range(10))
    assert len(train) == 8 and len(test) == 2
