"""What messages call the arguments, the function, and the claimed derivative."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Iterator
from functools import partial  # noqa: F401 - for an example
from typing import Any

from autograd.maths import is_array
from autograd.primitives import Primitive
from autograd.trees import is_dataclass, is_module

# Where functions are found that people import by the module.
MODULES = {"math": "math", "cmath": "cmath", "numpy": "np", "scipy.special": "scipy.special"}
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def letters(n: int) -> tuple[str, ...]:
    """Names for n arguments: x, y, z, w, or x1, x2 ...

    >>> letters(2)
    ('x', 'y')
    """
    return tuple("xyzw"[:n]) if n <= 4 else tuple([f"x{i + 1}" for i in range(n)])


def argument_names(func: Any, point: tuple[Any, ...]) -> tuple[str, ...]:
    """A name for each number of ``point``, from the signature of ``func`` if it has as many.

    >>> argument_names(lambda mass, v: mass * v, (1.0, [2.0, 3.0]))
    ('mass', 'v[0]', 'v[1]')
    """
    tops = _parameters(func, len(point)) or letters(len(point))
    return tuple([path for top, part in zip(tops, point, strict=True) for path in paths(part, top)])


def paths(tree: Any, here: str) -> Iterator[str]:
    """How each number of a structure is written in Python, in the order of ``leaves``.

    >>> list(paths({"w": [1.0, 2.0], "b": 3.0}, "p"))
    ["p['w'][0]", "p['w'][1]", "p['b']"]
    """
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from paths(part, f"{here}[{key!r}]")
    elif getattr(tree, "shape", ()) and (is_array(tree) or hasattr(tree, "dtype")):
        yield from _entries(tree.shape, here)
    elif is_module(tree):
        for name, _ in tree.named_parameters():
            yield f"{here}.{name}"
    elif is_dataclass(tree):
        for name in tree.__dataclass_fields__:
            yield from paths(getattr(tree, name), f"{here}.{name}")
    elif isinstance(tree, (list, tuple)):
        for k, part in enumerate(tree):
            yield from paths(part, f"{here}[{k}]")
    elif tree is not None:
        yield here


def _entries(shape: tuple[int, ...], here: str) -> Iterator[str]:
    for k in range(math.prod(shape)):
        places = []
        for size in reversed(shape):
            k, place = divmod(k, size)  # noqa: PLW2901 - the digits of k in mixed radix
            places.append(str(place))
        yield f"{here}[{', '.join(reversed(places))}]"


def _parameters(func: Any, n: int) -> tuple[str, ...]:
    """The positional parameters of a function if n arguments are just what it takes, else ()."""
    row = func if isinstance(func, Primitive) else None
    rule = getattr(func, "rule", None) if row is None else row.forward
    try:
        found = list(inspect.signature(rule or func).parameters.values())
    except (TypeError, ValueError):  # one written in C may not say
        return ()
    found = found[1:] if rule is not None else found  # without the number system
    if any(p.kind is p.VAR_POSITIONAL for p in found):
        return ()
    plain = [p for p in found if p.kind in POSITIONAL]
    needed = [p for p in plain if p.default is p.empty]
    return tuple([p.name for p in plain[:n]]) if len(needed) <= n <= len(plain) else ()


def name_of(func: Any) -> str:
    """What a function is called in messages; an object by its class, a partial by its function.

    >>> name_of(math.sin), name_of(partial(math.hypot, 3.0))
    ('sin', 'hypot')
    """
    name = getattr(func, "__name__", None)
    if isinstance(name, str) and name:
        return name
    inner = getattr(func, "func", None)
    return name_of(inner) if callable(inner) else type(func).__name__


def function_source(func: Any) -> str:
    """What a line that runs calls a function: ``math.sin``, ``area``; ``f`` for a lambda.

    A method of an object is ``f`` too, for nobody knows what the object is called.

    >>> function_source(math.sin), function_source(lambda x: x), function_source([].index)
    ('math.sin', 'f', 'f')
    """
    if isinstance(func, Primitive):
        free = func.free or func
        bound = f".bind({', '.join(map(repr, func.values))})" if func.free is not None else ""
        own = bool(func.origin[0])
        return (func.name if own else f"TABLE[{free.name!r}]") + bound
    name = str(getattr(func, "__name__", "") or "")
    owner = getattr(func, "__self__", None)
    if not name.isidentifier() or not (owner is None or inspect.ismodule(owner)):
        return "f"
    for module, short in MODULES.items():
        if getattr(sys.modules.get(module), name, None) is func:
            return f"{short}.{name}"
    whole = getattr(func, "__qualname__", name)  # of a static method it has the class
    return whole if all(map(str.isidentifier, whole.split("."))) else name


def gradient_source(grad: Callable[..., Any] | None) -> str:
    """The same for a claimed derivative: ``...`` for one without a name."""
    found = function_source(grad)
    return "..." if found == "f" and getattr(grad, "__name__", "") != "f" else found


def number_source(x: float) -> str:
    """A float as Python reads it, also inf and nan.

    >>> number_source(2.5), number_source(-math.inf)
    ('2.5', "float('-inf')")
    """
    return repr(x) if math.isfinite(x) else f"float({str(x)!r})"


def options_source(*options: tuple[Any, Any, str]) -> str:
    """What is passed besides: (value, default, name) each, those that are not the default.

    >>> options_source((1e-3, 1e-7, "rtol"), (40, 40, "samples"), (math.sin, None, "reference"))
    ', rtol=0.001, reference=math.sin'
    """
    told = []
    for value, default, name in options:
        if value is default or (not callable(value) and value == default):
            continue
        said = gradient_source(value) if callable(value) else _plain(value)
        told.append(f", {name}={said}")
    return "".join(told)


def _plain(value: Any) -> str:
    return repr(value.item() if hasattr(value, "item") else value)
