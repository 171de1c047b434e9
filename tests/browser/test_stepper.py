"""The page that steps through backprop, driven in Chromium by keyboard, its numbers beside Python's."""

import json
import math
import random
import struct

import pytest

from autograd import TABLE, Value, sigmoid
from autograd.maths import read
from examples.backprop_by_hand import X_1, X_2, Y, seed_network
from nn import half_squared_error
from tests.browser import seen
from viz import stepper
from viz.javascript import javascript_of, runtime
from viz.numbers import shown

pytestmark = pytest.mark.browser

EDGES = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -3.0, 1e-300, -1e-300, 5e-324, 1e-9, 30.0, -30.0, 710.0,
    -710.0, 1e5, 1e300, -1e300, math.inf, -math.inf, math.nan,
)  # fmt: skip
CLOSE = 4e-13  # relative: libraries differ by some last bits, and powers make more of them


def bound(row):
    values = {"smooth_maximum": (2.0,), "leaky_relu": (0.01,), "elu": (1.0,)}
    return row.bind(*values.get(row.name, (3.0,))) if row.constants else row


def operands_of(row):
    found = list(row.samples)
    if row.arity == 1:
        found += [(x,) for x in EDGES]
    elif row.arity == 2:
        found += [(x, y) for x in EDGES for y in EDGES]
    else:
        n = row.arity or 3
        found += [tuple(random.Random(k).choices(EDGES, k=n)) for k in range(200)]
        if row.arity is None:
            found = [xs for xs in found if len(xs) == n]
    return found


def coded(x):
    return x if math.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def agree(a, b):
    if a != a or b != b:
        return a != a and b != b
    if math.isinf(a) or math.isinf(b) or a == b == 0.0:
        return a == b
    return abs(a - b) <= CLOSE * abs(b) + 1e-320


@pytest.fixture(scope="module")
def rows(chrome, tmp_path_factory):
    """What each row gives in the browser, as (row, operands, [z, partials ...])."""
    cases, parts = [], []
    for row in map(bound, TABLE.values()):
        by_length = {}
        for xs in operands_of(row):
            by_length.setdefault(len(xs), []).append(xs)
        for n, given in by_length.items():
            cases.append((row, given))
            numbers = json.dumps([[coded(x) for x in xs] for xs in given])
            parts.append(f"[{javascript_of(row, n)},{numbers}]")
    page = tmp_path_factory.mktemp("rows") / "rows.html"
    script = (
        f"{runtime(''.join(parts))}const CASES=[{','.join(parts)}];"
        "const found=CASES.map(([row,all])=>all.map((xs)=>{xs=xs.map(Number);const z=row.f(...xs);"
        "return [z,...row.d(z,...xs)].map(String)}));"
    )
    page.write_text(f"<!doctype html><meta charset=utf-8><script>{script}</script>", "utf-8")
    chrome.open(page)
    assert not chrome.said
    answers = chrome.run("found")
    return [
        (row, xs, [float(x) for x in answer])
        for (row, given), found in zip(cases, answers, strict=True)
        for xs, answer in zip(given, found, strict=True)
    ]


@pytest.mark.parametrize("name", TABLE)
def test_a_row_of_the_table_computes_as_in_python(rows, name):
    mine = [case for case in rows if case[0].name == name]
    assert mine
    for row, xs, (z, *partials) in mine:
        own = read(row.forward, *row.arguments(xs))
        assert agree(z, own), (xs, z, own)
        for mine_, python in zip(
            partials, read(row.partials, own, *row.arguments(xs)), strict=True
        ):
            assert agree(mine_, python), (xs, partials, python)


def sketch():
    w, x, b = Value(-3.0, label="w"), Value(0.5, label="x"), Value(2.0, label="b")
    loss = (1 - sigmoid(w * x + b)) ** 2
    loss.label = "L"
    return loss


def seed():
    return half_squared_error(seed_network()([X_1, X_2]), [Y])


def shared():
    """A box that is used again and again: every wrong sweep shows."""
    a = Value(2.0, label="a")
    c = a + a
    d = a + c
    e = c + d
    out = e * c
    for value, label in ((c, "c"), (d, "d"), (e, "e"), (out, "L")):
        value.label = label
    return out


