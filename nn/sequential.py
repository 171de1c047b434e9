"""Sequential, which calls one module after another, and Dropout."""

from __future__ import annotations

import operator
import random
from collections.abc import Iterator
from typing import Any

from autograd import ArgumentError, GraphError, OperandError, Value
from nn import masks
from nn.activations import function_of, shown
from nn.module import Module


class Sequential(Module):
    """Modules called one after another, each with what the one before it gave.

    Args:
        steps: modules; or activations, as :class:`~nn.Neuron` takes them, which are applied to each
            Value of a list.

    Parameters are named by the places of their modules, ``0.neurons.0.bias``, as PyTorch does.

    >>> from nn import Linear
    >>> model = Sequential(Linear(2, 3, seed=0), "tanh", Linear(3, 1, seed=1))
    >>> len(model), len(model.parameters()), model[1]
    (3, 13, 'tanh')
    >>> len(model([0.5, -0.5]))
    1
    """

    def __init__(self, *steps: Any) -> None:
        for k, step in enumerate(steps):
            is_class = isinstance(step, type)
            if not isinstance(step, (Module, str)) and (is_class or not callable(step)):
                hint = "; pass them one by one: Sequential(*modules)" * isinstance(step, list)
                if is_class:
                    hint = f"; it must be made: {step.__name__}(...)"
                raise OperandError(f"Sequential: {step!r} is no module and no activation{hint}.")
            if not isinstance(step, Module):
                function_of(step)  # raises, if there is none of that name
            setattr(self, str(k), step)

    def forward(self, x: Any) -> Any:
        """What the last module gives."""
        for step in self:
            if isinstance(step, Module):
                x = step(x)
                continue
            f = function_of(step)
            if f is not None:
                x = f(x) if isinstance(x, Value) else [f(value) for value in x]
        return x

    def __iter__(self) -> Iterator[Any]:
        own = vars(self)
        return (own[str(k)] for k in range(len(self)))

    def named_steps(self) -> Iterator[tuple[str, Any]]:
        """Each step with its place, as ``repr`` shows them: a module, or an activation's name."""
        for k, step in enumerate(self):
            yield str(k), step if isinstance(step, Module) else shown(step)

    def __len__(self) -> int:
        return sum([name.isdecimal() for name in vars(self)])

    def __getitem__(self, k: Any) -> Any:
        steps = [*self]
        return Sequential(*steps[k]) if isinstance(k, slice) else steps[operator.index(k)]


class Dropout(Module):
    """Sets each Value to 0 with probability p, and divides the others by 1 - p, while training.

    In ``eval`` it changes nothing (Srivastava and others 2014; scaled while training, as PyTorch
    does it). A draw can't be recorded: ``compile`` refuses a module in training with p > 0. What
    was compiled in ``eval`` gives nan, never a stale number, once the module trains again.

    Args:
        p: the probability.
        seed: of the draws; also a ``random.Random``.

    >>> drop = Dropout(0.5, seed=1)
    >>> [value.data for value in drop([Value(1.0), Value(2.0), Value(3.0)])]
    [0.0, 4.0, 6.0]
    >>> [value.data for value in drop.eval()([Value(1.0), Value(2.0)])]
    [1.0, 2.0]
    """

    def __init__(self, p: float = 0.5, *, seed: Any = None) -> None:
        rate = Value(p).data
        if not 0.0 <= rate <= 1.0:
            raise ArgumentError(f"Dropout: p is {p!r}; a probability is between 0 and 1.")
        self._p = rate
        self._random = seed if isinstance(seed, random.Random) else random.Random(seed)
        # 1, and nan while training: recordings made in eval read it anew
        self._passing = Value(float("nan") if rate else 1.0)

    @property
    def p(self) -> float:
        """The probability. Another one takes another Dropout, for recordings have this one."""
        return self._p

    @property
    def source(self) -> random.Random:
        """What it draws from, the same for a copy ``with_parameters``."""
        return self._random

    @property
    def training(self) -> bool:
        """Whether it draws."""
        return vars(self).get("_training", True)

    @training.setter
    def training(self, mode: bool) -> None:
        vars(self)["_training"] = bool(mode)
        self._passing.data = float("nan") if mode and self._p else 1.0

    def forward(self, x: Any) -> Any:
        """The Values that are left, or their list if it was one."""
        single = isinstance(x, Value)
        values = [x] if single else list(x)
        given = masks.factors(self, len(values)) if self._p else None
        if given is not None:
            values = [value * factor for value, factor in zip(values, given, strict=True)]
        elif self._p and self._is_recorded():
            if self.training:
                raise GraphError(
                    "Dropout: compile would repeat one draw for ever. Call model.eval() before, "
                    "or train by nn.fit, which draws for every batch."
                )
            values = [value * self._passing for value in values]
        elif self._p and self.training:
            drawn = self.drawn(len(values))
            values = [value * factor for value, factor in zip(values, drawn, strict=True)]
        return values[0] if single else values

    def drawn(self, count: int) -> list[float]:
        """By what so many Values are multiplied: 0, or 1 / (1 - p)."""
        draw, p = self._random.random, self._p
        return [1.0 / (1.0 - p) if draw() >= p else 0.0 for _ in range(count)]

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self._p}"

    def _is_recorded(self) -> bool:
        """Whether ``compile`` is recording: then there are no numbers."""
        probe = Value(1.0) if self.training else self._passing  # which a recording has anyway
        try:
            (probe * 1.0).data  # noqa: B018
        except GraphError:
            return True
        return False
