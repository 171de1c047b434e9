"""chalkgrad's engine: automatic differentiation of scalars, to be read from top to bottom.

errors      what is raised
primitives  what a row of the table holds
table       every operation: its value, its derivative, its symbol, its domain
backward    a node, the topological order, and the reverse sweep
value       how an operation is recorded; the operators
functions   exp, sin, dot ..., made from the table

What these read, and what depends on them:

maths, rules   number systems, and the numerics of the longer rules
operators      which of Python's operators stand for which rows
collector      Python's collector of cycles, paused
scalar         a Value as Python sees it: number, name, text, comparisons
modes          what is told of every node
switches, anomaly   no_grad, scope, detect_anomaly
labels         names where Values are assigned
reverse        gradients that can be differentiated again
copying, ufuncs   pickle and copy; NumPy's functions
notebook, rows   what a notebook shows
namesake       the other package called autograd

And on top, imported when they are first used:

transforms  grad, jvp, hessian ...
custom      operations of your own
check       the gradient checker
compiler    compile
command     python -m autograd
explaining  explain: the chain rule, step by step, as data
numbers     how a number is shown: short, and never taken for another
"""

import importlib
import typing

from autograd import functions, namesake, rows, ufuncs  # noqa: F401 - what NumPy and notebooks ask
from autograd.anomaly import detect_anomaly
from autograd.errors import (
    AnomalyError,
    ArgumentError,
    AutogradError,
    GraphError,
    MissingDependencyError,
    OperandError,
)
from autograd.labels import label
from autograd.modes import is_grad_enabled
from autograd.primitives import Primitive
from autograd.scalar import Note
from autograd.switches import enable_grad, no_grad, scope
from autograd.table import TABLE
from autograd.value import Value

__version__ = "0.1.0"
__project__ = "chalkgrad"  # by this the package chalkgrad knows its autograd, nn and viz

# Imported when first asked for: the engine is a third of all code, and often all that is needed.
_LATER = {
    "autograd.check": ("GradcheckError", "check_grads", "gradcheck", "gradgradcheck", "locate"),
    "autograd.collector": ("collector_paused",),
    "autograd.compiler": ("Compiled", "Program", "compile"),
    "autograd.custom": ("primitive",),
    "autograd.explaining": ("Explanation", "explain"),
    "autograd.numbers": ("shown",),
    "autograd.transforms": ("grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"),
}
_HOME = {name: module for module, names in _LATER.items() for name in names}

globals().update({name: getattr(functions, name) for name in functions.__all__})

__all__ = [  # noqa: PLE0604 - the stubs, __init__.pyi, have the names one by one
    "TABLE",
    "AnomalyError",
    "ArgumentError",
    "AutogradError",
    "GraphError",
    "MissingDependencyError",
    "Note",
    "OperandError",
    "Primitive",
    "Value",
    "detect_anomaly",
    "enable_grad",
    "is_grad_enabled",
    "label",
    "no_grad",
    "scope",
    *_HOME,
    *functions.__all__,
]
__all__.sort(key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def __getattr__(name: str) -> typing.Any:
    if name not in _HOME:
        raise AttributeError(namesake.missing(name))
    found = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


namesake.warn_if_here(__path__[0])
