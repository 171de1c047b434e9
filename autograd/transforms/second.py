"""Second derivatives: ``hvp`` and ``hessian``, forward over reverse.

For z = f(x, y, ...), forwards and then backwards:

    tangent       ż  = Σ ∂z/∂xᵢ · ẋᵢ
    adjoint       x̄ᵢ += pᵢ · z̄            pᵢ = ∂z/∂xᵢ
    its tangent   x̄̇ᵢ += pᵢ · z̄̇ + ṗᵢ · z̄     ṗᵢ = Σⱼ ∂pᵢ/∂xⱼ · ẋⱼ

and x̄̇ at the inputs is the Hessian times ẋ (Pearlmutter 1994). The function is recorded once; a
direction then costs one sweep forwards and one back, and only over nodes that it reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from autograd import reverse
from autograd.anomaly import check_tangent
from autograd.maths import number
from autograd.modes import levels
from autograd.transforms.duals import Dual, system
from autograd.transforms.gradients import Run, expect_value, grad, jvp
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value


def hvp(f: Callable[..., Value], x: Any, v: Any) -> Any:
    """The Hessian of ``f`` at ``x``, times ``v``; of the structure of ``x``. No Hessian is built.

    Costs about 4 gradients, whatever the number of inputs.

    Raises:
        ArgumentError: when ``v`` does not have the structure of ``x``.
        OperandError: when ``f`` returns anything but a Value.

    >>> hvp(lambda x: x[0] ** 2 * x[1], [3.0, 5.0], [1.0, 0.0])
    [10.0, 6.0]
    """
    xs, vs = leaves(x), matched(v, x, "hvp: v")
    if levels() or any(isinstance(t, Value) for t in (*xs, *vs)):
        return jvp(grad(f), (x,), (v,))[1]
    product = HessianProducts(f, (x,)).product(dict(enumerate([number(t, "hvp: v") for t in vs])))
    return rebuilt(x, iter(product), plain_array)


def hessian(f: Callable[..., Value]) -> Callable[..., list[list[Any]]]:
    """All second derivatives of ``f``: a row and a column for each number of its arguments.

    Exactly symmetric. Costs one recording, and for each input a sweep over what depends on it.

    Raises:
        OperandError: when ``f`` returns anything but a Value.

    >>> hessian(lambda x, y: x**2 * y)(3.0, 5.0)
    [[10.0, 6.0], [6.0, 0.0]]
    """

    def matrix(*args: Any) -> list[list[Any]]:
        xs = leaves(args)
        n = len(xs)
        if levels() or any(isinstance(x, Value) for x in xs):
            slope = grad(f, tuple(range(len(args))))
            units = [rebuilt(args, (float(i == j) for i in range(n))) for j in range(n)]
            columns = [leaves(jvp(slope, args, unit)[1]) for unit in units]
        else:
            recorded = HessianProducts(f, args)
            columns = [recorded.product({j: 1.0}) for j in range(n)]
        return [[columns[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]

    matrix.__name__ = getattr(f, "__name__", "hessian")
    return matrix


class HessianProducts:
    """A function recorded once at a point, ready for products with its Hessian."""

    def __init__(self, f: Callable[..., Value], args: tuple[Any, ...]) -> None:
        run = Run(args)
        output = run.call(f, args, {}, range(len(args)))
        expect_value(f, output, "hessian")
        self.n = len(run.variables)
        nodes: list[Value] = []
        if output._x is not None:
            nodes = reverse.dependents(output, run.variables)[0]
            reverse.gradient(output, run.variables)
        place = {id(v): i for i, v in enumerate([*run.variables, *nodes])}
        self.nodes = nodes
        self.operands = [[place.get(id(p), -1) for p in z.parents] for z in nodes]
        self.partials = [z.partials for z in nodes]
        self.adjoints = [z._grad for z in nodes]
        self.users: list[list[int]] = [[] for _ in place]
        for z, operands in enumerate(self.operands, start=self.n):
            for x in set(operands) - {-1}:
                self.users[x].append(z)
        self._flat: set[int] = set()  # nodes whose partials are constants

    def _forwards(self, direction: dict[int, float]) -> tuple[dict[int, float], list[int]]:
        """The tangents of all that the direction reaches, and the nodes among it in order."""
        tangents = dict(direction)
        waiting = sorted({z for x in direction for z in self.users[x]})
        order = []
        while waiting:
            z = heappop(waiting)
            if z in tangents:
                continue
            operands, slopes = self.operands[z - self.n], self.partials[z - self.n]
            tangent = 0.0
            for x, slope in zip(operands, slopes, strict=True):
                if x in tangents:
                    tangent += slope * tangents[x]
            tangents[z] = tangent
            order.append(z)
            if tangent:
                for user in self.users[z]:
                    heappush(waiting, user)
        return tangents, order

    def _tangents_of_partials(self, k: int, tangents: dict[int, float]) -> list[float] | None:
        """ṗ of node k, or None where all are 0: its rule for partials, read in duals."""
        if k in self._flat:
            return None
        node = self.nodes[k]
        duals = tuple(
            [
                Dual(number, tangents.get(x, 0.0))
                for x, number in zip(self.operands[k], node.numbers, strict=True)
            ]
        )
        z = Dual(node._number, tangents[k + self.n])
        slopes = reverse.read_again(node.op, system, z, duals)
        if not any(type(slope) is Dual for slope in slopes):
            self._flat.add(k)
            return None
        return [slope.t if type(slope) is Dual else 0.0 for slope in slopes]

    def product(self, direction: dict[int, float]) -> list[float]:
        """The Hessian times the vector with these entries, and 0 elsewhere."""
        tangents, order = self._forwards(direction)
        seconds: dict[int, float] = {}
        waiting = [-z for z in reversed(order)]  # sorted, so it is a heap
        done = None
        while waiting:
            z = -heappop(waiting)
            if z == done:
                continue
            done = z
            k = z - self.n
            second = seconds.pop(z, 0.0)
            slopes = self._tangents_of_partials(k, tangents) if z in tangents else None
            for i, x in enumerate(self.operands[k]):
                if x < 0:
                    continue
                share = self.partials[k][i] * second if second else 0.0
                if slopes is not None:
                    share += slopes[i] * self.adjoints[k]
                if share:
                    if x >= self.n and x not in tangents and x not in seconds:
                        heappush(waiting, -x)
                    seconds[x] = seconds.get(x, 0.0) + share
        result = [seconds.get(i, 0.0) for i in range(self.n)]
        for entry in result:
            check_tangent("hvp", entry)
        return result
