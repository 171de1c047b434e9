// The numbers: forward, backward, what may be broken, and what an answer is taken for. No page here.

// A text in the page's language: T`From ${a} to ${b}` is looked up as "From {0} to {1}".
const T = (parts, ...values) => {
  const text = parts.reduce((all, part, i) => `${all}{${i - 1}}${part}`);
  return (T.texts[text] ?? text).replace(/\{(\d+)\}/g, (hole, i) => values[i]);
};
T.texts = {};

// As Python's format(x, ".{digits}g"): halves to the even digit, which toPrecision does not do.
function general(x, digits) {
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [all, power] = Math.abs(x).toExponential(100).split("e");
  const exact = all.replace(".", "");
  const tie = exact[digits] === "5" && /^0*$/.test(exact.slice(digits + 1));
  let [head, exponent] = tie && exact[digits - 1] % 2 === 0
    ? [exact.slice(0, digits), +power]
    : (([h, e]) => [h.replace(".", ""), +e])(Math.abs(x).toExponential(digits - 1).split("e"));
  head = head.replace(/0+$/, "");
  const sign = x < 0 ? "-" : "";
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${head[0]}${head.length > 1 ? "." + head.slice(1) : ""}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${head}`;
  const whole = head.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return head.length > exponent + 1 ? `${sign}${whole}.${head.slice(exponent + 1)}` : sign + whole;
}

// As viz.numbers.shown: about so many digits, more where fewer would look exact and are not.
function plain(x, digits = 4) {
  if (!Number.isFinite(x)) return x !== x ? "nan" : x > 0 ? "inf" : "-inf";
  const rounded = (most) => {
    const size = Math.abs(x);
    let whole = size >= 1 && size < 1e7 ? String(Math.trunc(size)).length : 0;
    if (whole >= most && x !== Math.trunc(x)) whole += 1;
    return general(x, Math.max(most, whole));
  };
  const significant = (text) => text.split("e")[0].replace(/^[-0.]+|[-0.]+$/g, "").replace(".", "").length;
  let text = rounded(digits);
  for (let more = digits + 1; more < 18; more++) {
    const missing = digits - significant(text);
    if (missing <= 0 || Math.abs(+text - x) <= 1e-13 * Math.abs(x)) break;
    const [mantissa, exponent] = text.split("e");
    if (exponent && mantissa.includes(".")) return `${mantissa}${"0".repeat(missing)}e${exponent}`;
    if (missing === 1 && text.includes(".")) return text + "0";
    text = rounded(more);
  }
  return text;
}

const shown = (x) => plain(x).replace(/-/g, "−");

// What stands in a name's place: a negative number in parentheses, where it follows a sign.
function fill(words, put) {
  return words.replace(/\{(\w+)\}/g, (hole, key, at) => {
    const text = put(key === "z" ? key : +key);
    const before = words[at - 1], after = words[at + hole.length];
    const bare = at === 0 || "(|⌊⌈‖".includes(before) || words.slice(0, at).endsWith(", ");
    return text[0] === "−" && (!bare || (after && "⁻⁰¹²³⁴⁵⁶⁷⁸⁹^".includes(after))) ? `(${text})` : text;
  });
}

class Graph {
  constructor(facts, ops) {
    Object.assign(this, facts);
    this.ops.forEach((op, i) => (op.code = ops[i]));
    this.nodes.forEach((node, i) => Object.assign(node, { i, x: Number(node.x), d: (node.d ?? []).map(Number) }));
    this.users = this.nodes.map(() => []);
    for (const n of this.forward) this.nodes[n].p.forEach((p, k) => this.users[p].push([n, k]));
    this.leaves = this.nodes.filter((node) => !node.p && node.r !== "constant" && this.users[node.i].length);
    const parameters = this.leaves.filter((node) => node.r === "parameter");
    this.trained = parameters.length ? parameters : this.leaves.filter((node) => node.r !== "cut");
    this.first = { x: this.nodes.map((node) => node.x), d: this.nodes.map((node) => node.d) };
    this.refused = this.forward.map((n) => this.op(n)).find((op) => !op.code)?.e ?? "";
  }

  op(n) {
    return this.ops[this.nodes[n].o];
  }

  isGiven(n) {
    return !this.nodes[n].p;
  }

  // All numbers and slopes, when the given numbers are these (a Map of place to number).
  compute(given) {
    if (given.size === 0) return this.first;
    const x = [...this.first.x], d = [...this.first.d];
    for (const [n, number] of given) x[n] = number;
    for (const n of this.forward) {
      const operands = this.nodes[n].p.map((p) => x[p]), code = this.op(n).code;
      x[n] = code.f(...operands);
      d[n] = code.d(x[n], ...operands);
    }
    return { x, d };
  }

  // The steps back: one for every edge that leads to no constant. ``wrong`` names what is broken.
  back({ x, d }, seed, wrong = "", rate = 0, left = null) {
    const grad = this.nodes.map(() => 0), steps = [], MOST = 4000;
    if (wrong === "zero") for (const { i } of this.leaves) grad[i] = left ? left[i] : this.back({ x, d }, seed).grad[i];
    grad[this.root] += seed;
    const current = [...x];
    const pass = (n, k) => {
      const p = this.nodes[n].p[k], up = grad[n];
      const local = wrong === "early" && this.op(n).code
        ? this.op(n).code.d(x[n], ...this.nodes[n].p.map((q) => current[q]))[k]
        : d[n][k];
      const c = local * up, before = grad[p];
      grad[p] = wrong === "assign" ? c : before + c;
      if (this.nodes[p].r === "constant") return;
      steps.push({ kind: "backward", n, k, p, up, local, c, before, after: grad[p] });
      if (wrong === "early" && this.trained.includes(this.nodes[p])) current[p] -= rate * c;
    };
    if (wrong !== "order") {
      for (const n of this.backward) this.nodes[n].p.forEach((_, k) => pass(n, k));
      return { grad, steps, cut: false };
    }
    const stack = [[this.root, 0]]; // recursion: on to an operand at once, whoever else uses it
    while (stack.length && steps.length < MOST) {
      const top = stack[stack.length - 1], [n, k] = top;
      if (this.isGiven(n) || k >= this.nodes[n].p.length) stack.pop();
      else {
        top[1] += 1;
        pass(n, k);
        stack.push([this.nodes[n].p[k], 0]);
      }
    }
    return { grad, steps, cut: stack.length > 0 };
  }

  // Paths from a box to the output: the largest products first, their exact number, and their sum.
  paths(from, d, most = 400) {
    const count = this.nodes.map(() => 0n), found = [];
    count[this.root] = 1n;
    for (const n of this.backward) for (const p of this.nodes[n].p) count[p] += count[n];
    const stack = [[from, [], 1]];
    while (stack.length && found.length < most) {
      const [n, edges, product] = stack.pop();
      if (n === this.root) found.push({ edges, product });
      else for (const [user, k] of [...this.users[n]].reverse()) {
        if (count[user]) stack.push([user, [...edges, [user, k]], product * d[user][k]]);
      }
    }
    found.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
    return { found, count: count[from] };
  }
}

// A number as one types it, or a product or quotient of some: NaN for anything else.
function typed(text) {
  const clean = text.replace(/[−–]/g, "-").replace(/[×·]/g, "*").replace(/\s/g, "").replace(/,/g, ".");
  const number = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";
  if (!new RegExp(`^${number}(?:[*/]${number})*$`, "i").test(clean)) return NaN;
  const [first, ...rest] = clean.split(/(?=[*/])/);
  return rest.reduce((x, part) => (part[0] === "*" ? x * +part.slice(1) : x / +part.slice(1)), +first);
}

const near = (a, b) => a === b || Math.abs(a - b) <= 0.006 * Math.abs(b);

// Whether an answer is right; else what it was taken for.
function judged(text, step, graph, x, d) {
  const a = typed(text), { c, up, local, before, after, n, k, p } = step;
  if (a !== a) return { right: false, words: T`Type a number, such as −0.25, or a product, such as 0.5 × 3.` };
  const digits = text.replace(/e.*$/i, "").replace(/[^\d]/g, "").replace(/^0+/, "").length;
  const rounded = Number.isFinite(c) && digits && digits < 15 ? +c.toPrecision(digits) : NaN;
  if (near(a, c) || (digits > 1 && a === rounded) || !Number.isFinite(c)) return { right: true, words: T`Right.` };
  if (a === rounded) return { right: false, words: T`Right as far as it goes: give one more digit.` };
  const { nodes } = graph, own = nodes[n], from = nodes[p].n, name = own.n;
  const others = d[n].filter((_, j) => j !== k);
  const taken = [
    [-c, T`The sign: the size is right. Count the minus signs of both factors.`],
    [before !== 0 ? after : NaN, T`That is the whole sum in ${from} already. What arrives by this edge alone?`],
    [up + local, T`You added the two. Along a path, slopes multiply; sums are for paths that meet.`],
    [up, T`That is what comes from above, ∇ of ${name}. It is still to be multiplied by the local slope.`],
    [local, T`That is the local slope alone. Multiply it by what comes from above, ∇ of ${name}.`],
    [up - local, T`You subtracted the two. Along a path, slopes multiply.`],
    ...others.map((other) => [up * other, T`The wrong factor: that slope belongs to the other edge of ${name}. Which slope is ${from}'s?`]),
    [up * x[p], T`You took the number of ${from} itself. It must be the slope: how fast ${name} grows with ${from}.`],
    [up * x[n], T`You took the number of ${name}. It must be the slope: how fast ${name} grows with ${from}.`],
    [x[p], T`That is the number of ${from}, not a slope.`],
    [x[n], T`That is the number of ${name}, not a slope.`],
    [up / local, T`You divided. What comes from above is multiplied by the local slope.`],
    [local / up, T`You divided. What comes from above is multiplied by the local slope.`],
  ];
  const found = taken.find(([number]) => number === number && near(a, number));
  if (found) return { right: false, words: found[1] };
  const tens = Math.log10(Math.abs(a / c));
  if (Number.isFinite(tens) && Math.round(tens) !== 0 && Math.abs(tens - Math.round(tens)) < 0.003) {
    return { right: false, words: T`The digits are right: look at the decimal point.` };
  }
  return { right: false, words: T`Not yet. Multiply what comes from above by the local slope.` };
}
