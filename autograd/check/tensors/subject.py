"""What is checked: a function of arrays as one of two long vectors, whatever package it is of.

The arrays among the arguments are one vector x of float64, the outputs another. ``values`` gives
the outputs, computed in float64 where the function can do that; ``pull`` gives what the package (or
whoever wrote the derivative) claims for uᵀ·J, in the precision of the arguments as they are.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, AutogradError
from autograd.trees import is_dataclass

Leaf = Callable[[str, Any], Any]
DOUBLE = float(np.finfo(np.float64).eps)
NAMES = {DOUBLE: "float64", 2.0**-23: "float32", 2.0**-10: "float16", 2.0**-7: "bfloat16"}


@dataclass(frozen=True)
class Part:
    """One array of the vector: its name, shape, and where it begins."""

    name: str
    shape: tuple[int, ...]
    start: int
    size: int
    labels: list[str] | None = None  # names for the single numbers, where there are such

    @property
    def stop(self) -> int:
        """Where the next one begins."""
        return self.start + self.size

    def place(self, i: int) -> str:
        """What messages call number i of the vector: ``weight, element (2, 0)``."""
        if self.labels is not None:
            return self.labels[i - self.start]
        if not self.shape:
            return self.name
        index = tuple(map(int, np.unravel_index(i - self.start, self.shape)))
        return f"{self.name}, element {index}" if self.name else f"element {index}"


class Subject:
    """A function of arrays and its claimed pullback. Each package has a class of its own.

    Attributes:
        name: what messages call the function.
        parts: the arrays that are checked.
        x: all their numbers.
        outputs: the arrays that it returns; known after the first call.
        eps: the relative precision of the claims: that of the coarsest array.
        largest: the largest number of the narrowest array.
        doubled: whether ``values`` computes in float64 although the claims are coarser.
        changed: what the function changed among its arguments, "" if nothing.
        detached: whether no output depends on an argument, as the package sees it.
        notes: what the report should say besides.
        evaluations: how often the function was called for its values.
    """

    def __init__(self, func: Any, args: tuple[Any, ...]) -> None:
        self.func = func
        self.args = args
        self.name = getattr(func, "__name__", None) or type(func).__name__
        owner: Any = getattr(func, "__self__", None)
        applied = self.name == "apply" and inspect.isclass(owner)  # torch's Function.apply
        if applied:  # pragma: no cover - make test-peers has torch and JAX
            self.name = owner.__name__
        self.parts: list[Part] = []
        self.x: Any = np.zeros(0)
        self.outputs: list[Part] = []
        self.eps = DOUBLE
        self.doubled = True
        self.largest = float(np.finfo(np.float64).max)
        self.changed = ""
        self.detached = False
        self.notes: list[str] = []
        self.evaluations = 0
        self.watched = 0

    def add(self, name: str, shape: tuple[int, ...], labels: list[str] | None = None) -> Part:
        """Make room for one more array."""
        start = self.parts[-1].stop if self.parts else 0
        part = Part(name, tuple(shape), start, int(np.prod(shape, dtype=np.int64)), labels)
        self.parts.append(part)
        return part

    def values(self, x: Any, *, double: bool = True) -> Any:
        """The outputs at x, one vector of float64."""
        self.evaluations += 1
        return self.compute(x, double and self.doubled)

    def compute(self, x: Any, double: bool) -> Any:
        """The outputs at x, in float64 or in the arguments' own precision."""
        raise NotImplementedError

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        """The claimed uᵀ·J at x; ``between`` is called between the forward and the backward."""
        raise NotImplementedError

    def push(self, x: Any, d: Any) -> Any:
        """The claimed J·d of forward mode, None where there is none."""
        return None

    def second(self, u: Any) -> Subject | None:
        """The claimed gradient itself as a function to be checked."""
        return None

    def part_of(self, i: int) -> Part:
        """The array that number i of x belongs to."""
        starts = [p.start for p in self.parts]
        k = int(np.searchsorted(starts, i, side="right")) - 1
        return self.parts[k]

    def prepare(self) -> None:
        """Find out what the outputs are, and whether the function can compute in float64.

        Raises:
            ArgumentError: when the function raises at the inputs, naming them and the remedy.
        """
        try:
            own = self.compute(self.x, double=False)
        except AutogradError:
            raise
        except Exception as error:
            raise ArgumentError(
                f"gradcheck: {self.name} raises {type(error).__name__} at the given inputs: "
                f"{error}. Call it with them yourself; inputs is a tuple with one entry per "
                "argument, and a list of such tuples is several samples."
            ) from error
        if self.eps <= DOUBLE:
            return
        self.largest = 65504.0 if self.eps == 2.0**-10 else float(np.finfo(np.float32).max)
        shapes = self.outputs
        try:
            double = self.compute(self.x, double=True)
        except Exception:  # noqa: BLE001 - whatever it raises, it can't be had in float64
            double = None
        fine = np.isfinite(own)
        if double is not None and double.shape == own.shape and fine.any():
            size = np.abs(own[fine]) + np.sqrt(np.mean(own[fine] ** 2))
            gap = np.abs(double[fine] - own[fine])
            self.doubled = bool(np.all(gap <= min(1000 * self.eps, 0.25) * size))
        else:
            self.doubled = False
        self.outputs = shapes
        name = NAMES.get(self.eps, f"a precision of {self.eps:.1g}")
        self.notes.append(
            f"compared within {name}'s precision"
            + ("" if self.doubled else "; the values too are only as precise as that")
        )


