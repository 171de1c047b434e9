"""Optimisers: how parameters W follow their gradients g = ∂L/∂W. Names and options are PyTorch's.

In each rule W, and what is remembered of it, is one number, and ← is what a step does. A parameter
that no ``backward`` has reached since ``zero_grad`` is left as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from autograd import Value
from nn.groups import Memory, Moving, checked_groups, checked_option, loaded, moving, saved


class Optimizer:
    """Base of the optimisers: groups of parameters with options, what is remembered, and a step.

    A subclass has a ``rule``, which changes the parameters of one group.

    Args:
        parameters: the Values to change, leaves; or a list of dicts, each with a list of them under
            ``"params"`` and with options that hold for these instead of those given here.
        options: what the optimiser's rule takes.

    Raises:
        OperandError: when ``parameters`` is not a list of Values, or an option is not a number.
        ArgumentError: when there is no parameter, one is not a leaf or in two groups, or an option
            is unknown or out of range. The learning rate must be finite and positive.

    Attributes:
        param_groups: the groups, dicts of ``"params"`` and every option; schedules change ``"lr"``.
        state: what is remembered of each parameter.

    >>> class SignDescent(Optimizer):
    ...     def rule(self, each, lr, maximize):
    ...         for w, slope, memory in each:
    ...             w.data -= math.copysign(lr, slope)
    >>> w = Value(1.0)
    >>> (8.0 * w).backward()
    >>> SignDescent([w], lr=0.25, maximize=False).step()
    >>> w.data
    0.75
    """

    def __init__(self, parameters: Iterable[Any], **options: Any) -> None:
        self.param_groups = checked_groups(type(self).__name__, parameters, options)
        self.state: dict[Value, Memory] = {}
        self._options = tuple(options)

    def rule(self, each: Moving, **options: Any) -> None:
        """Change the parameters of one group, given each with its gradient and its memory."""
        raise NotImplementedError

    @property
    def parameters(self) -> list[Value]:
        """The parameters of all groups."""
        return [w for group in self.param_groups for w in group["params"]]

    @property
    def lr(self) -> float:
        """The learning rate α, of the first group; assigned, it is that of all."""
        rate: float = self.param_groups[0]["lr"]
        return rate

    @lr.setter
    def lr(self, lr: Any) -> None:
        rate = checked_option(type(self).__name__, "lr", lr)
        for group in self.param_groups:
            group["lr"] = rate

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient; all of them, or none.

        It is ``w.data -= ...``, of a leaf. ``w = w - lr * w.grad`` would be a new Value that
        depends on all earlier ones, so that each step takes longer than the one before.

        Args:
            closure: called first, if given, to compute loss and gradients anew.

        Returns:
            What the closure gave, or None.

        Raises:
            AnomalyError: when a gradient is nan or infinite. Nothing is changed.
        """
        loss = None if closure is None else closure()
        name, groups = type(self).__name__, self.param_groups
        for each, group in [(moving(name, group, self.state), group) for group in groups]:
            self.rule(each, **{option: group[option] for option in self._options})
        return loss

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.clear_grad()

    def state_dict(self) -> dict[str, Any]:
        """Options and memory as plain data, in PyTorch's form: parameters are numbered in order."""
        return saved(self.param_groups, self.state)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take options and memory from what :meth:`state_dict` gave; all of it, or nothing.

        Raises:
            ArgumentError: when it is not of as many groups and parameters, or an option is missing
                or unknown.
        """
        self.param_groups, self.state = loaded(type(self).__name__, self.param_groups, state)

    def __repr__(self) -> str:
        name, count = type(self).__name__, len(self.parameters)
        return f"<{name} of {count} parameter{'s' * (count != 1)}: lr {self.lr:g}>"


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

    def rule(self, each: Moving, **options: Any) -> None:
        """W ← W - αg, or with momentum as the class says."""
        lr, momentum, decay = options["lr"], options["momentum"], options["weight_decay"]
        for w, slope, memory in each:
            g = slope + decay * w.data if decay else slope
            if momentum:
                v = memory.get("momentum_buffer")
                v = g if v is None else momentum * v + (1 - options["dampening"]) * g
                memory["momentum_buffer"] = v
                g = g + momentum * v if options["nesterov"] else v
            w.data -= lr * g


class Adagrad(Optimizer):
    """Each parameter's own rate: S ← S + g², W ← W - α' g / (√S + ε) (Duchi and others 2011).

    In step t the rate is α' = α / (1 + (t - 1) η), where η is ``lr_decay``; S begins as
    ``initial_accumulator_value``. With ``weight_decay`` λ first g ← g + λW.

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

    def rule(self, each: Moving, **options: Any) -> None:
        """S ← S + g², W ← W - α' g / (√S + ε)."""
        lr, decay, eps = options["lr"], options["weight_decay"], options["eps"]
        start, lr_decay = options["initial_accumulator_value"], options["lr_decay"]
        for w, slope, memory in each:
            g = slope + decay * w.data if decay else slope
            t = memory["step"] = memory.get("step", 0) + 1
            s = memory["sum"] = memory.get("sum", start) + g * g
            w.data -= lr / (1 + (t - 1) * lr_decay) * g / (math.sqrt(s) + eps)


