"""Write docs/course/lab.md, the page of the broken engines, and its pictures."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograd import Value, gradcheck  # noqa: E402 - of the checkout this file stands in
from chalkgrad.lab import BROKEN, CLASSIC, Broken, Graph, exposing, smallest  # noqa: E402
from chalkgrad.lab.broken import changed, once  # noqa: E402
from chalkgrad.lab.search import LEAVES  # noqa: E402
from viz import Drawing, draw  # noqa: E402

FOLDER = ROOT / "docs" / "course"
SWEEPS = ["recursion", "breadth first", "assigns", "not reset", "order of creation"]
HEAD = """# The lab of broken engines

Nine engines, each with one mistake that people make when they write their first. For each: its
code, the smallest graph that gives it away, its number beside the right one, and the remedy. The
graphs were found by trying every graph of + and × with up to two leaves and four operations
(`chalkgrad.lab.graphs`), with a = 3 and b = 5. `tools/lab.py` writes this page.

To play with them:

```pycon
>>> from chalkgrad.lab import BROKEN, smallest
>>> graph = smallest("recursion")
>>> print(graph)
c=a+a; L=c+c
>>> BROKEN["recursion"].numbers(*graph.build())  # data and gradient of each leaf
[(3.0, 6.0)]

```

## What the usual test graphs catch

A • stands where an engine's numbers are wrong on that graph; without one it passes the test. Most
people test with `a·b + a`, which misses the two that need a sort.

"""


def page() -> str:
    """The page, without its pictures."""
    parts = [HEAD, _classics(), "\n", _searched(), "\n"]
    parts += [_section(engine) for engine in BROKEN.values()]
    return "".join(parts)


def _classics() -> str:
    rows = [f"| | {' | '.join(BROKEN)} |", f"|---|{'---|' * len(BROKEN)}"]
    for title, graph in CLASSIC.items():
        found = ["•" if graph.exposes(name) else "" for name in BROKEN]
        rows.append(f"| `{title}` | {' | '.join(found)} |")
    return "\n".join(rows) + "\n"


def _searched() -> str:
    fewest = next(n for n in range(1, 5) if exposing(SWEEPS, n, 1))
    some = exposing(SWEEPS, fewest, 1)
    all_nine = next(found for n in range(1, 5) if (found := exposing(list(BROKEN), n, 1)))
    return (
        f"The five wrong sweeps ({', '.join(SWEEPS)}) are caught "
        f"together by no graph of {fewest - 1} operations, and by {len(some)} of {fewest} with one "
        f"leaf, such as `{some[0]}`. All nine are caught by `{all_nine[0]}`. A sweep that meets "
        "operands in another order than ours may need one more: the last row of the table is the "
        "graph to keep.\n"
    )


def _section(engine: Broken) -> str:
    graph = smallest(engine.name)
    root, leaves = graph.build()
    engine.right(root, leaves)
    rows = [
        f"| {name} | {wrong[0]:g} | {wrong[1]:g} | {leaf.data:g} | {leaf.grad:g} |"
        for name, wrong, leaf in zip(LEAVES, engine.numbers(*graph.build()), leaves, strict=False)
    ]
    return (
        f"## {engine.name.capitalize()}\n\n{engine.mistake}\n\n"
        f"```python\n{inspect.getsource(engine.lesson).rstrip()}\n```\n\n"
        f"Its smallest graph is `{graph}`:\n\n"
        f"![The graph {graph}, with its right gradients]({_name(engine)})\n\n"
        f"| leaf | its data | its gradient | right data | right gradient |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n{_checked(engine, graph)}\n\n**Remedy:** {engine.remedy}\n\n"
    )


def _checked(engine: Broken, graph: Graph) -> str:
    if engine.right not in (once, changed):
        return (
            "`gradcheck` looks at one sweep, and one sweep of it is right. What shows it is doing "
            "the same thing twice, or a step of training beside one by hand."
        )

    def f(*xs: float) -> float:
        nodes = list(xs)
        for op, i, j in graph.lines:
            nodes.append(nodes[i] + nodes[j] if op == "+" else nodes[i] * nodes[j])
        return nodes[-1]

    def claimed(*xs: float) -> tuple[float, ...]:
        return tuple([slope for _, slope in engine.numbers(*graph.build(xs))])

    at = tuple(list(LEAVES.values())[: graph.leaves])
    report = gradcheck(f, at, grad=claimed, raise_exception=False)
    lines = [line for line in str(report).splitlines() if "reproduce" not in line]
    return "What `gradcheck` says of its gradients:\n\n```text\n" + "\n".join(lines) + "\n```"


def _name(engine: Broken) -> str:
    return f"lab-{engine.name.replace(' ', '-')}.svg"


def picture(graph: Graph) -> Drawing:
    """The graph, with the right gradients."""
    names = str(graph).split("; ")
    nodes = [Value(x, name) for name, x in list(LEAVES.items())[: graph.leaves]]
    for line, (op, i, j) in zip(names, graph.lines, strict=True):
        made = nodes[i] + nodes[j] if op == "+" else nodes[i] * nodes[j]
        made.label = line.split("=")[0]
        nodes.append(made)
    nodes[-1].backward()
    return draw(nodes[-1])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "lab.md").write_text(page(), encoding="utf-8", newline="\n")
    for each in BROKEN.values():
        picture(smallest(each.name)).save(FOLDER / _name(each))
