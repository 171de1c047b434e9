"""Random programs over the whole table: with branches, conditions, constants of every kind, labels.

A program is made from a seed and can be run with floats, Values and traced Values. With a ``noise``
each node is changed a little: how much results differ then says how many digits they have.
"""

import math
import random

import autograd as ag
from autograd import TABLE, Value
from autograd.value import record

INF, NAN = math.inf, math.nan
SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.0,
    INF,
    -INF,
    NAN,
    1e308,
    -1e308,
    5e-324,
    1e-308,
    1e16,
)
CONSTANTS = (*SPECIAL, 3, -2, 0.1, math.pi, 1e-5, True)
LABELS = (
    "w", "w₁", "w1", "x²", "x2", "𝐱2", "ﬁ", "fi", "½", "lambda", "if", "match", "_", "__debug__", "None", "float", "sum", "abs",
    "where", "exp", "pow", "powc", "t1", "t2", "r1", "x0", "f", "print", "self", "a b", "a_b", "1st", "", "é", "e\u0301",
    "∂L/∂Z_h1", "∂L/∂Z_\nh", "∂", "δ_h1", "<script>", "]]>", "'", '"', "\\", "\r", "\n", "\x00", "\u202eevil", "🙂",
    "أ", "ª", "ſ", "s", "K", "K", "²", "x" * 300, "#", "dL_dw", "∂f/∂w", "ℌ", "H", "·", "a·b", "℘", "゛",
)  # fmt: skip
ROWS = [row for row in TABLE.values() if row.name not in {"copy", "prod"}]
COMPARISONS = (
    lambda x, y: x < y, lambda x, y: x <= y, lambda x, y: x > y,
    lambda x, y: x >= y, lambda x, y: x == y, lambda x, y: x != y,
)  # fmt: skip


class Chosen:
    """A program: leaves, and steps that were chosen by a seed.

    Args:
        seed: of everything.
        wild: with constants and leaves that are not finite, and rows at their edges.
        most: at most so many steps.
    """

    def __init__(self, seed, *, wild=True, most=12):
        rng = self.rng = random.Random(seed)
        self.wild = wild
        self.leaves = [self.number() for _ in range(rng.randint(1, 4))]
        self.steps = [self.step(len(self.leaves) + k) for k in range(rng.randint(1, most))]

    def number(self):
        if self.wild and self.rng.random() < 0.3:
            return self.rng.choice(SPECIAL)
        return round(self.rng.gauss(0, 1.5), self.rng.choice((1, 3, 17)))

    def step(self, known):
        rng = self.rng

        def operand():
            if rng.random() < 0.2:
                constant = rng.choice(CONSTANTS) if self.wild else round(rng.gauss(0, 1.5), 2)
                return ("constant", constant)
            return rng.randrange(max(0, known - 6), known)

        kind = rng.random()
        label = rng.choice(LABELS) if rng.random() < 0.4 else None
        if kind < 0.15:
            what, operands = rng.choice(COMPARISONS), [operand(), operand()]
            if rng.random() < 0.4:
                other, more = rng.choice(COMPARISONS), [operand(), operand()]
                return "joined", (what, other, rng.random() < 0.5), [*operands, *more], label
            return "compare", what, operands, label
        if kind < 0.3:
            what = rng.choice(COMPARISONS)
            return "where", what, [operand() for _ in range(4)], label
        if kind < 0.38:
            n = rng.choice((2, 3, 4, 7, -1, -2, 0.5, 1 / 3, 2.5, 0, 1, -0.5))
            return "power", n, [operand()], label
        if kind < 0.42:
            return "softmax", rng.randrange(3), [operand() for _ in range(3)], label
        row = rng.choice(ROWS)
        if row.constants:
            values = [abs(self.number()) if row.name != "powc" else 3.0 for _ in row.constants]
            if row.name == "clamp":
                values = sorted([-1.0 if x != x else x for x in values])
            row = row.bind(*values)
        if row.arity is None:
            count = rng.choice((1, 2, 3, 4, 5, 6, 7, *([70, 130] if rng.random() < 0.05 else [])))
            return "row", row, [operand() for _ in range(count)], label
        return "row", row, [operand() for _ in range(row.arity)], label

    def run(self, leaves, noise=None):
        """Every node, leaves first."""
        nodes = list(leaves)
        for kind, what, operands, label in self.steps:
            xs = [x[1] if isinstance(x, tuple) else nodes[x] for x in operands]
            z = (
                noisy_softmax(xs, noise)[what]
                if noise and kind == "softmax"
                else one(kind, what, xs)
            )
            if noise is not None and not isinstance(z, bool):
                z = z * (1 + noise.uniform(-1e-13, 1e-13))
            if label is not None and isinstance(z, Value) and not z.label:
                z.label = label
            nodes.append(z)
        return nodes

    def reads_the_sign_of_nan(self, leaves):
        """Whether it does: that sign is nobody's, and differs between libraries and processors."""
        nodes = self.run(leaves)
        ys = [
            as_number(y[1] if isinstance(y, tuple) else nodes[y])
            for kind, what, operands, _ in self.steps
            if kind == "row" and what.name == "copysign"
            for y in operands[1:]
        ]
        return any([y != y for y in ys])

    def last(self, leaves, noise=None):
        """A number that depends on the last nodes."""
        return one("row", TABLE["sum"], self.run(leaves, noise)[-3:])


def one(kind, what, xs):
    if kind == "compare":
        return what(as_number(xs[0]), as_number(xs[1]))
    if kind == "joined":
        first = what[0](as_number(xs[0]), as_number(xs[1]))
        second = what[1](as_number(xs[2]), as_number(xs[3]))
        return first & second if what[2] else first | second
    xs = [as_number(x) for x in xs]
    if kind == "where":
        return ag.where(what(xs[0], xs[1]), xs[2], xs[3])
    if kind == "power":
        return ag.pow(xs[0], what) if not isinstance(xs[0], Value) else xs[0] ** what
    if kind == "softmax":
        return ag.softmax(xs)[what]
    return record(what, *xs)


def noisy_softmax(xs, noise):
    """As it is recorded: eager knows which x is the largest, and keeps digits that cancel here."""
    xs = [as_number(x) for x in xs]
    c = max([x.data if isinstance(x, Value) else x for x in xs])
    c = c if math.isfinite(c) else 0.0
    es = [ag.exp(x - c) * (1 + noise.uniform(-1e-13, 1e-13)) for x in xs]
    total = ag.sum(es) * (1 + noise.uniform(-1e-13, 1e-13))
    return [one("row", TABLE["div"], [e, total]) for e in es]


def as_number(x):
    """A comparison of plain numbers is a bool; of traced ones a number already."""
    return float(x) if isinstance(x, (bool, int)) else x
