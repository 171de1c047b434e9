"""What the suites share: medians taken in turns, bars, the table, the machine's line."""

from __future__ import annotations

import gc
import operator
import os
import platform
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = tuple[str, str, str, str, str, str]  # what, ours, peer, ratio, bar, verdict
HEADER: Row = ("what", "ours", "peer", "ratio", "bar", "")
BARS = {">=": operator.ge, ">": operator.gt, "<=": operator.le}


def in_turns(
    steps: dict[str, Callable[[], Any]], rounds: int, collector: str = "on", repeat: int = 1
) -> dict[str, float]:
    """Median milliseconds of each step, taken in turns; ``repeat`` calls are one timing."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, one in steps.items():
            prepare(collector)
            start = perf_counter()
            for _ in range(repeat):
                one()
            times[name].append((perf_counter() - start) * 1e3 / repeat)
    return {name: median(ms) for name, ms in times.items()}


def prepare(collector: str) -> None:
    """No garbage from before, and the cyclic collector on or off."""
    gc.collect()
    (gc.enable if collector == "on" else gc.disable)()


def judged(ratio: float, number: float, bar: str) -> tuple[str, str, str]:
    """The last three columns: does the number hold the bar, which reads such as ``>= 5``?"""
    sign, _, bound = bar.partition(" ")
    verdict = ("ok" if BARS[sign](number, float(bound)) else "MISSED") if bar else ""
    return f"{ratio:.3g}", bar, verdict


def show(rows: Sequence[Row]) -> None:
    """Print the rows under the header, in columns."""
    rows = [HEADER, *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print("  ".join(map(str.ljust, cells, widths)).rstrip(), flush=True)


def machine(packages: Sequence[str]) -> str:
    """The machine, Python, and these packages with their versions."""
    system = [cpu(), f"{os.cpu_count()} cores", platform.system()]
    return ", ".join([*system, f"Python {platform.python_version()}", *packages])


def cpu() -> str:
    """The processor's name: Linux keeps it in a file, elsewhere Python may know it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
