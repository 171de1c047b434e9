"""Second derivatives while ``compile`` records: the sweeps of ``second``, read in Values.

The function is run once and differentiated once. A direction then costs the instructions of what it
reaches and of what is curved there: a Hessian of n inputs takes n sweeps over a few nodes each, not
n recordings of the whole function. What is 0 by structure is absent, as it is in floats, so an
infinite slope makes no nan of it. What is 0 only for some numbers is left out for those, as in
floats too: by a ``where`` if the slope beside it may be infinite.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import cache
from heapq import heappop, heappush
from itertools import product
from types import SimpleNamespace
from typing import Any

from autograd import reverse
from autograd.maths import number, read
from autograd.modes import levels, number_system
from autograd.operators import install
from autograd.primitives import Primitive
from autograd.table import TABLE
from autograd.transforms.calls import with_aux
from autograd.transforms.run import Run
from autograd.value import Value, record

NUMBERS = (-1000.0, -2.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.5, 1000.0)


def is_recording() -> bool:
    """Whether compile records here, and no transform is at work inside of it."""
    open_levels = levels()
    return len(open_levels) == 1 and number_system().name_adjoint is not None


class RecordedProducts:
    """A function recorded once, ready for products with its Hessian; see ``HessianProducts``."""

    def __init__(
        self, f: Any, args: tuple[Any, ...], places: list[int], who: str, has_aux: bool, kwargs: Any
    ) -> None:
        self.any_direction = who == "hvp"
        run = Run([args[i] for i in places], who)
        found = run.call(f, args, kwargs, places)
        output, aux = with_aux(found, f, who, wanted=has_aux)
        (output,) = run.outputs(f, [output])
        self.aux = run.settled(aux)
        self.n = n = len(run.variables)
        self.nodes: list[Any] = run.between(output).order if output._x is not None else []
        place = {id(v): i for i, v in enumerate([*run.variables, *self.nodes])}
        self.operands = [[place.get(id(p), -1) for p in z.parents] for z in self.nodes]
        self._differentiate(output, run.variables)
        self.users: list[list[int]] = [[] for _ in place]
        for z in range(n + len(self.nodes) - 1, n - 1, -1):
            everything = dict.fromkeys([*self.operands[z - n], z], 1.0)
            curved = any([type(p) is RecordedDual for p in self._in_duals(z - n, everything)])
            if curved or self.users[z]:  # else nobody asks how z moves
                for x in set(self.operands[z - n]) - {-1}:
                    self.users[x].append(z)
        for users in self.users:
            users.reverse()

    def _differentiate(self, output: Any, variables: list[Any]) -> None:
        """The partials and the adjoint of each node."""
        m = number_system()
        shares: dict[Any, list[Any]] = {output: [1.0, 1.0]}
        known = {*variables, *self.nodes}
        self.partials: list[Any] = []
        self.adjoints: list[Any] = []
        for node in reversed(self.nodes):
            total = reverse.weighted_sum(m, shares.pop(node))
            m.name_adjoint(total, node, output)
            partials = reverse.recorded_partials(node, node.parents, m)
            for operand, partial in zip(node.parents, partials, strict=True):
                if operand in known:
                    shares.setdefault(operand, []).extend((partial, total))
            self.partials.append(partials)
            self.adjoints.append(total)
        self.partials.reverse()
        self.adjoints.reverse()

    def product(self, direction: dict[int, Any], first: int = 0) -> list[Any]:
        """The Hessian times the vector with these entries, from its row ``first`` on."""
        tangents, order = self._forwards(direction)
        seconds: dict[int, Any] = {}
        waiting = [-z for z in reversed(order)]  # sorted, so it is a heap
        done = None
        while waiting:
            z = -heappop(waiting)
            if z == done:
                continue
            done, k = z, z - self.n
            second = seconds.pop(z, None)
            slopes = self._in_duals(k, tangents) if z in tangents else ()
            for i, x in enumerate(self.operands[k]):
                if x < 0 or (x < self.n and x < first):
                    continue
                share = None if second is None else times(self.partials[k][i], second)
                if slopes and type(slopes[i]) is RecordedDual:
                    # A direction's numbers may be 0 here, and are absent in floats; 1.0 never is.
                    multiply = times if self.any_direction else operator.mul
                    curved = multiply(self.adjoints[k], slopes[i].t)
                    share = curved if share is None else share + curved
                if share is None or (type(share) is float and share == 0.0):
                    continue
                if x >= self.n and x not in tangents and x not in seconds:
                    heappush(waiting, -x)
                seconds[x] = seconds[x] + share if x in seconds else share
        return [seconds.get(i, 0.0) for i in range(self.n)]

    def _forwards(self, direction: dict[int, Any]) -> tuple[dict[int, Any], list[int]]:
        tangents = dict(direction)
        waiting = sorted({z for x in direction for z in self.users[x]})
        order = []
        while waiting:
            z = heappop(waiting)
            if z in tangents:
                continue
            tangent: Any = None
            pairs = zip(self.operands[z - self.n], self.partials[z - self.n], strict=True)
            for x, slope in pairs:
                if x in tangents:
                    share = times(slope, tangents[x])
                    tangent = share if tangent is None else tangent + share
            tangents[z] = tangent
            order.append(z)
            if type(tangent) is not float or tangent != 0.0:
                for user in self.users[z]:
                    heappush(waiting, user)
        return tangents, order

    def _in_duals(self, k: int, tangents: dict[int, Any]) -> tuple[Any, ...]:
        """The partials of node k, where the operands that move are duals."""
        node = self.nodes[k]
        z = RecordedDual(node, tangents[k + self.n])
        xs = tuple(
            [
                RecordedDual(p, tangents[x]) if x in tangents else p
                for p, x in zip(node.parents, self.operands[k], strict=True)
            ]
        )
        return reverse.read_again(node.op, system, z, xs)


def times(slope: Any, tangent: Any) -> Any:
    """slope · tangent; 0 where the tangent is 0, also if the slope is infinite."""
    if type(slope) is float and slope == 1.0:
        return tangent
    if not isinstance(tangent, Value):
        return slope if tangent == 1.0 else slope * tangent
    found = slope * tangent
    return number_system().where(tangent == 0.0, 0.0, found) if is_risky(slope) else found


def is_risky(slope: Any) -> bool:
    """Whether it is made by an operation that makes infinities of usual numbers."""
    if not isinstance(slope, Value):
        return not math.isfinite(slope)
    known: dict[int, bool] = vars(number_system()).setdefault("risky", {})  # for one recording
    waiting = [slope]
    while waiting:
        v = waiting[-1]
        new = [p for p in v.parents if id(p) not in known]
        if new and not makes_infinities(v.op):
            waiting += new
            continue
        known[id(v)] = makes_infinities(v.op) or any([known[id(p)] for p in v.parents])
        waiting.pop()
    return known[id(slope)]


@cache
def makes_infinities(row: Primitive) -> bool:
    """Whether the row makes a nan or an infinity of numbers of usual size, asked of its rule."""
    try:
        return not all(
            math.isfinite(read(row.forward, *row.arguments(xs)))
            for xs in product(NUMBERS, repeat=2 if row.arity is None else row.arity)
        )
    except Exception:  # noqa: BLE001 - a user's rule may raise anything
        return True


# Duals of Values: as those of floats, but every operation is recorded.


def _lift(row: Primitive) -> Callable[..., Any]:
    def function(*operands: Any) -> Any:
        xs = tuple([o.x if type(o) is RecordedDual else o for o in operands])
        z = record(row, *xs)
        moving = [type(o) is RecordedDual for o in operands]
        if not any(moving):
            return z
        slopes = reverse.read_again(row, number_system(), z, xs)
        shares = [
            times(slope, operand.t)
            for operand, slope, moves in zip(operands, slopes, moving, strict=True)
            if moves
        ]
        tangent = shares[0]
        for share in shares[1:]:
            tangent = tangent + share
        return RecordedDual(z, tangent)

    return function


def _both(row: Primitive) -> tuple[Any, Any]:
    function = _lift(row)
    return function, lambda y, x: function(x, y)


def _compared(compare: Any) -> Any:
    return lambda x, y: compare(x.x, _primal(y))


class RecordedDual:
    """x + t·ε of Values."""

    __slots__ = ("t", "x")

    def __init__(self, x: Any, t: Any) -> None:
        self.x = x
        self.t = t

    def __pos__(self) -> RecordedDual:
        return self

    def __pow__(self, y: Any) -> Any:
        return _pow(self, y)

    def __rpow__(self, x: Any) -> Any:
        return _pow(x, self)

    __lt__, __le__, __gt__, __ge__, __eq__, __ne__ = map(
        _compared,
        (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
    )
    __hash__ = object.__hash__


install(RecordedDual, _lift, _both)
_general_power, _dot = [_lift(TABLE[name]) for name in ("pow", "dot")]


def _pow(x: Any, y: Any) -> Any:
    if isinstance(y, (RecordedDual, Value)):
        return _general_power(x, y)
    return _lift(TABLE["powc"].bind(number(y, "pow")))(x)


def _of_list(row: Primitive) -> Callable[[Any], Any]:
    function = _lift(row)
    return lambda xs: function(*xs)


def _primal(x: Any) -> Any:
    return x.x if type(x) is RecordedDual else x


def _tangent(x: Any) -> Any:
    return x.t if type(x) is RecordedDual else 0.0


def _picked(condition: Any, x: Any, y: Any) -> Any:
    """Of both branches the one that is taken, number and tangent; the other adds nothing."""
    if not isinstance(condition, Value):
        return x if condition else y
    where = number_system().where
    z = where(condition, _primal(x), _primal(y))
    if type(x) is not RecordedDual and type(y) is not RecordedDual:
        return z
    return RecordedDual(z, where(condition, _tangent(x), _tangent(y)))


def _spelled(careful: Any, textbook: Any) -> Any:
    z = number_system().stable(_primal(careful), _primal(textbook))
    return RecordedDual(z, careful.t) if type(careful) is RecordedDual else z


system = SimpleNamespace(
    **{
        name: _of_list(row) if row.arity is None else _lift(row)
        for name, row in TABLE.items()
        if not row.constants
    }
)
system.pow = _pow
system.where = _picked
system.stable = _spelled
system.dot = lambda ws, xs, bias=0.0: _dot(*ws, *xs, bias)
system.largest = lambda xs: number_system().largest([_primal(x) for x in xs])
system.isfinite = lambda x: number_system().isfinite(_primal(x))
