"""The same training twice: example by example on the graph, and batch by batch as a program.

    python examples/two_moons_compiled.py

A 2-8-1 network learns to tell two moons apart in 1,000 epochs, from the same weights, in the same
order of examples, with the same steps. The only difference is ``compile=True``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from nn import MLP, SGD, History, train

sys.path.insert(0, str(Path(__file__).parent))
from backprop_by_hand import accuracy, two_moons


def run(*, compiled: bool, epochs: int) -> tuple[MLP, History, float]:
    """The trained model, its history, and the seconds it took."""
    inputs, targets = two_moons()
    model = MLP(2, [8, 1], seed=2)
    sgd = SGD(model.parameters(), lr=4.0)
    start = perf_counter()
    history = train(
        model, inputs, targets, optimizer=sgd, epochs=epochs, batch_size=50, compile=compiled
    )
    return model, history, perf_counter() - start


def main(epochs: int = 1000) -> None:
    """Both runs, and how they compare."""
    inputs, targets = two_moons()
    times = {}
    for compiled in (False, True):
        model, history, seconds = run(compiled=compiled, epochs=epochs)
        times[compiled] = seconds
        name = "compiled" if compiled else "eager"
        print(f"{name:<9} {epochs} epochs in {seconds:7.2f} s, ", end="")
        print(f"loss {history.losses[-1]:.10f}, accuracy {accuracy(model, inputs, targets):.1%}")
    print(f"the compiled run is {times[False] / times[True]:.0f} times as fast, recording included")


if __name__ == "__main__":
    main()
