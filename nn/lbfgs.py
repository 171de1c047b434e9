"""L-BFGS: a quasi-Newton method, which sees the curvature from the last steps and gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import mul
from typing import Any

from autograd import AnomalyError, ArgumentError, Value
from nn.groups import moving
from nn.optimisers import Optimizer

Vector = list[float]


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

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
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
        options, memory = self.param_groups[0], self.state.setdefault(self.parameters[0], {})
        first = closure()
        here = self.seen(first)
        if _largest(here.slope) <= options["tolerance_grad"]:
            return first
        evaluations = 1
        for iteration in range(1, options["max_iter"] + 1):
            direction = self._direction(memory, here.slope)
            t = options["lr"]
            if "t" not in memory:
                t *= min(1.0, 1.0 / sum(map(abs, here.slope)))
            falls = _dot(here.slope, direction)
            if falls > -options["tolerance_change"]:
                break
            start = [w.data for w in self.parameters]
            line = _Line(self, closure, start, direction)
            before = here
            if options["line_search_fn"]:
                most = options["max_eval"] - evaluations
                t, here = line.search(t, before, falls, most)
            elif iteration < options["max_iter"]:
                here = line.at(t)
            line.move(t)
            evaluations += line.evaluations
            memory.update(t=t, direction=direction, slope=before.slope)
            change = max(t * _largest(direction), 0.0)
            if (
                evaluations >= options["max_eval"]
                or _largest(here.slope) <= options["tolerance_grad"]
                or change <= options["tolerance_change"]
                or abs(here.loss - before.loss) < options["tolerance_change"]
            ):
                break
        return first

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

    def _direction(self, memory: dict[str, Any], slope: Vector) -> Vector:
        """-H∇L, after taking what the last step showed into memory."""
        if "t" in memory:
            y = [new - old for new, old in zip(slope, memory["slope"], strict=True)]
            s = [memory["t"] * d for d in memory["direction"]]
            ys = _dot(y, s)
            if ys > 1e-10:  # else H would not stay positive definite
                size = self.param_groups[0]["history_size"]
                memory["pairs"] = [*memory["pairs"], (s, y, 1.0 / ys)][-size:]
                memory["scale"] = ys / _dot(y, y)
        else:
            memory["pairs"], memory["scale"] = [], 1.0
        q, shares = [-g for g in slope], []
        for s, y, rho in reversed(memory["pairs"]):
            share = rho * _dot(s, q)
            q = _moved(q, -share, y)
            shares.append(share)
        q = [memory["scale"] * x for x in q]
        for (s, y, rho), share in zip(memory["pairs"], reversed(shares), strict=True):
            q = _moved(q, share - rho * _dot(y, q), s)
        return q

    def seen(self, loss: Any) -> Point:
        """Loss and gradient as the closure left them; the negative of both to maximize."""
        value = loss.data if isinstance(loss, Value) else float(loss)
        if not math.isfinite(value):
            raise AnomalyError(f"LBFGS: the loss is {value}; a smaller learning rate may help.")
        slope = dict.fromkeys(self.parameters, 0.0)
        slope.update({w: g for w, g, _ in moving("LBFGS", self.param_groups[0], {})})
        sign = -1.0 if self.param_groups[0]["maximize"] else 1.0
        return Point(sign * value, list(slope.values()))


@dataclass(frozen=True)
class Point:
    """What the closure gave at a place."""

    loss: float
    slope: Vector
    t: float = 0.0
    along: float = 0.0  # the slope in the direction of the line


class _Line:
    """W = start + tD, and the search for a good t."""

    def __init__(self, optimizer: LBFGS, closure: Any, start: Vector, direction: Vector) -> None:
        self.optimizer, self.closure = optimizer, closure
        self.start, self.direction = start, direction
        self.evaluations = 0

    def move(self, t: float) -> None:
        for w, x in zip(
            self.optimizer.parameters, _moved(self.start, t, self.direction), strict=True
        ):
            w.data = x

    def at(self, t: float) -> Point:
        """Loss and slopes at t."""
        self.evaluations += 1
        self.move(t)
        try:
            seen = self.optimizer.seen(self.closure())
        except BaseException:
            self.move(0.0)
            raise
        return Point(seen.loss, seen.slope, t, _dot(seen.slope, self.direction))

    def search(self, t: float, here: Point, falls: float, most: int) -> tuple[float, Point]:
        """A t where the loss has fallen by c₁ of what the slope promised, and the slope by c₂."""
        begin = last = Point(here.loss, here.slope, 0.0, falls)
        point = self.at(t)
        for count in range(most):
            if _too_high(point, begin) or (count > 1 and point.loss >= last.loss):
                break
            if _flat(point, begin):
                return point.t, point
            if point.along >= 0:
                break
            further = _lowest(last, point, point.t + 0.01 * (point.t - last.t), 10 * point.t)
            last, point = point, self.at(further)
        else:
            last = begin
        return self._between(last, point, begin, most)

    def _between(self, one: Point, other: Point, begin: Point, most: int) -> tuple[float, Point]:
        """Narrow the bracket down, as algorithm 3.6 does; always from its lower end."""
        low, high = (one, other) if one.loss <= other.loss else (other, one)
        stuck = False
        while self.evaluations - 1 < most:
            left, right = sorted((low.t, high.t))
            width = right - left
            if width * _largest(self.direction) < 1e-9:
                break
            t = _lowest(one, other, left, right)
            if min(right - t, t - left) >= 0.1 * width:
                stuck = False
            elif stuck or not left < t < right:
                t = right - 0.1 * width if right - t < t - left else left + 0.1 * width
                stuck = False
            else:
                stuck = True
            point = self.at(t)
            if _too_high(point, begin) or point.loss >= low.loss:
                one, other = low, point
                low, high = (low, point) if low.loss <= point.loss else (point, low)
            else:
                if _flat(point, begin):
                    return point.t, point
                if point.along * (high.t - low.t) >= 0:
                    high = low
                low, one, other = point, high, point
        return low.t, low


def _too_high(point: Point, begin: Point) -> bool:
    return point.loss > begin.loss + 1e-4 * point.t * begin.along


def _flat(point: Point, begin: Point) -> bool:
    return abs(point.along) <= -0.9 * begin.along


def _lowest(p: Point, q: Point, left: float, right: float) -> float:
    """Where the cubic through two points and their slopes is lowest, from ``left`` to ``right``."""
    p, q = sorted((p, q), key=lambda point: point.t)
    a = p.along + q.along - 3 * (p.loss - q.loss) / (p.t - q.t)
    square = a * a - p.along * q.along
    if square < 0:
        return (left + right) / 2
    b = math.sqrt(square)
    below = q.along - p.along + 2 * b
    if below == 0:
        return right
    t = q.t - (q.t - p.t) * ((q.along + b - a) / below)
    return min(max(t, left), right)


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


def _dot(xs: Vector, ys: Vector) -> float:
    return sum(map(mul, xs, ys))


def _moved(xs: Vector, t: float, ds: Vector) -> Vector:
    return [x + t * d for x, d in zip(xs, ds, strict=True)]


def _largest(xs: Vector) -> float:
    return max(map(abs, xs))
