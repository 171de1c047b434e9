"""From Values, or a program's instructions, to a picture's model."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from autograd import Value
from viz.dot import one_line
from viz.model import Box, Cell, Frame, Picture
from viz.numbers import same, shown

LEAF = Value(0.0).op  # a plain number that became an operand has another one
MEANINGS = {
    "input": "labelled leaf",
    "value": "leaf without a label",
    "parameter": "parameter",
    "constant": "constant",
    "result": "result",
    "output": "output",
}


def picture_of(
    roots: list[Any],
    *,
    slopes: bool,
    gradients: bool | str | None,
    digits: int,
    parameters: dict[int, str] | None = None,
    bare: bool = False,
) -> Picture:
    """The model of the graph under several roots.

    ``parameters`` has the names of those of a module, by id; ``bare`` leaves out all numbers but
    theirs, for a module that was given no inputs.
    """
    nodes = in_order(roots)
    parameters = parameters or {}
    names = {id(node): f"v{i}" for i, node in enumerate(nodes)}
    stored = [node for node in nodes if node.has_grad]
    wanted = bool(stored) if gradients is None else bool(gradients)
    adjoints = adjoints_of(roots, nodes) if wanted and gradients != "stored" else {}
    frame_of, frames = frames_of(nodes)
    ends = {id(root) for root in roots}
    first_nan = next((n for n in nodes if _makes_nan(n)), None)
    changed = _told_apart(nodes, digits)
    boxes = []
    for node in nodes:
        box = Box(
            names[id(node)],
            role_of(node, is_end=id(node) in ends, is_parameter=id(node) in parameters),
            node.op.symbol,
            node.label or parameters.get(id(node), ""),
            "" if node.data is None else shown(node.data, 17 if node in changed else digits),
            frame=frame_of.get(id(node), ""),
            nan=node is first_nan,
        )
        if id(node) in adjoints:
            box.adjoint = adjoints[id(node)]
            box.gradient = f"∇ {shown(box.adjoint, digits)}"
        elif gradients == "stored" and node.has_grad:
            box.adjoint = float(getattr(node.grad, "data", node.grad))
            box.gradient = f"grad {shown(box.adjoint, digits)}"
        partials = node.partials if slopes else ()
        for k, operand in enumerate(node.parents):
            number = node.numbers[k] if isinstance(node, Value) else None
            now = operand.data
            moved = number is not None and number != now and not same(number, now)
            box.cells.append(
                Cell(
                    names[id(operand)],
                    shown(partials[k], digits) if slopes else "",
                    _used(operand, number, digits) if moved and number is not None else "",
                )
            )
        box.words = _words(node, box)
        if bare and id(node) not in parameters:
            box.number, box.words = "", f"{box.role} {node.label or node.op}".strip()
        boxes.append(box)
    key = key_of(boxes, frames, roots, wanted=wanted, stored=gradients == "stored")
    differing = [n for n in stored if id(n) in adjoints and not _near(n.grad, adjoints[id(n)])]
    if differing:
        key.append(("note", 'stored .grad differs: gradients="stored" shows it'))
    return Picture(boxes, frames, key, _title(roots, boxes))


def in_order(roots: list[Any]) -> list[Any]:
    """Every Value once, operands before users and in their order."""
    seen: set[int] = set()
    nodes = []
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        waiting = [p for p in node.parents if id(p) not in seen]
        if waiting:
            stack.append(node)
            stack += reversed(waiting)
        else:
            seen.add(id(node))
            nodes.append(node)
    return nodes


def adjoints_of(roots: list[Any], nodes: list[Any]) -> dict[int, float]:
    """∂(sum of the roots)/∂node for every node; no ``grad`` is read or changed."""
    found = dict.fromkeys(map(id, nodes), 0.0)
    for root in {id(root): root for root in roots}.values():
        found[id(root)] += 1.0
    for node in reversed(nodes):
        adjoint = found[id(node)]
        for operand, partial in zip(node.parents, node.partials, strict=True):
            found[id(operand)] += partial * adjoint
    return found


def role_of(node: Any, *, is_end: bool, is_parameter: bool = False) -> str:
    """What part a node plays."""
    if is_parameter:
        return "parameter"
    if is_end:
        return "output"
    if node.parents:
        return "result"
    if node.note.scope and node.label:  # a result's may come from scope(), without a label
        return "parameter"
    if node.label:
        return "input"
    return "value" if isinstance(node, Value) and node.op is LEAF else "constant"


def frames_of(nodes: list[Any]) -> tuple[dict[int, str], list[Frame]]:
    """The frame of each node, by module and not by name: two models of one form have two each."""
    groups = _instances([node for node in nodes if node.note.scope])
    frames: dict[tuple[str, int], Frame] = {}
    frame_of = {}
    for node in nodes:
        parts = [part for part in node.note.scope.split("/") if part]
        if not parts:
            continue
        group, parent = groups[id(node)], ""
        for path in accumulate(parts, "{}/{}".format):
            frame = frames.get((path, group))
            if frame is None:
                frame = Frame(f"f{len(frames)}", path.rpartition("/")[2], parent)
                frames[path, group] = frame
            parent = frame.name
        frame_of[id(node)] = parent
    return frame_of, list(frames.values())


def _instances(nodes: list[Any]) -> dict[int, int]:
    """Which model a node belongs to, as a number within its outermost scope.

    Nodes of one outermost scope that are connected belong together, and so do parts that have no
    name twice; a parameter of the same name that is another object is that of another model.
    """
    root: dict[int, int] = {id(node): id(node) for node in nodes}
    outer = {id(node): node.note.scope.lstrip("/").partition("/")[0] for node in nodes}

    def find(x: int) -> int:
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    named: dict[int, dict[tuple[str, str], int]] = {id(node): {} for node in nodes}
    for node in nodes:
        if not node.parents and node.label:
            named[id(node)][node.note.scope, node.label] = id(node)
    for node in nodes:
        for operand in sorted(node.parents, key=lambda p: bool(p.parents)):  # its own ones first
            if outer.get(id(operand)) != outer[id(node)]:
                continue
            a, b = find(id(operand)), find(id(node))
            if len(named[a]) > len(named[b]):  # the smaller one goes into the larger one
                a, b = b, a
            if a != b and all(named[b].get(name, x) == x for name, x in named[a].items()):
                named[b].update(named[a])
                root[a] = b
    taken: dict[str, list[dict[tuple[str, str], int]]] = {}
    group_of: dict[int, int] = {}
    for node in nodes:
        part = find(id(node))
        if part in group_of:
            continue
        groups = taken.setdefault(outer[id(node)], [])
        own = named[part].items()
        fitting = [k for k, g in enumerate(groups) if all(g.get(name, x) == x for name, x in own)]
        if not fitting:
            groups.append({})
        group_of[part] = fitting[0] if fitting else len(groups) - 1
        groups[group_of[part]].update(own)
    return {id(node): group_of[find(id(node))] for node in nodes}


def key_of(
    boxes: list[Box], frames: list[Frame], roots: list[Any], *, wanted: bool, stored: bool
) -> list[tuple[str, str]]:
    """What is used in this picture, and no more."""
    key = [(role, text) for role, text in MEANINGS.items() if any(b.role == role for b in boxes)]
    if any(b.gradient for b in boxes):
        of = "what is stored in .grad" if stored else f"gradient of {_outputs(roots)}"
        key.append(("gradient", f"{'grad' if stored else '∇'} {of}"))
    if any(c.slope for b in boxes for c in b.cells):
        key.append(("slope", "number at an arrow's end: local derivative"))
    if any(c.used for b in boxes for c in b.cells):
        key.append(("used", "at: the number that was used; the operand has another one now"))
    if any(b.nan for b in boxes):
        key.append(("nan", "the first nan was made here"))
    if frames:
        key.append(("frame", "frame: a module or a scope"))
    return key


def _told_apart(nodes: list[Any], digits: int) -> set[Any]:
    """Operands whose number has changed by less than the digits show."""
    found = set()
    for node in nodes:
        if isinstance(node, Value):
            for operand, number in zip(node.parents, node.numbers, strict=True):
                moved = number != operand.data and not same(number, operand.data)
                if moved and shown(number, digits) == shown(operand.data, digits):
                    found.add(operand)
    return found


def _used(operand: Any, number: float, digits: int) -> str:
    alike = shown(number, digits) == shown(operand.data, digits)
    name = one_line(operand.label)[:12]
    text = shown(number, 17 if alike else digits)
    return f"{name} = {text}" if name else text


def _outputs(roots: list[Any]) -> str:
    if len({id(root) for root in roots}) > 1:
        return "the sum of the outputs"
    label = one_line(roots[0].label) if roots else ""
    return label if 0 < len(label) <= 20 else "the output"


def _makes_nan(node: Any) -> bool:
    if not isinstance(node, Value):
        return False
    return node.data != node.data and not any(x != x for x in node.numbers)


def _near(a: Any, b: float) -> bool:
    a = float(getattr(a, "data", a))
    return same(a, b) or abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def _words(node: Any, box: Box) -> str:
    number = "" if node.data is None else f" = {node.data!r}"
    gradient = f", {box.gradient.replace('∇', 'gradient')}" if box.gradient else ""
    return f"{box.role} {node.label or node.op}".strip() + number + gradient


def _title(roots: list[Any], boxes: list[Box]) -> str:
    names = list(dict.fromkeys(one_line(root.label)[:40] for root in roots if root.label))
    of = f" of {', '.join(names[:3])}" if names else ""
    return f"Computation graph{of}: {len(boxes)} box{'es' * (len(boxes) != 1)}"
