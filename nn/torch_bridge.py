"""The bridge to PyTorch and back: networks of linear layers, activations and Dropout."""

from __future__ import annotations

from typing import Any

from autograd import ArgumentError, MissingDependencyError, OperandError
from nn.layers import Linear
from nn.module import Module
from nn.saving.architecture import described
from nn.search import leaves
from nn.sequential import Dropout, Sequential

# By name the class of torch.nn, and the attributes by which it is ours: what it has if not told.
ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "identity": ("Identity", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "relu": ("ReLU", {}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.01}),
    "elu": ("ELU", {"alpha": 1.0}),
    "gelu": ("GELU", {"approximate": "none"}),
    "silu": ("SiLU", {}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 20.0}),
    "logsigmoid": ("LogSigmoid", {}),
    "softsign": ("Softsign", {}),
    "mish": ("Mish", {}),
}
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def to_torch(module: Module) -> Any:
    """The same network of ``torch.nn`` in float64, with the same numbers, for PyTorch to go on.

    An MLP becomes a ``torch.nn.Sequential`` of ``Linear`` and activations, one after the other; a
    Sequential one of as many steps. Frozen layers need no gradient, modes are kept, and what is
    used twice stays one.

    Raises:
        OperandError: when there is something in it that PyTorch has not; it is named.
        MissingDependencyError: when PyTorch is not installed.

    >>> import nn
    >>> nn.to_torch(nn.MLP(2, [3, 1], "tanh", seed=0))  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
      (3): Tanh()
    )
    """
    torch = _torch("to_torch")
    if not isinstance(module, Module):
        raise OperandError(f"to_torch: takes a module of nn, got {module!r}.")
    return _theirs(module, described(module), "", {}, torch)


def _theirs(module: Any, what: Any, path: str, made: dict[int, Any], torch: Any) -> Any:
    if isinstance(what, str) or "class" not in what:
        return _their_activation(what, path, torch)
    if id(module) in made:
        return made[id(module)]
    kind = what["class"]
    steps: list[Any]
    if kind == "MLP" and "custom" not in what:
        names = what["activation"]
        steps = [
            step
            for k, (layer, name) in enumerate(zip(module.layers, names, strict=True))
            for step in _their_layer(layer, name, f"{path}.layers.{k}".lstrip("."), torch)
        ]
        new = torch.nn.Sequential(*steps)
    elif kind in {"Layer", "Linear"} and "custom" not in what:
        steps = _their_layer(module, what["activation"], path, torch)
        new = torch.nn.Sequential(*steps) if len(steps) > 1 else steps[0]
    elif kind == "Dropout" and "custom" not in what:
        new = torch.nn.Dropout(module.p).train(module.training)
    elif kind == "Sequential" and "custom" not in what:
        dot = f"{path}." if path else ""
        parts = enumerate(zip(module, what["steps"], strict=True))
        steps = [_theirs(step, told, f"{dot}{k}", made, torch) for k, (step, told) in parts]
        new = torch.nn.Sequential(*steps)
    else:
        one = " A Neuron gives a number and no list: use a Layer of one." * (kind == "Neuron")
        raise OperandError(
            f"to_torch: {path or 'this'} is a {kind}{' of your own' * ('custom' in what)}; an MLP, "
            f"Layer, Linear, Sequential or Dropout, or an activation, can go over.{one}"
        )
    new.training = module.training
    made[id(module)] = new
    return new


def _their_layer(layer: Any, activation: Any, path: str, torch: Any) -> list[Any]:
    """A Linear, and the activation if there is one."""
    first = layer.neurons[0]
    bias = first.bias is not None
    linear = torch.nn.Linear(
        len(first.weights), len(layer.neurons), bias=bias, dtype=torch.float64, device="cpu"
    )
    rows = [[w.data for w in neuron.weights] for neuron in layer.neurons]
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(rows, dtype=torch.float64))
        if bias:
            biases = [neuron.bias.data for neuron in layer.neurons]
            linear.bias.copy_(torch.tensor(biases, dtype=torch.float64))
    free = len(leaves(layer))
    if free not in {0, len(leaves(layer, with_frozen=True))}:
        raise OperandError(
            f"to_torch: {path or 'this'} is frozen in part; freeze all of it, or none."
        )
    linear.requires_grad_(bool(free)).train(layer.training)
    if activation == "identity":
        return [linear]
    return [linear, _their_activation(activation, path, torch).train(layer.training)]


