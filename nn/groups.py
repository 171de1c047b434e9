"""What an optimiser keeps: groups of parameters with options, and its memory; checked and saved."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any

from autograd import ArgumentError, OperandError, Value
from nn.module import Module

Group = dict[str, Any]
Memory = dict[str, Any]

# From the least to what it must be less than; 0 < lr is a case of its own.
_RANGES = {
    "lr": (0.0, math.inf),
    "lr_decay": (0.0, math.inf),
    "momentum": (0.0, math.inf),
    "dampening": (-math.inf, math.inf),
    "weight_decay": (0.0, math.inf),
    "initial_accumulator_value": (0.0, math.inf),
    "alpha": (0.0, math.inf),
    "eps": (0.0, math.inf),
    "tolerance_grad": (0.0, math.inf),
    "tolerance_change": (0.0, math.inf),
}
_WHOLE = ("max_iter", "max_eval", "history_size")
_YES_OR_NO = ("nesterov", "centered", "amsgrad", "maximize")


def checked_groups(who: str, parameters: Any, options: Group) -> list[Group]:
    """The groups with every option; ``parameters`` is a list of Values, or of groups."""
    if isinstance(parameters, (Module, Value)) or not isinstance(parameters, Iterable):
        raise OperandError(f"{who}: takes a list of parameters: {who}(model.parameters(), lr).")
    given = list(parameters)
    if not any(isinstance(part, Mapping) for part in given):
        given = [{"params": given}]
    groups: list[Group] = []
    home: dict[int, int] = {}
    for n, part in enumerate(given, start=1):
        if not isinstance(part, Mapping) or "params" not in part:
            raise ArgumentError(f'{who}: group {n} is {part!r}; it must be a dict with "params".')
        unknown = [name for name in part if name != "params" and name not in options]
        if unknown:
            raise ArgumentError(
                f"{who}: group {n} has an unknown option {unknown[0]!r}; "
                f"the options are {', '.join(options)}."
            )
        group = {"params": checked_parameters(who, part["params"])}
        for w in group["params"]:
            if home.setdefault(id(w), n) != n:
                raise ArgumentError(f"{who}: {w!r} is in group {home[id(w)]} and in group {n}.")
        for name, value in {**options, **part}.items():
            if name != "params":
                group[name] = checked_option(who, name, value)
        _check_together(who, group)
        groups.append(group)
    return groups


def checked_option(who: str, name: str, value: Any) -> Any:
    """The option as a float, an int, a bool or a pair of floats; refused when out of range."""
    if name in _YES_OR_NO:
        if not isinstance(value, bool):
            raise ArgumentError(f"{who}: {name} is {value!r}; it must be True or False.")
        return value
    if name in _WHOLE:
        return whole(f"{who}: {name}", value, 1)
    if name == "line_search_fn" and value not in (None, "strong_wolfe"):
        raise ArgumentError(f'{who}: {name} is {value!r}; it must be None or "strong_wolfe".')
    if name == "betas":
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise ArgumentError(f"{who}: betas is {value!r}; it must be two numbers.")
        return tuple([_in_range(who, "a beta", beta, 0.0, 1.0) for beta in value])
    if name in _RANGES:
        return _in_range(who, name, value, *_RANGES[name])
    return value


def checked_parameters(who: str, parameters: Any, *, least: int = 1) -> list[Value]:
    """The leaves, each once."""
    if isinstance(parameters, Module) or not isinstance(parameters, Iterable):
        raise OperandError(f"{who}: takes a list of parameters, such as model.parameters().")
    found = list({id(w): w for w in parameters}.values())
    if len(found) < least:
        raise ArgumentError(f"{who}: there is no parameter to change.")
    for w in found:
        if not isinstance(w, Value):
            raise OperandError(f"{who}: {w!r} is no Value; pass model.parameters().")
        if w.parents:
            raise ArgumentError(f"{who}: {w!r} is the result of an operation, no leaf.")
    return found


def positive(what: str, value: Any, *, zero: bool = False) -> float:
    """A finite number above 0, or at least 0."""
    try:
        number = Value(value).data
    except OperandError as error:
        raise OperandError(f"{what}: {error}") from None
    if not 0.0 <= number < math.inf or (number == 0.0 and not zero):
        least = ">= 0" if zero else "> 0"
        raise ArgumentError(f"{what} is {value!r}; it must be finite and {least}.")
    return number


def whole(what: str, value: Any, least: int) -> int:
    """A whole number from ``least``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ArgumentError(f"{what} is {value!r}; it must be a whole number from {least}.")
    return value


