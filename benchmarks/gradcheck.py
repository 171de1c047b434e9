"""Gradient checkers on the corpus of tests/: what they miss, what they wrongly reject.

The checkers are ours, torch.autograd.gradcheck, JAX's and HIPS autograd's check_grads, with their
defaults, at five samples a case. Each runs in a process of its own, by this Python unless told
otherwise (``hips=<its Python>``). Cases labelled as beyond finite differences are left out of the
wrong ones and counted below. Nothing is a failure: the exit code is 1 only if a checker can't run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measure import machine

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.check.corpus.groups import GROUPS, RIGHT, WRONG  # noqa: E402
from tests.check.corpus.truth_check import inside, smooth  # noqa: E402
from tests.check.corpus.words import WORDS, diagnosis  # noqa: E402

CHECKERS = ("chalkgrad", "torch", "jax", "hips")
FACTORS = {1.0001: "0.01 %", 1.01: "1 %"}  # what right claims are multiplied by, to be found


def main(arguments: list[str]) -> None:
    """Print the machine and the tables."""
    pythons = dict(argument.split("=", 1) for argument in arguments)
    wrong = in_all({name: [c for c in bad if not c.beyond] for name, (bad, _) in GROUPS.items()})
    right = in_all({name: good for name, (_, good) in GROUPS.items()})
    even = {name: [c for c in some if smooth(c)] for name, some in right.items()}
    away = [c for c in wrong["all"] if not any(inside(c, point) for point in c.inputs)]
    tasks = [(c.name, 1) for c in WRONG + RIGHT]
    tasks += [(c.name, factor) for factor in FACTORS for c in even["all"]]
    print(machine([]))
    print(f"{len(wrong['all'])} wrong, {len(away)} of them away from the samples")
    print(f"{len(right['all'])} right, {len(even['all'])} of them smooth")
    found = [ask(name, pythons.get(name, sys.executable), tasks) for name in CHECKERS]

    def passed(some):
        return column([(c.name, 1) in one.passed for c in some] for one in found)

    def failed(some, factor=1):
        return column([(c.name, factor) not in one.passed for c in some] for one in found)

    def told(some, factor):
        """Failed, by a checker that passes the right claim."""
        pairs = [((c.name, 1), (c.name, factor)) for c in some]
        return column([a in one.passed and b not in one.passed for a, b in pairs] for one in found)

    titles = ["of", *(one.title for one in found)]
    table("wrong, missed", titles, by_group(passed, wrong) | {"away from samples": passed(away)})
    rest = {"smooth ones": failed(even["all"])}
    rest["ms a case"] = ["", *(f"{one.milliseconds:.1f}" for one in found)]
    table("right, rejected", titles, by_group(failed, right) | rest)
    for factor, name in FACTORS.items():
        apart = {"right ones passed": told(even["all"], factor)}
        columns = by_group(partial(failed, factor=factor), even)
        table(f"{name} wrong, found", titles, columns | apart)
    labelled = {name: [c for c in some if c.cause in WORDS] for name, some in wrong.items()}
    verdicts = ("right", "wrong", "none")

    def named(some):
        given = [diagnosis(c, found[0].causes[c.name]) for c in some]
        return column([one == verdict for one in given] for verdict in verdicts)

    table("cause named", ["of", *verdicts], by_group(named, labelled))
    beyond = [(c.name, 1) for c in WRONG if c.beyond]
    spared = ", ".join(f"{one.title} {sum(c in one.passed for c in beyond)}" for one in found)
    stopped = ", ".join(f"{one.title} {one.stopped}" for one in found)
    print(f"\nof {len(beyond)} beyond finite differences, passed: {spared}")
    print(f"stopped by other errors than its own: {stopped}")


class Answers:
    """What a checker said: its title, the tasks it passed, the causes it named."""

    def __init__(self, title: str, lines: list[list]) -> None:
        self.title = title
        self.passed = {(case, factor) for case, factor, ok, *_ in lines if ok}
        self.causes = {case: cause for case, factor, _, _, cause, _ in lines if factor == 1}
        self.stopped = sum(
            factor == 1 and said.startswith("stopped") for _, factor, *_, said in lines
        )
        seconds = [seconds for _, factor, _, seconds, *_ in lines if factor == 1]
        self.milliseconds = 1e3 * sum(seconds) / len(seconds)


def ask(name: str, python: str, tasks: list[tuple[str, float]]) -> Answers:
    """Have a checker do the tasks."""
    command = [python, str(HERE / "peers" / "checkers.py"), name]
    print(f"== {name}", flush=True)
    process = subprocess.run(
        command, input=json.dumps(tasks), stdout=subprocess.PIPE, text=True, check=False
    )
    if process.returncode:
        sys.exit(f"{name} ended; it said why above")
    title, *lines = map(json.loads, process.stdout.splitlines())
    return Answers(title, lines)


def in_all(groups: dict[str, list]) -> dict[str, list]:
    """The groups, and all of them together."""
    return groups | {"all": [c for some in groups.values() for c in some]}


def by_group(cells, groups: dict[str, list]) -> dict[str, list[str]]:
    """A column for each group."""
    return {name: cells(some) for name, some in groups.items()}


def table(corner: str, names, columns: dict[str, list[str]]) -> None:
    """Print a table, its rows so named."""
    grid = [[corner, *names], *([title, *cells] for title, cells in columns.items())]
    widths = [max(map(len, column)) for column in grid]
    print()
    for cells in zip(*grid, strict=True):
        print("  ".join(map(str.ljust, cells, widths)).rstrip())


def column(answers: Iterable[list[bool]]) -> list[str]:
    """How many there are, and of how many each row is true: such as 60 and 3 (5 %)."""
    answers = list(answers)
    total = len(answers[0])
    return [str(total), *(f"{sum(row)} ({percent(sum(row), total)})" for row in answers)]


def percent(count: int, total: int) -> str:
    """Such as 5 %; 0 and 100 only of none and all."""
    whole = 100 * count / total
    return f"{whole:.0f} %" if 1 <= whole <= 99 or whole in {0, 100} else f"{whole:.1f} %"


if __name__ == "__main__":
    main(sys.argv[1:])
