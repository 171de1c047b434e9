"""Make docs/plots, the plots of docs/nn.md, by running the examples that draw them.

python tools/plots.py              all of them; needs matplotlib, and digits scikit-learn
python tools/plots.py two_moons    some

The bytes depend on matplotlib's version and its fonts, so nothing compares them.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FOLDER = ROOT / "docs" / "plots"
EXAMPLES = ("two_moons", "digits", "physics_informed")


def main(arguments: list[str], folder: Path = FOLDER) -> None:
    """Run the examples' main functions, with their pictures in ``folder``."""
    parser = argparse.ArgumentParser(description="The plots of the documentation.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXAMPLES)}")
    names = parser.parse_args(arguments).names or EXAMPLES
    if unknown := set(names) - set(EXAMPLES):
        parser.error(f"no example with a plot is called {', '.join(sorted(unknown))}")
    folder.mkdir(exist_ok=True)
    for name in names:
        spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        assert spec is not None and spec.loader is not None  # noqa: S101, PT018
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.OUT = folder
        module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
