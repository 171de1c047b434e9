"""What repeats in a picture: examples of a batch, terms of a sum, operands, links of a chain.

Whatever is folded here is found in O(boxes + arrows), but for a logarithm where arrows are long.
"""

from __future__ import annotations

from autograd import TABLE
from viz.groups import SUM, Group, Grouping, counted
from viz.model import Picture

FEWEST = 3  # examples of one shape that fold
MOST_OPERANDS = 8  # leaves for one use, or terms of a sum, that are all shown
LONGEST = 8  # a chain that is shown as it is
CHAINED = frozenset((SUM, TABLE["mul"].symbol))

SAME = "× n more: of the same shape as the one shown"
MORE = "… n more: left out, between those that are shown"
CHAIN = "… n more: a chain, left out"
SPINE = ""  # a sum of sums as one: the box says it


class Regions:
    """What belongs to each box alone: all that reaches the outputs through it only.

    Attributes:
        owner: by place, the box that all ways to the outputs pass next; ``len(boxes)`` for none.
        size: by place, how many boxes belong to it, with itself.
    """

    def __init__(self, grouping: Grouping) -> None:
        n = len(grouping.of)
        ends = set(grouping.ends)
        self.owner = [n] * (n + 1)
        self._depth = [0] * (n + 1)
        self._jump = [n] * (n + 1)  # an ancestor far above: 2 log n steps lead anywhere
        for i in range(n - 1, -1, -1):
            users = dict.fromkeys(grouping.users[i])
            owner = n if i in ends else -1
            for user in users:
                if owner == n:
                    break
                owner = user if owner < 0 else self._common(owner, user)
            self.owner[i] = owner
            self._depth[i] = self._depth[owner] + 1
            j = self._jump[owner]
            far = self._depth[owner] - self._depth[j] == self._depth[j] - self._depth[self._jump[j]]
            self._jump[i] = self._jump[j] if far else owner
        self.size = [1] * (n + 1)
        self._parts: list[list[int]] = [[] for _ in range(n + 1)]
        for i in range(n):
            self.size[self.owner[i]] += self.size[i]
            self._parts[self.owner[i]].append(i)

    def _common(self, a: int, b: int) -> int:
        depth, jump, owner = self._depth, self._jump, self.owner
        if depth[a] < depth[b]:
            a, b = b, a
        while depth[a] > depth[b]:
            a = jump[a] if depth[jump[a]] >= depth[b] else owner[a]
        while a != b:
            if jump[a] != jump[b]:
                a, b = jump[a], jump[b]
            else:
                a, b = owner[a], owner[b]
        return a

    def of(self, i: int) -> list[int]:
        """The boxes that belong to one, with itself, in their order."""
        found = []
        stack = [i]
        while stack:
            found.append(stack.pop())
            stack += self._parts[found[-1]]
        return sorted(found)


def repeats(picture: Picture, opened: frozenset[str]) -> Grouping:
    """One example of those of one shape is shown, and of many operands the first and the last."""
    grouping = Grouping(picture)
    regions = Regions(grouping)
    shape = _shapes(picture, grouping)
    hidden: set[int] = set()
    n = len(picture.boxes)
    for i in range(n, -1, -1):
        if i in hidden:
            continue
        terms, spine = terms_of(grouping, i)
        hidden.update(spine)
        if len(terms) < FEWEST:
            continue
        owners = {i, *spine}
        alike: dict[tuple[int, int], list[int]] = {}
        for term in terms:
            if regions.owner[term] in owners and (picture.boxes[term].cells or i == n):
                alike.setdefault((shape[term], regions.size[term]), []).append(term)
        folded = False
        for candidates in alike.values():
            if len(candidates) >= FEWEST:
                folded |= _fold_examples(
                    grouping, regions, candidates, hidden, opened, all_outputs=i == n
                )
        if spine and folded:
            grouping.add(Group("", SPINE, top=i), [i, *spine])
    _fold_leaves(grouping, opened)
    return grouping


def _fold_examples(
    grouping: Grouping,
    regions: Regions,
    candidates: list[int],
    hidden: set[int],
    opened: frozenset[str],
    *,
    all_outputs: bool,
) -> bool:
    """Whether any of them are folded: those of one shape, in which they also share alike."""
    same: dict[tuple[object, ...], list[list[int]]] = {}
    for term in candidates:
        region = regions.of(term)
        same.setdefault(_outline(grouping, region), []).append(region)
    folded = False
    for examples in same.values():
        if len(examples) < FEWEST:
            continue
        what = "outputs" if all_outputs else _kind(grouping, examples[0])
        title = f"× {len(examples) - 1:,} more {what}"
        if title in opened:
            continue
        folded = True
        members = [i for region in examples[1:] for i in region]
        hidden.update(members)
        grouping.add(Group(title, SAME), members)
    return folded


def _kind(grouping: Grouping, region: list[int]) -> str:
    """What to call several such: examples have numbers of their own and share the rest."""
    roles = {grouping.picture.boxes[i].role for i in region}
    if not any(-1 in line for line in _outline(grouping, region)):
        return "terms"
    return "examples" if roles & {"input", "value"} and "parameter" not in roles else "alike"


def _outline(grouping: Grouping, region: list[int]) -> tuple[tuple[object, ...], ...]:
    """The shape of a region: each of its boxes, with its operands' places in it; -1 for others."""
    boxes = grouping.picture.boxes
    inside = {i: k for k, i in enumerate(region)}
    return tuple(
        [
            (boxes[i].symbol, boxes[i].role, *[inside.get(j, -1) for j in grouping.operands[i]])
            for i in region
        ]
    )


