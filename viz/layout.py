"""Layout: DOT in, a picture out. Graphviz does the work.

The wheels of pygraphviz carry Graphviz as a library, so nobody needs a ``dot`` program. The library
frees some memory twice, which sometimes crashes the interpreter, and it is not thread-safe; so it
runs in a process of its own, which exits without freeing anything: 0.2 s for a small picture.

Graphviz asks fontconfig for fonts, and a bare container has none; so this package brings DejaVu
Sans along and hands fontconfig a list of folders that begins with it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import graphviz

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
    graph.graph_attr["dpi"] = "192"
context = graphviz.gvContextWithBuiltins()
if graphviz.gvLayout(context, graph.handle, b"dot"):
    sys.exit("Graphviz can't lay this graph out")
error, picture = graphviz.gvRenderData(context, graph.handle, sys.argv[1].encode())
sys.stdout.buffer.write(picture)
sys.stdout.flush()
os._exit(1 if error else 0)
"""


def render(source: str, suffix: str) -> bytes:
    """The picture of DOT ``source`` as svg, png or pdf.

    Raises:
        MissingDependencyError: when pygraphviz is not installed and there is no ``dot`` program.
        RuntimeError: when Graphviz fails, with what it said.
    """
    if importlib.util.find_spec("pygraphviz") is None:
        try:
            return graphviz.Source(source).pipe(format=suffix)
        except (graphviz.ExecutableNotFound, OSError):  # in a browser no program can be started
            raise MissingDependencyError(
                f"draw: .{suffix} needs Graphviz: pip install pygraphviz, which brings it along, "
                "or install Graphviz itself (https://graphviz.org/download); .dot needs neither."
            ) from None
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_font_config(), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - our own program, run by this very Python
            [sys.executable, "-c", _PROGRAM, suffix],
            input=source.encode(),
            capture_output=True,
            check=False,
            cwd=folder,
            env={"FONTCONFIG_FILE": str(fonts), **os.environ},
        )
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(f"draw: Graphviz failed: {said[-1] if said else done.returncode}")
    return done.stdout


def _font_config() -> str:
    folders = "".join(f"<dir>{escape(name)}</dir>" for name in FONT_FOLDERS)
    return f'<fontconfig>{folders}<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>'
