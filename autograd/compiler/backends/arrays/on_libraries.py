"""Arrays of other libraries: PyTorch, JAX, CuPy, Dask and whatever follows the array API standard.

The same plan as for NumPy, in the library that the arguments are of: the same kind out, on the same
device. JAX compiles the plan, and places it where its arrays are; a sharded batch is computed where
its shards are. A Dask array is computed chunk by chunk on Dask's workers, and reduced there.

Numbers are the library's: XLA computes a·b + c with one rounding where it likes, and on processors
takes subnormal numbers, below 2.2e-308, for 0, so a result of JAX may differ in the last bits from
NumPy's, and 1e-310 · 1e10 is 0 there.

Source: Python array API standard 2024.12, through the package array-api-compat.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd.anomaly import looks_for_anomalies
from autograd.compiler.backends.arrays.plan import Plan, fit
from autograd.compiler.program.lowering import NATIVE, SIGMOID
from autograd.errors import ArgumentError, GraphError, MissingDependencyError
from autograd.trees import is_tensor

BLOCK = 8192  # examples


def run_in_namespace(
    recorded: Any, numbers: list[Any], batch: list[Any], n: int | None, reduce: Any, backend: str
) -> Any:
    """The results, as arrays of the library that the arguments are of.

    Raises:
        ArgumentError: when a backend was asked for by name, or the arguments are of two libraries.
        MissingDependencyError: when array-api-compat is not installed.
        GraphError: when the library lacks a function that the program needs.
    """
    foreign = [x for x in (*numbers, *batch) if is_tensor(x) and type(x) is not np.ndarray]
    kinds = {type(x).__module__.partition(".")[0] for x in foreign}
    if backend != "auto":
        raise ArgumentError(
            f"compile: backend {backend!r} takes NumPy arrays, got arrays of {min(kinds)}; "
            'backend="auto" computes with them.'
        )
    if n == 0 and reduce == "mean":
        raise ArgumentError("compile: the mean over an empty batch; it has no examples.")
    if "dask" not in kinds and looks_for_anomalies():
        from autograd.compiler.backends.watched import watch

        watch(recorded, numbers, batch, n)
    numbers = [*numbers, *[v._number for v in recorded.captured]]
    if "dask" in kinds:
        from autograd.compiler.backends.arrays.on_dask import run_in_dask

        return run_in_dask(recorded, numbers, batch, reduce)
    compat = _compat()
    try:
        xp = compat.array_namespace(*foreign)
    except TypeError as error:
        raise ArgumentError(f"compile: the arrays are of different libraries: {error}") from None
    run = functools.partial(_run, recorded, xp, compat.device(foreign[0]), _dtype(xp, foreign))
    if compat.is_jax_namespace(xp):
        return _jitted(recorded, run, n, reduce)(numbers, batch)
    with np.errstate(all="ignore"):  # a library may compute with NumPy
        return run(n, reduce, numbers, batch)


def _compat() -> Any:
    try:
        import array_api_compat
    except ImportError:
        raise MissingDependencyError(
            "compile: arrays of other libraries need array-api-compat: "
            'pip install "chalkgrad[arrays]"'
        ) from None
    return array_api_compat


def _dtype(xp: Any, foreign: list[Any]) -> Any:
    """The arrays' common floating type; the library's own if they are of integers."""
    floating = [x.dtype for x in foreign if xp.isdtype(x.dtype, "real floating")]
    if not floating:
        return xp.asarray(0.5).dtype
    return xp.result_type(*floating) if len(floating) > 1 else floating[0]


def _jitted(recorded: Any, run: Any, n: int | None, reduce: Any) -> Callable[..., Any]:
    import jax

    key = "jax", n is None, reduce, str(run.args[3])
    found = recorded.engines.get(key)
    if found is None:

        def whole(numbers: list[Any], batch: list[Any]) -> Any:
            lanes = batch[0].shape[0] if batch else None
            return _run(recorded, run.args[1], None, run.args[3], lanes, reduce, numbers, batch)

        found = recorded.engines[key] = jax.jit(whole)
    return found


def _run(
    recorded: Any,
    xp: Any,
    device: Any,
    dtype: Any,
    n: int | None,
    reduce: Any,
    numbers: list[Any],
    batch: list[Any],
) -> Any:
    m = _known_system(recorded, xp, device, dtype)
    engine = plan_of(recorded, reduce=reduce is not None)
    shared = m.stack([_column(m, x) for x in numbers] or [m.column([])])
    matrices = engine.start(m, shared)
    spec = recorded.spec
    if n is None:
        found = engine.block(m, matrices, m.column([]))[:, 0]
        return spec.build(lambda i: found[i], lambda a, b, shape: xp.reshape(found[a:b], shape))
    whole = device is None or n <= BLOCK  # JAX is told the whole computation
    parts = []
    for start in range(0, max(n, 1), max(n, 1) if whole else BLOCK):
        stop = n if whole else min(start + BLOCK, n)
        columns = [
            m.cast(xp.reshape(m.own(a)[start:stop, ...], (stop - start, width))).T
            for a, width in zip(batch, recorded.widths, strict=True)
        ]
        parts.append(engine.block(m, matrices, m.stack(columns)))
    if reduce:
        total = functools.reduce(lambda x, y: x + y, parts)
        total = total / n if reduce == "mean" else total
        return spec.build(lambda i: total[i], lambda a, b, shape: xp.reshape(total[a:b], shape))
    results = parts[0] if len(parts) == 1 else xp.concat(parts, axis=1)
    return spec.build(
        lambda i: results[i, :], lambda a, b, shape: xp.reshape(results[a:b, :].T, (n, *shape))
    )


def _known_system(recorded: Any, xp: Any, device: Any, dtype: Any) -> Any:
    """:func:`system`, made once for a program: that takes as long as ten operations of PyTorch."""
    key = "system", xp.__name__, str(device), str(dtype)
    found = recorded.engines.get(key)
    if found is None:
        found = recorded.engines[key] = system(xp, device, dtype)
    return found


def plan_of(recorded: Any, *, reduce: bool) -> Plan:
    """The plan, made once."""
    found = recorded.engines.get(("plan", reduce))
    if found is None:
        found = recorded.engines["plan", reduce] = Plan(fit(recorded.recorded), reduce=reduce)
    return found


def _column(m: Any, x: Any) -> Any:
    if is_tensor(x) and type(x) is not np.ndarray:
        return m.reshape(m.cast(x), (-1, 1))
    return m.column(np.ravel(x).astype(float).tolist())


def system(xp: Any, device: Any, dtype: Any) -> Any:
    """The functions that a plan and the native rows need, in this library."""
    where = {} if device is None else {"device": device}
    indices: dict[int, tuple[Any, Any]] = {}  # a plan's lists of lines, as arrays

    def asarray(numbers: Any) -> Any:
        return xp.asarray(numbers, dtype=dtype, **where)

    def lines(matrix: Any, wanted: Any) -> Any:
        if isinstance(wanted, slice):
            whole = wanted.stop - wanted.start == matrix.shape[0]
            return matrix if whole else matrix[wanted, ...]
        index = indices.get(id(wanted), (None, None))[1]
        if index is None:
            index = xp.asarray(wanted, **where)
            if where:  # JAX has no device here, and what it traces must not be kept
                indices[id(wanted)] = wanted, index
        return xp.take(matrix, index, axis=0)

    def concat(parts: list[Any], lanes: int) -> Any:
        return xp.concat([xp.broadcast_to(part, (part.shape[0], lanes)) for part in parts], axis=0)

    sigmoids = functools.partial(_sigmoids, xp)
    m: Any = SimpleNamespace(
        add=lambda x, y: x + y,
        apply=lambda op, xs: (
            sigmoids(*xs)[: xs[0].shape[0], ...] if op is SIGMOID else op.forward(m, *xs)
        ),
        owned=lambda x: x,
        let_go=lambda x: None,
        sigmoids=sigmoids,
        own=lambda x: asarray(x.tolist()) if type(x) is np.ndarray else x,
        lines=lines,
        concat=concat,
        stack=lambda parts: parts[0] if len(parts) == 1 else xp.concat(parts, axis=0),
        broadcast=xp.broadcast_to,
        reshape=xp.reshape,
        matmul=xp.matmul,
        transposed=lambda matrix: matrix.T,
        column=lambda numbers: xp.reshape(asarray([*numbers, 0.0])[:-1], (len(numbers), 1)),
        cast=lambda x: xp.astype(x, dtype, copy=False),
        compare=lambda holds, x, y: xp.astype(holds(x, y), dtype),
        where=xp.where,
        sum_examples=lambda found: xp.sum(found, axis=1),
        nothing=lambda n, reduce: xp.reshape(asarray([0.0])[:0], (0,) if reduce else (0, n)),
    )
    for row in NATIVE:
        if not hasattr(m, row.name):
            setattr(m, row.name, getattr(xp, row.name, None) or _own(xp, row.name))
    # PyTorch's sign of nan is 0, and JAX's of -0 is -0.
    m.sign = lambda x: xp.where((x == x) & (x != 0), xp.sign(x), xp.where(x == 0, 0.0 * x * x, x))
    return m


def _sigmoids(xp: Any, x: Any) -> Any:
    """The lines of σ(x), and then those of σ(-x)."""
    if hasattr(xp, "sigmoid"):  # PyTorch's own is one pass; below -709, it is 0
        return xp.sigmoid(xp.concat([x, -x], axis=0))
    e = xp.exp(-xp.abs(x))
    large = 1.0 / (e + 1.0)
    small, plus = e * large, x >= 0
    both = [xp.where(plus, large, small), xp.where(plus, small, large)]
    return xp.concat(both, axis=0)


def _own(xp: Any, name: str) -> Callable[..., Any]:
    """A function that is not in the standard: the library's own, if any."""
    for place in ("special", "scipy.special"):
        found = xp
        for part in place.split("."):
            found = getattr(found, part, None)
        if hasattr(found, name):
            return getattr(found, name)
    if xp.__name__.startswith("jax"):
        import jax.scipy.special

        if hasattr(jax.scipy.special, name):
            return getattr(jax.scipy.special, name)
    if name == "cbrt":

        def cbrt(x: Any) -> Any:
            size = xp.abs(x)
            root = xp.pow(size, xp.ones_like(x) / 3)
            better = root - (root * root * root - size) / (3 * root * root)
            root = xp.where((root > 0) & (size < math.inf), better, root)
            return xp.where(x < 0, -root, xp.where(x == 0, x, root))  # the cube root of -0 is -0

        return cbrt

    def missing(*operands: Any) -> Any:
        raise GraphError(f"compile: {xp.__name__} has no {name}; pass NumPy arrays instead.")

    return missing
