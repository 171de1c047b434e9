"""gradcheck: is this derivative right, everywhere it claims to be, and if not, what is wrong?"""

from __future__ import annotations

import inspect
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from autograd.check.higher import check_second
from autograd.check.inputs import plain, samples_of, without_values
from autograd.check.judge import Tolerance
from autograd.check.names import options_source
from autograd.check.report import GradcheckError, Report
from autograd.check.survey import Options, survey
from autograd.check.target import Target, row_of, targets
from autograd.check.tensors import check_arrays
from autograd.errors import ArgumentError, MissingDependencyError
from autograd.maths import number
from autograd.trees import leaves

BUDGET = 50_000
LEAST = 1000  # for each of many outputs


def gradcheck(
    func: Any,
    inputs: Any = None,
    *,
    grad: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    eps: float | None = None,
    atol: float = 0.0,
    rtol: float = 1e-7,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    order: int = 1,
    domain: Any = None,
    samples: int = 40,
    seed: int = 0,
    reference: Callable[..., Any] | None = None,
    budget: int | None = None,
    ints: bool = True,
    progress: bool | None = None,
) -> Report:
    """Check derivatives against values of the function, at ``inputs`` and all over the domain.

    Args:
        func: a function of Values that returns one Value or several; an operation made with
            ``primitive``, or a row of the table; with ``grad``, any function of plain numbers; a
            function of torch tensors or JAX arrays, if the inputs are; with ``grad`` or ``vjp``,
            a function of NumPy arrays.
        inputs: a number, or a tuple with the arguments, each of any structure; or a list of such
            tuples, for several samples. An operation has samples of its own.
        grad: the claimed derivative of a function of plain numbers: one number, or one per
            argument; of a function of arrays that returns one number, an array per argument.
        vjp: of a function of NumPy arrays: ``vjp(*inputs)`` returns (value, pullback), as that
            of ``autograd.vjp`` does, and ``pullback(cotangent)`` an array per argument.
        eps: a fixed step, instead of the ladder.
        atol: how far a claim may be off, besides four times the estimate's bar.
        rtol: the same, relative to the larger of claim and estimate.
        raise_exception: raise if something is wrong; else the report is false.
        nondet_tol: by how much two calls with the same numbers may differ.
        order: 2 to check the second derivatives too (of functions of Values and of operations).
        domain: (low, high), or one such interval per argument: where to search. By default that of
            the operation; for a function, all numbers where ``func`` is finite.
        samples: how many random points.
        seed: for drawing them.
        reference: the function in high precision (mpmath), asked before a claim is called wrong,
            and where floats say nothing.
        budget: how many evaluations of the function and of its derivative to spend, about; 50,000
            if None. The samples are judged in any case; the report says what was left out.
        ints: whether f must give the same for ints as for floats.
        progress: show a progress bar (tqdm) after 2 s: True, False, or None, on a terminal.

    Returns:
        a report, true if nothing is wrong; it prints what was found.

    Raises:
        GradcheckError: when a derivative is wrong, or nothing could be concluded.
        ArgumentError: when inputs, grad and domain don't fit each other; when the function raises
            where it is searched, or has no value at one of the inputs.
        MissingDependencyError: when ``progress=True`` and tqdm is missing.

    100 to 180 evaluations for most points and arguments, 600 to 1,100 where f is made of steps; a
    verdict does not depend on the machine's speed.
    Sources: Ridders (1982) for the extrapolation, Moré and Wild (2011) for the noise, Piessens and
    others (1983) for the quadrature.

    >>> import math
    >>> assert gradcheck(math.sin, 1.0, grad=math.cos)
    >>> print(gradcheck(math.sin, 1.0, grad=lambda x: -math.cos(x), raise_exception=False).cause)
    sign flipped
    """
    __tracebackhide__ = True
    if order not in {1, 2}:
        raise ArgumentError(f"gradcheck: order is {order!r}; it must be 1 or 2.")
    most = BUDGET if budget is None else int(number(budget, "gradcheck: budget"))
    if most < 1:
        raise ArgumentError(f"gradcheck: budget is {budget!r}; it must be at least 1 evaluation.")
    tolerance = Tolerance(number(rtol, "rtol"), number(atol, "atol"), eps)
    options = Options(tolerance, most, nondet_tol, samples, seed, reference, ints)
    started = time.perf_counter()
    with _quiet(), _bar(progress, most, func) as tick:
        report = _of_arrays(func, inputs, grad, vjp, domain, order, options)
        if report is None:
            report = _of_numbers(func, inputs, grad, domain, order, options, tick)
    report.seconds = time.perf_counter() - started
    report.options = options_source(
        (eps, None, "eps"), (atol, 0.0, "atol"), (rtol, 1e-7, "rtol"),
        (nondet_tol, 0.0, "nondet_tol"), (order, 1, "order"), (samples, 40, "samples"),
        (seed, 0, "seed"), (reference, None, "reference"), (budget, None, "budget"),
        (ints, True, "ints"),
    )  # fmt: skip
    if raise_exception and not report.ok:
        raise GradcheckError(report)
    return report


