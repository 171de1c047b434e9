"""L-BFGS: a quasi-Newton method, which sees the curvature from the last steps and gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from autograd import AnomalyError, ArgumentError, Value
from nn.descent import ArrayClosure, Closure, Optimizer, check_slopes, reached
from nn.groups import Memory
from nn.line_search import Line, Point
from nn.memories import Memories
from nn.search import FROZEN, is_frozen
from nn.vectors import Vector, dot, largest, length, like, moved, scaled, without_arrays

Evaluate = Callable[[Vector], tuple[float, Vector]]  # loss and slopes at other weights


class LBFGS(Optimizer):
    """W ← W + tD, where D = -H∇L and H, the inverse Hessian, is estimated (Liu and Nocedal 1989).

    H is never formed: D comes by the two loops of Nocedal 1980 from the last ``history_size`` pairs
    of a step s = tD and the change y of the gradient over it. t is α, in the first step that by
    which no W moves further than by α; or with ``line_search_fn="strong_wolfe"`` a t that meets the
    strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006, algorithm 3.5).

    Args:
        parameters: the Values to change, leaves. One group only.
        lr: α, finite and positive.
        max_iter: steps for each call of :meth:`step`.
        max_eval: calls of the closure for each; None for 5/4 of ``max_iter``.
        tolerance_grad: ends when no slope is larger.
        tolerance_change: ends when no W and not L changes more.
        history_size: how many pairs are kept.
        line_search_fn: None or "strong_wolfe".
        maximize: go up instead of down.

    Raises:
        ArgumentError: when there is more than one group, or an option is out of range; see also
            :class:`Optimizer`.

    >>> w = Value(3.0)
    >>> lbfgs = LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     lbfgs.zero_grad()
    ...     loss = (w - 1.0) ** 2
    ...     loss.backward()
    ...     return loss
    >>> lbfgs.step(closure).data, w.data
    (4.0, 1.0)
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1.0, max_iter: int = 20,
        max_eval: int | None = None, tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9,
        history_size: int = 100, line_search_fn: str | None = None,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            parameters, lr=lr, max_iter=max_iter,
            max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad, tolerance_change=tolerance_change,
            history_size=history_size, line_search_fn=line_search_fn, maximize=maximize,
        )  # fmt: skip
        if len(self.param_groups) > 1:
            raise ArgumentError("LBFGS: takes one group of parameters.")

    def step(self, closure: Closure | None = None) -> Any:
        """Up to ``max_iter`` steps.

        Args:
            closure: clears the gradients, computes the loss, calls ``backward`` and returns the
                loss. It is called again and again.

        Returns:
            What the closure gave first.

        Raises:
            ArgumentError: when there is no closure.
            AnomalyError: when a loss or a gradient is nan or infinite. Parameters are then those of
                the last good step.
        """
        if closure is None:
            raise ArgumentError("LBFGS: step needs a closure that computes loss and gradients.")
        call, parameters = closure, self.parameters
        first: list[Any] = []

        def at(weights: Vector) -> tuple[float, Vector]:
            _assign(parameters, weights)
            loss = call()
            first.append(loss)
            ws, found = reached(parameters)
            slopes = {**dict.fromkeys(parameters, 0.0), **dict(zip(ws, found, strict=True))}
            return loss.data if isinstance(loss, Value) else float(loss), [*slopes.values()]

        good = [[w.data for w in parameters]]
        try:
            self._descend(good, at)
        finally:
            _assign(parameters, good[-1])
        return first[0]

    def step_array(self, weights: Any, closure: ArrayClosure) -> tuple[Any, Any]:
        """The same with all weights in an array, see :meth:`Optimizer.step_array`."""
        first: list[Any] = []

        def at(weights: Any) -> tuple[float, Any]:
            loss, slopes = closure(weights)
            first.append(loss)
            slopes = self.checked("slopes", slopes)
            if FROZEN:
                slopes = slopes.copy()
                slopes[[is_frozen(w) for w in self.parameters]] = 0.0
            return float(loss), slopes

        good = [self.checked("weights", weights).copy()]
        before = {w: dict(memory) for w, memory in self._memories.spread().items()}
        try:
            self._descend(good, at)
        except BaseException:
            self.state = before
            raise
        return first[0], good[-1]

    @property
    def state(self) -> dict[Value, Memory]:
        """What is remembered, all of it under the first parameter."""
        found = self._memories.spread()
        for memory in found.values():
            memory.update(without_arrays(memory))
        return found

    @state.setter
    def state(self, state: dict[Value, Memory]) -> None:
        self._memories = Memories(state)

    def _descend(self, good: list[Vector], at: Evaluate) -> None:
        """From the weights in ``good``, to which those after each step are added."""
        options = self.param_groups[0]
        memory = self._memories.spread().setdefault(self.parameters[0], {})
        seen = partial(self.seen, at)
        here = seen(good[0])
        if largest(here.slope) <= options["tolerance_grad"]:
            return
        evaluations = 1
        for iteration in range(1, options["max_iter"] + 1):
            direction = self._direction(memory, here.slope)
            t = options["lr"]
            if "t" not in memory:
                t *= min(1.0, 1.0 / length(here.slope))
            falls = dot(here.slope, direction)
            if falls > -options["tolerance_change"]:
                return
            line = Line(seen, good[-1], direction)
            before = here
            if options["line_search_fn"]:
                most = options["max_eval"] - evaluations
                t, here = line.search(t, before, falls, most)
            elif iteration < options["max_iter"]:
                here = line.at(t)
            good.append(moved(good[-1], t, direction))
            evaluations += line.evaluations
            memory.update(t=t, direction=direction, slope=before.slope)
            if (
                evaluations >= options["max_eval"]
                or largest(here.slope) <= options["tolerance_grad"]
                or max(t * largest(direction), 0.0) <= options["tolerance_change"]
                or abs(here.loss - before.loss) < options["tolerance_change"]
            ):
                return

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take options and memory from what ``state_dict`` gave; all of it, or nothing.

        Raises:
            ArgumentError: as :meth:`Optimizer.load_state_dict`, and when what is remembered is not
                of as many parameters.
        """
        before = self.param_groups, self.state
        super().load_state_dict(state)
        if not all([_is_memory(kept, len(self.parameters)) for kept in self.state.values()]):
            self.param_groups, self.state = before
            raise ArgumentError(
                f"LBFGS: load_state_dict: the memory is not of {len(self.parameters)} parameters. "
                "Nothing was changed."
            )

    def _direction(self, memory: Memory, slope: Vector) -> Vector:
        """-H∇L, after taking what the last step showed into memory."""
        if "t" in memory:
            y = moved(slope, -1.0, like(slope, memory["slope"]))
            s = scaled(memory["t"], like(slope, memory["direction"]))
            ys = dot(y, s)
            if ys > 1e-10:  # else H would not stay positive definite
                size = self.param_groups[0]["history_size"]
                memory["pairs"] = [*memory["pairs"], (s, y, 1.0 / ys)][-size:]
                memory["scale"] = ys / dot(y, y)
        else:
            memory["pairs"], memory["scale"] = [], 1.0
        pairs = [(like(slope, s), like(slope, y), rho) for s, y, rho in memory["pairs"]]
        q, shares = scaled(-1.0, slope), []
        for s, y, rho in reversed(pairs):
            share = rho * dot(s, q)
            q = moved(q, -share, y)
            shares.append(share)
        q = scaled(memory["scale"], q)
        for (s, y, rho), share in zip(pairs, reversed(shares), strict=True):
            q = moved(q, share - rho * dot(y, q), s)
        memory["pairs"] = pairs
        return q

    def seen(self, at: Evaluate, weights: Vector) -> Point:
        """Loss and slopes there; the negative of both to maximize."""
        loss, slopes = at(weights)
        if not math.isfinite(loss):
            raise AnomalyError(f"LBFGS: the loss is {loss}; a smaller learning rate may help.")
        check_slopes("LBFGS", self.parameters, slopes)
        sign = -1.0 if self.param_groups[0]["maximize"] else 1.0
        return Point(sign * loss, scaled(sign, slopes))


def _assign(parameters: list[Value], weights: list[float]) -> None:
    for w, x in zip(parameters, weights, strict=True):
        w.data = x


def _is_memory(kept: dict[str, Any], n: int) -> bool:
    """Whether it has a form that :meth:`LBFGS.step` gives it: nothing, no step yet, or steps."""
    try:
        vectors = [v for s, y, _ in kept.get("pairs", []) for v in (s, y)]
        vectors += [kept[name] for name in ("direction", "slope") if name in kept]
        numbers = [rho for _, _, rho in kept.get("pairs", [])]
        numbers += [kept[name] for name in ("t", "scale") if name in kept]
        numbers += [x for v in vectors for x in v]
        sizes = [len(v) for v in vectors]
    except (TypeError, ValueError):
        return False
    forms = [set(), {"pairs", "scale"}, {"pairs", "scale", "t", "direction", "slope"}]
    whole = {*kept} in forms and all([size == n for size in sizes])
    return whole and all([isinstance(x, float) for x in numbers])
