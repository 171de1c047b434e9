"""Where a module's Values are: what is searched, what is refused, and how a copy is made.

Searched are modules, dicts, lists, tuples, namedtuples, deques, sets, dataclasses, NumPy's arrays
of objects, and the object of a bound method. Of anything else it is only asked whether there are
Values inside: if so it is refused, for a parameter that is not found would silently stay as it is.
"""

from __future__ import annotations

import gc
import sys
import types
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from autograd import ArgumentError, OperandError, Primitive, Value

# Without parts, and so frequent that it matters
ATOMS = (str, int, float, complex, bytes, bool, type(None), type, types.ModuleType)
ATOMS += (types.BuiltinFunctionType, types.CodeType, Primitive)  # type: ignore[assignment]
KNOWN = frozenset(ATOMS)
Key = str | int


class Searched:
    """Base of Module, by which this file knows modules."""


class Unsearchable(OperandError):
    """Something holds Values where they can't be found."""


def attributes(module: Any) -> dict[str, Any]:
    """The attributes of an object, those in slots after the others."""
    slots = _slots(type(module))
    if not slots:
        return vars(module)
    return {**vars(module), **{n: getattr(module, n) for n in slots if hasattr(module, n)}}


@lru_cache(maxsize=None)
def _slots(kind: type) -> tuple[str, ...]:
    names: list[str] = []
    for base in kind.__mro__:
        own = base.__dict__.get("__slots__", ())
        for name in [own] if isinstance(own, str) else own:
            private = name.startswith("__") and not name.endswith("__")
            names.append(f"_{base.__name__.lstrip('_')}{name}" if private else name)
    return tuple([name for name in names if name not in {"__dict__", "__weakref__"}])


def parts(thing: Any) -> list[tuple[Key, Any]]:
    """The parts of anything but a Value, each with its name or number.

    Raises:
        Unsearchable: when it is none of the kinds that are searched and has Values inside.
    """
    kind = type(thing)
    if kind in KNOWN:
        return []
    if isinstance(thing, (list, tuple, deque)):
        return [*enumerate(thing)]
    if isinstance(thing, Searched):
        buffers = vars(thing).get("_buffers", ())
        found = attributes(thing).items()
        return [(name, x) for name, x in found if name[0] != "_" and name not in buffers]
    if isinstance(thing, dict):
        return [*thing.items()]
    if isinstance(thing, (set, frozenset)):
        return [*enumerate(_ordered(thing))]
    if _is_array(thing):
        if thing.dtype.kind == "O":
            return [*enumerate(thing if thing.ndim else [thing[()]])]
        if not thing.dtype.hasobject:
            return []
    elif hasattr(kind, "__dataclass_fields__"):
        names = [*kind.__dataclass_fields__]
        return [(name, getattr(thing, name)) for name in names if hasattr(thing, name)]
    elif isinstance(thing, types.MethodType):
        return [("__self__", thing.__self__)]
    if holds_values(thing):
        raise Unsearchable(f"a {kind.__name__}, which holds Values where they can't be found")
    return []


def leaves(module: Any) -> list[Value]:
    """The parameters of a module, each once, but for the frozen ones."""
    found: dict[int, Value] = {}
    frozen: list[Any] = []
    open_modules: set[int] = set()
    stack: list[Any] = [module]
    try:
        while stack:
            thing = stack.pop()
            if isinstance(thing, Value):
                if thing.is_leaf:
                    found.setdefault(id(thing), thing)
            elif type(thing) in KNOWN:
                pass
            elif type(thing) is list:
                stack += thing[::-1]
            elif isinstance(thing, Searched):
                if id(thing) not in open_modules:
                    open_modules.add(id(thing))
                    if "_frozen" in vars(thing):
                        frozen.append(thing)
                    stack += [part for _, part in parts(thing)][::-1]
            else:
                stack += [part for _, part in parts(thing)][::-1]
    except Unsearchable:
        list(named(module))  # tells which attribute it is
        raise
    for owner in frozen:
        for _, value in held(owner):
            found.pop(id(value), None)
    return list(found.values())


def named(module: Any) -> Iterator[tuple[str, Value]]:
    """Every leaf Value with its path, also twice; frozen ones too."""
    for path, thing in walk(module):
        if isinstance(thing, Value) and thing.is_leaf:
            yield path, thing


def held(module: Any) -> Iterator[tuple[str, Value]]:
    """The leaf Values that a module holds by itself, not by another module."""
    for path, thing in walk(module, inner=False):
        if isinstance(thing, Value) and thing.is_leaf:
            yield path, thing


