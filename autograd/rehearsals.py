"""What happens before a sweep: checks that may raise while no ``grad`` has changed yet.

``detect_anomaly()`` looks for infinities here, and users' own derivative rules are tried out.
"""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable
from typing import Any

Sweep = Callable[[Any, list[Any], float], None]  # of a root, the order under it, the root's adjoint

rehearsals: list[Callable[[Any, list[Any], float], Sweep | None]] = []
walking = RLock()  # held while nodes are marked or swept, for threads may share them: 0.1 µs


def rehearsed(sweep: Sweep, root: Any, order: list[Any], adjoint: float) -> Sweep:
    """The sweep to run when all checks have passed: this one, or one that a check gives instead."""
    for rehearse in rehearsals:
        sweep = rehearse(root, order, adjoint) or sweep
    return sweep


def swept(sweep: Sweep, root: Any, order: list[Any], adjoint: float) -> None:
    """Rehearse, and then sweep. The lock is not held before, for a user's rule may use threads."""
    run = rehearsed(sweep, root, order, adjoint)
    with walking:
        run(root, order, adjoint)
