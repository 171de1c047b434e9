"""What a teacher prints and shows, from the chapters: ``python tools/handouts.py [DIR]``.

slides.html      all chapters as slides, one file: arrow keys, space, or print them
worksheets.html  the exercises with room to write, A4
solutions.html   the same with an answer to each
student/, solution/    the notebooks

All of it is written into DIR, or out/course. Nothing in it is loaded from elsewhere.
"""

# ruff: noqa: T201 - a script, which prints

from __future__ import annotations

import base64
import html
import inspect
import re
import sys
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chalkgrad.exercises import EXERCISES, Exercise  # noqa: E402 - of this checkout
from tools import course  # noqa: E402
from tools.formulas import with_formulas  # noqa: E402

FULL = 17  # lines on a slide
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
{script}</body>
</html>
"""


def main(arguments: list[str]) -> int:
    """Write everything; 1 if a cell of a chapter raised."""
    folder = Path(arguments[0]) if arguments else ROOT / "out" / "course"
    folder.mkdir(parents=True, exist_ok=True)
    style = (ROOT / "tools" / "handouts.css").read_text(encoding="utf-8")
    script = (ROOT / "tools" / "slides.js").read_text(encoding="utf-8")
    notebooks = [course.executed(path) for path in course.chapters()]
    body = "\n".join(slide for notebook in notebooks for slide in slides(notebook))
    written = {
        "slides.html": ("chalkgrad: the course", body, f"<script>\n{script}</script>\n"),
        "worksheets.html": ("Worksheets", worksheets(with_answers=False), ""),
        "solutions.html": ("Solutions", worksheets(with_answers=True), ""),
    }
    for name, (title, text, code) in written.items():
        page = PAGE.format(title=title, style=style, body=text, script=code)
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    for path in course.chapters():
        course.handouts(path, folder)
    print(f"{folder}: {', '.join(written)}, {2 * len(notebooks)} notebooks")
    return 0


def slides(notebook: Any) -> list[str]:
    """A chapter as slides: a new one at each heading, when one is full, and before an answer."""
    deck = _Deck()
    for cell in notebook.cells:
        if "solution" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            shown = _code(cell)
            deck.put(shown, cell.source.count("\n") + 2 + 8 * shown.count("<img") + _height(cell))
            continue
        for block in re.split(r"\n\s*\n", cell.source):
            if heading := re.match(r"(#+) (.*)", block):
                deck.begin(html.escape(heading[2]), is_chapter=heading[1] == "#")
                continue
            text = MARKDOWN.render(with_formulas(block))
            asks = bool(re.search(r"\*\*[^*]*\?\*\*|[Gg]uess", block))
            deck.put(text, 1 + len(block) // 85 + block.count("\n|"), asks=asks)
    deck.turn()
    return deck.done


class _Deck:
    """Slides that are done, and the one being filled."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.title = ""
        self.parts: list[str] = []
        self.lines = 0
        self.asks = False  # what comes next is the answer to a question

    def begin(self, title: str, *, is_chapter: bool) -> None:
        self.turn()
        self.title = title
        if is_chapter:
            self.done.append(f'<section class="title"><h1>{title}</h1></section>')

    def put(self, shown: str, lines: int, *, asks: bool = False) -> None:
        is_answer = self.asks and "<pre" in shown
        if is_answer or self.lines + lines > FULL:
            self.turn()
        self.parts.append(shown)
        self.lines += lines
        self.asks = asks or (self.asks and not is_answer)

    def turn(self) -> None:
        if self.parts:
            body = "".join(self.parts)
            self.done.append(f"<section>\n<h2>{self.title}</h2>\n{body}</section>")
        self.parts, self.lines, self.asks = [], 0, False


def _code(cell: Any) -> str:
    parts = [f"<pre><code>{html.escape(cell.source)}</code></pre>\n"]
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/svg+xml" in data:
            packed = base64.b64encode(data["image/svg+xml"].encode()).decode()
            alt = html.escape(data.get("text/plain", ""))
            parts.append(f'<img alt="{alt}" src="data:image/svg+xml;base64,{packed}">\n')
        else:
            parts.append(f'<pre class="output">{html.escape(course.text_of(output))}</pre>\n')
    return "".join(parts)


def _height(cell: Any) -> int:
    return sum(course.text_of(output).count("\n") + 1 for output in cell.outputs)


def worksheets(*, with_answers: bool) -> str:
    """All exercises, a sheet for each chapter."""
    sheets = []
    for chapter in sorted({number[0] for number in EXERCISES}):
        mine = [each for each in EXERCISES.values() if each.number[0] == chapter]
        name = "" if with_answers else '<p class="name">Name: <span></span> Date: <span></span></p>'
        asked = "\n".join(_asked(each, with_answers) for each in mine)
        sheets.append(f"<article><h1>Chapter {chapter}</h1>\n{name}\n{asked}</article>")
    return "\n".join(sheets)


def _asked(exercise: Exercise, with_answers: bool) -> str:
    room = f'<div class="answer">{html.escape(_shown(exercise.right[0]))}</div>'
    if not with_answers:
        lines = 6 if callable(exercise.right[0]) else 2
        room = '<div class="room">' + "<hr>" * lines + "</div>"
    asked = exercise.asked()
    title, question = html.escape(asked.head), html.escape(asked.text)
    return f"<h2>{exercise.number} {title}</h2>\n<pre>{question}</pre>\n{room}\n"


def _shown(answer: Any) -> str:
    return inspect.getsource(answer).rstrip() if callable(answer) else repr(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
