// Experiments: nudge a number, follow the paths, break the rules, update; and all steps as a table.

const TOOLS = { nudge: T`nudge`, paths: T`paths`, broken: T`break it`, all: T`all steps` };
const WRONG = {
  "": [T`nothing is broken`, ""],
  assign: [T`= for +=`, T`Each contribution overwrites the one before. A box that is used twice forgets one of its ways.`],
  order: [T`recursion, no order`, T`Each box passes on at once, before all that use it have passed theirs; it then passes again what it had passed before.`],
  zero: [T`no zero_grad`, T`The gradients of the last backward are still in the leaves, and the new ones are added to them.`],
  early: [T`update too early`, T`A parameter is updated as soon as something arrives, and slopes that come later read its new number.`],
};
let built = "", refresh = () => {};

function tools() {
  const refused = graph.refused || (part() ? T`This page has the last ${graph.forward.length} operations of a larger graph, so it can't compute the whole anew.` : "");
  if (!$("tabs").childElementCount) {
    for (const [key, text] of Object.entries(TOOLS)) {
      $("tabs").append(tag("button", { type: "button", "data-tool": key, "aria-controls": "tool", onclick: () => {
        state.tool = state.tool === key ? "" : key;
        state.lit = [];
        render();
      } }, text));
    }
  }
  for (const button of $("tabs").children) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === state.tool));
    button.setAttribute("aria-expanded", String(button.dataset.tool === state.tool));
  }
  $("tool").hidden = !state.tool;
  const key = `${state.tool} ${state.tool === "paths" || state.tool === "nudge" ? state.chosen : ""}`;
  if (key === built) return refresh();
  built = key;
  refresh = () => {};
  const make = { nudge: nudging, paths: following, broken: breaking, all: listing }[state.tool];
  $("tool").replaceChildren(...(make ? make(refused) : []));
  refresh();
}

function select(key, label, list, value, change) {
  const id = `choose-${key}`;
  const box = tag("select", { id, onchange: (event) => change(event.target.value) });
  for (const [which, text] of list) box.append(tag("option", { value: which, selected: String(which) === String(value) }, text));
  return tag("p", { class: "row" }, tag("label", { for: id }, label), box);
}

function nudging(refused) {
  if (refused) return [tag("p", {}, refused)];
  if (!graph.isGiven(state.chosen) || nodes[state.chosen].r === "constant") state.chosen = graph.leaves[0].i;
  const i = state.chosen, reach = Math.max(1, Math.abs(origin(i)));
  const set = (h) => {
    state.nudge = h ? { i, h } : null;
    anew();
  };
  if (state.nudge?.i !== i && state.nudge) {
    state.nudge = null;
    compute();
  }
  const slider = tag("input", { type: "range", min: -reach, max: reach, step: reach / 100, value: state.nudge?.h ?? 0, "aria-label": T`Nudge ${nodes[i].n}`, oninput: (event) => set(event.target.valueAsNumber) });
  const exact = tag("input", { type: "number", step: "any", "aria-label": T`The number of ${nodes[i].n}`, onchange: (event) => Number.isFinite(event.target.valueAsNumber) && set(event.target.valueAsNumber - origin(i)) });
  const said = tag("div"), picture = tag("div");
  const keep = tag("button", { type: "button", onclick: () => {
    if (state.nudge) state.given.set(i, origin(i) + state.nudge.h);
    set(0);
  } }, T`keep`);
  const reset = tag("button", { type: "button", onclick: () => {
    state.given.clear();
    state.losses = [];
    set(0);
  } }, T`all as at first`);
  refresh = () => {
    const h = state.nudge?.h ?? 0, start = graph.compute(state.given), grad = graph.back(start, 1).grad[i];
    const real = now.x[graph.root] - start.x[graph.root];
    if (document.activeElement !== exact) exact.value = String(+(origin(i) + h).toPrecision(6));
    if (document.activeElement !== slider) slider.value = h;
    said.replaceChildren(table("", [
      [[T`${nodes[i].n} grows by h`, shown(h)]],
      [[T`forecast: ${`${slope(i)} · h = ${shown(grad)} × ${h < 0 ? `(${shown(h)})` : shown(h)}`}`, span("grad", shown(grad * h))]],
      [[T`really, ${OUT} changes by`, shown(real)], "sum"],
    ]), tag("p", { class: "dim" }, T`The forecast follows the tangent. It is right for a small h, and off where the curve bends away.`));
    picture.replaceChildren(curve(i, reach, grad, start.x[graph.root]));
  };
  return [select("nudge", T`nudge`, graph.leaves.map((v) => [v.i, v.n]), i, (v) => choose(+v)), tag("p", { class: "row" }, slider), tag("p", { class: "row" }, T`number`, exact, keep, reset), said, picture];
}

