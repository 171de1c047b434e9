"""The site's page of operations: that of docs, with derivatives, measured accuracy and plots."""

from __future__ import annotations

import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matplotlib.figure import Figure  # noqa: E402

from autograd.explaining.system import RESULT, slopes  # noqa: E402 - of this checkout
from autograd.explaining.writing import ATOM, Latex  # noqa: E402
from autograd.maths import read  # noqa: E402
from autograd.primitives import Primitive  # noqa: E402
from autograd.rows import domain_of, formula_of, operand_names  # noqa: E402
from autograd.table import TABLE  # noqa: E402
from tests import truth  # noqa: E402

HEAD = """# The operations

Every row of the table, with its derivatives as the book prints them. *Accuracy* is the largest
error of the value and of the first derivatives, in units of the last place, against mpmath with 60
digits, at points all over the domain; it was measured when this page was made. At a kink the
derivative follows PyTorch. Plots show f (solid) and f′ (dashed).

"""


def write(folder: Path) -> None:
    """Write operations.md and its plots into the folder."""
    plots = folder / "operations"
    plots.mkdir(exist_ok=True)
    parts = [HEAD, _overview()]
    for row in TABLE.values():
        name = f"operations/{row}.svg"
        has_plot = row.arity == 1 and plot(row, folder / name)
        parts.append(_section(row, name if has_plot else ""))
    (folder / "operations.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _overview() -> str:
    lines = ["| | | formula |", "|---|---|---|"]
    for row in TABLE.values():
        symbol = row.symbol.replace("|", "\\|")
        lines.append(f"| [`{row}`](#{row}) | {symbol} | ${formula_of(row)}$ |")
    return "\n".join(lines) + "\n"


def _section(row: Primitive, name: str) -> str:
    lines = [f"## {row} {{ #{row} }}\n", f"{row.doc}\n", f"$${formula_of(row)}$$\n"]
    lines += [f"$${text}$$\n" for text in derivatives(row)]
    for what, text in (("Domain", domain_of(row)), ("Kinks", ", ".join(row.kinks))):
        if text:
            lines.append(f"- {what}: {text}".replace("*", "\\*"))
    value, slope = accuracy(row)
    lines.append(f"- Accuracy: value {value:.1f} ulp, derivatives {slope:.1f} ulp")
    if name:
        lines.append(f"\n![Plot of {row} and of its derivative]({name})")
    return "\n".join(lines) + "\n"


def derivatives(row: Primitive) -> list[str]:
    """∂/∂x and so on in LaTeX, for two operands of a row that takes any number."""
    count = row.arity or 2
    names = list(operand_names(row)) if row.arity else ["x_1", "x_2"]
    bound = truth.variants(row)[-1]
    latex = Latex()

    def put(what: int) -> tuple[str, int]:
        return ("z" if what == RESULT else names[what]), ATOM

    found = []
    for x, slope in zip(names, slopes(bound, count), strict=False):
        found.append(rf"\frac{{\partial z}}{{\partial {x}}} = {latex.write(slope, put)}")
    return found


def accuracy(row: Primitive) -> tuple[float, float]:
    """The largest error of the value and of the partials, in ulps, over the truth's points."""
    values, slopes_ = 0.0, 0.0
    for bound in truth.variants(row):
        for xs, value, partials in truth.cases(row.name, row.domain, row.arity, bound.values):
            z = read(bound.forward, *truth.arguments(bound, xs))
            values = max(values, truth.ulps(z, *value))
            got = read(bound.partials, z, *truth.arguments(bound, xs))
            for partial, true in zip(got, partials, strict=True):
                slopes_ = max(slopes_, truth.ulps(partial, *true))
    return values, slopes_


def plot(row: Primitive, path: Path) -> bool:
    """Draw f and f′ where they are defined, between -4 and 4."""
    low, high = row.domain[0]
    low, high = max(low, -4.0), min(high, 4.0)
    bound = truth.variants(row)[0]
    xs = [low + (high - low) * (k + 0.5) / 400 for k in range(400)]
    ys = [read(bound.forward, *truth.arguments(bound, (x,))) for x in xs]
    slopes_ = [
        read(bound.partials, y, *truth.arguments(bound, (x,)))[0]
        for x, y in zip(xs, ys, strict=True)
    ]
    figure = Figure(figsize=(4.2, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.axhline(0, color="#888", linewidth=0.6)
    axes.axvline(0, color="#888", linewidth=0.6)
    axes.plot(xs, _cut(ys), color="#2458c5", label="f")
    axes.plot(xs, _cut(slopes_), color="#b3446c", linestyle="--", label="f′")
    axes.set_ylim(-4.2, 4.2)
    axes.tick_params(colors="#777")
    for spine in axes.spines.values():
        spine.set_color("#777")
    figure.savefig(path, transparent=True, metadata={"Date": None})
    return True


def _cut(ys: list[float]) -> list[float]:
    return [y if abs(y) < 8 else math.nan for y in ys]
