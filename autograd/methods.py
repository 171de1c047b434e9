"""What a type checker is told of the methods that come from the table: see ``methods.pyi``."""


class Methods:
    """``x + y``, ``x.exp()`` ...; :func:`autograd.operators.install` puts them into Value."""

    __slots__ = ()
