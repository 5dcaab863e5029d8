// Keys for those who work here all day. Each does what a link or button on the page does: see data-key.
(() => {
  "use strict";
  let before = "";

  const rows = () => [...document.querySelectorAll(".rows-pick .t a, .table-cases tbody th a")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by;
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  };
  const find = () => {
    const box = document.getElementById("find");
    box?.focus();
    box?.select();
  };
  const help = () => {
    const keys = document.getElementById("keys");
    if (keys && !keys.open) keys.showModal();
  };
  const OWN = { "/": find, j: () => step(1), k: () => step(-1), "?": help };

  // The first that is on the screen: what a page offers goes before what the rail offers.
  const marked = (key) => {
    const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
    return all.find((one) => one.closest("main")) ?? all[0];
  };

  for (const one of document.querySelectorAll("[data-print]")) {
    one.hidden = false;
    one.addEventListener("click", () => window.print());
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog:modal")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const pressed = marked(before === "g" ? `g ${event.key}` : event.key);
    const own = before === "g" ? undefined : OWN[event.key];
    before = event.key === "g" && before !== "g" ? "g" : "";
    if (!pressed && !own) return;
    event.preventDefault();
    if (own) own();
    else pressed.click();
  });
})();