// The output over one number, with the tangent where h is 0.
function curve(i, reach, grad, start) {
  const at = (h) => graph.compute(new Map([...state.given, [i, origin(i) + h]])).x[graph.root];
  const points = Array.from({ length: 61 }, (_, k) => reach * (k / 30 - 1)).map((h) => [h, at(h)]).filter(([, y]) => Number.isFinite(y));
  if (points.length < 2) return tag("p", {}, T`The output is not a finite number here.`);
  const h = state.nudge?.h ?? 0, ys = [...points.map(([, y]) => y), start];
  const low = Math.min(...ys), size = Math.max(...ys) - low || 1;
  const place = (x, y) => `${(200 * (x + reach)) / reach},${140 - (120 * (y - low)) / size}`;
  const [x, y] = place(h, at(h)).split(",");
  return tag("svg", { class: "curve", viewBox: "0 0 400 160", role: "img", "aria-label": T`${OUT} over ${nodes[i].n}, and its tangent` },
    tag("path", { d: `M${points.map(([a, b]) => place(a, b)).join("L")}` }),
    Number.isFinite(start + grad) ? tag("path", { class: "tangent", d: `M${place(-reach, start - grad * reach)}L${place(reach, start + grad * reach)}` }) : "",
    Number.isFinite(+y) ? tag("circle", { cx: x, cy: y, r: 6, fill: "currentColor" }) : "",
    tag("text", { x: 396, y: 154, "text-anchor": "end", style: "font-size:14px;fill:currentColor" }, nodes[i].n),
    tag("text", { x: 4, y: 14, style: "font-size:14px;fill:currentColor" }, OUT));
}

function following() {
  const i = nodes[state.chosen].r === "constant" ? graph.leaves[0].i : state.chosen;
  const { found, count: all } = graph.paths(i, now.d), total = truth.grad[i];
  const list = tag("ol", { class: "paths" });
  const light = (path, button) => {
    state.lit = path.edges;
    for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    draw();
  };
  for (const path of found.slice(0, 12)) {
    const way = [nodes[i].n, ...path.edges.map(([n]) => nodes[n].n)].join(" → ");
    const product = path.edges.map(([n, k]) => shown(now.d[n][k])).join(" × ") || "1";
    const button = tag("button", { type: "button", "aria-pressed": "false", onclick: () => light(path, button) }, way, tag("br"), span("local", product), " = ", span("grad", shown(path.product * state.seed)));
    list.append(tag("li", {}, button));
  }
  const shownSum = tag("span");
  const each = tag("button", { type: "button", onclick: () => {
    clearInterval(state.walking);
    let k = 0, sum = 0;
    const next = () => {
      const button = list.querySelectorAll("button")[k];
      if (!button || !button.isConnected) return clearInterval(state.walking);
      light(found[k], button);
      sum += found[k++].product * state.seed;
      shownSum.textContent = T`sum so far: ${shown(sum)}`;
    };
    next();
    state.walking = setInterval(next, 1200);
  } }, T`one by one`);
  const few = Math.min(found.length, 12), sum = found.slice(0, 12).reduce((a, path) => a + path.product * state.seed, 0);
  let ways = all === 1n ? T`1 path` : T`${all} paths`;
  if (all > BigInt(found.length)) ways = T`${ways}; here are ${few}, the largest of those looked at`;
  else if (all > BigInt(few)) ways = T`${ways}; here are ${few}, the largest`;
  const lead = tag("p", { class: "dim" }, T`Along a path the slopes multiply; where paths meet, their products add up. From ${nodes[i].n} to ${OUT}: ${ways}.`);
  const rows = [[[T`sum of the ${few} shown`, shown(sum)]], [[part() ? T`${slope(i)} so far` : slope(i), shown(total)], "sum"]];
  const listed = [...nodes.filter((v) => v.r !== "constant").slice(0, 300)].map((v) => [v.i, v.n]);
  return [select("from", T`from`, listed, i, (v) => choose(+v)), lead, tag("p", { class: "row" }, each, shownSum), list, table("", rows)];
}

