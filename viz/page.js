"use strict";
// A picture to walk in: drag, wheel and keys move it; a box lights the paths through it; a group
// opens. Nothing is read from labels but their text, and nothing is fetched.
(() => {
  const stage = document.getElementById("stage");
  const trail = document.getElementById("trail");
  const status = document.getElementById("status");
  const sections = [...stage.querySelectorAll("section")];
  const CLOSEST = 40; // times, of the picture fitted to the window
  const LARGEST_FIT = 2; // a small picture is not blown up further than that
  const views = new Map(sections.map((section) => [section.dataset.view, prepared(section)]));
  let path = []; // of [view, what it is called]
  let view;
  let frame; // what the window shows: {x, y, scale}, in the picture's units
  let moved = false;

  function prepared(section) {
    const svg = section.querySelector("svg");
    const box = svg.viewBox.baseVal;
    const found = {
      name: section.dataset.view, section, svg, size: { x: box.x, y: box.y, width: box.width, height: box.height },
      nodes: new Map(), edges: [], into: new Map(), out: new Map(), last: "",
    };
    svg.setAttribute("role", "group");
    svg.setAttribute("width", "100%");
    svg.setAttribute("height", "100%");
    for (const element of svg.querySelectorAll(".node")) {
      const name = element.dataset.name;
      const title = element.querySelector("title");
      const texts = [...element.querySelectorAll("text")].map((text) => text.textContent.trim());
      // the words are told by the line of status: a name of its own keeps them from being said twice
      element.words = title ? title.textContent : texts.join(" ");
      if (title) title.remove();
      element.called = texts.filter(Boolean).join(" ").slice(0, 60) || name;
      element.setAttribute("aria-label", element.called);
      element.opens = target(found.name, element.dataset.open ?? name);
      element.classList.toggle("opens", element.opens !== undefined);
      element.setAttribute("role", element.opens === undefined ? "img" : "button");
      element.setAttribute("tabindex", "0");
      found.nodes.set(name, element);
    }
    for (const element of svg.querySelectorAll(".edge")) {
      const { from, to } = element.dataset;
      if (!found.nodes.has(from) || !found.nodes.has(to)) continue;
      found.edges.push({ element, from, to });
      join(found.out, from, to);
      join(found.into, to, from);
    }
    return found;
  }

  function join(map, from, to) {
    if (!map.has(from)) map.set(from, new Set());
    map.get(from).add(to);
  }

  // The view that a box opens: one inside this view; or one of its name, if views have no insides.
  function target(inside, name) {
    const names = sections.map((section) => section.dataset.view);
    const wanted = inside && names.some((n) => n.includes("/")) ? `${inside}/${name}` : name;
    return wanted !== inside && names.includes(wanted) ? wanted : undefined;
  }

  // Where we are.

  function show(steps) {
    unlight();
    path = steps;
    view = views.get(path[path.length - 1][0]);
    for (const section of sections) section.hidden = section !== view.section;
    trail.replaceChildren();
    path.forEach(([, called], k) => {
      const step = document.createElement(k + 1 < path.length ? "button" : "span");
      step.textContent = called;
      if (k + 1 < path.length) step.addEventListener("click", () => back(k));
      else step.setAttribute("aria-current", "page");
      trail.append(step);
    });
    trail.hidden = path.length < 2;
    fit();
    tell(`Boxes: ${view.nodes.size}, edges: ${view.edges.length}.`);
  }

  function back(k) {
    const came = path[k + 1][0];
    show(path.slice(0, k + 1));
    const group = [...view.nodes.values()].find((node) => node.opens === came);
    if (group) group.focus();
  }

  function open(node) {
    if (node.opens === undefined) return;
    show([...path, [node.opens, node.called]]);
    const [first] = view.nodes.values();
    if (first) first.focus();
  }

  function tell(text) {
    status.textContent = text;
  }

  // What the window shows.

  function fit() {
    const { width, height } = stage.getBoundingClientRect();
    const { size } = view;
    const scale = Math.min(width / size.width, height / size.height, LARGEST_FIT) || 1;
    frame = {
      x: size.x - (width / scale - size.width) / 2,
      y: size.y - (height / scale - size.height) / 2,
      scale,
    };
    view.fitted = scale;
    look();
  }

  function look() {
    const { width, height } = stage.getBoundingClientRect();
    const { x, y, scale } = frame;
    view.svg.setAttribute("viewBox", `${x} ${y} ${width / scale} ${height / scale}`);
  }

  function zoom(factor, x, y) {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const [px, py] = [(x ?? left + width / 2) - left, (y ?? top + height / 2) - top];
    const scale = Math.min(
      Math.max(frame.scale * factor, view.fitted / 4), view.fitted * CLOSEST,
    );
    frame.x += px / frame.scale - px / scale;
    frame.y += py / frame.scale - py / scale;
    frame.scale = scale;
    look();
  }

  function pan(dx, dy) {
    frame.x -= dx / frame.scale;
    frame.y -= dy / frame.scale;
    look();
  }

  function bring(node) {
    const [box, all] = [node.getBoundingClientRect(), stage.getBoundingClientRect()];
    const over = (low, high, from, to) => (low < from ? from - low : high > to ? to - high : 0);
    const dx = over(box.left, box.right, all.left + 20, all.right - 20);
    const dy = over(box.top, box.bottom, all.top + 20, all.bottom - 20);
    if (dx || dy) pan(dx, dy);
  }

  // The paths through a box.

  function reached(map, start) {
    const seen = new Set([start]);
    const waiting = [start];
    while (waiting.length) {
      for (const next of map.get(waiting.pop()) ?? []) {
        if (!seen.has(next)) {
          seen.add(next);
          waiting.push(next);
        }
      }
    }
    return seen;
  }

  function light(node) {
    unlight();
    const name = node.dataset.name;
    const [before, after] = [reached(view.into, name), reached(view.out, name)];
    view.svg.classList.add("dimmed");
    for (const [other, element] of view.nodes) {
      element.classList.toggle("lit", before.has(other) || after.has(other));
    }
    for (const { element, from, to } of view.edges) {
      const on = (before.has(from) && before.has(to)) || (after.has(from) && after.has(to));
      element.classList.toggle("lit", on);
    }
    node.classList.add("chosen");
    const count = (set) => `${set.size - 1} ${set.size === 2 ? "box" : "boxes"}`;
    let text = `${node.words}. Comes from ${count(before)}, leads to ${count(after)}.`;
    if (node.opens !== undefined) text += " Enter or a click opens it.";
    tell(text);
  }

  function unlight() {
    if (!view) return;
    view.svg.classList.remove("dimmed");
    for (const element of view.svg.querySelectorAll(".chosen, .lit")) {
      element.classList.remove("chosen", "lit");
    }
  }

  function calm() {
    const node = document.activeElement?.closest?.(".node");
    if (node) light(node);
    else unlight();
  }

  function step(dx, dy) {
    const here = document.activeElement?.closest?.(".node");
    const middle = (node) => {
      const box = node.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const all = [...view.nodes.values()];
    if (!here) return all[0]?.focus();
    const [x, y] = middle(here);
    let [best, least] = [null, Infinity];
    for (const node of all) {
      const [u, v] = middle(node);
      const along = (u - x) * dx + (v - y) * dy;
      const aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
      if (node !== here && along > 1 && along + 2 * aside < least) {
        [best, least] = [node, along + 2 * aside];
      }
    }
    if (best) best.focus();
  }

  // What people do.

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const boxOf = (event) => event.target.closest?.(".node");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = boxOf(event);
    if (ARROWS[event.key]) step(...ARROWS[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else if (event.key === "Escape" && path.length > 1) back(path.length - 2);
    else if (event.key === "Escape" && node) node.blur();
    else if ((event.key === "Enter" || event.key === " ") && node) open(node);
    else return;
    event.preventDefault();
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 20 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0015; // a pinch on a touchpad comes as a wheel with Ctrl
    zoom(Math.exp(-event.deltaY * lines * speed), event.clientX, event.clientY);
  }, { passive: false });

  const fingers = new Map();
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!fingers.size) moved = false;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  window.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    if (!moved && fingers.size === 1 && Math.hypot(dx, dy) < 4) return;
    moved = true;
    stage.classList.add("dragged");
    if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const far = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
      zoom(far(now) / far(before), other[0], other[1]);
    } else pan(dx, dy);
    fingers.set(event.pointerId, now);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    window.addEventListener(kind, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) stage.classList.remove("dragged");
    });
  }
  stage.addEventListener("click", (event) => {
    const node = boxOf(event);
    if (node && !moved) open(node);
    moved = false;
  });
  stage.addEventListener("pointerover", (event) => {
    const node = boxOf(event);
    if (node && !fingers.size) light(node);
  });
  stage.addEventListener("pointerout", (event) => {
    if (boxOf(event) && !fingers.size) calm();
  });
  stage.addEventListener("focusin", (event) => {
    const node = boxOf(event);
    if (!node) return;
    bring(node);
    light(node);
  });
  stage.addEventListener("focusout", unlight);
  document.getElementById("nearer").addEventListener("click", () => zoom(1.25));
  document.getElementById("farther").addEventListener("click", () => zoom(0.8));
  document.getElementById("whole").addEventListener("click", fit);
  window.addEventListener("resize", fit);
  window.addEventListener("beforeprint", () => {
    const { x, y, width, height } = view.size; // a sheet has a form of its own
    view.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  });
  window.addEventListener("afterprint", look);

  document.documentElement.classList.add("live");
  show([[sections[0].dataset.view, "Start"]]);
})();
