"""chalkgrad's engine: automatic differentiation of scalars, to be read from top to bottom.

errors      what is raised
maths       number systems, and the one policy for edges of domains
primitives  what a row of the table holds
table       every operation: its value, its derivative, its symbol, its domain
backward    topological order and the reverse sweep
modes       no_grad, detect_anomaly
value       Value and its operators
functions   exp, sin, dot, ...
"""

from autograd.check import GradcheckError, gradcheck, gradgradcheck, locate
from autograd.compiler import Compiled, Program, compile
from autograd.custom import primitive
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
from autograd.second import hessian, hvp
from autograd.table import TABLE
from autograd.transforms import grad, jacobian, jvp, value_and_grad, vjp
from autograd.value import Note, Value

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
