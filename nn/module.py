"""Module: an object with parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd import ArgumentError, OperandError, Value
from nn.notebook import parameters_html

if TYPE_CHECKING:
    from typing_extensions import Self


class Module:
    """Base of everything with parameters: finds them in its attributes.

    A parameter is a leaf Value that is an attribute, or is in a list, tuple, dict or Module that is
    one, however deep. Its name is the path to it, such as ``layers.0.neurons.1.weights.0``. A Value
    reached by two paths counts once, under the first. Attributes whose name begins with an
    underscore are not searched.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> [name for name, _ in Line().named_parameters()]
    ['slope', 'offset']
    """

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter once, with its path, in the order in which attributes were set."""
        seen: set[int] = set()
        for path, value in _values(self, ""):
            if id(value) not in seen:
                seen.add(id(value))
                yield path, value

    def parameters(self) -> list[Value]:
        """The parameters, in the order of :meth:`named_parameters`; a third of its cost."""
        found: dict[int, Value] = {}
        open_modules: set[int] = set()
        stack: list[Any] = [self]
        while stack:
            thing = stack.pop()
            if isinstance(thing, Value):
                if thing.is_leaf:
                    found.setdefault(id(thing), thing)
            elif isinstance(thing, Module):
                if id(thing) not in open_modules:
                    open_modules.add(id(thing))
                    stack += [part for name, part in vars(thing).items() if name[0] != "_"][::-1]
            elif isinstance(thing, dict):
                stack += [*thing.values()][::-1]
            elif isinstance(thing, (list, tuple)):
                stack += thing[::-1]
        return list(found.values())

    def with_parameters(self, values: Iterable[Any]) -> Self:
        """A copy that computes with other parameters, given in the order of :meth:`parameters`.

        From an iterator it takes as many as it needs. The module itself and its parameters stay as
        they are. So ``grad`` can differentiate with respect to a module (and gives a dict by the
        parameters' names), and ``compile`` can take one.

        Raises:
            ArgumentError: when there are fewer values than parameters.

        >>> from autograd import grad
        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.slope = Value(2.0)
        ...     def __call__(self, x):
        ...         return self.slope * x
        >>> Line().with_parameters([5.0])(3.0)
        15.0
        >>> grad(lambda line: line(3.0))(Line())["slope"].data
        3.0
        """
        old = self.parameters()
        new = list(islice(values, len(old)))
        if len(new) != len(old):
            raise ArgumentError(
                f"with_parameters: got {len(new)} values for {len(old)} parameters; need as many."
            )
        copies: dict[int, Any] = {id(p): value for p, value in zip(old, new, strict=True)}
        return _replaced(self, copies)

    def zero_grad(self) -> None:
        """Forget every parameter's gradient."""
        for parameter in self.parameters():
            parameter.clear_grad()

    def state_dict(self) -> dict[str, float]:
        """The numbers of all parameters by path: what there is to save of a model."""
        return {path: value.data for path, value in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Give every parameter its number from ``state``; all of them, or none.

        Raises:
            ArgumentError: when names are missing or too many, or a number is nan.
            OperandError: when something in ``state`` is no number. The model is unchanged.
        """
        if not isinstance(state, Mapping):
            raise ArgumentError(f"load_state_dict: takes what state_dict() gives, got {state!r}.")
        parameters = dict(self.named_parameters())
        missing = [name for name in parameters if name not in state]
        unknown = [name for name in state if name not in parameters]
        if missing or unknown:
            raise ArgumentError(
                f"load_state_dict: {type(self).__name__} has {len(parameters)} parameters; "
                f"missing: {_some(missing)}; unknown: {_some(unknown)}. Nothing was changed."
            )
        numbers = {name: _number(name, state[name]) for name in parameters}
        bad = [name for name, number in numbers.items() if math.isnan(number)]
        if bad:
            raise ArgumentError(f"load_state_dict: nan for {_some(bad)}. Nothing was changed.")
        for name, parameter in parameters.items():
            parameter.data = numbers[name]

    def _repr_html_(self) -> str | None:
        return parameters_html(self)


def _values(thing: Any, path: str) -> Iterator[tuple[str, Value]]:
    # An explicit stack: modules may nest deeply. Reversed, so that the first comes off first.
    stack = [(path, thing)]
    open_modules: set[int] = set()
    while stack:
        path, thing = stack.pop()
        if isinstance(thing, Value):
            if not thing.parents:
                yield path, thing
            continue
        parts: Any = ()
        if isinstance(thing, Module) and id(thing) not in open_modules:
            open_modules.add(id(thing))  # a module may hold its owner
            parts = [item for item in vars(thing).items() if not item[0].startswith("_")]
        elif isinstance(thing, dict):
            parts = thing.items()
        elif isinstance(thing, (list, tuple)):
            parts = enumerate(thing)
        dot = "." if path else ""
        stack += [(f"{path}{dot}{name}", part) for name, part in reversed(list(parts))]


def _replaced(thing: Any, copies: dict[int, Any]) -> Any:
    """``thing`` with what ``copies`` has in its place.

    Modules, dicts, lists and tuples are copied; other objects are shared.
    """
    if id(thing) in copies:
        return copies[id(thing)]
    if isinstance(thing, Module):
        copy = copies[id(thing)] = object.__new__(type(thing))
        vars(copy).update(
            {
                name: part if name.startswith("_") else _replaced(part, copies)
                for name, part in vars(thing).items()
            }
        )
        return copy
    if isinstance(thing, dict):
        return {key: _replaced(part, copies) for key, part in thing.items()}
    if isinstance(thing, list):
        return [_replaced(part, copies) for part in thing]
    if isinstance(thing, tuple):
        parts = [_replaced(part, copies) for part in thing]
        return type(thing)(*parts) if hasattr(thing, "_fields") else tuple(parts)
    return thing


def _number(name: str, x: Any) -> float:
    try:
        return Value(x).data
    except OperandError as error:
        raise OperandError(f"load_state_dict: {name}: {error}") from None


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:4]) or "none"
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
