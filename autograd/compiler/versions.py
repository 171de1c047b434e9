"""Version: one recording of a function, and what is built from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import count, repeat
from typing import Any

from autograd.collector import collector_paused
from autograd.compiler.backends.choice import made
from autograd.compiler.backends.run import run
from autograd.compiler.program.instructions import Place
from autograd.compiler.program.program import TEXTBOOK, Input, Program
from autograd.compiler.program.simplify import exact, spelled
from autograd.compiler.record.arguments import Batch
from autograd.compiler.record.examples import converted, example_of, named, of_arrays, replaced
from autograd.compiler.record.guards import Guard, Walk
from autograd.compiler.record.reading import reader
from autograd.compiler.record.recording import Recording
from autograd.compiler.record.results import Spec, moved
from autograd.compiler.record.signature import Signature, Taken
from autograd.errors import OperandError
from autograd.maths import describe
from autograd.trees import is_plain_array, is_tensor, leaves, listed, modules, rebuilt
from autograd.value import Value

MOST_READERS = 3  # a list and an array have the same structure, but not the same code


class Version:
    """One recording of a function, and what was built from it."""

    def __init__(
        self,
        f: Callable[..., Any],
        name: str,
        taken: Taken,
        signature: Signature,
        structures: tuple[Any, ...],
        numbers: list[Any],
        batch: list[Any],
    ) -> None:
        self.modules = [
            module for arg in taken.values for module in modules(arg)
        ]  # their ids are in the key
        others = tuple([x for _, x in taken.static])
        before = Walk(f, (), others)
        recording = Recording()
        names = [signature.name(slot) for slot in taken.slots]
        traced, inputs, arguments = _traced(recording, names, taken.values, structures)
        if taken.owned:
            arguments.insert(0, (signature.name(0), None))
        passed = {**dict(zip(taken.slots, traced, strict=True)), **dict(taken.static)}
        by_position = [passed[k] for k in sorted([k for k in passed if isinstance(k, int)])]
        by_name = {k: x for k, x in passed.items() if isinstance(k, str)}
        del passed, traced
        with collector_paused(), recording.running():
            output = f(*by_position, **by_name)
            del by_position, by_name
            self.spec = Spec(output)
            places = [_output_place(recording, name, x) for x in self.spec.take()]
            del output
            recording.settle()
            self.recorded = _in_order(recording, name, inputs, places, arguments, self.spec)
        self.read: Callable[..., Any] | None = None
        self._to_prepare = MOST_READERS
        self.form = taken.form()
        self.is_plain = self.form == (tuple(range(len(taken.slots))), ())
        self.guard = Guard(f, tuple(self.modules), others, before)
        self.captured = list(recording.captured.values())
        self.engines: dict[Any, Any] = {}
        self.n_shared = sum([not i.varies for i in inputs])
        self.has_arrays = any(map(is_tensor, numbers))
        self.is_foreign = any([is_tensor(x) and not is_plain_array(x) for x in (*numbers, *batch)])
        self.widths = [math.prod(a.shape[1:]) for a in batch]

    def prepare(self, taken: Taken, structures: tuple[Any, ...]) -> None:
        """Make the code that reads such arguments: when they come for the second time."""
        if self._to_prepare:
            self._to_prepare -= 1
            self.read = reader(taken.values, structures)

    def given(self, args: tuple[Any, ...]) -> Any:
        """The numbers of a call's arguments, if it surely has this structure and all holds.

        Returns:
            ``(numbers, batch, n)``, or None if one has to look closely.
        """
        found = None if self.read is None else self.read(args)
        return found if found is not None and (self.guard.holds() or self.holds()) else None

    def holds(self) -> bool:
        """Whether all that was read when it was recorded is still as it was."""
        if self.guard.holds():
            return True
        renewed = self.guard.renewed()
        if renewed is None:
            return False
        self.guard = renewed
        return True

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

    def with_axes(self, result: Any, out_axes: Any) -> Any:
        """The results of a batch, their axis of examples where ``out_axes`` says."""
        varies = self.recorded.varies()
        places = iter([varies[place] for place in self.recorded.outputs])
        return moved(result, out_axes, self.spec.tree, places, self.recorded.name)

    def run(
        self, numbers: list[Any], batch: list[Any], n: int | None, reduce: str | None, backend: str
    ) -> Any:
        """The results over a batch of n, or of the one example if n is None."""
        return run(self, numbers, batch, n, reduce, backend)


def _traced(
    recording: Recording, names: list[str], args: tuple[Any, ...], structures: tuple[Any, ...]
) -> tuple[list[Any], list[Input], list[tuple[str, Any]]]:
    """Traced arguments, the inputs that they are, and their structure for reading."""
    inputs: list[Input] = []
    arguments: list[tuple[str, Any]] = []
    traced: list[Any] = []
    for name, given, structure in zip(names, args, structures, strict=True):
        arg = converted(given, name)
        shown = _with(arg, structure, count(len(inputs)), _bare)
        arguments.append((name, listed(shown)))
        own = _inputs(arg, structure, name)
        inputs += own
        fresh = iter([recording.input(i.label, i.scope) for i in own])
        traced.append(_with(arg, structure, fresh, of_arrays))
    return traced, inputs, arguments


def _with(arg: Any, structure: Any, new: Iterator[Any], prepared: Callable[[Any], Any]) -> Any:
    """The argument as an example sees it, with these in the place of its numbers."""

    def shared(tree: Any) -> Any:
        return rebuilt(prepared(tree), new)

    def batch(part: Batch) -> Any:
        found = example_of(part, new)
        return found if prepared is _bare else prepared(found)

    return replaced(arg, structure, shared, batch)


def _inputs(arg: Any, structure: Any, name: str) -> list[Input]:
    """The inputs that an argument is, and whether each varies."""
    varies: list[bool] = []

    def shared(tree: Any) -> Any:
        varies.extend([False] * len(named(tree, "")))
        return tree

    def batch(part: Batch) -> Any:
        varies.extend([True] * math.prod(part.shape))
        return example_of(part, repeat(0.0))

    labels = named(replaced(arg, structure, shared, batch), name)
    each = zip(labels, varies, strict=True)
    return [Input(label, scope, v) for (label, scope), v in each]


def _bare(tree: Any) -> Any:
    """The structure of an argument without modules: their parameters as a list."""
    return leaves(tree) if hasattr(tree, "with_parameters") else tree


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
