"""Make the site: ``python tools/site.py``. The pages go to out/docs, the site to out/site.

Nothing is fetched: the theme comes with Zensical, formulas become MathML here, pictures are SVG.
The exit code is 1 if Zensical warns, a link leads nowhere, or a page loads from elsewhere.
--quick leaves the chapters as they are written, without what their cells give.
"""

# ruff: noqa: T201 - a script, which prints

from __future__ import annotations

import html
import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chalkgrad.exercises import EXERCISES  # noqa: E402 - of the checkout this file stands in
from tools import course, operations_page, reference, tryit  # noqa: E402
from tools.course import folded  # noqa: E402
from tools.formulas import FENCED, outside, with_formulas  # noqa: E402

PAGES, SITE = ROOT / "out" / "docs", ROOT / "out" / "site"
REFERENCE = {
    "autograd": ["autograd"],
    "nn": ["nn", "nn.data", "nn.init"],
    "viz": ["viz"],
    "chalkgrad": ["chalkgrad.exercises", "chalkgrad.lab"],
}
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
ATTRIBUTE = re.compile(r"<(\w+)\b[^>]*?\s(src|href)\s*=\s*[\"']?([^\"'\s>]+)", re.DOTALL)
IDS = re.compile(r"\s(?:id|name)=[\"']?([^\"'\s>]+)")


def main(*, quick: bool = False) -> int:
    """Write the pages, build the site, look at its links."""
    for folder in (PAGES, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES, ignore=shutil.ignore_patterns("*.dot", "*.in", "try"))
    try:
        tryit.build(PAGES / "try", fetch=False)
    except tryit.MissingError as error:  # try.md says then how to make it
        print(f"without the page to try it: {error}")
    if not quick and course.main(["pages", str(PAGES / "course")]):
        return 1
    write(PAGES / "course" / "exercises.md", exercises())
    (PAGES / "reference").mkdir()
    for title, names in REFERENCE.items():
        modules = [importlib.import_module(name) for name in names]
        write(PAGES / "reference" / f"{title}.md", reference.page(title, modules))
    operations_page.write(PAGES)
    write(PAGES / "index.md", home())
    for path in sorted(PAGES.rglob("*.md")):
        write(path, rewritten(path.read_text(encoding="utf-8"), path))
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = built.stdout + built.stderr
    if built.returncode or "No issues found" not in said:
        print(said)
        return 1
    for path in SITE.rglob("*.html"):
        write(path, focusable(path.read_text(encoding="utf-8")))
    wrong = [*broken_links(SITE), *loads_from_elsewhere(SITE)]
    print("\n".join(wrong) or f"out/site: {len(list(SITE.rglob('*.html')))} pages, no broken link")
    return int(bool(wrong))


def home() -> str:
    """The README, whose links to docs are links within the site."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.replace("(docs/", "(")


def exercises() -> str:
    """All questions with their hints, folded."""
    parts = [
        (
            "# Exercises\n\n"
            '`check("1.1", answer)` of `chalkgrad.exercises` says whether an answer is right, '
            "and if not, what may be behind it.\n"
        )
    ]
    for each in EXERCISES.values():
        asked = str(each.asked()).partition("\n")[2]
        parts.append(f"## {each.number} {each.title}\n\n```text\n{asked}\n```\n")
        parts += [
            folded(f"Hint {k}", f"```text\n{hint}\n```") for k, hint in enumerate(each.hints, 1)
        ]
    return "\n".join(parts)


def rewritten(text: str, path: Path) -> str:
    """A page for the site: formulas as MathML, no doctest marks, no links out of the site."""

    def link(found: re.Match[str]) -> str:
        target = found[2].split("#")[0]
        if not target or "://" in target or (path.parent / target).resolve().exists():
            return found[0]
        return found[1]  # a file of the source, which the site doesn't hold

    text = outside(FENCED, text, lambda prose: LINK.sub(link, prose))
    text = re.sub(r"^<BLANKLINE>$", "", text, flags=re.MULTILINE)
    return with_formulas(text)


def focusable(text: str) -> str:
    """A page whose blocks of code can be scrolled by keyboard."""
    return re.sub(r"<pre(?= |>)", '<pre tabindex="0"', text)


def write(path: Path, text: str) -> None:
    """Write UTF-8 with the same line ends everywhere."""
    path.write_text(text, encoding="utf-8", newline="\n")


def broken_links(site: Path) -> list[str]:
    """A line for each link within the site that leads to no file, or to no place in it."""
    found = []
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    places = {path: set(IDS.findall(text)) for path, text in texts.items()}
    for path, text in texts.items():
        if path.name == "404.html":
            continue
        for _, _, target in ATTRIBUTE.findall(text):
            file, _, place = html.unescape(target).partition("#")
            if re.match(r"[a-z]+:", file) or file.startswith("//"):
                continue
            to = (path.parent / unquote(file)).resolve() if file else path
            to = to / "index.html" if to.is_dir() else to
            if not to.exists():
                found.append(f"{path.relative_to(site)}: {target} is not there")
            elif place and to in places and unquote(place) not in places[to]:
                found.append(f"{path.relative_to(site)}: {target} has no #{place}")
    return sorted(set(found))


def loads_from_elsewhere(site: Path) -> list[str]:
    """A line for each file that a page would fetch from another host."""
    found = []
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for tag, attribute, target in ATTRIBUTE.findall(text):
            loaded = attribute == "src" or tag == "link"
            if loaded and re.match(r"(https?:)?//", target):
                found.append(f"{path.relative_to(site)}: loads {target}")
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text):
            found.append(f"{path.relative_to(site)}: loads from another host")
    return sorted(set(found))


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv))
