"""What a model is built of, as plain data: to build it anew, or to say how another one differs.

Only classes of nn are built, and only by what stands here: no name in a file is ever imported.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import autograd
from autograd import TABLE, ArgumentError
from nn.activations import function_of
from nn.layers import Layer, Linear, Neuron
from nn.mlp import MLP
from nn.module import Module
from nn.search import leaves
from nn.sequential import Dropout, Sequential

Description = dict[str, Any]


DEPTH = 60  # of modules in modules


class UnbuildableError(Exception):
    """A description has something that is no class of nn."""


def described(model: Module) -> Description:
    """The architecture."""
    return _described(model, "", {}, DEPTH)


def _described(module: Module, path: str, seen: dict[int, str], depth: int) -> Description:
    if id(module) in seen:
        return {"class": "again", "of": seen[id(module)]}
    if not depth:
        raise ArgumentError(f"nn.save: {path} is a module in more than {DEPTH} others.")
    name = type(module).__name__
    own = _OWN.get(type(module))
    found = own and own(module)
    before = {**seen}
    seen[id(module)] = path
    if found is not None:
        return {"class": name, **found}
    dot = f"{path}." if path else ""
    if type(module) is Sequential and _has_only(module, *[str(k) for k in range(len(module))]):
        steps = [
            _described(step, f"{dot}{k}", seen, depth - 1)
            if isinstance(step, Module)
            else _name(step)
            for k, step in enumerate(module)
        ]
        whole = {"class": name, "steps": steps}
        if before or parameters_of(whole) in {None, len(leaves(module, with_frozen=True))}:
            return whole
        seen.clear()  # a part of one step is in another, too
        seen[id(module)] = path
    inner = {
        k: _described(child, f"{dot}{k}", seen, depth - 1) for k, child in module.named_children()
    }
    return {"class": name, "custom": True, "modules": inner}


def _of_neuron(neuron: Neuron) -> Description | None:
    if not _has_only(neuron, "weights", "bias", "activation", "expand"):
        return None
    count = len(neuron.weights) + (neuron.bias is not None)
    if type(neuron.weights) is not list or len(leaves(neuron, with_frozen=True)) != count:
        return None
    return {
        "nin": len(neuron.weights),
        "activation": _name(neuron.activation),
        "bias": neuron.bias is not None,
        "expand": bool(neuron.expand),
    }


def _of_layer(layer: Layer) -> Description | None:
    """What all neurons have in common; None if they differ, or share a weight."""
    if not _has_only(layer, "neurons") or type(layer.neurons) is not list or not layer.neurons:
        return None
    if any([type(neuron) is not Neuron for neuron in layer.neurons]):
        return None
    first, *others = [_of_neuron(neuron) for neuron in layer.neurons]
    if first is None or any([other != first for other in others]):
        return None
    nout = len(layer.neurons)
    if len(leaves(layer, with_frozen=True)) != nout * (first["nin"] + first["bias"]):
        return None
    return {"nin": first["nin"], "nout": nout, **first}


def _of_mlp(model: MLP) -> Description | None:
    if not _has_only(model, "layers") or type(model.layers) is not list or not model.layers:
        return None
    if any([type(layer) is not Layer for layer in model.layers]):
        return None
    layers = [_of_layer(layer) for layer in model.layers]
    first = layers[0]
    if first is None or len(vars(model)["_input_notes"]) != first["nin"]:
        return None
    same = {key: first[key] for key in ("bias", "expand")}
    sizes = [first["nin"]]
    for layer in layers:
        if layer is None or layer["nin"] != sizes[-1] or not same.items() <= layer.items():
            return None
        sizes.append(layer["nout"])
    found = {"class": "MLP", "nin": sizes[0], "nouts": sizes[1:]}
    found |= {"activation": [layer["activation"] for layer in layers if layer], **same}
    return found if parameters_of(found) == len(leaves(model, with_frozen=True)) else None


def _of_dropout(dropout: Dropout) -> Description | None:
    return {"p": dropout.p} if _has_only(dropout) else None


_OWN: dict[type, Any] = {
    MLP: _of_mlp,
    Layer: _of_layer,
    Linear: _of_layer,
    Neuron: _of_neuron,
    Dropout: _of_dropout,
}


_NAMES = {kind.__name__ for kind in (*_OWN, Sequential)}


def _has_only(module: Module, *names: str) -> bool:
    """Whether it has the attributes of its class, and none that were added."""
    return {*names} == {n for n in vars(module) if n[0] != "_" and n != "training"} and not (
        vars(module).get("_buffers")
    )


def _name(activation: Any) -> Any:
    """The activation by its name; a function of someone's own can't be built anew."""
    if isinstance(activation, str):
        return activation
    name = getattr(activation, "__name__", type(activation).__name__)
    if name in TABLE and getattr(autograd, name, None) is activation:
        return name
    return {"function": name}


def built(description: Any) -> Module:
    """A new model of this architecture.

    Raises:
        UnbuildableError: when something in it is no class of nn.
    """
    return _built(description, "", {})


def _built(what: Any, path: str, known: dict[str, Module]) -> Module:
    kind = what["class"]
    at = f" ({path})" if path else ""
    if what.get("custom"):
        own = " of a class that is not nn's, or changed by hand" * (kind in _NAMES)
        raise UnbuildableError(f"has a {kind}{at}{own}")
    if kind == "again":
        return known[what["of"]]
    if kind == "Sequential":
        dot = f"{path}." if path else ""
        known[path] = Sequential(*[
            _built(step, f"{dot}{k}", known) if _is_module(step) else _activation(step, f"{dot}{k}")
            for k, step in enumerate(what["steps"])
        ])  # fmt: skip
        return known[path]
    if kind == "Dropout":
        known[path] = Dropout(what["p"])
        return known[path]
    both: dict[str, Any] = {"bias": _switch(what["bias"]), "expand": _switch(what["expand"])}
    if kind == "MLP":
        kinds = [_activation(f, path) for f in what["activation"]]
        known[path] = MLP(what["nin"], what["nouts"], kinds, **both)
        return known[path]
    f = _activation(what["activation"], path)
    if kind == "Neuron":
        known[path] = Neuron(what["nin"], f, **both)
    elif kind == "Layer":
        known[path] = Layer(what["nin"], what["nout"], f, **both)
    elif kind == "Linear":
        known[path] = Linear(what["nin"], what["nout"], activation=f, **both)
    else:
        raise ValueError(f"no class {kind}")
    return known[path]


def _is_module(step: Any) -> bool:
    return isinstance(step, dict) and "class" in step


def _activation(f: Any, path: str) -> str:
    if isinstance(f, dict):
        at = f" ({path})" if path else ""
        raise UnbuildableError(f"has the activation {f['function']}{at}, a function")
    function_of(f)  # raises, if there is none of that name
    return f


def _switch(x: Any) -> bool:
    if not isinstance(x, bool):
        raise ArgumentError(f"{x!r} is neither True nor False")
    return x


def parameters_of(what: Any) -> int | None:
    """How many parameters a model of this description has; None if it can't be built."""
    if not _is_module(what):
        return 0
    if "custom" in what:
        return None
    bias = what.get("bias", False)
    if what["class"] == "MLP":
        sizes = [what["nin"], *what["nouts"]]
        return sum([(n + bias) * m for n, m in pairwise(sizes)])
    if what["class"] == "Sequential":
        counts = [parameters_of(step) for step in what["steps"]]
        return None if None in counts else sum(map(int, counts))  # type: ignore[arg-type]
    return (what["nin"] + bias) * what.get("nout", 1) if "nin" in what else 0


