"""compile: against hand-written NumPy, torch, JAX and our own eager engine; what recording costs.

A step is the loss and the gradients by all parameters, which are arrays, in float64 and on one
thread. What is compared is measured in one run, in turns, after a check that all compute the same
loss and gradients; times are medians. The ratio under a bar with ``>`` is how many times faster we
are, under one with ``<=`` it is our time in theirs. Parts named as arguments (``numba import``) run
alone. The exit code is 1 if a check fails, else 0.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PJRT_NPROC"), "1"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import gc
import hashlib
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import Row, in_turns, judged, machine, show

sys.path.remove(str(Path(__file__).resolve().parent))  # benchmarks/nn.py is no package

import autograd
from autograd import Value
from nn import MLP, half_squared_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Arrays = list[tuple[np.ndarray, np.ndarray]]
Step = "Callable[[], Any]"

PACKAGES = "numpy", "numba", "torch", "jax"
ROUNDS = 21
SLOW_ROUNDS = 9  # of what takes a second
SIZES = (2, 16, 16, 1)
CALLS = {1: 300, 100: 100, 1000: 20, 10_000: 3}  # batch -> calls in one timing
WIDE = (2, 128, 128, 1), (8, 64, 64, 8)
TOKENS = FEATURES = 16  # of the attention block: about 40,000 nodes
IMPORTS = 21
DRAW = np.random.default_rng(0)


def main(arguments: list[str]) -> None:
    """Print the machine, the checks, and the table."""
    unknown = set(arguments) - set(PARTS)
    if unknown:
        sys.exit(f"usage: python benchmarks/compile.py [{'] ['.join(PARTS)}]")
    print(machine([f"{name} {version(name)}" for name in PACKAGES if find_spec(name)]))
    print(
        f"MLP {named(SIZES)} of sigmoids; medians of {SLOW_ROUNDS} to {ROUNDS} rounds", flush=True
    )
    show([row for name, part in PARTS.items() if name in (arguments or PARTS) for row in part()])


# The network: as scalar code for us, as array code for the others.


def network(activation: str) -> Callable[..., Value]:
    """The loss of one example, ½ Σ (A - Y)², in scalar code."""
    f = getattr(autograd, activation)

    def loss(parameters: Any, x: Any, y: Any) -> Value:
        a = list(x)
        for weights, biases in parameters:
            a = [f(autograd.dot(w, a, b)) for w, b in zip(weights, biases, strict=True)]
        errors = [output - target for output, target in zip(a, y, strict=True)]
        return 0.5 * autograd.dot(errors, errors)

    return loss


def compiled(loss: Callable[..., Value], backend: str) -> Any:
    """One gradient step over a batch."""
    step = autograd.value_and_grad(loss)
    return autograd.compile(step, in_axes=(None, 0, 0), reduce="mean", backend=backend)


def sigmoid(Z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-Z)), in the place of Z."""
    np.negative(Z, out=Z)
    np.exp(Z, out=Z)
    Z += 1.0
    return np.reciprocal(Z, out=Z)


BY_HAND = {  # A in the place of Z, and dA/dZ from A
    "sigmoid": (sigmoid, lambda A: A * (1.0 - A)),
    "tanh": (lambda Z: np.tanh(Z, out=Z), lambda A: 1.0 - A * A),
    "relu": (lambda Z: np.maximum(Z, 0.0, out=Z), lambda A: A > 0.0),
}


def by_hand(parameters: Arrays, X: np.ndarray, Y: np.ndarray, activation: str) -> Any:
    """Loss and gradients in NumPy: a row for each unit, a column for each example."""
    f, slope = BY_HAND[activation]
    outputs = [X.T]
    for W, B in parameters:
        Z = W @ outputs[-1]
        Z += B[:, None]
        outputs.append(f(Z))
    error = outputs[-1] - Y.T
    loss = 0.5 * np.vdot(error, error) / len(X)
    error /= len(X)
    gradients = []
    for k in reversed(range(len(parameters))):
        delta = error * slope(outputs[k + 1])
        gradients.append((delta @ outputs[k].T, delta.sum(axis=1)))
        if k:
            error = parameters[k][0].T @ delta
    return loss, gradients[::-1]


