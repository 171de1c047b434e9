"""Checking functions of arrays: PyTorch, JAX, NumPy with grad= or vjp=, and many Values.

subject     a function of arrays as one from a vector to a vector
on_numpy, on_torch, on_jax, on_values   how each package says values and claims
position    claims at one point, judged along a direction or an element
directions  random directions first
elements    then the elements that are wrong, and the likely cause
result      what was found
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from autograd.check.inputs import samples_of, without_values
from autograd.check.judge import Tolerance
from autograd.check.locate import place_of
from autograd.check.target import Target, row_of
from autograd.check.tensors.result import TensorReport
from autograd.errors import ArgumentError
from autograd.primitives import REALS
from autograd.trees import is_dataclass, is_module, leaves

FEW_NODES = 300  # up to so many numbers the node to blame is looked for
FEW = 50  # up to so many numbers are checked one by one, and all over their domain
PACKAGES = {"torch": "torch", "jax": "jax", "jaxlib": "jax"}


def package_of(x: Any) -> str:
    """The package whose arrays or modules these are: "torch", "jax", "numpy"; "" for others."""
    for kind in type(x).__mro__:
        name = kind.__module__.split(".")[0]
        if name in PACKAGES:  # pragma: no cover - make test-peers has torch and JAX
            return PACKAGES[name]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(x, numpy.ndarray) and x.ndim and x.dtype.kind in "fc":
        return "numpy"
    return ""


def check_arrays(
    func: Any,
    inputs: Any,
    grad: Callable[..., Any] | None,
    vjp: Callable[..., Any] | None,
    tolerance: Tolerance,
    order: int,
    options: dict[str, Any],
) -> TensorReport | None:
    """Check a function of arrays or of many Values; None if its arguments are a few numbers.

    Raises:
        ArgumentError: when the arguments, the function and its derivative don't fit each other.
    """
    if inputs is None or row_of(func) is not None:
        if vjp is not None:
            raise ArgumentError("gradcheck: vjp= goes with a function of arrays and its inputs.")
        return None
    derived = grad is not None or vjp is not None
    package = _package(func, inputs, derived=derived, order=order)
    if not package and vjp is None:
        return None
    if options.pop("reference") is not None:
        raise ArgumentError("gradcheck: reference= is for functions of a few numbers.")
    if vjp is not None and (grad is not None or package in {"torch", "jax"}):
        raise ArgumentError("gradcheck: vjp= is for NumPy's arrays, and instead of grad=.")
    report = TensorReport("")
    for args in _samples(func, inputs):
        report = _checked(package, func, args, grad, vjp, tolerance, order, options)
        if not report.ok:
            break
    return report


def _checked(
    package: str,
    func: Any,
    args: tuple[Any, ...],
    grad: Any,
    vjp: Any,
    tolerance: Tolerance,
    order: int,
    options: dict[str, Any],
) -> TensorReport:
    # NumPy takes a while, and so do the files for it: only where arrays are checked.
    import numpy as np

    from autograd.check.tensors.directions import check_subject

    subject: Any
    if package == "torch":  # pragma: no cover - make test-peers has torch and JAX
        from autograd.check.tensors.on_torch import OfTorch

        subject = OfTorch(func, args, grad)
    elif package == "jax":  # pragma: no cover - make test-peers has torch and JAX
        from autograd.check.tensors.on_jax import OfJax

        subject = OfJax(func, args, grad)
    elif package == "values":
        from autograd.check.tensors.on_values import OfValues

        subject = OfValues(func, without_values(args), grad)
    else:
        from autograd.check.tensors.on_numpy import OfNumpy

        subject = OfNumpy(func, args, grad, vjp)
    report = check_subject(subject, tolerance, **options)
    if report.failures and package == "values" and grad is None and len(subject.x) <= FEW_NODES:
        report.place = _place(subject, report)
    if not report.ok or order == 1:
        return report
    rng = np.random.default_rng(options["seed"])
    size = sum(part.size for part in subject.outputs)
    second = subject.second(rng.choice((-1.25, -0.75, 0.75, 1.25), size))
    if second is None:
        raise ArgumentError(
            "gradcheck: order=2 needs derivatives that can be differentiated again: of PyTorch's or"
            " JAX's functions, or of functions of Values. (With a PyTorch module among the "
            "arguments, check a function of its parameters.) Check the gradient as a function of "
            "its own: gradcheck(df, inputs, vjp=...)."
        )
    options = {**options, "domain": None, "samples": min(options["samples"], 1)}
    found = check_subject(second, tolerance, **options)
    found.counts.update(report.counts)
    if not found.ok and found.failures:
        found.cause = (found.cause or "no simple pattern") + (
            " (wrong only in the second derivative)"
        )
    return found


def _place(subject: Any, report: TensorReport) -> str:
    """The node to blame in the graph of a function of Values."""
    target = Target(
        subject.name, 1, lambda x: x, lambda x: (1.0,), [REALS],
        record=lambda *_: subject.record(report.point, 0),
    )  # fmt: skip
    return place_of(target, report.failures[0])


def _package(func: Any, inputs: Any, *, derived: bool, order: int) -> str:
    """Which package's arrays are to be checked: "" for a few numbers."""
    names = {package_of(func)} | {package_of(x) for x in _leaves(inputs)}
    for name in ("torch", "jax"):
        if name in names:  # pragma: no cover - make test-peers has torch and JAX
            few = order == 1 and not derived and _only_numbers(name, func, inputs)
            return "" if few else name
    if "numpy" in names and derived:
        return "numpy"
    rows = samples_of(func, inputs)
    many = max(len(leaves(row)) for row in rows) > FEW
    return "values" if many or any(is_module(x) for x in _leaves(rows)) else ""


def _only_numbers(  # pragma: no cover - make test-peers has torch and JAX
    name: str, func: Any, inputs: Any
) -> bool:
    """Whether all arguments are 0-d arrays of float64 of a package, and the result too."""
    found = _leaves(inputs)
    if package_of(func) == "torch" and hasattr(func, "parameters"):
        return False
    if not all(package_of(x) in {name, ""} and getattr(x, "shape", ()) == () for x in found):
        return False
    if any(
        hasattr(x, "parameters") or "float64" not in str(getattr(x, "dtype", "")) for x in found
    ):
        return False
    try:
        out = func(*_samples(func, inputs)[0])
    except Exception:  # noqa: BLE001 - said where it is checked
        return False
    return package_of(out) == name and getattr(out, "shape", None) == ()


def _samples(func: Any, inputs: Any) -> list[tuple[Any, ...]]:
    """The samples; what could be one tuple of arguments or several is what the function takes."""
    rows = samples_of(func, inputs)
    if isinstance(inputs, (tuple, list)) and rows[0] is not inputs:
        whole = tuple(inputs)
        if not _takes(func, rows[0]) and _takes(func, whole):
            return [whole]
    return rows


def _takes(func: Any, args: tuple[Any, ...]) -> bool:
    try:
        inspect.signature(getattr(func, "forward", func)).bind(*args)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _leaves(tree: Any) -> list[Any]:
    """What is in a structure, arrays and modules whole; no more than is needed to see the kind."""
    if isinstance(tree, dict):
        parts: Any = tree.values()
    elif isinstance(tree, (list, tuple)):
        parts = tree
    elif is_dataclass(tree) and not is_module(tree):
        parts = [getattr(tree, name) for name in tree.__dataclass_fields__]
    else:
        return [tree]
    return [x for part in parts for x in ([part] if type(part) is float else _leaves(part))]
