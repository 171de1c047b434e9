"""What a check found: the report, and the error that carries it."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from autograd.check.judge import Finding
from autograd.check.names import letters, number_source
from autograd.check.target import Point, Target
from autograd.errors import AutogradError, MissingDependencyError
from autograd.maths import is_array
from autograd.notebook import listing, safely
from autograd.trees import rebuilt

CONCLUSIVE = ("ok", "kink", "mismatch")
# The verdict in a notebook, in the colours of Okabe and Ito, which all can tell apart.
RIGHT, NOT_ALL, WRONG = "#009e73", "#0072b2", "#d55e00"


class GradcheckError(AutogradError, AssertionError, RuntimeError):
    """A derivative is wrong, or nothing could be concluded. The fields are those of the report."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


@dataclass(repr=False)
class Report:
    """What :func:`autograd.gradcheck` found. True if nothing is wrong.

    Printed, and shown in a notebook, it is the lines of its message.

    Attributes:
        name: the operation or function.
        ok: nothing is wrong, and something was confirmed.
        failures: the claims that are wrong, the simplest first.
        problem: what is wrong if it is no single claim (not repeatable, all inconclusive).
        cause: the likely cause, "" if no pattern fits.
        region: where it is wrong: "everywhere", "x > 10", "x = y", "only x = 0".
        place: operation, label and source line of the node that is wrong, in a graph.
        counts: the number of claims by verdict, over all outputs and orders.
        warnings: remarks that are not failures.
        panels: intervals over which the claim was integrated; ``doubtful`` those where it can't be.
        left_out: what the time budget did not reach.
        tie: two arguments that are equal, where the claim is the sum of their partials.
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
    panels: int = 0
    doubtful: int = 0
    tie: tuple[int, ...] | None = None
    evaluations: int = 0
    seconds: float = 0.0
    target: Target | None = field(default=None, repr=False)
    scanned: list[Finding] = field(default_factory=list, repr=False)
    options: str = ""  # those given to gradcheck, as they follow its other arguments

    def __bool__(self) -> bool:
        return self.ok

    @property
    def conclusive(self) -> int:
        """How many claims were confirmed or refuted."""
        verdicts = [f"{order}{v}" for order in ("", "second ") for v in CONCLUSIVE]
        return sum(self.counts[v] for v in verdicts)

    def include(self, earlier: Report) -> Report:
        """This report with the counts of an earlier one: of other outputs, or of another order."""
        self.counts = earlier.counts + self.counts
        self.evaluations += earlier.evaluations
        self.panels += earlier.panels
        self.doubtful += earlier.doubtful
        self.warnings = list(dict.fromkeys(earlier.warnings + self.warnings))
        self.left_out = self.left_out or earlier.left_out
        return self

    def __str__(self) -> str:
        total = sum(self.counts.values())
        tail = f"conclusive: {self.conclusive} of {total} claims"
        if self.left_out:
            tail += f"; left out: {self.left_out}"
        elif self.doubtful:
            tail += f"; {self.doubtful} of {self.panels} intervals can't be integrated"
        remarks = "".join(f"\n  warning: {w}" for w in self.warnings)
        if not self.failures:
            return f"gradcheck: {self.name}: {self._headline()}\n  {tail}{remarks}"
        first = self.failures[0]
        names = self._names(first)
        name, found = names[first.index], first.found
        where = f" ({self.place})" if self.place else ""
        both = remark = ""
        if self.tie is not None:  # neither is wrong by itself
            both = " + ".join(f"∂/∂{names[k]}" for k in sorted(self.tie))
            of = "both" if len(self.tie) == 2 else "all"
            remark = f" (at ties the sum of {of} is meant: {both})"
        lines = [
            f"gradcheck: {self.name}'s {both or f'∂/∂{name}'} is wrong{where}",
            f"argument: {name}, number {first.index + 1} of {len(first.point)}",
            f"at: {show_point(first.point, names)}",
            f"claimed: {first.claimed!r}{remark}",
            f"numerically: {_numeric(found)}",
            f"likely cause: {self.cause or 'no simple pattern'}",
            f"wrong: {self.region}" if self.region else "",
            f"simplest counterexample: {show_point(first.point, names)}",
            f"reproduce: {self._reproducer(first)}",
            tail,
        ]
        return "\n  ".join(filter(None, lines)) + remarks

    def __repr__(self) -> str:
        if self.failures:
            said = f"∂/∂{self._names(self.failures[0])[self.failures[0].index]} is wrong"
        else:
            said = "a problem" if self.problem and not self.ok else self._headline()
        return f"<Report of {self.name}: {said}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    @safely
    def _repr_html_(self) -> str:
        colour = WRONG if not self.ok else NOT_ALL if self.left_out else RIGHT
        return listing(str(self), colour)

    def _headline(self) -> str:
        if not self.ok:
            return self.problem
        if not self.left_out:
            return "the derivative is right"
        checked, planned = self.points
        if checked == planned:
            return f"no error found at {checked} points; not all was searched between them"
        return f"no error found; {checked} of {planned} points checked"

    @property
    def points(self) -> tuple[int, int]:
        """How many points were checked, and how many there were to check."""
        said = re.match(r"(\d+) of (\d+) points", self.left_out)
        if said:
            return int(said[2]) - int(said[1]), int(said[2])
        checked = len({f.point for f in self.scanned})
        return checked, checked

    def _names(self, first: Finding) -> tuple[str, ...]:
        target = self.target
        known = target is not None and len(target.names) == len(first.point)
        return target.names if target is not None and known else letters(len(first.point))

    def _reproducer(self, first: Finding) -> str:
        target = self.target
        if target is None:
            return f"gradcheck(...)  # {self.name}"
        structure = target.structure
        given = rebuilt(structure, iter(first.point))
        arguments = ", ".join(map(_source, given))
        comma = "," if len(structure) == 1 else ""
        options = f", grad={target.claim_source}" if target.claim_source else ""
        if target.domain != target.usual_domain:
            intervals = [f"({number_source(a)}, {number_source(b)})" for a, b in target.domain]
            same = len(set(intervals)) == 1
            options += f", domain={intervals[0] if same else '[' + ', '.join(intervals) + ']'}"
        return f"gradcheck({target.source}, ({arguments}{comma}){options}{self.options})"

    def plot(self, index: int | None = None, *, ax: Any = None) -> Any:
        """Claimed against numeric over what was searched, the bar shaded, failures marked.

        Args:
            index: which argument; that of the first failure if None.
            ax: matplotlib's Axes to draw into, instead of a new figure.

        Returns:
            the matplotlib Figure, which a notebook shows.

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
        axes = ax if ax is not None else _picture(Figure).subplots()
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
        letter = self._names(shown[0])[index] if shown else letters(index + 1)[index]
        axes.set(
            xlabel=letter, ylabel=f"∂/∂{letter}", xscale="symlog", yscale="symlog", title=self.name
        )
        axes.legend()
        axes.grid(visible=True, alpha=0.3)
        return axes.figure


