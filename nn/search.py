"""Where a module's Values are: what is searched, and what is refused.

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
from typing import Any
from weakref import WeakSet

import autograd
from autograd import TABLE, OperandError, Primitive, Value

# Without parts, and so frequent that it matters
ATOMS = (str, int, float, complex, bytes, bool, type(None), type, types.ModuleType)
ATOMS += (types.CodeType, Primitive)  # type: ignore[assignment]
KNOWN = frozenset(ATOMS)
OURS = frozenset([getattr(autograd, name) for name in TABLE if hasattr(autograd, name)])
Key = str | int
FROZEN: WeakSet[Value] = WeakSet()  # for optimisers that were made before


class Searched:
    """Base of Module, by which this file knows modules."""

    slot_names: tuple[str, ...] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.slot_names = _slots(cls)


class UnsearchableError(OperandError):
    """Something holds Values where they can't be found."""


def attributes(module: Any) -> dict[str, Any]:
    """The attributes of an object, those in slots after the others."""
    own: dict[str, Any] = module.__dict__
    slots = module.slot_names
    if not slots:
        return own
    return {**own, **{n: getattr(module, n) for n in slots if hasattr(module, n)}}


def _slots(kind: type) -> tuple[str, ...]:
    names: list[str] = []
    for base in kind.__mro__:
        own = base.__dict__.get("__slots__", ())
        for name in [own] if isinstance(own, str) else own:
            private = name.startswith("__") and not name.endswith("__")
            names.append(f"_{base.__name__.lstrip('_')}{name}" if private else name)
    return tuple([name for name in names if name not in {"__dict__", "__weakref__"}])


def parts(thing: Any) -> list[tuple[Key, Any]]:  # noqa: C901 - one line for each kind
    """The parts of anything but a Value, each with its name or number.

    Raises:
        UnsearchableError: when it is none of the kinds that are searched and has Values inside.
    """
    kind = type(thing)
    if kind in KNOWN or (kind is types.FunctionType and _is_plain(thing)):
        return []
    if isinstance(thing, (list, tuple, deque)):
        return [*enumerate(thing)]
    if isinstance(thing, Searched):
        buffers = vars(thing).get("_buffers", ())
        found = attributes(thing).items()
        return [(name, x) for name, x in found if name[0] != "_" and name not in buffers]
    if isinstance(thing, dict):
        if any([type(key) not in KNOWN and holds_values(key) for key in thing]):
            raise UnsearchableError("a dict whose keys hold Values, which have no names there")
        return [*thing.items()]
    if isinstance(thing, (set, frozenset)):
        return [*enumerate(_ordered(thing))]
    if is_array(thing):
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
        raise UnsearchableError(f"a {kind.__name__}, which holds Values where they can't be found")
    return []


def leaves(module: Any, *, with_frozen: bool = False) -> list[Value]:
    """The parameters of a module, each once, but for the frozen ones."""
    found: dict[int, Value] = {}
    opened: dict[int, Any] = {}
    stack: list[Any] = [module]
    while stack:
        thing = stack.pop()
        if isinstance(thing, Value):
            if thing.is_leaf:
                found.setdefault(id(thing), thing)
        elif type(thing) not in KNOWN and id(thing) not in opened:
            opened[id(thing)] = thing  # what holds itself is searched once
            if type(thing) is list:
                stack += thing[::-1]
            elif isinstance(thing, Searched):
                stack += _public(thing)
            else:
                stack += _told(thing, module)
    if not with_frozen:
        modules = [x for x in opened.values() if isinstance(x, Searched)]
        for owner in [x for x in modules if "_frozen" in vars(x)]:
            for _, value in held(owner):
                found.pop(id(value), None)
    return list(found.values())


def holders(module: Any) -> list[Any] | None:
    """The containers of which one must change for a module to have other parameters, or None."""
    found: list[Any] = []
    opened: dict[int, Any] = {}
    stack: list[Any] = [module]
    while stack:
        thing = stack.pop()
        if isinstance(thing, Value) or type(thing) in KNOWN or id(thing) in opened:
            continue
        opened[id(thing)] = thing
        if isinstance(thing, (list, dict, set, deque)):
            found.append(thing)
        elif isinstance(thing, Searched) or hasattr(thing, "__dataclass_fields__"):
            if not hasattr(thing, "__dict__") or (isinstance(thing, Searched) and thing.slot_names):
                return None
            found.append(vars(thing))
        elif is_array(thing) and thing.dtype.hasobject:
            return None
        stack += [part for _, part in parts(thing)]
    return found


def freeze(module: Any, *, frozen: bool) -> None:
    """Freeze or free what a module holds by itself."""
    own = vars(module)
    if frozen:
        own["_frozen"] = True
    else:
        own.pop("_frozen", None)
    for _, value in held(module):
        (FROZEN.add if frozen else FROZEN.discard)(value)


def is_frozen(value: Value) -> bool:
    """Whether a module that holds it was frozen: an optimiser leaves it as it is."""
    return bool(FROZEN) and value in FROZEN


def _public(module: Any) -> list[Any]:
    """What is searched of a module, the last first."""
    own = attributes(module)
    if "_buffers" in own:
        return [part for _, part in parts(module)][::-1]
    return [part for name, part in own.items() if name[0] != "_"][::-1]


def _told(thing: Any, module: Any) -> list[Any]:
    """The parts, the last first; if it is refused, the module's attribute is named."""
    try:
        return [part for _, part in parts(thing)][::-1]
    except UnsearchableError:
        list(named(module))
        raise


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


def walk(module: Any, *, inner: bool = True, lasting: bool = False) -> Iterator[tuple[str, Any]]:
    """Every Value and module in a module, with paths; of ``inner`` ones the parts too.

    Raises:
        OperandError: for an attribute that can't be searched, and if paths must be ``lasting``, for
            a set in which several Values have no label of their own.
    """
    # An explicit stack: modules may nest deeply. Reversed, so that the first comes off first.
    stack: list[tuple[str, Any]] = [("", module)]
    opened: dict[int, Any] = {}
    names: set[str] = set()
    while stack:
        path, thing = stack.pop()
        if isinstance(thing, Value):
            if path in names:
                raise OperandError(
                    f"{type(module).__name__}: two Values have the path {path!r}; rename one, for "
                    "the path is a parameter's name."
                )
            names.add(path)
            yield path, thing
            continue
        if type(thing) in KNOWN or id(thing) in opened:
            continue  # a module may hold its owner, and a list itself
        opened[id(thing)] = thing
        if isinstance(thing, Searched):
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
        except UnsearchableError as error:
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
        elif is_array(thing):  # which the collector does not look into
            found = thing.tolist() if thing.dtype.hasobject else []
            found = found if isinstance(found, list) else [found]
        elif type(thing).__module__ == "logging":
            continue  # a logger leads to everything that was ever logged
        else:
            found = gc.get_referents(thing)
        for part in found:
            if type(part) not in KNOWN and not isinstance(part, type) and id(part) not in seen:
                seen.add(id(part))
                stack.append(part)
    return False


def _is_plain(function: Any) -> bool:
    """Whether a function surely holds nothing; of many neurons this is asked often."""
    return function in OURS or not (
        function.__closure__ or function.__defaults__ or function.__kwdefaults__ or vars(function)
    )


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


def is_array(thing: Any) -> bool:
    """Whether it is an array of NumPy's."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(thing, numpy.ndarray)
