"""Functions of PyTorch's tensors and modules."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.check.tensors import torch_modes
from autograd.check.tensors.subject import (
    Subject,
    mapped,
    named,
    numbered,
    refuse_complex,
    shape_parts,
)
from autograd.errors import ArgumentError


class OfTorch(Subject):
    """A function of tensors, or a module; the claims are what autograd gives."""

    def __init__(self, func: Any, args: tuple[Any, ...], grad: Callable[..., Any] | None) -> None:
        super().__init__(func, args)
        import torch

        self.torch = torch
        self.grad = grad
        self.has_forward = True
        self.names = list(named(func, args))
        self.modules: dict[int, tuple[Any, Any]] = {}  # a copy as it is, a copy in float64
        self.sources: list[Any] = []  # for each part its tensor; for parameters the two of them
        self.others: list[tuple[str, Any]] = []
        self.chosen = self.choose()
        flat: list[Any] = []
        if isinstance(func, torch.nn.Module):
            self.add_module("", func, flat)
        mapped(self.tree(), lambda path, x: self.find(path, x, flat))
        self.x = np.concatenate(flat) if flat else np.zeros(0)

    def tree(self) -> dict[str, Any]:
        """The arguments by name."""
        return dict(zip(self.names, self.args, strict=True))

    def choose(self) -> Callable[[Any], bool]:
        """Which tensors are checked: those that require grad; if none does, all of floats."""
        torch = self.torch
        requiring: list[bool] = []

        def look(path: str, x: Any) -> Any:
            if isinstance(x, torch.Tensor):
                if x.is_complex():
                    refuse_complex(f"argument {path}")
                if x.layout is not torch.strided:
                    raise ArgumentError(
                        f"gradcheck: argument {path} is sparse; pass its values as a dense tensor."
                    )
                requiring.append(x.requires_grad)
            elif isinstance(x, torch.nn.Module):
                requiring.extend(p.requires_grad for p in x.parameters())
            return x

        mapped(self.tree(), look)
        some = any(requiring)

        def chosen(x: Any) -> bool:
            return bool(x.is_floating_point() and (x.requires_grad or not some))

        return chosen

    def find(self, path: str, x: Any, flat: list[Any]) -> Any:
        """List a tensor, or a module's parameters, if it is checked."""
        torch = self.torch
        if isinstance(x, torch.nn.Module):
            self.add_module(path, x, flat)
        elif isinstance(x, torch.Tensor):
            if self.chosen(x):
                self.add_tensor(path, x, flat)
                self.sources.append(x)
            else:
                self.others.append((path, x))
                if x.is_floating_point():
                    self.eps = max(self.eps, torch.finfo(x.dtype).eps)
                    self.notes.append(f"not checked: {path}, which does not require grad")
        return x

    def add_tensor(self, name: str, x: Any, flat: list[Any]) -> None:
        """Make room for a tensor and note its precision and its numbers."""
        self.add(name, tuple(x.shape))
        self.eps = max(self.eps, self.torch.finfo(x.dtype).eps)
        flat.append(to_vector(x))

    def add_module(self, path: str, module: Any, flat: list[Any]) -> None:
        """A copy of a module whose parameters can be set, and one in float64."""
        if id(module) in self.modules:
            return
        try:
            own = copy.deepcopy(module)
        except Exception as error:
            raise ArgumentError(
                f"gradcheck: {type(module).__name__} can't be copied ({error}); check a function "
                "of its parameters instead."
            ) from error
        double = copy.deepcopy(own).double()
        self.modules[id(module)] = own, double
        checked = [p.requires_grad for p in module.parameters()]
        pairs = zip(own.named_parameters(), double.parameters(), strict=True)
        for ((name, mine), its), wanted in zip(pairs, checked, strict=True):
            if mine.is_complex():
                refuse_complex(f"parameter {name}")
            if wanted or not any(checked):
                self.add_tensor(f"{path}.{name}".removeprefix("."), mine, flat)
                self.sources.append((mine.requires_grad_(), its.requires_grad_()))

    def arguments(self, x: Any, double: bool) -> tuple[Any, Any, list[Any], list[Any]]:
        """The function, the arguments with these numbers, and the tensors and others in them."""
        torch = self.torch
        made: list[Any] = []
        others: list[Any] = []
        pairs = list(zip(self.parts, self.sources, strict=True))
        for part, source in pairs:
            if isinstance(source, tuple):
                tensor = source[double]
                piece = torch.from_numpy(x[part.start : part.stop])
                with torch.no_grad():
                    tensor.copy_(piece.reshape(tensor.shape))
                made.append(tensor)
        parts = iter([pair for pair in pairs if not isinstance(pair[1], tuple)])

        def fill(path: str, old: Any) -> Any:
            if isinstance(old, torch.nn.Module):
                return self.modules[id(old)][double]
            if not isinstance(old, torch.Tensor):
                return old
            if not self.chosen(old):
                others.append(old.detach())
                if old.is_floating_point() and double:
                    others[-1] = old.detach().to(torch.float64)
                return others[-1]
            part, source = next(parts)
            new = _like(torch, source, x[part.start : part.stop], double)
            made.append(new)
            return new

        args = tuple(mapped(self.tree(), fill).values())
        func = self.func
        if isinstance(func, torch.nn.Module):
            func = self.modules[id(func)][double]
        return func, args, made, others

    def compute(self, x: Any, double: bool) -> Any:
        func, args, made, others = self.arguments(x, double)
        with self.torch.no_grad():
            if self.watched >= 2:
                return self.flat(func(*args))
            self.watched += 1
            before = [t.detach().clone() for t in (*made, *others)]
            found = self.flat(func(*args))
        names = [*(p.name for p in self.parts), *(name for name, _ in self.others)]
        for name, old, new in zip(names, before, [*made, *others], strict=True):
            if not self.torch.equal(self.torch.nan_to_num(old), self.torch.nan_to_num(new)):
                self.changed = f"argument {name}"
                with self.torch.no_grad():
                    new.copy_(old)
        return found

    def tensors(self, tree: Any) -> list[tuple[str, Any]]:
        """Every tensor in a structure."""
        return [(path, t) for path, t in numbered(tree) if isinstance(t, self.torch.Tensor)]

    def floats(self, out: Any) -> list[tuple[str, Any]]:
        """The tensors of floats among the outputs."""
        tensors = self.tensors(out)
        if any(y.is_complex() for _, y in tensors):
            refuse_complex(f"an output of {self.name}")
        found = [(path, y) for path, y in tensors if y.is_floating_point()]
        if not found:
            raise ArgumentError(
                f"gradcheck: {self.name} returns no tensor of floats, but {type(out).__name__}. "
                "(Did .item() or float() leave the graph?)"
            )
        return found

    def flat(self, out: Any) -> Any:
        """The outputs as one vector; notes their shapes the first time."""
        found = self.floats(out)
        if not self.outputs:
            self.outputs = shape_parts([(path, tuple(y.shape)) for path, y in found])
            self.eps = max([self.eps, *(self.torch.finfo(y.dtype).eps for _, y in found)])
        return np.concatenate([to_vector(y) for _, y in found])

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        torch = self.torch
        func, args, made, _ = self.arguments(x, double=False)
        if self.grad is not None:
            return self.of_gradient(args, u)
        for tensor in made:
            tensor.requires_grad_()
        with torch.enable_grad():
            outs = self.floats(func(*args))
            if between is not None and (self.doubled or not self.modules):
                between()
            seeds, ends = [], []
            for (_, y), part in zip(outs, self.outputs, strict=True):
                if y.requires_grad:
                    piece = torch.from_numpy(np.array(u[part.start : part.stop]))
                    seeds.append(piece.reshape(y.shape).to(y))
                    ends.append(y)
            if not ends:
                self.detached = True
                return np.zeros(len(x))
            before = [s.clone() for s in seeds]
            found = torch.autograd.grad(ends, made, seeds, allow_unused=True)
        if not all(map(torch.equal, before, seeds)):
            self.changed = "the upstream gradient, in its backward"
        return self.gathered(found)

    def gathered(self, found: Any) -> Any:
        """Gradients, parameters' first as they were made, as one vector."""
        order = sorted(range(len(self.parts)), key=lambda k: not isinstance(self.sources[k], tuple))
        whole = np.zeros(len(self.x))
        for k, gradient in zip(order, found, strict=True):
            part = self.parts[k]
            if gradient is not None:
                whole[part.start : part.stop] = to_vector(gradient)
        return whole

    def of_gradient(self, args: Any, u: Any) -> Any:
        """U times the gradient given with ``grad=``."""
        if len(u) != 1 or any(isinstance(s, tuple) for s in self.sources):
            raise ArgumentError(
                f"gradcheck: grad= is for tensors and a function with one output; {self.name} "
                f"has {len(u)}. Without grad=, PyTorch's own gradient is checked."
            )
        assert self.grad is not None
        found: list[Any] = []
        mapped(self.grad(*args), lambda _, g: found.append(g))
        if len(found) != len(self.parts):
            raise ArgumentError(
                f"gradcheck: grad gives {len(found)} arrays for {len(self.parts)} arguments."
            )
        for part, g in zip(self.parts, found, strict=True):
            if g is not None and tuple(np.shape(g)) != part.shape:
                raise ArgumentError(
                    f"gradcheck: the gradient for argument {part.name} has the shape "
                    f"{tuple(np.shape(g))}; the argument has {part.shape}."
                )
        tensors = [None if g is None else self.torch.as_tensor(g) for g in found]
        return float(u[0]) * self.gathered(tensors)

    def push(self, x: Any, d: Any) -> Any:
        if not self.has_forward or self.grad is not None or self.modules:
            return None
        func, _, made, _ = self.arguments(x, double=False)
        try:
            with warnings.catch_warnings():  # of what PyTorch itself imports for it
                warnings.simplefilter("ignore")
                return torch_modes.tangents(self, func, made, d)
        except (RuntimeError, NotImplementedError, AttributeError):
            return None  # many operations have no forward mode

    def second(self, u: Any) -> Subject | None:
        torch, module = self.torch, self.func
        if self.grad is not None or len(self.modules) > isinstance(module, torch.nn.Module):
            return None
        if self.modules:
            pairs = module.named_parameters(), module.named_buffers()
            given = [{name: t.detach().clone() for name, t in pair} for pair in pairs]
            for name, p in module.named_parameters():
                given[0][name].requires_grad_(p.requires_grad)
            free = [x.requires_grad for x in self.sources if isinstance(x, torch.Tensor)]
            args = mapped(self.args, lambda _, x: _requiring(torch, x) if free else x)
            whole = OfTorch(torch_modes.functional(torch, module), (*given, *args), None)
            whole.name = self.name
            whole.flat(whole.func(*whole.args))
            return whole.second(u)
        found = OfTorch(*torch_modes.gradient(self, u), None)
        found.has_forward = False
        return found


def to_vector(tensor: Any) -> Any:
    """A tensor's numbers as a vector of float64."""
    return tensor.detach().double().cpu().contiguous().reshape(-1).numpy().copy()


def _requiring(torch: Any, t: Any) -> Any:
    """A tensor of floats as one that is checked."""
    floats = isinstance(t, torch.Tensor) and t.is_floating_point()
    return t.detach().clone().requires_grad_() if floats else t


def _like(torch: Any, template: Any, numbers: Any, double: bool) -> Any:
    """A new tensor of these numbers with the layout of another."""
    dtype = torch.float64 if double else template.dtype
    shape, strides = tuple(template.shape), template.stride()
    overlap = any(s == 0 and n > 1 for s, n in zip(strides, shape, strict=True))
    values = torch.from_numpy(numbers).reshape(shape)
    if template.is_contiguous() or overlap:
        return values.to(dtype=dtype, device=template.device, copy=True)
    new = torch.empty_strided(shape, strides, dtype=dtype, device=template.device)
    new.copy_(values)
    if not torch.equal(new.double().cpu(), values.to(dtype).double()):  # windows that overlap
        return values.to(dtype=dtype, device=template.device, copy=True)
    return new