function breaking(refused) {
  const group = tag("div", { role: "radiogroup", "aria-label": T`What is broken` });
  for (const [key, [text]] of Object.entries(WRONG)) {
    const off = Boolean(key === "early" && refused);
    group.append(tag("label", { class: "row" }, tag("input", { type: "radio", name: "wrong", value: key, checked: state.wrong === key, disabled: off, onchange: () => {
      state.wrong = key;
      anew();
    } }), text));
  }
  const said = tag("div");
  refresh = () => {
    const lines = [tag("p", {}, WRONG[state.wrong][1] || T`Choose what to break: the steps are then taken in the wrong way, and the wrong numbers stand beside the right ones.`)];
    if (state.wrong) {
      const rows = graph.leaves.slice(0, 200).map(({ i, n }) => [[n, shown(truth.grad[i]), same(back.grad[i], truth.grad[i]) ? shown(back.grad[i]) : span("bad", `${shown(back.grad[i])} ✗`)]]);
      const harmless = graph.leaves.every(({ i }) => same(back.grad[i], truth.grad[i]));
      lines.push(scroll(T`Right and broken gradients`, table("", rows, [T`gradient of`, T`right`, T`broken`])));
      if (harmless) lines.push(tag("p", {}, T`Here the numbers come out right all the same: nothing in this graph is used in the way that shows the mistake.`));
      if (back.cut) lines.push(tag("p", {}, T`It would go on for very many more steps: these are the first 4000.`));
    }
    said.replaceChildren(...lines);
  };
  return [group, said];
}

function updating() {
  const refused = graph.refused || (part() ? T`This page has only a part of the graph, so it can't compute the whole anew.` : "");
  const rate = tag("input", { type: "number", step: "any", value: state.rate, id: "rate", onchange: (event) => {
    if (Number.isFinite(event.target.valueAsNumber)) state.rate = event.target.valueAsNumber;
    anew();
  } });
  const moved = graph.trained.map(({ i, n }) => [i, n, now.x[i], back.grad[i], now.x[i] - state.rate * back.grad[i]]);
  const rows = moved.slice(0, 100).map(([i, n, old, grad, next]) => [[n, `${shown(old)} − ${shown(state.rate)}·${grad < 0 ? `(${shown(grad)})` : shown(grad)}`, shown(next)]]);
  const head = tag("p", { class: "row" }, tag("label", { for: "rate" }, "α"), rate);
  const content = [head, scroll(T`Old and new numbers`, table("", rows, [T`name`, T`old − α · gradient`, T`new`]))];
  if (refused) return [...content, tag("p", {}, refused)];
  const before = now.x[graph.root];
  const all = (list) => new Map([...current(), ...list]);
  const after = graph.compute(all(moved.map(([i, , , , next]) => [i, next]))).x[graph.root];
  const loss = [[[T`${OUT} before`, shown(before)]], [[T`${OUT} after`, shown(after)], "sum"]];
  if (after > before) loss.push([[T`${OUT} grows: the step is too long, or of a broken gradient. Try a smaller α.`, ""]]);
  if (state.wrong) {
    const right = graph.compute(all(graph.trained.map(({ i }) => [i, now.x[i] - state.rate * truth.grad[i]]))).x[graph.root];
    loss.push([[span("bad", T`“${WRONG[state.wrong][0]}” is on; the right way gives`), shown(right)]]);
  }
  const times = (n) => tag("button", { type: "button", "data-times": n, onclick: () => loop(n) }, `×${n}`);
  const again = tag("button", { type: "button", onclick: () => go(0, true) }, T`step through it again`);
  const first = tag("button", { type: "button", onclick: () => {
    state.given.clear();
    Object.assign(state, { losses: [], left: null, nudge: null });
    anew();
  } }, T`all as at first`);
  return [head, table("", loss), tag("p", { class: "row" }, T`take the step`, times(1), times(10)), ...history_(), content[1], tag("p", { class: "row" }, again, first)];
}

const current = () => {
  const given = new Map(state.given);
  if (state.nudge) given.set(state.nudge.i, origin(state.nudge.i) + state.nudge.h);
  return given;
};

// Forward, backward, update, so many times.
function loop(times) {
  let given = current();
  state.nudge = null;
  for (let k = 0; k < times; k++) {
    const at = graph.compute(given);
    if (!state.losses.length) state.losses.push(at.x[graph.root]);
    const { grad } = graph.back(at, state.seed, state.wrong, state.rate, state.left);
    if (state.wrong === "zero") state.left = grad;
    given = new Map([...given, ...graph.trained.map(({ i }) => [i, at.x[i] - state.rate * grad[i]])]);
    state.losses.push(graph.compute(given).x[graph.root]);
  }
  state.given = given;
  anew();
  say(T`${OUT} is now ${number(graph.root)}, after ${state.losses.length - 1} updates.`);
  $("body").querySelector(`[data-times="${times}"]`)?.focus();
}

