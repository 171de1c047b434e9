// What is to be seen in the page that is open: boxes, edges and frames, at their places on the screen.
(() => {
  const rect = (e) => {
    const r = e.getBoundingClientRect();
    return [r.left, r.top, r.right, r.bottom];
  };
  const own = (g, tag) => [...g.querySelectorAll(tag)].filter((e) => e.closest("g.node, g.edge, g.cluster") === g);
  const title = (g) => [...g.children].find((e) => e.tagName === "title")?.textContent ?? "";
  const texts = (g) => own(g, "text").filter((t) => t.textContent.trim()).map((t) => ({
    text: t.textContent, rect: rect(t), colour: getComputedStyle(t).fill,
  }));
  const shape = (g) => {
    const shapes = own(g, "rect, polygon, path, ellipse").map((e) => ({
      rect: rect(e), fill: getComputedStyle(e).fill, stroke: getComputedStyle(e).stroke,
    }));
    const area = (s) => (s.rect[2] - s.rect[0]) * (s.rect[3] - s.rect[1]);
    return shapes.sort((a, b) => area(b) - area(a))[0];
  };
  const ends = (path) => {
    const at = (length) => {
      const p = path.getPointAtLength(length).matrixTransform(path.getScreenCTM());
      return [p.x, p.y];
    };
    return [at(0), at(path.getTotalLength())];
  };
  const all = (kind) => [...document.querySelectorAll(`g.${kind}`)];
  return {
    nodes: all("node").map((g) => ({ names: [g.id, title(g), g.dataset.name], ...shape(g), texts: texts(g) })),
    frames: all("cluster").map((g) => ({ ...shape(g), texts: texts(g) })),
    edges: all("edge").map((g) => {
      const path = own(g, "path")[0];
      const [from, to] = g.dataset.from
        ? [g.dataset.from, g.dataset.to]
        : title(g).split("->").map((end) => end.split(":")[0]);
      const arrow = own(g, "polygon").map(rect)[0];
      return { from, to, ends: ends(path), arrow, stroke: getComputedStyle(path).stroke };
    }),
    svg: rect(document.querySelector("svg")),
    broken: document.querySelectorAll("parsererror").length,
    scripts: document.querySelectorAll("svg script").length,
  };
})()
