"""Gradients, jvp, vjp, hvp, Hessians and Jacobians are JAX's, in float64, on random graphs.

A random program is data (see test_random_graphs.py): both libraries evaluate the same one. The
examples of perturbation confusion are run in both, in every mix of modes.
"""

import functools
import itertools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE
from tests.core.test_random_graphs import BINARY, NARY, UNARY, programs, run

jax = pytest.importorskip("jax")
pytestmark = pytest.mark.peers
jax.config.update("jax_enable_x64", True)
jnp, special = jax.numpy, jax.scipy.special

TOLERANCE = 1e-10


def dot(*xs):
    n = len(xs) // 2
    products = map(operator.mul, xs[:n], xs[n : 2 * n])
    return functools.reduce(operator.add, products, xs[-1] if len(xs) % 2 else 0.0)


PEERS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": jnp.power,
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "exp2": jnp.exp2,
    "log2": jnp.log2,
    "log10": jnp.log10,
    "log1p": jnp.log1p,
    "logaddexp": jnp.logaddexp,
    "xlogy": special.xlogy,
    "sqrt": jnp.sqrt,
    "cbrt": jnp.cbrt,
    "hypot": jnp.hypot,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tan": jnp.tan,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "atan": jnp.arctan,
    "atan2": jnp.arctan2,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "tanh": jnp.tanh,
    "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh,
    "atanh": jnp.arctanh,
    "erf": special.erf,
    "erfc": special.erfc,
    "normal_cdf": special.ndtr,
    "sigmoid": jax.nn.sigmoid,
    "logsigmoid": jax.nn.log_sigmoid,
    "softplus": jax.nn.softplus,
    "gelu": functools.partial(jax.nn.gelu, approximate=False),
    "silu": jax.nn.silu,
    "softsign": jax.nn.soft_sign,
    "mish": jax.nn.mish,
    "sum": lambda *xs: functools.reduce(operator.add, xs),
    "prod": lambda *xs: functools.reduce(operator.mul, xs),
    "mean": lambda *xs: functools.reduce(operator.add, xs) / len(xs),
    "dot": dot,
    "logsumexp": lambda *xs: special.logsumexp(jnp.stack(xs)),
    "norm": lambda *xs: jnp.sqrt(functools.reduce(operator.add, [x * x for x in xs])),
}


FORWARD = {
    ag: lambda f: lambda x: ag.jvp(f, (x,), (1.0,))[1],
    jax: lambda f: lambda x: jax.jvp(f, (x,), (1.0,))[1],
}
REVERSE = {ag: ag.grad, jax: jax.grad}
MODES = (FORWARD, REVERSE)

# d1, d2, d3 take a derivative of one kind or the other.
CONFUSING = {
    "1": lambda d1, d2, d3: d1(lambda x: x * d2(lambda y: x + y)(1.0)),
    "at x": lambda d1, d2, d3: d1(lambda x: x * d2(lambda y: x + y)(x)),
    "product": lambda d1, d2, d3: d1(lambda x: x * d2(lambda y: x * y)(2.0)),
    "square": lambda d1, d2, d3: d1(lambda x: d2(lambda y: x * y * y)(x)),
    "own": lambda d1, d2, d3: d1(lambda x: d2(lambda y: y * y * y)(x)),
    "unused": lambda d1, d2, d3: d1(lambda x: x * d2(lambda y: x * x + 0.0 * y)(x)),
    "outer only": lambda d1, d2, d3: d1(lambda x: x * d2(lambda y: x * x)(x)),
    "three": lambda d1, d2, d3: d1(
        lambda x: x * d2(lambda y: x * y * d3(lambda z: x * y * z * z)(y))(x)
    ),
    "across": lambda d1, d2, d3: d1(
        lambda x: d2(lambda y: d3(lambda z: x * y * y * z * z * z)(x))(x)
    ),
    "third": lambda d1, d2, d3: d1(d2(d3(lambda x: x**5))),
    "returned": lambda d1, d2, d3: d1(
        lambda x: d2(lambda u: d3(lambda t: t * u * x + u * u)(u))(x) * x
    ),
}


@pytest.mark.parametrize("modes", list(itertools.product(MODES, repeat=3)))
@pytest.mark.parametrize("example", CONFUSING.values(), ids=CONFUSING)
def test_no_perturbation_confusion(example, modes):
    got, expected = (example(*(mode[m] for mode in modes))(3.0) for m in (ag, jax))
    assert got == pytest.approx(float(expected), rel=1e-14)


def test_every_row_of_the_programs_has_its_peer():
    assert set(PEERS) == set(f"{UNARY} {BINARY} {NARY}".split())
    assert set(PEERS) <= set(TABLE)


def run_in_jax(leaves, instructions):
    nodes = list(leaves)
    for name, operands in instructions:
        nodes.append(PEERS[name](*(nodes[i] for i in operands)))
    return nodes


def ours(program):
    """The program as a function to its last node, and to its last three."""
    _, instructions = program
    return (lambda xs: run(xs, instructions)[-1]), (lambda xs: run(xs, instructions)[-3:])


def peers(program):
    _, instructions = program

    def all_outputs(xs):
        return run_in_jax(xs, instructions)[-3:]

    return (lambda xs: all_outputs(xs)[-1]), all_outputs


def agree(got, expected):
    """Equal to 1e-10 of the largest entry, for entries are sums that may cancel."""
    got, expected = np.array(got, dtype=float), np.array(expected, dtype=float)
    assert got.shape == expected.shape
    scale = np.abs(expected).max()
    assert np.abs(got - expected).max() <= TOLERANCE * max(scale, 1e-3)


many = settings(max_examples=120)


@many
@given(programs(), st.data())
def test_every_transform_on_random_graphs(program, data):
    xs, _ = program
    f, outputs = ours(program)
    g, peer_outputs = peers(program)
    v = data.draw(
        st.lists(st.sampled_from([-1.5, -0.5, 0.0, 1.0, 2.0]), min_size=len(xs), max_size=len(xs))
    )
    agree(ag.grad(f)(xs), jax.grad(g)(xs))
    agree(ag.jvp(f, (xs,), (v,)), jax.jvp(g, (xs,), (v,)))
    agree(ag.hessian(f)(xs), jax.hessian(g)(xs))
    agree(ag.hvp(f, xs, v), jax.jvp(jax.grad(g), (xs,), (v,))[1])
    jacobian = jax.jacfwd(peer_outputs)(xs)
    for mode in ("forward", "reverse"):
        agree(ag.jacobian(outputs, mode)(xs), jacobian)
    out, pullback = ag.vjp(outputs, xs)
    peer_out, peer_pullback = jax.vjp(peer_outputs, xs)
    weights = [1.0, -2.0, 0.5][: len(out)]
    agree(out, peer_out)
    agree(pullback(weights)[0], peer_pullback(weights)[0])
