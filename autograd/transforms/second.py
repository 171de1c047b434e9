"""Second derivatives: ``hvp`` and ``hessian``, forward over reverse.

For z = f(x, y, ...), forwards and then backwards:

    tangent       ż  = Σ ∂z/∂xᵢ · ẋᵢ
    adjoint       x̄ᵢ += pᵢ · z̄            pᵢ = ∂z/∂xᵢ
    its tangent   x̄̇ᵢ += pᵢ · z̄̇ + ṗᵢ · z̄     ṗᵢ = Σⱼ ∂pᵢ/∂xⱼ · ẋⱼ

and x̄̇ at the inputs is the Hessian times ẋ (Pearlmutter 1994). The function is recorded once; a
direction then costs one sweep forwards and one back, and only over nodes that it reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Any

from autograd import reverse
from autograd.anomaly import check_tangent
from autograd.maths import PYTHON_RAISES, number
from autograd.maths.ieee import Float
from autograd.modes import levels
from autograd.transforms.calls import Transformed, checked_argnums, places_of, with_aux
from autograd.transforms.duals import Dual, system
from autograd.transforms.forward import pushed
from autograd.transforms.gradients import gradient_of
from autograd.transforms.recorded import RecordedProducts, is_recording
from autograd.transforms.run import Run
from autograd.trees import leaves, matched, plain_array, rebuilt
from autograd.value import Value


def hvp(f: Callable[..., Any], x: Any, v: Any, has_aux: bool = False, **kwargs: Any) -> Any:
    """The Hessian of ``f`` at ``x``, times ``v``; of the structure of ``x``. No Hessian is built.

    Costs about 4 gradients, whatever the number of inputs. With ``has_aux``, ``f`` returns a pair,
    and its second comes with the product. Keywords are passed on.

    Raises:
        ArgumentError: when ``v`` does not have the structure of ``x``.
        OperandError: when ``f`` returns anything but a Value or a number.

    >>> hvp(lambda x: x[0] ** 2 * x[1], [3.0, 5.0], [1.0, 0.0])
    [10.0, 6.0]
    """
    xs, vs = leaves(x), matched(v, x, "hvp: v")
    products = None
    if not levels() and not any(isinstance(t, Value) for t in (*xs, *vs)):
        products = HessianProducts(f, (x,), who="hvp", has_aux=has_aux, kwargs=kwargs)
    if is_recording():
        recorded = RecordedProducts(f, (x,), [0], "hvp", has_aux, kwargs)
        moves = {i: t for i, t in enumerate(vs) if isinstance(t, Value) or number(t, "hvp: v")}
        result = rebuilt(x, iter(recorded.product(moves)), plain_array)
        return (result, recorded.aux) if has_aux else result
    if products is None or products.recorded:
        slope = _slope("hvp", f, 0, has_aux)
        found = pushed("hvp", slope, (x,), (v,), kwargs, has_aux=has_aux, warn=False)
        return found[1:] if has_aux else found[1]
    moving = {i: number(t, "hvp: v") for i, t in enumerate(vs)}
    product = products.product({i: t for i, t in moving.items() if t != 0.0})
    result = rebuilt(x, iter(product), plain_array)
    return (result, products.aux) if has_aux else result


def hessian(f: Callable[..., Any], argnums: Any = None, has_aux: bool = False) -> Any:
    """All second derivatives of ``f``: a row and a column for each number of its arguments.

    Exactly symmetric. Costs one recording, and for each input a sweep over what depends on it.

    Args:
        f: the function.
        argnums: which arguments are the input, from left to right; all of them if None.
        has_aux: ``f`` returns a pair, and only the first is differentiated: (matrix, second).

    Raises:
        OperandError: when ``f`` returns anything but a Value or a number.

    >>> hessian(lambda x, y: x**2 * y)(3.0, 5.0)
    [[10.0, 6.0], [6.0, 0.0]]
    """
    checked = None if argnums is None else checked_argnums(argnums, "hessian")

    def matrix(*args: Any, **kwargs: Any) -> Any:
        places = places_of(f, args, checked, "hessian")
        chosen = tuple([args[i] for i in places])
        n = len(leaves(chosen))
        products = None
        if not levels() and not any(isinstance(x, Value) for x in leaves(args)):
            products = HessianProducts(
                f, args, places, who="hessian", has_aux=has_aux, kwargs=kwargs
            )
        if is_recording():
            recorded = RecordedProducts(f, args, places, "hessian", has_aux, kwargs)
            columns, aux = [recorded.product({j: 1.0}, first=j) for j in range(n)], recorded.aux
        elif products is None or products.recorded:
            columns, aux = _columns(f, args, places, has_aux, kwargs)
        else:
            columns, aux = [products.product({j: 1.0}) for j in range(n)], products.aux
        result = [[columns[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
        return (result, aux) if has_aux else result

    return Transformed(hessian, matrix, f, argnums=argnums, has_aux=has_aux)


def _columns(
    f: Any, args: tuple[Any, ...], places: list[int], has_aux: bool, kwargs: dict[str, Any]
) -> tuple[list[list[Any]], Any]:
    """The Hessian by forward mode over recorded reverse, which any transform can see through."""
    n = len(leaves([args[i] for i in places]))
    columns, aux = [], None
    for j in range(n):
        unit = iter([float(i == j) for i in range(n)])
        moved = [rebuilt(x, iter([0.0] * len(leaves(x)))) for x in args]
        for i in places:
            moved[i] = rebuilt(args[i], unit)
        slope = _slope("hessian", f, tuple(places), has_aux, warn=not j)  # once
        found = pushed("hessian", slope, args, tuple(moved), kwargs, has_aux=has_aux, warn=False)
        columns.append(leaves(found[1]))
        aux = found[2] if has_aux else None
    return columns, aux


def _slope(who: str, f: Any, argnums: Any, has_aux: bool, *, warn: bool = True) -> Any:
    """The gradient of ``f``, as a function."""

    def slope(*args: Any, **kwargs: Any) -> Any:
        (_, aux), found = gradient_of(who, f, argnums, has_aux, args, kwargs, warn=warn)
        return (found, aux) if has_aux else found

    return slope


class HessianProducts:
    """A function recorded once at a point, ready for products with its Hessian.

    Attributes:
        recorded: whether Values from outside take part: then there are no products in floats.
        aux: what else the function returned, with ``has_aux``.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        places: Sequence[int] | None = None,
        *,
        who: str = "hessian",
        has_aux: bool = False,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        places = list(range(len(args))) if places is None else list(places)
        run = Run([args[i] for i in places], who)
        found = run.call(f, args, kwargs or {}, places)
        output, aux = with_aux(found, f, who, wanted=has_aux)
        (output,) = run.outputs(f, [output])
        self.recorded = run.recorded
        if self.recorded:
            return
        self.aux = run.settled(aux)
        self.n = len(run.variables)
        nodes: list[Value] = []
        if output._x is not None:
            between = run.between(output)
            nodes = between.order
            reverse.gradient(output, run.variables, found=between)
        place = {id(v): i for i, v in enumerate([*run.variables, *nodes])}
        self.nodes = nodes
        self.operands = [[place.get(id(p), -1) for p in z.parents] for z in nodes]
        self.partials = [z.partials for z in nodes]
        self.adjoints = [z._grad for z in nodes]
        self.users: list[list[int]] = [[] for _ in place]
        for z, operands in enumerate(self.operands, start=self.n):
            for x in set(operands) - {-1}:
                self.users[x].append(z)
        self._flat: dict[int, bool] = {}  # whether all partials of a node are constants

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

    def _tangents_of_partials(self, k: int, tangents: dict[int, float]) -> list[Any] | None:
        """ṗ of node k, None for what is 0 by structure: its rule for partials, read in duals."""
        if self._flat.get(k):
            return None
        found = self._in_duals(k, tangents)
        if any([type(p) is Dual for p in found]):
            return [p.t if type(p) is Dual else None for p in found]
        if all([x in tangents for x in self.operands[k] if x >= 0]):
            self._flat[k] = True
        elif k not in self._flat:  # nothing now; is that so whatever moves?
            everything = dict.fromkeys([*self.operands[k], k + self.n], 1.0)
            self._flat[k] = not any([type(p) is Dual for p in self._in_duals(k, everything)])
        return None

    def _in_duals(self, k: int, tangents: dict[int, float]) -> tuple[Any, ...]:
        """The partials of node k, where the operands that move are duals."""
        node = self.nodes[k]
        z = Dual(node._number, tangents[k + self.n])
        xs = [
            Dual(number, tangents[x]) if x in tangents else number
            for x, number in zip(self.operands[k], node.numbers, strict=True)
        ]
        try:
            return reverse.read_again(node.op, system, z, tuple(xs))
        except PYTHON_RAISES:
            xs = [x if isinstance(x, Dual) else Float(x) for x in xs]
            return reverse.read_again(node.op, system, z, tuple(xs))

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
                if slopes is not None and slopes[i] is not None:  # no 0.0 times an infinite adjoint
                    share += slopes[i] * self.adjoints[k]
                if share:
                    if x >= self.n and x not in tangents and x not in seconds:
                        heappush(waiting, -x)
                    seconds[x] = seconds.get(x, 0.0) + share
        result = [seconds.get(i, 0.0) for i in range(self.n)]
        for entry in result:
            check_tangent("hvp", entry)
        return result
