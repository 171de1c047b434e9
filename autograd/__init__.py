"""chalkgrad's engine: automatic differentiation of scalars, to be read from top to bottom.

errors      what is raised
maths       number systems, and the one policy for edges of domains
primitives  what a row of the table holds
table       every operation: its value, its derivative, its symbol, its domain
backward    topological order and the reverse sweep
modes       no_grad, detect_anomaly
value       Value and its operators
functions   exp, sin, dot, ...

and on top of these, imported when they are first used:

transforms, second   grad, jvp, hessian, ...
custom      operations of your own
check       the gradient checker
compiler    compile
"""

import importlib
import typing

from autograd.errors import (
    AnomalyError,
    ArgumentError,
    AutogradError,
    GraphError,
    MissingDependencyError,
    OperandError,
)
from autograd.functions import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    clamp,
    cos,
    cosh,
    dot,
    elu,
    erf,
    erfc,
    exp,
    expm1,
    floor,
    gelu,
    hypot,
    leaky_relu,
    log,
    log1p,
    logaddexp,
    logsigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    norm,
    normal_cdf,
    pow,
    prod,
    relu,
    round,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    sqrt,
    sum,
    tan,
    tanh,
    where,
    xlogy,
)
from autograd.modes import detect_anomaly, no_grad
from autograd.primitives import Primitive
from autograd.table import TABLE
from autograd.value import Note, Value

if typing.TYPE_CHECKING:
    from autograd.check.gradcheck import gradcheck, gradgradcheck
    from autograd.check.locate import locate
    from autograd.check.report import GradcheckError
    from autograd.compiler import Compiled, Program, compile
    from autograd.custom import primitive
    from autograd.second import hessian, hvp
    from autograd.transforms import grad, jacobian, jvp, value_and_grad, vjp

    check_grads = gradcheck

__version__ = "0.1.0"

__all__ = [
    "TABLE",
    "AnomalyError",
    "ArgumentError",
    "AutogradError",
    "Compiled",
    "GradcheckError",
    "GraphError",
    "MissingDependencyError",
    "Note",
    "OperandError",
    "Primitive",
    "Program",
    "Value",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "check_grads",
    "clamp",
    "compile",
    "cos",
    "cosh",
    "detect_anomaly",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "floor",
    "gelu",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "hessian",
    "hvp",
    "hypot",
    "jacobian",
    "jvp",
    "leaky_relu",
    "locate",
    "log",
    "log1p",
    "logaddexp",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "norm",
    "normal_cdf",
    "pow",
    "primitive",
    "prod",
    "relu",
    "round",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "sum",
    "tan",
    "tanh",
    "value_and_grad",
    "vjp",
    "where",
    "xlogy",
]

# Imported when first asked for: the engine is a third of all code, and often all that is needed.
_LATER = {
    "autograd.check": ("GradcheckError", "gradcheck", "gradgradcheck", "locate"),
    "autograd.compiler": ("Compiled", "Program", "compile"),
    "autograd.custom": ("primitive",),
    "autograd.second": ("hessian", "hvp"),
    "autograd.transforms": ("grad", "jacobian", "jvp", "value_and_grad", "vjp"),
}
_HOME = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> typing.Any:
    real = "gradcheck" if name == "check_grads" else name
    if real not in _HOME:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_HOME[real]), real)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
