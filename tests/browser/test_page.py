"""The page's script in a browser: what a pointer and keys do to it."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from autograd import Value
from viz import draw
from viz.html import html_of

pytestmark = pytest.mark.browser
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

TOOLS = """
const box = (name) => document.querySelector(`section:not([hidden]) [data-name="${name}"]`);
const key = (key, at = document.activeElement) =>
  at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const lit = () => [...document.querySelectorAll("section:not([hidden]) .node.lit")]
  .map((e) => e.dataset.name).sort().join(" ");
const edges = () => [...document.querySelectorAll("section:not([hidden]) .edge.lit")]
  .map((e) => `${e.dataset.from}-${e.dataset.to}`).sort().join(" ");
const said = () => document.getElementById("status").textContent;
const svg = () => document.querySelector("section:not([hidden]) svg");
const frame = () => svg().getAttribute("viewBox").split(" ").map(Number);
const pointer = (kind, x, y, at) => at.dispatchEvent(
  new PointerEvent(kind, { clientX: x, clientY: y, bubbles: true, pointerId: 1 }));
"""


def asked(page, script):
    """What ``script``, run in the page, returns."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    # the page's policy allows no other script: a test's own stands in a page without one
    page, count = re.subn(r"<meta http-equiv[^>]*>", "", page)
    assert count == 1
    probe = f"{TOOLS}\ndocument.title = 'asked: ' + JSON.stringify((() => {{ {script} }})());"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(
            page.replace("</body>", f"<script>{probe}</script></body>"), encoding="utf-8"
        )
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,900",
             f"--user-data-dir={folder}/profile", "--dump-dom", path.as_uri()],
            capture_output=True, check=True, timeout=60,
        )  # fmt: skip
    found = re.search(r"<title>asked: (.*?)</title>", done.stdout.decode())
    assert found, "the script did not end"
    return json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def graph():
    x, w, u = Value(2.0, label="x"), Value(3.0, label="w"), Value(5.0, label="u")
    y = x * w + x.exp() * u
    y.label = "y"
    return draw(y)


def page():
    return graph()._rendered("html").decode()


def names():
    return {box.label or box.symbol: box.name for box in graph().picture.boxes}


def test_a_box_lights_the_paths_through_it():
    v = names()
    focused, edges, words, hovered, left = asked(
        page(),
        f"""box("{v["exp"]}").focus();
        const first = [lit(), edges(), said()];
        document.activeElement.blur();
        pointer("pointerover", 5, 5, box("{v["w"]}").querySelector("text"));
        first.push(lit());
        pointer("pointerout", 5, 5, box("{v["w"]}").querySelector("text"));
        first.push(svg().classList.contains("dimmed"));
        return first;""",
    )
    times = [b.name for b in graph().picture.boxes if b.symbol == "×"]
    assert focused == " ".join(sorted([v["x"], v["exp"], times[1], v["y"]]))
    assert edges.count(" ") == 2 and f"{v['x']}-{v['exp']}" in edges
    assert words.startswith("result exp = 7.38905609893065. Comes from 1 box, leads to 2 boxes.")
    assert hovered == " ".join(sorted([v["w"], times[0], v["y"]]))
    assert left is False


def test_keys_move_the_view_and_between_boxes():
    nearer, farther, whole, right, stops = asked(
        page(),
        f"""const start = frame();
        key("+", document.body); const nearer = frame();
        key("-", document.body); key("-", document.body); const farther = frame();
        key("0", document.body); const whole = frame();
        box("{names()["x"]}").focus(); key("ArrowRight");
        const right = document.activeElement.dataset.name;
        const stops = [...svg().querySelectorAll("[tabindex]")].length;
        return [nearer[2] / start[2], farther[2] / start[2], String(whole) === String(start), right, stops];""",
    )
    assert nearer == pytest.approx(0.8) and farther == pytest.approx(1.25)
    assert whole is True
    assert right in {box.name for box in graph().picture.boxes if box.cells}
    assert stops == len(graph().picture.boxes)


def test_wheel_and_drag_keep_the_point_under_the_pointer():
    wheeled, dragged, opened = asked(
        page(),
        """const under = (x, y) => {
          const p = new DOMPoint(x, y).matrixTransform(svg().getScreenCTM().inverse());
          return [p.x, p.y];
        };
        const stage = document.getElementById("stage");
        const a = under(700, 400);
        stage.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, clientX: 700, clientY: 400, cancelable: true }));
        const b = under(700, 400);
        pointer("pointerdown", 700, 400, stage);
        pointer("pointermove", 760, 430, stage);
        pointer("pointerup", 760, 430, stage);
        const c = under(760, 430);
        return [[b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]], document.querySelectorAll("section").length];""",
    )
    assert wheeled == pytest.approx([0, 0], abs=0.01)
    assert dragged == pytest.approx([0, 0], abs=0.01)
    assert opened == 1


def test_a_group_opens_and_there_is_a_way_back():
    inner = Value(1.0, label="inside </script>").exp()
    views = {"": graph(), names()["w"]: draw(inner)}
    text = html_of({name: d._rendered("svg").decode() for name, d in views.items()}, "t")
    role, inside, focus, crumbs, back, focus_back, clicked = asked(
        text,
        f"""const w = box("{names()["w"]}");
        const role = w.getAttribute("role");
        w.focus(); key("Enter");
        const inside = svg().querySelectorAll(".node").length;
        const focus = document.activeElement.getAttribute("aria-label");
        const crumbs = document.getElementById("trail").textContent;
        key("Escape");
        const back = svg().querySelectorAll(".node").length;
        const focusBack = document.activeElement.dataset.name;
        w.querySelector("text").dispatchEvent(new MouseEvent("click", {{ bubbles: true }}));
        return [role, inside, focus, crumbs, back, focusBack, svg().querySelectorAll(".node").length];""",
    )
    assert role == "button"
    assert inside == clicked == 2
    assert "inside </script>" in focus and crumbs.startswith("Startw")
    assert back == len(graph().picture.boxes) and focus_back == names()["w"]


def test_a_group_in_a_group_has_its_own_view():
    first, second, third = (
        draw(Value(1.0, label=name) * 2)._rendered("svg").decode() for name in "abc"
    )
    text = html_of({"": first, "v0": second, "v0/v0": third, "v2": third}, "t")
    shown = asked(
        text,
        """const label = () => box("v0").querySelector("text").textContent;
        const found = [label()];
        box("v0").focus(); key("Enter"); found.push(label());
        box("v0").focus(); key("Enter"); found.push(label());
        found.push(document.querySelectorAll("#trail > *").length);
        found.push(box("v0").getAttribute("role"), box("v1").getAttribute("role"));
        document.querySelector("#trail button").click(); found.push(label());
        return found;""",
    )
    assert shown == ["a", "b", "c", 3, "img", "img", "a"]


def test_the_policy_lets_the_pages_script_run_and_no_other():
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    text = page().replace("</body>", "<script>document.title = 'foreign'</script></body>")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        dom = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", path.as_uri()],
            capture_output=True, check=True, timeout=60,
        ).stdout.decode()  # fmt: skip
    assert "<title>foreign" not in dom
    assert 'class="live"' in dom
