"""The course: chapters that are notebooks kept as text, run, and made into pages and handouts.

python tools/course.py run                   run every chapter; an error in a cell ends it
python tools/course.py pages DIR             Markdown with what the cells gave, and their pictures
python tools/course.py notebooks DIR         for each chapter two: for students, and with solutions

A chapter is docs/course/N-name.md, which jupytext reads as a notebook: fenced blocks of ``python``
are cells. A cell with the tag "solution" is left out of what students get, and a cell with the tag
"hidden" out of the page.
"""

# ruff: noqa: T201 - a script, which prints

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "docs" / "course"
PLACE = '# Your answer goes here, and then:  check("{}", answer)\n'


def main(arguments: list[str]) -> int:
    """Do what is asked for; 1 if a cell raised."""
    parser = argparse.ArgumentParser(description="The chapters of the course.")
    parser.add_argument("task", choices=["run", "pages", "notebooks"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", help="chapters whose name begins so")
    options = parser.parse_args(arguments)
    if options.task != "run" and options.folder is None:
        parser.error(f"{options.task} needs a folder to write into")
    failed = 0
    for path in chapters(options.only or ""):
        if options.task == "notebooks":
            handouts(path, options.folder)
            continue
        try:
            notebook = executed(path)
        except CellExecutionError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failed += 1
            continue
        if options.task == "pages":
            options.folder.mkdir(parents=True, exist_ok=True)
            text = page(notebook, options.folder, path.stem)
            (options.folder / path.name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: {sum(c.cell_type == 'code' for c in notebook.cells)} cells ran")
    return int(failed > 0)


def chapters(begins: str = "") -> list[Path]:
    """The files of the chapters, in order."""
    return sorted(p for p in CHAPTERS.glob("[0-9]-*.md") if p.name.startswith(begins))


@cache
def executed(path: Path) -> Any:
    """The chapter's notebook with the outputs of its cells.

    Raises:
        CellExecutionError: when a cell raised; cells with the tag "raises-exception" may.
    """
    notebook = jupytext.read(path)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    found = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *([found] if found else [])])
    try:
        with tempfile.TemporaryDirectory() as folder:
            _client(notebook, folder).execute(cwd=str(path.parent))
    finally:
        os.environ.pop("PYTHONPATH")
        if found is not None:
            os.environ["PYTHONPATH"] = found
    return notebook


def _client(notebook: Any, folder: str) -> NotebookClient:
    """What runs it, by sockets that are files in the folder: the network need not be there."""
    sockets = {} if os.name == "nt" else {"transport": "ipc", "ip": str(Path(folder, "kernel"))}
    return NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        coalesce_streams=True,
        config=Config({"KernelManager": sockets}),
    )


def page(notebook: Any, folder: Path, stem: str) -> str:
    """Markdown of a notebook that has run; its pictures are written beside it."""
    parts = []
    pictures = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        tags = cell.metadata.get("tags", [])
        if "hidden" in tags:
            continue
        shown = [f"```python\n{cell.source}\n```"]
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/svg+xml" in data:
                pictures += 1
                name = f"{stem}-{pictures}.svg"
                (folder / name).write_text(data["image/svg+xml"], encoding="utf-8", newline="\n")
                shown.append(f"![{_words(data.get('text/plain', 'A picture'))}]({name})")
            else:
                shown.append(_block(text_of(output)))
        body = "\n\n".join(shown)
        parts.append(folded("Answer", body) if "solution" in tags else body)
    return "\n\n".join(parts) + "\n"


def handouts(path: Path, folder: Path) -> tuple[Path, Path]:
    """Write the student's notebook, in which solutions are left out, and the one that has them."""
    written = []
    for kind in ("student", "solution"):
        notebook = jupytext.read(path)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        for k, cell in enumerate(notebook.cells):
            cell["id"] = f"{path.stem}-{k}"
            if kind == "student" and "solution" in cell.metadata.get("tags", []):
                asked = re.search(r'check\("([\d.]+)"', cell.source)
                cell.source = PLACE.format(asked[1]) if asked else "# Your turn.\n"
        place = folder / kind / f"{path.stem}.ipynb"
        place.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, place)
        written.append(place)
    return written[0], written[1]


def text_of(output: Any) -> str:
    """What a cell gave, as text."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return str(output.get("text") or output.get("data", {}).get("text/plain", ""))


def _block(text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def folded(title: str, body: str) -> str:
    """A part of a page that is opened by a click."""
    lines = [f"    {line}" if line else "" for line in body.splitlines()]
    return "\n".join([f'??? note "{title}"', "", *lines, ""])


def _words(text: str) -> str:
    return re.sub(r"[\[\]<>`]", "", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
