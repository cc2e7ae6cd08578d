"use strict";
(() => {
  const root = document.documentElement;
  const map = document.querySelector("svg.map");
  const cards = [...map.querySelectorAll("a.card")];
  const lines = [...map.querySelectorAll("[data-from]")];
  const sections = [...document.querySelectorAll("aside section")];
  root.classList.add("js");

  // Shows what is known of one container, or the overview, and the lines that begin or end at it.
  function choose(id, focus) {
    const section = document.getElementById(id) || document.getElementById("overview");
    const node = section.id === "overview" ? null : section.id.slice(1);
    sections.forEach((one) => one.classList.toggle("chosen", one === section));
    map.classList.toggle("chosen", node !== null);
    const near = new Set([node]);
    lines.forEach((line) => {
      const on = node !== null && (line.dataset.from === node || line.dataset.to === node);
      line.classList.toggle("on", on);
      if (on) near.add(line.dataset.from).add(line.dataset.to);
    });
    cards.forEach((card) => {
      card.classList.toggle("chosen", card.dataset.node === node);
      card.classList.toggle("near", near.has(card.dataset.node));
      card.toggleAttribute("aria-current", card.dataset.node === node);
    });
    section.parentElement.scrollTop = 0;
    if (focus) section.focus({ preventScroll: getComputedStyle(section.parentElement).position === "sticky" });
    const place = node === null ? location.pathname + location.search : "#" + section.id;
    if (location.hash || node !== null) history.replaceState(null, "", place);
  }

  // The nearest card in a direction, seen from another.
  function neighbour(card, dx, dy) {
    const from = card.getBoundingClientRect();
    let best = null, least = Infinity;
    for (const other of cards) {
      if (other === card) continue;
      const to = other.getBoundingClientRect();
      const x = to.left - from.left, y = to.top - from.top;
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along > 4 && along + 3 * aside < least) { least = along + 3 * aside; best = other; }
    }
    return best;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    choose(link.getAttribute("href").slice(1), true);
  });

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const chosen = map.querySelector("a.card.chosen");
      choose("overview", false);
      if (chosen) chosen.focus();
      return;
    }
    const card = event.target.closest && event.target.closest("a.card");
    if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " ") { event.preventDefault(); choose("c" + card.dataset.node, true); return; }
    if (!WAYS[event.key]) return;
    const next = neighbour(card, ...WAYS[event.key]);
    if (next) { event.preventDefault(); next.focus(); }
  });

  window.addEventListener("hashchange", () => choose(location.hash.slice(1), false));
  choose(location.hash.slice(1), false);
})();
