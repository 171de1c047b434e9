"""Run: one run of a function on fresh variables, and its derivatives in reverse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import reverse
from autograd.copying import links
from autograd.functions import VALUES, dot
from autograd.maths import number
from autograd.modes import Level, at_level, is_grad_enabled, levels
from autograd.primitives import CONSTANT
from autograd.table import TABLE
from autograd.transforms.calls import checked_function, settled, values_of
from autograd.trees import leaves, rebuilt
from autograd.value import Value, lifted, record

COPY = TABLE["copy"]
open_variables: list[set[int]] = []  # the ids of what is differentiated by now, in all threads


def _link(node: Any) -> Any:
    """A copy that depends on a variable, while its transform is at work."""
    # Other threads may begin and end while this one looks: through a list of its own.
    return record(COPY, node) if any([id(node) in ids for ids in [*open_variables]]) else None


links.append(_link)


class Run(Level):
    """One run of a function on fresh variables, and its derivatives in reverse.

    Attributes:
        who: the transform's name, for messages.
        recorded: whether results are Values.
        captured: whether Values from outside take part as numbers, under ``no_grad()``.
    """

    captured = False

    def __init__(self, trees: Sequence[Any], who: str) -> None:
        super().__init__()
        self.who = who
        self.given = leaves(tuple(trees))
        plain = all([type(x) is float for x in self.given])
        self.recorded = bool(levels()) or not (
            plain or not any(isinstance(x, Value) for x in self.given)
        )
        self.variables = [self._variable(x) for x in self.given]
        self._found: dict[int, reverse.Dependents] = {}

    def _variable(self, x: Any) -> Value:
        if not self.recorded:
            return Value(number(x, self.who))
        lifted_x = x if isinstance(x, Value) else lifted(number(x, self.who))
        again = getattr(lifted_x, "again", None)  # a traced Value is at the same place again
        return record(COPY, lifted_x) if again is None else again()

    def call(self, f: Any, args: Any, kwargs: Any, places: Iterable[int]) -> Any:
        """f on the variables, in the place of the chosen arguments."""
        checked_function(f, self.who)
        fresh = iter(self.variables)
        new = list(args)
        for i in places:
            new[i] = rebuilt(args[i], fresh)
        mine = set(map(id, self.variables))
        modes = self.inside()
        open_variables[:0] = (mine,)
        try:
            return at_level(modes, f, *new, **kwargs)
        finally:
            self.ended = True  # what keeps a copy of this thread's modes has it no more
            open_variables.remove(mine)

    def outputs(self, f: Any, found: list[Any], *, warn: bool = True) -> list[Value]:
        """The outputs as Values; from now on it is known whether results are Values."""
        values = values_of(f, found, self.who, warn=warn)
        if not self.recorded and self._are_from_outside(values):
            self.recorded = is_grad_enabled()
            self.captured = not self.recorded
        return values

    def between(self, root: Value) -> reverse.Dependents:
        """What lies between the variables and this output."""
        found = self._found.get(id(root))
        if found is None:
            found = self._found[id(root)] = reverse.dependents(root, self.variables)
        return found

    def _are_from_outside(self, roots: list[Value]) -> bool:
        if len(roots) == 1:
            between = self.between(roots[0])  # which the sweep needs, too
            if between.order:
                roots = [p for p in between.others if p.op is not CONSTANT]
        return reverse.from_outside(roots, self.since, self.variables)

    def pull(self, outputs: list[Value], adjoints: list[Any]) -> list[Any]:
        """Σ adjoint · ∂output/∂variable for each variable."""
        # What does not move is left out: 0.0 times an infinite slope would be nan.
        pairs = [
            (value, a if isinstance(a, Value) else number(a, "vjp: cotangent"))
            for value, a in zip(outputs, adjoints, strict=True)
        ]
        pairs = [(value, a) for value, a in pairs if isinstance(a, Value) or a != 0.0]
        recorded = self.recorded or any([isinstance(a, Value) for _, a in pairs])
        if not pairs:
            return [VALUES.valued(0.0) if recorded else 0.0 for _ in self.variables]
        if len(pairs) == 1 and not recorded and not self.captured:  # no node will be made
            ((root, plain),) = pairs
            return reverse.gradient(root, self.variables, float(plain), self._found.get(id(root)))
        return at_level(Level(self.since).inside(), self._pulled, pairs, recorded=recorded)

    def _pulled(self, pairs: list[tuple[Value, Any]], *, recorded: bool) -> list[Any]:
        if len(pairs) == 1:
            ((root, adjoint),) = pairs
        else:
            root = dot([a for _, a in pairs], [value for value, _ in pairs])
            adjoint = 1.0
        found = self._found.get(id(root))
        if recorded:
            return reverse.owned(reverse.adjoints(root, self.variables, adjoint, found))
        plain: Any = adjoint
        if self.captured:
            return reverse.plain_adjoints(root, self.variables, plain)
        return reverse.gradient(root, self.variables, plain, found)

    def settled(self, aux: Any) -> Any:
        """What else the function returned, with numbers for Values where results are numbers."""
        return settled(aux, recorded=self.recorded, since=self.since)
