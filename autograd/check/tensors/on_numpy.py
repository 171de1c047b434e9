"""Functions of NumPy arrays whose derivative somebody wrote: ``grad=`` or ``vjp=``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.check.tensors.subject import (
    Subject,
    eps_of,
    mapped,
    named,
    refuse_complex,
    shape_parts,
)
from autograd.errors import ArgumentError


def is_float(x: Any) -> bool:
    """Whether x is a float or an array of floats."""
    return isinstance(x, float) or (
        isinstance(x, (np.ndarray, np.generic)) and np.issubdtype(x.dtype, np.floating)
    )


class OfNumpy(Subject):
    """A function of NumPy arrays, and its gradient or its pullback."""

    def __init__(
        self,
        func: Any,
        args: tuple[Any, ...],
        grad: Callable[..., Any] | None,
        vjp: Callable[..., Any] | None,
    ) -> None:
        super().__init__(func, args)
        self.grad, self.vjp = grad, vjp
        self.names = list(named(func, args))
        self.layout: Any = None
        self.templates: list[Any] = []
        self.skipped: set[str] = set()
        self.find_parts()

    def find_parts(self) -> None:
        """List the arrays that are checked."""
        self.parts, self.templates, flat = [], [], []
        self.others: list[tuple[str, Any]] = []

        def visit(path: str, x: Any) -> Any:
            if isinstance(x, np.ma.MaskedArray):
                raise ArgumentError(
                    f"gradcheck: argument {path} is a masked array; give plain arrays."
                )
            if np.iscomplexobj(x):
                refuse_complex(f"argument {path}")
            if is_float(x) and path not in self.skipped:
                self.add(path, np.shape(x))
                self.templates.append(x)
                flat.append(np.asarray(x, dtype=np.float64).ravel())
                if not isinstance(x, float):
                    self.eps = max(self.eps, eps_of(x.dtype))
            elif isinstance(x, np.ndarray):
                self.others.append((path, x))
            return x

        mapped(dict(zip(self.names, self.args, strict=True)), visit)
        self.x = np.concatenate(flat) if flat else np.zeros(0)

    def arguments(self, x: Any, double: bool) -> tuple[tuple[Any, ...], list[Any]]:
        """The arguments with these numbers, and the arrays among them."""
        made: list[Any] = []
        parts = iter(zip(self.parts, self.templates, strict=True))

        def fill(path: str, old: Any) -> Any:
            if not is_float(old) or path in self.skipped:
                return old
            part, template = next(parts)
            new = _like(template, x[part.start : part.stop], double)
            made.append(new)
            return new

        args = mapped(dict(zip(self.names, self.args, strict=True)), fill)
        return tuple(args.values()), made

    def compute(self, x: Any, double: bool) -> Any:
        args, made = self.arguments(x, double)
        with np.errstate(all="ignore"):
            if self.watched < 2:
                return self.watch(args, made, lambda: self.flat(self.func(*args), "returns"))
            return self.flat(self.func(*args), "returns")

    def watch(self, args: Any, made: list[Any], call: Callable[[], Any]) -> Any:
        """Call, and look whether an argument is another afterwards."""
        self.watched += 1
        before = [np.array(m, copy=True) for m in made]
        others = [np.array(x, copy=True) for _, x in self.others]
        found = call()
        for part, old, new in zip(self.parts, before, made, strict=True):
            differ = ~((old == new) | (np.isnan(old) & np.isnan(new)))
            if differ.any():
                first = int(np.flatnonzero(differ.ravel())[0]) + part.start
                self.changed = f"argument {part.place(first)}"
        for (path, x), old in zip(self.others, others, strict=True):
            if not np.array_equal(x, old):
                x[...] = old
                self.changed = f"argument {path}"
        return found

    def flat(self, out: Any, what: str) -> Any:
        """The floats among the outputs as one vector; notes their structure the first time."""
        shapes: list[tuple[str, tuple[int, ...]]] = []
        pieces: list[Any] = []

        def visit(path: str, y: Any) -> Any:
            if np.iscomplexobj(y):
                refuse_complex(f"output {path} of {self.name}".replace("  ", " "))
            if is_float(y):
                shapes.append((path, np.shape(y)))
                pieces.append(np.asarray(y, dtype=np.float64).ravel())
                if not self.outputs and not isinstance(y, float):
                    self.eps = max(self.eps, eps_of(y.dtype))
            return y

        mapped(out, visit)
        if not pieces:
            hint = (
                "an array of objects: with grad= or vjp= it gets floats"
                if getattr(getattr(out, "dtype", None), "kind", "") == "O"
                else f"{type(out).__name__}"
            )
            raise ArgumentError(f"gradcheck: {self.name} {what} no floats, but {hint}.")
        if not self.outputs:
            self.outputs = shape_parts(shapes)
            self.layout = mapped(out, lambda _, y: y)
        return np.concatenate(pieces)

    def pull(self, x: Any, u: Any, between: Callable[[], Any] | None = None) -> Any:
        args, _ = self.arguments(x, double=False)
        with np.errstate(all="ignore"):
            if self.vjp is None:
                return self.of_gradient(args, u, between)
            pair = self.vjp(*args)
            if not (isinstance(pair, tuple) and len(pair) == 2 and callable(pair[1])):
                raise ArgumentError(
                    "gradcheck: vjp(*inputs) must return (value, pullback), as autograd.vjp does; "
                    f"it returned {type(pair).__name__}."
                )
            if between is not None:
                between()
            seed = self.cotangent(u)
            before = [np.array(s, copy=True) for _, s in _floats(seed)]
            claimed = pair[1](seed)
            for old, (_, new) in zip(before, _floats(seed), strict=True):
                if not np.array_equal(old, new):
                    self.changed = "the cotangent, in its pullback"
            return self.matched(claimed)

    def of_gradient(self, args: Any, u: Any, between: Callable[[], Any] | None) -> Any:
        """U times the claimed gradient, of a function with one output."""
        if len(u) != 1:
            raise ArgumentError(
                f"gradcheck: grad= is the gradient of one number, and {self.name} returns {len(u)}."
                " Give vjp=: vjp(*inputs) returns (value, pullback), as autograd.vjp does."
            )
        if between is not None:
            between()
        assert self.grad is not None
        return float(u[0]) * self.matched(self.grad(*args))

    def cotangent(self, u: Any) -> Any:
        """U in the structure and the precision of the outputs."""
        parts = iter(self.outputs)

        def fill(path: str, y: Any) -> Any:
            if not is_float(y):
                return y
            part = next(parts)
            piece = u[part.start : part.stop].reshape(part.shape)
            if isinstance(y, np.ndarray):
                return piece.astype(y.dtype)
            return type(y)(piece) if isinstance(y, np.generic) else float(piece)

        return mapped(self.layout, fill)

    def matched(self, claimed: Any) -> Any:
        """The claimed gradients as one vector, in the order of the parts."""
        names = self.names
        single = len(names) == 1
        if single and not (isinstance(claimed, tuple) and len(claimed) == 1):
            claimed = (claimed,)
        with_floats = [n for n in names if any(p.name.split(".")[0] == n for p in self.parts)]
        if not isinstance(claimed, (tuple, list)) or len(claimed) not in {
            len(names),
            len(with_floats),
        }:
            got = len(claimed) if isinstance(claimed, (tuple, list)) else type(claimed).__name__
            raise ArgumentError(
                f"gradcheck: the gradient of {self.name} must be a tuple with one entry for each of"
                f" {len(names)} arguments; got {got}."
            )
        given = dict(
            zip(names if len(claimed) == len(names) else with_floats, claimed, strict=True)
        )
        pieces = []
        for part, template in zip(self.parts, self.templates, strict=True):
            piece = _found(given, part.name)
            if piece is None:
                if isinstance(template, float):
                    self.skipped.add(part.name)
                pieces.append(np.zeros(part.size))
                continue
            array = np.asarray(piece)
            if np.iscomplexobj(array):
                refuse_complex(f"the gradient of {part.name}")
            if array.shape != part.shape:
                raise ArgumentError(
                    f"gradcheck: the gradient of {self.name} for argument {part.name} has the shape"
                    f" {array.shape}; the argument has {part.shape}."
                )
            pieces.append(array.astype(np.float64).ravel())
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def prepare(self) -> None:
        """Also: Python's floats for which no gradient is given are passed through."""
        super().prepare()
        if any(isinstance(t, float) for t in self.templates):
            self.pull(self.x, np.ones(sum(p.size for p in self.outputs)))
            if self.skipped:
                self.find_parts()


