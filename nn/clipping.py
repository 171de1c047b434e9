"""Clipping: gradients that are too large are made smaller, between ``backward`` and ``step``."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd import AnomalyError, Value
from nn.groups import checked_parameters, positive


def clip_grad_norm_(
    parameters: Iterable[Value] | Value,
    max_norm: float,
    norm_type: float = 2.0,
    *,
    error_if_nonfinite: bool = False,
) -> float:
    """g ← g · min(1, max_norm / (‖g‖ + 1e-6)): the direction stays (Pascanu and others 2013).

    Args:
        parameters: those without a gradient are left out.
        max_norm: the largest norm of all gradients together.
        norm_type: p of the norm (Σ abs(g)ᵖ)^(1/p); ``inf`` for the largest.
        error_if_nonfinite: raise AnomalyError when the norm is nan or infinite, and change nothing.

    Returns:
        The norm before.

    Raises:
        ArgumentError: when ``max_norm`` is negative, or p not positive.

    >>> w = Value(1.0)
    >>> (8.0 * w).backward()
    >>> clip_grad_norm_([w], 1.0), round(w.grad, 5)
    (8.0, 1.0)
    """
    most = positive("clip_grad_norm_: max_norm", max_norm, zero=True)
    p = math.inf if norm_type == math.inf else positive("clip_grad_norm_: norm_type", norm_type)
    reached = _reached("clip_grad_norm_", parameters)
    norm = _norm([abs(w.grad) for w in reached], p)
    if error_if_nonfinite and not math.isfinite(norm):
        raise AnomalyError(f"clip_grad_norm_: the norm of the gradients is {norm}.")
    factor = most / (norm + 1e-6)
    if not factor >= 1.0:  # nor where the norm is nan, which must show
        for w in reached:
            w.grad = w.grad * factor
    return norm


def clip_grad_value_(parameters: Iterable[Value] | Value, clip_value: float) -> None:
    """g ← min(max(g, -c), c) for each gradient, where c is ``clip_value``; nan stays nan.

    Raises:
        ArgumentError: when ``clip_value`` is negative.

    >>> w = Value(1.0)
    >>> (8.0 * w).backward()
    >>> clip_grad_value_([w], 0.5)
    >>> w.grad
    0.5
    """
    c = positive("clip_grad_value_: clip_value", clip_value, zero=True)
    for w in _reached("clip_grad_value_", parameters):
        if abs(w.grad) > c:
            w.grad = math.copysign(c, w.grad)


def _reached(who: str, parameters: Iterable[Value] | Value) -> list[Value]:
    given = [parameters] if isinstance(parameters, Value) else parameters
    return [w for w in checked_parameters(who, given, least=0) if w.has_grad]


def _norm(sizes: list[float], p: float) -> float:
    if any(math.isnan(g) for g in sizes):
        return math.nan
    largest = max(sizes, default=0.0)
    if p == math.inf or largest in (0.0, math.inf):
        return largest
    return largest * math.fsum((g / largest) ** p for g in sizes) ** (1.0 / p)
