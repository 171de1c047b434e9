"""Runs one gradient checker on cases of tests/check/corpus: ``python checkers.py hips``.

Reads a JSON list of [a case's name, what its claims are multiplied by]. Prints the checker's
version, then a line for each: name, factor, whether it passed, seconds, the cause that the checker
names, and the message. Each case is made an operation of the checker's own package; its forward and
its claimed derivative stay the plain float functions that they are. A checker sees the five samples
one after another, with its defaults; an exception of any kind means that the case did not pass. The
message begins with "stopped" if the exception is not the one with which the checker rejects.
"""

import dataclasses
import importlib.util
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "check" / "corpus"


def cases():
    """The corpus, loaded by its path: the repository must not shadow HIPS's ``autograd``."""
    spec = importlib.util.spec_from_file_location("corpus", CORPUS / "__init__.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    groups = importlib.import_module("corpus.groups")
    return {case.name: case for case in groups.WRONG + groups.RIGHT}


def scaled(case, factor):
    """The case with its claims multiplied."""
    if factor == 1:
        return case
    return dataclasses.replace(case, df=lambda *xs: tuple([factor * c for c in case.df(*xs)]))


def chalkgrad():
    sys.path.insert(0, str(ROOT))
    from autograd import GradcheckError, __version__, gradcheck

    def check(case):
        gradcheck(case.f, list(case.inputs), grad=case.df, domain=list(case.domain))

    return f"chalkgrad {__version__}", check, GradcheckError


def torch():
    import torch
    from torch.autograd.gradcheck import GradcheckError

    def check(case):
        class Operation(torch.autograd.Function):
            @staticmethod
            def forward(ctx, *xs):
                ctx.save_for_backward(*xs)
                return torch.tensor(case.f(*[x.item() for x in xs]), dtype=torch.float64)

            @staticmethod
            def backward(ctx, adjoint):
                claims = case.df(*[x.item() for x in ctx.saved_tensors])
                return tuple([adjoint * claim for claim in claims])

        for point in case.inputs:
            xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
            torch.autograd.gradcheck(Operation.apply, xs)

    return f"torch {torch.__version__}", check, GradcheckError


def jax():
    import jax
    import jax.numpy as jnp
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def check(case):
        @jax.custom_jvp
        def operation(*xs):  # without jit the arguments are numbers here
            return jnp.float64(case.f(*map(float, xs)))

        @operation.defjvp
        def _(xs, tangents):
            claims = case.df(*map(float, xs))
            slope = sum(jnp.float64(c) * t for c, t in zip(claims, tangents, strict=True))
            return operation(*xs), slope

        for point in case.inputs:
            check_grads(operation, tuple(map(jnp.float64, point)), order=1)

    return f"jax {jax.__version__}", check, AssertionError


def hips():
    import autograd.numpy as np
    from autograd.extend import defjvp, defvjp, primitive
    from autograd.test_util import check_grads

    np.random.seed(0)  # its directions are random

    def check(case):
        @primitive
        def operation(*xs):
            return case.f(*map(float, xs))

        n = len(case.domain)

        def pulled(i):
            return lambda ans, *xs: lambda g: g * case.df(*map(float, xs))[i]

        def pushed(i):
            return lambda g, ans, *xs: g * case.df(*map(float, xs))[i]

        defvjp(operation, *map(pulled, range(n)))
        defjvp(operation, *map(pushed, range(n)))
        for point in case.inputs:
            check_grads(operation, list(range(n)), order=1)(*point)

    return f"HIPS autograd {version('autograd')}", check, AssertionError


def main(name):
    """Answer for one checker."""
    warnings.simplefilter("ignore")
    made = {"chalkgrad": chalkgrad, "torch": torch, "jax": jax, "hips": hips}[name]
    title, check, rejects = made()
    print(json.dumps(title), flush=True)
    by_name = cases()
    for case, factor in json.load(sys.stdin):
        claimed = scaled(by_name[case], factor)
        cause = said = ""
        start = perf_counter()
        try:
            check(claimed)
        except rejects as error:
            said = str(error)
            cause = error.report.cause if name == "chalkgrad" else ""
        except Exception as error:  # noqa: BLE001
            said = f"stopped by {type(error).__name__}: {error}"
        seconds = perf_counter() - start
        print(json.dumps([case, factor, not said, seconds, cause, said]), flush=True)


main(sys.argv[1])
