"""The transforms: what they cost in plain gradients, and Hessians against HIPS autograd and JAX.

A plain gradient is a forward pass and ``backward()``, over leaves that are there already. What is
compared is measured in one run, in turns, after a check that both sides compute the same; times are
medians. The peers run in processes of their own (``hips=<its Python> jax=<its Python>``), which
wait while another one is timed. The exit code is 1 if a check fails, else 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from itertools import chain, product
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from measure import Row, in_turns, judged, machine, show
from peers.served import point, scalar_code

sys.path.remove(str(Path(__file__).resolve().parent))  # benchmarks/nn.py is no package

from autograd import Value, grad, hessian, hvp, jvp
from nn import MLP, half_squared_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 11
HESSIAN_ROUNDS = 5
SIZES = 10, 100, 1000, 10_000  # inputs of Rosenbrock's function
DIMENSIONS = 100  # of the Hessian
WORKERS = {"hips": "hips.py", "jax": "with_jax.py"}


def main(arguments: list[str]) -> None:
    """Print the machine, the checks, and the table."""
    here = Path(__file__).parent / "peers"
    pythons = dict(argument.split("=", 1) for argument in arguments)
    workers = [Worker(python, here / WORKERS[name]) for name, python in pythons.items()]
    print(machine([f"numpy {version('numpy')}", *(worker.version for worker in workers)]))
    print(f"medians of {ROUNDS} rounds, of {HESSIAN_ROUNDS} for Hessians", flush=True)
    rows = [*against_plain(), *hessians(workers)]
    for worker in workers:
        worker.close()
    show(rows)


# Against plain gradients.


def against_plain() -> Iterator[Row]:
    """Gradients and products with the Hessian, in plain gradients of the same function."""
    mlp, parameters = network()
    yield from compared("MLP 2-16-16-1, 10 samples", mlp, parameters)
    for n in SIZES:
        yield from compared(f"Rosenbrock of {n:,}", scalar_code, point(n))


def compared(what: str, f: Callable[[Any], Value], xs: list[float]) -> Iterator[Row]:
    """``grad``, ``create_graph`` and ``hvp`` of one function."""
    leaves, around = [Value(x) for x in xs], [Value(x) for x in xs]
    v = point(len(xs))[::-1]

    def plain(**how: bool) -> list[Any]:
        for leaf in leaves:
            leaf.clear_grad()
        f(leaves).backward(**how)
        return [leaf.grad for leaf in leaves]

    def create_graph() -> list[Any]:
        gradient = plain(create_graph=True)
        for leaf in leaves:  # leaf and gradient refer to each other
            leaf.clear_grad()
        return gradient

    steps = {
        "backward()": plain,
        "grad": lambda: grad(f)(xs),
        "backward(create_graph=True)": create_graph,
        "grad, of Values": lambda: grad(f)(around),
        "hvp": lambda: hvp(f, xs, v),
    }
    gradient = plain()
    for name in ("grad", "backward(create_graph=True)", "grad, of Values"):
        check(f"{what}: {name}", numbers(steps[name]()), gradient)
    check(f"{what}: hvp", steps["hvp"](), jvp(grad(f), (xs,), (v,))[1])
    print(f"{what}: {len(steps) - 1} transforms agree to 1e-10", flush=True)
    ms = in_turns(steps, ROUNDS if len(xs) < 5000 else 5, repeat=max(1, 500 // len(xs)))
    for name, bar in zip(steps, ("", "<= 1.3", "<= 4", "<= 4", "<= 8"), strict=True):
        if name != "backward()":
            ratio = ms[name] / ms["backward()"]
            peer = f"backward() {ms['backward()']:.3g} ms"
            yield f"{what}: {name}", f"{ms[name]:.3g} ms", peer, *judged(ratio, ratio, bar)


def network() -> tuple[Callable[[list[Any]], Value], list[float]]:
    """The loss of an nn.MLP as a function of its parameters, and those."""
    model = MLP(2, [16, 16, 1], seed=1)
    draws = point(20)
    samples = list(zip(draws[::2], draws[1::2], strict=True))
    start = [p.data for p in model.parameters()]
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]

    def loss(parameters: list[Any]) -> Value:
        left = iter(parameters)
        for neuron in neurons:
            neuron.weights = [next(left) for _ in neuron.weights]
            neuron.bias = next(left)
        outputs = [model(x)[0] for x in samples]
        return half_squared_error(outputs, [float(a * b > 0) for a, b in samples])

    return loss, start


def numbers(values: list[Any]) -> list[float]:
    """Of Values, their data."""
    return [getattr(value, "data", value) for value in values]


def check(what: str, ours: list[float], theirs: list[float]) -> None:
    """Exit with a message unless all agree to 1e-10 of the largest."""
    scale = max(map(abs, theirs))
    for index, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        if not abs(x - y) <= 1e-10 * scale:
            sys.exit(f"{what}: entry {index} differs: {x!r}, {y!r}")


# Hessians.


class Worker:
    """A peer in a process of its own, which takes one timing when asked."""

    def __init__(self, python: str, script: Path) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([python, script], **pipes)
        self.version: str = self._answer()

    def ask(self, form: str, n: int) -> dict[str, Any]:
        """The seconds and the Hessian of Rosenbrock's function, of ``numbers`` or an ``array``."""
        self.process.stdin.write(f"{form} {n}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[1].name} ended; it said why above")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def hessians(workers: list[Worker]) -> Iterator[Row]:
    """Hessians of Rosenbrock's function: the same scalar code, and the peer's own arrays."""
    n = DIMENSIONS
    xs = point(n)
    entries = list(chain(*hessian(scalar_code)(xs)))
    asked = list(product(workers, ("numbers", "array")))
    for worker, form in asked:  # this also warms the peer up
        theirs = list(chain(*worker.ask(form, n)["hessian"]))
        check(f"Hessian by {worker.version}, {form}", entries, theirs)
    print(f"Hessians of {n} x {n} agree to 1e-10", flush=True)
    ours: list[float] = []
    seconds: dict[Any, list[float]] = {question: [] for question in asked}
    for _ in range(HESSIAN_ROUNDS):
        ours.append(in_turns({"ours": lambda: hessian(scalar_code)(xs)}, 1)["ours"])
        for worker, form in asked:
            seconds[worker, form].append(worker.ask(form, n)["seconds"])
    us = median(ours)
    for (worker, form), taken in seconds.items():
        them = median(taken) * 1e3
        code, bar = ("the same code", ">= 20") if form == "numbers" else ("its arrays", "")
        what = f"Hessian of Rosenbrock of {n}"
        peer = f"{worker.version}, {code} {them:.4g} ms"
        yield what, f"{us:.3g} ms", peer, *judged(them / us, them / us, bar)


if __name__ == "__main__":
    main(sys.argv[1:])
