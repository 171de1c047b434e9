"""Dask arrays: a batch in chunks, each computed where Dask computes it.

The program travels to the workers, every chunk of the batch is run there by the fastest backend
that the worker has, and sums are added up pair by pair on the way back. What comes out are Dask
arrays: nothing is computed before it is asked for. A worker that dies takes its chunks with it, and
Dask computes those again on another.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.trees import is_plain_array, is_tensor

FAN_IN = 8  # partial sums that are added up at a time


def computed(numbers: list[Any], batch: list[Any]) -> tuple[list[Any], bool]:
    """What all examples share, and whether arrays of other libraries are left.

    Where the batch is not Dask's, what is shared is computed at once: there is nothing to wait for.
    """
    if not any(map(_is_dask, batch)):
        numbers = [np.asarray(x) if _is_dask(x) else x for x in numbers]
    return numbers, any([is_tensor(x) and not is_plain_array(x) for x in (*numbers, *batch)])


def run_in_dask(recorded: Any, numbers: list[Any], batch: list[Any], reduce: Any) -> Any:
    """The results as Dask arrays that are not computed yet."""
    import dask.array as da
    from dask import delayed

    shared = delayed(_shared)(numbers) if any(_is_dask(x) for x in numbers) else _shared(numbers)
    first = next(a for a in batch if _is_dask(a))
    chunks = first.chunks[0]
    parts = []
    for a in batch:
        whole = a if _is_dask(a) else da.from_array(np.asarray(a), chunks=(chunks, *a.shape[1:]))
        parts.append(whole.rechunk((chunks, *[-1] * (whole.ndim - 1))).to_delayed().reshape(-1))
    work = delayed(Work(recorded, reduce=reduce is not None), pure=True, traverse=False)
    found = [work(shared, list(blocks)) for blocks in zip(*parts, strict=True)]
    size = recorded.spec.size
    spec = recorded.spec
    if reduce is None:
        results = da.concatenate(
            [
                da.from_delayed(part, shape=(size, n), dtype=float)
                for part, n in zip(found, chunks, strict=True)
            ],
            axis=1,
        )
        n = results.shape[1]
        return spec.build(
            lambda i: results[i], lambda a, b, shape: results[a:b].T.reshape((n, *shape))
        )
    add = delayed(_added, pure=True)
    while len(found) > 1:
        found = [add(found[k : k + FAN_IN]) for k in range(0, len(found), FAN_IN)]
    total = da.from_delayed(found[0], shape=(size + 1,), dtype=float)
    result = total[:size] / total[size] if reduce == "mean" else total[:size]
    return spec.build(lambda i: result[i], lambda a, b, shape: result[a:b].reshape(shape))


def _is_dask(x: Any) -> bool:
    return type(x).__module__.partition(".")[0] == "dask"


def _shared(numbers: list[Any]) -> Any:
    return np.concatenate([*[np.ravel(np.asarray(x, dtype=float)) for x in numbers], np.empty(0)])


def _added(parts: list[Any]) -> Any:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


class Work:
    """What a worker does with a chunk: a program, and how to run it."""

    def __init__(self, recorded: Any, *, reduce: bool) -> None:
        self.program = recorded.recorded
        self.reduce = reduce
        self.widths = recorded.widths
        self.size = recorded.spec.size
        self.engine: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "engine": None}  # made anew by each worker, once

    def __call__(self, shared: Any, chunk: list[Any]) -> Any:
        """Results of the chunk, (outputs, n); or their sums and n, (outputs + 1,)."""
        from autograd.compiler.backends.blocks import blocks
        from autograd.compiler.backends.choice import chosen, made

        n = len(chunk[0])
        if self.engine is None:
            self.engine = made(chosen("auto", n), self.program, reduce=self.reduce)
        arrays = [np.asarray(a) for a in chunk]
        found = blocks(self.engine, np.asarray(shared), arrays, n, self.widths, threads=1)
        if not self.reduce:
            return np.concatenate([*found, np.empty((self.size, 0))], axis=1)
        total = np.zeros(self.size + 1)
        for part in found:
            total[:-1] += part
        total[-1] = n
        return total
