// The page: an editor, a worker in which Python runs, and what it sends, in order.
"use strict";

const $ = (id) => document.getElementById(id);
const code = $("code"), output = $("output");
const examples = JSON.parse($("examples").textContent);
const edited = new Map(); // what became of an example, by its title
let worker = null, began = 0, leaving = false;

// Python

function start(words) {
  worker?.terminate();
  // A worker of a file has the policy of that file's headers, which a plain server doesn't send;
  // one of a blob has this page's.
  const address = JSON.stringify(new URL("worker.js", document.baseURI).href);
  const blob = URL.createObjectURL(new Blob([`import ${address};`], { type: "text/javascript" }));
  worker = new Worker(blob, { type: "module" });
  worker.onmessage = ({ data }) => take(data);
  worker.onerror = (event) => failed(event.message || "its files can't be read");
  began = performance.now();
  become("loading", words);
}

function become(state, words) {
  document.body.dataset.state = state;
  $("run").disabled = state !== "ready";
  $("stop").disabled = state !== "running";
  $("status").textContent = words;
}

function seconds() {
  return `${((performance.now() - began) / 1000).toFixed(2)} s`;
}

function run() {
  if (document.body.dataset.state !== "ready") return;
  output.replaceChildren();
  began = performance.now();
  become("running", "Running …");
  worker.postMessage(code.value);
}

function stop() {
  if (document.body.dataset.state !== "running") return;
  start(`Stopped after ${seconds()}. Python is loading again.`);
  $("code").focus();
}

function failed(words) {
  worker.terminate();
  become("failed", `Python can't be started: ${words}. The folder must be served: python -m http.server`);
}

function take({ kind, text, title }) {
  if (kind === "ready") become("ready", `Ready: ${text}, loaded in ${seconds()}.`);
  else if (kind === "done") become("ready", `Done in ${seconds()}.`);
  else if (kind === "failed") failed(text);
  else if (kind === "broken") {
    show("error", text);
    start("Python is loading again.");
  } else show(kind, text, title);
}

// Output

function show(kind, text, title) {
  if (kind === "picture") output.append(picture(text));
  else if (kind === "page") output.append(frame(text, title));
  else if (kind === "text" && output.lastElementChild?.className === "text") {
    output.lastElementChild.append(text);
  } else {
    const pre = document.createElement("pre");
    pre.className = kind;
    pre.append(text);
    output.append(pre);
  }
  for (const each of output.querySelectorAll("pre, .picture")) {
    if (each.scrollWidth > each.clientWidth) each.tabIndex = 0; // so that arrow keys scroll it
  }
}

// The svg in a tree of its own. Its style becomes a sheet: the policy allows no style in the text.
function picture(text) {
  const place = document.createElement("div");
  place.className = "picture";
  const shadow = place.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const rules = ["svg { max-width: 100%; height: auto; }"];
  const bare = text.replace(/<style[^>]*>([^<]*)<\/style>/g, (_, rule) => (rules.push(rule), ""))
    .replace(/(<svg[^>]*?) style="[^"]*"/, "$1");
  sheet.replaceSync(rules.join("\n"));
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(document.importNode(
    new DOMParser().parseFromString(bare, "image/svg+xml").documentElement, true));
  return place;
}

// The page that steps has a script for its graph: it runs in a frame that can do nothing else.
function frame(text, title) {
  const place = document.createElement("iframe");
  place.title = title;
  place.setAttribute("sandbox", "allow-scripts allow-forms");
  place.src = "frame.html";
  place.onload = () => {
    place.contentWindow.postMessage(text, "*"); // its origin has no name
    place.scrollIntoView({ block: "nearest" });
  };
  return place;
}

// The editor

function choose() {
  const title = $("example").value;
  code.value = edited.get(title) ?? examples[title];
  $("reset").disabled = code.value === examples[title];
}

function changed() {
  const title = $("example").value;
  edited.set(title, code.value);
  $("reset").disabled = code.value === examples[title];
}

function insert(text) {
  // execCommand, for then Ctrl+Z takes it back
  if (!document.execCommand("insertText", false, text)) {
    code.setRangeText(text, code.selectionStart, code.selectionEnd, "end");
    changed();
  }
}

function lines() {
  const from = code.value.lastIndexOf("\n", code.selectionStart - 1) + 1;
  return { from, text: code.value.slice(from, code.selectionEnd) };
}

function key(event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const { from, text } = lines();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  } else if (event.key === "Tab" && plain && !event.shiftKey && !leaving) {
    event.preventDefault();
    if (code.selectionStart === code.selectionEnd) insert(" ".repeat(4 - text.length % 4));
    else {
      const indented = text.replace(/^(?=.)/gm, "    ");
      code.setSelectionRange(from, code.selectionEnd);
      insert(indented);
      code.setSelectionRange(from, from + indented.length);
    }
  } else if (event.key === "Enter" && plain && !event.shiftKey) {
    event.preventDefault();
    const indent = text.match(/^ */)[0] + (/:\s*$/.test(text) ? "    " : "");
    insert("\n" + indent);
  }
  if (event.key !== "Shift") leaving = event.key === "Escape";
}

for (const title of Object.keys(examples)) {
  const place = title.startsWith("Exercise ")
    ? $("example").querySelector("optgroup") ?? $("example").appendChild(
      Object.assign(document.createElement("optgroup"), { label: "Exercises" }))
    : $("example");
  place.append(new Option(title, title));
}
code.addEventListener("keydown", key);
code.addEventListener("input", changed);
code.addEventListener("blur", () => { leaving = false; });
$("example").addEventListener("change", choose);
$("reset").addEventListener("click", () => { edited.delete($("example").value); choose(); });
$("run").addEventListener("click", run);
$("stop").addEventListener("click", stop);
choose();
start("Python is loading …");
