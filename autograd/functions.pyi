# Written by tools/stubs.py from the table of primitives; a test compares.
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, overload

from autograd.primitives import Primitive
from autograd.value import Value

Number = float | Value
OWN: tuple[str, ...]
VALUES: SimpleNamespace
__all__: list[str]

def parameters(row: Primitive) -> tuple[tuple[str, ...], dict[str, float]]: ...
@overload
def pow(x: Value, y: Number) -> Value: ...
@overload
def pow(x: float, y: Value) -> Value: ...
@overload
def pow(x: float, y: float) -> float: ...
def dot(ws: Iterable[Number], xs: Iterable[Number], bias: Number = ...) -> Any: ...
def softmax(xs: Iterable[Number]) -> list[Any]: ...
@overload
def mod(x: Value, y: Number) -> Value:
    """What is left of x after whole y's; it has the sign of y, as in Python."""
@overload
def mod(x: float, y: Value) -> Value:
    """What is left of x after whole y's; it has the sign of y, as in Python."""
@overload
def mod(x: float, y: float) -> float:
    """What is left of x after whole y's; it has the sign of y, as in Python."""
@overload
def floordiv(x: Value, y: Number) -> Value:
    """How many whole y's are in x; its derivatives are 0 everywhere."""
@overload
def floordiv(x: float, y: Value) -> Value:
    """How many whole y's are in x; its derivatives are 0 everywhere."""
@overload
def floordiv(x: float, y: float) -> float:
    """How many whole y's are in x; its derivatives are 0 everywhere."""
@overload
def exp(x: Value) -> Value:
    """e to the x."""
@overload
def exp(x: float) -> float:
    """e to the x."""
@overload
def expm1(x: Value) -> Value:
    """e to the x, less 1; every digit right for a small x."""
@overload
def expm1(x: float) -> float:
    """e to the x, less 1; every digit right for a small x."""
@overload
def log(x: Value) -> Value:
    """The natural logarithm."""
@overload
def log(x: float) -> float:
    """The natural logarithm."""
@overload
def exp2(x: Value) -> Value:
    """2 to the x."""
@overload
def exp2(x: float) -> float:
    """2 to the x."""
@overload
def log2(x: Value) -> Value:
    """The logarithm to base 2."""
@overload
def log2(x: float) -> float:
    """The logarithm to base 2."""
@overload
def log10(x: Value) -> Value:
    """The logarithm to base 10."""
@overload
def log10(x: float) -> float:
    """The logarithm to base 10."""
@overload
def log1p(x: Value) -> Value:
    """The logarithm of 1 + x; every digit right for a small x."""
@overload
def log1p(x: float) -> float:
    """The logarithm of 1 + x; every digit right for a small x."""
@overload
def logaddexp(x: Value, y: Number) -> Value:
    """The logarithm of exp x + exp y, without overflow."""
@overload
def logaddexp(x: float, y: Value) -> Value:
    """The logarithm of exp x + exp y, without overflow."""
@overload
def logaddexp(x: float, y: float) -> float:
    """The logarithm of exp x + exp y, without overflow."""
@overload
def xlogy(x: Value, y: Number) -> Value:
    """x · log y, and 0 where x is 0."""
@overload
def xlogy(x: float, y: Value) -> Value:
    """x · log y, and 0 where x is 0."""
@overload
def xlogy(x: float, y: float) -> float:
    """x · log y, and 0 where x is 0."""
@overload
def sqrt(x: Value) -> Value:
    """The square root."""
@overload
def sqrt(x: float) -> float:
    """The square root."""
@overload
def cbrt(x: Value) -> Value:
    """The cube root, also of negative numbers."""
@overload
def cbrt(x: float) -> float:
    """The cube root, also of negative numbers."""
@overload
def hypot(x: Value, y: Number) -> Value:
    """The length of (x, y), without overflow."""
@overload
def hypot(x: float, y: Value) -> Value:
    """The length of (x, y), without overflow."""
@overload
def hypot(x: float, y: float) -> float:
    """The length of (x, y), without overflow."""
@overload
def sin(x: Value) -> Value:
    """The sine of x radians."""
@overload
def sin(x: float) -> float:
    """The sine of x radians."""
@overload
def cos(x: Value) -> Value:
    """The cosine of x radians."""
@overload
def cos(x: float) -> float:
    """The cosine of x radians."""
@overload
def tan(x: Value) -> Value:
    """The tangent of x radians."""
@overload
def tan(x: float) -> float:
    """The tangent of x radians."""
