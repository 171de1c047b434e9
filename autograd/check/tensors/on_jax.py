"""Functions of JAX's arrays; any pytree is a structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.check.tensors.subject import Subject, named, refuse_complex, shape_parts
from autograd.errors import ArgumentError

EAGER = 8  # values before the function is traced: what changes from call to call shows in them


class OfJax(Subject):
    """A function of JAX's arrays; the claims are those of ``jax.vjp``."""

    def __init__(self, func: Any, args: tuple[Any, ...], grad: Callable[..., Any] | None) -> None:
        super().__init__(func, args)
        import jax

        self.jax = jax
        self.grad = grad
        self.calls = 0
        self.jitted: Any = None
        names = list(named(func, args))
        found, self.shape = jax.tree_util.tree_flatten_with_path(args)
        self.leaves = [leaf for _, leaf in found]
        self.where: list[int] = []  # the numbers of the leaves that are checked
        self.dtypes: list[Any] = []
        flat = []
        for k, (path, leaf) in enumerate(found):
            name = _path(names[path[0].idx], path[1:])
            if not hasattr(leaf, "dtype") or not hasattr(leaf, "shape"):
                continue
            if jax.numpy.issubdtype(leaf.dtype, jax.numpy.complexfloating):
                refuse_complex(f"argument {name}")
            if not jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating):
                continue
            self.where.append(k)
            dtype = jax.numpy.asarray(leaf).dtype
            self.dtypes.append(dtype)
            self.add(name, tuple(leaf.shape))
            self.eps = max(self.eps, float(jax.numpy.finfo(dtype).eps))
            flat.append(np.asarray(jax.numpy.asarray(leaf)).astype(np.float64).ravel())
        self.x = np.concatenate(flat) if flat else np.zeros(0)

    def doubling(self) -> Any:
        """A context in which JAX has float64."""
        jax = self.jax
        home = jax if hasattr(jax, "enable_x64") else jax.experimental
        return home.enable_x64(True)

    def arrays(self, x: Any, double: bool) -> list[Any]:
        """The arrays that are checked, with these numbers."""
        jnp = self.jax.numpy
        return [
            jnp.asarray(
                x[p.start : p.stop].reshape(p.shape).astype(np.float64 if double else dtype)
            )
            for p, dtype in zip(self.parts, self.dtypes, strict=True)
        ]

    def outs(self, *arrays: Any) -> list[Any]:
        """The arrays of floats that the function returns for these."""
        jnp = self.jax.numpy
        leaves = list(self.leaves)
        for k, array in zip(self.where, arrays, strict=True):
            leaves[k] = array
        out = self.func(*self.jax.tree_util.tree_unflatten(self.shape, leaves))
        found = [jnp.asarray(y) for y in self.jax.tree_util.tree_leaves(out)]
        if any(jnp.issubdtype(y.dtype, jnp.complexfloating) for y in found):
            refuse_complex(f"an output of {self.name}")
        found = [y for y in found if jnp.issubdtype(y.dtype, jnp.floating)]
        if not found:
            raise ArgumentError(
                f"gradcheck: {self.name} returns no array of floats, but {type(out).__name__}."
            )
        return found

    def compute(self, x: Any, double: bool) -> Any:
        if not double:
            return self.flat(self.outs(*self.arrays(x, double=False)))
        with self.doubling():
            arrays = self.arrays(x, double=True)
            self.calls += 1
            return self.flat(self.outs(*arrays) if self.calls < EAGER else self.traced(arrays))

    def traced(self, arrays: list[Any]) -> list[Any]:
        """The outputs by way of ``jit``, where it gives the same: a loop is traced once then."""
        if self.jitted is not None:
            return self.jitted(*arrays)
        found = self.outs(*arrays)
        try:
            jitted = self.jax.jit(self.outs)
            again = self.flat(jitted(*arrays))
        except Exception:  # noqa: BLE001 - not every function can be traced
            self.jitted = self.outs
            return found
        here = self.flat(found)
        near = 1e-13 * np.abs(here[np.isfinite(here)]).max(initial=0.0)
        same = np.allclose(here, again, rtol=1e-13, atol=near, equal_nan=True)
        self.jitted = jitted if same else self.outs
        return found

    def flat(self, found: list[Any]) -> Any:
        """The outputs as one vector; notes their shapes the first time."""
        if not self.outputs:
            names = [str(k) if len(found) > 1 else "" for k in range(len(found))]
            shapes = [tuple(y.shape) for y in found]
            self.outputs = shape_parts(list(zip(names, shapes, strict=True)))
            self.eps = max([self.eps, *(float(self.jax.numpy.finfo(y.dtype).eps) for y in found)])
        return np.concatenate([np.asarray(y).astype(np.float64).ravel() for y in found])

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        arrays = self.arrays(x, double=False)
        if self.grad is not None:
            return self.of_gradient(arrays, u)
        found, pullback = self.jax.vjp(self.outs, *arrays)
        if between is not None:
            between()
        return self.gathered(pullback(self.seeds(found, u)))

    def seeds(self, like: list[Any], u: Any) -> list[Any]:
        """U in the structure of the outputs."""
        return [
            self.jax.numpy.asarray(u[p.start : p.stop].reshape(p.shape).astype(y.dtype))
            for y, p in zip(like, self.outputs, strict=True)
        ]

    def gathered(self, found: Any) -> Any:
        """Gradients as one vector."""
        pieces = [np.asarray(g).astype(np.float64).ravel() for g in found]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def of_gradient(self, arrays: list[Any], u: Any) -> Any:
        """U times the gradient given with ``grad=``."""
        if len(u) != 1:
            raise ArgumentError(
                f"gradcheck: grad= is the gradient of one number; {self.name} returns {len(u)}. "
                "Without grad=, JAX's own derivative is checked."
            )
        leaves = list(self.leaves)
        for k, array in zip(self.where, arrays, strict=True):
            leaves[k] = array
        assert self.grad is not None
        claimed = self.grad(*self.jax.tree_util.tree_unflatten(self.shape, leaves))
        found = self.jax.tree_util.tree_leaves(claimed)
        shapes = [tuple(np.shape(g)) for g in found]
        if shapes != [p.shape for p in self.parts]:
            raise ArgumentError(
                f"gradcheck: grad gives arrays of the shapes {shapes} for arguments of the shapes "
                f"{[p.shape for p in self.parts]}."
            )
        return float(u[0]) * self.gathered(found)

    def push(self, x: Any, d: Any) -> Any:
        if self.grad is not None:
            return None
        arrays = self.arrays(x, double=False)
        tangents = self.arrays(d, double=False)
        try:
            _, found = self.jax.jvp(self.outs, tuple(arrays), tuple(tangents))
        except (TypeError, NotImplementedError, ValueError):
            return None  # a custom_vjp has no forward mode
        return self.gathered(found)

    def second(self, u: Any) -> Subject | None:
        if self.grad is not None:
            return None
        jax = self.jax
        arrays = self.arrays(self.x, double=False)

        def gradient(upstream: list[Any], *args: Any) -> Any:
            _, pullback = jax.vjp(self.outs, *args)
            return pullback(list(upstream))

        gradient.__name__ = f"the derivative of {self.name}"
        gradient.argument_names = ["upstream", *(p.name for p in self.parts)]  # type: ignore[attr-defined]
        seeds = self.seeds(self.outs(*arrays), u)
        return OfJax(gradient, (seeds, *arrays), None)


def _path(name: str, rest: Any) -> str:
    """A pytree's path as names with dots."""
    keys = []
    for key in rest:
        for field in ("key", "idx", "name"):
            if hasattr(key, field):
                keys.append(str(getattr(key, field)))
                break
    return ".".join([name, *keys])
