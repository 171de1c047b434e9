"""stepper: the page that steps through backprop, as one file.

The graph's names, rules, numbers and places come from :mod:`viz.steps`; the operations that the
page computes with are the table's rows, written by :mod:`viz.javascript`. Script and style stand in
step.js and step.css. The policy in the page's head allows that very script, by its hash, and
nothing from outside.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from autograd import ArgumentError, Value
from viz.files import write_whole
from viz.javascript import runtime
from viz.notebook import Bundle
from viz.pagetexts import code, translated, translated_body
from viz.steps import facts_of, loaded
from viz.svg import FONTS

_PAGE = """<!DOCTYPE html>
<html lang="{code}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}<script type="application/json" id="facts">{facts}</script>
<script>{script}</script>
</body>
</html>
"""


class Stepper:
    """A page that steps through backprop; it shows itself in a notebook.

    Attributes:
        page: the whole of it, as HTML.

    >>> x = Value(3.0, label="x")
    >>> "default-src 'none'" in stepper(x * x).page
    True
    """

    def __init__(self, page: str, title: str) -> None:
        self.page = page
        self._title = title

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as one .html file, whole or not at all. Returns its path.

        Raises:
            ArgumentError: for another suffix.
            OSError: when the path can't be written; a file there stays as it was.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ArgumentError(f"stepper: can't save {path.name!r}: the suffix must be html.")
        write_whole(path, self.page.encode())
        return path

    def _repr_html_(self) -> str:
        # a frame of its own: the page's style and keys are not the notebook's
        return (
            f'<iframe title="{html.escape(self._title)}" sandbox="allow-scripts allow-forms" '
            'style="width:100%;height:760px;border:1px solid #94a3b8;border-radius:8px" '
            f'srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        try:
            data = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        except Exception:  # noqa: BLE001 - of one that is half made there is nothing to show
            return {"text/plain": "<Stepper>"}, {}
        return {
            kind: text
            for kind, text in data.items()
            if (not include or kind in include) and kind not in (exclude or ())
        }, {}

    def __repr__(self) -> str:
        return f"<Stepper: {self._title}>"


def stepper(value: Value) -> Stepper:
    """A page that goes through the computation of ``value`` forwards, then backwards edge by edge.

    At each step it asks for the number before it shows it. Numbers can be nudged, the rules can be
    broken, and the parameters updated; the page computes with the table's rows. It needs no
    network. Of a large graph it has the last operations, and says so. Its texts are in the language
    that was chosen with ``autograd.language`` when it was made.

    Args:
        value: the output. Labels name its boxes; ``with detect_anomaly():`` around the computation
            gives each the line of source that made it.

    Raises:
        ArgumentError: when ``value`` is no Value, or a leaf.

    O(nodes).

    >>> w, x = Value(-3.0, label="w"), Value(0.5, label="x")
    >>> stepper((1 - (w * x).sigmoid()) ** 2)
    <Stepper: v4 = (1 − σ(w·x))²>
    """
    facts, rows = facts_of(loaded(value))
    operations = ",\n".join(rows)
    script = (
        _tight(f'"use strict";\n{runtime(operations)}const OPS = [{operations}];\n') + page_script()
    )
    if texts := translated(page_script()):
        facts["texts"] = texts
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":  # so that no text ends the script that holds it
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    text = text.encode("utf-8", "replace").decode()
    title = facts["title"]
    style = re.sub(r"(?<=[:;{,])[ ]|[ ](?={)", "", _tight(_file("step.css")))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _PAGE.format(
        code=code(),
        policy=policy,
        title=html.escape(title.encode("utf-8", "replace").decode()),
        style=style.replace("FONTS", FONTS),
        body=translated_body(_file("step.html")),
        facts=text,
        script=script,
    )
    return Stepper(page, title)


@functools.cache
def page_script() -> str:
    """What every page's script has."""
    parts = [_file(f"{name}.js") for name in ("step_model", "step", "step_graph", "step_tools")]
    return _tight("".join(parts))


def _file(name: str) -> str:
    return files("viz").joinpath(name).read_text(encoding="utf-8")


def _tight(text: str) -> str:
    """Without indents, lines of comment and needless line ends: a tenth of the page."""
    text = re.sub(r"^(?:[ ]+|//.*\n)+", "", text, flags=re.MULTILINE)
    return re.sub(r"(?<=[;{,(])\n(?=\S)", "", text)