def _like(template: Any, numbers: Any, double: bool) -> Any:
    """A new array of these numbers with the layout of another."""
    if not isinstance(template, np.ndarray):
        if isinstance(template, float) or double:
            kind: Any = float if not isinstance(template, np.generic) else np.float64
            return kind(numbers[0])
        return template.dtype.type(numbers[0])
    dtype = np.float64 if double and template.dtype.itemsize < 8 else template.dtype
    values = numbers.reshape(template.shape)
    if template.flags.c_contiguous or template.ndim == 0:
        new = np.array(values, dtype=dtype, order="C")
    elif template.flags.f_contiguous:
        new = np.array(values, dtype=dtype, order="F")
    else:
        base = np.empty((*template.shape[:-1], 2 * template.shape[-1]), dtype=dtype)
        new = base[..., ::2]
        new[...] = values
    new.flags.writeable = template.flags.writeable
    return new


def _floats(tree: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    mapped(tree, lambda path, x: found.append((path, x)) if is_float(x) else None)
    return found


def _found(tree: Any, path: str) -> Any:
    """What a structure has at a path, None where it has nothing."""
    hits: list[Any] = []
    mapped(tree, lambda p, x: hits.append(x) if p == path else None)
    if hits:
        return hits[0]
    for name in path.split("."):
        if isinstance(tree, dict):
            tree = tree.get(name, next((v for k, v in tree.items() if str(k) == name), None))
        elif isinstance(tree, (list, tuple)) and name.isdigit() and int(name) < len(tree):
            tree = tree[int(name)]
        else:
            tree = getattr(tree, name, None)
    return tree
