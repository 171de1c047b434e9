"""Two moons in a dozen lines: data, a model, fit, and a picture of what was learnt.

    python examples/two_moons.py

The last layer gives a logit, any number: above 0 the point is of the lower moon, below 0 of the
upper one. A quarter of the points is held back, to see whether the network has learnt the moons or
only these points.
"""

from __future__ import annotations

from pathlib import Path

from nn import MLP, Adam, History, data, fit
from viz import plot_decision_boundary, plot_loss

OUT = Path(__file__).resolve().parent.parent / "out"


def trained(epochs: int) -> tuple[MLP, History]:
    """The model, and its history."""
    points, moons = data.moons(400, noise=0.15, seed=0)
    model = MLP(2, [16, 16, 1], "tanh", "identity", seed=0)
    history = fit(
        model, points, moons, loss="binary_cross_entropy_with_logits", epochs=epochs, batch_size=32,
        optimizer=Adam(model.parameters(), lr=0.005), validation=0.25, metrics="accuracy",
        compile=True,
    )  # fmt: skip
    return model, history


def plot(model: MLP, history: History, path: Path) -> None:
    """The loss, epoch by epoch, and the border that the network draws."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_loss(history, left)
    plot_decision_boundary(model, *data.moons(400, noise=0.15, seed=0), right, levels=(0.0,))
    figure.savefig(path, dpi=120)


def main(epochs: int = 100) -> None:
    """Train, say how it went, and draw it."""
    model, history = trained(epochs)
    print(history)
    try:
        OUT.mkdir(exist_ok=True)
        plot(model, history, OUT / "two_moons_fit.png")
        print("picture:", OUT / "two_moons_fit.png")
    except ImportError:
        print('for the picture: pip install "chalkgrad[plot]"')


if __name__ == "__main__":
    main()
