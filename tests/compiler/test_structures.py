"""compile: arguments and results of random structures, again and again, against the function itself."""

import dataclasses
import math
import random
from typing import NamedTuple

import numpy as np
import pytest

import nn
from autograd import Value, compile
from tests.sampling import spread

CASES = 10_000
TOGETHER = 50  # cases in one test
BACKENDS = ("python", "python", "numpy", "numba")


class Pair(NamedTuple):
    a: object
    b: object


@dataclasses.dataclass
class Point:
    a: object
    b: object


@dataclasses.dataclass(frozen=True)
class Frozen:
    value: object


def numbers(tree):
    """The numbers of an argument or a result, from left to right."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif isinstance(tree, nn.Module):
        return tree.parameters()
    elif dataclasses.is_dataclass(tree):
        tree = [getattr(tree, f.name) for f in dataclasses.fields(tree)]
    elif isinstance(tree, np.ndarray):
        return list(tree.flat)
    elif not isinstance(tree, (list, tuple)):
        return [] if tree is None else [tree]
    return [x for part in tree for x in numbers(part)]


def drawn(rng):
    """A number, in one of the types that numbers have."""
    x = rng.choice([0.0, -0.0, 1.0, rng.uniform(-3.0, 3.0), rng.uniform(-3.0, 3.0)])
    kinds = [float, float, float, float, np.float64, Value, round, lambda x: x > 0, np.float32]
    return rng.choice(kinds)(x)


class Part:
    """A part of an argument: what is passed, what each example sees, and its axes."""

    def __init__(self, given, each, axes):
        self.given, self.each, self.axes = given, each, axes


def shared(x, n):
    return Part(x, [x] * n, None)


def part(rng, depth, n, plain):
    """A random part; ``plain`` numbers are all floats."""
    kind = rng.choice(
        ["number", "row", "array", "batch", "rows", "none"] + ["container"] * (2 * depth)
    )
    number = (lambda: rng.uniform(-3.0, 3.0)) if plain else (lambda: drawn(rng))
    if kind == "number":
        return shared(number(), n)
    if kind == "none":
        return shared(None, n)
    if kind == "row":
        return shared(rng.choice([list, tuple])([number() for _ in range(rng.randrange(4))]), n)
    if kind == "array":
        shape = tuple(rng.randrange(1, 4) for _ in range(rng.randrange(1, 3)))
        array = np.array([rng.uniform(-3.0, 3.0) for _ in range(math.prod(shape))]).reshape(shape)
        return shared(array if plain else array.astype(rng.choice([float, np.float32, int])), n)
    if kind == "batch":
        shape = tuple(rng.randrange(1, 4) for _ in range(rng.randrange(3)))
        array = np.array([rng.uniform(-3.0, 3.0) for _ in range(n * math.prod(shape))])
        array = array.reshape((n, *shape))
        axis = rng.randrange(-len(shape) - 1, len(shape) + 1)
        given = np.moveaxis(array, 0, axis)
        if rng.random() < 0.3:
            return Part(given.tolist(), [x.tolist() for x in array], axis)
        return Part(given, [x if shape else float(x) for x in array], axis)
    if kind == "rows":
        each = [[rng.uniform(-3.0, 3.0), (rng.uniform(-3.0, 3.0),)] for _ in range(n)]
        each = (
            [tuple(x) for x in each] if rng.random() < 0.5 else [{"a": x, "b": y} for x, y in each]
        )
        return Part([*each], each, 0)
    parts = [part(rng, depth - 1, n, plain) for _ in range(rng.randrange(4))]
    make = rng.choice([list, tuple, keyed, keyed])
    if len(parts) == 2 and rng.random() < 0.5:
        make = rng.choice([lambda xs: Pair(*xs), lambda xs: Point(*xs)])
    elif len(parts) == 1 and rng.random() < 0.5:
        make = lambda xs: Frozen(*xs)
    each = [make([p.each[k] for p in parts]) for k in range(n)]
    axes = make([p.axes for p in parts])
    axes = None if all(p.axes is None for p in parts) else axes
    return Part(make([p.given for p in parts]), each, axes)


def keyed(xs):
    return {("a", 1, "a b", "ONE(2)")[k]: x for k, x in enumerate(xs)}


def result(rng, depth):
    """How a function makes its result from the numbers of its arguments."""
    kind = rng.choice(["number", "list", "many", "array", "none"] + ["container"] * (2 * depth))
    k = rng.randrange(6)
    if kind == "number":
        return lambda xs: xs[k % len(xs)] * 2.0 + 1.0
    if kind == "none":
        return lambda xs: None
    if kind == "list":
        return lambda xs: [x + k for x in xs[:k]]
    if kind == "many":
        return lambda xs: {f"w.{i}": x * k for i, x in enumerate(xs)}
    if kind == "array":
        return lambda xs: np.array([[x * 3.0, x] for x in xs[: k + 1]])
    parts = [result(rng, depth - 1) for _ in range(rng.randrange(4))]
    make = rng.choice([list, tuple, keyed])
    if len(parts) == 2:
        make = rng.choice([lambda xs: Pair(*xs), lambda xs: Point(*xs), make])
    return lambda xs: make([part(xs) for part in parts])


def changed(tree, rng):
    """The argument with other numbers, and now and then another structure."""
    if isinstance(tree, dict):
        new = {key: changed(x, rng) for key, x in tree.items()}
        if new and rng.random() < 0.03:
            del new[next(iter(new))]
        return new
    if isinstance(tree, nn.Module):
        for p in tree.parameters():
            p.data = rng.uniform(-1.0, 1.0)
        return tree
    if dataclasses.is_dataclass(tree):
        return type(tree)(*[changed(getattr(tree, f.name), rng) for f in dataclasses.fields(tree)])
    if isinstance(tree, np.ndarray):
        return tree + 1
    if isinstance(tree, (list, tuple)):
        new = [changed(x, rng) for x in tree]
        if rng.random() < 0.03:
            new = [*new, 1.0]
        if isinstance(tree, Pair) and len(new) == 2:
            return Pair(*new)
        return (tuple if (type(tree) is tuple) != (rng.random() < 0.03) else list)(new)
    return tree if tree is None else drawn(rng)


def plain(x):
    return x.data if isinstance(x, Value) else float(x)


def wide(x):
    """A float32 as a float: compile computes in 64 bits."""
    return x if isinstance(x, Value) else float(x)


def same(x, y):
    return x == pytest.approx(y, rel=1e-12, abs=1e-13)


def entries(tree, k):
    """The numbers of example k in the results of a batch."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif dataclasses.is_dataclass(tree):
        tree = [getattr(tree, f.name) for f in dataclasses.fields(tree)]
    elif isinstance(tree, np.ndarray):
        return [float(x) for x in np.ravel(tree[k])]
    return [x for part in tree or () for x in entries(part, k)]


