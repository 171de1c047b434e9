"""A network that solves a differential equation, because its loss is that equation.

    python examples/physics_informed.py

A weight on a spring with friction, u'' + 2c u' + ω² u = 0, is pulled to u = 1 and let go. No
solution is shown to the network: it is only told how far it is from satisfying the equation, at 40
moments (Lagaris and others 1998; Raissi and others 2019 call such a network physics-informed). The
derivatives u' and u'' are ``grad`` and ``grad(grad)`` of the network itself; the loss's gradient by
the weights is a third derivative; all of it is recorded once and replayed as one program.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Value, compile, grad  # noqa: A004 - as in JAX
from nn import LBFGS, MLP, History, Module, fit

OUT = Path(__file__).resolve().parent.parent / "out"

FRICTION, OMEGA, END = 0.5, 4.0, 4.0


class Oscillator(Module):
    """u(t) = 1 + t² N(t): whatever the network N, it begins at u = 1 with u' = 0."""

    def __init__(self, hidden: int = 8, seed: int = 0) -> None:
        self.network = MLP(1, [hidden, hidden, 1], "tanh", "identity", seed=seed)

    def position(self, t: Any) -> Value:
        """u(t)."""
        [n] = self.network([2 * t / END - 1])  # from -1 to 1, where tanh bends
        return 1 + t**2 * n

    def forward(self, t: Any) -> list[Value]:
        """What is left of the equation at time t: 0 if u solves it."""
        u, velocity = self.position, grad(self.position)
        return [grad(velocity)(t) + 2 * FRICTION * velocity(t) + OMEGA**2 * u(t)]


def exact(t: Any) -> Any:
    """The solution that the textbooks have."""
    w = math.sqrt(OMEGA**2 - FRICTION**2)
    return np.exp(-FRICTION * t) * (np.cos(w * t) + FRICTION / w * np.sin(w * t))


def solved(epochs: int, moments: int = 40, hidden: int = 8) -> tuple[Oscillator, History]:
    """The trained network, and its history."""
    times = np.linspace(0, END, moments)
    model = Oscillator(hidden)
    lbfgs = LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    history = fit(
        model, times, np.zeros(moments), loss="mse", optimizer=lbfgs, epochs=epochs, compile=True
    )
    return model, history


def positions(model: Oscillator, times: Any) -> Any:
    """u at many times."""
    return compile(lambda model, t: model.position(t), in_axes=(None, 0))(model, times)


def plot(model: Oscillator, untrained: Oscillator, path: Path) -> None:
    """The exact solution, the network before and after."""
    from matplotlib.figure import Figure

    times = np.linspace(0, END, 201)
    figure = Figure(figsize=(7, 4), layout="constrained")
    ax = figure.subplots()
    ax.plot(times, exact(times), color="#999999", linewidth=6, label="exact solution")
    ax.plot(times, positions(untrained, times), "--", color="#d55e00", label="network, untrained")
    ax.plot(times, positions(model, times), color="#0072b2", label="network, trained")
    ax.set(xlabel="time t", ylabel="position u", ylim=(-1.1, 1.3))
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.savefig(path, dpi=150)


def main(epochs: int = 60) -> float:
    """Solve it, and say how far it is from the exact solution."""
    model, history = solved(epochs)
    times = np.linspace(0, END, 201)
    error = float(np.abs(positions(model, times) - exact(times)).max())
    print(f"mean squared residual {history.losses[0]:.2e} before, {history.losses[-1]:.2e} after")
    print(f"largest distance to the exact solution, at 201 times: {error:.1e}")
    try:
        OUT.mkdir(exist_ok=True)
        plot(model, Oscillator(), OUT / "physics_informed.png")
        print("picture:", OUT / "physics_informed.png")
    except ImportError:
        print('for the picture: pip install "chalkgrad[plot]"')
    return error


if __name__ == "__main__":
    main()