def walk(
    module: Any, *, inner: bool = True, lasting: bool = False
) -> Iterator[tuple[str, Any]]:
    """Every Value and module in a module, with paths; of ``inner`` ones the parts too.

    Raises:
        OperandError: for an attribute that can't be searched, and if paths must be ``lasting``, for
            a set in which several Values have no label of their own.
    """
    # An explicit stack: modules may nest deeply. Reversed, so that the first comes off first.
    stack: list[tuple[str, Any]] = [("", module)]
    opened: set[int] = set()
    while stack:
        path, thing = stack.pop()
        if isinstance(thing, Value):
            yield path, thing
            continue
        if isinstance(thing, Searched):
            if id(thing) in opened:
                continue  # a module may hold its owner
            opened.add(id(thing))
            yield path, thing
            if not inner and thing is not module:
                continue
        if lasting and is_shuffled(thing):
            raise OperandError(
                f"{type(module).__name__}.{path} is a set, which has no order: its Values have no "
                "names that last. Give each a label of its own, or keep them in a list."
            )
        try:
            found = parts(thing)
        except Unsearchable as error:
            raise OperandError(
                f"{type(module).__name__}.{path} is {error}. Make it a Module, a dataclass, a list "
                "or a dict; or if nothing in it is a parameter, begin the name with an underscore."
            ) from None
        dot = "." if path else ""
        stack += [(f"{path}{dot}{name}", part) for name, part in reversed(found)]


def holds_values(thing: Any) -> bool:
    """Whether a leaf Value is inside an object of any kind.

    Types, modules, the globals of functions and what a weak reference refers to are not inside.
    """
    stack, seen = [thing], {id(thing)}
    while stack:
        thing = stack.pop()
        if isinstance(thing, Value):
            if thing.is_leaf:
                return True
            continue
        if isinstance(thing, types.FunctionType):
            found = [thing.__closure__, thing.__defaults__, thing.__kwdefaults__, vars(thing)]
        elif isinstance(thing, dict) and "__builtins__" in thing:
            continue
        elif type(thing).__module__ == "logging":
            continue  # a logger leads to everything that was ever logged
        else:
            found = gc.get_referents(thing)
        for part in found:
            if type(part) not in KNOWN and not isinstance(part, type) and id(part) not in seen:
                seen.add(id(part))
                stack.append(part)
    return False


def replaced(thing: Any, copies: dict[int, Any]) -> Any:
    """``thing`` with what ``copies`` has in its place, by ids; what is not searched is shared."""
    copied: list[tuple[Any, Any]] = []
    result = _replaced(thing, copies, copied)
    for module, copy in copied:  # now all copies are there for the names that are not searched
        for name, part in attributes(module).items():
            if name[0] == "_":
                object.__setattr__(copy, name, _aliased(part, copies))
    return result


def _replaced(thing: Any, copies: dict[int, Any], copied: list[tuple[Any, Any]]) -> Any:
    if id(thing) in copies:
        return copies[id(thing)]
    kind = type(thing)
    if kind in KNOWN or isinstance(thing, Value):
        return thing
    again = lambda part: _replaced(part, copies, copied)
    if kind is list:
        return [again(part) for part in thing]
    if isinstance(thing, Searched):
        copy = copies[id(thing)] = object.__new__(kind)
        buffers = vars(thing).get("_buffers", ())
        for name, part in attributes(thing).items():
            if name[0] != "_":
                object.__setattr__(copy, name, part if name in buffers else again(part))
        copied.append((thing, copy))
        return copy
    found = parts(thing)
    new = [again(part) for _, part in found]
    if all([a is b for a, (_, b) in zip(new, found, strict=True)]):
        return thing if not isinstance(thing, (dict, deque, set)) else _like(thing, new)
    return _like(thing, new)


def _like(thing: Any, new: list[Any]) -> Any:
    """A container of the same kind with other parts, in the order of :func:`parts`."""
    import copy

    if isinstance(thing, types.MethodType):
        return types.MethodType(thing.__func__, new[0])
    if isinstance(thing, tuple):
        if hasattr(thing, "_fields"):
            return type(thing)(*new)
        return tuple(new) if type(thing) is tuple else type(thing)(new)
    if isinstance(thing, frozenset):
        return _whole(type(thing)(new), new)
    if _is_array(thing):
        array = thing.copy()
        array[...] = None
        for i, part in enumerate(new):
            array[i if array.ndim else ()] = part
        return array
    result = copy.copy(thing)
    if isinstance(thing, dict):
        result.update(zip(thing, new, strict=True))
    elif isinstance(thing, (list, deque)):
        for i, part in enumerate(new):
            result[i] = part
    elif isinstance(thing, set):
        result.clear()
        result.update(new)
        _whole(result, new)
    else:
        for (name, _), part in zip(parts(thing), new, strict=True):
            object.__setattr__(result, str(name), part)  # also of a frozen dataclass
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


def _ordered(found: Any) -> list[Any]:
    """The members of a set by their labels; those without one in the order of this set."""
    return sorted(found, key=_label)


def _label(x: Any) -> str:
    return x.label if isinstance(x, Value) else ""


def is_shuffled(thing: Any) -> bool:
    """Whether this is a set whose Values may have other numbers in the next process."""
    if not isinstance(thing, (set, frozenset)):
        return False
    ours = [_label(x) for x in thing if isinstance(x, (Value, Searched))]
    return len(set(ours)) < len(ours)


def _is_array(thing: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(thing, numpy.ndarray)
