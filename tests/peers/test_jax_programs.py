"""Nested transforms in random order and depth give JAX's numbers: random programs, in both.

A program is nested tuples, interpreted with either library: expressions over the variables of the
functions around them, and among these the derivatives of further functions, up to four deep. Some
of the variables are Values that the outermost function captures, some are copies, and parts of it
stand under ``no_grad`` (``stop_gradient`` in JAX).
"""

import copy
import math
import os
import random

import pytest

import autograd as ag
from autograd import Value

jax = pytest.importorskip("jax")
pytestmark = pytest.mark.peers
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

PROGRAMS = int(os.environ.get("JAX_PROGRAMS", "1000"))
SEED = int(os.environ.get("JAX_SEED", "0"))
TOLERANCE = 1e-9  # of the largest number on the way
DEPTH = 3  # of transforms inside the outermost one

# name: number of operands, ours, JAX's. All are smooth everywhere, and stay small.
OPERATIONS = {
    "+": (2, lambda x, y: x + y, lambda x, y: x + y),
    "-": (2, lambda x, y: x - y, lambda x, y: x - y),
    "*": (2, lambda x, y: x * y, lambda x, y: x * y),
    "over": (2, lambda x, y: x / (2.0 + y * y), lambda x, y: x / (2.0 + y * y)),
    "sin": (1, ag.sin, jnp.sin),
    "cos": (1, ag.cos, jnp.cos),
    "tanh": (1, ag.tanh, jnp.tanh),
    "square": (1, lambda x: x**2, lambda x: x**2),
    "sigmoid": (1, ag.sigmoid, jax.nn.sigmoid),
    "softplus": (1, ag.softplus, jax.nn.softplus),
    "exp of sin": (1, lambda x: ag.exp(ag.sin(x)), lambda x: jnp.exp(jnp.sin(x))),
    "sum": (3, lambda *xs: ag.sum(xs), lambda *xs: xs[0] + xs[1] + xs[2]),
    "prod": (3, lambda *xs: ag.prod(xs), lambda *xs: xs[0] * xs[1] * xs[2]),
    "dot": (4, lambda *xs: ag.dot(xs[:2], xs[2:]), lambda *xs: xs[0] * xs[2] + xs[1] * xs[3]),
}
NAMES = list(OPERATIONS)

# Each gives one number: an entry of the derivative, or its product with vectors.
TRANSFORMS = ("grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian", "hvp", "of Values")


class Programs:
    """Random programs: an expression is a number, a name, or a tuple that begins with a word."""

    def __init__(self, rng):
        self.rng = rng
        self.fresh = iter(f"x{i}" for i in range(10**6))
        self.left = 0

    def program(self):
        """Variables with numbers, those among them that are captured, and an expression."""
        rng = self.rng
        names = [next(self.fresh) for _ in range(rng.randint(2, 4))]
        numbers = {name: round(rng.uniform(-1.5, 1.5), 3) for name in names}
        captured = [name for name in names if rng.random() < 0.4]
        self.left = 5  # transforms; each multiplies the time
        return numbers, captured, self.derivative(names, rng.randint(1, DEPTH))

    def expression(self, names, depth, size):
        """An expression of these variables, with transforms nested so deep."""
        rng = self.rng
        kind = rng.random()
        if size <= 0 or kind < 0.08:
            return rng.choice(names) if rng.random() < 0.85 else round(rng.uniform(-1, 1), 2)
        if depth and self.left and kind < 0.33:
            return self.derivative(names, depth)
        if kind < 0.36:
            return ("stop", self.expression(names, depth, size - 1))
        if kind < 0.46:
            how = rng.choice(["copy", "deepcopy"])
            return (how, self.expression(names, depth, size - 1))
        if kind < 0.54:  # shared by all who read the name
            name = next(self.fresh)
            first = self.expression(names, depth, size - 1)
            return ("let", name, first, self.expression([*names, name], depth, size - 1))
        name = rng.choice(NAMES)
        parts = [self.expression(names, depth, size - 2) for _ in range(OPERATIONS[name][0])]
        return (name, *parts)

    def derivative(self, names, depth):
        """(transform, parameters, bodies, arguments, tangents or cotangents, which entry)."""
        rng = self.rng
        self.left -= 1
        transform = rng.choice(TRANSFORMS)
        n = rng.randint(1, 2)
        m = rng.randint(1, 2) if transform in {"vjp", "jvp", "jacobian"} else 1
        if transform == "jacobian":
            transform = rng.choice(["jacobian forward", "jacobian reverse", "jacobian"])
        parameters = [next(self.fresh) for _ in range(n)]
        inside = [*names, *parameters * 2]
        bodies = [self.expression(inside, depth - 1, 4) for _ in range(m)]
        arguments = [self.expression(names, 0, 2) for _ in range(n)]
        count = m if transform == "vjp" else n
        vector = [self.expression(names, 0, 1) for _ in range(count)]
        return (
            transform,
            parameters,
            bodies,
            arguments,
            vector,
            rng.randrange(n),
            rng.randrange(n),
        )


