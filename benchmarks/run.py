"""Run a benchmark suite in an environment of its own: ``python benchmarks/run.py engine``.

Peers come from the package index, so they are no dependencies of chalkgrad and never enter its
``.venv``. An environment is made once, under ``.bench/<suite>``, and again when its packages, this
Python or pyproject.toml change. What follows the suite's name is handed on to it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

SUITES = {  # benchmarks/<suite>.py -> the peers it measures against
    "engine": ["micrograd", "xad"],
}

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Run the suite named first; its exit code is the result."""
    if not arguments or arguments[0] not in SUITES:
        print(f"usage: python benchmarks/run.py {{{','.join(SUITES)}}} [arguments of the suite]")
        return 2
    suite, *rest = arguments
    try:
        python = environment(suite, SUITES[suite])
    except subprocess.CalledProcessError as error:
        print(f"== {suite}: could not install its packages; pip said why above")
        return error.returncode
    print(f"== running benchmarks/{suite}.py", flush=True)
    script = ROOT / "benchmarks" / f"{suite}.py"
    return subprocess.run([python, script, *rest], check=False).returncode


def environment(suite: str, packages: list[str]) -> Path:
    """The Python of ``.bench/<suite>``, with chalkgrad (editable) and the packages installed."""
    place = ROOT / ".bench" / suite
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = place / ".installed"
    wanted = fingerprint(packages)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        print(f"== using .bench/{suite}")
        return python
    print(f"== making .bench/{suite} with chalkgrad, {', '.join(packages)}", flush=True)
    venv.create(place, with_pip=True, clear=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([python, *install, "--editable", ROOT, *packages], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def fingerprint(packages: list[str]) -> str:
    """What an environment depends on, in short: equal as long as it need not be made again."""
    project = (ROOT / "pyproject.toml").read_bytes()
    return f"{sys.version} {packages} {hashlib.sha256(project).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
