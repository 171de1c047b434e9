// The graph on the left: boxes where Graphviz has put them, or what is near to this step.

function places() {
  const boxes = new Map(), edges = [];
  if (graph.edges) {
    for (const node of nodes) if (node.at) boxes.set(node.i, { x: node.at[0], y: node.at[1] });
    for (const [key, curve] of Object.entries(graph.edges)) {
      const [n, k] = key.split("_").map(Number);
      edges.push({ n, k, curve });
    }
    return { boxes, edges };
  }
  const step = steps[state.at], n = step.n ?? graph.root;
  const column = (list, x) => list.forEach((i, row) => boxes.has(i) || boxes.set(i, { x, y: (row - (list.length - 1) / 2) * 104 - nodes[i].h / 2 }));
  const around = (list, i, most) => {
    const from = Math.max(0, Math.min(list.indexOf(i) - (most >> 1), list.length - most));
    return list.slice(from, from + most);
  };
  column([n], 340);
  const operands = [...new Set(nodes[n].p)].filter((p) => nodes[p].r !== "constant");
  column(around(operands, step.p ?? operands[0], 7), 0);
  column([...new Set(graph.users[n].map(([user]) => user))].slice(0, 5), 680);
  const curve = (a, b, aside) => {
    const [x, y, u, v] = [boxes.get(a).x + nodes[a].w, boxes.get(a).y + nodes[a].h / 2, boxes.get(b).x, boxes.get(b).y + nodes[b].h / 2];
    return `M${x},${y}C${x + 50},${y + aside} ${u - 50},${v + aside} ${u},${v}`;
  };
  for (const [b] of boxes) nodes[b].p?.forEach((p, k) => {
    if (boxes.has(p) && (b === n || p === n)) edges.push({ n: b, k, curve: curve(p, b, 40 * nodes[b].p.slice(0, k).filter((q) => q === p).length) });
  });
  return { boxes, edges };
}

function known() {
  const grads = new Map(), done = new Set();
  for (let i = 0; i <= state.at; i++) {
    const s = steps[i];
    if (s.kind === "seed") grads.set(graph.root, [state.seed, graph.users[graph.root].length]);
    if (s.kind !== "backward" || (i === state.at && stage(i))) continue;
    done.add(`${s.n}_${s.k}`);
    grads.set(s.p, [s.after, (grads.get(s.p)?.[1] ?? 0) + 1]);
  }
  return { grads, done };
}

function draw() {
  const { boxes, edges } = places(), { grads, done } = known(), step = steps[state.at];
  const picking = stage(state.at) === "pick";
  const current = step.kind === "backward" && !picking ? `${step.n}_${step.k}` : "";
  const target = picking ? -1 : step.kind === "backward" ? step.p : step.kind === "forward" ? step.n : step.kind === "seed" ? graph.root : -1;
  const lit = new Set(state.lit.map(([n, k]) => `${n}_${k}`)), ends = new Set(state.lit.flatMap(([n, k]) => [n, nodes[n].p[k]]));
  const picture = $("picture"), focused = document.activeElement?.dataset?.n;
  const lines = [], above = [];
  for (const { n, k, curve } of edges) {
    const key = `${n}_${k}`, kind = lit.has(key) ? "lit" : key === current ? "here" : step.kind === "forward" && step.n === n ? "here" : done.has(key) ? "done" : "";
    const line = tag("path", { class: `e ${kind}`, d: curve, "data-edge": key });
    lines.push(line);
    if (lit.size ? lit.has(key) : key === current) above.push([line, shown(lit.size ? now.d[n][k] : step.local)]);
  }
  const made = [...boxes].map(([i, { x, y }]) => box(i, x, y, grads.get(i), i === target, step));
  picture.replaceChildren(...lines, ...made);
  for (const [line, text] of above) {
    const middle = line.getPointAtLength(line.getTotalLength() / 2);
    picture.append(tag("text", { class: "slope", x: middle.x, y: middle.y - 9, "text-anchor": "middle" }, `×${text}`));
  }
  frame([...boxes], picture, target);
  if (focused !== undefined) picture.querySelector(`[data-n="${focused}"]`)?.focus({ preventScroll: true });
}

