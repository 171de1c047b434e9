"""Data to learn from: made, read from files and tables, and prepared; ``nn.data.moons()``.

shapes     moons, circles, spirals, blobs, xor, curve: made, the same for the same seed
reading    read_csv
tables     examples: of pandas, polars, dicts of columns and arrays; and
           cells: as numbers and classes, bad ones named
known      iris, digits, breast_cancer: scikit-learn's
preparing  train_test_split, Scaling

Each gives X, a list of inputs for each example, and y, a target for each: the number of its class,
or a float.
"""

from nn.data.known import breast_cancer, digits, iris
from nn.data.preparing import Scaling, train_test_split
from nn.data.reading import read_csv
from nn.data.shapes import blobs, circles, curve, moons, spirals, xor
from nn.data.tables import Examples, examples

__all__ = [
    "Examples",
    "Scaling",
    "blobs",
    "breast_cancer",
    "circles",
    "curve",
    "digits",
    "examples",
    "iris",
    "moons",
    "read_csv",
    "spirals",
    "train_test_split",
    "xor",
]
