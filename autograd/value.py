"""Value: a number that remembers the operation and the operands it came from.

    x = Value(2.0, label="x")
    y = x * x + 3          # records the graph of this expression
    y.backward()           # x.grad is now dy/dx = 4.0

Here is how an operation is recorded; the graph and the chain rule are in :mod:`autograd.backward`.
On a first reading, skip ``open_modes`` (``no_grad()``...) and ``recording`` (``compile``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from numbers import Number
from typing import Any

from autograd.backward import backward
from autograd.errors import ArgumentError, OperandError
from autograd.maths import PYTHON_RAISES, floats, number, read, read_ieee, unboxed
from autograd.methods import Methods
from autograd.modes import made, open_modes
from autograd.operators import install
from autograd.primitives import CONSTANT, Primitive
from autograd.reverse import backward_to, recorded_backward
from autograd.scalar import NO_NOTE, NOT_RUN, Scalar
from autograd.table import TABLE

PLAIN = frozenset((float, int))  # the usual types of a plain number
_new = object.__new__  # a Value without __init__: setting its slots one by one is faster


class Value(Scalar, Methods):
    """A float in a computation graph.

    ``+ - * / // % ** abs`` and the functions of ``autograd`` record a new Value for each operation;
    ``<  <=  >  >=  ==  !=`` compare the numbers and give a bool; Values hash by identity.

    Args:
        data: a real number, also NumPy's, a Fraction or a Decimal; else OperandError is raised.
        label: a name, for pictures and messages.

    Attributes:
        data: the number, a float. A leaf's may be assigned; a result's may not.
        grad: ∂output/∂self after ``output.backward()``, and 0.0 before. In a leaf it adds up from
            call to call, until it is set to 0.
        op: the row of the operation that made this Value; ``str(v.op)`` is its name, "" on a leaf.
        note: label, scope (the path of the module, or of ``scope``) and source line, in one tuple.

    A node costs 136 bytes and about 0.4 µs; a graph holds no reference cycle. In a loop,
    ``w = w - lr * w.grad`` makes it longer and longer: let w be a leaf, ``w.data -= lr * w.grad``.

    >>> x, y = Value(2.0, label="x"), Value(3.0)
    >>> z = x * y + x
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (8.0, 4.0, 2.0)
    """

    __slots__ = ()

    def __pos__(self) -> Value:
        """The Value itself."""
        return self

    def __pow__(self, y: Any) -> Value:
        """x to the power y. A plain number y is a constant of the row and not an operand."""
        if type(y) in PLAIN or isinstance(y, Number):
            return _constant_power(number(y, "pow"))(self)
        return _power(self, y)

    def backward(
        self, adjoint: Any = 1.0, *, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Compute ∂self/∂node · adjoint for every node that this Value depends on.

        Leaves add it to their ``grad``; inner nodes overwrite theirs. So a second backward, over
        the same graph or one that shares nodes with it, is right too. O(nodes); no recursion.

        Args:
            adjoint: the adjoint of this Value itself, a factor of all the others.
            create_graph: make every ``grad`` a Value that can be differentiated again, for about
                4 times the cost. Leaf and grad then refer to each other: autograd.grad is cleaner.
            inputs: the Values whose ``grad`` is to change; all if None.

        Raises:
            GraphError: with ``create_graph``, when a leaf has been given new data since its use.

        >>> x = Value(3.0)
        >>> (x ** 2).backward()
        >>> (x * 5).backward()
        >>> x.grad
        11.0
        """
        adjoint = adjoint if create_graph else number(adjoint, "backward: adjoint")
        if inputs is not None:
            return backward_to(inputs, self, adjoint, create_graph=create_graph)
        return (recorded_backward if create_graph else backward)(self, adjoint)

    def detach(self) -> Value:
        """A leaf with the same number and label, and no history."""
        leaf = Value(self._number)
        leaf.note = self.note
        return leaf


