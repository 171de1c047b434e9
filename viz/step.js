// The page: where we are, the graph, this step, the question. Texts are set as text, never as HTML.

const $ = (id) => document.getElementById(id);
const facts = JSON.parse($("facts").textContent);
T.texts = facts.texts ?? {};
const graph = new Graph(facts, OPS);
const { nodes } = graph;
const OUT = nodes[graph.root].n;
const state = {
  at: 0, seed: 1, wrong: "", rate: 0.5, given: new Map(), nudge: null, stages: new Map(), right: 0, asked: 0,
  tool: "", lit: [], losses: [], left: null, playing: 0, keys: false, chosen: graph.leaves[0]?.i ?? graph.root,
};
let now, steps, back, truth; // numbers and slopes; the steps; the sweep as it is run, and as it should be

function tag(name, attributes = {}, ...inside) {
  const svg = ["svg", "g", "rect", "path", "text", "circle", "title"].includes(name);
  const element = svg ? document.createElementNS($("picture").namespaceURI, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...inside.filter((x) => x !== "" && x !== undefined));
  return element;
}
const span = (kind, text) => tag("span", { class: kind }, text);
// text from the right to the left keeps to itself
const isolated = (text) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text);
const name = (i) => isolated(nodes[i].n);
const slope = (i) => `∂${name(graph.root)}/∂${name(i)}`;
const words = (n, by) => fill(graph.op(n).w, (k) => by(nodes[n].p[k]));
const number = (i) => shown(now.x[i]);
const local = (n, k, by, z) => fill(graph.op(n).d[k], (j) => (j === "z" ? z : by(nodes[n].p[j])));
const apart = (text) => (/^−| /.test(text) ? `(${text})` : text);
const part = () => graph.cut > 0;

// Numbers, and the steps that follow from them.

function compute() {
  const given = new Map(state.given);
  if (state.nudge) given.set(state.nudge.i, origin(state.nudge.i) + state.nudge.h);
  now = graph.compute(given);
  truth = graph.back(now, state.seed);
  back = state.wrong ? graph.back(now, state.seed, state.wrong, state.rate, state.left) : truth;
  const forward = graph.forward.map((n) => ({ kind: "forward", n }));
  steps = [{ kind: "given" }, ...forward, { kind: "seed" }, ...back.steps, { kind: "update" }];
  state.at = Math.min(state.at, steps.length - 1);
}
const origin = (i) => state.given.get(i) ?? graph.first.x[i];

function anew() {
  state.stages.clear();
  compute();
  render();
}

// Predict first: "pick" a box, then the "value" that arrives, then nothing more is asked.

function stage(i) {
  const step = steps[i];
  if (!$("predict").checked || step.kind !== "backward" || state.wrong || state.playing) return "";
  const reached = state.stages.get(i) ?? (choices(i) ? "pick" : "value");
  return reached === "done" ? "" : reached;
}

function choices(i) {
  const step = steps[i];
  if (step.kind !== "backward" || steps[i - 1].n === step.n) return null;
  const done = new Set(steps.slice(0, i).filter((s) => s.kind === "backward").map((s) => s.n));
  const inner = graph.forward.filter((n) => !done.has(n));
  const waits = (n) => graph.users[n].filter(([user]) => !done.has(user)).map(([user]) => user);
  const ready = inner.filter((n) => !waits(n).length);
  const started = inner.filter((n) => waits(n).length && waits(n).length < graph.users[n].length);
  if (ready.length < 2 && !started.length) return null;
  const others = inner.filter((n) => waits(n).length && !started.includes(n));
  const all = [step.n, ...started, ...ready.filter((n) => n !== step.n), ...others].slice(0, 6);
  return { all: all.sort((a, b) => a - b), ready, waits };
}

function pick(n) {
  const found = choices(state.at);
  if (!found || stage(state.at) !== "pick") return;
  const next = steps[state.at].n;
  const right = found.ready.includes(n);
  count(right, "pick");
  if (!right) {
    const users = [...new Set(found.waits(n))].map((u) => nodes[u].n).slice(0, 4).join(", ");
    return verdict(graph.isGiven(n) || !users
      ? T`${nodes[n].n} passes nothing on from here.`
      : T`${nodes[n].n} can't pass on yet: it still waits for what comes from ${users}.`);
  }
  state.stages.set(state.at, "value");
  render();
  verdict(n === next ? T`Right: all that use it have passed theirs.` : T`Also right: it is ready too. This page takes ${nodes[next].n} first.`);
}

