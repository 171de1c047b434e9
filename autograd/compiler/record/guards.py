"""Guard: what a recording found outside its arguments, and whether that is still so.

A program holds for what the function read when it was recorded: the variables of its closure and
the globals that it names, its defaults, the attributes of objects and modules that it names, the
entries of lists and dicts, the numbers in NumPy's arrays; and what the functions that it calls
read, as long as they are no library's. All of it is compared before a call. If anything is another
thing now, the function is recorded anew. Numbers of Values are no part of it: a program reads those
at every call.

What is compared are objects, by identity; numbers and texts also by what they are. One comparison
of containers with copies of them costs some 4 ns an entry, any other read 40 ns.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from autograd.compiler.record.comparing import (
    ABSENT,
    CLOSED,
    all_kept,
    checking,
    equal,
    kept,
)
from autograd.compiler.record.names import is_trusted, read_in, written_by
from autograd.maths import is_array
from autograd.primitives import Primitive
from autograd.scalar import Scalar
from autograd.trees import is_module

PLAIN_OBJECTS = frozenset(("types",))  # SimpleNamespace
HIDING = (staticmethod, classmethod)  # what hides a function in a class
Read = tuple[str, Any, Any, Any]  # its kind, where, the name there, what was found


class Guard:
    """What was found when a function was recorded.

    Args:
        f: the function.
        modules: those among its arguments.
        others: what else is passed as it is: static arguments, the owner of a method.
        before: what a walk found before the recording. What is another thing after it was changed
            by the function itself, and is not compared.

    Attributes:
        facts: what was found, in order, by name.
    """

    def __init__(
        self,
        f: Any,
        modules: tuple[Any, ...] = (),
        others: tuple[Any, ...] = (),
        before: Walk | None = None,
    ) -> None:
        self._given = f, modules, others
        walk = Walk(*self._given)
        self._changing = before.differing(walk) if before is not None else set()
        self._finish(walk)

    def _finish(self, walk: Walk) -> None:
        walk.forget(self._changing)
        self.facts = list(walk.facts.values())
        self._walk = walk

    @cached_property
    def holds(self) -> Callable[[], bool]:
        """Tells whether all of it is still there; quick, and now and then wrongly False."""
        return checking(self._walk)

    def renewed(self) -> Guard | None:
        """The guard as it is now, if nothing that the function reads has changed."""
        now: Guard = object.__new__(Guard)
        now._given, now._changing = self._given, self._changing
        now._finish(Walk(*self._given))
        return now if equal(self.facts, now.facts) else None

    def changed(self) -> str:
        """The name of what has changed first; "" if nothing has."""
        now = Walk(*self._given)
        now.forget(self._changing)
        before, after = self.facts, list(now.facts.values())
        for (name, old), (other, new) in zip(before, after, strict=False):
            if name != other or not equal([old], [new]):
                return other if len(after) > len(before) else name
        left = max(before, after, key=len)[min(len(before), len(after)) :]
        return left[0][0] if left else ""


class Walk:
    """Everything that a function may read, found by a walk from it.

    Attributes:
        facts: names of what was found and what it was, by where that is.
        reads: how to find again what is in a variable or an attribute.
        containers: lists, dicts and sets, and what was in them.
        calls: methods that give the contents of arrays, and what they gave.
    """

    def __init__(self, f: Any, modules: tuple[Any, ...] = (), others: tuple[Any, ...] = ()) -> None:
        self.facts: dict[Any, tuple[str, Any]] = {}
        self.reads: dict[Any, Read] = {}
        self.containers: dict[int, tuple[Any, Any]] = {}
        self.calls: dict[Any, tuple[Callable[[], Any], Any]] = {}
        self.names: set[str] = set()  # of attributes that are read somewhere
        self.reads_all = False
        self._seen: dict[int, Any] = {}
        self._holders: list[tuple[str, Any, set[str], set[str]]] = []  # ..., own names, done
        self._stack: list[tuple[Any, str]] = [(f, getattr(f, "__name__", "f"))]
        self._stack += [(thing, type(thing).__name__) for thing in (*modules, *others)]
        for module in modules:
            self._parameters(module)
        self._settle()

    def differing(self, other: Walk) -> set[Any]:
        """Where both found something, but not the same."""
        found = self.facts
        both = [key for key in other.facts if key in found]
        return {key for key in both if not equal([found[key]], [other.facts[key]])}

    def forget(self, keys: set[Any]) -> None:
        """Leave these out."""
        for key in keys:
            tables: tuple[dict[Any, Any], ...] = self.facts, self.reads, self.calls, self.containers
            for found in tables:
                found.pop(key, None)

    def _parameters(self, module: Any) -> None:
        """The containers in which the parameters of an argument are found."""
        name = type(module).__name__
        self.facts[id(module), "parameters"] = f"the parameters of {name}", module.parameters()
        find = getattr(module, "parameter_holders", None)
        containers = find and find()
        if containers is None:
            self.calls[id(module)] = module.parameters, module.parameters()
        for container in containers or ():
            self._container(container)

    def _container(self, thing: Any) -> None:
        if isinstance(thing, dict):
            copy: Any = dict(zip(thing, all_kept(thing.values()), strict=True))
        elif isinstance(thing, (list, deque)):
            found = all_kept(thing)
            copy = deque(found) if isinstance(thing, deque) else found
        else:
            copy = {*thing}
        self.containers[id(thing)] = thing, copy

    def _settle(self) -> None:
        """Walk, until no attribute is left whose name is read."""
        known: tuple[int, int, bool] | None = None
        while known != (now := (len(self._holders), len(self.names), self.reads_all)):
            known = now
            self._drain()
            for holder in self._holders:
                self._attributes(*holder)
            self._drain()
        for _, thing, _, _ in self._holders:
            if not isinstance(thing, (type, types.ModuleType)) and hasattr(thing, "__dict__"):
                self._container(vars(thing))

    def _drain(self) -> None:
        while self._stack:
            thing, where = self._stack.pop()
            if type(thing) not in CLOSED and id(thing) not in self._seen:
                self._seen[id(thing)] = thing
                with suppress(Exception):  # what can't be looked into is compared as it is
                    self._visit(thing, where)

    def _push(self, where: str, *things: Any) -> None:
        self._stack += [(thing, where) for thing in things if type(thing) not in CLOSED]

    def _read(self, kind: str, where: Any, name: Any, found: Any, told: str) -> None:
        self.reads[id(where), name] = kind, where, name, found
        self.facts[id(where), name] = told, kept(found)
        self._stack.append((found, told))

    def _visit(self, thing: Any, where: str) -> None:
        if isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self._push(where, thing.__func__, thing.__self__)
        elif isinstance(thing, partial):
            self._push(where, thing.func, *thing.args, thing.keywords)
        elif isinstance(thing, Primitive):
            self._push(where, thing.forward, thing.partials)
        elif isinstance(thing, property):
            self._push(where, thing.fget)
        elif isinstance(thing, HIDING):
            self._push(where, thing.__func__)
        elif isinstance(thing, (tuple, frozenset)):
            self._push(where, *thing)
        elif isinstance(thing, (list, dict, set, deque)):
            self._container(thing)
            self.facts[id(thing)] = where, self.containers[id(thing)][1]
            self._push(
                f"an entry of {where}", *(thing.values() if isinstance(thing, dict) else thing)
            )
        elif is_array(thing):
            give = thing.tolist if thing.dtype.hasobject else thing.tobytes
            self.calls[id(thing)] = give, give()
            self.facts[id(thing)] = where, self.calls[id(thing)][1]
        elif not isinstance(thing, Scalar):
            self._object(thing, where)

    def _object(self, thing: Any, where: str) -> None:
        wrapped = getattr(thing, "__dict__", {}).get("__wrapped__")
        if wrapped is not None:
            self._push(where, wrapped)
        if isinstance(thing, types.ModuleType):
            if not is_trusted(thing.__name__):
                self._holders.append((thing.__name__, thing, set(), set()))
            return
        kind = thing if isinstance(thing, type) else type(thing)
        ours = is_module(thing) and kind is not thing
        for base in kind.__mro__:
            if id(base) not in self._seen or base is thing:
                self._seen[id(base)] = base
                if not is_trusted(base.__module__):
                    self._holders.append((base.__name__, base, written_by(kind), set()))
        if kind is not thing and (
            ours or kind.__module__ in PLAIN_OBJECTS or not is_trusted(kind.__module__)
        ):
            own = written_by(kind) if ours else set()
            self._holders.append((where, thing, own, set()))

    def _function(self, f: types.FunctionType) -> None:
        name, code = f.__name__, f.__code__
        home = str(f.__globals__.get("__name__", ""))
        self.reads[id(f), "__code__"] = "attribute", f, "__code__", code
        self.facts[id(f), "__code__"] = name, code
        for variable, cell in zip(code.co_freevars, f.__closure__ or (), strict=True):
            try:
                found = cell.cell_contents
            except ValueError:  # not yet bound
                continue
            self._read("cell", cell, None, found, f"{variable} in {name}")
        if is_trusted(home):
            return
        for which in ("__defaults__", "__kwdefaults__"):
            if getattr(f, which) is not None:
                self._read("attribute", f, which, getattr(f, which), f"the defaults of {name}")
        read = read_in(code)
        self.names |= read.attributes
        self.reads_all |= read.all
        for variable in read.globals:
            found = f.__globals__.get(variable, ABSENT)
            self._read("entry", f.__globals__, variable, found, f"the global {variable}")
        self._push(name, *read.imported())

    def _attributes(self, where: str, thing: Any, own: set[str], done: set[str]) -> None:
        shared = isinstance(thing, (type, types.ModuleType))
        for name, found in self._items(thing):
            wanted = name in self.names or name in own or (self.reads_all and name[:2] != "__")
            if shared and isinstance(found, (types.FunctionType, property, *HIDING)):
                wanted |= name[:2] == "__" and isinstance(thing, type)
            if not wanted or name in done:
                continue
            done.add(name)
            told = f"{where}.{name}"
            if shared:
                self._read("entry", vars(thing), name, found, told)
            elif name not in getattr(thing, "__dict__", ()):
                self._read("attribute", thing, name, found, told)
            else:  # compared with all others at once
                self.facts[id(thing), name] = told, kept(found)
                self._stack.append((found, told))

    def _items(self, thing: Any) -> list[tuple[str, Any]]:
        """The attributes of an object, a class or a module, those in slots too."""
        found = [*getattr(thing, "__dict__", {}).items()]
        if not isinstance(thing, (type, types.ModuleType)):
            for base in type(thing).__mro__:
                slots = base.__dict__.get("__slots__", ())
                names = [slots] if isinstance(slots, str) else slots
                held = [n for n in names if n[:2] != "__" and hasattr(thing, n)]
                found += [(name, getattr(thing, name)) for name in held]
        return found
