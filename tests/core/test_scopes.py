"""scope and label: names for groups of results, and for Values."""

import asyncio
import threading

import pytest

import autograd as ag
from autograd import ArgumentError, OperandError, Value, compile, label, scope


def test_results_have_the_scope_that_they_were_made_in():
    x = Value(2.0, label="x")
    with scope("a"):
        y = x * 3
        with scope("b/c"):
            z = ag.dot([x, y], [y, 1.0])
    w = z + 1
    assert [v.note.scope for v in (x, y, z, w)] == ["", "a", "a/b/c", ""]


def test_a_scope_holds_in_its_own_thread_generator_and_task_only():
    x, found = Value(2.0), []
    with scope("a"):
        thread = threading.Thread(target=lambda: found.append(x * 2))
        thread.start()
        thread.join()
    assert found[0].note.scope == ""

    def steps():
        with scope("inside"):
            yield x * 2
            yield x * 3

    making = steps()
    one, between, two = next(making), x * 4, next(making)
    assert [v.note.scope for v in (one, between, two)] == ["inside", "", "inside"]
    making.close()

    async def task(name):
        with scope(name):
            await asyncio.sleep(0)
            return x * 2

    async def both():
        return await asyncio.gather(task("one"), task("two"))

    assert [v.note.scope for v in asyncio.run(both())] == ["one", "two"]


def test_a_scope_decorates_and_ends_with_an_error():
    @scope("f")
    def f(x):
        return x * x

    x = Value(3.0)
    assert f(x).note.scope == "f" and (x * x).note.scope == ""
    with pytest.raises(ZeroDivisionError), scope("a"):
        1 / 0  # noqa: B018
    assert (x * x).note.scope == ""


def test_scopes_change_no_gradient_and_come_into_programs():
    def f(x):
        with scope("s"):
            y = x * x
            with scope("t"):
                return y.sin()

    assert ag.grad(f)(2.0) == ag.grad(lambda x: (x * x).sin())(2.0)
    assert ag.jvp(f, (2.0,), (1.0,)) == ag.jvp(lambda x: (x * x).sin(), (2.0,), (1.0,))
    compiled = compile(f)
    compiled(2.0)
    assert set(compiled.program.scopes.values()) == {"s", "s/t"}
    with scope("s"), ag.no_grad():
        assert (Value(1.0) * 2).note.scope == ""  # a leaf
    with ag.detect_anomaly(), scope("s"):
        y = Value(1.0) * 2
    assert y.note.scope == "s" and y.note.line


@pytest.mark.parametrize("bad", ["", "/", " ", None, 3, b"a"])
def test_a_scope_has_a_name(bad):
    with pytest.raises(ArgumentError, match="scope: the name is"):
        scope(bad)


def test_labels_are_set_all_or_none():
    x, w = Value(1.0, label="old"), [Value(2.0), (Value(3.0),)]
    label(x=x, w=w)
    assert (x.label, w[0].label, w[1][0].label) == ("x", "w[0]", "w[1][0]")
    with pytest.raises(OperandError, match=r"label: y\[1\] is .*list of Values"):
        label(z=x, y=[w[0], 2.0])
    assert x.label == "x" and w[0].label == "w[0]"
    endless = []
    endless.append(endless)
    with pytest.raises(OperandError, match="in each other"):
        label(a=endless)
