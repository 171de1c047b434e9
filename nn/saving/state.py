"""What is saved of a model, an optimiser and a schedule, and how it comes back: all, or nothing."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable
from typing import Any

from autograd import ArgumentError, Value
from nn.descent import Optimizer
from nn.lbfgs import LBFGS
from nn.module import Module
from nn.optimisers import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.schedules import CosineAnnealingLR, LinearLR, Schedule, StepLR
from nn.search import attributes, freeze, is_array
from nn.state import buffers, give, load, numbered

Tree = dict[str, Any]
_NUMBERS = (int, float)
_MINE = (SGD, Adagrad, RMSprop, Adam, AdamW, LBFGS, StepLR, CosineAnnealingLR, LinearLR)
RULES: dict[str, Any] = {rule.__name__: rule for rule in _MINE}  # that are built anew
_NEW = ("optimizer", "last_epoch")  # attributes of a schedule that are no options


def of_model(model: Module) -> Tree:
    """Numbers, buffers, modes and generators."""
    import numpy as np

    numbers = {path: value.data for path, value in numbered(model).items()}
    held = {path: getattr(owner, name) for path, owner, name, kept in buffers(model) if kept}
    simple = {path: x.data if isinstance(x, Value) else x for path, x in held.items()}
    plain = {path for path, x in held.items() if isinstance(x, Value)}
    for path, x in {**numbers, **{path: simple[path] for path in plain}}.items():
        if math.isnan(x):
            raise ArgumentError(f"nn.save: {path} is nan, which no training can go on from.")
    modules = [*model.named_modules()]
    return {
        "numbers": np.array([*numbers.values()], dtype="<f8"),
        "names": [*numbers],
        "buffers": simple,
        "training": [path for path, module in modules if module.training],
        "frozen": [path for path, module in modules if "_frozen" in vars(module)],
        "generators": [
            {"at": [[path, name] for path, name, _ in places], "state": _generator_state(draw)}
            for draw, places in _generators(model)
        ],
    }


def to_model(model: Module, tree: Tree) -> None:
    """Give a model what :func:`of_model` told of one of the same architecture."""
    numbers, names = tree["numbers"], tree["names"]
    if numbers.dtype.str != "<f8" or numbers.shape != (len(names),):
        raise ArgumentError("the numbers of the parameters are of another kind")
    modules = dict(model.named_modules())
    training, frozen = {*tree["training"]}, {*tree["frozen"]}
    unknown = sorted((training | frozen) - {*modules})
    if unknown:
        raise ArgumentError(f"there is no module {unknown[0]!r}")
    for path, owner, name, kept in buffers(model):
        new, held = tree["buffers"].get(path), getattr(owner, name)
        if kept and is_array(held) and is_array(new) and new.dtype != held.dtype:
            raise ArgumentError(f"the buffer {path} is of another type")
    load(model, {**dict(zip(names, numbers.tolist(), strict=True)), **tree["buffers"]}, strict=True)
    _draw_on(model, tree["generators"])
    for path, module in modules.items():
        module.training = path in training
        if path not in frozen and "_frozen" in vars(module):
            freeze(module, frozen=False)
    for path in tree["frozen"]:
        freeze(modules[path], frozen=True)


def _generators(model: Module) -> list[tuple[Any, list[tuple[str, str, Any]]]]:
    """Each generator with the places that hold it: paths, attributes, and their modules."""
    import numpy as np

    kinds = (random.Random, np.random.Generator)
    found: dict[int, tuple[Any, list[tuple[str, str, Any]]]] = {}
    for path, module in model.named_modules():
        for name, x in attributes(module).items():
            if type(x) in kinds:
                found.setdefault(id(x), (x, []))[1].append((path, name, module))
    return [*found.values()]


def _generator_state(draw: Any) -> Any:
    if not isinstance(draw, random.Random):
        return draw.bit_generator.state
    import numpy as np

    version, words, gauss = draw.getstate()
    return [version, np.array(words, dtype=np.uint32), gauss]


def _set_generator(draw: Any, state: Any) -> None:
    if isinstance(draw, random.Random):
        version, words, gauss = state
        draw.setstate((version, tuple(words.tolist()), gauss))
    else:
        draw.bit_generator.state = state


def _draw_on(model: Module, saved: list[Tree]) -> None:
    """Let all generators go on from where they were; those that were one become one."""
    places = {
        (path, name): (module, draw)
        for draw, held in _generators(model)
        for path, name, module in held
    }
    wanted = [(str(path), str(name)) for one in saved for path, name in one["at"]]
    if {*wanted} != {*places}:
        where = min({*wanted} ^ {*places})
        raise ArgumentError(f"there is one random generator more or less: {'.'.join(where)}")
    homes = {place: k for k, one in enumerate(saved) for place in map(tuple, one["at"])}
    for _, held in _generators(model):
        if len({homes[path, name] for path, name, _ in held}) > 1:
            owners = " and ".join([path for path, _, _ in held])
            raise ArgumentError(f"one random generator is of {owners}, which had several")
    for one in saved:
        first, *others = [places[path, name] for path, name in one["at"]]
        _set_generator(first[1], one["state"])
        for (module, draw), (_, name) in zip(others, one["at"][1:], strict=True):
            if draw is not first[1]:
                setattr(module, name, first[1])


def of_optimizer(optimizer: Optimizer, model: Module) -> Tree:
    """The rule, whose parameters it changes, options and memory.

    Raises:
        ArgumentError: when one of them is not the model's, and so would not be saved.
    """
    number = {id(w): k for k, w in enumerate(numbered(model).values())}
    for w in optimizer.parameters:
        if id(w) not in number:
            raise ArgumentError(
                f"nn.save: the optimizer changes {w!r}, which is not in the model and would not be "
                "saved. Make it an attribute of the model, or save without the optimizer."
            )
    state = optimizer.state_dict()
    memory = state["state"]
    return {
        **_rule(optimizer),
        "parameters": [number[id(w)] for w in optimizer.parameters],
        "state": {**state, "state": {"of": [*memory], "columns": _columns(memory)}},
    }


def _columns(memory: Any) -> dict[str, Any]:
    """What is remembered, by its names: for each the parameters' numbers, and the values."""
    found: dict[str, Any] = {}
    for number, kept in memory.items():
        for name, value in kept.items():
            column = found.setdefault(name, [[], []])
            column[0].append(number)
            column[1].append(value)
    for column in found.values():
        if len(column[0]) == len(memory):
            column[0] = None  # it is of all
    return found


