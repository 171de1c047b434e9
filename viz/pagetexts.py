"""The texts of the page that steps through backprop: found in its script and its body.

The script is one constant file, whose hash is in the page's policy; so its texts in another
language come with the data of the page, each under the English one.
"""

from __future__ import annotations

import functools
import html
import re

from autograd import phrase

_SHOWN = re.compile(r'(?<=>)[^<>]+(?=<)|(?<=aria-label=")[^"]+')


@functools.cache
def texts_of(script: str) -> dict[str, str]:
    """The texts of a script, by what they are looked up as; and as they stand there.

    >>> texts_of("say(T`${a ? T`one` : `{b}`} of ${n}.`);")
    {'{0} of {1}.': '${a ? T`one` : `{b}`} of ${n}.', 'one': 'one'}
    """
    found: dict[str, str] = {}
    for match in re.finditer(r"(?<!\w)T`", script):
        key, holes, at = "", 0, match.end()
        while script[at] != "`":
            if script.startswith("${", at):
                key += f"{{{holes}}}"
                holes += 1
                at = _end_of_hole(script, at + 2)
            else:
                key += script[at]
                at += 1
        found[key] = script[match.end() : at]
    return found


def _end_of_hole(script: str, at: int) -> int:
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(script[at], 0)
        at += 1
    return at


def translated(script: str) -> dict[str, str]:
    """What the texts of a script are in the current language, where that isn't English."""
    said = {text: phrase(text) for text in texts_of(script)}
    return {text: other for text, other in said.items() if other != text}


def texts_in(body: str) -> list[str]:
    """The texts of a piece of HTML: what is shown, and what is read aloud.

    >>> texts_in('<p aria-label="Steps"> on <b>▶</b></p>')
    ['Steps', 'on']
    """
    found = [text.strip() for text in _SHOWN.findall(body)]
    return [text for text in found if re.search("[A-Za-z]", text)]


def translated_body(body: str) -> str:
    """The piece of HTML in the current language."""

    def put(match: re.Match[str]) -> str:
        text = match[0].strip()
        return match[0].replace(text, html.escape(phrase(text))) if text else match[0]

    return _SHOWN.sub(put, body)


def code() -> str:
    """The current language's, for a browser that reads aloud."""
    return html.escape(phrase("en"))
