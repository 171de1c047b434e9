"""What the page that steps through backprop is told of a graph: names, rules, numbers, places.

Read from the graph itself: operands, numbers, partials, and the order in which the engine's reverse
sweep goes. The page makes its steps of these.
"""

from __future__ import annotations

import math
import re
from typing import Any

from autograd import ArgumentError, AutogradError, Primitive, Value, phrase
from viz.dot import one_line
from viz.javascript import javascript_of
from viz.numbers import same, shown
from viz.picture import in_order, role_of
from viz.stepboxes import place_boxes
from viz.terms import Term, term_of, text_of, words_of

MOST_EDGES = 2500  # what a page is given; of a larger graph the last operations
MOST_NAME = 24


def facts_of(root: Value) -> tuple[dict[str, Any], list[str]]:
    """The page's data, and its rows as JavaScript (``null`` where one is refused).

    O(nodes), but for the layout of a small graph.

    >>> from autograd import Value
    >>> w = Value(3.0, label="w")
    >>> facts, rows = facts_of(w * w)
    >>> [node["n"] for node in facts["nodes"]], facts["forward"], facts["backward"], len(rows)
    (['w', 'v1'], [1], [1], 1)
    """
    backward, left_out = _last(reverse_order(root))
    kept = set(map(id, backward))
    used = _numbers_used(backward)
    nodes = [n for n in in_order([root]) if id(n) in kept or id(n) in used]
    place = {id(node): i for i, node in enumerate(nodes)}
    names = _names(nodes, kept)
    rows: dict[tuple[int, int], int] = {}
    ops: list[dict[str, Any]] = []
    source: list[str] = []
    told: list[dict[str, Any]] = []
    for node, name in zip(nodes, names, strict=True):
        inner = id(node) in kept
        number = node.data if inner else used[id(node)]
        fact: dict[str, Any] = {"n": name, "r": _role(node, root, inner=inner), "x": _json(number)}
        if not inner and not same(number, node.data):
            fact["now"] = _json(node.data)
        for key, text, most in (
            ("l", one_line(node.label), 300),
            ("s", one_line(node.note.scope), 200),
            ("c", _line(node.note.line), 300),
        ):
            if text and text != name:
                fact[key] = text[:most]
        if inner:
            key_of_row = (id(node.op), len(node.parents))
            if key_of_row not in rows:
                rows[key_of_row] = len(ops)
                told_row, code = _row(node.op, len(node.parents))
                ops.append(told_row)
                source.append(code)
            fact["o"] = rows[key_of_row]
            fact["p"] = [place[id(p)] for p in node.parents]
            fact["d"] = [_json(x) for x in node.partials]
        told.append(fact)
    facts = {
        "title": _title(root, nodes, kept, names, left_out),
        "nodes": told,
        "ops": ops,
        "forward": [place[id(n)] for n in nodes if id(n) in kept],
        "backward": [place[id(n)] for n in backward],
        "root": place[id(root)],
        "cut": left_out,
    }
    place_boxes(facts)
    return facts, source


def reverse_order(root: Value) -> list[Value]:
    """Inner nodes, results before operands: the order in which ``backward`` visits them.

    From a node it goes on to an operand that is not in the order yet: of one operand or two to the
    first, of any number to the last.
    """
    done: set[int] = set()
    order: list[Value] = []
    stack = [root] if root.parents else []
    while stack:
        node = stack[-1]
        waiting = [p for p in node.parents if p.parents and id(p) not in done]
        if waiting and id(node) not in done:
            any_number = node.op.arity is None or len(node.parents) > 2
            stack += waiting if any_number else waiting[:1]
            continue
        stack.pop()
        if id(node) not in done:
            done.add(id(node))
            order.append(node)
    return order[::-1]


def _last(order: list[Value]) -> tuple[list[Value], int]:
    """The operations that a page has room for, and how many are left out before them."""
    edges = 0
    for k, node in enumerate(order):
        edges += len(node.parents)
        if edges > MOST_EDGES and k:
            return order[:k], len(order) - k
    return order, 0