class Interpreter:
    """What both libraries have in common; ``largest`` is the largest number on the way."""

    def __init__(self):
        self.largest = 1.0

    def run(self, e, variables):
        if isinstance(e, float):
            return e
        if isinstance(e, str):
            return variables[e]
        word, *parts = e
        if word == "stop":
            return self.stopped(parts[0], variables)
        if word in {"copy", "deepcopy"}:
            return self.copied(word, self.run(parts[0], variables))
        if word == "let":
            name, first, rest = parts
            return self.run(rest, {**variables, name: self.run(first, variables)})
        if word in OPERATIONS:
            found = self.operate(word, [self.run(part, variables) for part in parts])
        else:
            found = self.differentiate(word, *parts, variables)
        self.note(found)
        return found

    def differentiate(self, word, parameters, bodies, arguments, vector, i, j, variables):
        xs = [self.run(x, variables) for x in arguments]
        vector = [self.run(v, variables) for v in vector]

        def outputs(*ys):
            inner = {**variables, **dict(zip(parameters, ys, strict=True))}
            return [self.run(body, inner) for body in bodies]

        return self.entry(word, outputs, xs, vector, i, j)


class Ours(Interpreter):
    copies = True

    def note(self, x):
        self.largest = max(self.largest, abs(getattr(x, "_number", x)))

    def stopped(self, e, variables):
        with ag.no_grad():
            return self.run(e, variables) * 1.0  # an operation: a name alone stays what it is

    def copied(self, word, x):
        return getattr(copy, word)(x) if self.copies else x

    def operate(self, word, operands):
        return OPERATIONS[word][1](*operands)

    def entry(self, word, outputs, xs, vector, i, j):
        one = lambda *ys: outputs(*ys)[0]
        n = len(xs)
        if word == "grad":
            return ag.grad(one, i)(*xs)
        if word == "value_and_grad":
            value, gradient = ag.value_and_grad(one, (i,))(*xs)
            return value * gradient[0]
        if word == "vjp":
            return ag.vjp(outputs, *xs)[1](vector)[i]
        if word == "jvp":
            found, slopes = ag.jvp(outputs, xs, vector)
            return found[0] + slopes[-1]
        if word.startswith("jacobian"):
            return ag.jacobian(outputs, word.partition(" ")[2] or "auto")(*xs)[-1][i]
        if word == "hessian":
            return ag.hessian(one)(*xs)[i][j]
        if word == "hvp":
            return ag.hvp(lambda ys: one(*ys), xs, vector)[i]
        ys = [x + Value(0.0) for x in xs]  # each a node of its own
        copies, self.copies = self.copies, False  # here, too
        output = one(*ys)
        self.copies = copies
        if not isinstance(output, Value):
            return 0.0
        return ag.grad(output, ys, create_graph=True)[i] if n else 0.0


class Jax(Interpreter):
    def note(self, x):
        pass

    def stopped(self, e, variables):
        return jax.lax.stop_gradient(self.run(e, variables))

    def copied(self, word, x):
        return x

    def operate(self, word, operands):
        return OPERATIONS[word][2](*[jnp.asarray(x, float) for x in operands])

    def entry(self, word, outputs, xs, vector, i, j):
        xs = [jnp.asarray(x, float) for x in xs]
        vector = [jnp.asarray(v, float) for v in vector]
        several = lambda *ys: [jnp.asarray(y, float) for y in outputs(*ys)]
        one = lambda *ys: several(*ys)[0]
        every = tuple(range(len(xs)))
        if word in {"grad", "of Values"}:
            return jax.grad(one, i)(*xs)
        if word == "value_and_grad":
            value, gradient = jax.value_and_grad(one, (i,))(*xs)
            return value * gradient[0]
        if word == "vjp":
            return jax.vjp(several, *xs)[1](vector)[i]
        if word == "jvp":
            found, slopes = jax.jvp(several, xs, vector)
            return found[0] + slopes[-1]
        if word.startswith("jacobian"):
            transform = jax.jacrev if word.endswith("reverse") else jax.jacfwd
            return transform(several, every)(*xs)[-1][i]
        if word == "hessian":
            return jax.hessian(one, every)(*xs)[i][j]
        return jax.jvp(jax.grad(one, every), xs, vector)[1][i]


