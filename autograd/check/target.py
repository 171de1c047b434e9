"""What is checked: a function of floats, and the derivatives that are claimed for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.anomaly import source_lines
from autograd.check.names import argument_names, function_source, gradient_source, letters, name_of
from autograd.errors import ArgumentError, AutogradError, OperandError
from autograd.functions import VALUES
from autograd.maths import number, read
from autograd.primitives import REALS, Interval, Primitive
from autograd.reverse import gradient
from autograd.switches import no_grad
from autograd.trees import leaves, rebuilt
from autograd.value import Value

Point = tuple[float, ...]


class Target:
    """A function f(x, y, ...) of floats and its claimed partials.

    Attributes:
        name: what messages call it.
        n: how many arguments.
        domain: an interval for each argument.
        evaluations: how often f was called.
        names: what messages call the arguments: ``x``, ``params['w'][1]``.
        structure: the arguments as the user gives them.
        source: the function in a line that runs, and ``claim_source`` its claimed derivative.
        usual_domain: the intervals that are searched if none are given.
        traced: the output as a graph of Values by right rules, where f can be read so.
    """

    def __init__(
        self,
        name: str,
        n: int,
        value: Callable[..., float],
        claim: Callable[..., Sequence[float]],
        domain: Sequence[Interval],
        what: str = "function",
        record: Callable[..., Value | None] = lambda *xs: None,
    ) -> None:
        self.name = name
        self.n = n
        self.domain = tuple(domain)
        self.what = what
        self.evaluations = 0
        self.record = record  # for a function of Values, the output with its graph
        self.seeded: Callable[..., list[float]] | None = None  # the gradient times a seed
        self.tick: Callable[[], Any] | None = None  # called at each evaluation
        self.samples: set[Point] = set()  # the user's own points
        self.size = 0.0  # how large f is at them
        self.run: Callable[..., Any] | None = None  # f of arguments as the user gives them
        self.names = letters(n)
        self.structure: tuple[Any, ...] = (0.0,) * n
        self.source, self.claim_source = name, "..." if what == "plain" else ""
        self.usual_domain = self.domain
        self.traced: Callable[[Sequence[Value]], Any] | None = None
        self._value = value
        self._claim = claim

    def value(self, *xs: float) -> float:
        """f(x, y, ...); nan where it raises for a number, or gives a complex one."""
        self._count()
        try:
            found = self._value(*xs)
            return math.nan if isinstance(found, complex) else float(found)
        except AutogradError:
            raise
        except (ArithmeticError, ValueError):
            return math.nan
        except Exception as error:
            raise self._stopped(self.name, error, xs) from error

    def claim(self, *xs: float) -> Point:
        """The claimed partials at a point; nan for a complex one."""
        self._count()
        try:
            claimed = self._claim(*xs)
        except AutogradError:
            raise
        except (ArithmeticError, ValueError):
            return (math.nan,) * self.n
        except Exception as error:
            raise self._stopped(f"the derivative of {self.name}", error, xs) from error
        if claimed is None or len(claimed) != self.n:
            raise ArgumentError(
                f"gradcheck: the gradient of {self.name} gives "
                f"{'None' if claimed is None else len(claimed)} partials for {self.n} arguments."
            )
        where = f"gradcheck: a partial of {self.name}"
        return tuple([math.nan if isinstance(c, complex) else number(c, where) for c in claimed])

    def _count(self) -> None:
        self.evaluations += 1
        if self.tick is not None:
            self.tick()

    def mutation(self, point: Point) -> str | None:
        """What f changes in its own arguments, None if nothing."""
        if self.run is None:
            return None
        arguments = rebuilt(self.structure, iter(point))
        before = leaves(arguments)
        numbers = [getattr(x, "data", x) for x in before]
        try:
            self.run(*arguments)
        except (ArithmeticError, ValueError):
            return None
        after = leaves(arguments)
        if len(before) != len(after):
            return f"there were {len(before)} numbers, and now there are {len(after)}"
        for name, old, x in zip(self.names, numbers, after, strict=True):
            new = getattr(x, "data", x)
            if new != old and (new == new or old == old):
                return f"{name} was {old!r} and is now {new!r}"
        return None

    def _stopped(self, what: str, error: Exception, xs: Point) -> ArgumentError:
        where = ", ".join([f"{name}={x!r}" for name, x in zip(self.names, xs, strict=True)])
        remedy = "" if xs in self.samples else " while searching; give domain=, where to search"
        raised = type(error).__name__
        return ArgumentError(f"gradcheck: {what} raised {raised} at {where}{remedy}. ({error})")

    def interval(self, i: int, x: float) -> Interval:
        """Where argument i may be moved from x: its domain, or anywhere for a sample outside."""
        low, high = self.domain[i]
        return (low, high) if low <= x <= high else REALS

    def along(self, point: Point, i: int) -> Callable[[float], float]:
        """f as a function of argument i alone."""
        before, after = point[:i], point[i + 1 :]
        return lambda t: self.value(*before, t, *after)


def targets(
    func: Any, point: tuple[Any, ...], grad: Any, domain: Sequence[Interval] | None
) -> list[Target]:
    """One target for each number that ``func`` gives at a point like this one."""
    xs = leaves(point)
    if len(xs) == 0:
        raise ArgumentError("gradcheck: there is no number among the inputs.")
    n = len(xs)
    name = name_of(func)
    if (row := row_of(func)) is not None:
        found = [
            Target(row.name, n, _forward(row), _partials(row), row_domain(row, n), "operation")
        ]
        found[0].traced = lambda vs: row.forward(VALUES, *row.arguments(vs))
    elif grad is not None:
        claim = lambda *ys: _flat(grad(*rebuilt(point, iter(ys))))  # noqa: E731
        plain = lambda *ys: func(*rebuilt(point, iter(ys)))  # noqa: E731
        found = [Target(name, n, plain, claim, [REALS] * n)]
        found[0].run = func
        found[0].traced = lambda vs: func(*rebuilt(point, iter(vs)))
    elif package := _package(xs):  # pragma: no cover - make test-peers has torch and JAX
        value, seeded = _of_tensors(package, func)
        found = [Target(name, n, value, lambda *ys: seeded(1.0, *ys), [REALS] * n)]
        found[0].seeded = seeded
    else:
        found = _of_values(func, name, point, n)
    for target in found:
        target.names, target.structure = argument_names(func, point), point
        target.source = function_source(func)
        target.claim_source = "" if grad is None or row is not None else gradient_source(grad)
        if grad is not None:
            target.what = "plain"
        if domain is not None:
            target.domain = _intervals(domain, n)
    return found


def row_of(func: Any) -> Primitive | None:
    """The row, if ``func`` is one or is an operation made by ``primitive``."""
    row = func if isinstance(func, Primitive) else getattr(func, "checked_row", None)
    if not isinstance(row, Primitive):
        return None
    if len(row.values) != len(row.constants):
        raise ArgumentError(
            f"gradcheck: {row} has constants ({', '.join(row.constants)}); give them their values: "
            f"TABLE[{row.name!r}].bind(...)."
        )
    return row


def row_domain(row: Primitive, n: int) -> list[Interval]:
    """The interval of each of n operands."""
    return [row.domain[min(i, len(row.domain) - 1)] for i in range(n)]


def _intervals(domain: Any, n: int) -> tuple[Interval, ...]:
    given = list(domain)
    if len(given) == 2 and not isinstance(given[0], (tuple, list)):
        given = [tuple(given)]
    if len(given) == 1:
        given *= n
    if len(given) != n:
        raise ArgumentError(f"gradcheck: got {len(given)} intervals for {n} arguments.")
    intervals = [(number(a, "domain"), number(b, "domain")) for a, b in given]
    if not all(a < b for a, b in intervals):
        raise ArgumentError(f"gradcheck: the domain {intervals} has an empty interval.")
    return tuple(intervals)


def _flat(claimed: Any) -> Any:
    return None if claimed is None else leaves((claimed,))


def _forward(row: Primitive) -> Callable[..., float]:
    return lambda *xs: read(row.forward, *row.arguments(xs))


def _partials(row: Primitive) -> Callable[..., Any]:
    def claim(*xs: float) -> Any:
        z = read(row.forward, *row.arguments(xs))
        return read(row.partials, z, *row.arguments(xs))

    return claim


def _of_values(func: Any, name: str, point: tuple[Any, ...], n: int) -> list[Target]:
    def outputs(ys: Sequence[Any]) -> list[Any]:
        out = func(*rebuilt(point, iter(ys)))
        found = leaves((out,)) if out is not None else [None]
        for value in found:
            if not isinstance(value, Value):
                raise OperandError(
                    f"gradcheck: {name} returned {type(value).__name__}, no Value. For a function "
                    "of plain numbers, give its derivative: gradcheck(f, inputs, grad=df)."
                )
        return found

    def value_of(k: int) -> Callable[..., float]:
        def value(*ys: float) -> float:
            with no_grad():
                return outputs([Value(y) for y in ys])[k].data

        return value

    def claim_of(k: int) -> Callable[..., list[float]]:
        def claim(*ys: float) -> list[float]:
            variables = [Value(y) for y in ys]
            return gradient(outputs(variables)[k], variables)

        return claim

    def recorded(k: int) -> Callable[..., Value]:
        def record(*ys: float) -> Value:
            with source_lines():
                return outputs([Value(y) for y in ys])[k]

        return record

    def seeded(k: int) -> Callable[..., list[float]]:
        def pull(seed: float, *ys: float) -> list[float]:
            variables = [Value(y) for y in ys]
            return gradient(outputs(variables)[k], variables, seed)

        return pull

    count = len(outputs([Value(number(x, "gradcheck: input")) for x in leaves(point)]))
    suffix = [""] if count == 1 else [f"[{k}]" for k in range(count)]
    found = []
    for k in range(count):
        options = [REALS] * n, "function", recorded(k)
        target = Target(name + suffix[k], n, value_of(k), claim_of(k), *options)
        target.seeded = seeded(k)
        target.traced = lambda vs, k=k: outputs(vs)[k]
        found.append(target)
    return found


def _package(xs: list[Any]) -> str | None:
    names = {type(x).__module__.split(".")[0] for x in xs}
    return "torch" if "torch" in names else "jax" if names & {"jax", "jaxlib"} else None


def _of_tensors(  # pragma: no cover - make test-peers has torch and JAX
    package: str, func: Any
) -> tuple[Callable[..., float], Callable[..., Any]]:
    if package == "torch":
        import torch

        def tensor(y: float) -> Any:
            return torch.tensor(y, dtype=torch.float64, requires_grad=True)

        def pull(seed: float, *ys: float) -> list[float]:
            xs = [tensor(y) for y in ys]
            out = func(*xs)
            if not out.requires_grad:
                return [0.0] * len(xs)
            slopes = torch.autograd.grad(out, xs, torch.tensor(seed).to(out), allow_unused=True)
            return [0.0 if s is None else float(s) for s in slopes]

        return lambda *ys: float(func(*[tensor(y) for y in ys]).detach()), pull
    import jax

    def slopes(seed: float, *ys: float) -> list[float]:
        out, back = jax.vjp(func, *[jax.numpy.float64(y) for y in ys])
        return [float(s) for s in back(jax.numpy.asarray(seed, out.dtype))]

    return lambda *ys: float(func(*[jax.numpy.float64(y) for y in ys])), slopes
