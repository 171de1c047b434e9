"""The page that steps in a language that nobody speaks: whatever one does, no English is shown."""

import pytest

from autograd import Value, relu, scope, sigmoid
from nn import MLP, half_squared_error
from tests import pseudo
from viz import stepper
from viz.pagetexts import texts_of
from viz.stepping import page_script

pytestmark = [pytest.mark.browser, pytest.mark.wide, pytest.mark.deep]  # half a minute

# Goes through all that the page can do, and collects what is shown and what is read aloud.
WALK = """(() => {
  history.replaceState = () => {};  // so many of them in a second are refused
  const shown_ = new Set(), asked = new Set(), real = T.texts;
  T.texts = new Proxy(real, { get: (all, key) => (asked.add(key), all[key]) });
  const look = () => {
    for (const e of document.body.querySelectorAll("*")) {
      if (["SCRIPT", "STYLE"].includes(e.tagName)) continue;
      for (const x of e.childNodes) if (x.nodeType === 3 && x.data.trim()) shown_.add(x.data);
      for (const a of ["aria-label", "placeholder", "title", "aria-valuetext"]) if (e.hasAttribute(a)) shown_.add(e.getAttribute(a));
    }
    shown_.add(document.title);
  };
  const press = (chosen) => { for (const b of [...document.querySelectorAll(chosen)]) { if (b.isConnected) b.click(); look(); } };
  const some = (n = 15) => [...steps.keys()].filter((i) => i < n || i > steps.length - n); // first and last
  const through = () => { for (const i of some(6)) { go(i, true); look(); } };
  const answers = (s) => {
    const d = now.d[s.n], x = now.x;
    return ["what", -s.c, s.after, s.up + s.local, s.up, s.local, s.up - s.local, ...d.map((y) => s.up * y), s.up * x[s.p],
      s.up * x[s.n], x[s.p], x[s.n], s.up / s.local, s.c * 10, 987.65, s.c.toPrecision(1), s.c];
  };
  look();
  for (const i of some()) {
    go(i, true);
    look();
    if (stage(i) === "pick") { pick(graph.leaves[0].i); look(); }
    if (stage(i) === "pick") for (const b of [...document.querySelectorAll("[data-pick]")]) {
      if (stage(i) !== "pick") { state.stages.delete(i); render(); }
      pick(+b.dataset.pick);
      look();
    }
    if (stage(i) === "pick") { state.stages.set(i, "value"); render(); }
    if (stage(i) === "value") for (const a of answers(steps[i])) {
      if (stage(i) !== "value") { state.stages.delete(i); state.stages.set(i, "value"); render(); }
      $("answer").value = String(a);
      check();
      look();
    }
  }
  $("predict").checked = false;
  through();
  for (const node of nodes.slice(-40)) { about(node.i); look(); }
  for (const key of Object.keys(TOOLS)) {
    press(`[data-tool=${key}]`);
    if (key === "nudge") {
      const slider = document.querySelector("#tool input[type=range]");
      if (slider) { slider.value = 0.5; slider.dispatchEvent(new Event("input")); }
      look();
      for (const { i } of graph.leaves.slice(0, 3)) { choose(i); look(); }
    }
    if (key === "paths") { press("#tool li button"); press("#tool p button"); clearInterval(state.walking); }
    if (key === "broken") for (const wrong of Object.keys(WRONG)) {
      document.querySelector(`#tool [value="${wrong}"]`).click();
      through();
    }
    go(0, true);
  }
  state.wrong = "assign";
  anew();
  go(steps.length - 1, true);
  for (const n of [1, 10]) { press(`[data-times="${n}"]`); }
  state.rate = 1e3;
  anew();
  look();
  state.wrong = "";
  anew();
  printed();
  play(true);
  look();
  play(false);
  look();
  return { shown: [...shown_], asked: [...asked] };
})()"""


def sketch():
    w, x, b = Value(-3.0, label="w"), Value(0.5, label="x"), Value(2.0, label="b")
    with scope("here"):
        loss = (1 - sigmoid(w * x + b)) ** 2
    x.data = 0.75
    return loss


def network():
    return half_squared_error(MLP(2, [2, 1], seed=0)([0.5, -0.8]), [1.0])


def shared():
    a, b = Value(2.0, label="a"), Value(-1.0, label="b")
    c = a + a
    d = (a + c) * b
    e = c + d
    return e * c + relu(b) + sigmoid(a * 9.0)


def ladder(steps):
    y = x = Value(1.0, label="x")
    for _ in range(steps):
        y = y * 0.5 + y * x
    return y


PAGES = {
    "sketch": sketch,
    "network": network,
    "shared": shared,
    "short": lambda: ladder(5),
    "long": lambda: ladder(110),
    "a part": lambda: ladder(600),
    "infinite": lambda: Value(0.0, label="x") ** -1.0,
    "nan": lambda: Value(1.0, label="x") * float("nan"),
}
NAMES = {"nan", "inf", "relu", "if", "else", "here", "hidden", "output", "layer"}


@pytest.fixture(scope="module")
def texts():
    return pseudo.catalogue()


@pytest.fixture(scope="module")
def walked(chrome, texts, tmp_path_factory):
    """For each page what it showed and asked for, and what the browser complained of."""
    found = {}
    for name, make in PAGES.items():
        chosen, _ = pseudo.speak(texts)
        with chosen:
            page = stepper(make())
        chrome.open(page.save(tmp_path_factory.mktemp("pages") / "page.html"))
        found[name] = {**chrome.run(WALK), "said": chrome.said}
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_english_is_shown(walked, name):
    assert not walked[name]["said"]
    for text in walked[name]["shown"]:
        assert not pseudo.plain_words(text, NAMES), text


def test_every_text_of_the_script_was_shown(walked, texts):
    asked = {key for page in walked.values() for key in page["asked"]}
    shown = {text for page in walked.values() for text in page["shown"]}
    assert not [
        key for key in texts_of(page_script()) if key not in asked and texts[key] not in shown
    ]
