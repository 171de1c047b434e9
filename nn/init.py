"""Initialisation by name, with PyTorch's names and formulas.

With fan_in the number of inputs of a layer, fan_out of its outputs, and a gain that an activation
asks for (:func:`calculate_gain`):

xavier_uniform_    ±gain·√(6 / (fan_in + fan_out))     Glorot and Bengio 2010, equation 16
xavier_normal_     σ = gain·√(2 / (fan_in + fan_out))  the same variance, from equation 12
kaiming_uniform_   ±gain·√(3 / fan)                    the variance of the next
kaiming_normal_    σ = gain / √fan                     He, Zhang, Ren and Sun 2015, equations 10, 14

Glorot and Bengio: Understanding the difficulty of training deep feedforward neural networks,
AISTATS 2010. He and others: Delving deep into rectifiers, ICCV 2015. Each function changes the
numbers of the weights it is given, and gives these weights back.
"""

from __future__ import annotations

import inspect
import math
import random
import sys
from collections.abc import Callable
from typing import Any

from autograd import ArgumentError, OperandError, Value

# What keeps the variance from layer to layer; He and others 2015 derive relu's and leaky_relu's
GAINS = {
    "linear": 1.0,
    "identity": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2.0),
    "selu": 0.75,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The gain for an activation; ``param`` is the slope of leaky_relu below 0.

    >>> calculate_gain("relu") == calculate_gain("leaky_relu", 0.0) == 2**0.5
    True
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else _finite(param, "calculate_gain: param")
        return math.sqrt(2.0 / (1.0 + slope**2))
    if nonlinearity not in GAINS:
        raise ArgumentError(
            f"calculate_gain: there is no gain for {nonlinearity!r}; there are those of "
            f"leaky_relu, {', '.join(GAINS)}."
        )
    return GAINS[nonlinearity]


