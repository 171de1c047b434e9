"""Tables of pandas and polars, and scikit-learn's data, as nn.data takes them."""

import datetime as dt
import decimal

import pytest

from autograd import AutogradError
from nn import data
from nn.data import Scaling, examples, train_test_split

pytestmark = pytest.mark.peers


@pytest.fixture(params=["pandas", "polars"])
def frame(request):
    """What makes a table of a dict."""
    return pytest.importorskip(request.param).DataFrame


def test_columns_of_numbers_and_classes(frame):
    table = frame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5], "k": ["y", "x", "y"]})
    found = examples(table, "k")
    assert found == ([[1.0, 0.5], [2.0, 1.5], [3.0, 2.5]], [1, 0, 1], ["a", "b"], "k", ["x", "y"])
    assert examples(table[["a", "b"]], table["k"]) == found
    assert examples(frame({"a": [1, 2], "y": [True, False]})).classes == ["False", "True"]
    amounts = [decimal.Decimal("1.5"), decimal.Decimal(2)]
    assert examples(frame({"a": amounts, "y": [1, 2]})).X == [[1.5], [2.0]]
    assert Scaling.of(table[["a", "b"]]).means == [2.0, 1.5]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": [1, None, 3], "y": [1, 2, 3]}, "row 1, column 'a' is missing"),
        ({"a": [1.0, float("nan")], "y": [1, 2]}, "row 1, column 'a' is missing"),
        ({"a": ["one", "two"], "y": [1, 2]}, "row 0, column 'a' is 'one', no number"),
        ({"a": [dt.date(2020, 1, 1)] * 2, "y": [1, 2]}, "no number"),
        ({"a": [1, 2], "y": ["x", None]}, "row 1, column 'y' is missing"),
    ],
)
def test_bad_cells_are_named(frame, columns, said):
    with pytest.raises(AutogradError) as caught:
        examples(frame(columns))
    assert said in str(caught.value)


def test_columns_of_their_own_kinds():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {"a": pandas.array([1, None], dtype="Int64"), "y": pandas.Categorical(["u", "v"])}
    )
    with pytest.raises(AutogradError, match="row 1, column 'a' is missing"):
        examples(table)
    assert examples(table.fillna({"a": 0})).classes == ["u", "v"]
    with pytest.raises(AutogradError, match="two columns are called 'a'"):
        examples(pandas.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]))
    polars = pytest.importorskip("polars")
    with pytest.raises(AutogradError, match="this table is lazy"):
        examples(polars.DataFrame({"a": [1], "y": [2]}).lazy())


def test_tables_are_split_by_rows(frame):
    table = frame({"a": list(range(10)), "y": list(range(10))})
    parts = train_test_split(table[["a"]], table["y"], seed=1)
    assert [len(part) for part in parts] == [8, 2, 8, 2]
    assert [type(part) for part in parts] == [
        type(table),
        type(table),
        type(table["y"]),
        type(table["y"]),
    ]
    assert parts[0]["a"].to_list() == parts[2].to_list()


def test_scikit_learns_data():
    pytest.importorskip("sklearn")
    for load, shape, classes in (
        (data.iris, (150, 4), ["setosa", "versicolor", "virginica"]),
        (data.digits, (1797, 64), [*"0123456789"]),
        (data.breast_cancer, (569, 30), ["malignant", "benign"]),
    ):
        found = load()
        assert (len(found.X), len(found.inputs)) == shape and found.classes == classes
        assert {len(x) for x in found.X} == {shape[1]} and {*found.y} == {*range(len(classes))}