def source(e):
    """The program as text of Python."""
    if isinstance(e, (str, float)):
        return str(e)
    word, *parts = e
    if word == "let":
        name, first, rest = parts
        return f"(lambda {name}: {source(rest)})({source(first)})"
    if word in {"stop", "copy", "deepcopy"} or word in OPERATIONS:
        texts = [source(part) for part in parts]
        if word in "+-*":
            return f"({f' {word} '.join(texts)})"
        return f"{word.replace(' ', '_')}({', '.join(texts)})"
    parameters, bodies, arguments, vector, i, j = parts
    f = f"lambda {', '.join(parameters)}: [{', '.join(map(source, bodies))}]"
    at = ", ".join(map(source, arguments))
    return (
        f"{word.replace(' ', '_')}({f}, at=[{at}], v=[{', '.join(map(source, vector))}], {i}, {j})"
    )


def depth_of(e):
    if isinstance(e, (str, float)):
        return 0
    if e[0] == "let" or e[0] in {"stop", "copy", "deepcopy"} or e[0] in OPERATIONS:
        return max(depth_of(part) for part in e[1:])
    return 1 + max(depth_of(body) for body in e[2])


def with_captured_values(numbers, captured, e):
    """The number, the gradient by captured Values, and the largest number on the way."""
    interpreter = Ours()
    interpreter.copies = False  # a copy of such a Value is another one
    variables = {n: Value(x) if n in captured else x for n, x in numbers.items()}
    found = interpreter.run(e, variables)
    wanted = [variables[n] for n in captured]
    if isinstance(found, Value):
        gradient = ag.grad(found, wanted) if wanted else ()
        assert not any(x.has_grad for x in wanted)
        return [found.data, *gradient], interpreter.largest
    return [found, *[0.0] * len(wanted)], interpreter.largest


def inside_a_gradient(numbers, captured, e):
    """The same by an outer grad, whose variables the program's functions capture."""
    interpreter = Ours()
    f = lambda wanted: interpreter.run(e, {**numbers, **wanted})
    value, gradient = ag.value_and_grad(f)({n: numbers[n] for n in captured})
    assert all(type(x) is float for x in (value, *gradient.values()))
    return [value, *gradient.values()], interpreter.largest


def inside_a_jvp(numbers, captured, e):
    """The same by jacobian in forward mode, which is one jvp for each variable."""
    interpreter = Ours()
    f = lambda *xs: interpreter.run(e, {**numbers, **dict(zip(captured, xs, strict=True))})
    xs = [numbers[n] for n in captured]
    gradient = ag.jacobian(f, "forward")(*xs) if xs else []
    value = ag.jvp(f, xs, [0.0] * len(xs))[0]
    assert all(type(x) is float for x in (value, *gradient))
    return [value, *gradient], interpreter.largest


WAYS = (with_captured_values, inside_a_gradient, inside_a_jvp)


def peers(numbers, captured, e):
    def f(wanted):
        return jnp.asarray(Jax().run(e, {**numbers, **wanted}), float)

    value, gradient = jax.value_and_grad(f)({n: numbers[n] for n in captured})
    return [float(value), *[float(gradient[n]) for n in captured]]


BLOCKS = 10


@pytest.mark.filterwarnings("ignore:.*plain numbers only:UserWarning")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_nested_transforms_agree_with_jax_on_random_programs(block):
    rng = random.Random(SEED * 1000 + block)
    programs = Programs(rng)
    depths = []
    for k in range(PROGRAMS // BLOCKS):
        program = programs.program()
        text = f"{k}: {program[0]}, captured {program[1]}: {source(program[2])}"
        with jax.disable_jit():  # compiling takes most of the time
            expected = peers(*program)
        for way in WAYS:
            try:
                found, largest = way(*program)
            except Exception as error:
                raise AssertionError(f"{way.__name__}: {text}") from error
            scale = max(1.0, largest, *map(abs, expected))
            for a, b in zip(found, expected, strict=True):
                if not math.isclose(a, b, rel_tol=0.0, abs_tol=TOLERANCE * scale):
                    raise AssertionError(f"{way.__name__}: {found}, JAX {expected}, of {text}")
        depths.append(depth_of(program[2]))
    assert max(depths) >= min(3, len(depths) // 10)
