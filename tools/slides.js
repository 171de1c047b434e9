"use strict";
// One slide at a time; the address keeps which, so that a reload stays there.
const slides = [...document.querySelectorAll("section")];
let now = 0;

function show(which) {
  now = Math.max(0, Math.min(slides.length - 1, which));
  slides.forEach((slide, k) => slide.classList.toggle("now", k === now));
  history.replaceState(null, "", `#${now + 1}`);
  window.scrollTo(0, 0);
}

document.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
  const to = { Home: 0, End: slides.length - 1 };
  if (event.key in by) show(now + by[event.key]);
  else if (event.key in to) show(to[event.key]);
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => show(now + (event.clientX < innerWidth / 3 ? -1 : 1)));
show((parseInt(location.hash.slice(1), 10) || 1) - 1);
