"""Module: an object with parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from autograd import ArgumentError, OperandError, Value
from nn import search, shown, state
from nn.notebook import parameters_html
from nn.replacing import replaced

if TYPE_CHECKING:
    from typing_extensions import Self


class Module(search.Searched):
    """Base of everything with parameters: finds them in its attributes.

    A parameter is a leaf Value that is an attribute, or is in a list, tuple, dict, set, dataclass,
    NumPy array of objects or Module that is one, however deep. Its name is the path to it, such as
    ``layers.0.neurons.1.weights.0``. A Value reached by two paths counts once, under the first.
    Attributes whose name begins with an underscore are not searched; any other with Values where
    they can't be found is refused by everything that asks for parameters.

    A call is ``forward``'s; a subclass may as well define ``__call__``.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> [name for name, _ in Line().named_parameters()]
    ['slope', 'offset']
    >>> Line()(3.0).data
    7.0
    """

    training: bool = True
    shown_whole = False  # whether repr leaves out the modules in it

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, part in vars(cls).items():
            kept = isinstance(part, (Value, Module, list, tuple, dict, set)) and name[0] != "_"
            if kept and search.holds_values(part):
                raise ArgumentError(
                    f"{cls.__name__}.{name}: a parameter of the class would be shared by all its "
                    f"modules and not be found. Set it in __init__: self.{name} = ..."
                )
        first = next(base for base in cls.__mro__ if {"forward", "__call__"} & vars(base).keys())
        if "__call__" not in vars(first):
            cls.__call__ = Module.__call__  # type: ignore[method-assign]  # not of a class above

    def __call__(self, *args: Any, **options: Any) -> Any:
        """What ``forward`` gives."""
        return self.forward(*args, **options)

    def forward(self, *args: Any, **options: Any) -> Any:
        """What the module computes; a subclass says it."""
        raise OperandError(
            f"{type(self).__name__} can't be called: it defines no forward(self, x)."
        )

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter once, with its path, in the order in which attributes were set.

        Raises:
            OperandError: when an attribute has Values where they can't be found.
        """
        kept = {id(value) for value in self.parameters()}
        for path, value in search.named(self):
            if id(value) in kept:
                kept.remove(id(value))
                yield path, value

    def parameters(self) -> list[Value]:
        """The parameters, in the order of :meth:`named_parameters`; a third of its cost."""
        return search.leaves(self)

    def parameter_holders(self) -> list[Any] | None:
        """The dicts and lists in which the parameters are, for who must know when these change.

        While all hold the same, :meth:`parameters` gives the same. None if that can't be said.
        """
        return search.holders(self)

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, under the name "", and all in it, each once."""
        return ((path, x) for path, x in search.walk(self) if isinstance(x, Module))

    def modules(self) -> Iterator[Module]:
        """This module and all in it."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are held by this one, and not by a module in it."""
        found = search.walk(self, inner=False)
        return ((path, x) for path, x in found if isinstance(x, Module) and x is not self)

    def children(self) -> Iterator[Module]:
        """Those of :meth:`named_children` without their names."""
        return (module for _, module in self.named_children())

    def apply(self, f: Callable[[Module], object]) -> Self:
        """Call f with every module, this one last; gives this one."""
        for module in reversed([*self.modules()]):
            f(module)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` of this module and all in it, which Dropout asks for."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """The same as ``train(False)``."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze this module and all in it (False), or free them again.

        Frozen parameters are constants: :meth:`parameters` leaves them out, ``grad`` and
        ``compile`` take them as they are, and no optimiser changes them, not even one that was made
        before. :meth:`state_dict` has them always. A Value in two modules is frozen if one of them
        is.

        >>> from nn import MLP
        >>> model = MLP(2, [2, 1], seed=0)
        >>> _ = model.layers[0].requires_grad_(False)
        >>> len(model.parameters()), len(model.state_dict())
        (3, 9)
        """
        for module in self.modules():
            search.freeze(module, frozen=not requires_grad)
        return self

    def register_buffer(self, name: str, value: Any, persistent: bool = True) -> None:
        """Keep a number, a Value or an array that is no parameter, as the attribute ``name``.

        It is in :meth:`state_dict` if ``persistent``. A compiled function reads a Value anew at
        every call, and is recorded anew when any other buffer that it reads has changed.

        Raises:
            ArgumentError: when the name is taken or is no name of an attribute.
        """
        known: dict[str, bool] = vars(self).setdefault("_buffers", {})
        if not isinstance(name, str) or not name.isidentifier() or name[0] == "_":
            raise ArgumentError(f"register_buffer: {name!r} can't be the name of a buffer.")
        if hasattr(self, name) and name not in known:
            raise ArgumentError(f"register_buffer: {type(self).__name__} has {name!r} already.")
        known[name] = persistent
        setattr(self, name, value)

    def named_buffers(self) -> Iterator[tuple[str, Any]]:
        """Every buffer with its path."""
        return ((path, getattr(owner, name)) for path, owner, name, _ in state.buffers(self))

    def buffers(self) -> Iterator[Any]:
        """Every buffer."""
        return (value for _, value in self.named_buffers())

    def with_parameters(self, values: Iterable[Any]) -> Self:
        """A copy that computes with other parameters, given in the order of :meth:`parameters`.

        From an iterator it takes as many as it needs. The module itself and its parameters stay as
        they are. So ``grad`` can differentiate with respect to a module (and gives a dict by the
        parameters' names), and ``compile`` can take one.

        Raises:
            ArgumentError: when there are fewer values than parameters.

        >>> from autograd import grad
        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.slope = Value(2.0)
        ...     def __call__(self, x):
        ...         return self.slope * x
        >>> Line().with_parameters([5.0])(3.0)
        15.0
        >>> grad(lambda line: line(3.0))(Line())["slope"].data
        3.0
        """
        old = self.parameters()
        new = list(islice(values, len(old)))
        if len(new) != len(old):
            raise ArgumentError(
                f"with_parameters: got {len(new)} values for {len(old)} parameters; need as many."
            )
        copies: dict[int, Any] = {id(p): value for p, value in zip(old, new, strict=True)}
        copy: Self = replaced(self, copies)
        return copy

    def zero_grad(self) -> None:
        """Forget every parameter's gradient, also a frozen one's."""
        for parameter in search.leaves(self, with_frozen=True):
            parameter.clear_grad()

    def state_dict(self) -> dict[str, Any]:
        """The numbers of all parameters and buffers by path: what there is to save of a model.

        Raises:
            OperandError: when parameters without labels are in a set, for they have no lasting
                names.
        """
        return state.state_of(self)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> state.Loaded:
        """Give every parameter its number from ``state_dict``; all of them, or none.

        Args:
            state_dict: what :meth:`state_dict` gave.
            strict: whether all names must be those of this module. If not, what is missing or
                unexpected is passed over, and named in the result.

        Raises:
            ArgumentError: when names are missing or unexpected, sizes differ, or a number is nan.
            OperandError: when something is no number. The model is unchanged.
        """
        return state.load(self, state_dict, strict=strict)

    def to_torch(self) -> Any:
        """The same network of PyTorch's; see :func:`nn.to_torch`."""
        from nn.torch_bridge import to_torch

        return to_torch(self)

    def extra_repr(self) -> str:
        """What ``repr`` shows between the brackets; for subclasses."""
        return ""

    def __repr__(self) -> str:
        return shown.tree(self)

    __repr__.shows_tree = True  # type: ignore[attr-defined]

    def _repr_html_(self) -> str | None:
        return parameters_html(self)