def torch_step(parameters: Arrays, X: np.ndarray, Y: np.ndarray) -> Step:
    """The same by torch.nn, eager."""
    import torch

    torch.set_num_threads(1)
    modules: list[Any] = []
    for W, B in parameters:
        linear = torch.nn.Linear(*W.shape[::-1], dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(W), torch.tensor(B)
        modules += [linear, torch.nn.Sigmoid()]
    model, x, y = torch.nn.Sequential(*modules), torch.tensor(X), torch.tensor(Y)

    def step() -> Any:
        model.zero_grad()
        loss = 0.5 * torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        return loss.detach(), [(linear.weight.grad, linear.bias.grad) for linear in modules[::2]]

    return step


def jax_step(parameters: Arrays, X: np.ndarray, Y: np.ndarray) -> Step:
    """The same by JAX, jitted."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        for W, B in parameters:
            x = jax.nn.sigmoid(x @ W.T + B)
        return 0.5 * ((x - y) ** 2).mean()

    step = jax.jit(jax.value_and_grad(loss))
    arguments = jax.tree.map(jax.numpy.asarray, (parameters, X, Y))
    return lambda: jax.block_until_ready(step(*arguments))


PEERS = {"torch": torch_step, "jax": jax_step}


def drawn(sizes: tuple[int, ...]) -> Arrays:
    """Weights after Glorot and Bengio, and biases."""
    bounds = [math.sqrt(6.0 / (n + m)) for n, m in pairwise(sizes)]
    return [
        (DRAW.uniform(-bound, bound, (m, n)), DRAW.uniform(-bound, bound, m))
        for bound, (n, m) in zip(bounds, pairwise(sizes), strict=True)
    ]


def batch(sizes: tuple[int, ...], n: int) -> tuple[np.ndarray, np.ndarray]:
    """So many examples: inputs and targets."""
    return DRAW.uniform(-1.0, 1.0, (n, sizes[0])), DRAW.uniform(0.0, 1.0, (n, sizes[-1]))


def named(sizes: tuple[int, ...]) -> str:
    """Such as 2-16-16-1."""
    return "-".join(map(str, sizes))


# Rows and checks.


def row(what: str, ms: dict[str, float], peer: str, bar: str) -> Row:
    """Our time beside the peer's."""
    us, them = ms["ours"], ms[peer]
    ratio = them / us if bar.startswith(">") else us / them
    return what, f"{us:.3g} ms", f"{peer} {them:.3g} ms", *judged(ratio, ratio, bar)


def check(what: str, steps: dict[str, Step]) -> None:
    """Exit with a message unless all give our loss and gradients to 1e-9; it warms them up, too."""
    ours, *others = [(name, numbers(step())) for name, step in steps.items()]
    for name, theirs in others:
        if ours[1].shape != theirs.shape or not np.allclose(ours[1], theirs, 1e-9, 1e-12):
            sys.exit(f"{what}: {name} computes another loss or gradient")
    names = ", ".join(steps)
    print(f"{what}: {names} agree on loss and {ours[1].size - 1} gradients to 1e-9", flush=True)


def numbers(result: tuple[Any, Any]) -> np.ndarray:
    """Loss and gradients in one row."""
    loss, gradients = result
    flat = [np.ravel(a) for layer in gradients for a in layer]
    return np.concatenate([[float(loss)], *flat])


# Batches.


def against_arrays() -> Iterator[Row]:
    """The numba backend against NumPy, torch and JAX."""
    numba_threads(1)
    peers = {name: make for name, make in PEERS.items() if find_spec(name)}
    step, parameters = compiled(network("sigmoid"), "numba"), drawn(SIZES)
    for n, calls in CALLS.items():
        what, (X, Y) = f"numba, batch {n:,}", batch(SIZES, n)
        steps = {
            "ours": partial(step, parameters, X, Y),
            "NumPy": partial(by_hand, parameters, X, Y, "sigmoid"),
            **{name: make(parameters, X, Y) for name, make in peers.items()},
        }
        check(what, steps)
        gc.freeze()  # what the peers' packages made: no timing need begin with a walk over it
        ms = in_turns(steps, ROUNDS, repeat=calls)
        gc.unfreeze()
        for name in list(steps)[1:]:
            yield row(what, ms, name, "<= 1" if name == "NumPy" else "> 1")
    lanes = step._recorded.last.engine("numba", reduce=True).lanes
    working_set(lanes.rows, lanes.tile)


STYLES = {"arrays": "<= 0.6", "nested lists": "<= 1", "nn.MLP": "<= 1.2"}  # bars at batch 1
OF_BATCHES = {100: "<= 0.8", 1000: "<= 0.7", 10_000: "<= 0.5"}  # bars of all styles


def styles() -> Iterator[Row]:
    """The same step with parameters as people have them, against NumPy by hand with arrays."""
    numba_threads(1)
    parameters = drawn(SIZES)
    model = model_with(parameters)
    by_model = compiled(lambda m, x, y: half_squared_error(m(x), y), "numba")
    by_lists = compiled(network("sigmoid"), "numba")
    lists = [(W.tolist(), B.tolist()) for W, B in parameters]
    step = compiled(network("sigmoid"), "numba")
    for n, calls in CALLS.items():
        X, Y = batch(SIZES, n)
        steps = {
            "arrays": partial(step, parameters, X, Y),
            "nested lists": partial(by_lists, lists, X, Y),
            "nn.MLP": partial(by_model, model, X, Y),
            "NumPy": partial(by_hand, parameters, X, Y, "sigmoid"),
        }
        losses = [float(one()[0]) for one in steps.values()]
        if not np.allclose(losses, losses[0], 1e-9, 1e-12):
            sys.exit(f"styles, batch {n}: different losses")
        gc.freeze()
        ms = in_turns(steps, ROUNDS, repeat=calls)
        gc.unfreeze()
        for name, bar in STYLES.items():
            what = f"numba, batch {n:,}, {name}"
            yield row(what, ms | {"ours": ms[name]}, "NumPy", OF_BATCHES.get(n, bar))


def working_set(rows: int, tile: int) -> None:
    """Print what the interpreter works in, beside what the second-level cache holds."""
    kB = rows * tile * 8 / 1024
    caches = Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")
    sizes = [(c / "size").read_text().strip() for c in caches if (c / "level").read_text() == "2\n"]
    beside = f"; the second-level cache has {sizes[0]}" if sizes else ""
    print(f"working set: {rows} rows of {tile} lanes, {kB:.0f} kB{beside}", flush=True)


def numpy_backend() -> Iterator[Row]:
    """The numpy backend against hand-written NumPy."""
    step, parameters = compiled(network("sigmoid"), "numpy"), drawn(SIZES)
    for n in (1000, 10_000):
        what, (X, Y) = f"numpy, batch {n:,}", batch(SIZES, n)
        steps = {
            "ours": partial(step, parameters, X, Y),
            "NumPy": partial(by_hand, parameters, X, Y, "sigmoid"),
        }
        check(what, steps)
        yield row(what, in_turns(steps, ROUNDS, repeat=CALLS[n]), "NumPy", "<= 3")


def wide() -> Iterator[Row]:
    """Networks whose rows don't fit the cache, against hand-written NumPy."""
    numba_threads(1)
    for sizes in WIDE:
        parameters, (X, Y) = drawn(sizes), batch(sizes, 1000)
        for activation in BY_HAND:
            what = f"numba, {named(sizes)} of {activation}, batch 1,000"
            steps = {
                "ours": partial(compiled(network(activation), "numba"), parameters, X, Y),
                "NumPy": partial(by_hand, parameters, X, Y, activation),
            }
            check(what, steps)
            yield row(what, in_turns(steps, SLOW_ROUNDS, repeat=3), "NumPy", "<= 1.2")


def cross_entropy(parameters: Any, x: Any, y: Any) -> Value:
    """A classifier's loss of one example: sigmoids, and the logarithm of a softmax."""
    (weights, biases), (last, shifts) = parameters
    h = [
        autograd.sigmoid(autograd.dot(w, list(x), b)) for w, b in zip(weights, biases, strict=True)
    ]
    z = [autograd.dot(w, h, b) for w, b in zip(last, shifts, strict=True)]
    return autograd.logsumexp(z) - autograd.dot(list(y), z)


def cross_entropy_by_hand(parameters: Arrays, X: np.ndarray, Y: np.ndarray) -> Any:
    """The mean of it and its gradients, in NumPy."""
    (W, B), (V, C) = parameters
    H = sigmoid(W @ X.T + B[:, None])
    Z = V @ H
    Z += C[:, None]
    Z -= Z.max(axis=0)
    E = np.exp(Z)
    total = E.sum(axis=0)
    loss = (np.log(total).sum() - np.vdot(Y.T, Z)) / len(X)
    E /= total
    E -= Y.T
    E /= len(X)
    delta = (V.T @ E) * (H * (1.0 - H))
    return loss, [(delta @ X, delta.sum(axis=1)), (E @ H.T, E.sum(axis=1))]


def classifier() -> Iterator[Row]:
    """A classifier of 64-64-10, against hand-written NumPy."""
    numba_threads(1)
    sizes, n = (64, 64, 10), 1000
    parameters, X = drawn(sizes), DRAW.uniform(0.0, 1.0, (n, sizes[0]))
    Y = np.eye(sizes[-1])[DRAW.integers(0, sizes[-1], n)]
    what = f"numba, {named(sizes)} with cross-entropy, batch 1,000"
    steps = {
        "ours": partial(compiled(cross_entropy, "numba"), parameters, X, Y),
        "NumPy": partial(cross_entropy_by_hand, parameters, X, Y),
    }
    check(what, steps)
    yield row(what, in_turns(steps, SLOW_ROUNDS, repeat=3), "NumPy", "<= 1.2")


# Spellings, functions, second derivatives.


def spelled(neuron: Callable[[Any, Any, Any], Any]) -> Callable[..., Value]:
    """The loss of :func:`network`, of sigmoids, its neurons spelled otherwise."""

    def loss(parameters: Any, x: Any, y: Any) -> Value:
        a = list(x)
        for weights, biases in parameters:
            z = [neuron(w, a, b) for w, b in zip(weights, biases, strict=True)]
            a = [autograd.sigmoid(t) for t in z]
        errors = [output - target for output, target in zip(a, y, strict=True)]
        return 0.5 * autograd.dot(errors, errors)

    return loss


SPELLINGS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "dot(w, x, b)": autograd.dot,
    "dot(w, x) + b": lambda w, x, b: autograd.dot(w, x) + b,
    "W @ h + b": lambda w, x, b: np.array(w) @ np.array(x) + b,
    "a loop": lambda w, x, b: product(w, x) + b,
}


