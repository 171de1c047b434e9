"""The page to try it: Python in Chromium, from a served folder, under its policy."""

import functools
import http.server
import re
import threading
import time
from types import SimpleNamespace

import pytest

from tests.browser import npm, seen
from tools import tryit

pytestmark = pytest.mark.browser

SECONDS = 90  # for Python to be loaded, on a busy machine


class Handler(http.server.SimpleHTTPRequestHandler):
    """A file of the folder, with the policy of its page as a header."""

    def end_headers(self):
        name = "frame.html" if self.path.startswith("/frame.") else "index.html"
        text = (tryit.PAGE / name).read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The page's address, and that of a server elsewhere with what was asked of it."""
    try:
        folder = tryit.build(tmp_path_factory.mktemp("try"))
    except tryit.MissingError as error:
        pytest.skip(str(error))
    asked = []

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    handler = functools.partial(Handler, directory=str(folder))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as own,
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other,
    ):
        for server in (own, other):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        here, there = [f"http://127.0.0.1:{server.server_port}/" for server in (own, other)]
        yield SimpleNamespace(here=here, there=there, asked=asked)
        own.shutdown()
        other.shutdown()


@pytest.fixture(scope="module")
def opened(chrome, served):
    """The browser with the page, where Python is loaded once for all tests."""
    chrome.open(served.here)
    wait(chrome, "document.body.dataset.state !== 'loading'")
    assert state(chrome) == "ready", status(chrome)
    served.given = list(chrome.asked)
    yield chrome
    chrome.open("about:blank")


@pytest.fixture
def page(opened):
    opened.look_like("light")
    opened.said.clear()
    yield opened
    assert not opened.said


def wait(browser, condition, *, framed=False):
    end = time.monotonic() + SECONDS
    while not browser.run(condition, framed=framed):
        assert time.monotonic() < end, (condition, status(browser), browser.said)
        time.sleep(0.03)


def state(browser):
    return browser.run("document.body.dataset.state")


def status(browser):
    return browser.run("document.getElementById('status').textContent")


def run(browser, code):
    """Type a program and run it; what its output says, in text."""
    browser.run(f"code.value = {code!r}; run()")
    wait(browser, "document.body.dataset.state === 'ready'")
    return browser.run("output.innerText")


def example(browser, title):
    browser.run(f"$('example').value = {title!r}; $('example').dispatchEvent(new Event('change'))")
    return run(browser, browser.run("code.value"))


def key(browser, name, number, modifiers=0):
    """A key as a keyboard has it, with what Chromium itself does then."""
    for kind in ("rawKeyDown", "keyUp"):
        browser.ask(
            "Input.dispatchKeyEvent", type=kind, key=name, code=name, modifiers=modifiers,
            windowsVirtualKeyCode=number,
        )  # fmt: skip


def test_all_of_it_comes_from_its_own_server(opened, served):
    assert len(served.given) >= 8
    for url in served.given:
        assert url.startswith((served.here, f"blob:{served.here}")), url
    assert not opened.said


def test_the_graph_of_the_readme_is_drawn(page):
    said = example(page, "A graph and its gradients")
    assert "∂L/∂w = -0.0887" in said
    assert page.run("[...output.children].map((e) => e.className)") == ["text", "picture"]
    boxes = page.run(
        "[...document.querySelector('.picture').shadowRoot.querySelectorAll('svg .node')]"
        ".map((e) => e.textContent)"
    )
    assert len(boxes) == 9
    assert any("input w = -3.0, gradient -0.08872" in box for box in boxes), boxes
    edges = "document.querySelector('.picture').shadowRoot.querySelectorAll('svg .edge').length"
    assert page.run(edges) == 8


def test_the_chain_rule_is_told(page):
    said = example(page, "The chain rule, step by step")
    assert "∂L/∂v2 = ∂L/∂L × a" in said and "Σ −2" in said


def test_xor_is_learnt(page):
    said = example(page, "A network learns XOR")
    assert "converged" in said
    found = dict(re.findall(r"\[(\d, \d)\] → ([\d.]+)", said))
    assert [round(float(found[x])) for x in ("0, 0", "0, 1", "1, 0", "1, 1")] == [0, 1, 1, 0]
    print(f"XOR in the browser: {status(page)} {re.search(r'<History[^>]*>', said)[0]}")


def test_exercise_3_1_tells_right_from_wrong(page):
    assert "not yet" in example(page, "Right or not yet: exercise 3.1")
    assert page.run("document.querySelectorAll('.wrong').length") == 1
    right = "from math import cos\nfrom chalkgrad.exercises import check\n"
    said = run(page, f"{right}check('3.1', lambda x: cos(x * x) * 2 * x)")
    assert said.strip() == "3.1  right" and page.run("document.querySelectorAll('.right').length")


def test_the_page_that_steps_runs_in_its_frame(page):
    example(page, "A page that asks first")
    wait(page, "document.querySelector('iframe').title.includes('σ(w·x + b)')")
    wait(page, "document.querySelectorAll('.box').length === 8", framed=True)
    assert page.run("$('count').textContent", framed=True) == "step 0 of 14"
    page.run("$('next').click()", framed=True)
    assert "v1 = w·x" in page.run("$('head').textContent", framed=True)
    page.run("go(9); $('answer').value = '0.1774'; $('ask').requestSubmit()", framed=True)
    assert "sign" in page.run("$('verdict').textContent", framed=True)
    tried = page.run(
        "(() => { try { return parent.document.title } catch (e) { return e.name } })()",
        framed=True,
    )
    assert tried == "SecurityError"


