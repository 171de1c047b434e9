"""What was found in a function of arrays, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd.check.judge import Finding
from autograd.check.report import Report


@dataclass(frozen=True)
class ElementFinding(Finding):
    """A claim about one element, or about a direction in which many move.

    Attributes:
        where: the argument and the element: ``weight, element (2, 0)``.
        output: the output and its element, "" if there is one number.
        upstream: what else has to be said: the gradient that came from above, if not 1.
    """

    where: str = ""
    output: str = ""
    upstream: str = ""


@dataclass
class TensorReport(Report):
    """A report on a function of arrays.

    Attributes:
        wrong: by argument, how many elements are wrong, of how many, and whether these are all.
        notes: what was compared, and how finely.
        point: the numbers of all arrays where the failures were found.
    """

    wrong: dict[str, tuple[int, int, bool]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    point: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        total = sum(self.counts.values())
        tail = [*self.notes, f"conclusive: {self.conclusive} of {total} claims"]
        if self.left_out:
            tail[-1] += f"; left out: {self.left_out}"
        tail += [f"warning: {w}" for w in self.warnings]
        if self.ok:
            lines = [f"gradcheck: {self.name}: the derivative is right"]
        elif not self.failures:
            lines = [f"gradcheck: {self.name}: {self.problem}"]
        else:
            where = f" ({self.place})" if self.place else ""
            lines = [f"gradcheck: {self.name}'s derivative is wrong{where}"]
            lines += [_line(f) for f in self.failures[:6]]
            for name, (count, size, every) in self.wrong.items():
                some = "" if every else "at least "
                lines.append(f"wrong: {some}{count} of {size} elements of {name}")
            lines.append(f"likely cause: {self.cause or 'no simple pattern'}")
        return "\n  ".join([*lines, *tail])


def _line(finding: Finding) -> str:
    assert isinstance(finding, ElementFinding)
    output = f"output {finding.output}, " if finding.output else ""
    found = finding.found
    numeric = f"{found.value:.10g} ± {found.bar:.1g}"
    if found.kind == "kink":
        numeric = f"a kink, from {found.left:.10g} to {found.right:.10g}"
    upstream = f" ({finding.upstream})" if finding.upstream else ""
    return (
        f"{output}argument {finding.where}: claimed {finding.claimed + 0.0:.10g}, numerically "
        f"{numeric}{upstream}"
    )