function check() {
  const step = steps[state.at];
  const found = judged($("answer").value, step, graph, now.x, now.d);
  count(found.right, "value");
  if (!found.right) {
    verdict(found.words);
    return $("answer").select();
  }
  reveal();
  say(`${found.words} ${sentence(state.at)}`);
}

function count(right, kind) {
  const key = `${state.at} ${kind}`;
  state.tried ??= new Set();
  if (!state.tried.has(key)) {
    state.tried.add(key);
    state.asked += 1;
    state.right += right;
  }
  $("score").textContent = state.asked ? T`${state.right} of ${state.asked} right at once` : "";
}

function reveal() {
  state.stages.set(state.at, "done");
  render();
  if (state.keys) $("next").focus();
}
const verdict = (text) => ($("verdict").textContent = text);
const say = (text) => ($("live").textContent = text);

// Moving.

function go(i, keep = false) {
  const to = Math.max(0, Math.min(steps.length - 1, i));
  if (to === state.at && !keep) return;
  state.at = to;
  state.lit = [];
  render();
  say(sentence(to));
  try {
    history.replaceState(null, "", `#step=${to}`);
  } catch { /* a frame without an address of its own */ }
  if (state.keys && !$("ask").hidden) $("fields").querySelector("input, button")?.focus();
}
const on = () => (stage(state.at) ? reveal() : go(state.at + 1));

function play(start) {
  clearInterval(state.playing);
  if (!start) for (let i = 0; i <= state.at; i++) state.stages.set(i, "done"); // what was seen is not asked
  state.playing = start ? setInterval(() => (state.at + 1 < steps.length ? go(state.at + 1) : play(false)), 1500) : 0;
  $("play").textContent = start ? T`pause` : T`play`;
  $("play").setAttribute("aria-pressed", String(start));
  render();
}

// What each step says.

const kindOf = (step) => ({ given: "forward", seed: "backward" })[step.kind] ?? step.kind;
const PHASES = { forward: T`forward`, backward: T`backward`, update: T`update` };
const phase = (step) => PHASES[kindOf(step)];
const through = (n) => graph.op(n).s.replace(/^\^(-?\d+)$/, (whole, k) => T`the power ${k}`) || graph.op(n).n;

function sentence(i) {
  const step = steps[i], start = `${T`Step ${i} of ${steps.length - 1}, ${phase(step)}.`} `;
  if (step.kind === "given") return start + T`What is given: ${graph.leaves.slice(0, 12).map((v) => T`${v.n} is ${number(v.i)}`).join(", ")}.`;
  if (step.kind === "forward") return start + T`${nodes[step.n].n} is ${words(step.n, name)}, that is ${number(step.n)}.`;
  if (step.kind === "seed") return start + T`Backward begins with ${shown(state.seed)} at ${OUT}.`;
  if (step.kind === "update") return start + T`New is old minus α times gradient, for each that is trained.`;
  const from = nodes[step.n].n, to = nodes[step.p].n;
  if (stage(i) === "pick") return start + T`Your turn: which box passes its gradient on now?`;
  if (stage(i)) return start + T`From ${from} back to ${to}: your turn. What arrives at ${to}?`;
  return start + T`From ${from} back to ${to}: ${shown(step.up)} times the local slope ${shown(step.local)} is ${shown(step.c)}. ${ledger(step)}.`;
}

const ledger = (s) => (state.wrong === "assign"
  ? s.before ? T`${nodes[s.p].n} = ${shown(s.c)}: the ${shown(s.before)} before it is lost` : `${nodes[s.p].n} = ${shown(s.c)}`
  : `${nodes[s.p].n}: ${shown(s.before)} + ${s.c < 0 ? `(${shown(s.c)})` : shown(s.c)} = ${shown(s.after)}`);

