"""Recording: run a function once with traced Values, and keep what it computes as instructions.

A traced Value has a place in the recording instead of a number. Every operation on it emits an
instruction; the operations of a derivative do too, for derivative rules are read in Values. So
whatever transforms the function is made of, and however they nest, one run records all of it.

What depends on a number can't be recorded: ``if v > 0``, ``max(v, 0)``, ``v.data``. It is refused
at that line. ``where`` and ``maximum`` say the same and can be recorded.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Number
from types import SimpleNamespace
from typing import Any, NoReturn

from autograd.compiler.program.instructions import CONSTANT as NUMBER
from autograd.compiler.program.instructions import COPY, SPELLED, Builder, Place, condition
from autograd.compiler.record.traced import NO_TANGENTS, Traced, refuse_unknown
from autograd.errors import GraphError, OperandError
from autograd.functions import VALUES, maximum
from autograd.maths import number, read
from autograd.modes import Level, Mode, entered, made, open_modes
from autograd.primitives import CONSTANT, LEAF, Primitive
from autograd.scalar import NO_NOTE, Note
from autograd.transforms.forward import ValueWithTangents
from autograd.value import Value

_new = object.__new__


class Recording(Level, Builder):
    """The run of one function, as instructions.

    Attributes:
        nodes: every traced Value that was made, for its label.
        inputs: the places of the arguments' numbers.
        captured: the Values that the function found outside, by place; their numbers are read
            anew at every call.
        names: what the gradients are called, by place.
    """

    def __init__(self) -> None:
        Level.__init__(self)
        Builder.__init__(self)
        self.nodes: list[Traced] = []
        self.inputs: list[Place] = []
        self.captured: dict[Place, Value] = {}
        self.names: dict[Place, str] = {}
        self._places: dict[int, Place] = {}
        self._conditions: set[Place] = set()

    rank = 0  # a node is traced before any other mode sees it

    @contextmanager
    def running(self) -> Iterator[None]:
        """Record what this thread computes inside the ``with``."""
        self.system = SimpleNamespace(**vars(VALUES))  # the functions of Values
        self.system.largest = _largest
        self.system.isfinite = lambda x: x - x == 0.0  # inf - inf is nan
        self.system.stable = self.spell
        self.system.name_adjoint = self.name_adjoint
        with entered(self):
            try:
                yield
            finally:
                self.nodes.clear()  # they refer to the recording: a cycle for the collector
                del self.system
                self.__class__ = Ended

    def input(self, label: str, scope: str = "") -> Traced:
        """A new argument."""
        place = self.add(LEAF)
        self.inputs.append(place)
        return self._node(LEAF, None, None, place, Note(label, scope))

    def leaf(self, place: Place) -> Traced:
        """A traced Value without operands."""
        return self._node(LEAF, None, None, place)

    def number(self, x: float) -> Traced:
        """A constant."""
        leaf = self.leaf(self.constant(x))
        leaf.op = CONSTANT
        return leaf

    def _node(self, op: Primitive, x: Any, y: Any, place: Place, note: Note = NO_NOTE) -> Traced:
        z = _new(Traced)
        z._x, z._y = x, y
        z.op = op
        z.note, z._mark = note, None
        z.tangents, z.recording, z.place = NO_TANGENTS, self, place
        self.nodes.append(z)
        return z

    # What Value asks of the recording.

    def record(self, row: Primitive, operands: tuple[Any, ...]) -> Any:
        """z = row(operands): a plain number where all operands are."""
        if not any([isinstance(x, Value) for x in operands]):
            return read(row.forward, *row.arguments([number(x, row.name) for x in operands]))
        z = self._traced(row, operands)
        return made(z) if len(open_modes) > 1 else z

    def _traced(self, row: Primitive, operands: tuple[Any, ...]) -> Traced:
        xs = tuple(
            [x if type(x) is Traced else self.operand(row, x, strict=True) for x in operands]
        )
        place = self.emit(row, tuple([self.place(x) for x in xs]))
        if row.arity is None or len(xs) > 2:
            return self._node(row, xs, None, place)
        return self._node(row, xs[0], xs[1] if len(xs) == 2 else None, place)

    def made(self, node: Value, outer: tuple[Mode, ...]) -> Value:
        """A node of captured Values, traced."""
        if type(node) is Traced:
            return node
        return self._traced(node.op, node.parents)

    def seen(self, how: str, *values: Any) -> Any:
        """Record a comparison; refuse to show a number, for there is none yet."""
        if how == "new data":
            self.refuse_data()
        if how in {"data", "float", "bool", "index"}:
            self.refuse_number(values[0], how)
        return self.compare(how, *values)

    def compare(self, name: str, x: Value, y: Any) -> Any:
        """x < y and the like: 1 where it holds, else 0."""
        try:
            places = (
                self.place(x),
                self.place(y if isinstance(y, Value) else self.number(number(y))),
            )
        except OperandError:
            if isinstance(y, Number) and not isinstance(y, complex):  # too large for a float
                raise
            return NotImplemented
        z = self.leaf(condition(name)(self, *places))
        self._conditions.add(z.place)
        return z

    def logical(self, row: Primitive, x: Traced, y: Any) -> Any:
        """x and y, x or y, of conditions."""
        if isinstance(y, bool):
            y = self.number(float(y))
            self._conditions.add(y.place)
        if type(y) is not Traced or not {x.place, y.place} <= self._conditions:
            return NotImplemented
        z = self.leaf(self.emit(row, (x.place, y.place)))
        self._conditions.add(z.place)
        return z

    def different(self, x: Traced, y: Any) -> Any:
        """Whether just one of two conditions holds, x ^ y."""
        if isinstance(y, bool):
            y = self.number(float(y))
            self._conditions.add(y.place)
        if type(y) is not Traced or not {x.place, y.place} <= self._conditions:
            return NotImplemented
        return self.compare("ne", x, y)

    def negated(self, x: Traced) -> Any:
        """Whether a condition does not hold."""
        return self.compare("eq", x, 0.0)

    def spell(self, careful: Any, textbook: Any) -> Any:
        """One number in two spellings; derivatives are taken of the first."""
        if type(careful) is not Traced or type(textbook) is not Traced:
            return careful
        place = self.emit(SPELLED, (careful.place, textbook.place))
        z = self._node(COPY, careful, None, place)
        return made(z) if len(open_modes) > 1 else z

    def name_adjoint(self, adjoint: Any, node: Value, root: Value) -> None:
        """Remember what an adjoint is the gradient of."""
        label = node.note.label
        if label and type(adjoint) is Traced and adjoint.place not in self.names:
            self.names[adjoint.place] = f"∂{root.note.label or 'f'}/∂{label}"

    def refuse_number(self, x: Value, how: str) -> NoReturn:
        """Say why a number can't be had."""
        what = x.label or (x.op.name and f"the result of {x.op}") or "a Value"
        if how == "bool":
            raise GraphError(
                f"compile: {what} decides a branch, but a recording holds for every number. Write "
                "where(condition, x, y) for if, maximum and minimum for max and min, & and | for "
                "and and or, a number of steps that is known for while; or if it is a flag, make "
                "it a static argument: static_argnums."
            )
        if how == "index":
            raise GraphError(
                f"compile: {what} is an index or a count, and a recording has no numbers yet. For "
                "xs[y] write autograd.sum([where(y == k, x, 0.0) for k, x in enumerate(xs)]); if "
                "few different ones are needed, make it a static argument: static_argnums."
            )
        raise GraphError(
            f"compile: .data or float() of {what}: a recording has no numbers yet. Compute with "
            "the Value itself, by the functions of autograd."
        )

    def refuse_data(self) -> NoReturn:
        """Say why a number can't be assigned."""
        raise GraphError(
            "compile: .data is assigned inside a compiled function: that would be done when it is "
            "recorded, and never again. Return the new number instead."
        )

    # Operands.

    def operand(self, row: Primitive, x: Any, *, strict: bool = False) -> Any:
        """x as a traced Value; NotImplemented for what is no number, or an error if ``strict``."""
        if isinstance(x, Value):
            place = self.place(x)
            if type(x) is Traced:
                return x
            leaf = self.leaf(place)
            leaf.note = x.note
            return leaf
        try:
            return self.number(number(x, row.name))
        except OperandError:
            if strict or isinstance(x, (str, bytes, complex, list, tuple, dict, set, type(None))):
                raise
            return NotImplemented

    def place(self, x: Value) -> Place:
        """Where x is; a Value from outside becomes an input, read at every call."""
        if type(x) is Traced:
            if x.recording is not self:
                raise GraphError(f"compile: {x!r} was kept from another recording.")
            return x.place
        if isinstance(x, ValueWithTangents):
            raise GraphError(
                "compile: a jvp around a compiled function can't see into it; compile the jvp."
            )
        place = self._places.get(id(x))
        if place is None:
            if x.op is CONSTANT:
                return self.constant(x._number)
            place = self._places[id(x)] = self.add(LEAF)
            self.captured[place] = x
        return place

    def settle(self) -> None:
        """Make constants of the Values that the function made, if nobody holds them any longer."""
        found = self.captured.items()
        own = [p for p, x in found if x._x is None and x._a >= self.since]
        for place in own:
            x: Any = self.captured.pop(place)
            number, reference = x._number, weakref.ref(x)
            del x
            alive = reference()
            if alive is not None:
                self.captured[place] = alive
            else:
                self.ops[place] = NUMBER
                self.numbers[place] = number


def _largest(xs: Any) -> Any:
    top = functools.reduce(maximum, xs)
    return top.detach() if isinstance(top, Value) else top


class Ended(Recording):
    """A recording that has ended: a Value that was kept from it can't be computed with."""

    def emit(self, op: Primitive, operands: tuple[Place, ...]) -> NoReturn:
        """Refuse."""
        refuse_unknown()
