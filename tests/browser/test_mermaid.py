"""Mermaid's own package reads what is written for it, and draws each box with its words."""

import json

import pytest

from tests.browser import seen
from tests.browser.kinds import some_kinds
from tests.browser.npm import fetched

pytestmark = pytest.mark.browser
PAGE = '<!doctype html><meta charset="utf-8"><title>m</title><script src="mermaid.min.js"></script>'
RENDER = """(async (source) => {
  mermaid.initialize({ startOnLoad: false });
  await mermaid.parse(source);
  const { svg } = await mermaid.render("picture", source);
  document.body.innerHTML = svg;
  const texts = (kind) => [...document.querySelectorAll(kind)].map((e) => e.textContent.trim());
  return { nodes: texts("g.node"), edges: document.querySelectorAll("path.flowchart-link").length,
    frames: document.querySelectorAll("g.cluster").length,
    scripts: document.querySelectorAll("body script").length };
})"""


@pytest.fixture(scope="session")
def mermaid(chrome, tmp_path_factory):
    """``mermaid(source)``: what Mermaid draws, in a page that loads it from disk."""
    folder = tmp_path_factory.mktemp("mermaid")
    fetched("mermaid@11", "dist/mermaid.min.js", folder)
    (folder / "page.html").write_text(PAGE, encoding="utf-8")

    def render(source):
        chrome.look_like("light")
        chrome.open(folder / "page.html")
        return chrome.run(f"{RENDER}({json.dumps(source)})")

    return render


@some_kinds
def test_mermaid_draws_every_box(mermaid, browser, drawn, name):
    source = drawn(name, "mmd").read_text(encoding="utf-8")
    page = mermaid(source)
    lines = [line.strip() for line in source.splitlines()]
    boxes = [line for line in lines if '["' in line and not line.startswith("subgraph")]
    assert len(page["nodes"]) == len(boxes) and not page["scripts"]
    assert page["edges"] == sum("-->" in line or "---" in line for line in lines)
    assert page["frames"] == sum(line.startswith("subgraph") for line in lines)
    assert not browser.said and all(url.startswith("file:") for url in browser.asked)
    assert seen.colours(seen.image(browser.screenshot())) > 10


def test_labels_are_read_as_they_stand(mermaid, browser, drawn):
    found = mermaid(drawn("labels", "mmd").read_text(encoding="utf-8"))["nodes"]
    found = [text.replace("\u2060", "") for text in found]  # which is not seen
    for label in ("<script>alert(1)</script>", "a ]]> b", "\"quoted\" 'twice'", '"];} --> end',
                  "C:\\new\\table \\N \\G", "{a|b} <p> &amp; &#65;", "%% #35; `code` $x$"):  # fmt: skip
        assert any(label in text for text in found), label
