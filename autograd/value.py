"""Value: a number that remembers the operation and the operands it came from.

    x = Value(2.0, label="x")
    y = x * x + 3          # records the graph of this expression
    y.backward()           # x.grad is now dy/dx = 4.0

The operators are built from the rows of the table. What a node remembers of its operands, and how
the chain rule runs over the graph, stands in :mod:`autograd.backward`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import backward as graph
from autograd import copying
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import PYTHON_RAISES, describe, floats, number, read, read_ieee
from autograd.modes import backward_in_mode, in_mode, open_modes, recorder
from autograd.primitives import LEAF, Primitive
from autograd.table import TABLE


class Note(NamedTuple):
    """What a node is called, in which module, and, under detect_anomaly, made by which line."""

    label: str = ""
    scope: str = ""
    line: str = ""


NO_NOTE = Note()
LIFTED = Note()  # of a plain number that became an operand: nobody else holds it, so it is constant
NOT_RUN = float("0")  # the grad of a node no backward has reached: this very object, equal to 0.0


# How a result is recorded. Each factory reads one row and gives the operators built from it; they
# are the hot path, so a node is filled in line by line (a tuple assignment costs a tuple).

_new = object.__new__
PLAIN = frozenset((float, int))
Unary = Callable[["Value"], "Value"]
Binary = Callable[["Value", Any], "Value"]


def _unary(name: str) -> Unary:
    row = TABLE[name]
    forward = row.forward

    def method(x: Value) -> Value:
        a = x._data
        try:
            data = forward(floats, a)
        except PYTHON_RAISES:
            data = read_ieee(forward, a)
        z = _new(Value)
        z._data = data
        z._x = x
        z._y = None
        z._a = a
        z.op = row
        z.grad = NOT_RUN
        z.note = NO_NOTE
        z._mark = None
        return in_mode(z) if open_modes else z

    return _documented(method, row)


def _binary(name: str) -> tuple[Binary, Binary]:
    row = TABLE[name]
    forward = row.forward

    def method(x: Value, y: Any) -> Value:
        if type(y) is not Value:
            y = lifted(y) if type(y) in PLAIN else _operand(row, y)
            if y is NotImplemented:
                return NotImplemented
        a = x._data
        b = y._data
        try:
            data = forward(floats, a, b)
        except PYTHON_RAISES:
            data = read_ieee(forward, a, b)
        z = _new(Value)
        z._data = data
        z._x = x
        z._y = y
        z._a = a
        z._b = b
        z.op = row
        z.grad = NOT_RUN
        z.note = NO_NOTE
        z._mark = None
        return in_mode(z) if open_modes else z

    def reflected(y: Value, x: Any) -> Value:
        x = lifted(x) if type(x) in PLAIN else _operand(row, x)
        return NotImplemented if x is NotImplemented else method(x, y)

    return _documented(method, row), _documented(reflected, row)


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[Value, object], bool]:
    def method(x: Value, y: Any) -> bool:
        if open_modes and recorder() is not None:
            return recorder().compare(compare.__name__, x, y)
        try:
            return compare(x._data, y._data if isinstance(y, Value) else number(y))
        except OperandError:
            return NotImplemented

    method.__doc__ = f"Compare the numbers: {compare.__doc__}"
    return method


def record(row: Primitive, *operands: Any) -> Any:
    """z = row(operands): a Value where any operand is a Value, else a plain float.

    Raises:
        OperandError: when an operand is neither a Value nor a number; it names the row.
        ArgumentError: when the row takes another number of operands.
    """
    if row.arity is not None and len(operands) != row.arity:
        raise ArgumentError(f"{row}: takes {row.arity} operands, got {len(operands)}.")
    if open_modes and recorder() is not None:
        return recorder().record(row, operands)
    if not any(isinstance(x, Value) for x in operands):
        numbers = tuple([number(x, row.name) for x in operands])
        return read(row.forward, *((numbers,) if row.arity is None else numbers))
    values = tuple([x if isinstance(x, Value) else _lift(row, x) for x in operands])
    return record_values(row, values)


def record_values(row: Primitive, operands: tuple[Value, ...]) -> Value:
    """``record`` for operands that are Values already, or AttributeError."""
    if open_modes and recorder() is not None:
        return recorder().record(row, operands)
    numbers = tuple([x._data for x in operands])
    try:
        if row.arity is None:
            data = row.forward(floats, numbers)
        else:
            data = row.forward(floats, *numbers)
    except PYTHON_RAISES:
        data = read_ieee(row.forward, *((numbers,) if row.arity is None else numbers))
    z = _node(Value, row, data, operands, numbers)
    return in_mode(z) if open_modes else z


def _node(
    cls: type[Value],
    row: Primitive,
    data: float,
    operands: tuple[Value, ...],
    numbers: tuple[float, ...],
) -> Value:
    z = _new(cls)
    z._data = data
    z._y = None
    z.op = row
    z.grad = NOT_RUN
    z.note = NO_NOTE
    z._mark = None
    if row.arity is None or len(operands) > 2:
        z._x, z._a = operands, numbers
    elif len(operands) == 2:
        (z._x, z._y), (z._a, z._b) = operands, numbers
    elif operands:
        (z._x,), (z._a,) = operands, numbers
    else:
        z._x = None
    return z


def _operand(row: Primitive, y: Any) -> Any:
    # A class of somebody else's may know what to do with a Value: it is asked next. NumPy's arrays
    # do; text and containers do not, and the message is better from here.
    if isinstance(y, Value):
        return y
    try:
        return _lift(row, y)
    except OperandError:
        if isinstance(y, (str, bytes, complex, list, tuple, dict, set, type(None))):
            raise
        return NotImplemented


def _lift(row: Primitive, x: Any) -> Value:
    return lifted(x if type(x) is float else number(x, row.name))


def lifted(x: Any) -> Value:
    """A plain number as an operand."""
    z = _new(Value)
    z._data = x if type(x) is float else number(x)
    z._x = z._y = z._mark = None
    z.op, z.grad, z.note = LEAF, NOT_RUN, LIFTED
    return z


def _text(label: Any) -> str:
    if not isinstance(label, str):
        raise OperandError(f"label: {describe(label)} is not a string.")
    return label


def _documented(method: Any, row: Primitive) -> Any:
    method.__name__ = row.name
    method.__doc__ = row.doc
    return method


class Value:
    """A float in a computation graph.

    ``+ - * / ** abs`` and the functions of ``autograd`` record a new Value for each operation;
    ``<  <=  >  >=  ==  !=`` compare the numbers and give a bool, and Values hash by identity.

    Args:
        data: any real number (int, bool, Fraction, Decimal, NumPy scalar or 0-d array).
        label: a name, for pictures and messages.

    Attributes:
        data: the number, a float. A leaf's may be assigned; a result's may not.
        grad: ∂output/∂self after ``output.backward()``. Adds up in leaves, from call to call, until
            it is set to 0; 0.0 before the first.
        op: the row of the operation that made this Value; ``str(v.op)`` is its name, "" on a leaf.
        note: label, scope (the path of the module) and source line, as one shared tuple.

    Raises:
        OperandError: when ``data`` is not a real number.

    A node costs 136 bytes and about 0.4 µs; a graph holds no reference cycle.

    >>> x, y = Value(2.0, label="x"), Value(3.0)
    >>> z = x * y + x
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (8.0, 4.0, 2.0)
    """

    __slots__ = ("__weakref__", "_a", "_b", "_data", "_mark", "_x", "_y", "grad", "note", "op")

    numberless = False  # unless it is traced by autograd.compile
    grad: Any  # a float; a Value after backward(create_graph=True)
    op: Primitive
    note: Note

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = data if type(data) is float else number(data)
        self.grad = NOT_RUN
        self.op = LEAF
        self._x: Any = None
        self._y: Any = None
        self._a: Any
        self._b: Any
        self._mark: Any = None
        self.note = Note(_text(label)) if label else NO_NOTE

    @property
    def data(self) -> float:
        """The number; a leaf's may be assigned."""
        if open_modes and recorder() is not None:
            return recorder().refuse_number(self, "data")
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if open_modes and recorder() is not None:
            recorder().refuse_data()
        if self._x is not None:
            raise GraphError(
                f"data of {self!r}: only a leaf's data can be assigned, this is the result of "
                f"{self.op}. Assign to its operands and compute it again, or to .detach()."
            )
        if isinstance(data, Value):
            raise OperandError(
                f"data of {self!r}: {data!r} is a Value, whose history would be lost. "
                "Assign its .data."
            )
        self._data = data if type(data) is float else number(data, f"data of {self!r}")

    @property
    def label(self) -> str:
        """The name given to this Value, "" if none."""
        return self.note.label

    @label.setter
    def label(self, label: str) -> None:
        self.note = self.note._replace(label=_text(label))

    @property
    def parents(self) -> tuple[Value, ...]:
        """The operands in order, one entry for each use: ``(x * x).parents`` has two."""
        return graph.operands(self)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that the operands had when this Value was made."""
        return graph.numbers(self)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivatives ∂self/∂operand, in the order of ``parents``.

        >>> (Value(2.0) * Value(5.0)).partials
        (5.0, 2.0)
        """
        return graph.partials(self)

    @property
    def has_grad(self) -> bool:
        """Whether a backward has reached this Value since ``grad`` was last cleared."""
        return self.grad is not NOT_RUN

    def clear_grad(self) -> None:
        """Set ``grad`` to 0.0, as if no backward had run."""
        self.grad = NOT_RUN

    def backward(self, seed: Any = 1.0, *, create_graph: bool = False) -> None:
        """Compute ∂self/∂node · seed for every node that this Value depends on.

        Leaves add it to their ``grad``; inner nodes overwrite theirs, so that a second backward
        over a graph, or one that shares nodes with it, is right too. O(nodes); no recursion.

        Args:
            seed: what to multiply by.
            create_graph: make every ``grad`` a Value that can be differentiated again, for about
                4 times the cost. Leaf and gradient then refer to each other: clear the grads, or
                use :func:`autograd.grad`, which leaves nothing behind.

        Raises:
            GraphError: with ``create_graph``, when a leaf has got other data since it was used.

        >>> x = Value(3.0)
        >>> (x ** 2).backward()
        >>> (x * 5).backward()
        >>> x.grad
        11.0
        """
        if create_graph:
            from autograd.functions import VALUES  # a rule read in Values needs the floor above

            graph.recorded_backward(self, VALUES, seed)
            return
        seed = number(seed, "backward: seed")
        (backward_in_mode if open_modes else graph.backward)(self, seed)

    def detach(self) -> Value:
        """A leaf with the same number and label, and no history."""
        leaf = Value(self._data)
        leaf.note = self.note
        return leaf

    def __repr__(self) -> str:
        op = f", op={self.op.name!r}" if self.op.name else ""
        label = f", label={self.label!r}" if self.label else ""
        grad = f", grad={self.grad!r}" if self.has_grad else ""
        return f"Value({self._data!r}{label}{op}{grad})"

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("sub")
    __mul__, __rmul__ = _binary("mul")
    __truediv__, __rtruediv__ = _binary("div")
    _pow, __rpow__ = _binary("pow")
    __neg__ = _unary("neg")
    __abs__ = abs = _unary("abs")

    def __pos__(self) -> Value:
        """The Value itself."""
        return self

    def __pow__(self, y: Any) -> Value:
        """x to the y; a y that is no Value is a constant and no operand."""
        if type(y) not in PLAIN and (isinstance(y, Value) or np.ndim(y)):
            return self._pow(y)
        return record_values(TABLE["powc"].bind(number(y, "pow")), (self,))

    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __hash__ = object.__hash__

    exp, expm1, log, log1p = map(_unary, ("exp", "expm1", "log", "log1p"))
    sqrt, cbrt = map(_unary, ("sqrt", "cbrt"))
    sin, cos, tan, asin, acos, atan = map(_unary, ("sin", "cos", "tan", "asin", "acos", "atan"))
    sinh, cosh, tanh = map(_unary, ("sinh", "cosh", "tanh"))
    asinh, acosh, atanh = map(_unary, ("asinh", "acosh", "atanh"))
    erf, erfc, normal_cdf = map(_unary, ("erf", "erfc", "normal_cdf"))
    sign, floor, round = map(_unary, ("sign", "floor", "round"))
    sigmoid, logsigmoid, softplus = map(_unary, ("sigmoid", "logsigmoid", "softplus"))
    relu, gelu, silu = map(_unary, ("relu", "gelu", "silu"))

    def leaky_relu(self, slope: float = 0.01) -> Value:
        """x where it is positive, else slope · x."""
        return record_values(TABLE["leaky_relu"].bind(number(slope, "leaky_relu: slope")), (self,))

    def elu(self, alpha: float = 1.0) -> Value:
        """x where it is positive, else alpha · (exp x - 1)."""
        return record_values(TABLE["elu"].bind(number(alpha, "elu: alpha")), (self,))

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    # Python asks these for a plain number. Giving one would drop the history without a word.

    def __float__(self) -> float:
        if open_modes and recorder() is not None:
            recorder().refuse_number(self, "float")
        raise OperandError(
            f"{self!r} is not a plain float, and turning it into one would lose its history. "
            "Use v.data for the number, or a function of autograd (autograd.exp, not math.exp)."
        )

    __int__ = __index__ = __complex__ = __float__

    def __bool__(self) -> bool:
        if open_modes and recorder() is not None:
            return recorder().refuse_number(self, "bool")
        return self._data != 0.0

    # NumPy

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Let ``np.float64(2) * v``, ``np.exp(v)`` and ``np.add(array, v)`` give Values."""
        if method == "__call__" and not kwargs and not any(map(np.ndim, inputs)):
            if ufunc is np.power:  # a constant exponent is no operand
                x, y = inputs
                return x**y if isinstance(x, Value) else y.__rpow__(x)
            row = UFUNCS.get(ufunc.__name__)
            if row is not None:
                return record(row, *inputs)
        boxed = [_boxed(x) if isinstance(x, Value) else x for x in inputs]
        return getattr(ufunc, method)(*boxed, **kwargs)

    # Copying

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return copying.reduce(self, _remake, self._state())

    def __copy__(self) -> Value:
        return _remake(*self._state())

    def _state(self) -> tuple[Any, ...]:
        grad = getattr(self.grad, "_data", self.grad) if self.has_grad else None
        return self.note, grad, self.__class__, self.op, self._data, self.parents, self.numbers


def _remake(note: Note, grad: float | None, *node: Any) -> Value:
    z = _node(*node)
    z.note = note
    if grad is not None:
        z.grad = grad
    return z


# NumPy's name of a function -> the row.
UFUNCS = {row.ufunc or row.name: row for row in TABLE.values() if not row.constants}

# np.arcsin on an array of Values looks for a method of that name.
for _row in UFUNCS.values():
    if _row.ufunc and _row.arity == 1:
        _plain = {"neg": Value.__neg__, "copy": Value.__pos__}
        setattr(Value, _row.ufunc, getattr(Value, _row.name, None) or _plain[_row.name])


def _boxed(x: Value) -> Any:
    box = np.empty((), dtype=object)
    box[()] = x
    return box
