"""Functions of many Values, a module's parameters among them: each number is an element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.check.tensors.subject import Subject, named, shape_parts
from autograd.errors import OperandError
from autograd.functions import dot
from autograd.maths import is_array, number
from autograd.reverse import adjoints, gradient
from autograd.switches import no_grad
from autograd.trees import is_dataclass, is_module, leaves, rebuilt
from autograd.value import Value


class OfValues(Subject):
    """A function of Values in structures; the claims are those of ``backward``."""

    def __init__(
        self, func: Any, args: tuple[Any, ...], grad: Callable[..., Any] | None = None
    ) -> None:
        super().__init__(func, args)
        self.grad = grad
        for name, arg in named(func, args).items():
            labels = list(_labels(arg, name))
            if labels:
                self.add(name, (len(labels),), labels)
        numbers = [x.data if isinstance(x, Value) else x for x in leaves(args)]
        self.x = np.array([number(x, "gradcheck: input") for x in numbers])

    def results(self, variables: list[Any]) -> list[Any]:
        """What the function returns for these."""
        out = self.func(*rebuilt(self.args, iter(variables)))
        found = leaves((out,))
        if self.grad is None:
            for y in found:
                if not isinstance(y, Value):
                    raise OperandError(
                        f"gradcheck: {self.name} returned {type(y).__name__}, no Value. For a "
                        "function of plain numbers, give its derivative: "
                        "gradcheck(f, inputs, grad=df)."
                    )
        if not self.outputs:
            shape = () if len(found) == 1 else (len(found),)
            self.outputs = shape_parts([("", shape)])
        return found

    def compute(self, x: Any, double: bool) -> Any:
        if self.grad is not None:
            return np.array([float(y) for y in self.results(x.tolist())])
        with no_grad():
            return np.array([y.data for y in self.results([Value(t) for t in x.tolist()])])

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        if self.grad is not None:
            if between is not None:
                between()
            claimed = leaves((self.grad(*rebuilt(self.args, iter(x.tolist()))),))
            return float(u[0]) * np.array([number(c, "gradcheck: a partial") for c in claimed])
        variables = [Value(t) for t in x.tolist()]
        outs = self.results(variables)
        if between is not None:
            between()
        root, seed = (outs[0], float(u[0])) if len(outs) == 1 else (dot(outs, u.tolist()), 1.0)
        return np.array(gradient(root, variables, seed))

    def record(self, x: Any, k: int) -> Value:
        """Output k with its graph."""
        found: Value = self.results([Value(t) for t in x.tolist()])[k]
        return found

    def second(self, u: Any) -> Subject | None:
        return None if self.grad is not None else OfHessian(self, u)


class OfHessian(Subject):
    """The gradient of uᵀ·f, with products with its Hessian as claims."""

    def __init__(self, first: OfValues, u: Any) -> None:
        super().__init__(first.func, first.args)
        self.name = f"the derivative of {first.name}"
        self.first, self.u = first, u
        self.parts, self.x = first.parts, first.x

    def compute(self, x: Any, double: bool) -> Any:
        if not self.outputs:
            self.outputs = shape_parts([("", (len(x),))])
        return self.first.pull(x, self.u)

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        variables = [Value(t) for t in x.tolist()]
        root = dot(self.first.results(variables), self.u.tolist())
        slopes = adjoints(root, variables)
        again = [(s, t) for s, t in zip(slopes, u.tolist(), strict=True) if isinstance(s, Value)]
        if not again:
            return np.zeros(len(x))
        ends, seeds = zip(*again, strict=True)
        return np.array(gradient(dot(list(ends), list(seeds)), variables))


def _labels(tree: Any, path: str) -> Iterator[str]:
    """A name for each number of a structure, in the order of ``leaves``."""
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from _labels(part, f"{path}.{key}")
    elif is_array(tree):
        for index in np.ndindex(tree.shape):
            yield f"{path}, element {index}" if index else path
    elif is_module(tree):
        yield from (name for name, _ in tree.named_parameters())
    elif is_dataclass(tree):
        for name in tree.__dataclass_fields__:
            yield from _labels(getattr(tree, name), f"{path}.{name}")
    elif isinstance(tree, (list, tuple)):
        for k, part in enumerate(tree):
            yield from _labels(part, f"{path}.{k}")
    elif tree is not None:
        yield path
