"""Version: one recording of a function, and what is built from it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import count
from typing import Any

from autograd.collector import collector_paused
from autograd.compiler.backends.choice import made
from autograd.compiler.backends.run import run
from autograd.compiler.kept import Owner
from autograd.compiler.program.instructions import Place
from autograd.compiler.program.program import TEXTBOOK, Input, Program
from autograd.compiler.program.simplify import exact, spelled
from autograd.compiler.record.arguments import Spec, filled_example, named
from autograd.compiler.record.recording import Recording
from autograd.errors import OperandError
from autograd.maths import describe
from autograd.trees import is_plain_array, is_tensor, leaves, listed, modules, rebuilt
from autograd.value import Value


class Version:
    """One recording of a function, and what was built from it."""

    def __init__(
        self,
        f: Callable[..., Any],
        name: str,
        args: tuple[Any, ...],
        axes: list[int | None],
        structures: tuple[Any, ...],
        numbers: list[Any],
        batch: list[Any],
    ) -> None:
        self.modules = [
            module for arg in args for module in modules(arg)
        ]  # their ids are in the key
        recording = Recording()
        traced, inputs, arguments = _traced(recording, f, args, axes, structures)
        with collector_paused(), recording.running():
            output = f(*traced)
            self.spec = Spec(output)
            places = [_output_place(recording, name, x) for x in self.spec.take()]
            self.recorded = _in_order(recording, name, inputs, places, arguments, self.spec)
        self.captured = list(recording.captured.values())
        self.engines: dict[Any, Any] = {}
        self.n_shared = sum([not i.varies for i in inputs])
        self.has_arrays = any(map(is_tensor, numbers))
        self.is_foreign = any([is_tensor(x) and not is_plain_array(x) for x in (*numbers, *batch)])
        self.widths = [math.prod(a.shape[1:]) for a in batch]

    @cached_property
    def textbook(self) -> Program:
        """The program as a person would write it."""
        found = exact(spelled(self.recorded, TEXTBOOK))
        found.recorded = self.recorded
        return found

    def engine(self, name: str, *, reduce: bool) -> Any:
        """The backend of that name for this program, made once."""
        found = self.engines.get((name, reduce))
        if found is None:
            with collector_paused():
                found = self.engines[name, reduce] = made(name, self.recorded, reduce=reduce)
        return found

    def run(
        self, numbers: list[Any], batch: list[Any], n: int | None, reduce: str | None, backend: str
    ) -> Any:
        """The results over a batch of n, or of the one example if n is None."""
        return run(self, numbers, batch, n, reduce, backend)


def _traced(
    recording: Recording,
    f: Callable[..., Any],
    args: tuple[Any, ...],
    axes: list[int | None],
    structures: tuple[Any, ...],
) -> tuple[list[Any], list[Input], list[tuple[str, Any]]]:
    """Traced arguments, the inputs that they are, and their structure for reading."""
    inputs: list[Input] = []
    arguments: list[tuple[str, Any]] = []
    traced: list[Any] = []
    for name, arg, axis, structure in zip(
        _names(f, len(args)), args, axes, structures, strict=True
    ):
        if isinstance(structure, Owner):
            arguments.append((name, None))
            traced.append(arg)
            continue
        varies = axis is not None
        places = count(len(inputs))
        shown = filled_example(structure, places) if varies else rebuilt(_bare(arg), places)
        arguments.append((name, listed(shown)))
        labels = named(shown if varies else arg, name)
        inputs += [Input(label, scope, varies) for label, scope in labels]
        fresh = iter([recording.input(label, scope) for label, scope in labels])
        traced.append(filled_example(structure, fresh) if varies else rebuilt(arg, fresh))
    return traced, inputs, arguments


def _bare(tree: Any) -> Any:
    """The structure of an argument without modules: their parameters as a list."""
    return leaves(tree) if hasattr(tree, "with_parameters") else tree


def _names(f: Any, n: int) -> Iterator[str]:
    """What f calls its arguments."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    positional = [
        p.name for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}
    ]
    for k in range(n):
        yield positional[k] if k < len(positional) else f"x{k + 1}"


def _output_place(recording: Recording, name: str, x: Any) -> Place:
    if isinstance(x, Value):
        return recording.place(x)
    try:
        return recording.constant(Value(x)._number)
    except OperandError as error:
        raise OperandError(f"compile: {name} returned {describe(x)}: {error}") from None


def _in_order(
    recording: Recording,
    name: str,
    inputs: list[Input],
    outputs: list[Place],
    arguments: list[tuple[str, Any]],
    spec: Spec,
) -> Program:
    """The recording as a program, the captured Values as inputs after the arguments."""
    labels: dict[Place, str] = {}
    scopes: dict[Place, str] = {}
    for node in recording.nodes:
        if node.note.label:
            labels.setdefault(node.place, node.note.label)
        if node.note.scope:
            scopes.setdefault(node.place, node.note.scope)
    for place, label in recording.names.items():
        labels.setdefault(place, label)
    program = Program(name, inputs, recording, outputs, labels, arguments, spec.tree, scopes)
    if not recording.captured:
        return program
    program.inputs += tuple([Input(v.label, v.note.scope) for v in recording.captured.values()])
    given = [*recording.inputs, *recording.captured]
    first = set(given)
    order = [*given, *[p for p in range(len(recording.ops)) if p not in first]]
    place_of = {old: new for new, old in enumerate(order)}
    program.ops = [recording.ops[old] for old in order]
    program.operands = [tuple([place_of[x] for x in recording.operands[old]]) for old in order]
    program.numbers = {place_of[p]: x for p, x in recording.numbers.items()}
    program.outputs = [place_of[p] for p in outputs]
    program.labels = {place_of[p]: label for p, label in labels.items()}
    program.scopes = {place_of[p]: scope for p, scope in scopes.items()}
    return program