function formula(parts, small = "") {
  const long = parts.map(([, text]) => text).join(" ").length > 34;
  const inside = parts.flatMap(([kind, text]) => [span(kind, text), " "]);
  return tag("div", { class: long ? "f long" : "f" }, ...inside, small && tag("br"), small && tag("small", {}, small));
}

function table(caption, rows, head) {
  const line = (cells, kind) => tag("tr", { class: kind }, ...cells.map((c) => tag("td", {}, c)));
  return tag("table", {}, caption && tag("caption", {}, caption), head && tag("thead", {}, tag("tr", {}, ...head.map((c) => tag("th", { scope: "col" }, c)))),
    tag("tbody", {}, ...rows.map(([cells, kind]) => line(cells, kind))));
}

const telling = {
  given(step, put) {
    put(T`What is given`, T`Forward computes results from these numbers, one operation at a time. → goes on.`);
    const list = graph.leaves.slice(0, 60).map((v) => [[v.n, number(v.i)]]);
    const more = part() ? [tag("p", { class: "dim" }, T`The graph has ${graph.cut} operations more, before these. They are left out here: a box with a dashed border is one of their results, and a gradient is what the operations shown contribute.`)] : [];
    return [...more, scroll(T`What is given`, table("", list))];
  },
  forward({ n }, put) {
    put(T`Forward: ${`${name(n)} = ${words(n, name)}`}`, graph.op(n).h);
    return [
      formula([["", `${name(n)} = ${words(n, name)}`]]),
      formula([["", "="], ["", words(n, number)]]),
      formula([["", "="], ["", number(n)]]),
    ];
  },
  seed(step, put) {
    put(T`Backward begins: ${`${slope(graph.root)} = ${shown(state.seed)}`}`, T`If ${OUT} grows by 1, ${OUT} grows by 1. Every gradient is a multiple of this number.`);
    const input = tag("input", { type: "number", step: "any", value: state.seed, id: "seed", onchange: (event) => {
      state.seed = Number.isFinite(event.target.valueAsNumber) ? event.target.valueAsNumber : 1;
      anew();
    } });
    return [formula([["grad", slope(graph.root)], ["", "="], ["grad", shown(state.seed)]]), tag("p", { class: "row" }, tag("label", { for: "seed" }, T`begin with`), input)];
  },
  backward(step, put) {
    const { n, k, p } = step, asked = stage(state.at);
    if (asked === "pick") {
      put(T`Which box is next?`, T`A box passes its gradient on when all that use it have passed theirs.`);
      return [];
    }
    put(T`Through ${through(n)}, from ${name(n)} back to ${name(p)}`, T`If ${name(p)} grows a little, how much does ${OUT} change along this edge?`);
    const text = graph.op(n).d[k], symbols = text ? local(n, k, name, name(n)) : `∂${name(n)}/∂${name(p)}`;
    const z = number(n), numbers = text ? local(n, k, number, z) : "";
    const value = shown(step.local);
    // digits that cancel are not those shown: 1 − 1 would look like a mistake
    const cancels = Math.abs(step.local) < 1e-3 && / − /.test(text);
    const broken = cancels || (state.wrong === "early" && step.local !== now.d[n][k]);
    const where = `∂${name(n)}/∂${name(p)} = ${[...new Set([symbols, broken ? "" : numbers, value])].filter(Boolean).join(" = ")}`;
    const first = formula([["grad", slope(p)], ["", state.wrong === "assign" ? "=" : "+="], ["up", slope(n)], ["", "×"], ["local", apart(symbols)]], where);
    const second = formula([["grad", asked ? "?" : shown(step.c)], ["", "="], ["up", shown(step.up)], ["", "×"], ["local", step.local < 0 ? `(${value})` : value]]);
    return [first, second, ...(asked ? [] : [accounts(step)])];
  },
  update(step, put) {
    put(T`Update: one step downhill`, T`Each ${graph.trained.some((v) => v.r === "parameter") ? T`parameter` : T`given number`} moves against its gradient: where growing raises ${OUT}, it is lowered. Backward has changed no number; this does.`);
    return updating();
  },
};

