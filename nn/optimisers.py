"""Optimisers: how parameters W follow their gradients g = ∂L/∂W. Names and options are PyTorch's.

In each rule w, g, and what is remembered, are one parameter's, numbers, or those of many in arrays;
m has the functions for these, see :class:`nn.descent.Optimizer`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nn.descent import Optimizer as Optimizer  # noqa: PLC0414 - it was once here
from nn.groups import Memory


class SGD(Optimizer):
    """Stochastic gradient descent, W ← W - α · ∂L/∂W (Robbins and Monro 1951).

    With ``weight_decay`` λ first g ← g + λW. With ``momentum`` μ (Polyak 1964) and ``dampening`` τ
    V ← μV + (1 - τ)g, W ← W - αV, where V begins as g; with ``nesterov`` (Sutskever and others
    2013) W ← W - α(g + μV).

    Args:
        parameters: see :class:`Optimizer`, also for what is raised.
        lr: the learning rate α, finite and positive.
        momentum, dampening, weight_decay: μ, τ, λ.
        nesterov: needs momentum, and no dampening.
        maximize: go up instead of down.

    >>> from autograd import Value
    >>> w = Value(0.40)
    >>> (w * -0.006195).backward()
    >>> SGD([w], lr=0.5).step()
    >>> round(w.data, 7)
    0.4030975
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3, momentum: float = 0.0,
        dampening: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
            nesterov=nesterov, maximize=maximize,
        )  # fmt: skip

    def rule(
        self, m: Any, w: Any, g: Any, memory: Memory, lr: float, momentum: float,
        dampening: float, weight_decay: float, nesterov: bool,
    ) -> Any:  # fmt: skip
        """W ← W - αg, or with momentum as the class says."""
        if weight_decay:
            g = g + weight_decay * w
        if momentum:
            v = memory.get("momentum_buffer")
            v = g if v is None else momentum * v + (1 - dampening) * g
            memory["momentum_buffer"] = v
            g = g + momentum * v if nesterov else v
        return w - lr * g


class Adagrad(Optimizer):
    """Each parameter's own rate: S ← S + g², W ← W - α' g / (√S + ε) (Duchi and others 2011).

    In step t the rate is α' = α / (1 + (t - 1) η), where η is ``lr_decay``; S begins as
    ``initial_accumulator_value``. With ``weight_decay`` λ first g ← g + λW.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> (3.0 * w).backward()
    >>> Adagrad([w], lr=0.5).step()
    >>> w.data
    0.5000000000166667
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-2, lr_decay: float = 0.0,
        weight_decay: float = 0.0, initial_accumulator_value: float = 0.0, eps: float = 1e-10,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize,
        )  # fmt: skip

    def rule(
        self, m: Any, w: Any, g: Any, memory: Memory, lr: float, lr_decay: float,
        weight_decay: float, initial_accumulator_value: float, eps: float,
    ) -> Any:  # fmt: skip
        """S ← S + g², W ← W - α' g / (√S + ε)."""
        if weight_decay:
            g = g + weight_decay * w
        t = memory["step"] = memory.get("step", 0) + 1
        s = memory["sum"] = memory.get("sum", initial_accumulator_value) + g * g
        return w - lr / (1 + (t - 1) * lr_decay) * g / (m.sqrt(s) + eps)


class RMSprop(Optimizer):
    """S ← ρS + (1 - ρ)g², W ← W - α g / (√S + ε) (Tieleman and Hinton, lecture 6.5, 2012).

    ρ is ``alpha``. ``centered`` (Graves 2013): with the mean gradient M ← ρM + (1 - ρ)g it takes
    √(S - M²) for √S. With ``momentum`` μ it is V ← μV + g / (√S + ε), W ← W - αV. With
    ``weight_decay`` λ first g ← g + λW.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> (3.0 * w).backward()
    >>> RMSprop([w], lr=0.01, alpha=0.75).step()
    >>> round(w.data, 9)
    0.98
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
            centered=centered, maximize=maximize,
        )  # fmt: skip

    def rule(
        self, m: Any, w: Any, g: Any, memory: Memory, lr: float, alpha: float, eps: float,
        weight_decay: float, momentum: float, centered: bool,
    ) -> Any:  # fmt: skip
        """S ← ρS + (1 - ρ)g², W ← W - α g / (√S + ε), or as the class says."""
        if weight_decay:
            g = g + weight_decay * w
        s = memory["square_avg"] = alpha * memory.get("square_avg", 0.0) + (1 - alpha) * g * g
        if centered:
            mean = memory["grad_avg"] = alpha * memory.get("grad_avg", 0.0) + (1 - alpha) * g
            s = m.maximum(s - mean * mean, 0.0)  # it is at least 0, but for rounding
        v = g / (m.sqrt(s) + eps)
        if momentum:
            v = memory["momentum_buffer"] = momentum * memory.get("momentum_buffer", 0.0) + v
        return w - lr * v


class Adam(Optimizer):
    """M ← β₁M + (1 - β₁)g, S ← β₂S + (1 - β₂)g², W ← W - α M̂ / (√Ŝ + ε) (Kingma and Ba 2015).

    M̂ = M / (1 - β₁ᵗ) and Ŝ = S / (1 - β₂ᵗ) in step t, since both begin as 0. With ``amsgrad``
    (Reddi and others 2018) the largest S so far stands for S in Ŝ. With ``weight_decay`` λ first
    g ← g + λW.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> (3.0 * w).backward()
    >>> Adam([w], lr=0.25).step()
    >>> round(w.data, 6)
    0.75
    """

    _decoupled = False

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0.0, amsgrad: bool = False,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
            maximize=maximize,
        )  # fmt: skip

    def rule(
        self, m: Any, w: Any, g: Any, memory: Memory, lr: float, betas: tuple[float, float],
        eps: float, weight_decay: float, amsgrad: bool,
    ) -> Any:  # fmt: skip
        """W ← W - α M̂ / (√Ŝ + ε)."""
        beta1, beta2 = betas
        if weight_decay and self._decoupled:
            w = w - lr * weight_decay * w
        elif weight_decay:
            g = g + weight_decay * w
        t = memory["step"] = memory.get("step", 0) + 1
        mean = memory["exp_avg"] = beta1 * memory.get("exp_avg", 0.0) + (1 - beta1) * g
        s = memory["exp_avg_sq"] = beta2 * memory.get("exp_avg_sq", 0.0) + (1 - beta2) * g * g
        if amsgrad:
            s = memory["max_exp_avg_sq"] = m.maximum(memory.get("max_exp_avg_sq", 0.0), s)
        mean, s = mean / (1 - beta1**t), s / (1 - beta2**t)
        return w - lr * mean / (m.sqrt(s) + eps)


class AdamW(Adam):
    """Adam, but with W ← W - αλW instead of g ← g + λW (Loshchilov and Hutter 2019).

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> (0.0 * w).backward()
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w.data
    0.95
    """

    _decoupled = True

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, amsgrad: bool = False,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(parameters, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
