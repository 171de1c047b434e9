"""Layout: DOT in, a picture out. Graphviz does the work.

The wheels of pygraphviz carry Graphviz as a library, so nobody needs a ``dot`` program. It frees
some memory twice where a plain label begins with an empty line, so all labels are HTML-like; and it
is not thread-safe, so one context stands behind a lock. Then it runs in this process: 3 ms for a
small picture. Large ones run in a process of their own, which can be stopped.

Graphviz asks fontconfig for fonts, and a bare container has none; so this package brings DejaVu
Sans along and hands fontconfig a list of folders that begins with it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from autograd import MissingDependencyError

FONT = "DejaVu Sans"
FONT_FOLDERS = (
    str(Path(__file__).parent / "fonts"),
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    r"C:\Windows\Fonts",
    os.path.expanduser("~/.fonts"),  # noqa: PTH111 - as it stands for a user without a home
    os.path.expanduser("~/.local/share/fonts"),  # noqa: PTH111
)

_PROGRAM = """
import os, sys
import pygraphviz
from pygraphviz import graphviz

source = sys.stdin.buffer.read().decode()
graph = pygraphviz.AGraph(string=source)
if sys.argv[1] == "png":
    graph.graph_attr["dpi"] = sys.argv[3]
context = graphviz.gvContextWithBuiltins()
if graphviz.gvLayout(context, graph.handle, sys.argv[2].encode()):
    sys.exit("Graphviz can't lay this graph out")
