"""A batch in blocks, and threads for them.

A batch is computed a block at a time, so it needs no more memory than a block, whatever its size;
and blocks are added up in their order, so a result does not depend on how many threads computed it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from autograd.compiler.record.reading import packing

BLOCK = 1024  # examples per block, where one thread computes
HANDED_OVER = 4096  # at most so many examples per hand-over to a thread, which takes 50 µs
SHARED = 2048  # with more examples than this, threads pay: for a program of 1024 words, as above
MOST = 65536  # examples per block of a short program


def run_in_rows(
    recorded: Any, engine: Any, numbers: list[Any], batch: list[Any], n: int | None, reduce: Any
) -> Any:
    """The results of a version's program: of a batch of n, or of one example if n is None."""
    spec = recorded.spec
    shared = shared_row(numbers, recorded)
    if n is None or (n == 1 and reduce):
        example = np.concatenate(batch, axis=None, dtype=float) if batch else ()
        sparse = getattr(engine, "sparse", None)
        if sparse is not None:
            return sparse.build(spec, engine.one(shared, example, sparse.places))
        return spec.single(engine.one(shared, example))
    tape = hasattr(engine, "threads")
    if tape and 0 < n <= SHARED:  # one block
        return _in_one_block(recorded, engine, engine.start(shared), batch, n, reduce)
    if not reduce and tape:
        results = np.empty((spec.size, n))
        for _ in blocks(engine, shared, batch, n, recorded.widths, results=results):
            pass
        return spec.rows(results, n)
    parts = blocks(engine, shared, batch, n, recorded.widths)
    if reduce:
        total = np.zeros(spec.size)
        with np.errstate(all="ignore"):  # inf - inf is nan, and no warning
            for part in parts:
                total += part
            total = total / n if reduce == "mean" else total
        return spec.single(total)
    results = np.empty((spec.size, n))
    start = 0
    for part in parts:
        results[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    return spec.rows(results, n)


def _in_one_block(
    recorded: Any, engine: Any, state: Any, batch: list[Any], n: int, reduce: Any
) -> Any:
    found = engine.block(state, columns_of(engine, batch, 0, n, recorded.widths))
    if not reduce:
        return recorded.spec.rows(found, n)
    found += 0.0  # -0.0 is 0.0, as in a sum
    if reduce == "mean":
        found /= n
    return recorded.spec.single(found)


def shared_row(numbers: list[Any], recorded: Any) -> Any:
    """The numbers that are the same for all examples, in one row."""
    found = np.empty(recorded.n_shared + len(recorded.captured))
    start = 0
    if recorded.has_arrays:
        for x in numbers:
            if type(x) is list:
                packing(len(x))(found, 8 * start, *x)
                start += len(x)
            elif type(x) is np.ndarray:
                found[start : start + x.size] = x.reshape(-1)
                start += x.size
            else:
                found[start] = x
                start += 1
    else:
        start = len(numbers)
        packing(start)(found, 0, *numbers)
    if recorded.captured:
        found[start:] = [v._number for v in recorded.captured]
    return found


def blocks(
    engine: Any,
    shared: Any,
    batch: list[Any],
    n: int,
    widths: list[int],
    threads: int | None = None,
    results: Any = None,
) -> Iterator[Any]:
    """The results block by block, in order; a tape writes them to ``results`` if that is given."""
    state = engine.start(shared)

    tape = hasattr(engine, "threads")
    size = size_for(engine, n)
    lone = _is_row(batch, widths)
    spare: list[Any] = []

    def block(start: int) -> Any:
        stop = min(start + size, n)
        full = tape and not lone and stop - start == size  # what a tape has read, it needs no more
        given = spare.pop() if full and spare else None
        columns = columns_of(engine, batch, start, stop, widths, given)
        found = engine.block(state, columns, *((results, start) if results is not None else ()))
        if full:
            spare.append(columns)  # new memory comes page by page: half of the time of 20 columns
        return found

    starts = range(0, n, size)
    if len(starts) < 2 or not hasattr(engine, "threads") or threads == 1:
        return map(block, starts)
    threads = min(threads or engine.threads(), len(starts))
    if threads == 1:
        return map(block, starts)
    return in_waves(block, starts, threads)


def columns_of(
    engine: Any, batch: list[Any], start: int, stop: int, widths: list[int], columns: Any = None
) -> Any:
    """The examples from ``start`` to ``stop``, a row for each of their numbers."""
    tape = hasattr(engine, "threads")
    if tape and _is_row(batch, widths):  # a tape copies what it reads
        return batch[0][start:stop].reshape(1, -1)
    if columns is None:
        columns = np.empty((sum(widths), stop - start))
    row = 0
    for a, width in zip(batch, widths, strict=True):
        part = a[start:stop].reshape(stop - start, width)
        if tape and width > 1 and part.dtype == float and part.flags.c_contiguous:
            engine.transpose(part, columns[row : row + width])
        else:
            columns[row : row + width] = part.T
        row += width
    return columns


def _is_row(batch: list[Any], widths: list[int]) -> bool:
    """Whether the batch is a row already: one number for each example."""
    return len(batch) == 1 and widths[0] == 1 and batch[0].dtype == float


def size_for(engine: Any, n: int) -> int:
    """How many examples an engine computes at a time.

    Sums need little memory, whatever the batch; results for each example take as much as it anyway.
    """
    if not hasattr(engine, "threads"):
        return BLOCK
    return block_size(n) if engine.reduce else block_size(n, engine.work)


def block_size(n: int, work: int = 1024) -> int:
    """How many examples of n a thread computes at a time: an even number of blocks, if not one.

    It depends on n and on the program alone, so that sums do not depend on the number of threads.

    Args:
        n: the examples.
        work: the words of the tape, about one for each product of an example.

    >>> block_size(1000), block_size(10_000), block_size(1_000_000)
    (1000, 2500, 4066)
    >>> block_size(10_000, work=10)
    10000
    """
    work = max(work, 1)
    if n <= max(SHARED, min(MOST, SHARED * 1024 // work)):
        return max(n, 1)
    most = max(HANDED_OVER, min(MOST, HANDED_OVER * 1024 // work))
    return -(-n // (2 * -(-n // (2 * most))))


def in_waves(block: Callable[[int], Any], starts: range, threads: int) -> Iterator[Any]:
    """The blocks in order, a limited number at a time, because finished blocks take memory.

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
    """Threads of this process; one that was forked has none of its parent's."""
    return ThreadPoolExecutor(threads, thread_name_prefix="chalkgrad")
