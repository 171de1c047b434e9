"""The engine against micrograd and XAD: time, memory, and growth with the length of a chain.

What is compared is measured in one run, in turns, after a check that both sides compute the same
loss and gradients. Times are medians. Garbage is collected before each, for micrograd leaves cyclic
garbage that the next timing would pay for. The exit code is 1 if a check fails, else 0.
"""

from __future__ import annotations

import gc
import math
import operator
import random
import sys
import tracemalloc
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import micrograd.nn
import xad.adj_1st as xadj
import xad.math as xadm
from measure import Row, in_turns, judged, machine, prepare, show
from micrograd.engine import Value as MicrogradValue

sys.path.remove(str(Path(__file__).resolve().parent))  # benchmarks/nn.py is no package

from autograd import Value
from nn import MLP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PACKAGES = "numpy", "micrograd", "xad"
ROUNDS = 9
SIZES = 2, [16, 16, 1]
DRAW = random.Random(0).uniform
XS = [[DRAW(-1, 1), DRAW(-1, 1)] for _ in range(100)]
YS = [float(x1 * x2 > 0) for x1, x2 in XS]
LENGTHS = 10**4, 10**5, 10**6  # of chains, in nodes


def main() -> None:
    """Print the machine, the checks, and the table."""
    print(machine([f"{name} {version(name)}" for name in PACKAGES]))
    print(f"MLP 2-16-16-1, {len(XS)} samples; medians of {ROUNDS} rounds", flush=True)
    show([row for part in (same_code, own_network, memory, chains) for row in part()])


# Networks. A step clears gradients, goes forward, sums the loss, goes backward, frees the graph.


def step(model: Any, output: Callable[[Any], Any]) -> float:
    """One step of a micrograd.nn or of our network; returns the loss."""
    model.zero_grad()
    loss = squared_loss([output(model(x)) for x in XS])
    loss.backward()
    return loss.data


def xad_step(tape: xadj.Tape, layers: list[list[tuple[list[xadj.Real], xadj.Real]]]) -> float:
    """One step of the network of sigmoids in XAD's expressions, (weights, bias) by neuron."""
    tape.newRecording()
    outputs = []
    for x in XS:
        a = x
        for layer in layers:
            zs = [sum(map(operator.mul, w, a), b) for w, b in layer]
            a = [1.0 / (1.0 + xadm.exp(-z)) for z in zs]
        outputs += a
    loss = squared_loss(outputs)
    tape.registerOutput(loss)
    loss.derivative = 1.0
    tape.computeAdjoints()
    return loss.value


def squared_loss(outputs: Sequence[Any]) -> Any:
    """The sum over samples of (A - Y)²."""
    return sum((a - y) ** 2 for a, y in zip(outputs, YS, strict=True))


def same_code() -> Iterator[Row]:
    """micrograd's network of relus, with micrograd's Value and with ours in its place."""
    models, results, steps = {}, {}, {}
    for name, value in (("micrograd", MicrogradValue), ("ours", Value)):
        random.seed(1)
        micrograd.nn.Value = value
        models[name] = micrograd.nn.MLP(*SIZES)
        steps[name] = lambda m=models[name]: step(m, lambda a: a)
        results[name] = [steps[name](), *(p.grad for p in models[name].parameters())]
    micrograd.nn.Value = MicrogradValue
    check("micrograd.nn with our Value", results["ours"], results["micrograd"])
    for collector, bar in (("on", ">= 5"), ("off", ">= 2")):
        times = in_turns(steps, ROUNDS, collector)
        yield faster(f"micrograd.nn, collector {collector}", times, "micrograd", bar)