def _of_arrays(
    func: Any, inputs: Any, grad: Any, vjp: Any, domain: Any, order: int, options: Options
) -> Report | None:
    settings = {
        "samples": options.samples, "seed": options.seed, "domain": domain,
        "nondet_tol": options.nondet_tol, "reference": options.reference,
    }  # fmt: skip
    return check_arrays(func, inputs, grad, vjp, options.tolerance, order, settings)


def _of_numbers(
    func: Any, inputs: Any, grad: Any, domain: Any, order: int, options: Options, tick: Any
) -> Report:
    groups = _groups(func, inputs)
    work = [(t, rows) for rows in groups for t in targets(func, rows[0], grad, domain)]
    share = replace(options, budget=max(options.budget // len(work), min(LEAST, options.budget)))
    report = Report("")
    for target, rows in work:
        target.tick = tick
        earlier, report = report, _surveyed(target, rows, share)
        report.include(earlier)
        if not report.ok:
            return report
    if order == 1:
        return report
    rest = max(options.budget - report.evaluations, options.budget // 4)
    second = replace(options, budget=rest, samples=10, reference=None)
    return check_second(func, max(groups, key=len), report, domain, second, tick)


def _surveyed(target: Target, rows: list[tuple[Any, ...]], options: Options) -> Report:
    flat = [tuple([plain(x) for x in leaves(row)]) for row in rows]
    target.samples = set(flat)
    values = [target.value(*point) for point in flat]
    for point, value in zip(flat, values, strict=True):
        if not math.isfinite(value) and target.what != "operation":
            at = ", ".join(f"{name}={x!r}" for name, x in zip(target.names, point, strict=True))
            raise ArgumentError(
                f"gradcheck: {target.name} is {value} at the input {at}, so it has no derivative "
                "there to compare with. Give other inputs."
            )
    target.size = max([abs(v) for v in values if math.isfinite(v)], default=0.0)
    return survey(target, flat, options)


@contextmanager
def _quiet() -> Iterator[None]:
    """NumPy's warnings of overflow and the like stay inside: a search goes where they come from."""
    numpy = sys.modules.get("numpy")
    quiet = nullcontext() if numpy is None else numpy.errstate(all="ignore")
    with quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@contextmanager
def _bar(progress: bool | None, total: int, func: Any) -> Iterator[Callable[[], Any] | None]:
    """What to call at each evaluation, for a progress bar that appears after 2 s; or None."""
    if progress is False:
        yield None
        return
    try:
        from tqdm import tqdm
    except ImportError:
        if progress:
            raise MissingDependencyError(
                'gradcheck: progress=True needs tqdm: pip install "chalkgrad[progress]"'
            ) from None
        yield None
        return
    title = f"gradcheck {getattr(func, '__name__', '')}".strip()
    shown = {"delay": 2.0, "leave": False, "unit": " evaluations"}
    off = None if progress is None else False  # None: off where there is no terminal
    with tqdm(total=total, desc=title, disable=off, **shown) as bar:
        yield None if bar.disable else bar.update


def gradgradcheck(func: Any, inputs: Any = None, **options: Any) -> Report:
    """:func:`gradcheck` with the second derivatives.

    >>> from autograd import sin
    >>> assert gradgradcheck(sin, 1.0)
    """
    __tracebackhide__ = True
    return gradcheck(func, inputs, order=2, **options)


def _groups(func: Any, inputs: Any) -> list[list[tuple[Any, ...]]]:
    """The samples, by how many numbers they have."""
    one_each = isinstance(inputs, list) and not any(isinstance(x, tuple) for x in inputs)
    if one_each and inputs and (n := _needed(func)) > 1:
        raise ArgumentError(
            f"gradcheck: the list {inputs!r} is {len(inputs)} samples of one argument each, and "
            f"the function takes {n}. For one sample give a tuple: {tuple(inputs)!r}."
        )
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in map(without_values, samples_of(func, inputs)):
        groups.setdefault(len(leaves(row)), []).append(row)
    if len(groups) > 1 and getattr(row_of(func), "arity", 0) is not None:
        raise ArgumentError("gradcheck: the samples have different numbers of arguments.")
    return list(groups.values())


def _needed(func: Any) -> int:
    """How many arguments a function can't do without; 0 if that can't be told."""
    if row_of(func) is not None:
        return 0
    try:
        parameters = inspect.signature(func).parameters.values()
    except (TypeError, ValueError):
        return 0
    positional = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return sum(p.kind in positional and p.default is p.empty for p in parameters)