def difference(there: Any, here: Any, path: str = "") -> str:
    """How two descriptions differ first, in words; "" if they don't."""
    if _is_module(there) and _is_module(here):
        at = f"{path}: " if path else ""
        one, other = _line(there), _line(here)
        if one != other:
            return f"{at}the file has {one}, the model {other}"
        pairs = zip(_inner(there).items(), _inner(here).items(), strict=True)
        dot = f"{path}." if path else ""
        found = [difference(a, b, f"{dot}{name}") for (name, a), (_, b) in pairs]
        return next(filter(None, found), "")
    if there != here:
        return f"{path}: the file has {_line(there)}, the model {_line(here)}"
    return ""


def _inner(what: Description) -> dict[str, Any]:
    if "steps" in what:
        return {str(k): step for k, step in enumerate(what["steps"])}
    return what.get("modules", {})


def _line(what: Any) -> str:
    """A description in a line, without the modules in it but for their names."""
    if not isinstance(what, dict):
        return repr(what)
    if "function" in what:
        return f"the function {what['function']}"
    if what["class"] == "again":
        return f"{what['of'] or 'itself'} again"
    shown = {key: x for key, x in what.items() if key not in {"class", "steps", "modules"}}
    if "custom" in shown:
        shown = {"with": [*_inner(what)]} if _inner(what) else {}
    elif "steps" in what:
        shown = {"steps": len(what["steps"])}
    said = ", ".join([f"{key}={_plain(x)}" for key, x in shown.items()])
    own = "custom" in what and what["class"] in _NAMES
    return f"{what['class']}({said}){' of your own, or changed by hand' * own}"


def _plain(x: Any) -> str:
    if isinstance(x, list):
        return f"[{', '.join(map(_plain, x))}]"
    return f"the function {x['function']}" if isinstance(x, dict) else repr(x)
