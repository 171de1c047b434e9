"""Backends: what runs a program, chosen by name or by what the arguments are.

A backend is a class made from a recorded program, with

    one(shared, example)        the results for one example, a row of numbers
    start(shared)               what is the same for all examples, computed once
    block(state, columns)       results of a block of examples, (outputs, n), or sums, (outputs,)
    threads()                   how many may compute blocks at once, if more than one may

``columns`` has a row for each number of an example. A batch is computed a block at a time, so it
needs no more memory than a block, whatever its size; and blocks are added up in their order, so a
result does not depend on how many threads computed it.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from autograd.compiler.anomaly import check
from autograd.compiler.python import Python
from autograd.errors import ArgumentError, MissingDependencyError
from autograd.modes import looks_for_anomalies

NAMES = ("auto", "numba", "numpy", "python")
BLOCK = 1024  # examples
HANDED_OVER = 4096  # examples to a thread at a time: that takes 50 µs
SHARED = 2048  # examples that are worth it
FEW = 8  # examples that NumPy needs more time for than Python


def check_name(backend: str) -> None:
    """Refuse a backend that there isn't."""
    if backend not in NAMES:
        raise ArgumentError(
            f"compile: there is no backend {backend!r}; there are {', '.join(NAMES)}."
        )


def run(
    recorded: Any, numbers: list[Any], batch: list[Any], n: int | None, reduce: Any, backend: str
) -> Any:
    """The results of a recorded program: over a batch of n, or for one example if n is None."""
    if recorded.is_foreign:
        from autograd.compiler.namespaces import run_in_namespace

        return run_in_namespace(recorded, numbers, batch, n, reduce, backend)
    if n == 0 and reduce == "mean":
        raise ArgumentError("compile: the mean over an empty batch; it has no examples.")
    if looks_for_anomalies():
        columns = [
            a.reshape(n or 0, width).T for a, width in zip(batch, recorded.widths, strict=True)
        ]
        check(
            recorded.recorded, _shared(numbers, recorded), [row for rows in columns for row in rows]
        )
    name = chosen(backend, n)
    engine = recorded.engine(name, reduce=reduce is not None)
    spec = recorded.spec
    one_example = n is None or (n == 1 and reduce)
    if one_example and name == "python":
        found = engine.plain(_listed(numbers, recorded), _listed(batch))
        return spec.build(
            found.__getitem__,
            lambda a, b, shape: np.array(found[a:b]).reshape(shape),
            lambda a, b: found[a:b],
        )
    shared = _shared(numbers, recorded)
    if one_example:
        example = np.concatenate(batch, axis=None, dtype=float) if batch else ()
        return _single(spec, engine.one(shared, example))
    count = n or 0
    parts = blocks(engine, shared, batch, count, recorded.widths)
    if reduce:
        total = np.zeros(spec.size)
        for part in parts:
            total += part
        return _single(spec, total / count if reduce == "mean" else total)
    results = np.empty((spec.size, count))
    start = 0
    for part in parts:
        results[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    return spec.build(
        lambda i: results[i], lambda a, b, shape: results[a:b].T.reshape(count, *shape)
    )


def _single(spec: Any, found: Any) -> Any:
    """A result of plain numbers, and arrays where the function returns arrays."""
    return spec.build(
        found.item,
        lambda a, b, shape: found[a:b].reshape(shape),
        lambda a, b: found[a:b].tolist(),
    )


def _listed(numbers: list[Any], recorded: Any = None) -> list[float]:
    """Numbers and arrays as one list of floats, and the captured Values' after them."""
    if recorded is not None and not recorded.has_arrays:
        found = numbers
    else:
        found = []
        for x in numbers:
            if type(x) is float:
                found.append(x)
            else:
                found += (x if x.dtype == float else x.astype(float)).reshape(-1).tolist()
    return [*found, *[v._data for v in recorded.captured]] if recorded is not None else found


def _shared(numbers: list[Any], recorded: Any) -> Any:
    """The numbers that are the same for all examples, in one row."""
    found = np.empty(recorded.n_shared + len(recorded.captured))
    start = 0
    if recorded.has_arrays:
        for x in numbers:
            if type(x) is np.ndarray:
                found[start : start + x.size] = x.reshape(-1)
                start += x.size
            else:
                found[start] = x
                start += 1
    else:
        start = len(numbers)
        found[:start] = numbers
    if recorded.captured:
        found[start:] = [v._data for v in recorded.captured]
    return found


def blocks(
    engine: Any,
    shared: Any,
    batch: list[Any],
    n: int,
    widths: list[int],
    threads: int | None = None,
) -> Iterator[Any]:
    """The results block by block, in order."""
    state = engine.start(shared)

    size = block_size(n) if hasattr(engine, "threads") else BLOCK

    def block(start: int) -> Any:
        stop = min(start + size, n)
        columns = np.empty((sum(widths), stop - start))
        row = 0
        for a, width in zip(batch, widths, strict=True):
            columns[row : row + width] = a[start:stop].reshape(stop - start, width).T
            row += width
        return engine.block(state, columns)

    starts = range(0, n, size)
    if len(starts) < 2 or not hasattr(engine, "threads") or threads == 1:
        return map(block, starts)
    threads = min(threads or engine.threads(), len(starts))
    if threads == 1:
        return map(block, starts)
    return in_waves(block, starts, threads)


def block_size(n: int) -> int:
    """How many examples of n a thread computes at a time: an even number of blocks, if not one.

    It depends on n alone, so that sums do not depend on the number of threads.

    >>> block_size(1000), block_size(10_000), block_size(1_000_000)
    (1000, 2500, 4066)
    """
    if n <= SHARED:
        return max(n, 1)
    return -(-n // (2 * -(-n // (2 * HANDED_OVER))))


def in_waves(block: Callable[[int], Any], starts: range, threads: int) -> Iterator[Any]:
    """The blocks in order, so many at a time: one that waits needs memory.

    This thread is one of those that compute: waking it for each block would cost more than it does.
    """
    others = pool(os.getpid(), threads - 1)
    for first in range(0, len(starts), 8 * threads):
        wave = starts[first : first + 8 * threads]
        waiting = [others.submit(_each, block, wave[k::threads]) for k in range(1, threads)]
        shares = [_each(block, wave[::threads]), *[future.result() for future in waiting]]
        for k in range(len(wave)):
            yield shares[k % threads][k // threads]


def _each(block: Callable[[int], Any], starts: range) -> list[Any]:
    return [block(start) for start in starts]


@cache
def pool(process: int, threads: int) -> ThreadPoolExecutor:
    """Threads of this process; one that is forked off has none of its parent's."""
    return ThreadPoolExecutor(threads, thread_name_prefix="chalkgrad")


def chosen(backend: str, n: int | None) -> str:
    """The backend of that name; of "auto", the fastest that there is."""
    if backend != "auto":
        return backend
    if numba_is_there():
        return "numba"
    return "python" if n is None or n < FEW else "numpy"


@cache
def numba_is_there() -> bool:
    """Whether numba can be imported; looked up once."""
    return importlib.util.find_spec("numba") is not None


def made(name: str, program: Any, *, reduce: bool) -> Any:
    """The backend of that name for a program.

    Raises:
        MissingDependencyError: when it needs a package that is not installed.
    """
    if name == "python":
        return Python(program, reduce=reduce)
    if name == "numpy":
        from autograd.compiler.arrays import Arrays

        return Arrays(program, reduce=reduce)
    if not numba_is_there():
        raise MissingDependencyError(
            'compile: backend "numba" needs numba: pip install "chalkgrad[fast]"'
        )
    from autograd.compiler.tape import Tape

    return Tape(program, reduce=reduce)
