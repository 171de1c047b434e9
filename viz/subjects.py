"""What is drawn: Values, a program, a module; and which of its boxes are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from autograd import ArgumentError, Compiled, OperandError, Program, Value
from viz.fold import paths
from viz.model import Frame, Picture
from viz.picture import in_order, picture_of
from viz.programs import outputs


@dataclass
class Subject:
    """What is drawn.

    Attributes:
        roots: the ends of the graph.
        given: what :func:`viz.networks.network_of` is asked about.
        parameters: the names of a module's parameters, by id.
        bare: whether numbers mean nothing: of a program, or of a module alone.
        title: what a module is called.
    """

    roots: list[Any]
    given: Any
    parameters: dict[int, str] = field(default_factory=dict)
    bare: bool = False
    title: str = ""

    def picture(
        self, *, partials: bool, gradients: bool | str | None, digits: int, roots: list[Any] | None
    ) -> Picture:
        """Everything, a box for each Value; of a module alone, its network's ``roots`` if any."""
        if not self.title:
            return picture_of(
                self.roots,
                slopes=partials and not self.bare,
                gradients=gradients,
                digits=digits,
                parameters=self.parameters,
            )
        picture = picture_of(
            roots or self.roots,
            slopes=False,
            gradients="stored" if gradients in (None, True, "stored") else False,
            digits=digits,
            parameters=self.parameters,
            bare=True,
        )
        if not roots:
            _framed(picture)
        picture.title = f"{self.title}: {len(picture.boxes)} boxes"
        return picture


def subject_of(value: Any) -> Subject:
    """What ``value`` is; raises what :func:`viz.draw` does."""
    program = value.program if isinstance(value, Compiled) else value
    if isinstance(program, Program):
        return Subject(outputs(program), program, bare=True)
    if isinstance(value, Value):
        return Subject([value], value)
    things = list(value) if isinstance(value, Iterable) and not is_module(value) else [value]
    if len(things) == 1 and is_module(things[0]):
        value = things[0]
        parameters = _parameters(value)
        if not parameters:
            raise ArgumentError(
                f"draw: {type(value).__name__} has no parameters to draw. Draw what it gives, "
                "such as draw(model(x))."
            )
        return Subject(
            list(dict(value.named_parameters()).values()),
            value,
            parameters,
            bare=True,
            title=f"{type(value).__name__}",
        )
    roots = [thing for thing in things if not is_module(thing)]
    parameters = {}
    for thing in things:
        if is_module(thing):
            parameters.update(_parameters(thing))
        elif not isinstance(thing, Value):
            raise OperandError(
                f"draw: {type(thing).__name__} is no Value; draw what a computation gives, "
                "such as draw(loss) or draw(model(x)), or a program, or a module."
            )
    if not roots:
        raise ArgumentError(
            "draw: there is nothing to draw: "
            + ("draw one module at a time." if things else "the list of Values is empty.")
        )
    return Subject(roots, roots, parameters)


def is_module(thing: Any) -> bool:
    """Whether it has parameters with names, as modules of nn do."""
    return callable(getattr(thing, "named_parameters", None)) and not isinstance(thing, type)


def _parameters(module: Any) -> dict[int, str]:
    return {id(value): name for name, value in module.named_parameters()}


def _framed(picture: Picture) -> None:
    """Parameters of a module in frames by their paths: ``layers.0.neurons.1.weights.0``."""
    frames: dict[str, Frame] = {frame.name: frame for frame in picture.frames}
    made: dict[tuple[str, str], str] = {}
    for box in picture.boxes:
        if box.frame or "." not in box.label:
            continue
        parts: list[str] = []
        for part in box.label.split("."):
            if part.isdigit() and parts:
                parts[-1] += f".{part}"
            else:
                parts.append(part)
        parent = ""
        for title in parts[:-1]:
            name = made.setdefault((parent, title), f"p{len(made)}")
            frames.setdefault(name, Frame(name, title, parent))
            parent = name
        box.label, box.frame = parts[-1], parent
    picture.frames = list(frames.values())
    if frames and not any(kind == "frame" for kind, _ in picture.key):
        picture.key.append(("frame", "frame: a module or a scope"))


def names_of(only: Any, picture: Picture, roots: list[Any]) -> frozenset[str]:
    """The names of the boxes that ``only`` asks for: Values, labels, titles or paths of frames."""
    wanted = [only] if isinstance(only, (str, Value)) else only
    if not isinstance(wanted, Iterable):
        raise ArgumentError(
            f"draw: only is {only!r}; it must be a Value, a label, a scope, or a list of them."
        )
    wanted = list(wanted)
    if not wanted:
        raise ArgumentError("draw: only is empty, which leaves nothing to draw.")
    path_of = paths(picture.frames)
    in_frame: dict[str, set[str]] = {"": set()}  # by frame: what it may be called
    for frame in picture.frames:
        own = {frame.title, path_of[frame.name]}
        in_frame[frame.name] = in_frame[frame.parent] | own
    place: dict[int, int] = {}
    if any(isinstance(thing, Value) for thing in wanted):
        place = {id(node): i for i, node in enumerate(in_order(roots))}
    found: set[str] = set()
    for thing in wanted:
        if isinstance(thing, Value):
            if id(thing) not in place:
                raise ArgumentError(f"draw: only has {thing!r}, which is not in this graph.")
            found.add(picture.boxes[place[id(thing)]].name)
            continue
        names = [box.name for box in picture.boxes if thing and box.label == thing]
        names += [box.name for box in picture.boxes if thing in in_frame[box.frame]]
        if not names:
            raise ArgumentError(
                f"draw: only has {thing!r}; there is {_there_is(picture, path_of)}."
            )
        found.update(names)
    return frozenset(found)


def _there_is(picture: Picture, path_of: dict[str, str]) -> str:
    """The labels and scopes of a picture, the first of them."""
    names = [box.label for box in picture.boxes if box.label]
    names = list(dict.fromkeys([*names, *filter(None, path_of.values())]))
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return (", ".join(map(repr, names[:12])) or "no label and no scope") + more
