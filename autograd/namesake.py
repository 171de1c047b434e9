"""The other package called autograd, HIPS's: what is said to those who expect it, or have both.

Both install themselves as ``autograd``, so the one that comes second overwrites files of the first,
and uninstalling either takes files of the other away.
"""

import os
import sys
from typing import Any

# What HIPS's autograd has and this one has not, and what serves here instead, if anything does.
INSTEAD = {
    "numpy": "the functions of autograd, such as autograd.exp; NumPy's own take Values too",
    "scipy": "the functions of autograd, such as autograd.erf",
    "builtins": "Python's own",
    "dict": "Python's own",
    "isinstance": "Python's own",
    "list": "Python's own",
    "tuple": "Python's own",
    "type": "Python's own",
    "core": "",
    "differential_operators": "autograd itself: grad, jacobian, hessian ...",
    "extend": "autograd.primitive",
    "misc": "nn, for networks and their training",
    "test_util": "autograd.gradcheck",
    "tracer": "",
    "util": "",
    "wrap_util": "",
    "checkpoint": "",
    "deriv": "grad",
    "elementwise_grad": "grad for one number; compile(grad(f), in_axes=0) for many",
    "grad_and_aux": "value_and_grad",
    "grad_named": "grad with argnums",
    "hessian_tensor_product": "hvp",
    "hessian_vector_product": "hvp",
    "holomorphic_grad": "",
    "make_ggnvp": "jvp and vjp",
    "make_hvp": "hvp",
    "make_jvp": "jvp",
    "make_vjp": "vjp",
    "multigrad_dict": "grad, whose arguments may be dicts",
    "tensor_jacobian_product": "vjp",
    "vector_jacobian_product": "vjp",
}


def missing(name: str) -> str:
    """The message for a name that this autograd has not."""
    if name not in INSTEAD:
        return f"module 'autograd' has no attribute {name!r}"
    instead = f"use {INSTEAD[name]}, or " if INSTEAD[name] else ""
    return (
        f"this is chalkgrad's autograd, not HIPS's, and has no {name}: "
        f"{instead}install HIPS's autograd in an environment of its own."
    )


class Finder:
    """Python asks it for a module that nobody else has found.

    It also speaks for names, since ``from autograd import deriv`` looks for a module
    autograd.deriv where autograd has no such attribute, and drops the AttributeError.
    """

    @staticmethod
    def find_spec(module: str, *_others: Any) -> None:
        """Raise for what HIPS's autograd has; leave all else to Python."""
        package, _, name = module.partition(".")
        if package == "autograd" and name in INSTEAD:
            raise ModuleNotFoundError(missing(name))  # name=... would let "from" drop this too


sys.meta_path.append(Finder)


def warn_if_here(folder: str) -> None:
    """Warn once if files of the other package lie among ours."""
    if not os.path.exists(f"{folder}/differential_operators.py"):  # noqa: PTH110 - the fastest
        return
    import warnings  # noqa: PLC0415 - rarely needed

    warnings.warn(
        f"{folder} also holds files of another package called autograd: one was installed over the "
        "other, and uninstalling either breaks both.\nTo get out: pip uninstall -y autograd, "
        "pip install --force-reinstall --no-deps chalkgrad, and start Python again. "
        "The other one needs an environment of its own.",
        stacklevel=3,
    )
