"""compile: a function of one example becomes a program for batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.compiler.backends.choice import check_name
from autograd.compiler.kept import Bound, Kept, Owner, is_structure
from autograd.compiler.program.program import Program
from autograd.compiler.record.arguments import (
    examples,
    flatten,
)
from autograd.compiler.versions import Version
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import describe
from autograd.modes import levels
from autograd.notebook import listing, safely
from autograd.transforms.calls import named_in_module

MOST_PROGRAMS = 32  # per compiled function; the least recently used is dropped
REDUCTIONS = (None, "sum", "mean")


def compile(
    f: Callable[..., Any],
    *,
    in_axes: int | Sequence[int | None] | None = None,
    reduce: str | None = None,
    backend: str = "auto",
) -> Compiled:
    """Record ``f``, a function of one example, and replay it over batches at machine speed.

    ``f`` is run once with traced Values for each structure of arguments; what it computes, and what
    the derivatives inside it compute, becomes a :class:`Program`. So ``f`` is plain scalar code,
    with ``grad`` or any other transform around it and ``nn`` modules inside or as arguments. Random
    numbers are drawn and prints printed when it is recorded, and never again. Values that ``f``
    finds outside itself are read anew at every call.

    Args:
        f: the function; it returns a number, or numbers in any structure.
        in_axes: as in JAX's vmap. 0 for an argument with one entry for each example, None for one
            that is the same for all; a tuple with an entry for each argument, or one for all.
        reduce: "sum" or "mean" over the examples; None for a result for each.
        backend: "python", "numpy", "numba" or "auto", which takes numba where it is installed.
            Arrays of another library (PyTorch, JAX, Dask, CuPy) are computed by that library.

    Returns:
        A function of the same arguments. Numbers in, numbers out: results are floats and arrays.

    Raises:
        ArgumentError: for an unknown reduction, axis or backend; when called, for a ragged batch or
            batches of different lengths.
        GraphError: when called, if ``f`` branches on a recorded Value or asks for its number.
        MissingDependencyError: when called, if the backend is not installed.

    Recording costs about 10 eager passes. :attr:`Compiled.program` is what was recorded.

    >>> from autograd import value_and_grad
    >>> def loss(w, x, y):
    ...     return (w[0] * x + w[1] - y) ** 2
    >>> step = compile(value_and_grad(loss), in_axes=(None, 0, 0), reduce="mean")
    >>> step([2.0, 1.0], [0.0, 1.0], [1.0, 5.0])
    (2.0, [-2.0, -2.0])
    """
    return Compiled(f, in_axes, reduce, backend)


class Compiled:
    """What :func:`compile` gives: a function of the same arguments.

    Attributes:
        program: what the last call ran, as a person would write it.

    >>> double = compile(lambda x: 2 * x + x, in_axes=0)
    >>> double([1.0, 5.0])
    array([ 3., 15.])
    """

    def __init__(
        self,
        f: Callable[..., Any],
        in_axes: int | Sequence[int | None] | None,
        reduce: str | None,
        backend: str,
    ) -> None:
        if not callable(f):
            raise OperandError(f"compile: takes a function, got {describe(f)}.")
        if reduce not in REDUCTIONS:
            raise ArgumentError(f'compile: reduce is {reduce!r}; it must be None, "sum" or "mean".')
        axes: list[Any] = list(in_axes) if isinstance(in_axes, (list, tuple)) else [in_axes]
        for axis in axes:
            if axis is not None and (type(axis) is not int or axis != 0):
                raise ArgumentError(
                    f"compile: an axis is {axis!r}; in_axes has 0 for what varies from example to "
                    "example, along its first axis, and None for what is the same for all."
                )
        if reduce is not None and 0 not in axes:
            raise ArgumentError(f"compile: reduce={reduce!r} needs a batch: in_axes has no 0.")
        check_name(backend)
        self.f = f
        self.in_axes = in_axes
        self.reduce = reduce
        self.backend = backend
        self.__name__ = getattr(f, "__name__", "f").replace("<lambda>", "f")
        self.__qualname__ = getattr(f, "__qualname__", self.__name__)
        self.__module__ = getattr(f, "__module__", None) or __name__
        self.__doc__ = f.__doc__
        self.__wrapped__ = f
        self._is_method = False
        self._recorded = Kept(MOST_PROGRAMS, 1)

    @property
    def program(self) -> Program:
        """What the last call ran: a Program, spelled as in the textbook.

        Raises:
            GraphError: before the first call.
        """
        last: Version | None = self._recorded.last
        if last is None:
            raise GraphError("compile: nothing is recorded yet; call the function, or record(...).")
        return last.textbook

    def record(self, *args: Any) -> Program:
        """Record for arguments of this structure, without computing anything; the program."""
        return self._find(args, self._axes(args))[0].textbook

    def clear_cache(self) -> None:
        """Forget what was recorded: the next call records anew."""
        self._recorded.clear()

    def __call__(self, *args: Any) -> Any:
        """f over the batch."""
        axes = self._axes(args)
        if levels():
            if 0 in axes:
                raise GraphError(
                    "compile: a compiled function of a batch can't be differentiated or recorded "
                    "from outside: compile the derivative, compile(grad(f))."
                )
            return self.f(*args)
        recorded, numbers, batch, n = self._find(args, axes)
        return recorded.run(numbers, batch, n, self.reduce, self.backend)

    # A method, if it is made in the body of a class. Then in_axes has an entry for self too.

    def __set_name__(self, kind: type, name: str) -> None:
        self._is_method = True

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else Bound(self, owner)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return named_in_module(self) or super().__reduce_ex__(protocol)

    def _axes(self, args: tuple[Any, ...]) -> list[int | None]:
        if not isinstance(self.in_axes, (list, tuple)):
            axes: list[Any] = [self.in_axes] * len(args)
            return [None, *axes[1:]] if self._is_method and args else axes
        if len(self.in_axes) != len(args):
            raise ArgumentError(
                f"compile: {self.__name__} got {len(args)} arguments, and in_axes has "
                f"{len(self.in_axes)} entries."
            )
        return list(self.in_axes)

    def _find(
        self, args: tuple[Any, ...], axes: list[int | None]
    ) -> tuple[Version, list[Any], list[Any], int | None]:
        numbers: list[Any] = []
        batch: list[Any] = []
        sizes: list[int] = []
        structures: list[Any] = []
        for k, (arg, axis) in enumerate(zip(args, axes, strict=True)):
            who = self.__name__, k
            if not k and self._is_method and not is_structure(arg):
                structures.append(Owner(arg))
            elif axis is None:
                structures.append(flatten(arg, numbers, who))
            else:
                structures.append(examples(arg, batch, sizes, who))
        if sizes and sizes.count(sizes[0]) != len(sizes):
            raise ArgumentError(
                f"compile: the batches of {self.__name__} have {', '.join(map(str, sizes))} "
                "entries; all must have as many."
            )
        key = tuple(structures)
        versions = self._recorded.get(key)
        if versions:
            recorded = versions[0]
        else:  # not under a lock: f may wait for other threads
            recorded = Version(self.f, self.__name__, args, axes, key, numbers, batch)
        self._recorded.keep(key, recorded)
        return recorded, numbers, batch, sizes[0] if sizes else None

    def __repr__(self) -> str:
        return f"<Compiled {self.__name__}: {len(self._recorded)} programs>"

    @safely
    def _repr_html_(self) -> str:
        return listing(f"{self!r}\n{self.program}" if self._recorded.last else repr(self))
