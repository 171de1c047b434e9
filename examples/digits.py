"""Handwritten digits, 8 by 8 pixels, told apart by one hidden layer.

    python examples/digits.py

The 1,797 images come with scikit-learn (``pip install scikit-learn``); nothing is downloaded. A
fifth of them is kept aside: how many of these the network gets right is what counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograd import compile  # noqa: A004 - as in JAX
from nn import MLP, Adam, History, fit

OUT = Path(__file__).resolve().parent.parent / "out"


def images_and_digits() -> tuple[Any, Any]:
    """The images, a row of 64 numbers from 0 to 1 each, and which digit each shows.

    Raises:
        ImportError: without scikit-learn.
    """
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    return images / 16, digits


def fit_model(images: Any, digits: Any, epochs: int, hidden: int = 32) -> tuple[MLP, History]:
    """The trained model, and its history; targets are the digits themselves."""
    model = MLP(images.shape[1], [hidden, 10], "relu", "identity", seed=0)
    history = fit(
        model, images, digits, loss="cross_entropy", optimizer=Adam(model.parameters(), lr=0.005),
        epochs=epochs, batch_size=32, compile=True,
    )  # fmt: skip
    return model, history


def guesses(model: MLP, images: Any) -> Any:
    """The digit whose logit is the largest, for each image."""
    logits = compile(lambda model, x: model(x), in_axes=(None, 0))(model, images)
    return np.argmax(np.array(logits), axis=0)


def plot(model: MLP, images: Any, digits: Any, path: Path) -> None:
    """The first 40 images with the network's guesses, and beside them those it got wrong."""
    from matplotlib.figure import Figure

    found = guesses(model, images)
    wrong = np.flatnonzero(found != digits)
    figure = Figure(figsize=(10, 4.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(8, 4))
    for ax, title, chosen, columns in (
        (left, "what the network says to images kept aside", range(40), 8),
        (right, f"{len(wrong)} of all {len(images)} are wrong", wrong[:20], 4),
    ):
        ax.text(0, 6, title, fontsize=12)
        for place, k in enumerate(chosen):
            row, column = divmod(place, columns)
            x, y = 11 * column, -12 * row  # of its upper left corner, in pixels
            image = images[k].reshape(8, 8)
            ax.imshow(image, cmap="Greys", vmin=0, vmax=1, extent=(x, x + 8, y - 8, y))
            words = f"{found[k]}" if found[k] == digits[k] else f"{found[k]}, not {digits[k]}"
            ax.text(x + 4, y + 0.6, words, ha="center")
        ax.set(xlim=(-2, 11 * columns - 1), ylim=(-57, 9))
        ax.axis("off")
    figure.savefig(path, dpi=150)


def run(images: Any, digits: Any, epochs: int) -> tuple[MLP, float]:
    """Train on four fifths, and say how it does on the others; the model, and that accuracy."""
    order = np.random.default_rng(0).permutation(len(images))
    kept, used = np.split(order, [len(images) // 5])
    model, history = fit_model(images[used], digits[used], epochs)
    seen, unseen = (np.mean(guesses(model, images[k]) == digits[k]) for k in (used, kept))
    print(f"{len(used)} images, {epochs} epochs in {history.seconds:.1f} s: loss ", end="")
    print(f"{history.losses[0]:.3f} to {history.losses[-1]:.4f}")
    print(f"right: {seen:.1%} of these, {unseen:.1%} of the {len(kept)} kept aside")
    try:
        OUT.mkdir(exist_ok=True)
        plot(model, images[kept], digits[kept], OUT / "digits.png")
        print("picture:", OUT / "digits.png")
    except ImportError:
        print('for the picture: pip install "chalkgrad[plot]"')
    return model, float(unseen)


def main(epochs: int = 30) -> None:
    """All of it, if scikit-learn is there."""
    try:
        images, digits = images_and_digits()
    except ImportError:
        print("the images come with scikit-learn: pip install scikit-learn")
        return
    run(images, digits, epochs)


if __name__ == "__main__":
    main()