def _numbers_used(order: list[Value]) -> dict[int, float]:
    """The number that each operand had when the graph was recorded, by its first use."""
    found: dict[int, float] = {}
    for node in reversed(order):
        for operand, number in zip(node.parents, node.numbers, strict=True):
            found.setdefault(id(operand), number)
    return found


def _role(node: Value, root: Value, *, inner: bool) -> str:
    if node.parents and not inner:
        return "cut"
    return role_of(node, is_end=node is root)


def _names(nodes: list[Value], kept: set[int]) -> list[str]:
    """A name for each: its label; else v1, v2 ... for results; u1, u2 ... for what is given.

    A constant is called by its number. No two others have one name.
    """
    taken = {one_line(node.label) for node in nodes}
    used: set[str] = set()
    names = []
    results = given = 0
    for node in nodes:
        name = one_line(node.label)[:MOST_NAME]
        inner = id(node) in kept
        results += inner
        if not name and not inner and role_of(node, is_end=False) == "constant":
            names.append(shown(node.data).replace("-", "−"))
            continue
        if not name and inner:
            name = f"v{results}"
        elif not name:
            given += 1
            name = f"u{given}"
        base, k = name, 1
        while name in used or (name != one_line(node.label)[:MOST_NAME] and name in taken):
            k += 1
            name = f"{base}({k})"
        used.add(name)
        names.append(name)
    return names


def _row(row: Primitive, operands: int) -> tuple[dict[str, Any], str]:
    """What is said of a row, and its JavaScript."""
    words, partials = words_of(row, operands)
    told: dict[str, Any] = {
        "n": one_line(str(row))[:40],
        "s": one_line(row.symbol)[:20],
        "w": words,
        "d": partials,
        "h": one_line(phrase(row.doc))[:200],
    }
    try:
        return told, javascript_of(row, operands)
    except AutogradError as error:
        told["e"] = one_line(str(error))[:300]
        return told, "null"


def _line(note: str) -> str:
    """Where a node was made: ``net.py, line 7: z = w * x``, without the folders."""
    found = re.fullmatch(r'at (?:.*[/\\\\])?(.+?):(\d+): "(.*)"', note, re.DOTALL)
    if not found:
        return one_line(note)
    return one_line(
        phrase("{file}, line {n}: {source}", file=found[1], n=found[2], source=found[3])
    )


def _json(x: float) -> Any:
    if math.isfinite(x):
        return x
    return "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"


def _title(root: Value, nodes: list[Value], kept: set[int], names: list[str], left_out: int) -> str:
    """``L = (1 − σ(w·x + b))²``, or how large the graph is."""
    name, count = names[-1], len(kept)
    large = phrase("{name}, in {n} operations", name=name, n=count)
    if count == 1:
        large = phrase("{name}, in 1 operation", name=name)
    if left_out:
        return phrase(
            "{name}: the last {n} of {all} operations", name=name, n=count, all=count + left_out
        )
    size: dict[int, int] = {}
    terms: dict[int, Term] = {}
    for node, own in zip(nodes, names, strict=True):
        if id(node) not in kept:
            size[id(node)], terms[id(node)] = 1, Term("name", own)
            continue
        size[id(node)] = 1 + sum([size[id(p)] for p in node.parents])
        if size[id(node)] > 24:
            return large
        terms[id(node)] = term_of(node.op, [terms[id(p)] for p in node.parents])
    text = text_of(terms[id(root)])
    return f"{name} = {text}" if len(text) <= 70 else large


def loaded(root: Any) -> Value:
    """The output that a page is made of.

    Raises:
        ArgumentError: when it is no Value, or a leaf.
    """
    if not isinstance(root, Value):
        raise ArgumentError(
            f"stepper: {type(root).__name__} is no Value; give what a computation gives, such as "
            "stepper(loss)."
        )
    if not root.parents:
        raise ArgumentError(
            f"stepper: {one_line(root.label)[:40] or 'the Value'} is a leaf: there is no operation "
            "to step through. Give what was computed from it."
        )
    return root