PAGES = {"sketch": sketch, "seed": seed, "shared": shared}


@pytest.fixture
def opened(browser, tmp_path):
    """``opened(name)``: its page in the browser; gives the output, after backward."""

    def open_(name):
        out = PAGES[name]()
        browser.open(stepper(out).save(tmp_path / f"{name}.html"))
        out.backward()
        return out

    return open_


def text(browser, chosen):
    return browser.run(f"document.querySelector({chosen!r})?.textContent ?? ''")


def minus(number):
    return shown(number).replace("-", "−")


def leaves(out):
    found, stack, seen_ = {}, [out], set()
    while stack:
        value = stack.pop()
        if id(value) not in seen_:
            seen_.add(id(value))
            stack += value.parents
            if not value.parents and value.label:
                found[value.label] = value
    return found


def boxes(browser):
    """What stands in each box: name -> the texts."""
    script = "[...document.querySelectorAll('.box')].map(b=>[...b.querySelectorAll('text')].map(t=>t.textContent))"
    return {texts[0].partition(" = ")[0]: texts for texts in browser.run(script)}


def to_the_end(browser, presses=400):
    for _ in range(presses):
        if browser.run("state.at + 1 === steps.length"):
            return
        browser.press("ArrowRight")
    raise AssertionError("the last step was not reached")


def test_numbers_are_written_as_in_python(browser, opened):
    opened("sketch")
    made = random.Random(3)
    numbers = [struct.unpack("<d", made.randbytes(8))[0] for _ in range(4000)]
    numbers += [made.uniform(-1, 1) * 10 ** made.randint(-8, 9) for _ in range(4000)]
    numbers += [made.randint(-99999, 99999) / 2 ** made.randint(0, 8) for _ in range(4000)]
    numbers += [round(made.uniform(-9, 9), made.randint(0, 7)) for _ in range(4000)]
    numbers += [0.0, -0.0, 0.5, 2.5, 12345.5, 1e7, 9999999.5, 1e-5, 0.0001, 1e16, 123456789012345.0]
    numbers = [x for x in numbers if math.isfinite(x)]
    found = browser.run(f"{json.dumps(numbers)}.map((x) => plain(x))")
    assert found == [shown(x) for x in numbers]
    assert browser.run("[NaN, Infinity, -Infinity].map((x) => plain(x))") == ["nan", "inf", "-inf"]


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard_to_the_last_step_with_pythons_numbers(browser, opened, name):
    out = opened(name)
    to_the_end(browser)
    assert browser.run("location.hash") == f"#step={browser.run('steps.length - 1')}"
    found = boxes(browser)
    for label, value in leaves(out).items():
        assert found[label][1:] == [minus(value.data), f"∇ {minus(value.grad)}"], label
    assert found["L"][1:] == [minus(out.data), "∇ 1"]
    browser.press("Home")
    assert browser.run("state.at") == 0
    assert not browser.said and len(browser.asked) == 1


def answer(browser, words):
    browser.run(f"document.getElementById('answer').value = {words!r}")
    browser.run("document.getElementById('ask').requestSubmit()")
    return text(browser, "#verdict")


def test_answers_are_judged_by_what_they_were_taken_from(browser, opened):
    opened("sketch")
    browser.run("location.hash = '#step=9'")
    browser.run("new Promise((done) => setTimeout(done, 100))")
    assert text(browser, "#head") == "Through σ, from v3 back to v2"
    assert "?" in text(browser, "#rule") and not browser.run("$('ask').hidden")
    for words, said in {
        "0.1774": "sign",
        "-0.5201": "added",
        "-0.7551": "from above",
        "0.235": "local slope alone",
        "-0.3776": "number of v2",
        "-1.774": "decimal point",
        "-0.2": "one more digit",
        "-3.213": "divided",
        "7": "Not yet",
        "seven": "Type a number",
    }.items():
        assert said in answer(browser, words), words
    answer(browser, "−0.7551 × 0.235")
    assert browser.run("$('ask').hidden")
    assert "v2: 0 + (−0.1774) = −0.1774" in text(browser, "#body")
    assert text(browser, "#score") == "0 of 1 right at once"
    assert "Right. Step 9 of 14" in text(browser, "#live")
    assert not browser.said


