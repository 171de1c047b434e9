"""Folding: a picture of any size becomes one that can be read.

"auto" takes the first of these steps whose picture fits: everything; what repeats folded; long
chains and wide sums too; then frames, the innermost and the outermost; then only what is nearest to
the outputs, so many boxes as fit. Each step is a picture like any other, so all writers write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograd import ArgumentError
from viz.cuts import chosen, cut, near
from viz.groups import Group, Grouping, contracted, merged
from viz.model import Frame, Picture
from viz.repeats import MOST_OPERANDS, chains, repeats

FOLDS = ("auto", "none", "neuron", "layer")
BUDGETS = (
    120,
    90,
    70,
    55,
    45,
    35,
    28,
    22,
    17,
    12,
    8,
    4,
)  # boxes, from the most that may fit to what always does
MOST = 2000  # boxes that "neuron" and "layer" leave
FRAME = "dashed box: a folded frame; expand= opens it by its title"


@dataclass(frozen=True)
class Options:
    """What to fold.

    Attributes:
        fold: one of ``FOLDS``, or "examples": only what repeats.
        only: the names of the boxes that are shown; None for all.
        upto: how many operations back from the outputs; None for all.
        expand: titles or paths of frames, and titles of groups, that stay open.
    """

    fold: str = "auto"
    only: frozenset[str] | None = None
    upto: int | None = None
    expand: tuple[str, ...] = ()


def folded(picture: Picture, options: Options, fits: Callable[[Picture], bool]) -> Picture:
    """The picture folded as the options say; ``fits`` tells whether it can be read.

    Raises:
        ArgumentError: when there is nothing of a name in ``expand``; it names what there is.
    """
    if options.only is not None:
        picture = chosen(picture, options.only)
    if options.upto is not None:
        picture = contracted(near(picture, options.upto))
    opened = frozenset(options.expand)
    if opened:
        _check(picture, opened)
    if options.fold == "none":
        return picture
    if options.fold != "auto":
        found = _without_repeats(picture, opened)
        if options.fold != "examples":
            found = _frames_folded(found, opened, inner=options.fold == "neuron")
        if len(found.boxes) > MOST:
            found = contracted(chains(found, opened))
        return found if len(found.boxes) <= MOST else contracted(cut(found, MOST))
    for step in _steps(picture, opened, fits):
        picture = step
    return picture


def _steps(
    picture: Picture, opened: frozenset[str], fits: Callable[[Picture], bool]
) -> Iterator[Picture]:
    """Coarser and coarser pictures, until one fits; the last one is that."""
    yield picture
    if fits(picture):
        return
    smallest = picture
    for step in _folds(opened):
        smaller = step(smallest)
        if smaller is smallest:
            continue
        smallest = smaller
        yield smallest
        if fits(smallest):
            return
    for budget in BUDGETS:
        if budget < len(smallest.boxes):
            smallest = contracted(cut(smallest, budget))
            yield smallest
            if fits(smallest):
                return


def _folds(opened: frozenset[str]) -> tuple[Callable[[Picture], Picture], ...]:
    """The steps from fine to coarse, each from the picture of the one before."""
    return (
        lambda p: _without_repeats(p, opened),
        lambda p: contracted(chains(p, opened)),
        lambda p: _frames_folded(p, opened, inner=True),
        lambda p: contracted(chains(p, opened)),
        lambda p: _frames_folded(p, opened, inner=False),
        lambda p: contracted(chains(p, opened)),
    )


def _without_repeats(picture: Picture, opened: frozenset[str]) -> Picture:
    return merged(contracted(repeats(picture, opened)), MOST_OPERANDS)


def _frames_folded(picture: Picture, opened: frozenset[str], *, inner: bool) -> Picture:
    """Frames as boxes: the innermost ones, or the outermost; those around an open one stay open."""
    if not picture.frames:
        return picture
    above = {frame.name: frame.parent for frame in picture.frames}
    folds = _folding_frames(picture.frames, opened, inner=inner)
    grouping = Grouping(picture)
    members: dict[str, list[int]] = {}
    for i, box in enumerate(picture.boxes):
        if folds[box.frame] and box.role != "output":
            members.setdefault(folds[box.frame], []).append(i)
    title = {frame.name: frame.title for frame in picture.frames}
    for name, boxes in members.items():
        grouping.add(Group(title[name], FRAME, frame=above[name]), boxes)
    grouping.absorb(named=False)
    return contracted(grouping)


def _folding_frames(frames: list[Frame], opened: frozenset[str], *, inner: bool) -> dict[str, str]:
    """By frame: the frame that it becomes a part of, "" for none."""
    path_of = paths(frames)
    above = {frame.name: frame.parent for frame in frames}
    kept = {frame.parent for frame in frames} if inner else set()
    for frame in frames:
        if not opened.isdisjoint(_names(frame, path_of)):
            name = frame.name
            while name:
                kept.add(name)
                name = above[name]
    folds = {"": ""}
    for frame in frames:
        folds[frame.name] = folds[frame.parent] or ("" if frame.name in kept else frame.name)
    return folds


def paths(frames: list[Frame]) -> dict[str, str]:
    """The path of each frame, with the titles of those around it."""
    found = {"": ""}
    for frame in frames:
        around = found[frame.parent]
        found[frame.name] = f"{around}/{frame.title}" if around else frame.title
    return found


def _names(frame: Frame, path_of: dict[str, str]) -> tuple[str, str]:
    return frame.title, path_of[frame.name]


def _check(picture: Picture, opened: frozenset[str]) -> None:
    """Refuse a name that opens nothing; each kind of fold is looked at only if need be."""
    known: dict[str, None] = {}
    for names in _openable(picture, opened):
        known.update(dict.fromkeys(names))
        if opened <= known.keys():
            return
    shown = ", ".join([repr(name) for name in [*known][:12]]) or "nothing"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    raise ArgumentError(
        f"draw: expand has {min(opened - known.keys())!r}, which can't be opened; "
        f"there is {shown}{more}."
    )


def _openable(picture: Picture, opened: frozenset[str]) -> Iterator[list[str]]:
    """The titles that there are, also those within what is open."""
    path_of = paths(picture.frames)
    yield [name for frame in picture.frames for name in _names(frame, path_of)]
    for titles in dict.fromkeys((frozenset[str](), opened)):
        smaller = picture
        for step in _folds(titles):
            smaller = step(smaller)
            yield [box.label for box in smaller.boxes if box.role == "group"]