class RMSprop(Optimizer):
    """S ← ρS + (1 - ρ)g², W ← W - α g / (√S + ε) (Tieleman and Hinton, lecture 6.5, 2012).

    ρ is ``alpha``. ``centered`` (Graves 2013): with the mean gradient M ← ρM + (1 - ρ)g it takes
    √(S - M²) for √S. With ``momentum`` μ it is V ← μV + g / (√S + ε), W ← W - αV. With
    ``weight_decay`` λ first g ← g + λW.

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

    def rule(self, each: Moving, **options: Any) -> None:
        """S ← ρS + (1 - ρ)g², W ← W - α g / (√S + ε), or as the class says."""
        lr, rho, eps = options["lr"], options["alpha"], options["eps"]
        decay, momentum = options["weight_decay"], options["momentum"]
        for w, slope, memory in each:
            g = slope + decay * w.data if decay else slope
            s = memory["square_avg"] = rho * memory.get("square_avg", 0.0) + (1 - rho) * g * g
            if options["centered"]:
                m = memory["grad_avg"] = rho * memory.get("grad_avg", 0.0) + (1 - rho) * g
                s -= m * m
            v = g / (math.sqrt(max(s, 0.0)) + eps)  # S - M² is at least 0, but for rounding
            if momentum:
                v = memory["momentum_buffer"] = momentum * memory.get("momentum_buffer", 0.0) + v
            w.data -= lr * v


class Adam(Optimizer):
    """M ← β₁M + (1 - β₁)g, S ← β₂S + (1 - β₂)g², W ← W - α M̂ / (√Ŝ + ε) (Kingma and Ba 2015).

    M̂ = M / (1 - β₁ᵗ) and Ŝ = S / (1 - β₂ᵗ) in step t, since both begin as 0. With ``amsgrad``
    (Reddi and others 2018) the largest S so far stands for S in Ŝ. With ``weight_decay`` λ first
    g ← g + λW.

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

    def rule(self, each: Moving, **options: Any) -> None:
        """W ← W - α M̂ / (√Ŝ + ε)."""
        lr, (beta1, beta2), eps = options["lr"], options["betas"], options["eps"]
        decay, amsgrad = options["weight_decay"], options["amsgrad"]
        for w, slope, memory in each:
            before, g = w.data, slope
            if decay and self._decoupled:
                before -= lr * decay * before
            elif decay:
                g = slope + decay * before
            t = memory["step"] = memory.get("step", 0) + 1
            m = memory["exp_avg"] = beta1 * memory.get("exp_avg", 0.0) + (1 - beta1) * g
            s = memory["exp_avg_sq"] = beta2 * memory.get("exp_avg_sq", 0.0) + (1 - beta2) * g * g
            if amsgrad:
                s = memory["max_exp_avg_sq"] = max(memory.get("max_exp_avg_sq", 0.0), s)
            m, s = m / (1 - beta1**t), s / (1 - beta2**t)
            w.data = before - lr * m / (math.sqrt(s) + eps)


class AdamW(Adam):
    """Adam, but with W ← W - αλW instead of g ← g + λW (Loshchilov and Hutter 2019).

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