def test_a_box_whose_users_are_pending_is_named(browser, opened):
    opened("shared")
    at = browser.run("steps.findIndex((s, i) => stage(i) === 'pick')")
    assert at > 0
    browser.run(f"go({at})")
    assert text(browser, "#head") == "Which box is next?"
    pending = browser.run("choices(state.at).all.find((n) => !choices(state.at).ready.includes(n))")
    browser.run(f"document.querySelector('[data-pick=\"{pending}\"]').click()")
    assert "still waits for what comes from" in text(browser, "#verdict")
    browser.run('document.querySelector(`[data-pick="${steps[state.at].n}"]`).click()')
    assert browser.run("stage(state.at)") == "value"
    assert "Right" in text(browser, "#verdict")


def with_w(number):
    w, x, b = Value(number, label="w"), 0.5, 2.0
    return (1 - sigmoid(w * x + b)) ** 2, w


def test_a_nudge_computes_anew_beside_its_forecast(browser, opened):
    out = opened("sketch")
    browser.run("document.querySelector('[data-tool=nudge]').click()")
    browser.run(
        "const s=document.querySelector('#tool input[type=range]');s.value=0.6;s.dispatchEvent(new Event('input'))"
    )
    h = browser.run("state.nudge.h")
    assert abs(h - 0.6) < 0.02
    table = text(browser, "#tool table")
    assert minus(leaves(out)["w"].grad * h) in table
    assert minus(with_w(-3.0 + h)[0].data - out.data) in table
    assert browser.run("document.querySelectorAll('.curve path').length") == 2
    browser.press("End")
    moved, w = with_w(-3.0 + h)
    moved.backward()
    assert boxes(browser)["w"][1:] == [minus(w.data), f"∇ {minus(w.grad)}"]
    assert not browser.said


def recursion(out):
    """The usual wrong sweep: each box passes on at once, and again when more arrives."""
    grads = {id(out): 1.0}

    def visit(node):
        for operand, slope in zip(node.parents, node.partials, strict=True):
            grads[id(operand)] = grads.get(id(operand), 0.0) + slope * grads[id(node)]
            visit(operand)

    visit(out)
    return grads[id(leaves(out)["a"])]


WRONG = {"assign": lambda out: 4.0, "order": recursion, "zero": lambda out: 80.0}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_broken_stands_beside_what_is_right(browser, opened, kind):
    out = opened("shared")
    right = leaves(out)["a"].grad
    wrong = WRONG[kind](out)
    assert right == 40.0 != wrong
    browser.run("document.querySelector('[data-tool=broken]').click()")
    browser.run(f"document.querySelector('#tool [value={kind}]').click()")
    told = text(browser, "#tool")
    assert minus(right) in told and f"{minus(wrong)} ✗" in told
    browser.run("go(steps.length - 2)")
    assert browser.run("steps[state.at].after") == wrong
    assert "right would be40" in text(browser, "#body") or kind == "order"
    assert text(browser, "#why").startswith("Broken: ")
    assert not browser.said


def test_an_update_too_early_is_another_gradient(browser, opened):
    out = opened("seed")
    browser.run("document.querySelector('[data-tool=broken]').click()")
    browser.run("document.querySelector('#tool [value=early]').click()")
    told = text(browser, "#tool")
    # W31 is 0.4030975 already when A_h1 asks for it
    assert "✗" in told and minus(leaves(out)["W11"].grad) in told
    d_o1 = -0.05 * 0.7 * 0.3
    early = (0.4 - 0.5 * d_o1 * 0.59) * d_o1 * 0.59 * 0.41
    assert f"{minus(early)} ✗" in told


def test_an_update_goes_downhill_by_the_learning_rate(browser, opened):
    out = opened("seed")
    browser.press("End")
    told = text(browser, "#body")
    assert "0.4 − 0.5·(−0.006195)0.4031" in told
    browser.run("document.querySelector('[data-times=\"1\"]').click()")
    model = seed_network()
    for parameter in model.parameters():
        parameter.data -= 0.5 * leaves(out)[parameter.label].grad
    after = half_squared_error(model([X_1, X_2]), [Y])
    assert boxes(browser)["L"][1] == minus(after.data)
    browser.run("document.querySelector('[data-times=\"10\"]').click()")
    assert "after 11 updates" in text(browser, "#body")
    assert browser.run("document.querySelectorAll('#body .curve path').length") == 1
    assert not browser.said