@overload
def asin(x: Value) -> Value:
    """The angle in radians whose sine is x."""
@overload
def asin(x: float) -> float:
    """The angle in radians whose sine is x."""
@overload
def acos(x: Value) -> Value:
    """The angle in radians whose cosine is x."""
@overload
def acos(x: float) -> float:
    """The angle in radians whose cosine is x."""
@overload
def atan(x: Value) -> Value:
    """The angle in radians whose tangent is x."""
@overload
def atan(x: float) -> float:
    """The angle in radians whose tangent is x."""
@overload
def atan2(x: Value, y: Number) -> Value:
    """The angle in radians from the first axis to the point of height x and width y."""
@overload
def atan2(x: float, y: Value) -> Value:
    """The angle in radians from the first axis to the point of height x and width y."""
@overload
def atan2(x: float, y: float) -> float:
    """The angle in radians from the first axis to the point of height x and width y."""
@overload
def sinh(x: Value) -> Value:
    """The hyperbolic sine."""
@overload
def sinh(x: float) -> float:
    """The hyperbolic sine."""
@overload
def cosh(x: Value) -> Value:
    """The hyperbolic cosine."""
@overload
def cosh(x: float) -> float:
    """The hyperbolic cosine."""
@overload
def tanh(x: Value) -> Value:
    """The hyperbolic tangent."""
@overload
def tanh(x: float) -> float:
    """The hyperbolic tangent."""
@overload
def asinh(x: Value) -> Value:
    """The inverse of sinh."""
@overload
def asinh(x: float) -> float:
    """The inverse of sinh."""
@overload
def acosh(x: Value) -> Value:
    """The inverse of cosh, for x from 1."""
@overload
def acosh(x: float) -> float:
    """The inverse of cosh, for x from 1."""
@overload
def atanh(x: Value) -> Value:
    """The inverse of tanh."""
@overload
def atanh(x: float) -> float:
    """The inverse of tanh."""
@overload
def erf(x: Value) -> Value:
    """The error function, 2/√π times the integral of exp(-t²) from 0 to x."""
@overload
def erf(x: float) -> float:
    """The error function, 2/√π times the integral of exp(-t²) from 0 to x."""
@overload
def erfc(x: Value) -> Value:
    """1 - erf x; every digit right for a large x."""
@overload
def erfc(x: float) -> float:
    """1 - erf x; every digit right for a large x."""
@overload
def normal_cdf(x: Value) -> Value:
    """The chance that a standard normal variable is at most x."""
@overload
def normal_cdf(x: float) -> float:
    """The chance that a standard normal variable is at most x."""
@overload
def abs(x: Value) -> Value:
    """The absolute value; its derivative at 0 is 0."""
@overload
def abs(x: float) -> float:
    """The absolute value; its derivative at 0 is 0."""
@overload
def sign(x: Value) -> Value:
    """-1, 0 or 1; its derivative is 0 everywhere."""
@overload
def sign(x: float) -> float:
    """-1, 0 or 1; its derivative is 0 everywhere."""
@overload
def floor(x: Value) -> Value:
    """The largest integer that is at most x; its derivative is 0 everywhere."""
@overload
def floor(x: float) -> float:
    """The largest integer that is at most x; its derivative is 0 everywhere."""
@overload
def ceil(x: Value) -> Value:
    """The smallest integer that is at least x; its derivative is 0 everywhere."""
@overload
def ceil(x: float) -> float:
    """The smallest integer that is at least x; its derivative is 0 everywhere."""
@overload
def trunc(x: Value) -> Value:
    """x without what stands after the point; its derivative is 0 everywhere."""
@overload
def trunc(x: float) -> float:
    """x without what stands after the point; its derivative is 0 everywhere."""
@overload
def copysign(x: Value, y: Number) -> Value:
    """|x| with the sign of y; -0.0 has one too. At x = 0 the derivative is 0."""
@overload
def copysign(x: float, y: Value) -> Value:
    """|x| with the sign of y; -0.0 has one too. At x = 0 the derivative is 0."""
@overload
def copysign(x: float, y: float) -> float:
    """|x| with the sign of y; -0.0 has one too. At x = 0 the derivative is 0."""
@overload
def round(x: Value) -> Value:
    """The nearest integer, halves to the even one; its derivative is 0 everywhere."""
@overload
def round(x: float) -> float:
    """The nearest integer, halves to the even one; its derivative is 0 everywhere."""
@overload
def maximum(x: Value, y: Number) -> Value:
    """The larger of two; a tie gives each half of the derivative."""
