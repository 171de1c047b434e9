"""The site in Chromium: axe finds nothing, light and dark, and nothing is fetched."""

import pytest

from tests.browser.npm import fetched
from tools import site

pytestmark = pytest.mark.browser

AXE = "axe-core@4.10.3"
LOOKED_AT = ("index.html", "course/3-chain.html", "course/exercises.html", "howto/check.html")
WANTED = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
  .then((found) => found.violations.map((v) => v.id + ": " + v.nodes[0].target + " " + v.nodes[0].html))"""


@pytest.fixture(scope="module")
def pages():
    """The site's pages; those that `make test` made, if it did."""
    if not (site.SITE / "index.html").is_file():
        assert site.main() == 0
    return [site.SITE / name for name in LOOKED_AT]


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    return fetched(AXE, "axe.min.js", tmp_path_factory.mktemp("axe")).read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chrome, pages, axe, scheme):
    wrong = {}
    for page in pages:
        chrome.look_like(scheme)
        chrome.open(page)
        chrome.run(axe + ";0")
        if found := chrome.run(WANTED):
            wrong[page.name] = found
        assert all(url.startswith(("file:", "data:", "blob:")) for url in chrome.asked)
    assert wrong == {}
