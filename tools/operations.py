"""Write docs/operations.md, the page of operations: ``python tools/operations.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograd.functions import parameters  # noqa: E402 - of the checkout this file stands in
from autograd.operators import SIGNS  # noqa: E402
from autograd.primitives import Primitive  # noqa: E402
from autograd.rows import domain_of, formula_of  # noqa: E402
from autograd.table import TABLE  # noqa: E402

HEAD = """# The operations

Every row of the [table](../autograd/table.py), in its order. `tools/operations.py` writes this
page; a test compares. A domain is where an operation is defined and has a derivative almost
everywhere; at a kink the derivative follows PyTorch.

| name | | what it is | formula | domain | kinks | written |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The page."""
    return HEAD + "".join(map(_line, TABLE.values()))


def _line(row: Primitive) -> str:
    cells = [
        f"`{row}`",
        row.symbol,
        row.doc,
        f"${formula_of(row)}$",
        domain_of(row),
        ", ".join(row.kinks),
        _written(row),
    ]
    return f"| {' | '.join([cell.replace('|', chr(92) + '|') for cell in cells])} |\n"


def _written(row: Primitive) -> str:
    names, defaults = parameters(row)
    if row.operator in SIGNS:
        return f"`x {SIGNS[row.operator]} y`"
    if not row.function:
        return {"neg": "`-x`", "powc": "`x ** n`"}.get(row.name, "by transforms")
    listed = ", ".join([f"{n}={defaults[n]:g}" if n in defaults else n for n in names])
    return f"`{row}({listed})`"


if __name__ == "__main__":
    (ROOT / "docs" / "operations.md").write_text(page(), encoding="utf-8")
