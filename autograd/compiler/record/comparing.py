"""How what was found is compared with what is there now."""

from __future__ import annotations

import operator
import types
from collections import deque
from collections.abc import Callable
from typing import Any

from autograd.modes import Mode, within
from autograd.scalar import Note, Scalar
from autograd.value import Value

PLAIN = frozenset((bool, int, float, complex, str, bytes, type(None)))
COMPARED = PLAIN | {list, tuple, dict, set, frozenset, deque}  # by entries
ABSENT = object()
CLOSED = frozenset((*PLAIN, Value, Note))  # nothing is looked for in these
# What == says of these is what is meant
AS_THEY_ARE = (COMPARED - {float, tuple}) | {
    Value,
    Note,
    types.FunctionType,
}


class _Identity(Mode):
    """A mode in which Values are equal only to themselves."""

    def seen(self, how: str, *values: Any) -> Any:
        return values[0] is values[-1]


IDENTITY = (_Identity(),)


def equal(x: Any, y: Any) -> bool:
    """Whether two are equal, Values by identity."""
    try:
        return bool(within(IDENTITY, operator.eq, x, y))
    except Exception:  # noqa: BLE001 - whatever somebody's == raises, it is not the same
        return False


class Same:
    """Equal to one object only, or to a float of the same sign."""

    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        y = other.x if type(other) is Same else other
        return y is self.x or (type(y) is float and str(y) == str(self.x))

    __hash__ = None  # type: ignore[assignment]


def kept(x: Any) -> Any:
    """What an object is compared with: itself, if == means what it should."""
    kind = type(x)
    if kind is float:
        return x or Same(x)  # 0.0 == -0.0
    if kind is tuple:
        return tuple([kept(part) for part in x])
    compares: Any = kind.__eq__
    if kind in COMPARED or compares is object.__eq__ or issubclass(kind, Scalar):
        return x
    if compares is tuple.__eq__ and all([kept(part) is part for part in x]):
        return x  # a namedtuple
    return Same(x)


def all_kept(xs: Any) -> list[Any]:
    """:func:`kept` of each."""
    return [*xs] if AS_THEY_ARE.issuperset(map(type, xs)) else [*map(kept, xs)]


def is_same(x: Any, y: Any) -> bool:
    """Whether two numbers or texts can't be told apart."""
    return type(x) is type(y) and repr(x) == repr(y)


def checking(walk: Any) -> Callable[[], bool]:
    """A function that tells whether all that was found is still there, made of source."""
    names: dict[str, Any] = {"same": is_same, "within": within, "IDENTITY": IDENTITY}
    names |= {"eq": operator.eq, "ABSENT": ABSENT}
    known: dict[int, str] = {}

    def constant(x: Any) -> str:
        if id(x) not in known:
            known[id(x)] = f"k{len(known)}"
            names[known[id(x)]] = x
        return known[id(x)]

    tests = []
    for kind, where, name, found in walk.reads.values():
        place, wanted = constant(where), constant(found)
        if found is ABSENT:
            tests.append(f"{name!r} not in {place}")
            continue
        text = {
            "cell": f"{place}.cell_contents",
            "attribute": f"{place}.{name}",
            "entry": f"{place}[{name!r}]",
        }[kind]
        if type(found) in PLAIN and found is not None and type(found) is not bool:
            tests.append(f"((x := {text}) is {wanted} or same(x, {wanted}))")
        else:
            tests.append(f"{text} is {wanted}")
    tests += [f"{constant(give)}() == {constant(gave)}" for give, gave in walk.calls.values()]
    if walk.containers:
        now, before = zip(*walk.containers.values(), strict=True)
        values = any([isinstance(x, Scalar) for c in before for x in _entries(c)])
        both = f"{constant([*before])}, {constant([*now])}"
        tests.append(f"within(IDENTITY, eq, {both})" if values else f"eq({both})")
    lines = ["def holds():", " try:", f"  return {' and '.join(tests) or True}"]
    exec("\n".join([*lines, " except Exception:", "  return False"]), names)  # noqa: S102 - ours
    function: Callable[[], bool] = names.pop("holds")  # or it would be in a cycle
    return function


def _entries(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container
