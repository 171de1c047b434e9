"""What a check found: the report, and the error that carries it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from autograd.check.judge import Finding
from autograd.check.names import letters
from autograd.check.target import Point, Target
from autograd.errors import AutogradError, MissingDependencyError


class GradcheckError(AutogradError, AssertionError, RuntimeError):
    """A derivative is wrong, or nothing could be concluded. The fields are those of the report."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


@dataclass
class Report:
    """What :func:`autograd.gradcheck` found. True if nothing is wrong.

    Attributes:
        name: the operation or function.
        ok: nothing is wrong, and something was confirmed.
        failures: the claims that are wrong, the simplest first.
        problem: what is wrong if it is no single claim (not repeatable, all inconclusive).
        cause: the likely cause, "" if no pattern fits.
        region: where it is wrong: "everywhere", "x > 10", "only x = 0".
        place: operation, label and source line of the node that is wrong, in a graph.
        counts: the number of claims by verdict.
        warnings: remarks that are not failures.
        left_out: what the time budget did not reach.
        evaluations: calls of the function.
        seconds: how long it took.
    """

    name: str
    ok: bool = True
    failures: list[Finding] = field(default_factory=list)
    problem: str = ""
    cause: str = ""
    region: str = ""
    place: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    left_out: str = ""
    tie: tuple[int, int] | None = None
    evaluations: int = 0
    seconds: float = 0.0
    target: Target | None = field(default=None, repr=False)
    scanned: list[Finding] = field(default_factory=list, repr=False)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def conclusive(self) -> int:
        """How many claims were confirmed or refuted."""
        return sum(self.counts[v] for v in ("ok", "kink", "mismatch"))

    def __str__(self) -> str:
        total = sum(self.counts.values())
        tail = f"conclusive: {self.conclusive} of {total} claims"
        if self.left_out:
            tail += f"; left out: {self.left_out}"
        remarks = "".join(f"\n  warning: {w}" for w in self.warnings)
        if self.ok:
            return f"gradcheck: {self.name}: the derivative is right\n  {tail}{remarks}"
        if not self.failures:
            return f"gradcheck: {self.name}: {self.problem}\n  {tail}{remarks}"
        first = self.failures[0]
        letter = letters(len(first.point))[first.index]
        found = first.found
        where = f" ({self.place})" if self.place else ""
        lines = [
            f"gradcheck: {self.name}'s ∂/∂{letter} is wrong{where}",
            f"argument: {letter}, number {first.index + 1} of {len(first.point)}",
            f"at: {show_point(first.point)}",
            f"claimed: {first.claimed!r}",
            f"numerically: {_numeric(found)}",
            f"likely cause: {self.cause or 'no simple pattern'}",
            f"wrong: {self.region}" if self.region else "",
            f"simplest counterexample: {show_point(first.point)}",
            f"reproduce: {self._reproducer(first)}",
            tail,
        ]
        return "\n  ".join(filter(None, lines)) + remarks

    def _reproducer(self, first: Finding) -> str:
        arguments = ", ".join(map(repr, first.point))
        comma = "," if len(first.point) == 1 else ""
        extra = ", grad=..." if self.target is not None and self.target.what == "plain" else ""
        return f"gradcheck({self.name}, ({arguments}{comma}){extra})"

    def plot(self, index: int | None = None) -> Any:
        """Claimed against numeric over what was searched, the bar shaded, failures marked.

        Returns a matplotlib Figure.

        Raises:
            MissingDependencyError: without matplotlib.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingDependencyError(
                'plot: needs matplotlib: pip install "chalkgrad[plot]"'
            ) from None
        if index is None:
            index = self.failures[0].index if self.failures else 0
        shown = sorted(
            (f for f in self.scanned if f.index == index and math.isfinite(f.found.value)),
            key=lambda f: f.point[index],
        )
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        xs = [f.point[index] for f in shown]
        numeric = [f.found.value for f in shown]
        bars = [min(f.found.bar, 1e3 * abs(f.found.value) + 1e-12) for f in shown]
        low = [v - b for v, b in zip(numeric, bars, strict=True)]
        high = [v + b for v, b in zip(numeric, bars, strict=True)]
        axes.fill_between(xs, low, high, alpha=0.3, label="numeric ± bar")
        axes.plot(xs, numeric, ".", markersize=4, label="numeric")
        axes.plot(xs, [f.claimed for f in shown], "-", linewidth=1, label="claimed")
        for kind, marker, colour in (("mismatch", "x", "#be123c"), ("kink", "^", "#b45309")):
            these = [f for f in shown if f.verdict == kind]
            if these:
                points = [f.point[index] for f in these]
                axes.plot(points, [f.claimed for f in these], marker, color=colour, label=kind)
        letter = letters(len(shown[0].point) if shown else 1)[index]
        axes.set(
            xlabel=letter, ylabel=f"∂/∂{letter}", xscale="symlog", yscale="symlog", title=self.name
        )
        axes.legend()
        axes.grid(visible=True, alpha=0.3)
        return figure


def show_point(point: Point) -> str:
    """x=1.0, y=2.0."""
    return ", ".join(f"{n}={v!r}" for n, v in zip(letters(len(point)), point, strict=True))


def _numeric(found: Any) -> str:
    if found.kind == "kink":
        return f"a kink, from {found.left:.10g} to {found.right:.10g} ± {found.bar:.1g}"
    return f"{found.value:.15g} ± {found.bar:.1g}"
