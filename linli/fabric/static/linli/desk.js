// Keys for those who work here all day; every one of them does what a link on the page does.
(() => {
  "use strict";
  let waiting = "";
  const go = (selector) => document.querySelector(selector)?.click();
  const rows = () => [...document.querySelectorAll(".rows-pick .t a, .table-cases tbody th a")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(document.activeElement);
    all[Math.min(Math.max(now + by, 0), all.length - 1)].focus();
  };
  const KEYS = {
    "/": () => document.getElementById("find")?.focus(),
    n: () => go('a[href$="/desk/accept/"]'),
    j: () => step(1),
    k: () => step(-1),
    "?": () => document.querySelector(".hints")?.scrollIntoView(),
  };
  const AFTER_G = { t: 'a[href$="/desk/"]', c: 'a[href$="/desk/cases/"]', a: 'a[href$="/desk/accept/"]' };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (waiting === "g" && AFTER_G[event.key]) {
      event.preventDefault();
      go(AFTER_G[event.key]);
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
    waiting = event.key === "g" ? "g" : "";
  });
})();
