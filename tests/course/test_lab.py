"""The lab: its engine agrees with Value; each broken one is exposed by its smallest graph and by no smaller."""

import pytest

from autograd import Value
from chalkgrad.lab import BROKEN, CLASSIC, backward, exposing, graphs, smallest
from chalkgrad.lab.search import LEAVES

SWEEPS = ["recursion", "breadth first", "assigns", "not reset", "order of creation"]


@pytest.mark.parametrize("operations", [1, 2, 3])
@pytest.mark.parametrize("leaves", [1, 2])
def test_the_engine_agrees_with_value_on_every_small_graph(operations, leaves):
    for graph in graphs(operations, leaves):
        root, nodes = graph.build()
        backward(root)
        values = [Value(x) for x in list(LEAVES.values())[:leaves]]
        made = values.copy()
        for op, i, j in graph.lines:
            made.append(made[i] + made[j] if op == "+" else made[i] * made[j])
        made[-1].backward()
        assert root.data == made[-1].data
        assert [node.grad for node in nodes] == [value.grad for value in values], str(graph)


@pytest.mark.parametrize("name", BROKEN)
def test_each_is_exposed_by_its_smallest_graph_and_by_no_smaller(name):
    graph = smallest(name)
    assert graph.exposes(name)
    for operations in range(1, len(graph.lines)):
        for leaves in (1, 2):
            assert not any(g.exposes(name) for g in graphs(operations, leaves))


@pytest.mark.parametrize("name", [name for name in BROKEN if name != "no zero grad"])
def test_each_is_right_somewhere_and_so_can_go_unnoticed(name):
    assert any(not graph.exposes(name) for k in (1, 2) for graph in graphs(1, k))


def test_one_graph_of_four_lines_exposes_every_wrong_sweep():
    graph = CLASSIC["c=a+a; d=a+c; e=c+d; L=e*c"]
    assert all(graph.exposes(name) for name in SWEEPS)
    assert exposing(SWEEPS, 2, 1) == exposing(SWEEPS, 2, 2) == []


@pytest.mark.wide
def test_graphs_of_four_lines_that_expose_all_nine():
    found = exposing(list(BROKEN), 4, 1)
    assert found and len({str(graph) for graph in found}) == len(found)


def test_the_page_of_the_lab_is_what_the_tool_writes():
    from tools import lab

    assert (lab.FOLDER / "lab.md").read_text(encoding="utf-8") == lab.page()
    for engine in BROKEN.values():
        path = lab.FOLDER / lab._name(engine)
        drawn = lab.picture(smallest(engine.name))._rendered("svg")
        assert path.read_bytes() == drawn
