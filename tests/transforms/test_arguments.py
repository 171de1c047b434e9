"""What transforms take and give: arguments, structures, constants, names, recorded Values."""

import functools
import importlib
import inspect
import math
import pickle
import warnings
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field

import numpy as np
import pytest

import autograd as ag
from autograd import (
    ArgumentError,
    OperandError,
    Value,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from nn import MLP

# Each transform of a function of one number, as its derivative with respect to that number.
FIRST = {
    "grad": lambda f, x, **k: grad(f)(x, **k),
    "value_and_grad": lambda f, x, **k: value_and_grad(f)(x, **k)[1],
    "vjp": lambda f, x, **k: vjp(f, x, **k)[1](1.0)[0],
    "jvp": lambda f, x, **k: jvp(f, (x,), (1.0,), **k)[1],
    "jacobian": lambda f, x, **k: jacobian(f)(x, **k)[0],
}
SECOND = {
    "hessian": lambda f, x, **k: hessian(f)(x, **k)[0][0],
    "hvp": lambda f, x, **k: hvp(f, x, 1.0, **k),
}
ALL = {**FIRST, **SECOND}


# Constants.


@pytest.mark.parametrize("constant", [5.0, 5, True, np.float64(5.0), np.array(5.0), np.int32(5)])
@pytest.mark.parametrize("point", ["plain", "Value"])
@pytest.mark.parametrize("who", ALL)
def test_a_plain_output_has_derivative_0_and_one_warning_at_the_users_line(who, point, constant):
    x = Value(2.0) if point == "Value" else 2.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        slope = ALL[who](lambda x: constant, x)
    assert type(slope) is (Value if point == "Value" else float)
    assert slope == 0.0
    (warning,) = caught
    assert str(warning.message) == (
        f"{who}: <lambda> returned plain numbers only, so its derivative is 0. Did it take v.data, "
        "or use math instead of autograd?"
    )
    assert warning.filename == __file__
    line = inspect.getsource(importlib.import_module(__name__)).splitlines()[warning.lineno - 1]
    assert f'"{who}"' in line  # of the tables above: where the transform is called


@pytest.mark.parametrize("who", ["hessian", "hvp", "jacobian"])
def test_several_runs_give_one_warning(who):
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    call = {
        "hessian": lambda: hessian(lambda x: 5.0)(xs),
        "hvp": lambda: hvp(lambda x: 5.0, xs, [1.0, 1.0, 1.0]),
        "jacobian": lambda: jacobian(lambda x: [5.0] * 4, "forward")(xs),
    }[who]
    with pytest.warns(UserWarning, match=f"^{who}: ") as caught:
        call()
    assert len(caught) == 1


@pytest.mark.parametrize("who", ALL)
def test_an_output_that_depends_on_something_else_needs_no_warning(who):
    w = Value(3.0)
    assert ALL[who](lambda x: w * w, 2.0) == 0.0
    assert ALL[who](lambda x: Value(5.0), 2.0) == 0.0
    assert ALL[who](lambda x, y: y * y, 2.0, y=w) == 0.0
    assert not w.has_grad


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_constant_components_are_rows_of_zeros(mode):
    f = lambda x: {"a": 7.0, "b": [x[0] * x[1], 2], "c": np.array([1.0, x[1]], dtype=object)}
    rows = jacobian(f, mode)([3.0, 5.0])
    assert rows == [[0.0, 0.0], [5.0, 3.0], [0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    assert {type(x) for row in rows for x in row} == {float}


def test_constant_components_forwards_and_in_reverse():
    f = lambda x: [5.0, x * x, np.float64(2.0), True]
    assert jvp(f, (3.0,), (1.0,)) == ([5.0, 9.0, 2.0, 1.0], [0.0, 6.0, 0.0, 0.0])
    out, pull = vjp(f, 3.0)
    assert out == [5.0, 9.0, 2.0, 1.0]
    assert pull([1.0, 1.0, 1.0, 1.0]) == (6.0,) and pull([1.0, 0.0, 1.0, 1.0]) == (0.0,)


def test_an_argument_that_is_not_used_has_derivative_0():
    f = lambda x, y: x * x
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(f, (0, 1))(3.0, 5.0) == (6.0, 0.0)
        assert grad(lambda p: p["a"] ** 2)({"a": 3.0, "b": [1.0, 2.0]}) == {
            "a": 6.0,
            "b": [0.0, 0.0],
        }
        assert jacobian(f)(3.0, 5.0) == [6.0, 0.0] and hessian(f)(3.0, 5.0) == [
            [2.0, 0.0],
            [0.0, 0.0],
        ]
        assert vjp(f, 3.0, 5.0)[1](1.0) == (6.0, 0.0)
    with pytest.warns(UserWarning, match="^grad: <lambda> returned plain numbers only"):
        assert grad(f, 1)(3.0, 5.0) == 0.0  # nothing else was moved: all of it is plain


def test_derivatives_of_linear_functions_are_constants_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(grad(lambda x: 3.0 * x))(1.0) == 0.0
        assert grad(grad(grad(lambda x: x * x)))(1.0) == 0.0
        assert jvp(grad(lambda x: x + 1), (1.0,), (1.0,)) == (1.0, 0.0)
        assert grad(lambda x: jvp(lambda y: y + 1, (x,), (1.0,))[1])(1.0) == 0.0
        assert jacobian(grad(lambda x: x[0] + x[1]))([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_no_inputs_and_no_outputs():
    assert jacobian(lambda: [Value(1.0), Value(2.0)])() == [[], []]
    assert jacobian(list)() == [] and jacobian(lambda x: [])(2.0) == []
    assert jacobian(lambda x: Value(1.0))([]) == []
    assert jacobian(lambda x: [Value(1.0), 2.0])({}) == [[], []]
    assert hessian(lambda: Value(1.0))() == [] and hvp(lambda x: Value(1.0), [], []) == []
    assert grad(lambda x: Value(1.0))(None) is None and grad(lambda x: Value(1.0))([]) == []
    assert jvp(lambda: Value(1.0), (), ()) == (1.0, 0.0)
    assert vjp(lambda: Value(1.0))[1](1.0) == ()


# argnums.

CHOOSING = [
    pytest.param(
        grad, lambda x, y, z: x * x * y * z, {0: 210.0, 1: 63.0, 2: 45.0}, id="grad"
    ),  # at (3, 5, 7)
    pytest.param(
        lambda f, a: lambda *xs: value_and_grad(f, a)(*xs)[1],
        lambda x, y, z: x * x * y * z, {0: 210.0, 1: 63.0, 2: 45.0}, id="value_and_grad",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("transform", "f", "slopes"), CHOOSING)
def test_argnums_choose_arguments(transform, f, slopes):
    for i in range(3):
        for spelled in (i, i - 3, np.int64(i), np.uint8(i), np.array(i)):
            assert transform(f, spelled)(3.0, 5.0, 7.0) == slopes[i]
    for several in ((2, 0), [2, 0], (-1, -3), (np.int64(2), 0), [2, -3]):
        assert transform(f, several)(3.0, 5.0, 7.0) == (slopes[2], slopes[0])
    for one in ((1,), [1], [np.int32(-2)]):
        assert transform(f, one)(3.0, 5.0, 7.0) == (slopes[1],)


def test_argnums_choose_columns():
    f = lambda x, y, z: [x * x * y, y * z]
    rows = {0: [30.0, 0.0], 1: [9.0, 7.0], 2: [0.0, 5.0]}
    for mode in ("forward", "reverse", "auto"):
        for spelled in (1, -2, np.int64(1), (1,), [1]):
            assert jacobian(f, mode, argnums=spelled)(3.0, 5.0, 7.0) == [[x] for x in rows[1]]
        found = jacobian(f, mode, argnums=(-1, 0))(3.0, 5.0, 7.0)
        assert found == [[rows[2][i], rows[0][i]] for i in range(2)]
        assert jacobian(f, mode)(3.0, 5.0, 7.0) == [
            [rows[j][i] for j in range(3)] for i in range(2)
        ]
    g = lambda x, y, z: x * x * y * z
    assert hessian(g, 0)(3.0, 5.0, 7.0) == [[70.0]] == hessian(g, np.int64(-3))(3.0, 5.0, 7.0)
    assert hessian(g, (2, 0))(3.0, 5.0, 7.0) == [[0.0, 30.0], [30.0, 70.0]]
    x, y, z = Value(3.0), Value(5.0), Value(7.0)
    found = hessian(g, [2, 0])(x, y, z)
    assert [[v.data for v in row] for row in found] == [[0.0, 30.0], [30.0, 70.0]]


CHOOSERS = [grad, value_and_grad, hessian, jacobian]


def chosen(transform, argnums):
    return transform(lambda x, y: x * y, argnums=argnums)


@pytest.mark.parametrize("transform", CHOOSERS)
@pytest.mark.parametrize(
    "argnums",
    [True, False, np.True_, 1.0, np.float64(1.0), "0", b"0", "", (), [], {0}, {0: 1}, (0, None),
     (True,), (0, "1"), [0.0], ((0,), 1), slice(0, 1)],
    ids=repr,
)  # fmt: skip
def test_argnums_that_are_no_whole_numbers_are_refused_by_name(transform, argnums):
    with pytest.raises(ArgumentError) as caught:
        chosen(transform, argnums)
    assert str(caught.value) == (
        f"{transform.__name__}: argnums is {argnums!r}; "
        "it must be a whole number, or a tuple of them."
    )


@pytest.mark.parametrize("transform", [grad, value_and_grad])
def test_argnums_none_is_refused_where_it_has_no_meaning(transform):
    with pytest.raises(ArgumentError, match=f"^{transform.__name__}: argnums is None; it must be"):
        chosen(transform, None)


@pytest.mark.parametrize("transform", CHOOSERS)
def test_arguments_that_are_not_there_or_chosen_twice_are_refused_by_name(transform):
    name = transform.__name__
    for argnums in (2, -3, (0, 2), [0, -3]):
        with pytest.raises(ArgumentError, match=f"^{name}: argnums is .* and <lambda> got 2 argum"):
            chosen(transform, argnums)(2.0, 3.0)
    for argnums in ((0, 0), (0, -2), [1, np.int64(1)]):
        with pytest.raises(ArgumentError, match=f"^{name}: argnums is .* different whole numbers"):
            chosen(transform, argnums)(2.0, 3.0)
    with pytest.raises(ArgumentError, match="1 arguments by position"):
        transform(lambda x, y: x * y, argnums=1)(2.0, y=3.0)


# Keywords, and what comes with the output.


@pytest.mark.parametrize("who", ALL)
def test_keywords_are_passed_on_and_not_differentiated(who):
    w = Value(5.0)
    f = lambda x, *, k=1.0, flag=False: x**3 * k if flag else x
    right = {"first": 12.0 * 5.0, "second": 12.0 * 5.0}["first" if who in FIRST else "second"]
    assert ALL[who](f, 2.0, k=5.0, flag=True) == right
    slope = ALL[who](f, 2.0, k=w, flag=True)
    assert slope.data == right and not w.has_grad  # a Value from outside: so is the result
    slope.backward()
    assert w.grad == right / 5.0


def test_names_of_parameters_do_not_clash():
    assert grad(lambda x, f, args: x * f * args)(2.0, f=3.0, args=5.0) == 15.0
    assert vjp(lambda x, f: x * f, 2.0, f=3.0)[1](1.0) == (3.0,)


AUX = {
    "grad": lambda f, x: grad(f, has_aux=True)(x),
    "value_and_grad": lambda f, x: value_and_grad(f, has_aux=True)(x),
    "vjp": lambda f, x: vjp(f, x, has_aux=True),
    "jvp": lambda f, x: jvp(f, (x,), (1.0,), has_aux=True),
    "jacobian": lambda f, x: jacobian(f, has_aux=True)(x),
    "hessian": lambda f, x: hessian(f, has_aux=True)(x),
    "hvp": lambda f, x: hvp(f, x, 1.0, has_aux=True),
}


@pytest.mark.parametrize("who", AUX)
def test_with_has_aux_the_second_comes_along(who):
    made = []

    def f(x):
        made.append(x)
        y = x**3
        return y, {"y": y, "n": 3, "text": "a", "none": None, "array": np.array([y, 1.0]),
                   "ints": np.array([1, 2]), "box": np.array(y),
                   "floats": np.float32([0.5])}  # fmt: skip

    found = AUX[who](f, 2.0)
    aux = {"value_and_grad": lambda: found[0][1]}.get(who, lambda: found[-1])()
    rest = {
        "grad": lambda: found[0], "value_and_grad": lambda: (found[0][0], found[1]),
        "vjp": lambda: (found[0], found[1](1.0)), "jvp": lambda: found[:2],
        "jacobian": lambda: found[0], "hessian": lambda: found[0], "hvp": lambda: found[0],
    }[who]()  # fmt: skip
    assert rest == {
        "grad": 12.0, "value_and_grad": (8.0, 12.0), "vjp": (8.0, (12.0,)), "jvp": (8.0, 12.0),
        "jacobian": [12.0], "hessian": [[12.0]], "hvp": 12.0,
    }[who]  # fmt: skip
    assert aux["y"] == 8.0 and type(aux["y"]) is float and type(aux["box"]) is float
    assert (aux["n"], aux["text"], aux["none"]) == (3, "a", None) and type(aux["n"]) is int
    assert aux["array"].dtype == float and aux["array"].tolist() == [8.0, 1.0]
    assert aux["ints"].dtype == np.array([1, 2]).dtype and aux["ints"].tolist() == [1, 2]
    assert aux["floats"].dtype == np.float32

    x = Value(2.0)
    found = AUX[who](f, x)
    aux = found[0][1] if who == "value_and_grad" else found[-1]
    assert type(aux["y"]) is not float and aux["y"].data == 8.0


@pytest.mark.parametrize("who", AUX)
@pytest.mark.parametrize("returned", [5.0, (1.0,), (1.0, 2.0, 3.0), {"a": 1.0, "b": 2.0}, None])
def test_with_has_aux_a_pair_must_be_returned(who, returned):
    with pytest.raises(OperandError, match=f"^{who}: <lambda> returned .*has_aux it must return a"):
        AUX[who](lambda x: returned, 2.0)


@pytest.mark.parametrize("who", ALL)
def test_bad_inputs_and_outputs_are_refused_in_the_transforms_name(who):
    with pytest.raises(OperandError, match=rf"^{who}: .*str 'a' is not a real number"):
        ALL[who](lambda x: x * x, "a")
    with pytest.raises(OperandError, match=rf"^{who}: <lambda> returned None; it must return"):
        ALL[who](lambda x: None, 2.0)
    with pytest.raises(OperandError, match=rf"^{who}: float 3.0 is not a function"):
        ALL[who](3.0, 2.0)
    x = Value(2.0)
    with pytest.raises(OperandError, match=rf"^{who}: <lambda> returned None; it must return"):
        ALL[who](lambda x: None, x)


# Structures.

Pair = namedtuple("Pair", "a b")  # noqa: PYI024 - the older spelling


class Dict(dict):
    pass


class Picky(dict):
    def __init__(self, a, b):
        super().__init__(a=a, b=b)


class List(list):
    tag = None


class Tuple(tuple):
    __slots__ = ()


@dataclass(frozen=True)
class Frozen:
    a: float
    b: float = 2.0


@dataclass(slots=True)
class Slots:
    a: float
    b: float = 2.0


@dataclass(frozen=True, slots=True)
class Nested:
    a: float
    b: Frozen = Frozen(1.5, 2.5)


@dataclass
class Full:
    a: list
    b: Slots
    c: float = field(default=3.0, init=False)
    none: None = None


def default(**parts):
    made = defaultdict(list)
    made.update(parts)
    return made


def tagged(*xs):
    made = List(xs)
    made.tag = "kept"
    return made


def numbers(tree):
    """The numbers of a structure, by this test's own means."""
    if isinstance(tree, dict):
        return [n for part in tree.values() for n in numbers(part)]
    if isinstance(tree, (list, tuple)):
        return [n for part in tree for n in numbers(part)]
    if isinstance(tree, np.ndarray):
        return [n for part in tree.tolist() for n in numbers([part])]
    if hasattr(tree, "__dataclass_fields__"):
        return [n for name in tree.__dataclass_fields__ for n in numbers(getattr(tree, name))]
    return [] if tree is None else [tree]


def shape(tree):
    """The types of a structure, all the way down."""
    if isinstance(tree, dict):
        return type(tree), [(key, shape(part)) for key, part in tree.items()]
    if isinstance(tree, (list, tuple)):
        return type(tree), [shape(part) for part in tree]
    if isinstance(tree, np.ndarray):
        return type(tree), tree.shape
    if hasattr(tree, "__dataclass_fields__"):
        return type(tree), [shape(getattr(tree, name)) for name in tree.__dataclass_fields__]
    return None if tree is None else "number"


STRUCTURES = [
    {"b": 2.0, "a": [3.0, (1.5,)]}, Dict(a=2.0, b=3.0), Picky(2.0, 3.0), Counter(a=2.0, b=3.0),
    OrderedDict(b=2.0, a=3.0), default(a=[1.0, 2.0], b=[3.0]), tagged(2.0, 3.0), Tuple((2.0, 3.0)),
    Pair(2.0, [3.0, 1.5]), Frozen(2.0), Slots(2.0, 3.0), Nested(2.0), Full([2.0, 1.5], Slots(3.0)),
    [Pair(2.0, Frozen(3.0)), Dict(x=np.array([[1.0, 2.0]]))], np.array([[1.5, 2.5], [3.5, 0.5]]),
    (2.0, None, [3.0]),
]  # fmt: skip


def cubes(tree):
    """Σ k·n³ over the numbers, so that each has a slope of its own: 3k·n², and 6k·n."""
    return ag.sum([(k + 1) * n**3 for k, n in enumerate(numbers(tree))])


@pytest.mark.parametrize("tree", STRUCTURES, ids=lambda tree: type(tree).__name__)
def test_a_structure_keeps_its_types(tree):
    ns = numbers(tree)
    slopes = [3 * (k + 1) * n**2 for k, n in enumerate(ns)]
    seen = []

    def f(t):
        seen.append(t)
        return cubes(t)

    g = grad(f)(tree)
    assert shape(g) == shape(tree) == shape(seen[0]) and numbers(g) == pytest.approx(slopes)
    assert numbers(tree) == ns  # the argument is as it was
    assert numbers(value_and_grad(f)(tree)[1]) == pytest.approx(slopes)
    assert jvp(f, (tree,), (tree,))[1] == pytest.approx(3 * cubes(tree))
    assert jacobian(f)(tree) == pytest.approx(slopes)
    out, tangent = jvp(lambda t: t, (tree,), (tree,))  # as an output and a tangent
    assert shape(out) == shape(tangent) == shape(tree) and numbers(tangent) == ns
    out, pull = vjp(lambda t: t, tree)  # as a cotangent
    (back,) = pull(g)
    assert shape(out) == shape(back) == shape(tree) and numbers(back) == pytest.approx(slopes)
    h = hvp(f, tree, tree)
    assert shape(h) == shape(tree) and numbers(h) == pytest.approx([2 * s for s in slopes])
    rows = hessian(f)(tree)
    assert [rows[i][i] for i in range(len(ns))] == pytest.approx(
        [2 * s / n for s, n in zip(slopes, ns, strict=True)]
    )


def test_what_a_class_of_ones_own_carries_is_kept():
    assert grad(cubes)(tagged(1.0, 2.0)).tag == "kept"
    assert grad(cubes)(default(a=[1.0])).default_factory is list


def test_a_structure_of_values_gives_a_structure_of_values():
    tree = Pair(Value(2.0), Frozen(Value(3.0), Value(1.0)))
    g = grad(cubes)(tree)
    assert type(g) is Pair and type(g.b) is Frozen
    g.b.a.backward()
    assert (tree.a.grad, tree.b.a.grad) == (0.0, 2 * 6 * 3.0)


def test_modules_inside_structures():
    model = {"layer": MLP(2, [1], seed=0), "scale": 3.0}
    f = lambda m: m["layer"]([1.0, 2.0])[0] * m["scale"]
    g = grad(f)(model)
    names = dict(model["layer"].named_parameters())
    assert g["layer"].keys() == names.keys()
    at = f(model)
    at.backward()
    assert {k: p.grad for k, p in names.items()} == pytest.approx(
        {k: getattr(x, "data", x) for k, x in g["layer"].items()}
    )


# What is made of a function.


def cube(x: float, y: float = 2.0) -> float:
    """The cube of x, times y."""
    return x**3 * y


@grad
def slope_of_square(x):
    """2x."""
    return x * x


@grad
@grad
def twice(x):
    """6x."""
    return x**3


class Spring:
    """Energy of a spring."""

    stiffness = 3.0

    def energy(self, x):
        """k·x²/2."""
        return self.stiffness * x * x / 2

    force = functools.partial(grad, argnums=1)(energy)

    @staticmethod
    @grad
    def square(x):
        return x * x

    @classmethod
    def _energy(cls, x):
        return cls.stiffness * x * x / 2


MAKERS = [grad, value_and_grad, jacobian, hessian]
slope_of_cube = grad(cube)


@pytest.mark.parametrize("make", MAKERS)
def test_it_is_described_as_its_function(make):
    made = make(cube)
    assert made.__name__ == "cube" and made.__doc__ == "The cube of x, times y."
    assert made.__qualname__ == "cube" and made.__module__ == __name__
    assert inspect.signature(made) == inspect.signature(cube) and made.__wrapped__ is cube
    assert inspect.getdoc(made) == inspect.getdoc(cube)
    assert repr(made) == f"<{make.__name__} of cube>"


@pytest.mark.parametrize(
    "made", [math.sin, functools.partial(cube, y=3.0), Spring().energy, np.sin]
)
@pytest.mark.parametrize("make", MAKERS)
def test_functions_of_other_kinds_are_described_too(make, made):
    assert make(made).__doc__ == made.__doc__ and callable(make(made))
    assert make(made).__name__ == getattr(made, "__name__", make.__name__)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_transform_of_a_function_of_a_module_pickles(make, protocol):
    again = lambda made: pickle.loads(pickle.dumps(made, protocol))
    assert again(make(cube))(2.0) == make(cube)(2.0)
    assert again(make(cube, argnums=(1,)))(2.0, 5.0) == make(cube, argnums=(1,))(2.0, 5.0)
    assert again(make(make_pair, has_aux=True))(2.0) == make(make_pair, has_aux=True)(2.0)
    assert again(grad(grad(cube)))(2.0) == 24.0
    assert again(make(Spring().energy))(2.0) == make(Spring().energy)(2.0)
    assert again(make(functools.partial(cube, y=5.0)))(2.0) == make(functools.partial(cube, y=5.0))(
        2.0
    )


def make_pair(x):
    return x**3, 7.0


def test_what_took_its_functions_place_pickles_as_itself():
    assert pickle.loads(pickle.dumps(slope_of_square)) is slope_of_square
    assert pickle.loads(pickle.dumps(twice)) is twice
    assert (slope_of_square(3.0), twice(3.0)) == (6.0, 18.0)
    assert slope_of_square.__doc__ == "2x." and twice.__doc__ == "6x."
    made = pickle.loads(pickle.dumps(slope_of_cube))  # whose name is that of cube, which it isn't
    assert made(2.0) == 24.0 and cube(2.0) == 16.0


def test_a_lambda_does_not_pickle_and_pickle_says_so():
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(grad(lambda x: x * x))


def test_decorated_methods_bind():
    spring = Spring()
    assert spring.force(2.0) == 6.0 == Spring.force(spring, 2.0)
    assert str(inspect.signature(spring.force)) == "(x)"
    assert pickle.loads(pickle.dumps(spring)).force(2.0) == 6.0
    assert spring.square(3.0) == Spring.square(3.0) == 6.0
    assert grad(spring.energy)(2.0) == 6.0 == grad(Spring._energy)(2.0)


# Recorded Values, as torch.autograd.grad; compared with it in tests/peers/test_torch.py.


def recorded():
    x, y = Value(2.0), Value(3.0)
    a = x * y
    b = a * x
    return x, y, a, b, b + y


def test_gradients_of_recorded_values_and_no_grad_is_touched():
    x, y, a, b, c = recorded()
    assert grad(c, [x, y, a, b, c]) == (12.0, 5.0, 2.0, 1.0, 1.0)
    assert grad(c, x) == (12.0,) and grad(c, (y, x)) == (5.0, 12.0)
    assert grad(c, []) == () and grad(c, [x, x]) == (12.0, 12.0) and grad(x, [x]) == (1.0,)
    assert grad(c, [Value(9.0), x]) == (0.0, 12.0)  # what is not used
    assert grad(c, [b, a]) == (1.0, 2.0)  # one depends on the other
    assert grad(c, np.array([x, y])) == (12.0, 5.0) == grad(np.array([c]), [x, y])
    assert grad(outputs=c, inputs=[x]) == (12.0,) == grad(c, inputs=x)
    assert {type(g) for g in grad(c, [x, y])} == {float}
    assert not any(v.has_grad for v in (x, y, a, b, c))
    with no_grad():
        assert grad(c, [x]) == (12.0,)


@pytest.mark.parametrize("create_graph", [False, True])
def test_several_roots_have_seeds(create_graph):
    x, y, a, b, c = recorded()
    found = lambda *args, **k: tuple(
        getattr(g, "_number", g) for g in grad(*args, create_graph=create_graph, **k)
    )
    assert found([b, c], [x, y]) == (24.0, 9.0)
    for seeds in ([10.0, 1.0], (10, 1), [Value(10.0), 1.0], np.array([10.0, 1.0])):
        assert found([b, c], [x, y], seeds) == (132.0, 45.0)
        assert found([b, c], [x, y], grad_outputs=seeds) == (132.0, 45.0)
    assert found([b, c], [x], [None, 10.0]) == (132.0,)
    for seed in (2.0, 2, np.float64(2.0), Value(2.0), [2.0], np.array([2.0]), np.array(2.0)):
        assert found(c, [x], seed) == (24.0,), seed
    assert found([a, b], [a]) == (1.0 + 2.0,)  # a root that another depends on
    assert found([c, c], [x]) == (24.0,)


def test_with_create_graph_gradients_are_differentiated_again():
    x, y, *_, c = recorded()
    (g,) = grad(c, [x], create_graph=True)  # 2xy
    assert type(g) is Value and grad(g, [x, y]) == (6.0, 4.0)
    (gg,) = grad(g, [x], create_graph=True)
    assert grad(gg, [y]) == (2.0,)
    seed = Value(5.0)
    (g,) = grad(c, [x], seed, create_graph=True)
    assert grad(g, [seed]) == (12.0,)
    (zero,) = grad(c, [Value(1.0)], create_graph=True)
    assert type(zero) is Value and zero.data == 0.0
    g, = grad(x, [x], create_graph=True)  # fmt: skip
    assert g is not x and g.data == 1.0


def test_gradients_of_recorded_values_inside_transforms():
    def slope(x):  # 3x², from a recorded x³
        return grad(x * x * x, [x])[0]

    assert slope(Value(2.0)) == 12.0
    assert grad(slope)(2.0) == 12.0 == jvp(slope, (2.0,), (1.0,))[1]
    assert hessian(slope)(2.0) == [[6.0]] and hvp(slope, 2.0, 1.0) == 6.0
    assert jacobian(lambda x: [slope(x), slope(2 * x), x], "forward")(2.0) == [
        [12.0],
        [48.0],
        [1.0],
    ]
    assert jvp(grad(slope), (2.0,), (1.0,)) == (12.0, 6.0)
    assert grad(lambda x: jvp(slope, (x,), (1.0,))[1])(2.0) == 6.0
    assert jvp(lambda x: jvp(slope, (x,), (1.0,))[1], (2.0,), (1.0,)) == (12.0, 6.0)


def test_backward_that_is_recorded_inside_transforms():
    def slope(x, **inputs):
        y = x * x * x
        y.backward(create_graph=True, **inputs)
        return x.grad

    for f in (slope, lambda x: slope(x, inputs=[x])):
        assert jvp(f, (2.0,), (1.0,)) == (12.0, 12.0) and grad(f)(2.0) == 12.0
        assert hessian(f)(2.0) == [[6.0]] and hvp(f, 2.0, 1.0) == 6.0
        assert jvp(grad(f), (2.0,), (1.0,)) == (12.0, 6.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x, c: grad(c), "inputs: int 0 is not a Value, nor a list"),
        (lambda x, c: grad(c, 3), "inputs: int 3 is not a Value, nor a list"),
        (lambda x, c: grad(c, {"x": x}), "inputs: dict .* is not a Value, nor a list"),
        (lambda x, c: grad(c, [3.0]), "inputs: float 3.0 is not a Value"),
        (lambda x, c: grad(c, [[x]]), "inputs: list .* is not a Value"),
        (lambda x, c: grad([3.0], [x]), "outputs: float 3.0 is not a Value"),
        (lambda x, c: grad([], [x]), "outputs is empty"),
        (lambda x, c: grad(c, [x], "a"), "grad_output: str 'a' is not a real number"),
        (lambda x, c: grad(c, [x], [1j]), "grad_output: complex 1j is not a real number"),
        (lambda x, c: grad(3.0), "float 3.0 is not a function"),
        (lambda x, c: grad(None), "None is not a function"),
    ],
)
def test_bad_uses_of_the_other_form_are_refused(call, words):
    x, *_, c = recorded()
    with pytest.raises(OperandError, match=f"^grad: {words}"):
        call(x, c)
    assert not x.has_grad and not c.has_grad


def test_options_of_the_other_form():
    x, *_, c = recorded()
    with pytest.raises(ArgumentError, match=r"^grad: got 2 grad_outputs for 1 outputs"):
        grad(c, [x], [1.0, 2.0])
    with pytest.raises(TypeError, match="no option 'retain_graph'; it takes outputs, inputs"):
        grad(c, [x], retain_graph=True)
    with pytest.raises(TypeError, match="grad_outputs twice"):
        grad(c, [x], 1.0, grad_outputs=1.0)
    with pytest.raises(TypeError, match="of a function has no option 'create_graph'"):
        grad(cube, create_graph=True)


@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_to_some_inputs_changes_no_other_grad(create_graph):
    number = lambda g: getattr(g, "_number", g)
    for inputs in (lambda x, a: [x, a], lambda x, a: (a, x), lambda x, a: iter([x, a]),
                   lambda x, a: {x, a},
                   lambda x, a: np.array([x, a]), lambda x, a: [x, a, x]):  # fmt: skip
        x, y, a, b, c = recorded()
        y.grad = 7.0
        c.backward(inputs=inputs(x, a), create_graph=create_graph)
        assert [number(v.grad) for v in (x, y, a)] == [12.0, 7.0, 2.0]
        assert not b.has_grad and not c.has_grad
        c.backward(2.0, inputs=x, create_graph=create_graph)  # a leaf's adds up
        assert number(x.grad) == 36.0
        c.backward(inputs=a, create_graph=create_graph)  # an inner node's does not
        assert number(a.grad) == 2.0
    unused = Value(1.0)
    c.backward(inputs=[unused])
    assert unused.grad == 0.0
    for bad in ([3.0], 3.0, "x", {"k": 1}):
        with pytest.raises(OperandError, match=r"^backward: inputs: .* is not a Value"):
            c.backward(inputs=bad)
