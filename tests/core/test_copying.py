"""Copies and pickles: many at once, in threads, of long chains, of subclasses, of nan."""

import copy
import io
import math
import pickle
import sys
import threading

import pytest

from autograd import GraphError, Value, grad, jvp, sin

try:
    import cloudpickle
except ImportError:  # it comes with dask
    cloudpickle = pickle


class Marked(Value):
    """A Value with an attribute dictionary and a slot of its own."""

    __slots__ = ("__dict__", "__secret", "place")

    def __init__(self, data, label="", place=None):
        super().__init__(data, label)
        self.place = place
        self.__secret = [data]

    @property
    def secret(self):
        return self.__secret


class Loose(Value):
    """A Value with an attribute dictionary only."""


COPIERS = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "oldest pickle": lambda x: pickle.loads(pickle.dumps(x, 0)),
    "pickle in Python": lambda x: pickle._loads(pickle._dumps(x)),
    "cloudpickle": lambda x: cloudpickle.loads(cloudpickle.dumps(x)),
}
copiers = pytest.mark.parametrize("copied", COPIERS.values(), ids=COPIERS)


def graph():
    a = Value(2.0, label="a")
    b = a * a * 3
    return a, b, b + a


def is_like(copied, original):
    """Whether two graphs are the same: numbers, operations, sharing; and no node is in both."""
    pairs, waiting = {}, [(copied, original)]
    while waiting:
        x, y = waiting.pop()
        if id(y) in pairs:
            if pairs[id(y)] is not x:
                return False
            continue
        pairs[id(y)] = x
        if x is y or x.data != y.data or x.op is not y.op or len(x.parents) != len(y.parents):
            return False
        waiting += zip(x.parents, y.parents, strict=True)
    return True


@copiers
def test_what_is_copied_together_goes_on_sharing(copied):
    a, b, d = graph()
    for together in ([a, b, d], [d, b, a], [b, d, b]):
        found = copied(together)
        assert all(is_like(x, y) for x, y in zip(found, together, strict=True))
        inner = dict(zip(map(id, together), found, strict=True))
        assert inner[id(d)].parents[0] is inner[id(b)]
    found = copied({"d": d, "more": (a, [b])})
    assert found["d"].parents == (found["more"][1][0], found["more"][0])
    found["d"].backward()
    assert found["more"][0].grad == 13.0 and not a.has_grad


class Inside:
    """An object whose own pickling pickles a graph: a pickler within a pickler."""

    def __init__(self, graph):
        self.graph = graph

    def __reduce__(self):
        return _loaded, (pickle.dumps(self.graph),)


class DeeplyCopied(Inside):
    """And one that copies a graph while it is pickled."""

    def __reduce__(self):
        return _boxed, (copy.deepcopy(self.graph),)


def _loaded(data):
    return [pickle.loads(data)]


def _boxed(graph):
    return [graph]


@pytest.mark.parametrize("dumps", [pickle.dumps, pickle._dumps, cloudpickle.dumps])
@pytest.mark.parametrize("kind", [Inside, DeeplyCopied])
def test_one_graph_in_nested_picklers(dumps, kind):
    _, b, d = graph()

    found = pickle.loads(dumps([b, kind(d), d, kind(b), kind(d)]))
    assert is_like(found[0], b) and is_like(found[2], d) and found[2].parents[0] is found[0]
    assert is_like(found[1][0], d) and is_like(found[3][0], b) and is_like(found[4][0], d)
    assert found[1][0] is not found[2]


class Carrier(Value):
    """A Value in a graph that pickles a graph of which it may be a part."""

    __slots__ = ("inside",)


@copiers
def test_a_node_that_pickles_its_own_graph_while_it_is_pickled(copied):
    x = Carrier(2.0)
    y = x * 3.0
    z = y + x
    x.inside = None
    x.inside = Inside(y)
    if copied is copy.deepcopy:
        x.inside = [y]
        found = copied(z)
        assert found.parents[1].inside[0] is found.parents[0]
        return
    with pytest.raises((RecursionError, pickle.PicklingError)):
        copied(z)  # without end, for each pickle has another one inside it
    x.inside = Inside(Value(5.0) * 2.0)
    found = copied(z)
    assert found.data == 8.0 and found.parents[1].inside[0].data == 10.0


@pytest.mark.parametrize("kind", [pickle.Pickler, pickle._Pickler, cloudpickle.Pickler])
def test_picklers_that_are_kept_alive_and_take_turns(kind):
    _, b, d = graph()
    buffers = [io.BytesIO(), io.BytesIO()]
    one, other = map(kind, buffers)
    one.dump(d)
    other.dump(b)
    other.dump(d)
    one.dump(b)
    one.dump([d, b])
    for buffer, first, second in zip(buffers, (d, b), (b, d), strict=True):
        buffer.seek(0)
        unpickler = pickle.Unpickler(buffer)
        x, y = unpickler.load(), unpickler.load()
        assert is_like(x, first) and is_like(y, second)
        whole, part = (x, y) if first is d else (y, x)
        assert whole.parents[0] is part  # one pickler remembers what it has written