def mapped(tree: Any, leaf: Leaf, path: str = "") -> Any:
    """The same structure with ``leaf(path, x)`` for each x in it that is no container."""
    dot = "." if path else ""
    if isinstance(tree, dict):
        parts = {key: mapped(part, leaf, f"{path}{dot}{key}") for key, part in tree.items()}
        if type(tree) is dict:
            return parts
        filled = copy.copy(tree)
        for key, part in parts.items():
            filled[key] = part
        return filled
    if isinstance(tree, (list, tuple)):
        listed = [mapped(part, leaf, f"{path}{dot}{k}") for k, part in enumerate(tree)]
        if hasattr(tree, "_fields"):
            return type(tree)(*listed)
        return tuple(listed) if isinstance(tree, tuple) else listed
    if is_dataclass(tree) and not hasattr(tree, "parameters"):
        result = copy.copy(tree)
        for name in tree.__dataclass_fields__:
            part = mapped(getattr(tree, name), leaf, f"{path}{dot}{name}")
            object.__setattr__(result, name, part)
        return result
    return leaf(path, tree)


def named(func: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    """The arguments by the names that the function gives them."""
    owner = getattr(func, "__self__", None)
    known = getattr(func, "argument_names", None)
    if known is not None:
        return dict(zip(known, args, strict=True))
    try:
        applied = inspect.isclass(owner) and hasattr(owner, "setup_context")
        if applied:  # pragma: no cover - make test-peers has torch and JAX
            forward = owner.forward  # type: ignore[union-attr]  # of torch's Function.apply
            given = inspect.signature(forward).parameters.values()
            names = [p.name for p in given if p.kind is not p.VAR_POSITIONAL]
            names = names[len(names) - len(args) :] if len(names) == len(given) else []
        else:
            called = getattr(func, "forward", func)  # torch's Module
            signature = inspect.signature(called)
            names = list(signature.bind(*args).arguments)
            if any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values()):
                names = []
    except (TypeError, ValueError):
        names = []
    if len(names) != len(args):
        names = [f"{k + 1}" for k in range(len(args))]
    return dict(zip(names, args, strict=True))


def numbered(  # pragma: no cover - make test-peers has torch and JAX
    tree: Any,
) -> Iterator[tuple[str, Any]]:
    """Every leaf of a structure with its path."""
    found: list[tuple[str, Any]] = []
    mapped(tree, lambda path, x: found.append((path, x)))
    return iter(found)


def shape_parts(shapes: list[tuple[str, tuple[int, ...]]]) -> list[Part]:
    """Parts for arrays one after the other."""
    parts: list[Part] = []
    for name, shape in shapes:
        start = parts[-1].stop if parts else 0
        parts.append(Part(name, tuple(shape), start, int(np.prod(shape, dtype=np.int64))))
    return parts


def refuse_complex(where: str) -> None:
    """Raise for a complex array.

    Raises:
        ArgumentError: always.
    """
    raise ArgumentError(
        f"gradcheck: {where} is complex; derivatives of real arrays are checked. Pass its real and "
        "imaginary parts as two real arrays."
    )


def eps_of(dtype: Any) -> float:
    """The relative precision of one of NumPy's types of floats."""
    return max(float(np.finfo(dtype).eps), DOUBLE)
