"""Signature: which argument of a call is which, and what is along its axes."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autograd.compiler.kept import Owner
from autograd.errors import ArgumentError
from autograd.maths import describe
from autograd.trees import is_dataclass

Slot = int | str  # a place among the arguments, or a keyword


class Taken(NamedTuple):
    """The arguments of a call.

    Attributes:
        slots: where each number or structure of numbers is passed on.
        values: these, in the same order.
        axes: theirs.
        static: where each static argument is passed on, and what it is.
    """

    slots: tuple[Slot, ...]
    values: tuple[Any, ...]
    axes: tuple[Any, ...]
    static: tuple[tuple[Slot, Any], ...]
    owned: bool = False  # whether the first is the owner of a method, that or another object

    def form(self) -> Any:
        """How it is called, as part of a key: a static 1 is neither True nor 1.0."""
        found = self.static[1:] if self.owned else self.static
        static: list[Any] = [(slot, type(x), str(x) if x == 0 else x) for slot, x in found]
        if self.owned:
            static.append(Owner(self.static[0][1]))
        return self.slots, tuple(static)


class Signature:
    """What is known of a function's arguments.

    Args:
        f: the function.
        in_axes, static_argnums, static_argnames: as in :func:`autograd.compile`.
    """

    def __init__(self, f: Any, in_axes: Any, static_argnums: Any, static_argnames: Any) -> None:
        self.in_axes = in_axes
        self.listed = isinstance(in_axes, (list, tuple))
        try:
            found = [*inspect.signature(f).parameters.values()]
        except (TypeError, ValueError):
            found = []
        by_position = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self.names = [p.name for p in by_position]
        self.optional = {p.name for p in found if p.default is not p.empty}
        named = {p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
        takes_any = not found or any([p.kind == p.VAR_KEYWORD for p in found])
        self.argnums = _whole_numbers(static_argnums)
        self.argnames = _texts(static_argnames)
        for name in self.argnames:
            if name not in named and not takes_any:
                raise ArgumentError(
                    f"compile: static_argnames has {name!r}, and there is no such argument."
                )
        # As in JAX, what is named may be given by position too, and the other way round.
        self.argnums += [self.names.index(name) for name in self.argnames if name in self.names]
        self.argnames += [self.names[k] for k in self.argnums if -1 < k < len(self.names)]

    def name(self, slot: Slot) -> str:
        """What the function calls an argument."""
        if isinstance(slot, str):
            return slot
        return self.names[slot] if slot < len(self.names) else f"x{slot + 1}"

    def taken(
        self,
        who: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        is_method: bool = False,
        owned: bool = False,
    ) -> Taken:
        """The arguments of a call of the function ``who``.

        Raises:
            ArgumentError: when in_axes has too many or too few entries, or a static argument has an
                axis or can't be a key.
        """
        axes = self._axes(who, args, kwargs)
        if is_method and args and not self.listed:
            axes = (None, *axes[1:])
        if not kwargs and not self.argnums and not owned:
            return Taken(tuple(range(len(args))), args, axes, ())
        known = {k % len(args) if -len(args) <= k < 0 else k for k in self.argnums}
        slots: list[Slot] = [*range(len(args)), *kwargs]
        moving: list[tuple[Slot, Any, Any]] = []
        static: list[tuple[Slot, Any]] = []
        for slot, value, axis in zip(slots, (*args, *kwargs.values()), axes, strict=True):
            if owned and slot == 0:
                static.append((slot, value))
                continue
            if slot not in known and slot not in self.argnames:
                moving.append((slot, value, axis))
                continue
            if axis is not None and self.listed:
                raise ArgumentError(
                    f"compile: {self.name(slot)} is static, and in_axes has {axis!r} for it: None."
                )
            try:
                hash(value)
            except TypeError:
                raise ArgumentError(
                    f"compile: {self.name(slot)} is static, and {describe(value)} can't be: it has "
                    "no hash. Pass a tuple, a text or a number."
                ) from None
            static.append((slot, value))
        return Taken(
            tuple([slot for slot, _, _ in moving]),
            tuple([value for _, value, _ in moving]),
            tuple([axis for _, _, axis in moving]),
            tuple(static),
            owned,
        )

    def _axes(self, who: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The axes of the arguments, those by keyword last."""
        axes = self.in_axes
        if not self.listed:
            return (axes,) * (len(args) + len(kwargs))
        left = self.names[len(args) : len(axes)]
        absent = [name for name in left if name not in kwargs and name not in self.optional]
        if len(axes) < len(args) or len(args) + len(left) < len(axes) or absent:
            raise ArgumentError(
                f"compile: {who} got {len(args)} arguments, and in_axes has {len(axes)} entries."
            )
        by_name = dict(zip(self.names, axes, strict=False))
        return (*axes[: len(args)], *[by_name.get(name) for name in kwargs])


def varying(axes: Any) -> Iterator[int]:
    """The numbers in axes.

    Raises:
        ArgumentError: for what is neither a number, nor None, nor a container of these.
    """
    if isinstance(axes, dict):
        axes = [*axes.values()]
    elif is_dataclass(axes):
        axes = [getattr(axes, name) for name in axes.__dataclass_fields__]
    if isinstance(axes, (list, tuple)):
        for part in axes:
            yield from varying(part)
    elif type(axes) is int:
        yield axes
    elif axes is not None:
        raise ArgumentError(
            f"compile: an axis is {axes!r}; in_axes and out_axes have a number for what varies "
            "from example to example, the axis along which it does, and None for what is the same "
            "for all; for the parts of an argument, in a container like the argument's."
        )


def checked_axes(in_axes: Any, out_axes: Any, reduce: Any) -> None:
    """Nothing, if these can be.

    Raises:
        ArgumentError: if not.
    """
    if in_axes is not None and type(in_axes) is not int and not isinstance(in_axes, (list, tuple)):
        raise ArgumentError(
            f"compile: in_axes is {in_axes!r}; it is a number or None for all arguments, or "
            "a tuple with an entry for each."
        )
    batched = bool([*varying(in_axes)])
    for _ in varying(out_axes):  # checks all of them
        pass
    if reduce is not None and not batched:
        raise ArgumentError(f"compile: reduce={reduce!r} needs a batch: in_axes has no axis.")
    if out_axes != 0 and (reduce is not None or not batched):
        why = "with reduce" if reduce is not None else "without a batch"
        raise ArgumentError(f"compile: out_axes is {out_axes!r}; {why} results have no such axis.")


def _whole_numbers(given: Any) -> list[int]:
    several = isinstance(given, Sequence) and not isinstance(given, (str, bytes))
    try:
        return [operator.index(k) for k in (given if several else [given])]
    except TypeError:
        raise ArgumentError(
            f"compile: static_argnums is {given!r}; it must be a whole number, or a tuple of them."
        ) from None


def _texts(given: Any) -> list[str]:
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, (list, tuple)) or not all([isinstance(x, str) for x in found]):
        raise ArgumentError(
            f"compile: static_argnames is {given!r}; it must be a name, or a tuple of them."
        )
    return [*found]