def test_a_pickle_that_fails_half_way_leaves_nothing_behind():
    class Bad(Value):
        def __reduce_ex__(self, protocol):
            raise ZeroDivisionError

    _, b, d = graph()
    e = d * Bad(1.0) + b
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            pickle.dumps(e)
        assert is_like(pickle.loads(pickle.dumps(d)), d)
        assert is_like(pickle.loads(pickle.dumps(b)), b)


@pytest.mark.wide
@pytest.mark.parametrize("workers", [8])
def test_one_graph_in_several_threads_at_once(workers):
    x = Value(1.0)
    z = x
    for _ in range(150):
        z = z * 1.01 + x
    failures = []

    def work():
        try:
            for copied in list(COPIERS.values()) * 3:
                found = copied(z)
                if not is_like(found, z):
                    failures.append("another graph")
                found.backward()
                if found.grad != 1.0 or z.has_grad:
                    failures.append("another gradient")
        except Exception as error:
            failures.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not failures


@pytest.mark.wide
@copiers
def test_a_long_chain_is_copied_without_recursion(copied):
    x = Value(1.0)
    z = x
    for _ in range(50_000):
        z = z * 1.00001 + x  # two nodes
    found = copied(z)
    assert found.data == z.data
    found.backward()
    leaf = found.parents[1]
    z.backward()
    assert leaf.grad == x.grad and leaf is not x


def test_a_chain_longer_than_the_stack_is_copied_without_recursion():
    x = Value(1.0)
    z = x
    for _ in range(2 * sys.getrecursionlimit()):
        z = z * 1.0001 + x
    for copied in COPIERS.values():
        assert copied(z).data == z.data


@pytest.mark.parametrize("copied", [copy.copy, *COPIERS.values()], ids=["copy", *COPIERS])
def test_what_a_subclass_has_of_its_own_is_kept(copied):
    x, y = Marked(2.0, label="x", place=(1, [2])), Loose(3.0)
    x.mood, y.mood = {"a": [1]}, "calm"
    z = x * y
    for found, original in ((copied(x), x), (copied(z).parents[0], x)):
        assert type(found) is Marked and found.label == "x"
        assert (found.place, found.mood, found.secret) == ((1, [2]), {"a": [1]}, [2.0])
        if copied is not copy.copy:
            assert found.mood is not original.mood and found.secret is not original.secret
    assert type(copied(y)) is Loose and copied(y).mood == "calm"
    assert not hasattr(copied(Loose(1.0)), "mood")
    bare = Marked.__new__(Marked)
    Value.__init__(bare, 1.0)  # its slot was never filled
    assert not hasattr(copied(bare), "place")


@copiers
def test_what_a_subclass_has_of_its_own_may_refer_to_the_graph(copied):
    x = Loose(2.0)
    z = sin(x * 3.0)
    x.loss, x.itself = z, x
    for found in (copied(z), copied(x).loss):
        leaf = found.parents[0].parents[0]
        assert leaf.loss is found and leaf.itself is leaf and is_like(found, z)


@copiers
def test_grads_labels_and_leaves_are_kept(copied):
    x = Value(2.0, label="x")
    z = x * x
    z.backward()
    found = copied(z)
    assert (found.grad, found.parents[0].grad, found.parents[0].label) == (1.0, 4.0, "x")
    z.backward(create_graph=True)
    assert copied(z).parents[0].grad == 8.0  # a number: the gradient's own graph stays behind
    assert not copied(x * 1.0).has_grad


@copiers
@pytest.mark.parametrize("number", [math.nan, math.inf, -0.0, 5e-324])
def test_a_copied_leaf_of_any_number_can_be_differentiated_again(copied, number):
    x = Value(number)
    z = copied(x * x)
    (slope,) = grad(z, [z.parents[0]], create_graph=True)
    again = slope.data
    assert again == 2 * number or (math.isnan(again) and math.isnan(number))
    assert grad(slope, [z.parents[0]]) == (2.0,) or not math.isfinite(number)
    z.backward(create_graph=True)


@copiers
def test_a_copied_leaf_that_was_changed_is_still_told_from_what_was_used(copied):
    x = Value(3.0)
    z = copied(x * x)
    z.parents[0].data = math.nan
    with pytest.raises(GraphError, match=r"was 3.0 when mul used it"):
        z.backward(create_graph=True)
    z.backward()
    assert z.parents[0].grad == 6.0  # of the graph as it was recorded


def test_a_copy_of_what_a_transform_differentiates_by_depends_on_it():
    for copied in (copy.copy, copy.deepcopy):
        assert grad(lambda x, c=copied: x * c(x))(3.0) == 6.0
        assert grad(lambda x, c=copied: x * c([x * 2.0])[0])(3.0) == 12.0
        assert jvp(lambda x, c=copied: x * c(x), (3.0,), (1.0,)) == (9.0, 6.0)
        assert grad(grad(lambda x, c=copied: x * x * c(x)))(3.0) == 18.0
        marked = Marked(2.0, place=[1])
        assert grad(lambda x, c=copied, m=marked: c(m) * x)(3.0) == 2.0
    for f in (
        grad(lambda x: pickle.loads(pickle.dumps(x)) * x),
        lambda x: jvp(pickle.dumps, (x,), (1.0,)),
    ):
        with pytest.raises(GraphError, match="a pickled copy would lose that"):
            f(3.0)
