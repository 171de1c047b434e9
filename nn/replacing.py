"""A copy of a module with other parameters."""

from __future__ import annotations

import copy
import types
from collections import deque
from typing import Any

from autograd import ArgumentError, Value
from nn.search import KNOWN, Searched, attributes, is_array, parts


def replaced(thing: Any, copies: dict[int, Any]) -> Any:
    """``thing`` with what ``copies`` has in its place, by ids; what is not searched is shared."""
    copied: list[tuple[Any, Any]] = []
    result = _replaced(thing, copies, copied)
    for module, twin in copied:  # now all copies are there for the names that are not searched
        for name, part in attributes(module).items():
            if name[0] == "_":
                _set(twin, name, _aliased(part, copies))
    return result


def _replaced(thing: Any, copies: dict[int, Any], copied: list[tuple[Any, Any]]) -> Any:
    if id(thing) in copies:
        return copies[id(thing)]
    kind = type(thing)
    if kind in KNOWN or isinstance(thing, Value):
        return thing
    if kind is list:
        listed = copies[id(thing)] = []  # before its parts: it may hold itself
        listed += [_replaced(part, copies, copied) for part in thing]
        return listed
    if kind is dict:
        table = copies[id(thing)] = {}
        table |= {key: _replaced(part, copies, copied) for key, part in thing.items()}
        return table
    if isinstance(thing, Searched):
        twin = copies[id(thing)] = object.__new__(kind)
        buffers = vars(thing).get("_buffers", ())
        for name, part in attributes(thing).items():
            if name[0] != "_":
                new = part if name in buffers else _replaced(part, copies, copied)
                _set(twin, name, new)
        copied.append((thing, twin))
        return twin
    found = parts(thing)
    new = [_replaced(part, copies, copied) for _, part in found]
    if all([a is b for a, (_, b) in zip(new, found, strict=True)]):
        return thing if not isinstance(thing, (dict, deque, set)) else _like(thing, new)
    return _like(thing, new)


def _set(twin: Any, name: str, part: Any) -> None:
    """Set an attribute past what the class does when one is set."""
    if name in twin.slot_names:
        object.__setattr__(twin, name, part)
    else:
        vars(twin)[name] = part


def _like(thing: Any, new: list[Any]) -> Any:
    """A container of the same kind with other parts, in the order of :func:`parts`."""
    if isinstance(thing, types.MethodType):
        return types.MethodType(thing.__func__, new[0])
    if isinstance(thing, tuple):
        if hasattr(thing, "_fields"):
            return type(thing)(*new)
        return tuple(new) if type(thing) is tuple else type(thing)(new)
    if isinstance(thing, frozenset):
        return _whole(type(thing)(new), new)
    return _filled(thing, new)


def _filled(thing: Any, new: list[Any]) -> Any:
    """The same of what can be copied first and filled then."""
    if hasattr(thing, "__dataclass_fields__"):  # perhaps a frozen one, with slots
        own = {**getattr(thing, "__dict__", {})}
        own.update({str(name): x for (name, _), x in zip(parts(thing), new, strict=True)})
        result = object.__new__(type(thing))
        for name, part in own.items():
            object.__setattr__(result, name, part)
        return result
    result = copy.copy(thing)
    if is_array(thing):
        for i, part in enumerate(new):
            result[i if result.ndim else ()] = part
    elif isinstance(thing, dict):
        result.update(zip(thing, new, strict=True))
    elif isinstance(thing, (list, deque)):
        for i, part in enumerate(new):
            result[i] = part
    else:
        result.clear()
        result.update(new)
        _whole(result, new)
    return result


def _whole(found: Any, new: list[Any]) -> Any:
    if len(found) != len(new):
        raise ArgumentError(
            "with_parameters: a set keeps equal numbers only once. Keep the parameters in a list."
        )
    return found


def _aliased(part: Any, copies: dict[int, Any]) -> Any:
    """What has no public name: the same, but with the copies of what was copied."""
    if id(part) in copies:
        return copies[id(part)]
    kind = type(part)
    if kind is list or kind is tuple:
        new = [_aliased(x, copies) for x in part]
        return part if all([a is b for a, b in zip(new, part, strict=True)]) else kind(new)
    if kind is dict:
        values = {key: _aliased(x, copies) for key, x in part.items()}
        return part if all([values[key] is x for key, x in part.items()]) else values
    if kind is types.MethodType:
        owner = _aliased(part.__self__, copies)
        return part if owner is part.__self__ else types.MethodType(part.__func__, owner)
    return part