def own_network() -> Iterator[Row]:
    """nn.MLP of sigmoids against micrograd's own network, and against XAD's of sigmoids."""
    ours, theirs = MLP(*SIZES, activation="sigmoid", seed=1), micrograd.nn.MLP(*SIZES)
    with xadj.Tape() as tape:
        parameters = {name: xadj.Real(p.data) for name, p in ours.named_parameters()}
        tape.registerInputs(parameters.values())
        layers, left = [], iter(parameters.values())
        for layer in ours.layers:
            sizes = [len(neuron.weights) for neuron in layer.neurons]
            layers.append([([next(left) for _ in range(n)], next(left)) for n in sizes])
        steps = {
            "ours": lambda: step(ours, operator.itemgetter(0)),
            "micrograd": lambda: step(theirs, lambda a: a),
            "XAD": lambda: xad_step(tape, layers),
        }
        peer = [steps["XAD"](), *(p.derivative for p in parameters.values())]
        check("nn.MLP and XAD", [steps["ours"](), *(p.grad for p in ours.parameters())], peer)
        for collector, bars in (("on", (">= 20", "> 1")), ("off", ("", ""))):
            times = in_turns(steps, ROUNDS, collector)
            for name, bar in zip(("micrograd", "XAD"), bars, strict=True):
                yield faster(f"nn.MLP, collector {collector}", times, name, bar)


def check(what: str, ours: list[float], theirs: list[float]) -> None:
    """Exit with a message unless loss and gradients agree to 1e-9."""
    for index, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        if not math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12):
            sys.exit(f"{what}: {f'gradient {index}' if index else 'loss'} differs: {x!r}, {y!r}")
    print(f"{what}: loss and {len(ours) - 1} gradients agree to 1e-9", flush=True)


def faster(what: str, ms: dict[str, float], peer: str, bar: str) -> Row:
    """How many times faster than the peer we are."""
    ratio = ms[peer] / ms["ours"]
    return what, f"{ms['ours']:.1f} ms", f"{peer} {ms[peer]:.1f} ms", *judged(ratio, ratio, bar)


# Chains: x * a + a, of that times a plus a, and so on.


def chain(value: Any, nodes: int) -> Any:
    """A chain of so many nodes of that Value."""
    z, a = value(0.5), value(0.25)
    for _ in range(nodes // 2):
        z = z * a + a
    return z


def memory() -> Iterator[Row]:
    """Bytes a node; micrograd in chains of 500, for its backward recurses."""
    ours, theirs = bytes_a_node(Value, 100_000), bytes_a_node(MicrogradValue, 500)
    for when, us, them in zip(("forward", "backward"), ours, theirs, strict=True):
        what, bar = f"chain, bytes a node after {when}", "<= 200"
        yield what, f"{us:.0f}", f"micrograd {them:.0f}", *judged(them / us, us, bar)


def bytes_a_node(value: Any, length: int, nodes: int = 100_000) -> list[float]:
    """Bytes a node after forward and after backward, in chains of that length."""
    prepare("on")
    tracemalloc.start()
    sizes = []
    roots = [chain(value, length) for _ in range(nodes // length)]
    for backward in (None, value.backward):
        for root in roots if backward else ():
            backward(root)
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0] / nodes)
    tracemalloc.stop()
    return sizes


def chains() -> Iterator[Row]:
    """Nanoseconds a node, against a chain a tenth as long: 1 is proportional, 10 quadratic."""
    for collector, bar in (("off", "<= 2"), ("on", "")):
        runs: dict[int, list[list[float]]] = {nodes: [] for nodes in LENGTHS}
        for _ in range(ROUNDS):
            for nodes in LENGTHS:
                prepare(collector)
                runs[nodes].append(time_chain(nodes))
        ns = {
            nodes: [median(phase) for phase in zip(*runs[nodes], strict=True)] for nodes in LENGTHS
        }
        for phase, what in enumerate(("forward", "backward", "freeing")):
            for less, nodes in pairwise(LENGTHS):
                us, them = ns[nodes][phase], ns[less][phase]
                name = f"chain of {nodes:,} {what}, collector {collector}"
                peer = f"of {less:,}: {them:.0f} ns"
                yield name, f"{us:.0f} ns a node", peer, *judged(us / them, us / them, bar)


def time_chain(nodes: int) -> list[float]:
    """Nanoseconds a node for forward, backward and freeing."""
    times = [perf_counter()]
    z = chain(Value, nodes)
    times.append(perf_counter())
    z.backward()
    times.append(perf_counter())
    del z
    times.append(perf_counter())
    return [(b - a) / nodes * 1e9 for a, b in pairwise(times)]


if __name__ == "__main__":
    main()