def record(row: Primitive, *operands: Any) -> Any:
    """z = row(operands): a Value if any operand is a Value, else a plain float.

    Raises:
        OperandError: when an operand is neither a Value nor a number; it names the row.
        ArgumentError: when there are too many operands for the row, or too few.
    """
    if row.arity is not None and len(operands) != row.arity:
        raise ArgumentError(f"{row}: takes {row.arity} operands, got {len(operands)}.")
    try:
        numbers = tuple([x._number for x in operands])
    except AttributeError:  # some are plain numbers, or compile is recording
        return _record_mixed(row, operands)
    try:
        data = row.forward(floats, numbers) if row.arity is None else row.forward(floats, *numbers)
    except PYTHON_RAISES:
        data = read_ieee(row.forward, *row.arguments(numbers))
    if not operands:  # sum([]) is a plain 0.0
        return data
    z = _new(Value)
    z._number = data
    z.op = row
    z._grad = NOT_RUN
    z.note = NO_NOTE
    z._y = z._mark = None
    if row.arity is None or len(operands) > 2:
        z._x, z._a = operands, numbers
    elif len(operands) == 2:
        (z._x, z._y), (z._a, z._b) = operands, numbers
    else:
        (z._x,), (z._a,) = operands, numbers
    return made(z) if open_modes else z


def _record_mixed(row: Primitive, operands: tuple[Any, ...]) -> Any:
    values = [x for x in operands if isinstance(x, Value)]
    if not values:
        return read(row.forward, *row.arguments([number(x, row.name) for x in operands]))
    for x in values:
        if x.recording is not None:
            return x.recording.record(row, operands)
    return record(row, *[x if isinstance(x, Value) else lifted(x, row.name) for x in operands])


def lifted(x: Any, where: str = "Value") -> Value:
    """A Value made of a plain number, so that it can be an operand."""
    z = _new(Value)
    z._number = x if type(x) is float else number(x, where)
    z._x = z._y = z._mark = None
    z.op, z._grad, z.note = CONSTANT, NOT_RUN, NO_NOTE
    return z


# ``record`` again, for one operand and for two, written out for speed: most time is spent here.


def unary(row: Primitive) -> Callable[[Value], Value]:
    """The method that records z = row(x)."""
    forward = row.forward

    def method(x: Value) -> Value:
        a = x._number
        try:
            data = forward(floats, a)
        except PYTHON_RAISES:
            data = read_ieee(forward, a)
        z = _new(Value)
        z._number = data
        z._x = x
        z._y = None
        z._a = a
        z.op = row
        z._grad = NOT_RUN
        z.note = NO_NOTE
        z._mark = None
        return made(z) if open_modes else z

    method.__name__, method.__doc__ = row.name, row.doc
    return method


def binary(row: Primitive) -> tuple[Callable[[Value, Any], Value], Callable[[Value, Any], Value]]:
    """The methods that record z = row(x, y): ``x.__op__(y)``, and ``y.__rop__(x)`` for plain x."""
    forward = row.forward

    def method(x: Value, y: Any) -> Value:
        if type(y) is not Value:
            y = lifted(y) if type(y) in PLAIN else _operand(row, y)
            if y is NotImplemented:
                return NotImplemented
        a = x._number
        b = y._number
        try:
            data = forward(floats, a, b)
        except PYTHON_RAISES:
            data = read_ieee(forward, a, b)
        z = _new(Value)
        z._number = data
        z._x = x
        z._y = y
        z._a = a
        z._b = b
        z.op = row
        z._grad = NOT_RUN
        z.note = NO_NOTE
        z._mark = None
        return made(z) if open_modes else z

    def reflected(y: Value, x: Any) -> Value:
        x = _operand(row, x)
        return NotImplemented if x is NotImplemented else method(x, y)

    method.__name__, method.__doc__ = reflected.__name__, reflected.__doc__ = row.name, row.doc
    return method, reflected


def _operand(row: Primitive, y: Any) -> Any:
    # After NotImplemented, Python asks the class of y, which may know what to do with a Value, as
    # NumPy's arrays do. Strings and containers do not, and our message is clearer than Python's.
    if isinstance(y, Value):
        return y
    try:
        return lifted(y, row.name)
    except OperandError:
        if isinstance(y, (str, bytes, complex, list, tuple, dict, set, type(None))):
            raise
        return unboxed(y, NotImplemented)


_power = binary(TABLE["pow"])[0]
_constant_power = functools.lru_cache(maxsize=4096)(lambda n: unary(TABLE["powc"].bind(n)))

install(Value, unary, binary, methods=True)  # x + y, -x, abs(x), x.exp() ...: see the table