def saved(groups: list[Group], state: Mapping[Value, Any]) -> dict[str, Any]:
    """Groups and memory with numbers for parameters."""
    number: dict[int, int] = {}
    for group in groups:
        for w in group["params"]:
            number[id(w)] = len(number)
    return {
        "state": {number[id(w)]: copy.deepcopy(memory) for w, memory in state.items()},
        "param_groups": [
            {**group, "params": [number[id(w)] for w in group["params"]]} for group in groups
        ],
    }


def loaded(who: str, groups: list[Group], state: Any) -> tuple[list[Group], dict[Value, Any]]:
    """What ``saved`` gave, with the parameters of ``groups`` again."""
    if not _is_state(state):
        raise ArgumentError(f"{who}: load_state_dict takes what state_dict() gives, got {state!r}.")
    sizes = [len(group["params"]) for group in groups]
    new_sizes = [len(group["params"]) for group in state["param_groups"]]
    if sizes != new_sizes:
        raise ArgumentError(
            f"{who}: load_state_dict: got groups of {new_sizes} parameters for {sizes}. "
            "Nothing was changed."
        )
    found = []
    for old, new in zip(groups, state["param_groups"], strict=True):
        missing = [name for name in old if name not in new and name not in _SCHEDULED]
        unknown = [name for name in new if name not in old and name not in _SCHEDULED]
        if missing or unknown:
            raise ArgumentError(
                f"{who}: load_state_dict: missing: {', '.join(missing) or 'none'}; unknown: "
                f"{', '.join(unknown) or 'none'}. Nothing was changed."
            )
        options = {
            name: positive(f"{who}: load_state_dict: lr", value, zero=True)  # a schedule's may be 0
            if name in {"lr", *_SCHEDULED}
            else checked_option(who, name, value)
            for name, value in new.items()
            if name != "params"
        }
        found.append({"params": old["params"], **options})
    parameters = [w for group in groups for w in group["params"]]
    memory = {}
    for key, kept in state["state"].items():
        number = int(key) if str(key).isdecimal() else -1  # JSON makes text of it
        if not 0 <= number < len(parameters):
            raise ArgumentError(
                f"{who}: load_state_dict: memory of parameter {key!r}, and there are "
                f"{len(parameters)}. Nothing was changed."
            )
        for name, value in kept.items():
            if not _is_plain(value):
                raise ArgumentError(
                    f"{who}: load_state_dict: {name} of parameter {key} is {value!r}, no number. "
                    "Nothing was changed."
                )
        memory[parameters[number]] = copy.deepcopy(dict(kept))
    return found, memory


_SCHEDULED = ("initial_lr",)  # which a schedule adds


def _is_state(state: Any) -> bool:
    """Whether it has the form that ``saved`` gives."""
    if not isinstance(state, Mapping) or not {"state", "param_groups"} <= {*state}:
        return False
    memory, groups = state["state"], state["param_groups"]
    return (
        isinstance(memory, Mapping)
        and isinstance(groups, list)
        and all([isinstance(kept, Mapping) for kept in memory.values()])
        and all([isinstance(g, Mapping) and isinstance(g.get("params"), list) for g in groups])
    )


def _is_plain(value: Any) -> bool:
    """A number, or lists of numbers."""
    if isinstance(value, (list, tuple)):
        return all([_is_plain(part) for part in value])
    return isinstance(value, (int, float))


def _in_range(who: str, name: str, value: Any, least: float, bound: float) -> float:
    name = "the learning rate" if name == "lr" else name
    try:
        number = Value(value).data
    except OperandError as error:
        lr = " lr" * (name == "the learning rate")
        raise OperandError(f"{who}: {name}{lr}: {error}") from None
    if name == "the learning rate" and not 0.0 < number < math.inf:
        raise ArgumentError(f"{who}: {name} is {value!r}; it must be finite and > 0.")
    if not least <= number < bound or math.isinf(number):
        limits = "finite" if least == -math.inf else f"at least {least:g}"
        below = f" and below {bound:g}" if bound < math.inf else ""
        raise ArgumentError(f"{who}: {name} is {value!r}; it must be {limits}{below}.")
    return number


def _check_together(who: str, group: Group) -> None:
    if group.get("nesterov") and not (group["momentum"] > 0 and group["dampening"] == 0):
        raise ArgumentError(
            f"{who}: nesterov needs momentum > 0 and no dampening; got momentum "
            f"{group['momentum']:g} and dampening {group['dampening']:g}."
        )
