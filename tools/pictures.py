"""What docs/pictures, tests and the benchmark draw: six default pictures, then nasty ones.

A builder gives what ``viz.draw`` takes. Only public names are used, and of the first six only those
that the versions before folding had, for the benchmark draws these with an old version too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import autograd
from autograd import Note, Value, compile, value_and_grad  # noqa: A004 - as in JAX
from nn import MLP, Neuron, half_squared_error


class Shown(NamedTuple):
    """A picture: what is to be seen, in a line, and what makes it."""

    words: str
    build: Callable[[], Any]


def expression() -> Value:
    """Ten boxes."""
    x, w, b, y = [
        Value(number, label=name)
        for name, number in zip("xwby", (2.0, -3.0, 6.88, 0.5), strict=True)
    ]
    z = named("z", w * x + b)
    a = named("a", z.tanh())
    e = named("e", a - y)
    return backward(named("L", (e * e).log1p()))


def neuron() -> Value:
    """One neuron."""
    unit = Neuron(3, seed=1)
    a = unit([Value(0.5, label="x1"), Value(-1.25, label="x2"), Value(2.0, label="x3")])
    return backward(a)


def seed() -> Value:
    """The seed's network, one example."""
    return backward(half_squared_error(MLP(2, [2, 1], seed=0)([0.05, 0.10]), [0.75]))


def network() -> Value:
    """MLP(2, [4, 4, 1]), one example."""
    return backward(half_squared_error(MLP(2, [4, 4, 1], seed=0)([0.5, -0.8]), [1.0]))


def batch() -> Value:
    """MLP(2, [16, 16, 1]), 100 examples."""
    return of_examples(MLP(2, [16, 16, 1], seed=0), 100)


def program() -> Any:
    """The compiled step of a network."""

    def loss(model: MLP, x: Any, y: Any) -> Value:
        return half_squared_error(model(x), y)

    step = compile(value_and_grad(loss))
    step.record(MLP(2, [2, 1], seed=0), [0.05, 0.10], 0.75)
    return step


DEFAULT = {
    "expression": Shown("An expression of ten nodes, with the gradient of L", expression),
    "neuron": Shown("One neuron with three inputs", neuron),
    "seed": Shown("The network of the seed's text, one example and its loss", seed),
    "network": Shown("MLP(2, [4, 4, 1]), one example and its loss", network),
    "batch": Shown("MLP(2, [16, 16, 1]), 100 examples and their mean loss", batch),
    "program": Shown("A compiled program: value and gradients of the seed's network", program),
}


LABELS = (
    "<script>alert(1)</script>", "a ]]> b", "\"quoted\" 'twice'", "C:\\new\\table \\N \\G",
    "one\rtwo\r\nthree", "\n\nempty lines before", "{a|b} <p> &amp; &#65;", '"];} --> end',
    "\x00\x07\x1b[31m", "%% #35; `code` $x$", "10 kB " + "long " * 2048,
)  # fmt: skip
SCRIPTS = (
    "שלום", "قيمة الوزن", "权重 第1層", "重み", "가중치", "वज़न", "σ′ ∂ÿ ₁₂", "🎈 👩\u200d🏫",
    "\u202eevil\u202c txt",
)  # fmt: skip


def hostile() -> Value:
    """Labels that would do harm if a writer took them for its own language."""
    return labelled(LABELS)


def scripts() -> Value:
    """Labels from right to left, of other scripts, and wide ones."""
    return labelled(SCRIPTS)


def nan() -> Value:
    """The first nan is made in the middle, among numbers of every size."""
    x, huge = Value(5e-324, label="subnormal"), Value(1.7976931348623157e308, label="largest")
    ratio = named("ratio", huge / huge)
    rest = named("rest", (ratio - 1.0000061) * x + 12345.678)
    inf = named("inf", huge * 10.0)
    first = named("first", inf - inf)
    return backward(named("L", first * rest + x))


def changed() -> Value:
    """A leaf's number was changed after the forward pass."""
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = backward(named("y", x * w + w.exp()))
    w.data = 3.0000001
    x.data = -1.0
    return y


def shared() -> Value:
    """x * x * x, and that again and again."""
    v = Value(1.01, label="x")
    for _ in range(6):
        v = v * v * v
    return backward(named("y", v))


