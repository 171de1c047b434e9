"""Write chalkgrad/chalkgrad.pot, all texts to translate: ``python tools/words.py``.

The texts of explain, of the page that steps and of the exercises, as gettext's tools read them.
"""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograd.table import TABLE  # noqa: E402 - of the checkout this file stands in
from chalkgrad.exercises import EXERCISES  # noqa: E402
from viz.pagetexts import texts_in, texts_of  # noqa: E402
from viz.stepping import page_script  # noqa: E402

POT = ROOT / "chalkgrad" / "chalkgrad.pot"
FOLDERS = ("autograd/explaining", "viz", "chalkgrad/exercises")
SAYING = {"phrase", "Unreadable"}  # what is called with a text
NAMING = {"number", "numbers", "whole", "wholes", "word", "words"}  # with words of an answer
HEAD = """# Texts of chalkgrad, written by tools/words.py. Copy this to a file such as de.po, write
# the translations, and load it: chalkgrad.language("de.po"). What stands in {} stays as it is.
msgid ""
msgstr ""
"Language: \\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
Found = Iterator[tuple[str, str, str]]  # as in entries()


def template() -> str:
    """The file: each text once, with where it stands."""
    places: dict[str, list[str]] = {}
    notes: dict[str, list[str]] = {}
    for text, where, note in entries():
        for told, new in ((places, where), (notes, note)):
            told.setdefault(text, [])
            if new and new not in told[text]:
                told[text].append(new)
    blocks = [
        "".join([f"#. {note}\n" for note in notes[text]])
        + f'#: {" ".join(places[text])}\nmsgid {quoted(text)}\nmsgstr ""\n'
        for text in places
    ]
    return "\n".join([HEAD, *blocks])


@functools.cache
def entries() -> list[tuple[str, str, str]]:
    """Each use of a text: the text, the file it stands in, a remark for who translates it."""
    return [*of_code(), *of_page(), *of_exercises(), *of_table()]


def of_code() -> Found:
    """What ``phrase`` and its like are called with, by the source."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            calls = [
                node
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            ]
            for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
                name = call.func.id  # type: ignore[attr-defined]
                texts = [x.value for x in call.args if isinstance(x, ast.Constant)]
                if name in SAYING and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp)):
                    raise SystemExit(
                        f"{where}:{call.lineno}: a text that is put together before it is looked "
                        "up is in no catalogue"
                    )
                if name in SAYING:
                    # the header of the file has the language's code
                    yield from [(str(text), where, "") for text in texts[:1] if text != "en"]
                elif name in NAMING and folder.startswith("chalkgrad"):
                    words = [t for t in map(str, texts) if re.fullmatch("[a-z]{2,}", t)]
                    yield from [(word, where, "a word of an answer") for word in words]


def of_page() -> Found:
    """The page that steps: its script and its body."""
    for key, spelled in texts_of(page_script()).items():
        yield key, "viz/step.js", spelled if spelled != key else ""
    for text in texts_in((ROOT / "viz" / "step.html").read_text(encoding="utf-8")):
        yield text, "viz/step.html", ""


def of_exercises() -> Found:
    """Titles, questions, misconceptions and hints."""
    for exercise in EXERCISES.values():
        where = f"chalkgrad/exercises/chapter{exercise.number[0]}.py"
        yield exercise.title, where, f"exercise {exercise.number}"
        yield exercise.question, where, f"exercise {exercise.number}"
        for wrong in exercise.wrong:
            answers = ", ".join([repr(x) for x in wrong.answers if not callable(x)])
            yield wrong.text, where, f"exercise {exercise.number}, {answers or 'a wrong answer'}"
        for k, hint in enumerate(exercise.hints, start=1):
            yield hint, where, f"exercise {exercise.number}, hint {k}"
        yield exercise.otherwise, where, ""


def of_table() -> Found:
    """What each operation is, which the page says of a step forward."""
    for row in TABLE.values():
        yield row.doc, "autograd/table.py", str(row)


def quoted(text: str) -> str:
    r"""The text as a .po file has it.

    >>> print(quoted('say "a"'))
    "say \"a\""
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    escaped = [
        '"' + line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        for line in lines
    ]
    return escaped[0] if len(escaped) == 1 else "\n".join(['""', *escaped])


if __name__ == "__main__":
    POT.write_text(template(), encoding="utf-8")
