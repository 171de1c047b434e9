"""Scalar: a node as Python and people see it: number, name, comparisons, text, copying.

What is computed with it, and how that is recorded, is in :mod:`autograd.value`.
"""

from __future__ import annotations

import math
import operator
import warnings
from collections.abc import Callable
from numbers import Complex, Number, Rational
from typing import Any, NamedTuple

from autograd import copying
from autograd.backward import Node
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.maths import describe, number
from autograd.modes import clock, open_modes, seen
from autograd.notebook import equation, safely
from autograd.primitives import CONSTANT, LEAF


class Note(NamedTuple):
    """A node's label, module or scope, and, under detect_anomaly, the source line that made it."""

    label: str = ""
    scope: str = ""
    line: str = ""


NO_NOTE = Note()
UPDATES, UPDATING = 50, frozenset(("sub", "add"))
# grad before any backward: an object of its own, so that "is" can tell it from 0.0
NOT_RUN = float("0")


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[Scalar, object], bool]:
    def method(x: Scalar, y: Any) -> bool:
        if open_modes and (found := seen(compare.__name__, x, y)) is not None:
            return found
        if isinstance(y, Scalar):
            return compare(x._number, y._number)
        try:
            # Python itself compares a float exactly with an int or a fraction of any size.
            exact = type(y) is float or type(y) is int or _is_exact(y)
            return bool(compare(x._number, y if exact else number(y)))
        except OperandError:
            return NotImplemented
        except ArithmeticError:  # with a nan among them, Decimal raises
            return compare(x._number, math.nan)

    method.__doc__ = f"Compare the numbers: {compare.__doc__}"
    return method


def _is_exact(y: Any) -> bool:
    """Whether it is a fraction, or a Decimal: that is a Number, but not a Complex one."""
    return isinstance(y, Rational) or (isinstance(y, Number) and not isinstance(y, Complex))


class Scalar(Node):
    """A number in a graph, with a name."""

    __slots__ = ()

    note: Note
    recording: Any = None  # the recording of autograd.compile that it belongs to, if any
    tangents: Any = None  # in forward mode, by the mode

    def __init__(self, data: Any, label: str = "") -> None:
        self._number = data if type(data) is float else number(data)
        self.op = LEAF
        self._x = self._y = self._mark = None
        self._a = clock[0]  # when a leaf was made: see autograd.modes
        self._grad = NOT_RUN
        self.note = Note(_text(label)) if label else NO_NOTE

    @property
    def data(self) -> float:
        """The number; a leaf's may be assigned."""
        if open_modes:
            seen("data", self)
        return self._number

    @data.setter
    def data(self, data: Any) -> None:
        if open_modes:
            seen("new data", self)
        if self._x is not None:
            raise GraphError(
                f"data of {self!r}: only a leaf's data can be assigned; this is the result of "
                f"{self.op}. Assign to its operands and compute it again, or to .detach()."
            )
        if isinstance(data, Scalar):
            raise OperandError(
                f"data of {self!r}: {data!r} is a Value, whose history would be lost. "
                "Assign its .data."
            )
        self._number = data if type(data) is float else number(data, f"data of {self!r}")

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made this, so that it has no operands."""
        return self._x is None

    @property
    def grad(self) -> Any:
        """∂output/∂self after ``output.backward()``; may be set to a number, a Value, or None."""
        if self._y is not None and self._y.op is CONSTANT and _is_chain_of_updates(self):
            warnings.warn(
                f"grad of {self!r}: a chain of {UPDATES} updates such as w = w - lr * w.grad, and "
                "each makes the graph longer. Let w be a leaf: w.data -= lr * w.grad, and then "
                "w.grad = None.",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        if type(grad) is float or isinstance(grad, Scalar):
            self._grad = grad
        else:
            self._grad = NOT_RUN if grad is None else number(grad, f"grad of {self!r}")

    @property
    def has_grad(self) -> bool:
        """Whether a backward has reached this node since ``grad`` was last cleared."""
        return self._grad is not NOT_RUN

    def clear_grad(self) -> None:
        """Set ``grad`` to 0.0, as if no backward had run."""
        self._grad = NOT_RUN

    @property
    def label(self) -> str:
        """The name given to this Value, "" if none."""
        return self.note.label

    @label.setter
    def label(self, label: str) -> None:
        self.note = self.note._replace(label=_text(label))

    def __repr__(self) -> str:
        op = f", op={self.op.name!r}" if self.op.name else ""
        label = f", label={self.label!r}" if self.label else ""
        grad = self._grad  # a Value's own grad may be this one again: its number will do
        number = f"Value({grad._number!r})" if isinstance(grad, Scalar) else repr(grad)
        grad = f", grad={number}" if self.has_grad else ""
        return f"Value({self._number!r}{label}{op}{grad})"

    @safely
    def _repr_latex_(self) -> str:
        grad = self._grad if self.has_grad else None
        return equation(self.label, self._number, getattr(grad, "_number", grad))

    def __format__(self, spec: str) -> str:
        return format(self._number, spec) if spec else repr(self)

    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __hash__ = object.__hash__

    # Python calls these to get a plain number. Returning one would silently lose the history.

    def __float__(self) -> float:
        if open_modes:
            seen("float", self)
        raise OperandError(
            f"{self!r} is not a plain float, and turning it into one would lose its history. "
            "Use v.data for the number, or a function of autograd (autograd.exp, not math.exp)."
        )

    __int__ = __index__ = __complex__ = __float__

    def __round__(self, digits: None = None) -> Any:
        """The nearest integer, halves to the even one, as a Value; ``round(v)``."""
        if digits is not None:
            raise ArgumentError(
                f"round of {self!r}: a number of digits is not supported; "
                "write round(v * 10**n) / 10**n."
            )
        return self.round()  # type: ignore[attr-defined]

    def __divmod__(self, y: Any) -> Any:
        return self // y, self % y

    def __rdivmod__(self, x: Any) -> Any:
        return x // self, x % self

    def __bool__(self) -> bool:
        if open_modes:
            seen("bool", self)
        return self._number != 0.0

    def __reduce_ex__(self, protocol: Any) -> Any:
        return copying.reduce(self)

    def __copy__(self) -> Any:
        return copying.copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copying.deepcopied(self, memo)


def _is_chain_of_updates(node: Any) -> bool:
    """Whether a node is w - n - n - ..., just as many times: more of them have been warned of."""
    for _ in range(UPDATES):
        if node.op.operator not in UPDATING or node._y.op is not CONSTANT or not node.has_grad:
            return False
        node = node._x
    return node._x is None


def _text(label: Any) -> str:
    if not isinstance(label, str):
        raise OperandError(f"label: {describe(label)} is not a string.")
    return label
