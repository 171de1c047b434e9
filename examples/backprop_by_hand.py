"""Backpropagation by hand, and by the engine: the same numbers.

1. A text derives backpropagation by hand for a 2-2-1 sigmoid network: every quantity of its steps,
   at its published numbers, computed by its formula and by the engine.
2. The variant with two outputs that the text's targets belong to, trained for 10,000 steps.
3. Two problems that need the hidden layer: XOR, and two moons by mini-batches.
4. The graph of 1., drawn.

Run it with ``make demo``, or ``python examples/backprop_by_hand.py``; pictures go to ``out/``.
"""

from __future__ import annotations

import importlib.util
import math
import random
from dataclasses import dataclass
from pathlib import Path

from autograd import Value, no_grad
from nn import MLP, SGD, History, half_squared_error, train
from viz import Drawing, draw, plot_decision_boundary, plot_loss

OUT = Path(__file__).resolve().parent.parent / "out"

# What the text publishes. Its weights into the hidden layer are left open; these are ours.
X_1, X_2, Y = 0.05, 0.10, 0.75
A_h1, A_h2, A_o1 = 0.59, 0.60, 0.70
W31, W41 = 0.40, 0.45
W11, W12, W21, W22 = 0.15, 0.20, 0.25, 0.30
ALPHA = 0.5


@dataclass(frozen=True)
class Row:
    """One quantity: by the text's formula, by the engine, and as the text prints it."""

    step: str
    name: str
    formula: str
    by_hand: float
    by_engine: float
    printed: str = ""


def seed_network() -> MLP:
    """The 2-2-1 network whose activations are the text's: biases solved for, Z = ln(A / (1-A))."""
    model = MLP(2, [2, 1])
    numbers = {"W11": W11, "W12": W12, "W21": W21, "W22": W22, "W31": W31, "W41": W41}
    numbers["B1"] = logit(A_h1) - (X_1 * W11 + X_2 * W21)
    numbers["B2"] = logit(A_h2) - (X_1 * W12 + X_2 * W22)
    numbers["B3"] = logit(A_o1) - (A_h1 * W31 + A_h2 * W41)
    for parameter in model.parameters():
        parameter.data = numbers[parameter.label]
    return model


def logit(a: float) -> float:
    """The Z that has activation ``a``."""
    return math.log(a / (1 - a))


