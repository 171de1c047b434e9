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


def unlocked(do: Callable[[], Any]) -> Any:
    """do(), by who holds the lock, without it: a user's rule may wait for threads that need it."""
    try:
        walking.release()
        return do()
    finally:
        if not walking._is_owned():  # type: ignore[attr-defined]  # noqa: SLF001
            walking.acquire()