def spellings() -> Iterator[Row]:
    """Every spelling of a neuron against the first one, and the numpy backend against NumPy."""
    numba_threads(1)
    parameters, (X, Y) = drawn(SIZES), batch(SIZES, 1000)
    for backend in ("numba", "numpy"):
        steps: dict[str, Any] = {
            name: partial(compiled(spelled(neuron), backend), parameters, X, Y)
            for name, neuron in SPELLINGS.items()
        }
        steps["NumPy"] = partial(by_hand, parameters, X, Y, "sigmoid")
        check(f"{backend}, spellings", steps)
        ms = in_turns(steps, ROUNDS, repeat=CALLS[1000])
        first = next(iter(SPELLINGS))
        for name in SPELLINGS:
            ours = ms | {"ours": ms[name]}
            what = f"{backend}, {name}, batch 1,000"
            if name != first:
                yield row(what, ours, first, "<= 1.05")
            if backend == "numpy":
                yield row(what, ours, "NumPy", "<= 3")


FUNCTIONS: dict[str, tuple[Any, Any]] = {
    **{name: (getattr(autograd, name), getattr(np, name))
       for name in ("log", "log1p", "tanh", "sin", "cos", "cbrt")},
    "x**0.5": (lambda x: x**0.5, lambda x: x**0.5),
}  # fmt: skip


