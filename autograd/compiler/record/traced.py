"""Traced: a Value that has a place in a recording instead of a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from autograd.compiler.program.instructions import COPY, MUL, Place
from autograd.errors import GraphError, OperandError
from autograd.maths import is_array, number
from autograd.modes import made, open_modes
from autograd.operators import install
from autograd.primitives import Primitive
from autograd.scalar import NO_NOTE, NOT_RUN
from autograd.table import TABLE
from autograd.transforms.forward import ValueWithTangents
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.compiler.record.recording import Recording

NO_TANGENTS: dict[Any, Any] = {}
_new = object.__new__


class NoNumberError(GraphError, AttributeError):
    """There is no number to compute with."""


def refuse_unknown(*_: Any) -> NoReturn:
    """Say that there is no number to compute with."""
    raise NoNumberError(
        "compile: this uses a Value that was kept from a recording, or in another thread than it "
        "is made in. Such a Value has no number: what a compiled function computes is what it "
        "returns."
    )


class Traced(ValueWithTangents):
    """A Value of which only its place in a recording is known."""

    __slots__ = ("place", "recording")

    place: Place
    recording: Recording

    # The same for all of them, so that a node need not be given it.
    _grad = NOT_RUN
    _number = _a = _b = property(refuse_unknown)

    @property
    def data(self) -> float:
        """Refused: there is no number."""
        self.recording.refuse_number(self, "data")

    @data.setter
    def data(self, data: Any) -> None:
        self.recording.refuse_data()

    def again(self) -> Traced:
        """The same number as a variable of its own, to differentiate by."""
        z = self.recording.leaf(self.place)
        z._x, z.op, z.note, z.tangents = self, COPY, self.note, self.tangents
        return z

    def detach(self) -> Value:
        """The same number, to which no gradient flows."""
        return self.recording.leaf(self.place)

    def backward(
        self, adjoint: Any = 1.0, *, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Refused: a program has results and no side effects."""
        raise GraphError(
            "backward() inside a compiled function: the gradient is a result of its own there; "
            "compile autograd.value_and_grad(f)."
        )

    def __pow__(self, y: Any) -> Value:
        if isinstance(y, Value) or is_array(y):
            return _pow(self, y)
        power: Value = self.recording.record(TABLE["powc"].bind(number(y, "pow")), (self,))
        return power

    def __and__(self, other: Any) -> Value:
        return self.recording.logical(MUL, self, other)

    def __or__(self, other: Any) -> Value:
        return self.recording.logical(TABLE["maximum"], self, other)

    def __xor__(self, other: Any) -> Value:
        return self.recording.different(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise GraphError(f"{self!r} belongs to a recording and can't be copied or pickled.")

    def __copy__(self, memo: Any = None) -> Any:
        return self.__reduce_ex__(2)

    __deepcopy__ = __copy__

    def __repr__(self) -> str:
        what = f"label={self.label!r}" if self.label else f"op={self.op.name!r}"
        return f"Traced({what})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __float__(self) -> float:
        self.recording.refuse_number(self, "float")

    __complex__ = __float__

    def __int__(self) -> int:
        self.recording.refuse_number(self, "index")

    __index__ = __int__


# The operators, built from the rows as those of Value are; a node has no number to compute. The
# recording is an open mode itself, and has been asked already.


def _unary(row: Primitive) -> Callable[[Traced], Value]:
    def method(x: Traced) -> Value:
        recording = x.recording
        z = _new(Traced)
        z._x = x
        z._y = None
        z.op = row
        z.note = NO_NOTE
        z._mark = None
        z.tangents = NO_TANGENTS
        z.recording = recording
        z.place = recording.emit(row, (x.place,))
        recording.nodes.append(z)
        return made(z) if len(open_modes) > 1 else z

    return method


def _binary(
    row: Primitive,
) -> tuple[Callable[[Traced, Any], Value], Callable[[Traced, Any], Value]]:
    def record(x: Traced, y: Traced) -> Value:
        recording = x.recording
        z = _new(Traced)
        z._x = x
        z._y = y
        z.op = row
        z.note = NO_NOTE
        z._mark = None
        z.tangents = NO_TANGENTS
        z.recording = recording
        z.place = recording.emit(row, (x.place, y.place))
        recording.nodes.append(z)
        return made(z) if len(open_modes) > 1 else z

    def method(x: Traced, y: Any) -> Value:
        if type(y) is not Traced or y.recording is not x.recording:
            y = x.recording.operand(row, y)
            if y is NotImplemented:
                return NotImplemented
        return record(x, y)

    def reflected(y: Traced, x: Any) -> Value:
        x = y.recording.operand(row, x)
        return NotImplemented if x is NotImplemented else record(x, y)

    return method, reflected


_pow = _binary(TABLE["pow"])[0]
install(Traced, _unary, _binary, methods=True)


def _invert(x: Traced) -> NoReturn:
    raise OperandError(
        "compile: ~ of a condition: without compile it is a bool, and Python's ~True is -2, "
        "which is true as well. Write where(condition, no, yes), or the opposite comparison."
    )


if "__invert__" not in vars(Traced):  # no row of the table has this operator
    setattr(Traced, "__invert__", _invert)  # noqa: B010 - which the type checker has not
