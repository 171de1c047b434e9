"""Pages of the reference: every public name, from its docstring."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Any

SECTION = re.compile(r"^(Args|Returns|Raises|Attributes|Yields):\s*$")
MARKS = re.compile(r"([*_<>\[\]])")  # what Markdown would read as its own
ENTRY = re.compile(r"^ {4}(\S[^:]*):\s+(.*)$")


def page(title: str, modules: list[ModuleType]) -> str:
    """The public names of the modules, each with its signature and what its docstring says."""
    parts = [f"# {title}\n"]
    for module in modules:
        if len(modules) > 1:
            parts.append(f"## {module.__name__}\n")
        parts.append(body(inspect.getdoc(module) or ""))
        parts += [entry(module, name) for name in sorted(public(module), key=str.lower)]
    return "\n".join(parts)


def public(module: ModuleType) -> list[str]:
    """The names that the module says are public, but for modules."""
    own = [n for n, x in vars(module).items() if getattr(x, "__module__", "") == module.__name__]
    names = getattr(module, "__all__", [name for name in own if name[0] != "_"])
    return [name for name in names if not inspect.ismodule(getattr(module, name))]


def entry(module: ModuleType, name: str) -> str:
    """One name: a heading, how it is called, its text, and the methods of a class."""
    thing = getattr(module, name)
    shown = f"{module.__name__}.{name}"
    if not (inspect.isclass(thing) or callable(thing)):
        return f"### {name}\n\n`{shown}`, a {type(thing).__name__}.\n"
    parts = [f"### {name}\n", f"```python\n{shown}{_signature(thing)}\n```\n", body(_doc(thing))]
    if inspect.isclass(thing):
        for method, made in sorted(vars(thing).items()):
            text = inspect.getdoc(getattr(thing, method)) if method[0] != "_" else None
            if text is None:
                continue
            call = "" if isinstance(made, property) else _signature(getattr(thing, method))
            parts.append(f"#### {name}.{method}\n\n```python\n{method}{call}\n```\n\n{body(text)}")
    return "\n".join(parts)


def body(text: str) -> str:
    """A docstring as Markdown: its sections become lists, its examples fenced blocks."""
    text = "\n\n".join([_aligned(paragraph) for paragraph in text.split("\n\n")])
    lines: list[str] = []
    inside = ""  # "pycon" or "text" while a block is open, "list" in a section
    for line in [*text.splitlines(), ""]:
        if (inside == "pycon" and not line.strip()) or (
            inside == "text" and line.strip() and not line.startswith("    ")
        ):
            lines.append("```\n")
            inside = ""
        if inside == "pycon":
            lines.append("" if line.strip() == "<BLANKLINE>" else line)
        elif line.lstrip().startswith(">>> "):
            lines += ["", "```pycon", line.strip()]
            inside = "pycon"
        elif SECTION.match(line):
            lines += ["", f"**{line.strip()[:-1]}**", ""]
            inside = "list"
        elif inside == "list":
            lines.append(_listed(line))
            inside = "list" if not line.strip() or line.startswith("    ") else ""
        elif line.startswith("    ") and not inside:
            lines += ["", "```text", line[4:]]
            inside = "text"
        elif inside == "text":
            lines.append(line[4:])
        else:
            lines.append(_plain(line))
    if inside == "text":
        lines.append("```")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _aligned(paragraph: str) -> str:
    """A paragraph in columns, indented, so that it stays in columns."""
    if ">>> " in paragraph or not re.search(r"^\S.*\S {2,}\S", paragraph, re.MULTILINE):
        return paragraph
    return "\n".join([f"    {line}" for line in paragraph.splitlines()])


def _listed(line: str) -> str:
    found = ENTRY.match(line)
    if found and not line.startswith("     "):
        return f"- `{found[1]}`: {_plain(found[2])}"
    return f"  {_plain(line.strip())}" if line.strip() else ""


def _plain(line: str) -> str:
    line = re.sub(r":(?:func|class|meth|mod|data|attr|exc):`~?([^`]+)`", r"`\1`", line)
    line = re.sub(r"``([^`]+)``", r"`\1`", line)
    line = re.sub(r":math:`([^`]+)`", r"$\1$", line)
    pieces = re.split(r"(`[^`]*`|\$[^$]*\$)", line)
    return "".join([p if p[:1] in {"`", "$"} else MARKS.sub(r"\\\1", p) for p in pieces])


def _doc(thing: Any) -> str:
    return inspect.getdoc(thing) or ""


def _signature(thing: Any) -> str:
    try:
        text = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return "(...)"
    return re.sub(r" at 0x[0-9a-f]+", "", text.replace("'", ""))
