"""Long lists of cases: some in every run, one in three in the wide one, the others in the deep one."""

from collections.abc import Iterable
from typing import Any

import pytest


def spread(cases: Iterable[Any], usual: int = 0, wide: int = 3) -> list[Any]:
    """The cases with their marks; one in ``usual`` has none, and so is in every run.

    Of the others one in ``wide`` is wide, and the rest deep.
    """
    found = []
    for k, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        marks = [] if usual and k % usual == 0 else [pytest.mark.wide]
        if marks and k % wide:
            marks.append(pytest.mark.deep)
        found.append(pytest.param(*values, marks=marks, id="-".join(map(str, values))))
    return found