def terms_of(grouping: Grouping, i: int) -> tuple[list[int], list[int]]:
    """What a sum, or another operation of many operands, is made of, and the sums within it.

    ``a + b + c + d`` is a chain of sums: its terms are those of all of them. The outputs of a
    picture are the terms of what comes after the last box.
    """
    boxes = grouping.picture.boxes
    if i == len(boxes):
        return list(dict.fromkeys(grouping.ends)), []
    operands = list(dict.fromkeys(grouping.operands[i]))
    symbol = boxes[i].symbol
    if symbol not in CHAINED or len(boxes[i].cells) != 2:
        return operands, []
    terms: list[int] = []
    spine: list[int] = []
    stack = operands[::-1]
    while stack:
        j = stack.pop()
        box = boxes[j]
        inner = box.symbol == symbol and len(grouping.users[j]) == 1 and box.role != "output"
        if inner and not box.label and box.frame == boxes[i].frame and box.holds == 1:
            spine.append(j)
            stack += grouping.operands[j][::-1]
            continue
        terms.append(j)
    return list(dict.fromkeys(terms)), spine


def _shapes(picture: Picture, grouping: Grouping) -> list[int]:
    """A number for each box, the same where it stands for the same formula of leaves."""
    known: dict[tuple[object, ...], int] = {}
    shape: list[int] = []
    for box, operands in zip(picture.boxes, grouping.operands, strict=True):
        what = (box.symbol, box.role, box.holds, *[shape[j] for j in operands])
        shape.append(known.setdefault(what, len(known)))
    return shape


def _fold_leaves(grouping: Grouping, opened: frozenset[str]) -> None:
    """Of many leaves with the same users the first two are shown, and the last."""
    boxes = grouping.picture.boxes
    alike: dict[tuple[object, ...], list[int]] = {}
    for i, box in enumerate(boxes):
        if not box.cells and grouping.of[i] < 0 and box.role != "output" and box.holds == 1:
            users = tuple(grouping.users[i])
            if users:
                alike.setdefault((box.role, box.frame, stem(box.label), users), []).append(i)
    for leaves in alike.values():
        title = f"… {len(leaves) - 3:,} more"
        if len(leaves) > MOST_OPERANDS and title not in opened:
            grouping.add(Group(title, MORE), leaves[2:-1])


def stem(label: str) -> str:
    """A label without its numbers: w1 and w2 are of one kind, x1 is of another."""
    return "".join([c for c in label[:48] if not c.isdigit()])


def chains(picture: Picture, opened: frozenset[str]) -> Grouping:
    """Of a long chain, or of many terms, the first ones are shown and the last."""
    grouping = Grouping(picture)
    _fold_chains(grouping, opened)
    _fold_terms(grouping, opened)
    grouping.absorb(named=True)
    return grouping


def _fold_chains(grouping: Grouping, opened: frozenset[str]) -> None:
    boxes = grouping.picture.boxes
    before: list[int] = []  # the one operand that is no leaf, if nothing else uses it
    for i, operands in enumerate(grouping.operands):
        inner = {j for j in operands if boxes[j].cells or boxes[j].holds > 1}
        j = inner.pop() if len(inner) == 1 else -1
        single = j >= 0 and boxes[j].role != "output" and set(grouping.users[j]) == {i}
        before.append(j if single else -1)
    linked: set[int] = set()
    for i in range(len(boxes) - 1, -1, -1):
        if i in linked or before[i] < 0:
            continue
        run = [i]
        while before[run[-1]] >= 0:
            run.append(before[run[-1]])
        linked.update(run)
        run.reverse()
        inside = run[3:-2]
        names = list(dict.fromkeys(boxes[j].symbol or boxes[j].label[:16] for j in inside))
        title = f"… {len(inside):,} more"
        if len(run) > LONGEST and title not in opened:
            symbol = " ".join(names[:3]) + (" …" if len(names) > 3 else "")
            grouping.add(Group(title, CHAIN, symbol), inside)


def _fold_terms(grouping: Grouping, opened: frozenset[str]) -> None:
    """Terms that have no shape in common: the first three, and the last."""
    regions = Regions(grouping)
    done: set[int] = set()
    for i in range(len(grouping.of), -1, -1):
        if i in done or (i < len(grouping.of) and grouping.of[i] >= 0):
            continue
        terms, spine = terms_of(grouping, i)
        done.update(spine)
        owners = {i, *spine}
        n = len(grouping.of)
        own = [t for t in terms if regions.owner[t] in owners and grouping.of[t] < 0]
        if i == n:  # how many outputs a group stands for, nobody knows any more
            own = [t for t in own if grouping.picture.boxes[t].role == "output"]
        if len(own) <= MOST_OPERANDS:
            continue
        middle = own[3:-1]
        title = f"… {_uses(grouping, [i, *spine], middle):,} more terms"
        if i == n:
            title = f"… {len(middle):,} more outputs"
        if title in opened:
            continue
        members = [j for term in middle for j in regions.of(term)]
        done.update(members)
        grouping.add(Group(title, MORE), members)
        if spine:
            grouping.add(Group(f"of {counted(len(terms), 'term')}", SPINE, top=i), [i, *spine])


def _uses(grouping: Grouping, users: list[int], operands: list[int]) -> int:
    """How often boxes use others: a group's arrow stands for several uses."""
    boxes = grouping.picture.boxes
    names = {boxes[i].name for i in operands}
    cells = [cell for i in users if i < len(boxes) for cell in boxes[i].cells]
    return sum([cell.times for cell in cells if cell.source in names])
