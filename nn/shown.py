"""How a module is shown as text: its tree, as PyTorch shows one, with the counts of parameters."""

from __future__ import annotations

from typing import Any

from autograd import OperandError
from nn.search import leaves


def line(module: Any) -> str:
    """A module in one line: what its class says of itself, without the modules in it."""
    kind: Any = type(module)
    own = kind.__repr__
    if own is not object.__repr__ and not getattr(own, "shows_tree", False):
        return repr(module).partition("\n")[0]  # a repr of the class's own
    return f"{kind.__name__}({module.extra_repr()})" if module.extra_repr() else kind.__name__


def tree(module: Any) -> str:
    """A module and the modules in it, each with its parameters.

    Only modules that have something to tell are opened: neurons are shown by their layer.
    """
    rows: list[str] = []
    # Lines to write, the last first; a text is written as it is.
    stack: list[tuple[int, str, Any]] = [(0, "", module)]
    seen: set[int] = set()
    while stack:
        depth, name, thing = stack.pop()
        pad = "  " * depth + (f"({name}): " if name else "")
        if isinstance(thing, str):
            rows.append(f"{pad}{thing}")
            continue
        inner: list[tuple[str, Any]] = []
        try:
            count = len(leaves(thing, with_frozen=True))
            if not (id(thing) in seen or thing.shown_whole):
                inner = [*getattr(thing, "named_steps", thing.named_children)()]
            said = f"  # {count:,} parameter{'s' * (count != 1)}"
        except OperandError as error:
            said = f"  # {error}"
        seen.add(id(thing))
        head = f"{type(thing).__name__}({thing.extra_repr()}"
        rows.append(f"{pad}{head}{'' if inner else ')'}{said}")
        if inner:
            stack.append((depth, "", ")"))
            stack += [(depth + 1, path, part) for path, part in reversed(inner)]
    return "\n".join(rows)
