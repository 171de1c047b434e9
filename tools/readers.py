"""Install what the tests open pictures with, where that may be done: ``python tools/readers.py``.

Chromium and poppler-utils come from Debian's packages, if they are missing, this is root's process
and there is apt-get. Otherwise a line says what is missing, and the tests that need it are skipped.
The exit code is 0 either way.
"""

# ruff: noqa: T201, S603 - a script, which prints and runs apt-get

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import chromium

OPTIONS = ("-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")


def main() -> None:
    """Install what is missing, or say it."""
    apt = shutil.which("apt-get")
    if (packages := missing()) and apt and getattr(os, "geteuid", lambda: 1)() == 0:
        print(f"== installing {', '.join(packages)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wanted = ["install", "-y", "--no-install-recommends", *packages]
        fetch = [*wanted, "--download-only"]  # stopping this one leaves nothing half installed
        try:
            for command, seconds in ((["update"], 60), (fetch, 120), (wanted, None)):
                subprocess.run(
                    [apt, *OPTIONS, *command], env=environment, check=True, timeout=seconds
                )
        except (subprocess.SubprocessError, OSError) as error:
            print(f"== {error}")
    if packages := missing():
        print(f"== not installed here, so some tests are skipped: {', '.join(packages)}")


def missing() -> list[str]:
    """Debian's packages for the readers that are not there."""
    packages = [] if chromium.found() else ["chromium", "fonts-dejavu-core"]
    return packages if shutil.which("pdftoppm") else [*packages, "poppler-utils"]


if __name__ == "__main__":
    main()