def _rows(memory: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {number: {} for number in memory["of"]}
    for name, (numbers, values) in memory["columns"].items():
        for number, value in zip(numbers or memory["of"], values, strict=True):
            found[number][name] = value
    return found


def groups_of(tree: Tree) -> list[list[int]]:
    """The numbers in the model of each group's parameters."""
    groups = [group["params"] for group in tree["state"]["param_groups"]]
    if [k for group in groups for k in group] != [*range(len(tree["parameters"]))]:
        raise ArgumentError("the optimizer's groups are not of all its parameters")
    return [[tree["parameters"][k] for k in group] for group in groups]


def to_optimizer(optimizer: Optimizer, tree: Tree, model: Module) -> None:
    """Give an optimiser of the same rule and parameters its options and memory."""
    _check_rule("optimizer", optimizer, tree)
    groups_of(tree)
    place = {id(w): k for k, w in enumerate(numbered(model).values())}
    here, there = [place.get(id(w), -1) for w in optimizer.parameters], tree["parameters"]
    if here != there:
        raise ArgumentError(
            f"the optimizer has {len(here)} parameters, and {len(there)} in the file, or others of "
            "the model, or in another order"
        )
    memory = _rows(tree["state"]["state"])
    plain = type(optimizer) in _MINE and not isinstance(optimizer, LBFGS)
    if plain and any([type(x) not in _NUMBERS for kept in memory.values() for x in kept.values()]):
        raise ArgumentError("what the optimizer remembers are no numbers")
    optimizer.load_state_dict({**tree["state"], "state": memory})


def of_schedule(schedule: Schedule) -> Tree:
    """The rule, its options and where it is."""
    options = {n: x for n, x in vars(schedule).items() if n[0] != "_" and n not in _NEW}
    return {
        **_rule(schedule),
        "options": options,
        "state": schedule.state_dict(),
    }


def to_schedule(schedule: Schedule, tree: Tree) -> None:
    """Let a schedule of the same rule and options go on, before its optimiser does."""
    _check_rule("schedule", schedule, tree)
    for name, there in tree["options"].items():
        here = getattr(schedule, name, None)
        if here != there:
            raise ArgumentError(f"the schedule's {name} is {here!r}, and {there!r} in the file")
    schedule.load_state_dict(tree["state"])


def _rule(given: Any) -> Tree:
    """The class, and whether it is someone's own, whatever its name."""
    name = type(given).__name__
    return {"rule": name, "custom": type(given) is not RULES.get(name)}


def _check_rule(what: str, given: Any, tree: Tree) -> None:
    here = _rule(given)
    there = {key: tree[key] for key in here}
    if here != there:
        raise ArgumentError(f"the {what} is {_told(here)}, and {_told(there)} in the file")


def _told(rule: Tree) -> str:
    return f"{rule['rule']}{' of a class of your own' * (rule['custom'] is True)}"


def kept(model: Module, optimizer: Any, schedule: Any) -> Callable[[], None]:
    """A function that makes everything as it is now."""
    values = [(w, w.data) for w in numbered(model).values()]
    held = [(owner, name, getattr(owner, name)) for _, owner, name, _ in buffers(model)]
    contents = [copy.deepcopy(x.data if isinstance(x, Value) else x) for _, _, x in held]
    modes = [(m, m.training, "_frozen" in vars(m)) for m in model.modules()]
    draws = [(draw, _generator_state(draw), places) for draw, places in _generators(model)]
    tables = [vars(part) for part in (optimizer, schedule) if part is not None]
    if optimizer is not None:
        tables += [*optimizer.param_groups, *optimizer.state.values()]
    before = [{**table} for table in tables]

    def restore() -> None:
        for w, number in values:
            w.data = number
        for (owner, name, _), content in zip(held, contents, strict=True):
            give(owner, name, content)
        for draw, state, places in draws:
            _set_generator(draw, state)
            for _, name, module in places:
                setattr(module, name, draw)
        for module, training, frozen in modes:
            module.training = training
            if frozen != ("_frozen" in vars(module)):
                freeze(module, frozen=frozen)
        for table, old in zip(tables, before, strict=True):
            table.clear()
            table.update(old)

    return restore
