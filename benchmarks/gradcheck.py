"""Gradient checkers on the corpus of tests/: how many bugs they miss, how many right ones reject.

The checkers are ours, torch.autograd.gradcheck, JAX's and HIPS autograd's check_grads, with their
defaults, at five samples a case. Each runs in a process of its own, by this Python unless told
otherwise (``hips=<its Python>``). Cases labelled as beyond finite differences are left out of the
bugs and counted below. Nothing is a failure: the exit code is 1 only if a checker can't run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from measure import machine

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.check.corpus.bugs import BUGS  # noqa: E402
from tests.check.corpus.nasty import NASTY  # noqa: E402
from tests.check.corpus.truth_check import inside  # noqa: E402

CHECKERS = ("chalkgrad", "torch", "jax", "hips")
HEADER = ("checker", "bugs missed", "of them away from samples", "right ones rejected", "ms a case")


def main(arguments: list[str]) -> None:
    """Print the machine and the table."""
    pythons = dict(argument.split("=", 1) for argument in arguments)
    bugs = [c for c in BUGS if not c.beyond]
    away = [c for c in bugs if not any(inside(c, point) for point in c.inputs)]
    print(machine([]))
    print(
        f"{len(bugs)} bugs, {len(away)} of them away from the samples; {len(NASTY)} right and nasty"
    )
    rows = [HEADER]
    beyond = []
    for name in CHECKERS:
        title, passed, seconds = ask(name, pythons.get(name, sys.executable))
        missed, lost = (sum(passed[c.name] for c in some) for some in (bugs, away))
        rejected = sum(not passed[c.name] for c in NASTY)
        counts = (share(missed, bugs), share(lost, away), share(rejected, NASTY))
        rows.append((title, *counts, f"{1e3 * seconds / len(passed):.1f}"))
        beyond.append(f"{title} {sum(passed[c.name] for c in BUGS if c.beyond)}")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print("  ".join(map(str.ljust, cells, widths)).rstrip())
    print(f"of {len(BUGS) - len(bugs)} beyond finite differences, passed: {', '.join(beyond)}")


def ask(name: str, python: str) -> tuple[str, dict[str, bool], float]:
    """A checker's title, which cases it passed, and its seconds for all of them."""
    command = [python, str(HERE / "peers" / "checkers.py"), name]
    print(f"== {name}", flush=True)
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        sys.exit(f"{name} ended; it said why above")
    title, *answers = map(json.loads, process.stdout.splitlines())
    passed = {case: ok for case, ok, _, _ in answers}
    return title, passed, sum(seconds for _, _, seconds, _ in answers)


def share(count: int, cases: list) -> str:
    """Such as 3 of 60 (5 %)."""
    return f"{count} of {len(cases)} ({count / len(cases):.0%})"


if __name__ == "__main__":
    main(sys.argv[1:])