def seed_step() -> tuple[Drawing, list[Row]]:
    """One forward pass, backward pass and update: the graph, and the table of all quantities."""
    model = seed_network()
    loss = half_squared_error(model([X_1, X_2]), [Y])
    loss.backward()
    picture = draw(loss)  # before the update changes the weights
    at = by_label(loss)
    old = {name: at[name].data for name in at}
    grad = {name: at[name].grad for name in at}
    SGD(model.parameters(), lr=ALPHA).step()
    new = {parameter.label: parameter.data for parameter in model.parameters()}

    # The text's formulas, in plain numbers.
    d_o1 = -(Y - A_o1) * A_o1 * (1 - A_o1)
    d_h1 = (W31 * d_o1) * A_h1 * (1 - A_h1)
    d_h2 = (W41 * d_o1) * A_h2 * (1 - A_h2)
    z_h1 = X_1 * W11 + X_2 * W21 + old["B1"]
    z_h2 = X_1 * W12 + X_2 * W22 + old["B2"]
    z_o1 = A_h1 * W31 + A_h2 * W41 + old["B3"]

    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    rows = [
        Row("forward 1", "Z_h1", "X_1·W11 + X_2·W21 + B1", z_h1, old["Z_h1"]),
        Row("forward 1", "A_h1", "sigmoid(Z_h1)", sigmoid(z_h1), old["A_h1"], "0.59"),
        Row("forward 1", "Z_h2", "X_1·W12 + X_2·W22 + B2", z_h2, old["Z_h2"]),
        Row("forward 1", "A_h2", "sigmoid(Z_h2)", sigmoid(z_h2), old["A_h2"], "0.60"),
        Row("forward 2", "Z_o1", "A_h1·W31 + A_h2·W41 + B3", z_o1, old["Z_o1"]),
        Row("forward 2", "A_o1", "sigmoid(Z_o1)", sigmoid(z_o1), old["A_o1"], "0.70"),
        Row("loss", "L", "½(Y - A_o1)²", 0.5 * (Y - A_o1) ** 2, old["L"]),
        Row("backward 1", "∂L/∂A_o1", "-(Y - A_o1)", -(Y - A_o1), grad["A_o1"], "-0.05"),
        Row("backward 1", "δ_o1", "∂L/∂A_o1·A_o1·(1 - A_o1)", d_o1, grad["Z_o1"], "-0.0105"),
        Row("backward 2", "∂L/∂W31", "δ_o1·A_h1", d_o1 * A_h1, grad["W31"], "-0.006195"),
        Row("backward 2", "∂L/∂W41", "δ_o1·A_h2", d_o1 * A_h2, grad["W41"], "-0.0063"),
        Row("backward 2", "∂L/∂B3", "δ_o1", d_o1, grad["B3"]),
    ]
    hand = {"W31": (W31, d_o1 * A_h1), "W41": (W41, d_o1 * A_h2), "B3": (old["B3"], d_o1)}
    rows += [_update("backward 3", name, *hand[name], new) for name in hand]
    rows += [
        Row("backward 4", "δ_h1", "W31·δ_o1·A_h1·(1 - A_h1)", d_h1, grad["Z_h1"], "-0.00101"),
        Row("backward 4", "δ_h2", "W41·δ_o1·A_h2·(1 - A_h2)", d_h2, grad["Z_h2"], "-0.001134"),
        Row("backward 5", "∂L/∂W11", "δ_h1·X_1", d_h1 * X_1, grad["W11"], "-0.0000505"),
        Row("backward 5", "∂L/∂W21", "δ_h1·X_2", d_h1 * X_2, grad["W21"]),
        Row("backward 5", "∂L/∂W12", "δ_h2·X_1", d_h2 * X_1, grad["W12"]),
        Row("backward 5", "∂L/∂W22", "δ_h2·X_2", d_h2 * X_2, grad["W22"]),
        Row("backward 5", "∂L/∂B1", "δ_h1", d_h1, grad["B1"]),
        Row("backward 5", "∂L/∂B2", "δ_h2", d_h2, grad["B2"]),
    ]
    hand = {
        "W11": (W11, d_h1 * X_1),
        "W21": (W21, d_h1 * X_2),
        "W12": (W12, d_h2 * X_1),
        "W22": (W22, d_h2 * X_2),
        "B1": (old["B1"], d_h1),
        "B2": (old["B2"], d_h2),
    }
    rows += [_update("backward 6", name, *hand[name], new) for name in hand]
    return picture, rows


def _update(step: str, name: str, old: float, slope: float, new: dict[str, float]) -> Row:
    printed = "0.4030975" if name == "W31" else ""
    formula = f"{name} - α·∂L/∂{name}"
    return Row(step, f"{name}_new", formula, old - ALPHA * slope, new[name], printed)


def by_label(output: Value) -> dict[str, Value]:
    """All labelled Values that ``output`` depends on."""
    found, stack = {}, [output]
    while stack:
        value = stack.pop()
        found[value.label] = value
        stack += value.parents
    return found


def print_table(rows: list[Row]) -> None:
    """The table, a line each quantity."""
    print(f"{'step':<11}{'quantity':<10}{'formula of the text':<27}", end="")
    print(f"{'by the formula':>16}{'by the engine':>16}{'the text prints':>17}")
    for row in rows:
        print(f"{row.step:<11}{row.name:<10}{row.formula:<27}", end="")
        print(f"{row.by_hand:>16.10f}{row.by_engine:>16.10f}{row.printed:>17}")
    print(
        "The text cuts δ_h1 = -0.00101598 off to -0.00101 and goes on from there:\n"
        "-0.00101 · 0.05 = -0.0000505. All its other numbers are the engine's, digit by digit."
    )