function box(i, x, y, grad, isTarget, step) {
  const node = nodes[i], passed = node.p && graph.forward.indexOf(i) + 1 > state.at;
  const total = graph.users[i].length, full = grad && grad[1] >= total;
  const value = passed ? "?" : number(i);
  const gradient = grad ? `∇ ${shown(grad[0])}${full ? "" : " …"}` : "∇ ?";
  const kind = `${node.r} ${isTarget ? "now" : ""} ${step.kind === "backward" && step.n === i && stage(state.at) !== "pick" ? "from" : ""} ${state.lit.some(([n, k]) => n === i || nodes[n].p[k] === i) ? "lit" : ""}`;
  const at = (dx, dy, text, attributes) => tag("text", { x: x + dx, y: y + dy, ...attributes }, text);
  const progress = grad ? (full ? T`gradient complete` : T`gradient so far`) : passed ? T`not computed yet` : T`no gradient yet`;
  const size = (text, room) => `font-size:${Math.min(17, (17 * room) / (text.length * 10.3)).toFixed(1)}px`;
  const middle = { "text-anchor": "middle" }, half = node.w / 2, heading = node.t;
  const texts = node.p
    ? [at(half, 27, heading, { class: "name", ...middle }), at(half, 52, value, { class: passed ? "empty" : "", ...middle })]
    : [at(11, 27, heading, { class: "name" }), at(node.w - 11, 27, value, { "text-anchor": "end", style: size(value, 84) })];
  const kindOfGradient = { class: grad ? (full ? "full" : "open") : "empty", style: size(gradient, node.w - 20) };
  texts.push(at(node.p ? half : 11, node.h - 13, gradient, { ...kindOfGradient, ...(node.p ? middle : {}) }));
  const tell = () => about(i);
  const press = () => (stage(state.at) === "pick" ? pick(i) : choose(i));
  return tag("g", {
    class: `box ${kind}`, "data-n": i, tabindex: 0, role: "button", "aria-label": `${texts.map((t) => t.textContent).join(" ")}, ${progress}`,
    onclick: press, onpointerenter: tell, onfocus: tell,
    onkeydown: (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        press();
      }
    },
  }, tag("rect", { x, y, width: node.w, height: node.h, rx: 12 }), ...texts.flatMap((t) => [t, " "]));
}

// The whole picture where it can be read; else as much of it as is near to this step.
function frame(boxes, picture, target) {
  const left = Math.min(...boxes.map(([, b]) => b.x)) - 10, right = Math.max(...boxes.map(([i, b]) => b.x + nodes[i].w)) + 10;
  const top = Math.min(...boxes.map(([, b]) => b.y)) - 24, bottom = Math.max(...boxes.map(([i, b]) => b.y + nodes[i].h)) + 12;
  const { width, height } = picture.getBoundingClientRect();
  const fit = Math.min(width / (right - left), height / (bottom - top)) || 1;
  const scale = Math.min(Math.max(fit, 0.62), 1.3);
  const [w, h] = [width / scale, height / scale];
  const here = boxes.find(([i]) => i === target) ?? boxes.find(([i]) => i === graph.root) ?? boxes[0];
  const start = (low, high, size, middle) => (size >= high - low ? (low + high - size) / 2 : Math.max(low, Math.min(high - size, middle - size / 2)));
  const x = start(left, right, w, here[1].x + nodes[here[0]].w / 2 + 60), y = start(top, bottom, h, here[1].y + nodes[here[0]].h / 2);
  picture.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
}

// A box in words: its rule, the numbers put in, its slopes, the line that made it.
function about(i) {
  const node = nodes[i], lines = [], label = node.l ?? node.n;
  if (node.p) {
    const op = graph.op(i), hidden = graph.forward.indexOf(i) + 1 > state.at;
    lines.push(`${label} = ${words(i, name)}${hidden ? "" : ` = ${words(i, number)} = ${number(i)}`}. ${op.h}`);
    node.p.slice(0, 4).forEach((p, k) => {
      if (nodes[p].r !== "constant") lines.push(`∂${name(i)}/∂${name(p)} = ${[...new Set([op.d[k] && local(i, k, name, name(i)), shown(now.d[i][k])])].filter(Boolean).join(" = ")}`);
    });
  } else {
    const what = { parameter: T`a parameter`, cut: T`the result of an operation that is left out here` }[node.r] ?? T`given`;
    lines.push(`${label} = ${number(i)}, ${what}.`);
    if (node.now !== undefined) lines.push(T`It has another number by now, ${shown(Number(node.now))}; the graph was recorded with this one.`);
  }
  if (node.s) lines.push(T`In ${node.s}.`);
  if (node.c) lines.push(node.c);
  $("about").textContent = lines.join("  ");
}

function choose(i) {
  state.chosen = i;
  about(i);
  if (state.tool === "paths" || (state.tool === "nudge" && graph.isGiven(i))) tools();
}