def uniform_(weights: Any, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Any:
    """Draw from between a and b."""
    a, b = _finite(a, "uniform_: a"), _finite(b, "uniform_: b")
    if a > b:
        raise ArgumentError(f"uniform_: a is {a} and b is {b}; a must be at most b.")
    return _filled(weights, generator, "uniform_", lambda draw: a + (b - a) * draw.random())


def normal_(weights: Any, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Any:
    """Draw from a normal distribution."""
    mean, std = _finite(mean, "normal_: mean"), _finite(std, "normal_: std")
    if std < 0.0:
        raise ArgumentError(f"normal_: std is {std}; it must be at least 0.")

    def draw_one(draw: Any) -> float:
        return float(draw.gauss(mean, std) if _is_pythons(draw) else draw.normal(mean, std))

    return _filled(weights, generator, "normal_", draw_one)


def constant_(weights: Any, val: float) -> Any:
    """Give all the same number."""
    number = _finite(val, "constant_: val")
    return _filled(weights, random, "constant_", lambda _: number)


def zeros_(weights: Any) -> Any:
    """Give all the number 0."""
    return _filled(weights, random, "zeros_", lambda _: 0.0)


def xavier_uniform_(weights: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Draw from ±gain·√(6 / (fan_in + fan_out)).

    Args:
        weights: a Layer, a Neuron, or Values as PyTorch's weight has them: a list of rows, one for
            each output; of one list, the inputs of one output.
        gain: what the activation asks for.
        generator: of ``numpy.random``, or a ``random.Random``; or the seed for one; None for
            numbers that are different each time. Without NumPy, seeds are those of ``random``.

    Raises:
        OperandError: when ``weights`` has something else than leaf Values.
        ArgumentError: when there are none, rows differ in length, or a number is not finite.

    >>> from nn import Layer
    >>> layer = xavier_uniform_(Layer(4, 2), generator=0)
    >>> max(abs(w.data) for neuron in layer.neurons for w in neuron.weights) <= 1.0
    True
    """
    fan_in, fan_out = _fans(weights, "xavier_uniform_")
    bound = _finite(gain, "xavier_uniform_: gain") * math.sqrt(6.0 / (fan_in + fan_out))
    return uniform_(weights, -abs(bound), abs(bound), generator)


def xavier_normal_(weights: Any, gain: float = 1.0, generator: Any = None) -> Any:
    """Draw with σ = gain·√(2 / (fan_in + fan_out)); see :func:`xavier_uniform_`."""
    fan_in, fan_out = _fans(weights, "xavier_normal_")
    std = _finite(gain, "xavier_normal_: gain") * math.sqrt(2.0 / (fan_in + fan_out))
    return normal_(weights, 0.0, abs(std), generator)


def kaiming_uniform_(
    weights: Any,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:
    """Draw from ±gain·√(3 / fan); see :func:`xavier_uniform_`.

    ``a`` is leaky_relu's slope below 0, ``mode`` says which fan: "fan_in" keeps the variance of
    what goes forward, "fan_out" that of the gradients.
    """
    bound = math.sqrt(3.0) * _he(weights, a, mode, nonlinearity, "kaiming_uniform_")
    return uniform_(weights, -bound, bound, generator)


def kaiming_normal_(
    weights: Any,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Any:
    """Draw with σ = gain / √fan; see :func:`kaiming_uniform_`."""
    std = _he(weights, a, mode, nonlinearity, "kaiming_normal_")
    return normal_(weights, 0.0, std, generator)


NAMED: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        xavier_uniform_, xavier_normal_, kaiming_uniform_, kaiming_normal_,
        uniform_, normal_, zeros_,
    )
}  # fmt: skip


def initialised(weights: Any, name: Any, activation: Any, generator: Any) -> None:
    """What ``Layer(..., init=name)`` does, or calls with the weights if it is a function.

    The kaiming functions get the gain of the layer's activation, relu's if it has none of its own.
    """
    if callable(name):
        name(weights)
        return
    f = NAMED.get(name if str(name).endswith("_") else f"{name}_")
    if f is None:
        raise ArgumentError(f"init: there is no {name!r}; there are {', '.join(NAMED)}.")
    options: dict[str, Any] = {}
    accepted = inspect.signature(f).parameters
    if "generator" in accepted:
        options["generator"] = generator
    if "nonlinearity" in accepted:
        known = isinstance(activation, str) and activation in {*GAINS, "leaky_relu"}
        options["nonlinearity"] = activation if known else "relu"
        if activation == "leaky_relu":
            options["a"] = 0.01  # the slope of autograd.leaky_relu
    f(weights, **options)


def generator_of(seed: Any, who: str = "generator") -> Any:
    """The generator itself, or one with this seed: NumPy's, or Python's where NumPy is absent."""
    if _is_pythons(seed) or hasattr(seed, "standard_normal"):
        return seed
    try:
        from numpy.random import default_rng  # noqa: PLC0415 - optional
    except ImportError:
        default_rng = random.Random  # type: ignore[assignment]
    try:
        return default_rng(seed)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"{who}: {seed!r} is neither a generator nor a seed for one ({error})."
        ) from None


def _is_pythons(generator: Any) -> bool:
    return isinstance(generator, random.Random)


def _he(weights: Any, a: float, mode: str, nonlinearity: str, who: str) -> float:
    if mode not in {"fan_in", "fan_out"}:
        raise ArgumentError(f'{who}: mode is {mode!r}; it must be "fan_in" or "fan_out".')
    fan = _fans(weights, who)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _fans(weights: Any, who: str) -> tuple[int, int]:
    rows = _rows(weights, who)
    return len(rows[0]), len(rows)


def _rows(weights: Any, who: str) -> list[list[Value]]:
    """The weights as a matrix, a row for each output."""
    neurons = getattr(weights, "neurons", [weights])
    if all([hasattr(neuron, "weights") for neuron in neurons]):
        weights = [neuron.weights for neuron in neurons]
    numpy = sys.modules.get("numpy")
    if isinstance(weights, Value):
        weights = [weights]
    elif numpy is not None and isinstance(weights, numpy.ndarray):
        weights = weights.tolist()
    if not isinstance(weights, (list, tuple)):
        raise OperandError(f"{who}: takes a Layer, a Neuron or lists of Values, got {weights!r}.")
    listed = [isinstance(row, (list, tuple)) for row in weights]
    rows = [list(row) for row in weights] if any(listed) and all(listed) else [list(weights)]
    for x in [x for row in rows for x in row]:
        if not isinstance(x, Value):
            raise OperandError(f"{who}: {x!r} is no Value; give the weights of one layer.")
        if not x.is_leaf:
            raise OperandError(f"{who}: {x!r} is the result of an operation, no parameter.")
    sizes = {len(row) for row in rows}
    if sizes == {0} or not sizes:
        raise ArgumentError(f"{who}: there is no weight.")
    if len(sizes) > 1:
        raise ArgumentError(f"{who}: the rows have {sorted(sizes)} weights; all need as many.")
    return rows


def _filled(weights: Any, generator: Any, who: str, number: Callable[[Any], float]) -> Any:
    rows = _rows(weights, who)
    draw = generator if generator is random else generator_of(generator, f"{who}: generator")
    for weight in [w for row in rows for w in row]:
        weight.data = number(draw)
    return weights


def _finite(x: Any, what: str) -> float:
    number = Value(x).data
    if not math.isfinite(number):
        raise ArgumentError(f"{what} is {number}; it must be finite.")
    return number
