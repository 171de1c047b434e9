"""Run every test as other machines would, and print a line for each.

python tools/machines.py            all of them
python tools/machines.py busy       one, or several; what else is given is for pytest

A setting that this machine cannot play says so. What pytest printed is in out/machines.
"""

# ruff: noqa: T201, S603 - a script, which prints and runs pytest

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "machines"
NOWHERE = str(Path(os.devnull) / "home")  # what root can't make either
LATIN = "de_DE.ISO-8859-1"


class NotHereError(Exception):
    """This machine cannot play that one."""


def numpy_without(pattern: str) -> dict[str, str]:
    """NumPy without those of its faster functions that it would choose on this machine."""
    code = "try: from numpy._core import _multiarray_umath as m\n"
    code += "except ImportError: from numpy.core import _multiarray_umath as m\n"
    code += "print(*[f for f in m.__cpu_dispatch__ if m.__cpu_features__[f]])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    features = [name for name in done.stdout.split() if re.search(pattern, name)]
    if not features:
        raise NotHereError(f"NumPy chooses no {pattern} here")
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(features)}


def older_libc() -> dict[str, str]:
    """The C library's functions without fused multiply-add, whose last bits are others."""
    if platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64":
        raise NotHereError("no glibc of x86-64")
    off = "-AVX512F,-AVX2_Usable,-AVX2,-FMA,-FMA4"  # of both spellings, the unknown is ignored
    return {"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={off}"}


def latin(folder: Path) -> dict[str, str]:
    """A locale whose encoding is not UTF-8, made for the occasion."""
    if not shutil.which("localedef"):
        raise NotHereError("no localedef")
    made = ["localedef", "-i", "de_DE", "-f", "ISO-8859-1", str(folder / LATIN)]
    if subprocess.run(made, capture_output=True, check=False).returncode > 1:  # 1: warnings
        raise NotHereError("no source of that locale")
    return {"LOCPATH": str(folder), "LC_ALL": LATIN, "PYTHONUTF8": "0"}


def closed(folder: Path) -> dict[str, str]:
    """A home that can be read and not written, unless one is root."""
    home = folder / "home"
    home.mkdir(mode=0o500)
    return {"HOME": str(home)}


def setting(name: str, folder: Path) -> tuple[dict[str, str], int]:
    """The environment, and how many processes."""
    if name == "alone":
        return {"PYTHONHASHSEED": "0", "TEST_ORDER": "1"}, 0
    if name == "numpy":
        generic = {"NUMBA_CPU_NAME": "generic", "OPENBLAS_CORETYPE": "Nehalem"}
        return {**numpy_without(""), **generic, "PYTHONHASHSEED": "1"}, 2
    if name == "libc":
        return {**older_libc(), **numpy_without("512|V4"), "PYTHONHASHSEED": "2"}, 2
    if name == "ascii":
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        small = {"COLUMNS": "40", "LINES": "10", "TERM": "dumb"}
        return {**plain, **small, "TZ": "Pacific/Kiritimati", "HOME": NOWHERE}, 2
    if name == "latin":
        return {**latin(folder), **closed(folder), "COLUMNS": "200", "TZ": "America/St_Johns"}, 2
    if name == "busy":
        return {"TEST_ORDER": "2", "CI": "true"}, 4
    raise SystemExit(f"no setting {name!r}; there are {', '.join(SETTINGS)}")


SETTINGS = {
    "alone": "one process, tests shuffled, PYTHONHASHSEED=0",
    "numpy": "NumPy, OpenBLAS and numba as on an old processor, PYTHONHASHSEED=1",
    "libc": "glibc without AVX2 and FMA, NumPy without AVX-512, PYTHONHASHSEED=2",
    "ascii": "LC_ALL=C without UTF-8, Kiritimati, 40 columns, no home",
    "latin": f"LC_ALL={LATIN}, St John's, 200 columns, a home to read only",
    "busy": "two busy loops beside four processes, tests shuffled",
}


@contextlib.contextmanager
def loops(count: int) -> Iterator[None]:
    """So many processes that compute without end."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def run(name: str, options: list[str]) -> bool:
    """Whether all tests pass in that setting; prints a line, and what fails."""
    print(f"{name:6} {SETTINGS.get(name, '')}: ", end="", flush=True)
    log = OUT / f"{name}.log"
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, log.open("wb") as out:
        try:
            changes, processes = setting(name, Path(folder))
        except NotHereError as reason:
            print(f"not here: {reason}")
            return True
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "-n", str(processes)]
        command += ["-m", "not browser and not deep", *options]
        with loops(2 if name == "busy" else 0):
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **changes},
                stdout=out, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    last = next((line for line in reversed(lines) if " in " in line), "nothing ran")
    print(f"{last.strip('= ')} ({time.monotonic() - started:.0f} s in all)")
    for line in lines:
        if line.startswith(("FAILED", "ERROR")):
            print(f"       {line}")
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 if anything fails."""
    OUT.mkdir(parents=True, exist_ok=True)
    names = [x for x in arguments if x in SETTINGS]
    options = [x for x in arguments if x not in SETTINGS]
    return 0 if all([run(name, options) for name in names or SETTINGS]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