def two_outputs(steps: int = 10_000) -> tuple[float, float, list[float]]:
    """The 2-2-2 network for Y = [0.01, 0.99]: loss before, loss after, outputs after."""
    model = MLP(2, [2, 2], seed=0)
    inputs, targets = [[X_1, X_2]], [[0.01, 0.99]]
    before = half_squared_error(model(inputs[0]), targets[0]).data
    sgd = SGD(model.parameters(), lr=ALPHA)
    train(model, inputs, targets, optimizer=sgd, epochs=steps)
    outputs = model(inputs[0])
    return before, half_squared_error(outputs, targets[0]).data, [a.data for a in outputs]


def xor(*, progress: bool) -> tuple[MLP, History, float]:
    """XOR with four hidden neurons; the model, its history, its accuracy."""
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    targets = [[0.0], [1.0], [1.0], [0.0]]
    model = MLP(2, [4, 1], seed=3)
    sgd = SGD(model.parameters(), lr=4.0)
    history = train(
        model, inputs, targets, optimizer=sgd, epochs=10_000, goal=1e-3,
        progress=progress, title="XOR      ",
    )  # fmt: skip
    return model, history, accuracy(model, inputs, targets)


def two_moons(n: int = 100, seed: int = 0) -> tuple[list[list[float]], list[list[float]]]:
    """Two interleaved half circles of n points each, with noise: inputs and targets."""
    draw_from = random.Random(seed)
    inputs, targets = [], []
    for i in range(2 * n):
        angle, lower = math.pi * draw_from.random(), i % 2
        x, y = math.cos(angle), math.sin(angle)
        x, y = (1 - x, 0.5 - y) if lower else (x, y)
        inputs.append([x + draw_from.gauss(0, 0.1), y + draw_from.gauss(0, 0.1)])
        targets.append([float(lower)])
    return inputs, targets


def moons(*, progress: bool) -> tuple[MLP, History, float]:
    """Two moons by mini-batches of 10; the model, its history, its accuracy."""
    inputs, targets = two_moons()
    model = MLP(2, [8, 1], seed=2)
    sgd = SGD(model.parameters(), lr=8.0)
    history = train(
        model, inputs, targets, optimizer=sgd, epochs=600, batch_size=10, goal=2e-3,
        progress=progress, title="two moons",
    )  # fmt: skip
    return model, history, accuracy(model, inputs, targets)


def accuracy(model: MLP, inputs: list[list[float]], targets: list[list[float]]) -> float:
    """The share of examples on the right side of ½."""
    with no_grad():
        right = [
            (model(x)[0].data > 0.5) == (y[0] > 0.5) for x, y in zip(inputs, targets, strict=True)
        ]
    return sum(right) / len(right)


def plot(model: MLP, history: History, path: Path) -> None:
    """The loss, epoch by epoch, and the decision boundary among the two moons."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_loss(history, left).set_ylabel("mean loss ½(Y - A)²")
    plot_decision_boundary(model, *two_moons(), right)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Everything, with pictures."""
    OUT.mkdir(exist_ok=True)
    have = {name: importlib.util.find_spec(name) is not None for name in ("tqdm", "matplotlib")}

    print("1. The text's 2-2-1 network, one step of backpropagation\n")
    picture, rows = seed_step()
    print_table(rows)

    print("\n2. Two outputs, Y = [0.01, 0.99]: 10,000 steps of gradient descent, α = 0.5\n")
    before, after, outputs = two_outputs()
    print(f"loss before {before:.6f}, after {after:.3e}; outputs {outputs[0]:.4f} {outputs[1]:.4f}")

    print("\n3. Problems that need the hidden layer\n")
    for name, problem in (("XOR", xor), ("two moons", moons)):
        model, history, right = problem(progress=have["tqdm"])
        epochs = len(history.losses)
        how = "converged" if history.converged else "stopped"
        print(f"{name}: {how} after {epochs} epochs, ", end="")
        print(f"loss {history.losses[-1]:.2e}, accuracy {right:.1%}")

    print("\n4. Pictures\n")
    pictures = [picture.save(OUT / f"backprop_by_hand.{suffix}") for suffix in ("svg", "png")]
    if have["matplotlib"]:
        pictures.append(OUT / "two_moons.png")
        plot(model, history, pictures[-1])
    else:
        print('For the plot of the two moons: pip install "chalkgrad[plot]"')
    for path in pictures:
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main()
