"""KaTeX renders every formula that explain and the table write."""

import json
import shutil
import subprocess

import pytest

from autograd import Value, explain
from tests.browser.npm import fetched
from tests.core.test_explain import (
    ATOM,
    HOSTILE,
    LATEX,
    RESULT,
    ROWS,
    applied,
    book,
    named,
    seed_loss,
    slopes,
)  # fmt: skip

pytestmark = pytest.mark.browser
SCRIPT = """
const katex = require(process.argv[1]);
for (const text of JSON.parse(require("fs").readFileSync(0, "utf8")))
  katex.renderToString(text, { displayMode: true, throwOnError: true, strict: "ignore" });
console.log("rendered");
"""


def test_katex_renders_every_formula(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed")
    katex = fetched("katex@0.16", "dist/katex.min.js", tmp_path)
    texts = [
        explain(book()[0]).latex(),
        explain(book()[0], wrt=None).latex(),
        explain(seed_loss()).latex(),
    ]
    for label in HOSTILE:
        x = Value(2.0, label=label)
        z = x * x + Value(1e-9, label=label)
        texts += [explain(z).latex(), explain(z, wrt=x).latex()]
    put = lambda i: ("x" if i == RESULT else f"x_{{{i}}}", ATOM)
    for row in ROWS:
        n = len(row.samples[0])
        operands = tuple([named(i) for i in range(n)])
        texts += [LATEX.write(t, put) for t in (applied(row, operands), *slopes(row, n))]
    done = subprocess.run(
        [node, "-e", SCRIPT, str(katex)], input=json.dumps(texts), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "rendered", done.stderr
