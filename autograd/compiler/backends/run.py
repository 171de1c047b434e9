"""Run a program over the arguments of a call, by a backend.

A backend is a class made from a recorded program, with

    one(shared, example)        the results for one example, a row of numbers
    start(shared)               what is the same for all examples, computed once
    block(state, columns)       results of a block of examples, (outputs, n), or sums, (outputs,)
    threads()                   how many may compute blocks at once, if more than one may

``columns`` has a row for each number of an example.
"""

from __future__ import annotations

from typing import Any

from autograd.anomaly import looks_for_anomalies
from autograd.compiler.backends.choice import chosen
from autograd.errors import ArgumentError


def run(
    recorded: Any, numbers: list[Any], batch: list[Any], n: int | None, reduce: Any, backend: str
) -> Any:
    """The results of a recorded program: over a batch of n, or for one example if n is None."""
    if recorded.is_foreign:
        from autograd.compiler.backends.arrays.on_dask import computed
        from autograd.compiler.backends.arrays.on_libraries import run_in_namespace

        numbers, others = computed(numbers, batch)
        if others:
            return run_in_namespace(recorded, numbers, batch, n, reduce, backend)
    if n == 0 and reduce == "mean":
        raise ArgumentError("compile: the mean over an empty batch; it has no examples.")
    if looks_for_anomalies():
        from autograd.compiler.backends.watched import watch

        watch(recorded, numbers, batch, n)
    name = chosen(backend, n)
    engine = recorded.engine(name, reduce=reduce is not None)
    if name == "python" and (n is None or (n == 1 and reduce)):
        found = engine.plain(_listed(numbers, recorded), _listed(batch))
        return recorded.spec.plain(found)
    from autograd.compiler.backends.blocks import run_in_rows

    return run_in_rows(recorded, engine, numbers, batch, n, reduce)


def _listed(numbers: list[Any], recorded: Any = None) -> list[float]:
    """Numbers and arrays as one list of floats, and the captured Values' after them."""
    if recorded is not None and not recorded.has_arrays:
        found = [*map(float, numbers)]
    else:
        found = []
        for x in numbers:
            if type(x) is list:
                found += map(float, x)
            elif type(x) is float:
                found.append(x)
            else:
                found += (x if x.dtype == float else x.astype(float)).reshape(-1).tolist()
    return [*found, *[v._number for v in recorded.captured]] if recorded is not None else found
