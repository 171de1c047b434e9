"""The exception tree: everything chalkgrad raises on purpose.

    AutogradError
    ├── OperandError (TypeError)         an operand that is neither a number nor a Value
    ├── ArgumentError (ValueError)       a number or a size that the operation can't use
    ├── GraphError (RuntimeError)        a use of the graph that would give a wrong gradient
    ├── AnomalyError (ArithmeticError)   a nan or inf was made inside ``detect_anomaly()``
    └── MissingDependencyError (ImportError)   an optional package is not installed

Each is also the built-in exception named in brackets, so ``except TypeError`` goes on working.
"""

from __future__ import annotations


class AutogradError(Exception):
    """Base of every error that chalkgrad raises on purpose."""


class OperandError(AutogradError, TypeError):
    """An operand is neither a Value nor a number that becomes one without loss of meaning."""


class ArgumentError(AutogradError, ValueError):
    """An argument has the right type but a value or a size that can't be used."""


class GraphError(AutogradError, RuntimeError):
    """The graph was used in a way that would give a silently wrong gradient."""


class AnomalyError(AutogradError, ArithmeticError):
    """A nan or an infinity was made while ``detect_anomaly()`` was watching."""


class MissingDependencyError(AutogradError, ImportError):
    """An optional package is missing; the message says what to install."""
