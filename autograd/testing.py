"""For test suites: every operation of a module, checked.

    import pytest
    from autograd import gradcheck
    from autograd.testing import primitives_of
    import my_operations

    @pytest.mark.parametrize("operation", primitives_of(my_operations), ids=str)
    def test_derivative(operation):
        assert gradcheck(operation)

or, in one line, ``test_derivatives = all_primitives(my_operations)``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograd.check import gradcheck
from autograd.custom import Operation
from autograd.errors import ArgumentError, MissingDependencyError
from autograd.primitives import Primitive


def primitives_of(module: ModuleType) -> list[Operation | Primitive]:
    """The operations among a module's names, each once.

    Raises:
        ArgumentError: when there is none, so that a renamed module is not silently unchecked.

    >>> import types
    >>> from autograd import primitive
    >>> mine = types.ModuleType("mine")
    >>> mine.double = primitive(lambda m, x: x + x)
    >>> [operation.row.domain for operation in primitives_of(mine)]
    [((-inf, inf),)]
    """
    found: dict[int, Operation | Primitive] = {}
    for thing in vars(module).values():
        if isinstance(thing, (Operation, Primitive)):
            found[id(thing)] = thing
    if not found:
        raise ArgumentError(f"all_primitives: there is no operation in {module.__name__}.")
    return list(found.values())


def all_primitives(module: ModuleType, **options: Any) -> Callable[..., None]:
    """A parametrised test that runs :func:`autograd.gradcheck` on every operation of a module.

    Args:
        module: where to look.
        options: for gradcheck.

    Raises:
        MissingDependencyError: without pytest.
        ArgumentError: when the module has no operation.
    """
    try:
        import pytest
    except ImportError:
        raise MissingDependencyError("all_primitives needs pytest: pip install pytest") from None

    @pytest.mark.parametrize(
        "operation", primitives_of(module), ids=lambda o: getattr(o, "row", o).name
    )
    def test(operation: Any) -> None:
        __tracebackhide__ = True
        assert gradcheck(operation, **options)

    return test