@overload
def maximum(x: float, y: Value) -> Value:
    """The larger of two; a tie gives each half of the derivative."""
@overload
def maximum(x: float, y: float) -> float:
    """The larger of two; a tie gives each half of the derivative."""
@overload
def minimum(x: Value, y: Number) -> Value:
    """The smaller of two; a tie gives each half of the derivative."""
@overload
def minimum(x: float, y: Value) -> Value:
    """The smaller of two; a tie gives each half of the derivative."""
@overload
def minimum(x: float, y: float) -> float:
    """The smaller of two; a tie gives each half of the derivative."""
@overload
def smooth_maximum(x: Value, y: Number, sharpness: float = ...) -> Value:
    """The larger of two with the corner rounded off, the less the sharper."""
@overload
def smooth_maximum(x: float, y: Value, sharpness: float = ...) -> Value:
    """The larger of two with the corner rounded off, the less the sharper."""
@overload
def smooth_maximum(x: float, y: float, sharpness: float = ...) -> float:
    """The larger of two with the corner rounded off, the less the sharper."""
def clamp(x: Number, low: Number = ..., high: Number = ...) -> Any:
    """x, but at least low and at most high; at the bounds x has the derivative."""
def where(condition: Number, x: Number, y: Number) -> Any:
    """x where the condition holds, else y; both are computed."""
@overload
def sigmoid(x: Value) -> Value:
    """The logistic function 1 / (1 + exp(-x))."""
@overload
def sigmoid(x: float) -> float:
    """The logistic function 1 / (1 + exp(-x))."""
@overload
def sigmoid_slope(x: Value) -> Value:
    """The derivative of the sigmoid, σ(x)(1 - σ(x)); every digit right for a large x."""
@overload
def sigmoid_slope(x: float) -> float:
    """The derivative of the sigmoid, σ(x)(1 - σ(x)); every digit right for a large x."""
@overload
def logsigmoid(x: Value) -> Value:
    """The logarithm of the sigmoid."""
@overload
def logsigmoid(x: float) -> float:
    """The logarithm of the sigmoid."""
@overload
def softplus(x: Value) -> Value:
    """The logarithm of 1 + exp x, a smooth relu."""
@overload
def softplus(x: float) -> float:
    """The logarithm of 1 + exp x, a smooth relu."""
@overload
def relu(x: Value) -> Value:
    """The larger of x and 0; its derivative at 0 is 0."""
@overload
def relu(x: float) -> float:
    """The larger of x and 0; its derivative at 0 is 0."""
@overload
def leaky_relu(x: Value, slope: float = ...) -> Value:
    """x where it is positive, else slope · x; at 0 its derivative is the slope."""
@overload
def leaky_relu(x: float, slope: float = ...) -> float:
    """x where it is positive, else slope · x; at 0 its derivative is the slope."""
@overload
def elu(x: Value, alpha: float = ...) -> Value:
    """x where it is positive, else alpha · (exp x - 1) (Clevert and others 2016)."""
@overload
def elu(x: float, alpha: float = ...) -> float:
    """x where it is positive, else alpha · (exp x - 1) (Clevert and others 2016)."""
@overload
def gelu(x: Value) -> Value:
    """x times the chance that a standard normal variable is at most x."""
@overload
def gelu(x: float) -> float:
    """x times the chance that a standard normal variable is at most x."""
@overload
def silu(x: Value) -> Value:
    """x times its sigmoid, also called swish."""
@overload
def silu(x: float) -> float:
    """x times its sigmoid, also called swish."""
@overload
def softsign(x: Value) -> Value:
    """x / (1 + |x|), a step from -1 to 1 as tanh, and slower."""
@overload
def softsign(x: float) -> float:
    """x / (1 + |x|), a step from -1 to 1 as tanh, and slower."""
@overload
def mish(x: Value) -> Value:
    """x times the tanh of its softplus (Misra 2019)."""
@overload
def mish(x: float) -> float:
    """x times the tanh of its softplus (Misra 2019)."""
def sum(xs: Iterable[Number]) -> Any:
    """The sum of all."""
def prod(xs: Iterable[Number]) -> Any:
    """The product of all."""
def mean(xs: Iterable[Number]) -> Any:
    """The arithmetic mean."""
def logsumexp(xs: Iterable[Number]) -> Any:
    """The logarithm of the sum of exponentials, without overflow."""
def norm(xs: Iterable[Number]) -> Any:
    """The Euclidean length; its derivative at 0 is 0."""