def _picture(figure: Any) -> Any:
    """A figure that a notebook shows, also if pyplot was never imported."""

    class Picture(figure):  # type: ignore[misc]
        def _repr_png_(self) -> bytes:
            with io.BytesIO() as file:
                self.savefig(file, format="png")
                return file.getvalue()

    Picture.__name__ = Picture.__qualname__ = figure.__name__
    return Picture(figsize=(8, 4.5), layout="constrained")


def _source(x: Any) -> str:
    """An argument as Python reads it."""
    if isinstance(x, float):
        return number_source(x)
    return repr(x.tolist() if is_array(x) and not x.ndim else x)


def show_point(point: Point, names: tuple[str, ...]) -> str:
    """x=1.0, y=2.0."""
    return ", ".join(f"{n}={v!r}" for n, v in zip(names, point, strict=True))


def _numeric(found: Any) -> str:
    if found.kind == "kink":
        return f"a kink, from {found.left:.10g} to {found.right:.10g} ± {_bar(found)}"
    return f"{found.value:.15g} ± {_bar(found)}"


def _bar(found: Any) -> str:
    """The bar in one digit, no smaller than the rounding of the number itself."""
    sizes = [abs(v) for v in (found.value, found.left, found.right) if math.isfinite(v)]
    size = max(sizes, default=0.0)
    bar = max(found.bar, math.ulp(size) if size else 0.0)
    return f"{bar:.1g}" if bar > 1e-300 else "0"