def functions() -> Iterator[Row]:
    """Functions on batches against NumPy's: a call, and a number in the middle of a program."""
    numba_threads(1)
    for n in (10_000, 100_000):
        x = DRAW.uniform(0.1, 10.0, n)
        for name, (ours, theirs) in FUNCTIONS.items():
            step = autograd.compile(ours, in_axes=0, backend="numba")
            if not np.allclose(step(x), theirs(x), 1e-14, 0.0):
                sys.exit(f"{name}: NumPy computes something else")
            steps = {"ours": partial(step, x), "NumPy": partial(theirs, x)}
            yield row(f"{name} of {n:,}", in_turns(steps, ROUNDS, repeat=20), "NumPy", "<= 1.2")


def rosenbrock(x: Any) -> Any:
    """Σ 100 (b - a²)² + (1 - a)² over neighbours a and b."""
    return autograd.sum([100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x)])


def second() -> Iterator[Row]:
    """A sparse Hessian of 200 inputs: to record it, and to call it against JAX's dense one."""
    x = np.linspace(-1.0, 1.0, 200)
    make = partial(autograd.compile, autograd.hessian(rosenbrock), backend="numba")
    step = make()
    steps: dict[str, Any] = {"ours": partial(step, x)}
    eager = partial(autograd.hessian(rosenbrock), x.tolist())
    if step(x) != eager():
        sys.exit("Hessian of Rosenbrock of 200: eager computes something else")
    ms = in_turns({"ours": lambda: make().record(x), "eager": eager}, SLOW_ROUNDS)
    yield row("record a Hessian, Rosenbrock of 200", ms, "eager", "")
    if find_spec("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
        array_code = jax.jit(
            jax.hessian(lambda x: (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())
        )
        given = jax.numpy.asarray(x)
        steps["jax"] = lambda: jax.block_until_ready(array_code(given))
        steps["jax, as lists"] = lambda: np.asarray(array_code(given)).tolist()
        ms = in_turns(steps, ROUNDS, repeat=20)
        for name in ("jax", "jax, as lists"):
            yield row("call a Hessian, Rosenbrock of 200", ms, name, "<= 1")


# A million examples.


def logistic(w: Any, b: Any, x: Any, y: Any) -> Any:
    """The loss of one example of a logistic regression."""
    z = autograd.dot(w, x, b)
    return autograd.softplus(z) - y * z


def logistic_by_hand(w: Any, b: Any, X: np.ndarray, y: np.ndarray) -> Any:
    """Its mean and gradients, in NumPy."""
    z = X @ w + b
    e = np.exp(-np.abs(z))
    loss = (np.maximum(z, 0.0) + np.log1p(e) - y * z).mean()
    delta = (np.where(z >= 0, 1.0, e) / (1.0 + e) - y) / len(y)
    return loss, [(X.T @ delta, delta.sum())]


def price(S: Any, K: Any, T: Any, r: Any, s: Any) -> Any:
    """Black and Scholes' price of a call."""
    q = s * autograd.sqrt(T)
    d = (autograd.log(S / K) + (r + 0.5 * s * s) * T) / q
    at_d, at_d_less_q = [0.5 * autograd.erfc(-x * math.sqrt(0.5)) for x in (d, d - q)]
    return S * at_d - K * autograd.exp(-r * T) * at_d_less_q


def price_by_hand(S: Any, K: Any, T: Any, r: Any, s: Any) -> Any:
    """The price and its five slopes, in NumPy and SciPy."""
    from scipy.special import ndtr

    root = np.sqrt(T)
    q = s * root
    d = (np.log(S / K) + (r + 0.5 * s * s) * T) / q
    n, m, D = ndtr(d), ndtr(d - q), np.exp(-r * T)
    vega = S * root * np.exp(-0.5 * d * d) / math.sqrt(2.0 * math.pi)
    KDm = K * D * m
    return S * n - KDm, (n, -D * m, vega * s / (2.0 * T) + r * KDm, T * KDm, vega)


def of_one_layer(result: Any) -> Any:
    """A result in the structure of a network's."""
    loss, gradient = result
    return loss, [gradient]


def million() -> Iterator[Row]:
    """Logistic regression of 20 inputs, and options with five slopes, over a million examples."""
    numba_threads(1)
    n = 1_000_000
    w, X, y = DRAW.normal(size=20), DRAW.normal(size=(n, 20)), DRAW.integers(0, 2, n) * 1.0
    step = autograd.compile(
        autograd.value_and_grad(logistic, (0, 1)),
        in_axes=(None, None, 0, 0), reduce="mean", backend="numba",
    )  # fmt: skip
    steps: dict[str, Any] = {
        "ours": lambda: of_one_layer(step(w, 0.1, X, y)),
        "NumPy": partial(logistic_by_hand, w, 0.1, X, y),
    }
    what = "logistic regression, 1,000,000 x 20"
    check(what, steps)
    yield row(what, in_turns(steps, SLOW_ROUNDS), "NumPy", "<= 1")
    if not find_spec("scipy"):
        return
    S, K = DRAW.uniform(50.0, 150.0, (2, n))
    options = S, K, DRAW.uniform(0.1, 2.0, n), 0.02, DRAW.uniform(0.1, 0.5, n)
    prices = autograd.compile(
        autograd.value_and_grad(price, (0, 1, 2, 3, 4)), in_axes=(0, 0, 0, None, 0),
        backend="numba",
    )  # fmt: skip
    steps = {"ours": partial(prices, *options), "SciPy": partial(price_by_hand, *options)}
    found, expected = [[value, *slopes] for value, slopes in (step() for step in steps.values())]
    if not np.allclose(found, expected, 1e-9, 1e-9):
        sys.exit("options: SciPy computes something else")
    yield row("options and slopes, 1,000,000", in_turns(steps, SLOW_ROUNDS), "SciPy", "<= 1")


def libraries() -> Iterator[Row]:
    """Arrays of PyTorch and JAX against their own code."""
    parameters, (X, Y) = drawn(SIZES), batch(SIZES, 1000)
    converted = {"torch": "as_tensor", "jax": "numpy.asarray"}
    for name, make in PEERS.items():
        if not find_spec(name):
            continue
        theirs = make(parameters, X, Y)
        function: Any = sys.modules[name]
        for part in converted[name].split("."):
            function = getattr(function, part)
        arrays = [(function(W), function(B)) for W, B in parameters], function(X), function(Y)
        step = compiled(network("sigmoid"), "auto")
        wait = getattr(sys.modules[name], "block_until_ready", lambda found: found)
        steps = {"ours": lambda step=step, arrays=arrays, wait=wait: wait(step(*arrays)),
                 name: theirs}  # fmt: skip
        check(f"arrays of {name}, batch 1,000", steps)
        ms = in_turns(steps, ROUNDS, repeat=CALLS[1000])
        yield row(f"arrays of {name}, batch 1,000", ms, name, "<= 1.5")


def threads() -> Iterator[Row]:
    """Two threads against one."""
    n = 10_000
    step, parameters, (X, Y) = compiled(network("sigmoid"), "numba"), drawn(SIZES), batch(SIZES, n)

    def on(count: int) -> Any:
        numba_threads(count)
        return step(parameters, X, Y)

    steps = {"ours": partial(on, 2), "one thread": partial(on, 1)}
    what = f"numba, batch {n:,}, 2 threads"
    check(what, steps)
    work, inside = bytes(8_000_000), machine_code(step, parameters, X, Y)
    with ThreadPoolExecutor(1) as other:
        for name, task in (("hashing", partial(hashlib.sha256, work)), ("inside", inside)):
            steps[f"{name} by two"] = partial(by_two, other, task)
            steps[f"{name} by one"] = lambda task=task: (task(), task())
        ms = in_turns(steps, ROUNDS, repeat=CALLS[n])
    for name, told in (("hashing", "only hash"), ("inside", "only run the interpreter's code")):
        ratio = ms[f"{name} by one"] / ms[f"{name} by two"]
        print(f"2 threads that {told}: {ratio:.2f} times as fast as one", flush=True)
    yield row(what, ms, "one thread", ">= 1.6")


def by_two(other: ThreadPoolExecutor, task: Step) -> None:
    """The task twice, once in another thread."""
    half = other.submit(task)
    task()
    half.result()


def machine_code(step: Any, parameters: Arrays, X: np.ndarray, Y: np.ndarray) -> Step:
    """The interpreter on a batch, with nothing of Python's around it: what two cores can give."""
    from autograd.compiler.backends.numba.loops import loops

    engine = step._recorded.last.engine("numba", reduce=True)
    u = engine.start(np.concatenate([a.ravel() for layer in parameters for a in layer]))
    columns, lanes = np.concatenate([X.T, Y.T]), engine.lanes

    def task() -> None:
        rows, sums = np.zeros((lanes.rows, lanes.tile)), np.zeros(len(engine.outputs))
        results = np.empty((0, columns.shape[1]))
        engine.run_lanes(lanes.tape, u, columns, rows, sums, results, 0, loops())

    return task


def numba_threads(count: int) -> None:
    """How many threads the numba backend takes."""
    import numba

    numba.set_num_threads(count)


# Against the eager engine: one example.


def model_with(parameters: Arrays) -> MLP:
    """An nn.MLP with these parameters."""
    model = MLP(SIZES[0], list(SIZES[1:]))
    for layer, (W, B) in zip(model.layers, parameters, strict=True):
        for neuron, weights, bias in zip(layer.neurons, W.tolist(), B.tolist(), strict=True):
            for parameter, number in zip(neuron.parameters(), (*weights, bias), strict=True):
                parameter.data = number
    return model


def eager_network(parameters: Arrays, x: list[float], y: list[float]) -> Step:
    """A step of nn.MLP with these parameters."""
    model = model_with(parameters)
    layers = [layer.neurons for layer in model.layers]

    def step() -> Any:
        model.zero_grad()
        loss = half_squared_error(model(x), y)
        loss.backward()
        return loss.data, layers

    return step


def of_values(result: Any) -> Any:
    """A result without Values."""
    loss, gradients = result
    return getattr(loss, "data", loss), gradients


def of_neurons(step: Step) -> Any:
    """What the step gives, its gradients as arrays."""
    loss, layers = step()
    gradients = [
        ([[w.grad for w in neuron.weights] for neuron in neurons], [n.bias.grad for n in neurons])
        for neurons in layers
    ]
    return loss, gradients


def python_backend() -> Iterator[Row]:
    """The python backend against the same function uncompiled, and against nn.MLP."""
    parameters, (X, Y) = drawn(SIZES), batch(SIZES, 1)
    step = compiled(network("sigmoid"), "python")
    x, y = X[0].tolist(), Y[0].tolist()
    eager = eager_network(parameters, x, y)
    function = autograd.value_and_grad(network("sigmoid"))
    steps = {
        "ours": partial(step, parameters, X, Y),
        "eager": partial(function, parameters, x, y),
        "nn.MLP": eager,
    }
    what = "python, batch 1"
    check(
        what,
        steps
        | {"eager": lambda: of_values(steps["eager"]()), "nn.MLP": partial(of_neurons, eager)},
    )
    ms = in_turns(steps, ROUNDS, repeat=100)
    yield row(f"{what}, the same function", ms, "eager", ">= 8")
    yield row(f"{what}", ms, "nn.MLP", "")


def product(ws: Any, xs: Any) -> Any:
    """Σ w·x in single products and sums."""
    total = ws[0] * xs[0]
    for w, x in zip(ws[1:], xs[1:], strict=True):
        total = total + w * x
    return total


def attention(weights: Any, tokens: Any) -> Any:
    """One block of attention over lists of scalars, and the sum of the squares of what it gives."""
    queries, keys, values = [
        [[product(w, x) for w in matrix] for x in tokens] for matrix in weights
    ]
    columns = list(zip(*values, strict=True))
    squares = []
    for q in queries:
        scores = [product(q, k) * (1.0 / math.sqrt(len(q))) for k in keys]
        shares = autograd.softmax(scores)
        squares += [product(shares, column) ** 2 for column in columns]
    return autograd.sum(squares)


@cache
def block() -> tuple[np.ndarray, np.ndarray, Step]:
    """Weights and tokens, and the eager engine's step."""
    bound = math.sqrt(3.0 / FEATURES)
    weights = DRAW.uniform(-bound, bound, (3, FEATURES, FEATURES))
    tokens = DRAW.uniform(-1.0, 1.0, (TOKENS, FEATURES))
    leaves = [[list(map(Value, w)) for w in matrix] for matrix in weights.tolist()]
    words = [list(map(Value, x)) for x in tokens.tolist()]

    def step() -> Any:
        for leaf in (leaf for matrix in leaves for w in matrix for leaf in w):
            leaf.clear_grad()
        loss = attention(leaves, words)
        loss.backward()
        return loss, leaves

    return weights, tokens, step


def of_leaves(step: Step) -> Any:
    """What the step gives, its gradients as arrays."""
    loss, leaves = step()
    return loss.data, [[[[w.grad for w in row] for row in matrix] for matrix in leaves]]


def count(root: Value) -> int:
    """The nodes of a graph, leaves among them."""
    seen, waiting = {id(root)}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                waiting.append(parent)
    return len(seen)


def compiled_block() -> Any:
    """One gradient step of the attention block."""
    step = autograd.value_and_grad(attention)
    return autograd.compile(step, in_axes=(None, 0), reduce="mean", backend="numba")


def large_graph() -> Iterator[Row]:
    """The attention block by numba against the eager engine."""
    numba_threads(1)
    weights, tokens, eager = block()
    step = compiled_block()

    def ours() -> Any:
        loss, gradient = step(weights, tokens[None])
        return loss, [[gradient]]

    what = f"attention, {count(eager()[0]):,} nodes, batch 1"
    check(what, {"ours": ours, "eager": partial(of_leaves, eager)})
    steps = {"ours": ours, "eager": eager}
    yield row(what, in_turns(steps, ROUNDS, repeat=3), "eager", ">= 200")


WORD = (26, 4, 12, 12, 0, 26)  # letters, between two marks: 40,000 nodes


def language_model(weights: Any) -> Any:
    """How well one block of attention tells each next letter: the mean of -log p.

    The weights are in dicts and lists, and all is spelled in single products and sums.
    """
    keys: list[Any] = []
    values: list[Any] = []
    losses = []
    for position, (letter, following) in enumerate(pairwise(WORD)):
        pairs = zip(weights["letters"][letter], weights["places"][position], strict=True)
        x = scaled([a + b for a, b in pairs])
        block, before = weights["block"], x
        q, k, v = [linear(block["attention"][name], scaled(x)) for name in ("q", "k", "v")]
        keys.append(k)
        values.append(v)
        heads: list[Any] = []
        for h in range(0, len(q), 4):
            scores = [0.5 * product(q[h : h + 4], k[h : h + 4]) for k in keys]
            shares = autograd.softmax(scores)
            heads += [product(shares, [v[i] for v in values]) for i in range(h, h + 4)]
        mixed = linear(block["attention"]["out"], heads)
        x = [a + b for a, b in zip(mixed, before, strict=True)]
        hidden = [autograd.relu(z) for z in linear(block["widen"], scaled(x))]
        x = [a + b for a, b in zip(linear(block["narrow"], hidden), x, strict=True)]
        logits = linear(weights["out"], x)
        losses.append(autograd.logsumexp(logits) - logits[following])
    return autograd.mean(losses)


def linear(matrix: Any, x: Any) -> list[Any]:
    """The matrix times x."""
    return [product(w, x) for w in matrix]


def scaled(x: list[Any]) -> list[Any]:
    """x over the root of the mean of its squares."""
    factor = (product(x, x) * (1.0 / len(x)) + 1e-5) ** -0.5
    return [a * factor for a in x]


def in_dicts() -> Iterator[Row]:
    """A small language model, its 4,192 parameters in nested dicts, against the eager engine."""
    numba_threads(1)
    width, letters = 16, 27

    def matrix(n: int, m: int) -> list[list[float]]:
        found: list[list[float]] = DRAW.normal(0.0, 0.2, (n, m)).tolist()
        return found

    weights = {
        "letters": matrix(letters, width),
        "places": matrix(width, width),
        "block": {
            "attention": {name: matrix(width, width) for name in ("q", "k", "v", "out")},
            "widen": matrix(4 * width, width),
            "narrow": matrix(width, 4 * width),
        },
        "out": matrix(letters, width),
    }
    leaves: list[Value] = []

    def as_values(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {name: as_values(part) for name, part in tree.items()}
        if isinstance(tree, list):
            return [as_values(part) for part in tree]
        leaves.append(Value(tree))
        return leaves[-1]

    tree = as_values(weights)

    def eager() -> Any:
        for leaf in leaves:
            leaf.clear_grad()
        loss = language_model(tree)
        loss.backward()
        return loss

    step = autograd.compile(autograd.value_and_grad(language_model), backend="numba")
    loss, gradient = step(weights)
    expected = eager()
    rows = gradient["block"]["widen"]
    slopes = [[w.grad for w in line] for line in tree["block"]["widen"]]
    if not (np.allclose(loss, expected.data, 1e-9) and np.allclose(rows, slopes, 1e-9, 1e-12)):
        sys.exit("language model: eager computes another loss or gradient")
    what = f"language model in dicts, {count(expected):,} nodes"
    steps = {"ours": partial(step, weights), "eager": eager}
    yield row(what, in_turns(steps, SLOW_ROUNDS, repeat=3), "eager", ">= 200")


def recording() -> Iterator[Row]:
    """What a recording costs, in eager passes over one example.

    The first call records, simplifies, writes the tape and runs it; ``record`` records, and
    simplifies to what is read.
    """
    numba_threads(1)
    parameters, (X, Y), (weights, tokens, eager_block) = drawn(SIZES), batch(SIZES, 100), block()
    eager = eager_network(parameters, X[0].tolist(), Y[0].tolist())
    make = partial(compiled, network("sigmoid"), "numba")
    cases = {
        "MLP, batch 100": (make, (parameters, X, Y), eager, 10),
        "attention, batch 1": (compiled_block, (weights, tokens[None]), eager_block, 1),
    }
    for name, (fresh, arguments, one, calls) in cases.items():
        steps = {
            "first call": partial(first_call, fresh, arguments),
            "record": partial(record, fresh, arguments),
            "eager": one,
        }
        steps["first call"]()
        ms = in_turns(steps, SLOW_ROUNDS, repeat=calls)
        for what in ("first call", "record"):
            yield row(f"{what}, {name}", ms | {"ours": ms[what]}, "eager", "<= 10")


def first_call(fresh: Callable[[], Any], arguments: tuple[Any, ...]) -> None:
    """Record and run."""
    fresh()(*arguments)


def record(fresh: Callable[[], Any], arguments: tuple[Any, ...]) -> None:
    """Record alone."""
    fresh().record(*arguments)


# Importing.


def importing() -> Iterator[Row]:
    """``import autograd``, which imports NumPy, against NumPy's own import."""
    script = "from time import perf_counter as now; start = now(); import {}; print(now() - start)"
    seconds: dict[str, list[float]] = {"autograd": [], "numpy": []}
    for _ in range(IMPORTS):
        for name, taken in seconds.items():
            command = [sys.executable, "-I", "-c", script.format(name)]
            process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            taken.append(float(process.stdout))
    us, them = (1e3 * median(taken) for taken in seconds.values())
    yield row("import autograd", {"ours": us, "import numpy": them}, "import numpy", "<= 1.1")


PARTS = {  # torch and JAX come late: Python's collector walks over what they make at import
    "python": python_backend,
    "attention": large_graph,
    "dicts": in_dicts,
    "recording": recording,
    "wide": wide,
    "classifier": classifier,
    "threads": threads,
    "numpy": numpy_backend,
    "spellings": spellings,
    "functions": functions,
    "million": million,
    "styles": styles,
    "numba": against_arrays,
    "second": second,
    "libraries": libraries,
    "import": importing,
}

if __name__ == "__main__":
    main(sys.argv[1:])
