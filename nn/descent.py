"""What every optimiser does: find the gradients, read its rule, and change all parameters or none.

A rule is written once, for numbers. Of many parameters it is read once for all of them, with arrays
for numbers, which gives each the same bits: NumPy's +, -, ·, ÷ and √ are those of Python's floats.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import autograd
from autograd import AnomalyError, ArgumentError, Value
from nn.groups import Memory, checked_groups, checked_option, loaded, saved
from nn.memories import Memories
from nn.search import FROZEN, is_frozen

MANY = 16  # from here on arrays are faster
Closure = Callable[[], Any]
ArrayClosure = Callable[[Any], "tuple[Any, Any]"]


class Optimizer:
    """Base of the optimisers: groups of parameters with options, what is remembered, and a step.

    A subclass has a ``rule(m, w, g, memory, **options)``, which gives the new w. w and g are the
    numbers of one parameter, or arrays with those of a whole group, so the rule takes functions
    from the namespace ``m``: ``m.sqrt``, ``m.maximum``, ``m.sign``, and ``m.where`` for an if.
    ``memory`` is a dict to keep numbers in from step to step, empty at first; w, g and what is in
    it are never changed in place. To maximize, g is negated before.

    Training asks for steps in two ways, which give the same bits. :meth:`step` reads gradients from
    the Values and changes these. :meth:`step_array` is for a loop that has all weights and slopes
    in arrays, as compiled functions give them; it does not touch the Values, and the memory is the
    same. One may follow the other at any time, if the Values are given the weights by then.

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

    >>> class SignDescent(Optimizer):
    ...     def rule(self, m, w, g, memory, lr):
    ...         return w - lr * m.sign(g)
    >>> w = Value(1.0)
    >>> (8.0 * w).backward()
    >>> SignDescent([w], lr=0.25).step()
    >>> w.data
    0.75
    """

    def __init__(self, parameters: Iterable[Any], **options: Any) -> None:
        self.param_groups = checked_groups(type(self).__name__, parameters, options)
        self._options = [name for name in options if name != "maximize"]
        self._memories = Memories({})

    def rule(self, *arguments: Any, **options: Any) -> Any:
        """The new w, of ``(m, w, g, memory)`` and the options of the group."""
        raise NotImplementedError

    @property
    def parameters(self) -> list[Value]:
        """The parameters of all groups."""
        return [w for group in self.param_groups for w in group["params"]]

    @property
    def state(self) -> dict[Value, Memory]:
        """What is remembered of each parameter."""
        return self._memories.spread()

    @state.setter
    def state(self, state: dict[Value, Memory]) -> None:
        self._memories = Memories(state)

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

    def step(self, closure: Closure | None = None) -> Any:
        """Change every parameter that has a gradient and is not frozen; all of them, or none.

        It is ``w.data -= ...``, of a leaf. ``w = w - lr * w.grad`` would be a new Value that
        depends on all earlier ones, so that each step takes longer than the one before.

        Args:
            closure: called first, if given, to compute loss and gradients anew.

        Returns:
            What the closure gave, or None.

        Raises:
            AnomalyError: when a gradient or a new weight is nan or infinite. Nothing is changed.
        """
        loss = None if closure is None else closure()
        moves = []
        for n, group in enumerate(self.param_groups):
            ws, slopes = reached(group["params"])
            moves.append(self._read(n, ws, [w.data for w in ws], slopes))
        for move in moves:
            self._remember(move)
            for w, new in zip(move.ws, _plain(move.news), strict=True):
                w.data = new
        return loss

    def step_array(self, weights: Any, closure: ArrayClosure) -> tuple[Any, Any]:
        """The same step, with the weights of all parameters in an array. No Value is touched.

        Args:
            weights: an array of floats, one for each of :attr:`parameters`, in their order. It is
                not written to.
            closure: ``closure(weights)`` gives the loss there and the slopes ∂L/∂W, an array like
                ``weights``. It is called once; by L-BFGS also with other weights.

        Returns:
            The loss that the closure gave first, and the new weights, an array of its own. Every
            weight is moved that is not frozen, also one whose slope is 0.

        Raises:
            ArgumentError: when the arrays are not one number for each parameter.
            AnomalyError: as for :meth:`step`; what is remembered is then as before.

        >>> import numpy as np
        >>> from nn import SGD
        >>> sgd = SGD([Value(0.0), Value(0.0)], lr=0.25)
        >>> loss, weights = sgd.step_array(np.array([1.0, 3.0]), lambda w: (sum(w * w), 2 * w))
        >>> float(loss), weights.tolist()
        (10.0, [0.5, 1.5])
        """
        weights = self.checked("weights", weights)
        loss, slopes = closure(weights)
        slopes = self.checked("slopes", slopes)
        new, moves, end = weights.copy(), [], 0
        for n, group in enumerate(self.param_groups):
            ws = group["params"]
            place: Any = slice(end, end := end + len(ws))
            if FROZEN:
                free = [not is_frozen(w) for w in ws]
                ws = [w for w, is_free in zip(ws, free, strict=True) if is_free]
                place = _numpy().arange(place.start, place.stop)[free]
            move = self._read(n, ws, weights[place], slopes[place])
            new[place] = move.news
            moves.append(move)
        for move in moves:
            self._remember(move)
        return loss, new

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

    def checked(self, what: str, numbers: Any) -> Any:
        """Them as floats."""
        found = _numpy().asarray(numbers, dtype=float)
        count = sum([len(group["params"]) for group in self.param_groups])
        if found.shape != (count,):
            raise ArgumentError(
                f"{type(self).__name__}: step_array: {what} of shape {found.shape} for {count} "
                "parameters; it takes an array with one number for each."
            )
        return found

    def _read(self, n: int, ws: list[Value], weights: Any, slopes: Any) -> Move:
        """What the rule says for parameters of group n. Nothing is changed yet."""
        group, numpy = self.param_groups[n], _numpy()
        together = numpy and len(ws) >= max(MANY, len(group["params"]) - len(FROZEN))
        if together:
            weights, slopes = numpy.asarray(weights), numpy.asarray(slopes)
        check_slopes(type(self).__name__, ws, slopes)
        options = {name: group[name] for name in self._options}
        sign = -1.0 if group.get("maximize") else 1.0
        memory = self._memories.together(n, ws) if together else None
        if memory is not None:
            news = numpy.empty(len(ws))
            with numpy.errstate(all="ignore"):
                w, g = weights.copy(), sign * slopes  # a rule may remember them
                news[:] = self.rule(numpy, w, g, memory, **options)
            return self._good(Move(n, ws, news, memory))
        each = self._memories.spread(n)
        memories = [dict(each.get(w, {})) for w in ws]
        found = [
            self._one(w, sign * g, memory, options)
            for w, g, memory in zip(_plain(weights), _plain(slopes), memories, strict=True)
        ]
        return self._good(Move(n, ws, found, memories))

    def _one(self, w: float, g: float, memory: Memory, options: dict[str, Any]) -> Any:
        try:
            return self.rule(autograd, w, g, memory, **options)
        except ArithmeticError:  # 0 / 0 if ε = 0, where arrays have nan
            return math.nan

    def _good(self, move: Move) -> Move:
        """The move, if all its numbers are finite."""
        bad = _first_bad(move.news)
        if bad is not None:
            raise AnomalyError(
                f"{type(self).__name__}: the step would make {move.ws[bad]!r} {move.news[bad]}; "
                "nothing was changed. A smaller learning rate may help."
            )
        return move

    def _remember(self, move: Move) -> None:
        if isinstance(move.memory, dict):
            self._memories.keep(move.n, move.ws, move.memory)
        else:
            self._memories.spread(move.n).update(zip(move.ws, move.memory, strict=True))


class Move(NamedTuple):
    """The step of parameters of one group, and what is to be remembered."""

    n: int
    ws: list[Value]
    news: Any
    memory: Memory | list[Memory]


def reached(parameters: list[Value]) -> tuple[list[Value], list[float]]:
    """The parameters that have a gradient and are not frozen, and their gradients."""
    ws = [w for w in parameters if w.has_grad]
    if FROZEN:
        ws = [w for w in ws if not is_frozen(w)]
    slopes = [w.grad for w in ws]  # after backward(create_graph=True) they are Values
    return ws, [g if type(g) is float else g.data for g in slopes]


def check_slopes(who: str, ws: list[Value], slopes: Any) -> None:
    """Name the first parameter whose slope is not finite."""
    bad = _first_bad(slopes)
    if bad is not None:
        raise AnomalyError(
            f"{who}: the gradient of {ws[bad]!r} is not finite; nothing was changed. "
            "detect_anomaly() finds the operation that made it."
        )


def _first_bad(numbers: Any) -> int | None:
    """Where the first number is that is not finite."""
    if isinstance(numbers, list):
        if all(map(math.isfinite, numbers)):
            return None
        return next(i for i, x in enumerate(numbers) if not math.isfinite(x))
    if not len(numbers):
        return None
    finite = _numpy().isfinite(numbers)
    least = int(finite.argmin())
    return None if finite[least] else least


def _numpy() -> Any:
    """NumPy, if somebody has imported it."""
    return sys.modules.get("numpy")


def _plain(numbers: Any) -> list[float]:
    found: list[float] = numbers if isinstance(numbers, list) else numbers.tolist()
    return found