function accounts(step) {
  const { p } = step, rows = [];
  const past = steps.slice(0, state.at + 1).filter((s) => s.kind === "backward" && s.p === p);
  if (past[0].before !== 0) rows.push([[T`left over from the last backward`, shown(past[0].before)]]);
  for (const s of past.slice(-8)) rows.push([[T`from ${`${name(s.n)}: ${shown(s.up)} × ${shown(s.local)}`}`, shown(s.c)], s === step ? "here" : ""]);
  const later = steps.slice(state.at + 1).filter((s) => s.kind === "backward" && s.p === p);
  for (const n of new Set(later.slice(0, 4).map((s) => s.n))) rows.push([[T`from ${name(n)}`, T`still to come`]]);
  rows.push([[slope(p), later.length ? T`${shown(step.after)} so far` : shown(step.after)], "sum"]);
  const remarks = [`${ledger(step)}. `];
  if (past.length > 1 && !state.wrong) remarks.push(T`${name(p)} acts on ${OUT} in more than one way, and the effects add up.`, " ");
  if (step.local === 0) remarks.push(T`The local slope is 0, so nothing gets through here.`, " ");
  else if (graph.op(step.n).w.length < 40 && nodes[step.n].p.length === 1 && Math.abs(step.local) < 0.01) remarks.push(T`The slope is nearly 0: ${through(step.n)} is saturated here, and little gets through.`, " ");
  if (!later.length && !state.wrong) remarks.push(graph.isGiven(p) ? (part() ? "" : T`That is all: if ${name(p)} grows by a little h, ${OUT} changes by about ${shown(step.after)}·h.`) : T`Complete: ${name(p)} can pass it on.`);
  const wrong = !later.length && state.wrong && !same(step.after, truth.grad[p]);
  if (wrong) rows.push([[span("bad", T`right would be`), span("bad", shown(truth.grad[p]))]]);
  return tag("div", {}, table(T`The ledger of ${name(p)}`, rows), tag("p", { class: "dim" }, ...remarks));
}
const scroll = (label, ...inside) => tag("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": label }, ...inside);
const same = (a, b) => a === b || (a !== a && b !== b) || Math.abs(a - b) <= 1e-12 * Math.abs(b);

function asking() {
  const asked = stage(state.at);
  $("ask").hidden = !asked;
  if (!asked) return;
  verdict("");
  const step = steps[state.at];
  const skip = tag("button", { type: "button", onclick: reveal }, T`show me`);
  if (asked === "pick") {
    $("question").textContent = T`Which box passes its gradient on now? Click it, or choose:`;
    const found = choices(state.at).all.map((n) => tag("button", { type: "button", "data-pick": n, onclick: () => pick(n) }, name(n)));
    $("fields").replaceChildren(...found, tag("button", { type: "button", onclick: () => {
      state.stages.set(state.at, "value");
      render();
    } }, T`show me`));
  } else {
    $("question").textContent = T`What arrives at ${nodes[step.p].n} by this edge?`;
    $("fields").replaceChildren(
      tag("input", { type: "text", id: "answer", inputmode: "text", "aria-label": T`What arrives at ${nodes[step.p].n}`, placeholder: T`number, or a × b` }),
      tag("button", { type: "submit" }, T`check`), skip,
    );
  }
}

function render() {
  const step = steps[state.at];
  $("body").replaceChildren();
  const content = telling[step.kind](step, (head, why) => {
    $("head").textContent = head;
    $("why").textContent = state.wrong && kindOf(step) !== "forward" ? T`Broken: ${WRONG[state.wrong][0]}. ${why}` : why;
  });
  const isFormula = (x) => x.classList.contains("f");
  $("rule").replaceChildren(...content.filter(isFormula));
  $("body").replaceChildren(...content.filter((x) => !isFormula(x)));
  asking();
  for (const button of document.querySelectorAll("[data-phase]")) {
    const here = button.dataset.phase === kindOf(step);
    button.classList.toggle("on", here);
    button.setAttribute("aria-current", here ? "step" : "false");
  }
  Object.assign($("range"), { max: steps.length - 1, value: state.at });
  $("range").setAttribute("aria-valuetext", T`step ${state.at} of ${steps.length - 1}, ${phase(step)}`);
  $("count").textContent = T`step ${state.at} of ${steps.length - 1}`;
  document.title = T`Step ${state.at}: ${graph.title}`;
  draw();
  tools();
}
