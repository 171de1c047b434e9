"""Texts in other languages: what explain, the page that steps and the exercises say.

A text stands in English where it is said, and is its own key. A catalogue has for each what is to
be said instead: a .po file, as translators' tools write it, made of chalkgrad.pot, in which all
texts are. Formulas, numbers and names are not texts; errors stay English.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from autograd.errors import ArgumentError

VARIABLE = "CHALKGRAD_LANGUAGE"  # of the environment: the file to begin with
_HOLE = re.compile(r"\{(.*?)\}")
_LINE = re.compile(r'(?:(msgid|msgstr)\s*)?"((?:[^"\\]|\\.)*)"')
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class _Spoken:
    """The catalogue in use; None until the environment was asked."""

    texts: Mapping[str, str] | None = None


class Language:
    """What ``language`` gives: leaving its ``with`` block goes back to the language before.

    Attributes:
        texts: what is said for each English text.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._before = _Spoken.texts

    def __enter__(self) -> Mapping[str, str]:
        return self.texts

    def __exit__(self, *error: object) -> None:
        _Spoken.texts = self._before

    def __repr__(self) -> str:
        return f"<Language: {len(self.texts)} texts>"


def phrase(text: str, /, **values: object) -> str:
    """The text in the current language, with the values put in; in English if it has none.

    The text ``"en"`` is the code of the language, which a .po file has in its header.

    >>> phrase("{n} more steps", n=7)
    '7 more steps'
    """
    texts = _Spoken.texts
    if texts is None:
        path = os.environ.get(VARIABLE)
        texts = _Spoken.texts = _read(path, f"${VARIABLE}") if path else {}
    said = texts.get(text) or text
    return said.format(**values) if values else said


def language(which: str | os.PathLike[str] | Mapping[str, str] | None = None) -> Language:
    """Say all texts of explain, the page that steps and the exercises in another language.

    It holds for the whole process until another is chosen, or until the end of a ``with`` block.
    What the catalogue leaves out is said in English. The environment variable CHALKGRAD_LANGUAGE
    has the file to begin with.

    Args:
        which: a .po file, or a mapping of English texts to others; None for English.

    Raises:
        ArgumentError: when the file can't be read, or a text has other {names} than the English.

    >>> from autograd import Value, explain
    >>> x = Value(3.0, label="x")
    >>> with language({"forward": "vorwärts"}):
    ...     print(str(explain(x * x)).splitlines()[2])
    vorwärts
    """
    if which is None:
        texts: Mapping[str, str] = {}
    elif isinstance(which, Mapping):
        texts = _sound({text: said for text, said in which.items() if text}, "the mapping")
    else:
        texts = _read(which, "language")
    chosen = Language(texts)
    _Spoken.texts = texts
    return chosen


def _read(path: str | os.PathLike[str], who: str) -> dict[str, str]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise ArgumentError(
            f"{who}: can't read {path!r} ({error}). Give a .po file, which is a copy of "
            "chalkgrad.pot with translations in it."
        ) from None
    return _sound(_catalogue(text, str(path)), str(path))


def _catalogue(text: str, name: str) -> dict[str, str]:
    """The entries of a .po file: those that have a translation which is not marked as fuzzy."""
    found: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    at, is_fuzzy, becomes_fuzzy = "msgstr", False, False

    def end() -> None:
        if parts["msgstr"] and (not is_fuzzy or not parts["msgid"]):
            found[parts["msgid"]] = parts["msgstr"]

    for k, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = line.strip()  # noqa: PLW2901
        if line.startswith("#"):
            becomes_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ArgumentError(
                f'language: {name}, line {k}: msgid "…" or msgstr "…" stands here, not {line[:60]}'
            )
        word, quoted = match.groups()
        if word == "msgid":
            end()
            parts = {"msgid": "", "msgstr": ""}
            is_fuzzy, becomes_fuzzy = becomes_fuzzy, False
        at = word or at
        parts[at] += re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), quoted)
    end()
    code = re.search(r"^Language: *(\w+)", found.pop("", ""), re.MULTILINE)
    return {"en": code[1].replace("_", "-"), **found} if code else found


def _sound(texts: dict[str, str], name: str) -> dict[str, str]:
    """The catalogue, if each text has the holes of the English one."""
    for text, said in texts.items():
        if not isinstance(text, str) or not isinstance(said, str):
            raise ArgumentError(f"language: {name} maps texts to texts, not {text!r} to {said!r}.")
        if _holes(text) != _holes(said):
            raise ArgumentError(
                f"language: {name}: the translation of {text!r} must have what stands in {{ }} "
                f"there as it is, and nothing else in {{ }}: {said!r}"
            )
    return texts


def _holes(text: str) -> tuple[set[str], str]:
    """The names in braces, and the braces that are around none."""
    return set(_HOLE.findall(text)), re.sub(r"[^{}]", "", _HOLE.sub("", text))
