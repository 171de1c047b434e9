"""Run a benchmark suite in an environment of its own: ``python benchmarks/run.py engine``.

Peers come from the package index, so they are no dependencies of chalkgrad and never enter its
``.venv``. An environment is made once, under ``.bench/<suite>``, and again when its packages, this
Python or pyproject.toml change. A peer that can't be installed beside chalkgrad has an environment
to itself, ``.bench/<peer>``; the suite gets its Python as an argument, ``peer=path``. What follows
the suite's name is handed on to it.
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
    "transforms": [],
    "gradcheck": ["mpmath", "torch", "jax"],
    "compile": ["numba", "torch", "jax"],
    "viz": [],
    "nn": ["numba", "scikit-learn", "torch", "micrograd"],
}
HIPS = ["autograd", "mpmath"]  # its import name is ours, autograd; the corpus needs mpmath
APART = {  # suite -> peers with an environment to themselves, and their packages
    "transforms": {"hips": HIPS, "jax": ["jax"]},
    "gradcheck": {"hips": HIPS},
}
CHALKGRAD = "chalkgrad"

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Run the suite named first; its exit code is the result."""
    if not arguments or arguments[0] not in SUITES:
        print(f"usage: python benchmarks/run.py {{{','.join(SUITES)}}} [arguments of the suite]")
        return 2
    suite, *rest = arguments
    try:
        python = environment(suite, [CHALKGRAD, *SUITES[suite]])
        peers = {name: environment(name, wanted) for name, wanted in APART.get(suite, {}).items()}
    except subprocess.CalledProcessError as error:
        print(f"== {suite}: could not install its packages; pip said why above")
        return error.returncode
    print(f"== running benchmarks/{suite}.py", flush=True)
    script = ROOT / "benchmarks" / f"{suite}.py"
    paths = [f"{name}={path}" for name, path in peers.items()]
    return subprocess.run([python, script, *paths, *rest], check=False).returncode


def environment(name: str, packages: list[str]) -> Path:
    """The Python of ``.bench/<name>`` with the packages installed, chalkgrad as editable."""
    place = ROOT / ".bench" / name
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = place / ".installed"
    wanted = fingerprint(packages)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        print(f"== using .bench/{name}")
        return python
    print(f"== making .bench/{name} with {', '.join(packages)}", flush=True)
    venv.create(place, with_pip=True, clear=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for package in packages:
        install += ["--editable", str(ROOT)] if package == CHALKGRAD else [package]
    subprocess.run([python, *install], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def fingerprint(packages: list[str]) -> str:
    """What an environment depends on, in short: equal as long as it need not be made again."""
    project = (ROOT / "pyproject.toml").read_bytes()
    return f"{sys.version} {packages} {hashlib.sha256(project).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