function history_() {
  const list = state.losses.filter(Number.isFinite);
  if (list.length < 2) return [];
  const low = Math.min(...list), size = Math.max(...list) - low || 1;
  const points = list.map((y, k) => `${10 + (380 * k) / (list.length - 1)},${145 - (130 * (y - low)) / size}`);
  const n = state.losses.length - 1, change = `${shown(state.losses[0])} → ${shown(state.losses.at(-1))}`;
  return [tag("p", { class: "dim" }, n === 1 ? T`${OUT} after 1 update: ${change}` : T`${OUT} after ${n} updates: ${change}`),
    tag("svg", { class: "curve", viewBox: "0 0 400 160", role: "img", "aria-label": T`${OUT}, update by update` }, tag("path", { d: `M${points.join("L")}` }))];
}

// All steps in words, to jump to and to print.
function rows(most) {
  return steps.slice(0, most).map((step, i) => {
    if (step.kind === "given") return [i, T`given`, graph.leaves.slice(0, 40).map((v) => `${v.n} = ${number(v.i)}`).join(", "), ""];
    if (step.kind === "forward") return [i, PHASES.forward, `${nodes[step.n].n} = ${words(step.n, name)} = ${words(step.n, number)}`, number(step.n)];
    if (step.kind === "seed") return [i, PHASES.backward, slope(graph.root), shown(state.seed)];
    if (step.kind === "update") return [i, PHASES.update, graph.trained.slice(0, 40).map((v) => `${v.n} ← ${shown(now.x[v.i] - state.rate * back.grad[v.i])}`).join(", "), ""];
    return [i, PHASES.backward, `${slope(step.p)} += ${slope(step.n)} × ∂${name(step.n)}/∂${name(step.p)} = ${shown(step.up)} × ${shown(step.local)} = ${shown(step.c)}`, `Σ ${shown(step.after)}`];
  });
}

function listing() {
  const box = tag("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": T`All steps` });
  refresh = () => {
    const found = rows(500).map((row) => [[tag("button", { type: "button", onclick: () => go(row[0]) }, row[0]), `${row[1]}: ${row[2]}`, row[3]], row[0] === state.at ? "here" : ""]);
    box.replaceChildren(table("", found));
    box.firstChild.classList.add("list");
    const here = box.querySelector(".here");
    if (here) box.scrollTop = here.offsetTop - 60;
    if (steps.length > 500) box.append(tag("p", {}, T`The first 500 of ${steps.length} steps.`));
  };
  return [tag("p", { class: "dim" }, T`This table gives the answers away. It is also what is printed.`), box];
}

function printed() {
  const found = rows(5000).map((row) => [row.map(String)]);
  $("print").replaceChildren(tag("h1", {}, graph.title), table("", found, [T`step`, T`phase`, T`what is computed`, T`result`]));
  $("print").querySelector("table").classList.add("list");
}

// Keys, buttons, the address.

$("title").textContent = graph.title;
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (stage(state.at) === "value") check();
});
for (const button of document.querySelectorAll("[data-phase]")) {
  const first = () => (button.dataset.phase === "forward" ? 0 : steps.findIndex((s) => s.kind === (button.dataset.phase === "update" ? "update" : "seed")));
  button.addEventListener("click", () => go(first()));
}
$("home").addEventListener("click", () => go(0));
$("prev").addEventListener("click", () => go(state.at - 1));
$("next").addEventListener("click", on);
$("play").addEventListener("click", () => play(!state.playing));
$("predict").addEventListener("change", render);
$("range").addEventListener("input", () => go($("range").valueAsNumber));
document.addEventListener("pointerdown", () => (state.keys = false), true);
document.addEventListener("keydown", (event) => {
  state.keys = true;
  const { target, key } = event;
  const typing = target.matches("select, input:not([type=checkbox])") && !(target.id === "answer" && !target.value) && target.id !== "range";
  if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
  const act = { ArrowRight: on, ArrowLeft: () => go(state.at - 1), Home: () => go(0), End: () => go(steps.length - 1) }[key];
  if (!act) return;
  event.preventDefault();
  act();
});
const fromAddress = () => {
  const found = /^#step=(\d+)$/.exec(location.hash);
  if (found) go(+found[1], true);
};
addEventListener("hashchange", fromAddress);
addEventListener("resize", draw);
addEventListener("beforeprint", printed);
matchMedia("print").addEventListener("change", printed);
compute();
render();
fromAddress();