def _their_activation(name: Any, path: str, torch: Any) -> Any:
    if isinstance(name, dict) or name not in ACTIVATIONS:
        shown = f"the function {name['function']}" if isinstance(name, dict) else name
        raise OperandError(
            f"to_torch: {path or 'this'} has the activation {shown}, which torch.nn has not; both "
            f"have {', '.join(ACTIVATIONS)}."
        )
    return getattr(torch.nn, ACTIVATIONS[name][0])()


def from_torch(module: Any) -> Module:
    """The same network of ours, with the same numbers, to look into what PyTorch has trained.

    It takes ``Linear``, ``Sequential``, however nested, ``Dropout``, and the activations that both
    have, and reads numbers of any precision. It computes one example at a time.

    Raises:
        OperandError: when there is something else in it; it is named.
        MissingDependencyError: when PyTorch is not installed.

    >>> import nn, torch  # doctest: +SKIP
    >>> nn.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Tanh()))  # doctest: +SKIP
    Sequential(  # 3 parameters
      (0): Linear(2, 1, identity)  # 3 parameters
    )
    """
    torch = _torch("from_torch")
    if not isinstance(module, torch.nn.Module):
        raise OperandError(f"from_torch: takes a module of torch.nn, got {module!r}.")
    ours = _ours(module, "", {}, {}, torch)
    return ours if isinstance(ours, Module) else Sequential(ours)


def _ours(module: Any, path: str, made: dict[int, Any], homes: dict[int, str], torch: Any) -> Any:
    if id(module) in made:
        return made[id(module)]
    at, dot, kind = path or "this", f"{path}." if path else "", type(module)
    plain = kind not in {torch.nn.Sequential, torch.nn.Linear, torch.nn.Dropout}
    name = _our_activation(module, at, torch) if plain else ""
    if "forward" in vars(module) or any([getattr(module, hooks, None) for hooks in _HOOKS]):
        raise OperandError(
            f"from_torch: {at} has hooks or a forward of its own: remove them first."
        )
    new: Module
    if plain:
        return name
    if kind is torch.nn.Sequential:
        steps = [_ours(step, f"{dot}{k}", made, homes, torch) for k, step in enumerate(module)]
        new = Sequential(*steps)
        new.training = module.training
    elif kind is torch.nn.Linear:
        new = _our_linear(module, at, homes).train(module.training)
    else:
        new = Dropout(module.p).train(module.training)
    made[id(module)] = new
    return new


def _our_linear(module: Any, at: str, homes: dict[int, str]) -> Linear:
    given = {name: tensor for name, tensor in module.named_parameters() if tensor is not None}
    for name, tensor in given.items():
        other = homes.setdefault(id(tensor), at)
        if other != at:
            raise OperandError(
                f"from_torch: {at} has the {name} of {other}, which can't be shared."
            )
        if tensor.is_meta or tensor.is_complex():
            raise OperandError(f"from_torch: {at}.{name} has no real numbers: {tensor.dtype}.")
    if len({tensor.requires_grad for tensor in given.values()}) > 1:
        raise OperandError(f"from_torch: {at} is frozen in part; freeze all of it, or none.")
    rows, biases = _numbers(module.weight), _numbers(module.bias)
    try:
        new = Linear(module.in_features, module.out_features, biases is not None, seed=0)
    except ArgumentError as error:
        raise OperandError(f"from_torch: {at}: {error}") from None
    for k, neuron in enumerate(new.neurons):
        for weight, number in zip(neuron.weights, rows[k], strict=True):
            weight.data = number
        if neuron.bias is not None:
            neuron.bias.data = biases[k]
    if not module.weight.requires_grad:
        new.requires_grad_(False)
    return new


def _numbers(tensor: Any) -> Any:
    return None if tensor is None else tensor.detach().cpu().double().tolist()


def _our_activation(module: Any, at: str, torch: Any) -> str:
    for name, (kind, options) in ACTIVATIONS.items():
        if type(module) is getattr(torch.nn, kind):
            for option, ours in options.items():
                theirs = getattr(module, option)
                if theirs != ours:
                    raise OperandError(
                        f"from_torch: {at} is a {kind} with {option} {theirs!r}; ours has {ours!r}."
                    )
            return name
    kinds = ["Linear", "Sequential", "Dropout", *[kind for kind, _ in ACTIVATIONS.values()]]
    raise OperandError(
        f"from_torch: {at} is a {type(module).__name__}; can come over: {', '.join(kinds)}."
    )


def _torch(who: str) -> Any:
    try:
        import torch
    except ModuleNotFoundError:
        raise MissingDependencyError(f"{who} needs PyTorch: pip install torch") from None
    return torch