def one_case(seed):
    rng = random.Random(seed)
    n = rng.choice([1, 2, 3, 9])
    parts = [part(rng, rng.randrange(3), n, rng.random() < 0.5) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.2:
        parts.append(
            shared(nn.Linear(2, 1, seed=seed) if rng.random() < 0.5 else nn.MLP(1, [1]), n)
        )
    make = result(rng, 2)
    f = lambda *args: make([wide(x) * (k + 1.5) for k, x in enumerate([*numbers(args), 1.0])])
    axes = tuple(p.axes for p in parts)
    batched = any(p.axes is not None for p in parts)
    g = compile(f, in_axes=axes if batched else None, backend=rng.choice(BACKENDS))
    args = [p.given for p in parts]
    for _ in range(2):
        found = g(*args)
        for k in range(n):
            expected = [plain(x) for x in numbers(f(*[p.each[k] for p in parts]))]
            given = entries(found, k) if batched else [float(x) for x in numbers(found)]
            assert same(given, expected)
    if batched:
        return
    for _ in range(6):
        args = [changed(x, rng) for x in args]
        found, expected = numbers(g(*args)), numbers(f(*args))
        assert same([float(x) for x in found], [plain(x) for x in expected])


def check(first):
    for seed in range(first, first + TOGETHER):
        try:
            one_case(seed)
        except Exception as error:  # noqa: PERF203
            raise AssertionError(f"seed {seed}") from error


@pytest.mark.filterwarnings("ignore:compile")
@pytest.mark.parametrize("first", spread(range(0, CASES, TOGETHER), usual=100, wide=24))
def test_random_structures(first):
    check(first)
