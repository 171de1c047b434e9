"""Operations with claimed derivatives, wrong ones and right but nasty ones, to try checkers on.

`bugs.BUGS` and `nasty.NASTY` are lists of `Case`, made up to be hard; `WRONG` and `RIGHT` of `seen`
and `unseen` are collected from bug trackers and textbooks, the second half not to be looked at
while the checker is tuned; `groups` has them all. A case is neutral: plain float functions,
nothing of this engine, so that any checker can be given it. Each formula is written once, in a
number system `m`, and read twice: in floats, where it is the operation `f`, and in mpmath, where
it is the truth that `truth_check` differentiates to verify the labels.

Words used in the cases:

- `where` is "everywhere" or a Python expression in the arguments x, y, z, w, true where the claim
  is wrong: outside it the claim is right, and the tests hold that.
- `cause` is one of `CAUSES`. A "factor a" is claimed / true = a, and for "factor ln 10",
  "factor pi", "factor y", "factor 1-y" and "factor other argument" also its inverse; y is the
  output there. For operations with several arguments it is the cause of the one wrong partial.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import mpmath as mp

if TYPE_CHECKING:
    from collections.abc import Callable

CAUSES = frozenset({
    "sign", "factor 2", "factor 1/2", "factor ln 10", "factor pi", "factor x", "factor 1/x",
    "factor y", "factor 1-y", "factor other argument", "swapped",
    "at the output instead of the input", "zero", "constant", "missing term", "wrong branch",
    "additive", "other",
})  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An operation and what somebody claims its partial derivatives are."""

    name: str
    f: Callable[..., float]  # floats to a float
    df: Callable[..., tuple[float, ...]]  # the claimed partials, one an argument
    inputs: tuple[tuple[float, ...], ...]  # typical samples, as a user would choose them
    domain: tuple[tuple[float, float], ...]  # one closed interval an argument
    correct: bool
    cause: str = ""
    truth: Callable | None = None  # f in mpmath
    where: str = ""  # where the bug shows
    gross: bool = False  # the bug is visible at most points
    note: str = ""  # "noisy forward": right, but the forward deserves a warning
    witness: tuple[float, ...] = ()  # a point where the claim is wrong
    along: tuple[float, ...] = ()  # the direction to see it in, where no single axis shows it
    before: tuple[tuple[float, ...], ...] = ()  # stateful: f calls that spoil df(witness)
    stateful: bool = False  # df depends on earlier calls
    nondeterministic: bool = False
    beyond: str = ""  # why no finite number of evaluations must find it
    ftol: float = 1e-11  # f agrees with the truth within this, relative to max(|f|, fscale)
    fscale: float = 0.0
    rtol: float = 1e-9  # a right claim agrees within this
    atol: float = 0.0
    source: str = ""  # of a collected one: project and issue, or book or paper and formula

    def __str__(self) -> str:
        return self.name


def case(name, g, df, inputs, domain, *, f=None, truth=None, **fields) -> Case:
    """Make a case of the formula `g(m, *args)`; one argument needs no inner tuples."""
    if not isinstance(inputs[0], tuple):
        inputs, domain = tuple((x,) for x in inputs), (domain,)
    if g is not None:
        f, truth = f or partial(g, floats), truth or partial(g, exact)
    return Case(name, f, df, inputs, domain, truth=truth, **fields)


# The float functions raise for no number: IEEE results, as NumPy and this engine give them.


def exp(x: float) -> float:
    return math.exp(x) if x < 709.78 else math.inf


def log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def cbrt(x: float) -> float:
    y = math.copysign(abs(x) ** (1 / 3), x)
    return y - (y - x / (y * y)) / 3 if y else 0.0  # math.cbrt came with Python 3.11


def over(a: float, b: float) -> float:
    """a / b with IEEE's answer at b = 0."""
    return a / b if b else math.nan if a == 0 else math.copysign(math.inf, a)


def sigmoid(x: float) -> float:
    e = exp(-abs(x))
    return (1.0 if x >= 0 else e) / (1 + e)


def dsigmoid(x: float) -> float:
    e = exp(-abs(x))
    return e / (1 + e) ** 2


def softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(exp(-abs(x)))


def sech2(x: float) -> float:
    """The derivative of tanh; 1 - tanh**2 loses its digits from x = 5 on."""
    e = exp(-2 * abs(x))
    return 4 * e / (1 + e) ** 2


def sign(x: float) -> float:
    return (x > 0) - (x < 0) + 0.0


def phi(x: float) -> float:
    """The density of the normal distribution."""
    return exp(-x * x / 2) / math.sqrt(2 * math.pi)


def ncdf(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def digamma(x: float) -> float:
    """For x > 0: the recurrence up to 10, then the asymptotic series (DLMF 5.5.2, 5.11.2)."""
    low = 0.0
    while x < 10:
        low -= 1 / x
        x += 1
    u = 1 / (x * x)
    tail = u * (1 / 12 - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u * (1 / 132)))))
    return low + math.log(x) - 0.5 / x - tail


def gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except (ValueError, OverflowError):  # a pole, or too near one
        return math.copysign(math.inf, x)


def bessel_j(n: int, x: float, points: int = 96) -> float:
    """Bessel's integral by the trapezoidal rule, to rounding for |x| < 40 (DLMF 10.9.2)."""
    ts = (2 * math.pi * (k + 0.5) / points for k in range(points))
    return math.fsum(math.cos(n * t - x * math.sin(t)) for t in ts) / points


def lambert_w(x: float) -> float:
    w = math.log1p(x) if x < 3 else math.log(x) - math.log(math.log(x))
    for _ in range(30):
        e = math.exp(w)
        d = w * e - x
        w -= d / (e * (w + 1) - (w + 2) * d / (2 * w + 2))  # Halley
    return w


_SHARED = "sin cos tan atan sinh cosh tanh asinh erf erfc expm1 log1p hypot atan2 floor".split()

floats = SimpleNamespace(
    **{name: getattr(math, name) for name in _SHARED},
    exp=exp,
    log=log,
    sqrt=sqrt,
    cbrt=cbrt,
    sigmoid=sigmoid,
    softplus=softplus,
    sign=sign,
    ncdf=ncdf,
    gamma=gamma,
    lgamma=lambda x: math.lgamma(x) if x > 0 or x % 1 else math.inf,
    asin=lambda x: math.asin(x) if -1 <= x <= 1 else math.nan,
    acos=lambda x: math.acos(x) if -1 <= x <= 1 else math.nan,
    acosh=lambda x: math.acosh(x) if x >= 1 else math.nan,
    atanh=lambda x: math.atanh(x) if -1 < x < 1 else over(x, 0.0),
    j0=partial(bessel_j, 0),
    lambertw=lambert_w,
    pi=math.pi,
    e=math.e,
    steps=60,
)

exact = SimpleNamespace(
    **{name: getattr(mp, name) for name in _SHARED},
    exp=mp.exp,
    log=mp.log,
    sqrt=mp.sqrt,
    cbrt=lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    sigmoid=lambda x: 1 / (1 + mp.exp(-x)),
    softplus=lambda x: mp.log1p(mp.exp(x)),
    sign=mp.sign,
    ncdf=lambda x: mp.erfc(-x / mp.sqrt(2)) / 2,
    gamma=mp.gamma,
    lgamma=lambda x: mp.log(abs(mp.gamma(x))),
    asin=mp.asin,
    acos=mp.acos,
    acosh=mp.acosh,
    atanh=mp.atanh,
    j0=partial(mp.besselj, 0),
    lambertw=mp.lambertw,
    pi=mp.pi,
    e=mp.e,
    steps=16,
)