def teacher() -> Value:
    """Two models with the same names."""
    first, second = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=1)
    point = [Value(0.5, label="x1"), Value(-0.5, label="x2")]
    difference = named("student - teacher", first(point)[0] - second(point)[0])
    return backward(named("L", difference * difference))


def tangle() -> Value:
    """A random graph of 500 nodes: any two may be connected."""
    rng = random.Random(7)
    nodes = [Value(rng.uniform(-1, 1), label=f"x{k}") for k in range(10)]
    while len(nodes) < 500:
        a, b, kind = rng.choice(nodes), rng.choice(nodes), rng.randrange(3)
        if kind == 0:
            nodes.append(a.tanh())
        else:
            nodes.append(a * b if kind == 1 else a - b)
    used = {id(operand) for node in nodes for operand in node.parents}
    return backward(named("L", autograd.sum([n for n in nodes if id(n) not in used])))


def chain() -> Value:
    """300 operations, each of the one before."""
    v = x = Value(0.1, label="x")
    for k in range(100):
        v = (v * 0.9 + x).sin() if k % 2 else (v * 1.1 - 0.2).tanh()
    return backward(named("y", v))


def wide() -> Value:
    """A sum of 500."""
    xs = [Value(k / 500.0, label=f"x{k}") for k in range(500)]
    return backward(named("total", autograd.sum([x * x for x in xs])))


def scopes() -> Value:
    """Modules in modules, eight deep."""
    v = Value(0.5, label="x")
    path = ""
    for depth in range(8):
        path = f"{path}/level {depth}" if path else "level 0"
        w = Value(1.0 + depth / 10.0)
        w.note = Note(f"w{depth}", path)
        v = v * w
        v.note = Note("", path)
    return backward(v)


def examples() -> Value:
    """The seed's network over 20 examples."""
    return of_examples(MLP(2, [2, 1], seed=0), 20)


def outputs() -> list[Value]:
    """Several outputs; one of them is an operand of another."""
    x, y = Value(1.5, label="x"), Value(0.25, label="y")
    r = named("r", (x * x + y * y).sqrt())
    angle = named("angle", autograd.atan2(y, x))
    both = named("r·angle", r * angle)
    for root in (r, angle, both):
        root.backward()
    return [r, angle, both]


NASTY = {
    "labels": Shown("Labels of markup, escapes, empty lines, control characters, 10 kB", hostile),
    "scripts": Shown("Labels from right to left, in Chinese, Japanese, Korean, Hindi", scripts),
    "nan": Shown("The first nan among subnormal and huge numbers", nan),
    "changed": Shown("Numbers that were changed after the forward pass", changed),
    "shared": Shown("x * x * x six times over: each result is used three times", shared),
    "teacher": Shown("Two models whose parts have the same names", teacher),
    "tangle": Shown("A random graph of 500 nodes", tangle),
    "chain": Shown("A chain of 300 operations", chain),
    "wide": Shown("A sum of 500 squares", wide),
    "scopes": Shown("Modules in modules, eight deep", scopes),
    "examples": Shown("The seed's network over 20 examples", examples),
    "outputs": Shown("Three outputs, one an operand of another", outputs),
}
PICTURES = DEFAULT | NASTY


def of_examples(model: MLP, count: int) -> Value:
    """The mean loss over so many points."""
    rng = random.Random(0)
    losses = []
    for _ in range(count):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
        losses.append(half_squared_error(model([x, y]), [float(x * y > 0)]))
    return backward(named("L", autograd.mean(losses)))


def labelled(labels: tuple[str, ...]) -> Value:
    """A graph that has each of the labels, the first also on its output and on a module."""
    leaves = [Value(k + 1.0, label=label) for k, label in enumerate(labels)]
    total = autograd.dot(leaves[::2], leaves[1::2] + leaves[:1] * (len(leaves) % 2))
    total.note = Note(labels[-2], labels[0])
    return backward(named(labels[0], total * leaves[0]))


def named(label: str, value: Value) -> Value:
    """The value, labelled."""
    value.label = label
    return value


def backward(value: Value) -> Value:
    """The value, with gradients."""
    value.backward()
    return value
