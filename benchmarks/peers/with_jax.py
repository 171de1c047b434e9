"""Hessians by JAX without jit, in float64."""

import jax
import jax.numpy as jnp
from served import array_code, scalar_code, serve

jax.config.update("jax_enable_x64", True)


def of_numbers(x):
    """The same scalar code, over a list of the array's elements."""
    return scalar_code([x[i] for i in range(len(x))])


serve(
    f"jax {jax.__version__}",
    {
        "numbers": lambda x: jax.hessian(of_numbers)(jnp.array(x)).block_until_ready(),
        "array": lambda x: jax.hessian(array_code)(jnp.array(x)).block_until_ready(),
    },
)
