"""What docs/nn.md skips where there is no PyTorch."""

import doctest

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.peers


def test_the_bridge_of_the_page(root):
    text = (root / "docs" / "nn.md").read_text(encoding="utf-8")
    section = text.partition("### To PyTorch")[2].partition("\n## ")[0]
    assert section.count("# doctest: +SKIP") == 3
    code = ">>> import nn\n\n" + section.replace("  # doctest: +SKIP", "")
    parsed = doctest.DocTestParser().get_doctest(code, {}, "nn.md", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(parsed).failed == 0
