"""How readable pictures are, and how long they take: before folding, and now.

Before is the commit of ``BEFORE``, taken out of the repository's history into a temporary folder;
now is this checkout. Both draw the same Values to SVG, in turns, each time in a process of its own,
and the SVG is measured. ``python benchmarks/viz.py seed network`` draws only these. Nothing is a
failure: the exit code is 1 only if this checkout can't draw one.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measure import machine
from svg import measured

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BEFORE = "f3b67c4"
NAMES = ("expression", "neuron", "seed", "network", "batch", "program", "examples", "tangle")
ROUNDS = 5
SECONDS = 60  # after which a picture is given up
SLOW = 15e3  # ms; such a one is drawn once
HEADER = (
    "picture", "", "boxes", "size, px", "smallest text", "labels nearer to another edge",
    "crossings", "first", "again", "file",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Print the machine and the table; with ``--draw`` draw one for it."""
    if names[:1] == ["--draw"]:
        return drawn(*names[1:])
    print(machine([]))
    print(f"before: {BEFORE}; medians of {ROUNDS} rounds; text as it is at 1600 x 900")
    rows, failed = [HEADER], 0
    with tempfile.TemporaryDirectory() as folder:
        sides = {"before": checkout(Path(folder) / "before"), "now": ROOT}
        for name in names or NAMES:
            found = in_turns(name, sides, Path(folder))
            failed += isinstance(found["now"], str)
            rows += [row(name, side, found[side], folder) for side in sides if found[side]]
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print("  ".join(map(str.ljust, cells, widths)).rstrip())
    return min(failed, 1)


def checkout(folder: Path) -> Path | None:
    """The files of ``BEFORE``; None, with a line that says so, where the history is missing."""
    git = ["git", "-C", str(ROOT), "archive", BEFORE, "autograd", "nn", "viz"]
    try:
        files = subprocess.run(git, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        print(f"no commit {BEFORE} here, so only this checkout is measured")
        return None
    with tarfile.open(fileobj=io.BytesIO(files)) as packed:
        packed.extractall(folder)
    return folder


def in_turns(name, sides, folder):
    """For each side the times of first and later pictures in ms, or why there is no picture."""
    times = {side: [] for side in sides}
    refused = dict.fromkeys(sides, "")
    for _ in range(ROUNDS):
        for side, place in sides.items():
            slow = times[side] and max(times[side][0]) > SLOW
            if place is None or refused[side] or slow:
                continue
            answer = asked(name, place, str(folder / f"{name}-{side}.svg"))
            if isinstance(answer, str):
                refused[side] = answer
            else:
                times[side].append(answer)
    return {side: refused[side] or times[side] for side in sides}


def asked(name, place, path):
    """Draw one in a process of its own: the milliseconds of two pictures, or why there is none."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--draw", name, path],
        env={**os.environ, "PYTHONPATH": str(place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:  # Graphviz runs in a process below that one
        (os.killpg if hasattr(os, "killpg") else os.kill)(process.pid, signal.SIGTERM)
        process.communicate()
        return f"not done after {SECONDS} s"
    if process.returncode:
        return (err.strip().splitlines() or [f"exit code {process.returncode}"])[-1]
    return json.loads(out)


def row(name, side, found, folder):
    """A line of the table."""
    if isinstance(found, str):
        return (name, side, *[""] * 7, found.rpartition("Error: ")[2])
    path = Path(folder) / f"{name}-{side}.svg"
    seen = measured(path.read_text(encoding="utf-8"))
    labels = f"{seen.strayed} of {seen.labels}" if seen.labels else "none on edges"
    first, again = (median(column) for column in zip(*found, strict=True))
    return (
        name, side, str(seen.boxes), f"{seen.width:.0f} x {seen.height:.0f}", f"{seen.text:.1f} px",
        labels, str(seen.crossings), f"{first:.0f} ms", f"{again:.0f} ms",
        f"{path.stat().st_size / 1000:.0f} kB",
    )  # fmt: skip


def drawn(name: str, path: str) -> int:
    """Draw twice with the packages on the path, and print how long each took, in ms."""
    import importlib.util

    sys.path.remove(str(HERE))  # this file is no package of that name
    from viz import draw

    spec = importlib.util.spec_from_file_location("pictures", ROOT / "tools" / "pictures.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    thing = pictures.PICTURES[name].build()
    times = []
    for _ in range(2):
        start = perf_counter()
        draw(thing).save(path)
        times.append((perf_counter() - start) * 1e3)
        if times[0] > SLOW:
            times *= 2  # again would be as long
            break
    print(json.dumps(times))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
