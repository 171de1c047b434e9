"""Make the page where Python runs in the browser: ``python tools/tryit.py [folder]``.

The folder, out/site/try if none is given, then holds all that the page needs: the page itself
(docs/try), the wheel of chalkgrad, and the core of Pyodide, which npm fetches once into out/npm.
It must be served, by whatever server: ``python -m http.server -d out/site/try 8000``.
"""

# ruff: noqa: T201, S603 - a script, which prints and runs npm and hatchling

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograd import __version__  # noqa: E402 - of the checkout this file stands in
from chalkgrad.exercises import EXERCISES  # noqa: E402

PAGE, CACHE, FOLDER = ROOT / "docs" / "try", ROOT / "out" / "npm", ROOT / "out" / "site" / "try"
PYODIDE = "314.0.7"
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
CORE = [
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json",
    "package.json",
]  # fmt: skip
EXAMPLE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
EXERCISE = """from chalkgrad.exercises import ask, check, hint

ask("{0}")

answer = ...  # yours

check("{0}", answer)
# hint("{0}")  # there are three: hint("{0}", 2)
"""


class MissingError(RuntimeError):
    """Something that the page is made of can't be had here."""


def main() -> int:
    """Make the folder, or say what is missing."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    try:
        build(folder)
    except MissingError as error:
        print(f"the page to try it is not made: {error}")
        return 1
    size = sum(path.stat().st_size for path in folder.rglob("*")) / 1e6
    print(f"{folder}: {size:.0f} MB. To open it: {sys.executable} -m http.server -d {folder} 8000")
    return 0


def build(folder: Path, *, fetch: bool = True) -> Path:
    """Make the page in a folder, whose contents are replaced; ``fetch`` allows npm to be asked.

    Raises:
        MissingError: without npm or its registry, or without hatchling.
    """
    packed = core(fetch=fetch)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pyodide").mkdir(parents=True)
    with tarfile.open(packed) as files:
        for name in CORE:
            (folder / "pyodide" / name).write_bytes(files.extractfile(f"package/{name}").read())
    with tempfile.TemporaryDirectory() as place:
        wheel(Path(place)).replace(folder / "chalkgrad.whl")
    for path in PAGE.iterdir():
        if path.suffix in {".css", ".html", ".js", ".py"}:
            shutil.copyfile(path, folder / path.name)
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    (folder / "index.html").write_text(filled(page), encoding="utf-8", newline="\n")
    return folder


def core(*, fetch: bool = True) -> Path:
    """Pyodide's package as npm has it, fetched if it is not in out/npm.

    Raises:
        MissingError: when it is not there and can't be fetched, or is another one.
    """
    path = CACHE / f"pyodide-{PYODIDE}.tgz"
    if not path.exists():
        npm = shutil.which("npm")
        if npm is None or not fetch:
            why = "python tools/tryit.py fetches it" if npm else "no npm is installed to fetch it"
            raise MissingError(f"there is no {path.name} in {CACHE}; {why}")
        CACHE.mkdir(parents=True, exist_ok=True)
        quick = ["--silent", "--fetch-retries=0", "--fetch-timeout=60000"]
        with tempfile.TemporaryDirectory(dir=CACHE) as place:  # so that half of it is never found
            command = [npm, "pack", *quick, f"pyodide@{PYODIDE}"]
            try:
                subprocess.run(command, cwd=place, check=True, timeout=120, stdout=subprocess.PIPE)
                Path(place, path.name).replace(path)
            except (subprocess.SubprocessError, OSError) as error:
                raise MissingError(f"npm can't fetch Pyodide: {error}") from None
    digest = hashlib.sha512(path.read_bytes()).digest()
    if base64.b64encode(digest).decode() != SHA512:
        raise MissingError(f"{path} is not what Pyodide {PYODIDE} is known to be; remove it")
    return path


def wheel(folder: Path) -> Path:
    """The wheel of this checkout.

    Raises:
        MissingError: when hatchling is not installed.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise MissingError(f"hatchling builds no wheel: {made.stderr.strip()}")
    [path] = folder.glob("*.whl")
    return path


def filled(page: str) -> str:
    """The template with the examples and versions in it."""
    text = json.dumps(examples(), ensure_ascii=False).replace("<", "\\u003c")
    for name, value in {"VERSION": __version__, "PYODIDE": PYODIDE, "EXAMPLES": text}.items():
        page = re.sub(rf"\b{name}\b", lambda _, value=value: value, page, count=1)
    return page


def examples() -> dict[str, str]:
    """The programs on offer by their titles, then one for each exercise."""
    text = (PAGE / "examples.md").read_text(encoding="utf-8")
    found = {each["title"]: each["code"] for each in EXAMPLE.finditer(text)}
    for number, exercise in EXERCISES.items():
        found[f"Exercise {number}: {exercise.title}"] = EXERCISE.format(number)
    return found


if __name__ == "__main__":
    sys.exit(main())