def test_an_error_is_short_and_names_the_line(page):
    said = run(page, "def f(x):\n    return 1 / x\n\nprint('so far')\nf(0)")
    assert said.split("\n")[0] == "so far"
    assert page.run("document.querySelector('.error').textContent") == (
        "line 5:  f(0)\nline 2:  return 1 / x\nZeroDivisionError: division by zero"
    )


def test_what_is_hostile_is_text(page):
    label = "<script>alert(1)</script><img src=x onerror=alert(2)>\\"
    said = run(
        page,
        f"from autograd import Value\nfrom viz import draw\nx = Value(1.0, {label!r})\n"
        f"print({label!r})\ndraw(x * x)\nraise ValueError({label!r})",
    )
    assert said.count(label) >= 2
    assert page.run("document.querySelectorAll('script[src], img').length") == 1
    drawn = page.run("document.querySelector('.picture').shadowRoot.textContent")
    assert "<script>alert(1)" in drawn


def test_the_editor_is_left_by_keyboard(page):
    page.run("code.value = 'for k in x:'; code.focus(); code.setSelectionRange(11, 11)")
    key(page, "Enter", 13)
    assert page.run("code.value") == "for k in x:\n    "
    key(page, "Tab", 9)
    assert page.run("code.value") == "for k in x:\n        "
    page.run("code.setSelectionRange(0, code.value.length)")
    key(page, "Tab", 9)
    assert page.run("code.value").startswith("    for k in x:\n    ")
    assert page.run("document.activeElement.id") == "code"
    key(page, "Escape", 27)
    key(page, "Tab", 9)
    assert page.run("document.activeElement.id") == "run"
    page.run("code.value = 'print(6 * 7)'; code.focus()")
    key(page, "Enter", 13, modifiers=2)
    wait(page, "output.innerText.includes('42')")
    wait(page, "document.body.dataset.state === 'ready'")


def test_changes_are_kept_until_they_are_undone(page):
    titles = page.run("Object.keys(examples)")
    choose = "$('example').value = {!r}; $('example').dispatchEvent(new Event('change'))"
    page.run(choose.format(titles[0]))
    page.run("$('reset').click(); code.value = 'mine'; code.dispatchEvent(new Event('input'))")
    page.run(choose.format(titles[1]))
    assert page.run("code.value") == tryit.examples()[titles[1]]
    page.run(choose.format(titles[0]))
    assert page.run("code.value") == "mine"
    page.run("$('reset').click()")
    assert page.run("code.value") == tryit.examples()[titles[0]]
    assert page.run("$('reset').disabled")


CONTRAST = """(() => {
  const light = (css) => {
    const [r, g, b] = css.match(/[\\d.]+/g).map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    const colour = getComputedStyle(e).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" && e.parentElement ? ground(e.parentElement) : colour;
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getClientRects().length && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
      return [e.outerHTML.slice(0, 60), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    });
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_read_in_light_and_in_dark(page, scheme):
    run(
        page,
        "from chalkgrad.exercises import check\nprint(1)\ncheck('1.3', 0.5)\ncheck('1.3', 2)\n1 / 0",
    )
    page.look_like(scheme)
    found = page.run(CONTRAST)
    assert len(found) > 15
    assert [each for each in found if each[1] < 7] == []
    brightness = seen.brightness(seen.image(page.screenshot()))
    assert (brightness > 180) == (scheme == "light")


def test_axe_finds_nothing(page, tmp_path):
    axe = npm.fetched("axe-core@4.10.3", "axe.min.js", tmp_path).read_text(encoding="utf-8")
    example(page, "A graph and its gradients")
    page.run(f"{axe};1")
    found = page.run(
        "axe.run({iframes: false}).then((r) => r.violations.map((v) => v.id + v.nodes.map((n) => n.html)))"
    )
    assert found == []


def test_a_program_reaches_no_other_host(opened, served):
    code = f"""
import js
for address in ("runner.py", {served.there!r}):
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    try:
        request.send()
        print("read", request.status)
    except Exception as error:
        print("refused", type(error).__name__)
try:
    print(js.eval("6 * 7"))
except Exception as error:
    print("no eval")
"""
    said = run(opened, code.replace('"runner.py"', repr(served.here)))
    assert said.split("\n")[:3] == ["read 200", "refused JsException", "no eval"]
    assert not served.asked
    assert any("Content Security Policy" in words for words in opened.said)


def test_an_endless_loop_freezes_nothing_and_is_stopped(page):
    page.run("code.value = 'print(\"on\")\\nwhile True:\\n    pass'; run()")
    wait(page, "output.innerText.includes('on')")
    assert state(page) == "running" and page.run("$('run').disabled")
    frames = page.run(
        "new Promise((done) => { let n = 0; const tick = () => (++n === 5 ? done(n) : requestAnimationFrame(tick)); tick(); })"
    )
    assert frames == 5
    page.run("$('stop').click()")
    assert state(page) == "loading" and "Stopped after" in status(page)
    wait(page, "document.body.dataset.state === 'ready'")
    assert run(page, "print(1 + 1)").strip() == "2"
    page.run("code.value = 'import os\\nos._exit(1)'; run()")
    wait(page, "document.querySelector('.error')?.textContent.includes('Python itself broke down')")
    assert state(page) == "loading"
