"""compile: a function of one example becomes a program for batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd.compiler.backends.choice import check_name
from autograd.compiler.kept import Bound, Kept, is_structure
from autograd.compiler.program.program import Program
from autograd.compiler.record.arguments import split
from autograd.compiler.record.signature import Signature, Taken, checked_axes, varying
from autograd.compiler.versions import Version
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import describe
from autograd.modes import levels
from autograd.notebook import listing, safely
from autograd.transforms.calls import named_in_module, outside

MOST_PROGRAMS = 32  # per compiled function; the least recently used is dropped
MOST_FOR_ONE = 4  # for one structure of arguments, with other things read outside them
MANY_IN_A_ROW = 16  # recordings
REDUCTIONS = (None, "sum", "mean")


def compile(
    f: Callable[..., Any],
    *,
    in_axes: Any = None,
    out_axes: Any = 0,
    reduce: str | None = None,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Sequence[str] = (),
    backend: str = "auto",
) -> Compiled:
    """Record ``f``, a function of one example, and replay it over batches at machine speed.

    ``f`` is run once with traced Values for each structure of arguments; what it computes, and what
    the derivatives inside it compute, becomes a :class:`Program`. So ``f`` is plain scalar code,
    with ``grad`` or any other transform around it and ``nn`` modules inside or as arguments. Random
    numbers are drawn and prints printed when it is recorded, and never again. Values that ``f``
    finds outside itself are read anew at every call.

    What ``f`` reads outside its arguments (variables of its closure, globals, attributes of modules
    and objects, entries of lists) is compared at each call; when something is another thing, ``f``
    is recorded anew. ``docs/compile.md`` says what exactly is compared, and what that costs.

    Args:
        f: the function; it returns a number, or numbers in any structure.
        in_axes: as in JAX's vmap. The axis of what has an entry for each example, None for what is
            the same for all; a tuple with an entry for each argument, or one for all. An entry may
            be a container like the argument. A list or an array is a batch; tuples, dicts and
            dataclasses have batches in them. An argument by keyword has the axis of its name.
        out_axes: where the axis of the examples is in the results; likewise.
        reduce: "sum" or "mean" over the examples; None for a result for each.
        static_argnums: which arguments are no numbers to compute with: flags, counts, texts. As in
            JAX, ``f`` is recorded for each different one; they need a hash.
        static_argnames: the same by name.
        backend: "python", "numpy", "numba" or "auto", which takes numba where it is installed.
            Arrays of another library (PyTorch, JAX, Dask, CuPy) are computed by that library.

    Returns:
        A function of the same arguments. Numbers in, numbers out: results are floats and arrays.

    Raises:
        ArgumentError: for an unknown reduction, axis or backend; when called, for a ragged batch or
            batches of different lengths.
        OperandError: when called, for masked or missing numbers.
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
    return Compiled(f, in_axes, out_axes, reduce, static_argnums, static_argnames, backend)


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
        in_axes: Any = None,
        out_axes: Any = 0,
        reduce: str | None = None,
        static_argnums: int | Sequence[int] = (),
        static_argnames: str | Sequence[str] = (),
        backend: str = "auto",
    ) -> None:
        if not callable(f):
            raise OperandError(f"compile: takes a function, got {describe(f)}.")
        if reduce not in REDUCTIONS:
            raise ArgumentError(f'compile: reduce is {reduce!r}; it must be None, "sum" or "mean".')
        checked_axes(in_axes, out_axes, reduce)
        check_name(backend)
        self._signature = Signature(f, in_axes, static_argnums, static_argnames)
        self._batched = bool([*varying(in_axes)])
        self.out_axes = out_axes
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
        self._recorded = Kept(MOST_PROGRAMS, MOST_FOR_ONE)
        self._in_a_row = 0  # recordings, each for one call
        self._warned = False

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

    def record(self, *args: Any, **kwargs: Any) -> Program:
        """Record for arguments of this structure, without computing anything; the program."""
        return self._find(self._taken(args, kwargs))[0].textbook

    def clear_cache(self) -> None:
        """Forget what was recorded: the next call records anew."""
        self._recorded.clear()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """f over the batch."""
        if levels():
            if self._batched:
                raise GraphError(
                    "compile: a compiled function of a batch can't be differentiated or recorded "
                    "from outside: compile the derivative, compile(grad(f))."
                )
            return self.f(*args, **kwargs)
        recorded, found, taken = self._recorded.last, None, None
        if kwargs or self._signature.argnums or recorded is None or not recorded.is_plain:
            taken = self._taken(args, kwargs)
            if recorded is not None and recorded.form == taken.form():
                found = recorded.given(taken.values)
        else:
            found = recorded.given(args)
        if recorded is None or found is None:
            taken = taken or self._taken(args, kwargs)
            recorded, *found = self._find(taken)
        else:
            self._in_a_row = 0
        numbers, batch, n = found
        result = recorded.run(numbers, batch, n, self.reduce, self.backend)
        if self.out_axes == 0 or n is None:
            return result
        return recorded.with_axes(result, self.out_axes)

    # A method, if it is made in the body of a class. Then in_axes has an entry for self too.

    def __set_name__(self, kind: type, name: str) -> None:
        self._is_method = True

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else Bound(self, owner)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return named_in_module(self) or super().__reduce_ex__(protocol)

    def _taken(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Taken:
        owned = self._is_method and bool(args) and not is_structure(args[0])
        return self._signature.taken(
            self.__name__, args, kwargs, is_method=self._is_method, owned=owned
        )

    def _find(self, taken: Taken) -> tuple[Version, list[Any], list[Any], int | None]:
        numbers: list[Any] = []
        batch: list[Any] = []
        sizes: list[int] = []
        structures = []
        for slot, value, axes in zip(taken.slots, taken.values, taken.axes, strict=True):
            which = f"argument {slot + 1}" if isinstance(slot, int) else slot
            who = f"{self.__name__}: {which}"
            structures.append(split(value, axes, numbers, batch, sizes, who))
        if sizes and sizes.count(sizes[0]) != len(sizes):
            raise ArgumentError(
                f"compile: the batches of {self.__name__} have {', '.join(map(str, sizes))} "
                "entries; all must have as many."
            )
        if not sizes and taken.values and any([[*varying(axes)] for axes in taken.axes]):
            raise ArgumentError(f"compile: {self.__name__}: argument 1 has no batch in it.")
        key = taken.form(), tuple(structures)
        versions = self._recorded.get(key)
        recorded = next((v for v in versions if v.holds()), None)
        if recorded is None:  # not under a lock: f may wait for other threads
            self._count(versions)
            given = taken, self._signature, key[1], numbers, batch
            recorded = Version(self.f, self.__name__, *given)
        else:
            self._in_a_row = 0
            recorded.prepare(taken, key[1])
        self._recorded.keep(key, recorded)
        return recorded, numbers, batch, sizes[0] if sizes else None

    def _count(self, versions: tuple[Version, ...]) -> None:
        """Count a recording; warn once, when there were many and each was for one call."""
        self._in_a_row += 1
        if self._in_a_row != MANY_IN_A_ROW or self._warned:
            return
        self._warned = True
        why = "its arguments have another structure or other static values each time"
        if versions:
            why = f"{versions[0].guard.changed()} is another one each time"
        warnings.warn(
            f"compile: {self.__name__} is recorded anew at every call, which costs more than it "
            f"saves: {why}. Pass what changes as a number among the arguments.",
            stacklevel=outside(),
        )

    def __repr__(self) -> str:
        return f"<Compiled {self.__name__}: {len(self._recorded)} programs>"

    @safely
    def _repr_html_(self) -> str:
        return listing(f"{self!r}\n{self.program}" if self._recorded.last else repr(self))