def test_paths_add_up_to_the_gradient(browser, opened):
    out = opened("shared")
    browser.run("document.querySelector('[data-tool=paths]').click()")
    told = text(browser, "#tool")
    assert "From a to L: 7 paths" in told
    browser.run("document.querySelector('.paths button').click()")
    assert browser.run("document.querySelectorAll('.e.lit').length") > 1
    products = browser.run("graph.paths(state.chosen, now.d).found.map((p) => p.product)")
    assert sum(products) == leaves(out)["a"].grad


def test_light_dark_and_print(browser, opened):
    opened("seed")
    browser.press("ArrowRight")
    light = seen.image(browser.screenshot())
    browser.look_like("dark")
    assert seen.brightness(seen.image(browser.screenshot())) < seen.brightness(light) - 60
    features = [{"name": "prefers-color-scheme", "value": "light"}]
    browser.ask("Emulation.setEmulatedMedia", media="print", features=features)
    browser.run("new Promise((done) => setTimeout(done, 200))")
    rows_ = browser.run("document.querySelectorAll('#print tbody tr').length")
    assert rows_ == browser.run("steps.length")
    assert browser.run("getComputedStyle($('print')).display") == "block"
    assert browser.run("getComputedStyle(document.querySelector('main')).display") == "none"
    assert "∂L/∂W31 += ∂L/∂Z_o1" in text(browser, "#print")


HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "שלום",
    "{0}$&",
    "a\\b",
)


def test_hostile_labels_are_text_and_no_more(browser, tmp_path):
    out = Value(1.5, label="x" * 10_000)
    for k, label in enumerate(HOSTILE):
        out = out * Value(0.5 + k, label=label)
        out.label = label
    browser.open(stepper(out).save(tmp_path / "hostile.html"))
    for tool in ("nudge", "paths", "broken", "all"):
        browser.run(f"document.querySelector('[data-tool={tool}]').click()")
    to_the_end(browser)
    browser.run("document.querySelectorAll('.box').forEach((b) => b.focus())")
    shown_ = text(browser, "aside") + text(browser, "#picture")
    for label in HOSTILE:
        assert label[:24] in shown_.replace("\u2068", "").replace("\u2069", "") or len(label) > 20
    assert "<script>alert(1)</scrip" in shown_
    assert browser.run("document.querySelectorAll('script, img').length") == 2
    assert not browser.said and len(browser.asked) == 1


def test_a_notebooks_frame_runs_without_complaint(browser, tmp_path):
    page = tmp_path / "notebook.html"
    page.write_text(f"<!doctype html><title>n</title>{stepper(sketch())._repr_html_()}", "utf-8")
    browser.open(page)
    browser.run("new Promise((done) => setTimeout(done, 300))")
    drawn = seen.image(browser.screenshot())
    assert seen.colours(drawn) > 5
    browser.run("go(9); $('answer').value = '0.1774'; $('ask').requestSubmit()", framed=True)
    assert "sign" in browser.run("$('verdict').textContent", framed=True)
    assert not browser.said and len(browser.asked) <= 2


def test_everything_that_acts_has_a_name(browser, opened):
    opened("sketch")
    for tool in ("nudge", "paths", "broken", "all"):
        browser.run(f"document.querySelector('[data-tool={tool}]').click()")
        nameless = browser.run(
            "[...document.querySelectorAll('button,input,select,[role=button],svg[role]')].filter((e) =>"
            "!e.getAttribute('aria-label') && !e.textContent.trim() && !e.labels?.length)"
            ".map((e) => e.outerHTML)"
        )
        assert nameless == []
        unlike = browser.run(
            "[...document.querySelectorAll('.box')].filter((b) => !b.getAttribute('aria-label')"
            ".startsWith(b.textContent.trim())).length"
        )
        assert unlike == 0  # a voice command says what is to be read
    assert browser.run("document.querySelectorAll('[id]').length") == browser.run(
        "new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"
    )
