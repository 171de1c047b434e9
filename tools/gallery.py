"""Make docs/pictures and the page docs/gallery.md that shows them.

python tools/gallery.py                   all of them
python tools/gallery.py seed network      some
python tools/gallery.py --check           say which files differ from what the code draws
python tools/gallery.py --look out/look   also a screenshot of each, 1600 x 900, light and dark

A screenshot needs Chromium. The exit code is 1 if a picture could not be drawn, or a file differs.
"""

# ruff: noqa: T201 - a script, which prints

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.chromium import Browser  # noqa: E402 - of the checkout this file stands in
from tools.pictures import DEFAULT, NASTY, PICTURES, Shown  # noqa: E402
from viz import draw  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
PAGE = ROOT / "docs" / "gallery.md"
HEAD = """# Pictures

`tools/gallery.py` makes this page and its pictures with `viz.draw`, which is given no options; what
is drawn stands in [tools/pictures.py](../tools/pictures.py). The pictures are fitted to this page:
open one to see it at its own size, and point at a box to read all that it holds.

"""


def main(arguments: list[str]) -> int:
    """Write or compare; how many files failed, as an exit code."""
    parser = argparse.ArgumentParser(description="The pictures of the documentation.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)}")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    parser.add_argument("--look", type=Path, metavar="DIR", help="a folder for screenshots")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(PICTURES):
        parser.error(f"no picture is called {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as drafts:
        place = Path(drafts) if options.check else FOLDER
        place.mkdir(exist_ok=True)
        made = {name: written(name, place) for name in options.names or PICTURES}
        failed = sum(path is None for path in made.values())
        paths = [path for path in made.values() if path is not None]
        if options.check:
            failed += sum(differs(FOLDER / path.name, path.read_bytes()) for path in paths)
            failed += differs(PAGE, page().encode())
        else:
            PAGE.write_text(page(), encoding="utf-8", newline="\n")
        if options.look is not None:
            look(paths, options.look)
    return min(failed, 1)


def page() -> str:
    """The page in Markdown."""
    return HEAD + _section("Usual ones", DEFAULT) + "\n" + _section("Nasty ones", NASTY)


def _section(title: str, pictures: dict[str, Shown]) -> str:
    entries = [f"{p.words}.\n\n![{p.words}](pictures/{n}.svg)\n" for n, p in pictures.items()]
    return f"## {title}\n\n" + "\n".join(entries)


def written(name: str, folder: Path) -> Path | None:
    """Draw one; None if that is refused, which is printed."""
    thing = PICTURES[name].build()
    start = time.perf_counter()
    try:
        path = draw(thing).save(folder / f"{name}.svg")
    except (ValueError, RuntimeError) as error:
        print(f"{name}: not drawn: {error}", flush=True)
        return None
    print(f"{name}: {path.stat().st_size:,} bytes, {time.perf_counter() - start:.2f} s", flush=True)
    return path


def differs(path: Path, content: bytes) -> bool:
    """Whether a file is not what it should be; says so."""
    if path.is_file() and path.read_bytes() == content:
        return False
    print(f"{path.relative_to(ROOT).as_posix()} {'differs' if path.exists() else 'is missing'}")
    return True


def look(paths: list[Path], folder: Path) -> None:
    """Screenshots: NAME-light.png and NAME-dark.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Browser()) as browser:
        for path in paths:
            for scheme in ("light", "dark"):
                browser.look_like(scheme)
                browser.open(path)
                browser.fit()
                (folder / f"{path.stem}-{scheme}.png").write_bytes(browser.screenshot())
    print(f"{2 * len(paths)} screenshots in {folder}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
