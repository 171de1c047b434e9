"""PyTorch's other modes: dual numbers, and gradients that can be differentiated again."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.check.tensors.subject import mapped


def tangents(subject: Any, func: Any, made: list[Any], d: Any) -> Any:
    """J·d by dual numbers."""
    import torch
    import torch.autograd.forward_ad as forward

    with forward.dual_level():
        duals = []
        for tensor, part in zip(made, subject.parts, strict=True):
            piece = torch.from_numpy(d[part.start : part.stop]).reshape(part.shape)
            duals.append(forward.make_dual(tensor, piece.to(tensor)))
        given = iter(duals)

        def fill(_: str, old: Any) -> Any:
            return next(given) if isinstance(old, torch.Tensor) and subject.chosen(old) else old

        outs = subject.floats(func(*mapped(subject.tree(), fill).values()))
        found = [forward.unpack_dual(y).tangent for _, y in outs]
    pieces = [
        np.zeros(part.size) if t is None else t.detach().double().cpu().reshape(-1).numpy()
        for part, t in zip(subject.outputs, found, strict=True)
    ]
    return np.concatenate(pieces)


def functional(torch: Any, module: Any) -> Any:
    """A module as a function of its parameters, its buffers and its arguments."""

    def call(parameters: Any, buffers: Any, *args: Any) -> Any:
        return torch.func.functional_call(module, {**parameters, **buffers}, args)

    return call


def gradient(subject: Any, u: Any) -> tuple[Any, tuple[Any, ...]]:
    """The gradient of uᵀ·f as a function of u and the arguments, and these."""
    torch = subject.torch
    _, args, made, _ = subject.arguments(subject.x, double=False)
    with torch.no_grad():
        outs = subject.floats(subject.func(*args))
    seeds = []
    for (_, y), part in zip(outs, subject.outputs, strict=True):
        piece = torch.from_numpy(np.array(u[part.start : part.stop]))
        seeds.append(piece.reshape(y.shape).to(y).requires_grad_())
    for tensor in made:
        tensor.requires_grad_()
    wanted = [bool(t.requires_grad) for _, t in subject.tensors(args)]

    def gradient(upstream: Any, *args: Any) -> Any:
        with torch.enable_grad():
            args = mapped(args, lambda _, t: _free(torch, t))
            given = [t for (_, t), w in zip(subject.tensors(args), wanted, strict=True) if w]
            outs = subject.floats(subject.func(*args))
            pairs = [(y, s) for (_, y), s in zip(outs, upstream, strict=True) if y.requires_grad]
            if not pairs:
                return [torch.zeros_like(t) for t in given]
            ends, seeds = zip(*pairs, strict=True)
            options = {"create_graph": True, "materialize_grads": True}
            return torch.autograd.grad(ends, given, seeds, **options)

    gradient.__name__ = f"the derivative of {subject.name}"
    gradient.argument_names = ["upstream", *subject.names]  # type: ignore[attr-defined]
    return gradient, (seeds, *args)


def _free(torch: Any, t: Any) -> Any:
    """A tensor of floats that can be differentiated, in whatever mode the caller is."""
    if isinstance(t, torch.Tensor) and t.is_floating_point() and not t.requires_grad:
        return t.detach().requires_grad_()
    return t
