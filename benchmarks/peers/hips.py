"""Hessians by HIPS autograd, whose import name is ours: run in an environment without chalkgrad."""

from importlib.metadata import version

import numpy as np
from served import array_code, scalar_code, serve

import autograd


def of_numbers(x):
    """The same scalar code, over a list of the array's elements."""
    return scalar_code([x[i] for i in range(len(x))])


serve(
    f"HIPS autograd {version('autograd')}",
    {
        "numbers": lambda x: autograd.hessian(of_numbers)(np.array(x)),
        "array": lambda x: autograd.hessian(array_code)(np.array(x)),
    },
)