error, picture = graphviz.gvRenderData(context, graph.handle, sys.argv[1].encode())
sys.stdout.buffer.write(picture)
sys.stdout.flush()
os._exit(1 if error else 0)
"""


SECONDS = 60  # for a large one
DPI = 192  # of a png: two pixels for each of CSS
MOST_PIXELS = 32_767  # of a png in a row or column, as cairo has it: a larger one is shrunk
_lock = threading.Lock()


class TooSlowError(RuntimeError):
    """Graphviz was stopped, for it had not ended in time."""


def render(source: str, suffix: str, *, here: bool = False, engine: str = "dot") -> bytes:
    """The picture of DOT ``source`` as svg, png or pdf.

    ``here`` is for a small one with HTML-like labels: it is then made in this process.
    ``engine`` lays it out: "dot", or "nop2" for what is laid out already.
    The same source gives the same bytes; a pdf's date is ``SOURCE_DATE_EPOCH``, or that of 1970.
    What Graphviz remarks is a UserWarning.

    Raises:
        MissingDependencyError: when pygraphviz is not installed and there is no ``dot`` program.
        RuntimeError: when Graphviz fails, with what it said.
        TooSlowError: when it takes more than a minute.
    """
    if importlib.util.find_spec("pygraphviz") is None:
        if suffix == "png":
            source = source.replace("{", f"{{ graph [dpi={DPI}]", 1)
        picture = _by_program(source, suffix, engine)
    else:
        # Graphviz ends the whole process if SOURCE_DATE_EPOCH is no number
        safe = suffix != "pdf" or os.environ.get("SOURCE_DATE_EPOCH", _epoch()) == _epoch()
        made = _in_process(source, suffix, engine) if here and safe else None
        picture = made or _in_a_process(source, suffix, engine)
    return _dated(picture) if suffix == "pdf" else picture


def _by_program(source: str, suffix: str, engine: str) -> bytes:
    missing = MissingDependencyError(
        f"draw: .{suffix} needs Graphviz: pip install pygraphviz, which brings it along, "
        "or install Graphviz itself (https://graphviz.org/download); .svg needs neither."
    )
    try:
        import graphviz
    except ImportError:
        raise missing from None
    try:
        return graphviz.Source(source, engine=engine).pipe(format=suffix)
    except (graphviz.ExecutableNotFound, OSError):  # in a browser no program can be started
        raise missing from None


def _in_process(source: str, suffix: str, engine: str) -> bytes | None:
    """The picture; None if it is a png that would be shrunk, which the other process tells of."""
    with _lock:
        pygraphviz, library, context = _library()
        graph = pygraphviz.AGraph(string=source)
        try:
            if suffix == "png":
                graph.graph_attr["dpi"] = str(DPI)
            if library.gvLayout(context, graph.handle, engine.encode()):
                raise RuntimeError("draw: Graphviz can't lay this graph out")
            if suffix == "png" and _points(library, context, graph) > MOST_PIXELS * 72 / DPI:
                return None
            return _drawn(library, context, graph, suffix)
        finally:
            library.gvFreeLayout(context, graph.handle)
            graph.close()


def _drawn(library: Any, context: Any, graph: Any, suffix: str) -> bytes:
    error, picture = library.gvRenderData(context, graph.handle, suffix.encode())
    if error:
        raise RuntimeError("draw: Graphviz failed")
    return bytes(picture)


def _points(library: Any, context: Any, graph: Any) -> float:
    """The longer side of what is laid out, in points."""
    svg = _drawn(library, context, graph, "svg")
    sides = re.search(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    return max(map(float, sides.groups())) if sides else 0.0


def _dated(pdf: bytes) -> bytes:
    """The pdf with a date that is not of today, of the same length: a pdf counts its bytes."""
    date = time.strftime("%Y%m%d%H%M%S", time.gmtime(int(_epoch()))).encode()
    return re.sub(rb"(/CreationDate \(D:)\d{14}", rb"\g<1>" + date, pdf)


def _epoch() -> str:
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    return asked if re.fullmatch("[0-9]{1,11}", asked) else "0"


@cache
def _library() -> tuple[Any, Any, Any]:
    """Graphviz, its context, and the fonts, which fontconfig reads when it begins."""
    import pygraphviz
    from pygraphviz import graphviz as library

    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_font_config(), encoding="utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = before or str(fonts)
        try:
            context = library.gvContextWithBuiltins()
            graph = pygraphviz.AGraph(string=f'digraph {{a [label=<a> fontname="{FONT}"]}}')
            with _silent():  # fontconfig has its opinion of the system's files
                library.gvLayout(context, graph.handle, b"dot")
            library.gvFreeLayout(context, graph.handle)
            graph.close()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
    return pygraphviz, library, context


@contextmanager
def _silent() -> Iterator[None]:
    """Without what a C library says on the standard error."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _in_a_process(source: str, suffix: str, engine: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_font_config(), encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - our own program, run by this very Python
                [sys.executable, "-c", _PROGRAM, suffix, engine, str(DPI)],
                input=source.encode(),
                capture_output=True,
                check=False,
                cwd=folder,
                env={"FONTCONFIG_FILE": str(fonts), **os.environ, "SOURCE_DATE_EPOCH": _epoch()},
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise TooSlowError(
                f"draw: Graphviz had not ended after {SECONDS} s. Draw a part of the graph, or "
                "save it as .dot, .json or .txt."
            ) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(f"draw: Graphviz failed: {said[-1] if said else done.returncode}")
    _warn(done.stderr.decode(errors="replace"))
    return done.stdout


def _warn(said: str) -> None:
    """What Graphviz remarked, as warnings; what fontconfig thinks of the system is left out."""
    for line in said.splitlines():
        scaled = re.search(r"too large for .* bitmaps.*Scaling by ([\d.]+)", line)
        if scaled:
            text = (
                f"draw: the picture is too large for a png and was shrunk to {scaled[1]} of its "
                "size. Save it as .svg or .pdf, or draw a part."
            )
        elif line.startswith(("Warning: ", "Error: ")):
            text = f"draw: Graphviz says: {line}. Look at the picture; .dot has its source."
        else:
            continue
        warnings.warn(text, stacklevel=2)


def _font_config() -> str:
    folders = "".join(f"<dir>{escape(name)}</dir>" for name in FONT_FOLDERS)
    return f'<fontconfig>{folders}<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>'
