"""How transforms are called: which arguments, which outputs, and what is made of a function."""

from __future__ import annotations

import functools
import operator
import sys
import warnings
from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

from autograd.errors import ArgumentError, OperandError
from autograd.maths import describe, unboxed
from autograd.modes import is_grad_enabled
from autograd.reverse import from_outside
from autograd.trees import leaves, rebuilt, same_kind
from autograd.value import Value, lifted


class Transformed:
    """What a transform makes of a function: called, described and pickled like that.

    Args:
        make: the transform.
        call: what to do, given the arguments.
        f: the function.
        options: of the transform, by keyword.
    """

    def __init__(
        self, make: Callable[..., Any], call: Callable[..., Any], f: Any, **options: Any
    ) -> None:
        checked_function(f, make.__name__)
        functools.update_wrapper(self, f)
        self.__name__ = getattr(f, "__name__", make.__name__)
        self._make, self._call, self._f, self._options = make, call, f, options

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at these arguments."""
        return self._call(*args, **kwargs)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else MethodType(self, owner)

    def __reduce__(self) -> Any:
        named = named_in_module(self)
        if named is not None:
            return named
        return _remade, (self._make, self._f, self._options)

    def __repr__(self) -> str:
        return f"<{self._make.__name__} of {name_of(self._f)}>"


def named_in_module(made: Any) -> str | None:
    """The name by which to pickle what took its function's place in a module or class: @grad."""
    found: Any = sys.modules.get(getattr(made, "__module__", ""))
    name: str = getattr(made, "__qualname__", "")
    for part in name.split("."):
        found = getattr(found, part, None)
    return name if found is made else None


def _remade(make: Callable[..., Any], f: Any, options: dict[str, Any]) -> Any:
    return make(f, **options)


def checked_function(f: Any, who: str) -> None:
    """Nothing, for what can be called.

    Raises:
        OperandError: for anything else.
    """
    if not callable(f):
        raise OperandError(f"{who}: {describe(f)} is not a function.")


def checked_argnums(argnums: Any, who: str) -> Any:
    """An int, or a tuple of them: NumPy's integers are as good.

    Raises:
        ArgumentError: for anything else.
    """
    several = isinstance(argnums, Sequence) and not isinstance(argnums, (str, bytes))
    try:
        found = tuple([operator.index(i) for i in (argnums if several else [argnums])])
    except TypeError:
        found = ()
    bad = any([isinstance(i, bool) for i in (argnums if several else [argnums])])
    if bad or not found:
        raise ArgumentError(
            f"{who}: argnums is {argnums!r}; it must be a whole number, or a tuple of them."
        )
    return found if several else found[0]


def places_of(f: Any, args: tuple[Any, ...], argnums: Any, who: str) -> list[int]:
    """The numbers of the chosen arguments, from 0; of all if ``argnums`` is None.

    Raises:
        ArgumentError: when there is no such argument, or one is chosen twice.
    """
    if argnums is None:
        return list(range(len(args)))
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)
    for i in wanted:
        if not -len(args) <= i < len(args):
            raise ArgumentError(
                f"{who}: argnums is {argnums}, and {name_of(f)} got {len(args)} arguments by "
                "position."
            )
    places = [i % len(args) for i in wanted]
    if len(set(places)) != len(places):
        raise ArgumentError(f"{who}: argnums is {argnums!r}; it must be different whole numbers.")
    return places


def with_aux(found: Any, f: Any, who: str, *, wanted: bool) -> tuple[Any, Any]:
    """What a function returned, in two: what is differentiated, and what else comes with it.

    Raises:
        OperandError: when two are wanted, and it is not a pair.
    """
    if not wanted:
        return found, None
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise OperandError(
            f"{who}: {name_of(f)} returned {describe(found)}; with has_aux it must return a pair."
        )
    return found[0], found[1]


def numbers_of(output: Any) -> list[Any]:
    """The numbers of an output; of None, the None itself, to be refused."""
    return leaves(output) if output is not None else [None]


def values_of(f: Any, found: list[Any], who: str, *, warn: bool = True) -> list[Value]:
    """Outputs as Values: a plain number is a constant, whose derivative is 0.

    If all of them are, ``warn`` says so.

    Raises:
        OperandError: for what is neither a Value nor a number; it says what was returned.
    """
    found = [unboxed(x) for x in found]
    if warn and found and not any([isinstance(x, Value) for x in found]):
        values = [_constant(f, x, who) for x in found]
        warnings.warn(
            f"{who}: {name_of(f)} returned plain numbers only, so its derivative is 0. Did it take "
            "v.data, or use math instead of autograd?",
            stacklevel=outside(),
        )
        return values
    return [x if isinstance(x, Value) else _constant(f, x, who) for x in found]


def _constant(f: Any, x: Any, who: str) -> Value:
    try:
        return lifted(x)
    except OperandError:
        raise OperandError(
            f"{who}: {name_of(f)} returned {describe(x)}; it must return one Value."
        ) from None


def outside() -> int:
    """How far up the stack the first frame is that is not of this package."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("autograd."):
        depth, frame = depth + 1, frame.f_back
    return depth


def name_of(f: Any) -> str:
    """What to call a function in a message."""
    return getattr(f, "__name__", repr(f))


def settled(aux: Any, *, recorded: bool, since: int) -> Any:
    """What else a function returned, with numbers for Values where results are numbers.

    What depends on a Value from outside, older than ``since``, stays one all the same.
    """
    found = leaves(aux)
    if recorded or not any([isinstance(x, Value) for x in found]):
        return aux
    kept = is_grad_enabled()
    plain = [
        x._number if isinstance(x, Value) and not (kept and from_outside([x], since)) else x
        for x in found
    ]
    return rebuilt(aux, iter(plain), same_kind)
