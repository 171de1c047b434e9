// The frame is given a page as text, and becomes it. That page's script is another one for each
// graph, so that no hash in a policy could name it: it comes as a blob. The frame is sandboxed: it
// has no origin, and may load nothing.
"use strict";

addEventListener("message", ({ data, source }) => {
  if (source !== parent) return;
  const page = new DOMParser().parseFromString(data.replace(/<meta http-equiv[^>]*>/, ""), "text/html");
  document.head.append(...page.querySelectorAll("style"));
  document.title = page.title;
  const scripts = [...page.querySelectorAll("script:not([type])")];
  document.body.replaceChildren(...page.body.childNodes);
  for (const { textContent } of scripts) {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(new Blob([textContent], { type: "text/javascript" }));
    document.body.append(script);
  }
}, { once: true });
